# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest

from ansible_collections.webex.calling.plugins.module_utils import _rate_limit
from ansible_collections.webex.calling.plugins.module_utils._settings import keep_writable
from ansible_collections.webex.calling.plugins.modules.virtual_line_call_recording import main
from ansible_collections.webex.calling.plugins.modules.virtual_line_call_recording_info import main as info_main
from ansible_collections.webex.calling.tests.unit.organization import (
    ALL_LINES,
    BOB_SMITH,
    BOB_SMITH_LINE,
    CHARLIE_SMITH,
    CUSTOMER_LINE,
    CUSTOMER_ORGANIZATION,
    HOTLINE,
    JAN_KOWALSKI,
    LINES_IN_DENVER,
    LINES_IN_MUNICH,
    LINES_IN_SAO_PAULO,
    LOBBY_PHONE,
    MUNICH,
    NOBODY,
    PARTNER_TOKEN,
    PERSON,
    READ_ONLY_TOKEN,
    RECEPTION,
    TRADING_DESK,
    XIAOMING,
    ZOE,
)

TOKEN = "fake-access-token"
#: Settings in a response, with an unknown key.
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
SELECTIVE = {
    "record_inbound_internal_calls_enabled": False,
    "record_inbound_external_calls_enabled": True,
    "record_outbound_internal_calls_enabled": False,
    "record_outbound_external_calls_enabled": True,
}
OFF = {"enabled": False, "record": "Never"}
CHANGE = {"setting": "record", "before": "Never", "after": "Always"}


@pytest.fixture
def run(run_module, webex):
    def run_(**options):
        defaults = {"access_token": TOKEN, "api_url": webex.url, "settings": {"record": "Always"}}
        return run_module(main, **{**defaults, **options})

    return run_


@pytest.fixture
def will(webex):
    """A function that scripts the responses of one change: reading, writing, and reading back."""

    def will_(before=None, put=(204, b""), after=None):
        before = CONTENT if before is None else before
        after = {**CONTENT, "record": "Always"} if after is None else after
        answers = [webex.answer(body=before), webex.answer(*put), webex.answer(body=after)]
        webex.will(*answers, webex.answer(500))

    return will_


def error_of(result):
    """Return type, status, and id of an error of a result or of one of its lines."""
    error = result["error"]
    return error["type"], error["status"], error["id"]


def methods(webex):
    return [request.method for request in webex.asked]


def test_one_line(run, webex, will):
    will()
    result = run(virtual_line_id="line-1", org_id="org")
    assert result["changed"] is True
    assert result["virtual_lines"] == [
        {
            "id": "line-1",
            "name": "line-1",
            "recordable": True,
            "call_recording": AFTER,
            "changed": True,
            "changes": [CHANGE],
        }
    ]
    assert (result["recordable"], result["call_recording"]) == (True, AFTER)
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


def test_a_line_that_does_not_differ_is_not_written(run, webex):
    webex.will(webex.answer(body=CONTENT))
    result = run(virtual_line_id="line-1", settings={"record": "Never", "notification": {"type": "None"}}, diff=True)
    assert result["changed"] is False
    assert result["diff"] == []
    assert result["virtual_lines"] == [
        {
            "id": "line-1",
            "name": "line-1",
            "recordable": True,
            "call_recording": BEFORE,
            "changed": False,
            "changes": [],
        }
    ]
    assert methods(webex) == ["GET"]


def test_check_mode_returns_the_result_of_the_change(run, webex, will):
    will()
    check = run(virtual_line_id="line-1", check_mode=True, diff=True)
    assert methods(webex) == ["GET"]
    will()
    assert run(virtual_line_id="line-1", diff=True) == check
    assert check["changed"] is True


