# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re

import pytest

from ansible_collections.webex.calling.plugins.module_utils import _module
from ansible_collections.webex.calling.plugins.modules.virtual_line_call_recording_info import main
from ansible_collections.webex.calling.tests.unit.organization import (
    ADMIN_TOKEN,
    ALL_LINES,
    BOB_SMITH,
    BOB_SMITH_LINE,
    CHARLIE_SMITH,
    CUSTOMER_LINE,
    CUSTOMER_ORGANIZATION,
    EXPIRED_TOKEN,
    HOTLINE,
    JAN_KOWALSKI,
    LOBBY_PHONE,
    MUNICH,
    NOBODY,
    PARTNER_TOKEN,
    PERSON,
    RECEPTION,
    ROTATING_APP,
    SERVICE_APP,
    TRADING_DESK,
    UNKNOWN_LINE,
    USER_TOKEN,
    XIAOMING,
    ZOE,
)

#: The example of the API reference in snake case.
BOB_SMITH_SETTINGS = {
    "enabled": True,
    "record": "Never",
    "record_voicemail_enabled": False,
    "notification": {"enabled": False, "type": "None"},
    "repeat": {"interval": 15, "enabled": False},
    "service_provider": "WSWYZ25455",
    "external_group": "WSWYZ25455L31161",
    "external_identifier": "a34iidrh5o@64941297.int10.bcld.webex.com",
    "start_stop_announcement": {"internal_calls_enabled": False, "pstn_calls_enabled": False},
}

LIST_PATH = "/v1/telephony/config/virtualLines"


@pytest.fixture
def run(run_module, webex):
    """A function that runs the module against scripted responses."""

    def run_(**options):
        return run_module(main, **{"access_token": "fake-access-token", "api_url": webex.url, **options})

    return run_


@pytest.fixture
def read(run_module, simulator):
    """A function that runs the module against the simulator."""

    def read_(**options):
        return run_module(main, **options)

    return read_


def ids(result):
    return [line["id"] for line in result["virtual_lines"]]


def records(result):
    assert not result.get("failed"), result["msg"]
    return [line["call_recording"]["record"] for line in result["virtual_lines"]]


def missing(result):
    return [(miss["selector"], miss["value"]) for miss in result["missing"]]


def error_of(result):
    """Return type and status of the error with which the module failed."""
    assert result["failed"] is True
    return result["error"]["type"], result["error"]["status"]


def test_the_example_of_the_api_reference(read, simulator):
    result = read(virtual_line_id=BOB_SMITH)
    assert result["changed"] is False
    assert (result["recordable"], result["call_recording"]) == (True, BOB_SMITH_SETTINGS)
    assert result["virtual_lines"] == [
        {"id": BOB_SMITH, "name": BOB_SMITH, "recordable": True, "call_recording": BOB_SMITH_SETTINGS}
    ]
    assert result["missing"] == []
    assert [request["path"] for request in simulator.requests()] == [f"{LIST_PATH}/{BOB_SMITH}/callRecording"]


def test_check_mode_reads_the_same(read):
    result = read(virtual_line_id=BOB_SMITH, check_mode=True)
    assert result["changed"] is False
    assert result["virtual_lines"] == [
        {"id": BOB_SMITH, "name": BOB_SMITH, "recordable": True, "call_recording": BOB_SMITH_SETTINGS}
    ]


def test_several_lines_are_read_once_each_in_the_given_order(read, simulator):
    asked_for = [XIAOMING, HOTLINE, NOBODY, RECEPTION, JAN_KOWALSKI, CHARLIE_SMITH]
    result = read(virtual_line_id=[*asked_for, HOTLINE])
    assert ids(result) == asked_for
    assert records(result) == ["Always", "Always with Pause/Resume", "Never", "Never", "On Demand", "Always"]
    assert "call_recording" not in result
    assert simulator.counts()["count"] == 6


def test_unknown_keys_are_returned(read):
    settings = read(virtual_line_id=XIAOMING)["call_recording"]
    assert settings["repeat"] == {"interval": 30, "enabled": True, "audience": "ALL_PARTIES"}
    assert settings["start_stop_announcement_enabled"] is False
    assert settings["call_recording_access_settings"]["share_recordings_enabled"] is False
    assert settings["post_call_recording_settings"]["summary_and_action_items_enabled"] is True
    assert settings["announcements"] == {
        "use_location_level_enabled": False,
        "start": {"type": "DEFAULT"},
        "stop": {"type": "DEFAULT"},
    }


