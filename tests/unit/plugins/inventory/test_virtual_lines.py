# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import re
import sys
import urllib.parse

import pytest
import yaml
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible.plugins.loader import inventory_loader
from ansible.utils.display import Display

from ansible_collections.webex.calling.plugins.module_utils._argument_spec import (
    connection_arguments,
    selector_arguments,
)
from ansible_collections.webex.calling.tests.unit.organization import (
    ADMIN_TOKEN,
    ALL_LINES,
    BOB_SMITH,
    CUSTOMER_ORGANIZATION,
    OWN_ORGANIZATION,
    ZOE,
)

PLUGIN = "webex.calling.virtual_lines"
BASE = "ansible.plugins.inventory"
TOKEN = "fake-access-token"


def item(line_id, first=None, last=None, number=None, extension=None, location="Denver", location_id=None):
    return {
        "id": line_id,
        "firstName": first,
        "lastName": last,
        "number": {"external": number, "extension": extension},
        "location": {"id": location_id or f"id-of-{location}", "name": location},
    }


LINES = [
    item("one", "Bob", "Smith", "+15550001", "101"),
    item("two", "Ann", "Lee", None, "102"),
    item("three", "Bob", "Smith", "+15550003", "101", "São Paulo"),
]


class Organization:
    """Responses of the server: lines, and the settings of each."""

    def __init__(self, webex):
        self.webex = webex
        self.lines = LINES
        self.settings = {}
        self.refused = {}
        webex.will(self.answer)

    def answer(self, handler):
        path = urllib.parse.unquote(urllib.parse.urlsplit(handler.path).path)
        status, body = 200, {"virtualLines": self.lines}
        if path.endswith("callRecording"):
            line_id = path.split("/")[-2]
            body = self.settings.get(line_id, {"enabled": True, "record": "Always"})
            status = self.refused.get(line_id, 200)
        elif path.endswith("access_token"):
            body = {"access_token": "fake-made-access-token", "refresh_token": "fake-other-refresh-token"}
        status = self.refused.get("all", status)
        content = json.dumps(body if status == 200 else {"message": "no"}).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)


@pytest.fixture
def organization(webex):
    return Organization(webex)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def displayed(monkeypatch):
    """Messages of -v, and warnings."""
    messages = {"v": [], "warning": []}
    monkeypatch.setattr(Display(), "verbosity", 1)
    monkeypatch.setattr(Display, "v", lambda self, text, *args, **kwargs: messages["v"].append(text))
    monkeypatch.setattr(Display, "warning", lambda self, text, *args, **kwargs: messages["warning"].append(text))
    return messages


@pytest.fixture
def parse(webex, organization, tmp_path, displayed, monkeypatch):
    """A function that runs the plugin with options, and returns the inventory."""

    def run(*, cache=True, inventory=None, extra_vars=None, **options):
        path = tmp_path / "lines.webex.yml"
        credentials = {} if {"access_token", "client_id"} & options.keys() else {"access_token": TOKEN}
        content = {"plugin": PLUGIN, "api_url": webex.url, **credentials, **options}
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        plugin = inventory_loader.get(PLUGIN)
        assert plugin.verify_file(str(path))
        monkeypatch.setattr(BASE + ".load_extra_vars", lambda loader: extra_vars or {})
        inventory = inventory or InventoryData()
        try:
            plugin.parse(inventory, DataLoader(), str(path), cache=cache)
        except AnsibleError:
            assert set(inventory.hosts) <= {"known"}
            raise
        inventory.reconcile_inventory()
        return inventory

    return run


def plugin_module():
    return sys.modules[type(inventory_loader.get(PLUGIN)).__base__.__module__]


def variables(inventory, name):
    own = ("inventory_file", "inventory_dir")
    return {key: value for key, value in inventory.hosts[name].vars.items() if key not in own}


def members(inventory):
    return {name: [host.name for host in group.hosts] for name, group in inventory.groups.items() if group.hosts}


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("demo.webex.yml", True),
        ("demo.webex.yaml", True),
        ("webex.yml", True),
        ("webex.yaml", True),
        ("demo.yml", False),
        ("webex.ini", False),
        ("missing.webex.yml", False),
    ],
)
def test_names_of_inventory_files(tmp_path, name, fits):
    if "missing" not in name:
        (tmp_path / name).write_text("", encoding="utf-8")
    assert inventory_loader.get(PLUGIN).verify_file(str(tmp_path / name)) is fits


def test_hosts_and_their_variables(parse, webex):
    inventory = parse()
    assert list(inventory.hosts) == ["+15550001", "Ann-Lee", "+15550003"]
    assert variables(inventory, "Ann-Lee") == {
        "webex_id": "two",
        "webex_name": "Ann Lee",
        "webex_first_name": "Ann",
        "webex_last_name": "Lee",
        "webex_number": {"external": None, "extension": "102"},
        "webex_location": {"id": "id-of-Denver", "name": "Denver"},
    }
    assert members(inventory) == {"ungrouped": ["+15550001", "Ann-Lee", "+15550003"]}
    assert [asked.path for asked in webex.asked] == [
        "/v1/telephony/config/virtualLines?max=1000",
        "/v1/telephony/config/virtualLines?max=1000&start=2",
    ]
    assert webex.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"


