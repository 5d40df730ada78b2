# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS context with the trusted certificate authorities.

Private to webex.calling. The context trusts the same certificates as the module C(ansible.builtin.uri): the system
store, SSL_CERT_FILE, and SSL_CERT_DIR. In addition, the context trusts the certificates in REQUESTS_CA_BUNDLE and
ca_path.
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping

from ._error_hints import EMPTY_OPTION
from ._errors import OptionError

#: Environment variables for a certificate file or directory. The first variable with a value takes precedence.
_BUNDLE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")

#: Pattern of certificate file names from openssl rehash.
_HASHED_NAME = re.compile(r"[0-9a-f]{8}\.\d+")


def tls_context(
    *, validate_certs: bool, ca_path: str | None, environ: Mapping[str, str], fallback: str
) -> ssl.SSLContext:
    """Return the TLS context for all connections.

    :param validate_certs: whether to validate certificates.
    :param ca_path: file or directory with additional trusted certificates.
    :param environ: environment variables.
    :param fallback: file with the trusted certificates if the system has no certificates.
    :raises OptionError: if a file or directory is missing, is unreadable, or contains no certificate.
    """
    # This import is slow, and connections without TLS do not need it.
    from ansible.module_utils import urls  # noqa: PLC0415

    context: ssl.SSLContext = urls.make_context(validate_certs=validate_certs)
    if not validate_certs:
        return context
    found = urls.get_ca_certs()
    # ansible-core 2.16 returns certificates from additional system directories, but does not load these certificates.
    if len(found) == 3 and found[1]:
        context.load_verify_locations(cadata=found[1])
    if not _has_authorities(context) and not any(environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")):
        context.load_verify_locations(cafile=fallback)
    bundle = next((name for name in _BUNDLE_VARIABLES if environ.get(name)), None)
    if bundle:
        _load(context, environ[bundle], f"the environment variable {bundle}")
    if ca_path is not None:
        _load(context, ca_path, "ca_path")
    return context


def trusted_sources(*, validate_certs: bool, ca_path: str | None, environ: Mapping[str, str]) -> list[str]:
    """Return the sources of the trusted certificates, for display, with the parameters of C(tls_context)."""
    if not validate_certs:
        return []
    names = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if environ.get(name)] or ["system"]
    names += [name for name in _BUNDLE_VARIABLES if environ.get(name)][:1]
    return names if ca_path is None else [*names, "ca_path"]


def _has_authorities(context: ssl.SSLContext) -> bool:
    directory = ssl.get_default_verify_paths().capath
    return bool(
        context.cert_store_stats()["x509_ca"] or (directory and os.path.isdir(directory) and os.listdir(directory))
    )


def _load(context: ssl.SSLContext, path: str, name: str) -> None:
    if not path:
        raise OptionError(f"{name} is empty", EMPTY_OPTION)
    if not os.path.exists(path):
        raise OptionError(
            f"{name} is {path}, which does not exist",
            "Give a file, or a directory made with openssl rehash, on the host where the module runs.",
        )
    try:
        if not os.path.isdir(path):
            context.load_verify_locations(cafile=path)
            return
        hashed = any(_HASHED_NAME.fullmatch(entry) for entry in os.listdir(path))
        context.load_verify_locations(capath=path)
    except ssl.SSLError:
        raise OptionError(
            f"{name} is {path}, which contains no certificate in PEM format",
            "Give a text file with lines such as -----BEGIN CERTIFICATE-----. Convert other formats with openssl x509.",
        ) from None
    except OSError as error:
        raise OptionError(
            f"{name} is {path}, which cannot be read: {error.strerror}", "Check the permissions of the file."
        ) from None
    if not hashed:
        raise OptionError(f"{name} is {path}, a directory without hashed certificates", f"Run openssl rehash {path}.")
