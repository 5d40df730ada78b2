# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of selectors against the simulator, whose name filters are as strict as they can be."""

from __future__ import annotations

import unicodedata

import pytest

from ansible_collections.webex.calling.plugins.modules.virtual_line_info import main
from ansible_collections.webex.calling.tests.unit.organization import (
    ALL_LINES,
    BOB_SMITH,
    CHARLIE_SMITH,
    HOTLINE,
    JAN_KOWALSKI,
    LINES_IN_MUNICH,
    LINES_IN_SAO_PAULO,
    LOBBY_PHONE,
    NOBODY,
    RECEPTION,
    TRADING_DESK,
    XIAOMING,
    ZOE,
)

WHOLE = "max=1000"


@pytest.fixture(params=["exact", "whole", "part"])
def matching(request):
    return request.param


@pytest.fixture
def ask(run_module, simulator):
    """A function that runs the module, with name filters that are exact."""
    simulator.set(name_matching="exact")

    def ask_(**options):
        return run_module(main, **options)

    return ask_


@pytest.fixture
def queries(simulator):
    """Return the queries of the lists, without those for what follows a list."""
    return lambda: [request["query"] for request in simulator.requests() if "&start=" not in request["query"]]


def ids(result):
    assert not result.get("failed"), result["msg"]
    return [line["id"] for line in result["virtual_lines"]]


def missing(result):
    return [(each["selector"], each["value"]) for each in result["missing"]]


def rename(simulator, line, name, location=None):
    first, _space, last = name.rpartition(" ")
    identity = {"firstName": first, "lastName": last}
    if location:
        identity["location"] = {"id": f"id-of-{location}", "name": location}
    simulator.change_identity(line, identity)


# Numbers


@pytest.mark.parametrize(
    "number", [15558675311, "15558675311", "+15558675311", "+1 555-867-5311", "1 (555) 867.5311", [15558675311]]
)
def test_numbers_are_compared_by_digits(ask, queries, number):
    assert ids(ask(phone_number=number)) == [BOB_SMITH]
    assert queries() == ["max=1000&phoneNumber=%2B15558675311"]


def test_a_number_that_the_server_writes_differently(ask, simulator, queries):
    simulator.change_identity(BOB_SMITH, {"number": {"external": "1 555 867 5311"}})
    assert ids(ask(phone_number=[15558675312, 15558675311])) == [TRADING_DESK, BOB_SMITH]
    assert queries()[1:] == [WHOLE]


@pytest.mark.parametrize("value", ["n/a*", "tel:+15558675311", "x?"])
def test_a_number_with_letters(ask, queries, value):
    result = ask(phone_number=value)
    assert result["error"]["type"] == "invalid_option"
    assert f"phone_number contains the invalid value '{value}'" in result["msg"]
    assert queries() == []


# Commas


@pytest.mark.parametrize("allow_missing", [False, True])
def test_a_name_with_a_comma_is_one_value(ask, simulator, allow_missing):
    rename(simulator, ZOE, "Zoe Lee, Jr.", "Denver, CO")
    assert ids(ask(location_name="Denver, CO", allow_missing=allow_missing)) == [ZOE]
    assert ids(ask(owner_name="zoe lee, jr.", allow_missing=allow_missing)) == [ZOE]
    result = ask(location_name="Denver,Munich", allow_missing=True)
    assert (ids(result), missing(result)) == ([], [("location_name", "Denver,Munich")])
    result = ask(location_name=["Denver, CO", "München"])
    assert ids(result) == [ZOE, HOTLINE]


def test_other_selectors_split_at_commas(ask):
    assert ids(ask(virtual_line_id=f"{ZOE},{BOB_SMITH}")) == [ZOE, BOB_SMITH]
    assert ids(ask(extension="6104,6108")) == [TRADING_DESK, XIAOMING]
    assert ids(ask(phone_number="+15558675312,+15558675311")) == [TRADING_DESK, BOB_SMITH]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "True"),
        (["Bob Smith", False], "False"),
        (1.5, "1.5"),
        ({"name": "Bob Smith"}, "{'name': 'Bob Smith'}"),
        ([["Bob Smith"]], "['Bob Smith']"),
    ],
)
@pytest.mark.parametrize("option", ["owner_name", "location_name"])
def test_a_name_is_a_text(ask, queries, option, value, shown):
    result = ask(**{option: value}, allow_missing=True)
    assert result["error"]["type"] == "invalid_option"
    assert f"{option} contains {shown}, which is not a string" in result["msg"]
    assert queries() == []


