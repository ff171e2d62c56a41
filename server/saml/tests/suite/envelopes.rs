//! Documents that are genuine and genuinely signed, and are for somebody else, of another time, or say too
//! little.

use crate::Case;
use crate::house::{ACS, AUDIENCE, Draft, REQUEST, Signs, conditions, confirmation, statement};

const TIME: &str = "saml_time";
const SHAPE: &str = "saml_shape";
const ADDRESS: &str = "saml_address";
const AUDIENCES: &str = "saml_audience";
const SUBJECT: &str = "saml_subject";
const NOT_ASKED: &str = "saml_not_asked";

fn signed(change: impl FnOnce(&mut Draft)) -> Vec<u8> {
    let mut draft = Draft::default();
    change(&mut draft);
    draft.signed(Signs::Both).into_bytes()
}

/// The same where only the assertion is signed, so that anybody can write the envelope.
fn bare(change: impl FnOnce(&mut Draft)) -> Vec<u8> {
    let mut draft = Draft::default();
    change(&mut draft);
    draft.signed(Signs::Assertion).into_bytes()
}

/// `text` with `from` replaced; it must be there.
fn put(text: &mut String, from: &str, to: &str) {
    assert!(text.contains(from), "{from}");
    *text = text.replace(from, to);
}

pub(crate) fn cases() -> Vec<Case> {
    [whom_for(), when(), what_for(), who(), status()].concat()
}

fn restricted(inside: &str) -> String {
    conditions(
        "NotBefore=\"2026-11-25T11:59:30Z\" NotOnOrAfter=\"2026-11-25T12:05:00Z\"",
        inside,
    )
}

fn audience(of: &str) -> String {
    format!(
        "<saml:AudienceRestriction><saml:Audience>{of}</saml:Audience></saml:AudienceRestriction>"
    )
}

fn whom_for() -> Vec<Case> {
    let recipient = |of: &str| {
        confirmation(&format!(
            "{of} NotOnOrAfter=\"2026-11-25T12:05:00Z\" InResponseTo=\"{REQUEST}\""
        ))
    };
    let other = "https://ai.other.example/auth/saml/7/acs";
    vec![
        ("no conditions", signed(|it| it.conditions.clear()), SHAPE),
        (
            "no audience",
            signed(|it| it.conditions = restricted("")),
            AUDIENCES,
        ),
        (
            "an empty audience restriction",
            signed(|it| it.conditions = restricted("<saml:AudienceRestriction/>")),
            AUDIENCES,
        ),
        (
            "another audience",
            signed(|it| it.conditions = restricted(&audience("https://ai.other.example"))),
            AUDIENCES,
        ),
        (
            "our audience with a slash more",
            signed(|it| it.conditions = restricted(&audience(&format!("{AUDIENCE}/")))),
            AUDIENCES,
        ),
        (
            "two restrictions, one of them not for us",
            signed(|it| {
                it.conditions = restricted(&format!("{}{}", audience(AUDIENCE), audience("urn:x")))
            }),
            AUDIENCES,
        ),
        (
            "a condition that nobody knows",
            signed(|it| {
                it.conditions = restricted(&format!("{}<saml:Condition/>", audience(AUDIENCE)))
            }),
            SHAPE,
        ),
        (
            "no recipient",
            signed(|it| it.confirmation = recipient("")),
            ADDRESS,
        ),
        (
            "another recipient",
            signed(|it| it.confirmation = recipient(&format!("Recipient=\"{other}\""))),
            ADDRESS,
        ),
        (
            "our recipient in other letters",
            signed(|it| {
                it.confirmation = recipient(&format!("Recipient=\"{}\"", ACS.to_uppercase()))
            }),
            ADDRESS,
        ),
        (
            "a second confirmation for somebody else",
            signed(|it| {
                it.confirmation
                    .push_str(&recipient(&format!("Recipient=\"{other}\"")))
            }),
            ADDRESS,
        ),
        (
            "a confirmation of holding a key",
            signed(|it| put(&mut it.confirmation, "cm:bearer", "cm:holder-of-key")),
            SHAPE,
        ),
        (
            "no confirmation",
            signed(|it| it.confirmation.clear()),
            SHAPE,
        ),
        (
            "a confirmation without data",
            signed(|it| {
                it.confirmation =
                    "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"/>"
                        .to_owned()
            }),
            SHAPE,
        ),
        (
            "another destination",
            signed(|it| put(&mut it.response_attributes, ACS, other)),
            ADDRESS,
        ),
        (
            "no destination where the response is signed",
            signed(|it| {
                put(
                    &mut it.response_attributes,
                    &format!("Destination=\"{ACS}\""),
                    "",
                )
            }),
            ADDRESS,
        ),
        (
            "another destination in an unsigned envelope",
            bare(|it| put(&mut it.response_attributes, ACS, other)),
            ADDRESS,
        ),
    ]
}