def test_settings_are_variables(parse, organization, webex):
    organization.settings["two"] = {"enabled": False, "record": "Never", "someNewKey": None}
    inventory = parse(call_recording=True, hostvars_prefix="line_")
    assert variables(inventory, "Ann-Lee")["line_call_recording"] == {
        "enabled": False,
        "record": "Never",
        "some_new_key": None,
    }
    assert variables(inventory, "+15550001")["line_call_recording"] == {"enabled": True, "record": "Always"}
    assert len(webex.asked) == 5


def test_selectors_are_those_of_modules(parse, webex):
    # An extension without quotes, and one value instead of a list.
    inventory = parse(extension=101, location_name="são paulo", hostnames=["owner_name"])
    assert list(inventory.hosts) == ["Bob-Smith"]
    assert "locationName=s%C3%A3o+paulo" in webex.asked[0].path


def test_lines_with_the_same_name_get_a_suffix(parse, displayed):
    inventory = parse(hostnames=["owner_name"])
    assert list(inventory.hosts) == ["Bob-Smith-7692c3ad", "Ann-Lee", "Bob-Smith-8b5b9db0"]
    assert [variables(inventory, name)["webex_id"] for name in inventory.hosts] == ["one", "two", "three"]
    (warning,) = displayed["warning"]
    assert warning == (
        "2 virtual lines have the same name as others or as existing hosts, or a name that no host can have. These "
        "hosts have a suffix made from the ID of the virtual line: Bob-Smith-7692c3ad, Bob-Smith-8b5b9db0. Choose "
        "other names with hostnames or hostname_prefix."
    )


#: Lines whose owners have the names of groups: of Ansible, of a location, and of groups that composing makes.
NAMED_LIKE_GROUPS = [
    item("one", "all"),
    item("two", "localhost"),
    item("three", "location_Denver"),
    item("four", "mine"),
    item("five", "made_Ann"),
    item("six", "Ann"),
    item("seven", "known_group"),
    item("eight", "parents"),
    # Resolvers ignore case.
    item("nine", "LocalHost"),
]


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("order", [1, -1])
def test_a_host_never_has_the_name_of_a_group(parse, organization, displayed, strict, order):
    organization.lines = NAMED_LIKE_GROUPS[::order]
    inventory = InventoryData()
    inventory.add_group("known_group")
    parse(
        inventory=inventory,
        hostnames=["owner_name"],
        group_by=["location"],
        compose={"first": "webex_first_name"},
        groups={"mine": "first != ''"},
        strict=strict,
        # The names of these groups are known only when hosts are composed.
        keyed_groups=[{"key": "webex_first_name", "prefix": "made", "parent_group": "parents"}],
    )
    hosts = {variables(inventory, name)["webex_first_name"]: name for name in inventory.hosts}
    assert list(hosts) == [line["firstName"] for line in organization.lines]
    assert hosts.pop("Ann") == "Ann"
    assert [name.rsplit("-", 1)[0] for name in hosts.values()] == list(hosts)
    assert not inventory.hosts.keys() & inventory.groups.keys()
    # All groups are complete, and have no variables of hosts.
    assert {name for name, group in inventory.groups.items() if group.vars} == set()
    assert members(inventory)["mine"] == members(inventory)["location_Denver"] == list(inventory.hosts)
    for first, name in hosts.items():
        assert members(inventory)[f"made_{first}"] == [name]
        assert variables(inventory, name)["first"] == first
    assert len(inventory.groups["parents"].child_groups) == 9
    (warning,) = displayed["warning"]
    assert warning.startswith("8 virtual lines have the same name as others or as existing hosts, or a name that no ")


@pytest.mark.parametrize("strict", [False, True])
def test_a_group_of_the_name_of_its_only_host(parse, organization, strict):
    organization.lines = [item("one", "mine")]
    inventory = parse(hostnames=["owner_name"], groups={"mine": "true"}, strict=strict)
    (name,) = inventory.hosts
    assert name.startswith("mine-")
    assert members(inventory) == {"mine": [name]}


def test_names_of_groups_that_follow_hosts_fail(parse, organization):
    # The second draft renames the host to x-SUFFIX, and so makes the group y, which is the name of another host.
    organization.lines = [item("one", "x"), item("two", "y")]
    with pytest.raises(AnsibleParserError) as failure:
        parse(hostnames=["owner_name"], groups={"x": "true", "y": "inventory_hostname.startswith('x-')"})
    assert str(failure.value) == (
        "Hosts and groups have the same names: y. Set a prefix in keyed_groups, or choose other names with hostnames."
    )


