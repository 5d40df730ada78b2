# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one would write with the asynchronous client of wxc-sdk: read the settings of all lines.

A script of its own, measured as a whole process. With C(nothing) it only makes the client: what is not reading.
"""

from __future__ import annotations

import asyncio
import os
import sys

from wxc_sdk.as_api import AsWebexSimpleApi
from wxc_sdk.as_rest import AsRestSession


async def main(what: str, concurrency: int) -> None:
    AsRestSession.BASE = os.environ["WEBEX_API_URL"]
    async with AsWebexSimpleApi(concurrent_requests=concurrency) as api:
        if what == "nothing":
            return
        lines = await api.telephony.virtual_lines.list()
        read = api.telephony.virtual_lines.call_recording.read
        await asyncio.gather(*(read(entity_id=str(line.id)) for line in lines))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
