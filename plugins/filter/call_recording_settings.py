# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: call_recording_settings
short_description: Keep the call recording settings that can be written
version_added: 0.9.0
description:
  - Converts settings that M(webex.calling.call_recording_info) returns to settings that M(webex.calling.call_recording)
    accepts. Use this filter to restore settings that were read. The modules for virtual lines have the same settings.
  - Omits read-only settings such as the recording provider, settings that the collection does not know, and null
    values.
  - A C(notification.type) that is null becomes V(None).
author:
  - The webex.calling contributors (@webex-calling)
positional: _input, kind
options:
  _input:
    description: Call recording settings of one member.
    type: dict
    required: true
  kind:
    description:
      - Kind of the member. With V(person), the filter also keeps settings that only people have, such as
        C(call_recording_access_settings). With other kinds, and without this option, the filter omits these settings.
    type: str
    choices:
      - person
      - workspace
      - virtual_line
seealso:
  - module: webex.calling.call_recording
  - module: webex.calling.call_recording_info
  - ref: ansible_collections.webex.calling.docsite.guide_desired_state
    description: How to save settings, and how to restore them.
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

- name: Read the current settings of a person
  webex.calling.call_recording_info:
    email: ada.lovelace@example.com
  register: person

- name: Restore all settings of the person
  webex.calling.call_recording:
    person_id: "{{ person.members[0].id }}"
    settings: "{{ person.call_recording | webex.calling.call_recording_settings(kind='person') }}"
"""

RETURN = r"""
_value:
  description: Value for the option O(webex.calling.call_recording#module:settings).
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.webex.calling.plugins.module_utils._kinds import BY_NAME
from ansible_collections.webex.calling.plugins.module_utils._settings import keep_writable


def call_recording_settings(settings: Any, kind: str | None = None) -> dict[str, Any]:
    """Return the settings that the module can write.

    :param kind: name of the kind of the member.
    :raises AnsibleFilterError: if the input is not a dictionary, or if the kind is unknown.
    """
    if not isinstance(settings, Mapping):
        raise AnsibleFilterError(
            "The input of webex.calling.call_recording_settings is not a dictionary. Give the call_recording of one "
            "member."
        )
    if kind is not None and kind not in BY_NAME:
        raise AnsibleFilterError(
            f"kind of webex.calling.call_recording_settings is {kind!r}. Give one of {', '.join(BY_NAME)}."
        )
    return keep_writable(settings, BY_NAME[kind].extra_settings if kind else ())


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"call_recording_settings": call_recording_settings}
