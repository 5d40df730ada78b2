# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which certificates are trusted, over real TLS, and compared with the module ansible.builtin.uri."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import subprocess
import sys
import threading
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError

import pytest
import requests.certs
from ansible.module_utils import urls
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ansible_collections.webex.calling.plugins.module_utils import _error_hints as hints
from ansible_collections.webex.calling.plugins.module_utils import _http, _tls
from ansible_collections.webex.calling.plugins.module_utils._errors import ConnectionFailedError, OptionError
from ansible_collections.webex.calling.plugins.modules.virtual_line_info import main

STRICT = sys.version_info >= (3, 13)


def hashed_folder(folder: Path, certificate: str) -> str:
    """Return a folder like one that C(openssl rehash) makes."""
    folder.mkdir()
    (folder / "authority.pem").write_bytes(Path(certificate).read_bytes())
    command = ["openssl", "x509", "-noout", "-subject_hash", "-in", certificate]
    digest = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    (folder / f"{digest}.0").symlink_to("authority.pem")
    return str(folder)


def uri_succeeds(url: str) -> bool:
    """Return whether the module ansible.builtin.uri trusts the certificate."""
    try:
        return urls.open_url(f"{url}/path", timeout=5).status == 200
    except URLError:
        return False


# --- trust -------------------------------------------------------------------------------------------------------


def test_an_unknown_authority_is_not_trusted(https_url, client_of, webex):
    with pytest.raises(ConnectionFailedError) as caught:
        client_of(https_url).get("path")
    assert not uri_succeeds(https_url)
    error = caught.value
    assert (error.error_type, error.reason, error.hint) == ("tls", "TLS certificate not trusted", hints.CERTIFICATE)
    assert webex.asked == []


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_the_store_of_the_system_is_trusted(https_url, client_of, certificate, monkeypatch, tmp_path, variable):
    folder = hashed_folder(tmp_path / "folder", certificate.ca_path)
    monkeypatch.setenv(variable, folder if variable == "SSL_CERT_DIR" else certificate.ca_path)
    assert uri_succeeds(https_url)
    assert client_of(https_url).get("path").content == {}


