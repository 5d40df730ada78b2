# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of `make release` that are no command of another tool. The session of noxfile.py puts them in order.

Nothing here commits, tags, pushes or publishes: the last step prints the commands for that.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from tools import interface

ROOT = Path(__file__).parents[2]

#: What stands in galaxy.yml as long as the collection has no public home.
PLACEHOLDER = "https://example.com/"

#: Three numbers. Pre-releases are not foreseen.
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


class Refusal(Exception):
    """Why there can be no such release, and what to do."""


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def prepare(root: Path, version: str, *, without_home: bool) -> None:
    """Make sure that there can be such a release, and write its version into galaxy.yml.

    :param without_home: whether it is all right that nobody can find out where the collection comes from.
    :raises Refusal: before anything was changed.
    """
    galaxy = (root / "galaxy.yml").read_text(encoding="utf-8")
    metadata = yaml.safe_load(galaxy)
    if not _VERSION.fullmatch(version):
        raise Refusal(f"{version!r} is no version: give VERSION=X.Y.Z, as Galaxy wants semantic versions.")
    changed = git(root, "status", "--porcelain")
    if changed:
        raise Refusal(f"The working tree is not clean. Commit or remove first:\n{changed}")
    changelog = root / "changelogs" / "changelog.yaml"
    released = list(yaml.safe_load(changelog.read_text("utf-8"))["releases"]) if changelog.exists() else []
    last = max(released, key=numbers, default=None)
    if last and numbers(version) <= numbers(last):
        raise Refusal(f"{version} does not come after {last}, the last release.")
    if numbers(version) < numbers(metadata["version"]):
        raise Refusal(f"{version} comes before {metadata['version']}, which is in galaxy.yml.")
    if version in git(root, "tag", "--list").split():
        raise Refusal(f"There is a tag {version} already.")
    if not list((root / "changelogs" / "fragments").glob("*.yml")):
        raise Refusal("There is nothing to tell users: changelogs/fragments holds no fragment.")
    if _is_homeless(root) and not without_home:
        raise Refusal(
            f"The repository in galaxy.yml is {metadata['repository']}, a placeholder. Whoever finds the collection on "
            "Galaxy would be led nowhere, and what is published there can't be changed any more.\n"
            "Put the address of its public home there. To try the release, or to hand the artifact around by hand: "
            f"make release VERSION={version} ARGS=--without-home"
        )
    (root / "galaxy.yml").write_text(
        re.sub(r"^version: .*$", f"version: {version}", galaxy, flags=re.MULTILINE), encoding="utf-8"
    )


def keep_interface(version: str) -> None:
    """Store the documentation of the installed collection, for the next release to be compared with.

    :raises Refusal: if something has changed since the last release that no fragment tells of.
    """
    found = interface.documented(os.environ)
    untold = interface.untold_since_release(found)
    if untold:
        raise Refusal("\n".join(["Users would not be told of:", *untold]))
    interface.store(version, found)


def what_is_left(root: Path, version: str) -> str:
    """What remains to be done by hand, once everybody has had a look."""
    artifact = f"build/release/webex-calling-{version}.tar.gz"
    commit = (
        f"{version} is in {artifact}. Nothing was committed or published. What is left:\n\n"
        "  git diff HEAD; git status        # the version, the changelog, tests/released.json; no fragments any more\n"
        f"  tar -tzf {artifact}\n"
        "  make test\n"
        f"  git add --all && git commit -m 'Release {version}'\n"
        f"  git tag --annotate {version} -m 'Release {version}'\n"
    )
    if _is_homeless(root):
        return (
            f"{commit}\nNot to be published: the repository in galaxy.yml is a placeholder, and a version can be "
            "published only once.\nHand the artifact around, or install it with\n\n"
            f"  ansible-galaxy collection install {artifact}"
        )
    return (
        f"{commit}"
        f"  git push origin HEAD {version}\n"
        f"  ansible-galaxy collection publish {artifact}    # the token is in ~/.ansible/galaxy_token"
    )


def _is_homeless(root: Path) -> bool:
    metadata = yaml.safe_load((root / "galaxy.yml").read_text(encoding="utf-8"))
    return str(metadata["repository"]).startswith(PLACEHOLDER)


def git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def main() -> int:
    parser = argparse.ArgumentParser(prog="make release")
    parser.add_argument("step", choices=["prepare", "keep-interface", "what-is-left"])
    parser.add_argument("version")
    parser.add_argument("--without-home", action="store_true")
    options = parser.parse_args()
    try:
        if options.step == "prepare":
            prepare(ROOT, options.version, without_home=options.without_home)
        elif options.step == "keep-interface":
            keep_interface(options.version)
        else:
            print(what_is_left(ROOT, options.version))
    except (Refusal, interface.InterfaceError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
