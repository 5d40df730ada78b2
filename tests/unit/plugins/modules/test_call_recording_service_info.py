# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64

import pytest

from ansible_collections.webex.calling.plugins.modules.call_recording_service_info import main
from ansible_collections.webex.calling.tests.unit.organization import (
    CUSTOMER_ORGANIZATION,
    DENVER,
    LOCATION_ADMIN_TOKEN,
    MUNICH,
    OWN_ORGANIZATION,
    PARTNER_TOKEN,
    READ_ONLY_TOKEN,
    SAO_PAULO,
    UNKNOWN_LOCATION,
    USER_ADMIN_TOKEN,
    VENDOR,
    WEBEX,
)

SWITCH = "/telephony/config/callRecording"
PARTS = ["call_recording", "terms_of_service", "vendors", "compliance_announcement"]
SILENT = {
    "inbound_pstn_calls_enabled": False,
    "outbound_pstn_calls_enabled": False,
    "outbound_pstn_calls_delay_enabled": False,
    "delay_in_seconds": 10,
    "use_custom_announcement_enabled": False,
}
PROCEED, ANNOUNCE, END = (
    "PROCEED_WITH_CALL_NO_ANNOUNCEMENT",
    "PROCEED_CALL_WITH_ANNOUNCEMENT",
    "END_CALL_WITH_ANNOUNCEMENT",
)


@pytest.fixture
def read(run_module, simulator):
    return lambda **options: run_module(main, **options)


def only(simulator, suffix, **fault):
    """Add a fault for the requests whose path ends with a text. Other paths contain the path of the organization."""
    by_suffix = {
        "callRecording": {"nth": 1, "path": SWITCH},
        "termsOfService": {"path": "/termsOfService"},
        "vendors": {"nth": 2, "path": "/config/callRecording/vendors"},
        "complianceAnnouncement": {"path": "/config/callRecording/complianceAnnouncement"},
    }
    return simulator.add_fault(**by_suffix[suffix], **fault)


def parts(result):
    return [(each["part"], (each["location"] or {}).get("name")) for each in result["errors"]]


def test_the_service_of_an_organization(read, simulator):
    result = read()
    assert not result.get("failed"), result["msg"]
    assert result["organization"] == {"id": OWN_ORGANIZATION, "name": "Example Corporation", "verified": True}
    settings = result["service"].pop("settings")
    assert result["service"] == {
        "verified": True,
        "in_effect": True,
        "reason": None,
        "message": None,
        "hint": None,
        "enabled": True,
        "terms_of_service_accepted": True,
        "vendor": VENDOR,
        "storage_region": None,
        "failure_behavior": PROCEED,
        "compliance_announcement": SILENT,
    }
    assert list(settings) == PARTS
    assert settings["vendors"]["vendors"][1]["migrate_user_creation_enabled"] is False
    assert settings["terms_of_service"]["terms_of_service_enabled"] is True
    assert (result["locations"], result["errors"], result["changed"]) == (None, [], False)
    assert "warnings" not in result
    assert result["requests"] == len(simulator.requests()) == 4
    assert simulator.counts(method="GET")["count"] == 4


def test_a_read_only_administrator_reads_everything(read):
    result = read(access_token=READ_ONLY_TOKEN, locations=True, require_readable=True)
    assert not result.get("failed"), result["msg"]
    assert len(result["locations"]) == 3


@pytest.mark.parametrize(
    ("change", "reason", "message"),
    [
        ({"enabled": False}, "recording_off", "recording of the organization is off"),
        ({"enabled": False, "termsOfServiceEnabled": False}, "recording_off", "recording of the organization is off"),
        (
            {"termsOfServiceEnabled": False},
            "terms_not_accepted",
            "the terms of service of the recording vendor Example Recording are not accepted",
        ),
        ({"enabled": False, "vendorId": None}, "recording_off", "recording of the organization is off"),
    ],
)
def test_settings_without_effect(read, simulator, change, reason, message):
    simulator.change_service(**change)
    result = read(require_readable=True)
    assert not result.get("failed"), result["msg"]
    service = result["service"]
    assert (service["verified"], service["in_effect"]) == (True, False)
    assert (service["reason"], service["message"]) == (reason, message)
    assert "Control Hub" in service["hint"]
    assert service["enabled"] is change.get("enabled", True)


def test_an_organization_that_never_had_a_vendor(read, simulator):
    simulator.change_service(enabled=False, vendorId=None)
    result = read(locations=True)
    service = result["service"]
    assert (service["vendor"], service["terms_of_service_accepted"]) == (None, None)
    assert service["settings"]["terms_of_service"] is None
    assert result["errors"] == []
    assert [location["vendor"] for location in result["locations"]] == [None] * 3
    assert simulator.counts(path="termsOfService")["count"] == 0


