# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Summary of the drift checks of several organizations: its document, and the outputs that are rendered from it.

Private to webex.calling, controller only. All functions are pure.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ..module_utils._drift import REASONS, STATES, STATUSES
from ..module_utils._errors import visible
from ..module_utils._ids import comparable_id
from ..module_utils._version import VERSION
from ._drift_files import described_files
from ._drift_markup import (
    ENVIRONMENT,
    Tables,
    bar_html,
    id_html,
    is_time,
    plain_html,
    text_html,
    time_html,
)
from ._drift_markup import (
    STATES as NAMES_OF_STATES,
)
from ._drift_values import NOT_VERIFIED, SUMMARY_GENERATOR, shortened, text_of

FORMAT_VERSION = 1

#: Maximum number of hosts in the message, and of characters of a line on the terminal.
_MAX_NAMED, _MAX_LENGTH = 20, 500

Document = Mapping[str, Any]


def new_summary(*, group: str, hosts: Iterable[str], started_at: str, check_mode: bool) -> dict[str, Any]:
    """Return the document of a run that has not finished. Its status is C(incomplete).

    :param hosts: hosts of the group in the order of the inventory.
    """
    message = f"the run that started at {started_at} has not finished."
    return {
        "format_version": FORMAT_VERSION,
        "generator": SUMMARY_GENERATOR,
        "collection_version": VERSION,
        "status": "incomplete",
        "reasons": ["incomplete"],
        "passed": False,
        "message": f"Incomplete: {message}",
        "faults": [],
        "group": group,
        "check_mode": check_mode,
        "started_at": started_at,
        "finished_at": None,
        **_with_counts([unchecked(host, message) for host in hosts]),
    }


def finished_summary(
    document: Document, organizations: Iterable[Mapping[str, Any]], faults: Iterable[str], finished_at: str
) -> dict[str, Any]:
    """Return the document of a run that has finished.

    :param document: document of the same run before it finished.
    :param organizations: results of L(checked) and L(unchecked) in the order of the inventory.
    :param faults: reasons why the summary itself is incomplete.
    """
    entries = _without_same_organization(organizations)
    found = list(faults) or ([] if entries else ["there are no organizations"])
    reasons = [each for each in REASONS if any(each in entry["reasons"] for entry in entries)]
    if found:
        reasons = ["incomplete", *(each for each in reasons if each != "incomplete")]
    status = min((STATUSES.index(entry["status"]) for entry in entries), default=0)
    ended = {
        **document,
        "status": "incomplete" if found else STATUSES[status],
        "reasons": reasons,
        "passed": not found and all(entry["passed"] for entry in entries),
        "faults": found,
        "finished_at": finished_at,
        **_with_counts(entries),
    }
    return {**ended, "message": _message(ended)}


