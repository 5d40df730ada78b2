# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The list of virtual lines: its filters, its order, its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from .answers import JSON, Answer, Refusal
from .settings import Settings
from .state import Organization, VirtualLine

_Test = Callable[[VirtualLine], bool]


def list_lines(organization: Organization, query: QueryParams, url: str, settings: Settings) -> Answer:
    """A page of the lines that all filters fit.

    :param url: of this very list, without its query.
    """
    tests = _tests(query, settings.name_matching)
    asked_for = query.getlist("id")
    if asked_for:
        wanted = dict.fromkeys(asked_for)
        lines = [organization.lines[line_id] for line_id in wanted if line_id in organization.lines]
    else:
        lines = list(organization.lines.values())
    if tests:
        lines = [line for line in lines if all(test(line) for test in tests)]
    for key, descending in reversed(_order(query)):
        lines.sort(key=key, reverse=descending)
    start = _number(query, "start", 0, least=0)
    size = min(_number(query, "max", settings.page_ceiling, least=1), settings.page_ceiling)
    page = b",".join(line.identity_json for line in lines[start : start + size])
    link = _link(url, query, start, size, len(lines))
    return Answer(200, b'{"virtualLines":[' + page + b"]}", JSON, {"Link": link} if link else {})


def _tests(query: QueryParams, matching: Literal["whole", "part"]) -> list[_Test]:
    tests: list[_Test] = []
    if locations := set(query.getlist("locationId")):
        tests.append(lambda line: _of_location(line, "id") in locations)
    if location_names := query.getlist("locationName"):
        is_location = _name_test(location_names, matching)
        tests.append(lambda line: is_location(_of_location(line, "name")))
    if owner_names := query.getlist("ownerName"):
        is_owner = _name_test(owner_names, matching)
        tests.append(lambda line: is_owner(line.name))
    if numbers := set(query.getlist("phoneNumber")):
        tests.append(lambda line: _of_number(line, "external") in numbers)
    has_device = _yes_or_no(query, "hasDeviceAssigned")
    if has_device is not None:
        tests.append(lambda line: bool(line.identity.get("numberOfDevicesAssigned")) is has_device)
    has_extension = _yes_or_no(query, "hasExtensionAssigned")
    if has_extension is not None:
        tests.append(lambda line: bool(_of_number(line, "extension")) is has_extension)
    has_number = _yes_or_no(query, "hasDnAssigned")
    if has_number is not None:
        tests.append(lambda line: bool(_of_number(line, "external")) is has_number)
    return tests


def _name_test(names: Iterable[str], matching: Literal["whole", "part"]) -> Callable[[str], bool]:
    wanted = {name.casefold() for name in names}
    if matching == "whole":
        return lambda name: name.casefold() in wanted
    return lambda name: any(part in name.casefold() for part in wanted)


def _of_location(line: VirtualLine, key: str) -> str:
    return str((line.identity.get("location") or {}).get(key) or "")


def _of_number(line: VirtualLine, key: str) -> str:
    return str((line.identity.get("number") or {}).get(key) or "")


# What the API can be asked to sort by is not documented; these are the names that it uses elsewhere.
_ORDERS: dict[str, Callable[[VirtualLine], str]] = {
    "firstName": lambda line: str(line.identity.get("firstName") or "").casefold(),
    "lastName": lambda line: str(line.identity.get("lastName") or "").casefold(),
    "locationName": lambda line: _of_location(line, "name").casefold(),
    "phoneNumber": lambda line: _of_number(line, "external"),
    "extension": lambda line: _of_number(line, "extension"),
}


def _order(query: QueryParams) -> list[tuple[Callable[[VirtualLine], str], bool]]:
    orders = query.getlist("order")
    if len(orders) > 3:
        raise Refusal(400, "At most 3 values are allowed for the parameter 'order'.")
    result = []
    for order in orders:
        name, _dash, direction = order.partition("-")
        if name not in _ORDERS or direction not in ("", "asc", "desc"):
            raise Refusal(400, f"Invalid value '{order}' for the parameter 'order'.")
        result.append((_ORDERS[name], direction == "desc"))
    return result


def _number(query: QueryParams, name: str, default: int, *, least: int) -> int:
    value = query.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdecimal() and int(value) >= least):
        raise Refusal(400, f"Invalid value '{value}' for the parameter '{name}'.")
    return int(value)


def _yes_or_no(query: QueryParams, name: str) -> bool | None:
    value = query.get(name)
    if value is None:
        return None
    if value.lower() not in ("true", "false"):
        raise Refusal(400, f"Invalid value '{value}' for the parameter '{name}'.")
    return value.lower() == "true"


def _link(url: str, query: QueryParams, start: int, size: int, total: int) -> str:
    """The header C(Link) of RFC 8288, whose URLs are complete."""
    starts = {}
    if start + size < total:
        starts["next"] = start + size
    if start > 0:
        starts["prev"] = max(0, start - size)
        starts["first"] = 0
    others: list[tuple[str, Any]] = [item for item in query.multi_items() if item[0] not in ("max", "start")]
    return ", ".join(
        f'<{url}?{urlencode([*others, ("max", size), ("start", first)])}>; rel="{relation}"'
        for relation, first in starts.items()
    )
