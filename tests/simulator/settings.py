# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of the simulator, which tests can change at run time."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .models import StrictModel
from .rate_limit import RateLimit

NameMatching = Literal["whole", "exact", "part"]


class Settings(StrictModel):
    """Behavior of the simulator where Webex does not document its own, or where a test needs another one."""

    #: Additional seconds for each API request.
    latency: float = Field(default=0, ge=0, strict=False)
    limit: RateLimit | None = None
    #: Maximum number of lines per page of a list, regardless of the request.
    page_ceiling: int = Field(default=1000, ge=1)
    #: Whether name filters of lists match whole names, the same names including case, or parts of names.
    name_matching: NameMatching = "whole"
    #: Whether lists respect the parameter start, ignore it, or have links with a cursor instead of it.
    list_position: Literal["start", "ignored", "cursor"] = "start"
    #: Whether a PUT resets settings that are missing in the request to their defaults, or keeps them.
    write: Literal["replace", "merge"] = "replace"
    #: Top-level settings that a PUT accepts but does not store.
    drop: list[str] = Field(default_factory=list)
