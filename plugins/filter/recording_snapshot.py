# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: recording_snapshot
short_description: Create a policy from the current call recording settings of virtual lines
version_added: 0.9.0
description:
  - Creates a policy with one rule for each virtual line. The rule requires the settings that the line has now.
  - The filter P(webex.calling.recording_drift#filter) compares lines with this policy and returns what has changed
    since.
  - Fails if any of the lines could not be read.
author:
  - The webex.calling contributors (@webex-calling)
positional: _input
options:
  _input:
    description: The return value C(virtual_lines) of M(webex.calling.virtual_line_call_recording_info).
    type: list
    elements: dict
    required: true
seealso:
  - plugin: webex.calling.recording_drift
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read all virtual lines of the organization
  webex.calling.virtual_line_call_recording_info:
  register: organization

- name: Save the current settings as a policy
  ansible.builtin.copy:
    dest: "{{ snapshot_file }}"
    content: "{{ organization.virtual_lines | webex.calling.recording_snapshot | to_nice_yaml }}"
    mode: "0600"
"""

RETURN = r"""
_value:
  description: Rules of the policy.
  type: list
  elements: dict
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.webex.calling.plugins.module_utils._errors import WebexError
from ansible_collections.webex.calling.plugins.module_utils._simple_policy import snapshot_policy


def recording_snapshot(lines: Any) -> list[dict[str, Any]]:
    """Return a policy with one rule for each virtual line.

    :raises AnsibleFilterError: if the settings of a line are unreadable, or a policy cannot require these settings.
    """
    try:
        return snapshot_policy(lines)
    except WebexError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"recording_snapshot": recording_snapshot}
