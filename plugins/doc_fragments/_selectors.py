# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options that select virtual lines: the counterpart of arguments.selector_arguments()."""

    DOCUMENTATION = r"""
options:
  virtual_line_id:
    description:
      - Select the virtual lines with these IDs. They are taken as they are.
      - Options of different kinds narrow each other, and values of one kind add up. Without any, all virtual
        lines of the organization are taken, but modules that change anything refuse to do so. Null is as if the
        option were not given.
      - Each value must match at least one line that fits the other options as well, else it fails and names
        those that do not. An option that is an empty list, or holds an empty value, fails as well.
      - All values are text. Quote those that YAML takes for numbers.
    type: list
    elements: str
  phone_number:
    description:
      - Select the virtual lines with these phone numbers, such as V(+15558675312). Spaces and dashes do not matter.
    type: list
    elements: str
  extension:
    description:
      - Select the virtual lines with these extensions. Lines in different locations can have the same one.
    type: list
    elements: str
  owner_name:
    description:
      - Select the virtual lines with these first and last names, such as V(Bob Smith). Case does not matter.
    type: list
    elements: str
  location_name:
    description:
      - Select the virtual lines in locations with these names. Case does not matter.
    type: list
    elements: str
  location_id:
    description:
      - Select the virtual lines in locations with these IDs.
    type: list
    elements: str
  allow_missing:
    description:
      - With V(true) it is all right if a value matches no line, or if the organization has none. Modules tell
        which in the return value C(missing).
    type: bool
    default: false
"""
