# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator in a process of its own, over real sockets: is it true to what is known of the Webex API?"""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
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
REFERENCE_LINE = LINES[0]["id"]
AWKWARD_LINE = "line/with+special=characters and a space"
UNASSIGNED_LINE = next(line["id"] for line in LINES if "callRecording" not in line)
CUSTOMER_LINE = CUSTOMER["virtual_lines"][0]["id"]
#: Terms of service that the customer has not accepted.
TERMS_OF_SERVICE = {
    "vendorId": "Y2lzY29zcGFyazovL3VzL1JFQ09SRElOR19WRU5ET1IvNTNkYzRiODctODQwOC00ODkyLTk1YjU",
    "vendorName": "Example Recording",
    "termsOfServiceUrl": "https://recording.example.com/terms-of-service",
}

NO_VALID_TOKEN = "The request requires a valid access token set in the Authorization request header."

# The example of the API reference.
REFERENCE_SETTINGS = {
    "enabled": True,
    "record": "Never",
    "recordVoicemailEnabled": False,
    "notification": {"enabled": False, "type": "None"},
    "repeat": {"interval": 15, "enabled": False},
    "serviceProvider": "WSWYZ25455",
    "externalGroup": "WSWYZ25455L31161",
    "externalIdentifier": "a34iidrh5o@64941297.int10.bcld.webex.com",
    "startStopAnnouncement": {"internalCallsEnabled": False, "pstnCallsEnabled": False},
}


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with Simulator("--https-port", "0") as simulator:
        yield simulator


@pytest.fixture
def simulator(running: Simulator) -> Simulator:
    running.reset()
    return running


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def get(simulator: Simulator, session: requests.Session) -> Any:
    return lambda line, **more: session.get(simulator.call_recording_url(line), **_with_token(more))


@pytest.fixture
def put(simulator: Simulator, session: requests.Session) -> Any:
    return lambda line, settings, **more: session.put(
        simulator.call_recording_url(line), json=settings, **_with_token(more)
    )


@pytest.fixture
def lines(simulator: Simulator, session: requests.Session) -> Any:
    url = f"{simulator.api_url}/telephony/config/virtualLines"
    return lambda **params: session.get(url, **_with_token({"params": params}))


@pytest.fixture
def refresh(simulator: Simulator, session: requests.Session) -> Any:
    def refresh(app: str, token: str | None = None, **changes: str) -> requests.Response:
        form = {
            "grant_type": "refresh_token",
            "client_id": f"simulated-{app}",
            "client_secret": f"simulated-{app}-secret",
            "refresh_token": token or f"simulated-{app}-refresh-token",
            **changes,
        }
        return session.post(f"{simulator.api_url}/access_token", data=form)

    return refresh


def _with_token(arguments: dict[str, Any]) -> dict[str, Any]:
    token = arguments.pop("token", "simulated-full-admin-token")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return {"timeout": 10, **arguments, "headers": {**headers, **arguments.get("headers", {})}}


def _assert_shape_a(response: requests.Response, status: int, message: str) -> None:
    assert response.status_code == status
    assert response.json() == {
        "message": message,
        "errors": [{"description": message}],
        "trackingId": response.headers["Trackingid"],
    }


def _webex_id(kind: str) -> str:
    return base64.b64encode(f"ciscospark://us/{kind}/00000000".encode()).decode().rstrip("=")


# --- reading a line's settings ------------------------------------------------------------------------------


def test_reference_example_comes_back_key_for_key(get: Any) -> None:
    response = get(REFERENCE_LINE)
    assert response.status_code == 200
    assert response.json() == REFERENCE_SETTINGS
    assert response.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert response.headers["Trackingid"].startswith("ROUTERGW_")


@pytest.mark.parametrize("line", [line for line in LINES if "callRecording" in line], ids=lambda line: line["id"])
def test_each_line_has_the_settings_of_the_state_file(get: Any, line: dict[str, Any]) -> None:
    # Also absent, null and false stay what they are.
    assert get(line["id"]).json() == line["callRecording"]


def test_default_organization_has_what_the_documentation_promises() -> None:
    settings = [line["callRecording"] for line in LINES if "callRecording" in line]
    assert {s["record"] for s in settings} == {
        "Always",
        "Never",
        "Always with Pause/Resume",
        "On Demand with User Initiated Start",
        "On Demand",
    }
    assert any("serviceProvider" not in s for s in settings)
    assert any(s.get("serviceProvider", "") is None for s in settings)
    assert any("audience" in s["repeat"] and "announcements" in s for s in settings)
    decoded = [base64.b64decode(line["id"] + "==", validate=False) for line in LINES if line["id"].isalnum()]
    assert {text.split(b"/")[3] for text in decoded} == {b"VIRTUAL_LINE", b"VIRTUAL_PROFILE"}
    assert any("external" not in line["number"] for line in LINES)
    assert any("extension" not in line["number"] for line in LINES)
    assert any("firstName" not in line and "lastName" not in line for line in LINES)
    assert len({line["location"]["id"] for line in LINES}) == len(EXAMPLE["locations"]) == 3


def test_tracking_id_sent_comes_back(get: Any) -> None:
    assert get(REFERENCE_LINE, headers={"TrackingID": "MINE_1"}).headers["Trackingid"] == "MINE_1"
    assert get("unknown", headers={"TrackingID": "MINE_2"}).json()["trackingId"] == "MINE_2"


def test_each_answer_has_another_tracking_id(get: Any) -> None:
    assert get(REFERENCE_LINE).headers["Trackingid"] != get(REFERENCE_LINE).headers["Trackingid"]


@pytest.mark.parametrize("token", [None, "simulated-unknown-token", "simulated-expired-token"])
def test_no_valid_token(get: Any, token: str | None) -> None:
    _assert_shape_a(get(REFERENCE_LINE, token=token), 401, NO_VALID_TOKEN)


def test_only_bearer_tokens_are_accepted(get: Any) -> None:
    basic = get(REFERENCE_LINE, token=None, headers={"Authorization": "Basic simulated-full-admin-token"})
    _assert_shape_a(basic, 401, NO_VALID_TOKEN)


@pytest.mark.parametrize("token", ["simulated-no-telephony-scope-token", "simulated-user-token"])
def test_scope_or_role_missing(get: Any, token: str) -> None:
    response = get(REFERENCE_LINE, token=token)
    assert "missing required scopes or the user is missing required roles" in response.json()["message"]
    _assert_shape_a(response, 403, response.json()["message"])


def test_read_only_administrator_may_read(get: Any) -> None:
    assert get(REFERENCE_LINE, token="simulated-read-only-admin-token").status_code == 200


def test_partner_reads_a_customers_line(get: Any) -> None:
    partner = "simulated-partner-token"
    customers = get(CUSTOMER_LINE, token=partner, params={"orgId": CUSTOMER["id"]})
    assert customers.json() == CUSTOMER["virtual_lines"][0]["callRecording"]
    # Without orgId it is the token's own organization that is asked about.
    assert get(CUSTOMER_LINE, token=partner).status_code == 404
    assert get(REFERENCE_LINE, token=partner).status_code == 200
    assert get(REFERENCE_LINE, token=partner, params={"orgId": EXAMPLE["id"]}).status_code == 200


@pytest.mark.parametrize("organization", [CUSTOMER["id"], "unknown"])
def test_organization_that_is_not_administered(get: Any, organization: str) -> None:
    response = get(REFERENCE_LINE, params={"orgId": organization})
    _assert_shape_a(response, 403, "The requester is not an administrator of the organization given as orgId.")


@pytest.mark.parametrize("kind", ["PEOPLE", "PLACE", "ORGANIZATION"])
def test_wrong_kind_of_id(get: Any, kind: str) -> None:
    message = f"Wrong type of Webex ID provided in path: expected VIRTUAL_LINE, found {kind}."
    _assert_shape_a(get(_webex_id(kind)), 400, message)


