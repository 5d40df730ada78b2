# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Experiments of the benchmark. Clients take turns, so that other machine load affects all clients."""

# ruff: noqa: T201  (progress output)

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from simulator.process import Simulator

from .clients import TOKEN, BenchmarkError, Clients, Run
from .load import requests_per_second
from .results import CONCURRENCIES, LIMIT_STYLES, Runs, Sizes

_Client = Callable[[], Run]


def warm_up(folder: Path) -> None:
    """Run all clients once, so that measurements do not include the compilation of Python files."""
    with Simulator("--lines", "3") as simulator:
        clients = Clients(simulator, folder)
        lines = _ids(simulator)
        clients.playbook("ping")
        clients.playbook("one_line_uri", lines=lines, expected_reads=1)
        clients.playbook("organization", concurrency=2, expected_reads=3)
        clients.script("sdk_async.py", "all", "2", expected_reads=3)
        clients.script("sdk_sync.py", "2", expected_reads=3)
        clients.playbook("assert_hosts", inventory="settings", expected_reads=3)
        clients.inventory("lines")
        clients.in_process("module", 1)
        clients.playbook("save_result", expected_reads=3)
        clients.playbook("return_result")
        _drift_check(clients, 3)


def simulator_alone(sizes: Sizes, _folder: Path) -> list[float]:
    """Return the simulator throughput of each run in requests per second."""
    with Simulator("--lines", "10") as simulator:
        line_id = _ids(simulator)[0]
        return [
            requests_per_second(simulator, line_id, TOKEN, seconds=sizes.load_seconds, connections=4)
            for _run in range(sizes.load_runs)
        ]


def one_line(sizes: Sizes, folder: Path) -> Runs:
    """Return runs of playbooks that read one line without simulated latency."""
    with Simulator("--lines", "10") as simulator:
        clients = Clients(simulator, folder)
        lines = _ids(simulator)[:1]
        clients.playbook("save_result", lines=lines, expected_reads=1)
        return _run_in_turns(
            {
                "empty": partial(clients.playbook, "empty"),
                "ping": partial(clients.playbook, "ping"),
                "result": partial(clients.playbook, "return_result"),
                "uri": partial(clients.playbook, "one_line_uri", lines=lines, expected_reads=1),
                "module": partial(clients.playbook, "one_line_module", lines=lines, expected_reads=1),
            },
            sizes.one_line_runs,
        )


def many_lines(sizes: Sizes, folder: Path) -> Runs:
    """Return runs of clients that read a whole organization."""
    lines = sizes.lines
    with Simulator("--lines", str(lines), "--latency", str(sizes.latency)) as simulator:
        clients = Clients(simulator, folder)
        ids = _ids(simulator)
        clients.playbook("save_result", expected_reads=lines)
        quick: dict[str, _Client] = {
            "empty": partial(clients.playbook, "empty"),
            "ping": partial(clients.playbook, "ping"),
            "result": partial(clients.playbook, "return_result"),
            "module start": partial(clients.playbook, "one_line_module", lines=ids[:1], expected_reads=1),
            "sdk nothing": partial(clients.script, "sdk_async.py", "nothing", "1"),
        }
        for number in CONCURRENCIES:
            quick[f"module {number}"] = partial(
                clients.playbook, "organization", concurrency=number, expected_reads=lines
            )
            quick[f"sdk async {number}"] = partial(
                clients.script, "sdk_async.py", "all", str(number), expected_reads=lines
            )
            quick[f"sdk threads {number}"] = partial(clients.script, "sdk_sync.py", str(number), expected_reads=lines)
        slow: dict[str, _Client] = {"sdk loop": partial(clients.script, "sdk_sync.py", "1", expected_reads=lines)}
        for size in sizes.loop_sizes:
            slow[f"uri {size}"] = partial(clients.playbook, "loop_of_uri", lines=ids[:size], expected_reads=size)
        return {**_run_in_turns(quick, sizes.runs), **_run_in_turns(slow, sizes.slow_runs)}


