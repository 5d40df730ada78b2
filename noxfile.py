# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the targets of the Makefile do. Sessions for linting and documentation come from antsibull-nox.toml."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import antsibull_nox
import nox

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "tests"))

from tools.cores import CORES, NEWEST, OLDEST, PYTHONS, controller_python  # noqa: E402  (the path has to be set first)
from tools.notes import note  # noqa: E402

antsibull_nox.load_antsibull_nox_toml()
nox.options.reuse_venv = "yes"

WORK = ROOT / ".nox"


class Place:
    """Where steps work that must not disturb others, which may run at the same time.

    :ivar tree: a copy of the collection where ansible-test wants it, as a repository of its own.
    :ivar home: the HOME of ansible-test, which keeps environments there.
    """

    def __init__(self, name: str) -> None:
        self.tree = WORK / "tree" / name / "ansible_collections" / "webex" / "calling"
        self.home = WORK / "home" / name


SANITY = Place("sanity")
#: Coverage is about both units and integration of the newest ansible-core.
TESTS = Place("tests")
OLDER = Place("older")
ARTIFACT = Place("artifact")


def collection_files() -> list[Path]:
    """What git tracks, and what it does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()]


def copy_collection(place: Place) -> None:
    """Bring the copy up to date, and keep what ansible-test has put beside it."""
    tree = place.tree
    for entry in tree.iterdir() if tree.exists() else []:
        if entry.is_dir() and entry.name != "tests":
            shutil.rmtree(entry)
    for entry in (tree / "tests").iterdir() if (tree / "tests").exists() else []:
        if entry.is_dir() and entry.name != "output":
            shutil.rmtree(entry)
    for file in collection_files():
        (tree / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, tree / file)
    # The checkout around it ignores the copy, and ansible-test skips what is ignored: so it is made a repository.
    subprocess.run(["git", "init", "--quiet", "."], cwd=tree, check=True)
    subprocess.run(["git", "add", "--all"], cwd=tree, check=True)


def provide_pip(session: nox.Session, place: Place) -> None:
    """Let ansible-test make environments where it can't download the script that it installs pip with."""
    try:
        urllib.request.urlopen("https://ci-files.testing.ansible.com/", timeout=5)
    except OSError:
        pass
    else:
        return
    library = session.run(
        "python", "-c", "import ansible_test; print(ansible_test.__path__[0])", silent=True, log=False
    )
    source = (Path(str(library).strip()) / "_internal" / "python_requirements.py").read_text(encoding="utf-8")
    cache = place.home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in re.findall(r"\bpip='([\d.]+)'", source):
        shutil.copy(ROOT / "tests/tools/get_pip.py", cache / f"get_pip_{version.replace('.', '_')}.py")