@pytest.mark.parametrize("option", ["ca_path", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("as_folder", [False, True], ids=["file", "folder"])
def test_further_authorities_are_trusted(https_url, client_of, certificate, monkeypatch, tmp_path, option, as_folder):
    path = hashed_folder(tmp_path / "folder", certificate.ca_path) if as_folder else certificate.ca_path
    if option == "ca_path":
        client = client_of(https_url, ca_path=path)
    else:
        monkeypatch.setenv(option, path)
        client = client_of(https_url)
    assert client.get("path").content == {}


@pytest.mark.parametrize("option", ["ca_path", "REQUESTS_CA_BUNDLE"])
@pytest.mark.parametrize("as_folder", [False, True], ids=["file", "folder"])
def test_further_authorities_do_not_replace_those_of_the_system(
    https_url, client_of, certificate, other_authority, monkeypatch, tmp_path, option, as_folder
):
    monkeypatch.setenv("SSL_CERT_FILE", certificate.ca_path)
    path = hashed_folder(tmp_path / "folder", other_authority) if as_folder else other_authority
    if option == "ca_path":
        client = client_of(https_url, ca_path=path)
    else:
        monkeypatch.setenv(option, path)
        client = client_of(https_url)
    assert client.get("path").content == {}


def test_all_sources_are_trusted_together(https_url, client_of, certificate, other_authority, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificate.ca_path)
    assert client_of(https_url, ca_path=other_authority).get("path").content == {}


@pytest.fixture
def empty_system_store(monkeypatch, tmp_path):
    """A host without any certificate authorities."""
    paths = ssl.get_default_verify_paths()._replace(cafile=None, capath=str(tmp_path))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", lambda self, purpose=None: None)
    # A list of ansible-core 2.16 and older has three items.
    found = tuple(type(item)() for item in urls.get_ca_certs())
    monkeypatch.setattr(urls, "get_ca_certs", lambda *args, **kwargs: found)


def test_an_empty_system_store_falls_back_to_certifi(
    https_url, client_of, certificate, monkeypatch, empty_system_store
):
    assert requests.certs.where() == _http.where()
    monkeypatch.setattr(_http, "where", lambda: certificate.ca_path)
    assert client_of(https_url).get("path").content == {}


def test_a_system_store_with_authorities_needs_no_certifi(
    https_url, client_of, certificate, other_authority, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", other_authority)
    monkeypatch.setattr(_http, "where", lambda: certificate.ca_path)
    with pytest.raises(ConnectionFailedError, match="TLS certificate not trusted"):
        client_of(https_url).get("path")


@pytest.mark.parametrize(
    "options", [{}, {"ca_path": "/nowhere"}, {"ca_path": __file__}], ids=["none", "nonexistent", "no certificate"]
)
def test_validate_certs_false_has_precedence(https_url, run_module, webex, monkeypatch, recwarn, options):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    webex.will(webex.answer(body={"virtualLines": [{"id": "line-1"}]}))
    result = run_module(main, access_token="fake-access-token-1", api_url=https_url, validate_certs=False, **options)
    assert [line["id"] for line in result["virtual_lines"]] == ["line-1"]
    assert result["warnings"] == [hints.CERTIFICATES_NOT_VALIDATED]
    assert [str(warning.message) for warning in recwarn] == []


def test_an_inventory_warns_once(https_url, webex, monkeypatch, recwarn, tmp_path):
    pytest.importorskip("jinja2")
    from ansible.inventory.data import InventoryData
    from ansible.parsing.dataloader import DataLoader
    from ansible.plugins.loader import inventory_loader

    path = tmp_path / "lines.webex.yml"
    path.write_text(
        "plugin: webex.calling.virtual_lines\naccess_token: fake-access-token-1\nvalidate_certs: false\n"
        f"ca_path: /nowhere\ncall_recording: true\napi_url: {https_url}\n"
    )
    lines = [{"id": f"line-{number}"} for number in range(3)]
    webex.will(
        webex.answer(body={"virtualLines": lines}),
        webex.answer(body={"virtualLines": lines}),
        webex.answer(body={"enabled": False, "record": "Never"}),
    )
    plugin = inventory_loader.get("webex.calling.virtual_lines")
    warnings = []
    monkeypatch.setattr(plugin.display, "warning", lambda text, **_: warnings.append(text))
    plugin.parse(InventoryData(), DataLoader(), str(path))
    # The list, what follows the list, and the settings of three lines.
    assert len(webex.asked) == 5
    assert warnings == [hints.CERTIFICATES_NOT_VALIDATED]
    assert [str(warning.message) for warning in recwarn if "Unverified" in str(warning.message)] == []


def test_validated_certificates_cause_no_warning(https_url, run_module, webex, certificate):
    webex.will(webex.answer(body={"virtualLines": [{"id": "line-1"}]}))
    result = run_module(main, access_token="fake-access-token-1", api_url=https_url, ca_path=certificate.ca_path)
    assert [line["id"] for line in result["virtual_lines"]] == ["line-1"]
    assert not result.get("warnings")


def test_one_context_for_all_connections(https_url, client_of, certificate, webex, monkeypatch):
    contexts = []
    make_context = urls.make_context
    monkeypatch.setattr(
        urls, "make_context", lambda **options: contexts.append(make_context(**options)) or contexts[-1]
    )
    client = client_of(https_url, ca_path=certificate.ca_path, concurrency=10)
    together = threading.Barrier(10)

    def wait_for_all(handler):
        together.wait(5)
        handler.send_response(200)
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.write(b"{}")

    webex.will(wait_for_all)
    threads = [threading.Thread(target=client.get, args=["path"]) for _each in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (webex.connections, len(webex.asked), len(contexts)) == (10, 10, 1)


# --- unusable files --------------------------------------------------------------------------------------------------


def unusable(kind: str, folder: Path, certificate) -> str:
    path = folder / kind.replace(" ", "-")
    text = Path(certificate.ca_path).read_text()
    if kind == "empty":
        path.touch()
    elif kind == "DER":
        path.write_bytes(ssl.PEM_cert_to_DER_cert(text))
    elif kind == "UTF-16":
        path.write_text(text, encoding="utf-16")
    elif kind == "private key":
        key = Path(certificate.server_path).read_text()
        path.write_text(key[: key.index("-----BEGIN CERTIFICATE")])
    elif kind == "truncated":
        path.write_text(text[: len(text) // 2])
    elif kind in ("empty folder", "folder without hashed names"):
        path.mkdir()
        if kind != "empty folder":
            (path / "authority.pem").write_text(text)
    return str(path)


UNUSABLE = {
    "empty": "which contains no certificate in PEM format",
    "DER": "which contains no certificate in PEM format",
    "UTF-16": "which contains no certificate in PEM format",
    "private key": "which contains no certificate in PEM format",
    "truncated": "which contains no certificate in PEM format",
    "empty folder": "a directory without hashed certificates",
    "folder without hashed names": "a directory without hashed certificates",
    "nonexistent": "which does not exist",
}


@pytest.mark.parametrize("name", ["ca_path", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("kind", UNUSABLE)
def test_an_unusable_file_is_blamed(https_url, client_of, webex, certificate, monkeypatch, tmp_path, name, kind):
    path = unusable(kind, tmp_path, certificate)
    options = {"ca_path": path} if name == "ca_path" else {}
    if not options:
        monkeypatch.setenv(name, path)
    with pytest.raises(OptionError) as caught:
        client_of(https_url, **options)
    prefix = "" if options else "the environment variable "
    assert caught.value.message == f"{prefix}{name} is {path}, {UNUSABLE[kind]}"
    assert caught.value.hint
    assert webex.connections == 0


@pytest.mark.parametrize("name", ["ca_path", "REQUESTS_CA_BUNDLE"])
@pytest.mark.parametrize("as_folder", [False, True], ids=["file", "folder"])
def test_an_unreadable_file_is_blamed(https_url, client_of, webex, certificate, monkeypatch, tmp_path, name, as_folder):
    path = str(tmp_path) if as_folder else certificate.ca_path

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    # Permissions are no obstacle for root.
    load = ssl.SSLContext.load_verify_locations
    monkeypatch.setattr(
        ssl.SSLContext,
        "load_verify_locations",
        lambda self, **options: refuse() if options.get("cafile") == path else load(self, **options),
    )
    listdir = _tls.os.listdir
    monkeypatch.setattr(_tls.os, "listdir", lambda folder: refuse() if folder == path else listdir(folder))
    if name != "ca_path":
        monkeypatch.setenv(name, path)
    with pytest.raises(OptionError) as caught:
        client_of(https_url, **({"ca_path": path} if name == "ca_path" else {}))
    assert caught.value.message.endswith(f"{name} is {path}, which cannot be read: Permission denied")
    assert webex.connections == 0


def test_an_empty_ca_path_is_an_error(https_url, client_of):
    with pytest.raises(OptionError, match="ca_path is empty"):
        client_of(https_url, ca_path="")


def test_an_empty_variable_is_unset(https_url, client_of, certificate, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "")
    monkeypatch.setenv("CURL_CA_BUNDLE", certificate.ca_path)
    assert client_of(https_url).get("path").content == {}


def test_a_module_blames_ca_path(https_url, run_module, webex, tmp_path):
    result = run_module(main, access_token="fake-access-token-1", api_url=https_url, ca_path=str(tmp_path))
    assert result["error"]["type"] == "invalid_option"
    assert result["error"]["message"] == f"ca_path is {tmp_path}, a directory without hashed certificates"
    assert webex.connections == 0


# --- unusable certificates ---------------------------------------------------------------------------------------


class Files(NamedTuple):
    ca_path: str
    server_path: str

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server_path)
        return context


def key_usage(**usages: bool) -> x509.KeyUsage:
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
        "encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: usages.get(name, False) for name in names.split()})


def issue(folder: Path, *, ca: dict, server: dict, expired: bool = False, subject: str | None = "server") -> Files:
    """Write certificates of an authority and a server.

    :param ca: extensions of the authority: criticality, or None to omit the extension, by its name.
    """
    now = datetime.datetime.now(datetime.timezone.utc)
    ends = now + datetime.timedelta(days=-1 if expired else 1)
    ca_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _each in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)] if subject else [])

    def build(name, key, extensions):
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=2))
            .not_valid_after(ends)
        )
        for extension, critical in extensions:
            if critical is not None:
                builder = builder.add_extension(extension, critical)
        return builder.sign(ca_key, hashes.SHA256())

    authority = build(
        issuer,
        ca_key,
        [
            (x509.BasicConstraints(ca=ca.get("is_ca", True), path_length=None), ca.get("constraints", True)),
            (key_usage(key_cert_sign=True), ca.get("key_usage", True)),
            (x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), ca.get("ski", False)),
        ],
    )
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(server.get("address", "127.0.0.1")))])
    leaf = build(
        named,
        server_key,
        [
            (address, server.get("san", False)),
            (x509.BasicConstraints(ca=False, path_length=None), server.get("constraints", True)),
            (
                key_usage(digital_signature=True, key_cert_sign=server.get("signs", False)),
                server.get("key_usage", True),
            ),
            (x509.SubjectKeyIdentifier.from_public_key(server_key.public_key()), server.get("ski", False)),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), server.get("aki", False)),
        ],
    )
    pem = serialization.Encoding.PEM
    ca_path, server_path = folder / "ca.pem", folder / "server.pem"
    ca_path.write_bytes(authority.public_bytes(pem))
    private = server_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    server_path.write_bytes(private + leaf.public_bytes(pem))
    return Files(str(ca_path), str(server_path))


