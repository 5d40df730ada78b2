# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one road to Webex: signing, waiting and retrying, and an error for whatever goes wrong.

Private to webex.calling. Nothing here knows of Ansible or of virtual lines.
"""

from __future__ import annotations

import ipaddress
import json
import math
import os
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from . import errors, http_library
from .auth import Bearer, TokenSource, Unsigned
from .version import VERSION
from .waiting import Pace, Patience

if TYPE_CHECKING:
    from requests import Request, Response
    from requests.auth import AuthBase

DEFAULT_API_URL = "https://webexapis.com/v1"

#: Statuses that speak for the whole service, or for all of our requests: everyone waits.
_STATUSES_FOR_ALL = frozenset({429, 503})

#: Whether a header C(Link) speaks of a next page, in whichever way.
_NEXT = re.compile(r"""rel\s*=\s*["']?[^"';,]*\bnext\b""", re.IGNORECASE)

#: Longer waits than a year are not told apart.
_LONGEST_RETRY_AFTER = 365 * 24 * 3600


@dataclass(frozen=True)
class Connection:
    """How to reach Webex. Times are in seconds.

    :param api_url: the API's address, with its version.
    :param org_id: the organization to ask about; None for the token's own.
    :param ca_path: a file or a folder with the certificates to trust; None for the environment's or the bundled ones.
    :param timeout: for making a connection, and for each stretch of waiting for an answer.
    :param retry_timeout: how long one request may be tried again, counted from its first failure.
    :param concurrency: how many requests may be under way at once.
    :raises OptionError: if a value can't be used.
    """

    api_url: str = DEFAULT_API_URL
    org_id: str | None = None
    validate_certs: bool = True
    ca_path: str | None = None
    timeout: float = 30
    retry_timeout: float = 300
    concurrency: int = 10

    def __post_init__(self) -> None:
        object.__setattr__(self, "api_url", _checked_url(self.api_url))
        if self.org_id is not None and not self.org_id.strip():
            raise errors.OptionError("org_id is empty", "Leave it out for the organization of the token itself.")
        if self.ca_path is not None and not os.path.exists(self.ca_path):
            raise errors.OptionError(
                f"ca_path {self.ca_path} does not exist",
                "Give a file, or a folder made with openssl rehash, on the host where the module runs.",
            )
        for name, least, most in (("timeout", 1, 86400), ("retry_timeout", 0, 31536000), ("concurrency", 1, 1000)):
            if not least <= getattr(self, name) <= most:
                raise errors.OptionError(f"{name} is {getattr(self, name)}", f"It must be from {least} to {most}.")

    @property
    def is_loopback(self) -> bool:
        return _is_loopback(urlsplit(self.api_url).hostname or "")


class Answer(NamedTuple):
    """The JSON object of a successful answer, and where the next page is, if there is one."""

    content: dict[str, Any]
    next_url: str | None


class WebexClient:
    """Talks to the Webex API. May be used from as many threads as C(connection.concurrency) says.

    All methods raise L(WebexError), and none of those shows a secret.
    """

    def __init__(self, connection: Connection, tokens: TokenSource) -> None:
        self.connection = connection
        self._tokens = tokens
        self._pace = Pace()
        self._answered = False
        self._failing_since: float | None = None
        # The part of a session that sends, without the part that asks the environment anew for each request, keeps
        # cookies, follows redirects and looks into ~/.netrc: none of it is wanted, and it is a fifth of the work.
        self._adapter = http_library.HTTPAdapter(pool_maxsize=connection.concurrency, pool_block=True)
        self._headers = {**http_library.requests.utils.default_headers(), "User-Agent": _user_agent()}
        self._headers["Accept"] = "application/json"
        verify = (connection.ca_path or True) if connection.validate_certs else False
        with http_library.requests.Session() as session:
            found = session.merge_environment_settings(connection.api_url, {}, False, verify, None)
        self._settings: dict[str, Any] = dict(found)
        if connection.is_loopback:
            # A proxy for a loopback address would carry the token away from this host, and with http in the clear.
            self._settings["proxies"] = {}

    def __enter__(self) -> WebexClient:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """End all waiting, and close the connections. No request is sent from then on."""
        self._pace.abandon()
        self._adapter.close()

    def new_access_token(self) -> str:
        """Have an access token made, without any other request."""
        return self._tokens.token(self._exchange)

    @property
    def refresh_token_rotated(self) -> bool:
        """Whether Webex gave out another refresh token in place of the one in use."""
        return self._tokens.rotated

    def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        """The JSON object at a path below the API's address.

        :param parameters: the query; C(orgId) is added where an organization was given.
        """
        return self._signed("GET", f"{self.connection.api_url}/{path}", self._query(parameters)).content

    def pages(self, path: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The JSON objects of all pages of a list, found through the header C(Link) (RFC 8288).

        :raises WebexError: also if the pages go round in circles or lead to another host.
        """
        url: str | None = f"{self.connection.api_url}/{path}"
        query = self._query(parameters)
        seen: set[str] = set()
        while url is not None:
            seen.add(url)
            answer = self._signed("GET", url, query)
            yield answer.content
            # The address of the next page is complete.
            url, query = answer.next_url, {}
            if url in seen:
                raise errors.bad_pages("the next page is one that was read already")
            if url is not None and _origin(url) != _origin(self.connection.api_url):
                raise errors.bad_pages(f"the next page is at {errors.host_of(url)}, and the token must not go there")

    def put(self, path: str, content: Mapping[str, Any]) -> None:
        """Replace what is at a path below the API's address.

        It is tried again like a C(get), as twice is the same as once.
        """
        self._signed("PUT", f"{self.connection.api_url}/{path}", self._query({}), content)

    def _query(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if self.connection.org_id is None:
            return dict(parameters)
        return {**parameters, "orgId": self.connection.org_id}

    def _signed(
        self, method: str, url: str, parameters: Mapping[str, Any], content: Mapping[str, Any] | None = None
    ) -> Answer:
        token = self._tokens.token(self._exchange)
        try:
            return self._send(method, url, Bearer(token), parameters=parameters, content=content)
        except errors.CredentialsRefused:
            another = self._tokens.after_refusal(token, self._exchange)
            if another is None:
                raise
        return self._send(method, url, Bearer(another), parameters=parameters, content=content)

    def _exchange(self, form: Mapping[str, str]) -> dict[str, Any]:
        try:
            return self._send("POST", f"{self.connection.api_url}/access_token", Unsigned(), form=form).content
        except (errors.ApiError, errors.CredentialsRefused) as error:
            raise errors.token_exchange_refused(error) from None

    def _send(
        self,
        method: str,
        url: str,
        auth: AuthBase,
        *,
        parameters: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        content: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Send until there is an answer to keep.

        :param content: to be sent as JSON.
        """
        tracking_id = f"WEBEXCALLING_{uuid.uuid4()}"
        headers = {**self._headers, "TrackingID": tracking_id}
        request = http_library.requests.Request(
            method, url, headers=headers, params=parameters, data=form, json=content, auth=auth
        )
        patience = Patience(self.connection.retry_timeout, self._failing_since)
        while True:
            turn = self._pace.take_turn()
            try:
                answer = self._try(request, tracking_id)
            except errors.WebexError as error:
                error.redact(self._tokens.secrets)
                if not self._will_pass(error):
                    self._failing_since = None
                    if error.status is not None:
                        self._pace.passed()
                    raise
                seconds = patience.wait_after(error)
                self._failing_since = self._failing_since or patience.failed_at
                if seconds is None:
                    error.hint = f"{patience.told(error)} {error.hint}"
                    raise
                if error.status in _STATUSES_FOR_ALL:
                    self._pace.pause(seconds, turn=turn, limited=error.status == HTTPStatus.TOO_MANY_REQUESTS)
                else:
                    self._pace.sleep(seconds)
            else:
                self._pace.passed()
                self._failing_since = None
                return answer

    def _will_pass(self, error: errors.WebexError) -> bool:
        # A host that has answered before is the right one: that it can't be reached now is no wrong setting.
        return error.retryable or (self._answered and isinstance(error, errors.ConnectionFailed))

    def _try(self, request: Request, tracking_id: str) -> Answer:
        try:
            response = self._adapter.send(request.prepare(), timeout=self.connection.timeout, **self._settings)
            response.content  # noqa: B018  (reads it, so that what goes wrong with it is known here)
        except (OSError, ValueError, http_library.HTTPError) as exception:
            error = errors.from_exception(exception, self.connection.timeout)
            error.tracking_id = tracking_id if error.established else None
            # Not "from exception": those of the library hold addresses and headers, and some would be shown.
            raise error from None
        self._answered = True
        if request.method == "PUT" and response.ok and response.status_code < 300:
            # The reference says 204. What came of it is read anyway.
            return Answer({}, None)
        if response.status_code != HTTPStatus.OK:
            error_ = errors.from_answer(
                response.status_code,
                response.reason,
                response.headers,
                response.content,
                retry_after=_retry_after(response),
            )
            error_.tracking_id = error_.tracking_id or tracking_id
            raise error_
        return Answer(_json_object(response, tracking_id), _next_url(response))


def path(*segments: str) -> str:
    """A path of segments, some of which are ids: opaque, and so percent-encoded.

    :raises OptionError: for a segment that a path can't hold.
    """
    for segment in segments:
        # URL libraries resolve these two even when they are encoded, and would ask for something else.
        if segment in ("", ".", "..") or not segment.strip():
            raise errors.OptionError(f"{segment!r} is no id", "Check the variable that the id comes from.")
    return "/".join(quote(segment, safe="", errors="surrogatepass") for segment in segments)


def _retry_after(response: Response) -> int | None:
    """The header C(Retry-After) in seconds, be it a number or a date; None if absent or malformed."""
    value = response.headers.get("Retry-After")
    if value is None:
        return None
    try:
        # Rounded up, as a moment too early would only be told to wait once more.
        return math.ceil(min(http_library.Retry().parse_retry_after(value), _LONGEST_RETRY_AFTER))
    except (ValueError, OverflowError, http_library.InvalidHeader):
        return None


def _json_object(response: Response, sent_tracking_id: str) -> dict[str, Any]:
    tracking_id = response.headers.get("Trackingid") or sent_tracking_id
    try:
        content = json.loads(response.content)
    except (ValueError, RecursionError):
        kind = response.headers.get("Content-Type") or "no content type"
        what = f"{len(response.content)} bytes of {kind}" if response.content else "nothing at all"
        raise errors.unusable_answer(200, "Not JSON", message=what, tracking_id=tracking_id) from None
    if not isinstance(content, dict):
        what = f"JSON of the type {type(content).__name__}"
        raise errors.unusable_answer(200, "Not a JSON object", message=what, tracking_id=tracking_id)
    return content


def _next_url(response: Response) -> str | None:
    """Where the header C(Link) (RFC 8288) says the next page is."""
    url = response.links.get("next", {}).get("url")
    if url is None and _NEXT.search(response.headers.get("Link", "")):
        # Not every header that is right is understood. To take it for that of the last page would lose all others.
        raise errors.bad_pages("the header Link can't be understood")
    try:
        return urljoin(response.url, url) if url else None
    except ValueError:
        raise errors.bad_pages("the address of the next page is no address") from None


def _user_agent() -> str:
    return f"ansible-webex.calling/{VERSION} {http_library.requests.utils.default_user_agent()}"


def _checked_url(url: str) -> str:
    """The address without a slash at its end.

    :raises OptionError: unless it is an https one, or an http one of this very host.
    """
    hint = f"Give the address of the API with its version, like {DEFAULT_API_URL}."
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
        parts.port  # noqa: B018  (looks like nothing, but a bad port raises)
    except ValueError as error:
        raise errors.OptionError(f"api_url is no address: {error}", hint) from None
    if parts.username is not None or parts.password is not None:
        raise errors.OptionError("api_url holds a user name or a password", hint)
    if parts.scheme not in ("https", "http") or not host or parts.query or parts.fragment:
        raise errors.OptionError(f"api_url {url} is no address of an API", hint)
    if parts.scheme == "http" and not _is_loopback(host):
        raise errors.OptionError(
            f"api_url {url} is not encrypted",
            "A token travels encrypted only: use https. Plain http is for addresses of this very host, like 127.0.0.1.",
        )
    return url.strip().rstrip("/")


def secret_in(url: str) -> str | None:
    """A password that stands in an address, or what else stands there before an @."""
    authority = url.rpartition("://")[2].partition("/")[0]
    user, _separator, password = authority.rpartition("@")[0].partition(":")
    return password or user or None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return "", None, None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
