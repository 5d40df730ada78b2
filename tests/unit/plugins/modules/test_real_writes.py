# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes as peers report them from live organizations: refused, reset, or without effect."""

from __future__ import annotations

import pytest

from ansible_collections.webex.calling.plugins.modules import (
    virtual_line_call_recording,
    virtual_line_call_recording_info,
)
from ansible_collections.webex.calling.tests.unit.organization import BOB_SMITH, LOBBY_PHONE, TRADING_DESK, ZOE

OFF = {"enabled": False, "record": "Never"}
ON = {
    "enabled": True,
    "record": "Always",
    "recordVoicemailEnabled": True,
    "notification": {"type": "Beep", "enabled": True},
    "repeat": {"interval": 60, "enabled": True},
    "startStopAnnouncement": {"internalCallsEnabled": True, "pstnCallsEnabled": True},
}
SELECTIVE = "selective_call_recording_settings"
ALL_SELECTIVE = {
    "record_inbound_internal_calls_enabled": False,
    "record_inbound_external_calls_enabled": True,
    "record_outbound_internal_calls_enabled": False,
    "record_outbound_external_calls_enabled": True,
}


@pytest.fixture
def write(run_module, simulator):
    def write_(settings, virtual_line_id=BOB_SMITH, **options):
        return run_module(
            virtual_line_call_recording.main, settings=settings, virtual_line_id=virtual_line_id, **options
        )

    return write_


@pytest.fixture
def read(run_module, simulator):
    return lambda line=BOB_SMITH: run_module(virtual_line_call_recording_info.main, virtual_line_id=line)


def stored(simulator, line=BOB_SMITH):
    return simulator.line(line)["callRecording"]


def sent(simulator):
    return [request["body"] for request in simulator.requests(method="PUT")]


def applied(result):
    """Return the changes of a result with one line, by setting."""
    assert not result.get("failed"), result["msg"]
    (line,) = result["virtual_lines"]
    return {change["setting"]: (change.get("before"), change.get("after")) for change in line["changes"]}


# Switching recording off


@pytest.mark.parametrize("semantics", ["merge", "replace"])
def test_off_is_sent_whole_first(write, simulator, semantics):
    simulator.set(write=semantics)
    simulator.change_line(BOB_SMITH, ON, replace=True)
    result = write({"enabled": False})
    assert applied(result) == {"enabled": (True, False)}
    assert sent(simulator) == [{**ON, "enabled": False}]
    assert stored(simulator) == {**ON, "enabled": False}
    assert "warnings" not in result


def test_off_alone_where_webex_refuses_other_settings_beside(write, simulator):
    simulator.set(write="merge", off_alone=True)
    simulator.change_line(BOB_SMITH, ON, replace=True)
    check = write({"enabled": False}, check_mode=True)
    result = write({"enabled": False})
    assert applied(result) == applied(check) == {"enabled": (True, False)}
    assert sent(simulator) == [{**ON, "enabled": False}, {"enabled": False}]
    assert stored(simulator) == {**ON, "enabled": False}
    assert result["call_recording"] == check["call_recording"]
    assert result["recordable"] is True
    assert "warnings" not in result
    assert write({"enabled": False})["changed"] is False


@pytest.mark.parametrize("options", [{"write": "replace"}, {"write": "merge", "reset_on_disable": True}])
def test_settings_that_webex_resets_when_recording_is_switched_off_are_changes(write, read, simulator, options):
    simulator.set(off_alone=True, **options)
    simulator.change_line(BOB_SMITH, ON, replace=True)
    result = write({"enabled": False}, diff=True)
    changes = applied(result)
    assert changes == {
        "enabled": (True, False),
        "record": ("Always", "Never"),
        "record_voicemail_enabled": (True, False),
        "notification.type": ("Beep", "None"),
        "notification.enabled": (True, False),
        "repeat.interval": (60, 15),
        "repeat.enabled": (True, False),
        "start_stop_announcement.internal_calls_enabled": (True, False),
        "start_stop_announcement.pstn_calls_enabled": (True, False),
    }
    assert result["call_recording"] == read()["call_recording"]
    assert result["diff"][0]["before"]["repeat"] == {"interval": 60, "enabled": True}
    assert result["diff"][0]["after"]["repeat"] == {"interval": 15, "enabled": False}
    (warning,) = result["warnings"]
    assert "Webex has changed settings that the task does not set: record, record_voicemail_enabled" in warning
    assert write({"enabled": False})["changed"] is False


