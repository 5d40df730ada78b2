# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables of the role drift_check: conversion and validation.

Private to webex.calling, controller only. Ansible validates arguments of roles, but does not convert them: the text
C(false) stays a text, which is true in conditions. Validation collects all faults, so that one run shows all of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.common.validation import check_type_dict
from ansible.module_utils.parsing.convert_bool import boolean

from ..module_utils._errors import visible
from ..module_utils._policy import PolicyError, normalize_policy, suggestion
from ._drift_files import (
    BASELINE,
    OUTPUTS,
    SUMMARY_OUTPUTS,
    OutputError,
    OutputFile,
    absolute_path,
    is_input,
    same_place,
)
from ._policy_file import read_policy

PREFIX = "drift_check_"

#: Prefix of private variables of the role.
_PRIVATE = "drift_check__"

_EMPTY = "is null or empty. Give a value, or leave the variable out"


class InvalidValueError(Exception):
    """Value of a variable that cannot be used, such as a template with an undefined variable."""


class Omitted:
    """Value of a variable that is the placeholder omit."""


@dataclass(frozen=True)
class Membership:
    """Membership of a run in a summary of several organizations.

    :param summary_id: identifies the run of all organizations.
    :param outputs: outputs of the summary.
    :param faults: reasons why the organization must not be read.
    """

    summary_id: str | None = None
    outputs: Sequence[OutputFile] = ()
    faults: Sequence[str] = ()


@dataclass
class SummaryOptions:
    """Validated variables of the summary of several organizations.

    :param group: name of the group of hosts.
    :param expected: number of hosts that the group must have, or None for any number.
    :param outputs: outputs that can be written, in the order of C(SUMMARY_OUTPUTS).
    :param faults: all faults, each with its variable.
    """

    group: str = "all"
    expected: int | None = None
    outputs: list[OutputFile] = field(default_factory=list)
    set_stats: bool = True
    faults: list[str] = field(default_factory=list)


@dataclass
class DriftOptions:
    """Validated variables of the role.

    :param outputs: output files that can be written, in the order of C(OUTPUTS).
    :param policy: normalized policy, or None.
    :param faults: all faults, each with its variable. With any, the role must not read the organization.
    """

    outputs: list[OutputFile] = field(default_factory=list)
    policy: dict[str, Any] | None = None
    policy_file: str | None = None
    baseline_file: str | None = None
    select: dict[str, Any] | None = None
    fail_on_drift: bool = True
    fail_on_uncovered: bool = True
    remediate: bool = False
    remediate_max: int = 0
    set_stats: bool = True
    require_service: bool = False
    list_members: bool = False
    faults: list[str] = field(default_factory=list)
    #: Whether a fault concerns the policy only.
    policy_is_invalid: bool = False

    @property
    def saves_only(self) -> bool:
        """Whether the role only saves a baseline, without a comparison."""
        return self.policy is None and self.baseline_file is None

    def output(self, kind: str) -> OutputFile | None:
        """Return the output file of a kind, or None without one."""
        return next((output for output in self.outputs if output.kind == kind), None)

    def tolerated(self, check_mode: bool) -> list[str]:
        """Return the tolerated reasons. Drift that remains after a remediation is not tolerated."""
        remediates = self.remediate and not check_mode
        return [
            *(["drifted"] if not self.fail_on_drift and not remediates else []),
            *(["uncovered"] if not self.fail_on_uncovered else []),
        ]


def parse_options(
    names: Sequence[str],
    value_of: Callable[[str], Any],
    read_file: Callable[[str], str],
    member_of: Membership = Membership(),
) -> DriftOptions:
    """Return the validated variables of the role. This function never raises an error for a value.

    :param names: names of all variables of the host.
    :param value_of: function that returns the value of a variable without templates, or raises InvalidValueError.
    :param read_file: function that returns the text of a policy file, or raises InvalidValueError.
    :param member_of: summary of several organizations to which the run belongs.
    """
    return _Parser(names, value_of, read_file, member_of).parse()


def parse_summary_options(names: Collection[str], value_of: Callable[[str], Any]) -> SummaryOptions:
    """Return the validated variables of the summary. This function never raises an error for a value.

    :param names: names of all variables of a host.
    :param value_of: function that returns the value of a variable without templates, or raises InvalidValueError.
    """
    return _SummaryParser(names, value_of).parse()


def summary_paths(names: Collection[str], value_of: Callable[[str], Any]) -> dict[str, str]:
    """Return the valid paths of the summary by kind of output, as the variables of a host give them."""
    return _SummaryParser(names, value_of).paths()


