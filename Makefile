# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Makes an environment of its own and calls nox, which does the work: see noxfile.py. `make` alone lists what there is.

PYTHON ?= python3
VENV := .venv
# antsibull-nox calls ansible-galaxy.
export PATH := $(abspath $(VENV))/bin:$(PATH)
# Where it is set, each of the hundreds of times that Ansible starts it is compiled anew.
unexport PYTHONDONTWRITEBYTECODE
# Formatters change files by themselves unless CI is set: checks must only check.
NOX := CI=true $(VENV)/bin/nox --default-venv-backend uv --no-error-on-missing-interpreters
STEPS := lint docs-check license-check extra-checks build-import-check ansible-lint sanity units integration coverage \
         system docs

.DEFAULT_GOAL := help
.PHONY: help demo test benchmark format pictures simulator version release clean $(STEPS)

help:
	@echo "make demo        see it work, against a simulator"
	@echo "make test        all tests and checks, with a summary"
	@echo "make STEP        one of: $(STEPS)"
	@echo "                 CORE=2.21 runs sanity, units or integration with this ansible-core alone"
	@echo "make benchmark   measure how fast it is; ARGS=--quick tries the benchmark itself"
	@echo "make format      format the code"
	@echo "make pictures    make the pictures of docs/images anew"
	@echo "make simulator   run the simulator; ARGS='--lines 100' and the like are passed on"
	@echo "make version     copy the version of galaxy.yml to where it has to be written as well"
	@echo "make release VERSION=1.2.3   all of a release up to its artifact: see CONTRIBUTING.md"
	@echo "make clean       remove all that the other targets made"

$(VENV)/ready: tests/tools/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
	  || { echo "Python 3.10 or newer is needed, and $(PYTHON) is not. Try: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -m venv --clear $(VENV) \
	  || { echo "$(PYTHON) can't make virtual environments. On Debian: apt-get install python3-venv"; exit 1; }
	@$(VENV)/bin/python -m pip --quiet --disable-pip-version-check install -r $<
	@touch $@

test: $(VENV)/ready
	@$(VENV)/bin/python tests/tools/run_all.py $(STEPS)

$(STEPS): $(VENV)/ready
	@$(NOX) --session '$@$(if $(CORE),($(CORE)))' -- $(ARGS)

# Quiet unless something fails, as setting up is not what one wants to see.
demo: $(VENV)/ready
	@$(NOX) --session demo -- $(ARGS)

benchmark pictures simulator version: $(VENV)/ready
	@$(NOX) --session $@ -- $(ARGS)

release: $(VENV)/ready
	@$(NOX) --session release -- '$(VERSION)' $(ARGS)

format: $(VENV)/ready
	@env --unset=CI $(VENV)/bin/nox --default-venv-backend uv --session formatters

clean:
	rm -rf $(VENV) .nox build
