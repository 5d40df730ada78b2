# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Functions that change call recording settings.

Private to webex.calling.

The API reference does not document whether Webex keeps or resets the settings that a request leaves out. Each request
therefore contains all settings, as read from Webex and merged with the desired settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from ansible.module_utils.common.dict_transformations import dict_merge, snake_dict_to_camel_dict

from . import _error_hints as hints
from ._call_recording import OFF, WriteResult, get_settings, read_settings, settings_path
from ._client import WebexClient
from ._concurrency import run_all
from ._errors import OptionError, WebexError, error_context
from ._kinds import KINDS, Member, explain_write_error, kind_of, kinds_of, means_not_recordable
from ._selectors import describe
from ._settings import (
    DOCUMENTED,
    READ_ONLY,
    Difference,
    compare_with_prediction,
    differences,
    extends_recording,
    has_untyped_notification,
    ineffective_settings,
    keep_writable,
    predict,
    unexpected_changes,
)

#: Documented settings and read-only settings, as API keys.
_DOCUMENTED = frozenset(snake_dict_to_camel_dict(dict.fromkeys(DOCUMENTED)))
_READ_ONLY = frozenset(snake_dict_to_camel_dict(dict.fromkeys(READ_ONLY)))

#: Error codes for a field that is missing, or has an invalid value.
_FIELD_CODES = ("25008", "25024")

#: Maximum number and length of the fields in a hint.
_MAX_NAMED_FIELDS = 10
_MAX_FIELD_LENGTH = 100

#: Announcement files in responses, and the key with the id of the file in requests.
_FILE = "audioAnnouncementFile"
_FILE_ID = "audioAnnouncementFileId"


def write_all(
    client: WebexClient, members: Sequence[Member], desired: Mapping[str, Any], *, check_only: bool
) -> list[WriteResult]:
    """Change many members to the desired settings in parallel, and return the results in the same order.

    Other settings do not change. Writing stops for the same reasons as C(read_all). The remaining members stay
    unchanged.

    :param desired: settings from C(_settings.desired_settings).
    :param check_only: whether to predict the result without writing.
    :raises OptionError: if a member has not all desired settings, before any request.
    """
    _check_kinds(members, desired)

    def act(member: Member) -> WriteResult:
        result = WriteResult(member)
        try:
            _write(client, result, desired, check_only)
        except WebexError as error:
            result.error = error
        return result

    def not_reached(member: Member, error: WebexError | None) -> WriteResult:
        return WriteResult(member, error=error)

    return run_all(members, act, not_reached, concurrency=client.connection.concurrency, group_of=kind_of)


def _check_kinds(members: Sequence[Member], desired: Mapping[str, Any]) -> None:
    """Raise OptionError if a desired setting exists only for other kinds of members."""
    for name in desired:
        with_setting = [kind for kind in KINDS if name in kind.extra_settings]
        others = [kind.plural for kind in KINDS if kind not in with_setting and kind in kinds_of(members)]
        if with_setting and others:
            names = " and ".join(kind.plural for kind in with_setting)
            raise OptionError(
                f"only {names} have the setting {name}, and the selection contains {' and '.join(others)}",
                f"Select only {names}, for example with kind.",
            )


def _write(client: WebexClient, result: WriteResult, desired: Mapping[str, Any], check_only: bool) -> None:
    """Read the settings, write the desired ones if any differ, read again, and update C(result).

    :raises WebexError: if the settings cannot be read, written, or verified.
    """
    member, kind = result.member, kind_of(result.member)
    try:
        content, before = get_settings(client, member)
    except WebexError as error:
        if means_not_recordable(error, kind):
            result.set_not_recordable(error)
            if not differences(OFF, desired):
                return
        raise
    result.settings = before
    result.warnings += ineffective_settings(dict_merge(before, desired), desired)
    changes = differences(before, desired)
    if not changes:
        return
    action = f"change the call recording settings of {kind.noun} {describe(member)}"
    with error_context(action, kind.name, member["id"]):
        after = predict(before, desired)
        result.changes = changes
        if check_only:
            result.settings, result.changed = after, True
            return
        body = _request_body(content, desired)
        try:
            refusal = _put(client, result, body, before, after)
        except WebexError as error:
            if means_not_recordable(error, kind) and after["enabled"] and not before["enabled"]:
                # Webex can return settings for a member without the service, but accepts none.
                result.set_not_recordable(error)
            else:
                _update_after_failure(client, result, error, before)
            raise explain_write_error(_explained(error, body, desired), kind) from None
        result.changed, result.settings = True, None
        result.settings = read_settings(client, member)
        result.warnings += unexpected_changes(before, result.settings, kind.extra_settings)
        _verify(result, before, desired, refusal)


