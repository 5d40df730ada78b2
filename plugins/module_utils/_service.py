# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recording service of an organization and its locations: what decides whether settings of members have effect.

Private to webex.calling. Only full and read-only administrators have access, and not in Webex for Government. The
first request returns the organization as well. API reference:
https://developer.webex.com/docs/api/v1/features-call-recording
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from . import _error_hints as hints
from ._client import ApiResponse, WebexClient, path
from ._concurrency import run_all
from ._error_parsing import invalid_response
from ._errors import AuthenticationError, InterruptedTaskError, OptionError, WebexError, error_context
from ._ids import comparable_id
from ._kinds import KINDS, VIRTUAL_LINE, Member, has_general_hint
from ._members import no_match
from ._pagination import PagedList, row_id
from ._selectors import SelectorValues, location_id, location_name, match, selector_values
from ._snake_case import NestedTooDeeplyError, to_snake_case

#: Parts of the service, each with the noun of messages.
SWITCH, TERMS, VENDORS, ANNOUNCEMENT, LOCATIONS = (
    "call_recording",
    "terms_of_service",
    "vendors",
    "compliance_announcement",
    "locations",
)
NOUNS = {
    SWITCH: "recording service",
    TERMS: "terms of service",
    VENDORS: "recording vendors",
    ANNOUNCEMENT: "compliance announcement",
    LOCATIONS: "list of locations",
}

#: Maximum number of parts that a message names. The result contains all errors.
_MAX_NAMED = 5

#: Error code of a missing permission with status 400.
_UNAUTHORIZED = "4003"

#: Administrator roles with access.
_ROLES = "full or read-only"

#: Values of a location that it inherits or has itself.
_LOCATION_VALUES = ("vendor", "storage_region", "failure_behavior", "compliance_announcement")

_LOCATIONS_PATH = ("telephony", "config", "locations")

#: Parts of a location to read: path segment, and function that returns the values.
_Parts = Mapping[str, "tuple[str, Callable[[_Values], dict[str, Any]]]"]

#: Requested number of locations per page. Webex reduces the number to its own maximum.
_LOCATIONS_PER_PAGE = 1000


def read_service(client: WebexClient) -> dict[str, Any]:
    """Return whether recording of the organization is on, with API keys.

    :raises WebexError: if the request fails, or if the response contains something else.
    """
    response = _get(client, "callRecording")
    _Values(SWITCH, response).boolean("enabled")
    return response.content


def organization_of(service: Mapping[str, Any], org_id: str | None) -> dict[str, Any]:
    """Return the id and the name of the organization, and whether Webex confirms the id.

    :param service: settings of the recording service. Empty if they cannot be read.
    :param org_id: id that the user gave, or None.
    """
    found = service.get("organization")
    found = found if isinstance(found, Mapping) else {}
    found_id = found.get("id")
    if not isinstance(found_id, str) or not found_id.strip():
        return {"id": org_id, "name": found.get("name"), "verified": False}
    return {"id": found_id, "name": found.get("name"), "verified": org_id is None or _is_same(found_id, org_id)}


@dataclass
class PartReading:
    """Result of reading one part of the service: settings and values, or an error.

    :param location: location of the part, or None for the organization.
    :param content: response with API keys.
    :param settings: response in snake case.
    :param values: checked values.
    """

    part: str
    location: Mapping[str, Any] | None = None
    content: dict[str, Any] | None = None
    settings: dict[str, Any] | None = None
    values: dict[str, Any] = field(default_factory=dict)
    error: WebexError | None = None

    @property
    def is_refused(self) -> bool:
        """Whether the token has no access, or the organization has no such part. Other errors are failures."""
        error = self.error
        if error is None or not (error.from_webex or (error.tracking_id and error.message is None)):
            # A gateway can refuse a request as well. Webex can do it with an empty body.
            return False
        if (error.status, error.code) == (HTTPStatus.BAD_REQUEST, _UNAUTHORIZED):
            return True
        # Each organization has a list of locations. If it is not found, api_url is wrong.
        found_nothing = error.status == HTTPStatus.NOT_FOUND and self.part != LOCATIONS
        return found_nothing or error.status == HTTPStatus.FORBIDDEN

    def describe(self) -> str:
        """Return the noun of the part for messages."""
        if self.location is None:
            return NOUNS[self.part]
        return f"{NOUNS[self.part]} of location {_name_of(self.location)}"

    def error_as_dict(self) -> dict[str, Any]:
        """Return the item of the return value C(errors)."""
        location = None if self.location is None else dict(self.location)
        return {"part": self.part, "location": location, "error": self.error.as_dict() if self.error else None}


