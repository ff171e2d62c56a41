//! How a request carries a key: in a header that the provider reads, or as a signature made with
//! it. Never in an address. Refuses to keep it.

mod aws_signature;

use aws_signature::aws_signature;
use contract::keys::{KeyPlace, KeyProvider};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret as _, SecretString};
use wire::key_check::sign;

/// What was typed cannot stand in a request, so it cannot be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CannotSign;

/// A key and what belongs to it.
#[derive(Clone, Copy)]
pub(crate) struct Credential<'a> {
    pub(crate) provider: KeyProvider,
    pub(crate) place: &'a KeyPlace,
    pub(crate) secret: &'a SecretString,
}

impl Credential<'_> {
    /// Headers with which the provider lets this one request in; each is marked as sensitive.
    pub(crate) fn headers(
        self,
        (method, url, body): (&Method, &Url, &[u8]),
    ) -> Result<HeaderMap, CannotSign> {
        if let (KeyProvider::Bedrock, Some(id)) = (self.provider, &self.place.access_key_id) {
            return aws_signature(self, id, (method, url, body));
        }
        let signed = sign(self.provider, self.place, self.secret.expose_secret());
        let mut headers = HeaderMap::new();
        for (name, value) in signed.ok_or(CannotSign)? {
            let mut value = HeaderValue::from_str(&value).map_err(|_| CannotSign)?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_static(name), value);
        }
        Ok(headers)
    }
}
