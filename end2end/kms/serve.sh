#!/usr/bin/env bash
# Two real emulators of AWS KMS for the tests. LocalStack knows the states of a key (disabled, about
# to be deleted); moto re-encrypts and can refuse a user by policy. Neither does both.
#   kms/serve.sh start    set up once, start on free loopback ports, wait until both answer
#   kms/serve.sh where    path of a file that sets KMS_LOCALSTACK_URL and KMS_MOTO_URL
#   kms/serve.sh stop     stop the ones that were started
# Installed parts are kept in KMS_SERVER_DIR, outside the clone.
set -euo pipefail
cd "$(dirname "$0")"

home=${KMS_SERVER_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/livery-ci/kms-server}
running=$home/running.env
say() { printf '[key services] %s\n' "$*"; }

# Each in an environment of its own: they ask for different versions of the same libraries.
set_up() {
    local name stamp wanted
    for name in localstack moto; do
        stamp=$home/$name/.installed-from
        wanted=$(sha256sum <"requirements-$name.txt")
        if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then continue; fi
        say "installing $name, once"
        rm -rf "${home:?}/$name"
        mkdir -p "$home"
        python3 -m venv "$home/$name"
        "$home/$name/bin/pip" install --quiet --disable-pip-version-check -r "requirements-$name.txt"
        echo "$wanted" >"$stamp"
    done
}

free_port() {
    python3 -c 'import socket
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    print(s.getsockname()[1])'
}

start() {
    set_up
    [ ! -f "$running" ] || stop
    local localstack_port moto_port localstack moto
    localstack_port=$(free_port)
    moto_port=$(free_port)
    # Nothing of it may ask anything outside: no certificate, no events, no version check.
    env -u PORT -u HOST GATEWAY_LISTEN="127.0.0.1:$localstack_port" SERVICES=kms EAGER_SERVICE_LOADING=0 \
        DISABLE_EVENTS=1 SKIP_SSL_CERT_DOWNLOAD=1 DNS_ADDRESS=0 \
        LOCALSTACK_VOLUME_DIR="$home/volume" \
        "$home/localstack/bin/python" on_loopback.py >"$home/localstack.log" 2>&1 &
    localstack=$!
    disown
    # Policies are looked at once a test asks for it; until then everybody may do everything.
    env -u PORT -u HOST INITIAL_NO_AUTH_ACTION_COUNT=1000000 \
        "$home/moto/bin/moto_server" -H 127.0.0.1 -p "$moto_port" >"$home/moto.log" 2>&1 &
    moto=$!
    disown
    printf 'export KMS_LOCALSTACK_URL=http://127.0.0.1:%s KMS_MOTO_URL=http://127.0.0.1:%s KMS_PIDS="%s %s"\n' \
        "$localstack_port" "$moto_port" "$localstack" "$moto" >"$running"
    chmod 600 "$running"
    wait_for localstack "$localstack" "$localstack_port"
    wait_for moto "$moto" "$moto_port"
}

wait_for() {
    local name=$1 pid=$2 port=$3 tries
    for tries in $(seq 1 300); do
        if ! kill -0 "$pid" 2>/dev/null; then
            tail -5 "$home/$name.log" >&2
            stop
            exit 1
        fi
        if answers "$port"; then
            say "$name is ready on port $port after $tries tries"
            return
        fi
        sleep 0.2
    done
    say "$name did not answer in time; see $home/$name.log" >&2
    stop
    exit 1
}

# A real request: the list of keys.
answers() {
    python3 - "$1" <<'PY' 2>/dev/null
import sys, urllib.request
ask = urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}/", data=b"{}", headers={
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "TrentService.ListKeys",
    "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/kms/aws4_request, SignedHeaders=host, Signature=0",
})
urllib.request.urlopen(ask, timeout=10).read()
PY
}

stop() {
    [ -f "$running" ] || return 0
    local pid pids
    pids=$(sed -n 's/.*KMS_PIDS="\(.*\)"/\1/p' "$running")
    rm -f "$running"
    for pid in $pids; do
        # Only if it is still ours: numbers are given out again.
        if { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qE 'on_loopback.py|moto_server'; then
            kill "$pid" 2>/dev/null || true
        fi
    done
}

case "${1:-}" in
start) start ;;
stop) stop ;;
where) echo "$running" ;;
*) echo "usage: serve.sh start|stop|where" >&2; exit 2 ;;
esac
