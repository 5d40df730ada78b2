# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Null and empty options of all modules: refused before any request."""

from __future__ import annotations

import json

import pytest

from ansible_collections.webex.calling.plugins.module_utils._argument_spec import (
    connection_arguments,
    remove_empty_options,
    selector_arguments,
)
from ansible_collections.webex.calling.plugins.module_utils._kinds import KINDS
from ansible_collections.webex.calling.plugins.module_utils._settings import settings_arguments
from ansible_collections.webex.calling.plugins.modules import (
    access_token,
    call_recording,
    call_recording_info,
    connection_info,
    virtual_line_call_recording,
    virtual_line_call_recording_info,
    virtual_line_info,
)
from ansible_collections.webex.calling.tests.unit.organization import BOB_SMITH, CUSTOMER_ORGANIZATION, SERVICE_APP

HINT = "Check the variable that the value comes from. Use omit to leave an option out."
SELECTED = {"owner_name": "Bob Smith"}
WRITTEN = {**SELECTED, "settings": {"record": "Always"}}
SELECTORS = {**connection_arguments(), **selector_arguments()}
MEMBERS = {**connection_arguments(), **selector_arguments(KINDS)}
MODULES = [
    (access_token, SERVICE_APP, connection_arguments()),
    (virtual_line_info, SELECTED, SELECTORS),
    (virtual_line_call_recording_info, SELECTED, SELECTORS),
    (virtual_line_call_recording, WRITTEN, SELECTORS),
    (call_recording_info, SELECTED, MEMBERS),
    (call_recording, WRITTEN, MEMBERS),
    (connection_info, {}, {**connection_arguments(), "required": {}}),
]
OPTIONS = [(module, given, option) for module, given, arguments in MODULES for option in arguments]


def paths(arguments, parents=()):
    """Yield the path of each suboption."""
    for name, argument in arguments.items():
        yield (*parents, name)
        yield from paths(argument.get("options", {}), (*parents, name))


SETTINGS = list(paths(settings_arguments()))


def refused(result, simulator, message):
    assert result["failed"] is True
    assert (result["error"]["type"], result["error"]["message"]) == ("invalid_option", message)
    assert result["msg"] == f"Invalid options: {message}. {HINT}"
    assert simulator.counts()["count"] == 0
    return True


@pytest.mark.parametrize(("value", "text"), [(None, "null"), ("", "empty"), (" \n", "empty")], ids=repr)
@pytest.mark.parametrize(("module", "given", "option"), OPTIONS)
def test_each_option(run_module, simulator, module, given, option, value, text):
    # The environment has an access token and an organization, which must not take the place of null.
    result = run_module(module.main, environment={"WEBEX_ORG_ID": CUSTOMER_ORGANIZATION}, **{**given, option: value})
    assert refused(result, simulator, f"{option} is {text}")


@pytest.mark.parametrize(("value", "text"), [(None, "null"), ("", "empty")], ids=repr)
@pytest.mark.parametrize("path", SETTINGS, ids=".".join)
def test_each_setting(run_module, simulator, path, value, text):
    settings = value
    for name in reversed(path):
        settings = {name: settings}
    # Another setting is given, so that settings are not empty without this one.
    other = {"repeat": {"interval": 20}} if path[0] != "repeat" else {"enabled": True}
    result = run_module(virtual_line_call_recording.main, **SELECTED, settings={**other, **settings})
    assert refused(result, simulator, f"settings.{'.'.join(path)} is {text}")


@pytest.mark.parametrize("value", [None, ""])
def test_all_settings(run_module, simulator, value):
    result = run_module(virtual_line_call_recording.main, **SELECTED, settings=value)
    assert result["failed"] is True
    assert "missing required arguments: settings" in result["msg"]
    assert simulator.counts()["count"] == 0


def test_settings_as_text(run_module, simulator):
    settings = json.dumps({"enabled": True, "repeat": {"interval": None}})
    result = run_module(virtual_line_call_recording.main, **SELECTED, settings=settings)
    assert refused(result, simulator, "settings.repeat.interval is null")


def test_an_empty_dictionary_of_settings(run_module, simulator):
    result = run_module(virtual_line_call_recording.main, **SELECTED, settings={"enabled": True, "repeat": {}})
    assert refused(result, simulator, "settings.repeat is empty")


@pytest.mark.parametrize("option", [name for name in selector_arguments() if name != "allow_missing"])
def test_null_in_a_list(run_module, simulator, option):
    result = run_module(virtual_line_info.main, allow_missing=True, **{option: ["6103", None]})
    assert refused(result, simulator, f"{option} contains null")


def test_null_does_not_widen_a_selection(run_module, simulator):
    result = run_module(virtual_line_call_recording.main, **WRITTEN, location_name=None)
    assert refused(result, simulator, "location_name is null")


def test_all_are_named_at_once(run_module, simulator):
    result = run_module(virtual_line_info.main, org_id=None, location_name="", owner_name=[None])
    assert refused(result, simulator, "org_id is null; location_name is empty; owner_name contains null")


def test_options_that_are_left_out(run_module, simulator):
    result = run_module(virtual_line_info.main, _ansible_socket=None, _ansible_tmpdir=None)
    assert len(result["virtual_lines"]) == 10
    result = run_module(virtual_line_call_recording.main, **WRITTEN)
    assert [line["id"] for line in result["virtual_lines"]] == [BOB_SMITH]
    assert [each["setting"] for each in result["virtual_lines"][0]["changes"]] == ["record"]


def test_an_unknown_option(run_module, simulator):
    result = run_module(virtual_line_info.main, unknown=None)
    assert "Unsupported parameters" in result["msg"]
    result = run_module(virtual_line_call_recording.main, **SELECTED, settings={"enabled": True, "recrod": None})
    assert "settings.recrod" in result["msg"]
    assert simulator.counts()["count"] == 0


@pytest.mark.parametrize("value", [False, 0, [], {}, "text", ["text"], "0"])
def test_other_values_stay(value):
    given = {"name": value}
    assert remove_empty_options({"name": {"type": "raw"}}, given) == []
    assert given == {"name": value}
