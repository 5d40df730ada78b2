# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP transport: connection options, connection pool, and responses bounded in time and size.

Private to webex.calling. The only file that imports requests, which may be missing where a module runs: check
REQUESTS_IMPORT_ERROR before creating a client.
"""

from __future__ import annotations

import http.client
import importlib.util
import io
import ipaddress
import os
import re
import threading
import time
import traceback
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin, urlsplit

from . import _error_hints as hints
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
except Exception:  # A broken installation raises exceptions of any class, such as AttributeError of pyOpenSSL.
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

if TYPE_CHECKING:
    import ssl
    from socket import socket

    from urllib3.connectionpool import HTTPConnectionPool

DEFAULT_API_URL = "https://webexapis.com/v1"

#: Maximum size of a response in bytes, head and body, as it arrives and inflated. A page of 1,000 lines has about half
#: a megabyte.
MAX_RESPONSE_SIZE = 16 * 1024 * 1024

#: Maximum length of a header C(Link) in characters.
_MAX_LINK_LENGTH = 16 * 1024

#: Longest wait in seconds that a header C(Retry-After) can ask for: a year.
_MAX_RETRY_AFTER = 365 * 24 * 3600

#: Maximum length of a date in characters.
_MAX_DATE_LENGTH = 100

#: Characters with which URL parsers disagree about the host: white space, control characters, and backslashes.
_AMBIGUOUS = re.compile(r"[\x00-\x20\x7f-\x9f\\]")


@dataclass(frozen=True)
class Connection:
    """Connection options. Times are in seconds.

    :param api_url: address of the API with its version.
    :param org_id: organization of the requests; None for that of the token.
    :param ca_path: file or folder with further certificates to trust.
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
        object.__setattr__(self, "api_url", checked_api_url(self.api_url))
        if self.org_id is not None and not self.org_id.strip():
            raise OptionError("org_id is empty", "Omit org_id to use the organization of the access token.")
        for name, least, most in (("timeout", 1, 86400), ("retry_timeout", 0, 31536000), ("concurrency", 1, 1000)):
            if not least <= getattr(self, name) <= most:
                raise OptionError(f"{name} is {getattr(self, name)}", f"Give a number from {least} to {most}.")

    @property
    def is_loopback(self) -> bool:
        """Whether the API is on this host."""
        return _is_loopback(urlsplit(self.api_url).hostname or "")

    @property
    def response_timeout(self) -> float:
        """Seconds within which a whole response must arrive."""
        return max(self.timeout, self.retry_timeout)


