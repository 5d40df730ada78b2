# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment for the selector options in C(selector_arguments)."""

    DOCUMENTATION = r"""
options:
  virtual_line_id:
    description:
      - IDs of virtual lines to select. The values are used unchanged.
      - Different selectors narrow each other, and the values of one selector add up. Without a selector, all virtual
        lines of the organization are selected. Modules that change anything require a selector.
      - Each value must match at least one line that fits the other selectors as well. A value with wildcards must match
        at least one line by itself. Otherwise, the task fails and names the values without a match.
      - A null value, an empty string, and an empty list fail the task. To leave a selector out of a task, use C(omit).
      - IDs, phone numbers, and extensions given as one string are split at commas, such as V(6103,6104).
    type: list
    elements: str
  phone_number:
    description:
      - Phone numbers of virtual lines to select, such as V(+15558675312) or V(+1555*).
      - Only digits and wildcards are compared. Other characters are ignored, and letters fail the task. A number
        without quotes is accepted as well.
      - The wildcard V(*) stands for any characters, and V(?) for one character.
    type: list
    elements: str
  extension:
    description:
      - Extensions of virtual lines to select, such as V(6103) or V(61*). Lines in different locations can have the same
        extension.
      - Wildcards are those of O(phone_number). Quote an extension with a leading zero.
    type: list
    elements: str
  owner_name:
    description:
      - First and last names of the owners of virtual lines to select, such as V(Bob Smith) or V(Sales *).
      - One name, or a list of names. Names can contain commas, so a string is one name and is not split.
      - Case, repeated white space, and the Unicode form of accents are ignored.
      - The wildcard V(*) stands for any characters, and V(?) for one character. A value that equals the name of a line
        matches this name only, even if it contains V(*) or V(?).
      - Results follow the order of the values. A line that several values match has the place of the first one.
      - Webex may compare names more strictly. If its filter does not find a value, the whole list of virtual lines is
        read. With wildcards in any selector, the whole list is read.
    type: raw
  location_name:
    description:
      - Names of locations whose virtual lines are selected, such as V(Denver, CO) or V(DE-*).
      - One name, or a list of names, compared as in O(owner_name) and with the same wildcards. A string is not split
        at commas.
    type: raw
  location_id:
    description:
      - IDs of locations whose virtual lines are selected. A string is split at commas.
    type: list
    elements: str
  allow_missing:
    description:
      - Whether to accept selector values that match no virtual line, and an organization without virtual lines.
      - Modules return the values without a match in C(missing).
    type: bool
    default: false
"""
