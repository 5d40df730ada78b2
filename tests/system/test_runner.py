# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of the playbooks in docs/awx with ansible-runner, as AWX runs them: in one job, and in two slices on workers.

As in AWX, the output of C(ansible-inventory --list --export) is the inventory, and jobs get it from a script that
prints it. A slice contains every second host in the order of the names.
"""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from conftest import ADMIN_TOKEN, ROOT

from simulator.process import Simulator

AWX = ROOT / "docs/awx"
LINES = 40
#: Command and environment variables with which AWX updates an inventory.
LIST = ("ansible-inventory", "--list", "--export", "-i", AWX / "lines.webex.yml")
UPDATE = {
    "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
    "ANSIBLE_INVENTORY_EXPORT": "True",
    "ANSIBLE_VERBOSE_TO_STDERR": "True",
}
#: Settings of lines that do not record all calls. One contains a template that no job may evaluate.
NOT_ALWAYS: list[dict[str, Any]] = [
    {"record": "Never"},
    {"record": "On Demand with User Initiated Start"},
    {"enabled": False},
    {"record": "{{ lookup('ansible.builtin.pipe', 'touch evaluated') }}{{ 7 * 7 }}"},
    {"record": "Never", "enabled": False},
]

#: Tasks of check_lines.yml that check whether settings have effect.
SERVICE = (
    "Read the recording service of the organization and its locations",
    "Assert that settings of members have effect",
)

#: Some of the stats of the drift check for workflows of AWX.
STATS = {
    "status": "drifted",
    "passed": False,
    "reasons": ["drifted"],
    "message": f"Drifted: {len(NOT_ALWAYS)} of {LINES} members have drifted.",
    "organization_name": "Example Corporation",
    "scope": {},
    "policy_name": "Recording rulebook",
    "policy_version": "2026-10",
    "counts": {
        "total": LINES,
        "compared": LINES,
        "compliant": LINES - len(NOT_ALWAYS),
        "drifted": len(NOT_ALWAYS),
        **dict.fromkeys(("uncovered", "exempt", "error", "unmatched", "removed", "remediated", "resolved"), 0),
    },
    "files": {},
}


def environment(**more: str) -> dict[str, str]:
    """Return an environment without credentials."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "ANSIBLE_LOCALHOST_WARNING": "false", **more}


def run(*command: str | Path, given: bytes = b"", rc: int = 0, stderr: int = subprocess.PIPE, **more: str) -> bytes:
    """Run a command, and return its stdout."""
    ended = subprocess.run(
        [str(part) for part in command],
        env=environment(**more),
        input=given,
        stdout=subprocess.PIPE,
        stderr=stderr,
        timeout=300,
        check=False,
    )
    assert ended.returncode == rc, (ended.stdout + (ended.stderr or b"")).decode(errors="replace")
    return ended.stdout


@pytest.fixture(scope="module")
def organization() -> Iterator[Simulator]:
    with Simulator("--lines", str(LINES), "--locations", "3") as simulator:
        yield simulator


@pytest.fixture(scope="module")
def drifted_lines(organization: Simulator) -> dict[str, dict[str, Any]]:
    """Return the settings of the lines that do not record all calls, by id. All other lines record all calls."""
    headers = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
    listed = requests.get(f"{organization.api_url}/telephony/config/virtualLines", headers=headers, timeout=10).json()
    ids = [line["id"] for line in listed["virtualLines"]]
    for line_id, settings in zip(ids, [*NOT_ALWAYS, *[{}] * LINES], strict=False):
        organization.change_line(line_id, {"enabled": True, "record": "Always", **settings})
    return dict(zip(ids, NOT_ALWAYS, strict=False))


