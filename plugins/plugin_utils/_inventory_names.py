# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of hosts, groups, and variables of an inventory.

Private to webex.calling.

Many people can write the names in Webex. They end up in patterns, paths of files, and with old releases of
ansible-core in templates. So names of hosts contain letters, digits, C(_), C(+), and C(-) only.
"""

from __future__ import annotations

import hashlib
import re
import stringprep
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._selectors import ID, SELECTORS, VirtualLine

#: Maximum length of a name, because files are named after hosts.
_MAX_LENGTH = 100

_VALUE_OF = {selector.option: selector.value_of for selector in SELECTORS}

#: Numbers that resolvers take for an address: decimal, octal, hexadecimal.
_ADDRESS = re.compile(r"\d+|0x.*", re.IGNORECASE)

#: Characters that can make a text a template, also when it is joined with another.
_TEMPLATE_CHARACTERS = re.compile(r"[{}%#]")


def host_name(line: VirtualLine, preferences: Iterable[str], prefix: str = "") -> str:
    """Return the first preferred name that the line has and a host can have, with the prefix; else the id."""
    names = (_to_host_name(_VALUE_OF[option](line)) for option in (*preferences, ID.option))
    name = next((name for name in names if name), "line")
    if not prefix and _ADDRESS.fullmatch(name):
        prefix = "line-"
    return f"{prefix}{name}"[:_MAX_LENGTH].rstrip("-")


def _to_host_name(text: str | None) -> str:
    """Return the text as the name of a host; empty if it has neither letters nor digits.

    Marks are kept, because many scripts need them. Dots are not, because Ansible would connect to a line that is called
    like the address of a host. For the same reason, texts are normalized as resolvers do: in NFKC, which has digits of
    ASCII, and without invisible characters.
    """
    kept = "".join(
        character if character in "_+" or unicodedata.category(character)[0] in "LMN" else "-"
        for character in unicodedata.normalize("NFKC", text or "")
        if not stringprep.in_table_b1(character)
    )
    name = re.sub("-+", "-", kept).strip("-")[:_MAX_LENGTH].strip("-")
    return name if any(character.isalnum() for character in name) else ""


def location_groups(lines: Iterable[VirtualLine], sanitize: Callable[[str], str]) -> dict[str, str]:
    """Return the name of the group of each location, by the id of the location, or by its name if it has no id."""
    return {
        key: sanitize(f"location_{text}"[:_MAX_LENGTH])
        for key, text in ((location_key(line), _VALUE_OF["location_name"](line)) for line in lines)
        if key is not None
        for text in (text or key,)
    }


def location_key(line: VirtualLine) -> str | None:
    """Return what distinguishes the location of the line from others, if it has a location."""
    return _VALUE_OF["location_id"](line) or _VALUE_OF["location_name"](line) or None


def unique_names(
    names: Mapping[str, str], taken: Collection[str] = (), separator: str = "-"
) -> tuple[dict[str, str], list[str]]:
    """Return names that differ from each other and from those that are taken, and the keys of those that changed.

    All that share a name get a suffix made from their key. So no name depends on the order, and no name moves from one
    line to another.
    """
    unique = dict(names)
    changed: set[str] = set()
    for length in (8, 64):
        while True:
            unique = {
                key: f"{name}{separator}{_digest(key)[:length]}" if key in changed else name
                for key, name in names.items()
            }
            counts = Counter(unique.values())
            clashing = {key for key, name in unique.items() if counts[name] > 1 or name in taken}
            if clashing <= changed:
                break
            changed |= clashing
        if not clashing:
            break
    return unique, [key for key in names if key in changed]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def host_variables(line: VirtualLine, prefix: str) -> dict[str, Any]:
    """Return the variables of a line, none of which is a template."""
    variables = _with_valid_keys(line, re.compile(r"\W", re.ASCII))
    return {f"{prefix}{key}": make_unsafe(value) for key, value in variables.items()}


def make_unsafe(value: Any) -> Any:
    """Return the value such that Ansible never evaluates it as a template.

    ansible-core 2.19 and newer evaluate trusted texts only, which excludes these. Older ones evaluate any text that is
    not marked. Only texts that need the mark get it, because C(ansible-inventory --list) shows the mark.
    """
    if isinstance(value, str):
        return wrap_var(value) if _TEMPLATE_CHARACTERS.search(value) else value
    if isinstance(value, list):
        return [make_unsafe(item) for item in value]
    if isinstance(value, Mapping):
        return {key: make_unsafe(item) for key, item in _with_valid_keys(value, _TEMPLATE_CHARACTERS).items()}
    return value


def _with_valid_keys(value: Mapping[str, Any], invalid: re.Pattern[str]) -> Mapping[str, Any]:
    """Return the value with valid keys. Those of Webex are valid; for others a mark would have no effect."""
    if not any(invalid.search(key) for key in value):
        return value
    names, _changed = unique_names({key: invalid.sub("_", key) for key in value}, separator="_")
    return {names[key]: item for key, item in value.items()}


def shorten(names: Sequence[str], maximum: int = 5) -> str:
    """Return names for a message, shortened if there are many."""
    more = f" and {len(names) - maximum} more" if len(names) > maximum else ""
    return ", ".join(names[:maximum]) + more
