//! The `livery` program. Everything is in the library; see [`server::cli`].

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// A fifth of what a call costs went into the system's allocator; docs/BENCHMARKS.md has the figures.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    server::cli::run()
}