def test_locations_that_inherit_and_that_do_not(read, simulator):
    munich = {
        "orgDefaultEnabled": False,
        "vendorId": WEBEX["id"],
        "orgStorageRegionEnabled": False,
        "storageRegion": "DE",
        "orgFailureBehaviorEnabled": False,
        "failureBehavior": END,
    }
    announcement = {
        "useOrgSettingsEnabled": False,
        "useOrgLevelAnnouncementEnabled": False,
        "inboundPSTNCallsEnabled": True,
        "customComplianceAnnouncement": {"type": "CUSTOM", "audioAnnouncementFile": {"id": "file"}},
    }
    # This location has values that it does not use.
    sao_paulo = {"failureBehavior": ANNOUNCE, "vendorId": WEBEX["id"], "storageRegion": "BR"}
    simulator.change_service(
        storageRegion="US",
        complianceAnnouncement={"outboundPSTNCallsEnabled": True},
        locations={MUNICH: munich, SAO_PAULO: {**sao_paulo, "complianceAnnouncement": announcement}},
    )
    result = read(locations=True)
    assert not result.get("failed"), result["msg"]
    denver, in_munich, in_sao_paulo = result["locations"]
    of_denver = denver.pop("settings")
    loud = {**SILENT, "outbound_pstn_calls_enabled": True}
    inherited = dict.fromkeys(("vendor", "storage_region", "failure_behavior", "compliance_announcement"), True)
    assert denver == {
        "id": DENVER,
        "name": "Denver",
        "vendor": VENDOR,
        "storage_region": "US",
        "failure_behavior": PROCEED,
        "compliance_announcement": loud,
        "terms_of_service_accepted": True,
        "inherited": inherited,
    }
    # The keys of the location do not show what it inherits.
    assert of_denver["compliance_announcement"]["outbound_pstn_calls_enabled"] is False
    assert of_denver["vendors"]["org_default_enabled"] is True
    del in_munich["settings"]
    assert in_munich == {
        "id": MUNICH,
        "name": "München",
        "vendor": WEBEX,
        "storage_region": "DE",
        "failure_behavior": END,
        "compliance_announcement": loud,
        # The terms of the other vendor are not accepted.
        "terms_of_service_accepted": False,
        "inherited": {**dict.fromkeys(inherited, False), "compliance_announcement": True},
    }
    of_sao_paulo = in_sao_paulo.pop("settings")
    assert in_sao_paulo == {
        "id": SAO_PAULO,
        "name": "São Paulo",
        "vendor": VENDOR,
        "storage_region": "US",
        "failure_behavior": PROCEED,
        "compliance_announcement": {
            **SILENT,
            "inbound_pstn_calls_enabled": True,
            "use_custom_announcement_enabled": True,
        },
        "terms_of_service_accepted": True,
        "inherited": {**inherited, "compliance_announcement": False},
    }
    assert of_sao_paulo["vendors"]["failure_behavior"] == ANNOUNCE
    # The list, what comes after it, two requests for each location, and the terms of the vendor in Munich.
    assert result["requests"] == len(simulator.requests()) == 4 + 2 + 2 * 3 + 1


@pytest.mark.parametrize("own", ["vendor", "storage_region", "failure_behavior"])
def test_a_location_that_inherits_some_values(read, simulator, own):
    values = {
        "vendor": {"orgDefaultEnabled": False, "vendorId": WEBEX["id"]},
        "storage_region": {"orgStorageRegionEnabled": False},
        "failure_behavior": {"orgFailureBehaviorEnabled": False},
    }
    # The location has own values of everything, and uses one of them.
    unused = {"vendorId": WEBEX["id"], "storageRegion": "DE", "failureBehavior": END}
    simulator.change_service(storageRegion="US", locations={DENVER: {**unused, **values[own]}})
    denver = read(locations=True, location_name="Denver")["locations"][0]
    expected = {
        "vendor": (VENDOR, WEBEX),
        "storage_region": ("US", "DE"),
        "failure_behavior": (PROCEED, END),
    }
    assert {key: denver[key] for key in expected} == {key: both[key == own] for key, both in expected.items()}
    assert {key: denver["inherited"][key] for key in expected} == {key: key != own for key in expected}


