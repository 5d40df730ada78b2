# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies of the environment, with a real proxy, and addresses that must not be used or shown."""

from __future__ import annotations

import base64
import importlib.util
import json
import socket
import threading
import time
from contextlib import suppress
from functools import partial

import pytest
import urllib3

from ansible_collections.webex.calling.plugins.module_utils import _error_hints as hints
from ansible_collections.webex.calling.plugins.module_utils import _http
from ansible_collections.webex.calling.plugins.module_utils._argument_spec import DEFAULT_API_URL
from ansible_collections.webex.calling.plugins.module_utils._errors import WebexError
from ansible_collections.webex.calling.plugins.modules.virtual_line_info import main

#: A host that only the proxy knows.
HOST = "webex.example"

USER = "fake-user"
PASSWORD = "fake/pass#word@1"
ENCODED_PASSWORD = "fake%2Fpass%23word%401"
BASIC = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

#: urllib3 1.26 cannot compare the IP address of a proxy with its certificate.
URLLIB3_1 = urllib3.__version__.startswith("1.")

#: None of these is in any text.
SECRETS = (PASSWORD, ENCODED_PASSWORD, BASIC, "pass#word", "pass%23word")


class Proxy:
    """A proxy that connects every CONNECT to one port of this host, or behaves otherwise."""

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        #: Heads of the requests.
        self.heads: list[str] = []
        #: Function that responds to a request instead.
        self.respond = None
        #: TLS context of an https proxy.
        self.context = None
        threading.Thread(target=self._serve, daemon=True).start()

    def url(self, scheme: str = "http", password: str = ENCODED_PASSWORD) -> str:
        return f"{scheme}://{USER}:{password}@{self.address}"

    def close(self) -> None:
        # Closing alone would not end accept().
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._handle, args=self._listener.accept()[:1], daemon=True).start()

    def _handle(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            if self.context:
                client = self.context.wrap_socket(client, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                received = client.recv(4096)
                if not received:
                    return
                head += received
            self.heads.append(head.decode())
            if self.respond:
                self.respond(client)
                return
            with socket.create_connection(self._target) as target:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                threading.Thread(target=_copy, args=(target, client), daemon=True).start()
                _copy(client, target)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        received = source.recv(65536)
        while received:
            target.sendall(received)
            received = source.recv(65536)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def proxy(webex):
    proxy = Proxy(webex.server_port)
    yield proxy
    proxy.close()


@pytest.fixture
def url(serve_tls, certificate):
    """Address of a Webex that is only reachable through the proxy."""
    return serve_tls(certificate, HOST)


@pytest.fixture
def client(url, client_of, certificate):
    """A function that makes a client for this Webex."""
    return lambda **options: client_of(url, **{"ca_path": certificate.ca_path, "timeout": 1, **options})


def failure(client, secrets=SECRETS) -> WebexError:
    """Return the error of a request, without any secret in it."""
    with pytest.raises(WebexError) as caught:
        client().get("path")
    text = f"{caught.value} {caught.value.as_dict()}"
    assert [secret for secret in secrets if secret in text] == []
    assert caught.value.__cause__ is None
    return caught.value


# --- requests through a proxy --------------------------------------------------------------------------------


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
def test_requests_go_through_the_proxy(client, proxy, webex, url, monkeypatch, variable):
    monkeypatch.setenv(variable, proxy.url())
    reused = client()
    assert [reused.get("path").content, reused.get("path").content] == [{}, {}]
    (head,) = proxy.heads
    assert head.startswith(f"CONNECT {HOST}:{webex.server_port} HTTP/1.")
    assert f"Proxy-Authorization: Basic {BASIC}\r\n" in head
    assert "fake-access-token" not in head
    assert [request.headers["Host"] for request in webex.asked] == [f"{HOST}:{webex.server_port}"] * 2
    assert [request.headers["Proxy-Authorization"] for request in webex.asked] == [None, None]


def test_a_closed_connection_is_replaced(client, proxy, webex, monkeypatch):
    """The server closes the connection when it receives the second request."""
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    webex.will(webex.answer(), lambda handler: setattr(handler, "close_connection", True), webex.answer())
    reused = client()
    assert [reused.get("path").content, reused.get("path").content] == [{}, {}]
    assert (len(proxy.heads), len(webex.asked)) == (2, 3)


def test_a_proxy_without_scheme(client, proxy, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", proxy.address)
    assert client().get("path").content == {}


@pytest.mark.parametrize("no_proxy", [HOST, ".example", f"other.example, {HOST}", "*"])
def test_no_proxy(client, proxy, monkeypatch, no_proxy):
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert failure(client).reason == "Host name not found"
    assert proxy.heads == []


def test_no_proxy_for_other_hosts(client, proxy, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    monkeypatch.setenv("NO_PROXY", "webex.example.org,127.0.0.1")
    assert client().get("path").content == {}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_uses_no_proxy(serve_tls, client_of, certificate, proxy, monkeypatch, host):
    for variable in ("HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, proxy.url())
    client = client_of(serve_tls(certificate, host), ca_path=certificate.ca_path)
    assert client.get("path").content == {}
    assert proxy.heads == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_proxy_with_tls(client, proxy, certificate, monkeypatch, host):
    proxy.context = certificate.server_context()
    monkeypatch.setenv("HTTPS_PROXY", proxy.url("https").replace("127.0.0.1", host))
    if URLLIB3_1 and host == "127.0.0.1":
        assert failure(client).hint == hints.PROXY_ADDRESS
        client = partial(client, validate_certs=False)
    assert client().get("path").content == {}
    assert f"Basic {BASIC}\r\n" in proxy.heads[0]


# --- failures of a proxy -------------------------------------------------------------------------------------------


def sends(content: bytes):
    return lambda client: client.sendall(content)


def dribble(client: socket.socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX: " + 1000 * b"a":
        client.sendall(bytes([byte]))
        time.sleep(0.02)


def dribble_headers(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\n")
    for _each in range(1000):
        client.sendall(b"a")
        time.sleep(0.02)


REFLECTED = f"407 {BASIC} {USER}:{PASSWORD} {ENCODED_PASSWORD}".encode()

RESPONSES = {
    "authentication": (sends(b"HTTP/1.1 407 Wrong\r\n\r\n"), "Tunnel connection failed: 407 Wrong"),
    "reflection": (
        sends(b"HTTP/1.1 " + REFLECTED + b"\r\n\r\n"),
        f"Tunnel connection failed: 407 ******** {USER}:******** ********",
    ),
    "unavailable": (sends(b"HTTP/1.1 503 Unavailable\r\n\r\n"), "Tunnel connection failed: 503 Unavailable"),
    "garbage": (sends(b"garbage " + REFLECTED + b"\r\n\r\n"), f"garbage 407 ******** {USER}:******** ********"),
    "nothing": (sends(b""), "Remote end closed connection without response"),
    "large header": (
        sends(b"HTTP/1.1 200 OK\r\nX: " + 99999 * b"a"),
        "got more than 65536 bytes when reading header line",
    ),
    "no response": (lambda client: client.recv(1), "timed out"),
}


@pytest.mark.parametrize("response", RESPONSES)
def test_a_proxy_that_refuses(client, proxy, webex, monkeypatch, response):
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    proxy.respond, message = RESPONSES[response]
    error = failure(client)
    assert (error.error_type, error.reason, error.hint) == ("proxy", "Proxy failed", hints.PROXY)
    assert error.message == f"{message} (proxy {proxy.address})"
    assert error.tracking_id is None
    assert webex.asked == []


@pytest.mark.parametrize("respond", [dribble, dribble_headers])
def test_a_proxy_that_dribbles(client, proxy, monkeypatch, respond):
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    monkeypatch.setattr(_http.Connection, "response_timeout", 0.2)
    proxy.respond = respond
    started = time.monotonic()
    error = failure(client)
    assert time.monotonic() - started < 2
    assert error.error_type == "timeout"
    assert error.message == f"no complete response within 0.2 s (proxy {proxy.address})"


@pytest.mark.parametrize(("content", "error_type"), [(b"not TLS", "tls"), (b"", "tls")], ids=["garbage", "closed"])
def test_a_tunnel_to_something_else(client, proxy, monkeypatch, content, error_type):
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    proxy.respond = sends(b"HTTP/1.1 200 OK\r\n\r\n" + content)
    error = failure(client)
    # An unread request of TLS makes some systems reset the connection.
    assert error.error_type in (error_type, "connection", "proxy")
    assert proxy.address in error.message


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("address", "message"),
    [("localhost:1", "[Errno 111] Connection refused"), ("proxy.invalid:3128", "Name or service not known")],
    ids=["refused", "unknown host"],
)
def test_an_unreachable_proxy(client, monkeypatch, scheme, address, message):
    monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://{USER}:{ENCODED_PASSWORD}@{address}")
    error = failure(client)
    assert (error.error_type, error.reason, error.hint) == ("proxy", "Proxy failed", hints.PROXY)
    assert error.message.endswith(f" (proxy {address})")
    assert message in error.message or "invalid" in address


def test_a_proxy_with_an_untrusted_certificate(client, proxy, certificate, monkeypatch):
    proxy.context = certificate.server_context()
    monkeypatch.setenv("HTTPS_PROXY", proxy.url("https").replace("127.0.0.1", "localhost"))
    error = failure(lambda: client(ca_path=None))
    assert (error.error_type, error.hint) == ("tls", hints.CERTIFICATE)
    assert error.message.endswith(f" (proxy {proxy.address.replace('127.0.0.1', 'localhost')})")


def _resolve_all(monkeypatch) -> None:
    """Make all names those of this host."""
    getaddrinfo = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args, **named: getaddrinfo("127.0.0.1", *args, **named))


@pytest.mark.parametrize("name", ["127.0.0.2", "other.example"])
def test_a_proxy_with_the_certificate_of_another_host(client, proxy, certificate, monkeypatch, name):
    proxy.context = certificate.server_context()
    port = proxy.address.partition(":")[2]
    _resolve_all(monkeypatch)
    monkeypatch.setenv("HTTPS_PROXY", f"https://{USER}:{ENCODED_PASSWORD}@{name}:{port}")
    error = failure(client)
    if URLLIB3_1 and name == "127.0.0.2":
        assert error.hint == hints.PROXY_ADDRESS
    else:
        assert (error.error_type, error.hint) == ("tls", hints.CERTIFICATE_OF_OTHER_HOST)
    assert proxy.heads == []


@pytest.mark.parametrize("name", ["localhost", "other.example"])
def test_a_proxy_with_tls_for_an_api_at_an_address(serve_tls, client_of, certificate, proxy, monkeypatch, name):
    proxy.context = certificate.server_context()
    port = proxy.address.partition(":")[2]
    _resolve_all(monkeypatch)
    monkeypatch.setattr(_http, "is_loopback", lambda host: False)
    monkeypatch.setattr(_http.requests.utils, "proxy_bypass", lambda host: False)
    monkeypatch.setenv("HTTPS_PROXY", f"https://{name}:{port}")
    client = client_of(serve_tls(certificate), ca_path=certificate.ca_path)
    if name == "localhost":
        assert client.get("path").content == {}
        assert len(proxy.heads) == 1
    else:
        assert failure(lambda: client).hint == hints.CERTIFICATE_OF_OTHER_HOST
        assert proxy.heads == []


@pytest.mark.parametrize("host", ["127.0.0.2", "other.example"])
def test_a_certificate_of_another_host_behind_a_proxy(serve_tls, client_of, certificate, proxy, monkeypatch, host):
    monkeypatch.setattr(_http, "is_loopback", lambda host: False)
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    error = failure(lambda: client_of(serve_tls(certificate, host), ca_path=certificate.ca_path))
    assert (error.error_type, error.hint) == ("tls", hints.CERTIFICATE_OF_OTHER_HOST)
    assert error.message.endswith(f" (proxy {proxy.address})")


def test_an_untrusted_certificate_behind_a_proxy_names_it(client, proxy, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    error = failure(lambda: client(ca_path=None))
    assert (error.error_type, error.hint) == ("tls", hints.CERTIFICATE)
    assert error.message.endswith(f" (proxy {proxy.address})")


def test_a_proxy_is_named_if_there_is_no_other_message(client, proxy, webex, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())

    def cut_short(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}")
        handler.close_connection = True

    webex.will(cut_short)
    error = failure(lambda: client(timeout=5))
    assert error.reason == "Response cut short"
    assert error.message == f"the proxy is {proxy.address}"


def test_a_short_password_changes_no_results(client, proxy, webex, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", proxy.url(password="7"))
    webex.will(webex.answer(404, {"message": "7", "errorCode": 7, "trackingId": "7"}))
    error = failure(client, ())
    assert (error.message, error.code, error.tracking_id) == ("7", "7", "7")
    assert client().secrets == ("fake-access-token-1",)


# --- SOCKS -----------------------------------------------------------------------------------------------------------


def test_socks_without_pysocks(client, monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "socks" else find_spec(name))
    monkeypatch.setenv("ALL_PROXY", f"socks5h://{USER}:{ENCODED_PASSWORD}@127.0.0.1:1")
    error = failure(client)
    assert (error.error_type, error.hint) == ("proxy", hints.PYSOCKS)
    assert error.message == "a SOCKS proxy needs the Python library PySocks"


@pytest.mark.parametrize("scheme", ["socks4", "socks4a", "socks5", "socks5h"])
def test_an_unreachable_socks_proxy(client, monkeypatch, scheme):
    pytest.importorskip("socks")
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://{USER}:{ENCODED_PASSWORD}@127.0.0.1:1")
    error = failure(client)
    assert (error.error_type, error.hint) == ("proxy", hints.PROXY)
    assert error.message.endswith(" (proxy 127.0.0.1:1)")


def test_a_socks_proxy_that_refuses(client, monkeypatch):
    pytest.importorskip("socks")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def refuse() -> None:
            with listener.accept()[0] as connection:
                connection.recv(100)
                connection.sendall(b"\x05\xff")

        threading.Thread(target=refuse, daemon=True).start()
        monkeypatch.setenv("ALL_PROXY", f"socks5h://{USER}:{ENCODED_PASSWORD}@127.0.0.1:{port}")
        error = failure(client)
    assert (error.error_type, error.hint) == ("proxy", hints.PROXY)
    assert error.message.endswith(f" (proxy 127.0.0.1:{port})")


# --- malformed variables ---------------------------------------------------------------------------------------------

MALFORMED = [
    " ",
    "http://",
    "http://:3128",
    "://proxy.example",
    "ftp://me:SECRET@proxy.example",
    "httpx://me:SECRET@proxy.example:3128",
    "http://me:SECRET/1@proxy.example:3128",
    "http://me:SECRET#1@proxy.example:3128",
    "http://me:SECRET?1@proxy.example:3128",
    "http://me:12/SECRET@proxy.example:3128",
    "http://me:12#SECRET@proxy.example:3128",
    "http://me:12?SECRET@proxy.example:3128",
    "http://me:SECRET@",
    "http://me:SECRET@proxy.example:port",
    "http://me:SECRET@proxy.example:99999",
    "http://me:SECRET@[proxy.example",
    "http://me:SECRET@proxy example:3128",
    "http://me:SECRET@proxy.example\\:3128",
    "http://me:SECRET@proxy.example:3128/path",
    "http:/me:SECRET@proxy.example:3128",
    "http:me:SECRET@proxy.example:3128",
    "me:SECRET@proxy.example:3128",
    "me:SECRET/1@proxy.example:3128",
    "https//me:SECRET@proxy.example:3128",
]


@pytest.mark.parametrize("value", MALFORMED)
def test_a_malformed_variable_is_named_but_not_shown(client_of, monkeypatch, value):
    for variable in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        with monkeypatch.context() as patch:
            patch.setenv(variable, value)
            error = failure(lambda: client_of(f"https://{HOST}"), ("SECRET", "example", "12"))
        assert (error.error_type, error.hint) == ("proxy", hints.PROXY_VARIABLE)
        assert error.message == f"the environment variable {variable} is not the address of a proxy"


@pytest.mark.parametrize("value", [*MALFORMED[2:10], f"http://{USER}:{ENCODED_PASSWORD}@proxy.invalid:3128"])
def test_a_module_never_shows_the_password(run_module, value):
    result = run_module(
        main,
        access_token="fake-access-token-1",
        api_url="https://webex.invalid",
        environment={"HTTPS_PROXY": value},
        invocation=True,
    )
    assert result["error"]["type"] == "proxy"
    text = json.dumps(result)
    assert [secret for secret in ("SECRET", *SECRETS) if secret in text] == []


def test_an_empty_variable_is_unset(client, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "")
    assert failure(client).reason == "Host name not found"


# --- malformed api_url -----------------------------------------------------------------------------------------------

ADDRESSES = [
    "https:/u:SECRET@h",
    "https:u:SECRET@h",
    "https://u:SECRET@h/v1",
    "https://SECRET@h/v1",
    "u:SECRET@h/v1",
    "https://h/v1?access_token=SECRET",
    "https://h/v1#SECRET",
    "https://u:SECRET",
    "https://u:SECRET/v1",
    "https:///u:SECRET",
    "https://h\\SECRET/v1",
    "https://h\\@SECRET/v1",
    "https://h/\tSECRET",
    "https://h/\nSECRET",
    "https://h/\x1b]0;SECRET\x07",
    "https://h/ SECRET",
    "https://[SECRET/v1",
    "SECRET",
    "//u:SECRET@h/v1",
    "ftp://h/SECRET",
    "http://u:SECRET@127.0.0.1/v1",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_malformed_api_url_is_refused_and_not_shown(run_module, monkeypatch, address):
    monkeypatch.setattr(_http, "Transport", None)
    monkeypatch.setattr(socket, "create_connection", None)
    result = run_module(main, access_token="fake-access-token-1", api_url=address, invocation=True)
    assert result["error"]["type"] == "invalid_option"
    assert result["error"]["message"].startswith("api_url ")
    assert result["invocation"]["module_args"]["api_url"] == "********"
    assert DEFAULT_API_URL in result["msg"] or "Use https" in result["msg"]
    assert "SECRET" not in json.dumps(result)


@pytest.mark.parametrize("address", ["https://webex.invalid/v1", "https://127.0.0.1:1/v1"])
def test_a_valid_api_url_is_shown(run_module, address):
    result = run_module(main, access_token="fake-access-token-1", api_url=address, invocation=True)
    assert result["invocation"]["module_args"]["api_url"] == address
