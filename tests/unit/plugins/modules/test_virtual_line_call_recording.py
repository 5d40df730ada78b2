# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest

from ansible_collections.webex.calling.plugins.modules.virtual_line_call_recording import main

TOKEN = "fake-token"
#: As Webex tells them, with a key that nobody knows.
CONTENT = {
    "enabled": True,
    "record": "Never",
    "notification": {"enabled": False, "type": "None"},
    "serviceProvider": "WSWYZ25455",
    "someURLKey": {"isOn": True},
}
BEFORE = {
    "enabled": True,
    "record": "Never",
    "notification": {"enabled": False, "type": "None"},
    "service_provider": "WSWYZ25455",
    "some_url_key": {"is_on": True},
}
AFTER = {**BEFORE, "record": "Always"}
CHANGE = {"setting": "record", "before": "Never", "after": "Always"}


@pytest.fixture
def run(run_module, webex):
    def run_(**options):
        defaults = {"access_token": TOKEN, "api_url": webex.url, "settings": {"record": "Always"}}
        return run_module(main, **{**defaults, **options})

    return run_


@pytest.fixture
def will(webex):
    """The line is read as it was before, written, and read as it is afterwards; or what is told in their places."""

    def will_(before=None, put=(204, b""), after=None):
        before = CONTENT if before is None else before
        after = {**CONTENT, "record": "Always"} if after is None else after
        answers = [webex.answer(body=before), webex.answer(*put), webex.answer(body=after)]
        webex.will(*answers, webex.answer(500))

    return will_


def methods(webex):
    return [request.method for request in webex.asked]


def test_one_line(run, webex, will):
    will()
    result = run(virtual_line_id="line-1", org_id="org")
    assert result["changed"] is True
    assert result["virtual_lines"] == [{"id": "line-1", "call_recording": AFTER, "changed": True, "changes": [CHANGE]}]
    assert result["call_recording"] == AFTER
    assert result["missing"] == []
    assert "diff" not in result
    assert methods(webex) == ["GET", "PUT", "GET"]
    assert {request.path for request in webex.asked} == {
        "/v1/telephony/config/virtualLines/line-1/callRecording?orgId=org"
    }
    assert json.loads(webex.asked[1].sent) == {
        "enabled": True,
        "record": "Always",
        "notification": {"enabled": False, "type": None},
        "someURLKey": {"isOn": True},
    }


def test_nothing_to_do(run, webex):
    webex.will(webex.answer(body=CONTENT))
    result = run(
        virtual_line_id="line-1", settings={"record": "Never", "notification": {"type": "None"}}, _ansible_diff=True
    )
    assert result["changed"] is False
    assert result["diff"] == []
    assert result["virtual_lines"] == [{"id": "line-1", "call_recording": BEFORE, "changed": False, "changes": []}]
    assert methods(webex) == ["GET"]


def test_check_mode_changes_nothing_and_tells_the_same(run, webex, will):
    will()
    check = run(virtual_line_id="line-1", _ansible_check_mode=True, _ansible_diff=True)
    assert methods(webex) == ["GET"]
    will()
    assert run(virtual_line_id="line-1", _ansible_diff=True) == check
    assert check["changed"] is True


def test_diff_shows_what_differs_line_by_line(run, webex):
    webex.will(
        *[webex.answer(body={**CONTENT, "repeat": {"interval": 15, "enabled": True}})] * 2, webex.answer(body={})
    )
    result = run(
        virtual_line_id=["line-1", "line-2", "line-3"],
        settings={"record": "Never", "repeat": {"interval": 60, "enabled": True}},
        concurrency=1,
        _ansible_check_mode=True,
        _ansible_diff=True,
    )
    assert result["diff"] == [
        {
            "before_header": f"line-{number}",
            "after_header": f"line-{number}",
            "before": {"repeat": {"interval": 15}},
            "after": {"repeat": {"interval": 60}},
        }
        for number in (1, 2)
    ] + [
        # Of what was not there before, nothing is shown.
        {
            "before_header": "line-3",
            "after_header": "line-3",
            "before": {},
            "after": {"record": "Never", "repeat": {"interval": 60, "enabled": True}},
        }
    ]


