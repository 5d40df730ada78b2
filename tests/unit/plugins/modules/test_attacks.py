# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses and options that could make a task report success for members that were not read, or change others."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

from ansible_collections.webex.calling.plugins.modules import (
    call_recording,
    call_recording_info,
    connection_info,
)
from ansible_collections.webex.calling.tests.unit.organization import (
    ADA_LOVELACE,
    ADMIN_TOKEN,
    ANA_SOUZA,
    BOARDROOM,
    BOB_SMITH,
    BOB_SMITH_PERSON,
    GRACE_HOPPER,
    JUERGEN_GROSS,
    NIA_OKAFOR,
    OWN_ORGANIZATION,
)

FEATURES = "/features/callRecording"
NUMBERS = "/telephony/config/numbers"


@pytest.fixture
def read(run_module, simulator):
    return lambda **options: run_module(call_recording_info.main, **options)


@pytest.fixture
def write(run_module, simulator):
    return lambda settings, **options: run_module(call_recording.main, settings=settings, **options)


@pytest.fixture
def connect(run_module, simulator):
    return lambda **options: run_module(connection_info.main, **options)


def ids(result):
    return [member["id"] for member in result["members"]]


def row(owner_id, owner_type="PEOPLE", number="+15550000001", **more):
    return {"phoneNumber": number, "owner": {"id": owner_id, "type": owner_type, "firstName": "X"}, **more}


def numbers(simulator, *rows, **fault):
    simulator.add_fault(path=NUMBERS, status=200, body={"phoneNumbers": list(rows)}, **fault)


# E-mail addresses


def person(webex_id, *emails):
    return {"id": webex_id, "emails": list(emails), "displayName": "Somebody"}


@pytest.mark.parametrize("others", [[ANA_SOUZA], [BOB_SMITH_PERSON, ANA_SOUZA]])
def test_people_with_another_email_are_not_changed(write, simulator, others):
    # A gateway dropped the query, so Webex returned everybody.
    items = [person(other, f"other{number}@example.com") for number, other in enumerate(others)]
    simulator.add_fault(path="/v1/people", status=200, body={"items": items}, times=1)
    result = write({"enabled": True, "record": "Always"}, email=["ada.lovelace@example.com"], allow_missing=True)
    assert simulator.counts(method="PUT")["count"] == 0
    assert (result["failed"], result["error"]["type"]) == (True, "pagination")


def test_only_people_with_the_email_are_read(read, simulator):
    items = [person(ANA_SOUZA, "ana.souza@example.com"), person(ADA_LOVELACE, "Ada.Lovelace@example.com", "a@x")]
    simulator.add_fault(path="/v1/people", status=200, body={"items": items}, times=1)
    assert ids(read(email=["ada.lovelace@example.com"])) == [ADA_LOVELACE]


def test_an_email_finds_alternate_numbers(read):
    (member,) = read(email=["ada.lovelace@example.com"])["members"]
    assert member["number"] == {"external": "+15558675401", "extension": "6201"}
    assert member["numbers"] == [member["number"], {"external": "+15558675301"}]


def test_a_person_without_a_number_who_cannot_be_read(read, simulator):
    # The list of people still has this person, so the person is not deleted.
    simulator.add_fault(path=FEATURES, status=404, shape="a", message="Not found")
    result = read(email=["nia.okafor@example.com"], allow_missing=True)
    assert (result["failed"], result["error"]["type"], ids(result)) == (True, "not_found", [NIA_OKAFOR])


# List of numbers


@pytest.mark.parametrize("owner_type", ["people", "People", " PEOPLE "])
def test_owner_type_in_another_case(read, simulator, owner_type):
    numbers(simulator, row(ADA_LOVELACE, owner_type), row(JUERGEN_GROSS, number="+15550000002"))
    assert ids(read(kind=["person"])) == [ADA_LOVELACE, JUERGEN_GROSS]


