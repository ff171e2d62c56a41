#!/usr/bin/env bash
# `make release`: the release binary, its site folder and the licences in one archive with its
# SHA-256 beside it, in <target>/release-archive. The same sources give the same archive layout.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
name=livery-$version-$(rustc -vV | sed -n 's/^host: //p')
out=$target/release-archive

rm -rf "${out:?}/$name"
mkdir -p "$out/$name"
cp "$target/release/livery" LICENSE-MIT LICENSE-APACHE README.md CHANGELOG.md "$out/$name/"
cp -R "$target/site" "$out/$name/site"
# Owner, order and times say nothing about the machine that packed it.
tar --create --gzip --file "$out/$name.tar.gz" --directory "$out" --sort=name --owner=0 --group=0 \
    --numeric-owner --mtime="@$(git log -1 --format=%ct)" "$name"
(cd "$out" && sha256sum "$name.tar.gz" | tee "$name.tar.gz.sha256")
rm -rf "${out:?}/$name"
echo "[release] $out/$name.tar.gz"
