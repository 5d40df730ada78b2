# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check for old names in all files; old_names.yml lists the old names."""

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
    """Old name, and the files that must not use the name.

    :ivar python: whether to compare the pattern with Python identifiers instead of the whole text.
    """

    pattern: re.Pattern[str]
    new: str
    files: tuple[str, ...]
    python: bool


@dataclass
class OldNames:
    """Content of old_names.yml.

    :ivar exceptions: regular expressions for allowed texts, by file name pattern.
    """

    names: list[Name]
    exceptions: dict[str, list[re.Pattern[str]]]

    def allows(self, file: str, found: str) -> bool:
        """Return whether an exception allows the text in the file."""
        return any(
            fnmatch(file, pattern) and any(each.fullmatch(found) for each in expressions)
            for pattern, expressions in self.exceptions.items()
        )


def read(content: Mapping[str, Any]) -> OldNames:
    """Return the old names and the exceptions.

    :param content: parsed content of old_names.yml.
    :raises ValueError: if an exception has no reason.
    """
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
    """Yield all uses of old names in the path and in the text of a file."""
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
    """Return the relative paths of tracked files, and of new files that git does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    return sorted(name for name in listed.split("\0") if name and (root / name).is_file())


def check(root: Path, old: OldNames, files: Iterable[str]) -> Iterator[Use]:
    """Yield all uses of old names without an exception. Binary files are not searched."""
    for file in files:
        try:
            text = (root / file).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        yield from (use for use in uses(old, file, text) if not old.allows(file, use.found))


def main(root: Path = ROOT) -> int:
    """Print all uses of old names without an exception, and return the exit status."""
    old = read(yaml.safe_load(OLD_NAMES.read_text(encoding="utf-8")))
    files = files_of(root)
    found = sorted(set(check(root, old, files)))
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(files)} files were searched for {len(old.names)} old names: {len(found)} found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