@pytest.mark.parametrize("owner_type", [None, "", [], {}, ["PEOPLE"], 5])
def test_owner_without_a_type(read, simulator, owner_type):
    numbers(simulator, row(ADA_LOVELACE, owner_type), row(JUERGEN_GROSS, number="+15550000002"))
    result = read(kind=["person"])
    assert (result["failed"], result["error"]["type"]) == (True, "pagination")


def test_owner_of_another_type_is_ignored(read, simulator):
    numbers(simulator, row("q", "CALL_QUEUE"), row(JUERGEN_GROSS, number="+15550000002"))
    assert ids(read(kind=["person"])) == [JUERGEN_GROSS]


@pytest.mark.parametrize("reverse", [False, True])
def test_an_id_of_two_kinds(read, simulator, reverse):
    rows = [row(ADA_LOVELACE, "PEOPLE"), row(ADA_LOVELACE, "PLACE", number="+15550000002")]
    numbers(simulator, *(reversed(rows) if reverse else rows))
    result = read(kind=["person", "workspace"])
    assert (result["failed"], result["error"]["type"]) == (True, "pagination")


def test_an_id_of_a_person_and_a_virtual_line(read, simulator):
    numbers(simulator, row(BOB_SMITH))
    result = read(kind=["person", "virtual_line"])
    assert (result["failed"], result["error"]["type"]) == (True, "pagination")


@pytest.mark.parametrize("depth", [40, 300, 900])
@pytest.mark.parametrize("where", ["owner", "location", "row"])
def test_deeply_nested_rows(read, simulator, depth, where):
    deep = "x"
    for _each in range(depth):
        deep = [deep]
    bad = row(ADA_LOVELACE)
    if where == "owner":
        bad["owner"]["firstName"] = deep
    elif where == "location":
        bad["location"] = {"id": deep, "name": deep}
    else:
        bad["extension"] = deep
    numbers(simulator, bad)
    result = read(kind=["person"])
    assert result.get("failed") or ids(result) == [ADA_LOVELACE]
    assert "Traceback" not in str(result)


def test_deep_person(read, simulator):
    deep = "x"
    for _each in range(900):
        deep = [deep]
    item = {**person(ADA_LOVELACE, "ada@example.com"), "firstName": deep, "locationId": deep}
    simulator.add_fault(path="/v1/people", method="GET", status=200, body={"items": [item]}, times=1)
    result = read(email=["ada@example.com"])
    assert result.get("failed") or ids(result) == [ADA_LOVELACE]


@pytest.mark.parametrize("value", [0, False, 5, 1.5, ["a"], {"a": 1}, [], {}])
@pytest.mark.parametrize(
    "key", ["phoneNumber", "extension", "location", "includedTelephonyTypes", "esn", "mobileNetwork"]
)
def test_values_of_other_types(read, simulator, key, value):
    numbers(simulator, row(ADA_LOVELACE, **{key: value}))
    result = read(kind=["person"], owner_name="*")
    assert ids(result) == [ADA_LOVELACE], result
    read(kind=["person"], phone_number=["*"], extension=["*"], location_name="*")


@pytest.mark.parametrize("value", [0, False, 5, 1.5, ["a"], {"a": 1}, [], {}])
@pytest.mark.parametrize("key", ["firstName", "lastName", "displayName"])
def test_names_of_other_types(read, simulator, key, value):
    bad = row(ADA_LOVELACE)
    bad["owner"][key] = value
    numbers(simulator, bad)
    result = read(kind=["person"], location_id=["*"], allow_missing=True)
    result = read(kind=["person"])
    assert ids(result) == [ADA_LOVELACE], result


