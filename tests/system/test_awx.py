# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of the credential types in docs/awx: AWX accepts them, and the collection uses the variables that they set.

AWX is not installed here. The schemas below contain its rules, and `injected` renders values as AWX does. Tests of the
playbooks are in test_runner.py.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import jsonschema
import pytest
import yaml
from conftest import ADMIN_TOKEN, MODULE, ROOT, Ansible, print_task, printed_value
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from simulator.process import Simulator

sys.path.append(os.environ["ANSIBLE_COLLECTIONS_PATH"])

from ansible_collections.webex.calling.plugins.module_utils._argument_spec import connection_arguments
from ansible_collections.webex.calling.plugins.module_utils._auth import ENVIRONMENT

AWX = ROOT / "docs/awx"
GUIDE = ROOT / "docs/docsite/rst/guide_awx.rst"
LINE = "5c6f1e34-7d5b-4a59-9d0e-2b8f4c7a1d05"
ARGUMENTS = connection_arguments()

#: Values of the credential fields, by the folder of the credential type.
CREDENTIALS = {
    "access_token": {"access_token": ADMIN_TOKEN},
    "app": {
        "client_id": "simulated-service-app",
        "client_secret": "simulated-service-app-secret",
        "refresh_token": "simulated-service-app-refresh-token",
    },
}
#: Connection options that are no credentials, with the environment variable of each.
OTHERS = {name: argument["fallback"][1][0] for name, argument in ARGUMENTS.items() if "fallback" in argument}
#: All environment variables that the collection reads.
VARIABLES = [*(name for names in ENVIRONMENT.values() for name in names), *OTHERS.values()]

# From the documentation of AWX, and from what its API refuses. Tests check unique ids, which a schema cannot express.
NAME = {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}
INPUTS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["fields"],
    "properties": {
        "required": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "fields": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "label", "type"],
                "properties": {
                    "id": {"allOf": [NAME, {"not": {"const": "tower"}}]},
                    "label": {"type": "string", "minLength": 1},
                    "type": {"const": "string"},
                    "help_text": {"type": "string"},
                    "secret": {"type": "boolean"},
                },
            },
        },
    },
}
INJECTORS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["env"],
    "properties": {
        "env": {
            "type": "object",
            "propertyNames": {"allOf": [NAME, {"not": {"pattern": "^ANSIBLE_"}}]},
            "additionalProperties": {"type": "string", "pattern": "^[\\x00-\\x7f]*$"},
        },
    },
}


