# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of the hostile faults of the simulator: slow, oversized, invalid, and reflecting responses."""

from __future__ import annotations

import base64
import http.client
import io
import json
import re
import socket
import ssl
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from simulator.process import Simulator, SimulatorError

ADMIN_TOKEN = "simulated-full-admin-token"
DEFAULT = yaml.safe_load(
    (Path(__file__).resolve().parent.parent / "simulator" / "default.yml").read_text(encoding="utf-8")
)
LINE = DEFAULT["organizations"][0]["virtual_lines"][0]
SETTINGS = LINE["callRecording"]
REGULAR_BODY = json.dumps(SETTINGS, separators=(",", ":")).encode()
HOSTILE = "\x1b[31mred\x07 \u202egnp.exe\r\nforged\u2028line\x9b31m"
HALF = "half \ud83d"


def _connect(simulator: Simulator, *, https: bool = False) -> socket.socket:
    url = simulator.https_api_url if https else simulator.api_url
    assert url
    host, port = url.partition("://")[2].removesuffix("/v1").split(":")
    connection = socket.create_connection((host, int(port)), timeout=10)
    if https:
        return ssl.create_default_context(cafile=simulator.ca_path).wrap_socket(connection, server_hostname=host)
    return connection


def _head(simulator: Simulator, method: str = "GET", *more: str) -> bytes:
    path = simulator.call_recording_url(LINE["id"]).removeprefix(simulator.api_url)
    lines = [f"{method} /v1{path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {ADMIN_TOKEN}", *more]
    return "\r\n".join([*lines, "", ""]).encode()


def _ask(simulator: Simulator, *, https: bool = False) -> socket.socket:
    connection = _connect(simulator, https=https)
    connection.sendall(_head(simulator))
    return connection


def _pieces(connection: socket.socket) -> list[bytes]:
    with connection:
        return list(iter(lambda: connection.recv(65536), b""))


def _receive(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    assert received, "The connection has ended."
    return received


class _Received:
    """Bytes in place of a socket, for http.client."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def makefile(self, mode: str) -> Any:

        return io.BytesIO(self._content)


def _parse(content: bytes) -> tuple[http.client.HTTPResponse, bytes]:
    response = http.client.HTTPResponse(_Received(content))  # type: ignore[arg-type]
    response.begin()
    return response, response.read()


def _get(simulator: Simulator, line_id: str = LINE["id"], **more: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {more.pop('token', ADMIN_TOKEN)}", **more.pop("headers", {})}
    with requests.Session() as session:
        session.trust_env = False
        return session.get(simulator.call_recording_url(line_id), headers=headers, timeout=10, **more)


def _list(simulator: Simulator, **more: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
    url = f"{simulator.api_url}/telephony/config/virtualLines"
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, headers=headers, timeout=10, **more)


def _wait_for_end(simulator: Simulator) -> dict[str, Any]:
    """Return the only request of the log when it has ended."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        [entry] = simulator.requests()
        if entry["seconds"] is not None:
            return entry
        time.sleep(0.02)
    raise AssertionError("The request is still active.")


# --- slow ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "first", "slow"),
    [
        ("status_line", b"H", len("HTTP/1.1 200 OK\r\n") + 20),
        ("headers", b"HTTP/1.1 200 OK\r\nX", 100),
        ("body", b"close\r\n", len(REGULAR_BODY) + 20),
        ("chunks", b"chunked\r\nconnection: close\r\n\r\n1\r\n{\r\n", len(REGULAR_BODY) + 20),
        ("trailers", b"0\r\nX", len("X-Padding: \r\n") + 20),
    ],
)
@pytest.mark.parametrize("https", [False, True])
def test_part_arrives_slowly(simulator: Simulator, part: str, first: bytes, slow: int, https: bool) -> None:
    simulator.add_fault(action="drip", part=part, interval=0.002, padding=20, times=1)
    began = time.monotonic()
    pieces = _pieces(_ask(simulator, https=https))
    assert time.monotonic() - began > slow * 0.002
    # Pieces arrive together on a busy machine.
    assert len(pieces) > 5
    content = b"".join(pieces)
    response, body = _parse(content)
    assert response.status == 200
    assert json.loads(body) == SETTINGS
    assert first in content
    assert simulator.requests()[0]["status"] == 200
    assert _get(simulator).json() == SETTINGS


