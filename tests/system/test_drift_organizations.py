# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of the playbook for many organizations, against one simulator that has all of them.

The token in the environment belongs to a compliant organization, so that a host whose variables have no effect would be
green. Before each test, all outputs are those of an earlier run in which all organizations passed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from conftest import ADMIN_TOKEN, ROOT, Ansible

from simulator.process import Simulator

PLAYBOOK = "webex.calling.drift_check_organizations"
SCHEMA = json.loads((ROOT / "examples/drift_check_summary.schema.json").read_text(encoding="utf-8"))
NAMES = ("alpha", "beta", "gamma", "delta", "epsilon")
PARTNER = "simulated-partner-token"
EXPIRED = "simulated-expired-token"
TOKENS = {name: f"simulated-{name}-token" for name in NAMES}

#: Credentials of a service app of alpha.
APP = {"client_id": "simulated-app", "client_secret": "simulated-app-secret", "refresh_token": "simulated-app-refresh"}
SECRETS = (PARTNER, EXPIRED, ADMIN_TOKEN, *TOKENS.values(), APP["client_secret"], APP["refresh_token"])

#: Name that a template, a terminal, or a browser could evaluate.
HOSTILE = "{{ 7*7 }} <b>\u202eBeta"
POLICY = {"name": "Rulebook", "version": "1", "rules": [{"name": "Everybody", "settings": {"record": "Always"}}]}
SETTINGS = {"enabled": True, "record": "Always", "notification": {"enabled": False, "type": "None"}}


def line(name: str) -> str:
    return f"line-{name}"


def organizations() -> dict[str, Any]:
    """Return the state of the simulator: compliant organizations with one line each."""
    place = {"id": "location", "name": "Denver"}
    scopes = [f"spark-admin:{part}_read" for part in ("telephony_config", "people")]

    def organization(name: str) -> dict[str, Any]:
        member = {"id": line(name), "firstName": "Line", "lastName": name, "location": place}
        number = {"extension": "6101", "primary": True}
        return {
            "id": f"organization-{name}",
            "name": HOSTILE if name == "beta" else f"{name.capitalize()} Limited",
            "locations": [place],
            "virtual_lines": [{**member, "number": number, "callRecording": SETTINGS}],
        }

    def token(text: str, name: str, **more: Any) -> dict[str, Any]:
        described = {"name": text, "token": text, "organization": f"organization-{name}"}
        return {**described, "role": "full_administrator", "scopes": scopes, **more}

    return {
        "organizations": [organization(name) for name in ("own", *NAMES)],
        "tokens": [
            token(ADMIN_TOKEN, "own"),
            token(PARTNER, "own", administers=[f"organization-{name}" for name in NAMES]),
            token(EXPIRED, "gamma", expired=True),
            *(token(text, name) for name, text in TOKENS.items()),
        ],
        "apps": [
            {
                "name": "app of alpha",
                "client_id": APP["client_id"],
                "client_secret": APP["client_secret"],
                "organization": "organization-alpha",
                "scopes": scopes,
                "refresh_tokens": [{"token": APP["refresh_token"]}],
            }
        ],
    }


@pytest.fixture(scope="module")
def providers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    state = tmp_path_factory.mktemp("state") / "state.yml"
    state.write_text(yaml.safe_dump(organizations()), encoding="utf-8")
    with Simulator("--state", str(state)) as running:
        yield running


