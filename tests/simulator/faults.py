# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fault injection: error responses, invalid responses, and connection failures."""

from __future__ import annotations

import re
import time
from base64 import b64decode
from collections.abc import Iterable, Mapping
from email.utils import formatdate
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlencode

from pydantic import Field, PlainValidator, model_validator

from .encoding import Damage, content_encoding
from .models import StrictModel
from .raw import Part
from .responses import JSON, ApiResponse, Shape, error_response, to_json

Seconds = Annotated[float, Field(ge=0, strict=False)]
Ordinal = Annotated[int, Field(ge=1)]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("Input should be a valid string")  # noqa: TRY004 (pydantic reports only a ValueError)
    return value


#: Text that can contain a lone surrogate, which pydantic rejects in the type str.
Text = Annotated[str, PlainValidator(_text)]

#: Actions that send one part of the response slowly or endlessly.
_PARTIAL_ACTIONS = ("drip", "flood")


class FaultSpec(StrictModel):
    """Fault definition: conditions and effects. README.md describes the keys."""

    # Conditions
    method: str | None = None
    path: str | None = None
    line_id: str | None = None
    member_id: str | None = None
    nth: Ordinal | list[Ordinal] | None = None
    skip: int = Field(default=0, ge=0)
    times: Ordinal | None = None
    reused: bool | None = None
    # Response
    status: int | None = Field(default=None, ge=200, le=599)
    shape: Shape | None = None
    message: Text | None = None
    code: int | None = None
    body: Any = None
    text: Text | None = None
    base64: str | None = None
    content_type: str | None = None
    reason: Text | None = None
    encoding: str | None = None
    inflate_to: int = Field(default=0, ge=0, le=10_000)
    damage: Damage | None = None
    headers: dict[str, str | None] = Field(default_factory=dict)
    link: dict[str, str | list[str] | None] = Field(default_factory=dict)
    remove_lines: list[str] = Field(default_factory=list)
    handled: bool = False
    retry_after: int | str | None = None
    retry_after_date: int | None = None
    tracking_id: Literal["both", "header", "body", "none", "repeated"] = "both"
    # Connection
    delay: Seconds = 0
    action: Literal["reset", "close", "hang", "truncate", "slow", "drip", "flood", "early"] | None = None
    seconds: Seconds | None = None
    part: Part | None = None
    interval: Seconds = 1
    padding: int = Field(default=0, ge=0)
    megabytes: Annotated[float, Field(gt=0, strict=False)] | None = None

    @model_validator(mode="after")
    def _check_consistency(self) -> FaultSpec:
        given = self.model_fields_set
        self._check_body(given)
        if self.handled and self.status is None and self.action not in ("reset", "close", "hang"):
            raise ValueError("handled needs a status, or an action that sends no response")
        if self.retry_after is not None and self.retry_after_date is not None:
            raise ValueError("give retry_after or retry_after_date, not both")
        if self.seconds is not None and self.action not in ("hang", "slow"):
            raise ValueError("seconds belong to the actions hang and slow")
        self._check_parts(given)
        changes = given & {
            *("headers", "link", "remove_lines", "retry_after", "retry_after_date"),
            *("tracking_id", "reason", "encoding"),
        }
        if self.status is None and self.action is None and not self.delay and not changes:
            raise ValueError("nothing happens: give a status, an action, a delay or headers")
        for text in [*self.headers, *self.headers.values(), self.retry_after, self.content_type, self.encoding]:
            if isinstance(text, str) and not _is_header_text(text):
                raise ValueError("a header holds visible Latin-1 characters, spaces and tabs only")
        return self

    def _check_body(self, given: set[str]) -> None:
        bodies = given & {"body", "text", "base64"}
        if self.status is None and (bodies or given & {"shape", "message", "code", "content_type"}):
            raise ValueError("shape, message, code, body, text, base64 and content_type need a status")
        if len(bodies) > 1:
            raise ValueError("give body (any JSON), text (sent as it is) or base64 (any bytes), not both")
        if self.base64 is not None:
            b64decode(self.base64, validate=True)
        if self.shape is not None and bodies:
            raise ValueError("give a shape, or body, text or base64, not both")
        if self.status is not None and self.status < 300 and not bodies:
            raise ValueError("a success needs a body or a text")

    def _check_parts(self, given: set[str]) -> None:
        if (self.part is not None) != (self.action in _PARTIAL_ACTIONS):
            raise ValueError("the actions drip and flood need a part, and other actions have none")
        if given & {"interval", "padding"} and self.action != "drip":
            raise ValueError("interval and padding belong to the action drip")
        if self.megabytes is not None and self.action != "flood":
            raise ValueError("megabytes belong to the action flood")
        if given & {"inflate_to", "damage"} and self.encoding is None:
            raise ValueError("inflate_to and damage need an encoding")
        if self.reason is not None and (self.action is not None or {"\r", "\n"} & set(self.reason)):
            raise ValueError("a reason has no line breaks, and goes with no action")

    def response(self, tracking_id: str, values: Mapping[str, str], path: str) -> ApiResponse | None:
        """Return the fault response, or None if the fault has no status and keeps the regular response.

        The caller must pass the fault response or the regular response to C(with_headers).

        :param tracking_id: tracking id for error bodies that contain one.
        :param values: placeholder values by name, such as C(token).
        :param path: request path for error bodies that contain one.
        """
        if self.status is None:
            return None
        if "body" in self.model_fields_set:
            response = ApiResponse(self.status, to_json(_filled(self.body, values)), self.content_type or JSON)
        elif self.text is not None:
            text = _filled(self.text, values).encode(errors="surrogatepass")
            response = ApiResponse(self.status, text, self.content_type or "text/html")
        elif self.base64 is not None:
            response = ApiResponse(self.status, b64decode(self.base64), self.content_type or JSON)
        else:
            # Redirects have no body by default.
            shape = self.shape or ("g" if self.status < 400 else "a")
            in_body = tracking_id if self.tracking_id in ("both", "body", "repeated") else None
            message = None if self.message is None else _filled(self.message, values)
            response = error_response(
                self.status, shape, message=message, code=self.code, tracking_id=in_body, path=path
            )
            response.content_type = self.content_type or response.content_type
        return response

    def with_headers(self, response: ApiResponse, values: Mapping[str, str]) -> ApiResponse:
        """Return a copy of the response with the fault headers.

        :param values: placeholder values by name, such as C(token).
        """
        headers = dict(response.headers)
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        if self.retry_after_date is not None:
            headers["Retry-After"] = formatdate(time.time() + self.retry_after_date, usegmt=True)
        for name, value in self.headers.items():
            for same in [known for known in headers if known.lower() == name.lower()]:
                del headers[same]
            if value is not None:
                headers[name] = _filled(value, values)
        if self.link and "Link" in headers:
            headers["Link"] = with_parameters(headers["Link"], self.link)
        if self.encoding is not None:
            headers["Content-Encoding"] = content_encoding(self.encoding)
        return ApiResponse(response.status, response.body, response.content_type, headers)

    def header_tracking_id(self, tracking_id: str) -> str | None:
        """Return the value of the header C(Trackingid), or None if the response must not have this header."""
        if self.tracking_id == "repeated":
            return f"{tracking_id}, {tracking_id}"
        return tracking_id if self.tracking_id in ("both", "header") else None


