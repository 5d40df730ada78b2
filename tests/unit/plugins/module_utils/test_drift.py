# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import datetime
import itertools
import json
import unicodedata

import pytest

from ansible_collections.webex.calling.plugins.module_utils._baseline import (
    baseline_document,
    check_scope,
    parse_baseline,
)
from ansible_collections.webex.calling.plugins.module_utils._drift import REASONS, STATES, compare, decide
from ansible_collections.webex.calling.plugins.module_utils._errors import OptionError
from ansible_collections.webex.calling.plugins.module_utils._policy import parse_policy

TODAY = datetime.date(2026, 11, 25)
ON = {"enabled": True, "record": "Always", "notification": {"enabled": False, "type": "None"}}


def member(name, kind="person", location="Denver", **more):
    return {
        "id": f"{kind}-{name}",
        "kind": kind,
        "first_name": name,
        "number": {"extension": "100"},
        "location": {"id": location, "name": location},
        "recordable": True,
        "call_recording": dict(ON),
        **more,
    }


def unrecordable(name, kind="workspace"):
    off = {"enabled": False, "record": "Never"}
    return member(name, kind, recordable=False, not_recordable={"code": "25409"}, call_recording=off)


def unreadable(name):
    broken = member(name)
    del broken["call_recording"], broken["recordable"]
    return {**broken, "error": {"type": "permission", "message": "Forbidden", "hint": "Hint."}}


def rule(name="r", settings=None, **selectors):
    return {"name": name, "settings": {"record": "Always"} if settings is None else settings, **selectors}


def exemption(name="x", expires="never", **selectors):
    return {"name": name, "exempt": {"reason": "why", "expires": expires}, **selectors}


def check(members, *rules, baseline=None, **options):
    policy = parse_policy({"name": "Rulebook", "rules": list(rules)}) if rules else None
    return compare(members, policy, baseline, **{"today": TODAY, **options})


def states(result):
    return {state: result["counts"][state] for state in STATES if result["counts"][state]}


def baseline_of(members):
    document = baseline_document(members, {"id": "org", "name": "Org"}, "2026-11-20T00:00:00Z", {})
    return parse_baseline(json.dumps(document), "baseline.json")


# Verdict


def test_a_passed_check_compared_a_member_and_has_no_untolerated_state():
    """C(passed) needs at least one compared member, and only states that are compliant, exempt, or tolerated."""
    numbers = (0, 1, 3)
    cases = itertools.product(numbers, repeat=len(STATES))
    for values in cases:
        counts = dict(zip(STATES, values))
        possible = range(counts["compliant"] + counts["drifted"] + counts["exempt"] + 1)
        for compared, unmatched, remediated, unverified in itertools.product(possible, *[(False, True)] * 3):
            for size in range(4):
                for tolerate in itertools.combinations(("drifted", "uncovered", "unmatched"), size):
                    verdict = decide(
                        counts,
                        compared,
                        unmatched=unmatched,
                        remediated=remediated,
                        unverified=unverified,
                        tolerate=tolerate,
                    )
                    if verdict.passed:
                        assert not unverified
                        assert compared >= 1
                        assert counts["error"] == 0
                        assert not counts["drifted"] or "drifted" in tolerate
                        assert not counts["uncovered"] or "uncovered" in tolerate
                        assert not unmatched or "unmatched" in tolerate
                    assert list(verdict.reasons) == [reason for reason in REASONS if reason in verdict.reasons]
                    assert (verdict.status in ("compliant", "remediated")) is (not verdict.reasons)
                    if verdict.reasons:
                        assert verdict.status == verdict.reasons[0]
                    assert (verdict.status == "remediated") <= remediated


def test_incomplete_cannot_be_tolerated():
    verdict = decide({"error": 1}, 1, unmatched=False, remediated=True, tolerate=["incomplete", "drifted"])
    assert (verdict.status, verdict.reasons, verdict.passed) == ("incomplete", ["incomplete"], False)


# Settings without effect

OFF = {"reason": "recording_off", "message": "recording of the organization is off", "hint": "Turn it on."}


def test_members_that_have_to_be_recorded_drift_without_effect():
    never = {"enabled": False, "record": "Never"}
    members = [
        member("recorded"),
        member("different", call_recording=never),
        member("silent", call_recording=never),
        member("announced"),
        member("exempt"),
        member("uncovered", location="Oslo"),
        unrecordable("room"),
        unreadable("broken"),
    ]
    result = check(
        members,
        rule("recorded", owner_name=["recorded", "different", "exempt", "room", "broken"]),
        rule("silent", {"enabled": False}, owner_name="silent"),
        # This rule does not state whether the member has to be recorded.
        rule("announced", {"notification": {"enabled": False}}, owner_name="announced"),
        exemption(owner_name="exempt"),
        not_in_effect=lambda _member: OFF,
    )
    assert states(result) == {"compliant": 2, "drifted": 3, "uncovered": 1, "exempt": 1, "error": 1}
    drifted = {each["name"]: each for each in result["drifted"]}
    assert drifted["recorded"]["differences"] == []
    assert {each["setting"] for each in drifted["different"]["differences"]} == {"enabled", "record"}
    assert "not_recordable" in drifted["room"]
    assert [each["not_in_effect"] for each in (*drifted.values(), *result["exempt"])] == [OFF] * 4
    # To change settings does not help.
    assert result["remediations"] == []
    assert result["counts"]["compared"] == 6


