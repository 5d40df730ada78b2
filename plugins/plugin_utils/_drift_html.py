# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTML report of a drift check, in a single file without external resources.

Private to webex.calling, controller only. Functions with HTML as their result escape all texts of the document. Python
renders the rows of tables, because Jinja is too slow for thousands of rows.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import escape

from ..module_utils._errors import visible
from ..module_utils._settings import flatten
from ._drift_values import NOT_SET, actual_of, describe_difference, describe_error, expected_of, location_of, text_of

Document = Mapping[str, Any]

#: Maximum number of rows of a table, so that browsers open the report in about a second.
MAX_ROWS = 2000

#: Maximum size of all rows in bytes.
MAX_SIZE = 4_500_000

#: Maximum length of a text in characters.
MAX_LENGTH = 1000

#: States of members with their names in the report.
_STATES = {
    "compliant": "Compliant",
    "drifted": "Drifted",
    "uncovered": "Covered by no rule",
    "exempt": "Exempt",
    "error": "Not compared",
}

#: Names of states in narrow columns. Headings are constants, and HTML.
_NARROW = ("Com&shy;pli&shy;ant", "Drif&shy;ted", "No rule", "Ex&shy;empt", "Er&shy;rors")

#: Minimum width of a state in a bar, so that small numbers stay visible. The bar has a width of 1000.
_MIN_WIDTH = 12

#: Characters that HTML forbids or that cannot be encoded. Tabs and line feeds are allowed.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z", re.ASCII)

_MEMBER = ("Name", "Location", "Kind")
_CAUSE = (*_MEMBER, "Error", "Tracking id", "Hint")

#: Entry of a table.
_Entry = TypeVar("_Entry")

#: Member, and one of its differences.
_Difference = tuple[Mapping[str, Any], Mapping[str, Any]]

_ENVIRONMENT = Environment(
    autoescape=True,
    loader=FileSystemLoader(os.path.dirname(__file__)),
    lstrip_blocks=True,
    trim_blocks=True,
    undefined=StrictUndefined,
)


@dataclass(frozen=True)
class _Table:
    """Table of the report.

    :param name: id and class in HTML.
    :param headings: headings of the columns, as HTML.
    :param rows: rows as HTML. Rows without space are left out.
    :param shown: number of rows in C(rows).
    :param total: number of all rows.
    :param hint: text above the table, as HTML.
    :param complete: output that has all rows.
    :param style: layout of the table, as a class.
    """

    name: str
    title: str
    headings: Sequence[str]
    rows: str
    shown: int
    total: int
    hint: str
    complete: str
    style: str


class _Tables:
    """Tables of the report by name, which share the space for rows."""

    def __init__(self) -> None:
        self.tables: dict[str, _Table] = {}
        self._space = MAX_SIZE

    def add(
        self,
        name: str,
        title: str,
        headings: Sequence[str],
        entries: Sequence[_Entry],
        cells: Callable[[_Entry], Iterable[str]],
        *,
        hint: str = "",
        complete: str = "JSON",
        style: str = "lines",
    ) -> None:
        """Add a table.

        :param entries: one entry for each row.
        :param cells: function that returns the cells of an entry as HTML.
        """
        rows = list(self._fitting(map(cells, entries)))
        self.tables[name] = _Table(
            name=name,
            title=title,
            headings=headings,
            rows="\n".join(rows),
            shown=len(rows),
            total=len(entries),
            hint=hint,
            complete=complete,
            style=style,
        )

    def _fitting(self, rows: Iterable[Iterable[str]]) -> Iterator[str]:
        for cells in islice(rows, MAX_ROWS):
            row = f"<tr><td>{'</td><td>'.join(cells)}</td></tr>"
            self._space -= len(row.encode()) + 1
            if self._space < 0:
                return
            yield row


def render_html(document: Document, members: Sequence[Mapping[str, Any]] | None) -> str:
    """Return the HTML report of a drift check.

    :param document: document of the check.
    :param members: all members with their states and settings, or None.
    """
    counts = document["counts"]
    template = _ENVIRONMENT.get_template("_drift_report.html.j2")
    return template.render(
        about=_about(document),
        bar=_bar(counts, described=True),
        check_mode=document["check_mode"],
        complete=bool(counts["total"]),
        counts=counts,
        error=_described_error(document["error"]) if document["error"] else None,
        finished=document["finished_at"] is not None,
        message=_text(document["message"]),
        nonce=secrets.token_urlsafe(18),
        passed=document["passed"],
        reasons=document["reasons"],
        refused=_refused(document["remediation"]),
        remediation=document["remediation"],
        started=_time(document["started_at"]) if _is_time(document["started_at"]) else "",
        states=_STATES,
        status=document["status"],
        tables=_tables(document, members),
        title=_title(document),
        version=text_of(document["collection_version"]),
    )


