# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""State files: YAML files with the initial state of the simulator."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Literal

import yaml
from pydantic import ConfigDict, Field, ValidationError, model_validator

from .faults import FaultSpec
from .models import StrictModel, validation_messages
from .service import RecordingService
from .state import (
    PERSON,
    VIRTUAL_LINE,
    WORKSPACE,
    AccessToken,
    App,
    Member,
    NumberRow,
    Organization,
    Permissions,
    State,
    Token,
    Unavailable,
)

DEFAULT_FILE = Path(__file__).with_name("default.yml")


class StateFileError(Exception):
    """State file that cannot be read or is not valid."""


@dataclass
class LoadedState:
    """Content of a state file: initial state and faults."""

    state: State
    faults: list[FaultSpec]


class _Location(StrictModel):
    model_config = ConfigDict(extra="allow", strict=True)

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)


class _Member(StrictModel):
    """Data of a member, with the call recording settings in the key C(callRecording)."""

    model_config = ConfigDict(extra="allow", strict=True)

    id: str = Field(min_length=1)
    location: _Location | None = None
    callRecording: dict[str, Any] | None = None

    #: Keys that are not part of the identity.
    _not_identity: ClassVar[set[str]] = {"callRecording"}

    def identity(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True, exclude=self._not_identity)


class _Line(_Member):
    """Item in the virtual line list."""

    def member(self) -> Member:
        return Member(VIRTUAL_LINE, self.identity(), self.callRecording)


class _Number(StrictModel):
    """Row in the list of numbers, without the owner. Null removes a key."""

    model_config = ConfigDict(extra="allow", strict=True)

    phoneNumber: str | None = None
    extension: str | None = None
    location: _Location | None = None


class _OtherNumber(_Number):
    """Row in the list of numbers without an owner, or with an owner that is not a member."""

    owner: dict[str, Any] | None = None


class _Person(_Member):
    email: str | None = Field(default=None, min_length=1)
    numbers: list[_Number] = Field(default_factory=list)
    calling_license: bool = True

    _not_identity: ClassVar[set[str]] = {"callRecording", "calling_license"}

    def member(self) -> Member:
        unavailable: Unavailable | None = None if self.calling_license else "no_calling_license"
        return Member(PERSON, self.identity(), self.callRecording, unavailable)


class _Workspace(_Member):
    numbers: list[_Number] = Field(default_factory=list)
    professional_license: bool = True
    hot_desk_only: bool = False

    _not_identity: ClassVar[set[str]] = {"callRecording", "professional_license", "hot_desk_only"}

    @model_validator(mode="after")
    def _check_exclusive(self) -> _Workspace:
        if self.hot_desk_only and not self.professional_license:
            raise ValueError("give hot_desk_only or professional_license: false, not both")
        return self

    def member(self) -> Member:
        unavailable: Unavailable | None = "hot_desk_only" if self.hot_desk_only else None
        if not self.professional_license:
            unavailable = "no_professional_license"
        return Member(WORKSPACE, self.identity(), self.callRecording, unavailable)


class _Organization(StrictModel):
    id: str = Field(min_length=1)
    name: str
    locations: list[_Location] = Field(default_factory=list)
    recording_service: RecordingService = Field(default_factory=RecordingService)
    virtual_lines: list[_Line] = Field(default_factory=list)
    people: list[_Person] = Field(default_factory=list)
    workspaces: list[_Workspace] = Field(default_factory=list)
    other_numbers: list[_OtherNumber] = Field(default_factory=list)

    @model_validator(mode="after")
    def _check_locations(self) -> _Organization:
        known = {location.id for location in self.locations}
        lists: dict[str, Sequence[_Member | _Number]] = {
            "virtual_lines": self.virtual_lines,
            "people": self.people,
            "workspaces": self.workspaces,
            "other_numbers": self.other_numbers,
        }
        for name, items in lists.items():
            for index, item in enumerate(items):
                if item.location and item.location.id not in known:
                    raise ValueError(f"{name}[{index}].location.id: {item.location.id!r} is not among the locations")
        for location_id in self.recording_service.locations.keys() - known:
            raise ValueError(f"recording_service.locations: {location_id!r} is not among the locations")
        _unique("people: email", (person.email.casefold() for person in self.people if person.email))
        return self

    def organization(self) -> Organization:
        return Organization(
            self.id,
            self.name,
            [location.model_dump() for location in self.locations],
            {line.id: line.member() for line in self.virtual_lines},
            # Requests to the control interface change the service.
            self.recording_service.model_copy(deep=True),
            {person.id: person.member() for person in self.people},
            {workspace.id: workspace.member() for workspace in self.workspaces},
            [NumberRow(number.model_dump(exclude_unset=True)) for number in self.other_numbers],
        )


