# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clients that are compared, each measured as a whole process from its start to its end."""

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

#: A token of the simulator, which is good for nothing else.
TOKEN = "simulated-full-admin-token"  # noqa: S105

#: In the path of each request for the settings of a line, and of no other.
SETTINGS = "callRecording"


class BenchmarkError(Exception):
    """A client did not do what is measured."""


@dataclass(frozen=True)
class Run:
    """What one run of a client took.

    :param seconds: from the start of the process to its end.
    :param cpu_seconds: processor time of the process and all of its children.
    :param module_peak_mb: the most memory that the module's own process took, in millions of bytes, if it was measured.
    :param peak_mb: the most memory that any one process took.
    :param refused: how many requests were answered with 429.
    :param requests: how many requests were answered in all.
    """

    seconds: float
    cpu_seconds: float
    module_peak_mb: float | None = None
    peak_mb: float = 0
    refused: int = 0
    requests: int = 0


class Clients:
    """Runs clients against a simulator."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self._simulator = simulator
        self._folder = Path(tempfile.mkdtemp(dir=folder))
        # Without compiled files every start would compile all that it imports, and take twice as long.
        taken_away = ("WEBEX_", "PYTHONDONTWRITEBYTECODE")
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(taken_away)},
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
        read: int = 0,
        lines: Sequence[str] = (),
        memory: bool = False,
        inventory: str | None = None,
        cached: bool = False,
        **variables: Any,
    ) -> Run:
        """Run a playbook of the folder C(playbooks).

        :param read: the settings of so many lines it has to read.
        :param lines: the ids that it finds in its variable C(lines).
        :param memory: whether to measure the module's memory.
        :param inventory: one of the folder C(inventories).
        :param cached: whether the inventory comes from the cache, where C(fill_cache) has put it.
        """
        if lines:
            variables["lines"] = list(lines)
        if memory:
            variables["ansible_python_interpreter"] = str(self._measuring_interpreter())
        file = self._folder / "variables.json"
        file.write_text(json.dumps(variables), encoding="utf-8")
        playbook = FOLDER / "playbooks" / f"{name}.yml"
        hosts = ("--inventory", str(_inventory(inventory)), "--forks", "10") if inventory else ()
        command = ("ansible-playbook", str(playbook), "--extra-vars", f"@{file}", *hosts)
        return self._run(*command, read=read, cached=cached)

    def inventory(self, name: str, *, read: int = 0, cached: bool = False) -> Run:
        """List an inventory of the folder C(inventories), as AWX does."""
        return self._run("ansible-inventory", "--list", "-i", str(_inventory(name)), read=read, cached=cached)

    def fill_cache(self, name: str) -> None:
        """Put an inventory where those find it that are C(cached)."""
        self._run("ansible-inventory", "--list", "-i", str(_inventory(name)), read=None, cached=True)

    def in_process(self, what: str, concurrency: int) -> dict[str, Any]:
        """What in_process.py tells."""
        command = [sys.executable, str(FOLDER / "in_process.py"), what, str(concurrency)]
        told = subprocess.run(  # noqa: S603  (the command is the one above)
            command, env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True
        )
        result: dict[str, Any] = json.loads(told.stdout)
        return result

    def script(self, name: str, *arguments: str, read: int = 0) -> Run:
        """Run a script of this folder with the interpreter that runs this."""
        return self._run(sys.executable, str(FOLDER / name), *arguments, read=read)

    @property
    def _peaks(self) -> Path:
        return self._folder / "peaks"

    def _measuring_interpreter(self) -> Path:
        interpreter = self._folder / "python"
        interpreter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{FOLDER / "peak_memory.py"}" "$@"\n', "utf-8")
        interpreter.chmod(0o700)
        return interpreter

    def _run(self, *command: str, read: int | None, cached: bool = False) -> Run:
        self._simulator.clear_requests()
        self._peaks.unlink(missing_ok=True)
        environment = {**self._environment, "BENCHMARK_PEAKS": str(self._peaks)}
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
            # Unlike wait(), this tells what this very child took, and its own children with it.
            _pid, status, usage = os.wait4(process.pid, 0)
            seconds = time.monotonic() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                output.seek(0)
                said = output.read().decode(errors="replace")[-3000:]
                raise BenchmarkError(f"{' '.join(command)} ended with {process.returncode}:\n{said}")
        # A client that is fast because it does not read is no client.
        answered = self._simulator.counts(path=SETTINGS, status=200)["count"]
        if read is not None and answered != read:
            raise BenchmarkError(f"{' '.join(command)} read {answered} lines, not {read}")
        return Run(
            seconds=seconds,
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            module_peak_mb=self._module_peak_mb(),
            # The kernel counts in units of 1024 bytes.
            peak_mb=usage.ru_maxrss * 1024 / 1e6,
            requests=self._simulator.counts()["count"],
            refused=self._simulator.counts(status=429)["count"],
        )

    def seconds_of_asking(self) -> float:
        """From the last run's first request to its last answer, as the simulator saw them."""
        requests = self._simulator.requests()
        ended: float = max(request["time"] + request["seconds"] for request in requests)
        return ended - float(requests[0]["time"])

    def _module_peak_mb(self) -> float | None:
        if not self._peaks.exists():
            return None
        return max(int(line) for line in self._peaks.read_text("utf-8").split()) * 1024 / 1e6


def _inventory(name: str) -> Path:
    return FOLDER / "inventories" / f"{name}.webex.yml"
