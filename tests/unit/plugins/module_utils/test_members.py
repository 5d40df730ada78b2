# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import urlencode

import pytest

from ansible_collections.webex.calling.plugins.module_utils import _listing
from ansible_collections.webex.calling.plugins.module_utils._client import Page
from ansible_collections.webex.calling.plugins.module_utils._errors import ApiError, NoMatchError, OptionError
from ansible_collections.webex.calling.plugins.module_utils._members import select
from ansible_collections.webex.calling.plugins.module_utils._selectors import describe


def item(line_id, first=None, last=None, number=None, extension=None, location="Denver", **more):
    """A line as the list has it."""
    names = {"firstName": first, "lastName": last}
    return {
        "id": line_id,
        **{key: value for key, value in names.items() if value is not None},
        "number": {key: value for key, value in (("external", number), ("extension", extension)) if value is not None},
        "location": {"id": f"id-of-{location}", "name": location},
        **more,
    }


ANN = item("ann", "Ann", "Lee", "+15550001", "101", someNewKey={"innerKey": None})
BOB = item("bob", "Bob", "Smith", "+15550002", "102")
CID = item("cid", "Cid", None, None, "101", "Lisbon")
DAN = item("dan", None, None, "+15550004", None, "Lisbon")
ALL = [ANN, BOB, CID, DAN]


class Client:
    """Stands in for the client: pages of lines, whatever is asked for; and what was.

    :param pages: rows of pages that links without a position connect; or the content of the only page.
    """

    def __init__(self, *pages):
        self.pages = pages or [ALL]
        self.connection = SimpleNamespace(org_id=None)
        self.asked = []

    def get_page(self, path, query):
        assert path == "telephony/config/virtualLines"
        self.asked.append(query)
        number = int(query.get("cursor", ["0"])[0])
        page = self.pages[number]
        following = {"cursor": [str(number + 1)]} if number + 1 < len(self.pages) else None
        return Page({"virtualLines": page} if isinstance(page, list) else page, following)

    @property
    def queries(self):
        """What was asked for, without further pages."""
        return [
            {name: query[name] for name in query if name != "max"}
            for query in self.asked
            if not {"cursor", "start"} & query.keys()
        ]


def ids(selection):
    return [line["id"] for line in selection.members]


def choose(client=None, **options):
    return select(client or Client(), {"allow_missing": False, **options})


def test_ids_alone_are_taken_as_they_are():
    client = Client()
    selection = choose(client, virtual_line_id=["b", "a", "b"])
    assert selection.members == [{"id": "b"}, {"id": "a"}]
    assert not selection.missing
    assert client.asked == []


def test_ids_can_be_looked_up():
    client = Client()
    selection = select(client, {"virtual_line_id": ["cid", "ann"], "allow_missing": False}, identify=True)
    assert ids(selection) == ["cid", "ann"]
    assert client.asked == [{"max": ["1000"], "id": ["cid", "ann"]}]


def test_all_lines_as_they_are_listed():
    client = Client([ANN, BOB], [CID])
    selection = choose(client)
    assert ids(selection) == ["ann", "bob", "cid"]
    # Pages whose links have no position are read twice. The last request asks for what follows.
    further = {"max": ["1000"], "cursor": ["1"]}
    assert client.asked == [{"max": ["1000"]}, further, {"max": ["1000"]}, further, {"max": ["1000"], "start": ["2"]}]
    assert selection.members[0] == {
        "id": "ann",
        "first_name": "Ann",
        "last_name": "Lee",
        "number": {"external": "+15550001", "extension": "101"},
        "location": {"id": "id-of-Denver", "name": "Denver"},
        "some_new_key": {"inner_key": None},
    }


@pytest.mark.parametrize(
    ("options", "found", "query"),
    [
        ({"phone_number": ["+1 555-0002"]}, ["bob"], {"phoneNumber": ["+15550002"]}),
        ({"phone_number": ["15550002"]}, ["bob"], {"phoneNumber": ["+15550002"]}),
        ({"extension": ["101"]}, ["ann", "cid"], {}),
        ({"extension": ["102", "101"]}, ["bob", "ann", "cid"], {}),
        ({"owner_name": ["bob  SMITH"]}, ["bob"], {"ownerName": ["bob SMITH"]}),
        ({"owner_name": ["Cid"]}, ["cid"], {"ownerName": ["Cid"]}),
        ({"location_name": ["lisbon"]}, ["cid", "dan"], {"locationName": ["lisbon"]}),
        ({"location_id": ["id-of-Lisbon"]}, ["cid", "dan"], {"locationId": ["id-of-Lisbon"]}),
        ({"location_name": ["Lisbon", "Denver"]}, ["cid", "dan", "ann", "bob"], {"locationName": ["Lisbon", "Denver"]}),
        (
            {"location_name": ["Denver"], "extension": ["101"]},
            ["ann"],
            {"locationName": ["Denver"]},
        ),
        (
            {"virtual_line_id": ["bob", "ann"], "location_name": ["Denver"]},
            ["bob", "ann"],
            {"id": ["bob", "ann"], "locationName": ["Denver"]},
        ),
    ],
)
def test_selectors(options, found, query):
    client = Client()
    selection = choose(client, **options)
    assert ids(selection) == found
    assert client.queries == [query]
    # Numbers and ids are unique, so that nothing follows once all are found.
    follows = not {"virtual_line_id", "phone_number"} & options.keys()
    assert len(client.asked) == 1 + follows
    assert not selection.missing


