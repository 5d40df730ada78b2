# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cache for bytecode that Python does not store.

Python stores the bytecode of the files that it imports. It does not store the bytecode of modules, which Ansible sends
as a zip archive, or of plugins in collections. Compiling takes a third of the time of a module.

As a script, this module installs itself in the environment of the interpreter. There, it replaces C(compile) with a
function that stores bytecode in files. The name of a file is the hash of the source, as in PEP 552. Each process still
imports and runs all code.
"""

from __future__ import annotations

import _imp
import builtins
import marshal
import os
from importlib.util import MAGIC_NUMBER
from typing import Any

_compile = builtins.compile
_FOLDER = os.path.join(os.path.dirname(__file__), "bytecode-cache")


def _compile_once(
    source: Any, filename: Any, mode: str, flags: int = 0, dont_inherit: bool = False, optimize: int = -1, **more: Any
) -> Any:
    """Return what C(compile) returns, from the cache if an import compiles the same source again."""
    is_import = mode == "exec" and dont_inherit and isinstance(source, bytes) and not flags and not more
    if not is_import:
        return _compile(source, filename, mode, flags, dont_inherit, optimize, **more)
    hash_of_source = _imp.source_hash(int.from_bytes(MAGIC_NUMBER, "little"), source).hex()
    path = os.path.join(_FOLDER, f"{hash_of_source}-{optimize}")
    try:
        with open(path, "rb") as file:
            code = marshal.load(file)
    except OSError:
        code = _compile(source, filename, mode, flags, dont_inherit, optimize)
        # Other processes must not read an incomplete file.
        incomplete = f"{path}.{os.getpid()}"
        with open(incomplete, "wb") as file:
            marshal.dump(code, file)
        os.replace(incomplete, path)
    # Each module has its own folder, which tracebacks show.
    _imp._fix_co_filename(code, filename)  # type: ignore[attr-defined]
    return code


def _install() -> None:
    import shutil
    import sysconfig

    packages = sysconfig.get_path("purelib")
    shutil.copy(__file__, packages)
    os.makedirs(os.path.join(packages, "bytecode-cache"), exist_ok=True)
    # Python runs such a line at start.
    with open(os.path.join(packages, "bytecode_cache.pth"), "w", encoding="utf-8") as file:
        file.write("import bytecode_cache\n")


if __name__ == "__main__":
    _install()
else:
    builtins.compile = _compile_once
