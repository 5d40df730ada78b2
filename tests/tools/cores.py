# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Releases of ansible-core that tests run with."""

from __future__ import annotations

from typing import NamedTuple

from .pythons import find_pythons


class Core(NamedTuple):
    """Python versions that one release of ansible-core is tested with.

    :ivar controller: versions that ansible-core itself supports; the first one that is installed is used.
    :ivar modules: versions that unit and in-process tests run on.
    :ivar integration: version that modules run on in integration tests.
    """

    controller: tuple[str, ...]
    modules: tuple[str, ...]
    integration: str


#: Oldest release first. Together, the releases cover all Python versions that the collection supports.
CORES = {
    "2.16": Core(("3.10", "3.11", "3.12"), ("3.9", "3.10"), "3.9"),
    "2.19": Core(("3.11", "3.12", "3.13"), ("3.11",), "3.11"),
    "2.21": Core(("3.12", "3.13", "3.14"), ("3.9", "3.12", "3.13", "3.14"), "3.12"),
}

#: Installed interpreters by version.
PYTHONS = find_pythons()


def controller_python(core: str) -> str | None:
    """Return the Python version that ansible-core runs on, or None if no supported version is installed."""
    return next((version for version in CORES[core].controller if version in PYTHONS), None)


OLDEST = next(iter(CORES))
#: Newest release that can run here. All tests run with this release.
NEWEST = next((core for core in reversed(CORES) if controller_python(core)), OLDEST)
