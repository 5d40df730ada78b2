# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests that no output contains a secret, at the highest verbosity, on success and on every kind of failure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import MODULE, Ansible

from simulator.process import Simulator

LINE = "5c6f1e34-7d5b-4a59-9d0e-2b8f4c7a1d05"
TOKEN = {"access_token": "simulated-full-admin-token"}
EXPIRED = {"access_token": "simulated-expired-token"}
APP = {
    "client_id": "simulated-rotating-app",
    "client_secret": "simulated-rotating-app-secret",
    "refresh_token": "simulated-rotating-app-refresh-token",
}
WRONG_APP = {**APP, "client_secret": "simulated-wrong-secret"}

#: Start of every secret of these tests, including those that the simulator creates.
SECRETS = (
    "simulated-full-admin-token",
    "simulated-expired-token",
    "simulated-rotating-app-secret",
    "simulated-rotating-app-refresh-token",
    "simulated-wrong-secret",
    "simulated-access-token",
    "simulated-refresh-token",
    "simulated-proxy-password",
    "simulated-netrc-password",
)


CASES: dict[str, tuple[dict[str, str], dict[str, Any], dict[str, Any], bool]] = {
    # credentials, other options, fault, whether the task fails
    "token": (TOKEN, {}, {}, False),
    "app": (APP, {}, {}, False),
    "token refused": (EXPIRED, {}, {}, True),
    "app refused": (WRONG_APP, {}, {}, True),
    "token of the app refused": (APP, {}, {"path": "callRecording", "status": 401}, True),
    "both kinds": ({**TOKEN, **APP}, {}, {}, True),
    "incomplete app": ({"client_secret": APP["client_secret"]}, {}, {}, True),
    "malformed token": ({"access_token": TOKEN["access_token"] + " " + EXPIRED["access_token"]}, {}, {}, True),
    "token with a line break": ({"access_token": TOKEN["access_token"] + "\n"}, {}, {}, False),
    "unknown option": ({**TOKEN}, {"no_such_option": 1}, {}, True),
    "secrets in the response": (TOKEN, {}, {"status": 400, "shape": "a", "message": TOKEN["access_token"]}, True),
    "secrets in an HTML page": (TOKEN, {}, {"status": 500, "text": f"<title>{TOKEN['access_token']}</title>"}, True),
    "secrets in the response of the exchange": (
        APP,
        {},
        {"path": "access_token", "status": 400, "shape": "a", "message": " ".join(APP.values())},
        True,
    ),
    "response that is no JSON": (TOKEN, {}, {"status": 200, "text": TOKEN["access_token"]}, True),
    "exchange without an access token": (
        APP,
        {},
        {"path": "access_token", "status": 200, "body": {"refresh_token": APP["refresh_token"]}},
        True,
    ),
    "redirect": (
        TOKEN,
        {},
        {"status": 302, "headers": {"Location": f"https://elsewhere.example/?{TOKEN['access_token']}"}},
        True,
    ),
    "reset": (TOKEN, {"retry_timeout": 0}, {"action": "reset"}, True),
    "refused connection": (TOKEN, {"api_url": "http://127.0.0.1:1/v1"}, {}, True),
    "proxy": (TOKEN, {"api_url": "https://webex.example/v1"}, {}, True),
    "secret in api_url": (TOKEN, {"api_url": "https://me:simulated-proxy-password@webex.example/v1"}, {}, True),
}

