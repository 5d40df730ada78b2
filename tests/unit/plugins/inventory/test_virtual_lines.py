# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import sys
import urllib.parse

import pytest
import yaml
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import inventory_loader
from ansible.utils.display import Display

PLUGIN = "webex.calling.virtual_lines"
BASE = "ansible.plugins.inventory"
TOKEN = "fake-token"


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
    """What the server tells: lines, and the settings of each."""

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
            body = {"access_token": "fake-made-token", "refresh_token": "fake-other-refresh-token"}
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
def said(monkeypatch):
    """What is told with -v, and warned of."""
    told = {"v": [], "warning": []}
    monkeypatch.setattr(Display(), "verbosity", 1)
    monkeypatch.setattr(Display, "v", lambda self, text, *args, **kwargs: told["v"].append(text))
    monkeypatch.setattr(Display, "warning", lambda self, text, *args, **kwargs: told["warning"].append(text))
    return told


@pytest.fixture
def parse(webex, organization, tmp_path, said, monkeypatch):
    """Have the plugin read a file with these options; what it adds to an inventory."""

    def run(*, cache=True, inventory=None, extra_vars=None, **options):
        path = tmp_path / "lines.webex.yml"
        signed = {} if {"access_token", "client_id"} & options.keys() else {"access_token": TOKEN}
        path.write_text(yaml.safe_dump({"plugin": PLUGIN, "api_url": webex.url, **signed, **options}), encoding="utf-8")
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
    return sys.modules[type(inventory_loader.get(PLUGIN)).__module__]


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
def test_files_are_known_by_their_names(tmp_path, name, fits):
    if "missing" not in name:
        (tmp_path / name).write_text("", encoding="utf-8")
    assert inventory_loader.get(PLUGIN).verify_file(str(tmp_path / name)) is fits


def test_hosts_and_their_variables(parse, webex):
    inventory = parse()
    assert list(inventory.hosts) == ["+15550001", "Ann-Lee", "+15550003"]
    assert variables(inventory, "Ann-Lee") == {
        "webex_id": "two",
        "webex_first_name": "Ann",
        "webex_last_name": "Lee",
        "webex_number": {"external": None, "extension": "102"},
        "webex_location": {"id": "id-of-Denver", "name": "Denver"},
    }
    assert members(inventory) == {"ungrouped": ["+15550001", "Ann-Lee", "+15550003"]}
    assert [asked.path for asked in webex.asked] == ["/v1/telephony/config/virtualLines?max=1000"]
    assert webex.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"


def test_settings_are_variables_too(parse, organization, webex):
    organization.settings["two"] = {"enabled": False, "record": "Never", "someNewKey": None}
    inventory = parse(call_recording=True, hostvars_prefix="line_")
    assert variables(inventory, "Ann-Lee")["line_call_recording"] == {
        "enabled": False,
        "record": "Never",
        "some_new_key": None,
    }
    assert variables(inventory, "+15550001")["line_call_recording"] == {"enabled": True, "record": "Always"}
    assert len(webex.asked) == 4


def test_lines_are_selected_as_in_modules(parse, webex):
    # A number that was not quoted, and one value in place of a list.
    inventory = parse(extension=101, location_name="são paulo", hostnames=["owner_name"])
    assert list(inventory.hosts) == ["Bob-Smith"]
    assert "locationName=s%C3%A3o+paulo" in webex.asked[0].path


def test_names_that_lines_share(parse, said):
    inventory = parse(hostnames=["owner_name"])
    assert list(inventory.hosts) == ["Bob-Smith-7692c3ad", "Ann-Lee", "Bob-Smith-8b5b9db0"]
    assert [variables(inventory, name)["webex_id"] for name in inventory.hosts] == ["one", "two", "three"]
    (warning,) = said["warning"]
    assert warning.startswith("2 virtual lines have a name that others have too")
    assert "Bob-Smith-7692c3ad, Bob-Smith-8b5b9db0" in warning


