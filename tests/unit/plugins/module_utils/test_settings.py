# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy

import pytest

from ansible_collections.webex.calling.plugins.module_utils._errors import OptionError
from ansible_collections.webex.calling.plugins.module_utils._settings import (
    MAX_REPEAT_INTERVAL,
    MIN_REPEAT_INTERVAL,
    MISSING,
    Difference,
    compare_with_prediction,
    desired_settings,
    differences,
    extends_recording,
    flatten,
    ineffective_settings,
    keep_writable,
    predict,
    unexpected_changes,
    unflatten,
    validate_settings,
)

SELECTIVE = "selective_call_recording_settings"

#: The example of the API reference, as it is returned, and a key that the reference does not know.
READ = {
    "enabled": True,
    "record": "Never",
    "record_voicemail_enabled": False,
    "notification": {"enabled": False, "type": "None"},
    "repeat": {"interval": 15, "enabled": False, "audience": "PSTN"},
    "service_provider": "WSWYZ25455",
    "external_group": "WSWYZ25455L31161",
    "external_identifier": "a34iidrh5o@64941297.int10.bcld.webex.com",
    "start_stop_announcement": {"internal_calls_enabled": False, "pstn_calls_enabled": False},
    "post_call_recording_settings": {"transcript_enabled": True},
}
WRITABLE = {
    "enabled": True,
    "record": "Never",
    "record_voicemail_enabled": False,
    "notification": {"enabled": False, "type": "None"},
    "repeat": {"interval": 15, "enabled": False},
    "start_stop_announcement": {"internal_calls_enabled": False, "pstn_calls_enabled": False},
}


def test_what_is_stated():
    assert desired_settings(
        {
            "enabled": False,
            "record": None,
            "notification": {"type": None, "enabled": False},
            "repeat": {"interval": None, "enabled": None},
            "start_stop_announcement": None,
        }
    ) == {"enabled": False, "notification": {"enabled": False}}


@pytest.mark.parametrize("settings", [{}, {"record": None}, {"repeat": {}}, {"repeat": {"interval": None}}])
def test_nothing_is_stated(settings):
    with pytest.raises(OptionError) as caught:
        desired_settings(settings)
    assert caught.value.message == "settings is empty"


@pytest.mark.parametrize("interval", [MIN_REPEAT_INTERVAL, MAX_REPEAT_INTERVAL])
def test_intervals(interval):
    assert desired_settings({"repeat": {"interval": interval}}) == {"repeat": {"interval": interval}}


