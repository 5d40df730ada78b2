# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.webex.calling.plugins.modules import (
    connection_info,
)
from ansible_collections.webex.calling.tests.unit.organization import (
    BOB_SMITH,
    NO_PEOPLE_TOKEN,
    OWN_ORGANIZATION,
)


@pytest.fixture
def connect(run_module, simulator):
    return lambda **options: run_module(connection_info.main, **options)


def test_an_administrator_reaches_everything(connect, simulator):
    result = connect(required=["person", "workspace", "virtual_line", "service"])
    assert not result.get("failed"), result["msg"]
    assert result["organization"] == {"id": OWN_ORGANIZATION, "name": "Example Corporation", "verified": True}
    assert [(kind["kind"], kind["listed"], kind["readable"]) for kind in result["kinds"]] == [
        ("person", True, True),
        ("workspace", True, True),
        ("virtual_line", True, True),
    ]
    assert (result["service"], result["api_url"], result["proxy"]) == ({"readable": True}, simulator.api_url, None)
    assert result["differences"] == []
    assert result["requests"] == len(simulator.requests()) <= 12
    assert simulator.counts(method="GET")["count"] == result["requests"]


def test_repetitions_count_as_requests(connect, simulator):
    simulator.add_fault(path="/config/callRecording", times=1, status=503)
    result = connect()
    assert result["service"] == {"readable": True}
    assert result["requests"] == simulator.counts()["count"] == 8


def test_a_token_without_a_scope_is_explained(connect):
    result = connect(access_token=NO_PEOPLE_TOKEN)
    assert not result.get("failed")
    person, workspace, _line = result["kinds"]
    assert (person["listed"], person["readable"], workspace["readable"]) == (True, False, True)
    assert "spark-admin:people_read" in person["error"]["hint"]
    result = connect(access_token=NO_PEOPLE_TOKEN, required=["workspace", "person"])
    assert (result["failed"], result["error"]["type"]) == (True, "permission")
    assert "person (Forbidden: The access token is not authorized" in result["msg"]
    assert "workspace (" not in result["msg"]
    assert result["kinds"][1]["readable"] is True


def test_a_role_that_cannot_read_the_lists_is_explained(connect):
    person, _workspace, line = connect(access_token="simulated-device-admin-token")["kinds"]
    assert person["listed"] is line["listed"] is False
    assert "spark-admin:telephony_config_read" in person["list_error"]["hint"]
    assert "full, read-only, or location administrator" in person["list_error"]["hint"]


def test_a_refused_token_fails(connect):
    result = connect(access_token="simulated-expired-token")
    assert (result["failed"], result["error"]["type"]) == (True, "authentication")


def test_what_this_collection_does_not_know(connect, simulator):
    settings = {"enabled": True, "record": "Some Day", "newKey": {"a": 1}, "repeat": {"audience": "PSTN"}}
    simulator.add_fault(path="/features/callRecording", status=200, body=settings)
    row = {"id": BOB_SMITH, "surprise": "personal text"}
    simulator.add_fault(path="/virtualLines", times=1, status=200, body={"virtualLines": [row]})
    simulator.add_fault(path="/config/callRecording", status=418, shape="c", code=777)
    result = connect()
    found = {(each["where"], each["what"], each["value"]) for each in result["differences"]}
    assert found >= {
        ("recording service", "error", "status 418, code 777"),
        ("settings of a person", "value of record", "Some Day"),
        ("settings of a person", "key", "newKey"),
        ("settings of a person", "key", "newKey.a"),
        ("settings of a person", "key", "repeat.audience"),
        ("list of virtual lines", "key", "surprise"),
    }
    assert "personal text" not in str(result["differences"])
    assert result["organization"] == {"id": None, "name": None, "verified": False}


def test_a_smaller_page_than_asked_for(run_module, start_simulator):
    start_simulator("--lines", "30", "--page-ceiling", "10")
    differences = run_module(connection_info.main)["differences"]
    assert {"where": "list of virtual lines", "what": "page size", "value": "10 of 100"} in differences


def test_an_organization_without_people(run_module, start_simulator):
    start_simulator("--lines", "3")
    result = run_module(connection_info.main, required=["person"])
    assert not result.get("failed")
    assert (result["kinds"][0]["listed"], result["kinds"][0]["readable"]) == (True, None)
