# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of the example of an execution environment: its image contains the declared requirements of the collection.

Without a container engine, the tests do the steps of the Containerfile themselves, up to a Python environment. The
integration tests of the oldest ansible-core run modules in an environment with the same requirements, which
test_repository.py compares.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from conftest import MODULE, ROOT, Ansible

LINE = "5c6f1e34-7d5b-4a59-9d0e-2b8f4c7a1d05"
EXAMPLE = ROOT / "docs/awx/execution-environment.yml"

#: The folder above C(ansible_collections). In that folder itself, ansible-builder finds nothing, without an error.
COLLECTIONS = Path(os.environ["ANSIBLE_COLLECTIONS_PATH"])
LIBRARIES = re.findall(r"^\w+>=[\d.]+$", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
REQUIREMENTS = {"python": [f"{each}  # from collection webex.calling" for each in LIBRARIES], "system": []}


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ended = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_introspection_of_the_installed_collection(tmp_path: Path) -> None:
    printed = run("ansible-builder", "introspect", COLLECTIONS, folder=tmp_path)
    assert yaml.safe_load(printed) == REQUIREMENTS
    # ansible-builder would find the same without this file.
    installed = COLLECTIONS / "ansible_collections/webex/calling"
    declared = yaml.safe_load((installed / "meta/execution-environment.yml").read_text(encoding="utf-8"))
    assert declared == {"version": 1, "dependencies": {"python": "requirements.txt", "system": "bindep.txt"}}
    assert (installed / "bindep.txt").exists()


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the context that C(ansible-builder build) would give to the container engine."""
    folder = tmp_path_factory.mktemp("builder")
    shutil.copy(EXAMPLE, folder)
    shutil.copy(os.environ["ARTIFACT"], folder)
    run("ansible-builder", "create", "--output-filename", "Containerfile", folder=folder)
    return folder / "context"


@pytest.fixture(scope="module")
def requirements(context: Path) -> Path:
    """Return the file of Python requirements that the steps of the Containerfile find."""
    steps = (context / "Containerfile").read_text(encoding="utf-8")
    assert re.search(r"ansible-galaxy collection install \S+ -r requirements.yml --collections-path ", steps)
    assert re.search(r"introspect.py introspect --write-bindep=\S+ --write-pip=\S+$", steps, re.MULTILINE)
    collections, found = context / "collections", context / "found/requirements.txt"
    installed = ("collection", "install", "--offline", "-r", "requirements.yml", "--collections-path", collections)
    run("ansible-galaxy", *installed, folder=context / "_build", ANSIBLE_COLLECTIONS_PATH=str(collections))
    printed = run(
        *(sys.executable, context / "_build/scripts/introspect.py", "introspect", collections),
        *(f"--write-pip={found}", f"--write-bindep={found.parent / 'bindep.txt'}"),
        folder=context,
    )
    assert yaml.safe_load(printed) == REQUIREMENTS
    assert not (found.parent / "bindep.txt").exists()
    return found


def test_context(context: Path, requirements: Path) -> None:
    steps = (context / "Containerfile").read_text(encoding="utf-8").splitlines()
    example = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    assert f'ARG EE_BASE_IMAGE="{example["images"]["base_image"]["name"]}"' in steps
    assert 'ARG ANSIBLE_INSTALL_REFS="ansible-core ansible-runner"' in steps
    assert 'ARG PYCMD="/usr/bin/python3.12"' in steps
    assert "RUN $PKGMGR install $PYPKG -y ; if [ -z $PKGMGR_PRESERVE_CACHE ]; then $PKGMGR clean all; fi" in steps
    assert requirements.read_text(encoding="utf-8").splitlines() == REQUIREMENTS["python"]


@pytest.fixture
def python(requirements: Path, tmp_path: Path) -> Path:
    """Return the Python of an environment with ansible-core and these requirements."""
    folder = tmp_path / "environment"
    run(sys.executable, "-m", "venv", folder, folder=tmp_path)
    python = folder / "bin/python"
    pip = (python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install")
    run(*pip, f"ansible-core=={version('ansible-core')}", folder=folder)
    missing = subprocess.run([python, "-c", "import requests"], capture_output=True, check=False)
    assert missing.returncode == 1, "something else requires requests, so the test proves nothing"
    run(*pip, "-r", requirements, folder=folder)
    return python


def test_the_collection_works_with_the_requirements(python: Path, context: Path, ansible: Ansible) -> None:
    read = (str(python.parent / "ansible"), "localhost", "-m", MODULE, "-a", f"virtual_line_id={LINE}")
    ended = ansible.command(*read, ANSIBLE_COLLECTIONS_PATH=str(context / "collections"))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert json.loads(ended.stdout.split("=>", 1)[1])["call_recording"]["enabled"] is True
