#!/usr/bin/env bash
# `make doctor`: what is needed beside what is here. Changes nothing; ends with 1 when something
# that `make run` needs is missing or has another version.
set -uo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=deploy/tool-versions.sh
source deploy/tool-versions.sh
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

worst=0
# row NAME NEEDED FOUND VERDICT(ok|missing|differs) DOOR
row() {
    printf '%-18s %-22s %-26s %-8s %s\n' "$1" "$2" "${3:--}" "$4" "$5"
    if [ "$4" != ok ] && [ "$5" = run ]; then worst=1; fi
}
version_of() { "$@" --version 2>/dev/null | awk 'NR == 1 { print $2 }'; }
# exactly NAME NEEDED FOUND DOOR
exactly() {
    local verdict=ok
    [ -n "$3" ] || verdict=missing
    [ -z "$3" ] || [ "$3" = "$2" ] || verdict=differs
    row "$1" "$2" "$3" "$verdict" "$4"
}
# any NAME NEEDED FOUND DOOR
any() {
    local verdict=ok
    [ -n "$3" ] || verdict=missing
    row "$1" "$2" "$3" "$verdict" "$4"
}
package_version() { node -p "require('./$1/node_modules/$2/package.json').version" 2>/dev/null; }
wanted_package() { node -p "const p=require('./$1/package.json');({...p.dependencies,...p.devDependencies})['$2']" 2>/dev/null; }
newest_postgresql() {
    local initdb
    initdb=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -1)
    "${initdb:-initdb}" --version 2>/dev/null | awk '{ print $3 }'
}
browser() {
    local name
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null && { "$name" --version 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+)+' | head -1; return; }
    done
}
wasm_target() { [ -d "$(rustc --print sysroot 2>/dev/null)/lib/rustlib/wasm32-unknown-unknown/lib" ] && echo present; }

printf '%-18s %-22s %-26s %-8s %s\n' tool needed found verdict for
any rustc 'stable, 1.95 or newer' "$(version_of rustc)" run
any 'wasm target' present "$(wasm_target)" run
exactly cargo-leptos "$CARGO_LEPTOS_VERSION" "$(version_of cargo leptos)" run
exactly wasm-bindgen "$WASM_BINDGEN_VERSION" "$(version_of wasm-bindgen)" run
any node '20 or newer' "$(node --version 2>/dev/null)" run
exactly tailwindcss "$(wanted_package style tailwindcss)" "$(package_version style tailwindcss)" run
exactly binaryen "$(wanted_package style binaryen)" "$(package_version style binaryen)" run
any postgresql '15 or newer' "$(newest_postgresql)" run
any xmlsec1 any "$(pkg-config --modversion xmlsec1 2>/dev/null)" run
any cargo-nextest "$CARGO_NEXTEST_VERSION" "$(version_of cargo nextest)" test
any cargo-deny "$CARGO_DENY_VERSION" "$(version_of cargo deny)" check
any cargo-machete "$CARGO_MACHETE_VERSION" "$(cargo machete --version 2>/dev/null)" check
any chromium any "$(browser)" test
exactly playwright "$(wanted_package end2end @playwright/test)" "$(package_version end2end @playwright/test)" test
any python3 '3.9 or newer' "$(version_of python3)" test
[ "$worst" -eq 0 ] || echo "Run deploy/bootstrap.sh run to set up what is missing."
exit "$worst"
