# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of the role drift_check in one process: its steps, and the modules against the simulator between them.

tests/system/test_drift_matrix.py runs the role itself.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from ansible_collections.webex.calling.plugins.modules import call_recording, call_recording_drift_info
from ansible_collections.webex.calling.plugins.plugin_utils import _drift_run
from ansible_collections.webex.calling.plugins.plugin_utils._drift_files import OutputFile
from ansible_collections.webex.calling.plugins.plugin_utils._drift_options import Membership
from ansible_collections.webex.calling.plugins.plugin_utils._drift_run import DriftRun
from ansible_collections.webex.calling.tests.unit.conftest import ROOT
from ansible_collections.webex.calling.tests.unit.organization import (
    ADA_LOVELACE,
    BOB_SMITH_PERSON,
    OWN_ORGANIZATION,
)

DEFAULTS = yaml.safe_load((ROOT / "roles/drift_check/defaults/main.yml").read_text("utf-8"))
EVERYBODY = {"name": "Everybody", "recordable": True, "settings": {"record": "Always"}}
OTHERS = {"name": "Others", "recordable": False, "settings": {"enabled": False}}
OUTPUTS = ("json", "html", "junit", "csv", "metrics")
FILES = {f"{kind}_file": f"out.{kind}" for kind in OUTPUTS}
#: Members that are recordable, but do not record all calls.
DRIFTED = 9


@pytest.fixture
def role(run_module, simulator, tmp_path, monkeypatch):
    """A function that runs the role with variables, given without their prefix, and returns its results."""
    monkeypatch.chdir(tmp_path)

    def run(*rules, check_mode=False, between=lambda: None, files=FILES, member_of=None, failure=None, **given):
        policy = {"policy": {"name": "Rulebook", "rules": list(rules)}} if rules else {}
        variables = {f"drift_check_{name}": value for name, value in {**files, **policy, **given}.items()}
        variables = {**DEFAULTS, **variables}
        prepared = DriftRun.prepare(
            list(variables), variables.get, lambda path: "", check_mode=check_mode, member_of=member_of
        )
        marks = {kind: Path(f"out.{kind}").read_text("utf-8") for kind in OUTPUTS if os.path.exists(f"out.{kind}")}
        between()
        check = plan = changes = again = None
        if prepared["ready"]:
            names = ("policy", "baseline_file", "select", "tolerate", "list_members", "require_service")
            options = {name: prepared[name] for name in names if name in prepared}
            check = run_module(call_recording_drift_info.main, **options)
            if prepared["remediate"]:
                plan = DriftRun(stored(prepared["run"])).plan(check)
                changes = {"results": [change(each, check_mode) for each in plan["remediations"]]}
            if plan and plan["again"]:
                members = [each for result in changes["results"] for each in result.get("members", [])]
                ids = [each["id"] for each in members if each["changed"]]
                again = run_module(call_recording_drift_info.main, **options, remediated_ids=ids)
        written = DriftRun(stored(prepared["run"])).write(check, plan, changes, again, failure)
        return SimpleNamespace(**written, prepared=prepared, marks=marks, plan=plan, changes=changes)

    def change(remediation, check_mode):
        options = {**remediation, "allow_missing": False}
        result = run_module(call_recording.main, check_mode=check_mode, **options)
        return {**result, "drift_check__item": remediation}

    return run


def stored(state):
    """Return what Ansible stores between two tasks."""
    return json.loads(json.dumps(state))


def document(name="out.json"):
    return json.loads(Path(name).read_text("utf-8"))


def test_files_of_a_run(role):
    ended = role(EVERYBODY, OTHERS)
    for kind in OUTPUTS:
        digest = hashlib.sha256(Path(f"out.{kind}").read_bytes()).hexdigest()
        assert ended.stats["files"][kind] == {"path": os.path.abspath(f"out.{kind}"), "sha256": digest}
        assert f"{kind}: {os.path.abspath(f'out.{kind}')}, SHA-256 {digest}" in ended.summary
        assert stat.S_IMODE(os.stat(f"out.{kind}").st_mode) == (0o644 if kind == "metrics" else 0o600)


@pytest.mark.parametrize("kind", OUTPUTS)
def test_each_output_is_marked_before_the_check(role, kind):
    ended = role(EVERYBODY, OTHERS)
    # The mark of the HTML output is a headline.
    assert "has not finished" in ended.marks[kind] or kind == "metrics"
    if kind == "metrics":
        assert 'drift_check_status{check="out",status="incomplete"} 1' in ended.marks[kind]
        assert 'drift_check_passed{check="out"} 0' in ended.marks[kind]


