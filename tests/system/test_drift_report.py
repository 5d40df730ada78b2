# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of the outputs of the drift check with hostile names of members, locations, rules, and the organization.

Tests of the HTML output use Chromium, if it is installed.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from conftest import ROOT, Ansible
from prometheus_client.parser import text_string_to_metric_families

from simulator.process import Simulator

PHONE, DESKTOP = 375, 1280

#: First and last names that Ansible, a browser, a spreadsheet, or a shell could evaluate.
NAMES = [
    ("<script>alert(1)</script>", "<img src=x onerror=alert(2)>"),
    ("{{ 7*7 }}", "{% for x in y %}"),
    ("{# gone #}", "{{ lookup('pipe', 'touch evaluated') }}"),
    ("\u202egnol ton\u202c", "عمر"),
    ("A" * 300, "\"'&quot;&amp;"),
    ("</table></script>", "]]> --> $(touch evaluated)"),
    ("\\u003cb\\u003e", '\\", "actual": true, "x": "'),
    ("%s %(x)s", "{0}"),
    ("=cmd|' /C calc'!A0;=1", "+1"),
]
ORGANIZATION = 'Corp. "1"} 7\\n\n{{ 7*7 }} <b>'
PLACE = "Den{{ 7*7 }}ver <b onclick='alert(3)'>"
RULE = "{{ 7*7 }} & <i>'Rule'</i> \""
POLICY = '{{ 7*7 }} <policy> "=1'
EXEMPT = {
    "reason": "<b>{{ 7*7 }}</b>",
    "approved_by": "=1+1",
    "ticket": '"><script>alert(4)</script>',
    "expires": "never",
}
VALUE = "<u>{{ 7*7 }}</u>'"
FILES = ("drift.json", "drift.html", "drift.xml", "drift.csv", "drift.prom")


def state() -> dict[str, Any]:
    """Return the bundled state of the simulator with hostile names, and more lines."""
    content = yaml.safe_load((ROOT / "tests/simulator/default.yml").read_text(encoding="utf-8"))
    organization = content["organizations"][0]
    organization["name"] = ORGANIZATION
    place = organization["locations"][0]
    place["name"] = PLACE
    lines = organization["virtual_lines"]
    for member in [*lines, *organization["people"], *organization["workspaces"]]:
        if member["location"]["id"] == place["id"]:
            member["location"] = place
    settings = lines[0]["callRecording"]
    for number, (first_name, last_name) in enumerate(NAMES):
        lines.append(
            {
                "id": f"hostile-{number}<'\">",
                "firstName": first_name,
                "lastName": last_name,
                "number": {"extension": str(9000 + number)},
                "location": place,
                "callRecording": {**settings, "record": VALUE, "startStopAnnouncement": None},
            }
        )
    # The last line of the bundled state.
    unreadable = {
        "path": "callRecording",
        "line_id": lines[9]["id"],
        "status": 400,
        "message": "Not now, {{ 7*7 }} <b>.",
    }
    return {**content, "faults": [unreadable]}


MEMBER_NAMES = [f"{first_name} {last_name}" for first_name, last_name in NAMES]
RULES = [
    {
        "name": RULE,
        "location_name": PLACE,
        "kind": "virtual_line",
        "settings": {
            "record": "Always",
            "repeat": {"interval": 15},
            "start_stop_announcement": {"pstn_calls_enabled": False},
        },
    },
    {"name": f"Exempt {RULE}", "owner_name": "Charlie Smith", "exempt": EXEMPT},
]