@pytest.mark.parametrize("accepted", [True, False])
def test_the_terms_of_a_vendor_that_only_locations_have(read, simulator, accepted):
    own = {"orgDefaultEnabled": False, "vendorId": WEBEX["id"]}
    simulator.change_service(locations={DENVER: own, MUNICH: own})
    body = {"vendorId": WEBEX["id"], "vendorName": WEBEX["name"], "termsOfServiceEnabled": accepted}
    simulator.add_fault(path=f"{WEBEX['id']}/termsOfService", status=200, body=body)
    result = read(locations=True, require_readable=True)
    assert not result.get("failed"), result["msg"]
    found = [location["terms_of_service_accepted"] for location in result["locations"]]
    assert found == [accepted, accepted, True]
    # The organization has another vendor.
    assert result["service"]["in_effect"] is True
    assert simulator.counts(path="termsOfService")["count"] == 2


def test_the_terms_of_a_vendor_of_a_location_that_cannot_be_read(read, simulator):
    simulator.change_service(locations={MUNICH: {"orgDefaultEnabled": False, "vendorId": WEBEX["id"]}})
    simulator.add_fault(path=f"{WEBEX['id']}/termsOfService", status=403)
    result = read(locations=True)
    assert parts(result) == [("terms_of_service", "München")]
    assert [location["terms_of_service_accepted"] for location in result["locations"]] == [True, None, True]
    assert read(locations=True, require_readable=True)["failed"] is True


def test_a_location_without_a_vendor(read, simulator):
    body = {"vendors": [], "orgDefaultEnabled": False}
    simulator.add_fault(path=f"/locations/{DENVER}/callRecording/vendors", status=200, body=body)
    result = read(locations=True)
    assert not result.get("failed"), result["msg"]
    denver = result["locations"][0]
    assert (denver["vendor"], denver["terms_of_service_accepted"], denver["failure_behavior"]) == (None, None, None)


def test_the_announcement_of_the_organization_that_may_not_be_read(read, simulator):
    own = {"useOrgSettingsEnabled": False, "useOrgLevelAnnouncementEnabled": True, "inboundPSTNCallsEnabled": True}
    simulator.change_service(locations={DENVER: {"complianceAnnouncement": own}})
    only(simulator, "complianceAnnouncement", status=403)
    result = read(locations=True)
    assert not result.get("failed"), result["msg"]
    found = result["locations"][0]["compliance_announcement"]
    assert (found["inbound_pstn_calls_enabled"], found["use_custom_announcement_enabled"]) == (True, None)


@pytest.mark.parametrize(
    ("custom", "shown"), [("CUSTOM", True), ("DEFAULT", False), ("NEW", None), (["CUSTOM"], None), (None, None)]
)
def test_types_of_announcements(read, simulator, custom, shown):
    body = {
        "useOrgSettingsEnabled": False,
        "inboundPSTNCallsEnabled": True,
        "outboundPSTNCallsEnabled": True,
        "delayInSeconds": 10.0,
        "customComplianceAnnouncement": {"type": custom},
    }
    simulator.add_fault(path=f"/locations/{DENVER}/callRecording/complianceAnnouncement", status=200, body=body)
    found = read(locations=True)["locations"][0]["compliance_announcement"]
    assert (found["use_custom_announcement_enabled"], found["delay_in_seconds"]) == (shown, 10)


SWITCHED_ON = {"organization": {"id": OWN_ORGANIZATION}, "enabled": True}


@pytest.mark.parametrize(
    ("switch", "terms", "in_effect"),
    [
        # Ids of vendors have several encodings. Names decide if ids differ.
        (
            {"vendorId": "ciscospark-id", "vendorName": "Dubber"},
            {"vendorId": "uuid", "vendorName": "Dubber"},
            True,
        ),
        ({"vendorId": "A1"}, {"vendorId": "a1"}, True),
        ({"vendorId": "one"}, {"vendorId": "other"}, None),
        ({"vendorId": "one", "vendorName": "One"}, {"vendorId": "other", "vendorName": "Other"}, None),
        ({"vendorId": "one"}, {}, True),
    ],
)
def test_the_terms_are_those_of_the_vendor(read, simulator, switch, terms, in_effect):
    only(simulator, "callRecording", status=200, body={**SWITCHED_ON, **switch})
    only(simulator, "termsOfService", status=200, body={**terms, "termsOfServiceEnabled": True})
    body = {**switch, "vendors": [], "failureBehavior": PROCEED}
    simulator.add_fault(path="/config/callRecording/vendors", status=200, body=body)
    result = read()
    assert result["service"]["in_effect"] is in_effect
    assert bool(result.get("failed")) is (in_effect is None)


