# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Benchmark results: measurements, environment, derived figures, and targets."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .clients import Run

#: Runs by client name, such as C(module 10).
Runs = dict[str, list[Run]]

#: Experiments that measure client runs.
RUNS = ("one_line", "many_lines", "growth", "inventory", "hosts", "drift", "rate_limit")

CONCURRENCIES = (10, 32)
LIMIT_STYLES = ("fixed_window", "token_bucket")


@dataclass(frozen=True)
class Sizes:
    """Sizes and run counts of the experiments. Times are in seconds.

    :param loop_sizes: two line counts for the extrapolation of a C(uri) loop.
    :param inventory: run count by line count.
    :param host_sizes: two host counts for the extrapolation of one reading task per host.
    :param drift_members: member count of drift checks and baselines.
    :param drift_start: member count of the small organization.
    :param limit_requests: number of requests that the rate limit allows in C(limit_seconds).
    """

    one_line_runs: int = 11
    lines: int = 1000
    latency: float = 0.05
    runs: int = 5
    slow_runs: int = 3
    loop_sizes: tuple[int, int] = (20, 60)
    growth: tuple[int, ...] = (100, 1000, 10_000, 50_000)
    growth_runs: int = 3
    inventory: Mapping[str, int] = field(default_factory=lambda: {"10000": 3, "100000": 1})
    host_sizes: tuple[int, int] = (20, 60)
    drift_members: int = 1000
    drift_start: int = 10
    drift_runs: int = 3
    service_locations: int = 50
    limit_lines: int = 1000
    limit_requests: int = 50
    limit_seconds: float = 10
    limit_runs: int = 1
    load_runs: int = 3
    load_seconds: float = 5


QUICK = Sizes(
    one_line_runs=1,
    lines=100,
    runs=1,
    slow_runs=1,
    loop_sizes=(2, 6),
    growth=(100, 1000),
    growth_runs=1,
    inventory={"100": 1, "1000": 1},
    host_sizes=(2, 6),
    drift_members=100,
    drift_runs=1,
    service_locations=10,
    limit_lines=50,
    limit_requests=10,
    limit_seconds=2,
    limit_runs=1,
    load_runs=1,
    load_seconds=1,
)


