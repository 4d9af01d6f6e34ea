# Every target sets up what it needs; a second run installs nothing again.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/.ready
VENDOR := node_modules/.ready
# More than two on two cores: browsers, databases and emulated latency make tests wait.
PYTEST := $(BIN)/python -m pytest --dist worksteal
MEASURED := --ignore=tests/emulator --ignore=tests/browser --ignore=tests/matrix
BROWSER := .venv/.browser

.PHONY: help setup demo test matrix check smoke bench chaos format key clean

help: ## What can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s'|'

setup: $(READY) $(VENDOR) ## Virtual environment and the widget's libraries, if they are missing

demo: setup ## The emulated Zoho and the extension, seeded and left running: two URLs to click
	@$(BIN)/python -m extension.demo

smoke: setup ## The same over real HTTP, once through: prints the options of a supplier lead
	@$(BIN)/python -m extension.demo --smoke

test: setup $(BROWSER) ## All tests, on SQLite and PostgreSQL, with a browser, and the coverage
	@# Browsers wait much of the time, but give up where they have to wait for others: what is
	@# measured steps back, and fills the time that they leave.
	@mkdir -p tests/output; export FAILED="$$PWD/tests/output/failed.txt"; rm -f "$$FAILED"; \
	nice -n 10 $(PYTEST) -n $${TEST_WORKERS:-3} -p tests.measuring $(MEASURED) \
		>tests/output/measured.txt 2>&1 & measured=$$!; \
	$(PYTEST) -n $${TEST_WORKERS:-3} tests/emulator tests/browser tests/matrix; others=$$?; \
	wait $$measured; found=$$?; cat tests/output/measured.txt; \
	cat "$$FAILED" 2>/dev/null; exit $$((others + found))

matrix: setup ## 20,000 predictions of new records, of existing ones and of conversions against what is then stored
	@TEST_CASES=$${TEST_CASES:-20000} $(BIN)/pytest -n 0 -q -s tests/matrix

check: setup ## Format, lint, types, import rules, dead links, and what Zoho's packer says
	@$(BIN)/python -m tests.tools.check

bench: setup ## The tables of what things cost
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@$(BIN)/python -m benchmarks

chaos: setup ## Conversions, and calls of workflow rules, while workers are killed and Zoho breaks: nothing lost, nothing twice
	@$(BIN)/python -m benchmarks.chaos $${CHAOS}

format: setup ## Put the code in shape
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

key: $(READY) ## A new key for SECRET_KEYS
	@$(BIN)/python -m extension.store.sealing

clean: ## Remove everything that was set up
	@rm -rf .venv node_modules app/vendor dist var tests/output

$(READY): requirements.txt requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed."; exit 1; }
	@echo "Setting up .venv ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENDOR): package.json package-lock.json $(READY)
	@echo "Fetching the widget's libraries ..."
	@$(BIN)/python -m tests.tools.vendor
	@touch $@

$(BROWSER): $(READY)
	@$(BIN)/python -m tests.tools.browser
	@touch $@
