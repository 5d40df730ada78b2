# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS certificate from a temporary certificate authority."""

from __future__ import annotations

from pathlib import Path

import trustme


def make_certificate(host: str, folder: Path) -> tuple[Path, Path]:
    """Create a server certificate for the host and for loopback names.

    Return two file paths in the folder: the CA certificate, and the server key with its certificate chain.
    """
    authority = trustme.CA(organization_name="webex.calling simulator")
    names = dict.fromkeys(["localhost", "127.0.0.1", "::1", host])
    server = authority.issue_cert(*names)
    ca_path, server_path = folder / "ca.pem", folder / "server.pem"
    authority.cert_pem.write_to_path(ca_path)
    server.private_key_and_cert_chain_pem.write_to_path(server_path)
    return ca_path, server_path
