#!/usr/bin/python
# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: virtual_line_call_recording_info
short_description: Read call recording settings of Webex Calling virtual lines
version_added: 0.9.0
description:
  - Reads the call recording settings of one, several, or all virtual lines of Webex Calling, so that a play can assert
    on them. Without a selector, all virtual lines are read. The option O(virtual_line_id) explains how selectors work
    together.
  - One task reads many lines, with up to O(concurrency) parallel requests. The module slows down when Webex limits the
    rate.
  - A task fails if it cannot read a line. A check never passes for a line that was not read. The result of the failed
    task contains everything that was read.
  - A line whose calls cannot be recorded does not fail the task. RV(virtual_lines[].recordable) is V(false), and the
    settings say that nothing is recorded.
  - A line that the organization deletes while the task runs is left out with a warning, if each selector value still
    matches another line. Otherwise, the line could not be read. A line counts as deleted if Webex no longer lists it.
  - Settings have no effect if recording of the organization is off, or if the terms of service of the recording vendor
    are not accepted. This module does not read that. Use M(webex.calling.call_recording_service_info).
  - M(webex.calling.call_recording_info) reads people and workspaces as well.
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
notes:
  - To assert on the settings, C(register) the result. The module returns no C(ansible_facts), because its results do
    not describe the host that it runs on.
seealso:
  - ref: ansible_collections.webex.calling.docsite.guide_assertions
    description: How to assert on the settings of one line and of many lines.
  - ref: ansible_collections.webex.calling.docsite.guide_audit
    description: How to audit a whole organization in one task.
  - module: webex.calling.call_recording_info
    description: The same for people, workspaces, and virtual lines.
  - module: webex.calling.call_recording_service_info
    description: Whether settings have effect in the organization.
  - module: webex.calling.virtual_line_call_recording
    description: How to change settings.
  - module: webex.calling.virtual_line_info
    description: Names, numbers, and locations of virtual lines.
  - plugin: webex.calling.recorded
    plugin_type: test
  - plugin: webex.calling.unrecorded
    plugin_type: test
  - name: Webex API reference
    description: Request that this module sends.
    link: https://developer.webex.com/docs/api/v1/virtual-line-call-settings
"""

EXAMPLES = r"""
# These examples take the access token from the environment variable WEBEX_ACCESS_TOKEN.

- name: Read the call recording settings of a virtual line
  webex.calling.virtual_line_call_recording_info:
    virtual_line_id: "{{ reception_line }}"
  register: reception

- name: Fail if not all calls of the virtual line are recorded
  ansible.builtin.assert:
    that: reception.call_recording is webex.calling.recorded
    fail_msg: >-
      Not all calls are recorded: enabled is {{ reception.call_recording.enabled }},
      and record is '{{ reception.call_recording.record | default("not set") }}'.

- name: Read several virtual lines at once
  webex.calling.virtual_line_call_recording_info:
    virtual_line_id:
      - "{{ reception_line }}"
      - "{{ sales_line }}"
  register: recording

- name: Fail if one of the virtual lines does not record all calls
  ansible.builtin.assert:
    that:
      - recording.virtual_lines | length > 0
      - not_recorded | length == 0
    fail_msg: "Not all calls are recorded on {{ not_recorded | map(attribute='name') | join(', ') }}"
  vars:
    not_recorded: "{{ recording.virtual_lines | rejectattr('call_recording', 'webex.calling.recorded') }}"

- name: Read all virtual lines of two locations
  webex.calling.virtual_line_call_recording_info:
    location_name:
      - München
      - São Paulo
  register: locations

- name: Show the virtual lines that record no calls
  ansible.builtin.debug:
    msg: "{{ item.name }} in {{ item.location.name }}"
  loop: "{{ locations.virtual_lines | selectattr('call_recording', 'webex.calling.unrecorded') }}"
  loop_control:
    label: "{{ item.name }}"

