# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Content encodings for faults, including decompression bombs."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from typing import Literal

Damage = Literal["invalid", "truncated"]

_HEADERS = {"gzip": "gzip", "deflate": "deflate", "raw-deflate": "deflate"}

_MEGABYTE = b" " * 1_000_000


def content_encoding(encoding: str) -> str:
    """Return the value of the header C(Content-Encoding)."""
    return _HEADERS.get(encoding, encoding)


@lru_cache(maxsize=16)
def encode(body: bytes, encoding: str, megabytes: int, damage: Damage | None) -> bytes:
    """Return the encoded body. An unknown encoding does not change the body.

    :param megabytes: number of megabytes of spaces to append to the body. Compressed spaces need little memory.
    """
    if damage == "invalid":
        return b"\x1f\x8b\xff" + body
    if encoding not in _HEADERS:
        return body + _MEGABYTE * megabytes
    # A full flush ends each compressed part, so that parts can be concatenated and repeated.
    deflated = _part(body) + _part(_MEGABYTE) * megabytes + zlib.compressobj(wbits=-15).flush()
    if encoding == "gzip":
        crc = zlib.crc32(body)
        for _each in range(megabytes):
            crc = zlib.crc32(_MEGABYTE, crc)
        size = len(body) + len(_MEGABYTE) * megabytes
        deflated = b"\x1f\x8b\x08" + bytes(6) + b"\xff" + deflated + struct.pack("<II", crc, size % 2**32)
    elif encoding == "deflate":
        adler = zlib.adler32(body)
        for _each in range(megabytes):
            adler = zlib.adler32(_MEGABYTE, adler)
        deflated = b"\x78\x9c" + deflated + struct.pack(">I", adler)
    return deflated[: len(deflated) // 2] if damage == "truncated" else deflated


def _part(content: bytes) -> bytes:
    compressor = zlib.compressobj(9, wbits=-15)
    return compressor.compress(content) + compressor.flush(zlib.Z_FULL_FLUSH)
