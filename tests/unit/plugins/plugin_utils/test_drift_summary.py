# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of the summary of several organizations, and of the comparison of their hosts.

tests/system/test_drift_organizations.py runs the playbook.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import stat
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ansible_collections.webex.calling.plugins.module_utils._ids import comparable_id
from ansible_collections.webex.calling.plugins.plugin_utils import _drift_organizations
from ansible_collections.webex.calling.plugins.plugin_utils._drift_files import OutputError, OutputFile
from ansible_collections.webex.calling.plugins.plugin_utils._drift_options import InvalidValueError, Omitted
from ansible_collections.webex.calling.plugins.plugin_utils._drift_organizations import SummaryRun
from ansible_collections.webex.calling.plugins.plugin_utils._drift_summary import (
    STATUSES,
    checked,
    finished_summary,
    new_summary,
    render_summary,
    summary_lines,
    unchecked,
)
from ansible_collections.webex.calling.tests.unit.conftest import ROOT
from ansible_collections.webex.calling.tests.unit.plugins.plugin_utils.drift_documents import HOSTILE_MARKUP

STARTED, FINISHED = "2026-11-25T22:00:00Z", "2026-11-25T22:05:00Z"
SHA = "ab" * 32
COUNTS = ("total", "compared", "compliant", "drifted", "uncovered", "exempt", "error")
MORE_COUNTS = ("unmatched", "removed", "remediated", "resolved")
SECRET = "simulated-secret-of-a-customer"


def webex_id(number):
    text = f"ciscospark://us/ORGANIZATION/{number:08d}-aaaa-4000-8000-000000000000"
    return base64.b64encode(text.encode()).decode().rstrip("=")


def outcome(status="compliant", passed=None, number=1, **changes):
    reasons = [status] if status in ("incomplete", "drifted", "unmatched", "uncovered") else []
    return {
        "status": status,
        "passed": not reasons if passed is None else passed,
        "reasons": reasons,
        "message": f"{status.capitalize()}: a message.",
        "organization_id": webex_id(number),
        "organization_name": f"Customer {number}",
        "scope": {},
        "service_verified": True,
        "service_in_effect": True,
        "policy_name": "Rulebook",
        "policy_version": "2026-10",
        "policy_sha256": SHA,
        "counts": {**dict.fromkeys((*COUNTS, *MORE_COUNTS), 0), "total": 4, "compared": 4, "compliant": 4},
        "started_at": STARTED,
        "finished_at": FINISHED,
        "last_complete_at": FINISHED,
        "collection_version": "0.9.0",
        "files": {kind: {"path": f"/reports/{number}.{kind}", "sha256": SHA} for kind in ("json", "html")},
        **changes,
    }


def summary(*entries, faults=(), started_at=STARTED):
    hosts = [entry["host"] for entry in entries]
    document = new_summary(group="customers", hosts=hosts, started_at=started_at, check_mode=False)
    return finished_summary(document, entries, faults, FINISHED)


def entries_of(*statuses, passed=None):
    return [checked(f"host-{number}", outcome(status, passed, number)) for number, status in enumerate(statuses, 1)]


# --- the document --------------------------------------------------------------------------------------------


def test_the_document_before_the_checks():
    document = new_summary(group="customers", hosts=["b", "a"], started_at=STARTED, check_mode=True)
    assert (document["status"], document["passed"], document["reasons"]) == ("incomplete", False, ["incomplete"])
    assert document["message"] == f"Incomplete: the run that started at {STARTED} has not finished."
    assert (document["finished_at"], document["check_mode"], document["group"]) == (None, True, "customers")
    assert [entry["host"] for entry in document["organizations"]] == ["b", "a"]
    assert {entry["status"] for entry in document["organizations"]} == {"incomplete"}
    assert document["counts"] == {"total": 2, "passed": 0, **dict.fromkeys(STATUSES, 0), "incomplete": 2}


