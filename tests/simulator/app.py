# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ASGI application: request log, faults, rate limits, and responses."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from .api import Api, ApiRequest
from .connection import Connection, connection_of, until_disconnected
from .encoding import encode
from .faults import FaultSpec
from .raw import RawResponse, drip, flood, whole
from .request_log import LogEntry
from .responses import ApiResponse, error_response
from .simulation import Simulation
from .state import AccessToken

#: Number of chunks of a slow response.
_SLOW_CHUNKS = 10

#: First path segments of requests that count for the rate limit.
_LIMITED_PATHS = (["v1", "telephony"], ["v1", "people"])

#: Default duration in seconds of the fault action hang.
_HANG_SECONDS = 3600.0

_Sleep = Callable[[float], Awaitable[None]]


class InterruptibleSleep:
    """Sleep function that returns early when the simulator stops."""

    def __init__(self) -> None:
        self._sleeping: set[asyncio.Future[None]] = set()
        self._stopping = False

    async def __call__(self, seconds: float) -> None:
        if self._stopping:
            return
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._sleeping.add(future)
        timer = loop.call_later(seconds, _finish, future)
        try:
            await future
        finally:
            timer.cancel()
            self._sleeping.discard(future)

    def stop(self) -> None:
        """Wake up all sleeping callers, and let later calls return immediately."""
        self._stopping = True
        for future in self._sleeping:
            _finish(future)


