# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No module returns a secret that it was given, wherever in the result."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

PACKAGE = "ansible_collections.webex.calling.plugins.modules"
PLUGINS = Path(__file__).parents[4] / "plugins"
#: All modules. A module with an action plugin is only documentation.
MODULES = sorted(
    {path.stem for path in (PLUGINS / "modules").glob("[a-z]*.py")}.difference(
        path.stem for path in (PLUGINS / "action").glob("*.py")
    )
)
APP = {"client_id": "simulated-service-app", "client_secret": "fake-secret", "refresh_token": "fake-refresh"}
REQUIRED = {"virtual_line_call_recording": {"extension": "6103", "settings": {"record": "Always"}}}


@pytest.mark.parametrize("secrets", [{"access_token": "fake-token"}, APP], ids=["token", "app"])
@pytest.mark.parametrize("name", MODULES)
def test_no_secret_is_returned(run_module, simulator, monkeypatch, name, secrets):
    monkeypatch.delenv("WEBEX_ACCESS_TOKEN")
    main = importlib.import_module(f"{PACKAGE}.{name}").main
    result = run_module(main, invocation=True, **secrets, **REQUIRED.get(name, {}))
    assert result["failed"] is True
    assert secrets.keys() <= result["invocation"]["module_args"].keys()
    assert "fake-" not in json.dumps(result)
