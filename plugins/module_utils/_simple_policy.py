# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Policies: rule validation, drift check of virtual lines, and snapshots.

Private to webex.calling. All functions are pure. Virtual lines are dictionaries in the format of module results.

A policy is a list of rules. A rule is a dictionary with a C(name), selectors, and C(settings). Selectors have the same
names as module options. The selected lines must have these C(settings). Later rules override single settings of earlier
rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._drift import wanted_recording
from ._errors import OptionError
from ._kinds import VIRTUAL_LINE, Member
from ._selectors import (
    Selector,
    SelectorValues,
    describe,
    location_name,
    matching_names,
    selector_options,
    selector_values,
    with_name,
)
from ._settings import MISSING, Difference, differences, flatten, keep_writable, unflatten, validate_settings

#: Kinds that policies support.
_KINDS = (VIRTUAL_LINE,)

_BY_OPTION = selector_options(_KINDS)
_KEYS = {"name", "settings", "allow_missing", *_BY_OPTION}

#: Result keys that do not identify a line.
_RESULT_KEYS = ("call_recording", "error", "changed", "changes", "recordable")


class PolicyError(OptionError):
    """Error for an invalid policy, which would not check the intended lines or settings."""

    def __init__(self, rule: str, message: str, hint: str) -> None:
        super().__init__(f"{rule}: {message}", hint)
        self.error_type = "invalid_policy"
        self.reason = "Invalid policy"


@dataclass(frozen=True)
class Rule:
    """Validated rule of a policy.

    :param name: rule name in results.
    :param title: rule number and name in error messages.
    :param values: selector values. If empty, the rule applies to all lines.
    :param expected: expected value of each setting, by setting name such as C(notification.type).
    :param allow_missing: whether selector values without a matching line are allowed.
    """

    name: str
    title: str
    values: SelectorValues
    expected: Mapping[str, Any]
    allow_missing: bool


def parse_policy(policy: Any) -> list[Rule]:
    """Validate a policy, and return its rules.

    :param policy: list of rule dictionaries, usually from a file.
    :raises PolicyError: if the policy is invalid.
    """
    if not isinstance(policy, Sequence) or isinstance(policy, str) or not policy:
        raise PolicyError("the policy", "is not a list of rules", "Write rules, each with a name and settings.")
    return [_parse_rule(content, number) for number, content in enumerate(policy, 1)]


def _parse_rule(content: Any, number: int) -> Rule:
    title = f"rule {number}"
    if not isinstance(content, Mapping):
        raise PolicyError(title, "is not a dictionary", "Write a name, selectors, and settings.")
    name = content.get("name")
    if not isinstance(name, str) or not name.strip():
        raise PolicyError(title, "has no name", "Give the rule a name, which the report shows.")
    title = f"rule {number}, '{name}'"
    unknown = sorted(str(key) for key in content.keys() - _KEYS)
    if unknown:
        raise PolicyError(title, f"unknown key {', '.join(unknown)}", f"Valid keys are {', '.join(sorted(_KEYS))}.")
    allow_missing = content.get("allow_missing", False)
    if not isinstance(allow_missing, bool):
        raise PolicyError(title, "allow_missing is neither true nor false", "Give true or false.")
    options = {
        key: [value] if isinstance(value, (str, int)) else value for key, value in content.items() if key in _BY_OPTION
    }
    for key, values in options.items():
        if not isinstance(values, Sequence) or not all(_is_text(value) for value in values):
            raise PolicyError(
                title, f"{key} is neither a string nor a list of strings", "Give a string, or a list of strings."
            )
    try:
        texts = {key: [str(value) for value in values] for key, values in options.items()}
        selectors = selector_values(texts, _KINDS)
        settings = validate_settings(content.get("settings"))
    except OptionError as error:
        raise PolicyError(title, error.message or "", error.hint) from None
    return Rule(name, title, selectors, dict(flatten(settings)), allow_missing)


