# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of the playbooks in C(examples), as they are in the installed collection.

Each playbook passes in an organization that is as required, and fails after one change.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, Ansible
from test_documentation import DOCUMENTS, code_blocks
from unit.organization import WEBEX

from simulator.process import Simulator

EXAMPLES = (
    Path(os.environ["ANSIBLE_COLLECTIONS_PATH"].split(os.pathsep)[0]) / "ansible_collections/webex/calling/examples"
)

ALWAYS = {
    "enabled": True,
    "record": "Always",
    "recordVoicemailEnabled": False,
    "notification": {"enabled": False, "type": "None"},
    "repeat": {"interval": 15, "enabled": False},
    "startStopAnnouncement": {"internalCallsEnabled": False, "pstnCallsEnabled": False},
}
OFF = {**ALWAYS, "enabled": False, "record": "Never"}
ANNOUNCED = {**ALWAYS, "startStopAnnouncement": {"internalCallsEnabled": True, "pstnCallsEnabled": True}}
ON_DEMAND = {**ALWAYS, "record": "On Demand with User Initiated Start"}
DENVER = {"id": "location-denver", "name": "Denver"}
#: Organizations whose members are as examples/policy.yml requires, by host of the inventory.
CUSTOMERS = {"acme": "organization-acme", "globex": "organization-globex"}


