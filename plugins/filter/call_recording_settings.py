# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: call_recording_settings
short_description: Keep the call recording settings that can be written
version_added: 0.9.0
description:
  - Converts settings that M(webex.calling.virtual_line_call_recording_info) returns to settings that
    M(webex.calling.virtual_line_call_recording) accepts. Use this filter to restore settings that were read.
  - Omits read-only settings such as the recording provider, settings that the collection does not know, and null
    values.
  - A C(notification.type) that is null becomes V(None).
author:
  - The webex.calling contributors (@webex-calling)
positional: _input
options:
  _input:
    description: Call recording settings of one virtual line.
    type: dict
    required: true
seealso:
  - module: webex.calling.virtual_line_call_recording
  - module: webex.calling.virtual_line_call_recording_info
"""

EXAMPLES = r"""
- name: Read the current settings of a virtual line
  webex.calling.virtual_line_call_recording_info:
    virtual_line_id: "{{ sales_line }}"
  register: before

- name: Restore the settings if they have changed since
  webex.calling.virtual_line_call_recording:
    virtual_line_id: "{{ sales_line }}"
    settings: "{{ before.call_recording | webex.calling.call_recording_settings }}"
"""

RETURN = r"""
_value:
  description: Value for the option O(webex.calling.virtual_line_call_recording#module:settings).
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.webex.calling.plugins.module_utils._settings import keep_writable


def call_recording_settings(settings: Any) -> dict[str, Any]:
    """Return the settings that the module can write.

    :raises AnsibleFilterError: if the input is not a dictionary.
    """
    if not isinstance(settings, Mapping):
        raise AnsibleFilterError(
            "The input of webex.calling.call_recording_settings is not a dictionary. Give the call_recording of one "
            "virtual line."
        )
    return keep_writable(settings)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"call_recording_settings": call_recording_settings}
