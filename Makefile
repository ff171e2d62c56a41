# The doors. Each target says what it does; the work is in deploy/ and end2end/.
#   make run    a demo on http://localhost:3000 (PORT=, DATA_DIR= choose where)
#   make test   everything there is to prove, the browser's part too
.DEFAULT_GOAL := help
SHELL := /bin/bash
export PORT ?= 3000
export DATA_DIR ?= .data
TARGET := $(abspath $(if $(CARGO_TARGET_DIR),$(CARGO_TARGET_DIR),target))
export PATH := $(CURDIR)/style/node_modules/.bin:$(if $(CARGO_HOME),$(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)

.PHONY: help run setup build dev doctor check fmt test e2e bench budget release clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

run: ## Set up, build, seed demo workspaces, serve until Ctrl-C
	@exec deploy/run.sh

setup: ## Install what `make run` needs
	@deploy/bootstrap.sh run

build: setup ## Release binary and site folder: target/release/livery, target/site
	@deploy/build-site.sh
	cargo build --release -p server --bin livery $(FEATURES)
	@echo "[build] $(TARGET)/release/livery and $(TARGET)/site"

dev: setup ## Rebuild and reload on every change
	@exec deploy/dev.sh

doctor: ## Compare the tools here with the tools needed
	@deploy/doctor.sh

fmt: ## Format every crate
	cargo fmt --all

check: ## Format, lints, licences, unused dependencies; no tests
	@deploy/bootstrap.sh check
	@deploy/check.sh

test: ## Unit, database, HTTP and browser tests
	@exec deploy/test.sh

e2e: ## Only the browser tests; ONLY=chat runs one file
	@deploy/bootstrap.sh test
	@deploy/build-site.sh
	cargo build --quiet -p server --bin livery
	@exec end2end/run.sh $(ONLY)

budget: ## Weigh the browser half; ACCEPT=1 makes today's weight the budget
	@deploy/build-site.sh
	@node end2end/wasm-budget.mjs "$(TARGET)/site" $(if $(ACCEPT),--accept)

bench: build ## Measure what users feel, on the release build
	@exec deploy/bench.sh

# The released program finds similar questions by itself; docs/adr/0009 says why others do not.
release: FEATURES := --features local-embeddings
release: build ## One archive to deploy, with its checksum
	@deploy/release.sh

clean: ## Remove what was built; data stays
	cargo clean
