# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A release is refused where it can not be one, before anything is changed; and nothing is missing in an artifact."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, Ansible

from tools.release import PLACEHOLDER, ReleaseError, git, prepare, remaining_steps

HOME = "https://git.example.org/webex.calling"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clean checkout after the release of 0.9.0, with something to tell of."""
    (tmp_path / "changelogs" / "fragments").mkdir(parents=True)
    (tmp_path / "galaxy.yml").write_text(f"name: x\nversion: 0.9.0\nrepository: {HOME}\n", encoding="utf-8")
    changelog = {"releases": {"0.2.0": {}, "0.9.0": {}}}
    (tmp_path / "changelogs" / "changelog.yaml").write_text(yaml.safe_dump(changelog), encoding="utf-8")
    (tmp_path / "changelogs" / "fragments" / "1.yml").write_text("minor_changes: [more]\n", encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    return tmp_path


def commit(checkout: Path) -> None:
    git(checkout, "add", "--all")
    identity = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.com", "-c", "commit.gpgsign=false")
    git(checkout, *identity, "commit", "--quiet", "--message", "Something")


def version_in(checkout: Path) -> str:
    return str(yaml.safe_load((checkout / "galaxy.yml").read_text(encoding="utf-8"))["version"])


@pytest.mark.parametrize("version", ["0.9.1", "0.10.0", "1.0.0"])
def test_a_release_that_can_be(checkout: Path, version: str) -> None:
    prepare(checkout, version, without_home=False)
    assert version_in(checkout) == version
    assert git(checkout, "status", "--porcelain").split() == ["M", "galaxy.yml"]
    assert f"galaxy collection publish build/release/webex-calling-{version}.tar.gz" in remaining_steps(
        checkout, version
    )


def test_the_first_release(checkout: Path) -> None:
    (checkout / "changelogs" / "changelog.yaml").unlink()
    commit(checkout)
    prepare(checkout, "0.9.0", without_home=False)


def rewrite(path: str, before: str, after: str) -> Callable[[Path], None]:
    def change(checkout: Path) -> None:
        text = (checkout / path).read_text(encoding="utf-8")
        assert before in text
        (checkout / path).write_text(text.replace(before, after), encoding="utf-8")
        commit(checkout)

    return change


@pytest.mark.parametrize(
    ("version", "change", "said"),
    [
        ("", None, "VERSION=X.Y.Z"),
        ("1.0", None, "VERSION=X.Y.Z"),
        ("v1.0.0", None, "VERSION=X.Y.Z"),
        ("1.0.01", None, "VERSION=X.Y.Z"),
        ("0.9.0", None, "does not come after 0.9.0"),
        ("0.3.0", None, "does not come after 0.9.0"),
        ("1.0.0", rewrite("galaxy.yml", "0.9.0", "1.2.0"), "comes before 1.2.0"),
        ("1.0.0", lambda checkout: (checkout / "new").write_text(""), "?? new"),
        ("1.0.0", lambda checkout: (checkout / "galaxy.yml").write_text("version: 0.9.0"), " M galaxy.yml"),
        ("1.0.0", lambda checkout: git(checkout, "tag", "1.0.0"), "a tag 1.0.0 already"),
        ("1.0.0", rewrite("galaxy.yml", HOME, f"{PLACEHOLDER}webex.calling"), "ARGS=--without-home"),
    ],
)
def test_no_release(checkout: Path, version: str, change: Callable[[Path], None] | None, said: str) -> None:
    if change:
        change(checkout)
    before = (checkout / "galaxy.yml").read_text(encoding="utf-8")
    with pytest.raises(ReleaseError) as refusal:
        prepare(checkout, version, without_home=False)
    assert said in str(refusal.value)
    assert (checkout / "galaxy.yml").read_text(encoding="utf-8") == before


def test_nothing_to_tell(checkout: Path) -> None:
    (checkout / "changelogs" / "fragments" / "1.yml").unlink()
    commit(checkout)
    with pytest.raises(ReleaseError, match="no fragment"):
        prepare(checkout, "1.0.0", without_home=False)


def test_without_a_home_nothing_is_published(checkout: Path) -> None:
    rewrite("galaxy.yml", HOME, f"{PLACEHOLDER}webex.calling")(checkout)
    prepare(checkout, "1.0.0", without_home=True)
    left = remaining_steps(checkout, "1.0.0")
    assert "Not to be published" in left
    assert "collection publish" not in left
    assert "git push" not in left


def test_the_artifact_holds_what_users_need(ansible: Ansible) -> None:
    """Built where somebody has worked: what tools leave behind stays there."""
    checkout = ansible.folder / "checkout"
    for file in git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if file and (ROOT / file).is_file():
            (checkout / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / file, checkout / file)
    for leftover in (".venv/bin", ".nox/tree", ".mypy_cache", "build/docs", "plugins/modules/__pycache__"):
        (checkout / leftover).mkdir(parents=True)
        (checkout / leftover / "left").touch()
    ended = ansible.command("ansible-galaxy", "collection", "build", str(checkout))
    assert ended.returncode == 0, ended.stderr
    (artifact,) = ansible.folder.glob("*.tar.gz")
    with tarfile.open(artifact) as archive:
        files = [name for name in archive.getnames() if not archive.getmember(name).isdir()]
    tops = {name.partition("/")[0] for name in files}
    # What execution environments need of the system is in a file that there may be.
    assert tops - {"bindep.txt"} == {
        *("CHANGELOG.md", "CHANGELOG.md.license", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "COPYING", "FILES.json"),
        *(
            "LICENSES",
            "MAINTAINERS",
            "MANIFEST.json",
            "README.md",
            "REUSE.toml",
            "SECURITY.md",
            "changelogs",
            "docs",
            "examples",
        ),
        *("meta", "playbooks", "plugins", "requirements.txt", "roles"),
    }
    assert not [name for name in files if name.endswith("/left")]