def test_selective_call_recording(read):
    assert read(virtual_line_id=HOTLINE)["call_recording"]["selective_call_recording_settings"] == {
        "record_inbound_internal_calls_enabled": False,
        "record_inbound_external_calls_enabled": True,
        "record_outbound_internal_calls_enabled": False,
        "record_outbound_external_calls_enabled": True,
    }


def test_absent_null_and_false_stay_different(read):
    absent, nulls = (read(virtual_line_id=line)["call_recording"] for line in (NOBODY, RECEPTION))
    assert not {"service_provider", "selective_call_recording_settings"} & absent.keys()
    for key in ("service_provider", "start_stop_announcement", "selective_call_recording_settings"):
        assert nulls[key] is None
    assert nulls["notification"] == {"enabled": False, "type": None}


def test_ids_alone_are_read_without_the_list(read, simulator):
    result = read(virtual_line_id=[BOB_SMITH, CHARLIE_SMITH, BOB_SMITH])
    assert ids(result) == [BOB_SMITH, CHARLIE_SMITH]
    assert [line.keys() for line in result["virtual_lines"]] == [{"id", "name", "recordable", "call_recording"}] * 2
    assert result["missing"] == []
    requests = simulator.requests()
    assert sorted(request["path"] for request in requests) == [
        f"{LIST_PATH}/{BOB_SMITH}/callRecording",
        f"{LIST_PATH}/line%2Fwith%2Bspecial%3Dcharacters%20and%20a%20space/callRecording",
    ]
    assert {request["query"] for request in requests} == {""}


def test_ids_and_another_selector(read, simulator):
    result = read(virtual_line_id=[CHARLIE_SMITH, BOB_SMITH, JAN_KOWALSKI], location_name="Denver", allow_missing=True)
    assert ids(result) == [CHARLIE_SMITH, BOB_SMITH]
    assert records(result) == ["Always", "Never"]
    assert missing(result) == [("virtual_line_id", JAN_KOWALSKI)]
    # The server may compare names more strictly, so the whole list tells what is missing.
    *lists, first, second = simulator.requests()
    assert {request["path"] for request in lists} == {LIST_PATH}
    filtered, following, whole, after_whole = (request["query"] for request in lists)
    assert "&locationName=Denver" in filtered
    assert following == f"{filtered}&start=1"
    assert (whole, after_whole) == ("max=1000", "max=1000&start=9")
    assert [request["path"].endswith("/callRecording") for request in (first, second)] == [True, True]


def test_selected_lines_have_their_identity(read):
    result = read(phone_number="+1 555 867 5311")
    assert result["call_recording"] == BOB_SMITH_SETTINGS
    assert result["virtual_lines"] == [
        {
            **BOB_SMITH_LINE,
            "recordable": True,
            "call_recording": BOB_SMITH_SETTINGS,
        }
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"extension": ["7006", "6104"]}, {NOBODY: "Never", TRADING_DESK: "Always"}),
        ({"owner_name": "jan kowalski"}, {JAN_KOWALSKI: "On Demand"}),
        ({"location_name": "münchen", "extension": "6103"}, {ZOE: "On Demand with User Initiated Start"}),
        (
            {"location_id": MUNICH},
            {HOTLINE: "Always with Pause/Resume", ZOE: "On Demand with User Initiated Start"},
        ),
    ],
)
def test_selectors(read, options, expected):
    result = read(**options)
    assert (ids(result), records(result)) == (list(expected), list(expected.values()))
    if len(expected) == 1:
        assert result["call_recording"] == result["virtual_lines"][0]["call_recording"]
    else:
        assert "call_recording" not in result


def test_the_whole_organization(read):
    result = read()
    assert not result.get("failed"), result["msg"]
    assert ids(result) == ALL_LINES
    assert [line["recordable"] for line in result["virtual_lines"]] == [True] * 9 + [False]
    assert all("location" in line for line in result["virtual_lines"])
    lobby = result["virtual_lines"][9]
    assert (lobby["name"], lobby["last_name"]) == ("Phone Lobby", "Lobby")
    assert lobby["not_recordable"]["code"] == "4410"
    assert lobby["call_recording"] == {"enabled": False, "record": "Never"}


