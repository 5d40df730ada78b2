# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nox sessions for Makefile targets. antsibull-nox.toml adds sessions for linting and documentation."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import antsibull_nox
import nox

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "tests"))

from tools import ansible_test  # noqa: E402  (sys.path is set above)
from tools.ansible_test import AnsibleTestError  # noqa: E402
from tools.copy_version import copy_version  # noqa: E402
from tools.cores import CORES, DEFAULT, NEWEST, PYTHONS, controller_python  # noqa: E402
from tools.docs_site import without_other_sites  # noqa: E402
from tools.environment import isolate  # noqa: E402
from tools.fork_server import module_server, simulator_server  # noqa: E402
from tools.notes import note  # noqa: E402
from tools.pip_settings import pip_settings  # noqa: E402
from tools.release import prepare, remaining_steps  # noqa: E402
from tools.workspace import WORK, Workspace, artifact_targets  # noqa: E402

# All sessions and their programs inherit this environment.
isolate(os.environ, WORK / "ansible")
antsibull_nox.load_antsibull_nox_toml()
nox.options.reuse_venv = "yes"

CHECK = Workspace("check")
SANITY = Workspace("sanity")
TESTS = Workspace("newest")
OLDER = Workspace("older")

#: ansible-core releases to test: the default, or the release in the environment variable CORE.
SELECTED = [
    core for core in CORES if core == os.environ.get("CORE") or (core in DEFAULT and not os.environ.get("CORE"))
]
#: Folder for coverage data.
COVERAGE = WORK / "coverage-data"
#: Python interpreter of the simulator, which does not support the oldest Python versions of modules.
SIMULATOR = {"SIMULATOR_PYTHON": sys.executable}


def run_ansible_test(session: nox.Session, workspace: Workspace, *arguments: str) -> None:
    """Run ansible-test. A failure ends the session with an error."""
    session.log(f"ansible-test {' '.join(arguments)}")
    try:
        ansible_test.run(Path(session.bin) / "ansible-test", workspace, arguments, PYTHONS)
    except AnsibleTestError:
        session.error("ansible-test failed, or skipped all targets")


def for_each_core(newest: Workspace, older: Workspace | None = None):
    """Return a decorator that creates a session for each ansible-core release, such as C(sanity(2.16)).

    :param newest: workspace for the newest release, and for all releases if C(older) is None.
    :param older: workspace for older releases, if sessions run in parallel.
    """

    def decorate(function):
        def run(session: nox.Session, core: str) -> None:
            workspace = newest if core == NEWEST else older or newest
            if controller_python(core) is None:
                note(session.name, f"no Python {' or '.join(CORES[core].controller)} for ansible-core {core}")
                session.skip("no Python for it here")
            session.install(f"ansible-core=={core}.*", "pip", "setuptools", "wheel", "coverage")
            workspace.update()
            function(session, workspace, core)

        run.__doc__ = function.__doc__
        runs = [nox.param(PYTHONS.get(controller_python(core) or ""), core, id=core) for core in SELECTED]
        return nox.session(nox.parametrize("python,core", runs)(run), name=function.__name__, default=False)

    return decorate


@for_each_core(SANITY)
def sanity(session: nox.Session, workspace: Workspace, core: str) -> None:
    """Run ansible-test sanity without ignore files."""
    if list((workspace.tree / "tests/sanity").glob("ignore*")):
        session.error("there are ignore files")
    arguments = list(session.posargs)
    if core != NEWEST and not arguments:
        # Skip tests that need an environment for each Python. Unit tests import all code with this release.
        note(session.name, "compile, import: the newest ansible-core runs them, on all Pythons")
        arguments = ["--skip-test", "compile", "--skip-test", "import"]
        note(session.name, "files outside the artifact and tests/integration: the newest ansible-core checks them")
        arguments += [*artifact_targets(), "tests/integration/"]
    run_ansible_test(session, workspace, "sanity", "--local", "--color", "no", *arguments)


UNITS = [
    nox.param(PYTHONS.get(version), core, version, id=f"{core}-py{version}")
    for core in SELECTED
    for version in CORES[core].modules
]
#: ansible-core release and Python version of the run that measures coverage.
MEASURED = (NEWEST, controller_python(NEWEST))
#: ansible-core release and Python version of the run with the oldest supported releases of the required libraries.
OLDEST = (next(iter(CORES)), next(iter(CORES.values())).modules[0])


