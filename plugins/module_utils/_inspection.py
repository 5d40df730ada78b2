# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inspection of a connection: what the access token can reach, and how the organization differs from the documentation.

Private to webex.calling. The inspection sends one request for each list, sample, and service setting, and changes
nothing. The results contain no names, numbers, or ids of members.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from ansible.module_utils.common.dict_transformations import snake_dict_to_camel_dict

from . import _error_hints as hints
from ._call_recording import require_settings
from ._client import WebexClient, path
from ._error_parsing import invalid_response
from ._errors import AuthenticationError, InterruptedTaskError, WebexError, error_context, redacted
from ._kinds import KINDS, VIRTUAL_LINE, Kind, explain_read_error, means_not_recordable
from ._listing import LINES, NUMBERS, explained, type_of_owner
from ._service import organization_of, read_service
from ._settings import READ_ONLY, RECORD, settings_arguments
from ._tls import trusted_sources

#: Number of rows that a list request asks for.
_ROWS = 100

#: Name of the organization's recording service in C(required).
SERVICE = "service"

#: Documented keys by list: keys of a row, and keys of the objects in a row.
_LINE_KEYS = {
    *("id", "firstName", "lastName", "callerIdFirstName", "callerIdLastName", "callerIdNumber"),
    *("externalCallerIdNamePolicy", "customExternalCallerIdName", "numberOfDevicesAssigned", "billingPlan"),
    *("number", "number.external", "number.extension", "number.routingPrefix", "number.esn", "number.primary"),
    *("location", "location.id", "location.name"),
}
_NUMBER_KEYS = {
    *("phoneNumber", "extension", "routingPrefix", "esn", "state", "phoneNumberType", "mainNumber"),
    *("tollFreeNumber", "isServiceNumber", "isReservedNumber", "mobileNetwork", "routingProfile"),
    "includedTelephonyTypes",
    *("location", "location.id", "location.name"),
    *("owner", "owner.id", "owner.type", "owner.firstName", "owner.lastName", "owner.displayName"),
}
_SERVICE_KEYS = {
    *("organization", "organization.id", "organization.name"),
    *("enabled", "vendorId", "vendorName", "termsOfServiceUrl"),
}

#: Documented statuses and error codes of failures. Other failures differ from the documentation.
_KNOWN_CODES = {"4003", "4008", "4410", "5620", "25008", "25024", "25409", None}

#: Maximum length of a reported name.
_MAX_LENGTH = 60


def inspect(client: WebexClient) -> dict[str, Any]:
    """Return the keys of the return value of the module C(connection_info).

    :raises AuthenticationError: if Webex refuses the access token.
    :raises InterruptedTaskError: if the client is closed.
    """
    return _Inspection(client).result()