def test_diff_shows_only_differences_of_each_line(run, webex):
    webex.will(
        *[webex.answer(body={**CONTENT, "repeat": {"interval": 15, "enabled": True}})] * 2,
        webex.answer(body={"enabled": False, "record": None}),
    )
    result = run(
        virtual_line_id=["line-1", "line-2", "line-3"],
        settings={"record": "Never", "repeat": {"interval": 60, "enabled": True}},
        concurrency=1,
        check_mode=True,
        diff=True,
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
        # The line had none of these settings.
        {
            "before_header": "line-3",
            "after_header": "line-3",
            "before": {"record": None},
            "after": {"record": "Never", "repeat": {"interval": 60, "enabled": True}},
        }
    ]


def test_diff_shows_null(run, webex):
    content = {
        "enabled": False,
        "record": None,
        "recordVoicemailEnabled": None,
        "notification": {"type": None, "enabled": False},
    }
    webex.will(webex.answer(body=content))
    result = run(
        virtual_line_id="line-1",
        settings={"record_voicemail_enabled": True, "notification": {"enabled": True, "type": "Beep"}},
        check_mode=True,
        diff=True,
    )
    (shown,) = result["diff"]
    assert shown["before"] == {"record_voicemail_enabled": None, "notification": {"type": None, "enabled": False}}
    assert shown["after"] == {"record_voicemail_enabled": True, "notification": {"type": "Beep", "enabled": True}}


def test_some_of_several_lines_fail(run, webex):
    done = {**CONTENT, "record": "Always"}
    webex.will(
        *(webex.answer(body=CONTENT), webex.answer(204, b""), webex.answer(body=done)),
        webex.answer(404, {"message": "Not there."}),
        *(webex.answer(body=CONTENT), webex.answer(409, {"vendorName": "Recorder", "termsOfServiceUrl": "https://r"})),
        webex.answer(body=CONTENT),
        webex.answer(body=done),
    )
    lines = ["line-1", "line-2", "line-3", "line-4"]
    result = run(virtual_line_id=lines, concurrency=1, diff=True)
    assert result["failed"] is True
    assert result["changed"] is True
    assert result["msg"].startswith(
        "2 of 4 virtual lines could not be changed to the desired settings: line-2, line-3. Could not read the call "
        "recording settings of virtual line line-2: HTTP 404 Not Found: Not there"
    )
    assert error_of(result) == ("not_found", 404, "line-2")
    assert result["error"] == result["virtual_lines"][1]["error"]
    assert "call_recording" not in result
    assert [line["changed"] for line in result["virtual_lines"]] == [True, False, False, False]
    assert [line["changes"] for line in result["virtual_lines"]] == [[CHANGE], [], [CHANGE], []]
    assert [shown["before_header"] for shown in result["diff"]] == ["line-1"]
    assert error_of(result["virtual_lines"][2]) == ("conflict", 409, "line-3")
    terms = result["virtual_lines"][2]["error"]
    assert "vendor Recorder are not accepted: https://r" in terms["message"]
    assert "terms of service" in terms["hint"]


def test_a_change_that_is_not_applied_fails(run, will):
    will(after=CONTENT)
    result = run(virtual_line_id="line-1")
    assert result["failed"] is True
    assert result["changed"] is True
    assert error_of(result) == ("not_applied", None, "line-1")
    assert result["error"]["reason"] == "Not applied"
    assert result["msg"].startswith(
        "Could not change the call recording settings of virtual line line-1: Not applied: record is 'Never' instead "
        "of 'Always'. Check the settings in Control Hub, then run the task again. Webex accepted the change but did "
        "not apply it"
    )
    assert result["virtual_lines"][0]["call_recording"] == BEFORE


def test_one_warning_names_all_lines_with_ineffective_settings(run, webex):
    webex.will(webex.answer(body=CONTENT))
    lines = [f"line-{number}" for number in range(7)]
    result = run(
        virtual_line_id=lines,
        settings={"selective_call_recording_settings": SELECTIVE},
        concurrency=1,
        check_mode=True,
    )
    (warning,) = result["warnings"]
    assert (
        "On 7 virtual lines, line-0, line-1, line-2, line-3, line-4 and 2 more, selective_call_recording_settings has "
        "no effect while record is 'Never'."
    ) in warning
    assert result["changed"] is True


