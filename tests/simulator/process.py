# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulator in a separate process, for tests.

C(with Simulator("--lines", "100") as simulator) starts a simulator, and stops it at the end of the block.
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
    """Error at the start of the simulator, or of a request to its control interface."""


@final
class Simulator:
    """Running simulator.

    :param arguments: options of the command line. C(--port), C(--ready-file) and C(--stop-after) have defaults
        that the arguments can override.
    :param python: Python interpreter that runs the simulator.
    """

    def __init__(self, *arguments: str, python: str = sys.executable, start_timeout: float = 60) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="webex-simulator-")
        ready_file = Path(self._folder.name) / "ready.json"
        self._output_file = Path(self._folder.name) / "output"
        self._output = self._output_file.open("wb")
        self._last_output = ""
        # The time limit stops the simulator if its parent process was killed.
        defaults = ["--port", "0", "--ready-file", str(ready_file), "--stop-after", "3600"]
        self._process = subprocess.Popen(
            [python, "-m", "simulator", *defaults, *arguments],
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
                raise SimulatorError(
                    f"The simulator stopped with exit status {self._process.returncode}:\n{self.output}"
                )
            if time.monotonic() > deadline:
                raise SimulatorError(f"The simulator was not ready within {seconds:g} s:\n{self.output}")
            time.sleep(0.01)
        ready: dict[str, Any] = json.loads(ready_file.read_text(encoding="utf-8"))
        return ready

    def __enter__(self) -> Simulator:
        return self

    def __exit__(
        self, exception_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def output(self) -> str:
        """Output on stdout and stderr, also available after the end of the process."""
        if not self._output.closed:
            self._save_output()
        return self._last_output

    def _save_output(self) -> None:
        self._last_output = self._output_file.read_text(encoding="utf-8", errors="replace")

    def wait(self, seconds: float) -> int:
        """Wait for the end of the process, and return its exit status."""
        return self._process.wait(seconds)

    def stop(self) -> int:
        """Stop the process if it is still running, and return its exit status."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if not self._output.closed:
            self._save_output()  # before the file is deleted
            self._output.close()
            self._folder.cleanup()
        return self._process.returncode

    def control(self, method: str, path: str = "", content: Any = None, query: dict[str, str] | None = None) -> Any:
        """Send a request to the control interface, and return the JSON of its response.

        :param path: path relative to C(/_simulator).
        :raises SimulatorError: if the response is an error.
        """
        url = urlsplit(f"{self.control_url}/{path}".rstrip("/"))
        target = f"{url.path}?{urlencode(query)}" if query else url.path
        data = None if content is None else json.dumps(content)
        # Ignore proxy settings of the environment: a proxy cannot reach the loopback address.
        connection = http.client.HTTPConnection(url.netloc, timeout=60)
        try:
            connection.request(method, target, data, {"Content-Type": "application/json"})
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        if response.status >= 300:
            raise SimulatorError(f"{method} {path}: {response.status} {body.decode(errors='replace')}")
        return json.loads(body) if body else None

    def add_fault(self, **fault: Any) -> int:
        """Add a fault with the keys in README.md, and return its id."""
        fault_id: int = self.control("POST", "faults", fault)["id"]
        return fault_id

    def remove_fault(self, fault_id: int) -> None:
        """Remove a fault."""
        self.control("DELETE", f"faults/{fault_id}")

    def requests(self, **filters: Any) -> list[dict[str, Any]]:
        """Return the logged requests that match filters such as C(path="callRecording", status=429), oldest first."""
        requests: list[dict[str, Any]] = self.control("GET", "requests", query=_query(filters))["requests"]
        return requests

    def counts(self, **filters: Any) -> dict[str, Any]:
        """Return the numbers of logged requests by status and token, without the requests."""
        counts: dict[str, Any] = self.control("GET", "requests", query=_query({**filters, "counts_only": "true"}))
        return counts

    def clear_requests(self) -> None:
        """Clear the request log."""
        self.control("DELETE", "requests")

    def set(self, **settings: Any) -> dict[str, Any]:
        """Change settings such as C(latency=0.05), and return all settings."""
        changed: dict[str, Any] = self.control("PATCH", "settings", settings)
        return changed

    def line(self, line_id: str) -> dict[str, Any]:
        """Return a virtual line, with its settings in C(callRecording)."""
        line: dict[str, Any] = self.control("GET", "lines", query={"id": line_id})
        return line

    def change_line(self, line_id: str, call_recording: dict[str, Any] | None, *, replace: bool = False) -> None:
        """Change the settings of a line without a request of the client. None takes the service from the line."""
        self.control("PATCH", "lines", {"callRecording": call_recording, "replace": replace}, query={"id": line_id})

    def change_identity(self, line_id: str, identity: dict[str, Any]) -> None:
        """Change keys in the list of virtual lines, such as C(firstName), without a request of the client."""
        self.control("PATCH", "lines", {"identity": identity}, query={"id": line_id})

    def remove_line(self, line_id: str) -> None:
        """Remove a line without a request of the client."""
        self.control("DELETE", "lines", query={"id": line_id})

    def edit_random_lines(self, lines: int = 3, seed: int | None = None) -> list[dict[str, Any]]:
        """Change the settings of random lines, and return C(id), C(before) and C(after) of each."""
        edits: list[dict[str, Any]] = self.control("POST", "edits", {"lines": lines, "seed": seed})
        return edits

    def expire_tokens(self, name: str | None = None) -> list[str]:
        """Expire the access tokens with this name, or all, and return their names."""
        expired: list[str] = self.control("POST", "tokens/expire", {"name": name})["expired"]
        return expired

    def reset(self) -> None:
        """Restore the initial state, and clear the request log."""
        self.control("POST", "reset")

    def call_recording_url(self, line_id: str) -> str:
        """Return the URL of the call recording settings of a line."""
        return f"{self.api_url}/telephony/config/virtualLines/{quote(line_id, safe='')}/callRecording"


def _query(filters: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in filters.items()}
