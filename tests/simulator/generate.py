# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generator for organizations of any size with realistic data."""

from __future__ import annotations

import base64
import random
import uuid
from dataclasses import dataclass
from typing import Any

from .state import PERSON, VIRTUAL_LINE, WORKSPACE, Kind, Member, NumberRow, Organization, Unavailable
from .state_file import LoadedState

_CITIES = [
    "Denver", "Singapore", "London", "Krakow", "São Paulo", "Bangalore", "Tokyo", "München",
    "Sydney", "Toronto", "Oslo", "Zürich", "Lagos", "Lyon", "Austin", "Manila",
]  # fmt: skip
_FIRST_NAMES = [
    "Ada", "Bob", "Chloé", "Dmitri", "Eiko", "Fatima", "George", "Hüseyin", "Inês", "José", "Kwame", "Lena",
    "Mei", "Noor", "Olga", "Priya", "Quentin", "Rosa", "Søren", "Tomasz", "Uma", "Viktor", "Wanda", "Ximena",
]  # fmt: skip
_LAST_NAMES = [
    "Abara", "Becker", "Chen", "Dąbrowski", "Evans", "Fernández", "García", "Haddad", "Ivanova", "Jensen",
    "Kowalski", "Lindqvist", "Müller", "Nakamura", "O'Brien", "Patel", "Quispe", "Rossi", "Smith", "Tanaka",
    "Usman", "Wójcik",
]  # fmt: skip
_RECORD = ["Always", "Never", "Always with Pause/Resume", "On Demand with User Initiated Start", "On Demand"]
_RECORD_WEIGHTS = [45, 30, 12, 10, 3]


#: Reasons why a member is not recordable. None: the call recording service is not assigned.
_NOT_RECORDABLE: dict[str, tuple[Unavailable | None, ...]] = {
    VIRTUAL_LINE.name: (None,),
    PERSON.name: (None, "no_calling_license"),
    WORKSPACE.name: (None, "no_professional_license", "hot_desk_only"),
}

_ROOMS = ["Atrium", "Boardroom", "Cafeteria", "Lab", "Lobby", "Loading Dock", "Mail Room", "Studio", "Warehouse"]

#: One other owner for this number of people and workspaces.
_MEMBERS_PER_OTHER_OWNER = 50


@dataclass(frozen=True)
class Sizes:
    """Numbers of generated members and locations."""

    lines: int
    people: int
    workspaces: int
    locations: int


