# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment for the selector options of members of all kinds in C(selector_arguments)."""

    DOCUMENTATION = r"""
options:
  kind:
    description:
      - Kinds of members to select. If not set, members of all kinds are selected.
      - A kind does not have to match anything, but an empty list fails the task.
    type: list
    elements: str
    choices:
      - person
      - workspace
      - virtual_line
  person_id:
    description:
      - IDs of people to select. The values are used unchanged.
      - O(person_id), O(workspace_id), and O(virtual_line_id) are one selector, so their values add up. Different
        selectors narrow each other. Without a selector, all members of the organization are selected. Modules that
        change anything require a selector, and O(kind) is none.
      - Each value must match at least one member that fits the other selectors as well. A value with wildcards must
        match at least one member by itself. Otherwise, the task fails and names the values without a match.
      - A null value, an empty string, and an empty list fail the task. To leave a selector out of a task, use C(omit).
      - IDs, e-mail addresses, phone numbers, and extensions given as one string are split at commas, such as
        V(6103,6104).
      - With IDs alone, no list of members is read.
    type: list
    elements: str
  workspace_id:
    description:
      - IDs of workspaces to select, as in O(person_id).
    type: list
    elements: str
  virtual_line_id:
    description:
      - IDs of virtual lines to select, as in O(person_id).
    type: list
    elements: str
  email:
    description:
      - E-mail addresses of people to select. Each address needs one request, and the scope C(spark-admin:people_read).
      - Case is ignored.
    type: list
    elements: str
  phone_number:
    description:
      - Phone numbers of members to select, such as V(+15558675312) or V(+1555*). A member is found by any of its
        numbers.
      - Only digits and wildcards are compared. Other characters are ignored, and letters fail the task. A number
        without quotes is accepted as well.
      - The wildcard V(*) stands for any characters, and V(?) for one character.
    type: list
    elements: str
  extension:
    description:
      - Extensions of members to select, such as V(6103) or V(61*). Members in different locations can have the same
        extension.
      - Wildcards are those of O(phone_number). Quote an extension with a leading zero.
    type: list
    elements: str
  owner_name:
    description:
      - Names of people, workspaces, and owners of virtual lines to select, such as V(Bob Smith) or V(Sales *).
      - One name, or a list of names. Names can contain commas, so a string is one name and is not split.
      - Case, repeated white space, and the Unicode form of accents are ignored.
      - The wildcard V(*) stands for any characters, and V(?) for one character. A value that equals the name of a
        member matches this name only, even if it contains V(*) or V(?). A member without a name matches no value.
      - Results follow the order of the values. A member that several values match has the place of the first one.
    type: raw
  location_name:
    description:
      - Names of locations whose members are selected, such as V(Denver, CO) or V(DE-*).
      - One name, or a list of names, compared as in O(owner_name) and with the same wildcards. A string is not split
        at commas.
    type: raw
  location_id:
    description:
      - IDs of locations whose members are selected. A string is split at commas.
    type: list
    elements: str
  allow_missing:
    description:
      - Whether to accept selector values that match no member, and an organization without members.
      - Modules return the values without a match in C(missing).
    type: bool
    default: false
"""
