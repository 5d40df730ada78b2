# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of the script, the rules, and the plays in the guide to unattended checks."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, Ansible

GUIDE = (ROOT / "docs/docsite/rst/guide_unattended_checks.rst").read_text(encoding="utf-8")
#: Everything is compliant with this policy in the default organization of the simulator.
COMPLIANT = {"name": "Rulebook", "rules": [{"name": "Anything", "settings": {"repeat": {"interval": 60}}}]}
EVERYBODY = {"name": "Rulebook", "rules": [{"name": "Everybody", "settings": {"record": "Always"}}]}
EXEMPT = {
    "name": "All",
    "owner_name": "*",
    "exempt": {"reason": "Test", "expires": "never"},
}


def block(kind: str, part: str) -> str:
    """Return the code block of the guide that contains a text."""
    found = re.findall(rf"^\.\. code-block:: {re.escape(kind)}\n\n((?:    .*\n|\n)+)", GUIDE, re.MULTILINE)
    (text,) = [each for each in found if part in each]
    return re.sub(r"^    ", "", text, flags=re.MULTILINE)


@pytest.fixture
def folder(ansible: Ansible) -> Path:
    """Directory of the cron script, with a policy with which everything is compliant."""
    folder = ansible.folder / "drift"
    folder.mkdir()
    write_policy(folder, EVERYBODY, EXEMPT)
    environment = {name: ansible.environment[name] for name in ("WEBEX_API_URL", "WEBEX_ACCESS_TOKEN")}
    lines = "".join(f"{name}={value}\n" for name, value in environment.items())
    (folder / "webex.env").write_text(lines, encoding="utf-8")
    (folder / "check_recording.sh").write_text(block("text", "#!/bin/bash"), encoding="utf-8")
    return folder


def write_policy(folder: Path, policy: dict, *rules: dict) -> None:
    """Write a policy. The first rule has an effect on the members that the others do not exempt."""
    content = {**policy, "rules": [*policy["rules"], *rules]}
    (folder / "policy.yml").write_text(yaml.safe_dump(content), encoding="utf-8")


