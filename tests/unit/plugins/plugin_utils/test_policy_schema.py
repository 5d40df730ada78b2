# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schema accepts and refuses the same policies as the code, as far as a schema can say it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ansible_collections.webex.calling.plugins.module_utils._kinds import EXTRA_SETTINGS
from ansible_collections.webex.calling.plugins.module_utils._policy import PolicyError, parse_policy
from ansible_collections.webex.calling.plugins.module_utils._settings import settings_arguments
from ansible_collections.webex.calling.plugins.plugin_utils._policy_file import read_policy
from ansible_collections.webex.calling.plugins.plugin_utils._policy_schema import policy_schema

jsonschema = pytest.importorskip("jsonschema")

EXAMPLES = Path(__file__).parents[4] / "examples"
FILE = EXAMPLES / "policy.schema.json"
RULE = {"name": "r", "settings": {"enabled": True}}
EXEMPTION = {"name": "x", "owner_name": "Ada", "exempt": {"reason": "why", "expires": "2026-12-31"}}


def policy(*rules, **more):
    return {"name": "Rulebook", "rules": list(rules), **more}


def is_accepted_by_schema(content):
    return jsonschema.Draft202012Validator(policy_schema()).is_valid(content)


def is_accepted_by_code(content):
    try:
        parse_policy(content)
    except PolicyError:
        return False
    return True


def test_the_file_is_up_to_date():
    """With UPDATE_SCHEMA=1 in the environment, the test writes the file."""
    text = json.dumps(policy_schema(), indent=2) + "\n"
    if os.environ.get("UPDATE_SCHEMA"):
        FILE.write_text(text, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == text


def test_the_example_is_valid():
    content = read_policy((EXAMPLES / "policy.yml").read_text(encoding="utf-8"))
    assert is_accepted_by_code(content)
    del content["sha256"]
    assert is_accepted_by_schema(content)


VALID = [
    policy(RULE),
    policy(RULE, EXEMPTION, version="1"),
    policy({**RULE, "owner_name": ["a", "b*"], "exclude": {"kind": "person", "recordable": True}}),
    policy({**RULE, "phone_number": 15550001001, "references": "x", "allow_missing": True}),
    policy({**EXEMPTION, "exempt": {"reason": "why", "expires": "never", "approved_by": "a", "ticket": "t"}}),
]
INVALID = [
    [],
    {},
    policy(),
    {"rules": [RULE]},
    policy(RULE, version=1.1),
    policy(RULE, more=1),
    policy({**RULE, "name": ""}),
    policy({**RULE, "nmae": "x"}),
    policy({"name": "r"}),
    policy({**RULE, **EXEMPTION}),
    policy({**RULE, "owner_name": []}),
    policy({**RULE, "owner_name": None}),
    policy({**RULE, "owner_name": 5}),
    policy({**RULE, "kind": "people"}),
    policy({**RULE, "recordable": "yes"}),
    policy({**RULE, "exclude": {}}),
    policy({**RULE, "exclude": {"name": "x"}}),
    policy({"name": "r", "settings": {}}),
    policy({"name": "r", "settings": {"recrd": 1}}),
    policy({"name": "r", "settings": {"record": "Sometimes"}}),
    policy({"name": "r", "settings": {"repeat": {"interval": 5}}}),
    policy({"name": "r", "settings": {"notification": {}}}),
    policy({"name": "x", "exempt": {"reason": "why", "expires": "never"}}),
    policy({**EXEMPTION, "exempt": {"reason": "why"}}),
    policy({**EXEMPTION, "exempt": {"reason": "why", "expires": "tomorrow"}}),
    policy({**EXEMPTION, "exempt": {"reason": "why", "expires": "never", "by": "x"}}),
]


@pytest.mark.parametrize("content", VALID)
def test_valid_policies(content):
    assert is_accepted_by_schema(content)
    assert is_accepted_by_code(content)


@pytest.mark.parametrize("content", INVALID)
def test_invalid_policies(content):
    assert not is_accepted_by_schema(content)
    assert not is_accepted_by_code(content)


def values_of(argument):
    """Return valid values of a setting."""
    if "choices" in argument:
        return list(argument["choices"])
    return {"bool": [True, False], "int": [10, 1800]}[argument["type"]]


@pytest.mark.parametrize("name", settings_arguments(EXTRA_SETTINGS))
def test_each_setting(name):
    argument = settings_arguments(EXTRA_SETTINGS)[name]
    settings = (
        [{name: {inner: value}} for inner, option in argument["options"].items() for value in values_of(option)]
        if "options" in argument
        else [{name: value} for value in values_of(argument)]
    )
    for each in settings:
        content = policy({"name": "r", "settings": each})
        assert is_accepted_by_schema(content) is is_accepted_by_code(content) is True
    for wrong in ("nonsense", None, [1]):
        content = policy({"name": "r", "settings": {name: wrong}})
        assert is_accepted_by_schema(content) is is_accepted_by_code(content) is False
