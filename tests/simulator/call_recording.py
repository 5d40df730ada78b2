# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Handling of requests that change call recording settings."""

from __future__ import annotations

from typing import Any

from .responses import MESSAGES_OF_CODES, ApiError, ApiResponse, json_response
from .settings import Settings
from .state import Member, Organization

READ_ONLY = frozenset({"serviceProvider", "externalGroup", "externalIdentifier"})

RECORD = ("Always", "Never", "Always with Pause/Resume", "On Demand with User Initiated Start", "On Demand")

#: Default values for documented settings that are missing in a replacing request.
DEFAULTS: dict[str, Any] = {
    "enabled": False,
    "record": "Never",
    "recordVoicemailEnabled": False,
    "notification": {"type": "None", "enabled": False},
    "repeat": {"interval": 15, "enabled": False},
    "startStopAnnouncement": {"internalCallsEnabled": False, "pstnCallsEnabled": False},
}

#: Optional and undocumented settings, which a replacing request must repeat to keep.
OPTIONAL = frozenset(
    {
        "selectiveCallRecordingSettings",
        "callRecordingAccessSettings",
        "postCallRecordingSettings",
        "announcements",
        "startStopAnnouncementEnabled",
    }
)

NOT_ASSIGNED = MESSAGES_OF_CODES[4410]


def write_settings(line: Member, organization: Organization, sent: Any, settings: Settings) -> ApiResponse:
    """Apply a PUT request to the settings of a member, and return the response.

    :param sent: parsed JSON body of the request.
    :raises ApiError: if the request is not valid. The settings remain unchanged.
    """
    before = line.settings
    if before is None:
        raise ApiError(400, NOT_ASSIGNED)
    if not isinstance(sent, dict):
        raise ApiError(400, "The request body must be a JSON object.")
    _check(sent)
    if sent.get("enabled") and not before.get("enabled") and organization.terms_of_service is not None:
        return json_response(organization.terms_of_service, 409)
    known = DEFAULTS.keys() | OPTIONAL
    # Webex silently ignores unknown settings. The simulator also ignores the settings listed in drop.
    change = {key: value for key, value in sent.items() if key in known and key not in settings.drop}
    if settings.write == "merge":
        after = merge(before, change)
    else:
        kept = {key: value for key, value in before.items() if key in READ_ONLY or key in settings.drop}
        after = {**merge(DEFAULTS, change), **kept}
    notification = after.get("notification")
    if isinstance(notification, dict) and notification.get("type") in (None, "None"):
        after["notification"] = {**notification, "type": "Beep" if notification.get("enabled") else "None"}
    line.settings = after
    return ApiResponse(204, content_type=None)


def merge(before: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of C(before) that includes all values of C(change), also in nested dictionaries."""
    result = dict(before)
    for key, value in change.items():
        old = result.get(key)
        result[key] = merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def _check(sent: dict[str, Any]) -> None:
    """Validate the settings against the API reference. Null is valid except for C(record), because Webex returns null.

    :raises ApiError: if a setting is not valid.
    """
    _check_booleans(sent, "", ("enabled", "recordVoicemailEnabled"))
    if "record" in sent and sent["record"] not in RECORD:
        raise _invalid("record")
    for name, booleans in _BOOLEAN_SETTINGS.items():
        if sent.get(name) is None:
            continue
        if not isinstance(sent[name], dict):
            raise _invalid(name)
        _check_booleans(sent[name], f"{name}.", booleans)
    # Webex returns the string "None" in a GET response, but requires null in a PUT request.
    if (sent.get("notification") or {}).get("type") not in (None, "Beep", "Play Announcement"):
        raise _invalid("notification.type")
    interval = (sent.get("repeat") or {}).get("interval")
    if interval is not None and (
        isinstance(interval, bool) or not isinstance(interval, int) or not 10 <= interval <= 1800
    ):
        raise _invalid("repeat.interval")


_BOOLEAN_SETTINGS = {
    "notification": ("enabled",),
    "repeat": ("enabled",),
    "startStopAnnouncement": ("internalCallsEnabled", "pstnCallsEnabled"),
    "selectiveCallRecordingSettings": (
        "recordInboundInternalCallsEnabled",
        "recordInboundExternalCallsEnabled",
        "recordOutboundInternalCallsEnabled",
        "recordOutboundExternalCallsEnabled",
    ),
}


def _check_booleans(values: dict[str, Any], prefix: str, names: tuple[str, ...]) -> None:
    for name in names:
        if values.get(name) is not None and not isinstance(values[name], bool):
            raise _invalid(f"{prefix}{name}")


def _invalid(name: str) -> ApiError:
    return ApiError(400, f"Invalid value for the field '{name}'.")
