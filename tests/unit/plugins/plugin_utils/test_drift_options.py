# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import re

import pytest
import yaml

from ansible_collections.webex.calling.plugins.plugin_utils._drift_files import OutputFile
from ansible_collections.webex.calling.plugins.plugin_utils._drift_options import (
    SUMMARY_VARIABLES,
    VARIABLES,
    InvalidValueError,
    Membership,
    Omitted,
    parse_options,
)
from ansible_collections.webex.calling.plugins.plugin_utils._drift_organizations import CONNECTION, SECRETS
from ansible_collections.webex.calling.tests.unit.conftest import ROOT

POLICY = {"name": "Rulebook", "rules": [{"name": "Everybody", "settings": {"record": "Always"}}]}
ROLE = ROOT / "roles/drift_check"
DEFAULTS = yaml.safe_load((ROLE / "defaults/main.yml").read_text("utf-8"))


@pytest.fixture
def parse(tmp_path, monkeypatch):
    """A function that parses variables, given without their prefix, in an empty directory."""
    monkeypatch.chdir(tmp_path)

    def value_of(value):
        if isinstance(value, InvalidValueError):
            raise value
        return value

    def read(path):
        if not os.path.isfile(path):
            raise InvalidValueError(f"is {path}, which is not a file")
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()

    def run(member_of=None, **given):
        variables = {**DEFAULTS, **{f"drift_check_{name}": value for name, value in given.items()}}
        return parse_options(list(variables), lambda name: value_of(variables[name]), read, member_of or Membership())

    return run


def test_the_table_of_variables_is_that_of_the_role():
    documented = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text("utf-8"))
    options = documented["argument_specs"]["main"]["options"]
    assert set(options) == {f"drift_check_{name}" for name in VARIABLES}
    assert {name: option["default"] for name, option in options.items() if "default" in option} == DEFAULTS
    options = documented["argument_specs"]["organizations"]["options"]
    assert set(options) == {*(f"drift_check_{name}" for name in SUMMARY_VARIABLES), *CONNECTION, *SECRETS}


def test_the_playbook_passes_the_documented_variables():
    (play,) = yaml.safe_load((ROOT / "playbooks/drift_check_organizations.yml").read_text("utf-8"))
    passed = {f"webex_{name}": value for name, value in play["module_defaults"]["group/webex.calling.webex"].items()}
    found = {name: re.findall(r"'(webex_\w+)', default=omit", value) for name, value in passed.items()}
    assert found == {name: [name] for name in (*CONNECTION, *SECRETS)}


def test_valid_variables(parse, tmp_path):
    options = parse(policy=POLICY, json_file="a.json", html_file="~/b.html", metrics_file=str(tmp_path / "c.prom"))
    assert options.faults == []
    found = {output.kind: (output.path, output.mode) for output in options.outputs}
    assert found["json"] == (str(tmp_path / "a.json"), 0o600)
    assert found["metrics"] == (str(tmp_path / "c.prom"), 0o644)
    assert found["html"][0] == os.path.expanduser("~/b.html")
    assert list(found) == ["json", "html", "metrics"]
    assert options.policy["name"] == "Rulebook"
    assert (options.fail_on_drift, options.fail_on_uncovered, options.remediate) == (True, True, False)
    assert (options.remediate_max, options.set_stats, options.select) == (50, True, None)
    assert options.tolerated(False) == []


BOOLEANS = ("fail_on_drift", "fail_on_uncovered", "remediate", "set_stats")


@pytest.mark.parametrize("name", BOOLEANS)
@pytest.mark.parametrize(
    ("given", "value"),
    [
        *((text, False) for text in ("false", "False", "no", "off", "0", "n", False, 0)),
        *((text, True) for text in ("true", "True", "yes", "on", "1", "y", True, 1)),
    ],
)
def test_booleans_are_converted(parse, name, given, value):
    options = parse(policy=POLICY, **{name: given})
    assert options.faults == []
    assert getattr(options, name) is value


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        *(({name: value}, f"drift_check_{name} is") for name in BOOLEANS for value in ("maybe", None, "", 2, [], {})),
        *(({f"{kind}_file": None}, f"drift_check_{kind}_file is null or empty") for kind in ("json", "html", "csv")),
        ({"junit_file": ""}, "drift_check_junit_file is null or empty"),
        ({"metrics_file": "  "}, "drift_check_metrics_file is null or empty"),
        ({"json_file": ["a.json"]}, "which is not a path"),
        ({"json_file": 5}, "which is not a path"),
        ({"json_file": "a\x00b"}, "null character"),
        ({"json_file": "reports/"}, "Give the path of a file"),
        ({"json_file": InvalidValueError("has no value: 'x' is undefined")}, "drift_check_json_file has no value"),
        ({"json_file": "none/a.json"}, "there is no directory"),
        ({"html_file": "."}, "is a directory"),
        ({"csv_file": "/dev/null"}, "is not a regular file"),
        ({"json_file": "same", "html_file": "./same"}, "is also drift_check_html_file"),
        ({"json_file": "same", "save_baseline_file": "same"}, "is also drift_check_save_baseline_file"),
        ({"policy": None}, "drift_check_policy is null or empty"),
        ({"policy": {}}, "drift_check_policy is null or empty"),
        ({"policy": []}, "drift_check_policy is null or empty"),
        ({"policy": "a text"}, "the policy is not a dictionary"),
        ({"policy": {"name": "A", "rules": [{"name": "B"}]}}, "needs either settings or exempt"),
        ({"policy_file": "policy.yml"}, "excludes drift_check_policy_file"),
        ({"policy_file": ""}, "drift_check_policy_file is null or empty"),
        ({"baseline_file": None}, "drift_check_baseline_file is null or empty"),
        ({"select": None}, "drift_check_select is null or empty"),
        ({"select": {}}, "drift_check_select is null or empty"),
        ({"select": ["Denver"]}, "not a dictionary of selectors"),
        ({"select": "Denver"}, "not a dictionary of selectors"),
        ({"remediate_max": None}, "drift_check_remediate_max is null or empty"),
        ({"remediate_max": -1}, "Give a number of members"),
        ({"remediate_max": "many"}, "Give a number of members"),
        ({"remediate_max": True}, "Give a number of members"),
        ({"file_mode": 384}, "Quote it"),
        ({"file_mode": "rw"}, "Give permissions"),
        ({"metrics_file_mode": None}, "drift_check_metrics_file_mode is null or empty"),
        ({"fail_on_uncoverd": True}, "did you mean drift_check_fail_on_uncovered?"),
        ({"snapshot_file": "a"}, "drift_check_snapshot_file is not a variable of this role"),
    ],
)
def test_faults(parse, given, fault):
    options = parse(**{"policy": POLICY, **given})
    assert len(options.faults) >= 1
    assert fault in " ".join(options.faults)


