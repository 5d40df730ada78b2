# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP client for the Webex API: authentication, rate limiting, retries, pagination, errors.

Private to webex.calling. Independent of Ansible and of what can be recorded.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import quote

from ._auth import TokenSource
from ._error_parsing import error_from_response, host_of, pagination_error, token_exchange_error
from ._errors import ApiError, AuthenticationError, ConnectionFailedError, OptionError, WebexError
from ._http import BearerAuth, Connection, NoAuth, Transport, json_object, next_url, origin, retry_after
from ._rate_limit import RateLimiter, RetryBudget

#: Statuses that concern the service or all requests, so that all requests wait.
_STATUSES_FOR_ALL = frozenset({429, 503})


class ApiResponse(NamedTuple):
    """JSON object of a successful response, and address of the next page, if there is one."""

    content: dict[str, Any]
    next_url: str | None


class WebexClient:
    """Client for the Webex API. Safe to use from as many threads as C(connection.concurrency) says.

    All methods raise L(WebexError), which never contains a secret.
    """

    def __init__(self, connection: Connection, tokens: TokenSource) -> None:
        self.connection = connection
        self._tokens = tokens
        self._rate_limiter = RateLimiter()
        self._transport = Transport(connection)
        self._host_responded = False
        self._failing_since: float | None = None

    def __enter__(self) -> WebexClient:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """End all waits, and close the connections. No request is sent after that."""
        self._rate_limiter.cancel()
        self._transport.close()

    def new_access_token(self) -> str:
        """Get an access token without any other request."""
        return self._tokens.token(self._exchange)

    @property
    def refresh_token_rotated(self) -> bool:
        """Whether Webex returned a new refresh token in place of the one in use."""
        return self._tokens.rotated

    def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        """Return the JSON object at a path below the address of the API.

        :param parameters: the query; C(orgId) is added if an organization was given.
        """
        return self._authenticated("GET", f"{self.connection.api_url}/{path}", self._query(parameters)).content

    def pages(self, path: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """Yield the JSON objects of all pages of a list, which the header C(Link) (RFC 8288) connects.

        :raises WebexError: also if a page repeats, or is on another host.
        """
        url: str | None = f"{self.connection.api_url}/{path}"
        query = self._query(parameters)
        seen: set[str] = set()
        while url is not None:
            seen.add(url)
            response = self._authenticated("GET", url, query)
            yield response.content
            # The address of the next page contains the query.
            url, query = response.next_url, {}
            if url in seen:
                raise pagination_error("the next page is one that was read already")
            if url is not None and origin(url) != origin(self.connection.api_url):
                raise pagination_error(f"the next page is at {host_of(url)}, where the token must not be sent")

    def put(self, path: str, content: Mapping[str, Any]) -> None:
        """Replace the object at a path below the address of the API.

        Retried like a C(get), because writing twice has the same result as writing once.
        """
        self._authenticated("PUT", f"{self.connection.api_url}/{path}", self._query({}), content)

    def _query(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if self.connection.org_id is None:
            return dict(parameters)
        return {**parameters, "orgId": self.connection.org_id}

    def _authenticated(
        self, method: str, url: str, parameters: Mapping[str, Any], content: Mapping[str, Any] | None = None
    ) -> ApiResponse:
        """Send a request with an access token, and once more with a new one if the first is refused."""
        token = self._tokens.token(self._exchange)
        try:
            return self._send(method, url, BearerAuth(token), parameters=parameters, content=content)
        except AuthenticationError:
            renewed = self._tokens.renew(token, self._exchange)
            if renewed is None:
                raise
        return self._send(method, url, BearerAuth(renewed), parameters=parameters, content=content)

    def _exchange(self, form: Mapping[str, str]) -> dict[str, Any]:
        try:
            return self._send("POST", f"{self.connection.api_url}/access_token", NoAuth(), form=form).content
        except (ApiError, AuthenticationError) as error:
            raise token_exchange_error(error) from None

    def _send(self, method: str, url: str, auth: BearerAuth | NoAuth, **request: Any) -> ApiResponse:
        """Send a request, and retry as long as that can help.

        :param request: what L(Transport.send) takes beside that.
        """
        tracking_id = f"WEBEXCALLING_{uuid.uuid4()}"
        retry_budget = RetryBudget(self.connection.retry_timeout, self._failing_since)
        while True:
            turn = self._rate_limiter.acquire()
            try:
                response = self._try(method, url, auth, tracking_id, **request)
            except WebexError as error:
                error.redact(self._tokens.secrets)
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
        # If the host has responded before, its address is right, and a failed connection is temporary.
        return error.retryable or (self._host_responded and isinstance(error, ConnectionFailedError))

    def _try(self, method: str, url: str, auth: BearerAuth | NoAuth, tracking_id: str, **request: Any) -> ApiResponse:
        response = self._transport.send(method, url, auth, tracking_id, **request)
        self._host_responded = True
        if method == "PUT" and response.ok and response.status_code < 300:
            # The reference documents 204. The caller reads the result back in any case.
            return ApiResponse({}, None)
        if response.status_code != HTTPStatus.OK:
            error = error_from_response(
                response.status_code,
                response.reason,
                response.headers,
                response.content,
                retry_after=retry_after(response),
            )
            error.tracking_id = error.tracking_id or tracking_id
            raise error
        return ApiResponse(json_object(response, tracking_id), next_url(response))


def path(*segments: str) -> str:
    """Return a path of segments, percent-encoded because ids are opaque.

    :raises OptionError: for a segment that a path cannot contain.
    """
    for segment in segments:
        # URL libraries resolve "." and ".." even when encoded, and would request something else.
        if segment in ("", ".", "..") or not segment.strip():
            raise OptionError(f"{segment!r} is not an id", "Check the variable that the id comes from.")
    return "/".join(quote(segment, safe="", errors="surrogatepass") for segment in segments)