def definition(kind: str, part: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((AWX / kind / f"{part}.yml").read_text(encoding="utf-8"))
    return content


def injected(kind: str, filled: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables of a job. AWX omits empty fields."""
    given = {name: value for name, value in filled.items() if value}
    templates = definition(kind, "injectors")["env"]
    return {name: ImmutableSandboxedEnvironment().from_string(text).render(given) for name, text in templates.items()}


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_definition_is_valid_for_awx(kind: str) -> None:
    inputs, injectors = definition(kind, "inputs"), definition(kind, "injectors")
    jsonschema.validate(inputs, INPUTS)
    jsonschema.validate(injectors, INJECTORS)
    ids = [field["id"] for field in inputs["fields"]]
    assert len(set(ids)) == len(ids)
    # AWX renders the templates with an example for each field, and refuses any other name.
    strict = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for text in injectors["env"].values():
        assert strict.from_string(text).render(dict.fromkeys(ids, "EXAMPLE")) == "EXAMPLE"


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_fields_are_the_connection_options(kind: str) -> None:
    inputs = definition(kind, "inputs")
    credentials = {name: ENVIRONMENT[name][0] for name in CREDENTIALS[kind]}
    assert [field["id"] for field in inputs["fields"]] == [*credentials, *OTHERS]
    assert inputs["required"] == list(credentials)
    # AWX shows values that are not secret.
    secret = {field["id"] for field in inputs["fields"] if field.get("secret")}
    assert secret == {name for name in credentials if ARGUMENTS[name].get("no_log")}
    options = {variable: option for option, variable in {**credentials, **OTHERS}.items()}
    assert definition(kind, "injectors")["env"] == {variable: f"{{{{ {name} }}}}" for variable, name in options.items()}


def test_every_kind_of_credentials_has_a_definition() -> None:
    assert {name for names in CREDENTIALS.values() for name in names} == set(ENVIRONMENT)
    assert {folder.name for folder in AWX.iterdir() if folder.is_dir()} == set(CREDENTIALS)


class Outcome(NamedTuple):
    """Result of an inventory, and of a task."""

    lines: int
    failed: bool
    error: str
    warnings: str


def play_with(ansible: Ansible, **environment: str) -> Outcome:
    """Return the result of the inventory plugin and the module with only these variables for Webex."""
    for name in [name for name in ansible.environment if name.startswith("WEBEX_")]:
        del ansible.environment[name]
    (ansible.folder / "lines.webex.yml").write_text("plugin: webex.calling.virtual_lines\n", encoding="utf-8")
    read = {"name": "Read", MODULE: {"virtual_line_id": LINE}, "register": "read", "ignore_errors": True}
    show = print_task("[groups.all | length, read.failed, read.msg | default('')]")
    ended = ansible.play([read, show], "-i", "lines.webex.yml", **environment)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    lines, failed, error = printed_value(ended.stdout)
    return Outcome(lines, failed, error, " ".join(ended.stderr.split()))


@pytest.mark.parametrize(("kind", "with_organization"), [("access_token", False), ("app", True)])
def test_jobs_authenticate(ansible: Ansible, simulator: Simulator, kind: str, with_organization: bool) -> None:
    organization = simulator.control("GET")["organizations"][0]
    org_id = organization["id"] if with_organization else ""
    outcome = play_with(
        ansible, **injected(kind, {**CREDENTIALS[kind], "org_id": org_id, "api_url": simulator.api_url})
    )
    assert outcome.failed is False
    assert outcome.lines == organization["virtual_lines"]
    requests = simulator.requests(method="GET")
    # The list, what follows the list, and the settings of one line.
    assert len(requests) == 3
    for request in requests:
        assert parse_qs(request["query"]).get("orgId", [""]) == [org_id]
        assert (request["token"] == "full admin") == (kind == "access_token")


def test_empty_variables_count_as_not_set(ansible: Ansible) -> None:
    outcome = play_with(ansible, **dict.fromkeys(VARIABLES, ""))
    assert outcome.failed is True
    assert outcome.lines == 0
    for text in (outcome.error, outcome.warnings):
        assert "there are no credentials" in text


def test_an_empty_api_url_is_the_default(ansible: Ansible) -> None:
    filled = {**dict.fromkeys(VARIABLES, ""), **injected("access_token", CREDENTIALS["access_token"])}
    outcome = play_with(ansible, **filled, HTTPS_PROXY="http://127.0.0.1:1", https_proxy="http://127.0.0.1:1")
    assert outcome.failed is True
    for text in (outcome.error, outcome.warnings):
        # Only an https address is requested through this proxy.
        assert "Proxy failed" in text


def blocks_of_the_guide() -> list[str]:
    text = GUIDE.read_text(encoding="utf-8")
    blocks = re.findall(r"^( *)\.\. code-block:: yaml(?:\+jinja)?\n\n((?:\1    .*\n|\n)+)", text, re.MULTILINE)
    return [re.sub(rf"^{indent}    ", "", block, flags=re.MULTILINE).strip() for indent, block in blocks]


def test_the_guide_shows_the_files() -> None:
    header = re.compile(r"\A---\n(?:#.*\n)+\n")
    files = {file: header.sub("", file.read_text(encoding="utf-8")).strip() for file in AWX.rglob("*.yml")}
    assert sorted(blocks_of_the_guide()) == sorted(files.values())
    guide = GUIDE.read_text(encoding="utf-8")
    for file in files:
        assert f"``docs/awx/{file.relative_to(AWX)}``" in guide
