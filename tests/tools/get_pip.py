# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Replacement for the script that ansible-test downloads to install pip in a new environment.

This script installs the pip version that Python includes, and avoids the download.
ansible-test runs the script for each new environment. The first run keeps a copy of the installed packages.
Later runs with the same arguments use the copy.
"""

from __future__ import annotations

import ensurepip
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

packages = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
# Python includes pip as an executable wheel. Some distributions keep the wheel in another folder.
wheels = sorted((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"))
installed = Path(sysconfig.get_path("purelib"))
# The copy depends on the interpreter, and on the requested packages.
key = hashlib.sha256("\n".join([sys.version, sys.base_prefix, *packages]).encode()).hexdigest()[:16]
copy = Path.home() / ".ansible/test/cache/pip" / key

if copy.exists() and not any(installed.iterdir()):
    shutil.copytree(copy, installed, dirs_exist_ok=True)
    sys.exit()
if not wheels:
    subprocess.run([sys.executable, "-m", "ensurepip", "--upgrade"], check=True)
# Run pip in a new process, because an imported pip cannot replace itself.
subprocess.run(
    [sys.executable, "-m", "pip", "install", *packages],
    env={**os.environ, **({"PYTHONPATH": str(wheels[-1])} if wheels else {})},
    check=True,
)
if not copy.exists():
    # Rename a complete copy, because an interrupted one must not remain.
    incomplete = copy.with_name(f"{key}-{os.getpid()}")
    shutil.copytree(installed, incomplete)
    incomplete.rename(copy)
