# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""RESULTS.md: the figures in tables, and how to read them. All of it is made from the results."""

from __future__ import annotations

import re
import statistics
import textwrap
from collections.abc import Iterable, Sequence

from .clients import FOLDER
from .results import (
    CONCURRENCIES,
    LIMIT_STYLES,
    STYLE_NAMES,
    Results,
    Runs,
    cpu_seconds,
    peak_mb,
    seconds,
    targets,
)

#: README.md begins with it, and what is written here is under the same license.
_LICENSE = (FOLDER / "README.md").read_text(encoding="utf-8").partition("-->")[0] + "-->"

_HEAD = f"""{_LICENSE}

<!-- Written by `make benchmark`. -->

# Results of the benchmark

All clients talk to the simulator on the same machine, measured in one go; [README.md](README.md) says how, and what
each of them does. Times are those of whole processes, from start to end, Ansible's own included: what a user waits.
Figures are medians; the number of runs stands with each table.

![Chart of the results](results.svg)
"""

_WIDTH = 120

#: What the clients of a limit and of many lines are called.
_CLIENTS = {
    "module": "`virtual_line_call_recording_info`",
    "sdk async": "wxc-sdk, asynchronous",
    "sdk threads": "wxc-sdk, synchronous, in threads",
    "sdk loop": "wxc-sdk, synchronous, one after another",
}


def text(results: Results) -> str:
    parts = [_environment(results), _targets(results)]
    if results.simulator:
        parts.append(_simulator(results))
    if results.one_line:
        parts.append(_one_line(results))
    if results.many_lines:
        parts.append(_many_lines(results))
    if results.growth:
        parts.append(_growth(results))
    if results.inventory:
        parts.append(_inventory(results))
    if results.hosts:
        parts.append(_hosts(results))
    if results.rate_limit:
        parts.append(_rate_limit(results))
    if results.profile and results.many_lines:
        parts.append(_profile(results))
    return _HEAD + "\n" + _wrapped("\n".join(parts))


def _environment(results: Results) -> str:
    return _table(("measured on", ""), results.environment.items())


def _targets(results: Results) -> str:
    rows = [
        (target.what, target.wanted, target.measured, "reached" if target.reached else "**not reached**")
        for target in targets(results)
    ]
    return "## What was to be reached\n\n" + _table(("target", "wanted", "measured", ""), rows)


def _simulator(results: Results) -> str:
    return f"""## The simulator alone

It answers {statistics.median(results.simulator):,.0f} requests per second for the settings of a line (median of
{len(results.simulator)} runs, no latency, 4 connections, clients that do nothing but count). At
{results.sizes.latency * 1000:g} ms latency and concurrency {max(CONCURRENCIES)}, no client can ask for more than
{max(CONCURRENCIES) / results.sizes.latency:,.0f}. It takes processor time from them all the same, as they share the
machine.
"""


def _one_line(results: Results) -> str:
    names = {
        "empty": "empty playbook (`meta: noop`)",
        "ping": "`ansible.builtin.ping`",
        "uri": "`ansible.builtin.uri`",
        "module": "`virtual_line_call_recording_info`",
    }
    empty = seconds(results.one_line["empty"])
    rows = [
        (name, _time(results.one_line, key), f"{seconds(results.one_line[key]) - empty:.2f} s", _span(results, key))
        for key, name in names.items()
    ]
    return f"""## One line

A playbook with one task, no latency; {_runs(results.one_line)}. The empty playbook is the floor, and `ping` the price
of any module.

{_table(("playbook", "time", "above the floor", "fastest to slowest"), rows)}"""


def _span(results: Results, key: str) -> str:
    times = [run.seconds for run in results.one_line[key]]
    return f"{min(times):.2f} to {max(times):.2f} s"


