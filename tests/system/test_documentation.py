# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks in README.md and in the guides run, and do what the text around them says."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

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
#: Settings of a CI server are no playbook, and are checked by nobody but that.
NO_PLAYBOOKS = ("drift:",)


def code_blocks(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return re.findall(r"^```yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    blocks = re.findall(r"^( *)\.\. code-block:: yaml(?:\+jinja)?\n\n((?:\1    .*\n|\n)+)", text, re.MULTILINE)
    return [re.sub(rf"^{indent}    ", "", block, flags=re.MULTILINE) for indent, block in blocks]


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
    ]


AUDIT = ROOT / "docs/docsite/rst/guide_audit.rst"
DRIFT_CHECK = ROOT / "docs/docsite/rst/guide_drift_check.rst"
#: Those that are about a whole organization: here one in which lines have names and places, and can be read.
AUDITS = (AUDIT, DRIFT_CHECK)
#: Its playbooks are for the inventory before them.
INVENTORY = ROOT / "docs/docsite/rst/guide_inventory.rst"
#: What it shows are files, which are tested themselves: see test_awx.py.
AWX = ROOT / "docs/docsite/rst/guide_awx.rst"
OTHERS = [ROOT / "README.md", *sorted(set((ROOT / "docs/docsite/rst").glob("*.rst")) - {*AUDITS, INVENTORY, AWX})]


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


def lines_of(simulator: Simulator) -> list[str]:
    signed = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
    listed = requests.get(f"{simulator.api_url}/telephony/config/virtualLines", headers=signed, timeout=10).json()
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
        for name, family in (("Ada", "Evans"), ("Bob", "Chen"))
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
