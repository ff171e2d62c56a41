//! Workspaces as documents: the real program over its own PostgreSQL. What is written down can be
//! applied elsewhere and is the same there; what is applied twice is applied once; what fails leaves
//! nothing behind; no secret comes out anywhere.
//!
//! One installation serves all checks, so they run one after the other under one test.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod apart;
mod converts;
mod form;
mod guide;
mod many;
mod random;
mod rig;
mod round_trip;
mod together;
mod wrong;

use rig::Rig;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_keep_their_promises() {
    let rig = Rig::open("lv-documents").await;
    round_trip::run(&rig).await;
    wrong::run(&rig).await;
    apart::run(&rig).await;
    together::run(&rig).await;
    many::run(&rig).await;
    converts::run(&rig).await;
    guide::run(&rig).await;
    random::run(&rig).await;
    rig.close().await;
}
