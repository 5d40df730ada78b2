# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket
import sys

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.webex.calling.plugins.plugin_utils._inventory_names import (
    host_name,
    host_variables,
    location_groups,
    location_key,
    make_unsafe,
    shorten,
    unique_names,
)

TEMPLATES = [
    "{{ 6 * 7 }}",
    "{% set answer = 42 %}{% if true %}42{% endif %}",
    "{# 42 #}",
    "{",
    "% set answer = 42 %",
    "{{ lookup('pipe', 'id') }}",
]


def line(first=None, last=None, number=None, extension=None, line_id="the-id"):
    return {
        "id": line_id,
        "first_name": first,
        "last_name": last,
        "number": {"external": number, "extension": extension},
    }


@pytest.mark.parametrize(
    ("preferences", "name"),
    [
        (["owner_name", "phone_number"], "Bob-Smith"),
        (["phone_number", "owner_name"], "+15550001"),
        (["extension"], "line-101"),
        (["virtual_line_id", "owner_name"], "the-id"),
        ([], "the-id"),
    ],
)
def test_the_first_preferred_property_is_the_name(preferences, name):
    assert host_name(line("Bob", "Smith", "+15550001", "101"), preferences) == name


def test_properties_that_a_line_does_not_have_are_skipped():
    assert host_name(line(extension="101"), ["owner_name", "phone_number", "extension"]) == "line-101"
    assert host_name({"id": "an id"}, ["owner_name", "phone_number", "extension"]) == "an-id"
    assert host_name({"id": "an id", "number": None}, ["phone_number"]) == "an-id"


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("Bob  Smith", "Bob-Smith"),
        ("München-Süd", "München-Süd"),
        # In NFD. Names are in NFC.
        ("Zoe\u0301", "Zoé"),
        ("हिन्दी", "हिन्दी"),
        ("under_score", "under_score"),
        ("a\nb\tc\x00d\u2028e", "a-b-c-d-e"),
        ("\u202egnirts\u202c\u200b", "gnirts"),
        ("soft\u00adhyphen\ufe0f", "softhyphen"),
        ("\ud800x", "x"),
        ("!all:&web,~x[0:9]*?@file", "all-web-x-0-9-file"),
        ("-rf", "rf"),
        ("../../etc/passwd", "etc-passwd"),
        ("evil.example.com", "evil-example-com"),
        ("10.0.0.1", "10-0-0-1"),
        ("{{ lookup('pipe', 'id') }}", "lookup-pipe-id"),
        ("{% x %}{# y #}", "x-y"),
        ("!vault |", "vault"),
        ("O'Brien, Pat", "O-Brien-Pat"),
        ("x" * 300, "x" * 100),
        ("x" * 99 + " y", "x" * 99),
        # No letter or digit is left.
        ("+-_", "the-id"),
        ("{{ }}", "the-id"),
        ("🙂", "the-id"),
    ],
)
def test_names_of_hosts_are_safe(owner, name):
    assert host_name(line(owner), ["owner_name"]) == name


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("2130706433", "line-2130706433"),
        ("017700000001", "line-017700000001"),
        ("0x7f000001", "line-0x7f000001"),
        ("0X7F000001", "line-0X7F000001"),
        ("6103", "line-6103"),
        ("0", "line-0"),
        (" 1.", "line-1"),
        # Python resolves these like the digits of ASCII, and ignores marks.
        ("\uff12\uff11\uff13\uff10\uff17\uff10\uff16\uff14\uff13\uff13", "line-2130706433"),
        ("²", "line-2"),
        ("0\u21797f", "line-0x7f"),
        ("2130706433\ufe0f", "line-2130706433"),
        ("21307\u034f06433", "line-2130706433"),
        ("⒈⒈⒈1", "1-1-1-1"),
        ("٢", "line-٢"),
        ("0177.0.0.1", "0177-0-0-1"),
        ("::1", "line-1"),
        ("7f", "7f"),
        ("10x1", "10x1"),
    ],
)
def test_no_name_is_an_address(owner, name):
    assert host_name(line(owner), ["owner_name"]) == name
    for resolve in (socket.inet_aton, lambda host: socket.getaddrinfo(host, 22, flags=socket.AI_NUMERICHOST)):
        with pytest.raises(OSError):
            resolve(name)


def test_no_phone_number_is_an_address():
    assert host_name(line(number="+498955501001"), ["phone_number"]) == "+498955501001"
    with pytest.raises(OSError):
        socket.inet_aton("+498955501001")
    assert host_name(line(number="498955501001"), ["phone_number"]) == "line-498955501001"


def test_a_prefix_of_names():
    assert host_name(line("Bob", "Smith"), ["owner_name"], "emea-") == "emea-Bob-Smith"
    assert host_name(line(extension="101"), ["extension"], "emea-") == "emea-101"
    assert host_name(line("x" * 300), ["owner_name"], "emea-") == f"emea-{'x' * 95}"