class Provider(Ansible):
    """Ansible with an inventory of organizations."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        super().__init__(folder, simulator)
        self.environment["ANSIBLE_SHOW_CUSTOM_STATS"] = "true"

    def prepare(self) -> None:
        (self.folder / "reports").mkdir()
        self.write_policy("policy.yml", POLICY)

    def write_policy(self, name: str, content: Any) -> None:
        (self.folder / name).write_text(yaml.safe_dump(content), encoding="utf-8")

    def check(
        self, hosts: dict[str, dict[str, Any]], *arguments: str, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        self.inventory(hosts)
        return self.playbook(*self.arguments(*arguments), **environment)

    def arguments(self, *arguments: str) -> list[str]:
        return [PLAYBOOK, "-i", "inventory.yml", "-e", "drift_check_directory=reports", *arguments]

    def inventory(self, hosts: dict[str, dict[str, Any]]) -> None:
        variables = {"drift_check_policy_file": "policy.yml"}
        groups = {"customers": {"hosts": hosts, "vars": variables}, "others": {"hosts": {"router": {}}}}
        content = {"all": {"children": groups if self.others else {"customers": groups["customers"]}}}
        # The summary has the order of the inventory.
        text = yaml.safe_dump(content, sort_keys=False)
        (self.folder / "inventory.yml").write_text(text, encoding="utf-8")

    #: Whether the inventory has hosts that are no organizations.
    others = False

    def summary(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.folder / "reports/summary.json").read_text(encoding="utf-8"))
        return content

    def statuses(self) -> dict[str, str]:
        return {entry["host"]: entry["status"] for entry in self.summary()["organizations"]}

    def messages(self) -> dict[str, str]:
        return {entry["host"]: entry["message"] for entry in self.summary()["organizations"]}

    def report(self, host: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.folder / f"reports/{host}.json").read_text(encoding="utf-8"))
        return content

    def html(self) -> str:
        return (self.folder / "reports/summary.html").read_text(encoding="utf-8")


def everybody() -> dict[str, dict[str, Any]]:
    """Return hosts whose checks pass: three with the token of the partner, and two with their own."""
    of_partner = {name: {"webex_org_id": f"organization-{name}", "webex_access_token": PARTNER} for name in NAMES[:3]}
    return {**of_partner, **{name: {"webex_access_token": TOKENS[name]} for name in NAMES[3:]}}


@pytest.fixture(scope="module")
def yesterday(tmp_path_factory: pytest.TempPathFactory, providers: Simulator) -> Path:
    """Return a folder with the outputs of a run in which all organizations passed."""
    providers.reset()
    ansible = Provider(tmp_path_factory.mktemp("yesterday"), providers)
    ansible.prepare()
    ended = ansible.check(everybody())
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ansible.folder


@pytest.fixture
def provider(tmp_path: Path, providers: Simulator, yesterday: Path) -> Provider:
    providers.reset()
    providers.control("DELETE", "faults")
    providers.clear_requests()
    shutil.copytree(yesterday, tmp_path, dirs_exist_ok=True)
    return Provider(tmp_path, providers)


def assert_consistent(provider: Provider, ended: subprocess.CompletedProcess[str]) -> None:
    """Check that all outputs have the same verdict, and that no output has a secret."""
    summary = provider.summary()
    jsonschema.validate(summary, SCHEMA)
    entries = summary["organizations"]
    (printed,) = re.findall(r"^\tRUN: (.*)$", ended.stdout, re.MULTILINE)
    stats = json.loads(printed)["drift_check_summary"]
    assert [stats[key] == summary[key] for key in ("status", "passed", "reasons", "message", "counts")] == [True] * 5
    assert stats["not_passed"] == [each["host"] for each in entries if not each["passed"]]
    for file in stats["files"].values():
        assert hashlib.sha256(Path(file["path"]).read_bytes()).hexdigest() == file["sha256"]
    assert (ended.returncode == 0) == summary["passed"] == (bool(entries) and all(each["passed"] for each in entries))
    assert summary["counts"]["passed"] == sum(each["passed"] for each in entries)
    assert summary["finished_at"] is not None
    assert json.dumps(summary["message"], ensure_ascii=False) in ended.stdout
    html = provider.html()
    assert f"{summary['counts']['passed']} of {len(entries)} organizations passed" in html
    assert ("✓ Passed" in html) == summary["passed"]
    for entry in entries:
        for file in entry["files"].values():
            assert hashlib.sha256(Path(file["path"]).read_bytes()).hexdigest() == file["sha256"]
        assert (f'href="./{entry["host"]}.html"' in html) == ("html" in entry["files"])
    written = "".join(path.read_text(encoding="utf-8") for path in (provider.folder / "reports").iterdir())
    everything = ended.stdout + ended.stderr + written
    assert [secret for secret in SECRETS if secret in everything] == []
    assert "Traceback" not in everything


def test_all_organizations_pass(yesterday: Path, providers: Simulator) -> None:
    provider = Provider(yesterday, providers)
    summary = provider.summary()
    assert (summary["status"], summary["passed"], summary["message"]) == (
        "compliant",
        True,
        "Compliant: 5 of 5 organizations passed.",
    )
    assert [entry["host"] for entry in summary["organizations"]] == list(NAMES)
    ids = {entry["host"]: entry["organization"]["id"] for entry in summary["organizations"]}
    assert ids == {name: f"organization-{name}" for name in NAMES}
    for entry in summary["organizations"]:
        assert (entry["counts"]["total"], entry["counts"]["compliant"]) == (1, 1)
        assert (entry["policy"]["name"], entry["policy"]["version"]) == ("Rulebook", "1")
        assert entry["files"].keys() == {"json", "html"}
        assert provider.report(entry["host"])["organization"]["id"] == ids[entry["host"]]


def test_five_organizations(provider: Provider, providers: Simulator) -> None:
    before = provider.summary()
    providers.change_member(line("beta"), {"record": "Never"})
    provider.write_policy("invalid.yml", {"name": "Rulebook", "rules": [{"name": "Typo"}]})
    hosts = everybody()
    hosts["beta"] = {"webex_access_token": TOKENS["beta"]}
    hosts["gamma"] = {"webex_access_token": EXPIRED}
    hosts["delta"]["drift_check_policy_file"] = "invalid.yml"
    # Settings of the user that would change the order, or stop all checks after the first failure.
    ended = provider.check(
        hosts, "--limit", "!epsilon", "-vvv", ANSIBLE_STRATEGY="free", ANSIBLE_ANY_ERRORS_FATAL="true"
    )
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert_consistent(provider, ended)
    summary = provider.summary()
    assert provider.statuses() == {
        "alpha": "compliant",
        "beta": "drifted",
        "gamma": "incomplete",
        "delta": "incomplete",
        "epsilon": "incomplete",
    }
    assert (summary["status"], summary["reasons"]) == ("incomplete", ["incomplete", "drifted"])
    assert summary["message"] == ("Incomplete: 1 of 5 organizations passed. Not passed: gamma, delta, epsilon, beta.")
    assert summary["started_at"] >= before["finished_at"]
    messages = provider.messages()
    assert messages["beta"] == "Drifted: 1 of 1 members have drifted."
    assert "HTTP 401" in messages["gamma"]
    assert "needs either settings or exempt" in messages["delta"]
    assert messages["epsilon"] == "Incomplete: not checked in this run."
    # The outputs of those that could not be checked are not those of yesterday.
    assert [provider.report(name)["passed"] for name in NAMES[:4]] == [True, False, False, False]
    (beta,) = [entry for entry in summary["organizations"] if entry["host"] == "beta"]
    assert beta["organization"]["name"] == HOSTILE
    assert "<bdi>{{ 7*7 }} &lt;b&gt;" in provider.html()


def test_all_organizations_fail(provider: Provider, providers: Simulator) -> None:
    hosts = everybody()
    hosts["alpha"] = {"webex_access_token": EXPIRED}
    hosts["beta"]["drift_check_policy_file"] = "none.yml"
    hosts["gamma"]["drift_check_remediate"] = "maybe"
    hosts["delta"] = {}
    providers.change_member(line("epsilon"), {"record": "Never"})
    ended = provider.check(hosts)
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert_consistent(provider, ended)
    assert provider.summary()["counts"] == {
        **dict.fromkeys(("passed", "unmatched", "uncovered", "remediated", "compliant"), 0),
        "total": 5,
        "incomplete": 4,
        "drifted": 1,
    }
    assert not any(provider.report(name)["passed"] for name in NAMES)


def test_limit(provider: Provider) -> None:
    before = provider.summary()
    for name in ("alpha", "delta"):
        ended = provider.check(everybody(), "--limit", name)
        assert ended.returncode == 2, ended.stdout + ended.stderr
        assert_consistent(provider, ended)
        others = dict.fromkeys(NAMES, "incomplete")
        assert provider.statuses() == {**others, name: "compliant"}
        assert provider.report(name)["passed"] is True
        assert provider.summary()["started_at"] >= before["finished_at"]
        before = provider.summary()


def descendants(process: int) -> list[int]:
    """Return the ids of all processes that a process and its children have started."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(pid): int(parent) for pid, parent in (each.split() for each in listed.splitlines())}
    found = [process]
    for known in found:
        found += [pid for pid, parent in parents.items() if parent == known]
    return found[1:]


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_that_is_stopped(provider: Provider, providers: Simulator, stop: signal.Signals) -> None:
    provider.inventory(everybody())
    providers.set(latency=3)
    try:
        with subprocess.Popen(
            ["ansible-playbook", *provider.arguments()],
            cwd=provider.folder,
            env=provider.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Its own process group, separate from that of the tests.
            start_new_session=True,
        ) as play:
            deadline = time.monotonic() + 60
            while providers.counts()["count"] < 5 and time.monotonic() < deadline:
                time.sleep(0.05)
            modules = descendants(play.pid)
            play.send_signal(stop)
            play.wait(30)
        for process in modules:
            # Modules that ansible-playbook has not ended would send requests during later tests.
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        assert play.returncode != 0
    finally:
        providers.set(latency=0)
    summary = provider.summary()
    assert (summary["status"], summary["passed"], summary["finished_at"]) == ("incomplete", False, None)
    assert set(provider.statuses().values()) == {"incomplete"}
    assert "The run has not finished, or was stopped." in provider.html()
    assert 'href="./alpha.html"' not in provider.html()
    assert not any(provider.report(name)["passed"] for name in NAMES)


