# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comparison of members with a policy and a baseline: states, differences, verdict.

Private to webex.calling. All functions are pure. Each member has exactly one state: C(compliant), C(drifted),
C(uncovered), C(exempt), or C(error).
"""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ._baseline import Baseline
from ._errors import OptionError
from ._kinds import EXTRA_SETTINGS, KINDS, Kind, Member, kind_of
from ._policy import BASELINE, Policy, Rule, Selectors, is_contradictory
from ._selectors import Selector, display_name, location_id, matching_names
from ._settings import (
    MISSING,
    RECORD_ALWAYS,
    SELECTIVE,
    Difference,
    differences,
    flatten,
    keep_writable,
    predict,
    unflatten,
    unrecorded_calls,
)

STATES = ("compliant", "drifted", "uncovered", "exempt", "error")

#: Reasons against C(compliant), in descending order of severity. The first one determines the status.
REASONS = ("incomplete", "drifted", "unmatched", "uncovered")

#: Statuses of a check, the most severe one first.
STATUSES = (*REASONS, "remediated", "compliant")

#: Reasons that a check can tolerate.
TOLERABLE = ("drifted", "unmatched", "uncovered")

#: Number of days before its end in which an exemption counts as ending soon.
ENDING_SOON = 30

#: Identity keys of members in results.
_IDENTITY_KEYS = ("id", "kind", "name", "location")


@dataclass(frozen=True)
class Verdict:
    """Verdict about a check.

    :param status: most severe reason, or C(remediated) or C(compliant).
    :param reasons: all reasons, in descending order of severity.
    :param passed: whether the check tolerates all reasons.
    """

    status: str
    reasons: Sequence[str]
    passed: bool


def decide(
    states: Mapping[str, int],
    compared: int,
    *,
    unmatched: bool,
    remediated: bool,
    unverified: bool = False,
    tolerate: Collection[str] = (),
) -> Verdict:
    """Return the verdict about a check. This is the only function that decides.

    :param states: number of members by state.
    :param compared: number of members that were compared with a rule or with the baseline.
    :param unmatched: whether a value matches no member, or a member of the baseline was removed.
    :param remediated: whether members are compliant because the caller changed them.
    :param unverified: whether the check requires to know that settings have effect, and does not know it.
    :param tolerate: tolerated reasons.
    """
    applies = {
        "incomplete": states.get("error", 0) > 0 or compared == 0 or unverified,
        "drifted": states.get("drifted", 0) > 0,
        "unmatched": unmatched,
        "uncovered": states.get("uncovered", 0) > 0,
    }
    reasons = [reason for reason in REASONS if applies[reason]]
    passed = all(reason in TOLERABLE and reason in tolerate for reason in reasons)
    status = reasons[0] if reasons else ("remediated" if remediated else "compliant")
    return Verdict(status, reasons, passed)


@dataclass
class _Expectation:
    """Expected value of each setting of one member, and the last rule with this setting."""

    expected: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)

    def update(self, expected: Mapping[str, Any], rule: str) -> None:
        self.expected.update(expected)
        self.rules.update(dict.fromkeys(expected, rule))


def compare(
    members: Sequence[Member],
    policy: Policy | None,
    baseline: Baseline | None,
    *,
    today: datetime.date,
    partial: bool = False,
    removed_candidates: Collection[str] | None = None,
    list_members: bool = False,
    not_in_effect: Callable[[Member], Mapping[str, Any] | None] = lambda _member: None,
    listed: bool = True,
) -> dict[str, Any]:
    """Compare members with a policy, a baseline, or both, and return the result without the verdict.

    C(recorded_in) has the ids of the locations of members that have to be recorded, and None for no location.

    :param members: members from module results, each with C(call_recording), or with C(error) if reading failed.
    :param today: day for the end of exemptions, in UTC.
    :param partial: whether members are a part of the organization. Values that match nobody there do not count.
    :param removed_candidates: ids in the baseline that the check selects. None for all.
    :param list_members: whether to list all members with their settings and states.
    :param not_in_effect: function that returns the reason why settings of a member have no effect. None if they have
        effect, or if that is unknown.
    :param listed: whether the lists could be read. Otherwise, nothing is known about values that match nobody, and
        about members that are gone.
    """
    comparison = _Comparison(members, policy, baseline, today, partial=partial, not_in_effect=not_in_effect)
    result = comparison.result(removed_candidates, list_members)
    unknown = ("unmatched", "outside_selection", "unmatched_exceptions", "removed")
    return result if listed else {**result, **{key: [] for key in unknown}}


class _Comparison:
    def __init__(
        self,
        members: Sequence[Member],
        policy: Policy | None,
        baseline: Baseline | None,
        today: datetime.date,
        *,
        partial: bool,
        not_in_effect: Callable[[Member], Mapping[str, Any] | None],
    ) -> None:
        self._members = members
        self._rules = policy.rules if policy else ()
        self._baseline = baseline
        self._today = today
        self._partial = partial
        self._not_in_effect = not_in_effect
        self._index = _Index(members)
        self._matched = [self._index.matching(rule) for rule in self._rules]
        self._expectations: list[_Expectation | None] = [None] * len(members)
        self._exemptions: dict[int, Rule] = {}
        self._recorded_in: set[str | None] = set()
        self._expect_baseline()
        self._expect_rules()

    def _expect_baseline(self) -> None:
        for number, member in enumerate(self._members):
            known = self._baseline.members.get(member["id"]) if self._baseline else None
            if known is not None:
                expectation = self._expectations[number] = _Expectation()
                expectation.update(dict(flatten(known["call_recording"])), BASELINE)

    def _expect_rules(self) -> None:
        for rule, matched in zip(self._rules, self._matched):
            if rule.exemption:
                if rule.exemption.is_active(self._today):
                    for number in matched:
                        self._exemptions.setdefault(number, rule)
                continue
            by_kind = {kind: _of_kind(rule.expected, kind) for kind in KINDS}
            for number in matched:
                expected = by_kind[kind_of(self._members[number])]
                if not expected:
                    # All settings of the rule exist only for other kinds.
                    continue
                expectation = self._expectations[number]
                if expectation is None:
                    expectation = self._expectations[number] = _Expectation()
                expectation.update(expected, rule.name)

    def result(self, removed_candidates: Collection[str] | None, list_members: bool) -> dict[str, Any]:
        lists: dict[str, list[dict[str, Any]]] = {state: [] for state in STATES}
        states: list[str] = []
        by_kind: dict[str, Counter[str]] = {}
        by_location: dict[str | None, Counter[str]] = {}
        remediations = _Remediations()
        compared = 0
        for number, member in enumerate(self._members):
            state, entry, found = self._state(number, member)
            by_kind.setdefault(kind_of(member).name, Counter())[state] += 1
            by_location.setdefault(_location_of(member), Counter())[state] += 1
            compared += self._expectations[number] is not None and state not in ("error", "uncovered")
            lists[state].append({**_identity(member), **entry})
            states.append(state)
            # Settings that have no effect do not make a member compliant.
            if state == "drifted" and member.get("recordable", True) and "not_in_effect" not in entry:
                remediations.add(member, found)
        unmatched, outside, unmatched_exceptions = self._unmatched()
        current = {member["id"] for member in self._members}
        known = self._baseline.members if self._baseline else {}
        candidates = known.keys() if removed_candidates is None else removed_candidates
        return {
            "counts": {
                "total": len(self._members),
                "compared": compared,
                **{state: len(lists[state]) for state in STATES},
            },
            "kinds": [{"kind": kind.name, **_states(by_kind[kind.name])} for kind in KINDS if kind.name in by_kind],
            "locations": [
                {"name": name, **_states(by_location[name])}
                for name in sorted(by_location, key=lambda name: name or "")
            ],
            "drifted": lists["drifted"],
            "uncovered": lists["uncovered"],
            "exempt": lists["exempt"],
            "errors": lists["error"],
            **({"members": [_with_state(*each) for each in zip(self._members, states)]} if list_members else {}),
            "not_recordable": [
                {**_identity(member), "not_recordable": member.get("not_recordable")}
                for member in self._members
                if member.get("recordable") is False
            ],
            "unmatched": unmatched,
            "outside_selection": outside,
            "unmatched_exceptions": unmatched_exceptions,
            "new": [_identity(member) for member in self._members if self._baseline and member["id"] not in known],
            "removed": [_identity(known[each]) for each in known if each in candidates and each not in current],
            "rules": [self._rule(rule, matched) for rule, matched in zip(self._rules, self._matched)],
            "expired": self._exemptions_ending(lambda days: days < 0),
            "ending_soon": self._exemptions_ending(lambda days: 0 <= days <= ENDING_SOON),
            "without_effect": self._rules_without_effect(),
            "remediations": remediations.grouped(),
            "recorded_in": self._recorded_in,
        }

    def _state(self, number: int, member: Member) -> tuple[str, dict[str, Any], list[Difference]]:
        """Return the state of a member, the details for the result, and the differences."""
        settings, expectation = member.get("call_recording"), self._expectations[number]
        if "error" in member or not isinstance(settings, Mapping):
            return "error", {"error": member.get("error")}, []
        try:
            found = self._differences(member, settings, expectation) if expectation else []
        except OptionError as error:
            return "error", {"error": {**error.as_dict(), "type": "invalid_policy", "id": member["id"]}}, []
        shown: dict[str, Any] = {"differences": _with_rules(found, expectation) if expectation else []}
        rule = self._exemptions.get(number)
        if expectation and _wanted_recording(expectation.expected):
            without_effect = self._not_in_effect(member)
            if without_effect:
                shown["not_in_effect"] = dict(without_effect)
            if rule is None:
                self._recorded_in.add(location_id(member))
        if rule is not None and rule.exemption is not None:
            return "exempt", {"rule": rule.name, **rule.exemption.as_dict(), **shown}, found
        if expectation is None:
            return "uncovered", {}, []
        if not found and "not_in_effect" not in shown:
            return "compliant", {}, []
        reason = {} if member.get("recordable", True) else {"not_recordable": member.get("not_recordable")}
        return "drifted", {**shown, **reason}, found

    def _differences(self, member: Member, settings: Mapping[str, Any], expectation: _Expectation) -> list[Difference]:
        """Return the differences of a member.

        :raises OptionError: if the expected settings exclude each other.
        """
        expected = expectation.expected
        names = {expectation.rules.get(f"notification.{key}", BASELINE) for key in ("enabled", "type")} - {BASELINE}
        if is_contradictory(expected) and names:
            raise OptionError(
                "notification.enabled is true and notification.type is None, which exclude each other",
                f"Correct the rules {' and '.join(sorted(names))}.",
            )
        if not member.get("recordable", True):
            # Check only whether the member must be recorded, because Webex has no other settings of this member.
            return differences(settings, unflatten(_wanted_recording(expected)))
        is_policy = expectation.rules.get("record", BASELINE) != BASELINE
        requires_all = is_policy and _wanted_recording(expected).get("record") in RECORD_ALWAYS
        stated = {name for name, rule_name in expectation.rules.items() if rule_name != BASELINE}
        # A policy that requires all calls overrides selective settings of the baseline, except true.
        overridden = {
            name
            for name, value in expected.items()
            if requires_all and _is_selective(name) and name not in stated and value is not True
        }
        found = differences(settings, unflatten({n: v for n, v in expected.items() if n not in overridden}))
        if requires_all:
            # The member has to record all calls, except calls whose selective setting a rule states.
            left_out = {name: value for name, value in unrecorded_calls(settings).items() if name not in stated}
            found = [each for each in found if each.setting not in left_out]
            found += [Difference(name, True, value) for name, value in left_out.items()]
        if self._baseline and member["id"] in self._baseline.members:
            # Settings that the baseline does not have.
            known = {*expected, *(each.setting for each in found)}
            if requires_all:
                known |= {name for name, _value in flatten(settings) if _is_selective(name)}
            found += [Difference(name, MISSING, value) for name, value in flatten(settings) if name not in known]
        changed = {each.setting: each.expected for each in found if each.setting.startswith("notification.")}
        if any(name in expectation.rules and expectation.rules[name] != BASELINE for name in changed):
            # Raises an error if Webex would store another notification than expected.
            predict(settings, unflatten(changed))
        return found

    def _unmatched(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
        """Return unmatched values that count, that are outside of the selection, and those of exceptions."""
        counting: list[dict[str, Any]] = []
        exceptions: list[dict[str, Any]] = []
        for rule, matched in zip(self._rules, self._matched):
            values = self._index.unmatched(rule.selectors, matched)
            if not values and not matched and _has_any(rule.selectors):
                # Each value matches somebody, but nobody matches all selectors.
                values = [{"selector": None, "value": None}]
            entries = [{"rule": rule.name, **value} for value in values]
            if rule.exemption or rule.allow_missing:
                exceptions += entries
            else:
                counting += entries
            if rule.exclude:
                excluded = self._index.unmatched(rule.exclude, self._index.matching_selectors(rule.exclude))
                exceptions += [{"rule": rule.name, **value} for value in excluded]
        return ([], counting, exceptions) if self._partial else (counting, [], exceptions)

    def _rule(self, rule: Rule, matched: Collection[int]) -> dict[str, Any]:
        return {
            "name": rule.name,
            "members": len(matched),
            "references": list(rule.references),
            **({"exempt": rule.exemption.as_dict()} if rule.exemption else {}),
            **({"settings": unflatten(rule.expected), "implied": list(rule.implied)} if rule.expected else {}),
        }

    def _exemptions_ending(self, selected: Any) -> list[dict[str, Any]]:
        return [
            {"rule": rule.name, "expires": rule.exemption.expires.isoformat()}
            for rule in self._rules
            if rule.exemption and rule.exemption.expires and selected((rule.exemption.expires - self._today).days)
        ]

    def _rules_without_effect(self) -> list[str]:
        """Return rules that match members, but whose settings later rules override for all of them."""
        effective = {name for expectation in self._expectations if expectation for name in expectation.rules.values()}
        return [
            rule.name
            for rule, matched in zip(self._rules, self._matched)
            if not rule.exemption and matched and rule.name not in effective
        ]


class _Index:
    """Index of members by selector value, for fast matching of many rules."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = members
        self._numbers: dict[Selector, dict[str, set[int]]] = {}

    def matching(self, rule: Rule) -> set[int]:
        """Return the list indexes of the members to which a rule applies."""
        matched = self.matching_selectors(rule.selectors)
        return matched - self.matching_selectors(rule.exclude) if rule.exclude else matched

    def matching_selectors(self, selectors: Selectors) -> set[int]:
        """Return the list indexes of the members that match all selectors."""
        candidates = set(range(len(self._members)))
        for selector, of_selector in selectors.values.items():
            candidates &= set().union(*(self._numbers_of(selector, value) for value in of_selector))
        return {number for number in candidates if _is_kept(self._members[number], selectors)}

    def unmatched(self, selectors: Selectors, matched: Collection[int]) -> list[dict[str, Any]]:
        """Return the values without a matching member.

        A value with wildcards must match at least one member. An exact value must match a member that all selectors
        match.
        """
        chosen = set(matched)
        values = []
        for selector, of_selector in selectors.values.items():
            for value, (option, given) in of_selector.items():
                numbers = self._numbers_of(selector, value)
                if not numbers or (value in self._by(selector) and not numbers & chosen):
                    values.append({"selector": option, "value": given})
        return values

    def _numbers_of(self, selector: Selector, value: str) -> set[int]:
        numbers = self._by(selector)
        return set().union(*(numbers[name] for name in matching_names(selector, value, numbers)))

    def _by(self, selector: Selector) -> dict[str, set[int]]:
        if selector not in self._numbers:
            numbers = self._numbers[selector] = {}
            for number, member in enumerate(self._members):
                for value in filter(None, selector.normalized(member)):
                    numbers.setdefault(value, set()).add(number)
        return self._numbers[selector]


