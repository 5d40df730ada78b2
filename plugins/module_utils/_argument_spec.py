# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Argument specs of shared options, and client creation.

Private to webex.calling. The doc fragments in plugins/doc_fragments document the same options.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.validation import check_type_dict
from ansible.module_utils.errors import AnsibleFallbackNotFound

from ._addresses import DEFAULT_API_URL
from ._auth import TokenSource, token_source
from ._client import WebexClient
from ._errors import visible
from ._http import Connection
from ._kinds import Kind
from ._members import ONLY_VIRTUAL_LINES
from ._selectors import selector_options


def nonempty_env_fallback(name: str) -> str:
    """Return the value of an environment variable as the fallback of an option.

    Unlike C(env_fallback) of Ansible, this function treats an empty variable as unset, because CI servers set empty
    variables.

    :raises AnsibleFallbackNotFound: if the variable is unset or empty.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        raise AnsibleFallbackNotFound
    return value


def connection_arguments() -> dict[str, dict[str, Any]]:
    """Return the argument spec of the doc fragment C(webex.calling._webex).

    Credentials have no fallback here, because options take precedence over another authentication method in the
    environment. L(_auth.token_source) reads the environment variables.
    """
    return {
        "access_token": {"type": "str", "no_log": True},
        "client_id": {"type": "str"},
        "client_secret": {"type": "str", "no_log": True},
        "refresh_token": {"type": "str", "no_log": True},
        "org_id": {"type": "str", "fallback": (nonempty_env_fallback, ["WEBEX_ORG_ID"])},
        "api_url": {
            "type": "str",
            "default": DEFAULT_API_URL,
            "fallback": (nonempty_env_fallback, ["WEBEX_API_URL"]),
        },
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "timeout": {"type": "int", "default": 30},
        "retry_timeout": {"type": "int", "default": 300},
        "concurrency": {"type": "int", "default": 10},
    }


def selector_arguments(kinds: Collection[Kind] = ONLY_VIRTUAL_LINES) -> dict[str, dict[str, Any]]:
    """Return the argument spec of the doc fragments C(webex.calling._selectors) and C(webex.calling._members).

    Names have the type C(raw), because Ansible splits strings at commas. L(_selectors.selector_values) creates the
    lists of names.

    :param kinds: kinds that the module supports.
    """
    arguments: dict[str, dict[str, Any]] = {
        option: {"type": "raw"} if selector.is_name else {"type": "list", "elements": "str"}
        for option, selector in selector_options(kinds).items()
    }
    if len(kinds) > 1:
        choices = [kind.name for kind in kinds]
        arguments["kind"] = {"type": "list", "elements": "str", "choices": choices}
    return {**arguments, "allow_missing": {"type": "bool", "default": False}}


def location_arguments() -> dict[str, dict[str, Any]]:
    """Return the argument spec of the selectors of locations."""
    arguments = selector_arguments()
    return {name: arguments[name] for name in ("location_name", "location_id")}


def missing_requests(import_error: str) -> str:
    """Return the error message for a missing or broken requests library.

    :param import_error: traceback of the failed import.
    """
    cause = visible(import_error.strip().splitlines()[-1])
    return f"{missing_required_lib('requests')}. The import failed with {cause}"


def remove_empty_options(arguments: Mapping[str, Any], given: dict[str, Any], prefix: str = "") -> list[str]:
    """Remove options that are null, contain null, or are an empty string, and return a description of each.

    After validation, null and an absent option look the same. ansible-core 2.16 converts a null template result to an
    empty string.

    :param arguments: argument spec of the options.
    :param given: options before validation by Ansible, changed in place.
    :param prefix: names of the parent options, each followed by a dot.
    """
    described = []
    # Ignore other keys: Ansible adds internal variables, and rejects unknown options itself.
    for name in [name for name in given if name in arguments]:
        argument = arguments[name]
        if argument.get("type") == "dict" and isinstance(given[name], str) and given[name].strip():
            with suppress(TypeError):  # Ansible reports invalid dictionaries.
                given[name] = check_type_dict(given[name])
        value = given[name]
        if value is None:
            described.append(f"{prefix}{name} is null")
            del given[name]
        elif isinstance(value, str) and not value.strip():
            described.append(f"{prefix}{name} is empty")
            del given[name]
        elif isinstance(value, list) and None in value:
            described.append(f"{prefix}{name} contains null")
            del given[name]
        elif isinstance(value, dict):
            if prefix and not value:
                described.append(f"{prefix}{name} is empty")
            described += remove_empty_options(argument.get("options", {}), value, f"{prefix}{name}.")
    return described


def client_from_options(options: Mapping[str, Any], tokens: TokenSource | None = None) -> WebexClient:
    """Return a client for the connection options.

    :param tokens: access token source. If None, the options and the environment define the source.
    :raises OptionError: if an option is invalid, before any request.
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
