# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The call recording settings that can be wanted: which there are, and what differs from what is wanted.

Private to webex.calling. Pure functions: nothing here talks to Webex. Source of the settings and of their values:
https://developer.webex.com/docs/api/v1/virtual-line-call-settings

Settings are as they stand in results: dictionaries in snake case. A path names a setting in one, such as
C(notification.type).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.dict_transformations import dict_merge

from .errors import OptionError, WebexError

#: In Webex's words. The last is older than the reference, and still met.
RECORD = ("Always", "Never", "Always with Pause/Resume", "On Demand with User Initiated Start", "On Demand")

#: What only tells.
READ_ONLY = ("service_provider", "external_group", "external_identifier")

#: With these, calls are recorded without anybody's doing, so that it matters which calls are selected.
RECORD_ALWAYS = ("Always", "Always with Pause/Resume")

NOTIFICATION_TYPES = ("None", "Beep", "Play Announcement")

#: Seconds.
SHORTEST_INTERVAL = 10
LONGEST_INTERVAL = 1800

_SELECTIVE = "selective_call_recording_settings"


def _switches(*names: str) -> dict[str, Any]:
    return {"type": "dict", "options": {name: {"type": "bool"} for name in names}}


def settings_arguments() -> dict[str, dict[str, Any]]:
    """What may be wanted, as an argument spec: the suboptions of C(settings), and what a policy may state."""
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
        "start_stop_announcement": _switches("internal_calls_enabled", "pstn_calls_enabled"),
        _SELECTIVE: _switches(
            "record_inbound_internal_calls_enabled",
            "record_inbound_external_calls_enabled",
            "record_outbound_internal_calls_enabled",
            "record_outbound_external_calls_enabled",
        ),
    }


_ARGUMENTS = settings_arguments()

_HINT_SETTINGS = "The module webex.calling.virtual_line_call_recording documents all settings and their values."


class _Nothing:
    """Stands in the place of a setting that is not there, which is something else than null."""

    def __repr__(self) -> str:
        return "nothing"


NOTHING = _Nothing()


class Difference(NamedTuple):
    """A setting that is not as it is wanted. C(actual) can be C(NOTHING)."""

    path: str
    expected: Any
    actual: Any


