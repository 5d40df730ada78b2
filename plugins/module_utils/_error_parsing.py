# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conversion of responses and network library exceptions to errors.

Private to webex.calling. Source of statuses and body formats: public API reference, and reports of other projects.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from . import _error_hints as hints
from ._errors import MAX_MESSAGE_LENGTH, ApiError, AuthenticationError, ConnectionFailedError, WebexError
from ._json import parse_json

#: HTTP statuses after which the same request can succeed later.
RETRYABLE_STATUSES = frozenset({423, 429, 502, 503, 504})

_TYPES = {
    401: "authentication",
    403: "permission",
    404: "not_found",
    409: "conflict",
    423: "conflict",
    429: "rate_limit",
    502: "unavailable",
    503: "unavailable",
    504: "unavailable",
}

#: Hints by HTTP status and Webex error code.
_HINTS_BY_CODE = {
    (400, "4003"): hints.UNAUTHORIZED_OR_UNKNOWN,
    (400, "4410"): hints.NOT_ASSIGNED,
    (404, "4008"): hints.NO_CALLING_LICENSE,
    (404, "5620"): hints.UNKNOWN_LOCATION,
    (405, "25409"): hints.NO_PROFESSIONAL_LICENSE,
}

#: Webex messages for an unknown path: first words, in lower case.
_WRONG_ADDRESS_MESSAGES = ("no static resource", "the requested resource could not be found")

#: Maximum number of characters to search in a text.
_MAX_TEXT_LENGTH = 8 * MAX_MESSAGE_LENGTH

_ERROR_CODE_IN_TEXT = re.compile(r"\[Error (\d{1,10})\]")

# --- responses -----------------------------------------------------------------------------------------------


def error_from_response(
    status: int, reason: str | None, headers: Mapping[str, str], body: bytes, *, retry_after: int | None = None
) -> WebexError:
    """Return the error for a response. The body can have any format.

    :param headers: values by lowercase header name.
    :param retry_after: value of the header C(Retry-After) in seconds, or None if absent or malformed.
    """
    parsed = _parse_body(body)
    if 300 <= status < 400:
        parsed.message = f"redirects to {host_of(headers.get('location'))}"
    error_class = AuthenticationError if status == 401 else ApiError
    header_code = (headers.get("cisco-spark-error-codes") or "")[:_MAX_TEXT_LENGTH].split(",")[0].strip()
    code = parsed.code or header_code or None
    return error_class(
        _type_of(status, parsed),
        reason or _phrase(status),
        _hint(status, code, parsed),
        status=status,
        message=parsed.message,
        code=code,
        tracking_id=tracking_id_of(headers) or parsed.tracking_id,
        retry_after=retry_after,
        retryable=status in RETRYABLE_STATUSES,
        from_webex=parsed.is_object,
    )


def token_exchange_error(error: WebexError) -> WebexError:
    """Return an L(AuthenticationError) if Webex refused the token exchange, otherwise the given error."""
    # If the response is not from Webex, only a 401 concerns the credentials.
    if error.status not in (400, 401, 403) or not (error.from_webex or error.status == HTTPStatus.UNAUTHORIZED):
        return error
    return AuthenticationError(
        "authentication",
        error.reason,
        hints.APP_REFUSED,
        status=error.status,
        message=error.message,
        code=error.code,
        tracking_id=error.tracking_id,
    )


def invalid_response(
    status: int | None, reason: str, *, message: str | None = None, tracking_id: str | None = None
) -> WebexError:
    """Return the error for a successful response with unusable content.

    :param reason: problem with the content, such as "Not JSON".
    """
    return ApiError(
        "invalid_response", reason, hints.NOT_WEBEX, status=status, message=message, tracking_id=tracking_id
    )


def pagination_error(message: str) -> WebexError:
    """Return the error for inconsistent pages of a list. Entries may be missing."""
    return ApiError("pagination", "Inconsistent pages", hints.PAGINATION, status=200, message=message)