def test_an_error_of_composing_is_not_mistaken_for_a_name(parse, organization):
    organization.lines = [item("one", "x"), item("two", "y")]
    with pytest.raises(AnsibleError, match="Could not set broken for host y"):
        parse(
            hostnames=["owner_name"],
            compose={"broken": "webex_first_name if webex_first_name == 'x' else nothing.at.all"},
            groups={"x": "true"},
            strict=True,
        )


def test_groups_of_locations(parse, organization, displayed):
    inventory = parse(group_by=["location"])
    assert members(inventory) == {
        "location_Denver": ["+15550001", "Ann-Lee"],
        "location_São_Paulo": ["+15550003"],
    }
    assert displayed["warning"] == []
    organization.lines = [
        item("one", location="A B", location_id="1"),
        item("two", location="A-B", location_id="2"),
        item("three", location="C", location_id="3"),
    ]
    inventory = parse(group_by=["location"])
    assert members(inventory) == {
        "location_A_B_6b86b273": ["one"],
        "location_A_B_d4735e3a": ["two"],
        "location_C": ["three"],
    }
    (warning,) = displayed["warning"]
    assert warning == (
        "2 locations have the same name as others, as far as groups can have it. These groups have a suffix made from "
        "the ID of the location: location_A_B_6b86b273, location_A_B_d4735e3a."
    )


def test_hosts_are_composed(parse):
    inventory = parse(
        call_recording=True,
        compose={"ansible_connection": "'local'", "label": "webex_first_name ~ '!'", "broken": "nothing.at.all"},
        groups={"bobs": "label == 'Bob!'"},
        keyed_groups=[
            {"key": "webex_call_recording.record", "prefix": "record", "parent_group": "records"},
            {"key": "webex_location.name"},
        ],
        leading_separator=False,
    )
    assert variables(inventory, "Ann-Lee")["ansible_connection"] == "local"
    assert variables(inventory, "Ann-Lee")["label"] == "Ann!"
    assert "broken" not in variables(inventory, "Ann-Lee")
    assert members(inventory) == {
        "bobs": ["+15550001", "+15550003"],
        "record_Always": ["+15550001", "Ann-Lee", "+15550003"],
        "Denver": ["+15550001", "Ann-Lee"],
        "São_Paulo": ["+15550003"],
    }
    assert [child.name for child in inventory.groups["records"].child_groups] == ["record_Always"]


@pytest.mark.parametrize(
    "options",
    [
        {"strict": True, "compose": {"broken": "webex_number.external | length"}},
        {"strict": True, "groups": {"broken": "webex_number.external | length > 0"}},
        {"strict": True, "keyed_groups": [{"key": "webex_number.external"}]},
        # An error even without strict.
        {"keyed_groups": [{"key": "webex_first_name == 'Ann'"}], "strict": False},
    ],
)
def test_no_line_is_added_if_composing_fails_for_one(parse, options):
    with pytest.raises(AnsibleError):
        parse(**options)


def test_a_host_of_another_source_is_not_a_line(parse, organization, displayed):
    organization.lines = [item("one", "web1"), item("two", "web2")]
    inventory = InventoryData()
    inventory.add_group("servers")
    inventory.add_host("web1", "servers")
    inventory.set_variable("web1", "ansible_host", "web1.example.com")
    parse(
        inventory=inventory, hostnames=["owner_name"], compose={"ansible_connection": "'local'"}, group_by=["location"]
    )
    assert variables(inventory, "web1") == {"ansible_host": "web1.example.com"}
    assert members(inventory) == {"servers": ["web1"], "location_Denver": ["web1-7692c3ad", "web2"]}
    assert variables(inventory, "web1-7692c3ad")["webex_id"] == "one"
    (warning,) = displayed["warning"]
    assert warning.startswith("1 virtual lines have the same name as others or as existing hosts, ")


def test_a_prefix_distinguishes_lines_from_hosts_of_other_sources(parse, organization, displayed):
    organization.lines = [item("one", "web1"), item("two", None, extension="101")]
    inventory = InventoryData()
    inventory.add_host("web1")
    parse(inventory=inventory, hostnames=["owner_name", "extension"], hostname_prefix="lines-")
    assert list(inventory.hosts) == ["web1", "lines-web1", "lines-101"]
    assert displayed["warning"] == []


def test_two_organizations_with_lines_of_the_same_name(parse, organization, displayed):
    inventory = InventoryData()
    options = {"inventory": inventory, "hostnames": ["owner_name"], "group_by": ["location"]}
    organization.lines = [item("one", "Reception", location="Denver"), item("two", "Ann")]
    parse(**options)
    organization.lines = [item("three", "Reception", location="Oslo"), item("four", "Bob", location="Oslo")]
    parse(**options)
    ids = {name: variables(inventory, name)["webex_id"] for name in inventory.hosts}
    assert ids == {"Reception": "one", "Ann": "two", "Reception-8b5b9db0": "three", "Bob": "four"}
    assert members(inventory) == {
        "location_Denver": ["Reception", "Ann"],
        "location_Oslo": ["Reception-8b5b9db0", "Bob"],
    }
    (warning,) = displayed["warning"]
    assert "Reception-8b5b9db0" in warning
    # Another source with the same lines adds no hosts and no warnings.
    parse(**options)
    assert len(inventory.hosts) == 4
    assert len(displayed["warning"]) == 1


