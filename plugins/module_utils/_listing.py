# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Virtual line list: queries and pages.

Private to webex.calling. API reference: https://developer.webex.com/docs/api/v1/virtual-line-call-settings
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ._client import WebexClient, path
from ._pagination import PagedList
from ._selectors import ID, SelectorValues, VirtualLine, normalize_number
from ._snake_case import NestedTooDeeplyError, to_snake_case, without_deep_values

#: Requested number of lines per page. Webex reduces the number to its own maximum.
_PAGE_SIZE = 1000

#: Query parameters that filter lines.
_FILTERS = (
    *("id", "locationId", "locationName", "ownerName", "phoneNumber"),
    *("hasDeviceAssigned", "hasExtensionAssigned", "hasDnAssigned"),
)

#: Result keys that do not identify a line.
_RESULT_KEYS = frozenset(
    {"call_recording", "changed", "changes", "error", "kind", "name", "not_recordable", "recordable"}
)

#: Maximum length in characters of all complete query parameters, and of each part of a split parameter.
#: The total length stays well below 8,000 characters, the limit of servers and proxies.
_MAX_QUERY_LENGTH = 3000


def list_lines(client: WebexClient, values: SelectorValues) -> Iterator[list[VirtualLine]]:
    """Yield pages with all lines that can match the selector values. Several pages can contain the same line.

    :raises WebexError: if a request fails, or if lines may be missing.
    """
    for query in _queries(values):
        yield from _list(client, query)


def listed_ids(client: WebexClient, ids: Iterable[str]) -> set[str]:
    """Return the given virtual line ids that exist in the organization.

    :param ids: virtual line ids to look up.
    :raises WebexError: if the list cannot be read.
    """
    pages = list_lines(client, {ID: {each: each for each in ids}})
    return {line["id"] for page in pages for line in page}


def _list(client: WebexClient, query: Mapping[str, list[str]]) -> Iterator[list[VirtualLine]]:
    # Ids and numbers are unique, so no other line can match after all ids or numbers are found.
    by_id = "id" in query
    wanted = set(query["id"]) if by_id else {normalize_number(number) for number in query.get("phoneNumber", ())}
    exact = bool(wanted)
    rows = PagedList(
        client,
        path("telephony", "config", "virtualLines"),
        "virtualLines",
        query,
        page_size=_PAGE_SIZE,
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


def _to_line(row: Mapping[str, Any]) -> VirtualLine:
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
        selector.parameter: [selector.to_query(value) for value in of_selector.values()]
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
