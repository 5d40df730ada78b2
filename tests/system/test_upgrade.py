# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users rely on does not change behind their backs: whatever differs from the last release is in the changelog."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Ansible

from tools import interface
from tools.interface import (
    Interface,
    InterfaceError,
    changes,
    interface_from_dump,
    missing_entries,
    read_fragments,
    read_interface,
)
from tools.notes import note

OPTION: dict[str, Any] = {"type": "str", "default": "a", "choices": ["a", "b"], "aliases": ["an_option"]}
BEFORE: Interface = {
    "module webex.calling.a_module": {
        "version_added": "0.1.0",
        "fragments": ["constructed"],
        "options": {"option": OPTION, "option.inner": {"type": "int"}, "list": {"type": "list", "elements": "str"}},
        "returns": {"value": {"type": "dict"}, "value.part": {"type": "str"}},
    },
    "role webex.calling.a_role": {"version_added": "0.1.0", "options": {"variable": {"type": "str"}}, "returns": {}},
}
MODULE = "module webex.calling.a_module"
NEW_MODULE: dict[str, Any] = {"version_added": "0.2.0", "options": {}, "returns": {}}


def after(title: str, *path: str, **facts: Any) -> Interface:
    """The interface with something changed: facts of what is at the path, of which None is taken away."""
    changed = copy.deepcopy(BEFORE)
    entry: Any = changed.setdefault(title, {"options": {}, "returns": {}})
    for key in path:
        entry = entry.setdefault(key, {})
    entry.update(facts)
    for key in [key for key, value in entry.items() if value is None]:
        del entry[key]
    return changed


#: What may change; the word that tells of it, and whether it breaks anything.
CHANGES: list[tuple[str, Interface, str, bool]] = [
    ("a plugin gone", {title: BEFORE[title] for title in BEFORE if title != MODULE}, "a_module", True),
    ("a new plugin of old age", {**BEFORE, "filter webex.calling.new": BEFORE[MODULE]}, "new", False),
    ("a new plugin of no age", {**BEFORE, "playbook webex.calling.new": {"version_added": None}}, "new", False),
    ("an option gone", after(MODULE, "options", list=None), "list", True),
    ("a new option", after(MODULE, "options", more={"type": "str"}), "more", False),
    ("a new option that is required", after(MODULE, "options", more={"type": "str", "required": True}), "more", True),
    ("an inner option gone", after(MODULE, "options", **{"option.inner": None}), "inner", True),
    ("another type", after(MODULE, "options", "option.inner", type="float"), "inner", True),
    ("other elements", after(MODULE, "options", "list", elements="int"), "list", True),
    ("another default", after(MODULE, "options", "option", default="b"), "option", True),
    ("no default any more", after(MODULE, "options", "option", default=None), "option", True),
    ("required now", after(MODULE, "options", "list", required=True), "list", True),
    ("a choice gone", after(MODULE, "options", "option", choices=["a"]), "option", True),
    ("a new choice", after(MODULE, "options", "option", choices=["a", "b", "c"]), "option", False),
    ("choices where all was allowed", after(MODULE, "options", "list", choices=["a"]), "list", True),
    ("no choices any more", after(MODULE, "options", "option", choices=None), "option", False),
    ("an alias gone", after(MODULE, "options", "option", aliases=None), "option", True),
    ("a new alias", after(MODULE, "options", "list", aliases=["lines"]), "list", False),
    ("a new variable of the environment", after(MODULE, "options", "list", sources=["env A"]), "list", False),
    ("a fragment gone", after(MODULE, fragments=None), "constructed", True),
    ("a new fragment", after(MODULE, fragments=["constructed", "more"]), "more", False),
    ("a return value gone", after(MODULE, "returns", **{"value.part": None}), "part", True),
    ("a new return value", after(MODULE, "returns", more={"type": "str"}), "more", False),
    ("another type of a return value", after(MODULE, "returns", "value", type="list"), "value", True),
    ("a variable of a role gone", after("role webex.calling.a_role", "options", variable=None), "variable", True),
]


@pytest.mark.parametrize(
    ("changed", "word", "breaks"), [each[1:] for each in CHANGES], ids=[each[0] for each in CHANGES]
)
def test_change(changed: Interface, word: str, breaks: bool) -> None:
    found = list(changes(BEFORE, changed, "0.1.0"))
    assert [(change.keyword, change.breaking) for change in found] == [(word, breaks)]
    right = ("breaking_changes", "removed_features") if breaks else ("minor_changes", "major_changes")
    wrong = ("minor_changes", "major_changes", "bugfixes") if breaks else ("bugfixes", "removed_features")
    (complaint,) = missing_entries(found, {})
    assert f"name {word} in a fragment, under " in complaint
    for section in right:
        assert (
            missing_entries(found, {section: ["something else", f"some_module - ``{word}`` is not what it was."]}) == []
        )
    for section in wrong:
        assert missing_entries(found, {section: [f"some_module - ``{word}`` is not what it was."]}) == [complaint]
    # A part of another word does not tell of it.
    assert missing_entries(found, {section: [f"x{word} and {word}_x"] for section in right}) == [complaint]


