# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was measured, on what, and the figures that come of it."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .clients import Run

#: The runs of each client, by a key such as C(module 10).
Runs = dict[str, list[Run]]

#: The experiments that consist of runs of clients.
RUNS = ("one_line", "many_lines", "growth", "inventory", "hosts", "rate_limit")

CONCURRENCIES = (10, 32)
LIMIT_STYLES = ("fixed_window", "token_bucket")


@dataclass(frozen=True)
class Sizes:
    """How much is measured. Times are in seconds.

    :param loop_sizes: so many lines a loop of C(uri) reads, to tell from two sizes how long many would take.
    :param inventory: sizes of organizations, and how many runs of each.
    :param host_sizes: so many hosts have a task each that reads, to tell from two sizes how long many would take.
    :param limit_requests: so many requests are allowed in C(limit_seconds).
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
    limit_lines=50,
    limit_requests=10,
    limit_seconds=2,
    limit_runs=1,
    load_runs=1,
    load_seconds=1,
)


@dataclass
class Results:
    """Everything that was measured; what was left out is empty."""

    sizes: Sizes
    environment: Mapping[str, str]
    simulator: list[float] = field(default_factory=list)
    one_line: Runs = field(default_factory=dict)
    many_lines: Runs = field(default_factory=dict)
    growth: Runs = field(default_factory=dict)
    inventory: Runs = field(default_factory=dict)
    hosts: Runs = field(default_factory=dict)
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

    def floor(self, concurrency: int) -> float:
        """Seconds that no client run by Ansible can do without: waiting for answers, and Ansible itself."""
        waiting = self.sizes.lines * self.sizes.latency / concurrency
        return waiting + seconds(self.many_lines["empty"])

    def above_floor(self, concurrency: int) -> float:
        """How much longer than the floor the module took, as a share of the floor."""
        return seconds(self.many_lines[f"module {concurrency}"]) / self.floor(concurrency) - 1

    @property
    def uri_seconds_per_line(self) -> float:
        return _slope(self.many_lines, "uri", self.sizes.loop_sizes)

    @property
    def uri_seconds(self) -> float:
        """What a loop of C(uri) over all lines would take: nobody has measured that."""
        size = self.sizes.loop_sizes[1]
        return seconds(self.many_lines[f"uri {size}"]) + (self.sizes.lines - size) * self.uri_seconds_per_line

    def times_faster(self, concurrency: int) -> float:
        """How many times as long a loop of C(uri) takes."""
        return self.uri_seconds / seconds(self.many_lines[f"module {concurrency}"])

    def module_cpu_per_line(self, concurrency: int, *, without: str = "empty") -> float:
        """Seconds of processor time, without those of an empty playbook."""
        return self._cpu_per_line(f"module {concurrency}", without)

    def sdk_cpu_per_line(self, concurrency: int) -> float:
        """The same of the SDK's asynchronous client, without those of a script that imports and makes the client."""
        return self._cpu_per_line(f"sdk async {concurrency}", "sdk nothing")

    def _cpu_per_line(self, key: str, empty: str) -> float:
        return (cpu_seconds(self.many_lines[key]) - cpu_seconds(self.many_lines[empty])) / self.sizes.lines

    # --- growth --------------------------------------------------------------------------------------------------

    @property
    def growth_exponent(self) -> float:
        """Between the two largest sizes, time grows with this power of the number of lines; 1 is linear.

        Without the time that the smallest size takes, nearly all of which is Ansible's own.
        """
        first, *_between, before, last = self.sizes.growth if len(self.sizes.growth) > 2 else (0, *self.sizes.growth)
        least = seconds(self.growth[str(first)]) if first else seconds(self.growth["empty"])
        times = [seconds(self.growth[str(lines)]) - least for lines in (before, last)]
        return math.log(times[1] / times[0]) / math.log((last - first) / (before - first))

    # --- hosts ---------------------------------------------------------------------------------------------------

    @property
    def seconds_per_host(self) -> float:
        """What one more host takes that has a task of its own which reads."""
        return _slope(self.hosts, "task each", self.sizes.host_sizes)

    @property
    def task_each_seconds(self) -> float:
        """What that would take with all lines: nobody has measured that."""
        size = self.sizes.host_sizes[1]
        return seconds(self.hosts[f"task each {size}"]) + (self.sizes.lines - size) * self.seconds_per_host

    # --- rate limits ---------------------------------------------------------------------------------------------

    def ideal_seconds(self, style: str) -> float:
        """How long the limit alone makes everyone wait who never waits in vain, from the first request on."""
        requests = self.sizes.limit_lines + 1
        if style == "fixed_window":
            return (math.ceil(requests / self.sizes.limit_requests) - 1) * self.sizes.limit_seconds
        return (requests - self.sizes.limit_requests) * self.sizes.limit_seconds / self.sizes.limit_requests

    def share_of_ideal(self, style: str, client: str) -> float:
        return self.ideal_seconds(style) / seconds(self.rate_limit[f"{style} {client}"])

    def refused(self, style: str, client: str) -> float:
        return statistics.median(run.refused for run in self.rate_limit[f"{style} {client}"])


