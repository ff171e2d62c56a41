#!/usr/bin/env bash
# The official libraries of OpenAI, Anthropic, Google and others against what our doors write.
#   sdk/run.sh           set up once, then run all of it
#   sdk/run.sh set-up    set up only
#   sdk/run.sh where     path of the Python that has the libraries, for SDK_PYTHON
#   sdk/run.sh modules   folder of the ones for Node, for SDK_NODE
# Installed parts are kept in SDK_DIR, outside the clone.
set -euo pipefail
cd "$(dirname "$0")"

home=$(realpath -m "${SDK_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/livery-ci/sdk}")
python=$home/venv/bin/python
say() { printf '[libraries] %s\n' "$*"; }

set_up() {
    python_libraries
    node_libraries
}

node_libraries() {
    local stamp=$home/node/.installed-from wanted
    wanted=$(cat node/package.json node/package-lock.json | sha256sum)
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then return; fi
    say 'installing those for Node, once'
    rm -rf "${home:?}/node"
    mkdir -p "$home/node"
    cp node/package.json node/package-lock.json node/.npmrc "$home/node/"
    (cd "$home/node" && npm ci --silent --ignore-scripts)
    echo "$wanted" >"$stamp"
}

python_libraries() {
    local stamp=$home/venv/.installed-from wanted
    wanted=$(sha256sum <requirements.txt)
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then return; fi
    say 'installing them, once'
    rm -rf "${home:?}/venv"
    mkdir -p "$home"
    python3 -m venv "$home/venv"
    "$home/venv/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
    echo "$wanted" >"$stamp"
}

case "${1:-}" in
'')
    set_up
    # The selection of `make test`, so that nothing is built twice.
    # shellcheck disable=SC2086
    SDK_PYTHON=$python cargo test --quiet --manifest-path ../../Cargo.toml \
        ${SDK_PACKAGES:--p contract -p wire -p engine -p store -p server -p app --features app/ssr} \
        --test sdk
    say 'every library read what we write'
    ;;
set-up) set_up ;;
where) echo "$python" ;;
modules) echo "$home/node" ;;
*) echo "usage: run.sh [set-up|where|modules]" >&2; exit 2 ;;
esac
