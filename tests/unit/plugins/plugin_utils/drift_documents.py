# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents of drift checks, for the tests of the outputs."""

from __future__ import annotations

import copy
from typing import Any

ADA = {"id": "ada", "kind": "person", "name": "Ada Smith", "location": {"id": "l1", "name": "Denver"}}
BOB = {"id": "bob", "kind": "person", "name": "Bob Smith", "location": {"id": "l1", "name": "Denver"}}
CAT = {"id": "cat", "kind": "workspace", "name": "Room 1", "location": {"id": "l2", "name": "Boston"}}
DAN = {"id": "dan", "kind": "virtual_line", "name": "Front desk", "location": None}
EVE = {"id": "eve", "kind": "virtual_line", "name": "Lobby phone", "location": {"id": "l2"}}
GUS = {"id": "gus", "kind": "person", "name": "Gus Gone", "location": {"id": "l1", "name": "Denver"}}

STARTED, FINISHED, YESTERDAY = "2026-11-25T22:00:00Z", "2026-11-25T22:00:30Z", "2026-11-24T22:00:30Z"

ERROR = {
    "type": "refused",
    "status": 400,
    "reason": "Bad Request",
    "message": "Not now.",
    "code": "4400",
    "tracking_id": "ROUTER_1",
    "retry_after": None,
    "kind": "workspace",
    "id": "cat",
    "hint": "Try again later.",
}
NOT_ASSIGNED = {"status": 400, "code": "4410", "message": "The service is not assigned.", "hint": "Assign the service."}

IN_EFFECT = {
    "verified": True,
    "in_effect": True,
    **dict.fromkeys(("reason", "message", "hint", "error")),
    "enabled": True,
    "terms_of_service_accepted": True,
}
OFF = {"reason": "recording_off", "message": "recording of the organization is off", "hint": "Turn it on."}
NOT_READABLE = {
    **IN_EFFECT,
    **dict.fromkeys(("in_effect", "enabled", "terms_of_service_accepted")),
    "verified": False,
    "reason": "not_readable",
    "message": "No access.",
    "hint": "Use another token.",
    "error": {"message": "No access."},
}

STATUSES = ("incomplete", "drifted", "unmatched", "uncovered", "remediated", "compliant")
REASONS = ("incomplete", "drifted", "unmatched", "uncovered")


def difference(setting: str, expected: Any, actual: Any, rule: str = "Everybody is recorded") -> dict[str, Any]:
    return {"setting": setting, "expected": expected, "actual": actual, "rule": rule, "first_seen": YESTERDAY}


def mark() -> dict[str, Any]:
    """Return the document that is written before the check."""
    lists = (
        *("kinds", "locations", "drifted", "uncovered", "exempt", "errors", "not_recordable", "unmatched"),
        *("outside_selection", "unmatched_exceptions", "new", "removed", "expired", "ending_soon"),
        *("without_effect", "remediations", "resolved"),
    )
    counts = dict.fromkeys(("total", "compared", "compliant", "drifted", "uncovered", "exempt", "error"), 0)
    return {
        "format_version": 1,
        "generator": "webex.calling.drift_check",
        "collection_version": "0.9.0",
        "status": "incomplete",
        "reasons": ["incomplete"],
        "tolerated": [],
        "passed": False,
        "message": f"Incomplete: the check that started at {STARTED} has not finished.",
        "error": None,
        "organization": None,
        "scope": None,
        "policy": {
            "name": "Recording rulebook",
            "version": "2026-10",
            "sha256": "ab" * 32,
            "file": "/p.yml",
            "rules": [],
        },
        "baseline": None,
        "service": None,
        "started_at": STARTED,
        "finished_at": None,
        "last_complete_at": YESTERDAY,
        "check_mode": False,
        "requests": None,
        "counts": counts,
        **{name: [] for name in lists},
        "members": None,
        "remediation": None,
        "previous": None,
    }


def not_made() -> dict[str, Any]:
    """Return the document of a check that Webex refused."""
    return {
        **mark(),
        "message": "Incomplete: Webex refused the access token.",
        "error": {
            "type": "authentication",
            "status": 401,
            "message": "The request requires a valid access token.",
            "tracking_id": "ROUTER_2",
            "hint": "Renew the access token.",
        },
        "finished_at": FINISHED,
    }