@pytest.mark.parametrize("line", ["unknown", "ÿ", "é/..", _webex_id("VIRTUAL_LINE"), _webex_id("VIRTUAL_PROFILE")])
def test_unknown_line(get: Any, line: str) -> None:
    _assert_shape_a(get(line), 404, "Virtual line not found.")


def test_id_that_must_be_encoded(get: Any, simulator: Simulator) -> None:
    assert "%2F" in simulator.call_recording_url(AWKWARD_LINE)
    assert get(AWKWARD_LINE).json()["externalIdentifier"] == "g90oojxn1u@64941297.int10.bcld.webex.com"


def test_id_that_is_not_encoded_is_another_path(simulator: Simulator, session: requests.Session) -> None:
    url = f"{simulator.api_url}/telephony/config/virtualLines/{AWKWARD_LINE}/callRecording"
    assert session.get(url, **_with_token({})).status_code == 404


def test_recording_not_assigned(get: Any) -> None:
    message = "[Error 4410] Service is not assigned to this subscriber: Call Recording"
    _assert_shape_a(get(UNASSIGNED_LINE), 400, message)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/telephony/config/virtualLines/x/callRecording", "GET, PUT"),
        ("DELETE", "/telephony/config/virtualLines/x/callRecording", "GET, PUT"),
        ("POST", "/telephony/config/virtualLines", "GET"),
        ("GET", "/access_token", "POST"),
    ],
)
def test_wrong_method(simulator: Simulator, session: requests.Session, method: str, path: str, allowed: str) -> None:
    response = session.request(method, simulator.api_url + path, **_with_token({}))
    _assert_shape_a(
        response,
        405,
        "The request was made to a resource using an HTTP request method that is not supported.",
    )
    assert response.headers["Allow"] == allowed


def test_unknown_path(simulator: Simulator, session: requests.Session) -> None:
    origin = simulator.api_url.removesuffix("/v1")
    for path, resource in (
        ("/v1/", "hydra/v1/"),
        ("/v1/telephony", "hydra/v1/telephony"),
        ("/v1/telephony/config/virtualLines/", "hydra/v1/telephony/config/virtualLines/"),
        ("/v1/people", "hydra/v1/people"),
        ("/telephony/config/virtualLines", "telephony/config/virtualLines"),
        ("/access_token", "access_token"),
        ("/", ""),
    ):
        response = session.get(origin + path, **_with_token({}))
        _assert_shape_a(response, 404, f"No static resource {resource}.")
        assert response.headers["Trackingid"].startswith("ROUTERGW_")


# --- writing them -------------------------------------------------------------------------------------------


def test_replace_sets_what_is_left_out_to_its_default(put: Any, get: Any) -> None:
    line = LINES[7]["id"]
    response = put(line, {"enabled": True, "record": "Always", "repeat": {"interval": 20, "enabled": True}})
    assert (response.status_code, response.content) == (204, b"")
    assert get(line).json() == {
        "enabled": True,
        "record": "Always",
        "recordVoicemailEnabled": False,
        "notification": {"type": "None", "enabled": False},
        "repeat": {"interval": 20, "enabled": True},
        "startStopAnnouncement": {"internalCallsEnabled": False, "pstnCallsEnabled": False},
        "serviceProvider": "WSWYZ25455",
        "externalGroup": "WSWYZ25455L31161",
        "externalIdentifier": "f89nniwm0t@64941297.int10.bcld.webex.com",
    }


def test_merge_keeps_what_is_left_out(simulator: Simulator, put: Any, get: Any) -> None:
    simulator.set(write="merge")
    line = LINES[7]["id"]
    assert put(line, {"record": "Never", "repeat": {"interval": 20}}).status_code == 204
    before = LINES[7]["callRecording"]
    assert get(line).json() == {
        **before,
        "record": "Never",
        "repeat": {"interval": 20, "enabled": True, "audience": "ALL_PARTIES"},
    }


@pytest.mark.parametrize("write", ["replace", "merge"])
def test_what_was_read_can_be_put_back(simulator: Simulator, put: Any, get: Any, write: str) -> None:
    simulator.set(write=write)
    for line in LINES:
        if "callRecording" in line:
            read = get(line["id"]).json()
            sent = {**read}
            if sent["notification"]["type"] == "None":
                sent["notification"] = {**sent["notification"], "type": None}
            assert put(line["id"], sent).status_code == 204
            # null and "None" are the same notification.
            after = get(line["id"]).json()
            read["notification"]["type"] = read["notification"]["type"] or "None"
            assert after == read


def test_read_only_and_unknown_keys_are_dropped_silently(put: Any, get: Any) -> None:
    assert put(REFERENCE_LINE, {**REFERENCE_SETTINGS, "notification": {"type": None, "enabled": False},
                                "serviceProvider": "other", "madeUp": 1}).status_code == 204  # fmt: skip
    assert get(REFERENCE_LINE).json() == REFERENCE_SETTINGS


@pytest.mark.parametrize("write", ["replace", "merge"])
def test_a_field_can_be_dropped_silently(simulator: Simulator, put: Any, get: Any, write: str) -> None:
    simulator.set(write=write, drop=["recordVoicemailEnabled"])
    for line, before in ((LINES[0], False), (LINES[1], True)):
        assert line["callRecording"]["recordVoicemailEnabled"] is before
        sent = {"enabled": True, "record": "On Demand", "recordVoicemailEnabled": not before}
        assert put(line["id"], sent).status_code == 204
        after = get(line["id"]).json()
        assert (after["record"], after["recordVoicemailEnabled"]) == ("On Demand", before)


def test_notification_enabled_without_a_type_beeps(put: Any, get: Any) -> None:
    assert put(REFERENCE_LINE, {"notification": {"enabled": True, "type": None}}).status_code == 204
    assert get(REFERENCE_LINE).json()["notification"] == {"enabled": True, "type": "Beep"}


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"record": "Sometimes"}, "record"),
        ({"record": ["Always"]}, "record"),
        ({"enabled": "yes"}, "enabled"),
        ({"notification": {"type": "None", "enabled": False}}, "notification.type"),
        ({"notification": "Beep"}, "notification"),
        ({"repeat": {"interval": 9}}, "repeat.interval"),
        ({"repeat": {"interval": 1801}}, "repeat.interval"),
        ({"repeat": {"interval": True}}, "repeat.interval"),
        ({"startStopAnnouncement": {"pstnCallsEnabled": 1}}, "startStopAnnouncement.pstnCallsEnabled"),
    ],
)
def test_settings_that_are_refused(put: Any, get: Any, settings: dict[str, Any], field: str) -> None:
    _assert_shape_a(put(REFERENCE_LINE, settings), 400, f"Invalid value for the field '{field}'.")
    assert get(REFERENCE_LINE).json() == REFERENCE_SETTINGS


def test_bodies_that_are_refused(put: Any) -> None:
    _assert_shape_a(put(REFERENCE_LINE, [1]), 400, "The request body must be a JSON object.")
    json_type = {"Content-Type": "application/json"}
    _assert_shape_a(put(REFERENCE_LINE, None, data="{", headers=json_type), 400, "The request body is not valid JSON.")
    assert put(REFERENCE_LINE, None, data="a=b").status_code == 415


def test_terms_of_service_not_accepted(put: Any) -> None:
    response = put(CUSTOMER_LINE, {"enabled": True}, token="simulated-customer-admin-token")
    assert response.status_code == 409
    assert response.json() == TERMS_OF_SERVICE
    assert put(CUSTOMER_LINE, {"record": "Always"}, token="simulated-customer-admin-token").status_code == 204


def test_writing_needs_scope_role_and_a_line_with_recording(put: Any) -> None:
    assert put(REFERENCE_LINE, {}, token="simulated-read-only-admin-token").status_code == 403
    assert put(REFERENCE_LINE, {}, token=None).status_code == 401
    assert put("unknown", {}).status_code == 404
    assert put(UNASSIGNED_LINE, {}).json()["message"].startswith("[Error 4410]")


# --- listing lines ------------------------------------------------------------------------------------------


