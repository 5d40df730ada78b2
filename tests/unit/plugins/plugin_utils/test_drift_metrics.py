# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Metrics of the drift check, parsed by the client of Prometheus."""

from __future__ import annotations

import datetime
import os
import unicodedata

import pytest

from ansible_collections.webex.calling.plugins.plugin_utils._drift_metrics import last_complete_run, render_metrics
from ansible_collections.webex.calling.tests.unit.plugins.plugin_utils.drift_documents import (
    ADA,
    FINISHED,
    HOSTILE,
    STARTED,
    STATUSES,
    YESTERDAY,
    compliant,
    full,
    hostile,
    mark,
    not_made,
    of_reasons,
    of_status,
)

parser = pytest.importorskip("prometheus_client.parser")

PREFIX = "webex_calling_drift_check_"
SHA256 = "ab" * 32
INFO = {
    "organization_id": "org-1",
    "organization_name": "Example Corp. Ltd.",
    "scope": "whole organization",
    "policy_name": "Recording rulebook",
    "policy_version": "2026-10",
    "policy_sha256": SHA256,
    "collection_version": "0.9.0",
}


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def samples_of(document, check="nightly"):
    """Return the value of each sample by its name and its own labels, after all checks that hold for any document."""
    text = render_metrics(document, check)
    assert text.startswith("# webex.calling.drift_check\n")
    assert text.endswith("\n")
    text.encode("utf-8")
    assert not any(unicodedata.category(each) in ("Cc", "Cf", "Cs") for each in text if each not in "\n\u200c\u200d")
    found = {}
    families = list(parser.text_string_to_metric_families(text))
    assert len({family.name for family in families}) == len(families) == text.count("# TYPE ") == text.count("# HELP ")
    for family in families:
        assert family.type == "gauge"
        assert family.documentation
        for sample in family.samples:
            assert sample.name.startswith(PREFIX)
            assert sample.timestamp is None
            labels = dict(sample.labels)
            assert labels.pop("check") == check
            name = sample.name[len(PREFIX) :]
            if name == "info":
                assert list(labels) == list(INFO)
                continue
            assert list(labels) == {"status": ["status"], "members": ["state"]}.get(name, [])
            key = (name, *labels.values())
            assert key not in found
            found[key] = sample.value
    assert found[("passed",)] == document["passed"]
    assert {status: found[("status", status)] for status in STATUSES} == {
        status: document["status"] == status for status in STATUSES
    }
    return found


def info_of(document, check="nightly"):
    families = parser.text_string_to_metric_families(render_metrics(document, check))
    (sample,) = next(family for family in families if family.name == f"{PREFIX}info").samples
    assert sample.value == 1
    return sample.labels


def without_status(found):
    return {name: value for name, value in found.items() if name[0] not in ("status", "passed")}


def test_full():
    assert without_status(samples_of(full())) == {
        ("members", "compliant"): 0,
        ("members", "drifted"): 2,
        ("members", "uncovered"): 1,
        ("members", "exempt"): 1,
        ("members", "error"): 1,
        ("unmatched_values",): 2,
        ("removed_members",): 1,
        ("remediated_members",): 1,
        ("exemptions_expired",): 1,
        ("exemptions_ending_soon",): 1,
        ("service_verified",): 1,
        ("service_in_effect",): 1,
        ("requests",): 24,
        ("duration_seconds",): 30,
        ("last_run_timestamp_seconds",): seconds(FINISHED),
        ("last_complete_run_timestamp_seconds",): seconds(YESTERDAY),
    }
    assert info_of(full()) == {"check": "nightly", **INFO}


def test_mark():
    assert without_status(samples_of(mark())) == {
        ("last_run_timestamp_seconds",): seconds(STARTED),
        ("last_complete_run_timestamp_seconds",): seconds(YESTERDAY),
    }
    unknown = {"organization_id": "", "organization_name": "", "scope": ""}
    assert info_of(mark()) == {"check": "nightly", **INFO, **unknown}


def test_a_check_that_could_not_be_made():
    document = {**not_made(), "last_complete_at": None, "policy": None}
    assert without_status(samples_of(document)) == {
        ("duration_seconds",): 30,
        ("last_run_timestamp_seconds",): seconds(FINISHED),
    }
    assert not any(info_of(document)[f"policy_{key}"] for key in ("name", "version", "sha256"))