@nox.session(default=False)
@nox.parametrize("python,core,version", UNITS)
def units(session: nox.Session, core: str, version: str) -> None:
    """Run unit and in-process tests on each Python version that modules support."""
    if version not in PYTHONS:
        note(session.name, f"Python {version} is not installed")
        session.skip("that Python is not here")
    session.install("-r", "tests/unit/requirements.txt")
    environment = dict(SIMULATOR)
    if version in CORES[core].controller:
        session.install(f"ansible-core=={core}.*")
    else:
        # Only modules support this Python, so a normal installation of ansible-core fails.
        target = Path(session.virtualenv.location) / "ansible-core"
        supported = ("--python-version", CORES[core].controller[0], "--no-deps", "--target", str(target))
        if not target.exists():
            session.run("uv", "pip", "install", "--quiet", *supported, f"ansible-core=={core}.*", external=True)
        environment["PYTHONPATH"] = str(target)
    if (core, version) == OLDEST:
        session.install("--upgrade", "--resolution", "lowest-direct", "-r", "requirements.txt", "responses==0.23.1")
    arguments = ["-p", "no:cacheprovider", "-n", "auto"]
    if (core, version) == MEASURED:
        environment["COVERAGE_FILE"] = str(COVERAGE / "units")
        if version not in ("3.9", "3.10", "3.11"):
            # Coverage is much faster with the monitoring of Python 3.12 and newer versions.
            environment["COVERAGE_CORE"] = "sysmon"
        arguments += ["--cov", str(ROOT / "plugins"), "--cov-report", ""]
    session.run("pytest", *arguments, *session.posargs, env=environment)


@for_each_core(TESTS, OLDER)
def integration(session: nox.Session, workspace: Workspace, core: str) -> None:
    """Run integration tests against the simulator."""
    session.install("-r", "tests/integration/requirements.txt")
    cache_bytecode(session)
    version = CORES[core].integration
    if version not in PYTHONS:
        note(session.name, f"modules on Python {version}: that Python is not installed")
        version = controller_python(core)
    python = python_for_modules(session, version)
    (ansible,) = Path(session.virtualenv.location).glob("lib/python*/site-packages/ansible")
    with module_server(python, ansible) as modules, simulator_server(sys.executable) as simulators:
        variables = {"ansible_python_interpreter": modules.interpreter, "simulator_python": simulators.interpreter}
        # ansible-test gives these variables to all targets.
        configuration = workspace.tree / "tests" / "integration" / "integration_config.yml"
        configuration.write_text(json.dumps(variables), encoding="utf-8")
        run_ansible_test(session, workspace, "integration", "--local", "--color", "no", *session.posargs)


