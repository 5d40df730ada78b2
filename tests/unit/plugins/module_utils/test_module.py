# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import time
from types import SimpleNamespace

import pytest

from ansible_collections.webex.calling.plugins.module_utils import _module
from ansible_collections.webex.calling.plugins.module_utils._call_recording import ReadResult
from ansible_collections.webex.calling.plugins.module_utils._errors import ApiError
from ansible_collections.webex.calling.plugins.module_utils._module import exit_with_read_results
from ansible_collections.webex.calling.plugins.module_utils._selectors import ID, MissingValue


class EndedError(Exception):
    pass


class Module:
    """Stands in for AnsibleModule: keeps what it ends with."""

    def __init__(self, **params):
        self.params = params

    def exit_json(self, **result):
        self.result = result
        raise EndedError

    def fail_json(self, **result):
        self.exit_json(failed=True, **result)


def ended_with(readings, missing=(), allow_missing=False):
    module = Module(allow_missing=allow_missing)
    with pytest.raises(EndedError):
        exit_with_read_results(module, readings, missing)
    return module.result


READ = ReadResult({"id": "read"}, settings={"enabled": True})


def not_found(from_webex=True):
    error = ApiError("not_found", "Not Found", "Hint.", status=404, from_webex=from_webex)
    return ReadResult({"id": "gone"}, error=error)


def test_an_id_that_does_not_exist_fails():
    result = ended_with([READ, not_found()])
    assert result["failed"] is True
    assert result["missing"] == []
    assert result["virtual_lines"][0] == {"id": "read", "name": "read", "call_recording": {"enabled": True}}


def test_an_id_that_does_not_exist_may_be_all_right():
    result = ended_with([READ, not_found()], [MissingValue(ID, "x")], allow_missing=True)
    assert result == {
        "changed": False,
        "virtual_lines": [{"id": "read", "name": "read", "call_recording": {"enabled": True}}],
        "missing": [
            {"selector": "virtual_line_id", "value": "x"},
            {"selector": "virtual_line_id", "value": "gone"},
        ],
        "call_recording": {"enabled": True},
    }


def test_a_404_that_is_not_webexs_is_never_all_right():
    assert ended_with([not_found(from_webex=False)], allow_missing=True)["failed"] is True


def test_other_errors_are_never_all_right():
    error = ApiError("permission", "Forbidden", "Hint.", status=403, from_webex=True)
    assert ended_with([READ, ReadResult({"id": "x"}, error=error)], allow_missing=True)["failed"] is True


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


def test_a_line_that_was_listed_is_never_all_right_to_miss():
    gone = not_found()
    gone.line = {"id": "gone", "location": {"name": "Denver"}}
    result = ended_with([READ, gone], allow_missing=True)
    assert result["failed"] is True
    assert (len(result["virtual_lines"]), result["missing"]) == (2, [])
    assert "call_recording" not in result
