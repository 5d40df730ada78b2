# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Command that runs the benchmark and writes the results."""

# ruff: noqa: T201  (command-line output)

from __future__ import annotations

import argparse
import dataclasses
import datetime
import os
import platform
import re
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

from . import chart, experiments, report
from .clients import FOLDER
from .results import QUICK, RUNS, Results, Sizes, targets

ROOT = FOLDER.parent

#: Output folder for partial runs.
PARTIAL_RESULTS = ROOT / "build" / "benchmark"

EXPERIMENTS = ("simulator", *RUNS, "profile")


def main() -> None:
    options = _options()
    complete = not options.quick and not options.runs and set(options.only) == set(EXPERIMENTS)
    # Only a complete run replaces the committed results by itself.
    folder = options.output or (FOLDER if complete or options.again else PARTIAL_RESULTS)
    folder.mkdir(parents=True, exist_ok=True)
    if options.report:
        results = Results.load(folder / "results.json")
    else:
        results = _measure(_sizes(options), options.only)
        if options.again:
            results = _merged(Results.load(FOLDER / "results.json"), results, options.only)
        results.save(folder / "results.json")
    (folder / "RESULTS.md").write_text(report.text(results), encoding="utf-8")
    chart.draw(results, folder / "results.svg")
    for target in targets(results):
        verdict = "reached    " if target.reached else "NOT REACHED"
        print(f"{verdict}  {target.name}: {target.measured} (target: {target.threshold})")
    print(f"See {folder / 'RESULTS.md'}.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes and one run each, to test the benchmark")
    parser.add_argument(
        "--only", nargs="+", choices=EXPERIMENTS, default=EXPERIMENTS, help="run only these experiments"
    )
    parser.add_argument(
        "--again", action="store_true", help="replace the results of these experiments in the committed results"
    )
    parser.add_argument("--runs", type=int, help="number of runs of each client")
    parser.add_argument("--report", action="store_true", help="write report and chart from existing results")
    parser.add_argument("--output", type=Path, help=f"output folder (default for partial runs: {PARTIAL_RESULTS})")
    return parser.parse_args()


def _sizes(options: argparse.Namespace) -> Sizes:
    sizes = QUICK if options.quick else Sizes()
    if not options.runs:
        return sizes
    names = [field.name for field in dataclasses.fields(sizes) if field.name.endswith("runs")]
    return dataclasses.replace(sizes, **dict.fromkeys(names, options.runs))


def _measure(sizes: Sizes, only: list[str]) -> Results:
    results = Results(sizes, _environment())
    with tempfile.TemporaryDirectory(prefix="webex-benchmark-") as name:
        folder = Path(name)
        experiments.warm_up(folder)
        for experiment in EXPERIMENTS:
            if experiment not in only:
                continue
            print(f"{experiment}:", flush=True)
            if experiment == "simulator":
                results.simulator = experiments.simulator_alone(sizes, folder)
            else:
                setattr(results, experiment, getattr(experiments, experiment)(sizes, folder))
    return results


def _merged(results: Results, again: Results, only: list[str]) -> Results:
    """Return the results with experiments that were measured again. The environment names these experiments."""
    for experiment in only:
        setattr(results, experiment, getattr(again, experiment))
    then = again.environment
    again_text = f"{', '.join(only)}: {then['date']}, load {then['load at start']}, {then['commit']}"
    results.environment = {**results.environment, "measured again": again_text}
    return results


def _environment() -> dict[str, str]:
    """Return the date, software versions, hardware, and machine load."""
    metadata = (ROOT / "galaxy.yml").read_text(encoding="utf-8")
    (collection,) = re.findall(r"^version: (\S+)$", metadata, re.MULTILINE)
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "load at start": f"{os.getloadavg()[0]:.2f}",
        "Python": platform.python_version(),
        "webex.calling": collection,
        "commit": _commit(),
        **{name: version(name) for name in ("ansible-core", "requests", "wxc-sdk")},
    }


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)  # noqa: S603
    return ended.stdout.strip() or "unknown"


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor()
    names = re.findall(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
