# make demo   sets itself up and reports on the example cluster
# make test   sets itself up and runs every check that CI runs
# make bench  measures speed and memory, writes docs/benchmarks.md (see bench/README.md); PART=text for one
# make score  measures the hit rate and keeps it in docs/scoreboard.md; CASES="folder…" for others, printed only;
#             VARIATIONS=1000 also on that many seeded variations (minutes)
# make fuzz   reads thousands of mutated files; a short run is part of make test
# make lab    records real corosync clusters under faults (root; see lab/README.md); SCENARIO=name for one

SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint types layers unit docs score bench fuzz lab clean

demo: .venv/ready
	@mkdir -p build
	@$(BIN)/fencepost investigate examples/homelab --year 2025 -o build/homelab.html --quiet
	@$(BIN)/fencepost investigate examples/homelab --year 2025
	@echo
	@echo "The same report as a page: build/homelab.html"

test: .venv/ready lint types layers unit

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/ready
	$(BIN)/mypy

layers: .venv/ready
	$(BIN)/lint-imports --no-cache

# The tests of the laboratory and of journals need root and Debian packages; without them they are skipped and say so, except in CI.
unit: .venv/ready
	@scripts/lab-packages || [ -z "$$CI" ]
	@scripts/journal-packages || [ -z "$$CI" ]
	$(BIN)/pytest -n auto

# What `fencepost catalogue` prints is kept in docs/catalogue; a test fails when it differs.
docs: .venv/ready
	$(BIN)/fencepost catalogue -o docs/catalogue

bench: .venv/ready
	scripts/bench-packages
	$(BIN)/python -m bench $(PART)

CASES ?= tests/cases $(wildcard lab/cases)
VARIATIONS ?= 0
KEPT := $(if $(filter file,$(origin CASES)),-o docs/scoreboard.md)
score: .venv/ready
	$(BIN)/python -m lab.measure $(CASES) --variations $(VARIATIONS) $(KEPT)

fuzz: .venv/ready
	FENCEPOST_FUZZ=$${FENCEPOST_FUZZ:-2000} $(BIN)/pytest -n auto -rP tests/fuzz

lab: .venv/ready
	@scripts/lab-packages
	$(BIN)/python -m lab $(SCENARIO)
	@[ "$(SCENARIO)" ] || $(MAKE) score

.venv/ready: pyproject.toml constraints.txt scripts/setup
	scripts/setup $(PYTHON)
	touch $@

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis
