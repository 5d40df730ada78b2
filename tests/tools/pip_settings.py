# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings for pip: user settings, and the certificate authorities of the system.

Old pip releases trust only their bundled certificate authorities.
As a script, the module prints the value for PIP_CERT.
"""

from __future__ import annotations

import ast
import configparser
import re
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path


def pip_settings() -> dict[str, str]:
    """Return the user's pip settings. The default for C(cert) is the path of the system's certificate authorities."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False).stdout
    settings = _parse(listed)
    authorities = _system_authorities()
    if authorities:
        settings.setdefault("cert", authorities)
    return settings


def write_configuration(file: Path) -> None:
    """Write the pip settings and the proxy to a file.

    With this file, pip needs neither the user's environment variables nor the user's home folder.
    """
    settings = pip_settings()
    proxy = urllib.request.getproxies().get("https")
    if proxy:
        settings.setdefault("proxy", proxy)
    configuration = configparser.RawConfigParser()
    configuration["global"] = settings
    file.parent.mkdir(parents=True, exist_ok=True)
    # Restrict access because the settings can contain passwords.
    file.touch(mode=0o600)
    with file.open("w", encoding="utf-8") as opened:
        configuration.write(opened)


def _parse(listed: str) -> dict[str, str]:
    """Return the settings for C(pip install). Environment variables take precedence.

    :param listed: output of C(pip config list).
    """
    sections: dict[str, dict[str, str]] = {":env:": {}, "install": {}, "global": {}}
    for section, name, value in re.findall(r"^(:env:|install|global)\.([\w-]+)=(.*)$", listed, re.MULTILINE):
        sections[section][name] = str(ast.literal_eval(value))
    merged = {**sections["global"], **sections["install"], **sections[":env:"]}
    merged.pop("config-file", None)
    return merged


def _system_authorities() -> str | None:
    paths = ssl.get_default_verify_paths()
    if paths.cafile:
        return paths.cafile
    # The folder can be empty in a container.
    return paths.capath if paths.capath and any(Path(paths.capath).iterdir()) else None


if __name__ == "__main__":
    print(pip_settings().get("cert", ""))
