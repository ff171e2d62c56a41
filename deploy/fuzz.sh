#!/usr/bin/env bash
# Lets a fuzzer work on every parser of untrusted bytes for a bounded time.
#   deploy/fuzz.sh [SECONDS]   for each target; 15 unless told
set -euo pipefail
cd "$(dirname "$0")/../server"
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
seconds=${1:-15}
# Beside the other builds, so that a fresh clone starts warm; never among them, because its compiler
# is another one.
target=$(realpath -m "${CARGO_TARGET_DIR:-../target}/fuzz")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# fuzz TARGET LONGEST WORDS: what is told where nothing was found.
fuzz() {
    # What was found by a longer run before, if there was one.
    local corpus=$target/corpus/$1 runs
    mkdir -p "$corpus"
    cargo +nightly fuzz run --fuzz-dir fuzz --target-dir "$target" "$1" "$corpus" -- \
        -max_total_time="$seconds" -max_len="$2" -timeout=5 -artifact_prefix="$work/" \
        -print_final_stats=1 >"$work/log" 2>&1 || { tail -40 "$work/log" >&2; exit 1; }
    runs=$(awk '/stat::number_of_executed_units/ { print $2 }' "$work/log")
    printf '[fuzz] %s: %s inputs in %s s, %s\n' "$1" "$runs" "$seconds" "$3"
    [ "$runs" -gt 10000 ] || { echo '[fuzz] far too few inputs' >&2; exit 1; }
}

fuzz envelope 512 'none opened that should not'
fuzz dialects 4096 'each read to one end, however it was cut'
fuzz requests 4096 'each read or refused, and asked of every provider'
