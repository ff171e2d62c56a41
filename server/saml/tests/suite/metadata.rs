//! What identity providers say of themselves, and what we say of us.

use crate::house::{EC_KEY, NOW_MS, RSA_KEY};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use saml::{OurMetadata, Warning, read_metadata, write_metadata};

fn key(of: &[u8], usage: &str) -> String {
    let certificate = BASE64_STANDARD.encode(of);
    let (head, tail) = certificate.split_at(16);
    format!(
        "<md:KeyDescriptor{usage}><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data>\
         <ds:X509Certificate>\n{head}\n{tail}\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
    )
}

fn role(inside: &str) -> String {
    format!(
        "<md:IDPSSODescriptor WantAuthnRequestsSigned=\"true\" \
         protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">{inside}</md:IDPSSODescriptor>"
    )
}

fn service(name: &str, binding: &str, location: &str) -> String {
    format!(
        "<md:{name} Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:{binding}\" Location=\"{location}\"/>"
    )
}

fn entity(id: &str, attributes: &str, inside: &str) -> String {
    format!(
        "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{id}\"{attributes}>\
         {inside}</md:EntityDescriptor>"
    )
}

fn whole() -> String {
    [
        key(&RSA_KEY.certificate, " use=\"signing\""),
        key(&EC_KEY.certificate, ""),
        key(&RSA_KEY.certificate, ""),
        key(b"to encrypt with", " use=\"encryption\""),
        service(
            "SingleLogoutService",
            "HTTP-Redirect",
            "https://idp.example/slo",
        ),
        service(
            "SingleSignOnService",
            "HTTP-POST",
            "https://idp.example/post",
        ),
        service(
            "SingleSignOnService",
            "HTTP-Redirect",
            "https://idp.example/sso",
        ),
    ]
    .concat()
}

#[test]
fn an_identity_provider_is_read_from_its_metadata() {
    let xml = format!(
        "<?xml version=\"1.0\"?>\n<!-- made by hand -->\n{}",
        entity("https://idp.example", "", &role(&whole()))
    );
    let found = read_metadata(xml.as_bytes(), NOW_MS).unwrap();
    assert_eq!(found.entity_id, "https://idp.example");
    assert_eq!(found.sign_on, "https://idp.example/sso");
    assert_eq!(found.sign_out.as_deref(), Some("https://idp.example/slo"));
    assert_eq!(
        found.certificates,
        [RSA_KEY.certificate.clone(), EC_KEY.certificate.clone()]
    );
    assert!(found.wants_signed);
    assert_eq!(found.warnings, []);
    // A federation with one identity provider in it does as well.
    let others = entity("https://sp.example", "", "<md:SPSSODescriptor/>");
    let one = entity("https://idp.example", "", &role(&whole()));
    let all = format!(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">{others}{one}</md:EntitiesDescriptor>"
    );
    assert_eq!(
        read_metadata(all.as_bytes(), NOW_MS).unwrap().sign_on,
        found.sign_on
    );
}

#[test]
fn metadata_that_cannot_be_used_says_why() {
    let refused = |xml: &str| read_metadata(xml.as_bytes(), NOW_MS).unwrap_err();
    let good = entity("https://idp.example", "", &role(&whole()));
    let both = format!(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">{good}{}</md:EntitiesDescriptor>",
        good.replace("//idp", "//other")
    );
    for (xml, words) in [
        (both.as_str(), "several identity providers"),
        (
            &entity(
                "https://idp.example",
                " validUntil=\"2026-11-24T00:00:00Z\"",
                &role(&whole()),
            ),
            "no longer valid",
        ),
        (&entity("", "", &role(&whole())), "no entity id"),
        (
            &entity("https://idp.example", "", ""),
            "does not describe an identity provider",
        ),
        (
            &entity(
                "https://idp.example",
                "",
                &role(&whole().replace("HTTP-Redirect", "HTTP-Artifact")),
            ),
            "no address for sign-ins",
        ),
        (
            &entity(
                "https://idp.example",
                "",
                &role(&whole().replace("https://idp.example/sso", "http://idp.example/sso")),
            ),
            "no address for sign-ins",
        ),
        (
            &entity(
                "https://idp.example",
                "",
                &role(&whole().replace("https://idp.example/sso", "javascript:alert(1)")),
            ),
            "no address for sign-ins",
        ),
        (
            &entity(
                "https://idp.example",
                "",
                &role(&service(
                    "SingleSignOnService",
                    "HTTP-Redirect",
                    "https://idp.example/sso",
                )),
            ),
            "no certificate",
        ),
        (
            &entity(
                "https://idp.example",
                "",
                &role(
                    &[
                        whole(),
                        key(
                            b"nonsense, and long enough to be cut in two by the writer above",
                            "",
                        ),
                    ]
                    .concat(),
                ),
            ),
            "cannot be read",
        ),
        ("<html/>", "not metadata"),
    ] {
        let refusal = refused(xml);
        assert_eq!(refusal.code(), "saml_metadata", "{words}: {refusal}");
        assert!(refusal.to_string().contains(words), "{words}: {refusal}");
    }
    for xml in [
        "",
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>",
        &format!("{good}{good}"),
    ] {
        assert_eq!(refused(xml).code(), "saml_shape", "{xml}");
    }
}

#[test]
fn certificates_that_end_are_told() {
    let xml = entity("https://idp.example", "", &role(&whole()));
    // The certificates of the test are good until the year 4096.
    let far = 67_100_000_000_000;
    let found = read_metadata(xml.as_bytes(), far).unwrap();
    assert!(
        matches!(
            found.warnings[..],
            [
                Warning::CertificateOutOfTime { .. },
                Warning::CertificateOutOfTime { .. }
            ]
        ),
        "{:?}",
        found.warnings
    );
}

#[test]
fn our_metadata_is_read_back_by_a_strict_reader_and_offers_no_encryption() {
    let ours = OurMetadata {
        entity_id: "https://ai.client.example/auth/saml/7/metadata?a=1&b=2",
        acs: "https://ai.client.example/auth/saml/7/acs",
        sign_out: "https://ai.client.example/auth/saml/7/logout",
        certificate: Some(&RSA_KEY.certificate),
        valid_until_ms: NOW_MS,
    };
    let xml = write_metadata(&ours);
    assert!(
        xml.contains("entityID=\"https://ai.client.example/auth/saml/7/metadata?a=1&amp;b=2\"")
    );
    assert!(xml.contains("AuthnRequestsSigned=\"true\" WantAssertionsSigned=\"true\""));
    assert!(xml.contains("validUntil=\"2026-11-25T12:00:00Z\""));
    assert!(!xml.contains("encryption"));
    // It is well-formed, and describes no identity provider.
    assert_eq!(
        read_metadata(xml.as_bytes(), 0).unwrap_err().code(),
        "saml_metadata"
    );
    let unsigned = write_metadata(&OurMetadata {
        certificate: None,
        ..ours
    });
    assert!(!unsigned.contains("X509Certificate") && !unsigned.contains("SingleLogoutService"));
}
