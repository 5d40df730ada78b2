# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest

from ansible_collections.webex.calling.plugins.module_utils._baseline import baseline_document
from ansible_collections.webex.calling.plugins.modules import call_recording, call_recording_info
from ansible_collections.webex.calling.plugins.modules.call_recording_drift_info import main
from ansible_collections.webex.calling.tests.unit.organization import (
    ADA_LOVELACE,
    BOARDROOM,
    BOB_SMITH,
    BOB_SMITH_PERSON,
    CUSTOMER_ORGANIZATION,
    DENVER,
    MUNICH,
    OWN_ORGANIZATION,
    PARTNER_TOKEN,
    SAO_PAULO,
    TRADING_DESK,
    USER_ADMIN_TOKEN,
    VENDOR,
    WEBEX,
)

ENABLED = {
    "organization": {"id": OWN_ORGANIZATION, "name": "Example Corporation"},
    "enabled": True,
    "vendorId": VENDOR["id"],
    "vendorName": VENDOR["name"],
}
#: Recording service of a location with a vendor whose terms of service are not accepted.
OTHER_VENDOR = {"orgDefaultEnabled": False, "vendorId": WEBEX["id"]}
EVERYBODY = {"name": "Everybody is recorded", "settings": {"record": "Always"}}


def policy(*rules):
    return {"name": "Rulebook", "version": "1", "rules": list(rules)}


@pytest.fixture
def check(run_module, simulator):
    return lambda *rules, **options: run_module(main, **({"policy": policy(*rules)} if rules else {}), **options)


def ids(entries):
    return {entry["id"] for entry in entries}


def test_an_organization_that_drifted(check, simulator):
    result = check(EVERYBODY)
    assert not result.get("failed"), result["msg"]
    assert (result["status"], result["reasons"], result["passed"]) == ("drifted", ["drifted"], False)
    assert result["counts"]["total"] == 19
    assert sum(result["counts"][state] for state in ("compliant", "drifted")) == 19
    # Recording is switched off, although record is Always.
    assert BOB_SMITH_PERSON in ids(result["drifted"])
    assert ADA_LOVELACE not in ids(result["drifted"])
    assert result["organization"] == {"id": OWN_ORGANIZATION, "name": "Example Corporation", "verified": True}
    assert result["policy"]["name"] == "Rulebook"
    assert len(result["policy"]["sha256"]) == 64
    assert (result["scope"], result["baseline"]) == ({}, None)
    assert result["started_at"] <= result["finished_at"]
    assert result["finished_at"].endswith("Z")
    assert result["requests"] == len(simulator.requests())
    assert len(result["not_recordable"]) == 5


def test_remediation_makes_the_organization_compliant(check, run_module):
    rules = [EVERYBODY, {"name": "Rooms", "recordable": False, "settings": {"enabled": False}}]
    found = check(*rules)
    assert found["status"] == "drifted"
    changed = []
    for remediation in found["remediations"]:
        result = run_module(call_recording.main, **remediation)
        assert not result.get("failed"), result["msg"]
        changed += [member["id"] for member in result["members"]]
    again = check(*rules, remediated_ids=changed, list_members=True)
    assert (again["status"], again["reasons"], again["passed"]) == ("remediated", [], True)
    assert [member["state"] for member in again["members"]] == ["compliant"] * 19
    assert all("call_recording" in member for member in again["members"])
    assert "members" not in found
    assert check(*rules)["status"] == "compliant"


def test_uncovered_and_unmatched(check):
    rule = {"name": "Ada", "owner_name": ["Ada Lovelace", "Gone"], "settings": {"record": "Always"}}
    result = check(rule)
    assert (result["status"], result["reasons"]) == ("unmatched", ["unmatched", "uncovered"])
    assert result["unmatched"] == [{"rule": "Ada", "selector": "owner_name", "value": "Gone"}]
    assert result["counts"]["uncovered"] == 18
    assert check(rule, tolerate=["unmatched"])["passed"] is False
    tolerant = check(rule, tolerate=["unmatched", "uncovered"])
    assert (tolerant["passed"], tolerant["status"]) == (True, "unmatched")


