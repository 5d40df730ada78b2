# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulator in a separate process, for tests.

C(with Simulator("--lines", "100") as simulator) runs a simulator until the end of the block.
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
    """Failure of the simulator to start, or of a request to the control interface."""


@final
class Simulator:
    """Running simulator.

    :param arguments: command line options, which override the defaults for C(--port), C(--ready-file), and
        C(--stop-after).
    :param python: Python interpreter that runs the simulator. If None, that of the variable C(SIMULATOR_PYTHON), or of
        this process.
    """

    def __init__(self, *arguments: str, python: str | None = None, start_timeout: float = 60) -> None:
        python = python or os.environ.get("SIMULATOR_PYTHON", sys.executable)
        self._folder = tempfile.TemporaryDirectory(prefix="webex-simulator-")
        ready_file = Path(self._folder.name) / "ready.json"
        self._output_file = Path(self._folder.name) / "output"
        self._output = self._output_file.open("wb")
        self._last_output = ""
        # The time limit stops the simulator even if the parent process was killed.
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
        """Return the output on stdout and stderr, even after the process ended."""
        if not self._output.closed:
            self._save_output()
        return self._last_output

    def _save_output(self) -> None:
        self._last_output = self._output_file.read_text(encoding="utf-8", errors="replace")

    def wait(self, seconds: float) -> int:
        """Wait for the process to end, and return the exit status.

        :raises subprocess.TimeoutExpired: if the process is still running after this number of seconds.
        """
        return self._process.wait(seconds)

    def stop(self) -> int:
        """Stop the process if necessary, and return the exit status."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if not self._output.closed:
            self._save_output()  # The cleanup deletes the file.
            self._output.close()
            self._folder.cleanup()
        return self._process.returncode

    def control(self, method: str, path: str = "", content: Any = None, query: dict[str, str] | None = None) -> Any:
        """Send a request to the control interface, and return the parsed JSON response, or None if it is empty.

        :param path: path relative to C(/_simulator).
        :param content: request body, which is converted to JSON. If None, the request has no body.
        :raises SimulatorError: if the response is an error.
        """
        url = urlsplit(f"{self.control_url}/{path}".rstrip("/"))
        target = f"{url.path}?{urlencode(query)}" if query else url.path
        data = None if content is None else json.dumps(content)
        # HTTPConnection ignores proxy variables. A proxy cannot reach the loopback address.
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
        """Add a fault, and return the fault id. README.md describes the keys."""
        fault_id: int = self.control("POST", "faults", fault)["id"]
        return fault_id

    def remove_fault(self, fault_id: int) -> None:
        """Remove the fault with this id."""
        self.control("DELETE", f"faults/{fault_id}")

    def requests(self, **filters: Any) -> list[dict[str, Any]]:
        """Return the matching requests in the request log, oldest first.

        :param filters: conditions such as C(path="callRecording", status=429).
        """
        requests: list[dict[str, Any]] = self.control("GET", "requests", query=_query(filters))["requests"]
        return requests

    def counts(self, **filters: Any) -> dict[str, Any]:
        """Return statistics of the matching requests, such as counts by status and by token.

        :param filters: conditions such as C(path="callRecording", status=429).
        """
        counts: dict[str, Any] = self.control("GET", "requests", query=_query({**filters, "counts_only": "true"}))
        return counts

    def clear_requests(self) -> None:
        """Clear the request log."""
        self.control("DELETE", "requests")

    def set(self, **settings: Any) -> dict[str, Any]:
        """Change settings such as C(latency=0.05), and return all settings."""
        changed: dict[str, Any] = self.control("PATCH", "settings", settings)
        return changed

    def member(self, member_id: str) -> dict[str, Any]:
        """Return a virtual line, person, or workspace, with the call recording settings in C(callRecording)."""
        member: dict[str, Any] = self.control("GET", "members", query={"id": member_id})
        return member

    def change_member(self, member_id: str, call_recording: dict[str, Any] | None, *, replace: bool = False) -> None:
        """Change the call recording settings of a member through the control interface.

        :param call_recording: new settings. None removes the call recording service from the member.
        :param replace: whether to replace all settings instead of merging.
        """
        content = {"callRecording": call_recording, "replace": replace}
        self.control("PATCH", "members", content, query={"id": member_id})

    def change_identity(self, member_id: str, identity: dict[str, Any]) -> None:
        """Change list data of a member, such as C(firstName), through the control interface."""
        self.control("PATCH", "members", {"identity": identity}, query={"id": member_id})

    def make_unavailable(self, member_id: str, reason: str | None) -> None:
        """Set the reason why a member has no call recording settings through the control interface.

        :param reason: C(no_calling_license), C(no_professional_license), or C(hot_desk_only). None makes the settings
            available.
        """
        self.control("PATCH", "members", {"unavailable": reason}, query={"id": member_id})

    def remove_member(self, member_id: str) -> None:
        """Remove a member through the control interface."""
        self.control("DELETE", "members", query={"id": member_id})

    def service(self, organization: str | None = None) -> dict[str, Any]:
        """Return the recording service of an organization, with the locations that have own values.

        :param organization: id of the organization. If None, the first organization.
        """
        service: dict[str, Any] = self.control("GET", "service", query=_organization(organization))
        return service

    def change_service(self, organization: str | None = None, **change: Any) -> None:
        """Change the recording service of an organization through the control interface.

        :param organization: id of the organization. If None, the first organization.
        :param change: values to merge, such as C(enabled=False), or C(locations={location_id: {...}}).
        """
        self.control("PATCH", "service", change, query=_organization(organization))

    def edit_random_members(self, count: int = 3, seed: int | None = None, *kinds: str) -> list[dict[str, Any]]:
        """Change the call recording settings of random members, and return the changes.

        Each change contains C(id), C(before), and C(after).

        :param count: number of members to change.
        :param seed: seed for the random choice. If None, the choice differs in each call.
        :param kinds: C(virtual_line), C(person), or C(workspace). Without kinds, only virtual lines change.
        """
        content = {"lines": count, "seed": seed, **({"kinds": kinds} if kinds else {})}
        edits: list[dict[str, Any]] = self.control("POST", "edits", content)
        return edits

    # Names from before the simulator had other members than virtual lines.
    line = member
    change_line = change_member
    remove_line = remove_member

    def edit_random_lines(self, lines: int = 3, seed: int | None = None) -> list[dict[str, Any]]:
        """Change the call recording settings of random virtual lines, and return the changes.

        :param lines: number of lines to change.
        :param seed: seed for the random choice. If None, the choice differs in each call.
        """
        return self.edit_random_members(lines, seed)

    def expire_tokens(self, name: str | None = None) -> list[str]:
        """Expire access tokens, and return the names of the expired tokens.

        :param name: name of the access tokens. If None, all access tokens expire.
        """
        expired: list[str] = self.control("POST", "tokens/expire", {"name": name})["expired"]
        return expired

    def reset(self) -> None:
        """Restore the initial state, and clear the request log."""
        self.control("POST", "reset")

    def call_recording_url(self, line_id: str) -> str:
        """Return the URL for the call recording settings of a virtual line."""
        return f"{self.api_url}/telephony/config/virtualLines/{quote(line_id, safe='')}/callRecording"

    def person_call_recording_url(self, person_id: str) -> str:
        """Return the URL for the call recording settings of a person."""
        return f"{self.api_url}/people/{quote(person_id, safe='')}/features/callRecording"

    def workspace_call_recording_url(self, workspace_id: str) -> str:
        """Return the URL for the call recording settings of a workspace."""
        return f"{self.api_url}/telephony/config/workspaces/{quote(workspace_id, safe='')}/features/callRecordings"


def _organization(organization: str | None) -> dict[str, str]:
    return {} if organization is None else {"organization": organization}


def _query(filters: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in filters.items()}
