# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""results.svg: the figures at one glance."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .results import CONCURRENCIES, LIMIT_STYLES, STYLE_NAMES, Results, peak_mb, seconds

_OURS, _OTHERS, _FLOOR = "#0b6e99", "#a3adb8", "#d9dee3"

mpl.rcParams.update(
    {
        # Text stays text: it can be read out and searched, and the file is small.
        "svg.fonttype": "none",
        # The same figures make the same file.
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
    """Draw what there is; a part that was not measured stays empty."""
    figure = Figure(figsize=(11, 12), layout="constrained", facecolor="white")
    axes = figure.subplots(3, 2)
    for place, draw_part, measured in (
        (axes[0][0], _one_line, results.one_line),
        (axes[0][1], _many_lines, results.many_lines),
        (axes[1][0], _growth, results.growth),
        (axes[1][1], _rate_limit, results.rate_limit),
        (axes[2][0], _inventory, results.inventory),
        (axes[2][1], _hosts, results.hosts),
    ):
        if measured:
            draw_part(results, place)
        else:
            place.set_axis_off()
    environment = results.environment
    figure.supxlabel(
        f"webex.calling {environment['webex.calling']}, {environment['date']}, {environment['processor']},"
        f" {environment['cores']} cores, ansible-core {environment['ansible-core']}, wxc-sdk {environment['wxc-sdk']}",
        fontsize=8,
        color="#555555",
    )
    drawn = StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    lines = (line.rstrip() for line in drawn.getvalue().splitlines())
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _one_line(results: Results, axes: Axes) -> None:
    names = {"empty": "empty playbook", "ping": "ping", "uri": "uri", "module": "this collection"}
    _bars(
        axes,
        [(name, seconds(results.one_line[key]), _color(key)) for key, name in names.items()],
        "One line",
        digits=2,
    )


def _many_lines(results: Results, axes: Axes) -> None:
    runs = results.many_lines
    bars = [
        ("uri in a loop (extrapolated)", results.uri_seconds, _OTHERS),
        ("wxc-sdk, one after another", seconds(runs["sdk loop"]), _OTHERS),
    ]
    for number in CONCURRENCIES:
        bars += [
            (f"wxc-sdk, threads, {number}", seconds(runs[f"sdk threads {number}"]), _OTHERS),
            (f"wxc-sdk, asynchronous, {number}", seconds(runs[f"sdk async {number}"]), _OTHERS),
            (f"this collection, {number}", seconds(runs[f"module {number}"]), _OURS),
            (f"floor, {number}", results.floor(number), _FLOOR),
        ]
    _bars(axes, bars, f"{results.sizes.lines:,} lines at {results.sizes.latency * 1000:g} ms latency", digits=1)
    axes.set(xscale="log", xlabel="seconds, logarithmic; 10 and 32 are the concurrency")
    axes.xaxis.set_major_formatter("{x:g}")


def _growth(results: Results, axes: Axes) -> None:
    sizes = results.sizes.growth
    axes.plot(sizes, [seconds(results.growth[str(lines)]) for lines in sizes], "o-", color=_OURS)
    axes.set(xscale="log", yscale="log", xlabel="lines", ylabel="seconds", title="Growth, and the module's memory")
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
    names = {"sdk loop": "wxc-sdk, loop", "sdk threads": "wxc-sdk, threads"}
    names.update({"sdk async": "wxc-sdk, asynchronous", "module": "this collection"})
    bars, notes = [], []
    for style in LIMIT_STYLES:
        for client, name in names.items():
            key = f"{style} {client}"
            bars.append((f"{name}, {STYLE_NAMES[style]}", seconds(results.rate_limit[key]), _color(client)))
            notes.append(f"{results.refused(style, client):g} refused")
        bars.append((f"ideal, {STYLE_NAMES[style]}", results.ideal_seconds(style), _FLOOR))
        notes.append("")
    limit = f"{results.sizes.limit_requests} requests per {results.sizes.limit_seconds:g} s"
    _bars(axes, bars, f"{results.sizes.limit_lines:,} lines, {limit} allowed", digits=0, notes=notes)


def _inventory(results: Results, axes: Axes) -> None:
    names = {"lines": "lines alone", "settings": "with settings", "cached": "from the cache"}
    bars, notes = [], []
    for lines in results.sizes.inventory:
        for key, name in names.items():
            runs = results.inventory[f"{key} {lines}"]
            bars.append((f"{int(lines):,} {name}", seconds(runs), _OURS))
            notes.append(f"{peak_mb(runs):.0f} MB")
    _bars(axes, bars, "Inventories, and the memory they take", digits=1, notes=notes)


def _hosts(results: Results, axes: Axes) -> None:
    bars = [
        ("inventory from the cache", seconds(results.hosts["cached inventory"]), _OURS),
        ("inventory that reads", seconds(results.hosts["inventory"]), _OURS),
        ("a task each (extrapolated)", results.task_each_seconds, _OTHERS),
    ]
    _bars(axes, bars, f"Asserts on {results.sizes.lines:,} hosts", digits=1)


def _bars(
    axes: Axes, bars: list[tuple[str, float, str]], title: str, *, digits: int, notes: list[str] | None = None
) -> None:
    drawn = axes.barh(
        [name for name, _value, _shade in bars],
        [value for _name, value, _shade in bars],
        color=[shade for _name, _value, shade in bars],
    )
    labels = [
        f"{value:.{digits}f}" + (f", {note}" if note else "")
        for (_name, value, _shade), note in zip(bars, notes or [""] * len(bars))
    ]
    axes.bar_label(drawn, labels, padding=3)
    axes.invert_yaxis()
    axes.margins(x=0.35)
    axes.set(title=title, xlabel="seconds")


def _color(key: str) -> str:
    return {"module": _OURS, "empty": _FLOOR}.get(key, _OTHERS)
