# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Endpoints of the Webex API: routing, authorization, and responses."""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import parse_qsl, unquote

from starlette.datastructures import QueryParams
from starlette.types import Receive, Scope

from .call_recording import NOT_ASSIGNED, OFF, terms_to_accept, write_settings
from .listing import list_lines, list_locations
from .numbers import list_numbers
from .people import find_people
from .request_log import LogEntry
from .responses import ApiError, ApiResponse, error_response, json_response, to_json
from .settings import Settings
from .simulation import Simulation
from .state import (
    KINDS,
    NUMBERS_ROLES,
    PEOPLE_READ_SCOPE,
    READ_SCOPE,
    READING_ROLES,
    SERVICE_ROLES,
    VIRTUAL_LINE,
    AccessToken,
    Kind,
    Member,
    Organization,
)

#: Path segments of the recording service of the organization, and of the list of locations.
_SERVICE = ["v1", "telephony", "config", "callRecording"]
_LOCATIONS = ["v1", "telephony", "config", "locations"]

_OTHER_ORGANIZATION = "The requester is not an administrator of the organization given as orgId."


class ApiRequest:
    """API request; C(token) is None if the request has no known bearer token."""

    __slots__ = (
        "_body",
        "_receive",
        "_scope",
        "headers",
        "kind",
        "member_id",
        "method",
        "path",
        "segments",
        "token",
        "token_text",
        "tracking_id",
    )

    def __init__(self, scope: Scope, receive: Receive, tokens: dict[str, AccessToken]) -> None:
        self._scope = scope
        self._receive = receive
        self._body: bytes | None = None
        self.method: str = scope["method"]
        # The path stays encoded because an id can contain an encoded slash.
        self.path: str = scope["raw_path"].decode("latin-1")
        self.segments = [unquote(segment) for segment in self.path.split("/")[1:]]
        self.headers: dict[bytes, str] = {name: value.decode("latin-1") for name, value in scope["headers"]}
        self.tracking_id = self.headers.get(b"trackingid")
        scheme, _space, token = self.headers.get(b"authorization", "").partition(" ")
        self.token_text = token.strip()
        self.token = tokens.get(self.token_text) if scheme.lower() == "bearer" else None
        #: Kind and id of the requested virtual line, person, or workspace, or None.
        self.kind: Kind | None = None
        self.member_id: str | None = None
        for kind in KINDS:
            before = len(kind.path)
            if len(self.segments) > before and self.segments[:before] == kind.path:
                self.kind, self.member_id = kind, self.segments[before]

    @property
    def host(self) -> str:
        """Return the host of the request, with the port if the request has one."""
        return self.headers.get(b"host", "localhost")

    @property
    def api_url(self) -> str:
        return f"{self._scope['scheme']}://{self.host}/v1"

    @property
    def url(self) -> str:
        """Return the request URL without the query."""
        return self.api_url.removesuffix("/v1") + self.path

    @property
    def query(self) -> QueryParams:
        return QueryParams(self._scope["query_string"])

    @property
    def content_type(self) -> str:
        return self.headers.get(b"content-type", "").partition(";")[0].strip().lower()

    async def body(self) -> bytes:
        """Return the request body. Repeated calls return the same body."""
        if self._body is None:
            body: bytes = b""
            more = True
            while more:
                message = await self._receive()
                body += bytes(message.get("body", b""))
                more = bool(message.get("more_body"))
            self._body = body
        return self._body

    async def form(self) -> dict[str, str]:
        """Return the form fields in the request body, or an empty dictionary if the body is not a form."""
        if self.content_type != "application/x-www-form-urlencoded":
            return {}
        return dict(parse_qsl((await self.body()).decode("latin-1"), keep_blank_values=True))


