# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of external data: state files, faults, and settings."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, ValidationError


class StrictModel(BaseModel):
    """Base model that rejects unknown keys and wrong types, so that a typo cannot make a test pass."""

    model_config = ConfigDict(extra="forbid", strict=True)


def validation_messages(error: ValidationError) -> list[str]:
    """Return one message per error, with the error location. Messages contain no values, which can be secrets."""
    lines = []
    for detail in error.errors(include_url=False, include_input=False, include_context=False):
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"]).lstrip(".")
        message = detail["msg"].removeprefix("Value error, ")
        lines.append(f"{place}: {message}" if place else message)
    return lines
