#!/usr/bin/env bash
# Installs what a door needs and this machine lacks; says each step; does nothing twice.
#   deploy/bootstrap.sh run     what `make run` and `make build` need
#   deploy/bootstrap.sh test    that, and the browser and the test runner
#   deploy/bootstrap.sh check   what `make check` needs
# System packages come from apt (through sudo when not root). Elsewhere the list of what is
# missing is printed and the script ends with 1 without having changed anything.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=deploy/tool-versions.sh
source deploy/tool-versions.sh

scope=${1:-run}
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

say() { printf '[setup] %s\n' "$*"; }
refuse() { printf '[setup] %s\n' "$*" >&2; exit 1; }

# --- what must be there before us ---------------------------------------------------------------

require_toolchain() {
    command -v cc >/dev/null || refuse "a C compiler is missing: install gcc or clang"
    command -v cargo >/dev/null || refuse "Rust is missing: install it with rustup"
    command -v node >/dev/null || refuse "Node.js 20 or newer is missing"
    command -v npm >/dev/null || refuse "npm is missing: it comes with Node.js 20 or newer"
    local major
    major=$(node -p 'process.versions.node.split(".")[0]')
    [ "$major" -ge 20 ] || refuse "Node.js $major is too old: 20 or newer is needed"
    say "rustc: $(rustc --version | cut -d' ' -f2), node: $(node --version)"
}

# --- system packages ----------------------------------------------------------------------------

# One probe per need, so that a system without apt is judged by the same rules.
has_postgresql() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null
}
has_library() { pkg-config --exists "$1" 2>/dev/null; }
has_libclang() {
    # `libclang-cpp` is another library, and comes with llvm alone.
    local at
    for at in '/usr/lib/llvm-*/lib' '/usr/lib*' '/usr/lib/*'; do
        compgen -G "$at/libclang.so*" >/dev/null && return 0
        compgen -G "$at/libclang-[0-9]*.so*" >/dev/null && return 0
    done
    return 1
}
has_chromium() {
    local name
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null && return 0
    done
    return 1
}
has_venv() { python3 -c 'import venv, ensurepip' 2>/dev/null; }

missing_packages() {
    command -v pkg-config >/dev/null || echo pkg-config
    has_postgresql || echo postgresql
    has_library xmlsec1 || echo libxmlsec1-dev
    has_library libxml-2.0 || echo libxml2-dev
    has_library libxslt || echo libxslt1-dev
    has_library openssl || echo libssl-dev
    has_libclang || echo libclang-dev
    [ "$scope" = test ] || return 0
    has_chromium || echo chromium
    command -v python3 >/dev/null || echo python3
    has_venv || echo python3-venv
    command -v c++ >/dev/null || echo g++
    command -v redis-server >/dev/null || echo redis-server
    # Real name servers, for names of clients.
    [ -x /usr/sbin/knotd ] || echo knot
    [ -x /usr/sbin/unbound ] || echo unbound
    # The model server's wheel asks Python for its headers while it is compiled.
    python3 -c 'import sysconfig,os,sys; sys.exit(not os.path.exists(os.path.join(sysconfig.get_paths()["include"],"Python.h")))' 2>/dev/null || echo python3-dev
}

install_packages() {
    local missing
    mapfile -t missing < <(missing_packages)
    if [ "${#missing[@]}" -eq 0 ]; then
        say "system packages: present"
        return
    fi
    if ! command -v apt-get >/dev/null; then
        refuse "this system has no apt-get. Please install what these Debian packages hold, then run again:" \
            "${missing[*]}"
    fi
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || refuse "root or sudo is needed to install: ${missing[*]}"
        as_root=(sudo)
    fi
    say "system packages: installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    keep_postgresql_quiet "${missing[*]}"
    keep_name_servers_quiet "${missing[*]}"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "${missing[@]}" >/dev/null
    [ -z "${policy:-}" ] || "${as_root[@]}" rm -f "$policy"
    say "system packages: installed"
}

# Only PostgreSQL's programs are needed. Where its packages are new to the machine, Debian is asked
# not to create and start a database of its own; an existing setting is left alone.
keep_postgresql_quiet() {
    local setting=/etc/postgresql-common/createcluster.conf
    case " $1 " in *" postgresql "*) ;; *) return ;; esac
    [ ! -e "$setting" ] || return 0
    say "postgresql: programs only, no database of the system's ($setting)"
    "${as_root[@]}" mkdir -p "${setting%/*}"
    echo 'create_main_cluster = false' | "${as_root[@]}" tee "$setting" >/dev/null
}

