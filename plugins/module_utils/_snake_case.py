# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conversion of response keys to snake case.

Private to webex.calling.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import Any

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict

#: Maximum nesting depth of dictionaries and lists. Webex responses have a depth of four.
_MAX_DEPTH = 30

#: Pattern of keys with a special meaning for Ansible, such as C(__ansible_unsafe).
_ANSIBLE_KEY = re.compile(r"_+ansible")

#: Maximum length of a converted key, because the conversion takes quadratic time. Webex keys are much shorter.
_MAX_KEY_LENGTH = 200


class NestedTooDeeplyError(ValueError):
    """Error for a value that is nested more deeply than any Webex response."""


def to_snake_case(value: Any, depth: int = 0) -> Any:
    """Return the value with all keys in snake case, in the format of C(camel_dict_to_snake_dict).

    The function converts each key once and stores each string once, because most lines have the same keys and values. A
    large organization needs a quarter less memory.

    :param value: value from a JSON document.
    :param depth: nesting depth of the value.
    :raises NestedTooDeeplyError: if the value is nested too deeply, also for other functions.
    """
    # Compare the exact types of json.loads, because isinstance would take a sixth of the time per line.
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
    """Return the value with a placeholder for values that are nested too deeply for C(to_snake_case)."""
    if not isinstance(value, (dict, list)):
        return value
    if depth > _MAX_DEPTH:
        return "(nested too deeply)"
    if isinstance(value, list):
        return [without_deep_values(item, depth + 1) for item in value]
    return {key: without_deep_values(item, depth + 1) for key, item in value.items()}


def _without_collisions(value: dict[str, Any], depth: int) -> dict[str, Any]:
    """Return the value with all keys in snake case, and append a number to duplicate keys."""
    converted = {}
    # Process keys in snake case first, so that these keys keep their names.
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
