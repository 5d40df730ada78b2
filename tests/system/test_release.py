# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of changes of the interface, of the conditions for a release, and of the artifact."""

from __future__ import annotations

import json
import re
import shutil
import tarfile
from pathlib import Path

import pytest
from conftest import ROOT, Ansible

from tools import release
from tools.release import PLACEHOLDER, RELEASED, git, prepare, unnamed_changes
from tools.workspace import collection_files

HOME = "https://git.example.org"
GALAXY, FRAGMENT, NEW_FRAGMENT = "galaxy.yml", "changelogs/fragments/1.yml", "changelogs/fragments/2.yml"
PLUGIN, SHARED, NEW = "plugins/modules/a_plugin.py", "plugins/doc_fragments/_shared.py", "plugins/filter/new.py"
ROLE, PLAYBOOK, NEW_PLAYBOOK = "roles/a_role/meta/argument_specs.yml", "playbooks/a_playbook.yml", "playbooks/new.yml"
COLLECTION = {
    GALAXY: f"name: x\nversion: 0.9.0\nrepository: {HOME}\n",
    RELEASED: '{"version": "0.0.0", "interface": {}}',
    FRAGMENT: "release_summary: The first release.\nadd object.playbook: [{name: a_playbook, description: Text.}]\n",
    PLUGIN: '''DOCUMENTATION = r"""
version_added: 0.9.0
extends_documentation_fragment: [constructed, webex.calling._shared.more]
options:
  plain: {default: a, choices: [a, b], aliases: [other]}
  outer: {type: dict, required: true, suboptions: {inner: {type: int}}}
  items: {type: list, elements: str, env: [{name: A}], vars: [{name: b}], ini: [{section: c, key: d}]}
"""
RETURN = r"""
value: {type: dict, contains: {part: {type: str}}}
"""
''',
    SHARED: 'class ModuleDocFragment:\n    MORE = "options: {shared: {default: 1}, plain: {type: int}}"\n',
    ROLE: "argument_specs: {main: {version_added: 0.9.0}, more: {options: {variable: {type: str}}}}\n",
    PLAYBOOK: "[]",
}

#: File, text, changed text, word that a fragment must contain, and whether the change is breaking.
CHANGES = [
    (PLUGIN, COLLECTION[PLUGIN], "", "a_plugin", True),
    (PLUGIN, "constructed, ", "", "constructed", True),
    (PLUGIN, "constructed, ", "constructed, inventory_cache, ", "inventory_cache", False),
    (PLUGIN, "options:", "options:\n  new: {type: str}", "new", False),
    (PLUGIN, "options:", "options:\n  new: {required: true}", "new", True),
    (PLUGIN, "plain: {default: a, choices: [a, b], aliases: [other]}", "", "plain", True),
    (PLUGIN, "inner: {type: int}", "", "inner", True),
    (PLUGIN, "inner: {type: int}", "inner: {type: int}, new: {}", "new", False),
    (PLUGIN, "type: int", "type: float", "inner", True),
    (PLUGIN, "elements: str", "elements: int", "items", True),
    (PLUGIN, "{name: A}", "{name: A}, {name: B}", "items", False),
    (PLUGIN, "{name: A}", "{name: B}", "items", True),
    (PLUGIN, "{name: b}", "{name: a}", "items", True),
    (PLUGIN, "key: d", "key: c", "items", True),
    (PLUGIN, "default: a", "default: b", "plain", True),
    (PLUGIN, "default: a", "required: true", "plain", True),
    (PLUGIN, "type: dict, required: true", "type: dict", "outer", False),
    (PLUGIN, "[a, b]", "[a]", "plain", True),
    (PLUGIN, "[a, b]", "[a, b, c]", "plain", False),
    (PLUGIN, "{type: int}", "{type: int, choices: [1]}", "inner", True),
    (PLUGIN, "aliases: [other]", "", "plain", True),
    (PLUGIN, "part: {type: str}", "", "part", True),
    (SHARED, "default: 1", "default: 2", "shared", True),
    (ROLE, ", more: {options: {variable: {type: str}}}", "", "more", True),
    (ROLE, "variable: {type: str}", "", "variable", True),
    (ROLE, "more:", "new: {version_added: 0.10.0, options: {any: {}}}, more:", "new", False),
    (PLAYBOOK, "[]", "", "a_playbook", True),
    (NEW_PLAYBOOK, "", "[]", "new", False),
]

