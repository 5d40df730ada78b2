# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies of the collection that sessions work in."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORK = ROOT / ".nox"


class Workspace:
    """A copy of the collection for sessions that must not disturb others, which run at the same time.

    :ivar tree: the copy, at the path that ansible-test requires.
    :ivar home: HOME of ansible-test, which keeps environments there.
    """

    def __init__(self, name: str) -> None:
        self.tree = WORK / "tree" / name / "ansible_collections" / "webex" / "calling"
        self.home = WORK / "home" / name

    def update(self) -> None:
        """Copy the collection, and keep the output of ansible-test in the copy."""
        for folder, kept in ((self.tree, "tests"), (self.tree / "tests", "output")):
            for entry in folder.iterdir() if folder.exists() else []:
                if entry.is_dir() and entry.name != kept:
                    shutil.rmtree(entry)
                elif entry.is_file():
                    entry.unlink()
        for file in collection_files():
            (self.tree / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / file, self.tree / file)
        # ansible-test skips files that the repository around them ignores: the copy becomes a repository of its own.
        subprocess.run(["git", "init", "--quiet", "."], cwd=self.tree, check=True)
        subprocess.run(["git", "add", "--all"], cwd=self.tree, check=True)
        self.home.mkdir(parents=True, exist_ok=True)


def collection_files() -> list[Path]:
    """Return all files that git tracks or does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()]
