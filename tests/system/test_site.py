# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests that the check of the rendered documentation finds each kind of broken link."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from tools.browser import browser_missing
from tools.check_site import find_problems, main, read_in_browser, read_page

GOOD = """<a href="other.html#there">.</a> <a href="#here" id="here">.</a> <a href="folder/deep.html?q=1">.</a>
<a href="https://example.com/nowhere#at-all">.</a> <a href="mailto:nobody@example.com">.</a>
<a href="other.html#b%20c">.</a>"""
BROKEN = {
    '<a href="gone.html">.</a>': "gone.html leads to no file",
    '<a href="folder">.</a>': "folder leads to no file",
    '<a href="#gone">.</a>': "#gone leads to no id in index.html",
    '<a href="other.html#here">.</a>': "other.html#here leads to no id in other.html",
    '<a href="/index.html">.</a>': "/index.html depends on where the site is put",
    '<img src="gone.png">': "gone.png leads to no file",
}
ONLY_IN_A_BROWSER = {
    '<img src="other.html">': "the image other.html shows nothing",
    "<script>document.body.innerHTML += '<a href=made.html>.</a>'</script>": "made.html leads to no file",
    "<script>nothing()</script>": "nothing is not defined",
}


def site_with(folder: Path, content: str) -> list[Path]:
    (folder / "folder").mkdir()
    for name, body in {
        "index.html": content,
        "other.html": '<p id="there">.</p><a name="b c">.</a>',
        "folder/deep.html": '<a href="../index.html">.</a>',
    }.items():
        page = f'<!DOCTYPE html><link rel="icon" href="data:,"><title>{html.escape(name)}</title><body>{body}</body>'
        (folder / name).write_text(page, encoding="utf-8")
    return sorted(folder.rglob("*.html"))


def test_valid_site(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    site_with(tmp_path, GOOD)
    # Not a note for the summary of `make test`.
    monkeypatch.setattr("tools.check_site.note", lambda *_arguments: None)
    assert main(tmp_path) == 0
    assert "3 pages with 10 links were read" in capsys.readouterr().out


@pytest.mark.parametrize(("content", "problem"), BROKEN.items())
def test_broken_links(tmp_path: Path, content: str, problem: str) -> None:
    paths = site_with(tmp_path, GOOD + content)
    assert find_problems(tmp_path, {path: read_page(path) for path in paths}) == [f"index.html: {problem}"]


@pytest.mark.skipif(bool(browser_missing()), reason="no browser; the session docs notes it")
def test_problems_that_only_a_browser_finds(tmp_path: Path) -> None:
    paths = site_with(tmp_path, GOOD + "".join(ONLY_IN_A_BROWSER))
    assert find_problems(tmp_path, {path: read_page(path) for path in paths}) == []
    found = "\n".join(find_problems(tmp_path, dict(read_in_browser(paths))))
    for problem in ONLY_IN_A_BROWSER.values():
        assert problem in found


def test_broken_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site_with(tmp_path, GOOD + next(iter(BROKEN)))
    monkeypatch.setattr("tools.check_site.note", lambda *_arguments: None)
    assert main(tmp_path) == 1


def test_missing_site(tmp_path: Path) -> None:
    assert main(tmp_path) == 1