def test_remediation(role, simulator):
    ended = role(EVERYBODY, OTHERS, remediate=True)
    found = document()
    assert (found["status"], found["passed"], found["reasons"]) == ("remediated", True, [])
    assert len(found["remediation"]["remediated"]) == DRIFTED
    assert (found["remediation"]["failed"], found["remediation"]["refused"]) == ([], None)
    assert found["remediation"]["remediated"][0]["differences"][0]["expected"] in ("Always", True)
    assert ended.message == f"Remediated: {DRIFTED} members remediated; 19 of 19 members are compliant."
    assert len(ended.plan["msg"]) == len(ended.plan["remediations"])
    assert ended.stats["counts"]["remediated"] == DRIFTED
    assert role(EVERYBODY, OTHERS).message == "Compliant: 19 of 19 members are compliant."


def test_remediation_in_check_mode(role, simulator):
    ended = role(EVERYBODY, OTHERS, remediate=True, check_mode=True, save_baseline_file="base.json")
    found = document()
    assert (found["status"], found["passed"], found["remediation"]) == ("drifted", False, None)
    assert found["check_mode"] is True
    assert ended.plan["msg"][0].startswith("Would change")
    assert [each for each in simulator.requests() if each["method"] == "PUT"] == []
    assert not os.path.exists("base.json")


@pytest.mark.parametrize("most", [0, DRIFTED - 1])
def test_a_remediation_of_too_many_members_is_refused(role, simulator, most):
    ended = role(EVERYBODY, OTHERS, remediate=True, remediate_max=most, fail_on_drift=False)
    assert (ended.passed, document()["status"]) == (False, "drifted")
    assert f"{DRIFTED} members would be changed, and drift_check_remediate_max is {most}" in ended.plan["msg"][0]
    assert document()["remediation"]["refused"] in ended.plan["msg"][0]
    assert any("Not remediated" in line for line in ended.summary)
    assert [each for each in simulator.requests() if each["method"] == "PUT"] == []


def test_a_member_that_webex_does_not_change(role, simulator):
    simulator.add_fault(path=BOB_SMITH_PERSON, method="PUT", status=403)
    ended = role(EVERYBODY, OTHERS, remediate=True, fail_on_drift=False)
    found = document()
    assert (found["status"], ended.passed) == ("drifted", False)
    assert [each["id"] for each in found["remediation"]["failed"]] == [BOB_SMITH_PERSON]
    assert found["remediation"]["failed"][0]["error"]["type"] == "permission"
    assert len(found["remediation"]["remediated"]) == DRIFTED - 1
    assert [each["id"] for each in found["drifted"]] == [BOB_SMITH_PERSON]
    assert any(line.startswith("Could not be remediated: Bob Smith") for line in ended.summary)


def test_a_remediation_after_which_nothing_can_be_read(role, simulator):
    # The first comparison sends two requests for this list.
    simulator.add_fault(path="/numbers", status=403, nth=3)
    ended = role(EVERYBODY, OTHERS, remediate=True)
    found = document()
    assert (found["status"], ended.passed, found["counts"]["total"]) == ("incomplete", False, 0)
    # Which members were changed is not lost.
    assert len(found["remediation"]["remediated"]) == DRIFTED


def test_exempt_members_are_never_changed(role, simulator):
    exempt = {"name": "Bob", "person_id": BOB_SMITH_PERSON, "exempt": {"reason": "Works council", "expires": "never"}}
    role(EVERYBODY, OTHERS, exempt, remediate=True)
    found = document()
    assert (found["status"], found["counts"]["exempt"]) == ("remediated", 1)
    assert found["exempt"][0]["differences"][0]["setting"] == "enabled"
    written = [each["path"] for each in simulator.requests() if each["method"] == "PUT"]
    assert len(written) == DRIFTED - 1
    assert not any(BOB_SMITH_PERSON in path for path in written)


