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

#: Settings of a line without the service, if Webex returns them.
OFF: dict[str, Any] = {"enabled": False, "record": "Never"}

#: Announcement files in responses, and the key with the id of the file in requests.
_FILE = "audioAnnouncementFile"
_FILE_ID = "audioAnnouncementFileId"


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
    if settings.strict_fields:
        _check_fields(sent)
    if settings.complete_selective:
        _check_selective(sent)
    terms = terms_to_accept(organization, settings)
    if sent.get("enabled") and not before.get("enabled") and terms is not None:
        return json_response(terms, 409)
    after = _stored(before, sent, settings)
    if not after.get("enabled"):
        if settings.off_alone and sent.keys() != {"enabled"}:
            raise ApiError(400, NOT_ASSIGNED, shape="c", code=4410)
        if settings.reset_on_disable and before.get("enabled"):
            after = {**DEFAULTS, **_read_only(before)}
    line.settings = after
    return ApiResponse(204, content_type=None)


def terms_to_accept(organization: Organization, settings: Settings) -> dict[str, Any] | None:
    """Return the terms of service of the vendor, or None if the organization has accepted them."""
    terms = organization.service.terms_of_service()
    if settings.terms_of_service_url is not None:
        return {**terms, "termsOfServiceUrl": settings.terms_of_service_url}
    return None if organization.service.termsOfServiceEnabled else terms


def _stored(before: dict[str, Any], sent: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Return the settings after a valid request."""
    known = DEFAULTS.keys() | OPTIONAL
    # Webex silently ignores unknown settings. The simulator also ignores the settings listed in drop.
    change = {key: value for key, value in sent.items() if key in known and key not in settings.drop}
    if "announcements" in change:
        change["announcements"] = _with_files(change["announcements"], before.get("announcements"))
    if settings.write == "merge":
        after = merge(before, change)
    else:
        dropped = {key: value for key, value in before.items() if key in settings.drop}
        after = {**merge(DEFAULTS, change), **_read_only(before), **dropped}
    notification = after.get("notification")
    if "notification" in change and isinstance(notification, dict) and notification.get("type") in (None, "None"):
        after["notification"] = {**notification, "type": "Beep" if notification.get("enabled") else "None"}
    return after


def _read_only(before: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in before.items() if key in READ_ONLY}


def merge(before: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of C(before) that includes all values of C(change), also in nested dictionaries."""
    result = dict(before)
    for key, value in change.items():
        old = result.get(key)
        result[key] = merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def _with_files(value: Any, before: Any) -> Any:
    """Return announcements as in responses. Webex ignores files that are given without the key for their id."""
    if not isinstance(value, dict):
        return value
    before = before if isinstance(before, dict) else {}
    stored = {key: _with_files(item, before.get(key)) for key, item in value.items() if key not in (_FILE, _FILE_ID)}
    if _FILE_ID in value:
        file = before.get(_FILE)
        same = isinstance(file, dict) and file.get("id") == value[_FILE_ID]
        stored[_FILE] = file if same else {"id": value[_FILE_ID]}
    return stored


def _check_fields(sent: dict[str, Any]) -> None:
    """Validate that all fields are documented for PUT requests.

    :raises ApiError: if a field is undocumented or read-only.
    """
    for name, value in sent.items():
        if name not in _FIELDS:
            raise _invalid(name, 25024)
        for key in value if isinstance(value, dict) else ():
            if key not in (_FIELDS[name] or ()):
                raise _invalid(f"{name}.{key}", 25024)


def _check_selective(sent: dict[str, Any]) -> None:
    """Validate that the request has all selective settings, or none.

    :raises ApiError: if some selective settings are missing.
    """
    name = "selectiveCallRecordingSettings"
    if sent.get(name) is None:
        return
    for key in _BOOLEAN_SETTINGS[name]:
        if sent[name].get(key) is None:
            raise ApiError(400, f"Missing required field '{name}.{key}'.", shape="c", code=25008)


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

#: Documented fields of PUT requests, with their inner fields.
_FIELDS: dict[str, tuple[str, ...] | None] = {
    "enabled": None,
    "record": None,
    "recordVoicemailEnabled": None,
    **_BOOLEAN_SETTINGS,
    "notification": ("type", "enabled"),
    "repeat": ("interval", "enabled"),
}


def _check_booleans(values: dict[str, Any], prefix: str, names: tuple[str, ...]) -> None:
    for name in names:
        if values.get(name) is not None and not isinstance(values[name], bool):
            raise _invalid(f"{prefix}{name}")


def _invalid(name: str, code: int | None = None) -> ApiError:
    return ApiError(400, f"Invalid value for the field '{name}'.", shape="a" if code is None else "c", code=code)
