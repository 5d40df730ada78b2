# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check mode predicts what is done, twice is the same as once, and nothing else changes: for any lines and settings.

Whether a PUT replaces or merges is not documented, so all of this is tried with simulators that do the one and the
other.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict, snake_dict_to_camel_dict
from conftest import ADMIN_TOKEN, Ansible
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

from simulator.process import Simulator

# The installed collection, as Ansible would find it.
sys.path.insert(0, os.environ["ANSIBLE_COLLECTIONS_PATH"].split(os.pathsep)[0])

from ansible_collections.webex.calling.plugins.module_utils._auth import StaticToken
from ansible_collections.webex.calling.plugins.module_utils._call_recording import read_all, write_all
from ansible_collections.webex.calling.plugins.module_utils._client import Connection, WebexClient
from ansible_collections.webex.calling.plugins.module_utils._policy import drift, snapshot
from ansible_collections.webex.calling.plugins.module_utils._settings import validated, writable
from ansible_collections.webex.calling.plugins.module_utils._members import select

# By default, it would keep in the checkout what it learned of the source.
STORAGE = tempfile.TemporaryDirectory(prefix="hypothesis-")
set_hypothesis_home_dir(STORAGE.name)

MODULE = "webex.calling.virtual_line_call_recording"
LINES = 4

