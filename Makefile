# Everything starts here. `make kiosk` and `make test` work from a clean clone: they make .venv themselves.
.DEFAULT_GOAL := help
PYTHON ?= python3
STAMP := .venv/.installed

.PHONY: help kiosk demo test snapshots picture lint bench constraints clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { echo "iqs-tui needs Python 3.11, 3.12 or 3.13; give one with make PYTHON=python3.12"; exit 1; }
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv || { echo "the venv module is missing: on Debian, apt install python3-venv"; exit 1; }
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@.venv/bin/python -m compileall -q iqs_tui
	@touch $@

kiosk: $(STAMP)  ## open the kiosk on the embedded default
	@.venv/bin/iqs-tui

demo: $(STAMP)  ## the product in one minute, on a throwaway database
	@.venv/bin/iqs-tui demo

test: $(STAMP)  ## run the tests
	.venv/bin/python -m pytest -n auto --dist worksteal

snapshots: $(STAMP)  ## draw the pictures of the screens again, after looking at the difference
	.venv/bin/python -m pytest -n auto tests/ui --snapshot-update

picture: $(STAMP)  ## draw the pictures of docs/ again, from the real app over real messages
	.venv/bin/python -m tests.integration.picture docs

lint: $(STAMP)  ## style, types and arrows, as the tests check them
	.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && .venv/bin/lint-imports

bench: $(STAMP)  ## the figures of docs/figures.md, measured again
	.venv/bin/python -m pytest tests/benchmarks -o addopts="-s"

constraints: $(STAMP)  ## pin what is installed now, for every Python we support
	.venv/bin/python -m pip freeze --exclude-editable > constraints.txt

clean:  ## remove what make made
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
