# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl

import pytest
import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, ProtocolError, ReadTimeoutError

from ansible_collections.webex.calling.plugins.module_utils import _error_hints as hints
from ansible_collections.webex.calling.plugins.module_utils import _error_parsing as parsing
from ansible_collections.webex.calling.plugins.module_utils import _errors as errors
from ansible_collections.webex.calling.plugins.module_utils._kinds import (
    KINDS,
    PERSON,
    explain_read_error,
    explain_write_error,
)

ERROR_KEYS = [
    *("type", "status", "reason", "message", "code"),
    *("tracking_id", "retry_after", "kind", "id", "hint"),
]
#: The stable words for each documented status.
TYPES = {
    **dict.fromkeys([400, 405, 410, 415, 428], "refused"),
    401: "authentication",
    403: "permission",
    404: "not_found",
    **dict.fromkeys([409, 423], "conflict"),
    429: "rate_limit",
    500: "server_error",
    **dict.fromkeys([502, 503, 504], "unavailable"),
}
DOCUMENTED_STATUSES = [400, 401, 403, 404, 405, 409, 410, 415, 423, 428, 429, 500, 502, 503, 504]


def answer(status=400, body=b"", reason="", **headers):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    named = CaseInsensitiveDict({name.replace("_", "-"): value for name, value in headers.items()})
    return parsing.error_from_response(status, reason, named, body)


@pytest.mark.parametrize(
    ("body", "message", "code", "tracking_id"),
    [
        pytest.param(
            {"message": "Not good.", "errors": [{"description": "The reason why."}], "trackingId": "T1"},
            "Not good.; The reason why.",
            None,
            "T1",
            id="a",
        ),
        pytest.param(
            {"message": "Twice.", "errors": [{"description": "Twice."}], "trackingId": "T1"},
            "Twice.",
            None,
            "T1",
            id="a, the same said twice",
        ),
        pytest.param({"errorCode": 25024, "message": "Not good."}, "Not good.", "25024", None, id="b"),
        pytest.param(
            {
                "errorCode": 1,
                "message": "Not good.",
                "errors": [{"errorCode": 2, "description": "Why."}],
                "trackingId": "T1",
            },
            "Not good.; Why.",
            "1",
            "T1",
            id="c",
        ),
        pytest.param(
            {"error": [{"key": "400", "message": [{"description": "Why.", "code": "4711"}]}], "trackingId": "T1"},
            "Why.",
            "4711",
            "T1",
            id="d",
        ),
        pytest.param({"code": 1006, "message": "Gate.", "trackingId": "T1"}, "Gate.", "1006", "T1", id="e"),
        pytest.param(
            b"<!DOCTYPE html><html><head><title>Bad &amp;\n gateway</title></head></html>",
            "Bad & gateway",
            None,
            None,
            id="f",
        ),
        pytest.param(b"<html><body>no title</body></html>", "an HTML page", None, None, id="f without title"),
        pytest.param(b"", None, None, None, id="g"),
        pytest.param(
            {"vendorId": "V1", "vendorName": "Recorder", "termsOfServiceUrl": "https://recorder.example/terms"},
            "the terms of service of the recording vendor Recorder are not accepted: https://recorder.example/terms",
            None,
            None,
            id="h",
        ),
        pytest.param(b"plain\n text", "plain text", None, None, id="text"),
        pytest.param(["a", "list"], '["a", "list"]', None, None, id="list"),
        pytest.param(None, None, None, None, id="null"),
        pytest.param(
            {"message": {"no": "text"}, "errors": "none", "error": [{"message": "none"}, 5], "errorCode": True},
            None,
            None,
            None,
            id="nothing as expected",
        ),
        pytest.param(b"[" * 100_000, "[" * errors.MAX_MESSAGE_LENGTH + "…", None, None, id="too deep to be read"),
        pytest.param(b"\xff\xfe", "\N{REPLACEMENT CHARACTER}" * 2, None, None, id="no text at all"),
    ],
)
def test_every_shape_of_body(body, message, code, tracking_id):
    failure = answer(400, body)
    failure.redact([])
    error = failure.as_dict()
    assert list(error) == ERROR_KEYS
    assert (error["message"], error["code"], error["tracking_id"]) == (message, code, tracking_id)


def test_tracking_id_of_the_header_comes_first():
    assert answer(body={"trackingId": "in the body"}, Trackingid="in the header").tracking_id == "in the header"


def test_code_of_the_body_comes_first_then_header_then_text():
    in_text = "[Error 4410] Service is not assigned to this subscriber: Call Recording"
    assert answer(body={"errorCode": 7}, Cisco_Spark_Error_Codes="8").code == "7"
    assert answer(body={"message": "none"}, Cisco_Spark_Error_Codes="8,9").code == "8"
    assert answer(body={"message": in_text}).code == "4410"
    assert answer(body={"message": in_text}).hint.startswith("Assign call recording")


