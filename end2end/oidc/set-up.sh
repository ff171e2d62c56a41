#!/usr/bin/env bash
# A certified OpenID provider for tests (npm oidc-provider). The tests start and stop it themselves.
#   oidc/set-up.sh          get it, once
#   oidc/set-up.sh where    path of a file that sets OIDC_SERVER
# It is installed into OIDC_SERVER_DIR, outside the clone.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
home=$(realpath -m "${OIDC_SERVER_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/livery-ci/oidc-server}")
if [ "${1:-}" = where ]; then
    echo "$home/set-up.env"
    exit
fi
mkdir -p "$home"
if ! cmp -s "$here/package-lock.json" "$home/package-lock.json" || [ ! -d "$home/node_modules/oidc-provider" ]; then
    printf '[oidc] getting oidc-provider, once\n' >&2
    cp "$here/package.json" "$here/package-lock.json" "$home/"
    (cd "$home" && npm ci --no-audit --no-fund --silent)
fi
cp "$here/serve.mjs" "$home/serve.mjs"
echo "export OIDC_SERVER=$home/serve.mjs" >"$home/set-up.env"