def test_recording_that_is_off_is_known_whatever_else_is_unusable(read, simulator):
    deep: dict = {}
    for _number in range(50):
        deep = {"a": deep}
    for unusable in ({"vendorId": 7}, {"vendorName": "Webex"}, {"vendorId": ".."}, {"new": deep}):
        fault = only(simulator, "callRecording", status=200, body={**SWITCHED_ON, "enabled": False, **unusable})
        result = read()
        assert result["failed"] is True
        service = result["service"]
        assert (service["verified"], service["in_effect"], service["reason"]) == (True, False, "recording_off")
        assert result["organization"]["id"] == OWN_ORGANIZATION
        simulator.remove_fault(fault)


def test_an_organization_without_vendor_that_records(read, simulator):
    """Only its locations have vendors."""
    simulator.change_service(enabled=True, vendorId=None)
    result = read(require_readable=True)
    assert not result.get("failed"), result["msg"]
    service = result["service"]
    assert (service["verified"], service["in_effect"], service["reason"]) == (False, None, "no_vendor")
    assert "no recording vendor" in service["message"]
    assert "Control Hub" in service["hint"]
    assert (result["errors"], service["terms_of_service_accepted"]) == ([], None)


@pytest.mark.parametrize(("custom", "level"), [(True, True), (False, True), (None, True), (None, False)])
def test_the_announcement_file_of_the_organization(read, simulator, custom, level):
    """A location with own settings can use the announcement of the organization."""
    own = {"useOrgSettingsEnabled": False, "useOrgLevelAnnouncementEnabled": level, "inboundPSTNCallsEnabled": True}
    simulator.change_service(
        complianceAnnouncement={"useCustomAnnouncementEnabled": custom},
        locations={DENVER: {"complianceAnnouncement": own}},
    )
    denver = read(locations=True, location_name="Denver")["locations"][0]
    found = denver["compliance_announcement"]
    assert (found["inbound_pstn_calls_enabled"], denver["inherited"]["compliance_announcement"]) == (True, False)
    assert found["use_custom_announcement_enabled"] is custom
    assert found.keys() == SILENT.keys()


def test_selected_locations(read, simulator):
    def names(**options):
        return [each["name"] for each in read(locations=True, **options)["locations"]]

    assert names(location_name=["s?o p*", "DENVER"]) == ["São Paulo", "Denver"]
    assert names(location_id=f"{MUNICH},{DENVER}") == ["München", "Denver"]
    assert names(location_name="*", location_id=MUNICH) == ["München"]
    simulator.clear_requests()
    assert read(locations=True, location_name="Denver")["requests"] == 4 + 2 + 2
    assert simulator.counts(path=f"locations/{DENVER}")["count"] == 2


def test_values_that_match_no_location(read):
    result = read(locations=True, location_name=["Denvr", "Denver"], location_id=[UNKNOWN_LOCATION, DENVER])
    assert (result["failed"], result["error"]["type"]) == (True, "no_match")
    assert result["missing"] == [
        {"selector": "location_name", "value": "Denvr"},
        {"selector": "location_id", "value": UNKNOWN_LOCATION},
    ]
    assert result["msg"].startswith("Could not select the locations: No match: no location with location_name 'Denvr'")
    assert "did you mean 'Denver'?" in result["msg"]
    assert "allow_missing" not in result["msg"]


def test_values_that_match_no_location_together(read):
    result = read(locations=True, location_name="Denver", location_id=MUNICH)
    assert (result["failed"], result["error"]["type"]) == (True, "no_match")


@pytest.mark.parametrize(
    "options",
    [
        {"location_name": "Denver"},
        {"locations": False, "location_id": DENVER},
        {"locations": True, "location_name": None},
        {"locations": True, "location_name": ""},
        {"locations": True, "location_name": []},
        {"locations": True, "location_id": []},
        {"locations": True, "location_id": [None]},
        {"locations": None},
        {"require_readable": None},
        {"locations": True, "location_name": [{"a": 1}]},
    ],
)
def test_options_that_are_refused(read, simulator, options):
    result = read(**options)
    assert (result["failed"], result["error"]["type"]) == (True, "invalid_option")
    assert simulator.requests() == []


def test_an_organization_without_locations(read, simulator):
    simulator.add_fault(path="/locations", status=200, body={"locations": []})
    result = read(locations=True)
    assert (result["failed"], result["error"]["type"]) == (True, "no_match")
    assert "the organization has no locations" in result["msg"]


