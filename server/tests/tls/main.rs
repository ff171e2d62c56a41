//! TLS in process, against a real certificate authority with its name server, and the answer that a real
//! proxy gets that ends TLS in our place. Everything on loopback.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../http/rig/mod.rs"]
#[expect(dead_code, reason = "the HTTP checks use the rest")]
mod rig;

mod authority;
mod client;
mod house;
mod issue;
mod proxy;
mod refuse;
mod share;

use rig::checks::Checks;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_in_process() {
    let mut checks = Checks::new();
    issue::run(&mut checks).await;
    refuse::run(&mut checks).await;
    share::run(&mut checks).await;
    proxy::run(&mut checks).await;
    checks.finish();
}
