# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.webex.calling.plugins.module_utils import module as module_edge
from ansible_collections.webex.calling.plugins.modules.virtual_line_call_recording_info import main

TOKEN = "fake-access-token"


@pytest.fixture
def run(run_module, webex):
    def run_(**options):
        return run_module(main, **{"access_token": TOKEN, "api_url": webex.url, **options})

    return run_


def test_one_line(run, webex):
    webex.will(webex.answer(body={"enabled": True, "record": "Always", "recordVoicemailEnabled": None}))
    settings = {"enabled": True, "record": "Always", "record_voicemail_enabled": None}
    result = run(virtual_line_id="line-1")
    assert result["virtual_lines"] == [{"id": "line-1", "call_recording": settings}]
    assert result["call_recording"] == settings
    assert result["changed"] is False
    assert webex.asked[0].path == "/v1/telephony/config/virtualLines/line-1/callRecording"


def test_check_mode_reads_all_the_same(run, webex):
    webex.will(webex.answer(body={"enabled": True}))
    assert run(virtual_line_id="line-1", _ansible_check_mode=True)["call_recording"] == {"enabled": True}


def test_several_lines_have_no_short_way(run, webex):
    result = run(virtual_line_id=["line-2", "line-1", "line-2"])
    assert [line["id"] for line in result["virtual_lines"]] == ["line-2", "line-1"]
    assert "call_recording" not in result
    assert len(webex.asked) == 2


def test_a_line_that_can_not_be_read(run, webex):
    webex.will(webex.answer(404, {"message": "Not there.", "trackingId": "T1"}))
    result = run(virtual_line_id="line-1")
    assert result["failed"] is True
    assert result["msg"].startswith(
        "Could not read the call recording settings of virtual line line-1: HTTP 404 Not Found: Not there "
        "(tracking id T1). There is no such virtual line"
    )
    assert result["error"]["status"] == 404
    assert result["virtual_lines"] == [{"id": "line-1", "error": result["error"]}]
    assert "call_recording" not in result


def test_what_was_read_is_kept(run, webex):
    webex.will(webex.answer(404), webex.answer(body={"enabled": True}))
    result = run(virtual_line_id=["line-1", "line-2"], concurrency=1)
    assert result["msg"].startswith("1 of 2 virtual lines could not be read: line-1. Could not read")
    assert result["error"]["id"] == "line-1"
    assert result["virtual_lines"][1] == {"id": "line-2", "call_recording": {"enabled": True}}


def test_many_failures_are_counted_and_some_named(run, webex):
    webex.will(webex.answer(404))
    result = run(virtual_line_id=[f"line-{number}" for number in range(7)])
    assert result["msg"].startswith(
        "7 of 7 virtual lines could not be read: line-0, line-1, line-2, line-3, line-4 and 2 more. "
        "Could not read the call recording settings of virtual line line-0: HTTP 404"
    )


def test_refused_token_ends_it_all(run, webex):
    webex.will(webex.answer(401))
    result = run(virtual_line_id=["line-1", "line-2", "line-3"], concurrency=1)
    assert len(webex.asked) == 1
    assert [line["error"]["status"] for line in result["virtual_lines"]] == [401] * 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"access_token": ""}, "access_token is empty"),
        ({"client_id": "c"}, "both access_token and client_id are given"),
        ({"virtual_line_id": []}, "virtual_line_id is an empty list"),
        ({"virtual_line_id": " "}, "virtual_line_id holds ' '"),
        ({"api_url": "http://webex.example/v1"}, "api_url http://webex.example/v1 is not encrypted"),
        ({"timeout": 0}, "timeout is 0"),
    ],
)
def test_options_that_do_not_do(run, webex, options, message):
    result = run(**{"virtual_line_id": "line-1", **options})
    assert result["failed"] is True
    assert message in result["msg"]
    assert (result["error"]["reason"], result["error"]["status"]) == ("Invalid options", None)
    assert webex.asked == []


def test_a_rotated_refresh_token_is_told(run, webex):
    webex.will(webex.answer(body={"access_token": "made", "refresh_token": "fake-rotated"}), webex.answer())
    result = run(
        virtual_line_id="line-1",
        access_token=None,
        client_id="c",
        client_secret="fake-client-secret",
        refresh_token="fake-refresh-token",
    )
    warnings = str(result.get("warnings"))
    assert "Webex gave out a new refresh token" in warnings
    assert "fake-rotated" not in str(result)


def test_requests_is_missing(run, monkeypatch):
    monkeypatch.setattr(module_edge, "REQUESTS_IMPORT_ERROR", "Traceback: no requests")
    result = run(virtual_line_id="line-1")
    assert result["failed"] is True
    assert "requests" in result["msg"]
    assert "Python library" in result["msg"]
