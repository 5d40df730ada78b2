# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""API responses, including all known Webex error formats."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal

Shape = Literal["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]

JSON = "application/json;charset=UTF-8"
HTML = "text/html"

#: Default message and error code for each status that Webex documents. The error codes use the Webex format.
MESSAGES: dict[int, tuple[str, int]] = {
    400: ("The request was invalid or cannot be otherwise served.", 25000),
    401: ("The request requires a valid access token set in the Authorization request header.", 25001),
    403: (
        (
            "The server understood the request, but refused to fulfill it because the access token is "
            "missing required scopes or the user is missing required roles or licenses."
        ),
        25003,
    ),
    # Assumed message. The documented message, "The requested resource could not be found.", is for wrong paths.
    404: ("Virtual line not found.", 25004),
    405: ("The request was made to a resource using an HTTP request method that is not supported.", 25005),
    409: ("The request conflicts with some established rule of the system.", 25009),
    410: ("The requested resource is no longer available.", 25010),
    415: ("The request was made without a media type, or with one that is not supported.", 25015),
    423: ("The requested resource is temporarily unavailable.", 25023),
    428: ("File(s) cannot be scanned for malware and need to be force downloaded.", 25028),
    429: ("Too many requests have been sent in a given amount of time.", 25029),
    500: ("Something went wrong on the server.", 25024),
    502: ("The server received an invalid response from an upstream server.", 25052),
    503: ("Server is overloaded with requests. Try again later.", 25053),
    504: ("An upstream server failed to respond on time.", 25054),
}  # fmt: skip

#: Default message by error code, for causes that share a status.
MESSAGES_OF_CODES: dict[int, str] = {
    4003: "[Error 4003] Unauthorized request",
    4008: "[Error 4008] User is not a Webex Calling user",
    4410: "[Error 4410] Service is not assigned to this subscriber: Call Recording",
    5620: "[Error 5620] Location not found",
    25409: "Invalid Professional Place: 00000000-0000-0000-0000-000000000000",
}

#: Error code that the Webex gateway returns (shape e).
GATEWAY_CODE = 1006

TERMS_OF_SERVICE = {
    "vendorId": "Y2lzY29zcGFyazovL3VzL1JFQ09SRElOR19WRU5ET1IvNTNkYzRiODctODQwOC00ODkyLTk1YjU",
    "vendorName": "Example Recording",
    "termsOfServiceUrl": "https://recording.example.com/terms-of-service",
}


@dataclass(slots=True)
class ApiResponse:
    """API response; C(headers) does not contain the content type, the content length, and the tracking id."""

    status: int
    body: bytes = b""
    content_type: str | None = JSON
    headers: dict[str, str] = field(default_factory=dict)


class ApiError(Exception):
    """API error that the simulator returns as a response."""

    def __init__(
        self,
        status: int,
        message: str | None = None,
        headers: dict[str, str] | None = None,
        shape: Shape = "a",
        code: int | None = None,
    ) -> None:
        super().__init__(status, message)
        self.code = code
        self.status = status
        self.message = message
        self.headers = headers or {}
        self.shape: Shape = shape


# A shared encoder speeds up large organizations, because json.dumps creates an encoder per call.
_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def to_json(value: Any) -> bytes:
    """Return a value as JSON in UTF-8. A lone surrogate becomes an escape such as \\ud83d."""
    return _encoder.encode(value).encode(errors="backslashreplace")


def json_response(value: Any, status: int = 200) -> ApiResponse:
    return ApiResponse(status, to_json(value))


def error_response(
    status: int,
    shape: Shape = "a",
    *,
    message: str | None = None,
    code: int | None = None,
    tracking_id: str | None = None,
    path: str = "/v1",
) -> ApiResponse:
    """Return an error response in a Webex format.

    :param shape: format of the response body. README.md describes the shapes.
    :param message: error message. The default depends on the code, the shape, and the status.
    :param code: error code. The default depends on the status and the shape.
    :param tracking_id: tracking id for shapes whose body contains one. If None, the body contains no tracking id.
    :param path: request path for the default message of shape j.
    """
    default_message, default_code = MESSAGES.get(status, (_phrase(status), 25000 + status % 100))
    if shape == "e":
        default_code = GATEWAY_CODE
    if shape == "j":
        default_message = _no_static_resource(path)
    elif code in MESSAGES_OF_CODES:
        default_message = MESSAGES_OF_CODES[code]
    text = default_message if message is None else message
    return _SHAPES[shape](status, text, default_code if code is None else code, tracking_id)


def _shape_a(status: int, message: str, code: int, tracking_id: str | None) -> ApiResponse:
    return _with_tracking_id(status, {"message": message, "errors": [{"description": message}]}, tracking_id)


def _shape_b(status: int, message: str, code: int, tracking_id: str | None) -> ApiResponse:
    headers = {"Cisco-Spark-Error-Codes": str(code)}
    return ApiResponse(status, to_json({"errorCode": code, "message": message}), headers=headers)


def _shape_c(status: int, message: str, code: int, tracking_id: str | None) -> ApiResponse:
    description = message if message.startswith("[Error ") else f"[Error {code}] {message}"
    errors = [{"errorCode": code, "description": description}]
    return _with_tracking_id(status, {"errorCode": code, "message": message, "errors": errors}, tracking_id)


def _shape_d(status: int, message: str, code: int, tracking_id: str | None) -> ApiResponse:
    error = {"key": str(status), "message": [{"description": message, "code": str(code)}]}
    return _with_tracking_id(status, {"error": [error]}, tracking_id)


def _shape_e(status: int, message: str, code: int, tracking_id: str | None) -> ApiResponse:
    return _with_tracking_id(status, {"code": code, "message": message}, tracking_id)


def _shape_f(status: int, message: str, code: int, tracking_id: str | None) -> ApiResponse:
    title = f"{status} {_phrase(status)}"
    page = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        f"<p>{message}</p>\r\n</body>\r\n</html>\r\n"
    )
    return ApiResponse(status, page.encode(errors="surrogatepass"), HTML)


def _shape_g(status: int, message: str, code: int, tracking_id: str | None) -> ApiResponse:
    return ApiResponse(status, content_type=None)


def _shape_h(status: int, message: str, code: int, tracking_id: str | None) -> ApiResponse:
    return json_response(TERMS_OF_SERVICE, status)


def _shape_i(status: int, message: str, code: int, tracking_id: str | None) -> ApiResponse:
    return json_response({"errorMessage": message}, status)


_SHAPES: dict[Shape, Callable[[int, str, int, str | None], ApiResponse]] = {
    "a": _shape_a,
    "b": _shape_b,
    "c": _shape_c,
    "d": _shape_d,
    "e": _shape_e,
    "f": _shape_f,
    "g": _shape_g,
    "h": _shape_h,
    "i": _shape_i,
    # Shape j differs from shape a only in the message.
    "j": _shape_a,
}


def _no_static_resource(path: str) -> str:
    resource = path.lstrip("/")
    return f"No static resource {'hydra/' if resource.startswith('v1') else ''}{resource}."


def _with_tracking_id(status: int, content: dict[str, Any], tracking_id: str | None) -> ApiResponse:
    return json_response(content if tracking_id is None else {**content, "trackingId": tracking_id}, status)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