def test_the_last_resort_of_a_name():
    assert host_name({"id": "🙂"}, ["owner_name"]) == "line"


def test_all_keys_with_the_same_name_get_a_suffix():
    names = {"a": "Bob", "b": "Ann", "c": "Bob"}
    unique, changed = unique_names(names)
    assert unique == {"a": "Bob-ca978112", "b": "Ann", "c": "Bob-2e7d2c03"}
    assert changed == ["a", "c"]


def test_names_do_not_depend_on_the_order():
    names = {"a": "Bob", "b": "Ann", "c": "Bob", "d": "Bob-ca978112"}
    unique, changed = unique_names(names)
    again, _changed = unique_names(dict(reversed(names.items())))
    assert unique == again
    assert changed == ["a", "c", "d"]
    assert len(set(unique.values())) == 4


def test_a_taken_name_gets_a_suffix():
    unique, changed = unique_names({"a": "all", "b": "Ann"}, {"all"}, separator="_")
    assert unique == {"a": "all_ca978112", "b": "Ann"}
    assert changed == ["a"]


def test_suffixes_are_longer_if_short_ones_are_equal(monkeypatch):
    digests = {"a": "0" * 63 + "a", "b": "0" * 63 + "b"}
    monkeypatch.setattr(sys.modules[unique_names.__module__], "_digest", digests.__getitem__)
    unique, _changed = unique_names({"a": "Bob", "b": "Bob"})
    assert unique == {"a": f"Bob-{digests['a']}", "b": f"Bob-{digests['b']}"}


def test_keys_can_contain_surrogates():
    assert unique_names({"\ud800": "Bob", "b": "Bob"})[0]["\ud800"].startswith("Bob-")


def test_groups_of_locations():
    lines = [
        {"id": "1", "location": {"id": "d", "name": "Denver"}},
        {"id": "2", "location": {"id": "d", "name": "Denver"}},
        {"id": "3", "location": {"name": "São Paulo"}},
        {"id": "4", "location": {"id": "nameless"}},
        {"id": "5", "location": {}},
        {"id": "6", "location": None},
        {"id": "7"},
    ]
    groups = location_groups(lines, lambda name: name.replace(" ", "_"))
    assert groups == {"d": "location_Denver", "São Paulo": "location_São_Paulo", "nameless": "location_nameless"}
    assert [location_key(each) for each in lines] == ["d", "d", "São Paulo", "nameless", None, None, None]


def test_variables_are_properties_with_the_prefix():
    line_ = {"id": "1", "first_name": None, "number": {"extension": "101", "primary": True}, "list": [1, {"a": "b"}]}
    assert host_variables(line_, "webex_") == {f"webex_{key}": value for key, value in line_.items()}


def test_characters_of_variable_names_are_replaced():
    line_ = {"foo-bar": 1, "{{ x }}": {"{{ 6 * 7 }}": {"a%b": 2}}, "ok": 3, "für": 4}
    variables = host_variables(line_, "w_")
    assert variables == {"w_foo_bar": 1, "w____x___": {"__ 6 * 7 __": {"a_b": 2}}, "w_ok": 3, "w_f_r": 4}


def test_no_key_is_lost_by_replacement():
    assert sorted(host_variables({"a-b": 1, "a_b": 2, "a.b": 3}, "w_").values()) == [1, 2, 3]
    assert sorted(make_unsafe({"{": 1, "}": 2, "_": 3}).values()) == [1, 2, 3]


@pytest.mark.parametrize("text", TEMPLATES)
def test_text_is_never_evaluated_as_a_template(text):
    line_ = {"id": text, "location": {"name": text, text: text}, "list": [text, [text]]}
    variables = host_variables(line_, "webex_")
    templar = Templar(loader=DataLoader(), variables=variables)
    for name in ("webex_id", "webex_location.name", "webex_list[0]", "webex_list[1][0]"):
        assert templar.template(variables["webex_id"]) == text
        # A text that a template makes of it is not evaluated either.
        evaluated = templar.template(trusted("{{ " + name + " }}"))
        assert evaluated == text
        assert templar.template(evaluated) == text
    joined = templar.template(trusted("{{ '{' ~ webex_id ~ '}' }}"))
    assert templar.template(joined) == "{" + text + "}"
    whole = templar.template(trusted("{{ webex_location | string }}"))
    assert templar.template(whole) == whole


def trusted(template):
    """Return a template as in a file: since ansible-core 2.19, only marked texts are evaluated."""
    try:
        from ansible.template import trust_as_template
    except ImportError:
        return template
    return trust_as_template(template)


def test_texts_without_template_characters_are_not_marked():
    text = "Bob: 'Smith' !vault"
    assert make_unsafe(text) is text


def test_shorten():
    assert shorten(["a", "b"]) == "a, b"
    assert shorten(list("abcdefg")) == "a, b, c, d, e and 2 more"
