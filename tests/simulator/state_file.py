# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""State files: YAML files with the initial state of the simulator."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ConfigDict, Field, ValidationError, model_validator

from .faults import FaultSpec
from .models import StrictModel, validation_messages
from .state import AccessToken, App, Organization, Permissions, State, Token, VirtualLine

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


class _Line(StrictModel):
    """Item in the virtual line list, with the call recording settings in the key C(callRecording)."""

    model_config = ConfigDict(extra="allow", strict=True)

    id: str = Field(min_length=1)
    location: _Location | None = None
    callRecording: dict[str, Any] | None = None

    def virtual_line(self) -> VirtualLine:
        identity = self.model_dump(exclude_unset=True, exclude={"callRecording"})
        return VirtualLine(identity, self.callRecording)


class _Organization(StrictModel):
    id: str = Field(min_length=1)
    name: str
    locations: list[_Location] = Field(default_factory=list)
    terms_of_service: dict[str, Any] | None = None
    virtual_lines: list[_Line] = Field(default_factory=list)

    @model_validator(mode="after")
    def _check_locations(self) -> _Organization:
        known = {location.id for location in self.locations}
        for index, line in enumerate(self.virtual_lines):
            if line.location and line.location.id not in known:
                raise ValueError(f"virtual_lines[{index}].location.id: {line.location.id!r} is not among the locations")
        return self


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
        organizations = {
            given.id: Organization(
                given.id,
                given.name,
                [location.model_dump() for location in given.locations],
                {line.id: line.virtual_line() for line in given.virtual_lines},
                given.terms_of_service,
            )
            for given in self.organizations
        }
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
        content = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        file = _StateFile.model_validate(content)
    except OSError as error:
        raise StateFileError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StateFileError(f"{path} is not YAML: {error}") from error
    except ValidationError as error:
        raise StateFileError("\n".join(f"{path}: {message}" for message in validation_messages(error))) from error
    return LoadedState(file.state(), file.faults)


def _unique(key: str, values: Iterable[str], *, secret: bool = False) -> set[str]:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{key} is there twice" if secret else f"{key} {value!r} is there twice")
        seen.add(value)
    return seen
