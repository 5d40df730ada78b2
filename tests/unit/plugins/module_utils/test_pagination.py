# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import random
from types import SimpleNamespace

import pytest

from ansible_collections.webex.calling.plugins.module_utils import _errors as errors
from ansible_collections.webex.calling.plugins.module_utils._auth import StaticToken
from ansible_collections.webex.calling.plugins.module_utils._client import Page, WebexClient
from ansible_collections.webex.calling.plugins.module_utils._http import Connection
from ansible_collections.webex.calling.plugins.module_utils._pagination import PagedList


class List:
    """Stands in for the client, and for a list of rows of Webex that changes while it is read.

    :param rows: ids of the rows.
    :param ceiling: maximum length of a page.
    :param before: function that is called with the list and the number of a request, before the request.
    :param link: function that returns the link of a page from the regular link.
    """

    def __init__(self, rows, ceiling=10, *, before=lambda rows, number: None, link=lambda link: link, org_id=None):
        self.rows = list(rows)
        self.ceiling = ceiling
        self.before = before
        self.link = link
        self.connection = SimpleNamespace(org_id=org_id)
        self.asked = []

    def get_page(self, path, query):
        assert path == "list"
        self.before(self.rows, len(self.asked))
        self.asked.append(query)
        start = self.start(query)
        size = min(int(query["max"][0]), self.ceiling)
        following = None
        if start + size < len(self.rows):
            following = self.link({**query, "max": [str(size)], "start": [str(start + size)]})
        return Page({"rows": [{"id": row} for row in self.rows[start : start + size]]}, following)

    def start(self, query):
        return int(query.get("start", ["0"])[0])


class Cursors(List):
    """A list whose links have no position. It ignores positions."""

    def start(self, query):
        return int(query.get("cursor", ["0"])[0])

    def get_page(self, path, query):
        page = super().get_page(path, query)
        following = page.following and {"cursor": page.following["start"]}
        return Page(page.content, following)


def read(client, query=None, **options):
    rows = PagedList(client, "list", "rows", query or {}, page_size=1000, filters=("name", "id"), **options).read()
    return [row["id"] for page in rows for row in page]


def ids(count):
    return [f"row {number}" for number in range(count)]


def starts(client):
    return [query.get("start", [None])[0] for query in client.asked]


@pytest.mark.parametrize(
    ("count", "asked"),
    [
        (0, [None]),
        (1, [None, "0"]),
        (9, [None, "8"]),
        (10, [None, "9"]),
        (11, [None, "9", "10"]),
        (25, [None, "9", "18", "24"]),
        # Three pages of ten, of which two begin with a row that is known.
        (28, [None, "9", "18", "27"]),
        (29, [None, "9", "18", "27", "28"]),
    ],
)
def test_pages_overlap_by_one_row(count, asked):
    client = List(ids(count))
    assert read(client) == ids(count)
    assert starts(client) == asked


def test_a_complete_list_is_not_asked_for_more():
    client = List(ids(3))
    assert read(client, is_complete=lambda: True) == ids(3)
    assert starts(client) == [None]


def test_no_link_at_all():
    client = List(ids(25), link=lambda link: None)
    assert read(client) == ids(25)
    assert starts(client) == [None, "9", "18", "24"]


def test_links_without_a_position_are_read_twice():
    client = Cursors(ids(25))
    assert read(client) == ids(25)
    assert [query.get("cursor") for query in client.asked] == [None, ["10"], ["20"], None, ["10"], ["20"], None]


def test_a_row_that_moves_between_pages_without_a_position():
    client = Cursors(ids(25), before=lambda rows, number: number == 1 and rows.remove("row 3"))
    assert set(read(client)) == set(ids(25))


def test_a_server_that_ignores_the_position():
    class Ignoring(List):
        def start(self, query):
            return 0

    client = Ignoring(ids(7))
    assert read(client) == ids(7)
    assert len(client.asked) == 2
    with pytest.raises(errors.ApiError, match="a further page has no further rows"):
        read(Ignoring(ids(25)))


@pytest.mark.parametrize("ceiling", [1, 2, 3])
def test_short_pages(ceiling):
    assert read(List(ids(7), ceiling)) == ids(7)


