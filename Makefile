# `make help` lists the recipes. Everything goes into $(VENV), which the first recipe that needs it makes.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
STAMP := $(VENV)/.dev-installed

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long lint format types docs bench crashes disputes drafts build ci clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -e ".[dev]"
	touch $@

setup: $(STAMP) ## the environment, with the tools for work on the project

demo: setup ## the main job on the article of the seeds
	$(BIN)/timeline demo

test: setup ## the short profile, with coverage
	$(BIN)/pytest --cov -n auto --dist loadfile

test-long: setup ## the long profile: more examples, more data
	$(BIN)/pytest -m long --durations=20

lint: setup ## format, lint, direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

format: setup ## put the format right, and what lint can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup ## mypy, strict
	$(BIN)/mypy --strict

docs: setup ## writes into docs/*.md what the program knows: vocabulary, help, signatures, packages
	$(BIN)/python tests/written.py

bench: setup ## how fast it is beside what one would build instead; writes docs/performance.md
	$(BIN)/pip install --quiet -e ".[bench]"
	$(BIN)/python -m benchmarks --write-docs

crashes: setup ## 200 writers killed on both stores, and what was lost; writes docs/reliability.md
	$(BIN)/python -m benchmarks.crashes --kills 200 --write-docs

disputes: setup ## how often the rules on disputes agree with pairs labelled by hand
	$(BIN)/python -m benchmarks.disputes

drafts: setup ## how often drafts agree with texts labelled by hand
	$(BIN)/python -m benchmarks.drafts

build: setup ## the wheel, in dist/
	$(BIN)/python -m build --wheel

ci: ## all that is asked of a change, on a copy of the tree
	.ci/run

clean: ## what the recipes made
	rm -rf $(VENV) dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
