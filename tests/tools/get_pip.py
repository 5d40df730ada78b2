# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands in for the script that ansible-test downloads to install pip into a fresh environment.

It takes the pip that comes with Python, and is used only where that download is not possible.
"""

from __future__ import annotations

import subprocess
import sys

# In processes of their own, as an imported pip can't replace itself.
subprocess.run([sys.executable, "-m", "ensurepip", "--upgrade"], check=True)
packages = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
subprocess.run([sys.executable, "-m", "pip", "install", *packages], check=True)