@pytest.mark.parametrize(
    ("statuses", "status", "reasons"),
    [
        (("compliant", "compliant"), "compliant", []),
        (("compliant", "remediated"), "remediated", []),
        (("remediated", "uncovered", "compliant"), "uncovered", ["uncovered"]),
        (("uncovered", "unmatched"), "unmatched", ["unmatched", "uncovered"]),
        (("unmatched", "drifted", "compliant"), "drifted", ["drifted", "unmatched"]),
        (("compliant", "drifted", "incomplete"), "incomplete", ["incomplete", "drifted"]),
    ],
)
def test_the_most_severe_status(statuses, status, reasons):
    document = summary(*entries_of(*statuses))
    assert (document["status"], document["reasons"]) == (status, reasons)
    assert document["passed"] is (status in ("compliant", "remediated"))
    assert [entry["status"] for entry in document["organizations"]] == list(statuses)


def test_one_organization_that_has_not_passed_is_enough():
    document = summary(*entries_of("compliant", "drifted", "compliant"))
    assert document["passed"] is False
    assert document["message"] == "Drifted: 2 of 3 organizations passed. Not passed: host-2."
    assert (document["counts"]["passed"], document["counts"]["drifted"], document["counts"]["total"]) == (2, 1, 3)


def test_tolerated_reasons():
    document = summary(*entries_of("compliant", "drifted", passed=True))
    assert document["passed"] is True
    assert document["message"] == "Drifted: 2 of 2 organizations passed. Tolerated: drifted."


def test_a_host_that_was_not_checked():
    document = summary(*entries_of("compliant"), unchecked("host-2", "not checked in this run."))
    assert (document["status"], document["passed"]) == ("incomplete", False)
    entry = document["organizations"][1]
    assert (entry["message"], entry["passed"], entry["files"]) == ("Incomplete: not checked in this run.", False, {})
    assert entry.keys() == document["organizations"][0].keys()
    assert entry["counts"].keys() == document["organizations"][0]["counts"].keys()


def test_nothing_is_not_green():
    document = summary()
    assert (document["status"], document["passed"]) == ("incomplete", False)
    assert "there are no organizations" in document["message"]


def test_faults_of_the_summary():
    document = summary(*entries_of("compliant", "drifted"), faults=["/a.html cannot be written"])
    assert (document["status"], document["passed"]) == ("incomplete", False)
    assert document["reasons"] == ["incomplete", "drifted"]
    assert document["message"] == (
        "Incomplete: /a.html cannot be written; 1 of 2 organizations passed. Not passed: host-2."
    )


def test_hosts_that_checked_the_same_organization():
    first, second, third = entries_of("compliant", "drifted", "compliant")
    # Another encoding of the same id.
    second["organization"]["id"] = comparable_id(first["organization"]["id"]).upper()
    document = summary(first, second, third)
    assert [entry["passed"] for entry in document["organizations"]] == [False, False, True]
    assert [entry["status"] for entry in document["organizations"]] == ["incomplete", "incomplete", "compliant"]
    assert document["organizations"][1]["reasons"] == ["incomplete", "drifted"]
    assert "the same organization as that of host-2" in document["organizations"][0]["message"]
    assert "the same organization as that of host-1" in document["organizations"][1]["message"]
    assert (document["status"], document["passed"]) == ("incomplete", False)


def test_organizations_that_could_not_be_identified_are_not_the_same():
    unknown = [outcome(number=number, organization_id=None) for number in (1, 2)]
    document = summary(*(checked(f"host-{number}", each) for number, each in enumerate(unknown)))
    assert document["passed"] is True


def test_the_message_names_some_hosts():
    document = summary(*entries_of(*["drifted"] * 25))
    assert document["message"].endswith("host-20, and 5 more.")


# --- outputs -------------------------------------------------------------------------------------------------


def test_terminal_lines():
    document = summary(*entries_of("compliant", "drifted", "incomplete"))
    lines = summary_lines(document, {"summary_json": {"path": "/reports/summary.json", "sha256": SHA}})
    assert lines == [
        "Not passed: host-3 (Customer 3): Incomplete: a message.",
        "Not passed: host-2 (Customer 2): Drifted: a message.",
        "Passed: host-1 (Customer 1): Compliant: a message.",
        f"summary_json: /reports/summary.json, SHA-256 {SHA}",
    ]


