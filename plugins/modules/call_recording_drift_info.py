#!/usr/bin/python
# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: call_recording_drift_info
short_description: Compare call recording settings with a policy or a baseline
version_added: 0.9.0
description:
  - Reads the call recording settings of all members of a Webex Calling organization, and compares them with a policy, a
    baseline, or both. Members are people, workspaces, and virtual lines.
  - Each member has exactly one state, V(compliant), V(drifted), V(uncovered), V(exempt), or V(error). RV(status) and
    RV(passed) follow from the states.
  - If its options are valid, the task fails only if the check is incomplete. The result of the failed task contains
    everything that was read and compared. To fail for other reasons, test RV(passed).
  - Invalid policies, baselines, and selectors fail the task before any member is read. All faults of a policy are in
    one message.
  - The module changes nothing. RV(remediations) contains the settings to write with M(webex.calling.call_recording).
  - Settings have no effect if recording of the organization is off, or if the terms of service of the recording vendor
    are not accepted. A location can have its own vendor. Members that a rule or the baseline requires to be recorded
    are V(drifted) if their settings have no effect.
  - The access token needs the scopes of M(webex.calling.call_recording_info). Only full and read-only administrators
    can read whether settings have effect, and the name of the organization. See O(require_service).
author:
  - The webex.calling contributors (@webex-calling)
extends_documentation_fragment:
  - webex.calling._webex
  - webex.calling._attributes
  - webex.calling._attributes.info_module
  - webex.calling._attributes.actiongroup_webex
