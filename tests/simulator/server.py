# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP and HTTPS servers that share one event loop and one simulation."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from .app import Application, InterruptibleSleep
from .connection import Protocol
from .control import control_application
from .simulation import Simulation


@dataclass(frozen=True)
class Listener:
    """Listening socket, for HTTPS if C(certificate) is the path of a file with key and certificate."""

    socket: socket.socket
    certificate: Path | None = None


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signal handlers unchanged, because each server would replace the handlers of the other server."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    :raises OSError: if the port is in use, or the host is not an address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


async def serve(
    simulation: Simulation, listeners: list[Listener], ready: Callable[[], None], stop_after: float | None
) -> None:
    """Serve requests until SIGTERM, SIGINT, or the timeout.

    :param ready: function to call when the servers accept requests.
    :param stop_after: timeout in seconds. If None, there is no timeout.
    """
    sleep = InterruptibleSleep()
    application = Application(simulation, control_application(simulation), sleep)
    servers = [_server(application, listener) for listener in listeners]
    loop = asyncio.get_running_loop()

    def stop() -> None:
        sleep.stop()
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
            # Access logs would reduce the throughput.
            access_log=False,
            proxy_headers=False,
            server_header=False,
            log_config=None,
            timeout_keep_alive=60,
            # A client that does not read the response must not delay the shutdown.
            timeout_graceful_shutdown=1,
            ssl_certfile=listener.certificate,
        )
    )
