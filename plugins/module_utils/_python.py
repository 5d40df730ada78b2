# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Python version check: the import of this file fails the module if Python is too old.

Private to webex.calling. Modules import this file before all other files of the collection, because other files raise
exceptions with older Python versions. ansible-core 2.16 to 2.18 accept older Python versions.
"""

from __future__ import annotations

import json
import sys

MINIMUM = (3, 9)

if sys.version_info < MINIMUM:
    _found = ".".join(str(number) for number in sys.version_info[:3])
    _message = (
        "Modules of webex.calling need Python 3.9 or newer on the host where they run, and {0} is Python {1}. "
        "Set ansible_python_interpreter to a newer Python."
    )
    sys.stdout.write(json.dumps({"failed": True, "msg": _message.format(sys.executable, _found)}))
    raise SystemExit(1)
