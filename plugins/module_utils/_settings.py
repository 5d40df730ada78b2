# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Table of call recording settings, validation, and differences.

Private to webex.calling. Pure functions. Source of the settings and their values:
https://developer.webex.com/docs/api/v1/virtual-line-call-settings

Settings are dictionaries in snake case, as in results. The name of a nested setting is a path such as
C(notification.type).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.dict_transformations import dict_merge

from ._error_hints import NOT_APPLIED
from ._error_hints import SETTINGS as SETTINGS_HINT
from ._errors import OptionError, WebexError

#: Values of C(record). The last one is older than the reference and still in use.
RECORD = ("Always", "Never", "Always with Pause/Resume", "On Demand with User Initiated Start", "On Demand")

#: Settings that cannot be written.
READ_ONLY = ("service_provider", "external_group", "external_identifier")

#: Values of C(record) with which selective recording has an effect.
RECORD_ALWAYS = ("Always", "Always with Pause/Resume")

NOTIFICATION_TYPES = ("None", "Beep", "Play Announcement")

#: Bounds of C(repeat.interval) in seconds.
MIN_REPEAT_INTERVAL = 10
MAX_REPEAT_INTERVAL = 1800

_SELECTIVE = "selective_call_recording_settings"


def _booleans(*names: str) -> dict[str, Any]:
    return {"type": "dict", "options": {name: {"type": "bool"} for name in names}}


def settings_arguments() -> dict[str, dict[str, Any]]:
    """Return the argument spec of the writable settings: the suboptions of C(settings) and the settings of policies."""
    return {
        "enabled": {"type": "bool"},
        "record": {"type": "str", "choices": list(RECORD)},
        "record_voicemail_enabled": {"type": "bool"},
        "notification": {
            "type": "dict",
            "options": {
                "type": {"type": "str", "choices": list(NOTIFICATION_TYPES)},
                "enabled": {"type": "bool"},
            },
        },
        "repeat": {"type": "dict", "options": {"interval": {"type": "int"}, "enabled": {"type": "bool"}}},
        "start_stop_announcement": _booleans("internal_calls_enabled", "pstn_calls_enabled"),
        _SELECTIVE: _booleans(
            "record_inbound_internal_calls_enabled",
            "record_inbound_external_calls_enabled",
            "record_outbound_internal_calls_enabled",
            "record_outbound_external_calls_enabled",
        ),
    }


_ARGUMENTS = settings_arguments()


class _Missing:
    """Placeholder for an absent setting, which is different from null."""

    def __repr__(self) -> str:
        return "absent"


MISSING = _Missing()


class Difference(NamedTuple):
    """Setting that differs from its expected value. C(actual) can be C(MISSING)."""

    setting: str
    expected: Any
    actual: Any


def desired_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the desired settings without those that are not set.

    :param settings: valid by the argument spec, with null for settings that are not set.
    :raises OptionError: if no setting is set, or an interval is out of bounds.
    """
    desired = _without_null(settings)
    if not desired:
        raise OptionError("settings is empty", "Check the variable that the settings come from.")
    interval = desired.get("repeat", {}).get("interval", MIN_REPEAT_INTERVAL)
    if not MIN_REPEAT_INTERVAL <= interval <= MAX_REPEAT_INTERVAL:
        raise OptionError(
            f"repeat.interval is {interval}",
            f"Give a number of seconds from {MIN_REPEAT_INTERVAL} to {MAX_REPEAT_INTERVAL}.",
        )
    return desired


def validate_settings(settings: Any) -> dict[str, Any]:
    """Return the desired settings of any origin, such as a policy.

    :raises OptionError: if they contain an unknown setting or an invalid value.
    """
    if not isinstance(settings, Mapping):
        raise OptionError("settings is not a dictionary", SETTINGS_HINT)
    # ArgumentSpecValidator fails for these itself, such as for names that are not text.
    unknown = ", ".join(_unknown(settings, _ARGUMENTS))
    if unknown:
        raise OptionError(f"settings: {unknown} is unknown", SETTINGS_HINT)
    for name, value in settings.items():
        if "options" in _ARGUMENTS[name] and not isinstance(value, (Mapping, type(None))):
            raise OptionError(f"settings: {name} is not a dictionary", SETTINGS_HINT)
    empty = ", ".join(_empty(settings))
    if empty:
        raise OptionError(f"settings: {empty} has no value", "Give a value, or omit the setting.")
    result = ArgumentSpecValidator(_ARGUMENTS).validate(_plain(settings))
    if result.error_messages:
        raise OptionError(f"settings: {'; '.join(result.error_messages)}", SETTINGS_HINT)
    return desired_settings(result.validated_parameters)


def keep_writable(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the settings that were read that can be written, without null except for C(notification.type)."""
    kept = _restrict(settings, _ARGUMENTS)
    notification = settings.get("notification")
    if isinstance(notification, Mapping) and "type" in notification and _is_none(notification["type"]):
        kept["notification"] = {**kept.get("notification", {}), "type": "None"}
    return kept