@pytest.mark.parametrize("status", DOCUMENTED_STATUSES)
def test_every_documented_status(status):
    error = answer(status, {"message": "Said."})
    assert error.status == status
    assert error.reason == http.client.responses[status]
    assert error.retryable is (status in (423, 429, 502, 503, 504))
    assert isinstance(error, errors.AuthenticationError) is (status == 401)
    assert error.hint == hints.BY_STATUS[status]
    assert error.error_type == TYPES[status]
    assert str(error) == f"HTTP {status} {error.reason}: Said. {error.hint}"


def test_hints_are_sentences_of_their_own():
    assert len(set(hints.BY_STATUS.values())) == len(DOCUMENTED_STATUSES)
    assert all(hint.endswith(".") for hint in hints.BY_STATUS.values())


@pytest.mark.parametrize(
    ("status", "reason", "hint"),
    [
        (418, "I'm a Teapot", "Webex refused the request"),
        (599, "Unknown status", "Webex had an error"),
        (204, "No Content", "The Webex API documents no such status"),
    ],
)
def test_other_statuses(status, reason, hint):
    error = answer(status)
    assert error.error_type == {418: "refused", 599: "server_error", 204: "invalid_response"}[status]
    assert (error.reason.lower(), error.retryable) == (reason.lower(), False)
    assert error.hint.startswith(hint)


def test_reason_as_the_server_puts_it():
    assert answer(404, reason="Nowhere").reason == "Nowhere"


def test_wrong_kind_of_id():
    error = answer(400, {"message": "Wrong type of Webex ID provided in path /virtualLines/x"})
    assert error.hint.startswith("Use an id of the right kind.")


def test_a_change_that_is_forbidden_has_a_hint_of_its_own():
    for kind in KINDS:
        reading, writing = explain_read_error(answer(403), kind), explain_write_error(answer(403), kind)
        assert kind.read_scope in reading.hint
        assert kind.write_scope in writing.hint
        assert kind.read_scope not in writing.hint
        assert writing.status == 403


@pytest.mark.parametrize("status", sorted({*DOCUMENTED_STATUSES} - {403, 404}))
def test_a_change_that_is_refused_keeps_the_hint(status):
    body = {"message": "[Error 4410] Service is not assigned to this subscriber: Call Recording"}
    refused = explain_write_error(answer(status, body), PERSON)
    assert refused.as_dict() == answer(status, body).as_dict()


def test_terms_of_service_come_with_a_hint_of_their_own():
    assert answer(409, {"termsOfServiceUrl": "https://r.example", "vendorId": "V1"}).hint.startswith(
        "Accept the terms of service"
    )


def test_a_page_instead_of_an_answer_points_at_the_address():
    page = b"<html><title>Login</title></html>"
    assert answer(404, page).hint.startswith("The response is not from the Webex API.")
    # A gateway's page says nothing against the address.
    assert answer(502, page).hint == hints.BY_STATUS[502]


@pytest.mark.parametrize(
    ("location", "where"),
    [
        ("https://user:pw@elsewhere.example:8443/path?token=x", "elsewhere.example:8443"),
        ("//elsewhere.example/path", "elsewhere.example"),
        ("/login", "another address on the same host"),
        (None, "nowhere"),
    ],
)
def test_redirects_show_the_host_only(location, where):
    error = answer(302, b"<html></html>", **({"Location": location} if location else {}))
    assert error.error_type == "redirect"
    assert error.message == f"redirects to {where}"
    assert error.hint.startswith("Check api_url, and any proxy or login portal")
    assert not error.retryable


def test_one_line_for_people():
    with pytest.raises(errors.ApiError) as caught, errors.error_context("read line X", "virtual_line", "X"):
        raise answer(400, {"message": "Not good.", "errorCode": 12, "trackingId": "T1"})
    assert str(caught.value) == (
        "Could not read line X: HTTP 400 Bad Request: Not good (error code 12, tracking id T1). "
        "Webex refused the request. Check the values of the options, first the ids."
    )
    assert caught.value.as_dict()["id"] == "X"


def test_what_was_done_within_is_kept():
    with (
        pytest.raises(errors.WebexError) as caught,
        errors.error_context("read line X", "virtual_line", "X"),
        errors.error_context("get a token"),
    ):
        raise errors.WebexError("refused", "Failed", "Do something.")
    assert str(caught.value) == "Could not get a token: Failed. Do something."
    assert (caught.value.kind, caught.value.member_id) == (None, None)


