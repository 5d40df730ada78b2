# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of the style check and of the search for old names."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tools import check_names, check_style

STYLE = check_style.read_style(yaml.safe_load(check_style.STYLE.read_text(encoding="utf-8")))
OLD = check_names.read(yaml.safe_load(check_names.OLD_NAMES.read_text(encoding="utf-8")))

LONG = " ".join(["word"] * 31) + "."
PLUGIN = '''"""Read lines."""

DOCUMENTATION = r"""
short_description: Read lines
options:
  notes:
    description:
      - Number of seconds.
      - {sentence}
    default: as a rule
"""

EXAMPLES = r"""
# {comment}
- name: {task}
  debug:
    msg: "{{{{ item }}}} {message}"
"""

RETURN = r"""
lines:
  description: Lines.
  returned: {returned}
"""
'''
GOOD = {
    "sentence": "Use C(as a rule) and V(x y z).",
    "comment": "Reads.",
    "task": "Read",
    "message": "is read",
    "returned": "success",
}


def problems(folder: Path, file: str, text: str) -> list[str]:
    """Return the problems of one file, each as line: what."""
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(text, encoding="utf-8")
    return [f"{each.line}: {each.what}" for each in check_style.check(folder, STYLE, [file])]


# --- style: what is found ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("This is used as a rule.", "'as a rule'"),
        ("This is used as\na rule.", "'as a rule'"),
        ("The line is read so that nobody looked.", "'that nobody'"),
        ("Ask whoever knows.", "'whoever'"),
        ("So many lines may be read.", "starts with 'So many'"),
        ("One. It is read.", "starts with 'It'"),
        ("- What is read, is shown.", "starts with 'What'"),
        ("Those that are read are shown.", "starts with 'Those that'"),
        ("The list shows what came of it.", "'what came of'"),
        ("All is well.", "'All is well'"),
        ("The task wants to be run.", "'wants to be'"),
        ("All lines are in line.", "'are in line'"),
        ("The answer is empty.", "'answer'"),
        ("# Sign in to Webex", "'Sign in'"),
        ("| cell | as a rule |", "'as a rule'"),
        ("The behaviour is the same.", "'behaviour'"),
        (LONG, "31 words"),
        (f"> {LONG}", "31 words"),
        (f"1. {LONG}", "31 words"),
        ("word `code` " * 15 + "word.", "31 words"),
        ("[word word](https://example.com/a/b) " * 16, "32 words"),
    ],
)
def test_problem_in_markdown(tmp_path: Path, text: str, found: str) -> None:
    assert any(found in each for each in problems(tmp_path, "README.md", text))


@pytest.mark.parametrize(
    "text",
    [
        "What is read?",
        "The collection answers a question.",
        "The simulator answers 15,522 requests.",
        "The error is in line 5.",
        "Use `as a rule`, or ``whoever``.",
        "```yaml\n# It is used as a rule.\n```",
        "<!-- It is used\nas a rule. -->\nText.",
        "Itself. Items. Whatsoever.",
        "Read [the guide](answer.md).",
        " ".join(["word"] * 30) + ".",
        " ".join(["word"] * 20) + ".\n" + " ".join(["Word"] * 20) + ".",
        "\n".join(["- " + " ".join(["word"] * 20)] * 3),
        "word `one two three four` " * 10,
        " ".join(["word"] * 20) + " (e.g. this).",
        "| " + " | ".join([" ".join(["word"] * 20)] * 3) + " |",
        "# " + " ".join(["word"] * 20) + "\n" + " ".join(["word"] * 20),
    ],
)
def test_no_problem_in_markdown(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, "README.md", text) == []