@pytest.mark.parametrize("interval", [-1, 0, 1, True, 9, 1801, 10**9])
def test_intervals_that_do_not_do(interval):
    with pytest.raises(OptionError) as caught:
        desired_settings({"repeat": {"interval": interval}})
    assert caught.value.message == f"repeat.interval is {interval}"
    assert caught.value.hint == "Give a number of seconds from 10 to 1800."


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        (WRITABLE, WRITABLE),
        ({"enabled": "yes", "repeat": {"interval": "60"}}, {"enabled": True, "repeat": {"interval": 60}}),
        ({"notification": {"type": "None"}}, {"notification": {"type": "None"}}),
    ],
)
def test_settings_of_any_origin(settings, wanted):
    before = copy.deepcopy(settings)
    assert validate_settings(settings) == wanted
    assert settings == before


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (None, "settings is not a dictionary"),
        ([WRITABLE], "settings is not a dictionary"),
        ("record: Always", "settings is not a dictionary"),
        ({}, "settings is empty"),
        ({"repeat": {}}, "settings: repeat has no value"),
        ({"enabled": True, "record": None}, "settings: record has no value"),
        ({"enabled": True, "repeat": {"interval": None}}, "settings: repeat.interval has no value"),
        ({"recrod": "Always", "enabled": True}, "settings: recrod is unknown"),
        ({"recrod": "Always", "repeat": {"intervall": 15}}, "settings: recrod, repeat.intervall is unknown"),
        ({"callRecording": {"enabled": True}}, "settings: callRecording is unknown"),
        ({"service_provider": "WSWYZ25455"}, "settings: service_provider is unknown"),
        # YAML reads "on" as a boolean.
        ({True: "Always"}, "settings: True is unknown"),
        ({None: 1}, "settings: None is unknown"),
        ({"repeat": {1: 15}}, "settings: repeat.1 is unknown"),
        ({"record": {"always": True}}, "settings: record.always is unknown"),
        ({"repeat": 60}, "settings: repeat is not a dictionary"),
        ({"repeat": []}, "settings: repeat is not a dictionary"),
        ({"notification": "type=Beep"}, "settings: notification is not a dictionary"),
        ({"repeat": {"interval": 9}}, "repeat.interval is 9"),
    ],
)
def test_settings_that_do_not_do(settings, message):
    with pytest.raises(OptionError) as caught:
        validate_settings(settings)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"record": "always"}, "value of record must be one of: Always, Never"),
        ({"record": False}, "value of record must be one of: Always, Never"),
        ({"notification": {"type": "Boop"}}, "value of type must be one of: None, Beep, Play Announcement"),
        ({"enabled": "perhaps"}, "argument 'enabled' is of type"),
        ({"enabled": 2}, "argument 'enabled' is of type"),
        ({"enabled": []}, "argument 'enabled' is of type"),
        ({"repeat": {"interval": "soon"}}, "argument 'interval' is of type"),
    ],
)
def test_values_that_do_not_do(settings, message):
    with pytest.raises(OptionError) as caught:
        validate_settings(settings)
    assert message in caught.value.message
    assert "for all settings and their values" in caught.value.hint


def test_what_can_be_written_of_what_was_read():
    before = copy.deepcopy(READ)
    assert keep_writable(READ) == WRITABLE
    assert before == READ


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        ({}, {}),
        ({"enabled": None, "record": "Never"}, {"record": "Never"}),
        ({"start_stop_announcement": None, SELECTIVE: {}, "repeat": {"interval": None, "audience": "PSTN"}}, {}),
        ({"repeat": {"interval": 15, "enabled": None}}, {"repeat": {"interval": 15}}),
        # The only null that says something.
        ({"notification": {"type": None, "enabled": False}}, {"notification": {"type": "None", "enabled": False}}),
        ({"notification": {"type": None}}, {"notification": {"type": "None"}}),
        ({"notification": {"enabled": True}}, {"notification": {"enabled": True}}),
        ({"notification": {}}, {}),
        ({"notification": None}, {}),
        ({"future_settings": {"enabled": True}}, {}),
    ],
)
def test_what_can_not_be_written(settings, kept):
    assert keep_writable(settings) == kept


@pytest.mark.parametrize(
    ("settings", "flat"),
    [
        ({}, {}),
        ({"repeat": {}}, {}),
        (
            {"enabled": True, "repeat": {"interval": 15, "enabled": None}, "x": {"y": {"z": [1]}}},
            {"enabled": True, "repeat.interval": 15, "repeat.enabled": None, "x.y.z": [1]},
        ),
    ],
)
def test_paths(settings, flat):
    assert dict(flatten(settings)) == flat
    assert dict(flatten(unflatten(flat))) == flat


def test_nested():
    flat = {"repeat.interval": 15, "enabled": True, "repeat.enabled": False}
    assert unflatten(flat) == {"repeat": {"interval": 15, "enabled": False}, "enabled": True}


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ({}, []),
        (WRITABLE, []),
        ({"record": "Never", "repeat": {"enabled": False}}, []),
        ({"record": "Always"}, [Difference("record", "Always", "Never")]),
        (
            {"enabled": False, "repeat": {"interval": 20, "enabled": False}},
            [Difference("enabled", False, True), Difference("repeat.interval", 20, 15)],
        ),
        (
            {SELECTIVE: {"record_inbound_internal_calls_enabled": False}},
            [Difference(f"{SELECTIVE}.record_inbound_internal_calls_enabled", False, MISSING)],
        ),
    ],
)
def test_differences(expected, found):
    assert differences(READ, expected) == found


