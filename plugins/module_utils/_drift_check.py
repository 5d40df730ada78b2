# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drift check: reads an organization, and compares it with a policy, a baseline, or both.

Private to webex.calling.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import _error_hints as hints
from ._baseline import Baseline, check_scope, parse_baseline
from ._call_recording import deletion_warning, failure_summary, read_all, settle
from ._client import WebexClient
from ._drift import STATES, compare, decide
from ._errors import AuthenticationError, InterruptedTaskError, NoMatchError, OptionError, WebexError
from ._kinds import KINDS, PERSON
from ._listing import find_people
from ._members import select
from ._policy import Policy, parse_policy, suggestion
from ._selectors import match, selector_options, selector_values
from ._service import read_members_service, read_service_level

#: Keys of the option C(select).
_SELECT_KEYS = (*selector_options(KINDS), "kind")


@dataclass
class DriftCheck:
    """Options of a drift check, validated before any request.

    :param policy: policy, or None.
    :param baseline: baseline, or None.
    :param baseline_name: name of the baseline file, for messages.
    :param select: selectors of the part to check. Empty for the whole organization.
    :param tolerate: tolerated reasons.
    :param remediated_ids: ids of members that the caller changed.
    :param list_members: whether to list all members with their settings.
    :param require_service: whether the check is incomplete if it is unknown whether settings have effect.
    """

    policy: Policy | None
    baseline: Baseline | None
    baseline_name: str
    select: Mapping[str, Any]
    tolerate: Collection[str] = ()
    remediated_ids: Collection[str] = ()
    list_members: bool = False
    require_service: bool = False
    warnings: list[str] = field(default_factory=list)

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> DriftCheck:
        """Return the validated drift check.

        :raises OptionError: if the policy, the baseline, or the selectors are invalid.
        """
        policy = None if options["policy"] is None else parse_policy(options["policy"])
        file = options["baseline_file"]
        if policy is None and file is None and not options["list_members"]:
            raise OptionError("neither policy nor baseline_file is set", "Give a policy, a baseline, or both.")
        return cls(
            policy=policy,
            baseline=None if file is None else parse_baseline(_read(file), file),
            baseline_name=file or "",
            select=_checked_select(options["select"]),
            tolerate=options["tolerate"] or (),
            remediated_ids=options["remediated_ids"] or (),
            list_members=options["list_members"],
            require_service=options["require_service"],
        )

    def run(self, client: WebexClient) -> tuple[dict[str, Any], str]:
        """Return the result of the check, and the message for an incomplete check.

        If members cannot be listed or read, the status is C(incomplete).

        :raises WebexError: if Webex refuses the access token, or if options do not fit the organization.
        """
        started_at = utc_now()
        level = read_service_level(client)
        organization = level.organization
        if self.baseline:
            check_scope(self.baseline, organization["id"], self.select, self.baseline_name)
        try:
            members, failure, text = self._members(client)
        except (AuthenticationError, InterruptedTaskError, OptionError):
            raise
        except WebexError as error:
            members, failure, text = [], error, str(error)
        # Recording of the organization can be switched off while members are read.
        service = read_members_service(client, read_service_level(client) if level.enabled else level, members)
        listed = bool(members) or failure is None or isinstance(failure, NoMatchError)
        compared = compare(
            members,
            self.policy,
            self.baseline,
            today=started_at.date(),
            partial=bool(self.select),
            removed_candidates=self._removed_candidates(),
            list_members=self.list_members,
            not_in_effect=service.not_in_effect,
            listed=listed,
        )
        counts = compared["counts"]
        # A member that need not be recorded is compliant whether settings have effect or not.
        unknown = service.unknown(compared.pop("recorded_in"))
        if level.is_refused:
            unknown = level
        # The token that could read the switch before can read everything.
        is_ordinary = level.is_refused or (unknown and unknown.is_refused and not service.level.switch.error)
        is_failure = unknown is not None and (self.require_service or not is_ordinary)
        verdict = decide(
            {state: counts[state] for state in STATES},
            counts["compared"],
            unmatched=bool(compared["unmatched"] or compared["removed"]),
            remediated=bool({member["id"] for member in members} & set(self.remediated_ids)),
            unverified=is_failure,
            tolerate=self.tolerate,
        )
        result = {
            "status": verdict.status,
            "reasons": list(verdict.reasons),
            "passed": verdict.passed,
            "organization": organization,
            "service": service.as_dict(),
            "scope": dict(self.select),
            "policy": self._described_policy(),
            "baseline": self._described_baseline(),
            "started_at": _text(started_at),
            "finished_at": _text(utc_now()),
            "requests": client.requests,
            **compared,
        }
        if unknown is not None and unknown.not_verified:
            message, hint = unknown.not_verified["message"], unknown.not_verified["hint"]
            reason = str(unknown.error or f"{message[0].upper()}{message[1:]}. {hint}")
            if is_failure:
                failure = failure or unknown.error
                text = text or reason
            else:
                self.warnings.append(f"The check does not know whether settings have effect. {reason}")
        if failure is not None:
            result["error"] = failure.as_dict()
        return result, text or _incomplete_message(result)

    def _members(self, client: WebexClient) -> tuple[list[dict[str, Any]], WebexError | None, str]:
        """Return the members with their settings, the first error of a member, and the message about all errors."""
        selection = select(client, {**self.select, "allow_missing": False}, KINDS, identify=True)
        emails = self._emails(client)
        results = read_all(client, selection.members)
        outcome = settle(client, selection, results)
        if outcome.deleted:
            self.warnings.append(deletion_warning(outcome.deleted))
        failures = [result for result in outcome.results if result.error]
        members = [_with_emails(result.as_dict(), emails) for result in outcome.results]
        if not failures:
            return members, None, ""
        return members, failures[0].error, failure_summary(failures, outcome.results, "read")

    def _emails(self, client: WebexClient) -> dict[str, list[str]]:
        """Return the e-mail addresses of the policy by id of the person."""
        found: dict[str, list[str]] = {}
        for email in self.policy.emails() if self.policy else ():
            for person in find_people(client, [email]):
                found.setdefault(person, []).append(email)
        return found

    def _removed_candidates(self) -> set[str] | None:
        if self.baseline is None or not self.select:
            return None
        values = selector_values(self.select, KINDS)
        kinds = self.select.get("kind")
        matched, _unmatched = match(values, self.baseline.members.values())
        return {member["id"] for member in matched if not kinds or member["kind"] in kinds}

    def _described_policy(self) -> dict[str, Any] | None:
        if self.policy is None:
            return None
        return {"name": self.policy.name, "version": self.policy.version, "sha256": self.policy.sha256}

    def _described_baseline(self) -> dict[str, Any] | None:
        if self.baseline is None:
            return None
        return {"file": self.baseline_name, "created_at": self.baseline.created_at}