#: Version, file, text, changed text, and problem. The file is committed.
REFUSED = [
    *((version, PLAYBOOK, "", "", "VERSION=X.Y.Z") for version in ("", "1.0", "v1.0.0", "1.0.01", "1.0.0-rc1")),
    ("0.9.0", PLAYBOOK, "", "", "newer than the release 0.9.0"),
    ("0.10.0", RELEASED, '"version": "0.9.0"', '"version": "0.11.0"', "newer than the release 0.11.0"),
    ("1.0.0", GALAXY, "version: 0.9.0", "version: 1.2.0", "not older than galaxy.yml (1.2.0)"),
    ("1.0.0", "uncommitted", "", "text", "?? uncommitted"),
    ("1.0.0", FRAGMENT, "release_summary: ", "trivial: ", "no release_summary"),
    ("1.0.0", NEW_PLAYBOOK, "", "[]", "Name new in a changelog fragment"),
    ("1.0.0", NEW, "", 'DOCUMENTATION = r"""version_added: 0.9.1"""', "filter/new is new. Set version_added to 1.0.0"),
    ("1.0.0", NEW, "", 'DOCUMENTATION = r"""{}"""', "filter/new is new. Set version_added to 1.0.0"),
    ("1.0.0", GALAXY, HOME, PLACEHOLDER, "ARGS=--without-home"),
    ("1.1.0", PLAYBOOK, "", "", "tag 1.1.0 already exists"),
]

#: Files and folders in the root of the artifact.
ARTIFACT = """
bindep.txt CHANGELOG.md CHANGELOG.md.license changelogs CODE_OF_CONDUCT.md CONTRIBUTING.md COPYING docs examples
FILES.json LICENSES MAINTAINERS MANIFEST.json meta playbooks plugins README.md requirements.txt REUSE.toml roles
SECURITY.md
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Checkout after the first release, which has the version 0.9.0."""
    git(tmp_path, "init", "--quiet")
    for path, text in COLLECTION.items():
        replace(tmp_path / path, "", text)
    commit(tmp_path)
    assert prepare(tmp_path, "0.9.0", without_home=False) == []
    commit(tmp_path)
    return tmp_path


def replace(file: Path, before: str, after: str) -> None:
    """Replace a text in a file. A file without text does not exist."""
    text = file.read_text("utf-8") if file.exists() else ""
    assert before in text
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    if not file.read_text("utf-8"):
        file.unlink()


def commit(checkout: Path) -> None:
    git(checkout, "add", "--all")
    identity = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.com", "-c", "commit.gpgsign=false")
    git(checkout, *identity, "commit", "--quiet", "--allow-empty", "--message", "Something")


@pytest.mark.parametrize(("path", "before", "after", "word", "breaking"), CHANGES)
def test_change(checkout: Path, path: str, before: str, after: str, word: str, breaking: bool) -> None:
    assert list(unnamed_changes(checkout)) == []
    replace(checkout / path, before, after)
    additions = ("minor_changes", "major_changes", "breaking_changes")
    right = ("breaking_changes", "removed_features") if breaking else additions
    wrong = ("bugfixes", "minor_changes" if breaking else "removed_features")
    named = [f"{section}: [The text ``{word}``., Something]" for section in right]
    unnamed = ["---", f"{right[0]}: [x{word}, {word}_x]", *(f"{section}: [{word}]" for section in wrong)]
    unnamed.append(f"add object.playbook: [{{name: other, description: {word}}}]")
    for text in (*named, *unnamed):
        replace(checkout / NEW_FRAGMENT, "", text)
        changes = list(unnamed_changes(checkout))
        assert len(changes) == (text in unnamed)
        assert all(f"Name {word} in a changelog fragment, under {right[0]}" in change for change in changes)
        (checkout / NEW_FRAGMENT).unlink()


