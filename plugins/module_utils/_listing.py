# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of members: virtual lines, and people and workspaces in the list of numbers.

Private to webex.calling. API reference: https://developer.webex.com/docs/api/v1/virtual-line-call-settings,
https://developer.webex.com/docs/api/v1/numbers, and https://developer.webex.com/docs/api/v1/people
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from . import _error_hints as hints
from ._client import WebexClient, path
from ._cross_check import NumberList, certainly_unnumbered_lines, unlisted_lines, unnumbered_lines
from ._error_parsing import inconsistent_lists, pagination_error
from ._errors import WebexError
from ._kinds import (
    KINDS,
    PERSON,
    VIRTUAL_LINE,
    WORKSPACE,
    Kind,
    Member,
    explain_read_error,
    has_general_hint,
    kind_of,
)
from ._pagination import PagedList
from ._selectors import (
    EMAIL,
    ID,
    GivenValue,
    SelectorValues,
    describe,
    extensions,
    external_numbers,
    normalize_number,
)
from ._snake_case import NestedTooDeeplyError, to_snake_case, without_deep_values

#: Path and key of the rows of each list.
LINES = path("telephony", "config", "virtualLines"), "virtualLines"
NUMBERS = path("telephony", "config", "numbers"), "phoneNumbers"

#: Requested number of rows per page. Webex reduces the number to its own maximum.
_LINES_PER_PAGE = 1000
_NUMBERS_PER_PAGE = 2000

#: Kinds in the list of numbers. Virtual lines have their own list, which also has lines without a number.
_KINDS_WITH_NUMBERS = (PERSON, WORKSPACE)

#: Identity keys that members of all kinds have.
_COMMON_KEYS = ("first_name", "last_name", "display_name", "email", "number", "numbers", "location")

#: Keys of a number in results, and in a row of the list of numbers.
_NUMBER_KEYS = {
    "external": "phoneNumber",
    "extension": "extension",
    "routing_prefix": "routingPrefix",
    "esn": "esn",
}

#: Query parameters that filter lines.
_FILTERS = (
    *("id", "locationId", "locationName", "ownerName", "phoneNumber"),
    *("hasDeviceAssigned", "hasExtensionAssigned", "hasDnAssigned"),
)

#: Result keys that do not identify a line.
_RESULT_KEYS = frozenset(
    {"call_recording", "changed", "changes", "error", "kind", "name", "not_recordable", "recordable"}
)

#: Maximum number of virtual lines to look up in the list of numbers if that list lacks them.
_MAX_LOOKUPS = 3

#: Maximum length in characters of all complete query parameters, and of each part of a split parameter.
#: The total length stays well below 8,000 characters, the limit of servers and proxies.
_MAX_QUERY_LENGTH = 3000


def list_lines(client: WebexClient, values: SelectorValues) -> Iterator[list[Member]]:
    """Yield pages with all lines that can match the selector values. Several pages can contain the same line.

    :raises WebexError: if a request fails, or if lines may be missing.
    """
    with explained(VIRTUAL_LINE):
        for query in _queries(values):
            yield from _list(client, query)


def list_members(
    client: WebexClient, kinds: Collection[Kind], progress: Callable[[int], None] | None = None
) -> dict[str, Member]:
    """Return all members of these kinds by id, with the same identity keys for each kind.

    :param progress: function called after each page with the number of members so far.
    :raises WebexError: if a request fails, or if members may be missing.
    """
    with_numbers = [kind for kind in _KINDS_WITH_NUMBERS if kind in kinds]
    # With a single kind, the list of numbers is filtered and lacks the numbers of virtual lines.
    comparable = VIRTUAL_LINE in kinds and len(with_numbers) > 1
    numbers = NumberList({}, {}, ())
    lines: dict[str, Member] = {}
    if with_numbers:
        # Webex accepts each parameter only once.
        query = {"ownerType": [with_numbers[0].owner_type]} if len(with_numbers) == 1 else {}
        numbers = _list_numbers(client, query, [*with_numbers, VIRTUAL_LINE] if comparable else with_numbers, progress)
    if VIRTUAL_LINE in kinds:
        lines = _list_all_lines(client, progress, len(numbers.members))
    if comparable:
        numbers, lines = _without_contradictions(client, numbers, lines)
    order = {kind.name: position for position, kind in enumerate(with_numbers)}
    members = dict(sorted(numbers.members.items(), key=lambda item: order[item[1]["kind"]]))
    for line_id, line in lines.items():
        _require_one_kind(line_id, kind_of(members.get(line_id, line)), VIRTUAL_LINE)
        members[line_id] = line
    return members


