# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Matrix of the drift check: situations by outputs.

A real run of the playbook produces each situation. Each output is parsed and compared with expectations that were
written by hand: neither with another output, nor with anything that the role computes.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from conftest import ADMIN_TOKEN, Ansible
from prometheus_client.parser import text_string_to_metric_families

from simulator.process import Simulator

ADA, BOB, CORA, LOBBY, EMMA = "line-ada", "line-bob", "person-cora", "workspace-lobby", "line-emma"
ACME, CUSTOMER = "organization-acme", "organization-customer"
READER, PARTNER, EMPTY, LARGE, EXPIRED = (
    f"simulated-{name}-token" for name in ("reader", "partner", "empty", "large", "expired")
)

RECORDED = {
    "enabled": True,
    "record": "Always",
    "recordVoicemailEnabled": False,
    "notification": {"enabled": False, "type": "None"},
    "repeat": {"interval": 15, "enabled": False},
    "startStopAnnouncement": {"internalCallsEnabled": False, "pstnCallsEnabled": False},
}
NEVER = {"record": "Never"}
DENVER, MUNICH = {"id": "location-denver", "name": "Denver"}, {"id": "location-munich", "name": "Munich"}
LEEDS = {"id": "location-leeds", "name": "Leeds"}

#: Days that the outputs of yesterday name.
YESTERDAY = "2026-01-02T03:04:05Z"
YESTERDAY_SECONDS = 1767323045

FILES = {"json": "drift.json", "html": "drift.html", "junit": "drift.xml", "csv": "drift.csv", "metrics": "drift.prom"}
PATHS = {f"drift_check_{kind}_file": name for kind, name in FILES.items()}
STATES = ("compliant", "drifted", "uncovered", "exempt", "error")
STATUSES = ("incomplete", "drifted", "unmatched", "uncovered", "remediated", "compliant")

#: Class and heading of the HTML output.
HEADINGS = {
    ("incomplete", False): ("incomplete", "Incomplete ✗ Not passed"),
    ("drifted", False): ("failed", "Drifted ✗ Not passed"),
    ("unmatched", False): ("failed", "Unmatched ✗ Not passed"),
    ("uncovered", False): ("failed", "Uncovered ✗ Not passed"),
    ("drifted", True): ("passed", "Drifted ✓ Passed, tolerated"),
    ("uncovered", True): ("passed", "Uncovered ✓ Passed, tolerated"),
    ("remediated", True): ("passed", "Remediated ✓ Passed"),
    ("compliant", True): ("passed", "Compliant ✓ Passed"),
}


def organization() -> dict[str, Any]:
    """Return the state of the simulator: four members who are all recorded, and other organizations."""

    def line(webex_id: str, name: str, extension: str, location: Any, settings: Any = None) -> dict[str, Any]:
        first_name, _space, last_name = name.partition(" ")
        identity = {"id": webex_id, "firstName": first_name, "lastName": last_name, "location": location}
        return {**identity, "number": {"extension": extension, "primary": True}, "callRecording": settings or RECORDED}

    def other(webex_id: str, name: str, extension: str) -> dict[str, Any]:
        member = line(webex_id, name, extension, DENVER)
        return {**member, "numbers": [member.pop("number")]}

    def token(text: str, webex_id: str, scopes: tuple[str, ...] = ("read", "write"), **more: Any) -> dict[str, Any]:
        known = [f"spark-admin:{part}_{scope}" for part in ("telephony_config", "people") for scope in scopes]
        organization_and_role = {"organization": webex_id, "role": "full_administrator"}
        return {"name": text, "token": text, "scopes": known, **organization_and_role, **more}

    lobby = other(LOBBY, "Lobby", "6301")
    lobby.pop("lastName")
    off = {**RECORDED, "enabled": False, "record": "Never"}
    return {
        "organizations": [
            {
                "id": ACME,
                "name": "Acme Corporation",
                "locations": [DENVER, MUNICH],
                "virtual_lines": [
                    line(ADA, "Ada Smith", "6101", DENVER),
                    line(BOB, "Bob Haddad", "6102", MUNICH),
                ],
                "people": [{**other(CORA, "Cora Lee", "6201"), "email": "cora.lee@example.com"}],
                "workspaces": [lobby],
            },
            {
                "id": CUSTOMER,
                "name": "Customer Limited",
                "locations": [LEEDS],
                "virtual_lines": [line(EMMA, "Emma Clarke", "2001", LEEDS, off)],
            },
            {"id": "organization-empty", "name": "Empty Limited", "locations": [LEEDS]},
            {
                "id": "organization-large",
                "name": "Large Limited",
                "locations": [LEEDS],
                "virtual_lines": [
                    line(f"line-{number}", f"Line {number}", f"70{number}", LEEDS) for number in range(10, 40)
                ],
            },
        ],
        "tokens": [
            token(ADMIN_TOKEN, ACME),
            token(READER, ACME, ("read",)),
            token(PARTNER, ACME, administers=[CUSTOMER]),
            token(EMPTY, "organization-empty"),
            token(LARGE, "organization-large"),
            token(EXPIRED, ACME, expired=True),
        ],
    }


def policy(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "Recording rulebook", "version": "2026-10", "rules": list(rules), **more}


def acme(**states: str) -> dict[str, str]:
    """Return the states of the members of Acme by name. Without a state, a member is compliant."""
    names = {"cora": "Cora Lee", "lobby": "Lobby", "ada": "Ada Smith", "bob": "Bob Haddad"}
    return {name: states.get(key, "compliant") for key, name in names.items()}


#: Vendor whose terms of service are not accepted.
WEBEX = "Y2lzY29zcGFyazovL3VzL1JFQ09SRElOR19WRU5ET1IvV2ViZXg"

EVERYBODY = {"name": "Everybody is recorded", "settings": {"record": "Always"}}
IN_DENVER = {"name": "Denver is recorded", "location_name": "Denver", "settings": {"record": "Always"}}
SALES = {"name": "Sales announces", "owner_name": "Sales *", "settings": {"record": "Always"}}
EXEMPT = {"reason": "Works agreement 12/2025", "expires": "never", "approved_by": "CISO", "ticket": "GRC-81"}
ADA_IS_EXEMPT = {"name": "Works council", "owner_name": "Ada Smith", "exempt": EXEMPT}

READ, MATCHES, COVERED = "Every member was read", "Every value matches a member", "Every member is covered"
RULE, DENVER_RULE = "Rule: Everybody is recorded", "Rule: Denver is recorded"
EFFECT = "Settings have effect"
NOTHING_READ = {READ: "error", MATCHES: "skipped", COVERED: "skipped", EFFECT: "skipped"}

#: Service levels: text of the outputs, and C(verified), C(in_effect), and C(reason) of the JSON output.
SERVICES = {
    "in effect": ("settings have effect", True, True, None),
    "off": ("settings have no effect: recording of the organization is off. Turn on", True, False, "recording_off"),
    "terms": ("settings have no effect: the terms of service of", True, False, "terms_not_accepted"),
    "not verified": ("service level not verified: ", False, None, "not_readable"),
}


@dataclass(frozen=True)
class Situation:
    """Situation: how to produce it, and what each output must say about it.

    :param message: verdict in one line. C(*) stands for any text, and C({folder}) for the folder of the outputs.
    :param reasons: reasons, separated by spaces. By default the status, if it is one.
    :param states: state of each member by name, or None if nothing was read.
    :param cases: number of JUnit cases.
    :param junit: JUnit cases that do not pass, with their results.
    :param lists: other lists of the JSON output, each with the names of its entries.
    :param service: service level, as a key of C(SERVICES), or None if it was not read.
    :param complete_at: last complete check: C(now), C(yesterday), or None.
    :param shows: texts on the terminal. C(hides) are texts that must not be there.
    :param puts: ids of the members that were changed in Webex, in any order.
    :param yesterday: whether there are compliant outputs of yesterday.
    :param unwritten: outputs that are not written.
    :param produce: function that prepares the simulator and the folder.
    :param policy: content of the policy file, or None for no policy. C(text) is the same as a text.
    :param play: plays to run instead of the playbook of the collection.
    :param also: function with more expectations.
    """

    status: str
    message: str
    states: Mapping[str, str] | None = None
    passed: bool = False
    reasons: str = ""
    compared: int = 4
    cases: int = 5
    junit: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, list[str]] = field(default_factory=dict)
    error: str | None = None
    organization: tuple[str | None, str | None] | None = (ACME, "Acme Corporation")
    scope: Mapping[str, Any] | None = field(default_factory=dict)
    service: str | None = "in effect"
    complete_at: str | None = "now"
    finished: bool = True
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    puts: tuple[str, ...] = ()
    yesterday: bool = False
    unwritten: tuple[str, ...] = ()
    produce: Callable[[Simulator, Path], None] = lambda simulator, folder: None
    policy: Any = field(default_factory=lambda: policy(EVERYBODY))
    text: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    play: Any = None
    also: Callable[[Outcome], None] = lambda outcome: None

    @property
    def all_reasons(self) -> list[str]:
        known = [] if self.status in ("compliant", "remediated") else [self.status]
        return self.reasons.split() or known

    @property
    def counts(self) -> dict[str, int]:
        states = Counter((self.states or {}).values())
        return {"total": len(self.states or {}), "compared": self.compared, **{each: states[each] for each in STATES}}

    def named(self, state: str) -> list[str]:
        return [name for name, each in (self.states or {}).items() if each == state]


