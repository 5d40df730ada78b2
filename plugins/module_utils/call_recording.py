# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The call recording settings of virtual lines.

Private to webex.calling. Source: https://developer.webex.com/docs/api/v1/virtual-line-call-settings
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

from ansible.module_utils.common.dict_transformations import dict_merge, snake_dict_to_camel_dict

from . import errors
from .client import WebexClient, path
from .settings import (
    NOTHING,
    READ_ONLY,
    Difference,
    changed_beside,
    check_kept,
    differences,
    predicted,
    without_effect,
    writable,
)
from .snake_case import in_snake_case
from .virtual_lines import VirtualLine, label

#: After so many 403 and nothing else, the token may not read any line.
_FORBIDDEN_ENOUGH = 10

#: So many lines are named in a message; all are in the result.
_NAMED_LINES = 5

#: These say what is, and can't be written.
_READ_ONLY = frozenset(snake_dict_to_camel_dict(dict.fromkeys(READ_ONLY)))


@dataclass
class Reading:
    """What came of reading one virtual line: its settings, or the error in their place."""

    line: VirtualLine
    settings: dict[str, Any] | None = None
    error: errors.WebexError | None = None

    def as_dict(self) -> dict[str, Any]:
        """The line as it stands in the return value C(virtual_lines)."""
        result = dict(self.line)
        if self.error is not None:
            result["error"] = {**self.error.as_dict(), "virtual_line_id": self.line["id"]}
        if self.settings is not None:
            result["call_recording"] = self.settings
        return result


@dataclass
class Writing(Reading):
    """What came of writing one virtual line: its settings afterwards, and what has changed.

    :param changes: what differed from what is wanted, and what else changed with it.
    :param changed: whether a change was made, or would be if it were not only checked.
    :param warnings: what is worth knowing though it is no error.
    """

    changes: Sequence[Difference] = ()
    changed: bool = False
    warnings: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        changes = [
            {"path": path, "after": after, **({} if before is NOTHING else {"before": before})}
            for path, after, before in self.changes
        ]
        return {**super().as_dict(), "changed": self.changed, "changes": changes}


def read(client: WebexClient, line: VirtualLine) -> dict[str, Any]:
    """The settings of one line in snake case; unknown keys too, and nothing added.

    :raises WebexError: if they can't be read.
    """
    settings: dict[str, Any] = in_snake_case(_read(client, line))
    return settings


def read_all(
    client: WebexClient, lines: Sequence[VirtualLine], progress: Callable[[int], None] | None = None
) -> list[Reading]:
    """Read many lines, several at once: a reading for each, in the same order.

    Refused credentials end it all, as does closing the client: what is not read by then gets that same error.

    :param progress: is told after each line how many there were; by whichever thread, but never by two at once.
    """

    def act(line: VirtualLine) -> Reading:
        try:
            return Reading(line, settings=read(client, line))
        except errors.WebexError as error:
            return Reading(line, error=error)

    return _all(client, lines, act, Reading, progress)


def write_all(
    client: WebexClient, lines: Sequence[VirtualLine], wanted: Mapping[str, Any], *, check_only: bool
) -> list[Writing]:
    """Make the settings of many lines as wanted, several lines at once: what came of each, in the same order.

    Nothing else is changed. It ends early as C(read_all) does, and lines that were not reached are as they were.

    :param wanted: what C(settings.stated) returns.
    :param check_only: tell what would be done, and do nothing.
    """

    def act(line: VirtualLine) -> Writing:
        writing = Writing(line)
        try:
            _write(client, writing, wanted, check_only)
        except errors.WebexError as error:
            writing.error = error
        return writing

    return _all(client, lines, act, Writing)


def summary(failures: Sequence[Reading], total: int, done: str) -> str:
    """What to say if some of many lines failed: how many, which, and all about the first."""
    first = str(failures[0].error)
    if total == 1:
        return first
    return f"{len(failures)} of {total} virtual lines could not be {done}: {named(failures)}. {first}"


def named(readings: Sequence[Reading]) -> str:
    """The lines by name, as far as a message has room for them."""
    first = ", ".join(label(reading.line) for reading in readings[:_NAMED_LINES])
    more = f" and {len(readings) - _NAMED_LINES} more" if len(readings) > _NAMED_LINES else ""
    return f"{first}{more}"


def _write(client: WebexClient, writing: Writing, wanted: Mapping[str, Any], check_only: bool) -> None:
    """Read, merge, write if that makes a difference, and look whether Webex kept it."""
    line = writing.line
    content = _read(client, line)
    writing.settings = before = in_snake_case(content)
    writing.warnings += without_effect(dict_merge(before, wanted), wanted)
    if not differences(before, wanted):
        return
    with errors.doing(f"change the call recording settings of virtual line {label(line)}", line["id"]):
        after = predicted(before, wanted)
        writing.changes = differences(before, writable(after))
        if check_only:
            writing.settings, writing.changed = after, True
            return
        try:
            client.put(_path(line), _written(content, after, wanted))
        except errors.WebexError as error:
            if error.status is None or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                # Nobody knows whether it was made.
                writing.changed, writing.settings = True, None
            raise errors.write_refused(error) from None
        writing.changed, writing.settings = True, None
        writing.settings = read(client, line)
        writing.warnings += changed_beside(before, writing.settings)
        check_kept(before, writing.settings, wanted)


def _written(content: Mapping[str, Any], after: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What to send: all that was read, with what is wanted laid over it.

    Whether leaving a setting out keeps or resets it is not documented, and so nothing is left out, not even what is not
    known here; except for what can't be written.
    """
    merged: dict[str, Any] = dict_merge(content, snake_dict_to_camel_dict(wanted))
    notification = merged.get("notification")
    if isinstance(notification, dict) and "type" in after["notification"]:
        # Also where it was not there and becomes a beep by itself: said, it does not depend on what Webex fills in.
        kind = after["notification"]["type"]
        notification["type"] = None if kind == "None" else kind
    return {key: value for key, value in merged.items() if key not in _READ_ONLY}


def _path(line: VirtualLine) -> str:
    return path("telephony", "config", "virtualLines", line["id"], "callRecording")


def _read(client: WebexClient, line: VirtualLine) -> dict[str, Any]:
    with errors.doing(f"read the call recording settings of virtual line {label(line)}", line["id"]):
        return client.get(_path(line))


_Result = TypeVar("_Result", bound=Reading)


def _all(
    client: WebexClient,
    lines: Sequence[VirtualLine],
    act: Callable[[VirtualLine], _Result],
    unreached: Callable[..., _Result],
    progress: Callable[[int], None] | None = None,
) -> list[_Result]:
    """Act on many lines, several at once; a result for each, in the same order."""
    results: list[_Result | None] = [None] * len(lines)
    waiting = iter(range(len(lines)))
    taking = threading.Lock()
    ending = _Ending()
    defects: list[Exception] = []
    done = itertools.count(1)

    def work() -> None:
        while not (ending.error or defects):
            with taking:
                index = next(waiting, None)
            if index is None:
                return
            try:
                results[index] = result = act(lines[index])
                with taking:
                    ending.heed(result.error)
                    if progress:
                        progress(next(done))
            except Exception as defect:
                defects.append(defect)

    # Daemons, so that an interrupted task does not wait for answers that nobody wants any more.
    count = min(client.connection.concurrency, len(lines))
    workers = [threading.Thread(target=work, daemon=True) for _each in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if defects:
        raise defects[0]
    return [result or unreached(line, error=ending.error) for line, result in zip(lines, results)]


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
