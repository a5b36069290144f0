# `make` alone lists the targets. All that is fetched goes into .venv and .cache, which are safe to delete.

VENV         := .venv
BIN          := $(VENV)/bin
PYTHONS      := python3.14 python3.13 python3.12 python3.11 python3
PIP          := $(BIN)/python -m pip --disable-pip-version-check --quiet install
INSTALLED    := $(VENV)/.installed
TESTABLE     := $(VENV)/.testable
RELOADED     := .cache/whoosh-reloaded
SEARCH_TESTS := $(wildcard tests/test_search*.py tests/test_server*.py tests/browser/test_search*.py)

PORT       ?= 8000
SECONDS    ?= 600
CORPORA    ?= ../shared/data
REUTERS     = $(CORPORA)/reuters21578
SSH_TARGET ?=
S3_BUCKET  ?=
GITHUB_PAGES_BRANCH ?= gh-pages

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help html serve search convert suggest diff check test gold bench bench_search fuzz lint format clean regenerate devserver \
        publish github rsync_upload s3_upload gazetteer lock

html: $(INSTALLED)  ## build the site in output/; STRICT=1 fails when something was reported
	@$(BIN)/dateline build $(if $(STRICT),--strict)

serve: $(INSTALLED)  ## serve output/ on this machine, with its search; PORT=8000
	@$(BIN)/dateline serve --port $(PORT)

search: $(INSTALLED)  ## search the archive: make search Q='palmyra' SORT=newest FACETS=1
	@$(BIN)/dateline search $(if $(SORT),--sort "$$SORT") $(if $(FACETS),--facets) -- "$$Q"

convert: $(INSTALLED)  ## only turn content/sources/ into content/articles/
	@$(BIN)/dateline convert

suggest: $(INSTALLED)  ## propose names to add, settle or merge; ASK=1 asks one by one and writes the answers
	@$(BIN)/dateline suggest $(if $(ASK),--interactive)

diff: $(INSTALLED)  ## show what a change of names, rules or tagger would alter; ARTICLES=1 lists the articles
	@$(BIN)/dateline diff $(if $(ARTICLES),--articles); test $$? -le 1

test: $(TESTABLE) $(RELOADED)  ## run all tests; fetches what they need, a Chromium included
	@CHROMIUM=$$($(BIN)/python tests/chromium.py) && export CHROMIUM && \
	$(BIN)/python -m pytest $(PYTESTOPTS) && \
	echo "Once more with whoosh-reloaded in place of whoosh3:" && \
	PYTHONPATH=$(RELOADED) $(BIN)/python -c 'import sys, whoosh; sys.exit("$(RELOADED)" not in whoosh.__file__)' && \
	PYTHONPATH=$(RELOADED) $(BIN)/python -m pytest $(PYTESTOPTS) $(SEARCH_TESTS)

gold: $(TESTABLE)  ## print how well names are found and placed; fails under tests/gold/floors.json
	@$(BIN)/python tests/gold/score.py "$(CORPORA)"

bench: $(TESTABLE)  ## print what the archive costs and, with CORPORA=folder, how well and how fast sources are read and tagged
	@$(BIN)/python tests/bench/bench.py
	@if [ -d "$(CORPORA)" ]; then \
	    $(BIN)/python tests/bench/converting.py "$(CORPORA)/reuters21578" && \
	    $(BIN)/python tests/bench/versions.py "$(CORPORA)/reuters21578" && \
	    $(BIN)/python tests/bench/feeds.py "$(CORPORA)/feeds-feedparser/feeds-a.tar.xz" && \
	    $(BIN)/python tests/bench/dumps.py "$(CORPORA)" && \
	    $(BIN)/python tests/bench/tagging.py "$(CORPORA)"; \
	fi
	@$(MAKE) --no-print-directory bench_search

bench_search: $(TESTABLE)  ## of that, only what the search costs and finds: bytes, time, growth, ranking, parity, load
	@if [ -d "$(REUTERS)" ]; then \
	    $(BIN)/python tests/bench/visits.py "$(REUTERS)" --number 20000 --peers && \
	    $(BIN)/python tests/bench/quickness.py "$(REUTERS)" && \
	    $(BIN)/python tests/bench/indexing.py "$(REUTERS)" && \
	    $(BIN)/python tests/bench/ranking.py "$(REUTERS)" && \
	    $(BIN)/python tests/bench/parity.py "$(REUTERS)" && \
	    $(BIN)/python tests/bench/growth.py "$(REUTERS)"; \
	else \
	    echo "$(REUTERS): there is no such folder, so the search is not measured on it; CORPORA=folder says where it lies"; \
	fi
	@$(BIN)/python tests/bench/serving.py