class _Lifetime(StrictModel):
    expires_in: float | None = Field(default=None, gt=0, strict=False)
    expired: bool = False

    @model_validator(mode="after")
    def _check_exclusive(self) -> _Lifetime:
        if self.expired and self.expires_in is not None:
            raise ValueError("give expired or expires_in, not both")
        return self

    def expires_at(self, lifetime: float) -> float:
        now = time.time()
        return now - 1 if self.expired else now + (self.expires_in or lifetime)


class _Permissions(StrictModel):
    organization: str
    role: Literal[
        "full_administrator",
        "user_administrator",
        "read_only_administrator",
        "location_administrator",
        "device_administrator",
        "user",
    ] = "full_administrator"
    scopes: list[str] = Field(default_factory=list)
    administers: list[str] = Field(default_factory=list)

    def permissions(self) -> Permissions:
        return Permissions(self.organization, self.role, tuple(self.scopes), frozenset(self.administers))


class _AccessToken(_Permissions, _Lifetime):
    name: str
    token: str = Field(min_length=1)


class _RefreshToken(_Lifetime):
    token: str = Field(min_length=1)


class _App(_Permissions):
    name: str
    client_id: str = Field(min_length=1)
    client_secret: str = Field(min_length=1)
    refresh_tokens: list[_RefreshToken]
    rotates: bool = False
    single_access_token: bool = False
    access_token_lifetime: float = Field(default=14 * 24 * 3600, gt=0, strict=False)
    refresh_token_lifetime: float = Field(default=90 * 24 * 3600, gt=0, strict=False)

    def app(self) -> App:
        refresh_tokens = {
            given.token: Token(given.token, self.name, given.expires_at(self.refresh_token_lifetime))
            for given in self.refresh_tokens
        }
        return App(
            self.name,
            self.client_id,
            self.client_secret,
            self.permissions(),
            refresh_tokens,
            self.rotates,
            self.single_access_token,
            self.access_token_lifetime,
            self.refresh_token_lifetime,
        )


class _StateFile(StrictModel):
    organizations: list[_Organization] = Field(min_length=1)
    tokens: list[_AccessToken] = Field(default_factory=list)
    apps: list[_App] = Field(default_factory=list)
    faults: list[FaultSpec] = Field(default_factory=list)

    @model_validator(mode="after")
    def _check_references(self) -> _StateFile:
        known = _unique("organizations: id", (organization.id for organization in self.organizations))
        _unique("virtual_lines: id", (line.id for org in self.organizations for line in org.virtual_lines))
        members = (m for org in self.organizations for m in (*org.virtual_lines, *org.people, *org.workspaces))
        _unique("virtual_lines, people, and workspaces: id", (member.id for member in members))
        _unique("tokens: token", (token.token for token in self.tokens), secret=True)
        _unique("tokens: name", (token.name for token in self.tokens))
        _unique("apps: client_id", (app.client_id for app in self.apps))
        owners: list[tuple[str, _Permissions]] = [(f"tokens[{i}]", token) for i, token in enumerate(self.tokens)]
        owners += [(f"apps[{i}]", app) for i, app in enumerate(self.apps)]
        for key, owner in owners:
            for organization in [owner.organization, *owner.administers]:
                if organization not in known:
                    raise ValueError(f"{key}: there is no organization {organization!r}")
        return self

    def state(self) -> State:
        organizations = {given.id: given.organization() for given in self.organizations}
        day = 24 * 3600
        tokens = {
            given.token: AccessToken(given.token, given.name, given.expires_at(day), given.permissions())
            for given in self.tokens
        }
        return State(organizations, tokens, {given.client_id: given.app() for given in self.apps})


def load(path: Path) -> LoadedState:
    """Load a state file, and return the initial state and the faults.

    :raises StateFileError: if the file cannot be read or is not valid.
    """
    try:
        content = pickle.loads(_parse(path.read_bytes()))
        file = _StateFile.model_validate(content)
    except OSError as error:
        raise StateFileError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StateFileError(f"{path} is not YAML: {error}") from error
    except ValidationError as error:
        raise StateFileError("\n".join(f"{path}: {message}" for message in validation_messages(error))) from error
    return LoadedState(file.state(), file.faults)


@lru_cache(maxsize=1)
def _parse(text: bytes) -> bytes:
    """Return the pickled content of a YAML text. Each reset loads the same text, and needs a copy of the content."""
    return pickle.dumps(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def _unique(key: str, values: Iterable[str], *, secret: bool = False) -> set[str]:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{key} is there twice" if secret else f"{key} {value!r} is there twice")
        seen.add(value)
    return seen
