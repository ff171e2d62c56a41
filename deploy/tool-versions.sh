# The tools that the doors (make run, make test, …) install with cargo, each version once.
# Sourced by the scripts in this folder. Chosen to build on the pinned stable toolchain.
# shellcheck shell=bash disable=SC2034

# Builds both halves of the web application. 0.3.11 needs a newer compiler.
CARGO_LEPTOS_VERSION=0.3.10
# Licences, sources, duplicates (deny.toml).
CARGO_DENY_VERSION=0.20.2
# Dependencies nobody uses.
CARGO_MACHETE_VERSION=0.9.2
# Drives the fuzzer.
CARGO_FUZZ_VERSION=0.13.2
# Runs the tests. Newer ones need a newer compiler or change nothing we use.
CARGO_NEXTEST_VERSION=0.9.151
# The wasm-bindgen program must equal the library exactly, so its version is read from Cargo.lock.
WASM_BINDGEN_VERSION=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock)
