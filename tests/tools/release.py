# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Steps of `make release`, which the nox session release runs in order.

No step commits, tags, pushes, or publishes. The last step prints these commands.
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

#: Beginning of the repository URL in galaxy.yml until the collection has a public repository.
PLACEHOLDER = "https://example.com/"

#: Pattern for versions: three numbers without a pre-release part.
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


class ReleaseError(Exception):
    """Problem that prevents the release, with instructions."""


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers in a version, for comparisons."""
    return tuple(int(number) for number in version.split("."))


def prepare(root: Path, version: str, *, without_home: bool) -> None:
    """Check the conditions for the release, and write the version to galaxy.yml.

    :param without_home: whether to allow the placeholder repository.
    :raises ReleaseError: if a condition is not met. All files remain unchanged.
    """
    galaxy = (root / "galaxy.yml").read_text(encoding="utf-8")
    metadata = yaml.safe_load(galaxy)
    if not _VERSION.fullmatch(version):
        raise ReleaseError(f"{version!r} is not a semantic version. Set VERSION=X.Y.Z.")
    changed = git(root, "status", "--porcelain")
    if changed:
        raise ReleaseError(f"The working tree is not clean. Commit or remove these changes:\n{changed}")
    changelog = root / "changelogs" / "changelog.yaml"
    released = list(yaml.safe_load(changelog.read_text("utf-8"))["releases"]) if changelog.exists() else []
    last = max(released, key=numbers, default=None)
    if last and numbers(version) <= numbers(last):
        raise ReleaseError(f"{version} does not come after {last}, the last release.")
    if numbers(version) < numbers(metadata["version"]):
        raise ReleaseError(f"{version} comes before {metadata['version']}, which is in galaxy.yml.")
    if version in git(root, "tag", "--list").split():
        raise ReleaseError(f"There is a tag {version} already.")
    if not list((root / "changelogs" / "fragments").glob("*.yml")):
        raise ReleaseError("changelogs/fragments contains no fragment. Add fragments that describe the changes.")
    if _has_placeholder_repository(root) and not without_home:
        raise ReleaseError(
            f"The repository in galaxy.yml is the placeholder {metadata['repository']}. Releases on Galaxy cannot be "
            "changed, and need a valid repository.\n"
            "Set repository to the URL of the public repository. For a release that is not published, run: "
            f"make release VERSION={version} ARGS=--without-home"
        )
    (root / "galaxy.yml").write_text(
        re.sub(r"^version: .*$", f"version: {version}", galaxy, flags=re.MULTILINE), encoding="utf-8"
    )


def store_interface(version: str) -> None:
    """Store the interface of the installed collection for the comparison with the next release.

    :raises ReleaseError: if a change since the last release has no changelog fragment entry.
    """
    found = interface.read_interface(os.environ)
    missing = interface.missing_entries_since_release(found)
    if missing:
        raise ReleaseError("\n".join(["Changelog entries are missing:", *missing]))
    interface.store_released(version, found)


def remaining_steps(root: Path, version: str) -> str:
    """Return instructions for the remaining manual steps."""
    artifact = f"build/release/webex-calling-{version}.tar.gz"
    commit = (
        f"{version} is in {artifact}. Nothing was committed or published. Remaining steps:\n\n"
        "  git diff HEAD; git status        # the version, the changelog, tests/released.json, removed fragments\n"
        f"  tar -tzf {artifact}\n"
        "  make test\n"
        f"  git add --all && git commit -m 'Release {version}'\n"
        f"  git tag --annotate {version} -m 'Release {version}'\n"
    )
    if _has_placeholder_repository(root):
        return (
            f"{commit}\nNot to be published: the repository in galaxy.yml is a placeholder, and a version can be "
            "published only once.\nInstall the artifact with\n\n"
            f"  ansible-galaxy collection install {artifact}"
        )
    return (
        f"{commit}"
        f"  git push origin HEAD {version}\n"
        f"  ansible-galaxy collection publish {artifact}    # needs the token in ~/.ansible/galaxy_token"
    )


def _has_placeholder_repository(root: Path) -> bool:
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
            store_interface(options.version)
        else:
            print(remaining_steps(ROOT, options.version))
    except (ReleaseError, interface.InterfaceError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