# The tests start name servers themselves, on ports of their own. Where their packages are new to the
# machine, Debian is asked for this once not to start services; an existing policy is left alone.
keep_name_servers_quiet() {
    case " $1 " in *" knot "* | *" unbound "*) ;; *) return ;; esac
    [ ! -e /usr/sbin/policy-rc.d ] || return 0
    policy=/usr/sbin/policy-rc.d
    say "name servers: programs only, no services of the system's"
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
}

# --- Rust -----------------------------------------------------------------------------------------

install_wasm_target() {
    local target=wasm32-unknown-unknown
    if [ -d "$(rustc --print sysroot)/lib/rustlib/$target/lib" ]; then
        say "wasm target: present"
    else
        say "wasm target: installing"
        rustup target add "$target"
    fi
    local component
    for component in clippy rustfmt; do
        cargo "${component/rustfmt/fmt}" --version >/dev/null 2>&1 || rustup component add "$component"
    done
}

# A tool is built once and then runs for seconds: quick to build beats quick to run.
build_tool() {
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback \
        env -u CARGO_TARGET_DIR -u RUSTFLAGS cargo install --quiet "$@"
}

# install_tool NAME VERSION FOUND [cargo install option…]: FOUND is what runs now, or nothing.
install_tool() {
    local name=$1 version=$2 found=$3
    shift 3
    if [ -n "$found" ]; then
        say "$name: present ($found)"
        return
    fi
    say "$name: building $version, once; this takes minutes"
    build_tool "$name" --version "$version" "$@"
}

version_of() { "$@" --version 2>/dev/null | awk 'NR == 1 { print $2 }' || true; }

# The fuzzer's instruments are in nightly compilers only. Any will do: what it builds is thrown away.
install_nightly() {
    if cargo +nightly --version >/dev/null 2>&1; then
        say "nightly compiler: present"
    else
        say "nightly compiler: installing, for the fuzzer alone"
        rustup toolchain install nightly --profile minimal
    fi
}

install_cargo_leptos() {
    local found
    found=$(version_of cargo leptos)
    # 0.3.10 and its successors; anything older lacks options that are used here.
    case "$found" in 0.3.1[0-9]) ;; *) found= ;; esac
    install_tool cargo-leptos "$CARGO_LEPTOS_VERSION" "$found" --locked --force
}

install_wasm_bindgen() {
    local found
    found=$(version_of wasm-bindgen)
    [ "$found" = "$WASM_BINDGEN_VERSION" ] || found=
    # Its own lock file names a version that cannot be resolved any more: no --locked.
    install_tool wasm-bindgen-cli "$WASM_BINDGEN_VERSION" "$found" --force
}

# --- Node -----------------------------------------------------------------------------------------

install_node_packages() {
    local folder=$1 lock stamp
    lock=$(sha256sum <"$folder/package-lock.json")
    stamp=$folder/node_modules/.installed-from
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$lock" ]; then
        say "$folder/node_modules: present"
        return
    fi
    say "$folder/node_modules: installing from its lock file"
    # A registry that offers this platform's packages only makes `npm ci` refuse the lock file for
    # the others'; `npm install` takes the same locked versions and leaves the others out.
    (cd "$folder" && export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 &&
        { npm ci --no-audit --no-fund --silent 2>/dev/null ||
            npm install --no-save --no-audit --no-fund --loglevel=error; })
    echo "$lock" >"$stamp"
}

# --- the doors ------------------------------------------------------------------------------------

require_toolchain
case "$scope" in
run)
    install_packages
    install_wasm_target
    install_cargo_leptos
    install_wasm_bindgen
    install_node_packages style
    ;;
check)
    install_packages
    install_wasm_target
    install_tool cargo-deny "$CARGO_DENY_VERSION" "$(version_of cargo deny)" --locked
    install_tool cargo-machete "$CARGO_MACHETE_VERSION" "$(cargo machete --version 2>/dev/null || true)" --locked
    install_node_packages end2end
    ;;
test)
    install_packages
    install_wasm_target
    install_cargo_leptos
    install_wasm_bindgen
    install_tool cargo-nextest "$CARGO_NEXTEST_VERSION" "$(version_of cargo nextest)" --locked
    install_nightly
    install_tool cargo-fuzz "$CARGO_FUZZ_VERSION" "$(version_of cargo fuzz)" --locked
    install_node_packages style
    install_node_packages end2end
    ;;
*)
    refuse "usage: deploy/bootstrap.sh run|test|check"
    ;;
esac
