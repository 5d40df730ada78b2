# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error classes and redaction.

Private to webex.calling. Independent of Ansible: the client raises errors, and modules and plugins report failures.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

#: Maximum message length in characters. Gateways can respond with pages of text.
MAX_MESSAGE_LENGTH = 600

#: Maximum length of searched texts in characters, because some patterns take quadratic time.
_MAX_TEXT_LENGTH = 8 * MAX_MESSAGE_LENGTH

#: Zero width non-joiner and joiner, which scripts and emoji need. Neither changes the text direction.
_JOINERS = "\u200c\u200d"

_URL_CREDENTIALS = re.compile(r"(?<=://)[^/\s]+@")


class WebexError(Exception):
    """Failure of a task, with the keys of the return value C(error).

    :param error_type: stable identifier for conditions in playbooks, such as C(not_found).
    :param reason: short phrase, such as the HTTP reason phrase.
    :param hint: instructions for the user, in one to three sentences.
    :param status: HTTP status, or None without a response.
    :param message: text from Webex, or from the network library.
    :param code: Webex error code.
    :param tracking_id: request id for Webex support.
    :param retry_after: seconds to wait, or None if the response does not specify them.
    :param retryable: whether the same request can succeed later.
    :param from_webex: whether the response is from Webex, and not from a gateway or login portal.
    """

    def __init__(
        self,
        error_type: str,
        reason: str,
        hint: str,
        *,
        status: int | None = None,
        message: str | None = None,
        code: str | None = None,
        tracking_id: str | None = None,
        retry_after: int | None = None,
        retryable: bool = False,
        from_webex: bool = False,
    ) -> None:
        super().__init__(reason)
        self.error_type = error_type
        self.reason = reason
        self.hint = hint
        self.status = status
        self.message = message
        self.code = code
        self.tracking_id = tracking_id
        self.retry_after = retry_after
        self.retryable = retryable
        self.from_webex = from_webex
        self.action: str | None = None
        #: Kind and id of the affected member, or None.
        self.kind: str | None = None
        self.member_id: str | None = None
        #: Additional result keys of the failed task.
        self.extra_results: dict[str, Any] = {}

    @property
    def is_not_found(self) -> bool:
        """Whether the member does not exist. False for a 404 from a gateway or for a wrong address."""
        return self.error_type == "not_found"

    def as_dict(self) -> dict[str, Any]:
        """Return the return value C(error). All keys are present, and unknown values are None."""
        return {
            "type": self.error_type,
            "status": self.status,
            "reason": self.reason,
            "message": self.message,
            "code": self.code,
            "tracking_id": self.tracking_id,
            "retry_after": self.retry_after,
            "kind": self.kind,
            "id": self.member_id,
            "hint": self.hint,
        }

    def __str__(self) -> str:
        """Return a one-line message: failed action and member, cause, and hint."""
        start = f"Could not {self.action}: " if self.action else ""
        status = f"HTTP {self.status} " if self.status else ""
        message = f": {self.message.rstrip('.')}" if self.message else ""
        details = (("error code", self.code), ("tracking id", self.tracking_id))
        known = ", ".join(f"{name} {value}" for name, value in details if value)
        known = f" ({known})" if known else ""
        end = "" if message.endswith("?") and not known else "."
        return visible(f"{start}{status}{self.reason}{message}{known}{end} {self.hint}")

    def redact(self, secrets: Iterable[str]) -> None:
        """Remove secrets from all texts, and cut long texts. Servers can repeat secrets of the request."""
        for name in ("message", "code", "tracking_id", "reason", "action", "member_id"):
            text = getattr(self, name)
            if text is not None:
                # Cut after redaction, because redaction does not find a part of a secret.
                setattr(self, name, _cut(redacted(text, secrets)))


class OptionError(WebexError):
    """Contradictory, incomplete, or invalid options, found before any request."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__("invalid_option", "Invalid options", hint, message=message)


class NoMatchError(WebexError):
    """Selector values that match nothing.

    :param missing: items of the return value C(missing).
    """

    def __init__(self, message: str, hint: str, missing: Iterable[Mapping[str, str]] = ()) -> None:
        super().__init__("no_match", "No match", hint, message=message)
        self.extra_results = {"missing": list(missing)}


class ApiError(WebexError):
    """Unsuccessful response, or successful response with unusable content."""


class ConnectionFailedError(WebexError):
    """Missing or incomplete response.

    :param established: whether the host accepted the connection.
    :param retryable: whether the same request can succeed later. If None, same as C(established).
    """

    def __init__(
        self,
        error_type: str,
        reason: str,
        hint: str,
        *,
        message: str | None = None,
        established: bool = False,
        retryable: bool | None = None,
    ) -> None:
        retryable = established if retryable is None else retryable
        super().__init__(error_type, reason, hint, message=message, retryable=retryable)
        self.established = established


class AuthenticationError(WebexError):
    """Credentials that Webex refuses. Requests for other members cannot succeed either."""


class InterruptedTaskError(WebexError):
    """Interruption of a task before the result is complete."""

    def __init__(self) -> None:
        super().__init__("interrupted", "Interrupted", "Run the task again.")


@contextmanager
def error_context(action: str, kind: str | None = None, member_id: str | None = None) -> Iterator[None]:
    """Add an action and a member to errors that the C(with) block raises.

    :param action: verb phrase that completes the sentence "Could not ...".
    :param kind: kind of the member, or None if the action concerns no member.
    :param member_id: id of the member, or None.
    """
    try:
        yield
    except WebexError as error:
        # Keep an inner context, such as a token exchange: closer to the cause, and possibly not about this member.
        if error.action is None:
            error.action = action
            error.kind = kind
            error.member_id = member_id
        raise


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Return the text without the given secrets, and without user names and passwords in URLs."""
    for secret in secrets:
        text = text.replace(secret, "********")
    return _URL_CREDENTIALS.sub("", text[:_MAX_TEXT_LENGTH])


def without_secrets(value: Any, secrets: Iterable[str]) -> Any:
    """Return the value with the given secrets masked in texts and keys."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, "********")
        return value
    if isinstance(value, list):
        return [without_secrets(item, secrets) for item in value]
    if isinstance(value, dict):
        return {without_secrets(key, secrets): without_secrets(item, secrets) for key, item in value.items()}
    return value


def without_secrets_in_keys(value: Any, secrets: Iterable[str]) -> Any:
    """Return the value with the given secrets masked in keys only. Without such a key, nothing is copied."""
    return _mask_keys(value, secrets) if _has_secret_key(value, secrets) else value


def _has_secret_key(value: Any, secrets: Iterable[str]) -> bool:
    remaining = [value]
    while remaining:
        value = remaining.pop()
        if isinstance(value, list):
            remaining += value
        elif isinstance(value, dict):
            if any(without_secrets(key, secrets) != key for key in value):
                return True
            remaining += value.values()
    return False


def _mask_keys(value: Any, secrets: Iterable[str]) -> Any:
    if isinstance(value, list):
        return [_mask_keys(item, secrets) for item in value]
    if isinstance(value, dict):
        return {without_secrets(key, secrets): _mask_keys(item, secrets) for key, item in value.items()}
    return value


def visible(text: str) -> str:
    """Return the text on one line, with escape sequences for characters that can control a terminal.

    Messages of the collection use this function, because they contain names and messages from other sources. Results
    keep the original characters.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each in _JOINERS else _escape(each) for each in text)


def _escape(character: str) -> str:
    return " " if unicodedata.category(character) == "Zs" else f"\\u{ord(character):04x}"


def _cut(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE_LENGTH else f"{text[:MAX_MESSAGE_LENGTH]}…"