def test_only_the_part_is_slow(simulator: Simulator) -> None:
    simulator.add_fault(action="drip", part="body", interval=3600, times=1)
    received = b""
    with _ask(simulator) as connection:
        while not received.endswith(b"\r\n\r\n{"):
            received += _receive(connection)
    head, _blank, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"content-length: %d" % len(REGULAR_BODY) in head
    assert body == b"{"


def test_interim_responses_have_no_end(simulator: Simulator) -> None:
    simulator.add_fault(action="drip", part="continue", interval=0.01)
    received = b""
    with _ask(simulator) as connection:
        while len(received) < 500:
            received += _receive(connection)
    interim = b"HTTP/1.1 100 Continue\r\n\r\n"
    assert (interim * 100).startswith(received)
    assert _wait_for_end(simulator)["fault"] is not None


@pytest.mark.parametrize("part", ["status_line", "continue", "headers", "body", "chunks", "trailers"])
@pytest.mark.parametrize("fault", [{"action": "drip", "interval": 3600}, {"action": "flood"}], ids=["drip", "flood"])
def test_client_can_abort(simulator: Simulator, part: str, fault: dict[str, Any]) -> None:
    simulator.add_fault(part=part, **fault)
    with _ask(simulator) as connection:
        assert connection.recv(1)
    entry = _wait_for_end(simulator)
    assert entry["seconds"] < 10
    assert "Traceback" not in simulator.output


@pytest.mark.parametrize("fault", [{"action": "drip", "interval": 3600}, {"action": "flood"}], ids=["drip", "flood"])
@pytest.mark.parametrize("https", [False, True])
def test_simulator_stops_in_the_middle_of_a_response(fault: dict[str, Any], https: bool) -> None:
    with Simulator("--https-port", "0") as simulator:
        simulator.add_fault(part="body", **fault)
        with _ask(simulator, https=https) as connection:
            assert connection.recv(1)
            began = time.monotonic()
            assert simulator.stop() == 0
            assert time.monotonic() - began < 5
        # uvicorn reports tasks that it has to cancel.
        assert "Traceback" not in simulator.output
        assert "graceful" not in simulator.output


def test_other_requests_are_served_at_the_same_time(simulator: Simulator) -> None:
    simulator.add_fault(action="flood", part="body", times=1)
    simulator.add_fault(action="drip", part="headers", interval=3600, times=1)
    with _ask(simulator) as flood, _ask(simulator) as drip:
        assert flood.recv(1)
        assert drip.recv(1)
        assert _get(simulator).elapsed.total_seconds() < 5


def test_error_can_arrive_slowly(simulator: Simulator) -> None:
    simulator.add_fault(action="drip", part="chunks", interval=0, status=502, shape="e", times=1)
    response = _get(simulator)
    assert (response.status_code, response.json()["code"]) == (502, 1006)
    assert response.headers["Transfer-Encoding"] == "chunked"


# --- oversized ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["status_line", "continue", "headers", "body", "chunks", "trailers"])
def test_part_of_a_given_size(simulator: Simulator, part: str) -> None:
    simulator.add_fault(action="flood", part=part, megabytes=2, times=1)
    content = b"".join(_pieces(_ask(simulator)))
    assert 2_000_000 < len(content) < 2_100_000
    if part == "body":
        response, body = _parse(content)
        assert response.getheader("Content-Length") == str(len(REGULAR_BODY) + 2_000_000)
        assert json.loads(body) == SETTINGS
    elif part in ("chunks", "trailers"):
        assert b"content-length" not in content
        assert content.endswith(b"0\r\n\r\n" if part == "chunks" else b"x\r\n\r\n")
    else:
        assert content.endswith(REGULAR_BODY)
    assert simulator.requests()[0]["status"] == 200