def test_a_member_that_cannot_be_read(role, simulator):
    simulator.add_fault(path=ADA_LOVELACE, status=403)
    ended = role(EVERYBODY, OTHERS, save_baseline_file="base.json", fail_on_drift=False)
    found = document()
    assert (found["status"], found["passed"], found["reasons"][0]) == ("incomplete", False, "incomplete")
    assert ended.message.startswith("Incomplete: 1 of 19 members could not be read: Ada Lovelace")
    assert "no baseline was saved: 1 of 19 members were not read, first Ada Lovelace" in ended.message
    assert [each["id"] for each in found["errors"]] == [ADA_LOVELACE]
    assert found["counts"]["total"] == 19
    assert not os.path.exists("base.json")
    # A baseline of an earlier day remains, and the message says so.
    simulator.control("DELETE", "faults")
    role(EVERYBODY, OTHERS, save_baseline_file="base.json", fail_on_drift=False)
    simulator.add_fault(path=ADA_LOVELACE, status=403)
    ended = role(EVERYBODY, OTHERS, save_baseline_file="base.json", fail_on_drift=False)
    assert "no baseline was saved, and the earlier file remains: 1 of 19 members were not read" in ended.message


def test_a_refused_token(role, simulator, monkeypatch):
    role(EVERYBODY, OTHERS)
    monkeypatch.setenv("WEBEX_ACCESS_TOKEN", "simulated-expired-token")
    ended = role(EVERYBODY, OTHERS)
    found = document()
    assert (found["status"], found["error"]["type"], found["organization"]) == ("incomplete", "authentication", None)
    assert "HTTP 401" in ended.message
    assert len(found["previous"]["differences"]) > 0
    assert ended.stats["organization_id"] is None
    assert set(ended.stats) == set(role(EVERYBODY, OTHERS).stats)


def test_baselines(role, simulator):
    ended = role(files={}, save_baseline_file="base.json")
    assert (ended.passed, ended.changed, ended.message) == (True, True, "Saved a baseline of 19 members.")
    assert stat.S_IMODE(os.stat("base.json").st_mode) == 0o600
    base = document("base.json")
    assert (base["organization"]["id"], len(base["members"])) == (OWN_ORGANIZATION, 19)
    assert role(baseline_file="base.json").message == "Compliant: 19 of 19 members are compliant."
    simulator.change_member(ADA_LOVELACE, {"record": "Never"})
    assert role(baseline_file="base.json", save_baseline_file="other.json").passed is False
    assert document("other.json")["members"] != base["members"]
    restored = role(baseline_file="base.json", remediate=True)
    assert (restored.passed, document()["status"]) == (True, "remediated")
    # The role saves over an earlier baseline, but not over the one with which it compares.
    assert role(files={}, save_baseline_file="other.json").passed
    before = Path("base.json").read_bytes()
    refused = role(baseline_file="base.json", save_baseline_file="base.json")
    assert "is a file that the check reads" in refused.message
    assert Path("base.json").read_bytes() == before


def test_saving_only_a_baseline_in_check_mode_or_without_access(role, simulator):
    assert role(files={}, save_baseline_file="base.json", check_mode=True).message.startswith("Would save")
    assert not os.path.exists("base.json")
    simulator.add_fault(path="/numbers", status=403)
    for check_mode in (False, True):
        ended = role(files={}, save_baseline_file="base.json", check_mode=check_mode)
        assert (ended.passed, ended.message.startswith("Incomplete: ")) == (False, True)
    assert not os.path.exists("base.json")


@pytest.mark.parametrize("check_mode", [False, True])
def test_saving_only_a_baseline_with_a_member_or_an_organization_that_cannot_be_read(
    role, simulator, monkeypatch, check_mode
):
    simulator.add_fault(path=ADA_LOVELACE, status=403)
    ended = role(files={}, save_baseline_file="base.json", check_mode=check_mode)
    assert (ended.passed, "1 of 19 members were not read, first Ada Lovelace" in ended.message) == (False, True)
    monkeypatch.setenv("WEBEX_ACCESS_TOKEN", "simulated-expired-token")
    ended = role(files={}, save_baseline_file="base.json", check_mode=check_mode)
    assert (ended.passed, ended.message.startswith("Incomplete: "), "401" in ended.message) == (False, True, True)
    assert not os.path.exists("base.json")


def test_invalid_variables(role, simulator):
    role(EVERYBODY, OTHERS)
    simulator.clear_requests()
    ended = role(EVERYBODY, OTHERS, remediate="maybe", html_file="none/a.html")
    found = document()
    assert (found["status"], found["error"]["type"], ended.passed) == ("incomplete", "invalid_option", False)
    assert "drift_check_remediate is 'maybe'" in found["message"]
    assert "there is no directory" in found["message"]
    assert simulator.requests() == []
    assert 'status="incomplete"} 1' in Path("out.metrics").read_text()
    role({"name": "A"})
    assert document()["error"]["type"] == "invalid_policy"