#: Replaces functions of syslog, so that a test can read the system log of a module. Python imports this file at start.
SYSLOG = """
import os
import syslog

def write(*args):
    with open(os.environ["SYSTEM_LOG"], "a", encoding="utf-8") as log:
        print(*args, file=log)

syslog.openlog = syslog.closelog = lambda *args: None
syslog.syslog = write
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for PYTHONPATH. With the same folder in all tests, they use the same playbook server."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "sitecustomize.py").write_text(SYSLOG, encoding="utf-8")
    (folder / "netrc").write_text("default login me password simulated-netrc-password\n", encoding="utf-8")
    return folder


@pytest.fixture
def system_log(library: Path) -> Path:
    file = library / "system.log"
    file.unlink(missing_ok=True)
    return file


def all_output(
    ansible: Ansible, system_log: Path, credentials: dict[str, str], task: dict[str, Any], **environment: str
) -> tuple[str, bool]:
    """Run a task at the highest verbosity, and return its output and system log, and whether the task failed."""
    (ansible.folder / "secrets.yml").write_text(yaml.safe_dump({"secrets": credentials}), encoding="utf-8")
    play = {"hosts": "localhost", "gather_facts": False, "vars_files": ["secrets.yml"], "tasks": [task]}
    ended = ansible.play(
        [play],
        "-vvvv",
        **{
            "WEBEX_ACCESS_TOKEN": "",
            "PYTHONPATH": str(system_log.parent),
            "SYSTEM_LOG": str(system_log),
            "NETRC": str(system_log.parent / "netrc"),
            **environment,
        },
    )
    logged = system_log.read_text(encoding="utf-8") if system_log.exists() else ""
    return ended.stdout + ended.stderr + logged, ended.returncode != 0


def assert_no_secret(output: str) -> None:
    assert "Traceback" not in output
    assert [secret for secret in SECRETS if secret in output] == []


@pytest.mark.parametrize("given_by", ["option", "environment"])
@pytest.mark.parametrize("case", CASES)
def test_no_secret_is_written(
    ansible: Ansible, simulator: Simulator, system_log: Path, case: str, given_by: str
) -> None:
    credentials, options, fault, fails = CASES[case]
    if given_by == "environment" and case == "both kinds":
        pytest.skip("in the environment, the access token takes precedence")
    if fault:
        simulator.add_fault(**fault)
    environment = {}
    if case == "proxy":
        environment["https_proxy"] = "http://me:simulated-proxy-password@127.0.0.1:1"
    if given_by == "option":
        # Variables, because Ansible shows lines of the playbook.
        options = {**options, **{name: f"{{{{ secrets.{name} }}}}" for name in credentials}}
    else:
        environment.update({f"WEBEX_{name.upper()}": value for name, value in credentials.items()})
    task = {"name": "Read", MODULE: {"virtual_line_id": LINE, **options}}
    output, failed = all_output(ansible, system_log, credentials, task, **environment)
    assert failed == fails, output
    # Ansible refuses an unknown option before it logs the options.
    assert ("Invoked with" in output) == (case != "unknown option")
    assert MODULE.rsplit(".", 1)[1] in output
    assert_no_secret(output)


LIST = {"path": "virtualLines"}


@pytest.mark.parametrize(
    ("credentials", "options", "fault", "fails"),
    [
        (TOKEN, {}, {}, False),
        (APP, {}, {}, False),
        (TOKEN, {"location_name": "Denvr"}, {}, True),
        (EXPIRED, {}, {}, True),
        (TOKEN, {}, {**LIST, "status": 400, "shape": "a", "message": TOKEN["access_token"]}, True),
        (
            TOKEN,
            {},
            {
                **LIST,
                "status": 200,
                "body": {"virtualLines": [{"id": "one"}]},
                "headers": {"Link": f'<https://elsewhere.example/?{TOKEN["access_token"]}>; rel="next"'},
            },
            True,
        ),
        (
            TOKEN,
            {},
            {**LIST, "status": 200, "body": {"virtualLines": [{"id": TOKEN["access_token"]}] * 2}},
            True,
        ),
    ],
)
def test_no_secret_is_written_by_virtual_line_info(
    ansible: Ansible,
    simulator: Simulator,
    system_log: Path,
    credentials: dict[str, str],
    options: dict[str, str],
    fault: dict[str, Any],
    fails: bool,
) -> None:
    if fault:
        simulator.add_fault(**fault)
    options = {**options, **{name: f"{{{{ secrets.{name} }}}}" for name in credentials}}
    task = {"name": "List", "webex.calling.virtual_line_info": options}
    output, failed = all_output(ansible, system_log, credentials, task)
    assert failed == fails, output
    assert_no_secret(output)


@pytest.mark.parametrize(
    ("credentials", "fault", "hidden", "fails"),
    [
        # A success returns the new token, which only no_log hides.
        (APP, {}, True, False),
        (WRONG_APP, {}, False, True),
        (WRONG_APP, {}, True, True),
        # The module ignores an access token.
        ({**TOKEN, **APP}, {}, True, False),
        ({**TOKEN, **WRONG_APP}, {}, False, True),
        (APP, {"path": "access_token", "status": 400, "shape": "a", "message": " ".join(APP.values())}, False, True),
        (APP, {"path": "access_token", "status": 200, "text": " ".join(APP.values())}, False, True),
    ],
)
def test_no_secret_is_written_by_access_token(
    ansible: Ansible,
    simulator: Simulator,
    system_log: Path,
    credentials: dict[str, str],
    fault: dict[str, Any],
    hidden: bool,
    fails: bool,
) -> None:
    if fault:
        simulator.add_fault(**fault)
    options = {name: f"{{{{ secrets.{name} }}}}" for name in credentials}
    task = {"name": "Make", "webex.calling.access_token": options, "no_log": hidden}
    output, failed = all_output(ansible, system_log, credentials, task)
    assert failed == fails, output
    assert_no_secret(output)


PUT = {"method": "PUT", "path": "callRecording"}


@pytest.mark.parametrize(
    ("credentials", "fault", "fails"),
    [
        (TOKEN, {}, False),
        (APP, {}, False),
        (EXPIRED, {}, True),
        (TOKEN, {**PUT, "status": 403, "shape": "a", "message": f"What is {TOKEN['access_token']}?"}, True),
        (APP, {**PUT, "status": 409, "shape": "d", "message": " ".join(APP.values())}, True),
        (TOKEN, {**PUT, "status": 200, "text": TOKEN["access_token"]}, True),
        # Webex accepts the change, but the settings differ afterwards.
        (
            TOKEN,
            {"method": "GET", "nth": 2, "status": 200, "body": {"record": TOKEN["access_token"], "enabled": True}},
            True,
        ),
    ],
)
def test_no_secret_is_written_by_virtual_line_call_recording(
    ansible: Ansible,
    simulator: Simulator,
    system_log: Path,
    credentials: dict[str, str],
    fault: dict[str, Any],
    fails: bool,
) -> None:
    if fault:
        simulator.add_fault(**fault)
    options = {name: f"{{{{ secrets.{name} }}}}" for name in credentials}
    options |= {"virtual_line_id": LINE, "settings": {"record": "Always", "notification": {"enabled": True}}}
    task = {"name": "Change", "webex.calling.virtual_line_call_recording": options, "diff": True}
    output, failed = all_output(ansible, system_log, credentials, task)
    assert failed == fails, output
    assert "virtual_line_call_recording" in output
    assert_no_secret(output)


INVENTORY = "webex.calling.virtual_lines"


@pytest.mark.parametrize("given_by", ["option", "file", "environment"])
@pytest.mark.parametrize(
    ("credentials", "options", "fault", "fails"),
    [
        (TOKEN, {}, {}, False),
        (APP, {}, {}, False),
        (EXPIRED, {}, {}, True),
        (WRONG_APP, {}, {}, True),
        (TOKEN, {"org_id": "{{ no_such_variable }}"}, {}, True),
        (TOKEN, {"no_such_option": 1}, {}, True),
        (TOKEN, {"timeout": "soon"}, {}, True),
        (TOKEN, {"strict": True, "compose": {"broken": "no_such_variable"}}, {}, True),
        (TOKEN, {}, {"path": "callRecording", "status": 400, "shape": "a", "message": TOKEN["access_token"]}, True),
        (TOKEN, {}, {"status": 200, "text": TOKEN["access_token"]}, True),
        (TOKEN, {"api_url": "https://me:simulated-proxy-password@webex.example/v1"}, {}, True),
    ],
)
def test_no_secret_is_written_by_an_inventory(
    ansible: Ansible,
    simulator: Simulator,
    credentials: dict[str, str],
    options: dict[str, Any],
    fault: dict[str, Any],
    fails: bool,
    given_by: str,
) -> None:
    if fault:
        simulator.add_fault(**fault)
    cache = ansible.folder / "cache"
    # In this location, all lines can be read, so that the result is cached.
    options = {"location_name": "München", "call_recording": True, **options}
    options |= {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(cache)}
    environment = {"WEBEX_ACCESS_TOKEN": "", "ANSIBLE_HOME": str(ansible.folder / "home")}
    if given_by == "environment":
        environment |= {f"WEBEX_{name.upper()}": value for name, value in credentials.items()}
    elif given_by == "file":
        # Credentials first, because messages about a file quote its start.
        options = {**credentials, **options}
    else:
        environment |= {f"MY_{name.upper()}": value for name, value in credentials.items()}
        options |= {name: f"{{{{ lookup('env', 'MY_{name.upper()}') }}}}" for name in credentials}
    file = ansible.folder / "secrets.webex.yml"
    file.write_text(yaml.safe_dump({**options, "plugin": INVENTORY}, sort_keys=False), encoding="utf-8")
    ended = ansible.command(
        *("ansible-inventory", "-i", str(file), "--list", "-vvvv"),
        **environment,
        ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="true",
    )
    output = ended.stdout + ended.stderr
    assert (ended.returncode != 0) == fails, output
    assert INVENTORY.rsplit(".", 1)[1] in output
    cached = [each.read_text(encoding="utf-8") for each in cache.rglob("*") if each.is_file()]
    assert bool(cached) or fails
    assert_no_secret(output + "".join(cached))
