# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hints for all errors.

Private to webex.calling. Each hint starts with the most likely fix. Option names are unquoted.
"""

from __future__ import annotations

_STATUS_PAGE = "https://status.webex.com"

#: Hints by HTTP status. More specific hints take precedence.
BY_STATUS: dict[int, str] = {
    400: "Webex refused the request. Check the values of the options, first the ids.",
    401: (
        "The access token is invalid, expired, or revoked. Get a new access token, or give client_id, client_secret, "
        "and refresh_token instead. Personal access tokens expire after 12 hours, access tokens of service apps and "
        "integrations after 14 days."
    ),
    403: (
        "The access token is not authorized. Check its scopes, and that it belongs to an administrator of the "
        "organization. If org_id is given, the administrator must manage that organization."
    ),
    404: (
        "Webex has nothing with this id or address. Check the ids. If they belong to another organization, check "
        "org_id. Then check api_url."
    ),
    405: (
        "The address does not accept this request. Check that api_url is the address of the Webex API with its "
        "version, such as https://webexapis.com/v1."
    ),
    409: (
        "The request conflicts with the current state. Check the state in Control Hub, then run the task again. "
        "Another change may be in progress."
    ),
    410: "The resource was deleted permanently. Remove its id from the options, or look up the new id.",
    415: (
        "Webex does not accept the format of the request. Check whether a proxy changes requests. If not, report a "
        "defect of webex.calling."
    ),
    423: "The resource is locked by another change. Run the task again later, or increase retry_timeout.",
    428: "Webex requires a precondition. Check the message of Webex, and the state in Control Hub.",
    429: (
        "Rate limit reached. Run the task again later, increase retry_timeout, or reduce concurrency. Other clients of "
        "the same organization or token count as well."
    ),
    500: (
        f"Webex had an internal error. Run the task again later. If the error persists, check {_STATUS_PAGE} and give "
        "the tracking id to Webex support."
    ),
    502: (
        f"A gateway could not reach the Webex service. Run the task again later. If the error persists, check "
        f"{_STATUS_PAGE} and give the tracking id to Webex support."
    ),
    503: (
        f"The Webex service is unavailable. Run the task again later, or increase retry_timeout. Check {_STATUS_PAGE}."
    ),
    504: (
        f"The Webex service did not respond to its gateway in time. Run the task again later. If the error persists, "
        f"check {_STATUS_PAGE} and give the tracking id to Webex support."
    ),
}

# Responses

REDIRECT = (
    "Check api_url, and any proxy or login portal that may redirect requests. Redirects are not followed, because a "
    "token is sent only to the host of api_url."
)
WRONG_KIND_OF_ID = "Use an id of the right kind. The id belongs to something else, such as a person or a workspace."
NOT_ASSIGNED = "Assign call recording in Control Hub, then run the task again."
TERMS_OF_SERVICE = (
    "Accept the terms of service of the recording vendor in Control Hub, under Calling > Service Settings > Call "
    "Recording. An administrator has to do this before recording can be enabled."
)
NOT_WEBEX = "The response is not from the Webex API. Check api_url, and any proxy, firewall, or login portal."
CLIENT_ERROR = (
    "Webex refused the request. Check the message of Webex. If the message does not help, give the tracking id to "
    "Webex support."
)
SERVER_ERROR = (
    f"Webex had an error. Run the task again later. If the error persists, check {_STATUS_PAGE} and give the tracking "
    "id to Webex support."
)
UNEXPECTED_STATUS = f"The Webex API documents no such status for this request. {NOT_WEBEX}"
APP_REFUSED = (
    "Check client_id and client_secret, and that refresh_token belongs to this app. A refresh token expires after 90 "
    "days without use, and when the authorization of the app is revoked. Authorize the app again to get a new one."
)
PAGINATION = (
    "Run the task again. The list may have changed while it was read, so entries may be missing. If the error "
    "persists, check any proxy or gateway, and report the error."
)

INCONSISTENT_LISTS = (
    "Run the task again. If the error persists, look for the virtual line in Control Hub, check any proxy or gateway, "
    "and report the error."
)

WRONG_ADDRESS = (
    "Check api_url. The address must be that of the Webex API with its version, such as https://webexapis.com/v1. "
    "Webex knows no such address, which does not mean that the id is unknown."
)
UNAUTHORIZED_OR_UNKNOWN = (
    "Check that the access token has the scope and the administrator role for this request, and check the ids. Webex "
    "uses this error code both for missing permissions and for members that do not exist."
)
NO_PROFESSIONAL_LICENSE = (
    "Assign a Webex Calling Professional license to the workspace in Control Hub. Call settings of workspaces need it."
)
HOT_DESK_ONLY = (
    "Enable calling for the workspace in Control Hub. Workspaces for hot desking only have no call settings."
)
ORGANIZATION_OFF = (
    "Turn on call recording of the organization in Control Hub, under Calling > Service Settings > Call Recording. "
    "Until then, the settings of members have no effect."
)
NO_VENDOR = (
    "Choose a recording vendor of the organization in Control Hub. If only locations have vendors, read them with "
    "webex.calling.call_recording_service_info and locations=true."
)
NO_VENDOR_OF_LOCATION = (
    "Choose a recording vendor of the location in Control Hub, or let it inherit that of the organization."
)
ANOTHER_ORGANIZATION = "Check org_id, and whether the administrator of the access token manages this organization."
VENDOR_GONE = "Run the task again. The vendor may have changed meanwhile."
NOT_FOR_GOVERNMENT = "Webex for Government does not have these settings."
NO_SERVICE = f"Check api_url, which ends with its version, such as https://webexapis.com/v1. {NOT_FOR_GOVERNMENT}"
NO_SERVICE_OF_LOCATION = f"Run the task again. The location may have been deleted meanwhile. {NOT_FOR_GOVERNMENT}"
UNKNOWN_LOCATION = "Check location_id. The organization has no such location."
NO_CALLING_LICENSE = "Assign a Webex Calling license in Control Hub. Members without one have no call settings."

# Connections

PROXY_VARIABLE = (
    "Correct the environment variable on the host where the module runs: the format is http://HOST:PORT. "
    "Percent-encode characters such as / and # in passwords."
)
PROXY_ADDRESS = "Give the host name of the proxy, or install urllib3 2 on the host where the module runs."
PYSOCKS = "Install PySocks with pip on the host where the module runs, or use an http proxy."
PROXY = "Check the environment variables HTTPS_PROXY, ALL_PROXY, and NO_PROXY on the host where the module runs."
HOST_NOT_FOUND = "Check the host in api_url, and the name resolution on the host where the module runs."
CERTIFICATE = (
    "If a proxy or a test server uses its own certificate authority, give its certificate as ca_path. Otherwise do "
    "not trust this server."
)
CERTIFICATE_EXPIRED = (
    "Check the clock of the host where the module runs. If the time is right, the certificate of the server has to be "
    "renewed."
)
CERTIFICATE_OF_OTHER_HOST = (
    "Check the host in api_url, and any proxy. The certificate of the server was issued for another host."
)
STRICT_CERTIFICATE = (
    "Renew the certificate authority, or run the module with Python 3.12 or older. Python 3.13 and newer refuse "
    "certificates without the extensions that RFC 5280 requires, also if ca_path contains them."
)
RESPONSE_TIMEOUT = (
    "Check any proxy or gateway between. Or increase timeout or retry_timeout: a whole response must arrive within the "
    "longer one of the two."
)
CONNECTION_REFUSED = "Check the host and the port in api_url, and any firewall."
CONNECT_TIMEOUT = "Check api_url, proxy, and firewall, or increase timeout. The host did not accept the connection."
READ_TIMEOUT = f"Run the task again later, or increase timeout. Check {_STATUS_PAGE}."
TLS = "Check the host and the port in api_url, and the proxy. The host does not support TLS as required."
CUT_SHORT = (
    "Run the task again. If the error persists, check any proxy or gateway. The connection broke within the response."
)
CONNECTION_BROKEN = (
    "Run the task again. If the error persists, check any proxy or gateway. The connection was closed before the "
    "response."
)
REQUEST_FAILED = "Check api_url, ca_path, and the network of the host where the module runs."

# Options

REQUIRED_ACCESS = (
    "Correct the cause, such as the scopes or the administrator role of the access token, or leave the kind out of "
    "required."
)

BOTH_CREDENTIALS = (
    "Give access_token, or client_id, client_secret, and refresh_token. Or set WEBEX_ACCESS_TOKEN, or WEBEX_CLIENT_ID, "
    "WEBEX_CLIENT_SECRET, and WEBEX_REFRESH_TOKEN, in the environment of the module."
)
EMPTY_CREDENTIAL = "Check the variable, the vault, or the credential that the value comes from."
MALFORMED_CREDENTIAL = "Check that the value was copied completely, and without any other text."
REFRESH_TOKEN_ROTATED = (
    "Webex returned a new refresh token, which may have invalidated the one in use. Use the module "  # noqa: S105
    "webex.calling.access_token once at the start of the play: it returns the new refresh token."
)
CERTIFICATES_NOT_VALIDATED = (
    "validate_certs is false: anybody on the network path can read the access token. Use it in tests only."
)
EMPTY_OPTION = "Check the variable that the value comes from."
NULL_OPTION = "Check the variable that the value comes from. Use omit to leave an option out."
MISSING_VALUE = "Correct the value, or set allow_missing if nothing has to match."
MISSING_LOCATION = "Check the value against the list of locations in Control Hub. Then check org_id."
SETTINGS = "See the module webex.calling.call_recording for all settings and their values."
RECORDING_OFF = (
    "Set enabled to true together with {0}, or leave {0} out. Webex accepts no settings while recording is off. If "
    "recording is not assigned at all, assign it in Control Hub."
)
UNREQUESTED_FIELDS = (
    "Check {0} in Control Hub. The task does not set this: the module sends all other settings as read "
    "from Webex. If the values are correct, report a defect of webex.calling."
)
NOT_APPLIED = (
    "Check the settings in Control Hub, then run the task again. Webex accepted the change but did not apply it: a "
    "setting may not be available here, or somebody may have changed it at the same time."
)

# Members


def not_authorized(scope: str, roles: str) -> str:
    """Return the hint for a refused read.

    :param scope: required scope.
    :param roles: administrator roles, such as "full or read-only".
    """
    return (
        f"The access token is not authorized. Check that it has the scope {scope} and belongs to a {roles} "
        "administrator of the organization. If org_id is given, the administrator must manage that organization."
    )


def write_not_authorized(scope: str, roles: str) -> str:
    """Return the hint for a refused change, with the parameters of C(not_authorized)."""
    return (
        f"The access token can read but not change settings. Check that it has the scope {scope} and belongs to a "
        f"{roles} administrator of the organization."
    )


def no_such_member(noun: str, plural: str) -> str:
    """Return the hint for an unknown id.

    :param noun, plural: name of the kind for one member and for several members.
    """
    return (
        f"The organization has no such {noun}. Check the id against the list of {plural}. If the {noun} belongs to "
        "another organization, check org_id. Then check api_url."
    )
