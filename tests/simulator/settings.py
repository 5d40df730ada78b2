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
    #: Whether Webex refuses other settings beside enabled: false, with the code of a service that is not assigned.
    off_alone: bool = False
    #: Whether switching recording off resets all other settings.
    reset_on_disable: bool = False
    #: Whether a PUT request with an undocumented or read-only setting is refused, or the setting is ignored.
    strict_fields: bool = False
    #: Whether a PUT request with some of the selective settings is refused.
    complete_selective: bool = False
    #: Whether reading a line without the service is refused, or returns that recording is off. Changes are refused.
    unassigned: Literal["refused", "off"] = "refused"
    #: Response to requests for the recording service. Webex for Government has none, and its response is not known.
    recording_service: Literal["available", "refused", "not_found"] = "available"
    #: Address of terms of service that no organization has accepted. The address is empty if the vendor is Webex.
    terms_of_service_url: str | None = None