def _list_all_lines(
    client: WebexClient, progress: Callable[[int], None] | None = None, others: int = 0
) -> dict[str, Member]:
    """Return all virtual lines by id, with the identity keys that members of all kinds have.

    :param others: number of other members, for C(progress).
    """
    lines: dict[str, Member] = {}
    for page in list_lines(client, {}):
        lines.update((line["id"], _with_common_keys(VIRTUAL_LINE, line)) for line in page)
        if progress:
            progress(others + len(lines))
    return lines


def _without_contradictions(
    client: WebexClient, numbers: NumberList, lines: dict[str, Member]
) -> tuple[NumberList, dict[str, Member]]:
    """Return both lists. If they contradict each other, read them again and add the rows that were missing.

    Lines can be created and deleted between the requests. Only a line that one list has before and after a reading of
    the other list proves that the other list is incomplete.

    :raises WebexError: if the lists still contradict each other, so that members may be missing.
    """
    if not (unlisted_lines(numbers, lines) or unnumbered_lines(numbers, lines)):
        return numbers, lines
    first = lines
    again = _list_numbers(client, {}, [*_KINDS_WITH_NUMBERS, VIRTUAL_LINE])
    persistent = numbers.lines.keys() & again.lines.keys()
    numbers = numbers.updated(again)
    unlisted = [line for line in unlisted_lines(numbers, lines) if line["id"] in persistent]
    if unlisted or certainly_unnumbered_lines(numbers, lines):
        lines_again = _list_all_lines(client)
        lines = {**first, **lines_again}
        unlisted = [line for line in unlisted_lines(numbers, lines) if line["id"] in persistent]
        if unlisted:
            raise _incomplete("the list of virtual lines", unlisted, "the list of numbers")
        persistent = first.keys() & lines_again.keys()
        unnumbered = [line for line in certainly_unnumbered_lines(numbers, lines) if line["id"] in persistent]
        if unnumbered:
            raise _incomplete("the list of numbers", unnumbered, "the list of virtual lines")
    # Lines of the second reading can be newer than the list of numbers.
    for line in unnumbered_lines(numbers, first)[:_MAX_LOOKUPS]:
        if _is_found_by_number(client, line):
            raise _incomplete("the list of numbers", [line], "the same list with a filter")
    return numbers, lines


def _is_found_by_number(client: WebexClient, line: Member) -> bool:
    """Return whether Webex returns a virtual line if the list of numbers is filtered by its number or extension."""
    number = next(filter(None, external_numbers(line)), None)
    query = {"extension": list(extensions(line)[:1])} if number is None else {"phoneNumber": [number]}
    found = _list_numbers(client, query, [VIRTUAL_LINE])
    return not unnumbered_lines(NumberList({}, found.lines, ()), {line["id"]: line})


def _incomplete(name: str, missing: Sequence[Member], other: str) -> WebexError:
    """Return the error for a list that lacks virtual lines.

    :param name, other: names of the list, and of the list that has the lines.
    """
    more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
    return inconsistent_lists(f"{name} lacks {VIRTUAL_LINE.noun} {describe(missing[0])}{more}, unlike {other}")


