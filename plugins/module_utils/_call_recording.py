# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Functions that read call recording settings, and the results of reading and writing tasks.

Private to webex.calling. The kind of a member determines the path of its settings.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from ._client import WebexClient, path
from ._concurrency import run_all
from ._error_parsing import invalid_response
from ._errors import WebexError, error_context, visible
from ._kinds import PERSON, Kind, Member, explain_read_error, kind_of, kinds_of, means_not_recordable, plural
from ._listing import find_people, listed_ids
from ._members import Selection
from ._selectors import MissingValue, describe, match, with_name
from ._settings import MISSING, SELECTIVE, Difference, has_valid_selection
from ._snake_case import NestedTooDeeplyError, to_snake_case

#: Maximum number of members that a message names. The result contains all members.
_MAX_NAMED_MEMBERS = 5

#: Effective settings of a member whose calls cannot be recorded. Other settings are unknown.
OFF = {"enabled": False, "record": "Never"}


@dataclass
class ReadResult:
    """Result of reading one member: settings or error.

    :param not_recordable: Webex error for a member whose calls cannot be recorded.
    """

    member: Member
    settings: dict[str, Any] | None = None
    error: WebexError | None = None
    not_recordable: WebexError | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the result as an item of the return value C(members) or C(virtual_lines)."""
        result = with_name(self.member)
        if self.error is not None:
            kind = kind_of(self.member).name
            result["error"] = {**self.error.as_dict(), "kind": kind, "id": self.member["id"]}
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
        """Set the effective settings of a member whose calls cannot be recorded."""
        self.settings, self.not_recordable = dict(OFF), reason


@dataclass
class WriteResult(ReadResult):
    """Result of writing one member: settings after the change, and differences.

    :param changes: settings that differ from the desired settings, and settings that change with them. The value
        before the change is C(actual), and the value after the change is C(expected).
    :param changed: whether the task changed the member, or would change the member in check mode.
    :param warnings: messages that do not fail the task.
    """

    changes: Sequence[Difference] = ()
    changed: bool = False
    warnings: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        changes = []
        for setting, after, before in self.changes:
            values = {"before": before, "after": after}
            changes.append({"setting": setting, **{k: value for k, value in values.items() if value is not MISSING}})
        return {**super().as_dict(), "changed": self.changed, "changes": changes}


@dataclass
class Outcome:
    """Results of a task.

    :param results: results of the members, without deleted members.
    :param missing: selector values that match no member.
    :param deleted: members that were deleted after listing.
    """

    results: Sequence[ReadResult]
    missing: Sequence[MissingValue] = ()
    deleted: Sequence[Member] = ()


def read_settings(client: WebexClient, member: Member) -> dict[str, Any]:
    """Return the settings of one member in snake case, including unknown keys. No keys are added.

    :raises WebexError: if the settings cannot be read.
    """
    return get_settings(client, member)[1]


def read_all(
    client: WebexClient, members: Sequence[Member], progress: Callable[[int], None] | None = None
) -> list[ReadResult]:
    """Read many members in parallel, and return the results in the same order.

    Reading stops if Webex refuses the credentials, or if the client is closed. Reading of one kind stops if the token
    has no access to this kind. The remaining members get the same error.

    :param progress: function called after each member with the number of members so far, never in parallel.
    """

    def act(member: Member) -> ReadResult:
        result = ReadResult(member)
        try:
            result.settings = read_settings(client, member)
        except WebexError as error:
            if means_not_recordable(error, kind_of(member)):
                result.set_not_recordable(error)
            else:
                result.error = error
        return result

    def not_reached(member: Member, error: WebexError | None) -> ReadResult:
        return ReadResult(member, error=error)

    concurrency = client.connection.concurrency
    return run_all(members, act, not_reached, concurrency=concurrency, group_of=kind_of, progress=progress)


def settle(client: WebexClient, selection: Selection, results: Sequence[ReadResult]) -> Outcome:
    """Return the outcome without deleted members. A member is deleted if Webex no longer lists the member.

    A 404 alone can have other causes, such as a wrong address. Deleted members remain in the outcome if a selector
    value would otherwise match nothing and C(allow_missing) is not set.
    """
    unsettled = Outcome(results, selection.missing)
    not_found = {_kind_and_id(result) for result in results if _was_not_found(result)}
    if not not_found or not (selection.listed or selection.allow_missing):
        return unsettled
    try:
        gone = not_found - listed_ids(client, not_found)
        # The list of numbers does not contain people without a number.
        emails = [result.member["email"] for result in results if _is_by_email(result, gone)]
        gone -= {(PERSON, webex_id) for webex_id in find_people(client, emails)}
    except WebexError:
        # Ignore the failed list request, because the result contains the errors of the members.
        return unsettled
    left = [result for result in results if _kind_and_id(result) not in gone]
    _members, missing = match(selection.values, [result.member for result in left])
    if not selection.allow_missing and (missing or not left):
        return unsettled
    deleted = [result.member for result in results if _kind_and_id(result) in gone]
    return Outcome(left, missing, deleted if selection.listed else ())


def _kind_and_id(result: ReadResult) -> tuple[Kind, str]:
    return kind_of(result.member), result.member["id"]


def _is_by_email(result: ReadResult, gone: Collection[tuple[Kind, str]]) -> bool:
    return PERSON is kind_of(result.member) and "email" in result.member and _kind_and_id(result) in gone


def _was_not_found(result: ReadResult) -> bool:
    # Keep a changed member in the result, even if Webex no longer finds the member.
    return result.error is not None and result.error.is_not_found and not getattr(result, "changed", False)


def failure_summary(failures: Sequence[ReadResult], results: Sequence[ReadResult], action: str) -> str:
    """Return the message for failures: number of members, descriptions, and first error.

    If the token has no access to further kinds, the message contains their errors as well.

    :param action: participle that completes the phrase "could not be ...".
    """
    first = failures[0]
    if len(results) == 1:
        return str(first.error)
    names = plural(kinds_of(result.member for result in results))
    listed = list_members_for_message([failure.member for failure in failures])
    forbidden = {
        kind_of(failure.member): f" {failure.error}" for failure in reversed(failures) if _is_forbidden(failure.error)
    }
    forbidden.pop(kind_of(first.member), None)
    further = "".join(forbidden.values())
    return visible(f"{len(failures)} of {len(results)} {names} could not be {action}: {listed}. {first.error}{further}")


def _is_forbidden(error: WebexError | None) -> bool:
    return error is not None and error.status == HTTPStatus.FORBIDDEN


def deletion_warning(members: Sequence[Member]) -> str:
    """Return the warning about members that were deleted after listing."""
    names = plural(kinds_of(members))
    return (
        f"{names[0].upper()}{names[1:]} that were deleted while they were read are left out: "
        f"{list_members_for_message(members)}."
    )


def list_members_for_message(members: Sequence[Member]) -> str:
    """Return the descriptions of the first members, and the number of further members, for a message."""
    first = ", ".join(describe(member) for member in members[:_MAX_NAMED_MEMBERS])
    more = f" and {len(members) - _MAX_NAMED_MEMBERS} more" if len(members) > _MAX_NAMED_MEMBERS else ""
    return f"{first}{more}"


def settings_path(member: Member) -> str:
    """Return the path of the settings of one member, relative to C(api_url)."""
    return path(*kind_of(member).settings_path(member))


def get_settings(client: WebexClient, member: Member) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the settings of one member, first with API keys, then with keys in snake case.

    :raises WebexError: if the settings cannot be read.
    """
    kind = kind_of(member)
    action = f"read the call recording settings of {kind.noun} {describe(member)}"
    with error_context(action, kind.name, member["id"]):
        try:
            content, tracking_id, _link = client.get(settings_path(member))
        except WebexError as error:
            raise explain_read_error(error, kind) from None
        require_settings(content, tracking_id)
        try:
            settings = to_snake_case(content)
        except NestedTooDeeplyError:
            raise _not_settings("nested too deeply", tracking_id) from None
        if not has_valid_selection(settings):
            raise _not_settings(f"{SELECTIVE} does not contain booleans", tracking_id)
        return content, settings


def require_settings(content: Mapping[str, Any], tracking_id: str | None) -> None:
    """Raise WebexError if the content of a response is not call recording settings.

    A gateway or an interrupted deployment can respond with an error or with incomplete settings.
    """
    enabled, record = content.get("enabled"), content.get("record", MISSING)
    if not isinstance(enabled, bool) or not isinstance(record, str if enabled else (str, type(None))):
        raise _not_settings("enabled or record is missing", tracking_id)


def _not_settings(message: str, tracking_id: str | None) -> WebexError:
    return invalid_response(200, "Not call recording settings", message=message, tracking_id=tracking_id)
