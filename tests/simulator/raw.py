# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses that ASGI cannot express: endless, slow in any part, or with a custom status line."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

Part = Literal["status_line", "continue", "headers", "body", "chunks", "trailers"]
Headers = Iterable[tuple[bytes, bytes]]

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_LAST_CHUNK = b"0\r\n"
_BLOCK = 65_536


@dataclass(frozen=True)
class RawResponse:
    """Response as bytes: C(before), C(pieces) with an interval after each piece, and C(after)."""

    before: bytes
    pieces: Iterator[bytes]
    after: bytes


def whole(status: int, headers: Headers, body: bytes, reason: str | None = None) -> RawResponse:
    """Return a complete response without slow or endless parts."""
    return RawResponse(_status_line(status, reason) + _header_lines(headers) + b"\r\n" + body, iter(()), b"")


def drip(part: Part, status: int, headers: Headers, body: bytes, padding: int) -> RawResponse:
    """Return a response whose C(part) is split into small pieces.

    Each piece is one byte, one chunk, or one interim response. Interim responses never end.

    :param padding: number of bytes to add to the part. Interim responses have no padding.
    """
    status_line, lines = _status_line(status), _header_lines(headers)
    if part == "status_line":
        slow = status_line.removesuffix(b"\r\n") + b"x" * padding + b"\r\n"
        return RawResponse(b"", _bytes_of(slow), lines + b"\r\n" + body)
    if part == "continue":
        return RawResponse(b"", itertools.repeat(_CONTINUE), b"")
    if part == "headers":
        slow = (b"X-Padding: " + b"x" * padding + b"\r\n" if padding else b"") + lines + b"\r\n"
        return RawResponse(status_line, _bytes_of(slow), body)
    body_and_padding = body + b" " * padding
    if part == "body":
        lines = _header_lines(_with_length(headers, len(body_and_padding)))
        return RawResponse(status_line + lines + b"\r\n", _bytes_of(body_and_padding), b"")
    head = status_line + _header_lines(_chunked(headers)) + b"\r\n"
    if part == "chunks":
        chunks = (_chunk(byte) for byte in _bytes_of(body_and_padding))
        return RawResponse(head, chunks, _LAST_CHUNK + b"\r\n")
    trailer = b"X-Padding: " + b"x" * padding + b"\r\n"
    return RawResponse(head + _chunk(body) + _LAST_CHUNK, _bytes_of(trailer), b"\r\n")


def flood(part: Part, status: int, headers: Headers, body: bytes, size: int | None) -> RawResponse:
    """Return a response whose C(part) is large or endless.

    :param size: number of bytes to add to the part, rounded up to whole lines, chunks, or interim responses.
        If None, the part never ends.
    """
    status_line, lines = _status_line(status), _header_lines(headers)
    header_line = b"X-Padding: " + b"x" * 1000 + b"\r\n"
    if part == "status_line":
        return RawResponse(status_line.removesuffix(b"\r\n"), _filler(b"x", size), b"\r\n" + lines + b"\r\n" + body)
    if part == "continue":
        return RawResponse(b"", _filler(_CONTINUE, size), status_line + lines + b"\r\n" + body)
    if part == "headers":
        return RawResponse(status_line, _filler(header_line, size), lines + b"\r\n" + body)
    if part == "body":
        lines = _header_lines(_with_length(headers, None if size is None else len(body) + size))
        return RawResponse(status_line + lines + b"\r\n" + body, _filler(b" ", size), b"")
    head = status_line + _header_lines(_chunked(headers)) + b"\r\n" + _chunk(body)
    if part == "chunks":
        return RawResponse(head, _filler(_chunk(b" " * 1000), size), _LAST_CHUNK + b"\r\n")
    return RawResponse(head + _LAST_CHUNK, _filler(header_line, size), b"\r\n")


def _status_line(status: int, reason: str | None = None) -> bytes:
    if reason is None:
        try:
            reason = HTTPStatus(status).phrase
        except ValueError:
            reason = ""
    return b"HTTP/1.1 %d %s\r\n" % (status, reason.encode())


def _header_lines(headers: Headers) -> bytes:
    # The simulator closes the connection after each of these responses.
    return b"".join(name + b": " + value + b"\r\n" for name, value in [*headers, (b"connection", b"close")])


def _with_length(headers: Headers, length: int | None) -> Headers:
    others = [item for item in headers if item[0] != b"content-length"]
    return others if length is None else [*others, (b"content-length", b"%d" % length)]


def _chunked(headers: Headers) -> Headers:
    return [*_with_length(headers, None), (b"transfer-encoding", b"chunked")]


def _chunk(content: bytes) -> bytes:
    # An empty chunk would end the response body.
    return b"%x\r\n%s\r\n" % (len(content), content) if content else b""


def _bytes_of(content: bytes) -> Iterator[bytes]:
    return (content[index : index + 1] for index in range(len(content)))


def _filler(unit: bytes, size: int | None) -> Iterator[bytes]:
    """Yield blocks of whole units.

    :param size: minimum total size of the blocks in bytes. If None, the blocks never end.
    """
    per_block = max(1, _BLOCK // len(unit))
    left = None if size is None else -(-size // len(unit))
    while left is None or left > 0:
        count = per_block if left is None else min(per_block, left)
        yield unit * count
        if left is not None:
            left -= count
