# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check of the writing style; style.yml lists the rules.

With C(--draw SEED), the program prints random texts for a review instead.
"""

from __future__ import annotations

import argparse
import ast
import io
import random
import re
import sys
import textwrap
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.check_names import files_of

ROOT = Path(__file__).parents[2]
STYLE = Path(__file__).with_name("style.yml")

#: Replacement for literals. The check does not read literals, and counts each literal as one word.
CODE = "CODE"

#: Line beginnings in license headers.
_LICENSE = ("Copyright (c)", "GNU General Public License", "SPDX-License-Identifier")

#: Text kinds.
PROSE, DOCUMENTATION, DOCSTRING, COMMENT, STRING, MESSAGE = range(6)


class Problem(NamedTuple):
    """Violation of the writing style."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


@dataclass
class Block:
    """Text block: paragraph, list item, table cell, comment, or string.

    :ivar lines: number and text of each line.
    :ivar counted: whether the limit of words per sentence applies.
    """

    kind: int
    lines: list[tuple[int, str]]
    counted: bool = False

    @property
    def text(self) -> str:
        return " ".join(text for _number, text in self.lines)

    def line_at(self, offset: int) -> int:
        """Return the line number at an offset in the text, or 0 if the block has no lines."""
        end = 0
        for number, text in self.lines:
            end += len(text) + 1
            if offset < end:
                return number
        return self.lines[-1][0] if self.lines else 0


@dataclass
class Style:
    """Style rules in style.yml."""

    max_words: int
    files: dict[str, list[str]]
    openings: list[tuple[str, str]]
    phrases: list[tuple[re.Pattern[str], str]]
    exceptions: list[tuple[str, re.Pattern[str]]] = field(default_factory=list)

    def kind_of(self, file: str) -> str | None:
        """Return the first file kind whose patterns match, or None if the file is not checked."""
        return next(
            (kind for kind, patterns in self.files.items() if any(fnmatch(file, each) for each in patterns)), None
        )


def read_style(content: Mapping[str, Any]) -> Style:
    """Return the style rules.

    :param content: parsed content of style.yml.
    :raises ValueError: if an exception has no reason.
    """
    exceptions = []
    for entry in content["exceptions"]:
        if not entry.get("reason"):
            raise ValueError(f"The exception for {entry['file']} needs a reason.")
        exceptions.append((entry["file"], re.compile(entry["found"])))
    return Style(
        content["max_words"],
        {kind: content[kind] for kind in ("guides", "argument_specs", "texts")},
        [(entry["text"], entry["use"]) for entry in content["openings"]],
        [
            (re.compile(rf"(?<![\w-])(?:{entry['text']})(?![\w-])", re.IGNORECASE), entry["use"])
            for entry in content["phrases"]
        ],
        exceptions,
    )


# --- Markdown and reStructuredText ---------------------------------------------------------------------------

_LIST_ITEM = re.compile(r"^(?:[-*+] (?:- )?|#\.\s|\d+\.\s|\* - )\s*")
_MARKDOWN_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKDOWN_CODE = re.compile(r"(`+).+?\1")
_RST_REFERENCE = re.compile(r":(?:ref|doc):`([^`<]+?)\s*(?:<[^`>]*>)?`")
_RST_CODE = re.compile(r"``.+?``|:[a-z:]+:`[^`]+`")
_RST_UNDERLINE = re.compile(r"^([=\-~^\"'*#+])\1{2,}$")
_URL = re.compile(r"https?://[^\s)>]*[^\s)>.,;:]")


def markdown(text: str, *, counted: bool) -> list[Block]:
    """Return the text blocks of a Markdown document, without code.

    :param counted: whether the limit of words per sentence applies.
    """
    text = re.sub(r"<!--.*?-->", lambda match: "\n" * match[0].count("\n"), text, flags=re.DOTALL)
    blocks: list[Block] = []
    current: list[tuple[int, str]] = []
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        fence = stripped.startswith("```")
        if fence or fenced or not stripped or stripped.startswith(("#", "|")) or _LIST_ITEM.match(stripped):
            current = []
        if fence:
            fenced = not fenced
        if fence or fenced or not stripped:
            continue
        if re.fullmatch(r"[|:\- ]+", stripped):
            continue
        if stripped.startswith("|"):
            cells = stripped.strip("|").split(" | ")
            blocks += [Block(PROSE, [(number, cell.strip())], counted) for cell in cells]
            continue
        if not current:
            blocks.append(Block(PROSE, current, counted))
        heading = stripped.startswith("#")
        current.append((number, _LIST_ITEM.sub("", stripped.lstrip("# ") if heading else stripped)))
        if heading:
            current = []
    for block in blocks:
        block.lines = plain_lines(block.lines, plain_markdown)
    return blocks


