#!/usr/bin/python
# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: virtual_line_call_recording_info
short_description: Read how Webex Calling records the calls of virtual lines
version_added: 0.1.0
description:
  - Reads the call recording settings of one, several or all virtual lines of Webex Calling, so that a play can assert
    on them.
  - One task reads many lines at once, O(concurrency) of them at a time. When Webex asks to slow down, it does.
  - If any line cannot be read, the task fails, so that a check never passes for a line that nobody looked at. What
    could be read is in the result of the failed task as well.
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
notes:
  - To assert on the settings, C(register) the result. The module returns no C(ansible_facts), as its results are not
    about the host that it runs on.
seealso:
  - ref: ansible_collections.webex.calling.docsite.guide_assertions
    description: How to assert on the settings, for one line and for many.
  - ref: ansible_collections.webex.calling.docsite.guide_audit
    description: How to audit a whole organization in one task.
  - module: webex.calling.virtual_line_info
  - name: Webex API reference
    description: The request that this module makes.
    link: https://developer.webex.com/docs/api/v1/virtual-line-call-settings
"""

EXAMPLES = r"""
# The token comes from the environment variable WEBEX_ACCESS_TOKEN in these examples.

- name: Read the call recording settings of a virtual line
  webex.calling.virtual_line_call_recording_info:
    virtual_line_id: "{{ reception_line }}"
  register: reception

- name: Make sure that all its calls are recorded
  ansible.builtin.assert:
    that:
      - reception.call_recording.enabled
      - reception.call_recording.record == "Always"
    fail_msg: "The line records {{ reception.call_recording.record }}, but must record Always."

- name: Read several virtual lines at once
  webex.calling.virtual_line_call_recording_info:
    virtual_line_id:
      - "{{ reception_line }}"
      - "{{ sales_line }}"
  register: recording

