# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks in README.md and in the guides run, and do what the text around them says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, Ansible

VARIABLES = {
    "reception_line": "Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfTElORS8wMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDE",
    "sales_line": "Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfTElORS8wMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDI",
    "retired_line": "Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfTElORS9yZXRpcmVk",
    "our_provider": "WSWYZ25455",
    "app_client_id": "simulated-service-app",
    "app_client_secret": "simulated-service-app-secret",
    "app_refresh_token": "simulated-service-app-refresh-token",
}
#: The setting of a credential type is no playbook, and is checked by nobody but AWX.
NO_PLAYBOOKS = ("fields:", "env:")


def code_blocks(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return re.findall(r"^```yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    blocks = re.findall(r"^( *)\.\. code-block:: yaml(?:\+jinja)?\n\n((?:\1    .*\n|\n)+)", text, re.MULTILINE)
    return [re.sub(rf"^{indent}    ", "", block, flags=re.MULTILINE) for indent, block in blocks]


def all_playbooks() -> list[pytest.ParameterSet]:
    paths = [ROOT / "README.md", *sorted((ROOT / "docs/docsite/rst").glob("*.rst"))]
    return [
        pytest.param(block, id=f"{path.name} {number}")
        for path in paths
        for number, block in enumerate(code_blocks(path), 1)
        if not block.startswith(NO_PLAYBOOKS)
    ]


def test_there_are_some() -> None:
    assert len(all_playbooks()) >= 8


@pytest.mark.parametrize("block", all_playbooks())
def test_playbook_of_the_documentation(ansible: Ansible, tmp_path: Path, block: str) -> None:
    (tmp_path / "variables.json").write_text(yaml.safe_dump(VARIABLES), encoding="utf-8")
    ended = ansible.play(yaml.safe_load(block), "-e", "@variables.json")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(r"ok=[1-9]", ended.stdout)
