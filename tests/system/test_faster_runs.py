# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of what makes the tests faster: servers for playbooks and modules, and the bytecode cache, change no result."""

from __future__ import annotations

import builtins
import os
import re
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import MODULES, SERVERS, TIMEOUT, Ansible

SHOW = "{{ lookup('env', 'WEBEX_ORG_ID') }}, {{ lookup('pipe', 'pwd') }}, {{ known | default('unknown') }}"


def written(folder: Path, *tasks: dict[str, object]) -> str:
    """Write a playbook, and return its name."""
    play = {"hosts": "localhost", "gather_facts": False, "tasks": tasks}
    (folder / "play.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
    return "play.yml"


@pytest.mark.parametrize("fails", [False, True])
def test_a_child_of_the_server_does_the_same_as_a_new_process(ansible: Ansible, fails: bool) -> None:
    name = written(ansible.folder, {"ansible.builtin.debug": {"msg": SHOW}, "failed_when": fails})
    arguments = (name, "-e", "known=here", "-vvv")
    ended = ansible.playbook(*arguments, WEBEX_ORG_ID="organization")
    assert [path.name for path in ansible.folder.iterdir()] == [name]
    new = ansible.command("ansible-playbook", *arguments, WEBEX_ORG_ID="organization")
    shown = ended.stdout.replace(MODULES.interpreter, sys.executable)
    assert (ended.returncode, shown, ended.stderr) == (new.returncode, new.stdout, new.stderr)
    assert f"organization, {ansible.folder}, here" in ended.stdout
    assert ended.returncode == (2 if fails else 0)


def test_nothing_remains_of_an_earlier_run(ansible: Ansible) -> None:
    task = {"ansible.builtin.debug": {"msg": SHOW}}
    variable = {"ansible.builtin.set_fact": {"known": "here", "cacheable": True}}
    first = ansible.playbook(written(ansible.folder, variable, task), WEBEX_ORG_ID="organization")
    assert f"organization, {ansible.folder}, here" in first.stdout
    second = ansible.playbook(written(ansible.folder, task))
    assert f", {ansible.folder}, unknown" in second.stdout
    assert "organization" not in second.stdout


def test_settings_in_the_environment(ansible: Ansible) -> None:
    name = written(ansible.folder, {"ansible.builtin.debug": {"msg": "hello"}})
    assert "hello" in ansible.playbook(name).stdout
    assert "hello" in ansible.playbook(name, ANSIBLE_STDOUT_CALLBACK="minimal").stdout
    assert "PLAY RECAP" not in ansible.playbook(name, ANSIBLE_STDOUT_CALLBACK="minimal").stdout
    assert "PLAY RECAP" in ansible.playbook(name).stdout


def test_a_run_that_takes_too_long(ansible: Ansible) -> None:
    name = written(ansible.folder, {"ansible.builtin.pause": {"seconds": 60}})
    with pytest.raises(subprocess.TimeoutExpired):
        SERVERS.run([name], ansible.folder, ansible.environment, 3)
    name = written(ansible.folder, {"ansible.builtin.debug": {"msg": "hello"}})
    assert "hello" in ansible.playbook(name).stdout


def test_a_module_has_the_same_result_as_in_a_new_process(ansible: Ansible) -> None:
    tasks = [
        {"webex.calling.virtual_line_info": {"extension": extension}, "ignore_errors": True}
        for extension in ("6110", "9999")
    ]
    tasks.append({"ansible.builtin.command": {"cmd": "cat", "stdin": "hello", "removes": "play.yml"}})
    name = written(ansible.folder, *tasks)
    outputs = []
    for interpreter in (sys.executable, MODULES.interpreter):
        ended = SERVERS.run([name, "-v"], ansible.folder, ansible.environment, TIMEOUT, interpreter=interpreter)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        # Times and tracking ids differ.
        outputs.append(re.sub(r'"(delta|start|end|tracking_id)": "[^"]*"|WEBEXCALLING_\S+', "", ended.stdout))
    assert outputs[0] == outputs[1]


@pytest.mark.parametrize("server", [False, True])
def test_an_interpreter_runs_programs(tmp_path: Path, server: bool) -> None:
    """Both interpreters pass the same test."""
    python = MODULES.interpreter if server else sys.executable

    def run(*arguments: str, program: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.environ["PATH"], **variables}
        options: dict[str, Any] = {"cwd": tmp_path, "env": environment, "capture_output": True, "text": True}
        return subprocess.run([python, *arguments], input=program, check=False, timeout=TIMEOUT, **options)

    shown = "import os, sys; print(sys.argv, os.getcwd(), os.environ.get('KNOWN'), __name__)"
    ended = run(program=f"{shown}\nprint('no', file=sys.stderr)\nsys.exit(200)", KNOWN="=a\n=")
    assert (ended.returncode, ended.stderr) == (200, "no\n")
    assert ended.stdout == f"{['']} {tmp_path} =a\n= __main__\n"
    (tmp_path / "script.py").write_text(f"{shown}; print(__file__, sys.stdin.read(), sys.path[0])", encoding="utf-8")
    ended = run("script.py", "", "ü\n", program="input")
    script = tmp_path / "script.py"
    assert ended.stdout == f"{['script.py', '', 'ü' + chr(10)]} {tmp_path} None __main__\n{script} input {tmp_path}\n"
    assert run("-m", "script", "x").stdout.startswith(f"{[str(script), 'x']} {tmp_path} ")
    (tmp_path / "sitecustomize.py").write_text("import builtins; builtins.known = 'here'", encoding="utf-8")
    assert run(program="print(known)", PYTHONPATH=str(tmp_path)).stdout == "here\n"
    assert run(program="import os; print('ANSIBLE_COLLECTIONS_PATH' in os.environ)").stdout == "False\n"
    assert run(program="raise ValueError('wrong')").returncode == 1
    assert "ValueError: wrong" in run(program="raise ValueError('wrong')").stderr
    for number in (signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM):
        assert run(program=f"import os; os.kill(os.getpid(), {number:d})").returncode == -number
    assert run(program="import ansible; print(hasattr(ansible, 'known')); ansible.known = True").returncode == 0
    assert run(program="import ansible; print(hasattr(ansible, 'known'))").stdout == "False\n"


def test_a_module_finds_no_code_of_the_controller() -> None:
    program = "import ansible.module_utils.basic, ansible.modules.ping; print('found'); import ansible.cli"
    ended = subprocess.run([MODULES.interpreter], input=program, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "found\n")
    assert "No module named 'ansible.cli'" in ended.stderr


@pytest.mark.parametrize("server", [False, True])
def test_an_interpreter_forwards_signals(server: bool) -> None:
    program = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))
print("ready", flush=True)
time.sleep(60)
"""
    for stopped_by, status in ((signal.SIGTERM, 5), (signal.SIGKILL, -9)):
        python = MODULES.interpreter if server else sys.executable
        with subprocess.Popen([python], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin
            assert process.stdout
            process.stdin.write(program)
            process.stdin.close()
            assert process.stdout.readline() == "ready\n"
            process.send_signal(stopped_by)
            assert process.wait(TIMEOUT) == status
            # Output can end only when the program has ended.
            assert select.select([process.stdout], [], [], 10)[0]
            assert process.stdout.read() == ""


def test_bytecode_is_that_of_the_source() -> None:
    assert builtins.compile.__module__ == "bytecode_cache", "the session has no bytecode cache"
    for source, value in ((b"x = 1", 1), (b"x = 2", 2), (b"x = 1", 1)):
        for path in ("a.py", "b.py"):
            code = compile(source, path, "exec", dont_inherit=True)
            assert code.co_filename == path
            names: dict[str, int] = {}
            exec(code, names)
            assert names["x"] == value
    with pytest.raises(SyntaxError):
        compile(b"x =", "a.py", "exec", dont_inherit=True)