@pytest.mark.parametrize(
    ("options", "message", "missing"),
    [
        (
            {"location_name": ["Denvr"]},
            "no virtual line with location_name 'Denvr'; did you mean 'Denver'?",
            [("location_name", "Denvr")],
        ),
        (
            {"owner_name": ["Bob Smyth", "Zoltan Quux", "Ann Lee"]},
            "no virtual line with owner_name 'Bob Smyth'; did you mean 'Bob Smith'?; "
            "no virtual line with owner_name 'Zoltan Quux'",
            [("owner_name", "Bob Smyth"), ("owner_name", "Zoltan Quux")],
        ),
        (
            {"phone_number": ["+15550003"]},
            "no virtual line with phone_number '+15550003'; did you mean '+15550004'?",
            [("phone_number", "+15550003")],
        ),
        ({"extension": ["999"]}, "no virtual line with extension '999'", [("extension", "999")]),
        (
            {"location_id": ["id-of-Denvre"]},
            "no virtual line with location_id 'id-of-Denvre'",
            [("location_id", "id-of-Denvre")],
        ),
        (
            {"virtual_line_id": ["ann", "anna"], "location_name": ["Denver"]},
            "no virtual line with virtual_line_id 'anna'",
            [("virtual_line_id", "anna")],
        ),
        (
            {"location_name": ["Denver"], "extension": ["101", "102"], "owner_name": ["Ann Lee", "Cid"]},
            "no virtual line with extension '102' matches the other selectors as well; "
            "no virtual line with owner_name 'Cid' matches the other selectors as well",
            [("extension", "102"), ("owner_name", "Cid")],
        ),
    ],
)
def test_nothing_is_silently_empty(options, message, missing):
    with pytest.raises(NoMatchError) as caught:
        choose(**options)
    assert caught.value.message == message
    assert caught.value.extra_results == {
        "missing": [{"selector": selector, "value": value} for selector, value in missing]
    }
    assert str(caught.value).startswith("Could not select the virtual lines: No match: no virtual line with")
    selection = choose(**{**options, "allow_missing": True})
    assert [(miss.option, miss.value) for miss in selection.missing] == missing


def test_what_only_the_server_does_not_find_is_no_other_selectors_fault():
    class CaseSensitive(Client):
        def get_page(self, path, query):
            page = super().get_page(path, query)
            return Page({"virtualLines": []}, None) if "locationName" in query else page

    assert ids(choose(CaseSensitive(), location_name=["denver"])) == ["ann", "bob"]
    with pytest.raises(NoMatchError, match="location_name 'denvr'; did you mean 'Denver'"):
        choose(CaseSensitive(), location_name=["denvr", "denver"])


def test_misses_are_counted_when_there_are_many():
    with pytest.raises(NoMatchError) as caught:
        choose(extension=[str(number) for number in range(500, 530)])
    assert caught.value.message.count("no virtual line") == 10
    assert caught.value.message.endswith("; and 20 more")
    assert len(caught.value.extra_results["missing"]) == 30


def test_suggestions_are_an_extra():
    class Failing(Client):
        def get_page(self, path, query):
            if len(query) == 1:
                raise ApiError("unavailable", "Bad Gateway", "Hint.", status=502)
            return Page({"virtualLines": []}, None)

    with pytest.raises(NoMatchError) as caught:
        choose(Failing(), location_id=["id-of-Denvr"])
    assert caught.value.message == "no virtual line with location_id 'id-of-Denvr'"
    # The whole list decides whether a name is missing.
    for allow_missing in (False, True):
        with pytest.raises(ApiError, match="502"):
            choose(Failing(), location_name=["Denver"], allow_missing=allow_missing)


def test_an_organization_without_lines():
    with pytest.raises(NoMatchError, match="the organization has no virtual lines"):
        choose(Client([]))
    assert choose(Client([]), allow_missing=True).members == []


