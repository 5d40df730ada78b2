# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP transport: connection options, connection pool, proxy, and response parsing.

Private to webex.calling. Only this file imports requests, which can be missing on the host of a module. Check
REQUESTS_IMPORT_ERROR before you create a client.
"""

from __future__ import annotations

import http.client
import importlib.util
import os
import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from . import _error_hints as hints
from ._addresses import AMBIGUOUS, DEFAULT_API_URL, checked_api_url, is_ip_address, is_loopback
from ._bounds import (
    MAX_RESPONSE_SIZE,
    HttpResponse,
    ResponseTooLargeError,
    ResponseTooSlowError,
    bounded,
    bounds,
    inflate,
)
from ._error_parsing import error_from_exception, invalid_response, pagination_error
from ._errors import ConnectionFailedError, OptionError, WebexError
from ._json import parse_json
from ._tls import tls_context
from ._version import VERSION

REQUESTS_IMPORT_ERROR: str | None
try:
    import requests
    import urllib3.exceptions
    from requests.adapters import HTTPAdapter
    from requests.certs import where  # type: ignore[attr-defined]
    from urllib3 import __version__ as urllib3_version  # type: ignore[attr-defined]
    from urllib3.util import Timeout, parse_url
    from urllib3.util.retry import Retry
except Exception:  # A broken installation can raise any exception, such as AttributeError in pyOpenSSL.
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

if TYPE_CHECKING:
    import ssl

    from urllib3.connectionpool import HTTPConnectionPool

#: Maximum length of the header C(Link), in characters.
_MAX_LINK_LENGTH = 16 * 1024

#: Maximum wait time from the header C(Retry-After), in seconds: one year.
_MAX_RETRY_AFTER = 365 * 24 * 3600

#: Maximum length of a date in the header C(Retry-After), in characters.
_MAX_DATE_LENGTH = 100


@dataclass(frozen=True)
class Connection:
    """Connection options. Times are in seconds.

    :param api_url: URL of the Webex API, including the API version.
    :param org_id: organization id for all requests, or None to use the organization of the access token.
    :param validate_certs: whether to validate TLS certificates.
    :param ca_path: file or directory with additional trusted CA certificates.
    :param timeout: maximum time to connect, and to wait for each part of a response.
    :param retry_timeout: maximum duration of the retries of a request, from the first failure.
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
        object.__setattr__(self, "api_url", checked_api_url(self.api_url))
        if self.org_id is not None and not self.org_id.strip():
            raise OptionError("org_id is empty", "Omit org_id to use the organization of the access token.")
        for name, least, most in (("timeout", 1, 86400), ("retry_timeout", 0, 31536000), ("concurrency", 1, 1000)):
            if not least <= getattr(self, name) <= most:
                raise OptionError(f"{name} is {getattr(self, name)}", f"Give a number from {least} to {most}.")

    @property
    def is_loopback(self) -> bool:
        """Return whether the API is on this host."""
        return is_loopback(urlsplit(self.api_url).hostname or "")

    @property
    def response_timeout(self) -> float:
        """Return the timeout for a complete response, in seconds."""
        return max(self.timeout, self.retry_timeout)


