# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Baselines: members and their settings at a point in time, as one JSON document.

Private to webex.calling. All functions are pure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._errors import OptionError
from ._kinds import BY_NAME, Member
from ._selectors import display_name

FORMAT_VERSION = 1

#: Identity keys of members in a baseline.
_IDENTITY_KEYS = ("id", "kind", "name", "first_name", "last_name", "display_name", "number", "numbers", "location")


@dataclass(frozen=True)
class Baseline:
    """Content of a baseline.

    :param organization: id of the organization, or None if it was unknown.
    :param created_at: time of the reading, in ISO 8601 and UTC.
    :param select: selectors of the reading. Empty for the whole organization.
    :param members: members by id, each with C(recordable) and C(call_recording).
    """

    organization: str | None
    created_at: str
    select: Mapping[str, Any]
    members: Mapping[str, Member]


def baseline_document(
    members: Sequence[Member], organization: Mapping[str, Any], created_at: str, select: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the baseline of members that were read completely.

    :raises OptionError: if a member was not read. The baseline would not detect its changes.
    """
    unread = [member for member in members if "call_recording" not in member]
    if unread or not members:
        number = f"{len(unread)} of {len(members)} members were not read"
        text = f"{number}, first {display_name(unread[0])}" if unread else "there are no members"
        raise OptionError(text, "Save a baseline when all members can be read.")
    return {
        "format_version": FORMAT_VERSION,
        "organization": {key: organization.get(key) for key in ("id", "name")},
        "created_at": created_at,
        "select": dict(select),
        "members": [
            {
                **{key: member[key] for key in _IDENTITY_KEYS if key in member},
                "recordable": member.get("recordable", True),
                "call_recording": member["call_recording"],
            }
            for member in members
        ],
    }


def parse_baseline(text: str, name: str) -> Baseline:
    """Return the content of a baseline.

    :param name: name of the file, for messages.
    :raises OptionError: if the text is not a baseline.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, Mapping) or content.get("format_version") != FORMAT_VERSION:
        raise _invalid(name, f"is not a baseline with format_version {FORMAT_VERSION}")
    organization, members, select = content.get("organization"), content.get("members"), content.get("select")
    if not isinstance(organization, Mapping) or not isinstance(select, Mapping) or not content.get("created_at"):
        raise _invalid(name, "lacks organization, select, or created_at")
    if not isinstance(members, list) or not members or not all(_is_member(member) for member in members):
        raise _invalid(name, "lacks members with id, kind, and call_recording")
    by_id = {member["id"]: member for member in members}
    if len(by_id) < len(members):
        raise _invalid(name, "contains a member twice")
    return Baseline(organization.get("id"), str(content["created_at"]), dict(select), by_id)


def check_scope(baseline: Baseline, organization: str | None, select: Mapping[str, Any], name: str) -> None:
    """Check that a baseline contains all members of a check.

    :param organization: id of the checked organization, or None if it is unknown.
    :param select: selectors of the check. Empty for the whole organization.
    :raises OptionError: if the baseline is of another organization, or of a narrower scope.
    """
    if baseline.organization != organization:
        raise _invalid(name, f"is a baseline of the organization {baseline.organization}, and not of {organization}")
    if baseline.select and dict(baseline.select) != dict(select):
        raise _invalid(name, "is a baseline of another selection, so members would seem to be new")


def _is_member(member: Any) -> bool:
    return (
        isinstance(member, Mapping)
        and isinstance(member.get("id"), str)
        and member.get("kind") in BY_NAME
        and isinstance(member.get("call_recording"), Mapping)
        and isinstance(member.get("recordable"), bool)
    )


def _invalid(name: str, text: str) -> OptionError:
    return OptionError(f"{name} {text}", "Give a file that was saved as a baseline of this organization.")