def test_no_settings_are_read_if_a_value_matches_nothing(read, simulator):
    result = read(location_name=["Denver", "Munchen"])
    assert error_of(result) == ("no_match", None)
    assert "no virtual line with location_name 'Munchen'; did you mean 'München'?" in result["msg"]
    assert missing(result) == [("location_name", "Munchen")]
    assert "virtual_lines" not in result
    assert simulator.counts(path="callRecording")["count"] == 0


def test_allow_missing(read):
    result = read(virtual_line_id=[UNKNOWN_LINE, TRADING_DESK], allow_missing=True)
    assert ids(result) == [TRADING_DESK]
    assert result["call_recording"]["record"] == "Always"
    assert missing(result) == [("virtual_line_id", UNKNOWN_LINE)]


def test_allow_missing_without_any_line(read):
    result = read(virtual_line_id=UNKNOWN_LINE, allow_missing=True)
    assert records(result) == []
    assert missing(result) == [("virtual_line_id", UNKNOWN_LINE)]
    assert "call_recording" not in result


def test_allow_missing_does_not_accept_the_404_of_a_gateway(read, simulator):
    simulator.add_fault(path="callRecording", status=404, shape="f", times=1)
    result = read(virtual_line_id=TRADING_DESK, allow_missing=True)
    assert error_of(result) == ("refused", 404)
    assert result["missing"] == []


def test_allow_missing_does_not_accept_other_errors(read):
    result = read(virtual_line_id=[UNKNOWN_LINE, PERSON, TRADING_DESK], allow_missing=True)
    assert result["msg"].startswith("1 of 2 virtual lines could not be read")
    assert error_of(result) == ("refused", 400)
    assert ids(result) == [PERSON, TRADING_DESK]
    assert missing(result) == [("virtual_line_id", UNKNOWN_LINE)]


def test_lines_that_cannot_be_read(read):
    lines = [TRADING_DESK, UNKNOWN_LINE, LOBBY_PHONE, PERSON, BOB_SMITH]
    result = read(virtual_line_id=lines)
    assert result["msg"].startswith("2 of 5 virtual lines could not be read")
    assert UNKNOWN_LINE in result["msg"]
    assert ids(result) == lines
    always, unknown, not_assigned, person, never = result["virtual_lines"]
    assert (always["call_recording"]["record"], never["call_recording"]["record"]) == ("Always", "Never")
    assert result["error"] == unknown["error"]
    assert error_of(result) == ("not_found", 404)
    assert (unknown["error"]["kind"], unknown["error"]["id"]) == ("virtual_line", UNKNOWN_LINE)
    assert unknown["error"]["tracking_id"].startswith("WEBEXCALLING_")
    assert not_assigned["not_recordable"]["code"] == "4410"
    assert "Assign call recording in Control Hub" in not_assigned["not_recordable"]["hint"]
    assert (person["error"]["type"], person["error"]["status"]) == ("refused", 400)
    assert "The id belongs to something else" in person["error"]["hint"]
    assert not any("call_recording" in line for line in (unknown, person))


def test_the_message_for_one_line(run, webex):
    webex.will(webex.answer(404, {"message": "Not there.", "trackingId": "T1"}))
    result = run(virtual_line_id="line-1")
    assert result["msg"].startswith(
        "Could not read the call recording settings of virtual line line-1: HTTP 404 Not Found: Not there "
        "(tracking id T1). The organization has no such virtual line."
    )
    assert error_of(result) == ("not_found", 404)
    assert result["virtual_lines"] == [{"id": "line-1", "name": "line-1", "error": result["error"]}]
    assert "call_recording" not in result


def test_the_message_for_several_lines(run, webex):
    webex.will(webex.answer(404), webex.answer(body={"enabled": True, "record": "Always"}))
    result = run(virtual_line_id=["line-1", "line-2"], concurrency=1)
    assert result["msg"].startswith("1 of 2 virtual lines could not be read: line-1. Could not read")
    assert result["error"]["id"] == "line-1"
    assert result["virtual_lines"][1] == {
        "id": "line-2",
        "name": "line-2",
        "recordable": True,
        "call_recording": {"enabled": True, "record": "Always"},
    }