def _name_of(location: Mapping[str, Any]) -> str:
    name: str = location["name"].strip() or location["id"]
    return name


@dataclass
class ServiceLevel:
    """Whether settings of members have effect: the switch of the organization, and the terms of service.

    :param terms: terms of service of the vendor.
    :param location: location with its own vendor or without one, or None for the organization.
    """

    organization: dict[str, Any]
    switch: PartReading
    terms: PartReading
    location: Mapping[str, Any] | None = None

    @property
    def enabled(self) -> bool | None:
        """Whether recording of the organization is on, or None if unknown."""
        return self.switch.values.get("enabled")

    @property
    def in_effect(self) -> bool | None:
        """Whether settings of members have effect, or None if unknown."""
        facts = (self.enabled, self.terms.values.get("accepted"))
        return False if False in facts else None if None in facts else True

    @property
    def error(self) -> WebexError | None:
        """Error that leaves open whether settings have effect."""
        return (self.switch.error or self.terms.error) if self.in_effect is None else None

    @property
    def is_refused(self) -> bool:
        """Whether the effect is unknown because of an ordinary state, which is no failure.

        The token has no access, the organization has no recording service, or a location was deleted meanwhile. A token
        that can read the switch can read everything else.
        """
        if self.in_effect is not None or self.switch.error:
            return self.in_effect is None and self.switch.is_refused
        error = self.terms.error
        is_gone = self.terms.part == VENDORS and error is not None and error.status == HTTPStatus.NOT_FOUND
        return is_gone and self.terms.is_refused

    @property
    def not_verified(self) -> dict[str, Any] | None:
        """C(reason), C(message), and C(hint) if it is unknown whether settings have effect, otherwise None."""
        if self.in_effect is not None:
            return None
        if self.error is None:
            owner = f"location {_name_of(self.location)}" if self.location else "the organization"
            message = f"recording of the organization is on, but {owner} has no recording vendor"
            hint = hints.NO_VENDOR_OF_LOCATION if self.location else hints.NO_VENDOR
            return {"reason": "no_vendor", "message": message, "hint": hint}
        error = self.error
        return {"reason": "not_readable", "message": error.message or error.reason, "hint": error.hint}

    @property
    def readings(self) -> tuple[PartReading, PartReading]:
        """Result of each request."""
        return self.switch, self.terms

    def not_in_effect(self) -> dict[str, Any] | None:
        """Return C(reason), C(message), and C(hint) if settings of members have no effect, otherwise None."""
        if self.in_effect is not False:
            return None
        if self.enabled is False:
            return {
                "reason": "recording_off",
                "message": "recording of the organization is off",
                "hint": hints.ORGANIZATION_OFF,
            }
        vendor = self.terms.values["vendor"]
        of_location = f" of location {_name_of(self.location)}" if self.location else ""
        name = f"{vendor['name'] or vendor['id']}{of_location}"
        message = f"the terms of service of the recording vendor {name} are not accepted"
        return {"reason": "terms_not_accepted", "message": message, "hint": hints.TERMS_OF_SERVICE}

    def as_dict(self) -> dict[str, Any]:
        """Return the return value C(service) of a drift check."""
        error = self.error
        known = {"reason": None, "message": None, "hint": None}
        reason = self.not_in_effect() or self.not_verified or known
        return {
            "verified": self.in_effect is not None,
            "in_effect": self.in_effect,
            **reason,
            "enabled": self.enabled,
            "terms_of_service_accepted": self.terms.values.get("accepted"),
            "error": None if error is None else error.as_dict(),
        }


