# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Throughput measurement that verifies that the simulator does not limit the clients.

The load generator does as little work as possible. Each process uses one connection, sends a prepared request, and only
counts the responses.
"""

from __future__ import annotations

import multiprocessing
import socket
import time
from urllib.parse import urlsplit

from simulator.process import Simulator


def requests_per_second(simulator: Simulator, line_id: str, token: str, *, seconds: float, connections: int) -> float:
    """Return the simulator throughput in settings requests per second.

    :param seconds: duration of the measurement.
    :param connections: number of processes with one connection each.
    """
    url = urlsplit(simulator.call_recording_url(line_id))
    request = f"GET {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    context = multiprocessing.get_context("spawn")
    with context.Pool(connections) as pool:
        arguments = (url.hostname, url.port, request, seconds)
        return sum(pool.starmap(_send_requests, [arguments] * connections, chunksize=1))


def _send_requests(host: str, port: int, request: bytes, seconds: float) -> float:
    with socket.create_connection((host, port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = time.monotonic()
        responses = 0
        while time.monotonic() - began < seconds:
            connection.sendall(request)
            _receive_response(connection)
            responses += 1
        return responses / (time.monotonic() - began)


def _receive_response(connection: socket.socket) -> None:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _receive(connection)
    head, _separator, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        raise ValueError(head.partition(b"\r\n")[0].decode())
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    missing = length - len(body)
    while missing > 0:
        missing -= len(_receive(connection))


def _receive(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise ConnectionError("The simulator closed the connection.")
    return data