def _put(
    client: WebexClient,
    result: WriteResult,
    body: Mapping[str, Any],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> WebexError | None:
    """Send the request body. Return None if Webex accepts it, or the refusal if Webex accepts only C(enabled: false).

    Some organizations refuse other settings while recording is off, with the error code for a service that is not
    assigned.

    :raises WebexError: if Webex accepts neither.
    """
    address = settings_path(result.member)
    try:
        client.put(address, body)
        return None
    except WebexError as error:
        if after["enabled"] or not means_not_recordable(error, kind_of(result.member)):
            raise
        if not before["enabled"]:
            # Do not send enabled: false alone, because Webex could reset the settings of the member.
            raise _about_disabled_recording(error, result.changes) from None
        refusal = error
    still_enabled = {**after, "enabled": True}
    if differences(before, still_enabled) and not extends_recording(before, after):
        # Change the other settings first, because Webex refuses them once recording is off.
        client.put(address, {**body, "enabled": True})
        result.changed = True
    client.put(address, {"enabled": False})
    return refusal


def _update_after_failure(
    client: WebexClient, result: WriteResult, error: WebexError, before: Mapping[str, Any]
) -> None:
    """Update C(result) after a failed change. The settings are absent if they are unknown."""
    result.settings = None
    if error.status is None or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # Report a change, because Webex may have applied the settings.
        result.changed = True
        return
    try:
        result.settings = read_settings(client, result.member)
    except WebexError:
        # The error of the change is more important.
        return
    changed = differences(result.settings, keep_writable(before, kind_of(result.member).extra_settings))
    actual = [Difference(each.setting, each.actual, each.expected) for each in changed]
    if actual:
        result.changed, result.changes = True, actual


def _verify(
    result: WriteResult, before: Mapping[str, Any], desired: Mapping[str, Any], refusal: WebexError | None
) -> None:
    """Compare the settings after a change with the prediction, and update C(result).

    :param refusal: error if Webex accepted only C(enabled: false).
    :raises WebexError: if Webex did not apply a desired setting, or changed another setting for no known reason.
    """
    now = result.settings or {}
    not_applied, others = compare_with_prediction(before, now, desired, kind_of(result.member).extra_settings)
    # Webex can reset settings when recording is switched off.
    switched_off = before["enabled"] and now.get("enabled") is desired.get("enabled") is False
    # A notification without a type cannot be sent.
    not_sent = has_untyped_notification(before) and "notification" not in desired
    reset: list[Difference] = []
    unexplained: list[Difference] = []
    for each in others:
        expected = switched_off or (not_sent and each.setting.startswith("notification."))
        (reset if expected else unexplained).append(each)
    if reset:
        result.changes = [*result.changes, *(Difference(name, after, was) for name, was, after in reset)]
        names = ", ".join(each.setting for each in reset)
        result.warnings.append(f"Webex has changed settings that the task does not set: {names}")
    if refusal and not_applied:
        raise _about_disabled_recording(refusal, not_applied)
    texts = [f"{each.setting} is {each.actual!r} instead of {each.expected!r}" for each in not_applied]
    texts += [f"{each.setting} was {each.expected!r} and became {each.actual!r}" for each in unexplained]
    if texts:
        raise WebexError("not_applied", "Not applied", hints.NOT_APPLIED, message="; ".join(texts))


def _request_body(content: Mapping[str, Any], desired: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of the PUT request: current settings, merged with the desired settings."""
    body: dict[str, Any] = dict_merge(content, snake_dict_to_camel_dict(desired))
    notification = body.get("notification")
    if has_untyped_notification(body):
        # Webex would set Beep. Without the key, Webex keeps or disables a notification that plays nothing.
        del body["notification"]
    elif isinstance(notification, dict) and notification.get("type") == "None":
        notification["type"] = None
    if "announcements" in body:
        body["announcements"] = _with_file_ids(body["announcements"])
    return {key: value for key, value in body.items() if key not in _READ_ONLY}


def _with_file_ids(value: Any) -> Any:
    """Return announcements with the ids of their files, as PUT expects them, instead of the files."""
    if not isinstance(value, dict):
        return value
    converted = {key: _with_file_ids(item) for key, item in value.items() if key != _FILE}
    file = value.get(_FILE)
    if isinstance(file, dict) and "id" in file:
        converted[_FILE_ID] = file["id"]
    return converted


def _about_disabled_recording(refusal: WebexError, refused: Sequence[Difference]) -> WebexError:
    """Return the refusal of settings because recording is off."""
    refusal.hint = hints.RECORDING_OFF.format(", ".join(each.setting for each in refused))
    return refusal


def _explained(error: WebexError, body: Mapping[str, Any], desired: Mapping[str, Any]) -> WebexError:
    """Return the error of a failed change with a hint that fits the request."""
    if error.code in _FIELD_CODES:
        given = set(_keys(snake_dict_to_camel_dict(desired)))
        mentioned = set(re.findall(r"\w+", error.message or ""))
        fields = [key for key in dict.fromkeys(_keys(body)) if key in mentioned and key not in given]
        fields = fields or [key for key in body if key not in _DOCUMENTED and not mentioned & given]
        # Skip long keys instead of cutting them, because redaction does not find a part of a secret.
        fields = [key for key in fields if len(key) <= _MAX_FIELD_LENGTH][:_MAX_NAMED_FIELDS]
        if fields:
            error.hint = hints.UNREQUESTED_FIELDS.format(", ".join(fields))
    return error


def _keys(value: Any) -> Iterator[str]:
    """Yield all keys of nested dictionaries."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from _keys(item)