class Application:
    """ASGI application with the API and the control interface."""

    def __init__(self, simulation: Simulation, control: ASGIApp, sleep: _Sleep) -> None:
        self._simulation = simulation
        self._control = control
        self._sleep = sleep
        self._api = Api(simulation)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"].startswith("/_simulator"):
            await self._control(scope, receive, send)
            return
        simulation = self._simulation
        request = ApiRequest(scope, receive, simulation.state.tokens)
        entry = _log_entry(scope, request)
        simulation.log.begin(entry)
        try:
            await self._serve(scope, receive, send, request, entry)
        finally:
            simulation.log.end(entry)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, request: ApiRequest, entry: LogEntry) -> None:
        simulation = self._simulation
        # The Webex gateway keeps the tracking id of the request.
        tracking_id = request.tracking_id or f"ROUTERGW_{uuid.uuid4()}"
        if simulation.settings.latency:
            await self._sleep(simulation.settings.latency)
        if simulation.faults:
            path = "/" + "/".join(request.segments)
            reused = connection_of(scope).requests > 1
            fault = simulation.faults.first_match(request.method, path, request.member_id, reused=reused)
            if fault is not None:
                entry.fault = fault.id
                if fault.spec.handled:
                    await self._regular_response(request, entry, tracking_id)
                await self._serve_fault(scope, receive, send, request, entry, tracking_id, fault.spec)
                return
        response = await self._regular_response(request, entry, tracking_id)
        entry.status = response.status
        await _send(send, response, tracking_id)

    async def _regular_response(self, request: ApiRequest, entry: LogEntry, tracking_id: str) -> ApiResponse:
        limiter = self._simulation.limiter
        if limiter is not None and request.segments[:2] in _LIMITED_PATHS:
            organization = request.token.permissions.organization if request.token else ""
            seconds = limiter.retry_after(organization, time.monotonic())
            if seconds is not None:
                response = error_response(429, tracking_id=tracking_id)
                if limiter.limit.retry_after:
                    response.headers["Retry-After"] = str(seconds)
                return response
        return await self._api.handle(request, entry, tracking_id)

    async def _serve_fault(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        request: ApiRequest,
        entry: LogEntry,
        tracking_id: str,
        fault: FaultSpec,
    ) -> None:
        connection = connection_of(scope)
        if fault.delay:
            await self._sleep(fault.delay)
        self._simulation.state.remove_members(fault.remove_lines)
        if fault.action in ("reset", "close", "hang"):
            if fault.action == "hang":
                await self._sleep(_HANG_SECONDS if fault.seconds is None else fault.seconds)
            if fault.action == "reset":
                connection.reset()
            else:
                connection.close()
            await until_disconnected(receive)
            return
        # The action early leaves the body unread.
        form = {} if fault.action == "early" else await request.form()
        values = _placeholders(request, form)
        response = fault.response(tracking_id, values, request.path)
        response = response or await self._regular_response(request, entry, tracking_id)
        response = fault.with_headers(response, values)
        if fault.encoding is not None:
            encoding = (response.body, fault.encoding, fault.inflate_to, fault.damage)
            response.body = await asyncio.to_thread(encode, *encoding)
        entry.status = response.status
        head = _head(response, fault.header_tracking_id(tracking_id))
        raw = _raw_response(fault, response.status, head["headers"], response.body)
        if raw is not None:
            if fault.action == "early":
                connection.stop_reading()
            await self._send_raw(connection, receive, raw, fault.interval if fault.action == "drip" else 0)
            return
        await send(head)
        if fault.action == "truncate":
            await send(_body(response.body[: len(response.body) // 2], more=True))
            connection.close()
            await until_disconnected(receive)
            return
        if fault.action == "slow":
            await self._send_slowly(send, response.body, 1.0 if fault.seconds is None else fault.seconds)
            return
        await send(_body(response.body))

    async def _send_raw(self, connection: Connection, receive: Receive, raw: RawResponse, interval: float) -> None:
        """Send a response and close the connection, unless the client disconnects or the simulator stops."""
        writing = asyncio.create_task(_write(connection, raw, interval))
        disconnected = asyncio.create_task(until_disconnected(receive))
        stopped = asyncio.ensure_future(self._sleep(_HANG_SECONDS))
        try:
            await asyncio.wait({writing, disconnected, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if writing.done():
                with contextlib.suppress(ConnectionError):
                    writing.result()
                connection.close()
                await asyncio.wait({disconnected, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            writing.cancel()
            stopped.cancel()
            connection.abort()
            await asyncio.gather(writing, stopped, disconnected, return_exceptions=True)

    async def _send_slowly(self, send: Send, body: bytes, seconds: float) -> None:
        size = max(1, -(-len(body) // _SLOW_CHUNKS))
        starts = range(0, max(1, len(body)), size)
        for start in starts:
            await self._sleep(seconds / len(starts))
            await send(_body(body[start : start + size], more=start + size < len(body)))


def _log_entry(scope: Scope, request: ApiRequest) -> LogEntry:
    authorization = request.headers.get(b"authorization")
    query = scope["query_string"].decode("latin-1")
    entry = LogEntry(request.method, request.path, query, scope["scheme"], connection_of(scope).number)
    if authorization is not None:
        entry.authorization = authorization.partition(" ")[0]
        entry.token = _token_name(request.token, authorization)
    entry.tracking_id = request.tracking_id
    entry.user_agent = request.headers.get(b"user-agent")
    return entry


def _token_name(token: AccessToken | None, authorization: str) -> str:
    if token is not None:
        return token.name
    return f"unknown {hashlib.sha256(authorization.encode()).hexdigest()[:8]}"


async def _send(send: Send, response: ApiResponse, tracking_id: str) -> None:
    await send(_head(response, tracking_id))
    await send(_body(response.body))


async def _write(connection: Connection, raw: RawResponse, interval: float) -> None:
    await connection.write(raw.before)
    for piece in raw.pieces:
        await connection.write(piece)
        # Sleep even without an interval, so that the event loop handles other requests.
        await asyncio.sleep(interval)
    await connection.write(raw.after)


def _raw_response(fault: FaultSpec, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> RawResponse | None:
    """Return the fault response as bytes if ASGI cannot express the fault, else None."""
    if fault.action == "drip" and fault.part is not None:
        return drip(fault.part, status, headers, body, fault.padding)
    if fault.action == "flood" and fault.part is not None:
        size = None if fault.megabytes is None else round(fault.megabytes * 1_000_000)
        return flood(fault.part, status, headers, body, size)
    if fault.action == "early" or fault.reason is not None:
        return whole(status, headers, body, fault.reason)
    return None


def _placeholders(request: ApiRequest, form: dict[str, str]) -> dict[str, str]:
    """Return the placeholder values for faults. A secret that the request does not contain has an empty value."""
    return {
        "api_url": request.api_url,
        "url": request.url,
        "host": request.host,
        "token": request.token_text,
        "client_secret": form.get("client_secret", ""),
        "refresh_token": form.get("refresh_token", ""),
    }


def _head(response: ApiResponse, tracking_id: str | None) -> dict[str, Any]:
    headers = []
    if response.status != 204:
        headers.append((b"content-length", b"%d" % len(response.body)))
    if response.content_type is not None:
        headers.append((b"content-type", response.content_type.encode("latin-1")))
    if tracking_id is not None:
        headers.append((b"trackingid", tracking_id.encode("latin-1")))
    headers += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    return {"type": "http.response.start", "status": response.status, "headers": headers}


def _body(body: bytes, *, more: bool = False) -> dict[str, object]:
    return {"type": "http.response.body", "body": body, "more_body": more}


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
