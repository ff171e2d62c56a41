#!/usr/bin/env bash
# `make test`: everything there is to prove, each step with its time; the first failure ends it.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/style/node_modules/.bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
times=()

step() {
    local name=$1 began=$SECONDS
    shift
    echo "[test] $name"
    "$@"
    times+=("$(printf '%5d s  %s' "$((SECONDS - began))" "$name")")
}

# One selection for every step: another one would switch other features on and compile half of the
# dependencies again. The tests build the program itself too, which the browser tests then drive.
packages=(-p contract -p wire -p engine -p embed -p saml -p store -p server -p app --features app/ssr,server/local-embeddings)
unit_and_database() {
    cargo nextest run "${packages[@]}" --no-fail-fast --status-level fail --final-status-level fail \
        -E 'not (binary(http) | binary(durability) | binary(domains) | binary(tls))'
}
# These start one real server for the whole suite, so they are one process each.
doors() { cargo test --quiet "${packages[@]}" --test http --test durability --test domains --test tls; }

# A real one, for the engine's tests and the browser's.
model_server() {
    end2end/llama/serve.sh start
    # shellcheck source=/dev/null
    source "$(end2end/llama/serve.sh where)"
}
# The weights by which similar questions are found.
encoder_weights() {
    MINILM_DIR=$(end2end/minilm/fetch.sh)
    export MINILM_DIR
}
# Emulators of AWS KMS, for the keys that belong to a client.
key_services() {
    end2end/kms/serve.sh start
    # shellcheck source=/dev/null
    source "$(end2end/kms/serve.sh where)"
}
# For the letters to administrators; the tests start and stop it themselves.
mail_server() {
    end2end/mail/set-up.sh
    # shellcheck source=/dev/null
    source "$(end2end/mail/set-up.sh where)"
}
# A certificate authority with its name server, and a proxy; the tests start and stop them themselves.
certificate_authority() {
    end2end/acme/set-up.sh
    # shellcheck source=/dev/null
    source "$(end2end/acme/set-up.sh where)"
}
# A certified OpenID provider; the tests start and stop it themselves.
openid_provider() {
    end2end/oidc/set-up.sh
    # shellcheck source=/dev/null
    source "$(end2end/oidc/set-up.sh where)"
    export OIDC_SERVER
}
# The libraries that programs use, for the tests that let them read what our doors write.
libraries() {
    end2end/sdk/run.sh set-up
    SDK_PYTHON=$(end2end/sdk/run.sh where)
    SDK_NODE=$(end2end/sdk/run.sh modules)
    export SDK_PYTHON SDK_NODE
}
trap 'end2end/llama/serve.sh stop; end2end/kms/serve.sh stop' EXIT

step 'set up' deploy/bootstrap.sh test
step 'format' cargo fmt --all --check
step 'browser half' deploy/build-site.sh
step 'weight of the browser half' node end2end/wasm-budget.mjs "$target/site"
step 'model server' model_server
step 'key services' key_services
step 'mail server' mail_server
step 'certificate authority' certificate_authority
step 'OpenID provider' openid_provider
step 'client libraries' libraries
step 'encoder weights' encoder_weights
step 'unit and database tests' unit_and_database
step 'HTTP, durability, domain and TLS tests' doors
step 'fuzzing' deploy/fuzz.sh
step 'dialects build for the browser' cargo check --quiet -p wire --target wasm32-unknown-unknown
step 'browser tests' end2end/run.sh
printf '[test] all passed\n'
printf '[test] %s\n' "${times[@]}"