@pytest.mark.parametrize("token", [USER_ADMIN_TOKEN, LOCATION_ADMIN_TOKEN])
def test_a_token_that_may_not_read(read, token):
    result = read(access_token=token, locations=True)
    assert not result.get("failed"), result["msg"]
    assert result["organization"] == {"id": None, "name": None, "verified": False}
    service = result["service"]
    assert service["settings"] == dict.fromkeys(PARTS)
    assert (service["verified"], service["in_effect"], service["reason"]) == (False, None, "not_readable")
    assert "full or read-only administrator" in service["hint"]
    names = (
        *("enabled", "terms_of_service_accepted", "vendor"),
        *("storage_region", "failure_behavior", "compliance_announcement"),
    )
    assert [service[name] for name in names] == [None] * 6
    assert result["locations"] is None
    assert parts(result) == [(part, None) for part in (*PARTS, "locations")]
    assert {each["error"]["type"] for each in result["errors"]} == {"permission"}
    (warning,) = result["warnings"]
    assert warning.startswith(
        "5 of 5 parts could not be read: recording service, terms of service, recording vendors, compliance "
        "announcement, list of locations. Could not read the recording service: HTTP 403 Forbidden"
    )
    assert "spark-admin:telephony_config_read" in warning
    assert warning.endswith("The values are null.")


def test_a_token_that_has_to_read_and_may_not(read):
    result = read(access_token=USER_ADMIN_TOKEN, require_readable=True)
    assert (result["failed"], result["error"]["type"], result["error"]["status"]) == (True, "permission", 403)
    assert result["msg"].startswith("4 of 4 parts could not be read")
    assert result["service"]["in_effect"] is None
    assert len(result["errors"]) == 4
    assert "warnings" not in result


@pytest.mark.parametrize(
    "fault", [{"status": 403, "text": ""}, {"status": 404, "text": ""}, {"status": 400, "code": 4003}]
)
def test_refusals_without_details(read, simulator, fault):
    only(simulator, "vendors", **fault)
    result = read()
    assert not result.get("failed"), result["msg"]
    assert parts(result) == [("vendors", None)]
    only(simulator, "vendors", **fault)
    assert read(require_readable=True)["failed"] is True


@pytest.mark.parametrize("options", [{}, {"locations": True}, {"locations": True, "location_name": "Denvr"}])
def test_a_wrong_address_fails(read, simulator, options):
    result = read(api_url=simulator.api_url.replace("/v1", "/v2"), **options)
    assert (result["failed"], result["error"]["status"]) == (True, 404)
    assert "list of locations" in result["msg"]
    assert "api_url" in result["error"]["hint"]


def test_the_hint_about_terms_that_are_not_found(read, simulator):
    only(simulator, "termsOfService", status=404)
    (error,) = read()["errors"]
    assert error["error"]["hint"] == "Run the task again. The vendor may have changed meanwhile."


@pytest.mark.parametrize(("service", "status"), [("refused", 403), ("not_found", 404)])
def test_webex_for_government(read, simulator, service, status):
    simulator.set(recording_service=service)
    result = read(locations=True)
    assert not result.get("failed"), result["msg"]
    assert [each["error"]["status"] for each in result["errors"]] == [status] * (4 + 2 * 3)
    assert "Webex for Government does not have these settings" in result["warnings"][0]
    assert [(each["name"], each["vendor"], each["compliance_announcement"]) for each in result["locations"]] == [
        (name, None, None) for name in ("Denver", "München", "São Paulo")
    ]
    assert result["locations"][0]["inherited"] == dict.fromkeys(result["locations"][0]["inherited"])
    assert result["locations"][0]["settings"] == {"vendors": None, "compliance_announcement": None}
    assert read(locations=True, require_readable=True)["failed"] is True


def test_many_locations_that_may_not_be_read(run_module, start_simulator):
    """After some refusals, the module does not ask for the other locations."""
    simulator = start_simulator("--lines", "1", "--locations", "100", "--recording-service", "refused")
    result = run_module(main, locations=True)
    assert len(result["locations"]) == 100
    assert len(result["errors"]) == 4 + 2 * 100
    assert simulator.counts(path="/locations/")["count"] < 60


@pytest.mark.parametrize("part", ["termsOfService", "vendors", "complianceAnnouncement"])
def test_a_part_that_may_not_be_read(read, simulator, part):
    only(simulator, part, status=403)
    result = read(locations=True)
    assert not result.get("failed"), result["msg"]
    assert len(result["errors"]) == len(result["warnings"]) == 1
    service = result["service"]
    assert service["in_effect"] is (None if part == "termsOfService" else True)
    assert service["verified"] is (part != "termsOfService")
    if part == "complianceAnnouncement":
        # The locations inherit what was not read.
        denver = result["locations"][0]
        assert (denver["compliance_announcement"], denver["inherited"]["compliance_announcement"]) == (None, True)
        assert denver["vendor"] == VENDOR