def outputs(names: tuple[str, ...] = FILES) -> list[str]:
    kinds = ("json", "html", "junit", "csv", "metrics")
    return [part for kind, name in zip(kinds, names) for part in ("-e", f"drift_check_{kind}_file={name}")]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Run the drift check, and return the folder of its outputs and what it printed."""
    folder = tmp_path_factory.mktemp("drift")
    state_file = folder / "state.yml"
    state_file.write_text(yaml.safe_dump(state()), encoding="utf-8")
    policy = {"name": POLICY, "version": "{{ 7*7 }}", "rules": RULES}
    (folder / "policy.yml").write_text(yaml.safe_dump(policy), encoding="utf-8")
    with Simulator("--state", str(state_file)) as simulator:
        ended = Ansible(folder, simulator).playbook(
            *("webex.calling.drift_check", "-e", "drift_check_policy_file=policy.yml", *outputs()),
            ANSIBLE_SHOW_CUSTOM_STATS="true",
        )
    assert ended.returncode == 2, ended.stdout + ended.stderr
    return SimpleNamespace(folder=folder, output=ended.stdout + ended.stderr, report=folder / "drift.html")


def test_names_are_not_evaluated(checked: SimpleNamespace) -> None:
    assert not list(checked.folder.rglob("evaluated"))
    assert not (ROOT / "evaluated").exists()
    for content in (checked.output, *((checked.folder / name).read_text(encoding="utf-8") for name in FILES)):
        assert "7*7" in content
        # A name that was evaluated.
        assert "Den49ver" not in content


def test_terminal(checked: SimpleNamespace) -> None:
    shown = [*MEMBER_NAMES]
    # A direction character would steer the terminal. Long names are cut.
    shown[3] = "\\u202egnol ton\\u202c عمر"
    shown[4] = f"{'A' * 300}…"
    for name in shown:
        assert json.dumps(f"Drifted: {name}", ensure_ascii=False)[1:-1] in checked.output
    assert "\u202e" not in checked.output
    assert "\x1b" not in checked.output


def test_json(checked: SimpleNamespace) -> None:
    report = json.loads((checked.folder / "drift.json").read_text(encoding="utf-8"))
    hostile = report["drifted"][-len(NAMES) :]
    assert [line["name"] for line in hostile] == MEMBER_NAMES
    for line in hostile:
        assert line["location"]["name"] == PLACE
        since = {"rule": RULE, "first_seen": report["started_at"]}
        assert line["differences"] == [
            {"setting": "record", "expected": "Always", "actual": VALUE, **since},
            {"setting": "start_stop_announcement.pstn_calls_enabled", "expected": False, **since},
        ]
    assert report["status"] == "incomplete"
    assert report["organization"]["name"] == ORGANIZATION
    assert (report["policy"]["name"], report["policy"]["version"]) == (POLICY, "{{ 7*7 }}")
    (exempt,) = [each for each in report["exempt"] if each["name"] == "Charlie Smith"]
    assert {key: exempt[key] for key in EXEMPT} == EXEMPT


def test_junit(checked: SimpleNamespace) -> None:
    (suite,) = ET.parse(checked.folder / "drift.xml").getroot()
    # Dots would make packages in Jenkins.
    organization = 'Corp_ "1"} 7\\n\\u000a{{ 7*7 }} <b>'
    assert suite.get("name") == organization
    assert {case.get("classname") for case in suite.iter("testcase")} == {f"webex.calling.drift_check.{organization}"}
    cases = {case.get("name"): [*case] for case in suite.iter("testcase")}
    assert list(cases) == [
        *("Every member was read", "Every value matches a member", "Every member is covered", "Settings have effect"),
        *(f"Rule: {RULE}", f"Exemption: Exempt {RULE}"),
    ]
    (failure,) = cases[f"Rule: {RULE}"]
    assert failure.tag == "failure"
    assert failure.text == failure.get("message")
    since = json.loads((checked.folder / "drift.json").read_text(encoding="utf-8"))["started_at"]
    expected = MEMBER_NAMES.copy()
    expected[3] = "\\u202egnol ton\\u202c عمر"
    assert (failure.text or "").split("\n")[-len(NAMES) :] == [
        f"{name} ({PLACE}): record is {VALUE}, should be Always (since {since}); "
        f"start_stop_announcement.pstn_calls_enabled is not set, should be false (since {since})"
        for name in expected
    ]
    (exemption,) = cases[f"Exemption: Exempt {RULE}"]
    assert exemption.tag == "skipped"
    assert all(text in (exemption.text or "") for text in ("<b>{{ 7*7 }}</b>", "=1+1", EXEMPT["ticket"]))


def test_csv(checked: SimpleNamespace) -> None:
    content = (checked.folder / "drift.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(content.split("\r\n")))
    cells = [cell for row in rows for cell in row]
    # Neither the cells nor their parts in spreadsheets with another separator.
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
    assert [cell for cell in cells if ";=" in cell] == []
    names = [row[2] for row in rows if row]
    expected = MEMBER_NAMES.copy()
    expected[3] = "\\u202egnol ton\\u202c عمر"
    expected[8] = "'=cmd|' /C calc'!A0;'=1 +1"
    assert names[-len(NAMES) :] == expected
    assert {row[6] for row in rows[-len(NAMES) - 1 : -1]} == {PLACE}


def test_metrics(checked: SimpleNamespace) -> None:
    families = list(text_string_to_metric_families((checked.folder / "drift.prom").read_text(encoding="utf-8")))
    samples = {family.name: family.samples for family in families}
    (info,) = samples["webex_calling_drift_check_info"]
    assert info.labels["organization_name"] == ORGANIZATION.replace("\n", "\\u000a")
    assert (info.labels["policy_name"], info.labels["policy_version"]) == (POLICY, "{{ 7*7 }}")
    assert [sample.value for sample in samples["webex_calling_drift_check_passed"]] == [0]
    # No label is a name of a member, a location, or a rule.
    labels = {label for family in families for sample in family.samples for label in sample.labels}
    known = {"check", "status", "state", "scope", "collection_version"}
    assert {label for label in labels - known if not label.startswith(("organization_", "policy_"))} == set()


def test_control_characters(ansible: Ansible, simulator: Simulator) -> None:
    line = {"id": "5c6f1e34-7d5b-4a59-9d0e-2b8f4c7a1d05", "firstName": "\x00\x1b\x0b\x7f\ufffeA\ud83d"}
    simulator.add_fault(path="virtualLines", times=2, status=200, body={"virtualLines": [line]})
    policy = {"name": "Rulebook", "rules": [{"name": "Any", "settings": {"record": "Always"}}]}
    (ansible.folder / "policy.yml").write_text(yaml.safe_dump(policy), encoding="utf-8")
    ended = ansible.playbook(
        *("webex.calling.drift_check", "-e", "drift_check_policy_file=policy.yml", *outputs()),
        *("-e", '{"drift_check_select": {"kind": "virtual_line"}}'),
    )
    assert ended.returncode == 2, ended.stdout + ended.stderr
    name = json.loads((ansible.folder / "drift.json").read_text(encoding="utf-8"))["drifted"][0]["name"]
    assert "A" in name
    (suite,) = ET.parse(ansible.folder / "drift.xml").getroot()
    shown = [ended.stdout, *((ansible.folder / file).read_text(encoding="utf-8") for file in FILES[1:])]
    for content in (*shown, "".join(suite.itertext())):
        assert not {*"\x00\x1b\x0b\x7f\ufffe\ud83d"}.intersection(content)
        assert "Drifted" in content or "drifted" in content


# --- in a browser --------------------------------------------------------------------------------------------


def show(browser: Any, report: Path, width: int) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width == PHONE},
    )
    browser.get(report.as_uri())


def column(browser: Any, table: str, number: int) -> list[str]:
    texts: list[str] = browser.execute_script(
        "return [...document.querySelectorAll(arguments[0] + ' > tbody > tr')].filter((row) => !row.hidden)"
        ".map((row) => row.cells[arguments[1]].firstChild.textContent)",
        table,
        number,
    )
    return texts


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_page(browser: Any, checked: SimpleNamespace, width: int) -> None:
    show(browser, checked.report, width)
    assert browser.get_log("browser") == []
    # Long names do not make the page wider than the window.
    assert browser.execute_script("return document.documentElement.scrollWidth") == width
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    # Names create no elements.
    assert browser.execute_script("return document.querySelectorAll('body script').length") == 1
    for name in ("img", "table table", "[onclick]", "bdi *", "code :not(wbr)", "iframe"):
        assert browser.execute_script("return document.querySelectorAll(arguments[0]).length", name) == 0


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_names_are_shown_unchanged(browser: Any, checked: SimpleNamespace, width: int) -> None:
    show(browser, checked.report, width)
    assert [each for each in column(browser, ".differences", 0) if each in MEMBER_NAMES] == [
        name for name in MEMBER_NAMES for _difference in range(2)
    ]
    assert set(column(browser, ".differences", 1)) == {PLACE}
    assert set(column(browser, ".differences", 4)) == {VALUE, "Never", "not set", "60", "30", "false", "true"}
    assert set(column(browser, ".differences", 5)) == {"Always", "false", "15", "true"}
    assert set(column(browser, ".differences", 6)) == {RULE}
    assert PLACE in column(browser, ".by-location", 0)
    shown = browser.find_element("tag name", "main").text
    for name in MEMBER_NAMES:
        assert " ".join(name.split()) in " ".join(shown.split())


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_sorting(browser: Any, checked: SimpleNamespace, width: int) -> None:
    show(browser, checked.report, width)
    before = column(browser, ".differences", 3)
    (head,) = [each for each in browser.find_elements("css selector", ".differences th") if "Setting" in each.text]
    button = head.find_element("tag name", "button")
    # With the keyboard.
    button.send_keys("\n")
    assert head.get_attribute("aria-sort") == "ascending"
    assert column(browser, ".differences", 3) == sorted(before) != before
    button.click()
    assert head.get_attribute("aria-sort") == "descending"
    assert column(browser, ".differences", 3) == sorted(before, reverse=True)
    members = browser.find_elements("css selector", ".by-location th")[1]
    members.find_element("tag name", "button").click()
    numbers = [int(number) for number in column(browser, ".by-location", 1)]
    assert numbers == sorted(numbers)
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_searching(browser: Any, checked: SimpleNamespace, width: int) -> None:
    show(browser, checked.report, width)
    everything = len(column(browser, ".differences", 0))
    field = browser.find_element("css selector", "input[type=search]")
    result = browser.find_element("tag name", "output")
    field.send_keys("<SCRIPT>alert record")
    wait_for(browser, lambda: "shown" in result.text)
    assert column(browser, ".differences", 0) == [MEMBER_NAMES[0]]
    assert result.text.startswith("1 of ")
    assert column(browser, ".uncovered", 0) == []
    field.clear()
    field.send_keys("dabrowska")
    wait_for(browser, lambda: column(browser, ".uncovered", 0) == ["Zoë Dąbrowska"])
    assert column(browser, ".differences", 0) == []
    # Keys, because clear() sends no event to the page.
    field.send_keys("\b" * len("dabrowska"))
    wait_for(browser, lambda: len(column(browser, ".differences", 0)) == everything)
    assert browser.get_log("browser") == []


def wait_for(browser: Any, condition: Any) -> None:
    from selenium.webdriver.support.wait import WebDriverWait

    WebDriverWait(browser, 10).until(lambda _browser: condition())


def test_without_scripts(browser: Any, checked: SimpleNamespace) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        show(browser, checked.report, DESKTOP)
        assert not browser.find_element("css selector", ".search").is_displayed()
        assert not browser.find_elements("tag name", "button")
        assert MEMBER_NAMES[1] in browser.find_element("css selector", ".differences").text
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
