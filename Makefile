# Everything the project can do, each in one word. Plain Python 3.11 or later and make are enough:
# the environment in .venv is made from requirements.lock the first time it is needed.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
STAMP := $(VENV)/.made-from-the-lock
DATA ?= data/demo
SEMESTER ?= 2026S1
JOBS ?= 2
EXECUTED := .pytest_cache/executed

export PYTHONPATH := $(CURDIR)$(if $(PYTHONPATH),:$(PYTHONPATH))
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
# Compiled once and kept: told not to, each of some hundred processes would compile pandas and its friends anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help report test audit check lab bench clean lock demo notebooks messages docs environment

help: ## list what can be done
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

report: $(STAMP) ## make the report of a semester from the demo data, and say where it is
	@$(RUN) -m coopeval run --data $(DATA) --semester $(SEMESTER)

# The check of the stored outputs executes every notebook; what they hand over serves the tests of the pages after it.
test: check ## everything that must pass: checks, notebooks, tests, site
	@rm -rf $(EXECUTED) && mkdir -p $(EXECUTED)
	COOPEVAL_RESULTS=$(CURDIR)/$(EXECUTED) JUPYTER_DEFAULT_PROVISIONER_NAME=coopeval-warm $(RUN) -m pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder \
		-o addopts= -q --nbval --nbval-current-env --nbval-sanitize-with tests/nbval_sanitize.cfg notebooks
	COOPEVAL_EXECUTED=$(CURDIR)/$(EXECUTED) $(RUN) -m pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder \
		--ignore=tests/test_house.py --ignore=tests/test_project.py

audit: $(STAMP) ## the ten promises to readers, each check in full; takes an hour
	COOPEVAL_AUDIT=full $(RUN) -m pytest -n $(JOBS) --dist loadscope -m promise tests

check: $(STAMP) ## the quick ones: form, style, translations, floors, documents
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m coopeval.wording.catalogue check
	$(RUN) -m pytest -n $(JOBS) tests/test_house.py tests/test_project.py

lab: $(STAMP) ## open the notebooks in JupyterLab
	@$(RUN) -m coopeval lab

bench: $(STAMP) ## timed comparisons and coverage studies; takes a while
	@set -e; for file in benchmarks/*.py; do [ -e "$$file" ] || continue; echo "$$file"; $(RUN) "$$file"; done

demo: $(STAMP) ## write the synthetic data sets again
	$(RUN) -m coopeval demo data/demo --delivered 2026S1
	$(RUN) -m coopeval demo data/demo-2025S2 --delivered 2025S2

notebooks: $(STAMP) ## run the notebooks on the demo data and store their outputs in them
	@$(RUN) -c "from coopeval.runs import store_outputs; print(*store_outputs(), sep='\n')"

messages: $(STAMP) ## bring the catalogues in step with the sentences of code and notebooks
	$(RUN) -m coopeval.wording.catalogue update

docs: $(STAMP) ## write the generated documents again
	$(RUN) -m coopeval.schema.page
	$(RUN) -m coopeval.indicators.page
	$(RUN) -m coopeval.wording.fault_page

lock: ## resolve requirements.in anew into requirements.lock (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
		requirements.in -o requirements.lock

clean: ## take away what can be made again; reports stay
	rm -rf .pytest_cache .ruff_cache .hypothesis build dist *.egg-info reports/.cache faults.csv
	find coopeval tests notebooks benchmarks -name __pycache__ -o -name .ipynb_checkpoints 2>/dev/null | xargs rm -rf

environment: $(STAMP) ## create .venv from the lock file

$(STAMP): requirements.lock .ci/link.py pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { \
		echo "Python 3.11 or later is needed; $(PYTHON) is not. Try: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo "The environment could not be made. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Installing what requirements.lock names; this takes a minute." >&2
	@$(RUN) -m pip install -qq --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	@$(RUN) .ci/link.py
	@touch $@
