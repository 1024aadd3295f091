# make demo    set up all three doors and render the sample scalp
# make test    set up with the test tools and run the tests, on as many cores as there are, but at most four
# make check   style, types (Python's and the page's), which room may import which, the book without a warning
# make docs    the documentation as a book, in docs/_build/html
# make locked  set up with the exact versions of requirements-dev.txt, every file checked against its hash
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: demo test check docs locked clean

demo: $(VENV)/.base
	$(BIN)/smpsim demo -o smpsim-demo

test: $(VENV)/.test
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

check: $(VENV)/.check docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	tools/check_page.sh

docs: $(VENV)/.docs
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --nitpicky docs docs/_build/html

locked: $(VENV)/.python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(VENV)/.base $(VENV)/.test $(VENV)/.check $(VENV)/.docs

# The stamps are newer than pyproject.toml: what it asks for is installed.
$(VENV)/.python:
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.base: $(VENV)/.python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[studio]"
	touch $@

$(VENV)/.test: $(VENV)/.base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test]"
	touch $@

$(VENV)/.check: $(VENV)/.test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test,check]"
	touch $@

$(VENV)/.docs: $(VENV)/.base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[docs]"
	touch $@

clean:
	rm -rf $(VENV) smpsim-demo dist tools/node_modules docs/_build docs/gallery .mypy_cache .ruff_cache .import_linter_cache
