#!/usr/bin/python
# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: virtual_line_info
short_description: List virtual lines of Webex Calling
version_added: 0.9.0
description:
  - Lists all or selected virtual lines of an organization, with their IDs, names, numbers, and locations. Without a
    selector, all virtual lines are listed. The option O(virtual_line_id) explains how selectors work together.
  - The access token needs the scope C(spark-admin:telephony_config_read). The token must belong to a full, user,
    read-only, or location administrator of the organization.
author:
  - The webex.calling contributors (@webex-calling)
extends_documentation_fragment:
  - webex.calling._webex
  - webex.calling._selectors
  - webex.calling._attributes
  - webex.calling._attributes.info_module
  - webex.calling._attributes.actiongroup_webex
seealso:
  - module: webex.calling.virtual_line_call_recording_info
    description: Call recording settings of virtual lines, and the same names, numbers, and locations.
  - module: webex.calling.call_recording_info
    description: Names, numbers, locations, and call recording settings of people, workspaces, and virtual lines.
  - plugin: webex.calling.virtual_lines
    plugin_type: inventory
"""

EXAMPLES = r"""
# These examples take the access token from the environment variable WEBEX_ACCESS_TOKEN.

- name: List all virtual lines of the organization
  webex.calling.virtual_line_info:
  register: organization

- name: Show the number of virtual lines in each location
  ansible.builtin.debug:
    msg: "{{ item.0 }}: {{ item.1 | length }}"
  loop: "{{ organization.virtual_lines | groupby('location.name') }}"
  loop_control:
    label: "{{ item.0 }}"

- name: Find the virtual line with a phone number
  webex.calling.virtual_line_info:
    phone_number: "+15558675312"
  register: found

- name: Show the name and the ID of the virtual line
  ansible.builtin.debug:
    msg: "{{ found.virtual_lines[0].name }}: {{ found.virtual_lines[0].id }}"

- name: List virtual lines of some owners in two locations, and accept owners without a line
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
    - Selected virtual lines, each once. They are sorted by the values of the first selector that is given, in the order
      O(virtual_line_id), O(phone_number), O(extension), O(owner_name), O(location_name), O(location_id). Otherwise, the
      order is that of Webex.
    - Each line contains all keys that Webex returns, in snake case, including keys that are not documented here.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the virtual line.
      type: str
      returned: always
      sample: Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfTElORS9iMzBjMzg4Zi1jOTM2
    name:
      description: "Display name of the virtual line: its owner, else its number or extension, else its ID."
      type: str
      returned: always
      sample: Bob Smith
    first_name:
      description: First name of the owner.
      type: str
      returned: when Webex returns it
      sample: Bob
    last_name:
      description: Last name of the owner.
      type: str
      returned: when Webex returns it
      sample: Smith
    caller_id_first_name:
      description: First name that called parties see.
      type: str
      returned: when Webex returns it
      sample: Bob
    caller_id_last_name:
      description: Last name that called parties see.
      type: str
      returned: when Webex returns it
      sample: Smith
    caller_id_number:
      description: Number that called parties see.
      type: str
      returned: when Webex returns it
      sample: "+15558675311"
    external_caller_id_name_policy:
      description: Type of name that external called parties see, such as V(DIRECT_LINE), V(LOCATION), or V(OTHER).
      type: str
      returned: when Webex returns it
      sample: DIRECT_LINE
    custom_external_caller_id_name:
      description: Name that external called parties see with the policy V(OTHER).
      type: str
      returned: when Webex returns it
      sample: Bob
    number:
      description: Numbers of the line.
      type: dict
      returned: when Webex returns it
      contains:
        external:
          description: Phone number.
          type: str
          returned: when Webex returns it
          sample: "+15558675311"
        extension:
          description: Extension.
          type: str
          returned: when Webex returns it
          sample: "6103"
        routing_prefix:
          description: Prefix to dial before the extension from another location.
          type: str
          returned: when Webex returns it
          sample: "1234"
        esn:
          description: Routing prefix and extension.
          type: str
          returned: when Webex returns it
          sample: "12346103"
        primary:
          description: Whether this is the primary number of the line.
          type: bool
          returned: when Webex returns it
          sample: true
    location:
      description: Location of the line.
      type: dict
      returned: when Webex returns it
      contains:
        id:
          description: ID of the location.
          type: str
          returned: always
          sample: Y2lzY29zcGFyazovL3VzL0xPQ0FUSU9OL2MyZTRkOGYw
        name:
          description: Name of the location.
          type: str
          returned: always
          sample: Denver
    number_of_devices_assigned:
      description: Number of devices that the line is assigned to.
      type: int
      returned: when Webex returns it
      sample: 1
    billing_plan:
      description: Billing plan of the line.
      type: str
      returned: when Webex returns it
      sample: BCOCP1
missing:
  description: Selector values that match no virtual line. Without O(allow_missing), any such value fails the task.
  returned: when the selectors were evaluated
  type: list
  elements: dict
  contains:
    selector:
      description: Name of the option.
      type: str
      returned: always
      sample: owner_name
    value:
      description: Value without a match.
      type: str
      returned: always
      sample: Nobody At All
error:
  description:
    - Description of the failure, with the keys of RV(webex.calling.virtual_line_call_recording_info#module:error).
  returned: failure
  type: dict
"""

from ..module_utils import _python  # noqa: F401  # pylint: disable=unused-import
from ..module_utils._argument_spec import connection_arguments, selector_arguments
from ..module_utils._members import select
from ..module_utils._module import WebexModule, exit_with_lines, webex_client


def main() -> None:
    module = WebexModule(
        argument_spec={**connection_arguments(), **selector_arguments()},
        supports_check_mode=True,
    )
    with webex_client(module) as client:
        selection = select(client, module.params, identify=True)
    exit_with_lines(module, selection)


if __name__ == "__main__":
    main()
