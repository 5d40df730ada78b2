# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib
import sys

import pytest

PACKAGE = "ansible_collections.webex.calling.plugins.module_utils"


@pytest.fixture
def without_requests(same_modules_afterwards, monkeypatch):
    """Import the collection anew, as if requests were not installed."""
    for name in list(sys.modules):
        if name.startswith("ansible_collections.webex.calling.plugins."):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "requests", None)


@pytest.mark.parametrize("name", ["_http", "_client", "_argument_spec", "_call_recording", "_module"])
def test_every_part_can_be_imported_without_requests(without_requests, name):
    importlib.import_module(f"{PACKAGE}.{name}")
    assert "requests" in sys.modules[f"{PACKAGE}._http"].REQUESTS_IMPORT_ERROR


def test_nothing_is_missing_here():
    assert importlib.import_module(f"{PACKAGE}._http").REQUESTS_IMPORT_ERROR is None