def test_settings_against_recording_are_remediated_without_effect():
    result = check([member("recorded")], rule(settings={"enabled": False}), not_in_effect=lambda _member: OFF)
    assert "not_in_effect" not in result["drifted"][0]
    assert result["remediations"] == [{"settings": {"enabled": False}, "person_id": ["person-recorded"]}]


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"record": "Always"}, True),
        ({"record": "On Demand"}, True),
        ({"enabled": True}, True),
        ({"enabled": True, "record": "Never"}, False),
        ({"record": "Never"}, False),
        ({"enabled": False, "record": "Always"}, False),
        ({"repeat": {"enabled": False}}, False),
    ],
)
def test_settings_that_require_recording(settings, wanted):
    result = check([member("one")], rule(settings=settings), not_in_effect=lambda _member: OFF)
    assert any("not_in_effect" in each for each in result["drifted"]) is wanted


def test_a_baseline_that_was_recorded_drifts_without_effect():
    off = member("off", call_recording={"enabled": False, "record": "Never"})
    members = [member("on"), off]
    result = check(members, baseline=baseline_of(members), not_in_effect=lambda _member: OFF)
    assert [each["name"] for each in result["drifted"]] == ["on"]
    assert states(check(members, baseline=baseline_of(members))) == {"compliant": 2}


# States


def test_states_of_members():
    members = [
        member("compliant"),
        member("drifted", call_recording={"enabled": True, "record": "Never"}),
        member("uncovered", location="Oslo"),
        member("exempt", call_recording={"enabled": False, "record": "Never"}),
        unreadable("unreadable"),
    ]
    result = check(members, rule(location_name="Denver"), exemption(owner_name="exempt"))
    assert states(result) == dict.fromkeys(STATES, 1)
    assert result["counts"]["compared"] == 3
    (drifted,) = result["drifted"]
    assert drifted["differences"] == [{"setting": "record", "expected": "Always", "actual": "Never", "rule": "r"}]
    (exempt,) = result["exempt"]
    assert {each["setting"] for each in exempt["differences"]} == {"enabled", "record"}
    assert (exempt["rule"], exempt["reason"], exempt["expires"]) == ("x", "why", "never")
    assert result["remediations"] == [{"settings": {"record": "Always"}, "person_id": ["person-drifted"]}]
    assert result["errors"][0]["error"]["type"] == "permission"
    assert result["locations"][0] == {
        "name": "Denver",
        "compliant": 1,
        "drifted": 1,
        "uncovered": 0,
        "exempt": 1,
        "error": 1,
    }
    assert "compliant" not in result


def test_an_error_beats_an_exemption():
    result = check([unreadable("a"), member("b")], rule(), exemption(owner_name="a"))
    assert states(result) == {"compliant": 1, "error": 1}


@pytest.mark.parametrize("first", [True, False])
def test_the_order_of_an_exemption_does_not_matter(first):
    rules = [exemption(owner_name="a"), rule()] if first else [rule(), exemption(owner_name="a")]
    result = check([member("a", call_recording={"enabled": False, "record": "Never"}), member("b")], *rules)
    assert states(result) == {"compliant": 1, "exempt": 1}
    assert result["remediations"] == []


def test_later_rules_override_setting_by_setting():
    rules = [
        rule("all", {"record": "Always", "repeat": {"interval": 60}}),
        rule("managers", {"record": "On Demand"}, owner_name="m"),
    ]
    result = check([member("m"), member("n")], *rules)
    by_name = {entry["name"]: {each["setting"]: each for each in entry["differences"]} for entry in result["drifted"]}
    assert by_name["m"].keys() == {"record", "repeat.interval"}
    assert by_name["m"]["record"]["rule"] == "managers"
    assert by_name["m"]["repeat.interval"]["rule"] == "all"
    assert by_name["n"].keys() == {"repeat.interval"}


def test_recording_that_is_switched_off_is_not_compliant_with_always():
    off = member("off", call_recording={"enabled": False, "record": "Always"})
    result = check([off], rule(settings={"record": "Always"}))
    assert states(result) == {"drifted": 1}
    assert result["drifted"][0]["differences"][0]["setting"] == "enabled"
    assert result["rules"][0]["implied"] == ["enabled"]


SELECTIVE = "selective_call_recording_settings"
INTERNAL = {"record_inbound_internal_calls_enabled": False, "record_outbound_internal_calls_enabled": False}
EXTERNAL = {"record_inbound_external_calls_enabled": True, "record_outbound_external_calls_enabled": True}


def test_always_means_all_calls():
    external = member("external", call_recording={**ON, SELECTIVE: {**INTERNAL, **EXTERNAL}})
    result = check([external, member("all")], rule(settings={"record": "Always"}))
    assert states(result) == {"drifted": 1, "compliant": 1}
    names = [f"{SELECTIVE}.{name}" for name in INTERNAL]
    found = result["drifted"][0]["differences"]
    assert found == [{"setting": name, "expected": True, "actual": False, "rule": "r"} for name in sorted(names)]
    (remediation,) = result["remediations"]
    assert remediation["settings"] == {SELECTIVE: dict.fromkeys(INTERNAL, True)}


