#!/usr/bin/env bash
# `make bench`: measures what people feel on the release build. Numbers, no verdict: machines differ.
set -euo pipefail
cd "$(dirname "$0")/.."

deploy/bootstrap.sh test
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export E2E_BINARY=${E2E_BINARY:-$target/release/livery} E2E_SITE=${E2E_SITE:-$target/site}
cargo bench --quiet -p server --bench vault
cargo bench --quiet -p server --bench engine
cargo bench --quiet -p server --bench door
cargo bench --quiet -p engine --features simulate --bench affinity
cargo bench --quiet -p server --bench limits
cargo bench --quiet -p engine --bench semantic
# Ten minutes of questions; SOAK_SECONDS= makes it shorter.
cargo bench --quiet -p server --bench memory
node end2end/wasm-budget.mjs "$E2E_SITE"
cd end2end
E2E_PIDS=$(mktemp)
export E2E_PIDS
trap 'rm -f "$E2E_PIDS"' EXIT
npx --no-install playwright test --config bench.config.ts
echo "[bench] all of it: end2end/output/bench.jsonl"
