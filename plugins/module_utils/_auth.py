# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Access token sources: given access token, or exchange of a refresh token.

Private to webex.calling.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from . import _error_hints as hints
from ._error_parsing import invalid_response
from ._errors import OptionError, WebexError, error_context

#: Function that posts a form to C(/access_token) of the Webex API, and returns the JSON object of the response.
Exchange = Callable[[Mapping[str, str]], Mapping[str, Any]]

#: Minimum secret length in characters. With shorter secrets, Ansible could mask parts of ids and numbers in results.
MIN_SECRET_LENGTH = 16

#: Environment variables by option, in order of precedence.
ENVIRONMENT = {
    "access_token": ("WEBEX_ACCESS_TOKEN", "WEBEX_TOKEN"),
    "client_id": ("WEBEX_CLIENT_ID",),
    "client_secret": ("WEBEX_CLIENT_SECRET",),
    "refresh_token": ("WEBEX_REFRESH_TOKEN",),
}
_APP_OPTIONS = ("client_id", "client_secret", "refresh_token")

_INVALID_IN_HEADER = re.compile(r"[^\x21-\x7e]")


class TokenSource(Protocol):
    """Thread-safe source of access tokens."""

    #: All secrets to redact.
    secrets: tuple[str, ...]
    #: Given credentials (secret), which identify this source.
    credentials: tuple[str, ...]
    #: Whether Webex returned a new refresh token that replaces the given one.
    rotated: bool

    def token(self, exchange: Exchange) -> str:
        """Return the current access token.

        :param exchange: function that sends the token exchange.
        :raises AuthenticationError: if Webex refuses the token exchange.
        """

    def renew(self, refused: str, exchange: Exchange) -> str | None:
        """Return an access token that replaces a refused one, or None if no other is available.

        :param refused: access token that Webex refused.
        :param exchange: function that sends the token exchange.
        :raises AuthenticationError: if Webex refuses the token exchange.
        """


class StaticToken:
    """Given access token without renewal."""

    rotated = False

    def __init__(self, access_token: str) -> None:
        self._token = access_token
        self.secrets: tuple[str, ...] = (access_token,)
        self.credentials: tuple[str, ...] = (access_token,)

    def token(self, exchange: Exchange) -> str:
        return self._token

    def renew(self, refused: str, exchange: Exchange) -> str | None:
        return None


class RefreshTokenSource:
    """Access tokens from the refresh token of a service app or an integration.

    The first request triggers a token exchange. If Webex refuses the access token, the source exchanges the refresh
    token once more, because access tokens can expire or be revoked during use. Token exchanges never run in parallel,
    because one can invalidate another.
    """

    def __init__(self, client_id: str, client_secret: str, refresh_token: str) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._refresh_token = refresh_token
        self._lock = threading.Lock()
        self._token: str | None = None
        self._exchanges = 0
        self._failure: WebexError | None = None
        self.rotated = False
        #: Response to the last token exchange.
        self.response: Mapping[str, Any] = {}
        self.secrets: tuple[str, ...] = (client_secret, refresh_token)
        self.credentials: tuple[str, ...] = (client_id, refresh_token)

    def token(self, exchange: Exchange) -> str:
        with self._lock:
            return self._token or self._exchange(exchange)

    def renew(self, refused: str, exchange: Exchange) -> str | None:
        with self._lock:
            if self._token != refused:
                return self._token
            return self._exchange(exchange) if self._exchanges < 2 else None

    def _exchange(self, exchange: Exchange) -> str:
        # Do not repeat a failed token exchange in waiting threads.
        if self._failure:
            raise self._failure
        try:
            with error_context("get an access token"):
                response = exchange(
                    {
                        "grant_type": "refresh_token",
                        "client_id": self._client_id,
                        "client_secret": self._client_secret,
                        "refresh_token": self._refresh_token,
                    }
                )
                token = response.get("access_token")
                if not isinstance(token, str) or len(token) < MIN_SECRET_LENGTH or _INVALID_IN_HEADER.search(token):
                    raise invalid_response(200, "No access token in the response")
        except WebexError as error:
            self._failure = error
            raise
        refresh_token = response.get("refresh_token")
        if isinstance(refresh_token, str) and refresh_token and refresh_token != self._refresh_token:
            self.rotated = True
            self._refresh_token = refresh_token
            self.secrets += (refresh_token,)
        self._token = token
        self.response = response
        self._exchanges += 1
        self.secrets += (token,)
        return token


def token_source(options: Mapping[str, Any], environ: Mapping[str, str]) -> TokenSource:
    """Return the access token source that the options or the environment define.

    Options take precedence over the environment. The environment can complete app credentials, but never adds a second
    authentication method.

    :raises OptionError: if credentials are missing, incomplete, malformed, or given for both methods.
    """
    given = options.get("access_token")
    app_options = [name for name in _APP_OPTIONS if options.get(name) is not None]
    if given is not None and app_options:
        raise OptionError(
            f"both access_token and {_join(app_options)} are given",
            f"Give one way to authenticate only. {hints.BOTH_CREDENTIALS}",
        )
    if given is None and not app_options:
        given = _first_set(environ, ENVIRONMENT["access_token"])
    if given is not None:
        return StaticToken(_checked("access_token", given))
    return refresh_token_source(options, environ)


def refresh_token_source(options: Mapping[str, Any], environ: Mapping[str, str]) -> RefreshTokenSource:
    """Return the access token source for an app. The environment can complete the app credentials.

    :raises OptionError: if credentials are missing or malformed.
    """
    app = {}
    for name in _APP_OPTIONS:
        value = options.get(name)
        if value is None:
            value = _first_set(environ, ENVIRONMENT[name])
        if value is not None:
            app[name] = _checked(name, value)
    missing = [name for name in _APP_OPTIONS if name not in app]
    if not app:
        raise OptionError("there are no credentials", hints.BOTH_CREDENTIALS)
    if missing:
        raise OptionError(
            f"{_join(list(app))} {'is' if len(app) == 1 else 'are'} given without {_join(missing)}",
            f"Give all three. {hints.BOTH_CREDENTIALS}",
        )
    return RefreshTokenSource(**app)


def _first_set(environ: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((environ[name] for name in names if environ.get(name, "").strip()), None)


def _checked(name: str, value: Any) -> str:
    """Return a credential without surrounding white space. Files and vaults often add a line break.

    :raises OptionError: if the credential is empty or malformed.
    """
    text = str(value).strip()
    if not text:
        raise OptionError(f"{name} is empty", hints.EMPTY_CREDENTIAL)
    if _INVALID_IN_HEADER.search(text):
        raise OptionError(
            f"{name} contains a space, a line break, or another character that is invalid in a credential",
            hints.MALFORMED_CREDENTIAL,
        )
    if name != "client_id" and len(text) < MIN_SECRET_LENGTH:
        raise OptionError(f"{name} has fewer than {MIN_SECRET_LENGTH} characters", hints.MALFORMED_CREDENTIAL)
    return text


def _join(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