def _ids(response: requests.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [line["id"] for line in response.json()["virtualLines"]]


def _of(*indexes: int) -> list[str]:
    return [LINES[index]["id"] for index in indexes]


def test_list_has_each_line_with_its_identity(lines: Any) -> None:
    response = lines()
    expected = [{key: value for key, value in line.items() if key != "callRecording"} for line in LINES]
    assert response.json() == {"virtualLines": expected}
    assert "Link" not in response.headers


@pytest.mark.parametrize(
    ("params", "indexes"),
    [
        ({"locationName": "münchen"}, [2, 3]),
        ({"locationName": ["São Paulo", "München"]}, [2, 3, 4, 5]),
        ({"locationName": "Mün"}, []),
        ({"locationId": EXAMPLE["locations"][2]["id"]}, [4, 5]),
        ({"ownerName": "bob smith"}, [0]),
        ({"ownerName": ["Bob Smith", "Charlie Smith"]}, [0, 8]),
        ({"ownerName": "小明 王"}, [7]),
        ({"ownerName": "Reception"}, [6]),
        ({"ownerName": "Smith"}, []),
        ({"phoneNumber": "+15558675312"}, [1]),
        ({"phoneNumber": ["+15558675311", "+498955501001"]}, [0, 2]),
        ({"phoneNumber": "15558675312"}, []),
        ({"id": [LINES[3]["id"], "unknown", LINES[1]["id"], LINES[3]["id"]]}, [3, 1]),
        ({"id": AWKWARD_LINE}, [8]),
        ({"hasDeviceAssigned": "false"}, [2, 5]),
        ({"hasExtensionAssigned": "False"}, [2]),
        ({"hasDnAssigned": "false"}, [3, 5, 9]),
        ({"hasDnAssigned": "true", "locationName": "München"}, [2]),
        ({"locationName": "Denver", "ownerName": "Zoë Dąbrowska"}, []),
        ({"order": ["lastName", "firstName-desc"]}, [5, 1, 3, 2, 4, 9, 6, 8, 0, 7]),
        ({"order": "extension-desc", "locationName": "Denver"}, [9, 8, 7, 6, 1, 0]),
        ({"unknownParameter": "x", "locationName": "München"}, [2, 3]),
    ],
)  # fmt: skip
def test_filters(lines: Any, params: dict[str, Any], indexes: list[int]) -> None:
    assert _ids(lines(**params)) == _of(*indexes)


def test_names_can_match_in_part(simulator: Simulator, lines: Any) -> None:
    simulator.set(name_matching="part")
    assert _ids(lines(ownerName="SMITH")) == _of(0, 8)
    assert _ids(lines(locationName="ün")) == _of(2, 3)


@pytest.mark.parametrize(
    "params",
    [
        {"max": "0"},
        {"max": "many"},
        {"start": "-1"},
        {"hasDnAssigned": "perhaps"},
        {"order": "shoeSize"},
        {"order": "lastName-up"},
    ],
)
def test_filters_that_are_refused(lines: Any, params: dict[str, str]) -> None:
    [(name, value)] = params.items()
    _assert_shape_a(lines(**params), 400, f"Invalid value '{value}' for the parameter '{name}'.")


def test_at_most_three_orders(lines: Any) -> None:
    assert lines(order=["lastName", "firstName", "extension"]).status_code == 200
    _assert_shape_a(
        lines(order=["lastName", "firstName", "extension", "phoneNumber"]),
        400,
        "At most 3 values are allowed for the parameter 'order'.",
    )


def test_pages_follow_the_link_with_all_filters(lines: Any, session: requests.Session) -> None:
    response = lines(max="2", locationName=["Denver", "São Paulo"], order="lastName")
    pages = [_ids(response)]
    while "next" in response.links:
        url = response.links["next"]["url"]
        response = session.get(url, **_with_token({}))
        pages.append(_ids(response))
    assert [len(page) for page in pages] == [2, 2, 2, 2]
    assert [line for page in pages for line in page] == _ids(
        lines(locationName=["Denver", "São Paulo"], order="lastName")
    )
    assert set(response.links) == {"prev", "first"}
    assert _ids(session.get(response.links["prev"]["url"], **_with_token({}))) == pages[-2]
    assert _ids(session.get(response.links["first"]["url"], **_with_token({}))) == pages[0]


def test_max_over_the_ceiling_is_lowered_silently(simulator: Simulator, lines: Any) -> None:
    simulator.set(page_ceiling=4)
    assert len(_ids(lines(max="5000"))) == 4
    assert len(_ids(lines())) == 4
    assert len(_ids(lines(max="3"))) == 3
    assert _ids(lines(start="99")) == []


def test_links_with_a_cursor(simulator: Simulator, lines: Any, session: requests.Session) -> None:
    simulator.set(page_ceiling=4, list_position="cursor")
    first = lines(locationName="Denver")
    assert _ids(lines(locationName="Denver", start="4")) == _ids(first)
    url = first.links["next"]["url"]
    assert "start" not in url
    assert "cursor=4" in url
    assert "locationName=Denver" in url
    second = session.get(url, **_with_token({}))
    assert _ids(first) + _ids(second) == _ids(lines(locationName="Denver", max="100")) + _ids(second)
    assert not set(_ids(first)) & set(_ids(second))
    assert set(second.links) == {"prev", "first"}


def test_list_that_ignores_the_position(simulator: Simulator, lines: Any) -> None:
    simulator.set(page_ceiling=4, list_position="ignored")
    assert _ids(lines(start="4")) == _ids(lines())
    assert "start=4" in lines(start="4").links["next"]["url"]


def test_link_with_other_parameters(simulator: Simulator, lines: Any) -> None:
    simulator.set(page_ceiling=2)
    link = {"locationName": None, "ownerName": ["A & B", "C"], "start": "7"}
    simulator.add_fault(path="/virtualLines", link=link, times=2)
    response = lines(locationName="Denver")
    assert len(_ids(response)) == 2
    assert response.links["next"]["url"].partition("?")[2] == "max=2&ownerName=A+%26+B&ownerName=C&start=7"
    # A response without the header stays without it.
    assert lines(locationName="Denver", start="99").links.keys() == {"prev", "first"}
    assert "locationName=Denver" in lines(locationName="Denver").links["next"]["url"]


def test_lines_that_are_removed_before_a_response(simulator: Simulator, lines: Any, get: Any) -> None:
    simulator.add_fault(path="/virtualLines", nth=2, remove_lines=[REFERENCE_LINE, "unknown"])
    before = _ids(lines())
    assert REFERENCE_LINE in before
    assert _ids(lines()) == [line for line in before if line != REFERENCE_LINE]
    assert get(REFERENCE_LINE).status_code == 404
    simulator.reset()
    assert get(REFERENCE_LINE).status_code == 200


def test_listing_needs_the_rights_to(lines: Any, simulator: Simulator, session: requests.Session) -> None:
    url = f"{simulator.api_url}/telephony/config/virtualLines"
    assert session.get(url, **_with_token({"token": None})).status_code == 401
    assert session.get(url, **_with_token({"token": "simulated-user-token"})).status_code == 403
    assert lines(orgId=CUSTOMER["id"]).status_code == 403
    partner = session.get(url, **_with_token({"token": "simulated-partner-token", "params": {"orgId": CUSTOMER["id"]}}))
    assert _ids(partner) == [CUSTOMER_LINE]


# --- tokens -------------------------------------------------------------------------------------------------


def test_refresh_gives_a_token_that_works(refresh: Any, get: Any, simulator: Simulator) -> None:
    response = refresh("service-app")
    assert response.status_code == 200
    content = response.json()
    assert content == {
        "access_token": content["access_token"],
        "expires_in": 1209600,
        "refresh_token": "simulated-service-app-refresh-token",
        "refresh_token_expires_in": content["refresh_token_expires_in"],
        "token_type": "Bearer",
        "scope": "spark-admin:telephony_config_read spark-admin:telephony_config_write",
    }
    assert 7776000 - 60 < content["refresh_token_expires_in"] <= 7776000
    assert get(REFERENCE_LINE, token=content["access_token"]).status_code == 200
    another = refresh("service-app").json()["access_token"]
    assert another != content["access_token"]
    # The one before stays good.
    assert get(REFERENCE_LINE, token=content["access_token"]).status_code == 200
    assert simulator.requests(path="callRecording")[0]["token"] == "service app, issued"


def test_rotation_ends_the_refresh_token_that_was_used(refresh: Any) -> None:
    rotated = refresh("rotating-app").json()["refresh_token"]
    assert rotated != "simulated-rotating-app-refresh-token"
    message = "The refresh token provided is expired, revoked, malformed, or invalid."
    _assert_shape_a(refresh("rotating-app"), 400, message)
    assert refresh("rotating-app", rotated).status_code == 200


def test_an_app_whose_tokens_end_one_another(refresh: Any, get: Any) -> None:
    first = refresh("single-token-app").json()["access_token"]
    assert get(REFERENCE_LINE, token=first).status_code == 200
    second = refresh("single-token-app").json()["access_token"]
    assert get(REFERENCE_LINE, token=first).status_code == 401
    assert get(REFERENCE_LINE, token=second).status_code == 200


def test_refresh_that_is_refused(refresh: Any, simulator: Simulator, session: requests.Session) -> None:
    message = "The refresh token provided is expired, revoked, malformed, or invalid."
    _assert_shape_a(refresh("expired-app"), 400, message)
    _assert_shape_a(refresh("service-app", "simulated-unknown-token"), 400, message)
    # One app can't use another's.
    _assert_shape_a(refresh("service-app", "simulated-rotating-app-refresh-token"), 400, message)
    for wrong in ({"client_id": "simulated-unknown-app"}, {"client_secret": "simulated-wrong-secret"}):
        _assert_shape_a(refresh("service-app", **wrong), 401, "The client_id or the client_secret is invalid.")
    for name in ("grant_type", "client_id", "client_secret", "refresh_token"):
        missing = f"The request is missing the required parameter '{name}'."
        _assert_shape_a(refresh("service-app", **{name: ""}), 400, missing)
    assert refresh("service-app", grant_type="password").status_code == 400
    assert session.post(f"{simulator.api_url}/access_token", json={}).status_code == 415


def test_tokens_issued_before_a_reset_stay_unknown(refresh: Any, get: Any, simulator: Simulator) -> None:
    before = refresh("service-app").json()["access_token"]
    simulator.reset()
    assert refresh("service-app").json()["access_token"] != before
    assert get(REFERENCE_LINE, token=before).status_code == 401


def test_tokens_can_be_expired_at_run_time(simulator: Simulator, get: Any) -> None:
    assert simulator.expire_tokens("full admin") == ["full admin"]
    assert get(REFERENCE_LINE).status_code == 401
    assert get(REFERENCE_LINE, token="simulated-partner-token").status_code == 200
    assert "partner" in simulator.expire_tokens()
    assert get(REFERENCE_LINE, token="simulated-partner-token").status_code == 401


def test_parallel_refreshes_show_in_the_log(simulator: Simulator, refresh: Any) -> None:
    simulator.add_fault(path="access_token", delay=0.3)
    threads = [threading.Thread(target=refresh, args=("service-app",)) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert simulator.counts(path="access_token")["peak_concurrency"] == 2


# --- faults: answers ----------------------------------------------------------------------------------------

STATUSES = [400, 401, 403, 404, 405, 409, 410, 415, 423, 428, 429, 500, 502, 503, 504]


def _expected(shape: str, status: int, message: str, code: int, tracking_id: str) -> Any:
    return {
        "a": {"message": message, "errors": [{"description": message}], "trackingId": tracking_id},
        "b": {"errorCode": code, "message": message},
        "c": {
            "errorCode": code,
            "message": message,
            "errors": [{"errorCode": code, "description": f"[Error {code}] {message}"}],
            "trackingId": tracking_id,
        },
        "d": {
            "error": [{"key": str(status), "message": [{"description": message, "code": str(code)}]}],
            "trackingId": tracking_id,
        },
        "e": {"code": code, "message": message, "trackingId": tracking_id},
        "h": TERMS_OF_SERVICE,
        "i": {"errorMessage": message},
        "j": {"message": message, "errors": [{"description": message}], "trackingId": tracking_id},
    }[shape]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("shape", "abcdefghij")
def test_each_status_in_each_shape(simulator: Simulator, get: Any, status: int, shape: str) -> None:
    simulator.add_fault(status=status, shape=shape, message="What went wrong & why", code=25024)
    response = get(REFERENCE_LINE, headers={"TrackingID": "MINE"})
    assert response.status_code == status
    assert response.headers["Trackingid"] == "MINE"
    assert response.headers.get("Cisco-Spark-Error-Codes") == ("25024" if shape == "b" else None)
    if shape == "g":
        assert response.content == b""
        assert "Content-Type" not in response.headers
    elif shape == "f":
        assert response.headers["Content-Type"] == "text/html"
        assert f"<title>{status} {response.reason}</title>" in response.text
        assert "What went wrong & why" in response.text
    else:
        assert response.headers["Content-Type"] == "application/json;charset=UTF-8"
        assert response.json() == _expected(shape, status, "What went wrong & why", 25024, "MINE")


def test_each_status_has_words_and_a_code_of_its_own(simulator: Simulator, get: Any) -> None:
    said = set()
    for status in STATUSES:
        simulator.add_fault(status=status, shape="b", times=1)
        content = get(REFERENCE_LINE).json()
        said.add((content["message"], content["errorCode"]))
    assert len({message for message, _code in said}) == len({code for _message, code in said}) == len(STATUSES)


def test_gateways_code(simulator: Simulator, get: Any) -> None:
    simulator.add_fault(status=503, shape="e")
    assert get(REFERENCE_LINE).json()["code"] == 1006


@pytest.mark.parametrize(
    ("where", "in_header", "in_body"),
    [("both", True, True), ("header", True, False), ("body", False, True), ("none", False, False)],
)
def test_tracking_id_can_be_left_out(
    simulator: Simulator, get: Any, where: str, in_header: bool, in_body: bool
) -> None:
    simulator.add_fault(status=500, tracking_id=where)
    response = get(REFERENCE_LINE)
    assert ("Trackingid" in response.headers) is in_header
    assert ("trackingId" in response.json()) is in_body


@pytest.mark.parametrize("value", [0, 2, 194, "rand(30),add(30)", "-1", ""])
def test_retry_after(simulator: Simulator, get: Any, value: int | str) -> None:
    simulator.add_fault(status=429, retry_after=value, times=1)
    assert get(REFERENCE_LINE).headers["Retry-After"] == str(value)
    assert get(REFERENCE_LINE).status_code == 200


def test_retry_after_as_a_date(simulator: Simulator, get: Any) -> None:
    simulator.add_fault(status=503, retry_after_date=30)
    header = get(REFERENCE_LINE).headers["Retry-After"]
    assert header.endswith(" GMT")
    assert 28 <= parsedate_to_datetime(header).timestamp() - time.time() <= 30


def test_retry_after_absent(simulator: Simulator, get: Any) -> None:
    simulator.add_fault(status=429)
    assert "Retry-After" not in get(REFERENCE_LINE).headers


@pytest.mark.parametrize("body", [[], [{"enabled": True}], "text", None, 7, {"enabled": True}])
def test_success_with_any_json(simulator: Simulator, get: Any, body: Any) -> None:
    simulator.add_fault(status=200, body=body)
    response = get(REFERENCE_LINE)
    assert (response.status_code, response.json()) == (200, body)


@pytest.mark.parametrize("text", ["", "<html>Log in first</html>", '{"enabled": tr'])
def test_success_that_is_not_json(simulator: Simulator, get: Any, text: str) -> None:
    simulator.add_fault(status=200, text=text, content_type="application/json")
    response = get(REFERENCE_LINE)
    assert (response.status_code, response.text) == (200, text)
    assert response.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect(simulator: Simulator, get: Any, status: int) -> None:
    simulator.add_fault(status=status, headers={"Location": "https://elsewhere.example/v1"})
    response = get(REFERENCE_LINE, allow_redirects=False)
    assert (response.status_code, response.content) == (status, b"")
    assert response.headers["Location"] == "https://elsewhere.example/v1"


def test_headers_of_the_true_answer_can_be_changed(simulator: Simulator, lines: Any) -> None:
    simulator.add_fault(headers={"Link": '<{url}?start=0>; rel="next", <{api_url}/x>; rel="other"'}, times=1)
    response = lines(max="2")
    assert len(_ids(response)) == 2
    url = f"{simulator.api_url}/telephony/config/virtualLines"
    assert response.links["next"]["url"] == f"{url}?start=0"
    assert response.links["other"]["url"] == f"{simulator.api_url}/x"
    simulator.add_fault(headers={"link": None}, times=1)
    assert "Link" not in lines(max="2").headers
    assert "Link" in lines(max="2").headers


# --- faults: which requests ---------------------------------------------------------------------------------


def _statuses(get: Any, count: int, line: str = REFERENCE_LINE) -> list[int]:
    return [get(line).status_code for _each in range(count)]


@pytest.mark.parametrize(
    ("which", "statuses"),
    [
        ({}, [503, 503, 503, 503, 503]),
        ({"times": 2}, [503, 503, 200, 200, 200]),
        ({"nth": 3}, [200, 200, 503, 200, 200]),
        ({"nth": [1, 4]}, [503, 200, 200, 503, 200]),
        ({"skip": 3}, [200, 200, 200, 503, 503]),
        ({"skip": 1, "times": 2}, [200, 503, 503, 200, 200]),
        ({"method": "get", "times": 1}, [503, 200, 200, 200, 200]),
        ({"method": "PUT"}, [200, 200, 200, 200, 200]),
        ({"path": "callRecording", "times": 1}, [503, 200, 200, 200, 200]),
        ({"path": "access_token"}, [200, 200, 200, 200, 200]),
        ({"line_id": REFERENCE_LINE, "times": 1}, [503, 200, 200, 200, 200]),
        ({"line_id": AWKWARD_LINE}, [200, 200, 200, 200, 200]),
    ],
)
def test_which_requests(simulator: Simulator, get: Any, which: dict[str, Any], statuses: list[int]) -> None:
    simulator.add_fault(status=503, **which)
    assert _statuses(get, 5) == statuses


def test_line_and_path_are_matched_decoded(simulator: Simulator, get: Any) -> None:
    simulator.add_fault(line_id=AWKWARD_LINE, status=423, times=1)
    simulator.add_fault(path=AWKWARD_LINE, status=410, times=1)
    assert _statuses(get, 3, AWKWARD_LINE) == [423, 410, 200]


def test_faults_can_be_listed_and_removed(simulator: Simulator, get: Any) -> None:
    first = simulator.add_fault(status=500)
    second = simulator.add_fault(status=502, times=1)
    assert _statuses(get, 2) == [500, 500]
    assert simulator.control("GET", "faults") == [
        {"id": first, "seen": 2, "applied": 2, "fault": {"status": 500}},
        {"id": second, "seen": 0, "applied": 0, "fault": {"status": 502, "times": 1}},
    ]
    simulator.remove_fault(first)
    assert _statuses(get, 2) == [502, 200]
    assert [request["fault"] for request in simulator.requests()] == [first, first, second, None]
    simulator.add_fault(status=500)
    simulator.control("DELETE", "faults")
    assert _statuses(get, 1) == [200]
    with pytest.raises(SimulatorError, match="404"):
        simulator.remove_fault(99)


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ({}, "nothing happens"),
        ({"statuss": 500}, "statuss: Extra inputs are not permitted"),
        ({"status": "500"}, "status: Input should be a valid integer"),
        ({"status": 200}, "a success needs a body or a text"),
        ({"shape": "a"}, "need a status"),
        ({"status": 500, "shape": "z"}, "shape: Input should be"),
        ({"status": 500, "body": 1, "text": ""}, "not both"),
        ({"status": 500, "body": 1, "shape": "a"}, "not both"),
        ({"status": 429, "retry_after": 1, "retry_after_date": 1}, "not both"),
        ({"action": "reset", "seconds": 1}, "seconds belong to"),
        ({"status": 500, "times": 0}, "times: Input should be greater than or equal to 1"),
        ({"headers": {"A": "b\r\nC: d"}}, "a header holds"),
        ({"action": "drip"}, "need a part"),
        ({"action": "slow", "part": "body"}, "need a part"),
        ({"action": "flood", "part": "body", "interval": 1}, "interval and padding belong to"),
        ({"action": "drip", "part": "body", "megabytes": 1}, "megabytes belong to"),
        ({"delay": 1, "inflate_to": 1}, "need an encoding"),
        ({"status": 200, "text": "", "base64": ""}, "not both"),
        ({"status": 200, "base64": "?"}, "base64"),
        ({"reason": "a\r\nb: c"}, "no line breaks"),
        ({"status": 400, "message": 1}, "message: Input should be a valid string"),
    ],
)
def test_faults_that_make_no_sense(simulator: Simulator, fault: dict[str, Any], complaint: str) -> None:
    with pytest.raises(SimulatorError, match="400") as refused:
        simulator.add_fault(**fault)
    assert complaint in str(refused.value)
    assert simulator.control("GET", "faults") == []


