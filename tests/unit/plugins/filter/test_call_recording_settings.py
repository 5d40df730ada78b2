# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.webex.calling.plugins.filter.call_recording_settings import FilterModule

call_recording_settings = FilterModule().filters()["call_recording_settings"]


def test_only_writable_settings_are_kept():
    assert call_recording_settings(
        {
            "enabled": True,
            "record": "Always",
            "notification": {"type": None, "enabled": False},
            "repeat": {"interval": 15, "enabled": None, "audience": "PSTN"},
            "start_stop_announcement": None,
            "service_provider": "WSWYZ25455",
            "announcements": {"start": {"type": "DEFAULT"}},
        }
    ) == {
        "enabled": True,
        "record": "Always",
        "notification": {"type": "None", "enabled": False},
        "repeat": {"interval": 15},
    }


@pytest.mark.parametrize("value", [None, [{"enabled": True}], "Always"])
def test_input_that_is_not_settings_fails(value):
    with pytest.raises(AnsibleFilterError) as caught:
        call_recording_settings(value)
    assert str(caught.value) == (
        "The input of webex.calling.call_recording_settings is not a dictionary. Give the call_recording of one member."
    )


@pytest.mark.parametrize(
    ("kind", "kept"), [(None, False), ("virtual_line", False), ("workspace", False), ("person", True)]
)
def test_settings_of_people_are_kept_for_people(kind, kept):
    own = {
        "start_stop_announcement_enabled": True,
        "call_recording_access_settings": {"share_recordings_enabled": False},
    }
    settings = {"enabled": True, "record": "Always"}
    assert call_recording_settings({**settings, **own}, kind=kind) == {**settings, **(own if kept else {})}


@pytest.mark.parametrize("kind", ["people", "", 1])
def test_an_unknown_kind_fails(kind):
    with pytest.raises(AnsibleFilterError, match="Give one of person, workspace, virtual_line"):
        call_recording_settings({"enabled": False}, kind)