def test_redaction():
    error = errors.WebexError(
        "refused",
        "no secret-1",
        "Hint.",
        message="secret-1 and secret-2 at https://me:pw@proxy.example",
        tracking_id="secret-2",
    )
    error.redact(["secret-1", "secret-2"])
    assert error.message == "******** and ******** at https://proxy.example"
    assert (error.reason, error.tracking_id, error.code) == ("no ********", "********", None)


def test_exchange_refused_only_for_statuses_that_speak_of_credentials():
    for status in (400, 401, 403):
        refused = parsing.token_exchange_error(answer(status, {"message": "No.", "trackingId": "T"}))
        assert isinstance(refused, errors.AuthenticationError)
        assert (refused.status, refused.message, refused.tracking_id) == (status, "No.", "T")
        assert "refresh_token" in refused.hint
    for other in (answer(503), answer(404, {"message": "No."}), answer(400, b"<html>"), answer(403, b"")):
        assert parsing.token_exchange_error(other) is other


def test_a_secret_at_the_place_where_a_message_is_cut():
    secret = "s3cret" * 20
    error = answer(400, {"message": "x" * (errors.MAX_MESSAGE_LENGTH - 60) + secret})
    error.redact([secret])
    assert "s3cret" not in str(error)


def test_a_password_with_an_at_in_it():
    assert errors.redacted("at http://user:p@ss@host/x", []) == "at http://host/x"


def wrapped(*causes):
    """An exception of requests with others in it, the way urllib3 wraps them."""
    inner = causes[-1]
    for cause in reversed(causes[:-1]):
        cause.__context__ = inner
        inner = cause
    return requests.ConnectionError(inner)


@pytest.mark.parametrize(
    ("exception", "error_type", "reason", "retryable"),
    [
        (
            wrapped(MaxRetryError(None, "/", NewConnectionError(None, "failed")), socket.gaierror(-2, "unknown")),
            "connection",
            "Host name not found",
            False,
        ),
        (
            wrapped(NewConnectionError(None, "failed"), ConnectionRefusedError(111, "no")),
            "connection",
            "Connection refused",
            False,
        ),
        (
            wrapped(ProtocolError("aborted", ConnectionResetError(104, "reset"))),
            "connection",
            "Connection broken",
            True,
        ),
        (
            wrapped(ProtocolError("aborted", http.client.RemoteDisconnected("bye"))),
            "connection",
            "Connection broken",
            True,
        ),
        (
            wrapped(ProtocolError("broken", http.client.IncompleteRead(b"", 5))),
            "connection",
            "Response cut short",
            True,
        ),
        (ConnectTimeoutError("slow"), "timeout", "Timed out", False),
        (ReadTimeoutError(None, "/", "slow"), "timeout", "Timed out", True),
        (wrapped(TimeoutError("slow")), "timeout", "Timed out", True),
        (
            requests.exceptions.SSLError(MaxRetryError(None, "/", ssl.SSLCertVerificationError(1, "self-signed"))),
            "tls",
            "TLS certificate not trusted",
            False,
        ),
        (requests.exceptions.SSLError(ssl.SSLError(1, "wrong version number")), "tls", "TLS failed", False),
        (requests.exceptions.ProxyError(OSError("Tunnel connection failed: 407")), "proxy", "Proxy failed", False),
        (OSError("no such bundle"), "connection", "Request failed", False),
    ],
)
def test_no_response(exception, error_type, reason, retryable):
    error = parsing.error_from_exception(exception, 30)
    assert (error.error_type, error.reason, error.retryable, error.status) == (error_type, reason, retryable, None)
    assert error.hint.endswith(".")
    assert "\n" not in str(error)


def test_exceptions_that_hold_each_other_end():
    first, second = OSError("first"), OSError("second")
    first.__context__, second.__context__ = second, first
    assert parsing.error_from_exception(first, 30).message == "second"


def test_time_outs_name_the_time():
    assert parsing.error_from_exception(ReadTimeoutError(None, "/", "slow"), 2.5).message == "no response within 2.5 s"


def test_secrets_in_keys_are_masked_wherever_the_keys_are():
    secret = "simulated-secret"
    result = {"members": [{"settings": [{secret: [{f"x{secret}y": 1}]}], "value": secret}]}
    masked = errors.without_secrets_in_keys(result, {secret})
    assert secret not in "".join(re.findall(r"'([^']*)':", repr(masked)))
    # Ansible masks values.
    assert masked["members"][0]["value"] == secret
    assert secret in result["members"][0]["settings"][0]
    clean = {"members": [{"name": "Ada"}]}
    assert errors.without_secrets_in_keys(clean, {secret}) is clean
