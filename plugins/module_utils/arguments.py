# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that modules share, and a client made from them.

Private to webex.calling. The documentation of the same options is in plugins/doc_fragments.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.errors import AnsibleFallbackNotFound

from .auth import TokenSource, token_source
from .client import DEFAULT_API_URL, Connection, WebexClient
from .virtual_lines import SELECTORS


def set_in_environment(name: str) -> str:
    """A fallback for an option: an environment variable, if it holds anything.

    Unlike Ansible's own C(env_fallback) it takes an empty variable for one that is not set: CI servers leave such.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        raise AnsibleFallbackNotFound
    return value


def connection_arguments() -> dict[str, dict[str, Any]]:
    """The options of the doc fragment C(webex.calling.webex).

    The credentials have no fallback here, as an option has to beat the environment's other way to sign in:
    see L(auth.token_source).
    """
    return {
        "access_token": {"type": "str", "no_log": True},
        "client_id": {"type": "str"},
        "client_secret": {"type": "str", "no_log": True},
        "refresh_token": {"type": "str", "no_log": True},
        "org_id": {"type": "str", "fallback": (set_in_environment, ["WEBEX_ORG_ID"])},
        "api_url": {
            "type": "str",
            "default": DEFAULT_API_URL,
            "fallback": (set_in_environment, ["WEBEX_API_URL"]),
        },
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "timeout": {"type": "int", "default": 30},
        "retry_timeout": {"type": "int", "default": 300},
        "concurrency": {"type": "int", "default": 10},
    }


def selector_arguments() -> dict[str, dict[str, Any]]:
    """The options of the doc fragment C(webex.calling.selectors)."""
    selectors = {selector.option: {"type": "list", "elements": "str"} for selector in SELECTORS}
    return {**selectors, "allow_missing": {"type": "bool", "default": False}}


def client_from(options: Mapping[str, Any], tokens: TokenSource | None = None) -> WebexClient:
    """A client for the connection that the options describe.

    :param tokens: where the access token comes from, if not from the options.
    :raises OptionError: before any request, if they can't be used.
    """
    connection = Connection(
        api_url=options["api_url"],
        org_id=options["org_id"],
        validate_certs=options["validate_certs"],
        ca_path=options["ca_path"],
        timeout=options["timeout"],
        retry_timeout=options["retry_timeout"],
        concurrency=options["concurrency"],
    )
    return WebexClient(connection, tokens or token_source(options, os.environ))