class _Inspection:
    def __init__(self, client: WebexClient) -> None:
        self._client = client
        self._differences: dict[tuple[str, str, str], None] = {}

    def result(self) -> dict[str, Any]:
        connection = self._client.connection
        service, organization = self._service()
        kinds = [self._kind(kind) for kind in KINDS]
        return {
            "organization": organization,
            "kinds": kinds,
            "service": service,
            "api_url": connection.api_url,
            "proxy": self._client.proxy,
            "certificates": trusted_sources(
                validate_certs=connection.validate_certs, ca_path=connection.ca_path, environ=os.environ
            ),
            "differences": [{"where": where, "what": what, "value": value} for where, what, value in self._differences],
            "requests": self._client.requests,
        }

    def _service(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what can be read of the recording service, and the organization."""
        where = "recording service"
        content, error = self._ask(where, lambda: read_service(self._client))
        given = self._client.connection.org_id
        organization = organization_of(content or {}, given)
        if content is None:
            return {"readable": False, "error": error}, organization
        self._compare(where, content, _SERVICE_KEYS)
        if given not in (None, organization["id"]):
            self._add(where, "organization", "not org_id")
        return {"readable": True}, organization

    def _kind(self, kind: Kind) -> dict[str, Any]:
        """Return whether members of a kind can be listed, and whether the settings of one can be read."""
        where = f"list of {kind.plural}"
        rows, error = self._ask(where, lambda: self._rows(kind))
        state: dict[str, Any] = {"kind": kind.name, "listed": rows is not None, "readable": None}
        if rows is None:
            return {**state, "list_error": error}
        known = _LINE_KEYS if kind is VIRTUAL_LINE else _NUMBER_KEYS
        for row in rows:
            self._compare(where, row, known)
        member_id = next((webex_id for row in rows if (webex_id := _member_id(kind, row))), None)
        # Without a member, nothing shows whether settings can be read.
        return state if member_id is None else {**state, **self._sample(kind, member_id)}

    def _rows(self, kind: Kind) -> list[Mapping[str, Any]]:
        (address, key), query = (LINES, {}) if kind is VIRTUAL_LINE else (NUMBERS, {"ownerType": [kind.owner_type]})
        with explained(kind):
            page = self._client.get_page(address, {"max": [str(_ROWS)], **query})
        rows = page.content.get(key)
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise invalid_response(200, "Not a list", message=f"the response has no list {key} of objects")
        if rows and not any(_member_id(kind, row) for row in rows):
            # Without this check, nothing would be read, as if there were no members.
            raise invalid_response(200, "Not a list", message=f"no row of {key} is of a {kind.noun} with an ID")
        if page.following is not None and len(rows) != _ROWS:
            self._add(f"list of {kind.plural}", "page size", f"{len(rows)} of {_ROWS}")
        return rows

    def _sample(self, kind: Kind, member_id: str) -> dict[str, Any]:
        where = f"settings of a {kind.noun}"
        address = path(*kind.settings_path({"id": member_id}))

        def read() -> dict[str, Any]:
            try:
                content, tracking_id, _link = self._client.get(address)
            except WebexError as error:
                if means_not_recordable(error, kind):
                    return {}
                raise explain_read_error(error, kind) from None
            require_settings(content, tracking_id)
            return content

        content, error = self._ask(where, read)
        if content is None:
            return {"readable": False, "error": error}
        arguments = {**settings_arguments(kind.extra_settings), **{name: {} for name in READ_ONLY}}
        known = set(_names(arguments))
        self._compare(where, content, known)
        record = content.get("record")
        if isinstance(record, str) and record not in RECORD:
            self._add(where, "value of record", record)
        return {"readable": True}

    def _ask(self, where: str, request: Callable[[], Any]) -> tuple[Any, dict[str, Any] | None]:
        """Return the result of a request and None, or None and the error."""
        try:
            with error_context(f"read the {where}"):
                return request(), None
        except (AuthenticationError, InterruptedTaskError):
            raise
        except WebexError as error:
            if error.status is not None and (error.status not in hints.BY_STATUS or error.code not in _KNOWN_CODES):
                self._add(where, "error", f"status {error.status}, code {error.code}")
            return None, error.as_dict()

    def _compare(self, where: str, content: Mapping[str, Any], known: Collection[str]) -> None:
        for name in _keys(content):
            if name not in known:
                self._add(where, "key", name)

    def _add(self, where: str, what: str, value: str) -> None:
        # Cut after redaction, because redaction does not find a part of a secret.
        self._differences[where, what, redacted(value, self._client.secrets)[:_MAX_LENGTH]] = None


def _member_id(kind: Kind, row: Mapping[str, Any]) -> str | None:
    if kind is VIRTUAL_LINE:
        webex_id = row.get("id")
    else:
        owner = row.get("owner")
        owner = owner if isinstance(owner, Mapping) else {}
        webex_id = owner.get("id") if type_of_owner(owner) == kind.owner_type else None
    return webex_id if isinstance(webex_id, str) and webex_id.strip() else None


def _names(arguments: Mapping[str, Any]) -> Iterator[str]:
    """Yield the API keys of settings, and of the settings in them, such as C(notification.type)."""
    options = {name: argument.get("options", {}) for name, argument in arguments.items()}
    for key, inner in snake_dict_to_camel_dict(options).items():
        yield key
        yield from (f"{key}.{name}" for name in inner)


def _keys(content: Mapping[str, Any]) -> Iterator[str]:
    for name, value in content.items():
        yield str(name)
        if isinstance(value, Mapping):
            for inner in value:
                yield f"{name}.{inner}"


def missing_access(result: Mapping[str, Any], required: Sequence[str]) -> list[tuple[str, str]]:
    """Return the error type and a description of each required kind that cannot be listed or read.

    :param result: return value of C(inspect).
    :param required: names of kinds, and C(SERVICE).
    """
    texts = []
    for name in dict.fromkeys(required):
        state = result["service"] if name == SERVICE else next(k for k in result["kinds"] if k["kind"] == name)
        error = state.get("list_error") or state.get("error")
        if error:
            texts.append((error["type"], f"{name} ({error['reason']}: {error['hint']})"))
    return texts
