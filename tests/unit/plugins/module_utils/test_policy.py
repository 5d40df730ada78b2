# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import datetime

import pytest

from ansible_collections.webex.calling.plugins.module_utils._policy import (
    Exemption,
    PolicyError,
    normalize_policy,
    parse_policy,
)

RULE = {"name": "r", "settings": {"enabled": True}}
EXEMPT = {"name": "x", "owner_name": "Ada", "exempt": {"reason": "why", "expires": "2026-12-31"}}


def policy(*rules, **more):
    return {"name": "Rulebook", "rules": list(rules), **more}


def faults_of(content):
    with pytest.raises(PolicyError) as caught:
        parse_policy(content)
    assert caught.value.error_type == "invalid_policy"
    return caught.value.faults


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "the policy: is not a dictionary"),
        ("name: x", "the policy: is a text. Use the filter webex.calling.call_recording_policy"),
        ([RULE], "the policy: is not a dictionary with name, version, and rules"),
        ({"rules": [RULE]}, "the policy: name is missing"),
        ({"name": "x"}, "the policy: rules is not a list of rules, or empty"),
        (policy(), "rules is not a list of rules, or empty"),
        ({"name": "x", "rules": RULE}, "rules is not a list of rules"),
        (policy(RULE, version=1.10), "the policy: version is the number 1.1: quote it"),
        (policy(RULE, version=None), "the policy: version is null"),
        (policy(RULE, verison="1"), "the policy: verison is unknown; did you mean version?"),
        (policy(RULE, sha256="x"), "sha256 is no SHA-256 digest"),
        (policy(RULE, RULE), "has several rules with the name 'r'"),
        (policy("x"), "rule 1: is not a dictionary"),
        (policy({"settings": {"enabled": True}}), "rule 1: name is missing"),
        (policy({**RULE, "name": ""}), "rule 1: name is not a text, or empty"),
        (policy({**RULE, "name": 7}), "rule 1: name is the number 7: quote it"),
        (policy({**RULE, "setings": {}}), "rule 1, 'r': setings is unknown; did you mean settings?"),
        (policy({"name": "r"}), "rule 1, 'r': needs either settings or exempt"),
        (policy({**RULE, "owner_name": "x", "exempt": {}}), "needs either settings or exempt"),
        (policy({**RULE, "extension": 64}), "rule 1, 'r': extension is the number 64: quote it"),
        (policy({**RULE, "owner_name": 5}), "owner_name is the number 5: quote it"),
        (policy({**RULE, "owner_name": None}), "owner_name is null"),
        (policy({**RULE, "owner_name": ["a", None]}), "owner_name is null"),
        (policy({**RULE, "owner_name": " "}), "owner_name is empty"),
        (policy({**RULE, "owner_name": []}), "owner_name is an empty list"),
        (policy({**RULE, "owner_name": True}), "owner_name contains True, which is not a text"),
        (policy({**RULE, "owner_name": {"a": 1}}), "owner_name contains"),
        (policy({**RULE, "owner_name": ["a", " "]}), "owner_name is empty"),
        (policy({**RULE, "extension": [6101.5]}), "extension contains 6101.5, which is not a text"),
        (policy({**RULE, True: 1}), "rule 1, 'r': True is unknown"),
        (policy({**RULE, "phone_number": "call me"}), "phone_number contains the invalid value"),
        (policy({**RULE, "kind": "people"}), "kind is 'people': give person, workspace, virtual_line"),
        (policy({**RULE, "recordable": "yes"}), "recordable is neither true nor false"),
        (policy({**RULE, "allow_missing": None}), "allow_missing is null"),
        (policy({**RULE, "exclude": {}}), "exclude is not a dictionary of selectors, or empty"),
        (policy({**RULE, "exclude": {"extenson": "1"}}), "exclude.extenson is unknown; did you mean extension?"),
        (policy({**RULE, "exclude": {"extension": 1}}), "exclude.extension is the number 1: quote it"),
        (policy({**RULE, "references": [1]}), "references is the number 1: quote it"),
        (policy({"name": "r", "settings": {}}), "settings is empty"),
        (policy({"name": "r", "settings": None}), "settings is not a dictionary"),
        (policy({"name": "r", "settings": {"record": "Allways"}}), "value of record must be one of"),
        (policy({"name": "r", "settings": {"record": None}}), "record has no value"),
        (policy({"name": "r", "settings": {"recrd": "Always"}}), "recrd is unknown"),
        (policy({"name": "r", "settings": {True: "Always"}}), "settings: True is unknown"),
        (policy({"name": "r", "settings": {"record": "always"}}), "value of record must be one of"),
        (policy({"name": "r", "settings": {"enabled": "perhaps"}}), "settings: argument 'enabled' is of"),
        (policy({"name": "r", "settings": {"repeat": {"interval": 5}}}), "repeat.interval is 5"),
        (
            policy({"name": "r", "settings": {"notification": {"enabled": True, "type": "None"}}}),
            "notification.enabled is true and notification.type is None, which exclude each other",
        ),
        (policy({"name": "baseline", "settings": {"enabled": True}}), "the name baseline is reserved"),
        (policy({**EXEMPT, "exempt": "why"}), "exempt is not a dictionary with reason and expires"),
        (policy({**EXEMPT, "exempt": {"expires": "never"}}), "exempt.reason is missing"),
        (policy({**EXEMPT, "exempt": {"reason": "why"}}), "exempt.expires is missing"),
        (policy({**EXEMPT, "exempt": {"reason": "why", "expires": "31.12.2026"}}), "exempt.expires is '31.12.2026'"),
        (policy({**EXEMPT, "exempt": {"reason": "why", "expires": "2026-02-30"}}), "exempt.expires is '2026-02-30'"),
        (policy({**EXEMPT, "exempt": {"reason": "why", "expires": "20261231"}}), "exempt.expires is '20261231'"),
        (policy({**EXEMPT, "exempt": {"reason": "why", "expires": 2026}}), "exempt.expires is 2026"),
        (
            policy({**EXEMPT, "exempt": {"reason": "why", "expires": "never", "aproved_by": "x"}}),
            "exempt.aproved_by is unknown; did you mean approved_by?",
        ),
        (
            policy({"name": "x", "exempt": {"reason": "why", "expires": "never"}}),
            "exempt needs a selector",
        ),
        (
            policy({"name": "x", "kind": "person", "exempt": {"reason": "why", "expires": "never"}}),
            "exempt needs a selector",
        ),
    ],
)
def test_faults(content, fault):
    (found,) = faults_of(content)
    assert fault in found