# --- faults: the connection ---------------------------------------------------------------------------------


def _raw_request(simulator: Simulator) -> socket.socket:
    host, port = simulator.api_url.removeprefix("http://").removesuffix("/v1").split(":")
    connection = socket.create_connection((host, int(port)), timeout=5)
    path = simulator.call_recording_url(REFERENCE_LINE).partition(port)[2]
    connection.sendall(
        f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n"
        "Authorization: Bearer simulated-full-admin-token\r\n\r\n".encode()
    )
    return connection


def test_reset(simulator: Simulator) -> None:
    simulator.add_fault(action="reset", times=1)
    with _raw_request(simulator) as connection, pytest.raises(ConnectionResetError):
        connection.recv(100)
    assert simulator.counts()["by_status"] == {"none": 1}


def test_close_without_an_answer(simulator: Simulator) -> None:
    simulator.add_fault(action="close", times=1)
    with _raw_request(simulator) as connection:
        assert connection.recv(100) == b""


def test_hang(simulator: Simulator) -> None:
    simulator.add_fault(action="hang", seconds=0.4, times=1)
    began = time.monotonic()
    with _raw_request(simulator) as connection:
        assert connection.recv(100) == b""
    assert 0.35 < time.monotonic() - began < 2


def test_truncated(simulator: Simulator) -> None:
    simulator.add_fault(action="truncate", times=1)
    with _raw_request(simulator) as connection:
        received = b"".join(iter(lambda: connection.recv(4096), b""))
    head, _blank, body = received.partition(b"\r\n\r\n")
    promised = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert promised == len(json.dumps(REFERENCE_SETTINGS, separators=(",", ":")))
    assert len(body) == promised // 2


