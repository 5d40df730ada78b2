# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin drift_check_step in this process: values of variables, results of tasks, and statistics."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.template import Templar

from ansible_collections.webex.calling.plugins.action.drift_check_step import ActionModule
from ansible_collections.webex.calling.plugins.modules import drift_check_step
from ansible_collections.webex.calling.tests.unit.conftest import ROOT

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core before 2.19
    trust_as_template = str

OMIT = "__omit_place_holder__"
POLICY = {"name": "Rulebook", "rules": [{"name": "Everybody", "settings": {"record": "Always"}}]}


@pytest.fixture
def step(tmp_path, monkeypatch):
    """A function that runs a step with variables of the role, given without their prefix."""
    monkeypatch.chdir(tmp_path)
    defaults = yaml.safe_load((ROOT / "roles/drift_check/defaults/main.yml").read_text("utf-8"))

    def run(name, *, check_mode=False, **given):
        known = {f"drift_check_{key}": value for key, value in given.items()}
        variables = {**defaults, **known, "omit": OMIT, "inventory_hostname": "customer"}
        task = Task()
        task.action, task.args, task.check_mode = "webex.calling.drift_check_step", {"step": name}, check_mode
        loader = DataLoader()
        templar = Templar(loader=loader, variables=variables)
        connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
        action = ActionModule(task, connection, PlayContext(), loader, templar, None)
        return action.run(task_vars=variables)

    return run


def documented_steps():
    return yaml.safe_load(drift_check_step.DOCUMENTATION)["options"]["step"]["choices"]


def test_an_unknown_step_fails(step):
    with pytest.raises(AnsibleError, match=f"step is 'nothing'. Give one of {', '.join(documented_steps())}"):
        step("nothing")


def test_values_of_variables(step):
    prepared = step("prepare", policy=POLICY, json_file=trust_as_template("{{ inventory_hostname }}.json"))
    assert prepared["ready"] is True
    assert json.loads(Path("customer.json").read_text("utf-8"))["status"] == "incomplete"
    for template in ("{{ nothing }}", "{{ none }}", ""):
        prepared = step("prepare", policy=POLICY, json_file=trust_as_template(template), html_file="a.html")
        assert prepared["ready"] is False
        assert "drift_check_json_file" in prepared["run"]["document"]["message"]
        assert "<title>Incomplete" in Path("a.html").read_text("utf-8")
    prepared = step("prepare", policy=POLICY, json_file=OMIT, select=OMIT)
    assert (prepared["ready"], "select" in prepared, prepared["run"]["outputs"]) == (True, False, [])


def test_policy_files(step, tmp_path):
    (tmp_path / "policy.yml").write_text(yaml.safe_dump({**POLICY, "name": "{{ nothing }}"}), encoding="utf-8")
    # Texts in the file are not evaluated.
    assert step("prepare", policy_file="policy.yml")["policy"]["name"] == "{{ nothing }}"
    for name in ("none.yml", "."):
        prepared = step("prepare", policy_file=name)
        assert "which is not a file" in prepared["run"]["document"]["message"]


@pytest.mark.parametrize(
    ("check", "message", "error_type"),
    [
        ({"skipped": True}, "the check that started at", None),
        ({"failed": True}, "the module returned no result", "failed_task"),
        ({"msg": "MODULE FAILURE", "rc": 1}, "MODULE FAILURE", "failed_task"),
        ({"msg": "Refused", "error": {"type": "authentication"}}, "Refused", "authentication"),
    ],
)
def test_a_check_without_a_result_is_incomplete(step, check, message, error_type):
    variables = {"policy": POLICY, "json_file": "a.json"}
    prepared = step("prepare", **variables)
    written = step("write", **variables, _prepared=prepared, _check=check)
    assert (written["passed"], written["message"].startswith(f"Incomplete: {message}")) == (False, True)
    document = json.loads(Path("a.json").read_text("utf-8"))
    assert (document["status"], document["passed"]) == ("incomplete", False)
    assert (document["error"] or {}).get("type") == error_type
    # Without an organization, the host is the key.
    stats = written["ansible_stats"]
    assert (stats["aggregate"], stats["per_host"]) == (True, False)
    assert stats["data"]["drift_check"]["customer"]["status"] == "incomplete"


@pytest.mark.parametrize("passed", [True, False])
def test_the_verdict_decides_whether_the_task_fails(step, passed):
    shown = step("show", _written={"passed": passed, "message": "Verdict", "summary": ["a"]})
    assert (shown["failed"], shown["msg"], shown["summary"]) == (not passed, "Verdict", ["a"])


@pytest.mark.parametrize("passed", [True, False])
def test_the_verdict_of_the_summary_decides_whether_the_task_fails(step, passed):
    verdict = {"status": "compliant", "passed": passed, "reasons": [], "counts": {"total": 1}}
    shown = step("show_summary", _summarized={**verdict, "message": "Verdict", "summary": ["a"]})
    assert (shown["failed"], shown["msg"], shown["summary"]) == (not passed, "Verdict", ["a"])
    assert {key: shown[key] for key in verdict} == verdict


def test_planned_changes(step):
    prepared = step("prepare", policy=POLICY, remediate="yes", remediate_max="1")
    entry = {"id": "ada", "kind": "person", "name": "Ada", "location": {"name": "Denver"}, "differences": []}
    check = {"drifted": [entry], "remediations": [{"settings": {"record": "Always"}, "person_id": ["ada"]}]}
    planned = step("plan", _prepared=prepared, _check=check)
    assert (planned["again"], planned["msg"]) == (True, ['Change 1 member to {"record": "Always"}: Ada (Denver)'])
    check["remediations"][0]["person_id"].append("bob")
    assert step("plan", _prepared=prepared, _check=check)["remediations"] == []