def growth(sizes: Sizes, folder: Path) -> Runs:
    """Return runs of the module for several organization sizes, without simulated latency."""
    with ExitStack() as stack:
        measured: dict[str, _Client] = {}
        for lines in sizes.growth:
            simulator = stack.enter_context(Simulator("--lines", str(lines)))
            clients = Clients(simulator, folder)
            measured[str(lines)] = partial(
                clients.playbook, "organization", concurrency=10, expected_reads=lines, memory=True
            )
            measured["empty"] = partial(clients.playbook, "empty")
        return _run_in_turns(measured, sizes.growth_runs)


def inventory(sizes: Sizes, folder: Path) -> Runs:
    """Return inventory runs without settings, with settings, and from the cache.

    The organizations are large. The simulator adds no latency.
    """
    runs: Runs = {}
    for lines, rounds in sizes.inventory.items():
        with Simulator("--lines", str(lines)) as simulator:
            clients = Clients(simulator, folder)
            clients.fill_cache("settings")
            measured: dict[str, _Client] = {
                f"lines {lines}": partial(clients.inventory, "lines"),
                f"settings {lines}": partial(clients.inventory, "settings", expected_reads=int(lines)),
                f"cached {lines}": partial(clients.inventory, "settings", cached=True),
                f"static {lines}": partial(clients.static_inventory, clients.save_inventory("settings")),
            }
            runs.update(_run_in_turns(measured, rounds))
    return runs


def hosts(sizes: Sizes, folder: Path) -> Runs:
    """Return runs of host assertions, with settings from the inventory or from one task per host."""
    runs: Runs = {}
    with Simulator("--lines", str(sizes.lines), "--latency", str(sizes.latency)) as simulator:
        clients = Clients(simulator, folder)
        clients.fill_cache("settings")
        asserts = partial(clients.playbook, "assert_hosts", inventory="settings")
        measured: dict[str, _Client] = {"inventory": partial(asserts, expected_reads=sizes.lines)}
        measured["cached inventory"] = partial(asserts, cached=True)
        runs.update(_run_in_turns(measured, sizes.runs))
    for size in sizes.host_sizes:
        with Simulator("--lines", str(size), "--latency", str(sizes.latency)) as simulator:
            clients = Clients(simulator, folder)
            task_each = partial(clients.playbook, "read_hosts", inventory="lines", expected_reads=size)
            runs.update(_run_in_turns({f"task each {size}": task_each}, sizes.slow_runs))
    return runs


