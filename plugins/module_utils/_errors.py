# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error classes and redaction.

Private to webex.calling. Independent of Ansible: the client raises, and modules and plugins turn errors into failures.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

#: Longer messages are cut: a gateway may respond with pages of text.
MAX_MESSAGE_LENGTH = 600

#: Texts are cut to this length before patterns are applied to them, because some patterns take quadratic time.
_MAX_TEXT_LENGTH = 8 * MAX_MESSAGE_LENGTH

#: Format characters that scripts and emoji need, and that change no direction: zero width (non-)joiner.
_JOINERS = "\u200c\u200d"

_URL_CREDENTIALS = re.compile(r"(?<=://)[^/\s]+@")


class WebexError(Exception):
    """Failure of a task, with the keys of the return value C(error).

    :param error_type: stable word that playbooks test, such as C(not_found).
    :param reason: short phrase, such as the HTTP reason phrase.
    :param hint: what to do about it, in one to three sentences.
    :param status: HTTP status, if there was a response.
    :param message: text from Webex, or from the network library.
    :param code: error code of Webex.
    :param tracking_id: id that Webex support asks for.
    :param retry_after: seconds that Webex asks to wait, if it says so.
    :param retryable: whether the same request can succeed later.
    :param from_webex: whether the response is from Webex, and not from a gateway or portal in its place.
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
        #: Kind and id of the member that the error is about, if it is about one.
        self.kind: str | None = None
        self.member_id: str | None = None
        #: Further keys of the result of a task that fails with this error.
        self.extra_results: dict[str, Any] = {}

    @property
    def is_not_found(self) -> bool:
        """Whether Webex says that the member does not exist, unlike a 404 of a gateway or of a wrong address."""
        return self.error_type == "not_found"

    def as_dict(self) -> dict[str, Any]:
        """Return the value of C(error): always the same keys, null where nothing is known."""
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
        """Return one line for people: what failed, for which member, the cause, and what to do."""
        start = f"Could not {self.action}: " if self.action else ""
        status = f"HTTP {self.status} " if self.status else ""
        message = f": {self.message.rstrip('.')}" if self.message else ""
        details = (("error code", self.code), ("tracking id", self.tracking_id))
        known = ", ".join(f"{name} {value}" for name, value in details if value)
        known = f" ({known})" if known else ""
        end = "" if message.endswith("?") and not known else "."
        return visible(f"{start}{status}{self.reason}{message}{known}{end} {self.hint}")

    def redact(self, secrets: Iterable[str]) -> None:
        """Remove secrets from all texts, because a server can repeat what it was sent, and cut long texts."""
        for name in ("message", "code", "tracking_id", "reason", "action", "member_id"):
            text = getattr(self, name)
            if text is not None:
                # Cut after redaction: a part of a secret would not be found.
                setattr(self, name, _cut(redacted(text, secrets)))


class OptionError(WebexError):
    """Options that contradict each other or are incomplete; raised before any request."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__("invalid_option", "Invalid options", hint, message=message)


class NoMatchError(WebexError):
    """Values of selectors that match nothing.

    :param missing: the return value C(missing).
    """

    def __init__(self, message: str, hint: str, missing: Iterable[Mapping[str, str]] = ()) -> None:
        super().__init__("no_match", "No match", hint, message=message)
        self.extra_results = {"missing": list(missing)}


class ApiError(WebexError):
    """Response that is not a success, or a success that cannot be used."""


class ConnectionFailedError(WebexError):
    """Missing response. C(established) is true if the host had accepted the connection."""

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
    """Credentials that Webex refuses: further requests for other members cannot succeed."""


class InterruptedTaskError(WebexError):
    """End of the task before its result was complete."""

    def __init__(self) -> None:
        super().__init__("interrupted", "Interrupted", "Run the task again.")


@contextmanager
def error_context(action: str, kind: str | None = None, member_id: str | None = None) -> Iterator[None]:
    """Add what was being done, and for which member, to errors raised within.

    :param action: completes the sentence "Could not ...".
    """
    try:
        yield
    except WebexError as error:
        # An inner context, such as getting a token, is closer to the cause, and may not concern this member.
        if error.action is None:
            error.action = action
            error.kind = kind
            error.member_id = member_id
        raise


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Return the text without these secrets, and without user names and passwords in URLs."""
    for secret in secrets:
        text = text.replace(secret, "********")
    return _URL_CREDENTIALS.sub("", text[:_MAX_TEXT_LENGTH])


def without_secrets(value: Any, secrets: Iterable[str]) -> Any:
    """Return the value without these secrets, in texts and in keys."""
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
    """Return the value with keys that contain none of these secrets."""
    if isinstance(value, list):
        return [without_secrets_in_keys(item, secrets) for item in value]
    if isinstance(value, dict):
        return {without_secrets(key, secrets): without_secrets_in_keys(item, secrets) for key, item in value.items()}
    return value


def visible(text: str) -> str:
    """Return the text on one line, with escapes in place of characters that could steer a terminal.

    Applies to all texts that the collection composes, because names and messages come from others. Results keep the
    data.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each in _JOINERS else _escape(each) for each in text)


def _escape(character: str) -> str:
    return " " if unicodedata.category(character) == "Zs" else f"\\u{ord(character):04x}"


def _cut(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE_LENGTH else f"{text[:MAX_MESSAGE_LENGTH]}…"
