# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import json
import unicodedata

import pytest

from ansible_collections.webex.calling.plugins.module_utils._errors import OptionError, WebexError
from ansible_collections.webex.calling.plugins.module_utils._simple_policy import compare_with_policy, snapshot_policy

SETTINGS = {
    "enabled": True,
    "record": "Always",
    "notification": {"type": "None", "enabled": False},
    "repeat": {"interval": 15, "enabled": False},
    "service_provider": "WSWYZ25455",
    "post_call_recording_settings": {"transcript_enabled": True},
}
DENVER = {"id": "location-1", "name": "Denver"}
MUNICH = {"id": "location-2", "name": "München"}


def line(number, location=None, **more):
    return {
        "id": f"line-{number}",
        "first_name": "Bob",
        "last_name": f"Smith {number}",
        "number": {"external": f"+1555867531{number}", "extension": f"610{number}"},
        "location": location or DENVER,
        "call_recording": SETTINGS,
        **more,
    }


def recorded(**changed):
    return {**SETTINGS, **changed}


LINES = [line(0), line(1, MUNICH), line(2, MUNICH, call_recording=recorded(record="Never")), line(3)]
ALWAYS = {"name": "Everybody", "settings": {"enabled": True, "record": "Always"}}


def ids(lines):
    return [each["id"] for each in lines]


def without_settings(each):
    return {key: value for key, value in each.items() if key != "call_recording"}


def test_all_in_line():
    assert compare_with_policy(LINES[:2], [ALWAYS]) == {
        "total": 2,
        "checked": 2,
        "compliant": 2,
        "drifted": [],
        "uncovered": [],
        "unreadable": [],
        "locations": [
            {"name": "Denver", "total": 1, "compliant": 1, "drifted": 0, "uncovered": 0, "unreadable": 0},
            {"name": "München", "total": 1, "compliant": 1, "drifted": 0, "uncovered": 0, "unreadable": 0},
        ],
        "remediations": [],
    }


def test_a_line_that_has_drifted():
    before = copy.deepcopy(LINES)
    found = compare_with_policy(LINES, [ALWAYS])
    assert (found["total"], found["checked"], found["compliant"]) == (4, 4, 3)
    assert found["drifted"] == [
        {
            **without_settings(LINES[2]),
            "name": "Bob Smith 2",
            "differences": [{"setting": "record", "expected": "Always", "actual": "Never", "rule": "Everybody"}],
        }
    ]
    assert found["remediations"] == [{"settings": {"record": "Always"}, "virtual_line_id": ["line-2"]}]
    assert before == LINES


def test_what_writing_returned_is_no_identity():
    (found,) = compare_with_policy(
        [line(0, changed=True, changes=[], error=None)], [{**ALWAYS, "settings": {"enabled": False}}]
    )["drifted"]
    assert set(found) == {"id", "first_name", "last_name", "number", "location", "name", "differences"}


def test_a_setting_that_is_not_there():
    rule = {"name": "Announce", "settings": {"start_stop_announcement": {"pstn_calls_enabled": False}}}
    (found,) = compare_with_policy(LINES[:1], [rule])["drifted"]
    assert found["differences"] == [
        {"setting": "start_stop_announcement.pstn_calls_enabled", "expected": False, "rule": "Announce"}
    ]


def test_a_setting_that_is_null():
    rule = {"name": "Announce", "settings": {"start_stop_announcement": {"pstn_calls_enabled": False}}}
    null = line(0, call_recording={"start_stop_announcement": {"pstn_calls_enabled": None}})
    assert compare_with_policy([null], [rule])["drifted"][0]["differences"][0]["actual"] is None