def find_people(client: WebexClient, emails: Iterable[str]) -> dict[str, Member]:
    """Return the people with these e-mail addresses by id. Each address needs a request.

    :raises WebexError: if a request fails, or if Webex returns only people with other addresses.
    """
    people: dict[str, Member] = {}
    for email in emails:
        try:
            content = client.get_page("people", {"email": [email], "callingData": ["true"]}).content
        except WebexError as error:
            raise explain_read_error(error, PERSON) from None
        items = content.get("items")
        if not isinstance(items, list) or not all(isinstance(item, dict) and item.get("id") for item in items):
            raise pagination_error("the response to an e-mail address has no list of people with ids")
        found = [item for item in items if _has_email(item, email)]
        if items and not found:
            # A gateway that drops the query would select everybody.
            raise pagination_error("the response to an e-mail address has only people with other addresses")
        people.update((str(item["id"]), _to_person(item, email)) for item in found)
    return people


def _has_email(item: Mapping[str, Any], email: str) -> bool:
    emails = item.get("emails")
    known = [EMAIL.normalize(str(each)) for each in (emails if isinstance(emails, list) else ())]
    return EMAIL.normalize(email) in known


def listed_ids(client: WebexClient, ids: Collection[tuple[Kind, str]]) -> set[tuple[Kind, str]]:
    """Return the given ids that exist in the organization.

    :param ids: kinds and ids to look up.
    :raises WebexError: if a list cannot be read.
    """
    found: set[tuple[Kind, str]] = set()
    lines = [webex_id for kind, webex_id in ids if kind is VIRTUAL_LINE]
    if lines:
        given = {webex_id: GivenValue(VIRTUAL_LINE.id_option, webex_id) for webex_id in lines}
        found.update((VIRTUAL_LINE, line["id"]) for page in list_lines(client, {ID: given}) for line in page)
    others = {kind for kind, _id in ids if kind is not VIRTUAL_LINE}
    if others:
        found.update((kind_of(member), webex_id) for webex_id, member in list_members(client, others).items())
    return found.intersection(ids)


@contextmanager
def explained(kind: Kind) -> Iterator[None]:
    """Name the scope and the roles in the hint of an error for the list that contains members of this kind."""
    scope, roles = VIRTUAL_LINE.read_scope, VIRTUAL_LINE.readers
    if kind in _KINDS_WITH_NUMBERS:
        roles = "full, read-only, or location"
    try:
        yield
    except WebexError as error:
        if error.status == HTTPStatus.FORBIDDEN and has_general_hint(error):
            error.hint = hints.not_authorized(scope, roles)
        raise


def _list_numbers(
    client: WebexClient,
    query: Mapping[str, list[str]],
    kinds: Collection[Kind],
    progress: Callable[[int], None] | None = None,
) -> NumberList:
    """Return the owners in the list of numbers, which has a row for each number and for each extension.

    :param query: filters of Webex.
    :param kinds: kinds of the owners to return.
    :param progress: function called after each page with the number of people and workspaces so far.
    """
    by_type = {kind.owner_type: kind for kind in kinds}
    rows = PagedList(
        client,
        *NUMBERS,
        query,
        page_size=_NUMBERS_PER_PAGE,
        filters=("ownerType", "locationId", "phoneNumber", "extension", "ownerName", "available"),
        key_of=_number_key,
        # Rows without an owner can be equal.
        repeatable=True,
        is_unique=lambda row: bool(row.get("phoneNumber") or row.get("extension")),
    )
    members: dict[str, tuple[Kind, list[Mapping[str, Any]]]] = {}
    lines: dict[str, tuple[Kind, list[Mapping[str, Any]]]] = {}
    numbers: set[str] = set()
    with explained(PERSON):
        for page in rows.read():
            for row in page:
                owner = _part(row, "owner")
                kind = by_type.get(type_of_owner(owner))
                if kind is not None:
                    owners = lines if kind is VIRTUAL_LINE else members
                    known, rows_of_owner = owners.setdefault(owner["id"], (kind, []))
                    _require_one_kind(owner["id"], known, kind)
                    rows_of_owner.append(row)
                if isinstance(row.get("phoneNumber"), str):
                    numbers.add(row["phoneNumber"])
            if progress:
                progress(len(members))
    return NumberList(_to_owners(members), _to_owners(lines), numbers)


