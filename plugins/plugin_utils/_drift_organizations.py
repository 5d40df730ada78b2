# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run of the role drift_check for several organizations, each of them a host: from the inventory to the summary.

Private to webex.calling, controller only. The summary is made from the inventory, so that a host without a result is
incomplete. No result contains a credential.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ..module_utils._errors import visible
from ..module_utils._ids import comparable_id
from ._drift_document import now, to_json
from ._drift_files import OutputError, OutputFile, replace_outputs
from ._drift_options import (
    PREFIX,
    InvalidValueError,
    Membership,
    Omitted,
    SummaryOptions,
    parse_summary_options,
    summary_paths,
)
from ._drift_summary import (
    checked,
    finished_summary,
    listed,
    new_summary,
    render_summary,
    summary_lines,
    summary_stats,
    unchecked,
)

ORG_ID = "webex_org_id"
_TOKEN, _CLIENT = "webex_access_token", ("webex_client_id", "webex_client_secret", "webex_refresh_token")

#: Variables that the playbook passes to the modules. Messages about secret ones do not quote their templates.
CONNECTION = (ORG_ID, "webex_api_url", "webex_client_id")
SECRETS = (_TOKEN, "webex_client_secret", "webex_refresh_token")

#: Variables that the role sets for each host.
_FIXED = (f"{PREFIX}json_file", f"{PREFIX}html_file")

#: Names of all variables of a host, and a function that returns the value of a variable or raises InvalidValueError.
Values = tuple[Collection[str], Callable[[str], Any]]


class SummaryRun:
    """Run for all organizations, which lasts several tasks.

    :param state: result of L(begin).
    """

    def __init__(self, state: Mapping[str, Any]) -> None:
        self._state = state
        self._outputs = [OutputFile(**each) for each in state["outputs"]]
        self._identities: dict[str, str | None] = dict(state["identities"])

    @classmethod
    def begin(
        cls,
        names: Sequence[str],
        value_of: Callable[[str], Any],
        groups: Mapping[str, Sequence[str]],
        played: Sequence[str],
        values_of_host: Callable[[str], Values],
        *,
        check_mode: bool,
    ) -> dict[str, Any]:
        """Validate the variables of the summary and the hosts of the group, and set the summary to incomplete.

        :param groups: hosts of the inventory by group.
        :param played: hosts of the play.
        """
        options = parse_summary_options(names, value_of)
        hosts = list(groups.get(options.group, ()))
        values = {host: values_of_host(host) for host in hosts}
        faults = [*options.faults, *_faults_of_group(options, hosts, played)]
        faults += _faults_of_paths(summary_paths(names, value_of), values)
        run = cls(
            {
                "id": uuid.uuid4().hex,
                "document": new_summary(group=options.group, hosts=hosts, started_at=now(), check_mode=check_mode),
                "outputs": [asdict(output) for output in options.outputs],
                "set_stats": options.set_stats,
                "identities": {},
                "faults": faults,
                "faults_of_hosts": _faults_of_hosts(values),
            }
        )
        document = run._state["document"]
        if faults:
            document = finished_summary(document, document["organizations"], faults, now())
        faults = [*faults, *run._write(document)[1]]
        return {**run._state, "faults": faults, "identities": run._identities}

    @property
    def hosts(self) -> list[str]:
        """Hosts of the group in the order of the inventory."""
        return [entry["host"] for entry in self._state["document"]["organizations"]]

    @property
    def summary_id(self) -> str:
        """Text that identifies the run in the results of the hosts."""
        return str(self._state["id"])

    def membership(
        self, host: str, names: Collection[str], value_of: Callable[[str], Any], environment: Mapping[str, str]
    ) -> Membership:
        """Return the membership of a host, with all reasons why its organization must not be read.

        :param environment: environment variables of the modules.
        """
        faults = [
            *(f"The summary: {fault}" for fault in self._state["faults"]),
            *self._state["faults_of_hosts"].get(host, ()),
            *_faults_of_connection(names, value_of, environment),
        ]
        return Membership(self.summary_id, self._outputs, [visible(fault) for fault in faults])

    def finish(self, results: Mapping[str, Mapping[str, Any] | None], played: Collection[str]) -> dict[str, Any]:
        """Write the summary, and return the verdict with C(passed), C(message), C(summary), and C(stats).

        :param results: result of each host, or None without one.
        :param played: hosts of the play.
        """
        entries = [self._entry(host, results.get(host), host in played) for host in self.hosts]
        faults = list(self._state["faults"])
        document = finished_summary(self._state["document"], entries, faults, now())
        files, found = self._write(document)
        if found:
            # Both outputs say that one of them is missing.
            faults += [fault for fault in found if fault not in faults]
            document = finished_summary(document, entries, faults, now())
            files, _found = self._write(document)
        verdict = {key: document[key] for key in ("status", "passed", "reasons", "counts")}
        return {
            **verdict,
            "message": visible(document["message"]),
            "summary": summary_lines(document, files),
            "stats": summary_stats(document, files) if self._state["set_stats"] else None,
        }

    def _entry(self, host: str, result: Mapping[str, Any] | None, played: bool) -> dict[str, Any]:
        if result is None or result.get("summary_id") != self.summary_id:
            return unchecked(host, "the check ended without a result." if played else "not checked in this run.")
        outcome = result.get("outcome")
        return checked(host, outcome) if outcome else unchecked(host, str(result.get("message")))

    def _write(self, document: Mapping[str, Any]) -> tuple[dict[str, dict[str, str]], list[str]]:
        contents = [_render(output, document) for output in self._outputs]
        return replace_outputs(self._outputs, contents, self._identities)