@pytest.mark.parametrize(
    ("settings", "state"),
    [
        ({"record": "Always with Pause/Resume"}, "drifted"),
        # A rule that states some selective settings still requires the other calls.
        ({"record": "Always", SELECTIVE: {"record_inbound_external_calls_enabled": True}}, "drifted"),
        ({"record": "Always", SELECTIVE: {"record_inbound_internal_calls_enabled": False}}, "drifted"),
        ({"record": "Always", SELECTIVE: INTERNAL}, "compliant"),
        ({"record": "Always", SELECTIVE: {"record_inbound_internal_calls_enabled": True}}, "drifted"),
        # These rules do not require all calls.
        ({"enabled": True}, "compliant"),
        ({"enabled": False, "record": "Always"}, "drifted"),
    ],
)
def test_some_calls(settings, state):
    external = member("external", call_recording={**ON, SELECTIVE: {**INTERNAL, **EXTERNAL}})
    result = check([external], rule(settings=settings))
    assert states(result) == {state: 1}
    if settings.get("enabled") is False:
        assert [each["setting"] for each in result["drifted"][0]["differences"]] == ["enabled"]


def test_selective_settings_in_a_baseline_and_a_policy():
    external = member("external", call_recording={**ON, SELECTIVE: {**INTERNAL, **EXTERNAL}})
    # The policy requires all calls, and overrides the baseline.
    known = baseline_of([external])
    assert states(check([external], baseline=known)) == {"compliant": 1}
    result = check([external], rule(settings={"record": "Always"}), baseline=known)
    found = {each["setting"]: (each["expected"], each["rule"]) for each in result["drifted"][0]["differences"]}
    assert found == {f"{SELECTIVE}.{name}": (True, "r") for name in INTERNAL}
    null = member("external", call_recording={**ON, SELECTIVE: None})
    result = check([external], baseline=baseline_of([null]))
    assert {each["setting"] for each in result["drifted"][0]["differences"]} >= {SELECTIVE}
    # The baseline had none.
    result = check([external], rule(settings={"record": "Always"}), baseline=baseline_of([member("external")]))
    found = {each["setting"]: (each.get("expected"), each["rule"]) for each in result["drifted"][0]["differences"]}
    assert found == {f"{SELECTIVE}.{name}": (True, "r") for name in INTERNAL}


@pytest.mark.parametrize("value", [True, False, None])
def test_a_policy_overrides_selective_settings_of_a_baseline(value):
    """Without this, each remediation would undo the one before."""
    selective = {**dict.fromkeys(INTERNAL, value), **EXTERNAL}
    known = baseline_of([member("one", call_recording={**ON, SELECTIVE: {**INTERNAL, **EXTERNAL}})])
    result = check([member("one", call_recording={**ON, SELECTIVE: selective})], rule(), baseline=known)
    if value is True:
        assert states(result) == {"compliant": 1}
        return
    found = [(each["setting"], each["expected"], each["actual"]) for each in result["drifted"][0]["differences"]]
    assert sorted(found) == sorted((f"{SELECTIVE}.{name}", True, value) for name in INTERNAL)
    (remediation,) = result["remediations"]
    assert remediation["settings"] == {SELECTIVE: dict.fromkeys(INTERNAL, True)}


def test_each_difference_is_there_once():
    name = "record_inbound_external_calls_enabled"
    known = baseline_of([member("one", call_recording={**ON, SELECTIVE: EXTERNAL})])
    changed = member("one", call_recording={**ON, SELECTIVE: {**EXTERNAL, name: False}})
    (found,) = check([changed], rule(), baseline=known)["drifted"][0]["differences"]
    assert (found["setting"], found["expected"], found["actual"]) == (f"{SELECTIVE}.{name}", True, False)


def test_where_members_have_to_be_recorded():
    members = [member("here"), member("there", location="Munich"), member("off", location="Leeds")]
    never = rule("never", settings={"record": "Never"}, owner_name="off")
    assert check(members, rule(), never)["recorded_in"] == {"Denver", "Munich"}
    assert check(members, rule(), never, exemption(owner_name="there"))["recorded_in"] == {"Denver"}
    assert check(members, rule(settings={"enabled": False}))["recorded_in"] == set()


@pytest.mark.parametrize(
    ("settings", "state"),
    [
        ({"record": "Always"}, "drifted"),
        ({"enabled": True}, "drifted"),
        ({"record": "On Demand"}, "drifted"),
        ({"record": "Never"}, "compliant"),
        ({"enabled": False}, "compliant"),
        ({"enabled": False, "record": "Always"}, "compliant"),
        ({"record_voicemail_enabled": True}, "compliant"),
    ],
)
def test_members_that_cannot_be_recorded(settings, state):
    result = check([unrecordable("room")], rule(settings=settings))
    assert states(result) == {state: 1}
    assert result["remediations"] == []
    assert result["not_recordable"][0]["not_recordable"] == {"code": "25409"}
    if state == "drifted":
        assert result["drifted"][0]["not_recordable"] == {"code": "25409"}