class _Variables:
    """Variables of a host."""

    def __init__(self, names: Collection[str], value_of: Callable[[str], Any], faults: list[str]) -> None:
        self._names = names
        self._value_of = value_of
        self._faults = faults

    def _path(self, name: str) -> str | None:
        path: str | None = self._get(name, _path)
        return path

    def _get(self, name: str, convert: Callable[[Any], Any]) -> Any:
        """Return a converted value, or None if the variable is left out or invalid."""
        if f"{PREFIX}{name}" not in self._names:
            return None
        try:
            value = self._value_of(f"{PREFIX}{name}")
            return None if isinstance(value, Omitted) else convert(value)
        except InvalidValueError as error:
            self._fault(name, str(error))
            return None

    def _fault(self, name: str, text: str) -> None:
        self._faults.append(visible(f"{PREFIX}{name} {text}"))


class _SummaryParser(_Variables):
    def __init__(self, names: Collection[str], value_of: Callable[[str], Any]) -> None:
        self._options = SummaryOptions()
        super().__init__(names, value_of, self._options.faults)

    def parse(self) -> SummaryOptions:
        options = self._options
        mode = self._get("file_mode", _mode)
        outputs = [OutputFile(kind, path, 0o600 if mode is None else mode) for kind, path in self.paths().items()]
        for output in outputs:
            fault = _fault_of_output(output, [each for each in outputs if each is not output], ())
            if fault:
                self._fault(f"{output.kind}_file", f"{output.path}: {fault}")
            else:
                options.outputs.append(output)
        options.group = self._get("group", _name) or options.group
        options.expected = self._get("expected_organizations", _count("organizations"))
        set_stats = self._get("set_stats", _boolean)
        options.set_stats = options.set_stats if set_stats is None else set_stats
        return options

    def paths(self) -> dict[str, str]:
        faults = len(self._faults)
        directory = self._get("directory", _directory)
        if directory is None and len(self._faults) == faults:
            self._fault("directory", "is not set. Give the directory of the reports")
        paths = {}
        for kind in SUMMARY_OUTPUTS:
            faults = len(self._faults)
            path = self._path(f"{kind}_file")
            if path is None and directory is not None and len(self._faults) == faults:
                path = os.path.join(directory, kind.replace("_", "."))
            if path is not None:
                paths[kind] = path
        return paths


class _Parser(_Variables):
    def __init__(
        self,
        names: Sequence[str],
        value_of: Callable[[str], Any],
        read_file: Callable[[str], str],
        member_of: Membership,
    ) -> None:
        self._read_file = read_file
        self._options = DriftOptions(faults=list(member_of.faults))
        self._summary = member_of.outputs
        super().__init__(names, value_of, self._options.faults)

    def parse(self) -> DriftOptions:
        options = self._options
        self._refuse_unknown()
        # Outputs are first, so that other faults do not keep the role from setting the outputs to incomplete.
        paths = self._outputs()
        options.policy_file = self._path("policy_file")
        options.baseline_file = self._path("baseline_file")
        self._check_paths(paths)
        self._policy()
        options.select = self._get("select", _dictionary)
        for name in ("fail_on_drift", "fail_on_uncovered", "remediate", "set_stats", "require_service", "list_members"):
            value = self._get(name, _boolean)
            if value is not None:
                setattr(options, name, value)
        options.remediate_max = self._get("remediate_max", _count("members")) or 0
        self._check_combination()
        return options

    def _refuse_unknown(self) -> None:
        known = [f"{PREFIX}{each}" for each in (*VARIABLES, *SUMMARY_VARIABLES)]
        for name in sorted(self._names):
            if name.startswith(PREFIX) and not name.startswith(_PRIVATE) and name not in known:
                self._options.faults.append(f"{visible(name)} is not a variable of this role{suggestion(name, known)}")

    def _outputs(self) -> list[OutputFile]:
        mode = self._get("file_mode", _mode)
        metrics_mode = self._get("metrics_file_mode", _mode)
        outputs = []
        for kind in OUTPUTS:
            path = self._path(f"{kind}_file")
            given = metrics_mode if kind == "metrics" else mode
            if path is not None:
                outputs.append(OutputFile(kind, path, 0o600 if given is None else given))
        return outputs

    def _check_paths(self, outputs: Sequence[OutputFile]) -> None:
        options = self._options
        inputs = [path for path in (options.policy_file, options.baseline_file) if path is not None]
        for output in outputs:
            others = [*self._summary, *(each for each in outputs if each is not output)]
            fault = _fault_of_output(output, others, inputs)
            if fault:
                self._fault(f"{output.kind}_file", f"{output.path}: {fault}")
            else:
                options.outputs.append(output)

    def _policy(self) -> None:
        options = self._options
        given = self._get("policy", _not_empty)
        if given is not None and options.policy_file is not None:
            self._fault("policy", f"excludes {PREFIX}policy_file. Give one of them")
            return
        name = "policy" if options.policy_file is None else "policy_file"
        try:
            if options.policy_file is not None:
                given = self._read_file(options.policy_file)
            if given is not None:
                options.policy = normalize_policy(read_policy(given) if isinstance(given, str) else given)
        except InvalidValueError as error:
            self._fault(name, str(error))
        except PolicyError as error:
            place = f" {options.policy_file}" if options.policy_file else ""
            options.policy_is_invalid = not options.faults
            self._fault(name, f"{place[1:]}{': ' if place else ''}{error.message}. {error.hint}")

    def _check_combination(self) -> None:
        options = self._options
        if options.faults or not options.saves_only:
            return
        if [output.kind for output in options.outputs] != [BASELINE]:
            self._fault("policy_file", "is not set. Give a policy, a baseline, or both")
        elif options.remediate:
            self._fault("remediate", "needs a policy or a baseline")