def serve_numbers(webex, rows, deleted):
    """Serve pages of three rows, and delete rows before the second page."""
    state = {"rows": rows, "requests": 0}

    def answer(handler):
        path, _separator, query = handler.path.partition("?")
        body, link = {"enabled": False, "record": "Never"}, None
        if path.endswith("/numbers"):
            state["requests"] += 1
            if state["requests"] == 2:
                state["rows"] = [each for each in state["rows"] if not any(each is gone for gone in deleted)]
            start = int(parse_qs(query).get("start", ["0"])[0])
            body = {"phoneNumbers": state["rows"][start : start + 3]}
            link = f'<{webex.url}{NUMBERS}?start={start + 3}>; rel="next"' if start + 3 < len(state["rows"]) else None
        content = json.dumps(body).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        if link:
            handler.send_header("Link", link)
        handler.end_headers()
        handler.wfile.write(content)

    webex.will(answer)
    return {"api_url": webex.url, "access_token": ADMIN_TOKEN}


def test_equal_rows_do_not_hide_that_rows_have_moved(run_module, webex):
    a, b, c, d, e = (row(name, number=f"+{number}") for number, name in enumerate("abcde", start=1))
    rows = [{"phoneNumber": ""}, a, b, c, {"phoneNumber": ""}, d, e]
    result = run_module(call_recording_info.main, **serve_numbers(webex, rows, [a, b]), kind=["person", "workspace"])
    assert not result.get("failed"), result["msg"]
    assert ids(result) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_rows_of_one_owner_on_several_pages(run_module, webex, count):
    rows = [row(name, number=f"+{number}") for number, name in enumerate("axyabcadebfg")]
    result = run_module(call_recording_info.main, **serve_numbers(webex, rows, rows[1 : 1 + count]), kind=["person"])
    assert not result.get("failed"), result["msg"]
    assert set(ids(result)) >= set("abcdefg")
    first = next(member for member in result["members"] if member["id"] == "a")
    assert {number["external"] for number in first["numbers"]} >= {"+0", "+6"}


# Ids


def test_the_same_id_for_two_kinds(read, simulator):
    result = read(person_id=[ADA_LOVELACE], workspace_id=[ADA_LOVELACE])
    assert result["failed"]
    assert [(member["kind"], "error" in member) for member in result["members"]] == [
        ("person", False),
        ("workspace", True),
    ]


# Kind


def test_no_kind(read, write, simulator):
    for result in (read(kind=[]), write({"enabled": False}, kind=[], owner_name="*")):
        assert (result["failed"], result["error"]["type"]) == (True, "invalid_option")
        assert "kind is an empty list" in result["msg"]
    assert simulator.requests() == []


# Connection


@pytest.mark.parametrize("body", [{}, {"message": "x", "errors": []}, {"phoneNumbers": None}, {"phoneNumbers": {}}])
@pytest.mark.parametrize(
    ("kind", "path"), [("person", NUMBERS), ("workspace", NUMBERS), ("virtual_line", "/virtualLines")]
)
def test_a_list_that_is_none(connect, simulator, body, kind, path):
    simulator.add_fault(path=path, status=200, body=body)
    result = connect(required=[kind])
    assert result.get("failed")
    state = next(each for each in result["kinds"] if each["kind"] == kind)
    assert (state["listed"], state["list_error"]["type"]) == (False, "invalid_response")


@pytest.mark.parametrize("owner", [None, {}, {"id": ADA_LOVELACE}, {"type": "PEOPLE"}, {"id": "x", "type": "PLACE"}])
def test_a_list_of_nobody(connect, simulator, owner):
    numbers(simulator, {"extension": "1", "owner": owner})
    result = connect(required=["person"])
    assert result.get("failed")
    assert (result["kinds"][0]["listed"], result["kinds"][0]["list_error"]["type"]) == (False, "invalid_response")


def test_a_list_of_virtual_lines_without_ids(connect, simulator):
    simulator.add_fault(path="/virtualLines", status=200, body={"virtualLines": [{"firstName": "x"}]})
    result = connect(required=["virtual_line"])
    assert result.get("failed")
    assert (result["kinds"][2]["listed"], result["kinds"][2]["list_error"]["type"]) == (False, "invalid_response")