RST = """..
  It is a comment.

.. _label:

Title
=====

Use :ref:`a guide <that.nobody>` and ``as a rule``.

.. contents::
   :local:

.. code-block:: yaml

    # It is used as a rule.

.. list-table::
   :header-rows: 1

   * - Token
     - Twelve hours

Term
  Text.

{}
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Text.", None),
        ("Text as\na rule.", "27: 'as a rule'"),
        ("It is read.", "27: a sentence starts with 'It'"),
        (".. note::\n\n   It is read.", "29: a sentence starts with 'It'"),
        ("* - It\n  - is", "27: a sentence starts with 'It'"),
        (LONG, "27: 31 words"),
        ("word " * 20 + "\n  " + "word " * 20, None),  # a term and its definition
    ],
)
def test_guide(tmp_path: Path, text: str, found: str | None) -> None:
    shown = problems(tmp_path, "docs/docsite/rst/guide_a.rst", RST.format(text))
    assert len(shown) == (1 if found else 0)
    assert not found or shown[0].startswith(found)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, None),
        ({"sentence": "It is read."}, "9: a sentence starts with 'It'"),
        ({"sentence": LONG}, "9: 31 words"),
        ({"sentence": ">-\n          Text\n          as a rule."}, "11: 'as a rule'"),
        ({"sentence": "'Text as a rule.'"}, "9: 'as a rule'"),
        ({"sentence": "V(" + "word " * 40 + ")."}, None),
        ({"sentence": "L(Text as a rule,https://example.com)."}, "9: 'as a rule'"),
        ({"comment": "It is read."}, "14: a sentence starts with 'It'"),
        ({"task": "Tell why all is read"}, "15: 'Tell why'"),
        ({"message": "is in line"}, "17: 'is in line'"),
        ({"returned": "as a rule"}, "23: returned is 'as a rule'"),
        ({"returned": "success, and failure"}, "23: returned is"),
        ({"returned": "when the line was read"}, None),
        ({"sentence": "{: no"}, "3: DOCUMENTATION is no YAML"),
    ],
)
def test_documentation_of_a_plugin(tmp_path: Path, change: dict[str, str], found: str | None) -> None:
    shown = problems(tmp_path, "plugins/modules/a.py", PLUGIN.format(**{**GOOD, **change}))
    assert bool(shown) == bool(found), shown
    assert not found or shown[0].startswith(found)


def test_doc_fragments_are_documentation(tmp_path: Path) -> None:
    text = f'class ModuleDocFragment:\n    DOCUMENTATION = r"""\nnotes:\n  - {LONG}\n"""\n'
    assert problems(tmp_path, "plugins/doc_fragments/_a.py", text)[0].startswith("4: 31 words")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"""It is read."""', "1: a sentence starts with 'It'"),
        ('def f():\n    """Read.\n\n    :param a: comes\n        of it.\n    """', "4: 'comes of it'"),
        ("#: Text\n#: as a rule.\na = 1", "2: 'as a rule'"),
        ("a = 1  # It is read.", "1: a sentence starts with 'It'"),
        ('raise E("The answer " "is empty.")', "1: 'answer'"),
        ('raise E(f"No {a} as a rule.")', "1: 'as a rule'"),
        ('"""Use C(as a rule) and ``whoever``."""', None),
        ('a = {"answer": "the_answer", "b": "answer %s"}', None),
        ('a = re.compile(r"(the answer of)$")', None),
        ("a = 1  # noqa: X (as a rule)", None),
        (f'"""{LONG}"""', None),
    ],
)
def test_python(tmp_path: Path, text: str, found: str | None) -> None:
    shown = problems(tmp_path, "tests/simulator/a.py", text + "\n")
    assert len(shown) == (1 if found else 0), shown
    assert not found or shown[0].startswith(found)


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("roles/r/meta/argument_specs.yml", "main:\n  description:\n    - It is read.\n", "3: a sentence starts"),
        ("roles/r/meta/argument_specs.yml", f"main:\n  description: {LONG}\n", "2: 31 words"),
        ("roles/r/tasks/main.yml", "- name: Tell why all is well\n", "1: 'all is well'"),
        ("roles/r/tasks/main.yml", "- fail:\n    msg: \"{{ 'None could be repaired.' }}\"\n", "2: 'repaired'"),
        ("roles/r/vars/main.yml", "a: |\n  {{ b }}\n  {{ c }} lines are in line\n", "3: 'are in line'"),
        ("roles/r/templates/a.j2", "{# It is read. #}\n", "1: a sentence starts"),
        ("roles/r/templates/a.j2", "<p>\n<b>Could not be repaired</b>\n", "2: 'repaired'"),
        ("roles/r/templates/a.j2", "<style>\nall is well here\n</style>{{ all.is_well }}\n", None),
        ("playbooks/a.yml", "# Text as a rule.\n- name: Read\n", "1: 'as a rule'"),
    ],
)
def test_yaml_and_templates(tmp_path: Path, file: str, text: str, found: str | None) -> None:
    shown = problems(tmp_path, file, text)
    assert bool(shown) == bool(found), shown
    assert not found or shown[0].startswith(found)


def test_exceptions_of_the_style(tmp_path: Path) -> None:
    content = yaml.safe_load(check_style.STYLE.read_text(encoding="utf-8"))
    allowed = {"file": "*.md", "found": "as a rule", "reason": "A quotation."}
    style = check_style.read_style({**content, "exceptions": [allowed]})
    (tmp_path / "README.md").write_text("As a rule, ask whoever.", encoding="utf-8")
    (tmp_path / "SECURITY.md").write_text("Text.", encoding="utf-8")
    style.exceptions[0] = ("*.md", check_style.re.compile("(?i)as a rule"))
    assert [each.what[:9] for each in check_style.check(tmp_path, style, ["README.md"])] == ["'whoever'"]
    (unused,) = check_style.check(tmp_path, style, ["SECURITY.md"])
    assert "not needed" in unused.what
    with pytest.raises(ValueError, match="reason"):
        check_style.read_style({**content, "exceptions": [{**allowed, "reason": ""}]})


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "plugins/module_utils").mkdir(parents=True)
    hints = "\n".join(f'h{number} = "Check the option number {number}."' for number in range(20))
    (tmp_path / "plugins/module_utils/_error_hints.py").write_text(hints + "\n", encoding="utf-8")
    functions = "\n".join(f'def f{number}():\n    """Return {number}."""' for number in range(20))
    (tmp_path / "plugins/module_utils/_a.py").write_text(functions + "\n", encoding="utf-8")
    (tmp_path / "docs/docsite/rst").mkdir(parents=True)
    guide = "\n\n".join(f"Set the option to {number}." for number in range(20))
    (tmp_path / "docs/docsite/rst/guide_a.rst").write_text(guide + "\n", encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", "."], cwd=tmp_path, check=True)
    return tmp_path


def test_style_of_a_checkout(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_style.main([], checkout) == 0
    (checkout / "README.md").write_text("Text.\n\nIt is read.\n", encoding="utf-8")
    assert check_style.main([], checkout) == 1
    assert capsys.readouterr().out.splitlines()[-2].startswith("README.md:3: a sentence starts with 'It'")
    assert check_style.main([str(checkout / "plugins/module_utils/_a.py")], checkout) == 0


def test_nothing_checked_is_a_failure(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", "."], cwd=tmp_path, check=True)
    assert check_style.main([], tmp_path) == 1


def test_draw(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawn = []
    for seed in ("1", "1", "2"):
        assert check_style.main(["--draw", seed], checkout) == 0
        drawn.append(capsys.readouterr().out)
    assert drawn[0] == drawn[1] != drawn[2]
    for text in ("Check the option", "Return", "Set the option"):
        assert drawn[0].count(f": {text}") == 10


# --- old names -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("a.yml", "  vars_prefix: x_", "vars_prefix"),
        ("a.yml", "group_by_location: true", "group_by_location"),
        ("a.md", "see error.virtual_line_id", "error.virtual_line_id"),
        ("tests/unit/a.py", 'error["virtual_line_id"]', 'error["virtual_line_id'),
        ("a.yml", 'x.differences | map(attribute="path")', 'differences | map(attribute="path")'),
        ("a.rst", "``changes[].path``", None),
        ("a.j2", "{{ difference.path }}", "difference.path"),
        ("a.j2", "{{ line.label }}", "line.label"),
        ("a.yml", "status: in_line", "in_line"),
        ("a.yml", "x.repairs | length", "repairs"),
        ("a.yml", "x | webex.calling.writable_settings", "writable_settings"),
        ("plugins/filter/writable_settings.py", "", "writable_settings"),
        ("a.py", "extends_documentation_fragment:\n  - a.b\n  - webex.calling.webex\n", "extends_documentation"),
        ("a.py", "  - webex.calling.selectors\n", "webex.calling.selectors"),
        ("a.yml", "version_added: 0.1.0", "version_added: 0.1.0"),
        ("plugins/module_utils/errors.py", "", "module_utils/errors"),
        ("a.py", "from ..module_utils.waiting import x", "module_utils.waiting"),
        ("plugins/module_utils/_a.py", "from .client import x", "from .client import"),
        ("plugins/module_utils/_a.py", "raise CredentialsRefused", "CredentialsRefused"),
        ("plugins/module_utils/_a.py", "class Pace:\n    pass", "Pace"),
        ("plugins/module_utils/_a.py", "with doing('x'):\n    pass", "doing"),
        ("plugins/module_utils/_a.py", "from_exception(x)", "from_exception"),
        # Names that remain
        ("a.yml", "virtual_line_id: x", None),
        ("a.yml", "requests | map(attribute='path')", None),
        ("a.yml", "loop_control:\n  label: x", None),
        ("a.yml", "membership:\n  - webex.calling.webex\n", None),
        ("a.yml", "group/webex.calling.webex:", None),
        ("a.yml", "stored in lines, all in line", None),
        ("a.py", "  - webex.calling._selectors\n", None),
        ("a.py", "from ..module_utils._client import x", None),
        ("tests/system/a.py", "from .client import x", None),
        ("plugins/module_utils/_a.py", "error_from_exception(x)", None),
        ("plugins/module_utils/_a.py", "# Reading and Writing, doing harm\nx = 'Bearer token'", None),
        ("plugins/module_utils/_a.py", "Readings = 1", None),
        ("tests/simulator/a.py", "class Answer:\n    label = 1", None),
        ("a.md", "Pace, Patience, Reading", None),
        ("a.md", "versions 10.1.0 and 0.1.0", None),
    ],
)
def test_old_name(file: str, text: str, found: str | None) -> None:
    shown = [use.found for use in check_names.uses(OLD, file, text + "\n")]
    assert bool(shown) == bool(found), shown
    assert not found or shown[0].startswith(found)


def test_old_names_of_a_checkout(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_names.main(checkout) == 0
    (checkout / "a.yml").write_text("---\nvars_prefix: x_\n", encoding="utf-8")
    (checkout / "b.png").write_bytes(b"\xff\xfevars_prefix")
    assert check_names.main(checkout) == 1
    assert capsys.readouterr().out.splitlines()[-2] == "a.yml:2: 'vars_prefix' was renamed: hostvars_prefix"


def test_exceptions_of_old_names(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text("vars_prefix: in_line\n", encoding="utf-8")
    content = yaml.safe_load(check_names.OLD_NAMES.read_text(encoding="utf-8"))
    allowed = {"file": "a.yml", "found": "vars_prefix", "reason": "An example."}
    old = check_names.read({**content, "exceptions": [allowed]})
    shown = [(use.file, use.found) for use in check_names.check(tmp_path, old, ["a.yml", "b.yml"])]
    assert sorted(shown) == [("a.yml", "in_line"), ("b.yml", "in_line"), ("b.yml", "vars_prefix")]
    with pytest.raises(ValueError, match="reason"):
        check_names.read({**content, "exceptions": [{**allowed, "reason": ""}]})