def _fault_of_output(output: OutputFile, others: Sequence[OutputFile], inputs: Sequence[str]) -> str | None:
    """Return the reason why the role cannot write a file, or None."""
    same = [each for each in others if same_place(each.path, output.path)]
    if same:
        return f"is also {PREFIX}{same[0].kind}_file"
    if is_input(output.path, inputs):
        return "is a file that the check reads"
    try:
        output.check()
        if output.kind == BASELINE:
            output.check_directory()
    except OutputError as error:
        return str(error)
    return None


def _not_empty(value: Any) -> Any:
    if value is None or (isinstance(value, (str, Mapping, Sequence)) and not value):
        raise InvalidValueError(_EMPTY)
    if isinstance(value, str) and not value.strip():
        raise InvalidValueError(_EMPTY)
    return value


def _path(value: Any) -> str:
    if not isinstance(_not_empty(value), str):
        raise InvalidValueError(f"is {value!r}, which is not a path")
    if "\x00" in value:
        raise InvalidValueError("contains a null character")
    if value.endswith("/"):
        raise InvalidValueError(f"is {value}, which is a directory. Give the path of a file")
    return absolute_path(str(value))


def _directory(value: Any) -> str:
    return _path(value.rstrip("/") or "/" if isinstance(value, str) and value else value)


def _name(value: Any) -> str:
    if not isinstance(_not_empty(value), str):
        raise InvalidValueError(f"is {value!r}, which is not a name")
    return str(value)


def _boolean(value: Any) -> bool:
    try:
        return bool(boolean(_not_empty(value), strict=True))
    except TypeError:
        raise InvalidValueError(f"is {value!r}. Give true or false") from None


def _count(noun: str) -> Callable[[Any], int]:
    """Return a function that converts a number of things."""

    def convert(value: Any) -> int:
        text = str(_not_empty(value))
        if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,9}", text):
            raise InvalidValueError(f"is {value!r}. Give a number of {noun}")
        return int(text)

    return convert


def _mode(value: Any) -> int:
    if not isinstance(_not_empty(value), str):
        raise InvalidValueError(f'is {value!r}, which is not a text. Quote it, such as "0600"')
    if not re.fullmatch(r"0?[0-7]{3}", value):
        raise InvalidValueError(f"is {value}. Give permissions such as 0600")
    return int(value, 8)


def _dictionary(value: Any) -> dict[str, Any]:
    try:
        converted: dict[str, Any] = check_type_dict(_not_empty(value))
    except (TypeError, ValueError):
        raise InvalidValueError("is not a dictionary of selectors, such as {location_name: Denver}") from None
    return dict(converted)


#: All variables of the role, without their prefix.
VARIABLES = (
    *("policy_file", "policy", "baseline_file", "select"),
    *(f"{kind}_file" for kind in OUTPUTS),
    *("file_mode", "metrics_file_mode", "fail_on_drift", "fail_on_uncovered"),
    *("remediate", "remediate_max", "set_stats", "require_service", "list_members"),
)

#: Variables of the entry point organizations of the role, without their prefix.
SUMMARY_VARIABLES = ("group", "expected_organizations", "directory", *(f"{kind}_file" for kind in SUMMARY_OUTPUTS))
