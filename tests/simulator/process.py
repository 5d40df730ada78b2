# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a simulator beside a test, in a process of its own.

C(with Simulator("--lines", "100") as simulator) gives one that answers; it ends with the block.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, final
from urllib.parse import quote, urlencode, urlsplit

_TESTS_FOLDER = Path(__file__).resolve().parent.parent


class SimulatorError(Exception):
    """The simulator did not start, or refused what was asked of it."""


@final
class Simulator:
    """A running simulator.

    :param arguments: of the command line; C(--port), C(--ready-file) and C(--stop-after) are given already,
        and can be given again.
    :param python: the interpreter to run it with.
    """

    def __init__(self, *arguments: str, python: str = sys.executable, start_timeout: float = 60) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="webex-simulator-")
        ready_file = Path(self._folder.name) / "ready.json"
        self._output_file = Path(self._folder.name) / "output"
        self._output = self._output_file.open("wb")
        self._last_output = ""
        # If whoever started it dies, it ends by itself in the end.
        given = ["--port", "0", "--ready-file", str(ready_file), "--stop-after", "3600"]
        self._process = subprocess.Popen(
            [python, "-m", "simulator", *given, *arguments],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(_TESTS_FOLDER), os.environ.get("PYTHONPATH", "")]),
            },
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )
        try:
            ready = self._wait_for(ready_file, start_timeout)
        except BaseException:
            self.stop()
            raise
        self.pid: int = ready["pid"]
        self.api_url: str = ready["api_url"]
        self.https_api_url: str | None = ready["https_api_url"]
        self.ca_path: str | None = ready["ca_path"]
        self.control_url: str = ready["control_url"]

    def _wait_for(self, ready_file: Path, seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while not ready_file.exists():
            if self._process.poll() is not None:
                raise SimulatorError(f"The simulator ended with {self._process.returncode}:\n{self.output}")
            if time.monotonic() > deadline:
                raise SimulatorError(f"The simulator was not ready within {seconds:g} s:\n{self.output}")
            time.sleep(0.01)
        ready: dict[str, Any] = json.loads(ready_file.read_text(encoding="utf-8"))
        return ready

    def __enter__(self) -> Simulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def output(self) -> str:
        """What it has written to stdout and stderr, also after its end."""
        if not self._output.closed:
            self._keep_output()
        return self._last_output

    def _keep_output(self) -> None:
        self._last_output = self._output_file.read_text(encoding="utf-8", errors="replace")

    def wait(self, seconds: float) -> int:
        """Its exit status, once it has ended."""
        return self._process.wait(seconds)

    def stop(self) -> int:
        """End it, if that is not done yet. Returns its exit status."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if not self._output.closed:
            self._keep_output()  # to have it when the file is gone
            self._output.close()
            self._folder.cleanup()
        return self._process.returncode

    def control(self, method: str, path: str = "", content: Any = None, query: dict[str, str] | None = None) -> Any:
        """Ask the control interface.

        :param path: below C(/_simulator).
        :raises SimulatorError: if it refuses.
        """
        url = urlsplit(f"{self.control_url}/{path}".rstrip("/"))
        target = f"{url.path}?{urlencode(query)}" if query else url.path
        data = None if content is None else json.dumps(content)
        # No proxy, whatever the environment says: none could reach this host's loopback address.
        connection = http.client.HTTPConnection(url.netloc, timeout=60)
        try:
            connection.request(method, target, data, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise SimulatorError(f"{method} {path}: {answer.status} {body.decode(errors='replace')}")
        return json.loads(body) if body else None

    def add_fault(self, **fault: Any) -> int:
        """Let something go wrong; README.md has the keys. Returns the fault's id."""
        fault_id: int = self.control("POST", "faults", fault)["id"]
        return fault_id

    def remove_fault(self, fault_id: int) -> None:
        self.control("DELETE", f"faults/{fault_id}")

    def requests(self, **filters: Any) -> list[dict[str, Any]]:
        """The logged requests, oldest first, such as those with C(path="callRecording", status=429)."""
        requests: list[dict[str, Any]] = self.control("GET", "requests", query=_texts(filters))["requests"]
        return requests

    def counts(self, **filters: Any) -> dict[str, Any]:
        """How many requests were logged, and how they ended, without the requests themselves."""
        counts: dict[str, Any] = self.control("GET", "requests", query=_texts({**filters, "counts_only": "true"}))
        return counts

    def clear_requests(self) -> None:
        self.control("DELETE", "requests")

    def set(self, **settings: Any) -> dict[str, Any]:
        """Change settings, such as C(latency=0.05). Returns all of them."""
        changed: dict[str, Any] = self.control("PATCH", "settings", settings)
        return changed

    def line(self, line_id: str) -> dict[str, Any]:
        """A line as the simulator holds it, its settings below C(callRecording)."""
        line: dict[str, Any] = self.control("GET", "lines", query={"id": line_id})
        return line

    def change_line(self, line_id: str, call_recording: dict[str, Any], *, replace: bool = False) -> None:
        """Change a line's settings behind the client's back."""
        self.control("PATCH", "lines", {"callRecording": call_recording, "replace": replace}, query={"id": line_id})

    def remove_line(self, line_id: str) -> None:
        self.control("DELETE", "lines", query={"id": line_id})

    def someone_edits(self, lines: int = 3, seed: int | None = None) -> list[dict[str, Any]]:
        """Change lines at random. Returns C(id), C(before) and C(after) of each."""
        edits: list[dict[str, Any]] = self.control("POST", "edits", {"lines": lines, "seed": seed})
        return edits

    def expire_tokens(self, name: str | None = None) -> list[str]:
        """Let access tokens expire now: those of this name, or all."""
        expired: list[str] = self.control("POST", "tokens/expire", {"name": name})["expired"]
        return expired

    def reset(self) -> None:
        """Everything as it was at the start."""
        self.control("POST", "reset")

    def call_recording_url(self, line_id: str) -> str:
        return f"{self.api_url}/telephony/config/virtualLines/{quote(line_id, safe='')}/callRecording"


def _texts(filters: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in filters.items()}
