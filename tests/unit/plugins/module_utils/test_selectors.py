# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

import pytest

from ansible_collections.webex.calling.plugins.module_utils._errors import OptionError
from ansible_collections.webex.calling.plugins.module_utils._kinds import KINDS
from ansible_collections.webex.calling.plugins.module_utils._selectors import (
    match,
    matching_names,
    selector_options,
    selector_values,
)

BY_OPTION = selector_options(KINDS)
OWNER = BY_OPTION["owner_name"]


@pytest.mark.parametrize(
    ("value", "name", "expected"),
    [
        ("*", "", True),
        ("*", "anything", True),
        ("?", "a", True),
        ("?", "", False),
        ("?", "ab", False),
        ("a*c", "abbc", True),
        ("a*c", "abcd", False),
        ("a*b*c", "a-b-b-c", True),
        ("a**c", "ac", True),
        ("a?*c", "ac", False),
        ("*a?b", "aaxaxb", True),
        ("a*", "ba", False),
        ("*a", "ab", False),
        ("[a]*", "a", False),
        ("[a]*", "[a] b", True),
        ("[!a]*", "b", False),
        ("a.c*", "abc", False),
        ("a\\*", "a\\b", True),
        ("a*c", "a\nc", True),
        ("abc", "abcd", False),
    ],
)
def test_wildcards(value, name, expected):
    assert list(matching_names(OWNER, value, [name])) == [name] * expected


def test_a_value_that_equals_a_name_is_no_wildcard():
    assert list(matching_names(OWNER, "a*", ["ab", "a*"])) == ["a*"]


def test_ids_have_no_wildcards():
    for option in ("virtual_line_id", "location_id"):
        assert list(matching_names(BY_OPTION[option], "a*", ["ab"])) == []
        assert list(matching_names(BY_OPTION[option], "a*", ["a*"])) == ["a*"]


@pytest.mark.parametrize(
    "value", ["*a" * 100 + "b", "*a*" * 500 + "b", "a*" * 500 + "c?", "?*" * 200 + "b", "*" * 5000 + "b"]
)
def test_hostile_wildcards_take_linear_time(value):
    started = time.process_time()
    assert not matching_names(OWNER, value, ["a" * 2**20])
    assert time.process_time() - started < 5


def test_many_values_and_lines():
    lines = [{"id": str(number), "first_name": "Line", "last_name": str(number)} for number in range(5000)]
    options = {"owner_name": [f"line {number}" for number in reversed(range(5000))]}
    started = time.process_time()
    selected, missing = match(selector_values(options, KINDS), lines)
    assert time.process_time() - started < 2
    assert selected == lines[::-1]
    assert missing == []


@pytest.mark.parametrize("value", [None, True, 1.5, {}, [[]], b"x"])
@pytest.mark.parametrize("option", sorted(BY_OPTION))
def test_values_that_are_no_texts(option, value):
    with pytest.raises(OptionError, match=rf"{option} contains .*, which is not a string"):
        selector_values({option: ["1", value]}, KINDS)