def _to_owners(owners: Mapping[str, tuple[Kind, Collection[Mapping[str, Any]]]]) -> dict[str, Member]:
    return {owner_id: _to_owner(kind, owner_id, rows) for owner_id, (kind, rows) in owners.items()}


def _require_one_kind(webex_id: str, known: Kind, kind: Kind) -> None:
    """Raise WebexError if an id is listed for two kinds, because results and requests would mix them up."""
    if known is not kind:
        raise pagination_error(f"{webex_id} is listed as a {known.noun} and as a {kind.noun}")


def type_of_owner(owner: Mapping[str, Any]) -> str:
    """Return the type of an owner in upper case, or an empty string without a type."""
    owner_type = owner.get("type")
    return owner_type.strip().upper() if isinstance(owner_type, str) else ""


def _number_key(row: Any) -> str | None:
    """Return the key of a row in the list of numbers, or None for a row of an owner without an id or a type."""
    if not isinstance(row, Mapping):
        return None
    owner, location = _part(row, "owner"), _part(row, "location")
    owner_type = type_of_owner(owner)
    if not owner_type and owner.get("id"):
        return None
    known_owner = owner_type in {kind.owner_type for kind in KINDS}
    if known_owner and not (isinstance(owner.get("id"), str) and owner["id"].strip()):
        return None
    return json.dumps([row.get("phoneNumber"), row.get("extension"), owner.get("id"), location.get("id")])


