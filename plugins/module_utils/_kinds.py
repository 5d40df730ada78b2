# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kinds of members: objects of a Webex organization whose calls can be recorded.

Private to webex.calling. Sources: https://developer.webex.com/docs/api/v1/virtual-line-call-settings,
https://developer.webex.com/docs/api/v1/user-call-settings, and
https://developer.webex.com/docs/api/v1/workspace-call-settings
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from . import _error_hints as hints
from ._errors import WebexError

#: Member in the format of module results: C(id) and other known identity keys, in snake case. A member without the key
#: C(kind) is a virtual line.
Member = Mapping[str, Any]

_TELEPHONY = "spark-admin:telephony_config"
_PEOPLE = "spark-admin:people"


@dataclass(frozen=True)
class Kind:
    """Kind of members.

    :param name: value of C(kind) in options and results.
    :param noun: name in messages, for one member.
    :param plural: name in messages, for several members.
    :param owner_type: type of the owner in the list of numbers.
    :param settings_path: function that returns the path segments of the settings of a member.
    :param scope: scope without C(_read) and C(_write).
    :param readers: administrator roles that can read settings.
    :param writers: administrator roles that can change settings.
    :param not_recordable: statuses and error codes for members whose calls cannot be recorded.
    :param not_recordable_message: part of an error message with the same meaning, whose status and code are unknown.
    :param extra_settings: settings that only this kind has.
    """

    name: str
    noun: str
    plural: str
    owner_type: str
    settings_path: Callable[[Member], tuple[str, ...]]
    scope: str
    readers: str
    writers: str
    not_recordable: frozenset[tuple[int, str]]
    not_recordable_message: str | None = None
    extra_settings: tuple[str, ...] = ()

    @property
    def id_option(self) -> str:
        """Name of the option with ids of this kind."""
        return f"{self.name}_id"

    @property
    def read_scope(self) -> str:
        """Scope for reading settings."""
        return f"{self.scope}_read"

    @property
    def write_scope(self) -> str:
        """Scope for changing settings."""
        return f"{self.scope}_write"


#: The call recording service is not assigned.
_NOT_ASSIGNED = (400, "4410")

PERSON = Kind(
    name="person",
    noun="person",
    plural="people",
    owner_type="PEOPLE",
    settings_path=lambda member: ("people", member["id"], "features", "callRecording"),
    scope=_PEOPLE,
    readers="full, user, or location",
    writers="full, user, or location",
    # 4008: the person has no Webex Calling license.
    not_recordable=frozenset({_NOT_ASSIGNED, (404, "4008")}),
    extra_settings=("start_stop_announcement_enabled", "call_recording_access_settings"),
)
WORKSPACE = Kind(
    name="workspace",
    noun="workspace",
    plural="workspaces",
    owner_type="PLACE",
    settings_path=lambda member: (
        *("telephony", "config", "workspaces", member["id"]),
        *("features", "callRecordings"),
    ),
    scope=_TELEPHONY,
    readers="full, device, read-only, or location",
    writers="full, device, or location",
    # 25409: the workspace has no Professional license.
    not_recordable=frozenset({_NOT_ASSIGNED, (405, "25409")}),
    # Hot-desk-only workspaces. Peers report the message without status and code.
    not_recordable_message="does not support any calling settings",
)
VIRTUAL_LINE = Kind(
    name="virtual_line",
    noun="virtual line",
    plural="virtual lines",
    owner_type="VIRTUAL_LINE",
    settings_path=lambda member: ("telephony", "config", "virtualLines", member["id"], "callRecording"),
    scope=_TELEPHONY,
    readers="full, user, read-only, or location",
    writers="full, user, or location",
    not_recordable=frozenset({_NOT_ASSIGNED}),
)

#: All kinds, in the order of results.
KINDS = (PERSON, WORKSPACE, VIRTUAL_LINE)

#: Settings that only some kinds have.
EXTRA_SETTINGS = tuple(name for kind in KINDS for name in kind.extra_settings)

BY_NAME = {kind.name: kind for kind in KINDS}


def kind_of(member: Member) -> Kind:
    """Return the kind of a member."""
    return BY_NAME[member.get("kind", VIRTUAL_LINE.name)]


def singular(kinds: Collection[Kind]) -> str:
    """Return the name of one member of these kinds, for messages."""
    return next(iter(kinds)).noun if len(kinds) == 1 else "member"


def plural(kinds: Collection[Kind]) -> str:
    """Return the name of several members of these kinds, for messages."""
    return next(iter(kinds)).plural if len(kinds) == 1 else "members"


def kinds_of(members: Iterable[Member]) -> set[Kind]:
    """Return all kinds of the members."""
    return {kind_of(member) for member in members}


def means_not_recordable(error: WebexError, kind: Kind) -> bool:
    """Return whether the error means that calls of a member of this kind cannot be recorded."""
    return (error.status, error.code) in kind.not_recordable or _has_no_settings(error, kind)


def _has_no_settings(error: WebexError, kind: Kind) -> bool:
    message = kind.not_recordable_message
    refused = error.error_type in ("refused", "not_found", "conflict")
    return bool(message and refused and message in (error.message or ""))


def explain_read_error(error: WebexError, kind: Kind) -> WebexError:
    """Return the error of a failed read, with the scope or the list of this kind in a general hint."""
    if _has_no_settings(error, kind):
        error.hint = hints.HOT_DESK_ONLY
    elif error.status == HTTPStatus.FORBIDDEN and has_general_hint(error):
        error.hint = hints.not_authorized(kind.read_scope, kind.readers)
    elif error.is_not_found and has_general_hint(error):
        error.hint = hints.no_such_member(kind.noun, kind.plural)
    return error


def explain_write_error(error: WebexError, kind: Kind) -> WebexError:
    """Return the error of a failed change, with the scope or the list of this kind in a general hint."""
    if error.status == HTTPStatus.FORBIDDEN and has_general_hint(error):
        error.hint = hints.write_not_authorized(kind.write_scope, kind.writers)
    return explain_read_error(error, kind)


def has_general_hint(error: WebexError) -> bool:
    """Return whether the hint of an error is the hint for its status, which does not name a scope or a kind."""
    return error.status is not None and error.hint == hints.BY_STATUS.get(error.status)
