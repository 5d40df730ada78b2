# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Document of a drift check: the content of its JSON output, from which all other outputs are rendered.

Private to webex.calling, controller only. All functions are pure.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..module_utils._drift import STATES
from ..module_utils._version import VERSION
from ._drift_values import GENERATOR, NOT_VERIFIED

FORMAT_VERSION = 1

#: Lists and counts that the module call_recording_drift_info returns.
_LISTS = (
    *("kinds", "locations", "drifted", "uncovered", "exempt", "errors", "not_recordable"),
    *("unmatched", "outside_selection", "unmatched_exceptions", "new", "removed"),
    *("expired", "ending_soon", "without_effect", "remediations"),
)


def new_document(
    *,
    started_at: str,
    check_mode: bool,
    tolerated: Sequence[str],
    policy: Mapping[str, Any] | None,
    policy_file: str | None,
    previous: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Return the document of a check that has not finished. Its status is C(incomplete).

    :param policy: normalized policy, or None.
    :param previous: result of L(state_of) for the previous JSON output, or None.
    """
    described = None
    if policy is not None:
        described = {key: policy.get(key) for key in ("name", "version", "sha256")}
        described.update(file=policy_file, rules=[])
    return {
        "format_version": FORMAT_VERSION,
        "generator": GENERATOR,
        "collection_version": VERSION,
        "status": "incomplete",
        "reasons": ["incomplete"],
        "tolerated": list(tolerated),
        "passed": False,
        "message": f"Incomplete: the check that started at {started_at} has not finished.",
        "error": None,
        "organization": None,
        "scope": None,
        "policy": described,
        "baseline": None,
        "service": None,
        "started_at": started_at,
        "finished_at": None,
        "last_complete_at": previous["last_complete_at"] if previous else None,
        "check_mode": check_mode,
        "requests": None,
        "counts": dict.fromkeys(("total", "compared", *STATES), 0),
        **{name: [] for name in _LISTS},
        "remediation": None,
        "resolved": [],
        "members": None,
        "previous": dict(previous) if previous else None,
    }


def failed_document(document: Mapping[str, Any], message: str, error: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of a check that could not be made, or whose outputs could not be written.

    :param document: document so far.
    :param message: message without the status.
    :param error: error with the keys of the modules, or only with C(type).
    """
    described = {**error, "message": error.get("message") or message}
    return {
        **document,
        "status": "incomplete",
        "reasons": ["incomplete", *(reason for reason in document["reasons"] if reason != "incomplete")],
        "passed": False,
        "message": f"Incomplete: {message}",
        "error": described,
        "finished_at": document["finished_at"] or now(),
    }


def checked_document(document: Mapping[str, Any], result: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Return the document of a check.

    :param document: document of the check before it finished.
    :param result: result of the module call_recording_drift_info.
    :param text: message of the module for an incomplete check.
    """
    organization, scope = result["organization"], result["scope"]
    previous = document["previous"]
    if previous and (previous["scope"] != scope or organization["id"] not in (None, previous["organization_id"])):
        previous = None
        document = {**document, "previous": None, "last_complete_at": None}
    last_complete_at = document["last_complete_at"]
    complete = result["status"] != "incomplete"
    described = document["policy"]
    if described is not None:
        described = {**described, "rules": result["rules"]}
    first_seen = (
        {(each["id"], each["setting"]): each["first_seen"] for each in previous["differences"]} if previous else {}
    )
    found = {key: _with_first_seen(result[key], first_seen, document["started_at"]) for key in ("drifted", "exempt")}
    checked = {
        **document,
        **{
            key: result[key]
            for key in ("status", "reasons", "passed", "organization", "scope", "baseline", "service", "requests")
        },
        "error": result.get("error"),
        "policy": described,
        "finished_at": result["finished_at"],
        "last_complete_at": result["finished_at"] if complete else last_complete_at,
        "counts": result["counts"],
        **{name: result[name] for name in _LISTS},
        **found,
        "previous": previous,
    }
    if complete and previous and organization["id"] == previous["organization_id"]:
        current = {(each["id"], each["setting"]) for each in _differences(checked)}
        checked["resolved"] = [each for each in previous["differences"] if (each["id"], each["setting"]) not in current]
    checked["message"] = _message(checked, text)
    return checked


def state_of(document: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the next check needs from an earlier document, or None if that document is unusable.

    An incomplete check carries on the differences that it did not find, because it did not read all members.
    """
    try:
        return _state_of(document)
    except (AttributeError, KeyError, TypeError, ValueError):
        # Somebody changed the file.
        return None


def _state_of(document: Mapping[str, Any]) -> dict[str, Any] | None:
    if document["format_version"] != FORMAT_VERSION:
        return None
    earlier = document["previous"]
    if document["organization"] is None:
        return dict(earlier) if earlier else None
    differences = [_difference(*each.values()) for each in _differences(document)]
    if document["status"] == "incomplete" and earlier:
        known = {(each["id"], each["setting"]) for each in differences}
        differences += [each for each in earlier["differences"] if (each["id"], each["setting"]) not in known]
    times = [document[key] for key in ("started_at", "finished_at", "last_complete_at")]
    if not all(isinstance(time, (str, type(None))) for time in times):
        raise TypeError
    return {
        **{key: document[key] for key in ("status", "passed", "started_at", "finished_at", "last_complete_at")},
        # An organization that could not be identified once is still the same one.
        "organization_id": document["organization"]["id"] or (earlier or {}).get("organization_id"),
        "scope": document["scope"],
        "differences": differences,
    }


def _difference(webex_id: Any, kind: Any, name: Any, setting: Any, first_seen: Any) -> dict[str, Any]:
    texts = {"id": webex_id, "kind": kind, "name": name, "setting": setting, "first_seen": first_seen}
    if not all(isinstance(text, str) for text in texts.values()):
        raise TypeError
    return texts


def _differences(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the differences of drifted and exempt members, with the keys of C(resolved)."""
    for member in (*document["drifted"], *document["exempt"]):
        identity = {key: member[key] for key in ("id", "kind", "name")}
        for each in member["differences"]:
            yield {**identity, "setting": each["setting"], "first_seen": each["first_seen"]}


def _with_first_seen(
    members: Iterable[Mapping[str, Any]], first_seen: Mapping[tuple[str, str], str], started_at: str
) -> list[dict[str, Any]]:
    return [
        {
            **member,
            "differences": [
                {**each, "first_seen": first_seen.get((member["id"], each["setting"]), started_at)}
                for each in member["differences"]
            ],
        }
        for member in members
    ]


def _message(document: Mapping[str, Any], text: str) -> str:
    """Return the verdict in one line."""
    counts, reasons, service = document["counts"], document["reasons"], document["service"]
    total = f"{counts['total']} members"
    unmatched, removed = len(document["unmatched"]), len(document["removed"])
    parts = [
        *([text.rstrip(".")] if "incomplete" in reasons else []),
        *([f"{counts['drifted']} of {total} have drifted"] if "drifted" in reasons else []),
        *_effect(document),
        *([f"{_number(unmatched, 'value')} in rules without a match"] if unmatched else []),
        *([f"{_number(removed, 'member')} of the baseline gone"] if removed else []),
        *([f"{counts['uncovered']} of {total} are covered by no rule"] if "uncovered" in reasons else []),
    ]
    if not reasons:
        exempt = f", {counts['exempt']} exempt" if counts["exempt"] else ""
        parts = [f"{counts['compliant']} of {total} are compliant{exempt}"]
        if document["status"] == "remediated":
            parts.insert(0, f"{_number(len(document['remediation']['remediated']), 'member')} remediated")
    tolerated = f" Tolerated: {', '.join(reasons)}." if reasons and document["passed"] else ""
    unverified = "" if service["verified"] else f" {NOT_VERIFIED.capitalize()}."
    return f"{document['status'].capitalize()}: {'; '.join(parts)}.{tolerated}{unverified}"


def _effect(document: Mapping[str, Any]) -> list[str]:
    """Return why settings of members have no effect, or nothing."""
    messages = [each["not_in_effect"]["message"] for each in document["drifted"] if "not_in_effect" in each]
    service = document["service"]
    return [service["message"] if service["verified"] else messages[0]] if messages else []


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def to_json(document: Mapping[str, Any]) -> bytes:
    """Return the document as JSON in UTF-8. Numbers that JSON cannot hold become texts."""
    try:
        text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(document), ensure_ascii=False, indent=2, allow_nan=False)
    # A lone surrogate becomes its JSON escape sequence.
    return f"{text}\n".encode("utf-8", "backslashreplace")


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return json.dumps(value)
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return value


def now() -> str:
    """Return the current time in UTC, in ISO 8601."""
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