def test_diff_shows_nulls(run, webex):
    webex.will(webex.answer(body={"enabled": None, "notification": {"type": None, "enabled": False}}))
    result = run(
        virtual_line_id="line-1",
        settings={"enabled": True, "notification": {"enabled": True}},
        _ansible_check_mode=True,
        _ansible_diff=True,
    )
    (shown,) = result["diff"]
    assert shown["before"] == {"enabled": None, "notification": {"type": None, "enabled": False}}
    assert shown["after"] == {"enabled": True, "notification": {"type": "Beep", "enabled": True}}


def test_several_lines_of_which_some_fail(run, webex):
    done = {**CONTENT, "record": "Always"}
    webex.will(
        *(webex.answer(body=CONTENT), webex.answer(204, b""), webex.answer(body=done)),
        webex.answer(404, {"message": "Not there."}),
        *(webex.answer(body=CONTENT), webex.answer(409, {"vendorName": "Recorder", "termsOfServiceUrl": "https://r"})),
        webex.answer(body=done),
    )
    lines = ["line-1", "line-2", "line-3", "line-4"]
    result = run(virtual_line_id=lines, concurrency=1, _ansible_diff=True)
    assert result["failed"] is True
    assert result["changed"] is True
    assert result["msg"].startswith(
        "2 of 4 virtual lines could not be brought to the wanted settings: line-2, line-3. Could not read the call "
        "recording settings of virtual line line-2: HTTP 404 Not Found: Not there"
    )
    assert result["error"]["id"] == "line-2"
    assert "call_recording" not in result
    assert [line["changed"] for line in result["virtual_lines"]] == [True, False, False, False]
    assert [line["changes"] for line in result["virtual_lines"]] == [[CHANGE], [], [CHANGE], []]
    assert [shown["before_header"] for shown in result["diff"]] == ["line-1"]
    terms = result["virtual_lines"][2]["error"]
    assert terms["status"] == 409
    assert "provider Recorder are not accepted: https://r" in terms["message"]
    assert "terms of service" in terms["hint"]


def test_a_change_that_is_not_kept(run, webex, will):
    will(after=CONTENT)
    result = run(virtual_line_id="line-1")
    assert result["failed"] is True
    assert result["changed"] is True
    assert (result["error"]["reason"], result["error"]["status"]) == ("Not as asked", None)
    assert result["msg"].startswith(
        "Could not change the call recording settings of virtual line line-1: Not as asked: record is 'Never' instead "
        "of 'Always'. Webex accepted the change, but did not make it so."
    )
    assert result["virtual_lines"][0]["call_recording"] == BEFORE


def test_a_token_that_may_only_read(run, webex, will):
    will(put=(403, {"message": "Forbidden."}))
    result = run(virtual_line_id="line-1")
    assert result["failed"] is True
    assert result["changed"] is False
    assert "spark-admin:telephony_config_write" in result["error"]["hint"]
    assert "spark-admin:telephony_config_write" in result["msg"]


def test_settings_without_effect_are_warned_of_once(run, webex):
    webex.will(webex.answer(body=CONTENT))
    lines = [f"line-{number}" for number in range(7)]
    selective = {"record_inbound_internal_calls_enabled": True}
    result = run(
        virtual_line_id=lines, settings={"selective_call_recording_settings": selective}, _ansible_check_mode=True
    )
    (warning,) = [str(warning) for warning in result["warnings"]]
    assert (
        "On 7 virtual lines, line-0, line-1, line-2, line-3, line-4 and 2 more, selective_call_recording_settings has "
        "no effect while record is 'Never'."
    ) in warning
    assert result["changed"] is True


def test_settings_without_effect_of_one_line(run, webex):
    webex.will(webex.answer(body=CONTENT))
    selective = {"record_inbound_internal_calls_enabled": True}
    result = run(
        virtual_line_id="line-1", settings={"selective_call_recording_settings": selective}, _ansible_check_mode=True
    )
    assert "On 1 virtual line, line-1, selective_call_recording_settings" in str(result["warnings"])


def test_a_line_by_name_comes_with_its_identity(run, webex):
    line = {"id": "line-1", "firstName": "Bob", "lastName": "Smith", "location": {"id": "l", "name": "Denver"}}
    webex.will(
        webex.answer(body={"virtualLines": [line]}),
        webex.answer(body=CONTENT),
        webex.answer(204, b""),
        webex.answer(body={**CONTENT, "record": "Always"}),
    )
    result = run(owner_name="Bob Smith", _ansible_diff=True)
    assert result["virtual_lines"] == [
        {
            "id": "line-1",
            "first_name": "Bob",
            "last_name": "Smith",
            "location": {"id": "l", "name": "Denver"},
            "call_recording": AFTER,
            "changed": True,
            "changes": [CHANGE],
        }
    ]
    assert result["diff"][0]["before_header"] == "Bob Smith (line-1)"


