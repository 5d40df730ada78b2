# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Call recording settings: argument spec, validation, and comparison.

Private to webex.calling. All functions are pure. API reference of the settings and values:
https://developer.webex.com/docs/api/v1/virtual-line-call-settings

Settings are dictionaries in snake case, in the format of module results. The name of a nested setting is a path such as
C(notification.type).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.dict_transformations import dict_merge

from ._error_hints import SETTINGS as SETTINGS_HINT
from ._errors import OptionError

#: Values of C(record). The last value is older than the API reference and still in use.
RECORD = ("Always", "Never", "Always with Pause/Resume", "On Demand with User Initiated Start", "On Demand")

#: Read-only settings.
READ_ONLY = ("service_provider", "external_group", "external_identifier")

#: Values of C(record) that make selective recording settings effective.
RECORD_ALWAYS = ("Always", "Always with Pause/Resume")

NOTIFICATION_TYPES = ("None", "Beep", "Play Announcement")

#: Limits of C(repeat.interval), in seconds.
MIN_REPEAT_INTERVAL = 10
MAX_REPEAT_INTERVAL = 1800

SELECTIVE = "selective_call_recording_settings"
_API_SELECTIVE = "selectiveCallRecordingSettings"


def _booleans(*names: str) -> dict[str, Any]:
    return {"type": "dict", "options": {name: {"type": "bool"} for name in names}}


def settings_arguments(extra: Collection[str] = ()) -> dict[str, dict[str, Any]]:
    """Return the argument spec of the writable settings, for C(settings) in modules and policies.

    :param extra: names of settings that only some kinds of members have.
    """
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
        SELECTIVE: _booleans(
            "record_inbound_internal_calls_enabled",
            "record_inbound_external_calls_enabled",
            "record_outbound_internal_calls_enabled",
            "record_outbound_external_calls_enabled",
        ),
        **{name: _EXTRA_ARGUMENTS[name] for name in extra},
    }


#: Argument specs of settings that only some kinds of members have.
_EXTRA_ARGUMENTS: dict[str, dict[str, Any]] = {
    "start_stop_announcement_enabled": {"type": "bool"},
    "call_recording_access_settings": _booleans(
        "view_and_play_recordings_enabled",
        "download_recordings_enabled",
        "delete_recordings_enabled",
        "share_recordings_enabled",
    ),
}

_ARGUMENTS = settings_arguments()

#: Writable settings that the API reference documents.
DOCUMENTED = tuple(_ARGUMENTS)

#: Settings that determine which calls Webex records.
_RECORDING = ("record", "record_voicemail_enabled", SELECTIVE)


class _Missing:
    """Placeholder for an absent setting, which is different from null."""

    def __repr__(self) -> str:
        return "absent"


MISSING = _Missing()


class Difference(NamedTuple):
    """Setting that differs from its expected value.

    :param setting: setting name, such as C(notification.type).
    :param expected: expected value.
    :param actual: actual value, or C(MISSING) if the setting is absent.
    """

    setting: str
    expected: Any
    actual: Any


def desired_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the desired settings without null values.

    :param settings: settings that conform to the argument spec. Unset settings are null.
    :raises OptionError: if no setting is set, or if C(repeat.interval) is out of range.
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


def validate_settings(settings: Any, extra: Collection[str] = ()) -> dict[str, Any]:
    """Validate settings from any source, such as a policy, and return the desired settings.

    :param extra: names of settings that only some kinds of members have, and that are allowed here.
    :raises OptionError: if no setting is set, if a setting is unknown, or if a value is invalid or empty.
    """
    if not isinstance(settings, Mapping):
        raise OptionError("settings is not a dictionary", SETTINGS_HINT)
    # Reject unknown names first, because ArgumentSpecValidator cannot process names that are not strings.
    arguments = settings_arguments(extra) if extra else _ARGUMENTS
    unknown = ", ".join(_unknown(settings, arguments))
    if unknown:
        raise OptionError(f"settings: {unknown} is unknown", SETTINGS_HINT)
    for name, value in settings.items():
        if "options" in arguments[name] and not isinstance(value, (Mapping, type(None))):
            raise OptionError(f"settings: {name} is not a dictionary", SETTINGS_HINT)
    empty = ", ".join(_empty(settings))
    if empty:
        raise OptionError(f"settings: {empty} has no value", "Give a value, or omit the setting.")
    result = ArgumentSpecValidator(arguments).validate(_plain(settings))
    if result.error_messages:
        raise OptionError(f"settings: {'; '.join(result.error_messages)}", SETTINGS_HINT)
    return desired_settings(result.validated_parameters)


