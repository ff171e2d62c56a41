//! The shape of a response, looked at before any cryptography: exactly one response with exactly one assertion
//! as its direct child, signatures where they belong and over what they stand in, and nothing that could be
//! taken for another assertion or another id.
//!
//! Signature wrapping lives from documents that have two of something (Somorovsky et al., "On Breaking SAML",
//! 2012). A document with two of anything here goes no further.

use crate::tree::Element;
use crate::{ASSERTION, PROTOCOL, Refusal, SIGNATURE};
use std::collections::HashSet;

const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const DIGESTS: [&str; 3] = [
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
];
const METHODS: [&str; 6] = [
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
];

/// What carries a signature, in a document of the right shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signed {
    pub(crate) response: bool,
    pub(crate) assertion: bool,
}

/// Looks at the shape of `response`, the root of the document.
///
/// # Errors
/// [`Refusal::Shape`], [`Refusal::Encrypted`], [`Refusal::Unsigned`], [`Refusal::Algorithm`].
pub(crate) fn look_at(response: &Element) -> Result<Signed, Refusal> {
    if !response.is(PROTOCOL, "Response") {
        return Err(Refusal::Shape("it is not a response"));
    }
    let everything = response.each();
    if everything.iter().any(|it| it.name.starts_with("Encrypted")) {
        return Err(Refusal::Encrypted);
    }
    let count = |name: &str| everything.iter().filter(|it| it.name == name).count();
    if count("Response") != 1 {
        return Err(Refusal::Shape("it holds more than one response"));
    }
    for name in [
        "Extensions",
        "Advice",
        "Evidence",
        "LogoutRequest",
        "Object",
        "Manifest",
    ] {
        if count(name) != 0 {
            return Err(Refusal::Shape(
                "it holds parts that a sign-in does not have",
            ));
        }
    }
    if count("Assertion") != 1 {
        return Err(Refusal::Shape("it does not hold exactly one assertion"));
    }
    let assertion = response.only(ASSERTION, "Assertion");
    let assertion = assertion.ok_or(Refusal::Shape("its assertion is not where it belongs"))?;
    ids(&everything, [response, assertion])?;
    let signed = Signed {
        response: signature_of(response)?,
        assertion: signature_of(assertion)?,
    };
    let wanted = usize::from(signed.response) + usize::from(signed.assertion);
    if count("Signature") != wanted {
        return Err(Refusal::Shape("a signature is not where it belongs"));
    }
    if wanted == 0 {
        return Err(Refusal::Unsigned);
    }
    Ok(signed)
}

/// Nothing has an id but the response and its assertion, spelled as the standard spells it, and no two are
/// the same in any case of letters.
fn ids(everything: &[&Element], bearers: [&Element; 2]) -> Result<(), Refusal> {
    let mut seen = HashSet::new();
    for element in everything {
        let is_bearer = bearers.iter().any(|it| std::ptr::eq(*it, *element));
        let all = element.attributes.iter();
        for id in all.filter(|it| it.name.eq_ignore_ascii_case("id")) {
            let spelled = id.namespace.is_empty() && id.name == "ID";
            if !is_bearer || !spelled || !is_id(&id.value) {
                return Err(Refusal::Shape("an id in it is not one"));
            }
            if !seen.insert(id.value.to_ascii_lowercase()) {
                return Err(Refusal::Shape("an id in it stands twice"));
            }
        }
    }
    if seen.len() == bearers.len() {
        return Ok(());
    }
    Err(Refusal::Shape("its response or its assertion has no id"))
}

fn is_id(text: &str) -> bool {
    (1..=256).contains(&text.len())
        && text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
        && text
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '.'))
}

/// Whether `bearer` carries a signature of its own; one of the wrong shape is refused.
fn signature_of(bearer: &Element) -> Result<bool, Refusal> {
    let named = |it: &&Element| it.name == "Signature";
    let mut found = bearer.elements().filter(named);
    let Some(signature) = found.next() else {
        return Ok(false);
    };
    if found.next().is_some() || signature.namespace != SIGNATURE {
        return Err(Refusal::Shape("something is signed twice"));
    }
    // Issuer, Signature, and the rest (saml-core, 2.3.3 and 3.2.2).
    let place = bearer.elements().position(|it| it.name == "Signature");
    let first = bearer.elements().next().map(|it| it.name.as_str());
    if !(place == Some(1) && first == Some("Issuer") || place == Some(0)) {
        return Err(Refusal::Shape("a signature is not where it belongs"));
    }
    let id = bearer.attribute("ID").unwrap_or_default();
    parts(signature, id)?;
    Ok(true)
}