def stated(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that are wanted, without those that are not stated.

    :param settings: valid by the argument spec, with null for what is not stated.
    :raises OptionError: if nothing is stated, or an interval is out of bounds.
    """
    wanted = _without_null(settings)
    if not wanted:
        raise OptionError("settings states nothing", "Check the variable that the settings come from.")
    interval = wanted.get("repeat", {}).get("interval", SHORTEST_INTERVAL)
    if not SHORTEST_INTERVAL <= interval <= LONGEST_INTERVAL:
        raise OptionError(
            f"repeat.interval is {interval}", f"It must be from {SHORTEST_INTERVAL} to {LONGEST_INTERVAL} seconds."
        )
    return wanted


def validated(settings: Any) -> dict[str, Any]:
    """The settings that are wanted, of any origin.

    :raises OptionError: if there is something in them that is no setting, or no value of it.
    """
    if not isinstance(settings, Mapping):
        raise OptionError("settings is no dictionary", _HINT_SETTINGS)
    # The validator itself would stumble over these: over names that are no text, for one.
    unknown = ", ".join(_unknown(settings, _ARGUMENTS))
    if unknown:
        raise OptionError(f"settings: there is no {unknown}", _HINT_SETTINGS)
    for name, value in settings.items():
        if "options" in _ARGUMENTS[name] and not isinstance(value, (Mapping, type(None))):
            raise OptionError(f"settings: {name} is no dictionary", _HINT_SETTINGS)
    empty = ", ".join(_empty(settings))
    if empty:
        raise OptionError(f"settings: {empty} has no value", "State one, or leave it out.")
    result = ArgumentSpecValidator(_ARGUMENTS).validate(_plain(settings))
    if result.error_messages:
        raise OptionError(f"settings: {'; '.join(result.error_messages)}", _HINT_SETTINGS)
    return stated(result.validated_parameters)


def writable(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Of settings as they were read, those that can be wanted: not what is null, but for the notification's type."""
    kept = _restricted(settings, _ARGUMENTS)
    notification = settings.get("notification")
    if isinstance(notification, Mapping) and "type" in notification and _is_none(notification["type"]):
        kept["notification"] = {**kept.get("notification", {}), "type": "None"}
    return kept


def paths(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Each setting in nested settings: its path and its value."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from paths(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """The reverse of C(paths)."""
    settings: dict[str, Any] = {}
    for path, value in flat.items():
        *outer, name = path.split(".")
        place = settings
        for key in outer:
            place = place.setdefault(key, {})
        place[name] = value
    return settings


def differences(actual: Mapping[str, Any], expected: Mapping[str, Any]) -> list[Difference]:
    """Where settings are not as they are expected. What is not expected to be anything may be anything."""
    return [
        Difference(path, value, found)
        for path, value in paths(expected)
        for found in [_at(actual, path)]
        if not _same(path, found, value)
    ]


def predicted(actual: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What the settings will be once they were written as wanted.

    :raises OptionError: if Webex would make something else of it.
    """
    after: dict[str, Any] = dict_merge(actual, wanted)
    notification = after.get("notification")
    # The reference: enabled without a type makes it a beep.
    if isinstance(notification, dict) and notification.get("enabled") and _is_none(notification.get("type")):
        if "type" in wanted.get("notification", {}):
            raise OptionError(
                "notification.type None and notification.enabled true exclude each other: Webex would make it Beep",
                "State notification.enabled false as well, or another type.",
            )
        notification["type"] = "Beep"
    return after


def without_effect(settings: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """Why something that is wanted has no effect, though Webex keeps it."""
    if _SELECTIVE in wanted and settings.get("record") not in RECORD_ALWAYS:
        return [f"{_SELECTIVE} has no effect while record is '{settings.get('record')}'"]
    return []


def check_kept(before: Mapping[str, Any], after: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Compare what was read after writing with what should have come of it.

    :param before: what was read before.
    :raises WebexError: if anything that was wanted is not so, or anything else that can be wanted has changed.
    """
    # What was null or not there before may get Webex's own idea of it.
    expected = writable(predicted(before, wanted))
    asked = dict(paths(wanted)).keys() | {each.path for each in differences(before, expected)}
    said = [
        f"{path} is {actual!r} instead of {value!r}" if path in asked else f"{path} was {value!r} and became {actual!r}"
        for path, value, actual in differences(after, expected)
    ]
    if said:
        raise WebexError(
            "Not as asked",
            "Webex accepted the change, but did not make it so. Look at the line in Control Hub: a setting may not be "
            "available there, or somebody may have changed it at the same time. Then run again.",
            message="; ".join(said),
        )


def _unknown(settings: Mapping[Any, Any], arguments: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """The paths of what is no setting."""
    for name, value in settings.items():
        if name not in arguments:
            yield f"{prefix}{name}"
        elif isinstance(value, Mapping):
            yield from _unknown(value, arguments[name].get("options", {}), f"{prefix}{name}.")


def changed_beside(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What has changed of settings that can't be wanted, as they are not known here; the provider's are left out.

    They were sent as they had been read. Nobody knows what Webex makes of them, so this is no error.
    """
    known = [*_ARGUMENTS, *READ_ONLY]
    unknown = {name: value for name, value in before.items() if name not in known}
    for name in _ARGUMENTS:
        value = before.get(name)
        if isinstance(value, Mapping):
            options = _ARGUMENTS[name].get("options", {})
            unknown[name] = {key: item for key, item in value.items() if key not in options}
    changed = ", ".join(each.path for each in differences(after, unknown))
    return [f"settings that this collection does not know have changed as well: {changed}"] if changed else []


def _without_null(settings: Mapping[str, Any]) -> dict[str, Any]:
    kept = {}
    for name, value in settings.items():
        stated_value = (_without_null(value) or None) if isinstance(value, Mapping) else value
        if stated_value is not None:
            kept[name] = stated_value
    return kept


def _empty(settings: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """What is there, and says nothing: most often somebody has forgotten to say it."""
    for name, value in settings.items():
        if value is None or value == {}:
            yield f"{prefix}{name}"
        elif isinstance(value, Mapping):
            yield from _empty(value, f"{prefix}{name}.")


def _plain(value: Any) -> Any:
    """The same in dictionaries and lists of Python's own.

    Those that Ansible hands to filters know their template, and a copy of one, as the validator makes it, copies that.
    """
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _restricted(settings: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    kept = {}
    for name, argument in arguments.items():
        value = settings.get(name)
        if isinstance(value, Mapping):
            value = _restricted(value, argument.get("options", {})) or None
        if value is not None:
            kept[name] = value
    return kept


def _at(settings: Mapping[str, Any], path: str) -> Any:
    found: Any = settings
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return NOTHING
        found = found[name]
    return found


def _same(path: str, actual: Any, expected: Any) -> bool:
    if path == "notification.type" and _is_none(actual) and _is_none(expected):
        return True
    # In Python true equals one.
    return bool(actual == expected) and isinstance(actual, bool) == isinstance(expected, bool)


def _is_none(notification_type: Any) -> bool:
    """Where reading says "None", writing wants null, and null may be read some day."""
    return notification_type is None or notification_type == "None"
