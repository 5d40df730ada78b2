# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Environment of the demonstration, of the tests, and of all other sessions: the same on all machines."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

#: Variables with settings of a user: an inventory, a callback plugin, an access token, or a search path for imports.
_ANSIBLE = ("ANSIBLE_", "WEBEX_")
_PYTHON = ("PYTHON",)

#: Both names, as each release of uv supports only one or both of them.
_TRUST_SYSTEM = ("UV_SYSTEM_CERTS", "UV_NATIVE_TLS")

_PROXIES = {"http_proxy", "https_proxy", "all_proxy"}
_LOOPBACK = ("127.0.0.1", "localhost")


def isolate(environment: MutableMapping[str, str], folder: Path, *, python: bool = True) -> None:
    """Make an environment independent of the user's variables, configuration files, and installed collections.

    Settings of package indexes and proxies remain, and installations trust the certificate authorities of the system.

    :param folder: for the configuration, the home, and the collections of Ansible.
    :param python: whether to remove settings of Python as well.
    """
    removed = (*_ANSIBLE, *(_PYTHON if python else ()))
    for name in [name for name in environment if name.startswith(removed)]:
        del environment[name]

    # Ansible ignores other configuration files only if this one exists.
    configuration = folder / "ansible.cfg"
    collections = folder / "collections"
    collections.mkdir(parents=True, exist_ok=True)
    configuration.touch()
    environment["ANSIBLE_CONFIG"] = str(configuration)
    environment["ANSIBLE_HOME"] = str(folder / "home")
    environment["ANSIBLE_COLLECTIONS_PATH"] = str(collections)

    if not any(name in environment for name in _TRUST_SYSTEM):
        environment.update(dict.fromkeys(_TRUST_SYSTEM, "true"))
    if any(name.lower() in _PROXIES for name in environment):
        # The collection ignores proxies for loopback addresses. Other clients, such as wxc-sdk, do not.
        direct = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
        direct = direct if direct.strip() == "*" else ",".join(filter(None, [direct, *_LOOPBACK]))
        environment.update(no_proxy=direct, NO_PROXY=direct)
