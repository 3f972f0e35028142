# Every target sets up what it needs; nothing but Python 3.11, git, make and pip is assumed.
.DEFAULT_GOAL := help
SHELL := /bin/bash

VENV := .venv
BIN := $(VENV)/bin
# the first interpreter that runs and is new enough; override with `make PYTHON=...`
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
READY := $(VENV)/.ready
# the engine works on small matrices: threads of a linear algebra library only get in the way
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1
WORKERS ?= 2

AS_OF_THEN := 2024-08-18
AS_OF_NOW := 2026-08-20

.PHONY: help setup demo test lint types docs docs-check figures site bench lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## make .venv with everything in it; leaves a working .venv/bin/cn

$(READY): requirements/ci.txt pyproject.toml coder/pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed and was not found" >&2; exit 1; }
	@# Debian ships pip and venv apart: without ensurepip the system's pip fills the environment
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null && $(PYTHON) -m venv $(VENV) \
		|| $(PYTHON) -m venv --without-pip $(VENV)
	@if [ -x $(BIN)/pip ]; then pip="$(BIN)/python -m pip"; \
	else pip="$(PYTHON) -m pip --python $(BIN)/python"; fi; \
	$$pip install --quiet --disable-pip-version-check -r requirements/ci.txt && \
	$$pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . -e ./coder
	@$(BIN)/cn --version
	@touch $@

demo: $(READY) ## the main job on bundled data: two comparisons and a brief in out/
	$(BIN)/cn compare gb-next us-2024 --as-of $(AS_OF_THEN)
	$(BIN)/cn compare gb-next us-2024 --as-of $(AS_OF_NOW)
	@mkdir -p out
	$(BIN)/cn brief gb-next us-2024 --as-of $(AS_OF_NOW) -o out/brief.html

test: $(READY) ## all tests, on two processes
	$(BIN)/python -m pytest -n $(WORKERS)

lint: $(READY) ## style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## static types
	$(BIN)/mypy

docs: $(READY) ## write every generated part of README.md and docs/
	$(BIN)/python -m tools.names
	$(BIN)/python -m tools.docs

figures: $(READY) ## work out the scores in docs/ anew (minutes), then do what docs does
	$(BIN)/python -m tools.docs.figures --workers $(WORKERS)

docs-check: $(READY) ## the documentation tests alone
	$(BIN)/python -m pytest tests/docs -q

site: $(READY) ## the documentation as a site, in out/site
	$(BIN)/properdocs build --quiet
	@echo "wrote out/site/index.html"

bench: $(READY) ## speed, memory and scaling; results in benchmarks/results/
	$(BIN)/python -m benchmarks.run

lock: $(READY) ## rewrite requirements/ci.txt from pyproject.toml
	$(BIN)/python -m tools.lock

clean: ## remove what the targets made
	rm -rf $(VENV) out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
