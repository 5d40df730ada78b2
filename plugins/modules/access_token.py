#!/usr/bin/python
# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: access_token
short_description: Get a Webex access token from a refresh token
version_added: 0.9.0
description:
  - Exchanges the refresh token of a service app or integration for an access token. Other modules can use this access
    token for the whole play. Otherwise, each task exchanges the refresh token again.
  - Returns the times at which both tokens expire, so that a play can warn before the token of an unattended check
    expires.
  - Always set C(no_log) to V(true) for this task. Otherwise, Ansible shows the access token and any
    new refresh token, at higher verbosity, in logs, and in callbacks. The registered result can still be used.
author:
  - The webex.calling contributors (@webex-calling)
extends_documentation_fragment:
  - webex.calling._webex
  - webex.calling._attributes
  - webex.calling._attributes.actiongroup_webex
attributes:
  check_mode:
    support: partial
    details:
      - The exchange takes place in check mode as well, because other tasks need its result. Webex can then replace the
        refresh token.
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - The task reports a change each time that Webex replaces the refresh token.
options:
  access_token:
    description:
      - Ignored. The module gets a new one.
notes:
  - O(org_id) and O(concurrency) have no effect. They are accepted so that C(module_defaults) can set them for all
    modules.
"""

EXAMPLES = r"""
- name: Get an access token for the play
  webex.calling.access_token:
    client_id: "{{ app_client_id }}"
    client_secret: "{{ app_client_secret }}"
    refresh_token: "{{ app_refresh_token }}"
  register: tokens
  no_log: true

- name: Save the new refresh token before a later task can fail
  ansible.builtin.copy:
    dest: "{{ token_file }}"
    content: "{{ tokens.refresh_token }}"
    mode: "0600"
  when: tokens.refresh_token_rotated
  check_mode: false
  no_log: true

- name: Use the access token for all tasks that follow
  module_defaults:
    group/webex.calling.webex:
      access_token: "{{ tokens.access_token }}"
  block:
    - name: Read the settings of a virtual line
      webex.calling.virtual_line_call_recording_info:
        virtual_line_id: "{{ sales_line }}"

- name: Warn four weeks before the refresh token expires
  ansible.builtin.fail:
    msg: "The refresh token expires at {{ expires_at }}. Authorize the app again before that."
  vars:
    expires_at: "{{ tokens.refresh_token_expires_at | default('an unknown time', true) }}"
  when: tokens.refresh_token_expires_in | default(0, true) | int < 28 * 24 * 3600
  ignore_errors: true
"""

RETURN = r"""
access_token:
  description: Access token. This value is a secret.
  type: str
  returned: success
  sample: "(kept secret)"
expires_in:
  description: Number of seconds until the access token expires. Null if Webex does not return it.
  type: int
  returned: success
  sample: 1209599
expires_at:
  description:
    - Time in UTC at which the access token expires, by the clock of the host where the module runs.
    - Null if Webex does not return RV(expires_in).
  type: str
  returned: success
  sample: "2026-12-07T09:30:00Z"
refresh_token_expires_in:
  description: Number of seconds until the refresh token expires. Null if Webex does not return it.
  type: int
  returned: success
  sample: 7775999
refresh_token_expires_at:
  description:
    - Time in UTC at which the refresh token expires, by the clock of the host where the module runs.
    - Null if Webex does not return RV(refresh_token_expires_in).
  type: str
  returned: success
  sample: "2027-02-21T09:30:00Z"
refresh_token_rotated:
  description:
    - Whether Webex returned a new refresh token in place of the given one. The given refresh token may no longer be
      valid.
    - If V(true), the task counts as changed.
  type: bool
  returned: success
  sample: false
refresh_token:
  description: New refresh token. This value is a secret.
  type: str
  returned: when Webex replaces the refresh token
  sample: "(kept secret)"
error:
  description:
    - Description of the failure, with the keys of RV(webex.calling.virtual_line_call_recording_info#module:error).
  type: dict
  returned: failure
"""

from ..module_utils import _python  # noqa: F401  # pylint: disable=unused-import
from ..module_utils._access_token import get_access_token
from ..module_utils._argument_spec import connection_arguments
from ..module_utils._module import WebexModule, fail_on_error


def main() -> None:
    module = WebexModule(argument_spec=connection_arguments(), supports_check_mode=True)
    with fail_on_error(module):
        result = get_access_token(module.params)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
