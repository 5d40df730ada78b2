# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""List of files that changed since the merge base with main."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from .workspace import ROOT


def changed_files() -> set[str] | None:
    """Return the paths of files that differ from the merge base with main, including new files.

    Return None, which stands for all files, if FULL is set or if git finds no merge base.
    """
    if os.environ.get("FULL"):
        return None
    bases = (_git("merge-base", "HEAD", branch) for branch in ("origin/main", "main"))
    base = next((lines[0] for lines in bases if lines), None)
    changed = _git("diff", "--name-only", base) if base else None
    new = _git("ls-files", "--others", "--exclude-standard")
    return None if changed is None or new is None else {*changed, *new}


def any_below(files: set[str] | None, paths: Sequence[str]) -> bool:
    """Return whether any file is one of the paths, or is in a folder among the paths.

    :param files: file paths. None stands for all files.
    """
    return files is None or any(file == path or file.startswith(f"{path}/") for file in files for path in paths)


def _git(*arguments: str) -> list[str] | None:
    try:
        ended = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return ended.stdout.splitlines() if ended.returncode == 0 else None
