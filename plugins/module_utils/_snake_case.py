# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conversion of responses to snake case.

Private to webex.calling.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import Any

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict

#: Maximum number of nested dictionaries and lists. Responses of Webex have four.
_MAX_DEPTH = 30

#: Keys with a special meaning for Ansible, such as C(__ansible_unsafe).
_ANSIBLE_KEY = re.compile(r"_+ansible")

#: Longer keys stay as they are, because the patterns of Ansible take quadratic time. Keys of Webex are much shorter.
_MAX_KEY_LENGTH = 200


class NestedTooDeeplyError(ValueError):
    """Value that is nested more deeply than any response of Webex."""


def to_snake_case(value: Any, depth: int = 0) -> Any:
    """Return the value with all keys in snake case, as C(camel_dict_to_snake_dict) converts them.

    All lines have the same few keys and mostly the same values. So each key is converted once, and each text is kept
    once: a large organization needs a quarter less memory.

    :raises NestedTooDeeplyError: for a value that other functions could not process either.
    """
    # The exact types are those of json.loads. isinstance would take a sixth of the time that a line costs.
    kind = type(value)
    if kind is str:
        return sys.intern(value)
    if kind is not dict and kind is not list:
        return value
    if depth > _MAX_DEPTH:
        raise NestedTooDeeplyError
    if kind is list:
        return [to_snake_case(item, depth + 1) for item in value]
    converted = {_key_to_snake_case(key): to_snake_case(item, depth + 1) for key, item in value.items()}
    return converted if len(converted) == len(value) else _without_collisions(value, depth)


def without_deep_values(value: Any, depth: int = 0) -> Any:
    """Return the value with a text in place of what C(to_snake_case) refuses."""
    if not isinstance(value, (dict, list)):
        return value
    if depth > _MAX_DEPTH:
        return "(nested too deeply)"
    if isinstance(value, list):
        return [without_deep_values(item, depth + 1) for item in value]
    return {key: without_deep_values(item, depth + 1) for key, item in value.items()}


def _without_collisions(value: dict[str, Any], depth: int) -> dict[str, Any]:
    """Return the value with all keys in snake case, and a number after keys that others have as well."""
    converted = {}
    # Keys that need no conversion come first, so that they keep their names.
    for key in sorted(value, key=lambda key: _key_to_snake_case(key) != key):
        name = unique = _key_to_snake_case(key)
        number = 2
        while unique in converted:
            unique, number = f"{name}_{number}", number + 1
        converted[unique] = to_snake_case(value[key], depth + 1)
    return converted


@lru_cache(maxsize=1000)
def _key_to_snake_case(key: str) -> str:
    if len(key) > _MAX_KEY_LENGTH:
        return key
    name = str(next(iter(camel_dict_to_snake_dict({key: None}))))
    return f"key{name}" if _ANSIBLE_KEY.match(name) else name