def test_later_rules_override_setting_by_setting():
    policy = [
        {"name": "Everybody", "settings": {"record": "Always", "repeat": {"interval": 60, "enabled": True}}},
        {"name": "München", "location_name": "münchen", "settings": {"repeat": {"interval": 30}}},
        {"name": "One", "virtual_line_id": "line-2", "settings": {"record": "On Demand"}},
    ]
    found = compare_with_policy(LINES, policy)
    assert {
        each["id"]: [(one["setting"], one["expected"], one["rule"]) for one in each["differences"]]
        for each in found["drifted"]
    } == {
        "line-0": [("repeat.interval", 60, "Everybody"), ("repeat.enabled", True, "Everybody")],
        "line-1": [("repeat.interval", 30, "München"), ("repeat.enabled", True, "Everybody")],
        "line-2": [
            ("record", "On Demand", "One"),
            ("repeat.interval", 30, "München"),
            ("repeat.enabled", True, "Everybody"),
        ],
        "line-3": [("repeat.interval", 60, "Everybody"), ("repeat.enabled", True, "Everybody")],
    }
    assert found["remediations"] == [
        {"settings": {"repeat": {"interval": 60, "enabled": True}}, "virtual_line_id": ["line-0", "line-3"]},
        {"settings": {"repeat": {"interval": 30, "enabled": True}}, "virtual_line_id": ["line-1"]},
        {
            "settings": {"record": "On Demand", "repeat": {"interval": 30, "enabled": True}},
            "virtual_line_id": ["line-2"],
        },
    ]


def test_an_override_that_is_what_the_line_has():
    policy = [ALWAYS, {"name": "But not this one", "virtual_line_id": "line-2", "settings": {"record": "Never"}}]
    assert compare_with_policy(LINES, policy)["compliant"] == 4


def test_the_order_of_rules_matters():
    policy = [{"name": "But not this one", "virtual_line_id": "line-2", "settings": {"record": "Never"}}, ALWAYS]
    assert ids(compare_with_policy(LINES, policy)["drifted"]) == ["line-2"]


@pytest.mark.parametrize(
    ("selection", "covered"),
    [
        ({}, [0, 1, 2, 3]),
        ({"virtual_line_id": "line-1"}, [1]),
        ({"virtual_line_id": ["line-3", "line-1", "line-3"]}, [1, 3]),
        ({"phone_number": "+1 555 867-5310"}, [0]),
        ({"phone_number": 15558675310}, [0]),
        ({"extension": 6101}, [1]),
        ({"extension": ["6101", 6102]}, [1, 2]),
        ({"owner_name": "bob  SMITH 3"}, [3]),
        ({"location_name": "DENVER"}, [0, 3]),
        ({"location_name": ["Denver", "München"]}, [0, 1, 2, 3]),
        ({"location_id": "location-2"}, [1, 2]),
        ({"location_id": "location-2", "extension": "6102"}, [2]),
        ({"location_name": "Denver", "extension": ["6100", "6101"], "allow_missing": True}, [0]),
        ({"virtual_line_id": "gone", "allow_missing": True}, []),
        ({"virtual_line_id": ["gone", "line-1"], "allow_missing": True}, [1]),
    ],
)
def test_what_a_rule_is_about(selection, covered):
    found = compare_with_policy(LINES, [{"name": "Rule", "settings": {"enabled": True}, **selection}])
    assert ids(found["uncovered"]) == [each["id"] for number, each in enumerate(LINES) if number not in covered]
    assert found["compliant"] == len(covered)
    assert found["checked"] == 4


def test_lines_that_no_rule_is_about():
    found = compare_with_policy(LINES, [{**ALWAYS, "location_name": "Denver"}])
    assert found["uncovered"] == [
        {**without_settings(LINES[1]), "name": "Bob Smith 1"},
        {**without_settings(LINES[2]), "name": "Bob Smith 2"},
    ]
    assert (found["total"], found["checked"], found["compliant"], found["drifted"]) == (4, 4, 2, [])


def test_lines_that_could_not_be_read():
    error = {"status": 400, "reason": "Bad Request"}
    unreadable = {**without_settings(line(1)), "error": error}
    found = compare_with_policy([LINES[0], unreadable], [ALWAYS])
    assert found["unreadable"] == [{**unreadable, "name": "Bob Smith 1"}]
    assert (found["total"], found["checked"], found["compliant"], found["uncovered"]) == (2, 1, 1, [])


