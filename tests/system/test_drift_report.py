# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of the reports of the drift check with hostile names of lines.

Tests of the HTML report use Chromium, if it is installed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from conftest import ROOT, Ansible

from simulator.process import Simulator
from tools.browser import browser_missing, open_browser
from tools.notes import note

PHONE, DESKTOP = 375, 1280

#: First and last names that Ansible, a browser, or a shell could evaluate.
NAMES = [
    ("<script>alert(1)</script>", "<img src=x onerror=alert(2)>"),
    ("{{ 7*7 }}", "{% for x in y %}"),
    ("{# gone #}", "{{ lookup('pipe', 'touch evaluated') }}"),
    ("\u202egnol ton\u202c", "عمر"),
    ("A" * 300, "\"'&quot;&amp;"),
    ("</table></script>", "]]> --> $(touch evaluated)"),
    ("\\u003cb\\u003e", '\\", "actual": true, "x": "'),
    ("%s %(x)s", "{0}"),
]
PLACE = "Den{{ 7*7 }}ver <b onclick='alert(3)'>"
RULE = "{{ 7*7 }} & <i>'Rule'</i> \""
VALUE = "<u>{{ 7*7 }}</u>'"


def state() -> dict[str, Any]:
    """Return the bundled state of the simulator, with lines of these names."""
    content = yaml.safe_load((ROOT / "tests/simulator/default.yml").read_text(encoding="utf-8"))
    organization = content["organizations"][0]
    place = organization["locations"][0]
    place["name"] = PLACE
    lines = organization["virtual_lines"]
    for line in lines:
        if line["location"]["id"] == place["id"]:
            line["location"] = place
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
    unreadable = {"path": "callRecording", "line_id": lines[9]["id"], "status": 400, "message": "Not now."}
    return {**content, "faults": [unreadable]}


LINE_NAMES = [f"{first_name} {last_name}" for first_name, last_name in NAMES]
POLICY = [
    {
        "name": RULE,
        "location_name": PLACE,
        "settings": {
            "record": "Always",
            "repeat": {"interval": 15},
            "start_stop_announcement": {"pstn_calls_enabled": False},
        },
    }
]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Run the drift check, and return the folder of its reports and its output."""
    folder = tmp_path_factory.mktemp("drift")
    state_file = folder / "state.yml"
    state_file.write_text(yaml.safe_dump(state()), encoding="utf-8")
    (folder / "policy.yml").write_text(yaml.safe_dump(POLICY), encoding="utf-8")
    with Simulator("--state", str(state_file)) as simulator:
        ended = Ansible(folder, simulator).command(
            *("ansible-playbook", "webex.calling.drift_check", "-e", "drift_check_policy_file=policy.yml"),
            *("-e", "drift_check_json_file=drift.json", "-e", "drift_check_junit_file=drift.xml"),
        )
    assert ended.returncode == 2, ended.stdout + ended.stderr
    return SimpleNamespace(folder=folder, output=ended.stdout, report=folder / "drift_check.html")


def test_names_are_not_evaluated(checked: SimpleNamespace) -> None:
    assert not list(checked.folder.rglob("evaluated"))
    assert not (ROOT / "evaluated").exists()
    for name in LINE_NAMES:
        # Names that could steer a terminal have escapes.
        shown = json.dumps(name)[1:-1] if "\u202e" in name else name
        assert json.dumps(shown, ensure_ascii=False)[1:-1] in checked.output


def test_json(checked: SimpleNamespace) -> None:
    report = json.loads((checked.folder / "drift.json").read_text(encoding="utf-8"))
    assert [line["name"] for line in report["drifted"][-len(LINE_NAMES) :]] == LINE_NAMES
    for line in report["drifted"][-len(LINE_NAMES) :]:
        assert line["location"]["name"] == PLACE
        assert line["differences"] == [
            {"setting": "record", "expected": "Always", "actual": VALUE, "rule": RULE},
            {"setting": "start_stop_announcement.pstn_calls_enabled", "expected": False, "rule": RULE},
        ]
    assert report["status"] == "incomplete"


def test_junit(checked: SimpleNamespace) -> None:
    suite = ET.parse(checked.folder / "drift.xml").getroot()[0]
    cases = {case.get("name"): case for case in suite}
    assert len(cases) == int(suite.get("tests", 0)) == 18
    for name in LINE_NAMES:
        assert cases[name].get("classname") == PLACE
        failure = cases[name].find("failure")
        assert failure is not None
        assert failure.get("message", "").startswith(f"record is {VALUE}, should be Always ({RULE}). ")
    assert [len(suite.findall(f"testcase/{kind}")) for kind in ("failure", "error", "skipped")] == [
        int(suite.get(f"{kind}s" if kind != "skipped" else kind, 0)) for kind in ("failure", "error", "skipped")
    ]


def test_junit_has_no_control_characters(ansible: Ansible, simulator: Simulator) -> None:
    simulator.add_fault(
        path="virtualLines",
        times=2,
        status=200,
        body={"virtualLines": [{"id": "5c6f1e34-7d5b-4a59-9d0e-2b8f4c7a1d05", "firstName": "\x00\x1b\x0b\x7f\ufffeA"}]},
    )
    policy = [{"name": "Any", "settings": {"enabled": True}}]
    (ansible.folder / "policy.yml").write_text(yaml.safe_dump(policy), encoding="utf-8")
    ended = ansible.command(
        *("ansible-playbook", "webex.calling.drift_check", "-e", "drift_check_policy_file=policy.yml"),
        *("-e", "drift_check_junit_file=drift.xml"),
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    (case,) = ET.parse(ansible.folder / "drift.xml").getroot()[0]
    assert case.get("name") == "A"


# --- in a browser --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    absent = browser_missing()
    if absent:
        reason = f"the report is not opened in a browser: {absent}"
        note("system", reason)
        pytest.skip(reason)
    with open_browser() as opened:
        yield opened


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
    assert [each for each in column(browser, ".differences", 0) if each in LINE_NAMES] == [
        name for name in LINE_NAMES for _difference in range(2)
    ]
    assert set(column(browser, ".differences", 1)) == {PLACE}
    assert set(column(browser, ".differences", 3)) == {VALUE, "Never", "not there", "60", "30", "true"}
    assert set(column(browser, ".differences", 4)) == {"Always", "false", "15"}
    assert set(column(browser, ".differences", 5)) == {RULE}
    assert PLACE in column(browser, ".by-location", 0)
    shown = browser.find_element("tag name", "main").text
    for name in LINE_NAMES:
        assert " ".join(name.split()) in " ".join(shown.split())


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_sorting(browser: Any, checked: SimpleNamespace, width: int) -> None:
    show(browser, checked.report, width)
    before = column(browser, ".differences", 2)
    (head,) = [each for each in browser.find_elements("css selector", ".differences th") if "Setting" in each.text]
    button = head.find_element("tag name", "button")
    # With the keyboard.
    button.send_keys("\n")
    assert head.get_attribute("aria-sort") == "ascending"
    assert column(browser, ".differences", 2) == sorted(before) != before
    button.click()
    assert head.get_attribute("aria-sort") == "descending"
    assert column(browser, ".differences", 2) == sorted(before, reverse=True)
    (lines,) = [each for each in browser.find_elements("css selector", ".by-location th") if "Lines" in each.text]
    lines.find_element("tag name", "button").click()
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
    assert column(browser, ".differences", 0) == [LINE_NAMES[0]]
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
        assert LINE_NAMES[1] in browser.find_element("css selector", ".differences").text
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