def test_an_output_that_another_run_has_changed(role):
    def other():
        OutputFile("json", os.path.abspath("out.json"), 0o600).write(b"{}")

    ended = role(EVERYBODY, OTHERS, between=other, fail_on_drift=False)
    assert ended.passed is False
    assert "was changed by another run meanwhile" in ended.message
    assert json.loads(json.dumps(ended.stats))["status"] == "incomplete"
    assert Path("out.json").read_text() == "{}"
    # The other outputs say so as well.
    assert "was changed by another run meanwhile" in Path("out.junit").read_text()
    assert 'drift_check_passed{check="out"} 0' in Path("out.metrics").read_text()


def test_an_output_that_cannot_be_rendered(role, monkeypatch):
    role(EVERYBODY, OTHERS, remediate=True)
    assert role(EVERYBODY, OTHERS).passed is True

    def fail(*_arguments):
        raise KeyError("secret")

    monkeypatch.setattr(_drift_run, "render_csv", fail)
    ended = role(EVERYBODY, OTHERS)
    assert ended.passed is False
    assert "out.csv could not be rendered: KeyError" in ended.message
    assert (document()["status"], document()["error"]["type"]) == ("incomplete", "not_written")
    assert "secret" not in json.dumps(ended.message)


def test_an_output_that_cannot_be_marked(role, simulator, monkeypatch):
    write = OutputFile.write

    def refuse(self, content):
        if self.kind == "html":
            raise _drift_run.OutputError("cannot be written: Read-only file system")
        return write(self, content)

    monkeypatch.setattr(OutputFile, "write", refuse)
    ended = role(EVERYBODY, OTHERS)
    assert (ended.passed, document()["status"]) == (False, "incomplete")
    assert "out.html cannot be written: Read-only file system" in document()["message"]
    assert simulator.requests() == []


def test_a_member_of_a_summary(role, simulator):
    ended = role(EVERYBODY, OTHERS, member_of=Membership("id"), set_stats=False)
    assert (ended.summary_id, ended.stats) == ("id", None)
    assert ended.outcome == {**role(EVERYBODY, OTHERS).stats, **{key: ended.outcome[key] for key in CHANGING}}
    simulator.clear_requests()
    ended = role(EVERYBODY, OTHERS, member_of=Membership("id", (), ["The host is refused"]))
    assert (ended.passed, ended.outcome["status"]) == (False, "incomplete")
    assert ended.message == "Incomplete: The host is refused"
    assert simulator.requests() == []


CHANGING = ("started_at", "finished_at", "last_complete_at", "files")


def test_a_task_that_fails_after_the_check(role, simulator):
    role(EVERYBODY, OTHERS, remediate=True)
    ended = role(EVERYBODY, OTHERS, failure="the task 'Read' failed: Boom", save_baseline_file="base.json")
    assert (ended.passed, document()["status"], document()["counts"]["total"]) == (False, "incomplete", 19)
    assert ended.message == document()["message"] == "Incomplete: the task 'Read' failed: Boom"
    assert not os.path.exists("base.json")
    assert role(EVERYBODY, OTHERS).passed is True


def test_the_last_complete_check_without_a_json_output(role, monkeypatch):
    files = {"metrics_file": "out.metrics"}
    role(EVERYBODY, OTHERS, files=files)
    monkeypatch.setenv("WEBEX_ACCESS_TOKEN", "simulated-expired-token")
    name = "last_complete_run_timestamp_seconds"
    complete = [line for line in Path("out.metrics").read_text().splitlines() if name in line][-1]
    assert not role(EVERYBODY, OTHERS, files=files).passed
    assert complete in Path("out.metrics").read_text().splitlines()


# --- service level -------------------------------------------------------------------------------------------


