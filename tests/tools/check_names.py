# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check that no file uses a name that was replaced; old_names.yml lists them."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[2]
OLD_NAMES = Path(__file__).with_name("old_names.yml")


class Use(NamedTuple):
    """Use of an old name."""

    file: str
    line: int
    found: str
    new: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.found!r} was renamed: {self.new}"


@dataclass(frozen=True)
class Name:
    """Old name, and the files in which it must not occur.

    :ivar python: whether to search for a Python identifier; if not, the pattern is searched in the whole text.
    """

    pattern: re.Pattern[str]
    new: str
    files: tuple[str, ...]
    python: bool


@dataclass
class OldNames:
    """Content of old_names.yml.

    :ivar exceptions: by pattern of files, expressions for texts that are allowed there.
    """

    names: list[Name]
    exceptions: dict[str, list[re.Pattern[str]]]

    def allows(self, file: str, found: str) -> bool:
        """Return whether a file may use an old name."""
        return any(
            fnmatch(file, pattern) and any(each.fullmatch(found) for each in expressions)
            for pattern, expressions in self.exceptions.items()
        )


def read(content: Mapping[str, Any]) -> OldNames:
    """Return the old names, from the content of old_names.yml."""
    names = []
    for section in ("texts", "identifiers"):
        for entry in content[section]:
            files = tuple(entry.get("files", ["*"] if section == "texts" else ["*.py"]))
            names.append(Name(re.compile(entry["old"], re.MULTILINE), entry["new"], files, section == "identifiers"))
    exceptions: dict[str, list[re.Pattern[str]]] = {}
    for entry in content["exceptions"]:
        if not entry.get("reason"):
            raise ValueError(f"The exception for {entry['file']} needs a reason.")
        exceptions.setdefault(entry["file"], []).append(re.compile(entry.get("found", ".*"), re.DOTALL))
    return OldNames(names, exceptions)


def uses(old: OldNames, file: str, text: str) -> Iterator[Use]:
    """Yield all uses of old names in one file, including its path."""
    applying = [name for name in old.names if any(fnmatch(file, pattern) for pattern in name.files)]
    identifiers = [name for name in applying if name.python]
    for name in applying:
        if not name.python:
            yield from (Use(file, 0, match[0], name.new) for match in name.pattern.finditer(file))
            for match in name.pattern.finditer(text):
                yield Use(file, text.count("\n", 0, match.start()) + 1, match[0].strip(), name.new)
    if identifiers and file.endswith(".py"):
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            for name in identifiers:
                if token.type == tokenize.NAME and name.pattern.fullmatch(token.string):
                    yield Use(file, token.start[0], token.string, name.new)


def files_of(root: Path) -> list[str]:
    """Return the files that git tracks, and new files that it does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    return sorted(name for name in listed.split("\0") if name and (root / name).is_file())


def check(root: Path, old: OldNames, files: Iterable[str]) -> Iterator[Use]:
    """Yield all uses of old names that are not allowed."""
    for file in files:
        try:
            text = (root / file).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        yield from (use for use in uses(old, file, text) if not old.allows(file, use.found))


def main(root: Path = ROOT) -> int:
    """Print all uses of old names, and return the exit status."""
    old = read(yaml.safe_load(OLD_NAMES.read_text(encoding="utf-8")))
    files = files_of(root)
    found = sorted(set(check(root, old, files)))
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(files)} files were searched for {len(old.names)} old names: {len(found)} found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