def test_names_that_groups_have(parse, organization, said):
    organization.lines = [
        item("one", "all"),
        item("two", "localhost"),
        item("three", "location_Denver"),
        item("four", "mine"),
        item("five", "made_Ann"),
        item("six", "Ann"),
        item("seven", "known_group"),
    ]
    inventory = InventoryData()
    inventory.add_group("known_group")
    parse(
        inventory=inventory,
        hostnames=["owner_name"],
        group_by=["location"],
        compose={"first": "webex_first_name"},
        groups={"mine": "first != ''"},
        strict=True,
        # Only once it is made, its name is known.
        keyed_groups=[{"key": "webex_first_name", "prefix": "made"}],
    )
    assert [name.rsplit("-", 1)[0] for name in inventory.hosts] == [
        "all",
        "localhost",
        "location_Denver",
        "mine",
        "made_Ann",
        "Ann",
        "known_group",
    ]
    assert not inventory.hosts.keys() & inventory.groups.keys()
    assert inventory.groups["made_Ann"].vars == {}
    assert len(members(inventory)["mine"]) == 7
    assert members(inventory)["made_Ann"] == ["Ann"]
    assert said["warning"][0].startswith("6 virtual lines")
    assert len(said["warning"]) == 1


def test_groups_of_locations(parse, organization, said):
    inventory = parse(group_by=["location"])
    assert members(inventory) == {
        "location_Denver": ["+15550001", "Ann-Lee"],
        "location_São_Paulo": ["+15550003"],
    }
    assert said["warning"] == []
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
    (warning,) = said["warning"]
    assert warning.startswith("2 locations have a name that others have too")
    assert "location_A_B_6b86b273, location_A_B_d4735e3a" in warning


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
        # This is refused even if it is not strict.
        {"keyed_groups": [{"key": "webex_first_name == 'Ann'"}], "strict": False},
    ],
)
def test_what_fails_for_one_line_leaves_no_other(parse, options):
    with pytest.raises(AnsibleError):
        parse(**options)


def test_a_host_of_another_source_keeps_what_it_has(parse, organization):
    organization.lines = [item("one", "known")]
    inventory = InventoryData()
    inventory.add_group("before")
    inventory.add_host("known", "before")
    inventory.set_variable("known", "mine", 42)
    parse(
        inventory=inventory,
        hostnames=["owner_name"],
        compose={"theirs": "mine + 1"},
        groups={"after": "'before' in group_names"},
        strict=True,
    )
    assert variables(inventory, "known")["mine"] == 42
    # Before ansible-core 2.19, what a template makes is text.
    assert int(variables(inventory, "known")["theirs"]) == 43
    assert members(inventory) == {"before": ["known"], "after": ["known"]}


def test_what_webex_sends_is_no_template(parse, organization):
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
    told = variables(inventory, "6-7")
    assert told["owner"] == "{{ 6 * 7 }}"
    assert told["webex_location"]["name"] == hostile
    assert list(told["webex_new_key"].values()) == [hostile]
    assert not any("{" in name for name in (*inventory.groups, *told["webex_new_key"]))


def test_options_may_be_templates(parse, webex, monkeypatch):
    monkeypatch.setenv("MY_TOKEN", "fake-token-of-mine")
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
    assert webex.asked[0].headers["Authorization"] == "Bearer fake-token-of-mine"
    assert "orgId=of-a-customer" in webex.asked[0].path


