# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents over several checks: what each says, and what the next one knows from it."""

from __future__ import annotations

import copy
import json

import pytest

from ansible_collections.webex.calling.plugins.plugin_utils._drift_document import (
    checked_document,
    failed_document,
    new_document,
    state_of,
    to_json,
)
from ansible_collections.webex.calling.tests.unit.plugins.plugin_utils.drift_documents import (
    IN_EFFECT,
    NOT_READABLE,
    OFF,
)

ORGANIZATION = {"id": "org-1", "name": "Example", "verified": True}
LISTS = (
    *("kinds", "locations", "drifted", "uncovered", "exempt", "errors", "not_recordable", "unmatched"),
    *("outside_selection", "unmatched_exceptions", "new", "removed", "expired", "ending_soon", "without_effect"),
    *("remediations", "rules"),
)


def entry(name, *settings, **more):
    differences = [{"setting": each, "expected": 1, "actual": 2, "rule": "Rule"} for each in settings]
    return {"id": f"id-{name}", "kind": "person", "name": name, "differences": differences, **more}


def result(status="compliant", day=1, **more):
    """Return a result of the module on a day."""
    reasons = [] if status in ("compliant", "remediated") else [status]
    counts = {"total": 9, "compared": 9, "compliant": 9, "drifted": 0, "uncovered": 0, "exempt": 0, "error": 0}
    counts["drifted"] = len(more.get("drifted", ()))
    return {
        **{name: [] for name in LISTS},
        "status": status,
        "reasons": reasons,
        "passed": not reasons,
        "organization": ORGANIZATION,
        "scope": {},
        "baseline": None,
        "service": IN_EFFECT,
        "requests": 11,
        "counts": counts,
        "started_at": f"day {day}",
        "finished_at": f"end {day}",
        **more,
    }


def mark(previous, day, **more):
    options = {"check_mode": False, "tolerated": [], "policy": None, "policy_file": None, **more}
    return new_document(started_at=f"day {day}", previous=previous and state_of(previous), **options)


def check(previous, day, status="compliant", message="", **more):
    return checked_document(mark(previous, day), result(status, day, **more), message)


@pytest.mark.parametrize(
    ("status", "service", "drifted", "message"),
    [
        ("compliant", NOT_READABLE, [], "Compliant: 9 of 9 members are compliant. Service level not verified."),
        # No rule requires anybody to be recorded.
        ("compliant", {**IN_EFFECT, **OFF, "in_effect": False}, [], "Compliant: 9 of 9 members are compliant."),
        (
            "drifted",
            {**IN_EFFECT, **OFF, "in_effect": False},
            [entry("Ada", not_in_effect=OFF)],
            "Drifted: 1 of 9 members have drifted; recording of the organization is off.",
        ),
        (
            "drifted",
            NOT_READABLE,
            [entry("Ada", "record")],
            "Drifted: 1 of 9 members have drifted. Service level not verified.",
        ),
        (
            # One location cannot be read, and settings have no effect in another.
            "drifted",
            NOT_READABLE,
            [entry("Ada", not_in_effect=OFF)],
            "Drifted: 1 of 9 members have drifted; recording of the organization is off. Service level not verified.",
        ),
    ],
)
def test_messages_about_the_service_level(status, service, drifted, message):
    document = check(None, 1, status, service=service, drifted=drifted)
    assert (document["message"], document["service"]) == (message, service)
    assert failed_document(document, "x", {"type": "not_written"})["service"] == service


def first_seen(document):
    return {
        (member["name"], each["setting"]): each["first_seen"]
        for member in document["drifted"] + document["exempt"]
        for each in member["differences"]
    }


def resolved(document):
    return [(each["name"], each["setting"], each["first_seen"]) for each in document["resolved"]]


def test_differences_are_known_since_the_check_that_found_them_first():
    one = check(None, 1, "drifted", drifted=[entry("Ada", "record"), entry("Bob", "enabled")])
    assert first_seen(one) == {("Ada", "record"): "day 1", ("Bob", "enabled"): "day 1"}
    assert (one["previous"], one["resolved"], one["last_complete_at"]) == (None, [], "end 1")
    two = check(one, 2, "drifted", drifted=[entry("Ada", "record", "enabled")], exempt=[entry("Bob", "enabled")])
    assert first_seen(two) == {("Ada", "record"): "day 1", ("Ada", "enabled"): "day 2", ("Bob", "enabled"): "day 1"}
    assert resolved(two) == []
    three = check(two, 3, "drifted", drifted=[entry("Ada", "enabled")])
    assert resolved(three) == [("Ada", "record", "day 1"), ("Bob", "enabled", "day 1")]
    four = check(three, 4)
    assert (resolved(four), four["last_complete_at"]) == ([("Ada", "enabled", "day 2")], "end 4")
    assert check(four, 5)["resolved"] == []


@pytest.mark.parametrize("marks", [1, 3])
def test_marks_and_failed_checks_carry_everything_on(marks):
    found = check(None, 1, "drifted", drifted=[entry("Ada", "record")])
    document = found
    for day in range(2, 2 + marks):
        document = mark(document, day)
        assert (document["status"], document["passed"], document["last_complete_at"]) == ("incomplete", False, "end 1")
        assert document["previous"]["differences"][0]["first_seen"] == "day 1"
        document = failed_document(document, "token refused", {"type": "authentication", "status": 401})
        assert document["message"] == "Incomplete: token refused"
        assert document["error"]["type"] == "authentication"
    again = check(document, 9, "drifted", drifted=[entry("Ada", "record")])
    assert first_seen(again) == {("Ada", "record"): "day 1"}
    assert check(document, 9)["resolved"][0]["first_seen"] == "day 1"


