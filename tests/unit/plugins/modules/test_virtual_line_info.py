# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from ansible_collections.webex.calling.plugins.modules.virtual_line_info import main
from ansible_collections.webex.calling.tests.unit.organization import (
    ALL_LINES,
    BOB_SMITH,
    BOB_SMITH_LINE,
    CHARLIE_SMITH,
    CUSTOMER_LINE,
    CUSTOMER_ORGANIZATION,
    DENVER,
    EXPIRED_TOKEN,
    HOTLINE,
    JAN_KOWALSKI,
    LINES_IN_DENVER,
    LINES_IN_MUNICH,
    LINES_IN_SAO_PAULO,
    LOBBY_PHONE,
    MUNICH,
    NOBODY,
    PARTNER_TOKEN,
    RECEPTION,
    TRADING_DESK,
    UNKNOWN_LINE,
    UNKNOWN_LOCATION,
    USER_TOKEN,
    XIAOMING,
    ZOE,
)

MISSING_VALUE = "Correct the value, or set allow_missing if nothing has to match."

ANN = {"id": "ann", "firstName": "Ann", "location": {"id": "1", "name": "Denver"}, "newKey": {"innerKey": None}}
BOB = {"id": "bob", "number": {"extension": "102"}, "location": {"id": "1", "name": "Denver"}}


@pytest.fixture
def run(run_module, webex):
    def run_(**options):
        webex.will(webex.answer(body={"virtualLines": [ANN, BOB]}))
        return run_module(main, **{"access_token": "fake-access-token", "api_url": webex.url, **options})

    return run_


def test_all_lines(run, webex):
    result = run()
    assert result["changed"] is False
    assert result["missing"] == []
    assert result["virtual_lines"] == [
        {
            "id": "ann",
            "name": "Ann",
            "first_name": "Ann",
            "location": {"id": "1", "name": "Denver"},
            "new_key": {"inner_key": None},
        },
        {"id": "bob", "name": "102", "number": {"extension": "102"}, "location": {"id": "1", "name": "Denver"}},
    ]
    assert [list(line)[:2] for line in result["virtual_lines"]] == [["id", "name"]] * 2
    # The second request asks for what follows.
    assert [request.path for request in webex.asked] == [
        "/v1/telephony/config/virtualLines?max=1000",
        "/v1/telephony/config/virtualLines?max=1000&start=1",
    ]


def test_an_id_is_looked_up(run, webex):
    assert run(virtual_line_id="bob", _ansible_check_mode=True)["virtual_lines"][0]["number"] == {"extension": "102"}
    assert [request.path for request in webex.asked] == ["/v1/telephony/config/virtualLines?max=1000&id=bob"]


def test_a_missing_value_fails(run):
    result = run(extension=["102", "103"])
    assert result["failed"] is True
    assert result["msg"].startswith(
        "Could not select the virtual lines: No match: no virtual line with extension '103'; did you mean '102'? "
    )
    assert result["missing"] == [{"selector": "extension", "value": "103"}]
    assert (result["error"]["type"], result["error"]["reason"]) == ("no_match", "No match")


def test_a_missing_value_is_allowed(run):
    result = run(extension=["102", "103"], allow_missing=True)
    assert [line["id"] for line in result["virtual_lines"]] == ["bob"]
    assert result["missing"] == [{"selector": "extension", "value": "103"}]


# The rest runs against the simulator.


@pytest.fixture
def ask(run_module, simulator):
    """A function that runs the module against the simulator."""

    def ask_(**options):
        return run_module(main, **options)

    return ask_


@pytest.fixture
def queries(simulator):
    """A function that returns the queries of all requests so far, and checks that each was for the list."""

    def queries_():
        requests = simulator.requests()
        assert {request["path"] for request in requests} <= {"/v1/telephony/config/virtualLines"}
        return [request["query"] for request in requests]

    return queries_


def ids(result):
    assert not result.get("failed"), result["msg"]
    return [line["id"] for line in result["virtual_lines"]]