def test_the_environment_stands_in(parse, webex, monkeypatch):
    monkeypatch.setenv("WEBEX_ORG_ID", "of-a-customer")
    monkeypatch.setenv("WEBEX_API_URL", webex.url)
    parse(api_url=None)
    assert "orgId=of-a-customer" in webex.asked[0].path
    monkeypatch.setenv("WEBEX_ORG_ID", "")
    parse(api_url=None)
    assert "orgId" not in webex.asked[1].path


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"call_recoding": True}, "has no option call_recoding"),
        ({"hostnames": ["name"]}, "hostnames"),
        ({"hostvars_prefix": ""}, "hostvars_prefix is ''"),
        ({"hostvars_prefix": "ansible_"}, "hostvars_prefix is 'ansible_'"),
        ({"hostvars_prefix": "ansible_webex_"}, "hostvars_prefix is 'ansible_webex_'"),
        ({"hostvars_prefix": "webex"}, "hostvars_prefix is 'webex'"),
        ({"hostvars_prefix": "my webex_"}, "hostvars_prefix is 'my webex_'"),
        ({"timeout": "soon"}, "timeout"),
        ({"timeout": 0}, "timeout is 0. It must be from 1 to 86400."),
        ({"location_name": []}, "location_name is an empty list"),
        ({"access_token": ""}, "access_token is empty"),
        ({"access_token": "fake one"}, "access_token holds a space"),
        ({"api_url": "http://webex.example/v1"}, "is not encrypted"),
        ({"org_id": "{{ nothing.at.all }}"}, "The template in org_id can't be filled in"),
        ({"org_id": "{{ "}, "The template in org_id can't be filled in"),
    ],
)
def test_options_that_can_not_be_used(parse, webex, options, message):
    with pytest.raises(AnsibleError) as failure:
        parse(**options)
    assert message in str(failure.value)
    assert isinstance(failure.value, AnsibleParserError) or "hostnames" in options
    assert webex.asked == []


def test_failures_are_in_the_words_of_the_modules(parse, organization, said):
    organization.refused["all"] = 401
    with pytest.raises(AnsibleError) as failure:
        parse()
    assert str(failure.value).startswith("Could not select the virtual lines: HTTP 401 Unauthorized: no (tracking id ")
    assert "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true" in said["warning"][0]


def test_nobody_is_told_to_set_what_is_set(parse, organization, said, monkeypatch):
    monkeypatch.setenv("ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", "true")
    organization.refused["all"] = 401
    with pytest.raises(AnsibleError):
        parse()
    assert said["warning"] == []


def test_a_line_that_can_not_be_read_fails_it(parse, organization):
    organization.refused["three"] = 400
    with pytest.raises(AnsibleError) as failure:
        parse(call_recording=True)
    assert str(failure.value).startswith(
        "1 of 3 virtual lines could not be read: Bob Smith, +15550003 (three). Could not read the call recording "
    )


def test_an_organization_without_lines(parse, organization, said):
    organization.lines = []
    with pytest.raises(AnsibleError, match="the organization has no virtual lines"):
        parse()
    assert list(parse(allow_missing=True).hosts) == []


def test_what_is_missing(parse, said):
    with pytest.raises(AnsibleError, match=r"no virtual line with location_name 'Denvr'; did you mean 'Denver'\?"):
        parse(location_name="Denvr")
    assert list(parse(location_name=["Denvr", "Denver"], allow_missing=True).hosts) == ["+15550001", "Ann-Lee"]
    assert f"{PLUGIN}: nothing matches location_name Denvr" in said["v"]


def test_requests_is_missing(parse, webex, monkeypatch):
    monkeypatch.setattr(plugin_module(), "REQUESTS_IMPORT_ERROR", "traceback")
    with pytest.raises(AnsibleError, match=r"Failed to import the required Python library \(requests\)"):
        parse()
    assert webex.asked == []


def test_a_new_refresh_token_is_worth_a_warning(parse, said):
    parse(client_id="fake-id", client_secret="fake-secret", refresh_token="fake-refresh-token")
    (warning,) = said["warning"]
    assert warning.startswith("Webex gave out a new refresh token")


def test_progress_is_told(parse, organization, said, monkeypatch):
    monkeypatch.setattr(plugin_module(), "_TELL_EVERY", 2)
    organization.lines = [item(f"line-{number}") for number in range(4)]
    parse(call_recording=True)
    assert said["v"][:-1] == [
        f"{PLUGIN}: 4 virtual lines listed",
        f"{PLUGIN}: 2 virtual lines of 4 read",
        f"{PLUGIN}: 4 virtual lines of 4 read",
    ]
    assert said["v"][-1].startswith(f"{PLUGIN}: 4 virtual lines in 1 locations, read from Webex, ")


