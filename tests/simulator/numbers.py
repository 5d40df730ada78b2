# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""List of numbers, with a row for each number and each extension of all owners."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import QueryParams

from .listing import boolean, integer, link_header, name_matcher, start_of_page
from .responses import JSON, ApiError, ApiResponse
from .settings import Settings
from .state import NumberRow, Organization

#: Documented default value of the parameter max.
_DEFAULT_SIZE = 2000

#: Documented maximum length of the parameter locationId.
_LOCATION_ID_LENGTH = 36

#: Values of C(owner.type) by the value of the parameter C(ownerType).
_OWNER_TYPES = {
    **{
        name: name
        for name in (
            *("PEOPLE", "PLACE", "VIRTUAL_LINE", "AUTO_ATTENDANT", "CALL_QUEUE", "HUNT_GROUP", "VOICE_MESSAGING"),
            *("BROADWORKS_ANYWHERE", "CONTACT_CENTER_LINK", "ROUTE_LIST", "VOICEMAIL_GROUP", "COLLABORATE_BRIDGE"),
        )
    },
    # Webex uses one name in requests and another name in responses.
    "PAGING_GROUP": "GROUP_PAGING",
}

_Filter = Callable[[NumberRow], bool]


def list_numbers(organization: Organization, query: QueryParams, url: str, settings: Settings) -> ApiResponse:
    """Return the response with one page of the rows that match all filters.

    :param url: request URL without the query.
    :raises ApiError: if a query parameter is not valid.
    """
    require_single_values(query)
    filters = _filters(query, settings)
    rows = organization.number_rows
    if filters:
        rows = [row for row in rows if all(matches(row) for matches in filters)]
    start = start_of_page(query, settings.list_position)
    size = min(integer(query, "max", _DEFAULT_SIZE, minimum=1), settings.page_ceiling)
    page = b",".join(row.json for row in rows[start : start + size])
    link = link_header(url, query, start, size, len(rows), settings.list_position)
    return ApiResponse(200, b'{"phoneNumbers":[' + page + b"]}", JSON, {"Link": link} if link else {})


def require_single_values(query: QueryParams) -> None:
    """Refuse repeated query parameters.

    :raises ApiError: if a query parameter is repeated.
    """
    for name in query:
        if len(query.getlist(name)) > 1:
            raise ApiError(400, f"The parameter '{name}' can be given only once.")


def _filters(query: QueryParams, settings: Settings) -> list[_Filter]:
    filters: list[_Filter] = []
    available = boolean(query, "available")
    if available is not None:
        if "ownerType" in query:
            raise ApiError(400, "The parameters 'available' and 'ownerType' exclude each other.")
        filters.append(lambda row: (row.owner_type is None) is available)
    if "ownerType" in query:
        owner_type = _OWNER_TYPES.get(query["ownerType"])
        if owner_type is None:
            raise ApiError(400, f"Invalid value '{query['ownerType']}' for the parameter 'ownerType'.")
        filters.append(lambda row: row.owner_type == owner_type)
    if "locationId" in query:
        location_id = query["locationId"]
        if settings.long_location_ids == "refused" and len(location_id) > _LOCATION_ID_LENGTH:
            raise ApiError(400, f"Invalid value '{location_id}' for the parameter 'locationId'.")
        filters.append(lambda row: row.location_id == location_id)
    if "phoneNumber" in query:
        phone_number = query["phoneNumber"]
        filters.append(lambda row: row.phone_number == phone_number)
    if "extension" in query:
        extension = query["extension"]
        filters.append(lambda row: row.extension == extension)
    if "ownerName" in query:
        owner_matches = name_matcher([query["ownerName"]], settings.name_matching)
        filters.append(lambda row: owner_matches(row.owner_name))
    return filters
