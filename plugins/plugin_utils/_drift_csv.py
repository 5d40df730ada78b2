# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CSV output of the role drift_check: one row for each member, for spreadsheets.

Private to webex.calling, controller only. Names and values come from many Webex users. Therefore, no cell can be a
formula.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..module_utils._errors import visible
from ..module_utils._kinds import EXTRA_SETTINGS
from ..module_utils._settings import READ_ONLY, flatten, settings_arguments
from ._drift_values import (
    describe_difference,
    describe_effect,
    describe_error,
    describe_exemption,
    describe_service,
    describe_unmatched,
    shortened,
    text_of,
)

#: Mark by which spreadsheets recognize UTF-8.
_BYTE_ORDER_MARK = "\ufeff"

#: First columns. The first four are the text by which an earlier output is recognized.
COLUMNS = ("state", "kind", "name", "id", "numbers", "extension", "location", "recordable")
REASONS = "reasons"

#: Settings in the order of the argument spec.
SETTINGS = (
    *(
        f"{name}.{option}" if option else name
        for name, argument in settings_arguments(EXTRA_SETTINGS).items()
        for option in argument.get("options", [""])
    ),
    *READ_ONLY,
)

#: Maximum length of a cell in characters. Excel moves the rest of longer cells to other rows.
_MAX_LENGTH = 16_000

#: Characters with which formulas start, and characters that spreadsheets treat like these.
_START = "[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212]"

#: White space, joiners, and escape sequences of invisible characters.
_SKIPPED = "(?:\\\\u[0-9a-f]{4,6}|[\\s\u200c\u200d])"

_FORMULA = re.compile(f"{_SKIPPED}*{_START}|\\n|\\\\u000[9d]")

#: Formula after a separator. Spreadsheets with the separator C(;) ignore the quotes of later cells.
_INNER_FORMULA = re.compile(f'([;\\n](?:{_SKIPPED}|")*)(?={_START})')


def render_csv(document: Mapping[str, Any], members: Sequence[Mapping[str, Any]] | None) -> str:
    """Return the CSV output for the document of a drift check.

    :param members: all members, or None if there are none yet.
    """
    settings = [_settings_of(member) for member in members or ()]
    names = [*SETTINGS, *sorted({name for each in settings for name in each}.difference(SETTINGS))]
    output = io.StringIO(newline="")
    output.write(_BYTE_ORDER_MARK)
    writer = csv.writer(output, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *(cell_of(_column(name)) for name in names), REASONS])
    settings_padding = [""] * len(names)
    for state, reason in _problems(document, members):
        writer.writerow([state, *[""] * (len(COLUMNS) - 1), *settings_padding, cell_of(reason)])
    for entry in document["removed"]:
        identity = _identity({**entry, "state": "removed"})
        writer.writerow([*map(cell_of, identity), *settings_padding, "in the baseline, and gone"])
    reasons = _Reasons(document)
    for member, found in zip(members or (), settings):
        writer.writerow(
            [
                *map(cell_of, _identity(member)),
                *(cell_of(found[name]) if name in found else "" for name in names),
                cell_of("; ".join(reasons.of(member))),
            ]
        )
    return output.getvalue()


def cell_of(value: Any) -> str:
    """Return the text of a cell, which no spreadsheet takes for a formula."""
    text = text_of(value)
    if text.isalnum() and len(text) <= _MAX_LENGTH:
        return text
    if not text.isprintable():
        text = "\n".join(map(visible, text.split("\n")))
    text = _INNER_FORMULA.sub("\\1'", shortened(text, _MAX_LENGTH))
    return f"'{text}" if _FORMULA.match(text) else text


def _problems(document: Mapping[str, Any], members: Sequence[Mapping[str, Any]] | None) -> Iterator[tuple[str, str]]:
    """Yield the state and the reason of problems that concern no member, so that not all rows are compliant."""
    if members is None or document["status"] == "incomplete":
        yield "incomplete", text_of(document["message"])
    for entry in document["unmatched"]:
        yield "unmatched", describe_unmatched(entry)
    if document["service"] and not document["service"]["verified"]:
        yield "unverified", describe_service(document["service"])


def _settings_of(member: Mapping[str, Any]) -> dict[str, Any]:
    settings = member.get("call_recording")
    return dict(flatten(settings)) if isinstance(settings, Mapping) else {}


def _column(name: str) -> str:
    """Return the title of a setting, which is different from the titles of the other columns."""
    return f"call_recording.{name}" if name in (*COLUMNS, REASONS) else name


def _identity(member: Mapping[str, Any]) -> Iterator[Any]:
    yield from (member[key] for key in ("state", "kind", "name", "id"))
    numbers = member.get("numbers")
    parts = [member.get("number"), *(numbers if isinstance(numbers, list) else ())]
    for key in ("external", "extension"):
        values = [part[key] for part in parts if isinstance(part, Mapping) and part.get(key) is not None]
        yield ", ".join(dict.fromkeys(map(text_of, values)))
    location = member.get("location")
    name = location.get("name") if isinstance(location, Mapping) else None
    yield "" if name is None else name
    yield member.get("recordable", "")


class _Reasons:
    """Reasons for the states of members, by id."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        remediation = document["remediation"] or {"remediated": (), "failed": ()}
        self._drifted = _by_id(document["drifted"])
        self._exempt = _by_id(document["exempt"])
        self._errors = _by_id(document["errors"])
        self._not_recordable = _by_id(document["not_recordable"])
        self._new = _by_id(document["new"])
        self._remediated = _by_id(remediation["remediated"])
        self._failed = _by_id(remediation["failed"])

    def of(self, member: Mapping[str, Any]) -> Iterator[str]:
        """Yield the reasons for the state of one member."""
        webex_id = member["id"]
        if webex_id in self._drifted:
            yield from _differences(self._drifted[webex_id])
        if webex_id in self._exempt:
            exempt = self._exempt[webex_id]
            yield f"exempt by {text_of(exempt['rule'])}: {describe_exemption(exempt)}"
            yield from _differences(exempt)
        if member["state"] == "error":
            yield f"not read: {describe_error(member.get('error') or self._errors.get(webex_id, {}).get('error'))}"
        if member["state"] == "uncovered":
            yield "covered by no rule"
        if member.get("recordable") is False:
            entry = self._not_recordable.get(webex_id, member)
            yield f"calls cannot be recorded: {describe_error(entry.get('not_recordable'))}"
        if webex_id in self._new:
            yield "not in the baseline"
        if webex_id in self._remediated:
            yield from (f"remediated: {_difference(each)}" for each in self._remediated[webex_id]["differences"])
        if webex_id in self._failed:
            yield f"could not be remediated: {describe_error(self._failed[webex_id].get('error'))}"


def _by_id(entries: Iterable[Mapping[str, Any]]) -> dict[Any, Mapping[str, Any]]:
    return {entry["id"]: entry for entry in entries}


def _differences(entry: Mapping[str, Any]) -> Iterator[str]:
    yield from map(_difference, entry["differences"])
    if "not_in_effect" in entry:
        yield describe_effect(entry["not_in_effect"])


def _difference(difference: Mapping[str, Any]) -> str:
    since = f", since {text_of(difference['first_seen'])}" if difference.get("first_seen") else ""
    return f"{describe_difference(difference)} ({text_of(difference['rule'])}{since})"