def test_slow(simulator: Simulator) -> None:
    simulator.add_fault(action="slow", seconds=0.5, times=1)
    chunks: list[bytes] = []
    began = time.monotonic()
    with _raw_request(simulator) as connection:
        while not chunks or not b"".join(chunks).endswith(b"}}"):
            chunks.append(connection.recv(4096))
    assert 0.45 < time.monotonic() - began < 2
    assert len(chunks) >= 5
    assert json.loads(b"".join(chunks).partition(b"\r\n\r\n")[2]) == REFERENCE_SETTINGS


def test_an_error_can_be_truncated_and_slow_too(simulator: Simulator, get: Any) -> None:
    simulator.add_fault(status=502, shape="f", action="truncate", times=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get(REFERENCE_LINE)
    simulator.add_fault(status=504, shape="g", action="slow", seconds=0.1, times=1)
    assert get(REFERENCE_LINE).status_code == 504


def test_delay(simulator: Simulator, get: Any) -> None:
    simulator.add_fault(delay=0.3, times=1)
    assert get(REFERENCE_LINE).elapsed.total_seconds() >= 0.3
    assert get(REFERENCE_LINE).elapsed.total_seconds() < 0.25


def test_connection_faults_over_https(simulator: Simulator, session: requests.Session) -> None:
    assert simulator.https_api_url
    assert simulator.ca_path
    url = simulator.call_recording_url(REFERENCE_LINE).replace(simulator.api_url, simulator.https_api_url)
    for action, error in (
        ("reset", requests.exceptions.ConnectionError),
        ("close", requests.exceptions.ConnectionError),
        ("truncate", requests.exceptions.ChunkedEncodingError),
    ):
        simulator.add_fault(action=action, times=1)
        with pytest.raises(error):
            session.get(url, verify=simulator.ca_path, **_with_token({}))
    assert session.get(url, verify=simulator.ca_path, **_with_token({})).json() == REFERENCE_SETTINGS


# --- latency and limits -------------------------------------------------------------------------------------


def test_latency(simulator: Simulator, get: Any) -> None:
    simulator.set(latency=0.2)
    assert 0.2 <= get(REFERENCE_LINE).elapsed.total_seconds() < 1
    simulator.set(latency=0)
    assert get(REFERENCE_LINE).elapsed.total_seconds() < 0.15


def test_fixed_window(simulator: Simulator, get: Any) -> None:
    simulator.set(limit={"requests": 3, "seconds": 1})
    began = time.monotonic()
    assert _statuses(get, 3) == [200, 200, 200]
    refused = get(REFERENCE_LINE)
    message = "Too many requests have been sent in a given amount of time."
    _assert_shape_a(refused, 429, message)
    assert refused.headers["Retry-After"] == "1"
    while (answer := get(REFERENCE_LINE)).status_code == 429 and time.monotonic() - began < 3:
        time.sleep(0.02)
    assert answer.status_code == 200
    assert 0.95 < time.monotonic() - began < 1.5
    assert _statuses(get, 3) == [200, 200, 429]


def test_token_bucket(simulator: Simulator, get: Any) -> None:
    simulator.set(limit={"style": "token_bucket", "requests": 2, "seconds": 1, "burst": 2})
    assert _statuses(get, 3) == [200, 200, 429]
    time.sleep(0.55)
    assert _statuses(get, 2) == [200, 429]
    time.sleep(1.6)
    # No more than the burst is saved up.
    assert _statuses(get, 3) == [200, 200, 429]


def test_retry_after_of_a_limit_tells_the_rest_of_the_window(simulator: Simulator, get: Any) -> None:
    simulator.set(limit={"requests": 1, "seconds": 60})
    assert _statuses(get, 1) == [200]
    assert get(REFERENCE_LINE).headers["Retry-After"] == "60"


def test_limit_without_retry_after(simulator: Simulator, get: Any) -> None:
    simulator.set(limit={"requests": 1, "seconds": 60, "retry_after": False})
    assert _statuses(get, 1) == [200]
    refused = get(REFERENCE_LINE)
    assert refused.status_code == 429
    assert "Retry-After" not in refused.headers


def test_each_organization_has_a_limit_of_its_own(simulator: Simulator, get: Any, refresh: Any) -> None:
    simulator.set(limit={"requests": 1, "seconds": 60})
    assert _statuses(get, 2) == [200, 429]
    assert get(CUSTOMER_LINE, token="simulated-customer-admin-token").status_code == 200
    assert get(REFERENCE_LINE, token="simulated-read-only-admin-token").status_code == 429
    # Tokens are another service, with other limits.
    assert refresh("service-app").status_code == 200
    simulator.set(limit=None)
    assert _statuses(get, 2) == [200, 200]


def test_settings_that_are_refused_change_nothing(simulator: Simulator) -> None:
    before = simulator.control("GET", "settings")
    for wrong in ({"latency": -1}, {"page_ceiling": 0}, {"limit": {"seconds": 1}}, {"writes": "merge"}):
        with pytest.raises(SimulatorError, match="400"):
            simulator.set(latency=before["latency"], **wrong) if "latency" not in wrong else simulator.set(**wrong)
    assert simulator.control("GET", "settings") == before


# --- the log, and changes behind the client's back ----------------------------------------------------------


def test_log_tells_what_was_asked(simulator: Simulator, get: Any) -> None:
    began = time.time()
    get(AWKWARD_LINE, params={"orgId": EXAMPLE["id"]}, headers={"TrackingID": "MINE", "User-Agent": "test/1"})
    [entry] = simulator.requests()
    assert began - 1 < entry.pop("time") < time.time() + 1
    assert 0 < entry.pop("seconds") < 1
    assert isinstance(entry.pop("connection"), int)
    assert entry == {
        "number": 1,
        "scheme": "http",
        "method": "GET",
        "path": simulator.call_recording_url(AWKWARD_LINE).removeprefix(simulator.api_url.removesuffix("/v1")),
        "query": f"orgId={EXAMPLE['id']}",
        "status": 200,
        "authorization": "Bearer",
        "token": "full admin",
        "tracking_id": "MINE",
        "user_agent": "test/1",
        "fault": None,
        "body": None,
    }


def test_log_holds_no_secrets(simulator: Simulator, get: Any, refresh: Any) -> None:
    get(REFERENCE_LINE)
    get(REFERENCE_LINE, token="simulated-unknown-token")
    get(REFERENCE_LINE, token=None)
    get(REFERENCE_LINE, token=refresh("service-app").json()["access_token"])
    refresh("rotating-app")
    log = simulator.requests()
    assert "simulated" not in json.dumps(log)
    labels = [entry["token"] for entry in log]
    assert labels[0] == "full admin"
    assert labels[1].startswith("unknown ")
    assert labels[2] is None
    assert labels[3:] == ["service app", "service app, issued", "rotating app"]
    assert [entry["authorization"] for entry in log] == ["Bearer", "Bearer", None, None, "Bearer", None]


def test_log_holds_the_settings_that_were_written(simulator: Simulator, put: Any) -> None:
    put(REFERENCE_LINE, {"record": "Always"})
    assert simulator.requests(method="PUT")[0]["body"] == {"record": "Always"}


def test_log_can_be_filtered_and_counted(simulator: Simulator, get: Any, lines: Any, put: Any) -> None:
    get(REFERENCE_LINE)
    get("unknown")
    lines()
    put(AWKWARD_LINE, {})
    get(REFERENCE_LINE, token="simulated-partner-token")
    assert [entry["number"] for entry in simulator.requests(path="callRecording", method="GET")] == [1, 2, 5]
    assert [entry["number"] for entry in simulator.requests(status=404)] == [2]
    assert [entry["number"] for entry in simulator.requests(path=AWKWARD_LINE)] == [4]
    assert [entry["number"] for entry in simulator.requests(token="partner")] == [5]
    counts = simulator.counts()
    assert "requests" not in counts
    assert counts.pop("connections") >= 1
    assert counts == {
        "count": 5,
        "by_status": {"200": 3, "204": 1, "404": 1},
        "by_token": {"full admin": 4, "partner": 1},
        "peak_concurrency": 1,
        "logged": 5,
        "dropped": 0,
    }
    simulator.clear_requests()
    assert simulator.counts()["count"] == 0
    with pytest.raises(SimulatorError, match="Not known"):
        simulator.requests(colour="red")


def test_log_proves_keep_alive_and_its_absence(simulator: Simulator) -> None:
    with requests.Session() as session:
        for _each in range(5):
            session.get(simulator.call_recording_url(REFERENCE_LINE), **_with_token({}))
    assert simulator.counts()["connections"] == 1
    for _each in range(2):
        requests.get(simulator.call_recording_url(REFERENCE_LINE), **_with_token({}))
    assert simulator.counts()["connections"] == 3


def test_log_shows_requests_under_way(simulator: Simulator) -> None:
    simulator.add_fault(action="hang", seconds=5, times=1)
    with _raw_request(simulator):
        deadline = time.monotonic() + 5
        while not simulator.counts()["count"] and time.monotonic() < deadline:
            time.sleep(0.01)
        [entry] = simulator.requests()
        assert (entry["status"], entry["seconds"]) == (None, None)


def test_line_changed_behind_our_back(simulator: Simulator, get: Any) -> None:
    simulator.change_line(REFERENCE_LINE, {"record": "Always", "repeat": {"interval": 99}})
    expected = {**REFERENCE_SETTINGS, "record": "Always", "repeat": {"interval": 99, "enabled": False}}
    assert get(REFERENCE_LINE).json() == simulator.line(REFERENCE_LINE)["callRecording"] == expected
    simulator.change_line(REFERENCE_LINE, {"enabled": None}, replace=True)
    assert get(REFERENCE_LINE).json() == {"enabled": None}
    simulator.change_line(AWKWARD_LINE, {"record": "Never"})
    assert get(AWKWARD_LINE).json()["record"] == "Never"
    assert simulator.counts(method="PATCH")["count"] == 0


def test_line_removed_behind_our_back(simulator: Simulator, get: Any, lines: Any) -> None:
    simulator.remove_line(AWKWARD_LINE)
    assert get(AWKWARD_LINE).status_code == 404
    assert AWKWARD_LINE not in _ids(lines())
    with pytest.raises(SimulatorError, match="404"):
        simulator.remove_line(AWKWARD_LINE)
    simulator.reset()
    assert get(AWKWARD_LINE).status_code == 200


def test_someone_edits_lines(simulator: Simulator, get: Any) -> None:
    edits = simulator.edit_random_lines(3, seed=5)
    assert len({edit["id"] for edit in edits}) == 3
    for edit in edits:
        assert edit["before"] == next(line["callRecording"] for line in LINES if line["id"] == edit["id"])
        assert edit["before"]["record"] != edit["after"]["record"]
        assert get(edit["id"]).json() == edit["after"]
    simulator.reset()
    assert simulator.edit_random_lines(3, seed=5) == edits


#: Settings of the simulator for changes that live organizations refuse or extend.
WRITE_DEFAULTS = {
    "off_alone": False,
    "reset_on_disable": False,
    "strict_fields": False,
    "complete_selective": False,
    "unassigned": "refused",
    "recording_service": "available",
    "terms_of_service_url": None,
}


def test_reset_undoes_everything(simulator: Simulator, get: Any, put: Any) -> None:
    simulator.add_fault(status=500, method="DELETE")
    simulator.set(latency=0.01, page_ceiling=2, list_position="ignored", write="merge")
    put(REFERENCE_LINE, {"record": "Always"})
    simulator.reset()
    overview = simulator.control("GET")
    assert overview["faults"] == []
    assert overview["settings"] == {
        "latency": 0,
        "limit": None,
        "page_ceiling": 1000,
        "list_position": "start",
        "long_location_ids": "accepted",
        "name_matching": "whole",
        "write": "replace",
        "drop": [],
        **WRITE_DEFAULTS,
    }
    assert [organization["virtual_lines"] for organization in overview["organizations"]] == [10, 1]
    assert simulator.counts()["count"] == 0
    assert get(REFERENCE_LINE).json() == REFERENCE_SETTINGS


# --- HTTPS --------------------------------------------------------------------------------------------------


def test_https_with_its_own_authority(simulator: Simulator, session: requests.Session) -> None:
    assert simulator.https_api_url
    assert simulator.ca_path
    url = f"{simulator.https_api_url}/telephony/config/virtualLines"
    response = session.get(url, verify=simulator.ca_path, **_with_token({"params": {"max": "2"}}))
    # Both listeners serve one state, and pages stay on the one that was asked.
    assert _ids(response) == _of(0, 1)
    assert response.links["next"]["url"].startswith(f"{simulator.https_api_url}/")
    by_name = url.replace("127.0.0.1", "localhost")
    assert session.get(by_name, verify=simulator.ca_path, **_with_token({})).status_code == 200
    assert [entry["scheme"] for entry in simulator.requests()] == ["https", "https"]
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(url, **_with_token({}))


# --- the process --------------------------------------------------------------------------------------------


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "simulator", *arguments],
        cwd=TESTS,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def _to_https(simulator: Simulator) -> tuple[str, str]:
    """What to replace in a URL, and by what."""
    assert simulator.https_api_url is not None
    return simulator.api_url.removesuffix("/v1"), simulator.https_api_url.removesuffix("/v1")


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_stops_at_once_when_told(signal_number: signal.Signals) -> None:
    with Simulator("--https-port", "0", "--latency", "30") as simulator, requests.Session() as session:
        assert simulator.ca_path is not None
        # Neither idle connections nor requests under way hold it up.
        for url in (simulator.control_url, simulator.control_url.replace(*_to_https(simulator))):
            assert session.get(url, verify=simulator.ca_path, timeout=5).status_code == 200
        simulator.add_fault(action="hang", times=1)
        with _raw_request(simulator), _raw_request(simulator):
            time.sleep(0.1)
            began = time.monotonic()
            os.kill(simulator.pid, signal_number)
            assert simulator.wait(5) == 0
            assert time.monotonic() - began < 5
        assert not Path(simulator.ca_path).exists()
        assert "Traceback" not in simulator.output