def test_the_identity_of_a_selected_line_is_returned(run, webex):
    line = {"id": "line-1", "firstName": "Bob", "lastName": "Smith", "location": {"id": "l", "name": "Denver"}}
    webex.will(
        *[webex.answer(body={"virtualLines": [line]})] * 2,
        webex.answer(body=CONTENT),
        webex.answer(204, b""),
        webex.answer(body={**CONTENT, "record": "Always"}),
    )
    result = run(owner_name="Bob Smith", diff=True)
    assert result["virtual_lines"] == [
        {
            "id": "line-1",
            "name": "Bob Smith",
            "first_name": "Bob",
            "last_name": "Smith",
            "location": {"id": "l", "name": "Denver"},
            "recordable": True,
            "call_recording": AFTER,
            "changed": True,
            "changes": [CHANGE],
        }
    ]
    assert result["diff"][0]["before_header"] == "Bob Smith (line-1)"


def test_a_line_that_disappears_during_the_change_fails(run, webex):
    webex.will(webex.answer(body=CONTENT), webex.answer(204, b""), webex.answer(404, {"message": "Not there."}))
    result = run(virtual_line_id="line-1", allow_missing=True)
    assert result["failed"] is True
    assert result["changed"] is True
    assert error_of(result) == ("not_found", 404, "line-1")
    assert result["missing"] == []
    assert [line["changed"] for line in result["virtual_lines"]] == [True]


def test_a_changed_unknown_setting_warns(run, will):
    will(after={**CONTENT, "record": "Always", "someURLKey": {"isOn": False}})
    result = run(virtual_line_id="line-1")
    assert result["changed"] is True
    assert (
        "On 1 virtual line, line-1, settings that this collection does not know have changed as well: "
        "some_url_key.is_on."
    ) in str(result["warnings"])


def test_a_missing_id_is_returned_with_allow_missing(run, webex):
    webex.will(
        webex.answer(404, {"message": "Not there."}),
        webex.answer(body={**CONTENT, "record": "Always"}),
        # Only the list makes an id missing.
        webex.answer(body={"virtualLines": []}),
    )
    result = run(virtual_line_id=["gone", "line-1"], allow_missing=True, concurrency=1)
    assert result["missing"] == [{"selector": "virtual_line_id", "value": "gone"}]
    assert [line["id"] for line in result["virtual_lines"]] == ["line-1"]
    assert result["changed"] is False


def test_no_further_requests_after_a_refused_token(run, webex):
    webex.will(webex.answer(401))
    result = run(virtual_line_id=["line-1", "line-2", "line-3"], concurrency=1)
    assert len(webex.asked) == 1
    assert [line["error"]["type"] for line in result["virtual_lines"]] == ["authentication"] * 3
    assert [line["error"]["status"] for line in result["virtual_lines"]] == [401] * 3
    assert [line["changed"] for line in result["virtual_lines"]] == [False] * 3