def has_error(result, error_type, status=None):
    assert result["failed"] is True
    assert "virtual_lines" not in result
    return (result["error"]["type"], result["error"]["status"]) == (error_type, status)


def missing(result):
    return [(miss["selector"], miss["value"]) for miss in result["missing"]]


def test_the_whole_organization(ask):
    result = ask()
    assert result["changed"] is False
    assert ids(result) == ALL_LINES
    assert result["missing"] == []
    assert not any("call_recording" in line for line in result["virtual_lines"])
    bob = result["virtual_lines"][0]
    assert bob == BOB_SMITH_LINE


def test_absent_keys_stay_absent(ask):
    lines = {line["id"]: line for line in ask()["virtual_lines"]}
    assert lines[NOBODY].keys() == {"id", "name", "location", "number", "number_of_devices_assigned"}
    assert lines[NOBODY]["number"] == {"extension": "7006", "primary": True}
    assert "extension" not in lines[HOTLINE]["number"]
    assert "external" not in lines[ZOE]["number"]
    assert "first_name" not in lines[RECEPTION]
    assert lines[RECEPTION]["last_name"] == "Reception"


def test_check_mode_lists_the_same(ask):
    assert ask(check_mode=True)["virtual_lines"] == ask()["virtual_lines"]


def test_unknown_keys_are_returned_in_snake_case(ask, simulator):
    portal = {"isEnabled": False, "accessNumbers": [{"phoneNumber": "+15550001"}]}
    row = {"id": "one", "firstName": None, "number": None, "voicePortal": portal}
    body = {"virtualLines": [row], "somethingElse": True}
    simulator.add_fault(path="virtualLines", status=200, body=body, times=1)
    line, *_others = ask()["virtual_lines"]
    assert line == {
        "id": "one",
        "name": "one",
        "first_name": None,
        "number": None,
        "voice_portal": {"is_enabled": False, "access_numbers": [{"phone_number": "+15550001"}]},
    }


@pytest.mark.parametrize(
    ("error_type", "status", "options"),
    [
        ("authentication", 401, {"access_token": EXPIRED_TOKEN}),
        ("permission", 403, {"access_token": USER_TOKEN}),
        ("permission", 403, {"org_id": CUSTOMER_ORGANIZATION}),
    ],
)
def test_refused_credentials(ask, error_type, status, options):
    result = ask(**options)
    assert has_error(result, error_type, status)
    assert result["msg"].startswith(f"Could not select the virtual lines: HTTP {status} ")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"virtual_line_id": CHARLIE_SMITH}, [CHARLIE_SMITH]),
        # In the order of the option, each line once.
        (
            {"virtual_line_id": [RECEPTION, JAN_KOWALSKI, BOB_SMITH, RECEPTION]},
            [RECEPTION, JAN_KOWALSKI, BOB_SMITH],
        ),
        ({"phone_number": "+15558675312"}, [TRADING_DESK]),
        ({"phone_number": ["+49 89 5550-1001", "+1 (555) 867.5312", "+498955501001"]}, [HOTLINE, TRADING_DESK]),
        # Two lines have this extension.
        ({"extension": "6103"}, [BOB_SMITH, ZOE]),
        ({"extension": [7006, " 6104 ", "6103", "7006"]}, [NOBODY, TRADING_DESK, BOB_SMITH, ZOE]),
        ({"owner_name": "bob SMITH"}, [BOB_SMITH]),
        (
            {"owner_name": ["小明 王", "zoë  dĄBROWSKA", "Reception", "Bob Smith"]},
            [XIAOMING, ZOE, RECEPTION, BOB_SMITH],
        ),
        ({"location_name": "denver"}, LINES_IN_DENVER),
        ({"location_name": ["SÃO PAULO", "München", "são paulo"]}, LINES_IN_SAO_PAULO + LINES_IN_MUNICH),
        ({"location_id": MUNICH}, LINES_IN_MUNICH),
        ({"location_id": [MUNICH, DENVER]}, LINES_IN_MUNICH + LINES_IN_DENVER),
        # Several selectors narrow each other.
        ({"extension": "6103", "location_name": "München"}, [ZOE]),
        # The order of extension has priority over the order of location_name.
        ({"location_name": ["München", "Denver"], "extension": ["6104", "6103"]}, [TRADING_DESK, ZOE, BOB_SMITH]),
        (
            {"owner_name": ["Charlie Smith", "Bob Smith"], "location_id": DENVER, "location_name": "Denver"},
            [CHARLIE_SMITH, BOB_SMITH],
        ),
        (
            {
                "phone_number": ["+15558675319", "+15558675311"],
                "owner_name": ["bob smith", "charlie smith"],
                "extension": ["6103", "6109"],
            },
            [CHARLIE_SMITH, BOB_SMITH],
        ),
        ({"virtual_line_id": [NOBODY, JAN_KOWALSKI], "location_name": "São Paulo"}, [NOBODY, JAN_KOWALSKI]),
        (
            {
                "virtual_line_id": BOB_SMITH,
                "phone_number": "+15558675311",
                "extension": "6103",
                "owner_name": "Bob Smith",
                "location_name": "Denver",
                "location_id": DENVER,
            },
            [BOB_SMITH],
        ),
    ],
)
def test_selectors(ask, options, expected):
    result = ask(**options)
    assert ids(result) == expected
    assert result["missing"] == []


