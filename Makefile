# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Wrapper for nox. The Makefile creates a virtual environment for nox, which runs the sessions in noxfile.py.

PYTHON ?= python3
VENV := .venv
# antsibull-nox needs ansible-galaxy on PATH.
export PATH := $(abspath $(VENV))/bin:$(PATH)
# Python settings would affect nox. noxfile.py removes Ansible and collection settings.
unexport $(filter PYTHON%,$(.VARIABLES))
# CI and FULL=1 also run the tests of unchanged tools.
export FULL ?= $(CI)
# Optional ansible-core release for sanity, units, and integration.
export CORE
# Without CI, formatters would change files during checks.
NOX := CI=true $(VENV)/bin/nox --default-venv-backend uv --no-error-on-missing-interpreters
STEPS := lint texts docs-check license-check extra-checks build-import-check ansible-lint sanity units integration coverage \
         system docs

.DEFAULT_GOAL := help
.PHONY: help check demo test benchmark format pictures simulator version release clean $(STEPS)

help:
	@echo "make check       format, lint, types, in-process tests, and a smoke test, in less than a minute"
	@echo "                 ARGS=--quick leaves the tests out"
	@echo "make test        all tests and checks, with a summary; FULL=1 runs those of unchanged tools too"
	@echo "make STEP        one of: $(STEPS)"
	@echo "                 CORE=2.21 selects the ansible-core of sanity, units, or integration"
	@echo "                 ARGS passes arguments to the tool"
	@echo "make format      format the code"
	@echo "make demo        run a demonstration against the simulator"
	@echo "make benchmark   measure the speed; ARGS=--quick for a short run"
	@echo "make pictures    create the pictures in docs/images"
	@echo "make simulator   run the simulator; ARGS='--lines 100' for its options"
	@echo "make version     copy the version in galaxy.yml to the files that repeat it"
	@echo "make release VERSION=1.2.3   create a release up to its artifact: see CONTRIBUTING.md"
	@echo "make clean       remove all files that make created"

$(VENV)/ready: tests/tools/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
	  || { echo "Python 3.10 or newer is needed, and $(PYTHON) is not. Try: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -m venv --clear $(VENV) \
	  || { echo "$(PYTHON) can't make virtual environments. On Debian: apt-get install python3-venv"; exit 1; }
	@PIP_CERT="$$($(VENV)/bin/python tests/tools/pip_settings.py)" \
	  $(VENV)/bin/python -m pip --quiet --disable-pip-version-check install -r $<
	@touch $@

test: $(VENV)/ready
	@$(VENV)/bin/python tests/tools/run_all.py $(STEPS)

$(STEPS): $(VENV)/ready
	@$(NOX) --session $@ -- $(ARGS)

benchmark check demo pictures simulator version: $(VENV)/ready
	@$(NOX) --session $@ -- $(ARGS)

release: $(VENV)/ready
	@$(NOX) --session release -- '$(VERSION)' $(ARGS)

format: $(VENV)/ready
	@env --unset=CI $(VENV)/bin/nox --default-venv-backend uv --session formatters

clean:
	rm -rf $(VENV) .nox build