def test_members_that_cannot_be_read_make_the_check_incomplete(check, simulator):
    simulator.add_fault(path=ADA_LOVELACE, status=403)
    result = check(EVERYBODY, tolerate=["drifted", "uncovered", "unmatched"])
    assert (result["failed"], result["status"], result["passed"]) == (True, "incomplete", False)
    assert result["msg"].startswith("The check is incomplete: 1 of 19 members could not be read: Ada Lovelace")
    assert (result["error"]["type"], result["error"]["id"]) == ("permission", ADA_LOVELACE)
    assert ids(result["errors"]) == {ADA_LOVELACE}
    # Everything else was compared.
    assert result["counts"]["drifted"] + result["counts"]["compliant"] == 18


def test_a_list_that_cannot_be_read_makes_the_check_incomplete(check, simulator):
    simulator.add_fault(path="/numbers", status=403)
    result = check(EVERYBODY)
    assert (result["failed"], result["status"], result["counts"]["total"]) == (True, "incomplete", 0)
    assert "spark-admin:telephony_config_read" in result["msg"]
    assert result["organization"]["name"] == "Example Corporation"


def test_nothing_that_was_compared_is_incomplete(check):
    rule = {"name": "Nobody", "owner_name": "Nobody", "allow_missing": True, "settings": {"enabled": True}}
    result = check(rule, tolerate=["uncovered", "unmatched", "drifted"])
    assert (result["failed"], result["status"], result["passed"]) == (True, "incomplete", False)
    assert "nothing was compared" in result["msg"]


def test_a_refused_token_fails(check):
    result = check(EVERYBODY, access_token="simulated-expired-token")
    assert (result["failed"], result["error"]["type"]) == (True, "authentication")
    assert "status" not in result


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"policy": "name: x"}, "Use the filter webex.calling.call_recording_policy"),
        ({"policy": policy({"name": "r"}, {"name": "r", "owner": "x", "settings": {}})}, "owner is unknown"),
        ({"policy": policy(EVERYBODY), "select": {}}, "select is empty"),
        ({"policy": policy(EVERYBODY), "select": {"kind": []}}, "select.kind is []"),
        ({"policy": policy(EVERYBODY), "select": {"owner": "x"}}, "select.owner is unknown; did you mean owner_name?"),
        ({"policy": policy(EVERYBODY), "select": {"kind": "people"}}, "select.kind is 'people'"),
        ({"policy": policy(EVERYBODY), "select": {"owner_name": None}}, "select.owner_name is null"),
        ({"policy": policy(EVERYBODY), "select": {"owner_name": []}}, "owner_name is an empty list"),
        ({"baseline_file": "/nowhere/b.json"}, "which cannot be read: No such file"),
    ],
)
def test_faults_are_found_before_any_request(run_module, simulator, options, fault):
    result = run_module(main, **options)
    assert result["failed"] is True
    assert fault in result["msg"]
    assert result["error"]["type"] in ("invalid_policy", "invalid_option")
    assert simulator.requests() == []


def test_a_policy_with_five_faults_in_four_rules(run_module, simulator):
    rules = [
        {"name": "one", "settings": {"record": "Allways"}},
        {"name": "two", "extension": 100, "owner_name": None, "settings": {"enabled": True}},
        {"name": "three", "locaton_name": "Denver", "settings": {"enabled": True}},
        {"name": "four", "owner_name": "Ada", "exempt": {"reason": "why"}},
    ]
    result = run_module(main, policy=policy(*rules))
    assert result["error"]["type"] == "invalid_policy"
    for text in (
        "rule 1, 'one'",
        "extension is the number 100",
        "owner_name is null",
        "locaton_name",
        "exempt.expires",
    ):
        assert text in result["msg"]
    assert simulator.requests() == []


@pytest.mark.parametrize("options", [{}, {"policy": None}, {"baseline_file": ""}])
def test_a_policy_or_a_baseline_is_required(run_module, simulator, options):
    result = run_module(main, **options)
    assert result["failed"] is True
    assert simulator.requests() == []


