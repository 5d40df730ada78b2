# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses that are slow, large, invalid, or hostile, for reading, writing, lists, and token exchange."""

from __future__ import annotations

import json
import resource
import time

import pytest

from ansible_collections.webex.calling.plugins.modules.access_token import main as get_access_token
from ansible_collections.webex.calling.plugins.modules.virtual_line_call_recording import main as write
from ansible_collections.webex.calling.plugins.modules.virtual_line_call_recording_info import main as read
from ansible_collections.webex.calling.plugins.modules.virtual_line_info import main as list_lines
from ansible_collections.webex.calling.tests.unit.organization import (
    ADMIN_TOKEN,
    ALL_LINES,
    BOB_SMITH,
    HOTLINE,
    RECEPTION,
    SERVICE_APP,
    TRADING_DESK,
)

SETTINGS = {"path": "callRecording", "line_id": BOB_SMITH}
SLOW_PARTS = ["status_line", "continue", "headers", "body", "chunks", "trailers"]


@pytest.fixture
def read_two(run_module, simulator):
    """Read two lines, the first of which has a fault."""

    def run(**fault):
        simulator.add_fault(**SETTINGS, **fault, times=1)
        return run_module(read, virtual_line_id=[BOB_SMITH, TRADING_DESK], timeout=20, retry_timeout=0)

    return run


def first_error(result):
    """Return the error of the first line; the second line must have been read."""
    assert result["failed"] is True
    assert result["virtual_lines"][1]["call_recording"]["record"] == "Always"
    assert "call_recording" not in result["virtual_lines"][0]
    return result["virtual_lines"][0]["error"]


# --- bounded -------------------------------------------------------------------------------------------------


def test_slow_responses_time_out(run_module, simulator):
    for line, part in zip(ALL_LINES, SLOW_PARTS):
        simulator.add_fault(
            path="callRecording", line_id=line, action="drip", part=part, interval=0.2, padding=100, times=1
        )
    started = time.monotonic()
    result = run_module(read, virtual_line_id=[*ALL_LINES[: len(SLOW_PARTS)], RECEPTION], timeout=1, retry_timeout=0)
    assert time.monotonic() - started < 5
    *slow, fast = result["virtual_lines"]
    for line, part in zip(slow, SLOW_PARTS):
        error = line["error"]
        assert (part, error["type"], error["message"]) == (part, "timeout", "no complete response within 1 s")
        assert "longer one of the two" in error["hint"]
    assert fast["call_recording"]["record"] == "Never"


@pytest.mark.parametrize(
    ("main", "options", "path"),
    [
        (list_lines, {}, "virtualLines"),
        (write, {"virtual_line_id": BOB_SMITH, "settings": {"record": "Always"}}, "callRecording"),
        (get_access_token, SERVICE_APP, "access_token"),
    ],
)
def test_a_slow_response_times_out_everywhere(run_module, simulator, main, options, path):
    simulator.add_fault(path=path, action="drip", part="body", interval=0.2, padding=100)
    result = run_module(main, **options, timeout=1, retry_timeout=0)
    assert result["failed"] is True
    assert (result["error"]["type"], result["error"]["message"]) == ("timeout", "no complete response within 1 s")


def test_a_response_may_take_the_retry_timeout(run_module, simulator):
    simulator.add_fault(**SETTINGS, action="slow", seconds=1.5, times=1)
    assert not run_module(read, virtual_line_id=BOB_SMITH, timeout=1, retry_timeout=10).get("failed")


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "flood", "part": "headers"},
        {"action": "flood", "part": "body", "megabytes": 200},
        {"encoding": "gzip", "inflate_to": 800},
    ],
)
def test_a_large_response_fails_one_line(read_two, fault):
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    error = first_error(read_two(**fault))
    assert error["type"] in ("invalid_response", "connection")
    assert error["message"] is None or "MiB" in error["message"] or "header" in error["message"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 300 * 1024


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_compressed_responses_are_read(run_module, simulator, encoding):
    simulator.add_fault(**SETTINGS, encoding=encoding, times=1)
    assert run_module(read, virtual_line_id=BOB_SMITH)["call_recording"]["record"] == "Never"


@pytest.mark.parametrize("fault", [{"encoding": "br"}, {"encoding": "gzip", "damage": "invalid"}])
def test_other_compressed_responses_fail_one_line(read_two, fault):
    assert first_error(read_two(**fault))["type"] == "invalid_response"


@pytest.mark.parametrize("fault", [{"action": "close"}, {"action": "reset"}])
def test_a_connection_that_was_closed_while_idle_is_replaced(run_module, simulator, fault):
    simulator.add_fault(**fault, reused=True, times=1)
    started = time.monotonic()
    result = run_module(read, virtual_line_id=[BOB_SMITH, TRADING_DESK, HOTLINE], concurrency=1, retry_timeout=0)
    assert not result.get("failed")
    assert time.monotonic() - started < 1


def test_an_early_response_is_read(run_module, simulator):
    simulator.add_fault(method="PUT", status=413, action="early", message="Too large.", times=1)
    result = run_module(write, virtual_line_id=BOB_SMITH, settings={"record": "Always"}, retry_timeout=0)
    assert (result["error"]["type"], result["error"]["status"]) == ("refused", 413)
    assert result["error"]["message"] == "Too large."


# --- secrets -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 200, "body": {"enabled": True, "record": "{token}", "{token}": {"{token}": 1}}},
        {"status": 400, "message": "Bad {token}"},
        {"status": 400, "reason": f"Bad {ADMIN_TOKEN}"},
        {"status": 302, "headers": {"Location": "https://{token}.example/"}},
    ],
)
def test_a_token_of_the_environment_is_not_shown(run_module, simulator, fault):
    simulator.add_fault(**SETTINGS, **fault, times=1)
    result = run_module(read, virtual_line_id=BOB_SMITH, retry_timeout=0, invocation=True)
    assert ADMIN_TOKEN not in str(result)
    assert "********" in str(result)


