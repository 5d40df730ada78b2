# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list is whole, or the task fails: links, pages, and lines that are deleted meanwhile."""

from __future__ import annotations

import json

import pytest

from ansible_collections.webex.calling.plugins.modules import (
    virtual_line_call_recording,
    virtual_line_call_recording_info,
    virtual_line_info,
)

LIST_PATH = "/v1/telephony/config/virtualLines"
READ = "spark-admin:telephony_config_read"
WRITE = "spark-admin:telephony_config_write"


def numbers(organization, *, last=24, step=1, first=0):
    return [f"{organization}-{number:02}" for number in range(first, last + 1, step)]


#: 25 lines. Lines with an even number are in Denver.
OWN = numbers("own")
CUSTOMER = numbers("customer")
DENVER = numbers("own", step=2)


def organization(name):
    locations = [{"id": f"{name}-{city}", "name": city} for city in ("Denver", "Lisbon")]
    lines = [
        {
            "id": line_id,
            "lastName": f"Line {number}",
            "number": {"external": f"+1555000{number:04}", "extension": str(100 + number)},
            "location": locations[number % 2],
            "callRecording": {"enabled": True, "record": "Always"},
        }
        for number, line_id in enumerate(numbers(name))
    ]
    return {"id": name, "name": name, "locations": locations, "virtual_lines": lines}


@pytest.fixture(scope="module")
def simulator_process(new_simulator, tmp_path_factory):
    token = {
        "name": "partner",
        "token": "simulated-full-admin-token",
        "organization": "own",
        "administers": ["customer"],
        "scopes": [READ, WRITE],
    }
    state = tmp_path_factory.mktemp("state") / "state.yml"
    state.write_text(json.dumps({"organizations": [organization("own"), organization("customer")], "tokens": [token]}))
    with new_simulator("--state", str(state), "--page-ceiling", "10") as simulator:
        yield simulator


@pytest.fixture(params=["list", "read", "check"])
def ids_of(request, run_module, simulator):
    """A function that returns the ids that a module lists: with settings, without them, or to change them."""

    def ids_of_(**options):
        if request.param == "list":
            result = run_module(virtual_line_info.main, **options)
        elif request.param == "read":
            result = run_module(virtual_line_call_recording_info.main, **options)
        else:
            selectors = (
                {} if options.keys() & {"extension", "location_name"} else {"location_name": ["Denver", "Lisbon"]}
            )
            settings = {"record": "Never"}
            main = virtual_line_call_recording.main
            result = run_module(main, settings=settings, check_mode=True, **selectors, **options)
        return ids(result)

    return ids_of_


@pytest.fixture
def run_list(run_module, simulator):
    return lambda **options: run_module(virtual_line_info.main, **options)


@pytest.fixture
def run_read(run_module, simulator):
    return lambda **options: run_module(virtual_line_call_recording_info.main, **options)


def ids(result):
    assert not result.get("failed"), result["msg"]
    return [line["id"] for line in result["virtual_lines"]]


def fails(result, message, error_type="pagination"):
    assert result["failed"] is True
    assert "virtual_lines" not in result
    assert result["error"]["type"] == error_type
    assert message in result["msg"]


def queries(simulator):
    return [request["query"] for request in simulator.requests() if request["path"] == LIST_PATH]


# --- links ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", [["orgId"], ["orgId", "max", "start"]])
def test_a_link_that_lost_the_organization(ids_of, simulator, lost):
    simulator.add_fault(path="/virtualLines", link=dict.fromkeys(lost))
    assert sorted(ids_of(org_id="customer")) == CUSTOMER
    assert all("orgId=customer" in request["query"] for request in simulator.requests())


@pytest.mark.parametrize(
    ("options", "lost", "expected"),
    [
        ({"location_name": "Denver"}, "locationName", DENVER),
        ({"location_id": "own-Denver"}, "locationId", DENVER),
        ({"owner_name": [f"Line {number}" for number in range(20)]}, "ownerName", OWN[:20]),
        ({"phone_number": [f"+1555000{number:04}" for number in range(20)]}, "phoneNumber", OWN[:20]),
        ({"virtual_line_id": OWN[:20]}, "id", OWN[:20]),
    ],
)
def test_a_link_that_lost_a_filter(run_list, simulator, options, lost, expected):
    simulator.add_fault(path="/virtualLines", link={lost: None})
    assert ids(run_list(**options)) == expected
    assert all(f"{lost}=" in query for query in queries(simulator))


def test_a_link_that_lost_one_of_several_values(ids_of, simulator):
    simulator.add_fault(path="/virtualLines", link={"locationName": "Denver"})
    assert sorted(ids_of(location_name=["Denver", "Lisbon"])) == OWN