@pytest.mark.parametrize("rules", [1, 2])
def test_a_notification_that_webex_would_change_is_an_error_of_the_member(rules):
    """Two rules that contradict each other, or a rule that contradicts the current type."""
    both = [
        rule("type", {"notification": {"type": "None"}}),
        rule("enabled", {"notification": {"enabled": True}}),
    ]
    result = check([member("a")], *both[-rules:])
    assert states(result) == {"error": 1}
    error = result["errors"][0]["error"]
    assert (error["type"], error["id"]) == ("invalid_policy", "person-a")
    assert result["remediations"] == []


def test_two_rules_that_contradict_each_other_are_an_error_even_if_the_member_is_so():
    odd = member("a", call_recording={**ON, "notification": {"enabled": True, "type": "None"}})
    rules = [
        rule("type", {"notification": {"type": "None"}}),
        rule("enabled", {"notification": {"enabled": True}}),
    ]
    result = check([odd], *rules)
    assert states(result) == {"error": 1}
    assert "Correct the rules enabled and type" in result["errors"][0]["error"]["hint"]


def test_rules_select_by_kind_and_recordable_and_exclude():
    members = [member("a"), member("b", "workspace"), unrecordable("c"), member("d", "virtual_line")]
    result = check(
        members,
        rule("people", {"enabled": True}, kind="person"),
        rule("rooms", {"enabled": True}, kind=["workspace"], recordable=True),
        rule("lines", {"enabled": True}, exclude={"kind": ["person", "workspace"]}),
    )
    assert [(each["name"], each["members"]) for each in result["rules"]] == [("people", 1), ("rooms", 1), ("lines", 1)]
    assert states(result) == {"compliant": 3, "uncovered": 1}
    # A kind need not match anything.
    assert check([member("a")], rule(), rule("lines", kind="virtual_line"))["unmatched"] == []


def test_settings_that_only_people_have_apply_to_people():
    members = [member("a"), member("b", "workspace"), member("c", "workspace")]
    own = {"start_stop_announcement_enabled": True}
    result = check(members, rule("both", {"record": "Always", **own}), rule("own", own, kind=["person", "workspace"]))
    assert states(result) == {"compliant": 2, "drifted": 1}
    assert result["remediations"] == [{"settings": own, "person_id": ["person-a"]}]
    # A rule with nothing that a member can have does not cover the member.
    assert states(check(members, rule("own", own))) == {"drifted": 1, "uncovered": 2}


# Rules


SMITHS = [
    member(
        f"line-{number}",
        "virtual_line",
        location,
        id=f"line-{number}",
        first_name="Bob",
        last_name=f"Smith {number}",
        number={"external": f"+1555867531{number}", "extension": f"610{number}"},
    )
    for number, location in enumerate(("Denver", "München", "München", "Denver"))
]


@pytest.mark.parametrize(
    ("selection", "covered"),
    [
        ({}, [0, 1, 2, 3]),
        ({"virtual_line_id": "line-1"}, [1]),
        ({"virtual_line_id": ["line-3", "line-1", "line-3"]}, [1, 3]),
        ({"virtual_line_id": "line-1", "person_id": "person-a"}, [1]),
        ({"person_id": "line-1"}, []),
        ({"phone_number": "+1 555 867-5310"}, [0]),
        ({"phone_number": 15558675310}, [0]),
        ({"phone_number": "+1555867531?"}, [0, 1, 2, 3]),
        ({"extension": ["6101", "6102"]}, [1, 2]),
        ({"extension": "*2"}, [2]),
        ({"owner_name": "bob  SMITH 3"}, [3]),
        ({"owner_name": "bob *"}, [0, 1, 2, 3]),
        ({"owner_name": "Bob Smith ?", "location_name": "M*"}, [1, 2]),
        ({"owner_name": ["* 2", "Bob Smith 0"]}, [0, 2]),
        # A wildcard must match somebody by itself, not together with the other selectors.
        ({"owner_name": ["* 0", "* 1"], "location_name": "Denver"}, [0]),
        ({"owner_name": "*x"}, []),
        ({"owner_name": "* 0", "location_name": "M*"}, []),
        ({"location_name": "DENVER"}, [0, 3]),
        ({"location_name": ["Denver", "München"]}, [0, 1, 2, 3]),
        ({"location_name": unicodedata.normalize("NFD", "MÜNCHEN")}, [1, 2]),
        ({"location_id": "München"}, [1, 2]),
        ({"location_id": "MÜNCHEN"}, []),
        ({"location_id": "München", "extension": "6102"}, [2]),
        ({"location_name": "Denver", "extension": ["6100", "6101"]}, [0]),
        ({"virtual_line_id": ["gone", "line-1"]}, [1]),
    ],
)
def test_selectors_of_rules(selection, covered):
    result = check(SMITHS, rule(**selection, allow_missing=True))
    uncovered = [number for number in range(4) if number not in covered]
    assert [entry["id"] for entry in result["uncovered"]] == [f"line-{number}" for number in uncovered]
    assert (result["counts"]["compliant"], result["counts"]["compared"]) == (len(covered), len(covered))
    assert (result["rules"][0]["members"], result["unmatched"]) == (len(covered), [])


