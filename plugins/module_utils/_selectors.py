# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Selectors of virtual lines: options, matching, and display names.

Private to webex.calling. All functions are pure. Virtual lines are dictionaries in the format of module results.
"""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._error_hints import EMPTY_OPTION
from ._errors import OptionError

#: Virtual line in the format of module results: C(id) and other known identity keys, in snake case.
VirtualLine = Mapping[str, Any]

#: Object kind of virtual lines in errors.
KIND = "virtual_line"


@dataclass(frozen=True)
class Selector:
    """Option that selects virtual lines.

    :param option: option name.
    :param parameter: query parameter of the Webex filter, or None if Webex has no such filter.
    :param value_of: function that returns the value of a line, or None if the line has no value.
    :param normalize: function that returns the normalized value for comparisons. Webex can compare more loosely or more
        strictly, so the comparison of normalized values decides.
    :param to_query: function that returns the value of the query parameter.
    :param is_id: whether values are opaque ids, which Webex compares in the same way.
    :param is_name: whether a string is always one value, because names can contain commas.
    :param wildcards: whether C(*) and C(?) are wildcards in values.
    """

    option: str
    parameter: str | None
    value_of: Callable[[VirtualLine], str | None]
    normalize: Callable[[str], str] = str
    to_query: Callable[[str], str] = str
    is_id: bool = False
    is_name: bool = False
    wildcards: bool = False

    def normalized(self, line: VirtualLine) -> str | None:
        """Return the normalized value of a line, or None if the line has no value."""
        value = self.value_of(line)
        return None if value is None else self.normalize(value)


@dataclass(frozen=True)
class MissingValue:
    """Selector value that matches no line."""

    selector: Selector
    value: str

    def as_dict(self) -> dict[str, str]:
        """Return the item for the return value C(missing)."""
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
    """Return the first name, the last name, or both names of the owner, or None without a name."""
    return " ".join(str(line[key]) for key in ("first_name", "last_name") if line.get(key)) or None


def display_name(line: VirtualLine) -> str:
    """Return the display name of a line: the first known value of owner, number, extension, and id."""
    return owner_name(line) or _external_number(line) or _extension(line) or str(line["id"])


def describe(line: VirtualLine) -> str:
    """Return the description of a line for messages: owner, number or extension, and id."""
    known = ", ".join(filter(None, [owner_name(line), _external_number(line) or _extension(line)]))
    return f"{known} ({line['id']})" if known else str(line["id"])


def with_name(line: VirtualLine) -> dict[str, Any]:
    """Return a copy of the line with the display name as C(name), after C(id)."""
    return {"id": line["id"], "name": display_name(line), **{key: line[key] for key in line if key not in _SHOWN_FIRST}}


_SHOWN_FIRST = ("id", "name")


def _normalize_name(value: str) -> str:
    # Normalize again after case folding, and collapse spaces last, because both steps can create spaces.
    folded = unicodedata.normalize("NFD", value).casefold()
    return _collapse_spaces(unicodedata.normalize("NFC", folded))


def _collapse_spaces(value: str) -> str:
    return " ".join(value.split())


def _name_to_query(value: str) -> str:
    return _collapse_spaces(unicodedata.normalize("NFC", value))


def normalize_number(value: str) -> str:
    # Reject values with letters, because "n/a*" without its letters would match every number.
    return "" if re.search(r"[^\W\d_]", value) else re.sub(r"[^\d*?]", "", value)


def _number_to_query(value: str) -> str:
    return f"+{normalize_number(value)}"


ID = Selector("virtual_line_id", "id", lambda line: str(line["id"]), is_id=True)

#: All selectors. The first selector with values determines the order of results.
SELECTORS = (
    ID,
    Selector("phone_number", "phoneNumber", _external_number, normalize_number, _number_to_query, wildcards=True),
    Selector("extension", None, _extension, str.strip, wildcards=True),
    Selector("owner_name", "ownerName", owner_name, _normalize_name, _name_to_query, is_name=True, wildcards=True),
    Selector(
        "location_name", "locationName", location_name, _normalize_name, _name_to_query, is_name=True, wildcards=True
    ),
    Selector("location_id", "locationId", _nested_value("location", "id"), is_id=True),
)

#: Values of each selector: original value by normalized value.
SelectorValues = Mapping[Selector, Mapping[str, str]]


def selector_values(options: Mapping[str, Any]) -> SelectorValues:
    """Return the values of all selectors in the options.

    :param options: option values by name. Other options are allowed.
    :raises OptionError: if a selector is empty, or if a value is neither a string nor an integer. An unset variable
        must not select all lines.
    """
    selected = {}
    for selector in SELECTORS:
        given = options.get(selector.option)
        if given is None:
            continue
        values = given if isinstance(given, Sequence) and not isinstance(given, str) else [given]
        if not values:
            raise OptionError(f"{selector.option} is an empty list", EMPTY_OPTION)
        by_normalized: dict[str, str] = {}
        for value in values:
            if not isinstance(value, (str, int)) or isinstance(value, bool):
                raise OptionError(
                    f"{selector.option} contains {value!r}, which is not a string",
                    "Give a string, or a list of strings. Quote values that YAML reads as something else.",
                )
            normalized = selector.normalize(str(value))
            if not normalized.strip():
                raise OptionError(f"{selector.option} contains the invalid value {value!r}", EMPTY_OPTION)
            by_normalized.setdefault(normalized, str(value))
        selected[selector] = by_normalized
    return selected


def values_for_server(values: SelectorValues) -> SelectorValues:
    """Return the values for the filters of Webex, or an empty dictionary if a value contains wildcards.

    Only the complete list shows whether a value with wildcards is equal to a name.
    """
    if any(_has_wildcards(selector, value) for selector, of_selector in values.items() for value in of_selector):
        return {}
    return {selector: of_selector for selector, of_selector in values.items() if selector.parameter}


def matching_names(selector: Selector, value: str, names: Collection[str]) -> Collection[str]:
    """Return the names that match a value: the equal name, or otherwise all names that match the wildcards.

    :param selector: selector of the value.
    :param value: normalized selector value.
    :param names: normalized line values.
    """
    if value in names:
        return [value]
    if not _has_wildcards(selector, value):
        return []
    # Escape brackets, which are not wildcards here. Patterns from fnmatch do not backtrack.
    pattern = re.compile(fnmatch.translate(value.replace("[", "[[]")))
    return [name for name in names if pattern.match(name)]


def _has_wildcards(selector: Selector, value: str) -> bool:
    return selector.wildcards and ("*" in value or "?" in value)


def match(values: SelectorValues, lines: Iterable[VirtualLine]) -> tuple[list[VirtualLine], list[MissingValue]]:
    """Return the lines that match all selectors, in the order of the values, and the missing values.

    A value with wildcards must match a listed line. An exact value must match a line that the other selectors match.
    """
    rows = [(line, [selector.normalized(line) for selector in values]) for line in lines]
    matched = []
    for column, (selector, of_selector) in enumerate(values.items()):
        # Use a dictionary, because the order of a set is undefined.
        names = {name: None for _line, row in rows if (name := row[column])}
        matched.append({value: matching_names(selector, value, names) for value in of_selector})
    orders = [_first_matches(names_of) for names_of in matched]
    rows = [(line, row) for line, row in rows if all(name in order for name, order in zip(row, orders))]
    rows.sort(key=lambda item: [order[name] for name, order in zip(item[1], orders)])
    missing = []
    for column, (selector, of_selector) in enumerate(values.items()):
        selected = {row[column] for _line, row in rows}
        missing += [
            MissingValue(selector, of_selector[value])
            for value, names in matched[column].items()
            if not names or (value in names and value not in selected)
        ]
    return [line for line, _row in rows], missing


def _first_matches(names_of: Mapping[str, Iterable[str]]) -> dict[str | None, int]:
    """Return the index of the first matching value for each name."""
    order: dict[str | None, int] = {}
    for number, names in enumerate(names_of.values()):
        for name in names:
            order.setdefault(name, number)
    return order
