# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Output files of the role drift_check: checks of their paths, and atomic writes.

Private to webex.calling, controller only. The role replaces only its own earlier outputs. A symbolic link in the last
place of a path is replaced, and not followed.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..module_utils._baseline import parse_baseline
from ..module_utils._errors import OptionError
from ._drift_values import GENERATOR, SUMMARY_GENERATOR

BASELINE = "save_baseline"

#: Kinds of outputs in the order in which the role writes them. The JSON output is first, because programs read it.
OUTPUTS = ("json", "html", "junit", "csv", "metrics", BASELINE)

#: Kinds of outputs of the summary of several organizations.
SUMMARY_OUTPUTS = ("summary_json", "summary_html")

#: Generators of JSON outputs.
_GENERATORS = {"json": GENERATOR, "summary_json": SUMMARY_GENERATOR}

#: Texts in the first part of the other outputs of this role.
_RECOGNIZED = {
    "html": f'<meta name="generator" content="{GENERATOR}">',
    "summary_html": f'<meta name="generator" content="{SUMMARY_GENERATOR}">',
    "junit": f"<!-- {GENERATOR} -->",
    "csv": '"state","kind","name","id"',
    "metrics": f"# {GENERATOR}",
}

#: Number of bytes in which an earlier output is recognized.
_HEAD = 4096


class OutputError(Exception):
    """Output that cannot be written."""


@dataclass(frozen=True)
class OutputFile:
    """Output file.

    :param kind: one of C(OUTPUTS) or C(SUMMARY_OUTPUTS).
    :param path: absolute path.
    :param mode: permissions.
    """

    kind: str
    path: str
    mode: int

    def check(self) -> None:
        """Check that the path is free, or has an earlier output of this role.

        :raises OutputError: if the path has anything else, or if its directory does not exist.
        """
        directory = os.path.dirname(self.path)
        if not os.path.isdir(directory):
            raise OutputError(f"there is no directory {directory}")
        try:
            found = os.lstat(self.path)
        except FileNotFoundError:
            return
        except OSError as error:
            raise OutputError(_cause(error)) from None
        if stat.S_ISLNK(found.st_mode):
            return
        if stat.S_ISDIR(found.st_mode):
            raise OutputError("is a directory")
        if not stat.S_ISREG(found.st_mode):
            raise OutputError("is not a regular file")
        if not self._is_earlier_output():
            raise OutputError(
                "exists, and is not an earlier output of this role of the same kind. The role left it untouched"
            )

    def write(self, content: bytes) -> str:
        """Replace the file atomically, and return the SHA-256 digest of the content.

        :raises OutputError: if the file cannot be written.
        """
        temporary = None
        try:
            # The temporary file is readable only by the user until it has its mode.
            descriptor, temporary = tempfile.mkstemp(
                prefix=".drift_check-", suffix=".tmp", dir=os.path.dirname(self.path)
            )
            with open(descriptor, "wb") as file:
                os.fchmod(file.fileno(), self.mode)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self.path)
        except OSError as error:
            if temporary is not None:
                with suppress(OSError):
                    os.unlink(temporary)
            raise OutputError(_cause(error)) from None
        return hashlib.sha256(content).hexdigest()

    def check_directory(self) -> None:
        """Check that the directory is writable, without touching the file.

        :raises OutputError: if the directory is not writable.
        """
        try:
            with tempfile.NamedTemporaryFile(prefix=".drift_check-", suffix=".tmp", dir=os.path.dirname(self.path)):
                pass
        except OSError as error:
            raise OutputError(_cause(error)) from None

    def identity(self) -> str | None:
        """Return a text that changes whenever the file is replaced or changed, or None without a file."""
        try:
            found = os.lstat(self.path)
        except OSError:
            return None
        return f"{found.st_dev}:{found.st_ino}:{found.st_mtime_ns}:{found.st_size}"

    def previous(self) -> dict[str, Any] | None:
        """Return the content of an earlier JSON output, or None without a valid one. Links are not followed."""
        if os.path.islink(self.path):
            return None
        try:
            with open(self.path, encoding="utf-8") as file:
                content = json.load(file)
        except (OSError, ValueError, RecursionError):
            return None
        return content if isinstance(content, dict) and content.get("generator") == GENERATOR else None

    def _is_earlier_output(self) -> bool:
        try:
            with open(self.path, "rb") as file:
                if self.kind == BASELINE:
                    parse_baseline(file.read().decode("utf-8"), self.path)
                    return True
                head = file.read(_HEAD).decode("utf-8", "replace")
        except (OSError, ValueError, OptionError):
            return False
        if self.kind in _GENERATORS:
            return head.startswith("{") and f'"generator": "{_GENERATORS[self.kind]}"' in head
        return _RECOGNIZED[self.kind] in head


def replace_outputs(
    outputs: Sequence[OutputFile], contents: Sequence[bytes | OutputError], identities: dict[str, str | None]
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Replace the outputs of a run that lasts several tasks. Return the files by kind of output, and the faults.

    :param contents: content of each output, or the error why there is none.
    :param identities: identities of the outputs by kind since this run wrote them, changed in place. Files that another
        run has changed since then are faults.
    """
    files, faults = {}, []
    for output, content in zip(outputs, contents):
        result = _replace(output, content, identities)
        if isinstance(result, OutputError):
            faults.append(f"{output.path} {result}")
        else:
            files[output.kind] = {"path": output.path, "sha256": result}
    return files, faults


def _replace(output: OutputFile, content: bytes | OutputError, identities: dict[str, str | None]) -> str | OutputError:
    """Return the SHA-256 digest of a written file, or the error."""
    if isinstance(content, OutputError):
        return content
    if output.kind in identities and output.identity() != identities[output.kind]:
        return OutputError("was changed by another run meanwhile. Give each run its own files")
    try:
        digest = output.write(content)
    except OutputError as error:
        return error
    identities[output.kind] = output.identity()
    return digest


def described_files(files: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return a line for each written file."""
    return [f"{kind}: {file['path']}, SHA-256 {file['sha256']}" for kind, file in files.items()]


def absolute_path(path: str) -> str:
    """Return the absolute path. Relative paths start at the directory in which ansible-playbook was started."""
    return os.path.abspath(os.path.expanduser(os.path.expandvars(path)))


def same_place(path: str, other: str) -> bool:
    """Return whether two absolute paths name the same directory entry, or the same file."""
    if _place(path) == _place(other):
        return True
    # File systems can ignore case. A symbolic link is a place of its own.
    with suppress(OSError):
        return not os.path.islink(path) and not os.path.islink(other) and os.path.samefile(path, other)
    return False


def is_input(path: str, inputs: Iterable[str]) -> bool:
    """Return whether a path is an input of the check, or the file to which an input links."""
    return any(same_place(path, each) or same_place(path, os.path.realpath(each)) for each in inputs)


def _place(path: str) -> str:
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def _cause(error: OSError) -> str:
    return f"cannot be written: {error.strerror or error}"