def test_a_part_of_the_organization(check):
    result = check(
        EVERYBODY, {**EVERYBODY, "name": "x", "owner_name": "Jürgen Groß"}, select={"location_name": "Denver"}
    )
    assert result["scope"] == {"location_name": "Denver"}
    assert {location["name"] for location in result["locations"]} == {"Denver"}
    assert (result["unmatched"], len(result["outside_selection"])) == ([], 1)


def test_emails_in_rules(check, simulator):
    result = check(
        EVERYBODY,
        {"name": "Ada", "email": ["ada.lovelace@example.com", "nobody@example.com"], "settings": {"record": "Never"}},
        {
            "name": "Rest",
            "exclude": {"email": "Bob.Smith@example.com"},
            "kind": "person",
            "settings": {"enabled": True},
        },
    )
    assert [rule["members"] for rule in result["rules"]] == [19, 1, 4]
    assert result["unmatched"] == [{"rule": "Ada", "selector": "email", "value": "nobody@example.com"}]
    assert simulator.counts(path="/v1/people")["by_status"]["200"] >= 3
    (ada,) = [entry for entry in result["drifted"] if entry["id"] == ADA_LOVELACE]
    assert ada["differences"][0]["rule"] == "Ada"


def test_an_organization_that_cannot_be_identified(check, simulator):
    simulator.add_fault(path="/config/callRecording", status=403)
    assert check(EVERYBODY)["organization"] == {"id": None, "name": None, "verified": False}
    result = check(EVERYBODY, org_id=OWN_ORGANIZATION)
    assert result["organization"] == {"id": OWN_ORGANIZATION, "name": None, "verified": False}


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ({"enabled": True, "organization": {"id": " "}}, (OWN_ORGANIZATION, False)),
        ({"organization": {"id": OWN_ORGANIZATION}}, (OWN_ORGANIZATION, True)),
        ({"enabled": True, "organization": {"id": "another"}}, ("another", False)),
        ({"enabled": True, "organization": {"id": OWN_ORGANIZATION}}, (OWN_ORGANIZATION, True)),
    ],
)
def test_an_organization_that_webex_does_not_confirm(check, simulator, service, expected):
    simulator.add_fault(path="/config/callRecording", status=200, body=service)
    organization = check(EVERYBODY, org_id=OWN_ORGANIZATION)["organization"]
    assert (organization["id"], organization["verified"]) == expected


def test_a_partner_checks_a_customer(check):
    result = check(EVERYBODY, org_id=CUSTOMER_ORGANIZATION, access_token=PARTNER_TOKEN)
    assert result["organization"]["name"] == "Customer Limited"
    assert result["counts"]["total"] == 2


def test_a_list_that_cannot_be_read_says_nothing_about_values_and_members(check, simulator, run_module, tmp_path):
    members = run_module(call_recording_info.main)["members"]
    organization = {"id": OWN_ORGANIZATION, "name": "Example Corporation"}
    file = tmp_path / "baseline.json"
    file.write_text(json.dumps(baseline_document(members, organization, "2026-11-20T00:00:00Z", {})), encoding="utf-8")
    simulator.add_fault(path="/numbers", status=403)
    typo = {"name": "Typo", "location_name": "Denvr", "settings": {"enabled": True}}
    for rules in ((), (typo, {**typo, "name": "Optional", "allow_missing": True})):
        result = check(*rules, baseline_file=str(file))
        assert (result["status"], result["reasons"], result["counts"]["total"]) == ("incomplete", ["incomplete"], 0)
        assert (result["unmatched"], result["unmatched_exceptions"], result["removed"]) == ([], [], [])
        assert "unmatched" not in result["msg"]


# Service level


