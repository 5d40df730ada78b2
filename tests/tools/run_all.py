# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runner for the steps of `make test`, with a summary."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.cores import DEFAULT, NEWEST
from tools.notes import all_notes, forget_notes

ROOT = Path(__file__).parents[2]
WORK = ROOT / ".nox"

#: Steps that need at least one successful session. Otherwise, the run fails.
INDISPENSABLE = ("units", "integration")

#: Step groups that run in parallel with the remaining steps. Each group has its own workspace. The steps that use
#: several processors are last, so that no processor is idle when another group has ended.
BESIDE = {
    "newest": [f"integration({NEWEST})", "units", "coverage"],
    "older": [*(f"integration({core})" for core in DEFAULT if core != NEWEST), "system"],
}


class Lane:
    """Run of nox with a list of steps.

    :param name: name for the report file.
    :param steps: names of nox sessions.
    :param output: file for the output, which C(sessions) prints at the end. If None, nox prints output immediately.
    """

    def __init__(self, name: str, steps: Sequence[str], output: Path | None = None) -> None:
        self._report = WORK / f"report-{name}.json"
        self._report.unlink(missing_ok=True)
        self._output = output
        nox = [str(Path(sys.executable).parent / "nox"), "--default-venv-backend", "uv"]
        self._process = subprocess.Popen(
            [*nox, "--no-error-on-missing-interpreters", "--report", str(self._report), "--session", *steps],
            cwd=ROOT,
            # Without CI, formatters would change files.
            env={**os.environ, "CI": "true"},
            stdin=subprocess.DEVNULL,
            stdout=output.open("wb") if output else None,
            stderr=subprocess.STDOUT if output else None,
        )

    def sessions(self) -> list[dict[str, Any]]:
        """Wait for nox to end, and return the report of each session."""
        self.exit_status = self._process.wait()
        if self._output:
            print(self._output.read_text(encoding="utf-8", errors="replace"), flush=True)
        if not self._report.exists():
            return []
        sessions: list[dict[str, Any]] = json.loads(self._report.read_text(encoding="utf-8"))["sessions"]
        return sessions


def main() -> int:
    """Run all groups, print the summary, and return the exit status."""
    forget_notes()
    WORK.mkdir(exist_ok=True)
    # Coverage data from an earlier run must not count.
    shutil.rmtree(WORK / "coverage-data", ignore_errors=True)
    started = time.monotonic()
    lanes = [Lane("rest", rest(sys.argv[1:]))]
    lanes += [Lane(name, steps, WORK / f"{name}.log") for name, steps in BESIDE.items()]
    sessions = [session for lane in lanes for session in lane.sessions()]
    exit_status = next((lane.exit_status for lane in lanes if lane.exit_status), 0)
    return tell(sessions, exit_status, time.monotonic() - started)


def rest(steps: Sequence[str]) -> list[str]:
    """Return the steps outside the parallel groups. Exit if a step of a group is missing."""
    beside = {step.partition("(")[0] for lane in BESIDE.values() for step in lane}
    if not beside <= set(steps):
        sys.exit(f"make test needs the steps {', '.join(beside - set(steps))}.")
    return [step for step in steps if step not in beside]


def tell(sessions: list[dict[str, Any]], exit_status: int, seconds: float) -> int:
    """Print the summary, and return the exit status of the whole run.

    :param sessions: session reports.
    :param exit_status: exit status to return if no session failed.
    :param seconds: duration of the run.
    """
    results = {name_of(session): session["result"] for session in sessions}
    print("\nstep                     result    seconds")
    for session in sessions:
        print(f"{name_of(session):<24} {session['result']:<9} {session['duration']:>7.0f}")
    for text in all_notes():
        print(f"skipped: {text}")
    untested = [
        step
        for step in INDISPENSABLE
        if not any(name.startswith(f"{step}(") and result == "success" for name, result in results.items())
    ]
    for step in untested:
        print(f"failed: no session {step}(...) passed")
    count = {kind: sum(result == kind for result in results.values()) for kind in ("success", "skipped")}
    failed = len(results) - count["success"] - count["skipped"] + len(untested)
    print(f"in all {seconds:.0f} s")
    print(f"make test: {count['success']} passed, {failed} failed, {count['skipped']} skipped")
    return 1 if failed else exit_status


def name_of(session: dict[str, Any]) -> str:
    """Return the full name of a session, such as C(integration(2.16))."""
    return str((session["signatures"] or [session["name"]])[0])


if __name__ == "__main__":
    sys.exit(main())
