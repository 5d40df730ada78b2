# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters in templates, where ansible-core 2.19 and newer pass lazy containers to them."""

from __future__ import annotations

import threading

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core before 2.19
    trust_as_template = str

SETTINGS = {"enabled": True, "record": "Always", "notification": {"type": None}, "service_provider": "WSWYZ25455"}
ORGANIZATION = {
    "changed": False,
    "virtual_lines": [
        {"id": "line-1", "first_name": "Bob", "call_recording": SETTINGS},
        {"id": "line-2", "call_recording": {**SETTINGS, "record": "{{ never }}"}},
    ],
}


def evaluate(expression):
    """Return the value of an expression with variables that contain templates themselves."""
    variables = {
        "organization": _trusted(ORGANIZATION),
        "never": "Never",
        "policy": [{"name": "Everybody", "settings": {"record": trust_as_template("{{ 'Always' }}")}}],
        "unread": [{"id": "line-1", "error": {"status": 400}}],
        # Fails filters that copy a lazy container, because the copy would include all variables.
        "uncopyable": threading.Lock(),
        "typo": [{"name": "Typo", "settings": {"recrod": "Always"}}],
    }
    return Templar(loader=DataLoader(), variables=variables).template(trust_as_template(f"{{{{ {expression} }}}}"))


def _trusted(value):
    if isinstance(value, dict):
        return {key: _trusted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_trusted(item) for item in value]
    return trust_as_template(value) if isinstance(value, str) else value


def test_call_recording_settings():
    assert evaluate("organization.virtual_lines[1].call_recording | webex.calling.call_recording_settings") == {
        "enabled": True,
        "record": "Never",
        "notification": {"type": "None"},
    }


def test_recording_drift():
    drift = evaluate("organization.virtual_lines | webex.calling.recording_drift(policy)")
    assert (drift["total"], drift["compliant"]) == (2, 1)
    assert drift["drifted"][0]["differences"] == [
        {"setting": "record", "expected": "Always", "actual": "Never", "rule": "Everybody"}
    ]
    assert drift["remediations"] == [{"settings": {"record": "Always"}, "virtual_line_id": ["line-2"]}]


def test_recording_snapshot():
    snapshot = evaluate("organization.virtual_lines | webex.calling.recording_snapshot")
    assert [(rule["name"], rule["settings"]["record"]) for rule in snapshot] == [
        ("Bob (line-1)", "Always"),
        ("line-2", "Never"),
    ]
    lines = "organization.virtual_lines"
    drift = evaluate(f"{lines} | webex.calling.recording_drift({lines} | webex.calling.recording_snapshot)")
    assert drift["compliant"] == 2


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (
            "organization.virtual_lines | webex.calling.recording_drift(typo)",
            "rule 1, 'Typo': settings: recrod is unknown",
        ),
        ("organization | webex.calling.recording_drift(policy)", "the input is not a list of virtual lines"),
        ("organization.virtual_lines | webex.calling.call_recording_settings", "is not a dictionary"),
        ("unread | webex.calling.recording_snapshot", "line-1 has no settings"),
    ],
)
def test_invalid_input_fails(expression, message):
    with pytest.raises(AnsibleError) as caught:
        evaluate(expression)
    assert message in str(caught.value)
