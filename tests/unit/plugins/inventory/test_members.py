# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inventory of members of all kinds. test_virtual_lines.py has what does not depend on the kind."""

from __future__ import annotations

import pytest
import yaml
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import inventory_loader

from ansible_collections.webex.calling.tests.unit.organization import (
    ALL_LINES,
    ALL_WORKSPACES,
    BOARDROOM,
    BOB_SMITH,
    BOB_SMITH_PERSON,
    HOTLINE,
    NO_PEOPLE_TOKEN,
)

PLUGIN = "webex.calling.members"


@pytest.fixture
def parse(simulator, tmp_path, monkeypatch):
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path / "home"))

    def run(plugin=PLUGIN, **options):
        path = tmp_path / "members.webex.yml"
        path.write_text(yaml.safe_dump({"plugin": plugin, **options}), encoding="utf-8")
        inventory = InventoryData()
        inventory_loader.get(plugin).parse(inventory, DataLoader(), str(path))
        inventory.reconcile_inventory()
        return inventory

    return run


def ids(inventory, group="all"):
    return sorted(host.get_vars()["webex_id"] for host in inventory.groups[group].get_hosts())


def test_all_members_are_hosts(parse):
    inventory = parse(group_by=["kind"])
    assert len(inventory.hosts) == 19
    assert ids(inventory, "virtual_line") == sorted(ALL_LINES)
    assert ids(inventory, "workspace") == sorted(ALL_WORKSPACES)
    assert len(ids(inventory, "person")) == 5
    kinds = {host.get_vars()["webex_kind"] for host in inventory.hosts.values()}
    assert kinds == {"person", "workspace", "virtual_line"}


def test_one_name_of_two_kinds_is_two_hosts(parse):
    inventory = parse(owner_name="Bob Smith", hostnames=["owner_name"])
    assert ids(inventory) == sorted([BOB_SMITH, BOB_SMITH_PERSON])
    assert all(name.startswith("Bob-Smith-") for name in inventory.hosts)


def test_groups_by_recording(parse, simulator):
    simulator.change_line(BOB_SMITH, {"record": "Some Day"})
    inventory = parse(call_recording=True, group_by=["recording", "kind", "location"])
    names = ("recorded", "unrecorded", "selective", "on_demand", "not_recordable", "other_recording")
    groups = {name: ids(inventory, name) for name in names}
    assert sum(len(members) for members in groups.values()) == len(inventory.hosts)
    assert len(groups["not_recordable"]) == 5
    assert groups["other_recording"] == [BOB_SMITH]
    assert groups["selective"] == [HOTLINE]
    # Recording is disabled, and record is Always.
    assert BOB_SMITH_PERSON in groups["unrecorded"]
    assert BOARDROOM in groups["recorded"]
    assert "location_Denver" in inventory.groups


@pytest.mark.parametrize("plugin", [PLUGIN, "webex.calling.virtual_lines"])
def test_groups_by_recording_need_settings(parse, simulator, plugin):
    with pytest.raises(AnsibleParserError, match="group_by contains recording, which needs call_recording: true"):
        parse(plugin, group_by=["recording"])
    assert simulator.requests() == []


def test_virtual_lines_can_be_grouped_by_recording(parse):
    inventory = parse("webex.calling.virtual_lines", call_recording=True, group_by=["recording"])
    assert len(inventory.hosts) == 10
    assert len(ids(inventory, "not_recordable")) == 1
    assert "webex_kind" not in next(iter(inventory.hosts.values())).get_vars()


def test_an_organization_in_which_some_members_cannot_be_recorded(parse, start_simulator):
    start_simulator("--lines", "60", "--people", "300", "--workspaces", "200", "--not-recordable", "5")
    inventory = parse(call_recording=True, group_by=["recording"])
    assert (len(inventory.hosts), len(ids(inventory, "not_recordable"))) == (560, 28)


def test_members_that_cannot_be_read(parse, simulator):
    with pytest.raises(AnsibleError, match=r"5 of 19 members could not be read: .* spark-admin:people_read"):
        parse(call_recording=True, access_token=NO_PEOPLE_TOKEN)


@pytest.mark.parametrize(
    ("path", "key", "message"),
    [
        ("/virtualLines", "virtualLines", "the list of virtual lines lacks virtual line .* unlike the list of numbers"),
        ("/numbers", "phoneNumbers", "the list of numbers lacks virtual line .* unlike the list of virtual lines"),
    ],
)
def test_a_list_that_is_empty(parse, simulator, path, key, message):
    simulator.add_fault(path=path, status=200, body={key: []})
    with pytest.raises(AnsibleError, match=message):
        parse()


def test_the_cache_of_members(parse, simulator, tmp_path):
    options = {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(tmp_path / "cache")}
    first = parse(call_recording=True, **options)
    count = len(simulator.requests())
    second = parse(call_recording=True, group_by=["recording"], **options)
    assert len(simulator.requests()) == count
    assert ids(first) == ids(second)
    assert len(parse(kind=["workspace"], call_recording=True, **options).hosts) == len(ALL_WORKSPACES)