def test_a_line_that_could_not_be_read_is_never_uncovered():
    found = compare_with_policy([{"id": "line-1"}, LINES[0]], [{**ALWAYS, "virtual_line_id": "line-0"}])
    assert found["unreadable"] == [{"id": "line-1", "name": "line-1", "error": None}]
    assert found["uncovered"] == []


def test_a_line_that_was_not_brought_to_the_wanted_settings_was_read():
    failed = line(1, call_recording=recorded(record="Never"), error={"reason": "Not as asked"})
    assert ids(compare_with_policy([failed], [ALWAYS])["drifted"]) == ["line-1"]


def test_locations():
    lines = [
        LINES[2],
        {"id": "x", "call_recording": SETTINGS},
        {"id": "y", "location": {"id": "location-2"}, "error": {}},
        *LINES[:2],
        line(4, MUNICH),
    ]
    policy = [{**ALWAYS, "location_id": "location-2"}]
    assert compare_with_policy(lines, policy)["locations"] == [
        {"name": None, "total": 2, "compliant": 0, "drifted": 0, "uncovered": 1, "unreadable": 1},
        {"name": "Denver", "total": 1, "compliant": 0, "drifted": 0, "uncovered": 1, "unreadable": 0},
        {"name": "München", "total": 3, "compliant": 2, "drifted": 1, "uncovered": 0, "unreadable": 0},
    ]


def test_a_line_without_a_name_is_known_by_its_id():
    (found,) = compare_with_policy([{"id": "line-1", "call_recording": {}}], [ALWAYS])["drifted"]
    assert found["name"] == "line-1"


def test_none_is_null():
    lines = [line(0, call_recording=recorded(notification={"type": None, "enabled": False}))]
    policy = [{"name": "Silent", "settings": {"notification": {"type": "None", "enabled": False}}}]
    assert compare_with_policy(lines, policy)["compliant"] == 1


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (None, "the policy: is not a list of rules"),
        ([], "the policy: is not a list of rules"),
        ("Always", "the policy: is not a list of rules"),
        (ALWAYS, "the policy: is not a list of rules"),
        (["Always"], "rule 1: is not a dictionary"),
        ([ALWAYS, {"settings": {"enabled": True}}], "rule 2: has no name"),
        ([ALWAYS, {"name": " ", "settings": {"enabled": True}}], "rule 2: has no name"),
        ([{"name": 1, "settings": {"enabled": True}}], "rule 1: has no name"),
        ([{**ALWAYS, "locaton_name": "Denver"}], "rule 1, 'Everybody': unknown key locaton_name"),
        ([{**ALWAYS, "b": 1, True: 1}], "rule 1, 'Everybody': unknown key True, b"),
        ([{**ALWAYS, "allow_missing": "yes"}], "rule 1, 'Everybody': allow_missing is neither true nor false"),
        # A variable that was not filled must not select everything.
        (
            [{**ALWAYS, "location_name": None}],
            "rule 1, 'Everybody': location_name is neither a string nor a list of strings",
        ),
        ([{**ALWAYS, "location_name": []}], "rule 1, 'Everybody': location_name is an empty list"),
        ([{**ALWAYS, "location_name": ""}], "rule 1, 'Everybody': location_name contains the invalid value ''"),
        (
            [{**ALWAYS, "location_name": ["Denver", " "]}],
            "rule 1, 'Everybody': location_name contains the invalid value ' '",
        ),
        (
            [{**ALWAYS, "location_name": {"Denver": 1}}],
            "rule 1, 'Everybody': location_name is neither a string nor a list of strings",
        ),
        ([{**ALWAYS, "extension": True}], "rule 1, 'Everybody': extension is neither a string nor a list of strings"),
        (
            [{**ALWAYS, "extension": [6101.5]}],
            "rule 1, 'Everybody': extension is neither a string nor a list of strings",
        ),
        ([{"name": "Rule"}], "rule 1, 'Rule': settings is not a dictionary"),
        ([{"name": "Rule", "settings": {}}], "rule 1, 'Rule': settings is empty"),
        ([{"name": "Rule", "settings": {"recrod": "Always"}}], "rule 1, 'Rule': settings: recrod is unknown"),
        ([{"name": "Rule", "settings": {True: "Always"}}], "rule 1, 'Rule': settings: True is unknown"),
        ([{"name": "Rule", "settings": {"record": "always"}}], "rule 1, 'Rule': settings: value of record must be one"),
        ([{"name": "Rule", "settings": {"enabled": "perhaps"}}], "rule 1, 'Rule': settings: argument 'enabled' is of"),
        ([{"name": "Rule", "settings": {"repeat": {"interval": 5}}}], "rule 1, 'Rule': repeat.interval is 5"),
        (
            [ALWAYS, {**ALWAYS, "name": "Gone", "virtual_line_id": ["line-1", "gone"]}],
            "rule 2, 'Gone': no virtual line with virtual_line_id 'gone'",
        ),
        (
            [{**ALWAYS, "location_name": "Denver", "extension": "6101"}],
            "rule 1, 'Everybody': no virtual line with extension '6101' matches the rest of the rule as well",
        ),
        # All lines match one, and none matches the other.
        (
            [{**ALWAYS, "location_name": ["Denver", "Munchen"]}],
            "rule 1, 'Everybody': no virtual line with location_name 'Munchen'",
        ),
    ],
)
def test_policies_that_do_not_do(policy, message):
    with pytest.raises(OptionError) as caught:
        compare_with_policy(LINES, policy)
    assert caught.value.reason == "Invalid policy"
    assert caught.value.message.startswith(message)
    assert caught.value.hint


