# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.webex.calling.plugins.modules import virtual_line_call_recording_info, virtual_line_info
from ansible_collections.webex.calling.plugins.modules.access_token import main
from ansible_collections.webex.calling.tests.unit.organization import (
    ADMIN_TOKEN,
    HOTLINE,
    ROTATING_APP,
    SERVICE_APP,
    ZOE,
)

APP_IN_ENVIRONMENT = {f"WEBEX_{name.upper()}": value for name, value in SERVICE_APP.items()}
BOTH_CREDENTIALS = (
    "Give access_token, or client_id, client_secret, and refresh_token. Or set WEBEX_ACCESS_TOKEN, or WEBEX_CLIENT_ID, "
    "WEBEX_CLIENT_SECRET, and WEBEX_REFRESH_TOKEN, in the environment of the module."
)
APP_REFUSED = (
    "Check client_id and client_secret, and that refresh_token belongs to this app. A refresh token expires after 90 "
    "days without use, and when the authorization of the app is revoked. Authorize the app again to get a new one."
)
NULL_OPTION = "Check the variable that the value comes from. Use omit to leave an option out."


@pytest.fixture
def ask(run_module, simulator):
    """A function that runs the module against the simulator."""

    def ask_(**options):
        return run_module(main, **options)

    return ask_


def time_of(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def test_access_token_and_expiry_of_both_tokens(ask, simulator):
    start = datetime.now(timezone.utc).replace(microsecond=0)
    result = ask(**SERVICE_APP)
    end = datetime.now(timezone.utc)
    assert not result.get("failed"), result["msg"]
    assert result.keys() - {"invocation"} == {
        "changed",
        "access_token",
        "expires_in",
        "expires_at",
        "refresh_token_expires_in",
        "refresh_token_expires_at",
        "refresh_token_rotated",
    }
    assert (result["changed"], result["refresh_token_rotated"]) == (False, False)
    assert isinstance(result["access_token"], str)
    assert result["access_token"] not in ("", ADMIN_TOKEN, *SERVICE_APP.values())
    assert 1209600 - 60 < result["expires_in"] <= 1209600
    assert 7776000 - 600 < result["refresh_token_expires_in"] <= 7776000
    for prefix in ("", "refresh_token_"):
        seconds = timedelta(seconds=result[f"{prefix}expires_in"])
        assert start <= time_of(result[f"{prefix}expires_at"]) - seconds <= end
    (request,) = simulator.requests()
    assert (request["method"], request["path"]) == ("POST", "/v1/access_token")


def test_other_modules_use_the_access_token(ask, run_module, simulator):
    token = ask(**SERVICE_APP)["access_token"]
    simulator.clear_requests()
    listed = run_module(virtual_line_info.main, access_token=token, location_name="München")
    ids = [line["id"] for line in listed["virtual_lines"]]
    assert ids == [HOTLINE, ZOE]
    read = run_module(virtual_line_call_recording_info.main, access_token=token, virtual_line_id=ids)
    assert [line["call_recording"]["enabled"] for line in read["virtual_lines"]] == [True, True]
    # No further exchange.
    assert [request["token"] for request in simulator.requests()] == ["service app, issued"] * 4


@pytest.mark.parametrize("given", [ADMIN_TOKEN, "simulated-expired-token", "not a token"])
def test_an_access_token_that_is_given_is_ignored(ask, simulator, given):
    result = ask(access_token=given, **SERVICE_APP)
    assert not result.get("failed"), result["msg"]
    assert result["access_token"] not in ("", given)
    assert result["refresh_token_rotated"] is False
    assert [request["path"] for request in simulator.requests()] == ["/v1/access_token"]


def test_check_mode_with_an_app_in_the_environment(ask, run_module):
    first = ask(**SERVICE_APP)
    result = ask(check_mode=True, environment=APP_IN_ENVIRONMENT)
    assert (result["changed"], result["refresh_token_rotated"]) == (False, False)
    assert result["access_token"] not in (first["access_token"], ADMIN_TOKEN)
    read = run_module(
        virtual_line_call_recording_info.main, access_token=result["access_token"], virtual_line_id=HOTLINE
    )
    assert read["call_recording"]["enabled"] is True


def test_the_environment_completes_an_app(ask):
    environment = {**APP_IN_ENVIRONMENT, "WEBEX_CLIENT_ID": "something-else"}
    result = ask(client_id=SERVICE_APP["client_id"], environment=environment)
    assert not result.get("failed"), result["msg"]
    # Without the option, the environment alone is not a valid app.
    assert ask(environment=environment)["error"]["status"] == 401


def test_a_new_refresh_token_is_returned(ask):
    first = ask(**ROTATING_APP)
    assert (first["changed"], first["refresh_token_rotated"]) == (True, True)
    assert first["refresh_token"] not in (ROTATING_APP["refresh_token"], first["access_token"])
    second = ask(**{**ROTATING_APP, "refresh_token": first["refresh_token"]})
    assert (second["changed"], second["refresh_token_rotated"]) == (True, True)
    assert second["refresh_token"] not in (ROTATING_APP["refresh_token"], first["refresh_token"])
    # The old one is not valid any more.
    result = ask(**ROTATING_APP)
    assert result["failed"] is True
    assert (result["error"]["type"], result["error"]["status"]) == ("authentication", 400)


def test_a_rate_limit_and_a_response_without_expiry(ask, simulator):
    simulator.add_fault(path="access_token", status=429, retry_after=1, times=1)
    simulator.add_fault(path="access_token", status=200, body={"access_token": ADMIN_TOKEN}, times=1)
    result = ask(**SERVICE_APP)
    result.pop("invocation", None)
    assert result == {
        "changed": False,
        "access_token": ADMIN_TOKEN,
        "expires_in": None,
        "expires_at": None,
        "refresh_token_expires_in": None,
        "refresh_token_expires_at": None,
        "refresh_token_rotated": False,
    }
    assert [request["status"] for request in simulator.requests()] == [429, 200]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, f"there are no credentials. {BOTH_CREDENTIALS}"),
        ({"access_token": ADMIN_TOKEN}, f"there are no credentials. {BOTH_CREDENTIALS}"),
        (
            {name: SERVICE_APP[name] for name in ("client_id", "refresh_token")},
            f"client_id and refresh_token are given without client_secret. Give all three. {BOTH_CREDENTIALS}",
        ),
        ({**SERVICE_APP, "client_secret": None}, f"client_secret is null. {NULL_OPTION}"),
        (
            {"refresh_token": SERVICE_APP["refresh_token"]},
            f"refresh_token is given without client_id and client_secret. Give all three. {BOTH_CREDENTIALS}",
        ),
        ({**SERVICE_APP, "client_secret": ""}, f"client_secret is empty. {NULL_OPTION}"),
    ],
)
def test_invalid_options(ask, simulator, options, message):
    # An access token is in the environment as well. This module does not use it.
    result = ask(**options)
    assert result["failed"] is True
    assert result["msg"] == f"Invalid options: {message}"
    assert (result["error"]["type"], result["error"]["status"]) == ("invalid_option", None)
    assert "access_token" not in result
    assert simulator.requests() == []


