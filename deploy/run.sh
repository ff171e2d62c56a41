#!/usr/bin/env bash
# `make run`: sets up, builds, seeds the demo workspaces and becomes the server, so that Ctrl-C and
# SIGTERM reach it directly. PORT and DATA_DIR choose where.
set -euo pipefail
cd "$(dirname "$0")/.."

port=${PORT:-3000}
data_dir=${DATA_DIR:-.data}
case "$port" in '' | *[!0-9]*) echo "PORT must be a number, not '$port'" >&2; exit 2 ;; esac
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

deploy/bootstrap.sh run
deploy/build-site.sh
echo "[run] building the server"
cargo build --quiet -p server --bin livery

export LIVERY_SERVER__DATA_DIR=$data_dir
export LIVERY_SERVER__LISTEN=127.0.0.1:$port
export LIVERY_SERVER__ADMIN_LISTEN=127.0.0.1:$((port + 1))
export LIVERY_SERVER__SITE_DIR=$target/site
# A demo may be opened by everybody on this machine, and may ask a model server on this machine.
export LIVERY_SERVER__DEMO=true
export LIVERY_EGRESS__ALLOW_PRIVATE='["127.0.0.0/8", "::1/128"]'

echo "[run] demo workspaces in $data_dir"
"$target/debug/livery" seed demo
echo "[run] starting on port $port; stop with Ctrl-C"
exec "$target/debug/livery" serve