@pytest.mark.parametrize(
    ("variables", "fault"),
    [
        ({}, "neither webex_org_id nor credentials"),
        ({"webex_orgid": "organization-alpha"}, "neither webex_org_id nor credentials"),
        # C(omit) would leave out a variable whose template has an undefined variable.
        ({"webex_org_id": "{{ nothing }}"}, "webex_org_id has no value"),
        ({"webex_access_token": "{{ nothing }}"}, "webex_access_token has no value"),
        ({"webex_org_id": ""}, "webex_org_id is null or empty"),
        ({"webex_org_id": None}, "webex_org_id is null or empty"),
        ({"webex_access_token": PARTNER}, "webex_org_id is not set, and the credentials are also those of beta, gamma"),
        ({"webex_org_id": "organization-beta"}, "webex_org_id is also that of beta"),
    ],
)
def test_a_host_that_would_check_another_organization(
    provider: Provider, providers: Simulator, variables: dict[str, Any], fault: str
) -> None:
    ended = provider.check({**everybody(), "alpha": variables}, "--limit", "alpha")
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert_consistent(provider, ended)
    assert fault in provider.messages()["alpha"]
    assert provider.report("alpha")["passed"] is False
    assert fault in provider.report("alpha")["message"]
    assert providers.requests() == []