- name: Read the virtual line with a phone number
  webex.calling.virtual_line_call_recording_info:
    phone_number: "+15558675312"
  register: by_number

- name: Show settings that Webex may omit, with default values
  ansible.builtin.debug:
    msg: >-
      Recording provider: {{ reception.call_recording.service_provider | default("none") }},
      internal incoming calls:
      {{ (reception.call_recording.selective_call_recording_settings |
      default({})).record_inbound_internal_calls_enabled
         | default("as all others") }}

- name: Continue if a virtual line does not exist, but fail for any other error
  webex.calling.virtual_line_call_recording_info:
    virtual_line_id: "{{ retired_line }}"
  register: retired
  failed_when: retired is failed and retired.error.type | default("") != "not_found"

- name: Read all virtual lines of a customer's organization as a partner
  webex.calling.virtual_line_call_recording_info:
    org_id: "{{ customer_organization }}"
    access_token: "{{ partner_token }}"
  register: customer

- name: Set the credentials of a service app for all tasks of a block
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

# Read a line from the shell, without a playbook:
#   ansible localhost -m webex.calling.virtual_line_call_recording_info -a virtual_line_id=Y2lz...
"""

RETURN = r"""
call_recording:
  description:
    - Call recording settings of the virtual line, if exactly one was read.
    - Contains only V(enabled=false) and V(record=Never) if RV(recordable) is V(false).
    - Contains all settings that Webex returns, in snake case, including settings that are not documented here. Settings
      that Webex omits are omitted, and null values are null.
  returned: when the task succeeds and exactly one virtual line was read
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
  contains:
    enabled:
      description: Whether call recording is enabled. RV(call_recording.record) determines which calls are recorded.
      type: bool
      returned: when Webex returns it
      sample: true
    record:
      description:
        - Calls that are recorded.
        - V(Always) - all incoming and outgoing calls, except for calls that
          RV(call_recording.selective_call_recording_settings) leaves out. The user has no control over the recording.
        - V(Never) - no calls.
        - V(Always with Pause/Resume) - the same calls as V(Always). The user can pause and resume the recording, but
          not stop it.
        - V(On Demand with User Initiated Start) - calls from the moment when the user enters C(*44). The user can
          pause, resume, and stop the recording.
        - Webex may return other values, such as the older V(On Demand).
      type: str
      returned: when Webex returns it
      sample: Always
    record_voicemail_enabled:
      description: Whether voicemail messages are recorded as well.
      type: bool
      returned: when Webex returns it
      sample: false
    notification:
      description: Notification that is played when the user pauses or resumes the recording.
      type: dict
      returned: when Webex returns it
      sample:
        type: Beep
        enabled: true
      contains:
        type:
          description: "Type of the notification: V(None), V(Beep), or V(Play Announcement)."
          type: str
          returned: when Webex returns it
          sample: Beep
        enabled:
          description: Whether the notification is played.
          type: bool
          returned: when Webex returns it
          sample: true
    repeat:
      description: Beep that is repeated during a recorded call.
      type: dict
      returned: when Webex returns it
      sample:
        interval: 15
        enabled: false
      contains:
        interval:
          description: Time between two beeps in seconds, from 10 to 1800.
          type: int
          returned: when Webex returns it
          sample: 15
        enabled:
          description: Whether the beep is played.
          type: bool
          returned: when Webex returns it
          sample: false
    service_provider:
      description: Name of the recording provider.
      type: str
      returned: when a provider is set up for the line
      sample: WSWYZ25455
    external_group:
      description: Group that the recording provider uses.
      type: str
      returned: when a provider is set up for the line
      sample: WSWYZ25455L31161
    external_identifier:
      description: Identifier of the line at the recording provider.
      type: str
      returned: when a provider is set up for the line
      sample: a34iidrh5o@64941297.int10.bcld.webex.com
    start_stop_announcement:
      description: Calls in which an announcement is played when recording starts and stops.
      type: dict
      returned: when Webex returns it
      sample:
        internal_calls_enabled: false
        pstn_calls_enabled: true
      contains:
        internal_calls_enabled:
          description: Whether the announcement is played in calls within the organization.
          type: bool
          returned: when Webex returns it
          sample: false
        pstn_calls_enabled:
          description: Whether the announcement is played in calls from and to the public telephone network.
          type: bool
          returned: when Webex returns it
          sample: true
    selective_call_recording_settings:
      description:
        - Types of calls that are recorded.
        - These settings have an effect only while RV(call_recording.record) is V(Always) or V(Always with
          Pause/Resume).
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
          returned: when Webex returns it
          sample: false
        record_inbound_external_calls_enabled:
          description: Whether incoming calls from outside the organization are recorded.
          type: bool
          returned: when Webex returns it
          sample: true
        record_outbound_internal_calls_enabled:
          description: Whether outgoing calls within the organization are recorded.
          type: bool
          returned: when Webex returns it
          sample: false
        record_outbound_external_calls_enabled:
          description: Whether outgoing calls to outside the organization are recorded.
          type: bool
          returned: when Webex returns it
          sample: true
