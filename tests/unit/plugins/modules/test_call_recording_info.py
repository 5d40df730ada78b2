# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""People, workspaces, and virtual lines in one task."""

from __future__ import annotations

import pytest

from ansible_collections.webex.calling.plugins.module_utils._settings import is_unrecorded
from ansible_collections.webex.calling.plugins.modules import (
    call_recording,
    call_recording_info,
    virtual_line_call_recording_info,
)
from ansible_collections.webex.calling.tests.unit.organization import (
    ADA_LOVELACE,
    ALL_LINES,
    ALL_PEOPLE,
    ALL_WORKSPACES,
    ANA_SOUZA,
    BOARDROOM,
    BOB_SMITH,
    BOB_SMITH_PERSON,
    COMMON_AREA,
    CUSTOMER_LINE,
    CUSTOMER_ORGANIZATION,
    CUSTOMER_PERSON,
    DENVER,
    GRACE_HOPPER,
    HOT_DESK,
    JUERGEN_GROSS,
    LOBBY_PHONE,
    NIA_OKAFOR,
    NO_PEOPLE_TOKEN,
    OWN_ORGANIZATION,
    PARTNER_TOKEN,
    TRADING_DESK,
    TRADING_FLOOR,
)

#: Nia Okafor has neither number nor extension, and cannot call.
LISTED_PEOPLE = [person for person in ALL_PEOPLE if person != NIA_OKAFOR]
NOT_RECORDABLE = {GRACE_HOPPER, ANA_SOUZA, COMMON_AREA, HOT_DESK, LOBBY_PHONE}
IDENTITY_KEYS = {"first_name", "last_name", "display_name", "email", "number", "numbers", "location"}


@pytest.fixture
def read(run_module, simulator):
    return lambda **options: run_module(call_recording_info.main, **options)


@pytest.fixture
def write(run_module, simulator):
    return lambda settings, **options: run_module(call_recording.main, settings=settings, **options)


def ids(result):
    return [member["id"] for member in result["members"]]


def lists(simulator):
    return [request["path"] for request in simulator.requests() if "callRecording" not in request["path"]]


def member_of(result, member_id):
    return next(member for member in result["members"] if member["id"] == member_id)


# Reading


def test_everybody(read, simulator):
    result = read()
    assert not result.get("failed"), result["msg"]
    assert sorted(ids(result)) == sorted([*LISTED_PEOPLE, *ALL_WORKSPACES, *ALL_LINES])
    kinds = [member["kind"] for member in result["members"]]
    assert kinds == ["person"] * 5 + ["workspace"] * 4 + ["virtual_line"] * 10
    assert {member["id"] for member in result["members"] if not member["recordable"]} == NOT_RECORDABLE
    for member in result["members"]:
        recording = {"name", "id", "kind", "recordable", "not_recordable", "call_recording"}
        assert member.keys() - recording <= IDENTITY_KEYS
        assert all(number.keys() <= {"external", "extension", "routing_prefix", "esn"} for number in member["numbers"])
        assert isinstance(member["name"], str)
        assert "error" not in member
    # Each list is read once, and then asked once for further rows.
    numbers, lines = "/v1/telephony/config/numbers", "/v1/telephony/config/virtualLines"
    assert lists(simulator) == [numbers, numbers, lines, lines]


def test_reasons_for_members_that_cannot_be_recorded(read):
    members = {member["id"]: member for member in read()["members"]}
    reasons = {member_id: members[member_id]["not_recordable"] for member_id in NOT_RECORDABLE}
    codes = {member_id: (reason["status"], reason["code"]) for member_id, reason in reasons.items()}
    assert codes == {
        GRACE_HOPPER: (404, "4008"),
        ANA_SOUZA: (400, "4410"),
        COMMON_AREA: (405, "25409"),
        HOT_DESK: (400, None),
        LOBBY_PHONE: (400, "4410"),
    }
    assert not any("api_url" in reason["hint"] for reason in reasons.values())
    assert all(is_unrecorded(members[member_id]["call_recording"]) for member_id in NOT_RECORDABLE)


