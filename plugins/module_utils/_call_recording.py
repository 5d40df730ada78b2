# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and writing of call recording settings.

Private to webex.calling. Source: https://developer.webex.com/docs/api/v1/virtual-line-call-settings
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from ansible.module_utils.common.dict_transformations import dict_merge, snake_dict_to_camel_dict

from ._client import WebexClient, path
from ._concurrency import run_all
from ._error_parsing import invalid_response, write_error
from ._errors import WebexError, error_context, visible
from ._listing import listed_ids
from ._members import Selection
from ._selectors import KIND, MissingValue, VirtualLine, describe, match, with_name
from ._settings import (
    MISSING,
    READ_ONLY,
    Difference,
    differences,
    ineffective_settings,
    keep_writable,
    predict,
    unexpected_changes,
    verify_applied,
)
from ._snake_case import NestedTooDeeplyError, to_snake_case

#: Maximum number of lines that a message names. The result contains all of them.
_MAX_NAMED_LINES = 5

#: Settings that cannot be written, as keys of the API.
_READ_ONLY = frozenset(snake_dict_to_camel_dict(dict.fromkeys(READ_ONLY)))

#: Statuses and error codes of members whose calls cannot be recorded: an ordinary state, and not a failure to read.
_NOT_RECORDABLE = {(400, "4410")}

#: True settings of a member whose calls cannot be recorded. Nothing else is known.
_OFF = {"enabled": False, "record": "Never"}


