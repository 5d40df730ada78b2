# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters in templates, where ansible-core 2.19 and newer pass lazy containers to them."""

from __future__ import annotations

import datetime
import hashlib
import json
import threading

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.webex.calling.plugins.module_utils import _policy
from ansible_collections.webex.calling.plugins.module_utils._policy import normalize_policy, parse_policy

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core before 2.19
    trust_as_template = str

SETTINGS = {"enabled": True, "record": "{{ never }}", "notification": {"type": None}, "service_provider": "WSWYZ25455"}
POLICY = {
    "name": "{{ title }}",
    "version": "2026-10",
    "rules": [
        {"name": "Everybody", "settings": {"record": "{{ 'Always' }}", "repeat": "{{ repeat }}"}},
        {
            "name": "{{ title }} for {{ names | length }}",
            "owner_name": "{{ names }}",
            "exclude": {"extension": ["{{ '0100' }}", "61*"]},
            "allow_missing": "{{ names | length > 1 }}",
            "exempt": {"reason": "why", "expires": datetime.date(2026, 12, 31)},
        },
        "{{ rule }}",
    ],
}
#: The policy without templates.
PLAIN = {
    "name": "Rulebook",
    "version": "2026-10",
    "rules": [
        {"name": "Everybody", "settings": {"record": "Always", "repeat": {"interval": 60}}},
        {
            "name": "Rulebook for 2",
            "owner_name": ["Ada", "Bob"],
            "exclude": {"extension": ["0100", "61*"]},
            "allow_missing": True,
            "exempt": {"reason": "why", "expires": "2026-12-31"},
        },
        {"name": "Last", "settings": {"record": "Never"}},
    ],
}
TEXT = """\
name: "{{ title }}"
rules:
  - name: Everybody
    extension: 0100
    settings: {record: "{{ never }}"}
"""


def evaluate(expression):
    """Return the value of an expression with variables that contain templates themselves."""
    variables = {
        "organization": _trusted({"members": [{"id": "a"}, {"id": "b", "call_recording": SETTINGS}]}),
        "never": "Never",
        "title": "Rulebook",
        "names": ["Ada", "Bob"],
        "repeat": {"interval": 60},
        "rule": _trusted({"name": "Last", "settings": "{{ {'record': never} }}"}),
        "policy": _trusted(POLICY),
        "text": _trusted(TEXT),
        # Fails filters that copy a lazy container, because the copy would include all variables.
        "uncopyable": threading.Lock(),
        "typo": _trusted({"name": "x", "rules": [{"name": "{{ title }}", "settings": {"recrod": "{{ never }}"}}]}),
        "number": _trusted({"name": "x", "rules": [{"name": "r", "extension": 64, "settings": {"enabled": True}}]}),
        "null": _trusted(
            {"name": "x", "rules": [{"name": "r", "owner_name": "{{ none }}", "settings": {"enabled": True}}]}
        ),
    }
    return Templar(loader=DataLoader(), variables=variables).template(trust_as_template(f"{{{{ {expression} }}}}"))


def _trusted(value):
    if isinstance(value, dict):
        return {key: _trusted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_trusted(item) for item in value]
    return trust_as_template(value) if isinstance(value, str) else value


def types_in(value):
    """Return the types of a value and of everything in it."""
    parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    return {type(value)}.union(*map(types_in, parts))


@pytest.mark.parametrize("kind", ["", "('person')", "(kind='virtual_line')"])
def test_call_recording_settings(kind):
    settings = evaluate(f"organization.members[1].call_recording | webex.calling.call_recording_settings{kind}")
    assert settings == {"enabled": True, "record": "Never", "notification": {"type": "None"}}


def test_call_recording_policy():
    policy = evaluate("policy | webex.calling.call_recording_policy")
    digest = parse_policy(PLAIN).sha256
    assert policy == {**PLAIN, "sha256": digest, "content_sha256": digest}
    assert evaluate("policy | webex.calling.call_recording_policy | webex.calling.call_recording_policy") == policy


def test_plain_types_of_a_policy(monkeypatch):
    """Modules of all releases of ansible-core accept the policy, and it contains no lazy containers."""
    received = []
    monkeypatch.setattr(_policy, "parse_policy", lambda content: received.append(content) or parse_policy(content))
    evaluate("policy | webex.calling.call_recording_policy")
    (content,) = received
    assert ({type(content)} == {dict}) is (trust_as_template is str)
    policy = normalize_policy(content)
    assert types_in(policy) == {dict, list, str, bool, int}
    assert json.loads(json.dumps(policy)) == policy


def test_a_text_in_a_variable():
    policy = evaluate("text | webex.calling.call_recording_policy")
    settings = {"record": "Never"}
    assert policy.pop("sha256") == hashlib.sha256(evaluate("text").encode()).hexdigest()
    del policy["content_sha256"]
    assert policy == {"name": "Rulebook", "rules": [{"name": "Everybody", "extension": "0100", "settings": settings}]}


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("typo | webex.calling.call_recording_policy", "rule 1, 'Rulebook': settings: recrod is unknown"),
        ("number | webex.calling.call_recording_policy", "rule 1, 'r': extension is the number 64: quote it"),
        # Before ansible-core 2.19, the template gives an empty text.
        ("null | webex.calling.call_recording_policy", "rule 1, 'r': owner_name is"),
        ("policy.rules | webex.calling.call_recording_policy", "is not a dictionary with name, version, and rules"),
        ("organization.members | webex.calling.call_recording_settings", "is not a dictionary"),
        ("organization | webex.calling.call_recording_settings('people')", "Give one of person, workspace"),
    ],
)
def test_invalid_input_fails(expression, message):
    with pytest.raises(AnsibleError) as caught:
        evaluate(expression)
    assert message in str(caught.value)