def ansible_test(session: nox.Session, place: Place, *arguments: str) -> None:
    """Run ansible-test in the copy, with all Pythons within its reach; a run that skipped everything fails."""
    folders = [str(Path(python).parent) for python in PYTHONS.values()]
    environment = {
        "HOME": str(place.home),
        "PATH": os.pathsep.join([session.bin, *folders, os.environ["PATH"]]),
        "ANSIBLE_TEST_PREFER_PODMAN": "",
        # Where pip and others look for their configuration, which is not in the HOME of ansible-test.
        "XDG_CONFIG_HOME": os.environ.get("XDG_CONFIG_HOME", str(Path.home() / ".config")),
    }
    session.log(f"ansible-test {' '.join(arguments)}")
    process = subprocess.Popen(
        [str(Path(session.bin) / "ansible-test"), *arguments],
        cwd=place.tree,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    skipped = False
    for line in process.stdout or []:
        print(line, end="", flush=True)
        skipped = skipped or "All targets skipped" in line
    if process.wait() or skipped:
        session.error("ansible-test skipped all targets" if skipped else "ansible-test failed")


def for_each_core(newest: Place, older: Place | None = None):
    """Make of a function a session for each release of ansible-core, such as C(sanity(2.16)).

    :param older: where to work with all but the newest, if they run beside it.
    """

    def decorate(function):
        def run(session: nox.Session, core: str) -> None:
            place = newest if core == NEWEST else older or newest
            controllers, targets = CORES[core]
            python = controller_python(core)
            if python is None:
                note(session.name, f"ansible-core {core} needs one of the Pythons {', '.join(controllers)}")
                session.skip("no Python for it here")
            session.install(f"ansible-core=={core}.*", "pip", "setuptools", "wheel", "coverage")
            copy_collection(place)
            place.home.mkdir(parents=True, exist_ok=True)
            provide_pip(session, place)
            function(session, place, core, python, targets)

        run.__doc__ = function.__doc__
        runs = [nox.param(PYTHONS.get(controller_python(core) or ""), core, id=core) for core in CORES]
        return nox.session(nox.parametrize("python,core", runs)(run), name=function.__name__, default=False)

    return decorate


@for_each_core(SANITY)
def sanity(session: nox.Session, place: Place, core: str, _python: str, _targets: list[str]) -> None:
    """ansible-test sanity, without any ignore file."""
    if list((place.tree / "tests/sanity").glob("ignore*")):
        session.error("there are ignore files")
    arguments = list(session.posargs)
    if core != NEWEST and not arguments:
        # These need an environment for each Python, and units and integration import all there is with this release.
        note(session.name, "compile, import: the newest ansible-core runs them, on all Pythons")
        arguments = ["--skip-test", "compile", "--skip-test", "import"]
    ansible_test(session, place, "sanity", "--local", "--color", "no", *arguments)


@for_each_core(TESTS)
def units(session: nox.Session, place: Place, core: str, python: str, targets: list[str]) -> None:
    """Unit tests, for each Python that modules may run on; the newest ansible-core counts what they cover."""
    ran = 0
    coverage = ["--coverage"] if core == NEWEST else []
    for target in targets:
        if target not in PYTHONS:
            note(session.name, f"modules on Python {target}: that Python is not here")
            continue
        ran += 1
        ansible_test(
            session,
            place,
            *("units", "--controller", f"origin:python={python}", "--target-python", f"venv/{target}"),
            *("--requirements", *coverage, "--color", "no", *session.posargs),
        )
    if not ran:
        session.skip("no Python for it here")


#: Integration tests that take long, and depend on no release of ansible-core more than on others: everything has to fit
#: into 20 minutes. The newest runs all, and counts what the others cover: counting takes half as long again as running.
NEWEST_ONLY = ("large_organization", "virtual_line_info")
NEWEST_AND_OLDEST = ("role_drift_check", "virtual_line_call_recording")


@for_each_core(TESTS, OLDER)
def integration(session: nox.Session, place: Place, core: str, python: str, targets: list[str]) -> None:
    """Integration tests against the simulator; modules run on the oldest Python that is here."""
    session.install("-r", "tests/integration/requirements.txt", "-r", "tests/simulator/requirements.txt")
    arguments = list(session.posargs)
    runs = [arguments]
    if core == NEWEST and not arguments:
        slow = [*NEWEST_ONLY, *NEWEST_AND_OLDEST]
        runs = [["--coverage", *_excluding(slow)], slow]
    elif not arguments:
        left_out = NEWEST_ONLY if core == OLDEST else (*NEWEST_ONLY, *NEWEST_AND_OLDEST)
        note(session.name, f"{', '.join(left_out)}: the newest ansible-core runs them")
        runs = [_excluding(left_out)]
    python_of_modules = next((version for version in targets if version in PYTHONS), python)
    if python_of_modules != targets[0]:
        note(session.name, f"modules on Python {targets[0]}: that Python is not here")
    if python_of_modules == python:
        where = ["--local"]
    else:
        where = ["--controller", f"origin:python={python}", "--target", f"controller:python=venv/{python_of_modules}"]
        where.append("--requirements")
    for run in runs:
        ansible_test(session, place, "integration", *where, "--color", "no", *run)


def _excluding(targets: Sequence[str]) -> list[str]:
    return [part for target in targets for part in ("--exclude", target)]


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """What the unit and integration tests that were run covered of plugins/: at least 95 %."""
    if not list((TESTS.tree / "tests/output/coverage").glob("*=coverage.*")):
        session.error("there are no figures: run the units and integration sessions first")
    session.install("ansible-core", "coverage", "pip")
    # Files that were never imported count too.
    ansible_test(session, TESTS, "coverage", "combine", "--all", "--stub", "--requirements")
    combined = sorted(str(file) for file in (TESTS.tree / "tests/output/coverage").glob("coverage*"))
    session.chdir(TESTS.tree)
    session.run("coverage", "combine", "--keep", "--data-file", str(WORK / "coverage.data"), *combined)
    session.run(
        *("coverage", "report", "--data-file", str(WORK / "coverage.data"), "--include", "plugins/*"),
        *("--show-missing", "--fail-under", "95"),
    )


def install_artifact(session: nox.Session, place: Path) -> Path:
    """Build the collection, and install it from what was built. Returns that."""
    copy_collection(ARTIFACT)
    build = WORK / "build"
    for folder in (build, place):
        shutil.rmtree(folder, ignore_errors=True)
    galaxy = ("ansible-galaxy", "collection")
    session.run(*galaxy, "build", str(ARTIFACT.tree), "--output-path", str(build), silent=True)
    (artifact,) = build.glob("*.tar.gz")
    session.run(*galaxy, "install", "--offline", str(artifact), "-p", str(place), silent=True)
    return artifact


@nox.session(python=next((PYTHONS[v] for v in ("3.13", "3.12", "3.11") if v in PYTHONS), None), default=False)
def system(session: nox.Session) -> None:
    """Tests of the installed collection from outside, and of the simulator."""
    if not {"3.11", "3.12", "3.13"} & PYTHONS.keys():
        note(session.name, "wxc-sdk needs one of the Pythons 3.11, 3.12, 3.13")
        session.skip("no Python for it here")
    session.install("-r", "tests/system/requirements.txt")
    place = Path(session.create_tmp()).resolve() / "collections"
    environment = {"ARTIFACT": str(install_artifact(session, place)), "ANSIBLE_COLLECTIONS_PATH": str(place)}
    session.run(
        *("pytest", "-p", "no:cacheprovider", "-n", "2", *(session.posargs or ["tests/system"])),
        env={**environment, "PYTHONPATH": "tests"},
    )


@nox.session(default=False)
def demo(session: nox.Session) -> None:
    """Show the installed collection at work, against the simulator."""
    session.install("ansible-core", "-r", "requirements.txt", "-r", "tests/simulator/requirements.txt")
    place = Path(session.create_tmp()).resolve() / "collections"
    install_artifact(session, place)
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(place), "PYTHONPATH": "tests", "ANSIBLE_HOME": str(place.parent)}
    session.run("python", "demo/run.py", env=environment)


