# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies of the collection in which sessions work."""

from __future__ import annotations

import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
WORK = ROOT / ".nox"


class Workspace:
    """Copy of the collection that isolates a session from parallel sessions.

    :ivar tree: folder of the copy, with the path that ansible-test requires.
    :ivar home: home folder for ansible-test, which stores virtual environments in HOME.
    """

    def __init__(self, name: str) -> None:
        self.tree = WORK / "tree" / name / "ansible_collections" / "webex" / "calling"
        self.home = WORK / "home" / name

    def update(self) -> None:
        """Update the copy, but keep the output of ansible-test."""
        for folder, kept in ((self.tree, "tests"), (self.tree / "tests", "output")):
            for entry in folder.iterdir() if folder.exists() else []:
                if entry.is_dir() and entry.name != kept:
                    shutil.rmtree(entry)
                elif entry.is_file():
                    entry.unlink()
        for file in collection_files():
            (self.tree / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / file, self.tree / file, follow_symlinks=False)
        # Create a separate repository, because ansible-test skips files that the outer repository ignores.
        subprocess.run(["git", "init", "--quiet", "."], cwd=self.tree, check=True)
        subprocess.run(["git", "add", "--all"], cwd=self.tree, check=True)
        self.home.mkdir(parents=True, exist_ok=True)


def collection_files() -> list[Path]:
    """Return the relative paths of tracked files, and of new files that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()]


def artifact_targets() -> list[str]:
    """Return the files and folders in the root of the collection that are part of the artifact, for ansible-test."""
    ignored = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["build_ignore"]
    names = {f"{file.parts[0]}/" if len(file.parts) > 1 else str(file) for file in collection_files()}
    return sorted(name for name in names if not any(fnmatch(name.rstrip("/"), pattern) for pattern in ignored))