@pytest.mark.parametrize(
    ("options", "text", "misses"),
    [
        (
            {"location_name": "Denvr"},
            "no virtual line with location_name 'Denvr'; did you mean 'Denver'?",
            [("location_name", "Denvr")],
        ),
        # The message contains only what is missing, as written.
        (
            {"location_name": ["Denver", "sao  paulo", "München"]},
            "no virtual line with location_name 'sao  paulo'; did you mean 'São Paulo'?",
            [("location_name", "sao  paulo")],
        ),
        (
            {"location_name": "Timbuktu"},
            "no virtual line with location_name 'Timbuktu'.",
            [("location_name", "Timbuktu")],
        ),
        # A part of a name does not match.
        (
            {"owner_name": ["Smith", "Bob Smyth", "Bob Smith"]},
            "no virtual line with owner_name 'Smith'; did you mean 'Bob Smith'?; "
            "no virtual line with owner_name 'Bob Smyth'; did you mean 'Bob Smith'?",
            [("owner_name", "Smith"), ("owner_name", "Bob Smyth")],
        ),
        (
            {"phone_number": "+49 89 5550 1002"},
            "no virtual line with phone_number '+49 89 5550 1002'; did you mean '+498955501001'?",
            [("phone_number", "+49 89 5550 1002")],
        ),
        ({"extension": ["6103", "99"]}, "no virtual line with extension '99'.", [("extension", "99")]),
        (
            {"extension": "7007"},
            "no virtual line with extension '7007'; did you mean '7006'?",
            [("extension", "7007")],
        ),
        # A similar ID is not a useful suggestion.
        (
            {"virtual_line_id": [BOB_SMITH, f"{BOB_SMITH}x"]},
            f"no virtual line with virtual_line_id '{BOB_SMITH}x'.",
            [("virtual_line_id", f"{BOB_SMITH}x")],
        ),
        (
            {"location_id": UNKNOWN_LOCATION},
            f"no virtual line with location_id '{UNKNOWN_LOCATION}'.",
            [("location_id", UNKNOWN_LOCATION)],
        ),
        # The line exists, but another selector excludes it.
        (
            {"virtual_line_id": [BOB_SMITH, NOBODY], "location_name": "Denver"},
            f"no virtual line with virtual_line_id '{NOBODY}' matches the other selectors as well.",
            [("virtual_line_id", NOBODY)],
        ),
        (
            {"extension": "6104", "location_name": ["München", "Denver"]},
            "no virtual line with location_name 'München' matches the other selectors as well.",
            [("location_name", "München")],
        ),
        (
            {"owner_name": "Bob Smith", "location_name": "Lisbon"},
            "no virtual line with owner_name 'Bob Smith' matches the other selectors as well; "
            "no virtual line with location_name 'Lisbon'.",
            [("owner_name", "Bob Smith"), ("location_name", "Lisbon")],
        ),
    ],
)
def test_no_match(ask, options, text, misses):
    result = ask(**options)
    assert has_error(result, "no_match")
    assert result["msg"] == f"Could not select the virtual lines: No match: {text} {MISSING_VALUE}"
    assert result["error"]["reason"] == "No match"
    assert missing(result) == misses


