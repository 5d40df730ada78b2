# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP transport: connection options, connection pool, and what a response contains.

Private to webex.calling. The only file that imports requests, which may be missing where a module runs: check
REQUESTS_IMPORT_ERROR before creating a client.
"""

from __future__ import annotations

import ipaddress
import json
import math
import os
import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from ._error_parsing import error_from_exception, invalid_response, pagination_error
from ._errors import OptionError
from ._version import VERSION

REQUESTS_IMPORT_ERROR: str | None
try:
    import requests
    from requests.adapters import HTTPAdapter
    from requests.auth import AuthBase
    from urllib3.exceptions import HTTPError, InvalidHeader
    from urllib3.util.retry import Retry
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
    # Base class of the subclasses, so that importing succeeds.
    AuthBase = object  # type: ignore[assignment,misc]
else:
    REQUESTS_IMPORT_ERROR = None

if TYPE_CHECKING:
    from requests import Response

DEFAULT_API_URL = "https://webexapis.com/v1"

#: Whether a header C(Link) mentions a next page, in any notation.
_NEXT = re.compile(r"""rel\s*=\s*["']?[^"';,]*\bnext\b""", re.IGNORECASE)

#: Longest wait in seconds that a header C(Retry-After) can ask for: a year.
_MAX_RETRY_AFTER = 365 * 24 * 3600


@dataclass(frozen=True)
class Connection:
    """Connection options. Times are in seconds.

    :param api_url: address of the API with its version.
    :param org_id: organization of the requests; None for that of the token.
    :param ca_path: file or folder with trusted certificates; None for those of the environment or of requests.
    :param timeout: for connecting, and for each wait for a part of a response.
    :param retry_timeout: how long a request is retried, counted from its first failure.
    :param concurrency: maximum number of parallel requests.
    :raises OptionError: if a value is invalid.
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
            raise OptionError("org_id is empty", "Omit org_id to use the organization of the access token.")
        if self.ca_path is not None and not os.path.exists(self.ca_path):
            raise OptionError(
                f"ca_path {self.ca_path} does not exist",
                "Give a file, or a folder made with openssl rehash, on the host where the module runs.",
            )
        for name, least, most in (("timeout", 1, 86400), ("retry_timeout", 0, 31536000), ("concurrency", 1, 1000)):
            if not least <= getattr(self, name) <= most:
                raise OptionError(f"{name} is {getattr(self, name)}", f"Give a number from {least} to {most}.")

    @property
    def is_loopback(self) -> bool:
        """Whether the API is on this host."""
        return _is_loopback(urlsplit(self.api_url).hostname or "")


class BearerAuth(AuthBase):
    """Authentication with an access token.

    As a subclass of AuthBase it is not replaced by an entry of C(~/.netrc), as a plain header would be.
    """

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class NoAuth(AuthBase):
    """No authentication, not even with an entry of C(~/.netrc)."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Transport:
    """Connection pool that sends requests as the connection options say. Safe to use from several threads."""

    def __init__(self, connection: Connection) -> None:
        self._timeout = connection.timeout
        # Session.send would ask the environment for each request, keep cookies, follow redirects, and read ~/.netrc.
        self._adapter = HTTPAdapter(pool_maxsize=connection.concurrency, pool_block=True)
        self._headers = {
            **requests.utils.default_headers(),
            "User-Agent": f"ansible-webex.calling/{VERSION} {requests.utils.default_user_agent()}",
            "Accept": "application/json",
        }
        verify = (connection.ca_path or True) if connection.validate_certs else False
        with requests.Session() as session:
            found = session.merge_environment_settings(connection.api_url, {}, False, verify, None)
        self._settings: dict[str, Any] = dict(found)
        if connection.is_loopback:
            # A proxy for a loopback address would carry the token away from this host, and with http unencrypted.
            self._settings["proxies"] = {}

    def close(self) -> None:
        """Close all connections."""
        self._adapter.close()

    def send(
        self,
        method: str,
        url: str,
        auth: AuthBase,
        tracking_id: str,
        *,
        parameters: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        content: Mapping[str, Any] | None = None,
    ) -> Response:
        """Send one request, and return its response with the body read.

        :param content: to be sent as JSON.
        :raises ConnectionFailedError: if there is no complete response.
        """
        headers = {**self._headers, "TrackingID": tracking_id}
        request = requests.Request(method, url, headers=headers, params=parameters, data=form, json=content, auth=auth)
        try:
            response = self._adapter.send(request.prepare(), timeout=self._timeout, **self._settings)
            # Read the body here, so that its failures are handled here.
            response.content  # noqa: B018
        except (OSError, ValueError, HTTPError) as exception:
            error = error_from_exception(exception, self._timeout)
            error.tracking_id = tracking_id if error.established else None
            # Not "from exception": those of the library hold addresses and headers that could be shown.
            raise error from None
        return response


def retry_after(response: Response) -> int | None:
    """Return the header C(Retry-After), a number or a date, in seconds; None if absent or malformed."""
    value = response.headers.get("Retry-After")
    if value is None:
        return None
    try:
        # Rounded up, because a request that is a moment too early is refused again.
        return math.ceil(min(Retry().parse_retry_after(value), _MAX_RETRY_AFTER))
    except (ValueError, OverflowError, InvalidHeader):
        return None


def json_object(response: Response, sent_tracking_id: str) -> dict[str, Any]:
    """Return the JSON object in the body of a response.

    :raises ApiError: if the body is anything else.
    """
    tracking_id = response.headers.get("Trackingid") or sent_tracking_id
    try:
        content = json.loads(response.content)
    except (ValueError, RecursionError):
        content_type = response.headers.get("Content-Type") or "no content type"
        what = f"{len(response.content)} bytes of {content_type}" if response.content else "an empty body"
        raise invalid_response(200, "Not JSON", message=what, tracking_id=tracking_id) from None
    if not isinstance(content, dict):
        what = f"JSON of the type {type(content).__name__}"
        raise invalid_response(200, "Not a JSON object", message=what, tracking_id=tracking_id)
    return content


def next_url(response: Response) -> str | None:
    """Return the address of the next page from the header C(Link) (RFC 8288), None if there is no next page.

    :raises ApiError: if the header mentions a next page without a usable address.
    """
    url = response.links.get("next", {}).get("url")
    if url is None and _NEXT.search(response.headers.get("Link", "")):
        # Treating this page as the last one would lose the others.
        raise pagination_error("the header Link cannot be parsed")
    try:
        return urljoin(response.url, url) if url else None
    except ValueError:
        raise pagination_error("the address of the next page is invalid") from None


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host, and port of an address."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return "", None, None


def secret_in_url(url: str) -> str | None:
    """Return the password in an address, or the user name if there is no password."""
    authority = url.rpartition("://")[2].partition("/")[0]
    user, _separator, password = authority.rpartition("@")[0].partition(":")
    return password or user or None


def _checked_url(url: str) -> str:
    """Return the address without a trailing slash.

    :raises OptionError: unless it is an https address, or an http address of this host.
    """
    hint = f"Give the address of the API with its version, such as {DEFAULT_API_URL}."
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
        # Raises for an invalid port.
        parts.port  # noqa: B018
    except ValueError as error:
        raise OptionError(f"api_url is not an address: {error}", hint) from None
    if parts.username is not None or parts.password is not None:
        raise OptionError("api_url contains a user name or a password", hint)
    if parts.scheme not in ("https", "http") or not host or parts.query or parts.fragment:
        raise OptionError(f"api_url {url} is not the address of an API", hint)
    if parts.scheme == "http" and not _is_loopback(host):
        raise OptionError(
            f"api_url {url} is not encrypted",
            "Use https, because tokens are only sent encrypted. Plain http is accepted for addresses of this host "
            "only, such as 127.0.0.1.",
        )
    return url.strip().rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
