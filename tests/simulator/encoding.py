# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Content encodings of faults, including small bodies that inflate to a large size."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Literal

Damage = Literal["invalid", "truncated"]

#: Header value and window bits (zlib) of each supported encoding.
_ENCODINGS = {"gzip": ("gzip", 31), "deflate": ("deflate", 15), "raw-deflate": ("deflate", -15)}

_BLOCK = b" " * 1_000_000


def content_encoding(encoding: str) -> str:
    """Return the header Content-Encoding."""
    return _ENCODINGS[encoding][0] if encoding in _ENCODINGS else encoding


@lru_cache(maxsize=16)
def encode(body: bytes, encoding: str, megabytes: int, damage: Damage | None) -> bytes:
    """Return the encoded body. An unknown encoding does not change the body.

    :param megabytes: size of spaces after the body, compressed in blocks so that they need no memory.
    """
    if damage == "invalid":
        return b"\x1f\x8b\xff" + body
    if encoding not in _ENCODINGS:
        return body + _BLOCK * megabytes
    compressor = zlib.compressobj(9, wbits=_ENCODINGS[encoding][1])
    parts = [compressor.compress(body)]
    parts += [compressor.compress(_BLOCK) for _each in range(megabytes)]
    encoded = b"".join([*parts, compressor.flush()])
    return encoded[: len(encoded) // 2] if damage == "truncated" else encoded
