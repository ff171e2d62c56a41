//! Documents that no identity provider writes: not XML, more than XML needs, or not one document.

use crate::Case;
use crate::house::{Draft, Signs};

const SHAPE: &str = "saml_shape";

fn genuine() -> String {
    Draft::default().signed(Signs::Both)
}

/// The genuine document with `from` once replaced by `to`; `from` must be there.
fn with(from: &str, to: &str) -> Vec<u8> {
    let xml = genuine();
    assert!(xml.contains(from), "{from}");
    xml.replacen(from, to, 1).into_bytes()
}

pub(crate) fn cases() -> Vec<Case> {
    [
        not_xml(),
        declarations(),
        inside_text(),
        entities(),
        too_much(),
        encodings(),
    ]
    .concat()
}

fn not_xml() -> Vec<Case> {
    let xml = genuine();
    let half = xml.len() / 2;
    vec![
        ("nothing", Vec::new(), SHAPE),
        ("words", b"hello".to_vec(), SHAPE),
        ("json", br#"{"subject":"admin"}"#.to_vec(), SHAPE),
        ("html", b"<html><body>Sign in</body></html>".to_vec(), SHAPE),
        ("the first half", xml.as_bytes()[..half].to_vec(), SHAPE),
        (
            "without its last tag",
            xml.trim_end_matches("</samlp:Response>").into(),
            SHAPE,
        ),
        ("two documents", format!("{xml}{xml}").into_bytes(), SHAPE),
        (
            "an assertion behind the response",
            format!("{xml}{}", Draft::default().assertion("")).into_bytes(),
            SHAPE,
        ),
        (
            "words behind the root",
            format!("{xml} admin").into_bytes(),
            SHAPE,
        ),
        (
            "words before the root",
            format!("admin {xml}").into_bytes(),
            SHAPE,
        ),
        (
            "a bare assertion",
            Draft::default().assertion("").into_bytes(),
            SHAPE,
        ),
        (
            "tags that cross",
            with(
                "</saml:AttributeStatement></saml:Assertion>",
                "</saml:Assertion></saml:AttributeStatement>",
            ),
            SHAPE,
        ),
        (
            "an attribute twice",
            with("Version=\"2.0\"", "Version=\"2.0\" Version=\"2.0\""),
            SHAPE,
        ),
        (
            "an attribute twice by two prefixes",
            with(
                "<samlp:Status>",
                "<samlp:Status xmlns:a=\"urn:x\" xmlns:b=\"urn:x\" a:y=\"1\" b:y=\"2\">",
            ),
            SHAPE,
        ),
        (
            "an attribute without quotes",
            with("Version=\"2.0\"", "Version=2.0"),
            SHAPE,
        ),
        (
            "a bracket in an attribute",
            with("Version=\"2.0\"", "Version=\"2.0<\""),
            SHAPE,
        ),
        (
            "a prefix that stands for nothing",
            with("<samlp:Status>", "<none:Status>"),
            SHAPE,
        ),
        (
            "a name with two colons",
            with("<samlp:Status>", "<samlp:a:Status>"),
            SHAPE,
        ),
        (
            "the prefix xml declared anew",
            with("<samlp:Status>", "<samlp:Status xmlns:xml=\"urn:x\">"),
            SHAPE,
        ),
        (
            "the prefix xmlns declared",
            with("<samlp:Status>", "<samlp:Status xmlns:xmlns=\"urn:x\">"),
            SHAPE,
        ),
        (
            "a prefix declared as nothing",
            with("<samlp:Status>", "<samlp:Status xmlns:samlp=\"\">"),
            SHAPE,
        ),
    ]
}

fn declarations() -> Vec<Case> {
    let xml = genuine();
    let before = |text: &str| format!("{text}{xml}").into_bytes();
    vec![
        ("a document type", before("<!DOCTYPE Response>"), SHAPE),
        (
            "a document type with an entity",
            before("<!DOCTYPE r [<!ENTITY who \"admin\">]>"),
            SHAPE,
        ),
        (
            "a document type with ids",
            before("<!DOCTYPE r [<!ATTLIST saml:NameID Format ID #IMPLIED>]>"),
            SHAPE,
        ),
        (
            "an external document type",
            before("<!DOCTYPE r SYSTEM \"file:///etc/passwd\">"),
            SHAPE,
        ),
        (
            "an external entity",
            before("<!DOCTYPE r [<!ENTITY who SYSTEM \"http://127.0.0.1:1/\">]>"),
            SHAPE,
        ),
        (
            "a parameter entity",
            before("<!DOCTYPE r [<!ENTITY % who SYSTEM \"http://127.0.0.1:1/\"> %who;]>"),
            SHAPE,
        ),
        (
            "an entity bomb",
            before(
                "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>",
            ),
            SHAPE,
        ),
        ("a processing instruction", before("<?php echo 1 ?>"), SHAPE),
        (
            "a style sheet",
            before("<?xml-stylesheet href=\"http://evil.example/x.xsl\"?>"),
            SHAPE,
        ),
        (
            "an instruction inside",
            with("<samlp:Status>", "<?x y?><samlp:Status>"),
            SHAPE,
        ),
        (
            "a declaration inside",
            with("<samlp:Status>", "<?xml version=\"1.0\"?><samlp:Status>"),
            SHAPE,
        ),
        (
            "two declarations",
            before("<?xml version=\"1.0\"?><?xml version=\"1.0\"?>"),
            SHAPE,
        ),
        ("version 1.1", before("<?xml version=\"1.1\"?>"), SHAPE),
        (
            "another encoding declared",
            before("<?xml version=\"1.0\" encoding=\"UTF-7\"?>"),
            SHAPE,
        ),
        (
            "latin declared",
            before("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"),
            SHAPE,
        ),
        ("a comment before", before("<!-- -->"), SHAPE),
    ]
}

fn inside_text() -> Vec<Case> {
    vec![
        (
            "a comment in the subject",
            with("alice-4711", "alice<!-- -->-4711"),
            SHAPE,
        ),
        (
            "a comment that cuts the subject",
            with("alice-4711", "admin<!-- -->alice-4711"),
            SHAPE,
        ),
        (
            "an instruction in the subject",
            with("alice-4711", "alice<?x?>-4711"),
            SHAPE,
        ),
        (
            "CDATA in the subject",
            with("alice-4711", "<![CDATA[alice-4711]]>"),
            SHAPE,
        ),
        (
            "CDATA that cuts the subject",
            with("alice-4711", "admin<![CDATA[]]>"),
            SHAPE,
        ),
        (
            "a comment in an attribute",
            with(
                "alice@client.example",
                "admin@client.example<!---->.evil.example",
            ),
            SHAPE,
        ),
        (
            "a comment in the issuer",
            with(
                "https://idp.example/metadata",
                "https://idp.example/<!-- -->metadata",
            ),
            SHAPE,
        ),
        (
            "a comment in the digest",
            with("<ds:DigestValue>", "<ds:DigestValue><!-- x -->"),
            SHAPE,
        ),
        (
            "a comment in the audience",
            with("<saml:Audience>", "<saml:Audience><!-- x -->"),
            SHAPE,
        ),
    ]
}

fn entities() -> Vec<Case> {
    vec![
        (
            "an entity that nobody declared",
            with("alice-4711", "&who;"),
            SHAPE,
        ),
        (
            "an entity of HTML",
            with("alice-4711", "alice&nbsp;4711"),
            SHAPE,
        ),
        (
            "a character by the number zero",
            with("alice-4711", "alice&#0;4711"),
            SHAPE,
        ),
        (
            "a control character by number",
            with("alice-4711", "alice&#8;4711"),
            SHAPE,
        ),
        (
            "a surrogate by number",
            with("alice-4711", "alice&#xD800;4711"),
            SHAPE,
        ),
        (
            "an entity in an attribute",
            with("Version=\"2.0\"", "Version=\"&two;\""),
            SHAPE,
        ),
        ("a lone ampersand", with("alice-4711", "alice & bob"), SHAPE),
    ]
}

fn too_much() -> Vec<Case> {
    let deep = format!("{}{}", "<x>".repeat(20_000), "</x>".repeat(20_000));
    let wide = "<x/>".repeat(20_000);
    let attributes: Vec<String> = (0..200).map(|at| format!("a{at}=\"1\"")).collect();
    let attributes = attributes.join(" ");
    let large = format!("<x>{}</x>", "y".repeat(5 * 1_024 * 1_024));
    vec![
        (
            "20,000 levels",
            with("<samlp:Status>", &format!("{deep}<samlp:Status>")),
            SHAPE,
        ),
        ("20,000 levels alone", deep.into_bytes(), SHAPE),
        (
            "20,000 elements",
            with("<samlp:Status>", &format!("{wide}<samlp:Status>")),
            SHAPE,
        ),
        (
            "200 attributes",
            with("<samlp:Status>", &format!("<samlp:Status {attributes}>")),
            SHAPE,
        ),
        ("five megabytes", large.into_bytes(), SHAPE),
    ]
}

fn encodings() -> Vec<Case> {
    let xml = genuine();
    let utf16: Vec<u8> = xml.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xef, 0xbb, 0xbf], xml.as_bytes()].concat();
    let utf16_marked = [&[0xff, 0xfe][..], &utf16].concat();
    vec![
        ("a byte order mark", marked, SHAPE),
        ("UTF-16", utf16, SHAPE),
        ("UTF-16 with its mark", utf16_marked, SHAPE),
        (
            "bytes that are no text",
            [xml.as_bytes(), &[0xff, 0xfe]].concat(),
            SHAPE,
        ),
        (
            "a byte of zero in the subject",
            with("alice-4711", "alice\u{0}4711"),
            SHAPE,
        ),
        (
            "a byte of zero at the end",
            format!("{xml}\u{0}").into_bytes(),
            SHAPE,
        ),
        (
            "an escape character",
            with("alice-4711", "alice\u{1b}4711"),
            SHAPE,
        ),
        (
            "UTF-7",
            with("alice-4711", "+ADw-saml:NameID+AD4-").split_off(1),
            SHAPE,
        ),
    ]
}