fuzz: $(TESTABLE)  ## look for inputs that break a reader: make fuzz SECONDS=3600
	@$(PIP) 'atheris>=2.3' && $(BIN)/python tests/fuzz/fuzz.py --seconds $(SECONDS)

check: lint test  ## all that a change must pass: format, lint, types, tests

lint: $(TESTABLE)  ## format, lint and types only
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet . && $(BIN)/mypy

format: $(TESTABLE)  ## put the code into its format
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format .

clean:  ## remove output/ and the caches; what you wrote stays
	@rm -rf output .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis

regenerate: $(INSTALLED)  ## build again whenever something changes
	@$(BIN)/pelican --autoreload

devserver: $(INSTALLED)  ## serve and build again whenever something changes
	@$(BIN)/pelican --autoreload --listen --port $(PORT)

publish: $(INSTALLED)  ## build for the web: make publish SITEURL=https://news.example
	@$(BIN)/dateline build --settings publishconf.py $(if $(STRICT),--strict)

github: publish  ## publish to the branch of GitHub Pages (needs ghp-import)
	@ghp-import --no-jekyll -m "Publish the archive" -b $(GITHUB_PAGES_BRANCH) output
	@git push origin $(GITHUB_PAGES_BRANCH)

rsync_upload: publish  ## publish over ssh: SSH_TARGET=user@host:folder
	@rsync -rvzc --delete output/ "$${SSH_TARGET:?is not set: say user@host:folder}"

s3_upload: publish  ## publish to S3_BUCKET (needs aws)
	@aws s3 sync output/ "s3://$${S3_BUCKET:?is not set}" --delete

gazetteer: $(INSTALLED)  ## compile the gazetteer anew from the sources that pyproject.toml pins
	@$(PIP) --no-build-isolation --editable '.[gazetteer]' && $(BIN)/python tools/gazetteer.py

lock: $(BIN)/python  ## pin the newest versions that pyproject.toml allows
	@$(BIN)/python -m venv .cache/lock && .cache/lock/bin/python -m pip --quiet install pip-tools
	@$(LOCK) --build-deps-for editable --output-file requirements.lock pyproject.toml
	@$(LOCK) --build-deps-for editable --extra test --extra dev --constraint requirements.lock \
	    --output-file requirements-test.lock pyproject.toml
	@echo whoosh-reloaded | $(LOCK) --no-annotate --output-file requirements-whoosh-reloaded.lock -

help:
	@awk -F ':.*## ' '/^[a-z0-9_]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

# A query as it was typed: no sign in it means anything to make or to the shell.
override Q := $(value Q)

export Q SORT SITEURL SSH_TARGET S3_BUCKET

LOCK = CUSTOM_COMPILE_COMMAND="make lock" .cache/lock/bin/pip-compile --quiet --upgrade --generate-hashes \
       --strip-extras --allow-unsafe --annotation-style=line --no-emit-options --no-emit-index-url \
       --no-emit-find-links --no-emit-trusted-host

# Debian and Ubuntu part ensurepip from Python: prefer the newest Python that has it, and name what is missing.
# What a linked environment leads to may be shared: it is not cleared.
$(BIN)/python:
	@for python in $(PYTHONS); do \
	    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    "$$python" -c 'import ensurepip, venv' 2>/dev/null || { bare=$${bare:-$$python}; continue; }; \
	    echo "Creating $(VENV) with $$($$python --version)"; \
	    exec "$$python" -m venv $$(test -L $(VENV) || echo --clear) $(VENV); \
	done; \
	if [ "$$bare" ]; then \
	    echo "$$bare has no venv module: apt-get install $$bare-venv, then make again" >&2; \
	else \
	    echo "Dateline needs Python 3.11 or later, found $$(python3 --version 2>/dev/null || echo none)" >&2; \
	fi; \
	exit 1

$(INSTALLED): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what requirements.lock pins"
	@$(PIP) --require-hashes --requirement requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(TESTABLE): requirements-test.lock $(INSTALLED)
	@echo "Installing what requirements-test.lock pins"
	@$(PIP) --require-hashes --requirement requirements-test.lock
	@touch $@

$(RELOADED): requirements-whoosh-reloaded.lock | $(BIN)/python
	@rm -rf $@
	@$(PIP) --require-hashes --target $@ --requirement requirements-whoosh-reloaded.lock
	@touch $@