@pytest.mark.parametrize("options", [{}, {"allow_missing": True}, {"org_id": "org"}])
def test_a_selector_is_required(run, webex, options):
    result = run(**options)
    assert result["failed"] is True
    assert error_of(result) == ("invalid_option", None, None)
    assert "no selector is given. Give one of virtual_line_id, phone_number, extension, owner_name" in result["msg"]
    assert webex.asked == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"settings": {}}, "settings is empty. Check the variable"),
        ({"settings": {"repeat": {}}}, "settings.repeat is empty. Check the variable"),
        (
            {"settings": {"repeat": {}, "notification": {}}},
            "settings.repeat is empty; settings.notification is empty. Check the variable",
        ),
        (
            {"settings": {"repeat": {"interval": 9}}},
            "repeat.interval is 9. Give a number of seconds from 10 to 1800.",
        ),
        (
            {"settings": {"repeat": {"interval": 1801}}},
            "repeat.interval is 1801. Give a number of seconds from 10 to 1800.",
        ),
        ({"virtual_line_id": []}, "virtual_line_id is an empty list"),
        ({"virtual_line_id": ""}, "virtual_line_id is empty"),
        ({"location_name": []}, "location_name is an empty list"),
        ({"location_name": ""}, "location_name is empty"),
        ({"access_token": ""}, "access_token is empty"),
    ],
)
def test_invalid_options(run, webex, options, message):
    result = run(**{"virtual_line_id": "line-1", **options})
    assert result["failed"] is True
    assert not result.get("changed")
    assert message in result["msg"]
    assert error_of(result) == ("invalid_option", None, None)
    assert result["error"]["reason"] == "Invalid options"
    assert webex.asked == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (None, "settings"),
        ("Always", "dictionary requested"),
        ({"recrod": "Always"}, "settings.recrod"),
        ({"repeat": {"intervall": 15}}, "settings.repeat.intervall"),
        ({"service_provider": "x"}, "settings.service_provider"),
        ({"recordVoicemailEnabled": True}, "settings.recordVoicemailEnabled"),
        ({"record": "always"}, "value of record must be one of: Always, Never"),
        ({"notification": {"type": "Boop"}}, "value of type must be one of: None, Beep, Play Announcement"),
        ({"enabled": "perhaps"}, "unable to convert to bool"),
        ({"repeat": {"interval": "soon"}}, "unable to convert to int"),
        ({"repeat": "often"}, "dictionary requested"),
    ],
)
def test_invalid_settings(run, webex, settings, message):
    result = run(virtual_line_id="line-1", settings=settings)
    assert result["failed"] is True
    assert not result.get("changed")
    assert message in result["msg"]
    assert webex.asked == []


def test_settings_are_required(run_module, webex):
    result = run_module(main, access_token=TOKEN, api_url=webex.url, virtual_line_id="line-1")
    assert result["failed"] is True
    assert result["msg"] == "missing required arguments: settings"
    assert webex.asked == []


@pytest.mark.parametrize("option", ["location_name", "virtual_line_id"])
def test_a_null_selector_fails(run, webex, option):
    result = run(**{"virtual_line_id": None, option: None}, settings={"record": "Never"})
    assert result["failed"] is True
    assert f"{option} is null" in result["msg"]
    assert error_of(result) == ("invalid_option", None, None)
    assert webex.asked == []


# The rest runs against the simulator.

ALWAYS = {"record": "Always"}
PAUSABLE = {"enabled": True, "record": "Always with Pause/Resume"}
#: Lines whose settings can be read.
READABLE_LINES = [line for line in ALL_LINES if line != LOBBY_PHONE]


@pytest.fixture
def change(run_module, simulator):
    """A function that runs the module against the simulator."""

    def change_(**options):
        return run_module(main, **{"settings": ALWAYS, **options})

    return change_


@pytest.fixture
def read(run_module, simulator):
    """A function that returns the settings of one line as the info module reads them."""

    def read_(line_id):
        return run_module(info_main, virtual_line_id=[line_id])["call_recording"]

    return read_


@pytest.fixture(params=["replace", "merge"])
def semantics(request, simulator):
    """What the simulator does with settings that a PUT omits: Webex does not document it."""
    simulator.set(write=request.param)


def lines_of(result):
    assert not result.get("failed"), result["msg"]
    return result["virtual_lines"]


def ids(lines):
    return [line["id"] for line in lines]


def changed(result):
    return [line["changed"] for line in result["virtual_lines"]]


