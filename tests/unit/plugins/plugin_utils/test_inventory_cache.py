# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import stat

import pytest

from ansible_collections.webex.calling.plugins.module_utils._auth import RefreshTokenSource, StaticToken
from ansible_collections.webex.calling.plugins.plugin_utils._inventory_cache import (
    InvalidCacheEntryError,
    cache_key,
    from_entry,
    mark,
    to_entry,
)

OPTIONS = {
    "access_token": "fake-token",
    "api_url": "https://webexapis.com/v1",
    "org_id": None,
    "virtual_line_id": None,
    "phone_number": None,
    "extension": None,
    "owner_name": None,
    "location_name": None,
    "location_id": None,
    "allow_missing": False,
    "call_recording": False,
    "concurrency": 10,
}
LINES = [{"id": "one", "first_name": "{{ 1 }}", "__ansible_vault": "x"}, {"id": "two", "number": None}]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("api_url", "https://api-usgov.webex.com/v1"),
        ("org_id", "other"),
        ("virtual_line_id", ["one"]),
        ("phone_number", ["one"]),
        ("extension", ["one"]),
        ("owner_name", ["one"]),
        ("location_name", ["one"]),
        ("location_id", ["one"]),
        ("allow_missing", True),
        ("call_recording", True),
    ],
)
def test_whatever_selects_something_else_has_another_key(name, value):
    assert cache_key("start", OPTIONS) != cache_key("start", {**OPTIONS, name: value})


def test_whatever_does_not_has_the_same_key():
    assert cache_key("start", OPTIONS) == cache_key("start", {**OPTIONS, "access_token": "other", "concurrency": 1})
    assert cache_key("start", OPTIONS) != cache_key("other", OPTIONS)


def test_credentials_are_told_apart(tmp_path):
    file = str(tmp_path / "new" / "key")
    different = [
        StaticToken("one"),
        StaticToken("two"),
        RefreshTokenSource("one", "secret", "refresh"),
        RefreshTokenSource("two", "secret", "refresh"),
        RefreshTokenSource("one", "secret", "another refresh"),
    ]
    marks = [mark(tokens, file) for tokens in different]
    assert len(set(marks)) == len(different)
    assert marks == [mark(tokens, file) for tokens in different]


def test_nobody_without_the_secret_can_make_the_mark(tmp_path):
    first, second = (mark(StaticToken("one"), str(tmp_path / name)) for name in ("a", "b"))
    assert first != second
    assert stat.S_IMODE(os.stat(tmp_path / "a").st_mode) == 0o600
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]


def test_another_process_is_faster(tmp_path, monkeypatch):
    file = tmp_path / "key"
    theirs = str(tmp_path / "theirs")
    mark(StaticToken("one"), theirs)
    real_link = os.link

    def link(made, place):
        real_link(theirs, place)
        real_link(made, place)

    monkeypatch.setattr(os, "link", link)
    assert mark(StaticToken("one"), str(file)) == mark(StaticToken("one"), theirs)
    assert sorted(os.listdir(tmp_path)) == ["key", "theirs"]


def test_a_secret_that_is_none(tmp_path):
    (tmp_path / "key").write_bytes(b"")
    with pytest.raises(OSError, match="remove it"):
        mark(StaticToken("one"), str(tmp_path / "key"))


def test_what_was_put_there_comes_back():
    content = json.loads(json.dumps(to_entry(LINES, "mark")))
    assert from_entry(content, "mark", call_recording=False) == LINES
    # Without any credentials nobody else's were given.
    assert from_entry(content, None, call_recording=False) == LINES
    assert from_entry(content, "other", call_recording=False) is None
    # All is text, so that no plugin takes a key for an order.
    assert all(isinstance(value, (str, int)) for value in content.values())


def test_settings_come_back():
    lines = [{"id": "one", "call_recording": {"enabled": True}}]
    assert from_entry(to_entry(lines, "mark"), "mark", call_recording=True) == lines


@pytest.mark.parametrize(
    "content",
    [
        "text",
        [],
        {},
        {**to_entry(LINES, "mark"), "format": 0},
        {**to_entry(LINES, "mark"), "lines": LINES},
        {**to_entry(LINES, "mark"), "lines": json.dumps(LINES[:1])},
        {**to_entry(LINES, "mark"), "digest": "0"},
        to_entry({"id": "one"}, "mark"),
        to_entry(["one"], "mark"),
        to_entry([{"id": 1}], "mark"),
        to_entry([{}], "mark"),
        # Settings where none are wanted are those of another inventory.
        to_entry([{"id": "one", "call_recording": {}}], "mark"),
    ],
)
def test_anything_else_is_refused(content):
    with pytest.raises(InvalidCacheEntryError):
        from_entry(content, "mark", call_recording=False)


def test_lines_without_settings_are_refused():
    with pytest.raises(InvalidCacheEntryError):
        from_entry(to_entry([{"id": "one", "call_recording": {}}, {"id": "two"}], "mark"), "mark", call_recording=True)


def test_what_is_no_json_is_refused(monkeypatch):
    path = "ansible_collections.webex.calling.plugins.plugin_utils._inventory_cache._digest"
    monkeypatch.setattr(path, lambda text: "same")
    with pytest.raises(InvalidCacheEntryError):
        from_entry({**to_entry(LINES, "mark"), "lines": "{"}, "mark", call_recording=False)
