# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers of the API, and each shape of an error body that has been seen of Webex."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal

Shape = Literal["a", "b", "c", "d", "e", "f", "g", "h"]

JSON = "application/json;charset=UTF-8"
HTML = "text/html"

#: What Webex says with each status that it documents, and a code of the kind that it gives.
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
    404: ("The requested resource could not be found.", 25004),
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

#: The code that Webex's gateway gives in shape e.
GATEWAY_CODE = 1006

TERMS_OF_SERVICE = {
    "vendorId": "Y2lzY29zcGFyazovL3VzL1JFQ09SRElOR19WRU5ET1IvNTNkYzRiODctODQwOC00ODkyLTk1YjU",
    "vendorName": "Example Recording",
    "termsOfServiceUrl": "https://recording.example.com/terms-of-service",
}


@dataclass(slots=True)
class Answer:
    """An answer before it is sent. C(headers) holds what goes beyond type, length and tracking id."""

    status: int
    body: bytes = b""
    content_type: str | None = JSON
    headers: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """The API does not do what was asked."""

    def __init__(self, status: int, message: str | None = None, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message
        self.headers = headers or {}


# Made once, as json.dumps would make one for each call, and generating a large organization calls often.
_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def to_json(value: Any) -> bytes:
    return _encoder.encode(value).encode()


def json_answer(value: Any, status: int = 200) -> Answer:
    return Answer(status, to_json(value))


def error_answer(
    status: int,
    shape: Shape = "a",
    *,
    message: str | None = None,
    code: int | None = None,
    tracking_id: str | None = None,
) -> Answer:
    """An error as Webex words it.

    :param message: in place of the usual words for this status.
    :param code: in place of the usual code for this status.
    :param tracking_id: for the shapes whose body holds one; None leaves it out.
    """
    usual_message, usual_code = MESSAGES.get(status, (_phrase(status), 25000 + status % 100))
    if shape == "e":
        usual_code = GATEWAY_CODE
    text = usual_message if message is None else message
    return _SHAPES[shape](status, text, usual_code if code is None else code, tracking_id)


def _shape_a(status: int, message: str, code: int, tracking_id: str | None) -> Answer:
    return _with_tracking_id(status, {"message": message, "errors": [{"description": message}]}, tracking_id)


def _shape_b(status: int, message: str, code: int, tracking_id: str | None) -> Answer:
    headers = {"Cisco-Spark-Error-Codes": str(code)}
    return Answer(status, to_json({"errorCode": code, "message": message}), headers=headers)


def _shape_c(status: int, message: str, code: int, tracking_id: str | None) -> Answer:
    errors = [{"errorCode": code, "description": f"[Error {code}] {message}"}]
    return _with_tracking_id(status, {"errorCode": code, "message": message, "errors": errors}, tracking_id)


def _shape_d(status: int, message: str, code: int, tracking_id: str | None) -> Answer:
    error = {"key": str(status), "message": [{"description": message, "code": str(code)}]}
    return _with_tracking_id(status, {"error": [error]}, tracking_id)


def _shape_e(status: int, message: str, code: int, tracking_id: str | None) -> Answer:
    return _with_tracking_id(status, {"code": code, "message": message}, tracking_id)


def _shape_f(status: int, message: str, code: int, tracking_id: str | None) -> Answer:
    title = f"{status} {_phrase(status)}"
    page = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        f"<p>{message}</p>\r\n</body>\r\n</html>\r\n"
    )
    return Answer(status, page.encode(), HTML)


def _shape_g(status: int, message: str, code: int, tracking_id: str | None) -> Answer:
    return Answer(status, content_type=None)


def _shape_h(status: int, message: str, code: int, tracking_id: str | None) -> Answer:
    return json_answer(TERMS_OF_SERVICE, status)


_SHAPES: dict[Shape, Callable[[int, str, int, str | None], Answer]] = {
    "a": _shape_a,
    "b": _shape_b,
    "c": _shape_c,
    "d": _shape_d,
    "e": _shape_e,
    "f": _shape_f,
    "g": _shape_g,
    "h": _shape_h,
}


def _with_tracking_id(status: int, content: dict[str, Any], tracking_id: str | None) -> Answer:
    return json_answer(content if tracking_id is None else {**content, "trackingId": tracking_id}, status)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
