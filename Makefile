# Every command of a developer. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run demo test check audit-dependencies fmt texts bench soak clean

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BUILT := aerostic/web/static/dist/manifest.json
TEXTS := aerostic/translations
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard $(TEXTS)/*/LC_MESSAGES/messages.po))
# The first Python on the path that is new enough.
PYTHON ?= $(shell for name in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
SOURCES := aerostic plugins migrations tests wsgi.py setup.py .ci/dependencies.py

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) $(BUILT) $(CATALOGUES)  ## make .venv and install everything (the other commands do it when needed)

$(READY): setup.cfg setup.py pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "The venv module is needed: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(BUILT): $(READY) $(wildcard frontend/*.* frontend/src/*.* frontend/src/*/*.*) themes/default/tokens.css
	$(BIN)/aerostic frontend build
	@touch $@

%.mo: %.po $(READY)
	$(BIN)/pybabel -q compile --input-file $< --output-file $@

run: setup  ## start everything, seeded with a demo; Ctrl-C stops it
	@exec $(BIN)/aerostic up

demo: setup  ## a campaign of 2,000 through the emulator, with every figure reconciled
	@exec $(BIN)/aerostic demo

test: setup  ## every test; what a test needs and this machine lacks is skipped, saying how to get it
	$(BIN)/python -m pytest -n 2

check: setup audit-dependencies  ## style, types, layers, documents, dependencies
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy --config-file setup.cfg aerostic plugins wsgi.py
	$(BIN)/lint-imports --config setup.cfg
	$(BIN)/aerostic docs check

audit-dependencies: $(READY)  ## the bill of materials, and what of it is known to be vulnerable
	@$(BIN)/python .ci/dependencies.py

fmt: $(READY)  ## put the code in order
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

texts: $(READY)  ## bring the catalogues of translations up to what the code says
	$(BIN)/pybabel -q extract -F $(TEXTS)/babel.cfg -k N_ -k lazy_gettext --no-location --sort-output --omit-header -o $(TEXTS)/messages.pot .
	for po in $(TEXTS)/*/LC_MESSAGES/messages.po; do \
		$(BIN)/pybabel -q update -i $(TEXTS)/messages.pot -o $$po -l $$(basename $$(dirname $$(dirname $$po))) \
			--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=100 || exit 1; done
	rm $(TEXTS)/messages.pot

bench: setup  ## the benchmarks, each beside its reference
	$(BIN)/aerostic bench campaign
	$(BIN)/aerostic bench webhooks
	$(BIN)/aerostic bench statuses
	$(BIN)/aerostic bench ledger

soak: setup  ## flows whose process is killed 200 times; campaigns that meet troubles, for AEROSTIC_SOAK_MINUTES (20)
	AEROSTIC_FLOW_KILLS=200 $(BIN)/python -m pytest -q -s tests/e2e/test_flow_kills.py
	$(BIN)/python -m tests.soak

clean:  ## remove .venv and caches; the data in var/ stays
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