@dataclass
class Outcome:
    """What a run left behind."""

    folder: Path
    simulator: Simulator
    started: float
    ended: subprocess.CompletedProcess[str] | None = None

    @property
    def printed(self) -> str:
        assert self.ended
        return self.ended.stdout + self.ended.stderr

    @property
    def terminal(self) -> str:
        """Return everything on the terminal but the stats, without the folder, whose name has arbitrary words."""
        printed = re.sub("^CUSTOM STATS: .*?(?=^\\S|\\Z)", "", self.printed, flags=re.DOTALL | re.MULTILINE)
        return printed.replace(str(self.folder), "{folder}")

    @property
    def shown(self) -> dict[str, Any]:
        """Return the result of the last task."""
        assert self.ended
        found = re.findall(r"=> (\{\n.*?\n\})$", self.ended.stdout, re.DOTALL | re.MULTILINE)
        result: dict[str, Any] = json.loads(found[-1])
        return result

    @property
    def stats(self) -> dict[str, Any]:
        assert self.ended
        (found,) = re.findall(r"^\tRUN: (.*)$", self.ended.stdout, re.MULTILINE)
        stats: dict[str, Any] = json.loads(found)["drift_check"]
        return stats

    def content(self, kind: str) -> str:
        return (self.folder / FILES[kind]).read_bytes().decode("utf-8")

    @property
    def json(self) -> dict[str, Any]:
        def refuse(text: str) -> None:
            raise AssertionError(f"{text} is no JSON")

        document: dict[str, Any] = json.loads(self.content("json"), parse_constant=refuse)
        return document

    def fits(self, pattern: str, text: str) -> bool:
        return (
            re.fullmatch(re.escape(pattern.replace("{folder}", str(self.folder))).replace(r"\*", ".*"), text)
            is not None
        )

    def mode(self, kind: str) -> int:
        return stat.S_IMODE((self.folder / FILES[kind]).lstat().st_mode)

    def digest(self, kind: str) -> str:
        return hashlib.sha256((self.folder / FILES[kind]).read_bytes()).hexdigest()

    def puts(self) -> list[str]:
        paths = [request["path"] for request in self.simulator.requests(method="PUT", status=204)]
        return sorted(member for path in paths for member in (ADA, BOB, CORA, LOBBY, EMMA) if f"/{member}/" in path)


class Page(HTMLParser):
    """HTML output: class of the verdict, heading, message, totals, facts, and rows of tables by name."""

    VOID = ("meta", "link", "input", "br", "wbr", "rect")

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tone = ""
        self.texts = {"h1": "", "title": "", "message": "", "totals": ""}
        self.facts: dict[str, str] = {}
        self.tables: dict[str, list[list[str]]] = {}
        self._path: list[tuple[str, str]] = []
        self._rows: list[list[str]] = []
        self.feed(content)
        assert self._path == [], "elements are not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.VOID:
            return
        classes = dict(attrs).get("class") or ""
        self._path.append((tag, classes))
        if tag == "div" and classes.startswith("verdict "):
            self.tone = classes.partition(" ")[2]
        elif tag == "table":
            self._rows = self.tables.setdefault(classes.split()[1], [])
        elif tag == "tr" and ("tbody", "") in self._path:
            self._rows.append([])
        elif tag == "td" and ("tbody", "") in self._path:
            self._rows[-1].append("")
        elif tag == "dt":
            self.facts[""] = ""
        elif tag == "dd":
            self.facts[self.facts.pop("")] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self._path.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _classes in self._path]
        for name in self.texts:
            if name in tags or any(classes == name for _tag, classes in self._path):
                self.texts[name] += data
        if "small" in tags or ("b", "badge") in self._path:
            return
        if "td" in tags and "tbody" in tags:
            self._rows[-1][-1] += data
        elif "dt" in tags:
            self.facts[""] += data
        elif "dd" in tags:
            self.facts[list(self.facts)[-1]] += data

    def names(self, table: str) -> list[str]:
        return list(dict.fromkeys(row[0].strip() for row in self.tables.get(table, [])))


# --- what each output must say -------------------------------------------------------------------------------


def check_terminal(outcome: Outcome, expected: Situation) -> None:
    shown = outcome.shown
    assert outcome.fits(expected.message, shown["msg"]), shown["msg"]
    summary = shown["summary"]
    titles = {"drifted": "Drifted", "uncovered": "Uncovered", "error": "Not compared"}
    for state, title in titles.items():
        names = expected.named(state)
        lines = [line for line in summary if line.startswith(f"{title}: ")]
        assert len(lines) == min(len(names), 20) + (len(names) > 20), summary
        for name, line in zip(names[:20], lines):
            assert line.startswith(f"{title}: {name} (")
        if len(names) > 20:
            assert lines[-1] == f"{title}: and {len(names) - 20} more"
    for name, title in (("unmatched", "No match"), ("removed", "Gone"), ("remediated", "Remediated")):
        lines = [line for line in summary if line.startswith(f"{title}: ")]
        assert len(lines) == len(expected.lists.get(name, [])), summary
        assert all(text in line for text, line in zip(expected.lists.get(name, []), lines)), lines
    if expected.organization and expected.organization[1]:
        assert f"Organization: {expected.organization[1]} ({expected.organization[0]})" in summary
    levels = {name: f"S{text[1:]}" for name, (text, *_values) in SERVICES.items()}
    shown_levels = [name for name, text in levels.items() if any(line.startswith(text) for line in summary)]
    assert shown_levels == ([expected.service] if expected.service else []), summary
    files = [
        f"{kind}: {outcome.folder / name}, SHA-256 {outcome.digest(kind)}"
        for kind, name in FILES.items()
        if kind not in expected.unwritten
    ]
    assert [line for line in summary if ", SHA-256 " in line and not line.startswith("Policy: ")][: len(files)] == files
    assert ("Compliant" in outcome.terminal) == (expected.status == "compliant")
    for text in expected.shows:
        assert text in outcome.terminal, text
    for text in (*expected.hides, "Passed", "error appears to be", "Unexpected"):
        assert text not in outcome.terminal, text


def check_exit_status(outcome: Outcome, expected: Situation) -> None:
    assert outcome.ended
    assert outcome.ended.returncode == (0 if expected.passed else 2)
    assert ("failed=0" in outcome.ended.stdout) == expected.passed


def check_json(outcome: Outcome, expected: Situation) -> None:
    found = outcome.json
    assert (found["format_version"], found["generator"]) == (1, "webex.calling.drift_check")
    assert (found["status"], found["passed"]) == (expected.status, expected.passed)
    assert found["reasons"] == expected.all_reasons
    assert outcome.fits(expected.message, found["message"]), found["message"]
    assert found["counts"] == expected.counts
    for key, state in (("drifted", "drifted"), ("uncovered", "uncovered"), ("exempt", "exempt"), ("errors", "error")):
        assert [each["name"] for each in found[key]] == expected.named(state), key
    for key in ("unmatched", "outside_selection", "new", "removed", "expired", "ending_soon", "resolved"):
        names = [each.get("value") or each.get("name") or each.get("rule") for each in found[key]]
        assert names == expected.lists.get(key, []), key
    remediation = found["remediation"] or {"remediated": [], "failed": []}
    for key in ("remediated", "failed"):
        assert [each["name"] for each in remediation[key]] == expected.lists.get(key, []), key
    assert (found["error"] or {}).get("type") == expected.error
    organization = found["organization"] or {"id": None, "name": None}
    assert (organization["id"], organization["name"]) == (expected.organization or (None, None))
    assert found["scope"] == expected.scope
    known = found["service"] and (found["service"][key] for key in ("verified", "in_effect", "reason"))
    assert (known and tuple(known)) == (SERVICES[expected.service][1:] if expected.service else None)
    without_effect = [each["name"] for each in found["drifted"] if "not_in_effect" in each]
    assert without_effect == expected.lists.get("no-effect", [])
    assert (found["finished_at"] is not None) == expected.finished
    assert_recent(found["started_at"], outcome)
    if expected.complete_at == "now":
        assert found["last_complete_at"] == found["finished_at"]
        assert_recent(found["last_complete_at"], outcome)
    else:
        assert found["last_complete_at"] == (YESTERDAY if expected.complete_at else None)
    assert outcome.mode("json") == 0o600


def assert_recent(text: str, outcome: Outcome) -> None:
    import datetime

    seconds = datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    assert outcome.started - 1 <= seconds <= time.time() + 1


