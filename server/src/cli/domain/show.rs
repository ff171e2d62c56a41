//! Names in lines for people and documents for machines.

use contract::domains::{DomainPage, DomainView};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// One name as a document.
pub(super) fn document(slug: &str, domain: &DomainView) -> Value {
    let facts: serde_json::Map<String, Value> = domain
        .facts
        .iter()
        .map(|fact| {
            let found = json!({
                "state": fact.state, "since_ms": fact.since_ms,
                "checked_ms": fact.checked_ms, "evidence": fact.evidence,
            });
            (fact.fact.as_str().to_owned(), found)
        })
        .collect();
    json!({
        "workspace": slug, "host": domain.host, "origin": domain.origin, "serves": domain.bound,
        "primary": domain.is_primary, "facts": facts, "next_check_ms": domain.next_check_ms,
        "off_at_ms": domain.off_at_ms,
    })
}

/// One name in a line: `ai.client.com  nordwind  ownership confirmed, routing waiting, …`.
pub(super) fn line(slug: &str, domain: &DomainView) -> String {
    let facts: Vec<String> = domain
        .facts
        .iter()
        .map(|fact| {
            format!(
                "{} {}",
                fact.fact.as_str(),
                fact.state.label().to_lowercase()
            )
        })
        .collect();
    let known = if facts.is_empty() {
        "serves".to_owned()
    } else {
        facts.join(", ")
    };
    let primary = if domain.is_primary { "  (primary)" } else { "" };
    format!("{}  {slug}  {known}{primary}", domain.host)
}

/// A name with what was found of it, and what stands in the way.
pub(super) fn paragraph(slug: &str, page: &DomainPage) -> String {
    let mut text = format!("{}\n", line(slug, &page.domain));
    for fact in &page.domain.facts {
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "  {}: {}. {}",
            fact.fact.label(),
            fact.state.label(),
            fact.evidence
        );
    }
    for conflict in &page.conflicts {
        let _ = writeln!(
            text,
            "  in the way: {}\n    {}",
            conflict.record, conflict.advice
        );
    }
    text
}
