# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Steps of the role drift_check on the controller. The role calls the modules between the steps."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import lookup_loader

from ansible_collections.webex.calling.plugins.module_utils._errors import visible
from ansible_collections.webex.calling.plugins.plugin_utils._drift_options import InvalidValueError, Omitted
from ansible_collections.webex.calling.plugins.plugin_utils._drift_run import DriftRun

#: Registered variables of the role.
_PREPARED, _CHECK, _PLAN, _CHANGES, _RECHECK, _WRITTEN = (
    f"drift_check__{name}" for name in ("prepared", "check", "plan", "changes", "recheck", "written")
)


class ActionModule(ActionBase):
    """Action plugin with the steps C(prepare), C(plan), C(write), and C(show)."""

    _VALID_ARGS = frozenset({"step"})
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        steps = {"prepare": self._prepare, "plan": self._plan, "write": self._write, "show": self._show}
        step = self._task.args.get("step")
        if step not in steps:
            raise AnsibleError(f"step is {step!r}. Give one of {', '.join(steps)}.")
        return {**result, "changed": False, **steps[step](variables)}

    def _prepare(self, variables: dict[str, Any]) -> dict[str, Any]:
        def value_of(name: str) -> Any:
            try:
                value = self._templar.template(variables[name])
            except AnsibleError as error:
                raise InvalidValueError(f"has no value: {visible(str(error))[:300]}") from None
            # Ansible compares with the placeholder as well.
            return Omitted() if value is not None and value == variables.get("omit") else value

        def read_file(path: str) -> str:
            if not os.path.isfile(path):
                raise InvalidValueError(f"is {path}, which is not a file")
            # The lookup decrypts files that Ansible Vault has encrypted.
            lookup = lookup_loader.get("ansible.builtin.file", loader=self._loader, templar=self._templar)
            try:
                return str(lookup.run([path], variables=variables, rstrip=False)[0])
            except (AnsibleError, OSError) as error:
                raise InvalidValueError(f"cannot be read: {visible(str(error))[:300]}") from None

        return DriftRun.prepare(list(variables), value_of, read_file, check_mode=self._task.check_mode)

    def _plan(self, variables: dict[str, Any]) -> dict[str, Any]:
        run = DriftRun(variables[_PREPARED]["run"])
        planned = run.plan(variables[_CHECK])
        return {**planned, "_ansible_verbose_always": True} if planned["msg"] else planned

    def _write(self, variables: dict[str, Any]) -> dict[str, Any]:
        run = DriftRun(variables[_PREPARED]["run"])
        found = {name: _ended(variables.get(name)) for name in (_CHECK, _PLAN, _CHANGES, _RECHECK)}
        written = run.write(found[_CHECK], found[_PLAN], found[_CHANGES], found[_RECHECK])
        stats = written.pop("stats")
        if stats is not None:
            key = stats["organization_id"] or variables["inventory_hostname"]
            # As ansible.builtin.set_stats, which templates the values.
            data = {"drift_check": {key: stats}}
            written["ansible_stats"] = {"data": data, "per_host": False, "aggregate": True}
        return written

    def _show(self, variables: dict[str, Any]) -> dict[str, Any]:
        written = variables[_WRITTEN]
        return {
            "failed": not written["passed"],
            "msg": written["message"],
            "summary": written["summary"],
            "_ansible_verbose_always": True,
        }


def _ended(result: Any) -> Mapping[str, Any] | None:
    """Return the result of a task, or None if the task was skipped."""
    return result if isinstance(result, Mapping) and not result.get("skipped") else None
