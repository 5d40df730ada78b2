# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CSV output of the drift check."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest

from ansible_collections.webex.calling.plugins.plugin_utils._drift_csv import COLUMNS, SETTINGS, cell_of, render_csv
from ansible_collections.webex.calling.tests.unit.plugins.plugin_utils.drift_documents import (
    ADA,
    HOSTILE,
    compliant,
    full,
    full_members,
    hostile,
    mark,
    not_made,
    of_status,
)

#: Beginnings of formulas in spreadsheets.
STARTS = "=+-@"


def rows_of(text, delimiter=","):
    """Return the rows as a spreadsheet reads them."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter))


def read(document, members):
    """Return the rows by title, after all checks that hold for any document."""
    text = render_csv(document, members)
    assert text.startswith('\ufeff"state","kind","name","id",')
    assert text.endswith('"\r\n')
    text.encode("utf-8")
    header, *rows = rows_of(text)
    assert header[: len(COLUMNS)] == list(COLUMNS)
    assert header[-1] == "reasons"
    assert len(set(header)) == len(header)
    for row in rows:
        assert len(row) == len(header)
    for cell in (cell for row in [header, *rows] for cell in row):
        check_cell(cell)
    for cell in (cell for row in rows_of(text, ";") for cell in row):
        check_start(cell, quotes='"')
    return [dict(zip(header, row)) for row in rows]


def check_cell(cell):
    """Check that a cell has no invisible characters, and no formula."""
    assert "\r" not in cell
    assert "\t" not in cell
    for each in cell:
        assert unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Cn") or each in "\n\u200c\u200d"
    assert not cell.startswith("\n")
    check_start(cell)


def check_start(cell, quotes=""):
    start = unicodedata.normalize("NFKC", cell.lstrip(f" \r\n\u200c\u200d{quotes}"))[:1]
    assert not start or start not in STARTS


def test_full():
    rows = read(full(), full_members())
    incomplete, *unmatched, gone, ada, bob, cat, dan, eve = rows
    assert [(row["state"], row["name"]) for row in unmatched] == [("unmatched", "")] * len(full()["unmatched"])
    assert "matches no member" in unmatched[0]["reasons"]
    assert (gone["state"], gone["id"]) == ("removed", full()["removed"][0]["id"])
    assert (gone["reasons"], gone["enabled"]) == ("in the baseline, and gone", "")
    assert incomplete == {**dict.fromkeys(ada, ""), "state": "incomplete", "reasons": full()["message"]}
    assert {key: value for key, value in ada.items() if value} == {
        "state": "drifted",
        "kind": "person",
        "name": "Ada Smith",
        "id": "ada",
        "numbers": "'+13035550100",
        "extension": "0100, 0101",
        "location": "Denver",
        "recordable": "true",
        "enabled": "false",
        "record": "Never",
        "notification.type": "null",
        "notification.enabled": "false",
        "future": "3",
        "reasons": "record is Never, should be Always (Everybody is recorded, since 2026-11-24T22:00:30Z); "
        "remediated: enabled is false, should be true (Everybody is recorded, since 2026-11-24T22:00:30Z)",
    }
    error = "HTTP 400: Not now. (code 4400, tracking id ROUTER_1). Try again later."
    assert bob["reasons"].split("; ") == [
        "record is Never, should be Always (baseline, since 2026-11-24T22:00:30Z)",
        "repeat.enabled is not set, should be false (No beeps, since 2026-11-24T22:00:30Z)",
        "calls cannot be recorded: HTTP 400: The service is not assigned. (code 4410). Assign the service.",
        f"could not be remediated: {error}",
    ]
    assert bob["recordable"] == "false"
    assert (cat["state"], cat["recordable"], cat["reasons"]) == ("error", "", f"not read: {error}")
    assert (dan["state"], dan["location"], dan["reasons"]) == (
        "uncovered",
        "",
        "covered by no rule; not in the baseline",
    )
    assert eve["reasons"].split("; ") == [
        "exempt by Lobby phones: Public, until 2026-12-01, approved by CISO",
        "enabled is false, should be true (Everybody is recorded, since 2026-11-24T22:00:30Z)",
    ]


@pytest.mark.parametrize("document", [mark(), not_made()], ids=["mark", "not made"])
def test_an_incomplete_check_without_members(document):
    (row,) = read(document, None)
    assert {key: value for key, value in row.items() if value} == {
        "state": "incomplete",
        "reasons": document["message"],
    }


@pytest.mark.parametrize("status", ["drifted", "uncovered", "remediated", "compliant"])
def test_a_complete_check_has_members_only(status):
    members = [{**ADA, "state": "compliant", "recordable": True, "call_recording": {"enabled": True}}]
    (row,) = read(of_status(status), members)
    assert (row["state"], row["enabled"]) == ("compliant", "true")


def test_an_unmatched_check_is_not_only_compliant_rows():
    members = [{**ADA, "state": "compliant", "recordable": True, "call_recording": {"enabled": True}}]
    states = [row["state"] for row in read(of_status("unmatched"), members)]
    assert states[-1] == "compliant"
    assert set(states[:-1]) <= {"unmatched", "removed"}
    assert len(states) > 1


def test_columns():
    assert SETTINGS == (
        "enabled",
        "record",
        "record_voicemail_enabled",
        "notification.type",
        "notification.enabled",
        "repeat.interval",
        "repeat.enabled",
        "start_stop_announcement.internal_calls_enabled",
        "start_stop_announcement.pstn_calls_enabled",
        "selective_call_recording_settings.record_inbound_internal_calls_enabled",
        "selective_call_recording_settings.record_inbound_external_calls_enabled",
        "selective_call_recording_settings.record_outbound_internal_calls_enabled",
        "selective_call_recording_settings.record_outbound_external_calls_enabled",
        "start_stop_announcement_enabled",
        "call_recording_access_settings.view_and_play_recordings_enabled",
        "call_recording_access_settings.download_recordings_enabled",
        "call_recording_access_settings.delete_recordings_enabled",
        "call_recording_access_settings.share_recordings_enabled",
        "service_provider",
        "external_group",
        "external_identifier",
    )
    settings = {"zone": 1, "state": 2, "b": {"a": 3}, "=x": 4, "reasons": 5, "repeat": {"b": 6}}
    members = [{**ADA, "state": "compliant", "call_recording": settings}]
    (row,) = read(compliant(), members)
    unknown = list(row)[len(COLUMNS) + len(SETTINGS) : -1]
    assert unknown == ["'=x", "b.a", "call_recording.reasons", "repeat.b", "call_recording.state", "zone"]
    assert [row[name] for name in unknown] == ["4", "3", "5", "6", "2", "1"]
    assert row["state"] == "compliant"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("Ada Smith", "Ada Smith"),
        ("عمر 山田", "عمر 山田"),
        ("a-b=c+d@e", "a-b=c+d@e"),
        ("", ""),
        (None, "null"),
        (True, "true"),
        (-1, "'-1"),
        (float("-inf"), "'-Infinity"),
        (["=x"], '["=x"]'),
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("  =1", "'  =1"),
        ("\u00a0\u3000=1", "'  =1"),
        ("\t=1", "'\\u0009=1"),
        ("\x00=1", "'\\u0000=1"),
        ("\u200b=1", "'\\u200b=1"),
        ("\u200d=1", "'\u200d=1"),
        ("\U000e0001=1", "'\\ue0001=1"),
        ("\t1", "'\\u00091"),
        ("\r1", "'\\u000d1"),
        ("\n1", "'\n1"),
        ("\uff1d1", "'\uff1d1"),
        ("\uff0b1", "'\uff0b1"),
        ("\uff0d1", "'\uff0d1"),
        ("\uff201", "'\uff201"),
        ("\ufe66\u2212", "'\ufe66\u2212"),
        ("a\r\nb\x1b\ud800\u202e", "a\\u000d\nb\\u001b\\ud800\\u202e"),
        ("a\n=1", "a\n'=1"),
        ('a;" =1', "a;\" '=1"),
        ("a;\t=1", "a;\\u0009'=1"),
        ("a;b", "a;b"),
    ],
)
def test_cells(value, cell):
    assert cell_of(value) == cell


def test_long_cells_are_cut():
    for value in ("a" * 40_000, "-" * 40_000, "\ud800" * 40_000):
        assert len(cell_of(value)) < 16_010


@pytest.mark.parametrize("build", [full, mark, not_made, lambda: of_status("drifted")])
@pytest.mark.parametrize("value", HOSTILE, ids=map(str, range(len(HOSTILE))))
def test_hostile_values(value, build):
    members = hostile(full_members(), value)
    assert len(read(hostile(build(), value), members)) >= len(members)
    members[0]["call_recording"] = {cell_of(value): value, "x": {cell_of(value): [value]}}
    read(hostile(build(), value), members)


def test_hostile_members():
    for value in HOSTILE:
        member = {**ADA, "state": "compliant"}
        keys = ("name", "location", "number", "numbers", "recordable", "call_recording", "not_recordable", "error")
        for key in keys:
            read(compliant(), [{**member, key: value}])
