# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts for the values in the document of a drift check, which all outputs share.

Private to webex.calling, controller only. All functions are pure, and accept values of any type.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

#: Name of the role in its outputs.
GENERATOR = "webex.calling.drift_check"

#: Name of the role in summaries of several organizations.
SUMMARY_GENERATOR = f"{GENERATOR}.summary"

NO_LOCATION = "no location"
NOT_SET = "not set"
_NO_EFFECT = "settings have no effect"
NOT_VERIFIED = "service level not verified"


def text_of(value: Any) -> str:
    """Return a text as it is, and any other value as JSON on one line."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        # Most settings are booleans, for which the encoder is slow.
        return "true" if value else "false"
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        # Keys that are no texts, integers with thousands of digits, or values that are nested too deeply.
        return f"({type(value).__name__} that cannot be shown)"


def shortened(text: str, length: int) -> str:
    """Return the text with at most this number of characters, and an ellipsis if it is longer."""
    return text if len(text) <= length else f"{text[:length]}…"


def location_of(entry: Mapping[str, Any]) -> str:
    """Return the name of the location of a member, or C(no location)."""
    location = entry.get("location")
    name = location.get("name") if isinstance(location, Mapping) else None
    return NO_LOCATION if name is None or name == "" else text_of(name)


def actual_of(difference: Mapping[str, Any]) -> str:
    """Return the actual value of a difference, or C(not set)."""
    return text_of(difference["actual"]) if "actual" in difference else NOT_SET


def expected_of(difference: Mapping[str, Any]) -> str:
    """Return the expected value of a difference, or C(not set)."""
    return text_of(difference["expected"]) if "expected" in difference else NOT_SET


def describe_member(entry: Mapping[str, Any]) -> str:
    """Return the name and the location of a member, such as C(Ada Smith (Denver))."""
    return f"{text_of(entry['name'])} ({location_of(entry)})"


def describe_difference(difference: Mapping[str, Any]) -> str:
    """Return the setting and both values of a difference, such as C(record is Never, should be Always)."""
    return f"{text_of(difference['setting'])} is {actual_of(difference)}, should be {expected_of(difference)}"


def describe_error(error: Any) -> str:
    """Return the parts of an error that are known: status, message, code, tracking id, and hint."""
    known = _known(error)
    status = f"HTTP {known['status']}: " if "status" in known else ""
    message = known.get("message") or known.get("reason") or known.get("type") or "no details"
    labels = {"code": "code", "tracking_id": "tracking id"}
    details = ", ".join(f"{labels[key]} {known[key]}" for key in labels if key in known)
    text = f"{status}{message} ({details})" if details else f"{status}{message}"
    return f"{text.rstrip('.')}. {known['hint']}" if "hint" in known else text


def describe_effect(reason: Any) -> str:
    """Return the reason why settings of a member have no effect."""
    return f"{_NO_EFFECT}: {_known(reason).get('message', 'unknown')}"


def describe_service(service: Mapping[str, Any]) -> str:
    """Return whether settings of members have effect, with the reason and the hint if they do not, or if unknown."""
    if not service["verified"]:
        return f"{NOT_VERIFIED}: {_sentences(service)}"
    return "settings have effect" if service["in_effect"] else f"{_NO_EFFECT}: {_sentences(service)}"


def describe_unmatched(entry: Mapping[str, Any]) -> str:
    """Return the rule and the value that matches no member."""
    if entry["selector"] is None:
        return f"{text_of(entry['rule'])}: no member matches all selectors"
    return f"{text_of(entry['rule'])}: {text_of(entry['selector'])} {text_of(entry['value'])} matches no member"


def describe_exemption(exemption: Mapping[str, Any]) -> str:
    """Return the reason, the end, and the approval of an exemption."""
    known = _known(exemption)
    expires = known.get("expires", "never")
    labels = {"approved_by": "approved by", "ticket": "ticket"}
    return ", ".join(
        [
            known.get("reason", "no reason"),
            "without end" if expires == "never" else f"until {expires}",
            *(f"{labels[key]} {known[key]}" for key in labels if key in known),
        ]
    )


def time_of(text: Any) -> datetime.datetime | None:
    """Return the time of a text in ISO 8601, in UTC, or None for anything else."""
    try:
        time = datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(datetime.timezone.utc)
    except (AttributeError, TypeError, ValueError, OverflowError):
        return None
    return time.replace(microsecond=0)


def duration_of(document: Mapping[str, Any]) -> int | None:
    """Return the duration of a check in seconds, or None for a check that has not finished."""
    start, end = time_of(document["started_at"]), time_of(document["finished_at"])
    # The clock can be set back during a check.
    return max(0, int((end - start).total_seconds())) if start and end else None


def _sentences(reason: Any) -> str:
    """Return the message and the hint of a reason."""
    known = _known(reason)
    text = known.get("message", "unknown")
    return f"{text.rstrip('.')}. {known['hint']}" if "hint" in known else text


def _known(values: Any) -> dict[str, str]:
    """Return the texts of the values that are not empty."""
    if not isinstance(values, Mapping):
        return {}
    return {key: text_of(value) for key, value in values.items() if value is not None and value != ""}
