# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Webex ids, which have several encodings of the same UUID.

Private to webex.calling. All functions are pure.
"""

from __future__ import annotations

import base64
from functools import lru_cache


@lru_cache(maxsize=1024)
def readable_id(webex_id: str) -> str:
    """Return the last part of a Webex id, which is usually a UUID, or the id itself if it does not decode."""
    padded = webex_id.translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        decoded = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True).decode()
    except ValueError:
        return webex_id
    last = decoded.rpartition("/")[2]
    return last if decoded.startswith("ciscospark://") and last else webex_id


def comparable_id(webex_id: str) -> str:
    """Return a text that is the same for all encodings of an id."""
    return readable_id(webex_id.strip()).lower()