@pytest.mark.parametrize(
    ("kind", "expected", "path"),
    [
        ("person", LISTED_PEOPLE, "numbers"),
        ("workspace", ALL_WORKSPACES, "numbers"),
        ("virtual_line", ALL_LINES, "virtualLines"),
    ],
)
def test_one_kind(read, simulator, kind, expected, path):
    result = read(kind=[kind])
    assert sorted(ids(result)) == sorted(expected)
    assert {member["kind"] for member in result["members"]} == {kind}
    assert set(lists(simulator)) == {f"/v1/telephony/config/{path}"}


def test_ids_of_all_kinds_add_up_without_a_list(read, simulator):
    result = read(virtual_line_id=[BOB_SMITH], person_id=[ADA_LOVELACE, NIA_OKAFOR], workspace_id=[BOARDROOM])
    assert [(member["kind"], member["id"]) for member in result["members"]] == [
        ("person", ADA_LOVELACE),
        ("person", NIA_OKAFOR),
        ("workspace", BOARDROOM),
        ("virtual_line", BOB_SMITH),
    ]
    assert lists(simulator) == []


def test_ids_of_several_kinds_and_another_selector(read, simulator):
    result = read(virtual_line_id=[BOB_SMITH], person_id=[ADA_LOVELACE], location_name="denver")
    assert ids(result) == [ADA_LOVELACE, BOB_SMITH]
    assert set(lists(simulator)) == {"/v1/telephony/config/numbers", "/v1/telephony/config/virtualLines"}


def test_an_id_belongs_to_its_kind(read):
    result = read(virtual_line_id=[ADA_LOVELACE], location_id=[DENVER])
    assert (result["failed"], result["error"]["type"]) == (True, "no_match")
    assert {"selector": "virtual_line_id", "value": ADA_LOVELACE} in result["missing"]
    result = read(virtual_line_id=[ADA_LOVELACE])
    assert (result["failed"], result["error"]["status"]) == (True, 400)


def test_kind_excludes_given_ids(read, simulator):
    result = read(kind=["person"], virtual_line_id=[BOB_SMITH], person_id=[ADA_LOVELACE])
    assert (result["failed"], result["error"]["type"]) == (True, "no_match")
    assert result["missing"] == [{"selector": "virtual_line_id", "value": BOB_SMITH}]
    assert simulator.requests() == []
    result = read(kind=["person"], virtual_line_id=[BOB_SMITH], person_id=[ADA_LOVELACE], allow_missing=True)
    assert ids(result) == [ADA_LOVELACE]


def test_kind_need_not_match(read, simulator):
    result = read(kind=["workspace", "virtual_line"], owner_name="Bob Smith")
    assert ids(result) == [BOB_SMITH]
    result = read(kind=["workspace"], org_id=CUSTOMER_ORGANIZATION, access_token=PARTNER_TOKEN)
    assert (result["failed"], result["error"]["type"]) == (True, "no_match")
    assert "the organization has no workspaces" in result["msg"]


@pytest.mark.parametrize("number", ["+15558675401", "+15558675301", "+15550100001", "15558675301"])
def test_a_person_with_three_numbers_is_one_member(read, number):
    result = read(phone_number=[number])
    (member,) = result["members"]
    assert (member["id"], member["number"]["external"]) == (ADA_LOVELACE, "+15558675401")
    assert [each["external"] for each in member["numbers"]] == ["+15558675401", "+15558675301", "+15550100001"]
    assert member["number"]["extension"] == "6201"


def test_an_extension_of_several_kinds(read):
    result = read(extension=["6104"])
    assert ids(result) == [JUERGEN_GROSS, TRADING_DESK]
    (member, _line) = result["members"]
    # An extension without a number has an empty number.
    assert member["numbers"] == [{"extension": "6104"}]


def test_names_of_several_kinds(read):
    assert ids(read(owner_name="bob smith")) == [BOB_SMITH_PERSON, BOB_SMITH]
    assert ids(read(owner_name="Trading *")) == [TRADING_FLOOR, TRADING_DESK]
    assert member_of(read(workspace_id=[BOARDROOM], owner_name="*"), BOARDROOM)["name"] == "Boardroom"