/// The parts of a signature over the element with the id `over` (saml-core, 5.4; xmldsig-core, 4).
fn parts(signature: &Element, over: &str) -> Result<(), Refusal> {
    const SHAPE: Refusal = Refusal::Shape("a signature is not of the usual shape");
    let known = |it: &Element, names: &[&str]| {
        it.elements()
            .all(|child| child.namespace == SIGNATURE && names.contains(&child.name.as_str()))
    };
    if !known(signature, &["SignedInfo", "SignatureValue", "KeyInfo"]) {
        return Err(SHAPE);
    }
    let info = signature.only(SIGNATURE, "SignedInfo").ok_or(SHAPE)?;
    if !known(
        info,
        &["CanonicalizationMethod", "SignatureMethod", "Reference"],
    ) {
        return Err(SHAPE);
    }
    let method = info.only(SIGNATURE, "SignatureMethod").ok_or(SHAPE)?;
    if !METHODS.contains(&algorithm(method)) || method.elements().next().is_some() {
        return Err(Refusal::Algorithm);
    }
    let canonical = info
        .only(SIGNATURE, "CanonicalizationMethod")
        .ok_or(SHAPE)?;
    if algorithm(canonical) != EXCLUSIVE {
        return Err(Refusal::Algorithm);
    }
    let reference = info.only(SIGNATURE, "Reference").ok_or(SHAPE)?;
    if reference
        .attribute("URI")
        .and_then(|uri| uri.strip_prefix('#'))
        != Some(over)
    {
        return Err(Refusal::Shape(
            "a signature is over something else than it stands in",
        ));
    }
    if !known(reference, &["Transforms", "DigestMethod", "DigestValue"]) {
        return Err(SHAPE);
    }
    let digest = reference.only(SIGNATURE, "DigestMethod").ok_or(SHAPE)?;
    if !DIGESTS.contains(&algorithm(digest)) || digest.elements().next().is_some() {
        return Err(Refusal::Algorithm);
    }
    let transforms = reference.only(SIGNATURE, "Transforms").ok_or(SHAPE)?;
    let names: Vec<&str> = transforms.elements().map(algorithm).collect();
    if names != [ENVELOPED, EXCLUSIVE] {
        return Err(Refusal::Algorithm);
    }
    // Prefixes to keep may be named; an expression may not.
    let inside = transforms.elements().flat_map(Element::elements);
    if !inside
        .into_iter()
        .all(|it| it.is(EXCLUSIVE, "InclusiveNamespaces"))
    {
        return Err(Refusal::Algorithm);
    }
    for value in [
        reference.only(SIGNATURE, "DigestValue"),
        signature.only(SIGNATURE, "SignatureValue"),
    ] {
        let text = value.and_then(Element::text);
        if text.is_none_or(|text| text.trim().is_empty()) {
            return Err(SHAPE);
        }
    }
    key_info(signature)
}

/// A key may be named there; ours is used whatever it says. Ways to fetch one are refused.
fn key_info(signature: &Element) -> Result<(), Refusal> {
    let known = [
        "KeyInfo",
        "X509Data",
        "X509Certificate",
        "X509SubjectName",
        "X509IssuerSerial",
    ];
    let deeper = [
        "X509IssuerName",
        "X509SerialNumber",
        "KeyValue",
        "RSAKeyValue",
        "Modulus",
        "Exponent",
    ];
    for info in signature.all(SIGNATURE, "KeyInfo") {
        let strange = |it: &&Element| {
            let name = it.name.as_str();
            it.namespace != SIGNATURE || !(known.contains(&name) || deeper.contains(&name))
        };
        if info.each().iter().any(strange) {
            return Err(Refusal::Shape("a signature is not of the usual shape"));
        }
    }
    Ok(())
}

fn algorithm(element: &Element) -> &str {
    element.attribute("Algorithm").unwrap_or_default()
}
