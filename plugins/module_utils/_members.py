# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Selection of virtual lines by options.

Private to webex.calling.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from ._client import WebexClient
from ._error_hints import MISSING_VALUE
from ._errors import NoMatchError, OptionError, WebexError, error_context
from ._listing import list_lines
from ._selectors import (
    ID,
    SELECTORS,
    MissingValue,
    SelectorValues,
    VirtualLine,
    match,
    selector_values,
    values_for_server,
)

#: Maximum number of lines to search for suggestions.
_MAX_LINES_FOR_SUGGESTIONS = 5000

#: Maximum number of missing values in an error message. The result contains all missing values.
_MAX_NAMED_MISSING = 10


@dataclass(frozen=True)
class Selection:
    """Result of a selection: virtual lines and missing values.

    :param lines: selected lines without duplicates, in the order of the options.
    :param missing: selector values that match no line.
    :param values: selector values of the selection.
    :param listed: whether Webex listed the lines. If false, each line contains only the given id.
    :param allow_missing: whether the options allow missing values.
    """

    lines: Sequence[VirtualLine]
    missing: Sequence[MissingValue] = ()
    values: SelectorValues = field(default_factory=dict)
    listed: bool = True
    allow_missing: bool = False


def select(
    client: WebexClient,
    options: Mapping[str, Any],
    *,
    identify: bool = False,
    require_selector: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Selection:
    """Return the virtual lines that match the selectors, or all lines of the organization without a selector.

    If C(virtual_line_id) is the only selector, the function sends no request, unless C(identify) is true.

    :param client: client for the requests.
    :param options: selectors and C(allow_missing).
    :param identify: whether to read the identity of the lines from Webex.
    :param require_selector: whether to reject options without a selector.
    :param progress: function to call after each page with the number of listed lines.
    :raises OptionError: if a selector is empty, or if a required selector is absent.
    :raises NoMatchError: if C(allow_missing) is false, and a value matches no line or the selection is empty.
    :raises WebexError: if a request fails, or if lines may be missing in the list.
    """
    values = selector_values(options)
    if not values and require_selector:
        raise OptionError(
            "no selector is given",
            f"Give one of {', '.join(selector.option for selector in SELECTORS)}.",
        )
    if list(values) == [ID] and not identify:
        ids = [{"id": value} for value in values[ID]]
        return Selection(ids, values=values, listed=False, allow_missing=options["allow_missing"])
    with error_context("select the virtual lines"):
        filters = values_for_server(values)
        lines = _listed(client, filters, progress)
        selected, missing = match(values, lines)
        whole = not filters
        if missing and not all(selector.is_id for selector in filters):
            # Check missing values against the complete list, because Webex can compare more strictly.
            lines, whole = _listed(client, {}, progress), True
            selected, missing = match(values, lines)
        if (missing or not selected) and not options["allow_missing"]:
            raise _no_match(missing, lines if whole else _known_lines(client), values)
    return Selection(selected, missing, values, allow_missing=options["allow_missing"])


def _listed(
    client: WebexClient, values: SelectorValues, progress: Callable[[int], None] | None
) -> Collection[VirtualLine]:
    lines: dict[str, VirtualLine] = {}
    for page in list_lines(client, values):
        lines.update((line["id"], line) for line in page)
        if progress:
            progress(len(lines))
    return lines.values()


def _known_lines(client: WebexClient) -> Collection[VirtualLine]:
    """Return lines for suggestions, or an empty list if a request fails, because suggestions are optional."""
    try:
        return list(islice(chain.from_iterable(list_lines(client, {})), _MAX_LINES_FOR_SUGGESTIONS))
    except WebexError:
        return []


def _no_match(missing: Sequence[MissingValue], known: Iterable[VirtualLine], values: SelectorValues) -> NoMatchError:
    """Return the error for missing values or an empty selection.

    :param missing: selector values that match no line.
    :param known: lines of the organization, for suggestions.
    :param values: all selector values.
    """
    if not missing:
        text = "no virtual line matches all selectors" if values else "the organization has no virtual lines"
        return NoMatchError(text, MISSING_VALUE)
    known = list(islice(known, _MAX_LINES_FOR_SUGGESTIONS))
    explained = "; ".join(_explain(each, known, len(values) > 1) for each in missing[:_MAX_NAMED_MISSING])
    more = f"; and {len(missing) - _MAX_NAMED_MISSING} more" if len(missing) > _MAX_NAMED_MISSING else ""
    return NoMatchError(explained + more, MISSING_VALUE, [each.as_dict() for each in missing])


def _explain(missing: MissingValue, known: Iterable[VirtualLine], combined: bool) -> str:
    selector = missing.selector
    text = f"no virtual line with {selector.option} '{missing.value}'"
    names = {selector.normalized(line): selector.value_of(line) for line in known}
    normalized = selector.normalize(missing.value)
    if combined and normalized in names:
        return f"{text} matches the other selectors as well"
    # Import on demand, because few tasks need difflib.
    import difflib  # noqa: PLC0415

    similar = difflib.get_close_matches(normalized, [name for name in names if name], n=1)
    # Do not suggest ids, because similarity between opaque ids has no meaning.
    if similar and not selector.is_id:
        return f"{text}; did you mean '{names[similar[0]]}'?"
    return text
