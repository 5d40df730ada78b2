#!/usr/bin/python
# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: virtual_line_call_recording
short_description: Manage call recording settings of Webex Calling virtual lines
version_added: 0.9.0
description:
  - Changes the call recording settings of one or many virtual lines of Webex Calling. Settings that are not given stay
    unchanged.
  - The module reads each line first, and changes the line only if a setting differs. The module then reads the line
    again, because Webex may accept settings without keeping them.
  - A line fails if a given setting was not applied, or if another documented setting changed as well. The module only
    warns if a setting changed that this collection does not know.
  - If any line cannot be changed as required, the task changes the other lines, and then fails. If the task runs again,
    it changes only the lines that still differ.
  - If calls of a line cannot be recorded, the line fails, unless the task only switches recording off with
    O(settings.enabled=false) or O(settings.record=Never). Such a task does not change the line.
  - Some organizations refuse other settings while recording is off. If Webex refuses a change to
    O(settings.enabled=false) with the code 4410, the module changes the other settings first, and then sends
    O(settings.enabled=false) alone. The module never enables recording, and never extends recording, for that purpose.
  - If Webex resets other settings when recording is switched off, the result lists them as changes, and the module
    warns. Check mode cannot predict such a reset.
  - The module never changes a line whose current settings were not read completely.
  - Selectors work as in M(webex.calling.virtual_line_call_recording_info), but at least one selector is required. A
    forgotten option can therefore not change a whole organization.
  - The access token needs the scopes C(spark-admin:telephony_config_read) and C(spark-admin:telephony_config_write).
    The token must belong to a full, user, or location administrator of the organization.
author:
  - The webex.calling contributors (@webex-calling)
extends_documentation_fragment:
  - webex.calling._webex
  - webex.calling._selectors
  - webex.calling._settings
  - webex.calling._attributes
  - webex.calling._attributes.actiongroup_webex
attributes:
  check_mode:
    support: full
    details:
      - The module reads the lines and returns what would change, but changes nothing.
  diff_mode:
    support: full
    details:
      - Shows only settings that differ, for each line.
  idempotent:
    support: full
notes:
  - Before recording can be enabled, an administrator must accept the terms of service of the recording vendor in
    Control Hub. Until then, Webex refuses the change. The error names the vendor and the address of its terms.
seealso:
  - ref: ansible_collections.webex.calling.docsite.guide_desired_state
    description: How to define the required settings, and how to try them without a change.
  - module: webex.calling.virtual_line_call_recording_info
    description: How to read settings.
  - module: webex.calling.call_recording
    description: The same for people, workspaces, and virtual lines.
  - module: webex.calling.call_recording_service_info
    description: Whether settings have effect in the organization.
  - plugin: webex.calling.call_recording_settings
    plugin_type: filter
  - name: Webex API reference
    description: Requests that this module sends.
    link: https://developer.webex.com/docs/api/v1/virtual-line-call-settings
"""

EXAMPLES = r"""
# These examples take the access token from the environment variable WEBEX_ACCESS_TOKEN.

- name: Record the calls of a virtual line
  webex.calling.virtual_line_call_recording:
    virtual_line_id: "{{ reception_line }}"
    settings:
      enabled: true
      record: Always
  register: reception

- name: Record the calls of two locations with pause and resume, and beep every minute
  webex.calling.virtual_line_call_recording:
    location_name:
      - München
      - São Paulo
    settings:
      enabled: true
      record: Always with Pause/Resume
      notification:
        type: Beep
        enabled: true
      repeat:
        interval: 60
        enabled: true
  register: offices

- name: Read the current settings of a virtual line
  webex.calling.virtual_line_call_recording_info:
    virtual_line_id: "{{ sales_line }}"
  register: before

- name: Stop the recording for some time
  webex.calling.virtual_line_call_recording:
    virtual_line_id: "{{ sales_line }}"
    settings:
      record: Never

- name: Restore the settings
  webex.calling.virtual_line_call_recording:
    virtual_line_id: "{{ sales_line }}"
    settings: "{{ before.call_recording | webex.calling.call_recording_settings }}"

