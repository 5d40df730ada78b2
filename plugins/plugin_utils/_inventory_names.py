# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Host, group, and variable names of the inventory.

Private to webex.calling.

Many Webex users can change the names in Webex. Host names are part of patterns, file paths, and with old releases of
ansible-core also of templates. Therefore, host names contain only letters, digits, C(_), C(+), and C(-).
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

from ..module_utils._kinds import KINDS, Member
from ..module_utils._selectors import location_id, location_name, selector_options
from ..module_utils._settings import RECORD, RECORD_ALWAYS, is_recorded, is_unrecorded

#: Maximum length of a name, because file names can contain host names.
_MAX_LENGTH = 100

_SELECTORS = selector_options(KINDS)

#: Pattern of numbers that resolvers treat as an IP address: decimal, octal, or hexadecimal.
_ADDRESS = re.compile(r"\d+|0x.*", re.IGNORECASE)

#: Characters that can form a template, also after concatenation with another string.
_TEMPLATE_CHARACTERS = re.compile(r"[{}%#]")


def host_name(line: Member, preferences: Iterable[str], prefix: str = "") -> str:
    """Return the host name of a line: prefix, and first valid preferred name or id.

    :param preferences: selector options with the preferred names, in descending order.
    :param prefix: prefix of the host name. If empty, a name that looks like an IP address gets the prefix C(line-).
    """
    names = (_to_host_name(_value_of(option, line)) for option in (*preferences, "id"))
    name = next((name for name in names if name), "line")
    if not prefix and _ADDRESS.fullmatch(name):
        prefix = "line-"
    return f"{prefix}{name}"[:_MAX_LENGTH].rstrip("-")


def _value_of(option: str, member: Member) -> str | None:
    if option in ("id", *(kind.id_option for kind in KINDS)):
        return str(member["id"])
    return next(iter(_SELECTORS[option].values_of(member)), None)


def _to_host_name(text: str | None) -> str:
    """Return the text as a host name, or an empty string if the text has neither letters nor digits.

    The function keeps combining marks, because many scripts need marks. The function replaces dots, because Ansible
    would connect to a line name that is a host address. For the same reason, the function normalizes texts like a
    resolver: NFKC with ASCII digits, without invisible characters.
    """
    kept = "".join(
        character if character in "_+" or unicodedata.category(character)[0] in "LMN" else "-"
        for character in unicodedata.normalize("NFKC", text or "")
        if not stringprep.in_table_b1(character)
    )
    name = re.sub("-+", "-", kept).strip("-")[:_MAX_LENGTH].strip("-")
    return name if any(character.isalnum() for character in name) else ""


def location_groups(lines: Iterable[Member], sanitize: Callable[[str], str]) -> dict[str, str]:
    """Return the group name of each location, by location id, or by location name without an id.

    :param lines: virtual lines of the inventory.
    :param sanitize: function that returns a valid group name.
    """
    return {
        key: sanitize(f"location_{text}"[:_MAX_LENGTH])
        for key, text in ((location_key(line), location_name(line)) for line in lines)
        if key is not None
        for text in (text or key,)
    }


def location_key(line: Member) -> str | None:
    """Return the unique key of the line location: id or name, or None if the line has no location."""
    return location_id(line) or location_name(line) or None


def recording_group(member: Member) -> str:
    """Return the group of a member by the calls that are recorded."""
    if not member["recordable"]:
        return "not_recordable"
    settings = member["call_recording"]
    if is_recorded(settings):
        return "recorded"
    if is_unrecorded(settings):
        return "unrecorded"
    if settings["record"] in RECORD_ALWAYS:
        return "selective"
    # Webex may return other values.
    return "on_demand" if settings["record"] in RECORD else "other_recording"


def unique_names(
    names: Mapping[str, str], taken: Collection[str] = (), separator: str = "-"
) -> tuple[dict[str, str], list[str]]:
    """Return unique names by key, and the keys of all changed names.

    Each key with a shared or taken name gets a suffix, which is a digest of the key. Therefore, names do not depend on
    the order, and no name moves from one line to another.

    :param names: original names by key.
    :param taken: names that are not available.
    :param separator: text between name and suffix.
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


def host_variables(line: Member, prefix: str) -> dict[str, Any]:
    """Return the host variables of a line, with names that start with the prefix. Ansible templates no value."""
    variables = _with_valid_keys(line, re.compile(r"\W", re.ASCII))
    return {f"{prefix}{key}": make_unsafe(value) for key, value in variables.items()}


def make_unsafe(value: Any) -> Any:
    """Return the value with marks that prevent evaluation as a template.

    ansible-core 2.19 and newer evaluate only trusted strings, and strings from Webex are not trusted. Older releases
    evaluate all strings without a mark. The function marks only strings with template characters, because
    C(ansible-inventory --list) shows the marks.
    """
    if isinstance(value, str):
        return wrap_var(value) if _TEMPLATE_CHARACTERS.search(value) else value
    if isinstance(value, list):
        return [make_unsafe(item) for item in value]
    if isinstance(value, Mapping):
        return {key: make_unsafe(item) for key, item in _with_valid_keys(value, _TEMPLATE_CHARACTERS).items()}
    return value


def _with_valid_keys(value: Mapping[str, Any], invalid: re.Pattern[str]) -> Mapping[str, Any]:
    """Replace invalid characters in keys with C(_), because a mark has no effect on keys.

    Keys from the Webex API are valid.

    :returns: value with valid keys.
    """
    if not any(invalid.search(key) for key in value):
        return value
    names, _changed = unique_names({key: invalid.sub("_", key) for key in value}, separator="_")
    return {names[key]: item for key, item in value.items()}


def shorten(names: Sequence[str], maximum: int = 5) -> str:
    """Return the names as a string for a message, with at most C(maximum) names."""
    more = f" and {len(names) - maximum} more" if len(names) > maximum else ""
    return ", ".join(names[:maximum]) + more
