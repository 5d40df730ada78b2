# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of the recording service of organizations and locations in the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from unit.organization import (
    CUSTOMER_ORGANIZATION,
    DENVER,
    MUNICH,
    OWN_ORGANIZATION,
    PARTNER_TOKEN,
    SAO_PAULO,
    UNKNOWN_LOCATION,
    VENDOR,
    WEBEX,
)

from simulator.process import Simulator, SimulatorError

SERVICE = "callRecording"
TERMS = f"callRecording/vendors/{VENDOR['id']}/termsOfService"
VENDORS = "callRecording/vendors"
ANNOUNCEMENT = "callRecording/complianceAnnouncement"
ANNOUNCEMENTS = "callRecording/announcements"
OF_DENVER = f"locations/{DENVER}/"
ENDPOINTS = (
    *(SERVICE, TERMS, VENDORS, ANNOUNCEMENT, ANNOUNCEMENTS),
    *(f"{OF_DENVER}{VENDORS}", f"{OF_DENVER}{ANNOUNCEMENT}", "locations"),
)


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def simulator(running: Simulator) -> Simulator:
    running.reset()
    return running


@pytest.fixture
def get(simulator: Simulator) -> Any:
    """A function that returns the response of an endpoint."""

    def get(endpoint: str, token: str = "simulated-full-admin-token", **params: Any) -> requests.Response:
        url = f"{simulator.api_url}/telephony/config/{endpoint}"
        return requests.get(url, params=params, headers={"Authorization": f"Bearer {token}"}, timeout=10)

    return get


@pytest.fixture
def read(get: Any) -> Any:
    """A function that returns the content of an endpoint."""

    def read(endpoint: str, **more: Any) -> dict[str, Any]:
        response = get(endpoint, **more)
        assert response.status_code == 200, response.text
        content: dict[str, Any] = response.json()
        return content

    return read


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    ("token", "status"),
    [
        ("full-admin", 200),
        ("read-only-admin", 200),
        ("user-admin", 403),
        ("location-admin", 403),
        ("device-admin", 403),
        ("user", 403),
        ("no-telephony-scope", 403),
        ("expired", 401),
    ],
)
def test_roles_and_scopes(get: Any, endpoint: str, token: str, status: int) -> None:
    assert get(endpoint, token=f"simulated-{token}-token").status_code == status


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_other_methods_are_refused(simulator: Simulator, endpoint: str) -> None:
    url = f"{simulator.api_url}/telephony/config/{endpoint}"
    headers = {"Authorization": "Bearer simulated-full-admin-token"}
    response = requests.put(url, json={"enabled": True}, headers=headers, timeout=10)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET")


@pytest.mark.parametrize(("service", "status"), [("refused", 403), ("not_found", 404)])
def test_webex_for_government_has_no_recording_service(
    simulator: Simulator, get: Any, service: str, status: int
) -> None:
    simulator.set(recording_service=service)
    statuses = {endpoint: get(endpoint).status_code for endpoint in ENDPOINTS}
    assert statuses == {**dict.fromkeys(ENDPOINTS, status), "locations": 200}
    assert get(SERVICE, token="simulated-user-admin-token").status_code == 403


def test_the_option_of_webex_for_government() -> None:
    with Simulator("--recording-service", "not_found") as simulator:
        assert simulator.control("GET", "settings")["recording_service"] == "not_found"


@pytest.mark.parametrize(
    "endpoint",
    [
        f"locations/{UNKNOWN_LOCATION}/{VENDORS}",
        f"locations/{UNKNOWN_LOCATION}/{ANNOUNCEMENT}",
        "callRecording/vendors/unknown/termsOfService",
        f"{OF_DENVER}callRecording",
        f"{OF_DENVER}callRecording/other",
        "callRecording/other",
        f"locations/{DENVER}",
    ],
)
def test_unknown_locations_vendors_and_paths(get: Any, endpoint: str) -> None:
    assert get(endpoint).status_code == 404


def test_the_service_of_an_organization(simulator: Simulator, read: Any) -> None:
    content = read(SERVICE)
    assert content == {
        "organization": {"id": OWN_ORGANIZATION, "name": "Example Corporation"},
        "enabled": True,
        "vendorId": VENDOR["id"],
        "vendorName": VENDOR["name"],
        "termsOfServiceUrl": "https://recording.example.com/terms-of-service",
    }
    simulator.change_service(enabled=False, vendorId=WEBEX["id"])
    changed = {"enabled": False, "vendorId": WEBEX["id"], "vendorName": "Webex", "termsOfServiceUrl": ""}
    assert read(SERVICE) == {**content, **changed}
    simulator.reset()
    assert read(SERVICE) == content


