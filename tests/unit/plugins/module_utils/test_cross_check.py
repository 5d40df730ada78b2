# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.webex.calling.plugins.module_utils._cross_check import (
    NumberList,
    certainly_unnumbered_lines,
    unlisted_lines,
    unnumbered_lines,
)

PERSON = {"person": {"id": "person", "kind": "person"}}


def line(line_id, external=None, extension=None, location=None):
    number = {key: value for key, value in (("external", external), ("extension", extension)) if value is not None}
    identity = {"id": line_id, "kind": "virtual_line", "number": number, "numbers": [number]}
    return {**identity, "location": {"id": location}} if location else identity


def lines(*members):
    return {member["id"]: member for member in members}


def ids(members):
    return [member["id"] for member in members]


#: A line in both lists, which shows that they are comparable.
KNOWN = line("known", "+15550000", "100", "denver")


@pytest.mark.parametrize(
    ("owner", "listed", "same"),
    [
        (line("x"), line("x"), True),
        (line("x"), line("y"), False),
        (line("x", "+15550001"), line("y", "+1 555 0001"), True),
        (line("x", "+15550001"), line("y", "+15550002"), False),
        (line("x", "+15550001", "101", "oslo"), line("y", "+15550002", "101", "oslo"), True),
        (line("x", extension="101", location="oslo"), line("y", extension="101", location="Oslo"), True),
        (line("x", extension="101", location="oslo"), line("y", extension="101", location="rome"), False),
        (line("x", extension="101", location="oslo"), line("y", extension="101"), True),
        (line("x", extension="101"), line("y", extension="101", location="oslo"), True),
        (line("x", extension="101"), line("y", extension="102"), False),
        # Empty values and texts are no numbers.
        (line("x", "", ""), line("y", "", ""), False),
        (line("x", "n/a"), line("y", "n/a"), False),
    ],
)
def test_the_same_line_in_both_lists(owner, listed, same):
    numbers = NumberList(PERSON, lines(KNOWN, owner), ["+15550000"])
    assert ids(unlisted_lines(numbers, lines(KNOWN, listed))) == ([] if same else ["x"])


@pytest.mark.parametrize(
    ("members", "owners", "listed", "unnumbered", "certain"),
    [
        # The list of numbers has another number of a line.
        (PERSON, [KNOWN], [KNOWN, line("x", "+1")], ["x"], ["x"]),
        (PERSON, [KNOWN], [KNOWN, line("x", extension="1"), line("y", "+1")], ["x", "y"], ["y"]),
        # Perhaps the list never has such rows.
        (PERSON, [KNOWN], [KNOWN, line("x", extension="1")], ["x"], []),
        (PERSON, [], [KNOWN, line("x", "+1")], ["known", "x"], []),
        (PERSON, [line("z", extension="100", location="oslo")], [KNOWN], ["known"], []),
        # The list has no member.
        ({}, [], [KNOWN, line("x", extension="1")], ["known", "x"], ["known", "x"]),
        ({}, [], [line("x"), line("y", "")], [], []),
    ],
)
def test_lines_without_a_row_in_the_list_of_numbers(members, owners, listed, unnumbered, certain):
    numbers = NumberList(members, lines(*owners), [])
    assert ids(unnumbered_lines(numbers, lines(*listed))) == unnumbered
    assert ids(certainly_unnumbered_lines(numbers, lines(*listed))) == certain


def test_a_number_with_another_owner():
    assert unnumbered_lines(NumberList(PERSON, {}, ["+1 555 0000"]), lines(KNOWN)) == []


def test_lists_without_common_lines_are_not_comparable():
    numbers = NumberList(PERSON, lines(line("x", "+1"), line("y", "+2")), [])
    assert unlisted_lines(numbers, lines(line("a", "+3"))) == []
    # No listed line could match.
    assert ids(unlisted_lines(numbers, lines(line("a")))) == ["x", "y"]
    assert ids(unlisted_lines(numbers, {})) == ["x", "y"]
