# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Replacement for the script that ansible-test downloads to install pip in a new environment.

This script installs the pip version that Python includes, and avoids the download.
"""

from __future__ import annotations

import ensurepip
import os
import subprocess
import sys
from pathlib import Path

packages = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
# Python includes pip as an executable wheel. Some distributions keep the wheel in another folder.
wheels = sorted((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"))
if not wheels:
    subprocess.run([sys.executable, "-m", "ensurepip", "--upgrade"], check=True)
# Run pip in a new process, because an imported pip cannot replace itself.
subprocess.run(
    [sys.executable, "-m", "pip", "install", *packages],
    env={**os.environ, **({"PYTHONPATH": str(wheels[-1])} if wheels else {})},
    check=True,
)
