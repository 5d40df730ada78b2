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
from pathlib import Path

import antsibull_nox
import nox

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "tests"))

from tools.notes import note  # noqa: E402  (the path has to be set first)
from tools.pythons import find_pythons  # noqa: E402

antsibull_nox.load_antsibull_nox_toml()
nox.options.reuse_venv = "yes"

#: The ansible-core releases to test with, oldest first: the Pythons that each runs on, and the Pythons of modules that
#: its unit tests are run with. Together they cover all that the collection supports.
CORES = {
    "2.16": (["3.10", "3.11", "3.12"], ["3.9", "3.10"]),
    "2.19": (["3.11", "3.12", "3.13"], ["3.11"]),
    "2.21": (["3.12", "3.13", "3.14"], ["3.12", "3.13"]),
}

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
#: Coverage is about both units and integration.
TESTS = Place("tests")
ARTIFACT = Place("artifact")

PYTHONS = find_pythons()


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


def for_each_core(place: Place):
    """Make of a function a session for each release of ansible-core, such as C(sanity(2.16))."""

    def decorate(function):
        def run(session: nox.Session, core: str) -> None:
            controllers, targets = CORES[core]
            python = controller_python(core)
            if python is None:
                note(session.name, f"ansible-core {core} needs one of the Pythons {', '.join(controllers)}")
                session.skip("no Python for it here")
            session.install(f"ansible-core=={core}.*", "pip", "setuptools", "wheel", "coverage")
            copy_collection(place)
            place.home.mkdir(parents=True, exist_ok=True)
            provide_pip(session, place)
            function(session, python, targets)

        run.__doc__ = function.__doc__
        runs = [nox.param(PYTHONS.get(controller_python(core) or ""), core, id=core) for core in CORES]
        return nox.session(nox.parametrize("python,core", runs)(run), name=function.__name__, default=False)

    return decorate


def controller_python(core: str) -> str | None:
    """The Python that ansible-core itself runs on; None if there is none here."""
    return next((version for version in CORES[core][0] if version in PYTHONS), None)


@for_each_core(SANITY)
def sanity(session: nox.Session, _python: str, _targets: list[str]) -> None:
    """ansible-test sanity, without any ignore file."""
    if list((SANITY.tree / "tests/sanity").glob("ignore*")):
        session.error("there are ignore files")
    ansible_test(session, SANITY, "sanity", "--local", "--color", "no", *session.posargs)


@for_each_core(TESTS)
def units(session: nox.Session, python: str, targets: list[str]) -> None:
    """Unit tests, for each Python that modules may run on."""
    ran = 0
    for target in targets:
        if target not in PYTHONS:
            note(session.name, f"modules on Python {target}: that Python is not here")
            continue
        ran += 1
        ansible_test(
            session,
            TESTS,
            *("units", "--controller", f"origin:python={python}", "--target-python", f"venv/{target}"),
            *("--requirements", "--coverage", "--color", "no", *session.posargs),
        )
    if not ran:
        session.skip("no Python for it here")


#: Integration tests that take long, and depend on no release of ansible-core more than on others. The newest runs all,
#: the oldest those of roles as well: everything has to fit into 20 minutes.
NEWEST_ONLY = ("large_organization", "virtual_line_info")
NEWEST_AND_OLDEST = ("role_drift_check",)


@for_each_core(TESTS)
def integration(session: nox.Session, python: str, targets: list[str]) -> None:
    """Integration tests against the simulator; modules run on the oldest Python that is here."""
    session.install("-r", "tests/integration/requirements.txt", "-r", "tests/simulator/requirements.txt")
    oldest, newest = (session.name == f"integration({core})" for core in (next(iter(CORES)), list(CORES)[-1]))
    arguments = list(session.posargs)
    if not (newest or arguments):
        left_out = NEWEST_ONLY if oldest else (*NEWEST_ONLY, *NEWEST_AND_OLDEST)
        note(session.name, f"{', '.join(left_out)}: the newest ansible-core runs them")
        for target in left_out:
            arguments += ["--exclude", target]
    runs = [arguments]
    if newest and not arguments:
        # Once is enough, and it takes time: most of all for roles, whose many tasks run no code that others do not.
        excluded = [part for target in NEWEST_AND_OLDEST for part in ("--exclude", target)]
        runs = [["--coverage", *excluded], list(NEWEST_AND_OLDEST)]
    python_of_modules = next((version for version in targets if version in PYTHONS), python)
    if python_of_modules != targets[0]:
        note(session.name, f"modules on Python {targets[0]}: that Python is not here")
    if python_of_modules == python:
        where = ["--local"]
    else:
        where = ["--controller", f"origin:python={python}", "--target", f"controller:python=venv/{python_of_modules}"]
        where.append("--requirements")
    for run in runs:
        ansible_test(session, TESTS, "integration", *where, "--color", "no", *run)


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


