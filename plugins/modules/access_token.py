#!/usr/bin/python
# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: access_token
short_description: Make a Webex access token from a refresh token, and tell when both end
version_added: 0.1.0
description:
  - Exchanges the refresh token of a service app or integration for an access token, once per play, and hands it to the
    other modules. They would do the same exchange once per task.
  - Tells when both tokens end, so that a play can warn before an unattended check dies of a token that is over.
  - Always set C(no_log) to V(true) for this task. Without it, Ansible shows the result, and so the token, at higher
    verbosity, in logs and in callbacks. What the task registers can still be used.
author:
  - The webex.calling contributors (@webex-calling)
extends_documentation_fragment:
  - webex.calling.webex
  - webex.calling.attributes
  - webex.calling.attributes.actiongroup_webex
attributes:
  check_mode:
    support: full
    details:
      - The exchange is made in check mode too, as other tasks can do nothing without its result.
  diff_mode:
    support: none
options:
  access_token:
    description:
      - Must not be given. It is what this module makes.
notes:
  - O(org_id) and O(concurrency) have no effect. They are accepted so that C(module_defaults) can set them for all
    modules.
"""

EXAMPLES = r"""
- name: Make an access token once for the play
  webex.calling.access_token:
    client_id: "{{ app_client_id }}"
    client_secret: "{{ app_client_secret }}"
    refresh_token: "{{ app_refresh_token }}"
  register: tokens
  no_log: true

- name: Keep a refresh token that replaces the one in use, before anything else can fail
  ansible.builtin.copy:
    dest: "{{ token_file }}"
    content: "{{ tokens.refresh_token }}"
    mode: "0600"
  when: tokens.refresh_token_rotated
  check_mode: false
  no_log: true

- name: Use it for everything that follows
  module_defaults:
    group/webex.calling.webex:
      access_token: "{{ tokens.access_token }}"
  block:
    - name: Read the settings of a line
      webex.calling.virtual_line_call_recording_info:
        virtual_line_id: "{{ sales_line }}"

- name: Warn four weeks before the refresh token ends
  ansible.builtin.fail:
    msg: "The refresh token ends at {{ tokens.refresh_token_expires_at }}: authorize the app anew before that."
  when: tokens.refresh_token_expires_in | default(0, true) | int < 28 * 24 * 3600
  ignore_errors: true
"""

RETURN = r"""
access_token:
  description: The access token. A secret.
  type: str
  returned: success
  sample: "(kept secret)"
expires_in:
  description: So many seconds the access token is good for. Null if Webex does not say.
  type: int
  returned: success
  sample: 1209599
expires_at:
  description: When the access token ends, in UTC by the clock of the host where the module runs.
  type: str
  returned: success
  sample: "2026-12-07T09:30:00Z"
refresh_token_expires_in:
  description: So many seconds the refresh token is good for. Null if Webex does not say.
  type: int
  returned: success
  sample: 7775999
refresh_token_expires_at:
  description: When the refresh token ends, in UTC by the clock of the host where the module runs.
  type: str
  returned: success
  sample: "2027-02-21T09:30:00Z"
refresh_token_rotated:
  description:
    - Whether Webex gave out another refresh token in place of the one that was given. The old one may have ended with
      that.
    - The task counts as changed if so.
  type: bool
  returned: success
  sample: false
refresh_token:
  description: The new refresh token. A secret.
  type: str
  returned: when Webex gave out another one
  sample: "(kept secret)"
error:
  description: What failed, with the keys that M(webex.calling.virtual_line_call_recording_info) documents.
  type: dict
  returned: failure
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._access_token import get_access_token
from ..module_utils._argument_spec import connection_arguments
from ..module_utils._module import fail_on_error


def main() -> None:
    module = AnsibleModule(argument_spec=connection_arguments(), supports_check_mode=True)
    with fail_on_error(module):
        result = get_access_token(module.params)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