class Fault:
    """Active fault with the number of matching requests (C(seen)) and of affected requests (C(applied))."""

    def __init__(self, fault_id: int, spec: FaultSpec) -> None:
        self.id = fault_id
        self.spec = spec
        self.seen = 0
        self.applied = 0

    def applies_to(self, method: str, path: str, member_id: str | None, *, reused: bool) -> bool:
        """Count a matching request, and return whether the fault affects the request."""
        spec = self.spec
        if spec.method is not None and spec.method.upper() != method:
            return False
        if spec.path is not None and spec.path not in path:
            return False
        if not {spec.line_id, spec.member_id} <= {None, member_id} or spec.reused not in (None, reused):
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
    """Active faults in the order of their priority."""

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

    def first_match(self, method: str, path: str, member_id: str | None, *, reused: bool) -> Fault | None:
        """Return the first fault that affects the request, or None. Later faults do not count the request.

        :param path: percent-decoded request path.
        :param member_id: id of the requested virtual line, person, or workspace, or None.
        :param reused: whether the client sent an earlier request on the same connection.
        """
        return next((fault for fault in self._faults if fault.applies_to(method, path, member_id, reused=reused)), None)

    def as_list(self) -> list[dict[str, Any]]:
        return [fault.as_dict() for fault in self._faults]


def with_parameters(link: str, parameters: Mapping[str, str | list[str] | None]) -> str:
    """Return the value of a header C(Link) with changed query parameters in each URL.

    :param parameters: new values by parameter name. None removes the parameter.
    """

    def replace(match: re.Match[str]) -> str:
        url, _separator, query = match.group(1).partition("?")
        kept = [item for item in parse_qsl(query, keep_blank_values=True) if item[0] not in parameters]
        added = {name: value for name, value in parameters.items() if value is not None}
        return f"<{url}?{urlencode([*kept, *_items(added)])}>"

    return re.sub("<([^>]*)>", replace, link)


def _items(parameters: Mapping[str, str | list[str]]) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in parameters.items()
        for value in ([values] if isinstance(values, str) else values)
    ]


def _is_header_text(text: str) -> bool:
    return all(character == "\t" or (" " <= character <= "\xff" and character != "\x7f") for character in text)


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    """Replace the placeholders in all strings and keys of a JSON value, and return the new value."""
    if isinstance(value, str):
        for name, replacement in values.items():
            value = value.replace(f"{{{name}}}", replacement)
        return value
    if isinstance(value, list):
        return [_filled(item, values) for item in value]
    if isinstance(value, dict):
        return {_filled(key, values): _filled(item, values) for key, item in value.items()}
    return value
