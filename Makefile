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
CHECKOV := $(VENV)/checkov
INSTALL := @$(PYTHON) -m tools.install --venv $(VENV)
define INSTALL_APART
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@
endef
SLOW := EVERYTHING=1 $(BIN)/python -m pytest -n 0 -m slow

# Tests start the service a hundred times: without byte code it would be compiled each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: local-packages test-packages dev-packages announce lock dev package deploy destroy rehearse screenshots test coverage prove scale timing screens crowds kills description acceptance fuzz load check api-docs lint types audit permissions bench dynamodb-local typescript libreoffice chromium format clean

dev: local-packages  ## serve at http://localhost:$(PORT); DEMO=1 with a season of invented people
	@$(BIN)/python -m tools dev --port $(PORT) --database $(DB) $(if $(DEMO),--demo)

package: local-packages  ## out/deployment.zip and out/sam.json for a stage
	@$(BIN)/python -m ops package --stage $(STAGE)

deploy: local-packages  ## put a stage on AWS; SET="AlarmEmail=..." gives parameters, YES=1 asks nothing
	@$(BIN)/python -m ops deploy --stage $(STAGE) $(addprefix --set ,$(SET)) $(if $(YES),--yes)

destroy: local-packages  ## take a stage away; one with data only if told twice, by ERASE=
	@$(BIN)/python -m ops destroy --stage $(STAGE) $(if $(ERASE),--erase $(ERASE)) $(if $(YES),--yes)

rehearse: test-packages  ## that zip, made for this machine and served at http://localhost:$(PORT)/api
	@$(BIN)/python -m tools rehearse --port $(PORT)

screenshots: chromium  ## a picture of each page, in out/screenshots
	@$(BIN)/python -m tools screenshots --port $(PORT)

test: announce dev-packages dynamodb-local typescript libreoffice chromium $(CHECKOV)/installed  ## every test but the slow ones, which make prove runs, on both engines
	@EVERYTHING=1 $(BIN)/python -m pytest $(ARGS)

coverage: dynamodb-local typescript libreoffice chromium  ## the same with branch coverage, which takes a quarter longer
	@EVERYTHING=1 $(BIN)/python -m pytest --cov --cov-report=term:skip-covered $(ARGS)

prove: scale timing screens crowds kills description acceptance fuzz load  ## all that takes long; docs/reliability.md has what came of it

scale: dynamodb-local  ## thousands of people, registered and imported
	@$(SLOW) tests/prove/test_scale.py tests/prove/test_import.py $(ARGS)

timing: dynamodb-local  ## time tells nothing
	@$(SLOW) tests/prove/test_time.py $(ARGS)

screens: chromium  ## every page as everybody sees it, and what else pages do in each of many ways
	@$(SLOW) tests/browser $(ARGS)

crowds: dynamodb-local  ## a thousand guesses at once, two hundred who want ten places, fifty rounds of who gets which role
	@$(SLOW) tests/sessions/test_rate_limiter.py tests/attacks/test_guessing.py tests/user_admin/test_roles.py tests/wire/test_rush.py tests/wire/test_evening.py $(ARGS)

kills: dynamodb-local  ## each action struck by every fault at each of its writes, and killed there
	@$(SLOW) tests/matrix/test_faults.py tests/registrations/test_schedule_faults.py tests/package/test_kills.py $(ARGS)

description: test-packages  ## the service against its description, the same cases each time
	@$(SLOW) tests/wire/test_description.py $(ARGS)

acceptance: $(EMULATOR)/installed  ## deploy to an AWS emulator that enforces roles, call every endpoint, operate, destroy
	@$(SLOW) tests/acceptance $(ARGS)

fuzz: dynamodb-local $(FUZZER)  ## CASES other ones each time, as each role in turn, and SECONDS of noise for each parser
	@$(BIN)/python -m tools fuzz --cases $(CASES) --seconds $(SECONDS) $(addprefix --seed ,$(SEED))

load: dynamodb-local  ## two hundred people for MINUTES, and whether all they were told is so
	@$(BIN)/python -m tools load --minutes $(MINUTES) $(addprefix --seed ,$(SEED))

check: lint types audit test  ## all that must hold before anything lands

lint: dev-packages
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

api-docs: dev-packages  ## write docs/api.md from the OpenAPI document
	@$(BIN)/python -m tools.api_docs

types: dev-packages
	@$(BIN)/mypy

audit: dev-packages  ## whether what is pinned is known to have holes; a warning if the database can't be reached
	@$(BIN)/python -m tools audit

permissions: test-packages  ## record what each endpoint asks of AWS, and write the policies; ARGS=FILE only adds what its tests need
	@WRITE_PERMISSIONS=1 EVERYTHING=1 $(BIN)/python -m pytest $(ARGS)

bench: dev-packages dynamodb-local  ## cold starts, round trips and costs, into docs/performance.md
	@$(BIN)/python -m tools bench

dynamodb-local: test-packages
	@$(BIN)/python -m tools fetch-dynamodb-local

typescript: test-packages  ## what judges the pages' scripts, and compiles a typed client for the tests
	@$(BIN)/python -m tools fetch-typescript

libreoffice: test-packages  ## what the tests open spreadsheets with
	@$(BIN)/python -m tools install-libreoffice

chromium: test-packages  ## what the tests use the pages with
	@$(BIN)/python -m tools install-chromium

format: dev-packages
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean:
	rm -rf .venv .venv-* out .local .mypy_cache .pytest_cache .ruff_cache .coverage*

lock:  ## lock the packages of requirements/*.in with hashes; UPGRADE=1 takes the newest that fit
	@$(PYTHON) -m tools.lock $(if $(UPGRADE),--upgrade)

announce:
	$(INSTALL) dev --announce

local-packages test-packages dev-packages:
	$(INSTALL) $(@:-packages=)

$(EMULATOR)/installed: requirements-acceptance.txt | test-packages
	$(INSTALL_APART)

$(CHECKOV)/installed: requirements-checkov.txt | test-packages
	$(INSTALL_APART)

$(FUZZER): requirements-fuzz.txt | test-packages
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: -r requirements-fuzz.txt || echo "There is no atheris for this machine: Hypothesis takes its place."
	@touch $@
