# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.webex.calling.plugins.filter.recording_drift import recording_drift
from ansible_collections.webex.calling.plugins.filter.recording_snapshot import FilterModule

recording_snapshot = FilterModule().filters()["recording_snapshot"]

LINES = [
    {
        "id": "line-1",
        "first_name": "Bob",
        "call_recording": {"enabled": True, "notification": {"type": None}, "service_provider": "WSWYZ25455"},
    }
]


def test_snapshot():
    assert recording_snapshot(LINES) == [
        {
            "name": "Bob (line-1)",
            "virtual_line_id": "line-1",
            "settings": {"enabled": True, "notification": {"type": "None"}},
        }
    ]
    assert recording_drift(LINES, recording_snapshot(LINES))["compliant"] == 1


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "there are no virtual lines"),
        ({"virtual_lines": LINES}, "the input is not a list of virtual lines"),
        (
            [*LINES, {"id": "line-2", "error": {"status": 400}}],
            "Invalid options: line-2 has no settings. Take the snapshot when all lines can be read.",
        ),
    ],
)
def test_invalid_input_fails(lines, message):
    with pytest.raises(AnsibleFilterError) as caught:
        recording_snapshot(lines)
    assert message in str(caught.value)