@nox.session(default=False)
def pictures(session: nox.Session) -> None:
    """Make the pictures of docs/images anew."""
    session.install(
        "ansible-core", "rich", "selenium", "-r", "requirements.txt", "-r", "tests/simulator/requirements.txt"
    )
    place = Path(session.create_tmp()).resolve() / "collections"
    install_artifact(session, place)
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(place), "PYTHONPATH": "tests", "ANSIBLE_HOME": str(place.parent)}
    session.run("python", "demo/pictures.py", env=environment)


@nox.session(python=next((PYTHONS[v] for v in ("3.13", "3.12", "3.11") if v in PYTHONS), None), default=False)
def benchmark(session: nox.Session) -> None:
    """Measure how fast the installed collection is, beside what one would use instead of it."""
    if not {"3.11", "3.12", "3.13"} & PYTHONS.keys():
        session.error("wxc-sdk needs one of the Pythons 3.11, 3.12, 3.13")
    session.install("-r", "benchmarks/requirements.txt")
    place = Path(session.create_tmp()).resolve() / "collections"
    install_artifact(session, place)
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(place), "PYTHONPATH": "tests", "ANSIBLE_HOME": str(place.parent)}
    session.run("python", "-m", "benchmarks", *session.posargs, env=environment)


#: For the configuration of Sphinx: references to what others document are no error, those to our own are.
FOREIGN_REFERENCES = """

def setup(app):
    def keep_text(_app, _environment, node, content):
        target = node.get("reftarget", "")
        return None if target.startswith("ansible_collections.webex.calling") else content

    app.connect("missing-reference", keep_text)
"""


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Render the documentation; a warning is an error, and so is a broken link."""
    session.install("-r", "tests/tools/docs-requirements.txt")
    place = Path(session.create_tmp()).resolve() / "collections"
    install_artifact(session, place)
    site = ROOT / "build" / "docs"
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir(parents=True)
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(place)}
    session.run(
        *("antsibull-docs", "sphinx-init", "--use-current", "--squash-hierarchy", "--dest-dir", str(site)),
        *("--project", "webex.calling", "--title", "webex.calling", "--copyright", "The webex.calling contributors"),
        # Unless said, this is the root of whatever host the site is put on.
        *("--extra-html-theme-options", "documentation_home_url=https://docs.ansible.com/", "webex.calling"),
        env=environment,
    )
    # Other sites can't be looked into from everywhere: what refers to them stays text.
    configuration = site / "conf.py"
    text = configuration.read_text(encoding="utf-8")
    text = re.sub(r"^intersphinx_mapping = \{.*?^\}", "intersphinx_mapping = {}", text, flags=re.DOTALL | re.MULTILINE)
    configuration.write_text(text + FOREIGN_REFERENCES, encoding="utf-8")
    session.chdir(site)
    session.run("bash", "build.sh", env={**environment, "SPHINXOPTS": "-W --keep-going"}, external=True)
    session.run("python", str(ROOT / "tests/tools/check_site.py"), str(site / "build" / "html"))
    session.log(f"Open {site / 'build' / 'html' / 'index.html'}")


@nox.session(default=False)
def simulator(session: nox.Session) -> None:
    """Run the simulator."""
    session.install("-r", "tests/simulator/requirements.txt")
    session.chdir("tests")
    session.run("python", "-m", "simulator", *session.posargs)


def copy_version() -> None:
    (found,) = re.findall(r"^version: (\S+)$", (ROOT / "galaxy.yml").read_text(encoding="utf-8"), re.MULTILINE)
    in_artifacts_name = r"(?<=webex-calling-)\S+(?=\.tar\.gz)"
    for name, written in (
        ("plugins/module_utils/version.py", r'(?<=^VERSION = ")[^"]*'),
        ("docs/awx/execution-environment.yml", in_artifacts_name),
        ("docs/docsite/rst/guide_awx.rst", in_artifacts_name),
    ):
        file = ROOT / name
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(written, found, text, flags=re.MULTILINE), encoding="utf-8")


@nox.session(python=False, default=False)
def version(session: nox.Session) -> None:
    """Copy the version of galaxy.yml to where it has to be written as well."""
    copy_version()


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """Make all of a release up to its artifact; commit and publish nothing."""
    session.install("-r", "tests/tools/release-requirements.txt")
    wanted, *options = session.posargs or [""]
    step = ("python", "tests/tools/release.py")
    session.run(*step, "prepare", wanted, *options)
    try:
        copy_version()
        place = Path(session.create_tmp()).resolve() / "collections"
        install_artifact(session, place)
        session.run(*step, "keep-interface", wanted, env={"ANSIBLE_COLLECTIONS_PATH": str(place)})
        session.run("antsibull-changelog", "lint")
        session.run("antsibull-changelog", "release", "--reload-plugins")
        session.run("antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")
        copy_collection(ARTIFACT)
        artifacts = ROOT / "build" / "release"
        shutil.rmtree(artifacts, ignore_errors=True)
        session.run("ansible-galaxy", "collection", "build", str(ARTIFACT.tree), "--output-path", str(artifacts))
        # As Galaxy does it, with a copy of its own.
        session.run("nox", "--default-venv-backend", "uv", "--session", "build-import-check", external=True)
    except BaseException:
        session.warn("There is no release. What was done so far is seen with `git status`; to undo it:")
        session.warn("  git restore . && git clean -f changelogs tests/released.json")
        raise
    session.run(*step, "what-is-left", wanted)


if __name__ == "__main__":
    nox.main()