@pytest.fixture(scope="module")
def inventory(organization: Simulator, drifted_lines: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the result of an inventory update."""
    assert len(drifted_lines) == len(NOT_ALWAYS)
    variables = {"WEBEX_ACCESS_TOKEN": ADMIN_TOKEN, "WEBEX_API_URL": organization.api_url}
    updated: dict[str, Any] = json.loads(run(*LIST, **UPDATE, **variables))
    assert len(updated["_meta"]["hostvars"]) == LINES
    assert ADMIN_TOKEN not in json.dumps(updated)
    organization.clear_requests()
    return updated


def without_unsafe(value: Any) -> Any:
    """Return a text without the mark of C(ansible-inventory) for texts that are no templates."""
    return value["__ansible_unsafe"] if isinstance(value, dict) else value


def slice_of(inventory: dict[str, Any], number: int = 1, count: int = 1) -> dict[str, Any]:
    """Return the inventory of a job as AWX prints it: the hosts of one slice, and their groups."""
    variables = inventory["_meta"]["hostvars"]
    names = sorted(variables)[number - 1 :: count]
    groups = {
        name: {"hosts": [host for host in group["hosts"] if host in names]}
        for name, group in inventory.items()
        if "hosts" in group and name != "ungrouped"
    }
    grouped = {host for group in groups.values() for host in group["hosts"]}
    return {
        **groups,
        "all": {"hosts": [name for name in names if name not in grouped], "children": list(groups)},
        "_meta": {"hostvars": {name: variables[name] for name in names}},
    }


def private_data(folder: Path, hosts: dict[str, Any], **env: Mapping[str, str]) -> Path:
    """Create the private data directory of ansible-runner for a job."""
    for name in ("project", "inventory", "env"):
        (folder / name).mkdir(parents=True)
    for playbook in AWX.glob("*.yml"):
        shutil.copy(playbook, folder / "project")
    script = folder / "inventory/hosts"
    script.write_text(f"#!/usr/bin/env python3\nprint({json.dumps(hosts)!r})\n", encoding="utf-8")
    script.chmod(0o700)
    for name, content in env.items():
        (folder / "env" / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def events(folder: Path) -> list[dict[str, Any]]:
    """Return the events of a processed job in their order."""
    files = list(folder.glob("artifacts/job/job_events/*.json"))
    assert files
    return sorted((json.loads(file.read_text(encoding="utf-8")) for file in files), key=lambda event: event["counter"])


def results(folder: Path) -> dict[str, list[tuple[str, str, str]]]:
    """Return the results of all tasks by host: event, name of the task, and message."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for event in events(folder):
        data = event["event_data"]
        if event["event"].startswith("runner_on_") and event["event"] != "runner_on_start":
            found.setdefault(data["host"], []).append((event["event"], data["task"], data["res"].get("msg", "")))
    return found


def statistics(folder: Path) -> dict[str, Any]:
    (data,) = [event["event_data"] for event in events(folder) if event["event"] == "playbook_on_stats"]
    return data


def remove_checks_of_the_job(found: dict[str, list[tuple[str, str, str]]], statistics: dict[str, Any]) -> None:
    """Remove the checks of the inventory and of the recording service, which run once in each job, from its results."""
    ((event, _task, _message),) = found.pop("localhost")
    assert (event, statistics["ok"].pop("localhost")) == ("runner_on_ok", 1)
    (host,) = [name for name, tasks in found.items() if len(tasks) > 1]
    *service, line = found[host]
    assert [(event, task) for event, task, _message in service] == [("runner_on_ok", task) for task in SERVICE]
    found[host] = [line]
    statistics["ok"][host] -= len(service)
    if not statistics["ok"][host]:
        del statistics["ok"][host]


def unpacked(stream: bytes) -> dict[str, bytes]:
    """Return the parts of a stream of ansible-runner: the lines by number, and the files of the archive in it."""
    parts: dict[str, bytes] = {}
    source = io.BytesIO(stream)
    for number, line in enumerate(source):
        parts[f"line {number}"] = line
        size = json.loads(line).get("zipfile")
        if size:
            archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(source.read((size + 2) // 3 * 4))))
            parts.update({name: archive.read(name) for name in archive.namelist()})
    assert json.loads(line) == {"eof": True}
    return parts


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def with_token(parts: Mapping[str, bytes]) -> list[str]:
    return sorted(name for name, content in parts.items() if ADMIN_TOKEN.encode() in content)


class Job:
    """Job on a worker: transmit, work, and process."""

    def __init__(self, folder: Path, playbook: str) -> None:
        self.folder = folder
        self.sent = run("ansible-runner", "transmit", folder / "sent", "-p", playbook, "--ident", "job")
        worker = ("ansible-runner", "worker", "--private-data-dir", folder / "worker")
        self._worker = subprocess.Popen(
            [str(part) for part in worker],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._worker.stdin
        self._worker.stdin.write(self.sent)
        self._worker.stdin.close()

    def finish(self) -> None:
        assert self._worker.stdout
        self.returned = self._worker.stdout.read()
        self._worker.wait(300)
        self.processed = self.folder / "processed"
        self.printed = run("ansible-runner", "process", self.processed, "--ident", "job", given=self.returned)
        #: Exit status of C(ansible-playbook). That of C(process) is always 0.
        self.rc = (self.processed / "artifacts/job/rc").read_text(encoding="utf-8")


def test_two_slices_have_the_results_of_one_job(
    organization: Simulator, drifted_lines: dict[str, dict[str, Any]], inventory: dict[str, Any], tmp_path: Path
) -> None:
    envvars = {
        "WEBEX_ACCESS_TOKEN": ADMIN_TOKEN,
        "WEBEX_API_URL": organization.api_url,
        "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
    }
    organization.clear_requests()
    one = private_data(tmp_path / "one", slice_of(inventory), envvars=envvars)
    run("ansible-runner", "run", one, "-p", "check_lines.yml", "--ident", "job", rc=2)
    slices = [slice_of(inventory, number, 2) for number in (1, 2)]
    jobs = []
    for number, hosts in enumerate(slices, 1):
        private_data(tmp_path / f"slice {number}" / "sent", hosts, envvars=envvars)
        jobs.append(Job(tmp_path / f"slice {number}", "check_lines.yml"))
    for job in jobs:
        job.finish()

    whole, *parts = (results(folder) for folder in (one, *(job.processed for job in jobs)))
    whole_statistics, *statistics_of_parts = (statistics(folder) for folder in (one, *(job.processed for job in jobs)))
    for found, counted in zip((whole, *parts), (whole_statistics, *statistics_of_parts), strict=True):
        remove_checks_of_the_job(found, counted)
    for name, each in (("one run", whole), ("slice 1", parts[0]), ("slice 2", parts[1])):
        failed = sum(event == "runner_on_failed" for ((event, _task, _message),) in each.values())
        print(f"{name}: {len(each)} lines, {len(each) - failed} compliant, {failed} not")

    # Each line is in one slice, and a slice contains nothing else.
    names = sorted(inventory["_meta"]["hostvars"])
    assert sorted([*parts[0], *parts[1]]) == sorted(whole) == names
    assert [sorted(part) for part in parts] == [names[0::2], names[1::2]]
    assert {**parts[0], **parts[1]} == whole
    for kind in ("ok", "failures", "dark", "processed"):
        summed = {**statistics_of_parts[0][kind], **statistics_of_parts[1][kind]}
        assert {name: count for name, count in summed.items() if name != "localhost"} == {
            name: count for name, count in whole_statistics[kind].items() if name != "localhost"
        }
    # The results are true.
    hosts = {without_unsafe(variables["webex_id"]): name for name, variables in inventory["_meta"]["hostvars"].items()}
    assert {name for name in names if whole[name][0][0] == "runner_on_failed"} == {
        hosts[line] for line in drifted_lines
    }
    for line, settings in drifted_lines.items():
        ((_event, _task, message),) = whole[hosts[line]]
        state = "on" if settings.get("enabled", True) else "off"
        assert message == f"Recording is {state} and set to '{settings.get('record', 'Always')}'."
    assert [job.rc for job in jobs] == ["2", "2"]
    assert not list(tmp_path.rglob("evaluated"))
    # All settings came from the inventory. Each of the three jobs read the switch of the organization once.
    paths = [request["path"] for request in organization.requests()]
    assert [path for path in paths if "callRecording" not in path and not path.endswith("/locations")] == []
    assert [path for path in paths if "virtualLines" in path] == []
    assert len([path for path in paths if path.endswith("/config/callRecording")]) == 3

    for job in jobs:
        assert with_token(unpacked(job.sent)) == ["env/envvars"]
        # ansible-runner returns the environment of the job. AWX masks secrets in it.
        returned = unpacked(job.returned)
        start = next(name for name, part in returned.items() if b'"status": "starting"' in part)
        assert with_token(returned) == sorted(["command", start])
        assert with_token(files_of(job.processed)) == ["artifacts/job/command"]
        for reported in (returned["command"], returned[start]):
            content = json.loads(reported)
            assert content["env"].pop("WEBEX_ACCESS_TOKEN") == ADMIN_TOKEN
            assert ADMIN_TOKEN not in json.dumps(content)
        assert ADMIN_TOKEN not in job.printed.decode()


def test_failing_inventory_update(organization: Simulator) -> None:
    variables = {"WEBEX_ACCESS_TOKEN": "simulated-expired-token", "WEBEX_API_URL": organization.api_url}
    printed = run(*LIST, rc=1, stderr=subprocess.STDOUT, **UPDATE, **variables).decode()
    assert "Could not select the virtual lines: HTTP 401 Unauthorized: " in " ".join(printed.split())
    assert "No inventory was parsed, please check your configuration and options." in printed


def test_an_empty_inventory_fails(inventory: dict[str, Any], tmp_path: Path) -> None:
    nobody = slice_of({**inventory, "_meta": {"hostvars": {}}})
    folder = private_data(tmp_path / "job", nobody)
    printed = run("ansible-runner", "run", folder, "-p", "check_lines.yml", "--ident", "job", rc=2)
    assert b"There are no lines in the inventory." in printed


@pytest.mark.parametrize("limited", [False, True])
def test_settings_without_effect_fail_the_job(
    organization: Simulator,
    drifted_lines: dict[str, dict[str, Any]],
    inventory: dict[str, Any],
    tmp_path: Path,
    limited: bool,
) -> None:
    variables = inventory["_meta"]["hostvars"]
    recorded = next(name for name in variables if without_unsafe(variables[name]["webex_id"]) not in drifted_lines)
    limit = ("--limit", recorded) if limited else ()
    envvars = {"WEBEX_ACCESS_TOKEN": ADMIN_TOKEN, "WEBEX_API_URL": organization.api_url}
    folder = private_data(tmp_path / "job", slice_of(inventory), envvars=envvars)
    job = ("ansible-runner", "run", folder, "-p", "check_lines.yml", "--ident", "job", *limit)
    run(*job, rc=0 if limited else 2)
    assert len(results(folder)[recorded]) >= 1
    shutil.rmtree(folder / "artifacts")
    organization.change_service(enabled=False)
    try:
        printed = run(*job, rc=2)
    finally:
        organization.change_service(enabled=True)
    assert b"recording of the organization is off" in printed
    tasks = {task for name, found in results(folder).items() for _event, task, _message in found if name != "localhost"}
    assert tasks == set(SERVICE)


def assert_stats(organization: Simulator, folder: Path) -> None:
    """Require the stats of the drift check for the organization of the simulator."""
    ((webex_id, found),) = statistics(folder)["artifact_data"]["drift_check"].items()
    assert webex_id == found["organization_id"] == organization.control("GET")["organizations"][0]["id"]
    assert {name: found[name] for name in STATS} == STATS
    assert len(found["policy_sha256"]) == 64


def test_drift_check(organization: Simulator, inventory: dict[str, Any], tmp_path: Path) -> None:
    envvars = {"WEBEX_ACCESS_TOKEN": ADMIN_TOKEN, "WEBEX_API_URL": organization.api_url}
    folder = private_data(tmp_path / "job", slice_of(inventory), envvars=envvars)
    printed = run("ansible-runner", "run", folder, "-p", "drift_check.yml", "--ident", "job", rc=2)
    assert STATS["message"] in printed.decode()
    assert_stats(organization, folder)
    assert with_token(files_of(folder)) == ["artifacts/job/command", "env/envvars"]


def test_drift_check_on_a_worker(organization: Simulator, inventory: dict[str, Any], tmp_path: Path) -> None:
    extravars = {"webex_token": ADMIN_TOKEN, "webex_url": organization.api_url}
    sent = private_data(tmp_path / "sent", slice_of(inventory), extravars=extravars)
    (play,) = yaml.safe_load((AWX / "drift_check.yml").read_text(encoding="utf-8"))
    connection = {"access_token": "{{ webex_token }}", "api_url": "{{ webex_url }}"}
    play["module_defaults"] = {"group/webex.calling.webex": connection}
    (sent / "project/drift_check.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
    job = Job(tmp_path, "drift_check.yml")
    job.finish()
    assert job.rc == "2"
    assert_stats(organization, job.processed)
    # Extra variables do not come back.
    assert with_token(unpacked(job.sent)) == ["env/extravars"]
    assert with_token(unpacked(job.returned)) == []
    assert with_token(files_of(job.processed)) == []
