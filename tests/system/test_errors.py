# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every documented status with every shape of body, over real HTTP, through the module: the table that it prints."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import pytest
from conftest import ROW, Ansible

from simulator.process import Simulator

STATUSES = [400, 401, 403, 404, 405, 409, 410, 415, 423, 428, 429, 500, 502, 503, 504]
SHAPES = "abcdefgh"


def line_id(status: int, shape: str) -> str:
    return f"line-{status}-{shape}"


# A refused token ends the whole task, so each of its shapes takes a task of its own.
@pytest.mark.parametrize(
    "cases",
    [[(status, shape) for status in STATUSES if status != 401 for shape in SHAPES]]
    + [[(401, shape)] for shape in SHAPES],
    ids=["all but 401", *(f"401 {shape}" for shape in SHAPES)],
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
        assert line == {"id": line_id(status, shape), "error": error}
        assert error["status"] == status
        assert error["reason"] == HTTPStatus(status).phrase
        assert error["id"] == line_id(status, shape)
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
        # conftest.py prints them all.
        cells = [status, shape, error["reason"], error["code"], error["tracking_id"][:20] + "…", error["message"]]
        record_property(ROW, ["-" if cell is None else str(cell) for cell in cells])


@pytest.mark.parametrize(
    ("fault", "status", "reason", "tries"),
    [
        ({"action": "reset"}, None, "Connection broken", 2),
        ({"action": "close"}, None, "Connection broken", 2),
        ({"action": "truncate"}, None, "Answer cut short", 2),
        ({"action": "hang", "seconds": 5}, None, "Timed out", 2),
        ({"status": 200, "text": "<html>hello</html>"}, 200, "Not JSON", 1),
        ({"status": 200, "text": ""}, 200, "Not JSON", 1),
        ({"status": 200, "body": ["a", "list"]}, 200, "Not a JSON object", 1),
        ({"status": 200, "body": "text"}, 200, "Not a JSON object", 1),
        ({"status": 200, "body": None}, 200, "Not a JSON object", 1),
        ({"status": 301, "headers": {"Location": "https://elsewhere.example/"}}, 301, "Moved Permanently", 1),
        ({"status": 302, "headers": {"Location": "/elsewhere"}}, 302, "Found", 1),
        ({"status": 307, "headers": {"Location": "https://elsewhere.example/"}}, 307, "Temporary Redirect", 1),
        ({"status": 308, "headers": {"Location": "https://elsewhere.example/"}}, 308, "Permanent Redirect", 1),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)
def test_what_befalls_a_connection(
    ansible: Ansible, simulator: Simulator, fault: dict, status: int | None, reason: str, tries: int
) -> None:
    simulator.add_fault(**fault)
    # Enough for a second try after half a second to one, and for no third one after twice that.
    result = ansible.module(virtual_line_id="any", timeout=1, retry_timeout=1)
    assert (result["error"]["status"], result["error"]["reason"]) == (status, reason)
    assert simulator.counts()["count"] == tries
    assert "any" in result["msg"]
    assert result["error"]["hint"] in result["msg"]
    assert "Traceback" not in str(result)


@pytest.mark.parametrize(
    ("retry_after", "least", "most"),
    [
        ({"retry_after": 2}, 2, 3),
        ({"retry_after_date": 3}, 2, 4),
        ({"retry_after": "rand(30),add(30)"}, 0.5, 1.9),
        ({"retry_after": 0}, 0, 0.5),
        ({}, 0.5, 1.9),
    ],
    ids=str,
)
def test_retry_after(ansible: Ansible, simulator: Simulator, retry_after: dict, least: float, most: float) -> None:
    line = "5c6f1e34-7d5b-4a59-9d0e-2b8f4c7a1d05"
    simulator.add_fault(status=429, times=1, **retry_after)
    assert ansible.module(virtual_line_id=line)["call_recording"]["record"] == "On Demand"
    first, second = simulator.requests()
    assert (first["status"], second["status"]) == (429, 200)
    assert least <= second["time"] - first["time"] <= most


def test_retry_after_beyond_the_budget(ansible: Ansible, simulator: Simulator) -> None:
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