@pytest.fixture
def recorded(simulator, run_module):
    """An organization whose members are all recorded by their settings."""
    for member in run_module(call_recording_info.main)["members"]:
        simulator.make_unavailable(member["id"], None)
        simulator.change_member(
            member["id"], {"enabled": True, "record": "Always", "selectiveCallRecordingSettings": None}
        )
    simulator.clear_requests()


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"enabled": False}, "recording_off"),
        ({"enabled": False, "vendorId": None}, "recording_off"),
        ({"termsOfServiceEnabled": False}, "terms_not_accepted"),
    ],
)
def test_an_organization_that_records_nothing(check, simulator, change, reason):
    assert check(EVERYBODY)["status"] == "compliant"
    simulator.change_service(**change)
    result = check(EVERYBODY)
    assert (result["status"], result["reasons"], result["passed"]) == ("drifted", ["drifted"], False)
    assert len(result["drifted"]) == result["counts"]["drifted"] == 19
    assert {each["not_in_effect"]["reason"] for each in result["drifted"]} == {reason}
    assert "Control Hub" in result["drifted"][0]["not_in_effect"]["hint"]
    assert (result["service"]["verified"], result["service"]["in_effect"]) == (True, False)
    assert (result["service"]["reason"], result["service"]["error"]) == (reason, None)
    assert result["remediations"] == []
    assert check(EVERYBODY, remediated_ids=[ADA_LOVELACE])["status"] == "drifted"
    # The reason belongs to the members that have to be recorded.
    nobody = check({"name": "Nobody is recorded", "settings": {"enabled": False}})
    assert "not_in_effect" not in nobody["drifted"][0]
    assert len(nobody["remediations"]) == 1


@pytest.mark.usefixtures("recorded")
def test_the_service_level_takes_few_requests(check, simulator):
    result = check(EVERYBODY, require_service=True)
    assert result["status"] == "compliant"
    assert "warnings" not in result
    assert result["service"] == {
        "verified": True,
        "in_effect": True,
        "reason": None,
        "message": None,
        "hint": None,
        "enabled": True,
        "terms_of_service_accepted": True,
        "error": None,
    }
    # Before and after the members: the switch, and the terms of service of the vendor.
    assert simulator.counts(path="/config/callRecording")["count"] == 4
    assert simulator.counts(path="termsOfService")["count"] == 2
    assert simulator.counts(path="/config/locations")["count"] == len(result["locations"]) == 3


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("fault", "error"), [({"status": 403}, "permission"), ({"status": 404, "shape": "j"}, "refused")]
)
def test_a_service_level_that_the_token_may_not_read(check, simulator, fault, error):
    simulator.add_fault(path="/config/callRecording", **fault)
    result = check(EVERYBODY)
    assert not result.get("failed"), result["msg"]
    assert (result["status"], result["passed"]) == ("compliant", True)
    service = result["service"]
    assert (service["verified"], service["in_effect"], service["reason"]) == (False, None, "not_readable")
    assert service["message"]
    assert (service["error"]["type"], service["hint"]) == (error, service["error"]["hint"])
    (warning,) = result["warnings"]
    assert warning.startswith("The check does not know whether settings have effect. Could not read the ")
    assert "error" not in result
    assert simulator.counts(path="/vendors")["count"] == 0

    strict = check(EVERYBODY, require_service=True, tolerate=["drifted", "uncovered", "unmatched"])
    assert (strict["failed"], strict["status"], strict["passed"]) == (True, "incomplete", False)
    assert (strict["reasons"], strict["error"]["type"]) == (["incomplete"], error)
    assert strict["msg"].startswith("The check is incomplete: Could not read the ")
    assert strict["counts"]["compliant"] == 19


