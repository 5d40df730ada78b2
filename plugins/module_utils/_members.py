# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Selection of members by options.

Private to webex.calling.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from ._client import WebexClient
from ._error_hints import EMPTY_OPTION, MISSING_VALUE
from ._errors import NoMatchError, OptionError, WebexError, error_context
from ._kinds import BY_NAME, PERSON, VIRTUAL_LINE, Kind, Member, plural, singular
from ._listing import find_people, list_lines, list_members
from ._selectors import (
    EMAIL,
    ID,
    MissingValue,
    SelectorValues,
    given_ids,
    match,
    selector_options,
    selector_values,
    values_for_server,
)

#: Maximum number of members to search for suggestions.
_MAX_MEMBERS_FOR_SUGGESTIONS = 5000

#: Maximum number of missing values in an error message. The result contains all missing values.
_MAX_NAMED_MISSING = 10

#: Kinds of the modules for virtual lines. Their results have no key C(kind).
ONLY_VIRTUAL_LINES = (VIRTUAL_LINE,)


@dataclass(frozen=True)
class Selection:
    """Result of a selection: members and missing values.

    :param members: selected members without duplicates, in the order of the options.
    :param missing: selector values that match no member.
    :param values: selector values of the selection.
    :param listed: whether Webex listed the members. If false, each member contains only the given id.
    :param allow_missing: whether the options allow missing values.
    """

    members: Sequence[Member]
    missing: Sequence[MissingValue] = ()
    values: SelectorValues = field(default_factory=dict)
    listed: bool = True
    allow_missing: bool = False