def compliant() -> dict[str, Any]:
    """Return the document of a check of two members, which passed."""
    rule = {
        "name": "Everybody is recorded",
        "members": 2,
        "references": [],
        "settings": {"record": "Always"},
        "implied": [],
    }
    document = mark()
    document["policy"]["rules"] = [rule]
    document["counts"].update(total=2, compared=2, compliant=2)
    return {
        **document,
        "status": "compliant",
        "reasons": [],
        "passed": True,
        "message": "Compliant: 2 of 2 members are compliant.",
        "organization": {"id": "org-1", "name": "Example Corp. Ltd.", "verified": True},
        "scope": {},
        "service": IN_EFFECT,
        "finished_at": FINISHED,
        "last_complete_at": FINISHED,
        "requests": 24,
        "kinds": [{"kind": "person", "compliant": 2, "drifted": 0, "uncovered": 0, "exempt": 0, "error": 0}],
        "locations": [{"name": "Denver", "compliant": 2, "drifted": 0, "uncovered": 0, "exempt": 0, "error": 0}],
    }


def full() -> dict[str, Any]:
    """Return the document of a check that found everything, with an unreadable member."""
    document = compliant()
    document["counts"].update(total=5, compared=3, compliant=0, drifted=2, uncovered=1, exempt=1, error=1)
    document["policy"]["rules"] = [
        *document["policy"]["rules"],
        {"name": "No beeps", "members": 1, "references": [], "settings": {"repeat": {"enabled": False}}, "implied": []},
        {
            "name": "Lobby phones",
            "members": 1,
            "references": [],
            "exempt": {"reason": "Public", "expires": "2026-12-01", "approved_by": "CISO", "ticket": "GRC-81"},
        },
        {"name": "Old", "members": 1, "references": [], "exempt": {"reason": "Moving", "expires": "2026-10-31"}},
    ]
    absent = difference("repeat.enabled", False, None, "No beeps")
    del absent["actual"]
    drifted = [
        {**ADA, "differences": [difference("record", "Always", "Never")]},
        {
            **BOB,
            "differences": [
                difference("record", "Always", "Never", "baseline"),
                absent,
            ],
            "not_recordable": NOT_ASSIGNED,
        },
    ]
    return {
        **document,
        "status": "incomplete",
        "reasons": list(REASONS),
        "passed": False,
        "message": "Incomplete: 1 of 5 members could not be compared; 2 of 5 members have drifted.",
        "error": ERROR,
        "last_complete_at": YESTERDAY,
        "baseline": {"file": "/friday.json", "created_at": "2026-11-20T22:00:00Z"},
        "drifted": drifted,
        "uncovered": [DAN],
        "exempt": [
            {
                **EVE,
                "rule": "Lobby phones",
                "reason": "Public",
                "expires": "2026-12-01",
                "approved_by": "CISO",
                "differences": [difference("enabled", True, False)],
            }
        ],
        "errors": [{**CAT, "error": ERROR}],
        "not_recordable": [{**BOB, "not_recordable": NOT_ASSIGNED}],
        "unmatched": [
            {"rule": "No beeps", "selector": "owner_name", "value": "Sales *"},
            {"rule": "No beeps", "selector": None, "value": None},
        ],
        "unmatched_exceptions": [{"rule": "Old", "selector": "owner_name", "value": "Zoe"}],
        "new": [DAN],
        "removed": [GUS],
        "expired": [{"rule": "Old", "expires": "2026-10-31"}],
        "ending_soon": [{"rule": "Lobby phones", "expires": "2026-12-01"}],
        "without_effect": ["No beeps"],
        "remediations": [{"settings": {"record": "Always"}, "person_id": ["ada"]}],
        "remediation": {
            "remediated": [{**ADA, "differences": [difference("enabled", True, False)]}],
            "failed": [{**BOB, "error": ERROR}],
            "refused": None,
        },
        "resolved": [
            {"id": "dan", "kind": "virtual_line", "name": "Front desk", "setting": "record", "first_seen": YESTERDAY}
        ],
    }