# The examples are the same in each run where the environment says CI, as make does; else they are others each time.
tried = settings(max_examples=30, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
tried_thoroughly = settings(tried, max_examples=60)

# --- lines and settings --------------------------------------------------------------------------------------

booleans = st.booleans()
record = st.sampled_from(
    ["Always", "Never", "Always with Pause/Resume", "On Demand with User Initiated Start", "On Demand"]
)
interval = st.integers(10, 1800)
SWITCHES = {
    "startStopAnnouncement": ("internalCallsEnabled", "pstnCallsEnabled"),
    "selectiveCallRecordingSettings": (
        "recordInboundInternalCallsEnabled",
        "recordInboundExternalCallsEnabled",
        "recordOutboundInternalCallsEnabled",
        "recordOutboundExternalCallsEnabled",
    ),
}


def or_null(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(values, values, values, st.none())


def some(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these keys, or none of them."""
    return st.fixed_dictionaries({}, optional=keys)


#: What Webex may hold for a line: any documented key may be missing or null, and there are keys that nobody knows.
content = some(
    enabled=or_null(booleans),
    record=record,
    recordVoicemailEnabled=or_null(booleans),
    notification=or_null(
        some(type=or_null(st.sampled_from(["None", "Beep", "Play Announcement"])), enabled=or_null(booleans))
    ),
    repeat=or_null(
        some(interval=or_null(interval), enabled=or_null(booleans), audience=st.sampled_from(["PSTN", "ALL_PARTIES"]))
    ),
    serviceProvider=or_null(st.just("WSWYZ25455")),
    externalGroup=or_null(st.just("WSWYZ25455L31161")),
    externalIdentifier=or_null(st.just("a34iidrh5o@64941297.int10.bcld.webex.com")),
    **{key: or_null(some(**dict.fromkeys(names, or_null(booleans)))) for key, names in SWITCHES.items()},
    # The simulator knows these, though the reference does not: replacing removes them where they are left out.
    startStopAnnouncementEnabled=booleans,
    callRecordingAccessSettings=some(viewAndPlayRecordingsEnabled=booleans, someURLKey=st.just("https://x.example")),
    postCallRecordingSettings=or_null(some(transcriptEnabled=booleans)),
    announcements=st.just({"useLocationLevelEnabled": False, "start": {"type": "DEFAULT", "odd_Key": [1, None]}}),
)


def is_consistent(settings_: Mapping[str, Any]) -> bool:
    """Whether these can be written: a notification of no kind can't be enabled."""
    notification = settings_.get("notification") or {}
    return not (notification.get("enabled") and notification.get("type", "None") in (None, "None"))


def says_something(settings_: Mapping[str, Any]) -> bool:
    return bool(writable(camel_dict_to_snake_dict(settings_)))


#: What somebody may want. Contradictions are among it.
wanted = (
    some(
        enabled=booleans,
        record=record,
        record_voicemail_enabled=booleans,
        notification=some(type=st.sampled_from(["None", "Beep", "Play Announcement"]), enabled=booleans),
        repeat=some(interval=interval, enabled=booleans),
        **{
            key: some(**dict.fromkeys(camel_dict_to_snake_dict(dict.fromkeys(names)), booleans))
            for key, names in camel_dict_to_snake_dict(SWITCHES).items()
        },
    )
    .map(lambda stated: {name: value for name, value in stated.items() if value != {}})
    .filter(bool)
)

# --- what it is tried with -----------------------------------------------------------------------------------


class Organization:
    """A simulator, a client, and the lines that are written."""

    def __init__(self, simulator: Simulator, write: str) -> None:
        self.simulator = simulator
        self.replaces = write == "replace"
        self.client = WebexClient(Connection(api_url=simulator.api_url), StaticToken(ADMIN_TOKEN))
        self.lines = select(self.client, {"allow_missing": False}).lines

    def hold(self, contents: list[dict[str, Any]]) -> None:
        for line, each in zip(self.lines, contents, strict=True):
            self.simulator.change_line(line["id"], each, replace=True)
        self.simulator.clear_requests()

    def held(self) -> list[dict[str, Any]]:
        return [self.simulator.line(line["id"])["callRecording"] for line in self.lines]

    def read(self) -> list[dict[str, Any]]:
        return [reading.as_dict() for reading in read_all(self.client, self.lines)]

    def write(self, wanted_: Mapping[str, Any], *, check: bool = False) -> list[dict[str, Any]]:
        return [writing.as_dict() for writing in write_all(self.client, self.lines, wanted_, check_only=check)]

    def writes(self) -> int:
        return int(self.simulator.counts(method="PUT")["count"])


@pytest.fixture(scope="module", params=["replace", "merge"])
def organization(request: pytest.FixtureRequest) -> Iterator[Organization]:
    with Simulator("--lines", str(LINES), "--write", request.param) as simulator:
        organization = Organization(simulator, request.param)
        assert len(organization.lines) == LINES
        yield organization
        organization.client.close()


def for_each_line(contents: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(contents, min_size=LINES, max_size=LINES)


MISSING = object()


def flat(settings_: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Values by path. The notification of no kind is one, whatever it is called."""
    paths: dict[str, Any] = {}
    for name, value in settings_.items():
        if isinstance(value, dict):
            paths.update(flat(value, f"{prefix}{name}."))
        elif f"{prefix}{name}" == "notification.type" and value is None:
            paths["notification.type"] = "None"
        else:
            paths[f"{prefix}{name}"] = value
    return paths


#: What replacing makes of documented settings that are left out.
DEFAULTS = {
    "enabled": False,
    "record": "Never",
    "recordVoicemailEnabled": False,
    "notification.type": "None",
    "notification.enabled": False,
    "repeat.interval": 15,
    "repeat.enabled": False,
    "startStopAnnouncement.internalCallsEnabled": False,
    "startStopAnnouncement.pstnCallsEnabled": False,
}


def as_webex_says(path: str) -> str:
    """The path of a documented setting, from the word of the results."""
    names: list[str] = [next(iter(snake_dict_to_camel_dict({name: None}))) for name in path.split(".")]
    return ".".join(names)


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    was, is_ = flat(before), flat(after)
    return {
        path: (was.get(path, MISSING), is_.get(path, MISSING))
        for path in was | is_
        if was.get(path, MISSING) != is_.get(path, MISSING)
        # A null in whose place there are settings now.
        and not (was.get(path, MISSING) is None and isinstance(after.get(path), dict))
    }


def without(results: list[dict[str, Any]], *keys: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in result.items() if key not in keys} for result in results]


# --- the promises --------------------------------------------------------------------------------------------


@tried_thoroughly
@given(contents=for_each_line(content), wanted=wanted)
def test_check_then_write_then_check(organization: Organization, contents: list, wanted: dict[str, Any]) -> None:
    organization.hold(contents)
    before = organization.held()
    check = organization.write(wanted, check=True)
    assert organization.held() == before
    assert organization.writes() == 0

    real = organization.write(wanted)
    after = organization.held()

    # What was predicted is what was done, and what was said of it is true.
    assert without(check, "call_recording") == without(real, "call_recording")
    assert organization.writes() == sum(result["changed"] for result in real)
    stated = flat(wanted)
    stated_to_webex = {as_webex_says(path) for path in stated}
    for was, is_, told, predicted in zip(before, after, real, check, strict=True):
        if "error" in told:
            assert "exclude each other" in told["error"]["message"]
            assert told["changed"] is False
            assert is_ == was
            continue
        assert told["changed"] is bool(told["changes"])
        changes = {
            as_webex_says(change["setting"]): (change.get("before", MISSING), change["after"])
            for change in told["changes"]
        }
        if "notification.type" in changes and changes["notification.type"][0] is None:
            changes["notification.type"] = ("None", changes["notification.type"][1])
        # As Webex has them, since some keys would look the same in snake case.
        found = differing(was, is_)
        # Only what nobody had set may get a default, if replacing gives one.
        defaults = {
            path: (MISSING, value)
            for path, value in DEFAULTS.items()
            if path not in changes and (organization.replaces or path == "notification.type")
            if told["changed"] and found.get(path) == (MISSING, value)
        }
        assert found == {**defaults, **changes}
        # Beside what was stated only a notification that is enabled without a type changes.
        assert changes.keys() - stated_to_webex <= {"notification.type"}
        if "notification.type" in changes.keys() - stated_to_webex:
            assert changes["notification.type"][1] == "Beep"
        # All that was wanted is so, and the results have it.
        assert {path: flat(told["call_recording"]).get(path, MISSING) for path in stated} == stated
        assert told["call_recording"] == camel_dict_to_snake_dict(is_)
        foreseen = differing(predicted["call_recording"], told["call_recording"])
        assert {as_webex_says(path) for path in foreseen} <= defaults.keys()

    again = organization.write(wanted, check=True)
    assert not any(result["changed"] or result["changes"] for result in again if "error" not in result)
    assert [result.get("error") for result in again] == [result.get("error") for result in real]
    organization.simulator.clear_requests()
    assert without(organization.write(wanted), "call_recording") == without(again, "call_recording")
    assert organization.writes() == 0
    assert organization.held() == after


@tried
@given(contents=for_each_line(content))
def test_putting_back_what_was_read_changes_nothing(organization: Organization, contents: list) -> None:
    organization.hold(contents)
    before = organization.held()
    for line, read in zip(organization.lines, organization.read(), strict=True):
        kept = writable(read["call_recording"])
        if kept:
            (writing,) = write_all(organization.client, [line], validated(kept), check_only=False)
            assert (writing.error, writing.changed, writing.changes) == (None, False, ())
    assert organization.writes() == 0
    assert organization.held() == before


@tried
@given(contents=for_each_line(content.filter(is_consistent)), wanted=wanted)
def test_putting_back_what_was_read_undoes_changes(
    organization: Organization, contents: list, wanted: dict[str, Any]
) -> None:
    organization.hold(contents)
    readings = organization.read()
    organization.write(wanted)
    for line, read in zip(organization.lines, readings, strict=True):
        kept = writable(read["call_recording"])
        if not kept:
            continue
        (writing,) = write_all(organization.client, [line], validated(kept), check_only=False)
        if writing.error is not None:
            # Whether it was enabled was not known, and so it can't be disabled again.
            assert "exclude each other" in str(writing.error.message)
            assert kept["notification"].keys() == {"type"}
            continue
        now = flat(writing.settings or {})
        assert {path: now.get(path, MISSING) for path in flat(kept)} == flat(kept)


@tried
@given(contents=for_each_line(content.filter(is_consistent)), everybody=wanted, some_lines=wanted)
def test_repairs_bring_lines_in_line(
    organization: Organization, contents: list, everybody: dict[str, Any], some_lines: dict[str, Any]
) -> None:
    policy = [
        {"name": "Everybody", "settings": everybody},
        {"name": "Some", "virtual_line_id": [line["id"] for line in organization.lines[:2]], "settings": some_lines},
    ]
    organization.hold(contents)
    found = drift(organization.read(), policy)
    assert found["checked"] == LINES
    assert found["compliant"] + len(found["drifted"]) == LINES
    by_id = {line["id"]: line for line in organization.lines}
    contradicting = False
    for repair in found["remediations"]:
        lines = [by_id[line_id] for line_id in repair["virtual_line_id"]]
        writings = write_all(organization.client, lines, validated(repair["settings"]), check_only=False)
        contradicting |= any("exclude each other" in str(writing.error) for writing in writings if writing.error)
        assert contradicting or [writing.error for writing in writings] == [None] * len(writings)
    assert organization.writes() <= len(found["drifted"])
    assume(not contradicting)
    assert drift(organization.read(), policy)["compliant"] == LINES


@tried
@given(contents=for_each_line(content.filter(says_something)))
def test_a_snapshot_is_a_policy_with_which_all_is_in_line(organization: Organization, contents: list) -> None:
    organization.hold(contents)
    policy = json.loads(json.dumps(snapshot(organization.read())))
    assert drift(organization.read(), policy)["compliant"] == LINES


#: What somebody may want of LINES, of which no two are alike.
HELD: list[dict[str, Any]] = [
    {
        "enabled": True,
        "record": "Always",
        "notification": {"type": "None", "enabled": False},
        "announcements": {"x": 1},
    },
    {"enabled": False, "record": "Never", "repeat": {"interval": 60, "enabled": True, "audience": "PSTN"}},
    {"record": "Always", "notification": {"type": "Beep", "enabled": True}, "startStopAnnouncement": None},
    {"postCallRecordingSettings": {"transcriptEnabled": True}, "serviceProvider": None},
]
WANTED: list[dict[str, Any]] = [
    {"enabled": True, "record": "Always", "notification": {"enabled": True}, "repeat": {"interval": 10}},
    {
        "record": "Never",
        "notification": {"type": "None", "enabled": False},
        "start_stop_announcement": {"pstn_calls_enabled": True},
        "selective_call_recording_settings": {"record_inbound_internal_calls_enabled": False},
    },
]


def test_the_module_does_so_too(organization: Organization, tmp_path: Path) -> None:
    organization.hold(HELD)
    ansible = Ansible(tmp_path, organization.simulator)
    results = tmp_path / "results.json"
    runs = [(f"{name}_{number}", each) for number, each in enumerate(WANTED) for name in ("check", "real", "again")]
    tasks: list[dict[str, Any]] = [
        {
            "name": name,
            MODULE: {"virtual_line_id": [line["id"] for line in organization.lines], "settings": each},
            "check_mode": not name.startswith("real"),
            "diff": True,
            "register": name,
        }
        for name, each in runs
    ]
    saved = ", ".join(f"'{name}': {name}" for name, _each in runs)
    save = {"content": f"{{{{ {{{saved}}} | to_json }}}}", "dest": str(results), "mode": "0600"}
    ended = ansible.play([*tasks, {"name": "Save", "ansible.builtin.copy": save}])
    assert ended.returncode == 0, ended.stdout + ended.stderr
    returned = json.loads(results.read_text(encoding="utf-8"))
    for number, each in enumerate(WANTED):
        check, real, again = (returned[f"{name}_{number}"] for name in ("check", "real", "again"))
        assert check["changed"] is real["changed"] is True
        assert check["diff"] == real["diff"]
        assert len(real["diff"]) == sum(line["changed"] for line in real["virtual_lines"])
        assert without(check["virtual_lines"], "call_recording") == without(real["virtual_lines"], "call_recording")
        assert (again["changed"], again["diff"]) == (False, [])
        assert again["virtual_lines"] == [{**line, "changed": False, "changes": []} for line in real["virtual_lines"]]
        assert check.get("warnings") == real.get("warnings")
        for line in real["virtual_lines"]:
            assert flat(each).items() <= flat(line["call_recording"]).items()
    assert organization.writes() == sum(len(returned[f"real_{number}"]["diff"]) for number in range(len(WANTED)))
    held = organization.held()
    assert held[0]["announcements"] == HELD[0]["announcements"]
    assert held[1]["repeat"] == {"interval": 10, "enabled": True, "audience": "PSTN"}
    assert held[3]["postCallRecordingSettings"] == HELD[3]["postCallRecordingSettings"]
    assert held[3]["serviceProvider"] is None
