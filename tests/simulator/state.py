# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulator data: organizations with virtual lines, access tokens, and apps."""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .responses import ApiError, to_json

READ_SCOPE = "spark-admin:telephony_config_read"
WRITE_SCOPE = "spark-admin:telephony_config_write"

WRITING_ROLES = frozenset({"full_administrator", "user_administrator", "location_administrator"})
READING_ROLES = WRITING_ROLES | {"read_only_administrator"}

# A reset keeps this counter, so that tokens from before the reset remain invalid.
_token_numbers = itertools.count(1)


class VirtualLine:
    """Virtual line, stored as JSON to save memory and time in organizations with 100,000 lines."""

    __slots__ = ("_identity", "identity_json", "settings_json")

    def __init__(self, identity: dict[str, Any], settings: dict[str, Any] | None) -> None:
        self.identity = identity
        #: Call recording settings as JSON. None if the call recording service is not assigned to the line.
        self.settings_json = None if settings is None else to_json(settings)

    @property
    def identity(self) -> dict[str, Any]:
        """Return the item in the virtual line list."""
        return self._identity

    @identity.setter
    def identity(self, identity: dict[str, Any]) -> None:
        self._identity = identity
        self.identity_json = to_json(identity)

    @property
    def id(self) -> str:
        line_id: str = self.identity["id"]
        return line_id

    @property
    def name(self) -> str:
        names = (self.identity.get("firstName"), self.identity.get("lastName"))
        return " ".join(name for name in names if name)

    @property
    def settings(self) -> dict[str, Any] | None:
        settings: dict[str, Any] | None = None if self.settings_json is None else json.loads(self.settings_json)
        return settings

    @settings.setter
    def settings(self, settings: dict[str, Any] | None) -> None:
        self.settings_json = None if settings is None else to_json(settings)


@dataclass
class Organization:
    """Organization with locations and virtual lines."""

    id: str
    name: str
    locations: list[dict[str, Any]]
    lines: dict[str, VirtualLine]
    #: Response body for requests that enable recording (status 409). None if the terms of service are accepted.
    terms_of_service: dict[str, Any] | None = None


@dataclass(frozen=True)
class Permissions:
    """Access token permissions; C(administers) contains the ids of additional organizations."""

    organization: str
    role: str
    scopes: tuple[str, ...]
    administers: frozenset[str] = frozenset()


@dataclass
class Token:
    """Access token or refresh token; the request log contains C(name) instead of the token."""

    token: str
    name: str
    expires_at: float | None

    @property
    def expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= time.time()

    @property
    def seconds_left(self) -> int | None:
        return None if self.expires_at is None else max(0, round(self.expires_at - time.time()))


@dataclass
class AccessToken(Token):
    """Access token with permissions."""

    permissions: Permissions


@dataclass
class App:
    """Service app or integration, which exchanges refresh tokens for access tokens."""

    name: str
    client_id: str
    client_secret: str
    permissions: Permissions
    refresh_tokens: dict[str, Token]
    rotates: bool = False
    single_access_token: bool = False
    access_token_lifetime: float = 14 * 24 * 3600
    refresh_token_lifetime: float = 90 * 24 * 3600
    issued: list[AccessToken] = field(default_factory=list)


@dataclass
class State:
    """Organizations, access tokens, and apps."""

    organizations: dict[str, Organization]
    tokens: dict[str, AccessToken]
    apps: dict[str, App]

    def find_line(self, line_id: str) -> VirtualLine | None:
        for organization in self.organizations.values():
            line = organization.lines.get(line_id)
            if line is not None:
                return line
        return None

    def remove_line(self, line_id: str) -> bool:
        return any(organization.lines.pop(line_id, None) for organization in self.organizations.values())

    def remove_lines(self, line_ids: Iterable[str]) -> None:
        for line_id in line_ids:
            self.remove_line(line_id)

    def refresh(self, app: App, refresh_token: str) -> tuple[AccessToken, Token]:
        """Return a new access token, and the refresh token for the next exchange.

        :raises ApiError: if the refresh token has expired, or does not belong to the app.
        """
        used = app.refresh_tokens.get(refresh_token)
        if used is None or used.expired:
            raise ApiError(400, "The refresh token provided is expired, revoked, malformed, or invalid.")
        if app.rotates:
            del app.refresh_tokens[refresh_token]
            token = f"simulated-refresh-token-{next(_token_numbers)}"
            used = Token(token, f"{app.name}, rotated", time.time() + app.refresh_token_lifetime)
            app.refresh_tokens[token] = used
        if app.single_access_token:
            for issued in app.issued:
                self.tokens.pop(issued.token, None)
            app.issued.clear()
        number = next(_token_numbers)
        expires_at = time.time() + app.access_token_lifetime
        access = AccessToken(f"simulated-access-token-{number}", f"{app.name}, issued", expires_at, app.permissions)
        app.issued.append(access)
        self.tokens[access.token] = access
        return access, used

    def expire_tokens(self, name: str | None) -> list[str]:
        """Expire access tokens, and return the names of the expired tokens.

        :param name: name of the access tokens. If None, all access tokens expire.
        """
        expiring = [token for token in self.tokens.values() if name in (None, token.name) and not token.expired]
        for token in expiring:
            token.expires_at = time.time()
        return [token.name for token in expiring]


_RANDOM_EDITS: list[dict[str, Any]] = [
    {"enabled": True, "record": "Always"},
    {"enabled": True, "record": "Always with Pause/Resume"},
    {"enabled": True, "record": "On Demand with User Initiated Start"},
    {"enabled": False, "record": "Never"},
]


def edit_random_lines(organization: Organization, count: int, seed: int | None) -> list[dict[str, Any]]:
    """Change the call recording settings of random lines, and return the changes.

    Each change contains C(id), C(before), and C(after).

    :param count: maximum number of lines to change.
    :param seed: seed for the random choice. If None, the choice differs in each call.
    """
    rng = random.Random(seed)
    lines = [line for line in organization.lines.values() if line.settings_json is not None]
    edits = []
    for line in rng.sample(lines, min(count, len(lines))):
        before = line.settings or {}
        edit = rng.choice([edit for edit in _RANDOM_EDITS if edit["record"] != before.get("record")])
        line.settings = {**before, **edit}
        edits.append({"id": line.id, "before": before, "after": line.settings})
    return edits
