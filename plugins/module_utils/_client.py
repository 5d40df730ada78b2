# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP client for the Webex API: authentication, rate limiting, retries, pagination, errors.

Private to webex.calling. Independent of Ansible and of call recording.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from ._addresses import target_of_link
from ._auth import TokenSource
from ._error_parsing import error_from_response, pagination_error, token_exchange_error, tracking_id_of
from ._errors import ApiError, AuthenticationError, ConnectionFailedError, OptionError, WebexError
from ._http import Connection, Transport, json_object, next_link, retry_after
from ._rate_limit import RateLimiter, RetryBudget

#: Statuses that make all requests wait, because they concern the service or all requests.
_STATUSES_FOR_ALL = frozenset({429, 503})


class ApiResponse(NamedTuple):
    """Successful response: JSON object, tracking id, and link to the next page, or None."""

    content: dict[str, Any]
    tracking_id: str | None = None
    next_link: str | None = None


class Page(NamedTuple):
    """Page of a list: JSON object, and query parameters of the next page, or None."""

    content: dict[str, Any]
    following: Mapping[str, Sequence[str]] | None


class WebexClient:
    """Client for the Webex API. Thread-safe for up to C(connection.concurrency) threads.

    All methods raise L(WebexError) if they fail. The error never contains a secret.
    """

    def __init__(self, connection: Connection, tokens: TokenSource) -> None:
        self.connection = connection
        self._tokens = tokens
        self._rate_limiter = RateLimiter()
        self._transport = Transport(connection)
        self._base_path = urlsplit(connection.api_url).path
        self._host_responded = False
        self._failing_since: float | None = None
        #: Number of requests, with repetitions.
        self.requests = 0
        self._counting = threading.Lock()

    def __enter__(self) -> WebexClient:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """End all waits and close the connections. The client then sends no more requests."""
        self._rate_limiter.cancel()
        self._transport.close()

    def new_access_token(self) -> str:
        """Return an access token without sending any other request."""
        return self._tokens.token(self._exchange)

    @property
    def proxy(self) -> str | None:
        """Host and port of the proxy, or None without a proxy."""
        return self._transport.proxy

    @property
    def secrets(self) -> tuple[str, ...]:
        """All secrets to redact."""
        return self._tokens.secrets

    @property
    def refresh_token_rotated(self) -> bool:
        """Whether Webex returned a new refresh token that replaces the given one."""
        return self._tokens.rotated

    def get(self, path: str, **parameters: Any) -> ApiResponse:
        """Return the response to a GET request.

        :param path: path below the API address.
        :param parameters: query parameters. The client adds C(orgId) if the connection has an organization.
        """
        return self._authenticated("GET", self._target(path, parameters))

    def get_page(self, path: str, parameters: Mapping[str, Sequence[str]]) -> Page:
        """Return one page of a list.

        :param path: path below the API address.
        :param parameters: query parameters. The client adds C(orgId) if the connection has an organization.
        :raises WebexError: also if the link to the next page is invalid, or leads to another host or path.
        """
        target = self._target(path, parameters)
        response = self._authenticated("GET", target)
        if response.next_link is None:
            return Page(response.content, None)
        next_target = target_of_link(response.next_link, self.connection.api_url, target)
        next_path, _separator, query = next_target.partition("?")
        if unquote(next_path) != unquote(target.partition("?")[0]):
            raise pagination_error("the next page has another path")
        return Page(response.content, parse_qs(query, keep_blank_values=True))

    def put(self, path: str, content: Mapping[str, Any]) -> None:
        """Replace the object at a path below the API address.

        The client retries C(put) like C(get), because writing twice has the same result as writing once.
        """
        body = json.dumps(content).encode()
        self._authenticated("PUT", self._target(path, {}), body, {"Content-Type": "application/json"})

    def _target(self, path: str, parameters: Mapping[str, Any]) -> str:
        if self.connection.org_id is not None:
            parameters = {**parameters, "orgId": self.connection.org_id}
        query = f"?{urlencode(parameters, doseq=True, errors='surrogatepass')}" if parameters else ""
        return f"{self._base_path}/{path}{query}"

    def _authenticated(
        self, method: str, target: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> ApiResponse:
        """Return the response to a request. If Webex refuses the access token, retry once with a new one."""
        token = self._tokens.token(self._exchange)
        try:
            return self._send(method, target, {"Authorization": f"Bearer {token}", **(headers or {})}, body)
        except AuthenticationError:
            renewed = self._tokens.renew(token, self._exchange)
            if renewed is None:
                raise
        return self._send(method, target, {"Authorization": f"Bearer {renewed}", **(headers or {})}, body)

    def _exchange(self, form: Mapping[str, str]) -> dict[str, Any]:
        try:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            return self._send("POST", f"{self._base_path}/access_token", headers, urlencode(form).encode()).content
        except (ApiError, AuthenticationError) as error:
            raise token_exchange_error(error) from None

    def _send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None = None) -> ApiResponse:
        """Send a request, retry temporary errors within the retry limits, and return the response."""
        tracking_id = f"WEBEXCALLING_{uuid.uuid4()}"
        headers = {**headers, "TrackingID": tracking_id}
        retry_budget = None
        while True:
            turn = self._rate_limiter.acquire()
            try:
                response = self._try(method, target, headers, body, tracking_id)
            except WebexError as error:
                error.redact(self.secrets)
                retry_budget = retry_budget or RetryBudget(self.connection.retry_timeout, self._failing_since)
                if not self._is_retryable(error):
                    self._failing_since = None
                    if error.status is not None:
                        self._rate_limiter.record_success()
                    raise
                seconds = retry_budget.next_delay(error)
                self._failing_since = self._failing_since or retry_budget.failed_at
                if seconds is None:
                    error.hint = f"{retry_budget.summary(error)} {error.hint}"
                    raise
                if error.status in _STATUSES_FOR_ALL:
                    limited = error.status == HTTPStatus.TOO_MANY_REQUESTS
                    self._rate_limiter.pause(seconds, turn=turn, limited=limited)
                else:
                    self._rate_limiter.sleep(seconds)
            else:
                self._rate_limiter.record_success()
                self._failing_since = None
                return response

    def _is_retryable(self, error: WebexError) -> bool:
        # After an earlier response, the address is known to be correct, so a failed connection is temporary.
        unreachable = isinstance(error, ConnectionFailedError) and not error.established
        return error.retryable or (self._host_responded and unreachable)

    def _try(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, tracking_id: str
    ) -> ApiResponse:
        with self._counting:
            self.requests += 1
        try:
            # Do not repeat a token exchange: a second one can invalidate the first.
            response = self._transport.send(method, target, headers, body, repeatable=method != "POST")
        except WebexError as failure:
            established = not isinstance(failure, ConnectionFailedError) or failure.established
            failure.tracking_id = tracking_id if established else None
            raise
        self._host_responded = True
        if method == "PUT" and 200 <= response.status < 300:
            # Accept any success, because the caller reads the settings again. The API reference documents 204.
            return ApiResponse({})
        if response.status != HTTPStatus.OK:
            error = error_from_response(
                response.status, response.reason, response.headers, response.body, retry_after=retry_after(response)
            )
            error.tracking_id = error.tracking_id or tracking_id
            raise error
        response_id = tracking_id_of(response.headers) or tracking_id
        return ApiResponse(json_object(response, response_id), response_id, next_link(response))


def path(*segments: str) -> str:
    """Return a path from segments, percent-encoded because ids can contain any character.

    :raises OptionError: if a segment is blank, C(.), or C(..).
    """
    return "/".join(map(_quoted, segments))


@lru_cache(maxsize=1000)
def _quoted(segment: str) -> str:
    # URL libraries resolve "." and ".." even if encoded, and then request another path.
    if segment in ("", ".", "..") or not segment.strip():
        raise OptionError(f"{segment!r} is not an id", "Check the variable that the id comes from.")
    return quote(segment, safe="", errors="surrogatepass")