def check_html(outcome: Outcome, expected: Situation) -> None:
    page = Page(outcome.content("html"))
    assert (page.tone, page.texts["h1"]) == HEADINGS[expected.status, expected.passed]
    result = f"{expected.status.capitalize()} ({'passed' if expected.passed else 'not passed'}), "
    assert page.texts["title"].startswith(result)
    assert outcome.fits(expected.message, page.texts["message"]), page.texts["message"]
    if expected.states:
        counts = expected.counts
        titles = ("Compliant", "Drifted", "Covered by no rule", "Exempt", "Not compared")
        assert page.texts["totals"].split("\n") == [
            "",
            *(f"{counts[state]}{title}" for state, title in zip(STATES, titles)),
            "",
        ]
    else:
        assert page.texts["totals"] == ""
        assert not page.tables.keys() - {"rules"}
    tables = {"differences": "drifted", "uncovered": "uncovered", "exempt": "exempt", "errors": "error"}
    for table, state in tables.items():
        assert page.names(table) == expected.lists.get(table, expected.named(state)), table
    for table in ("new", "removed", "resolved", "remediated", "failed", "no-effect"):
        assert page.names(table) == expected.lists.get(table, []), table
    assert [row[2] for row in page.tables.get("unmatched", [])] == expected.lists.get("unmatched", [])
    name = expected.organization and (expected.organization[1] or "organization could not be identified")
    assert page.facts["Organization"].strip().startswith(name or "unknown"), page.facts
    assert page.facts["Service level"].startswith(SERVICES[expected.service][0] if expected.service else "unknown")
    assert page.facts["Reasons"] == (", ".join(expected.all_reasons) or "none")
    assert (page.facts["Ended"] == "has not finished") != expected.finished
    assert ("✓" in outcome.content("html")) == expected.passed
    assert outcome.mode("html") == 0o600


def check_junit(outcome: Outcome, expected: Situation) -> None:
    (suite,) = ET.fromstring(outcome.content("junit"))
    cases = {case.get("name"): [each.tag for each in case] for case in suite.iter("testcase")}
    assert len(cases) == expected.cases, cases
    assert {name: result[0] for name, result in cases.items() if result} == expected.junit
    results = Counter(expected.junit.values())
    attributes = ("tests", "failures", "errors", "skipped")
    numbers = [expected.cases, results["failure"], results["error"], results["skipped"]]
    assert [suite.get(name) for name in attributes] == list(map(str, numbers))
    assert (results["failure"] + results["error"] == 0) == expected.passed
    properties = {each.get("name"): each.get("value") for each in suite.iter("property")}
    assert properties["status"] == expected.status
    webex_id, name = expected.organization or (None, None)
    assert (properties.get("organization_id"), properties.get("organization_name")) == (webex_id, name)
    assert suite.get("name") == (name or "webex.calling.drift_check")
    content = "".join(element.text or "" for case in suite.iter("testcase") for element in case)
    names = [name for state in ("drifted", "uncovered", "error") for name in expected.named(state)]
    assert [name for name in names if name not in content] == []
    assert outcome.fits(expected.message, suite.findtext("system-out", "").split("\n")[0])
    assert outcome.mode("junit") == 0o600


def check_csv(outcome: Outcome, expected: Situation) -> None:
    content = outcome.content("csv")
    assert content.startswith('\ufeff"state","kind","name","id"')
    rows = list(csv.DictReader(content[1:].splitlines()))
    if expected.status == "incomplete":
        first = rows.pop(0)
        assert (first["state"], first["name"]) == ("incomplete", "")
        assert outcome.fits(expected.message, first["reasons"]), first["reasons"]
    for value in expected.lists.get("unmatched", []):
        first = rows.pop(0)
        assert (first["state"], first["name"]) == ("unmatched", "")
        assert value in first["reasons"]
    for name in expected.lists.get("removed", []):
        first = rows.pop(0)
        assert (first["state"], first["name"]) == ("removed", name)
    if expected.service == "not verified":
        first = rows.pop(0)
        assert (first["state"], first["name"]) == ("unverified", "")
        assert first["reasons"].startswith(SERVICES["not verified"][0])
    assert [(row["name"], row["state"]) for row in rows] == list((expected.states or {}).items())
    for row in rows:
        assert bool(row["reasons"]) == (
            row["state"] != "compliant" or row["recordable"] == "false" or "remediated" in row["reasons"]
        )
    remediated = [row["name"] for row in rows if row["reasons"].startswith("remediated: ")]
    assert remediated == expected.lists.get("remediated", [])
    assert outcome.mode("csv") == 0o600


def check_metrics(outcome: Outcome, expected: Situation) -> None:
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(outcome.content("metrics")):
        assert family.type == "gauge"
        for sample in family.samples:
            assert sample.labels["check"] == "drift"
            label = (
                sample.labels.get("status") or sample.labels.get("state") or sample.labels.get("organization_name", "")
            )
            found.setdefault(sample.name.removeprefix("webex_calling_drift_check_"), {})[label] = sample.value
    assert found["passed"] == {"": int(expected.passed)}
    assert found["status"] == {status: int(status == expected.status) for status in STATUSES}
    assert found["info"] == {(expected.organization or ("", ""))[1] or "": 1}
    members = {state: expected.counts[state] for state in STATES} if expected.states else None
    assert found.get("members") == members
    for name, key in (("unmatched_values", "unmatched"), ("removed_members", "removed")):
        assert found.get(name) == ({"": len(expected.lists.get(key, []))} if expected.states else None)
    _text, verified, in_effect, _reason = SERVICES.get(expected.service or "", (None, None, None, None))
    for name, value in (("service_verified", verified), ("service_in_effect", in_effect)):
        assert found.get(name) == (None if value is None else {"": int(value)}), name
    assert outcome.started - 1 <= found["last_run_timestamp_seconds"][""] <= time.time() + 1
    complete_at = found.get("last_complete_run_timestamp_seconds", {"": None})[""]
    if expected.complete_at == "now":
        assert complete_at == found["last_run_timestamp_seconds"][""]
    else:
        assert complete_at == (YESTERDAY_SECONDS if expected.complete_at else None)
    assert outcome.mode("metrics") == 0o644


def check_stats(outcome: Outcome, expected: Situation) -> None:
    webex_id, name = expected.organization or (None, None)
    ((key, found),) = outcome.stats.items()
    assert key == (webex_id or "localhost")
    assert (found["status"], found["passed"]) == (expected.status, expected.passed)
    assert found["reasons"] == expected.all_reasons
    assert outcome.fits(expected.message, found["message"]), found["message"]
    lists = {each: len(expected.lists.get(each, [])) for each in ("unmatched", "removed", "remediated", "resolved")}
    assert found["counts"] == {**expected.counts, **lists}
    assert (found["organization_id"], found["organization_name"]) == (webex_id, name)
    service = SERVICES[expected.service] if expected.service else (None, None, None, None)
    assert (found["service_verified"], found["service_in_effect"]) == service[1:3]
    written = {kind for kind in FILES if kind not in expected.unwritten}
    assert {kind: (file["path"], file["sha256"]) for kind, file in found["files"].items() if kind in FILES} == {
        kind: (str(outcome.folder / FILES[kind]), outcome.digest(kind)) for kind in written
    }


OUTPUTS: dict[str, Callable[[Outcome, Situation], None]] = {
    "terminal": check_terminal,
    "exit status": check_exit_status,
    "stats": check_stats,
    "json": check_json,
    "html": check_html,
    "junit": check_junit,
    "csv": check_csv,
    "metrics": check_metrics,
}


def check(outcome: Outcome, expected: Situation, *left_out: str) -> None:
    """Check all outputs. All outputs with a mistake are in one message."""
    mistakes = []
    cells = {}
    for name, check_output in OUTPUTS.items():
        if name in expected.unwritten or name in left_out:
            cells[name] = "-"
            continue
        try:
            check_output(outcome, expected)
            cells[name] = "ok"
        except Exception as error:
            cells[name] = "WRONG"
            mistakes.append(f"{name}: {type(error).__name__}: {error}")
    # The table, with `pytest -rP`.
    print(", ".join(f"{name} {cell}" for name, cell in cells.items()))
    printed = outcome.printed if outcome.ended else ""
    contents = [printed, *(file.read_text(errors="replace") for file in outcome.folder.glob("*.*"))]
    for content in contents:
        assert not re.search(r"simulated-[a-z-]+-token", content), "a token is shown"
        assert "Traceback" not in content
    assert not mistakes, "\n\n".join(["", *mistakes, printed])
    assert outcome.puts() == sorted(expected.puts)
    assert not list(outcome.folder.glob(".drift_check-*"))
    expected.also(outcome)


# --- situations ----------------------------------------------------------------------------------------------


def changed(settings: Mapping[str, Any], *members: str) -> Callable[[Simulator, Path], None]:
    """Return a function that changes settings of members in Webex."""

    def produce(simulator: Simulator, folder: Path) -> None:
        for member in members:
            simulator.change_member(member, dict(settings))

    return produce