def test_a_line_of_two_sources_is_one_host(parse, organization, displayed):
    inventory = parse(hostnames=["owner_name"], hostvars_prefix="first_")
    names = ["Bob-Smith-7692c3ad", "Ann-Lee", "Bob-Smith-8b5b9db0"]
    assert list(inventory.hosts) == names
    # The names of a part would be without suffixes. One of the hosts is new, and has the name of an old one.
    organization.lines = [LINES[0], item("new", "Ann", "Lee"), LINES[1]]
    displayed["warning"].clear()
    parse(inventory=inventory, hostnames=["owner_name"], groups={"second": "true"})
    assert list(inventory.hosts) == [*names, "Ann-Lee-11507a0e"]
    assert members(inventory)["second"] == ["Bob-Smith-7692c3ad", "Ann-Lee-11507a0e", "Ann-Lee"]
    for name in names[:2]:
        assert variables(inventory, name)["webex_id"] == variables(inventory, name)["first_id"]
    assert ["1 virtual lines have the same name" in warning for warning in displayed["warning"]] == [True]


def test_a_line_of_another_source_keeps_its_variables_and_groups(parse, organization):
    organization.lines = [item("one", "known")]
    inventory = InventoryData()
    inventory.add_group("before")
    inventory.add_host("known", "before")
    inventory.set_variable("known", "webex_id", "one")
    inventory.set_variable("known", "mine", 42)
    parse(
        inventory=inventory,
        hostnames=["owner_name"],
        compose={"theirs": "mine + 1"},
        groups={"after": "'before' in group_names"},
        strict=True,
    )
    assert variables(inventory, "known")["mine"] == 42
    # Before ansible-core 2.19, results of templates are texts.
    assert int(variables(inventory, "known")["theirs"]) == 43
    assert members(inventory) == {"before": ["known"], "after": ["known"]}


def test_a_line_of_another_source_does_not_join_the_parents_of_its_groups(parse, organization):
    organization.lines = [item("one", "known")]
    inventory = InventoryData()
    for group in ("grandparent", "parent", "child"):
        inventory.add_group(group)
    inventory.add_child("grandparent", "parent")
    inventory.add_child("parent", "child")
    inventory.add_host("known", "child")
    inventory.set_variable("known", "webex_id", "one")
    parse(
        inventory=inventory,
        hostnames=["owner_name"],
        groups={"new": "'grandparent' in group_names", "parent": "true"},
        strict=True,
    )
    assert members(inventory) == {"child": ["known"], "new": ["known"]}


def test_text_of_webex_is_never_evaluated_as_a_template(parse, organization):
    hostile = "{{ lookup('pipe', 'touch EVALUATED') }}"
    organization.lines = [{**item("one", "{", "{ 6 * 7 }}", location=hostile), "newKey": {hostile: hostile}}]
    inventory = parse(
        hostnames=["owner_name"],
        group_by=["location"],
        keyed_groups=[{"key": "webex_location.name", "prefix": "in"}],
        compose={"owner": "webex_first_name ~ webex_last_name", "everything": "webex_location | string"},
        strict=True,
    )
    assert list(inventory.hosts) == ["6-7"]
    line = variables(inventory, "6-7")
    assert line["owner"] == "{{ 6 * 7 }}"
    assert line["webex_name"] == "{ { 6 * 7 }}"
    assert line["webex_location"]["name"] == hostile
    assert list(line["webex_new_key"].values()) == [hostile]
    assert not any("{" in name for name in (*inventory.groups, *line["webex_new_key"]))


def test_options_can_be_templates(parse, webex, monkeypatch):
    monkeypatch.setenv("MY_TOKEN", "fake-access-token-of-mine")
    inventory = parse(
        access_token="{{ lookup('ansible.builtin.env', 'MY_TOKEN') }}",
        timeout="{{ 10 + 5 }}",
        hostnames=["{{ 'owner' ~ '_name' }}"],
        location_name=["{{ 'São' }} Paulo"],
        call_recording="{{ 1 == 1 }}",
        org_id="{{ org }}",
        extra_vars={"org": "of-a-customer"},
        compose={"same": "webex_id"},
    )
    assert list(inventory.hosts) == ["Bob-Smith"]
    assert variables(inventory, "Bob-Smith")["same"] == "three"
    assert webex.asked[0].headers["Authorization"] == "Bearer fake-access-token-of-mine"
    assert "orgId=of-a-customer" in webex.asked[0].path


