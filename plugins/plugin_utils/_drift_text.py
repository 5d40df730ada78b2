# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Terminal output of the role drift_check.

Private to webex.calling, controller only. Texts from other sources cannot control the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..module_utils._errors import visible
from ..module_utils._kinds import KINDS
from ._drift_files import described_files
from ._drift_values import (
    describe_difference,
    describe_effect,
    describe_error,
    describe_member,
    describe_service,
    describe_unmatched,
    shortened,
    text_of,
)

#: Maximum number of members of a list. The files have all of them.
MAX_SHOWN = 20

#: Maximum length of a value or a name in characters.
_MAX_LENGTH = 300


def summary(document: Mapping[str, Any], files: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the lines below the verdict: what was checked, each problem by name, and the files.

    :param files: C(path) and C(sha256) of each written file, by kind of output.
    """
    lines = [
        *_about(document),
        *_listed("Not compared", [_error(entry) for entry in document["errors"]]),
        *_listed("Drifted", [_drifted(entry) for entry in document["drifted"]]),
        *_listed("No match", [_short(describe_unmatched(entry)) for entry in document["unmatched"]]),
        *_listed("Gone", [_member(entry) for entry in document["removed"]]),
        *_listed("Uncovered", [_member(entry) for entry in document["uncovered"]]),
        *_listed("Expired exemption", [f"{entry['rule']}, on {entry['expires']}" for entry in document["expired"]]),
        *_listed("Exemption ends soon", [f"{each['rule']}, on {each['expires']}" for each in document["ending_soon"]]),
        *_remediation(document["remediation"]),
        *described_files(files),
    ]
    return [visible(line) for line in lines]


def planned(remediations: Iterable[Mapping[str, Any]], names: Mapping[str, str], check_mode: bool) -> list[str]:
    """Return the changes that a remediation makes.

    :param names: descriptions of the members by id.
    """
    lines = []
    for remediation in remediations:
        ids = [each for kind in KINDS for each in remediation.get(kind.id_option, ())]
        start = "Would change" if check_mode else "Change"
        members = ", ".join(names.get(each, each) for each in ids)
        noun = "member" if len(ids) == 1 else "members"
        lines.append(visible(f"{start} {len(ids)} {noun} to {text_of(remediation['settings'])}: {members}"))
    return lines


def _about(document: Mapping[str, Any]) -> list[str]:
    organization, policy, baseline = document["organization"], document["policy"], document["baseline"]
    lines = []
    if organization:
        known = text_of(organization["name"] or "could not be identified")
        lines.append(f"Organization: {known}{' (' + text_of(organization['id']) + ')' if organization['id'] else ''}")
    if document["scope"]:
        lines.append(f"Only: {text_of(document['scope'])}")
    if policy:
        version = f", version {text_of(policy['version'])}" if policy["version"] else ""
        lines.append(f"Policy: {text_of(policy['name'])}{version}, SHA-256 {text_of(policy['sha256'])}")
    if baseline:
        lines.append(f"Baseline: {text_of(baseline['file'])}, of {text_of(baseline['created_at'])}")
    if document["service"]:
        text = describe_service(document["service"])
        lines.append(text[0].upper() + text[1:])
    return lines


def _listed(title: str, texts: Sequence[str]) -> list[str]:
    more = len(texts) - MAX_SHOWN
    return [f"{title}: {text}" for text in texts[:MAX_SHOWN]] + ([f"{title}: and {more} more"] if more > 0 else [])


def _drifted(entry: Mapping[str, Any]) -> str:
    texts = [f"{_short(describe_difference(each))} [{text_of(each['rule'])}]" for each in entry["differences"]]
    if "not_recordable" in entry:
        texts.append(f"calls cannot be recorded: {_short(describe_error(entry['not_recordable']))}")
    if "not_in_effect" in entry:
        texts.append(_short(describe_effect(entry["not_in_effect"])))
    return f"{_member(entry)}: {'; '.join(texts)}"


def _error(entry: Mapping[str, Any]) -> str:
    return f"{_member(entry)}: {_short(describe_error(entry.get('error')))}"


def _remediation(remediation: Mapping[str, Any] | None) -> list[str]:
    if remediation is None:
        return []
    refused = [f"Not remediated: {remediation['refused']}"] if remediation["refused"] else []
    return [
        *refused,
        *_listed("Remediated", [_member(entry) for entry in remediation["remediated"]]),
        *_listed("Could not be remediated", [_error(entry) for entry in remediation["failed"]]),
    ]


def _member(entry: Mapping[str, Any]) -> str:
    return _short(describe_member(entry))


def _short(text: str) -> str:
    return shortened(text, _MAX_LENGTH)
