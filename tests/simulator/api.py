# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The endpoints of the Webex API: who may ask for what, and what they get."""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import parse_qsl, unquote

from starlette.datastructures import QueryParams
from starlette.types import Receive, Scope

from .answers import Answer, Refusal, error_answer, to_json
from .listing import list_lines
from .log import Entry
from .recording import NOT_ASSIGNED, write_settings
from .simulation import Simulation
from .state import (
    READ_SCOPE,
    READING_ROLES,
    WRITE_SCOPE,
    WRITING_ROLES,
    AccessToken,
    Organization,
    VirtualLine,
)

_OTHER_ORGANIZATION = "The requester is not an administrator of the organization given as orgId."

#: The segments of the path below which virtual lines are.
_LINES = ["v1", "telephony", "config", "virtualLines"]

#: The kinds of ids that virtual lines have.
_LINE_KINDS = ("VIRTUAL_LINE", "VIRTUAL_PROFILE")


class ApiRequest:
    """A request to the API. C(token) is None unless it came with a known bearer token."""

    __slots__ = (
        "_receive",
        "_scope",
        "headers",
        "line_id",
        "method",
        "path",
        "segments",
        "token",
        "tracking_id",
    )

    def __init__(self, scope: Scope, receive: Receive, tokens: dict[str, AccessToken]) -> None:
        self._scope = scope
        self._receive = receive
        self.method: str = scope["method"]
        # As it came over the wire: an id may hold an encoded slash, which is no end of a segment.
        self.path: str = scope["raw_path"].decode("latin-1")
        self.segments = [unquote(segment) for segment in self.path.split("/")[1:]]
        self.headers: dict[bytes, str] = {name: value.decode("latin-1") for name, value in scope["headers"]}
        self.tracking_id = self.headers.get(b"trackingid")
        scheme, _space, token = self.headers.get(b"authorization", "").partition(" ")
        self.token = tokens.get(token.strip()) if scheme.lower() == "bearer" else None
        #: The virtual line that is asked about, if it is one.
        self.line_id = self.segments[4] if self.segments[:4] == _LINES and len(self.segments) > 4 else None

    @property
    def api_url(self) -> str:
        return f"{self._scope['scheme']}://{self.headers.get(b'host', 'localhost')}/v1"

    @property
    def url(self) -> str:
        """This request's address, without its query."""
        return self.api_url.removesuffix("/v1") + self.path

    @property
    def query(self) -> QueryParams:
        return QueryParams(self._scope["query_string"])

    @property
    def content_type(self) -> str:
        return self.headers.get(b"content-type", "").partition(";")[0].strip().lower()

    async def body(self) -> bytes:
        body: bytes = b""
        while True:
            message = await self._receive()
            body += bytes(message.get("body", b""))
            if not message.get("more_body"):
                return body


class Api:
    """Answers requests."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    async def answer(self, request: ApiRequest, entry: Entry, tracking_id: str) -> Answer:
        """The true answer, without faults and limits."""
        try:
            return await self._route(request, entry)
        except Refusal as refusal:
            answer = error_answer(refusal.status, message=refusal.message, tracking_id=tracking_id)
            answer.headers = refusal.headers
            return answer

    async def _route(self, request: ApiRequest, entry: Entry) -> Answer:
        """:raises Refusal: if the API does not do what was asked."""
        if request.line_id is not None and request.segments[5:] == ["callRecording"]:
            _allow(request, "GET", "PUT")
            if request.method == "GET":
                return self._read_recording(request, request.line_id)
            return await self._write_recording(request, request.line_id, entry)
        if request.segments == _LINES:
            _allow(request, "GET")
            organization = self._organization(request, READ_SCOPE, READING_ROLES)
            return list_lines(organization, request.query, request.url, self._simulation.settings)
        if request.segments == ["v1", "access_token"]:
            _allow(request, "POST")
            return await self._refresh(request, entry)
        raise Refusal(404)

    def _read_recording(self, request: ApiRequest, line_id: str) -> Answer:
        organization = self._organization(request, READ_SCOPE, READING_ROLES)
        settings = _line(organization, line_id).settings_json
        if settings is None:
            raise Refusal(400, NOT_ASSIGNED)
        return Answer(200, settings)

    async def _write_recording(self, request: ApiRequest, line_id: str, entry: Entry) -> Answer:
        organization = self._organization(request, WRITE_SCOPE, WRITING_ROLES)
        line = _line(organization, line_id)
        if request.content_type != "application/json":
            raise Refusal(415)
        try:
            entry.body = json.loads(await request.body())
        except (ValueError, RecursionError):
            raise Refusal(400, "The request body is not valid JSON.") from None
        return write_settings(line, organization, entry.body, self._simulation.settings)

    async def _refresh(self, request: ApiRequest, entry: Entry) -> Answer:
        """Exchange a refresh token for an access token."""
        if request.content_type != "application/x-www-form-urlencoded":
            raise Refusal(415)
        form = dict(parse_qsl((await request.body()).decode("latin-1"), keep_blank_values=True))
        for name in ("grant_type", "client_id", "client_secret", "refresh_token"):
            if not form.get(name):
                raise Refusal(400, f"The request is missing the required parameter '{name}'.")
        app = self._simulation.state.apps.get(form["client_id"])
        if app is None or app.client_secret != form["client_secret"]:
            raise Refusal(401, "The client_id or the client_secret is invalid.")
        entry.token = app.name
        if form["grant_type"] != "refresh_token":
            raise Refusal(400, f"The grant_type '{form['grant_type']}' is not supported by this simulator.")
        access, refresh = self._simulation.state.refresh(app, form["refresh_token"])
        content: dict[str, Any] = {
            "access_token": access.token,
            "expires_in": access.seconds_left,
            "refresh_token": refresh.token,
            "refresh_token_expires_in": refresh.seconds_left,
            "token_type": "Bearer",
            "scope": " ".join(app.rights.scopes),
        }
        return Answer(200, to_json(content), headers={"Cache-Control": "no-store"})

    def _organization(self, request: ApiRequest, scope: str, roles: frozenset[str]) -> Organization:
        """The organization that is asked about.

        :raises Refusal: if the token may not do so.
        """
        token = request.token
        if token is None or token.expired:
            raise Refusal(401)
        rights = token.rights
        if scope not in rights.scopes or rights.role not in roles:
            raise Refusal(403)
        asked_for = request.query.get("orgId") or rights.organization
        if asked_for != rights.organization and asked_for not in rights.administers:
            raise Refusal(403, _OTHER_ORGANIZATION)
        return self._simulation.state.organizations[asked_for]


def _allow(request: ApiRequest, *methods: str) -> None:
    if request.method not in methods:
        raise Refusal(405, headers={"Allow": ", ".join(methods)})


def _line(organization: Organization, line_id: str) -> VirtualLine:
    line = organization.lines.get(line_id)
    if line is not None:
        return line
    kind = _kind_of_id(line_id)
    if kind is not None and kind not in _LINE_KINDS:
        raise Refusal(400, f"Wrong type of Webex ID provided in path: expected VIRTUAL_LINE, found {kind}.")
    raise Refusal(404)


def _kind_of_id(webex_id: str) -> str | None:
    """PEOPLE for an id made from ciscospark://us/PEOPLE/…; None for an id made in another way."""
    try:
        decoded = base64.b64decode(webex_id + "=" * (-len(webex_id) % 4), validate=True).decode()
    except ValueError:
        return None
    match = re.fullmatch(r"ciscospark://[^/]*/([^/]*)/.*", decoded)
    return match[1] if match else None
