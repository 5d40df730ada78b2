# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of people, workspaces, and virtual lines in one task."""

from __future__ import annotations

import pytest

from ansible_collections.webex.calling.plugins.modules import (
    call_recording,
    call_recording_info,
)
from ansible_collections.webex.calling.tests.unit.organization import (
    ADA_LOVELACE,
    BOARDROOM,
    BOB_SMITH,
    PERSON,
    READ_ONLY_TOKEN,
)


@pytest.fixture
def read(run_module, simulator):
    return lambda **options: run_module(call_recording_info.main, **options)


@pytest.fixture
def write(run_module, simulator):
    return lambda settings, **options: run_module(call_recording.main, settings=settings, **options)


def test_members_of_all_kinds_are_changed(write, read, simulator):
    settings = {"enabled": True, "record": "Always with Pause/Resume"}
    options = {"person_id": [ADA_LOVELACE], "workspace_id": [BOARDROOM], "virtual_line_id": [BOB_SMITH]}
    check = write(settings, check_mode=True, **options)
    assert simulator.counts(method="PUT")["count"] == 0
    result = write(settings, **options)
    assert not result.get("failed"), result["msg"]
    assert result["members"] == check["members"]
    assert [member["changed"] for member in result["members"]] == [True, True, True]
    assert {member["call_recording"]["record"] for member in read(**options)["members"]} == {settings["record"]}
    assert write(settings, **options)["changed"] is False


def test_settings_of_people_only(write, simulator):
    settings = {
        "start_stop_announcement_enabled": True,
        "call_recording_access_settings": {"share_recordings_enabled": True},
    }
    result = write(settings, workspace_id=[BOARDROOM], person_id=[ADA_LOVELACE])
    assert (result["failed"], result["error"]["type"]) == (True, "invalid_option")
    assert "only people have the setting" in result["msg"]
    assert simulator.requests() == []
    result = write(settings, person_id=[ADA_LOVELACE])
    assert not result.get("failed"), result["msg"]
    assert result["call_recording"]["start_stop_announcement_enabled"] is True
    assert result["call_recording"]["call_recording_access_settings"]["share_recordings_enabled"] is True


def test_a_selector_is_required(write, simulator):
    result = write({"enabled": False}, kind=["person"])
    assert (result["failed"], result["error"]["type"]) == (True, "invalid_option")
    assert "no selector is given" in result["msg"]
    assert simulator.requests() == []


def test_a_token_that_can_only_read_people(write, simulator):
    result = write({"enabled": False}, person_id=[ADA_LOVELACE], access_token=READ_ONLY_TOKEN)
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, False, 403)
    assert "spark-admin:people" in result["error"]["hint"]


def test_an_unknown_person(read):
    result = read(person_id=[PERSON])
    assert (result["failed"], result["error"]["type"]) == (True, "not_found")
    assert "no such person" in result["error"]["hint"]
    assert "list of people" in result["error"]["hint"]