def test_this_collection(ansible: Ansible) -> None:
    """Compare the interface with the output of ansible-doc, and with the last release."""
    dump = json.loads(ansible.command("ansible-doc", "--metadata-dump", "webex.calling").stdout)["all"]
    documented: release.Interface = {}
    for kind in dump.keys() - {"keyword", "role"}:
        for name, content in dump[kind].items():
            title = f"{'modules' if kind == 'module' else kind}/{name.rpartition('.')[2]}"
            documented.update(release.plugin_interface(title, content["doc"], content["return"] or {}))
    other = re.compile("playbooks/|roles/|.*: options of ")
    found = {name: facts for name, facts in release.read_interface(ROOT).items() if not other.match(name)}
    assert {**documented, **found} == documented
    # Inventory plugins also have options of Ansible.
    assert [name for name in documented if name not in found and not name.startswith("inventory/")] == []
    assert "\n".join(unnamed_changes(ROOT)) == ""


@pytest.mark.parametrize(("version", "without_home"), [("0.9.1", False), ("0.10.0", True), ("1.0.0", False)])
def test_release(checkout: Path, version: str, without_home: bool) -> None:
    replace(checkout / GALAXY, HOME, PLACEHOLDER if without_home else HOME)
    replace(checkout / NEW, "", f'DOCUMENTATION = r"""version_added: {version}"""')
    replace(checkout / NEW_PLAYBOOK, "", "[]")
    replace(checkout / NEW_FRAGMENT, "", "add object.playbook: [{name: new, description: Text.}]")
    commit(checkout)
    assert list(unnamed_changes(checkout)) == []
    assert prepare(checkout, version, without_home=without_home) == []
    assert git(checkout, "status", "--porcelain").split() == ["M", GALAXY, "M", RELEASED]
    assert f"\nversion: {version}\n" in (checkout / GALAXY).read_text("utf-8")
    assert json.loads((checkout / RELEASED).read_text("utf-8"))["version"] == version
    steps = release.remaining_steps(version, without_home=without_home)
    assert ("not to be published" in steps) == without_home
    assert (f"collection publish build/release/webex-calling-{version}.tar.gz" in steps) != without_home


@pytest.mark.parametrize(("version", "path", "before", "after", "problem"), REFUSED)
def test_refused_release(checkout: Path, version: str, path: str, before: str, after: str, problem: str) -> None:
    replace(checkout / path, before, after)
    if path != "uncommitted":
        commit(checkout)
    git(checkout, "tag", "1.1.0")
    status = git(checkout, "status", "--porcelain")
    (found,) = prepare(checkout, version, without_home=False)
    assert problem in found
    assert git(checkout, "status", "--porcelain") == status


def test_content_of_artifact(ansible: Ansible) -> None:
    """Build the collection in a folder in which tools have left files."""
    left = [f"{folder}/left" for folder in (".venv", ".nox", ".mypy_cache", "build", "plugins/modules/__pycache__")]
    for file in (*collection_files(), *left):
        (ansible.folder / "checkout" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / (GALAXY if file in left else file), ansible.folder / "checkout" / file)
    assert ansible.command("ansible-galaxy", "collection", "build", "checkout").returncode == 0
    (artifact,) = ansible.folder.glob("*.tar.gz")
    with tarfile.open(artifact) as archive:
        files = archive.getnames()
    assert {name.partition("/")[0] for name in files} == set(ARTIFACT.split())
    assert not [name for name in files if name.endswith("/left")]
