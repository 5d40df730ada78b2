# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ASGI application: logs API requests, applies faults and rate limits, and sends responses."""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from .api import Api, ApiRequest
from .connection import connection_of, until_disconnected
from .faults import FaultSpec
from .request_log import LogEntry
from .responses import ApiResponse, error_response
from .simulation import Simulation
from .state import AccessToken

#: Number of chunks of a slow response.
_SLOW_CHUNKS = 10

#: Default duration of the fault action hang.
_HANG_SECONDS = 3600.0

_Sleep = Callable[[float], Awaitable[None]]


class InterruptibleSleep:
    """Sleep function whose calls end when the simulator stops, so that it stops immediately."""

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
        """End all calls that are sleeping, and let later calls return immediately."""
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
        tracking_id = request.tracking_id or f"SIM_{uuid.uuid4()}"
        if simulation.settings.latency:
            await self._sleep(simulation.settings.latency)
        if simulation.faults:
            path = "/" + "/".join(request.segments)
            fault = simulation.faults.first_match(request.method, path, request.line_id)
            if fault is not None:
                entry.fault = fault.id
                await self._serve_fault(scope, receive, send, request, entry, tracking_id, fault.spec)
                return
        response = await self._regular_response(request, entry, tracking_id)
        entry.status = response.status
        await _send(send, response, tracking_id)

    async def _regular_response(self, request: ApiRequest, entry: LogEntry, tracking_id: str) -> ApiResponse:
        limiter = self._simulation.limiter
        if limiter is not None and request.segments[:2] == ["v1", "telephony"]:
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
        if fault.action in ("reset", "close", "hang"):
            if fault.action == "hang":
                await self._sleep(_HANG_SECONDS if fault.seconds is None else fault.seconds)
            if fault.action == "reset":
                connection.reset()
            else:
                connection.close()
            await until_disconnected(receive)
            return
        response = fault.response(tracking_id) or await self._regular_response(request, entry, tracking_id)
        response = fault.with_headers(response, api_url=request.api_url, url=request.url)
        entry.status = response.status
        await send(_head(response, tracking_id if fault.tracking_id_in_header else None))
        if fault.action == "truncate":
            await send(_body(response.body[: len(response.body) // 2], more=True))
            connection.close()
            await until_disconnected(receive)
            return
        if fault.action == "slow":
            await self._send_slowly(send, response.body, 1.0 if fault.seconds is None else fault.seconds)
            return
        await send(_body(response.body))

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


def _head(response: ApiResponse, tracking_id: str | None) -> dict[str, object]:
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
