//! The proof at the HTTP door: the real program with its own PostgreSQL, asked from outside.
//!
//! One server serves all checks, so they run one after the other under one test; each is reported
//! by name. `ONLY=<part of a name>,<another>` runs some of them.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod audit;
mod authority;
mod brand;
mod branding;
mod chat;
mod conversations;
mod deletion;
mod door;
mod evidence;
mod hosts;
mod invitations;
mod keys;
mod limits;
mod mail;
mod mistakes;
mod models;
mod origin;
mod own_key;
mod own_keys;
mod platform;
mod programs;
mod provider;
mod restart;
mod rig;
mod rooms;
mod routes;
mod routing;
mod savings;
mod sealed;
mod sign_in;
mod sign_on;
mod throttle;

use rig::House;
use rig::checks::Checks;

/// Failed sign-ins an account may have in the tests, so that they need not hash for long.
const FAILURES: &str = "4";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_http_door_keeps_its_promises() {
    let settings = [
        ("LIVERY_LOG__FILTER", "trace"),
        ("LIVERY_SESSION__FAILURES_PER_ACCOUNT", FAILURES),
        ("LIVERY_SERVER__DRAIN_SECONDS", "1"),
        // Commands beside the server reach the emulated key service too.
        ("LIVERY_EGRESS__ALLOW_PRIVATE", "[\"127.0.0.0/8\"]"),
        ("LIVERY_VAULT__KEY_SECONDS", "2"),
        // An answer that a check holds open is to stay open while others look on, however slow the machine is.
        ("LIVERY_ENGINE__STALL_SECONDS", "240"),
        // Nobody answers there: names of clients are claimed here and never looked up.
        ("LIVERY_DOMAINS__RESOLVERS", "[\"127.0.0.1:9\"]"),
        ("LIVERY_DOMAINS__TEST_NAMES", "true"),
    ];
    let house = House::open("lv-http", &settings).await;
    let mut checks = Checks::new();
    hosts::run(&mut checks, &house).await;
    brand::run(&mut checks, &house).await;
    branding::run(&mut checks, &house).await;
    sign_in::run(&mut checks, &house).await;
    throttle::run(&mut checks, &house).await;
    invitations::run(&mut checks, &house).await;
    provider::run(&mut checks, &house).await;
    chat::run(&mut checks, &house).await;
    conversations::run(&mut checks, &house).await;
    keys::run(&mut checks, &house).await;
    own_keys::run(&mut checks, &house).await;
    mail::run(&mut checks, &house).await;
    programs::run(&mut checks, &house).await;
    routing::run(&mut checks, &house).await;
    savings::run(&mut checks, &house).await;
    models::run(&mut checks, &house).await;
    rooms::run(&mut checks, &house).await;
    limits::run(&mut checks, &house).await;
    door::run(&mut checks, &house).await;
    deletion::run(&mut checks, &house).await;
    platform::run(&mut checks, &house).await;
    origin::run(&mut checks, &house).await;
    authority::run(&mut checks, &house).await;
    own_key::run(&mut checks, &house).await;
    mistakes::run(&mut checks, &house).await;
    restart::run(&mut checks, &house).await;
    audit::run(&mut checks, &house).await;
    evidence::run(&mut checks, &house).await;
    // It takes people in, and letters would reach them.
    sign_on::run(&mut checks, &house).await;
    // Last: it ends the server and reads what it left behind.
    sealed::run(&mut checks, &house).await;
    checks.finish();
}