#: Failures that no missing permission explains, and the type of the error.
FAILURES = [
    ({"status": 500}, "server_error"),
    ({"status": 200, "body": {}}, "invalid_response"),
    ({"status": 200, "text": "<html>Please log in</html>"}, "invalid_response"),
]


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("path", "fault", "error"),
    [
        *(("/config/callRecording", *failure) for failure in FAILURES),
        *(("/termsOfService", *failure) for failure in FAILURES),
        # A vendor has terms of service.
        ("/termsOfService", {"status": 404, "shape": "j"}, "refused"),
        *(("/callRecording/vendors", *failure) for failure in FAILURES),
        # The token can read the switch.
        ("/termsOfService", {"status": 403}, "permission"),
        ("/callRecording/vendors", {"status": 403}, "permission"),
    ],
)
def test_a_service_level_that_cannot_be_read_makes_the_check_incomplete(check, simulator, path, fault, error):
    simulator.add_fault(path=path, **fault)
    result = check(EVERYBODY, tolerate=["drifted", "uncovered", "unmatched"])
    assert (result["failed"], result["status"], result["passed"]) == (True, "incomplete", False)
    assert (result["reasons"], result["error"]["type"]) == (["incomplete"], error)
    assert result["msg"].startswith("The check is incomplete: Could not read the ")
    service = result["service"]
    assert (service["verified"], service["in_effect"], service["reason"]) == (False, None, "not_readable")
    assert result["counts"]["compliant"] == 19


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("vendor", [VENDOR, {"id": None, "name": None}])
def test_recording_that_is_switched_off_while_members_are_read(check, simulator, vendor):
    body = {**ENABLED, "vendorId": vendor["id"], "vendorName": vendor["name"]}
    simulator.add_fault(path="/config/callRecording", status=200, times=1, body=body)
    simulator.change_service(enabled=False)
    result = check(EVERYBODY)
    assert (result["status"], result["service"]["reason"]) == ("drifted", "recording_off")
    assert result["counts"]["drifted"] == 19


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_second_reading_of_the_switch_that_fails(check, simulator, status):
    simulator.add_fault(path="/config/callRecording", status=status, shape="j", skip=2)
    result = check(EVERYBODY)
    assert (result["failed"], result["status"], result["service"]["verified"]) == (True, "incomplete", False)


@pytest.mark.usefixtures("recorded")
def test_a_location_that_was_deleted_meanwhile(check, simulator):
    simulator.add_fault(path=f"{DENVER}/callRecording/vendors", status=404, shape="j")
    result = check(EVERYBODY)
    assert (result["status"], result["service"]["verified"]) == ("compliant", False)
    assert "recording vendors of location Denver" in result["warnings"][0]
    assert check(EVERYBODY, require_service=True)["status"] == "incomplete"
    # A failure elsewhere is still a failure.
    simulator.add_fault(path=f"{MUNICH}/callRecording/vendors", status=500)
    assert check(EVERYBODY)["status"] == "incomplete"


@pytest.mark.usefixtures("recorded")
def test_the_error_of_a_member_comes_before_that_of_the_service(check, simulator):
    simulator.add_fault(path="/config/callRecording", status=403)
    simulator.add_fault(path=ADA_LOVELACE, status=403)
    result = check(EVERYBODY, require_service=True)
    assert result["error"]["id"] == ADA_LOVELACE
    assert "1 of 19 members could not be read" in result["msg"]
    assert result["service"]["verified"] is False


@pytest.mark.usefixtures("recorded")
def test_terms_that_cannot_be_read_do_not_matter_if_recording_is_off(check, simulator):
    simulator.change_service(enabled=False)
    simulator.add_fault(path="/termsOfService", status=403)
    result = check(EVERYBODY, require_service=True)
    assert (result["status"], result["service"]["verified"]) == ("drifted", True)
    assert "warnings" not in result


def test_a_user_administrator_cannot_read_the_service_level(check):
    result = check(
        {"name": "Lines", "kind": "virtual_line", "settings": {"record": "Always"}},
        select={"kind": "virtual_line"},
        access_token=USER_ADMIN_TOKEN,
    )
    assert (result["status"], result["service"]["verified"]) == ("drifted", False)
    assert "full or read-only administrator" in result["service"]["hint"]


@pytest.mark.usefixtures("recorded")
def test_an_organization_without_vendor_is_not_verified(check, simulator):
    simulator.change_service(enabled=True, vendorId=None)
    result = check(EVERYBODY, tolerate=["drifted"])
    assert (result["failed"], result["status"], result["passed"]) == (True, "incomplete", False)
    assert (result["service"]["verified"], result["service"]["reason"]) == (False, "no_vendor")
    assert result["msg"].startswith("The check is incomplete: Recording of the organization is on, but")