@pytest.mark.parametrize(
    ("selection", "unmatched"),
    [
        ({"owner_name": ["Bob*", "*x"]}, [("owner_name", "*x")]),
        ({"owner_name": "* 0", "location_name": "München"}, [("location_name", "München")]),
        ({"owner_name": "* 0", "location_name": "M*"}, [(None, None)]),
        ({"owner_name": ["* 0", "* 1"], "location_name": "Denver"}, []),
        ({"virtual_line_id": ["line-1", "gone"]}, [("virtual_line_id", "gone")]),
        ({"virtual_line_id": "line-1", "person_id": "line-1"}, [("person_id", "line-1")]),
        # IDs have no wildcards.
        ({"virtual_line_id": "line-*"}, [("virtual_line_id", "line-*")]),
        ({"location_id": "Den*"}, [("location_id", "Den*")]),
        # All members match one value, and nobody matches the other.
        ({"location_name": ["Denver", "München", "Munchen"]}, [("location_name", "Munchen")]),
        ({"location_name": "Denver", "extension": ["6100", "6101"]}, [("extension", "6101")]),
    ],
)
def test_values_that_match_nobody(selection, unmatched):
    result = check(SMITHS, rule("all"), rule("some", **selection))
    assert [(each["rule"], each["selector"], each["value"]) for each in result["unmatched"]] == [
        ("some", *each) for each in unmatched
    ]


def test_a_name_that_contains_a_wildcard():
    members = [member("a", first_name="Bob", last_name="*"), member("b", first_name="Bob", last_name="Smith")]
    result = check(members, rule(owner_name="bob *"))
    assert [entry["id"] for entry in result["uncovered"]] == ["person-b"]


@pytest.mark.parametrize(("first", "state"), [(True, "drifted"), (False, "compliant")])
def test_the_order_of_rules_matters(first, state):
    everybody, one = rule("all"), rule("one", {"record": "Never", "enabled": False}, owner_name="a")
    off = member("a", call_recording={"enabled": False, "record": "Never"})
    assert states(check([off], *([one, everybody] if first else [everybody, one]))) == {state: 1}


@pytest.mark.parametrize(
    ("settings", "actual", "difference"),
    [
        # Null, or a type that Webex stores as null
        ({"notification": {"type": "None"}}, {"notification": {"type": None, "enabled": False}}, None),
        ({"notification": {"type": "None"}}, {"notification": {}}, {}),
        ({"start_stop_announcement": {"pstn_calls_enabled": False}}, {}, {}),
        ({"start_stop_announcement": {"pstn_calls_enabled": False}}, {"start_stop_announcement": None}, {}),
        (
            {"start_stop_announcement": {"pstn_calls_enabled": False}},
            {"start_stop_announcement": {"pstn_calls_enabled": None}},
            {"actual": None},
        ),
        # True equals 1 in Python.
        ({"record_voicemail_enabled": True}, {"record_voicemail_enabled": 1}, {"actual": 1}),
        ({"repeat": {"interval": 60}}, {"repeat": {"interval": 60, "new_key": 1}}, None),
        ({"repeat": {"interval": 60}}, {"repeat": 60}, {}),
    ],
)
def test_settings_that_are_null_or_absent(settings, actual, difference):
    result = check([member("a", call_recording={"enabled": True, "record": "Always", **actual})], rule("r", settings))
    if difference is None:
        assert states(result) == {"compliant": 1}
        return
    ((name, options),) = settings.items()
    ((key, value),) = options.items() if isinstance(options, dict) else [(None, options)]
    expected = {"setting": f"{name}.{key}" if key else name, "expected": value, **difference, "rule": "r"}
    assert result["drifted"][0]["differences"] == [expected]
    assert result["remediations"] == [{"settings": settings, "person_id": ["person-a"]}]


def test_remediations_are_grouped_by_settings():
    members = [member("a"), member("b", "workspace"), *SMITHS]
    rules = [
        rule("all", {"record": "Always", "repeat": {"interval": 60, "enabled": True}}),
        rule("München", {"repeat": {"interval": 30}}, location_name="münchen"),
        rule("one", {"record": "On Demand"}, virtual_line_id="line-2"),
    ]
    result = check(members, *rules)
    assert result["remediations"] == [
        {
            "settings": {"repeat": {"interval": 60, "enabled": True}},
            "person_id": ["person-a"],
            "workspace_id": ["workspace-b"],
            "virtual_line_id": ["line-0", "line-3"],
        },
        {"settings": {"repeat": {"interval": 30, "enabled": True}}, "virtual_line_id": ["line-1"]},
        {
            "settings": {"record": "On Demand", "repeat": {"interval": 30, "enabled": True}},
            "virtual_line_id": ["line-2"],
        },
    ]
    (one,) = [entry for entry in result["drifted"] if entry["id"] == "line-2"]
    assert [(each["setting"], each["rule"]) for each in one["differences"]] == [
        ("record", "one"),
        ("repeat.interval", "München"),
        ("repeat.enabled", "all"),
    ]


