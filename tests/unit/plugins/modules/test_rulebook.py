# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""examples/policy.yml in an organization of 800 people, 40 workspaces, and 60 virtual lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ansible_collections.webex.calling.plugins.module_utils import _drift_check
from ansible_collections.webex.calling.plugins.module_utils._baseline import baseline_document
from ansible_collections.webex.calling.plugins.modules import (
    call_recording,
    call_recording_drift_info,
    call_recording_info,
)

pytest.importorskip("yaml")

POLICY = Path(__file__).parents[4] / "examples" / "policy.yml"
SCOPES = [f"spark-admin:{scope}" for scope in ("telephony_config_read", "telephony_config_write")]
SCOPES += [f"spark-admin:{scope}" for scope in ("people_read", "people_write")]
LOCATIONS = [{"id": "oslo", "name": "Oslo"}, {"id": "denver", "name": "Denver"}]
ANNOUNCED = {
    "enabled": True,
    "record": "Always",
    "recordVoicemailEnabled": False,
    "notification": {"type": "None", "enabled": False},
    "repeat": {"interval": 15, "enabled": False},
    "startStopAnnouncement": {"internalCallsEnabled": True, "pstnCallsEnabled": True},
}
ON_DEMAND = {**ANNOUNCED, "record": "On Demand with User Initiated Start"}
OFF = {**ANNOUNCED, "enabled": False, "record": "Never"}

#: Name, number of members, and settings.
PEOPLE = [("Sales", 500, ANNOUNCED), ("Sales Council", 3, OFF), ("Manager", 97, ON_DEMAND), ("Staff", 200, ANNOUNCED)]
WORKSPACES = [("Lobby", 20, OFF), ("Sales Room", 20, ANNOUNCED)]
LINES = [("Sales Hotline", 60, ANNOUNCED)]


def members(groups, kind):
    listed = []
    for group, count, settings in groups:
        for number in range(count):
            first, _space, second = group.partition(" ")
            member = {
                "id": f"{kind}-{group}-{number}".replace(" ", "-"),
                "firstName": first,
                "lastName": f"{second} {number}".strip(),
                "location": LOCATIONS[number % 2],
                "callRecording": settings,
            }
            digits = f"{len(listed):05d}"
            row = {"phoneNumber": f"+1555{kind[0].encode()[0]}{digits}", "extension": digits}
            if kind == "line":
                member["number"] = {"external": row["phoneNumber"], "extension": digits, "primary": True}
            else:
                member["numbers"] = [row]
            listed.append(member)
    return listed


@pytest.fixture(scope="module")
def simulator_process(new_simulator, tmp_path_factory):
    """A simulator of the company for all tests of this file, which the fixture C(simulator) resets."""
    people, workspaces, lines = members(PEOPLE, "person"), members(WORKSPACES, "room"), members(LINES, "line")
    # 5 % cannot be recorded, for four reasons.
    for person in people[100:120]:
        person["calling_license"] = False
    for person in people[200:218]:
        del person["callRecording"]
    workspaces[20]["professional_license"] = False
    workspaces[21]["hot_desk_only"] = True
    for line in lines[:5]:
        del line["callRecording"]
    state = {
        "organizations": [
            {
                "id": "org",
                "name": "Company",
                "locations": LOCATIONS,
                "people": people,
                "workspaces": workspaces,
                "virtual_lines": lines,
            }
        ],
        "tokens": [
            {
                "name": "admin",
                "token": "simulated-full-admin-token",
                "organization": "org",
                "role": "full_administrator",
                "scopes": SCOPES,
            }
        ],
    }
    file = tmp_path_factory.mktemp("company") / "state.yml"
    file.write_text(json.dumps(state), encoding="utf-8")
    with new_simulator("--state", str(file)) as simulator:
        yield simulator


@pytest.fixture
def policy():
    from ansible_collections.webex.calling.plugins.plugin_utils._policy_file import read_policy

    return read_policy(POLICY.read_text(encoding="utf-8"))