def test_a_name_of_digits(ask, simulator):
    rename(simulator, ZOE, "4711")
    assert ids(ask(owner_name=4711)) == [ZOE]
    assert ids(ask(owner_name=[4711])) == [ZOE]


# Names


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("stored", ["NFC", "NFD"])
@pytest.mark.parametrize("name", ["São Paulo", "SÃO PAULO", "são  paulo "])
@pytest.mark.parametrize("allow_missing", [False, True])
def test_names_are_compared_in_one_form(ask, simulator, queries, form, stored, name, allow_missing):
    place = unicodedata.normalize(stored, "São Paulo")
    for line in LINES_IN_SAO_PAULO:
        simulator.change_identity(line, {"location": {"id": "x", "name": place}})
    result = ask(location_name=unicodedata.normalize(form, name), allow_missing=allow_missing)
    assert (ids(result), missing(result)) == (LINES_IN_SAO_PAULO, [])
    found = name.strip() == "São Paulo" and stored == "NFC"
    assert len(queries()) == (1 if found else 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Anna Groß", "ANNA GROSS"),
        ("Anna  Groß", "anna groß"),
        ("Ann\u00a0Marie Lee", "Ann Marie Lee"),
        ("ΣΊΣΥΦΟΣ Νικ", "σίσυφος νικ"),
        ("e\u0301\u0323 X", "ẹ́ x"),
    ],
)
def test_names_that_are_the_same(ask, simulator, matching, name, value):
    rename(simulator, ZOE, name)
    simulator.set(name_matching=matching)
    assert ids(ask(owner_name=value)) == [ZOE]


def test_what_the_server_does_not_find_beside_what_it_finds(ask, queries):
    result = ask(owner_name=["BOB SMITH", "Trading Desk", "Nobody At All"], location_name="denver", allow_missing=True)
    assert ids(result) == [BOB_SMITH, TRADING_DESK]
    assert missing(result) == [("owner_name", "Nobody At All")]
    assert len(queries()) == 2


def test_the_whole_list_is_read_once(ask, simulator, queries):
    simulator.set(page_ceiling=5)
    result = ask(owner_name=["bob smith", "Bob Smyth"], location_name="Denver")
    assert "no virtual line with owner_name 'Bob Smyth'; did you mean 'Bob Smith'?" in result["msg"]
    assert missing(result) == [("owner_name", "Bob Smyth")]
    assert queries() == [
        "max=1000&ownerName=bob+smith&ownerName=Bob+Smyth&locationName=Denver",
        WHOLE,
    ]


def test_no_further_list_without_a_filter_of_the_server(ask, queries):
    assert "did you mean '6103'" in ask(extension="61033")["msg"]
    assert queries() == [WHOLE]


def test_ids_are_compared_as_the_server_does(ask, queries):
    result = ask(virtual_line_id=["gone", BOB_SMITH], allow_missing=True)
    assert (ids(result), missing(result)) == ([BOB_SMITH], [("virtual_line_id", "gone")])
    assert len(queries()) == 1


def test_the_whole_list_cannot_be_read(ask, simulator):
    for allow_missing in (False, True):
        simulator.add_fault(status=403, skip=1, times=1)
        result = ask(owner_name="bob smith", allow_missing=allow_missing)
        assert (result["error"]["type"], result["error"]["status"]) == ("permission", 403)


# Wildcards


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"owner_name": "* Smith"}, [BOB_SMITH, CHARLIE_SMITH]),
        ({"owner_name": "*SMITH"}, [BOB_SMITH, CHARLIE_SMITH]),
        ({"owner_name": "?ob   smith"}, [BOB_SMITH]),
        ({"owner_name": ["b*", "* Smith"]}, [BOB_SMITH, CHARLIE_SMITH]),
        ({"owner_name": ["Charlie Smith", "* Smith"]}, [CHARLIE_SMITH, BOB_SMITH]),
        ({"location_name": "m?nchen"}, LINES_IN_MUNICH),
        ({"location_name": unicodedata.normalize("NFD", "MÜN*")}, LINES_IN_MUNICH),
        ({"location_name": ["S*", "M*"]}, LINES_IN_SAO_PAULO + LINES_IN_MUNICH),
        ({"location_name": "*"}, ALL_LINES),
        ({"extension": "610?"}, [BOB_SMITH, TRADING_DESK, ZOE, RECEPTION, XIAOMING, CHARLIE_SMITH]),
        ({"phone_number": "+49 89*"}, [HOTLINE]),
        ({"phone_number": "+1 555-867-531?"}, None),
        # A wildcard must match something by itself, an exact value together with the other selectors.
        ({"owner_name": ["Bob *", "Zoë*"], "location_name": "Denver"}, [BOB_SMITH]),
        ({"owner_name": "* Smith", "location_name": ["Den*", "Mün*"]}, [BOB_SMITH, CHARLIE_SMITH]),
        ({"virtual_line_id": [CHARLIE_SMITH, BOB_SMITH], "owner_name": "*Smith"}, [CHARLIE_SMITH, BOB_SMITH]),
    ],
)
def test_wildcards(ask, simulator, options, expected):
    if expected is None:
        expected = [line for line in ALL_LINES if "+1555867531" in str(simulator.line(line)["number"])]
        assert len(expected) > 1
    result = ask(**options)
    assert (ids(result), missing(result)) == (expected, [])


