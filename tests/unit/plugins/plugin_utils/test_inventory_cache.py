# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import re
import sys

import pytest

from ansible_collections.webex.calling.plugins.module_utils._argument_spec import selector_arguments
from ansible_collections.webex.calling.plugins.module_utils._auth import RefreshTokenSource, StaticToken
from ansible_collections.webex.calling.plugins.plugin_utils._inventory_cache import (
    InvalidCacheEntryError,
    cache_key,
    from_entry,
    to_entry,
)

OPTIONS = {
    "access_token": "fake-access-token",
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
CREDENTIALS = ("fake-access-token",)
LINES = [{"id": "one", "first_name": "{{ 1 }}", "__ansible_vault": "x"}, {"id": "two", "number": None}]

SELECTIONS = [
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
]


def key(prefix="start", credentials=CREDENTIALS, **options):
    return cache_key(prefix, {**OPTIONS, **options}, credentials)


def test_all_selectors_are_tested():
    assert selector_arguments().keys() <= {name for name, _value in SELECTIONS}


def test_each_selection_has_its_own_key():
    keys = [key(), *(key(**{name: value}) for name, value in SELECTIONS)]
    assert len(set(keys)) == len(keys)


def test_values_are_not_confused_with_others():
    assert key(extension=["1,2"]) != key(extension=["1", "2"])
    assert key(extension=["\ud800"]) != key(extension=["\udfff"])
    assert key(credentials=("a", "b")) != key(credentials=("ab",))


def test_other_options_do_not_change_the_key():
    assert key() == key(access_token="other", concurrency=1)


def test_another_inventory_file_has_another_key():
    assert key() != key("other")


def test_credentials_have_their_own_keys():
    sources = [
        StaticToken("one"),
        StaticToken("two"),
        RefreshTokenSource("one", "secret", "refresh"),
        RefreshTokenSource("two", "secret", "refresh"),
        RefreshTokenSource("one", "secret", "another-refresh"),
    ]
    keys = [key(credentials=source.credentials) for source in sources]
    assert len(set(keys)) == len(keys)
    assert keys == [key(credentials=source.credentials) for source in sources]


def test_a_key_is_a_file_name_without_credentials():
    assert re.fullmatch("start_[0-9a-f]{32}", key(owner_name=["../Bob", "fake-access-token"]))


def test_lines_of_an_entry():
    content = json.loads(json.dumps(to_entry(LINES)))
    assert from_entry(content, call_recording=False) == LINES
    # All values are texts, so that no cache plugin gives keys of lines a special meaning.
    assert all(isinstance(value, (str, int)) for value in content.values())


def test_settings_of_an_entry():
    lines = [{"id": "one", "call_recording": {"enabled": True}}]
    assert from_entry(to_entry(lines), call_recording=True) == lines


@pytest.mark.parametrize(
    "content",
    [
        "text",
        [],
        {},
        {**to_entry(LINES), "format": 0},
        {**to_entry(LINES), "lines": LINES},
        {**to_entry(LINES), "lines": json.dumps(LINES[:1])},
        {**to_entry(LINES), "digest": "0"},
        {"format": to_entry(LINES)["format"], "lines": to_entry(LINES)["lines"]},
        to_entry({"id": "one"}),
        to_entry(["one"]),
        to_entry([{"id": 1}]),
        to_entry([{}]),
        # Settings that were not asked for are those of another inventory.
        to_entry([{"id": "one", "call_recording": {}}]),
    ],
)
def test_invalid_entries_are_refused(content):
    with pytest.raises(InvalidCacheEntryError):
        from_entry(content, call_recording=False)


def test_lines_without_settings_are_refused():
    with pytest.raises(InvalidCacheEntryError):
        from_entry(to_entry([{"id": "one", "call_recording": {}}, {"id": "two"}]), call_recording=True)


def test_an_entry_that_is_not_json_is_refused(monkeypatch):
    monkeypatch.setattr(sys.modules[from_entry.__module__], "_digest", lambda text: "same")
    with pytest.raises(InvalidCacheEntryError):
        from_entry({**to_entry(LINES), "lines": "{"}, call_recording=False)