def test_the_terms_of_service(simulator: Simulator, read: Any) -> None:
    accepted = {
        "vendorId": VENDOR["id"],
        "vendorName": VENDOR["name"],
        "termsOfServiceEnabled": True,
        "termsOfServiceUrl": "https://recording.example.com/terms-of-service",
    }
    assert read(TERMS) == accepted
    assert read(f"callRecording/vendors/{WEBEX['id']}/termsOfService")["termsOfServiceEnabled"] is False
    simulator.change_service(termsOfServiceEnabled=False)
    assert read(f"callRecording/vendors/{WEBEX['id']}/termsOfService")["vendorName"] == "Webex"
    assert read(TERMS) == {**accepted, "termsOfServiceEnabled": False}
    simulator.change_service(termsOfServiceEnabled=True)
    simulator.set(terms_of_service_url="https://example.com/terms")
    assert read(TERMS) == {
        **accepted,
        "termsOfServiceEnabled": False,
        "termsOfServiceUrl": "https://example.com/terms",
    }


def test_terms_that_are_not_accepted_refuse_to_enable_recording(simulator: Simulator, read: Any) -> None:
    """The 409 of a change and the terms of service come from the same state."""
    customer = {"token": PARTNER_TOKEN, "orgId": CUSTOMER_ORGANIZATION}
    assert read(TERMS, **customer)["termsOfServiceEnabled"] is False
    assert read(SERVICE, **customer)["organization"]["name"] == "Customer Limited"
    simulator.change_service(CUSTOMER_ORGANIZATION, termsOfServiceEnabled=True)
    assert read(TERMS, **customer)["termsOfServiceEnabled"] is True
    assert read(TERMS)["termsOfServiceEnabled"] is True
    assert simulator.service(CUSTOMER_ORGANIZATION)["termsOfServiceEnabled"] is True


def test_vendors_of_an_organization(simulator: Simulator, read: Any) -> None:
    content = read(VENDORS)
    assert (content["vendorId"], content["vendorName"]) == (VENDOR["id"], VENDOR["name"])
    assert [vendor["name"] for vendor in content["vendors"]] == ["Example Recording", "Webex"]
    assert content["failureBehavior"] == "PROCEED_WITH_CALL_NO_ANNOUNCEMENT"
    assert "storageRegion" not in content
    simulator.change_service(vendorId=WEBEX["id"], storageRegion="DE", failureBehavior="END_CALL_WITH_ANNOUNCEMENT")
    content = read(VENDORS)
    assert (content["vendorName"], content["storageRegion"]) == ("Webex", "DE")
    assert content["failureBehavior"] == "END_CALL_WITH_ANNOUNCEMENT"


def test_an_organization_without_a_vendor(simulator: Simulator, read: Any) -> None:
    simulator.change_service(enabled=False, vendorId=None)
    assert read(SERVICE).keys() == {"organization", "enabled"}
    assert "vendorId" not in read(VENDORS)
    assert "defaultVendorId" not in read(f"{OF_DENVER}{VENDORS}")


def test_vendors_of_locations_inherit(simulator: Simulator, read: Any) -> None:
    own = {
        "orgDefaultEnabled": False,
        "vendorId": WEBEX["id"],
        "orgStorageRegionEnabled": False,
        "storageRegion": "DE",
        "orgFailureBehaviorEnabled": False,
        "failureBehavior": "END_CALL_WITH_ANNOUNCEMENT",
    }
    # This location has an own failure behavior that it does not use.
    unused = {"failureBehavior": "PROCEED_CALL_WITH_ANNOUNCEMENT"}
    simulator.change_service(storageRegion="US", locations={MUNICH: own, SAO_PAULO: unused})
    inherited = {
        "orgDefaultEnabled": True,
        "orgDefaultVendorId": VENDOR["id"],
        "orgDefaultVendorName": VENDOR["name"],
        "defaultVendorId": VENDOR["id"],
        "defaultVendorName": VENDOR["name"],
        "orgStorageRegionEnabled": True,
        "orgStorageRegion": "US",
        "storageRegion": "US",
        "orgFailureBehaviorEnabled": True,
        "orgFailureBehavior": "PROCEED_WITH_CALL_NO_ANNOUNCEMENT",
        "failureBehavior": "PROCEED_WITH_CALL_NO_ANNOUNCEMENT",
        "vendors": read(VENDORS)["vendors"],
    }
    assert read(f"{OF_DENVER}{VENDORS}") == inherited
    assert read(f"locations/{MUNICH}/{VENDORS}") == {
        **inherited,
        "orgDefaultEnabled": False,
        "defaultVendorId": WEBEX["id"],
        "defaultVendorName": "Webex",
        "orgStorageRegionEnabled": False,
        "storageRegion": "DE",
        "orgFailureBehaviorEnabled": False,
        "failureBehavior": "END_CALL_WITH_ANNOUNCEMENT",
    }
    assert read(f"locations/{SAO_PAULO}/{VENDORS}") == {**inherited, **unused}