def _is_text(value: Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool)


@dataclass
class _Expectation:
    """Expected value of each setting of one line, and name of the last rule with this setting."""

    expected: dict[str, Any]
    rules: dict[str, str]


def compare_with_policy(lines: Sequence[Member], policy: Any) -> dict[str, Any]:
    """Compare virtual lines with a policy, and return the drift.

    :param lines: virtual lines from module results, each with C(call_recording), or with C(error) if reading failed.
    :param policy: list of rule dictionaries.
    :returns: return value of the filter C(recording_drift).
    :raises OptionError: if the lines or the policy are invalid.
    """
    _check_lines(lines)
    drifted, uncovered, unreadable = [], [], []
    remediations = _Remediations()
    locations = _LocationCounts()
    for line, expectation in zip(lines, _expectations(lines, parse_policy(policy))):
        settings = line.get("call_recording")
        if not isinstance(settings, Mapping):
            unreadable.append({**_identity(line), "error": line.get("error")})
            locations.count(line, "unreadable")
        elif expectation is None:
            uncovered.append(_identity(line))
            locations.count(line, "uncovered")
        else:
            expected = unflatten(expectation.expected)
            recordable = line.get("recordable", True)
            if not recordable:
                # Check only whether the line must be recorded, because Webex returns no settings for this line.
                expected = wanted_recording(expected)
            found = differences(settings, expected)
            locations.count(line, "drifted" if found else "compliant")
            if found:
                drifted.append({**_identity(line), "differences": _with_rules(found, expectation)})
            if found and recordable:
                remediations.add(line, found)
    checked = len(lines) - len(unreadable)
    return {
        "total": len(lines),
        "checked": checked,
        "compliant": checked - len(drifted) - len(uncovered),
        "drifted": drifted,
        "uncovered": uncovered,
        "unreadable": unreadable,
        "locations": locations.sorted(),
        "remediations": remediations.grouped(),
    }


def _check_lines(lines: Any) -> None:
    """Raise OptionError if the input is not a list of lines, such as a whole module result."""
    hint = "Give the return value virtual_lines of webex.calling.virtual_line_call_recording_info."
    if not isinstance(lines, Sequence) or not all(isinstance(line, Mapping) and "id" in line for line in lines):
        raise OptionError("the input is not a list of virtual lines", hint)
    if not lines:
        raise OptionError("there are no virtual lines", hint)


def _identity(line: Member) -> dict[str, Any]:
    return with_name({key: value for key, value in line.items() if key not in _RESULT_KEYS})


def _with_rules(found: Iterable[Difference], expectation: _Expectation) -> list[dict[str, Any]]:
    return [
        {
            "setting": each.setting,
            "expected": each.expected,
            **({} if each.actual is MISSING else {"actual": each.actual}),
            "rule": expectation.rules[each.setting],
        }
        for each in found
    ]


class _Remediations:
    """Settings to write, each with the ids of the lines that need these settings."""

    def __init__(self) -> None:
        self._groups: dict[str, dict[str, Any]] = {}

    def add(self, line: Member, found: Iterable[Difference]) -> None:
        settings = unflatten({each.setting: each.expected for each in found})
        key = json.dumps(settings, sort_keys=True)
        self._groups.setdefault(key, {"settings": settings, VIRTUAL_LINE.id_option: []})[VIRTUAL_LINE.id_option].append(
            line["id"]
        )

    def grouped(self) -> list[dict[str, Any]]:
        return list(self._groups.values())


class _LocationCounts:
    """Number of lines per location and state."""

    def __init__(self) -> None:
        self._counts: dict[str | None, dict[str, int]] = {}

    def count(self, line: Member, state: str) -> None:
        zero = {"total": 0, "compliant": 0, "drifted": 0, "uncovered": 0, "unreadable": 0}
        counts = self._counts.setdefault(location_name(line), zero)
        counts["total"] += 1
        counts[state] += 1

    def sorted(self) -> list[dict[str, Any]]:
        return [{"name": name, **self._counts[name]} for name in sorted(self._counts, key=lambda name: name or "")]


