# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tool that copies the version in galaxy.yml to all other files that contain the version."""

from __future__ import annotations

import re

from .workspace import ROOT

_IN_ARTIFACT_NAME = r"(?<=webex-calling-)\S+(?=\.tar\.gz)"
_COPIES = {
    "plugins/module_utils/*version.py": r'(?<=^VERSION = ")[^"]*',
    "docs/awx/execution-environment.yml": _IN_ARTIFACT_NAME,
    "docs/docsite/rst/guide_awx.rst": _IN_ARTIFACT_NAME,
}


def copy_version() -> None:
    """Copy the version in galaxy.yml to all other files that contain the version."""
    (version,) = re.findall(r"^version: (\S+)$", (ROOT / "galaxy.yml").read_text(encoding="utf-8"), re.MULTILINE)
    for pattern, place in _COPIES.items():
        (file,) = ROOT.glob(pattern)
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(place, version, text, flags=re.MULTILINE), encoding="utf-8")
