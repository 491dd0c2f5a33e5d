# make run    start everything and say what to open
# make help   list the rest
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
SUPPLY := .venv/supply
CLIENTS := .venv/clients
GRAPHIQL := server/http/static/graphiql
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header
# Each worker imports all tests: ten seconds sooner where Python may keep what it compiled.
TESTS := env -u PYTHONDONTWRITEBYTECODE $(PYTHON) -m pytest -n auto --dist worksteal
LOCK := $(COMPILE) pyproject.toml --extra build

# Node knows the authorities that it came with; what the machine trusts is added, unless it is told.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export NODE_EXTRA_CA_CERTS ?= /etc/ssl/certs/ca-certificates.crt
endif

# Before any target: what is told goes to the terminal, and nothing is printed here.
$(shell bash .ci/forget-moved-venv $(VENV))

# The start is a second faster when Python may keep what it compiled.
.PHONY: help run test test-all test-sm check format lint types layers snapshot sdl controls settings tour rules \
	bench catalogue mutants stateful matrix canaries timing worst crowd bombs compare-money licences sbom audit \
	explorer clients clients-http clients-ws changelog release lock clean develop

help: ## Show this list
	@sed -nE 's/^([a-z-]+):.*## (.*)$$/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

run: $(VENV)/.runtime ## Start the database and the service (first time: installs into .venv)
	@bash .ci/fetch-graphiql $(GRAPHIQL)
	@exec env -u PYTHONDONTWRITEBYTECODE $(VENV)/bin/jiuye run

test: develop ## Run the tests that find what a change breaks in the ordinary way: five minutes
	@$(TESTS) -m "not slow"

test-all: develop ## Run all tests: real processes, kills, crowds of writers, breadth
	@$(TESTS)

test-sm: develop ## Run the tests of what seals, signs and hashes by 国密
	@CRYPTO_PROFILE=sm $(TESTS) -m "not slow" tests/gateways tests/schema/files \
		tests/schema/accounts/test_{sign_in,client_credentials}.py \
		tests/schema/kernel/test_index_rotation.py tests/server/database/test_data_key.py \
		tests/server/runtime/test_resealing.py tests/house/test_privacy.py

check: lint types layers snapshot test ## Everything that must hold before a commit

lint: develop
	@echo "ruff check" && $(VENV)/bin/ruff check --quiet .
	@echo "ruff format --check" && $(VENV)/bin/ruff format --quiet --check .

types: develop
	@echo "mypy --strict" && $(VENV)/bin/mypy --no-error-summary

layers: develop
	@echo "import-linter" && $(VENV)/bin/lint-imports --no-logo >$(VENV)/layers.log \
		|| { cat $(VENV)/layers.log; exit 1; }

snapshot: develop ## Check that schema.graphql is what the code says
	@echo "schema.graphql is up to date" && $(PYTHON) -m tools.sdl --check

sdl: develop ## Write schema.graphql anew
	@$(PYTHON) -m tools.sdl

controls: develop ## Write docs/risk-controls.md anew
	@$(PYTHON) -m tools.controls

settings: develop ## Write docs/settings.md anew
	@$(PYTHON) -m tools.settings_page

format: develop ## Format the code
	@$(VENV)/bin/ruff check --quiet --fix . ; $(VENV)/bin/ruff format .

tour: $(VENV)/.runtime ## Walk a unit's whole year over HTTP, against the running service or one of its own
	@$(VENV)/bin/jiuye tour

rules: develop ## Print which rules of the rulebook are built, partly or open, and their tests
	@$(PYTHON) -m tools.rulebook

bench: develop ## Measure against PostGraphile and hand-written SQL (BENCH=--quick: two short rounds)
	@$(PYTHON) -m benchmarks $(BENCH)

catalogue: develop ## What each list costs by each order and filter, for each range of regions
	@$(PYTHON) -m benchmarks.catalogue

stateful: develop ## Walk at random and check the invariants (SEED=1 STEPS=200 SEEDS=1 JOBS=2 FINISHED=file)
	@$(PYTHON) -m tests.stateful --seed $(or $(SEED),1) --steps $(or $(STEPS),200) --seeds $(or $(SEEDS),1) \
		--jobs $(or $(JOBS),0) $(if $(FINISHED),--finished $(FINISHED))

matrix: develop ## Ask for every record in every way as everybody (SHARE=1 of it; SEED=1: which part)
	@$(PYTHON) -m tests.matrix --seed $(or $(SEED),1) --share $(or $(SHARE),1)

canaries: develop ## Send marked personal data by every input and look for them everywhere (SHARE=1; SEED=1)
	@$(PYTHON) -m tests.canaries --seed $(or $(SEED),1) --share $(or $(SHARE),1)