def test_the_message_is_about_failures_and_not_about_refusals(read, simulator):
    only(simulator, "termsOfService", status=403)
    only(simulator, "complianceAnnouncement", status=500)
    result = read(retry_timeout=0)
    assert parts(result) == [("terms_of_service", None), ("compliance_announcement", None)]
    assert result["msg"].startswith("1 of 4 parts could not be read: compliance announcement. ")
    assert (result["failed"], result["error"]["type"]) == (True, "server_error")
    # A refusal by a gateway has its own hint.
    simulator.control("DELETE", "faults")
    only(simulator, "vendors", status=403, shape="f")
    (error,) = [each["error"] for each in read()["errors"] if each["part"] == "vendors"]
    assert "Webex for Government" not in error["hint"]


def test_a_vendor_without_a_name(read, simulator):
    only(simulator, "callRecording", status=200, body={**SWITCHED_ON, "vendorId": "V1"})
    only(simulator, "termsOfService", status=200, body={"vendorId": "V1", "termsOfServiceEnabled": False})
    simulator.add_fault(path="/config/callRecording/vendors", status=200, body={"vendors": []})
    result = read()
    # An organization without a vendor has no failure behavior either.
    assert not result.get("failed"), result["msg"]
    assert (result["service"]["vendor"], result["service"]["failure_behavior"]) == (None, None)
    message = "the terms of service of the recording vendor V1 are not accepted"
    assert result["service"]["message"] == message


def test_a_vendor_that_cannot_be_named(read, simulator):
    only(simulator, "callRecording", status=200, body={**SWITCHED_ON, "vendorId": 7})
    assert "Could not read the terms of service: " in read()["msg"]


def test_terms_that_may_not_be_read_do_not_matter_if_recording_is_off(read, simulator):
    simulator.change_service(enabled=False)
    only(simulator, "termsOfService", status=403)
    service = read()["service"]
    assert (service["verified"], service["in_effect"], service["reason"]) == (True, False, "recording_off")


def test_a_location_that_was_deleted_meanwhile(read, simulator):
    simulator.add_fault(path=f"/locations/{MUNICH}", status=404, shape="i", message="Location not found")
    result = read(locations=True)
    assert not result.get("failed"), result["msg"]
    assert parts(result) == [("vendors", "München"), ("compliance_announcement", "München")]
    assert result["locations"][1]["vendor"] is None
    assert "may have been deleted" in result["warnings"][0]
    assert read(locations=True, require_readable=True)["failed"] is True


HTML = {"status": 200, "text": "<html>Please log in</html>", "content_type": "text/html"}


@pytest.mark.parametrize("part", ["callRecording", "termsOfService", "vendors", "complianceAnnouncement"])
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 200, "body": {}},
        {"status": 200, "body": []},
        {"status": 200, "body": {"message": "Something went wrong", "errors": []}},
        HTML,
        {"status": 200, "text": ""},
        {"status": 500},
        {"status": 403, "shape": "f"},
        {"status": 404, "shape": "f"},
        {"status": 400},
        {"action": "truncate"},
    ],
)
def test_unusable_responses_fail(read, simulator, part, fault):
    only(simulator, part, **fault)
    result = read(retry_timeout=0)
    assert (result["failed"], result["changed"]) == (True, False)
    assert result["errors"]
    service = result["service"]
    if part in ("callRecording", "termsOfService"):
        assert (service["verified"], service["in_effect"], service["reason"]) == (False, None, "not_readable")
    else:
        assert service["in_effect"] is True


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("callRecording", {"enabled": "true"}),
        ("callRecording", {"enabled": None}),
        ("callRecording", {"enabled": 1}),
        ("callRecording", {"vendorId": None}),
        ("callRecording", {"vendorId": 7}),
        ("callRecording", {"vendorId": ".."}),
        ("callRecording", {"vendorId": " "}),
        ("termsOfService", {"termsOfServiceEnabled": None}),
        ("termsOfService", {"termsOfServiceEnabled": "yes"}),
        ("termsOfService", {"vendorId": "other", "vendorName": "Other"}),
        ("vendors", {"vendors": None}),
        ("vendors", {"vendorId": "other"}),
        ("vendors", {"failureBehavior": None}),
        ("vendors", {"failureBehavior": True}),
        ("vendors", {"storageRegion": ["US"]}),
        ("complianceAnnouncement", {"inboundPSTNCallsEnabled": None}),
        ("complianceAnnouncement", {"outboundPSTNCallsEnabled": 0}),
        ("complianceAnnouncement", {"delayInSeconds": True}),
    ],
)
def test_missing_values_and_wrong_types_fail(read, simulator, part, change):
    content = {
        "callRecording": {"enabled": True, "vendorId": VENDOR["id"], "vendorName": VENDOR["name"]},
        "termsOfService": {"vendorId": VENDOR["id"], "vendorName": VENDOR["name"], "termsOfServiceEnabled": True},
        "vendors": {"vendorId": VENDOR["id"], "vendors": [], "failureBehavior": PROCEED},
        "complianceAnnouncement": {"inboundPSTNCallsEnabled": True, "outboundPSTNCallsEnabled": True},
    }[part]
    fault = only(simulator, part, status=200, body=content)
    assert not read().get("failed")
    simulator.remove_fault(fault)
    only(simulator, part, status=200, body={**content, **change})
    result = read()
    assert (result["failed"], result["error"]["type"]) == (True, "invalid_response")
    if part in ("callRecording", "termsOfService"):
        assert result["service"]["in_effect"] is None


