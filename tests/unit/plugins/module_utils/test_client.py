# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import email.utils
import json
import socket
import struct
import threading
import time

import pytest

from ansible_collections.webex.calling.plugins.module_utils import _errors as errors
from ansible_collections.webex.calling.plugins.module_utils import _rate_limit
from ansible_collections.webex.calling.plugins.module_utils._auth import RefreshTokenSource, StaticToken
from ansible_collections.webex.calling.plugins.module_utils._client import (
    WebexClient,
    path,
)
from ansible_collections.webex.calling.plugins.module_utils._http import Connection
from ansible_collections.webex.calling.plugins.module_utils._rate_limit import MAX_TRIES, RateLimiter
from ansible_collections.webex.calling.plugins.module_utils._version import VERSION

TOKEN = "fake-access-token"
APP = RefreshTokenSource("id", "fake-client-secret", "fake-refresh-token")


@pytest.fixture
def clock(monkeypatch):
    """A clock that waits move, so that tests of waits take no time."""

    class Clock:
        def __init__(self):
            self.now = 1000.0
            self.waits = []

        def monotonic(self):
            return self.now

        def sleep(self, seconds):
            if seconds > 0:
                self.waits.append(seconds)
                self.now += seconds

    clock = Clock()
    monkeypatch.setattr(_rate_limit, "time", clock)
    monkeypatch.setattr(RateLimiter, "sleep", lambda self, seconds: clock.sleep(seconds))
    return clock


@pytest.fixture
def client_of(webex):
    clients = []

    def make(tokens=None, **options):
        clients.append(WebexClient(Connection(**{"api_url": webex.url, **options}), tokens or StaticToken(TOKEN)))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


