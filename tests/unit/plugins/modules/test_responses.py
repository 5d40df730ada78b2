# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses that are not settings, and hostile content of settings and of lines."""

from __future__ import annotations

import json

import pytest

from ansible_collections.webex.calling.plugins.modules import (
    virtual_line_call_recording,
    virtual_line_call_recording_info,
    virtual_line_info,
)
from ansible_collections.webex.calling.tests.unit.organization import (
    ALL_LINES,
    BOB_SMITH,
    LINES_IN_DENVER,
    TRADING_DESK,
)

SETTINGS = {"enabled": True, "record": "Always"}
NESTED = "[" * 800 + "]" * 800
MANY_DIGITS = "9" * 5000


@pytest.fixture
def read(run_module, simulator):
    return lambda **options: run_module(virtual_line_call_recording_info.main, **options)


@pytest.fixture
def write(run_module, simulator):
    return lambda **options: run_module(virtual_line_call_recording.main, **options)


@pytest.fixture
def respond(simulator):
    """A function that makes the simulator respond with a text to requests for the settings of one line."""

    def respond_(text, line_id=BOB_SMITH, **fault):
        fault = {"line_id": line_id, "status": 200, "text": text, "content_type": "application/json", **fault}
        simulator.add_fault(**fault)

    return respond_


def recording_of(result, line_id):
    return next(line for line in result["virtual_lines"] if line["id"] == line_id)


# --- responses that are not settings -------------------------------------------------------------------------

SELECTIVE, INBOUND = "selectiveCallRecordingSettings", "recordInboundExternalCallsEnabled"
MESSAGES = {
    True: "selective_call_recording_settings does not contain booleans",
    False: "enabled or record is missing",
}
NOT_SETTINGS = [
    {},
    {"message": "Something went wrong.", "errors": [{"description": "Later."}], "trackingId": "T1"},
    {"recordVoicemailEnabled": False, "repeat": {"interval": 15, "enabled": False}},
    {"record": "Always"},
    {"enabled": True},
    {"enabled": False},
    {"enabled": False, "record": False},
    {"enabled": True, "record": None},
    {"enabled": True, "record": True},
    {"enabled": "true", "record": "Always"},
    {"enabled": 1, "record": "Always"},
    {"enabled": None, "record": "Never"},
    {"Enabled": True, "Record": "Always"},
    {"virtualLines": []},
    *({"enabled": True, "record": "Always", SELECTIVE: each} for each in ("no", [], 0, {INBOUND: "false"})),
]


@pytest.mark.parametrize("body", NOT_SETTINGS)
def test_what_is_not_settings_is_not_read_as_settings(read, respond, body):
    respond(json.dumps(body))
    result = read(virtual_line_id=[BOB_SMITH, TRADING_DESK])
    assert result["failed"] is True
    line = recording_of(result, BOB_SMITH)
    assert line.keys() == {"id", "name", "error"}
    assert line["error"] == result["error"]
    error = {key: line["error"][key] for key in ("type", "status", "reason", "message", "kind", "id")}
    assert error == {
        "type": "invalid_response",
        "status": 200,
        "reason": "Not call recording settings",
        "message": MESSAGES.get(SELECTIVE in body),
        "kind": "virtual_line",
        "id": BOB_SMITH,
    }
    assert line["error"]["tracking_id"].startswith("WEBEXCALLING_")
    # The other line is read.
    assert recording_of(result, TRADING_DESK)["call_recording"]["record"] == "Always"


@pytest.mark.parametrize("body", NOT_SETTINGS)
@pytest.mark.parametrize("check_mode", [False, True])
def test_nothing_is_written_on_top_of_what_is_not_settings(write, respond, simulator, body, check_mode):
    before = simulator.line(BOB_SMITH)
    respond(json.dumps(body), method="GET")
    result = write(
        virtual_line_id=[BOB_SMITH, TRADING_DESK],
        settings={"record": "Always with Pause/Resume"},
        check_mode=check_mode,
    )
    assert result["failed"] is True
    line = recording_of(result, BOB_SMITH)
    assert (line["error"]["type"], line["changed"], line["changes"]) == ("invalid_response", False, [])
    assert "call_recording" not in line
    assert simulator.line(BOB_SMITH) == before
    assert [request["method"] for request in simulator.requests(path=BOB_SMITH)] == ["GET"]
    # The other line is changed.
    assert recording_of(result, TRADING_DESK)["changed"] is True


