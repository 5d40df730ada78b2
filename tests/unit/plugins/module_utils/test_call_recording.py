# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import threading
from types import SimpleNamespace

import pytest

from ansible_collections.webex.calling.plugins.module_utils._call_recording import read_all, read_settings
from ansible_collections.webex.calling.plugins.module_utils._client import ApiResponse
from ansible_collections.webex.calling.plugins.module_utils._error_hints import BY_STATUS
from ansible_collections.webex.calling.plugins.module_utils._errors import (
    ApiError,
    AuthenticationError,
    ConnectionFailedError,
    InterruptedTaskError,
)
from ansible_collections.webex.calling.plugins.module_utils._writing import write_all


def forbidden(**more):
    return ApiError("permission", "Forbidden", BY_STATUS[403], status=403, **more)


LINES = [{"id": f"line-{number}"} for number in range(20)]


class Client:
    """Stands in for the client: settings by path, or an exception in their place."""

    def __init__(self, concurrency=4, **special):
        self.connection = SimpleNamespace(concurrency=concurrency)
        self.special = special
        self.asked = []
        self.threads = set()

    def get(self, path):
        self.asked.append(path)
        self.threads.add(threading.get_ident())
        settings = {"enabled": True, "record": "Always", "path": path}
        answer = self.special.get(path.split("/")[-2].replace("-", "_"), settings)
        if isinstance(answer, Exception):
            raise answer
        return ApiResponse(answer, "T0")


def test_every_key_in_snake_case_and_nothing_else():
    settings = {
        "enabled": False,
        "record": None,
        "recordVoicemailEnabled": False,
        "repeat": {"interval": 15, "enabled": False, "audience": "PSTN"},
        "startStopAnnouncement": {"internalCallsEnabled": False, "pstnCallsEnabled": False},
        "selectiveCallRecordingSettings": {"recordInboundInternalCallsEnabled": True},
        "postCallRecordingSettings": {"summaryAndActionItemsEnabled": [{"someKey": "Some Value"}, None]},
        "serviceProvider": "",
        "notification": {},
    }
    assert read_settings(Client(line_1=settings), LINES[1]) == {
        "enabled": False,
        "record": None,
        "record_voicemail_enabled": False,
        "repeat": {"interval": 15, "enabled": False, "audience": "PSTN"},
        "start_stop_announcement": {"internal_calls_enabled": False, "pstn_calls_enabled": False},
        "selective_call_recording_settings": {"record_inbound_internal_calls_enabled": True},
        "post_call_recording_settings": {"summary_and_action_items_enabled": [{"some_key": "Some Value"}, None]},
        "service_provider": "",
        "notification": {},
    }


def test_ids_are_encoded():
    client = Client()
    read_settings(client, {"id": "a/b+c="})
    assert client.asked == ["telephony/config/virtualLines/a%2Fb%2Bc%3D/callRecording"]


def test_all_in_the_order_asked_for():
    client = Client()
    readings = read_all(client, LINES)
    assert [reading.as_dict() for reading in readings] == [
        {
            **line,
            "name": line["id"],
            "recordable": True,
            "call_recording": {
                "enabled": True,
                "record": "Always",
                "path": f"telephony/config/virtualLines/{line['id']}/callRecording",
            },
        }
        for line in LINES
    ]
    assert len(client.asked) == len(LINES)
    assert threading.get_ident() not in client.threads


def test_as_many_at_once_as_allowed():
    at_once = threading.Barrier(3, timeout=5)

    class Waiting(Client):
        def get(self, path):
            at_once.wait()
            return super().get(path)

    client = Waiting(concurrency=3)
    read_all(client, LINES[:6])
    assert len(client.threads) == 3


def test_a_line_that_fails_takes_no_other_along():
    readings = read_all(Client(line_3=ApiError("not_found", "Not Found", "Hint.", status=404)), LINES)
    assert [reading.member["id"] for reading in readings if reading.error] == ["line-3"]
    assert readings[3].as_dict() == {
        "id": "line-3",
        "name": "line-3",
        "error": {
            "type": "not_found",
            "status": 404,
            "reason": "Not Found",
            "message": None,
            "code": None,
            "tracking_id": None,
            "retry_after": None,
            "kind": "virtual_line",
            "id": "line-3",
            "hint": "Hint.",
        },
    }
    assert str(readings[3].error) == (
        "Could not read the call recording settings of virtual line line-3: HTTP 404 Not Found. Hint."
    )


