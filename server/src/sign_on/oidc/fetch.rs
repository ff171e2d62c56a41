//! One bounded call to an identity provider, through the one way out.
//!
//! Follows nothing, waits a few seconds, reads so many bytes and no more, and gives no word of a provider's
//! to anybody.

use crate::sign_on::fault::Fault;
use engine::Egress;
use engine::egress::{EgressRefused, refused_in};
use http::{HeaderMap, Method};
use reqwest::Response;
use std::time::Duration;
use url::Url;

/// The longest a provider may take, from the first byte sent to the last one read.
const PATIENCE: Duration = Duration::from_secs(6);

/// What is asked of a provider.
pub(super) struct Ask<'a> {
    pub(super) method: Method,
    /// The whole address.
    pub(super) address: &'a str,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// Bytes that are read.
    pub(super) most: usize,
}

impl<'a> Ask<'a> {
    /// A plain question.
    pub(super) fn for_document(address: &'a str, most: usize) -> Self {
        Self {
            method: Method::GET,
            address,
            headers: HeaderMap::new(),
            body: Vec::new(),
            most,
        }
    }
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// Asks. Nothing has been sent where the address is refused.
pub(super) async fn fetch(egress: &Egress, ask: Ask<'_>) -> Result<Answer, Fault> {
    let (base, rest) = split(ask.address)?;
    let (client, url) = egress.address(&base, &rest).map_err(refused)?;
    let request = client
        .request(ask.method, url)
        .headers(ask.headers)
        .body(ask.body);
    let most = ask.most;
    let asked = async {
        let answer = request.send().await.map_err(|error| failed(&error))?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = read(answer, most).await?;
        Ok(Answer {
            status,
            headers,
            body,
        })
    };
    let slow = || Fault::new("provider_slow", "The provider did not answer in time.");
    tokio::time::timeout(PATIENCE, asked)
        .await
        .unwrap_or_else(|_| Err(slow()))
}

/// An address as the way out wants it: where to, and what is asked for there.
fn split(address: &str) -> Result<(String, String), Fault> {
    let malformed = || refused(EgressRefused::Malformed);
    let url = Url::parse(address).map_err(|_| malformed())?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if !plain || !url.has_host() {
        return Err(malformed());
    }
    let base = url.origin().ascii_serialization();
    let path = url.path().trim_start_matches('/');
    let rest = match url.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    Ok((base, rest))
}

/// Judges an address without going there.
pub(super) fn judge(egress: &Egress, address: &str) -> Result<(), Fault> {
    let (base, rest) = split(address)?;
    egress.address(&base, &rest).map(drop).map_err(refused)
}

fn refused(why: EgressRefused) -> Fault {
    let explained = match why {
        EgressRefused::Malformed => "The address is not a plain https address.",
        EgressRefused::Plain => "The address begins with http; only https is allowed.",
        EgressRefused::Port => "The port of the address belongs to another kind of service.",
        EgressRefused::Private => "The address is private, local or reserved.",
    };
    Fault::new("address_refused", explained)
}

fn failed(error: &reqwest::Error) -> Fault {
    match refused_in(error) {
        Some(why) => refused(why),
        None => Fault::new("provider_unreachable", "The provider cannot be reached."),
    }
}

async fn read(mut answer: Response, most: usize) -> Result<Vec<u8>, Fault> {
    let long = || Fault::new("answer_too_long", "The provider’s answer is too long.");
    let announced = answer.content_length().unwrap_or(0);
    if usize::try_from(announced).is_ok_and(|announced| announced > most) {
        return Err(long());
    }
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| failed(&error))? {
        if body.len() + piece.len() > most {
            return Err(long());
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn addresses_are_taken_apart_and_nothing_is_lost() {
        let parts = |address: &str| split(address).ok();
        assert_eq!(
            parts("https://idp.example/a/token?p=x%20y"),
            Some((
                "https://idp.example".to_owned(),
                "a/token?p=x%20y".to_owned()
            ))
        );
        for address in [
            "https://user@idp.example/",
            "https://idp.example/#a",
            "idp.example",
            "data:text/plain,a",
        ] {
            assert!(parts(address).is_none(), "{address}");
        }
    }
}
