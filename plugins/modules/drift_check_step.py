# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The action plugin of the same name has the code.

from __future__ import annotations

DOCUMENTATION = r"""
module: drift_check_step
short_description: Run a step of the role drift_check
version_added: 0.9.0
description:
  - Runs a step of the role P(webex.calling.drift_check#role) on the controller.
  - The module is a part of the role. Do not use it in playbooks, because options and results can change at any time.
  - The steps read the variables of the role and the results of its tasks.
author:
  - The webex.calling contributors (@webex-calling)
extends_documentation_fragment:
  - webex.calling._attributes
attributes:
  check_mode:
    support: partial
    details:
      - Writes the outputs in check mode as well, but saves no baseline.
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - The step that saves a baseline reports a change each time. All other steps report no change.
options:
  step:
    description:
      - V(prepare) validates the variables, and sets the outputs to incomplete.
      - V(plan) shows the changes of a remediation.
      - V(write) writes the outputs.
      - V(show) shows the verdict, and fails if the check does not pass.
      - V(begin_summary) validates the hosts of several organizations, and sets the summary to incomplete.
      - V(recover) writes the outputs of a host whose check has failed before it wrote them.
      - V(summarize) writes the summary.
      - V(show_summary) shows the summary, and fails if an organization has not passed.
    type: str
    required: true
    choices:
      - prepare
      - plan
      - write
      - show
      - begin_summary
      - recover
      - summarize
      - show_summary
seealso:
  - ref: ansible_collections.webex.calling.docsite.guide_drift_check
    description: The role with all its variables.
  - ref: ansible_collections.webex.calling.docsite.guide_organizations
    description: Checks of many organizations.
"""

EXAMPLES = r"""
- name: Run a drift check with the role
  ansible.builtin.import_role:
    name: webex.calling.drift_check
  vars:
    drift_check_policy_file: policy.yml
"""

RETURN = r"""
msg:
  description: Verdict, or planned changes.
  returned: when O(step=show), O(step=plan), or O(step=show_summary)
  type: raw
  sample: "Compliant: 19 of 19 members are compliant."
summary:
  description: Details of the verdict, and the output files with their SHA-256 digests.
  returned: when O(step=show) or O(step=show_summary)
  type: list
  elements: str
"""
