# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many lines: parallel requests, partial failures, refused credentials, pauses, and rate limits."""

from __future__ import annotations

import pytest

from ansible_collections.webex.calling.plugins.modules import virtual_line_info
from ansible_collections.webex.calling.plugins.modules.virtual_line_call_recording_info import main
from ansible_collections.webex.calling.tests.unit.organization import SERVICE_APP

LINES = 200


@pytest.fixture(scope="module")
def simulator_process(new_simulator):
    """A simulator for all tests of this file, in place of the one of conftest.py."""
    with new_simulator("--lines", str(LINES)) as simulator:
        yield simulator


@pytest.fixture
def read(run_module, simulator):
    """A function that reads call recording settings, and lists the requests of that run only."""

    def read_(**options):
        simulator.clear_requests()
        return run_module(main, **options)

    return read_


@pytest.fixture(scope="module")
def cache():
    return {}


@pytest.fixture
def whole(read, cache):
    """All lines with their settings, read once for all tests."""
    if "whole" not in cache:
        cache["whole"] = all_read(read())
    return cache["whole"]


def all_read(result):
    assert not result.get("failed"), result["msg"]
    assert len({line["id"] for line in result["virtual_lines"]}) == len(result["virtual_lines"]) == LINES
    return result["virtual_lines"]


def without_settings(lines):
    return [{key: line[key] for key in line if key not in ("recordable", "call_recording")} for line in lines]


def test_each_line_is_read_once_by_parallel_requests(run_module, read, simulator):
    # Requests take a moment, so that they overlap.
    simulator.set(latency=0.02, page_ceiling=60)
    listed = run_module(virtual_line_info.main)["virtual_lines"]
    result = read()
    counts = simulator.counts()
    whole = all_read(result)
    assert without_settings(whole) == listed
    assert all(line["recordable"] is True for line in whole)
    assert "call_recording" not in result
    for line in whole:
        assert line["call_recording"]["record"] == simulator.line(line["id"])["callRecording"]["record"]
    # One request for each line, four for the pages of the list, and one for what follows.
    assert counts["by_status"] == {"200": LINES + 5}
    assert counts["peak_concurrency"] == 10
    assert counts["connections"] <= 10


def test_concurrency(read, simulator, whole):
    expected = [line for line in whole if line["location"]["name"] == "München"]
    assert len(expected) > 3
    simulator.set(latency=0.02)
    result = read(location_name="münchen", concurrency=3)
    counts = simulator.counts()
    assert result["virtual_lines"] == expected
    assert counts["by_status"] == {"200": len(expected) + 2}
    assert counts["peak_concurrency"] == 3
    assert counts["connections"] <= 3


WRONG_KIND = "Wrong type of Webex ID provided in path: expected VIRTUAL_LINE, found WORKSPACE."

#: For each line, by its index: the fault, and the error.
FAULTS = {
    3: ({"status": 404}, "not_found", "Not Found", "no such virtual line"),
    # This line has no first name.
    43: ({"status": 403, "shape": "b", "code": 4003}, "permission", "Forbidden", "is not authorized"),
    50: ({"status": 400, "message": WRONG_KIND}, "refused", "Bad Request", "The id belongs to something else"),
    80: ({"status": 500, "shape": "f"}, "server_error", "Internal Server Error", "Run the task again later"),
    # This line has an extension and no number.
    100: ({"status": 200, "text": "<html>Please log in</html>"}, "invalid_response", "Not JSON", "Check api_url"),
    111: ({"status": 409, "shape": "d"}, "conflict", "Conflict", "Control Hub"),
    199: ({"status": 410, "shape": "e"}, "refused", "Gone", "was deleted permanently"),
}


@pytest.fixture
def failing_ids(simulator, whole):
    """IDs of lines that fail, each in another way."""
    for index, (fault, *_error) in FAULTS.items():
        simulator.add_fault(**fault, line_id=whole[index]["id"])
    return [whole[index]["id"] for index in FAULTS]


def test_lines_that_cannot_be_read(read, simulator, whole, failing_ids):
    result = read()
    lines = result["virtual_lines"]
    first, second, third, fourth, fifth, *_others = failing_ids
    assert result["failed"] is True
    assert result["msg"].startswith(
        f"7 of 200 virtual lines could not be read: Inês Dąbrowski, +15550000003 ({first}), "
        f"Patel, +15550000043 ({second}), Lena García, +15550000050 ({third}), "
        f"Mei Usman, +15550000080 ({fourth}), Bob Smith, 1100 ({fifth}) and 2 more. "
        "Could not read the call recording settings of virtual line "
        f"Inês Dąbrowski, +15550000003 ({first}): HTTP 404 Not Found"
    )
    assert [line for line in lines if "error" not in line] == [line for line in whole if line["id"] not in failing_ids]
    assert [line["id"] for line in lines] == [line["id"] for line in whole]
    assert [line["id"] for line in lines if "error" in line] == failing_ids
    assert not any("call_recording" in line for line in lines if "error" in line)
    assert result["error"] == lines[3]["error"]
    assert "call_recording" not in result
    # None of these failures is worth a retry.
    assert simulator.counts(path="callRecording")["count"] == LINES
    for index, (fault, error_type, reason, hint) in FAULTS.items():
        error = lines[index]["error"]
        assert (error["type"], error["status"], error["reason"]) == (error_type, fault["status"], reason)
        assert (error["kind"], error["id"]) == ("virtual_line", whole[index]["id"])
        assert error["tracking_id"].startswith("WEBEXCALLING_")
        assert hint in error["hint"]
        assert "code" not in fault or error["code"] == str(fault["code"])


