#!/usr/bin/env bash
# Builds the browser half into <target>/site: wasm, glue, styles, files of public/, each beside its
# gzip and brotli twin, and hash.txt, which tells the server the names. Skips when nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
site=$target/site
stamp=$target/site.built-from
# Tailwind and wasm-opt come from style/package.json; found on PATH, nothing is downloaded.
export PATH="$PWD/style/node_modules/.bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

inputs() {
    find app frontend style public Cargo.toml Cargo.lock .cargo rust-toolchain.toml deploy/build-site.sh \
        \( -name node_modules -o -path app/tests \) -prune -o -type f -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum
    rustc --version
}

wanted=$(inputs | sha256sum | cut -d' ' -f1)
if [ -f "$site/hash.txt" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    echo "[site] unchanged: $site"
    exit 0
fi

echo "[site] building $site"
rm -f "$stamp"
mkdir -p "$site"
# hash.txt lies inside the site folder, so that the folder can be moved as a whole.
log=$target/site-build.log
if ! LEPTOS_SITE_ROOT=$site LEPTOS_HASH_FILE_NAME=$site/hash.txt \
    cargo leptos build --release --frontend-only --precompress >"$log" 2>&1; then
    # The script minifier tells every pass; what matters is the rest.
    grep -v swc_ "$log" | tail -60 >&2
    exit 1
fi
# Type declarations are for programmers; no browser asks for them.
find "$site" -name '*.ts' -o -name '*.ts.br' -o -name '*.ts.gz' | xargs -r rm
echo "$wanted" >"$stamp"
echo "[site] built: $(find "$site" -type f ! -name '*.br' ! -name '*.gz' | wc -l) files"
