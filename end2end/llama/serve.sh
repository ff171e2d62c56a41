#!/usr/bin/env bash
# A real OpenAI-compatible server for the tests: llama.cpp with a model of random weights.
#   llama/serve.sh start    set up once, start on a free loopback port, wait until it answers
#   llama/serve.sh where    path of a file that sets LLAMA_BASE_URL and LLAMA_API_KEY
#   llama/serve.sh stop     stop the one that was started
# Built parts are kept in MODEL_SERVER_DIR, outside the clone.
set -euo pipefail
cd "$(dirname "$0")"

home=${MODEL_SERVER_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/livery-ci/model-server}
running=$home/running.env
say() { printf '[model server] %s\n' "$*"; }

set_up() {
    local stamp=$home/venv/.installed-from wanted
    wanted=$(sha256sum <requirements.txt)
    if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
        say "building it, once; this takes minutes"
        rm -rf "$home/venv"
        mkdir -p "$home"
        python3 -m venv "$home/venv"
        "$home/venv/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
        echo "$wanted" >"$stamp"
    fi
    # Named by its recipe, so that a changed recipe makes a new file.
    model=$home/random-$(sha256sum <make_model.py | cut -c1-12).gguf
    if [ ! -f "$model" ]; then
        "$home/venv/bin/python" make_model.py "$model.part"
        mv "$model.part" "$model"
    fi
}

free_port() {
    # Below those that connections going out get, which may be taken again before the server listens.
    "$home/venv/bin/python" -c 'import random, socket
while True:
    port = random.randrange(10000, 30000)
    with socket.socket() as s:
        if s.connect_ex(("127.0.0.1", port)) != 0:
            print(port)
            break'
}

start() {
    set_up
    [ ! -f "$running" ] || stop
    local port key pid tries
    port=$(free_port)
    key=sk-test-$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
    # It reads PORT and the like from the environment, and prefers them to what it is told here.
    env -u PORT -u HOST "$home/venv/bin/python" -m llama_cpp.server --model "$model" --model_alias random --host 127.0.0.1 \
        --port "$port" --n_ctx 1024 --n_threads 1 --api_key "$key" >"$home/server.log" 2>&1 &
    pid=$!
    disown
    printf 'export LLAMA_BASE_URL=http://127.0.0.1:%s/v1 LLAMA_API_KEY=%s LLAMA_PID=%s\n' "$port" "$key" "$pid" >"$running"
    chmod 600 "$running"
    for tries in $(seq 1 300); do
        if ! kill -0 "$pid" 2>/dev/null; then
            tail -5 "$home/server.log" >&2
            exit 1
        fi
        if answers "$port" "$key"; then
            say "ready on port $port after $tries tries"
            return
        fi
        sleep 0.2
    done
    say "did not answer in time; see $home/server.log" >&2
    stop
    exit 1
}

answers() {
    "$home/venv/bin/python" - "$1" "$2" <<'PY' 2>/dev/null
import sys, urllib.request
ask = urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}/v1/models", headers={"Authorization": f"Bearer {sys.argv[2]}"})
urllib.request.urlopen(ask, timeout=2).read()
PY
}

stop() {
    [ -f "$running" ] || return 0
    local pid
    pid=$(sed -n 's/.*LLAMA_PID=//p' "$running")
    rm -f "$running"
    # Only if it is still ours: numbers are given out again.
    if [ -n "$pid" ] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q llama_cpp.server; then
        kill "$pid" 2>/dev/null || true
    fi
}

case "${1:-}" in
start) start ;;
stop) stop ;;
where) echo "$running" ;;
*) echo "usage: serve.sh start|stop|where" >&2; exit 2 ;;
esac
