# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the steps of `make test` and tells what ran, passed, failed and was skipped."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.notes import all_notes, forget_notes

ROOT = Path(__file__).parents[2]
REPORT = ROOT / ".nox" / "report.json"

#: Without one of each, nothing was tested, whatever else passed.
INDISPENSABLE = ("units", "integration")


def main() -> int:
    forget_notes()
    REPORT.unlink(missing_ok=True)
    # Figures of an earlier run must not count for this one.
    shutil.rmtree(ROOT / ".nox/tree", ignore_errors=True)
    started = time.monotonic()
    nox = [
        str(Path(sys.executable).parent / "nox"),
        "--default-venv-backend",
        "uv",
        "--no-error-on-missing-interpreters",
    ]
    ended = subprocess.run(
        [*nox, "--report", str(REPORT), "--session", *sys.argv[1:]],
        cwd=ROOT,
        # Formatters change files by themselves unless CI is set.
        env={**os.environ, "CI": "true"},
        check=False,
    )
    if not REPORT.exists():
        print("nox did not run any session.")
        return 1
    return tell(
        json.loads(REPORT.read_text(encoding="utf-8"))["sessions"], ended.returncode, time.monotonic() - started
    )


def tell(sessions: list[dict[str, Any]], exit_status: int, seconds: float) -> int:
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
        print(f"failed: no session {step}(...) ran to its end")
    count = {kind: sum(result == kind for result in results.values()) for kind in ("success", "skipped")}
    failed = len(results) - count["success"] - count["skipped"] + len(untested)
    print(f"in all {seconds:.0f} s")
    print(f"make test: {count['success']} passed, {failed} failed, {count['skipped']} skipped")
    return 1 if failed else exit_status


def name_of(session: dict[str, Any]) -> str:
    """What nox calls it on the command line: C(units(2.16)), where it runs several times."""
    return str((session["signatures"] or [session["name"]])[0])


if __name__ == "__main__":
    sys.exit(main())