def drift(sizes: Sizes, folder: Path) -> Runs:
    """Return runs of the drift check, of baselines, and of the recording service.

    Each playbook also runs for a small organization, whose time is mostly that of Ansible.
    """
    with ExitStack() as stack:
        measured: dict[str, _Client] = {}
        for size, members in (("start", sizes.drift_start), ("all", sizes.drift_members)):
            kinds = ("--people", members * 6 // 10, "--workspaces", members * 2 // 10, "--lines", members * 2 // 10)
            clients = _started(stack, sizes, folder, *kinds)
            measured[f"check {size}"] = partial(_drift_check, clients, members)
            clients = _started(stack, sizes, folder, "--lines", members)
            measured[f"save {size}"] = partial(clients.playbook, "save_baseline", expected_reads=None)
            measured[f"restore {size}"] = partial(_restore, clients, members)
        for size, locations in (("start", 1), ("all", sizes.service_locations)):
            clients = _started(stack, sizes, folder, "--lines", locations, "--locations", locations)
            measured[f"service {size}"] = partial(_service, clients, locations)
        return _run_in_turns(measured, sizes.drift_runs)


def _started(stack: ExitStack, sizes: Sizes, folder: Path, *arguments: str | int) -> Clients:
    simulator = stack.enter_context(Simulator("--latency", str(sizes.latency), *map(str, arguments)))
    return Clients(simulator, folder)


def _drift_check(clients: Clients, members: int) -> Run:
    run = clients.playbook("drift_check", expected_reads=None)
    _require(clients.output("drift.json")["counts"]["compared"] == members, "The drift check missed members.")
    return run


def _restore(clients: Clients, members: int) -> Run:
    """Change all lines, and restore the baseline of the playbook save_baseline."""
    clients.simulator.edit_random_lines(lines=members)
    run = clients.playbook("restore_baseline", expected_reads=None, members=members)
    remediated = clients.output("restored.json")["remediation"]["remediated"]
    _require(len(remediated) == members, "The baseline was not restored for all lines.")
    return run


def _service(clients: Clients, locations: int) -> Run:
    run = clients.playbook("service", expected_reads=None)
    # Each location has its vendors and its announcement.
    _require(run.requests >= 2 * locations, "The recording service of locations was not read.")
    return run


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise BenchmarkError(message)


def profile(sizes: Sizes, folder: Path) -> dict[str, list[dict[str, float]]]:
    """Return measurements of the collection without Ansible, of HTTP libraries only, and a profile by library."""
    results: dict[str, list[dict[str, float]]] = {}
    with (
        Simulator("--lines", str(sizes.lines), "--latency", str(sizes.latency)) as slow,
        Simulator("--lines", str(sizes.lines)) as quick,
    ):
        for _round in range(sizes.runs):
            for mode in ("module", "urllib3", "http.client"):
                results.setdefault(mode, []).append(Clients(slow, folder).in_process(mode, 10))
        results["shares"] = [Clients(quick, folder).in_process("profile", 1)]
    return results


def rate_limit(sizes: Sizes, folder: Path) -> Runs:
    """Return runs of clients under a rate limit.

    All clients run in parallel, because clients wait most of the time. Each client has its own simulator. The parallel
    start slows down all clients. Therefore, the measured time starts with the first request.
    """
    lines = sizes.limit_lines
    measured: dict[str, _Client] = {}
    with ExitStack() as stack:
        for style in LIMIT_STYLES:
            for client in ("module", "sdk async", "sdk threads", "sdk loop"):
                simulator = stack.enter_context(
                    Simulator(
                        *("--lines", str(lines), "--latency", str(sizes.latency), "--limit-style", style),
                        *("--limit", f"{sizes.limit_requests}/{sizes.limit_seconds:g}"),
                    )
                )
                measured[f"{style} {client}"] = _rate_limited_client(client, simulator, folder, lines)
        runs: Runs = {key: [] for key in measured}
        for number in range(sizes.limit_runs):
            with ThreadPoolExecutor(len(measured)) as threads:
                futures = {key: threads.submit(run) for key, run in measured.items()}
            for key, future in futures.items():
                runs[key].append(future.result())
                _print_run(key, number, runs[key][-1])
        return runs


def _rate_limited_client(client: str, simulator: Simulator, folder: Path, lines: int) -> _Client:
    clients = Clients(simulator, folder)

    def run() -> Run:
        # Earlier runs must not affect the rate limit.
        simulator.reset()
        if client == "module":
            completed = clients.playbook("organization", concurrency=10, expected_reads=lines)
        elif client == "sdk async":
            completed = clients.script("sdk_async.py", "all", "10", expected_reads=lines)
        else:
            completed = clients.script("sdk_sync.py", "10" if client == "sdk threads" else "1", expected_reads=lines)
        return replace(completed, seconds=clients.request_seconds())

    return run


def _run_in_turns(clients: Mapping[str, _Client], rounds: int) -> Runs:
    runs: Runs = {key: [] for key in clients}
    for number in range(rounds):
        for key, client in clients.items():
            runs[key].append(client())
            _print_run(key, number, runs[key][-1])
    return runs


def _print_run(key: str, number: int, run: Run) -> None:
    peak = f"  {run.module_peak_mb:.0f} MB" if run.module_peak_mb else ""
    rate_limited = f"  {run.refused} 429s" if run.refused else ""
    print(
        f"  {number + 1}  {key:<26} {run.seconds:8.2f} s  {run.cpu_seconds:7.2f} s CPU{peak}{rate_limited}", flush=True
    )


def _ids(simulator: Simulator) -> list[str]:
    url = f"{simulator.api_url}/telephony/config/virtualLines"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {TOKEN}"})  # noqa: S310  (the scheme is http)
    # Ignore proxy settings, because a proxy cannot reach the loopback address.
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as response:
        return [line["id"] for line in json.load(response)["virtualLines"]]