def test_a_line_without_the_value_matches_no_wildcard(ask):
    assert NOBODY not in ids(ask(owner_name="*"))
    assert ZOE not in ids(ask(phone_number="*"))
    assert HOTLINE not in ids(ask(extension="*"))


def test_wildcards_are_not_sent(ask, queries):
    # Only the whole list shows if a value with wildcards equals a name.
    ids(ask(owner_name=["Bob Smith", "Ch*"], location_name="Denver", phone_number="+1555*"))
    assert queries() == [WHOLE]


@pytest.mark.parametrize(
    ("options", "text", "misses"),
    [
        ({"owner_name": "Z*x"}, "no virtual line with owner_name 'Z*x'", [("owner_name", "Z*x")]),
        ({"owner_name": ["Bob*", "Qu?x"]}, "no virtual line with owner_name 'Qu?x'", [("owner_name", "Qu?x")]),
        (
            {"owner_name": "Zoë*", "location_name": "Denver"},
            "no virtual line with location_name 'Denver' matches the other selectors as well",
            [("location_name", "Denver")],
        ),
        (
            {"owner_name": ["B*", "Zoë*"], "location_name": ["Denver", "São Paulo"]},
            "no virtual line with location_name 'São Paulo' matches the other selectors as well",
            [("location_name", "São Paulo")],
        ),
        ({"owner_name": "Zoë*", "location_name": "Den*"}, "no virtual line matches all selectors", []),
        ({"virtual_line_id": "*"}, "no virtual line with virtual_line_id '*'", [("virtual_line_id", "*")]),
        ({"location_id": "*"}, "no virtual line with location_id '*'", [("location_id", "*")]),
    ],
)
def test_wildcards_without_a_match(ask, options, text, misses):
    result = ask(**options)
    assert result["error"]["type"] == "no_match"
    assert f"No match: {text}" in result["msg"]
    assert missing(result) == misses
    result = ask(**options, allow_missing=True)
    assert missing(result) == misses


def test_a_name_that_contains_wildcards(ask, simulator, matching):
    rename(simulator, ZOE, "Star * [A-Z]? Desk")
    rename(simulator, JAN_KOWALSKI, "Star Trek A1 Desk")
    rename(simulator, RECEPTION, "Star Trek [A-Z]1 Desk")
    simulator.set(name_matching=matching)
    # The value equals a name, so it is no wildcard.
    assert ids(ask(owner_name="star * [a-z]? desk")) == [ZOE]
    assert ids(ask(owner_name="Star * Desk")) == [ZOE, JAN_KOWALSKI, RECEPTION]
    # Brackets are no wildcards.
    assert ids(ask(owner_name="Star Trek [A-Z]? Desk")) == [RECEPTION]
    # An exact value must survive the combination with the other selectors.
    result = ask(owner_name="Star * [A-Z]? Desk", location_name="Denver")
    assert result["error"]["type"] == "no_match"


def test_the_first_matching_value_decides_the_order(ask, simulator):
    for number, line in enumerate([ZOE, TRADING_DESK, LOBBY_PHONE, BOB_SMITH]):
        rename(simulator, line, f"Sales {number}")
    assert ids(ask(owner_name=["Sales 2", "sales ?", "Reception", "* 3"])) == [
        LOBBY_PHONE,
        BOB_SMITH,
        TRADING_DESK,
        ZOE,
        RECEPTION,
    ]


def test_many_lines_by_a_wildcard(run_module, start_simulator):
    simulator = start_simulator("--lines", "3000")
    result = run_module(main, owner_name="*a*", location_name="*")
    assert 500 < len(result["virtual_lines"]) < 3000
    assert simulator.requests()[0]["query"] == WHOLE