class Transport:
    """Thread-safe connection pool for the API host only.

    requests and urllib3 provide the pool, TLS, and proxies. The class does not use C(requests.Session). A session reads
    the environment for each request, stores cookies, follows redirects, and reads C(~/.netrc).

    :param connection: connection options.
    :raises WebexError: if the options or the proxy in the environment are invalid.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._proxy: str | None = None
        #: Proxy passwords to redact in connection errors. No other text can contain proxy passwords.
        self._secrets: tuple[str, ...] = ()
        self._headers = {
            "Host": urlsplit(connection.api_url).netloc,
            "User-Agent": f"ansible-webex.calling/{VERSION} {requests.utils.default_user_agent()}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        self._adapter = HTTPAdapter(pool_maxsize=connection.concurrency, pool_block=True)
        self._pool = self._create_pool()
        self._pool.ConnectionCls = bounded(self._pool.ConnectionCls, urllib3.exceptions.ProxyError)
        self._pool.ResponseCls = HttpResponse  # type: ignore[attr-defined]
        self._timeout = Timeout(connect=connection.timeout, read=connection.timeout)
        # Raise the error of the first try, because L(_client) retries requests.
        self._retries = Retry(False, redirect=False)

    @property
    def proxy(self) -> str | None:
        """Return host and port of the proxy, or None without a proxy."""
        return self._proxy

    def close(self) -> None:
        """Close all connections."""
        self._adapter.close()
        self._pool.close()

    def send(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        repeatable: bool = True,
    ) -> HttpResponse:
        """Send one request, and return its response.

        :param method: HTTP method.
        :param target: URL path and query.
        :param headers: request headers in addition to the default headers.
        :param body: request body, or None for a request without a body.
        :param repeatable: whether to send the request again if the server closed a reused connection.
        :raises WebexError: if no complete response arrives within the time and size limits.
        """
        try:
            try:
                return self._send(method, target, headers, body)
            except (urllib3.exceptions.ProtocolError, urllib3.exceptions.ProxyError, urllib3.exceptions.SSLError):
                # The server can close an idle connection at any time, even during a request.
                if not (repeatable and bounds.reused and not bounds.received):
                    raise
                return self._send(method, target, headers, body)
        except ResponseTooSlowError:
            seconds = self._connection.response_timeout
            error = ConnectionFailedError(
                "timeout",
                "Timed out",
                hints.RESPONSE_TIMEOUT,
                message=f"no complete response within {seconds:g} s",
                established=True,
                retryable=False,
            )
            raise self._with_proxy(error) from None
        except ResponseTooLargeError:
            size = MAX_RESPONSE_SIZE // 1024**2
            raise invalid_response(None, "Response too large", message=f"more than {size} MiB") from None
        except (OSError, ValueError, http.client.HTTPException, urllib3.exceptions.HTTPError) as exception:
            # Do not chain the library exception, because its addresses and headers could appear in the output.
            error = error_from_exception(exception, self._connection.timeout)
            raise self._with_proxy(error) from None

    def _send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> HttpResponse:
        bounds.start(self._connection.response_timeout)
        response: Any = self._pool.request(
            method,
            target,
            body=body,
            headers={**self._headers, **headers},
            retries=self._retries,
            redirect=False,
            assert_same_host=False,
            timeout=self._timeout,
            preload_content=False,
            # Release the connection immediately, because the response is already complete.
            release_conn=True,
        )
        if "content-encoding" in response.headers:
            response.body = inflate(response.body, response.headers["content-encoding"])
        return cast("HttpResponse", response)

    def _with_proxy(self, error: WebexError) -> WebexError:
        """Add the proxy to the error message, redact the proxy password, and return the error."""
        error.redact(self._secrets)
        if self._proxy:
            error.message = f"{error.message} (proxy {self._proxy})" if error.message else f"the proxy is {self._proxy}"
        return error

    def _create_pool(self) -> HTTPConnectionPool:
        connection = self._connection
        url = urlsplit(connection.api_url)
        arguments: dict[str, Any] = {}
        # A proxy would expose the access token for a loopback address to another host, and over http unencrypted.
        proxy = None if connection.is_loopback else self._environment_proxy()
        if url.scheme == "https":
            arguments["ssl_context"] = self._tls_context()
            if _URLLIB3_1 and is_ip_address(url.hostname or ""):
                # urllib3 1.26 sends no server name for an IP address, and verifies the certificate name itself.
                arguments["ssl_context"].check_hostname = False
        if proxy is None:
            self._adapter.init_poolmanager(1, connection.concurrency, block=True, **arguments)
            manager = self._adapter.poolmanager
        else:
            if proxy.startswith("https:"):
                if _URLLIB3_1 and connection.validate_certs and is_ip_address(urlsplit(proxy).hostname or ""):
                    message = "urllib3 1.26 cannot validate the certificate of a proxy that is given by its IP address"
                    raise ConnectionFailedError("proxy", "Proxy failed", hints.PROXY_ADDRESS, message=message)
                # Create a separate context with a host name check: urllib3 1.26 does not verify the proxy name itself.
                arguments["proxy_ssl_context"] = self._tls_context()
            manager = self._adapter.proxy_manager_for(proxy, **arguments)
        pool: HTTPConnectionPool = manager.connection_from_url(connection.api_url)
        return pool

    def _tls_context(self) -> ssl.SSLContext:
        return tls_context(
            validate_certs=self._connection.validate_certs,
            ca_path=self._connection.ca_path,
            environ=os.environ,
            fallback=where(),
        )

    def _environment_proxy(self) -> str | None:
        """Return the proxy URL for the API from the environment, or None if no proxy applies.

        :raises ConnectionFailedError: if the proxy is unusable. The error omits the URL, which can contain a password.
        """
        url = self._connection.api_url
        value = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url))
        if not value:
            return None
        try:
            proxy = str(requests.utils.prepend_scheme_if_needed(value.strip(), "http"))
            parts = parse_url(proxy)
            # A path or query means an unquoted "/" or "?" in the password, so that the host is the user name.
            usable = parts.host and parts.scheme in _PROXY_SCHEMES and parts.request_uri == "/" and not parts.fragment
            usable = usable and not AMBIGUOUS.search(value.strip())
        except (TypeError, ValueError, urllib3.exceptions.HTTPError):
            usable = False
        if not usable:
            variable = next((name for name in _PROXY_VARIABLES if os.environ.get(name) == value), "HTTPS_PROXY")
            message = f"the environment variable {variable} is not the address of a proxy"
            raise ConnectionFailedError("proxy", "Proxy failed", hints.PROXY_VARIABLE, message=message)
        if proxy.startswith("socks") and importlib.util.find_spec("socks") is None:
            message = "a SOCKS proxy needs the Python library PySocks"
            raise ConnectionFailedError("proxy", "Proxy failed", hints.PYSOCKS, message=message)
        self._secrets = self._proxy_secrets(proxy, parts.auth or "")
        self._proxy = parts.host if parts.port is None else f"{parts.host}:{parts.port}"
        return proxy

    def _proxy_secrets(self, proxy: str, auth: str) -> tuple[str, ...]:
        """Return the proxy password, as written and decoded, and the credentials in C(Proxy-Authorization)."""
        decoded = str(requests.utils.get_auth_from_url(proxy)[1])
        header = self._adapter.proxy_headers(proxy).get("Proxy-Authorization", "")
        return tuple({auth.partition(":")[2], decoded, header.partition(" ")[2]} - {""})


_URLLIB3_1 = REQUESTS_IMPORT_ERROR is None and urllib3_version.startswith("1.")
_PROXY_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
_PROXY_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


def retry_after(response: HttpResponse) -> int | None:
    """Return the wait time from the header C(Retry-After), in whole seconds.

    The header contains a number of seconds or a date. The maximum wait time is one year.

    :returns: wait time, or None if the header is absent or malformed.
    """
    value = (response.headers.get("retry-after") or "").strip()
    if value.isdigit() and len(value) > len(str(_MAX_RETRY_AFTER)):
        return _MAX_RETRY_AFTER
    if not value or len(value) > _MAX_DATE_LENGTH:
        return None
    try:
        seconds = Retry().parse_retry_after(value)
    except (ValueError, OverflowError, urllib3.exceptions.HTTPError):
        return None
    # Round up, because Webex rejects a request that is too early.
    return -int(-min(seconds, _MAX_RETRY_AFTER) // 1)


def json_object(response: HttpResponse, tracking_id: str) -> dict[str, Any]:
    """Return the JSON object in the response body.

    :param tracking_id: Webex tracking id for the error.
    :raises ApiError: if the response body is not a JSON object.
    """
    try:
        content = parse_json(response.body)
    except (ValueError, RecursionError):
        content_type = (response.headers.get("content-type") or "no content type")[:100]
        what = f"{len(response.body)} bytes of {content_type}" if response.body else "an empty body"
        raise invalid_response(200, "Not JSON", message=what, tracking_id=tracking_id) from None
    if not isinstance(content, dict):
        what = f"JSON of the type {type(content).__name__}"
        raise invalid_response(200, "Not a JSON object", message=what, tracking_id=tracking_id)
    return content


def next_link(response: HttpResponse) -> str | None:
    """Return the URL of the next page from the header C(Link) (RFC 8288), or None without a next page.

    :raises ApiError: if the header is too long, or mentions a next page without a readable URL.
    """
    header = response.headers.get("link")
    if header is None:
        return None
    if len(header) > _MAX_LINK_LENGTH:
        raise pagination_error("the header Link is too long")
    for part in header.split("<")[1:]:
        link, separator, parameters = part.partition(">")
        if separator and any(_is_next(*parameter.partition("=")) for parameter in parameters.split(";")):
            return link.strip()
    for part in header.lower().split("rel")[1:]:
        before, separator, value = part.partition("=")
        words = re.split("[\"';,]", value.lstrip(" \t\"'"), maxsplit=1)[0].split()
        if separator and not before.strip() and "next" in words:
            # Do not treat this page as the last one, because rows of later pages would be missing.
            raise pagination_error("the header Link cannot be parsed")
    return None


def _is_next(name: str, _separator: str, value: str) -> bool:
    return name.strip().lower() == "rel" and "next" in value.strip(" \t,\"'").lower().split()
