# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulator data: organizations with virtual lines, people, and workspaces; access tokens, and apps."""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .responses import ApiError, to_json
from .service import RecordingService

READ_SCOPE = "spark-admin:telephony_config_read"
WRITE_SCOPE = "spark-admin:telephony_config_write"
PEOPLE_READ_SCOPE = "spark-admin:people_read"
PEOPLE_WRITE_SCOPE = "spark-admin:people_write"

WRITING_ROLES = frozenset({"full_administrator", "user_administrator", "location_administrator"})
READING_ROLES = WRITING_ROLES | {"read_only_administrator"}
WORKSPACE_WRITING_ROLES = frozenset({"full_administrator", "device_administrator", "location_administrator"})
WORKSPACE_READING_ROLES = WORKSPACE_WRITING_ROLES | {"read_only_administrator"}
SERVICE_ROLES = frozenset({"full_administrator", "read_only_administrator"})
NUMBERS_ROLES = frozenset({"full_administrator", "read_only_administrator", "location_administrator"})

# A reset keeps this counter, so that tokens from before the reset remain invalid.
_token_numbers = itertools.count(1)


@dataclass(frozen=True)
class Kind:
    """Kind of member, with the endpoint and the permissions for its call recording settings."""

    name: Literal["virtual_line", "person", "workspace"]
    #: Subject of messages.
    label: str
    #: Value of C(owner.type) in the list of numbers.
    owner_type: str
    #: Types in Webex ids.
    id_types: tuple[str, ...]
    #: Path segments before and after the id.
    path: list[str]
    suffix: list[str]
    read_scope: str
    write_scope: str
    reading_roles: frozenset[str]
    writing_roles: frozenset[str]


VIRTUAL_LINE = Kind(
    "virtual_line",
    "Virtual line",
    "VIRTUAL_LINE",
    ("VIRTUAL_LINE", "VIRTUAL_PROFILE"),
    ["v1", "telephony", "config", "virtualLines"],
    ["callRecording"],
    READ_SCOPE,
    WRITE_SCOPE,
    READING_ROLES,
    WRITING_ROLES,
)
PERSON = Kind(
    "person",
    "Person",
    "PEOPLE",
    ("PEOPLE",),
    ["v1", "people"],
    ["features", "callRecording"],
    PEOPLE_READ_SCOPE,
    PEOPLE_WRITE_SCOPE,
    WRITING_ROLES,
    WRITING_ROLES,
)
WORKSPACE = Kind(
    "workspace",
    "Workspace",
    "PLACE",
    ("PLACE",),
    ["v1", "telephony", "config", "workspaces"],
    ["features", "callRecordings"],
    READ_SCOPE,
    WRITE_SCOPE,
    WORKSPACE_READING_ROLES,
    WORKSPACE_WRITING_ROLES,
)
KINDS = (VIRTUAL_LINE, PERSON, WORKSPACE)

#: Reason why a member has no call recording settings, except for the call recording service.
Unavailable = Literal["no_calling_license", "no_professional_license", "hot_desk_only"]


class Member:
    """Virtual line, person, or workspace, stored as JSON to save memory and time in large organizations."""

    __slots__ = ("_identity", "_numbers", "identity_json", "kind", "settings_json", "unavailable")

    def __init__(
        self,
        kind: Kind,
        identity: dict[str, Any],
        settings: dict[str, Any] | None,
        unavailable: Unavailable | None = None,
    ) -> None:
        self.kind = kind
        self.identity = identity
        self.unavailable = unavailable
        #: Call recording settings as JSON. None if the call recording service is not assigned to the member.
        self.settings_json = None if settings is None else to_json(settings)

    @property
    def identity(self) -> dict[str, Any]:
        """Return the data of the member without the settings: the item in the list of virtual lines.

        Other members have C(numbers) instead of C(number): their rows in the list of numbers. People have an C(email).
        """
        return self._identity

    @identity.setter
    def identity(self, identity: dict[str, Any]) -> None:
        self._identity = identity
        self._numbers: list[NumberRow] | None = None
        # Only virtual lines have a list that contains their identity.
        self.identity_json = to_json(identity) if self.kind is VIRTUAL_LINE else b""

    @property
    def id(self) -> str:
        member_id: str = self.identity["id"]
        return member_id

    @property
    def name(self) -> str:
        return _name_of(self.identity)

    @property
    def settings(self) -> dict[str, Any] | None:
        settings: dict[str, Any] | None = None if self.settings_json is None else json.loads(self.settings_json)
        return settings

    @settings.setter
    def settings(self, settings: dict[str, Any] | None) -> None:
        self.settings_json = None if settings is None else to_json(settings)

    @property
    def numbers(self) -> list[NumberRow]:
        """Return the rows of the member in the list of numbers. A member without number and extension has none."""
        if self._numbers is None:
            self._numbers = [NumberRow(row) for row in self._number_rows()]
        return self._numbers

    def _number_rows(self) -> Iterator[dict[str, Any]]:
        identity = self.identity
        names = ("firstName", "lastName", "displayName")
        owner = {"id": self.id, "type": self.kind.owner_type, **{n: identity[n] for n in names if identity.get(n)}}
        if self.kind is VIRTUAL_LINE:
            number = identity.get("number") or {}
            row = {key: number[key] for key in ("extension", "routingPrefix", "esn") if key in number}
            if number.get("external"):
                row["phoneNumber"] = number["external"]
            rows = [row] if row.get("phoneNumber") or row.get("extension") else []
        else:
            rows = identity.get("numbers") or []
        location = identity.get("location")
        for row in rows:
            yield {**row, **({"location": location} if location and "location" not in row else {}), "owner": owner}


