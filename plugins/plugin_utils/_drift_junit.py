# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JUnit output of the role drift_check, in the format of Apache Ant.

Private to webex.calling, controller only. GitLab shows the content of a result, and Jenkins shows its message.
Therefore, both have the details.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..module_utils._errors import visible
from ..module_utils._policy import BASELINE
from ._drift_values import (
    GENERATOR,
    describe_difference,
    describe_effect,
    describe_error,
    describe_exemption,
    describe_member,
    describe_service,
    describe_unmatched,
    duration_of,
    shortened,
    text_of,
    time_of,
)

#: Maximum number of members in the details of a case.
MAX_SHOWN = 100

#: Maximum length of a line in characters. XML parsers refuse texts of several megabytes.
_MAX_LENGTH = 1000

#: Reasons of cases that neither pass nor fail.
_EXEMPT = "exempt"
_NOT_CHECKED = "not checked"


class _Case(NamedTuple):
    """Test case.

    :param name: name without characters that XML cannot hold.
    :param lines: details. Empty if the case passes.
    :param reason: reason of the verdict, or one of the reasons that do not count. None if the case passes.
    """

    name: str
    lines: Sequence[str] = ()
    reason: str | None = None


def render_junit(document: Mapping[str, Any]) -> str:
    """Return the JUnit output for the document of a drift check."""
    results = [(case, _result(document, case)) for case in _cases(document)]
    if not document["passed"] and not {"failure", "error"}.intersection(result for _case, result in results):
        results[0] = results[0][0]._replace(lines=[text_of(document["message"])], reason="incomplete"), "error"
    organization = _organization(document)
    root = ET.Element("testsuites")
    suite = ET.SubElement(root, "testsuite", {"name": organization or GENERATOR, **_attributes(document)})
    suite.set("tests", str(len(results)))
    for count, result in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(found == result for _case, found in results)))
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(document).items():
        ET.SubElement(properties, "property", {"name": name, "value": _line(text_of(value))})
    class_name = f"{GENERATOR}.{organization}" if organization else GENERATOR
    for case, found in results:
        element = ET.SubElement(suite, "testcase", {"name": case.name, "classname": class_name, "time": "0"})
        if found:
            details = "\n".join(map(_line, case.lines))
            kind = {} if found == "skipped" else {"type": case.reason or ""}
            ET.SubElement(element, found, {**kind, "message": details}).text = details
    ET.SubElement(suite, "system-out").text = "\n".join(map(_line, _output(document)))
    ET.SubElement(suite, "system-err").text = _line(describe_error(document["error"])) if document["error"] else ""
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- {GENERATOR} -->\n{text}\n'