@pytest.mark.parametrize("part", ["status_line", "continue", "headers", "body", "chunks", "trailers"])
def test_part_without_end(simulator: Simulator, part: str) -> None:
    simulator.add_fault(action="flood", part=part)
    received = 0
    with _ask(simulator) as connection:
        while received < 10_000_000:
            received += len(_receive(connection))
    _wait_for_end(simulator)


def test_headers_without_end_are_header_lines(simulator: Simulator) -> None:
    simulator.add_fault(action="flood", part="headers")
    with pytest.raises(requests.exceptions.ConnectionError, match="got more than"):
        _get(simulator)


# --- encodings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "header", "bits"), [("gzip", "gzip", 31), ("deflate", "deflate", 15), ("raw-deflate", "deflate", -15)]
)
def test_encoding(simulator: Simulator, encoding: str, header: str, bits: int) -> None:
    simulator.add_fault(encoding=encoding, inflate_to=2)
    response = _get(simulator, stream=True, headers={"Accept-Encoding": "identity"})
    assert response.headers["Content-Encoding"] == header
    content = response.raw.read(decode_content=False)
    assert len(content) == int(response.headers["Content-Length"]) < 5000
    decoded = zlib.decompress(content, bits)
    assert decoded == REGULAR_BODY + b" " * 2_000_000
    assert _get(simulator).json() == SETTINGS


def test_unknown_encoding(simulator: Simulator) -> None:
    simulator.add_fault(encoding="rot13")
    response = _get(simulator)
    assert response.headers["Content-Encoding"] == "rot13"
    assert response.json() == SETTINGS


@pytest.mark.parametrize("damage", ["invalid", "truncated"])
def test_invalid_compressed_body(simulator: Simulator, damage: str) -> None:
    simulator.add_fault(status=200, body={"a": list(range(1000))}, encoding="gzip", damage=damage)
    response = _get(simulator, stream=True)
    content = response.raw.read(decode_content=False)
    assert len(content) == int(response.headers["Content-Length"])
    inflate = zlib.decompressobj(31)
    if damage == "invalid":
        with pytest.raises(zlib.error):
            inflate.decompress(content)
    else:
        assert inflate.decompress(content).startswith(b'{"a":[0,1,2')
        assert not inflate.eof


def test_small_body_that_inflates_to_800_mb() -> None:
    with Simulator() as simulator:
        simulator.add_fault(encoding="gzip", inflate_to=800)
        content = _get(simulator, stream=True).raw.read(decode_content=False)
        began = time.monotonic()
        assert _get(simulator, stream=True).raw.read(decode_content=False) == content
        # The compressed body is kept.
        assert time.monotonic() - began < 5
        status = Path(f"/proc/{simulator.pid}/status")
        if status.exists():
            [peak] = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")]
            assert int(peak) < 200_000
    assert len(content) < 900_000
    inflate, size = zlib.decompressobj(31), 0
    while not inflate.eof:
        inflated = inflate.decompress(content, 10_000_000)
        assert inflated or inflate.eof
        size += len(inflated)
        content = inflate.unconsumed_tail
    assert size == len(REGULAR_BODY) + 800_000_000


# --- texts --------------------------------------------------------------------------------------------------


def test_half_a_surrogate_pair(simulator: Simulator) -> None:
    simulator.add_fault(status=200, body={"record": HALF, HALF: 1}, times=1)
    response = _get(simulator)
    assert response.content == rb'{"record":"half \ud83d","half \ud83d":1}'
    assert response.json() == {"record": HALF, HALF: 1}
    simulator.add_fault(status=400, message=HALF, times=1)
    assert _get(simulator).json()["errors"] == [{"description": HALF}]
    simulator.add_fault(status=200, text=f'{{"record":"{HALF}"}}', times=1)
    assert _get(simulator).content == b'{"record":"half \xed\xa0\xbd"}'
    assert simulator.control("GET", "faults")[1]["fault"]["message"] == HALF


