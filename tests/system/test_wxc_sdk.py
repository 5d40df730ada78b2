# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests that an independent client, wxc-sdk, reads and writes the same in the simulator as the modules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict
from conftest import ADMIN_TOKEN, ROOT, Ansible
from unit.organization import DENVER, MUNICH, SAO_PAULO, VENDOR, WEBEX
from wxc_sdk import WebexSimpleApi
from wxc_sdk.base import ApiModel
from wxc_sdk.person_settings.call_recording import (
    CallRecordingSetting,
    Notification,
    NotificationRepeat,
    NotificationType,
    Record,
    SelectiveCallRecording,
    StartStopAnnouncement,
)
from wxc_sdk.rest import RestSession

from simulator.process import Simulator

STATE = yaml.safe_load((ROOT / "tests/simulator/default.yml").read_text(encoding="utf-8"))
#: Lines that can be read. wxc-sdk does not encode ids in addresses, so ids with a slash are left out.
LINES = [
    line["id"]
    for line in STATE["organizations"][0]["virtual_lines"]
    if "callRecording" in line and "/" not in line["id"]
]


@pytest.fixture
def sdk(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> WebexSimpleApi:
    monkeypatch.setattr(RestSession, "BASE", simulator.api_url)
    return WebexSimpleApi(tokens=ADMIN_TOKEN)


def test_sdk_and_module_read_the_same_settings(ansible: Ansible, sdk: WebexSimpleApi) -> None:
    assert len(LINES) > 5
    seen = ansible.module(virtual_line_id=LINES)["virtual_lines"]
    compared = 0
    for line in seen:
        settings = sdk.telephony.virtual_lines.call_recording.read(entity_id=line["id"])
        compared += _compare(_in_snake_case(settings), line["call_recording"])
    assert compared > 5 * len(LINES)


def test_sdk_and_module_list_the_same_organization(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Simulator("--lines", "300", "--page-ceiling", "70") as simulator:
        monkeypatch.setattr(RestSession, "BASE", simulator.api_url)
        sdk = WebexSimpleApi(tokens=ADMIN_TOKEN)
        listed = list(sdk.telephony.virtual_lines.list())
        seen = Ansible(tmp_path, simulator).module()["virtual_lines"]
        assert [line["id"] for line in seen] == [line.id for line in listed]
        assert len(seen) == 300
        for line, by_sdk in zip(seen, listed):
            assert _compare(_in_snake_case(by_sdk), line) >= 3
            settings = sdk.telephony.virtual_lines.call_recording.read(entity_id=line["id"])
            assert _compare(_in_snake_case(settings), line["call_recording"]) > 5


WRITING = "webex.calling.virtual_line_call_recording"

#: The same settings for wxc-sdk and for the module.
SETTINGS: list[tuple[CallRecordingSetting, dict[str, Any]]] = [
    (
        CallRecordingSetting(
            enabled=True,
            record=Record.always,
            notification=Notification(notification_type=NotificationType.beep, enabled=True),
        ),
        {"enabled": True, "record": "Always", "notification": {"type": "Beep", "enabled": True}},
    ),
    (
        CallRecordingSetting(
            enabled=False,
            record=Record.never,
            record_voicemail_enabled=True,
            notification=Notification(notification_type=NotificationType.none, enabled=False),
            start_stop_announcement=StartStopAnnouncement(internal_calls_enabled=True, pstn_calls_enabled=False),
        ),
        {
            "enabled": False,
            "record": "Never",
            "record_voicemail_enabled": True,
            "notification": {"type": "None", "enabled": False},
            "start_stop_announcement": {"internal_calls_enabled": True, "pstn_calls_enabled": False},
        },
    ),
    (
        CallRecordingSetting(
            record=Record.always_with_pause_resume,
            repeat=NotificationRepeat(interval=1800, enabled=True),
            notification=Notification(notification_type=NotificationType.play_announcement, enabled=False),
            selective_call_recording_settings=SelectiveCallRecording(
                record_inbound_internal_calls_enabled=True,
                record_inbound_external_calls_enabled=False,
                record_outbound_internal_calls_enabled=False,
                record_outbound_external_calls_enabled=True,
            ),
        ),
        {
            "record": "Always with Pause/Resume",
            "repeat": {"interval": 1800, "enabled": True},
            "notification": {"type": "Play Announcement", "enabled": False},
            "selective_call_recording_settings": {
                "record_inbound_internal_calls_enabled": True,
                "record_inbound_external_calls_enabled": False,
                "record_outbound_internal_calls_enabled": False,
                "record_outbound_external_calls_enabled": True,
            },
        },
    ),
]


@pytest.mark.parametrize("settings", SETTINGS, ids=["enabled", "disabled", "selective"])
def test_sdk_reads_what_the_module_wrote(
    ansible: Ansible, sdk: WebexSimpleApi, settings: tuple[CallRecordingSetting, dict[str, Any]]
) -> None:
    by_sdk, by_module = settings
    written = ansible.module(WRITING, virtual_line_id=LINES, settings=by_module)
    assert written["changed"] is True
    assert [line["id"] for line in written["virtual_lines"]] == LINES
    for line in written["virtual_lines"]:
        read = sdk.telephony.virtual_lines.call_recording.read(entity_id=line["id"])
        assert _compare(_in_snake_case(read), line["call_recording"]) >= 5
        assert _stated(read, by_sdk) == _stated(by_sdk, by_sdk)


@pytest.mark.parametrize("settings", SETTINGS, ids=["enabled", "disabled", "selective"])
def test_module_finds_no_difference_in_what_the_sdk_wrote(
    ansible: Ansible,
    sdk: WebexSimpleApi,
    simulator: Simulator,
    settings: tuple[CallRecordingSetting, dict[str, Any]],
) -> None:
    by_sdk, by_module = settings
    # wxc-sdk sends only the given settings, and the others have to stay unchanged.
    simulator.set(write="merge")
    before = _check(ansible, by_module)
    assert before["changed"] is True
    for line_id in LINES:
        sdk.telephony.virtual_lines.call_recording.configure(entity_id=line_id, recording=by_sdk)
    simulator.clear_requests()
    after = _check(ansible, by_module)
    assert after["changed"] is False
    assert [line["changes"] for line in after["virtual_lines"]] == [[] for _line in LINES]
    # The settings that the module predicted are those that wxc-sdk wrote.
    for line, predicted in zip(after["virtual_lines"], before["virtual_lines"], strict=True):
        _compare(predicted["call_recording"], line["call_recording"])
    assert simulator.counts(method="PUT")["count"] == 0


def test_sdk_and_module_agree_about_members_of_all_kinds(
    ansible: Ansible, sdk: WebexSimpleApi, simulator: Simulator
) -> None:
    """The SDK reads the settings of each member that the module reads, and both see what the other writes."""
    simulator.set(write="merge")
    members = ansible.module("webex.calling.call_recording_info")["members"]
    readable = [member for member in members if member["recordable"] and "/" not in member["id"]]
    assert {member["kind"] for member in readable} == {"person", "workspace", "virtual_line"}
    for member in readable:
        assert _compare(_in_snake_case(_read(sdk, simulator, member)), member["call_recording"]) > 1

    # The module writes, and the SDK reads.
    wanted = {"enabled": True, "record": "Always with Pause/Resume", "repeat": {"interval": 120, "enabled": True}}
    ids = {
        f"{kind}_id": [member["id"] for member in readable if member["kind"] == kind]
        for kind in ("person", "workspace", "virtual_line")
    }
    written = ansible.module("webex.calling.call_recording", **ids, settings=wanted)
    assert not written.get("failed"), written["msg"]
    assert [member["changed"] for member in written["members"]] == [True] * len(readable)
    for member in written["members"]:
        read = _read(sdk, simulator, member)
        assert (read.enabled, read.record, read.repeat.interval) == (True, Record.always_with_pause_resume, 120)

    # The SDK writes, and the module reads. This release of the SDK cannot write settings of workspaces.
    off = CallRecordingSetting(enabled=False, record=Record.never)
    for member in written["members"]:
        if member["kind"] == "person":
            sdk.person_settings.call_recording.configure(entity_id=member["id"], recording=off)
        elif member["kind"] == "virtual_line":
            sdk.telephony.virtual_lines.call_recording.configure(entity_id=member["id"], recording=off)
    for member in ansible.module("webex.calling.call_recording_info", **ids)["members"]:
        expected = (True, "Always with Pause/Resume") if member["kind"] == "workspace" else (False, "Never")
        assert (member["call_recording"]["enabled"], member["call_recording"]["record"]) == expected
        assert member["call_recording"]["repeat"]["interval"] == 120


def test_sdk_and_module_read_the_same_recording_service(
    ansible: Ansible, sdk: WebexSimpleApi, simulator: Simulator
) -> None:
    """Three locations: one inherits, one has another vendor and failure behavior, one has its own announcement."""
    other = {
        "orgDefaultEnabled": False,
        "vendorId": WEBEX["id"],
        "orgStorageRegionEnabled": False,
        "storageRegion": "DE",
        "orgFailureBehaviorEnabled": False,
        "failureBehavior": "END_CALL_WITH_ANNOUNCEMENT",
    }
    announcement = {
        "useOrgSettingsEnabled": False,
        "useOrgLevelAnnouncementEnabled": False,
        "inboundPSTNCallsEnabled": True,
        "customComplianceAnnouncement": {
            "type": "CUSTOM",
            "audioAnnouncementFile": {"id": "file", "fileName": "f.wav"},
        },
    }
    simulator.change_service(
        storageRegion="US",
        complianceAnnouncement={"outboundPSTNCallsEnabled": True, "delayInSeconds": 20},
        locations={MUNICH: other, SAO_PAULO: {"complianceAnnouncement": announcement}},
    )
    seen = ansible.module("webex.calling.call_recording_service_info", locations=True)
    api = sdk.telephony.call_recording
    by_sdk: dict[str, ApiModel] = {
        "call_recording": api.read(),
        "terms_of_service": api.read_terms_of_service(vendor_id=VENDOR["id"]),
        "vendors": api.get_org_vendors(),
        "compliance_announcement": api.read_org_compliance_announcement(),
    }
    assert by_sdk.keys() == seen["service"]["settings"].keys()
    for part, model in by_sdk.items():
        assert _compare_lists(_in_snake_case(model), seen["service"]["settings"][part]) >= 4
    assert api.read_org_call_recording_announcement().start is not None

    locations = list(sdk.telephony.location.list())
    assert [(each.location_id, each.name) for each in locations] == [
        (each["id"], each["name"]) for each in seen["locations"]
    ]
    for location in seen["locations"]:
        vendors = api.get_location_vendors(location_id=location["id"])
        announced = api.read_location_compliance_announcement(location_id=location["id"])
        assert _compare_lists(_in_snake_case(vendors), location["settings"]["vendors"]) >= 12
        assert _compare_lists(_in_snake_case(announced), location["settings"]["compliance_announcement"]) >= 6
        # The effective values follow from what the SDK reads.
        inherits = vendors.org_default_enabled
        assert location["inherited"]["vendor"] is inherits
        name = vendors.org_default_vendor_name if inherits else vendors.default_vendor_name
        assert location["vendor"]["name"] == name
        behavior = vendors.org_failure_behavior if vendors.org_failure_behavior_enabled else vendors.failure_behavior
        assert location["failure_behavior"] == behavior
    assert [each["vendor"]["name"] for each in seen["locations"]] == [VENDOR["name"], WEBEX["name"], VENDOR["name"]]
    assert seen["locations"][0]["id"] == DENVER


def _compare_lists(by_sdk: dict[str, Any], by_module: dict[str, Any]) -> int:
    """Compare like L(_compare), also the vendors in a list."""
    vendors, known = by_sdk.pop("vendors", []), by_module.get("vendors", [])
    compared = sum(_compare(*each) for each in zip(vendors, known, strict=True))
    return compared + _compare(by_sdk, by_module)


def _read(sdk: WebexSimpleApi, simulator: Simulator, member: dict[str, Any]) -> CallRecordingSetting:
    """Return the settings of a member as the SDK reads them."""
    if member["kind"] == "person":
        return sdk.person_settings.call_recording.read(entity_id=member["id"])
    if member["kind"] == "virtual_line":
        return sdk.telephony.virtual_lines.call_recording.read(entity_id=member["id"])
    # This release of the SDK has a model for these settings, but no method.
    content = sdk.session.rest_get(simulator.workspace_call_recording_url(member["id"]))
    return CallRecordingSetting.model_validate(content)


def _stated(model: ApiModel, stating: ApiModel) -> dict[str, Any]:
    """Return the values of a model for the settings that the other model states."""
    values = {name: (getattr(model, name), getattr(stating, name)) for name in stating.model_fields_set}
    return {
        name: _stated(value, stated) if isinstance(stated, ApiModel) else value
        for name, (value, stated) in values.items()
    }


def _check(ansible: Ansible, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the result of the module in check mode."""
    result = ansible.folder / "check.json"
    task = {"name": "Compare", WRITING: {"virtual_line_id": LINES, "settings": settings}, "check_mode": True}
    saving = {"content": "{{ result | to_json }}", "dest": str(result), "mode": "0600"}
    ended = ansible.play([{**task, "register": "result"}, {"name": "Save", "ansible.builtin.copy": saving}])
    assert ended.returncode == 0, ended.stdout + ended.stderr
    checked: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return checked


def _in_snake_case(model: ApiModel) -> dict[str, Any]:
    seen: dict[str, Any] = camel_dict_to_snake_dict(
        json.loads(model.model_dump_json(by_alias=True, exclude_unset=True))
    )
    return seen


def _compare(by_sdk: dict, by_module: dict) -> int:
    """Compare the settings that wxc-sdk knows, and return their number."""
    compared = 0
    for key, value in by_sdk.items():
        assert key in by_module
        if isinstance(value, dict) and isinstance(by_module[key], dict):
            compared += _compare(value, by_module[key])
        else:
            # wxc-sdk reads the text "None" as None.
            assert value == by_module[key] or (value is None and by_module[key] == "None")
            compared += 1
    return compared
