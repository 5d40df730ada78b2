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
from http import HTTPStatus
from typing import Any

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict

from . import errors
from .client import WebexClient, path
from .virtual_lines import VirtualLine, label

#: After so many 403 and nothing else, the token may not read any line.
_FORBIDDEN_ENOUGH = 10


@dataclass
class Reading:
    """What came of reading one virtual line: its settings, or the error in their place."""

    line: VirtualLine
    settings: dict[str, Any] | None = None
    error: errors.WebexError | None = None

    def as_dict(self) -> dict[str, Any]:
        """The line as it stands in the return value C(virtual_lines)."""
        if self.error is not None:
            return {**self.line, "error": {**self.error.as_dict(), "virtual_line_id": self.line["id"]}}
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

    Refused credentials end it all, as does closing the client: what is not read by then gets that same error.
    """
    readings: list[Reading | None] = [None] * len(lines)
    waiting = iter(range(len(lines)))
    taking = threading.Lock()
    ending = _Ending()
    defects: list[Exception] = []

    def work() -> None:
        while not (ending.error or defects):
            with taking:
                index = next(waiting, None)
            if index is None:
                return
            try:
                readings[index] = reading = _reading(client, lines[index])
            except Exception as defect:
                defects.append(defect)
            else:
                with taking:
                    ending.heed(reading.error)

    # Daemons, so that an interrupted task does not wait for answers that nobody wants any more.
    count = min(client.connection.concurrency, len(lines))
    workers = [threading.Thread(target=work, daemon=True) for _each in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if defects:
        raise defects[0]
    return [reading or Reading(line, error=ending.error) for line, reading in zip(lines, readings)]


def _reading(client: WebexClient, line: VirtualLine) -> Reading:
    try:
        return Reading(line, settings=read(client, line))
    except errors.WebexError as error:
        return Reading(line, error=error)


class _Ending:
    """The error, if there was one, after which asking on is pointless.

    A refused token is such: a 401 says so at once. A 403 may be about one line, but not if it is all that ever comes.
    """

    def __init__(self) -> None:
        self.error: errors.WebexError | None = None
        self._forbidden = 0
        self._others = 0

    def heed(self, error: errors.WebexError | None) -> None:
        if error is not None and error.status == HTTPStatus.FORBIDDEN:
            self._forbidden += 1
        else:
            self._others += 1
        only_forbidden = self._forbidden >= _FORBIDDEN_ENOUGH and not self._others
        if only_forbidden or isinstance(error, (errors.CredentialsRefused, errors.Interrupted)):
            self.error = self.error or error