class HttpResponse:
    """Response with its whole body.

    :ivar headers: values by names in lower case; those of the same name joined by commas.
    """

    # Attributes that urllib3 logs.
    version_string = "HTTP/1.1"
    length_remaining = 0
    length = 0
    msg = None

    def __init__(self, status: int, reason: str | None, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body

    @classmethod
    def from_httplib(cls, response: HttpResponse, **_options: Any) -> HttpResponse:
        """Return what a connection returned: urllib3 1.26 makes a response of its own otherwise."""
        return response


class Transport:
    """Connection pool for the host of the API, and no other host. Safe to use from several threads.

    requests and urllib3 provide the pool, TLS, and proxies. A session of requests would in addition ask the environment
    for each request, keep cookies, follow redirects, and read ~/.netrc.

    :raises WebexError: if the options or the proxy of the environment are invalid.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._proxy: str | None = None
        #: Passwords of the proxy, for redaction of the errors of connections. Nothing else can contain them.
        self._secrets: tuple[str, ...] = ()
        self._headers = {
            "Host": urlsplit(connection.api_url).netloc,
            "User-Agent": f"ansible-webex.calling/{VERSION} {requests.utils.default_user_agent()}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        self._adapter = HTTPAdapter(pool_maxsize=connection.concurrency, pool_block=True)
        self._pool = self._create_pool()
        self._pool.ConnectionCls = _bounded(self._pool.ConnectionCls)
        self._pool.ResponseCls = HttpResponse  # type: ignore[attr-defined]
        self._timeout = Timeout(connect=connection.timeout, read=connection.timeout)
        # Raises the errors of the first try: L(_client) retries.
        self._retries = Retry(False, redirect=False)

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

        :param target: path and query.
        :param repeatable: whether the request can be sent again if a reused connection turns out to be closed.
        :raises WebexError: if there is no complete response within the bounds.
        """
        try:
            try:
                return self._send(method, target, headers, body)
            except (urllib3.exceptions.ProtocolError, urllib3.exceptions.ProxyError, urllib3.exceptions.SSLError):
                # The server may close an idle connection at any time, also while a request is on its way.
                if not (repeatable and _bounds.reused and not _bounds.received):
                    raise
                return self._send(method, target, headers, body)
        except _ResponseTooSlowError:
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
        except _ResponseTooLargeError:
            size = MAX_RESPONSE_SIZE // 1024**2
            raise invalid_response(None, "Response too large", message=f"more than {size} MiB") from None
        except (OSError, ValueError, http.client.HTTPException, urllib3.exceptions.HTTPError) as exception:
            # Not "from exception": those of the library hold addresses and headers that could be shown.
            error = error_from_exception(exception, self._connection.timeout)
            raise self._with_proxy(error) from None

    def _send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> HttpResponse:
        _bounds.start(self._connection.response_timeout)
        response: Any = self._pool.urlopen(
            method,
            target,
            body=body,
            headers={**self._headers, **headers},
            retries=self._retries,
            redirect=False,
            assert_same_host=False,
            timeout=self._timeout,
            preload_content=False,
            # The connection returns the whole response.
            release_conn=True,
        )
        if "content-encoding" in response.headers:
            response.body = _inflate(response.body, response.headers["content-encoding"])
        return cast("HttpResponse", response)

    def _with_proxy(self, error: WebexError) -> WebexError:
        """Return the error with the proxy in its message, and without the password of the proxy."""
        error.redact(self._secrets)
        if self._proxy:
            error.message = f"{error.message} (proxy {self._proxy})" if error.message else f"the proxy is {self._proxy}"
        return error

    def _create_pool(self) -> HTTPConnectionPool:
        connection = self._connection
        url = urlsplit(connection.api_url)
        arguments: dict[str, Any] = {}
        # A proxy for a loopback address would carry the token away from this host, and with http unencrypted.
        proxy = None if connection.is_loopback else self._environment_proxy()
        if url.scheme == "https":
            arguments["ssl_context"] = self._tls_context()
            if _URLLIB3_1 and _is_address(url.hostname or ""):
                # urllib3 1.26 sends no server name for addresses, and compares names itself.
                arguments["ssl_context"].check_hostname = False
        if proxy is None:
            self._adapter.init_poolmanager(1, connection.concurrency, block=True, **arguments)
            manager = self._adapter.poolmanager
        else:
            if proxy.startswith("https:"):
                if _URLLIB3_1 and connection.validate_certs and _is_address(urlsplit(proxy).hostname or ""):
                    message = "urllib3 1.26 cannot validate the certificate of a proxy that is given by its IP address"
                    raise ConnectionFailedError("proxy", "Proxy failed", hints.PROXY_ADDRESS, message=message)
                # Not the context above: urllib3 1.26 does not compare the name of a proxy itself.
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
        """Return the proxy of the environment for the API.

        :raises ConnectionFailedError: if it cannot be used. The error does not show it, as it can contain a password.
        """
        url = self._connection.api_url
        value = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url))
        if not value:
            return None
        try:
            proxy = str(requests.utils.prepend_scheme_if_needed(value.strip(), "http"))
            parts = parse_url(proxy)
            # A path or query is the rest of a password that contains "/" or "?", and the host is the user name.
            usable = parts.host and parts.scheme in _PROXY_SCHEMES and parts.request_uri == "/" and not parts.fragment
            usable = usable and not _AMBIGUOUS.search(value.strip())
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
        """Return the password of a proxy as written and decoded, and its header."""
        decoded = str(requests.utils.get_auth_from_url(proxy)[1])
        header = self._adapter.proxy_headers(proxy).get("Proxy-Authorization", "")
        return tuple({auth.partition(":")[2], decoded, header.partition(" ")[2]} - {""})


_URLLIB3_1 = REQUESTS_IMPORT_ERROR is None and urllib3_version.startswith("1.")
_PROXY_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
_PROXY_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


# --- bounds --------------------------------------------------------------------------------------------------


class _ResponseTooSlowError(Exception):
    """Response that is not complete within its time."""


class _ResponseTooLargeError(Exception):
    """Response that is larger than the maximum."""