def _attributes(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the attributes of the suite besides its name and counts."""
    started_at = time_of(document["started_at"])
    return {
        "package": GENERATOR,
        "id": "0",
        # The schema does not allow a time zone.
        "timestamp": started_at.replace(tzinfo=None).isoformat() if started_at else "1970-01-01T00:00:00",
        "hostname": "localhost",
        "time": str(duration_of(document) or 0),
    }


def _result(document: Mapping[str, Any], case: _Case) -> str | None:
    """Return the name of the element with the result, or None for a passed case."""
    if case.reason is None:
        return None
    if document["passed"] or case.reason in (_EXEMPT, _NOT_CHECKED, *document["tolerated"]):
        return "skipped"
    return "error" if case.reason == "incomplete" else "failure"


def _cases(document: Mapping[str, Any]) -> list[_Case]:
    cases = [
        _Case("Every member was read", *_unread(document)),
        _Case("Every value matches a member", *_unmatched(document)),
        _Case("Every member is covered", *_uncovered(document)),
        _Case("Settings have effect", *_effect(document)),
    ]
    drifted, exempt = _drifted_by_rule(document), _by_rule(document["exempt"])
    rules = document["policy"]["rules"] if document["policy"] else []
    known = [text_of(rule["name"]) for rule in rules]
    if document["baseline"]:
        cases.append(_Case("Baseline", *_drifted(drifted.get(BASELINE, []), "the baseline")))
        known.append(BASELINE)
    # Each drifted member is in a case, even if the document does not list its rule.
    rules = [*rules, *({"name": name} for name in drifted if name not in known)]
    for rule in rules:
        name = text_of(rule["name"])
        if "exempt" in rule:
            cases.append(_Case(f"Exemption: {name}", _exemption(document, rule, exempt.get(name, [])), _EXEMPT))
        else:
            cases.append(_Case(f"Rule: {name}", *_drifted(drifted.get(name, []), "this rule")))
    if not document["counts"]["total"]:
        # A case without data must not pass.
        cases = [
            case if case.reason else case._replace(lines=["No members were read."], reason=_NOT_CHECKED)
            for case in cases
        ]
    return _with_unique_names(cases)


def _unread(document: Mapping[str, Any]) -> tuple[Sequence[str], str | None]:
    if "incomplete" not in document["reasons"] and document["status"] != "incomplete":
        return (), None
    lines = [text_of(document["message"])]
    if document["error"] and describe_error(document["error"]) not in lines[0]:
        lines.append(describe_error(document["error"]))
    return [*lines, *_listed(document["errors"], _describe_failure)], "incomplete"


def _unmatched(document: Mapping[str, Any]) -> tuple[Sequence[str], str | None]:
    values, removed = document["unmatched"], document["removed"]
    if not values and not removed:
        return (), None
    return [
        f"Values that match no member: {len(values)}. Members of the baseline that are gone: {len(removed)}.",
        *_listed(values, describe_unmatched),
        *_listed(removed, lambda each: f"{describe_member(each)}: in the baseline, and gone"),
    ], "unmatched"


def _uncovered(document: Mapping[str, Any]) -> tuple[Sequence[str], str | None]:
    members = document["uncovered"]
    if not members:
        return (), None
    return [f"Members that no rule covers: {len(members)}.", *_listed(members, describe_member)], "uncovered"


def _effect(document: Mapping[str, Any]) -> tuple[Sequence[str], str | None]:
    service = document["service"]
    members = [member for member in document["drifted"] if "not_in_effect" in member]
    if service is None or (service["verified"] and not members):
        return (), None
    lines = [describe_service(service), *_listed(members, describe_member)]
    return lines, "drifted" if members else _NOT_CHECKED


def _by_rule(entries: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the entries by the name of their rule."""
    by_rule: dict[str, list[Mapping[str, Any]]] = {}
    for each in entries:
        by_rule.setdefault(text_of(each["rule"]), []).append(each)
    return by_rule


def _drifted_by_rule(document: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the drifted members by rule, each with the differences from this rule only."""
    return _by_rule(
        {**member, "rule": rule, "differences": differences}
        for member in document["drifted"]
        for rule, differences in _by_rule(member["differences"]).items()
    )


def _drifted(members: Sequence[Mapping[str, Any]], origin: str) -> tuple[Sequence[str], str | None]:
    if not members:
        return (), None
    return [f"Members that drifted from {origin}: {len(members)}.", *_listed(members, _describe_drift)], "drifted"


def _exemption(document: Mapping[str, Any], rule: Mapping[str, Any], members: Sequence[Mapping[str, Any]]) -> list[str]:
    expired = [each["expires"] for each in document["expired"] if each["rule"] == rule["name"]]
    return [
        f"{describe_exemption(rule['exempt'])}. Number of members: {text_of(rule['members'])}.",
        *(f"Expired on {text_of(each)}. The exemption has no effect." for each in expired),
        *_listed(members, _describe_exempt),
    ]


def _describe_drift(member: Mapping[str, Any]) -> str:
    differences = [
        describe_difference(each) + (f" (since {text_of(each['first_seen'])})" if each.get("first_seen") else "")
        for each in member["differences"]
    ]
    if "not_recordable" in member:
        differences.append(f"calls cannot be recorded: {describe_error(member['not_recordable'])}")
    if "not_in_effect" in member:
        differences.append(describe_effect(member["not_in_effect"]))
    return f"{describe_member(member)}: {'; '.join(differences)}"


def _describe_failure(member: Mapping[str, Any]) -> str:
    return f"{describe_member(member)}: {describe_error(member.get('error'))}"


def _describe_end(entry: Mapping[str, Any]) -> str:
    return f"{text_of(entry['rule'])}, on {text_of(entry['expires'])}"


def _describe_exempt(member: Mapping[str, Any]) -> str:
    if member["differences"] or "not_in_effect" in member:
        return _describe_drift(member)
    return f"{describe_member(member)}: no differences"


def _listed(entries: Sequence[Any], describe: Callable[[Any], str]) -> list[str]:
    more = len(entries) - MAX_SHOWN
    return [
        *map(describe, entries[:MAX_SHOWN]),
        *([f"and {more} more; set drift_check_json_file to get all"] if more > 0 else []),
    ]


def _output(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the verdict, and everything that no case shows."""
    remediation = document["remediation"] or {"remediated": [], "failed": [], "refused": None}
    yield text_of(document["message"])
    if remediation["refused"]:
        yield f"Not remediated: {text_of(remediation['refused'])}"
    for title, entries, describe in (
        ("Remediated", remediation["remediated"], _describe_drift),
        ("Could not be remediated", remediation["failed"], _describe_failure),
        ("Outside of the selection", document["outside_selection"], describe_unmatched),
        ("Need not match", document["unmatched_exceptions"], describe_unmatched),
        ("Exemption that ends soon", document["ending_soon"], _describe_end),
        ("Rule without effect", document["without_effect"], text_of),
    ):
        yield from (f"{title}: {line}" for line in _listed(entries, describe))


def _properties(document: Mapping[str, Any]) -> dict[str, Any]:
    organization, policy, baseline = (document[key] or {} for key in ("organization", "policy", "baseline"))
    found = {
        "status": document["status"],
        "organization_id": organization.get("id"),
        "organization_name": organization.get("name"),
        "scope": document["scope"] or (None if document["scope"] is None else "whole organization"),
        "policy_name": policy.get("name"),
        "policy_version": policy.get("version"),
        "policy_sha256": policy.get("sha256"),
        "baseline_file": baseline.get("file"),
        "baseline_created_at": baseline.get("created_at"),
        "collection_version": document["collection_version"],
        "last_complete_at": document["last_complete_at"],
    }
    return {name: value for name, value in found.items() if value is not None}


def _organization(document: Mapping[str, Any]) -> str:
    """Return the name or the id of the organization without dots, because Jenkins makes packages of them."""
    organization = document["organization"] or {}
    name = organization.get("name") or organization.get("id")
    return "" if name is None else _token(text_of(name).replace(".", "_"))


def _with_unique_names(cases: Iterable[_Case]) -> list[_Case]:
    """Return the cases with unique names, because rules can differ by white space only."""
    names: set[str] = set()
    unique = []
    for case in cases:
        base = name = _token(case.name)
        number = 1
        while name in names:
            number += 1
            name = f"{base} ({number})"
        names.add(name)
        unique.append(case._replace(name=name))
    return unique


def _token(text: str) -> str:
    """Return a text for an attribute in which XML does not keep repeated white space."""
    return " ".join(visible(text).split())


def _line(text: str) -> str:
    """Return one line with escape sequences for characters that XML cannot hold."""
    return shortened(visible(text), _MAX_LENGTH)