@pytest.mark.parametrize("body", NOT_SETTINGS)
def test_what_is_not_settings_does_not_confirm_a_change(write, respond, body):
    respond(json.dumps(body), method="GET", nth=2)
    result = write(virtual_line_id=BOB_SMITH, settings={"record": "Always"})
    assert result["failed"] is True
    assert result["error"]["type"] == "invalid_response"
    (line,) = result["virtual_lines"]
    assert line["changed"] is True
    assert "call_recording" not in line


@pytest.mark.parametrize("body", [{"enabled": False, "record": None}, {**SETTINGS, "errors": []}, SETTINGS])
def test_what_is_settings(read, respond, body):
    respond(json.dumps(body))
    assert read(virtual_line_id=BOB_SMITH)["call_recording"] == body


# --- hostile settings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ('"__ansible_type": "x"', {"key__ansible_type": "x"}),
        ('"__ansible_unsafe": "x"', {"key__ansible_unsafe": "x"}),
        ('"__ansible_vault": "x"', {"key__ansible_vault": "x"}),
        ('"_ansible_no_log": true', {"key_ansible_no_log": True}),
        ('"a": {"__ansible_unsafe": {"__ansible_type": 1}}', {"a": {"key__ansible_unsafe": {"key__ansible_type": 1}}}),
        ('"a": [{"__ansible_vault": "x"}]', {"a": [{"key__ansible_vault": "x"}]}),
        ('"id": "a", "Id": {}', {"id": "a", "id_2": {}}),
        ('"Id": {}, "id": "a", "ID": 1', {"id": "a", "id_2": {}, "id_3": 1}),
        ('"Enabled": false, "Record": "Never"', {"enabled_2": False, "record_2": "Never"}),
        ('"error": {"type": "x"}, "name": "x"', {"error": {"type": "x"}, "name": "x"}),
        ('"a": NaN, "b": Infinity, "c": -Infinity', {"a": "NaN", "b": "Infinity", "c": "-Infinity"}),
        ('"a": 1e999, "b": -1e999, "c": 1.5', {"a": "1e999", "b": "-1e999", "c": 1.5}),
        (f'"a": {MANY_DIGITS}, "b": -{MANY_DIGITS}', {"a": MANY_DIGITS, "b": f"-{MANY_DIGITS}"}),
        ('"a": 999999999999999999', {"a": 999999999999999999}),
        (f'"{"k" * 5000}": 1', {"k" * 5000: 1}),
        ('"": 1, " ": 2', {"": 1, " ": 2}),
    ],
)
def test_hostile_keys_and_numbers_in_settings(read, respond, hostile, shown):
    respond(f'{{"enabled": true, "record": "Always", {hostile}}}')
    assert read(virtual_line_id=BOB_SMITH)["call_recording"] == {**SETTINGS, **shown}


@pytest.mark.parametrize("nested", [NESTED, '{"a":' * 800 + "1" + "}" * 800])
def test_settings_that_are_nested_too_deeply_are_an_error_of_the_line(read, respond, nested):
    respond(f'{{"enabled": true, "record": "Always", "a": {nested}, "b": "\\ud800"}}')
    result = read(virtual_line_id=[BOB_SMITH, TRADING_DESK])
    assert result["failed"] is True
    line = recording_of(result, BOB_SMITH)
    assert (line["error"]["type"], line["error"]["message"]) == ("invalid_response", "nested too deeply")
    assert recording_of(result, TRADING_DESK)["call_recording"]["record"] == "Always"


def test_settings_that_python_can_not_parse_are_an_error_of_the_line(read, respond):
    respond(f'{{"enabled": true, "record": "Always", "a": {"[" * 200_000 + "]" * 200_000}}}')
    result = read(virtual_line_id=[BOB_SMITH, TRADING_DESK])
    line = recording_of(result, BOB_SMITH)
    assert (line["error"]["type"], line["error"]["reason"]) == ("invalid_response", "Not JSON")
    assert recording_of(result, TRADING_DESK)["call_recording"]["record"] == "Always"


def test_hostile_settings_are_sent_back_as_they_were_read(write, respond, simulator):
    """A change keeps what the collection does not understand, but nothing in a response decides what is sent."""
    hostile = '"__ansible_unsafe": {"a": [1]}, "Id": 1, "id": 2'
    respond(f'{{"enabled": true, "record": "Never", {hostile}}}', method="GET", nth=1)
    write(virtual_line_id=BOB_SMITH, settings={"record": "Always"})
    (put,) = simulator.requests(method="PUT")
    assert put["body"] == {"enabled": True, "record": "Always", "__ansible_unsafe": {"a": [1]}, "Id": 1, "id": 2}