def reset(handler):
    """Close the connection the hard way."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def cut_short(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b'{"enabled": tr')
    handler.close_connection = True


def test_what_is_sent(webex, client_of):
    webex.will(webex.answer(body={"enabled": True}))
    client = client_of(org_id="org/1+2")
    assert client.get("some/path", max=5, id=["a", "b"]).content == {"enabled": True}
    (request,) = webex.asked
    assert request.path == "/v1/some/path?max=5&id=a&id=b&orgId=org%2F1%2B2"
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["User-Agent"].startswith(f"ansible-webex.calling/{VERSION} python-requests/")
    assert request.headers["TrackingID"].startswith("WEBEXCALLING_")
    assert request.headers["Accept"] == "application/json"


def test_org_id_only_when_given(webex, client_of):
    client_of().get("path")
    assert webex.asked[0].path == "/v1/path"


def test_connections_are_kept(webex, client_of):
    client = client_of()
    for _each in range(5):
        client.get("path")
    assert (len(webex.asked), webex.connections) == (5, 1)
    assert len({request.headers["TrackingID"] for request in webex.asked}) == 5


def test_netrc_signs_nothing(webex, client_of, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password fake-password\n")
    monkeypatch.setenv("NETRC", str(netrc))
    webex.will(webex.answer(body={"access_token": "made-access-token"}), webex.answer())
    client_of(RefreshTokenSource("id", "fake-client-secret", "fake-refresh-token")).get("path")
    exchange, request = webex.asked
    assert exchange.headers["Authorization"] is None
    assert request.headers["Authorization"] == "Bearer made-access-token"


def test_redirects_are_not_followed(webex, client_of):
    webex.will(webex.answer(302, Location=f"{webex.url}/elsewhere"))
    with pytest.raises(errors.ApiError) as caught:
        client_of().get("path")
    assert caught.value.status == 302
    assert len(webex.asked) == 1


def test_no_proxy_for_loopback(webex, client_of, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert client_of().get("path").content == {}


def test_proxy_from_the_environment(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://me:fake-password@127.0.0.1:9")
    client = WebexClient(Connection(api_url="https://webex.example/v1"), StaticToken(TOKEN))
    with pytest.raises(errors.ConnectionFailedError) as caught:
        client.get("path")
    assert caught.value.reason == "Proxy failed"
    assert "fake-password" not in str(caught.value)


def test_compression_is_not_requested(webex, client_of):
    client_of().get("path")
    assert webex.asked[0].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("status", [423, 429, 502, 503, 504])
def test_told_to_wait(webex, client_of, clock, status):
    webex.will(webex.answer(status, Retry_After="2"), webex.answer(body={"enabled": True}))
    assert client_of().get("path").content == {"enabled": True}
    assert clock.waits == [2]
    assert len(webex.asked) == 2
    assert webex.asked[0].headers["TrackingID"] == webex.asked[1].headers["TrackingID"]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 415, 428, 500])
def test_never_tried_again(webex, client_of, clock, status):
    webex.will(webex.answer(status, Retry_After="2"))
    with pytest.raises(errors.ApiError) as caught:
        client_of().get("path")
    assert (caught.value.status, caught.value.retry_after) == (status, 2)
    assert (len(webex.asked), clock.waits) == (1, [])


def test_retry_after_a_date(webex, client_of, clock, monkeypatch):
    webex.will(webex.answer(429, Retry_After=email.utils.formatdate(1_800_000_005, usegmt=True)), webex.answer())
    # A request after four seconds would be too early.
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.25)
    client_of().get("path")
    assert clock.waits == [5]


@pytest.mark.parametrize("value", [None, "rand(30),add(30)", "", "soon", "-", "1e3", "a" * 5000])
def test_retry_after_that_says_nothing(webex, client_of, clock, value):
    headers = {} if value is None else {"Retry_After": value}
    webex.will(*[webex.answer(429, **headers)] * 3, webex.answer())
    client_of().get("path")
    for wait, longest in zip(clock.waits, (1, 2, 4)):
        assert longest / 2 <= wait <= longest
    assert len(clock.waits) == 3


def test_retry_after_of_nothing_ends_too(webex, client_of, clock):
    webex.will(webex.answer(429, Retry_After="0"))
    with pytest.raises(errors.ApiError) as caught:
        client_of().get("path")
    assert len(webex.asked) == MAX_TRIES
    assert caught.value.hint.startswith(f"Gave up after {MAX_TRIES} tries in 0 s")


@pytest.mark.parametrize("retry_after", ["301", "9" * 400, "9" * 5000])
def test_retry_after_beyond_the_budget(webex, client_of, clock, retry_after):
    webex.will(webex.answer(429, Retry_After=retry_after))
    with pytest.raises(errors.ApiError) as caught:
        client_of().get("path")
    assert (len(webex.asked), clock.waits) == (1, [])
    assert "Gave up after 1 try in 0 s" in caught.value.hint
    assert f"Webex asks to wait {caught.value.retry_after} s more." in caught.value.hint


def test_budget_is_one_for_all_tries(webex, client_of, clock):
    webex.will(webex.answer(503, Retry_After="60"))
    with pytest.raises(errors.ApiError) as caught:
        client_of(retry_timeout=150).get("path")
    assert clock.waits == [60, 60]
    assert caught.value.hint.startswith(
        "Gave up after 3 tries in 120 s (retry_timeout is 150 s, the maximum is 10 tries"
    )


def test_an_outage_is_waited_for_once(webex, client_of, clock):
    client = client_of(retry_timeout=100)
    webex.will(webex.answer(503, Retry_After="60"))
    for _each in range(3):
        with pytest.raises(errors.ApiError):
            client.get("path")
    assert clock.waits == [60]
    webex.will(webex.answer(), webex.answer(503, Retry_After="60"), webex.answer())
    client.get("path")
    client.get("path")
    assert clock.waits == [60, 60]


def test_no_patience_at_all(webex, client_of, clock):
    webex.will(webex.answer(503))
    with pytest.raises(errors.ApiError):
        client_of(retry_timeout=0).get("path")
    assert (len(webex.asked), clock.waits) == (1, [])


@pytest.mark.parametrize("fault", [reset, cut_short])
def test_broken_connections_are_tried_again(webex, client_of, clock, fault):
    webex.will(fault, webex.answer(body={"enabled": True}))
    assert client_of().get("path").content == {"enabled": True}
    assert len(clock.waits) == 1


def test_broken_connections_end(webex, client_of, clock):
    webex.will(reset)
    with pytest.raises(errors.ConnectionFailedError) as caught:
        client_of(retry_timeout=2).get("path")
    assert caught.value.reason == "Connection broken"
    assert caught.value.tracking_id.startswith("WEBEXCALLING_")
    assert "Gave up after" in caught.value.hint


def test_no_answer_in_time(webex, client_of):
    release = threading.Event()
    webex.will(lambda handler: release.wait(10))
    with pytest.raises(errors.ConnectionFailedError) as caught:
        client_of(timeout=1, retry_timeout=0).get("path")
    release.set()
    assert (caught.value.reason, caught.value.message) == ("Timed out", "no response within 1 s")


def test_refused_connection_is_final_until_the_host_is_known(webex, client_of, clock):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/v1"
        client = client_of(api_url=url)
        with pytest.raises(errors.ConnectionFailedError) as caught:
            client.get("path")
        assert (caught.value.reason, caught.value.tracking_id, clock.waits) == ("Connection refused", None, [])
        client._host_responded = True
        with pytest.raises(errors.ConnectionFailedError):
            client.get("path")
        assert len(clock.waits) > 1


def test_unknown_host():
    client = WebexClient(Connection(api_url="https://nowhere.invalid/v1"), StaticToken(TOKEN))
    with pytest.raises(errors.ConnectionFailedError) as caught:
        client.get("path")
    assert caught.value.reason == "Host name not found"


def test_no_tls_there(webex):
    url = webex.url.replace("http:", "https:")
    with pytest.raises(errors.ConnectionFailedError) as caught:
        WebexClient(Connection(api_url=url), StaticToken(TOKEN)).get("path")
    assert caught.value.reason == "TLS failed"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>", "Not JSON"),
        (b"", "Not JSON"),
        (b"[" * 100_000, "Not JSON"),
        (b"[]", "Not a JSON object"),
        (b"null", "Not a JSON object"),
        (b'"text"', "Not a JSON object"),
    ],
)
def test_success_that_can_not_be_used(webex, client_of, body, reason):
    webex.will(webex.answer(body=body, Trackingid="T1"))
    with pytest.raises(errors.ApiError) as caught:
        client_of().get("path")
    assert (caught.value.status, caught.value.reason, caught.value.tracking_id) == (200, reason, "T1")


def test_tracking_id_sent_stands_in_for_the_one_not_received(webex, client_of):
    webex.will(webex.answer(404))
    with pytest.raises(errors.ApiError) as caught:
        client_of().get("path")
    assert caught.value.tracking_id == webex.asked[0].headers["TrackingID"]


def test_secrets_that_come_back_are_not_shown(webex, client_of):
    webex.will(webex.answer(400, {"message": f"What is {TOKEN}?"}, Trackingid=TOKEN))
    with pytest.raises(errors.ApiError) as caught:
        client_of().get("path")
    assert TOKEN not in str(caught.value) + str(caught.value.as_dict())


def test_a_given_token_that_is_refused(webex, client_of):
    webex.will(webex.answer(401))
    with pytest.raises(errors.AuthenticationError):
        client_of().get("path")
    assert len(webex.asked) == 1


def test_a_made_token_that_is_refused_is_renewed_once(webex, client_of):
    webex.will(
        webex.answer(body={"access_token": "made-access-token-1"}),
        webex.answer(401),
        webex.answer(body={"access_token": "made-access-token-2", "refresh_token": "rotated"}),
        webex.answer(body={"enabled": True}),
        webex.answer(401),
    )
    client = client_of(RefreshTokenSource("id", "fake-client-secret", "fake-refresh-token"))
    assert client.get("path").content == {"enabled": True}
    assert [request.headers["Authorization"] for request in webex.asked] == [
        None,
        "Bearer made-access-token-1",
        None,
        "Bearer made-access-token-2",
    ]
    assert webex.asked[0].path == "/v1/access_token"
    assert webex.asked[0].headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert webex.asked[0].sent == (
        "grant_type=refresh_token&client_id=id&client_secret=fake-client-secret&refresh_token=fake-refresh-token"
    )
    assert client.refresh_token_rotated
    with pytest.raises(errors.AuthenticationError):
        client.get("path")
    assert len(webex.asked) == 5


@pytest.mark.parametrize("status", [400, 401])
def test_app_that_is_refused(webex, client_of, status):
    webex.will(webex.answer(status, {"message": "fake-client-secret is wrong", "trackingId": "T1"}))
    with pytest.raises(errors.AuthenticationError) as caught:
        client_of(RefreshTokenSource("id", "fake-client-secret", "fake-refresh-token")).get("path")
    assert str(caught.value).startswith("Could not get an access token: HTTP")
    assert "fake-client-secret" not in str(caught.value)
    assert "refresh_token" in caught.value.hint
    assert len(webex.asked) == 1


def test_a_token_without_any_other_request(webex, client_of):
    webex.will(webex.answer(body={"access_token": "made-access-token"}))
    assert (
        client_of(RefreshTokenSource("id", "fake-client-secret", "fake-refresh-token")).new_access_token()
        == "made-access-token"
    )
    assert [request.path for request in webex.asked] == ["/v1/access_token"]


def test_all_wait_when_one_is_told_to(webex, client_of):
    """Nothing is sent while a pause lasts."""
    times = []
    refusal = webex.answer(429, Retry_After="1")

    def note(handler):
        now = time.monotonic()
        times.append(now)
        time.sleep(0.02)
        status, headers, body = refusal if now == (times[2:] or [None])[0] else webex.answer()
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    webex.will(note)
    client = client_of(concurrency=4)
    threads = [threading.Thread(target=lambda: [client.get("path") for _each in range(5)]) for _other in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == 21
    before = [moment for moment in times if moment - times[2] < 0.5]
    after = times[len(before) :]
    assert after[0] - times[2] > 0.98


CONTENT = {"record": "Always", "notification": {"type": None}, "someURLKey": ["ä", 1.5]}


@pytest.mark.parametrize(("status", "body"), [(204, b""), (200, b"{}"), (200, b'{"record": "Never"}')])
def test_what_is_put(webex, client_of, status, body):
    webex.will(webex.answer(status, body))
    client_of(org_id="org/1+2").put("some/path", CONTENT)
    (request,) = webex.asked
    assert (request.method, request.path) == ("PUT", "/v1/some/path?orgId=org%2F1%2B2")
    assert json.loads(request.sent) == CONTENT
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["TrackingID"].startswith("WEBEXCALLING_")


def test_what_is_put_without_an_organization(webex, client_of):
    webex.will(webex.answer(204, b""))
    client_of().put("path", {})
    assert (webex.asked[0].path, webex.asked[0].sent) == ("/v1/path", "{}")


def test_connections_are_kept_after_a_put(webex, client_of):
    webex.will(webex.answer(204, b""), webex.answer(204, b""), webex.answer(body={"enabled": True}))
    client = client_of()
    client.put("path", CONTENT)
    client.put("path", CONTENT)
    assert client.get("path").content == {"enabled": True}
    assert webex.connections == 1


@pytest.mark.parametrize("status", [423, 429, 502, 503, 504])
def test_a_put_is_told_to_wait(webex, client_of, clock, status):
    webex.will(webex.answer(status, Retry_After="2"), webex.answer(204, b""))
    client_of().put("path", CONTENT)
    assert clock.waits == [2]
    assert [(each.method, json.loads(each.sent)) for each in webex.asked] == [("PUT", CONTENT)] * 2


@pytest.mark.parametrize("fault", [reset, cut_short])
def test_a_put_whose_connection_breaks_is_tried_again(webex, client_of, clock, fault):
    webex.will(fault, webex.answer(204, b""))
    client_of().put("path", CONTENT)
    assert len(clock.waits) == 1
    assert [(each.method, json.loads(each.sent)) for each in webex.asked] == [("PUT", CONTENT)] * 2


@pytest.mark.parametrize("status", [302, 400, 403, 404, 405, 409, 410, 415, 428, 500])
def test_a_put_that_fails_is_never_tried_again(webex, client_of, clock, status):
    webex.will(webex.answer(status, {"message": f"What is {TOKEN}?", "trackingId": "T1"}))
    with pytest.raises(errors.ApiError) as caught:
        client_of().put("path", CONTENT)
    assert (caught.value.status, caught.value.tracking_id) == (status, "T1")
    assert TOKEN not in str(caught.value) + str(caught.value.as_dict())
    assert (len(webex.asked), clock.waits) == (1, [])


def test_a_put_ends_some_day(webex, client_of, clock):
    webex.will(webex.answer(503, Retry_After="60"))
    with pytest.raises(errors.ApiError) as caught:
        client_of(retry_timeout=100).put("path", CONTENT)
    assert clock.waits == [60]
    assert caught.value.hint.startswith("Gave up after 2 tries in 60 s")


def test_a_put_is_signed_anew_when_the_made_token_is_refused(webex, client_of):
    webex.will(
        webex.answer(body={"access_token": "made-access-token-1"}),
        webex.answer(401),
        webex.answer(body={"access_token": "made-access-token-2"}),
        webex.answer(204, b""),
    )
    client_of(APP).put("path", CONTENT)
    puts = [each for each in webex.asked if each.method == "PUT"]
    assert [each.headers["Authorization"] for each in puts] == [
        "Bearer made-access-token-1",
        "Bearer made-access-token-2",
    ]
    assert [json.loads(each.sent) for each in puts] == [CONTENT] * 2


def test_a_put_with_a_token_that_is_refused(webex, client_of):
    webex.will(webex.answer(401))
    with pytest.raises(errors.AuthenticationError):
        client_of().put("path", CONTENT)
    assert len(webex.asked) == 1


@pytest.mark.parametrize(("status", "body"), [(200, b""), (200, b"<html>"), (201, b"{}"), (202, b"[]"), (204, b"")])
def test_any_success_of_a_put_is_one(webex, client_of, status, body):
    webex.will(webex.answer(status, body))
    client_of().put("path", CONTENT)
    assert len(webex.asked) == 1


def test_nothing_at_all_is_no_success_of_reading(webex, client_of):
    webex.will(webex.answer(204, b""))
    with pytest.raises(errors.ApiError) as caught:
        client_of().get("path")
    assert caught.value.status == 204


def test_paths():
    assert path("a", "Y2lz/+= ä") == "a/Y2lz%2F%2B%3D%20%C3%A4"
    assert path("\udc80") == "%ED%B2%80"


@pytest.mark.parametrize("segment", ["", " ", ".", ".."])
def test_what_a_path_can_not_hold(segment):
    with pytest.raises(errors.OptionError):
        path("a", segment, "b")


@pytest.mark.parametrize(
    "url",
    [
        "https://webexapis.com/v1",
        "http://127.0.0.1:8080/v1",
        "http://[::1]:8080/v1",
        "http://localhost/v1",
        "https://x",
    ],
)
def test_addresses(url):
    assert Connection(api_url=f" {url}/ ").api_url == url


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://webexapis.com/v1", "api_url is an http address of webexapis.com, which is not encrypted"),
        ("http://127.0.0.1.example/v1", "api_url is an http address of 127.0.0.1.example, which is not encrypted"),
        ("ftp://webexapis.com", "api_url is not the address of an API"),
        ("webexapis.com/v1", "api_url is not the address of an API"),
        ("https://", "api_url is not the address of an API"),
        ("https://webexapis.com/v1?x=1", "api_url is not the address of an API"),
        ("https://me:pw@webexapis.com/v1", "api_url contains a user name or a password"),
        ("https://webexapis.com:port/v1", None),
        ("https://[::1/v1", None),
    ],
)
def test_addresses_that_do_not_do(url, message):
    with pytest.raises(errors.OptionError) as caught:
        Connection(api_url=url)
    assert caught.value.message == message or (
        message is None and caught.value.message == "api_url is not the address of an API"
    )


@pytest.mark.parametrize(
    "option",
    [
        {"org_id": ""},
        {"org_id": " "},
        {"timeout": 0},
        {"retry_timeout": -1},
        {"concurrency": 0},
        {"timeout": 10**10},
        {"concurrency": 100_000},
    ],
)
def test_connections_that_do_not_do(option):
    with pytest.raises(errors.OptionError) as caught:
        Connection(**option)
    assert next(iter(option)) in caught.value.message