class Api:
    """Handler of API requests."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    async def handle(self, request: ApiRequest, entry: LogEntry, tracking_id: str) -> ApiResponse:
        """Return the API response to a request, regardless of faults and rate limits."""
        try:
            return await self._route(request, entry)
        except ApiError as error:
            response = error_response(
                error.status,
                error.shape,
                message=error.message,
                code=error.code,
                tracking_id=tracking_id,
                path=request.path,
            )
            response.headers.update(error.headers)
            return response

    async def _route(self, request: ApiRequest, entry: LogEntry) -> ApiResponse:
        """Return the response to a request.

        :raises ApiError: if the request is not valid or not authorized.
        """
        kind = request.kind
        if kind is not None and request.segments[len(kind.path) + 1 :] == kind.suffix:
            _allow(request, "GET", "PUT")
            if request.method == "GET":
                return self._read_recording(request, kind)
            return await self._write_recording(request, kind, entry)
        if request.segments == ["v1", "access_token"]:
            _allow(request, "POST")
            return await self._refresh(request, entry)
        return self._read(request)

    def _read(self, request: ApiRequest) -> ApiResponse:
        """Return the response to a request for a list or for settings of the organization.

        :raises ApiError: if the request is not valid or not authorized.
        """
        if request.segments == VIRTUAL_LINE.path:
            _allow(request, "GET")
            organization = self._organization(request, READ_SCOPE, READING_ROLES)
            return list_lines(organization, request.query, request.url, self._simulation.settings)
        if request.segments == ["v1", "telephony", "config", "numbers"]:
            _allow(request, "GET")
            organization = self._organization(request, READ_SCOPE, NUMBERS_ROLES)
            return list_numbers(organization, request.query, request.url, self._simulation.settings)
        if request.segments == _LOCATIONS:
            _allow(request, "GET")
            organization = self._organization(request, READ_SCOPE, SERVICE_ROLES)
            return list_locations(organization, request.query, request.url, self._simulation.settings)
        of_location = request.segments[:4] == _LOCATIONS and request.segments[5:6] == _SERVICE[3:]
        if of_location or request.segments[:4] == _SERVICE:
            return self._read_service(request)
        # The simulator has no list of all people.
        if request.segments == ["v1", "people"] and "email" in request.query:
            _allow(request, "GET")
            return find_people(self._organization(request, PEOPLE_READ_SCOPE, READING_ROLES), request.query)
        raise ApiError(404, shape="j")

    def _read_service(self, request: ApiRequest) -> ApiResponse:
        """Return the response to a request for the recording service of the organization or of a location.

        :raises ApiError: if the request is not valid or not authorized.
        """
        _allow(request, "GET")
        organization = self._organization(request, READ_SCOPE, SERVICE_ROLES)
        settings = self._simulation.settings
        if settings.recording_service == "refused":
            raise ApiError(403)
        content = (
            None if settings.recording_service == "not_found" else _service(organization, request.segments, settings)
        )
        if content is None:
            raise ApiError(404, shape="j")
        return json_response(content)

    def _read_recording(self, request: ApiRequest, kind: Kind) -> ApiResponse:
        organization = self._organization(request, kind.read_scope, kind.reading_roles)
        settings = _member(organization, kind, request.member_id).settings_json
        if settings is None:
            if self._simulation.settings.unassigned == "off":
                return json_response(OFF)
            raise ApiError(400, NOT_ASSIGNED)
        return ApiResponse(200, settings)

    async def _write_recording(self, request: ApiRequest, kind: Kind, entry: LogEntry) -> ApiResponse:
        organization = self._organization(request, kind.write_scope, kind.writing_roles)
        member = _member(organization, kind, request.member_id)
        if request.content_type != "application/json":
            raise ApiError(415)
        try:
            entry.body = json.loads(await request.body())
        except (ValueError, RecursionError):
            raise ApiError(400, "The request body is not valid JSON.") from None
        return write_settings(member, organization, entry.body, self._simulation.settings)

    async def _refresh(self, request: ApiRequest, entry: LogEntry) -> ApiResponse:
        """Exchange a refresh token for an access token, and return the response.

        :raises ApiError: if the request, the app, or the refresh token is not valid.
        """
        if request.content_type != "application/x-www-form-urlencoded":
            raise ApiError(415)
        form = await request.form()
        for name in ("grant_type", "client_id", "client_secret", "refresh_token"):
            if not form.get(name):
                raise ApiError(400, f"The request is missing the required parameter '{name}'.")
        app = self._simulation.state.apps.get(form["client_id"])
        if app is None or app.client_secret != form["client_secret"]:
            raise ApiError(401, "The client_id or the client_secret is invalid.")
        entry.token = app.name
        if form["grant_type"] != "refresh_token":
            raise ApiError(400, f"The grant_type '{form['grant_type']}' is not supported by this simulator.")
        access, refresh = self._simulation.state.refresh(app, form["refresh_token"])
        content: dict[str, Any] = {
            "access_token": access.token,
            "expires_in": access.seconds_left,
            "refresh_token": refresh.token,
            "refresh_token_expires_in": refresh.seconds_left,
            "token_type": "Bearer",
            "scope": " ".join(app.permissions.scopes),
        }
        return ApiResponse(200, to_json(content), headers={"Cache-Control": "no-store"})

    def _organization(self, request: ApiRequest, scope: str, roles: frozenset[str]) -> Organization:
        """Return the organization that the request refers to.

        :raises ApiError: if the access token is not valid or not authorized.
        """
        token = request.token
        if token is None or token.expired:
            raise ApiError(401)
        permissions = token.permissions
        if scope not in permissions.scopes or permissions.role not in roles:
            raise ApiError(403)
        organization_id = request.query.get("orgId") or permissions.organization
        if organization_id != permissions.organization and organization_id not in permissions.administers:
            raise ApiError(403, _OTHER_ORGANIZATION)
        return self._simulation.state.organizations[organization_id]


def _allow(request: ApiRequest, *methods: str) -> None:
    if request.method not in methods:
        raise ApiError(405, headers={"Allow": ", ".join(methods)})


def _service(organization: Organization, path: list[str], settings: Settings) -> dict[str, Any] | None:
    """Return a part of the recording service of the organization or of a location, or None for an unknown path.

    :raises ApiError: if there is no such location or vendor.
    """
    if path[:4] != _SERVICE:
        return _service_of_location(organization, path[4], path[6:])
    service, rest = organization.service, path[4:]
    not_accepted = terms_to_accept(organization, settings)
    if rest[:1] == ["vendors"] and rest[2:] == ["termsOfService"]:
        terms = service.accepted_terms(rest[1])
        if terms is None:
            raise ApiError(404, f"Vendor {rest[1]} not found", shape="i")
        if not_accepted is not None and rest[1] == service.vendorId:
            terms.update(not_accepted, termsOfServiceEnabled=False)
        return terms
    if not rest:
        names = {"id": organization.id, "name": organization.name}
        terms = not_accepted or service.terms_of_service()
        return {"organization": names, "enabled": service.enabled, **terms}
    parts = {
        "vendors": service.vendors_of_organization,
        "complianceAnnouncement": service.announcement_of_organization,
        "announcements": service.all_announcements,
    }
    return parts[rest[0]]() if len(rest) == 1 and rest[0] in parts else None


def _service_of_location(organization: Organization, location_id: str, rest: list[str]) -> dict[str, Any] | None:
    if all(location["id"] != location_id for location in organization.locations):
        raise ApiError(404, f"Location {location_id} not found", shape="i")
    service = organization.service
    parts = {"vendors": service.vendors_of_location, "complianceAnnouncement": service.announcement_of_location}
    return parts[rest[0]](location_id) if len(rest) == 1 and rest[0] in parts else None


def _member(organization: Organization, kind: Kind, member_id: str | None) -> Member:
    """Return the member with this id.

    :raises ApiError: if there is no such member, or the member cannot have call recording settings.
    """
    member = organization.members(kind).get(member_id or "")
    if member is not None:
        if member.unavailable is not None:
            raise _unavailable(member)
        return member
    found = _type_of_id(member_id or "")
    if found is not None and found not in kind.id_types:
        raise ApiError(400, f"Wrong type of Webex ID provided in path: expected {kind.owner_type}, found {found}.")
    raise ApiError(404, f"{kind.label} not found.")


def _unavailable(member: Member) -> ApiError:
    if member.unavailable == "no_calling_license":
        return ApiError(404, shape="c", code=4008)
    if member.unavailable == "no_professional_license":
        return ApiError(405, f"Invalid Professional Place: {_uuid_of_id(member.id)}", shape="b", code=25409)
    # The status and the code of this error are unknown.
    return ApiError(400, "A hot desk only workspace does not support any calling settings.")


def _type_of_id(webex_id: str) -> str | None:
    """Return the type in a Webex id, or None for other ids.

    The type in the encoded id C(ciscospark://us/PEOPLE/…) is PEOPLE.
    """
    match = re.fullmatch(r"ciscospark://[^/]*/([^/]*)/.*", _decoded_id(webex_id))
    return match[1] if match else None


def _uuid_of_id(webex_id: str) -> str:
    """Return the last part of a Webex id, or other ids unchanged."""
    return _decoded_id(webex_id).rpartition("/")[2] or webex_id


def _decoded_id(webex_id: str) -> str:
    text = webex_id.rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode()
    except ValueError:
        return ""
