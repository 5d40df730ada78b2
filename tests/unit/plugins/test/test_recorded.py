# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of the Jinja tests recorded and unrecorded."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleError, AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core before 2.19
    trust_as_template = str

from ansible_collections.webex.calling.plugins.test.recorded import TestModule as Recorded
from ansible_collections.webex.calling.plugins.test.unrecorded import TestModule as Unrecorded

recorded = Recorded().tests()["recorded"]
unrecorded = Unrecorded().tests()["unrecorded"]

SELECTIVE = "selective_call_recording_settings"
INBOUND = "record_inbound_external_calls_enabled"
PAUSE = "Always with Pause/Resume"


def selective(*left_out):
    """Return selective settings. Those with these numbers leave calls out."""
    calls = [f"{way}_{place}" for way in ("inbound", "outbound") for place in ("internal", "external")]
    return {SELECTIVE: {f"record_{each}_calls_enabled": number not in left_out for number, each in enumerate(calls)}}


SETTINGS = [
    # enabled and record, recorded, unrecorded
    pytest.param({"enabled": True, "record": "Always"}, True, False, id="always"),
    pytest.param({"enabled": True, "record": "Always with Pause/Resume"}, True, False, id="pause"),
    pytest.param({"enabled": True, "record": "On Demand"}, False, False, id="on demand"),
    pytest.param({"enabled": True, "record": "On Demand with User Initiated Start"}, False, False, id="user start"),
    pytest.param({"enabled": True, "record": "Never"}, False, True, id="never"),
    pytest.param({"enabled": True, "record": "Sometimes"}, False, False, id="unknown value"),
    pytest.param({"enabled": False, "record": "Always"}, False, True, id="off, always"),
    pytest.param({"enabled": False, "record": "On Demand"}, False, True, id="off, on demand"),
    pytest.param({"enabled": False, "record": "Never"}, False, True, id="off, never or not recordable"),
    pytest.param({"enabled": False, "record": None}, False, True, id="off, null"),
    pytest.param({"enabled": False}, False, True, id="off, absent"),
    pytest.param({"enabled": True, "record": "Always", **selective()}, True, False, id="all calls"),
    pytest.param({"enabled": True, "record": "Always", **selective(3)}, False, False, id="not all calls"),
    pytest.param({"enabled": True, "record": PAUSE, **selective(0, 1, 2)}, False, False, id="some calls"),
    pytest.param({"enabled": True, "record": "Always", **selective(0, 1, 2, 3)}, False, True, id="no calls"),
    pytest.param({"enabled": True, "record": "On Demand", **selective(0, 1, 2, 3)}, False, False, id="no effect"),
    pytest.param({"enabled": True, "record": "Always", SELECTIVE: None}, True, False, id="null selection"),
    pytest.param({"enabled": True, "record": "Always", SELECTIVE: {"beep": False}}, True, False, id="new setting"),
    pytest.param({"enabled": True, "record": "Always", SELECTIVE: {INBOUND: None}}, False, False, id="null calls"),
    pytest.param(
        {"enabled": True, "record": "Always", SELECTIVE: {"record_new_calls_enabled": False}},
        False,
        False,
        id="new calls",
    ),
]
OTHERS = [
    pytest.param({"changed": False, "call_recording": {"enabled": True, "record": "Always"}}, id="result of a module"),
    pytest.param({"id": "a", "name": "Ada", "error": {"type": "permission"}}, id="line that was not read"),
    pytest.param({"type": "permission", "status": 403, "reason": "Forbidden"}, id="error"),
    pytest.param([{"enabled": True, "record": "Always"}], id="list"),
    pytest.param([], id="empty list"),
    pytest.param({}, id="empty"),
    pytest.param({"enabled": True}, id="no record"),
    pytest.param({"enabled": True, "record": None}, id="null record"),
    pytest.param({"enabled": True, "record": ["Always"]}, id="list of record"),
    pytest.param({"record": "Always"}, id="no enabled"),
    pytest.param({"enabled": None, "record": "Always"}, id="null enabled"),
    pytest.param({"enabled": "true", "record": "Always"}, id="text enabled"),
    pytest.param({"enabled": 1, "record": "Always"}, id="number enabled"),
    pytest.param({"enabled": True, "record": "Always", SELECTIVE: {INBOUND: "false"}}, id="text of calls"),
    pytest.param({"enabled": True, "record": "Always", SELECTIVE: {INBOUND: 0}}, id="number of calls"),
    pytest.param({"enabled": True, "record": "Always", SELECTIVE: "no"}, id="text of selection"),
    pytest.param({"enabled": True, "record": "Always", SELECTIVE: []}, id="list of selection"),
    pytest.param({"enabled": True, "record": "Always", "selectiveCallRecordingSettings": {}}, id="response of Webex"),
    pytest.param("Always", id="text"),
    pytest.param(True, id="boolean"),
    pytest.param(None, id="null"),
]


@pytest.mark.parametrize(("settings", "is_recorded", "is_unrecorded"), SETTINGS)
def test_settings(settings, is_recorded, is_unrecorded):
    assert recorded(settings) is is_recorded
    assert unrecorded(settings) is is_unrecorded


@pytest.mark.parametrize("value", OTHERS)
@pytest.mark.parametrize("test", [recorded, unrecorded], ids=["recorded", "unrecorded"])
def test_anything_but_settings_fails(test, value):
    with pytest.raises(AnsibleFilterError, match="not call recording settings"):
        test(value)


def evaluated(expression, **variables):
    return Templar(loader=DataLoader(), variables=variables).template(trust_as_template(f"{{{{ {expression} }}}}"))


@pytest.mark.parametrize("test", ["recorded", "unrecorded"])
def test_undefined_fails(test):
    for expression in (f"missing is webex.calling.{test}", f"line.call_recording is webex.calling.{test}"):
        with pytest.raises(AnsibleError):
            evaluated(expression, line={"id": "a", "error": {}})


@pytest.mark.parametrize("test", ["recorded", "unrecorded"])
def test_a_list_with_a_line_that_was_not_read_fails(test):
    lines = [{"call_recording": {"enabled": True, "record": "Always"}}, {"id": "a", "error": {}}]
    for choose in ("selectattr", "rejectattr"):
        with pytest.raises(AnsibleError):
            evaluated(f"lines | {choose}('call_recording', 'webex.calling.{test}') | list", lines=lines)


def test_expressions():
    lines = [{"name": each.id, "call_recording": each.values[0]} for each in SETTINGS]
    for test, column in (("recorded", 1), ("unrecorded", 2)):
        true = [each.id for each in SETTINGS if each.values[column]]
        false = [each.id for each in SETTINGS if not each.values[column]]
        names = f"('call_recording', 'webex.calling.{test}') | map(attribute='name') | list"
        assert evaluated(f"lines | selectattr{names}", lines=lines) == true
        assert evaluated(f"lines | rejectattr{names}", lines=lines) == false
        assert evaluated(f"lines[0].call_recording is webex.calling.{test}", lines=lines) is (test == "recorded")
