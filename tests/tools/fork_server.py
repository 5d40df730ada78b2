# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Python interpreter that starts programs without importing their libraries each time.

A server is a Python process that has imported libraries, and then waits. C(ForkServer.interpreter) is a small program
that takes the same arguments as a Python interpreter: a script, C(-m) and a module, or nothing, with the program on
stdin. It sends them to the server, which forks. The child becomes the program: it has the files, the environment, and
the current folder of the small program, which forwards signals to it, and ends with its exit status. If the small
program is killed, so is the child. No state remains, because the server itself never runs a program.

The child imports all modules that the server has not imported. Use it for libraries, and not for the code under test.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import os
import random
import runpy
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import types
from collections.abc import Sequence
from pathlib import Path

#: Program that stands in for the interpreter. It must start fast, so that it imports only what is built in.
_INTERPRETER = """\
#!{python} -IS
import _signal, _socket, os, sys
server = _socket.socket(_socket.AF_UNIX)
server.connect({path!r})
arguments = [os.fsencode(argument) for argument in sys.argv[1:]]
variables = [b"=".join(item) for item in os.environb.items()]
request = b"\\0".join([os.getcwdb(), b"%d" % len(arguments), *arguments, *variables])
request = len(request).to_bytes(8, "big") + request
files = b"".join(number.to_bytes(4, sys.byteorder) for number in range(3))
sent = server.sendmsg([request[:1]], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, files)])
server.sendall(request[sent:])
# The writer of a pipe must see that the child does not read any more, and the reader that the child has ended.
for number in range(3):
    os.close(number)
for number in (_signal.SIGINT, _signal.SIGTERM):
    _signal.signal(number, lambda number, frame: server.send(bytes([number])))
# The exit status, and the signal that ended the program.
ended = server.recv(2, _socket.MSG_WAITALL)
if len(ended) == 2 and ended[1]:
    if ended[1] != _signal.SIGKILL:
        _signal.signal(ended[1], _signal.SIG_DFL)
    os.kill(os.getpid(), ended[1])
os._exit(ended[0] if ended else 1)
"""