def test_options_from_the_environment(parse, webex, monkeypatch):
    monkeypatch.setenv("WEBEX_ORG_ID", "of-a-customer")
    monkeypatch.setenv("WEBEX_API_URL", webex.url)
    omitted = "{{ nothing | default(omit) }}"
    parse(api_url=omitted)
    assert "orgId=of-a-customer" in webex.asked[0].path
    monkeypatch.setenv("WEBEX_ORG_ID", "")
    parse(api_url=omitted, location_name=omitted, hostnames=omitted, cache_timeout=omitted)
    assert "orgId" not in webex.asked[2].path


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"call_recoding": True}, "has no option call_recoding"),
        ({"hostnames": ["name"]}, "hostnames"),
        ({"group_by": ["owner"]}, "group_by"),
        ({"hostvars_prefix": ""}, "hostvars_prefix is empty"),
        ({"hostvars_prefix": "ansible_"}, "hostvars_prefix is 'ansible_'"),
        ({"hostvars_prefix": "ansible_webex_"}, "hostvars_prefix is 'ansible_webex_'"),
        ({"hostvars_prefix": "webex"}, "hostvars_prefix is 'webex'"),
        ({"hostvars_prefix": "my webex_"}, "hostvars_prefix is 'my webex_'"),
        ({"hostname_prefix": "2"}, "hostname_prefix is '2'"),
        ({"hostname_prefix": "-x"}, "hostname_prefix is '-x'"),
        ({"hostname_prefix": "a.b"}, "hostname_prefix is 'a.b'"),
        ({"call_recording": "yess"}, "call_recording"),
        ({"strict": "{{ 'yess' }}"}, "strict"),
        ({"timeout": "soon"}, "timeout"),
        ({"timeout": 0}, "timeout is 0. Give a number from 1 to 86400."),
        ({"location_name": []}, "location_name is an empty list"),
        ({"access_token": ""}, "access_token is empty"),
        ({"access_token": "fake one"}, "access_token contains a space"),
        ({"api_url": "http://webex.example/v1"}, "is not encrypted"),
        ({"org_id": "{{ nothing.at.all }}"}, "The value of org_id cannot be evaluated"),
        ({"org_id": "{{ "}, "The value of org_id cannot be evaluated"),
    ],
)
def test_invalid_options(parse, webex, options, message):
    with pytest.raises(AnsibleError) as failure:
        parse(**options)
    assert message in str(failure.value)
    # Ansible itself checks choices.
    assert isinstance(failure.value, AnsibleParserError) or options.keys() & {"hostnames", "group_by"}
    assert webex.asked == []