def _tables(document: Document, members: Sequence[Mapping[str, Any]] | None) -> dict[str, _Table]:
    """Return the tables by name. Long tables are last, because they share the space with all tables before."""
    found = _Tables()
    _add_counts(found, document)
    _add_rules(found, document)
    _add_unmatched(found, document)
    _add_remediation(found, document)
    _add_members(found, document)
    _add_differences(found, document)
    if members is not None:
        compliant = [member for member in members if member["state"] == "compliant"]
        headings = (*_MEMBER, "Recording")
        found.add("compliant", "Compliant members", headings, compliant, _compliant, complete="CSV", style="names")
    return found.tables


def _add_counts(found: _Tables, document: Document) -> None:
    headings = ("Mem&shy;bers", *_NARROW, "")
    found.add("by-kind", "By kind", ("Kind", *headings), document["kinds"], _of_kind, style="counts")
    found.add(
        "by-location", "By location", ("Location", *headings), document["locations"], _of_location, style="counts"
    )


def _add_rules(found: _Tables, document: Document) -> None:
    rules = (document["policy"] or {"rules": []})["rules"]
    without_effect = set(map(text_of, document["without_effect"]))

    def cells(rule: Mapping[str, Any]) -> Iterable[str]:
        return (
            _text(rule["name"]) + _badge("without effect", text_of(rule["name"]) in without_effect),
            _html(rule["members"]),
            _list(map(_text, rule["references"])),
            _exemption(rule["exempt"]) if "exempt" in rule else _settings(rule),
        )

    hint = f"Rules without effect: {len(without_effect)}. Later rules override all their settings."
    headings = ("Rule", "Members", "References", "Settings")
    found.add("rules", "Rules of the policy", headings, rules, cells, hint=hint if without_effect else "")
    endings = [
        (_text(each["rule"]), _text(each["expires"]), state)
        for key, state in (("expired", "expired, has no effect"), ("ending_soon", "ends soon"))
        for each in document[key]
    ]
    found.add("endings", "Ends of exemptions", ("Rule", "Last day (UTC)", "State"), endings, tuple)


def _add_unmatched(found: _Tables, document: Document) -> None:
    headings = ("Rule", "Selector", "Value")
    hint = "These values of rules match no member."
    found.add("unmatched", "Values without a match", headings, document["unmatched"], _unmatched, hint=hint)
    ignored = [
        (*_unmatched(each), reason)
        for key, reason in (
            ("outside_selection", "outside of the selection"),
            ("unmatched_exceptions", "in an exception"),
        )
        for each in document[key]
    ]
    hint = "These values match no member of this check. They do not influence the status."
    title = "Values without a match that do not count"
    found.add("ignored", title, (*headings, "Reason"), ignored, tuple, hint=hint)


def _add_remediation(found: _Tables, document: Document) -> None:
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
            _text(difference["rule"]),
        )

    changed = _differences(remediation["remediated"])
    found.add("remediated", title, (*_MEMBER, "Setting", *values, "Rule"), changed, cells)


def _add_members(found: _Tables, document: Document) -> None:
    found.add("errors", "Members that could not be read or compared", _CAUSE, document["errors"], _failed)
    hint = "The baseline contains these members. They are gone."
    removed = document["removed"]
    found.add("removed", "Removed since the baseline", _MEMBER, removed, _member, hint=hint, style="names")
    title = "Members whose calls cannot be recorded"
    of_unrecordable = (*_MEMBER, "Reason", "Tracking id", "Hint")
    found.add("not-recordable", title, of_unrecordable, document["not_recordable"], _not_recordable)
    headings = (*_MEMBER, "Exemption", "Last day (UTC)", "Would differ")
    found.add("exempt", "Exempt members", headings, document["exempt"], _exempt)