recordable:
  description: Whether calls of the virtual line can be recorded, if exactly one was read.
  returned: when the task succeeds and exactly one virtual line was read
  type: bool
  sample: true
virtual_lines:
  description:
    - Selected virtual lines, each once. They are sorted by the values of the first selector that is given, in the order
      O(virtual_line_id), O(phone_number), O(extension), O(owner_name), O(location_name), O(location_id). Otherwise, the
      order is that of Webex.
    - If lines were selected by anything but IDs alone, each line also has its names, numbers, and location, with the
      keys of RV(webex.calling.virtual_line_info#module:virtual_lines).
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
      description:
        - Whether calls of this line can be recorded.
        - V(false) if the call recording service is not assigned to the line. Nothing is recorded then.
      type: bool
      returned: when the line could be read
      sample: true
    not_recordable:
      description: Response of Webex that says why calls of this line cannot be recorded.
      type: dict
      returned: when RV(virtual_lines[].recordable) is V(false)
      contains:
        status:
          description: HTTP status of the response.
          type: int
          returned: always
          sample: 400
        code:
          description: Error code of Webex. Null if there is none.
          type: str
          returned: always
          sample: "4410"
        message:
          description: Message of Webex. Null if there is none.
          type: str
          returned: always
          sample: "[Error 4410] Service is not assigned to this subscriber: Call Recording"
        tracking_id:
          description: Tracking ID that Webex support asks for.
          type: str
          returned: always
          sample: ROUTERGW_00000000-0000-0000-0000-000000000000
        hint:
          description: Instructions to make calls of the line recordable. The text may change.
          type: str
          returned: always
          sample: Assign call recording in Control Hub, then run the task again.
    call_recording:
      description:
        - Call recording settings of this line, with the same keys as RV(call_recording).
        - Contains only V(enabled=false) and V(record=Never) if RV(virtual_lines[].recordable) is V(false).
      type: dict
      returned: when the line could be read
      sample:
        enabled: true
        record: Always
    error:
      description: Description of the failure to read this line, with the same keys as RV(error).
      type: dict
      returned: when the line could not be read
missing:
  description:
    - Selector values that match no virtual line. Without O(allow_missing), any such value fails the task.
    - IDs without any other selector are not looked up in a list. Without O(allow_missing), such an ID that does not
      exist is a line that could not be read. With O(allow_missing), an ID is missing only if the list of virtual lines
      does not contain the ID.
  returned: when the selectors were evaluated
  type: list
  elements: dict
  contains:
    selector:
      description: Name of the option.
      type: str
      returned: always
      sample: location_name
    value:
      description: Value without a match.
      type: str
      returned: always
      sample: Denvr
error:
  description:
    - Description of the failure. All modules of this collection return errors with these keys.
    - If several lines could not be read, the error of the first line.
  returned: failure
  type: dict
  contains:
    type:
      description:
        - Type of the failure. These words do not change. Use RV(error.type) or RV(error.status) in conditions.
        - V(invalid_option) - options are invalid, contradictory, or incomplete. The module did not send the request.
        - V(no_match) - a selector value matches nothing, or there is nothing to select.
        - V(authentication) - Webex refused the access token (HTTP 401), or the credentials to get a new one.
        - V(permission) - the access token is not authorized (HTTP 403).
        - V(not_found) - the resource does not exist (HTTP 404).
        - V(rate_limit) - the rate limit was reached (HTTP 429).
        - V(unavailable) - the Webex service is unavailable (HTTP 502, 503, or 504).
        - V(conflict) - the request conflicts with the current state (HTTP 409), or the resource is locked (HTTP
          423).
        - V(refused) - Webex refused the request with any other HTTP status 4xx.
        - V(server_error) - Webex failed with any other HTTP status 5xx.
        - V(timeout) - the host did not accept the connection, or did not respond, within O(timeout).
        - V(connection) - the host name was not found, the connection was refused or broken, or the request failed
          in another way.
        - V(tls) - the TLS certificate is not trusted, or TLS failed.
        - V(proxy) - the connection to or through the proxy failed.
        - V(redirect) - the response is a redirect (HTTP 3xx), which is not followed.
        - V(invalid_response) - the response is not as expected from the Webex API, such as a response that is not a
          JSON object, or settings without V(enabled) or V(record).
        - V(pagination) - the pages of a list do not fit together, or two lists contradict each other, so that entries
          may be missing.
        - V(not_applied) - Webex accepted a change but did not apply it. Only modules that change settings return
          this type.
        - V(invalid_policy) - a policy is invalid, or its rules contradict each other for a member. Only
          M(webex.calling.call_recording_drift_info) returns this type.
        - V(interrupted) - the task ended before its result was complete.
      type: str
      returned: always
      sample: not_found
    status:
      description: HTTP status of the response. Null if there was no response.
      type: int
      returned: always
      sample: 404
    reason:
      description: A short phrase. The text may change.
      type: str
      returned: always
      sample: Not Found
    message:
      description: Message of Webex or of the system. Null if there is none.
      type: str
      returned: always
      sample: Virtual line not found.
    code:
      description: Error code of Webex, such as V(25024). Null if there is none.
      type: str
      returned: always
    tracking_id:
      description: Tracking ID that Webex support asks for. Null if the request did not leave this host.
      type: str
      returned: always
      sample: ROUTERGW_00000000-0000-0000-0000-000000000000
    retry_after:
      description: Number of seconds that Webex asks to wait. Null if Webex does not ask.
      type: int
      returned: always
      sample: 30
    kind:
      description:
        - "Kind of the member that the failure is about: V(person), V(workspace), or V(virtual_line). In the results of
          this module, members are virtual lines. Null if the failure is not about one member."
      type: str
      returned: always
      sample: virtual_line
    id:
      description: ID of the member that the failure is about. Null if the failure is not about one member.
      type: str
      returned: always
      sample: Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfTElORS9iMzBjMzg4Zi1jOTM2
    hint:
      description: Instructions to solve the problem. The text may change.
      type: str
      returned: always
      sample: The organization has no such virtual line. Check the id against the list of virtual lines.
"""

from ..module_utils import _python  # noqa: F401  # pylint: disable=unused-import
from ..module_utils._argument_spec import connection_arguments, selector_arguments
from ..module_utils._call_recording import read_all, settle
from ..module_utils._members import select
from ..module_utils._module import WebexModule, exit_with_read_results, webex_client


def main() -> None:
    module = WebexModule(
        argument_spec={**connection_arguments(), **selector_arguments()},
        supports_check_mode=True,
    )
    with webex_client(module) as client:
        selection = select(client, module.params)
        results = read_all(client, selection.members)
        outcome = settle(client, selection, results)
    exit_with_read_results(module, outcome)


if __name__ == "__main__":
    main()