- name: Fail if the settings differ, without changing them
  webex.calling.virtual_line_call_recording:
    virtual_line_id: "{{ reception_line }}"
    settings:
      enabled: true
      record: Always
  check_mode: true
  register: check
  failed_when: check is failed or check is changed

# Show what would change, from the shell:
#   ansible localhost --check --diff -m webex.calling.virtual_line_call_recording \
#     -a '{"location_name": "Denver", "settings": {"enabled": true, "record": "Always"}}'
"""

RETURN = r"""
call_recording:
  description:
    - Call recording settings after the task, as read from Webex, with the keys of
      RV(webex.calling.virtual_line_call_recording_info#module:call_recording).
    - In check mode, the settings that would result.
  returned: when the task succeeds and exactly one virtual line was selected
  type: dict
  sample:
    enabled: true
    record: Always
recordable:
  description: Whether calls of the virtual line can be recorded, if exactly one was selected.
  returned: when the task succeeds and exactly one virtual line was selected
  type: bool
  sample: true
virtual_lines:
  description:
    - Selected virtual lines, each once, and what was changed. Besides the keys below, each line has the keys of
      RV(webex.calling.virtual_line_call_recording_info#module:virtual_lines).
  returned: when the selection succeeds
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
    recordable:
      description: Whether calls of this line can be recorded.
      type: bool
      returned: when the settings are known
      sample: true
    not_recordable:
      description:
        - Response of Webex that says why calls of this line cannot be recorded, with the keys of
          RV(webex.calling.virtual_line_call_recording_info#module:virtual_lines[].not_recordable).
      type: dict
      returned: when RV(virtual_lines[].recordable) is V(false)
    call_recording:
      description:
        - Call recording settings of this line after the task. In check mode, the settings that would result.
        - After a refused change, the module reads the settings again.
      type: dict
      returned: when the settings are known
      sample:
        enabled: true
        record: Always
    changed:
      description:
        - Whether this line was changed, or would be changed in check mode.
        - The value can be V(true) together with RV(virtual_lines[].error), if Webex accepted a change but did not apply
          it as required. The same applies if no response came, so that the outcome is unknown.
      type: bool
      returned: always
      sample: true
    changes:
      description:
        - Settings that differed from the required settings, and settings that Webex changed with them.
        - If RV(virtual_lines[].changed) is V(false), Webex refused these changes.
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
          returned: when the line had this setting
          sample: None
        after:
          description: New value.
          type: raw
          returned: when the line has this setting after the change
          sample: Beep
    error:
      description:
        - Description of the failure, with the keys of
          RV(webex.calling.virtual_line_call_recording_info#module:error).
      type: dict
      returned: when the line could not be changed as required
missing:
  description:
    - Selector values that match no virtual line, with the keys of
      RV(webex.calling.virtual_line_call_recording_info#module:missing).
  returned: when the selectors were evaluated
  type: list
  elements: dict
  sample: []
error:
  description:
    - Description of the failure, with the keys of RV(webex.calling.virtual_line_call_recording_info#module:error).
    - If several lines failed, the error of the first line.
  returned: failure
  type: dict
"""

from ..module_utils import _python  # noqa: F401  # pylint: disable=unused-import
from ..module_utils._argument_spec import connection_arguments, selector_arguments
from ..module_utils._call_recording import settle
from ..module_utils._members import select
from ..module_utils._module import WebexModule, exit_with_write_results, webex_client
from ..module_utils._settings import desired_settings, settings_arguments
from ..module_utils._writing import write_all


def main() -> None:
    settings = {"type": "dict", "required": True, "options": settings_arguments()}
    module = WebexModule(
        argument_spec={**connection_arguments(), **selector_arguments(), "settings": settings},
        supports_check_mode=True,
    )
    with webex_client(module) as client:
        desired = desired_settings(module.params["settings"])
        selection = select(client, module.params, require_selector=True)
        results = write_all(client, selection.members, desired, check_only=module.check_mode)
        outcome = settle(client, selection, results)
    exit_with_write_results(module, outcome)


if __name__ == "__main__":
    main()