def test_a_setting_that_disappears_has_no_value_after(write, simulator):
    simulator.set(off_alone=True)
    selective = {"recordInboundInternalCallsEnabled": True, "recordInboundExternalCallsEnabled": True}
    simulator.change_line(BOB_SMITH, {**ON, "selectiveCallRecordingSettings": selective}, replace=True)
    result = write({"enabled": False}, diff=True)
    setting = f"{SELECTIVE}.record_inbound_internal_calls_enabled"
    assert {"setting": setting, "before": True} in result["virtual_lines"][0]["changes"]
    assert SELECTIVE in result["diff"][0]["before"]
    assert SELECTIVE not in result["diff"][0]["after"]


def test_settings_that_webex_resets_without_a_refusal_are_changes(write, simulator):
    simulator.set(reset_on_disable=True)
    simulator.change_line(BOB_SMITH, ON, replace=True)
    result = write({"enabled": False})
    assert applied(result)["record"] == ("Always", "Never")
    assert len(sent(simulator)) == 1
    assert "Webex has changed settings that the task does not set: record, " in result["warnings"][0]


def test_a_desired_setting_that_webex_resets_is_an_error(write, simulator):
    simulator.set(reset_on_disable=True)
    simulator.change_line(BOB_SMITH, ON, replace=True)
    result = write({"enabled": False, "record": "Always"})
    assert (result["failed"], result["changed"], result["error"]["type"]) == (True, True, "not_applied")
    assert "record is 'Never' instead of 'Always'" in result["msg"]


def test_other_settings_that_change_while_recording_stays_on_are_an_error(write, simulator):
    simulator.change_line(BOB_SMITH, {**ON, "record": "Never"}, replace=True)
    simulator.set(drop=["repeat"])
    simulator.add_fault(method="GET", nth=2, status=200, body={**ON, "repeat": {"interval": 15, "enabled": True}})
    result = write({"record": "Always"})
    assert (result["failed"], result["error"]["type"]) == (True, "not_applied")
    assert "repeat.interval was 60 and became 15" in result["msg"]


@pytest.mark.parametrize("semantics", ["merge", "replace"])
def test_never_and_off_where_webex_accepts_off_alone(write, simulator, semantics):
    simulator.set(write=semantics, off_alone=True)
    simulator.change_line(BOB_SMITH, ON, replace=True)
    result = write(OFF)
    changes = applied(result)
    assert (changes["enabled"], changes["record"]) == ((True, False), ("Always", "Never"))
    # The record setting is sent while recording is on.
    assert sent(simulator) == [{**ON, **OFF}, {**ON, "record": "Never"}, {"enabled": False}]
    assert (stored(simulator)["enabled"], stored(simulator)["record"]) == (False, "Never")
    assert write(OFF)["changed"] is False


def test_recording_never_starts_on_the_way_to_off(write, simulator):
    simulator.set(write="merge", off_alone=True)
    simulator.change_line(BOB_SMITH, {**ON, "record": "Never"}, replace=True)
    result = write({"enabled": False, "record": "Always"})
    assert (result["failed"], result["changed"]) == (True, True)
    assert (result["error"]["type"], result["error"]["status"], result["error"]["code"]) == ("refused", 400, "4410")
    assert "Webex accepts no settings while recording is off" in result["error"]["hint"]
    assert "together with record" in result["error"]["hint"]
    (line,) = result["virtual_lines"]
    assert (line["call_recording"]["enabled"], line["call_recording"]["record"]) == (False, "Never")
    assert not any(body.get("enabled") for body in sent(simulator))