def test_allow_missing_does_not_accept_a_listed_line_that_is_not_found(read, failing_ids):
    result = read(allow_missing=True, concurrency=32)
    assert result["failed"] is True
    assert result["msg"].startswith("7 of 200 virtual lines could not be read: Inês Dąbrowski, ")
    assert len(result["virtual_lines"]) == LINES
    assert result["missing"] == []
    assert (result["error"]["type"], result["error"]["status"]) == ("not_found", 404)


@pytest.mark.parametrize(
    ("fault", "most_requests", "lines_read"),
    [
        # No more than are sent in parallel.
        ({"status": 401}, 10, 0),
        # Ten responses with 403 stop reading, and ten more requests can be sent by then.
        ({"status": 403}, 20, 0),
        ({"status": 401, "skip": 99}, 110, 99),
    ],
)
def test_refused_credentials_stop_reading(read, simulator, whole, fault, most_requests, lines_read):
    simulator.add_fault(path="callRecording", **fault)
    result = read()
    lines = result["virtual_lines"]
    assert result["failed"] is True
    assert result["error"]["status"] == fault["status"]
    assert result["error"]["type"] == {401: "authentication", 403: "permission"}[fault["status"]]
    assert lines_read < simulator.counts(path="callRecording")["count"] <= most_requests
    # A line that was not read has an error, also if no request was sent for it.
    assert [line["id"] for line in lines] == [line["id"] for line in whole]
    assert sum("call_recording" in line for line in lines) == lines_read
    failed = [line for line in lines if "error" in line]
    assert [line["error"]["status"] for line in failed] == [fault["status"]] * (LINES - lines_read)
    assert [line["error"]["id"] for line in failed] == [line["id"] for line in failed]
    assert {line["error"]["kind"] for line in failed} == {"virtual_line"}
    assert result["msg"].startswith(f"{LINES - lines_read} of {LINES} virtual lines could not be read")


def test_the_access_token_of_an_app_is_renewed_once(read, simulator):
    simulator.add_fault(path="callRecording", status=401)
    result = read(**SERVICE_APP)
    assert (result["error"]["type"], result["error"]["status"]) == ("authentication", 401)
    assert simulator.counts(path="access_token")["count"] == 2
    assert simulator.counts(path="callRecording")["count"] <= 20


def test_an_access_token_that_is_refused_midway_is_renewed(read, simulator, whole):
    simulator.add_fault(path="callRecording", status=401, skip=99, times=1)
    assert all_read(read(**SERVICE_APP)) == whole
    assert simulator.counts(path="access_token")["count"] == 2


def test_a_pause_concerns_all_requests(read, simulator, whole):
    # A constant latency makes the rates comparable.
    simulator.set(latency=0.02)
    simulator.add_fault(path="callRecording", status=429, retry_after=1, nth=100)
    assert all_read(read()) == whole
    assert simulator.counts(path="callRecording")["by_status"] == {"200": LINES, "429": 1}
    requests = simulator.requests(path="callRecording")
    started = sorted(request["time"] for request in requests)
    (refused,) = (request for request in requests if request["status"] == 429)
    paused = refused["time"] + refused["seconds"]
    before = [time for time in started if time < paused + 0.5]
    after = [time for time in started if time >= paused + 0.5]
    # Requests that were about to be sent could not be held back.
    assert 100 <= len(before) <= 120
    assert max(before) < paused + 0.3
    assert paused + 1 <= after[0] < paused + 2
    # Reading continues at a third of the rate.
    assert _rate(after) < 0.5 * _rate(before)


def _rate(times):
    return len(times) / (times[-1] - times[0])


@pytest.mark.parametrize(
    ("limit", "most_refused"),
    [
        # Then none until the window ends.
        ({"style": "fixed_window", "requests": 130, "seconds": 1}, 20),
        # Webex accepts requests evenly, and does not say how long to wait.
        ({"style": "token_bucket", "requests": 120, "seconds": 1, "burst": 60, "retry_after": False}, 30),
    ],
)
def test_rate_limits(read, simulator, whole, limit, most_refused):
    simulator.set(page_ceiling=60, limit=limit)
    assert all_read(read()) == whole
    counts = simulator.counts()["by_status"]
    assert counts["200"] == LINES + 5
    assert 0 < counts["429"] <= most_refused
