# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of virtual lines and of locations: filters, sort order, and pagination."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from .responses import JSON, ApiError, ApiResponse, to_json
from .settings import NameMatching, Settings
from .state import Member, Organization

_Filter = Callable[[Member], bool]


def list_lines(organization: Organization, query: QueryParams, url: str, settings: Settings) -> ApiResponse:
    """Return the response with one page of the lines that match all filters.

    :param url: request URL without the query.
    :raises ApiError: if a query parameter is not valid.
    """
    filters = _filters(query, settings.name_matching)
    ids = dict.fromkeys(query.getlist("id"))
    if ids:
        lines = [organization.lines[line_id] for line_id in ids if line_id in organization.lines]
    else:
        lines = list(organization.lines.values())
    if filters:
        lines = [line for line in lines if all(matches(line) for matches in filters)]
    for key, descending in reversed(_sort_order(query)):
        lines.sort(key=key, reverse=descending)
    start = start_of_page(query, settings.list_position)
    size = min(integer(query, "max", settings.page_ceiling, minimum=1), settings.page_ceiling)
    page = b",".join(line.identity_json for line in lines[start : start + size])
    link = link_header(url, query, start, size, len(lines), settings.list_position)
    return ApiResponse(200, b'{"virtualLines":[' + page + b"]}", JSON, {"Link": link} if link else {})


def list_locations(organization: Organization, query: QueryParams, url: str, settings: Settings) -> ApiResponse:
    """Return the response with one page of the locations whose name contains the parameter C(name).

    :param url: request URL without the query.
    :raises ApiError: if a query parameter is not valid.
    """
    name = query.get("name", "").casefold()
    locations = [location for location in organization.locations if name in location["name"].casefold()]
    order = query.get("order")
    if order not in (None, "asc", "desc"):
        raise ApiError(400, f"Invalid value '{order}' for the parameter 'order'.")
    if order is not None:
        locations.sort(key=lambda location: location["name"].casefold(), reverse=order == "desc")
    start = start_of_page(query, settings.list_position)
    size = min(integer(query, "max", settings.page_ceiling, minimum=1), settings.page_ceiling)
    link = link_header(url, query, start, size, len(locations), settings.list_position)
    body = to_json({"locations": locations[start : start + size]})
    return ApiResponse(200, body, JSON, {"Link": link} if link else {})


def _filters(query: QueryParams, matching: NameMatching) -> list[_Filter]:
    filters: list[_Filter] = []
    if locations := set(query.getlist("locationId")):
        filters.append(lambda line: _location_value(line, "id") in locations)
    if location_names := query.getlist("locationName"):
        location_matches = name_matcher(location_names, matching)
        filters.append(lambda line: location_matches(_location_value(line, "name")))
    if owner_names := query.getlist("ownerName"):
        owner_matches = name_matcher(owner_names, matching)
        filters.append(lambda line: owner_matches(line.name))
    if numbers := set(query.getlist("phoneNumber")):
        filters.append(lambda line: _number_value(line, "external") in numbers)
    has_device = boolean(query, "hasDeviceAssigned")
    if has_device is not None:
        filters.append(lambda line: bool(line.identity.get("numberOfDevicesAssigned")) is has_device)
    has_extension = boolean(query, "hasExtensionAssigned")
    if has_extension is not None:
        filters.append(lambda line: bool(_number_value(line, "extension")) is has_extension)
    has_number = boolean(query, "hasDnAssigned")
    if has_number is not None:
        filters.append(lambda line: bool(_number_value(line, "external")) is has_number)
    return filters


def name_matcher(names: Iterable[str], matching: NameMatching) -> Callable[[str], bool]:
    if matching == "exact":
        exact = set(names)
        return lambda name: name in exact
    wanted = {name.casefold() for name in names}
    if matching == "whole":
        return lambda name: name.casefold() in wanted
    return lambda name: any(part in name.casefold() for part in wanted)


def _location_value(line: Member, key: str) -> str:
    return str((line.identity.get("location") or {}).get(key) or "")


def _number_value(line: Member, key: str) -> str:
    return str((line.identity.get("number") or {}).get(key) or "")


# Webex does not document the sort keys. These names come from other Webex APIs.
_SORT_KEYS: dict[str, Callable[[Member], str]] = {
    "firstName": lambda line: str(line.identity.get("firstName") or "").casefold(),
    "lastName": lambda line: str(line.identity.get("lastName") or "").casefold(),
    "locationName": lambda line: _location_value(line, "name").casefold(),
    "phoneNumber": lambda line: _number_value(line, "external"),
    "extension": lambda line: _number_value(line, "extension"),
}


def _sort_order(query: QueryParams) -> list[tuple[Callable[[Member], str], bool]]:
    orders = query.getlist("order")
    if len(orders) > 3:
        raise ApiError(400, "At most 3 values are allowed for the parameter 'order'.")
    result = []
    for order in orders:
        name, _dash, direction = order.partition("-")
        if name not in _SORT_KEYS or direction not in ("", "asc", "desc"):
            raise ApiError(400, f"Invalid value '{order}' for the parameter 'order'.")
        result.append((_SORT_KEYS[name], direction == "desc"))
    return result


def integer(query: QueryParams, name: str, default: int, *, minimum: int) -> int:
    value = query.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdecimal() and int(value) >= minimum):
        raise ApiError(400, f"Invalid value '{value}' for the parameter '{name}'.")
    return int(value)


def boolean(query: QueryParams, name: str) -> bool | None:
    value = query.get(name)
    if value is None:
        return None
    if value.lower() not in ("true", "false"):
        raise ApiError(400, f"Invalid value '{value}' for the parameter '{name}'.")
    return value.lower() == "true"


_Position = Literal["start", "ignored", "cursor"]


def start_of_page(query: QueryParams, position: _Position) -> int:
    start = integer(query, "start", 0, minimum=0)
    if position == "start":
        return start
    return integer(query, "cursor", 0, minimum=0) if position == "cursor" else 0


def link_header(url: str, query: QueryParams, start: int, size: int, total: int, position: _Position) -> str:
    """Return the value of the header C(Link) (RFC 8288) with absolute URLs. A single page has an empty value."""
    name = "cursor" if position == "cursor" else "start"
    starts = {}
    if start + size < total:
        starts["next"] = start + size
    if start > 0:
        starts["prev"] = max(0, start - size)
        starts["first"] = 0
    other_parameters: list[tuple[str, Any]] = [
        item for item in query.multi_items() if item[0] not in ("max", "start", "cursor")
    ]
    return ", ".join(
        f'<{url}?{urlencode([*other_parameters, ("max", size), (name, first)])}>; rel="{relation}"'
        for relation, first in starts.items()
    )
