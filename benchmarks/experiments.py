# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is measured. The runs of all clients take turns, so that what else the machine does falls on all alike."""

# ruff: noqa: T201  (it tells how far it is)

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

from .clients import TOKEN, Clients, Run
from .load import requests_per_second
from .results import CONCURRENCIES, LIMIT_STYLES, Runs, Sizes

_Client = Callable[[], Run]


def warm_up(folder: Path) -> None:
    """Run everything once: what is compiled at the first start must not count."""
    with Simulator("--lines", "3") as simulator:
        clients = Clients(simulator, folder)
        lines = _ids(simulator)
        clients.playbook("ping")
        clients.playbook("one_line_uri", lines=lines, read=1)
        clients.playbook("organization", concurrency=2, read=3)
        clients.script("sdk_async.py", "all", "2", read=3)
        clients.script("sdk_sync.py", "2", read=3)
        clients.playbook("assert_hosts", inventory="settings", read=3)
        clients.inventory("lines")
        clients.in_process("module", 1)


def simulator_alone(sizes: Sizes, _folder: Path) -> list[float]:
    """Requests per second that the simulator answers, with nothing else to do."""
    with Simulator("--lines", "10") as simulator:
        line_id = _ids(simulator)[0]
        return [
            requests_per_second(simulator, line_id, TOKEN, seconds=sizes.load_seconds, connections=4)
            for _run in range(sizes.load_runs)
        ]


def one_line(sizes: Sizes, folder: Path) -> Runs:
    """One line, whole playbooks, no latency."""
    with Simulator("--lines", "10") as simulator:
        clients = Clients(simulator, folder)
        lines = _ids(simulator)[:1]
        return _in_turns(
            {
                "empty": partial(clients.playbook, "empty"),
                "ping": partial(clients.playbook, "ping"),
                "uri": partial(clients.playbook, "one_line_uri", lines=lines, read=1),
                "module": partial(clients.playbook, "one_line_module", lines=lines, read=1),
            },
            sizes.one_line_runs,
        )


def many_lines(sizes: Sizes, folder: Path) -> Runs:
    """A whole organization."""
    lines = sizes.lines
    with Simulator("--lines", str(lines), "--latency", str(sizes.latency)) as simulator:
        clients = Clients(simulator, folder)
        ids = _ids(simulator)
        quick: dict[str, _Client] = {
            "empty": partial(clients.playbook, "empty"),
            "module start": partial(clients.playbook, "one_line_module", lines=ids[:1], read=1),
            "sdk nothing": partial(clients.script, "sdk_async.py", "nothing", "1"),
        }
        for number in CONCURRENCIES:
            quick[f"module {number}"] = partial(clients.playbook, "organization", concurrency=number, read=lines)
            quick[f"sdk async {number}"] = partial(clients.script, "sdk_async.py", "all", str(number), read=lines)
            quick[f"sdk threads {number}"] = partial(clients.script, "sdk_sync.py", str(number), read=lines)
        slow: dict[str, _Client] = {"sdk loop": partial(clients.script, "sdk_sync.py", "1", read=lines)}
        for size in sizes.loop_sizes:
            slow[f"uri {size}"] = partial(clients.playbook, "loop_of_uri", lines=ids[:size], read=size)
        return {**_in_turns(quick, sizes.runs), **_in_turns(slow, sizes.slow_runs)}


def growth(sizes: Sizes, folder: Path) -> Runs:
    """Organizations of several sizes, no latency."""
    with ExitStack() as stack:
        measured: dict[str, _Client] = {}
        for lines in sizes.growth:
            simulator = stack.enter_context(Simulator("--lines", str(lines)))
            clients = Clients(simulator, folder)
            measured[str(lines)] = partial(clients.playbook, "organization", concurrency=10, read=lines, memory=True)
            measured["empty"] = partial(clients.playbook, "empty")
        return _in_turns(measured, sizes.growth_runs)


def inventory(sizes: Sizes, folder: Path) -> Runs:
    """Large organizations as inventories: lines alone, with their settings, and those from the cache; no latency."""
    runs: Runs = {}
    for lines, rounds in sizes.inventory.items():
        with Simulator("--lines", str(lines)) as simulator:
            clients = Clients(simulator, folder)
            clients.fill_cache("settings")
            measured: dict[str, _Client] = {
                f"lines {lines}": partial(clients.inventory, "lines"),
                f"settings {lines}": partial(clients.inventory, "settings", read=int(lines)),
                f"cached {lines}": partial(clients.inventory, "settings", cached=True),
            }
            runs.update(_in_turns(measured, rounds))
    return runs


