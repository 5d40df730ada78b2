# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.module_utils.errors import AnsibleFallbackNotFound

from ansible_collections.webex.calling.plugins.module_utils._argument_spec import (
    client_from_options,
    connection_arguments,
    nonempty_env_fallback,
)
from ansible_collections.webex.calling.plugins.module_utils._errors import OptionError

OPTIONS = {name: argument.get("default") for name, argument in connection_arguments().items()}


def test_each_option_reaches_the_client(tmp_path):
    options = {
        "access_token": "fake-access-token",
        "org_id": "org",
        "api_url": "https://webex.example/v1",
        "validate_certs": False,
        "ca_path": str(tmp_path),
        "timeout": 1,
        "retry_timeout": 2,
        "concurrency": 3,
    }
    connection = client_from_options({**OPTIONS, **options}).connection
    assert {name: getattr(connection, name) for name in options if name != "access_token"} == {
        name: value for name, value in options.items() if name != "access_token"
    }


def test_the_environment_signs_in(monkeypatch):
    monkeypatch.setenv("WEBEX_TOKEN", "fake-access-token")
    assert client_from_options(OPTIONS)._tokens.secrets == ("fake-access-token",)


def test_no_client_without_credentials():
    with pytest.raises(OptionError, match="there are no credentials"):
        client_from_options(OPTIONS)


def test_an_empty_variable_is_none(monkeypatch):
    monkeypatch.setenv("WEBEX_ORG_ID", " ")
    with pytest.raises(AnsibleFallbackNotFound):
        nonempty_env_fallback("WEBEX_ORG_ID")
    monkeypatch.setenv("WEBEX_ORG_ID", "org")
    assert nonempty_env_fallback("WEBEX_ORG_ID") == "org"
