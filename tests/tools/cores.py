# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tested ansible-core releases."""

from __future__ import annotations

from typing import NamedTuple

from .pythons import find_pythons


class Core(NamedTuple):
    """Python versions for tests with one ansible-core release.

    :ivar controller: Python versions for ansible-core. Tests use the first installed version.
    :ivar modules: Python versions for unit and in-process tests.
    :ivar integration: Python version for modules in integration tests.
    """

    controller: tuple[str, ...]
    modules: tuple[str, ...]
    integration: str


#: All supported releases, oldest first. CI runs sanity and integration tests with each of them.
CORES = {
    "2.16": Core(("3.10", "3.11", "3.12"), ("3.9", "3.10"), "3.9"),
    "2.17": Core(("3.10", "3.11", "3.12"), ("3.10",), "3.10"),
    "2.18": Core(("3.11", "3.12", "3.13"), ("3.11",), "3.11"),
    "2.19": Core(("3.11", "3.12", "3.13"), ("3.11",), "3.11"),
    "2.20": Core(("3.12", "3.13", "3.14"), ("3.12",), "3.12"),
    "2.21": Core(("3.12", "3.13", "3.14"), ("3.9", "3.12", "3.13", "3.14"), "3.12"),
}

#: Releases that `make test` runs. Together, they cover all supported Python versions.
DEFAULT = ("2.16", "2.19", "2.21")

#: Paths of installed interpreters by version.
PYTHONS = find_pythons()


def controller_python(core: str) -> str | None:
    """Return the Python version for an ansible-core release, or None if no supported version is installed."""
    return next((version for version in CORES[core].controller if version in PYTHONS), None)


OLDEST = next(iter(CORES))
#: Newest release that runs on an installed Python version. All tests run with this release.
NEWEST = next((core for core in reversed(DEFAULT) if controller_python(core)), OLDEST)