def plain_markdown(text: str) -> str:
    text = _MARKDOWN_CODE.sub(CODE, text)
    text = _MARKDOWN_LINK.sub(r"\1", text)
    return _URL.sub(CODE, text).replace("**", "")


def rst(text: str) -> list[Block]:
    """Return the text blocks of a reStructuredText guide, without code and comments."""
    blocks: list[Block] = []
    current: list[tuple[int, str]] = []
    skipped: int | None = None  # Indentation of a directive without text content.
    inner = 0  # Indentation of the text in the current block.
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        indentation = len(line) - len(line.lstrip())
        if not stripped:
            current = []
            continue
        if skipped is not None and indentation > skipped:
            continue
        skipped = None
        if stripped.startswith(".."):
            current = []
            directive = re.match(r"\.\. ([\w-]+)::", stripped)
            if directive is None or directive[1] in ("code-block", "contents", "image", "figure", "ansible-output"):
                skipped = indentation
            continue
        if _RST_UNDERLINE.match(stripped) or re.match(r":[\w-]+:(?: |$)", stripped):
            current = []
            continue
        content = _LIST_ITEM.sub("", stripped)
        # A deeper indentation starts the text of a definition, after the term.
        if not current or content != stripped or indentation > inner:
            current = []
            inner = indentation + len(stripped) - len(content)
            blocks.append(Block(PROSE, current, counted=True))
        current.append((number, content))
    for block in blocks:
        block.lines = plain_lines(block.lines, plain_rst)
    return blocks


def plain_rst(text: str) -> str:
    text = _RST_CODE.sub(CODE, _RST_REFERENCE.sub(r"\1", text))
    return _URL.sub(CODE, text).replace("**", "")


def plain_lines(lines: list[tuple[int, str]], plain: Any) -> list[tuple[int, str]]:
    """Return lines without markup. Markup can span several lines.

    A line break within a literal moves to the end of the literal.

    :param plain: function that removes the markup from a line.
    """
    joined = "\n".join(text for _number, text in lines)
    kept = re.sub(r"`+[^`]+`+", lambda match: match[0].replace("\n", "\0"), joined)
    kept = re.sub(r"\[[^\]]*\]\([^)]*\)", lambda match: match[0].replace("\n", "\0"), kept)
    result = []
    numbers = [number for number, _text in lines]
    position = 0
    for text in kept.split("\n"):
        result.append((numbers[position], plain(text.replace("\0", " "))))
        position += 1 + text.count("\0")
    return result


# --- documentation of plugins and roles ----------------------------------------------------------------------

_PROSE_KEYS = {"description", "short_description", "notes", "details", "requirements", "why", "alternatives"}
_RETURNED = re.compile(r"success|always|failure|changed|when .+")
_ANSIBLE_CODE = re.compile(r"\b(?:C|V|O|E|RV|M|P|U)\((?:[^()\\]|\\.)*\)|\bHORIZONTALLINE\b")
_ANSIBLE_LINK = re.compile(r"\b[LR]\(((?:[^(),\\]|\\.)*),[^()]*\)")
_ANSIBLE_FONT = re.compile(r"\b[IB]\(((?:[^()\\]|\\.)*)\)")


def plain_documentation(text: str) -> str:
    text = _ANSIBLE_CODE.sub(CODE, _ANSIBLE_LINK.sub(r"\1", text))
    return _URL.sub(CODE, _ANSIBLE_FONT.sub(r"\1", text)).replace("\\)", ")")


def documentation(text: str, first_line: int) -> Iterator[Block | Problem]:
    """Yield the texts in YAML documentation, and a problem for each invalid value of C(returned).

    :param first_line: line number of the first line of the text.
    """
    for key, node in scalars(yaml.compose(text, Loader=yaml.SafeLoader)):
        if key == "returned" and not _RETURNED.fullmatch(node.value):
            line = first_line + node.start_mark.line
            yield Problem("", line, f"returned is {node.value!r}, not a standard value or 'when CONDITION'")
        if key == "returned" or key in _PROSE_KEYS:
            yield _scalar(text, node, first_line)


