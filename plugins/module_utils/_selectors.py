# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Selectors of members: options, matching, and display names.

Private to webex.calling. All functions are pure. Members are dictionaries in the format of module results.
"""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ._error_hints import EMPTY_OPTION
from ._errors import OptionError
from ._kinds import KINDS, PERSON, Kind, Member, kind_of


@dataclass(frozen=True)
class Selector:
    """Option that selects members.

    :param option: option name.
    :param parameter: query parameter of the filter in the list of virtual lines, or None if Webex has no such filter.
    :param values_of: function that returns the values of a member. A member with several numbers has several values.
    :param normalize: function that returns the normalized value for comparisons. Webex can compare more loosely or more
        strictly, so the comparison of normalized values decides.
    :param to_query: function that returns the value of the query parameter.
    :param is_id: whether values are opaque ids, which Webex compares in the same way.
    :param is_name: whether a string is always one value, because names can contain commas.
    :param wildcards: whether C(*) and C(?) are wildcards in values.
    """

    option: str
    parameter: str | None
    values_of: Callable[[Member], Sequence[str]]
    normalize: Callable[[str], str] = str
    to_query: Callable[[str], str] = str
    is_id: bool = False
    is_name: bool = False
    wildcards: bool = False

    def normalized(self, member: Member) -> list[str]:
        """Return the normalized values of a member."""
        return [self.normalize(value) for value in self.values_of(member)]


class GivenValue(NamedTuple):
    """Selector value as given.

    :param option: name of the option. The selector of ids has several options.
    """

    option: str
    value: str


@dataclass(frozen=True)
class MissingValue:
    """Selector value that matches no member."""

    selector: Selector
    option: str
    value: str

    def as_dict(self) -> dict[str, str]:
        """Return the item for the return value C(missing)."""
        return {"selector": self.option, "value": self.value}


def _nested_value(name: str, key: str) -> Callable[[Member], str | None]:
    def value_of(member: Member) -> str | None:
        return _value_in(member.get(name), key)

    return value_of


def _value_in(part: Any, key: str) -> str | None:
    value = part.get(key) if isinstance(part, Mapping) else None
    return None if value is None else str(value)


_external_number = _nested_value("number", "external")
_extension = _nested_value("number", "extension")
location_name = _nested_value("location", "name")
location_id = _nested_value("location", "id")


def _one(value_of: Callable[[Member], str | None]) -> Callable[[Member], Sequence[str]]:
    """Return a function with the value in a list, which is empty without a value."""

    def values_of(member: Member) -> Sequence[str]:
        value = value_of(member)
        return () if value is None else (value,)

    return values_of


def _any_number(key: str) -> Callable[[Member], Sequence[str]]:
    """Return a function with the values of all numbers, each once."""

    def values_of(member: Member) -> Sequence[str]:
        further = member.get("numbers")
        parts = [member.get("number"), *(further if isinstance(further, list) else ())]
        values = (_value_in(part, key) for part in parts)
        return list(dict.fromkeys(value for value in values if value is not None))

    return values_of


external_numbers = _any_number("external")
extensions = _any_number("extension")


def owner_name(member: Member) -> str | None:
    """Return the first name, the last name, or both names, or otherwise the display name, or None without a name."""
    names = " ".join(str(member[key]) for key in ("first_name", "last_name") if member.get(key))
    displayed = member.get("display_name")
    return names or (str(displayed) if displayed else None)


def display_name(member: Member) -> str:
    """Return the display name of a member: the first known value of owner, number, extension, and id."""
    return owner_name(member) or _external_number(member) or _extension(member) or str(member["id"])


def describe(member: Member) -> str:
    """Return the description of a member for messages: owner, number or extension, and id."""
    known = ", ".join(filter(None, [owner_name(member), _external_number(member) or _extension(member)]))
    return f"{known} ({member['id']})" if known else str(member["id"])


def with_name(member: Member) -> dict[str, Any]:
    """Return a copy of the member with the display name as C(name), after C(id) and C(kind)."""
    first = {key: member[key] for key in ("id", "kind") if key in member}
    return {**first, "name": display_name(member), **{key: member[key] for key in member if key not in _SHOWN_FIRST}}


_SHOWN_FIRST = ("id", "kind", "name")


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


#: All id options are one selector, so that their values add up. The kind is a part of the value.
ID = Selector("id", "id", lambda member: [f"{kind_of(member).name} {member['id']}"], is_id=True)


def _emails(member: Member) -> Sequence[str]:
    """Return the known e-mail addresses of a member. A person can have several."""
    addresses = member.get("emails", [member.get("email")])
    return [address for address in addresses if address]


EMAIL = Selector("email", None, _emails, lambda value: value.strip().casefold())

#: All selectors. The first selector with values determines the order of results.
SELECTORS = (
    ID,
    EMAIL,
    Selector(
        "phone_number",
        "phoneNumber",
        external_numbers,
        normalize_number,
        _number_to_query,
        wildcards=True,
    ),
    Selector("extension", None, extensions, str.strip, wildcards=True),
    Selector(
        "owner_name", "ownerName", _one(owner_name), _normalize_name, _name_to_query, is_name=True, wildcards=True
    ),
    Selector(
        "location_name",
        "locationName",
        _one(location_name),
        _normalize_name,
        _name_to_query,
        is_name=True,
        wildcards=True,
    ),
    Selector("location_id", "locationId", _one(location_id), is_id=True),
)

#: Values of each selector: given value by normalized value.
SelectorValues = Mapping[Selector, Mapping[str, GivenValue]]


def selector_options(kinds: Collection[Kind]) -> dict[str, Selector]:
    """Return the selector of each option for members of these kinds."""
    options = {kind.id_option: ID for kind in KINDS if kind in kinds}
    for selector in SELECTORS:
        if selector is not ID and (selector is not EMAIL or PERSON in kinds):
            options[selector.option] = selector
    return options


def selector_values(options: Mapping[str, Any], kinds: Collection[Kind]) -> SelectorValues:
    """Return the values of all selectors in the options.

    :param options: option values by name. Other options are allowed.
    :param kinds: kinds whose options are allowed.
    :raises OptionError: if a selector is empty, or if a value is neither a string nor an integer. An unset variable
        must not select all members.
    """
    selected: dict[Selector, dict[str, GivenValue]] = {}
    for option, selector in selector_options(kinds).items():
        given = options.get(option)
        if given is None:
            continue
        values = given if isinstance(given, Sequence) and not isinstance(given, str) else [given]
        if not values:
            raise OptionError(f"{option} is an empty list", EMPTY_OPTION)
        by_normalized = selected.setdefault(selector, {})
        for value in values:
            if not isinstance(value, (str, int)) or isinstance(value, bool):
                raise OptionError(
                    f"{option} contains {value!r}, which is not a string",
                    "Give a string, or a list of strings. Quote values that YAML reads as something else.",
                )
            normalized = selector.normalize(str(value))
            if not normalized.strip():
                raise OptionError(f"{option} contains the invalid value {value!r}", EMPTY_OPTION)
            if selector is ID:
                normalized = f"{option.removesuffix('_id')} {value}"
            by_normalized.setdefault(normalized, GivenValue(option, str(value)))
    return selected


def given_ids(values: Mapping[str, GivenValue]) -> list[tuple[str, str]]:
    """Return the name of the kind and the id for each given id. An id can be given for several kinds."""
    return [(given.option.removesuffix("_id"), given.value) for given in values.values()]


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
    :param names: normalized values of members.
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


def match(values: SelectorValues, members: Iterable[Member]) -> tuple[list[Member], list[MissingValue]]:
    """Return the members that match all selectors, in the order of the values, and the missing values.

    A value with wildcards must match a listed member. An exact value must match a member that the other selectors
    match.
    """
    rows = [(member, [selector.normalized(member) for selector in values]) for member in members]
    matched = []
    for column, (selector, of_selector) in enumerate(values.items()):
        # Use a dictionary, because the order of a set is undefined.
        names = dict.fromkeys(name for _member, row in rows for name in row[column])
        matched.append({value: matching_names(selector, value, names) for value in of_selector})
    orders = [_first_matches(names_of) for names_of in matched]
    ranked = [
        ([min((order[name] for name in names if name in order), default=-1) for names, order in zip(row, orders)], item)
        for item in rows
        for row in [item[1]]
    ]
    ranked = [(ranks, item) for ranks, item in ranked if -1 not in ranks]
    ranked.sort(key=lambda entry: entry[0])
    missing = []
    for column, (selector, of_selector) in enumerate(values.items()):
        selected = {name for _ranks, (_member, row) in ranked for name in row[column]}
        missing += [
            MissingValue(selector, *of_selector[value])
            for value, names in matched[column].items()
            if not names or (value in names and value not in selected)
        ]
    return [member for _ranks, (member, _row) in ranked], missing


def _first_matches(names_of: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return the index of the first matching value for each name."""
    order: dict[str, int] = {}
    for number, names in enumerate(names_of.values()):
        for name in names:
            order.setdefault(name, number)
    return order