# --- hostile lines -------------------------------------------------------------------------------------------


@pytest.fixture
def list_with(simulator):
    """A function that makes the simulator list two lines, of which the first one has hostile content."""

    def list_with_(hostile):
        place = '"location": {"id": "l", "name": "Denver"}'
        rows = f'{{"id": "{BOB_SMITH}", "lastName": "Smith", {place}, {hostile}}}, {{"id": "{TRADING_DESK}", {place}}}'
        text = f'{{"virtualLines": [{rows}]}}'
        fault = {"status": 200, "text": text, "content_type": "application/json"}
        simulator.add_fault(path="/virtualLines", **fault, times=2)

    return list_with_


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ('"__ansible_type": "x"', {"key__ansible_type": "x"}),
        ('"__ansible_unsafe": {"__ansible_vault": "x"}', {"key__ansible_unsafe": {"key__ansible_vault": "x"}}),
        ('"Id": {}', {"id_2": {}}),
        (
            '"call_recording": {"enabled": true, "record": "Always"}, "error": {"type": "x"}, "name": "Eve"',
            {
                "key_call_recording": {"enabled": True, "record": "Always"},
                "key_error": {"type": "x"},
                "key_name": "Eve",
            },
        ),
        (
            '"callRecording": 1, "recordable": false, "notRecordable": 1, "kind": "x", "changed": true, "changes": [1]',
            {
                "key_call_recording": 1,
                "key_recordable": False,
                "key_not_recordable": 1,
                "key_kind": "x",
                "key_changed": True,
                "key_changes": [1],
            },
        ),
        ('"a": NaN, "b": 1e999', {"a": "NaN", "b": "1e999"}),
        (f'"a": {MANY_DIGITS}', {"a": MANY_DIGITS}),
        ('"firstName": {"a": 1}', {"first_name": {"a": 1}, "name": "{'a': 1} Smith"}),
    ],
)
def test_hostile_keys_and_numbers_in_lines(run_module, simulator, read, write, list_with, hostile, shown):
    list_with(hostile)
    identity = {"id": BOB_SMITH, "name": "Smith", "last_name": "Smith", "location": {"id": "l", "name": "Denver"}}
    listed = run_module(virtual_line_info.main)
    assert listed["virtual_lines"][0] == {**identity, **shown}
    list_with(hostile)
    result = read(location_name="Denver")
    assert not result.get("failed"), result["msg"]
    assert [line["id"] for line in result["virtual_lines"]] == [BOB_SMITH, TRADING_DESK]
    bob, desk = result["virtual_lines"]
    assert bob["call_recording"]["record"] == "Never"
    assert desk["call_recording"]["record"] == "Always"
    assert {key: bob[key] for key in bob if key not in ("recordable", "call_recording")} == {**identity, **shown}
    list_with(hostile)
    result = write(location_name="Denver", settings={"record": "Always"})
    assert [line["changed"] for line in result["virtual_lines"]] == [True, False]


@pytest.mark.parametrize("place", ['"a": {}', '"a": {{"b": [{}]}}', '"number": {{"external": "+1", "x": {}}}'])
def test_a_line_that_is_nested_too_deeply_is_selected_and_read(read, list_with, place):
    list_with(place.format(NESTED) + ', "b": "\\ud800"')
    result = read(location_name="Denver", owner_name="Smith")
    assert not result.get("failed"), result["msg"]
    (bob,) = result["virtual_lines"]
    assert (bob["id"], bob["name"], bob["b"]) == (BOB_SMITH, "Smith", "\ufffd")
    assert bob["call_recording"]["record"] == "Never"
    assert "(nested too deeply)" in json.dumps(bob)


def test_the_whole_organization_with_hostile_settings(read, respond):
    respond('{"enabled": true, "record": "Always", "__ansible_unsafe": NaN, "a": ' + NESTED + "}")
    respond('{"enabled": true, "record": "Always", "__ansible_type": 1}', TRADING_DESK)
    result = read()
    assert [line["id"] for line in result["virtual_lines"]] == ALL_LINES
    assert [line["id"] for line in result["virtual_lines"] if "error" in line] == [BOB_SMITH]


def test_a_hostile_id_of_a_line(run_module, simulator):
    simulator.change_identity(LINES_IN_DENVER[0], {"Id": {"__ansible_vault": "x"}, "lastName": ["x"]})
    result = run_module(virtual_line_info.main)
    assert [line["id"] for line in result["virtual_lines"]] == ALL_LINES