def inconsistent_lists(message: str) -> WebexError:
    """Return the error for two lists that contradict each other. Entries may be missing in one of them."""
    return ApiError("pagination", "Inconsistent lists", hints.INCONSISTENT_LISTS, status=200, message=message)


@dataclass
class _ParsedBody:
    """Content of an error response body."""

    message: str | None = None
    code: str | None = None
    tracking_id: str | None = None
    about_terms_of_service: bool = False
    is_html: bool = False
    is_object: bool = False

    @property
    def is_wrong_address(self) -> bool:
        """Whether the path is unknown to Webex. The member can exist nevertheless."""
        return (self.message or "").lower().startswith(_WRONG_ADDRESS_MESSAGES)


def _parse_body(body: bytes) -> _ParsedBody:
    try:
        content = parse_json(body)
    except (ValueError, RecursionError):
        return _parse_text(body.decode("utf-8", errors="replace"))
    if not isinstance(content, dict):
        return _ParsedBody(message=_one_line(json.dumps(content)) if content is not None else None)
    parsed = _ParsedBody(is_object=True, tracking_id=_text(content.get("trackingId")))
    if "termsOfServiceUrl" in content:
        parsed.about_terms_of_service = True
        vendor = _text(content.get("vendorName")) or _text(content.get("vendorId")) or "unknown"
        # The address is empty if Webex is the vendor.
        address = _text(content["termsOfServiceUrl"])
        parsed.message = f"the terms of service of the recording vendor {vendor} are not accepted"
        parsed.message += f": {address}" if address else ""
        return parsed
    details = list(_details(content))
    texts = [_text(content.get("message")), _text(content.get("errorMessage"))] + [text for text, code in details]
    codes = [_text(content.get("errorCode")), _text(content.get("code"))] + [code for text, code in details]
    # Remove duplicates, because Webex often repeats the message in the details.
    parsed.message = "; ".join(dict.fromkeys(text for text in texts if text)) or None
    in_text = _ERROR_CODE_IN_TEXT.search(parsed.message or "")
    parsed.code = next((code for code in codes if code), in_text.group(1) if in_text else None)
    return parsed


def _parse_text(text: str) -> _ParsedBody:
    """Return the content of a text body: HTML title if there is one, otherwise the text."""
    title = _title_of(text[:_MAX_TEXT_LENGTH])
    if title:
        # Import on demand, because few tasks need this module.
        import html  # noqa: PLC0415

        return _ParsedBody(message=_one_line(html.unescape(title)), is_html=True)
    is_html = "<html" in text[:1000].lower()
    return _ParsedBody(message=_one_line("an HTML page" if is_html else text), is_html=is_html)


def _title_of(text: str) -> str:
    _before, _start, element = _partition_ignoring_case(text, "<title")
    _attributes, _end, content = element.partition(">")
    title, end, _after = _partition_ignoring_case(content, "</title>")
    return title if end else ""


def _partition_ignoring_case(text: str, separator: str) -> tuple[str, str, str]:
    found = text.lower().find(separator)
    return (text, "", "") if found < 0 else (text[:found], separator, text[found + len(separator) :])


def _details(content: Mapping[str, Any]) -> Iterator[tuple[str | None, str | None]]:
    """Yield the text and the code of each detail.

    C(errors) is a list of details. C(error) is a list of objects with a list of details in C(message).
    """
    for detail in _objects(content.get("errors")):
        yield _text(detail.get("description")), _text(detail.get("errorCode"))
    for group in _objects(content.get("error")):
        for detail in _objects(group.get("message")):
            yield _text(detail.get("description")), _text(detail.get("code"))


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    # Skip long integers, because Python refuses to convert thousands of digits.
    return _one_line(str(value)) if isinstance(value, str) or abs(value) < 10**18 else None


