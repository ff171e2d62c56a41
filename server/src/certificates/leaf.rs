//! What a certificate says of itself.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::pki_types::CertificateDer;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// The first certificate of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leaf {
    /// The hosts it is for, lower case.
    pub(crate) names: Vec<String>,
    /// The beginning and the end of its time.
    pub(crate) time_ms: (i64, i64),
    /// Who issued it, by the name people know.
    pub(crate) issuer: String,
    /// What its authority calls it: key identifier and serial number, each in base64url, and a dot between
    /// them (RFC 9773, section 4.1). `None`: it has no key identifier.
    pub(crate) ari_id: Option<String>,
}

/// Not a certificate.
#[derive(Debug, thiserror::Error)]
#[error("the certificate cannot be read")]
pub(crate) struct Unreadable;

impl Leaf {
    /// Reads it.
    ///
    /// # Errors
    /// It is not an X.509 certificate.
    pub(crate) fn read(der: &CertificateDer<'_>) -> Result<Self, Unreadable> {
        let (_, parsed) = X509Certificate::from_der(der).map_err(|_| Unreadable)?;
        let mut names = Vec::new();
        let mut authority_key = None;
        for extension in parsed.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::SubjectAlternativeName(list) => {
                    for name in &list.general_names {
                        if let GeneralName::DNSName(name) = name {
                            names.push(name.to_ascii_lowercase());
                        }
                    }
                }
                ParsedExtension::AuthorityKeyIdentifier(key) => {
                    authority_key = key.key_identifier.as_ref().map(|id| id.0);
                }
                _ => {}
            }
        }
        let validity = parsed.validity();
        let issuer = parsed.issuer();
        let common_name = issuer.iter_common_name().next();
        let organisation = issuer.iter_organization().next();
        let issuer = organisation
            .or(common_name)
            .and_then(|name| name.as_str().ok())
            .unwrap_or("unnamed");
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        Ok(Self {
            names,
            time_ms: (
                validity.not_before.timestamp() * 1_000,
                validity.not_after.timestamp() * 1_000,
            ),
            issuer: issuer.to_owned(),
            ari_id: authority_key
                .map(|key| format!("{}.{}", encode(key), encode(parsed.raw_serial()))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Leaf;
    use rcgen::{CertificateParams, Issuer, KeyIdMethod, KeyPair, SerialNumber};
    use rustls::pki_types::CertificateDer;

    #[test]
    fn a_certificate_is_named_as_the_renewal_protocol_names_it() {
        let key_id = vec![
            0x69, 0x88, 0x5b, 0x6b, 0x87, 0x46, 0x40, 0x41, 0xe1, 0xb3, 0x7b, 0x84, 0x7b, 0xa0,
            0xae, 0x2c, 0xde, 0x01, 0xc8, 0xd4,
        ];
        let root_key = KeyPair::generate().unwrap();
        let mut root = CertificateParams::new(Vec::new()).unwrap();
        root.key_identifier_method = KeyIdMethod::PreSpecified(key_id);
        let issuer = Issuer::new(root, root_key);
        let mut params = CertificateParams::new(vec!["AI.Client.test".to_owned()]).unwrap();
        params.use_authority_key_identifier_extension = true;
        params.serial_number = Some(SerialNumber::from_slice(&[0x87, 0x65, 0x43, 0x21]));
        let key = KeyPair::generate().unwrap();
        let leaf = params.signed_by(&key, &issuer).unwrap();
        let leaf = Leaf::read(leaf.der()).unwrap();
        // The example of RFC 9773, section 4.1; its serial number begins with a set bit.
        assert_eq!(
            leaf.ari_id.as_deref(),
            Some("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE")
        );
        assert_eq!(leaf.names, ["ai.client.test"]);
        assert!(leaf.time_ms.0 < leaf.time_ms.1);
        assert!(Leaf::read(&CertificateDer::from(vec![1, 2, 3])).is_err());
    }
}