@pytest.mark.parametrize("owner_type", ["people", " People "])
def test_the_type_of_an_owner_in_other_letters(connect, simulator, owner_type):
    numbers(simulator, row(GRACE_HOPPER, owner_type))
    simulator.add_fault(path="/features/callRecording", status=403)
    result = connect(required=["person"])
    assert result.get("failed")
    assert (result["kinds"][0]["readable"], result["kinds"][0]["error"]["type"]) == (False, "permission")


@pytest.mark.parametrize(
    "body", [{}, {"message": "x", "errors": []}, {"enabled": True}, {"enabled": "yes", "record": "Always"}]
)
@pytest.mark.parametrize(("kind", "path"), [("person", "/features/callRecording"), ("virtual_line", "/callRecording")])
def test_settings_that_are_none(connect, simulator, body, kind, path):
    simulator.add_fault(path=path, status=200, body=body)
    result = connect(required=[kind])
    assert result.get("failed")
    state = next(each for each in result["kinds"] if each["kind"] == kind)
    assert (state["readable"], state["error"]["type"]) == (False, "invalid_response")


@pytest.mark.parametrize("body", [{}, {"message": "x", "errors": []}])
def test_a_service_that_is_none(connect, simulator, body):
    simulator.add_fault(path="/config/callRecording", status=200, body=body)
    result = connect(required=["service"])
    assert result.get("failed")
    assert result["service"]["readable"] is False


@pytest.mark.parametrize("organization", [{"id": None}, {"id": ""}, {"id": []}, {"id": 5}])
def test_an_organization_without_an_id(connect, simulator, organization):
    simulator.add_fault(path="/config/callRecording", status=200, body={"enabled": True, "organization": organization})
    result = connect()
    assert result["organization"]["verified"] is False
    assert result["organization"]["id"] is None


@pytest.mark.parametrize(("status", "error_type"), [(403, "permission"), (500, "server_error"), (404, "refused")])
def test_the_cause_of_a_failed_requirement(connect, simulator, status, error_type):
    simulator.add_fault(path=NUMBERS, status=status, shape="f")
    result = connect(required=["person", "service"])
    assert (result["failed"], result["error"]["type"]) == (True, error_type)


def test_required_is_empty(connect):
    result = connect(required=[])
    assert (result["failed"], result["error"]["type"]) == (True, "invalid_option")


def test_another_organization_than_asked_for(connect, simulator):
    body = {"enabled": True, "organization": {"id": "another"}}
    simulator.add_fault(path="/config/callRecording", status=200, body=body)
    result = connect(org_id=OWN_ORGANIZATION)
    assert (result["organization"]["id"], result["organization"]["verified"]) == ("another", False)
    found = {"where": "recording service", "what": "organization", "value": "not org_id"}
    assert found in result["differences"]


LONG_TOKEN = "L" + "0123456789abcdef" * 6


@pytest.mark.parametrize("where", ["key", "record", "inner", "list"])
def test_a_part_of_a_token(run_module, webex, where):
    settings = {"enabled": True, "record": "Always"}
    line = {"id": "x"}
    if where == "key":
        settings[f"a{LONG_TOKEN}"] = 1
    elif where == "inner":
        settings["repeat"] = {LONG_TOKEN: 1}
    elif where == "record":
        settings["record"] = f"abc {LONG_TOKEN}"
    else:
        line[f"a{LONG_TOKEN}"] = 1

    def answer(handler):
        body = settings if "callRecording" in handler.path else {"virtualLines": [line], "phoneNumbers": []}
        body = json.dumps(body).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    webex.will(answer)
    result = run_module(connection_info.main, api_url=webex.url, access_token=LONG_TOKEN)
    assert LONG_TOKEN[:20] not in str(result)


# Writing


@pytest.mark.parametrize("concurrency", [1, 100])
def test_concurrency(run_module, start_simulator, concurrency):
    simulator = start_simulator("--lines", "40", "--people", "40", "--workspaces", "40", "--not-recordable", "30")
    result = run_module(call_recording_info.main, concurrency=concurrency)
    assert not result.get("failed"), result["msg"]
    assert len(result["members"]) == 120
    simulator.add_fault(path="/people/", status=403, method="PUT")
    simulator.add_fault(path="/workspaces/", status=401, nth=30)
    result = run_module(
        call_recording.main, settings={"enabled": True, "record": "Never"}, concurrency=concurrency, owner_name="*"
    )
    assert result["failed"]
    for member in result["members"]:
        assert "error" in member or "call_recording" in member


