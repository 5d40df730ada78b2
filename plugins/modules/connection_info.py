#!/usr/bin/python
# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: connection_info
short_description: Show what an access token can reach
version_added: 0.9.0
description:
  - Shows the organization of an access token, which members the token can list and read, and which proxy and
    certificates are used. Members are people, workspaces, and virtual lines.
  - Run this module first, and include its result in reports of problems.
  - Shows as well how the organization differs from what this collection knows, such as keys or error codes that the
    documentation does not mention. RV(differences) contains no names, numbers, or IDs.
  - Sends one request for the recording service, and at most two for each kind of members. The module changes nothing.
  - Succeeds even if something cannot be reached, unless O(required) contains it. Fails if Webex refuses the access
    token. The result of a task that fails because of O(required) contains everything that was found.
author:
  - The webex.calling contributors (@webex-calling)
extends_documentation_fragment:
  - webex.calling._webex
  - webex.calling._attributes
  - webex.calling._attributes.info_module
  - webex.calling._attributes.actiongroup_webex
options:
  required:
    description:
      - Kinds of members that the access token must be able to list and read. The task fails if one cannot be reached.
        If not set, nothing is required. An empty list fails the task.
      - V(service) stands for the recording service of the organization, which only full and read-only administrators
        can read.
      - A kind without members can be listed. Whether its settings can be read is unknown then, which is no failure.
    type: list
    elements: str
    choices:
      - person
      - workspace
      - virtual_line
      - service
seealso:
  - ref: ansible_collections.webex.calling.docsite.guide_start
    description: First steps, from the access token to the first check.
  - module: webex.calling.call_recording_info
  - module: webex.calling.call_recording_service_info
"""

EXAMPLES = r"""
# These examples take the access token from the environment variable WEBEX_ACCESS_TOKEN.

- name: Show what the access token can reach
  webex.calling.connection_info:
  register: connection

- name: Show the organization
  ansible.builtin.debug:
    msg: "{{ connection.organization.name }}, {{ connection.organization.id }}"

- name: Fail if people or workspaces cannot be read
  webex.calling.connection_info:
    required:
      - person
      - workspace

# Show it from the shell, without a playbook:
#   ansible localhost -m webex.calling.connection_info
"""

RETURN = r"""
organization:
  description: Organization whose members are read.
  returned: when the options are valid, and Webex does not refuse the access token
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
kinds:
  description: Access of the token to each kind of members.
  returned: when RV(organization) is returned
  type: list
  elements: dict
  contains:
    kind:
      description: "Kind of the members: V(person), V(workspace), or V(virtual_line)."
      type: str
      returned: always
      sample: person
    listed:
      description: Whether members of this kind can be listed.
      type: bool
      returned: always
      sample: true
    list_error:
      description:
        - Description of the failure to list members, with the keys of
          RV(webex.calling.virtual_line_call_recording_info#module:error).
      type: dict
      returned: when members of this kind cannot be listed
    readable:
      description:
        - Whether the call recording settings of one member can be read. Null if there is no member, and if members
          cannot be listed.
      type: bool
      returned: always
      sample: false
    error:
      description:
        - Description of the failure to read the settings of one member, with the keys of
          RV(webex.calling.virtual_line_call_recording_info#module:error).
      type: dict
      returned: when the settings cannot be read
service:
  description: Whether the recording service of the organization can be read.
  returned: when RV(organization) is returned
  type: dict
  contains:
    readable:
      description: Whether the token can read the recording service. Only full and read-only administrators can.
      type: bool
      returned: always
      sample: true
    error:
      description:
        - Description of the failure, with the keys of RV(webex.calling.virtual_line_call_recording_info#module:error).
      type: dict
      returned: when the recording service cannot be read
api_url:
  description: Address of the Webex API.
  returned: when RV(organization) is returned
  type: str
  sample: https://webexapis.com/v1
proxy:
  description: Host and port of the proxy in use. Null without a proxy.
  returned: when RV(organization) is returned
  type: str
  sample: proxy.example.com:3128
certificates:
  description:
    - Sources of the trusted certificates. V(system) stands for the certificates of the system, and other values for an
      environment variable or for O(ca_path). Empty if O(validate_certs=false).
  returned: when RV(organization) is returned
  type: list
  elements: str
  sample:
    - system
differences:
  description: Differences between the responses of Webex and the documentation of this collection.
  returned: when RV(organization) is returned
  type: list
  elements: dict
  contains:
    where:
      description: Request whose response differs.
      type: str
      returned: always
      sample: settings of a person
    what:
      description: "Type of the difference: V(key), V(value of record), V(error), V(page size), or V(organization)."
      type: str
      returned: always
      sample: key
    value:
      description: Key, value, status and code, or number of rows. V(not org_id) if Webex returned another organization.
      type: str
      returned: always
      sample: repeat.audience
requests:
  description: Number of requests, with repetitions.
  returned: when RV(organization) is returned
  type: int
  sample: 7
error:
  description:
    - Description of the failure, with the keys of RV(webex.calling.virtual_line_call_recording_info#module:error).
  returned: failure
  type: dict
"""

from ..module_utils import _python  # noqa: F401  # pylint: disable=unused-import
from ..module_utils._argument_spec import connection_arguments
from ..module_utils._error_hints import EMPTY_OPTION
from ..module_utils._errors import OptionError
from ..module_utils._inspection import SERVICE, inspect, missing_access
from ..module_utils._kinds import KINDS
from ..module_utils._module import WebexModule, exit_with_inspection, webex_client


def main() -> None:
    choices = [*(kind.name for kind in KINDS), SERVICE]
    module = WebexModule(
        argument_spec={
            **connection_arguments(),
            "required": {"type": "list", "elements": "str", "choices": choices},
        },
        supports_check_mode=True,
    )
    with webex_client(module) as client:
        if module.params["required"] == []:
            # An unset variable must not turn off the check.
            raise OptionError("required is an empty list", EMPTY_OPTION)
        result = inspect(client)
    exit_with_inspection(module, result, missing_access(result, module.params["required"] or []))


if __name__ == "__main__":
    main()
