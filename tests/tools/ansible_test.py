# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runner for ansible-test in a workspace."""

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
    """Failure of ansible-test, or a run in which ansible-test skipped all targets."""


def run(
    program: Path, workspace: Workspace, arguments: Sequence[str], pythons: Mapping[str, str], *, quiet: bool = False
) -> str:
    """Run ansible-test in the workspace, and return its output.

    :param pythons: interpreter paths by version, whose folders are added to PATH.
    :param quiet: whether to print nothing.
    :raises AnsibleTestError: if a test failed, or if ansible-test skipped all targets. The message contains the output.
    """
    _provide_get_pip(program, workspace)
    # ansible-test runs pip with this HOME, and without the user's environment variables.
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
    """Copy get_pip.py to the cache of ansible-test, so that ansible-test does not download the script.

    The cache needs one copy for each pip version that ansible-test can use.
    """
    (source,) = program.parents[1].glob("lib/python*/site-packages/ansible_test/_internal/python_requirements.py")
    cache = workspace.home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in re.findall(r"\bpip='([\d.]+)'", source.read_text(encoding="utf-8")):
        shutil.copy(ROOT / "tests/tools/get_pip.py", cache / f"get_pip_{version.replace('.', '_')}.py")