def test_a_line_that_goes_while_it_is_changed_is_never_all_right(run, webex):
    webex.will(webex.answer(body=CONTENT), webex.answer(204, b""), webex.answer(404, {"message": "Not there."}))
    result = run(virtual_line_id="line-1", allow_missing=True)
    assert result["failed"] is True
    assert result["changed"] is True
    assert result["missing"] == []
    assert [line["changed"] for line in result["virtual_lines"]] == [True]


def test_settings_that_nobody_knows_and_that_change_are_warned_of(run, will):
    will(after={**CONTENT, "record": "Always", "someURLKey": {"isOn": False}})
    result = run(virtual_line_id="line-1")
    assert result["changed"] is True
    assert (
        "On 1 virtual line, line-1, settings that this collection does not know have changed as well: "
        "some_url_key.is_on."
    ) in str(result["warnings"])


def test_an_id_that_does_not_exist_may_be_all_right(run, webex):
    webex.will(webex.answer(404, {"message": "Not there."}), webex.answer(body={**CONTENT, "record": "Always"}))
    result = run(virtual_line_id=["gone", "line-1"], allow_missing=True, concurrency=1)
    assert result["missing"] == [{"selector": "virtual_line_id", "value": "gone"}]
    assert [line["id"] for line in result["virtual_lines"]] == ["line-1"]
    assert result["changed"] is False


def test_refused_token_ends_it_all(run, webex):
    webex.will(webex.answer(401))
    result = run(virtual_line_id=["line-1", "line-2", "line-3"], concurrency=1)
    assert len(webex.asked) == 1
    assert [line["error"]["status"] for line in result["virtual_lines"]] == [401] * 3
    assert [line["changed"] for line in result["virtual_lines"]] == [False] * 3


@pytest.mark.parametrize("options", [{}, {"allow_missing": True}, {"org_id": "org"}])
def test_nobody_changes_everything_by_leaving_an_option_out(run, webex, options):
    result = run(**options)
    assert result["failed"] is True
    assert result["msg"].startswith("one of the following is required: virtual_line_id, phone_number, extension")
    assert webex.asked == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"settings": {}}, "settings states nothing"),
        ({"settings": {"repeat": {}}}, "settings states nothing"),
        ({"settings": {"repeat": {"interval": 9}}}, "repeat.interval is 9"),
        ({"settings": {"repeat": {"interval": 1801}}}, "repeat.interval is 1801"),
        ({"virtual_line_id": []}, "virtual_line_id is an empty list"),
        ({"virtual_line_id": ""}, "virtual_line_id holds ''"),
        ({"virtual_line_id": None, "location_name": []}, "location_name is an empty list"),
        ({"access_token": ""}, "access_token is empty"),
    ],
)
def test_options_that_do_not_do(run, webex, options, message):
    result = run(**{"virtual_line_id": "line-1", **options})
    assert result["failed"] is True
    assert message in result["msg"]
    assert (result["error"]["reason"], result["error"]["status"]) == ("Invalid options", None)
    assert webex.asked == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (None, "settings"),
        ("Always", "dictionary requested"),
        ({"recrod": "Always"}, "settings.recrod"),
        ({"repeat": {"intervall": 15}}, "settings.repeat.intervall"),
        ({"service_provider": "x"}, "settings.service_provider"),
        ({"record": "always"}, "value of record must be one of: Always, Never"),
        ({"notification": {"type": "Boop"}}, "value of type must be one of: None, Beep"),
        ({"enabled": "perhaps"}, "enabled"),
        ({"repeat": {"interval": "soon"}}, "interval"),
        ({"repeat": "often"}, "dictionary requested"),
    ],
)
def test_settings_that_do_not_do(run, webex, settings, message):
    result = run(virtual_line_id="line-1", settings=settings)
    assert result["failed"] is True
    assert message in result["msg"]
    assert webex.asked == []


@pytest.mark.parametrize("option", ["location_name", "virtual_line_id"])
def test_null_selects_nothing(run, webex, option):
    result = run(**{"virtual_line_id": None, option: None}, settings={"record": "Never"})
    assert result["failed"] is True
    assert "nothing selects virtual lines" in result["msg"]
    assert webex.asked == []
