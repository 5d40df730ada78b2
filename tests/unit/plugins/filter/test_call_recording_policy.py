# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import datetime
import hashlib
import json

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.webex.calling.plugins.filter.call_recording_policy import FilterModule

call_recording_policy = FilterModule().filters()["call_recording_policy"]

POLICY = """\
name: Recording rulebook
version: "2026-10"
rules:
  - name: Everybody is recorded
    settings:
      record: Always
  - name: Works council
    owner_name: [Ada Smith, Bob Haddad]
    extension: 0100
    exempt:
      reason: Works agreement 12/2025
      expires: 2026-12-31
"""


def fault_of(text):
    with pytest.raises(AnsibleFilterError) as caught:
        call_recording_policy(text)
    assert str(caught.value).startswith("Invalid policy: ")
    return str(caught.value)


def test_a_policy_file():
    policy = call_recording_policy(POLICY)
    assert policy == {
        "name": "Recording rulebook",
        "version": "2026-10",
        "rules": [
            {"name": "Everybody is recorded", "settings": {"record": "Always"}},
            {
                "name": "Works council",
                "owner_name": ["Ada Smith", "Bob Haddad"],
                "extension": "0100",
                "exempt": {"reason": "Works agreement 12/2025", "expires": "2026-12-31"},
            },
        ],
        "sha256": hashlib.sha256(POLICY.encode()).hexdigest(),
        "content_sha256": policy["content_sha256"],
    }
    assert call_recording_policy(policy) == policy
    assert json.loads(json.dumps(policy)) == policy


def test_a_byte_order_mark():
    with_mark = call_recording_policy("\ufeff" + POLICY)
    assert with_mark["rules"] == call_recording_policy(POLICY)["rules"]
    assert with_mark["sha256"] == hashlib.sha256(("\ufeff" + POLICY).encode()).hexdigest()


def test_json():
    text = '{"name": "x",\t"rules": [{"name": "r", "extension": 100, "settings": {"enabled": true}}]}'
    assert call_recording_policy(text)["rules"][0]["extension"] == "100"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0100", "0100"),
        ("0x10", "0x10"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("6103", "6103"),
        ('"6103"', "6103"),
        ("[0100, 6103]", ["0100", "6103"]),
        ("61*", "61*"),
    ],
)
def test_extensions_are_read_as_written(written, read):
    text = f"name: x\nrules:\n  - name: r\n    exclude: {{extension: {written}}}\n    settings: {{enabled: true}}\n"
    assert call_recording_policy(text)["rules"][0]["exclude"]["extension"] == read


def test_an_extension_that_ansible_made_a_number():
    policy = {"name": "x", "rules": [{"name": "r", "extension": 64, "settings": {"enabled": True}}]}
    assert "rule 1, 'r': extension is the number 64: quote it" in fault_of(policy)


def test_dates_become_texts():
    exempt = {"reason": "why", "expires": datetime.date(2026, 12, 31)}
    policy = {"name": "x", "rules": [{"name": "r", "owner_name": "a", "exempt": exempt}]}
    assert call_recording_policy(policy)["rules"][0]["exempt"]["expires"] == "2026-12-31"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        # A forgotten dash between two rules
        (
            "name: x\nrules:\n  - name: first\n    settings: {enabled: true}\n    name: second\n    settings: {}\n",
            "line 5, rule 'first': the key name is there twice, such as after a forgotten dash",
        ),
        (
            "name: x\nrules:\n  - name: first\n    settings: {enabled: true}\n    settings: {record: Never}\n",
            "line 5, rule 'first': the key settings is there twice",
        ),
        ("name: x\nname: y\nrules: []\n", "line 2, rule 'x': the key name is there twice"),
        ('{"name": "x", "rules": [{"name": "r", "settings": {}, "settings": {}}]}', "rule 'r': the key settings"),
        ("name: x\nrules: [\n", "is not valid YAML: line"),
        ("a: b: c", "is not valid YAML: line 1"),
        ("--- 1\n--- 2\n", "is not valid YAML: line 2"),
        ('{"name": ', "is neither JSON nor YAML: line 1"),
        ("", "is not a dictionary with name, version, and rules"),
        ("- name: x\n", "is not a dictionary with name, version, and rules"),
        (
            "name: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  00\nrules: []\n",
            "line 1: !vault is not supported in policies",
        ),
        ("name: !!python/object:os.system x\n", "is not supported in policies"),
        ("name: x\nsha256: abc\nrules: []\n", "sha256 is unknown"),
        (POLICY.encode("utf-16").decode("utf-8", "surrogateescape"), "is encoded in UTF-16 or UTF-32"),
        ("na\x00me: x", "is encoded in UTF-16 or UTF-32"),
        ("name: Z\udcfcrich\n", "is not encoded in UTF-8, but perhaps in Windows-1252"),
        (f"name: Z{chr(0xFFFD)}rich\n", "is not encoded in UTF-8, but perhaps in Windows-1252"),
        (
            "name: x\nversion: 1.10\nrules:\n  - {name: r, settings: {enabled: true}}\n",
            "version is the number 1.1: quote",
        ),
        ("[" * 500, ""),
    ],
)
def test_faults_of_the_file(text, fault):
    assert fault in fault_of(text)


def test_merge_keys_are_no_duplicates():
    text = """\
name: x
rules:
  - &sales
    name: one
    settings: &settings {record: Always, repeat: {interval: 60}}
  - <<: *sales
    name: two
    settings:
      <<: *settings
      record: Never
"""
    one, two = call_recording_policy(text)["rules"]
    assert one["settings"] == {"record": "Always", "repeat": {"interval": 60}}
    assert two == {"name": "two", "settings": {"record": "Never", "repeat": {"interval": 60}}}


def test_all_faults_are_in_one_message():
    text = "name: x\nrules:\n  - {name: a, settings: {record: Allways}}\n  - {name: b, extention: 1, settings: {}}\n"
    message = fault_of(text)
    assert "rule 1, 'a'" in message
    assert "rule 2, 'b': extention is unknown; did you mean extension?" in message
    assert "rule 2, 'b': settings is empty" in message
