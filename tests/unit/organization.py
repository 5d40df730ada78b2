# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IDs and access tokens of the organization in tests/simulator/default.yml."""

from __future__ import annotations

_LINE = "Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfTElORS8wMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAw"

#: Extension 6103, records never.
BOB_SMITH = "Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfUFJPRklMRS84ZDRkMDNlYS03NTUzLTQ0NTgtYmI4OS02YzExNzgyMzA4OWY"
#: Extension 6104, records always.
TRADING_DESK = f"{_LINE}MDE"
#: A number and no extension; records selectively ("Always with Pause/Resume").
HOTLINE = f"{_LINE}MDI"
#: An extension and no number; records on demand.
ZOE = f"{_LINE}MDM"
JAN_KOWALSKI = "5c6f1e34-7d5b-4a59-9d0e-2b8f4c7a1d05"
#: Has no name, and settings that were never provisioned.
NOBODY = f"{_LINE}MDY"
#: Has settings that are null.
RECEPTION = f"{_LINE}MDc"
#: Has settings that are not documented.
XIAOMING = f"{_LINE}MDg"
CHARLIE_SMITH = "line/with+special=characters and a space"
#: The call recording service is not assigned.
LOBBY_PHONE = f"{_LINE}MTA"

LINES_IN_DENVER = [BOB_SMITH, TRADING_DESK, RECEPTION, XIAOMING, CHARLIE_SMITH, LOBBY_PHONE]
LINES_IN_MUNICH = [HOTLINE, ZOE]
LINES_IN_SAO_PAULO = [JAN_KOWALSKI, NOBODY]
#: In the order of the list.
ALL_LINES = [
    *(BOB_SMITH, TRADING_DESK, HOTLINE, ZOE, JAN_KOWALSKI),
    *(NOBODY, RECEPTION, XIAOMING, CHARLIE_SMITH, LOBBY_PHONE),
]

DENVER = "Y2lzY29zcGFyazovL3VzL0xPQ0FUSU9OLzhmZjMwMjg2LWVhMzMtNDc2Ny1iMTBmLWQ2MWIyNzFhMDVlZg"
MUNICH = "Y2lzY29zcGFyazovL3VzL0xPQ0FUSU9OLzFmMGM3YTUyLTZmNDMtNGE4ZS04ZjBhLTVhM2NiOGI2YjAwMg"

SAO_PAULO = "Y2lzY29zcGFyazovL3VzL0xPQ0FUSU9OL2MyZTRkOGYwLTliMWEtNGM1Ny04ZjVkLTBhNmUxYjJjM2QwMw"

#: Recording vendor of both organizations, and another vendor that they can use.
VENDOR = {
    "id": "Y2lzY29zcGFyazovL3VzL1JFQ09SRElOR19WRU5ET1IvNTNkYzRiODctODQwOC00ODkyLTk1YjU",
    "name": "Example Recording",
}
WEBEX = {"id": "Y2lzY29zcGFyazovL3VzL1JFQ09SRElOR19WRU5ET1IvV2ViZXg", "name": "Webex"}

OWN_ORGANIZATION = "Y2lzY29zcGFyazovL3VzL09SR0FOSVpBVElPTi85NmFiYzJhYS0zZGNjLTExZTUtYTE1Mi1mZTM0ODE5Y2RjOWE"
CUSTOMER_ORGANIZATION = "Y2lzY29zcGFyazovL3VzL09SR0FOSVpBVElPTi81ZDFhMmY2Yy0wZjVlLTRiMGUtOWE1My0zYzFjNmYyZTdiMTE"
CUSTOMER_LINE = f"{_LINE}MTE"