def test_settings_without_effect(role, simulator):
    assert role(EVERYBODY, OTHERS, remediate=True).passed
    simulator.change_service(enabled=False)
    ended = role(EVERYBODY, OTHERS, remediate=True, fail_on_drift=False)
    found = document()
    assert (ended.passed, found["status"], found["reasons"]) == (False, "drifted", ["drifted"])
    assert found["message"].endswith("; recording of the organization is off.")
    assert (ended.plan["remediations"], found["remediation"]["remediated"]) == ([], [])
    assert {each["not_in_effect"]["reason"] for each in found["drifted"]} == {"recording_off"}
    assert (ended.stats["service_verified"], ended.stats["service_in_effect"]) == (True, False)
    # In a baseline, they had effect.
    simulator.change_service(enabled=True)
    assert role(EVERYBODY, OTHERS, save_baseline_file="base.json").passed
    simulator.change_service(enabled=False)
    assert not role(baseline_file="base.json").passed
    assert document()["counts"]["drifted"] == len(found["drifted"])


@pytest.mark.parametrize("required", [False, True])
def test_a_service_level_that_is_not_verified(role, simulator, required):
    assert role(EVERYBODY, OTHERS, remediate=True).passed
    simulator.add_fault(path="/config/callRecording", status=403)
    ended = role(EVERYBODY, OTHERS, require_service=required)
    found = document()
    assert ended.passed is not required
    assert found["status"] == ("incomplete" if required else "compliant")
    assert found["message"].endswith(" Service level not verified.")
    assert found["service"]["verified"] is False
    assert (ended.stats["service_verified"], ended.stats["service_in_effect"]) == (False, None)
    for kind in ("html", "junit", "csv"):
        assert "ervice level not verified" in Path(f"out.{kind}").read_text("utf-8")
    assert 'drift_check_service_verified{check="out"} 0' in Path("out.metrics").read_text("utf-8")
    assert any(line.startswith("Service level not verified: ") for line in ended.summary)


# --- members -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [True, "yes"])
def test_members_in_the_json_and_html_outputs(role, simulator, given):
    files = {"json_file": "out.json", "html_file": "out.html"}
    assert role(EVERYBODY, OTHERS, files=files).prepared["list_members"] is False
    assert document()["members"] is None
    assert "Compliant members" not in Path("out.html").read_text("utf-8")
    role(EVERYBODY, OTHERS, files=files, list_members=given)
    states = [member["state"] for member in document()["members"]]
    assert (len(states), states.count("drifted")) == (19, DRIFTED)
    assert "Compliant members" in Path("out.html").read_text("utf-8")


def test_members_for_other_outputs_are_not_in_the_json_output(role):
    role(EVERYBODY, OTHERS, save_baseline_file="base.json")
    assert document()["members"] is None


def test_no_members_of_a_check_that_could_not_list_them(role, monkeypatch):
    monkeypatch.setenv("WEBEX_ACCESS_TOKEN", "simulated-expired-token")
    role(EVERYBODY, OTHERS, list_members=True)
    assert document()["members"] is None


def test_json_outputs_are_valid_by_their_schema(role, simulator, monkeypatch):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((ROOT / "examples/drift_check.schema.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    documents = []

    def run(*rules, **options):
        ended = role(*rules, **options)
        documents.extend((json.loads(ended.marks["json"]), document()))

    exempt = {"name": "Bob", "owner_name": "Bob*", "exempt": {"reason": "Why", "ticket": "1", "expires": "2020-01-31"}}
    run(EVERYBODY, exempt, {"name": "None", "owner_name": "None", "settings": {"enabled": True}})
    role(files={}, save_baseline_file="base.json")
    run({**EVERYBODY, "references": ["A"]}, remediate=True, remediate_max=2)
    run(EVERYBODY, remediate=True)
    run({**EVERYBODY, "kind": "person"}, baseline_file="base.json", select={"location_name": "Denver"})
    simulator.add_fault(path=ADA_LOVELACE, status=403)
    run(EVERYBODY, OTHERS)
    run({"name": "A"})
    run(EVERYBODY, list_members=True)
    simulator.change_service(termsOfServiceEnabled=False)
    run(EVERYBODY, {**exempt, "exempt": {"reason": "Why", "expires": "never"}})
    simulator.add_fault(path="/config/callRecording", status=403)
    run(EVERYBODY)
    monkeypatch.setenv("WEBEX_ACCESS_TOKEN", "simulated-expired-token")
    run(EVERYBODY)
    for each in documents:
        validator.validate(each)
    # The schema refuses what it does not describe.
    for key in schema["properties"]:
        damaged = copy.deepcopy(documents[1])
        damaged.pop(key)
        assert not validator.is_valid(damaged), key
    assert not validator.is_valid({**documents[1], "more": 1})
    assert not validator.is_valid({**documents[1], "passed": "true"})
