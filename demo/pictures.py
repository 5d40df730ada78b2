# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generator for the pictures in docs/images: output of the installed collection for simulated organizations.

Run C(make pictures), which installs the collection and all requirements. The generator saves terminal output as SVG.
Chromium takes the report screenshot. Without Chromium, the generator keeps the existing screenshot.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from simulator.process import Simulator
from tools.browser import browser_missing, open_browser
from tools.notes import note

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"

#: Terminal width in characters, and page size in pixels.
COLUMNS = 120
PAGE = (1100, 1500)

#: Seed with which all random changes affect settings in policy rules.
EDIT_SEED = 1

#: Policy for the report, without a rule for one of the locations.
POLICY = """
name: Recording rulebook
version: "2026-10"
rules:
  - name: All calls are recorded
    references: [MiFID II Art. 16(7)]
    location_name: [Denver, London, Singapore, São Paulo]
    settings: {record: Always}
  - name: Callers hear an announcement
    location_name: [Denver, London, Singapore, São Paulo]
    settings:
      notification: {type: Beep, enabled: true}
      start_stop_announcement: {pstn_calls_enabled: true}
  - name: Works council
    owner_name: "* Smith"
    exempt: {reason: Works agreement 12/2025, approved_by: CISO, ticket: GRC-81, expires: "2099-12-31"}
"""

INVENTORY = """
plugin: webex.calling.virtual_lines
hostnames: [owner_name, phone_number]
call_recording: true
group_by: [location]
keyed_groups:
  - key: "'Never' if webex_call_recording is webex.calling.unrecorded else webex_call_recording.record"
    prefix: record
"""

CHECK = "ansible-playbook webex.calling.drift_check -e drift_check_policy_file=policy.yml"
REPORT = "-e drift_check_html_file=report.html -e drift_check_json_file=report.json"
REMEDIATE = "-e drift_check_remediate=true -e drift_check_remediate_max=1000 -e drift_check_fail_on_uncovered=false"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        failed_assertion(folder)
        drift_check(folder)
        drift_report(folder)
        inventory(folder)


def failed_assertion(folder: Path) -> None:
    (folder / "first_check.yml").write_text(first_playbook("guide_start.rst"), encoding="utf-8")
    with Simulator() as simulator:
        save_svg("failed_assertion", terminal(folder, simulator, "ansible-playbook first_check.yml", exit_status=2))


def drift_check(folder: Path) -> None:
    (folder / "policy.yml").write_text((ROOT / "demo" / "policy.yml").read_text("utf-8"), encoding="utf-8")
    with Simulator("--lines", "60", "--locations", "3") as simulator:
        terminal(folder, simulator, f"{CHECK} {REMEDIATE}")
        simulator.edit_random_lines(lines=3, seed=EDIT_SEED)
        output = terminal(folder, simulator, CHECK, exit_status=2)
    save_svg("drift_check", without(output, "TASK", lambda task: "Show the verdict" not in task))


def drift_report(folder: Path) -> None:
    (folder / "policy.yml").write_text(POLICY, encoding="utf-8")
    with Simulator("--lines", "120", "--locations", "5") as simulator:
        terminal(folder, simulator, f"{CHECK} {REMEDIATE}")
        edits = simulator.edit_random_lines(lines=5, seed=EDIT_SEED)
        simulator.change_line(edits[-1]["id"], {"startStopAnnouncement": {"pstnCallsEnabled": False}})
        simulator.add_fault(path="callRecording", status=500, nth=12)
        terminal(folder, simulator, f"{CHECK} {REPORT}", exit_status=2)
    save_screenshot("drift_report", folder / "report.html")


def inventory(folder: Path) -> None:
    (folder / "lines.webex.yml").write_text(INVENTORY, encoding="utf-8")
    with Simulator("--lines", "12", "--locations", "3") as simulator:
        save_svg("inventory", terminal(folder, simulator, "ansible-inventory -i lines.webex.yml --graph"))


def first_playbook(guide: str) -> str:
    """Return the first playbook of a guide. Exit if the guide contains no playbook."""
    text = (ROOT / "docs" / "docsite" / "rst" / guide).read_text(encoding="utf-8")
    block = re.search(r"^\.\. code-block:: yaml\+jinja\n\n((?:    .*\n|\n)+)", text, re.MULTILINE)
    if block is None:
        sys.exit(f"{guide} contains no playbook.")
    return re.sub(r"^    ", "", block[1], flags=re.MULTILINE)


def terminal(folder: Path, simulator: Simulator, command: str, *, exit_status: int = 0) -> str:
    """Run a command, and return the command line and the colored output. Exit if the exit status is unexpected."""
    environment = {
        **os.environ,
        "WEBEX_ACCESS_TOKEN": "simulated-full-admin-token",
        "WEBEX_API_URL": simulator.api_url,
        "ANSIBLE_FORCE_COLOR": "true",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "COLUMNS": str(COLUMNS),
    }
    completed = subprocess.run(
        command.split(),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if completed.returncode != exit_status:
        sys.exit(
            f"The exit status of {command} is {completed.returncode} instead of {exit_status}:\n{completed.stdout}"
        )
    # Remove local paths, which differ between machines.
    output = completed.stdout.replace(f"{folder}/", "").replace(os.environ["ANSIBLE_COLLECTIONS_PATH"], "...")
    return f"$ {command}\n{output.rstrip()}\n"


def without(output: str, start: str, leave_out: Callable[[str], bool]) -> str:
    """Return the output with three dots in place of some paragraphs.

    :param start: text at the beginning of these paragraphs.
    :param leave_out: function that returns whether to leave out a paragraph with this beginning.
    """
    paragraphs = re.split(r"\n(?=\n)", output)
    kept = ["..." if start in each.strip()[:20] and leave_out(each) else each.strip("\n") for each in paragraphs]
    return re.sub(r"(\.\.\.\n\n)+", "...\n\n", "\n\n".join(kept)) + "\n"


def save_svg(name: str, output: str) -> None:
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="standard")
    console.print(Text.from_ansi(output))
    svg = console.export_svg(title="webex.calling", unique_id=name)
    # Remove web fonts, because another server could track readers.
    svg = re.sub(r"@font-face \{.*?\}\n", "", svg, flags=re.DOTALL).replace("Fira Code", "DejaVu Sans Mono")
    (IMAGES / f"{name}.svg").write_text(re.sub(r" +$", "", svg, flags=re.MULTILINE), encoding="utf-8")


def save_screenshot(name: str, page: Path) -> None:
    missing = browser_missing()
    if missing:
        note("pictures", f"{name}.png is not updated: {missing}")
        return
    with open_browser() as driver:
        metrics: dict[str, Any] = {"width": PAGE[0], "height": PAGE[1], "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        driver.get(page.as_uri())
        driver.save_screenshot(str(IMAGES / f"{name}.png"))


if __name__ == "__main__":
    main()
