# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Script that reads the settings of all lines with the asynchronous wxc-sdk client.

The benchmark measures the whole process. In the mode C(nothing), the script only creates the client.
"""

from __future__ import annotations

import asyncio
import os
import sys

from wxc_sdk.as_api import AsWebexSimpleApi
from wxc_sdk.as_rest import AsRestSession


async def main(mode: str, concurrency: int) -> None:
    AsRestSession.BASE = os.environ["WEBEX_API_URL"]
    async with AsWebexSimpleApi(concurrent_requests=concurrency) as api:
        if mode == "nothing":
            return
        lines = await api.telephony.virtual_lines.list()
        read = api.telephony.virtual_lines.call_recording.read
        await asyncio.gather(*(read(entity_id=str(line.id)) for line in lines))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
