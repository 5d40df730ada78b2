# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON Schema of policies, made from the same tables as their validation.

Private to webex.calling. Editors complete and check policies with it. A schema cannot express all rules: the filter
C(call_recording_policy) also checks that names are unique, and that values do not contradict each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..module_utils._kinds import EXTRA_SETTINGS, KINDS
from ..module_utils._policy import EXEMPTION_KEYS, SELECTOR_OPTIONS
from ..module_utils._settings import MAX_REPEAT_INTERVAL, MIN_REPEAT_INTERVAL, settings_arguments

_TEXT = {"type": "string", "pattern": "\\S"}
_TYPES = {"bool": {"type": "boolean"}, "str": _TEXT, "int": {"type": "integer"}}


def policy_schema() -> dict[str, Any]:
    """Return the JSON Schema of policies."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Policy of webex.calling",
        **_object({"name": _TEXT, "version": _TEXT, "rules": _list(_rule())}, required=["name", "rules"]),
    }


def _rule() -> dict[str, Any]:
    selection = _selection()
    properties = {
        "name": _TEXT,
        **selection,
        "exclude": {**_object(selection), "minProperties": 1},
        "allow_missing": {"type": "boolean"},
        "references": _one_or_more(_TEXT),
        "settings": _settings(settings_arguments(EXTRA_SETTINGS)),
        "exempt": _exemption(),
    }
    needs_selector = {"anyOf": [{"required": [option]} for option in SELECTOR_OPTIONS]}
    return {
        **_object(properties, required=["name"]),
        "oneOf": [{"required": ["settings"]}, {"required": ["exempt"], **needs_selector}],
    }


def _selection() -> dict[str, Any]:
    # A phone number without quotes is accepted. Extensions in files are texts, even without quotes.
    number = {"anyOf": [_TEXT, {"type": "integer"}]}
    selectors = {
        option: _one_or_more(number if option in ("phone_number", "extension") else _TEXT)
        for option in SELECTOR_OPTIONS
    }
    kinds = _one_or_more({"enum": [kind.name for kind in KINDS]})
    return {**selectors, "kind": kinds, "recordable": {"type": "boolean"}}


def _exemption() -> dict[str, Any]:
    properties: dict[str, Any] = dict.fromkeys(EXEMPTION_KEYS, _TEXT)
    properties["expires"] = {"type": "string", "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2}|never)$"}
    return _object(properties, required=["reason", "expires"])


def _settings(arguments: Mapping[str, Any]) -> dict[str, Any]:
    properties = {}
    for name, argument in arguments.items():
        if "options" in argument:
            properties[name] = _settings(argument["options"])
        elif "choices" in argument:
            properties[name] = {"enum": list(argument["choices"])}
        elif argument["type"] == "int":
            properties[name] = {"type": "integer", "minimum": MIN_REPEAT_INTERVAL, "maximum": MAX_REPEAT_INTERVAL}
        else:
            properties[name] = _TYPES[argument["type"]]
    return {**_object(properties), "minProperties": 1}


def _object(properties: Mapping[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**schema, "required": required} if required else schema


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(items), "minItems": 1}


def _one_or_more(value: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [dict(value), _list(value)]}
