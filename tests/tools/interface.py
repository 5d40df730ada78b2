# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users rely on: plugins, options and return values, as ansible-doc has them. And what has changed of it.

With an upgrade, nobody shall be surprised: what has changed since the last release has to be in a changelog fragment.
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

#: The interface of the last release, which `make release` stores.
RELEASED = ROOT / "tests" / "released.json"

#: The sections of a fragment that tell of something new, and of something that may break a playbook.
NEWS = ("minor_changes", "major_changes", "breaking_changes", "add object.playbook")
BREAKS = ("breaking_changes", "removed_features")

#: By thing, such as C(module webex.calling.access_token): its version_added, options and return values.
Interface = dict[str, dict[str, Any]]


class InterfaceError(Exception):
    """What ansible-doc says can't be all there is."""


# --- what there is -------------------------------------------------------------------------------------------


def documented(environment: Mapping[str, str]) -> Interface:
    """The interface of the collection that ansible-doc finds with this environment."""
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
    return interface_of(json.loads(ended.stdout))


def interface_of(dump: Mapping[str, Any]) -> Interface:
    """The interface in what C(ansible-doc --metadata-dump) says, without what depends on the release of ansible-core.

    :raises InterfaceError: if something has no documentation, as it would be taken for something without options.
    """
    found: Interface = {}
    for kind, plugins in dump["all"].items():
        if kind == "keyword":  # Ansible's own
            continue
        for name, content in plugins.items():
            if "error" in content:
                raise InterfaceError(f"ansible-doc can't document {kind} {name}: {content['error']}")
            for entry_point, doc in content.get("entry_points", {"": content.get("doc")}).items():
                title = f"{kind} {name}" if entry_point in ("", "main") else f"{kind} {name} {entry_point}"
                found[title] = _plugin(doc, content.get("return"))
    if not found:
        raise InterfaceError(f"ansible-doc finds nothing of {COLLECTION}")
    # Nothing documents playbooks, but they are called by name.
    for playbook in (ROOT / "playbooks").glob("*.yml"):
        found[f"playbook {COLLECTION}.{playbook.stem}"] = {"version_added": None, "options": {}, "returns": {}}
    return dict(sorted(found.items()))


def _plugin(doc: Mapping[str, Any], returned: Mapping[str, Any] | None) -> dict[str, Any]:
    options = dict(doc.get("options") or {})
    own = _as_written(Path(doc.get("filename") or ""))
    fragments = own.get("extends_documentation_fragment") or []
    foreign = [name for name in [*fragments] if not name.startswith(f"{COLLECTION}.")]
    for name in {name for fragment in foreign for name in _options_of_ansibles(fragment)} - {*own.get("options", {})}:
        options.pop(name, None)
    plugin: dict[str, Any] = {"version_added": doc.get("version_added")}
    if foreign:
        plugin["fragments"] = sorted(foreign)
    plugin["options"] = dict(_entries(options, "suboptions", "options"))
    plugin["returns"] = dict(_entries(returned or {}, "contains"))
    return plugin