def scalars(node: yaml.Node | None, key: str = "", seen: set[int] | None = None) -> Iterator[tuple[str, Any]]:
    """Yield each scalar of a YAML document once, with its key.

    Scalars in a list have the key of the list. Choice descriptions have the key C(description).

    :param key: key of the node.
    :param seen: ids of nodes to skip.
    """
    seen = set() if seen is None else seen
    if node is None or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from scalars(value, "description" if key == "choices" else str(name.value), seen)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            # Choice values are not texts.
            yield from scalars(each, "" if key == "choices" else key, seen)
    else:
        yield key, node


def _scalar(text: str, node: yaml.Node, first_line: int) -> Block:
    """Return the source text of a scalar, with line numbers."""
    written = text[node.start_mark.index : node.end_mark.index]
    lines = written.splitlines()
    number = first_line + node.start_mark.line
    if written[:1] in ("|", ">"):
        lines, number = lines[1:], number + 1
    elif written[:1] in ("'", '"'):
        quote = written[0]
        lines = written[1:-1].replace(f"\\{quote}" if quote == '"' else "''", quote).splitlines()
    numbered = [(number + index, line.strip()) for index, line in enumerate(lines)]
    joined = "\n".join(line for _number, line in numbered)
    # Markup can span lines. Keep all markup on the first line.
    joined = re.sub(r"\b[A-Z]{1,2}\([^()]*\)", lambda match: match[0].replace("\n", " "), joined)
    kept = plain_documentation(joined).split("\n")
    return Block(DOCUMENTATION, [(numbered[index][0], line) for index, line in enumerate(kept)], counted=True)


# --- other YAML: playbooks, tasks, examples ------------------------------------------------------------------

_TEXT_KEYS = {"name", "msg", "fail_msg", "success_msg", "title"}


def tasks(text: str, first_line: int = 1) -> list[Block]:
    """Return the names, messages, and comments in playbooks and tasks.

    :param first_line: line number of the first line of the text.
    """
    blocks = [
        Block(COMMENT, [(first_line + number + offset, line) for offset, line in enumerate(lines)])
        for number, lines in _yaml_comments(text)
    ]
    for key, node in scalars(yaml.compose(text, Loader=yaml.SafeLoader)):
        if key in _TEXT_KEYS or "{{" in node.value or "{%" in node.value:
            number = first_line + node.start_mark.line
            # Block scalars start on the line after the indicator. All lines of a folded text have the same number.
            blocks.extend(template(node.value, number + (node.style in ("|", ">"))))
    return blocks


_JINJA_COMMENT = re.compile(r"\{#-?(.*?)-?#\}", re.DOTALL)
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_MARKUP = re.compile(r"<(style|script)\b.*?</\1>|<[^<>]*>", re.DOTALL)


def template(text: str, first_line: int = 1) -> Iterator[Block]:
    """Yield the texts and comments of a template, and the texts in Jinja expressions.

    :param first_line: line number of the first line of the text.
    """
    for comment in _JINJA_COMMENT.finditer(text):
        if _LICENSE[0] not in comment[1]:
            yield _one_line(COMMENT, text, comment.start(), comment[1], first_line)
    text = _JINJA_COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    for expression in _JINJA.finditer(text):
        for quoted in _QUOTED.finditer(expression[0]):
            literal = quoted[1] or quoted[2] or ""
            if is_text(literal):
                yield _one_line(STRING, text, expression.start() + quoted.start(), literal, first_line)
    plain = _JINJA.sub(lambda match: CODE + "\n" * match[0].count("\n"), text)
    plain = _MARKUP.sub(lambda match: "\0" + "\n" * match[0].count("\n"), plain)
    for match in re.finditer(r"[^\0\n]+", plain):
        if is_text(match[0]):
            yield _one_line(STRING, plain, match.start(), match[0], first_line)


def _one_line(kind: int, whole: str, offset: int, text: str, first_line: int) -> Block:
    """Return a text as a single line, with the line number of an offset in the whole text."""
    return Block(kind, [(first_line + whole.count("\n", 0, offset), " ".join(text.split()))])


