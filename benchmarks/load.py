# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the simulator alone can serve, so that nobody takes its speed for that of a client.

The clients here do as little as can be done: each is a process with one connection, a request that is ready, and an
answer that is only counted.
"""

from __future__ import annotations

import multiprocessing
import socket
import time
from urllib.parse import urlsplit

from simulator.process import Simulator


def requests_per_second(simulator: Simulator, line_id: str, token: str, *, seconds: float, connections: int) -> float:
    """How many readings of a line's settings the simulator answers per second."""
    url = urlsplit(simulator.call_recording_url(line_id))
    request = f"GET {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    processes = multiprocessing.get_context("spawn")
    with processes.Pool(connections) as pool:
        given = (url.hostname, url.port, request, seconds)
        return sum(pool.starmap(_ask, [given] * connections, chunksize=1))


def _ask(host: str, port: int, request: bytes, seconds: float) -> float:
    with socket.create_connection((host, port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = time.monotonic()
        answers = 0
        while time.monotonic() - began < seconds:
            connection.sendall(request)
            _take_answer(connection)
            answers += 1
        return answers / (time.monotonic() - began)


def _take_answer(connection: socket.socket) -> None:
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _some(connection)
    head, _separator, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        raise ValueError(head.partition(b"\r\n")[0].decode())
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    missing = length - len(body)
    while missing > 0:
        missing -= len(_some(connection))


def _some(connection: socket.socket) -> bytes:
    some = connection.recv(65536)
    if not some:
        raise ConnectionError("The simulator closed the connection.")
    return some