def organizations() -> dict[str, Any]:
    """Return the state of the simulator: an organization for each purpose, each with a token."""

    def member(webex_id: str, name: str, settings: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        first_name, _space, last_name = name.partition(" ")
        identity = {"id": webex_id, "firstName": first_name, "lastName": last_name, "location": DENVER}
        return {**identity, "callRecording": dict(settings), **more}

    def line(webex_id: str, name: str, settings: Mapping[str, Any], external: str) -> dict[str, Any]:
        return member(webex_id, name, settings, number={"external": external, "primary": True})

    def other(webex_id: str, name: str, settings: Mapping[str, Any], extension: str, **more: Any) -> dict[str, Any]:
        return member(webex_id, name, settings, numbers=[{"extension": extension}], **more)

    def customer(name: str) -> dict[str, Any]:
        return {
            "id": f"organization-{name}",
            "name": name.capitalize(),
            "locations": [DENVER],
            "virtual_lines": [line(f"{name}-sales", "Sales Hotline", ANNOUNCED, "+15558675320")],
            "people": [
                other(f"{name}-manager", "Manager Lee", ON_DEMAND, "6201"),
                other(f"{name}-council", "Sales Council", OFF, "6202"),
            ],
            "workspaces": [other(f"{name}-lobby", "Lobby Phone", OFF, "6301")],
        }

    scopes = [f"spark-admin:{part}_{each}" for part in ("telephony_config", "people") for each in ("read", "write")]

    def token(name: str, **more: Any) -> dict[str, Any]:
        known = {"name": name, "token": f"simulated-{name}-token", "organization": f"organization-{name}"}
        return {**known, "role": "full_administrator", "scopes": scopes, **more}

    return {
        "organizations": [
            {
                "id": "organization-office",
                "name": "Office",
                "locations": [DENVER],
                "virtual_lines": [line("office-reception", "Front Desk", ALWAYS, "+15558675311")],
                "people": [
                    other("office-ada", "Ada Lovelace", OFF, "6203", email="ada.lovelace@example.com"),
                    other("office-bob", "Bob Smith", ALWAYS, "6204", email="bob.smith@example.com"),
                ],
                "workspaces": [other("office-floor", "Trading Floor", ALWAYS, "6302")],
            },
            {
                "id": "organization-recorded",
                "name": "Recorded",
                "locations": [DENVER],
                "virtual_lines": [line("recorded-line", "Front Desk", ALWAYS, "+15558675311")],
                "people": [other("recorded-ada", "Ada Lovelace", ALWAYS, "6203")],
            },
            *map(customer, CUSTOMERS),
        ],
        "tokens": [
            *map(token, ("office", "recorded")),
            token("acme", administers=list(CUSTOMERS.values())),
            # This administrator reads all members, but not the recording service.
            {
                **token("acme"),
                "name": "location",
                "token": "simulated-location-token",
                "role": "location_administrator",
            },
        ],
    }


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    state = tmp_path_factory.mktemp("state") / "state.yml"
    state.write_text(yaml.safe_dump(organizations()), encoding="utf-8")
    with Simulator("--state", str(state)) as running:
        yield running


@pytest.fixture
def copied(tmp_path: Path, offices: Simulator) -> Ansible:
    """Ansible in a folder into which a user copied the examples."""
    offices.reset()
    offices.control("DELETE", "faults")
    offices.clear_requests()
    folder = tmp_path / "copied"
    shutil.copytree(EXAMPLES, folder)
    inventory = folder / "organizations.yml"
    content = inventory.read_text(encoding="utf-8")
    for documented, organization in zip(re.findall("webex_org_id: (.*)", content), CUSTOMERS.values()):
        content = content.replace(documented, organization)
    inventory.write_text(content, encoding="utf-8")
    (folder / "reports").mkdir()
    return Ansible(folder, offices)


def change(member: str, **settings: Any) -> Callable[[Simulator], object]:
    return lambda simulator: simulator.change_member(member, settings)


def change_service(organization: str, **values: Any) -> Callable[[Simulator], object]:
    return lambda simulator: simulator.change_service(organization=f"organization-{organization}", **values)


def without_effect(organization: str) -> list[Callable[[Simulator], object]]:
    """Return changes with which settings have no effect: in the organization, or in a location with its own vendor."""
    own_vendor = {"orgDefaultEnabled": False, "vendorId": WEBEX["id"]}
    return [
        change_service(organization, enabled=False),
        change_service(organization, termsOfServiceEnabled=False),
        change_service(organization, locations={DENVER["id"]: own_vendor}),
    ]


#: Token, arguments, and changes in Webex that must make the playbook fail, each by itself.
CHECKS: dict[str, tuple[str, tuple[str, ...], list[Callable[[Simulator], object]]]] = {
    "assert_one_line.yml": (
        "recorded",
        (),
        [change("recorded-line", record="Never"), *without_effect("recorded")],
    ),
    "audit.yml": (
        "recorded",
        (),
        [
            change("recorded-ada", record="On Demand"),
            *without_effect("recorded"),
            lambda simulator: simulator.add_fault(path="recorded-ada", status=403),
        ],
    ),
    "drift_check.yml": (
        "acme",
        (),
        [
            change("acme-sales", record="Never"),
            # The drift check does not read the vendors of locations.
            *without_effect("acme")[:2],
        ],
    ),
    "drift_check_organizations.yml": (
        "acme",
        ("-i", "organizations.yml", "-e", "drift_check_directory=reports"),
        [change("globex-sales", record="Never"), *without_effect("globex")[:2]],
    ),
}
OTHERS = {"enforce_settings.yml", "save_baseline.yml", "restore_baseline.yml"}
PLAYBOOKS = sorted(path.name for path in EXAMPLES.glob("*.yml") if path.name not in ("policy.yml", "organizations.yml"))


def run(ansible: Ansible, name: str, token: str, *arguments: str) -> tuple[int, str]:
    ended = ansible.playbook(name, *arguments, WEBEX_ACCESS_TOKEN=f"simulated-{token}-token")
    return ended.returncode, ended.stdout + ended.stderr


def test_all_examples_are_tested() -> None:
    assert sorted({*CHECKS, *OTHERS}) == PLAYBOOKS


@pytest.mark.parametrize("name", [*PLAYBOOKS, "organizations.yml"])
def test_a_guide_shows_the_example(name: str) -> None:
    content = yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))
    shown = [yaml.safe_load(block) for path in DOCUMENTS for block in code_blocks(path)]
    assert content in shown


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_passes_and_fails(copied: Ansible, offices: Simulator, name: str) -> None:
    token, arguments, changes = CHECKS[name]
    status, output = run(copied, name, token, *arguments)
    assert status == 0, output
    for make_worse in changes:
        offices.reset()
        make_worse(offices)
        status, output = run(copied, name, token, *arguments)
        assert (status, "Traceback" in output) == (2, False), output


