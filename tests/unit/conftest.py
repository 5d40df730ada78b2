# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import http.server
import json
import os
import threading
from contextlib import contextmanager
from email.message import Message
from typing import NamedTuple

import pytest


@pytest.fixture(autouse=True)
def no_webex_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own token, proxy or certificates take part in the tests."""
    for name in list(os.environ):
        if name.startswith("WEBEX_") or name.lower().endswith("_proxy") or name.endswith("_CA_BUNDLE"):
            monkeypatch.delenv(name)


class Webex(http.server.ThreadingHTTPServer):
    """A server that answers what a test tells it, and remembers what it was asked.

    C(answers) is used up one by one, the last one for ever. An answer is C((status, headers, body)), or a function that
    is given the request handler and does what it likes.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = [(200, {}, {})]
        self.asked: list[Asked] = []
        self.connections = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def answer(self, status=200, body=None, **headers):
        """An answer with a JSON body, or with the given bytes."""
        content = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        return (status, {name.replace("_", "-"): value for name, value in headers.items()}, content)

    def will(self, *answers) -> None:
        self.answers = list(answers)

    def process_request(self, request, client_address):
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request, client_address):
        pass  # tests break connections on purpose


class Asked(NamedTuple):
    """What a test is told of a request."""

    method: str
    path: str
    headers: Message
    sent: str


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        length = int(self.headers.get("Content-Length", 0))
        self.server.asked.append(Asked(self.command, self.path, self.headers, self.rfile.read(length).decode()))
        answers = self.server.answers
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if callable(answer):
            answer(self)
            return
        status, headers, body = answer
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_GET

    def log_message(self, *args):
        pass


@pytest.fixture
def webex():
    server = Webex()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def run_module(capsys):
    """Run a module's main() with options, in this process; what it returns is its JSON."""

    def run(main, **options):
        with module_arguments(options), pytest.raises(SystemExit) as ended:
            main()
        result = json.loads(capsys.readouterr().out)
        assert ended.value.code == (1 if result.get("failed") else 0)
        return result

    return run


@contextmanager
def module_arguments(options):
    """What Ansible passes to a module: its way changed with ansible-core 2.19."""
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:
        from ansible.module_utils import basic

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode())
            yield
    else:
        with patch_module_args(options):
            yield