def flatten(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield name and value of each setting in nested settings."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def unflatten(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested settings from names and values: the inverse of C(flatten)."""
    settings: dict[str, Any] = {}
    for setting, value in flat.items():
        *parents, name = setting.split(".")
        parent = settings
        for key in parents:
            parent = parent.setdefault(key, {})
        parent[name] = value
    return settings


def differences(actual: Mapping[str, Any], expected: Mapping[str, Any]) -> list[Difference]:
    """Return the settings that differ from their expected values. Settings without one are not compared."""
    return [
        Difference(setting, value, found)
        for setting, value in flatten(expected)
        for found in [_value_at(actual, setting)]
        if not _equal(setting, found, value)
    ]


def predict(actual: Mapping[str, Any], desired: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings as they are after writing the desired ones.

    :raises OptionError: if Webex would store something else.
    """
    after: dict[str, Any] = dict_merge(actual, desired)
    notification = after.get("notification")
    # The reference documents that an enabled notification without a type becomes a beep.
    if isinstance(notification, dict) and notification.get("enabled") and _is_none(notification.get("type")):
        if "type" in desired.get("notification", {}):
            raise OptionError(
                "notification.type None and notification.enabled true exclude each other, because Webex would set Beep",
                "Set notification.enabled to false as well, or give another type.",
            )
        notification["type"] = "Beep"
    return after


def is_recorded(settings: Any) -> bool:
    """Return whether settings record all calls, without anything that a user has to do.

    :raises OptionError: if these are not call recording settings.
    """
    enabled, record = _recording(settings)
    return enabled and record in RECORD_ALWAYS


def is_unrecorded(settings: Any) -> bool:
    """Return whether settings record no calls.

    :raises OptionError: if these are not call recording settings.
    """
    enabled, record = _recording(settings)
    return not enabled or record == "Never"


def _recording(settings: Any) -> tuple[bool, Any]:
    enabled = settings.get("enabled") if isinstance(settings, Mapping) else None
    if not isinstance(enabled, bool) or (enabled and not isinstance(settings.get("record"), str)):
        raise OptionError(
            "the input is not call recording settings", "Give the call_recording of one member, which must be readable."
        )
    return enabled, settings.get("record")


def ineffective_settings(settings: Mapping[str, Any], desired: Mapping[str, Any]) -> list[str]:
    """Return warnings about desired settings that Webex stores but that have no effect."""
    if _SELECTIVE in desired and settings.get("record") not in RECORD_ALWAYS:
        return [f"{_SELECTIVE} has no effect while record is '{settings.get('record')}'"]
    return []


def verify_applied(before: Mapping[str, Any], after: Mapping[str, Any], desired: Mapping[str, Any]) -> None:
    """Compare what was read after writing with the prediction.

    :param before: what was read before writing.
    :raises WebexError: if a desired setting was not applied, or another writable setting changed.
    """
    # Settings that were null or absent are not compared: Webex may fill them in.
    expected = keep_writable(predict(before, desired))
    requested = dict(flatten(desired)).keys() | {each.setting for each in differences(before, expected)}
    texts = [
        f"{each.setting} is {each.actual!r} instead of {each.expected!r}"
        if each.setting in requested
        else f"{each.setting} was {each.expected!r} and became {each.actual!r}"
        for each in differences(after, expected)
    ]
    if texts:
        raise WebexError("not_applied", "Not applied", NOT_APPLIED, message="; ".join(texts))


def unexpected_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return warnings about changes of settings that the collection does not know, except for those of the provider.

    They are sent as they were read. How Webex treats them is unknown, so a change is not an error.
    """
    known = [*_ARGUMENTS, *READ_ONLY]
    unknown = {name: value for name, value in before.items() if name not in known}
    for name in _ARGUMENTS:
        value = before.get(name)
        if isinstance(value, Mapping):
            options = _ARGUMENTS[name].get("options", {})
            unknown[name] = {key: item for key, item in value.items() if key not in options}
    changed = ", ".join(each.setting for each in differences(after, unknown))
    return [f"settings that this collection does not know have changed as well: {changed}"] if changed else []


def _unknown(settings: Mapping[Any, Any], arguments: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield the names of unknown settings."""
    for name, value in settings.items():
        if name not in arguments:
            yield f"{prefix}{name}"
        elif isinstance(value, Mapping):
            yield from _unknown(value, arguments[name].get("options", {}), f"{prefix}{name}.")


def _without_null(settings: Mapping[str, Any]) -> dict[str, Any]:
    kept = {}
    for name, value in settings.items():
        kept_value = (_without_null(value) or None) if isinstance(value, Mapping) else value
        if kept_value is not None:
            kept[name] = kept_value
    return kept


def _empty(settings: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield the names of settings without a value, most likely left empty by mistake."""
    for name, value in settings.items():
        if value is None or value == {}:
            yield f"{prefix}{name}"
        elif isinstance(value, Mapping):
            yield from _empty(value, f"{prefix}{name}.")


def _plain(value: Any) -> Any:
    """Return the value in plain dictionaries and lists.

    ArgumentSpecValidator copies its input. Copying the lazy containers that Ansible passes to filters copies their
    templar as well.
    """
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _restrict(settings: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    kept = {}
    for name, argument in arguments.items():
        value = settings.get(name)
        if isinstance(value, Mapping):
            value = _restrict(value, argument.get("options", {})) or None
        if value is not None:
            kept[name] = value
    return kept


def _value_at(settings: Mapping[str, Any], setting: str) -> Any:
    found: Any = settings
    for name in setting.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return MISSING
        found = found[name]
    return found


def _equal(setting: str, actual: Any, expected: Any) -> bool:
    if setting == "notification.type" and _is_none(actual) and _is_none(expected):
        return True
    # In Python true equals one.
    return bool(actual == expected) and isinstance(actual, bool) == isinstance(expected, bool)


def _is_none(notification_type: Any) -> bool:
    """Return whether a notification type means none: GET returns "None", PUT requires null, and GET may return null."""
    return notification_type is None or notification_type == "None"
