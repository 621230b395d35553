# The commands of this project. `make dev` serves it, `make test` runs every test.

PYTHON ?= python3
PORT ?= 8000
DB ?= moto

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed

.PHONY: dev test check lint types  dynamodb-local format clean

dev: $(INSTALLED)  ## serve at http://localhost:$(PORT)
	@$(BIN)/python -m ops dev --port $(PORT) --database $(DB)

test: dynamodb-local  ## every test, on both engines, with coverage
	@$(BIN)/python -m pytest --cov --cov-report=term:skip-covered $(ARGS)

check: lint types test  ## all that must hold before anything lands

lint: $(INSTALLED)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(INSTALLED)
	@$(BIN)/mypy

dynamodb-local: $(INSTALLED)
	@$(BIN)/python -m ops fetch-dynamodb-local

format: $(INSTALLED)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean:
	rm -rf $(VENV) out .local .mypy_cache .pytest_cache .ruff_cache .coverage*

$(INSTALLED): requirements.txt requirements-dev.txt
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