# Members


def test_members_do_not_change():
    members = [member("a"), unreadable("b"), unrecordable("c"), *SMITHS]
    before = copy.deepcopy(members)
    result = check(members, rule(settings={"record": "Never"}), baseline=baseline_of(SMITHS), list_members=True)
    assert states(result) == {"compliant": 1, "drifted": 5, "error": 1}
    assert members == before


def test_only_the_identity_of_a_member_is_in_lists():
    written = {"changed": True, "changes": [], "email": "a@example.com", "emails": ["a@example.com"]}
    members = [
        *(member(name, **written) for name in ("drifted", "exempt")),
        member("uncovered", "workspace", **written),
        {**unreadable("broken"), **written},
    ]
    result = check(members, rule(settings={"record": "Never"}, kind="person"), exemption(owner_name="exempt"))
    identity = {"id", "kind", "name", "location"}
    assert set(result["drifted"][0]) == {*identity, "differences"}
    assert set(result["exempt"][0]) == {*identity, "differences", "rule", "reason", "expires"}
    assert set(result["errors"][0]) == {*identity, "error"}
    assert result["uncovered"] == [
        {
            "id": "workspace-uncovered",
            "kind": "workspace",
            "name": "uncovered",
            "location": {"id": "Denver", "name": "Denver"},
        }
    ]


def test_members_without_a_name_or_a_kind():
    result = check([{"id": "line-1", "call_recording": {}}], rule(settings={"record": "Never"}))
    differences = [{"setting": "record", "expected": "Never", "rule": "r"}]
    assert result["drifted"] == [{"id": "line-1", "kind": "virtual_line", "name": "line-1", "differences": differences}]


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        ({"error": {"type": "permission"}}, {"type": "permission"}),
        ({"error": None}, None),
        ({}, None),
        ({"call_recording": None}, None),
        ({"call_recording": "on"}, None),
        # Settings next to an error are those before a failed change.
        ({"call_recording": dict(ON), "error": {"type": "not_applied"}}, {"type": "not_applied"}),
    ],
)
@pytest.mark.parametrize("covered", [True, False])
def test_a_member_that_was_not_read_is_an_error(broken, error, covered):
    """The member is an error even if no rule applies to it."""
    result = check(
        [member("a"), {"id": "x", "kind": "person", **broken}], rule(**({} if covered else {"extension": "100"}))
    )
    assert states(result) == {"compliant": 1, "error": 1}
    assert result["errors"] == [{"id": "x", "kind": "person", "name": "x", "error": error}]
    assert (result["uncovered"], result["remediations"], result["counts"]["compared"]) == ([], [], 1)


def test_members_without_a_location():
    members = [
        member("a", location="München"),
        member("b", location="Denver"),
        member("c", location="München", call_recording={"enabled": False, "record": "Never"}),
        member("d", location=None),
        {**unreadable("e"), "location": {"id": "x"}},
        *(member(f"odd-{number}", location=odd) for number, odd in enumerate(HOSTILE)),
        *(member(f"odd-{number}", "workspace", location={"name": odd}) for number, odd in enumerate(HOSTILE)),
    ]
    assert len(members) == 5 + 2 * len(HOSTILE)
    result = check(members, rule(location_name="münchen"))
    zero = dict.fromkeys(STATES, 0)
    assert result["locations"] == [
        {**zero, "name": None, "uncovered": 1 + 2 * len(HOSTILE), "error": 1},
        {**zero, "name": "Denver", "uncovered": 1},
        {**zero, "name": "München", "compliant": 1, "drifted": 1},
    ]
    assert [each["name"] for each in result["rules"]] == ["r"]


#: Values that Webex would not return in the place of an object or a text.
HOSTILE = [None, 1, True, 1.5, [], [["x"]], {}, {"a": {}}]


@pytest.mark.parametrize("key", ["number", "numbers", "location", "display_name", "first_name"])
@pytest.mark.parametrize("value", [*HOSTILE, "x", [None, 1, {"external": ["x"]}], {"extension": {}, "external": 5}])
def test_hostile_values_of_members(key, value):
    """They match nothing, and they do not fail the check of the other members."""
    odd = {"id": "odd", "kind": "person", "call_recording": dict(ON), key: value}
    values = {"extension": "100", "phone_number": "1", "owner_name": "a", "location_name": "Denver", "email": "a@b.c"}
    rules = [rule("all"), *(rule(option, {"record": "Never"}, **{option: given}) for option, given in values.items())]
    result = check([odd, member("b")], *rules)
    assert states(result) == {"compliant": 1, "drifted": 1}
    assert [each["id"] for each in result["drifted"]] == ["person-b"]


def test_no_members():
    result = check([], rule())
    assert result["counts"] == {"total": 0, "compared": 0, **dict.fromkeys(STATES, 0)}
    assert (result["kinds"], result["locations"], result["unmatched"]) == ([], [], [])


