# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests that the module sends no more requests after its task has timed out or was interrupted."""

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
    # Reading all lines would take 40 seconds.
    with Simulator("--lines", str(LINES), "--latency", "0.2") as simulator:
        yield simulator


def assert_no_more_requests(simulator: Simulator) -> None:
    time.sleep(1)  # for requests that were already sent
    sent = simulator.counts()["count"]
    assert 0 < sent < LINES / 2
    time.sleep(2)
    assert simulator.counts()["count"] == sent


def test_a_task_that_times_out(slow: Simulator, tmp_path: Path) -> None:
    ended = Ansible(tmp_path, slow).play([{"name": "Read", MODULE: {}, "timeout": 4}])
    assert ended.returncode == 2
    assert "Timed out after 4 second" in ended.stdout + ended.stderr
    assert_no_more_requests(slow)


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
        # Its own process group, separate from that of the tests.
        start_new_session=True,
    ) as play:
        deadline = time.monotonic() + 60
        while slow.counts()["count"] < 10 and time.monotonic() < deadline:
            time.sleep(0.05)
        # Only to ansible-playbook, which has to end its own processes.
        play.send_signal(stop)
        play.wait(30)
    assert_no_more_requests(slow)
