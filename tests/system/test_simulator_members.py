# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of people, workspaces, and the list of numbers in the simulator."""

from __future__ import annotations

import base64
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from simulator.process import Simulator, SimulatorError

TESTS = Path(__file__).resolve().parent.parent
DEFAULT = yaml.safe_load((TESTS / "simulator" / "default.yml").read_text(encoding="utf-8"))
EXAMPLE, CUSTOMER = DEFAULT["organizations"]
LINES = EXAMPLE["virtual_lines"]
DENVER, MUNICH, _SAO_PAULO = (location["id"] for location in EXAMPLE["locations"])

PEOPLE = {person["email"].split("@")[0]: person["id"] for person in EXAMPLE["people"]}
ADA, GRACE, NIA, GROSS, BOB, ANA = PEOPLE.values()
BOARDROOM, TRADING_FLOOR, COMMON_AREA, HOT_DESK = (workspace["id"] for workspace in EXAMPLE["workspaces"])
CUSTOMER_PERSON = CUSTOMER["people"][0]["id"]
REFERENCE_LINE = LINES[0]["id"]

RECORDABLE = [member for member in (*EXAMPLE["people"], *EXAMPLE["workspaces"]) if "callRecording" in member]


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def simulator(running: Simulator) -> Simulator:
    running.reset()
    return running


def _get(url: str, token: str = "simulated-full-admin-token", **params: Any) -> requests.Response:
    return requests.get(url, params=params, headers={"Authorization": f"Bearer {token}"}, timeout=10)