def test_email(read, simulator):
    result = read(email=["ADA.lovelace@example.com", "nia.okafor@example.com"])
    assert ids(result) == [ADA_LOVELACE, NIA_OKAFOR]
    assert result["members"][0]["email"] == "ADA.lovelace@example.com"
    assert result["members"][0]["number"]["extension"] == "6201"
    assert lists(simulator) == ["/v1/people", "/v1/people"]


def test_email_and_another_selector(read):
    result = read(email=["ada.lovelace@example.com", "ana.souza@example.com"], location_name="São Paulo")
    assert (result["failed"], result["missing"]) == (
        True,
        [{"selector": "email", "value": "ada.lovelace@example.com"}],
    )
    result = read(email=["ana.souza@example.com"], location_name="São Paulo")
    assert ids(result) == [ANA_SOUZA]
    assert result["members"][0]["location"]["name"] == "São Paulo"


def test_an_unknown_email(read):
    result = read(email=["nobody@example.com"])
    assert (result["failed"], result["error"]["type"]) == (True, "no_match")
    assert result["missing"] == [{"selector": "email", "value": "nobody@example.com"}]


def test_another_organization(read):
    result = read(org_id=CUSTOMER_ORGANIZATION, access_token=PARTNER_TOKEN)
    assert ids(result) == [CUSTOMER_PERSON, CUSTOMER_LINE]


def test_a_token_without_the_scope_for_people(read):
    result = read(access_token=NO_PEOPLE_TOKEN)
    assert result["failed"] is True
    failed = [member["id"] for member in result["members"] if "error" in member]
    assert sorted(failed) == sorted(LISTED_PEOPLE)
    assert sum("call_recording" in member for member in result["members"]) == 14
    assert "5 of 19 members could not be read" in result["msg"]
    assert "spark-admin:people_read" in result["msg"]
    assert (result["error"]["type"], result["error"]["kind"]) == ("permission", "person")


def test_each_kind_that_is_forbidden_is_explained(read, simulator):
    simulator.add_fault(path="/workspaces/", status=403)
    result = read(access_token=NO_PEOPLE_TOKEN)
    assert "9 of 19 members could not be read" in result["msg"]
    assert "spark-admin:people_read and belongs to a full, user, or location" in result["msg"]
    assert "spark-admin:telephony_config_read and belongs to a full, device, read-only, or location" in result["msg"]


def test_403_for_one_kind_does_not_end_reading_of_others(run_module, start_simulator):
    simulator = start_simulator("--lines", "15", "--people", "40", "--workspaces", "15")
    simulator.add_fault(path="/people/", status=403)
    result = run_module(call_recording_info.main, concurrency=2)
    kinds = [member["kind"] for member in result["members"] if "call_recording" in member]
    assert (kinds.count("person"), kinds.count("workspace"), kinds.count("virtual_line")) == (0, 15, 15)
    errors = [member["error"]["status"] for member in result["members"] if "error" in member]
    assert errors == [403] * 40
    # Reading of people ends early.
    assert simulator.counts(path="/people/")["count"] <= 12


def test_lines_that_only_the_list_of_virtual_lines_has(read, simulator):
    # Neither number nor extension: the list of numbers has no row.
    simulator.change_identity(TRADING_DESK, {"number": {"primary": True}})
    assert TRADING_DESK in ids(read())


def test_the_modules_of_virtual_lines_have_no_kind(run_module, simulator):
    result = run_module(virtual_line_call_recording_info.main)
    assert not any("kind" in line or "numbers" in line for line in result["virtual_lines"])


@pytest.mark.parametrize("member_id", [GRACE_HOPPER, COMMON_AREA, HOT_DESK, ANA_SOUZA])
@pytest.mark.parametrize("settings", [{"enabled": False}, {"enabled": True, "record": "Always"}])
def test_writing_a_member_that_cannot_be_recorded(write, simulator, member_id, settings):
    option = "workspace_id" if member_id in ALL_WORKSPACES else "person_id"
    result = write(settings, **{option: [member_id]})
    off = settings == {"enabled": False}
    assert (result.get("failed", False), result["changed"]) == (not off, False)
    (member,) = result["members"]
    assert (member["recordable"], member["call_recording"]) == (False, {"enabled": False, "record": "Never"})
    assert simulator.counts(method="PUT")["count"] == 0


