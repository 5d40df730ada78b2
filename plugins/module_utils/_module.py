# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Edge to AnsibleModule: a client for a module, and results and failures of the module.

Private to webex.calling.
"""

from __future__ import annotations

import select
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule

from ._addresses import checked_api_url
from ._argument_spec import client_from_options, missing_requests, remove_empty_options
from ._call_recording import Outcome, WriteResult, deletion_warning, failure_summary, list_lines
from ._client import WebexClient
from ._error_hints import CERTIFICATES_NOT_VALIDATED, NULL_OPTION, REFRESH_TOKEN_ROTATED
from ._errors import OptionError, WebexError, visible, without_secrets_in_keys
from ._http import REQUESTS_IMPORT_ERROR
from ._members import Selection
from ._selectors import VirtualLine, describe, with_name
from ._settings import MISSING, unflatten

_STDOUT = 1

#: Seconds after which the thread that watches the output notices that it can end.
_POLL_INTERVAL = 1


class WebexModule(AnsibleModule):
    """AnsibleModule that finds options that are null or empty, which L(fail_on_error) refuses."""

    def _load_params(self) -> None:
        """Set the options before Ansible validates them, which makes null look like an absent option."""
        super()._load_params()
        self.empty_options = remove_empty_options(self.argument_spec, self.params)


@contextmanager
def webex_client(module: WebexModule) -> Iterator[WebexClient]:
    """Provide a client for the connection options of the module; errors raised within fail the module."""
    with fail_on_error(module), client_from_options(module.params) as client, _closed_with_output(client):
        if not client.connection.validate_certs:
            module.warn(CERTIFICATES_NOT_VALIDATED)
        try:
            yield client
        finally:
            # Ansible knows those of the options, but not those of the environment and of exchanges.
            module.no_log_values.update(client.secrets)
            if client.refresh_token_rotated:
                module.warn(REFRESH_TOKEN_ROTATED)


@contextmanager
def _closed_with_output(client: WebexClient) -> Iterator[None]:
    """Close the client when nobody reads the output of the module any more.

    When a task is interrupted or exceeds its timeout, Ansible ends its own processes but not the module, which would
    continue to send requests.
    """
    done = threading.Event()

    def watch() -> None:
        output = select.poll()
        output.register(_STDOUT, 0)
        while not done.is_set():
            if output.poll(_POLL_INTERVAL * 1000):
                client.close()
                return

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        done.set()


@contextmanager
def fail_on_error(module: WebexModule) -> Iterator[None]:
    """Fail the module with errors raised within, and before that if an option is null or empty."""
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_requests(REQUESTS_IMPORT_ERROR), exception=REQUESTS_IMPORT_ERROR)
    try:
        if module.empty_options:
            raise OptionError("; ".join(module.empty_options), NULL_OPTION)
        yield
    except WebexError as error:
        _hide_invalid_api_url(module)
        module.fail_json(msg=str(error), error=error.as_dict(), **error.extra_results)


def _hide_invalid_api_url(module: AnsibleModule) -> None:
    """Replace a malformed address, which can contain a secret, in the options that Ansible shows."""
    try:
        checked_api_url(module.params["api_url"])
    except OptionError:
        module.params["api_url"] = "********"


def exit_with_read_results(module: AnsibleModule, outcome: Outcome) -> NoReturn:
    """End the module with what was read: as a failure if a line could not be read."""
    _exit(module, outcome, "read")


def exit_with_write_results(module: AnsibleModule, outcome: Outcome) -> NoReturn:
    """End the module with what was written and changed: as a failure if a line could not be changed."""
    results = [result for result in outcome.results if isinstance(result, WriteResult)]
    for warning in dict.fromkeys(warning for result in results for warning in result.warnings):
        lines = [result.line for result in results if warning in result.warnings]
        module.warn(visible(f"On {_count(lines)}, {list_lines(lines)}, {warning}."))
    changed = [result for result in results if result.changed]
    diff = {"diff": [_diff(result) for result in changed]} if module._diff else {}
    _exit(module, outcome, "changed to the desired settings", changed=bool(changed), **diff)


def _exit(
    module: AnsibleModule,
    outcome: Outcome,
    action: str,
    *,
    changed: bool = False,
    **more: Any,
) -> NoReturn:
    results = outcome.results
    if outcome.deleted:
        module.warn(visible(deletion_warning(outcome.deleted)))
    returned: dict[str, Any] = {
        "changed": changed,
        "virtual_lines": [result.as_dict() for result in results],
        "missing": [each.as_dict() for each in outcome.missing],
        **more,
    }
    failures = [result for result in results if result.error]
    if failures and failures[0].error:
        msg = failure_summary(failures, len(results), action)
        _end(module, msg=msg, error=failures[0].error.as_dict(), failed=True, **returned)
    if len(results) == 1:
        recording = results[0].recording()
        returned.update((key, recording[key]) for key in ("recordable", "call_recording"))
    _end(module, **returned)


def exit_with_lines(module: AnsibleModule, selection: Selection) -> NoReturn:
    """End the module with the selected lines."""
    missing = [each.as_dict() for each in selection.missing]
    _end(module, changed=False, virtual_lines=[with_name(line) for line in selection.lines], missing=missing)


def _end(module: AnsibleModule, *, failed: bool = False, **returned: Any) -> NoReturn:
    """End the module with a result. Ansible masks secrets in values, but not in keys."""
    result = without_secrets_in_keys(returned, module.no_log_values)
    if failed:
        module.fail_json(**result)
    module.exit_json(**result)


def _count(lines: Sequence[VirtualLine]) -> str:
    return "1 virtual line" if len(lines) == 1 else f"{len(lines)} virtual lines"


def _diff(result: WriteResult) -> dict[str, Any]:
    """Return the differences of one line in the format of Ansible."""
    name = visible(describe(result.line))
    return {
        "before_header": name,
        "after_header": name,
        "before": unflatten({each.setting: each.actual for each in result.changes if each.actual is not MISSING}),
        "after": unflatten({each.setting: each.expected for each in result.changes}),
    }
