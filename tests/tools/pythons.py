# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Installed Python interpreters."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


def find_pythons() -> dict[str, str]:
    """Return the paths of working interpreters by version, such as C(3.11).

    The search includes PATH and the pyenv versions. Most pyenv shims only print an error.
    """
    found: dict[str, str] = {f"{sys.version_info.major}.{sys.version_info.minor}": str(Path(sys.executable).resolve())}
    for candidate in _candidates():
        name = candidate.name.removeprefix("python")
        if name not in found and _works(candidate):
            found[name] = str(candidate)
    return found


def _candidates() -> Iterator[Path]:
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    folders += sorted(pyenv.glob("versions/*/bin"), reverse=True)
    for folder in folders:
        for candidate in folder.glob("python3.*"):
            if re.fullmatch(r"python3\.\d+", candidate.name):
                yield candidate


def _works(python: Path) -> bool:
    """Return whether the interpreter runs and can create virtual environments."""
    try:
        ended = subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True, timeout=60, check=False)
    except OSError:
        return False
    return ended.returncode == 0
