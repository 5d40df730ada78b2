# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Selection of virtual lines: from options to lines.

Private to webex.calling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
    matches,
    missing_values,
    selector_values,
)

#: Maximum number of lines that are searched for suggestions.
_MAX_LINES_FOR_SUGGESTIONS = 5000

#: Maximum number of missing values in a message. The result contains all of them.
_MAX_NAMED_MISSING = 10


@dataclass(frozen=True)
class Selection:
    """Selected lines, each once, in the order of the options, and values that match nothing.

    :param values: selector values that selected the lines.
    :param listed: whether the lines are from the list, and not ids that were used without a request.
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
    """Return the virtual lines that the options select; all lines of the organization without a selector.

    Ids alone are used without a request, unless C(identify) asks for the identity of the lines.

    :param require_selector: whether to refuse to select all lines.
    :param progress: called after each page with the number of listed lines.
    :raises OptionError: if a selector is empty.
    :raises WebexError: if the list cannot be read, or if a value matches no line and C(allow_missing) is not set.
    """
    values = selector_values(options)
    if not values and require_selector:
        raise OptionError(
            "no selector is given",
            f"Give one of {', '.join(selector.option for selector in SELECTORS)}. Null counts as not given.",
        )
    if list(values) == [ID] and not identify:
        ids = [{"id": value} for value in values[ID]]
        return Selection(ids, values=values, listed=False, allow_missing=options["allow_missing"])
    lines: dict[str, VirtualLine] = {}
    with error_context("select the virtual lines"):
        for page in list_lines(client, values):
            lines.update((line["id"], line) for line in page)
            if progress:
                progress(len(lines))
        selected = [line for line in lines.values() if matches(line, values)]
        missing = missing_values(values, selected)
        if not options["allow_missing"]:
            _require_matches(client, selected, missing, combined=len(values) > 1)
    orders = [(selector, {value: order for order, value in enumerate(values[selector])}) for selector in values]
    selected.sort(key=lambda line: [order[selector.normalized(line) or ""] for selector, order in orders])
    return Selection(selected, missing, values, allow_missing=options["allow_missing"])


def _require_matches(
    client: WebexClient, selected: Sequence[VirtualLine], missing: Sequence[MissingValue], *, combined: bool
) -> None:
    """Raise an error unless every value matches a line, and there is a line.

    :param combined: whether several selectors narrow each other.
    """
    if not missing and selected:
        return
    if not missing:
        raise NoMatchError("the organization has no virtual lines", MISSING_VALUE)
    try:
        known = list(islice(chain.from_iterable(list_lines(client, {})), _MAX_LINES_FOR_SUGGESTIONS))
    except WebexError:
        # Suggestions are optional: the missing values are known without them.
        known = []
    explained = "; ".join(_explain(each, known, combined) for each in missing[:_MAX_NAMED_MISSING])
    more = f"; and {len(missing) - _MAX_NAMED_MISSING} more" if len(missing) > _MAX_NAMED_MISSING else ""
    raise NoMatchError(explained + more, MISSING_VALUE, [each.as_dict() for each in missing])


def _explain(missing: MissingValue, known: Iterable[VirtualLine], combined: bool) -> str:
    selector = missing.selector
    text = f"no virtual line with {selector.option} '{missing.value}'"
    names = {selector.normalized(line): selector.value_of(line) for line in known}
    normalized = selector.normalize(missing.value)
    if combined and normalized in names:
        return f"{text} matches the other selectors as well"
    # Imported here, because hardly any task needs it.
    import difflib  # noqa: PLC0415

    similar = difflib.get_close_matches(normalized, [name for name in names if name], n=1)
    # Ids are opaque, so a similar id is not a better guess than any other.
    if similar and not selector.option.endswith("_id"):
        return f"{text}; did you mean '{names[similar[0]]}'?"
    return text
