# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures, and writes down what came of it."""

# ruff: noqa: T201  (a command tells what it does)

from __future__ import annotations

import argparse
import dataclasses
import datetime
import os
import platform
import re
import tempfile
from importlib.metadata import version
from pathlib import Path

from . import chart, experiments, report
from .clients import FOLDER
from .results import QUICK, RUNS, Results, Sizes, targets

ROOT = FOLDER.parent

#: Where the results of runs go that are none to show.
ELSEWHERE = ROOT / "build" / "benchmark"

EXPERIMENTS = ("simulator", *RUNS, "profile")


def main() -> None:
    options = _options()
    whole = not options.quick and not options.runs and set(options.only) == set(EXPERIMENTS)
    # Only a whole run may replace the results that are committed.
    place = options.output or (FOLDER if whole else ELSEWHERE)
    place.mkdir(parents=True, exist_ok=True)
    if options.report:
        results = Results.load(place / "results.json")
    else:
        results = _measure(_sizes(options), options.only)
        results.save(place / "results.json")
    (place / "RESULTS.md").write_text(report.text(results), encoding="utf-8")
    chart.draw(results, place / "results.svg")
    for target in targets(results):
        print(
            f"{'reached    ' if target.reached else 'NOT REACHED'}  {target.what}: {target.measured} ({target.wanted})"
        )
    print(f"See {place / 'RESULTS.md'}.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, one run of each, to try the benchmark itself"
    )
    parser.add_argument("--only", nargs="+", choices=EXPERIMENTS, default=EXPERIMENTS, help="measure only these")
    parser.add_argument("--runs", type=int, help="so many runs of everything")
    parser.add_argument("--report", action="store_true", help="measure nothing, write table and chart again")
    parser.add_argument("--output", type=Path, help=f"folder for the results; for anything but a whole run {ELSEWHERE}")
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


def _environment() -> dict[str, str]:
    """What the figures depend on."""
    metadata = (ROOT / "galaxy.yml").read_text(encoding="utf-8")
    (collection,) = re.findall(r"^version: (\S+)$", metadata, re.MULTILINE)
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "load when it began": f"{os.getloadavg()[0]:.2f}",
        "Python": platform.python_version(),
        "webex.calling": collection,
        **{name: version(name) for name in ("ansible-core", "requests", "wxc-sdk")},
    }


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor()
    names = re.findall(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
