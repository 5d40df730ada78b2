# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests that sessions are independent of the variables, configuration files, and collections of a user."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from tools.environment import isolate

#: Configuration with a callback plugin, an inventory, and a server that do not exist.
CONFIGURATION = """
[defaults]
stdout_callback = no.such.callback
inventory = /nonsense
[galaxy]
server_list = nonsense
"""

#: Variables of a user, none of which a session may have.
FOREIGN = {
    "ANSIBLE_COLLECTIONS_PATH": "/nonsense",
    "ANSIBLE_CONFIG": "/nonsense/ansible.cfg",
    "ANSIBLE_HOME": "/nonsense/home",
    "ANSIBLE_INVENTORY": "/nonsense",
    "ANSIBLE_STDOUT_CALLBACK": "no.such.callback",
    "WEBEX_ACCESS_TOKEN": "nonsense",
    "WEBEX_API_URL": "https://nonsense.example/v1",
    "WEBEX_ORG_ID": "nonsense",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONOPTIMIZE": "2",
}
NEVER_KEPT = {*FOREIGN} - {"ANSIBLE_COLLECTIONS_PATH", "ANSIBLE_CONFIG", "ANSIBLE_HOME"}


def isolated(folder: Path, **environment: str) -> dict[str, str]:
    isolate(environment, folder)
    return environment


def test_personal_settings_are_removed(tmp_path: Path) -> None:
    assert isolated(tmp_path, **FOREIGN, PYTHONPATH="/nonsense", PIP_INDEX_URL="https://index.example") == {
        "ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "collections"),
        "ANSIBLE_CONFIG": str(tmp_path / "ansible.cfg"),
        "ANSIBLE_HOME": str(tmp_path / "home"),
        "PIP_INDEX_URL": "https://index.example",
        "UV_NATIVE_TLS": "true",
        "UV_SYSTEM_CERTS": "true",
    }
    environment = {"PYTHONPATH": "/kept"}
    isolate(environment, tmp_path, python=False)
    assert environment["PYTHONPATH"] == "/kept"


@pytest.mark.parametrize("name", ["UV_SYSTEM_CERTS", "UV_NATIVE_TLS"])
def test_a_user_can_choose_the_certificate_authorities_of_uv(tmp_path: Path, name: str) -> None:
    found = isolated(tmp_path, **{name: "false"})
    assert {key: value for key, value in found.items() if key.startswith("UV_")} == {name: "false"}


@pytest.mark.parametrize(
    ("given", "direct"),
    [
        ({}, None),
        ({"no_proxy": "example.com"}, "example.com"),
        ({"HTTPS_PROXY": "http://proxy.example"}, "127.0.0.1,localhost"),
        ({"http_proxy": "http://proxy.example", "NO_PROXY": "example.com"}, "example.com,127.0.0.1,localhost"),
        ({"ALL_PROXY": "http://proxy.example", "no_proxy": "*"}, "*"),
    ],
)
def test_a_proxy_is_not_used_for_the_simulator(tmp_path: Path, given: dict[str, str], direct: str | None) -> None:
    found = isolated(tmp_path, **given)
    assert found.get("no_proxy") == direct
    if direct and direct != "example.com":
        assert found["NO_PROXY"] == direct


def test_ansible_finds_no_configuration_and_no_collection_of_a_user(tmp_path: Path) -> None:
    """The collection is in the home of the user. Nevertheless, ansible-galaxy installs it."""
    home = tmp_path / "home of a user"
    home.mkdir()
    for file in (home / ".ansible.cfg", tmp_path / "ansible.cfg"):
        file.write_text(CONFIGURATION, encoding="utf-8")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

    def output(*command: str | Path, **environment: str) -> str:
        ended = subprocess.run(
            [str(part) for part in command],
            cwd=tmp_path,
            env={"PATH": path, "HOME": str(home), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    install = ("ansible-galaxy", "collection", "install", "--offline", os.environ["ARTIFACT"])
    installed = Path(os.environ["ANSIBLE_COLLECTIONS_PATH"], "ansible_collections")
    shutil.copytree(installed, home / ".ansible" / "collections" / "ansible_collections")
    environment = isolated(tmp_path / "isolated", **FOREIGN)
    changed = json.loads(output("ansible-config", "dump", "--only-changed", "--format", "json", **environment))
    assert {setting["name"]: setting["origin"] for setting in changed if "origin" in setting} == {
        "ANSIBLE_HOME": "env: ANSIBLE_HOME",
        "COLLECTIONS_PATHS": "env: ANSIBLE_COLLECTIONS_PATH",
        "CONFIG_FILE": "",
    }
    output(*install, "-p", tmp_path / "installed", **environment)
    assert (tmp_path / "installed/ansible_collections/webex/calling/MANIFEST.json").exists()


def test_all_sessions_have_this_environment() -> None:
    nox = shutil.which("nox")
    if nox is None:
        pytest.skip("nox is not on PATH")
    program = "import json, os, noxfile; print(json.dumps(dict(os.environ)))"
    ended = subprocess.run(
        [str(Path(nox).parent / "python"), "-c", program],
        cwd=ROOT,
        env={**os.environ, **FOREIGN},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    environment = json.loads(ended.stdout.splitlines()[-1])
    assert not NEVER_KEPT & environment.keys()
    assert not [name for name, value in environment.items() if name in FOREIGN and value == FOREIGN[name]]
    assert environment["UV_SYSTEM_CERTS"] == "true"
    assert "include_outer_env" not in (ROOT / "noxfile.py").read_text(encoding="utf-8")


def test_make_starts_python_without_settings_of_a_user() -> None:
    ended = subprocess.run(
        ["make", "--no-print-directory", "--eval", "print-environment: ; @env", "print-environment"],
        cwd=ROOT,
        env={**os.environ, **FOREIGN, "PYTHONWARNINGS": "error"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert "PATH=" in ended.stdout
    assert not [line for line in ended.stdout.splitlines() if line.startswith("PYTHON")]
