#!/usr/bin/python
# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: call_recording
short_description: Manage call recording settings of people, workspaces, and virtual lines
version_added: 0.9.0
description:
  - Changes the call recording settings of one or many members of a Webex Calling organization. Members are people,
    workspaces, and virtual lines. Settings that are not given stay unchanged.
  - The module reads each member first, and changes the member only if a setting differs. The module then reads the
    member again, because Webex may accept settings without keeping them.
  - A member fails if a given setting was not applied, or if another documented setting changed as well. The module only
    warns if a setting changed that this collection does not know.
  - If any member cannot be changed as required, the task changes the other members, and then fails. If the task runs
    again, it changes only the members that still differ.
  - If calls of a member cannot be recorded, the member fails, unless the task only switches recording off with
    O(settings.enabled=false) or O(settings.record=Never). Such a task does not change the member.
  - Some organizations refuse other settings while recording is off. If Webex refuses a change to
    O(settings.enabled=false) with the code 4410, the module changes the other settings first, and then sends
    O(settings.enabled=false) alone. The module never enables recording, and never extends recording, for that purpose.
  - If Webex resets other settings when recording is switched off, the result lists them as changes, and the module
    warns. Check mode cannot predict such a reset.
  - The module never changes a member whose current settings were not read completely.
  - Selectors work as in M(webex.calling.call_recording_info), but at least one selector is required. A forgotten option
    can therefore not change a whole organization. To change all members of a kind that have a name, give
    O(owner_name=*) as well. Select members without a name by O(phone_number), O(extension), or ID.
  - The access token needs the scopes C(spark-admin:telephony_config_read) and C(spark-admin:telephony_config_write),
    and for people also C(spark-admin:people_read) and C(spark-admin:people_write). The token must belong to a full or
    location administrator of the organization.
author:
  - The webex.calling contributors (@webex-calling)
extends_documentation_fragment:
  - webex.calling._webex
  - webex.calling._members
  - webex.calling._settings.members
  - webex.calling._attributes
  - webex.calling._attributes.actiongroup_webex
attributes:
  check_mode:
    support: full
    details:
      - The module reads the members and returns what would change, but changes nothing.
  diff_mode:
    support: full
    details:
      - Shows only settings that differ, for each member.
  idempotent:
    support: full
notes:
  - Before recording can be enabled, an administrator must accept the terms of service of the recording vendor in
    Control Hub. Until then, Webex refuses the change. The error names the vendor and the address of its terms.
seealso:
  - ref: ansible_collections.webex.calling.docsite.guide_desired_state
    description: How to define the required settings, and how to try them without a change.
  - module: webex.calling.call_recording_info
    description: How to read settings.
  - module: webex.calling.call_recording_service_info
    description: Whether settings of members have effect in the organization.
  - module: webex.calling.call_recording_drift_info
    description: How to find the members that differ from a policy or a baseline.
  - plugin: webex.calling.call_recording_settings
    plugin_type: filter
  - name: Webex API reference of people
    description: Requests that this module sends for each person.
    link: https://developer.webex.com/docs/api/v1/user-call-settings
  - name: Webex API reference of workspaces
    description: Requests that this module sends for each workspace.
    link: https://developer.webex.com/docs/api/v1/workspace-call-settings
  - name: Webex API reference of virtual lines
    description: Requests that this module sends for each virtual line.
    link: https://developer.webex.com/docs/api/v1/virtual-line-call-settings
"""

EXAMPLES = r"""
# These examples take the access token from the environment variable WEBEX_ACCESS_TOKEN.

- name: Record the calls of two people
  webex.calling.call_recording:
    email:
      - ada.lovelace@example.com
      - bob.smith@example.com
    settings:
      enabled: true
      record: Always
  register: people

- name: Record the calls of everybody in a location, and announce the recording
  webex.calling.call_recording:
    location_name: München
    settings:
      enabled: true
      record: Always
      start_stop_announcement:
        pstn_calls_enabled: true
  register: location

- name: Do not record the workspaces of a location
  webex.calling.call_recording:
    kind: workspace
    location_name: Denver
    settings:
      enabled: false

- name: Read the current settings of a person
  webex.calling.call_recording_info:
    person_id: "{{ person }}"
  register: before

