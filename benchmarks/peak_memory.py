# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands in for the interpreter that Ansible runs modules with, and notes how much memory the module took.

A module runs in a process of its own, which is a child of this one; what the kernel knows of a child that has ended is
the peak of that process alone, without Ansible's.
"""

from __future__ import annotations

import os
import subprocess
import sys


def main() -> int:
    # The module is what Ansible would have run, with the interpreter that it would have taken.
    process = subprocess.Popen([sys.executable, *sys.argv[1:]])  # noqa: S603
    _pid, status, usage = os.wait4(process.pid, 0)
    with open(os.environ["BENCHMARK_PEAKS"], "a", encoding="utf-8") as file:
        print(usage.ru_maxrss, file=file)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
