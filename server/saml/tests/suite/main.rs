//! Genuine documents are believed, and more than a hundred malformed, wrapped and misdirected ones are not:
//! each is made here from a genuine one, signed by xmlsec, and refused for the reason that it was made for.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    clippy::semicolon_if_nothing_returned,
    clippy::assigning_clones,
    reason = "a test fails by panicking, and these are lists of documents, each made by one change"
)]

mod envelopes;
mod genuine;
mod house;
mod logout;
mod metadata;
mod shapes;
mod signatures;
mod wrapped;

use house::post;
use std::collections::BTreeSet;

/// A document that must not be believed: its name, itself, and the code of the refusal.
type Case = (&'static str, Vec<u8>, &'static str);

#[test]
fn every_malformed_or_wrapped_document_is_refused_for_its_own_reason() {
    let cases: Vec<Case> = [
        shapes::cases(),
        signatures::cases(),
        wrapped::cases(),
        envelopes::cases(),
    ]
    .concat();
    let names: BTreeSet<&str> = cases.iter().map(|(name, ..)| *name).collect();
    assert_eq!(names.len(), cases.len(), "a name stands twice");
    assert!(cases.len() >= 100, "{} documents", cases.len());
    let mut wrong = Vec::new();
    for (name, document, code) in &cases {
        match post(document) {
            Ok(who) => wrong.push(format!("{name}: believed as {}", who.subject)),
            Err(refusal) if refusal.code() != *code => {
                wrong.push(format!(
                    "{name}: {} ({refusal}), not {code}",
                    refusal.code()
                ));
            }
            Err(_) => {}
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}