@pytest.mark.parametrize(
    ("part", "body"),
    [
        ("vendors", {}),
        ("vendors", {"vendors": [], "orgDefaultEnabled": "true", "orgFailureBehaviorEnabled": True}),
        ("vendors", {"vendors": [], "orgDefaultEnabled": False, "defaultVendorId": "x", "failureBehavior": END}),
        ("vendors", {"vendors": [], "orgDefaultEnabled": False, "defaultVendorName": "x"}),
        (
            "vendors",
            {
                "vendors": [],
                "orgDefaultEnabled": True,
                "orgDefaultVendorId": "x",
                "orgFailureBehaviorEnabled": True,
                # The own value does not count.
                "failureBehavior": END,
            },
        ),
        ("complianceAnnouncement", {}),
        ("complianceAnnouncement", {"useOrgSettingsEnabled": None}),
        ("complianceAnnouncement", {"useOrgSettingsEnabled": False}),
        ("complianceAnnouncement", {"useOrgSettingsEnabled": False, "inboundPSTNCallsEnabled": True}),
    ],
)
def test_unusable_responses_about_a_location_fail(read, simulator, part, body):
    simulator.add_fault(path=f"/locations/{DENVER}/callRecording/{part}", status=200, body=body)
    result = read(locations=True)
    assert (result["failed"], result["error"]["type"]) == (True, "invalid_response")
    assert "of location Denver" in result["msg"]
    assert parts(result) == [("compliance_announcement" if part != "vendors" else part, "Denver")]
    key = "vendor" if part == "vendors" else "compliance_announcement"
    assert [each[key] is None for each in result["locations"]] == [True, False, False]


def test_a_location_without_storage_region(read, simulator):
    """Webex documents the storage region for its own vendor only, so its keys can be missing."""
    body = {
        "vendors": [],
        "orgDefaultEnabled": False,
        "defaultVendorId": "x",
        "storageRegion": "",
        "orgFailureBehaviorEnabled": False,
        "failureBehavior": "NEW_BEHAVIOR",
        "newKey": {"innerKey": 1},
    }
    simulator.add_fault(path=f"/locations/{DENVER}/callRecording/vendors", status=200, body=body)
    denver = read(locations=True)["locations"][0]
    assert (denver["vendor"], denver["storage_region"]) == ({"id": "x", "name": None}, None)
    assert (denver["failure_behavior"], denver["inherited"]["storage_region"]) == ("NEW_BEHAVIOR", None)
    assert denver["settings"]["vendors"]["new_key"] == {"inner_key": 1}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 500}, "server_error"),
        (HTML, "invalid_response"),
        ({"status": 200, "body": {"locations": [{"id": "x"}]}}, "pagination"),
        ({"status": 200, "body": {"locations": [{"name": "x"}]}}, "pagination"),
        ({"status": 200, "body": {"locations": None}}, "pagination"),
        ({"status": 200, "body": {"locations": [{"id": "x", "name": "x"}, {"id": "x", "name": "x"}]}}, "pagination"),
        ({"status": 403, "shape": "f"}, "permission"),
    ],
)
def test_a_list_of_locations_that_is_unusable(read, simulator, fault, error):
    simulator.add_fault(path="/config/locations", **fault)
    result = read(locations=True)
    assert (result["failed"], result["error"]["type"]) == (True, error)
    assert result["locations"] is None
    # The organization was read nevertheless.
    assert result["service"]["in_effect"] is True
    assert parts(result) == [("locations", None)]


