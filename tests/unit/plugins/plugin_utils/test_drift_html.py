# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest

from ansible_collections.webex.calling.plugins.plugin_utils._drift_html import render_html
from ansible_collections.webex.calling.plugins.plugin_utils._drift_markup import MAX_ROWS
from ansible_collections.webex.calling.tests.unit.plugins.plugin_utils import drift_documents
from ansible_collections.webex.calling.tests.unit.plugins.plugin_utils.drift_documents import HOSTILE_MARKUP, STARTED

EARLIER = "2026-11-23T22:00:00Z"
UUID = "5c6f1e34-7d5b-4a59-9d0e-2b8f4c7a1d05"
STATES = ("compliant", "drifted", "uncovered", "exempt", "error")
VOID = {"meta", "link", "br", "wbr", "input", "rect", "img"}

#: Texts that a browser, a template, or a terminal could evaluate.
HOSTILE = [
    *HOSTILE_MARKUP,
    "a\tb\nc",
    None,
    ["a", {"b": float("inf")}],
    {"x": float("nan")},
    10**5000,
    True,
    "",
]


@dataclass
class Element:
    name: str
    attributes: dict[str, str | None]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(each if isinstance(each, str) else each.text for each in self.children)

    def all(self, name: str = "", kind: str = "") -> list[Element]:
        """Return all elements inside, with this name and this class."""
        return [
            each
            for each in self._inside()
            if name in ("", each.name) and (not kind or kind in (each.attributes.get("class") or "").split())
        ]

    def _inside(self) -> Iterator[Element]:
        for each in self.children:
            if isinstance(each, Element):
                yield each
                yield from each._inside()


