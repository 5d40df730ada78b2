# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Search for people by email address."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import QueryParams

from .listing import boolean
from .numbers import require_single_values
from .responses import ApiResponse, json_response
from .state import Member, Organization


def find_people(organization: Organization, query: QueryParams) -> ApiResponse:
    """Return the response with the person whose email address is C(email), or with an empty list.

    :raises ApiError: if a query parameter is not valid.
    """
    require_single_values(query)
    calling_data = boolean(query, "callingData") or False
    person = organization.person_by_email(query["email"])
    items = [] if person is None else [_item(person, organization, calling_data=calling_data)]
    return json_response({"items": items})


def _item(person: Member, organization: Organization, *, calling_data: bool) -> dict[str, Any]:
    identity = person.identity
    item: dict[str, Any] = {
        "id": person.id,
        "emails": [identity["email"]],
        "displayName": identity.get("displayName") or person.name or identity["email"],
        **{key: identity[key] for key in ("firstName", "lastName") if identity.get(key)},
        "orgId": organization.id,
        "type": "person",
    }
    if not calling_data:
        return item
    rows: list[dict[str, Any]] = identity.get("numbers") or []
    extensions = [row["extension"] for row in rows if row.get("extension")]
    if extensions:
        item["extension"] = extensions[0]
    numbers = [_phone_number(row) for row in rows if row.get("phoneNumber")]
    if numbers:
        item["phoneNumbers"] = numbers
    if identity.get("location"):
        item["locationId"] = identity["location"]["id"]
    return item


def _phone_number(row: dict[str, Any]) -> dict[str, Any]:
    if row.get("includedTelephonyTypes") == "MOBILE_NUMBER":
        return {"type": "mobile", "value": row["phoneNumber"]}
    if row.get("phoneNumberType") == "ALTERNATE":
        return {"type": "alternate1", "value": row["phoneNumber"]}
    return {"type": "work", "value": row["phoneNumber"], "primary": True}
