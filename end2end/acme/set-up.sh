#!/usr/bin/env bash
# A real certificate authority for tests with its name server (pebble, pebble-challtestsrv), and a real
# proxy that asks us (caddy). The tests start and stop them themselves.
#   acme/set-up.sh          get them, once
#   acme/set-up.sh where    path of a file that sets PEBBLE, CHALLTESTSRV and CADDY
# What is on the machine already is used as it is. Otherwise Debian's packages are unpacked into
# ACME_SERVER_DIR, outside the clone: unpacked and not installed, because installing caddy would start it.
set -euo pipefail

home=$(realpath -m "${ACME_SERVER_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/livery-ci/acme-server}")
if [ "${1:-}" = where ]; then
    echo "$home/set-up.env"
    exit
fi
mkdir -p "$home"

# get PACKAGE PROGRAM: the path of the program, unpacked where there is none.
get() {
    local package=$1 program=$2
    if command -v "$program" >/dev/null; then
        command -v "$program"
        return
    fi
    if [ ! -x "$home/unpacked/usr/bin/$program" ]; then
        command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || {
            printf '[acme] please install %s, which holds %s\n' "$package" "$program" >&2
            exit 1
        }
        printf '[acme] getting %s, once\n' "$package" >&2
        (cd "$home" && apt-get download -qq "$package" >&2 && dpkg-deb -x "$package"_*.deb unpacked &&
            rm -f "$package"_*.deb)
    fi
    echo "$home/unpacked/usr/bin/$program"
}

pebble=$(get pebble pebble)
challtestsrv=$(get pebble pebble-challtestsrv)
caddy=$(get caddy caddy)
{
    echo "export PEBBLE=$pebble"
    echo "export CHALLTESTSRV=$challtestsrv"
    echo "export CADDY=$caddy"
} >"$home/set-up.env"
