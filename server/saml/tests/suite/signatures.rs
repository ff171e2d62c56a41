//! Signatures that are missing, weak, somebody else's, or over something else.

use crate::Case;
use crate::house::{Draft, EXCLUSIVE, OTHER_KEY, RSA_KEY, Signs};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

const SIGNATURE: &str = "saml_signature";
const ALGORITHM: &str = "saml_algorithm";
const SHAPE: &str = "saml_shape";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

fn genuine() -> String {
    Draft::default().signed(Signs::Assertion)
}

fn with(from: &str, to: &str) -> Vec<u8> {
    let xml = genuine();
    assert!(xml.contains(from), "{from}");
    xml.replacen(from, to, 1).into_bytes()
}

/// What stands between `from` and `to`, with both.
pub(crate) fn piece<'a>(xml: &'a str, from: &str, to: &str) -> &'a str {
    let start = xml.find(from).unwrap();
    let end = xml[start..].find(to).unwrap() + start + to.len();
    &xml[start..end]
}

pub(crate) fn cases() -> Vec<Case> {
    [missing(), others(), weak(), strange_parts(), changed()].concat()
}

fn missing() -> Vec<Case> {
    let xml = genuine();
    let signature = piece(&xml, "<ds:Signature ", "</ds:Signature>");
    let value = piece(&xml, "<ds:SignatureValue>", "</ds:SignatureValue>");
    let digest = piece(&xml, "<ds:DigestValue>", "</ds:DigestValue>");
    let reference = piece(&xml, "<ds:Reference ", "</ds:Reference>");
    vec![
        (
            "no signature",
            Draft::default().signed(Signs::Nothing).into_bytes(),
            "saml_unsigned",
        ),
        (
            "its signature taken out",
            xml.replace(signature, "").into_bytes(),
            "saml_unsigned",
        ),
        (
            "an empty signature",
            with(
                signature,
                "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>",
            ),
            SHAPE,
        ),
        ("an empty value", with(value, "<ds:SignatureValue/>"), SHAPE),
        ("no value", with(value, ""), SHAPE),
        (
            "a value of blanks",
            with(value, "<ds:SignatureValue> </ds:SignatureValue>"),
            SHAPE,
        ),
        ("an empty digest", with(digest, "<ds:DigestValue/>"), SHAPE),
        ("no reference", with(reference, ""), SHAPE),
        (
            "two references",
            with(reference, &format!("{reference}{reference}")),
            SHAPE,
        ),
        ("two values", with(value, &format!("{value}{value}")), SHAPE),
    ]
}

fn others() -> Vec<Case> {
    let other = Draft::default().signed_by(Signs::Both, &OTHER_KEY);
    let certificate = BASE64_STANDARD.encode(&OTHER_KEY.certificate);
    let info = format!(
        "</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate>\
         </ds:X509Data></ds:KeyInfo>"
    );
    let both = Draft::default().signed_by(Signs::Assertion, &OTHER_KEY);
    let ours = BASE64_STANDARD.encode(&RSA_KEY.certificate);
    let pretends = info.replace(&certificate, &ours);
    vec![
        ("another key", other.clone().into_bytes(), SIGNATURE),
        (
            "another key that brings its certificate",
            other.replace("</ds:SignatureValue>", &info).into_bytes(),
            SIGNATURE,
        ),
        (
            "another key that brings ours",
            both.replace("</ds:SignatureValue>", &pretends).into_bytes(),
            SIGNATURE,
        ),
        (
            "the value of another signature",
            {
                let theirs = piece(&both, "<ds:SignatureValue>", "</ds:SignatureValue>");
                let xml = genuine();
                let mine = piece(&xml, "<ds:SignatureValue>", "</ds:SignatureValue>");
                with(mine, theirs)
            },
            SIGNATURE,
        ),
    ]
}

fn weak() -> Vec<Case> {
    let sha1 = "http://www.w3.org/2000/09/xmldsig#sha1";
    let drafted = |draft: Draft| draft.signed(Signs::Assertion).into_bytes();
    vec![
        (
            "RSA with SHA-1",
            drafted(Draft {
                method: "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
                ..Draft::default()
            }),
            ALGORITHM,
        ),
        (
            "a digest of SHA-1",
            drafted(Draft {
                digest: sha1,
                ..Draft::default()
            }),
            ALGORITHM,
        ),
        (
            "SHA-1 throughout",
            drafted(Draft {
                method: "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
                digest: sha1,
                ..Draft::default()
            }),
            ALGORITHM,
        ),
        (
            "a digest of SHA-224",
            with(
                "http://www.w3.org/2001/04/xmlenc#sha256",
                "http://www.w3.org/2001/04/xmldsig-more#sha224",
            ),
            ALGORITHM,
        ),
        (
            "a digest of MD5",
            with(
                "http://www.w3.org/2001/04/xmlenc#sha256",
                "http://www.w3.org/2001/04/xmldsig-more#md5",
            ),
            ALGORITHM,
        ),
        (
            "RSA with MD5",
            with("xmldsig-more#rsa-sha256", "xmldsig-more#rsa-md5"),
            ALGORITHM,
        ),
        (
            "HMAC",
            with(
                "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
            ),
            ALGORITHM,
        ),
        (
            "HMAC with SHA-1",
            with(
                "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
            ),
            ALGORITHM,
        ),
        (
            "no algorithm",
            with(
                " Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"",
                "",
            ),
            ALGORITHM,
        ),
        (
            "DSA",
            with(
                "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
            ),
            ALGORITHM,
        ),
        (
            "canonical with comments",
            drafted(Draft {
                canonical: "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
                ..Draft::default()
            }),
            ALGORITHM,
        ),
        (
            "inclusive canonical form",
            drafted(Draft {
                canonical: "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
                ..Draft::default()
            }),
            ALGORITHM,
        ),
        (
            "a transform with comments",
            drafted(Draft {
                transforms: format!(
                    "<ds:Transform Algorithm=\"{ENVELOPED}\"/><ds:Transform Algorithm=\"{EXCLUSIVE}WithComments\"/>"
                ),
                ..Draft::default()
            }),
            ALGORITHM,
        ),
    ]
}