@dataclass
class Results:
    """Results of all experiments. Skipped experiments are empty."""

    sizes: Sizes
    environment: Mapping[str, str]
    simulator: list[float] = field(default_factory=list)
    one_line: Runs = field(default_factory=dict)
    many_lines: Runs = field(default_factory=dict)
    growth: Runs = field(default_factory=dict)
    inventory: Runs = field(default_factory=dict)
    hosts: Runs = field(default_factory=dict)
    drift: Runs = field(default_factory=dict)
    rate_limit: Runs = field(default_factory=dict)
    profile: dict[str, list[dict[str, float]]] = field(default_factory=dict)

    def save(self, file: Path) -> None:
        file.write_text(json.dumps(_rounded(asdict(self)), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, file: Path) -> Results:
        content = json.loads(file.read_text(encoding="utf-8"))
        sizes: dict[str, Any] = {}
        for name, value in content["sizes"].items():
            sizes[name] = tuple(value) if isinstance(value, list) else value
        experiments = {
            name: {key: [Run(**run) for run in runs] for key, runs in content[name].items()} for name in RUNS
        }
        return cls(
            Sizes(**sizes), content["environment"], content["simulator"], profile=content["profile"], **experiments
        )

    # --- 1,000 lines ---------------------------------------------------------------------------------------------

    def minimum_seconds(self, concurrency: int) -> float:
        """Return the minimum seconds for a module: response times, plus a module that only returns the result."""
        return self.waiting_seconds(concurrency) + seconds(self.many_lines["result"])

    def waiting_seconds(self, concurrency: int) -> float:
        """Return the seconds that a client waits for the settings of all lines."""
        return self.sizes.lines * self.sizes.latency / concurrency

    def seconds_without_ansible(self, concurrency: int) -> float:
        """Return the seconds of the module, without a module that only returns the result."""
        return seconds(self.many_lines[f"module {concurrency}"]) - seconds(self.many_lines["result"])

    def overhead(self, concurrency: int) -> float:
        """Return the excess of the module time over the minimum, as a fraction of the minimum."""
        return seconds(self.many_lines[f"module {concurrency}"]) / self.minimum_seconds(concurrency) - 1

    @property
    def uri_seconds_per_line(self) -> float:
        return _slope(self.many_lines, "uri", self.sizes.loop_sizes)

    @property
    def uri_seconds(self) -> float:
        """Return the extrapolated seconds for a C(uri) loop over all lines."""
        size = self.sizes.loop_sizes[1]
        return seconds(self.many_lines[f"uri {size}"]) + (self.sizes.lines - size) * self.uri_seconds_per_line

    def speedup(self, concurrency: int) -> float:
        """Return the speedup factor of the module compared to a C(uri) loop."""
        return self.uri_seconds / seconds(self.many_lines[f"module {concurrency}"])

    def module_cpu_per_line(self, concurrency: int) -> float:
        """Return the processor seconds of the module per line, without a module that only returns the result."""
        return self._cpu_per_line(f"module {concurrency}", "result")

    def sdk_cpu_per_line(self, concurrency: int) -> float:
        """Return the processor seconds of the asynchronous SDK client per line, without import and client creation."""
        return self._cpu_per_line(f"sdk async {concurrency}", "sdk nothing")

    def _cpu_per_line(self, key: str, baseline: str) -> float:
        return (cpu_seconds(self.many_lines[key]) - cpu_seconds(self.many_lines[baseline])) / self.sizes.lines

    def profile_median(self, mode: str, key: str) -> float:
        """Return the median of a measurement of in_process.py."""
        return statistics.median(run[key] for run in self.profile[mode])

    # --- growth --------------------------------------------------------------------------------------------------

    @property
    def growth_exponent(self) -> float:
        """Return the growth exponent of the time between the two largest sizes. An exponent of 1 is linear growth.

        The calculation subtracts the time of the smallest size, which is mostly Ansible itself.
        """
        first, *_between, before, last = self.sizes.growth if len(self.sizes.growth) > 2 else (0, *self.sizes.growth)
        smallest = seconds(self.growth[str(first)]) if first else seconds(self.growth["empty"])
        times = [seconds(self.growth[str(lines)]) - smallest for lines in (before, last)]
        return math.log(times[1] / times[0]) / math.log((last - first) / (before - first))

    # --- hosts ---------------------------------------------------------------------------------------------------

    @property
    def seconds_per_host(self) -> float:
        """Return the seconds for each additional host with one reading task."""
        return _slope(self.hosts, "task each", self.sizes.host_sizes)

    @property
    def task_each_seconds(self) -> float:
        """Return the extrapolated seconds for one reading task per line."""
        size = self.sizes.host_sizes[1]
        return seconds(self.hosts[f"task each {size}"]) + (self.sizes.lines - size) * self.seconds_per_host

    # --- rate limits ---------------------------------------------------------------------------------------------

    def rate_limit_minimum_seconds(self, style: str) -> float:
        """Return the minimum seconds that the rate limit allows, counted from the first request."""
        requests = self.sizes.limit_lines + 1
        if style == "fixed_window":
            return (math.ceil(requests / self.sizes.limit_requests) - 1) * self.sizes.limit_seconds
        return (requests - self.sizes.limit_requests) * self.sizes.limit_seconds / self.sizes.limit_requests

    def share_of_allowed_rate(self, style: str, client: str) -> float:
        """Return the used fraction of the allowed rate: minimum time divided by measured time."""
        return self.rate_limit_minimum_seconds(style) / seconds(self.rate_limit[f"{style} {client}"])

    def rate_limited(self, style: str, client: str) -> float:
        """Return the median number of 429 responses."""
        return statistics.median(run.refused for run in self.rate_limit[f"{style} {client}"])


def seconds(runs: list[Run]) -> float:
    """Return the median run time in seconds."""
    return statistics.median(run.seconds for run in runs)


def cpu_seconds(runs: list[Run]) -> float:
    """Return the median processor time in seconds."""
    return statistics.median(run.cpu_seconds for run in runs)


def peak_mb(runs: list[Run]) -> float:
    """Return the highest peak memory of all runs in millions of bytes."""
    return max(run.module_peak_mb or run.peak_mb for run in runs)


def _slope(runs: Runs, key: str, sizes: tuple[int, int]) -> float:
    """Return the seconds for each additional item, calculated from two sizes."""
    smaller, larger = sizes
    return (seconds(runs[f"{key} {larger}"]) - seconds(runs[f"{key} {smaller}"])) / (larger - smaller)


def _rounded(value: Any) -> Any:
    """Return the value with all figures rounded to four decimal places."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return value


# --- targets -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    """Performance target with the measured value."""

    name: str
    threshold: str
    measured: str
    reached: bool


#: Maximum time for one line, compared to C(uri), and maximum processor time per line, compared to urllib3.
_ONE_LINE_FACTOR = 1.15
_URLLIB3_FACTOR = 1.25

#: Maximum exponent of linear growth, with a margin because measurements vary.
_LINEAR_EXPONENT = 1.1


def targets(results: Results) -> list[Target]:
    """Return the targets of all experiments that ran."""
    found: list[Target] = []
    if results.one_line:
        module, uri = seconds(results.one_line["module"]), seconds(results.one_line["uri"])
        limit = uri * _ONE_LINE_FACTOR
        name = "one line: time at most 15 % above that of `uri`"
        found.append(Target(name, f"≤ {limit:.2f} s", f"{module:.2f} s", module <= limit))
    if results.many_lines:
        found += _of_many_lines(results)
    if results.profile:
        found.append(_of_profile(results))
    if results.growth:
        found += _of_growth(results)
    if results.rate_limit:
        found += _of_rate_limits(results)
    return found


def _of_many_lines(results: Results) -> list[Target]:
    found = []
    prefix = f"{results.sizes.lines:,} lines, concurrency"
    for concurrency, limit in zip(CONCURRENCIES, (0.05, 0.15)):
        overhead = results.overhead(concurrency)
        name = f"{prefix} {concurrency}: time above the minimum"
        found.append(Target(name, f"≤ {limit * 100:.0f} %", f"{overhead * 100:.1f} %", overhead <= limit))
    for concurrency in CONCURRENCIES:
        module = results.seconds_without_ansible(concurrency)
        sdk = min(seconds(results.many_lines[f"{client} {concurrency}"]) for client in ("sdk threads", "sdk async"))
        name = f"{prefix} {concurrency}: time without the part of Ansible at most that of the faster SDK client"
        found.append(Target(name, f"≤ {sdk:.2f} s", f"{module:.2f} s", module <= sdk))
    return found


def _of_profile(results: Results) -> Target:
    module, urllib3 = (results.profile_median(mode, "cpu_ms_per_line") for mode in ("module", "urllib3"))
    limit = urllib3 * _URLLIB3_FACTOR
    name = "processor time per line without Ansible at most 25 % above that of urllib3"
    return Target(name, f"≤ {limit:.2f} ms", f"{module:.2f} ms", module <= limit)


def _of_growth(results: Results) -> list[Target]:
    exponent, lines = results.growth_exponent, results.sizes.growth[-1]
    peak = peak_mb(results.growth[str(lines)])
    return [
        Target(
            "linear growth of time with lines: exponent",
            f"≤ {_LINEAR_EXPONENT}",
            f"{exponent:.2f}",
            exponent <= _LINEAR_EXPONENT,
        ),
        Target(f"memory of the module with {lines:,} lines", "< 400 MB", f"{peak:.0f} MB", peak < 400),
    ]


def _of_rate_limits(results: Results) -> list[Target]:
    found = []
    for style in LIMIT_STYLES:
        share = results.share_of_allowed_rate(style, "module")
        name = f"{STYLE_NAMES[style]}: share of the allowed rate"
        found.append(Target(name, "≥ 95 %", f"{share * 100:.1f} %", share >= 0.95))
        module, sdk = results.rate_limited(style, "module"), results.rate_limited(style, "sdk async")
        name = f"{STYLE_NAMES[style]}: 429 responses at most a tenth of those of the asynchronous SDK client"
        found.append(Target(name, f"≤ {sdk / 10:g}", f"{module:g}", module <= sdk / 10))
    return found


STYLE_NAMES = {"fixed_window": "fixed window", "token_bucket": "token bucket"}
