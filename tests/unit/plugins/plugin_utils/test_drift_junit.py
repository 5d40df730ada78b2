# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JUnit output of the drift check.

The function L(check_schema) has the rules of the strict schema of Apache Ant, https://github.com/windyroad/JUnit-Schema.
With the path of its file JUnit.xsd in the variable JUNIT_XSD, the tests use the schema as well.
"""

from __future__ import annotations

import os
import re
import xml.etree.ElementTree as ET
from itertools import chain, combinations

import pytest

from ansible_collections.webex.calling.plugins.plugin_utils._drift_junit import MAX_SHOWN, render_junit
from ansible_collections.webex.calling.tests.unit.plugins.plugin_utils.drift_documents import (
    ADA,
    BOB,
    HOSTILE,
    REASONS,
    STATUSES,
    compliant,
    difference,
    full,
    hostile,
    mark,
    not_made,
    of_reasons,
    of_status,
)

XSD = os.environ.get("JUNIT_XSD")

RESULTS = ("failure", "error", "skipped")
INTEGER, DECIMAL, TIME = r"[0-9]+", r"[0-9]+(\.[0-9]+)?", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
TEXT, NOT_EMPTY = r"(?s).*", r"(?s).*\S.*"

SUITE = {
    "package": TEXT,
    "id": INTEGER,
    "name": NOT_EMPTY,
    "timestamp": TIME,
    "hostname": NOT_EMPTY,
    "time": DECIMAL,
    "tests": INTEGER,
    "failures": INTEGER,
    "errors": INTEGER,
    "skipped": INTEGER,
}
ATTRIBUTES = {
    "testsuites": {},
    "testsuite": SUITE,
    "properties": {},
    "property": {"name": NOT_EMPTY, "value": TEXT},
    "testcase": {"name": TEXT, "classname": TEXT, "time": DECIMAL},
    "failure": {"message": TEXT, "type": TEXT},
    "error": {"message": TEXT, "type": TEXT},
    "skipped": {"message": TEXT},
    "system-out": {},
    "system-err": {},
}
CHILDREN = {
    "testsuites": "(testsuite )*",
    "testsuite": "properties (testcase )*system-out system-err ",
    "properties": "(property )*",
    "testcase": "((failure|error|skipped) )?",
}


def check_schema(root):
    assert root.tag == "testsuites"
    for element in root.iter():
        attributes = ATTRIBUTES[element.tag]
        assert element.keys() == attributes.keys() or set(element.keys()) == set(attributes), element.tag
        for name, pattern in attributes.items():
            assert re.fullmatch(pattern, element.get(name)), (element.tag, name, element.get(name))
        children = "".join(f"{child.tag} " for child in element)
        assert re.fullmatch(CHILDREN.get(element.tag, ""), children), (element.tag, children)
        if element.tag in CHILDREN:
            assert not (element.text or "").strip()
        assert element.tag != "property" or not element.text


def parsed(document):
    """Return the suite, after all checks that hold for any document."""
    text = render_junit(document)
    content = text.encode("utf-8")
    assert "<!-- webex.calling.drift_check -->" in text[:100]
    root = ET.fromstring(content)
    check_schema(root)
    if XSD:
        xmlschema = pytest.importorskip("xmlschema")
        xmlschema.XMLSchema(XSD).validate(ET.ElementTree(root))
    (suite,) = root
    cases = suite.findall("testcase")
    names = [case.get("name") for case in cases]
    assert len(set(names)) == len(names) == int(suite.get("tests"))
    assert all(name == " ".join(name.split()) for name in names)
    counts = {result: len(suite.findall(f"testcase/{result}")) for result in RESULTS}
    assert counts == {
        "failure": int(suite.get("failures")),
        "error": int(suite.get("errors")),
        "skipped": int(suite.get("skipped")),
    }
    assert (counts["failure"] + counts["error"] == 0) is document["passed"]
    for result in suite.iter():
        if result.tag in RESULTS:
            assert result.get("message") == (result.text or "")
    return suite


def cases_of(document):
    """Return result and details of each case by name."""
    found = {}
    for case in parsed(document).findall("testcase"):
        result = next(iter(case), None)
        found[case.get("name")] = ("passed", "") if result is None else (result.tag, result.text)
    return found


def results_of(document):
    return {name: result for name, (result, _details) in cases_of(document).items()}


CHECKS = ("Every member was read", "Every value matches a member", "Every member is covered")
EXPECTED = {
    "incomplete": {CHECKS[0]: "error"},
    "drifted": {"Rule: Everybody is recorded": "failure", "Rule: No beeps": "failure", "Rule: baseline": "failure"},
    "unmatched": {CHECKS[1]: "failure"},
    "uncovered": {CHECKS[2]: "failure"},
    "remediated": {},
    "compliant": {},
}


@pytest.mark.parametrize("status", STATUSES)
def test_each_status(status):
    failed = {name: result for name, result in results_of(of_status(status)).items() if result != "passed"}
    assert failed == EXPECTED[status]


ALL_REASONS = list(chain.from_iterable(combinations(REASONS, number) for number in range(5)))
ALL_TOLERATED = [(), ("drifted",), ("uncovered",), ("drifted", "uncovered"), ("drifted", "unmatched", "uncovered")]


@pytest.mark.parametrize("tolerated", ALL_TOLERATED, ids=",".join)
@pytest.mark.parametrize("reasons", ALL_REASONS, ids=",".join)
def test_tolerated_reasons_are_skipped(reasons, tolerated):
    expected = {}
    for reason in reasons:
        for name, result in EXPECTED[reason].items():
            expected[name] = "skipped" if reason in tolerated else result
    found = {
        name: result
        for name, result in results_of(of_reasons(*reasons, tolerated=tolerated)).items()
        if result != "passed"
    }
    assert found == expected


def test_a_tolerated_reason_has_its_details():
    result, details = cases_of(of_reasons("drifted", tolerated=("drifted",)))["Rule: Everybody is recorded"]
    assert result == "skipped"
    assert "Ada Smith (Denver): record is Never, should be Always" in details


@pytest.mark.parametrize("passed", [True, False])
@pytest.mark.parametrize("document", [mark(), not_made(), full(), *map(of_status, STATUSES)], ids=lambda each: "")
def test_passed_decides(document, passed):
    """The function L(parsed) compares the counts with C(passed)."""
    parsed({**document, "passed": passed})


def test_a_check_that_did_not_pass_without_a_reason():
    document = {**compliant(), "passed": False}
    assert cases_of(document)[CHECKS[0]] == ("error", document["message"])


def test_mark():
    suite = parsed(mark())
    assert cases_of(mark()) == {
        "Every member was read": ("error", mark()["message"]),
        "Every value matches a member": ("skipped", "No members were read."),
        "Every member is covered": ("skipped", "No members were read."),
        "Settings have effect": ("skipped", "No members were read."),
    }
    assert (suite.get("name"), suite.get("time")) == ("webex.calling.drift_check", "0")
    assert {case.get("classname") for case in suite.findall("testcase")} == {"webex.calling.drift_check"}


def test_a_check_that_could_not_be_made():
    result, details = cases_of(not_made())["Every member was read"]
    assert result == "error"
    assert details.splitlines() == [
        "Incomplete: Webex refused the access token.",
        "HTTP 401: The request requires a valid access token. (tracking id ROUTER_2). Renew the access token.",
    ]


@pytest.mark.parametrize("key", ["unmatched", "removed"])
def test_one_kind_of_unmatched(key):
    document = {**of_status("unmatched"), "unmatched": [], "removed": [], key: full()[key]}
    assert results_of(document)["Every value matches a member"] == "failure"


def test_an_error_is_shown_once():
    document = {
        **not_made(),
        "message": "Incomplete: no file.",
        "error": {"type": "invalid_option", "message": "no file"},
    }
    assert cases_of(document)["Every member was read"] == ("error", "Incomplete: no file.")


def test_nothing_was_compared():
    document = {
        **compliant(),
        "status": "incomplete",
        "reasons": ["incomplete"],
        "passed": False,
        "message": "Incomplete: no rule applies to any member.",
    }
    assert cases_of(document)[CHECKS[0]] == ("error", document["message"])
    assert results_of(document)["Rule: Everybody is recorded"] == "passed"


def test_full():
    cases = cases_of(full())
    assert {name: result for name, (result, _details) in cases.items()} == {
        "Every member was read": "error",
        "Every value matches a member": "failure",
        "Every member is covered": "failure",
        "Settings have effect": "passed",
        "Baseline": "failure",
        "Rule: Everybody is recorded": "failure",
        "Rule: No beeps": "failure",
        "Exemption: Lobby phones": "skipped",
        "Exemption: Old": "skipped",
    }
    details = {name: details.splitlines() for name, (_result, details) in cases.items()}
    assert details["Every member was read"] == [
        full()["message"],
        "HTTP 400: Not now. (code 4400, tracking id ROUTER_1). Try again later.",
        "Room 1 (Boston): HTTP 400: Not now. (code 4400, tracking id ROUTER_1). Try again later.",
    ]
    assert details["Every value matches a member"] == [
        "Values that match no member: 2. Members of the baseline that are gone: 1.",
        "No beeps: owner_name Sales * matches no member",
        "No beeps: no member matches all selectors",
        "Gus Gone (Denver): in the baseline, and gone",
    ]
    assert details["Every member is covered"] == ["Members that no rule covers: 1.", "Front desk (no location)"]
    since = "(since 2026-11-24T22:00:30Z)"
    reason = "calls cannot be recorded: HTTP 400: The service is not assigned. (code 4410). Assign the service."
    assert details["Baseline"] == [
        "Members that drifted from the baseline: 1.",
        f"Bob Smith (Denver): record is Never, should be Always {since}; {reason}",
    ]
    assert details["Rule: Everybody is recorded"] == [
        "Members that drifted from this rule: 1.",
        f"Ada Smith (Denver): record is Never, should be Always {since}",
    ]
    assert details["Rule: No beeps"] == [
        "Members that drifted from this rule: 1.",
        f"Bob Smith (Denver): repeat.enabled is not set, should be false {since}; {reason}",
    ]
    assert details["Exemption: Lobby phones"] == [
        "Public, until 2026-12-01, approved by CISO, ticket GRC-81. Number of members: 1.",
        f"Lobby phone (no location): enabled is false, should be true {since}",
    ]
    assert details["Exemption: Old"] == [
        "Moving, until 2026-10-31. Number of members: 1.",
        "Expired on 2026-10-31. The exemption has no effect.",
    ]


def test_suite():
    suite = parsed(full())
    organization = "Example Corp_ Ltd_"
    assert suite.get("name") == organization
    assert {case.get("classname") for case in suite.findall("testcase")} == {
        f"webex.calling.drift_check.{organization}"
    }
    assert (suite.get("timestamp"), suite.get("time")) == ("2026-11-25T22:00:00", "30")
    assert {each.get("name"): each.get("value") for each in suite.iter("property")} == {
        "status": "incomplete",
        "organization_id": "org-1",
        "organization_name": "Example Corp. Ltd.",
        "scope": "whole organization",
        "policy_name": "Recording rulebook",
        "policy_version": "2026-10",
        "policy_sha256": "ab" * 32,
        "baseline_file": "/friday.json",
        "baseline_created_at": "2026-11-20T22:00:00Z",
        "collection_version": "0.9.0",
        "last_complete_at": "2026-11-24T22:00:30Z",
    }
    assert suite.findtext("system-out").splitlines() == [
        full()["message"],
        "Remediated: Ada Smith (Denver): enabled is false, should be true (since 2026-11-24T22:00:30Z)",
        "Could not be remediated: Bob Smith (Denver): HTTP 400: Not now. (code 4400, tracking id ROUTER_1). "
        "Try again later.",
        "Need not match: Old: owner_name Zoe matches no member",
        "Exemption that ends soon: Lobby phones, on 2026-12-01",
        "Rule without effect: No beeps",
    ]
    assert suite.findtext("system-err") == "HTTP 400: Not now. (code 4400, tracking id ROUTER_1). Try again later."


@pytest.mark.parametrize(
    ("organization", "scope", "name", "text"),
    [
        ({"id": "1.2", "name": None, "verified": False}, {"kind": ["person"]}, "1_2", '{"kind": ["person"]}'),
        ({"id": None, "name": None, "verified": False}, None, "webex.calling.drift_check", None),
        ({"id": None, "name": " \n ", "verified": False}, {}, "\\u000a", "whole organization"),
    ],
)
def test_organization_and_scope(organization, scope, name, text):
    suite = parsed({**compliant(), "organization": organization, "scope": scope})
    assert suite.get("name") == name
    assert {each.get("name"): each.get("value") for each in suite.iter("property")}.get("scope") == text


def test_refused_remediation():
    document = of_status("drifted")
    document["remediation"] = {"remediated": [], "failed": [], "refused": "60 members, more than 50"}
    assert "Not remediated: 60 members, more than 50" in parsed(document).findtext("system-out")


def test_a_rule_named_baseline():
    document = of_status("drifted")
    document["baseline"] = {"file": "/b.json", "created_at": "2026-11-20T22:00:00Z"}
    document["policy"]["rules"] = [{"name": "baseline", "members": 1, "settings": {"record": "Always"}}]
    document["drifted"] = [{**ADA, "differences": [difference("record", "Always", "Never", "baseline")]}]
    assert results_of(document)["Rule: baseline"] == results_of(document)["Baseline"] == "failure"


def test_names_are_unique_and_stable():
    names = ["a b", "a  b", "a\x00b", "a\\u0000b", "a b (2)", "a\nb", "Baseline", "", " "]
    document = compliant()
    document["policy"]["rules"] = [{"name": name, "members": 1, "settings": {}} for name in names]
    found = list(cases_of(document))
    assert len(found) == len(names) + 4
    changed = {**document, "drifted": of_status("drifted")["drifted"], "started_at": "2027-01-01T00:00:00Z"}
    assert list(cases_of({**changed, "passed": True}))[: len(found)] == found


def test_only_the_first_members_are_listed():
    document = of_status("drifted")
    number = MAX_SHOWN + 7
    document["drifted"] = [
        {**BOB, "id": str(each), "differences": [difference("record", "Always", "Never")]} for each in range(number)
    ]
    lines = cases_of(document)["Rule: Everybody is recorded"][1].splitlines()
    assert lines[0] == f"Members that drifted from this rule: {number}."
    assert len(lines) == MAX_SHOWN + 2
    assert lines[-1] == "and 7 more; set drift_check_json_file to get all"


def test_a_long_value_is_cut():
    document = of_status("drifted")
    document["drifted"][0]["differences"][0]["actual"] = "x" * 10_000_000
    assert len(render_junit(document)) < 20_000


@pytest.mark.parametrize("build", [full, mark, not_made, lambda: of_status("drifted")])
@pytest.mark.parametrize("value", HOSTILE, ids=map(str, range(len(HOSTILE))))
def test_hostile_values(value, build):
    parsed(hostile(build(), value))


def test_hostile_values_are_visible():
    document = hostile(of_status("drifted"), "\x00\x1b\ud800\ufffe\u202e <b>\n")
    assert "\\u0000\\u001b\\ud800\\ufffe\\u202e <b>\\u000a" in render_text(document)


def render_text(document):
    return "".join(ET.fromstring(render_junit(document)).itertext())