options:
  policy:
    description:
      - Policy as a dictionary with C(name), C(rules), and optionally C(version).
      - O(policy) or O(baseline_file) is required, or O(list_members=true) to read members without a comparison. Such a
        check is C(incomplete), so that the task fails after it has read the members.
      - For a policy in a file, and for a string, use the filter P(webex.calling.call_recording_policy#filter). The
        filter refuses duplicate keys, and keeps extensions with a leading zero.
      - Each rule has a unique C(name), selectors, and either C(settings) or C(exempt). Selectors are the options of
        M(webex.calling.call_recording_info), and C(recordable). A rule without selectors applies to all members.
      - C(settings) has the keys and values of O(webex.calling.call_recording#module:settings). Later rules override
        earlier rules, setting by setting. C(record) other than V(Never) requires C(enabled=true) as well, unless the
        rule states C(enabled). The reverse is not true, so always state C(record).
      - With C(record) V(Always) or V(Always with Pause/Resume), a member drifts if C(selective_call_recording_settings)
        leaves calls out, except calls whose selective setting a rule states for this member.
      - C(exempt) has a C(reason), C(expires) (the last valid day in UTC, such as V(2026-12-31), or V(never)), and
        optionally C(approved_by) and C(ticket). An exemption needs a selector other than C(kind) and C(recordable), and
        takes precedence over all rules, before or after it. Exempt members are still compared.
      - C(exclude) has selectors of members to which the rule does not apply. C(references) is a list of strings for
        reports. C(allow_missing) accepts values that match no member.
    type: raw
  baseline_file:
    description:
      - Path of a baseline on the host where the module runs. The role P(webex.calling.drift_check#role) saves
        baselines.
      - All settings are compared, including settings that this collection does not know. A member that is not in the
        baseline is V(uncovered), unless a rule of O(policy) covers it. Members that are gone are listed in RV(removed).
      - If O(policy) is given as well, the policy decides where both speak of a setting.
      - A baseline of another organization, or of a narrower selection than the check, fails the task.
    type: path
  select:
    description:
      - Part of the organization to check, as a dictionary with selector options of
        M(webex.calling.call_recording_info). If not set, the whole organization is checked. An empty dictionary fails
        the task.
      - Values of rules that match nobody in this part are listed in RV(outside_selection) and do not count.
    type: dict
  tolerate:
    description:
      - Reasons that do not prevent RV(passed). The reason V(incomplete) can never be tolerated.
    type: list
    elements: str
    choices:
      - drifted
      - uncovered
      - unmatched
    default: []
  remediated_ids:
    description:
      - IDs of members that were changed before this check. If everything is compliant and one of them is a checked
        member, RV(status) is V(remediated).
    type: list
    elements: str
    default: []
  list_members:
    description:
      - Whether to list all members with their settings in RV(members). Auditors can ask for this evidence.
    type: bool
    default: false
  require_service:
    description:
      - Whether the check is incomplete if the access token may not read whether settings have effect, or if the
        organization has no recording service, such as in Webex for Government.
      - If V(false), such a check continues. The task shows a warning, and RV(service.verified) is V(false). Then
        RV(status) says nothing about whether calls are recorded.
      - Any other failure to read this makes the check incomplete. So does a missing recording vendor, if a member of
        the location or organization has to be recorded.
    type: bool
    default: false
seealso:
  - ref: ansible_collections.webex.calling.docsite.guide_policies
    description: How to write policies, and how to read the result.
  - ref: ansible_collections.webex.calling.docsite.guide_drift_check
    description: The role and playbook that add reports, remediation, and an exit status.
  - module: webex.calling.call_recording_info
  - module: webex.calling.call_recording
  - module: webex.calling.call_recording_service_info
  - plugin: webex.calling.call_recording_policy
    plugin_type: filter
"""

EXAMPLES = r"""
# These examples take the access token from the environment variable WEBEX_ACCESS_TOKEN.

- name: Compare the organization with a policy
  webex.calling.call_recording_drift_info:
    policy:
      name: Recording rulebook
      version: "2026-10"
      rules:
        - name: Everybody is recorded
          settings:
            record: Always
        - name: Lobby phones
          owner_name: "* Lobby"
          exempt:
            reason: Phones in public areas, works agreement 12/2025
            approved_by: CISO
            expires: "2099-12-31"
  register: check

- name: Show members that differ
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.differences | map(attribute='setting') | join(', ') }}"
  loop: "{{ check.drifted }}"
  loop_control:
    label: "{{ item.name }}"

- name: Show the changes that would make these members compliant
  webex.calling.call_recording:
    person_id: "{{ item.person_id | default(omit) }}"
    workspace_id: "{{ item.workspace_id | default(omit) }}"
    virtual_line_id: "{{ item.virtual_line_id | default(omit) }}"
    settings: "{{ item.settings }}"
  loop: "{{ check.remediations }}"
  loop_control:
    label: "{{ item.settings }}"
  check_mode: true
  register: planned

- name: Compare a location with a policy in a file
  webex.calling.call_recording_drift_info:
    policy: "{{ lookup('ansible.builtin.file', 'policy.yml', rstrip=false) | webex.calling.call_recording_policy }}"
    select:
      location_name: Denver
  register: denver

- name: Show the status of the location
  ansible.builtin.debug:
    msg: "{{ denver.status }}, compared with {{ denver.policy.name }}, version {{ denver.policy.version }}"

- name: Fail if the organization is not compliant
  ansible.builtin.assert:
    that: check.passed
    fail_msg: "The organization is {{ check.status }}: {{ check.reasons | join(', ') }}"
"""

RETURN = r"""
status:
  description:
    - The first of these that applies.
    - V(incomplete) - a member or a list could not be read or compared, nothing was compared, or it is unknown whether
      settings have effect. For the latter, see O(require_service).
    - V(drifted) - a member differs from the policy or the baseline, or its settings have no effect.
    - V(unmatched) - a value of a rule matches nobody, or a member of the baseline is gone.
    - V(uncovered) - neither a rule nor the baseline applies to a member.
    - V(remediated) - everything is compliant, because members in O(remediated_ids) were changed.
    - V(compliant) - all members were read, and nothing differs. RV(service.verified) is V(false) if the token may not
      read whether settings have effect.
  returned: when the policy, the baseline, and the selectors are valid
  type: str
  sample: drifted
reasons:
  description: All reasons against V(compliant), in the order of RV(status).
  returned: when RV(status) is returned
  type: list
  elements: str
  sample:
    - drifted
passed:
  description: Whether O(tolerate) contains all RV(reasons). Always V(false) if the check is incomplete.
  returned: when RV(status) is returned
  type: bool
  sample: false
counts:
  description: Number of members in all, of compared members, and of members by state.
  returned: when RV(status) is returned
  type: dict
  sample:
    total: 19
    compared: 18
    compliant: 15
    drifted: 2
    uncovered: 1
    exempt: 1
    error: 0
kinds:
  description: Number of members by state for each kind.
  returned: when RV(status) is returned
  type: list
  elements: dict
  sample:
    - kind: person
      compliant: 4
      drifted: 1
      uncovered: 0
      exempt: 0
      error: 0
locations:
  description: Number of members by state for each location. The name of members without a location is null.
  returned: when RV(status) is returned
  type: list
  elements: dict
  sample:
    - name: Denver
      compliant: 4
      drifted: 1
      uncovered: 0
      exempt: 0
      error: 0
drifted:
  description: Members that differ, and members that have to be recorded and whose settings have no effect.
  returned: when RV(status) is returned
  type: list
  elements: dict
  contains:
    id:
      description: ID of the member.
      type: str
      returned: always
      sample: Y2lzY29zcGFyazovL3VzL1BFT1BMRS9iMzBjMzg4Zi1jOTM2
    kind:
      description: "Kind of the member: V(person), V(workspace), or V(virtual_line)."
      type: str
      returned: always
      sample: person
    name:
      description: Display name of the member.
      type: str
      returned: always
      sample: Ada Lovelace
    location:
      description: Location of the member, with C(id) and C(name).
      type: dict
      returned: when Webex returns it
    differences:
      description: Settings that differ. Empty if only RV(drifted[].not_in_effect) applies.
      type: list
      elements: dict
      returned: when the member was compared
      contains:
        setting:
          description: Name of the setting.
          type: str
          returned: always
          sample: notification.type
        expected:
          description: Expected value.
          type: raw
          returned: when the policy or the baseline has the setting
          sample: Beep
        actual:
          description: Actual value.
          type: raw
          returned: when the member has the setting
          sample: None
        rule:
          description: Name of the rule, or V(baseline).
          type: str
          returned: always
          sample: Everybody is recorded
    not_recordable:
      description:
        - Response of Webex that says why calls of the member cannot be recorded, although they have to be, with the
          keys of RV(webex.calling.virtual_line_call_recording_info#module:virtual_lines[].not_recordable).
      type: dict
      returned: when calls of the member cannot be recorded
    not_in_effect:
      description:
        - Reason why settings of the member have no effect, although the member has to be recorded, with C(reason),
          C(message), and C(hint) as in RV(service).
      type: dict
      returned: when settings have no effect in the organization, and the member has to be recorded
      sample:
        reason: recording_off
        message: recording of the organization is off
        hint: Turn on call recording of the organization in Control Hub.
uncovered:
  description: Members to which neither a rule nor the baseline applies, with C(id), C(kind), C(name), and C(location).
  returned: when RV(status) is returned
  type: list
  elements: dict
exempt:
  description:
    - Exempt members, with the keys of RV(drifted[]), C(rule), and the keys of the exemption. C(differences) contains
      the settings that would differ.
  returned: when RV(status) is returned
  type: list
  elements: dict
errors:
  description:
    - Members that could not be read or compared, with C(id), C(kind), C(name), C(location), and C(error), which has the
      keys of RV(webex.calling.virtual_line_call_recording_info#module:error).
  returned: when RV(status) is returned
  type: list
  elements: dict
members:
  description:
    - All members with C(state), and with the keys of RV(webex.calling.call_recording_info#module:members). The state is
      V(compliant), V(drifted), V(uncovered), V(exempt), or V(error).
  returned: when O(list_members=true)
  type: list
  elements: dict
not_recordable:
  description:
    - Members whose calls cannot be recorded, with C(id), C(kind), C(name), C(location), and C(not_recordable) as in
      RV(drifted[].not_recordable).
  returned: when RV(status) is returned
  type: list
  elements: dict
unmatched:
  description: Values of rules that match no member. A value of null means that the selectors match nobody together.
  returned: when RV(status) is returned
  type: list
  elements: dict
  contains:
    rule:
      description: Name of the rule.
      type: str
      returned: always
      sample: Sales announces
    selector:
      description: Name of the selector.
      type: str
      returned: always
      sample: owner_name
    value:
      description: Value without a match.
      type: str
      returned: always
      sample: Sales *
outside_selection:
  description:
    - Values of rules that match no member of the selected part, with the keys of RV(unmatched[]). They do not count.
  returned: when RV(status) is returned
  type: list
  elements: dict
unmatched_exceptions:
  description:
    - Values that match no member in C(exempt) rules, in C(exclude), and in rules with C(allow_missing), with the keys
      of RV(unmatched[]). They do not count.
  returned: when RV(status) is returned
  type: list
  elements: dict
new:
  description: Members that are not in the baseline, with C(id), C(kind), C(name), and C(location).
  returned: when RV(status) is returned
  type: list
  elements: dict
removed:
  description: Members of the baseline that are gone, with C(id), C(kind), C(name), and C(location).
  returned: when RV(status) is returned
  type: list
  elements: dict
rules:
  description:
    - Rules of the policy, with C(name), C(references), number of C(members), and C(settings) or C(exempt). C(implied)
      has the names of settings that the rule does not state, but requires because of others.
  returned: when RV(status) is returned
  type: list
  elements: dict
expired:
  description: Exemptions that have expired, with C(rule) and C(expires). They have no effect.
  returned: when RV(status) is returned
  type: list
  elements: dict
ending_soon:
  description: Exemptions that end within 30 days, with C(rule) and C(expires).
  returned: when RV(status) is returned
  type: list
  elements: dict
without_effect:
  description: Names of rules whose settings later rules override for all members.
  returned: when RV(status) is returned
  type: list
  elements: str
remediations:
  description:
    - Settings that make drifted members compliant, each with the IDs of the members in C(person_id), C(workspace_id),
      and C(virtual_line_id), as options of M(webex.calling.call_recording). ID options without a member are absent.
    - Exempt members, members whose calls cannot be recorded, and members with RV(drifted[].not_in_effect) are not
      contained.
  returned: when RV(status) is returned
  type: list
  elements: dict
  sample:
    - settings:
        record: Always
      person_id:
        - Y2lzY29zcGFyazovL3VzL1BFT1BMRS9iMzBjMzg4Zi1jOTM2
organization:
  description: Organization with C(id), C(name), and C(verified), as in M(webex.calling.connection_info).
  returned: when RV(status) is returned
  type: dict
service:
  description: Whether settings of members have effect, in the organization and in the locations of the members.
  returned: when RV(status) is returned
  type: dict
  contains:
    verified:
      description: Whether the module could read everything that decides on RV(service.in_effect).
      type: bool
      returned: always
      sample: true
    in_effect:
      description:
        - Whether settings have effect for all members. V(false) if they have none in a location. Null if this is
          unknown.
      type: bool
      returned: always
      sample: false
    reason:
      description:
        - V(recording_off), V(terms_not_accepted), V(no_vendor), or V(not_readable), as in
          RV(webex.calling.call_recording_service_info#module:service.reason), of the organization or a location. Null
          if settings have effect.
      type: str
      returned: always
      sample: recording_off
    message:
      description: Explanation of RV(service.reason). Null without a reason.
      type: str
      returned: always
      sample: recording of the organization is off
    hint:
      description: Instruction that corrects RV(service.reason). Null without a reason.
      type: str
      returned: always
      sample: Turn on call recording of the organization in Control Hub.
    enabled:
      description: Whether recording of the organization is on. Null if not read.
      type: bool
      returned: always
      sample: false
    terms_of_service_accepted:
      description:
        - Whether the terms of service of the recording vendor are accepted. Null if not read, and if the organization
          has no vendor.
      type: bool
      returned: always
      sample: true
    error:
      description:
        - Description of the failure, with the keys of RV(webex.calling.virtual_line_call_recording_info#module:error).
          Null unless RV(service.reason) is V(not_readable).
      type: dict
      returned: always
scope:
  description: Selected part of the organization. Empty for the whole organization.
  returned: when RV(status) is returned
  type: dict
policy:
  description: Policy with C(name), C(version), and C(sha256). Null without a policy.
  returned: when RV(status) is returned
  type: dict
baseline:
  description: Baseline with C(file) and C(created_at). Null without a baseline.
  returned: when RV(status) is returned
  type: dict
started_at:
  description: Time of the first request in UTC.
  returned: when RV(status) is returned
  type: str
  sample: "2026-11-25T22:00:00Z"
finished_at:
  description: Time after the last response in UTC.
  returned: when RV(status) is returned
  type: str
  sample: "2026-11-25T22:00:30Z"
requests:
  description: Number of requests, with repetitions.
  returned: when RV(status) is returned
  type: int
  sample: 24
error:
  description:
    - Description of the first failure, with the keys of
      RV(webex.calling.virtual_line_call_recording_info#module:error).
  returned: >-
    when a member, a list, or whether settings have effect could not be read, an option is invalid, or Webex refuses
    the access token
  type: dict
"""

from ..module_utils import _python  # noqa: F401  # pylint: disable=unused-import
from ..module_utils._argument_spec import connection_arguments
from ..module_utils._drift import TOLERABLE
from ..module_utils._drift_check import DriftCheck
from ..module_utils._module import WebexModule, exit_with_drift, webex_client


def main() -> None:
    module = WebexModule(
        argument_spec={
            **connection_arguments(),
            "policy": {"type": "raw"},
            "baseline_file": {"type": "path"},
            "select": {"type": "dict"},
            "tolerate": {"type": "list", "elements": "str", "choices": sorted(TOLERABLE), "default": []},
            "remediated_ids": {"type": "list", "elements": "str", "default": []},
            "list_members": {"type": "bool", "default": False},
            "require_service": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    with webex_client(module) as client:
        check = DriftCheck.from_options(module.params)
        result, message = check.run(client)
    exit_with_drift(module, result, message, check.warnings)


if __name__ == "__main__":
    main()