#: Types of options.
OPTIONS = {
    **{name: argument["type"] for name, argument in {**connection_arguments(), **selector_arguments()}.items()},
    **dict.fromkeys(["call_recording", "strict", "leading_separator"], "bool"),
    **dict.fromkeys(["hostnames", "group_by"], "list"),
    **dict.fromkeys(["hostvars_prefix", "hostname_prefix", "cache_plugin"], "str"),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_null_and_empty_values_are_refused(parse, webex, name, monkeypatch):
    monkeypatch.setenv("WEBEX_ACCESS_TOKEN", "fake-token-of-the-environment")
    values = {"is null": None, "is ": "{{ none }}", "is empty": "", "is empty. ": " "}
    if OPTIONS[name] == "list":
        values.update({"contains a value that is null": ["a", None], "contains a value that is ": ["{{ none }}"]})
    for message, value in values.items():
        with pytest.raises(AnsibleParserError) as failure:
            parse(**{name: value})
        assert str(failure.value).startswith(f"{name} {message}")
        assert "remove the line from the inventory file" in str(failure.value)
    assert webex.asked == []


def test_expressions_can_be_null(parse):
    assert len(parse(compose=None, groups=None, keyed_groups=None).hosts) == 3


def test_vault_values(parse, webex, tmp_path, monkeypatch):
    token = "fake-token-of-{{the-vault}}"
    secrets = [("default", VaultSecret(b"fake-password"))]
    try:
        from ansible.parsing.vault import VaultSecretsContext
    except ImportError:  # ansible-core before 2.19
        pass
    else:
        monkeypatch.setattr(VaultSecretsContext, "_current", VaultSecretsContext(secrets=secrets), raising=False)
    vault, location = (
        "!vault |\n" + "".join(f"      {line}\n" for line in VaultLib(secrets).encrypt(text).decode().splitlines())
        for text in (token, "São Paulo")
    )
    path = tmp_path / "vault.webex.yml"
    content = f"plugin: {PLUGIN}\napi_url: {webex.url}\naccess_token: {vault}location_name:\n  - Denver\n  - {location}"
    path.write_text(content, encoding="utf-8")
    monkeypatch.setattr(BASE + ".load_extra_vars", lambda loader: {})
    loader = DataLoader()
    loader.set_vault_secrets(secrets)
    inventory = InventoryData()
    inventory_loader.get(PLUGIN).parse(inventory, loader, str(path))
    assert len(inventory.hosts) == 3
    assert webex.asked[0].headers["Authorization"] == f"Bearer {token}"


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("expression", ["webex_number.primary", "webex_first_name == 'Ann'"])
def test_a_key_that_is_no_group_names_key_and_host(parse, organization, expression, strict):
    organization.lines = [{**item("one", "Ann"), "number": {"primary": True}}]
    with pytest.raises(AnsibleParserError) as failure:
        parse(hostnames=["owner_name"], keyed_groups=[{"key": expression}], strict=strict)
    assert str(failure.value).startswith(
        f"Could not make a group of the key {expression} in keyed_groups for host Ann: Invalid group name format"
    )


def test_errors_are_those_of_modules(parse, organization, displayed):
    organization.refused["all"] = 401
    with pytest.raises(AnsibleError) as failure:
        parse()
    assert str(failure.value).startswith("Could not select the virtual lines: HTTP 401 Unauthorized: no (tracking id ")
    assert "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true" in displayed["warning"][0]


def test_no_warning_if_the_variable_is_set(parse, organization, displayed, monkeypatch):
    monkeypatch.setenv("ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", "true")
    organization.refused["all"] = 401
    with pytest.raises(AnsibleError):
        parse()
    assert displayed["warning"] == []


def test_a_line_that_cannot_be_read_fails_the_inventory(parse, organization):
    organization.refused["three"] = 400
    with pytest.raises(AnsibleError) as failure:
        parse(call_recording=True)
    assert str(failure.value).startswith(
        "1 of 3 virtual lines could not be read: Bob Smith, +15550003 (three). Could not read the call recording "
    )


def test_an_organization_without_lines(parse, organization, displayed):
    organization.lines = []
    with pytest.raises(AnsibleError, match="the organization has no virtual lines"):
        parse()
    assert list(parse(allow_missing=True).hosts) == []


def test_missing_values(parse, displayed):
    with pytest.raises(AnsibleError, match=r"no virtual line with location_name 'Denvr'; did you mean 'Denver'\?"):
        parse(location_name="Denvr")
    assert list(parse(location_name=["Denvr", "Denver"], allow_missing=True).hosts) == ["+15550001", "Ann-Lee"]
    assert f"{PLUGIN}: no virtual line matches location_name Denvr" in displayed["v"]


def test_missing_requests(parse, webex, monkeypatch):
    monkeypatch.setattr(plugin_module(), "REQUESTS_IMPORT_ERROR", "traceback")
    with pytest.raises(AnsibleError, match=r"Failed to import the required Python library \(requests\)"):
        parse()
    assert webex.asked == []


def test_a_new_refresh_token_is_a_warning(parse, displayed):
    parse(client_id="fake-id", client_secret="fake-client-secret", refresh_token="fake-refresh-token")
    (warning,) = displayed["warning"]
    assert warning.startswith("Webex returned a new refresh token, which may have invalidated the one in use.")


def test_progress_with_verbosity(parse, organization, displayed, monkeypatch):
    monkeypatch.setattr(plugin_module(), "_PROGRESS_INTERVAL", 2)
    organization.lines = [item(f"line-{number}") for number in range(4)]
    parse(call_recording=True)
    assert displayed["v"][:-1] == [
        f"{PLUGIN}: 4 virtual lines listed",
        f"{PLUGIN}: 2 virtual lines of 4 read",
        f"{PLUGIN}: 4 virtual lines of 4 read",
    ]
    assert displayed["v"][-1].startswith(f"{PLUGIN}: 4 virtual lines in 1 locations, read from Webex, ")


# --- the organization of the simulator ------------------------------------------------------------------------


@pytest.fixture
def parse_simulated(parse, simulator):
    """A function that runs the plugin with the organization of the simulator."""
    return lambda **options: parse(api_url=simulator.api_url, access_token=ADMIN_TOKEN, **options)


def test_settings_and_composed_groups_of_two_locations(parse_simulated, simulator, displayed):
    inventory = parse_simulated(
        location_name=["MÜNCHEN", "São Paulo"],
        call_recording=True,
        strict=True,
        compose={
            "ansible_connection": "'local'",
            "line_label": "webex_location.name ~ '/' ~ webex_number.extension | default('none')",
        },
        groups={"disabled": "not webex_call_recording.enabled"},
        keyed_groups=[{"key": "webex_call_recording.record", "prefix": "record"}],
    )
    assert list(inventory.hosts) == ["+498955501001", "Zoë-Dąbrowska", "+551155501005", "line-7006"]
    zoe = variables(inventory, "Zoë-Dąbrowska")
    assert (zoe["webex_id"], zoe["webex_name"]) == (ZOE, "Zoë Dąbrowska")
    assert zoe["webex_number"] == {"extension": "6103", "primary": True}
    assert zoe["webex_location"]["name"] == "München"
    assert zoe["webex_call_recording"]["record"] == "On Demand with User Initiated Start"
    assert (zoe["line_label"], zoe["ansible_connection"]) == ("München/6103", "local")
    assert "ansible_host" not in zoe
    assert variables(inventory, "+498955501001")["line_label"] == "München/none"
    assert variables(inventory, "line-7006")["webex_name"] == "7006"
    groups = members(inventory)
    assert groups["disabled"] == groups["record_Never"] == ["line-7006"]
    assert groups["record_On_Demand"] == ["+551155501005"]
    assert len(simulator.requests()) == 6
    assert displayed["v"][-1].startswith(f"{PLUGIN}: 4 virtual lines in 2 locations, read from Webex, ")


def test_hosts_by_location(parse_simulated):
    inventory = parse_simulated(hostnames=["owner_name", "extension"], group_by=["location"])
    assert members(inventory) == {
        "location_Denver": ["Bob-Smith", "Trading-Desk", "Reception", "小明-王", "Charlie-Smith", "Phone-Lobby"],
        "location_München": ["Customer-Hotline", "Zoë-Dąbrowska"],
        "location_São_Paulo": ["Jan-Kowalski", "line-7006"],
    }


def test_two_lines_with_the_same_extension(parse_simulated, displayed):
    inventory = parse_simulated(hostnames=["extension"])
    both = [name for name in inventory.hosts if re.fullmatch("line-6103-[0-9a-f]{8}", name)]
    assert [variables(inventory, name)["webex_id"] for name in both] == [BOB_SMITH, ZOE]
    assert len(inventory.hosts) == 10
    (warning,) = displayed["warning"]
    assert warning.startswith("2 virtual lines have the same name as others")
    assert ", ".join(both) in warning


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"org_id": CUSTOMER_ORGANIZATION}, "Could not select the virtual lines: HTTP 403 Forbidden: "),
        ({"strict": True, "compose": {"owner": "webex_last_name"}}, "Could not set owner for host line-7006: "),
    ],
)
def test_failures_of_the_organization(parse_simulated, options, message):
    with pytest.raises(AnsibleError) as failure:
        parse_simulated(hostnames=["owner_name", "extension"], **options)
    assert str(failure.value).startswith(message)


