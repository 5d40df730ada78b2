# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines whose calls cannot be recorded: an ordinary state, and not a failure."""

from __future__ import annotations

import json

import pytest

from ansible_collections.webex.calling.plugins.module_utils._baseline import baseline_document
from ansible_collections.webex.calling.plugins.module_utils._settings import is_recorded, is_unrecorded
from ansible_collections.webex.calling.plugins.modules import (
    call_recording_drift_info,
    call_recording_info,
    virtual_line_call_recording,
    virtual_line_call_recording_info,
)
from ansible_collections.webex.calling.tests.unit.organization import (
    ALL_LINES,
    BOARDROOM,
    BOB_SMITH,
    COMMON_AREA,
    LINES_IN_DENVER,
    LOBBY_PHONE,
    OWN_ORGANIZATION,
    TRADING_DESK,
)

OFF = {"enabled": False, "record": "Never"}


@pytest.fixture
def read(run_module, simulator):
    return lambda **options: run_module(virtual_line_call_recording_info.main, **options)


@pytest.fixture
def write(run_module, simulator):
    def write_(settings, **options):
        return run_module(virtual_line_call_recording.main, settings=settings, **options)

    return write_


def test_one_line(read):
    result = read(virtual_line_id=LOBBY_PHONE)
    assert not result.get("failed"), result["msg"]
    (line,) = result["virtual_lines"]
    assert line["not_recordable"].pop("tracking_id").startswith("WEBEXCALLING_")
    assert line == {
        "id": LOBBY_PHONE,
        "name": LOBBY_PHONE,
        "recordable": False,
        "not_recordable": {
            "status": 400,
            "code": "4410",
            "message": "[Error 4410] Service is not assigned to this subscriber: Call Recording",
            "hint": "Assign call recording in Control Hub, then run the task again.",
        },
        "call_recording": OFF,
    }
    assert (result["recordable"], result["call_recording"]) == (False, OFF)
    assert "not_recordable" not in result
    assert is_unrecorded(line["call_recording"])
    assert not is_recorded(line["call_recording"])


def test_a_whole_organization(read):
    result = read()
    assert not result.get("failed"), result["msg"]
    assert [line["id"] for line in result["virtual_lines"]] == ALL_LINES
    assert [line["id"] for line in result["virtual_lines"] if not line["recordable"]] == [LOBBY_PHONE]
    assert [line["id"] for line in result["virtual_lines"] if "not_recordable" in line] == [LOBBY_PHONE]
    assert not any("error" in line for line in result["virtual_lines"])
    assert "recordable" not in result


@pytest.mark.parametrize("shape", ["a", "b", "c", "d"])
def test_shapes_of_the_response(read, simulator, shape):
    message = "[Error 4410] Service is not assigned to this subscriber: Call Recording"
    simulator.add_fault(line_id=BOB_SMITH, status=400, shape=shape, code=4410, message=message)
    result = read(virtual_line_id=BOB_SMITH)
    assert (result["recordable"], result["call_recording"]) == (False, OFF)
    assert result["virtual_lines"][0]["not_recordable"]["code"] == "4410"


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 400, "shape": "c", "code": 4003, "message": "[Error 4003] Unauthorized request"},
        {"status": 400, "shape": "a"},
        {"status": 403, "shape": "c", "code": 4410},
        {"status": 404, "shape": "c", "code": 4410},
        {"status": 405, "shape": "c", "code": 25409},
        {"status": 500, "shape": "c", "code": 4410},
        {"status": 400, "shape": "c", "code": 44100, "message": "[Error 44100] Something else"},
    ],
)
def test_other_errors_are_failures(read, simulator, fault):
    simulator.add_fault(line_id=BOB_SMITH, **fault)
    result = read(virtual_line_id=BOB_SMITH)
    assert result["failed"] is True
    (line,) = result["virtual_lines"]
    assert line.keys() == {"id", "name", "error"}
    assert not {"recordable", "call_recording"} & result.keys()


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("settings", [{"enabled": False}, {"record": "Never"}, OFF])
def test_switching_recording_off_is_no_change(write, simulator, settings, check_mode):
    result = write(settings, virtual_line_id=LOBBY_PHONE, check_mode=check_mode, diff=True)
    assert not result.get("failed"), result["msg"]
    assert (result["changed"], result["diff"]) == (False, [])
    assert (result["recordable"], result["call_recording"]) == (False, OFF)
    (line,) = result["virtual_lines"]
    assert (line["changed"], line["changes"], line["recordable"]) == (False, [], False)
    assert line["not_recordable"]["code"] == "4410"
    assert simulator.counts(method="PUT")["count"] == 0


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    "settings",
    [
        {"enabled": True},
        {"record": "Always"},
        {"record": "On Demand with User Initiated Start"},
        {"enabled": False, "record": "Always"},
        {"enabled": True, "record": "Never"},
        {"enabled": False, "record_voicemail_enabled": False},
        {"repeat": {"interval": 60}},
        {**OFF, "notification": {"type": "None"}},
    ],
)
def test_anything_else_is_an_error_of_that_line(write, simulator, settings, check_mode):
    result = write(settings, virtual_line_id=[LOBBY_PHONE, TRADING_DESK], check_mode=check_mode)
    assert result["failed"] is True
    lobby, desk = result["virtual_lines"]
    assert (lobby["changed"], lobby["changes"]) == (False, [])
    assert (lobby["recordable"], lobby["call_recording"]) == (False, OFF)
    assert (lobby["error"]["type"], lobby["error"]["status"], lobby["error"]["code"]) == ("refused", 400, "4410")
    assert "Assign call recording in Control Hub" in lobby["error"]["hint"]
    assert "error" not in desk
    assert simulator.counts(method="PUT", path=LOBBY_PHONE)["count"] == 0