@pytest.mark.parametrize(
    ("app", "status", "message"),
    [
        (
            {**SERVICE_APP, "client_secret": "another-client-secret"},
            401,
            "HTTP 401 Unauthorized: The client_id or the client_secret is invalid ",
        ),
        ({**SERVICE_APP, "refresh_token": ROTATING_APP["refresh_token"]}, 400, "HTTP 400 Bad Request"),
        (
            {
                "client_id": "simulated-expired-app",
                "client_secret": "simulated-expired-app-secret",
                "refresh_token": "simulated-expired-app-refresh-token",
            },
            400,
            "HTTP 400 Bad Request",
        ),
    ],
)
def test_an_app_that_is_refused(ask, app, status, message):
    result = ask(**app)
    assert result["failed"] is True
    assert result["msg"].startswith(f"Could not get an access token: {message}")
    assert result["msg"].endswith(f". {APP_REFUSED}")
    assert (result["error"]["type"], result["error"]["status"]) == ("authentication", status)
    assert "access_token" not in result


@pytest.mark.parametrize(
    ("fault", "error_type", "message"),
    [
        (
            {"status": 200, "body": {"token_type": "Bearer"}},
            "invalid_response",
            "HTTP 200 No access token in the response",
        ),
        ({"status": 200, "text": "<html>Please log in</html>"}, "invalid_response", "HTTP 200 Not JSON"),
        ({"status": 500}, "server_error", "HTTP 500 Internal Server Error"),
    ],
)
def test_a_response_without_an_access_token(ask, simulator, fault, error_type, message):
    simulator.add_fault(path="access_token", times=1, **fault)
    result = ask(**SERVICE_APP)
    assert result["failed"] is True
    assert result["msg"].startswith(f"Could not get an access token: {message}")
    assert (result["error"]["type"], result["error"]["status"]) == (error_type, fault["status"])
    assert "access_token" not in result


@pytest.mark.parametrize("in_environment", [False, True])
def test_a_failure_shows_no_secret(ask, simulator, in_environment):
    secrets = SERVICE_APP["refresh_token"], SERVICE_APP["client_secret"]
    simulator.add_fault(
        path="access_token", status=400, message=f"{secrets[0]} is no refresh token for {secrets[1]}.", times=1
    )
    result = ask(environment=APP_IN_ENVIRONMENT) if in_environment else ask(**SERVICE_APP)
    assert result["failed"] is True
    assert "HTTP 400 Bad Request: ******** is no refresh token for ********" in result["msg"]
    assert not any(secret in str(result) for secret in secrets)
    # Since ansible-core 2.19, results have no invocation by default.
    shown = None if in_environment else "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    arguments = result.get("invocation", {}).get("module_args", {})
    assert {arguments.get(name, shown) for name in ("client_secret", "refresh_token")} == {shown}