def test_a_line_that_cannot_be_recorded_is_a_host(parse_simulated, displayed):
    inventory = parse_simulated(hostnames=["owner_name", "extension"], call_recording=True)
    assert len(inventory.hosts) == 10
    lobby = variables(inventory, "Phone-Lobby")
    assert lobby["webex_recordable"] is False
    assert lobby["webex_not_recordable"]["code"] == "4410"
    assert lobby["webex_call_recording"] == {"enabled": False, "record": "Never"}
    assert variables(inventory, "Bob-Smith")["webex_recordable"] is True
    assert displayed["warning"] == []


def test_a_line_that_is_deleted_before_its_settings_are_read(parse_simulated, simulator, displayed):
    simulator.add_fault(line_id=BOB_SMITH, remove_lines=[BOB_SMITH])
    inventory = parse_simulated(hostnames=["owner_name", "extension"], call_recording=True)
    assert len(inventory.hosts) == 9
    assert displayed["warning"] == [
        f"Virtual lines that were deleted while they were read are left out: Bob Smith, +15558675311 ({BOB_SMITH})."
    ]
    simulator.reset()
    simulator.add_fault(line_id=BOB_SMITH, status=404)
    with pytest.raises(AnsibleError, match="1 of 10 virtual lines could not be read: Bob Smith"):
        parse_simulated(call_recording=True)


def test_a_line_that_is_deleted_while_the_list_is_read(parse_simulated, simulator):
    simulator.set(page_ceiling=3)
    simulator.add_fault(path="/virtualLines", nth=2, remove_lines=[BOB_SMITH])
    inventory = parse_simulated(hostnames=["virtual_line_id"])
    assert {variables(inventory, name)["webex_id"] for name in inventory.hosts} == set(ALL_LINES)


def test_a_link_that_lost_the_organization(parse_simulated, simulator):
    simulator.set(page_ceiling=3)
    simulator.add_fault(path="/virtualLines", link={"orgId": None})
    inventory = parse_simulated(hostnames=["virtual_line_id"], org_id=OWN_ORGANIZATION)
    assert len(inventory.hosts) == 10
    assert all(f"orgId={OWN_ORGANIZATION}" in request["query"] for request in simulator.requests())


# --- the cache -----------------------------------------------------------------------------------------------


@pytest.fixture
def cached(parse, tmp_path, monkeypatch):
    """A function that runs the plugin with a cache in files."""

    def run(**options):
        cache = {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(tmp_path / "cache")}
        may_use_cache = options.pop("may_use_cache", True)
        for option, value in cache.items():
            options.setdefault(option, value)
        return parse_with(may_use_cache, options)

    def parse_with(may_use_cache, options):
        path = tmp_path / "lines.webex.yml"
        plugin = inventory_loader.get(PLUGIN)
        content = {"plugin": PLUGIN, **options}
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        inventory = InventoryData()
        plugin.parse(inventory, DataLoader(), str(path), cache=may_use_cache)
        plugin.update_cache_if_changed()
        return inventory

    return run


