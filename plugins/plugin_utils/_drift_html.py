# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTML report of a drift check, in a single file without external resources.

Private to webex.calling, controller only. Functions with HTML as their result escape all texts of the document. Python
renders the rows of tables, because Jinja is too slow for thousands of rows.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..module_utils._errors import visible
from ..module_utils._settings import flatten
from ._drift_markup import (
    ENVIRONMENT,
    MAX_LENGTH,
    STATES,
    Table,
    Tables,
    badge_html,
    bar_html,
    id_html,
    is_time,
    list_html,
    optional_html,
    plain_html,
    text_html,
    time_html,
)
from ._drift_values import (
    NOT_SET,
    actual_of,
    describe_difference,
    describe_effect,
    describe_error,
    describe_service,
    expected_of,
    location_of,
    text_of,
)

Document = Mapping[str, Any]

#: Names of states in narrow columns. Headings are constants, and HTML.
_NARROW = ("Com&shy;pli&shy;ant", "Drif&shy;ted", "No rule", "Ex&shy;empt", "Er&shy;rors")

_MEMBER = ("Name", "Location", "Kind")
_CAUSE = (*_MEMBER, "Error", "Tracking id", "Hint")

#: Member, and one of its differences.
_Difference = tuple[Mapping[str, Any], Mapping[str, Any]]


def render_html(document: Document, members: Sequence[Mapping[str, Any]] | None) -> str:
    """Return the HTML report of a drift check.

    :param document: document of the check.
    :param members: all members with their states and settings, or None.
    """
    counts = document["counts"]
    template = ENVIRONMENT.get_template("_drift_report.html.j2")
    return template.render(
        about=_about(document),
        bar=bar_html(counts, described=True),
        check_mode=document["check_mode"],
        complete=bool(counts["total"]),
        counts=counts,
        error=_described_error(document["error"]) if document["error"] else None,
        finished=document["finished_at"] is not None,
        differing=sum(bool(member["differences"]) for member in document["drifted"]),
        message=text_html(document["message"]),
        nonce=secrets.token_urlsafe(18),
        passed=document["passed"],
        reasons=document["reasons"],
        refused=_refused(document["remediation"]),
        remediation=document["remediation"],
        started=time_html(document["started_at"]) if is_time(document["started_at"]) else "",
        states=STATES,
        status=document["status"],
        tables=_tables(document, members),
        title=_title(document),
        version=text_of(document["collection_version"]),
    )


def _tables(document: Document, members: Sequence[Mapping[str, Any]] | None) -> dict[str, Table]:
    """Return the tables by name. Long tables are last, because they share the space with all tables before."""
    found = Tables()
    _add_counts(found, document)
    _add_rules(found, document)
    _add_unmatched(found, document)
    _add_remediation(found, document)
    _add_members(found, document)
    _add_differences(found, document)
    _add_without_effect(found, document)
    if members is not None:
        compliant = [member for member in members if member["state"] == "compliant"]
        headings = (*_MEMBER, "Recording")
        found.add("compliant", "Compliant members", headings, compliant, _compliant, complete="csv", style="names")
    return found.tables


def _add_counts(found: Tables, document: Document) -> None:
    headings = ("Mem&shy;bers", *_NARROW, "")
    found.add("by-kind", "By kind", ("Kind", *headings), document["kinds"], _of_kind, style="counts")
    found.add(
        "by-location", "By location", ("Location", *headings), document["locations"], _of_location, style="counts"
    )


def _add_rules(found: Tables, document: Document) -> None:
    rules = (document["policy"] or {"rules": []})["rules"]
    without_effect = set(map(text_of, document["without_effect"]))

    def cells(rule: Mapping[str, Any]) -> Iterable[str]:
        return (
            text_html(rule["name"]) + badge_html("without effect", text_of(rule["name"]) in without_effect),
            plain_html(rule["members"]),
            list_html(map(text_html, rule["references"])),
            _exemption(rule["exempt"]) if "exempt" in rule else _settings(rule),
        )

    hint = f"Rules without effect: {len(without_effect)}. Later rules override all their settings."
    headings = ("Rule", "Members", "References", "Settings")
    found.add("rules", "Rules of the policy", headings, rules, cells, hint=hint if without_effect else "")
    endings = [
        (text_html(each["rule"]), text_html(each["expires"]), state)
        for key, state in (("expired", "expired, has no effect"), ("ending_soon", "ends soon"))
        for each in document[key]
    ]
    found.add("endings", "Ends of exemptions", ("Rule", "Last day (UTC)", "State"), endings, tuple)


