# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: writable_settings
short_description: Of call recording settings as they were read, those that can be written
version_added: 0.1.0
description:
  - Makes of the settings that M(webex.calling.virtual_line_call_recording_info) returns what
    M(webex.calling.virtual_line_call_recording) takes, so that what was read can be put back.
  - Leaves out what only tells, such as the recording provider, what the collection does not know, and what is null.
author:
  - The webex.calling contributors (@webex-calling)
positional: _input
options:
  _input:
    description: The call recording settings of one virtual line.
    type: dict
    required: true
seealso:
  - module: webex.calling.virtual_line_call_recording
"""

EXAMPLES = r"""
- name: Read how a line is recorded now
  webex.calling.virtual_line_call_recording_info:
    virtual_line_id: "{{ sales_line }}"
  register: before

- name: Put it back, which changes nothing unless something has changed meanwhile
  webex.calling.virtual_line_call_recording:
    virtual_line_id: "{{ sales_line }}"
    settings: "{{ before.call_recording | webex.calling.writable_settings }}"
"""

RETURN = r"""
_value:
  description: What can be given as the option O(webex.calling.virtual_line_call_recording#module:settings).
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.webex.calling.plugins.module_utils._settings import writable_settings as keep_writable


def writable_settings(settings: Any) -> dict[str, Any]:
    """See DOCUMENTATION."""
    if not isinstance(settings, Mapping):
        raise AnsibleFilterError(
            "webex.calling.writable_settings wants the call_recording of a virtual line, which is a dictionary"
        )
    return keep_writable(settings)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"writable_settings": writable_settings}
