# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An access token made from a refresh token, and when both end.

Private to webex.calling. Source: https://developer.webex.com/docs/integrations and
https://developer.webex.com/docs/service-apps
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from .arguments import client_from
from .auth import app_tokens
from .errors import OptionError


def make(options: Mapping[str, Any]) -> dict[str, Any]:
    """What the module C(access_token) returns.

    :raises WebexError: if Webex makes none.
    """
    if options["access_token"] is not None:
        raise OptionError("access_token is given", "Leave it out: it is what this module makes.")
    tokens = app_tokens(options, os.environ)
    with client_from(options, tokens) as client:
        access_token = client.new_access_token()
    result = {
        "changed": tokens.rotated,
        "access_token": access_token,
        **_end("", tokens.answer.get("expires_in")),
        **_end("refresh_token_", tokens.answer.get("refresh_token_expires_in")),
        "refresh_token_rotated": tokens.rotated,
    }
    if tokens.rotated:
        result["refresh_token"] = tokens.answer["refresh_token"]
    return result


def _end(prefix: str, seconds: Any) -> dict[str, Any]:
    """When something ends: in so many seconds, and at which time; null if Webex does not say."""
    try:
        ends = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    except (TypeError, ValueError, OverflowError):  # nothing, no number, or more than a calendar has
        return {f"{prefix}expires_in": None, f"{prefix}expires_at": None}
    return {f"{prefix}expires_in": int(seconds), f"{prefix}expires_at": ends.strftime("%Y-%m-%dT%H:%M:%SZ")}