def _many_lines(results: Results) -> str:
    sizes, runs = results.sizes, results.many_lines
    rows: list[Sequence[str]] = [
        ("`ansible.builtin.uri` in a loop, extrapolated", *[f"{results.uri_seconds:.0f} s"] * 2, "", ""),
        (_CLIENTS["sdk loop"], *[_time(runs, "sdk loop")] * 2, "", ""),
    ]
    for key in ("sdk threads", "sdk async", "module"):
        times = [_time(runs, f"{key} {number}") for number in CONCURRENCIES]
        cpu = {"module": results.module_cpu_per_line, "sdk async": results.sdk_cpu_per_line}.get(key)
        rows.append((_CLIENTS[key], *times, *[f"{cpu(n) * 1000:.2f} ms" if cpu else "" for n in CONCURRENCIES]))
    rows.append(("floor", *[f"{results.floor(number):.2f} s" for number in CONCURRENCIES], "", ""))
    times_faster = " and ".join(f"{results.times_faster(number):.0f}" for number in CONCURRENCIES)
    started = [f"{results.module_cpu_per_line(n, without='module start') * 1000:.2f} ms" for n in CONCURRENCIES]
    less, more = sizes.loop_sizes
    heads = [f"concurrency {number}" for number in CONCURRENCIES]
    return f"""## {sizes.lines:,} lines at {sizes.latency * 1000:g} ms latency

The whole organization, list and settings; {_runs({"": runs["empty"]})}, of the loops {len(runs["sdk loop"])}.

{_table(("client", *heads, *[f"CPU per line, {head}" for head in heads]), rows)}
- The module is {times_faster} times faster than the loop. Nobody waited for that loop to end: {less} lines took
  {_time(runs, f"uri {less}")} and {more} lines {_time(runs, f"uri {more}")}, which makes
  {results.uri_seconds_per_line:.3f} s for each further line. A loop reads one line after the other, so that concurrency
  changes nothing.
- The floor is lines times latency, divided by concurrency, and an empty playbook ({_time(runs, "empty")}). The module
  is {_percent(results.above_floor(10))} above it at concurrency 10, and {_percent(results.above_floor(32))} at
  concurrency 32.
- CPU per line is user and system time of all processes of a client.
  - For the module, that of an empty playbook is subtracted ({cpu_seconds(runs["empty"]):.2f} s). So starting the module
    counts; without it, that is with a playbook subtracted that reads one line
    ({cpu_seconds(runs["module start"]):.2f} s), it is {" and ".join(started)}. What Ansible does to take over the
    result counts in any case, and so does its looking every millisecond whether the module has ended.
  - For the SDK, that of a script is subtracted that only imports it and makes the client
    ({cpu_seconds(runs["sdk nothing"]):.2f} s).
- An SDK script needs no Ansible, but {_time(runs, "sdk nothing")} to start.
"""


def _growth(results: Results) -> str:
    rows = []
    empty = seconds(results.growth["empty"])
    for lines in results.sizes.growth:
        runs = results.growth[str(lines)]
        each = (seconds(runs) - empty) / lines
        rows.append((f"{lines:,}", f"{seconds(runs):.2f} s", f"{each * 1000:.2f} ms", f"{peak_mb(runs):.0f} MB"))
    before, last = results.sizes.growth[-2:]
    return f"""## Growth

The module at concurrency 10, no latency; {_runs(results.growth)}. Memory is the peak of the module's own process, the
highest of all runs.

{_table(("lines", "time", "per line, without an empty playbook", "memory"), rows)}
From {before:,} to {last:,} lines, time grows with the power {results.growth_exponent:.2f} of their number; 1 is linear.
"""


def _inventory(results: Results) -> str:
    names = {"lines": "lines alone", "settings": "with settings", "cached": "with settings, from the cache"}
    rows = []
    for lines, rounds in results.sizes.inventory.items():
        for key, name in names.items():
            runs = results.inventory[f"{key} {lines}"]
            each = seconds(runs) / int(lines)
            rows.append(
                (
                    *(f"{int(lines):,}", name, f"{seconds(runs):.1f} s", f"{each * 1000:.2f} ms"),
                    *(f"{peak_mb(runs):.0f} MB", str(rounds)),
                )
            )
    return f"""## Inventories

`ansible-inventory --list`, concurrency 10, no latency. Memory is the peak of the process, which holds the inventory and
the text that it prints; the highest of all runs.

{_table(("lines", "inventory", "time", "per line", "memory", "runs"), rows)}"""


def _hosts(results: Results) -> str:
    sizes, runs = results.sizes, results.hosts
    less, more = sizes.host_sizes
    rows = [
        ("the inventory reads all settings", _time(runs, "inventory"), f"{runs['inventory'][0].requests:,}", ""),
        ("the inventory has them from the cache", _time(runs, "cached inventory"), "0", ""),
        (
            "each host has a task that reads, extrapolated",
            *(f"{results.task_each_seconds:.0f} s", f"{sizes.lines + 1:,}"),
            f"{results.task_each_seconds / seconds(runs['inventory']):.0f} times as long as the first",
        ),
    ]
    return f"""## Asserts on {sizes.lines:,} hosts

Whole playbooks with an assert for each host, 10 forks, {sizes.latency * 1000:g} ms latency; {_runs(runs)} at least.
The plays on what an inventory has read send no request of their own: the simulator counts those of the inventory, and
no other.

{_table(("what reads", "time", "requests", ""), rows)}
Nobody waited for {sizes.lines:,} tasks: {less} hosts took {_time(runs, f"task each {less}")} and {more} hosts
{_time(runs, f"task each {more}")}, which makes {results.seconds_per_host:.3f} s for each further host.
"""


