# Sightline: `make run` starts it, `make test` checks it, `make help` lists the rest.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
STACK := $(PYTHON) deploy/stack.py
BIN := .venv/bin
# Where `setup` puts a Node when the machine's own is missing or too old for the PWA.
export PATH := $(if $(wildcard var/node/path),$(CURDIR)/var/node/path:)$(PATH)
PART ?= main
T ?= tests

# What `mypy` reads: the rooms that are there, and what starts them.
ROOMS := accounts audits backend checklists insight jobs ledger media news open311 places routing sync
CODE := $(wildcard $(ROOMS)) deploy manage.py

.PHONY: help setup setup-check setup-test run stop test lint format types imports test-pwa test-python \
	lock journey bench offline image-test clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

run: ## set up and start everything until Ctrl-C; AREAS=path uses real wards
	@$(STACK) run

stop: ## stop servers of the state folder that were left running
	@$(STACK) stop

setup: ## packages, virtual environment, npm packages, the built PWA
	@$(STACK) setup

setup-check:
	@$(STACK) setup --for check

setup-test:
	@$(STACK) setup --for test

test: ## set up, then every check and every test
	@for part in setup-test lint types imports test-pwa test-python; do \
		echo "── $$part"; $(MAKE) --no-print-directory $$part || exit; done

lint: setup-check ## ruff: lint and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: setup-check ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup-check ## mypy on the rooms
	$(BIN)/mypy $(CODE)

imports: setup-check ## the order of the rooms, held by import-linter
	$(BIN)/lint-imports --no-cache

test-pwa: setup-test ## the PWA: build within its size limit, types, lint, unit tests
	cd pwa && npm run check && npm test

test-python: setup-test ## pytest; T=path for a part of it
	$(BIN)/pytest $(T)

lock: setup-check ## pin the newest packages that fit pyproject.toml
	@$(BIN)/python deploy/lock.py

journey: setup-test ## the main loop on the running stack in a real browser; PART=name
	@$(BIN)/python -m tests.journeys $(PART)

bench: setup-test ## measure; PART=name for one part
	@$(BIN)/python -m tests.load $(if $(filter-out file,$(origin PART)),$(PART))

offline: setup-test ## break everything on purpose, prove that nothing is lost; SEED=n CAPTURES=n
	@$(BIN)/python -m tests.offline $(if $(SEED),--seed $(SEED)) $(if $(CAPTURES),--captures $(CAPTURES))

image-test: ## build the container image without an engine and boot it (root, slow)
	@$(PYTHON) deploy/image_test.py

clean: ## stop the servers and throw away the state folder of this checkout
	@$(STACK) stop
	rm -rf var/state var/test-state
