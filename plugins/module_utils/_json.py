# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON parser for response bodies.

Private to webex.calling.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

_SURROGATES = re.compile(r"[\ud800-\udfff]")

#: Maximum digits of an integer. Longer integers stay strings: Python cannot print integers with thousands of digits.
_MAX_DIGITS = 18


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= _MAX_DIGITS else text


def _number(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


#: Decoder that keeps numbers as strings if JSON cannot represent these numbers, so that results are valid.
_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_number, parse_constant=str)


def parse_json(body: bytes) -> Any:
    """Return the value of a JSON document.

    The function replaces each unpaired surrogate with U+FFFD. Ansible cannot encode surrogates and would lose the whole
    result.

    :param body: encoded JSON document.
    :raises ValueError: if the document is not JSON.
    :raises RecursionError: if values are nested too deeply.
    """
    text = body.decode(json.detect_encoding(body), "surrogatepass")
    value = _DECODER.decode(text)
    # Skip the replacement if the text cannot contain a surrogate, neither as an escape sequence nor as a character.
    return _without_surrogates(value) if "\\u" in text or not text.isascii() else value


def _without_surrogates(value: Any) -> Any:
    """Replace all surrogates, and return the value. Avoid recursion, because values can be nested deeply."""
    root = [value]
    waiting: list[Any] = [root]
    while waiting:
        container = waiting.pop()
        if isinstance(container, dict):
            items: list[tuple[Any, Any]] = [(_SURROGATES.sub("\ufffd", key), item) for key, item in container.items()]
            container.clear()
        else:
            items = list(enumerate(container))
        for key, item in items:
            container[key] = _SURROGATES.sub("\ufffd", item) if isinstance(item, str) else item
            if isinstance(item, (dict, list)):
                waiting.append(item)
    return root[0]