@pytest.fixture(scope="module")
def other_authority(tmp_path_factory) -> str:
    """File of an authority that has not issued the certificate of the server."""
    return issue(tmp_path_factory.mktemp("other"), ca={}, server={}).ca_path


def test_the_certificates_of_these_tests_are_trusted(serve_tls, client_of, tmp_path):
    files = issue(tmp_path, ca={}, server={})
    assert client_of(serve_tls(files), ca_path=files.ca_path).get("path").content == {}


INCOMPLETE = {
    "CA without key usage": {"ca": {"key_usage": None}},
    "CA without basic constraints": {"ca": {"constraints": None}},
    "CA with uncritical basic constraints": {"ca": {"constraints": False}},
    "CA without subject key identifier": {"ca": {"ski": None}},
    "server without authority key identifier": {"server": {"aki": None}},
    "server that may sign": {"server": {"signs": True}},
    "server without subject": {"subject": None},
    "CA and server without anything": {
        "ca": {"key_usage": None, "ski": None},
        "server": {"key_usage": None, "ski": None, "aki": None, "constraints": None},
    },
}


@pytest.mark.parametrize("case", INCOMPLETE)
def test_incomplete_certificates(serve_tls, client_of, tmp_path, case):
    files = issue(tmp_path, **{"ca": {}, "server": {}, **INCOMPLETE[case]})
    client = client_of(serve_tls(files), ca_path=files.ca_path)
    if not STRICT:
        assert client.get("path").content == {}
        return
    with pytest.raises(ConnectionFailedError) as caught:
        client.get("path")
    assert (caught.value.error_type, caught.value.hint) == ("tls", hints.STRICT_CERTIFICATE)


@pytest.mark.parametrize(
    ("certificates", "hint"),
    [
        ({"expired": True}, hints.CERTIFICATE_EXPIRED),
        ({"server": {"address": "192.0.2.1"}}, hints.CERTIFICATE_OF_OTHER_HOST),
        ({"ca": {"is_ca": False}}, hints.STRICT_CERTIFICATE if STRICT else hints.CERTIFICATE),
    ],
    ids=["expired", "other host", "issuer is no CA"],
)
def test_hints_for_certificates(serve_tls, client_of, tmp_path, certificates, hint):
    files = issue(tmp_path, **{"ca": {}, "server": {}, **certificates})
    with pytest.raises(ConnectionFailedError) as caught:
        client_of(serve_tls(files), ca_path=files.ca_path).get("path")
    assert (caught.value.error_type, caught.value.reason) == ("tls", "TLS certificate not trusted")
    assert caught.value.hint == hint