def test_required_no_longer() -> None:
    (found,) = changes(after(MODULE, "options", "list", required=True), BEFORE, "0.1.0")
    assert not found.breaking


def test_what_needs_no_word() -> None:
    assert list(changes(BEFORE, BEFORE, "0.1.0")) == []
    assert list(changes(BEFORE, {**BEFORE, "module webex.calling.new": NEW_MODULE}, "0.1.0")) == []
    # Numbers are compared, not texts.
    assert len(list(changes(BEFORE, {**BEFORE, "module webex.calling.new": NEW_MODULE}, "0.10.0"))) == 1


def test_fragments_are_read(tmp_path: Path) -> None:
    (tmp_path / "1.yml").write_text("minor_changes: [one]\nrelease_summary: all\n", encoding="utf-8")
    (tmp_path / "2.yml").write_text("minor_changes: [two]\n", encoding="utf-8")
    (tmp_path / "3.yml").write_text("---\n", encoding="utf-8")
    entries = read_fragments(sorted(tmp_path.glob("*.yml")))
    assert entries == {"minor_changes": ["one", "two"], "release_summary": ["all"]}


def test_a_new_playbook_has_a_section_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "1.yml").write_text("add object.playbook: [{name: new, description: .}]\n", encoding="utf-8")
    found = list(changes(BEFORE, {**BEFORE, "playbook webex.calling.new": {"version_added": None}}, "0.1.0"))
    assert missing_entries(found, read_fragments([tmp_path / "1.yml"])) == []


def test_what_depends_on_the_release_of_ansible_is_left_out(tmp_path: Path) -> None:
    plugin = tmp_path / "plugin.py"
    plugin.write_text(
        'DOCUMENTATION = """\nextends_documentation_fragment: [constructed, webex.calling.webex]\n'
        'options: {strict: {}}\n"""\n',
        encoding="utf-8",
    )
    options = {"strict": {"type": "bool"}, "compose": {"type": "dict"}, "token": {"env": [{"name": "A_TOKEN"}]}}
    doc = {"filename": str(plugin), "version_added": "0.1.0", "options": options}
    dump = {"all": {"keyword": {"when": {}}, "inventory": {"webex.calling.plugin": {"doc": doc, "return": None}}}}
    found = interface_from_dump(dump)
    assert found["inventory webex.calling.plugin"] == {
        "version_added": "0.1.0",
        "fragments": ["constructed"],
        "options": {"strict": {"type": "bool"}, "token": {"type": "str", "sources": ["env A_TOKEN"]}},
        "returns": {},
    }


@pytest.mark.parametrize("dump", [{"all": {}}, {"all": {"module": {"webex.calling.a_module": {"error": "broken"}}}}])
def test_what_can_not_be_all(dump: dict[str, Any]) -> None:
    with pytest.raises(InterfaceError):
        interface_from_dump(dump)


def test_what_was_stored_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interface, "RELEASED", tmp_path / "released.json")
    monkeypatch.setattr(interface, "FRAGMENTS", tmp_path)
    assert interface.load_released() is None
    assert interface.missing_entries_since_release(BEFORE) == []
    interface.store_released("0.1.0", BEFORE)
    assert interface.load_released() == ("0.1.0", BEFORE)
    changed = after(MODULE, "options", more={"type": "str"})
    assert len(interface.missing_entries_since_release(changed)) == 1
    (tmp_path / "new.yml").write_text("minor_changes: [a_module - more.]\n", encoding="utf-8")
    assert interface.missing_entries_since_release(changed) == []


def test_this_collection(ansible: Ansible) -> None:
    found = read_interface(ansible.environment)
    assert json.loads(json.dumps(found)) == found
    for kind, folder in {"module": "modules", "filter": "filter", "inventory": "inventory"}.items():
        for file in (ROOT / "plugins" / folder).glob("*.py"):
            assert found[f"{kind} webex.calling.{file.stem}"]["options"]
    for role in (ROOT / "roles").iterdir():
        assert found[f"role webex.calling.{role.name}"]["options"]
    settings = found["module webex.calling.virtual_line_call_recording"]["options"]
    assert settings["settings"] == {"type": "dict", "required": True}
    assert settings["concurrency"].keys() == {"type", "default"}
    assert settings["settings.record"]["choices"]
    reading = found["module webex.calling.virtual_line_call_recording_info"]
    assert reading["returns"]["virtual_lines.call_recording.record"]["type"] == "str"
    if interface.load_released() is None:
        reason = "options and return values are compared with those of no release, as there was none yet"
        note("system", reason)
        pytest.skip(reason)
    assert interface.missing_entries_since_release(found) == []
