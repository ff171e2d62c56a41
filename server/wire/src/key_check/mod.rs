//! Asking a provider about a key: which requests, and what their answers say about it.
//!
//! Pure: requests come out as paths and bodies, answers go in as status and bytes. Refuses to pass
//! on a word of what a provider wrote, except the names of models and accounts after [`clean`].

mod address;
mod answer;
mod errors;
mod look;
mod sign;

pub use address::{base_url, probe_base_url};
pub use answer::{Ask, Tokens, ask, choose_model, read_answer};
pub use look::{Look, look_path, read_look};
pub use sign::sign;

/// What one answer of a provider says about the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Accepted.
    Fine,
    /// Accepted, within limits: the words say which.
    Limited(&'static str),
    /// Accepted, but may not list models; a question may still be answered.
    MayNotList,
    /// The account behind it has no credit or quota.
    NoCredit,
    /// Accepted, but not for this, or not from here: the words say what.
    Restricted(&'static str),
    /// Refused: the words say what may be wrong.
    Bad(&'static str),
    /// The provider is busy or failing, which says nothing about the key.
    Busy,
    /// Nothing is at this path: the address, deployment or model is wrong.
    NotFound,
    /// Whatever answers there is not this provider.
    NotThis,
    /// The request itself was refused, not the key; another form of it may do.
    WrongForm,
}

/// A name as the provider gave it: printable, at most 120 characters, `None` when nothing is left.
#[must_use]
pub fn clean(name: &str) -> Option<String> {
    let kept: String = name
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '<' | '>' | '&' | '"'))
        .take(120)
        .collect();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

#[cfg(test)]
mod tests;