def test_any_bytes(simulator: Simulator) -> None:
    content = b'{"record":"\xff\xfe\x00"}'
    simulator.add_fault(status=200, base64=base64.b64encode(content).decode())
    assert _get(simulator).content == content


@pytest.mark.parametrize("text", [HOSTILE, HALF], ids=["control characters", "half a pair"])
def test_hostile_texts_of_a_line(simulator: Simulator, text: str) -> None:
    simulator.change_identity(LINE["id"], {"lastName": text, text: text, "location": {"id": "x", "name": text}})
    simulator.change_line(LINE["id"], {"record": text, text: [text]})
    [listed] = _list(simulator, params={"id": LINE["id"]}).json()["virtualLines"]
    assert (listed["lastName"], listed[text], listed["location"]["name"]) == (text, text, text)
    assert listed["firstName"] == LINE["firstName"]
    assert _get(simulator).json() == {**SETTINGS, "record": text, text: [text]}
    assert simulator.line(LINE["id"])["lastName"] == text
    assert simulator.line(LINE["id"])["callRecording"]["record"] == text
    with pytest.raises(SimulatorError, match="id of a line cannot be changed"):
        simulator.change_identity(LINE["id"], {"id": "other"})
    simulator.reset()
    assert _list(simulator, params={"id": LINE["id"]}).json()["virtualLines"][0]["lastName"] == LINE["lastName"]


def test_hostile_texts_in_a_state_file(tmp_path: Path) -> None:
    line = {"id": f"id {HOSTILE}", "lastName": HOSTILE, "callRecording": {"record": HOSTILE, HOSTILE: HOSTILE}}
    state = {
        "organizations": [{"id": "o", "name": "O", "virtual_lines": [line]}],
        "tokens": [
            {
                "name": "mine",
                "token": ADMIN_TOKEN,
                "organization": "o",
                "scopes": ["spark-admin:telephony_config_read"],
            }
        ],
    }
    file = tmp_path / "state.yml"
    # YAML includes JSON, and PyYAML reads its escapes.
    file.write_text(json.dumps(state), encoding="utf-8")
    with Simulator("--state", str(file)) as simulator:
        [listed] = _list(simulator).json()["virtualLines"]
        assert listed == {"id": line["id"], "lastName": HOSTILE}
        assert _get(simulator, line["id"]).json() == line["callRecording"]