@pytest.mark.parametrize(
    ("options", "link", "name"),
    [
        ({"org_id": "customer"}, {"orgId": "own"}, "orgId"),
        ({"location_name": "Denver"}, {"locationName": "Lisbon"}, "locationName"),
        ({"location_name": "Denver"}, {"locationName": ["Denver", "Lisbon"]}, "locationName"),
        ({"location_name": "Denver"}, {"locationname": "Lisbon"}, "locationName"),
        ({}, {"locationName": "Denver"}, "locationName"),
        ({}, {"hasDeviceAssigned": "true"}, "hasDeviceAssigned"),
        ({"location_name": "Denver"}, {"ownerName": "Line 2"}, "ownerName"),
    ],
)
def test_a_link_that_contradicts_the_request(run_list, simulator, options, link, name):
    simulator.add_fault(path="/virtualLines", link=link)
    fails(run_list(**options), f"the link to the next page has another {name}")
    assert len(queries(simulator)) == 1


def test_a_link_never_chooses_the_organization(ids_of, simulator):
    simulator.add_fault(path="/virtualLines", link={"orgId": "customer"})
    assert sorted(ids_of()) == OWN
    assert not any("orgId" in request["query"] for request in simulator.requests())


@pytest.mark.parametrize("start", ["11", "20"])
def test_a_link_that_skips_lines(run_list, simulator, start):
    simulator.add_fault(path="/virtualLines", link={"start": start}, nth=1)
    fails(run_list(), "the link to the next page skips rows")


# --- pages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", [{}, {"nth": 1}, {"nth": 2}])
def test_a_header_link_that_was_dropped(ids_of, simulator, when):
    simulator.add_fault(path="/virtualLines", headers={"Link": None}, **when)
    assert sorted(ids_of()) == OWN


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({"virtual_line_id": OWN[:3]}, 1),
        ({"phone_number": ["+1 555 000 0004", "+15550000005"]}, 1),
        # An id that is not found could be among those that follow.
        ({"virtual_line_id": [*OWN[:3], "unknown"], "allow_missing": True}, 2),
        ({"owner_name": "Line 3"}, 2),
        ({"location_id": "own-Denver", "virtual_line_id": "own-02"}, 1),
    ],
)
def test_exact_selectors_that_all_matched_need_no_further_request(run_list, simulator, options, sent):
    ids(run_list(**options))
    assert len(queries(simulator)) == sent


@pytest.mark.parametrize(("ceiling", "sent"), [(1000, 2), (25, 2), (24, 3), (10, 4), (5, 7)])
def test_requests_for_a_list(run_list, simulator, ceiling, sent):
    simulator.set(page_ceiling=ceiling)
    assert ids(run_list()) == OWN
    assert len(queries(simulator)) == sent


def test_links_with_a_cursor(ids_of, simulator):
    simulator.set(list_position="cursor")
    assert sorted(ids_of()) == OWN
    assert [query.count("cursor") for query in queries(simulator)] == [0, 1, 1, 0, 1, 1, 0]


def test_a_server_that_ignores_the_position(run_list, simulator):
    simulator.set(list_position="ignored", page_ceiling=1000)
    assert ids(run_list()) == OWN
    assert len(queries(simulator)) == 2
    simulator.set(page_ceiling=10)
    fails(run_list(), "a further page has no further rows")


# --- lines that are deleted meanwhile ------------------------------------------------------------------------


@pytest.mark.parametrize("position", ["start", "cursor"])
@pytest.mark.parametrize("deleted", [["own-03"], ["own-09"], ["own-10"], ["own-11"], OWN[2:9], OWN[:10], OWN[-1:]])
@pytest.mark.parametrize("request_number", [2, 3, 4])
def test_lines_that_are_deleted_while_the_list_is_read(run_list, simulator, position, deleted, request_number):
    simulator.set(list_position=position)
    simulator.add_fault(path="/virtualLines", nth=request_number, remove_lines=deleted)
    result = run_list()
    found = ids(result)
    assert len(found) == len(set(found))
    assert set(OWN) - set(deleted) <= set(found)
    assert len(queries(simulator)) <= 8


def test_deleted_lines_of_a_filtered_list_without_links(run_list, simulator):
    simulator.add_fault(path="/virtualLines", nth=2, remove_lines=["own-04"], headers={"Link": None})
    simulator.add_fault(path="/virtualLines", headers={"Link": None})
    assert [line for line in ids(run_list(location_name="Denver")) if line != "own-04"] == [
        line for line in DENVER if line != "own-04"
    ]


def test_a_line_that_is_deleted_before_its_settings_are_read(run_read, simulator):
    simulator.add_fault(path="own-00", remove_lines=["own-07", "own-08"])
    result = run_read(concurrency=1)
    assert ids(result) == [line for line in OWN if line not in ("own-07", "own-08")]
    assert result["warnings"] == [
        "Virtual lines that were deleted while they were read are left out: Line 7, +15550000007 (own-07), "
        "Line 8, +15550000008 (own-08)."
    ]
    assert result["missing"] == []
    # The list is asked once more, for these lines only.
    *_listing, asked_again = queries(simulator)
    assert sorted(asked_again.split("&")) == ["id=own-07", "id=own-08", "max=1000"]