def _put(url: str, settings: Any, token: str = "simulated-full-admin-token", **params: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.put(url, json=settings, params=params, headers=headers, timeout=10)


def _url(simulator: Simulator, member_id: str) -> str:
    """Return the URL for the settings of a person or a workspace. Only the ids of workspaces have padding."""
    if member_id.endswith("=="):
        return simulator.workspace_call_recording_url(member_id)
    return simulator.person_call_recording_url(member_id)


def _numbers(simulator: Simulator, **params: Any) -> list[dict[str, Any]]:
    response = _get(f"{simulator.api_url}/telephony/config/numbers", **params)
    assert response.status_code == 200, response.text
    rows: list[dict[str, Any]] = response.json()["phoneNumbers"]
    return rows


def _owners(rows: list[dict[str, Any]]) -> list[str | None]:
    return [row.get("owner", {}).get("id") for row in rows]


def _error(response: requests.Response, status: int) -> str:
    assert response.status_code == status, response.text
    message: str = response.json()["message"]
    return message


# --- call recording settings --------------------------------------------------------------------------------


@pytest.mark.parametrize("member", RECORDABLE, ids=lambda member: member["firstName"])
def test_settings_of_the_state_file(simulator: Simulator, member: dict[str, Any]) -> None:
    assert _get(_url(simulator, member["id"])).json() == member["callRecording"]


def test_ids_have_the_formats_of_webex() -> None:
    for person in (*EXAMPLE["people"], *CUSTOMER["people"]):
        padded = person["id"] + "=" * (-len(person["id"]) % 4)
        assert base64.b64decode(padded).startswith(b"ciscospark://us/PEOPLE/")
    for workspace in EXAMPLE["workspaces"]:
        assert workspace["id"].endswith("==")
        assert base64.b64decode(workspace["id"]).startswith(b"ciscospark://urn:TEAM:us-west-2_r/PLACE/")


@pytest.mark.parametrize("member", [ADA, BOARDROOM])
def test_settings_can_be_written(simulator: Simulator, member: str) -> None:
    url = _url(simulator, member)
    simulator.set(write="merge")
    before = _get(url).json()
    response = _put(url, {"record": "Never", "startStopAnnouncementEnabled": True, "serviceProvider": "x", "y": 1})
    assert (response.status_code, response.content) == (204, b"")
    assert _get(url).json() == {**before, "record": "Never", "startStopAnnouncementEnabled": True}
    assert "record" in _error(_put(url, {"record": "Sometimes"}), 400)


def test_recording_not_assigned(simulator: Simulator) -> None:
    url = _url(simulator, ANA)
    for response in (_get(url), _put(url, {"enabled": True})):
        assert "[Error 4410]" in _error(response, 400)


def test_person_without_calling_license(simulator: Simulator) -> None:
    url = _url(simulator, GRACE)
    for response in (_get(url), _put(url, {"enabled": True})):
        _error(response, 404)
        assert response.json()["errorCode"] == response.json()["errors"][0]["errorCode"] == 4008


def test_workspace_without_professional_license(simulator: Simulator) -> None:
    url = _url(simulator, COMMON_AREA)
    uuid = base64.b64decode(COMMON_AREA).decode().rpartition("/")[2]
    for response in (_get(url), _put(url, {"enabled": True})):
        assert response.status_code == 405
        assert response.json() == {"errorCode": 25409, "message": f"Invalid Professional Place: {uuid}"}
        assert response.headers["Cisco-Spark-Error-Codes"] == "25409"


def test_hot_desk_only_workspace(simulator: Simulator) -> None:
    url = _url(simulator, HOT_DESK)
    for response in (_get(url), _put(url, {"enabled": True})):
        assert "does not support any calling settings" in _error(response, 400)
        assert "errorCode" not in response.json()


def test_wrong_type_of_id(simulator: Simulator) -> None:
    people, workspaces = simulator.person_call_recording_url, simulator.workspace_call_recording_url
    wrong = "Wrong type of Webex ID provided in path: expected"
    assert _error(_get(people(BOARDROOM)), 400) == f"{wrong} PEOPLE, found PLACE."
    assert _error(_get(people(REFERENCE_LINE)), 400) == f"{wrong} PEOPLE, found VIRTUAL_PROFILE."
    assert _error(_put(workspaces(ADA), {}), 400) == f"{wrong} PLACE, found PEOPLE."
    assert _error(_get(simulator.call_recording_url(BOARDROOM)), 400) == f"{wrong} VIRTUAL_LINE, found PLACE."
    assert _error(_get(people("unknown")), 404) == "Person not found."
    assert _error(_get(workspaces("unknown")), 404) == "Workspace not found."


def test_paths_differ_in_number(simulator: Simulator) -> None:
    assert "No static resource" in _error(_get(_url(simulator, ADA) + "s"), 404)
    assert "No static resource" in _error(_get(_url(simulator, BOARDROOM).removesuffix("s")), 404)
    assert _get(f"{simulator.api_url}/people").status_code == 404
    assert requests.post(_url(simulator, ADA), timeout=10).headers["Allow"] == "GET, PUT"


@pytest.mark.parametrize(
    ("token", "person", "workspace", "numbers", "email"),
    [
        ("full-admin", (200, 204), (200, 204), 200, 200),
        ("read-only-admin", (403, 403), (200, 403), 200, 200),
        ("device-admin", (403, 403), (200, 204), 403, 403),
        ("no-people-scope", (403, 403), (200, 204), 200, 403),
        ("no-telephony-scope", (200, 403), (403, 403), 403, 200),
        ("user", (403, 403), (403, 403), 403, 403),
        ("expired", (401, 401), (401, 401), 401, 401),
    ],
)
def test_scopes_and_roles(
    simulator: Simulator, token: str, person: tuple[int, int], workspace: tuple[int, int], numbers: int, email: int
) -> None:
    token = f"simulated-{token}-token"
    for member, statuses in ((ADA, person), (BOARDROOM, workspace)):
        url = _url(simulator, member)
        assert (_get(url, token).status_code, _put(url, {"enabled": True}, token).status_code) == statuses
    assert _get(f"{simulator.api_url}/telephony/config/numbers", token).status_code == numbers
    assert _get(f"{simulator.api_url}/people", token, email="ada.lovelace@example.com").status_code == email


def test_roles_with_all_scopes(tmp_path: Path) -> None:
    """The tokens have all scopes, so that only the role decides."""
    allowed = {
        "full_administrator": ((200, 204), (200, 204), (200, 204), 200),
        "user_administrator": ((200, 204), (200, 204), (403, 403), 403),
        "location_administrator": ((200, 204), (200, 204), (200, 204), 200),
        "read_only_administrator": ((200, 403), (403, 403), (200, 403), 200),
        "device_administrator": ((403, 403), (403, 403), (200, 204), 403),
        "user": ((403, 403), (403, 403), (403, 403), 403),
    }
    scopes = [f"spark-admin:{api}_{verb}" for api in ("telephony_config", "people") for verb in ("read", "write")]
    member = {"callRecording": {}}
    organization = {
        "id": "o",
        "name": "Mine",
        "virtual_lines": [{**member, "id": "l"}],
        "people": [{**member, "id": "p"}],
        "workspaces": [{**member, "id": "w"}],
    }
    tokens = [{"name": role, "token": role, "organization": "o", "role": role, "scopes": scopes} for role in allowed]
    file = tmp_path / "state.yml"
    file.write_text(yaml.safe_dump({"organizations": [organization], "tokens": tokens}), encoding="utf-8")
    with Simulator("--state", str(file)) as simulator:
        urls = (
            simulator.call_recording_url("l"),
            simulator.person_call_recording_url("p"),
            simulator.workspace_call_recording_url("w"),
        )
        numbers = f"{simulator.api_url}/telephony/config/numbers"
        for role, expected in allowed.items():
            statuses = [(_get(url, role).status_code, _put(url, {}, role).status_code) for url in urls]
            assert (*statuses, _get(numbers, role).status_code) == expected, role


def test_partner_reads_a_person_of_a_customer(simulator: Simulator) -> None:
    url, partner = _url(simulator, CUSTOMER_PERSON), "simulated-partner-token"
    assert _get(url, partner).status_code == 404
    assert _get(url, partner, orgId=CUSTOMER["id"]).json() == CUSTOMER["people"][0]["callRecording"]
    assert _put(url, {"enabled": True}, partner, orgId=CUSTOMER["id"]).status_code == 409
    assert _get(url, orgId=CUSTOMER["id"]).status_code == 403
    numbers = f"{simulator.api_url}/telephony/config/numbers"
    assert CUSTOMER_PERSON in _owners(_get(numbers, partner, orgId=CUSTOMER["id"]).json()["phoneNumbers"])
    people = f"{simulator.api_url}/people"
    found = _get(people, partner, orgId=CUSTOMER["id"], email="emma.clarke@customer.example").json()["items"]
    assert [(item["id"], item["orgId"]) for item in found] == [(CUSTOMER_PERSON, CUSTOMER["id"])]


# --- list of numbers ----------------------------------------------------------------------------------------


def test_each_number_has_a_row(simulator: Simulator) -> None:
    rows = _numbers(simulator)
    own = [row for row in rows if row.get("owner", {}).get("id") == ADA]
    location = {"name": "Denver", "id": DENVER}
    owner = {"id": ADA, "type": "PEOPLE", "firstName": "Ada", "lastName": "Lovelace"}
    # The primary number is not the first one.
    assert [row["phoneNumber"] for row in own] == ["+15550100001", "+15558675301", "+15558675401"]
    assert own[2] == {
        "phoneNumber": "+15558675401",
        "extension": "6201",
        "routingPrefix": "1234",
        "esn": "12346201",
        "state": "ACTIVE",
        "phoneNumberType": "PRIMARY",
        "mainNumber": False,
        "tollFreeNumber": False,
        "isServiceNumber": False,
        "location": location,
        "owner": owner,
    }
    assert own[1]["phoneNumberType"] == "ALTERNATE"
    assert own[0]["includedTelephonyTypes"] == "MOBILE_NUMBER"
    assert {"mobileNetwork", "routingProfile"} <= own[0].keys()
    assert rows.index(own[1]) - rows.index(own[0]) > 1
    assert Counter(_owners(rows))[ADA] == 3
    assert NIA not in _owners(rows)


def test_traps_of_the_list(simulator: Simulator) -> None:
    rows = _numbers(simulator)
    [extension_only] = [row for row in rows if row.get("owner", {}).get("id") == GROSS]
    assert extension_only["phoneNumber"] == ""
    assert any("phoneNumber" not in row for row in rows)
    assert any("owner" not in row for row in rows)
    assert any("location" not in row for row in rows)
    owners = {row["owner"]["id"]: row["owner"] for row in rows if "owner" in row}
    assert owners[BOARDROOM] == {"id": BOARDROOM, "type": "PLACE", "firstName": "Boardroom"}
    assert owners[TRADING_FLOOR]["displayName"] == "Trading Floor 2"
    assert {COMMON_AREA, HOT_DESK, GRACE} <= owners.keys()
    types = {owner["type"] for owner in owners.values()}
    assert types == {"PEOPLE", "PLACE", "VIRTUAL_LINE", "AUTO_ATTENDANT", "CALL_QUEUE", "GROUP_PAGING", "HUNT_GROUP"}
    # Both lists contain each virtual line.
    assert {line["id"] for line in LINES} == {key for key, owner in owners.items() if owner["type"] == "VIRTUAL_LINE"}


@pytest.mark.parametrize(
    ("params", "owners"),
    [
        ({"ownerType": "PEOPLE"}, [ADA, ADA, ADA, GRACE, GROSS, BOB, ANA]),
        ({"ownerType": "PLACE"}, [BOARDROOM, TRADING_FLOOR, COMMON_AREA, HOT_DESK]),
        ({"ownerType": "PLACE", "locationId": MUNICH}, [TRADING_FLOOR]),
        ({"extension": "6104"}, [GROSS, LINES[1]["id"]]),
        ({"phoneNumber": "+15550100001"}, [ADA]),
        ({"phoneNumber": "15550100001"}, []),
        ({"ownerName": "bob smith"}, [BOB, REFERENCE_LINE]),
        ({"ownerName": "trading floor 2"}, [TRADING_FLOOR]),
        ({"ownerName": "Boardroom", "unknown": "x"}, [BOARDROOM]),
        ({"available": "true"}, [None]),
    ],
)
def test_filters(simulator: Simulator, params: dict[str, str], owners: list[str | None]) -> None:
    assert sorted(map(str, _owners(_numbers(simulator, **params)))) == sorted(map(str, owners))


def test_other_names_of_owner_types(simulator: Simulator) -> None:
    assert [row["owner"]["type"] for row in _numbers(simulator, ownerType="PAGING_GROUP")] == ["GROUP_PAGING"]
    url = f"{simulator.api_url}/telephony/config/numbers"
    for owner_type in ("GROUP_PAGING", "people", ""):
        message = f"Invalid value '{owner_type}' for the parameter 'ownerType'."
        assert _error(_get(url, ownerType=owner_type), 400) == message


@pytest.mark.parametrize("name", ["ownerType", "locationId", "phoneNumber", "extension", "ownerName", "max", "orgId"])
def test_parameters_cannot_be_repeated(simulator: Simulator, name: str) -> None:
    values = [EXAMPLE["id"]] * 2 if name == "orgId" else ["1", "2"]
    response = _get(f"{simulator.api_url}/telephony/config/numbers", **{name: values})
    assert _error(response, 400) == f"The parameter '{name}' can be given only once."


def test_available_excludes_owner_type(simulator: Simulator) -> None:
    url = f"{simulator.api_url}/telephony/config/numbers"
    assert "exclude each other" in _error(_get(url, available="false", ownerType="PEOPLE"), 400)
    assert None not in _owners(_numbers(simulator, available="false"))


def test_long_location_ids_can_be_refused(simulator: Simulator) -> None:
    url = f"{simulator.api_url}/telephony/config/numbers"
    assert len(DENVER) > 36
    assert ADA in _owners(_numbers(simulator, locationId=DENVER))
    simulator.set(long_location_ids="refused")
    assert "locationId" in _error(_get(url, locationId=DENVER), 400)
    assert _get(url, locationId="x" * 36).json() == {"phoneNumbers": []}
    with Simulator("--long-location-ids", "refused") as other:
        assert _get(f"{other.api_url}/telephony/config/numbers", locationId=DENVER).status_code == 400


@pytest.mark.parametrize("position", ["start", "cursor"])
def test_pages(simulator: Simulator, position: str) -> None:
    whole = _numbers(simulator, available="false")
    assert len(whole) > 20
    simulator.set(page_ceiling=6, list_position=position)
    response = _get(f"{simulator.api_url}/telephony/config/numbers", available="false", max=5000)
    pages = [response.json()["phoneNumbers"]]
    while "next" in response.links:
        assert "available=false" in response.links["next"]["url"]
        assert ("start=" in response.links["next"]["url"]) is (position == "start")
        response = _get(response.links["next"]["url"])
        pages.append(response.json()["phoneNumbers"])
    assert {len(page) for page in pages[:-1]} == {6}
    assert [row for page in pages for row in page] == whole


def test_page_size_is_2000_by_default() -> None:
    with Simulator("--people", "2500", "--page-ceiling", "100000") as simulator:
        url = f"{simulator.api_url}/telephony/config/numbers"
        assert len(_get(url).json()["phoneNumbers"]) == 2000
        assert len(_get(url, max=2100).json()["phoneNumbers"]) == 2100


# --- people by email address --------------------------------------------------------------------------------


def test_person_by_email(simulator: Simulator) -> None:
    url = f"{simulator.api_url}/people"
    [item] = _get(url, email="ADA.lovelace@EXAMPLE.com", callingData="true").json()["items"]
    assert item == {
        "id": ADA,
        "emails": ["ada.lovelace@example.com"],
        "displayName": "Ada Lovelace",
        "firstName": "Ada",
        "lastName": "Lovelace",
        "orgId": EXAMPLE["id"],
        "type": "person",
        "extension": "6201",
        "phoneNumbers": [
            {"type": "work", "value": "+15558675401", "primary": True},
            {"type": "alternate1", "value": "+15558675301"},
            {"type": "mobile", "value": "+15550100001"},
        ],
        "locationId": DENVER,
    }
    [item] = _get(url, email="ada.lovelace@example.com").json()["items"]
    assert not {"extension", "phoneNumbers", "locationId"} & item.keys()
    [item] = _get(url, email="juergen.gross@example.com", callingData="true").json()["items"]
    assert item["emails"] == ["Juergen.Gross@example.com"]
    assert item["extension"] == "6104"
    assert "phoneNumbers" not in item
    for email in ("ada", "ada.lovelace@example", "unknown@example.com", "emma.clarke@customer.example", ""):
        assert _get(url, email=email).json() == {"items": []}
    assert _get(url, email=["a@example.com", "b@example.com"]).status_code == 400


# --- faults, limits, log, control interface -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["line_id", "member_id"])
def test_faults_of_one_member(simulator: Simulator, name: str) -> None:
    for member in (ADA, BOARDROOM):
        simulator.add_fault(**{name: member}, status=503)
    statuses = [_get(_url(simulator, member)).status_code for member in (ADA, BOB, BOARDROOM, TRADING_FLOOR)]
    assert statuses == [503, 200, 503, 200]


def test_faults_on_links_and_removed_members(simulator: Simulator) -> None:
    simulator.set(page_ceiling=2)
    simulator.add_fault(path="/numbers", link={"ownerType": None}, remove_lines=[ADA, BOARDROOM, "unknown"], times=1)
    response = _get(f"{simulator.api_url}/telephony/config/numbers", ownerType="PEOPLE")
    assert "ownerType" not in response.links["next"]["url"]
    assert ADA not in _owners(_numbers(simulator, max=100))
    assert _get(_url(simulator, ADA)).status_code == _get(_url(simulator, BOARDROOM)).status_code == 404
    assert _get(f"{simulator.api_url}/people", email="ada.lovelace@example.com").json() == {"items": []}


def test_limit_latency_and_log(simulator: Simulator) -> None:
    simulator.set(limit={"requests": 4, "seconds": 60}, latency=0.05)
    people, numbers = f"{simulator.api_url}/people", f"{simulator.api_url}/telephony/config/numbers"
    statuses = [
        _get(_url(simulator, ADA)).status_code,
        _get(_url(simulator, BOARDROOM)).status_code,
        _get(people, email="x@example.com").status_code,
        _get(numbers).status_code,
        _get(people, email="x@example.com").status_code,
        _put(_url(simulator, ADA), {"record": "Never"}).status_code,
    ]
    assert statuses == [200, 200, 200, 200, 429, 429]
    # Timers can be some milliseconds early.
    assert all(request["seconds"] >= 0.04 for request in simulator.requests())
    simulator.set(limit=None, latency=0)
    _put(_url(simulator, BOARDROOM), {"record": "Never"})
    [logged] = simulator.requests(path=BOARDROOM, method="PUT")
    assert (logged["token"], logged["body"], logged["status"]) == ("full admin", {"record": "Never"}, 204)


def test_members_changed_behind_our_back(simulator: Simulator) -> None:
    simulator.change_member(ADA, {"record": "Never"})
    assert _get(_url(simulator, ADA)).json()["record"] == simulator.member(ADA)["callRecording"]["record"] == "Never"
    simulator.change_member(BOARDROOM, None)
    assert _get(_url(simulator, BOARDROOM)).status_code == 400
    simulator.make_unavailable(ADA, "no_calling_license")
    simulator.make_unavailable(COMMON_AREA, None)
    assert simulator.member(ADA)["unavailable"] == "no_calling_license"
    assert [_get(_url(simulator, member)).status_code for member in (ADA, COMMON_AREA)] == [404, 400]
    simulator.change_identity(ADA, {"lastName": "King", "email": "ada.king@example.com", "location": None})
    rows = _numbers(simulator, ownerName="Ada King")
    assert _owners(rows) == [ADA] * 3
    assert all("location" not in row for row in rows)
    people = f"{simulator.api_url}/people"
    assert [item["id"] for item in _get(people, email="ada.king@example.com").json()["items"]] == [ADA]
    assert simulator.line(ADA)["kind"] == "person"
    simulator.remove_member(ADA)
    assert ADA not in _owners(_numbers(simulator))
    with pytest.raises(SimulatorError, match="404"):
        simulator.member(ADA)
    simulator.reset()
    assert _get(_url(simulator, ADA)).json() == EXAMPLE["people"][0]["callRecording"]


def test_changed_line_changes_in_both_lists(simulator: Simulator) -> None:
    assert _owners(_numbers(simulator, extension="9999")) == []
    simulator.change_identity(REFERENCE_LINE, {"number": {"extension": "9999"}})
    assert _owners(_numbers(simulator, extension="9999")) == [REFERENCE_LINE]
    simulator.change_identity(REFERENCE_LINE, {"number": {}})
    assert REFERENCE_LINE not in _owners(_numbers(simulator))


def test_random_edits_of_all_kinds(simulator: Simulator) -> None:
    assert {edit["id"] for edit in simulator.edit_random_members(99)} <= {line["id"] for line in LINES}
    simulator.reset()
    edits = simulator.edit_random_members(99, 1, "person", "workspace")
    assert {edit["id"] for edit in edits} == {member["id"] for member in RECORDABLE}
    for edit in edits:
        assert _get(_url(simulator, edit["id"])).json() == edit["after"] != edit["before"]


def test_overview_counts_members(simulator: Simulator) -> None:
    counts = [(org["people"], org["workspaces"]) for org in simulator.control("GET")["organizations"]]
    assert counts == [(6, 4), (1, 0)]
    assert "(10 virtual lines, 6 people, 4 workspaces)" in simulator.output


# --- state files and generated organizations ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("organization", "complaint"),
    [
        ({"people": [{"id": "a"}], "workspaces": [{"id": "a"}]}, "virtual_lines, people, and workspaces: id 'a'"),
        ({"people": [{"id": "a", "email": "x@y"}, {"id": "b", "email": "X@y"}]}, "people: email 'x@y' is there twice"),
        ({"people": [{"id": "a", "location": {"id": "l", "name": "L"}}]}, "people[0].location.id: 'l' is not among"),
        ({"other_numbers": [{"location": {"id": "l", "name": "L"}}]}, "other_numbers[0].location.id: 'l' is not"),
        ({"people": [{"id": "a", "calling_license": "no"}]}, "people[0].calling_license: Input should be"),
        (
            {"workspaces": [{"id": "a", "professional_license": False, "hot_desk_only": True}]},
            "workspaces[0]: give hot_desk_only or professional_license: false, not both",
        ),
    ],
)
def test_bad_state_files(tmp_path: Path, organization: dict[str, Any], complaint: str) -> None:
    file = tmp_path / "state.yml"
    state = {"organizations": [{"id": "o", "name": "Mine", **organization}]}
    file.write_text(yaml.safe_dump(state), encoding="utf-8")
    with pytest.raises(SimulatorError) as refused:
        Simulator("--state", str(file))
    assert complaint in str(refused.value)