def test_many_kinds_of_settings(change, read, simulator, semantics):
    options = {
        "virtual_line_id": XIAOMING,
        "settings": {
            "record": "Always with Pause/Resume",
            "notification": {"type": "None", "enabled": False},
            "repeat": {"interval": 60},
            "start_stop_announcement": {"pstn_calls_enabled": True},
        },
        "diff": True,
    }
    before = read(XIAOMING)
    after = {
        **before,
        "record": "Always with Pause/Resume",
        "notification": {"type": "None", "enabled": False},
        "repeat": {"interval": 60, "enabled": True, "audience": "ALL_PARTIES"},
        "start_stop_announcement": {"internal_calls_enabled": True, "pstn_calls_enabled": True},
    }
    check = change(**options, check_mode=True)
    assert simulator.counts(method="PUT")["count"] == 0
    result = change(**options)
    assert result["changed"] is True
    assert result["call_recording"] == after
    assert result["virtual_lines"] == [
        {
            "id": XIAOMING,
            "name": XIAOMING,
            "recordable": True,
            "call_recording": after,
            "changed": True,
            "changes": [
                {"setting": "record", "before": "Always", "after": "Always with Pause/Resume"},
                {"setting": "notification.type", "before": "Beep", "after": "None"},
                {"setting": "notification.enabled", "before": True, "after": False},
                {"setting": "repeat.interval", "before": 30, "after": 60},
                {"setting": "start_stop_announcement.pstn_calls_enabled", "before": False, "after": True},
            ],
        }
    ]
    assert result["diff"] == [
        {
            "before_header": XIAOMING,
            "after_header": XIAOMING,
            "before": {
                "record": "Always",
                "notification": {"type": "Beep", "enabled": True},
                "repeat": {"interval": 30},
                "start_stop_announcement": {"pstn_calls_enabled": False},
            },
            "after": options["settings"],
        }
    ]
    assert check == result
    assert read(XIAOMING) == after
    (put,) = simulator.requests(method="PUT")
    assert put["body"]["notification"]["type"] is None
    assert put["body"]["announcements"]["useLocationLevelEnabled"] is False
    assert "serviceProvider" not in put["body"]
    for again in (change(**options, check_mode=True), change(**options)):
        assert (again["changed"], again["diff"]) == (False, [])
        assert lines_of(again)[0]["changes"] == []
    restored = change(virtual_line_id=XIAOMING, settings=keep_writable(before))
    assert restored["changed"] is True
    assert restored["call_recording"] == before


@pytest.mark.parametrize("line_id", READABLE_LINES)
def test_settings_that_were_read_are_no_change(change, read, simulator, line_id):
    result = change(virtual_line_id=[line_id], settings=keep_writable(read(line_id)))
    assert changed(result) == [False]
    assert "failed" not in result
    assert simulator.counts(method="PUT")["count"] == 0


def test_enabling_a_notification_without_a_type_fails(change, simulator, semantics):
    result = change(virtual_line_id=READABLE_LINES, settings={"notification": {"enabled": True}})
    assert result["failed"] is True
    lines = {line["id"]: line for line in result["virtual_lines"]}
    # Lines with a type, and lines whose notification was enabled already.
    with_type = {HOTLINE, ZOE, XIAOMING, JAN_KOWALSKI}
    assert {line_id for line_id, line in lines.items() if "error" not in line} == with_type
    assert {line_id for line_id, line in lines.items() if line["changed"]} == {JAN_KOWALSKI}
    assert simulator.counts(method="PUT")["count"] == 1
    for line_id in lines.keys() - with_type:
        assert error_of(lines[line_id]) == ("invalid_option", None, line_id)
        assert lines[line_id]["changes"] == []
    assert "which Webex would change to Beep" in result["msg"]
    assert lines[JAN_KOWALSKI]["changes"] == [{"setting": "notification.enabled", "before": False, "after": True}]


def test_ineffective_settings_warn(change, semantics):
    selective = {"selective_call_recording_settings": SELECTIVE}
    result = change(virtual_line_id=[TRADING_DESK, BOB_SMITH, JAN_KOWALSKI], settings=selective)
    assert changed(result) == [True, True, True]
    never, on_demand = result["warnings"]
    ineffective = "selective_call_recording_settings has no effect while record is"
    assert f"On 1 virtual line, {BOB_SMITH}, {ineffective} 'Never'." in never
    assert f"On 1 virtual line, {JAN_KOWALSKI}, {ineffective} 'On Demand'." in on_demand
    result = change(virtual_line_id=BOB_SMITH, settings={**ALWAYS, **selective})
    assert result["changed"] is True
    assert "failed" not in result
    assert "warnings" not in result


