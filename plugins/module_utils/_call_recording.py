# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Functions that read call recording settings, and the results of tasks.

Private to webex.calling. Source: https://developer.webex.com/docs/api/v1/virtual-line-call-settings
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ._client import WebexClient, path
from ._concurrency import run_all
from ._error_parsing import invalid_response
from ._errors import WebexError, error_context, visible
from ._listing import listed_ids
from ._members import Selection
from ._selectors import KIND, MissingValue, VirtualLine, describe, match, with_name
from ._settings import MISSING
from ._snake_case import NestedTooDeeplyError, to_snake_case

#: Maximum number of lines that a message names. The result contains all lines.
_MAX_NAMED_LINES = 5

#: Statuses and error codes for members whose calls cannot be recorded. This state is not a failure to read.
_NOT_RECORDABLE = {(400, "4410")}

#: Effective settings of a member whose calls cannot be recorded. Other settings are unknown.
OFF = {"enabled": False, "record": "Never"}


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

    def set_not_recordable(self, reason: WebexError) -> None:
        """Set the effective settings of a line whose calls cannot be recorded."""
        self.settings, self.not_recordable = dict(OFF), reason


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


def read_settings(client: WebexClient, line: VirtualLine) -> dict[str, Any]:
    """Return the settings of one line in snake case, including unknown keys. No keys are added.

    :raises WebexError: if the settings cannot be read.
    """
    return get_settings(client, line)[1]


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
            result = ReadResult(line)
            if means_not_recordable(error):
                result.set_not_recordable(error)
            else:
                result.error = error
            return result

    def not_reached(line: VirtualLine, error: WebexError | None) -> ReadResult:
        return ReadResult(line, error=error)

    return run_all(lines, act, not_reached, concurrency=client.connection.concurrency, progress=progress)


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


def means_not_recordable(error: WebexError) -> bool:
    """Return whether the error means that calls of the member cannot be recorded."""
    return (error.status, error.code) in _NOT_RECORDABLE


def settings_path(line: VirtualLine) -> str:
    """Return the path of the settings of one line, relative to C(api_url)."""
    return path("telephony", "config", "virtualLines", line["id"], "callRecording")


def get_settings(client: WebexClient, line: VirtualLine) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the settings of one line, first with API keys, then with keys in snake case.

    :raises WebexError: if the settings cannot be read.
    """
    with error_context(f"read the call recording settings of virtual line {describe(line)}", KIND, line["id"]):
        content, tracking_id, _link = client.get(settings_path(line))
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