fn when() -> Vec<Case> {
    let times = |times: &str| conditions(times, &audience(AUDIENCE));
    let confirmed = |times: &str| {
        confirmation(&format!(
            "Recipient=\"{ACS}\" {times} InResponseTo=\"{REQUEST}\""
        ))
    };
    vec![
        (
            "conditions that are over",
            signed(|it| it.conditions = times("NotOnOrAfter=\"2026-11-25T11:50:00Z\"")),
            TIME,
        ),
        (
            "conditions without an end",
            signed(|it| it.conditions = times("NotBefore=\"2026-11-25T11:50:00Z\"")),
            TIME,
        ),
        (
            "conditions that are not yet",
            signed(|it| {
                it.conditions = times(
                    "NotBefore=\"2026-11-25T12:30:00Z\" NotOnOrAfter=\"2026-11-25T13:00:00Z\"",
                )
            }),
            TIME,
        ),
        (
            "an end that is no moment",
            signed(|it| it.conditions = times("NotOnOrAfter=\"tomorrow\"")),
            TIME,
        ),
        (
            "an end without a zone",
            signed(|it| it.conditions = times("NotOnOrAfter=\"2026-11-25T12:05:00\"")),
            TIME,
        ),
        (
            "a confirmation that is over",
            signed(|it| it.confirmation = confirmed("NotOnOrAfter=\"2026-11-25T11:50:00Z\"")),
            TIME,
        ),
        (
            "a confirmation without an end",
            signed(|it| it.confirmation = confirmed("")),
            TIME,
        ),
        (
            "a confirmation for later",
            signed(|it| {
                it.confirmation = confirmed(
                    "NotBefore=\"2026-11-25T11:00:00Z\" NotOnOrAfter=\"2026-11-25T12:05:00Z\"",
                )
            }),
            SHAPE,
        ),
        (
            "an assertion of next month",
            signed(|it| {
                put(
                    &mut it.assertion_attributes,
                    "2026-11-25T11:59:58Z",
                    "2026-12-25T12:00:00Z",
                )
            }),
            TIME,
        ),
        (
            "an assertion of an hour ago",
            signed(|it| {
                put(
                    &mut it.assertion_attributes,
                    "2026-11-25T11:59:58Z",
                    "2026-11-25T11:00:00Z",
                )
            }),
            TIME,
        ),
        (
            "an assertion of no time",
            signed(|it| {
                put(
                    &mut it.assertion_attributes,
                    " IssueInstant=\"2026-11-25T11:59:58Z\"",
                    "",
                )
            }),
            TIME,
        ),
        (
            "a response of next month",
            signed(|it| {
                put(
                    &mut it.response_attributes,
                    "2026-11-25T11:59:58Z",
                    "2026-12-25T12:00:00Z",
                )
            }),
            TIME,
        ),
        (
            "a response of no time",
            bare(|it| {
                put(
                    &mut it.response_attributes,
                    " IssueInstant=\"2026-11-25T11:59:58Z\"",
                    "",
                )
            }),
            TIME,
        ),
        (
            "a session that is over",
            signed(|it| it.statement = statement("SessionNotOnOrAfter=\"2001-01-01T00:00:00Z\"")),
            TIME,
        ),
        (
            "a session that ends now",
            signed(|it| it.statement = statement("SessionNotOnOrAfter=\"2026-11-25T12:00:00Z\"")),
            TIME,
        ),
    ]
}

fn what_for() -> Vec<Case> {
    let answering = |id: &str| {
        confirmation(&format!(
            "Recipient=\"{ACS}\" NotOnOrAfter=\"2026-11-25T12:05:00Z\"{id}"
        ))
    };
    let asked = format!(" InResponseTo=\"{REQUEST}\"");
    let other = " InResponseTo=\"_00000000000000000000000000000000\"";
    vec![
        (
            "an answer to another request",
            signed(|it| put(&mut it.response_attributes, &asked, other)),
            NOT_ASKED,
        ),
        (
            "an answer to no request",
            signed(|it| put(&mut it.response_attributes, &asked, "")),
            NOT_ASKED,
        ),
        (
            "an assertion for another request",
            signed(|it| it.confirmation = answering(other)),
            NOT_ASKED,
        ),
        (
            "an assertion for no request",
            signed(|it| it.confirmation = answering("")),
            NOT_ASKED,
        ),
        (
            "an assertion for another request in our envelope",
            bare(|it| it.confirmation = answering(other)),
            NOT_ASKED,
        ),
        (
            "an empty request",
            signed(|it| put(&mut it.response_attributes, &asked, " InResponseTo=\"\"")),
            NOT_ASKED,
        ),
        (
            "no statement of a sign-in",
            signed(|it| it.statement.clear()),
            SHAPE,
        ),
        (
            "two statements of a sign-in",
            signed(|it| it.statement = it.statement.repeat(2)),
            SHAPE,
        ),
    ]
}

