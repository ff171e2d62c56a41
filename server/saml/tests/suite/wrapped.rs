//! Signature wrapping: a genuine signature over a genuine part, and another part for the reader. XSW1 to XSW8 are
//! numbered as in Somorovsky et al., "On Breaking SAML" (2012) and the tools that grew from it.

use crate::Case;
use crate::house::{Draft, Signs};
use crate::signatures::piece;

const SHAPE: &str = "saml_shape";

/// A response in which the assertion is signed, and its parts.
struct Parts {
    xml: String,
    assertion: String,
    signature: String,
    evil: String,
}

fn parts(signs: Signs) -> Parts {
    let xml = Draft::default().signed(signs);
    let assertion = piece(&xml, "<saml:Assertion ", "</saml:Assertion>").to_owned();
    let signature = piece(
        if signs == Signs::Response {
            &xml
        } else {
            &assertion
        },
        "<ds:Signature ",
        "</ds:Signature>",
    )
    .to_owned();
    let evil = Draft::default()
        .assertion("")
        .replace("alice-4711", "admin")
        .replace("\"_a1\"", "\"_evil\"");
    Parts {
        xml,
        assertion,
        signature,
        evil,
    }
}

impl Parts {
    fn with(&self, from: &str, to: &str) -> Vec<u8> {
        assert!(self.xml.contains(from), "{from}");
        self.xml.replacen(from, to, 1).into_bytes()
    }
}

pub(crate) fn cases() -> Vec<Case> {
    [
        over_the_response(),
        over_the_assertion(),
        ids(),
        decoys(),
        hidden(),
    ]
    .concat()
}

fn over_the_response() -> Vec<Case> {
    let it = parts(Signs::Response);
    let original = it.xml.replace(&it.signature, "");
    let evil_response = it
        .xml
        .replace("alice-4711", "admin")
        .replace("\"_r1\"", "\"_evil\"");
    let object = it.signature.replace(
        "</ds:Signature>",
        &format!("<ds:Object>{original}</ds:Object></ds:Signature>"),
    );
    vec![
        // XSW1: the original response inside the signature of a forged one.
        ("XSW1", evil_response.replace(&it.signature, &object).into_bytes(), SHAPE),
        // XSW2: the original response beside a detached signature.
        ("XSW2", evil_response.replace(&it.signature, &format!("{original}{}", it.signature)).into_bytes(), SHAPE),
        ("the original response in extensions", evil_response.replace("<samlp:Status>", &format!("<samlp:Extensions>{original}</samlp:Extensions><samlp:Status>")).into_bytes(), SHAPE),
        ("a forged response around the original", it.with("<samlp:Response ", "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_evil\" Version=\"2.0\"><samlp:Response ").into_iter().chain(*b"</samlp:Response>").collect(), SHAPE),
        ("a forged assertion before the genuine one, response signed", it.with("<saml:Assertion ", &format!("{}<saml:Assertion ", it.evil)), SHAPE),
    ]
}