@pytest.mark.parametrize("status", STATUSES)
def test_each_status(status):
    document = of_status(status)
    found = samples_of(document)
    assert found[("passed",)] == (status in ("remediated", "compliant"))
    assert found[("members", "drifted")] == (2 if status == "drifted" else 0)
    assert found[("members", "uncovered")] == (1 if status == "uncovered" else 0)
    assert found[("members", "error")] == (1 if status == "incomplete" else 0)
    assert found[("unmatched_values",)] == (2 if status == "unmatched" else 0)
    assert found[("remediated_members",)] == (1 if status == "remediated" else 0)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("passed", [True, False])
def test_passed_decides(status, passed):
    samples_of({**of_status(status), "passed": passed})


def test_tolerated_reasons():
    found = samples_of(of_reasons("drifted", "uncovered", tolerated=("drifted", "uncovered")))
    assert (found[("passed",)], found[("status", "drifted")], found[("members", "drifted")]) == (1, 1, 2)


def test_series_do_not_change_between_runs():
    """Except for the labels of the series info, each series of a mark is a series of the result."""

    def series(document):
        lines = render_metrics(document, "nightly").splitlines()
        return {line.rpartition(" ")[0] for line in lines if line[0] != "#" and "_info{" not in line}

    assert series(mark()) < series(compliant()) == series(full())


def test_help_is_constant():
    def comments(document, check):
        return [line for line in render_metrics(document, check).splitlines() if line.startswith("# ")]

    assert comments(full(), "a") == comments(compliant(), "b")


def test_scope():
    assert info_of({**full(), "scope": {"location_name": ["Denver"]}})["scope"] == '{"location_name": ["Denver"]}'


def test_labels_are_escaped():
    document = compliant()
    document["organization"]["name"] = 'a"b\\c\nd\r\x00\ud800\u202e{}, é'
    shown = 'a"b\\c\\u000ad\\u000d\\u0000\\ud800\\u202e{}, é'
    assert info_of(document)["organization_name"] == shown
    assert 'organization_name="a\\"b\\\\c\\\\u000ad' in render_metrics(document, "nightly")


@pytest.mark.parametrize("build", [full, mark, not_made, lambda: of_status("drifted")])
@pytest.mark.parametrize("value", HOSTILE, ids=map(str, range(len(HOSTILE))))
def test_hostile_values(value, build):
    document = hostile(build(), value)
    assert samples_of(document) == samples_of(build())
    info_of({**document, "scope": {"owner_name": value}})


@pytest.mark.parametrize("check", ["a b", "=1", "Ü", 'a"b', "a\\"])
def test_names_of_checks(check):
    samples_of(compliant(), check)


@pytest.mark.parametrize("time", HOSTILE, ids=map(str, range(len(HOSTILE))))
def test_invalid_times(time):
    found = samples_of({**compliant(), "started_at": time, "finished_at": time, "last_complete_at": time})
    assert not any(name.endswith("_seconds") for name, *_labels in found)


def test_last_complete_run(tmp_path):
    file = tmp_path / "check.prom"
    path = str(file)
    for document in (full(), mark(), not_made(), hostile(full(), '} 7\n"')):
        file.write_text(render_metrics(document, "check"), encoding="utf-8")
        assert last_complete_run(path) == YESTERDAY
    file.write_text(render_metrics(compliant(), "check"), encoding="utf-8")
    assert last_complete_run(path) == FINISHED


def test_no_last_complete_run(tmp_path):
    file = tmp_path / "check.prom"
    path = str(file)
    assert last_complete_run(path) is None
    assert last_complete_run(str(tmp_path)) is None
    valid = render_metrics(full(), "check")
    unknown = render_metrics({**full(), "last_complete_at": None}, "check")
    number = str(int(seconds(YESTERDAY)))
    for text in (
        "",
        valid.partition("\n")[2],
        unknown,
        valid.replace(number, "99999999999"),
        valid.replace(number, "x"),
    ):
        file.write_text(text, encoding="utf-8")
        assert last_complete_run(path) == ("5138-11-16T09:46:39Z" if "99999999999" in text else None)
    file.write_bytes(valid.encode() + b"\xff")
    assert last_complete_run(path) is None
    file.write_text(valid, encoding="utf-8")
    link = tmp_path / "link.prom"
    link.symlink_to(file)
    assert last_complete_run(str(link)) is None
    os.mkfifo(tmp_path / "pipe.prom")
    assert last_complete_run(str(tmp_path / "pipe.prom")) is None


def test_remediated_members_are_counted():
    document = of_status("remediated")
    document["remediation"]["remediated"] = [ADA, ADA, ADA]
    assert samples_of(document)[("remediated_members",)] == 3