- name: Stop the recording for some time
  webex.calling.call_recording:
    person_id: "{{ person }}"
    settings:
      record: Never

- name: Restore the settings
  webex.calling.call_recording:
    person_id: "{{ person }}"
    settings: "{{ before.call_recording | webex.calling.call_recording_settings(kind='person') }}"

# Show what would change, from the shell:
#   ansible localhost --check --diff -m webex.calling.call_recording \
#     -a '{"email": "ada.lovelace@example.com", "settings": {"enabled": true, "record": "Always"}}'
"""

RETURN = r"""
call_recording:
  description:
    - Call recording settings after the task, as read from Webex, with the keys of
      RV(webex.calling.call_recording_info#module:call_recording).
    - In check mode, the settings that would result.
  returned: when the task succeeds and exactly one member was selected
  type: dict
  sample:
    enabled: true
    record: Always
recordable:
  description: Whether calls of the member can be recorded, if exactly one was selected.
  returned: when the task succeeds and exactly one member was selected
  type: bool
  sample: true
members:
  description:
    - Selected members, each once, and what was changed. Besides the keys below, each member has the keys of
      RV(webex.calling.call_recording_info#module:members).
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
      sample: Bob Smith
    recordable:
      description: Whether calls of this member can be recorded.
      type: bool
      returned: when the settings are known
      sample: true
    not_recordable:
      description:
        - Response of Webex that says why calls of this member cannot be recorded, with the keys of
          RV(webex.calling.virtual_line_call_recording_info#module:virtual_lines[].not_recordable).
      type: dict
      returned: when RV(members[].recordable) is V(false)
    call_recording:
      description:
        - Call recording settings of this member after the task. In check mode, the settings that would result.
        - After a refused change, the module reads the settings again.
      type: dict
      returned: when the settings are known
      sample:
        enabled: true
        record: Always
    changed:
      description:
        - Whether this member was changed, or would be changed in check mode.
        - The value can be V(true) together with RV(members[].error), if Webex accepted a change but did not apply
          it as required. The same applies if no response came, so that the outcome is unknown.
      type: bool
      returned: always
      sample: true
    changes:
      description:
        - Settings that differed from the required settings, and settings that Webex changed with them.
        - If RV(members[].changed) is V(false), Webex refused these changes.
      type: list
      elements: dict
      returned: always
      contains:
        setting:
          description: Name of the setting.
          type: str
          returned: always
          sample: notification.type
        before:
          description: Previous value.
          type: raw
          returned: when the member had this setting
          sample: None
        after:
          description: New value.
          type: raw
          returned: when the member has this setting after the change
          sample: Beep
    error:
      description:
        - Description of the failure, with the keys of
          RV(webex.calling.virtual_line_call_recording_info#module:error).
      type: dict
      returned: when the member could not be changed as required
missing:
  description:
    - Selector values that match no member, with the keys of
      RV(webex.calling.virtual_line_call_recording_info#module:missing).
  returned: when the selectors were evaluated
  type: list
  elements: dict
  sample: []
error:
  description:
    - Description of the failure, with the keys of RV(webex.calling.virtual_line_call_recording_info#module:error).
    - If several members failed, the error of the first member.
  returned: failure
  type: dict
"""

from ..module_utils import _python  # noqa: F401  # pylint: disable=unused-import
from ..module_utils._argument_spec import connection_arguments, selector_arguments
from ..module_utils._call_recording import settle
from ..module_utils._kinds import EXTRA_SETTINGS, KINDS
from ..module_utils._members import select
from ..module_utils._module import WebexModule, exit_with_write_results, webex_client
from ..module_utils._settings import desired_settings, settings_arguments
from ..module_utils._writing import write_all


def main() -> None:
    settings = {"type": "dict", "required": True, "options": settings_arguments(EXTRA_SETTINGS)}
    module = WebexModule(
        argument_spec={**connection_arguments(), **selector_arguments(KINDS), "settings": settings},
        supports_check_mode=True,
    )
    with webex_client(module) as client:
        desired = desired_settings(module.params["settings"])
        selection = select(client, module.params, KINDS, require_selector=True)
        results = write_all(client, selection.members, desired, check_only=module.check_mode)
        outcome = settle(client, selection, results)
    exit_with_write_results(module, outcome, "members")


if __name__ == "__main__":
    main()