def _whole_list(simulator: Simulator) -> list[dict[str, Any]]:
    response = _get(f"{simulator.api_url}/telephony/config/numbers", max=2000)
    rows: list[dict[str, Any]] = response.json()["phoneNumbers"]
    while "next" in response.links:
        response = _get(response.links["next"]["url"])
        rows += response.json()["phoneNumbers"]
    return rows


def test_generated_organization() -> None:
    options = ("--people", "600", "--workspaces", "90", "--lines", "60", "--seed", "3", "--not-recordable", "20")
    with Simulator(*options) as simulator:
        rows = _whole_list(simulator)
        kinds = Counter(row["owner"]["type"] if "owner" in row else None for row in rows)
        owners = {row["owner"]["id"]: row["owner"]["type"] for row in rows if "owner" in row}
        assert Counter(owners.values())["PEOPLE"] == 600
        assert (kinds["PLACE"], kinds["VIRTUAL_LINE"]) == (90, 60)
        assert set(Counter(owner for owner in _owners(rows) if owner and owners[owner] == "PEOPLE").values()) == {
            1,
            2,
            3,
        }
        assert {None, "AUTO_ATTENDANT", "CALL_QUEUE", "GROUP_PAGING"} <= kinds.keys()
        assert any("location" not in row for row in rows)
        statuses: Counter[tuple[str, int]] = Counter()
        with requests.Session() as session:
            session.headers["Authorization"] = "Bearer simulated-full-admin-token"
            for member, kind in owners.items():
                if kind in ("PEOPLE", "PLACE"):
                    statuses[kind, session.get(_url(simulator, member)).status_code] += 1
        # For workspaces, 400 is the response for two of the three reasons.
        assert statuses == {
            ("PEOPLE", 200): 480,
            ("PEOPLE", 400): 60,
            ("PEOPLE", 404): 60,
            ("PLACE", 200): 72,
            ("PLACE", 400): 12,
            ("PLACE", 405): 6,
        }
        assert _get(f"{simulator.api_url}/people", email="person7@example.com").json()["items"]
        lines = f"{simulator.api_url}/telephony/config/virtualLines"
        listed = _get(lines).json()
        assert sum(simulator.member(line["id"])["callRecording"] is None for line in listed["virtualLines"]) == 12
    with Simulator(*options) as simulator:
        assert _whole_list(simulator) == rows
    # The lines do not depend on the other members.
    with Simulator("--lines", "60", "--seed", "3") as simulator:
        assert _get(f"{simulator.api_url}/telephony/config/virtualLines").json() == listed
        assert {row["owner"]["type"] for row in _whole_list(simulator)} == {"VIRTUAL_LINE"}


