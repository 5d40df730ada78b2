# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the simulator behaves where Webex is unknown or a test wants it so. Changes while it runs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .limits import Limit
from .models import Model


class Settings(Model):
    #: Seconds that each request to the API takes longer.
    latency: float = Field(default=0, ge=0, strict=False)
    limit: Limit | None = None
    #: The most lines on one page of a list, whatever is asked for.
    page_ceiling: int = Field(default=1000, ge=1)
    #: Whether a list's filters for names want the whole name or a part of it; case never matters.
    name_matching: Literal["whole", "part"] = "whole"
    #: Whether writing settings keeps what the request leaves out, or sets it to its default.
    write: Literal["replace", "merge"] = "replace"
    #: Top-level settings that writing accepts and forgets.
    drop: list[str] = Field(default_factory=list)
