# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.webex.calling.plugins.modules.access_token import main


@pytest.fixture
def run(run_module, webex):
    def run_(**options):
        app = {"client_id": "id", "client_secret": "fake-secret", "refresh_token": "fake-refresh"}
        return run_module(main, **{**app, "api_url": webex.url, **options})

    return run_


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_token_is_made(run, webex, check_mode):
    webex.will(webex.answer(body={"access_token": "made", "expires_in": 5}))
    result = run(_ansible_check_mode=check_mode)
    assert (result["access_token"], result["expires_in"], result["changed"]) == ("made", 5, False)
    assert len(webex.asked) == 1


def test_a_rotated_refresh_token_is_not_censored(run, webex):
    webex.will(webex.answer(body={"access_token": "made", "refresh_token": "another"}))
    result = run()
    assert (result["refresh_token"], result["changed"]) == ("another", True)


def test_no_secret_in_a_failure(run, webex):
    webex.will(webex.answer(400, {"message": "fake-refresh is no token of fake-secret"}))
    result = run()
    assert result["failed"] is True
    assert result["error"]["status"] == 400
    assert result["msg"].startswith("Could not get an access token: HTTP 400")
    assert "fake-" not in str({key: value for key, value in result.items() if key != "invocation"})