@dataclass
class ReadResult:
    """Result of reading one virtual line: settings or error.

    :param not_recordable: response of Webex if calls of the line cannot be recorded.
    """

    line: VirtualLine
    settings: dict[str, Any] | None = None
    error: WebexError | None = None
    not_recordable: WebexError | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the item of the return value C(virtual_lines)."""
        result = with_name(self.line)
        if self.error is not None:
            result["error"] = {**self.error.as_dict(), "kind": KIND, "id": self.line["id"]}
        return {**result, **self.recording()}

    def recording(self) -> dict[str, Any]:
        """Return what is known about the recording: C(recordable), C(not_recordable), and C(call_recording)."""
        if self.not_recordable is not None:
            reason = self.not_recordable.as_dict()
            return {
                "recordable": False,
                "not_recordable": {key: reason[key] for key in ("status", "code", "message", "tracking_id", "hint")},
                "call_recording": self.settings,
            }
        return {} if self.settings is None else {"recordable": True, "call_recording": self.settings}


@dataclass
class Outcome:
    """Results of a task.

    :param missing: values of selectors that match none of the lines.
    :param deleted: lines that were deleted after they had been listed, and are not among the results.
    """

    results: Sequence[ReadResult]
    missing: Sequence[MissingValue] = ()
    deleted: Sequence[VirtualLine] = ()


@dataclass
class WriteResult(ReadResult):
    """Result of writing one virtual line: settings afterwards, and what changed.

    :param changes: what differed from the desired settings, and what changed with it.
    :param changed: whether the line was changed, or would be in check mode.
    :param warnings: what is worth knowing but not an error.
    """

    changes: Sequence[Difference] = ()
    changed: bool = False
    warnings: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        changes = [
            {"setting": setting, "after": after, **({} if before is MISSING else {"before": before})}
            for setting, after, before in self.changes
        ]
        return {**super().as_dict(), "changed": self.changed, "changes": changes}


def read_settings(client: WebexClient, line: VirtualLine) -> dict[str, Any]:
    """Return the settings of one line in snake case, with unknown keys, and without additions.

    :raises WebexError: if they cannot be read.
    """
    return _get(client, line)[1]


def read_all(
    client: WebexClient, lines: Sequence[VirtualLine], progress: Callable[[int], None] | None = None
) -> list[ReadResult]:
    """Read many lines in parallel, and return the results in the same order.

    Refused credentials and closing the client stop reading: the remaining lines get that error.

    :param progress: called after each line with the number of lines so far; never in parallel.
    """

    def act(line: VirtualLine) -> ReadResult:
        try:
            return ReadResult(line, settings=read_settings(client, line))
        except WebexError as error:
            if _means_not_recordable(error):
                return ReadResult(line, settings=dict(_OFF), not_recordable=error)
            return ReadResult(line, error=error)

    def not_reached(line: VirtualLine, error: WebexError | None) -> ReadResult:
        return ReadResult(line, error=error)

    return run_all(lines, act, not_reached, concurrency=client.connection.concurrency, progress=progress)


def write_all(
    client: WebexClient, lines: Sequence[VirtualLine], desired: Mapping[str, Any], *, check_only: bool
) -> list[WriteResult]:
    """Change many lines to the desired settings in parallel, and return the results in the same order.

    Other settings do not change. Writing stops as C(read_all) does, and lines that were not reached stay unchanged.

    :param desired: what C(_settings.desired_settings) returns.
    :param check_only: whether to only predict the result.
    """

    def act(line: VirtualLine) -> WriteResult:
        result = WriteResult(line)
        try:
            _write(client, result, desired, check_only)
        except WebexError as error:
            result.error = error
        return result

    def not_reached(line: VirtualLine, error: WebexError | None) -> WriteResult:
        return WriteResult(line, error=error)

    return run_all(lines, act, not_reached, concurrency=client.connection.concurrency)


def settle(client: WebexClient, selection: Selection, results: Sequence[ReadResult]) -> Outcome:
    """Tell lines that do not exist any more from lines that cannot be read. Only the list decides.

    A response 404 alone can have other causes, such as a wrong address. A line that is gone is left out, unless a
    selector value then matches nothing and C(allow_missing) is not set.
    """
    unsettled = Outcome(results, selection.missing)
    not_found = {result.line["id"] for result in results if _was_not_found(result)}
    if not not_found or not (selection.listed or selection.allow_missing):
        return unsettled
    try:
        not_found -= listed_ids(client, not_found)
    except WebexError:
        # The errors of the lines say enough.
        return unsettled
    left = [result for result in results if result.line["id"] not in not_found]
    _lines, missing = match(selection.values, [result.line for result in left])
    if not selection.allow_missing and (missing or not left):
        return unsettled
    gone = [result.line for result in results if result.line["id"] in not_found]
    return Outcome(left, missing, gone if selection.listed else ())


def _was_not_found(result: ReadResult) -> bool:
    # A line that was changed is part of the result, even if nobody can read it any more.
    return result.error is not None and result.error.is_not_found and not getattr(result, "changed", False)


def failure_summary(failures: Sequence[ReadResult], total: int, action: str) -> str:
    """Return the message for failures: how many lines, which ones, and the first error.

    :param action: completes the phrase "could not be ...".
    """
    first = str(failures[0].error)
    if total == 1:
        return first
    lines = list_lines([failure.line for failure in failures])
    return visible(f"{len(failures)} of {total} virtual lines could not be {action}: {lines}. {first}")


def deletion_warning(lines: Sequence[VirtualLine]) -> str:
    """Return the warning about lines that were deleted after they had been listed."""
    return f"Virtual lines that were deleted while they were read are left out: {list_lines(lines)}."


def list_lines(lines: Sequence[VirtualLine]) -> str:
    """Return the descriptions of lines for a message, shortened if there are many."""
    first = ", ".join(describe(line) for line in lines[:_MAX_NAMED_LINES])
    more = f" and {len(lines) - _MAX_NAMED_LINES} more" if len(lines) > _MAX_NAMED_LINES else ""
    return f"{first}{more}"


def _write(client: WebexClient, result: WriteResult, desired: Mapping[str, Any], check_only: bool) -> None:
    """Read, merge, write if there is a difference, read back, and compare."""
    line = result.line
    try:
        content, before = _get(client, line)
    except WebexError as error:
        if not _means_not_recordable(error) or differences(_OFF, desired):
            raise
        # Nothing is recorded, as desired.
        result.settings, result.not_recordable = dict(_OFF), error
        return
    result.settings = before
    result.warnings += ineffective_settings(dict_merge(before, desired), desired)
    if not differences(before, desired):
        return
    with error_context(f"change the call recording settings of virtual line {describe(line)}", KIND, line["id"]):
        after = predict(before, desired)
        result.changes = differences(before, keep_writable(after))
        if check_only:
            result.settings, result.changed = after, True
            return
        try:
            client.put(_path(line), _request_body(content, after, desired))
        except WebexError as error:
            if error.status is None or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                # Whether Webex made the change is unknown.
                result.changed, result.settings = True, None
            raise write_error(error) from None
        result.changed, result.settings = True, None
        result.settings = read_settings(client, line)
        result.warnings += unexpected_changes(before, result.settings)
        verify_applied(before, result.settings, desired)


def _means_not_recordable(error: WebexError) -> bool:
    return (error.status, error.code) in _NOT_RECORDABLE


def _request_body(content: Mapping[str, Any], after: Mapping[str, Any], desired: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of the PUT: everything that was read, merged with the desired settings.

    Whether omitting a setting keeps or resets it is not documented. So only read-only settings are omitted.
    """
    merged: dict[str, Any] = dict_merge(content, snake_dict_to_camel_dict(desired))
    notification = merged.get("notification")
    if isinstance(notification, dict) and "type" in after["notification"]:
        # Sent even where Webex would set Beep by itself, so that the result does not depend on defaults of Webex.
        notification_type = after["notification"]["type"]
        notification["type"] = None if notification_type == "None" else notification_type
    return {key: value for key, value in merged.items() if key not in _READ_ONLY}


def _path(line: VirtualLine) -> str:
    return path("telephony", "config", "virtualLines", line["id"], "callRecording")


def _get(client: WebexClient, line: VirtualLine) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the settings of one line, as read and in snake case."""
    with error_context(f"read the call recording settings of virtual line {describe(line)}", KIND, line["id"]):
        content, tracking_id, _link = client.get(_path(line))
        enabled, record = content.get("enabled"), content.get("record", MISSING)
        if not isinstance(enabled, bool) or not isinstance(record, str if enabled else (str, type(None))):
            # A gateway, or a deployment that is cut short, can respond with an error or with a part of the settings.
            raise _not_settings("enabled or record is missing", tracking_id)
        try:
            return content, to_snake_case(content)
        except NestedTooDeeplyError:
            raise _not_settings("nested too deeply", tracking_id) from None


def _not_settings(message: str, tracking_id: str | None) -> WebexError:
    return invalid_response(200, "Not call recording settings", message=message, tracking_id=tracking_id)
