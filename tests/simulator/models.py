# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all data from outside (state files, faults, settings) is checked with."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, ValidationError


class Model(BaseModel):
    """Converts nothing and lets nothing unknown through: a typo must not make a test that tests nothing."""

    model_config = ConfigDict(extra="forbid", strict=True)


def complaints(error: ValidationError) -> list[str]:
    """What is wrong, and where, one line each. The values are left out, as they may be secrets."""
    lines = []
    for detail in error.errors(include_url=False, include_input=False, include_context=False):
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"]).lstrip(".")
        message = detail["msg"].removeprefix("Value error, ")
        lines.append(f"{place}: {message}" if place else message)
    return lines
