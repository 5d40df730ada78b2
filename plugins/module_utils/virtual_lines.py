# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what a user selects to virtual lines.

Private to webex.calling.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import OptionError

#: A virtual line as it stands in results: C(id), and what else is known of its identity, in snake case.
VirtualLine = Mapping[str, Any]


def select(options: Mapping[str, Any]) -> list[VirtualLine]:
    """The virtual lines that the options select: each once, in the order asked for.

    :raises OptionError: if that is none. To have checked nothing must not look like success.
    """
    ids = list(dict.fromkeys(options["virtual_line_id"]))
    if not ids:
        raise OptionError("virtual_line_id is an empty list", "Check the variable that the ids come from.")
    return [{"id": each} for each in ids]


def label(line: VirtualLine) -> str:
    """How messages name a line."""
    return str(line["id"])