def test_the_message_names_five_lines(run, webex):
    webex.will(webex.answer(404))
    result = run(virtual_line_id=[f"line-{number}" for number in range(7)])
    assert result["msg"].startswith(
        "7 of 7 virtual lines could not be read: line-0, line-1, line-2, line-3, line-4 and 2 more. "
        "Could not read the call recording settings of virtual line line-0: HTTP 404"
    )


def test_a_refused_token_stops_reading(run, webex):
    webex.will(webex.answer(401))
    result = run(virtual_line_id=["line-1", "line-2", "line-3"], concurrency=1)
    assert len(webex.asked) == 1
    assert [line["error"]["status"] for line in result["virtual_lines"]] == [401] * 3


def test_redirects_are_not_followed(read, simulator):
    simulator.add_fault(status=307, headers={"Location": f"{simulator.https_api_url}/elsewhere"}, times=1)
    result = read(virtual_line_id=TRADING_DESK)
    assert error_of(result) == ("redirect", 307)
    assert simulator.counts()["count"] == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"access_token": ""}, "access_token is empty"),
        ({"client_id": "c"}, "both access_token and client_id are given"),
        ({"virtual_line_id": []}, "virtual_line_id is an empty list"),
        ({"virtual_line_id": " "}, "virtual_line_id is empty"),
        ({"api_url": "http://webex.example/v1"}, "api_url is an http address of webex.example, which is not encrypted"),
        ({"api_url": "https://webexapis.com/v1", "ca_path": "/nowhere"}, "ca_path is /nowhere, which does not exist"),
        ({"timeout": 0}, "timeout is 0"),
    ],
)
def test_invalid_options(run, webex, options, message):
    result = run(**{"virtual_line_id": "line-1", **options})
    assert error_of(result) == ("invalid_option", None)
    assert message in result["msg"]
    assert webex.asked == []


def test_the_access_token_has_precedence_over_the_environment(read):
    result = read(
        access_token=PARTNER_TOKEN,
        org_id=CUSTOMER_ORGANIZATION,
        virtual_line_id=CUSTOMER_LINE,
        environment={"WEBEX_ACCESS_TOKEN": EXPIRED_TOKEN},
    )
    assert records(result) == ["Never"]


def test_the_organization_from_the_environment(read):
    result = read(
        access_token=PARTNER_TOKEN,
        virtual_line_id=CUSTOMER_LINE,
        environment={"WEBEX_ORG_ID": CUSTOMER_ORGANIZATION},
    )
    assert records(result) == ["Never"]


def test_one_token_exchange_for_all_lines(read, simulator):
    result = read(
        client_id=SERVICE_APP["client_id"],
        refresh_token=SERVICE_APP["refresh_token"],
        virtual_line_id=[TRADING_DESK, BOB_SMITH, HOTLINE],
        environment={"WEBEX_CLIENT_SECRET": SERVICE_APP["client_secret"]},
    )
    assert records(result) == ["Always", "Never", "Always with Pause/Resume"]
    assert simulator.counts(path="/access_token")["count"] == 1
    assert "warnings" not in result


def test_a_refused_access_token_of_an_app_is_renewed(read, simulator):
    simulator.add_fault(path="callRecording", status=401, times=1)
    assert records(read(**SERVICE_APP, virtual_line_id=TRADING_DESK)) == ["Always"]
    assert simulator.counts(path="/access_token")["count"] == 2


def test_a_new_refresh_token_is_a_warning(read):
    result = read(**ROTATING_APP, virtual_line_id=TRADING_DESK)
    assert records(result) == ["Always"]
    (warning,) = result["warnings"]
    assert warning.startswith("Webex returned a new refresh token")
    assert "webex.calling.access_token" in warning


def test_a_new_refresh_token_is_not_shown(run_module, webex):
    webex.will(
        webex.answer(body={"access_token": "fake-made-access-token", "refresh_token": "fake-rotated-refresh-token"}),
        webex.answer(),
    )
    app = {"client_id": "c", "client_secret": "fake-client-secret", "refresh_token": "fake-refresh-token"}
    result = run_module(main, **app, virtual_line_id="line-1", api_url=webex.url)
    assert "Webex returned a new refresh token" in str(result["warnings"])
    for secret in ("fake-made-access-token", "fake-rotated-refresh-token", "fake-client-secret", "fake-refresh-token"):
        assert secret not in str(result)


