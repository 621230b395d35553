# The commands of this project. `make dev` serves it, `make test` tests it, `make prove` runs what
# takes long. Each installs the packages it needs first. PYTHON=python3.13 uses another interpreter,
# in an environment of its own.

PYTHON ?= python3
PORT ?= 8000
DB ?= moto
STAGE ?= dev
CASES ?= 20000
SECONDS ?= 30
MINUTES ?= 10

VENV := $(if $(filter python3,$(PYTHON)),.venv,.venv-$(notdir $(PYTHON)))
BIN := $(VENV)/bin
FUZZER := $(VENV)/fuzzer
EMULATOR := $(VENV)/emulator
# Beside the others' environment: both are installed at the same time.
CHECKOV := $(VENV)-checkov
INSTALL := @$(PYTHON) -m tools.install --venv $(VENV)
define INSTALL_APART
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r $<
	@touch $@
endef
SLOW := EVERYTHING=1 $(BIN)/python -m pytest -n 0 -m slow

# Tests start the service a hundred times: without byte code it would be compiled each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: protections requirements local-packages test-packages dev-packages announce lock ruff pylint bandit dev package deploy destroy rehearse screenshots components test coverage prove scale timing screens crowds kills description acceptance fuzz load check translations language generated-docs lint types audit permissions bench dynamodb-local typescript oidc-provider page-checks libreoffice chromium format clean

dev: local-packages  ## run the service at http://localhost:$(PORT); DEMO=1 adds demo data
	@$(BIN)/python -m tools dev --port $(PORT) --database $(DB) $(if $(DEMO),--demo)

package: local-packages  ## build out/deployment.zip and out/sam.json for a stage
	@$(BIN)/python -m ops package --stage $(STAGE)

deploy: local-packages  ## deploy a stage to AWS; SET="AlarmEmail=..." sets parameters, YES=1 doesn't ask, UNAUDITED=1 skips the audit, UNGUARDED=1 ignores the alarm
	@$(BIN)/python -m ops deploy --stage $(STAGE) $(addprefix --set ,$(SET)) $(if $(YES),--yes) $(if $(UNAUDITED),--unaudited) $(if $(UNGUARDED),--unguarded)

destroy: local-packages  ## delete a stage from AWS; with ERASE=STAGE, also its data
	@$(BIN)/python -m ops destroy --stage $(STAGE) $(if $(ERASE),--erase $(ERASE)) $(if $(YES),--yes)

rehearse: test-packages  ## build the package for this computer and run it at http://localhost:$(PORT)/api
	@$(BIN)/python -m tools rehearse --port $(PORT)

screenshots: chromium  ## take a screenshot of each page, in out/screenshots
	@$(BIN)/python -m tools screenshots --port $(PORT)

components: local-packages  ## write the page of all components of the pages, in out/components
	@$(BIN)/python -m tools components

test: announce dev-packages dynamodb-local typescript oidc-provider libreoffice chromium $(CHECKOV)/installed  ## run all tests except the slow ones (see make prove), on both database engines
	@EVERYTHING=1 $(BIN)/python -m pytest $(ARGS)

coverage: dynamodb-local typescript oidc-provider libreoffice chromium  ## run the tests with branch coverage; takes a quarter longer
	@EVERYTHING=1 $(BIN)/python -m pytest --cov --cov-report=term:skip-covered $(ARGS)

prove: scale timing screens crowds kills protections requirements description acceptance fuzz load  ## run all slow tests; results are in docs/reliability.md

scale: dynamodb-local  ## test with thousands of accounts, registered and imported
	@$(SLOW) tests/slow/test_scale.py tests/slow/test_import.py tests/test_growth.py $(ARGS)

timing: dynamodb-local  ## test that response times reveal nothing
	@$(SLOW) tests/slow/test_time.py $(ARGS)

screens: chromium page-checks  ## test every page for every role, with Lighthouse and the Nu HTML checker, and all variations of browser tests
	@$(SLOW) tests/browser $(ARGS)

crowds: dynamodb-local  ## test concurrency: 1,000 guesses, 200 applicants for 10 places, 500 for 300 places in 16 counters, 50 rounds of role changes
	@$(SLOW) tests/sessions/test_rate_limiter.py tests/security/test_guessing.py tests/user_admin/test_roles.py tests/http/test_rush.py tests/http/test_evening.py tests/registrations/test_crowd.py $(ARGS)

kills: dynamodb-local  ## test each endpoint and each consumer of a queue with every fault at each of its calls, and kill it there
	@$(SLOW) tests/matrix/test_faults.py tests/matrix/test_consumer_faults.py tests/registrations/test_schedule_faults.py tests/package/test_kills.py tests/package/test_consumer_kills.py $(ARGS)