def test_a_token_in_a_list_is_not_shown(run_module, simulator):
    row = {"id": "{token}", "firstName": "{token}", "{token}": "x"}
    simulator.add_fault(path="virtualLines", status=200, body={"virtualLines": [row, row]}, times=1)
    result = run_module(list_lines)
    assert result["failed"] is True
    assert ADMIN_TOKEN not in str(result)


@pytest.mark.parametrize(
    "link",
    [
        "https://{token}.example/v1/telephony/config/virtualLines",
        "https://evil.example\\@{host}/v1/telephony/config/virtualLines",
        "https://evil.example\t@{host}/v1/telephony/config/virtualLines",
        "//evil.example\\@{host}/v1",
        "https://user@{host}/v1/telephony/config/virtualLines",
    ],
)
def test_a_link_to_another_host_is_refused(run_module, simulator, link):
    simulator.add_fault(path="virtualLines", headers={"Link": f'<{link}>; rel="next"'}, times=1)
    result = run_module(list_lines)
    assert (result["error"]["type"], len(simulator.requests())) == ("pagination", 1)
    assert ADMIN_TOKEN not in str(result)


def test_a_secret_of_an_exchange_is_not_shown(run_module, simulator):
    simulator.add_fault(**SETTINGS, status=400, message="Bad {token}", times=1)
    environment = {"WEBEX_ACCESS_TOKEN": "", "WEBEX_TOKEN": ""}
    result = run_module(read, virtual_line_id=BOB_SMITH, **SERVICE_APP, environment=environment)
    assert result["error"]["message"] == "Bad ********"


# --- texts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-32-le"])
def test_half_a_surrogate_pair_is_replaced(run_module, webex, encoding, escaped):
    body = {"enabled": True, "record": "Always", "newKey": "x\ud83d", "ke\ude00y": "é😀"}
    text = json.dumps(body, ensure_ascii=escaped)
    webex.will(webex.answer(body=text.encode(encoding, "surrogatepass")))
    result = run_module(read, virtual_line_id=BOB_SMITH, access_token="fake-access-token", api_url=webex.url)
    assert result["call_recording"]["new_key"] == "x\ufffd"
    assert result["call_recording"]["ke\ufffdy"] == "é😀"


def test_hostile_characters_are_visible_in_messages(run_module, simulator):
    simulator.add_fault(**SETTINGS, status=400, message="\u001b[31m\u0007\u202eAda\n2 of 2 read\u2028", times=1)
    result = run_module(read, virtual_line_id=BOB_SMITH)
    assert "\\u001b[31m\\u0007\\u202eAda 2 of 2 read" in result["msg"]
    assert result["msg"].isprintable()


def test_hostile_names_are_data_in_results_and_visible_in_messages(run_module, simulator):
    name = "Ada\u001b[2J\u202e\nBob"
    simulator.change_identity(BOB_SMITH, {"firstName": name, "lastName": ""})
    simulator.add_fault(path="callRecording", status=400, message="No.", times=2)
    result = run_module(read, extension=["6103", "6104"], concurrency=1)
    assert any(line["name"] == name for line in result["virtual_lines"])
    assert "Ada\\u001b[2J\\u202e\\u000aBob" in result["msg"]
    assert result["msg"].isprintable()