def test_contradicting_settings_fail(change, simulator):
    simulator.change_line(BOB_SMITH, {"notification": {"enabled": True, "type": "Beep"}})
    result = change(virtual_line_id=BOB_SMITH, settings={"notification": {"type": "None"}})
    assert result["failed"] is True
    assert result["changed"] is False
    assert error_of(result) == ("invalid_option", None, BOB_SMITH)
    assert "notification.enabled is true and notification.type is None" in result["msg"]
    assert simulator.counts(method="PUT")["count"] == 0


def test_settings_that_webex_drops_fail(change, simulator, semantics):
    options = {
        "virtual_line_id": BOB_SMITH,
        "settings": {"enabled": False, "repeat": {"interval": 45, "enabled": True}},
        "diff": True,
    }
    simulator.set(drop=["repeat", "startStopAnnouncement"])
    result = change(**options)
    assert result["failed"] is True
    assert result["changed"] is True
    assert error_of(result) == ("not_applied", None, BOB_SMITH)
    assert result["error"]["reason"] == "Not applied"
    assert result["error"]["message"] == "repeat.interval is 15 instead of 45; repeat.enabled is False instead of True"
    assert "Not applied: repeat.interval is 15 instead of 45" in result["msg"]
    (line,) = result["virtual_lines"]
    assert line["changed"] is True
    assert line["error"] == result["error"]
    assert line["call_recording"]["enabled"] is False
    assert line["call_recording"]["repeat"] == {"interval": 15, "enabled": False}
    assert "call_recording" not in result
    assert len(result["diff"]) == 1
    simulator.set(drop=[])
    (line,) = lines_of(change(**options))
    assert [each["setting"] for each in line["changes"]] == ["repeat.interval", "repeat.enabled"]


# Selectors


def test_a_line_by_number(change):
    result = change(phone_number="+1 555 867 5311", diff=True)
    assert result["call_recording"]["record"] == "Always"
    assert result["virtual_lines"] == [
        {
            **BOB_SMITH_LINE,
            "recordable": True,
            "call_recording": result["call_recording"],
            "changed": True,
            "changes": [CHANGE],
        }
    ]
    assert result["diff"][0]["before_header"] == f"Bob Smith, +15558675311 ({BOB_SMITH})"


@pytest.mark.parametrize(
    ("selectors", "selected"),
    [
        ({"extension": ["7006", "6104"]}, [NOBODY, TRADING_DESK]),
        ({"owner_name": "jan kowalski"}, [JAN_KOWALSKI]),
        ({"location_name": ["são paulo", "münchen"]}, [*LINES_IN_SAO_PAULO, *LINES_IN_MUNICH]),
        ({"location_id": MUNICH, "extension": "6103"}, [ZOE]),
    ],
)
def test_selectors(change, simulator, selectors, selected):
    result = change(**selectors, settings={"record": "On Demand"}, check_mode=True)
    assert ids(lines_of(result)) == selected
    # Only this line records on demand already.
    assert changed(result) == [line != JAN_KOWALSKI for line in selected]
    assert ("call_recording" in result) == (len(selected) == 1)
    assert simulator.counts(method="PUT")["count"] == 0


def test_a_value_without_a_match_fails_before_any_change(change, simulator):
    result = change(location_name=["Denver", "Munchen"])
    assert result["failed"] is True
    assert error_of(result) == ("no_match", None, None)
    assert "no virtual line with location_name 'Munchen'; did you mean 'München'?" in result["msg"]
    assert result["missing"] == [{"selector": "location_name", "value": "Munchen"}]
    assert simulator.counts(path="callRecording")["count"] == 0