def test_two_hosts_with_the_same_organization(provider: Provider) -> None:
    hosts = everybody()
    # The organization of delta, once by its id, and once by its token.
    hosts["gamma"]["webex_org_id"] = "organization-delta"
    # And a copied id.
    hosts["beta"]["webex_org_id"] = "organization-alpha"
    ended = provider.check(hosts)
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert_consistent(provider, ended)
    assert provider.statuses() == {**dict.fromkeys(NAMES[:4], "incomplete"), "epsilon": "compliant"}
    messages = provider.messages()
    assert "webex_org_id is also that of beta. Give each host its own" in messages["alpha"]
    assert "webex_org_id is also that of alpha. Give each host its own" in messages["beta"]
    assert "the check read the same organization as that of delta" in messages["gamma"]
    assert "the check read the same organization as that of gamma" in messages["delta"]


def test_an_organization_in_the_environment(provider: Provider) -> None:
    ended = provider.check(everybody(), WEBEX_ORG_ID="organization-alpha")
    assert ended.returncode == 2, ended.stdout + ended.stderr
    # Variables of a host take precedence.
    assert [provider.statuses()[name] for name in NAMES] == [*["compliant"] * 3, *["incomplete"] * 2]


def test_hosts_that_are_no_organizations(provider: Provider) -> None:
    provider.others = True
    ended = provider.check(everybody(), "-e", "drift_check_group=customers", "--tags", "others")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (provider.summary()["group"], list(provider.statuses())) == ("customers", list(NAMES))
    ended = provider.check(everybody())
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert provider.statuses() == {**dict.fromkeys(NAMES, "compliant"), "router": "incomplete"}
    for arguments in (("--limit", "router"), ("--limit", "nobody"), ("-e", "drift_check_group=custmers")):
        ended = provider.check(everybody(), "-e", "drift_check_group=customers", *arguments)
        assert ended.returncode in (1, 4), ended.stdout + ended.stderr


