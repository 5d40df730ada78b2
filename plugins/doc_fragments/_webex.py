# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options that say how to reach Webex: the counterpart of arguments.connection_arguments()."""

    DOCUMENTATION = r"""
options:
  access_token:
    description:
      - The access token to sign in with. Either this, or O(client_id), O(client_secret) and O(refresh_token).
      - If none of the four is given, the environment variable E(WEBEX_ACCESS_TOKEN) is used, then E(WEBEX_TOKEN).
      - A personal access token from the developer site lasts 12 hours and is meant for trying out. The access tokens of
        service apps and integrations last 14 days.
    type: str
  client_id:
    description:
      - The client ID of the service app or integration that O(refresh_token) belongs to.
      - If no O(access_token) is given, the environment variable E(WEBEX_CLIENT_ID) stands in for it.
    type: str
  client_secret:
    description:
      - The client secret of the service app or integration that O(refresh_token) belongs to.
      - If no O(access_token) is given, the environment variable E(WEBEX_CLIENT_SECRET) stands in for it.
    type: str
  refresh_token:
    description:
      - The refresh token of a service app or integration. It is exchanged for an access token when it is needed,
        and once more if that access token is refused. It lasts 90 days.
      - If no O(access_token) is given, the environment variable E(WEBEX_REFRESH_TOKEN) stands in for it.
    type: str
  org_id:
    description:
      - The ID of the organization to ask about.
      - Leave it out for the organization that the token belongs to. It is for administrators of partners who manage
        the organizations of others.
      - If it is not given, the environment variable E(WEBEX_ORG_ID) is used.
    type: str
  api_url:
    description:
      - The address of the Webex API, with its version. Webex for Government has V(https://api-usgov.webex.com/v1).
      - It must be an C(https) address, so that the token travels encrypted. Plain C(http) is accepted for addresses of
        the very host where this runs, such as V(http://127.0.0.1:8080/v1).
      - If it is not given, the environment variable E(WEBEX_API_URL) is used.
    type: str
    default: https://webexapis.com/v1
  validate_certs:
    description:
      - Whether the certificate of O(api_url) must be one to trust. V(false) is for nothing but tests, as whoever is on
        the way could then read the token.
    type: bool
    default: true
  ca_path:
    description:
      - A file with the certificates of the authorities to trust, or a folder of such files made with C(openssl rehash),
        instead of those that the Python library requests brings. Of use behind a proxy that opens TLS.
      - If it is not given, the environment variable E(REQUESTS_CA_BUNDLE) is used, then E(CURL_CA_BUNDLE).
    type: path
  timeout:
    description:
      - So many seconds are waited for a connection, and for each next part of an answer.
    type: int
    default: 30
  retry_timeout:
    description:
      - A request that was refused for the moment (statuses 423, 429, 502, 503 and 504) or whose connection broke is
        sent again, up to 10 tries in all, and for so many seconds after its first failure. While nothing succeeds at
        all, the time counts from the first failure of any request. V(0) turns that off.
      - It is sent again when Webex said it might be, else after waits that grow from one second to one minute.
      - While Webex asks one request to wait (429, 503), all requests wait.
    type: int
    default: 300
  concurrency:
    description:
      - So many requests may be under way at the same time.
      - Webex limits requests per minute, and counts all that use the same organization or token. Lower it if other
        tools are slowed down.
    type: int
    default: 10
notes:
  - Requests go through the proxies that the environment variables E(HTTPS_PROXY) and E(NO_PROXY) name. Redirects are
    never followed, and C(~/.netrc) is never used, so that the token reaches the host of O(api_url) only.
  - Each request carries a tracking id. Every error shows the tracking id that Webex support asks for.
  - All environment variables are those of the host where the module runs. That is the controller in a play on
    V(localhost) or with C(delegate_to), and always for an inventory.
requirements:
  - requests (Python library) on the host where the module runs, and on the controller for an inventory
seealso:
  - ref: ansible_collections.webex.calling.docsite.guide_authentication
    description: All kinds of tokens, how long they live, and how to keep them.
  - ref: ansible_collections.webex.calling.docsite.guide_errors
    description: What each error means, and what to do about it.
"""