@pytest.mark.parametrize("request_number", [1, 2, 3])
@pytest.mark.parametrize("count", [12, 25])
def test_a_known_row_that_moves_to_the_end_of_a_page(request_number, count):
    """Two rows leave a page, and one of them comes back behind the first row of the next page."""

    def move(rows, number):
        if number == request_number and len(rows) > request_number * 9 + 2:
            del rows[1]
            rows.insert(request_number * 9, rows.pop(2))

    client = List(ids(count), before=move)
    assert set(read(client)) == set(ids(count))


def test_a_last_row_that_moves_to_the_front():
    client = List(ids(25), before=lambda rows, number: number == 1 and rows.insert(0, rows.pop(9)))
    assert set(read(client)) == set(ids(25))


@pytest.mark.parametrize("change", [lambda rows: rows.insert(0, rows.pop()), lambda rows: rows.append(rows.pop(0))])
def test_a_list_that_rotates(change):
    client = List(ids(25), before=lambda rows, number: change(rows))
    with contextlib.suppress(errors.ApiError):
        assert set(read(client)) == set(ids(25))
    assert len(client.asked) < 100


@pytest.mark.parametrize("seed", range(300))
def test_rows_that_move_all_the_time(seed):
    """Rows move, for example because they are renamed. All others that remain are found, or the task fails."""
    rng = random.Random(seed)
    moved = set()

    def change(rows, number):
        for _each in range(rng.choice([0, 0, 1, 2, 3])):
            row = rows.pop(rng.randrange(len(rows)))
            moved.add(row)
            if rng.random() < 0.6:
                rows.insert(rng.randrange(len(rows) + 1), row)

    client = List(ids(rng.choice([30, 95])), rng.choice([5, 10]), before=change)
    with contextlib.suppress(errors.ApiError):
        found = read(client)
        assert set(client.rows) - moved <= set(found)


@pytest.mark.parametrize("deleted", [["row 3"], ["row 9"], ["row 10"], ["row 19"], ids(9), ids(15), ids(25)])
@pytest.mark.parametrize("request_number", [1, 2, 3, 4])
def test_rows_that_are_deleted_before_a_request(deleted, request_number):
    def delete(rows, number):
        if number == request_number:
            rows[:] = [row for row in rows if row not in deleted]

    client = List(ids(45), before=delete)
    found = read(client)
    assert len(found) == len(set(found))
    assert set(ids(45)) - set(deleted) <= set(found)
    assert len(client.asked) <= 10


@pytest.mark.parametrize("seed", range(300))
def test_rows_that_are_deleted_and_added_all_the_time(seed):
    """Each row that exists from the first to the last request is found, or the task fails."""
    rng = random.Random(seed)

    def change(rows, number):
        for _each in range(rng.choice([0, 0, 0, 1, 2, 12])):
            if rows:
                rows.remove(rng.choice(rows))
        if adds and rng.random() < 0.2:
            rows.insert(rng.randrange(len(rows) + 1), f"new {number}")

    drop = rng.random() < 0.3
    ceiling = rng.choice([2, 5, 10])
    # With so few rows on a page, one that repeats the first page is taken for one of a server without positions.
    adds = ceiling > 2 or not drop
    client = List(
        ids(rng.choice([0, 5, 30, 95])),
        ceiling,
        before=change,
        link=lambda link: None if drop and rng.random() < 0.5 else link,
    )
    with contextlib.suppress(errors.ApiError):
        found = read(client)
        assert len(found) == len(set(found))
        assert {row for row in client.rows if not row.startswith("new")} <= set(found)


def test_a_list_that_changes_too_fast():
    def delete(rows, number):
        if number > 20:
            del rows[:150]

    with pytest.raises(errors.ApiError, match="the list changes while it is read"):
        read(List(ids(5000), 100, before=delete))


QUERY = {"name": ["São Paulo", "+1 555"], "id": ["a"]}


