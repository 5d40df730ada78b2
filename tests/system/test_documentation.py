# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks and commands in README.md and in the guides run, and do and show what the text around them says."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from conftest import ADMIN_TOKEN, ROOT, Ansible

from simulator.process import Simulator

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
#: What stands for the id of a line in commands.
SOME_ID = "Y2lzY29zcGFyazovL3VzL..."
#: Beginnings of YAML files for other programs: a CI server, ansible-galaxy.
NO_PLAYBOOKS = ("collections:", "drift:")


def all_blocks(path: Path) -> list[tuple[str, str]]:
    """The blocks of a document: the kind, and what is in it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return re.findall(r"^```(\S+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    blocks = re.findall(r"^( *)\.\. code-block:: (\S+)\n\n((?:\1    .*\n|\n)+)", text, re.MULTILINE)
    return [(kind, re.sub(rf"^{indent}    ", "", block, flags=re.MULTILINE)) for indent, kind, block in blocks]


def code_blocks(path: Path) -> list[str]:
    return [block for kind, block in all_blocks(path) if kind in ("yaml", "yaml+jinja")]


def is_inventory(block: str) -> bool:
    return block.startswith("plugin: webex.calling.virtual_lines\n")


def is_policy(block: str) -> bool:
    content = yaml.safe_load(block)
    return isinstance(content, list) and "settings" in content[0]


def all_playbooks(*paths: Path) -> list[pytest.ParameterSet]:
    return [
        pytest.param(block, id=f"{path.name} {number}")
        for path in paths
        for number, block in enumerate(code_blocks(path), 1)
        if not (block.startswith(NO_PLAYBOOKS) or is_inventory(block) or is_policy(block))
        if (path.name, number) not in SAVED
    ]


#: Playbooks that a guide has saved under a name, and runs with a command: they are run there.
SAVED = {("guide_start.rst", 1): "first_check.yml", ("guide_desired_state.rst", 1): "trading_floor.yml"}

AUDIT = ROOT / "docs/docsite/rst/guide_audit.rst"
DRIFT_CHECK = ROOT / "docs/docsite/rst/guide_drift_check.rst"
#: Those that are about a whole organization: here one in which lines have names and places, and can be read.
AUDITS = (AUDIT, DRIFT_CHECK)
#: Its playbooks are for the inventory before them.
INVENTORY = ROOT / "docs/docsite/rst/guide_inventory.rst"
#: What it shows are files, which are tested themselves: see test_awx.py.
AWX = ROOT / "docs/docsite/rst/guide_awx.rst"
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs/docsite/rst").glob("*.rst"))]
OTHERS = [path for path in DOCUMENTS if path not in (*AUDITS, INVENTORY, AWX)]


def run(ansible: Ansible, block: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (ansible.folder / "variables.json").write_text(json.dumps(VARIABLES), encoding="utf-8")
    ended = ansible.play(yaml.safe_load(block), "-e", "@variables.json", *arguments)
    assert re.search(r"ok=[1-9]", ended.stdout), ended.stdout + ended.stderr
    return ended


def test_there_are_some() -> None:
    assert len(all_playbooks(*OTHERS)) >= 8
    assert len(all_playbooks(*AUDITS)) >= 6


@pytest.mark.parametrize("block", all_playbooks(*OTHERS))
def test_playbook_of_the_documentation(ansible: Ansible, block: str) -> None:
    ended = run(ansible, block)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def organization() -> Iterator[Simulator]:
    with Simulator("--lines", "60", "--locations", "3") as simulator:
        yield simulator


@pytest.fixture
def audited(organization: Simulator, tmp_path: Path) -> Ansible:
    organization.reset()
    return Ansible(tmp_path, organization)


def lines_of(simulator: Simulator, location: str | None = None, owners: list[str] | None = None) -> list[str]:
    signed = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
    url = f"{simulator.api_url}/telephony/config/virtualLines"
    wanted = {"locationName": location, "ownerName": owners}
    listed = requests.get(url, params=wanted, headers=signed, timeout=10).json()
    return [line["id"] for line in listed["virtualLines"]]


@pytest.mark.parametrize("block", all_playbooks(*AUDITS))
def test_audit_of_an_organization_in_which_all_is_well(audited: Ansible, organization: Simulator, block: str) -> None:
    for line_id in lines_of(organization):
        organization.change_line(line_id, {"enabled": True, "record": "Always"})
    ended = run(audited, block)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    "block", [each for each in all_playbooks(*AUDITS) if re.search("builtin.assert|role", each.values[0])]
)
def test_audit_of_an_organization_in_which_not_all_is_well(audited: Ansible, block: str) -> None:
    ended = run(audited, block)
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert re.search("Assertion failed|lines do not|drifted", ended.stdout)


def test_audit_of_an_organization_in_which_a_line_can_not_be_read(audited: Ansible, organization: Simulator) -> None:
    (block,) = [each.values[0] for each in all_playbooks(AUDIT) if "always:" in each.values[0]]
    organization.add_fault(path="callRecording", status=500, times=1)
    ended = run(audited, block)
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert re.search(r"59 lines\s+were read,\s+1 were not", ended.stdout)


def test_policies_of_the_documentation(ansible: Ansible) -> None:
    blocks = [block for path in [ROOT / "README.md", *AUDITS] for block in code_blocks(path)]
    policies = [yaml.safe_load(block) for block in blocks if not block.startswith(NO_PLAYBOOKS) and is_policy(block)]
    assert policies
    lines = [
        {"id": name, "first_name": name, "last_name": family, "location": {"name": "London"}, "call_recording": {}}
        for name, family in (("Ada", "Smith"), ("Bob", "Haddad"))
    ]
    for policy in policies:
        compared = {"ansible.builtin.debug": {"msg": "{{ lines | webex.calling.recording_drift(policy) }}"}}
        ended = ansible.play([{"name": "Compare", **compared, "vars": {"lines": lines, "policy": policy}}])
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert "London beeps every minute" in ended.stdout


def inventory_and_playbooks() -> list[pytest.ParameterSet]:
    """The inventories of the documentation, each with the playbooks that follow it."""
    found: list[pytest.ParameterSet] = []
    for path in (ROOT / "README.md", INVENTORY):
        for block in code_blocks(path):
            if is_inventory(block):
                found.append(pytest.param(block, [], id=f"{path.name} {len(found) + 1}"))
            elif path == INVENTORY:
                found[-1].values[1].append(block)  # type: ignore[union-attr]
    return found


@pytest.mark.parametrize(("inventory", "playbooks"), inventory_and_playbooks())
def test_inventory_of_the_documentation(ansible: Ansible, inventory: str, playbooks: list[str]) -> None:
    file = ansible.folder / "documented.webex.yml"
    file.write_text(inventory, encoding="utf-8")
    ansible.environment |= {
        "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
        "HOME": str(ansible.folder),
        "PARTNER_TOKEN": "simulated-partner-token",
        "CUSTOMER_ORG_ID": "Y2lzY29zcGFyazovL3VzL09SR0FOSVpBVElPTi81ZDFhMmY2Yy0wZjVlLTRiMGUtOWE1My0zYzFjNmYyZTdiMTE",
    }
    shown = ansible.command("ansible-inventory", "-i", str(file), "--graph")
    assert shown.returncode == 0, shown.stderr
    assert re.search(r"^  \|  \|--[^@]", shown.stdout, re.MULTILINE)
    for playbook in playbooks:
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


# --- commands and what they show -----------------------------------------------------------------------------

#: What is not run, by a part of the command.
NOT_RUN = {
    "ansible-galaxy collection install": "`make system` has installed the collection, from an artifact",
    "awx credential_types": "there is no controller here",
    "webex-ee": "test_execution_environment.py makes all that an image is built from; a build takes a container engine",
    "ansible-vault encrypt_string": "says nothing of this collection",
    "drift_check_remediate=true": "takes long; the integration tests of the role repair",
    "export WEBEX_": "every command gets these from the test",
    "git clone": "the repository is here",
    "ansible-inventory -i lines.webex.yml --graph": "test_inventory_of_the_documentation does",
    "ansible-inventory -i offices.webex.yml --graph": "test_the_graph_of_the_documentation does",
    "make ": "each target is run by `make test`, but for the demonstration and the simulator",
    "pip install": "what is needed was installed before",
    "unset WEBEX_": "there is no other Webex than the simulator",
}
PROGRAMS = ("ansible", "ansible-doc", "ansible-inventory", "ansible-playbook")

#: What a guide shows of a message: the options of the task that fails with it.
MESSAGES = {
    "guide_audit.rst": {"location_name": ["Denver", "Denvr"]},
    "guide_errors.rst": {"virtual_line_id": VARIABLES["retired_line"]},
}


def commands(path: Path) -> list[str]:
    blocks = [block for kind, block in all_blocks(path) if kind == "console"]
    return [command for block in blocks for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE)]


#: The document in which a command is run: the last that has it, as guides say more than README.md.
RUN_IN = {
    command: path for path in DOCUMENTS for command in commands(path) if not any(part in command for part in NOT_RUN)
}


def shows(expected: str, actual: str) -> bool:
    """Whether something was shown as it stands in a document, where three dots stand for anything.

    Where lines break is up to the terminal.
    """
    parts = [re.escape(" ".join(part.split())) for part in expected.split("...")]
    return re.search(r"\s?.*?\s?".join(parts), " ".join(actual.split())) is not None


def test_what_is_shown() -> None:
    assert shows("a (Y2lz...) is\n  here", "well: a (Y2lzY29) is here")
    assert not shows("a (Y2lz...) is here", "a (Y2lzY29) is there")
    assert not shows("b ... a", "a b")


@pytest.mark.parametrize("path", dict.fromkeys(RUN_IN.values()), ids=lambda path: path.name)
def test_commands_of_the_documentation(ansible: Ansible, audited: Ansible, organization: Simulator, path: Path) -> None:
    used = audited if path in AUDITS else ansible
    for number, block in enumerate(code_blocks(path), 1):
        if (path.name, number) in SAVED:
            (used.folder / SAVED[path.name, number]).write_text(block, encoding="utf-8")
        elif path == DRIFT_CHECK and not block.startswith(NO_PLAYBOOKS) and is_policy(block):
            (used.folder / "policy.yml").write_text(block, encoding="utf-8")
            make_it_so(organization, yaml.safe_load(block))
    for block, output in shown_after_commands(path):
        for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE):
            if RUN_IN.get(command) == path:
                ended = used.command("bash", "-c", command.replace(SOME_ID, VARIABLES["sales_line"]))
                assert (ended.returncode != 0) == ("FAILED!" in output), command + ended.stdout + ended.stderr
                assert shows(output, ended.stdout), ended.stdout


def shown_after_commands(path: Path) -> list[tuple[str, str]]:
    """Blocks of commands, with the output that follows. It is that of all of them, if there are several."""
    blocks = all_blocks(path)
    after = [*blocks[1:], ("", "")]
    pairs = [(block, following) for (kind, block), following in zip(blocks, after) if kind == "console"]
    return [(block, output if kind == "ansible-output" else "") for block, (kind, output) in pairs]


def make_it_so(organization: Simulator, policy: list[dict[str, Any]]) -> None:
    """Let the organization be as the policy of the guide says: its commands find that all is well."""
    for rule in policy:
        for line_id in lines_of(organization, rule.get("location_name"), rule.get("owner_name")):
            organization.change_line(line_id, rule["settings"])


@pytest.mark.parametrize("name", MESSAGES)
def test_messages_of_the_documentation(ansible: Ansible, name: str) -> None:
    (block,) = [block for kind, block in all_blocks(ROOT / "docs/docsite/rst" / name) if kind == "ansible-output"]
    message = ansible.module(**MESSAGES[name])["msg"]
    assert shows(block, message), message


def test_every_command_is_run_or_known() -> None:
    for command, path in RUN_IN.items():
        assert command.split()[0] in PROGRAMS, f"{path.name} has {command}: run it, or say in NOT_RUN why not"
    everything = [command for path in DOCUMENTS for command in commands(path)]
    for path in DOCUMENTS:
        shown = [block for kind, block in all_blocks(path) if kind == "ansible-output"]
        compared = [output for _block, output in shown_after_commands(path) if output]
        assert shown == compared or path.name in MESSAGES, path.name
    for part in NOT_RUN:
        assert any(part in command for command in everything), f"no command has {part}"
