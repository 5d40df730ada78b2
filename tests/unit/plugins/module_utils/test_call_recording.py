# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from ansible_collections.webex.calling.plugins.module_utils.call_recording import read, read_all
from ansible_collections.webex.calling.plugins.module_utils.errors import (
    ApiError,
    CredentialsRefused,
    Interrupted,
)

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
        answer = self.special.get(path.split("/")[-2].replace("-", "_"), {"enabled": True, "path": path})
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_every_key_in_snake_case_and_nothing_else():
    settings = {
        "enabled": True,
        "record": None,
        "recordVoicemailEnabled": False,
        "repeat": {"interval": 15, "enabled": False, "audience": "PSTN"},
        "startStopAnnouncement": {"internalCallsEnabled": False, "pstnCallsEnabled": False},
        "selectiveCallRecordingSettings": {"recordInboundInternalCallsEnabled": True},
        "postCallRecordingSettings": {"summaryAndActionItemsEnabled": [{"someKey": "Some Value"}, None]},
        "serviceProvider": "",
        "notification": {},
    }
    assert read(Client(line_1=settings), LINES[1]) == {
        "enabled": True,
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
    read(client, {"id": "a/b+c="})
    assert client.asked == ["telephony/config/virtualLines/a%2Fb%2Bc%3D/callRecording"]


def test_all_in_the_order_asked_for():
    client = Client()
    readings = read_all(client, LINES)
    assert [reading.as_dict() for reading in readings] == [
        {
            **line,
            "call_recording": {
                "enabled": True,
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
    readings = read_all(Client(line_3=ApiError("Not Found", "Hint.", status=404)), LINES)
    assert [reading.line["id"] for reading in readings if reading.error] == ["line-3"]
    assert readings[3].as_dict() == {
        "id": "line-3",
        "error": {
            "status": 404,
            "reason": "Not Found",
            "message": None,
            "code": None,
            "tracking_id": None,
            "retry_after": None,
            "virtual_line_id": "line-3",
            "hint": "Hint.",
        },
    }
    assert str(readings[3].error) == (
        "Could not read the call recording settings of virtual line line-3: HTTP 404 Not Found. Hint."
    )


def test_refused_credentials_end_it_and_keep_what_was_read():
    client = Client(concurrency=1, line_2=CredentialsRefused("Unauthorized", "Hint.", status=401))
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
    client = Client(concurrency=1, **{f"line_{n}": ApiError("Forbidden", "Hint.", status=403) for n in range(20)})
    readings = read_all(client, LINES)
    assert len(client.asked) == 10
    assert {reading.error.status for reading in readings} == {403}
    assert [reading.as_dict()["error"]["virtual_line_id"] for reading in readings] == [line["id"] for line in LINES]


def test_403_for_some_lines_is_about_these_lines():
    client = Client(concurrency=1, **{f"line_{n}": ApiError("Forbidden", "Hint.", status=403) for n in range(1, 20)})
    readings = read_all(client, LINES)
    assert len(client.asked) == 20
    assert readings[0].error is None


def test_what_is_interrupted_ends_at_once():
    client = Client(concurrency=2, line_3=Interrupted())
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