- name: Make sure that each of them records all calls
  ansible.builtin.assert:
    that: recording.virtual_lines | rejectattr("call_recording.record", "in", recorded) | length == 0
    fail_msg: >-
      Not all calls are recorded on
      {{ recording.virtual_lines | rejectattr("call_recording.record", "in", recorded) | map(attribute="id") | join(",
      ") }}
  vars:
    recorded:
      - Always
      - Always with Pause/Resume

- name: Read all lines of two locations
  webex.calling.virtual_line_call_recording_info:
    location_name:
      - München
      - São Paulo
  register: locations

- name: Show those that are not recorded, by name
  ansible.builtin.debug:
    msg: >-
      {{ item.first_name | default("") }} {{ item.last_name | default("") }}
      {{ item.number.external | default(item.number.extension | default("without a number")) }}
      in {{ item.location.name }}
  loop: "{{ locations.virtual_lines | selectattr('call_recording.record', '==', 'Never') }}"
  loop_control:
    label: "{{ item.id }}"

- name: Read the line with this number, without knowing its id
  webex.calling.virtual_line_call_recording_info:
    phone_number: "+15558675312"
  register: by_number

- name: Settings that Webex may leave out want a default
  ansible.builtin.debug:
    msg: >-
      Recorded by {{ reception.call_recording.service_provider | default("nobody yet") }},
      internal incoming calls:
      {{ (reception.call_recording.selective_call_recording_settings |
      default({})).record_inbound_internal_calls_enabled
         | default("as all others") }}

- name: Carry on where a line does not exist any more, but fail for every other error
  webex.calling.virtual_line_call_recording_info:
    virtual_line_id: "{{ retired_line }}"
  register: retired
  failed_when: retired is failed and retired.error.status | default(0) != 404

- name: Read every line of a customer's organization, as the customer's partner
  webex.calling.virtual_line_call_recording_info:
    org_id: "{{ customer_organization }}"
    access_token: "{{ partner_token }}"
  register: customer

- name: Sign in once for all tasks of a block, with the refresh token of a service app
  module_defaults:
    group/webex.calling.webex:
      client_id: "{{ app_client_id }}"
      client_secret: "{{ app_client_secret }}"
      refresh_token: "{{ app_refresh_token }}"
  block:
    - name: Read a virtual line
      webex.calling.virtual_line_call_recording_info:
        virtual_line_id: "{{ sales_line }}"
      register: sales

# From the shell, without a playbook:
#   ansible localhost -m webex.calling.virtual_line_call_recording_info -a virtual_line_id=Y2lz...
"""

RETURN = r"""
call_recording:
  description:
    - The call recording settings, if exactly one virtual line was read.
    - All settings that Webex returns are there, in snake case, including those that are not listed here. What Webex
      leaves out is left out, and what is null is null.
  returned: success, when exactly one virtual line was read
  type: dict
  sample:
    enabled: true
    record: Never
    record_voicemail_enabled: false
    notification:
      enabled: false
      type: None
    repeat:
      interval: 15
      enabled: false
    service_provider: WSWYZ25455
    external_group: WSWYZ25455L31161
    external_identifier: a34iidrh5o@64941297.int10.bcld.webex.com
    start_stop_announcement:
      internal_calls_enabled: false
      pstn_calls_enabled: false
  contains: &settings
    enabled:
      description: Whether call recording is enabled. RV(call_recording.record) tells what is recorded then.
      type: bool
      returned: as a rule
      sample: true
    record:
      description:
        - Which calls are recorded.
        - V(Always) - all incoming and outgoing calls. The user has no control over it.
        - V(Never) - no calls.
        - V(Always with Pause/Resume) - all calls. The user may pause and resume, but not stop.
        - V(On Demand with User Initiated Start) - from the moment the user enters C(*44). The user may pause, resume
          and stop.
        - Webex may return other values, such as the older V(On Demand).
      type: str
      returned: as a rule
      sample: Always
    record_voicemail_enabled:
      description: Whether voicemail messages are recorded too.
      type: bool
      returned: as a rule
      sample: false
    notification:
      description: What is played when the user pauses or resumes the recording.
      type: dict
      returned: as a rule
      sample:
        type: Beep
        enabled: true
      contains:
        type:
          description: "The kind of notification: V(None), V(Beep) or V(Play Announcement)."
          type: str
          returned: as a rule
          sample: Beep
        enabled:
          description: Whether the notification is played.
          type: bool
          returned: as a rule
          sample: true
    repeat:
      description: The beep that is played over and over during a recorded call.
      type: dict
      returned: as a rule
      sample:
        interval: 15
        enabled: false
      contains:
        interval:
          description: The time between two beeps in seconds, from 10 to 1800.
          type: int
          returned: as a rule
          sample: 15
        enabled:
          description: Whether the beep is played.
          type: bool
          returned: as a rule
          sample: false
    service_provider:
      description: The name of the recording provider.
      type: str
      returned: when a provider is set up for the line
      sample: WSWYZ25455
    external_group:
      description: The group that the recording provider uses.
      type: str
      returned: when a provider is set up for the line
      sample: WSWYZ25455L31161
    external_identifier:
      description: The identifier of the line at the recording provider.
      type: str
      returned: when a provider is set up for the line
      sample: a34iidrh5o@64941297.int10.bcld.webex.com
    start_stop_announcement:
      description: For which calls an announcement tells that recording starts and ends.
      type: dict
      returned: as a rule
      sample:
        internal_calls_enabled: false
        pstn_calls_enabled: true
      contains:
        internal_calls_enabled:
          description: Whether it is announced in calls within the organization.
          type: bool
          returned: as a rule
          sample: false
        pstn_calls_enabled:
          description: Whether it is announced in calls from and to the public telephone network.
          type: bool
          returned: as a rule
          sample: true
    selective_call_recording_settings:
      description:
        - Which kinds of calls are recorded at all.
        - It takes effect only while RV(call_recording.record) is V(Always) or V(Always with Pause/Resume).
      type: dict
      returned: when the organization has selective call recording
      sample:
        record_inbound_internal_calls_enabled: false
        record_inbound_external_calls_enabled: true
        record_outbound_internal_calls_enabled: false
        record_outbound_external_calls_enabled: true
      contains:
        record_inbound_internal_calls_enabled:
          description: Whether incoming calls from within the organization are recorded.
          type: bool
          returned: as a rule
          sample: false
        record_inbound_external_calls_enabled:
          description: Whether incoming calls from outside are recorded.
          type: bool
          returned: as a rule
          sample: true
        record_outbound_internal_calls_enabled:
          description: Whether outgoing calls within the organization are recorded.
          type: bool
          returned: as a rule
          sample: false
        record_outbound_external_calls_enabled:
          description: Whether outgoing calls to the outside are recorded.
          type: bool
          returned: as a rule
          sample: true
virtual_lines:
  description:
    - The virtual lines that were asked for, each once. They are in the order asked for, by the first of the options
      that is given, in the order of this page; within that, and without any option, as Webex lists them.
    - If lines were selected by anything but ids alone, each has its names, numbers and location as well, with the keys
      that M(webex.calling.virtual_line_info) returns.
  returned: success, and failure once reading had begun
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the virtual line.
      type: str
      returned: always
      sample: Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfTElORS9iMzBjMzg4Zi1jOTM2
    call_recording:
      description: The call recording settings of this line, with the same keys as RV(call_recording).
      type: dict
      returned: when the line could be read
      contains: *settings
    error:
      description: Why this line could not be read, with the same keys as RV(error).
      type: dict
      returned: when the line could not be read
      contains: &error
        status:
          description: The HTTP status of the answer. Null if there was no answer.
          type: int
          returned: always
          sample: 404
        reason:
          description:
            - A short name of the failure. Where there is a status, it is the phrase that belongs to it.
            - If there was no answer, it is one of V(Host name not found), V(Connection refused), V(Connection broken),
              V(Timed out), V(TLS certificate not trusted), V(TLS failed), V(Proxy failed), V(Answer cut short) and
              V(Request failed).
            - If the answer could not be used, it is V(Not JSON), V(Not a JSON object), V(Pages that do not fit
              together) or V(No access token in the answer).
            - If something that was asked for does not exist, it is V(No match).
            - If the task was ended before its time, it is V(Interrupted).
            - If no request was made, it is V(Invalid options).
          type: str
          returned: always
          sample: Not Found
        message:
          description: What Webex says of it, or the system. Null if nothing was said.
          type: str
          returned: always
          sample: The requested resource could not be found.
        code:
          description: Webex's own error code. Null if there is none.
          type: str
          returned: always
          sample: "4410"
        tracking_id:
          description: The tracking id that Webex support asks for. Null if the request did not leave this host.
          type: str
          returned: always
          sample: ROUTERGW_00000000-0000-0000-0000-000000000000
        retry_after:
          description: So many seconds Webex wanted to be left alone. Null if it did not say.
          type: int
          returned: always
          sample: 30
        virtual_line_id:
          description: The ID of the virtual line in question. Null if the failure is not about one line.
          type: str
          returned: always
          sample: Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfTElORS9iMzBjMzg4Zi1jOTM2
        hint:
          description: What to do about it.
          type: str
          returned: always
          sample: There is no such virtual line in this organization.
missing:
  description:
    - What was asked for and matches no virtual line. Without O(allow_missing) the task fails if there is any, except
      that an id that was taken as it is fails as a line that could not be read.
  returned: success, and failure
  type: list
  elements: dict
  contains:
    selector:
      description: The option.
      type: str
      returned: always
      sample: location_name
    value:
      description: The value.
      type: str
      returned: always
      sample: Denvr
error:
  description: What failed. If several lines could not be read, it is the error of the first.
  returned: failure
  type: dict
  contains: *error
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._argument_spec import connection_arguments, selector_arguments
from ..module_utils._call_recording import read_all
from ..module_utils._module import exit_with_read_results, webex_client
from ..module_utils._members import select


def main() -> None:
    module = AnsibleModule(
        argument_spec={**connection_arguments(), **selector_arguments()},
        supports_check_mode=True,
    )
    with webex_client(module) as client:
        selection = select(client, module.params)
        results = read_all(client, selection.lines)
    exit_with_read_results(module, results, selection.missing)


if __name__ == "__main__":
    main()