_PERSON = "Y2lzY29zcGFyazovL3VzL1BFT1BMRS8wMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAx"
#: Primary number +15558675401 with extension 6201, an alternate number, and a mobile number; records always.
ADA_LOVELACE = f"{_PERSON}MDE"
#: Extension 6202, no Webex Calling license (404, 4008).
GRACE_HOPPER = f"{_PERSON}MDI"
#: Neither number nor extension, so not in the list of numbers.
NIA_OKAFOR = f"{_PERSON}MDM"
#: An extension and no number; the extension 6104 is also the extension of C(TRADING_DESK).
JUERGEN_GROSS = f"{_PERSON}MDQ"
#: Named like C(BOB_SMITH); disabled, with record Always.
BOB_SMITH_PERSON = f"{_PERSON}MDU"
#: The call recording service is not assigned (400, 4410).
ANA_SOUZA = f"{_PERSON}MDY"
#: In the order of the state file.
ALL_PEOPLE = [ADA_LOVELACE, GRACE_HOPPER, NIA_OKAFOR, JUERGEN_GROSS, BOB_SMITH_PERSON, ANA_SOUZA]
CUSTOMER_PERSON = f"{_PERSON}MDc"

_WORKSPACE = "Y2lzY29zcGFyazovL3VybjpURUFNOnVzLXdlc3QtMl9yL1BMQUNFLzAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDIw"
#: Only a first name; records always.
BOARDROOM = f"{_WORKSPACE}MQ=="
#: Extension 6302, and C(displayName) in the list of numbers.
TRADING_FLOOR = f"{_WORKSPACE}Mg=="
#: Extension 6303, no Professional license (405, 25409).
COMMON_AREA = f"{_WORKSPACE}Mw=="
#: Extension 6304, only for hot desking (400).
HOT_DESK = f"{_WORKSPACE}NA=="
#: In the order of the state file.
ALL_WORKSPACES = [BOARDROOM, TRADING_FLOOR, COMMON_AREA, HOT_DESK]

#: Person that does not exist.
PERSON = "Y2lzY29zcGFyazovL3VzL1BFT1BMRS8wMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDE"
UNKNOWN_LINE = "Y2lzY29zcGFyazovL3VzL1ZJUlRVQUxfTElORS91bmtub3du"
UNKNOWN_LOCATION = "Y2lzY29zcGFyazovL3VzL0xPQ0FUSU9OL3Vua25vd24"

ADMIN_TOKEN = "simulated-full-admin-token"
PARTNER_TOKEN = "simulated-partner-token"
READ_ONLY_TOKEN = "simulated-read-only-admin-token"
USER_ADMIN_TOKEN = "simulated-user-admin-token"
LOCATION_ADMIN_TOKEN = "simulated-location-admin-token"
EXPIRED_TOKEN = "simulated-expired-token"
USER_TOKEN = "simulated-user-token"
#: Lacks the scopes people_read and people_write.
NO_PEOPLE_TOKEN = "simulated-no-people-scope-token"

SERVICE_APP = {
    "client_id": "simulated-service-app",
    "client_secret": "simulated-service-app-secret",
    "refresh_token": "simulated-service-app-refresh-token",
}
ROTATING_APP = {
    "client_id": "simulated-rotating-app",
    "client_secret": "simulated-rotating-app-secret",
    "refresh_token": "simulated-rotating-app-refresh-token",
}

#: Bob Smith's line as all modules return it, without settings.
BOB_SMITH_LINE = {
    "id": BOB_SMITH,
    "name": "Bob Smith",
    "first_name": "Bob",
    "last_name": "Smith",
    "caller_id_first_name": "Bob",
    "caller_id_last_name": "Smith",
    "caller_id_number": "+15558675311",
    "external_caller_id_name_policy": "DIRECT_LINE",
    "custom_external_caller_id_name": "Bob",
    "number": {
        "external": "+15558675311",
        "extension": "6103",
        "routing_prefix": "1234",
        "esn": "12346103",
        "primary": True,
    },
    "location": {"id": DENVER, "name": "Denver"},
    "number_of_devices_assigned": 1,
    "billing_plan": "BCOCP1",
}
