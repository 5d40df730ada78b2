# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of ansible-test in a workspace."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .pip_settings import write_configuration
from .workspace import ROOT, Workspace


class AnsibleTestError(Exception):
    """A failure of ansible-test, or a run that tested nothing."""


def run(
    program: Path, workspace: Workspace, arguments: Sequence[str], pythons: Mapping[str, str], *, quiet: bool = False
) -> str:
    """Run ansible-test in the workspace, and return its output.

    :param pythons: interpreters by version, which ansible-test finds on PATH.
    :param quiet: print nothing.
    :raises AnsibleTestError: with the output, if a test failed or if all were skipped.
    """
    _provide_get_pip(program, workspace)
    # ansible-test runs pip without the user's variables, and with this HOME.
    write_configuration(workspace.home / ".config" / "pip" / "pip.conf")
    folders = [str(Path(python).parent) for python in pythons.values()]
    environment = {
        "HOME": str(workspace.home),
        "PATH": os.pathsep.join([str(program.parent), *folders, os.environ["PATH"]]),
        "ANSIBLE_TEST_PREFER_PODMAN": "",
    }
    process = subprocess.Popen(
        [str(program), *arguments],
        cwd=workspace.tree,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    for line in process.stdout or []:
        lines.append(line)
        if not quiet:
            print(line, end="", flush=True)
    output = "".join(lines)
    if process.wait():
        raise AnsibleTestError(output)
    if "All targets skipped" in output:
        raise AnsibleTestError(f"{output}ansible-test skipped all targets.")
    return output


def _provide_get_pip(program: Path, workspace: Workspace) -> None:
    """Put get_pip.py where ansible-test keeps the script that it otherwise downloads, for each version it may want."""
    (source,) = program.parents[1].glob("lib/python*/site-packages/ansible_test/_internal/python_requirements.py")
    cache = workspace.home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in re.findall(r"\bpip='([\d.]+)'", source.read_text(encoding="utf-8")):
        shutil.copy(ROOT / "tests/tools/get_pip.py", cache / f"get_pip_{version.replace('.', '_')}.py")
