#!/usr/bin/env bash
# Drives the built server with a browser, a real model server beside it. The specs start and stop
# their servers themselves; whatever is still running at the end is stopped here by its pid.
#   end2end/run.sh [name]   only the specs whose file name contains `name`
set -euo pipefail
cd "$(dirname "$0")"
case "${CARGO_TARGET_DIR:-}" in
/*) target=$CARGO_TARGET_DIR ;;
*) target=$(realpath -m "../${CARGO_TARGET_DIR:-target}") ;;
esac
export E2E_BINARY=$target/debug/livery E2E_SITE=$target/site
E2E_PIDS=$(mktemp)
export E2E_PIDS

finish() {
    local pid
    llama/serve.sh stop
    [ -z "${own_key_services:-}" ] || kms/serve.sh stop
    while read -r pid; do
        # Only what is still ours: numbers are given out again.
        if grep -qaF "$E2E_BINARY" "/proc/$pid/cmdline" 2>/dev/null; then
            kill -TERM "$pid" 2>/dev/null || true
            for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
            kill -KILL "$pid" 2>/dev/null || true
        fi
    done <"$E2E_PIDS"
    rm -f "$E2E_PIDS"
}
trap finish EXIT

llama/serve.sh start
# shellcheck source=/dev/null
source "$(llama/serve.sh where)"
# `make test` has them running already. Started by hand, they hold keys in memory only: they are used,
# and left.
if [ -z "${KMS_LOCALSTACK_URL:-}" ]; then
    if ! kms/serve.sh running; then
        own_key_services=yes
        kms/serve.sh start
    fi
    # shellcheck source=/dev/null
    source "$(kms/serve.sh where)"
fi
npx --no-install playwright test "$@"