@pytest.mark.parametrize("name", [*CHECKS, "enforce_settings.yml"])
def test_tags_do_not_leave_a_check_out(copied: Ansible, offices: Simulator, name: str) -> None:
    token, arguments, _changes = CHECKS.get(name, ("office", (), []))
    for organization in ("office", "recorded", "acme"):
        change_service(organization, enabled=False)(offices)
    status, output = run(copied, name, token, *arguments, "--tags", "other")
    assert (status, "recording of the organization is off" in output) == (2, True), output


def test_evidence_of_an_audit(copied: Ansible, offices: Simulator) -> None:
    file = copied.folder / "members.json"

    def audit(token: str, *arguments: str) -> tuple[int, dict[str, Any]]:
        """Return the exit status and the evidence, which replaces that of an earlier audit."""
        file.write_text('{"members": "of an earlier audit"}', encoding="utf-8")
        started = datetime.now(timezone.utc).replace(microsecond=0)
        status, output = run(copied, "audit.yml", token, *arguments)
        assert "Traceback" not in output, output
        evidence = json.loads(file.read_text(encoding="utf-8"))
        assert list(evidence) == ["checked_at", "locations", "members", "organization", "service"]
        checked = datetime.strptime(evidence["checked_at"], "%Y-%m-%dT%H:%M:%S%z")
        assert started <= checked <= datetime.now(timezone.utc)
        assert file.stat().st_mode & 0o777 == 0o600
        return status, evidence

    for arguments in ((), ("--check",)):
        status, evidence = audit("recorded", *arguments)
        assert (status, evidence["organization"]["name"], evidence["service"]["in_effect"]) == (0, "Recorded", True)
        assert [each["name"] for each in evidence["locations"]] == ["Denver"]
        assert [each["call_recording"]["record"] for each in evidence["members"]] == ["Always", "Always"]

    change_service("recorded", enabled=False)(offices)
    status, evidence = audit("recorded")
    assert (status, evidence["service"]["reason"], len(evidence["members"])) == (2, "recording_off", 2)

    offices.reset()
    fault = offices.add_fault(path="recorded-ada", status=403)
    status, evidence = audit("recorded")
    assert (status, evidence["organization"]["name"]) == (2, "Recorded")
    assert ["error" in each for each in evidence["members"]] == [True, False]
    offices.remove_fault(fault)

    status, evidence = audit("location")
    assert (status, evidence["service"]["verified"], evidence["members"]) == (2, False, None)
    status, evidence = audit("unknown")
    assert (status, evidence["organization"], evidence["service"], evidence["members"]) == (2, None, None, None)


