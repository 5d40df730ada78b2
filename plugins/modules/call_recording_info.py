#!/usr/bin/python
# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: call_recording_info
short_description: Read call recording settings of people, workspaces, and virtual lines
version_added: 0.9.0
description:
  - Reads the call recording settings of one, several, or all members of a Webex Calling organization, so that a play
    can assert on them. Members are people, workspaces, and virtual lines. Without a selector, all members are read. The
    option O(person_id) explains how selectors work together.
  - One task reads many members, with up to O(concurrency) parallel requests. The module slows down when Webex limits
    the rate.
  - A task fails if it cannot read a member. A check never passes for a member that was not read. The result of the
    failed task contains everything that was read.
  - A member whose calls cannot be recorded does not fail the task, for example a workspace without a Professional
    license. RV(members[].recordable) is V(false), and the settings say that nothing is recorded.
  - A member that the organization deletes while the task runs is left out with a warning, if each selector value still
    matches another member. Otherwise, the member could not be read.
  - Settings have no effect if recording of the organization is off, or if the terms of service of the recording vendor
    are not accepted. This module does not read that. Use M(webex.calling.call_recording_service_info).
  - People and workspaces come from the list of phone numbers and extensions. Someone who has neither cannot call, and
    is only found by ID or by e-mail address.
  - The access token needs the scope C(spark-admin:telephony_config_read), and for people also
    C(spark-admin:people_read). The token must belong to a full or location administrator of the organization. If it
    may read only some kinds, the task fails, names the missing scope, and returns what it read.
author:
  - The webex.calling contributors (@webex-calling)
extends_documentation_fragment:
  - webex.calling._webex
  - webex.calling._members
  - webex.calling._attributes
  - webex.calling._attributes.info_module
  - webex.calling._attributes.actiongroup_webex
notes:
  - To assert on the settings, C(register) the result. The module returns no C(ansible_facts), because its results do
    not describe the host that it runs on.
seealso:
  - ref: ansible_collections.webex.calling.docsite.guide_assertions
    description: How to assert on the settings of one member and of many members.
  - ref: ansible_collections.webex.calling.docsite.guide_audit
    description: How to audit a whole organization in one task.
  - module: webex.calling.call_recording_service_info
    description: Whether settings of members have effect in the organization.
  - module: webex.calling.call_recording_drift_info
    description: How to compare members with a policy or a baseline.
  - module: webex.calling.call_recording
    description: How to change settings.
  - module: webex.calling.connection_info
    description: Which kinds of members the access token can read.
  - plugin: webex.calling.recorded
    plugin_type: test
  - plugin: webex.calling.unrecorded
    plugin_type: test
  - name: Webex API reference of people
    description: Request that this module sends for each person.
    link: https://developer.webex.com/docs/api/v1/user-call-settings
  - name: Webex API reference of workspaces
    description: Request that this module sends for each workspace.
    link: https://developer.webex.com/docs/api/v1/workspace-call-settings
  - name: Webex API reference of virtual lines
    description: Request that this module sends for each virtual line.
    link: https://developer.webex.com/docs/api/v1/virtual-line-call-settings
"""

EXAMPLES = r"""
# These examples take the access token from the environment variable WEBEX_ACCESS_TOKEN.

- name: Read all members of the organization
  webex.calling.call_recording_info:
  register: organization

- name: Fail if a member does not record all calls
  ansible.builtin.assert:
    that:
      - organization.members | length > 0
      - not_recorded | length == 0
    fail_msg: "Not all calls are recorded of {{ not_recorded | map(attribute='name') | join(', ') }}"
    quiet: true
  vars:
    not_recorded: "{{ organization.members | rejectattr('call_recording', 'webex.calling.recorded') }}"

- name: Read two people by e-mail address
  webex.calling.call_recording_info:
    email:
      - ada.lovelace@example.com
      - bob.smith@example.com
  register: people

- name: Fail if one of the people does not record all calls
  ansible.builtin.assert:
    that:
      - people.members | length == 2
      - people.members | rejectattr('call_recording', 'webex.calling.recorded') | length == 0
    fail_msg: Not all calls are recorded.

- name: Read the workspaces of a location
  webex.calling.call_recording_info:
    kind: workspace
    location_name: Denver
  register: workspaces

- name: Show workspaces whose calls cannot be recorded
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.not_recordable.hint }}"
  loop: "{{ workspaces.members | rejectattr('recordable') }}"
  loop_control:
    label: "{{ item.name }}"

