# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Interface of the collection, its changes since the last release, and the first and last step of `make release`."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from packaging.version import Version

#: File with the version and the interface of the last release.
RELEASED = "tests/released.json"

#: Changelog fragment sections for additions, and for changes that can break playbooks.
ADDITIONS = ("minor_changes", "major_changes", "breaking_changes", "add object.playbook")
BREAKING = ("breaking_changes", "removed_features")

#: Beginning of the repository URL in galaxy.yml until the collection has a public repository.
PLACEHOLDER = "https://example.com/"

#: Facts on which playbooks rely, such as C({"modules/x": [...], "modules/x: option y": ["default 1", "type int"]}).
Interface = dict[str, list[str]]


def read_interface(root: Path) -> Interface:
    """Return the interface of the collection in a folder.

    The result is the same with all ansible-core releases, unlike the output of ansible-doc.
    """
    found: Interface = {f"playbooks/{file.stem}": [] for file in root.glob("playbooks/*.yml")}
    for file in root.glob("plugins/*/*.py"):
        text = file.read_text("utf-8")
        docs = dict(re.findall(r'^(DOCUMENTATION|RETURN) = r"""(.*?)"""', text, re.DOTALL | re.MULTILINE))
        if "DOCUMENTATION" in docs:
            title, doc = f"{file.parent.name}/{file.stem}", yaml.safe_load(docs["DOCUMENTATION"])
            for fragment in doc.get("extends_documentation_fragment", ()):
                if fragment.startswith("webex.calling."):
                    doc["options"] = {**_fragment_options(root, fragment), **doc.get("options", {})}
                else:
                    # The options in the fragments of Ansible depend on the ansible-core release.
                    found[f"{title}: options of {fragment}"] = []
            found.update(plugin_interface(title, doc, yaml.safe_load(docs.get("RETURN", "{}"))))
    for role in root.glob("roles/*"):
        specs = yaml.safe_load((role / "meta/argument_specs.yml").read_text("utf-8"))["argument_specs"]
        for name, spec in specs.items():
            found.update(plugin_interface(f"roles/{role.name}: entry point {name}", spec, {}))
        found[f"roles/{role.name}"] = found[f"roles/{role.name}: entry point main"]
    return dict(sorted(found.items()))


def _fragment_options(root: Path, fragment: str) -> dict[str, Any]:
    file, section = f"{fragment}.documentation".split(".")[2:4]
    fragments = runpy.run_path(str(root / f"plugins/doc_fragments/{file}.py"))["ModuleDocFragment"]
    return yaml.safe_load(getattr(fragments, section.upper())).get("options", {})  # type: ignore[no-any-return]


def plugin_interface(title: str, doc: Mapping[str, Any], returned: Mapping[str, Any]) -> Interface:
    """Return the interface of a plugin, or of an entry point of a role, with this documentation."""
    entries = (_entries(f"{title}: option", doc.get("options", {})), _entries(f"{title}: return value", returned))
    return {title: [f"version_added {doc.get('version_added')}"], **dict(entries[0]), **dict(entries[1])}


