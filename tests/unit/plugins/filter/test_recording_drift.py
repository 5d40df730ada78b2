# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.webex.calling.plugins.filter.recording_drift import FilterModule

recording_drift = FilterModule().filters()["recording_drift"]

LINES = [{"id": "line-1", "call_recording": {"enabled": False, "record": "Always"}}]
POLICY = [{"name": "Everybody", "settings": {"enabled": True, "record": "Always"}}]


def test_drift():
    found = recording_drift(LINES, POLICY)
    assert (found["total"], found["compliant"]) == (1, 0)
    assert found["drifted"] == [
        {
            "id": "line-1",
            "name": "line-1",
            "differences": [{"setting": "enabled", "expected": True, "actual": False, "rule": "Everybody"}],
        }
    ]


@pytest.mark.parametrize(
    ("lines", "policy", "message"),
    [
        (LINES, [], "Invalid policy: the policy: is not a list of rules. Write rules"),
        (
            LINES,
            [{**POLICY[0], "location_name": "Denver"}],
            "Invalid policy: rule 1, 'Everybody': no virtual line with",
        ),
        (LINES, [{"name": "Typo", "settings": {"recrod": "Always"}}], "rule 1, 'Typo': settings: recrod is unknown"),
        ([], POLICY, "there are no virtual lines"),
        ({"virtual_lines": LINES}, POLICY, "not a list of virtual lines. Give the return value virtual_lines"),
    ],
)
def test_invalid_input_fails(lines, policy, message):
    with pytest.raises(AnsibleFilterError) as caught:
        recording_drift(lines, policy)
    assert message in str(caught.value)