def faulty(**fault: Any) -> Callable[[Simulator, Path], None]:
    return lambda simulator, folder: simulator.add_fault(**fault) and None


def both(*functions: Callable[[Simulator, Path], None]) -> Callable[[Simulator, Path], None]:
    return lambda simulator, folder: [function(simulator, folder) for function in functions] and None


def wrote(name: str, content: str) -> Callable[[Simulator, Path], None]:
    return lambda simulator, folder: (folder / name).write_text(content, encoding="utf-8") and None


def refused(message: str, **more: Any) -> Situation:
    """Return a situation in which nothing is read, and all outputs of yesterday become incomplete."""

    def nothing_requested(outcome: Outcome) -> None:
        assert outcome.simulator.requests() == []

    known: dict[str, Any] = {
        "compared": 0,
        "cases": 4,
        "junit": NOTHING_READ,
        "error": "invalid_option",
        "organization": None,
        "scope": None,
        "service": None,
        "complete_at": "yesterday",
        "yesterday": True,
        "also": nothing_requested,
    }
    return Situation("incomplete", f"Incomplete: {message}", **{**known, **more})


def all_requests_were_refused(outcome: Outcome) -> None:
    assert {request["status"] for request in outcome.simulator.requests()} == {401}


def effect_unknown(message: str, error: str, **more: Any) -> Situation:
    """Return a situation in which it cannot be read whether settings have effect."""
    return Situation(
        "incomplete",
        f"Incomplete: *{message}*. Service level not verified.",
        acme(),
        error=error,
        junit={READ: "error", EFFECT: "skipped"},
        service="not verified",
        complete_at="yesterday",
        yesterday=True,
        **more,
    )


def ada_drifted(**more: Any) -> Situation:
    known = {"junit": {RULE: "failure"}, "produce": changed(NEVER, ADA), **more}
    return Situation("drifted", ONE_DRIFTED, acme(ada="drifted"), **known)


def compliant(**more: Any) -> Situation:
    return Situation("compliant", "Compliant: 4 of 4 members are compliant.", acme(), passed=True, **more)


def untouched(name: str, content: str) -> Callable[[Outcome], None]:
    def also(outcome: Outcome) -> None:
        assert (outcome.folder / name).read_text(encoding="utf-8") == content
        assert outcome.simulator.requests() == []

    return also


def role_play(**keys: Any) -> list[dict[str, Any]]:
    role = {"name": "webex.calling.drift_check", "rolespec_validate": False}
    task = {"name": "Check", "ansible.builtin.import_role": role}
    return [{"hosts": "localhost", "gather_facts": False, "tasks": [task], **keys}]


def link_to_a_foreign_file(simulator: Simulator, folder: Path) -> None:
    (folder / "authorized_keys").write_text("ssh-ed25519 AAAA", encoding="utf-8")
    for name in ("drift.json", "drift.html"):
        (folder / name).symlink_to("authorized_keys")


def the_link_is_replaced(outcome: Outcome) -> None:
    assert (outcome.folder / "authorized_keys").read_text(encoding="utf-8") == "ssh-ed25519 AAAA"
    assert not (outcome.folder / "drift.html").is_symlink()


def baseline_without_bob(simulator: Simulator, folder: Path) -> None:
    content = json.loads((folder / "friday.json").read_text(encoding="utf-8"))
    content["members"] = [member for member in content["members"] if member["id"] != BOB]
    (folder / "friday.json").write_text(json.dumps(content), encoding="utf-8")


def baseline_with_an_infinite_number(simulator: Simulator, folder: Path) -> None:
    content = (folder / "friday.json").read_text(encoding="utf-8")
    (folder / "friday.json").write_text(content.replace('"interval": 15', '"interval": Infinity'), encoding="utf-8")


LINES = {"name": "Lines are recorded", "kind": "virtual_line", "settings": {"record": "Always"}}
LINES_RULE, SALES_RULE, EXEMPTION = "Rule: Lines are recorded", "Rule: Sales announces", "Exemption: Works council"
NOBODY_READ = {**NOTHING_READ, RULE: "skipped"}
EVERYONE = ["Cora Lee", "Lobby", "Ada Smith", "Bob Haddad"]
ONE_DRIFTED = "Drifted: 1 of 4 members have drifted."
REMEDIATE = {"drift_check_remediate": True}
AGAINST_FRIDAY = {"drift_check_baseline_file": "friday.json"}
INFINITE = json.dumps(RECORDED).replace("15", "1e999")
IN_THE_CUSTOMER: dict[str, Any] = {
    "status": "remediated",
    "message": "Remediated: 1 member remediated; 1 of 1 members are compliant.",
    "passed": True,
    "states": {"Emma Clarke": "compliant"},
    "compared": 1,
    "organization": (CUSTOMER, "Customer Limited"),
    "lists": {"remediated": ["Emma Clarke"]},
    "puts": (EMMA,),
    "options": REMEDIATE,
}
TWENTY_EIGHT: dict[str, Any] = {
    "status": "uncovered",
    "message": "Uncovered: 28 of 30 members are covered by no rule.",
    "states": {f"Line {number}": "uncovered" if number > 11 else "compliant" for number in range(10, 40)},
    "compared": 2,
    "organization": ("organization-large", "Large Limited"),
    "environment": {"WEBEX_ACCESS_TOKEN": LARGE},
    "policy": policy({"name": "Two", "extension": ["7010", "7011"], "settings": {"record": "Always"}}),
    "shows": ("Uncovered: and 8 more",),
}