protections: test-packages  ## remove each protection of each role, and test that an attack notices
	@$(SLOW) tests/security/attacks $(ARGS)

requirements: dynamodb-local typescript chromium  ## remove the protection behind each ASVS requirement, and test that the tests named for it fail
	@$(SLOW) tests/slow/test_removals.py $(ARGS)

description: test-packages  ## test the service against its OpenAPI document, with fixed cases
	@$(SLOW) tests/http/test_description.py $(ARGS)

acceptance: $(EMULATOR)/installed  ## test on an AWS emulator that enforces roles: deploy, call every endpoint, operate, destroy
	@$(SLOW) tests/acceptance $(ARGS)

fuzz: dynamodb-local $(FUZZER)  ## fuzz the service with CASES requests as each role, and each parser for SECONDS
	@$(BIN)/python -m tools fuzz --cases $(CASES) --seconds $(SECONDS) $(addprefix --seed ,$(SEED))

load: dynamodb-local  ## load-test with 200 users for MINUTES, and check that all responses were true
	@$(BIN)/python -m tools load --minutes $(MINUTES) $(addprefix --seed ,$(SEED))

check:  ## run everything that must pass before a change is merged
	@$(MAKE) --no-print-directory --jobs=2 dev-packages $(CHECKOV)/installed
	@$(MAKE) --no-print-directory --jobs=2 lint types audit dynamodb-local typescript oidc-provider
	@$(MAKE) --no-print-directory test

lint: ruff pylint bandit  ## check style, duplicate code, and what is dangerous; --jobs=2 runs two at a time

ruff: dev-packages
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

pylint: dev-packages
	@$(BIN)/pylint app.py chalicelib ops tools web

bandit: dev-packages
	@$(BIN)/bandit --quiet --recursive app.py chalicelib
	@$(BIN)/bandit --quiet --recursive ops tools web --configfile pyproject.toml

generated-docs: dev-packages  ## write docs/openapi.json, docs/api.md, and the graph of packages in docs/architecture.md
	@$(BIN)/python -m tools.api_docs
	@$(BIN)/python -m tools.package_graph

translations: test-packages  ## update the catalogs of translations, and list what is missing in them
	@$(BIN)/python -m tools.translations

language: test-packages  ## add a language: make language TAG=fr
	@$(BIN)/python -m tools.translations add $(TAG)

types: dev-packages
	@$(BIN)/mypy

audit: dev-packages  ## check pinned dependencies for known vulnerabilities; warns if the database can't be reached, or fails with REQUIRED=1
	@$(BIN)/python -m tools audit $(if $(REQUIRED),--required)

permissions: test-packages  ## record the AWS calls of each endpoint and write the policies; ARGS=FILE only adds what its tests need
	@WRITE_PERMISSIONS=1 EVERYTHING=1 $(BIN)/python -m pytest $(ARGS)

bench: dev-packages dynamodb-local  ## measure cold starts, round trips, and costs into docs/performance.md; PEERS=1 also measures other services
	@$(BIN)/python -m tools bench $(if $(PEERS),--peers)

dynamodb-local: test-packages
	@$(BIN)/python -m tools fetch-dynamodb-local

typescript: test-packages  ## download TypeScript, which checks the scripts and compiles a typed client
	@$(BIN)/python -m tools fetch-typescript

oidc-provider: test-packages  ## download oidc-provider, with which the tests sign in
	@$(BIN)/python -m tools fetch-oidc-provider

page-checks: test-packages  ## download Lighthouse and the Nu HTML checker, which make screens uses
	@$(BIN)/python -m tools fetch-page-checks

libreoffice: test-packages  ## install LibreOffice for the spreadsheet tests
	@$(BIN)/python -m tools install-libreoffice

chromium: test-packages  ## install Chromium for the browser tests
	@$(BIN)/python -m tools install-chromium

format: dev-packages
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean:
	rm -rf .venv .venv-* out .local .mypy_cache .pytest_cache .ruff_cache .coverage*

lock:  ## lock the packages in requirements/*.in with hashes; UPGRADE=1 takes the newest allowed versions
	@$(PYTHON) -m tools.lock $(if $(UPGRADE),--upgrade)

announce:
	$(INSTALL) dev --announce

local-packages test-packages dev-packages:
	$(INSTALL) $(@:-packages=)

$(EMULATOR)/installed: requirements-acceptance.txt | test-packages
	$(INSTALL_APART)

$(CHECKOV)/installed: requirements-checkov.txt
	$(INSTALL_APART)

$(FUZZER): requirements-fuzz.txt | test-packages
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-fuzz.txt || echo "There is no atheris for this machine: Hypothesis takes its place."
	@touch $@
