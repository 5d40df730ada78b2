# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The edge between Ansible's modules and the rest: a client for a module, and readings as its result.

Private to webex.calling.
"""

from __future__ import annotations

import select
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .arguments import client_from
from .auth import ROTATED
from .call_recording import Reading, Writing, named, summary
from .client import WebexClient, secret_in
from .errors import WebexError
from .http_library import REQUESTS_IMPORT_ERROR
from .settings import NOTHING, nested
from .virtual_lines import ID, Miss, Selection, label

_STDOUT = 1

#: After at most so many seconds, the thread that looks whether anybody listens sees that it may end.
_LOOK_EVERY = 1


@contextmanager
def webex_client(module: AnsibleModule) -> Iterator[WebexClient]:
    """A client for the module's connection options; errors within become the module's failure."""
    with failing_with(module), client_from(module.params) as client, _closed_when_nobody_listens(client):
        try:
            yield client
        finally:
            if client.refresh_token_rotated:
                module.warn(ROTATED)


@contextmanager
def _closed_when_nobody_listens(client: WebexClient) -> Iterator[None]:
    """Close the client when Ansible is gone: interrupted, or with a task that took too long.

    Ansible ends its own processes then, but not the module, which would go on asking Webex for thousands of lines. What
    it can notice is that nobody will read what it prints.
    """
    done = threading.Event()

    def watch() -> None:
        output = select.poll()
        output.register(_STDOUT, 0)
        while not done.is_set():
            if output.poll(_LOOK_EVERY * 1000):
                client.close()
                return

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        done.set()


@contextmanager
def failing_with(module: AnsibleModule) -> Iterator[None]:
    """Errors within become the module's failure, with all that is known of them."""
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    # A secret in an address is refused, but even then Ansible would show them with the options.
    secret = secret_in(module.params["api_url"])
    if secret:
        module.no_log_values.add(secret)
    try:
        yield
    except WebexError as error:
        module.fail_json(msg=str(error), error=error.as_dict(), **error.beside)


def exit_with_readings(module: AnsibleModule, readings: Sequence[Reading], missing: Sequence[Miss]) -> NoReturn:
    """End the module with what was read; as a failure if anything was not, and with all the rest all the same."""
    _exit(module, readings, missing, "read")


def exit_with_writings(module: AnsibleModule, writings: Sequence[Writing], missing: Sequence[Miss]) -> NoReturn:
    """End the module with what was written, in the same way, and tell what changed."""
    for warning in dict.fromkeys(warning for writing in writings for warning in writing.warnings):
        module.warn(f"On {_counted([writing for writing in writings if warning in writing.warnings])} {warning}.")
    changed = [writing for writing in writings if writing.changed]
    diff = {"diff": [_diff(writing) for writing in changed]} if module._diff else {}
    _exit(module, writings, missing, "brought to the wanted settings", changed=bool(changed), **diff)


def _exit(
    module: AnsibleModule,
    readings: Sequence[Reading],
    missing: Sequence[Miss],
    done: str,
    *,
    changed: bool = False,
    **more: Any,
) -> NoReturn:
    if module.params["allow_missing"]:
        missing = [*missing, *(Miss(ID, reading.line["id"]) for reading in readings if _is_gone(reading))]
        readings = [reading for reading in readings if not _is_gone(reading)]
    result: dict[str, Any] = {
        "changed": changed,
        "virtual_lines": [reading.as_dict() for reading in readings],
        "missing": [miss.as_dict() for miss in missing],
        **more,
    }
    failures = [reading for reading in readings if reading.error]
    if failures and failures[0].error:
        module.fail_json(msg=summary(failures, len(readings), done), error=failures[0].error.as_dict(), **result)
    if len(readings) == 1:
        result["call_recording"] = readings[0].settings
    module.exit_json(**result)


def exit_with_lines(module: AnsibleModule, selection: Selection) -> NoReturn:
    """End the module with lines alone."""
    missing = [miss.as_dict() for miss in selection.missing]
    module.exit_json(changed=False, virtual_lines=list(selection.lines), missing=missing)


def _is_gone(reading: Reading) -> bool:
    """Whether there is no such line: of ids that were taken as they are, one learns that only now.

    A line that was listed, and then can't be found, is none that is all right to miss.
    """
    listed = reading.line.keys() != {"id"}
    written = isinstance(reading, Writing) and reading.changed
    return bool(reading.error and reading.error.is_not_found) and not listed and not written


def _counted(readings: Sequence[Reading]) -> str:
    lines = "1 virtual line" if len(readings) == 1 else f"{len(readings)} virtual lines"
    return f"{lines}, {named(readings)},"


def _diff(writing: Writing) -> dict[str, Any]:
    """Only what differs, as Ansible shows it: one part for each line."""
    name = label(writing.line)
    return {
        "before_header": name,
        "after_header": name,
        "before": nested({path: before for path, _after, before in writing.changes if before is not NOTHING}),
        "after": nested({path: after for path, after, _before in writing.changes}),
    }
