# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists in several pages, read such that no row is missing.

Private to webex.calling. Independent of what the rows are.

Webex connects pages with the header C(Link) (RFC 8288). Peers report links that lost parameters of the request, and
gateways that drop the header. A row that is deleted while a list is read moves all later rows by one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from typing import Any

from ._client import WebexClient
from ._error_parsing import pagination_error

#: Parameters of a query.
Parameters = Mapping[str, Sequence[str]]

#: Rows of a list as the API returns them.
Rows = list[dict[str, Any]]

#: Maximum number of steps back for one page of a list that changes while it is read.
_MAX_STEPS_BACK = 10

#: Position in a link. Anything else, such as a cursor, is opaque.
_POSITION = re.compile(r"[0-9]{1,9}")


class PagedList:
    """List of rows with unique ids.

    :param key: key of the rows in a page.
    :param filters: names of all parameters that filter rows.
    :param is_complete: returns whether no row can match besides those that C(read) yielded.
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
    ) -> None:
        self._client = client
        self._path = path
        self._key = key
        self._query = query
        self._max = [str(page_size)]
        self._filters = {name.casefold(): name for name in (*filters, "orgId")}
        self._is_complete = is_complete
        self._ids: set[str] = set()
        #: Position after the last row of the last page.
        self._position = 0
        #: Length, and id of the first row, of the last page.
        self._last_length = 0
        self._first_id: str | None = None
        self._longest = 0
        #: Parameters of the page that the last page links to.
        self._following: Parameters | None = None

    def read(self) -> Iterator[Rows]:
        """Yield the rows of the list, page by page, each row once.

        Pages overlap by one row. If the first row of a page is not known yet, rows have moved, and reading steps back.
        Pages whose links have no position cannot overlap, so they are read twice. After the last page, the list is
        asked for what follows, unless it is complete.

        :raises WebexError: if rows may be missing.
        """
        first = {"max": self._max, **self._query}
        yield self._page(first, 0)
        first_id = self._first_id
        known_pages = 0
        while known_pages <= _MAX_STEPS_BACK:
            overlapping = yield from self._follow_links()
            if not overlapping:
                yield self._page(first, 0)
                first_id = self._first_id
                yield from self._follow_links(again=True)
                self._position = len(self._ids)
            if not self._position or self._is_complete():
                return
            known = len(self._ids)
            yield self._overlapping_page(first)
            if len(self._ids) > known:
                known_pages = 0
            elif self._last_length <= 1 or (self._first_id == first_id and self._position > self._last_length):
                # Nothing follows, or the server ignores the position and repeats its first page.
                return
            else:
                # Rows have moved, so that this page ends before the last one did.
                known_pages += 1
        raise pagination_error("the list changes while it is read")

    def _follow_links(self, *, again: bool = False) -> Generator[Rows, None, bool]:
        """Yield the rows of the following pages, and return whether all of them overlap.

        :param again: whether the pages are read for the second time.
        """
        overlapping = True
        requested: list[Parameters] = []
        while self._following is not None:
            following = self._following
            if self._can_overlap(following):
                known = len(self._ids)
                yield self._overlapping_page(following)
                if len(self._ids) == known and self._following is not None:
                    raise pagination_error("a further page has no further rows")
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
        """Return whether the page after the last one can begin with the last row.

        :raises ApiError: if the page would skip rows.
        """
        start = ",".join(following.get("start", ()))
        if not start and following.keys() <= {"max", "start", *self._query}:
            # The link lost the position.
            start = str(self._position)
        if not _POSITION.fullmatch(start) or int(start) < self._position:
            return False
        if int(start) > self._position:
            raise pagination_error("the link to the next page skips rows")
        # With one row on each page, a page that begins with the last row has no other.
        return self._last_length > 1

    def _overlapping_page(self, parameters: Parameters) -> Rows:
        """Return the new rows of the page that begins with the last row, or with an earlier one if rows have moved."""
        start = self._position - 1
        for _step in range(_MAX_STEPS_BACK + 1):
            rows = self._request({**parameters, "start": [str(start)]})
            if start == 0 or (rows and rows[0]["id"] in self._ids):
                return self._add(rows, start)
            start = max(0, start - max(1, self._longest - 1))
        raise pagination_error("the list changes while it is read")

    def _page(self, parameters: Parameters, start: int) -> Rows:
        """Return the new rows of one page."""
        return self._add(self._request(parameters), start)

    def _add(self, rows: Rows, start: int) -> Rows:
        self._last_length = len(rows)
        self._first_id = rows[0]["id"] if rows else None
        self._longest = max(self._longest, len(rows))
        self._position = start + len(rows)
        added = [row for row in rows if row["id"] not in self._ids]
        self._ids.update(row["id"] for row in added)
        return added

    def _request(self, parameters: Parameters) -> Rows:
        """Return the rows of one page, and keep the parameters of the following page."""
        page = self._client.get_page(self._path, parameters)
        rows = page.content.get(self._key)
        if not isinstance(rows, list) or not all(_has_id(row) for row in rows):
            raise pagination_error(f"a page has no list {self._key} of objects with ids")
        ids = Counter(row["id"] for row in rows)
        if len(ids) < len(rows):
            raise pagination_error(f"{ids.most_common(1)[0][0]} is listed twice on a page")
        self._following = None if page.following is None else self._completed(page.following)
        return rows

    def _completed(self, link: Parameters) -> Parameters:
        """Return the parameters of a link, completed by those of the query that it lost.

        The client adds the organization. A link must not choose one.

        :raises ApiError: if the link filters by other values.
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


def _has_id(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("id"), str) and bool(row["id"].strip())


def _comparable(values: Sequence[str]) -> set[str]:
    """Return values such that differences of encoding do not count, such as a C(+) that became a space."""
    texts = ("".join(character for character in value.casefold() if character.isalnum()) for value in values)
    # A link that has lost a value can still have the name of the parameter.
    return {text for text in texts if text}
