# Needs Python 3.11 or newer and make; the rest comes from PyPI into .venv.
#
#   make run     see it work: a server, 200 events, four answers, then serving until Ctrl-C
#   make test    all tests; those that need PostgreSQL or psql are skipped where these are missing
#   make lint    ruff and mypy
#   make bench   the short form of every benchmark
#   make docs    write the generated pages of docs/reference anew
#   make clean   remove the environment and caches, never data
#
# ARGS goes to the command: make run ARGS="--sql-port 0", make test ARGS="-k demo".

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: run test lint bench docs clean

run: $(VENV)/.installed
	@$(BIN)/hookwire demo $(ARGS)

test: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest -q $(ARGS)

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/mypy

bench: $(VENV)/.installed-bench
	@$(BIN)/python -m benchmarks --short $(ARGS)

docs: $(VENV)/.installed-dev
	@PYTHONPATH=tests $(BIN)/python -m support.documentation

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist

# Each stamp says that the environment has what pyproject.toml asks for.

$(VENV)/.pip:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Hookwire needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; say which to use with: make PYTHON=python3.12 ...")'
	@echo "making $(VENV) (the first time takes a minute)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@touch $@

$(VENV)/.installed: pyproject.toml | $(VENV)/.pip
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/.pip
	@$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-bench: pyproject.toml | $(VENV)/.pip
	@$(BIN)/python -m pip install --quiet --editable . --group bench
	@touch $@ $(VENV)/.installed-dev $(VENV)/.installed
