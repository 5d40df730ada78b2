# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Unit tests and in-process tests with plain pytest. CONTRIBUTING.md describes how to write them."""

from __future__ import annotations

import http.server
import importlib.util
import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email.message import Message
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.environment import isolate
from tools.fork_server import simulator_server

if TYPE_CHECKING:
    from simulator.process import Simulator

ROOT = Path(__file__).parents[2]

#: A Python that is older than the controller of ansible-core supports has no Jinja2: only module code is tested.
CONTROLLER = importlib.util.find_spec("jinja2") is not None
collect_ignore = (
    [] if CONTROLLER else [f"plugins/{kind}" for kind in ("action", "filter", "inventory", "plugin_utils", "test")]
)


def pytest_configure(config: pytest.Config) -> None:
    """Make this checkout importable as C(ansible_collections.webex.calling), wherever it is."""
    needed = ["ansible", "requests", "responses", *([] if "SIMULATOR_PYTHON" in os.environ else ["uvicorn"])]
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        raise pytest.UsageError(
            f"{sys.executable} has no {', '.join(missing)}: run `make units`, or pip install ansible-core "
            "-r tests/unit/requirements.txt -r tests/simulator/requirements.txt."
        )
    folder = tempfile.TemporaryDirectory(prefix="webex-calling-unit-")
    config.add_cleanup(folder.cleanup)
    tree = Path(folder.name)
    (tree / "ansible_collections" / "webex").mkdir(parents=True)
    (tree / "ansible_collections" / "webex" / "calling").symlink_to(ROOT)
    # Python's search path is where the oldest Python finds ansible-core.
    isolate(os.environ, tree, python=False)
    if CONTROLLER:
        from ansible.plugins.loader import init_plugin_loader

        init_plugin_loader([str(tree)])
    else:
        from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

        _AnsibleCollectionFinder(paths=[str(tree)])._install()


@pytest.fixture(autouse=True)
def no_webex_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the developer's own access token, proxy, and certificates."""
    for name in list(os.environ):
        if name.startswith("WEBEX_") or name.lower().endswith("_proxy") or name.endswith("_CA_BUNDLE"):
            monkeypatch.delenv(name)


class Webex(http.server.ThreadingHTTPServer):
    """A server with scripted responses that records its requests.

    C(answers) are used one by one, and the last one is repeated. An answer is C((status, headers, body)), or a function
    that receives the request handler.
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
        """Return a response with a JSON body, or with the given bytes."""
        content = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        return (status, {name.replace("_", "-"): value for name, value in headers.items()}, content)

    def will(self, *answers) -> None:
        self.answers = list(answers)

    def process_request(self, request, client_address):
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request, client_address):
        pass  # Tests break connections on purpose.


class Asked(NamedTuple):
    """A recorded request."""

    method: str
    path: str
    headers: Message
    sent: str


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Otherwise, a body that follows its headers waits 40 ms for the acknowledgment of the headers.
    disable_nagle_algorithm = True

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


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[Simulator]:
    """A simulator for all tests of this process. Tests use the fixture C(simulator)."""
    with _start_simulator("--https-port", "0") as simulator:
        yield simulator


@pytest.fixture
def simulator(simulator_process: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """The simulator as it is after its start. Modules find it and an access token in the environment."""
    simulator_process.reset()
    _use_simulator(simulator_process, monkeypatch)
    return simulator_process


@pytest.fixture(scope="session")
def new_simulator() -> Any:
    """A function that starts a simulator with other arguments, for a fixture C(simulator_process) of a test file."""
    return _start_simulator


@pytest.fixture
def start_simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A function that starts a simulator with arguments of its own, such as C("--lines", "100")."""
    with ExitStack() as running:

        def start(*arguments: str) -> Simulator:
            simulator: Simulator = running.enter_context(_start_simulator(*arguments))
            _use_simulator(simulator, monkeypatch)
            return simulator

        yield start


def _start_simulator(*arguments: str) -> Simulator:
    from ansible_collections.webex.calling.tests.simulator.process import Simulator

    return Simulator(*arguments, python=_simulator_python())


@cache
def _simulator_python() -> str:
    python = os.environ.get("SIMULATOR_PYTHON", sys.executable)
    if python == sys.executable and sys.version_info < (3, 10):
        pytest.fail("The simulator needs Python 3.10 or newer: set SIMULATOR_PYTHON.", pytrace=False)
    return simulator_server(python).interpreter


def _use_simulator(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBEX_API_URL", simulator.api_url)
    monkeypatch.setenv("WEBEX_ACCESS_TOKEN", "simulated-full-admin-token")


@pytest.fixture
def run_module(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that runs a module in this process, and returns its result as Ansible receives it."""

    def run(
        main: Any,
        *,
        check_mode: bool = False,
        diff: bool = False,
        no_log: bool = False,
        invocation: bool = False,
        environment: dict[str, str] | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        """Run C(main) with the options of a task.

        :param invocation: return the options as well, as with C(-vvv).
        :param environment: variables for this run only, like the keyword C(environment) of a task.
        :returns: the result. Warnings and deprecations are texts, with each ansible-core.
        """
        from ansible.module_utils.common import parameters

        keywords = {"_ansible_check_mode": check_mode, "_ansible_diff": diff, "_ansible_no_log": no_log}
        if "inject_invocation" in parameters.PASS_VARS:  # Older releases of ansible-core always return the options.
            keywords["_ansible_inject_invocation"] = invocation
        with monkeypatch.context() as patch:
            for name, value in (environment or {}).items():
                patch.setenv(name, value)
            _act_as_target(patch)
            capsys.readouterr()
            with module_arguments({**keywords, **options}), pytest.raises(SystemExit) as ended:
                main()
        result: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert ended.value.code == (1 if result.get("failed") else 0)
        for kind in ("warnings", "deprecations"):
            if kind in result:
                result[kind] = [_text_of(message) for message in result[kind]]
        return result

    return run


def _act_as_target(patch: pytest.MonkeyPatch) -> None:
    """Return warnings in the result instead of displaying them, and those of this run only."""
    from ansible.module_utils.common import warnings

    warnings._global_warnings.clear()
    warnings._global_deprecations.clear()
    try:
        from ansible.module_utils import _internal
    except ImportError:  # ansible-core before 2.19
        return
    patch.setattr(_internal, "is_controller", False)


def _text_of(message: Any) -> str:
    if isinstance(message, str):
        return message
    return str(message["msg"] if "msg" in message else message["event"]["msg"])


@contextmanager
def module_arguments(options: dict[str, Any]) -> Iterator[None]:
    """Pass arguments to a module the way that this ansible-core does."""
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