def _add_differences(found: _Tables, document: Document) -> None:
    def cells(entry: _Difference) -> Iterable[str]:
        member, difference = entry
        # Without a previous check, nothing is known to be new.
        is_new = document["previous"] is not None and difference["first_seen"] == document["started_at"]
        return (
            _name(member) + _badge("cannot be recorded", "not_recordable" in member),
            _text(location_of(member)),
            _kind(member),
            _setting(difference["setting"]),
            _value("was", actual_of(difference)),
            _value("want", expected_of(difference)),
            _text(difference["rule"]),
            _first_seen(difference) + _badge("new", is_new),
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
    return (_text(location_of({"location": counts})), *_numbers(counts))


def _failed(member: Mapping[str, Any]) -> Iterable[str]:
    return (*_member(member), *_cause(member["error"]))


def _not_recordable(member: Mapping[str, Any]) -> Iterable[str]:
    return (*_member(member), *_cause(member["not_recordable"]))


def _resolved(entry: Mapping[str, Any]) -> Iterable[str]:
    return (_name(entry), _kind(entry), _setting(entry["setting"]), _first_seen(entry))


def _compliant(member: Mapping[str, Any]) -> Iterable[str]:
    return (*_member(member), _recording(member))


def _exempt(member: Mapping[str, Any]) -> Iterable[str]:
    would_differ = [_text(describe_difference(each)) for each in member["differences"]]
    terms = {key: value for key, value in member.items() if key != "expires"}
    exemption = f"{_text(member['rule'])}{_exemption(terms)}"
    return (*_member(member), exemption, _text(member["expires"]), _list(would_differ) or "nothing")


def _exemption(exempt: Mapping[str, Any]) -> str:
    """Return the terms of an exemption as HTML."""
    terms = {"reason": "exempt", "approved_by": "approved by", "ticket": "ticket", "expires": "last valid day"}
    return _list(f"{term}: {_text(exempt[key])}" for key, term in terms.items() if exempt.get(key) is not None)


def _settings(rule: Mapping[str, Any]) -> str:
    """Return the settings of a rule as HTML."""
    implied = set(map(text_of, rule.get("implied", ())))
    try:
        settings = list(flatten(rule.get("settings", {})))
    except RecursionError:
        settings = [("settings", rule["settings"])]
    return _list(f"{_setting(name)}: {_text(value)}{_badge('implied', name in implied)}" for name, value in settings)


def _unmatched(entry: Mapping[str, Any]) -> Iterable[str]:
    if entry["selector"] is None:
        return _text(entry["rule"]), "all selectors together", ""
    return _text(entry["rule"]), f"<code>{_html(entry['selector'])}</code>", _text(entry["value"])


def _cause(error: Any) -> Iterable[str]:
    """Return the message, the tracking id, and the hint of an error as HTML."""
    known = error if isinstance(error, Mapping) else {}
    message = {key: value for key, value in known.items() if key not in ("tracking_id", "hint")}
    return _text(describe_error(message)), _optional(known.get("tracking_id")), _optional(known.get("hint"))


def _described_error(error: Any) -> dict[str, str]:
    """Return the parts of the error of the whole check as HTML, by term."""
    texts = dict(zip(("Error", "Tracking id", "Hint"), _cause(error)))
    return {term: text for term, text in texts.items() if text}


def _refused(remediation: Any) -> str:
    return _optional(remediation["refused"]) if remediation else ""


def _recording(member: Mapping[str, Any]) -> str:
    if member.get("recordable") is False:
        return "cannot be recorded"
    settings = member.get("call_recording")
    known = settings if isinstance(settings, Mapping) else {}
    return "off" if known.get("enabled") is False else _text(known.get("record", "on"))


def _about(document: Document) -> list[tuple[str, str]]:
    """Return terms and HTML of all facts about the check."""
    baseline, requests = document["baseline"], document["requests"]
    complete_at, finished_at = document["last_complete_at"], document["finished_at"]
    return [
        ("Organization", _organization(document["organization"])),
        ("Scope", _scope(document["scope"])),
        ("Policy", _policy(document["policy"])),
        ("Baseline", f"{_text(baseline['file'])}, of {_time(baseline['created_at'])}" if baseline else "none"),
        ("Began", _time(document["started_at"])),
        ("Ended", "has not finished" if finished_at is None else _time(finished_at)),
        ("Last complete check", "none known" if complete_at is None else _time(complete_at)),
        ("Requests", "unknown" if requests is None else _html(requests)),
        ("Reasons", _html(", ".join(document["reasons"]) or "none")),
        ("Tolerated reasons", _html(", ".join(document["tolerated"]) or "none")),
        ("Check mode", "yes, nothing was changed" if document["check_mode"] else "no"),
        ("Collection", f"webex.calling {_html(document['collection_version'])}"),
    ]


def _organization(organization: Any) -> str:
    if not organization:
        return "unknown"
    name = _text(organization["name"]) if organization["name"] is not None else ""
    if organization["id"] is None:
        return f"{name} organization could not be identified".strip()
    verified = "" if organization["verified"] else " (not verified by Webex)"
    return f"{name} {_id(organization['id'])}{verified}".strip()


def _scope(scope: Any) -> str:
    if not scope:
        return "unknown" if scope is None else "whole organization"
    texts = (
        f"<code>{_html(key)}</code>: {', '.join(map(_text, values if isinstance(values, list) else [values]))}"
        for key, values in scope.items()
    )
    return f"only {'; '.join(texts)}"


def _policy(policy: Any) -> str:
    if not policy:
        return "none"
    version = "" if policy["version"] is None else f", version {_text(policy['version'])}"
    file = "" if policy["file"] is None else f", file {_text(policy['file'])}"
    return f"{_text(policy['name'])}{version}{file}, SHA-256 <code>{_html(policy['sha256'])}</code>"


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
    return _name(entry), _text(location_of(entry)), _kind(entry)


def _name(entry: Mapping[str, Any]) -> str:
    return f"{_text(entry['name'])} {_id(entry['id'])}"


def _kind(entry: Mapping[str, Any]) -> str:
    return _html(text_of(entry["kind"]).replace("_", " "))


def _setting(name: Any) -> str:
    return f"<code>{_html(name).replace('.', '.<wbr>').replace('_', '_<wbr>')}</code>"


def _first_seen(difference: Mapping[str, Any]) -> str:
    return _time(difference["first_seen"]).removesuffix(" UTC")


def _value(kind: str, text: str) -> str:
    """Return a value of a setting as HTML. An absent value and an empty text are in italics."""
    if text in ("", NOT_SET):
        return f'<i class="{kind}">{text or "empty text"}</i>'
    return f'<bdi class="{kind}">{_html(text)}</bdi>'


def _id(webex_id: Any) -> str:
    text = text_of(webex_id)
    return f'<small title="{escape(visible(text))}">{_html(_readable(text))}</small>'


@lru_cache(maxsize=1024)
def _readable(webex_id: str) -> str:
    """Return the last part of a Webex id, which is usually a UUID, or the id itself if it does not decode."""
    padded = webex_id.translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        decoded = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True).decode()
    except ValueError:
        return webex_id
    last = decoded.rpartition("/")[2]
    return last if decoded.startswith("ciscospark://") and last else webex_id