class ForkServer:
    """Running server.

    :param python: interpreter of the server, which does not process C(PYTHONPATH).
    :param libraries: names of modules to import.
    :param paths: additional folders with modules.
    :ivar interpreter: path of the program that stands in for the interpreter.
    """

    def __init__(self, python: str, libraries: Sequence[str], *, paths: Sequence[str] = ()) -> None:
        # The path of a Unix socket has at most 104 characters, so that it cannot be in the folder of a session.
        self._folder = tempfile.TemporaryDirectory(prefix="fork-server-", dir="/tmp")
        path = str(Path(self._folder.name) / "socket")
        self.interpreter = str(Path(self._folder.name) / "python")
        # In contrast to that of a virtual environment, the path of the base interpreter has no spaces.
        program = _INTERPRETER.format(python=os.path.realpath(python), path=path)
        Path(self.interpreter).write_text(program, encoding="utf-8")
        Path(self.interpreter).chmod(0o700)
        self._process = subprocess.Popen(
            [python, "-I", __file__, path, os.pathsep.join(paths), *libraries],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # An interrupt from the terminal is for programs.
            start_new_session=True,
        )
        assert self._process.stdout
        if not self._process.stdout.readline():
            raise RuntimeError(f"The server ended with exit status {self._process.wait()}.")
        atexit.register(self.stop)

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop the server. Programs that it started keep running."""
        # A server ends when its input ends.
        self._process.communicate()
        self._folder.cleanup()
        atexit.unregister(self.stop)


def module_server(python: str, ansible: Path) -> ForkServer:
    """Return a server for modules.

    As in a process of its own, a module finds nothing of Ansible except modules and C(ansible.module_utils). Modules
    and other code of collections come from Ansible for each task.

    :param ansible: folder of the installed package C(ansible).
    """
    folder = tempfile.mkdtemp(prefix="fork-server-ansible-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    package = Path(folder) / "ansible"
    package.mkdir()
    # As in the archive with a module, the package has only the version.
    for name, source in {"__init__.py": "release.py", "modules": "modules", "module_utils": "module_utils"}.items():
        (package / name).symlink_to(ansible / source)
    return ForkServer(python, ["ansible.module_utils.basic", "ansible.module_utils.urls", "requests"], paths=[folder])


def simulator_server(python: str) -> ForkServer:
    """Return a server for simulators."""
    return ForkServer(python, ["simulator.cli", "uvicorn.lifespan.off"], paths=[str(Path(__file__).parents[1])])


def _serve(path: str, paths: str, *libraries: str) -> None:
    """Import the libraries, and start programs until stdin ends."""
    # The first path is the folder of this file.
    sys.path[:1] = [entry for entry in paths.split(os.pathsep) if entry]
    for name in libraries:
        importlib.import_module(name)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(128)
    # Without this, the garbage collection of a child would copy the memory that it shares with the server.
    gc.collect()
    gc.freeze()
    # Nobody waits for children.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    while listener.fileno() in select.select([listener.fileno(), 0], [], [])[0]:
        connection = listener.accept()[0]
        if os.fork() == 0:
            listener.close()
            _supervise(connection)
            return  # Only the program comes here.
        connection.close()
    os._exit(0)


def _supervise(connection: socket.socket) -> None:
    """Run the requested program in a child. The child returns, and this process ends when the child has ended."""
    start, descriptors, _flags, _address = socket.recv_fds(connection, 1, 3)
    received = bytearray(start)
    while len(received) < 8 or len(received) < 8 + int.from_bytes(received[:8], "big"):
        part = connection.recv(1 << 16)
        if not part:  # The small program was killed.
            os._exit(0)
        received += part
    awoken, awake = os.pipe()
    os.set_blocking(awake, False)
    signal.set_wakeup_fd(awake)
    signal.signal(signal.SIGCHLD, lambda *_arguments: None)
    child = os.fork()
    if child == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for descriptor in (awoken, awake, connection.detach()):
            os.close(descriptor)
        _become(bytes(received[8:]), descriptors)
        return
    for descriptor in (0, 1, *descriptors):
        os.close(descriptor)
    while True:
        readable = select.select([connection.fileno(), awoken], [], [])[0]
        if awoken in readable:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                code = os.waitstatus_to_exitcode(status)
                connection.sendall(bytes([max(code, 0), max(-code, 0)]))
                os._exit(0)
            os.read(awoken, 1)
        else:
            number = connection.recv(1)
            os.kill(child, number[0] if number else signal.SIGKILL)
            if not number:
                os.waitpid(child, 0)
                os._exit(0)


def _become(request: bytes, descriptors: Sequence[int]) -> None:
    """Replace what this process shares with the server, and run the program."""
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    folder, count, *items = request.split(b"\0")
    os.chdir(folder)
    sys.argv = [os.fsdecode(argument) for argument in items[: int(count)]] or [""]
    os.environ.clear()
    for item in items[int(count) :]:
        name, _equals, value = item.partition(b"=")
        os.environb[name] = value
    random.seed()
    if os.environ.get("PYTHONPATH"):
        sys.path[:0] = os.environ["PYTHONPATH"].split(os.pathsep)
        with contextlib.suppress(ImportError):
            importlib.import_module("sitecustomize")
    if sys.argv[0] == "-m":
        module = sys.argv[1]
        del sys.argv[:1]
        sys.path.insert(0, os.getcwd())
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return
    main = types.ModuleType("__main__")
    main.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = main
    if sys.argv[0]:
        main.__file__ = os.path.abspath(sys.argv[0])
        sys.path.insert(0, os.path.dirname(main.__file__))
        source = Path(main.__file__).read_bytes()
    else:
        sys.path.insert(0, "")
        source = sys.stdin.buffer.read()
    exec(compile(source, sys.argv[0] or "<stdin>", "exec", dont_inherit=True), main.__dict__)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
