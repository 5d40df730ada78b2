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
      - The ID of the virtual line, or a list of IDs. Each is read once, in the order given.
      - IDs are taken as they are. They look like V(Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfTElORS8...) as a rule.
    type: list
    elements: str
    required: true
"""