def _add_unmatched(found: Tables, document: Document) -> None:
    headings = ("Rule", "Selector", "Value")
    hint = "These values of rules match no member."
    found.add("unmatched", "Values without a match", headings, document["unmatched"], _unmatched, hint=hint)
    ignored = [
        (*_unmatched(each), reason)
        for key, reason in (
            ("outside_selection", "outside of the selection"),
            ("unmatched_exceptions", "need not match"),
        )
        for each in document[key]
    ]
    hint = "These values match no member of this check. They do not influence the status."
    title = "Values without a match that do not count"
    found.add("ignored", title, (*headings, "Reason"), ignored, tuple, hint=hint)


def _add_remediation(found: Tables, document: Document) -> None:
    remediation = document["remediation"] or {"remediated": [], "failed": []}
    found.add("failed", "Members that could not be remediated", _CAUSE, remediation["failed"], _failed)
    if document["check_mode"]:
        title, values = "Would be remediated", ("Is", "Would be")
        actual, unread = {}, set()
    else:
        title, values = "Remediated", ("Was", "Is now")
        actual = {
            (text_of(member["id"]), text_of(each["setting"])): actual_of(each)
            for member, each in _differences(document["drifted"])
        }
        unread = {text_of(each["id"]) for each in document["errors"]}

    def cells(entry: _Difference) -> Iterable[str]:
        member, difference = entry
        webex_id = text_of(member["id"])
        now = "not read" if webex_id in unread else expected_of(difference)
        return (
            *_member(member),
            _setting(difference["setting"]),
            _value("was", actual_of(difference)),
            _value("want", actual.get((webex_id, text_of(difference["setting"])), now)),
            text_html(difference["rule"]),
        )

    changed = _differences(remediation["remediated"])
    found.add("remediated", title, (*_MEMBER, "Setting", *values, "Rule"), changed, cells)


def _add_members(found: Tables, document: Document) -> None:
    found.add("errors", "Members that could not be read or compared", _CAUSE, document["errors"], _failed)
    hint = "The baseline contains these members. They are gone."
    removed = document["removed"]
    found.add("removed", "Removed since the baseline", _MEMBER, removed, _member, hint=hint, style="names")
    title = "Members whose calls cannot be recorded"
    of_unrecordable = (*_MEMBER, "Reason", "Tracking id", "Hint")
    found.add("not-recordable", title, of_unrecordable, document["not_recordable"], _not_recordable)
    headings = (*_MEMBER, "Exemption", "Last day (UTC)", "Would differ")
    found.add("exempt", "Exempt members", headings, document["exempt"], _exempt)


def _add_without_effect(found: Tables, document: Document) -> None:
    members = [member for member in document["drifted"] if "not_in_effect" in member]
    title = "Members that must be recorded, but whose settings have no effect"
    found.add("no-effect", title, _MEMBER, members, _member, style="names")


def _add_differences(found: Tables, document: Document) -> None:
    def cells(entry: _Difference) -> Iterable[str]:
        member, difference = entry
        # Without a previous check, nothing is known to be new.
        is_new = document["previous"] is not None and difference["first_seen"] == document["started_at"]
        return (
            _name(member) + badge_html("cannot be recorded", "not_recordable" in member),
            text_html(location_of(member)),
            _kind(member),
            _setting(difference["setting"]),
            _value("was", actual_of(difference)),
            _value("want", expected_of(difference)),
            text_html(difference["rule"]),
            _first_seen(difference) + badge_html("new", is_new),
        )

    headings = (*_MEMBER, "Setting", "Is", "Should be", "Rule", "First seen (UTC)")
    found.add("differences", "Differences", headings, _differences(document["drifted"]), cells)
    hint = "The policy does not state how calls of these members must be recorded."
    found.add("uncovered", "Covered by no rule", _MEMBER, document["uncovered"], _member, hint=hint, style="names")
    found.add("new", "New since the baseline", _MEMBER, document["new"], _member, style="names")
    of_resolved = ("Name", "Kind", "Setting", "First seen (UTC)")
    found.add("resolved", "Resolved since the previous check", of_resolved, document["resolved"], _resolved)