def test_put_of_4410_for_a_member_that_records(write, simulator):
    simulator.add_fault(path=FEATURES, method="PUT", status=400, shape="c", code=4410, message="[Error 4410] no")
    for settings in ({"record": "Never"}, {"enabled": False}, {"repeat": {"enabled": True, "interval": 77}}):
        result = write(settings, person_id=[ADA_LOVELACE])
        assert (result["failed"], result["changed"]) == (True, False), result
        (member,) = result["members"]
        assert member["call_recording"]["record"] == "Always"
        assert member["recordable"] is True


@pytest.mark.parametrize("lie", [{"enabled": True, "record": "Always"}, {"enabled": False}, {}, {"message": "x"}])
def test_get_lies_after_a_change(write, simulator, lie):
    simulator.add_fault(path=FEATURES, method="GET", nth=2, status=200, body=lie)
    result = write({"enabled": True, "record": "Never"}, person_id=[ADA_LOVELACE])
    assert (result["failed"], result["changed"]) == (True, True)


@pytest.mark.parametrize("status", [(400, 4410), (404, 4008)])
def test_not_recordable_after_a_change(write, simulator, status):
    simulator.add_fault(path=FEATURES, method="GET", nth=2, status=status[0], shape="c", code=status[1])
    result = write({"enabled": False}, person_id=[ADA_LOVELACE])
    assert (result["failed"], result["changed"]) == (True, True), result


@pytest.mark.parametrize("text", ["<html>gone</html>", "", "nope", "[]", '"x"'])
@pytest.mark.parametrize("allow_missing", [True, False])
def test_404_without_json(read, simulator, text, allow_missing):
    simulator.add_fault(path=FEATURES, status=404, text=text)
    result = read(person_id=[ADA_LOVELACE], allow_missing=allow_missing)
    assert result["failed"]
    assert result["members"][0]["error"]["status"] == 404


@pytest.mark.parametrize("path", ["/v1", "/v2", "", "/v1/telephony"])
def test_allow_missing_with_a_wrong_address(read, simulator, path):
    url = simulator.api_url.removesuffix("/v1") + path
    for option, member_id in (("person_id", ADA_LOVELACE), ("workspace_id", BOARDROOM), ("virtual_line_id", BOB_SMITH)):
        result = read(api_url=url, allow_missing=True, **{option: [member_id]})
        assert result.get("failed") or (path == "/v1" and ids(result) == [member_id]), result
    for options in ({}, {"email": ["ada.lovelace@example.com"]}, {"kind": ["person"]}):
        result = read(api_url=url, allow_missing=True, **options)
        assert result.get("failed") or (path == "/v1" and ids(result)), result


def test_a_404_for_everybody_with_allow_missing(read, simulator):
    for path in (FEATURES, "/callRecording"):
        simulator.add_fault(path=path, status=404, shape="a", message="Not found")
    result = read(allow_missing=True)
    assert result.get("failed")
    result = read(allow_missing=True, person_id=[ADA_LOVELACE, NIA_OKAFOR], virtual_line_id=[BOB_SMITH])
    assert result.get("failed"), result
    result = read(allow_missing=True, email=["nia.okafor@example.com"])
    assert result.get("failed"), result


@pytest.mark.parametrize("option", ["extension", "phone_number", "email", "person_id", "location_id"])
@pytest.mark.parametrize(
    "value", [[""], [" "], "", " ", [], [None], None, ",", "a,", {"a": 1}, [{"a": 1}], [["a"]], True]
)
def test_empty_selectors(write, simulator, option, value):
    result = write({"enabled": False}, **{option: value})
    assert result.get("failed"), result
    assert simulator.counts(method="PUT")["count"] == 0


