#!/usr/bin/python
# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: call_recording_service_info
short_description: Read what decides whether call recording settings have effect
version_added: 0.9.0
description:
  - Reads the recording service of a Webex Calling organization, and optionally of its locations.
  - Members are people, workspaces, and virtual lines. Their settings, such as C(record=Always), have no effect if
    recording of the organization is off, or if the terms of service of the recording vendor are not accepted.
    RV(service.in_effect) states whether they have effect.
  - RV(service.in_effect) is about the vendor of the organization. RV(locations[].terms_of_service_accepted) is about
    the vendor of the location.
  - The failure behavior of a location decides whether a call that cannot be recorded continues.
  - The values of a location are effective values. They are the own values of the location, or those that it inherits
    from the organization. RV(locations[].settings) contains what Webex returns.
  - The module sends four requests for the organization. With O(locations=true), it sends requests for the pages of the
    list of locations, two for each location, and one for each vendor that only locations have. The module changes
    nothing.
  - The access token needs the scope C(spark-admin:telephony_config_read), and must belong to a full or read-only
    administrator. Webex for Government has no recording service that can be read.
  - Values that the access token may not read are null. RV(errors) contains the reason, and the task shows a warning. To
    fail the task instead, set O(require_readable). Any other error fails the task. The result of the failed task
    contains everything that was read.
author:
  - The webex.calling contributors (@webex-calling)
extends_documentation_fragment:
  - webex.calling._webex
  - webex.calling._attributes
  - webex.calling._attributes.info_module
  - webex.calling._attributes.actiongroup_webex
options:
  locations:
    description:
      - Whether to read the locations of the organization as well.
    type: bool
    default: false
  location_name:
    description:
      - Names of locations to read, such as V(Denver, CO) or V(DE-*). If neither O(location_name) nor O(location_id) is
        set, O(locations=true) reads all locations. Both require O(locations=true), and narrow each other.
      - One name, or a list of names. Names can contain commas, so a string is one name and is not split.
      - Case, repeated white space, and the Unicode form of accents are ignored.
      - The wildcard V(*) stands for any characters, and V(?) for one character. A value that equals the name of a
        location matches this name only.
      - Each value must match a location. Otherwise, the task fails and names the values without a match. A null value,
        an empty string, and an empty list fail the task.
    type: raw
  location_id:
    description:
      - IDs of locations to read. A string is split at commas.
    type: list
    elements: str
  require_readable:
    description:
      - Whether to fail if the access token may not read a part of the recording service.
    type: bool
    default: false
seealso:
  - ref: ansible_collections.webex.calling.docsite.guide_effective_recording
    description: Requirements for a recorded call, and which task shows them.
  - module: webex.calling.call_recording_info
  - module: webex.calling.call_recording_drift_info
  - module: webex.calling.connection_info
"""

EXAMPLES = r"""
# These examples take the access token from the environment variable WEBEX_ACCESS_TOKEN.

- name: Read the recording service of the organization
  webex.calling.call_recording_service_info:
    require_readable: true
  register: recording

- name: Fail if settings of members have no effect
  ansible.builtin.assert:
    that: recording.service.in_effect is true
    fail_msg: "{{ recording.service.message }}. {{ recording.service.hint }}"

- name: Read the recording service of all locations
  webex.calling.call_recording_service_info:
    locations: true
    require_readable: true
  register: offices

- name: Assert that the terms of service of all vendors are accepted
  ansible.builtin.assert:
    that:
      - offices.locations | length > 0
      - offices.locations | map(attribute="terms_of_service_accepted") is all
    fail_msg: Not all terms of service are accepted, or a location has no vendor.

- name: Assert that all calls that cannot be recorded end with an announcement
  ansible.builtin.assert:
    that:
      - offices.locations | length > 0
      - offices.locations | rejectattr("failure_behavior", "eq", "END_CALL_WITH_ANNOUNCEMENT") | length == 0
    fail_msg: >-
      Calls continue without recording in
      {{ offices.locations | rejectattr("failure_behavior", "eq", "END_CALL_WITH_ANNOUNCEMENT")
         | map(attribute="name") | join(", ") }}

- name: Read the recording service of some locations
  webex.calling.call_recording_service_info:
    locations: true
    location_name:
      - Denver
      - "M*"
  register: some

- name: Show vendors and compliance announcements
  ansible.builtin.debug:
    msg: >-
      {{ item.name }}: recorded by {{ (item.vendor or {}).name | default("an unknown vendor", true)
         }}{{ " (inherited)" if item.inherited.vendor else "" }}, inbound callers hear an announcement:
      {{ (item.compliance_announcement or {}).inbound_pstn_calls_enabled | default("unknown") }}
  loop: "{{ some.locations }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