def test_an_inventory_without_hosts(provider: Provider) -> None:
    ended = provider.playbook(PLAYBOOK, "-e", "drift_check_directory=reports")
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert provider.summary()["message"].startswith("Incomplete: drift_check_group is all, and the inventory has no")
    assert (provider.summary()["passed"], provider.summary()["organizations"]) == (False, [])


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("-e", "drift_check_directory=none"), "there is no directory"),
        (("-e", "drift_check_json_file=all.json"), "drift_check_json_file is set, but the role itself sets it here"),
        (("-e", "drift_check_summary_html_file=policy.yml"), "exists, and is not an earlier output"),
        (("-e", "drift_check_csv_file=reports/summary.json"), "is also drift_check_summary_json_file"),
        (("-e", "drift_check_directory={{ inventory_hostname }}"), "Set it to the same path"),
        (("-e", "drift_check_colour=red"), "drift_check_colour is not a variable of this role"),
    ],
)
def test_invalid_variables(provider: Provider, providers: Simulator, arguments: tuple[str, ...], fault: str) -> None:
    (provider.folder / "alpha").mkdir()
    ended = provider.check(everybody(), *arguments)
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert fault in ended.stdout
    assert providers.requests() == []
    assert yaml.safe_load((provider.folder / "policy.yml").read_text(encoding="utf-8")) == POLICY
    if "directory" not in arguments[1]:
        assert provider.summary()["passed"] is False


def test_a_lookup_that_fails(provider: Provider) -> None:
    """On old releases of ansible-core, such a template in module_defaults fails all tasks of the host."""
    lookup = "{{ lookup('ansible.builtin.file', 'none.token') }}"
    ended = provider.check(
        {**everybody(), "alpha": {"webex_org_id": "organization-alpha", "webex_access_token": lookup}}
    )
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert_consistent(provider, ended)
    assert provider.statuses() == {**dict.fromkeys(NAMES, "compliant"), "alpha": "incomplete"}
    assert provider.report("alpha")["message"] == "Incomplete: webex_access_token has no value"