def _expectations(lines: Sequence[Member], rules: Sequence[Rule]) -> list[_Expectation | None]:
    expectations: list[_Expectation | None] = [None] * len(lines)
    index = _Index(lines)
    for rule in rules:
        for number in sorted(index.matching(rule)):
            expectation = expectations[number]
            if expectation is None:
                expectation = expectations[number] = _Expectation({}, {})
            expectation.expected.update(rule.expected)
            expectation.rules.update(dict.fromkeys(rule.expected, rule.name))
    return expectations


class _Index:
    """Index of lines by selector value, for fast matching of snapshots, which contain one rule per line."""

    def __init__(self, lines: Sequence[Member]) -> None:
        self._lines = lines
        self._numbers: dict[Selector, dict[str, set[int]]] = {}

    def matching(self, rule: Rule) -> set[int]:
        """Return the list indexes of the lines that a rule selects.

        :raises PolicyError: if C(allow_missing) is false, and a value or the whole rule matches no line.
        """
        if not rule.values:
            return set(range(len(self._lines)))
        found = {
            selector: {value: self._numbers_of(selector, value) for value in of_selector}
            for selector, of_selector in rule.values.items()
        }
        matching = set.intersection(*(set().union(*numbers.values()) for numbers in found.values()))
        if not rule.allow_missing:
            self._require_matches(rule, found, matching)
        return matching

    def _numbers_of(self, selector: Selector, value: str) -> set[int]:
        numbers = self._by(selector)
        return set().union(*(numbers[name] for name in matching_names(selector, value, numbers)))

    def _by(self, selector: Selector) -> dict[str, set[int]]:
        if selector not in self._numbers:
            numbers = self._numbers[selector] = {}
            for number, line in enumerate(self._lines):
                for value in filter(None, selector.normalized(line)):
                    numbers.setdefault(value, set()).add(number)
        return self._numbers[selector]

    def _require_matches(
        self, rule: Rule, found: Mapping[Selector, Mapping[str, set[int]]], matching: set[int]
    ) -> None:
        """Raise PolicyError if a selector value or the whole rule matches no line.

        A value with wildcards must match at least one line. An exact value must match a line that the rule selects.
        """
        hint = "Correct the value, or set allow_missing in the rule if nothing has to match."
        for selector, numbers_of in found.items():
            for value, numbers in numbers_of.items():
                if not numbers or (value in self._by(selector) and not numbers & matching):
                    option, given = rule.values[selector][value]
                    raise PolicyError(
                        rule.title,
                        f"no virtual line with {option} '{given}'"
                        + (" matches the rest of the rule as well" if len(rule.values) > 1 else ""),
                        hint,
                    )
        if not matching:
            raise PolicyError(rule.title, "no virtual line matches all selectors", hint)


def snapshot_policy(lines: Sequence[Member]) -> list[dict[str, Any]]:
    """Return a policy that requires the current settings, with one rule per line.

    :param lines: virtual lines from module results, each with C(call_recording).
    :raises OptionError: if a line has no settings, or has settings that a policy cannot require. Without an error, the
        policy would never check a line that was not read.
    """
    _check_lines(lines)
    rules = []
    for line in lines:
        settings = keep_writable(line.get("call_recording") or {})
        if not settings:
            raise OptionError(f"{describe(line)} has no settings", "Take the snapshot when all lines can be read.")
        try:
            validate_settings(settings)
        except OptionError as error:
            hint = "A policy cannot require these settings, so a snapshot cannot contain them."
            raise OptionError(f"{describe(line)}: {error.message}", hint) from None
        rules.append({"name": describe(line), VIRTUAL_LINE.id_option: line["id"], "settings": settings})
    return rules
