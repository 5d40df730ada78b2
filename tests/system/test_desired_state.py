# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Property-based tests: check mode predicts the changes, writing is idempotent, and other settings do not change.

Whether a PUT replaces or merges is not documented, so the tests run with a simulator of each kind.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict, snake_dict_to_camel_dict
from conftest import ADMIN_TOKEN, Ansible
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

from simulator.process import Simulator

# The installed collection, from where Ansible loads it.
sys.path.insert(0, os.environ["ANSIBLE_COLLECTIONS_PATH"].split(os.pathsep)[0])

from ansible_collections.webex.calling.plugins.module_utils._auth import StaticToken
from ansible_collections.webex.calling.plugins.module_utils._baseline import baseline_document, parse_baseline
from ansible_collections.webex.calling.plugins.module_utils._call_recording import read_all
from ansible_collections.webex.calling.plugins.module_utils._client import WebexClient
from ansible_collections.webex.calling.plugins.module_utils._drift import compare
from ansible_collections.webex.calling.plugins.module_utils._http import Connection
from ansible_collections.webex.calling.plugins.module_utils._kinds import EXTRA_SETTINGS, KINDS, kind_of
from ansible_collections.webex.calling.plugins.module_utils._members import select
from ansible_collections.webex.calling.plugins.module_utils._policy import parse_policy
from ansible_collections.webex.calling.plugins.module_utils._settings import keep_writable, validate_settings
from ansible_collections.webex.calling.plugins.module_utils._writing import write_all

# By default, hypothesis stores data in the checkout.
STORAGE = tempfile.TemporaryDirectory(prefix="hypothesis-")
set_hypothesis_home_dir(STORAGE.name)

MODULE = "webex.calling.call_recording"
LINES = 4

