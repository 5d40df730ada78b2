# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
import json
import os
import socket
import stat

import pytest

from ansible_collections.webex.calling.plugins.plugin_utils import _drift_files
from ansible_collections.webex.calling.plugins.plugin_utils._drift_files import (
    BASELINE,
    GENERATOR,
    SUMMARY_GENERATOR,
    OutputError,
    OutputFile,
    is_input,
    same_place,
)

#: Earlier outputs by kind.
OURS = {
    "json": json.dumps({"format_version": 1, "generator": GENERATOR, "status": "compliant"}),
    "html": f'<!DOCTYPE html><meta name="generator" content="{GENERATOR}">',
    "junit": f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- {GENERATOR} -->\n<testsuites/>',
    "summary_json": json.dumps({"format_version": 1, "generator": SUMMARY_GENERATOR, "status": "compliant"}),
    "summary_html": f'<!DOCTYPE html><meta name="generator" content="{SUMMARY_GENERATOR}">',
    "csv": '\ufeff"state","kind","name","id"\r\n',
    "metrics": f"# {GENERATOR}\n",
    BASELINE: json.dumps(
        {
            "format_version": 1,
            "organization": {"id": "o"},
            "created_at": "2026-11-20T00:00:00Z",
            "select": {},
            "members": [{"id": "a", "kind": "person", "recordable": True, "call_recording": {}}],
        }
    ),
}


@pytest.mark.parametrize("kind", OURS)
def test_earlier_outputs_are_replaced_and_all_other_files_are_not(tmp_path, kind):
    path = tmp_path / "output"
    output = OutputFile(kind, str(path), 0o640)
    output.check()
    for content in OURS.values():
        path.write_text(content, encoding="utf-8")
        if content == OURS[kind]:
            output.check()
        else:
            with pytest.raises(OutputError, match="not an earlier output"):
                output.check()
    for foreign in ("", "name: Policy\n", "ssh-ed25519 AAAA", "{}", "[]", '{"generator": "other"}', "\x00\xff"):
        path.write_text(foreign, encoding="latin-1")
        with pytest.raises(OutputError, match="not an earlier output"):
            output.check()
        assert path.read_text(encoding="latin-1") == foreign


def test_writing(tmp_path):
    path = tmp_path / "output"
    path.write_text("old")
    path.chmod(0o666)
    output = OutputFile("json", str(path), 0o640)
    before = output.identity()
    assert output.write(b"new") == hashlib.sha256(b"new").hexdigest()
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert output.identity() != before
    assert os.listdir(tmp_path) == ["output"]


def test_the_file_is_never_readable_by_others_before_it_has_its_mode(tmp_path, monkeypatch):
    modes = []
    replace = os.replace

    def watched(source, target):
        modes.append(stat.S_IMODE(os.stat(source).st_mode))
        replace(source, target)

    monkeypatch.setattr(_drift_files.os, "replace", watched)
    old = os.umask(0)
    try:
        OutputFile("json", str(tmp_path / "a"), 0o600).write(b"secret")
    finally:
        os.umask(old)
    assert modes == [0o600]


def test_a_symbolic_link_is_replaced_and_not_followed(tmp_path):
    target = tmp_path / "authorized_keys"
    target.write_text("ssh-ed25519 AAAA")
    link = tmp_path / "drift.json"
    link.symlink_to(target)
    output = OutputFile("json", str(link), 0o600)
    output.check()
    assert output.previous() is None
    output.write(b"{}")
    assert target.read_text() == "ssh-ed25519 AAAA"
    assert (link.is_symlink(), link.read_text()) == (False, "{}")
    # A link to an earlier output is not followed either.
    target.write_text(OURS["json"])
    link.unlink()
    link.symlink_to(target)
    assert output.previous() is None


def test_a_hard_link_is_not_written_through(tmp_path):
    (tmp_path / "other").write_text(OURS["json"])
    os.link(tmp_path / "other", tmp_path / "drift.json")
    OutputFile("json", str(tmp_path / "drift.json"), 0o600).write(b"new")
    assert (tmp_path / "other").read_text() == OURS["json"]


def test_places_that_are_no_files(tmp_path):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(tmp_path / "socket"))
    for name, fault in (
        ("folder", "is a directory"),
        ("pipe", "is not a regular file"),
        ("socket", "is not a regular file"),
        ("none/a", "there is no directory"),
        ("a" * 300, "File name too long"),
    ):
        with pytest.raises(OutputError, match=fault):
            OutputFile("json", str(tmp_path / name), 0o600).check()


def test_writing_fails_without_a_rest(tmp_path, monkeypatch):
    output = OutputFile("json", str(tmp_path / "a.json"), 0o600)
    (tmp_path / "a.json").write_text("old")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_drift_files.os, "fsync", full)
    with pytest.raises(OutputError, match="cannot be written: No space left on device"):
        output.write(b"new")
    assert os.listdir(tmp_path) == ["a.json"]
    assert (tmp_path / "a.json").read_text() == "old"
    with pytest.raises(OutputError, match="cannot be written"):
        OutputFile("json", str(tmp_path / "none/a.json"), 0o600).write(b"new")
    with pytest.raises(OutputError, match="cannot be written"):
        OutputFile("json", str(tmp_path / "none/a.json"), 0o600).check_directory()
    output.check_directory()


def test_the_previous_output(tmp_path):
    path = tmp_path / "drift.json"
    output = OutputFile("json", str(path), 0o600)
    assert output.previous() is None
    path.write_text(OURS["json"])
    assert output.previous()["status"] == "compliant"
    for content in (OURS["json"][:-5], "[" * 100_000, '{"generator": "other"}', "[]", ""):
        path.write_text(content)
        assert output.previous() is None


def test_same_places(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    (tmp_path / "folder/a").write_text("a")
    (tmp_path / "b").symlink_to(tmp_path / "folder/a")
    os.link(tmp_path / "folder/a", tmp_path / "hard")
    place = str(tmp_path / "folder/a")
    assert same_place(place, str(tmp_path / "link/a"))
    assert same_place(place, str(tmp_path / "hard"))
    assert not same_place(place, str(tmp_path / "folder/b"))
    # The link itself would be replaced, and not the file.
    assert not same_place(place, str(tmp_path / "b"))
    assert is_input(place, [str(tmp_path / "b")])
    assert not is_input(str(tmp_path / "b"), [place])