@pytest.mark.usefixtures("recorded")
def test_vendors_of_locations_are_enough(check, simulator):
    locations = dict.fromkeys([DENVER, MUNICH, SAO_PAULO], OTHER_VENDOR)
    simulator.change_service(enabled=True, vendorId=None, locations=locations)
    assert check(EVERYBODY)["service"]["reason"] == "terms_not_accepted"
    accepted = {"vendorId": WEBEX["id"], "vendorName": WEBEX["name"], "termsOfServiceEnabled": True}
    simulator.add_fault(path=f"{WEBEX['id']}/termsOfService", status=200, body=accepted)
    result = check(EVERYBODY)
    assert (result["status"], result["service"]["verified"]) == ("compliant", True), result["msg"]


@pytest.mark.usefixtures("recorded")
def test_a_location_whose_vendor_has_no_accepted_terms(check, simulator):
    result = check(EVERYBODY)
    assert result["status"] == "compliant"
    simulator.change_service(locations={DENVER: OTHER_VENDOR})
    result = check(EVERYBODY)
    assert (result["status"], result["service"]["verified"], result["service"]["in_effect"]) == ("drifted", True, False)
    assert "of location Denver are not accepted" in result["service"]["message"]
    assert {each["location"]["name"] for each in result["drifted"]} == {"Denver"}
    assert {each["not_in_effect"]["reason"] for each in result["drifted"]} == {"terms_not_accepted"}
    assert result["remediations"] == []
    assert result["counts"]["compliant"] > 0
    # Members of another location are not affected.
    assert check(EVERYBODY, select={"location_name": "München"})["status"] == "compliant"


@pytest.mark.usefixtures("recorded")
def test_locations_without_accepted_terms_are_counted(check, simulator):
    simulator.change_service(locations=dict.fromkeys([DENVER, MUNICH], OTHER_VENDOR))
    result = check(EVERYBODY)
    for entry in result["drifted"]:
        assert f"of location {entry['location']['name']} are not" in entry["not_in_effect"]["message"]
    assert result["service"]["message"].endswith(", and settings have no effect in 1 other location")
    simulator.change_service(termsOfServiceEnabled=False, locations={DENVER: {"orgDefaultEnabled": True}})
    message = check(EVERYBODY)["service"]["message"]
    assert "Example Recording are not accepted, and settings have no effect in 1 other location" in message
    # What is unknown comes first, because the check is incomplete.
    simulator.add_fault(path=f"{DENVER}/callRecording/vendors", status=500)
    result = check(EVERYBODY)
    assert (result["status"], result["service"]["verified"]) == ("incomplete", False)
    assert (result["service"]["in_effect"], result["service"]["reason"]) == (None, "not_readable")
    assert "location Denver" in result["msg"]


@pytest.mark.usefixtures("recorded")
def test_a_vendor_with_the_same_name_has_its_own_terms(check, simulator):
    body = {"vendors": [], "orgDefaultEnabled": False, "defaultVendorId": WEBEX["id"]}
    body["defaultVendorName"] = VENDOR["name"]
    simulator.add_fault(path=f"{DENVER}/callRecording/vendors", status=200, body=body)
    terms = {"vendorId": WEBEX["id"], "termsOfServiceEnabled": False}
    simulator.add_fault(path=f"{WEBEX['id']}/termsOfService", status=200, body=terms)
    result = check(EVERYBODY)
    assert result["status"] == "drifted"
    assert f"vendor {VENDOR['name']} of location Denver" in result["service"]["message"]


@pytest.mark.usefixtures("recorded")
def test_a_location_without_vendor_is_not_verified(check, simulator):
    body = {"vendors": [], "orgDefaultEnabled": False}
    simulator.add_fault(path=f"{DENVER}/callRecording/vendors", status=200, body=body)
    result = check(EVERYBODY)
    assert (result["failed"], result["status"]) == (True, "incomplete")
    assert "location Denver has no recording vendor" in result["msg"]
    assert "of the location" in result["service"]["hint"]
    # Nobody in Denver has to be recorded.
    never = {"name": "Denver", "location_name": "Denver", "settings": {"record": "Never"}}
    result = check(EVERYBODY, never)
    assert (result["status"], result["service"]["verified"]) == ("drifted", False)