def read_service_level(client: WebexClient) -> ServiceLevel:
    """Return the switch of the organization and its terms of service, or the errors in their place.

    :raises AuthenticationError: if Webex refuses the access token.
    :raises InterruptedTaskError: if the client is closed.
    """
    org_id = client.connection.org_id

    def values_of(values: _Values) -> dict[str, Any]:
        found = _switch_values(values)
        organization = organization_of(values.content, org_id)
        if org_id is not None and not _is_same(organization["id"], org_id):
            error = values.invalid(f"the response is about the organization {organization['id']}, and not about org_id")
            error.hint = hints.ANOTHER_ORGANIZATION
            raise error
        return found

    switch = _attempt(PartReading(SWITCH), lambda: _get(client, "callRecording"), values_of)
    organization = organization_of(switch.content or {}, org_id)
    return ServiceLevel(organization, switch, _read_terms(client, switch))


def _read_terms(client: WebexClient, switch: PartReading) -> PartReading:
    terms = PartReading(TERMS)
    if not switch.values:
        # Only the switch names the vendor.
        terms.error = switch.error
        return terms
    vendor, terms.error = switch.values["vendor"], switch.values["vendor_error"]
    if terms.error is not None:
        terms.error.action = f"read the {terms.describe()}"
        return terms
    return terms if vendor is None else _read_terms_of(client, vendor, terms)


def _read_terms_of(client: WebexClient, vendor: Mapping[str, Any], reading: PartReading) -> PartReading:
    """Return the reading with the terms of service of a vendor."""

    def values_of(values: _Values) -> dict[str, Any]:
        found = _vendor(values, "vendor")
        if found is not None and not _is_same_vendor(found, vendor):
            raise values.invalid("the vendor is another one")
        known = {**vendor, **{key: value for key, value in (found or {}).items() if value}}
        return {"accepted": values.boolean("termsOfServiceEnabled"), "vendor": known}

    def request() -> ApiResponse:
        segments = ("callRecording", "vendors", vendor["id"], "termsOfService")
        return _get(client, *segments, not_found=hints.VENDOR_GONE)

    return _attempt(reading, request, values_of)


def _is_same(one: str | None, other: str | None) -> bool:
    """Return whether two ids are the same. Ids have several encodings, which contain the same last part."""
    return one is not None and other is not None and comparable_id(one) == comparable_id(other)