def test_generator_options_need_members() -> None:
    for options in (("--not-recordable", "5"), ("--people", "2", "--state", "x"), ("--people", "0")):
        with pytest.raises(SimulatorError, match="exit status 2"):
            Simulator(*options)


def test_large_organization_is_ready_soon() -> None:
    began = time.monotonic()
    with Simulator("--people", "10000", "--workspaces", "500") as simulator:
        assert time.monotonic() - began < 15
        url = f"{simulator.api_url}/telephony/config/numbers"
        assert len(_get(url, ownerType="PEOPLE").json()["phoneNumbers"]) == 1000
        began = time.monotonic()
        for start in range(0, 10_000, 1000):
            assert _get(url, ownerType="PEOPLE", start=start).status_code == 200
        assert time.monotonic() - began < 5


# --- a client that no one here wrote ------------------------------------------------------------------------


def test_wxc_sdk_works_unchanged(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    wxc_sdk = pytest.importorskip("wxc_sdk")
    common = pytest.importorskip("wxc_sdk.common")
    rest = pytest.importorskip("wxc_sdk.rest")
    recording_models = pytest.importorskip("wxc_sdk.person_settings.call_recording")
    monkeypatch.setattr(rest.RestSession, "BASE", simulator.api_url)
    simulator.set(page_ceiling=3)
    with wxc_sdk.WebexSimpleApi(tokens="simulated-full-admin-token") as api:
        recording = api.person_settings.call_recording
        for person in EXAMPLE["people"]:
            if "callRecording" in person:
                read = recording.read(person["id"])
                assert read.model_dump(mode="json", by_alias=True, exclude_unset=True) == person["callRecording"]
        settings = recording.read(ADA)
        settings.record = recording_models.Record.on_demand
        recording.configure(ADA, settings)
        assert recording.read(ADA).record == "On Demand"
        with pytest.raises(rest.RestError) as refused:
            recording.read(GRACE)
        assert refused.value.code == 4008
        # This release of wxc-sdk has no method for the recording settings of workspaces.
        content = api.session.rest_get(simulator.workspace_call_recording_url(BOARDROOM))
        assert recording_models.CallRecordingSetting.model_validate(content).record == "Always"
        listed = list(api.telephony.phone_numbers(owner_type=common.OwnerType.people))
        assert [row.owner.owner_id for row in listed].count(ADA) == 3
        assert {row.owner.owner_id for row in listed} == {ADA, GRACE, GROSS, BOB, ANA}
        [room] = api.telephony.phone_numbers(extension="6302", location_id=MUNICH)
        assert room.owner.owner_id == TRADING_FLOOR
        assert room.owner.owner_type == common.OwnerType.place
        [found] = api.people.list(email="Ada.Lovelace@example.com", calling_data=True)
        assert (found.person_id, found.extension, found.location_id) == (ADA, "6201", DENVER)
        assert found.tn.value == "+15558675401"
        assert list(api.people.list(email="nobody@example.com", calling_data=True)) == []
