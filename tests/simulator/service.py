# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recording service of an organization and of its locations, which decides whether settings of members have effect."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from .models import StrictModel
from .responses import TERMS_OF_SERVICE

FailureBehavior = Literal[
    "PROCEED_WITH_CALL_NO_ANNOUNCEMENT", "PROCEED_CALL_WITH_ANNOUNCEMENT", "END_CALL_WITH_ANNOUNCEMENT"
]

#: Compliance announcement of an organization that has none, and the keys that a location has as well.
_SILENT: dict[str, Any] = {
    "inboundPSTNCallsEnabled": False,
    "outboundPSTNCallsEnabled": False,
    "outboundPSTNCallsDelayEnabled": False,
    "delayInSeconds": 10,
}

_ANNOUNCEMENTS = ("start", "stop", "pause", "resume", "failureProceedWithCall", "failureEndWithCall")


class Vendor(StrictModel):
    """Recording vendor that an organization can use."""

    id: str = Field(min_length=1)
    name: str
    description: str = ""
    migrateUserCreationEnabled: bool = False
    loginUrl: str = ""
    termsOfServiceUrl: str = ""


def _vendors() -> list[Vendor]:
    return [
        Vendor(
            id=TERMS_OF_SERVICE["vendorId"],
            name=TERMS_OF_SERVICE["vendorName"],
            description="Records and stores calls.",
            loginUrl="https://recording.example.com",
            termsOfServiceUrl=TERMS_OF_SERVICE["termsOfServiceUrl"],
        ),
        # The address of the terms of service is empty if Webex is the vendor.
        Vendor(id="Y2lzY29zcGFyazovL3VzL1JFQ09SRElOR19WRU5ET1IvV2ViZXg", name="Webex", description="Webex"),
    ]


class LocationService(StrictModel):
    """Recording service of a location. A location can have values that it does not use.

    Values that a location does not have are those of the organization.
    """

    orgDefaultEnabled: bool = True
    vendorId: str | None = None
    orgStorageRegionEnabled: bool = True
    storageRegion: str | None = None
    orgFailureBehaviorEnabled: bool = True
    failureBehavior: FailureBehavior | None = None
    #: Keys of the compliance announcement that differ from a location without an own one.
    complianceAnnouncement: dict[str, Any] = Field(default_factory=dict)


class RecordingService(StrictModel):
    """Recording service of an organization."""

    enabled: bool = True
    termsOfServiceEnabled: bool = True
    #: Vendors that the organization can use. The first one is the default of C(vendorId).
    vendors: list[Vendor] = Field(default_factory=_vendors)
    #: Null in an organization that never had a vendor.
    vendorId: str | None = TERMS_OF_SERVICE["vendorId"]
    storageRegion: str | None = None
    failureBehavior: FailureBehavior = "PROCEED_WITH_CALL_NO_ANNOUNCEMENT"
    #: Keys of the compliance announcement that differ from an organization without one.
    complianceAnnouncement: dict[str, Any] = Field(default_factory=dict)
    announcements: dict[str, Any] = Field(default_factory=dict)
    #: Recording services of locations with own values, by id of the location.
    locations: dict[str, LocationService] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check_vendors(self) -> RecordingService:
        known = {vendor.id for vendor in self.vendors}
        for vendor_id in (self.vendorId, *(location.vendorId for location in self.locations.values())):
            if vendor_id is not None and vendor_id not in known:
                raise ValueError(f"vendorId: {vendor_id!r} is not among the vendors")
        return self

    def terms_of_service(self) -> dict[str, Any]:
        """Return the vendor and the address of its terms of service, as Webex returns them in several responses."""
        vendor = self._vendor(self.vendorId)
        if vendor is None:
            return {}
        return {"vendorId": vendor.id, "vendorName": vendor.name, "termsOfServiceUrl": vendor.termsOfServiceUrl}

    def accepted_terms(self, vendor_id: str) -> dict[str, Any] | None:
        """Return the response about the terms of service of a vendor, or None for an unknown vendor."""
        vendor = self._vendor(vendor_id)
        if vendor is None:
            return None
        return {
            "vendorId": vendor.id,
            "vendorName": vendor.name,
            # An organization accepts the terms of the vendor that it uses.
            "termsOfServiceEnabled": self.termsOfServiceEnabled and vendor.id == self.vendorId,
            "termsOfServiceUrl": vendor.termsOfServiceUrl,
        }

    def vendors_of_organization(self) -> dict[str, Any]:
        vendor = self._vendor(self.vendorId)
        return {
            **({} if vendor is None else {"vendorId": vendor.id, "vendorName": vendor.name}),
            "vendors": [each.model_dump() for each in self.vendors],
            **({} if self.storageRegion is None else {"storageRegion": self.storageRegion}),
            "failureBehavior": self.failureBehavior,
        }

    def vendors_of_location(self, location_id: str) -> dict[str, Any]:
        location = self._location(location_id)
        default, own = self._vendor(self.vendorId), self._vendor(location.vendorId or self.vendorId)
        region = location.storageRegion or self.storageRegion
        return {
            "orgDefaultEnabled": location.orgDefaultEnabled,
            **({} if default is None else {"orgDefaultVendorId": default.id, "orgDefaultVendorName": default.name}),
            **({} if own is None else {"defaultVendorId": own.id, "defaultVendorName": own.name}),
            "vendors": [each.model_dump() for each in self.vendors],
            "orgStorageRegionEnabled": location.orgStorageRegionEnabled,
            **({} if self.storageRegion is None else {"orgStorageRegion": self.storageRegion}),
            **({} if region is None else {"storageRegion": region}),
            "orgFailureBehaviorEnabled": location.orgFailureBehaviorEnabled,
            "orgFailureBehavior": self.failureBehavior,
            "failureBehavior": location.failureBehavior or self.failureBehavior,
        }

    def announcement_of_organization(self) -> dict[str, Any]:
        return {**_SILENT, "useCustomAnnouncementEnabled": False, **self.complianceAnnouncement}

    def announcement_of_location(self, location_id: str) -> dict[str, Any]:
        """Return the compliance announcement of a location.

        While a location uses the settings of the organization, Webex does not document what the other keys are. Here
        they are those of the location.
        """
        own = self._location(location_id).complianceAnnouncement
        return {"useOrgSettingsEnabled": True, "useOrgLevelAnnouncementEnabled": True, **_SILENT, **own}

    def all_announcements(self) -> dict[str, Any]:
        return {**{name: {"type": "DEFAULT"} for name in _ANNOUNCEMENTS}, **self.announcements}

    def _vendor(self, vendor_id: str | None) -> Vendor | None:
        return next((vendor for vendor in self.vendors if vendor.id == vendor_id), None)

    def _location(self, location_id: str) -> LocationService:
        return self.locations.get(location_id) or LocationService()
