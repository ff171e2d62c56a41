//! Storage against a real PostgreSQL.
//!
//! Each test has a database of its own in one cluster that all of them share: the product's
//! embedded PostgreSQL, or the one `STORE_TEST_SUPERUSER_URL` names.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../../../src/database/mod.rs"]
#[expect(
    unreachable_pub,
    reason = "the server's own module, used here as it is"
)]
mod database;

mod audit;
mod brand;
mod certificates;
mod content;
mod domains;
mod embedded;
mod isolation;
mod keys;
mod ledger;
mod letters;
mod limits;
mod migrations;
mod nodes;
mod overview;
mod people;
mod privileges;
mod rig;
mod routes;
mod savings;
mod spend;
mod staff;
mod virtual_keys;
mod workspaces;
