# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Policies: the language in which rules state required call recording settings, and its validation.

Private to webex.calling. All functions are pure. A policy is a dictionary with C(name), C(version), and C(rules). A
rule has a unique C(name), selectors, and either C(settings) or C(exempt).
"""

from __future__ import annotations

import datetime
import difflib
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ._errors import OptionError
from ._kinds import BY_NAME, EXTRA_SETTINGS, KINDS
from ._selectors import SelectorValues, selector_options, selector_values
from ._settings import flatten, validate_settings

#: Options that select members, in rules and in C(exclude).
SELECTOR_OPTIONS = selector_options(KINDS)

#: Keys of a selection. The last two only filter.
SELECTION_KEYS = (*SELECTOR_OPTIONS, "kind", "recordable")

POLICY_KEYS = ("name", "version", "rules", "sha256", "content_sha256")
#: Keys that only the collection sets.
_DIGESTS = ("sha256", "content_sha256")
RULE_KEYS = ("name", *SELECTION_KEYS, "exclude", "allow_missing", "references", "settings", "exempt")
EXEMPTION_KEYS = ("reason", "expires", "approved_by", "ticket")

#: Name of the baseline in the place of a rule.
BASELINE = "baseline"

#: Value of C(expires) for an exemption without an end.
NEVER = "never"

_DIGEST = re.compile("[0-9a-f]{64}")


class PolicyError(OptionError):
    """Error for an invalid policy, which would not check the intended members or settings.

    :param faults: all faults of the policy, each with the rule.
    """

    def __init__(self, faults: Sequence[str], hint: str = "Correct the policy. No member was checked.") -> None:
        super().__init__("; ".join(faults), hint)
        self.error_type = "invalid_policy"
        self.reason = "Invalid policy"
        self.faults = list(faults)


@dataclass(frozen=True)
class Selectors:
    """Selectors of a rule. Members must match all of them.

    :param values: selector values.
    :param kinds: names of kinds, or None for all kinds.
    :param recordable: whether calls of the members can be recorded, or None for both.
    """

    values: SelectorValues
    kinds: frozenset[str] | None = None
    recordable: bool | None = None


@dataclass(frozen=True)
class Exemption:
    """Exemption of members from all rules.

    :param expires: last valid day in UTC, or None for an exemption without an end.
    """

    reason: str
    expires: datetime.date | None
    approved_by: str | None = None
    ticket: str | None = None

    def is_active(self, today: datetime.date) -> bool:
        """Return whether the exemption is valid on this day."""
        return self.expires is None or today <= self.expires

    def as_dict(self) -> dict[str, Any]:
        """Return the exemption as in a policy."""
        expires = NEVER if self.expires is None else self.expires.isoformat()
        optional = {"approved_by": self.approved_by, "ticket": self.ticket}
        return {"reason": self.reason, "expires": expires, **{key: text for key, text in optional.items() if text}}


@dataclass(frozen=True)
class Rule:
    """Validated rule of a policy.

    :param selectors: selectors. Without any, the rule applies to all members.
    :param exclude: selectors of members to which the rule does not apply.
    :param expected: expected value of each setting, by setting name such as C(notification.type).
    :param implied: settings that follow from other settings of the rule.
    :param exemption: exemption in place of settings.
    :param allow_missing: whether selector values without a matching member are allowed.
    """

    name: str
    selectors: Selectors
    exclude: Selectors | None
    expected: Mapping[str, Any]
    implied: Sequence[str]
    exemption: Exemption | None
    allow_missing: bool
    references: Sequence[str]


@dataclass(frozen=True)
class Policy:
    """Validated policy.

    :param sha256: digest of the policy file, or of the policy as JSON without a file.
    """

    name: str
    version: str | None
    rules: Sequence[Rule]
    sha256: str

    def emails(self) -> list[str]:
        """Return all e-mail addresses in selectors, each once."""
        selections = [each for rule in self.rules for each in (rule.selectors, rule.exclude) if each]
        values = (
            given.value
            for selection in selections
            for selector, of_selector in selection.values.items()
            if selector.option == "email"
            for given in of_selector.values()
        )
        return list(dict.fromkeys(values))


def parse_policy(content: Any) -> Policy:
    """Return the validated policy.

    :param content: policy as data, such as the result of the filter C(call_recording_policy).
    :raises PolicyError: with all faults of all rules.
    """
    parser = _Parser()
    policy = parser.policy(content)
    if parser.faults or policy is None:
        raise PolicyError(parser.faults)
    return policy


def normalize_policy(content: Any) -> dict[str, Any]:
    """Return the policy as plain data without dates, which modules accept.

    :raises PolicyError: with all faults of all rules.
    """
    policy = parse_policy(content)
    plain: dict[str, Any] = _plain(content)
    for rule, parsed in zip(plain["rules"], policy.rules):
        if parsed.exemption:
            rule["exempt"] = parsed.exemption.as_dict()
    plain = {**plain, "sha256": policy.sha256}
    return {**plain, "content_sha256": _content_digest(plain)}


def _content_digest(content: Mapping[Any, Any]) -> str:
    """Return the digest of a policy without its digests. Texts and dates in YAML have the same digest."""
    canonical = json.dumps(_plain({key: content[key] for key in content if key not in _DIGESTS}), sort_keys=True)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


class _Parser:
    """Parser that collects all faults of a policy."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._place = "the policy"

    def policy(self, content: Any) -> Policy | None:
        if isinstance(content, str):
            self._fault("is a text. Use the filter webex.calling.call_recording_policy, which reads YAML and JSON")
            return None
        if not isinstance(content, Mapping):
            self._fault("is not a dictionary with name, version, and rules")
            return None
        self._check_keys(content, POLICY_KEYS)
        name = self._text(content, "name", required=True)
        version = self._text(content, "version")
        for key in _DIGESTS:
            digest = content.get(key)
            if digest is not None and not (isinstance(digest, str) and _DIGEST.fullmatch(digest)):
                self._fault(f"{key} is no SHA-256 digest")
        listed = content.get("rules")
        if not isinstance(listed, Sequence) or isinstance(listed, str) or not listed:
            self._fault("rules is not a list of rules, or empty")
            return None
        rules = [self._rule(rule, number) for number, rule in enumerate(listed, 1)]
        self._place = "the policy"
        names = [rule.get("name") for rule in listed if isinstance(rule, Mapping)]
        for repeated in sorted({name for name in names if isinstance(name, str) and names.count(name) > 1}):
            self._fault(f"has several rules with the name '{repeated}'")
        if self.faults or name is None:
            return None
        digest = _content_digest(content)
        if content.get("content_sha256") not in (None, digest):
            # Reports would show the digest of another policy.
            self._fault(
                "was changed after it was read and got its digest. Give the changed policy with name, version, and "
                "rules only"
            )
            return None
        return Policy(name, version, [rule for rule in rules if rule], content.get("sha256") or digest)

    def _rule(self, content: Any, number: int) -> Rule | None:
        self._place = f"rule {number}"
        if not isinstance(content, Mapping):
            self._fault("is not a dictionary")
            return None
        name = self._text(content, "name", required=True)
        if name:
            self._place = f"rule {number}, '{name}'"
        if name == BASELINE:
            self._fault("the name baseline is reserved, because results name the baseline so")
        self._check_keys(content, RULE_KEYS)
        selectors = self._selectors(content)
        exclude = self._exclude(content)
        references = self._texts(content, "references")
        allow_missing = self._boolean(content, "allow_missing")
        if ("settings" in content) == ("exempt" in content):
            self._fault("needs either settings or exempt")
            return None
        exemption = self._exemption(content, selectors) if "exempt" in content else None
        expected, implied = self._settings(content["settings"]) if "settings" in content else ({}, [])
        return Rule(name or "", selectors, exclude, expected, implied, exemption, bool(allow_missing), references)

    def _selectors(self, content: Mapping[Any, Any], prefix: str = "") -> Selectors:
        options = {}
        for option in SELECTOR_OPTIONS:
            if option in content:
                values = self._values(content[option], f"{prefix}{option}", numbers=option == "phone_number")
                if values:
                    options[option] = values
        try:
            selected = selector_values(options, KINDS)
        except OptionError as error:
            self._fault(f"{prefix}{error.message}")
            selected = {}
        kinds = None
        if "kind" in content:
            kinds = self._values(content["kind"], f"{prefix}kind")
            for kind in kinds:
                if kind not in BY_NAME:
                    self._fault(f"{prefix}kind is '{kind}': give {', '.join(BY_NAME)}")
        recordable = self._boolean(content, "recordable", prefix)
        return Selectors(selected, None if kinds is None else frozenset(kinds), recordable)

    def _exclude(self, content: Mapping[Any, Any]) -> Selectors | None:
        if "exclude" not in content:
            return None
        excluded = content["exclude"]
        if not isinstance(excluded, Mapping) or not excluded:
            self._fault("exclude is not a dictionary of selectors, or empty")
            return None
        self._check_keys(excluded, SELECTION_KEYS, "exclude.")
        return self._selectors(excluded, "exclude.")

    def _settings(self, content: Any) -> tuple[dict[str, Any], list[str]]:
        try:
            settings = validate_settings(content, EXTRA_SETTINGS)
        except OptionError as error:
            self._fault(error.message or "")
            return {}, []
        implied = []
        if settings.get("record", "Never") != "Never" and "enabled" not in settings:
            # Recording that is disabled records nothing, whatever record says.
            settings["enabled"] = True
            implied.append("enabled")
        expected = dict(flatten(settings))
        if is_contradictory(expected):
            self._fault("notification.enabled is true and notification.type is None, which exclude each other")
        return expected, implied

    def _exemption(self, content: Mapping[Any, Any], selectors: Selectors) -> Exemption | None:
        exempt = content["exempt"]
        if not isinstance(exempt, Mapping):
            self._fault("exempt is not a dictionary with reason and expires")
            return None
        self._check_keys(exempt, EXEMPTION_KEYS, "exempt.")
        if not selectors.values and not any(option in content for option in SELECTOR_OPTIONS):
            self._fault("exempt needs a selector, because an exemption of all members would hide every difference")
        reason = self._text(exempt, "reason", "exempt.", required=True)
        approved_by, ticket = self._text(exempt, "approved_by", "exempt."), self._text(exempt, "ticket", "exempt.")
        expires = self._day(exempt)
        if reason is None or expires is None:
            return None
        return Exemption(reason, None if expires == NEVER else expires, approved_by, ticket)  # type: ignore[arg-type]

    def _day(self, exempt: Mapping[Any, Any]) -> datetime.date | str | None:
        """Return the last day of an exemption, or C(NEVER)."""
        value = exempt.get("expires")
        if isinstance(value, datetime.datetime):
            value = value.date()
        if isinstance(value, datetime.date) or value == NEVER:
            return value
        if value is None:
            self._fault("exempt.expires is missing: give the last valid day, such as 2026-12-31, or never")
            return None
        # The pattern excludes other ISO 8601 forms, which older Python versions do not support.
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            with suppress(ValueError):
                return datetime.date.fromisoformat(value)
        self._fault(f"exempt.expires is {value!r}: give a day such as 2026-12-31, or never")
        return None

    def _values(self, value: Any, option: str, *, numbers: bool = False) -> list[str]:
        """Return the values of a selector as texts."""
        values = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        if not values:
            self._fault(f"{option} is an empty list")
        texts = []
        for each in values:
            if each is None:
                self._fault(f"{option} is null")
            elif isinstance(each, str):
                if each.strip():
                    texts.append(str(each))
                else:
                    self._fault(f"{option} is empty")
            elif isinstance(each, int) and not isinstance(each, bool):
                if numbers:
                    texts.append(str(each))
                else:
                    self._fault(f"{option} is the number {each}: quote it")
            else:
                self._fault(f"{option} contains {each!r}, which is not a text")
        return texts

    def _texts(self, content: Mapping[Any, Any], key: str) -> list[str]:
        return self._values(content[key], key) if key in content else []

    def _text(self, content: Mapping[Any, Any], key: str, prefix: str = "", *, required: bool = False) -> str | None:
        value = content.get(key)
        if key not in content:
            if required:
                self._fault(f"{prefix}{key} is missing")
            return None
        if isinstance(value, str) and value.strip():
            return str(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            self._fault(f"{prefix}{key} is the number {value}: quote it")
        else:
            self._fault(f"{prefix}{key} is {'null' if value is None else 'not a text, or empty'}")
        return None

    def _boolean(self, content: Mapping[Any, Any], key: str, prefix: str = "") -> bool | None:
        value = content.get(key)
        if key in content and not isinstance(value, bool):
            self._fault(f"{prefix}{key} is {'null' if value is None else 'neither true nor false'}")
            return None
        return value

    def _check_keys(self, content: Mapping[Any, Any], known: Iterable[str], prefix: str = "") -> None:
        for key in content:
            if key not in known:
                self._fault(f"{prefix}{key} is unknown{suggestion(key, known)}")

    def _fault(self, text: str) -> None:
        self.faults.append(f"{self._place}: {text}")


def is_contradictory(expected: Mapping[str, Any]) -> bool:
    """Return whether the expected settings contain an enabled notification without a type."""
    return expected.get("notification.enabled") is True and expected.get("notification.type") == "None"


def suggestion(name: Any, known: Iterable[str]) -> str:
    """Return a question about the most similar known name, or an empty text without one."""
    similar = difflib.get_close_matches(str(name), list(known), n=1)
    return f"; did you mean {similar[0]}?" if similar else ""


def _plain(value: Any) -> Any:
    """Return the value with plain dictionaries, lists, and texts, and dates as texts."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value
