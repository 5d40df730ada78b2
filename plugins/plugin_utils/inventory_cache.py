# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is kept of an inventory in Ansible's cache, and when it may be used.

Private to webex.calling.

Whatever cache plugin there is, it gets one text of JSON: some plugins take keys such as C(__ansible_vault) for orders,
and lines may hold any key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from ..module_utils.arguments import selector_arguments
from ..module_utils.auth import TokenSource
from ..module_utils.virtual_lines import VirtualLine

#: Changes when what is kept changes.
_FORMAT = 1

_KEY_BYTES = 32

#: The options that select what is read.
_SELECTING = ("api_url", "org_id", "call_recording", *sorted(selector_arguments()))


class UnusableCache(Exception):
    """What is in the cache is not what was put there."""


def cache_key(start: str, options: Mapping[str, Any]) -> str:
    """A key that differs whenever the options select something else.

    :param start: what Ansible makes of the inventory's path.
    """
    selecting = {name: options[name] for name in _SELECTING}
    return f"{start}_{hashlib.sha256(json.dumps(selecting).encode()).hexdigest()[:16]}"


def mark(tokens: TokenSource, file: str) -> str:
    """What tells the lines that these credentials show from those of others.

    It is made with a secret of this user on this computer, so that nobody can try out tokens on what is in the cache.

    :param file: where that secret is, and is put if it is not there yet.
    :raises OSError: if it can neither be read nor put there.
    """
    return hmac.new(_secret(file), json.dumps(tokens.identity).encode(), hashlib.sha256).hexdigest()


def _secret(file: str) -> bytes:
    try:
        # Not in the place itself, where another process might read it before it is complete.
        made = f"{file}.{secrets.token_hex(8)}"
        if not os.path.exists(file):
            os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
            with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
                new.write(secrets.token_bytes(_KEY_BYTES))
            try:
                os.link(made, file)
            finally:
                os.unlink(made)
    except FileExistsError:
        pass  # Another process was faster, and its secret is as good.
    with open(file, "rb") as existing:
        secret = existing.read()
    if len(secret) != _KEY_BYTES:
        raise OSError(f"{file} is not what webex.calling put there: remove it")
    return secret


def packed(lines: Sequence[VirtualLine], credentials: str) -> dict[str, Any]:
    """What to put into the cache."""
    text = json.dumps(lines)
    return {"format": _FORMAT, "credentials": credentials, "lines": text, "digest": _digest(text)}


def unpacked(content: Any, credentials: str | None, *, call_recording: bool) -> list[VirtualLine] | None:
    """The lines in the cache; None if they are those of other credentials.

    :param credentials: None if there are none, which is all right: then nothing else was asked for.
    :raises UnusableCache: if these are no lines as they were put there.
    """
    if not isinstance(content, Mapping) or content.get("format") != _FORMAT:
        raise UnusableCache
    text = content.get("lines")
    if not isinstance(text, str) or content.get("digest") != _digest(text):
        raise UnusableCache
    if credentials is not None and content.get("credentials") != credentials:
        return None
    try:
        lines = json.loads(text)
    except ValueError:
        raise UnusableCache from None
    if not isinstance(lines, list) or not all(_is_whole(line, call_recording) for line in lines):
        raise UnusableCache
    return lines


def _is_whole(line: Any, call_recording: bool) -> bool:
    return (
        isinstance(line, dict)
        and isinstance(line.get("id"), str)
        and isinstance(line.get("call_recording"), dict if call_recording else type(None))
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
