# Everything there is to do here, a word each; `make` alone lists them. Needs Python 3.11 or newer, make, and nothing else:
# each word builds .venv by itself from the hashed lock files in requirements/. Another Python: make … PYTHON=/path/to/python3.12
# More options for a word: make test ARGS="tests/unit -k window", make demo ARGS="--port 8090".

MAKEFLAGS += --no-print-directory
export PYTHON
unexport PYTHONDONTWRITEBYTECODE # set in many containers; whoever runs something here runs it again, and waits each time
ARGS ?=
RUN := .venv/bin/python -m

.DEFAULT_GOAL := help
.PHONY: help install demo test check bench chaos fmt lock clean
.NOTPARALLEL:

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## build .venv with everything, and nothing more
	@tools/venv dev

demo: ## the bot, with Mondoo and Slack on this machine, as a page to try it on
	@tools/venv demo
	@$(RUN) bot demo $(ARGS)

test: ## the test suite: all but what runs for long, and what needs a browser
	@tools/venv dev
	@$(RUN) pytest -n 3 --dist worksteal --ignore=tests/browser --ignore=tests/benchmarks --ignore=tests/chaos \
		-m "not slow and not browser and not chaos" $(ARGS)

check: ## all that CI runs: format, lint, types, walls, the suite, browser, chaos in short, coverage
	@tools/venv dev
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy --num-workers 2
	.venv/bin/lint-imports --no-logo
	.venv/bin/hadolint Dockerfile
	@rm -f .coverage .coverage.*
	@$(MAKE) test ARGS='--cov --cov-report=term-missing:skip-covered --cov-fail-under=90'
	$(RUN) coverage report --fail-under=100 --include='bot/domain/*,bot/services/*'
	$(RUN) pytest -n 3 --dist loadgroup -m "slow or browser or chaos"

bench: ## figures: how fast, how much memory
	@tools/venv dev
	@$(RUN) benchmarks $(ARGS)

chaos: ## figures: what faults, crashes and kills do to the bot (ARGS="-k campaign --database sqlite --kills 50 --seed 3")
	@tools/venv dev
	@$(RUN) pytest -m chaos --rounds 25 --kills 500 $(ARGS)

fmt: ## format, and mend what can be mended by itself
	@tools/venv dev
	@$(RUN) ruff check --fix-only .
	@$(RUN) ruff format .

lock: ## write the lock files anew after a change to pyproject.toml (ARGS=--upgrade: with newer versions)
	@tools/venv dev
	@tools/lock $(ARGS)

clean: ## remove .venv and all that was built or cached
	@rm -rf .venv .venv-unfinished build dist htmlcov .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
