//! Requests signed with an AWS access key, whose secret never travels (AWS Signature Version 4).

use super::{CannotSign, Credential};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use secrecy::ExposeSecret as _;
use std::time::SystemTime;

/// Headers that sign a request of Bedrock's with the access key `id`.
pub(super) fn aws_signature(
    credential: Credential<'_>,
    id: &str,
    (method, url, body): (&Method, &Url, &[u8]),
) -> Result<HeaderMap, CannotSign> {
    let region = credential.place.region.as_deref().ok_or(CannotSign)?;
    let credentials = Credentials::new(id, credential.secret.expose_secret(), None, None, "typed");
    let identity = credentials.into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("bedrock")
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()
        .map_err(|_| CannotSign)?
        .into();
    let request = SignableRequest::new(
        method.as_str(),
        url.as_str(),
        std::iter::empty(),
        SignableBody::Bytes(body),
    );
    let signed = request.and_then(|request| sign(request, &params));
    let (instructions, _) = signed.map_err(|_| CannotSign)?.into_parts();
    let mut headers = HeaderMap::new();
    for (name, value) in instructions.headers() {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| CannotSign)?;
        let mut value = HeaderValue::from_str(value).map_err(|_| CannotSign)?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}
