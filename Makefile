# The project's commands. Each makes what it needs first; see README.md.
#   make demo [ARGS="--stay"]   both doubles, all stages and Kafka on this machine
#   make test                   everything that is checked: make check's tools, all tests
#   make check                  the fast part of it, without Kafka
#   make bench                  the figures, printed and written to benchmarks/results
#   make clean                  removes .venv and what tools left (Kafka's jars stay in the user's cache)
# PYTHON=... chooses the Python; KAFKA_BOOTSTRAP_SERVERS=... a Kafka that runs already.

BIN := .venv/bin
N ?= 2

.PHONY: demo test check bench clean setup tools

demo: setup
	@exec $(BIN)/ozmap-ixc demo $(ARGS)

test: tools
	@echo "tests: all"
	@$(BIN)/python -m pytest -q -n $(N) --dist loadfile --no-loadscope-reorder $(ARGS)

check: tools
	@echo "tests: unit and property"
	@$(BIN)/python -m pytest -q -n $(N) tests/unit tests/property $(ARGS)

bench: setup
	@exec $(BIN)/python -m benchmarks $(ARGS)

setup:
	@scripts/bootstrap

tools: setup
	@echo "format, lint"
	@$(BIN)/ruff format --check --quiet . || { echo "not formatted: run $(BIN)/ruff format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@echo "types"
	@$(BIN)/mypy
	@echo "import contracts"
	@$(BIN)/lint-imports

clean:
	@rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
	@echo "clean"