def generate(base: LoadedState, sizes: Sizes, seed: int, not_recordable: int = 0) -> LoadedState:
    """Replace the locations and members in the first organization, and return the changed base.

    The same arguments always produce the same locations and members. The lines do not depend on the other members.

    :param seed: seed for random values.
    :param not_recordable: percentage of members without call recording settings.
    """
    lines, locations = sizes.lines, sizes.locations
    rng = random.Random(f"{lines} {locations} {seed}")
    organization = next(iter(base.state.organizations.values()))
    organization.locations = [_location(number, rng) for number in range(locations)]
    organization.service.locations = {}
    # Harmonic weights make the location sizes differ greatly.
    weights = [1 / (number + 1) for number in range(locations)]
    line_locations = rng.choices(organization.locations, weights, k=lines)
    generated = (_line(number, location, organization, rng) for number, location in enumerate(line_locations))
    organization.lines = {line.id: line for line in generated}
    rng = random.Random(f"members {sizes} {seed}")
    places = rng.choices(organization.locations, weights, k=sizes.people)
    people = (_person(number, location, rng) for number, location in enumerate(places))
    organization.people = {person.id: person for person in people}
    places = rng.choices(organization.locations, weights, k=sizes.workspaces)
    workspaces = (_workspace(number, location, rng) for number, location in enumerate(places))
    organization.workspaces = {workspace.id: workspace for workspace in workspaces}
    others = -(-(sizes.people + sizes.workspaces) // _MEMBERS_PER_OTHER_OWNER)
    organization.other_numbers = [_other_number(number, organization, rng) for number in range(others)]
    for kind in (VIRTUAL_LINE, PERSON, WORKSPACE):
        _make_unavailable(organization, kind, not_recordable, rng)
    organization.forget_lists()
    return base


def _make_unavailable(organization: Organization, kind: Kind, percentage: int, rng: random.Random) -> None:
    """Remove the call recording settings of a share of the members, with all reasons in turn."""
    members = list(organization.members(kind).values())
    reasons = _NOT_RECORDABLE[kind.name]
    for number, member in enumerate(rng.sample(members, len(members) * percentage // 100)):
        member.unavailable = reasons[number % len(reasons)]
        if member.unavailable is None:
            member.settings = None


def _location(number: int, rng: random.Random) -> dict[str, Any]:
    repetition, city = divmod(number, len(_CITIES))
    name = _CITIES[city] if repetition == 0 else f"{_CITIES[city]} {repetition + 1}"
    return {"id": _webex_id("LOCATION", rng), "name": name}


def _line(number: int, location: dict[str, Any], organization: Organization, rng: random.Random) -> Member:
    probability = rng.random
    identity: dict[str, Any] = {"id": _line_id(rng)}
    if probability() > 0.02:
        identity["lastName"] = rng.choice(_LAST_NAMES)
        if probability() > 0.05:
            identity["firstName"] = rng.choice(_FIRST_NAMES)
        identity["callerIdLastName"] = identity["lastName"]
        identity["callerIdFirstName"] = identity.get("firstName", ".")
    external, extension = f"+1555{number:07d}", str(1000 + number % 9000)
    numbering = probability()
    phone: dict[str, Any] = {"primary": True}
    # Each line has a phone number, an extension, or both.
    if numbering > 0.15:
        phone["external"] = external
        identity["callerIdNumber"] = external
    if numbering < 0.9:
        phone["extension"] = extension
        if probability() < 0.7:
            phone["routingPrefix"] = "8100"
            phone["esn"] = f"8100{extension}"
    identity["externalCallerIdNamePolicy"] = "DIRECT_LINE"
    identity["number"] = phone
    identity["location"] = location
    identity["numberOfDevicesAssigned"] = rng.choice((0, 1, 1, 2))
    if probability() < 0.1:
        identity["billingPlan"] = "BCOCP1"
    return Member(VIRTUAL_LINE, identity, _settings(f"line{number}", rng))


def _person(number: int, location: dict[str, Any], rng: random.Random) -> Member:
    probability = rng.random
    identity: dict[str, Any] = {
        "id": _webex_id("PEOPLE", rng),
        "firstName": rng.choice(_FIRST_NAMES),
        "lastName": rng.choice(_LAST_NAMES),
        "email": f"person{number}@example.com",
        "location": location,
    }
    # Each person has one to three numbers. One of five primary numbers is only an extension.
    numbers = [_number(f"+1556{number:07d}" if probability() < 0.8 else None, number, rng)]
    if probability() < 0.3:
        numbers.append({"phoneNumber": f"+1557{number:07d}", "phoneNumberType": "ALTERNATE"})
    if probability() < 0.2:
        numbers.append(
            {
                "phoneNumber": f"+1559{number:07d}",
                "includedTelephonyTypes": "MOBILE_NUMBER",
                "mobileNetwork": "mobileNetwork",
                "routingProfile": "AttRtPf",
            }
        )
    identity["numbers"] = numbers
    settings = _settings(f"person{number}", rng)
    if probability() < 0.5:
        settings["startStopAnnouncementEnabled"] = probability() < 0.3
        settings["callRecordingAccessSettings"] = {
            "viewAndPlayRecordingsEnabled": True,
            "downloadRecordingsEnabled": probability() < 0.5,
            "deleteRecordingsEnabled": False,
            "shareRecordingsEnabled": False,
        }
    return Member(PERSON, identity, settings)


def _workspace(number: int, location: dict[str, Any], rng: random.Random) -> Member:
    probability = rng.random
    identity: dict[str, Any] = {
        "id": base64.b64encode(f"ciscospark://urn:TEAM:us-west-2_r/PLACE/{_uuid(rng)}".encode()).decode(),
        "firstName": rng.choice(_ROOMS),
    }
    if probability() < 0.6:
        identity["lastName"] = str(number)
    if probability() < 0.3:
        identity["displayName"] = f"{identity['firstName']} {number}"
    identity["location"] = location
    identity["numbers"] = [_number(f"+1558{number:07d}" if probability() < 0.4 else None, number, rng)]
    return Member(WORKSPACE, identity, _settings(f"workspace{number}", rng))


def _number(phone_number: str | None, number: int, rng: random.Random) -> dict[str, Any]:
    """Return a row of the list of numbers with a number, an extension, or both."""
    row: dict[str, Any] = {} if phone_number is None else {"phoneNumber": phone_number}
    if phone_number is None or rng.random() < 0.9:
        row["extension"] = str(1000 + number % 9000)
        if rng.random() < 0.7:
            row["routingPrefix"] = "8100"
            row["esn"] = f"8100{row['extension']}"
    return row


def _other_number(number: int, organization: Organization, rng: random.Random) -> NumberRow:
    """Return a row without an owner, without a location, or of an owner that is not a member."""
    row: dict[str, Any] = {"phoneNumber": f"+1551{number:07d}", "location": rng.choice(organization.locations)}
    kind = number % 5
    if kind == 0:
        return NumberRow({**row, "phoneNumberType": None, "mainNumber": True})
    if kind == 1:
        return NumberRow({**row, "location": None, "state": "INACTIVE"})
    owner_type = ("AUTO_ATTENDANT", "CALL_QUEUE", "GROUP_PAGING")[kind - 2]
    row["owner"] = {"id": _webex_id(owner_type, rng), "type": owner_type, "displayName": f"Service {number}"}
    return NumberRow(row)


def _settings(name: str, rng: random.Random) -> dict[str, Any]:
    probability = rng.random
    record = rng.choices(_RECORD, _RECORD_WEIGHTS)[0]
    enabled = record != "Never"
    settings: dict[str, Any] = {
        "enabled": enabled,
        "record": record,
        "recordVoicemailEnabled": probability() < 0.2,
        "notification": {"enabled": False, "type": "None"},
        "repeat": {"interval": rng.choice((15, 30, 60)), "enabled": probability() < 0.1},
    }
    if record == "Always with Pause/Resume":
        settings["notification"] = {"enabled": True, "type": rng.choice(("Beep", "Play Announcement"))}
    if probability() > 0.1:
        settings["serviceProvider"] = "WSWYZ25455"
        settings["externalGroup"] = "WSWYZ25455L31161"
        settings["externalIdentifier"] = f"{name}@64941297.int10.bcld.webex.com"
    settings["startStopAnnouncement"] = {
        "internalCallsEnabled": probability() < 0.1,
        "pstnCallsEnabled": probability() < 0.3,
    }
    rare = probability()
    if rare < 0.1:
        settings["selectiveCallRecordingSettings"] = {
            "recordInboundInternalCallsEnabled": False,
            "recordInboundExternalCallsEnabled": True,
            "recordOutboundInternalCallsEnabled": False,
            "recordOutboundExternalCallsEnabled": True,
        }
    elif rare < 0.15:
        settings["callRecordingAccessSettings"] = {
            "viewAndPlayRecordingsEnabled": True,
            "downloadRecordingsEnabled": False,
            "deleteRecordingsEnabled": False,
            "shareRecordingsEnabled": False,
        }
        settings["postCallRecordingSettings"] = {
            "summaryAndActionItemsEnabled": True,
            "transcriptEnabled": True,
        }
    elif rare < 0.17:
        settings["serviceProvider"] = None
        settings["startStopAnnouncementEnabled"] = False
    return settings


def _line_id(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.02:
        return _uuid(rng)
    return _webex_id("VIRTUAL_PROFILE" if kind < 0.1 else "VIRTUAL_LINE", rng)


def _webex_id(kind: str, rng: random.Random) -> str:
    return base64.b64encode(f"ciscospark://us/{kind}/{_uuid(rng)}".encode()).decode().rstrip("=")


def _uuid(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))