@pytest.mark.parametrize(
    "lost",
    [
        {"name"},
        {"id"},
        {"orgId"},
        {"name", "id", "orgId", "max"},
    ],
)
def test_a_link_that_lost_parameters_is_completed(lost):
    client = List(
        ids(25),
        org_id="org",
        link=lambda link: {name: value for name, value in {**link, "orgId": ["org"]}.items() if name not in lost},
    )
    assert read(client, QUERY) == ids(25)
    # The client adds the organization.
    assert all({**query, **QUERY} == query and "orgId" not in query for query in client.asked)


@pytest.mark.parametrize(
    "values",
    [
        {"name": ["São Paulo"]},
        {"name": ["são paulo", " 1 555"]},
        {"name": [""]},
        {"NAME": ["São Paulo"]},
        {"orgid": ["ORG"]},
        {"orgId": [""]},
    ],
)
def test_a_link_that_says_the_same_differently(values):
    client = List(ids(25), org_id="org", link=lambda link: {**link, **values})
    assert read(client, QUERY) == ids(25)
    assert all(
        query.keys() <= {"max", "start", "name", "id"} and query["name"] == QUERY["name"] for query in client.asked
    )


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"name": ["Denver"]}, "name"),
        ({"name": ["São Paulo", "+1 555", "Denver"]}, "name"),
        ({"Name": ["Denver"]}, "name"),
        ({"id": ["b"]}, "id"),
        ({"orgId": ["other"]}, "orgId"),
        ({"ORGID": ["other"]}, "orgId"),
    ],
)
def test_a_link_that_contradicts_the_query(values, name):
    client = List(ids(25), org_id="org", link=lambda link: {**link, **values})
    with pytest.raises(errors.ApiError) as caught:
        read(client, QUERY)
    assert (caught.value.error_type, caught.value.message) == (
        "pagination",
        f"the link to the next page has another {name}",
    )
    assert len(client.asked) == 1


def test_a_link_that_filters():
    client = List(ids(25), link=lambda link: {**link, "name": ["Denver"]})
    with pytest.raises(errors.ApiError, match="the link to the next page has another name"):
        read(client)


def test_a_link_never_chooses_the_organization():
    client = List(ids(25), link=lambda link: {**link, "orgId": ["other"]})
    assert read(client) == ids(25)
    assert not any("orgId" in query for query in client.asked)


@pytest.mark.parametrize("position", ["11", "20", "999999999"])
def test_a_link_that_skips_rows(position):
    client = List(ids(25), link=lambda link: {**link, "start": [position]})
    with pytest.raises(errors.ApiError, match="the link to the next page skips rows"):
        read(client)


@pytest.mark.parametrize("position", ["", "x", "-1", "9" * 5000, "\u0661\u0660"])
def test_positions_that_are_none(position):
    class Position(List):
        def start(self, query):
            return 10 if query.get("start") == [position] else super().start(query)

    client = Position(ids(20), link=lambda link: {**link, "start": [position]})
    assert read(client) == ids(20)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, "a page has no list rows of objects with ids"),
        ({"rows": {}}, "a page has no list rows of objects with ids"),
        ({"rows": [{"id": "a"}, {"name": "b"}]}, "a page has no list rows of objects with ids"),
        ({"rows": [{"id": " "}]}, "a page has no list rows of objects with ids"),
        ({"rows": [{"id": "a"}, {"id": "b"}, {"id": "b"}]}, "b is listed twice on a page"),
    ],
)
def test_pages_that_are_none(content, message):
    class Broken(List):
        def get_page(self, path, query):
            return Page(content, None)

    with pytest.raises(errors.ApiError) as caught:
        read(Broken([]))
    assert (caught.value.error_type, caught.value.message) == ("pagination", message)


# --- links over a connection ---------------------------------------------------------------------------------


@pytest.fixture
def read_from(webex):
    def read_from_(**options):
        client = WebexClient(Connection(api_url=webex.url, **options), StaticToken("fake-access-token"))
        return read(client)

    return read_from_


def rows(*numbers):
    return {"rows": [{"id": f"row {number}"} for number in numbers]}


