# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Policies: which lines are to be recorded how, and which are not.

Private to webex.calling. Pure functions: nothing here talks to Webex. Lines are as they stand in results.

A policy is a list of rules. A rule is a dictionary: C(name), what selects lines in the words of the modules' options,
and the C(settings) that are wanted for them. Later rules override earlier ones, setting by setting.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import OptionError, WebexError
from .settings import NOTHING, Difference, differences, nested, paths, validated, writable
from .virtual_lines import ID, SELECTORS, Selector, VirtualLine, known_as, label, location_name, wanted_values

_BY_NAME = {selector.option: selector for selector in SELECTORS}
_KEYS = {"name", "settings", "allow_missing", *_BY_NAME}


class PolicyError(OptionError):
    """A policy that can't be used: to go on would be to check something else than was meant."""

    def __init__(self, rule: str, message: str, hint: str) -> None:
        super().__init__(f"{rule}: {message}", hint)
        self.reason = "Invalid policy"


@dataclass(frozen=True)
class Rule:
    """A rule that can be applied.

    :param title: how messages name it.
    :param selectors: the values by which lines are selected, in the form in which they are compared, and as given; all
        lines if there are none.
    :param expected: the wanted settings by path.
    """

    name: str
    title: str
    selectors: Mapping[Selector, Mapping[str, str]]
    expected: Mapping[str, Any]
    allow_missing: bool


def rules_of(policy: Any) -> list[Rule]:
    """The rules of a policy as it was read from a file.

    :raises PolicyError: if it is not a policy.
    """
    if not isinstance(policy, Sequence) or isinstance(policy, str) or not policy:
        raise PolicyError("the policy", "is no list of rules", "Write rules, each with a name and settings.")
    return [_rule(content, number) for number, content in enumerate(policy, 1)]


def _rule(content: Any, number: int) -> Rule:
    title = f"rule {number}"
    if not isinstance(content, Mapping):
        raise PolicyError(title, "is no dictionary", "A rule has a name, what selects lines, and settings.")
    name = content.get("name")
    if not isinstance(name, str) or not name.strip():
        raise PolicyError(title, "has no name", "Give it one: it says in the report who asked for a setting.")
    title = f"rule {number}, '{name}'"
    unknown = sorted(str(key) for key in content.keys() - _KEYS)
    if unknown:
        raise PolicyError(title, f"{', '.join(unknown)} is nothing that a rule has", f"It has {_listed(_KEYS)}.")
    allow_missing = content.get("allow_missing", False)
    if not isinstance(allow_missing, bool):
        raise PolicyError(title, "allow_missing is neither true nor false", "Say true or false.")
    options = {
        key: [value] if isinstance(value, (str, int)) else value for key, value in content.items() if key in _BY_NAME
    }
    for key, values in options.items():
        if not isinstance(values, Sequence) or not all(_is_text(value) for value in values):
            raise PolicyError(title, f"{key} is no list of texts", "Write a value, or a list of values.")
    try:
        selectors = wanted_values({key: [str(value) for value in values] for key, values in options.items()})
        settings = validated(content.get("settings"))
    except OptionError as error:
        raise PolicyError(title, error.message or "", error.hint) from None
    return Rule(name, title, selectors, dict(paths(settings)), allow_missing)


