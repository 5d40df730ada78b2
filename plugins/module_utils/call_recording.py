# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The call recording settings of virtual lines.

Private to webex.calling. Source: https://developer.webex.com/docs/api/v1/virtual-line-call-settings
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict

from . import errors
from .client import WebexClient, path
from .virtual_lines import VirtualLine, label


@dataclass
class Reading:
    """What came of reading one virtual line: its settings, or the error in their place."""

    line: VirtualLine
    settings: dict[str, Any] | None = None
    error: errors.WebexError | None = None

    def as_dict(self) -> dict[str, Any]:
        """The line as it stands in the return value C(virtual_lines)."""
        if self.error is not None:
            return {**self.line, "error": self.error.as_dict()}
        return {**self.line, "call_recording": self.settings}


def read(client: WebexClient, line: VirtualLine) -> dict[str, Any]:
    """The settings of one line in snake case; unknown keys too, and nothing added.

    :raises WebexError: if they can't be read.
    """
    with errors.doing(f"read the call recording settings of virtual line {label(line)}", line["id"]):
        settings = client.get(path("telephony", "config", "virtualLines", line["id"], "callRecording"))
    snake: dict[str, Any] = camel_dict_to_snake_dict(settings)
    return snake


def read_all(client: WebexClient, lines: Sequence[VirtualLine]) -> list[Reading]:
    """Read many lines, several at once: a reading for each, in the same order.

    Refused credentials end it all: what is not read by then gets that same error.
    """
    readings: list[Reading | None] = [None] * len(lines)
    waiting = iter(range(len(lines)))
    taking = threading.Lock()
    refusals: list[errors.CredentialsRefused] = []
    defects: list[Exception] = []

    def work() -> None:
        while not (refusals or defects):
            with taking:
                index = next(waiting, None)
            if index is None:
                return
            try:
                readings[index] = Reading(lines[index], settings=read(client, lines[index]))
            except errors.WebexError as error:
                readings[index] = Reading(lines[index], error=error)
                if isinstance(error, errors.CredentialsRefused):
                    refusals.append(error)
            except Exception as defect:
                defects.append(defect)

    # Daemons, so that an interrupted task does not wait for answers that nobody wants any more.
    workers = [
        threading.Thread(target=work, daemon=True) for _each in range(min(client.connection.concurrency, len(lines)))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if defects:
        raise defects[0]
    return [reading or Reading(line, error=refusals[0]) for line, reading in zip(lines, readings)]
