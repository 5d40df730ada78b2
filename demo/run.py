# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Demonstration of the installed collection with simulated organizations.

Run C(make demo), which installs the collection and all requirements.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from simulator.process import Simulator

ROOT = Path(__file__).parents[1]

REPORT = ROOT / "build" / "drift.json"

#: Line IDs and access tokens of the default simulator organization.
TRADING_DESK = "Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfTElORS8wMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDE"
BOB_SMITH = "Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfUFJPRklMRS84ZDRkMDNlYS03NTUzLTQ0NTgtYmI4OS02YzExNzgyMzA4OWY"
VALID_TOKEN = "simulated-full-admin-token"
EXPIRED_TOKEN = "simulated-expired-token"

#: Role tasks whose output the demonstration shows.
SHOWN_TASKS = (
    "Show the planned changes",
    "Change the settings",
    "Show the verdict",
)

#: Seed with which all random changes affect settings in policy rules.
EDIT_SEED = 1

#: Number of lines in London in the third organization.
LINES_IN_LONDON = 8


def main() -> None:
    # Delete the report of an earlier run, because a later step reads the report.
    REPORT.unlink(missing_ok=True)
    REPORT.parent.mkdir(exist_ok=True)
    with Simulator() as simulator:
        show(
            f"The simulator of the Webex API runs at {simulator.api_url}. The demonstration does not connect to Webex."
        )

        step("1. A playbook audits a company. One task reads all people, workspaces, and virtual lines.")
        show("The playbook fails, because some members do not record all calls.\n")
        run(simulator, VALID_TOKEN, "ansible-playbook", "demo/company.yml", exit_status=2)

        step("2. A playbook reads a virtual line, and checks that all calls are recorded.")
        run(simulator, VALID_TOKEN, "ansible-playbook", "demo/check_line.yml", "-e", f"virtual_line={TRADING_DESK}")

        step("3. An ad hoc command reads another line. Call recording is enabled, but record is Never.")
        run(
            simulator,
            VALID_TOKEN,
            *("ansible", "localhost", "-m", "webex.calling.virtual_line_call_recording_info"),
            *("-a", f"virtual_line_id={BOB_SMITH}"),
        )

        step("4. The playbook fails for that line.")
        run(
            simulator,
            VALID_TOKEN,
            *("ansible-playbook", "demo/check_line.yml", "-e", f"virtual_line={BOB_SMITH}"),
            exit_status=2,
        )

        step("5. With an expired token, the playbook fails because the line cannot be read.")
        run(
            simulator,
            EXPIRED_TOKEN,
            *("ansible-playbook", "demo/check_line.yml", "-e", f"virtual_line={TRADING_DESK}"),
            exit_status=2,
        )

    with Simulator("--lines", "1000", "--latency", "0.05") as simulator:
        step("6. The second organization has 1,000 lines, and each response takes 50 ms. One task reads all lines.")
        run(simulator, VALID_TOKEN, "ansible-playbook", "demo/audit.yml")
        counts = simulator.counts()
        show(f"The task sent {counts['count']} requests, up to {counts['peak_concurrency']} of them in parallel.")

    with Simulator("--lines", "60", "--locations", "3") as simulator:
        step("7. A playbook changes the settings of a third organization.")
        run(simulator, VALID_TOKEN, "ansible-playbook", "demo/desired_state.yml")

        drift_check = (
            *("ansible-playbook", "webex.calling.drift_check", "-e", "drift_check_policy_file=demo/policy.yml"),
            *("-e", "drift_check_html_file=build/drift.html", "-e", "drift_check_json_file=build/drift.json"),
        )
        step("8. The drift check compares all lines with the policy demo/policy.yml, and remediates them.")
        show("Some lines leave internal calls out. Only the main tasks of the role are shown.\n")
        run(simulator, VALID_TOKEN, *drift_check, "-e", "drift_check_remediate=true", output_filter=main_tasks)

        step("9. Somebody changes three lines in Control Hub. The drift check finds these three lines.")
        edited_ids = {edit["id"] for edit in simulator.edit_random_lines(lines=3, seed=EDIT_SEED)}
        run(simulator, VALID_TOKEN, *drift_check, exit_status=2, output_filter=main_tasks)
        found_ids = {line["id"] for line in json.loads(REPORT.read_text("utf-8"))["drifted"]}
        if found_ids != edited_ids or len(found_ids) != 3:
            sys.exit("The demonstration failed: the drift check did not find exactly the changed lines.")

        step("10. The drift check remediates the drifted lines.")
        run(simulator, VALID_TOKEN, *drift_check, "-e", "drift_check_remediate=true", output_filter=main_tasks)

        step("11. All lines are compliant again.")
        run(simulator, VALID_TOKEN, *drift_check, output_filter=main_tasks)

        step("12. In the inventory, each virtual line is a host. These are the lines in London.")
        run(simulator, VALID_TOKEN, "ansible-inventory", "-i", "demo/lines.webex.yml", "--graph")

        step("13. A play checks each of these hosts. The inventory reads all settings, and the play sends no requests.")
        simulator.clear_requests()
        run(simulator, VALID_TOKEN, "ansible-playbook", "-i", "demo/lines.webex.yml", "demo/check_hosts.yml")
        total, read = simulator.counts()["count"], simulator.counts(path="callRecording")["count"]
        show(f"The inventory sent {total} requests: two for the list, and one for each of the {read} lines.")
        # The second request verifies that the list is complete.
        if total != 2 + LINES_IN_LONDON or read != LINES_IN_LONDON:
            sys.exit("The demonstration failed: unexpected number of requests.")

    step("The demonstration is complete. Open build/drift.html in a browser to see the last report.")

    step("Next steps with your own organization")
    print(
        "  ansible-galaxy collection install .    # in this directory\n"
        "  pip install -r requirements.txt\n"
        "  export WEBEX_ACCESS_TOKEN=...          # of an administrator, from https://developer.webex.com\n"
        "  ansible localhost -m webex.calling.connection_info\n"
        "  ansible localhost -m webex.calling.call_recording_info\n"
        "\n"
        "See README.md and the guides in docs/docsite/rst/. For scheduled checks, see guide_unattended_checks.rst."
    )


