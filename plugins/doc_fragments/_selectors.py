# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of the options that select virtual lines: the counterpart of selector_arguments()."""

    DOCUMENTATION = r"""
options:
  virtual_line_id:
    description:
      - IDs of virtual lines to select. The values are used unchanged.
      - Different selectors narrow each other, and the values of one selector add up. Without a selector, all virtual
        lines of the organization are selected. Modules that change anything require a selector. A null value counts as
        not given.
      - Each value must match at least one line that fits the other selectors as well. Otherwise, the task fails and
        names the values without a match. An empty list or an empty value also fails the task.
      - All values are strings. Quote values that YAML reads as numbers.
    type: list
    elements: str
  phone_number:
    description:
      - Phone numbers of virtual lines to select, such as V(+15558675312). Spaces and dashes are ignored.
    type: list
    elements: str
  extension:
    description:
      - Extensions of virtual lines to select. Lines in different locations can have the same extension.
    type: list
    elements: str
  owner_name:
    description:
      - First and last names of the owners of virtual lines to select, such as V(Bob Smith). Case is ignored.
    type: list
    elements: str
  location_name:
    description:
      - Names of locations whose virtual lines are selected. Case is ignored.
    type: list
    elements: str
  location_id:
    description:
      - IDs of locations whose virtual lines are selected.
    type: list
    elements: str
  allow_missing:
    description:
      - Whether to accept selector values that match no virtual line, and an organization without virtual lines.
      - Modules return the values without a match in C(missing).
    type: bool
    default: false
"""