def _numbers(counts: Mapping[str, Any]) -> Iterable[str]:
    """Return the total, the number of members in each state, and the bar as HTML."""
    numbers = [counts[state] for state in _STATES]
    texts = (_html(number) if number else '<span class="zero">0</span>' for number in numbers)
    return (_html(sum(numbers)), *texts, _bar(counts))


def _bar(counts: Mapping[str, Any], described: bool = False) -> str:
    """Return the number of members in each state as a picture."""
    total = sum(counts[state] for state in _STATES)
    widths = {state: max(1000 * counts[state] / total, _MIN_WIDTH) for state in _STATES if counts[state]}
    scale = 1000 / (sum(widths.values()) or 1)
    left, parts = 0.0, []
    for state, width in widths.items():
        parts.append(f'<rect class="{state}" x="{left:.1f}" width="{width * scale:.1f}" height="20"/>')
        left += width * scale
    text = "; ".join(f"{name}: {counts[state]}" for state, name in _STATES.items())
    role = f'role="img" aria-label="{escape(text)}"' if described else 'aria-hidden="true"'
    return f'<svg viewBox="0 0 1000 20" preserveAspectRatio="none" {role}>{"".join(parts)}</svg>'


def _list(items: Iterable[str]) -> str:
    parts = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{parts}</ul>" if parts else ""


def _badge(text: str, shown: bool = True) -> str:
    return f' <b class="badge">{text}</b>' if shown else ""


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def _time(value: Any) -> str:
    """Return a time in UTC as HTML."""
    return _TIME.sub(r"\1 \2 UTC", value) if _is_time(value) else _text(value)


def _optional(value: Any) -> str:
    return "" if value is None or value == "" else _text(value)


def _text(value: Any) -> str:
    """Return a value as HTML that does not change the direction of other text."""
    return f"<bdi>{_html(value)}</bdi>"


def _html(value: Any) -> str:
    """Return a value as HTML, with escape sequences for forbidden characters."""
    text = text_of(value)
    if len(text) > MAX_LENGTH:
        text = f"{text[:MAX_LENGTH]}… ({len(text)} characters)"
    return str(escape(_FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)))
