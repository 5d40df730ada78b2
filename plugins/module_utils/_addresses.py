# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses of the API and of further pages: where an access token may be sent.

Private to webex.calling. Pure functions.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urljoin, urlsplit

from ._error_parsing import pagination_error
from ._errors import OptionError

DEFAULT_API_URL = "https://webexapis.com/v1"

#: Characters with which URL parsers disagree about the host: white space, control characters, and backslashes.
AMBIGUOUS = re.compile(r"[\x00-\x20\x7f-\x9f\\]")


def target_of_link(link: str, api_url: str, current: str) -> str:
    """Return path and query of a link, if it leads to the host of the API.

    :param current: path and query of the page with the link.
    :raises ApiError: if the link is invalid, or leads elsewhere, where the token must not be sent.
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
    """Return whether all URL parsers agree on the host of an address, and it contains no credentials."""
    return not AMBIGUOUS.search(url) and "@" not in url.partition("?")[0]


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def checked_api_url(url: str) -> str:
    """Return the address without a trailing slash.

    :raises OptionError: unless it is an https address, or an http address of this host. The message does not show an
        address that is malformed, because it can contain a secret.
    """
    url = url.strip()
    hint = f"Give the address of the API with its version, such as {DEFAULT_API_URL}."
    try:
        parts = urlsplit(url)
        host = parts.hostname
        # Raises for an invalid port.
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
