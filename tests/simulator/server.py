# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the listeners: plain HTTP, and HTTPS beside it, in one event loop on one simulation."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from .app import Application, Naps
from .connection import Protocol
from .control import control_application
from .simulation import Simulation


@dataclass(frozen=True)
class Listener:
    """A socket to serve on; with a file of key and certificate it is for HTTPS."""

    socket: socket.socket
    certificate: Path | None = None


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave the signals alone: there are two servers, and one would take them from the other."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """:raises OSError: if the port is taken or the host is none of this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


async def serve(
    simulation: Simulation, listeners: list[Listener], ready: Callable[[], None], stop_after: float | None
) -> None:
    """Serve until SIGTERM, SIGINT, or the time is over.

    :param ready: called when requests are answered.
    """
    nap = Naps()
    application = Application(simulation, control_application(simulation), nap)
    servers = [_server(application, listener) for listener in listeners]
    loop = asyncio.get_running_loop()

    def stop() -> None:
        nap.end()
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    if stop_after is not None:
        loop.call_later(stop_after, stop)
    serving = asyncio.gather(
        *(server.serve([listener.socket]) for server, listener in zip(servers, listeners, strict=True))
    )
    while not all(server.started for server in servers) and not serving.done():
        await asyncio.sleep(0.005)
    if not serving.done():
        ready()
    await serving


def _server(application: Application, listener: Listener) -> _Server:
    return _Server(
        uvicorn.Config(
            application,
            http=Protocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            # These two would only cost time.
            access_log=False,
            proxy_headers=False,
            server_header=False,
            log_config=None,
            timeout_keep_alive=60,
            # A client that does not take its answer must not hold up the end.
            timeout_graceful_shutdown=1,
            ssl_certfile=listener.certificate,
        )
    )
