# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts for the values in the document of a drift check."""

from __future__ import annotations

import datetime

import pytest

from ansible_collections.webex.calling.plugins.plugin_utils._drift_values import (
    actual_of,
    describe_difference,
    describe_error,
    describe_exemption,
    describe_member,
    duration_of,
    expected_of,
    location_of,
    text_of,
    time_of,
)
from ansible_collections.webex.calling.tests.unit.plugins.plugin_utils.drift_documents import ERROR, HOSTILE


def nested() -> list:
    value: list = []
    for _number in range(100_000):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("text", "text"),
        ("", ""),
        ("a\n\ud800", "a\n\ud800"),
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (1, "1"),
        (1.5, "1.5"),
        (float("inf"), "Infinity"),
        (float("-inf"), "-Infinity"),
        (float("nan"), "NaN"),
        (["é", None], '["é", null]'),
        ({"a": {"b": "\n"}}, '{"a": {"b": "\\n"}}'),
        (datetime.date(2026, 1, 2), '"2026-01-02"'),
        ({(1, 2): 3}, "(dict that cannot be shown)"),
    ],
)
def test_text_of(value, text):
    assert text_of(value) == text


def test_text_of_a_long_integer():
    # Old releases of Python print integers of any length.
    assert text_of(10**5000) in ("(int that cannot be shown)", "1" + "0" * 5000)


def test_text_of_values_that_are_nested_too_deeply():
    assert text_of(nested()) == "(list that cannot be shown)"


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ({}, "no location"),
        ({"location": None}, "no location"),
        ({"location": "Denver"}, "no location"),
        ({"location": {"id": "l1"}}, "no location"),
        ({"location": {"name": None}}, "no location"),
        ({"location": {"name": ""}}, "no location"),
        ({"location": {"name": "Denver"}}, "Denver"),
        ({"location": {"name": ["x"]}}, '["x"]'),
        ({"location": {"name": 0}}, "0"),
    ],
)
def test_location_of(entry, text):
    assert location_of(entry) == text
    assert describe_member({"name": "Ada", **entry}) == f"Ada ({text})"


def test_actual_and_expected():
    assert (actual_of({}), expected_of({})) == ("not set", "not set")
    assert (actual_of({"actual": None}), expected_of({"expected": None})) == ("null", "null")
    assert describe_difference({"setting": "record", "expected": "Always"}) == "record is not set, should be Always"


def test_errors():
    text = "HTTP 400: Not now. (code 4400, tracking id ROUTER_1). Try again later."
    assert describe_error(ERROR) == text
    assert describe_error({"type": "x", "message": "No file.", "hint": "Create it."}) == "No file. Create it."
    assert describe_error({"type": "x", "message": "", "reason": "Bad Request"}) == "Bad Request"
    assert describe_error({"type": "timeout"}) == "timeout"
    assert describe_error(None) == describe_error({}) == describe_error("?") == "no details"


def test_exemptions():
    full = {"reason": "Public", "expires": "2026-12-01", "approved_by": "CISO", "ticket": 81}
    assert describe_exemption(full) == "Public, until 2026-12-01, approved by CISO, ticket 81"
    assert describe_exemption({"reason": "Public", "expires": "never"}) == "Public, without end"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-25T22:00:00Z", "2026-11-25T22:00:00+00:00"),
        ("2026-11-25T22:00:00.123456+01:00", "2026-11-25T21:00:00+00:00"),
        ("yesterday", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_time_of(text, expected):
    time = time_of(text)
    assert (time and time.isoformat()) == expected


def test_duration():
    start, end = "2026-11-25T22:00:00Z", "2026-11-25T22:00:30Z"
    assert duration_of({"started_at": start, "finished_at": end}) == 30
    assert duration_of({"started_at": end, "finished_at": start}) == 0
    assert duration_of({"started_at": start, "finished_at": None}) is None


@pytest.mark.parametrize("value", HOSTILE, ids=map(str, range(len(HOSTILE))))
def test_any_value(value):
    keys = ("name", "setting", "expected", "actual", "message", "reason", "expires", "code")
    entry = dict.fromkeys(keys, value)
    for function in (describe_difference, describe_error, describe_exemption, describe_member):
        assert isinstance(function({**entry, "location": {"name": value}}), str)
    assert time_of(value) is None
