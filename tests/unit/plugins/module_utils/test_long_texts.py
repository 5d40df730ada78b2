# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts of a megabyte for everything that searches texts of servers: quadratic patterns would take minutes."""

from __future__ import annotations

import json
import signal
from contextlib import suppress

import pytest

from ansible_collections.webex.calling.plugins.module_utils._addresses import is_unambiguous, target_of_link
from ansible_collections.webex.calling.plugins.module_utils._bounds import HttpResponse
from ansible_collections.webex.calling.plugins.module_utils._error_parsing import error_from_response, host_of
from ansible_collections.webex.calling.plugins.module_utils._errors import WebexError, redacted, visible
from ansible_collections.webex.calling.plugins.module_utils._http import json_object, next_link, retry_after
from ansible_collections.webex.calling.plugins.module_utils._snake_case import to_snake_case

MEGABYTE = 1_000_000
#: One character of each class that a pattern knows, and texts that patterns begin with.
UNITS = [
    *("A", "a", "1", " ", "\t", "\n", "/", ":", "@", "?", "#", "\\", '"', "'", ";", ",", "=", "<", ">", "-", "."),
    *(
        "é",
        "\u202e",
        "://",
        "://a",
        "<title>",
        "<title",
        "rel=",
        "rel= ",
        "next",
        "[Error 1",
        "Aa",
        "aA1",
        "%41",
        "[",
        "{",
    ),
]


@pytest.fixture(autouse=True)
def _limit():
    """Fail instead of running for minutes."""

    def fail(*_arguments):
        pytest.fail("takes more than linear time")

    previous = signal.signal(signal.SIGALRM, fail)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, previous)


def responses(text):
    headers = {"trackingid": text, "cisco-spark-error-codes": text, "location": text}
    for body in (text.encode(), json.dumps({"message": text, "errorCode": text}).encode(), f"<title>{text}".encode()):
        yield HttpResponse(400, text, headers, body)


@pytest.mark.parametrize("unit", UNITS)
def test_errors(unit):
    text = unit * (MEGABYTE // len(unit))
    for response in responses(text):
        for status in (302, 404):
            error = error_from_response(status, response.reason, response.headers, response.body)
            error.redact(["a-secret-of-an-app"])
            assert len(str(error)) < 20_000
    host_of(f"//{text}")
    redacted(text, ["a-secret-of-an-app"])
    visible(text)


@pytest.mark.parametrize("unit", UNITS)
def test_headers(unit):
    text = unit * (MEGABYTE // len(unit))
    # As long as a header can be.
    for link in (
        text[:65_000],
        f"rel={text[:60_000]}",
        f"<{text[:60_000]}",
        f'</x>; rel="{text[:60_000]}"',
        text[:16_000],
    ):
        with suppress(WebexError):
            next_link(HttpResponse(200, "OK", {"link": link}, b"{}"))
    with suppress(WebexError):
        target_of_link(text, "https://webexapis.com/v1", "/v1/list")
    is_unambiguous(text)
    retry_after(HttpResponse(429, "", {"retry-after": text}, b""))
    with suppress(WebexError):
        json_object(HttpResponse(200, "OK", {"content-type": text}, text.encode()), "id")


@pytest.mark.parametrize("unit", UNITS)
def test_keys(unit):
    text = unit * (MEGABYTE // len(unit))
    assert len(to_snake_case({text: text, text[:400_000]: 1, text[:200]: 1, text[:201]: 1})) >= 3