organization:
  description: Organization of the recording service.
  returned: when the options are valid, each selector value matches, and Webex does not refuse the access token
  type: dict
  contains:
    id:
      description: ID of the organization. Null if Webex does not return it and O(org_id) is not set.
      type: str
      returned: always
      sample: Y2lzY29zcGFyazovL3VzL09SR0FOSVpBVElPTi85NmFiYzJhYS0zZGNjLTExZTUtYTE1Mg
    name:
      description: Name of the organization. Null if Webex does not return it.
      type: str
      returned: always
      sample: Example Corporation
    verified:
      description: Whether Webex returned the ID, and O(org_id) is either not set or equal to it.
      type: bool
      returned: always
      sample: true
service:
  description: Recording service of the organization.
  returned: when RV(organization) is returned
  type: dict
  contains:
    verified:
      description: Whether the module could read everything that decides on RV(service.in_effect).
      type: bool
      returned: always
      sample: true
    in_effect:
      description:
        - Whether settings of members have effect. V(true) if recording of the organization is on, and the terms of
          service of its vendor are accepted. Null if RV(service.verified) is V(false).
      type: bool
      returned: always
      sample: false
    reason:
      description:
        - Reason why settings of members have no effect, or why that is unknown.
        - V(recording_off) - recording of the organization is off.
        - V(terms_not_accepted) - the terms of service of the vendor are not accepted.
        - V(no_vendor) - recording of the organization is on, but the organization has no vendor. Its locations can have
          vendors.
        - V(not_readable) - the module could not read whether settings have effect.
        - Null if settings have effect.
      type: str
      returned: always
      sample: terms_not_accepted
    message:
      description: Explanation of RV(service.reason). Null without a reason.
      type: str
      returned: always
      sample: the terms of service of the recording vendor Example Recording are not accepted
    hint:
      description: Instruction that corrects RV(service.reason). Null without a reason.
      type: str
      returned: always
      sample: Accept the terms of service of the recording vendor in Control Hub.
    enabled:
      description: Whether recording of the organization is on. Null if not read.
      type: bool
      returned: always
      sample: true
    terms_of_service_accepted:
      description:
        - Whether the terms of service of the vendor of the organization are accepted. Null if not read, and if the
          organization has no vendor.
      type: bool
      returned: always
      sample: false
    vendor:
      description: Recording vendor of the organization. Null if not read, and if the organization has no vendor.
      type: dict
      returned: always
      contains:
        id:
          description: ID of the vendor.
          type: str
          returned: always
          sample: Y2lzY29zcGFyazovL3VzL1JFQ09SRElOR19WRU5ET1IvNTNkYzRiODctODQwOC00ODkyLTk1YjU
        name:
          description: Name of the vendor. Null if Webex does not return it.
          type: str
          returned: always
          sample: Example Recording
    storage_region:
      description: Region of the stored recordings. Null if not read. Webex returns it for its own vendor only.
      type: str
      returned: always
      sample: US
    failure_behavior:
      description:
        - Behavior for a call that cannot be recorded.
        - V(PROCEED_WITH_CALL_NO_ANNOUNCEMENT) - the call continues.
        - V(PROCEED_CALL_WITH_ANNOUNCEMENT) - the call continues after an announcement.
        - V(END_CALL_WITH_ANNOUNCEMENT) - the call ends after an announcement.
        - Webex can add other values. Null if not read.
      type: str
      returned: always
      sample: PROCEED_WITH_CALL_NO_ANNOUNCEMENT
    compliance_announcement:
      description: Announcement that a call is recorded, which is played to callers outside. Null if not read.
      type: dict
      returned: always
      contains:
        inbound_pstn_calls_enabled:
          description: Whether the announcement is played to inbound callers.
          type: bool
          returned: always
          sample: true
        outbound_pstn_calls_enabled:
          description: Whether the announcement is played in outbound calls.
          type: bool
          returned: always
          sample: false
        outbound_pstn_calls_delay_enabled:
          description: Whether the announcement of outbound calls is delayed. Null if Webex does not return it.
          type: bool
          returned: always
          sample: false
        delay_in_seconds:
          description: Delay of the announcement in seconds. Null if Webex does not return it.
          type: int
          returned: always
          sample: 10
        use_custom_announcement_enabled:
          description: Whether the announcement is a custom one. Null if Webex does not return it.
          type: bool
          returned: always
          sample: false
    settings:
      description: Responses of Webex with keys in snake case, and with keys that this collection does not know.
      type: dict
      returned: always
      contains:
        call_recording:
          description: Whether recording of the organization is on, and its vendor. Null if not read.
          type: dict
          returned: always
        terms_of_service:
          description: Terms of service of the vendor. Null if not read.
          type: dict
          returned: always
        vendors:
          description: Vendors, storage region, and failure behavior. Null if not read.
          type: dict
          returned: always
        compliance_announcement:
          description: Compliance announcement. Null if not read.
          type: dict
          returned: always