class _Bounds(threading.local):
    """Bounds of the response that this thread waits for."""

    #: Seconds for a response.
    seconds = 0.0
    deadline = 0.0
    #: Bytes received so far.
    received = 0
    #: Whether the connection had been used for another request before.
    reused = False

    def start(self, seconds: float) -> None:
        self.seconds = seconds
        self.reused = False
        self.restart()

    def restart(self) -> None:
        self.deadline = time.monotonic() + self.seconds
        self.received = 0


_bounds = _Bounds()


class _BoundedReader(io.RawIOBase):
    """Reader of a socket that applies the bounds of this thread."""

    def __init__(self, connected: socket) -> None:
        self._socket = connected
        # Keeps the socket open until the response is read, if the connection is closed meanwhile.
        self._raw = connected.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        remaining = _bounds.deadline - time.monotonic()
        timeout = self._socket.gettimeout()
        if timeout is None or remaining < timeout:
            if remaining <= 0:
                raise _ResponseTooSlowError
            self._socket.settimeout(remaining)
        try:
            count = self._raw.readinto(buffer)
        except OSError:
            if _bounds.received and time.monotonic() >= _bounds.deadline:
                raise _ResponseTooSlowError from None
            raise
        _bounds.received += count or 0
        if _bounds.received > MAX_RESPONSE_SIZE:
            raise _ResponseTooLargeError
        return int(count) if count is not None else None

    def close(self) -> None:
        self._raw.close()
        super().close()


class _BoundedFile:
    """Interface of a socket that a response uses."""

    def __init__(self, connected: socket) -> None:
        self._connected = connected

    def makefile(self, *_arguments: Any) -> io.BufferedReader:
        return io.BufferedReader(_BoundedReader(self._connected))


class _BoundedResponse(http.client.HTTPResponse):
    """Response, also of a proxy to CONNECT, that is read within the bounds."""

    def __init__(self, sock: socket, *arguments: Any, **named: Any) -> None:
        super().__init__(_BoundedFile(sock), *arguments, **named)  # type: ignore[arg-type]


def _bounded(connection_class: Any) -> Any:
    """Return the connection class of a pool with bounded responses.

    The class sends a request and receives a response as a whole, which takes half of the processor time of urllib3's
    own methods. Everything else, such as TLS and proxies, is inherited.
    """

    class BoundedConnection(connection_class):  # type: ignore[misc]
        response_class = _BoundedResponse
        _requests = 0
        _request_method = ""

        def connect(self) -> None:
            self._requests = 0
            super().connect()
            # Prevents the warning of urllib3: modules and plugins warn themselves.
            self.is_verified = True

        def _tunnel(self) -> None:
            try:
                super()._tunnel()
            except (OSError, http.client.HTTPException) as error:
                # urllib3 would raise the same exceptions as for a response of the API.
                raise urllib3.exceptions.ProxyError("CONNECT failed", error) from error

        def request(
            self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, **_: Any
        ) -> None:
            if self.sock is None:
                self.connect()
            self.sock.settimeout(self.timeout)
            _bounds.reused = self._requests > 0
            self._requests += 1
            self._request_method = method
            lines = [f"{method} {url} HTTP/1.1", *(f"{name}: {value}" for name, value in (headers or {}).items())]
            if body is not None:
                lines.append(f"Content-Length: {len(body)}")
            head = "\r\n".join([*lines, "", ""]).encode("latin-1")
            # The time for connecting does not count.
            _bounds.restart()
            # The server may have responded before it read the whole request. If not, reading the response fails.
            with suppress(BrokenPipeError, ConnectionResetError):
                self.send(head + body if body else head)

        def getresponse(self, **_: Any) -> HttpResponse:
            self.sock.settimeout(self.timeout)
            response = self.response_class(self.sock, method=self._request_method)
            try:
                response.begin()
                if response.will_close:
                    self.close()
                # Checked before reading, which allocates the whole length.
                if (response.length or 0) > MAX_RESPONSE_SIZE:
                    raise _ResponseTooLargeError
                headers = _joined(response.headers.items())
                return HttpResponse(response.status, response.reason, headers, response.read())
            finally:
                response.close()

    return BoundedConnection