def test_refused_credentials_end_it_and_keep_what_was_read():
    client = Client(concurrency=1, line_2=AuthenticationError("authentication", "Unauthorized", "Hint.", status=401))
    readings = read_all(client, LINES)
    assert len(client.asked) == 3
    assert [reading.error is None for reading in readings] == [True, True] + [False] * 18
    assert {reading.error.status for reading in readings[2:]} == {401}


def test_a_defect_is_not_swallowed():
    with pytest.raises(ZeroDivisionError):
        read_all(Client(line_2=ZeroDivisionError()), LINES)


def test_no_lines():
    assert read_all(Client(), []) == []


def test_nothing_but_403_ends_it():
    client = Client(concurrency=1, **{f"line_{n}": forbidden() for n in range(20)})
    readings = read_all(client, LINES)
    assert len(client.asked) == 10
    assert {reading.error.status for reading in readings} == {403}
    assert [reading.as_dict()["error"]["id"] for reading in readings] == [line["id"] for line in LINES]


def test_403_for_some_lines_is_about_these_lines():
    client = Client(concurrency=1, **{f"line_{n}": forbidden() for n in range(1, 20)})
    readings = read_all(client, LINES)
    assert len(client.asked) == 20
    assert readings[0].error is None


def test_what_is_interrupted_ends_at_once():
    client = Client(concurrency=2, line_3=InterruptedTaskError())
    readings = read_all(client, LINES)
    assert len(client.asked) <= 6
    assert readings[0].error is None
    assert {reading.error.reason for reading in readings[6:]} == {"Interrupted"}


def test_nobody_waits_for_readers_of_an_interrupted_task():
    threads = []

    class Noting(Client):
        def get(self, path):
            threads.append(threading.current_thread())
            return super().get(path)

    read_all(Noting(), LINES)
    assert all(thread.daemon and not thread.is_alive() for thread in threads)


#: The example of the API reference, with keys that it does not know, which have names of their own kind.
CONTENT = {
    "enabled": True,
    "record": "Never",
    "recordVoicemailEnabled": False,
    "notification": {"enabled": False, "type": "None"},
    "repeat": {"interval": 15, "enabled": False, "audience": "PSTN"},
    "serviceProvider": "WSWYZ25455",
    "externalGroup": "WSWYZ25455L31161",
    "externalIdentifier": "a34iidrh5o@64941297.int10.bcld.webex.com",
    "startStopAnnouncement": {"internalCallsEnabled": False, "pstnCallsEnabled": False},
    "someURLKey": {"aURL": "https://recording.example.com/", "snake_case": [{"HTTPSOnly": True}, None]},
    "Odd Key": None,
}


class Webex(Client):
    """Stands in for the client and for Webex: keeps settings, and what was done with them.

    :param lines: settings by line.
    :param make: what is made of the settings that are sent; by default, they are kept as Webex keeps them.
    :param get, put: exceptions to raise, by line; a list is used up one by one, and None in it is no exception.
    """

    def __init__(self, lines=None, make=None, get=None, put=None, concurrency=1):
        super().__init__(concurrency)
        self.lines = copy.deepcopy(lines or {"line-1": CONTENT})
        self.make = make or keep
        self.fails = {"GET": get or {}, "PUT": put or {}}
        self.done = []
        self.sent = []

    def _fail(self, method, path):
        line_id = path.split("/")[-2]
        assert path == f"telephony/config/virtualLines/{line_id}/callRecording"
        self.done.append(f"{method} {line_id}")
        self.threads.add(threading.get_ident())
        error = self.fails[method].get(line_id)
        if isinstance(error, list):
            error = error.pop(0) if error else None
        if error:
            raise error
        return line_id

    def get(self, path):
        return ApiResponse(copy.deepcopy(self.lines[self._fail("GET", path)]), "T0")

    def put(self, path, content):
        self.sent.append(copy.deepcopy(content))
        line_id = self._fail("PUT", path)
        self.lines[line_id] = self.make(self.lines[line_id], copy.deepcopy(content))