@pytest.mark.usefixtures("recorded")
def test_the_service_level_of_another_organization_does_not_count(check, simulator):
    body = {"organization": {"id": OWN_ORGANIZATION, "name": "Own"}, "enabled": True, "vendorId": None}
    simulator.add_fault(path="/config/callRecording", status=200, body=body)
    options = {"org_id": CUSTOMER_ORGANIZATION, "access_token": PARTNER_TOKEN}
    result = check(EVERYBODY, **options)
    assert (result["failed"], result["status"]) == (True, "incomplete")
    assert (result["service"]["verified"], result["service"]["in_effect"]) == (False, None)
    assert f"about the organization {OWN_ORGANIZATION}, and not about org_id" in result["msg"]


def test_a_token_that_webex_refuses_fails(check, simulator):
    simulator.add_fault(path="/termsOfService", status=401)
    result = check(EVERYBODY)
    assert (result["failed"], result["error"]["type"]) == (True, "authentication")
    assert "status" not in result


def test_a_baseline_of_an_organization_that_stopped_recording(check, simulator, baseline):
    file = baseline()
    simulator.change_service(enabled=False)
    result = check(baseline_file=file)
    assert result["status"] == "drifted"
    assert ADA_LOVELACE in ids(result["drifted"])
    assert BOB_SMITH not in ids(result["drifted"])
    assert result["remediations"] == []


# Baselines


@pytest.fixture
def baseline(run_module, simulator, tmp_path):
    """A function that saves a baseline of the organization, and returns its path."""

    def save(**select):
        members = run_module(call_recording_info.main, **select)["members"]
        organization = {"id": OWN_ORGANIZATION, "name": "Example Corporation"}
        document = baseline_document(members, organization, "2026-11-20T00:00:00Z", select)
        file = tmp_path / "baseline.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        return str(file)

    return save


def test_nothing_has_changed_since_the_baseline(check, baseline):
    result = check(baseline_file=baseline())
    assert (result["status"], result["passed"], result["counts"]["compliant"]) == ("compliant", True, 19)
    assert result["baseline"]["created_at"] == "2026-11-20T00:00:00Z"
    assert result["policy"] is None


def test_exactly_the_changes_since_the_baseline(check, baseline, simulator, run_module):
    file = baseline()
    simulator.change_member(ADA_LOVELACE, {"record": "Never"})
    simulator.change_member(BOARDROOM, {"repeat": {"interval": 100}})
    simulator.change_member(BOB_SMITH, {"newKey": True})
    simulator.remove_member(TRADING_DESK)
    result = check(baseline_file=file)
    assert (result["status"], result["reasons"]) == ("drifted", ["drifted", "unmatched"])
    assert ids(result["drifted"]) == {ADA_LOVELACE, BOARDROOM, BOB_SMITH}
    assert ids(result["removed"]) == {TRADING_DESK}
    assert result["new"] == []
    for remediation in result["remediations"]:
        assert not run_module(call_recording.main, **remediation).get("failed")
    again = check(baseline_file=file)
    # A setting that this collection does not know cannot be restored.
    assert ids(again["drifted"]) == {BOB_SMITH}


def test_a_baseline_of_another_organization_is_refused(check, baseline):
    result = check(baseline_file=baseline(), org_id=CUSTOMER_ORGANIZATION, access_token=PARTNER_TOKEN)
    assert (result["failed"], result["error"]["type"]) == (True, "invalid_option")
    assert "is a baseline of the organization" in result["msg"]


def test_a_baseline_and_a_selection(check, baseline, simulator):
    whole = baseline()
    simulator.remove_member(BOARDROOM)
    result = check(baseline_file=whole, select={"location_name": "München"})
    assert (result["status"], result["removed"]) == ("compliant", [])
    result = check(baseline_file=whole, select={"location_name": "Denver", "kind": ["workspace"]})
    assert ids(result["removed"]) == {BOARDROOM}
    part = baseline(location_name="Denver")
    result = check(baseline_file=part)
    assert result["failed"] is True
    assert "is a baseline of another selection" in result["msg"]
