# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulator settings that tests can change at run time."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .models import StrictModel
from .rate_limit import RateLimit

NameMatching = Literal["whole", "exact", "part"]


class Settings(StrictModel):
    """Settings for behavior that Webex does not document, or that a test must change."""

    #: Additional latency per API request in seconds.
    latency: float = Field(default=0, ge=0, strict=False)
    limit: RateLimit | None = None
    #: Maximum number of lines or numbers per page, even if the request asks for more.
    page_ceiling: int = Field(default=1000, ge=1)
    #: Whether name filters match whole names in any case, whole names in the same case, or parts of names.
    name_matching: NameMatching = "whole"
    #: Whether pagination uses the parameter start, ignores start, or uses a cursor in the links.
    list_position: Literal["start", "ignored", "cursor"] = "start"
    #: Whether the list of numbers accepts location ids of more than 36 characters, the documented maximum.
    long_location_ids: Literal["accepted", "refused"] = "accepted"
    #: Whether a PUT request resets missing settings to their defaults, or keeps the current values.
    write: Literal["replace", "merge"] = "replace"
    #: Names of top-level settings that a PUT request accepts but does not store.
    drop: list[str] = Field(default_factory=list)
