#!/usr/bin/env bash
# `make check`: everything that can be said without running the program. Each step is told with
# its time; the first failure ends it.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

step() {
    local name=$1 began=$SECONDS
    shift
    echo "[check] $name"
    "$@"
    echo "[check] $name: fine, $((SECONDS - began)) s"
}

lint_server_half() {
    cargo clippy --quiet -p contract -p wire -p engine -p embed -p saml -p store -p server -p app --features app/ssr \
        --all-targets -- -D warnings
}
# On its own: together with the server half, cargo would compile both halves of `app` at once.
lint_browser_half() {
    cargo clippy --quiet -p frontend --target wasm32-unknown-unknown -- -D warnings
}
# The dialects are pure functions and must stay usable in a browser.
wire_in_the_browser() { cargo check --quiet -p wire --target wasm32-unknown-unknown; }
# Advisories need the network; they are looked at where CHECK_ADVISORIES=1 asks for it.
dependencies() {
    local kinds=(licenses bans sources)
    [ -z "${CHECK_ADVISORIES:-}" ] || kinds+=(advisories)
    cargo deny --log-level error --all-features check --hide-inclusion-graph "${kinds[@]}"
}
scripts() { local script; for script in deploy/*.sh end2end/*.sh end2end/llama/*.sh end2end/kms/*.sh end2end/sdk/*.sh end2end/mail/*.sh end2end/minilm/*.sh .ci/run; do bash -n "$script"; done; }

step 'format' cargo fmt --all --check
step 'scripts' scripts
step 'browser tests: types' npm --silent --prefix end2end run types
step 'lints, server half' lint_server_half
step 'lints, browser half' lint_browser_half
step 'dialects build for the browser' wire_in_the_browser
step 'licences, sources, duplicates' dependencies
step 'unused dependencies' cargo machete --skip-target-dir
