#!/usr/bin/env bash
# Two real emulators of AWS KMS for the tests. LocalStack knows the states of a key (disabled, about
# to be deleted); moto re-encrypts and can refuse a user by policy. Neither does both.
#   kms/serve.sh start      set up once, start on free loopback ports, wait until both answer
#   kms/serve.sh running    whether both of them answer now
#   kms/serve.sh where      path of a file that sets KMS_LOCALSTACK_URL and KMS_MOTO_URL
#   kms/serve.sh stop       stop the ones that were started
# Installed parts, and what they write, are kept in KMS_SERVER_DIR, outside the clone.
set -euo pipefail
cd "$(dirname "$0")"

home=$(realpath -m "${KMS_SERVER_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/livery-ci/kms-server}")
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

# Two of them, below those that connections going out get: one of those may be taken again before the emulator
# listens.
free_ports() {
    python3 -c 'import random, socket
def free(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) != 0
print(*[port for port in random.sample(range(10000, 30000), 50) if free(port)][:2])'
}

start() {
    set_up
    stop
    local ports localstack moto
    read -r -a ports < <(free_ports)
    # Nothing of it may ask anything outside: no certificate, no events, no names. Where it takes the
    # machine for a container it writes to the system's folders and, when it stops, removes what
    # another one has in /tmp: it is told that this is none, and to keep to a folder of ours.
    env -u PORT -u HOST GATEWAY_LISTEN="127.0.0.1:${ports[0]}" SERVICES=kms EAGER_SERVICE_LOADING=0 \
        DISABLE_EVENTS=1 SKIP_SSL_CERT_DOWNLOAD=1 DNS_ADDRESS=0 \
        OVERRIDE_IN_DOCKER=0 FILESYSTEM_ROOT="$home/files" XDG_CACHE_HOME="$home/files/cache" \
        "$home/localstack/bin/python" on_loopback.py >"$home/localstack.log" 2>&1 &
    localstack=$!
    disown
    # Policies are looked at once a test asks for it; until then everybody may do everything.
    env -u PORT -u HOST INITIAL_NO_AUTH_ACTION_COUNT=1000000 \
        "$home/moto/bin/python" "$home/moto/bin/moto_server" -H 127.0.0.1 -p "${ports[1]}" >"$home/moto.log" 2>&1 &
    moto=$!
    disown
    (
        umask 077
        printf 'export KMS_LOCALSTACK_URL=http://127.0.0.1:%s KMS_MOTO_URL=http://127.0.0.1:%s KMS_LOCALSTACK_PID=%s KMS_MOTO_PID=%s\n' \
            "${ports[@]}" "$localstack" "$moto" >"$running"
    )
    wait_for localstack "$localstack" "http://127.0.0.1:${ports[0]}"
    wait_for moto "$moto" "http://127.0.0.1:${ports[1]}"
}

wait_for() {
    local name=$1 pid=$2 url=$3 began=$SECONDS
    while [ $((SECONDS - began)) -lt 120 ]; do
        if ! kill -0 "$pid" 2>/dev/null; then
            say "$name ended before it answered:" >&2
            tail -n 5 "$home/$name.log" >&2
            stop
            exit 1
        fi
        if answers "$url"; then
            say "$name is ready at $url after $((SECONDS - began)) s"
            return
        fi
        sleep 0.2
    done
    say "$name did not answer in time; see $home/$name.log" >&2
    stop
    exit 1
}

# A real request: the list of keys. Never through a proxy that the environment names.
answers() {
    python3 - "$1" <<'PY' 2>/dev/null
import sys, urllib.request
ask = urllib.request.Request(sys.argv[1], data=b"{}", headers={
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "TrentService.ListKeys",
    "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/kms/aws4_request, SignedHeaders=host, Signature=0",
})
straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
sys.exit(b'"Keys"' not in straight.open(ask, timeout=10).read())
PY
}

# What `start` wrote down under a name; nothing when it did not.
written() { sed -n "s/.* $1=\([^ ]*\).*/\1/p" "$running" 2>/dev/null || true; }

running() {
    local name
    for name in LOCALSTACK MOTO; do
        ours "$(written "KMS_${name}_PID")" && answers "$(written "KMS_${name}_URL")" || return 1
    done
}

# Numbers are given out again: ours is what runs from our folder. One that ended, and was not
# collected yet, has no command line any more.
ours() { [ -n "$1" ] && { tr '\0' ' ' <"/proc/$1/cmdline"; } 2>/dev/null | grep -qF "$home/"; }

stop() {
    [ -f "$running" ] || return 0
    local name pid pids=()
    for name in LOCALSTACK MOTO; do
        pid=$(written "KMS_${name}_PID")
        ours "$pid" || continue
        # With what it started itself: once it is gone, nothing tells whose those are.
        pids+=("$pid" $(cat "/proc/$pid"/task/*/children 2>/dev/null || true))
    done
    for pid in "${pids[@]}"; do
        ! ours "$pid" || kill "$pid" 2>/dev/null || true
    done
    for pid in "${pids[@]}"; do
        for _ in $(seq 100); do ours "$pid" || break; sleep 0.1; done
        ! ours "$pid" || kill -KILL "$pid" 2>/dev/null || true
    done
    rm -f "$running"
}

case "${1:-}" in
start) start ;;
running) running ;;
stop) stop ;;
where) echo "$running" ;;
*) echo "usage: serve.sh start|running|where|stop" >&2; exit 2 ;;
esac