def python_for_modules(session: nox.Session, version: str) -> str:
    """Return the path of an interpreter of this version that has what modules need."""
    if session.python == PYTHONS[version]:
        return str(Path(session.bin) / "python")
    folder = Path(session.virtualenv.location) / f"python-{version}"
    if not folder.exists():
        session.run("uv", "venv", "--quiet", "--python", PYTHONS[version], str(folder), external=True)
    python = folder / "bin" / "python"
    session.run(
        *("uv", "pip", "install", "--quiet", "--python", str(python), "-r", "tests/integration/requirements.txt"),
        external=True,
    )
    cache_bytecode(session, str(python))
    return str(python)


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Fail if unit and in-process tests cover less than 95 % of plugins/."""
    if not COVERAGE.exists():
        session.error("there is no data: run the session units first")
    session.install("coverage")
    session.run(
        *("coverage", "report", "--data-file", str(COVERAGE / "units"), "--skip-covered", "--show-missing"),
        *("--fail-under", "95"),
    )


@nox.session(default=False)
def texts(session: nox.Session) -> None:
    """Check the writing style, and search for old names."""
    session.install("pyyaml")
    for name in ("check_style", "check_names"):
        script = ROOT / "tests/tools" / f"{name}.py"
        if script.exists():
            session.run("python", str(script))


@nox.session(python=PYTHONS.get(controller_python(NEWEST) or ""), default=False)
def check(session: nox.Session) -> None:
    """Run checks that find most mistakes in less than a minute."""
    session.install(
        *(f"ansible-core=={NEWEST}.*", "pip", "setuptools", "wheel", "coverage"),
        *("ruff", "mypy", "types-requests", "types-PyYAML"),
        *("-r", "tests/unit/requirements.txt", "-r", "tests/simulator/requirements.txt"),
    )
    CHECK.update()
    session.run("python", "-m", "tools.check", *session.posargs, env={**SIMULATOR, "PYTHONPATH": "tests"})


def cache_bytecode(session: nox.Session, python: str = "python") -> None:
    """Let modules and plugins of collections start faster with an interpreter of this session."""
    session.run(python, str(ROOT / "tests/tools/bytecode_cache.py"), silent=True, external=True)


def install_artifact(session: nox.Session, folder: Path) -> Path:
    """Build the collection, install the artifact in the folder, and return the artifact path."""
    # Use one workspace per session, because sessions run in parallel.
    workspace = Workspace(f"artifact-{session.name}")
    workspace.update()
    build = Path(session.create_tmp()).resolve() / "build"
    for old in (build, folder):
        shutil.rmtree(old, ignore_errors=True)
    galaxy = ("ansible-galaxy", "collection")
    session.run(*galaxy, "build", str(workspace.tree), "--output-path", str(build), silent=True)
    (artifact,) = build.glob("*.tar.gz")
    # ansible-galaxy skips a collection that is already on the configured path.
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(folder)}
    session.run(*galaxy, "install", "--offline", str(artifact), "-p", str(folder), env=environment, silent=True)
    return artifact


def collections_of(session: nox.Session) -> Path:
    return Path(session.create_tmp()).resolve() / "collections"


@nox.session(python=next((PYTHONS[v] for v in ("3.13", "3.12", "3.11") if v in PYTHONS), None), default=False)
def system(session: nox.Session) -> None:
    """Run system tests of the installed collection and the simulator."""
    if not {"3.11", "3.12", "3.13"} & PYTHONS.keys():
        note(session.name, "wxc-sdk needs Python 3.11, 3.12, or 3.13")
        session.skip("no Python for it here")
    session.install("-r", "tests/system/requirements.txt")
    cache_bytecode(session)
    folder = collections_of(session)
    environment = {"ARTIFACT": str(install_artifact(session, folder)), "ANSIBLE_COLLECTIONS_PATH": str(folder)}
    environment["PIP_CERT"] = pip_settings().get("cert", "")
    if session.posargs:
        environment["FULL"] = "1"
    session.run(
        # Add test folders to sys.path, because tests import conftest.py.
        *("pytest", "-p", "no:cacheprovider", "--import-mode=prepend", "-n", "2"),
        *(session.posargs or ["tests/system"]),
        env={**environment, "PYTHONPATH": "tests"},
    )


@nox.session(default=False)
def demo(session: nox.Session) -> None:
    """Run a demonstration of the installed collection with the simulator."""
    session.install("ansible-core", "-r", "requirements.txt", "-r", "tests/simulator/requirements.txt")
    folder = collections_of(session)
    install_artifact(session, folder)
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(folder), "PYTHONPATH": "tests"}
    session.run("python", "demo/run.py", env=environment)


@nox.session(default=False)
def pictures(session: nox.Session) -> None:
    """Create the pictures in docs/images."""
    session.install(
        "ansible-core", "rich", "selenium", "-r", "requirements.txt", "-r", "tests/simulator/requirements.txt"
    )
    folder = collections_of(session)
    install_artifact(session, folder)
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(folder), "PYTHONPATH": "tests"}
    session.run("python", "demo/pictures.py", env=environment)


@nox.session(python=next((PYTHONS[v] for v in ("3.13", "3.12", "3.11") if v in PYTHONS), None), default=False)
def benchmark(session: nox.Session) -> None:
    """Measure the speed of the installed collection and its alternatives."""
    if not {"3.11", "3.12", "3.13"} & PYTHONS.keys():
        session.error("wxc-sdk needs one of the Pythons 3.11, 3.12, 3.13")
    session.install("-r", "benchmarks/requirements.txt")
    folder = collections_of(session)
    install_artifact(session, folder)
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(folder), "PYTHONPATH": "tests"}
    session.run("python", "-m", "benchmarks", *session.posargs, env=environment)


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Render the documentation. Fail on warnings and broken links."""
    session.install("-r", "tests/tools/docs-requirements.txt")
    folder = collections_of(session)
    install_artifact(session, folder)
    site = ROOT / "build" / "docs"
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir(parents=True)
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(folder)}
    session.run(
        *("antsibull-docs", "sphinx-init", "--use-current", "--squash-hierarchy", "--dest-dir", str(site)),
        *("--project", "webex.calling", "--title", "webex.calling", "--copyright", "The webex.calling contributors"),
        # By default, the home link leads to the root of the web server.
        *("--extra-html-theme-options", "documentation_home_url=https://docs.ansible.com/", "webex.calling"),
        env=environment,
    )
    without_other_sites(site)
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


@nox.session(python=False, default=False)
def version(session: nox.Session) -> None:
    """Copy the version from galaxy.yml to all files that contain the version."""
    copy_version()


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """Prepare a release and build the artifact, without committing or publishing."""
    session.install("ansible-core", "antsibull-changelog", "galaxy-importer")
    wanted, *options = session.posargs or [""]
    if options not in ([], ["--without-home"]):
        session.error(f"unknown arguments: {' '.join(options)}")
    problems = prepare(ROOT, wanted, without_home=bool(options))
    for problem in problems:
        session.warn(problem)
    if problems:
        session.error("no release is possible, and nothing was changed")
    session.warn("To undo the changes, run: git restore . && git clean -f changelogs")
    copy_version()
    session.run("antsibull-changelog", "release", "--reload-plugins")
    session.run("antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")
    workspace = Workspace("release")
    workspace.update()
    artifacts = ROOT / "build" / "release"
    shutil.rmtree(artifacts, ignore_errors=True)
    session.run("ansible-galaxy", "collection", "build", str(workspace.tree), "--output-path", str(artifacts))
    # Verify that Galaxy can import the artifact. The importer writes files to the current folder.
    with session.chdir(session.create_tmp()):
        session.run("python", "-m", "galaxy_importer.main", *map(str, artifacts.iterdir()))
    session.log(remaining_steps(wanted, without_home=bool(options)))


if __name__ == "__main__":
    nox.main()
