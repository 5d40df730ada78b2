# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Access token from a refresh token, and expiry of both.

Private to webex.calling. Source: https://developer.webex.com/docs/integrations and
https://developer.webex.com/docs/service-apps
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from ._argument_spec import client_from_options
from ._auth import refresh_token_source


def get_access_token(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of the module C(access_token).

    :param options: module options.
    :raises WebexError: if an option is invalid, or the token exchange fails.
    """
    tokens = refresh_token_source(options, os.environ)
    with client_from_options(options, tokens) as client:
        access_token = client.new_access_token()
    result = {
        "changed": tokens.rotated,
        "access_token": access_token,
        **_expiry("", tokens.response.get("expires_in")),
        **_expiry("refresh_token_", tokens.response.get("refresh_token_expires_in")),
        "refresh_token_rotated": tokens.rotated,
    }
    if tokens.rotated:
        result["refresh_token"] = tokens.response["refresh_token"]
    return result


def _expiry(prefix: str, seconds: Any) -> dict[str, Any]:
    """Return C(expires_in) and C(expires_at) with a key prefix. Both are None if the seconds are unusable."""
    try:
        expires_at = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    # The seconds are absent, not a number, or lead beyond the year 9999.
    except (TypeError, ValueError, OverflowError):
        return {f"{prefix}expires_in": None, f"{prefix}expires_at": None}
    return {f"{prefix}expires_in": int(seconds), f"{prefix}expires_at": expires_at.strftime("%Y-%m-%dT%H:%M:%SZ")}