def _joined(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return headers by names in lower case; those of the same name joined by commas."""
    headers: dict[str, str] = {}
    for name, value in items:
        lower = name.lower()
        headers[lower] = f"{headers[lower]}, {value}" if lower in headers else value
    return headers


def _inflate(body: bytes, encoding: str) -> bytes:
    """Return the body without compression, which a server or gateway can use although nobody asks for it.

    urllib3 before 2.6 inflates more than it is asked for.
    """
    if encoding.strip().lower() == "identity":
        return body
    if encoding.strip().lower() not in ("gzip", "x-gzip", "deflate"):
        raise invalid_response(200, "Unknown content encoding", message=encoding[:50])
    try:
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)
        content = inflater.decompress(body, MAX_RESPONSE_SIZE)
    except zlib.error:
        raise invalid_response(200, "Invalid compressed body") from None
    if inflater.unconsumed_tail:
        raise _ResponseTooLargeError
    return content


# --- responses -----------------------------------------------------------------------------------------------


def retry_after(response: HttpResponse) -> int | None:
    """Return the header C(Retry-After), a number or a date, in seconds; None if absent or malformed."""
    value = (response.headers.get("retry-after") or "").strip()
    if value.isdigit() and len(value) > len(str(_MAX_RETRY_AFTER)):
        return _MAX_RETRY_AFTER
    if not value or len(value) > _MAX_DATE_LENGTH:
        return None
    try:
        seconds = Retry().parse_retry_after(value)
    except (ValueError, OverflowError, urllib3.exceptions.HTTPError):
        return None
    # Rounded up, because a request that is a moment too early is refused again.
    return -int(-min(seconds, _MAX_RETRY_AFTER) // 1)


def json_object(response: HttpResponse, tracking_id: str) -> dict[str, Any]:
    """Return the JSON object in the body of a response.

    :param tracking_id: for the error.
    :raises ApiError: if the body is anything else.
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
    """Return the address of the next page from the header C(Link) (RFC 8288), None if there is no next page.

    :raises ApiError: if the header mentions a next page without an address.
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
            # Treating this page as the last one would lose the others.
            raise pagination_error("the header Link cannot be parsed")
    return None


def _is_next(name: str, _separator: str, value: str) -> bool:
    return name.strip().lower() == "rel" and "next" in value.strip(" \t,\"'").lower().split()


# --- addresses -----------------------------------------------------------------------------------------------


def target_of_link(link: str, api_url: str, current: str) -> str:
    """Return path and query of a link, if it leads to the host of the API.

    :param current: path and query of the page with the link.
    :raises ApiError: if the link is invalid, or leads elsewhere, where the token must not be sent.
    """
    try:
        url = urljoin(urljoin(api_url, current), link) if is_unambiguous(link) else ""
        parts = urlsplit(url)
        origin = _origin(url)
    except ValueError:
        url = ""
    if not url:
        raise pagination_error("the address of the next page is invalid")
    if origin != _origin(api_url):
        host = f"{parts.scheme}://{parts.netloc}"[:100]
        raise pagination_error(f"the next page is at {host}, where the token must not be sent")
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def is_unambiguous(url: str) -> bool:
    """Return whether all URL parsers agree on the host of an address, and it contains no credentials."""
    return not _AMBIGUOUS.search(url) and "@" not in url.partition("?")[0]


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def checked_api_url(url: str) -> str:
    """Return the address without a trailing slash.

    :raises OptionError: unless it is an https address, or an http address of this host. The message does not show an
        address that is malformed, because it can contain a secret.
    """
    url = url.strip()
    hint = f"Give the address of the API with its version, such as {DEFAULT_API_URL}."
    try:
        parts = urlsplit(url)
        host = parts.hostname
        # Raises for an invalid port.
        parts.port  # noqa: B018
    except ValueError:
        host = None
    if "@" in url:
        raise OptionError("api_url contains a user name or a password", hint)
    if not host or not is_unambiguous(url) or parts.scheme not in ("https", "http") or parts.query or parts.fragment:
        raise OptionError("api_url is not the address of an API", hint)
    if parts.scheme == "http" and not _is_loopback(host):
        raise OptionError(
            f"api_url is an http address of {host}, which is not encrypted",
            "Use https, because tokens are only sent encrypted. Plain http is accepted for addresses of this host "
            "only, such as 127.0.0.1.",
        )
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _integer(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 20 else 0