def _differences(members: Iterable[Mapping[str, Any]]) -> list[_Difference]:
    return [(member, difference) for member in members for difference in member["differences"]]


def _of_kind(counts: Mapping[str, Any]) -> Iterable[str]:
    return (_kind(counts), *_numbers(counts))


def _of_location(counts: Mapping[str, Any]) -> Iterable[str]:
    return (text_html(location_of({"location": counts})), *_numbers(counts))


def _failed(member: Mapping[str, Any]) -> Iterable[str]:
    return (*_member(member), *_cause(member["error"]))


def _not_recordable(member: Mapping[str, Any]) -> Iterable[str]:
    return (*_member(member), *_cause(member["not_recordable"]))


def _resolved(entry: Mapping[str, Any]) -> Iterable[str]:
    return (_name(entry), _kind(entry), _setting(entry["setting"]), _first_seen(entry))


def _compliant(member: Mapping[str, Any]) -> Iterable[str]:
    return (*_member(member), _recording(member))


def _exempt(member: Mapping[str, Any]) -> Iterable[str]:
    would_differ = [text_html(describe_difference(each)) for each in member["differences"]]
    if "not_in_effect" in member:
        would_differ.append(text_html(describe_effect(member["not_in_effect"])))
    terms = {key: value for key, value in member.items() if key != "expires"}
    exemption = f"{text_html(member['rule'])}{_exemption(terms)}"
    return (*_member(member), exemption, text_html(member["expires"]), list_html(would_differ) or "nothing")


def _exemption(exempt: Mapping[str, Any]) -> str:
    """Return the terms of an exemption as HTML."""
    terms = {"reason": "exempt", "approved_by": "approved by", "ticket": "ticket", "expires": "last valid day"}
    return list_html(f"{term}: {text_html(exempt[key])}" for key, term in terms.items() if exempt.get(key) is not None)


def _settings(rule: Mapping[str, Any]) -> str:
    """Return the settings of a rule as HTML."""
    implied = set(map(text_of, rule.get("implied", ())))
    try:
        settings = list(flatten(rule.get("settings", {})))
    except RecursionError:
        settings = [("settings", rule["settings"])]
    return list_html(
        f"{_setting(name)}: {text_html(value)}{badge_html('implied', name in implied)}" for name, value in settings
    )


def _unmatched(entry: Mapping[str, Any]) -> Iterable[str]:
    if entry["selector"] is None:
        return text_html(entry["rule"]), "all selectors together", ""
    return text_html(entry["rule"]), f"<code>{plain_html(entry['selector'])}</code>", text_html(entry["value"])


def _cause(error: Any) -> Iterable[str]:
    """Return the message, the tracking id, and the hint of an error as HTML."""
    known = error if isinstance(error, Mapping) else {}
    message = {key: value for key, value in known.items() if key not in ("tracking_id", "hint")}
    return text_html(describe_error(message)), optional_html(known.get("tracking_id")), optional_html(known.get("hint"))


def _described_error(error: Any) -> dict[str, str]:
    """Return the parts of the error of the whole check as HTML, by term."""
    texts = dict(zip(("Error", "Tracking id", "Hint"), _cause(error)))
    return {term: text for term, text in texts.items() if text}


def _refused(remediation: Any) -> str:
    return optional_html(remediation["refused"]) if remediation else ""


def _recording(member: Mapping[str, Any]) -> str:
    if member.get("recordable") is False:
        return "cannot be recorded"
    settings = member.get("call_recording")
    known = settings if isinstance(settings, Mapping) else {}
    return "off" if known.get("enabled") is False else text_html(known.get("record", "on"))


