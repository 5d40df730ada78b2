# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Model of the rate limiter under rate limits and outages, with simulated time.

The model uses the rate limiter and retries of the collection, and the rate limits of the simulator. The model simulates
time and requests, so that hours take seconds. Results are reproducible.
"""

# ruff: noqa: T201  (command-line output)

from __future__ import annotations

import argparse
import heapq
import importlib.util
import itertools
import random
import statistics
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from ansible_collections.webex.calling.plugins.module_utils import _rate_limit
from ansible_collections.webex.calling.plugins.module_utils._errors import ApiError
from simulator.rate_limit import RateLimit, RateLimiter

#: Minimum and maximum latency in seconds.
LATENCY = (0.05, 0.2)

#: Default of the option C(retry_timeout) in seconds.
RETRY_TIMEOUT = 300

CONCURRENCIES = (10, 32)


class Clock:
    """Simulated clock for threads that run one at a time."""

    def __init__(self) -> None:
        self._now = 0.0
        self._numbers = itertools.count()
        self._waiting: list[tuple[float, int, threading.Semaphore]] = []

    def monotonic(self) -> float:
        return 1000 + self._now

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            # Set a minimum, because rounding can remove a very short wait.
            turn = self._queue(max(seconds, 1e-6))
            self._wake_next()
            turn.acquire()

    def run(self, functions: list[Callable[[], None]]) -> float:
        """Run each function in a thread, and return the elapsed simulated seconds."""
        threads = [threading.Thread(target=self._run, args=(function, self._queue(0))) for function in functions]
        for thread in threads:
            thread.start()
        self._wake_next()
        for thread in threads:
            thread.join()
        return self._now

    def _run(self, function: Callable[[], None], turn: threading.Semaphore) -> None:
        turn.acquire()
        function()
        if self._waiting:
            self._wake_next()

    def _queue(self, seconds: float) -> threading.Semaphore:
        turn = threading.Semaphore(0)
        heapq.heappush(self._waiting, (self._now + seconds, next(self._numbers), turn))
        return turn

    def _wake_next(self) -> None:
        self._now, _number, turn = heapq.heappop(self._waiting)
        turn.release()


@dataclass(frozen=True)
class Scenario:
    """Requests to a service that can have a rate limit, an outage, or both.

    :param name: name in the output.
    :param requests: number of requests to send.
    :param limit: rate limit, or None.
    :param outage: start and end in seconds of responses with status 503 and C(Retry-After: 20).
    :param stray: number of a request that gets status 429 regardless of the limit.
    """

    name: str
    requests: int
    limit: RateLimit | None = None
    outage: tuple[float, float] = (0, 0)
    stray: int | None = None

    def minimum(self, concurrency: int) -> float:
        """Return the minimum seconds for a client that knows the limit."""
        outage = self.outage[1] - self.outage[0]
        unlimited = outage + self.requests * statistics.mean(LATENCY) / concurrency
        if self.limit is None:
            return unlimited
        if self.limit.style == "fixed_window":
            return float(max(unlimited, outage + (self.requests - 1) // self.limit.requests * self.limit.seconds))
        burst = self.limit.burst or self.limit.requests
        return float(max(unlimited, outage + (self.requests - burst) * self.limit.seconds / self.limit.requests))


def _window(requests: int, seconds: float) -> RateLimit:
    return RateLimit(requests=requests, seconds=seconds)


def _bucket(requests: int, seconds: float, burst: int) -> RateLimit:
    return RateLimit(style="token_bucket", requests=requests, seconds=seconds, burst=burst)


#: Most scenarios use the last window for one request, so that its fill level does not affect the minimum.
SCENARIOS = (
    Scenario("window 300/60 s, 1,201", 1201, _window(300, 60)),
    Scenario("window 300/60 s, 4,801", 4801, _window(300, 60)),
    Scenario("window 300/60 s, 1,000 (last third full)", 1000, _window(300, 60)),
    Scenario("window 50/10 s, 1,001", 1001, _window(50, 10)),
    Scenario("window 50/10 s, 5,001", 5001, _window(50, 10)),
    Scenario("bucket 5/s burst 50, 1,000", 1000, _bucket(5, 1, 50)),
    Scenario("bucket 5/s burst 50, 5,000", 5000, _bucket(5, 1, 50)),
    Scenario("bucket 5/s burst 300, 5,000", 5000, _bucket(5, 1, 300)),
    Scenario("window 10/60 s, 101", 101, _window(10, 60)),
    Scenario("window 10/60 s, 301", 301, _window(10, 60)),
    Scenario("bucket 1 per 5 s burst 1, 100", 100, _bucket(1, 5, 1)),
    Scenario("window 1,000/60 s, 5,001", 5001, _window(1000, 60)),
    Scenario("no limit, 1,000", 1000),
    Scenario("no limit, 5,000", 5000),
    Scenario("no limit, one 429, 5,000", 5000, stray=100),
    Scenario("outage of 60 s, 5,000", 5000, outage=(5, 65)),
    Scenario("outage of 60 s, window 300/60 s, 2,101", 2101, _window(300, 60), outage=(90, 150)),
)


@dataclass
class Model:
    """Threads that share a rate limiter and send requests to a simulated service."""

    module: ModuleType
    scenario: Scenario
    seed: int
    clock: Clock = field(default_factory=Clock)
    refused: int = 0
    failed: int = 0
    _received: int = 0

    def seconds(self, concurrency: int) -> float:
        """Send all requests in parallel threads, and return the simulated seconds."""
        self._random = random.Random(self.seed)  # noqa: S311
        self.module.time = self.clock  # type: ignore[attr-defined]
        self._rate_limiter = self.module.RateLimiter()
        self._rate_limiter.sleep = self.clock.sleep
        self._service = RateLimiter(self.scenario.limit) if self.scenario.limit else None
        self._left = iter(range(self.scenario.requests))
        return self.clock.run([self._send_all] * concurrency)

    def _send_all(self) -> None:
        for _number in self._left:
            self._send()

    def _send(self) -> None:
        """Send a request with the same retries as C(WebexClient)."""
        retry_budget = None
        while True:
            turn = self._rate_limiter.acquire()
            latency = self._random.uniform(*LATENCY)
            self.clock.sleep(latency / 2)
            error = self._error()
            self.clock.sleep(latency / 2)
            if error is None:
                self._rate_limiter.record_success()
                return
            retry_budget = retry_budget or self.module.RetryBudget(RETRY_TIMEOUT)
            seconds = retry_budget.next_delay(error)
            if seconds is None:
                self.failed += 1
                return
            self._rate_limiter.pause(seconds, turn=turn, limited=error.status == 429)

    def _error(self) -> ApiError | None:
        now = self.clock.monotonic()
        self._received += 1
        began, ended = self.scenario.outage
        if began <= now - 1000 < ended:
            return ApiError("unavailable", "", "", status=503, retry_after=20, retryable=True)
        seconds = self._service.retry_after("", now) if self._service else None
        if self._received == self.scenario.stray:
            seconds = 2
        if seconds is None:
            return None
        self.refused += 1
        return ApiError("rate_limit", "", "", status=429, retry_after=seconds, retryable=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rate_limit_model", description=__doc__)
    parser.add_argument(
        "files", nargs="*", type=Path, help="other versions of _rate_limit.py, to compare with that of the collection"
    )
    parser.add_argument("--seeds", type=int, default=3, help="number of runs, of which the means are shown")
    parser.add_argument("--only", default="", help="text that names of scenarios must contain")
    options = parser.parse_args()
    modules = {"collection": _rate_limit, **{file.stem: _load(file) for file in options.files}}
    print(f"{'':<41}" + "".join(f"{name:>32}" for name in modules))
    print(f"{'scenario':<38} {'C':>3}" + f"{'time':>10} {'share':>7} {'429s':>6} {'failed':>6}" * len(modules))
    for scenario in (scenario for scenario in SCENARIOS if options.only in scenario.name):
        for concurrency in CONCURRENCIES:
            columns = []
            for module in modules.values():
                models = [Model(module, scenario, seed) for seed in range(options.seeds)]
                seconds = statistics.mean(model.seconds(concurrency) for model in models)
                share = scenario.minimum(concurrency) / seconds
                refused = statistics.mean(model.refused for model in models)
                failed = statistics.mean(model.failed for model in models)
                columns.append(f"{seconds:>10.2f} {share:>7.1%} {refused:>6.1f} {failed:>6.1f}")
            print(f"{scenario.name:<38} {concurrency:>3}" + "".join(columns), flush=True)


def _load(file: Path) -> ModuleType:
    """Import a file as a module of C(module_utils), and return the module."""
    name = f"{_rate_limit.__package__}.{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ValueError(f"{file} is not a Python file")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
