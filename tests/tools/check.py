# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of `make check`: format, lint, texts, types, in-process tests, and an integration test.

Three groups run in parallel. With `--quick`, only the first group runs.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .ansible_test import AnsibleTestError
from .ansible_test import run as run_ansible_test
from .cores import PYTHONS
from .workspace import ROOT, WORK, Workspace

#: Folder in which mypy runs and stores the cache. A link in the folder gives the collection its full name.
_LINKS = WORK / "tree" / "links"
_TYPED = ("plugins", "benchmarks", "demo", "tests/simulator", "tests/system", "tests/tools", "tests/unit")

_Check = Callable[[], tuple[bool, str]]


def main(arguments: list[str]) -> int:
    """Run the checks, print the output of failed checks, and return the exit status."""
    started = time.monotonic()
    groups: list[list[tuple[str, _Check]]] = [
        [
            ("format", lambda: _run("ruff", "format", "--check", ".")),
            ("ruff", lambda: _run("ruff", "check", ".")),
            *((name, _script(name)) for name in ("check_style", "check_names") if _path(name).exists()),
            ("mypy", _mypy),
        ],
    ]
    if "--quick" not in arguments:
        groups.append([("tests", lambda: _run("pytest", "-q", "-p", "no:cacheprovider", "-n", "auto"))])
        groups.append([("integration", _smoke_test)])
    with ThreadPoolExecutor(len(groups)) as executor:
        failed = sum(executor.map(_run_group, groups))
    print(f"make check: {f'{failed} failed' if failed else 'passed'}, {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


def _run_group(checks: list[tuple[str, _Check]]) -> int:
    """Run the checks in sequence, and return the number of failed checks."""
    failed = 0
    for name, check in checks:
        started = time.monotonic()
        passed, output = check()
        failed += not passed
        line = f"{'passed' if passed else 'FAILED'}  {name:<12} {time.monotonic() - started:5.1f} s\n"
        # A single write keeps the output together, because other groups print at the same time.
        sys.stdout.write(line if passed else f"{output.rstrip()}\n{line}")
        sys.stdout.flush()
    return failed


def _run(*command: str, folder: Path = ROOT) -> tuple[bool, str]:
    program = Path(sys.executable).parent / command[0]
    ended = subprocess.run(
        [str(program), *command[1:]],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return ended.returncode == 0, ended.stdout


def _path(script: str) -> Path:
    return ROOT / "tests/tools" / f"{script}.py"


def _script(name: str) -> _Check:
    return lambda: _run(Path(sys.executable).name, str(_path(name)))


def _mypy() -> tuple[bool, str]:
    link = _LINKS / "ansible_collections" / "webex" / "calling"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(ROOT)
    options = ("--config-file", str(ROOT / "mypy.ini"), "--namespace-packages", "--explicit-package-bases")
    return _run("mypy", *options, *(str(link.relative_to(_LINKS) / folder) for folder in _TYPED), folder=_LINKS)


def _smoke_test() -> tuple[bool, str]:
    program = Path(sys.executable).parent / "ansible-test"
    try:
        output = run_ansible_test(
            program, Workspace("check"), ["integration", "--local", "--color", "no", "smoke"], PYTHONS, quiet=True
        )
    except AnsibleTestError as error:
        return False, str(error)
    return True, output


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