def test_ten_misses_are_explained_and_all_are_in_the_result(ask):
    result = ask(extension=list("abcdefghijkl"))
    assert f"with extension 'j'; and 2 more. {MISSING_VALUE}" in result["msg"]
    assert "'k'" not in result["msg"]
    assert missing(result) == [("extension", value) for value in "abcdefghijkl"]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"virtual_line_id": []}, "virtual_line_id is an empty list"),
        ({"phone_number": []}, "phone_number is an empty list"),
        ({"extension": []}, "extension is an empty list"),
        ({"owner_name": [], "location_name": "Denver"}, "owner_name is an empty list"),
        ({"location_name": []}, "location_name is an empty list"),
        ({"location_id": [], "allow_missing": True}, "location_id is an empty list"),
        ({"virtual_line_id": [BOB_SMITH, ""]}, "virtual_line_id contains the invalid value ''"),
        ({"phone_number": "-"}, "phone_number contains the invalid value '-'"),
        ({"owner_name": [" ", "Bob Smith"], "allow_missing": True}, "owner_name contains the invalid value ' '"),
        ({"location_name": ""}, "location_name is empty"),
        ({"location_name": ["Denver", ""]}, "location_name contains the invalid value ''"),
    ],
)
def test_empty_selectors_are_refused(ask, queries, options, text):
    result = ask(**options)
    assert has_error(result, "invalid_option")
    assert text in result["msg"]
    assert queries() == []


@pytest.mark.parametrize(
    ("options", "expected", "misses"),
    [
        ({"virtual_line_id": [UNKNOWN_LINE, BOB_SMITH]}, [BOB_SMITH], [("virtual_line_id", UNKNOWN_LINE)]),
        ({"phone_number": ["+15558675312", "+1 555 0000"]}, [TRADING_DESK], [("phone_number", "+1 555 0000")]),
        ({"extension": ["1", "6104", "2"]}, [TRADING_DESK], [("extension", "1"), ("extension", "2")]),
        ({"owner_name": ["Nobody At All", "Bob Smith"]}, [BOB_SMITH], [("owner_name", "Nobody At All")]),
        ({"location_name": ["Denvr", "München"]}, LINES_IN_MUNICH, [("location_name", "Denvr")]),
        ({"location_id": [MUNICH, UNKNOWN_LOCATION]}, LINES_IN_MUNICH, [("location_id", UNKNOWN_LOCATION)]),
        (
            {"virtual_line_id": [NOBODY, TRADING_DESK, BOB_SMITH], "location_name": "Denver"},
            [TRADING_DESK, BOB_SMITH],
            [("virtual_line_id", NOBODY)],
        ),
        # Nothing is left, and both are missing.
        (
            {"owner_name": "Bob Smith", "location_name": "München"},
            [],
            [("owner_name", "Bob Smith"), ("location_name", "München")],
        ),
    ],
)
def test_allow_missing(ask, options, expected, misses):
    result = ask(allow_missing=True, **options)
    assert ids(result) == expected
    assert missing(result) == misses


