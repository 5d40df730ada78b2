# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests that the playbooks and commands of README.md and the guides run, and have the documented output."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from conftest import ADMIN_TOKEN, MODULE, ROOT, Ansible

from simulator.process import Simulator

# The installed collection, from where Ansible loads it.
sys.path.insert(0, os.environ["ANSIBLE_COLLECTIONS_PATH"].split(os.pathsep)[0])

from ansible_collections.webex.calling.plugins.module_utils._policy import normalize_policy
from ansible_collections.webex.calling.plugins.plugin_utils._policy_file import read_policy

VARIABLES = {
    "reception_line": "Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfTElORS8wMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDE",
    "sales_line": "Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfTElORS8wMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDI",
    "retired_line": "Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfTElORS9yZXRpcmVk",
    "our_provider": "WSWYZ25455",
    "app_client_id": "simulated-service-app",
    "app_client_secret": "simulated-service-app-secret",
    "app_refresh_token": "simulated-service-app-refresh-token",
    "people_of_the_trading_floor": ["Nobody At All", "Ada Evans", "Ximena Rossi"],
    "evidence_file": "evidence.json",
    "evidence_folder": ".",
}
#: Placeholder for the id of a line in commands.
SOME_ID = "Y2lzY29zcGFyazovL3VzL..."
#: Beginnings of YAML files for a CI server and ansible-galaxy, and of variables that test_drift_organizations.py tests.
NO_PLAYBOOKS = ("collections:", "drift:", "common:")