@pytest.mark.parametrize(
    ("options", "error_type", "status", "message"),
    [
        ({}, "invalid_option", None, "there are no credentials"),
        (
            {"client_id": SERVICE_APP["client_id"]},
            "invalid_option",
            None,
            "client_id is given without client_secret and refresh_token",
        ),
        (
            {"access_token": ADMIN_TOKEN, "client_id": SERVICE_APP["client_id"]},
            "invalid_option",
            None,
            "both access_token and client_id are given",
        ),
        ({"access_token": EXPIRED_TOKEN}, "authentication", 401, "HTTP 401 Unauthorized"),
        ({"access_token": USER_TOKEN}, "permission", 403, "HTTP 403 Forbidden"),
        (
            {"access_token": "simulated-no-telephony-scope-token"},
            "permission",
            403,
            "spark-admin:telephony_config_read",
        ),
        (
            {**SERVICE_APP, "client_secret": "another-client-secret"},
            "authentication",
            401,
            "Could not get an access token: HTTP 401",
        ),
        (
            {
                "client_id": "simulated-expired-app",
                "client_secret": "simulated-expired-app-secret",
                "refresh_token": "simulated-expired-app-refresh-token",
            },
            "authentication",
            400,
            "Could not get an access token: HTTP 400",
        ),
    ],
)
def test_credentials_that_fail(read, options, error_type, status, message):
    result = read(**options, virtual_line_id=TRADING_DESK, environment={"WEBEX_ACCESS_TOKEN": ""})
    assert error_of(result) == (error_type, status)
    assert message in result["msg"]


def test_https_with_the_certificate_of_another_authority(read, simulator):
    result = read(api_url=simulator.https_api_url, ca_path=simulator.ca_path, virtual_line_id=TRADING_DESK)
    assert records(result) == ["Always"]


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_https_without_verification(read, simulator):
    result = read(api_url=simulator.https_api_url, validate_certs=False, virtual_line_id=TRADING_DESK)
    assert records(result) == ["Always"]


@pytest.mark.parametrize(
    ("url", "error_type", "reason"),
    [
        ("{https_api_url}", "tls", "TLS certificate not trusted"),
        ("https:{rest}", "tls", "TLS failed"),
        ("https://nowhere.invalid/v1", "connection", "Host name not found"),
        ("http://127.0.0.1:1/v1", "connection", "Connection refused"),
    ],
)
def test_connections_that_fail(read, simulator, url, error_type, reason):
    url = url.format(https_api_url=simulator.https_api_url, rest=simulator.api_url.partition(":")[2])
    result = read(api_url=url, virtual_line_id=TRADING_DESK)
    assert error_of(result) == (error_type, None)
    assert result["error"]["reason"] == reason
    assert reason in result["msg"]
    assert result["error"]["tracking_id"] is None


def test_netrc_does_not_replace_the_access_token(read, simulator, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login simulated password simulated-password\n", encoding="utf-8")
    netrc.chmod(0o600)
    assert records(read(virtual_line_id=TRADING_DESK, environment={"NETRC": str(netrc)})) == ["Always"]
    (request,) = simulator.requests()
    assert (request["authorization"], request["token"]) == ("Bearer", "full admin")
    assert re.match("ansible-webex.calling/[0-9.]+ ", request["user_agent"])


def test_the_module_waits_as_long_as_webex_asks(read, simulator):
    simulator.add_fault(status=429, retry_after=1, times=1)
    assert records(read(virtual_line_id=TRADING_DESK)) == ["Always"]
    first, second = simulator.requests()
    assert (first["status"], second["status"]) == (429, 200)
    assert 1 <= second["time"] - first["time"] < 2


def test_a_wait_longer_than_retry_timeout_fails(read, simulator):
    simulator.add_fault(status=503, retry_after=60, times=1)
    result = read(virtual_line_id=TRADING_DESK, retry_timeout=30)
    assert error_of(result) == ("unavailable", 503)
    assert result["error"]["retry_after"] == 60
    assert "Gave up after 1 try" in result["msg"]
    assert simulator.counts()["count"] == 1


def test_requests_is_missing(run, monkeypatch):
    monkeypatch.setattr(_module, "REQUESTS_IMPORT_ERROR", "Traceback: no requests")
    result = run(virtual_line_id="line-1")
    assert result["failed"] is True
    assert "requests" in result["msg"]
    assert "Python library" in result["msg"]
