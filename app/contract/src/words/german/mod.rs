//! German, with „Sie“: one file per feature, each sorted by the English text.
//!
//! The browser carries the chat's texts and no others.

mod chat;
#[cfg(not(target_arch = "wasm32"))]
mod errors;
#[cfg(not(target_arch = "wasm32"))]
mod plain;
#[cfg(not(target_arch = "wasm32"))]
mod rooms;
#[cfg(not(target_arch = "wasm32"))]
mod sign_on;

use super::Catalogue;

/// What the browser's half of the pages says.
#[cfg(target_arch = "wasm32")]
pub(super) const CATALOGUES: &[Catalogue] = &[chat::TEXTS];

/// Everything.
#[cfg(not(target_arch = "wasm32"))]
pub(super) const CATALOGUES: &[Catalogue] = &[
    chat::TEXTS,
    errors::TEXTS,
    plain::TEXTS,
    rooms::TEXTS,
    sign_on::TEXTS,
];