def test_stops_after_a_time() -> None:
    began = time.monotonic()
    finished = _run("--stop-after", "0.3")
    assert finished.returncode == 0
    assert time.monotonic() - began < 5
    assert "The Webex simulator is ready." in finished.stdout
    assert "/v1/telephony/config/virtualLines" in finished.stdout
    assert finished.stderr == ""


def test_serves_a_state_file_with_faults_and_options(tmp_path: Path) -> None:
    state = {
        "organizations": [{"id": "o", "name": "Mine", "virtual_lines": [{"id": "l", "callRecording": {"x": None}}]}],
        "tokens": [
            {
                "name": "mine",
                "token": "simulated-mine",
                "organization": "o",
                "scopes": ["spark-admin:telephony_config_read"],
                "expires_in": 1,
            }
        ],
        "faults": [{"status": 429, "retry_after": 2, "times": 1}],
    }
    file = tmp_path / "state.yml"
    file.write_text(yaml.safe_dump(state), encoding="utf-8")
    log = tmp_path / "log"
    with Simulator("--state", str(file), "--log-file", str(log), "--log-size", "2") as simulator:
        answers = [
            requests.get(simulator.call_recording_url("l"), **_with_token({"token": "simulated-mine"}))
            for _each in range(3)
        ]
        assert [answer.status_code for answer in answers] == [429, 200, 200]
        assert answers[1].json() == {"x": None}
        counts = simulator.counts()
        assert (counts["logged"], counts["dropped"]) == (2, 1)
        assert [json.loads(line)["status"] for line in log.read_text().splitlines()] == [429, 200, 200]
        time.sleep(1)
        expired = requests.get(simulator.call_recording_url("l"), **_with_token({"token": "simulated-mine"}))
        assert expired.status_code == 401