@pytest.mark.parametrize(
    ("actual", "expected", "same"),
    [
        ({"notification": {"type": None}}, {"notification": {"type": "None"}}, True),
        ({"notification": {"type": "None"}}, {"notification": {"type": None}}, True),
        ({"notification": {"type": "Beep"}}, {"notification": {"type": "None"}}, False),
        ({"notification": {}}, {"notification": {"type": "None"}}, False),
        ({"record": None}, {"record": "None"}, False),
        ({"enabled": 1}, {"enabled": True}, False),
        ({"enabled": "true"}, {"enabled": True}, False),
        ({"enabled": None}, {"enabled": False}, False),
        ({"repeat": {"interval": True}}, {"repeat": {"interval": 1}}, False),
        ({"repeat": {"interval": 15.0}}, {"repeat": {"interval": 15}}, True),
        ({"repeat": None}, {"repeat": {"interval": 15}}, False),
        ({"repeat": "often"}, {"repeat": {"interval": 15}}, False),
    ],
)
def test_what_is_the_same(actual, expected, same):
    assert (differences(actual, expected) == []) is same


def test_nothing_can_be_told_from_null():
    (found,) = differences({}, {"enabled": None})
    assert found.actual is MISSING
    assert repr(MISSING) == "absent"


ALL_SELECTIVE = {
    "record_inbound_internal_calls_enabled": True,
    "record_inbound_external_calls_enabled": False,
    "record_outbound_internal_calls_enabled": True,
    "record_outbound_external_calls_enabled": False,
}


SOME_SELECTIVE = {**ALL_SELECTIVE, "record_inbound_internal_calls_enabled": False}


def test_what_it_will_be():
    before = copy.deepcopy(READ)
    wanted = {"record": "Always", "repeat": {"interval": 60}, SELECTIVE: ALL_SELECTIVE}
    assert predict(READ, wanted) == {
        **READ,
        "record": "Always",
        "repeat": {"interval": 60, "enabled": False, "audience": "PSTN"},
        SELECTIVE: ALL_SELECTIVE,
    }
    assert before == READ


@pytest.mark.parametrize(
    ("before", "wanted", "after"),
    [
        (
            {"enabled": False, "type": "Play Announcement"},
            {"enabled": True},
            {"enabled": True, "type": "Play Announcement"},
        ),
        ({"enabled": True, "type": "Beep"}, {"enabled": False}, {"enabled": False, "type": "Beep"}),
        ({"enabled": False, "type": "Beep"}, {"type": "None"}, {"enabled": False, "type": "None"}),
        ({"enabled": True, "type": "Beep"}, {"enabled": False, "type": "None"}, {"enabled": False, "type": "None"}),
    ],
)
def test_what_the_notification_will_be(before, wanted, after):
    assert predict({"notification": before}, {"notification": wanted}) == {"notification": after}


def test_a_notification_that_the_settings_do_not_mention_stays():
    before = {"record": "Never", "notification": {"enabled": True, "type": "None"}}
    assert predict(before, {"record": "Always"}) == {**before, "record": "Always"}


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ({"enabled": True, "type": "Beep"}, {"type": "None"}),
        ({"enabled": True, "type": "Beep"}, {"type": "None", "enabled": True}),
        ({"enabled": False, "type": "None"}, {"enabled": True}),
        ({"enabled": False, "type": None}, {"enabled": True}),
        ({"enabled": False}, {"enabled": True}),
        (None, {"enabled": True}),
    ],
)
def test_a_notification_that_webex_would_change(before, wanted):
    with pytest.raises(OptionError) as caught:
        predict({"notification": before}, {"notification": wanted})
    assert "notification.enabled is true and notification.type is None" in caught.value.message
    assert caught.value.hint == "Give notification.type as well, or set notification.enabled to false."