timing: develop ## Measure whether the time of an answer tells a secret (SAMPLES=200 of each side)
	@$(PYTHON) -m tests.timing --samples $(or $(SAMPLES),200)

worst: develop ## Search for the request that costs the event loop most (SEED=1 TRIES=60 of each shape)
	@$(PYTHON) -m tests.worst --seed $(or $(SEED),1) --tries $(or $(TRIES),60) \
		--most-ms $(or $(MOST_MS),50)

crowd: develop ## Measure somebody's reads beside bombs, slow connections and crowds (SECONDS=6 of each)
	@$(PYTHON) -m tests.crowd --seconds $(or $(SECONDS),6) --only "$(ONLY)"

bombs: develop ## Measure what each bomb costs the event loop, beside an ordinary read
	@$(PYTHON) -m tests.crowd.loop_cost --only "$(ONLY)"

compare-money: develop ## Compare money with a second computation (SEED=1 CASES=2000 of each rule)
	@$(PYTHON) -m tests.oracle --seed $(or $(SEED),1) --cases $(or $(CASES),2000)

explorer: ## Fetch GraphiQL, the page for browsers at /graphql (make run does so where there is npm)
	@PATH="$$PATH:$(abspath $(CLIENTS))/bin" bash .ci/fetch-graphiql $(GRAPHIQL) --again

clients: develop $(CLIENTS)/.installed ## Try public suites and ordinary clients (SUITES="http_audit ws": only these)
	@PATH="$$PATH:$(abspath $(CLIENTS))/bin" bash .ci/fetch-graphiql $(GRAPHIQL)
	@$(PYTHON) -m tests.clients $(if $(SUITES),$(SUITES),--write) $(MAY_SKIP)

clients-http: ## Try GraphQL over HTTP by the suite graphql-http
	@$(MAKE) clients SUITES=http_audit

clients-ws: ## Try GraphQL over WebSocket, frame by frame and by graphql-ws
	@$(MAKE) clients SUITES=ws

changelog: develop ## Show what the changelog of the next release will say
	@$(VENV)/bin/towncrier build --draft --version next

release: develop ## Enter a release (VERSION=0.2.0): changelog, digests, rows to be upgraded, schema
	@$(VENV)/bin/towncrier build --yes --version "$(VERSION)"
	@$(PYTHON) -m migrations.released "$(VERSION)"
	@$(PYTHON) -m tests.house.release_data "$(VERSION)"
	@$(PYTHON) -m tests.house.release_schema "$(VERSION)"

mutants: develop ## Change the code a little and count what the tests notice (MUTANTS=--all: more)
	@$(PYTHON) -m tools.mutants $(MUTANTS)

licences: develop ## Write docs/licences.md anew
	@$(PYTHON) -m tools.licences

sbom: $(SUPPLY)/.installed develop ## Write build/sbom.json, what the service stands on (CycloneDX)
	@mkdir -p build && $(SUPPLY)/bin/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml \
		--output-reproducible --output-format JSON --output-file build/sbom.json 2>/dev/null
	@$(PYTHON) -m tools.sbom build/sbom.json
	@echo "build/sbom.json: $$(grep -c '"purl"' build/sbom.json) packages"

audit: $(SUPPLY)/.installed ## Ask whether weaknesses of what is pinned are known (needs the advisories' address)
	@$(SUPPLY)/bin/pip-audit --strict --disable-pip --require-hashes --requirement requirements.txt

$(SUPPLY)/.installed: requirements-supply.txt | develop
	@bash .ci/make-venv $(SUPPLY)
	@bash .ci/install $(SUPPLY) requirements-supply.txt
	@touch $@

$(CLIENTS)/.installed: tests/clients/requirements.txt $(VENV)/.made
	@bash .ci/client-tools $(CLIENTS)

lock: ## Make the lock files anew (needs uv)
	@$(LOCK) --upgrade --output-file requirements.txt
	@$(LOCK) --upgrade --extra dev --constraint requirements.txt --output-file requirements-dev.txt
	@$(LOCK) --upgrade --extra supply --constraint requirements.txt --output-file requirements-supply.txt
	@$(COMPILE) --upgrade --output-file tests/clients/requirements.txt tests/clients/requirements.in

clean: ## Remove the virtual environment, caches and the development database
	rm -rf $(VENV) .jiuye build $(GRAPHIQL) $(GRAPHIQL).missing *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

develop: $(VENV)/.development

$(VENV)/.made:
	@bash .ci/make-venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.txt pyproject.toml $(VENV)/.made
	@bash .ci/install $(VENV) requirements.txt
	@touch $@

$(VENV)/.development: requirements-dev.txt pyproject.toml $(VENV)/.made
	@bash .ci/install $(VENV) requirements-dev.txt
	@touch $(VENV)/.runtime $@
