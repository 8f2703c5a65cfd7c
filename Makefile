# Everything that a person or a machine does with this project, one word each: `make help`.
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
BIN := .venv/bin
PORT ?= 8000
DATA ?= data
MESSAGES := $(patsubst %.po,%.mo,$(wildcard src/saduak/locale/*/LC_MESSAGES/*.po))

.PHONY: help install demo test test-fast check format messages bench docs pictures lock clean

help: ## Show these words
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

install: .venv/base.stamp $(MESSAGES) ## Make .venv with everything the program needs
	@echo "Saduak is installed: .venv/bin/saduak"

demo: install ## Install, then run the demo (PORT=8000 DATA=data)
	@$(BIN)/saduak demo --port "$(PORT)" --data "$(DATA)"

test: .venv/dev.stamp $(MESSAGES) ## Everything: checks, SQLite, PostgreSQL, browser, docs; what CI runs
	@sh tools/test_needs.sh
	@$(BIN)/python -m tools.run_tests all

test-fast: .venv/dev.stamp $(MESSAGES) ## The tests that need neither browser, pages nor PostgreSQL, nor much time
	@$(BIN)/python -m tools.run_tests fast

check: .venv/dev.stamp $(MESSAGES) ## Style, types, import order, templates, missing migrations
	@$(BIN)/python -m tools.check

format: .venv/dev.stamp ## Rewrite code in the one style
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

messages: .venv/dev.stamp ## Gather what people read into the catalogue that waits for English
	@$(BIN)/python -m tools.messages extract

bench: install ## Cost of the busiest pages against a bare view
	@$(BIN)/saduak bench

docs: .venv/dev.stamp $(MESSAGES) ## Build the docs site into docs/_build/html
	@$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

pictures: .venv/dev.stamp $(MESSAGES) ## Take the pictures of the docs anew, from a demo of their own
	@$(BIN)/python -m tests.system.pictures

lock: .venv/dev.stamp ## Pin the newest allowed requirements by hash
	@sh tools/lock.sh

clean: ## Remove what was built; keeps the demo's data
	rm -rf .venv build dist docs/_build test-results htmlcov .coverage .coverage.* \
	  .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache src/saduak.egg-info
	find src -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/base.stamp: requirements/base.txt pyproject.toml tools/install.sh
	@sh tools/install.sh base

.venv/dev.stamp: requirements/dev.txt pyproject.toml tools/install.sh
	@sh tools/install.sh dev

%.mo: %.po .venv/base.stamp tools/messages.py
	@$(BIN)/python tools/messages.py compile "$<" "$@"