# With CI in the environment, as make sets it, each run has the same examples.
examples = settings(max_examples=30, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
more_examples = settings(examples, max_examples=60)

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


def optional_keys(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return dictionaries with any of these keys, or none of them."""
    return st.fixed_dictionaries({}, optional=keys)


#: Optional settings of a line in Webex: documented keys can be missing or null, and there are unknown keys.
optional_content = optional_keys(
    recordVoicemailEnabled=or_null(booleans),
    notification=or_null(
        optional_keys(type=or_null(st.sampled_from(["None", "Beep", "Play Announcement"])), enabled=or_null(booleans))
    ),
    repeat=or_null(
        optional_keys(
            interval=or_null(interval), enabled=or_null(booleans), audience=st.sampled_from(["PSTN", "ALL_PARTIES"])
        )
    ),
    serviceProvider=or_null(st.just("WSWYZ25455")),
    externalGroup=or_null(st.just("WSWYZ25455L31161")),
    externalIdentifier=or_null(st.just("a34iidrh5o@64941297.int10.bcld.webex.com")),
    **{key: or_null(optional_keys(**dict.fromkeys(names, or_null(booleans)))) for key, names in SWITCHES.items()},
    # Undocumented, but known to the simulator: replacing removes them if they are omitted.
    startStopAnnouncementEnabled=booleans,
    callRecordingAccessSettings=optional_keys(
        viewAndPlayRecordingsEnabled=booleans, someURLKey=st.just("https://x.example")
    ),
    postCallRecordingSettings=or_null(optional_keys(transcriptEnabled=booleans)),
    announcements=st.just({"useLocationLevelEnabled": False, "start": {"type": "DEFAULT", "odd_Key": [1, None]}}),
)

#: Settings of a line in Webex. Without these two, a response is not accepted as settings.
content = st.builds(
    lambda required, optional: {**required, **optional},
    st.fixed_dictionaries({"enabled": booleans, "record": record}),
    optional_content,
)

#: Responses that are not settings: enabled is not a boolean, or record is missing, or enabled is true without a text in
#: record.
invalid_content = st.builds(
    lambda optional, required: {**optional, **required},
    optional_content,
    st.one_of(
        optional_keys(record=or_null(record)),
        st.fixed_dictionaries({"enabled": st.sampled_from([None, 1, "true"])}, optional={"record": or_null(record)}),
        st.fixed_dictionaries({"enabled": st.just(True)}, optional={"record": st.sampled_from([None, 1])}),
        st.just({"enabled": False}),
    ),
)


def is_consistent(settings_: Mapping[str, Any]) -> bool:
    """Return whether these can be written: a notification needs a type, and selective settings are all or none."""
    notification = settings_.get("notification") or {}
    selective = (settings_.get("selectiveCallRecordingSettings") or {}).values()
    return not (notification.get("enabled") and notification.get("type", "None") in (None, "None")) and len(
        [value for value in selective if value is not None]
    ) in (0, 4)


#: Messages of errors that the module finds before a change.
INVALID = re.compile("which Webex would change to Beep|is incomplete, because")


#: Desired settings. Some contradict themselves.
desired_settings = (
    optional_keys(
        enabled=booleans,
        record=record,
        record_voicemail_enabled=booleans,
        notification=optional_keys(type=st.sampled_from(["None", "Beep", "Play Announcement"]), enabled=booleans),
        repeat=optional_keys(interval=interval, enabled=booleans),
        **{
            key: optional_keys(**dict.fromkeys(camel_dict_to_snake_dict(dict.fromkeys(names)), booleans))
            for key, names in camel_dict_to_snake_dict(SWITCHES).items()
        },
    )
    .map(lambda stated: {name: value for name, value in stated.items() if value != {}})
    .filter(bool)
)

# --- organization -----------------------------------------------------------------------------------


#: Ways in which Webex may handle changes: settings of the simulator.
SEMANTICS: dict[str, dict[str, Any]] = {
    "replace": {"write": "replace"},
    "merge": {"write": "merge"},
    "strict": {"write": "replace", "strict_fields": True, "complete_selective": True},
    "off alone": {"write": "merge", "off_alone": True},
    # Replacing with enabled: false alone resets all other settings.
    "off alone, reset": {"write": "replace", "off_alone": True},
}


class Organization:
    """Simulator, client, and the lines that the tests write."""

    def __init__(self, simulator: Simulator, semantics: str) -> None:
        self.simulator = simulator
        self.semantics = semantics
        simulator.set(**SEMANTICS[semantics])
        self.replaces = SEMANTICS[semantics]["write"] == "replace"
        self.off_alone = "off_alone" in SEMANTICS[semantics]
        self.client = WebexClient(Connection(api_url=simulator.api_url), StaticToken(ADMIN_TOKEN))
        #: A person, a workspace, and virtual lines.
        self.lines = select(self.client, {"allow_missing": False}, KINDS).members

    def set_content(self, contents: list[dict[str, Any]]) -> None:
        for line, each in zip(self.lines, contents, strict=True):
            self.simulator.change_member(line["id"], each, replace=True)
        self.simulator.clear_requests()

    def content(self) -> list[dict[str, Any]]:
        return [self.simulator.member(line["id"])["callRecording"] for line in self.lines]

    def read(self) -> list[dict[str, Any]]:
        return [result.as_dict() for result in read_all(self.client, self.lines)]

    def write(self, desired: Mapping[str, Any], *, check: bool = False) -> list[dict[str, Any]]:
        return [result.as_dict() for result in write_all(self.client, self.lines, desired, check_only=check)]

    def writes(self) -> int:
        return int(self.simulator.counts(method="PUT")["count"])


@pytest.fixture(scope="module", params=SEMANTICS)
def organization(request: pytest.FixtureRequest) -> Iterator[Organization]:
    with Simulator("--people", "1", "--workspaces", "1", "--lines", str(LINES - 2)) as simulator:
        organization = Organization(simulator, request.param)
        assert [line["kind"] for line in organization.lines][:3] == ["person", "workspace", "virtual_line"]
        assert len(organization.lines) == LINES
        yield organization
        organization.client.close()


def for_each_line(contents: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(contents, min_size=LINES, max_size=LINES)


MISSING = object()


def flat(settings_: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return values by setting. A notification without a type is the same as the type None."""
    flattened: dict[str, Any] = {}
    for name, value in settings_.items():
        if isinstance(value, dict):
            flattened.update(flat(value, f"{prefix}{name}."))
        elif f"{prefix}{name}" == "notification.type" and value is None:
            flattened["notification.type"] = "None"
        else:
            flattened[f"{prefix}{name}"] = value
    return flattened


#: Values of documented settings after a PUT that omits them, if it replaces.
DEFAULTS = {
    "recordVoicemailEnabled": False,
    "notification.type": "None",
    "notification.enabled": False,
    "repeat.interval": 15,
    "repeat.enabled": False,
    "startStopAnnouncement.internalCallsEnabled": False,
    "startStopAnnouncement.pstnCallsEnabled": False,
}


def in_camel_case(setting: str) -> str:
    """Return the name of a documented setting in the API, from its name in results."""
    names: list[str] = [next(iter(snake_dict_to_camel_dict({name: None}))) for name in setting.split(".")]
    return ".".join(names)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    flat_before, flat_after = flat(before), flat(after)
    return {
        name: (flat_before.get(name, MISSING), flat_after.get(name, MISSING))
        for name in flat_before | flat_after
        if flat_before.get(name, MISSING) != flat_after.get(name, MISSING)
        # Except a null that was replaced by a dictionary.
        and not (flat_before.get(name, MISSING) is None and isinstance(after.get(name), dict))
    }


def without(results: list[dict[str, Any]], *keys: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in result.items() if key not in keys} for result in results]


# --- tests -------------------------------------------------------------------------------------------------


@more_examples
@given(contents=for_each_line(content), desired=desired_settings)
def test_check_then_write_then_check(organization: Organization, contents: list, desired: dict[str, Any]) -> None:
    organization.set_content(contents)
    before = organization.content()
    check = organization.write(desired, check=True)
    assert organization.content() == before
    assert organization.writes() == 0

    results = write_all(organization.client, organization.lines, desired, check_only=False)
    real = [result.as_dict() for result in results]
    after = organization.content()

    if not organization.off_alone:
        assert organization.writes() == sum("changed" in result and bool(result["changes"]) for result in real)
    for content_before, content_after, result, predicted, warnings in zip(
        before, after, real, check, [result.warnings for result in results], strict=True
    ):
        if "error" in result:
            assert_unchanged_or_off(organization, content_before, content_after, result, predicted)
            continue
        assert "error" not in predicted
        assert_true_and_as_predicted(organization, content_before, content_after, result, predicted, desired, warnings)

    # A second run changes nothing, and repeats errors.
    again = organization.write(desired, check=True)
    organization.simulator.clear_requests()
    repeated = organization.write(desired)
    assert organization.content() == after
    assert ["error" in result for result in repeated] == ["error" in result for result in real]
    for first, *others in zip(real, again, repeated, strict=True):
        if "error" not in first:
            assert [(other["changed"], other["changes"]) for other in others] == [(False, [])] * 2
    if not any("error" in result for result in real):
        assert organization.writes() == 0


def assert_unchanged_or_off(
    organization: Organization,
    content_before: dict[str, Any],
    content_after: dict[str, Any],
    result: dict[str, Any],
    predicted: dict[str, Any],
) -> None:
    """Assert that an error has a cause, and that the line did not change, unless recording was switched off."""
    error = result["error"]
    if error["type"] == "invalid_option":
        assert predicted["error"] == error
        assert INVALID.search(error["message"])
        assert content_after == content_before
    elif organization.semantics == "strict":
        assert (error["type"], error["code"]) in [("refused", "25024"), ("refused", "25008")]
        assert content_after == content_before
    else:
        assert organization.off_alone
        assert (error["type"], error["code"]) == ("refused", "4410")
        assert "Webex accepts no settings while recording is off" in error["hint"]
        assert content_after["enabled"] is False
        assert result["changed"] is content_before["enabled"]
        if not content_before["enabled"]:
            assert content_after == content_before
    # The result says what is.
    assert result["call_recording"] == camel_dict_to_snake_dict(content_after)


def assert_true_and_as_predicted(
    organization: Organization,
    content_before: dict[str, Any],
    content_after: dict[str, Any],
    result: dict[str, Any],
    predicted: dict[str, Any],
    desired: dict[str, Any],
    warnings: list[str],
) -> None:
    """Assert that a result says exactly what changed, that check mode predicted it, and that nothing else changed."""
    flat_desired = flat(desired)
    desired_names = {in_camel_case(name) for name in flat_desired}
    assert result["changed"] is bool(result["changes"]) is predicted["changed"]
    changes, expected = changes_of(result), changes_of(predicted)
    # In camel case, because some keys are the same in snake case.
    found = differences(content_before, content_after)
    switched_off = content_before["enabled"] and not content_after["enabled"]
    reset = switched_off and organization.semantics == "off alone, reset"
    # Only missing settings get a default, if the PUT replaces. A reset also replaces null.
    without_value = (MISSING, None) if reset else (MISSING,)
    defaults = {
        name: found[name]
        for name, value in DEFAULTS.items()
        if name not in changes and (organization.replaces or name == "notification.type")
        if result["changed"] and name in found and found[name][0] in without_value and found[name][1] == value
    }
    unknown = {name: found[name] for name in found.keys() - changes.keys() - defaults.keys()} if reset else {}
    assert found == {**defaults, **unknown, **changes}
    for name in unknown:
        # A reset loses settings that the module does not know. The module warns.
        assert name.split(".")[0] not in DEFAULTS or name == "repeat.audience" or unknown[name][0] in (None, MISSING)
    if any(before not in (None, MISSING) for before, _after in unknown.values()):
        assert any("that this collection does not know" in text for text in warnings)
    # Other settings change only if Webex resets them, or cannot keep an enabled notification without a type.
    assert {name: changes[name] for name in expected} == expected
    unasked = changes.keys() - desired_names
    assert unasked == changes.keys() - expected.keys()
    if unasked:
        assert reset or unasked == {"notification.enabled"}
        assert any("Webex has changed settings that the task does not set" in text for text in warnings)
    assert changes.get("notification.type", ("", ""))[1] != "Beep" or "notification.type" in desired_names
    # All desired settings are in effect, and the results contain them.
    assert {name: flat(result["call_recording"]).get(name, MISSING) for name in flat_desired} == flat_desired
    assert result["call_recording"] == camel_dict_to_snake_dict(content_after)
    unpredicted = differences(predicted["call_recording"], result["call_recording"])
    assert {in_camel_case(name) for name in unpredicted} <= defaults.keys() | unasked or reset


def changes_of(result: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the changes of a result by setting, as C(differences) does."""
    changes = {
        in_camel_case(change["setting"]): (change.get("before", MISSING), change.get("after", MISSING))
        for change in result["changes"]
    }
    if "notification.type" in changes and changes["notification.type"][0] is None:
        changes["notification.type"] = ("None", changes["notification.type"][1])
    return changes


@examples
@given(contents=for_each_line(content))
def test_writing_what_was_read_changes_nothing(organization: Organization, contents: list) -> None:
    organization.set_content(contents)
    before = organization.content()
    for line, read in zip(organization.lines, organization.read(), strict=True):
        kept = keep_writable(read["call_recording"], kind_of(line).extra_settings)
        (result,) = write_all(organization.client, [line], validate_settings(kept, EXTRA_SETTINGS), check_only=False)
        assert (result.error, result.changed, result.changes) == (None, False, ())
    assert organization.writes() == 0
    assert organization.content() == before


@pytest.mark.parametrize("organization", ["replace", "merge"], indirect=True)
@examples
@given(contents=for_each_line(content.filter(is_consistent)), desired=desired_settings)
def test_writing_what_was_read_before_undoes_changes(
    organization: Organization, contents: list, desired: dict[str, Any]
) -> None:
    organization.set_content(contents)
    results = organization.read()
    organization.write(desired)
    for line, read in zip(organization.lines, results, strict=True):
        kept = keep_writable(read["call_recording"], kind_of(line).extra_settings)
        (result,) = write_all(organization.client, [line], validate_settings(kept, EXTRA_SETTINGS), check_only=False)
        if result.error is not None:
            # Webex had no value for whether the notification is enabled, so there is none to restore.
            assert INVALID.search(str(result.error.message))
            assert kept["notification"].keys() == {"type"}
            continue
        now = flat(result.settings or {})
        assert {name: now.get(name, MISSING) for name in flat(kept)} == flat(kept)


TODAY = datetime.date(2026, 11, 25)

#: Errors of members: two rules contradict each other, or a rule contradicts the current settings.
CONTRADICTORY = re.compile("which exclude each other|which Webex would change to Beep")

#: Settings of a rule, which must not contradict themselves. The last one exists only for people.
rule_settings = st.builds(
    lambda settings_, extra: {**settings_, **extra},
    desired_settings.filter(lambda each: each.get("notification") != {"type": "None", "enabled": True}),
    optional_keys(start_stop_announcement_enabled=booleans),
)


def by_id_option(lines: list[dict[str, Any]]) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for line in lines:
        ids.setdefault(kind_of(line).id_option, []).append(line["id"])
    return ids


@pytest.mark.parametrize("organization", ["replace", "merge"], indirect=True)
@examples
@given(contents=for_each_line(content.filter(is_consistent)), everybody=rule_settings, some_lines=rule_settings)
def test_remediations_make_lines_compliant(
    organization: Organization, contents: list, everybody: dict[str, Any], some_lines: dict[str, Any]
) -> None:
    rules = [
        {"name": "Everybody", "settings": everybody},
        {"name": "Some", **by_id_option(organization.lines[1:3]), "settings": some_lines},
    ]
    policy = parse_policy({"name": "Rulebook", "rules": rules})
    organization.set_content(contents)
    found = compare(organization.read(), policy, None, today=TODAY)
    counts = found["counts"]
    assert (counts["total"], counts["uncovered"], counts["exempt"], found["unmatched"]) == (LINES, 0, 0, [])
    assert counts["compliant"] + counts["drifted"] + counts["error"] == LINES
    assert all(CONTRADICTORY.search(entry["error"]["message"]) for entry in found["errors"])
    by_id = {line["id"]: line for line in organization.lines}
    incomplete = False
    remediated: list[str] = []
    for remediation in found["remediations"]:
        lines = [by_id[line_id] for option in remediation.keys() - {"settings"} for line_id in remediation[option]]
        assert by_id_option(lines) == {option: ids for option, ids in remediation.items() if option != "settings"}
        desired = validate_settings(remediation["settings"], EXTRA_SETTINGS)
        results = write_all(organization.client, lines, desired, check_only=False)
        # The comparison finds contradictions, but not selective settings that Webex would refuse.
        incomplete |= any("is incomplete, because" in str(result.error) for result in results if result.error)
        assert incomplete or [result.error for result in results] == [None] * len(results)
        remediated += [line["id"] for line in lines]
    assert sorted(remediated) == sorted(entry["id"] for entry in found["drifted"])
    assert organization.writes() <= counts["drifted"]
    assume(not incomplete)
    after = organization.read()
    again = compare(after, policy, None, today=TODAY)
    assert (again["counts"]["compliant"], again["errors"]) == (LINES - counts["error"], found["errors"])
    # Later rules override earlier rules.
    for number, line in enumerate(after):
        expected = {**policy.rules[0].expected, **(policy.rules[1].expected if number in (1, 2) else {})}
        if line["kind"] != "person":
            expected.pop("start_stop_announcement_enabled", None)
        if line["id"] not in {entry["id"] for entry in found["errors"]}:
            assert expected.items() <= flat(line["call_recording"]).items()


@examples
@given(contents=for_each_line(content), desired=desired_settings)
def test_an_organization_is_compliant_with_its_baseline(
    organization: Organization, contents: list, desired: dict[str, Any]
) -> None:
    organization.set_content(contents)
    before = organization.read()
    document = baseline_document(before, {"id": "organization"}, "2026-11-25T00:00:00Z", {})
    baseline = parse_baseline(json.dumps(document), "baseline.json")
    found = compare(organization.read(), None, baseline, today=TODAY)
    assert (found["counts"]["compliant"], found["new"], found["removed"]) == (LINES, [], [])
    assert [kind["kind"] for kind in found["kinds"]] == ["person", "workspace", "virtual_line"]
    # Exactly the lines that a change really changed have drifted.
    organization.write(desired)
    after = organization.read()
    changed = [
        line["id"]
        for line, now in zip(before, after, strict=True)
        if flat(line["call_recording"]) != flat(now["call_recording"])
    ]
    found = compare(after, None, baseline, today=TODAY)
    assert [entry["id"] for entry in found["drifted"]] == changed
    assert found["counts"]["compliant"] == LINES - len(changed)


#: Content of a line, and whether this content is settings.
any_content = st.one_of(
    st.tuples(content.filter(is_consistent), st.just(True)), st.tuples(invalid_content, st.just(False))
)


@pytest.mark.parametrize("organization", ["replace", "merge"], indirect=True)
@examples
@given(
    lines=for_each_line(any_content).filter(lambda lines: len({valid for _content, valid in lines}) > 1),
    desired=desired_settings,
)
def test_invalid_responses_are_never_written(
    organization: Organization, lines: list[tuple[dict[str, Any], bool]], desired: dict[str, Any]
) -> None:
    organization.set_content([each for each, _valid in lines])
    before = organization.content()
    valid = [line for line, (_content, is_valid) in zip(organization.lines, lines, strict=True) if is_valid]
    valid_ids = {line["id"] for line in valid}
    # Without the invalid lines, the results of the others are the same.
    alone = [result.as_dict() for result in write_all(organization.client, valid, desired, check_only=True)]

    read = organization.read()
    check = organization.write(desired, check=True)
    assert organization.writes() == 0
    real = organization.write(desired)
    after = organization.content()

    assert {result["id"] for result in read if "error" not in result} == valid_ids
    assert [result for result in check if result["id"] in valid_ids] == alone
    assert without(check, "call_recording", "error") == without(real, "call_recording", "error")
    for content_before, content_after, *results in zip(before, after, read, check, real, strict=True):
        if results[0]["id"] in valid_ids:
            continue
        assert content_after == content_before
        for result in results:
            error = result["error"]
            assert (error["type"], error["status"], error["id"]) == ("invalid_response", 200, result["id"])
            assert "call_recording" not in result
            assert not result.get("changed")
    for result, content_after in zip(real, after, strict=True):
        if result["id"] not in valid_ids:
            continue
        if "error" in result:
            assert result["error"]["type"] == "invalid_option"
            assert INVALID.search(result["error"]["message"])
            continue
        assert flat(desired).items() <= flat(result["call_recording"]).items()
        assert result["call_recording"] == camel_dict_to_snake_dict(content_after)
    written = sorted(request["path"] for request in organization.simulator.requests(method="PUT"))
    changed = sorted(result["id"] for result in real if result["changed"])
    ids = [line["id"] for line in organization.lines for path in written if quote(line["id"], safe="") in path]
    assert sorted(ids) == changed
    assert len(written) == len(changed)
    assert valid_ids.issuperset(changed)


#: Settings of the lines, all different, and settings to write.
CONTENTS: list[dict[str, Any]] = [
    {
        "enabled": True,
        "record": "Always",
        "notification": {"type": "None", "enabled": False},
        "announcements": {"x": 1},
    },
    {"enabled": False, "record": "Never", "repeat": {"interval": 60, "enabled": True, "audience": "PSTN"}},
    {
        "enabled": False,
        "record": "Always",
        "notification": {"type": "Beep", "enabled": True},
        "startStopAnnouncement": None,
    },
    {
        "enabled": True,
        "record": "On Demand",
        "postCallRecordingSettings": {"transcriptEnabled": True},
        "serviceProvider": None,
    },
]
DESIRED: list[dict[str, Any]] = [
    {
        "enabled": True,
        "record": "Always",
        "notification": {"enabled": True, "type": "Beep"},
        "repeat": {"interval": 10},
    },
    {
        "record": "Never",
        "notification": {"type": "None", "enabled": False},
        "start_stop_announcement": {"pstn_calls_enabled": True},
        "selective_call_recording_settings": {
            "record_inbound_internal_calls_enabled": False,
            "record_inbound_external_calls_enabled": True,
            "record_outbound_internal_calls_enabled": False,
            "record_outbound_external_calls_enabled": True,
        },
    },
]


@pytest.mark.parametrize("organization", ["replace", "merge"], indirect=True)
def test_the_module_predicts_writes_and_is_idempotent(organization: Organization, tmp_path: Path) -> None:
    organization.set_content(CONTENTS)
    ansible = Ansible(tmp_path, organization.simulator)
    results = tmp_path / "results.json"
    runs = [(f"{name}_{number}", each) for number, each in enumerate(DESIRED) for name in ("check", "real", "again")]
    ids = by_id_option(organization.lines)
    tasks: list[dict[str, Any]] = [
        {
            "name": name,
            MODULE: {**ids, "settings": each},
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
    for number, each in enumerate(DESIRED):
        check, real, again = (returned[f"{name}_{number}"] for name in ("check", "real", "again"))
        assert check["changed"] is real["changed"] is True
        assert check["diff"] == real["diff"]
        assert len(real["diff"]) == sum(line["changed"] for line in real["members"])
        assert without(check["members"], "call_recording") == without(real["members"], "call_recording")
        assert (again["changed"], again["diff"]) == (False, [])
        assert again["members"] == [{**line, "changed": False, "changes": []} for line in real["members"]]
        assert check.get("warnings") == real.get("warnings")
        for line in real["members"]:
            assert flat(each).items() <= flat(line["call_recording"]).items()
    assert organization.writes() == sum(len(returned[f"real_{number}"]["diff"]) for number in range(len(DESIRED)))
    contents = organization.content()
    assert contents[0]["announcements"] == CONTENTS[0]["announcements"]
    assert contents[1]["repeat"] == {"interval": 10, "enabled": True, "audience": "PSTN"}
    assert contents[3]["postCallRecordingSettings"] == CONTENTS[3]["postCallRecordingSettings"]
    assert contents[3]["serviceProvider"] is None