def test_log_file_with_half_a_surrogate_pair(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with Simulator("--log-file", str(log)) as simulator:
        url = simulator.call_recording_url(LINE["id"])
        response = requests.put(
            url, data=json.dumps({HALF: HALF}), timeout=10,
            headers={"Authorization": f"Bearer {ADMIN_TOKEN}", "Content-Type": "application/json"},
        )  # fmt: skip
        assert response.status_code == 204
        assert simulator.requests()[0]["body"] == {HALF: HALF}
    assert json.loads(log.read_text(encoding="utf-8"))["body"] == {HALF: HALF}


@pytest.mark.parametrize("shape", "abcdei")
def test_hostile_error_message(simulator: Simulator, shape: str) -> None:
    simulator.add_fault(status=400, shape=shape, message=HOSTILE)
    assert HOSTILE in _strings(_get(simulator).json())


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return [value] if isinstance(value, str) else []


def test_reason_phrase(simulator: Simulator) -> None:
    simulator.add_fault(reason="\x1b[31mFine", status=400, times=1)
    content = b"".join(_pieces(_ask(simulator)))
    assert content.startswith(b"HTTP/1.1 400 \x1b[31mFine\r\n")
    assert json.loads(content.partition(b"\r\n\r\n")[2])["message"]


# --- reflected secrets --------------------------------------------------------------------------------------


def test_access_token_is_reflected(simulator: Simulator) -> None:
    body = {"record": "is {token}", "{token}": [{"{token}": "{token}"}], "other": "{unknown}"}
    simulator.add_fault(status=200, body=body, headers={"Link": '<https://{token}.example/>; rel="next"'}, times=1)
    response = _get(simulator)
    assert response.json() == {
        "record": f"is {ADMIN_TOKEN}",
        ADMIN_TOKEN: [{ADMIN_TOKEN: ADMIN_TOKEN}],
        "other": "{unknown}",
    }
    assert response.links["next"]["url"] == f"https://{ADMIN_TOKEN}.example/"
    for fault in (
        {"status": 400, "message": "Not {token}"},
        {"status": 400, "shape": "i", "message": "Not {token}"},
        {"status": 502, "text": "<title>Not {token}</title>"},
        {"status": 200, "body": {"virtualLines": [{"id": "Not {token}"}, {"id": "Not {token}"}]}},
    ):
        simulator.add_fault(**fault, times=1)
        assert f"Not {ADMIN_TOKEN}" in _get(simulator).text
    assert ADMIN_TOKEN not in json.dumps(simulator.control("GET", "faults"))


def test_secrets_of_an_app_are_reflected(simulator: Simulator) -> None:
    simulator.add_fault(status=400, message="{client_secret} {refresh_token} {token}.", times=1)
    form = {
        "grant_type": "refresh_token",
        "client_id": "simulated-service-app",
        "client_secret": "simulated-service-app-secret",
        "refresh_token": "simulated-service-app-refresh-token",
    }
    response = requests.post(f"{simulator.api_url}/access_token", data=form, timeout=10)
    assert response.json()["message"] == "simulated-service-app-secret simulated-service-app-refresh-token ."
    # The fault has read the body, but the regular response needs it as well.
    simulator.add_fault(headers={"X-Secret": "{client_secret}"}, times=1)
    response = requests.post(f"{simulator.api_url}/access_token", data=form, timeout=10)
    assert response.headers["X-Secret"] == "simulated-service-app-secret"
    assert response.json()["token_type"] == "Bearer"


# --- next links ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link",
    [
        '<https://evil.example\\@{host}/v1/telephony/config/virtualLines>; rel="next"',
        '<https://evil.example\t@{host}/v1/telephony/config/virtualLines>; rel="next"',
        '<//evil.example\\@{host}/v1/telephony/config/virtualLines>; rel="next"',
        '<https://user@{host}/v1/telephony/config/virtualLines>; rel="next"',
        '<ftp://{host}/>; rel="next"',
        '<http://{host}1/>; rel="next"',
        '<http://[::1/>; rel="next"',
        "rel=" + " " * 60_000,
        "<" * 60_000,
    ],
)
def test_next_link(simulator: Simulator, link: str) -> None:
    simulator.add_fault(headers={"Link": link})
    host = simulator.api_url.removeprefix("http://").removesuffix("/v1")
    assert _list(simulator).headers["Link"].rstrip() == link.replace("{host}", host).rstrip()
    with _connect(simulator) as connection:
        connection.sendall(_head(simulator))
        received = b""
        while not received.endswith(b"}}"):
            received += _receive(connection)
    assert len(received) > len(link)


# --- errors -------------------------------------------------------------------------------------------------


def test_wrong_path_as_a_fault(simulator: Simulator) -> None:
    simulator.add_fault(status=404, shape="j", times=1)
    response = _get(simulator, "x")
    message = "No static resource hydra/v1/telephony/config/virtualLines/x/callRecording."
    tracking_id = response.headers["Trackingid"]
    assert tracking_id.startswith("ROUTERGW_")
    assert response.json() == {
        "message": message,
        "errors": [{"description": message}],
        "trackingId": tracking_id,
    }
    simulator.add_fault(status=404, message="The requested resource could not be found.", times=1)
    assert _get(simulator).json()["message"] == "The requested resource could not be found."


def test_error_message_shape(simulator: Simulator) -> None:
    simulator.add_fault(status=404, shape="i", message="Location x not found")
    response = _get(simulator)
    assert response.json() == {"errorMessage": "Location x not found"}
    assert response.headers["Trackingid"]


