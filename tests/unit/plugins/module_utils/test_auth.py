# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import time

import pytest

from ansible_collections.webex.calling.plugins.module_utils._auth import (
    RefreshTokenSource,
    StaticToken,
    token_source,
)
from ansible_collections.webex.calling.plugins.module_utils._errors import AuthenticationError, OptionError, WebexError

APP = {"client_id": "id", "client_secret": "fake-secret", "refresh_token": "fake-refresh"}
APP_ENVIRONMENT = {
    "WEBEX_CLIENT_ID": "env-id",
    "WEBEX_CLIENT_SECRET": "env-secret",
    "WEBEX_REFRESH_TOKEN": "env-refresh",
}


def no_exchange(form):
    raise AssertionError("nothing should be exchanged")


class Exchange:
    """Stands in for the client's exchange: hands out numbered tokens and remembers what was sent."""

    def __init__(self, **answer):
        self.response = answer
        self.forms = []

    def __call__(self, form):
        self.forms.append(dict(form))
        return {"access_token": f"made-{len(self.forms)}", **self.response}


@pytest.mark.parametrize(
    ("options", "environ", "token"),
    [
        ({"access_token": "option"}, {}, "option"),
        ({"access_token": "option"}, {"WEBEX_ACCESS_TOKEN": "one", **APP_ENVIRONMENT}, "option"),
        ({}, {"WEBEX_ACCESS_TOKEN": "one", "WEBEX_TOKEN": "two"}, "one"),
        ({}, {"WEBEX_ACCESS_TOKEN": "", "WEBEX_TOKEN": "two"}, "two"),
        ({}, {"WEBEX_ACCESS_TOKEN": "one", **APP_ENVIRONMENT}, "one"),
        ({"access_token": " option\n"}, {}, "option"),
    ],
)
def test_given_tokens(options, environ, token):
    source = token_source(options, environ)
    assert isinstance(source, StaticToken)
    assert source.token(no_exchange) == token
    assert source.renew(token, no_exchange) is None
    assert source.secrets == (token,)


@pytest.mark.parametrize(
    ("options", "environ", "form"),
    [
        (APP, {}, APP),
        (APP, {"WEBEX_ACCESS_TOKEN": "one", **APP_ENVIRONMENT}, APP),
        ({}, APP_ENVIRONMENT, {"client_id": "env-id", "client_secret": "env-secret", "refresh_token": "env-refresh"}),
        (
            {"client_id": "id"},
            APP_ENVIRONMENT,
            {"client_id": "id", "client_secret": "env-secret", "refresh_token": "env-refresh"},
        ),
    ],
)
def test_app_tokens(options, environ, form):
    exchange = Exchange()
    source = token_source(options, environ)
    assert source.token(exchange) == source.token(exchange) == "made-1"
    assert exchange.forms == [{"grant_type": "refresh_token", **form}]
    assert set(source.secrets) == {form["client_secret"], form["refresh_token"], "made-1"}
    assert not source.rotated


@pytest.mark.parametrize(
    ("options", "environ", "message"),
    [
        ({}, {}, "there are no credentials"),
        ({"access_token": "t", "client_id": "c"}, {}, "both access_token and client_id are given"),
        (
            {"access_token": "t", **APP},
            {},
            "both access_token and client_id, client_secret and refresh_token are given",
        ),
        ({"client_id": "c"}, {}, "client_id is given without client_secret and refresh_token"),
        (
            {"client_id": "c", "client_secret": "s"},
            {"WEBEX_ACCESS_TOKEN": "one"},
            "client_id and client_secret are given without refresh_token",
        ),
        ({}, {"WEBEX_CLIENT_ID": "c"}, "client_id is given without client_secret and refresh_token"),
        ({"access_token": ""}, {"WEBEX_ACCESS_TOKEN": "one"}, "access_token is empty"),
        ({"access_token": " \n"}, {}, "access_token is empty"),
        ({**APP, "client_secret": ""}, APP_ENVIRONMENT, "client_secret is empty"),
    ],
)
def test_credentials_that_do_not_do(options, environ, message):
    with pytest.raises(OptionError) as caught:
        token_source(options, environ)
    assert caught.value.message == message
    assert caught.value.status is None


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "snow\N{SNOWMAN}", "nul\0"])
def test_what_can_not_be_a_token_is_not_shown(token):
    with pytest.raises(OptionError) as caught:
        token_source({"access_token": token}, {})
    assert caught.value.message.startswith("access_token contains a space")
    assert token not in str(caught.value)


def test_refused_once_is_renewed_once():
    exchange = Exchange()
    source = RefreshTokenSource(**APP)
    first = source.token(exchange)
    assert source.renew(first, exchange) == "made-2"
    # Another reader that was refused with the first one gets the second, without an exchange.
    assert source.renew(first, exchange) == "made-2"
    assert source.renew("made-2", exchange) is None
    assert len(exchange.forms) == 2


def test_readers_at_once_make_one_token():
    started = threading.Barrier(8)
    exchange = Exchange()
    source = RefreshTokenSource(**APP)
    tokens = []

    def slow_exchange(form):
        time.sleep(0.05)
        return exchange(form)

    def work():
        started.wait()
        tokens.append(source.token(slow_exchange))

    threads = [threading.Thread(target=work) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tokens == ["made-1"] * 8
    assert len(exchange.forms) == 1


def test_refused_exchange_is_not_tried_again():
    tries = []

    def refusing(form):
        tries.append(form)
        raise AuthenticationError("authentication", "Bad Request", "Hint.", status=400)

    source = RefreshTokenSource(**APP)
    for _each in range(3):
        with pytest.raises(AuthenticationError):
            source.token(refusing)
    assert len(tries) == 1


def test_new_refresh_token_is_used_from_then_on():
    exchange = Exchange(refresh_token="rotated")
    source = RefreshTokenSource(**APP)
    source.renew(source.token(exchange), exchange)
    assert [form["refresh_token"] for form in exchange.forms] == ["fake-refresh", "rotated"]
    assert source.rotated
    assert "rotated" in source.secrets


@pytest.mark.parametrize("answer", [None, "", 5, "line\nbreak"])
def test_exchange_without_a_token_in_it(answer):
    with pytest.raises(WebexError, match="No access token in the response"):
        RefreshTokenSource(**APP).token(Exchange(access_token=answer))


def test_credentials_are_known_by_what_was_given():
    made = token_source(APP, {})
    assert made.credentials == ("id", "fake-refresh")
    made.token(Exchange(refresh_token="fake-other-refresh"))
    assert made.credentials == ("id", "fake-refresh")
    assert token_source({"access_token": "t"}, {}).credentials == ("t",)
