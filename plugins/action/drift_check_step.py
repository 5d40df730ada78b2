# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Steps of the role drift_check on the controller. The role calls the modules between the steps."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import lookup_loader

from ansible_collections.webex.calling.plugins.module_utils._errors import visible
from ansible_collections.webex.calling.plugins.plugin_utils._drift_options import InvalidValueError, Membership, Omitted
from ansible_collections.webex.calling.plugins.plugin_utils._drift_organizations import SummaryRun
from ansible_collections.webex.calling.plugins.plugin_utils._drift_run import DriftRun

#: Registered variables of the role.
_PREPARED = "drift_check__prepared"
_CHECK = "drift_check__check"
_PLAN = "drift_check__plan"
_CHANGES = "drift_check__changes"
_RECHECK = "drift_check__recheck"
_WRITTEN = "drift_check__written"
_SUMMARY = "drift_check__summary"
_RECOVERED = "drift_check__recovered"
_SUMMARIZED = "drift_check__summarized"

#: Variable that the role sets while it checks a host of several organizations.
_IS_MEMBER = "drift_check__is_member"


class ActionModule(ActionBase):
    """Action plugin with the steps of the role. The module documents them."""

    _VALID_ARGS = frozenset({"step"})
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        steps = {
            "prepare": self._prepare,
            "plan": self._plan,
            "write": self._write,
            "show": self._show,
            "begin_summary": self._begin_summary,
            "recover": self._recover,
            "summarize": self._summarize,
            "show_summary": self._show_summary,
        }
        step = self._task.args.get("step")
        if step not in steps:
            raise AnsibleError(f"step is {step!r}. Give one of {', '.join(steps)}.")
        return {**result, "changed": False, **steps[step](variables)}

    def _prepare(self, variables: dict[str, Any]) -> dict[str, Any]:
        value_of = self._value_of(variables)

        def read_file(path: str) -> str:
            if not os.path.isfile(path):
                raise InvalidValueError(f"is {path}, which is not a file")
            # The lookup decrypts files that Ansible Vault has encrypted.
            lookup = lookup_loader.get("ansible.builtin.file", loader=self._loader, templar=self._templar)
            try:
                return str(lookup.run([path], variables=variables, rstrip=False)[0])
            except (AnsibleError, OSError) as error:
                raise InvalidValueError(f"cannot be read: {visible(str(error))[:300]}") from None

        return DriftRun.prepare(
            list(variables),
            value_of,
            read_file,
            check_mode=self._task.check_mode,
            member_of=self._membership(variables),
        )

    def _membership(self, variables: dict[str, Any]) -> Membership | None:
        if not variables.get(_IS_MEMBER):
            return None
        run = SummaryRun(variables[_SUMMARY])
        return run.membership(variables["inventory_hostname"], variables, self._value_of(variables), os.environ)

    def _value_of(self, variables: dict[str, Any]) -> Callable[[str], Any]:
        """Return a function that returns the value of a variable, or raises InvalidValueError."""
        return _values(lambda name: self._templar.template(variables[name]), variables.get("omit"))

    def _plan(self, variables: dict[str, Any]) -> dict[str, Any]:
        run = DriftRun(variables[_PREPARED]["run"])
        planned = run.plan(variables[_CHECK])
        return {**planned, "_ansible_verbose_always": True} if planned["msg"] else planned

    def _write(self, variables: dict[str, Any], failure: str | None = None) -> dict[str, Any]:
        run = DriftRun(variables[_PREPARED]["run"])
        found = {name: _ended(variables.get(name)) for name in (_CHECK, _PLAN, _CHANGES, _RECHECK)}
        written = run.write(found[_CHECK], found[_PLAN], found[_CHANGES], found[_RECHECK], failure)
        stats = written.pop("stats")
        if stats is not None:
            key = stats["organization_id"] or variables["inventory_hostname"]
            written["ansible_stats"] = _stats("drift_check", {key: stats})
        return written

    def _show(self, variables: dict[str, Any]) -> dict[str, Any]:
        written = variables[_WRITTEN]
        return {
            "failed": not written["passed"],
            "msg": written["message"],
            "summary": written["summary"],
            "_ansible_verbose_always": True,
        }

    def _begin_summary(self, variables: dict[str, Any]) -> dict[str, Any]:
        def values_of_host(host: str) -> tuple[Mapping[str, Any], Callable[[str], Any]]:
            values = variables["hostvars"][host]
            return values, _values(values.__getitem__, variables.get("omit"))

        return SummaryRun.begin(
            list(variables),
            self._value_of(variables),
            variables["groups"],
            variables["ansible_play_hosts_all"],
            values_of_host,
            check_mode=self._task.check_mode,
        )

    def _recover(self, variables: dict[str, Any]) -> dict[str, Any]:
        """Write the outputs of a check in which a task has failed, unless the check has written them."""
        summary_id = SummaryRun(variables[_SUMMARY]).summary_id
        if (variables.get(_WRITTEN) or {}).get("summary_id") == summary_id:
            return {"summary_id": None}
        task, result = variables.get("ansible_failed_task") or {}, variables.get("ansible_failed_result") or {}
        failure = visible(f"the task {task.get('name')!r} failed: {result.get('msg') or 'no message'}")
        prepared = (variables.get(_PREPARED) or {}).get("run") or {}
        if prepared.get("summary_id") != summary_id:
            return {"summary_id": summary_id, "outcome": None, "message": failure}
        return self._write(variables, failure)

    def _summarize(self, variables: dict[str, Any]) -> dict[str, Any]:
        run = SummaryRun(variables[_SUMMARY])
        results = {host: _result_of(variables["hostvars"][host], run.summary_id) for host in run.hosts}
        written = run.finish(results, variables["ansible_play_hosts_all"])
        stats = written.pop("stats")
        if stats is not None:
            written["ansible_stats"] = _stats("drift_check_summary", stats)
        return written

    def _show_summary(self, variables: dict[str, Any]) -> dict[str, Any]:
        # A task that fails cannot pass stats.
        shown = variables[_SUMMARIZED]
        return {
            "failed": not shown["passed"],
            "msg": shown["message"],
            **{key: shown[key] for key in ("summary", "status", "passed", "reasons", "counts")},
            "_ansible_verbose_always": True,
        }