@pytest.mark.parametrize(
    ("status", "code", "shape", "text"),
    [
        (405, 25409, "b", "Invalid Professional Place: "),
        (400, 4003, "c", "[Error 4003] Unauthorized request"),
        (404, 5620, "c", "[Error 5620] "),
        (404, 4008, "c", "[Error 4008] "),
    ],
)
def test_error_codes(simulator: Simulator, status: int, code: int, shape: str, text: str) -> None:
    simulator.add_fault(status=status, code=code, shape=shape)
    response = _get(simulator)
    content = response.json()
    assert (response.status_code, content["errorCode"]) == (status, code)
    assert content["message"].startswith(text)
    if shape == "c":
        assert content["errors"] == [{"errorCode": code, "description": content["message"]}]
    else:
        assert response.headers["Cisco-Spark-Error-Codes"] == str(code)


def test_terms_of_service_without_address(simulator: Simulator) -> None:
    body = {"vendorId": "x", "vendorName": "Webex", "termsOfServiceUrl": ""}
    simulator.add_fault(status=409, body=body, method="GET")
    response = _get(simulator)
    assert (response.status_code, response.json()) == (409, body)


def test_tracking_id_is_repeated(simulator: Simulator) -> None:
    simulator.add_fault(status=500, tracking_id="repeated")
    response = _get(simulator, headers={"TrackingID": "MINE"})
    assert response.headers["Trackingid"] == "MINE, MINE"
    assert response.json()["trackingId"] == "MINE"


# --- the connection -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("https", [False, True])
def test_response_before_the_request_body(simulator: Simulator, https: bool) -> None:
    simulator.add_fault(status=413, action="early", method="PUT", times=1)
    with _connect(simulator, https=https) as connection:
        connection.sendall(_head(simulator, "PUT", "Content-Length: 100000000", "Content-Type: application/json"))
        response, body = _parse(b"".join(iter(lambda: connection.recv(65536), b"")))
    assert response.status == 413
    assert response.getheader("Connection") == "close"
    assert json.loads(body)["message"]
    assert _wait_for_end(simulator)["body"] is None


def test_body_that_nobody_reads_ends_in_an_error(simulator: Simulator) -> None:
    simulator.add_fault(status=413, action="early", method="PUT", times=1)
    with _connect(simulator) as connection:
        connection.sendall(_head(simulator, "PUT", "Content-Length: 100000000"))
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            connection.sendall(b" " * 100_000_000)


@pytest.mark.parametrize("action", ["close", "reset"])
def test_connection_ends_when_it_is_used_again(simulator: Simulator, action: str) -> None:
    simulator.add_fault(action=action, reused=True)
    client = http.client.HTTPConnection(simulator.api_url.removeprefix("http://").removesuffix("/v1"), timeout=10)
    path = simulator.call_recording_url(LINE["id"]).removeprefix(simulator.api_url)
    headers = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
    for _each in range(2):
        client.request("GET", f"/v1{path}", headers=headers)
        response = client.getresponse()
        assert response.status == 200
        assert not response.will_close
        response.read()
        # The connection is open until the request arrives.
        time.sleep(0.1)
        client.request("GET", f"/v1{path}", headers=headers)
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            client.getresponse()
        client.close()
    assert simulator.counts()["by_status"] == {"200": 2, "none": 2}
    assert simulator.counts()["connections"] == 2


def test_only_new_connections(simulator: Simulator) -> None:
    simulator.add_fault(status=503, reused=False)
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {ADMIN_TOKEN}"
        url = simulator.call_recording_url(LINE["id"])
        assert [session.get(url, timeout=10).status_code for _each in range(3)] == [503, 200, 200]


# --- documentation ------------------------------------------------------------------------------------------


def test_examples_of_the_documentation(simulator: Simulator) -> None:
    readme = (Path(__file__).resolve().parent.parent / "simulator" / "README.md").read_text(encoding="utf-8")
    examples = [line for block in re.findall(r"```json\n(.*?)```", readme, re.DOTALL) for line in block.splitlines()]
    assert len(examples) > 40
    for example in examples:
        simulator.add_fault(**json.loads(example))
