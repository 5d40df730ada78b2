# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON of responses.

Private to webex.calling.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

_SURROGATES = re.compile(r"[\ud800-\udfff]")

#: Integers with more digits stay texts: no one needs them as numbers, and Python refuses to show those with thousands.
_MAX_DIGITS = 18


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= _MAX_DIGITS else text


def _number(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


#: Numbers that JSON cannot represent stay texts, so that results are valid.
_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_number, parse_constant=str)


def parse_json(body: bytes) -> Any:
    """Return the value of a JSON text.

    Each half of a surrogate pair becomes U+FFFD. A half cannot be encoded, so that Ansible would lose the whole result.

    :raises ValueError: if the text is not JSON.
    :raises RecursionError: if values are nested too deeply.
    """
    value = _DECODER.decode(body.decode(json.detect_encoding(body), "surrogatepass"))
    # Only these bytes can produce a surrogate.
    return _without_surrogates(value) if b"\\u" in body or b"\xed" in body else value


def _without_surrogates(value: Any) -> Any:
    """Return the value without surrogates. Not recursive, because values can be nested deeply."""
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