@pytest.mark.parametrize("option", ["virtual_line_id", "phone_number", "extension", "owner_name", "location_id"])
@pytest.mark.parametrize(
    ("values", "said"),
    [([], "is an empty list"), ([" "], "contains the invalid value ' '"), (["5", ""], "contains the invalid value ''")],
)
def test_variables_that_were_not_filled(option, values, said):
    client = Client()
    with pytest.raises(OptionError) as caught:
        choose(client, **{option: values, "allow_missing": True})
    assert f"{option} {said}" in str(caught.value)
    assert client.asked == []


def test_a_number_without_a_digit_is_none():
    with pytest.raises(OptionError, match="phone_number contains the invalid value 'n/a'"):
        choose(phone_number=["n/a"])


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        ([[ANN, ANN]], "ann is listed twice on a page"),
        ([[ANN], []], "a further page is empty"),
        ([{}], "a page has no list virtualLines of objects with ids"),
        ([{"virtualLines": None}], "a page has no list virtualLines of objects with ids"),
        ([[ANN, "text"]], "a page has no list virtualLines of objects with ids"),
        ([[ANN, {"firstName": "No id"}]], "a page has no list virtualLines of objects with ids"),
        ([[{**ANN, "id": 5}]], "a page has no list virtualLines of objects with ids"),
    ],
)
def test_pages_that_can_not_be_those_of_one_list(pages, message):
    with pytest.raises(ApiError) as caught:
        choose(Client(*pages))
    assert (caught.value.reason, caught.value.message) == ("Inconsistent pages", message)
    assert str(caught.value).startswith("Could not select the virtual lines: HTTP 200 Inconsistent pages")


@pytest.mark.parametrize("strange", [None, "text", 5, []])
def test_parts_that_are_no_parts(strange):
    line = {"id": "x", "number": strange, "location": strange, "firstName": None}
    assert ids(choose(Client([line]))) == ["x"]
    assert not choose(Client([line]), location_name=["Denver"], allow_missing=True).members


def test_long_lists_are_asked_for_in_parts(monkeypatch):
    monkeypatch.setattr(_listing, "_MAX_QUERY_LENGTH", 22)
    client = Client()
    selection = choose(client, virtual_line_id=["dan", "ann", "bob", "cid"], location_name=["Denver"] * 5 + ["Lisbon"])
    assert ids(selection) == ["dan", "ann", "bob", "cid"]
    # Values beyond the bound are asked for in parts for the shorter list; the longer one is left to be filtered here.
    assert client.queries == [{"id": ["dan", "ann", "bob"]}, {"id": ["cid"]}]


def test_long_lists_of_numbers_as_they_are_sent(monkeypatch):
    monkeypatch.setattr(_listing, "_MAX_QUERY_LENGTH", 50)
    client = Client()
    choose(client, phone_number=["+15550001", "+15550002", "+15550004"])
    # Encoded, each has eleven characters, and the name of the parameter thirteen.
    assert [query["phoneNumber"] for query in client.queries] == [["+15550001", "+15550002"], ["+15550004"]]


def test_no_address_grows_too_long():
    client = Client()
    many = {
        "phone_number": [f"+1555{number:07}" for number in range(285)],
        "owner_name": [f"Öwner {number}" for number in range(900)],
        "location_name": [f"L {number}" for number in range(40)],
    }
    with pytest.raises(NoMatchError):
        choose(client, **many)
    queries = [query for query in client.queries if query]
    assert len(queries) > 1
    assert max(len(urlencode(query, doseq=True)) for query in queries) < 6100
    assert {value for query in queries for value in query["phoneNumber"]} == set(many["phone_number"])
    assert all(query["locationName"] == many["location_name"] and "ownerName" not in query for query in queries)


def test_one_value_may_be_longer_than_all_should_be(monkeypatch):
    monkeypatch.setattr(_listing, "_MAX_QUERY_LENGTH", 1)
    client = Client()
    choose(client, virtual_line_id=["ann", "bob"], extension=["101", "102"])
    assert [query["id"] for query in client.queries] == [["ann"], ["bob"]]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ({"id": "x"}, "x"),
        ({"id": "x", "first_name": "Bob", "last_name": "Smith"}, "Bob Smith (x)"),
        ({"id": "x", "last_name": "Smith", "number": {"external": "+1", "extension": "2"}}, "Smith, +1 (x)"),
        ({"id": "x", "number": {"extension": "2"}}, "2 (x)"),
    ],
)
def test_labels(line, text):
    assert describe(line) == text


def test_progress_is_told_after_each_page():
    told = []
    select(Client([ANN, BOB], [CID]), {"allow_missing": False}, progress=told.append)
    assert told == [2, 3]
