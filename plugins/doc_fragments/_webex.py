# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment for the connection options in C(connection_arguments)."""

    DOCUMENTATION = r"""
options:
  access_token:
    description:
      - Access token for authentication. Give either this option, or O(client_id), O(client_secret), and
        O(refresh_token). Both together are an error.
      - If none of the four is given, the environment variable E(WEBEX_ACCESS_TOKEN) is used, then E(WEBEX_TOKEN), then
        E(WEBEX_CLIENT_ID), E(WEBEX_CLIENT_SECRET), and E(WEBEX_REFRESH_TOKEN) together.
      - A personal access token from the developer site expires after 12 hours and is meant for trying out. Access
        tokens of service apps and integrations expire after 14 days.
      - Access tokens, client secrets, and refresh tokens of fewer than 16 characters are refused. Ansible masks secrets
        in results, and would mask parts of IDs and numbers as well.
    type: str
  client_id:
    description:
      - Client ID of the service app or integration that O(refresh_token) belongs to.
      - If neither this option nor O(access_token) is given, the environment variable E(WEBEX_CLIENT_ID) is used.
    type: str
  client_secret:
    description:
      - Client secret of the service app or integration that O(refresh_token) belongs to.
      - If neither this option nor O(access_token) is given, the environment variable E(WEBEX_CLIENT_SECRET) is used.
    type: str
  refresh_token:
    description:
      - Refresh token of a service app or integration, which expires after 90 days.
      - The refresh token is exchanged for an access token when one is needed. If Webex refuses that access token, the
        exchange is repeated once.
      - If neither this option nor O(access_token) is given, the environment variable E(WEBEX_REFRESH_TOKEN) is used.
    type: str
  org_id:
    description:
      - ID of the organization that requests are for. Use this option as an administrator of a partner who manages the
        organizations of customers.
      - If not set, the environment variable E(WEBEX_ORG_ID) is used. If that is not set either, requests are for the
        organization that the access token belongs to.
    type: str
  api_url:
    description:
      - Address of the Webex API with its version. Webex for Government has V(https://api-usgov.webex.com/v1).
      - The address must start with C(https), so that the token travels encrypted. Plain C(http) is accepted for
        loopback addresses of the host where the module runs, such as V(http://127.0.0.1:8080/v1).
      - If not set, the environment variable E(WEBEX_API_URL) is used.
    type: str
    default: https://webexapis.com/v1
  validate_certs:
    description:
      - Whether to validate the TLS certificate of O(api_url). Use V(false) for tests only. Without validation, anyone
        on the network path can read the token. Modules warn in that case.
      - V(false) has precedence over O(ca_path) and all environment variables.
    type: bool
    default: true
  ca_path:
    description:
      - File or directory with certificates of further certificate authorities to trust, in PEM format. Prepare a
        directory with C(openssl rehash).
      - Modules trust the certificate authorities that M(ansible.builtin.uri) trusts. These are the ones of the system,
        or those in the environment variables E(SSL_CERT_FILE) and E(SSL_CERT_DIR). A system without any falls back to
        those of the Python library certifi.
      - Modules also trust those in the environment variable E(REQUESTS_CA_BUNDLE), or else E(CURL_CA_BUNDLE).
    type: path
  timeout:
    description:
      - Timeout in seconds for a connection, and for each next part of a response, from 1 to 86400.
      - A whole response must arrive within O(timeout) or O(retry_timeout), whichever is longer. A response can have at
        most 16 MiB.
    type: int
    default: 30
  retry_timeout:
    description:
      - Maximum time in seconds for retries of a request, counted from its first failure. V(0) turns retries off.
      - A request is retried after the statuses 423, 429, 502, 503, and 504, and after a broken connection. A request is
        sent at most 10 times.
      - While no request succeeds at all, the time counts from the first failure of any request.
      - A retry waits as long as Webex asks. If Webex does not ask, the waits grow from one second to one minute.
      - While Webex asks one request to wait (429, 503), all requests wait.
    type: int
    default: 300
  concurrency:
    description:
      - Maximum number of parallel requests, from 1 to 1000.
      - The rate limit of Webex applies to all clients of the same organization or token. Use a lower value if other
        clients slow down.
    type: int
    default: 10
notes:
  - An option that is null or an empty string is an error, before any request. To leave an option out of a task, use
    C(omit).
  - Requests use the proxies in the environment variables E(HTTPS_PROXY), E(ALL_PROXY), and E(NO_PROXY). SOCKS proxies
    need the Python library PySocks. Redirects are not followed, and C(~/.netrc) is not used, so that the token is sent
    to the host of O(api_url) only.
  - Each request has a tracking ID, which Webex support asks for. The error of a failed request contains the ID.
  - Environment variables are those of the host where the module runs. For an inventory, and for tasks that run on or
    are delegated to V(localhost), that is the controller.
  - The guides in the section "See also" are part of the collection, in its directory C(docs/docsite/rst).
requirements:
  - Python 3.9 or newer
  - requests 2.28.1 or newer and urllib3 1.26.12 or newer (Python libraries) on the host where the module runs, and on
    the controller for an inventory
seealso:
  - ref: ansible_collections.webex.calling.docsite.guide_authentication
    description: Types of tokens, required scopes and administrator roles, and how to store tokens.
  - ref: ansible_collections.webex.calling.docsite.guide_errors
    description: Causes of each error, and how to solve them.
"""