def test_terminal_lines_cannot_control_the_terminal():
    entry = checked("host\x1b[31m", outcome(organization_name="\u202ename", message="x" * 10_000))
    (line,) = summary_lines(summary(entry), {})
    assert "\x1b" not in line
    assert "\u202e" not in line
    assert len(line) < 1000


class Page(HTMLParser):
    """Texts, links, and elements of a page."""

    def __init__(self, content):
        super().__init__()
        self.content, self.texts, self.links, self.elements = content, [], [], []
        self._open = []
        self.feed(content)
        self.text = " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        if not {"style", "script"} & set(self._open):
            self.texts.append(data)


def page(document, path="/reports/summary.html"):
    return Page(render_summary(document, path))


def test_html():
    found = page(summary(*entries_of("compliant", "drifted"), unchecked("host-3", "not checked in this run.")))
    assert '<meta name="generator" content="webex.calling.drift_check.summary">' in found.content[:4096]
    assert "Incomplete ✗ Not passed" in found.text
    assert "1 of 3 organizations passed" in found.text
    assert '<div class="verdict incomplete">' in found.content
    # Those that have not passed are first.
    assert found.links[:2] == ["./2.html", "./1.html"]
    rows = re.findall(r"<tr><td>.*?</tr>", found.content)
    assert [re.search(r"host-\d", row)[0] for row in rows[:3]] == ["host-3", "host-2", "host-1"]
    assert "✗ incomplete" in rows[0]
    assert "✗ drifted" in rows[1]
    assert "✓ compliant" in rows[2]
    assert "4 of 4" in rows[2]
    assert SHA in rows[-1]


@pytest.mark.parametrize(
    ("statuses", "passed", "tone", "headline"),
    [
        (("compliant",), None, "passed", "Compliant ✓ Passed"),
        (("drifted",), True, "passed", "Drifted ✓ Passed, tolerated"),
        (("drifted", "compliant"), None, "failed", "Drifted ✗ Not passed"),
        (("incomplete", "compliant"), None, "incomplete", "Incomplete ✗ Not passed"),
    ],
)
def test_headlines(statuses, passed, tone, headline):
    found = page(summary(*entries_of(*statuses, passed=passed)))
    assert f'<div class="verdict {tone}">' in found.content
    assert headline in found.text


def test_the_page_before_the_checks():
    found = page(new_summary(group="all", hosts=["a"], started_at=STARTED, check_mode=False))
    assert "The run has not finished, or was stopped." in found.text
    assert found.links == []


def test_faults_in_the_page():
    assert (
        "<b>a</b> cannot be written"
        in page(summary(*entries_of("compliant"), faults=["<b>a</b> cannot be written"])).text
    )


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/reports/javascript:alert(1).html", "./javascript%3Aalert%281%29.html"),
        ('/reports/a"b <c>#?.html', "./a%22b%20%3Cc%3E%23%3F.html"),
        ("/reports/über.html", "./%C3%BCber.html"),
        ("/other/a.html", "./../other/a.html"),
        ("/reports/a/b.html", "./a/b.html"),
    ],
)
def test_links(path, link):
    entry = checked("host", outcome(files={"html": {"path": path, "sha256": SHA}}))
    assert page(summary(entry)).links[0] == link


@pytest.mark.parametrize("text", HOSTILE_MARKUP)
def test_hostile_texts(text):
    ordinary = page(summary(*entries_of("drifted", "compliant"), faults=["a"]))
    keys = ("organization_name", "message", "policy_name", "policy_version", "organization_id")
    described = dict.fromkeys(keys, text)
    entries = [checked(text, outcome("drifted", **described)), *entries_of("drifted", "compliant")[1:]]
    found = page(summary(*entries, faults=[text]))
    tags = [tag for tag, _attributes in found.elements]
    assert tags == [tag for tag, _attributes in ordinary.elements]
    assert [sorted(each) for _tag, each in found.elements] == [sorted(each) for _tag, each in ordinary.elements]
    assert "49" not in re.sub(r"[\w-]{24}", "", " ".join(found.texts))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", found.content)


def test_the_page_loads_nothing():
    found = page(summary(*entries_of("compliant")))
    assert "default-src 'none'" in found.content
    assert {tag for tag, attributes in found.elements if "src" in attributes} == set()
    assert [each for each in found.links if ":" in each] == []