def _about(document: Document) -> list[tuple[str, str]]:
    """Return terms and HTML of all facts about the check."""
    baseline, requests = document["baseline"], document["requests"]
    complete_at, finished_at = document["last_complete_at"], document["finished_at"]
    return [
        ("Organization", _organization(document["organization"])),
        ("Scope", _scope(document["scope"])),
        ("Policy", _policy(document["policy"])),
        ("Baseline", f"{text_html(baseline['file'])}, of {time_html(baseline['created_at'])}" if baseline else "none"),
        ("Service level", text_html(describe_service(document["service"])) if document["service"] else "unknown"),
        ("Began", time_html(document["started_at"])),
        ("Ended", "has not finished" if finished_at is None else time_html(finished_at)),
        ("Last complete check", "none known" if complete_at is None else time_html(complete_at)),
        ("Requests", "unknown" if requests is None else plain_html(requests)),
        ("Reasons", plain_html(", ".join(document["reasons"]) or "none")),
        ("Tolerated reasons", plain_html(", ".join(document["tolerated"]) or "none")),
        ("Check mode", "yes, nothing was changed" if document["check_mode"] else "no"),
        ("Collection", f"webex.calling {plain_html(document['collection_version'])}"),
    ]


def _organization(organization: Any) -> str:
    if not organization:
        return "unknown"
    name = text_html(organization["name"]) if organization["name"] is not None else ""
    if organization["id"] is None:
        return f"{name} organization could not be identified".strip()
    verified = "" if organization["verified"] else " (not verified by Webex)"
    return f"{name} {id_html(organization['id'])}{verified}".strip()


def _scope(scope: Any) -> str:
    if not scope:
        return "unknown" if scope is None else "whole organization"
    texts = (
        f"<code>{plain_html(key)}</code>: {', '.join(map(text_html, values if isinstance(values, list) else [values]))}"
        for key, values in scope.items()
    )
    return f"only {'; '.join(texts)}"


def _policy(policy: Any) -> str:
    if not policy:
        return "none"
    version = "" if policy["version"] is None else f", version {text_html(policy['version'])}"
    file = "" if policy["file"] is None else f", file {text_html(policy['file'])}"
    return f"{text_html(policy['name'])}{version}{file}, SHA-256 <code>{plain_html(policy['sha256'])}</code>"


def _title(document: Document) -> str:
    name = (document["organization"] or {}).get("name")
    parts = [
        f"{text_of(document['status']).capitalize()} ({'passed' if document['passed'] else 'not passed'})",
        *([] if name is None else [text_of(name)[:MAX_LENGTH]]),
        "call recording drift check",
        text_of(document["started_at"]),
    ]
    return visible(", ".join(parts))


def _member(entry: Mapping[str, Any]) -> Iterable[str]:
    """Return the name, the location, and the kind of a member as HTML."""
    return _name(entry), text_html(location_of(entry)), _kind(entry)


def _name(entry: Mapping[str, Any]) -> str:
    return f"{text_html(entry['name'])} {id_html(entry['id'])}"


def _kind(entry: Mapping[str, Any]) -> str:
    return plain_html(text_of(entry["kind"]).replace("_", " "))


def _setting(name: Any) -> str:
    return f"<code>{plain_html(name).replace('.', '.<wbr>').replace('_', '_<wbr>')}</code>"


def _first_seen(difference: Mapping[str, Any]) -> str:
    return time_html(difference["first_seen"]).removesuffix(" UTC")


def _value(kind: str, text: str) -> str:
    """Return a value of a setting as HTML. An absent value and an empty text are in italics."""
    if text in ("", NOT_SET):
        return f'<i class="{kind}">{text or "empty text"}</i>'
    return f'<bdi class="{kind}">{plain_html(text)}</bdi>'


def _numbers(counts: Mapping[str, Any]) -> Iterable[str]:
    """Return the total, the number of members in each state, and the bar as HTML."""
    numbers = [counts[state] for state in STATES]
    texts = (plain_html(number) if number else '<span class="zero">0</span>' for number in numbers)
    return (plain_html(sum(numbers)), *texts, bar_html(counts))