def _yaml_comments(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield whole-line comments: index of the first line, and all lines. Adjacent lines form one comment."""
    current: list[str] = []
    start = 0
    for index, line in enumerate([*text.splitlines(), ""]):
        content = line.strip().lstrip("# ")
        if line.strip().startswith("#") and not content.startswith(_LICENSE):
            start = start if current else index
            current.append(content)
        elif current:
            yield start, current
            current = []


# --- Python --------------------------------------------------------------------------------------------------

#: Beginnings of comments for tools.
_TOOLS = re.compile(r"#\s*(?:noqa|type:|pragma|ruff:|fmt:)|#!")
_DOCUMENTED = ("DOCUMENTATION", "RETURN", "EXAMPLES")


def python(text: str, *, plugin: bool) -> Iterator[Block | Problem]:
    """Yield the docstrings, comments, and strings of a Python file, and the problems found.

    :param plugin: whether to yield plugin documentation as well.
    """
    tree = ast.parse(text)
    yield from _comments(text)
    handled: set[int] = set()
    if plugin:
        yield from _documentation_of(tree, handled)
    raised = _raised(tree)
    for docstring in _docstrings(tree):
        if id(docstring) not in handled:
            handled.add(id(docstring))
            yield from _docstring(str(docstring.value), docstring.lineno)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            handled.update(id(each) for each in ast.walk(node) if isinstance(each, ast.Constant))
            literal = "".join(str(part.value) if isinstance(part, ast.Constant) else CODE for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in handled:
            literal = node.value
        else:
            continue
        if is_text(literal):
            kind = MESSAGE if id(node) in raised else STRING
            yield Block(kind, [(node.lineno, " ".join(literal.split()))])


def _docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and node.body:
            first = node.body[0].value if isinstance(node.body[0], ast.Expr) else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first


def is_text(literal: str) -> bool:
    """Return whether a string is a text for people: at least three words, and no code or markup."""
    words = re.findall(r"[A-Za-z]{2,}", literal)
    return len(words) >= 3 and " " in literal.strip() and not re.search(r"[{}<>$\\|]|\w\(|=\"|\*\*", literal)


def _raised(tree: ast.AST) -> set[int]:
    """Return the ids of all string nodes in C(raise) statements and C(fail_json) calls."""
    found: set[int] = set()
    for node in ast.walk(tree):
        fails = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "fail_json"
        if fails or isinstance(node, ast.Raise):
            found.update(id(each) for each in ast.walk(node) if isinstance(each, (ast.Constant, ast.JoinedStr)))
    return found


def _documentation_of(tree: ast.Module, handled: set[int]) -> Iterator[Block | Problem]:
    scopes: list[ast.Module | ast.ClassDef] = [tree]
    scopes += [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "ModuleDocFragment"]
    for scope in scopes:
        for node in scope.body:
            if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
                continue
            name = node.targets[0].id if isinstance(node.targets[0], ast.Name) else ""
            if not isinstance(node.value.value, str) or not (name in _DOCUMENTED or scope is not tree):
                continue
            handled.add(id(node.value))
            line = node.value.lineno
            try:
                yield from (
                    tasks(node.value.value, line) if name == "EXAMPLES" else documentation(node.value.value, line)
                )
            except yaml.YAMLError as error:
                yield Problem("", line, f"{name} is no YAML: {' '.join(str(error).split())}")


def _comments(text: str) -> Iterator[Block]:
    """Yield the comments of a Python file. Adjacent lines form one comment."""
    current: list[tuple[int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and not _TOOLS.match(token.string):
            number, content = token.start[0], token.string.lstrip("#: ")
            alone = not token.line[: token.start[1]].strip()
            if current and not (alone and current[-1][0] == number - 1):
                yield Block(COMMENT, plain_lines(current, plain_docstring))
                current = []
            if content and not content.startswith(_LICENSE):
                current.append((number, content.split("  # noqa")[0]))
    if current:
        yield Block(COMMENT, plain_lines(current, plain_docstring))


def _docstring(text: str, first_line: int) -> Iterator[Block]:
    """Yield the paragraphs, list items, and fields of a docstring."""
    current: list[tuple[int, str]] = []
    lines: list[list[tuple[int, str]]] = []
    for number, line in enumerate(text.splitlines(), first_line):
        stripped = line.strip()
        named = re.match(r":\w+(?: [\w*.]+)?:\s*", stripped)
        if not stripped or named or _LIST_ITEM.match(stripped):
            current = []
        if stripped:
            if not current:
                lines.append(current)
            current.append((number, _LIST_ITEM.sub("", stripped[named.end() :] if named else stripped)))
    for block in lines:
        yield Block(DOCSTRING, plain_lines(block, plain_docstring))


def plain_docstring(text: str) -> str:
    return plain_documentation(re.sub(r"(`+).+?\1", CODE, text))


# --- the check -----------------------------------------------------------------------------------------------

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*(?:[A-Z0-9]))")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf|Art|No|approx)|\b[A-Z])\.$")
_WORD = re.compile(r"\S*\w\S*")


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield the offset and the text of each sentence."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text[start : match.start()]):
            yield start, text[start : match.start()]
            start = match.end()
    if text[start:].strip():
        yield start, text[start:]


def problems_in(block: Block, style: Style) -> Iterator[Problem]:
    """Yield all style violations in a block."""
    text = block.text
    for phrase, use in style.phrases:
        for match in phrase.finditer(text):
            yield Problem("", block.line_at(match.start()), f"{match[0]!r}: write {use}")
    for offset, sentence in sentences(text):
        beginning = sentence.lstrip("\"'([* ")
        for opening, use in style.openings:
            if re.match(rf"{re.escape(opening)}(?![\w'-])", beginning) and not sentence.rstrip("\"')").endswith("?"):
                yield Problem("", block.line_at(offset), f"a sentence starts with {opening!r}: {use}")
        words = len(_WORD.findall(sentence))
        if block.counted and words > style.max_words:
            start = textwrap.shorten(sentence, 60, placeholder=" ...")
            yield Problem("", block.line_at(offset), f"{words} words, more than {style.max_words}: {start!r}")


def texts_of(root: Path, file: str, style: Style) -> Iterator[Block | Problem]:
    """Yield all texts to check in a file, and the problems found while reading."""
    kind = style.kind_of(file)
    text = (root / file).read_text(encoding="utf-8")
    if file.endswith(".md"):
        yield from markdown(text, counted=kind == "guides")
    elif file.endswith(".rst"):
        yield from rst(text)
    elif file.endswith(".py"):
        yield from python(text, plugin=file.startswith("plugins/"))
    elif kind == "argument_specs":
        yield from documentation(text, 1)
    elif file.endswith(".j2"):
        yield from template(text)
    else:
        yield from tasks(text)


def check(root: Path, style: Style, files: Iterable[str]) -> Iterator[Problem]:
    """Yield the problems in all files, and a problem for each unnecessary exception."""
    used = set()
    for file in files:
        for each in texts_of(root, file, style):
            for problem in [each] if isinstance(each, Problem) else problems_in(each, style):
                allowing = [
                    index
                    for index, (pattern, found) in enumerate(style.exceptions)
                    if fnmatch(file, pattern) and found.search(problem.what)
                ]
                used.update(allowing)
                if not allowing:
                    yield problem._replace(file=file)
    for index, (pattern, found) in enumerate(style.exceptions):
        if index not in used:
            yield Problem(str(STYLE.name), 0, f"an exception is not needed: {pattern}, {found.pattern}")


def draw(root: Path, style: Style, files: Iterable[str], seed: str) -> Iterator[str]:
    """Yield random texts: up to ten each of messages, docstrings and comments, and documentation sentences."""
    found: dict[str, list[str]] = {"Hints and messages": [], "Docstrings and comments": [], "Documentation": []}
    for file in sorted(files):
        hints = file.endswith("/_error_hints.py")
        for block in texts_of(root, file, style):
            if isinstance(block, Problem):
                continue
            text = f"{file}:{block.line_at(0)}: {block.text}"
            if block.kind == MESSAGE or (hints and block.kind == STRING):
                if file.startswith("plugins/"):
                    found["Hints and messages"].append(text)
            elif block.kind in (DOCSTRING, COMMENT):
                found["Docstrings and comments"].append(text)
            elif (block.counted and style.kind_of(file) != "guides") or file.endswith(".rst"):
                found["Documentation"] += [
                    f"{file}:{block.line_at(offset)}: {sentence}"
                    for offset, sentence in sentences(block.text)
                    if len(_WORD.findall(sentence)) > 3
                ]
    chosen = random.Random(seed)
    for title, texts in found.items():
        yield f"\n{title} ({len(texts)} in all)"
        yield from (f"  {text}" for text in chosen.sample(texts, min(10, len(texts))))


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Print all problems or random texts, and return the exit status."""
    parser = argparse.ArgumentParser(description="Check the writing style.")
    parser.add_argument("--draw", metavar="SEED", help="print thirty random texts instead, for a review")
    parser.add_argument("file", nargs="*", help="check only these files")
    options = parser.parse_args(arguments)
    style = read_style(yaml.safe_load(STYLE.read_text(encoding="utf-8")))
    files = [file for file in files_of(root) if style.kind_of(file)]
    if options.draw is not None:
        print(*draw(root, style, files, options.draw), sep="\n")
        return 0
    if options.file:
        chosen = [Path(file).resolve() for file in options.file]
        files = [file for file in files if (root / file).resolve() in chosen]
        style.exceptions = [each for each in style.exceptions if any(fnmatch(file, each[0]) for file in files)]
    found = sorted(set(check(root, style, files)))
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(files)} files were checked: {len(found)} problems")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