@pytest.mark.parametrize("arguments", [(), ("--list-position", "ignored"), ("--list-position", "cursor")])
def test_the_list_of_locations_is_whole(run_module, start_simulator, arguments):
    simulator = start_simulator("--lines", "1", "--locations", "50", "--page-ceiling", "20", *arguments)
    result = run_module(main, locations=True)
    if arguments == ("--list-position", "ignored"):
        # The same page again and again.
        assert (result["failed"], result["error"]["type"]) == (True, "pagination")
        return
    assert not result.get("failed"), result["msg"]
    assert len({location["id"] for location in result["locations"]}) == 50
    assert simulator.counts(path="callRecording")["count"] == 4 + 2 * 50


def test_a_link_that_a_gateway_removed(run_module, start_simulator):
    simulator = start_simulator("--lines", "1", "--locations", "50", "--page-ceiling", "20")
    simulator.add_fault(path="/config/locations", headers={"Link": None})
    assert len(run_module(main, locations=True)["locations"]) == 50


def test_fifty_locations_are_read_in_parallel(run_module, start_simulator):
    simulator = start_simulator("--lines", "1", "--locations", "50", "--latency", "0.02")
    result = run_module(main, locations=True)
    assert result["requests"] == 4 + 2 + 2 * 50
    assert simulator.counts(path="/locations/")["peak_concurrency"] > 5


def test_a_partner_reads_a_customer(read, simulator):
    result = read(access_token=PARTNER_TOKEN, org_id=CUSTOMER_ORGANIZATION, locations=True)
    assert result["organization"] == {"id": CUSTOMER_ORGANIZATION, "name": "Customer Limited", "verified": True}
    assert result["service"]["reason"] == "terms_not_accepted"
    assert [location["name"] for location in result["locations"]] == ["Leeds"]
    assert all(f"orgId={CUSTOMER_ORGANIZATION}" in request["query"] for request in simulator.requests())


@pytest.mark.parametrize("enabled", [True, False])
def test_another_organization_says_nothing(read, simulator, enabled):
    body = {"organization": {"id": "another", "name": "Another"}, "enabled": enabled, "vendorId": VENDOR["id"]}
    only(simulator, "callRecording", status=200, body=body)
    result = read(org_id=OWN_ORGANIZATION)
    assert result["organization"] == {"id": "another", "name": "Another", "verified": False}
    assert (result["failed"], result["service"]["in_effect"], result["service"]["enabled"]) == (True, None, None)
    assert "about the organization another, and not about org_id" in result["msg"]
    assert result["error"]["hint"].startswith("Check org_id, ")
    assert simulator.counts(path="termsOfService")["count"] == 0


def test_encodings_of_the_organization(read, simulator):
    uuid = base64.b64decode(OWN_ORGANIZATION + "==").decode().rpartition("/")[2]
    body = {**SWITCHED_ON, "organization": {"id": uuid.upper()}, "vendorId": VENDOR["id"]}
    only(simulator, "callRecording", status=200, body=body)
    result = read(org_id=OWN_ORGANIZATION)
    assert (result["service"]["in_effect"], result["organization"]["verified"]) == (True, True)
    # Texts that are no ids are compared as they are.
    only(simulator, "callRecording", status=200, body={**SWITCHED_ON, "organization": {"id": "a"}})
    assert read(org_id="b")["service"]["in_effect"] is None


def test_a_refused_token_fails(read, simulator):
    result = read(access_token="simulated-expired-token", locations=True)
    assert (result["failed"], result["error"]["type"]) == (True, "authentication")
    assert len(simulator.requests()) == 1


def test_a_token_that_expires_meanwhile_fails(read, simulator):
    simulator.add_fault(path=f"/locations/{DENVER}", status=401)
    result = read(locations=True, concurrency=1)
    assert (result["failed"], result["error"]["type"]) == (True, "authentication")
    # Requests for the other locations cannot succeed either.
    assert simulator.counts(path="/locations/")["count"] == 1
    assert result["locations"][2]["vendor"] is None


def test_warnings_show_no_token(read, simulator):
    """Ansible does not mask secrets in warnings, and a location can have any name."""
    body = {"locations": [{"id": DENVER, "name": "{token}"}]}
    simulator.add_fault(path="/config/locations", nth=1, status=200, body=body)
    simulator.add_fault(path="/config/locations", nth=2, status=200, body={"locations": []})
    simulator.add_fault(path=f"/locations/{DENVER}/", status=403)
    result = read(locations=True, access_token="simulated-full-admin-token")
    assert "of location ********" in result["warnings"][0], result
    assert "simulated-full-admin-token" not in result["warnings"][0]


def test_hostile_texts_do_not_reach_the_terminal(read, simulator):
    only(simulator, "vendors", status=403, message="\u001b[31mred")
    warning = read()["warnings"][0]
    assert warning.isprintable()
    assert "\\u001b[31mred" in warning