@pytest.fixture
def check(run_module, simulator, policy, monkeypatch):
    import datetime

    def run(day="2026-11-25", **options):
        noon = datetime.datetime.fromisoformat(f"{day}T12:00:00+00:00")
        monkeypatch.setattr(_drift_check, "utc_now", lambda: noon)
        return run_module(call_recording_drift_info.main, **{"policy": policy, **options})

    return run


def test_the_rulebook(check):
    result = check()
    counts = {state: result["counts"][state] for state in ("compliant", "drifted", "uncovered", "exempt", "error")}
    # 38 people, 2 rooms, and 5 lines of Sales must be recorded, and cannot.
    assert counts == {"compliant": 652, "drifted": 45, "uncovered": 200, "exempt": 3, "error": 0}
    assert (result["status"], result["reasons"]) == ("drifted", ["drifted", "uncovered"])
    assert (result["unmatched"], result["expired"]) == ([], [])
    assert len(result["not_recordable"]) == 45
    assert {entry["not_recordable"]["code"] for entry in result["drifted"]} == {"4008", "4410", "25409", None}
    assert [rule["members"] for rule in result["rules"]] == [583, 97, 20, 3]
    # Nobody who cannot be recorded, and nobody who is exempt, is remediated.
    assert result["remediations"] == []
    assert result["exempt"][0]["ticket"] == "GRC-81"
    assert {difference["setting"] for difference in result["exempt"][0]["differences"]} == {"enabled", "record"}


def test_the_exemption_ends(check):
    assert len(check("2026-12-31")["ending_soon"]) == 1
    result = check("2027-01-01")
    assert result["expired"] == [{"rule": "Works council", "expires": "2026-12-31"}]
    assert (result["counts"]["exempt"], result["counts"]["drifted"]) == (0, 48)


def test_ten_changes_between_friday_and_monday(check, run_module, simulator, tmp_path):
    read = run_module(call_recording_info.main)["members"]
    file = tmp_path / "friday.json"
    document = baseline_document(read, {"id": "org", "name": "Company"}, "2026-11-20T18:00:00Z", {})
    file.write_text(json.dumps(document), encoding="utf-8")
    assert (
        check(policy=policy_of_nothing(), baseline_file=str(file), tolerate=["unmatched"])["counts"]["compliant"] == 900
    )
    changes = {
        "person-Sales-0": {"enabled": False},
        "person-Sales-1": {"record": "Never"},
        "person-Manager-0": {"record": "Always"},
        "room-Lobby-0": {"enabled": True, "record": "Always"},
        "room-Sales-Room-10": {"repeat": {"interval": 60}},
        "line-Sales-Hotline-10": {"recordVoicemailEnabled": True},
        "line-Sales-Hotline-11": {"startStopAnnouncement": {"pstnCallsEnabled": False}},
        "line-Sales-Hotline-12": {"notification": {"type": "Beep", "enabled": True}},
    }
    for member_id, settings in changes.items():
        simulator.change_member(member_id, settings)
    simulator.remove_member("person-Staff-5")
    simulator.make_unavailable("room-Sales-Room-11", "no_professional_license")
    monday = check(policy=policy_of_nothing(), baseline_file=str(file))
    assert {entry["id"] for entry in monday["drifted"]} == {*changes, "room-Sales-Room-11"}
    assert [entry["id"] for entry in monday["removed"]] == ["person-Staff-5"]
    assert monday["new"] == []
    found = {difference["setting"] for entry in monday["drifted"] for difference in entry["differences"]}
    assert found == {
        *("enabled", "record", "repeat.interval", "record_voicemail_enabled"),
        *("start_stop_announcement.pstn_calls_enabled", "notification.type", "notification.enabled"),
    }
    for remediation in monday["remediations"]:
        assert not run_module(call_recording.main, **remediation).get("failed")
    again = check(policy=policy_of_nothing(), baseline_file=str(file))
    # The workspace has no license any more, so Webex cannot record it.
    assert [entry["id"] for entry in again["drifted"]] == ["room-Sales-Room-11"]


def policy_of_nothing():
    """Return a policy that applies to nobody, so that only the baseline decides."""
    rule = {"name": "Nobody", "owner_name": "Nobody", "allow_missing": True, "settings": {"enabled": False}}
    return {"name": "Nothing", "rules": [rule]}
