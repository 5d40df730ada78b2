# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every way in which Webex or the road to it can fail, as one kind of error.

Private to webex.calling: nothing here is for use outside of the collection.

Nothing here knows of Ansible. The client raises; modules and plugins turn the error into a failure of theirs.
Statuses and the shapes of bodies are those that the public API reference documents or that peers have seen.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

#: Statuses after which the same request may well succeed later.
RETRYABLE_STATUSES = frozenset({423, 429, 502, 503, 504})

#: Longer messages are cut: a gateway may answer with pages of text.
MAX_MESSAGE_LENGTH = 600

_STATUS_PAGE = "https://status.webex.com"

_HINTS: dict[int, str] = {
    400: "Webex does not accept the request. Check the values of the options, above all the ids.",
    401: (
        "The access token is wrong, expired or revoked. Personal access tokens end after 12 hours, those of service "
        "apps and integrations after 14 days: get a new one, or give client_id, client_secret and refresh_token "
        "instead, from which a new one is made each time."
    ),
    403: (
        "The token may not do this. It needs the scope spark-admin:telephony_config_read, and a full, user, read-only "
        "or location administrator of the organization. If org_id is given, it must be an organization that this "
        "administrator manages."
    ),
    404: (
        "There is no such virtual line in this organization. Check the id against the organization's list of virtual "
        "lines, and org_id where the line belongs to another organization; then check that api_url is right."
    ),
    405: (
        "The address does not take this kind of request. Check that api_url is that of the Webex API, with its "
        "version, like https://webexapis.com/v1."
    ),
    409: (
        "The request conflicts with the present state. Someone may be changing it at this moment: look at it in "
        "Control Hub and run again."
    ),
    410: "What was asked for is gone for good. Take the id out of what you ask for, or look up the new one.",
    415: (
        "Webex does not take the format of the request. A proxy on the way may have changed it; else this is a "
        "defect of webex.calling: please report it."
    ),
    423: "It is locked by another change under way. Run again later, or raise retry_timeout.",
    428: "Webex wants a condition met first. Look at its message, and at the state in Control Hub.",
    429: (
        "Too many requests for the moment. Run again later, raise retry_timeout, or lower concurrency: whatever "
        "else uses the same organization or token counts too."
    ),
    500: (
        f"Webex failed inside. Run again later; if it stays, see {_STATUS_PAGE} and give Webex support the tracking id."
    ),
    502: (
        f"A gateway did not reach Webex's service. Run again later; if it stays, see {_STATUS_PAGE} and give Webex "
        "support the tracking id."
    ),
    503: (
        f"Webex's service is not available at the moment. Run again later, or raise retry_timeout; see {_STATUS_PAGE}."
    ),
    504: (
        f"Webex's service did not answer its gateway in time. Run again later; if it stays, see {_STATUS_PAGE} and "
        "give Webex support the tracking id."
    ),
}
_HINT_REDIRECT = (
    "Redirects are not followed, so that the token stays with the host of api_url. Check api_url; a proxy "
    "or a portal that wants a login may also answer so."
)
_HINT_WRONG_KIND_OF_ID = (
    "The id belongs to something else than a virtual line, such as a person or a workspace. Use the id "
    "that the list of virtual lines gives."
)
_HINT_NOT_ASSIGNED = "Call recording is not assigned to this line. Assign it in Control Hub, then run again."
_HINT_TERMS_OF_SERVICE = (
    "An administrator has to accept the recording provider's terms of service first: in Control Hub, under Calling "
    "> Service Settings > Call Recording."
)
_HINT_NOT_WEBEX = (
    "This does not look like an answer of the Webex API. Check api_url, and what stands between: a proxy, a "
    "firewall, a login portal."
)
_HINT_CLIENT_ERROR = (
    "Webex does not accept the request. Look at its message; if it does not help, give Webex support the tracking id."
)
_HINT_SERVER_ERROR = (
    f"Webex failed. Run again later; if it stays, see {_STATUS_PAGE} and give Webex support the tracking id."
)
_HINT_UNEXPECTED_STATUS = f"This is no status that the Webex API documents for this request. {_HINT_NOT_WEBEX}"
_HINT_MAY_NOT_WRITE = (
    "The token may read, but not change settings. It needs the scope spark-admin:telephony_config_write, and a full, "
    "user or location administrator of the organization."
)
_HINT_APP_REFUSED = (
    "The credentials of the app were refused. Check client_id and client_secret, and that refresh_token "
    "belongs to this app and is not "
    "over: it ends after 90 days without use, and when the app's authorization is withdrawn. Authorize the"
    " app anew to get another one."
)

_ERROR_CODE_IN_TEXT = re.compile(r"\[Error (\d+)\]")
_HTML_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_URL_CREDENTIALS = re.compile(r"(?<=://)[^/\s]+@")