SITUATIONS = {
    # Each status.
    "compliant": compliant(),
    "drifted": ada_drifted(
        shows=("Drifted: Ada Smith (Denver): record is Never, should be Always [Everybody is recorded]",),
    ),
    "unmatched": Situation(
        "unmatched",
        "Unmatched: 1 value in rules without a match.",
        acme(),
        cases=6,
        junit={MATCHES: "failure"},
        lists={"unmatched": ["Sales *"]},
        policy=policy(EVERYBODY, SALES),
        shows=("No match: Sales announces: owner_name Sales * matches no member",),
    ),
    "uncovered": Situation(
        "uncovered",
        "Uncovered: 1 of 4 members are covered by no rule.",
        acme(bob="uncovered"),
        compared=3,
        junit={COVERED: "failure"},
        policy=policy(IN_DENVER),
        shows=("Uncovered: Bob Haddad (Munich)",),
    ),
    "remediated": Situation(
        "remediated",
        "Remediated: 1 member remediated; 4 of 4 members are compliant.",
        acme(),
        passed=True,
        lists={"remediated": ["Ada Smith"]},
        produce=changed(NEVER, ADA),
        options=REMEDIATE,
        puts=(ADA,),
        shows=('Change 1 member to {\\"record\\": \\"Always\\"}: Ada Smith (Denver)',),
    ),
    "incomplete, a member cannot be read": Situation(
        "incomplete",
        "Incomplete: 1 of 4 members could not be read*Bob Haddad*HTTP 403*",
        acme(bob="error"),
        compared=3,
        junit={READ: "error"},
        error="permission",
        complete_at=None,
        produce=faulty(path=BOB, status=403),
    ),
    # Combinations.
    "all reasons": Situation(
        "incomplete",
        "Incomplete: 1 of 4 members could not be read*; 1 of 4 members have drifted; 1 value in rules without a match; "
        "2 of 4 members are covered by no rule.",
        acme(ada="drifted", bob="error", cora="uncovered", lobby="uncovered"),
        reasons="incomplete drifted unmatched uncovered",
        compared=1,
        cases=6,
        junit={READ: "error", MATCHES: "failure", COVERED: "failure", LINES_RULE: "failure"},
        lists={"unmatched": ["Sales *"]},
        error="permission",
        complete_at=None,
        produce=both(changed(NEVER, ADA), faulty(path=BOB, status=403)),
        policy=policy(LINES, SALES),
    ),
    "all reasons but incomplete": Situation(
        "drifted",
        f"{ONE_DRIFTED[:-1]}; 1 value in rules without a match; 2 of 4 members are covered by no rule.",
        acme(ada="drifted", cora="uncovered", lobby="uncovered"),
        reasons="drifted unmatched uncovered",
        compared=2,
        cases=6,
        junit={MATCHES: "failure", COVERED: "failure", LINES_RULE: "failure"},
        lists={"unmatched": ["Sales *"]},
        produce=changed(NEVER, ADA),
        policy=policy(LINES, SALES),
    ),
    "unmatched although the rest is tolerated": Situation(
        "drifted",
        f"{ONE_DRIFTED[:-1]}; 1 value in rules without a match; 2 of 4 members are covered by no rule.",
        acme(ada="drifted", cora="uncovered", lobby="uncovered"),
        reasons="drifted unmatched uncovered",
        compared=2,
        cases=6,
        junit={MATCHES: "failure", COVERED: "skipped", LINES_RULE: "skipped"},
        lists={"unmatched": ["Sales *"]},
        produce=changed(NEVER, ADA),
        policy=policy(LINES, SALES),
        options={"drift_check_fail_on_drift": False, "drift_check_fail_on_uncovered": False},
    ),
    "tolerated drift": Situation(
        "drifted",
        f"{ONE_DRIFTED} Tolerated: drifted.",
        acme(ada="drifted"),
        passed=True,
        junit={RULE: "skipped"},
        produce=changed(NEVER, ADA),
        arguments=("-e", "drift_check_fail_on_drift=false"),
    ),
    "tolerated uncovered members": Situation(
        "uncovered",
        "Uncovered: 1 of 4 members are covered by no rule. Tolerated: uncovered.",
        acme(bob="uncovered"),
        passed=True,
        compared=3,
        junit={COVERED: "skipped"},
        policy=policy(IN_DENVER),
        arguments=("-e", "drift_check_fail_on_uncovered=false"),
    ),
    "tolerated drift and uncovered members": Situation(
        "drifted",
        "Drifted: 1 of 4 members have drifted; 1 of 4 members are covered by no rule. Tolerated: drifted, uncovered.",
        acme(ada="drifted", bob="uncovered"),
        passed=True,
        reasons="drifted uncovered",
        compared=3,
        junit={DENVER_RULE: "skipped", COVERED: "skipped"},
        produce=changed(NEVER, ADA),
        policy=policy(IN_DENVER),
        options={"drift_check_fail_on_drift": False, "drift_check_fail_on_uncovered": False},
    ),
    "tolerated drift with uncovered members": Situation(
        "drifted",
        "Drifted: 1 of 4 members have drifted; 1 of 4 members are covered by no rule.",
        acme(ada="drifted", bob="uncovered"),
        reasons="drifted uncovered",
        compared=3,
        junit={DENVER_RULE: "skipped", COVERED: "failure"},
        produce=changed(NEVER, ADA),
        policy=policy(IN_DENVER),
        options={"drift_check_fail_on_drift": False},
    ),
    "28 uncovered members": Situation(junit={COVERED: "failure"}, **TWENTY_EIGHT),
    "28 uncovered members, asked for": Situation(
        junit={COVERED: "failure"}, arguments=("-e", "drift_check_fail_on_uncovered=true"), **TWENTY_EIGHT
    ),
    # Nothing, or not everything, can be read.
    "a list cannot be read": Situation(
        "incomplete",
        "Incomplete: *HTTP 403*",
        compared=0,
        junit=NOBODY_READ,
        error="permission",
        complete_at="yesterday",
        yesterday=True,
        produce=faulty(path="/numbers", status=403),
    ),
    "the token is refused": refused(
        "*HTTP 401*",
        error="authentication",
        environment={"WEBEX_ACCESS_TOKEN": EXPIRED},
        also=all_requests_were_refused,
    ),
    "nobody answers": refused(
        "*Connection refused*",
        cases=5,
        junit=NOBODY_READ,
        error="connection",
        organization=(None, None),
        scope={},
        service="not verified",
        environment={"WEBEX_API_URL": "http://127.0.0.1:9/v1", "WEBEX_RETRY_TIMEOUT": "0"},
    ),
    "the module cannot run": refused(
        "*/none*", arguments=("-e", "ansible_python_interpreter=/none"), error="failed_task"
    ),
    "an empty organization": Situation(
        "incomplete",
        "Incomplete: *the organization has no members*",
        {},
        compared=0,
        junit=NOBODY_READ,
        error="no_match",
        organization=("organization-empty", "Empty Limited"),
        complete_at=None,
        environment={"WEBEX_ACCESS_TOKEN": EMPTY},
    ),
    "nothing is compared": Situation(
        "incomplete",
        "Incomplete: no rule and no baseline applies to any member, so nothing was compared; "
        "4 of 4 members are covered by no rule.",
        acme(ada="uncovered", bob="uncovered", cora="uncovered", lobby="uncovered"),
        reasons="incomplete uncovered",
        compared=0,
        junit={READ: "error", COVERED: "skipped"},
        complete_at=None,
        policy=policy({**SALES, "allow_missing": True}),
        options={"drift_check_fail_on_drift": False, "drift_check_fail_on_uncovered": False},
    ),
    # Exemptions, and members that cannot be recorded.
    "all members are exempt": Situation(
        "compliant",
        "Compliant: 0 of 4 members are compliant, 4 exempt.",
        acme(ada="exempt", bob="exempt", cora="exempt", lobby="exempt"),
        passed=True,
        cases=6,
        junit={EXEMPTION: "skipped"},
        produce=changed(NEVER, ADA),
        policy=policy(EVERYBODY, {**ADA_IS_EXEMPT, "owner_name": "*"}),
    ),
    "all members are exempt from nothing": Situation(
        "incomplete",
        "Incomplete: no rule and no baseline applies to any member, so nothing was compared.",
        acme(ada="exempt", bob="exempt", cora="exempt", lobby="exempt"),
        compared=0,
        junit={READ: "error", EXEMPTION: "skipped"},
        complete_at=None,
        policy=policy({**ADA_IS_EXEMPT, "owner_name": "*"}),
    ),
    "an exempt member is not remediated": Situation(
        "remediated",
        "Remediated: 1 member remediated; 3 of 4 members are compliant, 1 exempt.",
        acme(ada="exempt"),
        passed=True,
        cases=6,
        junit={EXEMPTION: "skipped"},
        lists={"remediated": ["Bob Haddad"]},
        produce=changed(NEVER, ADA, BOB),
        policy=policy(ADA_IS_EXEMPT, EVERYBODY),
        options=REMEDIATE,
        puts=(BOB,),
    ),
    "an expired exemption": ada_drifted(
        cases=6,
        junit={RULE: "failure", EXEMPTION: "skipped"},
        lists={"expired": ["Works council"]},
        policy=policy(EVERYBODY, {**ADA_IS_EXEMPT, "exempt": {**EXEMPT, "expires": "2025-12-31"}}),
        shows=("Expired exemption: Works council, on 2025-12-31",),
    ),
    "a member cannot be recorded": Situation(
        "drifted",
        ONE_DRIFTED,
        acme(lobby="drifted"),
        junit={RULE: "failure"},
        produce=lambda simulator, folder: simulator.make_unavailable(LOBBY, "no_professional_license"),
        # Remediation neither changes the member, nor tolerates the drift.
        options={**REMEDIATE, "drift_check_fail_on_drift": False},
        shows=("Drifted: Lobby (Denver): ", "calls cannot be recorded: HTTP 405"),
    ),
    "a member cannot be recorded, and need not be": compliant(
        cases=6,
        produce=lambda simulator, folder: simulator.make_unavailable(LOBBY, "no_professional_license"),
        policy=policy(EVERYBODY, {"name": "Rooms", "kind": "workspace", "settings": {"record": "Never"}}),
    ),
    # The service level.
    "recording of the organization is off": Situation(
        "drifted",
        "Drifted: 4 of 4 members have drifted; recording of the organization is off.",
        acme(ada="drifted", bob="drifted", cora="drifted", lobby="drifted"),
        junit={EFFECT: "failure"},
        service="off",
        lists={"no-effect": EVERYONE, "differences": []},
        produce=lambda simulator, folder: simulator.change_service(enabled=False),
        shows=("Drifted: Ada Smith (Denver): settings have no effect: recording of the organization is off",),
    ),
    "the terms of service are not accepted": Situation(
        "drifted",
        "Drifted: 4 of 4 members have drifted; the terms of service of the recording vendor * are not accepted.",
        acme(ada="drifted", bob="drifted", cora="drifted", lobby="drifted"),
        junit={RULE: "failure", EFFECT: "failure"},
        service="terms",
        lists={"no-effect": EVERYONE, "differences": ["Ada Smith"]},
        produce=both(
            changed(NEVER, ADA), lambda simulator, folder: simulator.change_service(termsOfServiceEnabled=False)
        ),
        # No change of a member helps. With remediation, remaining drift is not tolerated.
        options={**REMEDIATE, "drift_check_fail_on_drift": False},
    ),
    "the terms of service of a location are not accepted": Situation(
        "drifted",
        "Drifted: 1 of 4 members have drifted; the terms of service of the recording vendor Webex of location Munich "
        "are not accepted.",
        acme(bob="drifted"),
        junit={EFFECT: "failure"},
        service="terms",
        lists={"no-effect": ["Bob Haddad"], "differences": []},
        produce=lambda simulator, folder: simulator.change_service(
            locations={MUNICH["id"]: {"orgDefaultEnabled": False, "vendorId": WEBEX}}
        ),
        shows=("Drifted: Bob Haddad (Munich): settings have no effect: the terms of service of",),
    ),
    "the vendor of a location cannot be read": effect_unknown(
        "recording vendors of location Munich*HTTP 500",
        "server_error",
        produce=faulty(path="location-munich/callRecording/vendors", status=500),
    ),
    "recording is off, and need not be on": compliant(
        service="off",
        produce=both(
            changed({"enabled": False, "record": "Never"}, ADA, BOB, CORA, LOBBY),
            lambda simulator, folder: simulator.change_service(enabled=False),
        ),
        policy=policy({**EVERYBODY, "settings": {"enabled": False}}),
    ),
    "recording is off, which is tolerated": Situation(
        "drifted",
        "Drifted: 4 of 4 members have drifted; recording of the organization is off. Tolerated: drifted.",
        acme(ada="drifted", bob="drifted", cora="drifted", lobby="drifted"),
        passed=True,
        junit={EFFECT: "skipped"},
        service="off",
        lists={"no-effect": EVERYONE, "differences": []},
        produce=lambda simulator, folder: simulator.change_service(enabled=False),
        arguments=("-e", "drift_check_fail_on_drift=false"),
    ),
    "baseline, and recording is off": Situation(
        "drifted",
        "Drifted: 4 of 4 members have drifted; recording of the organization is off.",
        acme(ada="drifted", bob="drifted", cora="drifted", lobby="drifted"),
        junit={EFFECT: "failure"},
        service="off",
        lists={"no-effect": EVERYONE, "differences": []},
        produce=lambda simulator, folder: simulator.change_service(enabled=False),
        policy=None,
        options=AGAINST_FRIDAY,
    ),
    "service level not verified": Situation(
        "compliant",
        "Compliant: 4 of 4 members are compliant. Service level not verified.",
        acme(),
        passed=True,
        organization=(None, None),
        junit={EFFECT: "skipped"},
        service="not verified",
        produce=faulty(path="/config/callRecording", status=403),
        shows=("Service level not verified: ", "full or read-only administrator"),
    ),
    "terms of service cannot be read": effect_unknown(
        "terms of service*HTTP 403", "permission", produce=faulty(path="/termsOfService", status=403)
    ),
    "required service level not verified": effect_unknown(
        "recording service*HTTP 403",
        "permission",
        organization=(None, None),
        produce=faulty(path="/config/callRecording", status=403),
        arguments=("-e", "drift_check_require_service=yes"),
    ),
    "required service level is verified": compliant(options={"drift_check_require_service": True}),
    # Baselines.
    "baseline": compliant(
        policy=None,
        options=AGAINST_FRIDAY,
        shows=("Baseline: {folder}/friday.json, of ",),
    ),
    "baseline, drifted": ada_drifted(
        junit={"Baseline": "failure"},
        produce=changed({"repeat": {"interval": 60}}, ADA),
        policy=None,
        options=AGAINST_FRIDAY,
        shows=("Drifted: Ada Smith (Denver): repeat.interval is 60, should be 15 [baseline]",),
    ),
    "baseline, a new member": Situation(
        "uncovered",
        "Uncovered: 1 of 4 members are covered by no rule.",
        acme(bob="uncovered"),
        compared=3,
        junit={COVERED: "failure"},
        lists={"new": ["Bob Haddad"]},
        produce=baseline_without_bob,
        policy=None,
        options=AGAINST_FRIDAY,
    ),
    "baseline, a member is gone": Situation(
        "unmatched",
        "Unmatched: 1 member of the baseline gone.",
        {"Cora Lee": "compliant", "Lobby": "compliant", "Ada Smith": "compliant"},
        compared=3,
        junit={MATCHES: "failure"},
        lists={"removed": ["Bob Haddad"]},
        produce=lambda simulator, folder: simulator.remove_member(BOB),
        policy=None,
        options=AGAINST_FRIDAY,
        shows=("Gone: Bob Haddad (Munich)",),
    ),
    "baseline of another organization": refused(
        "*friday.json*organization*",
        policy=None,
        options=AGAINST_FRIDAY,
        environment={"WEBEX_ACCESS_TOKEN": EMPTY},
        also=lambda outcome: None,
    ),
    "baseline and policy": Situation(
        "drifted",
        "Drifted: 2 of 4 members have drifted.",
        acme(ada="drifted", bob="drifted"),
        cases=6,
        junit={DENVER_RULE: "failure", "Baseline": "failure"},
        produce=both(changed(NEVER, ADA), changed({"repeat": {"interval": 60}}, BOB)),
        policy=policy(IN_DENVER),
        options=AGAINST_FRIDAY,
    ),
    # Parts of the organization.
    "a part": Situation(
        "compliant",
        "Compliant: 1 of 1 members are compliant.",
        {"Bob Haddad": "compliant"},
        passed=True,
        compared=1,
        cases=6,
        scope={"location_name": "Munich"},
        lists={"outside_selection": ["Denver"]},
        produce=changed(NEVER, ADA),
        policy=policy(EVERYBODY, IN_DENVER),
        options={"drift_check_select": {"location_name": "Munich"}},
        shows=('Only: {\\"location_name\\": \\"Munich\\"}',),
    ),
    "a part without members": Situation(
        "incomplete",
        "Incomplete: *Atlantis*",
        compared=0,
        junit=NOBODY_READ,
        error="no_match",
        scope={"location_name": "Atlantis"},
        # Yesterday, the whole organization was checked.
        complete_at=None,
        yesterday=True,
        options={"drift_check_select": {"location_name": "Atlantis"}},
    ),
    "an unknown selector": refused("*location_nam*", options={"drift_check_select": {"location_nam": "Munich"}}),
    "an empty selection": refused("drift_check_select is null or empty*", options={"drift_check_select": {}}),
    # Invalid variables.
    "invalid boolean": refused(
        "drift_check_remediate is 'maybe'. Give true or false", arguments=("-e", "drift_check_remediate=maybe")
    ),
    "invalid number": refused(
        "drift_check_remediate_max is '-1'. Give a number of members", arguments=("-e", "drift_check_remediate_max=-1")
    ),
    "unknown variable": refused(
        "drift_check_fail_on_uncoverd is not a variable of this role*drift_check_fail_on_uncovered*",
        arguments=("-e", "drift_check_fail_on_uncoverd=true"),
    ),
    "all faults at once": refused(
        "drift_check_typo is *; drift_check_html_file is null or empty*; drift_check_policy_file is null or empty*; "
        "drift_check_set_stats is 'perhaps'*",
        options={
            "drift_check_typo": 1,
            "drift_check_html_file": "",
            "drift_check_policy_file": None,
            "drift_check_set_stats": "perhaps",
        },
        unwritten=("html",),
    ),
    "neither policy nor baseline": refused("drift_check_policy_file is not set*", policy=None),
    "policy and policy file": refused(
        "drift_check_policy excludes drift_check_policy_file*", options={"drift_check_policy": policy(EVERYBODY)}
    ),
    "invalid policy": refused(
        "drift_check_policy_file {folder}/policy.yml: *recrod*",
        error="invalid_policy",
        policy=policy({"name": "Typo", "settings": {"recrod": "Always"}}),
    ),
    "policy is no YAML": refused(
        "drift_check_policy_file {folder}/policy.yml: *", error="invalid_policy", text="rules: [\n- }"
    ),
    "missing policy file": refused(
        "drift_check_policy_file is {folder}/none.yml, which is not a file",
        options={"drift_check_policy_file": "none.yml"},
    ),
    # Invalid paths.
    "null path": refused(
        "drift_check_json_file is null or empty. Give a value, or leave the variable out",
        options={"drift_check_json_file": None},
        unwritten=("json",),
    ),
    "undefined path": refused(
        "drift_check_html_file has no value: *no_such_variable*",
        options={"drift_check_html_file": "{{ no_such_variable }}"},
        unwritten=("html",),
    ),
    "empty path": refused(
        "drift_check_junit_file is null or empty. Give a value, or leave the variable out",
        arguments=("-e", "drift_check_junit_file="),
        unwritten=("junit",),
    ),
    "a directory as path": refused(
        "drift_check_html_file {folder}/reports: is a directory",
        produce=lambda simulator, folder: (folder / "reports").mkdir(),
        options={"drift_check_html_file": "reports"},
        unwritten=("html",),
        also=lambda outcome: list((outcome.folder / "reports").iterdir()) == [] or pytest.fail("written"),
    ),
    "a missing directory": refused(
        "drift_check_csv_file {folder}/nowhere/drift.csv: there is no directory {folder}/nowhere",
        options={"drift_check_csv_file": "nowhere/drift.csv"},
        unwritten=("csv",),
    ),
    "a file as directory": refused(
        "drift_check_csv_file {folder}/policy.yml/drift.csv: there is no directory {folder}/policy.yml",
        options={"drift_check_csv_file": "policy.yml/drift.csv"},
        unwritten=("csv",),
    ),
    "a directory that is not writable": refused(
        "/proc/drift.prom cannot be written: *",
        options={"drift_check_metrics_file": "/proc/drift.prom"},
        unwritten=("metrics",),
        error="not_written",
    ),
    "a device as path": refused(
        "drift_check_junit_file /dev/null: is not a regular file",
        options={"drift_check_junit_file": "/dev/null"},
        unwritten=("junit",),
    ),
    "equal paths": refused(
        "drift_check_html_file {folder}/new.xml: is also drift_check_junit_file; "
        "drift_check_junit_file {folder}/new.xml: is also drift_check_html_file",
        options={"drift_check_html_file": "./new.xml", "drift_check_junit_file": "new.xml"},
        unwritten=("html", "junit"),
    ),
    "a foreign file as path": refused(
        "drift_check_html_file {folder}/diary.html: exists, and is not an earlier output of this role*",
        produce=wrote("diary.html", "Dear diary"),
        options={"drift_check_html_file": "diary.html"},
        unwritten=("html",),
        also=untouched("diary.html", "Dear diary"),
    ),
    "another kind of output as path": refused(
        "drift_check_json_file {folder}/friday.json: exists, and is not an earlier output of this role*",
        options={"drift_check_json_file": "friday.json"},
        unwritten=("json",),
    ),
    "an invalid variable, and a directory that is not writable": refused(
        "drift_check_remediate is 'maybe'. Give true or false; /proc/drift.prom cannot be written: *",
        options={"drift_check_metrics_file": "/proc/drift.prom", "drift_check_remediate": "maybe"},
        unwritten=("metrics",),
    ),
    "the policy file as path": refused(
        "drift_check_html_file {folder}/policy.yml: is a file that the check reads",
        text=json.dumps(policy(EVERYBODY)),
        options={"drift_check_html_file": "policy.yml"},
        unwritten=("html",),
        also=untouched("policy.yml", json.dumps(policy(EVERYBODY))),
    ),
    "a link as path": compliant(
        produce=link_to_a_foreign_file,
        also=the_link_is_replaced,
    ),
    # Remediation.
    "remediation is false as a text": ada_drifted(
        arguments=("-e", "drift_check_remediate=false"),
    ),
    "remediation without drift": compliant(options=REMEDIATE, hides=("emediated",)),
    "remediation in check mode": ada_drifted(
        options={**REMEDIATE, "drift_check_save_baseline_file": "saved.json"},
        arguments=("--check",),
        shows=('Would change 1 member to {\\"record\\": \\"Always\\"}: Ada Smith (Denver)',),
        hides=("emediated",),
        also=lambda outcome: (outcome.folder / "saved.json").exists() and pytest.fail("saved"),
    ),
    "remediation of too many members": Situation(
        "drifted",
        "Drifted: 3 of 4 members have drifted.",
        acme(ada="drifted", bob="drifted", cora="drifted"),
        junit={RULE: "failure"},
        produce=changed(NEVER, ADA, BOB, CORA),
        options={**REMEDIATE, "drift_check_remediate_max": 2, "drift_check_fail_on_drift": False},
        shows=(
            "Refused: 3 members would be changed, and drift_check_remediate_max is 2.",
            "Not remediated: 3 members would be changed, and drift_check_remediate_max is 2",
        ),
    ),
    "remediation with a token that can only read": ada_drifted(
        lists={"failed": ["Ada Smith"]},
        options={**REMEDIATE, "drift_check_fail_on_drift": False},
        environment={"WEBEX_ACCESS_TOKEN": READER},
        shows=("Could not be remediated: Ada Smith (Denver): HTTP 403",),
    ),
    "remediation, one member is refused": Situation(
        "drifted",
        ONE_DRIFTED,
        acme(bob="drifted"),
        junit={RULE: "failure"},
        lists={"remediated": ["Ada Smith"], "failed": ["Bob Haddad"]},
        produce=both(changed(NEVER, ADA, BOB), faulty(method="PUT", path=BOB, status=400, message="Not now.")),
        options=REMEDIATE,
        puts=(ADA,),
        shows=("Could not be remediated: Bob Haddad (Munich): HTTP 400: Not now.",),
    ),
    "remediation, the token is refused": Situation(
        "drifted",
        "Drifted: 2 of 4 members have drifted.",
        acme(ada="drifted", bob="drifted"),
        junit={RULE: "failure"},
        lists={"failed": ["Ada Smith", "Bob Haddad"]},
        produce=both(changed(NEVER, ADA, BOB), faulty(method="PUT", status=401)),
        options=REMEDIATE,
        shows=("Could not be remediated: Bob Haddad (Munich): HTTP 401",),
    ),
    "remediation, a member leaves": Situation(
        "compliant",
        "Compliant: 3 of 3 members are compliant.",
        {"Cora Lee": "compliant", "Lobby": "compliant", "Bob Haddad": "compliant"},
        passed=True,
        compared=3,
        lists={"failed": ["Ada Smith"]},
        produce=both(changed(NEVER, ADA), faulty(path=ADA, nth=2, remove_lines=[ADA])),
        options=REMEDIATE,
    ),
    "remediation, one member cannot be read": Situation(
        "incomplete",
        "Incomplete: 1 of 4 members could not be read*",
        acme(bob="error"),
        compared=3,
        junit={READ: "error"},
        error="permission",
        complete_at=None,
        lists={"remediated": ["Ada Smith"]},
        produce=both(changed(NEVER, ADA), faulty(path=BOB, status=403)),
        options=REMEDIATE,
        puts=(ADA,),
    ),
    # Values of any type.
    "an infinite number": ada_drifted(
        produce=faulty(path=ADA, status=200, text=INFINITE, content_type="application/json"),
        policy=policy({**EVERYBODY, "settings": {"record": "Always", "repeat": {"interval": 15}}}),
        shows=("repeat.interval is 1e999, should be 15",),
    ),
    "an infinite number in the baseline": Situation(
        "drifted",
        "Drifted: 4 of 4 members have drifted.",
        acme(ada="drifted", bob="drifted", cora="drifted", lobby="drifted"),
        junit={"Baseline": "failure"},
        produce=baseline_with_an_infinite_number,
        policy=None,
        options=AGAINST_FRIDAY,
        shows=("Drifted: Ada Smith (Denver): repeat.interval is 15, should be Infinity [baseline]",),
    ),
    "a list as a value": ada_drifted(
        produce=changed({"repeat": {"interval": ["x", "<b>"]}}, ADA),
        policy=policy({**EVERYBODY, "settings": {"record": "Always", "repeat": {"interval": 15}}}),
        shows=('repeat.interval is [\\"x\\", \\"<b>\\"], should be 15',),
    ),
    "a location without a name": ada_drifted(
        produce=both(
            changed(NEVER, ADA),
            lambda simulator, folder: simulator.change_identity(ADA, {"location": {"id": "location-denver"}}),
        ),
        shows=("Drifted: Ada Smith (no location): record is Never",),
    ),
    # Other organizations, and ways to run the role.
    "a customer by module_defaults": Situation(
        environment={"WEBEX_ACCESS_TOKEN": PARTNER},
        play=role_play(module_defaults={"group/webex.calling.webex": {"org_id": "{{ customer }}"}}),
        arguments=("-e", f"customer={CUSTOMER}"),
        **IN_THE_CUSTOMER,
    ),
    "a customer by WEBEX_ORG_ID": Situation(
        environment={"WEBEX_ACCESS_TOKEN": PARTNER, "WEBEX_ORG_ID": CUSTOMER}, **IN_THE_CUSTOMER
    ),
    "other tags": ada_drifted(
        arguments=("--tags", "nightly"),
    ),
}


