#!/usr/bin/env bash
# `make dev`: serves the demo and rebuilds both halves on every change, reloading the page.
set -euo pipefail
cd "$(dirname "$0")/.."

port=${PORT:-3000}
# A folder of its own: development files carry other names than those of the site folder.
site=$(realpath -m "${CARGO_TARGET_DIR:-target}")/site-dev
mkdir -p "$site"
export LIVERY_SERVER__DATA_DIR=${DATA_DIR:-.data}
export LIVERY_SERVER__LISTEN=127.0.0.1:$port
export LIVERY_SERVER__ADMIN_LISTEN=127.0.0.1:$((port + 1))
export LIVERY_SERVER__SITE_DIR=$site
export LIVERY_SERVER__DEMO=true
export LIVERY_EGRESS__ALLOW_PRIVATE='["127.0.0.0/8", "::1/128"]'

cargo build --quiet -p server --bin livery
"$(realpath -m "${CARGO_TARGET_DIR:-target}")/debug/livery" seed demo
LEPTOS_SITE_ROOT=$site LEPTOS_HASH_FILE_NAME=$site/hash.txt LEPTOS_SITE_ADDR=127.0.0.1:$port \
    exec cargo leptos watch -- serve
