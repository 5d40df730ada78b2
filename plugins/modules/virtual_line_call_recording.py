#!/usr/bin/python
# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: virtual_line_call_recording
short_description: Make Webex Calling record the calls of virtual lines as wanted
version_added: 0.1.0
description:
  - Makes the call recording settings of one or many virtual lines of Webex Calling as they are wanted. What is not
    stated stays as it is.
  - Each line is read first, changed only if anything differs, and read once more, as Webex is known to accept settings
    without keeping them. A line that is not as wanted then, or on which another of the settings below has changed,
    fails. If anything else has changed that was sent as it had been read, the module warns.
  - If any line cannot be brought to the wanted settings, the task fails, after it has done the others. Run again, it
    does what is left to do.
  - Selects lines as M(webex.calling.virtual_line_call_recording_info) does, but at least one of these options is
    required, so that nobody changes a whole organization by leaving one out.
  - The token needs the scopes C(spark-admin:telephony_config_read) and C(spark-admin:telephony_config_write), and
    must be that of a full, user or location administrator of the organization.
author:
  - The webex.calling contributors (@webex-calling)
extends_documentation_fragment:
  - webex.calling.webex
  - webex.calling.selectors
  - webex.calling.attributes
  - webex.calling.attributes.actiongroup_webex
attributes:
  check_mode:
    support: full
    details:
      - Does everything but the change, and tells what it would do.
  diff_mode:
    support: full
    details:
      - Shows what differs, and nothing else, line by line.
