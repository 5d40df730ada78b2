# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection below a request, which ASGI hides: needed to break it, and to tell connections apart."""

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

_SCOPE_KEY = "simulator.connection"

_numbers = itertools.count(1)


class Connection:
    """A client's connection. C(number) is another one for each."""

    __slots__ = ("_transport", "number")

    def __init__(self, transport: asyncio.Transport) -> None:
        self.number = next(_numbers)
        self._transport = transport

    def close(self) -> None:
        """End it in good order, wherever the answer stands."""
        self._transport.close()

    def reset(self) -> None:
        """End it with a TCP reset, as a crashing server or a firewall does."""
        # Closing a socket that must not linger discards what is unsent and resets.
        no_lingering = struct.pack("ii", 1, 0)
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_lingering)
        self._transport.abort()


class Protocol(_HttpProtocol):
    """uvicorn's own protocol, which also tells the application which connection a request came over."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        # Head and body are sent one by one; without this the body waits 40 ms for the receipt of the head.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        app, connection = self.app, Connection(transport)

        async def app_on_connection(scope: Any, receive: Any, send: Any) -> None:
            scope[_SCOPE_KEY] = connection
            await app(scope, receive, send)

        self.app = app_on_connection

    def shutdown(self) -> None:
        """Called when the server stops."""
        if self.cycle is None or self.cycle.response_complete:
            # Closing one with TLS would wait for the client to agree.
            self.transport.abort()
        else:
            super().shutdown()


def connection_of(scope: Scope) -> Connection:
    connection: Connection = scope[_SCOPE_KEY]
    return connection


async def until_disconnected(receive: Receive) -> None:
    """Wait until the connection is gone: uvicorn takes an answer cut short on an open one for a mistake."""
    while (await receive())["type"] != "http.disconnect":
        pass