_ORGANIZATION = {"id": "o", "name": "Mine"}
_TOKEN = {"name": "t", "token": "simulated-secret-token", "organization": "o"}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("organizations: [", "is not YAML"),
        ("", "Input should be a valid dictionary"),
        ({"organizations": []}, "organizations: List should have at least 1 item"),
        ({"organizations": [{"id": "o"}]}, "organizations[0].name: Field required"),
        ({"organizations": [_ORGANIZATION], "token": []}, "token: Extra inputs are not permitted"),
        (
            {"organizations": [_ORGANIZATION], "tokens": [{**_TOKEN, "organization": "p"}]},
            "tokens[0]: there is no organization 'p'",
        ),
        (
            {"organizations": [_ORGANIZATION], "tokens": [_TOKEN, {**_TOKEN, "name": "u"}]},
            "tokens: token is there twice",
        ),
        (
            {"organizations": [_ORGANIZATION], "tokens": [{**_TOKEN, "role": "king"}]},
            "tokens[0].role: Input should be",
        ),
        (
            {"organizations": [_ORGANIZATION], "tokens": [{**_TOKEN, "expired": True, "expires_in": 1}]},
            "tokens[0]: give expired or expires_in, not both",
        ),
        (
            {"organizations": [{**_ORGANIZATION, "virtual_lines": [{"id": "l"}, {"id": "l"}]}]},
            "virtual_lines: id 'l' is there twice",
        ),
        (
            {
                "organizations": [
                    {**_ORGANIZATION, "virtual_lines": [{"id": "l", "location": {"id": "x", "name": "X"}}]}
                ]
            },
            "virtual_lines[0].location.id: 'x' is not among the locations",
        ),
        (
            {"organizations": [{**_ORGANIZATION, "virtual_lines": [{"id": "l", "callRecording": True}]}]},
            "virtual_lines[0].callRecording: Input should be a valid dictionary",
        ),
        ({"organizations": [_ORGANIZATION], "faults": [{"status": 200}]}, "faults[0]: a success needs"),
    ],
)
def test_bad_state_files(tmp_path: Path, content: Any, complaint: str) -> None:
    file = tmp_path / "state.yml"
    file.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
    finished = _run("--state", str(file))
    assert finished.returncode == 1
    assert finished.stderr.startswith(f"simulator: {file}")
    assert complaint in finished.stderr
    assert "Traceback" not in finished.stderr
    assert "simulated-secret-token" not in finished.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (["--state", "/does/not/exist.yml"], 1, "No such file or directory"),
        (["--locations", "2"], 2, "give --lines too"),
        (["--lines", "2", "--state", "x"], 2, "not both"),
        (["--lines", "0"], 2, "0 is not between 1 and"),
        (["--limit", "300"], 2, "REQUESTS/SECONDS"),
        (["--limit", "0/60"], 2, "limit.requests"),
        (["--latency", "-1"], 2, "latency"),
        (["--port", "99999"], 2, "not between"),
    ],
)
def test_bad_command_lines(arguments: list[str], status: int, complaint: str) -> None:
    finished = _run(*arguments)
    assert finished.returncode == status
    assert complaint in finished.stderr
    assert "Traceback" not in finished.stderr


