# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Control interface to query and change the running simulator. The Webex API has no such interface."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse as StarletteJSONResponse
from starlette.responses import Response
from starlette.routing import Route

from .call_recording import merge
from .faults import FaultSpec
from .models import StrictModel, validation_messages
from .request_log import FILTERS
from .responses import to_json
from .service import RecordingService
from .settings import Settings
from .simulation import Simulation
from .state import Member, Organization, Unavailable, edit_random_members

_Handler = Callable[[Request], Awaitable[Response]]
_M = TypeVar("_M", bound=StrictModel)


class JSONResponse(StarletteJSONResponse):
    """JSON response that can contain a lone surrogate."""

    def render(self, content: Any) -> bytes:
        return to_json(content)


class _MemberRequest(StrictModel):
    callRecording: dict[str, Any] | None = None
    identity: dict[str, Any] = Field(default_factory=dict)
    replace: bool = False
    unavailable: Unavailable | None = None


class _EditRequest(StrictModel):
    lines: int = Field(default=3, ge=1)
    kinds: list[Literal["virtual_line", "person", "workspace"]] = Field(default=["virtual_line"])
    seed: int | None = None
    organization: str | None = None


class _ExpireRequest(StrictModel):
    name: str | None = None


class Control:
    """Request handlers of the control interface."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    async def overview(self, request: Request) -> Response:
        simulation = self._simulation
        return JSONResponse(
            {
                "organizations": [
                    {
                        "id": organization.id,
                        "name": organization.name,
                        "locations": len(organization.locations),
                        "virtual_lines": len(organization.lines),
                        "people": len(organization.people),
                        "workspaces": len(organization.workspaces),
                    }
                    for organization in simulation.state.organizations.values()
                ],
                "settings": simulation.settings.model_dump(),
                "faults": simulation.faults.as_list(),
                "running_for": round(time.time() - simulation.started, 3),
            }
        )

    async def settings(self, request: Request) -> Response:
        if request.method == "PATCH":
            change = await _json(request)
            if not isinstance(change, dict):
                raise HTTPException(400, "The body must be a JSON object.")
            self._simulation.settings = _validated(Settings, {**self._simulation.settings.model_dump(), **change})
        return JSONResponse(self._simulation.settings.model_dump())

    async def faults(self, request: Request) -> Response:
        faults = self._simulation.faults
        if request.method == "POST":
            fault = faults.add(_validated(FaultSpec, await _json(request)))
            return JSONResponse(fault.as_dict(), 201)
        if request.method == "DELETE":
            faults.clear()
            return Response(status_code=204)
        return JSONResponse(faults.as_list())

    async def fault(self, request: Request) -> Response:
        if not self._simulation.faults.remove(request.path_params["fault_id"]):
            raise HTTPException(404, "Fault not found.")
        return Response(status_code=204)

    async def requests(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._simulation.log.clear()
            return Response(status_code=204)
        filters = dict(request.query_params)
        counts_only = filters.pop("counts_only", "false")
        unknown = sorted(filters.keys() - FILTERS)
        if unknown or counts_only not in ("true", "false"):
            names = ", ".join(sorted(FILTERS))
            raise HTTPException(400, f"The filters are {names}; counts_only is true or false. Not known: {unknown}")
        return JSONResponse(self._simulation.log.report(filters, counts_only=counts_only == "true"))

    async def members(self, request: Request) -> Response:
        organization, member = self._member(request)
        if request.method == "DELETE":
            organization.remove(member.id)
            return Response(status_code=204)
        if request.method == "PATCH":
            change = _validated(_MemberRequest, await _json(request))
            if change.identity.get("id", member.id) != member.id:
                noun = member.kind.name.removeprefix("virtual_")
                raise HTTPException(400, f"The id of a {noun} cannot be changed.")
            if change.identity:
                member.identity = {**member.identity, **change.identity}
                organization.forget_lists()
            if "unavailable" in change.model_fields_set:
                member.unavailable = change.unavailable
            if "callRecording" not in change.model_fields_set:
                pass
            elif change.replace or change.callRecording is None:
                member.settings = change.callRecording
            else:
                member.settings = merge(member.settings or {}, change.callRecording)
        content = {**member.identity, "callRecording": member.settings}
        return JSONResponse({**content, "kind": member.kind.name, "unavailable": member.unavailable})

    async def service(self, request: Request) -> Response:
        organization = self._organization(request.query_params.get("organization"))
        if request.method == "PATCH":
            change = await _json(request)
            if not isinstance(change, dict):
                raise HTTPException(400, "The body must be a JSON object.")
            service = _validated(RecordingService, merge(organization.service.model_dump(), change))
            unknown = service.locations.keys() - {location["id"] for location in organization.locations}
            if unknown:
                raise HTTPException(400, f"locations: {min(unknown)!r} is not a location of the organization.")
            organization.service = service
        return JSONResponse(organization.service.model_dump())

    async def edits(self, request: Request) -> Response:
        options = _validated(_EditRequest, await _json(request))
        organization = self._organization(options.organization)
        return JSONResponse(edit_random_members(organization, options.lines, options.seed, options.kinds))

    async def expire_tokens(self, request: Request) -> Response:
        options = _validated(_ExpireRequest, await _json(request))
        return JSONResponse({"expired": self._simulation.state.expire_tokens(options.name)})

    async def reset(self, request: Request) -> Response:
        self._simulation.reset()
        return Response(status_code=204)

    def _member(self, request: Request) -> tuple[Organization, Member]:
        # The id is a query parameter because an encoded slash would split an id in the path.
        found = self._simulation.state.find_member(request.query_params.get("id", ""))
        if found is None:
            raise HTTPException(
                404, "Member not found. Set the query parameter id to a percent-encoded id of a member."
            )
        return found

    def _organization(self, organization_id: str | None) -> Organization:
        organizations = self._simulation.state.organizations
        organization = (
            next(iter(organizations.values())) if organization_id is None else organizations.get(organization_id)
        )
        if organization is None:
            raise HTTPException(404, "Organization not found.")
        return organization


def control_application(simulation: Simulation) -> Starlette:
    """Return the ASGI application for the control interface."""
    control = Control(simulation)
    routes: list[tuple[str, _Handler, list[str]]] = [
        ("", control.overview, ["GET"]),
        ("/settings", control.settings, ["GET", "PATCH"]),
        ("/faults", control.faults, ["GET", "POST", "DELETE"]),
        ("/faults/{fault_id:int}", control.fault, ["DELETE"]),
        ("/requests", control.requests, ["GET", "DELETE"]),
        ("/members", control.members, ["GET", "PATCH", "DELETE"]),
        ("/lines", control.members, ["GET", "PATCH", "DELETE"]),
        ("/service", control.service, ["GET", "PATCH"]),
        ("/edits", control.edits, ["POST"]),
        ("/tokens/expire", control.expire_tokens, ["POST"]),
        ("/reset", control.reset, ["POST"]),
    ]
    return Starlette(
        routes=[Route(f"/_simulator{path}", handler, methods=methods) for path, handler, methods in routes],
        exception_handlers={HTTPException: _error_response},
    )


async def _error_response(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"error": error.detail}, error.status_code, headers=error.headers)


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except (ValueError, RecursionError):
        raise HTTPException(400, "The body is not JSON.") from None


def _validated(model: type[_M], content: Any) -> _M:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise HTTPException(400, "; ".join(validation_messages(error))) from None
