# make demo   a first look: installs, indexes the sample articles, answers two questions, starts the web chat
# make test   everything that must hold: lint, types, tests
# make bench  measurements on ONRECORD_DATA
# make soak   long runs: two hundred kills, fuzzing, twenty people asking
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
DEMO_INDEX := $(VENV)/demo.index

.PHONY: demo test bench soak clean lint

# torch comes first and pinned, so that a CPU build at hand is taken; a free range fetches gigabytes of CUDA on Linux.
$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("On Record needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; name one: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(PIP) --constraint constraints.txt torch
	$(PIP) --constraint constraints.txt --editable '.[test]'
	@touch $@

$(VENV)/installed-bench: $(VENV)/installed
	$(PIP) --constraint constraints.txt --editable '.[test,bench]'
	@touch $@

demo: $(VENV)/installed
	$(BIN)/onrecord add --index $(DEMO_INDEX) eval/samples/articles
	@echo
	$(BIN)/onrecord ask --index $(DEMO_INDEX) "Did Hegseth rule out American troops in Ukraine?"
	@echo
	$(BIN)/onrecord ask --index $(DEMO_INDEX) "What is the population of Kyiv?"
	@echo
	@echo 'Ask your own here: $(BIN)/onrecord ask --index $(DEMO_INDEX) "..."'
	@echo 'or in the web chat:'
	$(BIN)/onrecord ui --index $(DEMO_INDEX) --open

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint
	$(BIN)/python -m pytest --durations=10

bench: $(VENV)/installed-bench
	$(BIN)/python -m eval.bench

soak: $(VENV)/installed
	ONRECORD_SOAK=1 $(BIN)/python -m pytest tests -m soak --durations=10

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
