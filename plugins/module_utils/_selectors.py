# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Selectors: options that select virtual lines, matching, and display names.

Private to webex.calling. Pure functions. Virtual lines are dictionaries as in results.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ._error_hints import EMPTY_OPTION
from ._errors import OptionError

#: A virtual line as in results: C(id), and what else is known of its identity, in snake case.
VirtualLine = Mapping[str, Any]

#: The kind of virtual lines in errors.
KIND = "virtual_line"


@dataclass(frozen=True)
class Selector:
    """Option that selects virtual lines.

    :param option: name of the option.
    :param parameter: query parameter with which the server filters; None if there is none.
    :param value_of: returns the value of a line, None if it has none.
    :param normalize: returns the form in which values are compared. The server can compare more loosely, so lines are
        filtered here as well.
    :param to_query: returns the form in which values are sent.
    """

    option: str
    parameter: str | None
    value_of: Callable[[VirtualLine], str | None]
    normalize: Callable[[str], str] = str
    to_query: Callable[[str], str] = str

    def normalized(self, line: VirtualLine) -> str | None:
        """Return the value of a line in the form in which values are compared."""
        value = self.value_of(line)
        return None if value is None else self.normalize(value)


@dataclass(frozen=True)
class MissingValue:
    """Value of a selector that matches no line."""

    selector: Selector
    value: str

    def as_dict(self) -> dict[str, str]:
        """Return an item of the return value C(missing)."""
        return {"selector": self.selector.option, "value": self.value}


def _nested_value(name: str, key: str) -> Callable[[VirtualLine], str | None]:
    def value_of(line: VirtualLine) -> str | None:
        part = line.get(name)
        value = part.get(key) if isinstance(part, Mapping) else None
        return None if value is None else str(value)

    return value_of


_external_number = _nested_value("number", "external")
_extension = _nested_value("number", "extension")
location_name = _nested_value("location", "name")


def owner_name(line: VirtualLine) -> str | None:
    """Return first and last name of the owner, as far as the line has them."""
    return " ".join(str(line[key]) for key in ("first_name", "last_name") if line.get(key)) or None


def display_name(line: VirtualLine) -> str:
    """Return the display name of a line: owner, else number or extension, else id."""
    return owner_name(line) or _external_number(line) or _extension(line) or str(line["id"])


def describe(line: VirtualLine) -> str:
    """Return the description of a line in messages: owner, number or extension, and id."""
    known = ", ".join(filter(None, [owner_name(line), _external_number(line) or _extension(line)]))
    return f"{known} ({line['id']})" if known else str(line["id"])


def with_name(line: VirtualLine) -> dict[str, Any]:
    """Return the line with its display name after its id."""
    return {"id": line["id"], "name": display_name(line), **{key: line[key] for key in line if key not in _SHOWN_FIRST}}


_SHOWN_FIRST = ("id", "name")


def _normalize_name(value: str) -> str:
    return " ".join(value.casefold().split())


def _collapse_spaces(value: str) -> str:
    return " ".join(value.split())


def digits(value: str) -> str:
    return re.sub(r"\D", "", value)


def _without_separators(value: str) -> str:
    return re.sub(r"[^\d+]", "", value)


ID = Selector("virtual_line_id", "id", lambda line: str(line["id"]))

#: All selectors. The first one that is given determines the order of results.
SELECTORS = (
    ID,
    Selector("phone_number", "phoneNumber", _external_number, digits, _without_separators),
    Selector("extension", None, _extension, str.strip),
    Selector("owner_name", "ownerName", owner_name, _normalize_name, _collapse_spaces),
    Selector("location_name", "locationName", location_name, _normalize_name, _collapse_spaces),
    Selector("location_id", "locationId", _nested_value("location", "id")),
)

#: Values per selector: normalized, and as given.
SelectorValues = Mapping[Selector, Mapping[str, str]]


def selector_values(options: Mapping[str, Any]) -> SelectorValues:
    """Return the values of the selectors that are given.

    :raises OptionError: if a selector is empty: an unset variable must not select everything.
    """
    selected = {}
    for selector in SELECTORS:
        values = options.get(selector.option)
        if values is None:
            continue
        if not values:
            raise OptionError(f"{selector.option} is an empty list", EMPTY_OPTION)
        by_normalized: dict[str, str] = {}
        for value in values:
            if not selector.normalize(value).strip():
                raise OptionError(f"{selector.option} contains the invalid value {value!r}", EMPTY_OPTION)
            by_normalized.setdefault(selector.normalize(value), value)
        selected[selector] = by_normalized
    return selected


def matches(line: VirtualLine, values: SelectorValues) -> bool:
    """Return whether a line matches all selectors."""
    return all(selector.normalized(line) in of_selector for selector, of_selector in values.items())


def missing_values(values: SelectorValues, lines: Iterable[VirtualLine]) -> list[MissingValue]:
    """Return the values that match none of the lines."""
    lines = list(lines)
    missing = []
    for selector, of_selector in values.items():
        matched = {selector.normalized(line) for line in lines}
        missing += [MissingValue(selector, value) for each, value in of_selector.items() if each not in matched]
    return missing
