# The few commands of this project. `make demo` and `make test` set everything up by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CASES ?= validation/cases
PORT ?= 8000

.PHONY: help demo serve assets test explore lint validate bench check-knowledge clean

help:             ## what each command does
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(READY): requirements.lock pyproject.toml
	@echo "Setting up (once, about a minute) ..."
	@$(PYTHON) -c 'import sys; sys.exit("Foramen needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q src/foramen  # as an installer would; an editable install leaves it to each first run
	@touch $(READY)

demo: $(READY)    ## assess five real published cases
	@$(BIN)/python examples/demo.py

serve: $(READY) assets ## open the page with the example cases: make serve [PORT=8000]
	@$(BIN)/foramen serve --examples examples --port $(PORT)

assets: $(READY)  ## fetch the page's browser files (needs npm)
	@$(BIN)/python scripts/fetch_assets.py --if-possible

test: $(READY) assets ## lint, types and all tests; those in a browser need npm and Chromium and are skipped without
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -n 2 --dist worksteal

explore: $(READY) ## the tests that draw their examples, with new ones each time (`make test` draws the same)
	@FORAMEN_EXPLORE=1 $(BIN)/python -m pytest -n 2 --dist worksteal $$(grep -rlE '@given' tests)

lint: $(READY)    ## ruff (lint and format) and mypy
	@$(BIN)/ruff check src tests validation benchmarks examples scripts hatch_build.py
	@$(BIN)/ruff format --check src tests validation benchmarks examples scripts hatch_build.py
	@$(BIN)/mypy

validate: $(READY) ## scores on cases of known truth: make validate [CASES=DIR]
	@$(BIN)/python validation/run.py --cases $(CASES)

bench: $(READY)   ## speed, as ratios to peers in the same run
	@$(BIN)/python benchmarks/run.py

check-knowledge: $(READY) ## validate the knowledge files and show the figures they reproduce
	@$(BIN)/foramen check --figures

clean:            ## remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