def keep(before, sent):
    """Replaces, and reads the word None where null was written."""
    assert not {"serviceProvider", "externalGroup", "externalIdentifier"} & sent.keys()
    notification = sent.get("notification")
    if notification and "type" in notification:
        assert notification["type"] != "None"
        if notification["type"] is None:
            notification["type"] = "Beep" if notification.get("enabled") else "None"
    elif notification and notification.get("enabled"):
        notification["type"] = "Beep"
    return {**{key: value for key, value in before.items() if key not in sent}, **sent}


SELECTIVE = {
    "record_inbound_internal_calls_enabled": True,
    "record_inbound_external_calls_enabled": True,
    "record_outbound_internal_calls_enabled": False,
    "record_outbound_external_calls_enabled": False,
}


def write(client, wanted, check_only=False, line=LINES[1]):
    (writing,) = write_all(client, [line], wanted, check_only=check_only)
    return writing


def test_the_whole_object_is_sent_as_it_was_read():
    client = Webex()
    writing = write(client, {"record": "Always"})
    assert writing.error is None
    assert client.done == ["GET line-1", "PUT line-1", "GET line-1"]
    assert client.sent == [
        {
            "enabled": True,
            "record": "Always",
            "recordVoicemailEnabled": False,
            "notification": {"enabled": False, "type": None},
            "repeat": {"interval": 15, "enabled": False, "audience": "PSTN"},
            "startStopAnnouncement": {"internalCallsEnabled": False, "pstnCallsEnabled": False},
            "someURLKey": {"aURL": "https://recording.example.com/", "snake_case": [{"HTTPSOnly": True}, None]},
            "Odd Key": None,
        }
    ]


def test_what_became_of_a_line():
    client = Webex()
    before = read_settings(client, LINES[1])
    writing = write(client, {"record": "Always", "enabled": True, "repeat": {"interval": 60}})
    after = {**before, "record": "Always", "repeat": {"interval": 60, "enabled": False, "audience": "PSTN"}}
    assert writing.as_dict() == {
        "id": "line-1",
        "name": "line-1",
        "recordable": True,
        "call_recording": after,
        "changed": True,
        "changes": [
            {"setting": "record", "before": "Never", "after": "Always"},
            {"setting": "repeat.interval", "before": 15, "after": 60},
        ],
    }
    assert read_settings(client, LINES[1]) == after
    assert list(client.lines["line-1"].keys() - CONTENT.keys()) == []


def test_all_that_can_be_wanted_goes_out_in_camel_case():
    wanted = {
        "enabled": False,
        "record": "Always with Pause/Resume",
        "record_voicemail_enabled": True,
        "notification": {"type": "Play Announcement", "enabled": True},
        "repeat": {"interval": 1800, "enabled": True},
        "start_stop_announcement": {"internal_calls_enabled": True, "pstn_calls_enabled": True},
        "selective_call_recording_settings": {
            "record_inbound_internal_calls_enabled": True,
            "record_inbound_external_calls_enabled": False,
            "record_outbound_internal_calls_enabled": True,
            "record_outbound_external_calls_enabled": False,
        },
    }
    client = Webex({"line-1": {"enabled": True, "record": "Never"}})
    writing = write(client, wanted)
    assert writing.error is None
    assert writing.settings == wanted
    assert client.sent == [
        {
            "enabled": False,
            "record": "Always with Pause/Resume",
            "recordVoicemailEnabled": True,
            "notification": {"type": "Play Announcement", "enabled": True},
            "repeat": {"interval": 1800, "enabled": True},
            "startStopAnnouncement": {"internalCallsEnabled": True, "pstnCallsEnabled": True},
            "selectiveCallRecordingSettings": {
                "recordInboundInternalCallsEnabled": True,
                "recordInboundExternalCallsEnabled": False,
                "recordOutboundInternalCallsEnabled": True,
                "recordOutboundExternalCallsEnabled": False,
            },
        }
    ]
    # What was not there before has no "before".
    assert {"setting": "repeat.interval", "after": 1800} in writing.as_dict()["changes"]


@pytest.mark.parametrize("check_only", [False, True])
@pytest.mark.parametrize(
    "wanted",
    [
        {"record": "Never"},
        {"enabled": True, "repeat": {"interval": 15, "enabled": False}},
        {"notification": {"type": "None", "enabled": False}},
    ],
)
def test_nothing_is_sent_where_nothing_differs(wanted, check_only):
    client = Webex()
    writing = write(client, wanted, check_only)
    assert client.done == ["GET line-1"]
    assert (writing.changed, writing.changes, writing.error) == (False, (), None)
    assert writing.settings == read_settings(client, LINES[1])
    assert writing.as_dict()["changes"] == []