def test_all_faults_of_all_rules_are_in_one_message():
    content = policy(
        {"name": "one", "settings": {"record": "Allways"}},
        {"name": "two", "extension": 100, "owner_name": None, "settings": {"enabled": True}},
        {"name": "three", "locaton_name": "Denver", "settings": {"enabled": True}},
        {"name": "four", "owner_name": "Ada", "exempt": {"reason": "why"}},
    )
    faults = faults_of(content)
    assert [fault.partition(":")[0] for fault in faults] == [
        "rule 1, 'one'",
        "rule 2, 'two'",
        "rule 2, 'two'",
        "rule 3, 'three'",
        "rule 4, 'four'",
    ]
    with pytest.raises(PolicyError) as caught:
        parse_policy(content)
    assert all(fault in str(caught.value) for fault in faults)


@pytest.mark.parametrize(
    ("settings", "expected", "implied"),
    [
        ({"record": "Always"}, {"record": "Always", "enabled": True}, ["enabled"]),
        ({"record": "On Demand"}, {"record": "On Demand", "enabled": True}, ["enabled"]),
        ({"record": "Always", "enabled": False}, {"record": "Always", "enabled": False}, []),
        ({"record": "Never"}, {"record": "Never"}, []),
        ({"record_voicemail_enabled": True}, {"record_voicemail_enabled": True}, []),
        ({"start_stop_announcement_enabled": True}, {"start_stop_announcement_enabled": True}, []),
    ],
)
def test_record_implies_enabled(settings, expected, implied):
    (rule,) = parse_policy(policy({"name": "r", "settings": settings})).rules
    assert (dict(rule.expected), list(rule.implied)) == (expected, implied)


@pytest.mark.parametrize("phone_number", [15550001001, "+1 555 000 1001", ["+15550001001"]])
def test_phone_numbers_may_be_numbers(phone_number):
    (rule,) = parse_policy(policy({**RULE, "phone_number": phone_number})).rules
    (values,) = rule.selectors.values.values()
    assert list(values) == ["15550001001"]


@pytest.mark.parametrize(
    ("expires", "day"),
    [
        ("2026-12-31", datetime.date(2026, 12, 31)),
        (datetime.date(2026, 12, 31), datetime.date(2026, 12, 31)),
        (datetime.datetime(2026, 12, 31, 23, 59), datetime.date(2026, 12, 31)),
        ("never", None),
    ],
)
def test_the_end_of_an_exemption(expires, day):
    content = policy({**EXEMPT, "exempt": {"reason": "why", "expires": expires, "ticket": "GRC-81"}})
    (rule,) = parse_policy(content).rules
    assert rule.exemption == Exemption("why", day, None, "GRC-81")
    # Dates become texts, which modules of all releases of ansible-core accept.
    (plain,) = normalize_policy(content)["rules"]
    assert plain["exempt"] == {"reason": "why", "expires": "never" if day is None else "2026-12-31", "ticket": "GRC-81"}


@pytest.mark.parametrize(
    ("today", "active"), [("2026-12-30", True), ("2026-12-31", True), ("2027-01-01", False), ("2027-06-01", False)]
)
def test_the_last_day_of_an_exemption(today, active):
    exemption = Exemption("why", datetime.date(2026, 12, 31))
    assert exemption.is_active(datetime.date.fromisoformat(today)) is active
    assert Exemption("why", None).is_active(datetime.date.fromisoformat(today))


def test_normalizing_is_idempotent():
    once = normalize_policy(policy(RULE, EXEMPT, version="2026-10"))
    assert normalize_policy(once) == once
    assert parse_policy(once).sha256 == once["sha256"]
    assert parse_policy(policy(RULE)).sha256 != once["sha256"]


def test_a_digest_belongs_to_one_policy():
    """Templates can change a policy, and keep the digest of the file."""
    once = normalize_policy({**policy(RULE, EXEMPT), "sha256": "ab" * 32})
    assert parse_policy(once).sha256 == "ab" * 32
    changed = {**once, "rules": [*once["rules"], {**EXEMPT, "name": "more"}]}
    for content in (changed, {**once, "name": "Other"}, {**once, "version": "2"}):
        with pytest.raises(PolicyError, match="was changed after it was read and got its digest"):
            parse_policy(content)
    given = {key: changed[key] for key in ("name", "rules")}
    assert parse_policy(given).sha256 == normalize_policy(given)["content_sha256"]


def test_emails_of_all_selectors():
    content = policy(
        {**RULE, "email": ["a@example.com", "b@example.com"]},
        {**RULE, "name": "s", "exclude": {"email": "c@example.com"}},
        {**RULE, "name": "t", "email": "a@example.com"},
    )
    assert parse_policy(content).emails() == ["a@example.com", "b@example.com", "c@example.com"]
