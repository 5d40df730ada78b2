# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Installations that cannot run a module or the inventory: Python too old, or requests missing or broken."""

from __future__ import annotations

import ast
import importlib
import json
import runpy
import sys
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parents[4] / "plugins"
PACKAGE = "ansible_collections.webex.calling.plugins"
#: All modules. A module with an action plugin is only documentation.
MODULES = sorted(
    {path.stem for path in (PLUGINS / "modules").glob("*.py")}.difference(
        path.stem for path in (PLUGINS / "action").glob("*.py")
    )
)


# --- Python --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [(3, 7, 16), (3, 8, 18)])
def test_an_old_python_is_named(capsys, monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", (*version, "final", 0))
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(PLUGINS / "module_utils/_python.py"))
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out) == {
        "failed": True,
        "msg": "Modules of webex.calling need Python 3.9 or newer on the host where they run, and "
        f"{sys.executable} is Python {'.'.join(map(str, version))}. Set ansible_python_interpreter to a newer Python.",
    }


@pytest.mark.parametrize("version", [(3, 9, 0), (3, 13, 0), (4, 0, 0)])
def test_other_pythons_are_accepted(capsys, monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", (*version, "final", 0))
    runpy.run_path(str(PLUGINS / "module_utils/_python.py"))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("path", ["module_utils/_python.py", *(f"modules/{name}.py" for name in MODULES)])
def test_files_that_an_old_python_reads_have_its_syntax(path):
    ast.parse((PLUGINS / path).read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize("name", MODULES)
def test_modules_check_python_before_other_imports_of_the_collection(name):
    tree = ast.parse((PLUGINS / f"modules/{name}.py").read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.level]
    assert [(each.module, [alias.name for alias in each.names]) for each in imports[:1]] == [
        ("module_utils", ["_python"])
    ]


# --- requests ------------------------------------------------------------------------------------------------

BROKEN = {
    "ImportError": "raise ImportError('no module of that name')",
    "AttributeError": "raise AttributeError(\"module 'lib' has no attribute 'X509_V_FLAG'\")",
    "TypeError": "None + 1",
    "SyntaxError": "import this is no Python",
    "FileNotFoundError": "open('/nowhere')",
    "AssertionError": "assert False, 'not supported'",
    "VersionConflict": "class VersionConflict(Exception): pass\nraise VersionConflict('urllib3 9')",
}


@pytest.fixture
def import_anew(same_modules_afterwards, monkeypatch, tmp_path):
    """A function that imports a part of the collection with a package requests of this content."""

    def forget() -> None:
        for name in list(sys.modules):
            if name.startswith(f"{PACKAGE}.") or name.partition(".")[0] == "requests":
                monkeypatch.delitem(sys.modules, name)

    def import_(name: str, content: str):
        (tmp_path / "requests").mkdir()
        (tmp_path / "requests/__init__.py").write_text(content)
        monkeypatch.syspath_prepend(tmp_path)
        forget()
        return importlib.import_module(f"{PACKAGE}.{name}")

    return import_


def check_text(text: str, kind: str) -> None:
    assert text.startswith("Failed to import the required Python library (requests) on ")
    assert f". The import failed with {kind}" in text.replace("requests.", "")
    assert "Traceback" not in text
    assert "\n" not in text


@pytest.mark.parametrize("kind", BROKEN)
def test_a_module_names_requests(import_anew, run_module, kind):
    main = import_anew("modules.virtual_line_info", BROKEN[kind]).main
    result = run_module(main, access_token="fake-access-token-1")
    check_text(result["msg"], kind)
    # Newer releases of ansible-core leave it out, unless tracebacks are wanted.
    assert kind in result.get("exception", kind)


@pytest.mark.parametrize("kind", BROKEN)
def test_an_inventory_names_requests(import_anew, kind):
    pytest.importorskip("jinja2")
    from ansible.errors import AnsibleError

    # Not from the loader, which would keep this plugin for other tests.
    plugin = import_anew("inventory.virtual_lines", BROKEN[kind]).InventoryModule()
    with pytest.raises(AnsibleError) as caught:
        plugin._read({})
    check_text(str(caught.value), kind)
