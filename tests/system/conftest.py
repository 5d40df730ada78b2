# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Helpers and fixtures for system tests. `make system` installs the collection for these tests."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.release import __file__ as file_of_ansible

from simulator.process import Simulator
from tools.browser import browser_missing, open_browser
from tools.changes import any_below, changed_files
from tools.fork_server import module_server, simulator_server
from tools.notes import note
from tools.playbook_server import PlaybookServers

MODULE = "webex.calling.virtual_line_call_recording_info"
ROOT = Path(__file__).parents[2]

#: Full administrator's access token in the default organization of the simulator.
ADMIN_TOKEN = "simulated-full-admin-token"

#: Test property with one row of the error table. pytest-xdist passes properties between processes.
ROW = "row of the table of errors"
HEADINGS = ["status", "shape", "type", "reason", "code", "tracking id", "message"]

#: Tool paths by test file. Without changes, pytest skips these tests, except tests of the installed collection.
TESTS_OF_TOOLS = {
    "test_simulator.py": ("tests/simulator",),
    "test_style.py": tuple(
        f"tests/tools/{name}" for name in ("check_style.py", "style.yml", "check_names.py", "old_names.yml")
    ),
    "test_environment.py": ("tests/tools/environment.py", "noxfile.py", "Makefile"),
    "test_simulator_faults.py": ("tests/simulator",),
    "test_simulator_members.py": ("tests/simulator",),
    "test_release.py": ("tests/tools/release.py",),
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    changed = changed_files()
    unchanged = {
        name for name, tools in TESTS_OF_TOOLS.items() if not any_below(changed, (*tools, f"tests/system/{name}"))
    }
    left_out = {
        item for item in items if item.path.name in unchanged and "ansible" not in getattr(item, "fixturenames", ())
    }
    if not left_out:
        return
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]
    if os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0":
        names = ", ".join(sorted({item.path.name for item in left_out}))
        note("system", f"{names}: neither these nor what they test has changed since main; FULL=1 runs them")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = terminalreporter.getreports("passed")
    rows = [value for report in reports for name, value in report.user_properties if name == ROW]
    if not rows:
        return
    rows = [HEADINGS, *sorted(rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    terminalreporter.section("errors of the module for each status and each shape of the body")
    for row in rows:
        terminalreporter.write_line("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def print_task(expression: str) -> dict[str, Any]:
    """Return a debug task that prints the value of an expression as encoded JSON."""
    return {
        "name": "Print the value",
        "ansible.builtin.debug": {"msg": f"value {{{{ {expression} | to_json | b64encode }}}}"},
    }


def printed_value(output: str) -> Any:
    """Return the value that the task from C(print_task) printed."""
    (content,) = re.findall(r'"msg": "value ([\w+/=]+)"', output)
    return json.loads(base64.b64decode(content))


#: Maximum duration of a command in seconds.
TIMEOUT = 300

SERVERS = PlaybookServers()
#: Server for the modules of playbooks that run in a child of a server.
MODULES = module_server(sys.executable, Path(file_of_ansible).parent)

os.environ["SIMULATOR_PYTHON"] = simulator_server(sys.executable).interpreter


class Ansible:
    """Ansible commands that run with the collection in ANSIBLE_COLLECTIONS_PATH."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_NOCOLOR": "true",
            "WEBEX_API_URL": simulator.api_url,
            "WEBEX_ACCESS_TOKEN": ADMIN_TOKEN,
        }

    def command(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a new process, and return the completed process."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )

    def playbook(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run C(ansible-playbook) in a child of a server, and return the completed process.

        Tests of signals, of the terminal, and of documented commands use C(command) instead.
        """
        variables = {**self.environment, **environment}
        return SERVERS.run(arguments, self.folder, variables, TIMEOUT, interpreter=MODULES.interpreter)

    def play(self, content: Any, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a playbook, and return the completed process.

        :param content: list of plays, or list of tasks for localhost.
        :param arguments: additional arguments for ansible-playbook.
        :param environment: additional environment variables.
        """
        if "hosts" not in content[0]:
            content = [{"hosts": "localhost", "gather_facts": False, "tasks": content}]
        playbook = self.folder / "playbook.yml"
        playbook.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return self.playbook(str(playbook), *arguments, **environment)

    def module(self, name: str = MODULE, /, **options: Any) -> dict[str, Any]:
        """Run a module, and return the result, even if the module failed."""
        read = {"name": "Read", name: options, "register": "result", "ignore_errors": True}
        ended = self.play([read, print_task("result")])
        assert ended.returncode == 0, ended.stdout + ended.stderr
        returned: dict[str, Any] = printed_value(ended.stdout)
        return returned


@pytest.fixture(scope="session")
def running_simulator() -> Iterator[Simulator]:
    with Simulator("--https-port", "0") as simulator:
        yield simulator


@pytest.fixture
def simulator(running_simulator: Simulator) -> Simulator:
    running_simulator.reset()
    running_simulator.control("DELETE", "faults")
    running_simulator.clear_requests()
    return running_simulator


@pytest.fixture
def ansible(tmp_path: Path, simulator: Simulator) -> Ansible:
    return Ansible(tmp_path, simulator)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    absent = browser_missing()
    if absent:
        reason = f"reports are not opened in a browser: {absent}"
        note("system", reason)
        pytest.skip(reason)
    with open_browser() as opened:
        yield opened
