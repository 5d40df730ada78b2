# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import time
from types import SimpleNamespace

import pytest

from ansible_collections.webex.calling.plugins.module_utils import _module
from ansible_collections.webex.calling.plugins.module_utils._call_recording import Outcome, ReadResult
from ansible_collections.webex.calling.plugins.module_utils._errors import ApiError
from ansible_collections.webex.calling.plugins.module_utils._module import exit_with_read_results
from ansible_collections.webex.calling.plugins.module_utils._selectors import ID, MissingValue


class EndedError(Exception):
    pass


class Module:
    """Stands in for AnsibleModule: keeps what it ends with."""

    def __init__(self, **params):
        self.params = params
        self.no_log_values = set()

    def exit_json(self, **result):
        self.result = result
        raise EndedError

    def fail_json(self, **result):
        self.exit_json(failed=True, **result)


def ended_with(readings, missing=()):
    module = Module()
    with pytest.raises(EndedError):
        exit_with_read_results(module, Outcome(readings, missing))
    return module.result


READ = ReadResult({"id": "read"}, settings={"enabled": True, "record": "Always"})


def test_one_line_that_was_read():
    recording = {"recordable": True, "call_recording": {"enabled": True, "record": "Always"}}
    assert ended_with([READ], [MissingValue(ID, "virtual_line_id", "x")]) == {
        "changed": False,
        "virtual_lines": [{"id": "read", "name": "read", **recording}],
        "missing": [{"selector": "virtual_line_id", "value": "x"}],
        **recording,
    }


def test_a_line_that_could_not_be_read_fails():
    error = ApiError("permission", "Forbidden", "Hint.", status=403, from_webex=True)
    result = ended_with([READ, ReadResult({"id": "x"}, error=error)])
    assert result["failed"] is True
    assert result["virtual_lines"][0]["call_recording"] == {"enabled": True, "record": "Always"}
    assert result["virtual_lines"][1].keys() == {"id", "name", "error"}
    assert not {"call_recording", "recordable"} & result.keys()


def test_the_client_is_closed_with_output(monkeypatch):
    reading, writing = os.pipe()
    monkeypatch.setattr(_module, "_STDOUT", writing)
    closed = []
    client = SimpleNamespace(close=lambda: closed.append(time.monotonic()))
    try:
        with _module._closed_with_output(client):
            time.sleep(0.05)
            assert closed == []
            os.close(reading)
            deadline = time.monotonic() + 5
            while not closed and time.monotonic() < deadline:
                time.sleep(0.01)
            assert len(closed) == 1
    finally:
        os.close(writing)


def test_the_client_stays_open_while_somebody_does(monkeypatch):
    reading, writing = os.pipe()
    monkeypatch.setattr(_module, "_STDOUT", writing)
    monkeypatch.setattr(_module, "_POLL_INTERVAL", 0.01)
    closed = []
    try:
        with _module._closed_with_output(SimpleNamespace(close=lambda: closed.append(1))):
            time.sleep(0.1)
        time.sleep(0.1)
        os.close(reading)
        time.sleep(0.1)
        assert closed == []
    finally:
        os.close(writing)