@pytest.mark.parametrize(
    ("before", "wanted", "sent", "changes"),
    [
        # ReadResult says "None" where writing wants null.
        (
            {"enabled": False, "type": "Beep"},
            {"type": "None"},
            {"enabled": False, "type": None},
            [("notification.type", "Beep", "None")],
        ),
        (
            {"enabled": False, "type": None},
            {"type": "Beep"},
            {"enabled": False, "type": "Beep"},
            [("notification.type", None, "Beep")],
        ),
        # A type that is given with it.
        (
            {"enabled": False, "type": "None"},
            {"enabled": True, "type": "Beep"},
            {"enabled": True, "type": "Beep"},
            [("notification.enabled", False, True), ("notification.type", "None", "Beep")],
        ),
        (
            None,
            {"enabled": True, "type": "Beep"},
            {"enabled": True, "type": "Beep"},
            [("notification.enabled", ..., True), ("notification.type", ..., "Beep")],
        ),
        (None, {"type": "Beep"}, {"type": "Beep"}, [("notification.type", ..., "Beep")]),
        # Where no type was read and none is wanted, none is sent.
        (
            {"enabled": True, "x": 1},
            {"enabled": False},
            {"enabled": False, "x": 1},
            [("notification.enabled", True, False)],
        ),
    ],
)
def test_notification(before, wanted, sent, changes):
    told = [
        {"setting": path, **({} if was is ... else {"before": was}), "after": after} for path, was, after in changes
    ]
    client = Webex({"line-1": {"enabled": False, "record": None, "notification": before}})
    check = write(client, {"notification": wanted}, check_only=True)
    writing = write(client, {"notification": wanted})
    assert writing.error is None
    assert client.sent == [{"enabled": False, "record": None, "notification": sent}]
    assert writing.as_dict()["changes"] == check.as_dict()["changes"] == told


def test_a_null_in_the_place_of_several_settings_is_replaced():
    client = Webex({"line-1": {"enabled": False, "record": None, "startStopAnnouncement": None, "repeat": None}})
    assert write(client, {"start_stop_announcement": {"pstn_calls_enabled": True}}).error is None
    assert client.sent == [
        {"enabled": False, "record": None, "startStopAnnouncement": {"pstnCallsEnabled": True}, "repeat": None}
    ]


def test_check_sends_nothing_and_tells_what_would_be():
    client = Webex()
    wanted = {"record": "Always", "notification": {"enabled": True, "type": "Beep"}}
    check = write(client, wanted, check_only=True)
    assert client.done == ["GET line-1"]
    assert client.lines == {"line-1": CONTENT}
    assert check.changed
    writing = write(client, wanted)
    assert check.as_dict() == writing.as_dict()
    assert check.settings["notification"] == {"enabled": True, "type": "Beep"}


@pytest.mark.parametrize("check_only", [False, True])
@pytest.mark.parametrize(
    ("notification", "wanted"),
    [
        ({"enabled": True, "type": "Beep"}, {"type": "None"}),
        ({"enabled": False, "type": "Beep"}, {"type": "None", "enabled": True}),
        # Webex would set Beep, which nobody asked for.
        ({"enabled": False, "type": "None"}, {"enabled": True}),
        ({"enabled": False, "type": None}, {"enabled": True}),
        ({"enabled": False}, {"enabled": True}),
        (None, {"enabled": True}),
    ],
)
def test_a_notification_that_webex_would_change_is_not_sent(notification, wanted, check_only):
    client = Webex({"line-1": {"enabled": False, "record": None, "notification": notification}})
    writing = write(client, {"notification": wanted}, check_only)
    assert client.done == ["GET line-1"]
    assert not writing.changed
    assert str(writing.error).startswith(
        "Could not change the call recording settings of virtual line line-1: Invalid options: notification.enabled is "
        "true and notification.type is None, which Webex would change to Beep. Give notification.type as well"
    )
    assert writing.as_dict()["error"]["id"] == "line-1"


