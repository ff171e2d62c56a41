#!/usr/bin/env bash
# Starts one built server on free loopback ports with demo data, and a real model server beside
# it, drives both with a browser, and stops everything by pid whatever happens.
#   end2end/run.sh [name]   only the specs whose file name contains `name`
set -euo pipefail
cd "$(dirname "$0")"
target=$(realpath -m "../${CARGO_TARGET_DIR:-target}")
case "${CARGO_TARGET_DIR:-}" in /*) target=$CARGO_TARGET_DIR ;; esac
livery=$target/debug/livery
work=$(mktemp -d /tmp/e2e-XXXXXX)
pids=()

finish() {
    local status=$?
    llama/serve.sh stop
    for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do
        for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        kill -KILL "$pid" 2>/dev/null || true
    done
    if [ "$status" -ne 0 ] && [ -f "$work/server.log" ]; then
        echo "[e2e] the end of the server's log:"; tail -n 30 "$work/server.log"
    fi
    rm -rf "$work"
}
trap finish EXIT

free_port() { node -e 'const s=require("node:net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }
wait_for() { # url seconds
    for _ in $(seq $(($2 * 5))); do curl -sf -o /dev/null "$1" && return 0; sleep 0.2; done
    echo "[e2e] $1 did not answer within $2 s" >&2; return 1
}

port=$(free_port); admin=$(free_port)
mkdir -p output
export LIVERY_SERVER__LISTEN=127.0.0.1:$port LIVERY_SERVER__ADMIN_LISTEN=127.0.0.1:$admin
"$livery" seed demo --json --data-dir "$work/data" >output/seed.json
"$livery" serve --demo --data-dir "$work/data" --site-dir "$target/site" >"$work/server.log" 2>&1 &
pids+=($!)
wait_for "http://127.0.0.1:$admin/readyz" 60
echo "[e2e] serving on port $port"

llama/serve.sh start
source "$(llama/serve.sh where)"
printf '%s' "$LLAMA_API_KEY" | "$livery" key add --data-dir "$work/data" --workspace halden \
    --name local --provider openai-compatible --base-url "$LLAMA_BASE_URL" >/dev/null
"$livery" route set --data-dir "$work/data" --workspace halden --alias local --label Local \
    --target local:tiny --price 1/2 >/dev/null

export E2E_PORT=$port E2E_SEED=output/seed.json
export E2E_README_PICTURE=${E2E_README_PICTURE:-output/pictures/readme.png}
npx --no-install playwright test --config suite.config.ts "$@"