def _is_same_vendor(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    # Names are unique as well, and not encoded.
    return _is_same(one["id"], other["id"]) or (one["name"] is not None and one["name"] == other["name"])


@dataclass
class MembersService:
    """Whether settings of members have effect, with the vendors of their locations.

    :param level: switch and terms of service of the organization.
    :param vendors: vendor of each location that has members, by the id of the location. Empty if recording of the
        organization is not on.
    :param terms: terms of service of vendors that only locations have, by the id of the vendor.
    :param anywhere: whether members without a location exist.
    """

    level: ServiceLevel
    vendors: Mapping[str, PartReading] = field(default_factory=dict)
    terms: Mapping[str, PartReading] = field(default_factory=dict)
    anywhere: bool = False

    @property
    def levels(self) -> list[ServiceLevel]:
        """Levels of all locations that have members, or of the organization, which comes first."""
        everywhere = [self.level_of(location) for location in self.vendors]
        if self.anywhere or not everywhere:
            everywhere.append(self.level)
        return sorted(everywhere, key=lambda level: level.location is not None)

    def unknown(self, locations: Iterable[str | None] | None = None) -> ServiceLevel | None:
        """Return a level of which it is unknown whether settings have effect, rather one that is a failure, or None.

        :param locations: ids of the locations to consider, and None for members without a location. By default all.
        """
        levels = self.levels if locations is None else [self.level_of(location) for location in locations]
        unknown = [level for level in levels if level.in_effect is None]
        return min(unknown, key=lambda level: level.is_refused, default=None)

    def level_of(self, location: str | None) -> ServiceLevel:
        """Return the level of the members of a location. Only the vendor can differ from that of the organization."""
        reading = self.vendors.get(location) if location else None
        if reading is None:
            return self.level
        vendor = reading.values.get("vendor")
        if reading.values.get("inherited") and (vendor is None or vendor["id"] not in self.terms):
            return self.level
        # The reading has the error, or says that there is no vendor.
        terms = self.terms.get(vendor["id"], self.level.terms) if vendor else reading
        return ServiceLevel(self.level.organization, self.level.switch, terms, reading.location)

    def not_in_effect(self, member: Member) -> dict[str, Any] | None:
        """Return C(reason), C(message), and C(hint) if settings of the member have no effect, otherwise None."""
        return self.level_of(location_id(member)).not_in_effect()

    def as_dict(self) -> dict[str, Any]:
        """Return the return value C(service) of a drift check. Settings have effect if they have it everywhere."""
        without = [each.as_dict() for each in self.levels if each.in_effect is False]
        unknown = self.unknown()
        shown = unknown.as_dict() if unknown else without[0] if without else self.levels[0].as_dict()
        others = sum(each["message"] != shown["message"] for each in without)
        if others and not unknown:
            shown["message"] += f", and settings have no effect in {others} other location{'s' * (others > 1)}"
        of_organization = self.level.as_dict()
        return {**shown, **{key: of_organization[key] for key in ("enabled", "terms_of_service_accepted")}}


@dataclass
class ServiceReport:
    """Everything that decides whether settings of members have effect.

    :param locations: results for each location: vendors and compliance announcement. None if not read.
    :param terms: terms of service of vendors that only locations have, by the id of the vendor.
    :param listing: result of listing the locations, without values, or None if not asked for.
    """

    level: ServiceLevel
    vendors: PartReading
    announcement: PartReading
    locations: Sequence[tuple[Mapping[str, Any], PartReading, PartReading]] | None = None
    listing: PartReading | None = None
    terms: Mapping[str, PartReading] = field(default_factory=dict)

    @property
    def readings(self) -> list[PartReading]:
        """All results, first of the organization, then of the locations."""
        listing = [] if self.listing is None else [self.listing]
        of_locations = [reading for _location, *readings in self.locations or () for reading in readings]
        return [*self.level.readings, self.vendors, self.announcement, *listing, *of_locations, *self.terms.values()]

    def as_dict(self) -> dict[str, Any]:
        """Return the result of the module C(call_recording_service_info)."""
        level = self.level.as_dict()
        del level["error"]
        settings = {reading.part: reading.settings for reading in self.readings[:4]}
        service = {
            **level,
            "vendor": self.vendors.values.get("vendor"),
            "storage_region": self.vendors.values.get("storage_region"),
            "failure_behavior": self.vendors.values.get("failure_behavior"),
            "compliance_announcement": self.announcement.values or None,
            "settings": settings,
        }
        return {
            "organization": self.level.organization,
            "service": service,
            "locations": None if self.locations is None else [self._location(*each) for each in self.locations],
            "errors": [reading.error_as_dict() for reading in self.readings if reading.error],
        }

    def unread(self, *, require_readable: bool) -> tuple[str, dict[str, Any] | None]:
        """Return a message about the parts that were not read, and the error of the first part that is required.

        A part that the token may not read is required only with C(require_readable). Any other error is a failure.

        :return: an empty message if all parts were read. The error is None if no required part is missing.
        """
        unread = [reading for reading in self.readings if reading.error]
        failures = unread if require_readable else [reading for reading in unread if not reading.is_refused]
        named = failures or unread
        if not named:
            return "", None
        nouns = [reading.describe() for reading in named]
        more = f" and {len(nouns) - _MAX_NAMED} more" if len(nouns) > _MAX_NAMED else ""
        parts = f"{', '.join(nouns[:_MAX_NAMED])}{more}"
        text = f"{len(nouns)} of {len(self.readings)} parts could not be read: {parts}. {named[0].error}"
        return text, failures[0].error_as_dict()["error"] if failures else None

    def _location(self, location: Mapping[str, Any], vendors: PartReading, announcement: PartReading) -> dict[str, Any]:
        values = {**vendors.values, **self._announcement_of(announcement)}
        vendor = values.get("vendor")
        terms = self.terms.get(vendor["id"], self.level.terms) if vendor else None
        return {
            **location,
            **{key: values.get(key) for key in _LOCATION_VALUES},
            "terms_of_service_accepted": terms.values.get("accepted") if terms else None,
            "inherited": {key: values.get(f"{key}_inherited") for key in _LOCATION_VALUES},
            "settings": {reading.part: reading.settings for reading in (vendors, announcement)},
        }

    def _announcement_of(self, reading: PartReading) -> dict[str, Any]:
        """Return the effective compliance announcement of a location, and whether the location inherits it."""
        values = dict(reading.values)
        inherited = values.pop("inherited", None)
        of_organization = self.announcement.values or None
        if inherited:
            # The keys of the location do not have to be those of the organization.
            return {"compliance_announcement": of_organization, "compliance_announcement_inherited": True}
        if values.pop("use_org_level_announcement_enabled", None):
            key = "use_custom_announcement_enabled"
            values[key] = None if of_organization is None else of_organization[key]
        return {"compliance_announcement": values or None, "compliance_announcement_inherited": inherited}


def location_selectors(options: Mapping[str, Any]) -> SelectorValues | None:
    """Return the selectors of the locations to read, or None for no locations.

    :raises OptionError: if a selector is empty, or given although no locations are to be read.
    """
    values = selector_values(options, KINDS)
    if options["locations"]:
        return values
    if values:
        names = " and ".join(selector.option for selector in values)
        raise OptionError(f"{names} selects locations, but locations is not true", "Set locations to true.")
    return None


def read_report(client: WebexClient, selected: SelectorValues | None) -> ServiceReport:
    """Return the recording service of the organization, and of the selected locations.

    :param selected: selectors of locations, empty for all locations. None for no locations.
    :raises NoMatchError: if a selector value matches no location, or if the organization has no location.
    :raises AuthenticationError: if Webex refuses the access token.
    :raises InterruptedTaskError: if the client is closed.
    """
    listing = locations = None
    if selected is not None:
        listing, found = _list_locations(client)
        locations = None if found is None else _select(found, selected)
    level = read_service_level(client)
    vendor = level.switch.values.get("vendor")
    vendors = _attempt(
        PartReading(VENDORS),
        lambda: _get(client, "callRecording", "vendors"),
        lambda values: _vendors_values(values, vendor),
    )
    announcement = _attempt(
        PartReading(ANNOUNCEMENT),
        lambda: _get(client, "callRecording", "complianceAnnouncement"),
        _announcement_values,
    )
    report = ServiceReport(level, vendors, announcement, None, listing)
    if listing is None and all(_is_not_found(each) for each in report.readings if each.part != TERMS):
        # Either the organization has none of these parts, or api_url is wrong, where nothing is found.
        probe, _found = _list_locations(client)
        report.listing = probe if probe.error else None
    if locations is not None:
        vendor = vendor or vendors.values.get("vendor")
        parts: _Parts = {
            VENDORS: ("vendors", lambda values: _vendors_of_location(values, vendor)),
            ANNOUNCEMENT: ("complianceAnnouncement", _announcement_of_location),
        }
        readings = _read_locations(client, locations, parts)
        report.locations = list(zip(locations, readings[::2], readings[1::2]))
        report.terms = _read_other_terms(client, readings[::2], vendor)
    return report


def _is_not_found(reading: PartReading) -> bool:
    return reading.error is not None and reading.error.status == HTTPStatus.NOT_FOUND


def _list_locations(client: WebexClient) -> tuple[PartReading, list[dict[str, Any]] | None]:
    """Return the result of listing the locations without values, and all locations, or None after an error."""
    rows = PagedList(
        client,
        path(*_LOCATIONS_PATH),
        "locations",
        {},
        page_size=_LOCATIONS_PER_PAGE,
        filters=("name", "order"),
        # A selector would leave out a location without a name.
        key_of=lambda row: row_id(row) if isinstance(row, Mapping) and isinstance(row.get("name"), str) else None,
    )
    listing = PartReading(LOCATIONS)
    locations: list[dict[str, Any]] = []
    try:
        with error_context(f"read the {listing.describe()}"), _explained(hints.NO_SERVICE):
            for page in rows.read():
                locations += [{"id": row["id"], "name": row["name"]} for row in page]
    except (AuthenticationError, InterruptedTaskError):
        raise
    except WebexError as error:
        listing.error = error
        return listing, None
    return listing, locations


def _select(locations: Sequence[Mapping[str, Any]], values: SelectorValues) -> list[Member]:
    """Return the selected locations, in the order of the values.

    :raises NoMatchError: if a value matches no location, or if there is no location.
    """
    # The selectors of locations compare the location of a member.
    members = [{**location, "location": location} for location in locations]
    selected, missing = match(values, members)
    if missing or not selected:
        with error_context("select the locations"):
            error = no_match(missing, members, values, "location", "locations")
            error.hint = hints.MISSING_LOCATION
            raise error
    return [member["location"] for member in selected]


def read_members_service(client: WebexClient, level: ServiceLevel, members: Iterable[Member]) -> MembersService:
    """Return whether settings of members have effect. Without recording of the organization, no location is read.

    Errors of locations are in the result.

    :raises AuthenticationError: if Webex refuses the access token for the terms of service of a vendor.
    :raises InterruptedTaskError: if the client is closed while these terms are read.
    """
    if not level.enabled:
        return MembersService(level)
    locations: dict[str, Mapping[str, Any]] = {}
    anywhere = False
    for member in members:
        found = location_id(member)
        if found:
            locations.setdefault(found, {"id": found, "name": location_name(member) or ""})
        else:
            anywhere = True
    vendor = level.switch.values["vendor"]

    def values_of(values: _Values) -> dict[str, Any]:
        inherited, found_vendor = _vendor_of_location(values, vendor)
        return {"inherited": inherited, "vendor": found_vendor}

    parts: _Parts = {VENDORS: ("vendors", values_of)}
    readings = _read_locations(client, list(locations.values()), parts)
    terms = _read_other_terms(client, readings, vendor)
    return MembersService(level, dict(zip(locations, readings)), terms, anywhere)


def _read_other_terms(
    client: WebexClient, readings: Iterable[PartReading], vendor: Mapping[str, Any] | None
) -> dict[str, PartReading]:
    """Return the terms of service of vendors that only locations have, by the id of the vendor."""
    found = {}
    for reading in readings:
        own = reading.values.get("vendor")
        # The same name is not enough, because another vendor has other terms.
        if own and own["id"] not in found and not (vendor and _is_same(own["id"], vendor["id"])):
            found[own["id"]] = _read_terms_of(client, own, PartReading(TERMS, reading.location))
    return found


def _read_locations(client: WebexClient, locations: Sequence[Mapping[str, Any]], parts: _Parts) -> list[PartReading]:
    """Return all parts of each location, location by location, read in parallel."""

    def act(reading: PartReading) -> PartReading:
        segment, values_of = parts[reading.part]
        location_id = (reading.location or {})["id"]
        try:
            return _attempt(reading, lambda: _get(client, "callRecording", segment, location=location_id), values_of)
        except WebexError as error:
            # The other locations are not read.
            reading.error = error
            return reading

    def not_reached(reading: PartReading, error: WebexError | None) -> PartReading:
        reading.error = error
        return reading

    readings = [PartReading(part, location) for location in locations for part in parts]
    concurrency = client.connection.concurrency
    return run_all(readings, act, not_reached, concurrency=concurrency, group_of=lambda reading: reading.part)


def _get(
    client: WebexClient, *segments: str, location: str | None = None, not_found: str = hints.NO_SERVICE
) -> ApiResponse:
    """Return the response with a part of the service of the organization, or of a location."""
    root = ("telephony", "config") if location is None else (*_LOCATIONS_PATH, location)
    with _explained(not_found if location is None else hints.NO_SERVICE_OF_LOCATION):
        return client.get(path(*root, *segments))


@contextmanager
def _explained(not_found: str) -> Iterator[None]:
    """Name the scope and the roles, or the reason of a 404, in the hint of an error."""
    try:
        yield
    except WebexError as error:
        refused = error.status == HTTPStatus.FORBIDDEN or error.code == _UNAUTHORIZED
        if refused and has_general_hint(error):
            error.hint = f"{hints.not_authorized(VIRTUAL_LINE.read_scope, _ROLES)} {hints.NOT_FOR_GOVERNMENT}"
        elif error.status == HTTPStatus.NOT_FOUND and error.from_webex:
            error.hint = not_found
        raise


def _attempt(
    reading: PartReading, request: Callable[[], ApiResponse], values_of: Callable[[_Values], dict[str, Any]]
) -> PartReading:
    """Send a request, and return the reading with the content and its values, or with the error.

    :raises AuthenticationError: if Webex refuses the access token.
    :raises InterruptedTaskError: if the client is closed.
    """
    try:
        with error_context(f"read the {reading.describe()}"):
            response = request()
            reading.content = response.content
            values = _Values(reading.part, response)
            reading.values = values_of(values)
            # Values stay known if the rest of the response is unusable.
            reading.settings = values.in_snake_case()
    except (AuthenticationError, InterruptedTaskError):
        raise
    except WebexError as error:
        reading.error = error
    return reading


class _Values:
    """Values of a response, with checks of their types. Null and the empty text are missing values."""

    def __init__(self, part: str, response: ApiResponse) -> None:
        self._part = part
        self._response = response

    @property
    def content(self) -> Mapping[str, Any]:
        """Response with API keys."""
        return self._response.content

    def invalid(self, message: str) -> WebexError:
        """Return the error for a response with missing or wrong values."""
        reason = f"Not the {NOUNS[self._part]}"
        return invalid_response(200, reason, message=message, tracking_id=self._response.tracking_id)

    def boolean(self, key: str, *, required: bool = True) -> bool | None:
        """Return a boolean, or None if it is missing and not required."""
        value: bool | None = self._value(key, bool, required)
        return value

    def text(self, key: str, *, required: bool = True) -> str | None:
        """Return a text, or None if it is missing and not required."""
        value: str | None = self._value(key, str, required)
        return value

    def integer(self, key: str) -> int | None:
        """Return an integer, or None if it is missing."""
        content = self._response.content.get(key)
        if isinstance(content, float) and content.is_integer():
            return int(content)
        value: int | None = self._value(key, int, required=False)
        return value

    def dictionary(self, key: str) -> Mapping[str, Any]:
        """Return a dictionary, which is empty if it is missing."""
        return self._value(key, dict, required=False) or {}

    def require_list(self, key: str) -> None:
        """Raise an error unless the response has a list."""
        self._value(key, list, required=True)

    def in_snake_case(self) -> dict[str, Any]:
        """Return the whole response in snake case."""
        try:
            content: dict[str, Any] = to_snake_case(self._response.content)
        except NestedTooDeeplyError:
            raise self.invalid("nested too deeply") from None
        return content

    def _value(self, key: str, expected: type, required: bool) -> Any:
        value = self._response.content.get(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            if required:
                raise self.invalid(f"{key} is missing")
            return None
        # A boolean is an integer as well.
        if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
            raise self.invalid(f"{key} has another type than documented")
        return value


def _vendor(values: _Values, prefix: str) -> dict[str, Any] | None:
    """Return the id and the name of a vendor, or None if the response names no vendor."""
    name = values.text(f"{prefix}Name", required=False)
    vendor_id = values.text(f"{prefix}Id", required=name is not None)
    if vendor_id in (".", ".."):
        raise values.invalid(f"{prefix}Id is {vendor_id}, which is not an id")
    return None if vendor_id is None else {"id": vendor_id, "name": name}


def _switch_values(values: _Values) -> dict[str, Any]:
    enabled = values.boolean("enabled")
    try:
        return {"enabled": enabled, "vendor": _vendor(values, "vendor"), "vendor_error": None}
    except WebexError as error:
        # Recording that is off stays known.
        return {"enabled": enabled, "vendor": None, "vendor_error": error}


def _vendors_values(values: _Values, known: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the vendor and the behavior of the organization.

    :param known: vendor of the organization from another response, or None.
    """
    values.require_list("vendors")
    vendor = _vendor(values, "vendor")
    if vendor and known and not _is_same_vendor(vendor, known):
        raise values.invalid("the vendor is another one")
    return {
        "vendor": vendor,
        "storage_region": values.text("storageRegion", required=False),
        # An organization that never had a vendor can have no failure behavior either.
        "failure_behavior": values.text("failureBehavior", required=vendor is not None),
    }


def _vendor_of_location(
    values: _Values, of_organization: Mapping[str, Any] | None
) -> tuple[bool | None, dict[str, Any] | None]:
    """Return whether a location inherits its vendor, and the effective vendor."""
    values.require_list("vendors")
    inherited = values.boolean("orgDefaultEnabled")
    vendor = _vendor(values, "orgDefaultVendor" if inherited else "defaultVendor")
    if inherited and of_organization and vendor is None:
        raise values.invalid("orgDefaultVendorId is missing")
    if inherited and of_organization and vendor and not _is_same_vendor(vendor, of_organization):
        raise values.invalid("orgDefaultVendorId is not the vendor of the organization")
    return inherited, vendor


def _vendors_of_location(values: _Values, of_organization: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the effective vendor and behavior of a location.

    :param of_organization: vendor of the organization, or None if there is none, or if it is unknown.
    """
    inherited, vendor = _vendor_of_location(values, of_organization)
    # Webex documents the storage region for its own vendor only.
    region_inherited = values.boolean("orgStorageRegionEnabled", required=False)
    behavior_inherited = values.boolean("orgFailureBehaviorEnabled", required=vendor is not None)
    region_key = "orgStorageRegion" if region_inherited else "storageRegion"
    behavior_key = "orgFailureBehavior" if behavior_inherited else "failureBehavior"
    behavior = values.text(behavior_key, required=vendor is not None)
    return {
        "vendor": vendor,
        "vendor_inherited": inherited,
        "storage_region": values.text(region_key, required=False),
        "storage_region_inherited": region_inherited,
        "failure_behavior": None if behavior_inherited is None else behavior,
        "failure_behavior_inherited": behavior_inherited,
    }


def _announcement_values(values: _Values) -> dict[str, Any]:
    return {
        **_announcement(values),
        "use_custom_announcement_enabled": values.boolean("useCustomAnnouncementEnabled", required=False),
    }


def _announcement_of_location(values: _Values) -> dict[str, Any]:
    """Return whether the location inherits the settings, and its own settings if not."""
    if values.boolean("useOrgSettingsEnabled"):
        return {"inherited": True}
    custom = values.dictionary("customComplianceAnnouncement").get("type")
    return {
        "inherited": False,
        **_announcement(values),
        "use_custom_announcement_enabled": {"CUSTOM": True, "DEFAULT": False}.get(str(custom)),
        "use_org_level_announcement_enabled": values.boolean("useOrgLevelAnnouncementEnabled", required=False),
    }


def _announcement(values: _Values) -> dict[str, Any]:
    return {
        "inbound_pstn_calls_enabled": values.boolean("inboundPSTNCallsEnabled"),
        "outbound_pstn_calls_enabled": values.boolean("outboundPSTNCallsEnabled"),
        "outbound_pstn_calls_delay_enabled": values.boolean("outboundPSTNCallsDelayEnabled", required=False),
        "delay_in_seconds": values.integer("delayInSeconds"),
    }