def test_variables_of_the_summary_are_known(parse):
    assert parse(policy=POLICY, **dict.fromkeys(SUMMARY_VARIABLES, "x")).faults == []
    assert "did you mean drift_check_directory?" in parse(policy=POLICY, directry="x").faults[0]


def test_a_member_of_a_summary(parse, tmp_path):
    summary = OutputFile("summary_json", str(tmp_path / "summary.json"), 0o600)
    member_of = Membership("id", [summary], ["The host is refused"])
    options = parse(member_of, policy=POLICY, json_file="a.json", csv_file="./summary.json")
    assert options.faults[0] == "The host is refused"
    assert "is also drift_check_summary_json_file" in options.faults[1]
    assert [output.kind for output in options.outputs] == ["json"]


def test_all_faults_are_found_at_once_and_other_outputs_are_kept(parse):
    options = parse(policy={"name": 5}, json_file="a.json", html_file=None, remediate="maybe", colour=True)
    assert len(options.faults) == 4
    assert [output.kind for output in options.outputs] == ["json"]
    assert options.policy_is_invalid is False


def test_a_policy_is_the_only_fault(parse):
    assert parse(policy={"name": "A", "rules": []}).policy_is_invalid is True


@pytest.mark.parametrize("given", [{}, {"json_file": "a.json"}, {"save_baseline_file": "b", "json_file": "a.json"}])
def test_a_policy_or_a_baseline_is_required(parse, given):
    assert "drift_check_policy_file is not set" in parse(**given).faults[0]


def test_only_saving_a_baseline(parse):
    options = parse(save_baseline_file="b.json")
    assert (options.faults, options.saves_only) == ([], True)
    assert parse(save_baseline_file="b.json", remediate=True).faults != []


def test_omitted_variables_are_left_out(parse):
    omitted = Omitted()
    options = parse(policy=POLICY, json_file=omitted, select=omitted, baseline_file=omitted, policy_file=omitted)
    assert (options.faults, options.outputs, options.select) == ([], [], None)
    # An omitted policy is no policy.
    assert "drift_check_policy_file is not set" in " ".join(parse(policy=omitted).faults)


def test_values_in_texts(parse):
    options = parse(policy=POLICY, select='{"location_name": ["Denver"]}', remediate_max="7")
    assert (options.faults, options.select, options.remediate_max) == ([], {"location_name": ["Denver"]}, 7)
    assert parse(policy=POLICY, select="location_name=Denver").select == {"location_name": "Denver"}


def test_drift_that_remains_after_a_remediation_is_not_tolerated(parse):
    options = parse(policy=POLICY, fail_on_drift=False, fail_on_uncovered="no")
    assert options.tolerated(False) == ["drifted", "uncovered"]
    options = parse(policy=POLICY, fail_on_drift=False, remediate=True)
    assert options.tolerated(False) == []
    assert options.tolerated(True) == ["drifted"]


def test_policies_in_files(parse, tmp_path):
    (tmp_path / "policy.yml").write_text("name: A\nrules:\n- {name: B, extension: 0100, settings: {enabled: true}}\n")
    options = parse(policy_file="policy.yml")
    assert (options.faults, options.policy_file) == ([], str(tmp_path / "policy.yml"))
    assert options.policy["rules"][0]["extension"] == "0100"
    for text, fault in (
        ("{ [", "neither JSON nor YAML"),
        ("a: [", "not valid YAML"),
        ("", "is not a dictionary"),
        ("name: A\nname: B", "there twice"),
        (b"name: \xff", "UTF-8"),
    ):
        (tmp_path / "policy.yml").write_bytes(text if isinstance(text, bytes) else text.encode())
        options = parse(policy_file="policy.yml")
        assert fault in options.faults[0]
        assert options.policy_is_invalid
    assert "which is not a file" in parse(policy_file="none.yml").faults[0]
