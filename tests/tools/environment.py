# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reproducible environment for the demonstration, the tests, and all other sessions."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

#: Prefixes of variables with user settings: inventory, callback plugin, access token, or import search path.
_ANSIBLE = ("ANSIBLE_", "WEBEX_")
_PYTHON = ("PYTHON",)

#: Variable names in all uv releases. Some releases support only one name.
_TRUST_SYSTEM = ("UV_SYSTEM_CERTS", "UV_NATIVE_TLS")

_PROXIES = {"http_proxy", "https_proxy", "all_proxy"}
_LOOPBACK = ("127.0.0.1", "localhost")


def isolate(environment: MutableMapping[str, str], folder: Path, *, python: bool = True) -> None:
    """Isolate an environment from the user's Ansible settings and installed collections.

    Package index and proxy settings remain. Installations with uv trust the system's certificate authorities.

    :param environment: environment variables to change.
    :param folder: folder for the Ansible configuration, home, and collections.
    :param python: whether to remove Python settings as well.
    """
    removed = (*_ANSIBLE, *(_PYTHON if python else ()))
    for name in [name for name in environment if name.startswith(removed)]:
        del environment[name]

    # Ansible ignores other configuration files only if this file exists.
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
        # Unlike the collection, other clients such as wxc-sdk use proxies for loopback addresses.
        direct = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
        direct = direct if direct.strip() == "*" else ",".join(filter(None, [direct, *_LOOPBACK]))
        environment.update(no_proxy=direct, NO_PROXY=direct)