@pytest.mark.parametrize(
    ("settings", "name"),
    [({"record": "Always"}, "record"), ({"record": "Never"}, "record"), ({"repeat": {"interval": 30}}, "interval")],
)
@pytest.mark.parametrize("semantics", ["merge", "replace"])
def test_other_settings_of_a_line_that_stays_off(write, simulator, settings, name, semantics):
    simulator.set(write=semantics, off_alone=True)
    simulator.change_line(BOB_SMITH, {**ON, "enabled": False, "record": "On Demand"}, replace=True)
    before = stored(simulator)
    result = write(settings)
    assert (result["failed"], result["changed"]) == (True, False)
    assert (result["error"]["type"], result["error"]["code"]) == ("refused", "4410")
    assert "Webex accepts no settings while recording is off" in result["error"]["hint"]
    assert name in result["error"]["hint"]
    assert stored(simulator) == before
    assert len(sent(simulator)) == 1
    (line,) = result["virtual_lines"]
    assert line["call_recording"]["record"] == "On Demand"
    assert line["recordable"] is True


def test_off_that_webex_refuses_in_every_form(write, simulator):
    simulator.add_fault(method="PUT", status=400, shape="c", code=4410)
    before = stored(simulator, TRADING_DESK)
    assert before["enabled"] is True
    result = write(OFF, TRADING_DESK)
    assert (result["failed"], result["changed"]) == (True, False)
    assert result["error"]["code"] == "4410"
    (line,) = result["virtual_lines"]
    # The line still records, so the result must not say that it is not recordable.
    assert line["recordable"] is True
    assert line["call_recording"]["record"] == "Always"
    assert stored(simulator, TRADING_DESK) == before


def test_off_that_fails_between_two_requests(write, simulator):
    simulator.set(write="merge", off_alone=True)
    simulator.change_line(BOB_SMITH, ON, replace=True)
    simulator.add_fault(method="PUT", nth=3, status=400, shape="a")
    result = write(OFF)
    assert (result["failed"], result["changed"]) == (True, True)
    (line,) = result["virtual_lines"]
    assert line["changed"] is True
    assert line["changes"] == [{"setting": "record", "before": "Always", "after": "Never"}]
    assert (line["call_recording"]["enabled"], line["call_recording"]["record"]) == (True, "Never")


# A refused change


@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_settings_are_read_again_after_a_refusal(write, simulator, status):
    simulator.add_fault(method="PUT", status=status, shape="a")
    result = write({"enabled": True, "record": "Always"})
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, False, status)
    assert [request["method"] for request in simulator.requests()] == ["GET", "PUT", "GET"]
    (line,) = result["virtual_lines"]
    assert line["call_recording"]["record"] == "Never"


def test_a_refusal_that_changed_settings_nevertheless(write, simulator):
    simulator.add_fault(method="PUT", status=400, shape="a", handled=True)
    result = write({"enabled": True, "record": "Always"})
    assert (result["failed"], result["changed"]) == (True, True)
    (line,) = result["virtual_lines"]
    assert line["call_recording"]["record"] == "Always"
    assert {"setting": "record", "before": "Never", "after": "Always"} in line["changes"]


def test_settings_that_cannot_be_read_again_are_not_in_the_result(write, simulator):
    simulator.add_fault(method="PUT", status=400, shape="a")
    simulator.add_fault(method="GET", nth=2, status=403)
    result = write({"enabled": True, "record": "Always"})
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, False, 400)
    (line,) = result["virtual_lines"]
    assert not {"call_recording", "recordable"} & line.keys()


def test_the_outcome_of_a_server_error_is_unknown(write, simulator):
    simulator.add_fault(method="PUT", status=500)
    result = write({"enabled": True, "record": "Always"})
    assert (result["failed"], result["changed"]) == (True, True)
    (line,) = result["virtual_lines"]
    assert not {"call_recording", "recordable"} & line.keys()


# Lines without the service


@pytest.mark.parametrize("unassigned", ["refused", "off"])
@pytest.mark.parametrize("settings", [{"enabled": False}, {"record": "Never"}, OFF])
def test_off_for_a_line_without_the_service_is_no_change(write, simulator, settings, unassigned):
    simulator.set(unassigned=unassigned)
    result = write(settings, LOBBY_PHONE)
    assert applied(result) == {}
    assert result["changed"] is False
    assert sent(simulator) == []


