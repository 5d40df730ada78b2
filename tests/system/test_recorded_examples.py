# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests that each assertion of the documentation that calls are recorded fails for members that are not recorded.

All assertions run in one playbook for each state of the organization. Assertions about something else are listed in
C(OTHERS) and C(COUNTS).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from conftest import ROOT, Ansible
from test_documentation import (
    DOCUMENTS,
    NO_PLAYBOOKS,
    VARIABLES,
    code_blocks,
    is_inventory,
    is_policy,
    line_ids,
    listed,
    make_recorded,
    owner_ids,
)
from unit.organization import (
    ALL_PEOPLE,
    ALL_WORKSPACES,
    BOARDROOM,
    BOB_SMITH_PERSON,
    DENVER,
    LOCATION_ADMIN_TOKEN,
    TRADING_FLOOR,
    WEBEX,
)

from simulator.process import Simulator

#: Checks that do not require recording, with the reason. They do not run here.
OTHERS = {
    "Assert that the provider, if there is one, is the contracted one": "checks another setting",
    "Assert that all errors are deleted lines": "checks errors",
    "Read the settings, if the line still exists": "checks errors",
    "Continue if a virtual line does not exist, but fail for any other error": "checks errors",
    "Assert that the refresh token is valid for four more weeks": "checks a token",
    "Warn four weeks before the refresh token expires": "checks a token",
    "Get an access token": "checks a token",
    "Fail with the reason": "checks a token",
    "Assert that the settings were read": "measures the cost of an assertion, whatever the settings are",
    "Assert that all calls that cannot be recorded end with an announcement": "checks the failure behavior",
    "Assert that all calls of these people are recorded": "the play enables recording first; test_examples.py runs it",
}
#: Checks of the organization, which do not depend on the settings of members. The first one includes locations.
SERVICE = ("Assert that settings of members have effect", "Fail if settings of members have no effect")
#: Check that passes if the terms of service are accepted, although recording is off.
TERMS = "Assert that the terms of service of all vendors are accepted"
#: Checks that fail only if there are no lines or members.
COUNTS = ("Count the lines of the inventory", "Count the members of the inventory")

#: Checks of the settings of a task only, which pass if other settings leave calls out.
SETTINGS = ("Fail if the settings differ, without changing them",)

#: Files of playbooks other than the documents.
PLAYBOOKS = [
    path for folder in ("docs/awx", "demo", "benchmarks/playbooks") for path in sorted((ROOT / folder).glob("*.yml"))
]
#: Expressions that compare one setting, or group by it.
ONE_SETTING = re.compile(
    r"call_recording\.(record|enabled)\b['\"]?\s*(==|!=|,|in\b|not\b|is\b(?! defined)|\)\s*(\||==)|\)[\"' ]*\}\})"
    r"|(not|that:|-|and|or) \w*\.?\w*call_recording\.enabled\b"
)

RECORDED = {"enabled": True, "record": "Always"}
#: Settings of the members in each state without recording, in turn. None means that they are not recordable.
NOT_RECORDED: dict[str, list[dict[str, Any] | None]] = {
    "off": [{"enabled": False, "record": "Always"}],
    "never": [{"enabled": True, "record": "Never"}],
    "on demand": [
        {"enabled": True, "record": "On Demand"},
        {"enabled": True, "record": "On Demand with User Initiated Start"},
    ],
    "selective": [
        {
            "enabled": True,
            "record": "Always",
            "selectiveCallRecordingSettings": {
                f"record{direction}{origin}CallsEnabled": False
                for direction in ("Inbound", "Outbound")
                for origin in ("Internal", "External")
            },
        }
    ],
    "not recordable": [None],
}
#: Reasons why members of other kinds are not recordable, in turn. None means that recording is not assigned.
REASONS = {"PEOPLE": ("no_calling_license", None), "PLACE": ("no_professional_license", "hot_desk_only", None)}
#: Last names of lines in the default organization. Each example about several lines reads one, no other example does.
SOME_LINES = ("Hotline", "Reception", "Dąbrowska")
#: People and workspaces. Each example about several members reads one.
SOME_OTHERS = (BOB_SMITH_PERSON, BOARDROOM, TRADING_FLOOR)
INVENTORY = "plugin: webex.calling.members\ncall_recording: true\n"


