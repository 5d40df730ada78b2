# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes up organizations of any size, with the variety that real ones have."""

from __future__ import annotations

import base64
import random
import uuid
from typing import Any

from .state import Organization, VirtualLine
from .state_file import Loaded

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


def generate(base: Loaded, lines: int, locations: int, seed: int) -> Loaded:
    """The base, with the first organization's locations and lines replaced; the same for the same numbers."""
    dice = random.Random(f"{lines} {locations} {seed}")
    organization = next(iter(base.state.organizations.values()))
    organization.locations = [_location(number, dice) for number in range(locations)]
    # Some locations are far larger than others.
    weights = [1 / (number + 1) for number in range(locations)]
    places = dice.choices(organization.locations, weights, k=lines)
    made = (_line(number, place, organization, dice) for number, place in enumerate(places))
    organization.lines = {line.id: line for line in made}
    return base


def _location(number: int, dice: random.Random) -> dict[str, Any]:
    again, city = divmod(number, len(_CITIES))
    name = _CITIES[city] if again == 0 else f"{_CITIES[city]} {again + 1}"
    return {"id": _webex_id("LOCATION", dice), "name": name}


def _line(number: int, location: dict[str, Any], organization: Organization, dice: random.Random) -> VirtualLine:
    chance = dice.random
    identity: dict[str, Any] = {"id": _line_id(dice)}
    if chance() > 0.02:
        identity["lastName"] = dice.choice(_LAST_NAMES)
        if chance() > 0.05:
            identity["firstName"] = dice.choice(_FIRST_NAMES)
        identity["callerIdLastName"] = identity["lastName"]
        identity["callerIdFirstName"] = identity.get("firstName", ".")
    external, extension = f"+1555{number:07d}", str(1000 + number % 9000)
    has = chance()
    phone: dict[str, Any] = {"primary": True}
    # A line has a number, an extension, or both.
    if has > 0.15:
        phone["external"] = external
        identity["callerIdNumber"] = external
    if has < 0.9:
        phone["extension"] = extension
        if chance() < 0.7:
            phone["routingPrefix"] = "8100"
            phone["esn"] = f"8100{extension}"
    identity["externalCallerIdNamePolicy"] = "DIRECT_LINE"
    identity["number"] = phone
    identity["location"] = location
    identity["numberOfDevicesAssigned"] = dice.choice((0, 1, 1, 2))
    if chance() < 0.1:
        identity["billingPlan"] = "BCOCP1"
    return VirtualLine(identity, _settings(number, dice))


def _settings(number: int, dice: random.Random) -> dict[str, Any]:
    chance = dice.random
    record = dice.choices(_RECORD, _RECORD_WEIGHTS)[0]
    enabled = record != "Never"
    settings: dict[str, Any] = {
        "enabled": enabled,
        "record": record,
        "recordVoicemailEnabled": chance() < 0.2,
        "notification": {"enabled": False, "type": "None"},
        "repeat": {"interval": dice.choice((15, 30, 60)), "enabled": chance() < 0.1},
    }
    if record == "Always with Pause/Resume":
        settings["notification"] = {"enabled": True, "type": dice.choice(("Beep", "Play Announcement"))}
    if chance() > 0.1:
        settings["serviceProvider"] = "WSWYZ25455"
        settings["externalGroup"] = "WSWYZ25455L31161"
        settings["externalIdentifier"] = f"line{number}@64941297.int10.bcld.webex.com"
    settings["startStopAnnouncement"] = {
        "internalCallsEnabled": chance() < 0.1,
        "pstnCallsEnabled": chance() < 0.3,
    }
    rare = chance()
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


def _line_id(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.02:
        return _uuid(dice)
    return _webex_id("VIRTUAL_PROFILE" if kind < 0.1 else "VIRTUAL_LINE", dice)


def _webex_id(kind: str, dice: random.Random) -> str:
    return base64.b64encode(f"ciscospark://us/{kind}/{_uuid(dice)}".encode()).decode().rstrip("=")


def _uuid(dice: random.Random) -> str:
    return str(uuid.UUID(int=dice.getrandbits(128), version=4))
