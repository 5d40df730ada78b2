# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one place that imports requests, which may be missing where a module runs.

Private to webex.calling. Whoever makes a client first looks at REQUESTS_IMPORT_ERROR.
"""

from __future__ import annotations

import traceback

REQUESTS_IMPORT_ERROR: str | None
try:
    import requests
    from requests.adapters import HTTPAdapter
    from requests.auth import AuthBase
    from urllib3.exceptions import HTTPError, InvalidHeader
    from urllib3.util.retry import Retry
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
    # What is subclassed needs something to stand on, so that the import itself gets through.
    AuthBase = object  # type: ignore[assignment,misc]
else:
    REQUESTS_IMPORT_ERROR = None

__all__ = ["REQUESTS_IMPORT_ERROR", "AuthBase", "HTTPAdapter", "HTTPError", "InvalidHeader", "Retry", "requests"]