@pytest.mark.parametrize("by", ["rules", "baseline"])
def test_large_organizations(by):
    """No member is looked at for each rule, as a policy can have as many rules as there are members."""

    class Line(dict):
        looked_at = 0

        def __getitem__(self, key):
            Line.looked_at += 1
            return super().__getitem__(key)

        def get(self, key, default=None):
            Line.looked_at += 1
            return super().get(key, default)

    lines = [Line(id=f"line-{number}", call_recording=dict(ON)) for number in range(300)]
    baseline = baseline_of([member(str(number), id=f"line-{number}") for number in range(300)])
    rules = [rule(str(number), virtual_line_id=f"line-{number}") for number in range(300)]
    Line.looked_at = 0
    result = check(lines, baseline=baseline) if by == "baseline" else check(lines, *rules)
    assert states(result) == {"compliant": 300}
    assert 300 <= Line.looked_at < 30 * 300


# Unmatched values


def test_all_unmatched_values_are_listed_and_everything_else_is_compared():
    result = check(
        [member("a"), member("b", call_recording={"enabled": False, "record": "Never"})],
        rule("all"),
        rule("managers", owner_name=["a", "gone", "x*"], location_name="Oslo"),
        rule("missing", owner_name="nobody", allow_missing=True),
        rule("excluding", exclude={"owner_name": "no one"}),
        exemption(owner_name="retired"),
    )
    assert [(each["rule"], each["selector"], each["value"]) for each in result["unmatched"]] == [
        ("managers", "owner_name", "a"),
        ("managers", "owner_name", "gone"),
        ("managers", "owner_name", "x*"),
        ("managers", "location_name", "Oslo"),
    ]
    assert {each["value"] for each in result["unmatched_exceptions"]} == {"nobody", "no one", "retired"}
    assert states(result) == {"compliant": 1, "drifted": 1}


def test_selectors_that_match_nobody_together():
    members = [member("a", location="Oslo"), member("b", location="Denver")]
    result = check(members, rule("all"), rule("none", owner_name="a*", location_name="Den*"))
    assert result["unmatched"] == [{"rule": "none", "selector": None, "value": None}]


def test_values_outside_of_a_selection_do_not_count():
    result = check([member("a")], rule(owner_name=["a", "elsewhere"]), partial=True)
    assert result["unmatched"] == []
    assert [each["value"] for each in result["outside_selection"]] == ["elsewhere"]


# Exemptions and rules without effect


@pytest.mark.parametrize(
    ("expires", "state", "expired", "ending"),
    [
        ("2026-11-24", "drifted", 1, 0),
        ("2026-11-25", "exempt", 0, 1),
        ("2026-12-25", "exempt", 0, 1),
        ("2026-12-26", "exempt", 0, 0),
        ("never", "exempt", 0, 0),
    ],
)
def test_the_end_of_exemptions(expires, state, expired, ending):
    off = member("a", call_recording={"enabled": False, "record": "Never"})
    result = check([off, member("b")], rule(), exemption(owner_name="a", expires=expires))
    assert states(result) == {"compliant": 1, state: 1}
    assert (len(result["expired"]), len(result["ending_soon"])) == (expired, ending)


def test_rules_without_effect():
    result = check([member("a")], rule("first", {"record": "Never"}), rule("second", {"record": "Always"}))
    assert result["without_effect"] == ["first"]
    assert states(result) == {"compliant": 1}


# Baselines


def test_a_baseline_finds_all_differences():
    before = [
        member("same"),
        member("changed"),
        member("null", call_recording={**ON, "new_key": None}),
        member("unknown", call_recording={**ON, "some_key": {"a": 1}}),
        member("gone"),
        unrecordable("room"),
    ]
    baseline = baseline_of(before)
    now = [
        member("same"),
        member("changed", call_recording={**ON, "record": "Never"}),
        member("null", call_recording={**ON, "new_key": 1}),
        member("unknown", call_recording={**ON, "some_key": {"a": 2}, "more": True}),
        member("new"),
        unrecordable("room"),
    ]
    result = check(now, baseline=baseline)
    assert states(result) == {"compliant": 2, "drifted": 3, "uncovered": 1}
    found = {(entry["name"], each["setting"]) for entry in result["drifted"] for each in entry["differences"]}
    assert found == {("changed", "record"), ("null", "new_key"), ("unknown", "some_key.a"), ("unknown", "more")}
    assert all(each["rule"] == "baseline" for entry in result["drifted"] for each in entry["differences"])
    assert [each["name"] for each in result["new"]] == ["new"]
    assert [each["name"] for each in result["removed"]] == ["gone"]
    assert result["remediations"] == [{"settings": {"record": "Always"}, "person_id": ["person-changed"]}]