locations:
  description:
    - Selected locations, in the order of the values of the selectors. Null if O(locations=false), and if the access
      token may not list locations.
  returned: when RV(organization) is returned
  type: list
  elements: dict
  contains:
    id:
      description: ID of the location.
      type: str
      returned: always
      sample: Y2lzY29zcGFyazovL3VzL0xPQ0FUSU9OLzhmZjMwMjg2LWVhMzMtNDc2Ny1iMTBm
    name:
      description: Name of the location.
      type: str
      returned: always
      sample: Denver
    vendor:
      description: Effective recording vendor, with C(id) and C(name). Null if not read, and if there is no vendor.
      type: dict
      returned: always
    storage_region:
      description: Effective region of the stored recordings, as in RV(service.storage_region).
      type: str
      returned: always
      sample: US
    failure_behavior:
      description: Effective behavior for a call that cannot be recorded, as in RV(service.failure_behavior).
      type: str
      returned: always
      sample: END_CALL_WITH_ANNOUNCEMENT
    terms_of_service_accepted:
      description:
        - Whether the terms of service of the effective vendor are accepted. Null if not read, and if there is no
          vendor.
      type: bool
      returned: always
      sample: true
    compliance_announcement:
      description:
        - Effective compliance announcement, with the keys of RV(service.compliance_announcement). Null if not read, and
          if the location inherits it and the announcement of the organization was not read.
      type: dict
      returned: always
    inherited:
      description: Whether the location inherits each value from the organization.
      type: dict
      returned: always
      contains:
        vendor:
          description: Whether the location inherits its vendor. Null if not read.
          type: bool
          returned: always
          sample: true
        storage_region:
          description: Whether the location inherits its storage region. Null if not read, or not returned by Webex.
          type: bool
          returned: always
          sample: true
        failure_behavior:
          description: Whether the location inherits its failure behavior. Null if not read.
          type: bool
          returned: always
          sample: false
        compliance_announcement:
          description: Whether the location inherits its compliance announcement. Null if not read.
          type: bool
          returned: always
          sample: true
    settings:
      description: Responses of Webex with keys in snake case, and with keys that this collection does not know.
      type: dict
      returned: always
      contains:
        vendors:
          description: Vendors, storage region, and failure behavior. Null if not read.
          type: dict
          returned: always
        compliance_announcement:
          description:
            - Compliance announcement. Null if not read. While the location inherits it, its keys need not be those of
              the organization.
          type: dict
          returned: always
errors:
  description: Parts that were not read. Empty if everything was read.
  returned: when RV(organization) is returned
  type: list
  elements: dict
  contains:
    part:
      description:
        - Name of the part. V(call_recording), V(terms_of_service), V(vendors), and V(compliance_announcement) are the
          keys of RV(service.settings) and RV(locations[].settings). V(locations) is the list of locations.
      type: str
      returned: always
      sample: call_recording
    location:
      description: Location of the part, with C(id) and C(name). Null for parts of the organization.
      type: dict
      returned: always
    error:
      description:
        - Description of the failure, with the keys of RV(webex.calling.virtual_line_call_recording_info#module:error).
      type: dict
      returned: always
requests:
  description: Number of requests, with repetitions.
  returned: when RV(organization) is returned
  type: int
  sample: 4
missing:
  description: Selector values without a match, each with C(selector) and C(value).
  returned: when a selector value matches no location
  type: list
  elements: dict
error:
  description:
    - Description of the first failure, with the keys of
      RV(webex.calling.virtual_line_call_recording_info#module:error).
  returned: failure
  type: dict
"""

from ..module_utils import _python  # noqa: F401  # pylint: disable=unused-import
from ..module_utils._argument_spec import connection_arguments, location_arguments
from ..module_utils._module import WebexModule, exit_with_service, webex_client
from ..module_utils._service import location_selectors, read_report


def main() -> None:
    module = WebexModule(
        argument_spec={
            **connection_arguments(),
            "locations": {"type": "bool", "default": False},
            **location_arguments(),
            "require_readable": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    with webex_client(module) as client:
        report = read_report(client, location_selectors(module.params))
    unread, error = report.unread(require_readable=module.params["require_readable"])
    exit_with_service(module, {**report.as_dict(), "requests": client.requests}, unread, error)


if __name__ == "__main__":
    main()