class Page(HTMLParser):
    """Parsed report. All elements must be closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]
        self.feed(text)
        self.close()
        assert self._open == [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().name == tag

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    @property
    def body(self) -> Element:
        (body,) = self.root.all("body")
        return body

    @property
    def text(self) -> str:
        return " ".join("".join(part.text for name in ("header", "main") for part in self.body.all(name)).split())

    @property
    def verdict(self) -> Element:
        (verdict,) = self.body.all("div", "verdict")
        return verdict

    @property
    def about(self) -> dict[str, str]:
        (about,) = self.body.all("dl", "about")
        return {each.all("dt")[0].text: each.all("dd")[0].text for each in about.all("div")}

    def table(self, kind: str) -> list[list[str]]:
        """Return the texts of the cells of a table, without its headings. A table that is missing has no rows."""
        rows = [row for table in self.body.all("table", kind) for row in table.all("tbody")[0].all("tr")]
        return [[cell.text for cell in row.all("td")] for row in rows]


def webex_id(number: int = 0, kind: str = "PEOPLE") -> str:
    uuid = UUID[:-4] + f"{number:04d}" if number else UUID
    return base64.b64encode(f"ciscospark://us/{kind}/{uuid}".encode()).decode().rstrip("=")


def member(number: int = 0, name: Any = "Ada Smith", location: Any = "Denver", **more: Any) -> dict[str, Any]:
    place = {"id": "L1", "name": location}
    return {"id": webex_id(number), "kind": "virtual_line", "name": name, "location": place, **more}


def difference(setting: Any = "notification.type", **more: Any) -> dict[str, Any]:
    known = {"setting": setting, "expected": "Beep", "actual": "None", "rule": "Everybody", "first_seen": EARLIER}
    return {**known, **more}


def mark(**more: Any) -> dict[str, Any]:
    """Return the document of a check that has not finished."""
    policy = {"name": "Rulebook", "version": "2026-10", "sha256": "ab" * 32, "file": "/policy.yml", "rules": []}
    return {**drift_documents.mark(), "policy": policy, "last_complete_at": None, **more}


def checked(status: str = "compliant", reasons: Any = (), passed: bool = True, **more: Any) -> dict[str, Any]:
    """Return the document of a check that finished."""
    known = {
        "status": status,
        "reasons": list(reasons),
        "passed": passed,
        "message": f"{status.capitalize()}: the message.",
        "organization": {"id": webex_id(kind="ORGANIZATION"), "name": "Example Corp", "verified": True},
        "scope": {},
        "service": drift_documents.IN_EFFECT,
        "finished_at": "2026-11-25T22:00:30Z",
        "requests": 24,
        "counts": {"total": 7, "compared": 5, "compliant": 1, "drifted": 2, "uncovered": 3, "exempt": 1, "error": 0},
    }
    return mark(**{**known, **more})


def page(document: dict[str, Any], members: Any = None) -> Page:
    text = render_html(document, members)
    # Only line feeds and tabs can be in the file as they are.
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", text)
    return Page(text)


# --- head ----------------------------------------------------------------------------------------------------


def test_head() -> None:
    text = render_html(checked("drifted", ["drifted"], passed=False), None)
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">\n')
    assert '<meta name="generator" content="webex.calling.drift_check">' in text[:1000]
    (title,) = Page(text).root.all("title")
    assert title.text == f"Drifted (not passed), Example Corp, call recording drift check, {STARTED}"


def test_only_the_nonce_differs_between_reports_of_a_document() -> None:
    texts = [render_html(checked(drifted=[member(differences=[difference()])]), None) for _report in range(2)]
    nonces = [re.search(r"script-src 'nonce-([\w-]{20,})'", text) for text in texts]
    assert nonces[0]
    assert nonces[1]
    assert nonces[0][1] != nonces[1][1]
    assert texts[0].replace(nonces[0][1], "") == texts[1].replace(nonces[1][1], "")


def test_nothing_is_loaded_from_elsewhere() -> None:
    found = page(checked())
    policies = [each.attributes["content"] for each in found.root.all("meta") if "http-equiv" in each.attributes]
    assert [(policy or "").split(";")[0] for policy in policies] == ["default-src 'none'"]
    for each in found.root.all():
        assert not {"src", "srcset", "action", "style"} & each.attributes.keys()
        assert not [name for name in each.attributes if name.startswith("on")]
        assert (each.attributes.get("href") or "#").startswith(("#", "data:,"))
        assert each.name not in ("script", "style") or len(each.attributes["nonce"] or "") > 20
    assert "://" not in render_html(mark(), None)


def test_structure() -> None:
    found = page(everything(), [member(state="compliant")])
    levels = [int(each.name[1]) for each in found.body.all() if re.fullmatch(r"h\d", each.name)]
    assert levels[0] == 1
    assert set(levels[1:]) == {2}
    ids = [each.attributes["id"] for each in found.body.all() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    for table in found.body.all("table"):
        assert table.attributes["aria-labelledby"] in ids
        headings = table.all("thead")[0].all("tr")[0].children
        assert {len(row.all("td")) for row in table.all("tbody")[0].all("tr")} == {len(headings)}
        assert {each.attributes.get("scope") for each in table.all("th")} == {"col"}
    for link in found.body.all("a"):
        assert (link.attributes["href"] or "")[1:] in ids
    assert all(each.all("select") for each in found.body.all("label"))
    assert all(each.attributes["aria-label"] for each in found.body.all("input"))


# --- verdict -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["incomplete", "drifted", "unmatched", "uncovered"])
def test_check_that_did_not_pass(status: str) -> None:
    found = page(checked(status, [status], passed=False))
    assert found.verdict.all("h1")[0].text == f"{status.capitalize()} ✗ Not passed"
    assert found.verdict.all("p", "message")[0].text == f"{status.capitalize()}: the message."
    assert found.verdict.attributes["class"] == f"verdict {'incomplete' if status == 'incomplete' else 'failed'}"
    assert not found.body.all(kind="passed")
    assert not found.body.all(kind="tolerated")


@pytest.mark.parametrize("status", ["remediated", "compliant"])
def test_check_that_passed(status: str) -> None:
    found = page(checked(status))
    assert found.verdict.all("h1")[0].text == f"{status.capitalize()} ✓ Passed"
    assert found.verdict.attributes["class"] == "verdict passed"
    assert not found.body.all(kind="tolerated")


def test_tolerated_reasons() -> None:
    found = page(checked("drifted", ["drifted", "uncovered"], tolerated=["drifted", "uncovered"]))
    assert found.verdict.all("h1")[0].text == "Drifted ✓ Passed, tolerated"
    assert found.verdict.attributes["class"] == "verdict passed"
    (tolerated,) = found.verdict.all("p", "tolerated")
    assert tolerated.text.endswith("these reasons are tolerated: drifted, uncovered.")


def test_tolerance_that_does_not_suffice() -> None:
    found = page(checked("incomplete", ["incomplete", "drifted"], passed=False, tolerated=["drifted"]))
    assert found.about["Reasons"] == "incomplete, drifted"
    assert found.about["Tolerated reasons"] == "drifted"
    assert not found.body.all(kind="tolerated")


ERROR = {"type": "authentication", "status": 401, "message": "Bad token", "tracking_id": "ROUTER_1", "hint": "Renew."}


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (mark(), "Nothing was checked The check has not finished, or was stopped. This report has no result."),
        (
            mark(error=ERROR, finished_at=STARTED, message="Incomplete: Bad token"),
            "Nothing was checked Error HTTP 401: Bad token Tracking id ROUTER_1 Hint Renew.",
        ),
        (mark(finished_at=STARTED, message="Incomplete: no"), "Nothing was checked This report has no result."),
    ],
)
def test_document_without_a_result(document: dict[str, Any], text: str) -> None:
    found = page(document)
    assert found.verdict.all("h1")[0].text == "Incomplete ✗ Not passed"
    assert found.verdict.all("p", "message")[0].text == document["message"]
    assert found.verdict.attributes["class"] == "verdict incomplete"
    assert " ".join(found.body.all("main")[0].text.split()).startswith(text)
    # No counts, no tables, and nothing in green.
    assert not [name for name in ("table", "svg", "ul") if found.body.all(name)]
    assert not [kind for kind in ("passed", "compliant", "want", "totals") if found.body.all(kind=kind)]
    assert not re.search(r"(?<![\d-])0(?!\d)(?!\.)", found.body.all("main")[0].text)
    assert "There are none" not in found.text


# --- facts about the check -----------------------------------------------------------------------------------


def test_about() -> None:
    known = {"file": "/friday.json", "created_at": "2026-11-20T22:00:00Z"}
    assert page(checked(baseline=known, last_complete_at="2026-11-24T22:00:30Z", check_mode=True)).about == {
        "Organization": f"Example Corp {UUID}",
        "Scope": "whole organization",
        "Policy": f"Rulebook, version 2026-10, file /policy.yml, SHA-256 {'ab' * 32}",
        "Baseline": "/friday.json, of 2026-11-20 22:00:00 UTC",
        "Service level": "settings have effect",
        "Began": "2026-11-25 22:00:00 UTC",
        "Ended": "2026-11-25 22:00:30 UTC",
        "Last complete check": "2026-11-24 22:00:30 UTC",
        "Requests": "24",
        "Reasons": "none",
        "Tolerated reasons": "none",
        "Check mode": "yes, nothing was changed",
        "Collection": "webex.calling 0.9.0",
    }


def test_about_without_knowledge() -> None:
    about = page(mark(policy=None)).about
    assert about["Organization"] == about["Scope"] == about["Service level"] == about["Requests"] == "unknown"
    assert about["Policy"] == about["Baseline"] == "none"
    assert about["Ended"] == "has not finished"
    assert about["Last complete check"] == "none known"
    assert about["Check mode"] == "no"


@pytest.mark.parametrize(
    ("organization", "text"),
    [
        ({"id": None, "name": None, "verified": False}, "organization could not be identified"),
        ({"id": webex_id(), "name": "Example Corp", "verified": False}, f"Example Corp {UUID} (not verified by Webex)"),
        ({"id": webex_id(), "name": None, "verified": True}, UUID),
    ],
)
def test_organization(organization: dict[str, Any], text: str) -> None:
    assert page(checked(organization=organization)).about["Organization"] == text


def test_scope() -> None:
    scope = {"location_name": ["Denver", "Berlin"], "kind": ["person"], "owner_name": "Sales *"}
    text = "only location_name: Denver, Berlin; kind: person; owner_name: Sales *"
    assert page(checked(scope=scope)).about["Scope"] == text


def test_policy_without_version_and_file() -> None:
    policy = {"name": "Rulebook", "version": None, "sha256": "ab" * 32, "file": None, "rules": []}
    assert page(checked(policy=policy)).about["Policy"] == f"Rulebook, SHA-256 {'ab' * 32}"


# --- tables --------------------------------------------------------------------------------------------------


def everything() -> dict[str, Any]:
    """Return a document in which no list is empty."""
    error = {"status": 403, "message": "Denied.", "code": "4003", "tracking_id": "ROUTER_2", "hint": "Check the scope."}
    reason = {"status": 400, "code": "4410", "message": "Not assigned.", "tracking_id": "ROUTER_3", "hint": "Assign."}
    counts = {"total": 20, "compliant": 15, "drifted": 2, "uncovered": 1, "exempt": 1, "error": 1}
    lobby = {"reason": "No talks", "approved_by": "CISO", "ticket": "GRC-81", "expires": "2026-12-01"}
    rules = [
        {
            "name": "Everybody",
            "members": 17,
            "references": ["MiFID II"],
            "settings": {"enabled": True, "record": "Always", "notification": {"type": "Beep"}},
            "implied": ["enabled"],
        },
        {"name": "Older", "members": 4, "references": [], "settings": {"record": "Never"}, "implied": []},
        {"name": "Lobby", "members": 1, "references": [], "exempt": lobby},
    ]
    document = checked(
        "incomplete",
        ["incomplete", "drifted", "unmatched", "uncovered"],
        passed=False,
        counts={**counts, "compared": 18},
        kinds=[{"kind": "virtual_line", **counts}],
        locations=[{"name": "Denver", **counts}, {**counts, "name": None, "compliant": 0}],
        drifted=[
            member(1, differences=[difference(), difference("record", first_seen=STARTED)]),
            member(2, "Bob", None, differences=[{**difference(), "rule": "baseline"}], not_recordable=reason),
        ],
        uncovered=[member(3, "Chioma")],
        exempt=[member(4, "Lobby phone", rule="Lobby", differences=[difference()], **lobby)],
        errors=[member(5, "Dai", error=error), member(6, "Eve", error=None)],
        not_recordable=[member(2, "Bob", not_recordable=reason)],
        unmatched=[
            {"rule": "Sales", "selector": "owner_name", "value": "Sales *"},
            {"rule": "Nobody", "selector": None, "value": None},
        ],
        outside_selection=[{"rule": "Rome", "selector": "location_name", "value": "Rome"}],
        unmatched_exceptions=[{"rule": "Lobby", "selector": "extension", "value": "2999"}],
        new=[member(7, "Farid")],
        removed=[member(8, "Grace")],
        expired=[{"rule": "Old", "expires": "2026-10-31"}],
        ending_soon=[{"rule": "Lobby", "expires": "2026-12-01"}],
        without_effect=["Older"],
        resolved=[
            {"id": webex_id(9), "kind": "person", "name": "Hiro", "setting": "record", "first_seen": EARLIER},
        ],
        previous={
            "status": "drifted",
            "passed": False,
            "started_at": EARLIER,
            "finished_at": EARLIER,
            "differences": [],
        },
        remediation={
            "remediated": [member(10, "Ines", differences=[difference(), difference("record")])],
            "failed": [member(11, "Jonas", error=error)],
            "refused": "more members than drift_check_remediate_max",
        },
    )
    document["policy"]["rules"] = rules
    return document


def test_counts() -> None:
    found = page(everything())
    totals = [each.text for each in found.body.all("ul", "totals")[0].all("li")]
    assert totals == ["15Compliant", "2Drifted", "1Covered by no rule", "1Exempt", "1Not compared"]
    assert "Members 20, 18 compared" in found.text
    chart = found.body.all("svg")[0]
    assert (
        chart.attributes["aria-label"] == "Compliant: 15; Drifted: 2; Covered by no rule: 1; Exempt: 1; Not compared: 1"
    )
    assert [each.attributes["class"] for each in chart.all("rect")] == list(STATES)
    assert found.table("by-kind") == [["virtual line", "20", "15", "2", "1", "1", "1", ""]]
    assert found.table("by-location") == [
        ["Denver", "20", "15", "2", "1", "1", "1", ""],
        ["no location", "5", "0", "2", "1", "1", "1", ""],
    ]


def test_differences() -> None:
    found = page(everything())
    ada, bob = f"Ada Smith {UUID[:-4]}0001", f"Bob {UUID[:-4]}0002 cannot be recorded"
    assert found.table("differences") == [
        [ada, "Denver", "virtual line", "notification.type", "None", "Beep", "Everybody", "2026-11-23 22:00:00"],
        [ada, "Denver", "virtual line", "record", "None", "Beep", "Everybody", "2026-11-25 22:00:00 new"],
        [bob, "no location", "virtual line", "notification.type", "None", "Beep", "baseline", "2026-11-23 22:00:00"],
    ]
    assert "Differences 3 on 2 members" in found.text
    first = page({**everything(), "previous": None})
    assert "new" not in " ".join(row[-1] for row in first.table("differences"))
    assert [each.text.split()[0] for each in found.body.all(kind="filters")[0].all("label")] == [
        *("Location", "Kind", "Setting", "Rule"),
    ]
    # Filters and search need scripts.
    assert "hidden" in found.body.all(kind="filters")[0].attributes
    assert "hidden" in found.body.all(kind="search")[0].attributes


def test_no_differences() -> None:
    counts = {"total": 1, "compared": 1, "compliant": 1, "drifted": 0, "uncovered": 0, "exempt": 0, "error": 0}
    found = page(checked(counts=counts))
    assert "Differences 0 on 0 members There are none." in found.text
    assert not found.body.all("table")


def test_values_that_are_absent_or_empty() -> None:
    known = difference()
    absent = {key: value for key, value in known.items() if key not in ("actual", "expected")}
    document = checked(drifted=[member(differences=[absent, {**known, "actual": "", "expected": False}])])
    rows = page(document).table("differences")
    assert [row[4:6] for row in rows] == [["not set", "not set"], ["empty text", "false"]]


def test_members_without_a_comparison() -> None:
    found = page(everything())
    assert [row[3:] for row in found.table("errors")] == [
        ["HTTP 403: Denied. (code 4003)", "ROUTER_2", "Check the scope."],
        ["no details", "", ""],
    ]
    assert found.table("not-recordable")[0][3:] == ["HTTP 400: Not assigned. (code 4410)", "ROUTER_3", "Assign."]
    assert found.table("uncovered") == [[f"Chioma {UUID[:-4]}0003", "Denver", "virtual line"]]
    assert found.table("new") == [[f"Farid {UUID[:-4]}0007", "Denver", "virtual line"]]
    assert found.table("removed") == [[f"Grace {UUID[:-4]}0008", "Denver", "virtual line"]]


def test_exemptions() -> None:
    found = page(everything())
    assert found.table("exempt")[0][3:] == [
        "Lobbyexempt: No talksapproved by: CISOticket: GRC-81",
        "2026-12-01",
        "notification.type is None, should be Beep",
    ]
    assert found.table("endings") == [
        ["Old", "2026-10-31", "expired, has no effect"],
        ["Lobby", "2026-12-01", "ends soon"],
    ]


def test_rules() -> None:
    found = page(everything())
    assert found.table("rules") == [
        ["Everybody", "17", "MiFID II", "enabled: true impliedrecord: Alwaysnotification.type: Beep"],
        ["Older without effect", "4", "", "record: Never"],
        ["Lobby", "1", "", "exempt: No talksapproved by: CISOticket: GRC-81last valid day: 2026-12-01"],
    ]
    assert "Rules without effect: 1." in found.text
    assert "Rules without effect" not in page({**everything(), "without_effect": []}).text


def test_values_without_a_match() -> None:
    found = page(everything())
    assert found.table("unmatched") == [
        ["Sales", "owner_name", "Sales *"],
        ["Nobody", "all selectors together", ""],
    ]
    assert found.table("ignored") == [
        ["Rome", "location_name", "Rome", "outside of the selection"],
        ["Lobby", "extension", "2999", "need not match"],
    ]


def test_resolved_differences() -> None:
    hiro = [f"Hiro {UUID[:-4]}0009", "person", "record", "2026-11-23 22:00:00"]
    assert page(everything()).table("resolved") == [hiro]


def test_remediation() -> None:
    document = everything()
    found = page(document)
    assert [row[3:] for row in found.table("remediated")] == [
        ["notification.type", "None", "Beep", "Everybody"],
        ["record", "None", "Beep", "Everybody"],
    ]
    assert found.table("failed")[0][3:] == ["HTTP 403: Denied. (code 4003)", "ROUTER_2", "Check the scope."]
    text = "Remediation Changed members: 1. Failed members: 1. Refused: more members than drift_check_remediate_max"
    assert text in found.text
    document["drifted"] = [member(10, "Ines", differences=[difference("record", actual="Never")])]
    assert [row[5] for row in page(document).table("remediated")] == ["Beep", "Never"]
    document["errors"] = [member(10, "Ines", error=None)]
    assert [row[5] for row in page(document).table("remediated")] == ["not read", "Never"]
    document["check_mode"] = True
    found = page(document)
    assert "Would be remediated 2" in found.text
    assert "Members that would change: 1." in found.text
    assert [row[5] for row in found.table("remediated")] == ["Beep", "Beep"]


def test_compliant_members() -> None:
    settings = {"enabled": True, "record": "Always"}
    members = [
        member(1, state="compliant", call_recording=settings),
        member(2, state="compliant", call_recording={**settings, "enabled": False}),
        member(3, state="compliant", recordable=False, call_recording={"enabled": False, "record": "Never"}),
        member(4, state="drifted", call_recording=settings),
        member(5, state="error"),
    ]
    found = page(checked(), members)
    (details,) = found.body.all("details")
    assert "open" not in details.attributes
    assert details.all("summary")[0].text.split() == ["Compliant", "members", "3"]
    assert [row[3] for row in found.table("compliant")] == ["Always", "off", "cannot be recorded"]
    assert not page(checked(), None).body.all("details")
    assert not page(checked(), []).body.all("details")


# --- ids -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (webex_id(), UUID),
        (webex_id() + "=" * (-len(webex_id()) % 4), UUID),
        (base64.urlsafe_b64encode(f"ciscospark://us/X/{UUID}>>>???".encode()).decode(), f"{UUID}>>>???"),
        (UUID, UUID),
        ("Y2lz", "Y2lz"),
        (base64.b64encode(b"ciscospark://us/PEOPLE/").decode(), base64.b64encode(b"ciscospark://us/PEOPLE/").decode()),
        (base64.b64encode(b"https://x/y").decode(), base64.b64encode(b"https://x/y").decode()),
        ("not base64: ä", "not base64: ä"),
        ("\"><script>'", "\"><script>'"),
        (None, "null"),
        (["x"], '["x"]'),
    ],
)
def test_ids(given: Any, shown: str) -> None:
    document = checked(uncovered=[{**member(), "id": given}])
    (small,) = page(document).body.all("table", "uncovered")[0].all("small")
    assert small.text == shown
    assert small.attributes["title"] == (given if isinstance(given, str) else shown)


# --- hostile values ------------------------------------------------------------------------------------------


def hostile(value: Any) -> dict[str, Any]:
    """Return a document with this value in all places where other sources give the value."""
    found = difference(value, expected=value, actual=value, rule=value, first_seen=value)
    entry = {"id": value, "kind": "person", "name": value, "location": {"id": value, "name": value}}
    error = dict.fromkeys(("type", "status", "reason", "message", "code", "tracking_id", "hint"), value)
    terms = {"reason": value, "expires": value, "approved_by": value, "ticket": value}
    reason = {"reason": "recording_off", "message": value, "hint": value}
    counts = dict.fromkeys(STATES, 1)
    unmatched = {"rule": value, "selector": "owner_name", "value": value}
    document = checked(
        "incomplete",
        ["incomplete"],
        passed=False,
        message=value,
        error=error,
        organization={"id": value, "name": value, "verified": True},
        scope={"location_name": value, "owner_name": [value]},
        baseline={"file": value, "created_at": value},
        locations=[{"name": value, **counts}],
        service={"verified": False, "in_effect": None, "message": value, "hint": value},
        drifted=[
            {**entry, "differences": [found], "not_recordable": error},
            {**entry, "differences": [found], "not_in_effect": reason},
        ],
        exempt=[{**entry, **terms, "rule": value, "differences": [found], "not_in_effect": reason}],
        errors=[{**entry, "error": error}, {**entry, "location": None, "error": value}],
        not_recordable=[{**entry, "not_recordable": error}],
        remediation={
            "remediated": [{**entry, "differences": [found]}],
            "failed": [{**entry, "error": error}],
            "refused": value,
        },
        resolved=[{"id": value, "kind": "person", "name": value, "setting": value, "first_seen": value}],
        **{key: [entry] for key in ("uncovered", "new", "removed")},
        **{key: [unmatched] for key in ("unmatched", "outside_selection", "unmatched_exceptions")},
        **{key: [{"rule": value, "expires": value}] for key in ("expired", "ending_soon")},
        without_effect=[value],
    )
    rules = [
        {"name": value, "members": 1, "references": [value], "settings": {"record": value}, "implied": [value]},
        {"name": value, "members": 1, "references": [], "exempt": terms},
    ]
    document["policy"] = {"name": value, "version": value, "sha256": "ab" * 32, "file": value, "rules": rules}
    return document


def shape(element: Element) -> list[Any]:
    """Return the names of all elements that the report has with any name of a member."""
    return [each.name for each in element.all() if each.name not in ("wbr", "bdi", "i", "dd", "dt")]


def hostile_page(value: Any) -> Page:
    compliant = {**member(), "name": value, "call_recording": {"record": value}, "state": "compliant"}
    unreadable = {**member(), "name": value, "call_recording": value, "state": "compliant"}
    return page(hostile(value), [compliant, unreadable])


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:20] if value != 10**5000 else "long")
def test_hostile_values(value: Any) -> None:
    found = hostile_page(value)
    if value is not None:
        empty = value == ""
        assert empty or shape(found.root) == shape(hostile_page("plain").root)
    assert not [each for each in found.body.all() if each.name in ("img", "iframe")]
    assert len(found.body.all("script")) == 1
    # Bidirectional texts do not change the texts around them.
    assert not [each for each in found.body.all("bdi") if each.all()]
    for row in found.body.all("table", "differences")[0].all("tbody")[0].all("tr"):
        for cell in (row.all("td")[number] for number in (0, 1, 4, 5, 6)):
            assert isinstance(cell.children[0], Element)
            assert cell.children[0].name in ("bdi", "i")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        *((value, value) for value in HOSTILE if isinstance(value, str) and value and "\x00" not in value),
        ("\x00\x1b[31m\x7f\x85\r\ud800\ufffe", r"\u0000\u001b[31m\u007f\u0085\u000d\ud800\ufffe"),
        (None, "null"),
        (["a", {"b": float("inf")}], '["a", {"b": Infinity}]'),
        ("x" * 2000, f"{'x' * 1000}… (2000 characters)"),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_shown_values(value: Any, shown: str) -> None:
    row = page(hostile(value)).table("differences")[1]
    assert row[0].startswith(f"{shown} ")
    assert row[3:7] == [shown] * 4


def test_direction_in_the_title() -> None:
    (title,) = page(hostile("\u202egnol")).root.all("title")
    assert r"\u202egnol" in title.text


def test_settings_that_are_nested_too_deeply() -> None:
    settings: dict[str, Any] = {}
    for _level in range(5000):
        settings = {"deeper": settings}
    document = everything()
    document["policy"]["rules"][0]["settings"] = settings
    # The text depends on the JSON encoder of the Python version.
    assert page(document).table("rules")[0][3].startswith("settings: ")


# --- size ----------------------------------------------------------------------------------------------------


def many(number: int, **more: Any) -> list[dict[str, Any]]:
    names = ["Zoë Dąbrowska-Featherstonehaugh", "Ada Smith"]
    return [member(each, names[each % 2], f"Location {each % 40}", **more) for each in range(number)]


def test_many_differences() -> None:
    settings = ("record", "notification.type", "start_stop_announcement.pstn_calls_enabled")
    drifted = many(10_000, differences=[difference(setting) for setting in settings])
    document = checked("drifted", ["drifted"], passed=False, drifted=drifted, uncovered=many(10_000))
    began = time.perf_counter()
    text = render_html(document, many(10_000, state="compliant"))
    assert time.perf_counter() - began < 5
    assert len(text.encode()) < 5_000_000
    found = Page(text)
    assert len(found.table("differences")) == len(found.table("compliant")) == MAX_ROWS
    assert [each.text for each in found.body.all("p", "limit")] == [
        f"First {MAX_ROWS} of 30000 rows. Set drift_check_json_file to get all of them.",
        f"First {MAX_ROWS} of 10000 rows. Set drift_check_json_file to get all of them.",
        f"First {MAX_ROWS} of 10000 rows. Set drift_check_csv_file to get all of them.",
    ]


def test_long_texts() -> None:
    document = everything()
    document["drifted"] = many(10_000, differences=[difference("ä" * 2000, actual="&" * 2000)])
    text = render_html(document, None)
    assert len(text.encode()) < 5_000_000
    found = Page(text)
    # Long tables do not take the space of short ones.
    assert len(found.table("rules")) == 3
    (shown,) = {re.sub(r"\d+", "N", each.text) for each in found.body.all("p", "limit")}
    assert shown == "First N of N rows. Set drift_check_json_file to get all of them."


def test_no_limit_is_stated_if_there_is_none() -> None:
    assert not page(checked(uncovered=many(MAX_ROWS))).body.all("p", "limit")