def install_artifact(session: nox.Session, place: Path) -> None:
    """Build the collection, and install it from what was built."""
    copy_collection(ARTIFACT)
    build = WORK / "build"
    for folder in (build, place):
        shutil.rmtree(folder, ignore_errors=True)
    galaxy = ("ansible-galaxy", "collection")
    session.run(*galaxy, "build", str(ARTIFACT.tree), "--output-path", str(build), silent=True)
    (artifact,) = build.glob("*.tar.gz")
    session.run(*galaxy, "install", "--offline", str(artifact), "-p", str(place), silent=True)


@nox.session(python=next((PYTHONS[v] for v in ("3.13", "3.12", "3.11") if v in PYTHONS), None), default=False)
def system(session: nox.Session) -> None:
    """Tests of the installed collection from outside, and of the simulator."""
    if not {"3.11", "3.12", "3.13"} & PYTHONS.keys():
        note(session.name, "wxc-sdk needs one of the Pythons 3.11, 3.12, 3.13")
        session.skip("no Python for it here")
    session.install("-r", "tests/system/requirements.txt")
    place = Path(session.create_tmp()).resolve() / "collections"
    install_artifact(session, place)
    session.run(
        *("pytest", "-p", "no:cacheprovider", "-n", "2", *(session.posargs or ["tests/system"])),
        env={"ANSIBLE_COLLECTIONS_PATH": str(place), "PYTHONPATH": "tests"},
    )


@nox.session(default=False)
def demo(session: nox.Session) -> None:
    """Show the installed collection at work, against the simulator."""
    session.install("ansible-core", "-r", "requirements.txt", "-r", "tests/simulator/requirements.txt")
    place = Path(session.create_tmp()).resolve() / "collections"
    install_artifact(session, place)
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(place), "PYTHONPATH": "tests", "ANSIBLE_HOME": str(place.parent)}
    session.run("python", "demo/run.py", env=environment)


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


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Render the documentation; a warning is an error."""
    session.install("ansible-core", "antsibull-docs", "sphinx", "-r", "tests/tools/docs-requirements.txt")
    place = Path(session.create_tmp()).resolve() / "collections"
    install_artifact(session, place)
    site = ROOT / "build" / "docs"
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir(parents=True)
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(place)}
    session.run(
        *("antsibull-docs", "sphinx-init", "--use-current", "--squash-hierarchy", "--dest-dir", str(site)),
        *("webex.calling",),
        env=environment,
    )
    # Other sites can't be looked into from everywhere, and no reference of ours needs them. Those to ansible-core's own
    # environment variables come with its fragments.
    configuration = site / "conf.py"
    text = configuration.read_text(encoding="utf-8")
    text = re.sub(r"^intersphinx_mapping = \{.*?^\}", "intersphinx_mapping = {}", text, flags=re.DOTALL | re.MULTILINE)
    configuration.write_text(text + '\nsuppress_warnings = ["ref.ref", "ref.envvar"]\n', encoding="utf-8")
    session.chdir(site)
    session.run("bash", "build.sh", env={**environment, "SPHINXOPTS": "-W --keep-going"}, external=True)
    session.log(f"Open {site / 'build' / 'html' / 'index.html'}")


@nox.session(default=False)
def simulator(session: nox.Session) -> None:
    """Run the simulator."""
    session.install("-r", "tests/simulator/requirements.txt")
    session.chdir("tests")
    session.run("python", "-m", "simulator", *session.posargs)


@nox.session(python=False, default=False)
def version(session: nox.Session) -> None:
    """Copy the version of galaxy.yml to where the modules read it."""
    (found,) = re.findall(r"^version: (\S+)$", (ROOT / "galaxy.yml").read_text(encoding="utf-8"), re.MULTILINE)
    file = ROOT / "plugins/module_utils/version.py"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r'^VERSION = ".*"$', f'VERSION = "{found}"', text, flags=re.MULTILINE), encoding="utf-8")


if __name__ == "__main__":
    nox.main()
