# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How requests are signed: with a given access token, or with one that is made from a refresh token and renewed.

Private to webex.calling.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from .errors import OptionError, WebexError, doing, unusable_answer
from .http_library import AuthBase

if TYPE_CHECKING:
    from requests import PreparedRequest

#: Posts a form to Webex's C(/access_token) and returns the JSON object that comes back.
Exchange = Callable[[Mapping[str, str]], Mapping[str, Any]]

#: Environment variables that stand in for each option, the first that is set wins.
ENVIRONMENT = {
    "access_token": ("WEBEX_ACCESS_TOKEN", "WEBEX_TOKEN"),
    "client_id": ("WEBEX_CLIENT_ID",),
    "client_secret": ("WEBEX_CLIENT_SECRET",),
    "refresh_token": ("WEBEX_REFRESH_TOKEN",),
}
_APP_OPTIONS = ("client_id", "client_secret", "refresh_token")

_HINT_BOTH_WAYS = (
    "Give access_token, or client_id, client_secret and refresh_token; or set WEBEX_ACCESS_TOKEN, "
    "or WEBEX_CLIENT_ID, WEBEX_CLIENT_SECRET and WEBEX_REFRESH_TOKEN, in the environment of the module."
)

#: What to tell when a refresh token was renewed, which nobody here can store.
ROTATED = (
    "Webex gave out a new refresh token in place of the one in use, which may have ended with that. "
    "The module webex.calling.access_token hands it to you: use that one once at the start of the play."
)
_NOT_IN_A_HEADER = re.compile(r"[^\x21-\x7e]")


class Bearer(AuthBase):
    """Signs a request with a token.

    Being an object of requests' own kind, it can't be replaced by an entry of C(~/.netrc), as a bare header is.
    """

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Unsigned(AuthBase):
    """Signs nothing, and keeps requests from signing with an entry of C(~/.netrc)."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request


class TokenSource(Protocol):
    """Where the access token comes from. Safe to use from several threads."""

    #: All that must never be shown.
    secrets: tuple[str, ...]
    #: What it was given, by which it can be told from others. Secret.
    identity: tuple[str, ...]
    #: Whether Webex gave out another refresh token than the one it was given.
    rotated: bool

    def token(self, exchange: Exchange) -> str:
        """The access token to use now.

        :raises CredentialsRefused: if a token had to be made and Webex refused.
        """

    def after_refusal(self, refused: str, exchange: Exchange) -> str | None:
        """Another access token in place of one that was refused, or None if there is none.

        :raises CredentialsRefused: if a token had to be made and Webex refused.
        """


class GivenToken:
    """An access token that was given and can't be renewed."""

    rotated = False

    def __init__(self, access_token: str) -> None:
        self._token = access_token
        self.secrets: tuple[str, ...] = (access_token,)
        self.identity: tuple[str, ...] = (access_token,)

    def token(self, exchange: Exchange) -> str:
        return self._token

    def after_refusal(self, refused: str, exchange: Exchange) -> str | None:
        return None


class AppTokens:
    """Access tokens made from the refresh token of a service app or an integration.

    One is made when the first is needed, and one more when that is refused: a token can end, or be withdrawn, while
    it is used. Never two at once, as parallel exchanges can invalidate each other's tokens.
    """

    def __init__(self, client_id: str, client_secret: str, refresh_token: str) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._refresh_token = refresh_token
        self._lock = threading.Lock()
        self._token: str | None = None
        self._made = 0
        self._failure: WebexError | None = None
        self.rotated = False
        #: What Webex answered when the last token was made.
        self.answer: Mapping[str, Any] = {}
        self.secrets: tuple[str, ...] = (client_secret, refresh_token)
        self.identity: tuple[str, ...] = (client_id, refresh_token)

    def token(self, exchange: Exchange) -> str:
        with self._lock:
            return self._token or self._make(exchange)

    def after_refusal(self, refused: str, exchange: Exchange) -> str | None:
        with self._lock:
            if self._token != refused:
                return self._token
            return self._make(exchange) if self._made < 2 else None

    def _make(self, exchange: Exchange) -> str:
        # Whoever waited for the lock while the exchange failed must not try the same once more.
        if self._failure:
            raise self._failure
        try:
            with doing("get an access token"):
                answer = exchange(
                    {
                        "grant_type": "refresh_token",
                        "client_id": self._client_id,
                        "client_secret": self._client_secret,
                        "refresh_token": self._refresh_token,
                    }
                )
                token = answer.get("access_token")
                if not isinstance(token, str) or not token or _NOT_IN_A_HEADER.search(token):
                    raise unusable_answer(200, "No access token in the answer")
        except WebexError as error:
            self._failure = error
            raise
        refresh_token = answer.get("refresh_token")
        if isinstance(refresh_token, str) and refresh_token and refresh_token != self._refresh_token:
            self.rotated = True
            self._refresh_token = refresh_token
            self.secrets += (refresh_token,)
        self._token = token
        self.answer = answer
        self._made += 1
        self.secrets += (token,)
        return token


class NoCredentials(OptionError):
    """There are none, in the options or in the environment."""


def token_source(options: Mapping[str, Any], environ: Mapping[str, str]) -> TokenSource:
    """The source of tokens that the options name, or else the environment.

    An option beats the environment; the environment may complete the app's credentials (the secrets, say) but never
    adds a second way to sign in.

    :raises NoCredentials: if there are none.
    :raises OptionError: if there is half a set, both kinds, or something that can't be a token.
    """
    given = options.get("access_token")
    app_options = [name for name in _APP_OPTIONS if options.get(name) is not None]
    if given is not None and app_options:
        raise OptionError(
            f"both access_token and {_listed(app_options)} are given", f"Leave one out. {_HINT_BOTH_WAYS}"
        )
    if given is None and not app_options:
        given = _first_set(environ, ENVIRONMENT["access_token"])
    if given is not None:
        return GivenToken(_clean("access_token", given))
    return app_tokens(options, environ)


def app_tokens(options: Mapping[str, Any], environ: Mapping[str, str]) -> AppTokens:
    """The source of tokens for the app whose credentials the options give, completed by the environment.

    :raises OptionError: if there are none, or not all.
    """
    app = {}
    for name in _APP_OPTIONS:
        value = options.get(name)
        if value is None:
            value = _first_set(environ, ENVIRONMENT[name])
        if value is not None:
            app[name] = _clean(name, value)
    missing = [name for name in _APP_OPTIONS if name not in app]
    if not app:
        raise NoCredentials("there are no credentials", _HINT_BOTH_WAYS)
    if missing:
        raise OptionError(
            f"{_listed(list(app))} {'is' if len(app) == 1 else 'are'} given without {_listed(missing)}",
            f"The three belong together. {_HINT_BOTH_WAYS}",
        )
    return AppTokens(**app)


def _first_set(environ: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((environ[name] for name in names if environ.get(name, "").strip()), None)


def _clean(name: str, value: Any) -> str:
    """A credential as it can be sent: files and vaults like to add a line break at the end."""
    text = str(value).strip()
    if not text:
        raise OptionError(f"{name} is empty", "Check the variable, the vault or the credential that it comes from.")
    if _NOT_IN_A_HEADER.search(text):
        raise OptionError(
            f"{name} holds a space, a line break or another character that no such credential has",
            "Check that it was copied whole, and nothing else with it.",
        )
    return text


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