@pytest.fixture(scope="module")
def running_simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    state = tmp_path_factory.mktemp("state") / "state.yml"
    state.write_text(yaml.safe_dump(organization()), encoding="utf-8")
    with Simulator("--state", str(state)) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def earlier(running_simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with compliant outputs of yesterday, and a baseline."""
    folder = tmp_path_factory.mktemp("earlier")
    running_simulator.reset()
    compliant = Situation("compliant", "", options={"drift_check_save_baseline_file": "friday.json"})
    outcome = run(Ansible(folder, running_simulator), running_simulator, compliant, None)
    assert outcome.ended
    assert outcome.ended.returncode == 0, outcome.printed
    content = re.sub(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", YESTERDAY, outcome.content("json"))
    (folder / "drift.json").write_text(content, encoding="utf-8")
    content = re.sub(r"(run_timestamp_seconds\{.*\}) \d+", rf"\1 {YESTERDAY_SECONDS}", outcome.content("metrics"))
    (folder / "drift.prom").write_text(content, encoding="utf-8")
    return folder


def prepare(ansible: Ansible, simulator: Simulator, situation: Situation, earlier: Path | None) -> list[str]:
    """Prepare the folder and the simulator, and return the arguments of C(ansible-playbook)."""
    if earlier:
        shutil.copy(earlier / "friday.json", ansible.folder)
        for name in FILES.values() if situation.yesterday else ():
            shutil.copy(earlier / name, ansible.folder)
    variables: dict[str, Any] = dict(PATHS)
    content = situation.policy
    if situation.text or content:
        variables["drift_check_policy_file"] = "policy.yml"
        text = situation.text or json.dumps(content)
        (ansible.folder / "policy.yml").write_text(text, encoding="utf-8")
    situation.produce(simulator, ansible.folder)
    simulator.clear_requests()
    return ["-e", json.dumps({**variables, **situation.options}), *situation.arguments]


def run(ansible: Ansible, simulator: Simulator, situation: Situation, earlier: Path | None) -> Outcome:
    """Produce a situation with C(ansible-playbook)."""
    arguments = prepare(ansible, simulator, situation, earlier)
    environment = {"ANSIBLE_SHOW_CUSTOM_STATS": "true", **situation.environment}
    outcome = Outcome(ansible.folder, simulator, time.time())
    if situation.play:
        outcome.ended = ansible.play(situation.play, *arguments, **environment)
    else:
        outcome.ended = ansible.playbook("webex.calling.drift_check", *arguments, **environment)
    return outcome


@pytest.mark.parametrize("name", SITUATIONS)
def test_situation(ansible: Ansible, simulator: Simulator, earlier: Path, name: str) -> None:
    situation = SITUATIONS[name]
    check(run(ansible, simulator, situation, earlier), situation)


def test_killed_while_reading(ansible: Ansible, simulator: Simulator, earlier: Path) -> None:
    expected = refused(
        "the check that started at * has not finished.", error=None, finished=False, also=lambda outcome: None
    )
    simulator.set(latency=1)
    arguments = prepare(ansible, simulator, expected, earlier)
    outcome = Outcome(ansible.folder, simulator, time.time())
    with subprocess.Popen(
        ["ansible-playbook", "webex.calling.drift_check", *arguments],
        cwd=ansible.folder,
        env=ansible.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as play:
        deadline = time.monotonic() + 60
        while simulator.counts()["count"] < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(play.pid, signal.SIGKILL)
    check(outcome, expected, "terminal", "exit status", "stats")
    # The process of the module is not in the group, and finishes its requests.
    simulator.set(latency=0)
    sent = -1
    while sent < simulator.counts()["count"]:
        sent = simulator.counts()["count"]
        time.sleep(1.5)


def test_unreachable_host(ansible: Ansible, simulator: Simulator, earlier: Path) -> None:
    expected = refused(
        "the check that started at * has not finished.",
        error=None,
        finished=False,
        play=role_play(hosts="all"),
        arguments=("-i", "none.invalid,", "-e", "ansible_ssh_executable=/bin/false"),
    )
    outcome = run(ansible, simulator, expected, earlier)
    assert outcome.ended
    assert outcome.ended.returncode == 4
    check(outcome, expected, "terminal", "exit status", "stats")


def test_differences_are_known_from_earlier_checks(ansible: Ansible, simulator: Simulator, earlier: Path) -> None:
    """A difference has the time at which it was first seen, also after an incomplete check, until it is resolved."""
    first = replace(SITUATIONS["drifted"], also=seen({"Ada Smith": "now"}))
    check(run(ansible, simulator, first, earlier), first)
    content = (ansible.folder / "drift.json").read_text(encoding="utf-8")
    content = re.sub(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", YESTERDAY, content)
    (ansible.folder / "drift.json").write_text(content, encoding="utf-8")

    fault = simulator.add_fault(path=ADA, status=403)
    second = Situation(
        "incomplete",
        "Incomplete: 1 of 4 members could not be read*; 1 of 4 members have drifted.",
        acme(ada="error", bob="drifted"),
        reasons="incomplete drifted",
        compared=3,
        junit={READ: "error", RULE: "failure"},
        error="permission",
        complete_at="yesterday",
        produce=changed(NEVER, BOB),
        also=seen({"Bob Haddad": "now"}),
    )
    check(run(ansible, simulator, second, None), second)
    simulator.remove_fault(fault)

    # Times have no fractions of a second.
    time.sleep(1)
    third = Situation(
        "drifted",
        "Drifted: 2 of 4 members have drifted.",
        acme(ada="drifted", bob="drifted"),
        junit={RULE: "failure"},
        also=seen({"Ada Smith": "yesterday", "Bob Haddad": "before"}),
    )
    check(run(ansible, simulator, third, None), third)

    fourth = Situation(
        "drifted",
        ONE_DRIFTED,
        acme(bob="drifted"),
        junit={RULE: "failure"},
        lists={"resolved": ["Ada Smith"]},
        produce=changed({"record": "Always"}, ADA),
        also=seen({"Bob Haddad": "before"}),
    )
    check(run(ansible, simulator, fourth, None), fourth)
    assert [each["first_seen"] for each in Outcome(ansible.folder, simulator, 0).json["resolved"]] == [YESTERDAY]


def seen(expected: Mapping[str, str]) -> Callable[[Outcome], None]:
    """Return a function that checks when each member was first seen with a difference, in all outputs."""

    def also(outcome: Outcome) -> None:
        document = outcome.json
        found = {each["name"]: each["differences"][0]["first_seen"] for each in document["drifted"]}
        assert found.keys() == expected.keys()
        page = Page(outcome.content("html"))
        rows = {row["name"]: row for row in csv.DictReader(outcome.content("csv")[1:].splitlines())}
        shown = {row[0].strip(): row[-1].strip() for row in page.tables["differences"]}
        for name, time_of in found.items():
            if expected[name] == "yesterday":
                assert time_of == YESTERDAY
            else:
                assert (time_of == document["started_at"]) == (expected[name] == "now")
                assert YESTERDAY < time_of <= document["started_at"]
            assert f"(since {time_of})" in outcome.content("junit")
            assert f"since {time_of})" in rows[name]["reasons"]
            assert shown[name] == time_of.replace("T", " ").rstrip("Z")

    return also


def test_baselines_are_saved(ansible: Ansible, simulator: Simulator, earlier: Path) -> None:
    saved = ansible.folder / "saved.json"
    save = {"drift_check_save_baseline_file": "saved.json"}
    alone = Situation("", "", policy=None, options={**dict.fromkeys(PATHS, "{{ omit }}"), **save})

    unread = replace(
        SITUATIONS["incomplete, a member cannot be read"],
        message="Incomplete: 1 of 4 members could not be read*; {folder}/saved.json: no baseline was saved: *",
        options=save,
    )
    fault = simulator.add_fault(path=BOB, status=403)
    unread = replace(unread, produce=lambda simulator, folder: None)
    check(run(ansible, simulator, unread, earlier), unread)
    outcome = run(ansible, simulator, alone, None)
    assert outcome.ended
    assert outcome.ended.returncode == 2
    assert "no baseline was saved" in outcome.shown["msg"]
    assert not saved.exists()
    simulator.remove_fault(fault)

    outcome = run(ansible, simulator, replace(alone, arguments=("--check",)), None)
    assert outcome.ended
    assert (outcome.ended.returncode, outcome.shown["msg"]) == (0, "Would save a baseline of 4 members.")
    assert not saved.exists()

    outcome = run(ansible, simulator, alone, None)
    assert outcome.ended
    assert (outcome.ended.returncode, outcome.shown["msg"]) == (0, "Saved a baseline of 4 members.")
    assert "changed=1" in outcome.printed
    digest = hashlib.sha256(saved.read_bytes()).hexdigest()
    assert outcome.shown["summary"][-1] == f"save_baseline: {saved}, SHA-256 {digest}"
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600

    # A check with the saved baseline, which replaces another one.
    compared = replace(SITUATIONS["baseline, drifted"], options={"drift_check_baseline_file": "saved.json"})
    compared = replace(compared, options={**compared.options, "drift_check_save_baseline_file": "friday.json"})
    outcome = run(ansible, simulator, compared, None)
    check(outcome, replace(compared, shows=()))
    digest = hashlib.sha256((ansible.folder / "friday.json").read_bytes()).hexdigest()
    assert outcome.stats[ACME]["files"]["save_baseline"]["sha256"] == digest


def test_an_output_that_another_run_replaces(ansible: Ansible, simulator: Simulator, earlier: Path) -> None:
    expected = Situation(
        "incomplete",
        "Incomplete: {folder}/drift.html was changed by another run meanwhile. Give each run its own files",
        acme(),
        junit={READ: "error"},
        error="not_written",
        complete_at="yesterday",
        yesterday=True,
        unwritten=("html",),
    )
    simulator.set(latency=0.3)

    def replace_output() -> None:
        while simulator.counts()["count"] < 1:
            time.sleep(0.05)
        shutil.copy(earlier / "drift.html", ansible.folder)

    with ThreadPoolExecutor() as pool:
        replaced = pool.submit(replace_output)
        outcome = run(ansible, simulator, expected, earlier)
    replaced.result()
    check(outcome, expected)
    assert outcome.content("html") == (earlier / "drift.html").read_text(encoding="utf-8")


def test_two_hosts_with_the_same_files_fail(ansible: Ansible, simulator: Simulator, earlier: Path) -> None:
    compliant = replace(
        SITUATIONS["compliant"],
        play=role_play(hosts="all", connection="local"),
        arguments=("-i", "one,two"),
        environment={"ANSIBLE_PYTHON_INTERPRETER": "auto_silent"},
    )
    outcome = run(ansible, simulator, compliant, earlier)
    assert outcome.ended
    assert outcome.ended.returncode == 2
    assert "was changed by another run meanwhile. Give each run its own files" in outcome.terminal