#: Values of keys that each row of the list of numbers has.
_NUMBER_DEFAULTS: dict[str, Any] = {
    # Webex documents the empty text for an extension without a number.
    "phoneNumber": "",
    "state": "ACTIVE",
    "phoneNumberType": "PRIMARY",
    "mainNumber": False,
    "tollFreeNumber": False,
    "isServiceNumber": False,
}


class NumberRow:
    """Row of the list of numbers, with its JSON and the values of its filters.

    :param values: keys of the row, which override the default values. The row does not have keys whose value is None.
    """

    __slots__ = ("extension", "json", "location_id", "owner_name", "owner_type", "phone_number")

    def __init__(self, values: dict[str, Any]) -> None:
        row = {key: value for key, value in {**_NUMBER_DEFAULTS, **values}.items() if value is not None}
        owner = row.get("owner") or {}
        self.phone_number = str(row.get("phoneNumber") or "")
        self.extension = str(row.get("extension") or "")
        self.location_id = str((row.get("location") or {}).get("id") or "")
        self.owner_type: str | None = owner.get("type")
        self.owner_name = str(owner.get("displayName") or "") or _name_of(owner)
        self.json = to_json(row)


def _name_of(names: dict[str, Any]) -> str:
    return " ".join(str(names[key]) for key in ("firstName", "lastName") if names.get(key))


@dataclass
class Organization:
    """Organization with locations, virtual lines, people, and workspaces."""

    id: str
    name: str
    locations: list[dict[str, Any]]
    lines: dict[str, Member]
    service: RecordingService = field(default_factory=RecordingService)
    people: dict[str, Member] = field(default_factory=dict)
    workspaces: dict[str, Member] = field(default_factory=dict)
    #: Rows of the list of numbers that no member owns.
    other_numbers: list[NumberRow] = field(default_factory=list)
    _number_rows: list[NumberRow] | None = None
    _by_email: dict[str, Member] | None = None

    def members(self, kind: Kind) -> dict[str, Member]:
        """Return the members of a kind by id."""
        return {"virtual_line": self.lines, "person": self.people, "workspace": self.workspaces}[kind.name]

    @property
    def number_rows(self) -> list[NumberRow]:
        """Return the list of numbers. The order by number and extension separates the rows of an owner."""
        if self._number_rows is None:
            rows = [row for kind in KINDS for member in self.members(kind).values() for row in member.numbers]
            self._number_rows = sorted([*rows, *self.other_numbers], key=lambda row: (row.phone_number, row.extension))
        return self._number_rows

    def person_by_email(self, email: str) -> Member | None:
        """Return the person with an email address in any case, or None."""
        if self._by_email is None:
            emails = ((str(person.identity.get("email") or ""), person) for person in self.people.values())
            self._by_email = {address.casefold(): person for address, person in emails if address}
        return self._by_email.get(email.casefold())

    def find(self, member_id: str) -> Member | None:
        return next((found for kind in KINDS if (found := self.members(kind).get(member_id))), None)

    def remove(self, member_id: str) -> bool:
        removed = [kind for kind in KINDS if self.members(kind).pop(member_id, None)]
        self.forget_lists()
        return bool(removed)

    def forget_lists(self) -> None:
        """Discard the prepared lists after a change of members or of their identities."""
        self._number_rows = self._by_email = None


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

    def find_member(self, member_id: str) -> tuple[Organization, Member] | None:
        """Return the virtual line, person, or workspace with this id, and its organization, or None."""
        for organization in self.organizations.values():
            member = organization.find(member_id)
            if member is not None:
                return organization, member
        return None

    def remove_members(self, member_ids: Iterable[str]) -> None:
        """Remove the members with these ids. Unknown ids have no effect."""
        for member_id in member_ids:
            for organization in self.organizations.values():
                if organization.remove(member_id):
                    break

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


def edit_random_members(
    organization: Organization, count: int, seed: int | None, kinds: Sequence[str] = (VIRTUAL_LINE.name,)
) -> list[dict[str, Any]]:
    """Change the call recording settings of random members, and return the changes.

    Each change contains C(id), C(before), and C(after).

    :param count: maximum number of members to change.
    :param seed: seed for the random choice. If None, the choice differs in each call.
    :param kinds: names of the kinds of members to change.
    """
    rng = random.Random(seed)
    members = [
        member
        for kind in KINDS
        if kind.name in kinds
        for member in organization.members(kind).values()
        if member.settings_json is not None and member.unavailable is None
    ]
    edits = []
    for member in rng.sample(members, min(count, len(members))):
        before = member.settings or {}
        edit = rng.choice([edit for edit in _RANDOM_EDITS if edit["record"] != before.get("record")])
        member.settings = {**before, **edit}
        edits.append({"id": member.id, "before": before, "after": member.settings})
    return edits