fn who() -> Vec<Case> {
    let name = |text: &str| format!("<saml:NameID>{text}</saml:NameID>");
    let other = "<saml:Issuer>https://idp.evil.example</saml:Issuer>";
    vec![
        ("no subject", signed(|it| it.subject.clear()), SUBJECT),
        (
            "an empty subject",
            signed(|it| it.subject = name("")),
            SUBJECT,
        ),
        (
            "a subject of blanks",
            signed(|it| it.subject = name("  ")),
            SUBJECT,
        ),
        (
            "a subject with blanks around it",
            signed(|it| it.subject = name(" admin ")),
            SUBJECT,
        ),
        (
            "a subject with a line break",
            signed(|it| it.subject = name("admin&#10;")),
            SUBJECT,
        ),
        (
            "a subject with a wide blank",
            signed(|it| it.subject = name("admin\u{3000}")),
            SUBJECT,
        ),
        (
            "two subjects",
            signed(|it| it.subject = format!("{}{}", name("alice"), name("admin"))),
            SUBJECT,
        ),
        (
            "a subject with an element in it",
            signed(|it| it.subject = name("alice<x/>")),
            SUBJECT,
        ),
        (
            "a subject of 5,000 letters",
            signed(|it| it.subject = name(&"a".repeat(5_000))),
            SUBJECT,
        ),
        (
            "a subject that is new every time",
            signed(|it| {
                it.subject = "<saml:NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:transient\">_x</saml:NameID>".to_owned()
            }),
            SUBJECT,
        ),
        (
            "another issuer",
            signed(|it| it.issuer = other.to_owned()),
            "saml_issuer",
        ),
        (
            "another issuer of the response",
            signed(|it| it.response_head = other.to_owned()),
            "saml_issuer",
        ),
        (
            "no issuer of the assertion",
            signed(|it| it.issuer.clear()),
            SHAPE,
        ),
        (
            "an issuer with a blank",
            signed(|it| {
                it.issuer = "<saml:Issuer>https://idp.example/metadata </saml:Issuer>".to_owned()
            }),
            "saml_issuer",
        ),
        (
            "two issuers of the response",
            bare(|it| it.response_head = it.response_head.repeat(2)),
            SHAPE,
        ),
        (
            "an assertion of version 1.1",
            signed(|it| put(&mut it.assertion_attributes, "2.0", "1.1")),
            SHAPE,
        ),
        (
            "a response of version 1.1",
            signed(|it| put(&mut it.response_attributes, "2.0", "1.1")),
            SHAPE,
        ),
    ]
}

fn status() -> Vec<Case> {
    let code =
        |value: &str| format!("<samlp:Status><samlp:StatusCode Value=\"{value}\"/></samlp:Status>");
    vec![
        ("no status", signed(|it| it.status.clear()), SHAPE),
        (
            "no code",
            signed(|it| it.status = "<samlp:Status/>".to_owned()),
            SHAPE,
        ),
        (
            "two statuses",
            signed(|it| it.status = it.status.repeat(2)),
            SHAPE,
        ),
        (
            "a code without a value",
            signed(|it| it.status = "<samlp:Status><samlp:StatusCode/></samlp:Status>".to_owned()),
            "saml_status",
        ),
        (
            "the requester is to blame",
            signed(|it| it.status = code("urn:oasis:names:tc:SAML:2.0:status:Requester")),
            "saml_status",
        ),
        (
            "the responder is to blame",
            signed(|it| it.status = code("urn:oasis:names:tc:SAML:2.0:status:Responder")),
            "saml_status",
        ),
        (
            "a failed sign-in in an unsigned envelope",
            bare(|it| it.status = code("urn:oasis:names:tc:SAML:2.0:status:Requester")),
            "saml_status",
        ),
        (
            "a success of somebody else",
            signed(|it| it.status = code("urn:x:Success")),
            "saml_status",
        ),
    ]
}
