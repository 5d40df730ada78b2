# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sphinx settings for `make docs`."""

from __future__ import annotations

import re
from pathlib import Path

#: Sphinx configuration that reports unresolved references to this collection, and keeps others as text.
_FOREIGN_REFERENCES = """

def setup(app):
    def keep_text(_app, _environment, node, content):
        target = node.get("reftarget", "")
        return None if target.startswith("ansible_collections.webex.calling") else content

    app.connect("missing-reference", keep_text)
"""


def without_other_sites(site: Path) -> None:
    """Change the Sphinx configuration to use no other sites, which some machines cannot reach."""
    configuration = site / "conf.py"
    text = configuration.read_text(encoding="utf-8")
    text = re.sub(r"^intersphinx_mapping = \{.*?^\}", "intersphinx_mapping = {}", text, flags=re.DOTALL | re.MULTILINE)
    configuration.write_text(text + _FOREIGN_REFERENCES, encoding="utf-8")