@pytest.mark.parametrize(
    "options", [{"allow_missing": True}, {"location_name": ""}, {"location_name": None}, {"location_name": []}]
)
def test_no_request_without_a_selector(change, simulator, options):
    assert change(**options)["failed"] is True
    assert simulator.counts()["count"] == 0


def test_a_missing_id_beside_a_line(change):
    result = change(virtual_line_id=["gone", CHARLIE_SMITH], allow_missing=True, settings={"record": "Never"})
    assert ids(lines_of(result)) == [CHARLIE_SMITH]
    assert result["changed"] is True
    assert result["call_recording"]["record"] == "Never"
    assert result["missing"] == [{"selector": "virtual_line_id", "value": "gone"}]


def test_a_line_of_another_organization(change, simulator):
    options = {"access_token": PARTNER_TOKEN, "org_id": CUSTOMER_ORGANIZATION}
    result = change(**options, location_name="Leeds")
    assert ids(lines_of(result)) == [CUSTOMER_LINE]
    assert result["changed"] is True
    assert simulator.line(CUSTOMER_LINE)["callRecording"]["record"] == "Always"


# Failures


def test_terms_of_service_that_are_not_accepted(change):
    result = change(
        access_token=PARTNER_TOKEN,
        org_id=CUSTOMER_ORGANIZATION,
        virtual_line_id=CUSTOMER_LINE,
        settings={"enabled": True, "record": "Always"},
    )
    assert result["failed"] is True
    assert result["changed"] is False
    assert error_of(result) == ("conflict", 409, CUSTOMER_LINE)
    assert result["error"]["message"] == (
        "the terms of service of the recording vendor Example Recording are not accepted: "
        "https://recording.example.com/terms-of-service"
    )
    assert "Accept the terms of service of the recording vendor in Control Hub" in result["error"]["hint"]
    assert result["msg"].startswith(
        f"Could not change the call recording settings of virtual line {CUSTOMER_LINE}: HTTP 409 Conflict"
    )
    (line,) = result["virtual_lines"]
    assert line["changed"] is False
    assert line["call_recording"]["enabled"] is False
    assert [each["setting"] for each in line["changes"]] == ["enabled", "record"]


def test_a_token_that_can_only_read(change, simulator):
    options = {"access_token": READ_ONLY_TOKEN}
    result = change(**options, virtual_line_id=[BOB_SMITH, TRADING_DESK])
    assert result["failed"] is True
    assert result["changed"] is False
    assert result["msg"].startswith(
        f"1 of 2 virtual lines could not be changed to the desired settings: {BOB_SMITH}. Could not change"
    )
    assert error_of(result) == ("permission", 403, BOB_SMITH)
    assert "spark-admin:telephony_config_write" in result["error"]["hint"]
    assert "spark-admin:telephony_config_write" in result["msg"]
    assert "error" not in result["virtual_lines"][1]
    assert changed(result) == [False, False]
    check = change(**options, virtual_line_id=BOB_SMITH, check_mode=True)
    assert "failed" not in check
    assert check["changed"] is True


@pytest.mark.parametrize("check_mode", [True, False])
def test_lines_that_cannot_be_read(change, simulator, check_mode):
    result = change(virtual_line_id=[LOBBY_PHONE, PERSON, "gone"], check_mode=check_mode)
    assert result["failed"] is True
    assert result["changed"] is False
    assert [error_of(line) for line in result["virtual_lines"]] == [
        ("refused", 400, LOBBY_PHONE),
        ("refused", 400, PERSON),
        ("not_found", 404, "gone"),
    ]
    unassigned, person, _gone = result["virtual_lines"]
    assert unassigned["error"]["code"] == "4410"
    assert "Assign call recording in Control Hub" in unassigned["error"]["hint"]
    assert "The id belongs to something else, such as a person" in person["error"]["hint"]
    assert [line["changes"] for line in result["virtual_lines"]] == [[], [], []]
    assert [line.get("call_recording") for line in result["virtual_lines"]] == [OFF, None, None]
    assert simulator.counts(method="PUT")["count"] == 0


