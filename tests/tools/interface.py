# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Public interface of the collection: plugins, options, return values, and playbooks.

Changelog fragments must list every interface change since the last release.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

COLLECTION = "webex.calling"
ROOT = Path(__file__).parents[2]
FRAGMENTS = ROOT / "changelogs" / "fragments"

#: File with the interface of the last release. `make release` writes this file.
RELEASED = ROOT / "tests" / "released.json"

#: Changelog fragment sections for additions, and for changes that can break playbooks.
ADDITION_SECTIONS = ("minor_changes", "major_changes", "breaking_changes", "add object.playbook")
BREAKING_SECTIONS = ("breaking_changes", "removed_features")

#: Properties of plugins, roles, and playbooks by title, such as C(module webex.calling.access_token).
Interface = dict[str, dict[str, Any]]


class InterfaceError(Exception):
    """Failure to read the complete interface of the collection."""


# --- current interface -------------------------------------------------------------------------------------------


def read_interface(environment: Mapping[str, str]) -> Interface:
    """Return the interface of the collection that ansible-doc finds in this environment.

    :raises InterfaceError: if ansible-doc fails, or if documentation is missing.
    """
    ended = subprocess.run(
        ["ansible-doc", "--metadata-dump", "--no-fail-on-errors", COLLECTION],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise InterfaceError(f"ansible-doc failed: {ended.stderr.strip()}")
    return interface_from_dump(json.loads(ended.stdout))


def interface_from_dump(dump: Mapping[str, Any]) -> Interface:
    """Return the interface in a metadata dump. The interface does not depend on the ansible-core release.

    :param dump: parsed output of C(ansible-doc --metadata-dump).
    :raises InterfaceError: if documentation is missing.
    """
    found: Interface = {}
    for kind, plugins in dump["all"].items():
        if kind == "keyword":  # Keywords belong to Ansible.
            continue
        for name, content in plugins.items():
            if "error" in content:
                raise InterfaceError(f"ansible-doc cannot document {kind} {name}: {content['error']}")
            for entry_point, doc in content.get("entry_points", {"": content.get("doc")}).items():
                title = f"{kind} {name}" if entry_point in ("", "main") else f"{kind} {name} {entry_point}"
                found[title] = _plugin(doc, content.get("return"))
    if not found:
        raise InterfaceError(f"ansible-doc does not find {COLLECTION}")
    # Users call playbooks by name, but ansible-doc does not document playbooks.
    for playbook in (ROOT / "playbooks").glob("*.yml"):
        found[f"playbook {COLLECTION}.{playbook.stem}"] = {"version_added": None, "options": {}, "returns": {}}
    return dict(sorted(found.items()))


def _plugin(doc: Mapping[str, Any], returned: Mapping[str, Any] | None) -> dict[str, Any]:
    options = dict(doc.get("options") or {})
    own = _file_documentation(Path(doc.get("filename") or ""))
    fragments = own.get("extends_documentation_fragment") or []
    foreign = [name for name in [*fragments] if not name.startswith(f"{COLLECTION}.")]
    for name in {name for fragment in foreign for name in _options_of_ansible_fragment(fragment)} - {
        *own.get("options", {})
    }:
        options.pop(name, None)
    plugin: dict[str, Any] = {"version_added": doc.get("version_added")}
    if foreign:
        plugin["fragments"] = sorted(foreign)
    plugin["options"] = dict(_entries(options, "suboptions", "options"))
    plugin["returns"] = dict(_entries(returned or {}, "contains"))
    return plugin


def _entries(content: Mapping[str, Any], *below: str, prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the path and the attributes of all options or return values. Playbooks depend on these attributes.

    :param below: keys of nested options or return values.
    :param prefix: path of the parent, with a dot at the end.
    """
    for name, entry in sorted(content.items()):
        path = f"{prefix}{name}"
        attributes = {
            "type": entry.get("type", "str"),
            "elements": entry.get("elements"),
            "required": bool(entry.get("required")) or None,
            "default": entry.get("default"),
            # Choices can be a list, or a dictionary with descriptions.
            "choices": sorted(str(choice) for choice in entry.get("choices") or ()) or None,
            "aliases": sorted(entry.get("aliases") or ()) or None,
            "sources": sorted(_sources(entry)) or None,
        }
        yield path, {key: value for key, value in attributes.items() if value is not None}
        for key in below:
            yield from _entries(entry.get(key) or {}, *below, prefix=f"{path}.")


def _sources(option: Mapping[str, Any]) -> Iterator[str]:
    """Yield all sources of an option: environment variables, Ansible variables, and ansible.cfg keys."""
    for kind, key in (("env", "name"), ("vars", "name"), ("ini", "key")):
        yield from (f"{kind} {source[key]}" for source in option.get(kind) or ())


def _file_documentation(file: Path) -> dict[str, Any]:
    """Return the documentation in a plugin file, or an empty dictionary for roles.

    Unlike the output of ansible-doc, the file contains the names of documentation fragments.

    :raises InterfaceError: if the file contains no documentation.
    """
    if file.suffix != ".py":  # Roles have no plugin file.
        return {}
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        names = [getattr(each, "id", "") for each in statement.targets] if isinstance(statement, ast.Assign) else []
        if "DOCUMENTATION" in names and isinstance(statement, ast.Assign):
            content: dict[str, Any] = yaml.safe_load(ast.literal_eval(statement.value))
            return content
    raise InterfaceError(f"no documentation in {file}")


def _options_of_ansible_fragment(fragment: str) -> list[str]:
    """Return the option names in an Ansible documentation fragment such as C(constructed).

    :raises InterfaceError: if Ansible has no such fragment.
    """
    from ansible.plugins.loader import fragment_loader  # Only inventory plugins need this import.

    found = fragment_loader.get(fragment.rpartition(".")[2])
    if found is None:
        raise InterfaceError(f"no documentation fragment {fragment}")
    return list(yaml.safe_load(found.DOCUMENTATION).get("options") or {})


# --- changes ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """Interface change.

    :param description: description of the change, for messages.
    :param keyword: word that the changelog entry must contain.
    :param breaking: whether the change can break playbooks.
    """

    description: str
    keyword: str
    breaking: bool


def changes(old: Interface, new: Interface, released: str) -> Iterator[Change]:
    """Yield the differences between two interfaces, plugin by plugin.

    :param released: version of the old interface. The result does not contain new plugins with a later
        version_added, because antsibull-changelog lists these plugins.
    """
    for title in sorted(old.keys() | new.keys()):
        keyword = title.split()[1].rpartition(".")[2]
        if title not in new:
            yield Change(f"{title} was removed", keyword, breaking=True)
        elif title not in old:
            if not _is_later(new[title]["version_added"], released):
                yield Change(f"{title} is new, without a version_added", keyword, breaking=False)
        else:
            yield from _changes_of_plugin(title, old[title], new[title])


def _changes_of_plugin(title: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for fragment in sorted(set(old.get("fragments", ())) ^ set(new.get("fragments", ()))):
        removed = fragment not in new.get("fragments", ())
        yield Change(
            f"{title}: the options of {fragment} are {'removed' if removed else 'new'}", fragment, breaking=removed
        )
    for kind, name in (("options", "option"), ("returns", "return value")):
        for path in sorted(old[kind].keys() | new[kind].keys()):
            yield from _changes_of_entry(f"{title}: the {name} {path}", path, old[kind].get(path), new[kind].get(path))


def _changes_of_entry(
    what: str, path: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> Iterator[Change]:
    keyword = path.rpartition(".")[2]
    if new is None:
        yield Change(f"{what} was removed", keyword, breaking=True)
        return
    if old is None:
        required = bool(new.get("required"))
        yield Change(f"{what} is new{' and required' if required else ''}", keyword, breaking=required)
        return
    for attribute in ("type", "elements", "default"):
        if old.get(attribute) != new.get(attribute):
            values = f"{json.dumps(old.get(attribute))} to {json.dumps(new.get(attribute))}"
            yield Change(f"{what}: its {attribute} changed from {values}", keyword, breaking=True)
    if old.get("required") != new.get("required"):
        required = bool(new.get("required"))
        yield Change(f"{what} is {'now' if required else 'no longer'} required", keyword, breaking=required)
    yield from _changes_of_lists(what, keyword, old, new)


def _changes_of_lists(what: str, keyword: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for attribute in ("choices", "aliases", "sources"):
        before, after = old.get(attribute), new.get(attribute)
        if attribute == "choices" and (before is None) != (after is None):
            # An option without choices accepts all values.
            yield Change(f"{what}: its choices are {'removed' if before else 'new'}", keyword, breaking=before is None)
            continue
        for value in sorted(set(before or ()) ^ set(after or ())):
            removed = value not in (after or ())
            yield Change(
                f"{what}: of its {attribute}, {value} is {'removed' if removed else 'new'}", keyword, breaking=removed
            )


def _is_later(version: str | None, released: str) -> bool:
    return bool(version) and _numbers(str(version)) > _numbers(released)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


# --- changelog fragments --------------------------------------------------------------------------------------


def read_fragments(paths: Iterable[Path]) -> dict[str, list[str]]:
    """Return all changelog fragment entries by section."""
    entries: dict[str, list[str]] = {}
    for path in paths:
        for section, content in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
            texts = content if isinstance(content, list) else [content]
            entries.setdefault(section, []).extend(str(text) for text in texts)
    return entries


def missing_entries(found: Iterable[Change], entries: Mapping[str, Iterable[str]]) -> list[str]:
    """Return an instruction for each change without an entry in a suitable section.

    :param entries: changelog fragment entries by section.
    """
    missing = []
    for change in found:
        sections = BREAKING_SECTIONS if change.breaking else ADDITION_SECTIONS
        texts = [text for section in sections for text in entries.get(section, ())]
        if not any(re.search(rf"(?<!\w){re.escape(change.keyword)}(?!\w)", text) for text in texts):
            missing.append(f"{change.description}: name {change.keyword} in a fragment, under {' or '.join(sections)}")
    return missing


# --- last release ----------------------------------------------------------------------------------------


def store_released(version: str, interface: Interface) -> None:
    """Write the interface of a release to C(RELEASED)."""
    content = {"version": version, "interface": interface}
    RELEASED.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def load_released() -> tuple[str, Interface] | None:
    """Return the version and the interface of the last release, or None before the first release."""
    if not RELEASED.exists():
        return None
    content = json.loads(RELEASED.read_text(encoding="utf-8"))
    return content["version"], content["interface"]


def missing_entries_since_release(interface: Interface) -> list[str]:
    """Return an instruction for each change since the last release without a changelog fragment entry."""
    last = load_released()
    if last is None:
        return []
    version, before = last
    return missing_entries(changes(before, interface, version), read_fragments(sorted(FRAGMENTS.glob("*.yml"))))
