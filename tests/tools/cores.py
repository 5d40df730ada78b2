# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ansible-core releases to test with."""

from __future__ import annotations

from .pythons import find_pythons

#: Oldest first: the Pythons that each runs on, and the Pythons of modules that its unit tests run with. Together they
#: cover all that the collection supports.
CORES = {
    "2.16": (["3.10", "3.11", "3.12"], ["3.9", "3.10"]),
    "2.19": (["3.11", "3.12", "3.13"], ["3.11"]),
    "2.21": (["3.12", "3.13", "3.14"], ["3.12", "3.13"]),
}

#: The interpreters that are here, by version.
PYTHONS = find_pythons()


def controller_python(core: str) -> str | None:
    """The Python that ansible-core itself runs on; None if there is none here."""
    return next((version for version in CORES[core][0] if version in PYTHONS), None)


OLDEST = next(iter(CORES))
#: The newest that can run here. It runs all there is, and counts what is covered.
NEWEST = next((core for core in reversed(CORES) if controller_python(core)), OLDEST)