@pytest.mark.parametrize("use", [lambda lines: compare_with_policy(lines, [ALWAYS]), snapshot_policy])
@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "there are no virtual lines"),
        (None, "the input is not a list of virtual lines"),
        ("line-1", "the input is not a list of virtual lines"),
        (["line-1"], "the input is not a list of virtual lines"),
        ([SETTINGS], "the input is not a list of virtual lines"),
        ({"virtual_lines": LINES}, "the input is not a list of virtual lines"),
    ],
)
def test_lines_that_do_not_do(use, lines, message):
    with pytest.raises(OptionError) as caught:
        use(lines)
    assert caught.value.message == message
    assert "virtual_lines of webex.calling.virtual_line_call_recording_info" in caught.value.hint


def test_snapshot():
    before = copy.deepcopy(LINES)
    taken = snapshot_policy(LINES)
    assert taken[2] == {
        "name": "Bob Smith 2, +15558675312 (line-2)",
        "virtual_line_id": "line-2",
        "settings": {
            "enabled": True,
            "record": "Never",
            "notification": {"type": "None", "enabled": False},
            "repeat": {"interval": 15, "enabled": False},
        },
    }
    assert len(taken) == 4
    assert before == LINES


def test_a_snapshot_is_a_policy():
    policy = json.loads(json.dumps(snapshot_policy(LINES)))
    assert compare_with_policy(LINES, policy)["compliant"] == 4
    changed = [LINES[0], line(1, MUNICH, call_recording=recorded(enabled=False)), *LINES[2:]]
    found = compare_with_policy(changed, policy)
    assert ids(found["drifted"]) == ["line-1"]
    assert found["drifted"][0]["differences"] == [
        {
            "setting": "enabled",
            "expected": True,
            "actual": False,
            "rule": "Bob Smith 1, +15558675311 (line-1)",
        }
    ]


def test_a_snapshot_of_nulls_is_a_policy():
    nulls = [line(0, call_recording={"enabled": False, "record": None, "notification": {"type": None}, "repeat": None})]
    assert compare_with_policy(nulls, snapshot_policy(nulls))["compliant"] == 1