fn over_the_assertion() -> Vec<Case> {
    let it = parts(Signs::Assertion);
    let bare = it.assertion.replace(&it.signature, "");
    let holds = |inside: &str| {
        // A forged assertion that carries the genuine signature, and `inside` somewhere in it.
        it.evil.replace(
            "</saml:Issuer><saml:Subject>",
            &format!("</saml:Issuer>{inside}<saml:Subject>"),
        )
    };
    let signature_with = |object: &str| {
        it.signature.replace(
            "</ds:Signature>",
            &format!("<ds:Object>{object}</ds:Object></ds:Signature>"),
        )
    };
    vec![
        // XSW3: forged before genuine, as siblings.
        (
            "XSW3",
            it.with(&it.assertion, &format!("{}{}", it.evil, it.assertion)),
            SHAPE,
        ),
        (
            "XSW3 the other way round",
            it.with(&it.assertion, &format!("{}{}", it.assertion, it.evil)),
            SHAPE,
        ),
        // XSW4: genuine inside forged.
        (
            "XSW4",
            it.with(
                &it.assertion,
                &it.evil.replace(
                    "</saml:Assertion>",
                    &format!("{}</saml:Assertion>", it.assertion),
                ),
            ),
            SHAPE,
        ),
        // XSW5: the signature in the forged one, the genuine one at the end.
        (
            "XSW5",
            it.with(&it.assertion, &format!("{}{bare}", holds(&it.signature))),
            SHAPE,
        ),
        // XSW6: the genuine one inside the signature of the forged one, as its last child.
        (
            "XSW6",
            it.with(
                &it.assertion,
                &holds(
                    &it.signature
                        .replace("</ds:Signature>", &format!("{bare}</ds:Signature>")),
                ),
            ),
            SHAPE,
        ),
        // XSW7: the forged one in extensions, the genuine one where it was.
        (
            "XSW7",
            it.with(
                "<samlp:Status>",
                &format!(
                    "<samlp:Extensions>{}</samlp:Extensions><samlp:Status>",
                    it.evil
                ),
            ),
            SHAPE,
        ),
        // XSW8: the genuine one in an object of the signature of the forged one.
        (
            "XSW8",
            it.with(&it.assertion, &holds(&signature_with(&bare))),
            SHAPE,
        ),
        // XSW10: the forged one wears the genuine id, the genuine one an object.
        (
            "XSW10",
            it.with(
                &it.assertion,
                &holds(&signature_with(&bare)).replace("_evil", "_a1"),
            ),
            SHAPE,
        ),
        (
            "genuine in advice",
            it.with(
                &it.assertion,
                &it.evil.replace(
                    "<saml:AuthnStatement",
                    &format!(
                        "<saml:Advice>{}</saml:Advice><saml:AuthnStatement",
                        it.assertion
                    ),
                ),
            ),
            SHAPE,
        ),
        (
            "genuine in an attribute",
            it.with(
                &it.assertion,
                &it.evil.replace("alice@client.example", &it.assertion),
            ),
            SHAPE,
        ),
        (
            "forged in its place",
            it.with(&it.assertion, &it.evil),
            "saml_unsigned",
        ),
        (
            "forged in a foreign wrapper",
            it.with(
                "<samlp:Status>",
                &format!("<x xmlns=\"urn:x\">{}</x><samlp:Status>", it.evil),
            ),
            SHAPE,
        ),
        (
            "forged of another namespace",
            it.with(
                &it.assertion,
                &format!(
                    "{}{}",
                    it.evil
                        .replace("urn:oasis:names:tc:SAML:2.0:assertion", "urn:x"),
                    it.assertion
                ),
            ),
            SHAPE,
        ),
        (
            "genuine of another namespace",
            it.with(
                "xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_a1\"",
                "xmlns:saml=\"urn:x\" ID=\"_a1\"",
            ),
            SHAPE,
        ),
        (
            "a response of SAML 1.1",
            it.with(
                "urn:oasis:names:tc:SAML:2.0:protocol",
                "urn:oasis:names:tc:SAML:1.0:protocol",
            ),
            SHAPE,
        ),
    ]
}

