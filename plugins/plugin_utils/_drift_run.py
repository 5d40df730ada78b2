# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run of the role drift_check: from its variables and the results of its modules to its outputs.

Private to webex.calling, controller only. The outputs are set to incomplete before the check, so that no output of an
earlier run survives a run that could not check.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ..module_utils._baseline import baseline_document
from ..module_utils._errors import OptionError, visible
from ..module_utils._kinds import KINDS
from ._drift_csv import render_csv
from ._drift_document import checked_document, failed_document, new_document, now, state_of, to_json
from ._drift_files import BASELINE, OutputError, OutputFile, replace_outputs
from ._drift_html import render_html
from ._drift_junit import render_junit
from ._drift_metrics import last_complete_run, render_metrics
from ._drift_options import DriftOptions, Membership, parse_options
from ._drift_text import planned, summary
from ._drift_values import describe_member

#: Beginning of the message of the module for an incomplete check.
_MODULE_MESSAGE = "The check is incomplete: "

Members = Sequence[Mapping[str, Any]]
Result = Mapping[str, Any]


class DriftRun:
    """Run of the role, which lasts several tasks.

    :param state: item C(run) of the result of L(prepare).
    """

    def __init__(self, state: Mapping[str, Any]) -> None:
        self._state = dict(state)
        self._document: dict[str, Any] = dict(state["document"])
        self._outputs = [OutputFile(**each) for each in state["outputs"]]
        self._identities: dict[str, str | None] = dict(state["identities"])

    @classmethod
    def prepare(
        cls,
        names: Sequence[str],
        value_of: Callable[[str], Any],
        read_file: Callable[[str], str],
        *,
        check_mode: bool,
        member_of: Membership | None = None,
    ) -> dict[str, Any]:
        """Validate the variables, set the outputs to incomplete, and return the options of the module.

        The result has C(ready), which is false if a variable is invalid, or if an output cannot be written.

        :param member_of: summary of several organizations to which the run belongs, or None.
        """
        options = parse_options(names, value_of, read_file, member_of or Membership())
        run = cls(
            {
                "document": _first_document(options, check_mode),
                "outputs": [asdict(output) for output in options.outputs],
                "identities": {},
                "check_mode": check_mode,
                "saves_only": options.saves_only,
                "set_stats": options.set_stats,
                "list_members": options.list_members,
                "remediate_max": options.remediate_max,
                "summary_id": member_of.summary_id if member_of else None,
            }
        )
        faults = run._write_outputs(None)[1]
        if faults:
            run._fail("; ".join(faults), {"type": "not_written"})
        module_options = {"policy": options.policy, "baseline_file": options.baseline_file, "select": options.select}
        ready = not (options.faults or faults)
        return {
            "ready": ready,
            "remediate": ready and options.remediate,
            "tolerate": options.tolerated(check_mode),
            "list_members": options.list_members or any(each.kind in ("csv", BASELINE) for each in options.outputs),
            "require_service": options.require_service,
            **{name: value for name, value in module_options.items() if value is not None},
            "run": {**run._state, "document": run._document, "identities": run._identities},
        }

    def plan(self, check: Result) -> dict[str, Any]:
        """Return the changes to make, and the lines that show them."""
        remediations = list(check.get("remediations") or [])
        count = sum(len(remediation.get(kind.id_option, ())) for remediation in remediations for kind in KINDS)
        most = self._state["remediate_max"]
        if count > most:
            refused = f"{count} members would be changed, and drift_check_remediate_max is {most}"
            return {"remediations": [], "again": False, "refused": refused, "msg": [f"Refused: {refused}."]}
        names = {entry["id"]: describe_member(entry) for entry in check.get("drifted") or []}
        lines = planned(remediations, names, self._state["check_mode"])
        again = bool(remediations) and not self._state["check_mode"]
        return {"remediations": remediations, "again": again, "refused": None, "msg": lines}

    def write(
        self,
        check: Result | None,
        plan: Result | None,
        changes: Result | None,
        recheck: Result | None,
        failure: str | None = None,
    ) -> dict[str, Any]:
        """Write the outputs, and return the verdict with C(message), C(summary), C(passed), and C(stats).

        C(outcome) has the same content as C(stats), which is None if C(drift_check_set_stats) is false.

        :param check: result of the comparison, or None if a variable is invalid.
        :param plan: result of L(plan), or None without a remediation.
        :param changes: result of the loop that changes settings, or None without a remediation.
        :param recheck: result of the comparison after changes, or None without changes.
        :param failure: message of a failed task, or None.
        """
        result = recheck or check
        if result is not None:
            self._compare(check or {}, plan, changes, result)
        if failure is not None:
            self._fail(failure, {"type": "failed_task"})
            # A failed run saves no baseline.
            result = None
        members = result.get("members") if result else None
        if self._state["list_members"]:
            self._document["members"] = members
        saved, faults = self._save_baseline(result, members)
        if self._state["saves_only"] and result is not None:
            return self._saved_only(result, saved, faults)
        if faults:
            self._fail("; ".join(faults), {"type": "not_written"})
        files, faults = self._write_outputs(members)
        if faults:
            # All outputs say that one of them is missing.
            self._fail("; ".join(faults), {"type": "not_written"})
            files, _faults = self._write_outputs(members)
        files = {**files, **saved}
        outcome = self._stats(files)
        return {
            "changed": bool(saved),
            "passed": self._document["passed"],
            "message": visible(self._document["message"]),
            "summary": summary(self._document, files),
            "stats": outcome if self._state["set_stats"] else None,
            "outcome": outcome,
            "summary_id": self._state["summary_id"],
        }

    def _compare(self, check: Result, plan: Result | None, changes: Result | None, result: Result) -> None:
        if "started_at" in check:
            self._document["started_at"] = check["started_at"]
        if plan is not None:
            self._document["remediation"] = self._remediation(check, plan, changes)
        text = _message_of(result)
        if "status" in result:
            self._document = checked_document(self._document, result, text.replace(_MODULE_MESSAGE, "", 1))
        else:
            self._fail(text, result.get("error") or {"type": "failed_task"})

    def _remediation(self, check: Result, plan: Result, changes: Result | None) -> dict[str, Any] | None:
        if self._state["check_mode"] and not plan["refused"]:
            return None
        drifted = {entry["id"]: entry for entry in check.get("drifted") or []}
        remediated: list[dict[str, Any]] = []
        failed: list[dict[str, Any]] = []
        for item in (changes or {}).get("results") or []:
            asked = item.get("drift_check__item") or {}
            ids = [each for kind in KINDS for each in asked.get(kind.id_option, ())]
            members = item.get("members") or []
            unknown = set(ids) - {member["id"] for member in members}
            error = item.get("error") or {"message": item.get("msg")}
            failures = {member["id"]: member["error"] for member in members if member.get("error")}
            failures.update(dict.fromkeys(sorted(unknown), error))
            changed = {member["id"] for member in members if member.get("changed")} - failures.keys()
            failed += [{**_identity(drifted[each]), "error": failures[each]} for each in ids if each in failures]
            remediated += [drifted[each] for each in ids if each in changed]
        return {"remediated": remediated, "failed": failed, "refused": plan["refused"]}

    def _fail(self, message: str, error: Mapping[str, Any]) -> None:
        """Set the document to incomplete. Earlier failures stay in the message, and the first one is the error."""
        document = {**self._document, "last_complete_at": self._state["document"]["last_complete_at"]}
        if document["status"] == "incomplete" and document["finished_at"]:
            earlier = document["message"].removeprefix("Incomplete: ").rstrip(".")
            message = earlier if message in earlier else f"{earlier}; {message}"
        self._document = failed_document(document, message, document["error"] or error)

    def _save_baseline(
        self, result: Result | None, members: Members | None
    ) -> tuple[dict[str, dict[str, str]], list[str]]:
        """Save the baseline, except in check mode. Return its file, and the faults."""
        output = next((output for output in self._outputs if output.kind == BASELINE), None)
        if output is None or result is None:
            return {}, []
        if "status" not in result:
            return {}, [_message_of(result)]
        try:
            content = baseline_document(members or [], result["organization"], result["started_at"], result["scope"])
            if self._state["check_mode"]:
                return {}, []
            return {BASELINE: {"path": output.path, "sha256": output.write(to_json(content))}}, []
        except (OptionError, OutputError) as error:
            text = error.message if isinstance(error, OptionError) else str(error)
            earlier = ", and the earlier file remains" if os.path.exists(output.path) else ""
            return {}, [f"{output.path}: no baseline was saved{earlier}: {text}"]

    def _saved_only(self, result: Result, saved: dict[str, dict[str, str]], faults: Sequence[str]) -> dict[str, Any]:
        members = f"{len(result.get('members') or [])} members"
        action = "Would save" if self._state["check_mode"] else "Saved"
        message = f"Incomplete: {'; '.join(faults)}" if faults else f"{action} a baseline of {members}."
        shown = {**self._document, **{name: [] for name in ("drifted", "uncovered", "unmatched", "removed")}}
        return {
            "changed": bool(saved),
            "passed": not faults,
            "message": visible(message),
            "summary": summary(shown, saved),
            "stats": None,
            "outcome": None,
            "summary_id": self._state["summary_id"],
        }

    def _write_outputs(self, members: Members | None) -> tuple[dict[str, dict[str, str]], list[str]]:
        """Write all outputs but the baseline. Return the files by kind of output, and the faults."""
        outputs = [output for output in self._outputs if output.kind != BASELINE]
        # Render all outputs first, because a fault is a fault of the check.
        contents = [_render(output, self._document, members) for output in outputs]
        return replace_outputs(outputs, contents, self._identities)

    def _stats(self, files: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        """Return the statistics for the next job of a workflow, with the same keys in every run."""
        document = self._document
        organization, policy = document["organization"] or {}, document["policy"] or {}
        remediation, service = document["remediation"] or {}, document["service"] or {}
        return {
            **{key: document[key] for key in ("status", "passed", "reasons", "message")},
            "organization_id": organization.get("id"),
            "organization_name": organization.get("name"),
            "scope": document["scope"],
            **{f"service_{key}": service.get(key) for key in ("verified", "in_effect")},
            **{f"policy_{key}": policy.get(key) for key in ("name", "version", "sha256")},
            "counts": {
                **document["counts"],
                "unmatched": len(document["unmatched"]),
                "removed": len(document["removed"]),
                "remediated": len(remediation.get("remediated") or []),
                "resolved": len(document["resolved"]),
            },
            **{key: document[key] for key in ("started_at", "finished_at", "last_complete_at", "collection_version")},
            "files": {kind: dict(file) for kind, file in files.items()},
        }


def _first_document(options: DriftOptions, check_mode: bool) -> dict[str, Any]:
    json_output, metrics = options.output("json"), options.output("metrics")
    earlier = json_output.previous() if json_output else None
    document = new_document(
        started_at=now(),
        check_mode=check_mode,
        tolerated=options.tolerated(check_mode),
        policy=options.policy,
        policy_file=options.policy_file,
        previous=state_of(earlier) if earlier else None,
    )
    if json_output is None and metrics is not None:
        document["last_complete_at"] = last_complete_run(metrics.path)
    if options.faults:
        error_type = "invalid_policy" if options.policy_is_invalid else "invalid_option"
        return failed_document(document, "; ".join(options.faults), {"type": error_type})
    return document


def _render(output: OutputFile, document: Mapping[str, Any], members: Members | None) -> bytes | OutputError:
    """Return the content of an output, or an error, so that the other outputs are not lost."""
    try:
        if output.kind == "json":
            return to_json(document)
        if output.kind == "metrics":
            text = render_metrics(document, os.path.splitext(os.path.basename(output.path))[0])
        elif output.kind == "junit":
            text = render_junit(document)
        else:
            text = (render_html if output.kind == "html" else render_csv)(document, members)
        return text.encode("utf-8", "replace")
    except Exception as error:  # pylint: disable=broad-exception-caught
        return OutputError(f"could not be rendered: {type(error).__name__}")


def _message_of(result: Result) -> str:
    return str(result.get("msg") or "the module returned no result")


def _identity(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: entry[key] for key in ("id", "kind", "name", "location") if key in entry}
