# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists in several pages, read such that no row is missing.

Private to webex.calling. Independent of what the rows are.

Webex connects pages with the header C(Link) (RFC 8288). Peers report links that lost parameters of the request, and
gateways that drop the header. A row that is deleted while a list is read moves all later rows by one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, unquote

from ._client import WebexClient
from ._error_parsing import pagination_error

#: Parameters of a query.
Parameters = Mapping[str, Sequence[str]]

#: Rows of a list as the API returns them.
Rows = list[dict[str, Any]]

#: Maximum number of steps back in a list that changes while it is read.
_MAX_STEPS_BACK = 10

#: Parameters that differ from page to page.
_POSITION = ("start", "max")


class PagedList:
    """List of rows with unique ids.

    :param key: key of the rows in a page.
    :param filters: names of all parameters that filter rows.
    :param is_complete: whether no further row can match, given the rows so far.
    """

    def __init__(
        self,
        client: WebexClient,
        path: str,
        key: str,
        *,
        page_size: int,
        filters: Collection[str],
        is_complete: Callable[[Mapping[str, dict[str, Any]]], bool] = lambda _rows: False,
    ) -> None:
        self._client = client
        self._path = path
        self._key = key
        self._page_size = page_size
        self._filters = {*filters, "orgId"}
        self._is_complete = is_complete
        self._rows: dict[str, dict[str, Any]] = {}
        #: Position after the last row of the last page.
        self._position = 0
        self._page_length = 0
        #: Parameters of the page that the last page links to.
        self._following: Parameters | None = None

    def read(self, query: Parameters) -> Iterator[Rows]:
        """Yield the rows of the list, page by page, each row once.

        Pages overlap by one row. If the first row of a page is not known yet, rows have moved, and reading steps back.
        Pages whose links have no position cannot overlap, so they are read twice. After the last page, the list is
        asked for what follows, unless it is complete.

        :raises WebexError: if rows may be missing.
        """
        first: Parameters = {**query, "max": [str(self._page_size)]}
        yield from self._page(first, 0)
        while True:
            overlapping = yield from self._follow_links()
            if not overlapping:
                yield from self._page(first, 0)
                yield from self._follow_links()
                self._position = len(self._rows)
            if not self._position or self._is_complete(self._rows):
                return
            known = len(self._rows)
            yield from self._overlapping_page(first)
            # A server that ignores the position repeats its first page.
            if len(self._rows) == known:
                return

    def _follow_links(self) -> Generator[Rows, None, bool]:
        """Yield the rows of the following pages, and return whether all of them overlap."""
        overlapping = True
        requested: list[Parameters] = []
        while self._following is not None:
            following = self._following
            if following in requested:
                raise pagination_error("the next page is one that was read already")
            requested.append(following)
            known = len(self._rows)
            if self._can_overlap(following):
                yield from self._overlapping_page(following)
                if len(self._rows) == known and self._following is not None:
                    raise pagination_error("a further page has no further rows")
            else:
                overlapping = False
                yield from self._page(following, self._position)
                if not self._page_length:
                    raise pagination_error("a further page is empty")
        return overlapping

    def _can_overlap(self, following: Parameters) -> bool:
        """Return whether the page after the last one can begin with the last row.

        :raises ApiError: if the page would skip rows.
        """
        start = "".join(following.get("start", ()))
        if not start.isdecimal() or int(start) < self._position:
            return False
        if int(start) > self._position:
            raise pagination_error("the link to the next page skips rows")
        return self._page_length > 1

    def _overlapping_page(self, parameters: Parameters) -> Iterator[Rows]:
        """Yield the rows of a page that begins with the last row, or with any other known row."""
        start = self._position - 1
        for _step in range(_MAX_STEPS_BACK):
            known = set(self._rows)
            page = yield from self._page({**parameters, "start": [str(start)]}, start)
            if not start or (page and page[0]["id"] in known):
                return
            start = max(0, start - (len(page) or self._page_size))
        raise pagination_error("the list changes while it is read")

    def _page(self, parameters: Parameters, start: int) -> Generator[Rows, None, Rows]:
        """Yield the new rows of one page, and return all its rows."""
        page = self._request(parameters)
        self._position = start + len(page)
        self._page_length = len(page)
        yield self._add(page)
        return page

    def _add(self, page: Rows) -> Rows:
        added = [row for row in page if row["id"] not in self._rows]
        self._rows.update((row["id"], row) for row in added)
        return added

    def _request(self, parameters: Parameters) -> Rows:
        """Return the rows of one page, and note the parameters of the following page."""
        sent, response = self._client.get_page(self._path, parameters)
        rows = response.content.get(self._key)
        if not isinstance(rows, list) or not all(_has_id(row) for row in rows):
            raise pagination_error(f"a page has no list {self._key} of objects with ids")
        ids = [row["id"] for row in rows]
        if len(set(ids)) < len(ids):
            twice = next(each for each in ids if ids.count(each) > 1)
            raise pagination_error(f"{twice} is listed twice on a page")
        self._following = None
        if response.next_target is not None:
            path, _separator, query = response.next_target.partition("?")
            if unquote(path) != unquote(sent.path):
                raise pagination_error("the next page has another path")
            self._following = self._completed(parse_qs(query, keep_blank_values=True), sent.parameters)
        return rows

    def _completed(self, link: Parameters, sent: Parameters) -> Parameters:
        """Return the parameters of a link, completed by those of the request that it lost.

        :raises ApiError: if the link filters by other values.
        """
        wanted = {name: list(values) for name, values in sent.items() if name not in _POSITION}
        for name, values in link.items():
            if name in self._filters and _comparable(values) != _comparable(wanted.get(name, values)):
                raise pagination_error(f"the link to the next page has another {name}")
            if name in self._filters and name not in wanted and name != "orgId":
                raise pagination_error(f"the link to the next page filters by {name}")
        return {"max": sent["max"], **link, **wanted}


def _has_id(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("id"), str) and bool(row["id"].strip())


def _comparable(values: Sequence[str]) -> list[str]:
    """Return values such that differences of encoding do not count, such as a C(+) that became a space."""
    return sorted("".join(character for character in value.casefold() if character.isalnum()) for value in values)
