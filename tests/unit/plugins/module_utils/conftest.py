# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Webex with TLS, and clients for it."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Iterator
from typing import NamedTuple

import pytest

#: Name of the server in the certificate. No name server knows the name, so only a proxy leads to the server.
HOST = "webex.example"


class Certificate(NamedTuple):
    """Files of a server: the certificate of the authority, and the certificate with its key."""

    ca_path: str
    server_path: str

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server_path)
        return context


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """The certificate of C(https_webex), and its authority."""
    from ansible_collections.webex.calling.tests.simulator.certificate import make_certificate

    return Certificate(*map(str, make_certificate(HOST, tmp_path_factory.mktemp("tls"))))


@pytest.fixture(autouse=True)
def no_authorities_in_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the developer's own certificate authorities."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def serve_tls(webex):
    """A function that gives the server a certificate, and returns the address of its API."""

    def serve(certificate: Certificate, host: str = "127.0.0.1") -> str:
        context = certificate.server_context()
        # The handshake is left to the thread of each connection.
        webex.socket = context.wrap_socket(webex.socket, server_side=True, do_handshake_on_connect=False)
        return f"https://{host}:{webex.server_port}/v1"

    return serve


@pytest.fixture
def https_url(serve_tls, certificate) -> str:
    """Address of a Webex with TLS."""
    return serve_tls(certificate)


@pytest.fixture
def client_of():
    """A function that makes a client; all are closed at the end of the test."""
    from ansible_collections.webex.calling.plugins.module_utils._auth import StaticToken
    from ansible_collections.webex.calling.plugins.module_utils._client import WebexClient
    from ansible_collections.webex.calling.plugins.module_utils._http import Connection

    clients = []

    def make(api_url: str, **options) -> WebexClient:
        options = {"timeout": 5, "retry_timeout": 0, **options}
        clients.append(WebexClient(Connection(api_url=api_url, **options), StaticToken("fake-access-token-1")))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def same_modules_afterwards() -> Iterator[None]:
    """Restore the modules of the collection after a test that imports them anew.

    A package has its modules as attributes as well, which C(from package import module) uses.
    """
    prefix = "ansible_collections.webex.calling.plugins."
    before = {name: module for name, module in sys.modules.items() if name.startswith(prefix)}
    yield
    for name in [name for name in sys.modules if name.startswith(prefix)]:
        del sys.modules[name]
    sys.modules.update(before)
    for name, module in before.items():
        package, _dot, attribute = name.rpartition(".")
        if package in sys.modules:
            setattr(sys.modules[package], attribute, module)
