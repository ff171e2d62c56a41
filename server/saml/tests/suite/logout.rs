//! Messages in the query of an address: signed by the right side, whole, and just now.

use crate::house::{ISSUER, NOW_MS, OTHER_KEY, RSA_KEY, SKEW_MS};
use saml::{
    AuthnRequest, LogoutRequest, SigningKey, read_logout_answer, read_logout_request,
    write_authn_request, write_logout_answer, write_logout_request,
};

const HERE: &str = "https://ai.client.example/auth/saml/7/logout";
const SESSIONS: (&str, &str, Option<&str>) = ("alice-4711", "", Some("_s1"));

fn key() -> SigningKey {
    SigningKey::from_pkcs8(&RSA_KEY.private).unwrap()
}

fn certificates() -> Vec<Vec<u8>> {
    vec![RSA_KEY.certificate.clone()]
}

/// The query of a request that the identity provider wrote, as our own writer writes ours.
fn query() -> String {
    let written = write_logout_request([7; 16], NOW_MS, (HERE, ISSUER), SESSIONS, &key());
    let (_, address) = written.unwrap();
    address.split_once('?').unwrap().1.to_owned()
}

fn read(query: &str) -> Result<LogoutRequest, &'static str> {
    let read = read_logout_request(query, &certificates(), (ISSUER, HERE), (NOW_MS, SKEW_MS));
    read.map_err(|refusal| refusal.code())
}

#[test]
fn a_signed_request_to_sign_out_is_read() {
    let request = read(&query()).unwrap();
    assert_eq!(request.subject, "alice-4711");
    assert_eq!(request.sessions, ["_s1"]);
    assert_eq!(request.id, format!("_{}", "07".repeat(16)));
}

#[test]
fn a_request_that_is_unsigned_changed_old_or_not_for_us_is_refused() {
    let query = query();
    let (unsigned, _) = query.split_once("&SigAlg=").unwrap();
    assert_eq!(read(unsigned), Err("saml_unsigned"));
    let (message, rest) = query.split_once('&').unwrap();
    let doubled = format!("{message}&{message}&{rest}");
    assert_eq!(read(&doubled), Err("saml_shape"));
    assert_eq!(
        read(&format!("{message}&RelayState=x&{rest}")),
        Err("saml_signature")
    );
    assert_eq!(
        read(&query.replace("rsa-sha256", "rsa-sha1")),
        Err("saml_algorithm")
    );
    assert_eq!(
        read(&query.replacen("SAMLRequest=", "SAMLRequest=AAAA", 1)),
        Err("saml_signature")
    );
    assert_eq!(read("RelayState=x"), Err("saml_shape"));

    let refused = |certificates: &[Vec<u8>], names, times| {
        let read = read_logout_request(&query, certificates, names, times);
        read.unwrap_err().code()
    };
    let (ours, now) = (certificates(), (NOW_MS, SKEW_MS));
    let theirs = vec![OTHER_KEY.certificate.clone()];
    assert_eq!(refused(&theirs, (ISSUER, HERE), now), "saml_signature");
    assert_eq!(refused(&[], (ISSUER, HERE), now), "saml_no_certificate");
    assert_eq!(
        refused(&ours, ("https://idp.other.example", HERE), now),
        "saml_issuer"
    );
    assert_eq!(
        refused(&ours, (ISSUER, "https://ai.other.example/logout"), now),
        "saml_address"
    );
    assert_eq!(
        refused(&ours, (ISSUER, HERE), (NOW_MS + 3_600_000, SKEW_MS)),
        "saml_time"
    );
    assert_eq!(
        refused(&ours, (ISSUER, HERE), (NOW_MS - 3_600_000, SKEW_MS)),
        "saml_time"
    );
}

#[test]
fn a_message_that_is_a_thousand_times_larger_inside_is_refused() {
    let subject = "a".repeat(1_000_000);
    let written = write_logout_request(
        [7; 16],
        NOW_MS,
        (HERE, ISSUER),
        (&subject, "", None),
        &key(),
    );
    let (_, address) = written.unwrap();
    let (_, query) = address.split_once('?').unwrap();
    assert!(query.len() < 10_000, "{}", query.len());
    assert_eq!(read(query), Err("saml_shape"));
}

#[test]
fn an_answer_names_the_request_that_it_answers() {
    let request = read(&query()).unwrap();
    let answer = write_logout_answer(
        [8; 16],
        NOW_MS,
        (HERE, ISSUER),
        &request,
        Some("state"),
        &key(),
    );
    let answer = answer.unwrap();
    let (_, query) = answer.split_once('?').unwrap();
    assert!(query.contains("RelayState=state"));
    let read =
        read_logout_answer(query, &certificates(), (ISSUER, HERE), (NOW_MS, SKEW_MS)).unwrap();
    assert_eq!(read.in_response_to, request.id);
    assert!(read.done);
    // A request is no answer, whoever signed it.
    assert!(
        read_logout_request(query, &certificates(), (ISSUER, HERE), (NOW_MS, SKEW_MS)).is_err()
    );
}

#[test]
fn a_request_to_sign_in_keeps_the_query_that_the_address_has() {
    let request = AuthnRequest {
        random: [0xab; 16],
        now_ms: NOW_MS,
        sign_on: "https://idp.example/sso?tenant=1",
        issuer: "https://ai.client.example/auth/saml/7/metadata",
        acs: "https://ai.client.example/auth/saml/7/acs",
        relay_state: "a & b",
        force: true,
    };
    let address = write_authn_request(&request, Some(&key())).unwrap();
    assert!(
        address.starts_with("https://idp.example/sso?tenant=1&SAMLRequest="),
        "{address}"
    );
    for part in ["&RelayState=a+%26+b&", "&SigAlg=", "&Signature="] {
        assert!(address.contains(part), "{address}");
    }
    assert_eq!(request.id(), format!("_{}", "ab".repeat(16)));
    let plain = write_authn_request(&request, None).unwrap();
    assert!(!plain.contains("Signature"));
    let nowhere = AuthnRequest {
        sign_on: "not an address",
        ..request
    };
    assert_eq!(write_authn_request(&nowhere, None), None);
}