class Example(NamedTuple):
    """Plays of an example, or tasks as one play."""

    name: str
    plays: list[dict[str, Any]]


class Check(NamedTuple):
    """Task of an example that fails if something is not as required."""

    example: str
    task: dict[str, Any]
    hosts: str

    @property
    def name(self) -> str:
        return str(self.task["name"])

    @property
    def is_assertion(self) -> bool:
        return "ansible.builtin.assert" in self.task

    @property
    def of_one_member(self) -> bool:
        return (
            self.hosts == "localhost" and re.search(r"\w\.call_recording\b|reception_line", str(self.task)) is not None
        )


#: Check of a policy that requires exactly one value, which not all members have if all calls are recorded.
EXACT = "Fail if the organization is not compliant"


def plays_of(content: Any) -> list[dict[str, Any]]:
    if not isinstance(content, list) or "hosts" in content[0] or "import_playbook" in content[0]:
        return content if isinstance(content, list) else []
    return [{"hosts": "localhost", "tasks": content}]


def examples_of_plugin(path: Path) -> str:
    """Return the text of EXAMPLES of a plugin, or an empty string."""
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "") == "EXAMPLES":
            return str(ast.literal_eval(statement.value))
    return ""


def texts() -> Iterator[tuple[str, str]]:
    """Yield the name and the YAML of each example."""
    for path in DOCUMENTS:
        for number, block in enumerate(code_blocks(path), 1):
            if not block.startswith(NO_PLAYBOOKS) and not is_policy(block):
                yield f"{path.name} {number}", block
    for path in sorted((ROOT / "plugins").glob("*/*.py")):
        yield str(path.relative_to(ROOT)), examples_of_plugin(path)
    for path in PLAYBOOKS:
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def examples() -> list[Example]:
    return [
        Example(name, plays_of(yaml.safe_load(text)))
        for name, text in texts()
        if text and not is_inventory(text.removeprefix("---\n"))
    ]


