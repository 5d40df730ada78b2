# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client that no one here wrote sees in the simulator what the module sees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict
from conftest import ADMIN_TOKEN, ROOT, Ansible
from wxc_sdk import WebexSimpleApi
from wxc_sdk.base import ApiModel
from wxc_sdk.rest import RestSession

from simulator.process import Simulator

STATE = yaml.safe_load((ROOT / "tests/simulator/default.yml").read_text(encoding="utf-8"))
#: The SDK puts ids into addresses as they are, so it can't ask for one with a slash in it.
LINES = [
    line["id"]
    for line in STATE["organizations"][0]["virtual_lines"]
    if "callRecording" in line and "/" not in line["id"]
]


@pytest.fixture
def sdk(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> WebexSimpleApi:
    monkeypatch.setattr(RestSession, "BASE", simulator.api_url)
    return WebexSimpleApi(tokens=ADMIN_TOKEN)


def test_it_sees_the_same_settings(ansible: Ansible, sdk: WebexSimpleApi) -> None:
    assert len(LINES) > 5
    seen = ansible.module(virtual_line_id=LINES)["virtual_lines"]
    compared = 0
    for line in seen:
        settings = sdk.telephony.virtual_lines.call_recording.read(entity_id=line["id"])
        compared += _compare(_in_snake_case(settings), line["call_recording"])
    assert compared > 5 * len(LINES)


def test_it_lists_and_reads_the_same_organization(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Simulator("--lines", "300", "--page-ceiling", "70") as simulator:
        monkeypatch.setattr(RestSession, "BASE", simulator.api_url)
        sdk = WebexSimpleApi(tokens=ADMIN_TOKEN)
        listed = list(sdk.telephony.virtual_lines.list())
        seen = Ansible(tmp_path, simulator).module()["virtual_lines"]
        assert [line["id"] for line in seen] == [line.id for line in listed]
        assert len(seen) == 300
        for line, by_sdk in zip(seen, listed):
            assert _compare(_in_snake_case(by_sdk), line) >= 3
            settings = sdk.telephony.virtual_lines.call_recording.read(entity_id=line["id"])
            assert _compare(_in_snake_case(settings), line["call_recording"]) > 5


def _in_snake_case(model: ApiModel) -> dict[str, Any]:
    seen: dict[str, Any] = camel_dict_to_snake_dict(
        json.loads(model.model_dump_json(by_alias=True, exclude_unset=True))
    )
    return seen


def _compare(by_sdk: dict, by_module: dict) -> int:
    """Compare what the SDK knows of; returns how many values that were."""
    compared = 0
    for key, value in by_sdk.items():
        assert key in by_module
        if isinstance(value, dict) and isinstance(by_module[key], dict):
            compared += _compare(value, by_module[key])
        else:
            # The SDK reads the word None as nothing.
            assert value == by_module[key] or (value is None and by_module[key] == "None")
            compared += 1
    return compared
