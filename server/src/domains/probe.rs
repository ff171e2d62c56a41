//! Looking at a name as a reader would: is there an answer, is it this workspace's, is the certificate one
//! that browsers accept.
//!
//! Goes only to addresses that are this installation's own: a claimed name is a stranger's until it is
//! proven, and what it resolves to may be anything. Nothing of an answer is shown to anybody.

use super::judge::Verdict;
use super::rules::Rules;
use crate::config::Scheme;
use crate::kms::mac::mac_over;
use crate::vault::Keyring;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::TenantId;
use contract::domains::FactState;
use hmac::Mac as _;
use rand::Rng as _;
use std::collections::BTreeSet;
use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use store::platform::certificates::CertificateState;

/// Where a workspace shows that it answers at a host.
pub const PATH: &str = "/.well-known/workspace-check";
/// The longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(4);
/// Addresses that are asked.
const MOST_ADDRESSES: usize = 4;
/// The longest answer that is read, in bytes.
const MOST_BYTES: usize = 256;
/// Characters of a question.
const QUESTION_CHARS: usize = 22;
const PURPOSE: &[u8] = b"a host answers";

/// Asks, and knows the right answer.
#[derive(Clone)]
pub struct Prober(Arc<Keyring>);

impl Prober {
    /// With the keys of the installation.
    #[must_use]
    pub const fn new(keyring: Arc<Keyring>) -> Self {
        Self(keyring)
    }

    /// What the workspace answers to a question at a host. `None`: it is no question of ours.
    #[must_use]
    pub fn answer(&self, tenant: TenantId, host: &str, question: &str) -> Option<String> {
        let sound = question.len() == QUESTION_CHARS && question.is_ascii();
        sound.then(|| {
            let key = self.0.signing_key(PURPOSE, tenant);
            let mac = mac_over(&key, &[host.as_bytes(), question.as_bytes()]);
            URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
        })
    }

    /// Asks at these addresses of the installation's own. Certificate, and whether it serves.
    pub async fn look(
        &self,
        rules: &Rules,
        tenant: TenantId,
        host: &str,
        at: &BTreeSet<IpAddr>,
    ) -> (Verdict, Verdict) {
        let mut random = [0_u8; 16];
        rand::rng().fill_bytes(&mut random);
        let question = URL_SAFE_NO_PAD.encode(random);
        let wanted = self.answer(tenant, host, &question).unwrap_or_default();
        let got = ask(rules, host, at, &question).await;
        judge(rules.scheme, got, &wanted)
    }
}

/// What came back.
enum Got {
    Answer(u16, String),
    /// The certificate was not accepted.
    Certificate,
    /// Nobody answers there.
    Nobody,
    /// Nothing came in time.
    Late,
}

async fn ask(rules: &Rules, host: &str, at: &BTreeSet<IpAddr>, question: &str) -> Got {
    let port = match rules.scheme {
        Scheme::Https => 443,
        Scheme::Http => rules.port,
    };
    let at: Vec<SocketAddr> = at
        .iter()
        .take(MOST_ADDRESSES)
        .map(|ip| SocketAddr::new(*ip, port))
        .collect();
    let client = reqwest::Client::builder()
        .resolve_to_addrs(host, &at)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(PATIENCE)
        .build();
    let Ok(client) = client else {
        return Got::Nobody;
    };
    let url = format!("{}://{host}:{port}{PATH}/{question}", rules.scheme.as_str());
    match client.get(url).send().await {
        Ok(answer) => {
            let status = answer.status().as_u16();
            Got::Answer(status, beginning(answer).await)
        }
        Err(error) if error.is_timeout() => Got::Late,
        Err(error) if is_about_certificate(&error) => Got::Certificate,
        Err(_) => Got::Nobody,
    }
}