@pytest.mark.parametrize(
    ("value", "found"), [(["0100"], 0), ([6201.0], 0), ([6201], 1), ([" 6201 "], 1), ("6201,6202", 2)]
)
def test_extension_values(read, simulator, value, found):
    result = read(extension=value, allow_missing=True, kind=["person"])
    assert len(result["members"]) == found


HOSTILE = "\u001b[31mred\u0007 \u202etxt.exe\nforged\u2028line {{ 1 + 1 }}"


def test_hostile_names(write, simulator):
    for member in (ADA_LOVELACE, BOB_SMITH_PERSON, BOARDROOM):
        simulator.change_identity(member, {"firstName": HOSTILE, "lastName": "%s{0}"})
    simulator.add_fault(method="PUT", status=500, message=HOSTILE)
    result = write({"repeat": {"enabled": True, "interval": 333}}, owner_name="*red*", diff=True)
    assert result["failed"]
    for text in (result["msg"], *result.get("warnings", ())):
        assert text.isprintable(), text
    for each in result.get("diff", ()):
        assert each["before_header"].isprintable()


@pytest.mark.parametrize("name", [LONG_TOKEN, f"a{LONG_TOKEN}", "\u001b[31mkey", "k" * 5000])
def test_unrequested_fields(run_module, webex, name):
    settings = {"enabled": True, "record": "Always", name: 1}

    def answer(handler):
        body = json.dumps({"message": f"field {name}", "errorCode": 25024} if handler.command == "PUT" else settings)
        handler.send_response(400 if handler.command == "PUT" else 200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body.encode())

    webex.will(answer)
    result = run_module(
        call_recording.main,
        settings={"record": "Never"},
        person_id=["x"],
        api_url=webex.url,
        access_token=LONG_TOKEN,
    )
    assert result["failed"]
    assert LONG_TOKEN[:20] not in str(result)
    assert result["msg"].isprintable()
    assert len(result["msg"]) < 3000


@pytest.mark.parametrize(
    "extra",
    [
        {"notification": None},
        {"repeat": None},
        {"startStopAnnouncement": None},
        {"selectiveCallRecordingSettings": None},
        {"callRecordingAccessSettings": None},
        {"notification": "Beep"},
        {"repeat": True},
        {"repeat": []},
        {"notification": {"type": None, "enabled": None}},
        {"notification": {}},
        {"announcements": None},
        {"announcements": {"start": {"audioAnnouncementFile": {"id": []}}}},
        {"announcements": [{"audioAnnouncementFile": {"id": "x"}}]},
    ],
)
@pytest.mark.parametrize(
    "settings",
    [
        {"record": "Never"},
        {"repeat": {"enabled": True, "interval": 50}},
        {"notification": {"type": "Beep"}},
        {"notification": {"enabled": True, "type": "Beep"}},
        {"start_stop_announcement": {"pstn_calls_enabled": True}},
        {"call_recording_access_settings": {"share_recordings_enabled": True}},
        {"enabled": False},
    ],
)
@pytest.mark.parametrize("mode", ["ok", "refuse", "readback"])
def test_odd_settings(run_module, webex, extra, settings, mode):
    before = {"enabled": True, "record": "Always", **extra}
    state = {"settings": before}

    def answer(handler):
        status, body = 200, state["settings"]
        if handler.command == "PUT":
            sent_body = json.loads(handler.server.asked[-1].sent)
            if mode == "refuse":
                status, body = 400, {"message": "no", "errorCode": 25008}
            else:
                status, body = 204, None
                if mode == "ok":
                    state["settings"] = {**before, **sent_body}
        body = b"" if body is None else json.dumps(body).encode()
        handler.send_response(status)
        if status != 204:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    webex.will(answer)
    result = run_module(
        call_recording.main, settings=settings, person_id=["x"], api_url=webex.url, access_token="t" * 30, diff=True
    )
    assert result.get("failed") or mode == "ok", result