class WebexError(Exception):
    """What failed, in the words of the return value C(error).

    :param reason: a short name of the failure: the HTTP reason phrase, or one of the phrases of this file.
    :param hint: what to do about it, in a sentence or two.
    :param status: the HTTP status, if there was an answer.
    :param message: what Webex said, or what the network library did.
    :param code: Webex's own error code.
    :param tracking_id: what Webex support asks for.
    :param retry_after: seconds after which Webex wants to be asked again, if it said so.
    :param virtual_line_id: the line that was asked about.
    :param retryable: whether the same request may well succeed later.
    :param by_webex: whether it is Webex that says so, and not something that stands in its place.
    """

    def __init__(
        self,
        reason: str,
        hint: str,
        *,
        status: int | None = None,
        message: str | None = None,
        code: str | None = None,
        tracking_id: str | None = None,
        retry_after: int | None = None,
        virtual_line_id: str | None = None,
        retryable: bool = False,
        by_webex: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.status = status
        self.message = message
        self.code = code
        self.tracking_id = tracking_id
        self.retry_after = retry_after
        self.virtual_line_id = virtual_line_id
        self.retryable = retryable
        self.by_webex = by_webex
        self.action: str | None = None
        #: What else belongs into the result of whatever fails with this.
        self.beside: dict[str, Any] = {}

    @property
    def is_not_found(self) -> bool:
        """Whether Webex says that there is no such thing; a wrong address does not say so."""
        return self.status == HTTPStatus.NOT_FOUND and self.by_webex

    def as_dict(self) -> dict[str, Any]:
        """The return value C(error): always the same keys, null where nothing is known."""
        return {
            "status": self.status,
            "reason": self.reason,
            "message": self.message,
            "code": self.code,
            "tracking_id": self.tracking_id,
            "retry_after": self.retry_after,
            "virtual_line_id": self.virtual_line_id,
            "hint": self.hint,
        }

    def __str__(self) -> str:
        """One line for people: what failed, for which line, how, and what to do."""
        start = f"Could not {self.action}: " if self.action else ""
        status = f"HTTP {self.status} " if self.status else ""
        message = f": {self.message.rstrip('.')}" if self.message else ""
        labels = (("error code", self.code), ("tracking id", self.tracking_id))
        known = ", ".join(f"{label} {value}" for label, value in labels if value)
        known = f" ({known})" if known else ""
        end = "" if message.endswith("?") and not known else "."
        return f"{start}{status}{self.reason}{message}{known}{end} {self.hint}"

    def redact(self, secrets: Iterable[str]) -> None:
        """Take secrets out of every text, as a server may well repeat what it was sent, and cut what is too long."""
        for name in ("message", "code", "tracking_id", "reason"):
            text = getattr(self, name)
            if text is not None:
                # Cut only now, as a part of a secret is none that could be found.
                setattr(self, name, _cut(redacted(text, secrets)))


class OptionError(WebexError):
    """The options contradict each other or lack something; no request was made."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__("Invalid options", hint, message=message)


class NoMatch(WebexError):
    """Something was asked for that does not exist. To go on would be to check less than was asked for.

    :param missing: the return value C(missing).
    """

    def __init__(self, message: str, hint: str, missing: Iterable[Mapping[str, str]] = ()) -> None:
        super().__init__("No match", hint, message=message)
        self.beside = {"missing": list(missing)}


class ApiError(WebexError):
    """Webex, or something in its place, answered with anything but success."""


class ConnectionFailed(WebexError):
    """No answer came. C(established) tells whether the host had taken the connection."""

    def __init__(self, reason: str, hint: str, *, message: str | None = None, established: bool = False) -> None:
        super().__init__(reason, hint, message=message, retryable=established)
        self.established = established


class CredentialsRefused(WebexError):
    """Webex does not accept who we say we are: asking on, for other lines, is pointless."""


class Interrupted(WebexError):
    """Whoever wanted the answer is gone, or does not want it any more."""

    def __init__(self) -> None:
        super().__init__("Interrupted", "Run again.")


@contextmanager
def doing(action: str, virtual_line_id: str | None = None) -> Iterator[None]:
    """Complete the errors raised within by what was being done, and for which line.

    :param action: completes the sentence "Could not …".
    """
    try:
        yield
    except WebexError as error:
        # What was done within, such as getting a token, is nearer to the failure, and maybe not about this line.
        if error.action is None:
            error.action = action
            error.virtual_line_id = virtual_line_id
        raise


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text without these secrets, and without any user and password in a URL."""
    for secret in secrets:
        text = text.replace(secret, "********")
    return _URL_CREDENTIALS.sub("", text)


# --- answers -------------------------------------------------------------------------------------------------


def from_answer(
    status: int, reason: str | None, headers: Mapping[str, str], body: bytes, *, retry_after: int | None = None
) -> WebexError:
    """The error that an answer stands for, whatever its body looks like.

    :param headers: case-insensitive.
    :param retry_after: the header C(Retry-After) as seconds, None if absent or malformed.
    """
    said = _read_body(body)
    if 300 <= status < 400:
        said.message = f"redirects to {host_of(headers.get('Location'))}"
    kind = CredentialsRefused if status == 401 else ApiError
    header_code = (headers.get("Cisco-Spark-Error-Codes") or "").split(",")[0].strip()
    return kind(
        reason or _phrase(status),
        _hint(status, said),
        status=status,
        message=said.message,
        code=said.code or header_code or None,
        tracking_id=headers.get("Trackingid") or said.tracking_id,
        retry_after=retry_after,
        retryable=status in RETRYABLE_STATUSES,
        by_webex=said.is_object,
    )


def token_exchange_refused(error: WebexError) -> WebexError:
    """The same error, when it is the exchange of a refresh token that Webex refused."""
    # What is not Webex's answer says nothing of the credentials, but for a 401.
    if error.status not in (400, 401, 403) or not (error.by_webex or error.status == HTTPStatus.UNAUTHORIZED):
        return error
    return CredentialsRefused(
        error.reason,
        _HINT_APP_REFUSED,
        status=error.status,
        message=error.message,
        code=error.code,
        tracking_id=error.tracking_id,
    )


def write_refused(error: WebexError) -> WebexError:
    """The same error, when it is a change that Webex refused."""
    if error.status == HTTPStatus.FORBIDDEN:
        error.hint = _HINT_MAY_NOT_WRITE
    return error


def unusable_answer(
    status: int, what: str, *, message: str | None = None, tracking_id: str | None = None
) -> WebexError:
    """A success whose content can't be used.

    :param what: what is wrong with it, such as "Not JSON".
    """
    return ApiError(what, _HINT_NOT_WEBEX, status=status, message=message, tracking_id=tracking_id)


def bad_pages(message: str) -> WebexError:
    """A list whose pages can't be those of one list, so that something may be missing."""
    return ApiError(
        "Pages that do not fit together",
        "The list may have changed while it was read, so that something may be missing: run again. If it stays, see "
        "what stands between, and report it.",
        status=200,
        message=message,
    )


class _Said:
    """What the body of an answer says."""

    def __init__(self) -> None:
        self.message: str | None = None
        self.code: str | None = None
        self.tracking_id: str | None = None
        self.terms_of_service = False
        self.is_html = False
        self.is_object = False


def _read_body(body: bytes) -> _Said:
    said = _Said()
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        text = body.decode("utf-8", errors="replace")
        title = _HTML_TITLE.search(text)
        said.is_html = title is not None or "<html" in text[:1000].lower()
        if title:
            import html  # noqa: PLC0415  (hardly any task needs it, and each would wait for it)

            text = html.unescape(title.group(1))
        said.message = _one_line("an HTML page" if said.is_html and not title else text)
        return said
    if not isinstance(content, dict):
        said.message = _one_line(json.dumps(content)) if content is not None else None
        return said
    said.is_object = True
    said.tracking_id = _text(content.get("trackingId"))
    if "termsOfServiceUrl" in content:
        said.terms_of_service = True
        vendor = _text(content.get("vendorName")) or _text(content.get("vendorId")) or "unknown"
        said.message = (
            f"the terms of service of the call recording provider {vendor} are not accepted: "
            f"{_text(content['termsOfServiceUrl'])}"
        )
        return said
    details = list(_details(content))
    texts = [_text(content.get("message"))] + [text for text, code in details]
    codes = [_text(content.get("errorCode")), _text(content.get("code"))] + [code for text, code in details]
    # Webex tends to say the same twice, in the message and in its details.
    said.message = "; ".join(dict.fromkeys(text for text in texts if text)) or None
    in_text = _ERROR_CODE_IN_TEXT.search(said.message or "")
    said.code = next((code for code in codes if code), in_text.group(1) if in_text else None)
    return said


def _details(content: Mapping[str, Any]) -> Iterator[tuple[str | None, str | None]]:
    """Texts and codes below C(errors) (a list of details) and C(error) (a list of lists of details)."""
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
    return _one_line(str(value))


def _one_line(text: str) -> str | None:
    return " ".join(text.split()) or None


def _cut(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE_LENGTH else f"{text[:MAX_MESSAGE_LENGTH]}…"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown status"


def _hint(status: int, said: _Said) -> str:
    special = (
        (said.terms_of_service, _HINT_TERMS_OF_SERVICE),
        (300 <= status < 400, _HINT_REDIRECT),
        (said.code == "4410", _HINT_NOT_ASSIGNED),
        (status == 400 and "wrong type" in (said.message or "").lower(), _HINT_WRONG_KIND_OF_ID),
        # A gateway's page says nothing against the address, but a page with any other status does.
        (said.is_html and status < 500, _HINT_NOT_WEBEX),
        (status in _HINTS, _HINTS.get(status, "")),
        (400 <= status < 500, _HINT_CLIENT_ERROR),
        (500 <= status < 600, _HINT_SERVER_ERROR),
    )
    return next((hint for applies, hint in special if applies), _HINT_UNEXPECTED_STATUS)


def host_of(url: str | None) -> str:
    """Where a redirect leads, without its path and query: these may hold what is not for everyone's eyes."""
    match = re.match(r"(?:https?:)?//(?:[^/@?#]*@)?([^/?#]+)", url or "", re.IGNORECASE)
    return match.group(1) if match else "another address on the same host" if url else "nowhere"


# --- no answer -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cause:
    """Why no answer came.

    Told by the standard library's exceptions where there are any, since the network library's own differ between its
    releases.

    :param kinds: exceptions that tell it.
    :param names: names of the network library's own exceptions that tell it.
    :param established: whether the host had taken the connection.
    :param message: what to tell beside that, made from the exception and the time-out in force.
    """

    reason: str
    hint: str
    kinds: tuple[type[BaseException], ...] = ()
    names: tuple[str, ...] = ()
    established: bool = False
    message: Callable[[BaseException, float], str | None] = lambda _exception, _timeout: None

    def tells(self, exception: BaseException) -> bool:
        return isinstance(exception, self.kinds) or type(exception).__name__ in self.names


def _own_words(exception: BaseException, _timeout: float) -> str | None:
    return _one_line(str(getattr(exception, "verify_message", "") or exception))


def _last_words(exception: BaseException, _timeout: float) -> str | None:
    return _one_line(str(list(_chain(exception))[-1]))


#: In this order, as one exception may have others in it.
_CAUSES = (
    _Cause(
        "Proxy failed",
        "Check the environment variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY on the host where the module runs.",
        names=("ProxyError",),
        message=_last_words,
    ),
    _Cause(
        "Host name not found",
        "Check the host in api_url, and the name resolution on the host where the module runs.",
        kinds=(socket.gaierror,),
        names=("NameResolutionError",),
    ),
    _Cause(
        "TLS certificate not trusted",
        "If a proxy or a test server with its own certificate authority stands between, give its certificate as "
        "ca_path; else do not trust this server.",
        kinds=(ssl.SSLCertVerificationError,),
        message=_own_words,
    ),
    _Cause(
        "Connection refused",
        "Check the host and the port in api_url, and whether a firewall is in the way.",
        kinds=(ConnectionRefusedError,),
    ),
    _Cause(
        "Timed out",
        "The host did not take the connection. Check api_url, proxy and firewall, or raise timeout.",
        names=("ConnectTimeout",),
        message=lambda _exception, timeout: f"no connection within {timeout:g} s",
    ),
    _Cause(
        "Timed out",
        f"Run again later, or raise timeout; see {_STATUS_PAGE}.",
        kinds=(TimeoutError, socket.timeout),
        names=("ReadTimeout", "ReadTimeoutError"),
        established=True,
        message=lambda _exception, timeout: f"no answer within {timeout:g} s",
    ),
    _Cause(
        "TLS failed",
        "The host does not speak TLS as it should. Check the host and the port in api_url, and the proxy.",
        kinds=(ssl.SSLError,),
        message=_own_words,
    ),
    _Cause(
        "Answer cut short",
        "The connection broke amid the answer. Run again; if it stays, look at what stands between.",
        kinds=(http.client.IncompleteRead,),
        names=("IncompleteRead", "InvalidChunkLength"),
        established=True,
    ),
    _Cause(
        "Connection broken",
        "The connection was closed before the answer. Run again; if it stays, look at what stands between.",
        kinds=(ConnectionError, http.client.HTTPException),
        established=True,
    ),
)
_UNKNOWN_CAUSE = _Cause(
    "Request failed",
    "Check api_url, ca_path and the network of the host where the module runs.",
    message=_last_words,
)


def from_exception(exception: BaseException, timeout: float) -> ConnectionFailed:
    """The error that an exception of the network library stands for.

    :param timeout: the time-out in force, in seconds, for the message.
    """
    beneath = list(_chain(exception))
    told = ((cause, each) for cause in _CAUSES for each in beneath if cause.tells(each))
    cause, telling = next(told, (_UNKNOWN_CAUSE, exception))
    message = cause.message(telling, timeout)
    return ConnectionFailed(cause.reason, cause.hint, message=message, established=cause.established)


def _chain(exception: BaseException) -> Iterator[BaseException]:
    """The exception and all that are wrapped in it, in whichever way, outermost first."""
    seen: set[int] = set()
    waiting: list[Any] = [exception]
    while waiting:
        each = waiting.pop(0)
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
