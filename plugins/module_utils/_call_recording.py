# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Functions that read and write call recording settings.

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

#: Maximum number of lines that a message names. The result contains all lines.
_MAX_NAMED_LINES = 5

#: Read-only settings, as API keys.
_READ_ONLY = frozenset(snake_dict_to_camel_dict(dict.fromkeys(READ_ONLY)))

#: Statuses and error codes for members whose calls cannot be recorded. This state is not a failure to read.
_NOT_RECORDABLE = {(400, "4410")}

#: Effective settings of a member whose calls cannot be recorded. Other settings are unknown.
_OFF = {"enabled": False, "record": "Never"}


@dataclass
class ReadResult:
    """Result of reading one virtual line: settings or error.

    :param not_recordable: Webex error for a line whose calls cannot be recorded.
    """

    line: VirtualLine
    settings: dict[str, Any] | None = None
    error: WebexError | None = None
    not_recordable: WebexError | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the result as an item of the return value C(virtual_lines)."""
        result = with_name(self.line)
        if self.error is not None:
            result["error"] = {**self.error.as_dict(), "kind": KIND, "id": self.line["id"]}
        return {**result, **self.recording()}

    def recording(self) -> dict[str, Any]:
        """Return C(recordable), C(not_recordable), and C(call_recording). Unknown values are absent."""
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

    :param results: results of the lines, without deleted lines.
    :param missing: selector values that match no line.
    :param deleted: lines that were deleted after listing.
    """

    results: Sequence[ReadResult]
    missing: Sequence[MissingValue] = ()
    deleted: Sequence[VirtualLine] = ()


@dataclass
class WriteResult(ReadResult):
    """Result of writing one virtual line: settings after the change, and differences.

    :param changes: settings that differ from the desired settings, and settings that change with them.
    :param changed: whether the task changed the line, or would change the line in check mode.
    :param warnings: messages that do not fail the task.
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
    """Return the settings of one line in snake case, including unknown keys. No keys are added.

    :raises WebexError: if the settings cannot be read.
    """
    return _get(client, line)[1]


def read_all(
    client: WebexClient, lines: Sequence[VirtualLine], progress: Callable[[int], None] | None = None
) -> list[ReadResult]:
    """Read many lines in parallel, and return the results in the same order.

    Reading stops if Webex refuses the credentials, or if the client is closed. The remaining lines get the same error.

    :param progress: function called after each line with the number of lines so far, never in parallel.
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

    Other settings do not change. Writing stops for the same reasons as C(read_all). The remaining lines stay unchanged.

    :param desired: settings from C(_settings.desired_settings).
    :param check_only: whether to predict the result without writing.
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
    """Return the outcome without deleted lines. A line is deleted if Webex no longer lists the line.

    A 404 alone can have other causes, such as a wrong address. Deleted lines remain in the outcome if a selector value
    would otherwise match nothing and C(allow_missing) is not set.
    """
    unsettled = Outcome(results, selection.missing)
    not_found = {result.line["id"] for result in results if _was_not_found(result)}
    if not not_found or not (selection.listed or selection.allow_missing):
        return unsettled
    try:
        not_found -= listed_ids(client, not_found)
    except WebexError:
        # Ignore the failed list request, because the result contains the errors of the lines.
        return unsettled
    left = [result for result in results if result.line["id"] not in not_found]
    _lines, missing = match(selection.values, [result.line for result in left])
    if not selection.allow_missing and (missing or not left):
        return unsettled
    gone = [result.line for result in results if result.line["id"] in not_found]
    return Outcome(left, missing, gone if selection.listed else ())


def _was_not_found(result: ReadResult) -> bool:
    # Keep a changed line in the result, even if Webex no longer finds the line.
    return result.error is not None and result.error.is_not_found and not getattr(result, "changed", False)


def failure_summary(failures: Sequence[ReadResult], total: int, action: str) -> str:
    """Return the message for failures: number of lines, line descriptions, and first error.

    :param action: participle that completes the phrase "could not be ...".
    """
    first = str(failures[0].error)
    if total == 1:
        return first
    lines = list_lines([failure.line for failure in failures])
    return visible(f"{len(failures)} of {total} virtual lines could not be {action}: {lines}. {first}")


def deletion_warning(lines: Sequence[VirtualLine]) -> str:
    """Return the warning about lines that were deleted after listing."""
    return f"Virtual lines that were deleted while they were read are left out: {list_lines(lines)}."


def list_lines(lines: Sequence[VirtualLine]) -> str:
    """Return the first line descriptions, and the number of further lines, for a message."""
    first = ", ".join(describe(line) for line in lines[:_MAX_NAMED_LINES])
    more = f" and {len(lines) - _MAX_NAMED_LINES} more" if len(lines) > _MAX_NAMED_LINES else ""
    return f"{first}{more}"


def _write(client: WebexClient, result: WriteResult, desired: Mapping[str, Any], check_only: bool) -> None:
    """Read the settings, write the desired ones if any differ, read again, and update C(result).

    :raises WebexError: if the settings cannot be read, written, or verified.
    """
    line = result.line
    try:
        content, before = _get(client, line)
    except WebexError as error:
        if not _means_not_recordable(error) or differences(_OFF, desired):
            raise
        # Accept the line: Webex does not record its calls, as desired.
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
                # Report a change, because Webex may have applied the settings.
                result.changed, result.settings = True, None
            raise write_error(error) from None
        result.changed, result.settings = True, None
        result.settings = read_settings(client, line)
        result.warnings += unexpected_changes(before, result.settings)
        verify_applied(before, result.settings, desired)


def _means_not_recordable(error: WebexError) -> bool:
    return (error.status, error.code) in _NOT_RECORDABLE


def _request_body(content: Mapping[str, Any], after: Mapping[str, Any], desired: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of the PUT request: current settings, merged with the desired settings.

    The API reference does not document whether Webex keeps or resets omitted settings. The body therefore omits only
    read-only settings.
    """
    merged: dict[str, Any] = dict_merge(content, snake_dict_to_camel_dict(desired))
    notification = merged.get("notification")
    if isinstance(notification, dict) and "type" in after["notification"]:
        # Always send the type, so that the result does not depend on Webex defaults, such as Beep.
        notification_type = after["notification"]["type"]
        notification["type"] = None if notification_type == "None" else notification_type
    return {key: value for key, value in merged.items() if key not in _READ_ONLY}


def _path(line: VirtualLine) -> str:
    return path("telephony", "config", "virtualLines", line["id"], "callRecording")


def _get(client: WebexClient, line: VirtualLine) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the settings of one line, first with API keys, then with keys in snake case."""
    with error_context(f"read the call recording settings of virtual line {describe(line)}", KIND, line["id"]):
        content, tracking_id, _link = client.get(_path(line))
        enabled, record = content.get("enabled"), content.get("record", MISSING)
        if not isinstance(enabled, bool) or not isinstance(record, str if enabled else (str, type(None))):
            # A gateway or an interrupted deployment can respond with an error or with incomplete settings.
            raise _not_settings("enabled or record is missing", tracking_id)
        try:
            return content, to_snake_case(content)
        except NestedTooDeeplyError:
            raise _not_settings("nested too deeply", tracking_id) from None


def _not_settings(message: str, tracking_id: str | None) -> WebexError:
    return invalid_response(200, "Not call recording settings", message=message, tracking_id=tracking_id)
