# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Server that runs C(ansible-playbook) without starting Python and importing Ansible each time.

A server is a Python process that has imported Ansible, and then waits. For each run, the server forks. The child does
what C(ansible-playbook) does: it runs the playbook in the given folder with the given environment, and ends. No state
remains, because the server itself never runs a playbook.

Ansible reads its settings from the environment while it is imported, so each environment has its own server.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

#: Variables that differ between runs, and that Ansible does not read while it is imported.
_READ_LATER = ("WEBEX_", "PYTEST_CURRENT_TEST")

#: Number of servers. An environment that no server has replaces that of the oldest server.
_MAX_SERVERS = 4


class PlaybookServers:
    """Servers by environment."""

    def __init__(self) -> None:
        self._servers: dict[frozenset[tuple[str, str]], subprocess.Popen[str]] = {}
        atexit.register(self.stop)

    def stop(self) -> None:
        """Stop all servers."""
        while self._servers:
            # A server ends when its input ends.
            self._servers.popitem()[1].communicate()

    def run(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        timeout: float,
        *,
        interpreter: str = sys.executable,
    ) -> subprocess.CompletedProcess[str]:
        """Run C(ansible-playbook), and return what C(subprocess.run) returns for it.

        :param arguments: arguments after C(ansible-playbook).
        :param folder: current folder of the run.
        :param timeout: maximum duration in seconds.
        :param interpreter: Python interpreter for modules.
        :raises subprocess.TimeoutExpired: if the run takes longer.
        """
        with tempfile.TemporaryDirectory(prefix="playbook-server-") as outputs:
            request = {
                "arguments": list(arguments),
                "folder": str(folder),
                "environment": dict(environment),
                "outputs": outputs,
                "interpreter": interpreter,
            }
            status = self._send(request, environment, timeout)
            stdout, stderr = ((Path(outputs) / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
        return subprocess.CompletedProcess(["ansible-playbook", *arguments], status, stdout, stderr)

    def _send(self, request: Mapping[str, object], environment: Mapping[str, str], timeout: float) -> int:
        """Send a request to the server for the environment, and return the exit status of the run."""
        server = self._server_for(environment)
        assert server.stdin
        assert server.stdout
        timer = threading.Timer(timeout, os.killpg, [server.pid, signal.SIGKILL])
        timer.start()
        try:
            server.stdin.write(json.dumps(request) + "\n")
            server.stdin.flush()
            answer = server.stdout.readline()
        finally:
            timer.cancel()
        if not answer:
            server.wait()
            raise subprocess.TimeoutExpired("ansible-playbook", timeout)
        return int(answer)

    def _server_for(self, environment: Mapping[str, str]) -> subprocess.Popen[str]:
        key = frozenset(item for item in environment.items() if not item[0].startswith(_READ_LATER))
        server = self._servers.get(key)
        if server is None or server.poll() is not None:
            if len(self._servers) >= _MAX_SERVERS:
                self._servers.pop(next(iter(self._servers))).communicate()
            server = subprocess.Popen(
                [sys.executable, __file__],
                env=dict(key),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                # With its own process group, a time limit also ends the run.
                start_new_session=True,
            )
            self._servers[key] = server
        return server


def _serve() -> None:
    """Fork for each request. The child ends as C(ansible-playbook) does, and the server prints its exit status."""
    # What each run imports. The plugins of collections are missing, because Ansible finds them during a run.
    import ansible.cli.playbook
    import ansible.executor.process.worker
    import ansible.executor.task_executor
    import ansible.plugins.callback.default
    import ansible.plugins.connection.local
    import ansible.plugins.shell.sh
    import ansible.plugins.strategy.linear

    # Without this, the garbage collection of a child would copy the memory that it shares with the server.
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become_new_process(json.loads(line))
            ansible.cli.playbook.main()
        _child, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become_new_process(request: dict[str, Any]) -> None:
    """Replace what this process shares with the server: folder, environment, files, arguments, and temporary folder."""
    from ansible import constants
    from ansible.utils.path import cleanup_tmp_file

    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    outputs = Path(request["outputs"])
    for number, path in enumerate([Path(os.devnull), outputs / "stdout", outputs / "stderr"]):
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = [str(Path(sys.executable).parent / "ansible-playbook"), *request["arguments"]]
    # Ansible runs the modules of localhost with its own interpreter.
    sys.executable = request["interpreter"]
    # At the end, delete the temporary folder of the run, and not that of the server beside it.
    atexit.unregister(cleanup_tmp_file)
    beside = os.path.dirname(constants.DEFAULT_LOCAL_TMP)  # type: ignore[attr-defined]
    temporary = tempfile.mkdtemp(prefix=f"ansible-local-{os.getpid()}", dir=beside)
    atexit.register(cleanup_tmp_file, temporary, warn=True)
    constants.DEFAULT_LOCAL_TMP = temporary  # type: ignore[attr-defined]
    random.seed()


if __name__ == "__main__":
    _serve()