def test_lines_that_came_and_went_since_the_snapshot():
    policy = snapshot_policy(LINES[:3])
    assert ids(compare_with_policy(LINES, policy)["uncovered"]) == ["line-3"]
    with pytest.raises(OptionError) as caught:
        compare_with_policy(LINES[1:], policy)
    assert "no virtual line with virtual_line_id 'line-0'" in caught.value.message


@pytest.mark.parametrize("settings", [{"error": {"status": 400}}, {"call_recording": {}}, {"call_recording": None}])
def test_a_snapshot_lacks_no_line(settings):
    with pytest.raises(WebexError) as caught:
        snapshot_policy([LINES[0], {"id": "line-1", **settings}])
    assert (caught.value.error_type, caught.value.message) == ("invalid_option", "line-1 has no settings")


def test_large_organizations():
    """No line is looked at for each rule: a snapshot has as many rules as there are lines."""

    class Line(dict):
        looked_at = 0

        def __getitem__(self, key):
            Line.looked_at += 1
            return super().__getitem__(key)

    lines = [Line(id=f"line-{number}", call_recording=SETTINGS) for number in range(300)]
    policy = snapshot_policy(lines)
    assert compare_with_policy(lines, policy)["compliant"] == 300
    assert 300 <= Line.looked_at < 10 * 300


def test_a_snapshot_of_what_no_policy_can_ask_for():
    line = {"id": "x", "call_recording": {"enabled": True, "record": "Some Day"}}
    with pytest.raises(WebexError) as caught:
        snapshot_policy([line])
    assert caught.value.message.startswith("x: settings: ")
    assert "Some Day" in caught.value.message


@pytest.mark.parametrize(
    ("selection", "covered"),
    [
        ({"owner_name": "bob *"}, [0, 1, 2, 3]),
        ({"owner_name": "Bob Smith ?", "location_name": "M*"}, [1, 2]),
        ({"owner_name": ["* 2", "Bob Smith 0"]}, [0, 2]),
        ({"location_name": unicodedata.normalize("NFD", "MÜNCHEN")}, [1, 2]),
        ({"phone_number": "+1555867531?"}, [0, 1, 2, 3]),
        ({"extension": "*2"}, [2]),
        # A wildcard must match something by itself, not together with the other selectors.
        ({"owner_name": ["* 0", "* 1"], "location_name": "Denver"}, [0]),
        ({"owner_name": "*x", "allow_missing": True}, []),
        ({"owner_name": "* 0", "location_name": "M*", "allow_missing": True}, []),
    ],
)
def test_wildcards(selection, covered):
    found = compare_with_policy(LINES, [{"name": "Rule", "settings": {"enabled": True}, **selection}])
    assert ids(found["uncovered"]) == [each["id"] for number, each in enumerate(LINES) if number not in covered]


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ({"owner_name": ["Bob*", "*x"]}, "no virtual line with owner_name '*x'"),
        (
            {"owner_name": "* 0", "location_name": "München"},
            "no virtual line with location_name 'München' matches the rest of the rule as well",
        ),
        ({"owner_name": "* 0", "location_name": "M*"}, "no virtual line matches all selectors"),
        ({"virtual_line_id": "line-*"}, "no virtual line with virtual_line_id 'line-*'"),
    ],
)
def test_wildcards_without_a_match(selection, message):
    with pytest.raises(OptionError) as caught:
        compare_with_policy(LINES, [{"name": "Rule", "settings": {"enabled": True}, **selection}])
    assert caught.value.message == f"rule 1, 'Rule': {message}"


def test_a_name_that_contains_a_wildcard():
    lines = [line(0, last_name="*"), line(1, last_name="Smith")]
    found = compare_with_policy(lines, [{**ALWAYS, "owner_name": "bob *"}])
    assert ids(found["uncovered"]) == ["line-1"]
