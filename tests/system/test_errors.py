# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of the module with every documented status and every shape of the body. They print a table of the errors."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import pytest
from conftest import ROW, Ansible

from simulator.process import Simulator

STATUSES = [400, 401, 403, 404, 405, 409, 410, 415, 423, 428, 429, 500, 502, 503, 504]
#: Types of errors; all other statuses are "refused".
TYPES = {
    401: "authentication",
    403: "permission",
    404: "not_found",
    409: "conflict",
    423: "conflict",
    429: "rate_limit",
    500: "server_error",
    502: "unavailable",
    503: "unavailable",
    504: "unavailable",
}
SHAPES = "abcdefgh"


def line_id(status: int, shape: str) -> str:
    return f"line-{status}-{shape}"


# Each shape of a 401 has its own task, because a 401 ends the task.
@pytest.mark.parametrize(
    "cases",
    [[(status, shape) for status in STATUSES if status != 401 for shape in SHAPES]]
    + [[(401, shape)] for shape in SHAPES],
    ids=["all except 401", *(f"401 {shape}" for shape in SHAPES)],
)
def test_every_status_with_every_shape(
    ansible: Ansible, simulator: Simulator, record_property: Callable[..., None], cases: list[tuple[int, str]]
) -> None:
    for status, shape in cases:
        simulator.add_fault(
            line_id=line_id(status, shape), status=status, shape=shape, message=f"Said {status}", code=7
        )
    result = ansible.module(virtual_line_id=[line_id(*case) for case in cases], retry_timeout=0)
    assert result["failed"]
    assert len(result["virtual_lines"]) == len(cases)
    for (status, shape), line in zip(cases, result["virtual_lines"]):
        error = line["error"]
        assert line == {"id": line_id(status, shape), "name": line_id(status, shape), "error": error}
        # A 404 without a JSON object is not from Webex, and says nothing about the line.
        says_nothing = status == 404 and shape in "fg"
        error_type = "refused" if says_nothing else TYPES.get(status, "refused")
        assert (error["type"], error["status"]) == (error_type, status)
        assert error["reason"] == HTTPStatus(status).phrase
        assert (error["kind"], error["id"]) == ("virtual_line", line_id(status, shape))
        (logged,) = simulator.requests(path=line_id(status, shape))
        assert error["tracking_id"] == logged["tracking_id"]
        assert error["hint"]
        assert (error["code"] == "7") == (shape in "bcde")
        if shape == "f":
            assert error["message"]
            assert "<" not in error["message"]
        elif shape == "g":
            assert error["message"] is None
        elif shape == "h":
            assert "terms of service" in error["message"]
            assert "https://" in error["message"]
        else:
            assert f"Said {status}" in error["message"]
        # conftest.py prints the rows of all tests.
        tracking_id = f"{error['tracking_id'][:20]}…"
        cells = [status, shape, error["type"], error["reason"], error["code"], tracking_id, error["message"]]
        record_property(ROW, ["-" if cell is None else str(cell) for cell in cells])


@pytest.mark.parametrize(
    ("fault", "status", "error_type", "reason", "requests"),
    [
        ({"action": "reset"}, None, "connection", "Connection broken", 2),
        ({"action": "close"}, None, "connection", "Connection broken", 2),
        ({"action": "truncate"}, None, "connection", "Response cut short", 2),
        ({"action": "hang", "seconds": 5}, None, "timeout", "Timed out", 2),
        ({"status": 200, "text": "<html>hello</html>"}, 200, "invalid_response", "Not JSON", 1),
        ({"status": 200, "text": ""}, 200, "invalid_response", "Not JSON", 1),
        ({"status": 200, "body": ["a", "list"]}, 200, "invalid_response", "Not a JSON object", 1),
        ({"status": 200, "body": "text"}, 200, "invalid_response", "Not a JSON object", 1),
        ({"status": 200, "body": None}, 200, "invalid_response", "Not a JSON object", 1),
        (
            {"status": 301, "headers": {"Location": "https://elsewhere.example/"}},
            301,
            "redirect",
            "Moved Permanently",
            1,
        ),
        ({"status": 302, "headers": {"Location": "/elsewhere"}}, 302, "redirect", "Found", 1),
        (
            {"status": 307, "headers": {"Location": "https://elsewhere.example/"}},
            307,
            "redirect",
            "Temporary Redirect",
            1,
        ),
        (
            {"status": 308, "headers": {"Location": "https://elsewhere.example/"}},
            308,
            "redirect",
            "Permanent Redirect",
            1,
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)
def test_failures_without_an_error_response(
    ansible: Ansible, simulator: Simulator, fault: dict, status: int | None, error_type: str, reason: str, requests: int
) -> None:
    simulator.add_fault(**fault)
    # Enough for the first retry after 0.5 to 1 s, but not for the second one after twice that.
    result = ansible.module(virtual_line_id="any", timeout=1, retry_timeout=1)
    error = result["error"]
    assert (error["type"], error["status"], error["reason"]) == (error_type, status, reason)
    assert simulator.counts()["count"] == requests
    assert "any" in result["msg"]
    assert error["hint"] in result["msg"]
    assert "Traceback" not in str(result)


@pytest.mark.parametrize(
    ("retry_after", "minimum", "maximum"),
    [
        ({"retry_after": 2}, 2, 3),
        ({"retry_after_date": 3}, 2, 4),
        ({"retry_after": "rand(30),add(30)"}, 0.5, 1.9),
        ({"retry_after": 0}, 0, 0.5),
        ({}, 0.5, 1.9),
    ],
    ids=str,
)
def test_retry_after(ansible: Ansible, simulator: Simulator, retry_after: dict, minimum: float, maximum: float) -> None:
    line = "5c6f1e34-7d5b-4a59-9d0e-2b8f4c7a1d05"
    simulator.add_fault(status=429, times=1, **retry_after)
    assert ansible.module(virtual_line_id=line)["call_recording"]["record"] == "On Demand"
    first, second = simulator.requests()
    assert (first["status"], second["status"]) == (429, 200)
    assert minimum <= second["time"] - first["time"] <= maximum


def test_retry_after_beyond_retry_timeout(ansible: Ansible, simulator: Simulator) -> None:
    simulator.add_fault(status=429, retry_after=194)
    result = ansible.module(virtual_line_id="any", retry_timeout=100)
    assert (result["error"]["status"], result["error"]["retry_after"]) == (429, 194)
    assert "Webex asks to wait 194 s more" in result["error"]["hint"]
    assert simulator.counts()["count"] == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_gets_no_token(ansible: Ansible, simulator: Simulator, status: int) -> None:
    with Simulator() as elsewhere:
        simulator.add_fault(status=status, headers={"Location": f"{elsewhere.api_url}/people/me"})
        assert ansible.module(virtual_line_id="any")["error"]["status"] == status
        assert elsewhere.counts()["count"] == 0
        assert simulator.counts()["count"] == 1
