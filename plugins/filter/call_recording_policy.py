# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: call_recording_policy
short_description: Read and validate a call recording policy
version_added: 0.9.0
description:
  - Reads a policy from YAML or JSON, validates it, and returns it as data for the option
    O(webex.calling.call_recording_drift_info#module:policy).
  - Refuses duplicate keys, with line and rule. YAML readers accept such keys silently, so that a forgotten
    dash between two rules loses a rule. Merge keys (C(<<)) are no duplicates.
  - Reads C(extension) and C(phone_number) as written, so that V(0100) stays V(0100). In a policy in a variable, Ansible
    has already made a number of such a value, and the filter asks to quote it.
  - With C(rstrip=false) of the lookup, the digest of the policy is that of the file.
  - All faults of all rules are in one message. The filter sends no request and needs no access token.
author:
  - The webex.calling contributors (@webex-calling)
positional: _input
options:
  _input:
    description:
      - Text of a policy in UTF-8, with or without a byte order mark, or a policy as data.
      - The keys are described at O(webex.calling.call_recording_drift_info#module:policy).
    type: raw
    required: true
seealso:
  - module: webex.calling.call_recording_drift_info
  - ref: ansible_collections.webex.calling.docsite.guide_policies
    description: How to write policies.
"""

EXAMPLES = r"""
- name: Validate a policy in a file
  ansible.builtin.debug:
    msg: "{{ policy.rules | map(attribute='name') | join(', ') }}"
  vars:
    policy: "{{ lookup('ansible.builtin.file', 'policy.yml', rstrip=false) | webex.calling.call_recording_policy }}"

# Validate it from the shell, without a playbook and without an access token:
#   ansible localhost -m ansible.builtin.debug \
#     -a "msg={{ lookup('ansible.builtin.file', 'policy.yml', rstrip=false) | webex.calling.call_recording_policy }}"
"""

RETURN = r"""
_value:
  description:
    - Validated policy with C(name), C(version), and C(rules), with the SHA-256 digest of the text as C(sha256), and
      with that of the validated policy as C(content_sha256). Dates are strings.
    - To change the policy in a template, build a dictionary of C(name), C(version), and C(rules) from it. A changed
      policy with the digests of the original one is refused, because reports would show a wrong digest.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.webex.calling.plugins.module_utils._policy import PolicyError, normalize_policy
from ansible_collections.webex.calling.plugins.plugin_utils._policy_file import read_policy


def call_recording_policy(policy: Any) -> dict[str, Any]:
    """Return the validated policy.

    :param policy: YAML text, JSON text, or policy as data.
    :raises AnsibleFilterError: with all faults of the policy.
    """
    try:
        return normalize_policy(read_policy(policy) if isinstance(policy, str) else policy)
    except PolicyError as error:
        raise AnsibleFilterError(f"{error.reason}: {error.message}. {error.hint}") from None


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"call_recording_policy": call_recording_policy}
