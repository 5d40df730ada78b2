# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: unrecorded
short_description: Whether settings record no calls
version_added: 0.9.0
description:
  - True if recording is not enabled, C(record) is V(Never), or C(selective_call_recording_settings) leaves all calls
    out.
  - The settings of a member whose calls cannot be recorded are unrecorded.
  - On demand settings are neither recorded nor unrecorded, because the user decides per call.
  - The test judges the settings of a member only. Settings have no effect if recording of the organization is off, or
    if the terms of service of the recording vendor are not accepted. See
    M(webex.calling.call_recording_service_info).
  - The test fails for anything but call recording settings.
author:
  - The webex.calling contributors (@webex-calling)
positional: _input
options:
  _input:
    description:
      - Call recording settings of one member, such as the return value C(call_recording), or C(call_recording) of an
        item in C(members).
    type: dict
    required: true
seealso:
  - plugin: webex.calling.recorded
    plugin_type: test
  - module: webex.calling.call_recording_info
  - module: webex.calling.virtual_line_call_recording_info
  - module: webex.calling.call_recording_service_info
  - ref: ansible_collections.webex.calling.docsite.guide_assertions
    description: How to assert on the settings of one member and of many members.
"""

EXAMPLES = r"""
- name: Read all people, workspaces, and virtual lines
  webex.calling.call_recording_info:
  register: organization

- name: Show the members without recording
  ansible.builtin.debug:
    msg: "{{ item.kind }} {{ item.name }}"
  loop: "{{ organization.members | selectattr('call_recording', 'webex.calling.unrecorded') }}"
  loop_control:
    label: "{{ item.id }}"
"""

RETURN = r"""
_value:
  description:
    - Whether recording is not enabled, C(record) is V(Never), or C(selective_call_recording_settings) leaves all calls
      out.
  type: bool
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.webex.calling.plugins.module_utils._errors import OptionError
from ansible_collections.webex.calling.plugins.module_utils._settings import is_unrecorded


def unrecorded(settings: Any) -> bool:
    """Return whether the settings record no calls.

    :raises AnsibleFilterError: if the input is not call recording settings.
    """
    try:
        return is_unrecorded(settings)
    except OptionError as error:
        raise AnsibleFilterError(str(error)) from None


class TestModule:
    def tests(self) -> dict[str, Callable[..., bool]]:
        return {"unrecorded": unrecorded}