@pytest.mark.parametrize(
    ("options", "query", "last"),
    [
        ({}, "max=1000", 9),
        (
            {"phone_number": ["+1 555-867-5312", "+498955501001"]},
            "max=1000&phoneNumber=%2B15558675312&phoneNumber=%2B498955501001",
            None,
        ),
        # Webex has no filter for extensions.
        ({"extension": "6103"}, "max=1000", 9),
        (
            {"owner_name": ["Bob  Smith", "小明 王"], "location_name": "Denver"},
            "max=1000&ownerName=Bob+Smith&ownerName=%E5%B0%8F%E6%98%8E+%E7%8E%8B&locationName=Denver",
            1,
        ),
        ({"location_id": [MUNICH, DENVER]}, f"max=1000&locationId={MUNICH}&locationId={DENVER}", 7),
        ({"virtual_line_id": CHARLIE_SMITH}, "max=1000&id=line%2Fwith%2Bspecial%3Dcharacters+and+a+space", None),
        (
            {"access_token": PARTNER_TOKEN, "org_id": CUSTOMER_ORGANIZATION},
            f"max=1000&orgId={CUSTOMER_ORGANIZATION}",
            0,
        ),
    ],
)
def test_webex_filters_the_list(ask, queries, options, query, last):
    """The list is asked once, and for what follows unless all ids or numbers are found, or no line is."""
    ids(ask(**options))
    following = f"{query.partition('&orgId')[0]}&start={last}{''.join(query.partition('&orgId')[1:])}"
    assert queries() == [query, *([following] if last is not None else [])]


def test_the_organization_of_a_customer(ask):
    assert ids(ask(access_token=PARTNER_TOKEN, org_id=CUSTOMER_ORGANIZATION)) == [CUSTOMER_LINE]


def test_whole_names_match_if_webex_matches_parts(ask, simulator):
    simulator.set(name_matching="part")
    result = ask(owner_name=["Reception", "Smith", "Bob Smith"], location_name=["Denver", "Den"], allow_missing=True)
    assert ids(result) == [RECEPTION, BOB_SMITH]
    assert missing(result) == [("owner_name", "Smith"), ("location_name", "Den")]


def test_long_lists_of_values_are_sent_in_parts(ask, queries):
    names = ["Charlie Smith", *(f"Nobody At All {number}" for number in range(300)), "Bob Smith"]
    # Not sent, because the names are fewer.
    numbers = [*(f"+1555111{number}" for number in range(1000, 2000)), "+15558675311", "+15558675319"]
    result = ask(owner_name=names, phone_number=numbers, location_name="Denver", allow_missing=True)
    assert ids(result) == [BOB_SMITH, CHARLIE_SMITH]
    assert len(result["missing"]) == 1300
    *sent, whole, _following = queries()
    assert whole == "max=1000"
    # For each part, the list is also asked for what follows if a line was found.
    assert 1 < len([query for query in sent if "start" not in query]) <= 4
    assert len([query for query in sent if "start" in query]) == 2
    assert max(map(len, sent)) <= 8000
    assert all("&locationName=Denver" in query and "phoneNumber" not in query for query in sent)
    owners = [
        part for query in sent if "start" not in query for part in query.split("&") if part.startswith("ownerName=")
    ]
    assert len(owners) == len(set(owners)) == 302


def test_many_ids(ask):
    unknown = [f"{UNKNOWN_LINE}{number}" for number in range(100, 200)]
    result = ask(virtual_line_id=[*unknown, RECEPTION, BOB_SMITH], allow_missing=True)
    assert ids(result) == [RECEPTION, BOB_SMITH]
    assert missing(result) == [("virtual_line_id", value) for value in unknown]


WHOLE = ["max=1000", "max=3&start=2", "max=3&start=4", "max=3&start=6", "max=3&start=8", "max=1000&start=9"]
FILTER = "locationName=M%C3%BCnchen&locationName=Denver"


@pytest.mark.parametrize(
    ("options", "expected", "sent"),
    [
        ({}, ALL_LINES, WHOLE),
        # The next pages of a filtered list have the filter.
        (
            {"location_name": ["München", "Denver"]},
            LINES_IN_MUNICH + LINES_IN_DENVER,
            [
                f"max=1000&{FILTER}",
                *(f"max=3&start={start}&{FILTER}" for start in (2, 4, 6)),
                f"max=1000&{FILTER}&start=7",
            ],
        ),
        ({"extension": "6110"}, [LOBBY_PHONE], WHOLE),
    ],
)
def test_pages_overlap_by_one_line(ask, simulator, queries, options, expected, sent):
    simulator.set(page_ceiling=3)
    assert ids(ask(**options)) == expected
    assert queries() == sent
    assert {request["token"] for request in simulator.requests()} == {"full admin"}


