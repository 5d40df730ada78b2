# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pagination of lists, with detection of missing rows.

Private to webex.calling. The module supports rows of any kind that a key identifies.

Webex links pages with the header C(Link) (RFC 8288). Other projects report links without parameters of the request, and
gateways that remove the header. If Webex deletes a row during a read, all later rows move by one position.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from typing import Any

from ._client import WebexClient
from ._error_parsing import pagination_error

#: Query parameters: list of values for each name.
Parameters = Mapping[str, Sequence[str]]

#: List rows in the format of the Webex API.
Rows = list[dict[str, Any]]

#: Maximum number of backward steps for one page if the list changes during the read.
_MAX_STEPS_BACK = 10

#: Pattern of a row position in a link. Other values, such as a cursor, are opaque.
_POSITION = re.compile(r"[0-9]{1,9}")


def row_id(row: Any) -> str | None:
    """Return the id of a row, or None for an invalid row."""
    webex_id = row.get("id") if isinstance(row, dict) else None
    return webex_id if isinstance(webex_id, str) and webex_id.strip() else None


class PagedList:
    """Paginated list of rows with keys, such as unique ids.

    :param client: client for the requests.
    :param path: API path of the list.
    :param key: response key that contains the rows.
    :param query: query parameters of the list.
    :param page_size: requested number of rows per page.
    :param filters: names of all query parameters that filter rows.
    :param is_complete: function that returns whether C(read) has yielded all rows that can match.
    :param key_of: function that returns the key of a row, or None for an invalid row.
    :param repeatable: whether a page can contain a row twice.
    :param is_unique: function that returns whether no other row of the list has the key of a row.
    """

    def __init__(
        self,
        client: WebexClient,
        path: str,
        key: str,
        query: Parameters,
        *,
        page_size: int,
        filters: Collection[str],
        is_complete: Callable[[], bool] = lambda: False,
        key_of: Callable[[Any], str | None] = row_id,
        repeatable: bool = False,
        is_unique: Callable[[Any], bool] = lambda _row: True,
    ) -> None:
        self._client = client
        self._path = path
        self._key = key
        self._query = query
        self._max = [str(page_size)]
        self._filters = {name.casefold(): name for name in (*filters, "orgId")}
        self._is_complete = is_complete
        self._key_of = key_of
        self._repeatable = repeatable
        self._is_unique = is_unique
        self._keys: set[str] = set()
        #: Position after the last row of the current page.
        self._position = 0
        #: Row count of the current page, and keys of its first and last row.
        self._last_length = 0
        self._first_key: str | None = None
        self._last_key: str | None = None
        #: Whether the method had to step back for the current page.
        self._has_stepped_back = False
        self._longest = 0
        #: Query parameters of the next page, or None without a next page.
        self._following: Parameters | None = None

    def read(self) -> Iterator[Rows]:
        """Yield the rows of each page. Each row appears only once.

        Pages overlap by one row. If a page does not contain the last row of the page before, rows have moved, and the
        method steps back. Pages without a position in their links cannot overlap, so the method reads these pages
        twice. After the last page, the method requests further rows, unless the list is complete.

        :raises WebexError: if a request fails, or if rows may be missing.
        """
        first = {"max": self._max, **self._query}
        yield self._page(first, 0)
        first_key = self._first_key
        known_pages = 0
        while known_pages <= _MAX_STEPS_BACK:
            overlapping = yield from self._follow_links()
            if not overlapping:
                yield self._page(first, 0)
                first_key = self._first_key
                yield from self._follow_links(again=True)
                self._position = len(self._keys)
            if not self._position or self._is_complete():
                return
            known = len(self._keys)
            # Webex ignores the position of a list whose links have none, and repeats the first page.
            yield self._overlapping_page(first, repeats=not overlapping)
            if len(self._keys) > known:
                known_pages = 0
            elif self._last_length <= 1 or (self._first_key == first_key and self._position > self._last_length):
                # No rows follow, or Webex ignores the position and repeats the first page.
                return
            else:
                # Rows have moved, so this page ends before the end of the previous page.
                known_pages += 1
        raise pagination_error("the list changes while it is read")

    def _follow_links(self, *, again: bool = False) -> Generator[Rows, None, bool]:
        """Yield the new rows of all linked pages, and return whether all of these pages overlap.

        :param again: whether this is the second read of the pages.
        """
        overlapping = True
        known_pages = 0
        requested: list[Parameters] = []
        while self._following is not None:
            following = self._following
            if self._can_overlap(following):
                known = len(self._keys)
                yield self._overlapping_page(following)
                if len(self._keys) > known:
                    known_pages = 0
                elif self._following is not None and not self._has_stepped_back:
                    raise pagination_error("a further page has no further rows")
                else:
                    known_pages += 1
                if known_pages > _MAX_STEPS_BACK:
                    raise pagination_error("the list changes while it is read")
                continue
            overlapping = False
            if following in requested:
                raise pagination_error("the next page is one that was read already")
            requested.append(following)
            yield self._page(following, self._position)
            if again and not self._last_length:
                raise pagination_error("a further page is empty")
        return overlapping

    def _can_overlap(self, following: Parameters) -> bool:
        """Return whether the next page can start with the last row of the current page.

        :param following: query parameters of the next page.
        :raises ApiError: if the next page skips rows.
        """
        start = ",".join(following.get("start", ()))
        if not start and following.keys() <= {"max", "start", *self._query}:
            # Use the current position, because the link does not contain a position.
            start = str(self._position)
        if not _POSITION.fullmatch(start) or int(start) < self._position:
            return False
        if int(start) > self._position:
            raise pagination_error("the link to the next page skips rows")
        # With one row per page, an overlapping page cannot contain a new row.
        return self._last_length > 1

    def _overlapping_page(self, parameters: Parameters, *, repeats: bool = False) -> Rows:
        """Return the new rows of a page that starts with the last row, or with an earlier row if rows have moved.

        :param repeats: whether the page may repeat an earlier page.
        """
        start = self._position - 1
        for step in range(_MAX_STEPS_BACK + 1):
            self._has_stepped_back = bool(step)
            rows = self._request({**parameters, "start": [str(start)]})
            if start == 0 or self._is_connected(rows, any_known=repeats or bool(step)):
                return self._add(rows, start)
            # The key of a row that is not unique does not show whether rows have moved.
            unique = not rows or self._is_unique(rows[0])
            start = max(0, start - max(1, self._longest - 1 if unique else 1))
        raise pagination_error("the list changes while it is read")

    def _is_connected(self, rows: Rows, *, any_known: bool) -> bool:
        """Return whether these rows follow the known rows without a gap, unless the last row itself has moved.

        A known first row proves this only after a step back by a whole page. Otherwise, it can be an earlier row that
        has moved, because it was renamed.

        :param any_known: whether a known first row is enough.
        """
        if any_known:
            return bool(rows) and self._is_unique(rows[0]) and self._key_of(rows[0]) in self._keys
        for row in rows:
            key = self._key_of(row)
            if key == self._last_key and self._is_unique(row):
                return True
            if key not in self._keys:
                break
        return False

    def _page(self, parameters: Parameters, start: int) -> Rows:
        """Request one page, and return the new rows."""
        return self._add(self._request(parameters), start)

    def _add(self, rows: Rows, start: int) -> Rows:
        self._last_length = len(rows)
        self._longest = max(self._longest, len(rows))
        self._position = start + len(rows)
        by_key = {key: row for row in rows if (key := self._key_of(row)) is not None}
        self._first_key = next(iter(by_key), None)
        self._last_key = self._key_of(rows[-1]) if rows else None
        added = [row for key, row in by_key.items() if key not in self._keys]
        self._keys.update(by_key)
        return added

    def _request(self, parameters: Parameters) -> Rows:
        """Request one page, return all rows, and store the query parameters of the next page."""
        page = self._client.get_page(self._path, parameters)
        rows = page.content.get(self._key)
        keys = [self._key_of(row) for row in rows] if isinstance(rows, list) else []
        if not isinstance(rows, list) or None in keys:
            raise pagination_error(f"a page has no list {self._key} of objects with ids")
        if not self._repeatable and len(set(keys)) < len(keys):
            raise pagination_error(f"{Counter(keys).most_common(1)[0][0]} is listed twice on a page")
        self._following = None if page.following is None else self._completed(page.following)
        return rows

    def _completed(self, link: Parameters) -> Parameters:
        """Return the query parameters of a link, and add missing parameters from the original query.

        The method removes the organization of the link, because the client adds the configured organization.

        :raises ApiError: if the link has other filter values than the query.
        """
        org_id = self._client.connection.org_id
        sent = self._query if org_id is None else {**self._query, "orgId": [org_id]}
        kept = {}
        for name, values in link.items():
            filtered = self._filters.get(name.casefold())
            if filtered is None:
                kept[name] = values
            elif (filtered != "orgId" or org_id is not None) and not _comparable(values) <= _comparable(
                sent.get(filtered, ())
            ):
                raise pagination_error(f"the link to the next page has another {filtered}")
        return {"max": self._max, **kept, **self._query}


def _comparable(values: Sequence[str]) -> set[str]:
    """Return the letters and digits of the values, to ignore encoding differences such as C(+) and space."""
    texts = ("".join(character for character in value.casefold() if character.isalnum()) for value in values)
    # Ignore empty values, because a link can contain a parameter name without its value.
    return {text for text in texts if text}
