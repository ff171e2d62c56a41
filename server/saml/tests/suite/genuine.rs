//! What must be believed, and that nothing but itself comes out of a genuine document.

use crate::house::{
    ACS, AUDIENCE, Draft, EC_KEY, ECDSA, NOW_MS, OTHER_KEY, RSA_KEY, SKEW_MS, Signs, confirmation,
    expected, post,
};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use proptest::prelude::*;
use saml::{Expected, Pending, verify_response};
use std::sync::LazyLock;

#[test]
fn signed_responses_and_signed_assertions_are_believed() {
    for signs in [Signs::Response, Signs::Assertion, Signs::Both] {
        let who = post(Draft::default().signed(signs))
            .unwrap_or_else(|error| panic!("{signs:?}: {error}"));
        assert_eq!(who.subject, "alice-4711");
        assert_eq!(who.id, "_a1");
        assert_eq!(who.session_index.as_deref(), Some("_s1"));
        assert_eq!(
            who.values("mail").collect::<Vec<_>>(),
            ["alice@client.example"]
        );
        assert_eq!(who.values("groups").collect::<Vec<_>>(), ["data", "all"]);
        assert_eq!(who.good_until_ms, NOW_MS + 300_000 + SKEW_MS);
        assert!(
            who.context
                .unwrap()
                .ends_with(":PasswordProtectedTransport")
        );
    }
}

#[test]
fn elliptic_curves_longer_digests_and_a_second_certificate_are_believed() {
    let draft = Draft {
        method: ECDSA,
        ..Draft::default()
    };
    let certificates = [OTHER_KEY.certificate.clone(), EC_KEY.certificate.clone()];
    let field = BASE64_STANDARD.encode(draft.signed_by(Signs::Both, &EC_KEY));
    assert_eq!(
        verify_response(&field, &expected(&certificates))
            .unwrap()
            .subject,
        "alice-4711"
    );

    for (method, digest) in [
        (
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
            "http://www.w3.org/2001/04/xmldsig-more#sha384",
        ),
        (
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
            "http://www.w3.org/2001/04/xmlenc#sha512",
        ),
    ] {
        let draft = Draft {
            method,
            digest,
            ..Draft::default()
        };
        assert!(post(draft.signed(Signs::Assertion)).is_ok(), "{method}");
    }
}

#[test]
fn line_breaks_a_declaration_and_clocks_that_differ_a_little_do_no_harm() {
    let xml = Draft::default().signed(Signs::Both);
    let declared = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{xml}");
    assert!(post(declared).is_ok());
    let certificates = [RSA_KEY.certificate.clone()];
    let field = BASE64_STANDARD.encode(&xml);
    let lines: Vec<&str> = field
        .as_bytes()
        .chunks(76)
        .map(|it| std::str::from_utf8(it).unwrap())
        .collect();
    assert!(verify_response(&lines.join("\r\n"), &expected(&certificates)).is_ok());
    for now_ms in [NOW_MS - 60_000, NOW_MS + 360_000] {
        let at = Expected {
            now_ms,
            ..expected(&certificates)
        };
        assert!(verify_response(&field, &at).is_ok(), "{now_ms}");
    }
}

#[test]
fn a_sign_in_that_begins_at_the_identity_provider_needs_leave() {
    let draft = Draft {
        response_attributes: format!(
            "ID=\"_r1\" Version=\"2.0\" IssueInstant=\"2026-11-25T11:59:58Z\" Destination=\"{ACS}\""
        ),
        confirmation: confirmation(&format!(
            "Recipient=\"{ACS}\" NotOnOrAfter=\"2026-11-25T12:05:00Z\""
        )),
        ..Draft::default()
    };
    let certificates = [RSA_KEY.certificate.clone()];
    let field = BASE64_STANDARD.encode(draft.signed(Signs::Both));
    let ask = |pending| {
        let expected = Expected {
            pending,
            ..expected(&certificates)
        };
        verify_response(&field, &expected)
    };
    assert!(ask(Pending::Unsolicited).is_ok());
    for pending in [
        Pending::Nothing,
        Pending::Asked("_6f1c0e1d2b3a49588776655443322110"),
    ] {
        assert_eq!(ask(pending).unwrap_err().code(), "saml_not_asked");
    }
    // And one that answers a request is none of those.
    let answer = BASE64_STANDARD.encode(Draft::default().signed(Signs::Both));
    let unsolicited = Expected {
        pending: Pending::Unsolicited,
        ..expected(&certificates)
    };
    assert_eq!(
        verify_response(&answer, &unsolicited).unwrap_err().code(),
        "saml_not_asked"
    );
}

#[test]
fn a_connection_that_is_half_configured_believes_nobody() {
    let field = BASE64_STANDARD.encode(Draft::default().signed(Signs::Both));
    let refused = |expected: Expected<'_>| verify_response(&field, &expected).unwrap_err().code();
    assert_eq!(refused(expected(&[])), "saml_no_certificate");
    assert_eq!(
        refused(expected(&[b"not a certificate".to_vec()])),
        "saml_signature"
    );
    let certificates = [RSA_KEY.certificate.clone()];
    let nobody = Expected {
        issuer: "",
        ..expected(&certificates)
    };
    assert_eq!(refused(nobody), "saml_issuer");
    // Signed for another workspace by the same identity provider.
    let elsewhere = Expected {
        acs: "https://ai.other.example/auth/saml/7/acs",
        ..expected(&certificates)
    };
    assert_eq!(refused(elsewhere), "saml_address");
    let elsewhere = Expected {
        audience: "https://ai.other.example/auth/saml/7/metadata",
        ..expected(&certificates)
    };
    assert_eq!(refused(elsewhere), "saml_audience");
    assert!(AUDIENCE.starts_with("https://ai.client"));
}

static GENUINE: LazyLock<String> = LazyLock::new(|| Draft::default().signed(Signs::Both));

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    /// Whatever is done to its bytes, a genuine document either is refused or still says what was signed.
    #[test]
    fn no_change_of_bytes_makes_somebody_else(
        at in any::<prop::sample::Index>(),
        length in 0_usize..40,
        put in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut bytes = GENUINE.clone().into_bytes();
        let at = at.index(bytes.len());
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, put);
        if let Ok(who) = post(&bytes) {
            prop_assert_eq!(who.subject, "alice-4711");
            prop_assert_eq!(who.id, "_a1");
        }
    }

    /// Pieces of the document put where other pieces are: copies, swaps, nestings.
    #[test]
    fn no_moving_of_pieces_makes_somebody_else(
        (from, to) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        replace in any::<bool>(),
    ) {
        let pieces: Vec<&str> = GENUINE.split_inclusive('>').collect();
        let (from, to) = (from.index(pieces.len()), to.index(pieces.len()));
        let mut moved = pieces.clone();
        if replace {
            moved[to] = pieces[from];
        } else {
            moved.insert(to, pieces[from]);
        }
        let forged = moved.concat();
        if let Ok(who) = post(&forged) {
            prop_assert_eq!(who.subject, "alice-4711");
        }
    }
}