def test_off_for_a_line_without_the_service_whose_settings_say_otherwise(write, simulator):
    simulator.add_fault(
        method="GET", path=LOBBY_PHONE, status=200, body={"enabled": False, "record": "Always"}, times=1
    )
    result = write({"record": "Never"}, LOBBY_PHONE)
    # Webex has the same error code for a line without the service, and for a line that stays off.
    assert (result["failed"], result["changed"], result["error"]["code"]) == (True, False, "4410")
    assert "assign it in Control Hub" in result["error"]["hint"]
    assert not {"call_recording", "recordable"} & result["virtual_lines"][0].keys()
    assert len(sent(simulator)) == 1


@pytest.mark.parametrize("unassigned", ["refused", "off"])
def test_on_for_a_line_without_the_service_is_an_error(write, simulator, unassigned):
    simulator.set(unassigned=unassigned)
    result = write({"enabled": True, "record": "Always"}, [LOBBY_PHONE, ZOE])
    assert result["failed"] is True
    lobby, zoe = result["virtual_lines"]
    assert (lobby["error"]["status"], lobby["error"]["code"]) == (400, "4410")
    assert "Assign call recording in Control Hub" in lobby["error"]["hint"]
    assert (lobby["changed"], lobby["recordable"], lobby["call_recording"]) == (False, False, OFF)
    assert "error" not in zoe
    assert len([body for body in sent(simulator) if body.keys() == {"enabled"}]) == 0


# Selective settings


@pytest.mark.parametrize("check_mode", [False, True])
def test_selective_settings_that_the_line_does_not_have(write, simulator, check_mode):
    simulator.set(complete_selective=True)
    simulator.change_line(BOB_SMITH, ON, replace=True)
    result = write({SELECTIVE: {"record_inbound_internal_calls_enabled": True}}, check_mode=check_mode)
    assert (result["failed"], result["changed"], result["error"]["type"]) == (True, False, "invalid_option")
    assert "record_inbound_external_calls_enabled, record_outbound_internal_calls_enabled" in result["msg"]
    assert sent(simulator) == []
    result = write({SELECTIVE: ALL_SELECTIVE}, check_mode=check_mode)
    assert len(applied(result)) == 4


def test_one_selective_setting_of_a_line_that_has_all(write, simulator):
    simulator.set(complete_selective=True)
    simulator.change_line(BOB_SMITH, ON, replace=True)
    write({SELECTIVE: ALL_SELECTIVE})
    result = write({SELECTIVE: {"record_inbound_internal_calls_enabled": True}})
    assert applied(result) == {f"{SELECTIVE}.record_inbound_internal_calls_enabled": (False, True)}


# Nothing unasked


@pytest.mark.parametrize("notification_type", ["None", None])
def test_a_notification_without_a_type_stays(write, simulator, notification_type):
    simulator.set(write="merge")
    notification = {"enabled": True, "type": notification_type}
    simulator.change_line(BOB_SMITH, {"enabled": True, "record": "Never", "notification": notification}, replace=True)
    check = write({"record": "Always"}, check_mode=True)
    result = write({"record": "Always"})
    assert applied(check) == {"record": ("Never", "Always")}
    assert applied(result)["record"] == ("Never", "Always")
    (body,) = sent(simulator)
    assert "notification" not in body


def test_a_notification_without_a_type_that_webex_changes_is_reported(write, simulator):
    notification = {"enabled": True, "type": "None"}
    simulator.change_line(BOB_SMITH, {"enabled": True, "record": "Never", "notification": notification}, replace=True)
    result = write({"record": "Always"}, diff=True)
    # Replacing resets the notification that cannot be sent. In no case does the line begin to beep.
    assert applied(result) == {"record": ("Never", "Always"), "notification.enabled": (True, False)}
    assert result["call_recording"]["notification"] == {"enabled": False, "type": "None"}
    assert "Webex has changed settings that the task does not set: notification.enabled" in result["warnings"][0]
    assert result["diff"][0]["after"]["notification"] == {"enabled": False}


# Keys that only came from reading


FILE = {"id": "file-1", "fileName": "greeting.wav", "mediaFileType": "WAV"}