def test_a_baseline_contains_the_identity_and_all_settings():
    settings = {**ON, "notification": {"type": None}, "service_provider": "WSWYZ25455", "new_key": None}
    members = [
        member("a", email="a@example.com", numbers=[{"extension": "100"}], call_recording=settings),
        {"id": "x", "kind": "virtual_line", "call_recording": dict(ON)},
        unrecordable("room"),
    ]
    before = copy.deepcopy(members)
    document = baseline_document(members, {"id": "org", "name": "Org", "verified": True}, "2026-11-20T00:00:00Z", {})
    first, second, third = document.pop("members")
    assert document == {
        "format_version": 1,
        "organization": {"id": "org", "name": "Org"},
        "created_at": "2026-11-20T00:00:00Z",
        "select": {},
    }
    assert first == {
        "id": "person-a",
        "kind": "person",
        "first_name": "a",
        "number": {"extension": "100"},
        "numbers": [{"extension": "100"}],
        "location": {"id": "Denver", "name": "Denver"},
        "recordable": True,
        "call_recording": settings,
    }
    assert second == {"id": "x", "kind": "virtual_line", "recordable": True, "call_recording": ON}
    assert (third["recordable"], third["call_recording"]) == (False, {"enabled": False, "record": "Never"})
    assert members == before


@pytest.mark.parametrize(
    "settings",
    [
        {"enabled": False, "record": None, "notification": {"type": None}, "repeat": None},
        {"enabled": False},
        {"enabled": True, "record": "Some Day", "notification": {}, "repeat": {"interval": 5}},
        {"enabled": True, "record": "Always", "new_key": [{"odd_Key": [1, None]}], "other": {"a": {"b": {}}}},
        {},
    ],
)
def test_members_are_compliant_with_their_baseline(settings):
    """Also with settings that no policy can require."""
    members = [member("a", call_recording=settings), member("b", "workspace", call_recording=settings)]
    result = check(members, baseline=baseline_of(members))
    assert states(result) == {"compliant": 2}
    assert (result["new"], result["removed"], result["remediations"]) == ([], [], [])


def test_a_policy_decides_where_both_speak_of_a_setting():
    baseline = baseline_of([member("a"), member("b")])
    now = [member("a", call_recording={**ON, "record": "Never"}), member("c")]
    result = check(now, rule(settings={"record": "Never"}), baseline=baseline)
    by_name = {entry["name"]: entry["differences"] for entry in result["drifted"]}
    # Only the policy covers the new member.
    assert by_name == {"c": [{"setting": "record", "expected": "Never", "actual": "Always", "rule": "r"}]}


def test_a_baseline_with_an_untyped_notification_is_compared():
    odd = {**ON, "notification": {"enabled": True, "type": "None"}}
    baseline = baseline_of([member("a", call_recording=odd), member("b", call_recording=odd)])
    result = check([member("a", call_recording=odd), member("b")], baseline=baseline)
    assert states(result) == {"compliant": 1, "drifted": 1}


def test_only_candidates_can_be_removed():
    baseline = baseline_of([member("a"), member("b", location="Oslo")])
    result = check([member("a")], baseline=baseline, partial=True, removed_candidates={"person-a"})
    assert result["removed"] == []


def test_a_baseline_needs_a_complete_reading():
    with pytest.raises(OptionError, match="1 of 2 members were not read, first "):
        baseline_document([member("a"), unreadable("b")], {}, "2026-11-20T00:00:00Z", {})
    with pytest.raises(OptionError, match="there are no members"):
        baseline_document([], {}, "2026-11-20T00:00:00Z", {})


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{", "{}", '{"format_version": 2}', '{"format_version": 1}', "[" * 100000),
        '{"format_version": 1, "organization": {}, "select": {}, "created_at": "x", "members": []}',
        '{"format_version": 1, "organization": {}, "select": {}, "created_at": "x", "members": [{"id": "a"}]}',
    ],
)
def test_texts_that_are_no_baseline(text):
    with pytest.raises(OptionError, match=r"baseline\.json"):
        parse_baseline(text, "baseline.json")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"call_recording": None}, "lacks members"),
        ({"call_recording": "on"}, "lacks members"),
        ({"recordable": None}, "lacks members"),
        ({"kind": "people"}, "lacks members"),
        ({"id": 1}, "lacks members"),
        ({"id": "person-b"}, "contains a member twice"),
    ],
)
def test_members_that_no_baseline_contains(change, fault):
    document = baseline_document([member("a"), member("b")], {"id": "org"}, "2026-11-20T00:00:00Z", {})
    document["members"][0].update(change)
    with pytest.raises(OptionError, match=rf"baseline\.json {fault}"):
        parse_baseline(json.dumps(document), "baseline.json")


@pytest.mark.parametrize(
    ("organization", "select", "accepted"),
    [
        ("org", {}, True),
        ("org", {"location_name": "Oslo"}, True),
        ("other", {}, False),
        (None, {}, False),
    ],
)
def test_a_baseline_of_another_organization(organization, select, accepted):
    baseline = baseline_of([member("a")])
    if accepted:
        check_scope(baseline, organization, select, "b.json")
        return
    with pytest.raises(OptionError, match="is a baseline of the organization org, and not of"):
        check_scope(baseline, organization, select, "b.json")


def test_a_baseline_of_a_narrower_selection():
    document = baseline_document([member("a")], {"id": "org"}, "2026-11-20T00:00:00Z", {"location_name": "Oslo"})
    baseline = parse_baseline(json.dumps(document), "b.json")
    check_scope(baseline, "org", {"location_name": "Oslo"}, "b.json")
    for select in ({}, {"location_name": "Denver"}):
        with pytest.raises(OptionError, match="another selection"):
            check_scope(baseline, "org", select, "b.json")