def all_blocks(path: Path) -> list[tuple[str, str]]:
    """Return the code blocks of a document: type and content."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return re.findall(r"^```(\S+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    blocks = re.findall(r"^( *)\.\. code-block:: (\S+)\n\n((?:\1    .*\n|\n)+)", text, re.MULTILINE)
    return [(kind, re.sub(rf"^{indent}    ", "", block, flags=re.MULTILINE)) for indent, kind, block in blocks]


def code_blocks(path: Path) -> list[str]:
    return [block for kind, block in all_blocks(path) if kind in ("yaml", "yaml+jinja")]


def is_inventory(block: str) -> bool:
    return re.match(r"plugin: webex\.calling\.(members|virtual_lines)\n", block) is not None


def is_policy(block: str) -> bool:
    """Return whether a block is a policy."""
    content = yaml.safe_load(block)
    return isinstance(content, dict) and {"name", "rules"} <= content.keys()


def policies(path: Path) -> list[str]:
    return [block for block in code_blocks(path) if not block.startswith(NO_PLAYBOOKS) and is_policy(block)]


def all_playbooks(*paths: Path) -> list[pytest.ParameterSet]:
    return [
        pytest.param(block, id=f"{path.name} {number}")
        for path in paths
        for number, block in enumerate(code_blocks(path), 1)
        if not (block.startswith(NO_PLAYBOOKS) or is_inventory(block) or is_policy(block))
        if (path.name, number) not in SAVED
        # test_examples.py runs these one after the other.
        if "friday.json" not in block
    ]


#: Playbooks that a guide runs with a command, by name of the file. The test of commands runs them.
SAVED = {("guide_start.rst", 1): "first_check.yml", ("guide_desired_state.rst", 1): "trading_floor.yml"}

#: Module that compares, its option for the policy in policy.yml, and the playbook that runs the role.
DRIFT_INFO = "webex.calling.call_recording_drift_info"
POLICY = "{{ lookup('ansible.builtin.file', 'policy.yml', rstrip=false) | webex.calling.call_recording_policy }}"
DRIFT_CHECK_COMMAND = "ansible-playbook webex.calling.drift_check "

AUDIT = ROOT / "docs/docsite/rst/guide_audit.rst"
DRIFT_CHECK = ROOT / "docs/docsite/rst/guide_drift_check.rst"
#: Guides that check a whole organization. Their tests use one in which all lines can be read.
AUDITS = (AUDIT, DRIFT_CHECK)
#: Guide whose playbooks use the inventory that precedes them.
INVENTORY = ROOT / "docs/docsite/rst/guide_inventory.rst"
#: Guide that shows files, which test_awx.py and test_runner.py test.
AWX = ROOT / "docs/docsite/rst/guide_awx.rst"
#: Guide whose playbooks test_unattended_checks.py tests.
UNATTENDED = ROOT / "docs/docsite/rst/guide_unattended_checks.rst"
#: Guide whose commands test_drift_organizations.py runs.
ORGANIZATIONS = ROOT / "docs/docsite/rst/guide_organizations.rst"
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs/docsite/rst").glob("*.rst"))]
OTHERS = [path for path in DOCUMENTS if path not in (*AUDITS, INVENTORY, AWX, UNATTENDED, ORGANIZATIONS)]


def run(ansible: Ansible, block: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (ansible.folder / "variables.json").write_text(json.dumps(VARIABLES), encoding="utf-8")
    (ansible.folder / "policy.yml").write_text(policies(DRIFT_CHECK)[0], encoding="utf-8")
    ended = ansible.play(yaml.safe_load(block), "-e", "@variables.json", *arguments)
    assert re.search(r"ok=[1-9]", ended.stdout), ended.stdout + ended.stderr
    return ended


def test_playbooks_are_found() -> None:
    assert len(all_playbooks(*OTHERS)) >= 8
    assert len(all_playbooks(*AUDITS)) >= 6


@pytest.mark.parametrize("block", all_playbooks(*OTHERS))
def test_playbook_of_the_documentation(ansible: Ansible, simulator: Simulator, block: str) -> None:
    if "webex.calling.recorded" in block:
        make_recorded(simulator)
    ended = run(ansible, block)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_reason_of_a_failed_authentication_is_shown_without_secrets(ansible: Ansible) -> None:
    guide = ROOT / "docs/docsite/rst/guide_authentication.rst"
    (block,) = [each.values[0] for each in all_playbooks(guide) if "Fail with the reason" in each.values[0]]
    wrong = {"app_refresh_token": "fake-refresh-token", "app_client_secret": "fake-client-secret"}
    for name, value in wrong.items():
        ended = run(ansible, block, "-e", f"{name}={value}", "-vvv")
        assert ended.returncode == 2
        assert re.search(r"FAILED! => .*HTTP 4\d\d", ended.stdout, re.DOTALL)
        for secret in (*wrong.values(), VARIABLES["app_client_secret"], VARIABLES["app_refresh_token"]):
            # The command line of the test contains one of them.
            assert secret not in ended.stdout.replace(f"{name}={value}", "")


@pytest.fixture(scope="module")
def organization() -> Iterator[Simulator]:
    with Simulator("--lines", "60", "--people", "30", "--workspaces", "10", "--locations", "3") as simulator:
        yield simulator


@pytest.fixture
def audited(organization: Simulator, tmp_path: Path) -> Ansible:
    organization.reset()
    return Ansible(tmp_path, organization)


def listed(simulator: Simulator, *path: str, **parameters: Any) -> dict[str, Any]:
    """Return the response to a list request."""
    headers = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
    url = "/".join([simulator.api_url, "telephony", "config", *path])
    response: dict[str, Any] = requests.get(url, params=parameters, headers=headers, timeout=10).json()
    return response


def line_ids(simulator: Simulator, location: str | None = None, owners: list[str] | None = None) -> list[str]:
    return [
        line["id"]
        for line in listed(simulator, "virtualLines", locationName=location, ownerName=owners)["virtualLines"]
    ]


def owner_ids(simulator: Simulator, owner_type: str) -> list[str]:
    """Return the ids of all people or workspaces that have a number or an extension."""
    rows = listed(simulator, "numbers", ownerType=owner_type)["phoneNumbers"]
    return list(dict.fromkeys(row["owner"]["id"] for row in rows))


def member_ids(simulator: Simulator) -> list[str]:
    return [*owner_ids(simulator, "PEOPLE"), *owner_ids(simulator, "PLACE"), *line_ids(simulator)]


def make_recorded(simulator: Simulator) -> None:
    """Make all members recordable, and record all their calls."""
    for member_id in member_ids(simulator):
        simulator.make_unavailable(member_id, None)
        all_calls = {"enabled": True, "record": "Always", "selectiveCallRecordingSettings": None}
        simulator.change_member(member_id, all_calls)


@pytest.mark.parametrize("block", all_playbooks(*AUDITS))
def test_audit_of_a_compliant_organization(audited: Ansible, organization: Simulator, block: str) -> None:
    make_recorded(organization)
    ended = run(audited, block)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    "block", [each for each in all_playbooks(*AUDITS) if re.search("builtin.assert|role", each.values[0])]
)
def test_audit_of_a_drifted_organization(audited: Ansible, block: str) -> None:
    ended = run(audited, block)
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert re.search("Assertion failed|do not record|drifted", ended.stdout)


def test_audit_with_a_member_that_cannot_be_read(audited: Ansible, organization: Simulator) -> None:
    (block,) = [
        each.values[0] for each in all_playbooks(AUDIT) if "Report how many members were read" in each.values[0]
    ]
    organization.add_fault(path="callRecording", status=500, times=1)
    ended = run(audited, block)
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert re.search(r"99 members\s+were read,\s+1 were not", ended.stdout)


def all_policies() -> list[pytest.ParameterSet]:
    return [
        pytest.param(block, id=f"{path.name} {number}")
        for path in DOCUMENTS
        for number, block in enumerate(policies(path), 1)
    ]


def test_policies_are_found() -> None:
    assert len(all_policies()) >= 3


@pytest.mark.parametrize("block", all_policies())
def test_policy_of_the_documentation(ansible: Ansible, block: str) -> None:
    """The filter reads the policy, and the module finds the members that differ from each rule."""
    (ansible.folder / "policy.yml").write_text(block, encoding="utf-8")
    found = ansible.module(DRIFT_INFO, policy=POLICY)
    assert "error" not in found, found
    policy = normalize_policy(read_policy(block))
    assert found["policy"] == {key: policy[key] for key in ("name", "version", "sha256")}
    assert [rule["name"] for rule in found["rules"]] == [rule["name"] for rule in policy["rules"]]
    # The first rule is about everybody, so that no member is uncovered.
    assert found["rules"][0]["members"] == found["counts"]["total"] == found["counts"]["compared"] == 19
    required = {difference["rule"] for entry in found["drifted"] for difference in entry["differences"]}
    assert found["rules"][0]["name"] in required


def inventory_and_playbooks() -> list[pytest.ParameterSet]:
    """Return the inventories of the documentation, each with the playbooks that follow it."""
    found: list[pytest.ParameterSet] = []
    for path in (ROOT / "README.md", INVENTORY):
        for block in code_blocks(path):
            if is_inventory(block):
                found.append(pytest.param(block, [], id=f"{path.name} {len(found) + 1}"))
            elif path == INVENTORY:
                found[-1].values[1].append(block)  # type: ignore[union-attr]
    return found


@pytest.mark.parametrize(("inventory", "playbooks"), inventory_and_playbooks())
def test_inventory_of_the_documentation(
    ansible: Ansible, simulator: Simulator, inventory: str, playbooks: list[str]
) -> None:
    file = ansible.folder / "documented.webex.yml"
    file.write_text(inventory, encoding="utf-8")
    customer = "Y2lzY29zcGFyazovL3VzL09SR0FOSVpBVElPTi81ZDFhMmY2Yy0wZjVlLTRiMGUtOWE1My0zYzFjNmYyZTdiMTE"
    ansible.environment |= {
        "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
        "HOME": str(ansible.folder),
        "PARTNER_TOKEN": "simulated-partner-token",
        "CUSTOMER_ORG_ID": customer,
        "EMEA_ORG_ID": customer,
    }
    if "CUSTOMER_ORG_ID" in inventory and "PARTNER_TOKEN" not in inventory:
        # The inventory without an access token of its own is that of a partner as well.
        ansible.environment["WEBEX_ACCESS_TOKEN"] = "simulated-partner-token"
    shown = ansible.command("ansible-inventory", "-i", str(file), "--graph")
    assert shown.returncode == 0, shown.stderr
    assert re.search(r"^  \|  \|--[^@]", shown.stdout, re.MULTILINE)
    for playbook in playbooks:
        if "webex.calling.recorded" in playbook:
            make_recorded(simulator)
        ended = run(ansible, playbook, "-i", str(file))
        assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_graph_of_the_documentation(ansible: Ansible) -> None:
    (block,) = re.findall(
        r"^\.\. code-block:: ansible-output\n\n((?:    .*\n)+)", INVENTORY.read_text(encoding="utf-8"), re.MULTILINE
    )
    inventory = next(each for each in code_blocks(INVENTORY) if is_inventory(each))
    (ansible.folder / "offices.webex.yml").write_text(inventory, encoding="utf-8")
    shown = ansible.command("ansible-inventory", "-i", "offices.webex.yml", "--graph")
    assert shown.stdout == re.sub("^    ", "", block, flags=re.MULTILINE)


# --- commands and their output -------------------------------------------------------------------------------

#: Reasons not to run a command, by a part of the command.
NOT_RUN = {
    "webex.calling.drift_check_organizations": "test_drift_organizations.py runs the commands of the guide",
    "mkdir ": "test_drift_organizations.py runs the commands of the guide",
    "ansible-galaxy collection install": "`make system` installs the collection from an artifact",
    "awx credential_types": "AWX is not installed",
    "webex-ee": "test_execution_environment.py tests the context; a build needs a container engine",
    "ansible-vault encrypt_string": "does not use the collection",
    "drift_check_remediate=true": "takes long; the integration tests of the role test remediation",
    "export WEBEX_": "the test sets the variables",
    "git clone": "the test runs in the repository",
    "ansible-inventory -i members.webex.yml --graph": "test_inventory_of_the_documentation runs the same command",
    "ansible-inventory -i offices.webex.yml --graph": "test_the_graph_of_the_documentation runs the same command",
    "make ": "`make test` runs the targets, except for the demonstration and the simulator",
    "python3 -m venv": "creates a virtual environment in /opt",
    "pip install": "`make system` installs the requirements",
    "unset WEBEX_": "the tests use only the simulator",
}
PROGRAMS = ("ansible", "ansible-doc", "ansible-inventory", "ansible-playbook")

#: Module and options of a task that fails with the message that a guide shows.
MESSAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "guide_audit.rst": ("webex.calling.call_recording_info", {"location_name": ["Denver", "Denvr"]}),
    "guide_errors.rst": (MODULE, {"virtual_line_id": VARIABLES["retired_line"]}),
}


def commands(path: Path) -> list[str]:
    blocks = [block for kind, block in all_blocks(path) if kind == "console"]
    return [command for block in blocks for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE)]


#: The document whose test runs a command: the last one that contains the command.
RUN_IN = {
    command: path for path in DOCUMENTS for command in commands(path) if not any(part in command for part in NOT_RUN)
}


def shows(expected: str, actual: str) -> bool:
    """Return whether the actual output is as documented: C(...) stands for any text, and line breaks do not count."""
    parts = [re.escape(" ".join(part.split())) for part in expected.split("...")]
    return re.search(r"\s?.*?\s?".join(parts), " ".join(actual.split())) is not None


def test_comparison_of_output() -> None:
    assert shows("a (Y2lz...) is\n  here", "well: a (Y2lzY29) is here")
    assert not shows("a (Y2lz...) is here", "a (Y2lzY29) is there")
    assert not shows("b ... a", "a b")


@pytest.mark.parametrize("path", dict.fromkeys(RUN_IN.values()), ids=lambda path: path.name)
def test_commands_of_the_documentation(
    ansible: Ansible, audited: Ansible, simulator: Simulator, organization: Simulator, path: Path
) -> None:
    used = audited if path in AUDITS else ansible
    for number, block in enumerate(code_blocks(path), 1):
        if (path.name, number) in SAVED:
            (used.folder / SAVED[path.name, number]).write_text(block, encoding="utf-8")
    for block in policies(path) or policies(DRIFT_CHECK):
        (used.folder / "policy.yml").write_text(block, encoding="utf-8")
    if any(command.startswith(DRIFT_CHECK_COMMAND) and RUN_IN.get(command) == path for command in commands(path)):
        # The policies of the documentation require no more.
        make_recorded(organization if path in AUDITS else simulator)
    for block, output in shown_after_commands(path):
        for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE):
            if RUN_IN.get(command) == path:
                ended = used.command("bash", "-c", command.replace(SOME_ID, VARIABLES["sales_line"]))
                assert (ended.returncode != 0) == ("FAILED!" in output), command + ended.stdout + ended.stderr
                assert shows(output, ended.stdout), ended.stdout


def shown_after_commands(path: Path) -> list[tuple[str, str]]:
    """Return the blocks of commands, each with the output that follows, which is that of all commands of the block."""
    blocks = all_blocks(path)
    after = [*blocks[1:], ("", "")]
    pairs = [(block, following) for (kind, block), following in zip(blocks, after) if kind == "console"]
    return [(block, output if kind == "ansible-output" else "") for block, (kind, output) in pairs]


@pytest.mark.parametrize("name", MESSAGES)
def test_messages_of_the_documentation(ansible: Ansible, name: str) -> None:
    (block,) = [block for kind, block in all_blocks(ROOT / "docs/docsite/rst" / name) if kind == "ansible-output"]
    module, options = MESSAGES[name]
    message = ansible.module(module, **options)["msg"]
    assert shows(block, message), message


def test_every_command_is_run_or_has_a_reason() -> None:
    for command, path in RUN_IN.items():
        assert command.split()[0] in PROGRAMS, f"{path.name} has {command}: run the command, or add a reason to NOT_RUN"
    everything = [command for path in DOCUMENTS for command in commands(path)]
    for path in DOCUMENTS:
        shown = [block for kind, block in all_blocks(path) if kind == "ansible-output"]
        compared = [output for _block, output in shown_after_commands(path) if output]
        assert shown == compared or path.name in MESSAGES, path.name
    for part in NOT_RUN:
        assert any(part in command for command in everything), f"no command has {part}"
