# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What hosts, groups and variables of an inventory are called, whatever Webex calls the lines.

Private to webex.calling.

The names come from Webex, where many people can write them, and end in patterns, paths of files and, with old releases
of ansible-core, templates. So names of hosts hold letters, digits, C(_), C(+) and C(-) only.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils.virtual_lines import ID, SELECTORS, VirtualLine

#: Longer names are cut, as files are named after hosts.
_LONGEST = 100

_OF_LINE = {selector.option: selector.of_line for selector in SELECTORS}

#: What makes a template of a text, also if it is joined with another.
_OF_TEMPLATES = re.compile(r"[{}%#]")


def host_name(line: VirtualLine, preferences: Iterable[str]) -> str:
    """The first of what is preferred that the line has, as it can be the name of a host; else its id."""
    names = (_usable(_OF_LINE[option](line)) for option in (*preferences, ID.option))
    return next((name for name in names if name), "line")


def _usable(text: str | None) -> str:
    """As much of a text as can be the name of a host; nothing, if it has neither letters nor digits.

    Marks are kept, as many scripts can't be written without. There are no dots, as no line must pass for the address of
    some host that Ansible would then connect to.
    """
    kept = "".join(
        character if character in "_+" or unicodedata.category(character)[0] in "LMN" else "-"
        for character in unicodedata.normalize("NFC", text or "")
    )
    name = re.sub("-+", "-", kept).strip("-")[:_LONGEST].strip("-")
    return name if any(character.isalnum() for character in name) else ""


def location_groups(lines: Iterable[VirtualLine], sanitize: Callable[[str], str]) -> dict[str, str]:
    """The name of a group for each location: by the location's id, or its name if it has none."""
    return {
        key: sanitize(f"location_{text}"[:_LONGEST])
        for key, text in ((location_key(line), _OF_LINE["location_name"](line)) for line in lines)
        if key is not None
        for text in (text or key,)
    }


def location_key(line: VirtualLine) -> str | None:
    """What tells the line's location from others, if it has one."""
    return _OF_LINE["location_id"](line) or _OF_LINE["location_name"](line) or None


def made_distinct(
    names: Mapping[str, str], taken: Collection[str] = (), separator: str = "-"
) -> tuple[dict[str, str], list[str]]:
    """The names, each different from all others and from those that are taken; and the keys of those that were changed.

    All that share a name get an ending made from their key. So nothing depends on the order, and no name that one of
    several has today is another's tomorrow.
    """
    distinct = dict(names)
    changed: set[str] = set()
    for length in (8, 64):
        while True:
            distinct = {
                key: f"{name}{separator}{_digest(key)[:length]}" if key in changed else name
                for key, name in names.items()
            }
            counts = Counter(distinct.values())
            clashing = {key for key, name in distinct.items() if counts[name] > 1 or name in taken}
            if clashing <= changed:
                break
            changed |= clashing
        if not clashing:
            break
    return distinct, [key for key in names if key in changed]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def host_variables(line: VirtualLine, prefix: str) -> dict[str, Any]:
    """A line's variables, in which nothing is a template."""
    return {f"{prefix}{key}": harmless(value) for key, value in _with_keys(line, re.compile(r"\W", re.ASCII)).items()}


def harmless(value: Any) -> Any:
    """The same, never to be taken for a template.

    ansible-core 2.19 and newer template only what they trust, which nothing here is. Older ones template any text,
    unless it is marked. Only what needs it is marked, as C(ansible-inventory --list) shows the mark.
    """
    if isinstance(value, str):
        return wrap_var(value) if _OF_TEMPLATES.search(value) else value
    if isinstance(value, list):
        return [harmless(item) for item in value]
    if isinstance(value, Mapping):
        return {key: harmless(item) for key, item in _with_keys(value, _OF_TEMPLATES).items()}
    return value


def _with_keys(value: Mapping[str, Any], unusable: re.Pattern[str]) -> Mapping[str, Any]:
    """The same with keys that can be used. Those of Webex can; a mark on others would be looked at by nobody."""
    if not any(unusable.search(key) for key in value):
        return value
    names, _changed = made_distinct({key: unusable.sub("_", key) for key in value}, separator="_")
    return {names[key]: item for key, item in value.items()}


def some_of(names: Sequence[str], most: int = 5) -> str:
    """Names in a message, as far as there is room for them."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
