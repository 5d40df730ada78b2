# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: recording_drift
short_description: Compare call recording settings of virtual lines with a policy
version_added: 0.9.0
description:
  - Compares virtual lines as they were read with a policy. Returns what differs for each line, the rule that requires
    each setting, and the lines that no rule covers.
  - A policy is a list of rules. A rule has a C(name), C(settings), and the selectors of the modules, such as
    C(location_name).
  - C(settings) has the suboptions of O(webex.calling.virtual_line_call_recording#module:settings).
  - A rule without selectors applies to all lines. If several rules apply to a line, later rules override earlier rules,
    setting by setting.
  - An invalid policy is an error that names the rule. A value that matches no line is an error as well, unless the rule
    has C(allow_missing=true).
author:
  - The webex.calling contributors (@webex-calling)
positional: _input, policy
options:
  _input:
    description:
      - The return value C(virtual_lines) of M(webex.calling.virtual_line_call_recording_info).
      - Read the lines without C(virtual_line_id) alone. Lines that are selected only by ID have no names and locations,
        which rules use to select lines.
    type: list
    elements: dict
    required: true
  policy:
    description: Rules of the policy.
    type: list
    elements: dict
    required: true
seealso:
  - plugin: webex.calling.recording_snapshot
    plugin_type: filter
  - ref: ansible_collections.webex.calling.docsite.guide_drift_check
    description: How to write policies, and how to check them unattended.
"""

EXAMPLES = r"""
- name: Read all virtual lines of the organization
  webex.calling.virtual_line_call_recording_info:
  register: organization

- name: Compare the virtual lines with the rules
  ansible.builtin.set_fact:
    drift: "{{ organization.virtual_lines | webex.calling.recording_drift(policy) }}"
  vars:
    policy:
      - name: Everybody is recorded
        settings:
          enabled: true
          record: Always
      - name: São Paulo may pause
        location_name: São Paulo
        settings:
          record: Always with Pause/Resume

- name: Show the differences
  ansible.builtin.debug:
    msg: >-
      {{ item.0.name }}: {{ item.1.setting }} is {{ item.1.actual | default("not set") }},
      but the rule '{{ item.1.rule }}' requires {{ item.1.expected }}
  loop: "{{ drift.drifted | subelements('differences') }}"
  loop_control:
    label: "{{ item.0.name }}"
"""

RETURN = r"""
_value:
  description: Result of the comparison. Lines are in the order of the input.
  type: dict
  contains:
    total:
      description: Number of lines.
      type: int
      returned: always
    checked:
      description: Number of lines that could be read.
      type: int
      returned: always
    compliant:
      description: Number of lines whose settings are as the policy requires.
      type: int
      returned: always
    drifted:
      description: Lines whose settings differ from the policy, with all that is known about their identity.
      type: list
      elements: dict
      returned: always
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
        differences:
          description: Settings that differ.
          type: list
          elements: dict
          returned: always
          contains:
            setting:
              description: Name of the setting.
              type: str
              returned: always
              sample: notification.type
            expected:
              description: Value that the policy requires.
              type: raw
              returned: always
              sample: Beep
            actual:
              description: Value of the line.
              type: raw
              returned: when the line has this setting
              sample: None
            rule:
              description: Name of the last rule that requires the setting.
              type: str
              returned: always
              sample: Everybody is recorded
    uncovered:
      description: Lines that no rule covers, with C(id), C(name), and the rest of their identity.
      type: list
      elements: dict
      returned: always
    unreadable:
      description: Lines that could not be read, with C(id), C(name), the rest of their identity, and C(error).
      type: list
      elements: dict
      returned: always
    locations:
      description: Number of C(compliant), C(drifted), C(uncovered), and C(unreadable) lines of each location.
      type: list
      elements: dict
      returned: always
      sample:
        - name: Denver
          total: 5
          compliant: 3
          drifted: 1
          uncovered: 0
          unreadable: 1
    remediations:
      description:
        - Changes that make the drifted lines compliant, as options of M(webex.calling.virtual_line_call_recording).
      type: list
      elements: dict
      returned: always
      contains:
        settings:
          description: Required values of the settings that differ.
          type: dict
          returned: always
          sample:
            record: Always
        virtual_line_id:
          description: IDs of the lines that need these settings.
          type: list
          elements: str
          returned: always
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.webex.calling.plugins.module_utils._errors import WebexError
from ansible_collections.webex.calling.plugins.module_utils._simple_policy import compare_with_policy


def recording_drift(lines: Any, policy: Any) -> dict[str, Any]:
    """Return the differences between virtual lines and a policy.

    :raises AnsibleFilterError: if the lines or the policy are invalid.
    """
    try:
        return compare_with_policy(lines, policy)
    except WebexError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"recording_drift": recording_drift}