/// The first bytes of an answer, as text.
async fn beginning(mut answer: reqwest::Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(piece)) = answer.chunk().await {
        let room = MOST_BYTES.saturating_sub(bytes.len());
        bytes.extend(piece.iter().take(room));
        if bytes.len() >= MOST_BYTES {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn is_about_certificate(error: &reqwest::Error) -> bool {
    let mut cause: Option<&dyn Error> = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("certificate") {
            return true;
        }
        cause = error.source();
    }
    false
}

fn judge(scheme: Scheme, got: Got, wanted: &str) -> (Verdict, Verdict) {
    let certificate = match (scheme, &got) {
        (Scheme::Http, _) => Verdict::new(
            FactState::NotNeeded,
            "People reach this installation over plain HTTP, so there is no certificate.",
        ),
        (Scheme::Https, Got::Answer(..)) => Verdict::new(
            FactState::Confirmed,
            "It was accepted when the name was opened as a browser would.",
        ),
        (Scheme::Https, Got::Certificate) => Verdict::new(
            FactState::Waiting,
            "There is no certificate yet that browsers accept for this name.",
        ),
        (Scheme::Https, Got::Nobody | Got::Late) => Verdict::new(
            FactState::Unknown,
            "Nobody answered at the name, so its certificate could not be looked at.",
        ),
    };
    let serving = match got {
        Got::Answer(200, answer) if answer == wanted => {
            Verdict::new(FactState::Confirmed, "The workspace answered at the name.")
        }
        Got::Answer(421, _) => Verdict::new(
            FactState::Waiting,
            "This installation answered, and not as this workspace yet. That takes a few seconds.",
        ),
        Got::Answer(status, _) => Verdict::new(
            FactState::Wrong,
            format!("Something else answered at the name, with status {status}."),
        ),
        Got::Certificate => Verdict::new(
            FactState::Waiting,
            "It begins once there is a certificate that browsers accept.",
        ),
        Got::Nobody => Verdict::new(FactState::Unknown, "Nobody answered at the name."),
        Got::Late => Verdict::new(FactState::Unknown, "No answer came in time."),
    };
    (certificate, serving)
}

/// What this installation knows of a certificate that a reader was not shown. `None`: nothing.
#[must_use]
pub fn told(state: CertificateState) -> Option<Verdict> {
    Some(match state {
        CertificateState::None => return None,
        CertificateState::Waiting { why } => {
            let why = why.unwrap_or_else(|| "It is ordered in a moment.".to_owned());
            Verdict::new(FactState::Waiting, why)
        }
        CertificateState::Ordering => {
            Verdict::new(FactState::Waiting, "The certificate is being ordered.")
        }
        CertificateState::Issued { .. } => Verdict::new(
            FactState::Waiting,
            "There is a certificate, and the name could not be opened with it yet.",
        ),
        CertificateState::Failed { words, .. } | CertificateState::RefusedByCaa { words } => {
            Verdict::new(FactState::Wrong, words)
        }
        CertificateState::CouldNotCheck { words } => Verdict::new(FactState::Unknown, words),
    })
}

#[cfg(test)]
mod tests {
    use super::{Got, judge};
    use crate::config::Scheme;
    use contract::domains::FactState;

    #[test]
    fn only_the_right_answer_serves() {
        let states = |scheme, got| {
            let (certificate, serving) = judge(scheme, got, "right");
            (certificate.state, serving.state)
        };
        use FactState::{Confirmed, NotNeeded, Unknown, Waiting, Wrong};
        let said = |status, text: &str| Got::Answer(status, text.to_owned());
        assert_eq!(
            states(Scheme::Http, said(200, "right")),
            (NotNeeded, Confirmed)
        );
        assert_eq!(
            states(Scheme::Https, said(200, "right")),
            (Confirmed, Confirmed)
        );
        assert_eq!(
            states(Scheme::Https, said(200, "other")),
            (Confirmed, Wrong)
        );
        assert_eq!(
            states(Scheme::Https, said(404, "right")),
            (Confirmed, Wrong)
        );
        assert_eq!(states(Scheme::Https, said(421, "")), (Confirmed, Waiting));
        assert_eq!(states(Scheme::Https, Got::Certificate), (Waiting, Waiting));
        assert_eq!(states(Scheme::Https, Got::Nobody), (Unknown, Unknown));
        assert_eq!(states(Scheme::Https, Got::Late), (Unknown, Unknown));
    }
}
