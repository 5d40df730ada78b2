# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fault injection: error responses, invalid responses, and connection failures."""

from __future__ import annotations

import time
from collections.abc import Iterable
from email.utils import formatdate
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from .models import StrictModel
from .responses import JSON, ApiResponse, Shape, error_response, to_json

Seconds = Annotated[float, Field(ge=0, strict=False)]
Ordinal = Annotated[int, Field(ge=1)]


class FaultSpec(StrictModel):
    """Definition of a fault: conditions and effects. README.md describes the keys."""

    # Conditions
    method: str | None = None
    path: str | None = None
    line_id: str | None = None
    nth: Ordinal | list[Ordinal] | None = None
    skip: int = Field(default=0, ge=0)
    times: Ordinal | None = None
    # Response
    status: int | None = Field(default=None, ge=200, le=599)
    shape: Shape | None = None
    message: str | None = None
    code: int | None = None
    body: Any = None
    text: str | None = None
    content_type: str | None = None
    headers: dict[str, str | None] = Field(default_factory=dict)
    retry_after: int | str | None = None
    retry_after_date: int | None = None
    tracking_id: Literal["both", "header", "body", "none"] = "both"
    # Connection
    delay: Seconds = 0
    action: Literal["reset", "close", "hang", "truncate", "slow"] | None = None
    seconds: Seconds | None = None

    @model_validator(mode="after")
    def _check_consistency(self) -> FaultSpec:
        given = self.model_fields_set
        if self.status is None and given & {"shape", "message", "code", "body", "text", "content_type"}:
            raise ValueError("shape, message, code, body, text and content_type need a status")
        if "body" in given and "text" in given:
            raise ValueError("give body (any JSON) or text (sent as it is), not both")
        if self.shape is not None and given & {"body", "text"}:
            raise ValueError("give a shape, or body or text, not both")
        if self.status is not None and self.status < 300 and not given & {"body", "text"}:
            raise ValueError("a success needs a body or a text")
        if self.retry_after is not None and self.retry_after_date is not None:
            raise ValueError("give retry_after or retry_after_date, not both")
        if self.seconds is not None and self.action not in ("hang", "slow"):
            raise ValueError("seconds belong to the actions hang and slow")
        changes = given & {"headers", "retry_after", "retry_after_date", "tracking_id"}
        if self.status is None and self.action is None and not self.delay and not changes:
            raise ValueError("nothing happens: give a status, an action, a delay or headers")
        for text in [*self.headers, *self.headers.values(), self.retry_after, self.content_type]:
            if isinstance(text, str) and not _is_header_text(text):
                raise ValueError("a header holds visible Latin-1 characters and spaces only")
        return self

    def response(self, tracking_id: str) -> ApiResponse | None:
        """Return the response of the fault, or None if the regular response is sent.

        Pass either one to C(with_headers).
        """
        if self.status is None:
            return None
        if "body" in self.model_fields_set:
            response = ApiResponse(self.status, to_json(self.body), self.content_type or JSON)
        elif self.text is not None:
            response = ApiResponse(self.status, self.text.encode(), self.content_type or "text/html")
        else:
            # By default, redirects have no body.
            shape = self.shape or ("g" if self.status < 400 else "a")
            in_body = tracking_id if self.tracking_id in ("both", "body") else None
            response = error_response(self.status, shape, message=self.message, code=self.code, tracking_id=in_body)
            response.content_type = self.content_type or response.content_type
        return response

    def with_headers(self, response: ApiResponse, *, api_url: str, url: str) -> ApiResponse:
        """Return the response with the headers of the fault, with {api_url} and {url} replaced."""
        headers = dict(response.headers)
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        if self.retry_after_date is not None:
            headers["Retry-After"] = formatdate(time.time() + self.retry_after_date, usegmt=True)
        for name, value in self.headers.items():
            for same in [known for known in headers if known.lower() == name.lower()]:
                del headers[same]
            if value is not None:
                headers[name] = value.replace("{api_url}", api_url).replace("{url}", url)
        return ApiResponse(response.status, response.body, response.content_type, headers)

    @property
    def tracking_id_in_header(self) -> bool:
        return self.tracking_id in ("both", "header")


class Fault:
    """Active fault. C(seen) counts matching requests, C(applied) counts affected requests."""

    def __init__(self, fault_id: int, spec: FaultSpec) -> None:
        self.id = fault_id
        self.spec = spec
        self.seen = 0
        self.applied = 0

    def applies_to(self, method: str, path: str, line_id: str | None) -> bool:
        """Return whether the fault affects the request, and count the request."""
        spec = self.spec
        if spec.method is not None and spec.method.upper() != method:
            return False
        if spec.path is not None and spec.path not in path:
            return False
        if spec.line_id is not None and spec.line_id != line_id:
            return False
        self.seen += 1
        number = self.seen - spec.skip
        if number < 1 or (spec.times is not None and self.applied >= spec.times):
            return False
        if spec.nth is not None and number not in ([spec.nth] if isinstance(spec.nth, int) else spec.nth):
            return False
        self.applied += 1
        return True

    def as_dict(self) -> dict[str, Any]:
        spec = self.spec.model_dump(exclude_unset=True)
        return {"id": self.id, "seen": self.seen, "applied": self.applied, "fault": spec}


class Faults:
    """Active faults. The first matching fault applies. Later faults do not count the request."""

    def __init__(self, specs: Iterable[FaultSpec] = ()) -> None:
        self._faults: list[Fault] = []
        self._last_id = 0
        for spec in specs:
            self.add(spec)

    def __bool__(self) -> bool:
        return bool(self._faults)

    def add(self, spec: FaultSpec) -> Fault:
        self._last_id += 1
        fault = Fault(self._last_id, spec)
        self._faults.append(fault)
        return fault

    def remove(self, fault_id: int) -> bool:
        before = len(self._faults)
        self._faults = [fault for fault in self._faults if fault.id != fault_id]
        return len(self._faults) < before

    def clear(self) -> None:
        self._faults = []

    def first_match(self, method: str, path: str, line_id: str | None) -> Fault | None:
        """Return the fault that applies to the request, if any.

        :param path: percent-decoded path.
        """
        return next((fault for fault in self._faults if fault.applies_to(method, path, line_id)), None)

    def as_list(self) -> list[dict[str, Any]]:
        return [fault.as_dict() for fault in self._faults]


def _is_header_text(text: str) -> bool:
    return all(" " <= character <= "\xff" and character != "\x7f" for character in text)