def test_switching_a_location_off(write):
    result = write(OFF, location_name="Denver")
    assert not result.get("failed"), result["msg"]
    assert [line["id"] for line in result["virtual_lines"]] == LINES_IN_DENVER
    assert {line["call_recording"]["record"] for line in result["virtual_lines"]} == {"Never"}


@pytest.mark.parametrize(
    ("settings", "drifts"),
    [
        ({"enabled": True}, True),
        ({"record": "Always"}, True),
        ({"record": "On Demand"}, True),
        ({"enabled": True, "record": "Always", "record_voicemail_enabled": True}, True),
        ({"enabled": False}, False),
        ({"record": "Never"}, False),
        (OFF, False),
        ({"enabled": False, "record": "Always"}, False),
        ({"enabled": True, "record": "Never"}, False),
        # Other settings are not compared.
        ({"record_voicemail_enabled": True, "repeat": {"interval": 60}}, False),
        ({"enabled": False, "repeat": {"interval": 60}}, False),
    ],
)
def test_drift(run_module, simulator, settings, drifts):
    policy = {"name": "Rulebook", "rules": [{"name": "all", "settings": settings}]}
    select = {"virtual_line_id": LOBBY_PHONE}
    report = run_module(call_recording_drift_info.main, policy=policy, select=select)
    assert not report.get("failed"), report["msg"]
    counts = report["counts"]
    assert (counts["compared"], counts["drifted"], counts["compliant"]) == (1, int(drifts), int(not drifts))
    assert report["passed"] is not drifts
    # Webex would refuse to remediate the line.
    assert report["remediations"] == []
    assert report["errors"] == []
    for line in report["drifted"]:
        assert line["not_recordable"]["code"] == "4410"
        assert "recordable" not in line
        assert {each["setting"] for each in line["differences"]} <= {"enabled", "record"}


def test_an_organization_has_no_drift_from_its_baseline(run_module, simulator, tmp_path):
    members = run_module(call_recording_info.main)["members"]
    file = tmp_path / "baseline.json"
    document = baseline_document(members, {"id": OWN_ORGANIZATION}, "2026-11-20T00:00:00Z", {})
    file.write_text(json.dumps(document), encoding="utf-8")
    report = run_module(call_recording_drift_info.main, baseline_file=str(file))
    assert (report["status"], report["counts"]["compliant"], report["drifted"]) == ("compliant", 19, [])
    assert len(report["not_recordable"]) == 5
    # A member that is recorded now, and a member that cannot be recorded any more
    simulator.make_unavailable(COMMON_AREA, None)
    simulator.change_member(COMMON_AREA, {"enabled": True, "record": "Always"})
    simulator.make_unavailable(BOARDROOM, "no_professional_license")
    report = run_module(call_recording_drift_info.main, baseline_file=str(file))
    assert {member["id"] for member in report["drifted"]} == {COMMON_AREA, BOARDROOM}
    assert [list(each) for each in report["remediations"]] == [["settings", "workspace_id"]]
    assert report["remediations"][0]["workspace_id"] == [COMMON_AREA]