def select(
    client: WebexClient,
    options: Mapping[str, Any],
    kinds: Collection[Kind] = ONLY_VIRTUAL_LINES,
    *,
    identify: bool = False,
    require_selector: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Selection:
    """Return the members that match the selectors, or all members of the organization without a selector.

    If ids are the only selector, the function sends no request, unless C(identify) is true.

    :param client: client for the requests.
    :param options: selectors, C(allow_missing), and optionally C(kind), a list of names of kinds.
    :param kinds: kinds that the module supports.
    :param identify: whether to read the identity of the members from Webex.
    :param require_selector: whether to reject options without a selector.
    :param progress: function to call after each page with the number of listed members.
    :raises OptionError: if a selector or C(kind) is empty, or if a required selector is absent.
    :raises NoMatchError: if C(allow_missing) is false, and a value matches no member or the selection is empty.
    :raises WebexError: if a request fails, or if members may be missing in a list.
    """
    values = selector_values(options, kinds)
    if not values and require_selector:
        raise OptionError("no selector is given", f"Give one of {', '.join(selector_options(kinds))}.")
    names = options.get("kind")
    if names is not None and not names:
        # An unset variable must not select all kinds.
        raise OptionError("kind is an empty list", EMPTY_OPTION)
    wanted = [kind for kind in kinds if names is None or kind.name in names]
    by_id = list(values) == [ID] and not identify
    with error_context(f"select the {plural(wanted)}"):
        candidates = _Candidates(client, values, wanted, named=kinds is not ONLY_VIRTUAL_LINES, progress=progress)
        members = candidates.given() if by_id else candidates.listed()
        selected, missing = match(values, members)
        if missing and not by_id and candidates.filtered:
            # Check missing values against the complete list, because Webex can compare more strictly.
            members = candidates.listed(filtered=False)
            selected, missing = match(values, members)
        if (missing or not (selected or by_id)) and not options["allow_missing"]:
            raise no_match(missing, candidates.known(members), values, singular(wanted), plural(wanted))
    return Selection(selected, missing, values, listed=not by_id, allow_missing=options["allow_missing"])


class _Candidates:
    """Members that a selection can match.

    :param wanted: kinds to select.
    :param named: whether members have the key C(kind), and the same identity keys for all kinds.
    """

    def __init__(
        self,
        client: WebexClient,
        values: SelectorValues,
        wanted: Collection[Kind],
        *,
        named: bool,
        progress: Callable[[int], None] | None,
    ) -> None:
        self._client = client
        self._values = values
        self._wanted = wanted
        self._named = named
        self._progress = progress
        filters = {} if named else values_for_server(values)
        self._filters: SelectorValues = filters
        #: Whether a filter of Webex can leave out members that match by the comparison of this collection.
        self.filtered = not all(selector.is_id for selector in filters)
        self._whole = not filters

    def given(self) -> list[Member]:
        """Return the members of given ids, with the id only."""
        ids = given_ids(self._values[ID])
        if not self._named:
            return [{"id": webex_id} for _kind, webex_id in ids]
        wanted = {kind.name for kind in self._wanted}
        return [{"id": webex_id, "kind": kind} for kind, webex_id in ids if kind in wanted]

    def listed(self, *, filtered: bool = True) -> Collection[Member]:
        """Return members from the lists of Webex.

        :param filtered: whether to use the filters of Webex, if it has any.
        """
        if not self._named:
            self._whole = self._whole or not filtered
            return self._lines(self._filters if filtered else {})
        kinds: Collection[Kind] = self._wanted
        people: dict[str, Member] = {}
        if EMAIL in self._values:
            kinds = [kind for kind in kinds if kind is PERSON]
            emails = [given.value for given in self._values[EMAIL].values()]
            people = find_people(self._client, emails) if kinds else {}
            if self._values.keys() <= {ID, EMAIL}:
                return people.values()
        if ID in self._values:
            of_ids = {BY_NAME[name] for name, _id in given_ids(self._values[ID])}
            kinds = [kind for kind in kinds if kind in of_ids]
        members = list_members(self._client, kinds, self._progress)
        for webex_id, person in people.items():
            # The list of numbers has no e-mail addresses, and the list of people has no names of locations.
            members[webex_id] = {**person, **members.get(webex_id, {}), "email": person["email"]}
        return members.values()

    def known(self, listed: Iterable[Member]) -> Iterable[Member]:
        """Return members for suggestions, or none if a request fails, because suggestions are optional.

        :param listed: members that were listed.
        """
        if self._whole:
            return listed
        try:
            return list(islice(chain.from_iterable(list_lines(self._client, {})), _MAX_MEMBERS_FOR_SUGGESTIONS))
        except WebexError:
            return []

    def _lines(self, filters: SelectorValues) -> Collection[Member]:
        lines: dict[str, Member] = {}
        for page in list_lines(self._client, filters):
            lines.update((line["id"], line) for line in page)
            if self._progress:
                self._progress(len(lines))
        return lines.values()


def no_match(
    missing: Sequence[MissingValue], known: Iterable[Member], values: SelectorValues, noun: str, nouns: str
) -> NoMatchError:
    """Return the error for missing values or an empty selection.

    :param missing: selector values that match no member.
    :param known: members of the organization, for suggestions.
    :param values: all selector values.
    :param noun, nouns: name of what was selected, for one and for several.
    """
    if not missing:
        text = f"no {noun} matches all selectors" if values else f"the organization has no {nouns}"
        return NoMatchError(text, MISSING_VALUE)
    known = list(islice(known, _MAX_MEMBERS_FOR_SUGGESTIONS))
    texts = [_explain(each, known, noun, len(values) > 1) for each in missing[:_MAX_NAMED_MISSING]]
    more = f"; and {len(missing) - _MAX_NAMED_MISSING} more" if len(missing) > _MAX_NAMED_MISSING else ""
    return NoMatchError("; ".join(texts) + more, MISSING_VALUE, [each.as_dict() for each in missing])


def _explain(missing: MissingValue, known: Iterable[Member], noun: str, combined: bool) -> str:
    selector = missing.selector
    if selector is ID:
        noun = BY_NAME[missing.option.removesuffix("_id")].noun
    text = f"no {noun} with {missing.option} '{missing.value}'"
    names = {selector.normalize(value): value for member in known for value in selector.values_of(member)}
    # The kind is a part of the value of an id.
    normalized = f"{missing.option.removesuffix('_id')} {missing.value}" if selector is ID else missing.value
    normalized = selector.normalize(normalized)
    if combined and normalized in names:
        return f"{text} matches the other selectors as well"
    # Import on demand, because few tasks need difflib.
    import difflib  # noqa: PLC0415

    similar = difflib.get_close_matches(normalized, [name for name in names if name], n=1)
    # Do not suggest ids, because similarity between opaque ids has no meaning.
    if similar and not selector.is_id:
        return f"{text}; did you mean '{names[similar[0]]}'?"
    return text
