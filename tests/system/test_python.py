# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules on a Python that is too old for them, but not for ansible-core."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ansible.release import __version__ as core_version

ROOT = Path(__file__).parents[2]
CORE = tuple(int(number) for number in core_version.split(".")[:2])

#: Pythons that are too old, and the newest ansible-core that runs modules with them.
OLD_PYTHONS = {"3.7": (2, 17), "3.8": (2, 19)}


def find_python(version: str) -> str:
    """Return the path of a Python, or skip the test."""
    if OLD_PYTHONS[version] < CORE:
        pytest.skip(f"ansible-core {core_version} refuses Python {version} itself")
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [*versions.glob(f"{version}.*/bin/python"), shutil.which(f"python{version}")]
    python = next(filter(None, found), None)
    if python is None:
        pytest.skip(f"this host has no Python {version}")
    return str(python)


@pytest.mark.parametrize("version", OLD_PYTHONS)
def test_an_old_python_is_named(tmp_path: Path, version: str) -> None:
    python = find_python(version)
    collections = tmp_path / "ansible_collections/webex"
    collections.mkdir(parents=True)
    (collections / "calling").symlink_to(ROOT)
    ansible = str(Path(sys.executable).parent / "ansible")
    ended = subprocess.run(
        [ansible, "localhost", "-m", "webex.calling.virtual_line_info", "-e", f"ansible_python_interpreter={python}"],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(tmp_path), "ANSIBLE_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert "MODULE FAILURE" not in ended.stdout
    assert f"need Python 3.9 or newer on the host where they run, and {python} is Python {version}." in ended.stdout
    assert "Set ansible_python_interpreter to a newer Python." in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
