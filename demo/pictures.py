# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the pictures of docs/images anew: what the installed collection shows of simulated organizations.

Run it with `make pictures`, which installs the collection and what else this needs. What a terminal shows becomes an
SVG. The report is photographed by Chromium; where there is none, its picture stays as it is.
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
from tools.browser import browser, no_browser
from tools.notes import note

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"

#: How wide a terminal is, in characters, and a page, in pixels.
COLUMNS = 120
PAGE = (1100, 1500)

#: Edits made with this seed are all of settings that the policies have a rule for.
EDITS = 1

#: For the report: lines of one location are not its business.
POLICY = """
- name: Calls are recorded
  location_name: [Denver, London, Singapore, São Paulo]
  settings: {enabled: true, record: Always}
- name: People are told
  location_name: [Denver, London, Singapore, São Paulo]
  settings:
    notification: {type: Beep, enabled: true}
    start_stop_announcement: {pstn_calls_enabled: true}
"""

INVENTORY = """
plugin: webex.calling.virtual_lines
hostnames: [owner_name, phone_number]
call_recording: true
group_by_location: true
keyed_groups:
  - key: webex_call_recording.record
    prefix: record
"""

CHECK = "ansible-playbook webex.calling.drift_check -e drift_check_policy_file=policy.yml"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        failed_assertion(place)
        drift_check(place)
        drift_report(place)
        inventory(place)


def failed_assertion(place: Path) -> None:
    (place / "first_check.yml").write_text(first_playbook("guide_start.rst"), encoding="utf-8")
    with Simulator() as simulator:
        show("failed_assertion", terminal(place, simulator, "ansible-playbook first_check.yml", exit_status=2))


def drift_check(place: Path) -> None:
    (place / "policy.yml").write_text((ROOT / "demo" / "policy.yml").read_text("utf-8"), encoding="utf-8")
    with Simulator("--lines", "60", "--locations", "3") as simulator:
        terminal(place, simulator, f"{CHECK} -e drift_check_remediate=true")
        simulator.edit_random_lines(lines=3, seed=EDITS)
        shown = terminal(place, simulator, CHECK, exit_status=2)
    show("drift_check", without(shown, "TASK", lambda task: "Sum up" not in task and "Tell why" not in task))


def drift_report(place: Path) -> None:
    (place / "policy.yml").write_text(POLICY, encoding="utf-8")
    with Simulator("--lines", "120", "--locations", "5") as simulator:
        terminal(place, simulator, f"{CHECK} -e drift_check_remediate=true")
        edits = simulator.edit_random_lines(lines=5, seed=EDITS)
        simulator.change_line(edits[-1]["id"], {"startStopAnnouncement": {"pstnCallsEnabled": False}})
        simulator.add_fault(path="callRecording", status=500, nth=12)
        terminal(place, simulator, CHECK, exit_status=2)
    photograph("drift_report", place / "drift_check.html")


def inventory(place: Path) -> None:
    (place / "lines.webex.yml").write_text(INVENTORY, encoding="utf-8")
    with Simulator("--lines", "12", "--locations", "3") as simulator:
        show("inventory", terminal(place, simulator, "ansible-inventory -i lines.webex.yml --graph"))


def first_playbook(guide: str) -> str:
    """The first playbook of a guide, as its readers save it."""
    text = (ROOT / "docs" / "docsite" / "rst" / guide).read_text(encoding="utf-8")
    block = re.search(r"^\.\. code-block:: yaml\+jinja\n\n((?:    .*\n|\n)+)", text, re.MULTILINE)
    if block is None:
        sys.exit(f"There is no playbook in {guide}.")
    return re.sub(r"^    ", "", block[1], flags=re.MULTILINE)


def terminal(place: Path, simulator: Simulator, command: str, *, exit_status: int = 0) -> str:
    """A command and all that it shows, with colors."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("WEBEX_")},
        "WEBEX_ACCESS_TOKEN": "simulated-full-admin-token",
        "WEBEX_API_URL": simulator.api_url,
        "ANSIBLE_FORCE_COLOR": "true",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "COLUMNS": str(COLUMNS),
    }
    ended = subprocess.run(
        command.split(),
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if ended.returncode != exit_status:
        sys.exit(f"{command} ended with {ended.returncode}, not with {exit_status}:\n{ended.stdout}")
    # Where this happens to be run is nothing to show.
    output = ended.stdout.replace(f"{place}/", "").replace(os.environ["ANSIBLE_COLLECTIONS_PATH"], "...")
    return f"$ {command}\n{output.rstrip()}\n"


def without(shown: str, start: str, leave_out: Callable[[str], bool]) -> str:
    """What was shown, with three dots in place of the paragraphs that begin so and are left out."""
    paragraphs = re.split(r"\n(?=\n)", shown)
    kept = ["..." if start in each.strip()[:20] and leave_out(each) else each.strip("\n") for each in paragraphs]
    return re.sub(r"(\.\.\.\n\n)+", "...\n\n", "\n\n".join(kept)) + "\n"


def show(name: str, shown: str) -> None:
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="standard")
    console.print(Text.from_ansi(shown))
    svg = console.export_svg(title="webex.calling", unique_id=name)
    # A picture that asks another server for its letters would tell that server who looks at it.
    svg = re.sub(r"@font-face \{.*?\}\n", "", svg, flags=re.DOTALL).replace("Fira Code", "DejaVu Sans Mono")
    (IMAGES / f"{name}.svg").write_text(re.sub(r" +$", "", svg, flags=re.MULTILINE), encoding="utf-8")


def photograph(name: str, page: Path) -> None:
    absent = no_browser()
    if absent:
        note("pictures", f"{name}.png stays as it is: {absent}")
        return
    with browser() as opened:
        metrics: dict[str, Any] = {"width": PAGE[0], "height": PAGE[1], "deviceScaleFactor": 1, "mobile": False}
        opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        opened.get(page.as_uri())
        opened.save_screenshot(str(IMAGES / f"{name}.png"))


if __name__ == "__main__":
    main()