@pytest.mark.parametrize(
    ("before", "missing"),
    [
        ({}, "inbound_external outbound_internal outbound_external"),
        ({SELECTIVE: None}, "inbound_external outbound_internal outbound_external"),
        ({SELECTIVE: {**SOME_SELECTIVE, "record_outbound_internal_calls_enabled": None}}, "outbound_internal"),
        ({SELECTIVE: SOME_SELECTIVE}, ""),
        # Nothing changes, so that incomplete settings can stay as they are.
        ({SELECTIVE: {"record_inbound_internal_calls_enabled": True}}, ""),
    ],
)
def test_all_selective_settings_are_needed(before, missing):
    wanted = {SELECTIVE: {"record_inbound_internal_calls_enabled": True}}
    if not missing:
        assert predict(before, wanted) == {SELECTIVE: {**before[SELECTIVE], **wanted[SELECTIVE]}}
        return
    with pytest.raises(OptionError) as caught:
        predict(before, wanted)
    names = ", ".join(f"record_{name}_calls_enabled" for name in missing.split())
    assert caught.value.message == f"{SELECTIVE} is incomplete, because the current settings lack {names}"
    assert "Give all 4 settings" in caught.value.hint
    # Settings that do not mention them can be written.
    assert predict(before, {"record": "Always"}) == {**before, "record": "Always"}


@pytest.mark.parametrize(
    ("before", "after", "extends"),
    [
        ({"record": "Never"}, {"record": "Always"}, True),
        ({"record": "Always"}, {"record": "On Demand"}, True),
        ({"record": "Always"}, {"record": "Never", "record_voicemail_enabled": True}, True),
        ({"record": "Always"}, {"record": "Never", "record_voicemail_enabled": False}, False),
        ({"record": "Always"}, {"record": "Always", "record_voicemail_enabled": True}, True),
        ({"record": "Always"}, {"record": "Always", SELECTIVE: ALL_SELECTIVE}, True),
        ({"record": "Always"}, {"record": "Always", "repeat": {"interval": 60}}, False),
        ({"record": "Always", "enabled": True}, {"record": "Always", "enabled": False}, False),
    ],
)
def test_changes_that_extend_recording(before, after, extends):
    assert extends_recording(before, after) is extends


@pytest.mark.parametrize("record", ["Always", "Always with Pause/Resume"])
def test_selective_settings_that_have_an_effect(record):
    assert ineffective_settings({"record": record}, {SELECTIVE: {"record_inbound_internal_calls_enabled": True}}) == []


@pytest.mark.parametrize("record", ["Never", "On Demand", "On Demand with User Initiated Start", "Some Day"])
def test_selective_settings_that_have_none(record):
    wanted = {SELECTIVE: {"record_inbound_internal_calls_enabled": True}}
    assert ineffective_settings({"record": record}, wanted) == [f"{SELECTIVE} has no effect while record is '{record}'"]
    assert ineffective_settings({"record": record, **wanted}, {"enabled": True}) == []


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"record": "Always"}, "record"),
        ({"record": "On Demand", "record_voicemail_enabled": True}, "record, record_voicemail_enabled"),
        ({SELECTIVE: ALL_SELECTIVE}, SELECTIVE),
        ({"record": "Never"}, None),
        ({"record_voicemail_enabled": False}, None),
        ({"repeat": {"interval": 60}}, None),
        # Whoever states both knows that nothing is recorded.
        ({"enabled": False, "record": "Always"}, None),
    ],
)
def test_settings_without_effect_while_recording_is_off(wanted, names):
    warnings = [f"settings have no effect while enabled is false: {names}"] if names else []
    assert ineffective_settings({"enabled": False, "record": "Always", **wanted}, wanted) == warnings
    on = {"record": "Always", **wanted, "enabled": True}
    assert not any("no effect" in warning for warning in ineffective_settings(on, {"record": "Always"}))


