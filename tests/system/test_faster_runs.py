# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of what makes the tests faster: the playbook server and the bytecode cache change no result."""

from __future__ import annotations

import builtins
import subprocess
from pathlib import Path

import pytest
import yaml
from conftest import SERVERS, Ansible

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
    assert (ended.returncode, ended.stdout, ended.stderr) == (new.returncode, new.stdout, new.stderr)
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