def flattened(tasks: list[dict[str, Any]], inherited: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the tasks, and those in their blocks with the variables and defaults of the block."""
    for task in tasks:
        parts = [part for part in ("block", "rescue", "always") if part in task]
        keywords: dict[str, Any] = {key: task[key] for key in ("vars", "module_defaults") if key in task}
        for part in parts:
            yield from flattened(task[part], {**(inherited or {}), **keywords})
        if not parts:
            yield {**(inherited or {}), **task}


def is_check(task: dict[str, Any]) -> bool:
    return any(key in task for key in ("ansible.builtin.assert", "ansible.builtin.fail", "failed_when"))


def is_about_recording(task: dict[str, Any]) -> bool:
    return is_check(task) and task.get("name") not in OTHERS


def results_of(task: dict[str, Any]) -> list[str]:
    return [*([task["register"]] if "register" in task else []), *task.get("ansible.builtin.set_fact", {})]


def needed(tasks: list[dict[str, Any]], variables: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the checks, and the tasks whose results they use."""
    kept: list[dict[str, Any]] = []
    for task in reversed(tasks):
        used = str([kept, variables])
        if is_about_recording(task) or (
            not is_check(task) and any(re.search(rf"\b{name}\b", used) for name in results_of(task))
        ):
            kept.insert(0, task)
    return kept if any(is_about_recording(task) for task in kept) else []


def without_reading(task: dict[str, Any]) -> dict[str, Any]:
    """Return a task whose result is empty, as with C(allow_missing), instead of one that runs a module."""
    if "register" in task and any(key.startswith("webex.calling.") for key in task):
        empty: dict[str, Any] = {"virtual_lines": [], "members": []}
        return {"name": "Return an empty result", "ansible.builtin.set_fact": {task["register"]: empty}}
    return task


def playbook(of: list[Example], *, read: bool = True) -> tuple[list[dict[str, Any]], list[Check]]:
    """Return plays that run all checks and print the result of each one, and the checks.

    :param read: whether modules run. Without it, checks on the result of an assertion only.
    """
    plays: list[dict[str, Any]] = []
    checks: list[Check] = []
    for example in of:
        for play in example.plays:
            tasks: list[dict[str, Any]] = []
            for task in needed(list(flattened(play.get("tasks", []))), play.get("vars", {})):
                if not is_check(task):
                    tasks.append({**(task if read else without_reading(task)), "ignore_errors": True})
                elif read or "ansible.builtin.assert" in task:
                    tasks.append(told(task, len(checks)))
                    checks.append(Check(example.name, task, play["hosts"]))
            if tasks:
                plays.append({**play, "name": example.name, "gather_facts": False, "tasks": tasks})
    return plays, checks


def told(task: dict[str, Any], number: int) -> dict[str, Any]:
    # Other hosts do not have the result of a check that runs once.
    once = {"run_once": task["run_once"]} if "run_once" in task else {}

    def tell(result: str) -> dict[str, Any]:
        return {"name": "Tell", "ansible.builtin.debug": {"msg": f"check {number} {result}."}, **once}

    evaluated = "{{ (ansible_failed_result.evaluated_to is defined) | ternary('false', 'failed') }}"
    return {"name": "Check", "block": [task, tell("passed")], "rescue": [tell(evaluated)]}


def lines_of(simulator: Simulator) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = listed(simulator, "virtualLines")["virtualLines"]
    return lines


def change_members(simulator: Simulator, *settings: dict[str, Any] | None) -> None:
    """Set the settings of all members, in turn. The examples need a line in London.

    :param settings: settings of the members. None means that the members are not recordable, for any reason.
    """
    make_recorded(simulator)
    for number, line in enumerate(lines_of(simulator)):
        simulator.change_member(line["id"], settings[number % len(settings)])
        if line.get("lastName") == "王":
            simulator.change_identity(line["id"], {"location": {**line["location"], "name": "London"}})
    for owner_type, reasons in REASONS.items():
        for number, member_id in enumerate(owner_ids(simulator, owner_type)):
            changed = settings[number % len(settings)]
            reason = reasons[number % len(reasons)] if changed is None else None
            if reason is None:
                simulator.change_member(member_id, changed)
            else:
                simulator.make_unavailable(member_id, reason)


def remove_members(simulator: Simulator) -> None:
    """Remove everybody, including people without a number, who are found by e-mail address only."""
    for member_id in (*line_ids(simulator), *ALL_PEOPLE, *ALL_WORKSPACES):
        simulator.remove_member(member_id)


def results(
    ansible: Ansible, of: list[Example] | None = None, *, read: bool = True
) -> tuple[dict[int, set[str]], list[Check], str]:
    """Run all checks, and return the results of each one, by number, and the output."""
    plays, checks = playbook(examples() if of is None else of, read=read)
    (ansible.folder / "variables.yml").write_text(
        yaml.safe_dump({**VARIABLES, "virtual_line": VARIABLES["reception_line"]}), encoding="utf-8"
    )
    (ansible.folder / "members.webex.yml").write_text(INVENTORY, encoding="utf-8")
    ended = ansible.play(plays, "-e", "@variables.yml", "-i", "members.webex.yml", ANSIBLE_PIPELINING="true")
    assert re.search(r"PLAY RECAP", ended.stdout), ended.stdout + ended.stderr
    found: dict[int, set[str]] = {number: set() for number in range(len(checks))}
    for number, result in re.findall(r'"msg": "check (\d+) (\w+)\."', ended.stdout):
        found[int(number)].add(result)
    return found, checks, ended.stdout + ended.stderr


def test_checks_are_found() -> None:
    _plays, checks = playbook(examples())
    sources = {check.example.split()[0] for check in checks}
    assert sources >= {
        *("README.md", "guide_start.rst", "guide_assertions.rst", "guide_audit.rst", "guide_desired_state.rst"),
        *("guide_inventory.rst", "guide_awx.rst", "docs/awx/check_lines.yml", "demo/check_line.yml"),
        *(
            "demo/check_hosts.yml",
            "demo/company.yml",
            "plugins/modules/virtual_line_call_recording_info.py",
            "plugins/test/recorded.py",
        ),
        *("plugins/modules/virtual_line_call_recording.py", "plugins/modules/call_recording_info.py"),
    }
    names = [
        task.get("name") for each in examples() for play in each.plays for task in flattened(play.get("tasks", []))
    ]
    for name in (*OTHERS, *COUNTS, *SERVICE, *SETTINGS, TERMS):
        assert name in names, f"no example has {name}"


@pytest.mark.parametrize("state", NOT_RECORDED)
def test_checks_fail_if_nothing_is_recorded(ansible: Ansible, simulator: Simulator, state: str) -> None:
    change_members(simulator, *NOT_RECORDED[state])
    found, checks, output = results(ansible)
    passed = []
    for number, check in enumerate(checks):
        # An assertion must be false. A fault of the assertion, such as a variable without a value, proves nothing.
        passes = check.name in (*COUNTS, *SERVICE, *(SETTINGS if state == "selective" else ()), TERMS)
        expected = {"passed"} if passes else {"false"} if check.is_assertion else {"failed"}
        if found[number] != expected:
            passed.append(f"{check.example}, {check.name}: {found[number] or 'not run'}")
    assert not passed, "\n".join([*passed, output])


def test_checks_of_several_members_fail_if_some_are_off(ansible: Ansible, simulator: Simulator) -> None:
    change_members(simulator, RECORDED)
    for line in lines_of(simulator):
        if line.get("lastName") in SOME_LINES:
            simulator.change_member(line["id"], {"enabled": False})
    for member_id in SOME_OTHERS:
        simulator.change_member(member_id, {"enabled": False})
    found, checks, output = results(ansible)
    passed = [
        f"{check.example}, {check.name}"
        for number, check in enumerate(checks)
        if "false" not in found[number] and not check.of_one_member and check.name not in (*COUNTS, *SERVICE, TERMS)
    ]
    assert not passed, "\n".join([*passed, output])


def test_checks_fail_without_members(ansible: Ansible, simulator: Simulator) -> None:
    remove_members(simulator)
    found, checks, output = results(ansible)
    passed = [
        f"{check.example}, {check.name}: {found[number] or 'not run'}"
        for number, check in enumerate(checks)
        # A play without hosts runs nothing. A play before it in the same example must fail.
        if found[number] not in ({"false"}, {"failed"})
        and check.name not in (*SERVICE, TERMS)
        and not (
            check.hosts != "localhost"
            and any(each.example == check.example and "false" in found[n] for n, each in enumerate(checks[:number]))
        )
    ]
    assert not passed, "\n".join([*passed, output])


def test_assertions_about_an_empty_list_fail(ansible: Ansible, simulator: Simulator) -> None:
    remove_members(simulator)
    found, checks, output = results(ansible, read=False)
    passed = [f"{check.example}, {check.name}" for number, check in enumerate(checks) if "passed" in found[number]]
    assert not passed, "\n".join([*passed, output])


def test_checks_pass_if_all_calls_are_recorded(ansible: Ansible, simulator: Simulator) -> None:
    change_members(simulator, RECORDED)
    simulator.change_member(str(VARIABLES["sales_line"]), {"record": "Always with Pause/Resume"})
    found, checks, output = results(ansible)
    failed = [
        f"{check.example}, {check.name}"
        for number, check in enumerate(checks)
        if found[number] != {"passed"} and check.name != EXACT
    ]
    assert not failed, "\n".join([*failed, output])


#: Changes of the recording service with which nothing is recorded, at least in one location, each with the message.
WITHOUT_EFFECT: dict[str, tuple[dict[str, Any], str]] = {
    "off": ({"enabled": False}, "recording of the organization is off"),
    "terms": ({"termsOfServiceEnabled": False}, "terms of service of the recording vendor .* are not accepted"),
    # The terms of service of this vendor are not accepted.
    "location": (
        {"locations": {DENVER: {"orgDefaultEnabled": False, "vendorId": WEBEX["id"]}}},
        r"Locations without a vendor or accepted terms of service: Denver\.",
    ),
}
#: Checks that must fail in each of these states.
FAILING = {"off": {*SERVICE, EXACT}, "terms": {*SERVICE, EXACT, TERMS}, "location": {SERVICE[0], TERMS}}


@pytest.mark.parametrize("state", WITHOUT_EFFECT)
def test_checks_of_the_organization_fail_if_settings_have_no_effect(
    ansible: Ansible, simulator: Simulator, state: str
) -> None:
    """All members have the setting Always, and nothing is recorded."""
    change_members(simulator, RECORDED)
    service, _message = WITHOUT_EFFECT[state]
    simulator.change_service(**service)
    names = FAILING[state]
    of = [each for each in examples() if any(check.name in names for check in playbook([each])[1])]
    found, checks, output = results(ansible, of)
    named = [(number, check) for number, check in enumerate(checks) if check.name in names]
    assert {check.name for _number, check in named} == names
    assert {number: found[number] for number, _check in named} == {number: {"false"} for number, _check in named}, (
        output
    )


@pytest.mark.parametrize("state", WITHOUT_EFFECT)
@pytest.mark.parametrize(
    "document",
    ["README.md", "guide_start.rst", "guide_assertions.rst", "guide_audit.rst", "guide_effective_recording.rst"],
)
def test_the_first_example_is_not_green_if_settings_have_no_effect(
    ansible: Ansible, simulator: Simulator, document: str, state: str
) -> None:
    change_members(simulator, RECORDED)
    (ansible.folder / "variables.yml").write_text(yaml.safe_dump(VARIABLES), encoding="utf-8")
    folder = ROOT if document == "README.md" else ROOT / "docs/docsite/rst"
    play = yaml.safe_load(code_blocks(folder / document)[0])
    ended = ansible.play(play, "-e", "@variables.yml")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    service, message = WITHOUT_EFFECT[state]
    simulator.change_service(**service)
    ended = ansible.play(play, "-e", "@variables.yml")
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert re.search(message, ended.stdout), ended.stdout


def test_an_audit_is_not_green_if_the_organization_cannot_be_read(ansible: Ansible, simulator: Simulator) -> None:
    change_members(simulator, RECORDED)
    ansible.environment["WEBEX_ACCESS_TOKEN"] = LOCATION_ADMIN_TOKEN
    ended = ansible.play(yaml.safe_load(code_blocks(ROOT / "docs/docsite/rst/guide_audit.rst")[0]))
    assert ended.returncode == 2
    assert "full or read-only administrator" in ended.stdout


def test_a_check_of_one_setting_is_found(ansible: Ansible, simulator: Simulator) -> None:
    read = {"name": "Read", "webex.calling.virtual_line_call_recording_info": {}, "register": "read"}
    all_lines = 'read.virtual_lines | rejectattr("call_recording.record", "==", "Always") | length == 0'
    check = {"name": "Check", "ansible.builtin.assert": {"that": all_lines}}
    change_members(simulator, *NOT_RECORDED["off"])
    found, _checks, _output = results(ansible, [Example("added", plays_of([read, check]))])
    assert found == {0: {"passed"}}


@pytest.mark.parametrize(("name", "text"), [pytest.param(*each, id=each[0]) for each in texts() if each[1]])
def test_no_example_compares_one_setting(name: str, text: str) -> None:
    for line in text.splitlines():
        assert not ONE_SETTING.search(line), f"{name}: use webex.calling.recorded or unrecorded in {line}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('that: line.call_recording.record == "Always"', True),
        ('rejectattr("call_recording.record", "in", recorded)', True),
        ('rejectattr("call_recording.enabled") | length == 0', True),
        ("silent: not webex_call_recording.enabled", True),
        ("that: webex_call_recording.enabled", True),
        ("loop: \"{{ lines | groupby('call_recording.record') }}\"", True),
        ("that: line.call_recording is webex.calling.recorded", False),
        ("msg: \"{{ line.call_recording.record | default('not set') }}\"", False),
    ],
)
def test_expressions_that_compare_one_setting(text: str, found: bool) -> None:
    assert bool(ONE_SETTING.search(text)) == found
