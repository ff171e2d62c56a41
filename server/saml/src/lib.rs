//! SAML 2.0 as a service provider sees it: what an identity provider sent goes in as it came, and out comes
//! either what was verified or a refusal that names why.
//!
//! Owns the order of the checks, which is the security of it: size, a strict reading that recovers from
//! nothing, the shape of the document before any cryptography, the signature over our own certificates, and
//! only then who somebody is, read from the signed part alone. Absent is refused everywhere. Refuses input and
//! output, clocks and randomness of its own: the caller brings them.
//!
//! Sources: OASIS saml-core-2.0-os, saml-bindings-2.0-os, saml-profiles-2.0-os (4.1.4), W3C xmldsig-core 1.1.

mod gate;
mod logout;
mod metadata;
mod protocol;
mod redirect;
mod refusal;
mod request;
mod tree;
mod verify;

pub use logout::{
    LogoutAnswer, LogoutRequest, read_logout_answer, read_logout_request, write_logout_answer,
    write_logout_request,
};
pub use metadata::{IdentityProvider, OurMetadata, Warning, read_metadata, write_metadata};
pub use protocol::{Attribute, VerifiedAssertion};
pub use redirect::{SigningKey, SigningKeyError};
pub use refusal::Refusal;
pub use request::{AuthnRequest, write_authn_request};
pub use verify::{Expected, Pending, RESPONSE_MAX_BYTES, verify_response};

/// Namespace of assertions.
pub(crate) const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// Namespace of requests and responses.
pub(crate) const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// Namespace of metadata.
pub(crate) const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// Namespace of signatures.
pub(crate) const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";
/// The redirect binding.
pub(crate) const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
/// The POST binding.
pub(crate) const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