def test_recording_that_is_unassigned_before_the_change(change, simulator):
    message = "[Error 4410] Service is not assigned to this subscriber: Call Recording"
    simulator.add_fault(method="PUT", status=400, message=message, times=1)
    result = change(virtual_line_id=BOB_SMITH)
    assert result["failed"] is True
    assert result["changed"] is False
    assert error_of(result) == ("refused", 400, BOB_SMITH)
    assert result["error"]["code"] == "4410"
    assert "Assign call recording" in result["error"]["hint"]


def test_a_change_is_retried(change, simulator, monkeypatch):
    monkeypatch.setattr(_rate_limit, "_MAX_BACKOFF", 0.1)
    simulator.add_fault(method="PUT", status=429, retry_after=0, times=1)
    simulator.add_fault(method="PUT", action="reset", times=1)
    result = change(virtual_line_id=BOB_SMITH)
    assert result["changed"] is True
    assert "failed" not in result
    assert simulator.counts(method="PUT")["count"] == 3


def test_a_line_that_cannot_be_read_back(change, simulator):
    simulator.change_line(BOB_SMITH, {"record": "Always"})
    simulator.add_fault(method="GET", path="callRecording", nth=2, status=500)
    result = change(virtual_line_id=BOB_SMITH, settings={"record": "Never"})
    assert result["failed"] is True
    assert result["changed"] is True
    assert error_of(result) == ("server_error", 500, BOB_SMITH)
    (line,) = result["virtual_lines"]
    assert line["changed"] is True
    assert "call_recording" not in line
    again = change(virtual_line_id=BOB_SMITH, settings={"record": "Never"})
    assert "failed" not in again
    assert again["changed"] is False
    assert again["call_recording"]["record"] == "Never"


def test_some_lines_of_a_location_fail(change, simulator):
    faults = [
        simulator.add_fault(method="PUT", line_id=BOB_SMITH, status=500),
        simulator.add_fault(method="PUT", line_id=RECEPTION, status=409),
        simulator.add_fault(method="GET", line_id=CHARLIE_SMITH, status=403),
    ]
    result = change(location_name="Denver", settings=PAUSABLE, diff=True)
    assert result["failed"] is True
    assert result["changed"] is True
    assert result["msg"].startswith(
        "4 of 6 virtual lines could not be changed to the desired settings: "
        f"Bob Smith, +15558675311 ({BOB_SMITH}), Reception, +15558675317 ({RECEPTION}), "
    )
    assert ids(result["virtual_lines"]) == LINES_IN_DENVER
    # A 500 does not tell whether Webex made the change.
    assert changed(result) == [True, True, False, True, False, False]
    assert [error_of(line) for line in result["virtual_lines"] if "error" in line] == [
        ("server_error", 500, BOB_SMITH),
        ("conflict", 409, RECEPTION),
        ("permission", 403, CHARLIE_SMITH),
        ("refused", 400, LOBBY_PHONE),
    ]
    bob, desk, *_others = result["virtual_lines"]
    assert "call_recording" not in bob
    assert result["error"] == bob["error"]
    assert desk["call_recording"]["record"] == "Always with Pause/Resume"
    assert [shown["before_header"] for shown in result["diff"]] == [
        f"Bob Smith, +15558675311 ({BOB_SMITH})",
        f"Trading Desk, +15558675312 ({TRADING_DESK})",
        f"小明 王, +15558675318 ({XIAOMING})",
    ]

    for fault in faults:
        simulator.remove_fault(fault)
    simulator.clear_requests()
    again = change(location_name="Denver", settings=PAUSABLE)
    assert again["failed"] is True
    assert again["msg"].startswith(
        f"1 of 6 virtual lines could not be changed to the desired settings: Phone Lobby, 6110 ({LOBBY_PHONE}). "
    )
    assert changed(again) == [True, False, True, False, True, False]
    assert simulator.counts(method="PUT")["count"] == 3
