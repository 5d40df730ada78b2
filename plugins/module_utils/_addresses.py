# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of the API address and of pagination links.

Private to webex.calling. Pure functions. An access token may be sent to the API host only.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urljoin, urlsplit

from ._error_parsing import pagination_error
from ._errors import OptionError

DEFAULT_API_URL = "https://webexapis.com/v1"

#: Characters that make URL parsers disagree about the host: white space, control characters, and backslashes.
AMBIGUOUS = re.compile(r"[\x00-\x20\x7f-\x9f\\]")


def target_of_link(link: str, api_url: str, current: str) -> str:
    """Return the path and query of a link to the API host.

    :param link: absolute or relative URL.
    :param current: path and query of the page that contains the link.
    :raises ApiError: if the link is invalid, or leads to another scheme, host, or port.
    """
    try:
        url = urljoin(urljoin(api_url, current), link) if is_unambiguous(link) else ""
        parts = urlsplit(url)
        origin = _origin(url)
    except ValueError:
        url = ""
    if not url:
        raise pagination_error("the address of the next page is invalid")
    if origin != _origin(api_url):
        host = f"{parts.scheme}://{parts.netloc}"[:100]
        raise pagination_error(f"the next page is at {host}, where the token must not be sent")
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def is_unambiguous(url: str) -> bool:
    """Return whether a URL contains no credentials, and all URL parsers agree on the host."""
    return not AMBIGUOUS.search(url) and "@" not in url.partition("?")[0]


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def checked_api_url(url: str) -> str:
    """Return the API address without trailing slashes.

    :raises OptionError: unless the address is an https address, or an http address of this host. The message does not
        show a malformed address, which can contain a secret.
    """
    url = url.strip()
    hint = f"Give the address of the API with its version, such as {DEFAULT_API_URL}."
    try:
        parts = urlsplit(url)
        host = parts.hostname
        # Raise ValueError for an invalid port.
        parts.port  # noqa: B018
    except ValueError:
        host = None
    if "@" in url:
        raise OptionError("api_url contains a user name or a password", hint)
    if not host or not is_unambiguous(url) or parts.scheme not in ("https", "http") or parts.query or parts.fragment:
        raise OptionError("api_url is not the address of an API", hint)
    if parts.scheme == "http" and not is_loopback(host):
        raise OptionError(
            f"api_url is an http address of {host}, which is not encrypted",
            "Use https, because tokens are only sent encrypted. Plain http is accepted for addresses of this host "
            "only, such as 127.0.0.1.",
        )
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
