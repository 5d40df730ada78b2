# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inventory cache entries.

Private to webex.calling.

An entry contains the lines as one JSON string, because lines can have any key. For some cache plugins, keys such as
C(__ansible_vault) have a special meaning. The digest detects damage only, because the inventory trusts the cache like
Ansible.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..module_utils._argument_spec import selector_arguments
from ..module_utils._kinds import KINDS, Member

#: Format version of an entry.
_FORMAT = 2

#: Options that determine the lines in an entry.
_SELECTING_OPTIONS = ("api_url", "org_id", "call_recording", *sorted(selector_arguments(KINDS)))


class InvalidCacheEntryError(Exception):
    """Error for a cache entry that is damaged or has another format."""


def cache_key(prefix: str, options: Mapping[str, Any], credentials: Sequence[str]) -> str:
    """Return the cache key for a selection and its credentials.

    :param prefix: key prefix that Ansible derives from the inventory source path.
    :param options: inventory options.
    :param credentials: credentials of the token source.
    """
    selection = {name: options[name] for name in _SELECTING_OPTIONS if name in options}
    return f"{prefix}_{_digest(json.dumps([selection, list(credentials)]))[:32]}"


def to_entry(lines: Sequence[Member]) -> dict[str, Any]:
    """Return the cache entry for the lines."""
    text = json.dumps(lines)
    return {"format": _FORMAT, "lines": text, "digest": _digest(text)}


def from_entry(entry: Any, *, call_recording: bool) -> list[Member]:
    """Return the lines in a cache entry.

    :param entry: content of the cache, of any type.
    :param call_recording: whether each line must contain call recording settings.
    :raises InvalidCacheEntryError: if the entry is damaged, is incomplete, or has another format.
    """
    if not isinstance(entry, Mapping) or entry.get("format") != _FORMAT:
        raise InvalidCacheEntryError
    text = entry.get("lines")
    if not isinstance(text, str) or entry.get("digest") != _digest(text):
        raise InvalidCacheEntryError
    try:
        lines = json.loads(text)
    except ValueError:
        raise InvalidCacheEntryError from None
    if not isinstance(lines, list) or not all(_is_complete(line, call_recording) for line in lines):
        raise InvalidCacheEntryError
    return lines


def _is_complete(line: Any, call_recording: bool) -> bool:
    return (
        isinstance(line, dict)
        and isinstance(line.get("id"), str)
        and isinstance(line.get("call_recording"), dict if call_recording else type(None))
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