def test_a_line_that_is_still_listed_is_a_failure(run_read, simulator):
    simulator.add_fault(line_id="own-07", status=404)
    result = run_read()
    assert result["failed"] is True
    assert result["error"]["type"] == "not_found"
    assert [line["id"] for line in result["virtual_lines"]] == OWN
    assert [line["id"] for line in result["virtual_lines"] if "error" in line] == ["own-07"]
    assert "warnings" not in result
    assert "id=own-07" in queries(simulator)[-1]


def test_a_list_that_can_not_be_asked_again_is_a_failure(run_read, simulator):
    simulator.add_fault(line_id="own-07", remove_lines=["own-07"])
    for line in OWN:
        simulator.add_fault(line_id=line, delay=0, headers={"X-Nothing": None})
    simulator.add_fault(path="/virtualLines", skip=4, status=500)
    result = run_read()
    assert result["failed"] is True
    assert result["error"]["type"] == "not_found"
    assert [line["id"] for line in result["virtual_lines"]] == OWN


@pytest.mark.parametrize(
    "options",
    [
        {"extension": ["107", "108"]},
        {"virtual_line_id": ["own-07", "own-08", "own-09"], "location_name": ["Denver", "Lisbon"]},
        {"virtual_line_id": ["own-07", "own-08"]},
        {"owner_name": "Line 7"},
    ],
)
def test_a_value_that_matches_nothing_any_more(run_read, simulator, options):
    """A deleted line is not left out if a value of a selector then matches nothing."""
    simulator.add_fault(line_id="own-07", remove_lines=["own-07"])
    result = run_read(**options)
    assert result["failed"] is True
    assert result["error"]["type"] == "not_found"
    assert result["missing"] == []
    simulator.reset()
    simulator.add_fault(line_id="own-07", remove_lines=["own-07"])
    result = run_read(allow_missing=True, **options)
    assert ids(result) in ([], ["own-08"], ["own-08", "own-09"])
    option = next(iter(options))
    value = {"extension": "107", "virtual_line_id": "own-07", "owner_name": "Line 7"}[option]
    assert result["missing"] == [{"selector": option, "value": value}]


def test_all_lines_are_deleted(run_read, simulator):
    simulator.add_fault(path="callRecording", remove_lines=OWN)
    assert run_read()["failed"] is True
    simulator.reset()
    simulator.add_fault(path="callRecording", remove_lines=OWN)
    result = run_read(allow_missing=True)
    assert ids(result) == []
    assert "and 20 more" in result["warnings"][0]


def test_a_line_that_is_deleted_before_it_is_changed(run_module, simulator):
    simulator.add_fault(line_id="own-02", remove_lines=["own-02"])
    options = {"settings": {"record": "Never"}, "location_name": "Denver"}
    result = run_module(virtual_line_call_recording.main, **options)
    assert ids(result) == [line for line in DENVER if line != "own-02"]
    assert "left out: Line 2, +15550000002 (own-02)." in result["warnings"][0]


def test_a_line_that_is_deleted_after_it_was_changed_is_a_failure(run_module, simulator):
    simulator.add_fault(line_id="own-02", method="GET", nth=2, remove_lines=["own-02"])
    options = {"settings": {"record": "Never"}, "location_name": "Denver", "allow_missing": True}
    result = run_module(virtual_line_call_recording.main, **options)
    assert result["failed"] is True
    assert [line["id"] for line in result["virtual_lines"] if "error" in line] == ["own-02"]


# --- only the list makes an id missing -----------------------------------------------------------------------


def test_allow_missing_with_a_wrong_address(run_read, simulator):
    for wrong in (f"{simulator.api_url}/v2", simulator.api_url.removesuffix("/v1")):
        result = run_read(virtual_line_id=["own-01", "own-02"], allow_missing=True, api_url=wrong)
        assert result["failed"] is True
        assert result["missing"] == []


@pytest.mark.parametrize("shape", ["a", "b", "c", "e", "i"])
def test_allow_missing_with_a_404_for_a_line_that_is_listed(run_read, simulator, shape):
    simulator.add_fault(path="callRecording", status=404, shape=shape)
    result = run_read(virtual_line_id=["own-01", "own-02"], allow_missing=True)
    assert result["failed"] is True
    assert result["missing"] == []
    assert len(result["virtual_lines"]) == 2


def test_allow_missing_when_the_list_can_not_be_read(run_read, simulator):
    simulator.add_fault(path=LIST_PATH, status=404)
    result = run_read(virtual_line_id=["unknown"], allow_missing=True)
    assert result["failed"] is True
    assert result["error"]["type"] == "not_found"


def test_allow_missing_when_the_list_says_so(run_read, simulator):
    result = run_read(virtual_line_id=["unknown", "own-01"], allow_missing=True)
    assert ids(result) == ["own-01"]
    assert result["missing"] == [{"selector": "virtual_line_id", "value": "unknown"}]
    assert "id=unknown" in queries(simulator)[0]
