# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: members
short_description: Create hosts from people, workspaces, and virtual lines of Webex Calling
version_added: 0.9.0
description:
  - Creates a host for each member of an organization, or for each selected member. Members are people, workspaces, and
    virtual lines.
  - The properties of a member become variables of its host, such as C(webex_id), C(webex_kind), C(webex_name),
    C(webex_number), and C(webex_location). Their names are O(hostvars_prefix) and the keys of
    RV(webex.calling.call_recording_info#module:members).
  - With O(call_recording), the call recording settings are variables as well. Plays can then assert on settings without
    requests.
  - The access token needs the scope C(spark-admin:telephony_config_read), and for the settings of people also
    C(spark-admin:people_read). The token must belong to a full or location administrator of the organization.
  - The name of the inventory file must end in C(webex.yml) or C(webex.yaml), such as C(demo.webex.yml).
  - All options except O(compose), O(groups), and O(keyed_groups) can be templates, with lookups and extra variables.
author:
  - The webex.calling contributors (@webex-calling)
extends_documentation_fragment:
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
  - webex.calling._webex
  - webex.calling._members
  - webex.calling._inventory
options:
  plugin:
    description:
      - Name of this plugin. Marks the file as an inventory of this plugin.
    type: str
    required: true
    choices:
      - webex.calling.members
  hostnames:
    description:
      - Properties to use as host name, in order of preference. The first property that a member has is used. A member
        with none of them has its ID as host name.
      - All characters except letters, digits, V(_), and V(+) are replaced by V(-), so that patterns and C(--limit) can
        name each host. For example, V(Bob Smith) becomes V(Bob-Smith).
      - A name of digits alone, or one that starts with V(0x), gets the prefix V(line-), because such a name is an
        address. For example, the extension V(6103) becomes V(line-6103). O(hostname_prefix) replaces this prefix.
      - If members have the same name, a suffix made from its ID is added to the name of each, and the plugin warns. The
        same applies to a name that a group or a host of an earlier inventory source has, and to V(localhost).
      - A member that an earlier inventory source contains, too, keeps the host of that source.
    type: list
    elements: str
    choices:
      - id
      - phone_number
      - extension
      - owner_name
    default:
      - phone_number
      - owner_name
      - extension
  group_by:
    description:
      - Properties to group hosts by. V(kind) makes the groups C(person), C(workspace), and C(virtual_line).
      - V(location) makes a group of each location, such as C(location_Denver). Characters
        that group names cannot have are replaced by V(_).
      - If locations would have the same group, a suffix made from its ID is added to each group, and the plugin warns.
      - V(recording) makes the groups C(recorded), C(unrecorded), C(selective), C(on_demand), and C(not_recordable), as
        the tests P(webex.calling.recorded#test) and P(webex.calling.unrecorded#test) judge. A member whose value of
        C(record) this collection does not know is in the group C(other_recording). This property needs
        O(call_recording=true).
    type: list
    elements: str
    choices:
      - kind
      - location
      - recording
    default: []
seealso:
  - module: webex.calling.call_recording_info
  - plugin: webex.calling.virtual_lines
    plugin_type: inventory
  - ref: ansible_collections.webex.calling.docsite.guide_inventory
    description: Host names, variables, groups, and the cache of an inventory.
"""

EXAMPLES = r"""
---
# A file such as members.webex.yml. Only the first line is required: all members, without their settings.
# This example takes the access token from the environment variable WEBEX_ACCESS_TOKEN.
plugin: webex.calling.members
kind:
  - person
  - workspace
location_name:
  - Denver
  - München
call_recording: true
hostnames:
  - owner_name
  - phone_number
group_by:
  - kind
  - location
  - recording
compose:
  ansible_connection: "'local'"
strict: true
# Send requests to Webex at most once in ten minutes.
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: "{{ lookup('ansible.builtin.env', 'HOME') }}/.cache/webex"
cache_timeout: 600
"""

from ansible_collections.webex.calling.plugins.plugin_utils._inventory import MembersInventory


class InventoryModule(MembersInventory):
    """Inventory plugin that adds members of all kinds as hosts."""

    NAME = "webex.calling.members"