def keep_writable(settings: Mapping[str, Any], extra: Collection[str] = ()) -> dict[str, Any]:
    """Return the writable settings from a response, without null values.

    If C(notification.type) is null, the function returns the string C(None) for this setting.

    :param extra: names of settings that only some kinds of members have, and that are writable here.
    """
    kept = _restrict(settings, settings_arguments(extra) if extra else _ARGUMENTS)
    notification = settings.get("notification")
    if isinstance(notification, Mapping) and "type" in notification and _is_none(notification["type"]):
        kept["notification"] = {**kept.get("notification", {}), "type": "None"}
    return kept


def flatten(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the name, such as C(notification.type), and the value of each setting in nested settings."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def unflatten(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested settings from setting names and values, as the inverse of C(flatten)."""
    settings: dict[str, Any] = {}
    for setting, value in flat.items():
        *parents, name = setting.split(".")
        parent = settings
        for key in parents:
            parent = parent.setdefault(key, {})
        parent[name] = value
    return settings


def differences(actual: Mapping[str, Any], expected: Mapping[str, Any]) -> list[Difference]:
    """Return the settings that differ from their expected values. Ignore settings without an expected value."""
    return [
        Difference(setting, value, found)
        for setting, value in flatten(expected)
        for found in [_value_at(actual, setting)]
        if not _equal(setting, found, value)
    ]


def predict(actual: Mapping[str, Any], desired: Mapping[str, Any]) -> dict[str, Any]:
    """Return the predicted settings after a write of the desired settings.

    :param actual: current settings.
    :param desired: settings to write.
    :raises OptionError: if Webex would refuse the desired settings, or store other values.
    """
    after: dict[str, Any] = dict_merge(actual, desired)
    if "notification" in desired and has_untyped_notification(after):
        # The API reference documents Beep for an enabled notification without a type.
        raise OptionError(
            "notification.enabled is true and notification.type is None, which Webex would change to Beep",
            "Give notification.type as well, or set notification.enabled to false.",
        )
    if differences(actual, {SELECTIVE: desired.get(SELECTIVE, {})}):
        values, options = after[SELECTIVE], _ARGUMENTS[SELECTIVE]["options"]
        missing = [name for name in options if not isinstance(values.get(name), bool)]
        if missing:
            raise OptionError(
                f"{SELECTIVE} is incomplete, because the current settings lack {', '.join(missing)}",
                f"Give all {len(options)} settings of {SELECTIVE}. Webex refuses some of them alone.",
            )
    return after


def has_untyped_notification(settings: Mapping[str, Any]) -> bool:
    """Return whether the pause/resume notification is enabled without a type. The keys can be API keys."""
    notification = settings.get("notification")
    return (
        isinstance(notification, Mapping) and bool(notification.get("enabled")) and _is_none(notification.get("type"))
    )


def extends_recording(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Return whether Webex could record more calls after a change, if recording is enabled."""
    expected = {name: after[name] for name in _RECORDING if name in after}
    changed = {each.setting: each.expected for each in differences(before, expected)}
    # The API reference does not say whether voicemail is recorded while record is Never.
    return changed.get("record_voicemail_enabled") is True or (bool(changed) and after.get("record") != "Never")


def is_recorded(settings: Any) -> bool:
    """Return whether the settings record all calls without user action.

    :raises OptionError: if the input is not call recording settings.
    """
    enabled, record = _recording(settings)
    return enabled and record in RECORD_ALWAYS and not unrecorded_calls(settings)


def is_unrecorded(settings: Any) -> bool:
    """Return whether the settings record no calls.

    :raises OptionError: if the input is not call recording settings.
    """
    enabled, record = _recording(settings)
    selective = settings.get(SELECTIVE) or {}
    # Webex returns all four selective settings.
    no_calls = all(selective.get(name) is False for name in _ARGUMENTS[SELECTIVE]["options"])
    return not enabled or record == "Never" or (record in RECORD_ALWAYS and no_calls)


def unrecorded_calls(settings: Mapping[str, Any]) -> dict[str, bool | None]:
    """Return the selective settings that leave calls out while C(record) is one of C(RECORD_ALWAYS), and their values.

    An undocumented setting C(record_...) that is false leaves calls out as well. A documented setting that is null may
    do so.
    """
    documented = _ARGUMENTS[SELECTIVE]["options"]
    selective = settings.get(SELECTIVE) or {}
    return {
        f"{SELECTIVE}.{name}": value
        for name, value in selective.items()
        if (value is False and name.startswith("record_")) or (value is None and name in documented)
    }


def has_valid_selection(settings: Mapping[str, Any]) -> bool:
    """Return whether the selective settings are absent, null, or a dictionary of booleans and null."""
    selective = settings.get(SELECTIVE)
    if not isinstance(selective, Mapping):
        return selective is None
    documented = _ARGUMENTS[SELECTIVE]["options"]
    return all(isinstance(selective.get(name), (bool, type(None))) for name in documented)


def _recording(settings: Any) -> tuple[bool, Any]:
    enabled = settings.get("enabled") if isinstance(settings, Mapping) else None
    if not isinstance(enabled, bool) or (enabled and not isinstance(settings.get("record"), str)):
        raise OptionError(
            "the input is not call recording settings", "Give the call_recording of one member, which must be readable."
        )
    if _API_SELECTIVE in settings or not has_valid_selection(settings):
        raise OptionError(
            f"the input is not call recording settings, because {SELECTIVE} has other keys or values",
            "Give the call_recording of a module, and not the response to another request.",
        )
    return enabled, settings.get("record")


def ineffective_settings(settings: Mapping[str, Any], desired: Mapping[str, Any]) -> list[str]:
    """Return warnings about desired settings that Webex stores without effect, or without recording all calls.

    :param settings: current settings, merged with the desired settings.
    """
    if settings.get("enabled") is False and "enabled" not in desired:
        recording = [name for name in _RECORDING if desired.get(name) not in (None, False, "Never")]
        if recording:
            return [f"settings have no effect while enabled is false: {', '.join(recording)}"]
    elif settings.get("record") not in RECORD_ALWAYS:
        if SELECTIVE in desired:
            return [f"{SELECTIVE} has no effect while record is '{settings.get('record')}'"]
    elif settings.get("enabled") and (desired.get("record") or desired.get("enabled")):
        stated = desired.get(SELECTIVE) or {}
        left_out = [name for name in unrecorded_calls(settings) if name.partition(".")[2] not in stated]
        if left_out:
            return [f"not all calls are recorded, because these settings leave calls out: {', '.join(left_out)}"]
    return []


def compare_with_prediction(
    before: Mapping[str, Any], after: Mapping[str, Any], desired: Mapping[str, Any], extra: Collection[str] = ()
) -> tuple[list[Difference], list[Difference]]:
    """Return desired settings that Webex did not apply, and other writable settings that changed.

    Settings that were null or absent are ignored, because Webex can add values.

    :param before: settings from the read before the write.
    :param after: settings from the read after the write.
    :param desired: settings of the write.
    :param extra: names of settings that only some kinds of members have, and that are writable here.
    """
    found = differences(after, keep_writable(predict(before, desired), extra))
    requested = dict(flatten(desired)).keys()
    not_applied = [each for each in found if each.setting in requested]
    return not_applied, [each for each in found if each.setting not in requested]


def unexpected_changes(before: Mapping[str, Any], after: Mapping[str, Any], extra: Collection[str] = ()) -> list[str]:
    """Return warnings about changed settings that the collection does not know.

    The check ignores the read-only settings of the provider. The collection writes unknown settings as read from Webex.
    A change is not an error, because the behavior of Webex for unknown settings is not known.
    """
    arguments = settings_arguments(extra)
    known = [*arguments, *READ_ONLY]
    unknown = {name: value for name, value in before.items() if name not in known}
    for name in arguments:
        value = before.get(name)
        if isinstance(value, Mapping):
            options = arguments[name].get("options", {})
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
    """Yield the names of null or empty settings, which are probably mistakes."""
    for name, value in settings.items():
        if value is None or value == {}:
            yield f"{prefix}{name}"
        elif isinstance(value, Mapping):
            yield from _empty(value, f"{prefix}{name}.")


def _plain(value: Any) -> Any:
    """Return the value with plain dictionaries and lists.

    ArgumentSpecValidator copies its input. For the lazy containers that Ansible passes to filters, the copy would
    include the templar.
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
    # Compare types as well, because True equals 1 in Python.
    return bool(actual == expected) and isinstance(actual, bool) == isinstance(expected, bool)


def _is_none(notification_type: Any) -> bool:
    """Return whether a notification type means no notification.

    GET returns "None" and can return null. PUT requires null.
    """
    return notification_type is None or notification_type == "None"
