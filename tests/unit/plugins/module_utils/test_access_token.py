# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ansible_collections.webex.calling.plugins.module_utils._access_token import get_access_token
from ansible_collections.webex.calling.plugins.module_utils._argument_spec import connection_arguments
from ansible_collections.webex.calling.plugins.module_utils._errors import AuthenticationError, OptionError

APP = {"client_id": "id", "client_secret": "fake-secret", "refresh_token": "fake-refresh"}
OPTIONS = {name: argument.get("default") for name, argument in connection_arguments().items()}
ANSWER = {
    "access_token": "made",
    "expires_in": 1209599,
    "refresh_token": "fake-refresh",
    "refresh_token_expires_in": 7775999,
}


def seconds_from_now(moment):
    end = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    return (end - datetime.now(timezone.utc)).total_seconds()


@pytest.fixture
def made(webex):
    def make_(answer, **options):
        webex.will(webex.answer(body=answer))
        return get_access_token({**OPTIONS, "api_url": webex.url, **APP, **options})

    return make_


def test_when_both_tokens_end(made, webex):
    result = made(ANSWER)
    assert seconds_from_now(result.pop("expires_at")) == pytest.approx(1209599, abs=5)
    assert seconds_from_now(result.pop("refresh_token_expires_at")) == pytest.approx(7775999, abs=5)
    assert result == {
        "changed": False,
        "access_token": "made",
        "expires_in": 1209599,
        "refresh_token_expires_in": 7775999,
        "refresh_token_rotated": False,
    }
    assert [request.path for request in webex.asked] == ["/v1/access_token"]


def test_a_refresh_token_that_rotates_is_handed_out(made):
    result = made({**ANSWER, "refresh_token": "fake-rotated"})
    assert (result["refresh_token_rotated"], result["refresh_token"]) == (True, "fake-rotated")
    assert result["changed"] is True


@pytest.mark.parametrize("said", [{}, {"expires_in": None}, {"expires_in": "soon"}, {"expires_in": [5]}])
def test_what_webex_does_not_say(made, said):
    result = made({"access_token": "made", **said})
    assert (result["expires_in"], result["expires_at"]) == (None, None)
    assert (result["refresh_token_expires_in"], result["refresh_token_expires_at"]) == (None, None)


@pytest.mark.parametrize("seconds", [10**30, float("inf"), -(10**30), float("nan")])
def test_ends_that_no_calendar_has(made, seconds):
    result = made({"access_token": "made", "expires_in": seconds})
    assert (result["expires_in"], result["expires_at"]) == (None, None)


def test_the_environment_signs_in(webex, monkeypatch):
    for name, value in APP.items():
        monkeypatch.setenv(f"WEBEX_{name.upper()}", value)
    # Other modules would use this one. Here it is of no use.
    monkeypatch.setenv("WEBEX_ACCESS_TOKEN", "fake-token")
    webex.will(webex.answer(body=ANSWER))
    assert get_access_token({**OPTIONS, "api_url": webex.url})["access_token"] == "made"


def test_an_access_token_of_the_options_is_ignored(webex):
    webex.will(webex.answer(body={"access_token": "new-token"}))
    result = get_access_token({**OPTIONS, "api_url": webex.url, **APP, "access_token": "fake-token"})
    assert result["access_token"] == "new-token"
    assert "Authorization" not in webex.asked[0].headers


def test_missing_credentials_fail(webex):
    with pytest.raises(OptionError, match="there are no credentials"):
        get_access_token({**OPTIONS, "api_url": webex.url})
    assert webex.asked == []


def test_an_app_that_is_refused(webex):
    webex.will(webex.answer(401))
    with pytest.raises(AuthenticationError):
        get_access_token({**OPTIONS, "api_url": webex.url, **APP})