def _part(row: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object in a row, or an empty one if the row has none."""
    part = row.get(name)
    return part if isinstance(part, Mapping) else {}


def _to_owner(kind: Kind, owner_id: str, rows: Collection[Mapping[str, Any]]) -> Member:
    """Return the member of the rows with its primary number first."""
    # The sort is stable: without a primary number, the first row with a number is the first one.
    ordered = sorted(rows, key=_rank)
    numbers = [number for row in ordered if (number := _to_number(row))]
    owner = ordered[0]["owner"]
    identity: dict[str, Any] = {"id": owner_id, "kind": kind.name, **_names_in(owner)}
    if numbers:
        # The extension can be in another row than the primary number.
        first = {**next((number for number in numbers if "extension" in number), {}), **numbers[0]}
        identity.update(number=first, numbers=numbers)
    location = next((row["location"] for row in ordered if isinstance(row.get("location"), Mapping)), None)
    if location:
        identity["location"] = {key: location[key] for key in ("id", "name") if key in location}
    return identity


def _rank(row: Mapping[str, Any]) -> tuple[bool, bool, bool]:
    """Return the sort key of a row: primary numbers first, and mobile numbers last."""
    mobile = "MOBILE" in str(row.get("includedTelephonyTypes")) or bool(row.get("mobileNetwork"))
    return mobile, row.get("phoneNumberType") != "PRIMARY", not row.get("phoneNumber")


def _names_in(content: Mapping[str, Any]) -> dict[str, Any]:
    names = (("first_name", "firstName"), ("last_name", "lastName"), ("display_name", "displayName"))
    return {key: content[name] for key, name in names if content.get(name)}


def _to_number(row: Mapping[str, Any]) -> dict[str, Any]:
    # An extension without a number has an empty number.
    return {key: row[name] for key, name in _NUMBER_KEYS.items() if row.get(name)}


def _to_person(item: Mapping[str, Any], email: str) -> Member:
    """Return the member of an item in the list of people."""
    identity: dict[str, Any] = {"id": str(item["id"]), "kind": PERSON.name, **_names_in(item), "email": email}
    phones = item.get("phoneNumbers")
    phones = [phone for phone in (phones if isinstance(phones, list) else ()) if isinstance(phone, Mapping)]
    # Other types, such as mobile and fax, need not be numbers of Webex Calling.
    work = [phone for phone in phones if phone.get("type") == "work"]
    alternate = [phone for phone in phones if str(phone.get("type")).startswith("alternate")]
    numbers = [{"external": phone["value"]} for phone in (*work, *alternate) if phone.get("value")]
    number = dict(numbers[0]) if numbers else {}
    if item.get("extension"):
        number["extension"] = item["extension"]
    if number:
        identity.update(number=number, numbers=[number, *numbers[1:]])
    if item.get("locationId"):
        identity["location"] = {"id": item["locationId"]}
    return identity


def _with_common_keys(kind: Kind, member: Member) -> Member:
    identity: dict[str, Any] = {"id": member["id"], "kind": kind.name}
    number = {key: value for key, value in _part(member, "number").items() if key in _NUMBER_KEYS}
    known = {**member, "number": number or None, "numbers": [number] if number else None}
    identity.update((key, known[key]) for key in _COMMON_KEYS if known.get(key) is not None)
    return identity


def _list(client: WebexClient, query: Mapping[str, list[str]]) -> Iterator[list[Member]]:
    # Ids and numbers are unique, so no other line can match after all ids or numbers are found.
    by_id = "id" in query
    wanted = set(query["id"]) if by_id else {normalize_number(number) for number in query.get("phoneNumber", ())}
    exact = bool(wanted)
    rows = PagedList(
        client,
        *LINES,
        query,
        page_size=_LINES_PER_PAGE,
        filters=_FILTERS,
        is_complete=lambda: exact and not wanted,
    )
    for page in rows.read():
        wanted -= {row["id"] if by_id else _digits_of(row) for row in page}
        if page:
            yield [_to_line(row) for row in page]


def _digits_of(row: Mapping[str, Any]) -> str:
    number = row.get("number")
    return normalize_number(str(number.get("external"))) if isinstance(number, dict) else ""


def _to_line(row: Mapping[str, Any]) -> Member:
    """Return the virtual line of a row. Prefix keys that collide with result keys with C(key_)."""
    try:
        line = to_snake_case(row)
    except NestedTooDeeplyError:
        # Remove deeply nested values only, because selectors need the identity of the line.
        line = to_snake_case(without_deep_values(row))
    return {f"key_{key}" if key in _RESULT_KEYS else key: value for key, value in line.items()}


def _queries(values: SelectorValues) -> Iterator[dict[str, list[str]]]:
    """Yield queries that together return all lines that can match, and as few other lines as possible.

    Each query contains the short parameters completely. If the other parameters are too long for one request, the
    function splits the shortest of them and omits the rest. The caller filters lines by the omitted parameters.
    """
    parameters = {
        selector.parameter: [selector.to_query(given.value) for given in of_selector.values()]
        for selector, of_selector in values.items()
        if selector.parameter
    }
    too_long: list[str] = []
    room = _MAX_QUERY_LENGTH
    for name in sorted(parameters, key=lambda name: _length(name, parameters[name])):
        room -= _length(name, parameters[name])
        if room < 0:
            too_long.append(name)
    whole = {name: values_ for name, values_ in parameters.items() if name not in too_long}
    if not too_long:
        yield whole
        return
    name = too_long[0]
    part: list[str] = []
    length = 0
    for value in parameters[name]:
        length += _length(name, [value])
        if part and length > _MAX_QUERY_LENGTH:
            yield {**whole, name: part}
            part, length = [], _length(name, [value])
        part.append(value)
    yield {**whole, name: part}


def _length(name: str, values: Iterable[str]) -> int:
    return sum(len(f"&{name}={quote(value, safe='', errors='surrogatepass')}") for value in values)
