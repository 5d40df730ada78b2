# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generator for organizations of any size with realistic data."""

from __future__ import annotations

import base64
import random
import uuid
from typing import Any

from .state import Organization, VirtualLine
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


def generate(base: LoadedState, lines: int, locations: int, seed: int) -> LoadedState:
    """Replace the locations and lines in the first organization, and return the changed base.

    The same arguments always produce the same locations and lines.

    :param lines: number of lines.
    :param locations: number of locations.
    :param seed: seed for random values.
    """
    rng = random.Random(f"{lines} {locations} {seed}")
    organization = next(iter(base.state.organizations.values()))
    organization.locations = [_location(number, rng) for number in range(locations)]
    # Harmonic weights make the location sizes differ greatly.
    weights = [1 / (number + 1) for number in range(locations)]
    line_locations = rng.choices(organization.locations, weights, k=lines)
    generated = (_line(number, location, organization, rng) for number, location in enumerate(line_locations))
    organization.lines = {line.id: line for line in generated}
    return base


def _location(number: int, rng: random.Random) -> dict[str, Any]:
    repetition, city = divmod(number, len(_CITIES))
    name = _CITIES[city] if repetition == 0 else f"{_CITIES[city]} {repetition + 1}"
    return {"id": _webex_id("LOCATION", rng), "name": name}


def _line(number: int, location: dict[str, Any], organization: Organization, rng: random.Random) -> VirtualLine:
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
    return VirtualLine(identity, _settings(number, rng))


def _settings(number: int, rng: random.Random) -> dict[str, Any]:
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
        settings["externalIdentifier"] = f"line{number}@64941297.int10.bcld.webex.com"
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
