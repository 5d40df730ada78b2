# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recording service of an organization, and the organization itself, because Webex returns both together.

Private to webex.calling. Only full and read-only administrators have access, and not in Webex for Government.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._client import WebexClient, path
from ._error_parsing import invalid_response


def read_service(client: WebexClient) -> dict[str, Any]:
    """Return the settings of the recording service, with API keys.

    :raises WebexError: if the request fails, or if the response contains other settings.
    """
    response = client.get(path("telephony", "config", "callRecording"))
    if not isinstance(response.content.get("enabled"), bool):
        raise invalid_response(
            200, "Not a recording service", message="enabled is missing", tracking_id=response.tracking_id
        )
    return response.content


def organization_of(service: Mapping[str, Any], org_id: str | None) -> dict[str, Any]:
    """Return the id and the name of the organization, and whether Webex confirms the id.

    :param service: settings of the recording service. Empty if they cannot be read.
    :param org_id: id that the user gave, or None. Ids have several encodings, so another id is not an error.
    """
    found = service.get("organization")
    found = found if isinstance(found, Mapping) else {}
    found_id = found.get("id")
    if not isinstance(found_id, str) or not found_id.strip():
        return {"id": org_id, "name": found.get("name"), "verified": False}
    return {"id": found_id, "name": found.get("name"), "verified": org_id in (None, found_id)}