def test_a_field_that_is_dropped():
    client = Webex(make=lambda before, sent: keep(before, {**sent, "repeat": before["repeat"]}))
    writing = write(client, {"record": "Always", "repeat": {"interval": 60, "enabled": True}})
    assert writing.error.reason == "Not applied"
    assert writing.error.message == "repeat.interval is 15 instead of 60; repeat.enabled is False instead of True"
    assert str(writing.error).startswith(
        "Could not change the call recording settings of virtual line line-1: Not applied: repeat.interval is 15"
    )
    # Webex took the change, and so something has changed; what is there now is told.
    result = writing.as_dict()
    assert result["changed"] is True
    assert result["call_recording"]["record"] == "Always"
    assert result["call_recording"]["repeat"]["interval"] == 15
    assert result["error"]["id"] == "line-1"


def test_other_settings_that_change():
    client = Webex(make=lambda before, sent: keep(before, {**sent, "recordVoicemailEnabled": True, "enabled": False}))
    writing = write(client, {"record": "Always"})
    assert writing.changed
    assert writing.error.message == (
        "enabled was True and became False; record_voicemail_enabled was False and became True"
    )


def test_a_change_that_is_not_made_at_all():
    writing = write(Webex(make=lambda before, sent: before), {"record": "Always"})
    assert writing.error.message == "record is 'Never' instead of 'Always'"


def test_settings_without_effect_are_kept_and_warned_of():
    wanted = {"selective_call_recording_settings": SELECTIVE}
    warning = "selective_call_recording_settings has no effect while record is 'Never'"
    client = Webex()
    check = write(client, wanted, check_only=True)
    writing = write(client, wanted)
    again = write(client, wanted)
    assert (writing.error, writing.changed, again.changed) == (None, True, False)
    assert check.warnings == writing.warnings == again.warnings == [warning]
    # It is the resulting state that counts.
    assert write(client, {**wanted, "record": "Always"}).warnings == []
    assert write(client, wanted).warnings == []


def test_a_change_that_is_forbidden():
    client = Webex(put={"line-1": forbidden(tracking_id="T1")})
    writing = write(client, {"record": "Always"})
    assert client.done == ["GET line-1", "PUT line-1", "GET line-1"]
    assert not writing.changed
    assert (writing.error.status, writing.error.tracking_id) == (403, "T1")
    assert "spark-admin:telephony_config_write" in writing.error.hint
    result = writing.as_dict()
    assert result["changed"] is False
    assert result["call_recording"]["record"] == "Never"


def test_reading_that_is_forbidden_has_another_hint():
    writing = write(Webex(get={"line-1": forbidden()}), {"record": "Always"})
    assert "spark-admin:telephony_config_read" in writing.error.hint
    assert str(writing.error).startswith("Could not read the call recording settings of virtual line line-1")
    assert writing.as_dict().keys() == {"id", "name", "error", "changed", "changes"}


def test_a_change_that_is_refused_keeps_its_own_hint():
    error = ApiError(
        "conflict", "Conflict", "Accept them.", status=409, message="the terms of service are not accepted"
    )
    writing = write(Webex(put={"line-1": error}), {"record": "Always"})
    assert str(writing.error) == (
        "Could not change the call recording settings of virtual line line-1: HTTP 409 Conflict: the terms of service "
        "are not accepted. Accept them."
    )


def test_a_change_that_can_not_be_looked_at_stays_a_change():
    gone = ConnectionFailedError("connection", "Connection broken", "Hint.", established=True)
    client = Webex(get={"line-1": [None, gone]})
    writing = write(client, {"record": "Always"})
    assert client.done == ["GET line-1", "PUT line-1", "GET line-1"]
    assert str(writing.error).startswith("Could not read the call recording settings of virtual line line-1")
    result = writing.as_dict()
    assert result["changed"] is True
    assert result["changes"] == [{"setting": "record", "before": "Never", "after": "Always"}]
    # What they are now, nobody knows.
    assert "call_recording" not in result