def test_compliance_announcements(simulator: Simulator, read: Any) -> None:
    silent = {
        "inboundPSTNCallsEnabled": False,
        "outboundPSTNCallsEnabled": False,
        "outboundPSTNCallsDelayEnabled": False,
        "delayInSeconds": 10,
    }
    assert read(ANNOUNCEMENT) == {**silent, "useCustomAnnouncementEnabled": False}
    inherited = {**silent, "useOrgSettingsEnabled": True, "useOrgLevelAnnouncementEnabled": True}
    own = {
        "useOrgSettingsEnabled": False,
        "useOrgLevelAnnouncementEnabled": False,
        "inboundPSTNCallsEnabled": True,
        "customComplianceAnnouncement": {"type": "CUSTOM"},
    }
    simulator.change_service(
        complianceAnnouncement={"outboundPSTNCallsEnabled": True}, locations={MUNICH: {"complianceAnnouncement": own}}
    )
    assert read(ANNOUNCEMENT)["outboundPSTNCallsEnabled"] is True
    # The keys of a location do not show what it inherits.
    assert read(f"{OF_DENVER}{ANNOUNCEMENT}") == inherited
    assert read(f"locations/{MUNICH}/{ANNOUNCEMENT}") == {**inherited, **own}


def test_announcements(simulator: Simulator, read: Any) -> None:
    content = read(ANNOUNCEMENTS)
    assert content["start"] == {"type": "DEFAULT"}
    assert content.keys() == {"start", "stop", "pause", "resume", "failureProceedWithCall", "failureEndWithCall"}
    simulator.change_service(announcements={"start": {"type": "CUSTOM"}})
    assert read(ANNOUNCEMENTS) == {**content, "start": {"type": "CUSTOM"}}


def test_the_list_of_locations(get: Any, read: Any) -> None:
    assert [location["name"] for location in read("locations")["locations"]] == ["Denver", "München", "São Paulo"]
    assert [location["id"] for location in read("locations", name="MÜN")["locations"]] == [MUNICH]
    assert read("locations", name="Oslo")["locations"] == []
    assert [location["name"][0] for location in read("locations", order="desc")["locations"]] == ["S", "M", "D"]
    assert get("locations", order="name").status_code == 400
    customer = read("locations", token=PARTNER_TOKEN, orgId=CUSTOMER_ORGANIZATION)["locations"]
    assert [location["name"] for location in customer] == ["Leeds"]


def test_pages_of_the_list_of_locations() -> None:
    with Simulator("--lines", "1", "--locations", "7", "--page-ceiling", "3") as simulator:
        headers = {"Authorization": "Bearer simulated-full-admin-token"}
        url: str | None = f"{simulator.api_url}/telephony/config/locations?max=100"
        sizes, names = [], set()
        while url:
            response = requests.get(url, headers=headers, timeout=10)
            rows = response.json()["locations"]
            sizes.append(len(rows))
            names.update(row["name"] for row in rows)
            url = response.links.get("next", {}).get("url")
        assert (sizes, len(names)) == ([3, 3, 1], 7)


@pytest.mark.parametrize(
    "change",
    [
        {"enabled": "yes"},
        {"unknown": True},
        {"vendorId": "unknown"},
        {"failureBehavior": "STOP"},
        {"locations": {"unknown": {}}},
        {"locations": {MUNICH: {"vendorId": "unknown"}}},
    ],
)
def test_invalid_changes_of_the_service(simulator: Simulator, change: dict[str, Any]) -> None:
    before = simulator.service()
    with pytest.raises(SimulatorError, match=" 400 "):
        simulator.change_service(**change)
    assert simulator.service() == before


def test_an_unknown_organization(simulator: Simulator) -> None:
    with pytest.raises(SimulatorError, match=" 404 "):
        simulator.service("unknown")
    with pytest.raises(SimulatorError, match="JSON object"):
        simulator.control("PATCH", "service", [])


def test_the_service_of_a_state_file(tmp_path: Path) -> None:
    organization = {"id": "mine", "name": "Mine", "locations": [{"id": "here", "name": "Here"}]}
    token = {"name": "mine", "token": "simulated-full-admin-token", "organization": "mine", "scopes": []}
    service = {"enabled": False, "locations": {"here": {"orgFailureBehaviorEnabled": False}}}
    file = tmp_path / "state.yml"
    content = {"organizations": [{**organization, "recording_service": service}], "tokens": [token]}
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    with Simulator("--state", str(file)) as simulator:
        simulator.change_service(enabled=True)
        assert simulator.service()["enabled"] is True
        simulator.reset()
        loaded = simulator.service()
        assert (loaded["enabled"], loaded["locations"]["here"]["orgFailureBehaviorEnabled"]) == (False, False)

    service["locations"] = {"elsewhere": {}}
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(SimulatorError, match="'elsewhere' is not among the locations"):
        Simulator("--state", str(file))
