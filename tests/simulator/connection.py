# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Access to the TCP connection of a request, which ASGI does not provide."""

from __future__ import annotations

import asyncio
import itertools
import socket
import struct
from typing import Any

from starlette.types import Receive, Scope

try:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as _HttpProtocol
except ImportError:
    from uvicorn.protocols.http.h11_impl import H11Protocol as _HttpProtocol  # type: ignore[assignment]

_CONNECTION_KEY = "simulator.connection"

_numbers = itertools.count(1)


class Connection:
    """Client connection with a unique C(number)."""

    __slots__ = ("_flow", "_transport", "number", "requests")

    def __init__(self, transport: asyncio.Transport, flow: Any) -> None:
        self.number = next(_numbers)
        #: Number of received requests.
        self.requests = 0
        self._transport = transport
        self._flow = flow

    async def write(self, content: bytes) -> None:
        """Write bytes without changes, and wait until the write buffer has space.

        :raises ConnectionError: if the connection is closed.
        """
        if self._transport.is_closing():
            raise ConnectionAbortedError
        self._transport.write(content)
        await self._flow.drain()

    def stop_reading(self) -> None:
        """Stop reading the request."""
        self._flow.pause_reading()

    def abort(self) -> None:
        """Close the connection immediately, and discard unsent data."""
        self._transport.abort()

    def close(self) -> None:
        """Close the connection normally, even if the response is not complete."""
        self._transport.close()

    def reset(self) -> None:
        """Close the connection with a TCP reset, like a firewall or a crashing server."""
        # With a linger time of zero, closing the socket discards unsent data and sends a reset.
        zero_linger = struct.pack("ii", 1, 0)
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, zero_linger)
        self._transport.abort()


class Protocol(_HttpProtocol):
    """HTTP protocol of uvicorn that passes the connection to the application with each request."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        # Without this option, TCP delays the body by 40 ms, because uvicorn sends headers and body separately.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        app, connection = self.app, Connection(transport, self.flow)

        async def app_on_connection(scope: Any, receive: Any, send: Any) -> None:
            scope[_CONNECTION_KEY] = connection
            connection.requests += 1
            await app(scope, receive, send)

        self.app = app_on_connection

    def shutdown(self) -> None:
        """Close the connection when the server stops."""
        if self.cycle is None or self.cycle.response_complete:
            # A normal close of a TLS connection would wait for the client.
            self.transport.abort()
        else:
            super().shutdown()


def connection_of(scope: Scope) -> Connection:
    """Return the connection that a request uses."""
    connection: Connection = scope[_CONNECTION_KEY]
    return connection


async def until_disconnected(receive: Receive) -> None:
    """Wait until the connection is closed.

    Without the wait, uvicorn would report an incomplete response on an open connection.
    """
    while (await receive())["type"] != "http.disconnect":
        pass