def _is_text(value: Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


@dataclass
class _Expectation:
    """What the rules expect of one line: by path, the value and the rule that asked for it last."""

    expected: dict[str, Any]
    rules: dict[str, str]


def drift(lines: Sequence[VirtualLine], policy: Any) -> dict[str, Any]:
    """Where lines are not as a policy wants them.

    :param lines: as the modules return them: with C(call_recording), or with C(error) where they could not be read.
    :returns: what the filter C(recording_drift) documents.
    :raises OptionError: if these are no lines, or if the policy can't be used for them.
    """
    _check_lines(lines)
    drifted, uncovered, unreadable = [], [], []
    repairs = _Repairs()
    locations = _Locations()
    for line, expectation in zip(lines, _expectations(lines, rules_of(policy))):
        settings = line.get("call_recording")
        if not isinstance(settings, Mapping):
            unreadable.append({**_identity(line), "error": line.get("error")})
            locations.count(line, "unreadable")
        elif expectation is None:
            uncovered.append(_identity(line))
            locations.count(line, "uncovered")
        else:
            found = differences(settings, nested(expectation.expected))
            locations.count(line, "drifted" if found else "in_line")
            if found:
                drifted.append({**_identity(line), "differences": _told(found, expectation)})
                repairs.add(line, found)
    checked = len(lines) - len(unreadable)
    return {
        "total": len(lines),
        "checked": checked,
        "in_line": checked - len(drifted) - len(uncovered),
        "drifted": drifted,
        "uncovered": uncovered,
        "unreadable": unreadable,
        "locations": locations.counted(),
        "repairs": repairs.grouped(),
    }


def _check_lines(lines: Any) -> None:
    """Refuse what is no list of lines: the whole result of a module in place of its lines, for one."""
    hint = "Give the return value virtual_lines of webex.calling.virtual_line_call_recording_info."
    if not isinstance(lines, Sequence) or not all(isinstance(line, Mapping) and "id" in line for line in lines):
        raise OptionError("this is no list of virtual lines", hint)
    if not lines:
        raise OptionError("there are no virtual lines", hint)


def _identity(line: VirtualLine) -> dict[str, Any]:
    known = {key: value for key, value in line.items() if key not in ("call_recording", "error", "changed", "changes")}
    return {**known, "label": known_as(line) or str(line["id"])}


def _told(found: Iterable[Difference], expectation: _Expectation) -> list[dict[str, Any]]:
    return [
        {
            "path": each.path,
            "expected": each.expected,
            **({} if each.actual is NOTHING else {"actual": each.actual}),
            "rule": expectation.rules[each.path],
        }
        for each in found
    ]


class _Repairs:
    """What has to be written, together for the lines that need the same."""

    def __init__(self) -> None:
        self._repairs: dict[str, dict[str, Any]] = {}

    def add(self, line: VirtualLine, found: Iterable[Difference]) -> None:
        settings = nested({each.path: each.expected for each in found})
        repair = self._repairs.setdefault(json.dumps(settings, sort_keys=True), {"settings": settings, ID.option: []})
        repair[ID.option].append(line["id"])

    def grouped(self) -> list[dict[str, Any]]:
        return list(self._repairs.values())


class _Locations:
    """How the lines of each location fare."""

    def __init__(self) -> None:
        self._counts: dict[str | None, dict[str, int]] = {}

    def count(self, line: VirtualLine, kind: str) -> None:
        none = {"total": 0, "in_line": 0, "drifted": 0, "uncovered": 0, "unreadable": 0}
        counts = self._counts.setdefault(location_name(line), none)
        counts["total"] += 1
        counts[kind] += 1

    def counted(self) -> list[dict[str, Any]]:
        return [{"name": name, **self._counts[name]} for name in sorted(self._counts, key=lambda name: name or "")]


def _expectations(lines: Sequence[VirtualLine], rules: Sequence[Rule]) -> list[_Expectation | None]:
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
    """Finds lines by the values of selectors: a snapshot has as many rules as there are lines."""

    def __init__(self, lines: Sequence[VirtualLine]) -> None:
        self._lines = lines
        self._found: dict[Selector, dict[str, set[int]]] = {}

    def matching(self, rule: Rule) -> set[int]:
        """The numbers of the lines that a rule is for.

        :raises PolicyError: if any of its values matches none.
        """
        matching: set[int] | None = None
        for selector, values in rule.selectors.items():
            numbers: set[int] = set().union(*(self._by(selector).get(value, ()) for value in values))
            matching = numbers if matching is None else matching & numbers
        if matching is None:
            return set(range(len(self._lines)))
        if not rule.allow_missing:
            self._demand(rule, matching)
        return matching

    def _by(self, selector: Selector) -> dict[str, set[int]]:
        if selector not in self._found:
            found = self._found[selector] = {}
            for number, line in enumerate(self._lines):
                value = selector.has(line)
                if value is not None:
                    found.setdefault(value, set()).add(number)
        return self._found[selector]

    def _demand(self, rule: Rule, matching: set[int]) -> None:
        for selector, values in rule.selectors.items():
            for normal, value in values.items():
                if not self._by(selector).get(normal, set()) & matching:
                    raise PolicyError(
                        rule.title,
                        f"no virtual line with {selector.option} '{value}'"
                        + (" fits the rest of the rule as well" if len(rule.selectors) > 1 else ""),
                        "Correct it, or set allow_missing in the rule if it is all right that there is none.",
                    )


def snapshot(lines: Sequence[VirtualLine]) -> list[dict[str, Any]]:
    """A policy that says that everything has to stay as it is now: a rule for each line.

    :raises WebexError: if a line could not be read, as it would be missing for ever; or has what no policy can ask for.
    """
    _check_lines(lines)
    rules = []
    for line in lines:
        settings = writable(line.get("call_recording") or {})
        if not settings:
            raise WebexError(
                "No settings", "Take a snapshot when all lines can be read.", message=f"there are none of {label(line)}"
            )
        try:
            validated(settings)
        except OptionError as error:
            hint = "A policy can't ask for that, and so a snapshot can't hold it."
            raise WebexError("No settings", hint, message=f"of {label(line)}, {error.message}") from None
        rules.append({"name": label(line), ID.option: line["id"], "settings": settings})
    return rules
