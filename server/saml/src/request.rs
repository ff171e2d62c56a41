//! The question that begins a sign-in (saml-core, 3.4.1), for the redirect binding.

use crate::redirect::{Kind, address};
use crate::tree::escape;
use crate::{ASSERTION, POST, PROTOCOL, SigningKey};

/// A sign-in that begins here.
#[derive(Clone, Debug)]
pub struct AuthnRequest<'a> {
    /// Sixteen random bytes of the caller's; the id is made of them.
    pub random: [u8; 16],
    /// Now, milliseconds since 1970-01-01 UTC.
    pub now_ms: i64,
    /// Where the identity provider takes requests.
    pub sign_on: &'a str,
    /// Our entity id.
    pub issuer: &'a str,
    /// Where the answer is to come.
    pub acs: &'a str,
    /// Comes back with the answer. Never an address.
    pub relay_state: &'a str,
    /// Ask for a sign-in though the person is signed in there.
    pub force: bool,
}

impl AuthnRequest<'_> {
    /// The id of the request; the answer names it.
    #[must_use]
    pub fn id(&self) -> String {
        id_of(&self.random)
    }
}

/// An id with 128 random bits.
pub(crate) fn id_of(random: &[u8; 16]) -> String {
    use std::fmt::Write as _;
    random.iter().fold(String::from("_"), |mut id, byte| {
        let _ = write!(id, "{byte:02x}");
        id
    })
}

/// A moment as the standard writes it.
pub(crate) fn written(ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The address to send the browser to. `None`: the connection's address is none, or the key does not sign.
#[must_use]
pub fn write_authn_request(request: &AuthnRequest<'_>, key: Option<&SigningKey>) -> Option<String> {
    let force = if request.force {
        " ForceAuthn=\"true\""
    } else {
        ""
    };
    let xml = format!(
        "<samlp:AuthnRequest xmlns:samlp=\"{PROTOCOL}\" xmlns:saml=\"{ASSERTION}\" ID=\"{}\" Version=\"2.0\" \
         IssueInstant=\"{}\" Destination=\"{}\" AssertionConsumerServiceURL=\"{}\" \
         ProtocolBinding=\"{POST}\"{force}><saml:Issuer>{}</saml:Issuer></samlp:AuthnRequest>",
        request.id(),
        written(request.now_ms),
        escape(request.sign_on),
        escape(request.acs),
        escape(request.issuer),
    );
    address(
        request.sign_on,
        Kind::Request,
        &xml,
        Some(request.relay_state),
        key,
    )
}
