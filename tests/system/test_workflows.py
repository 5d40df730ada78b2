# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workflows of GitHub run what contributors can run: all steps of the Makefile, with all releases of ansible-core."""

from __future__ import annotations

import re
from typing import Any

import yaml
from conftest import ROOT

from tools.cores import CORES

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
STEPS = re.findall(r"^STEPS := (.*)", MAKEFILE, re.MULTILINE)[0].split()
ENTRY = "make ${{ matrix.targets }}"


def jobs() -> list[dict[str, Any]]:
    loaded = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in WORKFLOWS]
    return [job for workflow in loaded for job in workflow["jobs"].values()]


def test_jobs_only_run_make() -> None:
    commands = {step["run"] for job in jobs() for step in job["steps"] if "run" in step}
    assert commands == {ENTRY}


def test_all_steps_run_with_all_releases() -> None:
    (job,) = jobs()
    words = [targets.split() for targets in job["strategy"]["matrix"]["targets"]]
    targets = {word for line in words for word in line if "=" not in word}
    assert targets == {"check", *STEPS}
    for step in ("sanity", "integration"):
        assert [line[1] for line in words if line[0] == step] == [f"CORE={core}" for core in CORES]


def test_all_pythons_are_installed() -> None:
    (job,) = jobs()
    (setup,) = [step for step in job["steps"] if step.get("uses", "").startswith("actions/setup-python@")]
    needed = {python for core in CORES.values() for python in (*core.controller, *core.modules, core.integration)}
    assert set(setup["with"]["python-version"].split()) == needed