def run_script(ansible: Ansible, folder: Path, program: str | None = None) -> subprocess.CompletedProcess[str]:
    found = program or shutil.which("ansible-playbook", path=ansible.environment["PATH"])
    # Cron sets hardly any variable.
    kept = {name: value for name, value in ansible.environment.items() if name.startswith("ANSIBLE_")}
    environment = {**kept, "HOME": str(ansible.folder), "PATH": "/usr/bin:/bin", "ANSIBLE_PLAYBOOK": str(found)}
    return subprocess.run(
        ["bash", "check_recording.sh"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_cron_script_is_silent_if_the_check_passes(ansible: Ansible, folder: Path) -> None:
    write_policy(folder, COMPLIANT)
    remediate(ansible)
    ended = run_script(ansible, folder)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert json.loads((folder / "drift.json").read_text("utf-8"))["passed"] is True
    assert len(list(folder.glob("drift-20??-??-??.html"))) == 1
    assert (folder / "drift.log").stat().st_mode & 0o777 == 0o600


def remediate(ansible: Ansible) -> None:
    """Make the organization compliant with the policy."""
    done = ansible.playbook(
        *("webex.calling.drift_check", "-e", "drift_check_policy_file=drift/policy.yml"),
        *("-e", "drift_check_remediate=true"),
    )
    assert done.returncode == 0, done.stdout


def test_the_cron_script_shows_a_check_that_does_not_pass(ansible: Ansible, folder: Path) -> None:
    write_policy(folder, EVERYBODY)
    ended = run_script(ansible, folder)
    assert ended.returncode == 1
    assert "members have drifted" in ended.stdout


@pytest.mark.parametrize("written", [None, '{"passed": true}', '{"passed": "true"}', "{}", ""])
def test_the_cron_script_does_not_trust_an_old_or_strange_result(
    ansible: Ansible, folder: Path, written: str | None
) -> None:
    (folder / "drift.json").write_text('{"passed": true}', encoding="utf-8")
    os.utime(folder / "drift.json", (0, 0))
    program = ansible.folder / "ansible-playbook"
    content = "exit 0" if written is None else f"printf %s '{written}' > drift.json"
    program.write_text(f"#!/bin/bash\n{content}\n", encoding="utf-8")
    program.chmod(0o755)
    ended = run_script(ansible, folder, str(program))
    assert ended.returncode == (0 if written == '{"passed": true}' else 1)


def test_the_rules_for_prometheus_use_the_metrics_of_the_role(ansible: Ansible, folder: Path) -> None:
    ended = ansible.command("bash", "-c", f"cd drift && {command('recording.prom')}")
    assert ended.returncode in (0, 2), ended.stderr
    metrics = (folder / "recording.prom").read_text("utf-8")
    known = set(re.findall(r"^(\w+)\{", metrics, re.MULTILINE))
    (group,) = yaml.safe_load(block("yaml", "groups:"))["groups"]
    used = {name for rule in group["rules"] for name in re.findall(r"webex_\w+", rule["expr"])}
    assert len(used) == 3
    assert used <= known


def test_another_host_notices_a_check_that_has_not_run(ansible: Ansible, folder: Path) -> None:
    (line,) = re.findall(r"^0 9 \* \* \*  (.*)$", block("text", "0 9 * * *"), re.MULTILINE)
    shown = []
    for age in (None, 3600, 90_000):
        if age is not None:
            (folder / "drift.json").touch()
            os.utime(folder / "drift.json", (time.time() - age,) * 2)
        shown.append(ansible.command("bash", "-c", line).stdout)
    assert shown == ["The drift check has not run.\n", "", "The drift check has not run.\n"]


def command(part: str) -> str:
    (found,) = re.findall(rf"^    \$ (.*{re.escape(part)}.*)$", GUIDE, re.MULTILINE)
    return str(found)


def test_the_pipeline_collects_the_files_that_the_check_writes(ansible: Ansible, folder: Path) -> None:
    (job,) = yaml.safe_load(block("yaml", "drift:")).values()
    (script,) = job["script"]
    ended = ansible.command("bash", "-c", f"cd drift && {script}")
    assert ended.returncode in (0, 2), ended.stderr
    for name in (*job["artifacts"]["paths"], job["artifacts"]["reports"]["junit"]):
        assert (folder / name).stat().st_size > 1000


@pytest.mark.parametrize("compliant", [True, False])
def test_the_play_that_sends_mail(ansible: Ansible, folder: Path, compliant: bool) -> None:
    write_policy(folder, COMPLIANT if compliant else EVERYBODY)
    if compliant:
        remediate(ansible)
    shutil.copy(folder / "policy.yml", ansible.folder)
    # The module of the collection community.general, without a mail server.
    modules = ansible.folder / "other" / "ansible_collections" / "community" / "general" / "plugins" / "modules"
    modules.mkdir(parents=True)
    (modules / "mail.py").write_text(MAIL.format(path=ansible.folder / "mail.json"), encoding="utf-8")
    paths = f"{ansible.environment['ANSIBLE_COLLECTIONS_PATH']}:{ansible.folder / 'other'}"
    variables = {"evidence_folder": str(ansible.folder), "mail_host": "localhost", "mail_port": 25}
    play = yaml.safe_load(block("yaml+jinja", "community.general.mail"))
    ended = ansible.play(play, "-e", json.dumps(variables), ANSIBLE_COLLECTIONS_PATH=paths)
    assert ended.returncode == (0 if compliant else 2), ended.stdout + ended.stderr
    sent = json.loads((ansible.folder / "mail.json").read_text("utf-8"))
    assert sent["subject"].startswith(f"Call recording: {'Compliant' if compliant else 'Drifted'}: ")
    assert sent["attach"] == [f"{ansible.folder}/drift.html"]


MAIL = """
import json
from ansible.module_utils.basic import AnsibleModule
options = dict.fromkeys(("host", "from", "to", "subject", "body"), {{"type": "str"}})
module = AnsibleModule({{**options, "port": {{"type": "int"}}, "attach": {{"type": "list", "elements": "str"}}}})
with open("{path}", "w") as file:
    json.dump(module.params, file)
module.exit_json(changed=True)
"""
