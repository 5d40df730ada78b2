# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Python interpreter that records the peak memory of a module.

The module runs in a child process, so that the peak memory does not include Ansible.
"""

from __future__ import annotations

import os
import subprocess
import sys


def main() -> int:
    # Run the Ansible command with the same interpreter.
    process = subprocess.Popen([sys.executable, *sys.argv[1:]])  # noqa: S603
    _pid, status, usage = os.wait4(process.pid, 0)
    with open(os.environ["BENCHMARK_PEAKS"], "a", encoding="utf-8") as file:
        print(usage.ru_maxrss, file=file)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