def _one_line(text: str) -> str | None:
    words = text[:_MAX_TEXT_LENGTH].split()
    if len(text) > _MAX_TEXT_LENGTH and words and len(words[-1]) < 2 * MAX_MESSAGE_LENGTH:
        # Drop the word at the cut, because redaction does not find a part of a secret.
        words.pop()
    return " ".join(words) or None


def tracking_id_of(headers: Mapping[str, str]) -> str | None:
    """Return the tracking id of a response without repetitions, or None. Webex can repeat the id ("X, X").

    :param headers: values by lowercase header name.
    """
    ids = (headers.get("trackingid") or "")[:_MAX_TEXT_LENGTH].split(",")
    return ", ".join(dict.fromkeys(each.strip() for each in ids if each.strip())) or None


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown status"


def _type_of(status: int, parsed: _ParsedBody) -> str:
    if status == 404 and (parsed.is_wrong_address or not parsed.is_object):
        # The address is wrong, or the response is not from Webex.
        return "refused"
    if status in _TYPES:
        return _TYPES[status]
    by_class = {3: "redirect", 4: "refused", 5: "server_error"}
    return by_class.get(status // 100, "invalid_response")


def _hint(status: int, code: str | None, parsed: _ParsedBody) -> str:
    candidates = (
        (parsed.about_terms_of_service, hints.TERMS_OF_SERVICE),
        (300 <= status < 400, hints.REDIRECT),
        ((status, code) in _HINTS_BY_CODE, _HINTS_BY_CODE.get((status, code or ""), "")),
        (status == 404 and parsed.is_wrong_address, hints.WRONG_ADDRESS),
        (status == 400 and "wrong type" in (parsed.message or "").lower(), hints.WRONG_KIND_OF_ID),
        # An HTML page means a wrong address, except for a 5xx from a gateway.
        (parsed.is_html and status < 500, hints.NOT_WEBEX),
        (status in hints.BY_STATUS, hints.BY_STATUS.get(status, "")),
        (400 <= status < 500, hints.CLIENT_ERROR),
        (500 <= status < 600, hints.SERVER_ERROR),
    )
    return next((hint for applies, hint in candidates if applies), hints.UNEXPECTED_STATUS)


def host_of(url: str | None) -> str:
    """Return the host of a URL for a message, without path and query, which can contain secrets.

    If the URL has no host, return a phrase instead.
    """
    match = re.match(r"(?:https?:)?//(?:[^/@?#\\]*@)?([^/?#\\]+)", (url or "")[:500], re.IGNORECASE)
    return match.group(1) if match else "another address on the same host" if url else "nowhere"


# --- exceptions ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cause:
    """Cause of a missing response.

    Where possible, standard library exceptions identify a cause, because network library exceptions differ between
    releases.

    :param exceptions: exception classes with this cause.
    :param names: class names of network library exceptions with this cause.
    :param established: whether the host accepted the connection.
    :param message: function that returns the message for an exception and a timeout in seconds.
    :param applies: function that returns whether an exception has this cause.
    """

    error_type: str
    reason: str
    hint: str
    exceptions: tuple[type[BaseException], ...] = ()
    names: tuple[str, ...] = ()
    established: bool = False
    message: Callable[[BaseException, float], str | None] = lambda _exception, _timeout: None
    applies: Callable[[BaseException], bool] = lambda _exception: False

    def applies_to(self, exception: BaseException) -> bool:
        return (
            self.applies(exception) or isinstance(exception, self.exceptions) or type(exception).__name__ in self.names
        )


def _own_message(exception: BaseException, _timeout: float) -> str | None:
    return _one_line(str(getattr(exception, "verify_message", "") or exception))


def _innermost_message(exception: BaseException, _timeout: float) -> str | None:
    return _one_line(str(list(_chain(exception))[-1]))


#: OpenSSL error codes (X509_V_ERR_*) by hint. Other codes have the hint CERTIFICATE.
_CERTIFICATE_HINTS = {
    hints.CERTIFICATE_EXPIRED: (9, 10),
    hints.CERTIFICATE_OF_OTHER_HOST: (62, 64),
    # Required RFC 5280 extensions are missing. Without strict checks, code 79 means an invalid CA.
    hints.STRICT_CERTIFICATE: range(79, 95) if sys.version_info >= (3, 13) else range(80, 95),
}

#: Class names of proxy exceptions in urllib3 and PySocks.
_PROXY_EXCEPTIONS = (
    "ProxyError",
    "ProxyConnectionError",
    "GeneralProxyError",
    "SOCKS4Error",
    "SOCKS5Error",
    "SOCKS5AuthError",
)

#: Causes in order of precedence, because an exception can wrap others.
_CAUSES = (
    *(
        _Cause(
            "tls",
            "TLS certificate not trusted",
            hint,
            message=_own_message,
            applies=lambda exception, codes=codes: getattr(exception, "verify_code", 0) in codes,  # type: ignore[misc]
        )
        for hint, codes in _CERTIFICATE_HINTS.items()
    ),
    _Cause(
        "tls",
        "TLS certificate not trusted",
        hints.CERTIFICATE_OF_OTHER_HOST,
        names=("CertificateError",),
        message=_own_message,
    ),
    _Cause(
        "tls",
        "TLS certificate not trusted",
        hints.CERTIFICATE,
        exceptions=(ssl.SSLCertVerificationError,),
        message=_own_message,
    ),
    _Cause("proxy", "Proxy failed", hints.PROXY, names=_PROXY_EXCEPTIONS, message=_innermost_message),
    _Cause(
        "connection",
        "Host name not found",
        hints.HOST_NOT_FOUND,
        exceptions=(socket.gaierror,),
        names=("NameResolutionError",),
    ),
    _Cause("connection", "Connection refused", hints.CONNECTION_REFUSED, exceptions=(ConnectionRefusedError,)),
    _Cause(
        "timeout",
        "Timed out",
        hints.CONNECT_TIMEOUT,
        names=("ConnectTimeoutError",),
        message=lambda _exception, timeout: f"no connection within {timeout:g} s",
    ),
    _Cause(
        "timeout",
        "Timed out",
        hints.READ_TIMEOUT,
        exceptions=(TimeoutError, socket.timeout),
        names=("ReadTimeoutError",),
        established=True,
        message=lambda _exception, timeout: f"no response within {timeout:g} s",
    ),
    _Cause("tls", "TLS failed", hints.TLS, exceptions=(ssl.SSLError,), message=_own_message),
    _Cause(
        "connection",
        "Response cut short",
        hints.CUT_SHORT,
        exceptions=(http.client.IncompleteRead,),
        names=("IncompleteRead", "InvalidChunkLength"),
        established=True,
    ),
    _Cause(
        "connection",
        "Connection broken",
        hints.CONNECTION_BROKEN,
        exceptions=(ConnectionError, http.client.HTTPException),
        established=True,
    ),
)
_UNKNOWN_CAUSE = _Cause("connection", "Request failed", hints.REQUEST_FAILED, message=_innermost_message)


def error_from_exception(exception: BaseException, timeout: float) -> ConnectionFailedError:
    """Return the error for a network library exception.

    :param timeout: timeout in seconds, for the message.
    """
    wrapped = list(_chain(exception))
    matches = ((cause, each) for cause in _CAUSES for each in wrapped if cause.applies_to(each))
    cause, match = next(matches, (_UNKNOWN_CAUSE, exception))
    message = cause.message(match, timeout)
    return ConnectionFailedError(
        cause.error_type, cause.reason, cause.hint, message=message, established=cause.established
    )


def _chain(exception: BaseException) -> Iterator[BaseException]:
    """Yield the exception and all wrapped exceptions, outermost first."""
    seen: set[int] = set()
    waiting: list[Any] = [exception]
    while waiting:
        each = waiting.pop(0)
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