def test_pages_are_followed(webex, read_from):
    webex.will(
        webex.answer(body=rows(0, 1), Link=f'<{webex.url}/list?start=2&max=2&orgId=org>; rel="next"'),
        webex.answer(body=rows(1, 2), Link='</v1/list?start=3>; rel="next", </v1/list>; rel="first"'),
        webex.answer(body=rows(2, 3), Link='</v1/list>; rel="prev"'),
        webex.answer(body=rows(3)),
    )
    assert read_from(org_id="org") == ids(4)
    assert [request.path for request in webex.asked] == [
        "/v1/list?max=1000&orgId=org",
        "/v1/list?max=2&start=1&orgId=org",
        "/v1/list?max=1000&start=2&orgId=org",
        "/v1/list?max=1000&start=3&orgId=org",
    ]


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("http://127.0.0.1:1/v1/list", "the next page is at http://127.0.0.1:1, where the token must not be sent"),
        (
            "https://elsewhere.example/v1/list?x=1",
            "the next page is at https://elsewhere.example, where the token must not",
        ),
        ("//elsewhere.example/", "the next page is at http://elsewhere.example, where the token must not be sent"),
        ("ftp://127.0.0.1/", "the next page is at ftp://127.0.0.1, where the token must not be"),
        ("/v1/people?start=2", "the next page has another path"),
        ("/list?start=2", "the next page has another path"),
        ("http://[", "the address of the next page is invalid"),
        ("http://127.0.0.1:port/", "the address of the next page is invalid"),
    ],
)
def test_pages_that_lead_astray(webex, read_from, link, message):
    webex.will(webex.answer(body=rows(0, 1), Link=f'<{link}>; rel="next"'))
    with pytest.raises(errors.ApiError) as caught:
        read_from()
    assert caught.value.reason == "Inconsistent pages"
    assert caught.value.message.startswith(message)
    assert len(webex.asked) == 1


def test_pages_that_go_round(webex, read_from):
    webex.will(
        webex.answer(body=rows(0, 1), Link='</v1/list?cursor=1>; rel="next"'),
        webex.answer(body=rows(2, 3), Link='</v1/list?cursor=2>; rel="next"'),
        webex.answer(body=rows(4, 5), Link='</v1/list?cursor=1>; rel="next"'),
    )
    with pytest.raises(errors.ApiError, match="Inconsistent pages: the next page is one that was read"):
        read_from()
    assert len(webex.asked) == 3


def test_a_link_to_the_same_page(webex, read_from):
    webex.will(webex.answer(body=rows(0, 1), Link='</v1/list>; rel="next"'))
    with pytest.raises(errors.ApiError, match="Inconsistent pages: a further page has no further rows"):
        read_from()
    assert len(webex.asked) == 2


def test_a_link_that_lost_the_position(webex, read_from):
    webex.will(webex.answer(body=rows(0, 1), Link='</v1/list>; rel="next"'), webex.answer(body=rows(1)))
    assert read_from() == ids(2)
    assert [request.path for request in webex.asked] == ["/v1/list?max=1000"] + ["/v1/list?max=1000&start=1"] * 2


@pytest.mark.parametrize(
    "link",
    [
        '</v1/list?x=a;b=c&start=2>; rel="next"',
        '</v1/list?start=2>; title="a=b"; rel="next"',
        '</v1/list?start=2>; Rel="next"',
        '</v1/list?start=2>; rel="Next"',
        "</v1/list?start=2>; rel='next last'",
        "</v1/list?start=2>; rel = next",
    ],
)
def test_a_next_page_is_never_overlooked(webex, read_from, link):
    webex.will(webex.answer(body=rows(0, 1), Link=link), webex.answer(body=rows(1, 2)), webex.answer(body=rows(2)))
    found = []
    # A header that can't be understood is an error; one that is taken for that of the last page would be none.
    with contextlib.suppress(errors.ApiError):
        found = read_from()
    assert found in ([], ids(3))
    assert len(webex.asked) in (1, 3)


def test_other_relations_are_no_next_page(webex, read_from):
    link = '</v1/list?next=1>; rel="prev"; title="the next", </v1/next>; rel="first"'
    webex.will(webex.answer(body=rows(0, 1), Link=link))
    assert read_from() == ids(2)
    assert [request.path for request in webex.asked] == ["/v1/list?max=1000", "/v1/list?max=1000&start=1"]