class _Remediations:
    """Settings to write, each with the ids of the members that need these settings."""

    def __init__(self) -> None:
        self._groups: dict[str, dict[str, Any]] = {}

    def add(self, member: Member, found: Iterable[Difference]) -> None:
        extra = kind_of(member).extra_settings
        wanted = {each.setting: each.expected for each in found if each.expected is not MISSING}
        settings = keep_writable(unflatten(wanted), extra)
        if settings:
            group = self._groups.setdefault(json.dumps(settings, sort_keys=True), {"settings": settings})
            group.setdefault(kind_of(member).id_option, []).append(member["id"])

    def grouped(self) -> list[dict[str, Any]]:
        return list(self._groups.values())


def _of_kind(expected: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """Return the expected settings without settings that only other kinds have."""
    others = set(EXTRA_SETTINGS) - set(kind.extra_settings)
    return {name: value for name, value in expected.items() if name.split(".")[0] not in others}


def _is_kept(member: Member, selectors: Selectors) -> bool:
    if selectors.kinds is not None and kind_of(member).name not in selectors.kinds:
        return False
    # A member that was not read has an unknown state.
    return selectors.recordable is None or member.get("recordable") is selectors.recordable


def _has_any(selectors: Selectors) -> bool:
    # A kind need not match anything.
    return bool(selectors.values) or selectors.recordable is not None


def _wanted_recording(expected: Mapping[str, Any]) -> dict[str, Any]:
    """Return the expected settings that require recording, or an empty dictionary without such settings."""
    wanted = {key: expected[key] for key in ("enabled", "record") if key in expected}
    return {} if wanted.get("enabled") is False or wanted.get("record") == "Never" else wanted


def _is_selective(name: str) -> bool:
    # In a baseline, all of them can be null together.
    return name == SELECTIVE or name.startswith(f"{SELECTIVE}.")


def _is_implied(difference: Difference, expectation: _Expectation) -> bool:
    """Return whether a difference follows from the expected value of C(record)."""
    stated = expectation.expected.get(difference.setting, MISSING)
    return _is_selective(difference.setting) and difference.expected not in (MISSING, stated)


def _with_rules(found: Iterable[Difference], expectation: _Expectation) -> list[dict[str, Any]]:
    return [
        {
            "setting": each.setting,
            **({} if each.expected is MISSING else {"expected": each.expected}),
            **({} if each.actual is MISSING else {"actual": each.actual}),
            "rule": expectation.rules.get("record" if _is_implied(each, expectation) else each.setting, BASELINE),
        }
        for each in found
    ]


def _identity(member: Member) -> dict[str, Any]:
    known = {"kind": kind_of(member).name, "name": display_name(member), **member}
    return {key: known[key] for key in _IDENTITY_KEYS if key in known}


def _with_state(member: Member, state: str) -> dict[str, Any]:
    known = {"id": member["id"], "kind": kind_of(member).name, "name": display_name(member), **member, "state": state}
    return {key: value for key, value in known.items() if key != "emails"}


def _location_of(member: Member) -> str | None:
    location = member.get("location")
    name = location.get("name") if isinstance(location, Mapping) else None
    return name if isinstance(name, str) else None


def _states(counts: Counter[str]) -> dict[str, int]:
    return {state: counts[state] for state in STATES}
