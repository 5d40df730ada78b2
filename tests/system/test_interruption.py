# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Once nobody waits for the result any more, the module stops asking."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from conftest import MODULE, Ansible

from simulator.process import Simulator

LINES = 2000


@pytest.fixture
def slow() -> Iterator[Simulator]:
    # ReadResult all lines would take 40 seconds.
    with Simulator("--lines", str(LINES), "--latency", "0.2") as simulator:
        yield simulator


def assert_it_stopped(simulator: Simulator) -> None:
    time.sleep(1)  # for what was under way
    asked = simulator.counts()["count"]
    assert 0 < asked < LINES / 2
    time.sleep(2)
    assert simulator.counts()["count"] == asked


def test_a_task_that_takes_too_long(slow: Simulator, tmp_path: Path) -> None:
    ended = Ansible(tmp_path, slow).play([{"name": "Read", MODULE: {}, "timeout": 4}])
    assert ended.returncode == 2
    assert "Timed out after 4 second" in ended.stdout + ended.stderr
    assert_it_stopped(slow)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_play_that_is_interrupted(slow: Simulator, tmp_path: Path, stop: signal.Signals) -> None:
    ansible = Ansible(tmp_path, slow)
    (tmp_path / "play.yml").write_text(
        yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [{"name": "Read", MODULE: {}}]}]),
        encoding="utf-8",
    )
    with subprocess.Popen(
        ["ansible-playbook", "play.yml"],
        cwd=tmp_path,
        env=ansible.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # A group of its own, as one's own is that of these tests.
        start_new_session=True,
    ) as play:
        deadline = time.monotonic() + 60
        while slow.counts()["count"] < 10 and time.monotonic() < deadline:
            time.sleep(0.05)
        # To ansible-playbook alone, so that what it does with the others counts.
        play.send_signal(stop)
        play.wait(30)
    assert_it_stopped(slow)