def utc_now() -> datetime.datetime:
    """Return the current time in UTC, without fractions of a second."""
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def _incomplete_message(result: Mapping[str, Any]) -> str:
    """Return the message for a check with the status C(incomplete)."""
    counts = result["counts"]
    if counts["error"]:
        first = result["errors"][0]
        text = f"{counts['error']} of {counts['total']} members could not be compared"
        return f"{text}, first {first['name']} ({first['id']}): {first['error']['message']}. {first['error']['hint']}"
    return "no rule and no baseline applies to any member, so nothing was compared."


def _with_emails(member: dict[str, Any], emails: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    known = emails.get(member["id"]) if member.get("kind") == PERSON.name else None
    return {**member, "emails": [*known, *([member["email"]] if member.get("email") else [])]} if known else member


def _checked_select(given: Any) -> dict[str, Any]:
    """Return the selectors of the part to check.

    :raises OptionError: if a key or a value is invalid.
    """
    if given == {}:
        # An unset variable must not check the whole organization.
        raise OptionError("select is empty", hints.NULL_OPTION)
    selected = dict(given or {})
    for name, value in selected.items():
        if name not in _SELECT_KEYS:
            text = f"select.{name} is unknown{suggestion(name, _SELECT_KEYS)}"
            raise OptionError(text, f"Valid keys are {', '.join(_SELECT_KEYS)}.")
        if value is None or (isinstance(value, list) and None in value):
            raise OptionError(f"select.{name} is null", hints.NULL_OPTION)
    if "kind" in selected:
        kinds = [selected["kind"]] if isinstance(selected["kind"], str) else selected["kind"]
        names = [kind.name for kind in KINDS]
        if not isinstance(kinds, list) or not kinds or any(kind not in names for kind in kinds):
            raise OptionError(f"select.kind is {selected['kind']!r}", f"Give any of {', '.join(names)}.")
        selected["kind"] = kinds
    selector_values(selected, KINDS)
    return selected


def _read(file: str) -> str:
    try:
        with open(file, encoding="utf-8-sig") as opened:
            return opened.read()
    except (OSError, UnicodeDecodeError) as error:
        cause = error.strerror if isinstance(error, OSError) else "is not UTF-8"
        raise OptionError(
            f"baseline_file is {file}, which cannot be read: {cause}",
            "Give a baseline file on the host where the module runs.",
        ) from None


def _text(time: datetime.datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")
