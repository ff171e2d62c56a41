//! What went wrong, sorted by whose doing it was, in words of ours.

use instant_acme::{Error, Problem};
use store::platform::certificates::TroubleClass;

/// What every kind of problem begins with (RFC 8555, section 6.7).
const KINDS: &str = "urn:ietf:params:acme:error:";
/// How long to wait at least after the authority spoke of a limit, in milliseconds.
const LIMITED_MS: i64 = 60 * 60 * 1_000;

/// An attempt that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::certificates) struct Trouble {
    /// Whose doing it was.
    pub(in crate::certificates) class: TroubleClass,
    /// For people: what happened, and what to look at.
    pub(in crate::certificates) words: String,
    /// What the protocol calls it, where the authority said something.
    pub(in crate::certificates) kind: Option<String>,
    /// How long to wait at least, in milliseconds.
    pub(in crate::certificates) wait_ms: i64,
    /// The authority was asked and has looked.
    pub(super) asked: bool,
}

impl Trouble {
    pub(super) fn new(class: TroubleClass, words: impl Into<String>) -> Self {
        Self {
            class,
            words: words.into(),
            kind: None,
            wait_ms: 0,
            asked: false,
        }
    }

    /// Something here.
    pub(super) fn internal(words: &str) -> Self {
        Self::new(TroubleClass::Internal, words)
    }

    /// What the authority found when it looked for `host`.
    pub(super) fn found(host: &str, problem: &Problem) -> Self {
        let kind = kind_of(problem);
        let (class, words) = sort(host, &kind);
        let wait_ms = if class == TroubleClass::Limit {
            LIMITED_MS
        } else {
            0
        };
        Self {
            class,
            words,
            kind: Some(kind),
            wait_ms,
            asked: true,
        }
    }

    /// What came of speaking with the authority about `host`.
    pub(super) fn of(host: &str, error: &Error) -> Self {
        match error {
            Error::Api(problem) => Self::found(host, problem),
            Error::Timeout(_) => Self::new(
                TroubleClass::Silent,
                "The certificate authority did not decide in time.",
            ),
            Error::Crypto | Error::KeyRejected | Error::Unsupported(_) => {
                Self::internal("The certificate authority could not be asked.")
            }
            _ => Self::new(
                TroubleClass::Silent,
                "The certificate authority could not be reached, or gave an answer that cannot be read.",
            ),
        }
    }

    /// What came of speaking with the authority about this installation's account.
    pub(super) fn of_account(error: &Error) -> Self {
        Self {
            asked: false,
            ..Self::of("this installation", error)
        }
    }

    /// Whether the authority refused a nonce, which another try may get past.
    pub(super) fn is_bad_nonce(&self) -> bool {
        self.kind.as_deref() == Some("badNonce")
    }

    /// Whether the authority does not know the account any more.
    pub(super) fn is_unknown_account(&self) -> bool {
        self.kind.as_deref() == Some("accountDoesNotExist")
    }
}

/// `urn:ietf:params:acme:error:dns` -> `dns`; only letters, because it is logged.
fn kind_of(problem: &Problem) -> String {
    let kind = problem.r#type.as_deref().unwrap_or_default();
    let kind = kind.strip_prefix(KINDS).unwrap_or("other");
    kind.chars()
        .filter(char::is_ascii_alphabetic)
        .take(40)
        .collect()
}

fn sort(host: &str, kind: &str) -> (TroubleClass, String) {
    match kind {
        "dns" => (
            TroubleClass::Dns,
            format!("The certificate authority could not look up {host}. Check its A, AAAA or CNAME record."),
        ),
        "connection" | "tls" => (
            TroubleClass::Unreachable,
            format!(
                "The certificate authority could not reach {host}. Check that its records lead here and \
                 that ports 80 and 443 are open."
            ),
        ),
        "unauthorized" | "incorrectResponse" => (
            TroubleClass::WrongAnswer,
            format!(
                "The certificate authority asked {host} and did not get our answer. Check that its records \
                 lead here and nowhere else, also for IPv6."
            ),
        ),
        "caa" => (
            TroubleClass::Caa,
            format!("The CAA records of {host} do not allow this certificate authority."),
        ),
        "rateLimited" => (
            TroubleClass::Limit,
            "The certificate authority has reached a limit of its own for this name or this installation."
                .to_owned(),
        ),
        "rejectedIdentifier" | "unsupportedIdentifier" => (
            TroubleClass::Refused,
            format!("The certificate authority does not issue certificates for {host}."),
        ),
        "badNonce" | "serverInternal" => (
            TroubleClass::Silent,
            "The certificate authority has a trouble of its own.".to_owned(),
        ),
        _ => (
            TroubleClass::Internal,
            format!("The certificate authority refused the order for {host}."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{Trouble, kind_of};
    use instant_acme::Problem;
    use store::platform::certificates::TroubleClass;

    fn problem(kind: &str) -> Problem {
        let text = format!("{{\"type\":\"{kind}\",\"detail\":\"<html>their page</html>\"}}");
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn troubles_are_sorted_and_the_words_are_ours() {
        for (kind, class) in [
            ("urn:ietf:params:acme:error:dns", TroubleClass::Dns),
            (
                "urn:ietf:params:acme:error:connection",
                TroubleClass::Unreachable,
            ),
            (
                "urn:ietf:params:acme:error:unauthorized",
                TroubleClass::WrongAnswer,
            ),
            ("urn:ietf:params:acme:error:caa", TroubleClass::Caa),
            (
                "urn:ietf:params:acme:error:rateLimited",
                TroubleClass::Limit,
            ),
            (
                "urn:ietf:params:acme:error:rejectedIdentifier",
                TroubleClass::Refused,
            ),
            (
                "urn:ietf:params:acme:error:serverInternal",
                TroubleClass::Silent,
            ),
            (
                "urn:ietf:params:acme:error:new\\nthing",
                TroubleClass::Internal,
            ),
            ("about:blank", TroubleClass::Internal),
        ] {
            let found = Trouble::found("ai.client.test", &problem(kind));
            assert_eq!(found.class, class, "{kind}");
            assert!(!found.words.contains("html") && found.words.ends_with('.'));
        }
        assert_eq!(
            kind_of(&problem("urn:ietf:params:acme:error:new\\nthing")),
            "newthing"
        );
    }
}