def hosts(sizes: Sizes, folder: Path) -> Runs:
    """Asserts on each host: on what the inventory has read, and on what a task of each host reads."""
    runs: Runs = {}
    with Simulator("--lines", str(sizes.lines), "--latency", str(sizes.latency)) as simulator:
        clients = Clients(simulator, folder)
        clients.fill_cache("settings")
        asserts = partial(clients.playbook, "assert_hosts", inventory="settings")
        measured: dict[str, _Client] = {"inventory": partial(asserts, read=sizes.lines)}
        measured["cached inventory"] = partial(asserts, cached=True)
        runs.update(_in_turns(measured, sizes.runs))
    for size in sizes.host_sizes:
        with Simulator("--lines", str(size), "--latency", str(sizes.latency)) as simulator:
            clients = Clients(simulator, folder)
            task_each = partial(clients.playbook, "read_hosts", inventory="lines", read=size)
            runs.update(_in_turns({f"task each {size}": task_each}, sizes.slow_runs))
    return runs


def profile(sizes: Sizes, folder: Path) -> dict[str, list[dict[str, float]]]:
    """What reading costs without Ansible around it, what libraries alone would cost, and what of it is whose."""
    told: dict[str, list[dict[str, float]]] = {}
    with (
        Simulator("--lines", str(sizes.lines), "--latency", str(sizes.latency)) as slow,
        Simulator("--lines", str(sizes.lines)) as quick,
    ):
        for _round in range(sizes.runs):
            for what in ("module", "urllib3", "http.client"):
                told.setdefault(what, []).append(Clients(slow, folder).in_process(what, 10))
        told["shares"] = [Clients(quick, folder).in_process("profile", 1)]
    return told


def rate_limit(sizes: Sizes, folder: Path) -> Runs:
    """An organization whose requests are limited.

    All run at once, each against a simulator of its own: they wait nearly all the time, and do not disturb each other.
    But they all start at once, and that does; so time counts from the first request on.
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
                measured[f"{style} {client}"] = _limited(client, simulator, folder, lines)
        runs: Runs = {key: [] for key in measured}
        for number in range(sizes.limit_runs):
            with ThreadPoolExecutor(len(measured)) as threads:
                under_way = {key: threads.submit(run) for key, run in measured.items()}
            for key, future in under_way.items():
                runs[key].append(future.result())
                _tell(key, number, runs[key][-1])
        return runs


def _limited(client: str, simulator: Simulator, folder: Path, lines: int) -> _Client:
    clients = Clients(simulator, folder)

    def run() -> Run:
        # A new limit, of which nothing is used up yet.
        simulator.reset()
        if client == "module":
            ended = clients.playbook("organization", concurrency=10, read=lines)
        elif client == "sdk async":
            ended = clients.script("sdk_async.py", "all", "10", read=lines)
        else:
            ended = clients.script("sdk_sync.py", "10" if client == "sdk threads" else "1", read=lines)
        return replace(ended, seconds=clients.seconds_of_asking())

    return run


def _in_turns(clients: Mapping[str, _Client], rounds: int) -> Runs:
    runs: Runs = {key: [] for key in clients}
    for number in range(rounds):
        for key, client in clients.items():
            runs[key].append(client())
            _tell(key, number, runs[key][-1])
    return runs


def _tell(key: str, number: int, run: Run) -> None:
    peak = f"  {run.module_peak_mb:.0f} MB" if run.module_peak_mb else ""
    refused = f"  {run.refused} refused" if run.refused else ""
    print(f"  {number + 1}  {key:<26} {run.seconds:8.2f} s  {run.cpu_seconds:7.2f} s CPU{peak}{refused}", flush=True)


def _ids(simulator: Simulator) -> list[str]:
    url = f"{simulator.api_url}/telephony/config/virtualLines"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {TOKEN}"})  # noqa: S310  (it is http)
    # No proxy, whatever the environment says: none could reach this host's loopback address.
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        return [line["id"] for line in json.load(answer)["virtualLines"]]
