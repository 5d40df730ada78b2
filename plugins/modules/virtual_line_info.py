#!/usr/bin/python
# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: virtual_line_info
short_description: List virtual lines of Webex Calling
version_added: 0.1.0
description:
  - Lists the virtual lines of an organization, or those that are selected, with their ids, names, numbers and
    locations.
  - The token needs the scope C(spark-admin:telephony_config_read), and must be that of a full, user, read-only or
    location administrator of the organization.
author:
  - The webex.calling contributors (@webex-calling)
extends_documentation_fragment:
  - webex.calling.webex
  - webex.calling.selectors
  - webex.calling.attributes
  - webex.calling.attributes.info_module
  - webex.calling.attributes.actiongroup_webex
seealso:
  - module: webex.calling.virtual_line_call_recording_info
"""

EXAMPLES = r"""
# The token comes from the environment variable WEBEX_ACCESS_TOKEN in these examples.

- name: List all virtual lines of the organization
  webex.calling.virtual_line_info:
  register: organization

- name: Show how many there are in each location
  ansible.builtin.debug:
    msg: "{{ item.0 }}: {{ item.1 | length }}"
  loop: "{{ organization.virtual_lines | groupby('location.name') }}"
  loop_control:
    label: "{{ item.0 }}"

- name: Find the id of the line with this number
  webex.calling.virtual_line_info:
    phone_number: "+15558675312"
  register: found

- name: Show it
  ansible.builtin.debug:
    msg: "{{ found.virtual_lines[0].id }}"

- name: List those of the owners in one of two locations who have a line
  webex.calling.virtual_line_info:
    owner_name:
      - Bob Smith
      - Nobody At All
    location_name:
      - Denver
      - São Paulo
    allow_missing: true
  register: owners
"""

RETURN = r"""
virtual_lines:
  description:
    - The virtual lines, each once. They are in the order asked for, by the first of the options that is given, in the
      order of this page; within that, and without any option, as Webex lists them.
    - All that Webex returns of them is there, in snake case, including keys that are not listed here.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the virtual line.
      type: str
      returned: always
      sample: Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfTElORS9iMzBjMzg4Zi1jOTM2
    first_name:
      description: The first name of the owner.
      type: str
      returned: when the line has one
      sample: Bob
    last_name:
      description: The last name of the owner.
      type: str
      returned: when the line has one
      sample: Smith
    caller_id_first_name:
      description: The first name that is shown to those who are called.
      type: str
      returned: when the line has one
      sample: Bob
    caller_id_last_name:
      description: The last name that is shown to those who are called.
      type: str
      returned: when the line has one
      sample: Smith
    caller_id_number:
      description: The number that is shown to those who are called.
      type: str
      returned: when the line has one
      sample: "+15558675311"
    external_caller_id_name_policy:
      description: Which name is shown in calls to the outside, such as V(DIRECT_LINE), V(LOCATION) or V(OTHER).
      type: str
      returned: as a rule
      sample: DIRECT_LINE
    custom_external_caller_id_name:
      description: The name that is shown in calls to the outside with the policy V(OTHER).
      type: str
      returned: when the line has one
      sample: Bob
    number:
      description: How the line can be called.
      type: dict
      returned: as a rule
      contains:
        external:
          description: The phone number.
          type: str
          returned: when the line has one
          sample: "+15558675311"
        extension:
          description: The extension.
          type: str
          returned: when the line has one
          sample: "6103"
        routing_prefix:
          description: What has to be dialed before the extension from another location.
          type: str
          returned: when the location has one
          sample: "1234"
        esn:
          description: The routing prefix and the extension.
          type: str
          returned: when the line has one
          sample: "12346103"
        primary:
          description: Whether this is the primary number of the line.
          type: bool
          returned: as a rule
          sample: true
    location:
      description: The location that the line belongs to.
      type: dict
      returned: as a rule
      contains:
        id:
          description: The ID of the location.
          type: str
          returned: always
          sample: Y2lzY29zcGFyazovL3VzL0xPQ0FUSU9OL2MyZTRkOGYw
        name:
          description: The name of the location.
          type: str
          returned: always
          sample: Denver
    number_of_devices_assigned:
      description: How many devices the line is assigned to.
      type: int
      returned: as a rule
      sample: 1
    billing_plan:
      description: The billing plan of the line.
      type: str
      returned: when the line has one
      sample: BCOCP1
missing:
  description: What was asked for and matches no virtual line. Without O(allow_missing) the task fails if there is any.
  returned: success, and failure for something that is missing
  type: list
  elements: dict
  contains:
    selector:
      description: The option.
      type: str
      returned: always
      sample: owner_name
    value:
      description: The value.
      type: str
      returned: always
      sample: Nobody At All
error:
  description: What failed, with the keys that M(webex.calling.virtual_line_call_recording_info) documents.
  returned: failure
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._argument_spec import connection_arguments, selector_arguments
from ..module_utils._module import exit_with_lines, webex_client
from ..module_utils._members import select


def main() -> None:
    module = AnsibleModule(
        argument_spec={**connection_arguments(), **selector_arguments()},
        supports_check_mode=True,
    )
    with webex_client(module) as client:
        selection = select(client, module.params, identify=True)
    exit_with_lines(module, selection)


if __name__ == "__main__":
    main()