def run(
    simulator: Simulator,
    token: str,
    *command: str,
    exit_status: int = 0,
    output_filter: Callable[[str], str] | None = None,
) -> None:
    """Print and run a command. Exit if the exit status is unexpected.

    :param exit_status: expected exit status.
    :param output_filter: function that returns the part of the output to print.
    """
    print(f"$ {shlex.join(command)}\n", flush=True)
    environment = {
        **os.environ,
        "WEBEX_ACCESS_TOKEN": token,
        "WEBEX_API_URL": simulator.api_url,
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_FORCE_COLOR": "true" if sys.stdout.isatty() else "false",
    }
    completed = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if output_filter else None,
        stderr=subprocess.STDOUT if output_filter else None,
        text=True,
    )
    if output_filter:
        print(output_filter(completed.stdout), flush=True)
    if completed.returncode != exit_status:
        sys.exit(f"The demonstration failed: the exit status is {completed.returncode} instead of {exit_status}.")


def main_tasks(output: str) -> str:
    """Return only the output of the main role tasks and the recap."""
    parts = re.split(r"^(?=TASK \[|PLAY )", output, flags=re.MULTILINE)
    shown = re.compile(rf"PLAY RECAP|TASK \[.* : ({'|'.join(SHOWN_TASKS)})\]")
    return "".join(part for part in parts if shown.match(part) and "skipping: [" not in part).strip()


def step(text: str) -> None:
    """Print a step title."""
    print(f"\n{bold(text)}\n", flush=True)


def show(text: str) -> None:
    print(text, flush=True)


def bold(text: str) -> str:
    return f"\033[1m{text}\033[0m" if sys.stdout.isatty() else f"== {text}"


if __name__ == "__main__":
    main()
