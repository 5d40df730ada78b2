# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: recording_drift
short_description: Where virtual lines are not recorded as a policy wants them to be
version_added: 0.1.0
description:
  - Compares virtual lines as they were read with a policy, and tells for each line what differs and which rule asked
    for it; and which lines no rule is about.
  - A policy is a list of rules. A rule has a C(name); C(settings), with the suboptions of
    O(webex.calling.virtual_line_call_recording#module:settings); and selects lines with the options of the modules,
    such as C(location_name). It is about all lines if it selects none in particular. Where several rules are about a
    line, later ones override earlier ones, setting by setting.
  - A policy that cannot be used is an error that names the rule. A value that matches no line is such an error as well,
    unless the rule has C(allow_missing=true).
author:
  - The webex.calling contributors (@webex-calling)
positional: _input, policy
options:
  _input:
    description:
      - The return value C(virtual_lines) of M(webex.calling.virtual_line_call_recording_info). It should have been read
        without ids, as these alone are not looked up, and rules select by names and locations.
    type: list
    elements: dict
    required: true
  policy:
    description: The rules.
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
- name: Read all lines of the organization
  webex.calling.virtual_line_call_recording_info:
  register: organization

- name: Compare them with the rules
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

- name: Show where they differ
  ansible.builtin.debug:
    msg: >-
      {{ item.0.label }}: {{ item.1.path }} is {{ item.1.actual | default("not there") }},
      {{ item.1.rule }} wants {{ item.1.expected }}
  loop: "{{ drift.drifted | subelements('differences') }}"
  loop_control:
    label: "{{ item.0.id }}"
"""

RETURN = r"""
_value:
  description: What came of the comparison. Lines are listed in the order in which they were given.
  type: dict
  contains:
    total:
      description: How many lines there are.
      type: int
    checked:
      description: How many of them could be read.
      type: int
    in_line:
      description: How many are as the policy wants them.
      type: int
    drifted:
      description: The lines that are not, with all that is known of their identity.
      type: list
      elements: dict
      contains:
        label:
          description: What people know the line by.
          type: str
          sample: Bob Smith, +15558675311
        differences:
          description: The settings that differ.
          type: list
          elements: dict
          contains:
            path:
              description: The setting.
              type: str
              sample: notification.type
            expected:
              description: What is wanted.
              type: raw
              sample: Beep
            actual:
              description: What it is. Not there if the line has no such setting.
              type: raw
              sample: None
            rule:
              description: The name of the rule that asked for it last.
              type: str
              sample: Everybody is recorded
    uncovered:
      description: The lines that no rule is about, with C(label) and their identity.
      type: list
      elements: dict
    unreadable:
      description: The lines that could not be read, with C(label), their identity, and C(error).
      type: list
      elements: dict
    locations:
      description: How many lines of each location are C(in_line), C(drifted), C(uncovered) and C(unreadable).
      type: list
      elements: dict
      sample:
        - name: Denver
          total: 5
          in_line: 3
          drifted: 1
          uncovered: 0
          unreadable: 1
    repairs:
      description: What brings the lines in line, with the options of M(webex.calling.virtual_line_call_recording).
      type: list
      elements: dict
      contains:
        settings:
          description: The settings that differ, as they are wanted.
          type: dict
          sample:
            record: Always
        virtual_line_id:
          description: The IDs of the lines that need them.
          type: list
          elements: str
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.webex.calling.plugins.module_utils._errors import WebexError
from ansible_collections.webex.calling.plugins.module_utils._policy import compare_with_policy


def recording_drift(lines: Any, policy: Any) -> dict[str, Any]:
    """See DOCUMENTATION."""
    try:
        return compare_with_policy(lines, policy)
    except WebexError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"recording_drift": recording_drift}
