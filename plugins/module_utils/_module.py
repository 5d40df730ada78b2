# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Integration with AnsibleModule: options, client, results, and failures.

Private to webex.calling.
"""

from __future__ import annotations

import select
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule

from ._addresses import checked_api_url
from ._argument_spec import client_from_options, missing_requests, remove_empty_options
from ._call_recording import Outcome, WriteResult, deletion_warning, failure_summary, list_members_for_message
from ._client import WebexClient
from ._error_hints import CERTIFICATES_NOT_VALIDATED, NULL_OPTION, REFRESH_TOKEN_ROTATED, REQUIRED_ACCESS
from ._errors import OptionError, WebexError, visible, without_secrets, without_secrets_in_keys
from ._http import REQUESTS_IMPORT_ERROR
from ._kinds import kinds_of, plural, singular
from ._members import Selection
from ._selectors import describe, with_name
from ._settings import MISSING, unflatten

_STDOUT = 1

#: Interval in seconds at which the watcher thread checks whether to stop.
_POLL_INTERVAL = 1


class WebexModule(AnsibleModule):
    """AnsibleModule that collects null or empty options for L(fail_on_error)."""

    def _load_params(self) -> None:
        """Load the options, and collect null or empty ones before the Ansible validation treats null as absent."""
        super()._load_params()
        self.empty_options = remove_empty_options(self.argument_spec, self.params)


@contextmanager
def webex_client(module: WebexModule) -> Iterator[WebexClient]:
    """Provide a client for the module options, and fail the module if the context raises WebexError."""
    with fail_on_error(module), client_from_options(module.params) as client, _closed_with_output(client):
        if not client.connection.validate_certs:
            module.warn(CERTIFICATES_NOT_VALIDATED)
        try:
            yield client
        finally:
            # Add secrets that Ansible does not know: secrets from the environment and from token exchanges.
            module.no_log_values.update(client.secrets)
            if client.refresh_token_rotated:
                module.warn(REFRESH_TOKEN_ROTATED)


@contextmanager
def _closed_with_output(client: WebexClient) -> Iterator[None]:
    """Close the client when Ansible stops reading the module output.

    If you interrupt a task or the task exceeds its timeout, Ansible ends its own processes but not the module. Without
    the watcher thread, the module would continue to send requests.
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
    """Fail the module if requests is missing, if an option is null or empty, or if the context raises WebexError."""
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
    """Mask an invalid C(api_url) in the options that Ansible shows, because the value can contain a secret."""
    try:
        checked_api_url(module.params["api_url"])
    except OptionError:
        module.params["api_url"] = "********"


def exit_with_read_results(module: AnsibleModule, outcome: Outcome, key: str = "virtual_lines") -> NoReturn:
    """Exit the module with the read results, or fail the module if a member could not be read.

    :param key: return value with the members.
    """
    _exit(module, outcome, key, "read")


def exit_with_write_results(module: AnsibleModule, outcome: Outcome, key: str = "virtual_lines") -> NoReturn:
    """Exit the module with the write results, or fail the module if a member could not be changed.

    :param key: return value with the members.
    """
    results = [result for result in outcome.results if isinstance(result, WriteResult)]
    for warning in dict.fromkeys(warning for result in results for warning in result.warnings):
        members = [result.member for result in results if warning in result.warnings]
        kinds = kinds_of(members)
        names = singular(kinds) if len(members) == 1 else plural(kinds)
        _warn(module, f"On {len(members)} {names}, {list_members_for_message(members)}, {warning}.")
    changed = [result for result in results if result.changed]
    diff = {"diff": [_diff(result) for result in changed]} if module._diff else {}
    _exit(module, outcome, key, "changed to the desired settings", changed=bool(changed), **diff)


def _exit(
    module: AnsibleModule,
    outcome: Outcome,
    key: str,
    action: str,
    *,
    changed: bool = False,
    **more: Any,
) -> NoReturn:
    results = outcome.results
    if outcome.deleted:
        _warn(module, deletion_warning(outcome.deleted))
    returned: dict[str, Any] = {
        "changed": changed,
        key: [result.as_dict() for result in results],
        "missing": [each.as_dict() for each in outcome.missing],
        **more,
    }
    failures = [result for result in results if result.error]
    if failures and failures[0].error:
        msg = failure_summary(failures, results, action)
        _end(module, msg=msg, error=failures[0].error.as_dict(), failed=True, **returned)
    if len(results) == 1:
        recording = results[0].recording()
        returned.update((name, recording[name]) for name in ("recordable", "call_recording"))
    _end(module, **returned)


def exit_with_lines(module: AnsibleModule, selection: Selection) -> NoReturn:
    """Exit the module with the selected lines and the missing values."""
    missing = [each.as_dict() for each in selection.missing]
    _end(module, changed=False, virtual_lines=[with_name(line) for line in selection.members], missing=missing)


def exit_with_drift(
    module: AnsibleModule, result: Mapping[str, Any], message: str, warnings: Iterable[str]
) -> NoReturn:
    """Exit the module with the result of a drift check, or fail the module if the check is incomplete."""
    for warning in warnings:
        _warn(module, warning)
    if result["status"] == "incomplete":
        _end(module, failed=True, msg=visible(f"The check is incomplete: {message}"), changed=False, **result)
    _end(module, changed=False, **result)


def exit_with_inspection(
    module: AnsibleModule, result: Mapping[str, Any], missing: Sequence[tuple[str, str]]
) -> NoReturn:
    """Exit the module with the result of an inspection, or fail the module if anything required cannot be reached.

    :param missing: error type and description of each required kind that cannot be reached.
    """
    if missing:
        types, texts = zip(*missing)
        error = WebexError(types[0], "Not reachable", REQUIRED_ACCESS, message="; ".join(texts))
        _end(module, failed=True, msg=str(error), error=error.as_dict(), changed=False, **result)
    _end(module, changed=False, **result)


def exit_with_service(
    module: AnsibleModule, result: Mapping[str, Any], unread: str, error: Mapping[str, Any] | None
) -> NoReturn:
    """Exit the module with the recording service, or fail the module if a required part could not be read.

    :param unread: message about the parts that were not read, or an empty string.
    :param error: error of the first required part that was not read, or None.
    """
    if error:
        _end(module, failed=True, msg=visible(unread), error=error, changed=False, **result)
    if unread:
        _warn(module, f"{unread} The values are null.")
    _end(module, changed=False, **result)


def _warn(module: AnsibleModule, text: str) -> None:
    """Show a warning without secrets. Ansible masks secrets in results, but not in warnings, which contain names."""
    module.warn(visible(without_secrets(text, module.no_log_values)))


def _end(module: AnsibleModule, *, failed: bool = False, **returned: Any) -> NoReturn:
    """Exit or fail the module. Remove secrets from result keys, because Ansible masks secrets only in values."""
    result = without_secrets_in_keys(returned, module.no_log_values)
    if failed:
        module.fail_json(**result)
    module.exit_json(**result)


def _diff(result: WriteResult) -> dict[str, Any]:
    """Return the changes of one member in the Ansible diff format."""
    name = visible(describe(result.member))
    return {
        "before_header": name,
        "after_header": name,
        "before": unflatten({each.setting: each.actual for each in result.changes if each.actual is not MISSING}),
        "after": unflatten({each.setting: each.expected for each in result.changes if each.expected is not MISSING}),
    }
