# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections with a maximum response time and response size.

Private to webex.calling.
"""

from __future__ import annotations

import http.client
import io
import threading
import time
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ._error_parsing import invalid_response

if TYPE_CHECKING:
    from socket import socket

#: Maximum size of head and body in bytes, as received and inflated. A page of 1,000 lines has about half a megabyte.
MAX_RESPONSE_SIZE = 16 * 1024 * 1024


class HttpResponse:
    """Response with the complete body.

    :ivar headers: values by lowercase header name, comma-separated if a header occurs more than once.
    """

    # Attributes that urllib3 logs or checks, some of them only in 1.26.
    version_string = "HTTP/1.1"
    length_remaining = 0
    length = 0
    msg = http.client.HTTPMessage()

    def __init__(self, status: int, reason: str | None, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body

    @classmethod
    def from_httplib(cls, response: HttpResponse, **_options: Any) -> HttpResponse:
        """Return the response unchanged. By default, urllib3 1.26 creates its own response object."""
        return response

    def getheader(self, name: str, default: str | None = None) -> str | None:
        """Return the value of a header. urllib3 1.26 looks for C(Retry-After) so."""
        return self.headers.get(name.lower(), default)


class ResponseTooSlowError(Exception):
    """Response that is incomplete at the deadline."""


class ResponseTooLargeError(Exception):
    """Response that is larger than C(MAX_RESPONSE_SIZE)."""


class _Bounds(threading.local):
    """Time and size bounds of the response that the current thread waits for."""

    #: Maximum response time in seconds.
    seconds = 0.0
    deadline = 0.0
    #: Number of bytes received so far.
    received = 0
    #: Whether the connection sent an earlier request.
    reused = False

    def start(self, seconds: float) -> None:
        self.seconds = seconds
        self.reused = False
        self.restart()

    def restart(self) -> None:
        self.deadline = time.monotonic() + self.seconds
        self.received = 0


bounds = _Bounds()


class _BoundedReader(io.RawIOBase):
    """Socket reader that applies the bounds of the current thread."""

    def __init__(self, connected: socket) -> None:
        self._socket = connected
        # Keep the socket open until the response is complete, even after the connection is closed.
        self._raw = connected.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        remaining = bounds.deadline - time.monotonic()
        timeout = self._socket.gettimeout()
        if timeout is None or remaining < timeout:
            if remaining <= 0:
                raise ResponseTooSlowError
            self._socket.settimeout(remaining)
        try:
            count = self._raw.readinto(buffer)
        except OSError:
            if bounds.received and time.monotonic() >= bounds.deadline:
                raise ResponseTooSlowError from None
            raise
        bounds.received += count or 0
        if bounds.received > MAX_RESPONSE_SIZE:
            raise ResponseTooLargeError
        return int(count) if count is not None else None

    def close(self) -> None:
        self._raw.close()
        super().close()


class _BoundedFile:
    """Socket interface for C(HTTPResponse): C(makefile) only."""

    def __init__(self, connected: socket) -> None:
        self._connected = connected

    def makefile(self, *_arguments: Any) -> io.BufferedReader:
        return io.BufferedReader(_BoundedReader(self._connected))


class _BoundedResponse(http.client.HTTPResponse):
    """Response with time and size bounds, also for CONNECT requests to a proxy."""

    def __init__(self, sock: socket, *arguments: Any, **named: Any) -> None:
        super().__init__(_BoundedFile(sock), *arguments, **named)  # type: ignore[arg-type]


def bounded(connection_class: Any, proxy_error: type[Exception]) -> Any:
    """Return a subclass of a connection class that applies the time and size bounds.

    The subclass sends a request and receives a response as a whole, which takes half the processor time of the urllib3
    methods. The subclass inherits all other behavior, such as TLS and proxies.

    :param connection_class: connection class of a urllib3 pool.
    :param proxy_error: exception class for a proxy that refuses CONNECT.
    """

    class BoundedConnection(connection_class):  # type: ignore[misc]
        response_class = _BoundedResponse
        _requests = 0
        _request_method = ""

        def connect(self) -> None:
            self._requests = 0
            super().connect()
            # Suppress the urllib3 warning about unverified certificates: modules and plugins emit their own.
            self.is_verified = True

        def _tunnel(self) -> None:
            try:
                super()._tunnel()
            except (OSError, http.client.HTTPException) as error:
                # Raise a proxy error, because urllib3 raises the same exceptions for API responses.
                raise proxy_error("CONNECT failed", error) from error

        def request(
            self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, **_: Any
        ) -> None:
            if self.sock is None:
                self.connect()
            self.sock.settimeout(self.timeout)
            bounds.reused = self._requests > 0
            self._requests += 1
            self._request_method = method
            lines = [f"{method} {url} HTTP/1.1", *(f"{name}: {value}" for name, value in (headers or {}).items())]
            if body is not None:
                lines.append(f"Content-Length: {len(body)}")
            head = "\r\n".join([*lines, "", ""]).encode("latin-1")
            # Exclude the connection time from the response time.
            bounds.restart()
            # Ignore a closed connection, because the server may have responded already. If not, C(getresponse) fails.
            with suppress(BrokenPipeError, ConnectionResetError):
                self.send(head + body if body else head)

        def getresponse(self, **_: Any) -> HttpResponse:
            self.sock.settimeout(self.timeout)
            response = self.response_class(self.sock, method=self._request_method)
            try:
                response.begin()
                if response.will_close:
                    self.close()
                # Check the size before reading, because C(read) allocates the whole length.
                if (response.length or 0) > MAX_RESPONSE_SIZE:
                    raise ResponseTooLargeError
                headers = _joined(response.headers.items())
                return HttpResponse(response.status, response.reason, headers, response.read())
            finally:
                response.close()

    return BoundedConnection


def _joined(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return values by lowercase header name, comma-separated if a header occurs more than once."""
    headers: dict[str, str] = {}
    for name, value in items:
        lower = name.lower()
        headers[lower] = f"{headers[lower]}, {value}" if lower in headers else value
    return headers


def inflate(body: bytes, encoding: str) -> bytes:
    """Return the uncompressed body. Servers and gateways can compress a body without a request for compression.

    The function uses zlib directly, because urllib3 before 2.6 inflates more bytes than requested.

    :param encoding: value of the header C(Content-Encoding).
    :raises WebexError: if the encoding is unknown, or the compressed body is invalid.
    :raises ResponseTooLargeError: if the inflated body is larger than C(MAX_RESPONSE_SIZE).
    """
    if encoding.strip().lower() == "identity":
        return body
    if encoding.strip().lower() not in ("gzip", "x-gzip", "deflate"):
        raise invalid_response(200, "Unknown content encoding", message=encoding[:50])
    try:
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)
        content = inflater.decompress(body, MAX_RESPONSE_SIZE)
    except zlib.error:
        raise invalid_response(200, "Invalid compressed body") from None
    if inflater.unconsumed_tail:
        raise ResponseTooLargeError
    return content