fn ids() -> Vec<Case> {
    let it = parts(Signs::Assertion);
    let both = Draft {
        response_attributes: Draft::default().response_attributes.replace("_r1", "_a1"),
        ..Draft::default()
    };
    vec![
        (
            "response and assertion with one id",
            both.signed(Signs::Assertion).into_bytes(),
            SHAPE,
        ),
        (
            "one id in two cases of letters",
            it.with("ID=\"_r1\"", "ID=\"_A1\""),
            SHAPE,
        ),
        (
            "an id on something else",
            it.with("<samlp:Status>", "<samlp:Status ID=\"_s1\">"),
            SHAPE,
        ),
        (
            "the genuine id on something else",
            it.with("<samlp:Status>", "<samlp:Status ID=\"_a1\">"),
            SHAPE,
        ),
        (
            "an Id beside the ID",
            it.with("ID=\"_r1\"", "ID=\"_r1\" Id=\"_a1\""),
            SHAPE,
        ),
        (
            "xml:id",
            it.with("ID=\"_r1\"", "ID=\"_r1\" xml:id=\"_a1\""),
            SHAPE,
        ),
        (
            "an id of a namespace",
            it.with("ID=\"_r1\"", "ID=\"_r1\" samlp:ID=\"_a1\""),
            SHAPE,
        ),
        ("no id on the response", it.with("ID=\"_r1\" ", ""), SHAPE),
        ("no id on the assertion", it.with("ID=\"_a1\" ", ""), SHAPE),
        ("an empty id", it.with("ID=\"_r1\"", "ID=\"\""), SHAPE),
        (
            "an id that is an expression",
            it.with("ID=\"_r1\"", "ID=\"_r1' or '1\""),
            SHAPE,
        ),
        (
            "an id on the signature",
            it.with("<ds:Signature ", "<ds:Signature Id=\"_x\" "),
            SHAPE,
        ),
    ]
}

fn decoys() -> Vec<Case> {
    let it = parts(Signs::Assertion);
    vec![
        (
            "two signatures of one assertion",
            it.with(&it.signature, &format!("{0}{0}", it.signature)),
            SHAPE,
        ),
        (
            "a signature in the status",
            it.with("<samlp:Status>", &format!("<samlp:Status>{}", it.signature)),
            SHAPE,
        ),
        (
            "a signature at the end of the assertion",
            it.with(
                &it.assertion,
                &it.assertion.replace(&it.signature, "").replace(
                    "</saml:Assertion>",
                    &format!("{}</saml:Assertion>", it.signature),
                ),
            ),
            SHAPE,
        ),
        (
            "the signature of the assertion on the response",
            it.with(
                "</saml:Issuer><samlp:Status>",
                &format!("</saml:Issuer>{}<samlp:Status>", it.signature),
            ),
            SHAPE,
        ),
        (
            "a signature in a signature",
            it.with(
                "</ds:Signature>",
                &format!("{}</ds:Signature>", it.signature),
            ),
            SHAPE,
        ),
        (
            "a decoy with an object beside it",
            it.with(
                &it.signature,
                &format!(
                    "{}{}",
                    it.signature,
                    it.signature
                        .replace("</ds:Signature>", "<ds:Object/></ds:Signature>")
                ),
            ),
            SHAPE,
        ),
        (
            "a foreign Signature element",
            it.with(
                "<samlp:Status>",
                "<x:Signature xmlns:x=\"urn:x\"/><samlp:Status>",
            ),
            SHAPE,
        ),
    ]
}

fn hidden() -> Vec<Case> {
    let it = parts(Signs::Both);
    vec![
        (
            "a second subject",
            it.with(
                "</saml:Subject>",
                "</saml:Subject><saml:Subject><saml:NameID>admin</saml:NameID></saml:Subject>",
            ),
            "saml_signature",
        ),
        (
            "a name before the name",
            it.with(
                "<saml:NameID ",
                "<saml:NameID>admin</saml:NameID><saml:NameID ",
            ),
            "saml_signature",
        ),
        (
            "an encrypted assertion beside it",
            it.with(
                "<saml:Assertion ",
                "<saml:EncryptedAssertion/><saml:Assertion ",
            ),
            "saml_encrypted",
        ),
        (
            "an encrypted name",
            it.with("<saml:NameID ", "<saml:EncryptedID/><saml:NameID "),
            "saml_encrypted",
        ),
        (
            "an encrypted attribute",
            it.with(
                "<saml:Attribute ",
                "<saml:EncryptedAttribute/><saml:Attribute ",
            ),
            "saml_encrypted",
        ),
        (
            "nothing but an encrypted assertion",
            Draft::default()
                .response("", "<saml:EncryptedAssertion/>")
                .into_bytes(),
            "saml_encrypted",
        ),
        (
            "no assertion",
            Draft::default().response("", "").into_bytes(),
            SHAPE,
        ),
    ]
}