def test_many_lines_with_failures_and_again():
    lines = {
        line["id"]: {**CONTENT, "record": "Always" if number % 3 else "Never"} for number, line in enumerate(LINES)
    }
    client = Webex(
        lines,
        concurrency=4,
        get={"line-1": [ApiError("not_found", "Not Found", "Hint.", status=404)]},
        put={"line-3": [ApiError("server_error", "Internal Server Error", "Hint.", status=500)]},
    )
    writings = write_all(client, LINES, {"record": "Always"}, check_only=False)
    assert [writing.member for writing in writings] == LINES
    assert [writing.member["id"] for writing in writings if writing.error] == ["line-1", "line-3"]
    assert [writing.member["id"] for writing in writings if writing.changed] == [
        # Of a change that ends in a 500, nobody knows whether it was made.
        f"line-{number}"
        for number in (0, 3, 6, 9, 12, 15, 18)
    ]
    client.done.clear()
    again = write_all(client, LINES, {"record": "Always"}, check_only=False)
    assert [each for each in client.done if each.startswith("PUT")] == ["PUT line-3"]
    assert [writing.member["id"] for writing in again if writing.changed] == ["line-3"]
    assert all(writing.error is None for writing in again)
    assert all(each["record"] == "Always" for each in client.lines.values())


def test_as_many_are_written_at_once_as_allowed():
    at_once = threading.Barrier(3, timeout=5)

    def make(before, sent):
        at_once.wait()
        return keep(before, sent)

    client = Webex({line["id"]: CONTENT for line in LINES[:6]}, make=make, concurrency=3)
    writings = write_all(client, LINES[:6], {"record": "Always"}, check_only=False)
    assert [writing.error for writing in writings] == [None] * 6
    assert len(client.threads) == 3


def test_a_token_that_may_not_write_ends_it():
    lines = {line["id"]: CONTENT for line in LINES}
    client = Webex(lines, put=dict.fromkeys(lines, forbidden()))
    writings = write_all(client, LINES, {"record": "Always"}, check_only=False)
    assert len([each for each in client.done if each.startswith("PUT")]) == 10
    assert {writing.error.status for writing in writings} == {403}
    assert all("spark-admin:telephony_config_write" in writing.error.hint for writing in writings)
    assert not any(writing.changed for writing in writings)


def test_refused_credentials_end_writing_and_keep_what_was_written():
    lines = {line["id"]: CONTENT for line in LINES}
    refused = AuthenticationError("authentication", "Unauthorized", "Hint.", status=401)
    client = Webex(lines, put={"line-2": refused})
    writings = write_all(client, LINES, {"record": "Always"}, check_only=False)
    assert [each for each in client.done if each.startswith("PUT")] == ["PUT line-0", "PUT line-1", "PUT line-2"]
    assert [writing.changed for writing in writings] == [True, True] + [False] * 18
    assert {writing.error.status for writing in writings[2:]} == {401}
    assert writings[19].as_dict().keys() == {"id", "name", "error", "changed", "changes"}


def test_a_line_is_named_as_people_know_it():
    line = {"id": "line-1", "first_name": "Bob", "last_name": "Smith", "number": {"extension": "6101"}}
    client = Webex(put={"line-1": ApiError("conflict", "Conflict", "Hint.", status=409)})
    writing = write(client, {"record": "Always"}, line=line)
    assert "of virtual line Bob Smith, 6101 (line-1): HTTP 409 Conflict" in str(writing.error)
    assert writing.as_dict()["first_name"] == "Bob"


@pytest.mark.parametrize(
    "error",
    [
        ConnectionFailedError("timeout", "Timed out", "Hint.", established=True),
        ApiError("unavailable", "Bad Gateway", "Hint.", status=502),
    ],
)
def test_a_change_without_an_answer_may_have_been_made(error):
    client = Webex(put={"line-1": [error]})
    (writing,) = write_all(client, LINES[1:2], {"record": "Always"}, check_only=False)
    assert (writing.error, writing.changed, writing.settings) == (error, True, None)


def test_settings_that_are_not_known_are_watched():
    def make(before, sent):
        return {key: value for key, value in keep(before, sent).items() if key != "someURLKey"}

    client = Webex(make=make)
    writing = write(client, {"record": "Always"})
    assert (writing.error, writing.changed) == (None, True)
    assert len(writing.warnings) == 1
    assert writing.warnings[0].startswith(
        "settings that this collection does not know have changed as well: some_url_key."
    )


def test_progress_is_told_after_each_line_whatever_came_of_it():
    told = []
    client = Client(line_3=ApiError("refused", "Bad Request", "hint", status=400))
    assert len(read_all(client, LINES, told.append)) == 20
    assert told == list(range(1, 21))
