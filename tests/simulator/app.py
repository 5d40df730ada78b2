# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The web application: logs each request to the API, lets faults and limits have their way, and answers."""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from .answers import Answer, error_answer
from .api import Api, ApiRequest
from .connection import connection_of, until_disconnected
from .faults import FaultSpec
from .log import Entry
from .simulation import Simulation
from .state import AccessToken

#: Into how many pieces a slow answer is cut.
_SLOW_PIECES = 10

#: How long a request hangs if the fault doesn't say.
_HANG_SECONDS = 3600.0

_Pause = Callable[[float], Awaitable[None]]


class Naps:
    """Pauses that end early when the simulator stops, so that it stops at once."""

    def __init__(self) -> None:
        self._naps: set[asyncio.Future[None]] = set()
        self._stopping = False

    async def __call__(self, seconds: float) -> None:
        if self._stopping:
            return
        loop = asyncio.get_running_loop()
        nap = loop.create_future()
        self._naps.add(nap)
        alarm = loop.call_later(seconds, _wake, nap)
        try:
            await nap
        finally:
            alarm.cancel()
            self._naps.discard(nap)

    def end(self) -> None:
        self._stopping = True
        for nap in self._naps:
            _wake(nap)


class Application:
    """The ASGI application: the API, and beside it the control interface."""

    def __init__(self, simulation: Simulation, control: ASGIApp, nap: _Pause) -> None:
        self._simulation = simulation
        self._control = control
        self._nap = nap
        self._api = Api(simulation)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"].startswith("/_simulator"):
            await self._control(scope, receive, send)
            return
        simulation = self._simulation
        request = ApiRequest(scope, receive, simulation.state.tokens)
        entry = _entry(scope, request)
        simulation.log.begin(entry)
        try:
            await self._serve(scope, receive, send, request, entry)
        finally:
            simulation.log.end(entry)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, request: ApiRequest, entry: Entry) -> None:
        simulation = self._simulation
        # Webex's gateway keeps the tracking id of a client that sends one.
        tracking_id = request.tracking_id or f"SIM_{uuid.uuid4()}"
        if simulation.settings.latency:
            await self._nap(simulation.settings.latency)
        if simulation.faults:
            path = "/" + "/".join(request.segments)
            fault = simulation.faults.befalling(request.method, path, request.line_id)
            if fault is not None:
                entry.fault = fault.id
                await self._serve_fault(scope, receive, send, request, entry, tracking_id, fault.spec)
                return
        answer = await self._true_answer(request, entry, tracking_id)
        entry.status = answer.status
        await _send(send, answer, tracking_id)

    async def _true_answer(self, request: ApiRequest, entry: Entry, tracking_id: str) -> Answer:
        limiter = self._simulation.limiter
        if limiter is not None and request.segments[:2] == ["v1", "telephony"]:
            organization = request.token.rights.organization if request.token else ""
            seconds = limiter.seconds_to_wait(organization, time.monotonic())
            if seconds is not None:
                answer = error_answer(429, tracking_id=tracking_id)
                if limiter.limit.retry_after:
                    answer.headers["Retry-After"] = str(seconds)
                return answer
        return await self._api.answer(request, entry, tracking_id)

    async def _serve_fault(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        request: ApiRequest,
        entry: Entry,
        tracking_id: str,
        fault: FaultSpec,
    ) -> None:
        connection = connection_of(scope)
        if fault.delay:
            await self._nap(fault.delay)
        if fault.action in ("reset", "close", "hang"):
            if fault.action == "hang":
                await self._nap(_HANG_SECONDS if fault.seconds is None else fault.seconds)
            if fault.action == "reset":
                connection.reset()
            else:
                connection.close()
            await until_disconnected(receive)
            return
        answer = fault.answer(tracking_id) or await self._true_answer(request, entry, tracking_id)
        answer = fault.altered(answer, api_url=request.api_url, url=request.url)
        entry.status = answer.status
        await send(_head(answer, tracking_id if fault.tracking_id_in_header else None))
        if fault.action == "truncate":
            await send(_body(answer.body[: len(answer.body) // 2], more=True))
            connection.close()
            await until_disconnected(receive)
            return
        if fault.action == "slow":
            await self._trickle(send, answer.body, 1.0 if fault.seconds is None else fault.seconds)
            return
        await send(_body(answer.body))

    async def _trickle(self, send: Send, body: bytes, seconds: float) -> None:
        size = max(1, -(-len(body) // _SLOW_PIECES))
        starts = range(0, max(1, len(body)), size)
        for start in starts:
            await self._nap(seconds / len(starts))
            await send(_body(body[start : start + size], more=start + size < len(body)))


def _entry(scope: Scope, request: ApiRequest) -> Entry:
    authorization = request.headers.get(b"authorization")
    query = scope["query_string"].decode("latin-1")
    entry = Entry(request.method, request.path, query, scope["scheme"], connection_of(scope).number)
    if authorization is not None:
        entry.authorization = authorization.partition(" ")[0]
        entry.token = _label(request.token, authorization)
    entry.tracking_id = request.tracking_id
    entry.user_agent = request.headers.get(b"user-agent")
    return entry


def _label(token: AccessToken | None, authorization: str) -> str:
    if token is not None:
        return token.name
    return f"unknown {hashlib.sha256(authorization.encode()).hexdigest()[:8]}"


async def _send(send: Send, answer: Answer, tracking_id: str) -> None:
    await send(_head(answer, tracking_id))
    await send(_body(answer.body))


def _head(answer: Answer, tracking_id: str | None) -> dict[str, object]:
    headers = []
    if answer.status != 204:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    if answer.content_type is not None:
        headers.append((b"content-type", answer.content_type.encode("latin-1")))
    if tracking_id is not None:
        headers.append((b"trackingid", tracking_id.encode("latin-1")))
    headers += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
    return {"type": "http.response.start", "status": answer.status, "headers": headers}


def _body(body: bytes, *, more: bool = False) -> dict[str, object]:
    return {"type": "http.response.body", "body": body, "more_body": more}


def _wake(nap: asyncio.Future[None]) -> None:
    if not nap.done():
        nap.set_result(None)