def full_members() -> list[dict[str, Any]]:
    """Return the members of the full document."""
    settings = {"enabled": False, "record": "Never", "notification": {"type": None, "enabled": False}, "future": 3}
    return [
        {
            **ADA,
            "state": "drifted",
            "recordable": True,
            "call_recording": settings,
            "number": {"external": "+13035550100", "extension": "0100"},
            "numbers": [{"external": "+13035550100", "extension": "0100"}, {"extension": "0101"}],
        },
        {
            **BOB,
            "state": "drifted",
            "recordable": False,
            "not_recordable": NOT_ASSIGNED,
            "call_recording": {"enabled": False},
        },
        {**CAT, "state": "error", "error": ERROR},
        {**DAN, "state": "uncovered", "recordable": True, "call_recording": settings},
        {**EVE, "state": "exempt", "recordable": True, "call_recording": settings},
    ]


def of_reasons(*reasons: str, tolerated: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a document with these reasons only."""
    document, found = compliant(), full()
    keys = {
        "incomplete": ("errors",),
        "drifted": ("drifted",),
        "unmatched": ("unmatched", "removed"),
        "uncovered": ("uncovered",),
    }
    for reason in reasons:
        document.update({key: found[key] for key in keys[reason]})
        document.update(status=reasons[0], message=f"{reasons[0].capitalize()}: details.")
    for state, key in (("drifted", "drifted"), ("uncovered", "uncovered"), ("error", "errors")):
        document["counts"][state] = len(document[key])
    return {
        **document,
        "reasons": list(reasons),
        "tolerated": list(tolerated),
        "passed": set(reasons) <= set(tolerated),
    }


def of_status(status: str) -> dict[str, Any]:
    """Return a document with this status, which no user tolerates."""
    if status in REASONS:
        return of_reasons(status)
    document = compliant()
    if status == "remediated":
        remediated = [{**ADA, "differences": [difference("record", "Always", "Never")]}]
        document["remediation"] = {"remediated": remediated, "failed": [], "refused": None}
    return {**document, "status": status}


#: Texts that browsers or templates could evaluate.
HOSTILE_MARKUP: tuple[str, ...] = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "{{ 7*7 }}{% for x in y %}{# gone #}",
    "\u202egnol ton",
    "A" * 300,
    "\"'&quot;&amp;",
    "</table></script></style>]]> -->",
    "\x00\x1b[31m\x7f\x85\ud800\ufffe",
)

#: Values that spreadsheets, browsers, templates, shells, or parsers could evaluate, or that JSON or XML cannot hold.
HOSTILE: tuple[Any, ...] = (
    "<script>alert(1)</script>",
    "{{ lookup('pipe', 'touch evaluated') }}",
    "\u202egnol ton\u202c عمر",
    "A" * 300,
    "\"'&quot;&amp;",
    "]]> --> $(touch evaluated)",
    '\\", "actual": true, "x": "',
    "%s %(x)s {0}",
    "=cmd|' /C calc'!A1",
    "+1",
    "-1",
    "@SUM(A1)",
    " \u00a0\t=1+1",
    "\u200b=1+1",
    "\u200d=1+1",
    "\x00=1+1",
    "\uff1d1+1",
    "\t1",
    "\r1",
    "\n1",
    'x";=cmd()',
    "a\n=cmd()",
    "one\r\ntwo\u2028three\x85four\x0bfive",
    "\x00\x1b[31m\x7f\ufffe\ud800",
    "Den.ver",
    "",
    " ",
    ["=x", None],
    {"=x": [1, {"y": "\n"}]},
    float("inf"),
    float("nan"),
    10**5000,
    True,
    None,
)

#: Keys whose values come from Webex, from users, or from the policy.
_REPLACED = frozenset(
    {
        *("name", "message", "reason", "hint", "code", "tracking_id", "expected", "actual", "value", "approved_by"),
        *("ticket", "setting", "rule", "sha256", "version", "first_seen", "file", "without_effect"),
        *("external", "extension", "record", "future", "selector"),
    }
)


def hostile(content: Any, value: Any) -> Any:
    """Return a copy of a document or of members with this value in each place that others can fill."""
    if isinstance(content, dict):
        return {
            key: copy.deepcopy(value) if key in _REPLACED and not isinstance(item, list) else hostile(item, value)
            for key, item in content.items()
        }
    return [hostile(item, value) for item in content] if isinstance(content, list) else content
