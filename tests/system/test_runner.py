# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWX does with the playbooks of docs/awx, done with ansible-runner: in one run, and sliced, on two workers.

An inventory update and the hosts of a job are as in AWX: what C(ansible-inventory --list --export) prints is kept, and
given to jobs as a script that prints it. A slice has every so many hosts of it, in the order of their names.
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
#: How AWX updates an inventory, and what it sets for that.
LIST = ("ansible-inventory", "--list", "--export", "-i", AWX / "lines.webex.yml")
UPDATE = {
    "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
    "ANSIBLE_INVENTORY_EXPORT": "True",
    "ANSIBLE_VERBOSE_TO_STDERR": "True",
}
#: Settings of some lines that do not record all calls. One of them must not be evaluated on the long way to a job.
NOT_ALWAYS: list[dict[str, Any]] = [
    {"record": "Never"},
    {"record": "On Demand with User Initiated Start"},
    {"enabled": False},
    {"record": "{{ lookup('ansible.builtin.pipe', 'touch evaluated') }}{{ 7 * 7 }}"},
    {"record": "Never", "enabled": False},
]

#: What the drift check makes of them, as workflows of AWX get to see it.
FOUND = {
    "status": "drifted",
    "total": LINES,
    "compliant": LINES - len(NOT_ALWAYS),
    "drifted": len(NOT_ALWAYS),
    "uncovered": 0,
    "unreadable": 0,
    "repaired": 0,
}


def environment(**more: str) -> dict[str, str]:
    """That of a process without any credentials of its own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("WEBEX_")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**inherited, "PATH": path, "ANSIBLE_LOCALHOST_WARNING": "false", **more}


def run(*command: str | Path, given: bytes = b"", rc: int = 0, stderr: int = subprocess.PIPE, **more: str) -> bytes:
    """What a command writes to stdout."""
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
def wrong(organization: Simulator) -> dict[str, dict[str, Any]]:
    """The settings of the lines that do not record all calls, by the ids of the lines. All others do."""
    signed = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
    listed = requests.get(f"{organization.api_url}/telephony/config/virtualLines", headers=signed, timeout=10).json()
    ids = [line["id"] for line in listed["virtualLines"]]
    for line_id, settings in zip(ids, [*NOT_ALWAYS, *[{}] * LINES], strict=False):
        organization.change_line(line_id, {"enabled": True, "record": "Always", **settings})
    return dict(zip(ids, NOT_ALWAYS, strict=False))


@pytest.fixture(scope="module")
def inventory(organization: Simulator, wrong: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What an update of the inventory brings."""
    assert len(wrong) == len(NOT_ALWAYS)
    variables = {"WEBEX_ACCESS_TOKEN": ADMIN_TOKEN, "WEBEX_API_URL": organization.api_url}
    updated: dict[str, Any] = json.loads(run(*LIST, **UPDATE, **variables))
    assert len(updated["_meta"]["hostvars"]) == LINES
    assert ADMIN_TOKEN not in json.dumps(updated)
    organization.clear_requests()
    return updated


def unmarked(value: Any) -> Any:
    """A text without the mark with which C(ansible-inventory) says that it must not be taken for a template."""
    return value["__ansible_unsafe"] if isinstance(value, dict) else value