def _values(get: Callable[[str], Any], omit: Any) -> Callable[[str], Any]:
    """Return a function that returns the value of a variable, or raises InvalidValueError.

    :param get: function that returns the value, or raises an error of Ansible.
    :param omit: placeholder of older releases of ansible-core.
    """

    def value_of(name: str) -> Any:
        try:
            value = get(name)
        except AnsibleError as error:
            # ansible-core 2.19 and newer raise an error, which older releases do not have, for omit.
            if type(error).__name__ == "AnsibleValueOmittedError":
                return Omitted()
            raise InvalidValueError(f"has no value: {visible(str(error))[:300]}") from None
        # Older releases compare with the placeholder as well.
        return Omitted() if value is not None and value == omit else value

    return value_of


def _stats(name: str, value: Any) -> dict[str, Any]:
    """Return a result that passes a variable to the next job, as ansible.builtin.set_stats, which templates values."""
    return {"data": {name: value}, "per_host": False, "aggregate": True}


def _result_of(values: Mapping[str, Any], summary_id: str) -> Mapping[str, Any] | None:
    """Return the result of a host in this run, or None without one."""
    found = [values[name] for name in (_RECOVERED, _WRITTEN) if name in values]
    return next((each for each in found if each.get("summary_id") == summary_id), None)


def _ended(result: Any) -> Mapping[str, Any] | None:
    """Return the result of a task, or None if the task was skipped."""
    return result if isinstance(result, Mapping) and not result.get("skipped") else None
