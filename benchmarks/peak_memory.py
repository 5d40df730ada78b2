# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Python interpreter for modules that records the peak memory of the module process.

The module runs in a child process. After its end, the kernel reports the peak memory of that process, without Ansible.
"""

from __future__ import annotations

import os
import subprocess
import sys


def main() -> int:
    # Run the command of Ansible with the same interpreter.
    process = subprocess.Popen([sys.executable, *sys.argv[1:]])  # noqa: S603
    _pid, status, usage = os.wait4(process.pid, 0)
    with open(os.environ["BENCHMARK_PEAKS"], "a", encoding="utf-8") as file:
        print(usage.ru_maxrss, file=file)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
