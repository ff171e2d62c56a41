//! Headers every answer carries.
//!
//! The policy lets a page load nothing from anywhere else: what a model writes, or an attacker
//! makes it write, can neither call home nor run.

use crate::config::Scheme;
use axum::http::HeaderMap;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

/// The policy for a page whose own scripts and styles carry `nonce`.
/// `frames`: it shows documents of this host in frames.
/// `wasm-unsafe-eval` allows compiling our own module and nothing else.
#[must_use]
pub(super) fn page_policy(nonce: &str, frames: bool) -> String {
    let framed = if frames { "frame-src 'self'; " } else { "" };
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'wasm-unsafe-eval' 'strict-dynamic'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; {framed}form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

/// The policy for everything that is not a page.
const NO_PAGE_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Adds what is missing to an answer.
pub(super) fn complete(headers: &mut HeaderMap, scheme: Scheme) {
    set_default(headers, CONTENT_SECURITY_POLICY, NO_PAGE_POLICY);
    set_default(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    set_default(headers, X_FRAME_OPTIONS, "DENY");
    // Not `no-referrer`: browsers then send `Origin: null` with our own forms. Nothing leaves the
    // host either way.
    set_default(headers, REFERRER_POLICY, "same-origin");
    set_default(
        headers,
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set_default(
        headers,
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    set_default(
        headers,
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    );
    // What is not said to be cacheable is private: pages, answers, errors.
    set_default(headers, CACHE_CONTROL, "no-store");
    if scheme == Scheme::Https {
        set_default(headers, STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}

fn set_default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers
        .entry(name)
        .or_insert(HeaderValue::from_static(value));
}