# --- the cache -----------------------------------------------------------------------------------------------


@pytest.fixture
def cached(parse, tmp_path, monkeypatch):
    """The same with a cache on disk."""

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
def signed(monkeypatch, webex, organization):
    monkeypatch.setenv("WEBEX_ACCESS_TOKEN", TOKEN)
    monkeypatch.setenv("WEBEX_API_URL", webex.url)


def cache_files(tmp_path):
    return list((tmp_path / "cache").iterdir())


def everything(inventory):
    return {name: variables(inventory, name) for name in inventory.hosts}


def test_the_cache_is_asked_before_webex(cached, webex, signed, said, tmp_path, monkeypatch, organization):
    odd = {"id": "two", "__ansible_vault": "x", "a": {"__ansible_unsafe": 1}}
    organization.lines = [item("one", "{{ 6 * 7 }}", "\ud800"), odd]
    first = cached(call_recording=True)
    count = len(webex.asked)
    second = cached(call_recording=True)
    assert len(webex.asked) == count == 3
    assert everything(first) == everything(second)
    assert "from the cache" in said["v"][-1]
    # Credentials are not needed either, nor the library.
    monkeypatch.delenv("WEBEX_ACCESS_TOKEN")
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
        {"access_token": "fake-other-token"},
        {"may_use_cache": False},
    ],
)
def test_the_cache_of_something_else_is_not_used(cached, webex, signed, different):
    cached()
    count = len(webex.asked)
    cached(**different)
    assert len(webex.asked) > count
    count = len(webex.asked)
    cached(**{**different, "may_use_cache": True})
    assert len(webex.asked) == count


def test_what_is_made_of_the_lines_is_not_cached(cached, webex, signed):
    cached()
    inventory = cached(hostnames=["extension"], compose={"x": "1"}, hostvars_prefix="w_", group_by=["location"])
    assert len(webex.asked) == 1
    assert variables(inventory, "102")["w_id"] == "two"


def test_the_cache_of_another_address_is_not_used(cached, webex, signed):
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
def test_a_cache_that_is_not_as_it_was_is_not_used(cached, webex, signed, tmp_path, damage):
    first = cached()
    (file,) = cache_files(tmp_path)
    file.write_text(damage(file.read_text(encoding="utf-8")), encoding="utf-8")
    assert everything(cached()) == everything(first)
    assert len(webex.asked) == 2
    cached()
    assert len(webex.asked) == 2


def test_a_cache_that_was_changed_is_worth_a_warning(cached, signed, tmp_path, said):
    cached()
    (file,) = cache_files(tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("Ann", "Eve"), encoding="utf-8")
    cached()
    assert said["warning"] == ["What is in the cache is not what was put there. It is not used."]


def test_what_was_read_is_kept_even_if_composing_fails(cached, webex, signed):
    with pytest.raises(AnsibleError):
        cached(compose={"broken": "nothing.at.all"}, strict=True)
    cached(compose={"mended": "1"}, strict=True)
    assert len(webex.asked) == 1


def test_nothing_is_kept_of_what_failed(cached, webex, signed, organization):
    organization.refused["three"] = 400
    with pytest.raises(AnsibleError):
        cached(call_recording=True)
    organization.refused.clear()
    assert len(cached(call_recording=True).hosts) == 3


def test_without_a_secret_there_is_no_cache(cached, webex, signed, home, said):
    home.write_text("a file where a folder has to be", encoding="utf-8")
    cached()
    cached()
    assert len(webex.asked) == 2
    assert said["warning"][0].startswith("The cache is not used, as it needs a secret of its own: ")


def test_without_credentials_and_cache_it_fails(cached, webex, signed, monkeypatch):
    monkeypatch.delenv("WEBEX_ACCESS_TOKEN")
    with pytest.raises(AnsibleError, match="there are no credentials"):
        cached()