@pytest.mark.parametrize(
    ("wanted", "is_warned"),
    [
        ({"record": "Always"}, True),
        ({"record": "Always with Pause/Resume"}, True),
        ({"enabled": True}, True),
        ({"record": "Always", SELECTIVE: {"record_inbound_external_calls_enabled": True}}, True),
        # These tasks state which calls are left out, or do not say that calls have to be recorded.
        ({"record": "Always", SELECTIVE: {"record_inbound_internal_calls_enabled": False}}, False),
        ({"enabled": False, "record": "Always"}, False),
        ({"record": "Never"}, False),
        ({"repeat": {"interval": 60}}, False),
    ],
)
def test_settings_that_leave_calls_out(wanted, is_warned):
    left_out = {"record_inbound_internal_calls_enabled": False, **wanted.get(SELECTIVE, {})}
    settings = {"enabled": True, "record": "Always", **wanted, SELECTIVE: left_out}
    warning = f"not all calls are recorded, because these settings leave calls out: {SELECTIVE}.record_inbound_internal"
    assert [each[: len(warning)] for each in ineffective_settings(settings, wanted)] == [warning] * is_warned


def test_what_was_kept():
    assert compare_with_prediction(READ, {**READ, "record": "Always"}, {"record": "Always"}) == ([], [])


def test_what_was_not_there_may_become_anything():
    before = {"record": "Never", "repeat": None, "notification": {"enabled": None}}
    after = {
        "record": "Always",
        "repeat": {"interval": 15, "enabled": False},
        "notification": {"type": "None", "enabled": False},
        "start_stop_announcement": {"internal_calls_enabled": False, "pstn_calls_enabled": False},
        "service_provider": "new",
    }
    assert compare_with_prediction(before, after, {"record": "Always"}) == ([], [])


@pytest.mark.parametrize(
    ("after", "wanted", "not_applied", "others"),
    [
        ({}, {"record": "Always"}, [("record", "Always", "Never")], []),
        (
            {"record": "On Demand"},
            {"record": "Always", "repeat": {"interval": 60, "enabled": True}},
            [("record", "Always", "On Demand"), ("repeat.interval", 60, 15), ("repeat.enabled", True, False)],
            [],
        ),
        # The setting had the desired value before.
        (
            {"record": "Always", "enabled": False},
            {"record": "Always", "enabled": True},
            [("enabled", True, False)],
            [],
        ),
        ({"record": "Always", "enabled": False}, {"record": "Always"}, [], [("enabled", True, False)]),
        (
            {"record": "Always", "repeat": None},
            {"record": "Always"},
            [],
            [("repeat.interval", 15, MISSING), ("repeat.enabled", False, MISSING)],
        ),
        (
            {SELECTIVE: {**ALL_SELECTIVE, "record_outbound_internal_calls_enabled": False}},
            {SELECTIVE: ALL_SELECTIVE},
            [(f"{SELECTIVE}.record_outbound_internal_calls_enabled", True, False)],
            [],
        ),
    ],
)
def test_what_was_not_kept(after, wanted, not_applied, others):
    assert compare_with_prediction(READ, {**READ, **after}, wanted) == (not_applied, others)


def test_other_keys_may_change():
    after = {**READ, "enabled": False, "service_provider": "x", "external_group": None}
    assert compare_with_prediction(READ, after, {"enabled": False}) == ([], [])


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        ({}, None),
        # What can be wanted is compared elsewhere, and the provider's own is none of ours.
        ({"enabled": False, "repeat": {"interval": 60, "audience": "PSTN"}, "service_provider": "x"}, None),
        ({"repeat": {"interval": 15, "enabled": False}}, "repeat.audience"),
        ({"post_call_recording_settings": {}, "new": 1}, "post_call_recording_settings.transcript_enabled"),
        (
            {"repeat": None, "post_call_recording_settings": {"transcript_enabled": False}},
            "post_call_recording_settings.transcript_enabled, repeat.audience",
        ),
    ],
)
def test_what_changes_that_is_not_known(after, changed):
    warnings = [f"settings that this collection does not know have changed as well: {changed}"] if changed else []
    assert unexpected_changes(READ, {**READ, **after}) == warnings