def link(target):
    return {"headers": {"Link": f'<{target}>; rel="next"'}}


@pytest.mark.parametrize(
    ("text", "requests", "fault"),
    [
        ("the next page is one that was read already", 2, {**link("{url}?cursor=1"), "times": 2}),
        # The link leads back after two pages.
        ("the next page is one that was read already", 4, {**link("{url}?start=3"), "skip": 2, "times": 3}),
        # Another name of the same host is another host, and so is another port.
        (
            "the next page is at http://localhost:PORT, where the token must not be sent",
            1,
            link("http://localhost:PORT/v1/telephony/config/virtualLines?start=3"),
        ),
        (
            "the next page is at https://HTTPS_HOST, where the token must not be sent",
            1,
            link("https://HTTPS_HOST/v1/telephony/config/virtualLines?start=3"),
        ),
        (
            "the next page is at http://elsewhere.example, where the token must not be sent",
            1,
            link("//elsewhere.example/v1/telephony/config/virtualLines"),
        ),
        ("the link to the next page skips rows", 1, link("{url}?start=1000")),
        (
            "a further page is empty",
            4,
            [
                {**link("{url}?cursor=1"), "nth": [1, 3], "times": 2},
                {"status": 200, "body": {"virtualLines": []}, "times": 2},
            ],
        ),
        ("a page has no list virtualLines of objects with ids", 1, {"status": 200, "body": {"items": []}}),
        (
            "a page has no list virtualLines of objects with ids",
            2,
            {"status": 200, "body": {"virtualLines": [{"id": "one"}, {"name": "two"}]}, "nth": 2},
        ),
        ("JSON of the type list", 1, {"status": 200, "body": []}),
        ("text/html", 2, {"status": 200, "text": "<html>Please log in</html>", "nth": 2}),
        ("HTTP 500", 4, {"status": 500, "nth": 4}),
    ],
)
def test_bad_pages_fail_the_module(ask, simulator, text, requests, fault):
    def fill(template):
        port = str(urlsplit(simulator.api_url).port)
        return template.replace("PORT", port).replace("HTTPS_HOST", urlsplit(simulator.https_api_url).netloc)

    faults = fault if isinstance(fault, list) else [fault]
    simulator.set(page_ceiling=3)
    for each in faults:
        headers = {name: fill(value) for name, value in each.get("headers", {}).items()}
        simulator.add_fault(**{"times": 1, **each, "headers": headers})
    result = ask()
    error_type, reason = {
        "JSON": ("invalid_response", "Not a JSON object"),
        "text": ("invalid_response", "Not JSON"),
        "HTTP": ("server_error", "Internal Server Error"),
    }.get(text[:4], ("pagination", "Inconsistent pages"))
    assert has_error(result, error_type, faults[-1].get("status", 200))
    assert result["error"]["reason"] == reason
    assert fill(text) in result["msg"]
    log = simulator.requests()
    assert len(log) == requests
    assert {request["scheme"] for request in log} == {"http"}


def test_other_forms_of_the_link_and_a_rate_limit_between_pages(ask, simulator):
    simulator.set(page_ceiling=3)
    target = "</v1/telephony/config/virtualLines?max=3&start=3>"
    simulator.add_fault(headers={"Link": f'{target}; rel=next; title="a, b"'}, times=1)
    simulator.add_fault(status=429, retry_after=1, skip=1, times=1)
    assert ids(ask()) == ALL_LINES


def test_an_organization_without_lines(ask, simulator):
    simulator.remove_line(CUSTOMER_LINE)
    customer = {"access_token": PARTNER_TOKEN, "org_id": CUSTOMER_ORGANIZATION}
    result = ask(**customer)
    assert has_error(result, "no_match")
    assert "the organization has no virtual lines" in result["msg"]
    assert result["missing"] == []
    result = ask(**customer, allow_missing=True)
    assert ids(result) == []
    assert result["missing"] == []
