# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment for the options of all inventory plugins."""

    DOCUMENTATION = r"""
options:
  hostname_prefix:
    description:
      - Prefix of all host names, such as V(emea-). A prefix distinguishes the members from the hosts of other inventory
        sources.
      - The prefix consists of letters, digits, V(_), and V(-), and must start with a letter.
    type: str
  hostvars_prefix:
    description:
      - Prefix of the names of all variables, such as C(webex_name). The prefix consists of letters, digits, and V(_),
        and must end in V(_).
      - The prefix must not start with V(ansible_), so that no value from Webex can set a variable that Ansible itself
        uses.
    type: str
    default: webex_
  call_recording:
    description:
      - Whether to read the call recording settings of each member into the variable C(webex_call_recording). The name
        depends on O(hostvars_prefix).
      - The plugin sends one request for each member, several in parallel.
      - The variable C(webex_recordable) is V(false) if calls of a member cannot be recorded. C(webex_not_recordable)
        then has the reason, and the settings say that nothing is recorded.
      - If the settings of any member cannot be read, the inventory fails. A member that was deleted meanwhile is left
        out.
    type: bool
    default: false
notes:
  - Ansible treats a failed inventory as an empty inventory, and a play without hosts as a success. To stop instead, set
    E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED) to V(true), or set C(any_unparsed_is_failed) in the section C(inventory)
    of C(ansible.cfg).
  - The cache holds names, numbers, and settings, and no token. An entry is used only for the same selection and the
    same credentials. The cache key contains a hash of the connection, the selectors, and the credentials.
  - Ansible and this plugin trust the cache. Anybody who can write to the cache can add hosts to the inventory.
  - To leave an option out of an inventory file, remove its line, or use the variable C(omit) in a template.
  - Text from Webex is never evaluated as a template.
  - Hosts have no C(ansible_host) and no C(ansible_connection). Set the latter with O(compose) for tasks that run on the
    hosts.
"""