def test_a_task_that_fails(provider: Provider) -> None:
    provider.inventory(everybody())
    role = {"name": "webex.calling.drift_check", "tasks_from": "organizations", "rolespec_validate": False}
    fails = "inventory_hostname == 'gamma' and drift_check__prepared is defined and ansible_failed_task is not defined"
    defaults = {
        "org_id": "{{ webex_org_id | default(omit) }}",
        "access_token": "{{ webex_access_token }}",
        "concurrency": f"{{{{ nothing if {fails} else 5 }}}}",
    }
    play = {
        "hosts": "all",
        "gather_facts": False,
        "vars": {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "module_defaults": {"group/webex.calling.webex": defaults},
        "tasks": [{"name": "Check", "ansible.builtin.import_role": role}],
    }
    ended = provider.play([play], "-i", "inventory.yml", "-e", "drift_check_directory=reports")
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert_consistent(provider, ended)
    assert provider.statuses() == {**dict.fromkeys(NAMES, "compliant"), "gamma": "incomplete"}
    assert "the task 'Compare the organization' failed" in provider.messages()["gamma"], provider.messages()
    assert provider.report("gamma")["message"] == provider.messages()["gamma"]
    assert "html" in provider.summary()["organizations"][2]["files"]


def test_check_mode_and_other_outputs(provider: Provider) -> None:
    csv = "drift_check_csv_file={{ drift_check_directory }}/{{ inventory_hostname }}.csv"
    ended = provider.check(everybody(), "--check", "-e", csv, "-e", "drift_check_summary_html_file=customers.html")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert provider.summary()["check_mode"] is True
    files = provider.summary()["organizations"][0]["files"]
    assert files["csv"]["path"] == str(provider.folder / "reports/alpha.csv")
    html = (provider.folder / "customers.html").read_text(encoding="utf-8")
    assert re.findall('href="([^"]+)"', html)[1] == "./reports/alpha.html"


# --- the guide -----------------------------------------------------------------------------------------------

GUIDE = (ROOT / "docs/docsite/rst/guide_organizations.rst").read_text(encoding="utf-8")
#: Hosts of the inventory in the guide, with the organizations that they have in the simulator.
HOSTS = {"acme": "organization-alpha", "globex": "organization-gamma"}


def block(part: str, guide: str = GUIDE) -> str:
    """Return the YAML or text block of a guide that contains a text."""
    found = re.findall(r"^\.\. code-block:: (?:yaml|text)\n\n((?:    .*\n|\n)+)", guide, re.MULTILINE)
    (text,) = [each for each in found if part in each]
    return re.sub(r"^    ", "", text, flags=re.MULTILINE)


@pytest.fixture
def reader(tmp_path: Path, providers: Simulator) -> Provider:
    """Provider with the files of the guide, who has run nothing yet."""
    providers.reset()
    provider = Provider(tmp_path, providers)
    provider.environment["WEBEX_ACCESS_TOKEN"] = PARTNER
    provider.write_policy("policy.yml", POLICY)
    inventory = block("webex_org_id:")
    for (host, organization), documented in zip(HOSTS.items(), re.findall("webex_org_id: (.*)", inventory)):
        inventory = inventory.replace(documented, organization)
        assert f"{host}:" in inventory
    (tmp_path / "organizations.yml").write_text(inventory, encoding="utf-8")
    return provider


def commands(part: str = "") -> list[str]:
    return [command for command in re.findall(r"^    \$ (.*)$", GUIDE, re.MULTILINE) if part in command]


def test_commands_of_the_guide(reader: Provider) -> None:
    ended = {command: reader.command("bash", "-c", command) for command in commands()}
    assert [command for command, each in ended.items() if each.returncode != 0] == commands("--limit"), ended
    assert reader.statuses() == dict.fromkeys(HOSTS, "compliant")
    limited = json.loads((reader.folder / "recheck/summary.json").read_text(encoding="utf-8"))
    assert [entry["status"] for entry in limited["organizations"]] == ["compliant", "incomplete"]
    (described,) = [each.stdout for command, each in ended.items() if command.startswith("ansible-doc")]
    names = re.findall(r"``((?:webex|drift_check)_\w+)``", GUIDE)
    assert [name for name in names if name not in described] == []
    # All keys of the summary are documented.
    keys = {*reader.summary(), *reader.summary()["organizations"][0]} - {
        "started_at",
        "finished_at",
        "last_complete_at",
    }
    assert [key for key in keys if f"``{key}``" not in GUIDE] == []


def test_credentials_of_a_host_in_the_guide(reader: Provider) -> None:
    folder = reader.folder / "host_vars"
    folder.mkdir()
    (folder / "acme.yml").write_text(block("webex_refresh_token:"), encoding="utf-8")
    (folder / "globex.yml").write_text("webex_access_token: simulated-gamma-token\n", encoding="utf-8")
    secrets = reader.folder / "group_vars/all/vault.yml"
    secrets.parent.mkdir(parents=True)
    secrets.write_text(yaml.safe_dump({f"vault_acme_{name}": value for name, value in APP.items()}), encoding="utf-8")
    (reader.folder / "password").write_text("simulated-password", encoding="utf-8")
    password = ("--vault-password-file", "password")
    assert reader.command("ansible-vault", "encrypt", *password, str(secrets)).returncode == 0
    inventory = yaml.safe_load((reader.folder / "organizations.yml").read_text(encoding="utf-8"))
    for host in HOSTS:
        del inventory["all"]["children"]["customers"]["hosts"][host]["webex_org_id"]
    (reader.folder / "organizations.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    (reader.folder / "reports").mkdir()
    (command,) = commands("drift_check_directory=reports")
    ended = reader.command(*command.split(), *password, "-vvv")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert_consistent(reader, ended)
    organizations = {entry["host"]: entry["organization"]["id"] for entry in reader.summary()["organizations"]}
    assert organizations == HOSTS


def test_a_policy_with_rules_of_a_customer(reader: Provider) -> None:
    guide = (ROOT / "docs/docsite/rst/guide_policies.rst").read_text(encoding="utf-8")
    inventory = yaml.safe_load((reader.folder / "organizations.yml").read_text(encoding="utf-8"))
    del inventory["all"]["children"]["customers"]["vars"]["drift_check_policy_file"]
    (reader.folder / "organizations.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    (reader.folder / "reports").mkdir()
    (reader.folder / "group_vars").mkdir()
    variables = reader.folder / "group_vars/customers.yml"
    own = "own_rules: [{name: Own, extension: '6101', settings: {repeat: {enabled: false}}}]\n"
    variables.write_text(block("common:", guide) + own, encoding="utf-8")
    (command,) = commands("drift_check_directory=reports")
    ended = reader.command(*command.split())
    assert ended.returncode == 2, ended.stdout + ended.stderr
    described = reader.report("acme")["policy"]
    assert [rule["name"] for rule in described["rules"]] == ["Everybody", "Own"]
    assert described["sha256"] != hashlib.sha256((reader.folder / "policy.yml").read_bytes()).hexdigest()
    # The digest of the file does not belong to the changed policy.
    combined = "{{ common | combine({'rules': common.rules + own_rules}) }}"
    content = {**yaml.safe_load(variables.read_text(encoding="utf-8")), "drift_check_policy": combined}
    variables.write_text(yaml.safe_dump(content), encoding="utf-8")
    ended = reader.command(*command.split())
    assert ended.returncode == 2
    assert "was changed after it was read and got its digest" in reader.messages()["acme"]


@pytest.mark.parametrize("changed", [False, True])
def test_the_script_of_the_guide(reader: Provider, providers: Simulator, changed: bool) -> None:
    (folder := reader.folder / "drift").mkdir()
    for name in ("organizations.yml", "policy.yml"):
        shutil.copy(reader.folder / name, folder)
    (folder / "webex.env").write_text(f"WEBEX_ACCESS_TOKEN={PARTNER}\n", encoding="utf-8")
    (folder / "check_customers.sh").write_text(block("#!/bin/bash"), encoding="utf-8")
    playbook = shutil.which("ansible-playbook", path=reader.environment["PATH"])
    environment = {"HOME": str(reader.folder), "ANSIBLE_PLAYBOOK": str(playbook), "LC_ALL": "C"}
    if changed:
        providers.change_member(line("gamma"), {"record": "Never"})
    ended = reader.command("bash", "drift/check_customers.sh", **environment)
    archived = {path.name for path in folder.glob("archive/20??-??-??/*")}
    assert archived == {"acme.html", "acme.json", "globex.html", "globex.json", "summary.html", "summary.json"}
    if changed:
        assert (ended.returncode, "Not passed: globex" in ended.stdout) == (1, True), ended.stdout
    else:
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    # A check that did not start leaves the reports of an earlier one, which are not those of today.
    shutil.rmtree(folder / "archive")
    ended = reader.command("bash", "drift/check_customers.sh", **{**environment, "ANSIBLE_PLAYBOOK": "/bin/true"})
    assert (ended.returncode, ended.stdout) == (1, "No organization was checked.\n")
    assert list(folder.glob("archive/*/*")) == []


def test_variables_and_the_playbook_of_the_guide(reader: Provider) -> None:
    for folder in ("group_vars", "policies", "baselines", "reports"):
        (reader.folder / folder).mkdir()
    (reader.folder / "group_vars/customers.yml").write_text(block("drift_check_baseline_file:"), encoding="utf-8")
    for host, organization in HOSTS.items():
        reader.write_policy(f"policies/{host}.yml", POLICY)
        path = f"drift_check_save_baseline_file=baselines/{host}.json"
        ended = reader.playbook("webex.calling.drift_check", "-e", path, WEBEX_ORG_ID=organization)
        assert ended.returncode == 0, ended.stdout + ended.stderr
    play = yaml.safe_load(block("import_playbook"))
    (reader.folder / "play.yml").write_text(yaml.safe_dump(play), encoding="utf-8")
    (command,) = commands("drift_check_directory=reports")
    ended = reader.command(*command.replace(PLAYBOOK, "play.yml").split())
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert_consistent(reader, ended)
    files = {entry["host"]: set(entry["files"]) for entry in reader.summary()["organizations"]}
    assert files == {host: {"json", "html", "csv"} for host in HOSTS}
    assert reader.report("acme")["baseline"]["file"].endswith("/baselines/acme.json")


# --- in a browser --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [375, 1280])
def test_page(browser: Any, provider: Provider, providers: Simulator, width: int) -> None:
    providers.change_member(line("beta"), {"record": "Never"})
    provider.check(everybody())
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width == 375},
    )
    browser.get((provider.folder / "reports/summary.html").as_uri())
    assert browser.get_log("browser") == []
    assert browser.execute_script("return document.documentElement.scrollWidth") == width
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert browser.find_element("tag name", "h1").text.startswith("Drifted")
    assert HOSTILE in browser.execute_script("return document.querySelector('.organizations td').textContent")
    field = browser.find_element("css selector", "input[type=search]")
    field.send_keys("epsilon")
    rows = "return [...document.querySelectorAll('.organizations tbody tr')].filter((row) => !row.hidden).length"
    deadline = time.monotonic() + 10
    while browser.execute_script(rows) != 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert browser.execute_script(rows) == 1
    browser.find_element("css selector", ".organizations tbody tr:not([hidden]) a").click()
    assert browser.find_element("tag name", "h1").text.startswith("Compliant")
    assert browser.current_url.endswith("/epsilon.html")