def test_an_organization_in_which_some_members_cannot_be_recorded(run_module, start_simulator):
    start_simulator("--lines", "60", "--people", "300", "--workspaces", "200", "--not-recordable", "5")
    result = run_module(call_recording_info.main)
    assert not result.get("failed"), result["msg"]
    assert len(result["members"]) == 560
    off = [member for member in result["members"] if not member["recordable"]]
    assert len(off) == 28
    codes = {(member["not_recordable"]["status"], member["not_recordable"]["code"]) for member in off}
    assert codes == {(400, "4410"), (404, "4008"), (405, "25409"), (400, None)}
    assert all(is_unrecorded(member["call_recording"]) for member in off)


# A list that is not whole


@pytest.mark.parametrize("position", ["start", "ignored", "cursor"])
def test_pages_of_the_list_of_numbers(run_module, start_simulator, position):
    simulator = start_simulator(
        *("--lines", "7", "--people", "60", "--workspaces", "20", "--page-ceiling", "11", "--list-position", position)
    )
    result = run_module(call_recording_info.main)
    if position == "ignored":
        assert (result["failed"], result["error"]["type"]) == (True, "pagination")
        return
    assert not result.get("failed"), result["msg"]
    assert len(result["members"]) == 87
    if position == "start":
        simulator.add_fault(path="/numbers", headers={"Link": None})
        assert len(run_module(call_recording_info.main)["members"]) == 87


def test_a_link_of_the_list_of_numbers_that_lost_the_organization(run_module, start_simulator):
    simulator = start_simulator("--lines", "5", "--people", "40", "--page-ceiling", "10")
    simulator.add_fault(path="/numbers", link={"orgId": None})
    result = run_module(call_recording_info.main, org_id=OWN_ORGANIZATION, kind=["person"])
    assert len(result["members"]) == 40
    queries = [request["query"] for request in simulator.requests(path="/numbers")]
    assert all(f"orgId={OWN_ORGANIZATION}" in query and "ownerType=PEOPLE" in query for query in queries)


def test_a_person_who_is_deleted_while_the_list_is_read(run_module, start_simulator):
    simulator = start_simulator("--lines", "1", "--people", "60", "--page-ceiling", "10")
    everybody = {member["id"] for member in run_module(call_recording_info.main, kind=["person"])["members"]}
    first = run_module(call_recording_info.main, kind=["person"])["members"][0]["id"]
    simulator.add_fault(path="/numbers", nth=3, remove_lines=[first])
    result = run_module(call_recording_info.main, kind=["person"])
    assert {member["id"] for member in result["members"]} >= everybody - {first}


def test_an_owner_without_an_id_is_an_error(read, simulator):
    row = {"phoneNumber": "+1", "owner": {"type": "PEOPLE"}}
    simulator.add_fault(path="/numbers", status=200, body={"phoneNumbers": [row]})
    result = read(kind=["person"])
    assert (result["failed"], result["error"]["type"]) == (True, "pagination")


@pytest.mark.parametrize("body", [{}, {"items": None}, {"items": [1]}, {"items": [{}]}])
def test_a_response_to_an_email_that_is_no_list(read, simulator, body):
    simulator.add_fault(path="/people", status=200, body=body)
    assert read(email=["x@example.com"])["error"]["type"] == "pagination"


def test_a_deleted_person_is_left_out(read, simulator):
    simulator.add_fault(method="GET", path=f"{ADA_LOVELACE}/features", status=404, remove_lines=[ADA_LOVELACE])
    result = read(kind=["person"])
    assert ADA_LOVELACE not in ids(result)
    assert "People that were deleted while they were read are left out: Ada Lovelace" in result["warnings"][0]