def slice_of(inventory: dict[str, Any], number: int = 1, count: int = 1) -> dict[str, Any]:
    """The hosts of a job as AWX prints them: those of one slice, and their groups without the hosts of others."""
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
    """What ansible-runner is given for a job."""
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
    """The events of a job that was processed."""
    files = list(folder.glob("artifacts/job/job_events/*.json"))
    assert files
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def results(folder: Path) -> dict[str, list[tuple[str, str, str]]]:
    """What became of each task on each host: the event, the task, and what it told."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for event in events(folder):
        data = event["event_data"]
        if event["event"].startswith("runner_on_") and event["event"] != "runner_on_start":
            found.setdefault(data["host"], []).append((event["event"], data["task"], data["res"]["msg"]))
    return found


def statistics(folder: Path) -> dict[str, Any]:
    (data,) = [event["event_data"] for event in events(folder) if event["event"] == "playbook_on_stats"]
    return data


def opened(stream: bytes) -> dict[str, bytes]:
    """What is in a stream of ansible-runner: its lines by number, and the files in the archive among them."""
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
    """A job on a worker: what is sent to it, what it sends back, and what is made of that."""

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
        #: That of C(ansible-playbook): C(process) itself ends with 0 whatever it was told.
        self.rc = (self.processed / "artifacts/job/rc").read_text(encoding="utf-8")


def test_two_workers_find_what_one_run_finds(
    organization: Simulator, wrong: dict[str, dict[str, Any]], inventory: dict[str, Any], tmp_path: Path
) -> None:
    envvars = {
        "WEBEX_ACCESS_TOKEN": ADMIN_TOKEN,
        "WEBEX_API_URL": organization.api_url,
        "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
    }
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
    for each in (whole, *parts):
        ((event, _task, _message),) = each.pop("localhost")
        assert event == "runner_on_ok"
    for each in (whole_statistics, *statistics_of_parts):
        assert each["ok"].pop("localhost") == 1
    for name, each in (("one run", whole), ("slice 1", parts[0]), ("slice 2", parts[1])):
        failed = sum(event == "runner_on_failed" for ((event, _task, _message),) in each.values())
        print(f"{name}: {len(each)} lines, {len(each) - failed} as they have to be, {failed} not")

    # Each line is in one of them, and nothing else is.
    names = sorted(inventory["_meta"]["hostvars"])
    assert sorted([*parts[0], *parts[1]]) == sorted(whole) == names
    assert [sorted(part) for part in parts] == [names[0::2], names[1::2]]
    assert {**parts[0], **parts[1]} == whole
    for kind in ("ok", "failures", "dark", "processed"):
        summed = {**statistics_of_parts[0][kind], **statistics_of_parts[1][kind]}
        assert {name: count for name, count in summed.items() if name != "localhost"} == {
            name: count for name, count in whole_statistics[kind].items() if name != "localhost"
        }
    # And it is true.
    hosts = {unmarked(variables["webex_id"]): name for name, variables in inventory["_meta"]["hostvars"].items()}
    assert {name for name in names if whole[name][0][0] == "runner_on_failed"} == {hosts[line] for line in wrong}
    for line, settings in wrong.items():
        ((_event, _task, message),) = whole[hosts[line]]
        state = "on" if settings.get("enabled", True) else "off"
        assert message == f"Recording is {state} and set to '{settings.get('record', 'Always')}'."
    assert [job.rc for job in jobs] == ["2", "2"]
    assert not list(tmp_path.rglob("evaluated"))
    # All was in the inventory.
    assert organization.counts()["count"] == 0

    for job in jobs:
        assert with_token(opened(job.sent)) == ["env/envvars"]
        # ansible-runner itself tells under which environment it has run. AWX masks there what is secret.
        parts_of_answer = opened(job.returned)
        start = next(name for name, part in parts_of_answer.items() if b'"status": "starting"' in part)
        assert with_token(parts_of_answer) == sorted(["command", start])
        assert with_token(files_of(job.processed)) == ["artifacts/job/command"]
        for told in (parts_of_answer["command"], parts_of_answer[start]):
            content = json.loads(told)
            assert content["env"].pop("WEBEX_ACCESS_TOKEN") == ADMIN_TOKEN
            assert ADMIN_TOKEN not in json.dumps(content)
        assert ADMIN_TOKEN not in job.printed.decode()


def test_an_update_of_the_inventory_that_fails(organization: Simulator) -> None:
    variables = {"WEBEX_ACCESS_TOKEN": "simulated-expired-token", "WEBEX_API_URL": organization.api_url}
    printed = run(*LIST, rc=1, stderr=subprocess.STDOUT, **UPDATE, **variables).decode()
    assert "Could not select the virtual lines: HTTP 401 Unauthorized: " in " ".join(printed.split())
    assert "No inventory was parsed, please check your configuration and options." in printed


def test_no_lines_are_none_that_are_as_they_have_to_be(inventory: dict[str, Any], tmp_path: Path) -> None:
    nobody = slice_of({**inventory, "_meta": {"hostvars": {}}})
    folder = private_data(tmp_path / "job", nobody)
    printed = run("ansible-runner", "run", folder, "-p", "check_lines.yml", "--ident", "job", rc=2)
    assert b"There are no lines in the inventory." in printed


def test_drift_check(organization: Simulator, inventory: dict[str, Any], tmp_path: Path) -> None:
    envvars = {"WEBEX_ACCESS_TOKEN": ADMIN_TOKEN, "WEBEX_API_URL": organization.api_url}
    folder = private_data(tmp_path / "job", slice_of(inventory), envvars=envvars)
    printed = run("ansible-runner", "run", folder, "-p", "drift_check.yml", "--ident", "job", rc=2)
    assert f"{len(NOT_ALWAYS)} of {LINES} virtual lines have drifted." in printed.decode()
    found = statistics(folder)["artifact_data"]["drift_check"]
    assert found == FOUND
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
    found = statistics(job.processed)["artifact_data"]["drift_check"]
    assert found == FOUND
    # Given this way, it does not come back at all.
    assert with_token(opened(job.sent)) == ["env/extravars"]
    assert with_token(opened(job.returned)) == []
    assert with_token(files_of(job.processed)) == []
