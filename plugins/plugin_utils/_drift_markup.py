# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Building blocks of HTML outputs: escaped texts, tables, and the environment of their templates.

Private to webex.calling, controller only. Functions whose names end in C(_html) escape all texts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import escape

from ..module_utils._errors import visible
from ..module_utils._ids import readable_id
from ._drift_values import text_of

#: Maximum number of rows of a table, so that browsers open the report in about a second.
MAX_ROWS = 2000

#: Maximum size of all rows in bytes.
MAX_SIZE = 4_500_000

#: Maximum length of a text in characters.
MAX_LENGTH = 1000

#: States of members with their names in the report.
STATES = {
    "compliant": "Compliant",
    "drifted": "Drifted",
    "uncovered": "Covered by no rule",
    "exempt": "Exempt",
    "error": "Not compared",
}

#: Minimum width of a state in a bar, so that small numbers stay visible. The bar has a width of 1000.
_MIN_WIDTH = 12

#: Characters that HTML forbids or that cannot be encoded. Tabs and line feeds are allowed.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z", re.ASCII)

#: Entry of a table.
_Entry = TypeVar("_Entry")

ENVIRONMENT = Environment(
    autoescape=True,
    loader=FileSystemLoader(os.path.dirname(__file__)),
    lstrip_blocks=True,
    trim_blocks=True,
    undefined=StrictUndefined,
)


@dataclass(frozen=True)
class Table:
    """Table of the report.

    :param name: id and class in HTML.
    :param headings: headings of the columns, as HTML.
    :param rows: rows as HTML. Rows without space are left out.
    :param shown: number of rows in C(rows).
    :param total: number of all rows.
    :param hint: text above the table, as HTML.
    :param complete: kind of the output that has all rows.
    :param style: layout of the table, as a class.
    """

    name: str
    title: str
    headings: Sequence[str]
    rows: str
    shown: int
    total: int
    hint: str
    complete: str
    style: str


class Tables:
    """Tables of the report by name, which share the space for rows."""

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        self._space = MAX_SIZE

    def add(
        self,
        name: str,
        title: str,
        headings: Sequence[str],
        entries: Sequence[_Entry],
        cells: Callable[[_Entry], Iterable[str]],
        *,
        hint: str = "",
        complete: str = "json",
        style: str = "lines",
    ) -> None:
        """Add a table.

        :param entries: one entry for each row.
        :param cells: function that returns the cells of an entry as HTML.
        """
        rows = list(self._fitting(map(cells, entries)))
        self.tables[name] = Table(
            name=name,
            title=title,
            headings=headings,
            rows="\n".join(rows),
            shown=len(rows),
            total=len(entries),
            hint=hint,
            complete=complete,
            style=style,
        )

    def _fitting(self, rows: Iterable[Iterable[str]]) -> Iterator[str]:
        for cells in islice(rows, MAX_ROWS):
            row = f"<tr><td>{'</td><td>'.join(cells)}</td></tr>"
            self._space -= len(row.encode()) + 1
            if self._space < 0:
                return
            yield row


def id_html(webex_id: Any) -> str:
    """Return the readable part of a Webex id as HTML, with the whole id as its title."""
    text = text_of(webex_id)
    return f'<small title="{escape(visible(text))}">{plain_html(readable_id(text))}</small>'


def list_html(items: Iterable[str]) -> str:
    """Return a list of HTML, or an empty text without items."""
    parts = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{parts}</ul>" if parts else ""


def badge_html(text: str, shown: bool = True) -> str:
    """Return a constant text as a badge, or an empty text."""
    return f' <b class="badge">{text}</b>' if shown else ""


def bar_html(counts: Mapping[str, Any], described: bool = False) -> str:
    """Return the number of members in each state as a picture."""
    total = sum(counts[state] for state in STATES)
    widths = {state: max(1000 * counts[state] / total, _MIN_WIDTH) for state in STATES if counts[state]}
    scale = 1000 / (sum(widths.values()) or 1)
    left, parts = 0.0, []
    for state, width in widths.items():
        parts.append(f'<rect class="{state}" x="{left:.1f}" width="{width * scale:.1f}" height="20"/>')
        left += width * scale
    text = "; ".join(f"{name}: {counts[state]}" for state, name in STATES.items())
    role = f'role="img" aria-label="{escape(text)}"' if described else 'aria-hidden="true"'
    return f'<svg viewBox="0 0 1000 20" preserveAspectRatio="none" {role}>{"".join(parts)}</svg>'


def is_time(value: Any) -> bool:
    """Return whether a value is a time in UTC, as the role writes it."""
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def time_html(value: Any) -> str:
    """Return a time in UTC as HTML."""
    return _TIME.sub(r"\1 \2 UTC", value) if is_time(value) else text_html(value)


def optional_html(value: Any) -> str:
    """Return a value as HTML, or an empty text without one."""
    return "" if value is None or value == "" else text_html(value)


def text_html(value: Any) -> str:
    """Return a value as HTML that does not change the direction of other text."""
    return f"<bdi>{plain_html(value)}</bdi>"


def plain_html(value: Any) -> str:
    """Return a value as HTML, with escape sequences for forbidden characters."""
    text = text_of(value)
    if len(text) > MAX_LENGTH:
        text = f"{text[:MAX_LENGTH]}… ({len(text)} characters)"
    return str(escape(_FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)))