def checked(host: str, outcome: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry of an organization.

    :param outcome: item C(outcome) of the result of L(_drift_run.DriftRun.write).
    """
    organization = {key: outcome[f"organization_{key}"] for key in ("id", "name")}
    policy = {key: outcome[f"policy_{key}"] for key in ("name", "version", "sha256")}
    service = {key: outcome[f"service_{key}"] for key in ("verified", "in_effect")}
    copied = ("scope", "counts", "started_at", "finished_at", "last_complete_at", "files")
    return {
        "host": host,
        **{key: outcome[key] for key in ("status", "passed", "reasons", "message")},
        "organization": None if organization == {"id": None, "name": None} else organization,
        "policy": policy if policy["sha256"] else None,
        "service": None if service["verified"] is None else service,
        **{key: outcome[key] for key in copied},
    }


def unchecked(host: str, message: str) -> dict[str, Any]:
    """Return the entry of an organization without a result, with the same keys."""
    return {
        "host": host,
        "status": "incomplete",
        "passed": False,
        "reasons": ["incomplete"],
        "message": f"Incomplete: {message}",
        "organization": None,
        "policy": None,
        "service": None,
        "scope": None,
        "counts": dict.fromkeys(
            ("total", "compared", *STATES, "unmatched", "removed", "remediated", "resolved"),
            0,
        ),
        "started_at": None,
        "finished_at": None,
        "last_complete_at": None,
        "files": {},
    }


def listed(names: Sequence[str]) -> str:
    """Return names as a text, such as C(a, b, and 3 more)."""
    more = len(names) - _MAX_NAMED
    return ", ".join(names[:_MAX_NAMED]) + (f", and {more} more" if more > 0 else "")


def summary_lines(document: Document, files: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the lines below the message: each organization, those that did not pass first, and the files.

    :param files: C(path) and C(sha256) of each written file of the summary, by kind of output.
    """
    lines = [
        f"{'Passed' if entry['passed'] else 'Not passed'}: {_described(entry)}: {entry['message']}"
        for entry in _most_urgent_first(document)
    ]
    return [visible(shortened(line, _MAX_LENGTH)) for line in lines] + [
        visible(line) for line in described_files(files)
    ]


def summary_stats(document: Document, files: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return the statistics for the next job of a workflow.

    :param files: C(path) and C(sha256) of each written file of the summary, by kind of output.
    """
    copied = ("status", "passed", "reasons", "message", "group", "counts", "started_at", "finished_at")
    return {
        **{key: document[key] for key in copied},
        "not_passed": [entry["host"] for entry in document["organizations"] if not entry["passed"]],
        "collection_version": document["collection_version"],
        "files": {kind: dict(file) for kind, file in files.items()},
    }


def render_summary(document: Document, path: str) -> str:
    """Return the HTML summary.

    :param path: absolute path of the summary, at which the links to the reports start.
    """
    entries = _most_urgent_first(document)
    found = Tables()

    def cells(entry: Mapping[str, Any]) -> Iterable[str]:
        return (
            _name(entry, path),
            _status(entry),
            text_html(entry["message"]),
            _members(entry["counts"]),
            _policy(entry["policy"]),
            "" if entry["finished_at"] is None else time_html(entry["finished_at"]).removesuffix(" UTC"),
        )

    def cells_of_file(file: tuple[Mapping[str, Any], str]) -> Iterable[str]:
        entry, kind = file
        written = entry["files"][kind]
        return (
            text_html(entry["host"]),
            plain_html(kind),
            _link(written["path"], path, os.path.basename(written["path"])),
            f"<code>{plain_html(written['sha256'])}</code>",
        )

    headings = ("Organization", "Status", "Result", "Compliant", "Policy", "Ended (UTC)")
    found.add("organizations", "Organizations", headings, entries, cells, complete="summary_json")
    files = [(entry, kind) for entry in entries for kind in entry["files"]]
    found.add(
        "outputs",
        "Outputs",
        ("Organization", "Output", "File", "SHA-256"),
        files,
        cells_of_file,
        complete="summary_json",
    )
    return ENVIRONMENT.get_template("_drift_summary.html.j2").render(
        about=_about(document),
        counts=document["counts"],
        faults=[text_html(fault) for fault in document["faults"]],
        finished=document["finished_at"] is not None,
        generator=SUMMARY_GENERATOR,
        message=text_html(document["message"]),
        nonce=secrets.token_urlsafe(18),
        passed=document["passed"],
        reasons=document["reasons"],
        started=time_html(document["started_at"]) if is_time(document["started_at"]) else "",
        status=document["status"],
        tables=found.tables,
        title=_title(document),
        version=text_of(document["collection_version"]),
    )


def _with_counts(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    statuses = [entry["status"] for entry in entries]
    passed = sum(entry["passed"] for entry in entries)
    counts = {"total": len(entries), "passed": passed, **{status: statuses.count(status) for status in STATUSES}}
    return {"counts": counts, "organizations": list(entries)}


def _without_same_organization(organizations: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries. Hosts that checked the same organization have not passed."""
    entries = [dict(entry) for entry in organizations]
    hosts: dict[str, list[str]] = {}
    for entry in entries:
        if _id_of(entry):
            hosts.setdefault(comparable_id(_id_of(entry)), []).append(entry["host"])
    for entry in entries:
        same = hosts.get(comparable_id(_id_of(entry)), []) if _id_of(entry) else []
        if len(same) > 1:
            others = listed([host for host in same if host != entry["host"]])
            entry.update(
                status="incomplete",
                passed=False,
                reasons=["incomplete", *(reason for reason in entry["reasons"] if reason != "incomplete")],
                message=f"Incomplete: the check read the same organization as that of {others}. "
                "Give each host its own webex_org_id or credentials.",
            )
    return entries


def _id_of(entry: Mapping[str, Any]) -> str:
    return (entry["organization"] or {}).get("id") or ""


def _message(document: Document) -> str:
    """Return the verdict in one line."""
    counts, reasons = document["counts"], document["reasons"]
    failed = [entry["host"] for entry in _most_urgent_first(document) if not entry["passed"]]
    parts = [*document["faults"], f"{counts['passed']} of {counts['total']} organizations passed"]
    not_passed = f" Not passed: {listed(failed)}." if failed else ""
    tolerated = f" Tolerated: {', '.join(reasons)}." if reasons and document["passed"] else ""
    unverified = [
        entry["host"] for entry in document["organizations"] if entry["service"] and not entry["service"]["verified"]
    ]
    of_parts = [entry["host"] for entry in document["organizations"] if entry["scope"]]
    notes = [
        *([f" {NOT_VERIFIED.capitalize()}: {listed(unverified)}."] if unverified else []),
        *([f" Only a part was checked: {listed(of_parts)}."] if of_parts else []),
    ]
    return f"{document['status'].capitalize()}: {'; '.join(parts)}.{not_passed}{tolerated}{''.join(notes)}"


def _most_urgent_first(document: Document) -> list[Mapping[str, Any]]:
    return sorted(document["organizations"], key=lambda entry: (bool(entry["passed"]), STATUSES.index(entry["status"])))


def _described(entry: Mapping[str, Any]) -> str:
    name = (entry["organization"] or {}).get("name")
    return f"{entry['host']} ({text_of(name)})" if name else text_of(entry["host"])


def _about(document: Document) -> list[tuple[str, str]]:
    """Return terms and HTML of all facts about the run."""
    finished_at = document["finished_at"]
    return [
        ("Group", text_html(document["group"])),
        ("Organizations", plain_html(document["counts"]["total"])),
        ("Began", time_html(document["started_at"])),
        ("Ended", "has not finished" if finished_at is None else time_html(finished_at)),
        ("Reasons", plain_html(", ".join(document["reasons"]) or "none")),
        ("Check mode", "yes, nothing was changed" if document["check_mode"] else "no"),
        ("Collection", f"webex.calling {plain_html(document['collection_version'])}"),
    ]


def _title(document: Document) -> str:
    counts = document["counts"]
    parts = [
        f"{document['status'].capitalize()} ({'passed' if document['passed'] else 'not passed'})",
        f"{counts['passed']} of {counts['total']} organizations passed",
        "call recording drift checks",
        text_of(document["started_at"]),
    ]
    return visible(", ".join(parts))


def _name(entry: Mapping[str, Any], path: str) -> str:
    """Return the host with a link to its report, and the organization, as HTML."""
    report = entry["files"].get("html")
    name = _link(report["path"], path, entry["host"]) if report else text_html(entry["host"])
    organization = entry["organization"] or {}
    known = f" <small>{text_html(organization['name'])}</small>" if organization.get("name") else ""
    scope = f" <small>only {text_html(entry['scope'])}</small>" if entry["scope"] else ""
    return name + known + (f" {id_html(organization['id'])}" if organization.get("id") else "") + scope


def _link(target: str, path: str, text: str) -> str:
    """Return a relative link as HTML. Its beginning keeps a colon in a name from being a scheme."""
    relative = os.path.relpath(target, os.path.dirname(path))
    return f'<a href="./{quote(os.fsencode(relative))}">{text_html(text)}</a>'


def _status(entry: Mapping[str, Any]) -> str:
    tone = "passed" if entry["passed"] else ("incomplete" if entry["status"] == "incomplete" else "failed")
    tolerated = ", tolerated" if entry["passed"] and entry["reasons"] else ""
    mark = "✓" if entry["passed"] else "✗"
    return f'<b class="status {tone}">{mark} {plain_html(entry["status"])}{tolerated}</b>'


def _members(counts: Mapping[str, Any]) -> str:
    if not counts["total"]:
        return ""
    known = {state: counts[state] for state in NAMES_OF_STATES}
    return f"{plain_html(counts['compliant'])} of {plain_html(counts['total'])} {bar_html(known)}"


def _policy(policy: Any) -> str:
    if not policy:
        return ""
    version = "" if policy["version"] is None else f", version {text_html(policy['version'])}"
    digest = plain_html(policy["sha256"])
    return f'{text_html(policy["name"])}{version} <small title="{digest}">SHA-256 {digest[:12]}…</small>'