fn strange_parts() -> Vec<Case> {
    let transform = |text: &str| {
        with(
            &format!("<ds:Transform Algorithm=\"{EXCLUSIVE}\"/>"),
            &format!("<ds:Transform Algorithm=\"{EXCLUSIVE}\"/>{text}"),
        )
    };
    vec![
        (
            "a transform by XPath",
            transform(
                "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>//*</ds:XPath></ds:Transform>",
            ),
            ALGORITHM,
        ),
        (
            "a transform by XPath filter",
            transform("<ds:Transform Algorithm=\"http://www.w3.org/2002/06/xmldsig-filter2\"/>"),
            ALGORITHM,
        ),
        (
            "a transform by XSLT",
            transform("<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>"),
            ALGORITHM,
        ),
        (
            "a transform by base64",
            transform("<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#base64\"/>"),
            ALGORITHM,
        ),
        (
            "no transforms",
            with(&format!("<ds:Transform Algorithm=\"{ENVELOPED}\"/>"), ""),
            ALGORITHM,
        ),
        (
            "an expression inside a transform",
            with(
                &format!("<ds:Transform Algorithm=\"{ENVELOPED}\"/>"),
                &format!(
                    "<ds:Transform Algorithm=\"{ENVELOPED}\"><ds:XPath>1</ds:XPath></ds:Transform>"
                ),
            ),
            ALGORITHM,
        ),
        (
            "a length of the value",
            with(
                "#rsa-sha256\"/>",
                "#rsa-sha256\"><ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>",
            ),
            ALGORITHM,
        ),
        (
            "an object",
            with(
                "</ds:Signature>",
                "<ds:Object><x/></ds:Object></ds:Signature>",
            ),
            SHAPE,
        ),
        (
            "a manifest",
            with("</ds:Signature>", "<ds:Manifest/></ds:Signature>"),
            SHAPE,
        ),
        (
            "a key to fetch",
            with(
                "</ds:SignatureValue>",
                "</ds:SignatureValue><ds:KeyInfo><ds:RetrievalMethod URI=\"http://127.0.0.1:1/\"/></ds:KeyInfo>",
            ),
            SHAPE,
        ),
        (
            "a key by its name",
            with(
                "</ds:SignatureValue>",
                "</ds:SignatureValue><ds:KeyInfo><ds:KeyName>ours</ds:KeyName></ds:KeyInfo>",
            ),
            SHAPE,
        ),
        (
            "over the whole document",
            with("URI=\"#_a1\"", "URI=\"\""),
            SHAPE,
        ),
        ("over nothing named", with(" URI=\"#_a1\"", ""), SHAPE),
        (
            "over the response",
            with("URI=\"#_a1\"", "URI=\"#_r1\""),
            SHAPE,
        ),
        (
            "over an address",
            with("URI=\"#_a1\"", "URI=\"http://127.0.0.1:1/\""),
            SHAPE,
        ),
        (
            "over an expression",
            with("URI=\"#_a1\"", "URI=\"#xpointer(id('_a1'))\""),
            SHAPE,
        ),
        (
            "over an id in other letters",
            with("URI=\"#_a1\"", "URI=\"#_A1\""),
            SHAPE,
        ),
        (
            "a signature of another namespace",
            {
                let xml = genuine();
                let signature = piece(&xml, "<ds:Signature ", "</ds:Signature>");
                let other = signature.replace("http://www.w3.org/2000/09/xmldsig#\">", "urn:x\">");
                with(signature, &other)
            },
            SHAPE,
        ),
    ]
}

fn changed() -> Vec<Case> {
    vec![
        ("another subject", with("alice-4711", "admin"), SIGNATURE),
        (
            "one letter of the subject",
            with("alice-4711", "Alice-4711"),
            SIGNATURE,
        ),
        ("another group", with(">data<", ">admins<"), SIGNATURE),
        (
            "one more attribute",
            with(
                "</saml:AttributeStatement>",
                "<saml:Attribute Name=\"role\"><saml:AttributeValue>owner</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>",
            ),
            SIGNATURE,
        ),
        (
            "one attribute fewer",
            with("<saml:AttributeValue>data</saml:AttributeValue>", ""),
            SIGNATURE,
        ),
        (
            "a longer life",
            with("SessionNotOnOrAfter=\"2026", "SessionNotOnOrAfter=\"2036"),
            SIGNATURE,
        ),
        (
            "another digest",
            with("<ds:DigestValue>", "<ds:DigestValue>AAAA"),
            SIGNATURE,
        ),
        (
            "another subject by a character number",
            with("alice-4711", "&#97;dmin"),
            SIGNATURE,
        ),
    ]
}
