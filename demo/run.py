# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demonstration: reads and checks virtual lines of a simulated organization with the installed collection.

Run it with `make demo`, which installs the collection and what else this needs.
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

#: Lines and tokens of the simulator's bundled organization.
TRADING_DESK = "Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfTElORS8wMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDE"
BOB_SMITH = "Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfUFJPRklMRS84ZDRkMDNlYS03NTUzLTQ0NTgtYmI4OS02YzExNzgyMzA4OWY"
GOOD_TOKEN = "simulated-full-admin-token"
EXPIRED_TOKEN = "simulated-expired-token"

#: Those of the role drift_check that say what came of it.
TASKS_THAT_TELL = ("Sum up", "Repair", "Tell what was repaired", "Tell why all is not well")

#: Edits made with this seed are all of settings that the policy has a rule for.
EDITS = 1

#: Of the third organization.
LINES_IN_LONDON = 8


def main() -> None:
    # An old result must not be taken for one of this demonstration.
    REPORT.unlink(missing_ok=True)
    REPORT.parent.mkdir(exist_ok=True)
    with Simulator() as simulator:
        tell("A simulated Webex organization answers at", f"{simulator.api_url}. Nothing leaves this computer.")

        step("1. A playbook reads a virtual line and asserts that it records all calls.")
        run(simulator, GOOD_TOKEN, "ansible-playbook", "demo/check_line.yml", "-e", f"virtual_line={TRADING_DESK}")

        step("2. An ad-hoc command reads another line. It is enabled, but records nothing.")
        run(
            simulator,
            GOOD_TOKEN,
            *("ansible", "localhost", "-m", "webex.calling.virtual_line_call_recording_info"),
            *("-a", f"virtual_line_id={BOB_SMITH}"),
        )

        step("3. The playbook does not let that line pass.")
        run(
            simulator,
            GOOD_TOKEN,
            *("ansible-playbook", "demo/check_line.yml", "-e", f"virtual_line={BOB_SMITH}"),
            exit_status=2,
        )

        step("4. With an expired token nothing can be checked, so nothing passes.")
        run(
            simulator,
            EXPIRED_TOKEN,
            *("ansible-playbook", "demo/check_line.yml", "-e", f"virtual_line={TRADING_DESK}"),
            exit_status=2,
        )

    with Simulator("--lines", "1000", "--latency", "0.05") as simulator:
        step("5. Another organization has 1,000 lines, and each answer takes 50 ms. One task reads them all.")
        run(simulator, GOOD_TOKEN, "ansible-playbook", "demo/audit.yml")
        asked = simulator.counts()
        tell("It took", f"{asked['count']} requests, {asked['peak_concurrency']} of them at a time.")

    with Simulator("--lines", "60", "--locations", "3") as simulator:
        step("6. A third organization is made to record its calls as it must.")
        run(simulator, GOOD_TOKEN, "ansible-playbook", "demo/desired_state.yml")

        drift_check = (
            *("ansible-playbook", "webex.calling.drift_check", "-e", "drift_check_policy_file=demo/policy.yml"),
            *("-e", "drift_check_report_file=build/drift.html", "-e", "drift_check_json_file=build/drift.json"),
        )
        step("7. A check compares every line with a policy, which is demo/policy.yml. All is well.")
        tell("Only the tasks that tell something are shown:", "the role has many more.\n")
        run(simulator, GOOD_TOKEN, *drift_check, shown=what_tells_something)

        step("8. Then somebody edits three lines behind our back. The check finds these three.")
        edited = {edit["id"] for edit in simulator.edit_random_lines(lines=3, seed=EDITS)}
        run(simulator, GOOD_TOKEN, *drift_check, exit_status=2, shown=what_tells_something)
        found = {line["id"] for line in json.loads(REPORT.read_text("utf-8"))["drifted"]}
        if found != edited or len(found) != 3:
            sys.exit("The demonstration failed: the check did not find exactly the lines that were edited.")

        step("9. They are repaired.")
        run(simulator, GOOD_TOKEN, *drift_check, "-e", "drift_check_remediate=true", shown=what_tells_something)

        step("10. And all is well again.")
        run(simulator, GOOD_TOKEN, *drift_check, shown=what_tells_something)

        step("11. As an inventory, each line is a host. These are the lines in London.")
        run(simulator, GOOD_TOKEN, "ansible-inventory", "-i", "demo/lines.webex.yml", "--graph")

        step("12. A play checks each of these hosts. The inventory reads all of them, and the play asks nothing.")
        simulator.clear_requests()
        run(simulator, GOOD_TOKEN, "ansible-playbook", "-i", "demo/lines.webex.yml", "demo/check_hosts.yml")
        asked, read = simulator.counts()["count"], simulator.counts(path="callRecording")["count"]
        tell("Webex was asked", f"{asked} times: once for the list, and once for each of the {read} lines.")
        if asked != 1 + LINES_IN_LONDON or read != LINES_IN_LONDON:
            sys.exit("The demonstration failed: the play was not without requests.")

    step("That was all. The simulators have stopped. A browser shows the last report, build/drift.html.")

    step("What next, with an organization of your own")
    print(
        "  ansible-galaxy collection install .    # from this folder\n"
        "  pip install -r requirements.txt\n"
        "  export WEBEX_ACCESS_TOKEN=...          # of an administrator, from https://developer.webex.com\n"
        "  ansible localhost -m webex.calling.virtual_line_call_recording_info -a virtual_line_id=...\n"
        "\n"
        "README.md and docs/docsite/rst/ tell the rest: guide_drift_check.rst, how to check every night."
    )


def run(
    simulator: Simulator, token: str, *command: str, exit_status: int = 0, shown: Callable[[str], str] | None = None
) -> None:
    """Show a command, run it, and make sure that it ends as it should.

    :param shown: makes of what it writes what is to be seen.
    """
    print(f"$ {shlex.join(command)}\n", flush=True)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("WEBEX_")},
        "WEBEX_ACCESS_TOKEN": token,
        "WEBEX_API_URL": simulator.api_url,
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_FORCE_COLOR": "true" if sys.stdout.isatty() else "false",
    }
    ended = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if shown else None,
        stderr=subprocess.STDOUT if shown else None,
        text=True,
    )
    if shown:
        print(shown(ended.stdout), flush=True)
    if ended.returncode != exit_status:
        sys.exit(f"The demonstration failed: that command ended with {ended.returncode}, not with {exit_status}.")


def what_tells_something(output: str) -> str:
    """What the role's main tasks write; it has many more."""
    parts = re.split(r"^(?=TASK \[|PLAY )", output, flags=re.MULTILINE)
    telling = re.compile(rf"PLAY RECAP|TASK \[.* : ({'|'.join(TASKS_THAT_TELL)})\]")
    return "".join(part for part in parts if telling.match(part) and "skipping: [" not in part).strip()


def step(text: str) -> None:
    print(f"\n{bold(text)}\n", flush=True)


def tell(what: str, how: str) -> None:
    print(f"{what} {how}", flush=True)


def bold(text: str) -> str:
    return f"\033[1m{text}\033[0m" if sys.stdout.isatty() else f"== {text}"


if __name__ == "__main__":
    main()
