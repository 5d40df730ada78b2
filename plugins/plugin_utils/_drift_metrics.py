# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Metrics of the role drift_check, in the text format of Prometheus.

Private to webex.calling, controller only. The series of a check keep their labels from run to run. Only the series
with the suffix C(_info) has labels that can change.
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..module_utils._drift import STATES, STATUSES
from ..module_utils._errors import visible
from ._drift_values import GENERATOR, duration_of, text_of, time_of

_PREFIX = "webex_calling_drift_check"

#: Help texts. Prometheus requires the same text in all files.
_HELP = {
    "info": "Organization, scope, and policy of the drift check. The value is always 1.",
    "passed": "Whether the drift check passed.",
    "status": "Status of the drift check. The current status has the value 1.",
    "service_verified": "Whether the service level was verified, that is, whether settings have effect is known.",
    "service_in_effect": "Whether settings of members have effect in the organization.",
    "members": "Number of members by state.",
    "unmatched_values": "Number of values in rules that match no member.",
    "removed_members": "Number of members of the baseline that are gone.",
    "remediated_members": "Number of members that the role changed.",
    "exemptions_expired": "Number of exemptions that have expired.",
    "exemptions_ending_soon": "Number of exemptions that end within 30 days.",
    "requests": "Number of requests to Webex.",
    "duration_seconds": "Duration of the drift check.",
    "last_run_timestamp_seconds": "End of the last drift check, or its start if it has not finished.",
    "last_complete_run_timestamp_seconds": "End of the last drift check that was not incomplete.",
}


#: Sample of an earlier output. A label value has no line break.
_LAST_COMPLETE_RUN = re.compile(rf"^{_PREFIX}_last_complete_run_timestamp_seconds{{.*}} ([0-9]{{1,11}})$", re.MULTILINE)


class _Sample(NamedTuple):
    """Sample of a metric.

    :param name: name without prefix.
    :param value: value, or None if it is unknown.
    :param labels: labels besides C(check).
    """

    name: str
    value: int | None
    labels: Mapping[str, Any]


def render_metrics(document: Mapping[str, Any], check: str) -> str:
    """Return the metrics for the document of a drift check.

    :param check: name of the check, which is unique in the folder of the collector.
    """
    lines = [f"# {GENERATOR}"]
    previous = None
    for name, value, labels in _samples(document):
        if value is None:
            continue
        if name != previous:
            lines += [f"# HELP {_PREFIX}_{name} {_HELP[name]}", f"# TYPE {_PREFIX}_{name} gauge"]
            previous = name
        shown = ",".join(f'{key}="{_escaped(text)}"' for key, text in {"check": check, **labels}.items())
        lines.append(f"{_PREFIX}_{name}{{{shown}}} {value}")
    return "\n".join(lines) + "\n"


def last_complete_run(path: str) -> str | None:
    """Return the end of the last complete check from an earlier output, in ISO 8601, or None without one.

    Links are not followed.
    """
    try:
        if os.path.islink(path) or not os.path.isfile(path):
            return None
        with open(path, encoding="utf-8") as file:
            text = file.read()
        found = _LAST_COMPLETE_RUN.search(text) if text.startswith(f"# {GENERATOR}\n") else None
        time = datetime.datetime.fromtimestamp(int(found[1]), datetime.timezone.utc) if found else None
    except (OSError, OverflowError, ValueError):
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%SZ") if time else None


def _samples(document: Mapping[str, Any]) -> Iterator[_Sample]:
    """Yield all samples, those of one metric one after the other."""
    yield _Sample("info", 1, _info(document))
    yield _Sample("passed", int(bool(document["passed"])), {})
    for status in STATUSES:
        yield _Sample("status", int(document["status"] == status), {"status": status})
    if document["counts"]["total"]:
        # Without members, a zero would be wrong.
        yield from _counts(document)
    finished_at, service = document["finished_at"], document["service"]
    if service:
        yield _Sample("service_verified", int(service["verified"]), {})
        yield _Sample("service_in_effect", None if service["in_effect"] is None else int(service["in_effect"]), {})
    yield _Sample("requests", document["requests"], {})
    yield _Sample("duration_seconds", duration_of(document), {})
    yield _Sample("last_run_timestamp_seconds", _seconds(finished_at or document["started_at"]), {})
    yield _Sample("last_complete_run_timestamp_seconds", _seconds(document["last_complete_at"]), {})


def _counts(document: Mapping[str, Any]) -> Iterator[_Sample]:
    for state in STATES:
        yield _Sample("members", document["counts"][state], {"state": state})
    remediation = document["remediation"] or {"remediated": ()}
    for name, entries in (
        ("unmatched_values", document["unmatched"]),
        ("removed_members", document["removed"]),
        ("remediated_members", remediation["remediated"]),
        ("exemptions_expired", document["expired"]),
        ("exemptions_ending_soon", document["ending_soon"]),
    ):
        yield _Sample(name, len(entries), {})


def _info(document: Mapping[str, Any]) -> dict[str, Any]:
    organization, policy = document["organization"] or {}, document["policy"] or {}
    scope = document["scope"]
    found = {
        "organization_id": organization.get("id"),
        "organization_name": organization.get("name"),
        "scope": "whole organization" if scope == {} else scope,
        "policy_name": policy.get("name"),
        "policy_version": policy.get("version"),
        "policy_sha256": policy.get("sha256"),
        "collection_version": document["collection_version"],
    }
    return {name: "" if value is None else value for name, value in found.items()}


def _seconds(time: Any) -> int | None:
    found = time_of(time)
    return None if found is None else int(found.timestamp())


def _escaped(value: Any) -> str:
    """Return a label value with the escape sequences of the text format."""
    return visible(text_of(value)).replace("\\", "\\\\").replace('"', '\\"')
