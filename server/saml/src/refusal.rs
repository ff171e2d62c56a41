//! Why a document is not believed, in words for whoever set the connection up. Members are told less.

/// A refusal. Its words name the mismatch; they repeat nothing of the document but names that an
/// administrator has to compare.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Too large, not base64, not UTF-8, or not XML without tricks.
    #[error("the document is not one that an identity provider writes: {0}")]
    Shape(&'static str),
    /// An encrypted assertion, name or attribute.
    #[error(
        "the assertion is encrypted; switch encryption off for this application at the identity provider"
    )]
    Encrypted,
    /// The connection holds no certificate that could have signed.
    #[error("the connection has no signing certificate")]
    NoCertificate,
    /// Neither the response nor its assertion carries a signature.
    #[error("neither the response nor the assertion is signed")]
    Unsigned,
    /// An algorithm that is not strong enough, or not meant for this.
    #[error(
        "the signature uses an algorithm that is not accepted; RSA or ECDSA with SHA-256 or longer is"
    )]
    Algorithm,
    /// The signature does not fit the document and our certificates.
    #[error(
        "the signature does not fit the certificates of this connection; has the identity provider a new certificate?"
    )]
    Signature,
    /// The identity provider says that it did not work.
    #[error("the identity provider answered that the sign-in failed ({0})")]
    Status(String),
    /// Issued by somebody else.
    #[error("the issuer is {found}, and {wanted} was expected")]
    Issuer {
        /// In the document.
        found: String,
        /// In the connection.
        wanted: String,
    },
    /// For another application.
    #[error("the audience is {found}, and {wanted} was expected")]
    Audience {
        /// In the document; empty: none.
        found: String,
        /// Ours.
        wanted: String,
    },
    /// For another address.
    #[error("the {what} is {found}, and {wanted} was expected")]
    Address {
        /// `recipient` or `destination`.
        what: &'static str,
        /// In the document; empty: none.
        found: String,
        /// Ours.
        wanted: String,
    },
    /// Not an answer to what this browser asked.
    #[error("it does not answer a sign-in that began in this browser")]
    NotAsked,
    /// Outside its time.
    #[error("{0}; do the clocks of both sides agree?")]
    Time(&'static str),
    /// No subject that stays the same, or one that could be mistaken for another.
    #[error("the subject cannot be used: {0}")]
    Subject(&'static str),
    /// Metadata that names no identity provider, or several.
    #[error("the metadata cannot be used: {0}")]
    Metadata(String),
}

impl Refusal {
    /// A stable word for logs and records.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Shape(_) => "saml_shape",
            Self::Encrypted => "saml_encrypted",
            Self::NoCertificate => "saml_no_certificate",
            Self::Unsigned => "saml_unsigned",
            Self::Algorithm => "saml_algorithm",
            Self::Signature => "saml_signature",
            Self::Status(_) => "saml_status",
            Self::Issuer { .. } => "saml_issuer",
            Self::Audience { .. } => "saml_audience",
            Self::Address { .. } => "saml_address",
            Self::NotAsked => "saml_not_asked",
            Self::Time(_) => "saml_time",
            Self::Subject(_) => "saml_subject",
            Self::Metadata(_) => "saml_metadata",
        }
    }
}
