# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON of responses.

Private to webex.calling.
"""

from __future__ import annotations

import json
import re
from typing import Any

_SURROGATES = re.compile(r"[\ud800-\udfff]")


def parse_json(body: bytes) -> Any:
    """Return the value of a JSON text, with U+FFFD in place of each half of a surrogate pair.

    A single surrogate cannot be encoded, so that Ansible would lose the whole result.

    :raises ValueError: if the text is not JSON.
    :raises RecursionError: if values are nested too deeply.
    """
    value = json.loads(body)
    # Only these bytes can produce a surrogate.
    return _without_surrogates(value) if b"\\u" in body or b"\xed" in body else value


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return value