def _profile(results: Results) -> str:
    told = results.profile
    module, urllib3, alone = (
        statistics.median(run["cpu_ms_per_line"] for run in told[what]) for what in ("module", "urllib3", "http.client")
    )
    reading = statistics.median(run["seconds"] for run in told["module"])
    whole, start = results.many_lines["module 10"], results.many_lines["module start"]
    empty = seconds(results.many_lines["empty"])
    starting = seconds(start) - empty - results.sizes.latency
    waiting = results.sizes.lines * results.sizes.latency / 10
    rows = [
        ("an empty playbook", empty, "the floor"),
        ("waiting for answers", waiting, "the floor"),
        ("starting a module, with its imports", starting, "Ansible and Python; `ping` alone takes most of it"),
        ("listing, and reading besides waiting", results.sizes.latency + reading - waiting, "below"),
        ("handing over the result", seconds(whole) - empty - starting - results.sizes.latency - reading, "Ansible"),
    ]
    parts = [(name, f"{taken:.2f} s", of) for name, taken, of in rows]
    ansible = rows[2][1] + rows[4][1]
    shares = [(owner, _percent(share)) for owner, share in told["shares"][0].items()]
    return f"""## Where the time goes

Of {seconds(whole):.2f} s that the module takes for {results.sizes.lines:,} lines at
{results.sizes.latency * 1000:g} ms latency and concurrency 10:

{_table(("part", "time", "whose"), parts)}
So what Ansible takes to start a module and to take over its result is {_percent(ansible / results.floor(10))} of the
floor, whatever the module does.

Reading alone, in a process without Ansible, takes {module:.2f} ms of processor time per line. The same requests take
{urllib3:.2f} ms with urllib3 alone, and {alone:.2f} ms with nothing but Python's own http.client. The SDK's
asynchronous client, with {results.sdk_cpu_per_line(10) * 1000:.2f} ms, parses HTTP in C. A profile of reading, one line
after another, no latency:

{_table(("whose code", "share of processor time"), shares)}"""


def _rate_limit(results: Results) -> str:
    sizes = results.sizes
    rows = []
    for style in LIMIT_STYLES:
        rows.append((f"{STYLE_NAMES[style]}: ideal", f"{results.ideal_seconds(style):.1f} s", "100 %", "0"))
        for client, name in _CLIENTS.items():
            rows.append(
                (
                    f"{STYLE_NAMES[style]}: {name}",
                    _time(results.rate_limit, f"{style} {client}"),
                    _percent(results.share_of_ideal(style, client)),
                    f"{results.refused(style, client):g}",
                )
            )
    per_window = f"{sizes.limit_requests} requests per {sizes.limit_seconds:g} s"
    shrunk_lines, shrunk_time = 300 / sizes.limit_requests, 60 / sizes.limit_seconds
    return f"""## Under a rate limit

{sizes.limit_lines:,} lines at {sizes.latency * 1000:g} ms latency, concurrency 10, and {per_window} allowed;
{_runs(results.rate_limit)}, all clients at the same time, each with a simulator of its own. It is the shape of 300
requests per minute with {shrunk_lines * sizes.limit_lines:,.0f} lines, shrunk to
one {shrunk_time:.0f}th of the time.

{_table(("limit and client", "time", "share of what the limit allows", "429s"), rows)}
- Here, time counts from the first request to the last answer. The share is the ideal time divided by it.
- The ideal of a fixed window: {sizes.limit_requests} requests at once, the same again when the window of
  {sizes.limit_seconds:g} s is over, and so on until all {sizes.limit_lines + 1:,} are sent (a list, and each line).
  Of a token bucket: {sizes.limit_requests} at once, and the others evenly at
  {sizes.limit_requests / sizes.limit_seconds:g} per second.
- Every request was answered in the end, after waiting as long as `Retry-After` says. It is in whole seconds, rounded
  up, which weighs {shrunk_time:.0f} times as much here as in a limit per minute.
- The ideal can't be told in advance: Webex does not say what its limits are. The module learns the rate from being
  refused, and has all of its requests keep to it; the SDK has each request wait for itself.
"""


def _wrapped(markdown: str) -> str:
    """With even lines, as figures of any length were put into the text."""
    lines: list[str] = []
    for line in markdown.splitlines():
        text_before = bool(lines) and re.match(r"[\w({`]|- ", lines[-1].lstrip())
        if text_before and re.match(r"[\w({`\d]", line.lstrip()):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
    return "\n".join(_filled(line) for line in lines) + "\n"


def _filled(line: str) -> str:
    if line.startswith("|"):
        return line
    indent = re.match(r" *(- )?", line)
    return textwrap.fill(
        line,
        _WIDTH,
        subsequent_indent=" " * (indent.end() if indent else 0),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n".replace("|  |", "| |") for line in lines)


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _time(runs: Runs, key: str) -> str:
    return f"{seconds(runs[key]):.2f} s"


def _runs(runs: Runs) -> str:
    count = min(len(each) for each in runs.values())
    return f"{count} run{'s' * (count != 1)} of each"