def test_an_incomplete_check_resolves_nothing_and_forgets_nothing():
    found = check(None, 1, "drifted", drifted=[entry("Ada", "record"), entry("Bob", "record")])
    incomplete = check(found, 2, "incomplete", "1 member", drifted=[entry("Bob", "record"), entry("Eve", "record")])
    assert (resolved(incomplete), incomplete["last_complete_at"]) == ([], "end 1")
    assert first_seen(incomplete) == {("Bob", "record"): "day 1", ("Eve", "record"): "day 2"}
    last = check(incomplete, 3, "drifted", drifted=[entry("Ada", "record"), entry("Eve", "record")])
    assert first_seen(last) == {("Ada", "record"): "day 1", ("Eve", "record"): "day 2"}
    assert resolved(last) == [("Bob", "record", "day 1")]


@pytest.mark.parametrize(
    "other", [{"organization": {"id": "org-2", "name": None, "verified": True}}, {"scope": {"kind": ["person"]}}]
)
def test_another_organization_or_scope_starts_anew(other):
    found = check(None, 1, "drifted", drifted=[entry("Ada", "record")])
    document = check(found, 2, "drifted", drifted=[entry("Ada", "record")], **other)
    assert first_seen(document) == {("Ada", "record"): "day 2"}
    assert (document["previous"], document["resolved"]) == (None, [])
    incomplete = check(found, 2, "incomplete", "x", **other)
    assert (incomplete["last_complete_at"], incomplete["previous"]) == (None, None)


def test_an_organization_that_cannot_be_identified_once():
    found = check(None, 1, "drifted", drifted=[entry("Ada", "record")])
    unknown = {"id": None, "name": None, "verified": False}
    document = check(found, 2, "compliant", organization=unknown)
    # Nobody knows whether this is the same organization.
    assert document["resolved"] == []
    incomplete = check(found, 2, "incomplete", "x", organization=unknown)
    again = check(incomplete, 3, "drifted", drifted=[entry("Ada", "record")])
    assert first_seen(again) == {("Ada", "record"): "day 1"}


@pytest.mark.parametrize(
    "damage",
    [
        lambda document: document.update(format_version=2),
        lambda document: document.pop("drifted"),
        lambda document: document.update(drifted=[5]),
        lambda document: document["drifted"][0].update(id=["x"]),
        lambda document: document["drifted"][0]["differences"][0].update(first_seen=None),
        lambda document: document.update(organization="org-1"),
        lambda document: document.update(last_complete_at=5),
    ],
)
def test_a_previous_document_that_somebody_changed(damage):
    document = check(None, 1, "drifted", drifted=[entry("Ada", "record")])
    assert state_of(document) is not None
    damage(document)
    assert state_of(document) is None


def test_a_failure_to_write_makes_a_check_incomplete_but_loses_nothing():
    found = check(None, 1, "drifted", drifted=[entry("Ada", "record")])
    failed = failed_document(found, "/a.csv cannot be written", {"type": "not_written"})
    assert (failed["status"], failed["reasons"], failed["passed"]) == ("incomplete", ["incomplete", "drifted"], False)
    assert (failed["drifted"], failed["error"]["type"]) == (found["drifted"], "not_written")


@pytest.mark.parametrize(
    ("status", "more", "message"),
    [
        ("compliant", {}, "Compliant: 9 of 9 members are compliant."),
        ("drifted", {"drifted": [entry("Ada", "record")]}, "Drifted: 1 of 9 members have drifted."),
        (
            "drifted",
            {"drifted": [entry("Ada", "record")], "passed": True},
            "Drifted: 1 of 9 members have drifted. Tolerated: drifted.",
        ),
        ("incomplete", {}, "Incomplete: 1 of 9 members could not be read."),
        (
            "unmatched",
            {"unmatched": [{}], "removed": [{}, {}]},
            "Unmatched: 1 value in rules without a match; 2 members of",
        ),
    ],
)
def test_messages(status, more, message):
    assert check(None, 1, status, "1 of 9 members could not be read.", **more)["message"].startswith(message)


def test_a_remediated_organization():
    document = {**mark(None, 1), "remediation": {"remediated": [entry("Ada")], "failed": [], "refused": None}}
    remediated = checked_document(document, result("remediated"), "")
    assert remediated["message"] == "Remediated: 1 member remediated; 9 of 9 members are compliant."


@pytest.mark.parametrize(
    "value", [float("inf"), float("-inf"), float("nan"), ["x"], {"a": float("inf")}, "\ud800", 10**400]
)
def test_values_that_json_cannot_hold(value):
    document = {"differences": [{"actual": value}]}
    before = copy.deepcopy(document)
    text = to_json(document).decode("utf-8")

    def refuse(constant):
        raise ValueError(constant)

    read = json.loads(text, parse_constant=refuse)["differences"][0]["actual"]
    assert read == {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}.get(str(value), read)
    if isinstance(value, (list, str, int)):
        assert read == value
    assert repr(document) == repr(before)
