# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Benchmark clients. Measurements cover the whole process of a client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.process import Simulator

FOLDER = Path(__file__).resolve().parent

#: Access token for the simulator.
TOKEN = "simulated-full-admin-token"  # noqa: S105

#: Path segment that only settings requests contain.
SETTINGS_PATH = "callRecording"


class BenchmarkError(Exception):
    """Client error or incomplete run."""


@dataclass(frozen=True)
class Run:
    """Measurements of one client run.

    :param seconds: run time of the process, or of its requests under a rate limit.
    :param cpu_seconds: processor time of the process and its children.
    :param module_peak_mb: peak memory of the module process in millions of bytes, or None if not measured.
    :param peak_mb: highest peak memory of any process in millions of bytes.
    :param refused: number of responses with status 429.
    :param requests: number of responses with any status.
    """

    seconds: float
    cpu_seconds: float
    module_peak_mb: float | None = None
    peak_mb: float = 0
    refused: int = 0
    requests: int = 0


class Clients:
    """Runner for clients of one simulator."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self.simulator = simulator
        self._folder = Path(tempfile.mkdtemp(dir=folder))
        self._environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
            "WEBEX_API_URL": simulator.api_url,
            "WEBEX_ACCESS_TOKEN": TOKEN,
        }

    def playbook(
        self,
        name: str,
        *,
        expected_reads: int | None = 0,
        lines: Sequence[str] = (),
        memory: bool = False,
        inventory: str | None = None,
        cached: bool = False,
        **variables: Any,
    ) -> Run:
        """Run a playbook from the folder C(playbooks), and return the measurements.

        :param name: file name of the playbook, without C(.yml).
        :param expected_reads: number of lines whose settings the playbook must read, or None if the playbook verifies
            its result itself.
        :param lines: line IDs for the variable C(lines).
        :param memory: whether to measure the memory of the module.
        :param inventory: file name in the folder C(inventories), without C(.webex.yml).
        :param cached: whether to use the inventory cache of C(fill_cache).
        :param variables: extra variables of the playbook.
        :raises BenchmarkError: if the playbook fails, or reads another number of lines.
        """
        variables["folder"] = str(self._folder)
        if lines:
            variables["lines"] = list(lines)
        if memory:
            variables["ansible_python_interpreter"] = str(self._measuring_interpreter())
        file = self._folder / "variables.json"
        file.write_text(json.dumps(variables), encoding="utf-8")
        playbook = FOLDER / "playbooks" / f"{name}.yml"
        inventory_options = ("--inventory", str(_inventory(inventory)), "--forks", "10") if inventory else ()
        command = ("ansible-playbook", str(playbook), "--extra-vars", f"@{file}", *inventory_options)
        return self._run(*command, expected_reads=expected_reads, cached=cached)

    def inventory(self, name: str, *, expected_reads: int = 0, cached: bool = False) -> Run:
        """Run C(ansible-inventory --list) like AWX does, and return the measurements.

        :param name: file name in the folder C(inventories), without C(.webex.yml).
        :param expected_reads: number of lines whose settings the inventory must read.
        :param cached: whether to use the inventory cache of C(fill_cache).
        :raises BenchmarkError: if the command fails, or reads another number of lines.
        """
        return self._list(_inventory(name), expected_reads=expected_reads, cached=cached)

    def static_inventory(self, file: Path) -> Run:
        """Run C(ansible-inventory --list) with an inventory file of Ansible, and return the measurements."""
        return self._list(file)

    def fill_cache(self, name: str) -> None:
        """Write the inventory to the cache that runs with C(cached) use."""
        self._list(_inventory(name), expected_reads=None, cached=True)

    def save_inventory(self, name: str) -> Path:
        """Write an inventory file of Ansible with the hosts, groups, and variables of an inventory, and return it."""
        listed = self._folder / "listed.json"
        self._list(_inventory(name), expected_reads=None, output=listed)
        groups = json.loads(listed.read_text("utf-8"))
        variables = groups.pop("_meta")["hostvars"]
        children = {
            group: {
                "hosts": dict.fromkeys(content.get("hosts", ())),
                "children": dict.fromkeys(content.get("children", ())),
            }
            for group, content in groups.items()
            if group != "all"
        }
        file = self._folder / "static.json"
        file.write_text(json.dumps({"all": {"hosts": variables, "children": children}}), encoding="utf-8")
        return file

    def _list(
        self, file: Path, *, expected_reads: int | None = 0, cached: bool = False, output: Path | None = None
    ) -> Run:
        more = () if output is None else ("--output", str(output))
        command = ("ansible-inventory", "--list", "-i", str(file), *more)
        return self._run(*command, expected_reads=expected_reads, cached=cached)

    def in_process(self, mode: str, concurrency: int) -> dict[str, Any]:
        """Run in_process.py, and return the decoded JSON output."""
        command = [sys.executable, str(FOLDER / "in_process.py"), mode, str(concurrency)]
        completed = subprocess.run(  # noqa: S603  (the command is the one above)
            command, env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True
        )
        result: dict[str, Any] = json.loads(completed.stdout)
        return result

    def script(self, name: str, *arguments: str, expected_reads: int = 0) -> Run:
        """Run a benchmark script with the current Python interpreter, and return the measurements.

        :raises BenchmarkError: if the script fails, or reads another number of lines.
        """
        return self._run(sys.executable, str(FOLDER / name), *arguments, expected_reads=expected_reads)

    def output(self, name: str) -> Any:
        """Return the content of a JSON file that a playbook wrote to the variable C(folder)."""
        return json.loads((self._folder / name).read_text("utf-8"))

    @property
    def _peaks_file(self) -> Path:
        return self._folder / "peaks"

    def _measuring_interpreter(self) -> Path:
        interpreter = self._folder / "python"
        interpreter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{FOLDER / "peak_memory.py"}" "$@"\n', "utf-8")
        interpreter.chmod(0o700)
        return interpreter

    def _run(self, *command: str, expected_reads: int | None, cached: bool = False) -> Run:
        self.simulator.clear_requests()
        self._peaks_file.unlink(missing_ok=True)
        environment = {**self._environment, "BENCHMARK_PEAKS": str(self._peaks_file)}
        if cached:
            environment["ANSIBLE_INVENTORY_CACHE"] = "true"
            environment["ANSIBLE_INVENTORY_CACHE_PLUGIN"] = "ansible.builtin.jsonfile"
            environment["ANSIBLE_INVENTORY_CACHE_CONNECTION"] = str(self._folder / "cache")
        with tempfile.TemporaryFile() as output:
            began = time.monotonic()
            process = subprocess.Popen(  # noqa: S603  (the commands are those above)
                command,
                cwd=self._folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            # Unlike wait(), wait4() returns the resource usage of this process and its children.
            _pid, status, usage = os.wait4(process.pid, 0)
            seconds = time.monotonic() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                output.seek(0)
                message = output.read().decode(errors="replace")[-3000:]
                raise BenchmarkError(f"{' '.join(command)} failed with exit status {process.returncode}:\n{message}")
        # Reject incomplete runs, which would distort the results.
        reads = self.simulator.counts(path=SETTINGS_PATH, status=200)["count"]
        if expected_reads is not None and reads != expected_reads:
            raise BenchmarkError(f"{' '.join(command)} read {reads} lines instead of {expected_reads}")
        return Run(
            seconds=seconds,
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            module_peak_mb=self._module_peak_mb(),
            # The kernel reports memory in units of 1024 bytes.
            peak_mb=usage.ru_maxrss * 1024 / 1e6,
            requests=self.simulator.counts()["count"],
            refused=self.simulator.counts(status=429)["count"],
        )

    def request_seconds(self) -> float:
        """Return the seconds from first request to last response of the last run, as the simulator measured."""
        requests = self.simulator.requests()
        ended: float = max(request["time"] + request["seconds"] for request in requests)
        return ended - float(requests[0]["time"])

    def _module_peak_mb(self) -> float | None:
        if not self._peaks_file.exists():
            return None
        return max(int(line) for line in self._peaks_file.read_text("utf-8").split()) * 1024 / 1e6


def _inventory(name: str) -> Path:
    return FOLDER / "inventories" / f"{name}.webex.yml"