def _render(output: OutputFile, document: Mapping[str, Any]) -> bytes | OutputError:
    """Return the content of an output, or an error, so that the other output is not lost."""
    try:
        if output.kind == "summary_json":
            return to_json(document)
        return render_summary(document, output.path).encode("utf-8", "replace")
    except Exception as error:  # pylint: disable=broad-exception-caught
        return OutputError(f"could not be rendered: {type(error).__name__}")


def _faults_of_group(options: SummaryOptions, hosts: Sequence[str], played: Sequence[str]) -> list[str]:
    group, expected = options.group, options.expected
    outside = [host for host in played if host not in set(hosts)]
    if not hosts:
        return [visible(f"{PREFIX}group is {group}, and the inventory has no hosts in this group")]
    if outside:
        return [visible(f"{PREFIX}group is {group}, and the play has hosts outside of this group: {listed(outside)}")]
    if expected not in (None, len(hosts)):
        return [visible(f"{PREFIX}expected_organizations is {expected}, and the group {group} has {len(hosts)} hosts")]
    return []


def _faults_of_paths(paths: Mapping[str, str], values: Mapping[str, Values]) -> list[str]:
    """Return a fault for each path of the summary that depends on the host, because a limit would change the path."""
    found = {host: summary_paths(*values_of_host) for host, values_of_host in values.items()}
    faults = []
    for kind, path in paths.items():
        differing = [host for host, others in found.items() if others.get(kind, path) != path]
        if differing:
            faults.append(f"{PREFIX}{kind}_file is {path}, but not for {listed(differing)}. Set it to the same path")
    return list(map(visible, faults))


def _faults_of_hosts(values: Mapping[str, Values]) -> dict[str, list[str]]:
    """Return the faults that a comparison of the hosts finds, by host. They also concern hosts outside of a limit."""
    organizations = {host: _organization(*each) for host, each in values.items()}
    # Credentials can be slow to look up.
    needed = None in organizations.values()
    credentials = {host: _credentials(*each) if needed else None for host, each in values.items()}
    by_organization, by_credentials = _hosts_by_value(organizations), _hosts_by_value(credentials)
    found = {}
    for host, (names, _value_of) in values.items():
        faults = [f"{name} is set, but the role itself sets it here. Remove it" for name in _FIXED if name in names]
        if os.sep in host:
            faults.append(f"the name of the host, {host}, cannot be the name of a file")
        same = [each for each in by_organization.get(organizations[host], ()) if each != host]
        if same:
            faults.append(f"{ORG_ID} is also that of {listed(same)}. Give each host its own")
        shared = [each for each in by_credentials.get(credentials[host], ()) if each != host]
        if shared and organizations[host] is None:
            faults.append(f"{ORG_ID} is not set, and the credentials are also those of {listed(shared)}. Set {ORG_ID}")
        if faults:
            found[host] = faults
    return found


def _hosts_by_value(values: Mapping[str, Any]) -> dict[Any, list[str]]:
    hosts: dict[Any, list[str]] = {}
    for host, value in values.items():
        if value is not None:
            hosts.setdefault(value, []).append(host)
    return hosts


def _organization(names: Collection[str], value_of: Callable[[str], Any]) -> str | None:
    org_id = _text_of(ORG_ID, names, value_of)
    return comparable_id(org_id) if org_id else None


def _credentials(names: Collection[str], value_of: Callable[[str], Any]) -> tuple[str, ...] | None:
    """Return a value that is the same for hosts with the same access token or refresh token, or None without any."""
    for variables in ((_TOKEN,), ("webex_client_id", "webex_refresh_token")):
        found = [_text_of(name, names, value_of) for name in variables]
        if all(found):
            return tuple(map(str, found))
    return None


def _text_of(name: str, names: Collection[str], value_of: Callable[[str], Any]) -> str | None:
    try:
        value = value_of(name) if name in names else None
    except InvalidValueError:
        # The check of the host itself has the reason.
        return None
    return value.strip() or None if isinstance(value, str) else None


def _faults_of_connection(
    names: Collection[str], value_of: Callable[[str], Any], environment: Mapping[str, str]
) -> list[str]:
    """Return the reasons why a check could read another organization than that of the host.

    The playbook can leave out a variable whose template has an undefined variable, as C(default(omit)) does.
    """
    faults = []
    given = set()
    for name in (*CONNECTION, *SECRETS):
        if name not in names:
            continue
        try:
            value = value_of(name)
        except InvalidValueError as error:
            faults.append(f"{name} {error if name in CONNECTION else 'has no value'}")
            continue
        if value is None or (isinstance(value, str) and not value.strip()):
            faults.append(f"{name} is null or empty")
        elif not isinstance(value, Omitted):
            given.add(name)
    if faults or ORG_ID in given:
        return faults
    if _TOKEN not in given and not given.issuperset(_CLIENT):
        return [
            f"neither {ORG_ID} nor credentials of the host are set, so the check would read the organization of the "
            f"token in the environment. Set {ORG_ID}, {_TOKEN}, or {', '.join(_CLIENT[:-1])}, and {_CLIENT[-1]}"
        ]
    if environment.get("WEBEX_ORG_ID", "").strip():
        return [f"{ORG_ID} is not set, but the environment variable WEBEX_ORG_ID is. Set {ORG_ID}, or unset the other"]
    return []