def test_announcement_files_go_back_as_ids(write, simulator):
    announcements = {
        "useLocationLevelEnabled": False,
        "start": {"type": "CUSTOM", "audioAnnouncementFile": FILE},
        "stop": {"type": "DEFAULT", "audioAnnouncementFile": None},
    }
    simulator.change_line(BOB_SMITH, {**ON, "record": "Never", "announcements": announcements}, replace=True)
    result = write({"record": "Always"})
    assert applied(result) == {"record": ("Never", "Always")}
    (body,) = sent(simulator)
    assert body["announcements"] == {
        "useLocationLevelEnabled": False,
        "start": {"type": "CUSTOM", "audioAnnouncementFileId": "file-1"},
        "stop": {"type": "DEFAULT"},
    }
    assert stored(simulator)["announcements"]["start"] == announcements["start"]


@pytest.mark.parametrize(
    ("extra", "name"),
    [
        ({"postCallRecordingSettings": {"transcriptEnabled": True}}, "postCallRecordingSettings"),
        ({"repeat": {"interval": 60, "enabled": True, "audience": "PSTN"}}, "audience"),
    ],
)
def test_a_refused_field_that_only_came_from_reading_is_named(write, simulator, extra, name):
    simulator.set(strict_fields=True)
    simulator.change_line(BOB_SMITH, {**ON, "record": "Never", **extra}, replace=True)
    before = stored(simulator)
    result = write({"record": "Always"})
    assert (result["failed"], result["changed"]) == (True, False)
    assert (result["error"]["status"], result["error"]["code"]) == (400, "25024")
    assert f"Check {name}" in result["error"]["hint"].replace("repeat, ", "")
    assert "The task does not set this" in result["error"]["hint"]
    assert stored(simulator) == before


def test_a_refused_field_that_webex_does_not_name(write, simulator):
    simulator.change_line(BOB_SMITH, {**ON, "record": "Never", "announcements": {"x": 1}}, replace=True)
    simulator.add_fault(method="PUT", status=400, shape="c", code=25008, message="Missing required fields")
    result = write({"record": "Always"})
    assert "Check announcements in Control Hub" in result["error"]["hint"]


def test_a_refused_field_of_the_task_has_the_general_hint(write, simulator):
    simulator.change_line(BOB_SMITH, {**ON, "record": "Never", "announcements": {"x": 1}}, replace=True)
    simulator.add_fault(method="PUT", status=400, shape="c", code=25024, message="Invalid value for the field 'record'")
    result = write({"record": "Always"})
    assert "The task does not set this" not in result["error"]["hint"]


def test_strict_fields_accept_documented_settings(write, simulator):
    simulator.set(strict_fields=True, complete_selective=True)
    simulator.change_line(BOB_SMITH, {**ON, "record": "Never", "serviceProvider": "X"}, replace=True)
    assert applied(write({"record": "Always", SELECTIVE: ALL_SELECTIVE}))["record"] == ("Never", "Always")


# Effect, and terms of service


@pytest.mark.parametrize("check_mode", [False, True])
def test_recording_settings_of_a_line_that_stays_off_have_no_effect(write, simulator, check_mode):
    simulator.change_line(BOB_SMITH, {**ON, "enabled": False, "record": "Never"}, replace=True)
    result = write({"record": "Always", "record_voicemail_enabled": True}, check_mode=check_mode)
    assert result["changed"] is True
    (warning,) = result["warnings"]
    assert f"On 1 virtual line, {BOB_SMITH}, settings have no effect while enabled is false: record, " in warning
    assert "warnings" not in write({"enabled": True, "record": "Always"}, check_mode=check_mode)


def test_terms_of_service_without_an_address(write, simulator):
    simulator.set(terms_of_service_url="")
    simulator.change_line(BOB_SMITH, {**ON, "enabled": False}, replace=True)
    result = write({"enabled": True})
    assert (result["failed"], result["error"]["type"], result["error"]["status"]) == (True, "conflict", 409)
    assert "are not accepted (tracking id" in result["msg"]
    assert result["virtual_lines"][0]["call_recording"]["enabled"] is False
