# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The edge between Ansible's modules and the rest: a client for a module, and readings as its result.

Private to webex.calling.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .arguments import client_from
from .call_recording import Reading
from .client import WebexClient, secret_in
from .errors import WebexError
from .http_library import REQUESTS_IMPORT_ERROR
from .virtual_lines import label

#: So many lines are named in a message; all are in the result.
_NAMED_LINES = 5


@contextmanager
def webex_client(module: AnsibleModule) -> Iterator[WebexClient]:
    """A client for the module's connection options; errors within become the module's failure."""
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    # A secret in an address is refused, but even then Ansible would show them with the options.
    secret = secret_in(module.params["api_url"])
    if secret:
        module.no_log_values.add(secret)
    try:
        with client_from(module.params) as client:
            yield client
            if client.refresh_token_rotated:
                module.warn(
                    "Webex gave out a new refresh token in place of the one in use, which may have ended with that. "
                    "This module cannot hand it to you: if the next run is refused, authorize the app anew."
                )
    except WebexError as error:
        module.fail_json(msg=str(error), error=error.as_dict())


def exit_with(module: AnsibleModule, readings: Sequence[Reading]) -> NoReturn:
    """End the module with what was read; as a failure if anything was not, and with all the rest all the same."""
    failures = [reading for reading in readings if reading.error]
    result: dict[str, Any] = {"changed": False, "virtual_lines": [reading.as_dict() for reading in readings]}
    if failures:
        module.fail_json(msg=_summary(failures, len(readings)), error=failures[0].as_dict()["error"], **result)
    if len(readings) == 1:
        result["call_recording"] = readings[0].settings
    module.exit_json(**result)


def _summary(failures: Sequence[Reading], total: int) -> str:
    first = str(failures[0].error)
    if total == 1:
        return first
    named = ", ".join(label(reading.line) for reading in failures[:_NAMED_LINES])
    more = f" and {len(failures) - _NAMED_LINES} more" if len(failures) > _NAMED_LINES else ""
    return f"{len(failures)} of {total} virtual lines could not be read: {named}{more}. {first}"
