# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Chart of the benchmark results (results.svg)."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .results import CONCURRENCIES, LIMIT_STYLES, STYLE_NAMES, Results, peak_mb, seconds

_COLLECTION_COLOR, _OTHER_COLOR, _MINIMUM_COLOR = "#0b6e99", "#a3adb8", "#d9dee3"

mpl.rcParams.update(
    {
        # Do not convert text to paths: text allows searching, screen readers, and a smaller file.
        "svg.fonttype": "none",
        # Use a fixed salt, so that the same results create the same file.
        "svg.hashsalt": "webex.calling",
        "font.family": "sans-serif",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "axes.titlesize": 10,
    }
)


def draw(results: Results, file: Path) -> None:
    """Draw the chart and save the file. Parts without results stay empty."""
    figure = Figure(figsize=(11, 16), layout="constrained", facecolor="white")
    axes = figure.subplots(4, 2)
    axes[3][1].set_axis_off()
    for part_axes, draw_part, measured in (
        (axes[0][0], _one_line, results.one_line),
        (axes[0][1], _many_lines, results.many_lines),
        (axes[1][0], _growth, results.growth),
        (axes[1][1], _rate_limit, results.rate_limit),
        (axes[2][0], _inventory, results.inventory),
        (axes[2][1], _hosts, results.hosts),
        (axes[3][0], _drift, results.drift),
    ):
        if measured:
            draw_part(results, part_axes)
        else:
            part_axes.set_axis_off()
    environment = results.environment
    figure.supxlabel(
        f"webex.calling {environment['webex.calling']}, {environment['date']}, {environment['processor']},"
        f" {environment['cores']} cores, ansible-core {environment['ansible-core']}, wxc-sdk {environment['wxc-sdk']}",
        fontsize=8,
        color="#555555",
    )
    output = StringIO()
    figure.savefig(output, format="svg", metadata={"Date": None})
    lines = (line.rstrip() for line in output.getvalue().splitlines())
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _one_line(results: Results, axes: Axes) -> None:
    names = {"empty": "empty playbook", "ping": "ping", "result": "minimum", "uri": "uri", "module": "this collection"}
    _bars(
        axes,
        [(name, seconds(results.one_line[key]), _color(key)) for key, name in names.items()],
        "One line",
        digits=2,
    )


def _many_lines(results: Results, axes: Axes) -> None:
    runs = results.many_lines
    bars = [
        ("uri loop (extrapolated)", results.uri_seconds, _OTHER_COLOR),
        ("wxc-sdk, sequential", seconds(runs["sdk loop"]), _OTHER_COLOR),
    ]
    for number in CONCURRENCIES:
        bars += [
            (f"wxc-sdk, threads, {number}", seconds(runs[f"sdk threads {number}"]), _OTHER_COLOR),
            (f"wxc-sdk, asynchronous, {number}", seconds(runs[f"sdk async {number}"]), _OTHER_COLOR),
            (f"this collection, {number}", seconds(runs[f"module {number}"]), _COLLECTION_COLOR),
            (f"minimum, {number}", results.minimum_seconds(number), _MINIMUM_COLOR),
        ]
    _bars(axes, bars, f"{results.sizes.lines:,} lines at {results.sizes.latency * 1000:g} ms latency", digits=1)
    axes.set(xscale="log", xlabel="seconds (logarithmic); 10 and 32: concurrency")
    axes.xaxis.set_major_formatter("{x:g}")


def _growth(results: Results, axes: Axes) -> None:
    sizes = results.sizes.growth
    axes.plot(sizes, [seconds(results.growth[str(lines)]) for lines in sizes], "o-", color=_COLLECTION_COLOR)
    axes.set(
        xscale="log", yscale="log", xlabel="lines", ylabel="seconds", title="Run time and memory by number of lines"
    )
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:,g}")
    for lines in sizes:
        runs = results.growth[str(lines)]
        axes.annotate(
            f"{seconds(runs):.1f} s\n{peak_mb(runs):.0f} MB",
            (lines, seconds(runs)),
            textcoords="offset points",
            xytext=(-8, 4),
            ha="right",
        )
    axes.margins(x=0.25, y=0.2)
    axes.grid(visible=True, which="major", color="#eeeeee")


def _rate_limit(results: Results, axes: Axes) -> None:
    names = {"sdk loop": "wxc-sdk, sequential", "sdk threads": "wxc-sdk, threads"}
    names.update({"sdk async": "wxc-sdk, asynchronous", "module": "this collection"})
    bars, notes = [], []
    for style in LIMIT_STYLES:
        for client, name in names.items():
            key = f"{style} {client}"
            bars.append((f"{name}, {STYLE_NAMES[style]}", seconds(results.rate_limit[key]), _color(client)))
            notes.append(f"{results.rate_limited(style, client):g} 429s")
        bars.append((f"minimum, {STYLE_NAMES[style]}", results.rate_limit_minimum_seconds(style), _MINIMUM_COLOR))
        notes.append("")
    limit = f"{results.sizes.limit_requests} requests per {results.sizes.limit_seconds:g} s"
    _bars(axes, bars, f"{results.sizes.limit_lines:,} lines, {limit}", digits=0, notes=notes)


def _inventory(results: Results, axes: Axes) -> None:
    names = {"lines": "lines only", "settings": "with settings", "cached": "from the cache", "static": "from a file"}
    bars, notes = [], []
    for lines in results.sizes.inventory:
        for key, name in names.items():
            runs = results.inventory[f"{key} {lines}"]
            bars.append((f"{int(lines):,} {name}", seconds(runs), _color("module" if key != "static" else "empty")))
            notes.append(f"{peak_mb(runs):.0f} MB")
    _bars(axes, bars, "Inventories: run time and memory", digits=1, notes=notes)


def _hosts(results: Results, axes: Axes) -> None:
    bars = [
        ("cached inventory", seconds(results.hosts["cached inventory"]), _COLLECTION_COLOR),
        ("inventory", seconds(results.hosts["inventory"]), _COLLECTION_COLOR),
        ("one task per host (extrapolated)", results.task_each_seconds, _OTHER_COLOR),
    ]
    _bars(axes, bars, f"Assertions on {results.sizes.lines:,} hosts", digits=1)


def _drift(results: Results, axes: Axes) -> None:
    names = {"check": "drift check", "save": "save a baseline", "restore": "restore a baseline"}
    bars = [(name, seconds(results.drift[f"{key} all"]), _COLLECTION_COLOR) for key, name in names.items()]
    title = f"{results.sizes.drift_members:,} members at {results.sizes.latency * 1000:g} ms latency"
    _bars(axes, bars, title, digits=1)


def _bars(
    axes: Axes, bars: list[tuple[str, float, str]], title: str, *, digits: int, notes: list[str] | None = None
) -> None:
    bar_container = axes.barh(
        [name for name, _value, _bar_color in bars],
        [value for _name, value, _bar_color in bars],
        color=[bar_color for _name, _value, bar_color in bars],
    )
    labels = [
        f"{value:.{digits}f}" + (f", {note}" if note else "")
        for (_name, value, _bar_color), note in zip(bars, notes or [""] * len(bars))
    ]
    axes.bar_label(bar_container, labels, padding=3)
    axes.invert_yaxis()
    axes.margins(x=0.35)
    axes.set(title=title, xlabel="seconds")


def _color(key: str) -> str:
    return {"module": _COLLECTION_COLOR, "empty": _MINIMUM_COLOR, "result": _MINIMUM_COLOR}.get(key, _OTHER_COLOR)
