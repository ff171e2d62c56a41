//! The pages: what people see of a workspace, and the server functions behind it.
//!
//! Owns layout, words, keyboard and screen-reader behaviour. Refuses business rules, storage and
//! network calls of its own: everything is asked of the ports in `contract`.
#![recursion_limit = "256"]
#![allow(
    clippy::large_types_passed_by_value,
    reason = "handles of signals are small outside debug builds, and closures own their copy"
)]
#![allow(
    unreachable_pub,
    reason = "the component macro makes its inner function public"
)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "component properties are owned by the component"
)]

mod api_error;
mod brand;
mod browser;
mod chat;
mod routes;
mod ui;
mod words;

#[cfg(feature = "ssr")]
mod audit;
#[cfg(feature = "ssr")]
pub mod branding;
#[cfg(feature = "ssr")]
mod document;
#[cfg(feature = "ssr")]
mod domains;
#[cfg(feature = "ssr")]
mod frame;
#[cfg(feature = "ssr")]
mod guests;
#[cfg(feature = "ssr")]
pub mod keys;
#[cfg(feature = "ssr")]
mod kit;
#[cfg(feature = "ssr")]
mod landing;
#[cfg(feature = "ssr")]
mod models;
#[cfg(feature = "ssr")]
mod overview;
#[cfg(feature = "ssr")]
mod people;
#[cfg(feature = "ssr")]
mod platform;
#[cfg(feature = "ssr")]
mod programs;
#[cfg(feature = "ssr")]
mod prompt;
#[cfg(feature = "ssr")]
mod refusal;
#[cfg(feature = "ssr")]
pub mod request;
#[cfg(feature = "ssr")]
mod savings;
#[cfg(feature = "ssr")]
mod sign_in;
#[cfg(feature = "ssr")]
mod sign_on;
#[cfg(feature = "ssr")]
pub mod ssr;
#[cfg(feature = "ssr")]
mod workspace;

pub use api_error::ApiError;
#[cfg(feature = "ssr")]
pub use document::shell;
pub use routes::App;
