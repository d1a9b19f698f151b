# Accord. Needs only make and Python 3.11 or newer; everything else is installed into .venv from the lock files.
PORT ?= 8000
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test bench docs screens mutate lock format environment environment-dev

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  PORT=8001 make run serves on another port."

run: environment ## start Accord with a simulated clinic on http://127.0.0.1:8000
	@$(BIN)/accord demo --serve --port $(PORT)

test: environment-dev ## check everything: style, types, layers, tests, journeys; names what it could not check
	@sh tools/system.sh
	@$(BIN)/python tools/check.py

bench: environment-dev ## measure the promises and print a table
	@sh tools/system.sh bench
	@$(BIN)/accord bench

docs: environment-dev ## write the references of commands and rules, and check links and examples
	@$(BIN)/python tools/command_reference.py
	@$(BIN)/python tools/rule_reference.py
	@$(BIN)/python tools/honesty_reference.py
	@$(BIN)/python -m pytest -q tests/test_docs.py

screens: environment-dev ## take a picture of every page from a fresh demo (needs Chromium)
	@$(BIN)/python tools/screens.py

mutate: environment-dev ## break rules and scoring on purpose and list what no test notices (about two hours)
	@ulimit -v 6000000; $(BIN)/mutmut run && $(BIN)/mutmut results && $(BIN)/python tools/mutate.py

lock: environment-dev ## write requirements.lock and requirements-dev.lock afresh
	@sh tools/lock.sh

format: environment-dev ## format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

environment:
	@sh tools/environment.sh requirements.lock

environment-dev:
	@sh tools/environment.sh requirements-dev.lock