def test_many_organizations():
    content = render_summary(summary(*entries_of(*["compliant"] * 3000)), "/reports/summary.html")
    assert len(content) < 5_000_000
    assert "First 2000 of 3000 rows. Set <code>drift_check_summary_json_file</code> to get all of them." in content


# --- runs ----------------------------------------------------------------------------------------------------


@pytest.fixture
def begin(tmp_path, monkeypatch):
    """A function that begins a run for hosts with their variables, and returns its state and its run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports").mkdir(exist_ok=True)

    def values_of(variables):
        def value_of(name):
            if isinstance(variables[name], Exception):
                raise variables[name]
            return variables[name]

        return variables, value_of

    def run(hosts, played=None, groups=None, **given):
        common = {"drift_check_directory": "reports", **given}
        common = {name: value for name, value in common.items() if value is not None}
        values = {host: values_of({**common, **variables}) for host, variables in hosts.items()}
        names, value_of = values_of(common)
        found = groups or {"all": list(hosts)}
        played = list(hosts) if played is None else played
        state = SummaryRun.begin(list(names), value_of, found, played, values.__getitem__, check_mode=False)
        return json.loads(json.dumps(state))

    return run


TWO = {"a": {"webex_org_id": webex_id(1)}, "b": {"webex_org_id": webex_id(2)}}


def saved(name="summary.json"):
    return json.loads(Path("reports", name).read_text("utf-8"))


def result(state, number=1, status="compliant", **changes):
    return {"summary_id": state["id"], "outcome": outcome(status, number=number, **changes), "message": "x"}


def test_a_run(begin):
    state = begin(TWO)
    assert (state["faults"], state["faults_of_hosts"]) == ([], {})
    assert (saved()["status"], saved()["finished_at"]) == ("incomplete", None)
    assert "has not finished" in Path("reports/summary.html").read_text("utf-8")
    ended = SummaryRun(state).finish({"a": result(state), "b": result(state, 2)}, ["a", "b"])
    assert (ended["passed"], ended["status"]) == (True, "compliant")
    assert ended["message"] == "Compliant: 2 of 2 organizations passed."
    assert saved()["message"] == ended["message"]
    for kind, name in (("summary_json", "summary.json"), ("summary_html", "summary.html")):
        path = Path("reports", name)
        assert f"{kind}: {path.resolve()}, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}" in ended["summary"]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_number_of_organizations(begin):
    assert begin(TWO, drift_check_expected_organizations="2")["faults"] == []
    state = begin(TWO, drift_check_expected_organizations=3)
    assert state["faults"] == ["drift_check_expected_organizations is 3, and the group all has 2 hosts"]
    ended = SummaryRun(state).finish({"a": result(state), "b": result(state, 2)}, ["a", "b"])
    assert (ended["passed"], saved()["status"], saved()["faults"]) == (False, "incomplete", state["faults"])
    (fault,) = begin(TWO, drift_check_expected_organizations="many")["faults"]
    assert "Give a number of organizations" in fault


def test_what_a_summary_that_passed_does_not_know(begin):
    state = begin(TWO)
    unverified = {"service_verified": False, "service_in_effect": None}
    results = {"a": result(state, **unverified), "b": result(state, 2, scope={"location_name": "Denver"})}
    ended = SummaryRun(state).finish(results, ["a", "b"])
    assert ended["passed"] is True
    assert ended["message"] == (
        "Compliant: 2 of 2 organizations passed. Service level not verified: a. Only a part was checked: b."
    )
    html = Path("reports/summary.html").read_text("utf-8")
    assert "Service level not verified: a." in html
    assert "only <bdi>{&#34;location_name&#34;: &#34;Denver&#34;}</bdi>" in html


def test_stats_for_the_next_job(begin):
    def stats_of(**given):
        state = begin(TWO, **given)
        ended = SummaryRun(state).finish({"a": result(state), "b": result(state, 2, "drifted")}, ["a", "b"])
        return ended["stats"]

    stats = stats_of()
    copied = ("status", "passed", "reasons", "message", "group", "counts", "started_at", "finished_at")
    assert {key: stats[key] for key in copied} == {key: saved()[key] for key in copied}
    assert (stats["not_passed"], stats["collection_version"]) == (["b"], saved()["collection_version"])
    digest = hashlib.sha256(Path("reports/summary.html").read_bytes()).hexdigest()
    assert stats["files"]["summary_html"] == {"path": os.path.abspath("reports/summary.html"), "sha256": digest}
    assert stats_of(drift_check_set_stats="no") is None


def test_summaries_are_valid_by_their_schema(begin):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((ROOT / "examples/drift_check_summary.schema.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    state = begin(TWO)
    validator.validate(saved())
    unverified = {"service_verified": False, "service_in_effect": None}
    SummaryRun(state).finish({"a": result(state, **unverified)}, ["a"])
    validator.validate(saved())
    found = [entry["service"] for entry in saved()["organizations"]]
    assert found == [{"verified": False, "in_effect": None}, None]
    for key in schema["properties"]:
        assert not validator.is_valid({name: value for name, value in saved().items() if name != key}), key
    for key in saved()["organizations"][0]:
        damaged = saved()
        del damaged["organizations"][0][key]
        assert not validator.is_valid(damaged), key
    assert not validator.is_valid({**saved(), "more": 1})


def test_results_of_other_runs_do_not_count(begin):
    first, second = begin(TWO), begin(TWO)
    assert first["id"] != second["id"]
    results = {"a": result(second), "b": result(first, 2)}
    ended = SummaryRun(second).finish(results, ["a"])
    assert ended["passed"] is False
    assert saved()["organizations"][1]["message"] == "Incomplete: not checked in this run."
    results = {"a": result(second), "b": {**result(second, 2), "summary_id": None}}
    SummaryRun(begin(TWO)).finish(results, [])
    assert saved()["counts"]["incomplete"] == 2


def test_a_host_without_a_result(begin):
    state = begin(TWO)
    failed = {"summary_id": state["id"], "outcome": None, "message": "the task 'Read' failed: Boom"}
    ended = SummaryRun(state).finish({"a": None, "b": failed}, ["a", "b"])
    assert ended["passed"] is False
    messages = [entry["message"] for entry in saved()["organizations"]]
    assert messages == [
        "Incomplete: the check ended without a result.",
        "Incomplete: the task 'Read' failed: Boom",
    ]


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"drift_check_directory": None}, "drift_check_directory is not set"),
        ({"drift_check_directory": ""}, "drift_check_directory is null or empty"),
        ({"drift_check_directory": "none"}, "there is no directory"),
        ({"drift_check_directory": InvalidValueError("has no value: x")}, "drift_check_directory has no value: x"),
        ({"drift_check_summary_json_file": "reports/summary.html"}, "is also drift_check_summary_json_file"),
        ({"drift_check_summary_html_file": "reports"}, "is a directory"),
        ({"drift_check_summary_html_file": 5}, "which is not a path"),
        ({"drift_check_group": "customers"}, "the inventory has no hosts in this group"),
        ({"drift_check_group": ["all"]}, "which is not a name"),
        ({"drift_check_file_mode": 384}, "Quote it"),
    ],
)
def test_faults_of_variables(begin, given, fault):
    state = begin(TWO, **given)
    assert fault in " ".join(state["faults"])
    membership = SummaryRun(state).membership("a", {"webex_org_id": "x"}, {"webex_org_id": "x"}.get, {})
    assert fault in " ".join(membership.faults)
    ended = SummaryRun(state).finish({"a": result(state), "b": result(state, 2)}, ["a", "b"])
    assert ended["passed"] is False
    assert fault in ended["message"]


def test_the_default_paths(begin):
    state = begin(TWO, drift_check_directory="reports/", drift_check_summary_html_file="all.html")
    assert [Path(each["path"]).name for each in state["outputs"]] == ["summary.json", "all.html"]
    assert [each["mode"] for each in begin(TWO, drift_check_file_mode="0640")["outputs"]] == [0o640, 0o640]


def test_other_files_are_left_untouched(begin):
    Path("reports/summary.json").write_text('{"generator": "webex.calling.drift_check"}')
    state = begin(TWO)
    assert "not an earlier output" in " ".join(state["faults"])
    assert Path("reports/summary.json").read_text() == '{"generator": "webex.calling.drift_check"}'
    # The other output has the reason.
    assert "not an earlier output" in Path("reports/summary.html").read_text("utf-8")


def test_a_path_that_depends_on_the_host(begin):
    hosts = {host: {**variables, "drift_check_directory": host} for host, variables in TWO.items()}
    state = begin(hosts, drift_check_directory="a")
    assert "drift_check_summary_json_file is" in state["faults"][-2]
    assert "not for b" in state["faults"][-2]
    paths = {f"drift_check_summary_{kind}_file": f"reports/all.{kind}" for kind in ("json", "html")}
    assert begin(hosts, drift_check_directory="a", **paths)["faults"] == []


def test_hosts_outside_of_the_group(begin):
    state = begin(
        TWO, groups={"all": ["a", "b", "c"], "customers": ["a", "b"]}, played=["a", "c"], drift_check_group="customers"
    )
    assert "hosts outside of this group: c" in state["faults"][0]


def test_the_order_is_that_of_the_inventory(begin):
    state = begin(TWO, groups={"all": ["b", "a"]})
    assert SummaryRun(state).hosts == ["b", "a"]


def test_a_summary_that_another_run_has_changed(begin):
    state = begin(TWO)
    OutputFile("summary_json", os.path.abspath("reports/summary.json"), 0o600).write(b"{}")
    ended = SummaryRun(state).finish({"a": result(state), "b": result(state, 2)}, ["a", "b"])
    assert ended["passed"] is False
    assert "was changed by another run meanwhile" in ended["message"]
    assert Path("reports/summary.json").read_text() == "{}"
    assert "was changed by another run meanwhile" in Path("reports/summary.html").read_text("utf-8")


def test_a_summary_that_cannot_be_rendered_or_written(begin, monkeypatch):
    state = begin(TWO)
    results = {"a": result(state), "b": result(state, 2)}
    with monkeypatch.context() as patched:
        patched.setattr(_drift_organizations, "render_summary", lambda *_arguments: {}["secret"])
        ended = SummaryRun(state).finish(results, ["a", "b"])
    assert (ended["passed"], saved()["passed"]) == (False, False)
    assert "summary.html could not be rendered: KeyError" in saved()["message"]

    def refuse(_output, _content):
        raise OutputError("cannot be written: Read-only file system")

    monkeypatch.setattr(OutputFile, "write", refuse)
    state = begin(TWO)
    assert SummaryRun(state).finish(results, ["a", "b"])["passed"] is False
    # Nothing is read if the summary cannot be set to incomplete.
    membership = SummaryRun(state).membership("a", TWO["a"], TWO["a"].get, {})
    assert "summary.json cannot be written: Read-only file system" in membership.faults[0]


# --- comparison of hosts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hosts", "refused"),
    [
        ({"a": {"webex_org_id": webex_id(1)}, "b": {"webex_org_id": webex_id(1)}}, {"a": "of b.", "b": "of a."}),
        (
            {"a": {"webex_org_id": webex_id(1)}, "b": {"webex_org_id": comparable_id(webex_id(1))}},
            {"a": "of b.", "b": "of a."},
        ),
        ({"a": {"webex_access_token": "t1"}, "b": {"webex_access_token": "t2"}}, {}),
        (
            {"a": {"webex_access_token": "t1"}, "b": {"webex_access_token": "t1"}},
            {"a": "those of b.", "b": "those of a."},
        ),
        # The organization of the partner, or a customer with a mistyped variable.
        (
            {"a": {"webex_access_token": "t1"}, "b": {"webex_access_token": "t1", "webex_org_id": webex_id(1)}},
            {"a": "also those of b. Set webex_org_id"},
        ),
        (
            {host: {"webex_client_id": "c", "webex_refresh_token": "r", "webex_client_secret": host} for host in "ab"},
            {"a": "those of b.", "b": "those of a."},
        ),
        ({host: {"webex_client_id": "c", "webex_refresh_token": host} for host in "ab"}, {}),
        ({"a": {"webex_org_id": webex_id(1)}, "x/y": {"webex_org_id": webex_id(2)}}, {"x/y": "name of a file"}),
        (
            {"a": {"webex_org_id": webex_id(1), "drift_check_json_file": "a"}, "b": {"webex_org_id": webex_id(2)}},
            {"a": "drift_check_json_file is set, but"},
        ),
        ({"a": {"webex_org_id": Omitted()}, "b": {"webex_org_id": InvalidValueError("x")}}, {}),
    ],
)
def test_hosts_that_are_refused(begin, hosts, refused):
    found = begin(hosts)["faults_of_hosts"]
    assert found.keys() == refused.keys()
    for host, part in refused.items():
        assert part in " ".join(found[host])


def test_hosts_outside_of_a_limit_are_compared(begin):
    hosts = {"a": {"webex_org_id": webex_id(1)}, "b": {"webex_org_id": webex_id(1)}}
    assert "a" in begin(hosts, played=["a"])["faults_of_hosts"]


def test_credentials_are_not_looked_up_without_need(begin):
    hosts = {host: {**TWO[host], "webex_access_token": RuntimeError("looked up")} for host in TWO}
    assert begin(hosts)["faults_of_hosts"] == {}
    with pytest.raises(RuntimeError):
        begin({**hosts, "c": {}})


def test_no_state_contains_a_secret(begin):
    hosts = {host: {"webex_access_token": SECRET, "webex_refresh_token": SECRET} for host in "ab"}
    state = begin(hosts)
    membership = SummaryRun(state).membership("a", hosts["a"], hosts["a"].get, {})
    assert state["faults_of_hosts"].keys() == {"a", "b"}
    assert SECRET not in json.dumps([state, list(membership.faults)])


APP = ("webex_client_id", "webex_client_secret", "webex_refresh_token")


@pytest.mark.parametrize(
    ("variables", "fault"),
    [
        ({"webex_org_id": "x"}, None),
        ({"webex_access_token": "x"}, None),
        (dict.fromkeys(APP, "x"), None),
        ({"webex_org_id": "x", "webex_access_token": Omitted()}, None),
        ({}, "neither webex_org_id nor credentials"),
        ({"webex_orgid": "x"}, "neither webex_org_id nor credentials"),
        ({"webex_org_id": Omitted()}, "neither webex_org_id nor credentials"),
        (dict.fromkeys(APP[:2], "x"), "neither webex_org_id nor credentials"),
        ({"webex_org_id": None}, "webex_org_id is null or empty"),
        ({"webex_org_id": " ", "webex_access_token": "x"}, "webex_org_id is null or empty"),
        ({"webex_org_id": "x", "webex_access_token": ""}, "webex_access_token is null or empty"),
        # C(default(omit)) would leave these variables out.
        ({"webex_org_id": InvalidValueError("has no value: 'a' is undefined")}, "webex_org_id has no value: 'a' is"),
        ({"webex_org_id": InvalidValueError("has no value"), "webex_access_token": "x"}, "webex_org_id has no value"),
        ({"webex_org_id": "x", "webex_access_token": InvalidValueError(SECRET)}, "webex_access_token has no value"),
        ({"webex_org_id": "x", "webex_api_url": InvalidValueError("has no value: a")}, "webex_api_url has no value: a"),
    ],
)
def test_the_connection_of_a_host(begin, variables, fault):
    def value_of(name):
        if isinstance(variables[name], InvalidValueError):
            raise variables[name]
        return variables[name]

    found = SummaryRun(begin(TWO)).membership("a", variables, value_of, {}).faults
    assert len(found) == (fault is not None)
    assert (fault or "") in " ".join(found)
    assert SECRET not in " ".join(found)


def test_an_organization_in_the_environment(begin):
    run = SummaryRun(begin(TWO))
    token = {"webex_access_token": "x"}
    assert "WEBEX_ORG_ID" in run.membership("a", token, token.get, {"WEBEX_ORG_ID": "x"}).faults[0]
    assert run.membership("a", token, token.get, {"WEBEX_ORG_ID": " "}).faults == []
    both = {**token, "webex_org_id": "y"}
    assert run.membership("a", both, both.get, {"WEBEX_ORG_ID": "x"}).faults == []
