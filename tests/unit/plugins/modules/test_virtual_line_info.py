# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.webex.calling.plugins.modules.virtual_line_info import main

ANN = {"id": "ann", "firstName": "Ann", "location": {"id": "1", "name": "Denver"}, "newKey": {"innerKey": None}}
BOB = {"id": "bob", "number": {"extension": "102"}, "location": {"id": "1", "name": "Denver"}}


@pytest.fixture
def run(run_module, webex):
    def run_(**options):
        webex.will(webex.answer(body={"virtualLines": [ANN, BOB]}))
        return run_module(main, **{"access_token": "fake-token", "api_url": webex.url, **options})

    return run_


def test_all_lines(run, webex):
    result = run()
    assert result["changed"] is False
    assert result["missing"] == []
    assert result["virtual_lines"] == [
        {
            "id": "ann",
            "first_name": "Ann",
            "location": {"id": "1", "name": "Denver"},
            "new_key": {"inner_key": None},
        },
        {"id": "bob", "number": {"extension": "102"}, "location": {"id": "1", "name": "Denver"}},
    ]
    assert [request.path for request in webex.asked] == ["/v1/telephony/config/virtualLines?max=1000"]


def test_an_id_is_looked_up(run, webex):
    assert run(virtual_line_id="bob", _ansible_check_mode=True)["virtual_lines"][0]["number"] == {"extension": "102"}
    assert [request.path for request in webex.asked] == ["/v1/telephony/config/virtualLines?max=1000&id=bob"]


def test_a_miss_is_in_the_result_of_the_failure(run):
    result = run(extension=["102", "103"])
    assert result["failed"] is True
    assert result["msg"].startswith(
        "Could not select the virtual lines: No match: no virtual line with extension '103'; did you mean '102'? "
    )
    assert result["missing"] == [{"selector": "extension", "value": "103"}]
    assert result["error"]["reason"] == "No match"


def test_a_miss_that_is_all_right(run):
    result = run(extension=["102", "103"], allow_missing=True)
    assert [line["id"] for line in result["virtual_lines"]] == ["bob"]
    assert result["missing"] == [{"selector": "extension", "value": "103"}]