options:
  settings:
    description:
      - The settings that are wanted, in the words of the results. At least one has to be stated.
      - The filter P(webex.calling.writable_settings#filter) makes them of settings that were read.
    type: dict
    required: true
    suboptions:
      enabled:
        description: Whether call recording is enabled. O(settings.record) tells what is recorded then.
        type: bool
      record:
        description:
          - Which calls are recorded.
          - V(Always) - all incoming and outgoing calls. The user has no control over it.
          - V(Never) - no calls.
          - V(Always with Pause/Resume) - all calls. The user may pause and resume, but not stop.
          - V(On Demand with User Initiated Start) - from the moment the user enters C(*44). The user may pause, resume
            and stop.
          - V(On Demand) - an older word that some organizations still have.
        type: str
        choices:
          - Always
          - Never
          - Always with Pause/Resume
          - On Demand with User Initiated Start
          - On Demand
      record_voicemail_enabled:
        description: Whether voicemail messages are recorded too.
        type: bool
      notification:
        description: What is played when the user pauses or resumes the recording.
        type: dict
        suboptions:
          type:
            description:
              - The kind of notification.
              - Where it is V(None), and O(settings.notification.enabled) is made V(true), Webex makes it V(Beep). To
                ask for V(None) and V(true) is an error.
            type: str
            choices:
              - None
              - Beep
              - Play Announcement
          enabled:
            description: Whether the notification is played.
            type: bool
      repeat:
        description: The beep that is played over and over during a recorded call.
        type: dict
        suboptions:
          interval:
            description: The time between two beeps in seconds, from 10 to 1800.
            type: int
          enabled:
            description: Whether the beep is played.
            type: bool
      start_stop_announcement:
        description: For which calls an announcement tells that recording starts and ends.
        type: dict
        suboptions:
          internal_calls_enabled:
            description: Whether it is announced in calls within the organization.
            type: bool
          pstn_calls_enabled:
            description: Whether it is announced in calls from and to the public telephone network.
            type: bool
      selective_call_recording_settings:
        description:
          - Which kinds of calls are recorded at all.
          - It takes effect only while O(settings.record) is V(Always) or V(Always with Pause/Resume). The module warns
            where it has none.
        type: dict
        suboptions:
          record_inbound_internal_calls_enabled:
            description: Whether incoming calls from within the organization are recorded.
            type: bool
          record_inbound_external_calls_enabled:
            description: Whether incoming calls from outside are recorded.
            type: bool
          record_outbound_internal_calls_enabled:
            description: Whether outgoing calls within the organization are recorded.
            type: bool
          record_outbound_external_calls_enabled:
            description: Whether outgoing calls to the outside are recorded.
            type: bool
notes:
  - Before recording can be enabled, an administrator has to accept the terms of service of the recording provider in
    Control Hub. Webex refuses until then, and the error names the provider and the address of its terms.
seealso:
  - ref: ansible_collections.webex.calling.docsite.guide_desired_state
    description: How to say what is wanted, and how to try it without changing anything.
  - module: webex.calling.virtual_line_call_recording_info
  - plugin: webex.calling.writable_settings
    plugin_type: filter
  - name: Webex API reference
    description: The requests that this module makes.
    link: https://developer.webex.com/docs/api/v1/virtual-line-call-settings
"""

EXAMPLES = r"""
# The token comes from the environment variable WEBEX_ACCESS_TOKEN in these examples.

- name: Record all calls of a line
  webex.calling.virtual_line_call_recording:
    virtual_line_id: "{{ reception_line }}"
    settings:
      enabled: true
      record: Always
  register: reception

- name: Record all calls of two offices, and beep every minute
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

- name: Read how a line is recorded now
  webex.calling.virtual_line_call_recording_info:
    virtual_line_id: "{{ sales_line }}"
  register: before

- name: Stop recording it for a while
  webex.calling.virtual_line_call_recording:
    virtual_line_id: "{{ sales_line }}"
    settings:
      record: Never

- name: Put back what was read
  webex.calling.virtual_line_call_recording:
    virtual_line_id: "{{ sales_line }}"
    settings: "{{ before.call_recording | webex.calling.writable_settings }}"

- name: Make sure that nothing has to be changed, without changing anything
  webex.calling.virtual_line_call_recording:
    virtual_line_id: "{{ reception_line }}"
    settings:
      record: Always
  check_mode: true
  register: check
  failed_when: check is failed or check is changed

# From the shell, to see what would be changed:
#   ansible localhost --check --diff -m webex.calling.virtual_line_call_recording \
#     -a '{"location_name": "Denver", "settings": {"enabled": true, "record": "Always"}}'
"""

RETURN = r"""
call_recording:
  description:
    - The call recording settings as they are afterwards, if exactly one virtual line was selected; with the keys that
      M(webex.calling.virtual_line_call_recording_info) returns.
    - In check mode, as they would be.
  returned: success, when exactly one virtual line was selected
  type: dict
  sample:
    enabled: true
    record: Always
virtual_lines:
  description:
    - The virtual lines that were selected, each once, as M(webex.calling.virtual_line_call_recording_info) returns
      them, and what was done with each.
  returned: success, and failure once a line was looked at
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the virtual line.
      type: str
      returned: always
      sample: Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfTElORS9iMzBjMzg4Zi1jOTM2
    call_recording:
      description: The call recording settings of this line as they are afterwards, or in check mode, as they would be.
      type: dict
      returned: when it is known
      sample:
        enabled: true
        record: Always
    changed:
      description:
        - Whether this line was changed, or in check mode, would be.
        - It can be V(true) beside RV(virtual_lines[].error), if Webex took a change but did not make it as wanted, or
          if nobody knows whether it was made as no answer came.
      type: bool
      returned: always
      sample: true
    changes:
      description: What differed from what is wanted, and what else changes with it.
      type: list
      elements: dict
      returned: always
      contains:
        path:
          description: The setting.
          type: str
          returned: always
          sample: notification.type
        before:
          description: What it was.
          type: raw
          returned: when it was there
          sample: None
        after:
          description: What it is meant to be.
          type: raw
          returned: always
          sample: Beep
    error:
      description:
        - Why this line could not be brought to the wanted settings, with the keys that
          M(webex.calling.virtual_line_call_recording_info) documents.
        - Beside the reasons that are documented there, V(Not as asked) tells that Webex accepted a change but did not
          make it so.
      type: dict
      returned: when it could not
missing:
  description:
    - What was asked for and matches no virtual line, as M(webex.calling.virtual_line_call_recording_info) returns it.
  returned: success, and failure
  type: list
  elements: dict
  sample: []
error:
  description: What failed. If several lines did, it is the error of the first.
  returned: failure
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._argument_spec import connection_arguments, selector_arguments
from ..module_utils._call_recording import write_all
from ..module_utils._module import exit_with_write_results, webex_client
from ..module_utils._selectors import SELECTORS
from ..module_utils._settings import desired_settings, settings_arguments
from ..module_utils._members import select


def main() -> None:
    settings = {"type": "dict", "required": True, "options": settings_arguments()}
    module = AnsibleModule(
        argument_spec={**connection_arguments(), **selector_arguments(), "settings": settings},
        required_one_of=[[selector.option for selector in SELECTORS]],
        supports_check_mode=True,
    )
    with webex_client(module) as client:
        desired = desired_settings(module.params["settings"])
        selection = select(client, module.params, require_selector=True)
        results = write_all(client, selection.lines, desired, check_only=module.check_mode)
    exit_with_write_results(module, results, selection.missing)


if __name__ == "__main__":
    main()
