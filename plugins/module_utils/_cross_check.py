# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comparison of the list of numbers with the list of virtual lines.

Private to webex.calling. All functions are pure. Webex documents neither that both lists have the same ids, nor that
the list of numbers has each extension. A difference counts only if other lines show that the lists are comparable, so
that the check cannot fail for a whole organization.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ._ids import comparable_id
from ._kinds import Member
from ._selectors import extensions, external_numbers, location_id, normalize_number


@dataclass(frozen=True)
class NumberList:
    """Content of the list of numbers.

    :param members: people and workspaces by id.
    :param lines: virtual lines by id.
    :param numbers: phone numbers of all rows, with any owner or none.
    """

    members: Mapping[str, Member]
    lines: Mapping[str, Member]
    numbers: Collection[str]

    def updated(self, later: NumberList) -> NumberList:
        """Return the content of both readings, with the later row of each owner."""
        return NumberList(
            {**self.members, **later.members}, {**self.lines, **later.lines}, {*self.numbers, *later.numbers}
        )


def has_number(line: Member) -> bool:
    """Return whether a virtual line has a number or an extension, and so belongs in the list of numbers."""
    return bool(_numbers_of(line) or _extensions_of(line))


def unlisted_lines(numbers: NumberList, lines: Mapping[str, Member]) -> list[Member]:
    """Return the owners in the list of numbers whose absence from the list of virtual lines is an inconsistency.

    If no owner matches a listed line, the lists are not comparable, unless no listed line could match.
    """
    unlisted = _absent(numbers.lines.values(), lines)
    comparable = len(unlisted) < len(numbers.lines) or not any(map(has_number, lines.values()))
    return unlisted if comparable else []


def unnumbered_lines(numbers: NumberList, lines: Mapping[str, Member]) -> list[Member]:
    """Return the virtual lines with a number or an extension that the list of numbers lacks."""
    return [line for line in _absent(lines.values(), numbers.lines, numbers.numbers) if has_number(line)]


def certainly_unnumbered_lines(numbers: NumberList, lines: Mapping[str, Member]) -> list[Member]:
    """Return the virtual lines whose absence from the list of numbers is an inconsistency.

    The list can lack all virtual lines, or extensions without a number. A phone number is certain if the list has the
    phone number of another line. Every line is certain if the list has no member at all.
    """
    unnumbered = unnumbered_lines(numbers, lines)
    if not (numbers.members or numbers.lines):
        return unnumbered
    certain = [line for line in unnumbered if _numbers_of(line)]
    comparable = len(certain) < sum(bool(_numbers_of(line)) for line in lines.values())
    return certain if comparable else []


def _absent(members: Iterable[Member], others: Mapping[str, Member], other_numbers: Iterable[str] = ()) -> list[Member]:
    """Return the members without an equal among the others.

    Members are equal if they have the same id in any encoding, a common number, or a common extension in one location.

    :param others: members by id.
    :param other_numbers: further phone numbers that count as equal.
    """
    absent = [member for member in members if member["id"] not in others]
    if not absent:
        return []
    ids = {comparable_id(other["id"]) for other in others.values()}
    numbers = {normalize_number(number) for number in other_numbers}
    locations: dict[str, set[str]] = {}
    for other in others.values():
        numbers.update(_numbers_of(other))
        for extension in _extensions_of(other):
            locations.setdefault(extension, set()).add(_location_of(other))

    def is_known(member: Member) -> bool:
        return (
            comparable_id(member["id"]) in ids
            or not numbers.isdisjoint(_numbers_of(member))
            or any(_is_one_of(_location_of(member), locations.get(each, ())) for each in _extensions_of(member))
        )

    return [member for member in absent if not is_known(member)]


def _is_one_of(location: str, locations: Collection[str]) -> bool:
    # A row without a location can be in any location.
    return bool(locations) and (not location or "" in locations or location in locations)


def _numbers_of(member: Member) -> list[str]:
    numbers = (normalize_number(number) for number in external_numbers(member))
    return [number for number in numbers if number]


def _extensions_of(member: Member) -> list[str]:
    return [extension.strip() for extension in extensions(member) if extension.strip()]


def _location_of(member: Member) -> str:
    return comparable_id(location_id(member) or "")