def _entries(content: Mapping[str, Any], *below: str, prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Options or return values by their path, with all that a playbook can depend on."""
    for name, entry in sorted(content.items()):
        path = f"{prefix}{name}"
        facts = {
            "type": entry.get("type", "str"),
            "elements": entry.get("elements"),
            "required": bool(entry.get("required")) or None,
            "default": entry.get("default"),
            # With descriptions they are a dictionary.
            "choices": sorted(str(choice) for choice in entry.get("choices") or ()) or None,
            "aliases": sorted(entry.get("aliases") or ()) or None,
            "sources": sorted(_sources(entry)) or None,
        }
        yield path, {key: value for key, value in facts.items() if value is not None}
        for key in below:
            yield from _entries(entry.get(key) or {}, *below, prefix=f"{path}.")


def _sources(option: Mapping[str, Any]) -> Iterator[str]:
    """Where a plugin looks for the value: environment variables, variables, and keys of ansible.cfg."""
    for kind, key in (("env", "name"), ("vars", "name"), ("ini", "key")):
        yield from (f"{kind} {source[key]}" for source in option.get(kind) or ())


def _as_written(file: Path) -> dict[str, Any]:
    """The documentation in a plugin's own file, which alone says what comes from fragments."""
    if file.suffix != ".py":  # a role has none
        return {}
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        names = [getattr(each, "id", "") for each in statement.targets] if isinstance(statement, ast.Assign) else []
        if "DOCUMENTATION" in names and isinstance(statement, ast.Assign):
            content: dict[str, Any] = yaml.safe_load(ast.literal_eval(statement.value))
            return content
    raise InterfaceError(f"there is no documentation in {file}")


def _options_of_ansibles(fragment: str) -> list[str]:
    """The options of a fragment of Ansible's own, such as C(constructed): they are not ours to keep."""
    from ansible.plugins.loader import fragment_loader  # what has no inventory plugin needs none of it

    found = fragment_loader.get(fragment.rpartition(".")[2])
    if found is None:
        raise InterfaceError(f"there is no documentation fragment {fragment}")
    return list(yaml.safe_load(found.DOCUMENTATION).get("options") or {})


# --- what has changed ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A difference that users may notice.

    :param word: what a changelog entry has to name.
    :param breaks: whether a playbook may fail because of it, or do something else.
    """

    what: str
    word: str
    breaks: bool


def changes(old: Interface, new: Interface, released: str) -> Iterator[Change]:
    """What differs, plugin by plugin.

    :param released: the version of the old one. What is new, and says that it was added later, needs no entry:
        antsibull-changelog lists it.
    """
    for title in sorted(old.keys() | new.keys()):
        word = title.split()[1].rpartition(".")[2]
        if title not in new:
            yield Change(f"{title} is gone", word, breaks=True)
        elif title not in old:
            if not _is_later(new[title]["version_added"], released):
                yield Change(f"{title} is new, and no version_added says so", word, breaks=False)
        else:
            yield from _changes_of_plugin(title, old[title], new[title])


def _changes_of_plugin(title: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for fragment in sorted(set(old.get("fragments", ())) ^ set(new.get("fragments", ()))):
        gone = fragment not in new.get("fragments", ())
        yield Change(f"{title}: the options of {fragment} are {'gone' if gone else 'new'}", fragment, breaks=gone)
    for kind, name in (("options", "option"), ("returns", "return value")):
        for path in sorted(old[kind].keys() | new[kind].keys()):
            yield from _changes_of_entry(f"{title}: the {name} {path}", path, old[kind].get(path), new[kind].get(path))


def _changes_of_entry(
    what: str, path: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> Iterator[Change]:
    word = path.rpartition(".")[2]
    if new is None:
        yield Change(f"{what} is gone", word, breaks=True)
        return
    if old is None:
        required = bool(new.get("required"))
        yield Change(f"{what} is new{' and required' if required else ''}", word, breaks=required)
        return
    for fact in ("type", "elements", "default"):
        if old.get(fact) != new.get(fact):
            told = f"{json.dumps(old.get(fact))} has become {json.dumps(new.get(fact))}"
            yield Change(f"{what}: its {fact} {told}", word, breaks=True)
    if old.get("required") != new.get("required"):
        required = bool(new.get("required"))
        yield Change(f"{what} is {'now' if required else 'no longer'} required", word, breaks=required)
    yield from _changes_of_lists(what, word, old, new)


def _changes_of_lists(what: str, word: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for fact in ("choices", "aliases", "sources"):
        before, after = old.get(fact), new.get(fact)
        if fact == "choices" and (before is None) != (after is None):
            # Without choices, everything is one.
            yield Change(f"{what}: its choices are {'gone' if before else 'new'}", word, breaks=before is None)
            continue
        for value in sorted(set(before or ()) ^ set(after or ())):
            gone = value not in (after or ())
            yield Change(f"{what}: of its {fact}, {value} is {'gone' if gone else 'new'}", word, breaks=gone)


def _is_later(version: str | None, released: str) -> bool:
    return bool(version) and _numbers(str(version)) > _numbers(released)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


# --- what has been told --------------------------------------------------------------------------------------


def read_fragments(paths: Iterable[Path]) -> dict[str, list[str]]:
    """All entries of changelog fragments, by section."""
    entries: dict[str, list[str]] = {}
    for path in paths:
        for section, content in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
            texts = content if isinstance(content, list) else [content]
            entries.setdefault(section, []).extend(str(text) for text in texts)
    return entries


def untold(found: Iterable[Change], entries: Mapping[str, Iterable[str]]) -> list[str]:
    """The changes that no entry names in a section where users look for them, with what to do."""
    told = []
    for change in found:
        sections = BREAKS if change.breaks else NEWS
        texts = [text for section in sections for text in entries.get(section, ())]
        if not any(re.search(rf"(?<!\w){re.escape(change.word)}(?!\w)", text) for text in texts):
            told.append(f"{change.what}: name {change.word} in a fragment, under {' or '.join(sections)}")
    return told


# --- the last release ----------------------------------------------------------------------------------------


def store(version: str, interface: Interface) -> None:
    content = {"version": version, "interface": interface}
    RELEASED.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def stored() -> tuple[str, Interface] | None:
    """The version and the interface of the last release, or None if there was none yet."""
    if not RELEASED.exists():
        return None
    content = json.loads(RELEASED.read_text(encoding="utf-8"))
    return content["version"], content["interface"]


def untold_since_release(interface: Interface) -> list[str]:
    """What has changed since the last release, if there was one, and is in no changelog fragment."""
    last = stored()
    if last is None:
        return []
    version, before = last
    return untold(changes(before, interface, version), read_fragments(sorted(FRAGMENTS.glob("*.yml"))))