# Read a person from the shell, without a playbook:
#   ansible localhost -m webex.calling.call_recording_info -a email=ada.lovelace@example.com
"""

RETURN = r"""
call_recording:
  description:
    - Call recording settings of the member, if exactly one was read.
    - Contains only V(enabled=false) and V(record=Never) if RV(recordable) is V(false).
    - Contains all settings that Webex returns, in snake case, including settings that are not documented here. Settings
      that Webex omits are omitted, and null values are null.
    - Besides the keys below, with the keys of
      RV(webex.calling.virtual_line_call_recording_info#module:call_recording).
  returned: when the task succeeds and exactly one member was read
  type: dict
  sample:
    enabled: true
    record: Always
  contains:
    enabled:
      description: Whether call recording is enabled. RV(call_recording.record) determines which calls are recorded.
      type: bool
      returned: when Webex returns it
      sample: true
    record:
      description: Calls that are recorded, such as V(Always) or V(Never).
      type: str
      returned: when Webex returns it
      sample: Always
    start_stop_announcement_enabled:
      description: Whether an announcement is played when recording starts and stops. Only people have this setting.
      type: bool
      returned: when Webex returns it
      sample: false
    call_recording_access_settings:
      description: Access of the person to recordings. Only people have these settings.
      type: dict
      returned: when Webex returns it
      contains:
        view_and_play_recordings_enabled:
          description: Whether the person can view and play recordings.
          type: bool
          returned: when Webex returns it
          sample: true
        download_recordings_enabled:
          description: Whether the person can download recordings.
          type: bool
          returned: when Webex returns it
          sample: false
        delete_recordings_enabled:
          description: Whether the person can delete recordings.
          type: bool
          returned: when Webex returns it
          sample: false
        share_recordings_enabled:
          description: Whether the person can share recordings.
          type: bool
          returned: when Webex returns it
          sample: false
recordable:
  description: Whether calls of the member can be recorded, if exactly one was read.
  returned: when the task succeeds and exactly one member was read
  type: bool
  sample: true
members:
  description:
    - Selected members, each once. They are sorted by the values of the first selector that is given, in the order IDs,
      O(email), O(phone_number), O(extension), O(owner_name), O(location_name), O(location_id). Otherwise, people come
      first, then workspaces, then virtual lines.
    - If members were selected by IDs alone, each has its C(id), C(kind), and settings, but neither numbers nor a
      location, and C(name) is the ID.
  returned: when the selection succeeds
  type: list
  elements: dict
  contains:
    id:
      description: ID of the member.
      type: str
      returned: always
      sample: Y2lzY29zcGFyazovL3VzL1BFT1BMRS9iMzBjMzg4Zi1jOTM2
    kind:
      description: "Kind of the member: V(person), V(workspace), or V(virtual_line)."
      type: str
      returned: always
      sample: person
    name:
      description: "Display name of the member: its owner, else its number or extension, else its ID."
      type: str
      returned: always
      sample: Ada Lovelace
    first_name:
      description: First name of the owner.
      type: str
      returned: when a list was read and Webex returns it
      sample: Ada
    last_name:
      description: Last name of the owner.
      type: str
      returned: when a list was read and Webex returns it
      sample: Lovelace
    display_name:
      description: Name of the owner as one text.
      type: str
      returned: when Webex returns it
      sample: Board Room
    email:
      description: E-mail address of the person, as given.
      type: str
      returned: when the person was selected by O(email)
      sample: ada.lovelace@example.com
    number:
      description:
        - Primary number, with the keys C(external), C(extension), C(routing_prefix), and C(esn), as far as
          it has them.
      type: dict
      returned: when a list was read and the member has a number or an extension
      sample:
        external: "+15558675320"
        extension: "6120"
    numbers:
      description:
        - All numbers and extensions of the member, with the keys of RV(members[].number). The primary one comes first.
        - If O(email) is the only selector, mobile numbers are not included.
      type: list
      elements: dict
      returned: when a list was read and the member has a number or an extension
      sample:
        - external: "+15558675320"
          extension: "6120"
    location:
      description:
        - Location of the member, with the keys C(id) and C(name).
        - If O(email) is the only selector, the location has no C(name).
      type: dict
      returned: when a list was read and Webex returns it
      sample:
        id: Y2lzY29zcGFyazovL3VzL0xPQ0FUSU9OLzhmZjMwMjg2LWVhMzMtNDc2Nw
        name: Denver
    recordable:
      description: Whether calls of this member can be recorded.
      type: bool
      returned: when the settings are known
      sample: true
    not_recordable:
      description:
        - Response of Webex that says why calls of this member cannot be recorded, with the keys of
          RV(webex.calling.virtual_line_call_recording_info#module:virtual_lines[].not_recordable).
        - Such a member has no call recording service, no Professional license (workspaces), no Webex Calling license
          (people), or is a workspace for hot desking only.
      type: dict
      returned: when RV(members[].recordable) is V(false)
    call_recording:
      description:
        - Call recording settings of this member, with the same keys as RV(call_recording).
        - Contains only V(enabled=false) and V(record=Never) if RV(members[].recordable) is V(false).
      type: dict
      returned: when the settings are known
      sample:
        enabled: true
        record: Always
    error:
      description: Description of the failure to read this member, with the same keys as RV(error).
      type: dict
      returned: when the member could not be read
missing:
  description:
    - Selector values that match no member, with the keys of
      RV(webex.calling.virtual_line_call_recording_info#module:missing).
    - IDs without any other selector are not looked up in a list. Without O(allow_missing), such an ID that does not
      exist is a member that could not be read.
  returned: when the selectors were evaluated
  type: list
  elements: dict
  sample: []
error:
  description:
    - Description of the failure, with the keys of RV(webex.calling.virtual_line_call_recording_info#module:error).
    - If several members could not be read, the error of the first member. The message of the task names the missing
      scope of each kind.
  returned: failure
  type: dict
"""

from ..module_utils import _python  # noqa: F401  # pylint: disable=unused-import
from ..module_utils._argument_spec import connection_arguments, selector_arguments
from ..module_utils._call_recording import read_all, settle
from ..module_utils._kinds import KINDS
from ..module_utils._members import select
from ..module_utils._module import WebexModule, exit_with_read_results, webex_client


def main() -> None:
    module = WebexModule(
        argument_spec={**connection_arguments(), **selector_arguments(KINDS)},
        supports_check_mode=True,
    )
    with webex_client(module) as client:
        selection = select(client, module.params, KINDS)
        results = read_all(client, selection.members)
        outcome = settle(client, selection, results)
    exit_with_read_results(module, outcome, "members")


if __name__ == "__main__":
    main()