def seconds(runs: list[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def cpu_seconds(runs: list[Run]) -> float:
    return statistics.median(run.cpu_seconds for run in runs)


def peak_mb(runs: list[Run]) -> float:
    """The most of all runs: memory that was needed once can be needed again."""
    return max(run.module_peak_mb or run.peak_mb for run in runs)


def _slope(runs: Runs, key: str, sizes: tuple[int, int]) -> float:
    """Seconds for one more, from two sizes."""
    less, more = sizes
    return (seconds(runs[f"{key} {more}"]) - seconds(runs[f"{key} {less}"])) / (more - less)


def _rounded(value: Any) -> Any:
    """Without the digits that say nothing."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return value


# --- what to reach -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    """Something to reach, and whether the figures reach it."""

    what: str
    wanted: str
    measured: str
    reached: bool


#: Time that grows with at most this power of the number of lines counts as linear: measurements waver.
_LINEAR = 1.1


def targets(results: Results) -> list[Target]:
    """Those that what was measured can tell of."""
    found: list[Target] = []
    if results.one_line:
        module, uri = seconds(results.one_line["module"]), seconds(results.one_line["uri"])
        found.append(Target("one line costs no more than `uri`", f"≤ {uri:.2f} s", f"{module:.2f} s", module <= uri))
    if results.many_lines:
        found += _of_many_lines(results)
    if results.growth:
        found += _of_growth(results)
    if results.rate_limit:
        found += _of_rate_limits(results)
    return found


def _of_many_lines(results: Results) -> list[Target]:
    found = []
    for concurrency, least in zip(CONCURRENCIES, (70, 150)):
        faster = results.times_faster(concurrency)
        what = f"{results.sizes.lines:,} lines, concurrency {concurrency}: times faster than a loop of `uri`"
        found.append(Target(what, f"≥ {least}", f"{faster:.0f}", faster >= least))
    above = results.above_floor(10)
    what = f"{results.sizes.lines:,} lines, concurrency 10: time above the floor"
    found.append(Target(what, "≤ 15 %", f"{above * 100:.1f} %", above <= 0.15))
    for concurrency in CONCURRENCIES:
        ours, theirs = results.module_cpu_per_line(concurrency), results.sdk_cpu_per_line(concurrency)
        what = f"concurrency {concurrency}: processor time per line at most that of the SDK's asynchronous client"
        found.append(Target(what, f"≤ {theirs * 1000:.2f} ms", f"{ours * 1000:.2f} ms", ours <= theirs))
    return found


def _of_growth(results: Results) -> list[Target]:
    exponent, lines = results.growth_exponent, results.sizes.growth[-1]
    peak = peak_mb(results.growth[str(lines)])
    return [
        Target("time grows linearly with lines: power", f"≤ {_LINEAR}", f"{exponent:.2f}", exponent <= _LINEAR),
        Target(f"the module's memory at {lines:,} lines", "< 400 MB", f"{peak:.0f} MB", peak < 400),
    ]


def _of_rate_limits(results: Results) -> list[Target]:
    found = []
    for style in LIMIT_STYLES:
        share = results.share_of_ideal(style, "module")
        what = f"{STYLE_NAMES[style]}: share of what the limit allows"
        found.append(Target(what, "≥ 95 %", f"{share * 100:.1f} %", share >= 0.95))
        ours, theirs = results.refused(style, "module"), results.refused(style, "sdk async")
        what = f"{STYLE_NAMES[style]}: 429s at most a tenth of those of the SDK's asynchronous client"
        found.append(Target(what, f"≤ {theirs / 10:g}", f"{ours:g}", ours <= theirs / 10))
    return found


STYLE_NAMES = {"fixed_window": "fixed window", "token_bucket": "token bucket"}