def test_an_audit_that_is_stopped_leaves_no_evidence_of_an_earlier_one(copied: Ansible) -> None:
    status, output = run(copied, "audit.yml", "recorded")
    assert (status, "Organization: Recorded. Members: 2." in output) == (0, True), output
    (play,) = yaml.safe_load((copied.folder / "audit.yml").read_text(encoding="utf-8"))
    play["tasks"] = play["tasks"][:1]
    (copied.folder / "stopped.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
    assert run(copied, "stopped.yml", "recorded")[0] == 0
    evidence = json.loads((copied.folder / "members.json").read_text(encoding="utf-8"))
    assert evidence == {"error": "The audit has not finished."}


def test_a_drift_check_fails_if_the_service_cannot_be_read(copied: Ansible) -> None:
    status, output = run(copied, "drift_check.yml", "location")
    assert (status, "Incomplete: " in output) == (2, True), output


def test_no_customer_passes_with_uncovered_members(copied: Ansible) -> None:
    file = copied.folder / "policy.yml"
    policy = yaml.safe_load(file.read_text(encoding="utf-8"))
    policy["rules"] = [rule for rule in policy["rules"] if not rule["name"].startswith("Lobby")]
    file.write_text(yaml.safe_dump(policy), encoding="utf-8")
    token, arguments, _changes = CHECKS["drift_check_organizations.yml"]
    status, output = run(copied, "drift_check_organizations.yml", token, *arguments)
    assert status == 2, output
    summary = json.loads((copied.folder / "reports/summary.json").read_text(encoding="utf-8"))
    found = {each["host"]: (each["status"], each["passed"]) for each in summary["organizations"]}
    assert found == dict.fromkeys(CUSTOMERS, ("uncovered", False))


def test_reports_are_beside_the_playbook(copied: Ansible, offices: Simulator, tmp_path: Path) -> None:
    elsewhere = Ansible(tmp_path, offices)
    status, output = run(elsewhere, str(copied.folder / "drift_check.yml"), "acme")
    assert status == 0, output
    assert [path.name for path in tmp_path.iterdir()] == ["copied"]
    found = json.loads((copied.folder / "drift.json").read_text(encoding="utf-8"))
    assert (found["status"], found["counts"]["total"], found["counts"]["exempt"]) == ("compliant", 4, 1)
    assert "✓ Passed" in (copied.folder / "drift.html").read_text(encoding="utf-8")


def test_settings_are_enforced(copied: Ansible, offices: Simulator) -> None:
    written = ("office-ada", "office-bob", "office-floor")
    status, output = run(copied, "enforce_settings.yml", "office", "--check", "--diff")
    assert (status, '+    "record": "Always"' in output) == (0, True), output
    assert offices.requests(method="PUT") == []
    status, output = run(copied, "enforce_settings.yml", "office")
    assert status == 0, output
    paths = [request["path"] for request in offices.requests(method="PUT", status=204)]
    assert {each for each in written if any(each in path for path in paths)} == set(written)
    status, output = run(copied, "enforce_settings.yml", "office")
    assert (status, "changed=0" in output) == (0, True), output


@pytest.mark.parametrize("make_worse", without_effect("office"), ids=["off", "terms", "location"])
def test_settings_without_effect_are_not_enforced(
    copied: Ansible, offices: Simulator, make_worse: Callable[[Simulator], object]
) -> None:
    make_worse(offices)
    for arguments in ((), ("--check",)):
        status, output = run(copied, "enforce_settings.yml", "office", *arguments)
        assert (status, "Assert that settings of members have effect" in output) == (2, True), output
        assert offices.requests(method="PUT") == []


def test_selective_settings_fail_the_enforcement(copied: Ansible, offices: Simulator) -> None:
    selective = ("InboundInternal", "InboundExternal", "OutboundInternal", "OutboundExternal")
    off = {f"record{calls}CallsEnabled": False for calls in selective}
    offices.change_member("office-bob", {"selectiveCallRecordingSettings": off})
    for arguments in (("--check",), ()):
        status, output = run(copied, "enforce_settings.yml", "office", *arguments)
        assert (status, "Not all calls are recorded of Bob Smith." in output) == (2, True), output


def test_a_baseline_is_saved_and_restored(copied: Ansible, offices: Simulator) -> None:
    status, output = run(copied, "save_baseline.yml", "office")
    assert status == 0, output
    status, output = run(copied, "restore_baseline.yml", "office")
    assert (status, "Compliant: 4 of 4" in output) == (0, True), output
    offices.change_member("office-reception", {"record": "Never"})
    status, output = run(copied, "restore_baseline.yml", "office", "--check")
    assert (status, "Would change 1 member " in output) == (2, True), output
    status, output = run(copied, "restore_baseline.yml", "office")
    assert (status, "Remediated: 1 member remediated" in output) == (0, True), output
    assert [request["status"] for request in offices.requests(method="PUT")] == [204]
    # A member that cannot be read is not compliant with anything.
    offices.add_fault(path="office-bob", status=403)
    status, output = run(copied, "restore_baseline.yml", "office")
    assert (status, "Incomplete: " in output) == (2, True), output


def test_the_copies_in_the_repository_are_those_of_the_artifact() -> None:
    for path in (ROOT / "examples").iterdir():
        assert (EXAMPLES / path.name).read_bytes() == path.read_bytes(), path.name