@pytest.fixture
def credentials(monkeypatch, webex, organization):
    monkeypatch.setenv("WEBEX_ACCESS_TOKEN", TOKEN)
    monkeypatch.setenv("WEBEX_API_URL", webex.url)


def cache_files(tmp_path):
    return list((tmp_path / "cache").iterdir())


def everything(inventory):
    return {name: variables(inventory, name) for name in inventory.hosts}


def test_the_cache_replaces_requests(cached, webex, credentials, displayed, tmp_path, monkeypatch, organization):
    odd = {"id": "two", "__ansible_vault": "x", "a": {"__ansible_unsafe": 1}}
    organization.lines = [item("one", "{{ 6 * 7 }}", "\ud800"), odd]
    first = cached(call_recording=True)
    count = len(webex.asked)
    second = cached(call_recording=True)
    assert len(webex.asked) == count == 4
    assert everything(first) == everything(second)
    assert "from the cache" in displayed["v"][-1]
    # The library is not needed.
    monkeypatch.setattr(plugin_module(), "REQUESTS_IMPORT_ERROR", "traceback")
    assert everything(cached(call_recording=True)) == everything(first)
    assert len(webex.asked) == count
    (file,) = cache_files(tmp_path)
    assert TOKEN not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "different",
    [
        {"org_id": "other"},
        {"extension": "102"},
        {"call_recording": True},
        {"allow_missing": True},
        {"access_token": "fake-other-access-token"},
        {"may_use_cache": False},
    ],
)
def test_the_cache_of_another_selection_is_not_used(cached, webex, credentials, different):
    cached()
    count = len(webex.asked)
    cached(**different)
    assert len(webex.asked) > count
    count = len(webex.asked)
    cached(**{**different, "may_use_cache": True})
    assert len(webex.asked) == count


def test_options_for_hosts_use_the_same_cache(cached, webex, credentials):
    cached()
    inventory = cached(hostnames=["extension"], compose={"x": "1"}, hostvars_prefix="w_", group_by=["location"])
    assert len(webex.asked) == 2
    assert variables(inventory, "line-102")["w_id"] == "two"


def test_the_cache_of_another_address_is_not_used(cached, webex, credentials):
    cached()
    with pytest.raises(AnsibleError, match="Connection refused"):
        cached(api_url="http://127.0.0.1:1/v1")


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-10],
        lambda text: "",
        lambda text: "[]",
        lambda text: json.dumps({"hosts": ["evil"]}),
        lambda text: text.replace("Ann", "Eve"),
        lambda text: "\0",
    ],
)
def test_a_damaged_cache_is_not_used(cached, webex, credentials, tmp_path, damage):
    first = cached()
    (file,) = cache_files(tmp_path)
    file.write_text(damage(file.read_text(encoding="utf-8")), encoding="utf-8")
    assert everything(cached()) == everything(first)
    assert len(webex.asked) == 4
    cached()
    assert len(webex.asked) == 4


def test_a_changed_cache_is_a_warning(cached, credentials, tmp_path, displayed):
    cached()
    (file,) = cache_files(tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("Ann", "Eve"), encoding="utf-8")
    cached()
    assert displayed["warning"] == ["The cache entry of the inventory is invalid and not used."]


def test_lines_are_cached_even_if_composing_fails(cached, webex, credentials):
    with pytest.raises(AnsibleError):
        cached(compose={"broken": "nothing.at.all"}, strict=True)
    cached(compose={"mended": "1"}, strict=True)
    assert len(webex.asked) == 2


def test_nothing_is_cached_after_a_failure(cached, webex, credentials, organization):
    organization.refused["three"] = 400
    with pytest.raises(AnsibleError):
        cached(call_recording=True)
    organization.refused.clear()
    assert len(cached(call_recording=True).hosts) == 3


def test_the_cache_has_no_file_of_its_own(cached, credentials, home, tmp_path):
    cached()
    assert len(cache_files(tmp_path)) == 1
    assert not home.exists()


def test_the_cache_needs_credentials(cached, webex, credentials, monkeypatch):
    cached()
    monkeypatch.delenv("WEBEX_ACCESS_TOKEN")
    with pytest.raises(AnsibleError, match="there are no credentials"):
        cached()
    assert len(webex.asked) == 2


def test_the_cache_of_an_app(cached, webex, credentials):
    app = {"client_id": "fake-id", "client_secret": "fake-client-secret", "refresh_token": "fake-refresh-token"}
    cached(**app)
    assert [asked.path.split("?")[0] for asked in webex.asked] == [
        "/v1/access_token",
        "/v1/telephony/config/virtualLines",
        "/v1/telephony/config/virtualLines",
    ]
    cached(**app)
    assert len(webex.asked) == 3
    # Each app and each access token has its own entry.
    cached(**{**app, "client_id": "fake-other-id"})
    assert len(webex.asked) == 6
    cached()
    assert len(webex.asked) == 8
