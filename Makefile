# Two commands do everything on a fresh machine with Python 3.11+: `make run` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CLIENTS := 'pandas<3' pykrakenapi==0.3.2 python-kraken-sdk==3.5.1 ccxt==4.5.90 kraken-infinity-grid==1.2.1
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev

# CI plays more stories and storms than a quick run by hand.
SUITE = SEEDS=$(or $(SEEDS),1000) STORM=$(or $(STORM),20000) $(BIN)/python -m tests.suite

.PHONY: help run test check bench clean soak chaos planted clients docs

help: ## show the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

run: $(RUN_STAMP) ## set up if needed, then open the console on the demo exchange
	@$(BIN)/tui-bot $(ARGS)

test: $(DEV_STAMP) ## set up if needed, then run the tests
	$(if $(ARGS),$(BIN)/pytest $(ARGS),$(SUITE))

check: $(DEV_STAMP) ## what CI runs: lint, types, walls, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(SUITE) --check

bench: $(DEV_STAMP) ## print performance figures; asserts nothing
	$(BIN)/python -m benchmarks $(ARGS)

soak: $(DEV_STAMP) ## the long campaigns, seeded: SEED=n SEQUENCES=n
	HYPOTHESIS_PROFILE=soak KILLS=200 WATCH=120 STALL=30 $(BIN)/pytest -m "slow or not slow" --hypothesis-seed=$(or $(SEED),1)

planted: $(DEV_STAMP) ## plant one bug for each promise and see its test turn red
	$(BIN)/python -m tests.planted $(ARGS)

chaos: $(DEV_STAMP) ## stories from seeds and storms of lost answers: SEEDS=n FIRST=n STORM=n
	SEEDS=$(or $(SEEDS),10000) FIRST=$(or $(FIRST),0) STORM=$(or $(STORM),1000000) $(BIN)/pytest tests/simulation

clients: $(DEV_STAMP) ## other people's programs for Kraken against the box, in an environment of their own
	@test -d $(VENV)/clients || $(PYTHON) -m venv $(VENV)/clients
	@$(VENV)/clients/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' $(CLIENTS)
	CLIENTS=1 $(VENV)/clients/bin/pytest tests/unit/paper/test_paper_clients.py \
	  tests/unit/paper/test_paper_socket_clients.py $(ARGS)

docs: $(DEV_STAMP) ## write key tables, the page of frames and the pictures from the console itself
	$(BIN)/python -m tests.hygiene.readme
	FRAMES=write $(BIN)/pytest tests/console/test_scenes.py tests/console/test_colours.py
	$(BIN)/python -m docs.frames
	$(BIN)/python -m docs.picture

clean: ## remove the environment and all caches; never your state
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "tui-bot needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || echo missing)."; \
	  echo "Install it, or name another: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): pyproject.toml constraints.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@$(BIN)/python -m compileall -q $(VENV)/lib tui_bot || true
	@touch $@

$(DEV_STAMP): pyproject.toml constraints.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(RUN_STAMP)
