# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""List of virtual lines: queries and pages.

Private to webex.calling. Source: https://developer.webex.com/docs/api/v1/virtual-line-call-settings
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ._client import WebexClient, path
from ._error_parsing import pagination_error
from ._selectors import SelectorValues, VirtualLine
from ._snake_case import to_snake_case

#: Lines per page. The server lowers the number to its own maximum.
_PAGE_SIZE = 1000

#: Maximum length in characters of the parameters that are sent as a whole, and of the part of a parameter that is sent
#: in several requests. Together they stay well below the 8,000 that servers and proxies accept.
_MAX_QUERY_LENGTH = 3000


def list_lines(client: WebexClient, values: SelectorValues) -> Iterator[list[VirtualLine]]:
    """Yield all lines that can match, page by page; a line can appear in the pages of several queries.

    :raises ApiError: also if the pages are not those of one list, because lines may be missing.
    """
    for query in _queries(values):
        yield from _pages(client, query)


def _queries(values: SelectorValues) -> Iterator[dict[str, list[str]]]:
    """Yield queries that together return all lines that can match, and as few others as possible.

    Of the parameters that are too long for one request, the shortest is sent in parts. The others are left to the
    filter here.
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


def _pages(client: WebexClient, query: Mapping[str, Any]) -> Iterator[list[VirtualLine]]:
    seen: set[str] = set()
    pages = client.pages(path("telephony", "config", "virtualLines"), max=_PAGE_SIZE, **query)
    for number, page in enumerate(pages):
        items = page.get("virtualLines")
        if not isinstance(items, list) or not all(_is_line(item) for item in items):
            raise pagination_error("a page is not a list of virtual lines")
        if number and not items:
            raise pagination_error("a further page is empty")
        for item in items:
            if item["id"] in seen:
                raise pagination_error(f"the virtual line {item['id']} is listed twice")
            seen.add(item["id"])
        yield [to_snake_case(item) for item in items]


def _is_line(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("id"), str) and bool(item["id"].strip())