def _entries(prefix: str, content: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield the name and the facts of all options or return values, including nested ones."""
    for name, entry in content.items():
        elements = f" of {entry['elements']}" if "elements" in entry else ""
        # Without choices, all values are accepted. To add choices is a breaking change.
        facts = [f"type {entry.get('type', 'str')}{elements}{', limited' if entry.get('choices') else ''}"]
        for key in ("choices", "aliases", "env", "vars", "ini"):
            facts += [f"{key} {value}" for value in entry.get(key, ())]
        if prefix.endswith("option"):
            facts.append("required" if entry.get("required") else f"default {json.dumps(entry.get('default'))}")
        yield f"{prefix} {path}{name}", sorted(facts)
        for key in ("suboptions", "options", "contains"):
            yield from _entries(prefix, entry.get(key, {}), f"{path}{name}.")


def unnamed_changes(root: Path, upcoming: str | None = None) -> Iterator[str]:
    """Yield an instruction for each change since the last release that the next changelog does not name.

    :param upcoming: version of the next release, if it is known. New plugins must have this version_added.
    """
    released = json.loads((root / RELEASED).read_text("utf-8"))
    old, new, fragments = released["interface"], read_interface(root), read_fragments(root)
    for name in sorted(name for name in {*old, *new} if old.get(name) != new.get(name)):
        before, after, parent = set(old.get(name, ())), set(new.get(name, ())), name.rpartition(": ")[0]
        if parent and (parent in old) != (parent in new):
            continue  # An entry that names the parent is enough.
        if not parent and after and name not in old:
            # antsibull-changelog lists new plugins and roles by their version_added, but no playbooks.
            if upcoming and after != {f"version_added {upcoming}"}:
                yield f"{name} is new. Set version_added to {upcoming}."
            continue
        is_breaking = name not in new or before - after - {"required"} or "required" in after - before
        sections = BREAKING if is_breaking else ADDITIONS
        word = re.split(r"[ ./]", name)[-1]
        entries = [entry for section in sections for entry in fragments.get(section, ())]
        if not any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", entry) for entry in entries):
            change = f"{name} changed from {old.get(name, 'nothing')} to {new.get(name, 'nothing')}"
            yield f"{change}. Name {word} in a changelog fragment, under {' or '.join(sections)}."


def read_fragments(root: Path) -> dict[str, list[str]]:
    """Return the entries of all changelog fragments by section. Entries for objects, such as playbooks, are names."""
    found: dict[str, list[str]] = {}
    for file in root.glob("changelogs/fragments/*.yml"):
        for section, content in (yaml.safe_load(file.read_text("utf-8")) or {}).items():
            for entry in content if isinstance(content, list) else [content]:
                found.setdefault(section, []).append(entry["name"] if isinstance(entry, dict) else entry)
    return found


def prepare(root: Path, version: str, *, without_home: bool) -> list[str]:
    """Write the version to galaxy.yml, and the interface to C(RELEASED).

    Return the problems that prevent the release, with instructions. If there are any, all files remain unchanged.

    :param without_home: whether to allow the placeholder repository.
    """
    galaxy = (root / "galaxy.yml").read_text("utf-8")
    problems = list(_problems(root, version, yaml.safe_load(galaxy), without_home))
    if not problems:
        galaxy = re.sub(r"^version: .*$", f"version: {version}", galaxy, flags=re.MULTILINE)
        (root / "galaxy.yml").write_text(galaxy, encoding="utf-8")
        released = json.dumps({"version": version, "interface": read_interface(root)}, indent=2, ensure_ascii=False)
        (root / RELEASED).write_text(f"{released}\n", encoding="utf-8")
    return problems


def _problems(root: Path, version: str, metadata: dict[str, str], without_home: bool) -> Iterator[str]:
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", version):
        yield f"{version!r} is not a semantic version. Set VERSION=X.Y.Z."
        return
    changed = git(root, "status", "--porcelain")
    if changed:
        yield f"The working tree is not clean. Commit or remove these changes:\n{changed}"
    last = json.loads((root / RELEASED).read_text("utf-8"))["version"]
    if Version(version) <= Version(last) or Version(version) < Version(metadata["version"]):
        yield f"{version} must be newer than the release {last}, and not older than galaxy.yml ({metadata['version']})."
    if git(root, "tag", "--list", version):
        yield f"The tag {version} already exists."
    if not read_fragments(root).get("release_summary"):
        yield "changelogs/fragments has no release_summary. Add a fragment that tells users about the release."
    yield from unnamed_changes(root, version)
    if metadata["repository"].startswith(PLACEHOLDER) and not without_home:
        yield (
            "The repository in galaxy.yml is a placeholder, and a release on Galaxy cannot be changed. Set the URL of "
            "the public repository. For a release that is not published, set ARGS=--without-home."
        )


def remaining_steps(version: str, *, without_home: bool) -> str:
    """Return instructions for the manual steps after the release."""
    artifact = f"build/release/webex-calling-{version}.tar.gz"
    publish = f"""git push origin HEAD {version}    # then wait for CI of this commit
  ansible-galaxy collection publish {artifact}    # needs the token in ~/.ansible/galaxy_token"""
    return f"""{version} is in {artifact}. Nothing was committed or published. Remaining steps:

  git add --all && git diff --cached    # the version, the changelog, {RELEASED}, removed fragments
  tar -tzf {artifact}
  make test
  git commit -m 'Release {version}'
  git tag --annotate {version} -m 'Release {version}'
  {f"ansible-galaxy collection install {artifact}    # not to be published" if without_home else publish}"""


def git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout
