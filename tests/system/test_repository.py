# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests that facts that are stated in several files are the same in all of them."""

from __future__ import annotations

import json
import re

import yaml
from conftest import ROOT, Ansible

INVENTORIES = sorted(path.stem for path in (ROOT / "plugins/inventory").glob("*.py"))
FILTERS = sorted(path.stem for path in (ROOT / "plugins/filter").glob("*.py"))
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
#: All modules, without those that are only the documentation of an action plugin of a role.
STEPS = [path.stem for path in (ROOT / "plugins/action").glob("*.py")]
MODULES = sorted({path.stem for path in (ROOT / "plugins/modules").glob("*.py")}.difference(STEPS))
VERSION = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]


def test_version() -> None:
    text = (ROOT / "plugins/module_utils/_version.py").read_text(encoding="utf-8")
    assert f'\nVERSION = "{VERSION}"\n' in text
    for name in ("docs/awx/execution-environment.yml", "docs/docsite/rst/guide_awx.rst"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert set(re.findall(r"webex-calling-(\S+)\.tar\.gz", text)) == {VERSION}


def test_requirements_of_the_collection_and_of_the_tests_are_equal() -> None:
    def libraries(path: str) -> set[str]:
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
        return {line.partition(">=")[0] for line in lines if line and not line.startswith("#")}

    # requests installs urllib3.
    assert libraries("requirements.txt") == {*libraries("tests/integration/requirements.txt"), "urllib3"}
    assert libraries("tests/integration/requirements.txt") == {"requests"}


def test_the_documentation_states_the_oldest_libraries() -> None:
    bounds = re.findall(r"^(\w+)>=([\d.]+)$", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [f"`{name}` {version} or newer" in readme for name, version in bounds] == [True, True]
    fragment = (ROOT / "plugins/doc_fragments/_webex.py").read_text(encoding="utf-8")
    assert f"requests {dict(bounds)['requests']} or newer" in fragment


def test_action_group_readme_and_tests_contain_every_plugin() -> None:
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))
    assert runtime["action_groups"] == {"webex": MODULES}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `webex\.calling\.(\w+)` \| module \|", readme, re.MULTILINE) == sorted([*MODULES, *STEPS])
    assert re.findall(r"^\| `webex\.calling\.(\w+)` \| filter \|", readme, re.MULTILINE) == FILTERS
    assert re.findall(r"^\| `webex\.calling\.(\w+)` \| inventory plugin \|", readme, re.MULTILINE) == INVENTORIES
    assert re.findall(r"^\| `webex\.calling\.(\w+)` \| role \|", readme, re.MULTILINE) == ROLES
    assert re.findall(r"^\| `webex\.calling\.(\w+)` \| playbook \|", readme, re.MULTILINE) == PLAYBOOKS
    assert re.findall(r"^\| `webex\.calling\.(\w+)` \| action group \|", readme, re.MULTILINE) == ["webex"]
    for name in INVENTORIES:
        assert (ROOT / f"tests/unit/plugins/inventory/test_{name}.py").exists()
        assert (ROOT / f"tests/integration/targets/inventory_{name}").exists()
    for name in FILTERS:
        assert (ROOT / f"tests/unit/plugins/filter/test_{name}.py").exists()
    for step in STEPS:
        assert (ROOT / f"tests/unit/plugins/action/test_{step}.py").exists()
    for module in MODULES:
        assert (ROOT / f"tests/unit/plugins/modules/test_{module}.py").exists()
        assert (ROOT / f"tests/integration/targets/{module}").exists()


def test_guides_have_the_same_order_everywhere() -> None:
    sections = yaml.safe_load((ROOT / "docs/docsite/extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    guides = [guide for section in sections for guide in section["toctree"]]
    assert sorted(guides) == sorted(path.stem for path in (ROOT / "docs/docsite/rst").glob("*.rst"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Related information")[2]
    assert re.findall(r"docs/docsite/rst/(\w+)\.rst", readme) == guides
    start = (ROOT / "docs/docsite/rst/guide_start.rst").read_text(encoding="utf-8").partition("\nRead on\n")[2]
    assert ["guide_start", *re.findall(r"docsite\.(\w+)>`", start)] == guides


def test_links_of_documents_lead_to_files() -> None:
    documents = [
        path for path in ROOT.rglob("*.md") if not {".nox", ".venv", "build"} & {*path.relative_to(ROOT).parts}
    ]
    assert ROOT / "README.md" in documents
    for document in documents:
        for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
            if not link.startswith(("https://", "#")):
                assert (document.parent / link).exists(), f"{document.relative_to(ROOT)}: {link}"


def test_the_installed_collection_documents_every_plugin(ansible: Ansible) -> None:
    for kind, names in (("module", sorted([*MODULES, *STEPS])), ("inventory", INVENTORIES), ("filter", FILTERS)):
        listed = ansible.command("ansible-doc", "--type", kind, "--list", "--json", "webex.calling").stdout
        assert sorted(json.loads(listed)) == [f"webex.calling.{name}" for name in names]