def test_port_that_is_taken(simulator: Simulator) -> None:
    port = simulator.api_url.removesuffix("/v1").rpartition(":")[2]
    finished = _run("--port", port)
    assert finished.returncode == 1
    assert "Address already in use" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_starter_tells_why_it_did_not_start() -> None:
    with pytest.raises(SimulatorError, match="No such file or directory"):
        Simulator("--state", "/does/not/exist.yml")


def test_options_of_the_command_line() -> None:
    with Simulator(
        *("--limit", "2/30", "--limit-style", "token_bucket", "--limit-burst", "4", "--limit-no-retry-after"),
        *(
            "--page-ceiling",
            "7",
            "--list-position",
            "cursor",
            "--name-matching",
            "part",
            "--write",
            "merge",
            "--drop",
            "a",
            "--drop",
            "b",
        ),
        *("--off-alone", "--reset-on-disable", "--strict-fields", "--complete-selective", "--unassigned", "off"),
        *("--recording-service", "refused"),
        *("--terms-of-service-url", ""),
        *("--latency", "0.01"),
    ) as simulator:
        assert simulator.https_api_url is None
        assert simulator.control("GET", "settings") == {
            "latency": 0.01,
            "limit": {
                "style": "token_bucket",
                "requests": 2,
                "seconds": 30,
                "burst": 4,
                "retry_after": False,
            },
            "page_ceiling": 7,
            "list_position": "cursor",
            "long_location_ids": "accepted",
            "name_matching": "part",
            "write": "merge",
            "drop": ["a", "b"],
            "off_alone": True,
            "reset_on_disable": True,
            "strict_fields": True,
            "complete_selective": True,
            "unassigned": "off",
            "recording_service": "refused",
            "terms_of_service_url": "",
        }


# --- generated organizations --------------------------------------------------------------------------------


def _whole_list(simulator: Simulator) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    url: str | None = f"{simulator.api_url}/telephony/config/virtualLines"
    with requests.Session() as session:
        while url:
            response = session.get(url, **_with_token({}))
            lines += response.json()["virtualLines"]
            url = response.links.get("next", {}).get("url")
    return lines


def test_generated_organization() -> None:
    with Simulator("--lines", "2500", "--locations", "20", "--seed", "7") as simulator:
        lines = _whole_list(simulator)
        assert simulator.counts()["by_status"] == {"200": 3}
        assert len({line["id"] for line in lines}) == 2500
        assert len({line["location"]["id"] for line in lines}) == 20
        assert "Denver 2" in {line["location"]["name"] for line in lines}
        assert any("external" not in line["number"] for line in lines)
        assert any("extension" not in line["number"] for line in lines)
        assert all({"external", "extension"} & line["number"].keys() for line in lines)
        assert any("lastName" not in line for line in lines)
        with requests.Session() as session:
            settings = [
                session.get(simulator.call_recording_url(line["id"]), **_with_token({})).json() for line in lines[:400]
            ]
        assert {s["record"] for s in settings} >= {"Always", "Never", "Always with Pause/Resume", "On Demand"}
        assert any("selectiveCallRecordingSettings" in s for s in settings)
        assert any("callRecordingAccessSettings" in s for s in settings)
        assert any("serviceProvider" not in s for s in settings)
        partner = {"token": "simulated-partner-token", "params": {"orgId": CUSTOMER["id"]}}
        assert requests.get(simulator.call_recording_url(CUSTOMER_LINE), **_with_token(partner)).status_code == 200
    with Simulator("--lines", "2500", "--locations", "20", "--seed", "7") as simulator:
        assert _whole_list(simulator) == lines
    with Simulator("--lines", "2500", "--locations", "20", "--seed", "8") as simulator:
        assert _whole_list(simulator) != lines


def test_large_organization_is_ready_soon() -> None:
    began = time.monotonic()
    with Simulator("--lines", "100000") as simulator:
        assert time.monotonic() - began < 15
        assert simulator.control("GET")["organizations"][0]["virtual_lines"] == 100_000


# --- a client that no one here wrote ------------------------------------------------------------------------


def test_wxc_sdk_works_unchanged(simulator: Simulator, get: Any, lines: Any) -> None:
    wxc_sdk = pytest.importorskip("wxc_sdk")
    rest = pytest.importorskip("wxc_sdk.rest")
    patch = pytest.MonkeyPatch()
    with patch.context() as patched:
        patched.setattr(rest.RestSession, "BASE", simulator.api_url)
        simulator.set(page_ceiling=4)
        with wxc_sdk.WebexSimpleApi(tokens="simulated-full-admin-token") as api:
            listed = list(api.telephony.virtual_lines.list())
            assert [line.id for line in listed] == [line["id"] for line in LINES]
            assert [line.last_name for line in listed] == [line.get("lastName") for line in LINES]
            [found] = api.telephony.virtual_lines.list(phone_number=["+15558675312"], has_dn_assigned=True)
            assert found.id == LINES[1]["id"]
            recording = api.telephony.virtual_lines.call_recording
            for line in LINES[:8]:
                read = recording.read(line["id"])
                assert read.record == line["callRecording"]["record"]
                dumped = read.model_dump(mode="json", by_alias=True, exclude_unset=True)
                assert dumped == line["callRecording"]
            settings = recording.read(LINES[1]["id"])
            settings.record_voicemail_enabled = False
            recording.configure(LINES[1]["id"], settings)
            assert get(LINES[1]["id"]).json() == {
                **LINES[1]["callRecording"],
                "recordVoicemailEnabled": False,
            }
            with pytest.raises(rest.RestError) as refused:
                recording.read("unknown")
            assert refused.value.description == "Virtual line not found."
            simulator.add_fault(status=429, retry_after=1, times=1)
            assert recording.read(REFERENCE_LINE).record == "Never"
