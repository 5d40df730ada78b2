# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Script that reads the settings of all lines with the synchronous wxc-sdk client.

The benchmark measures the whole process. With concurrency 1, the script reads lines sequentially, otherwise in threads.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

from wxc_sdk import WebexSimpleApi
from wxc_sdk.rest import RestSession


def main(concurrency: int) -> None:
    RestSession.BASE = os.environ["WEBEX_API_URL"]
    with WebexSimpleApi(concurrent_requests=concurrency) as api, ThreadPoolExecutor(concurrency) as threads:
        ids = [str(line.id) for line in api.telephony.virtual_lines.list()]
        read = api.telephony.virtual_lines.call_recording.read
        if concurrency == 1:
            for line_id in ids:
                read(entity_id=line_id)
        else:
            list(threads.map(read, ids))


if __name__ == "__main__":
    main(int(sys.argv[1]))
