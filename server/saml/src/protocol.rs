//! What the standard asks of a response and its assertion (saml-profiles, 4.1.4.2 and 4.1.4.3). What is absent
//! is refused: an assertion that does not say for whom it is, is for anybody.

use crate::gate::Signed;
use crate::tree::Element;
use crate::verify::{Expected, Pending};
use crate::{ASSERTION, PROTOCOL, Refusal};

const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
/// An assertion that was made longer ago than this is none of this sign-in.
const OLDEST_MS: i64 = 15 * 60 * 1_000;
/// Longest subject.
const SUBJECT_MAX: usize = 1_024;

/// Who signed in, as one signed assertion says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedAssertion {
    /// Id of the assertion. It may be used once.
    pub id: String,
    /// It is of no use after this moment, whatever the clocks say; milliseconds since 1970-01-01 UTC.
    pub good_until_ms: i64,
    /// The identity provider's name of the person.
    pub subject: String,
    /// Format of the subject; empty: not said.
    pub subject_format: String,
    /// The identity provider's name of its own session.
    pub session_index: Option<String>,
    /// The session is to end then.
    pub session_until_ms: Option<i64>,
    /// How the person proved who they are, as the identity provider names it.
    pub context: Option<String>,
    /// What else is said about the person, in order.
    pub attributes: Vec<Attribute>,
}

/// One thing said about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its values, in order; those that are no plain text are left out.
    pub values: Vec<String>,
}

impl VerifiedAssertion {
    /// Every value of the attribute `name`.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.attributes.iter().filter(move |it| it.name == name);
        named.flat_map(|it| it.values.iter().map(String::as_str))
    }
}

/// The envelope. Often nothing of it is signed: it can only make things worse for whoever sent it, never
/// better.
pub(crate) fn look_at_response(
    response: &Element,
    signed: Signed,
    expected: &Expected<'_>,
) -> Result<(), Refusal> {
    version(response)?;
    issued(response, expected)?;
    if let Some(issuer) = response.only(ASSERTION, "Issuer") {
        is_issuer(issuer, expected)?;
    } else if response.all(ASSERTION, "Issuer").next().is_some() {
        return Err(Refusal::Shape("it has two issuers"));
    }
    match response.attribute("Destination") {
        Some(found) if found == expected.acs => {}
        None if !signed.response => {}
        found => {
            return Err(Refusal::Address {
                what: "destination",
                found: shown(found.unwrap_or_default()),
                wanted: expected.acs.to_owned(),
            });
        }
    }
    let status = response
        .only(PROTOCOL, "Status")
        .and_then(|status| status.only(PROTOCOL, "StatusCode"));
    let status = status.ok_or(Refusal::Shape("it has no status"))?;
    let code = status.attribute("Value").unwrap_or_default();
    if code != SUCCESS {
        let below = status.only(PROTOCOL, "StatusCode");
        let code = below.and_then(|it| it.attribute("Value")).unwrap_or(code);
        let word = code.rsplit(':').next().unwrap_or_default();
        let word = word.chars().filter(char::is_ascii_alphanumeric).take(60);
        return Err(Refusal::Status(word.collect()));
    }
    answers(response.attribute("InResponseTo"), expected.pending)
}

/// Reads an assertion that a certificate of ours signed.
pub(crate) fn read_assertion(
    assertion: &Element,
    expected: &Expected<'_>,
) -> Result<VerifiedAssertion, Refusal> {
    version(assertion)?;
    issued(assertion, expected)?;
    let issuer = assertion.only(ASSERTION, "Issuer");
    is_issuer(
        issuer.ok_or(Refusal::Shape("its assertion has no issuer"))?,
        expected,
    )?;
    let (subject, subject_format) = subject(assertion)?;
    let confirmed = confirmed_until(assertion, expected)?;
    let conditions = conditions_until(assertion, expected)?;
    let statement = assertion.only(ASSERTION, "AuthnStatement");
    let statement = statement.ok_or(Refusal::Shape("it does not say that somebody signed in"))?;
    let session_until_ms = moment(statement, "SessionNotOnOrAfter")?;
    if session_until_ms.is_some_and(|until| until <= expected.now_ms) {
        return Err(Refusal::Time(
            "the session at the identity provider is over",
        ));
    }
    let context = statement
        .only(ASSERTION, "AuthnContext")
        .and_then(|it| it.only(ASSERTION, "AuthnContextClassRef"))
        .and_then(Element::text);
    Ok(VerifiedAssertion {
        id: assertion.attribute("ID").unwrap_or_default().to_owned(),
        good_until_ms: confirmed.min(conditions) + expected.skew_ms,
        subject,
        subject_format,
        session_index: statement.attribute("SessionIndex").map(str::to_owned),
        session_until_ms,
        context: context.map(|text| text.trim().to_owned()),
        attributes: attributes(assertion),
    })
}

fn version(element: &Element) -> Result<(), Refusal> {
    match element.attribute("Version") {
        Some("2.0") => Ok(()),
        _ => Err(Refusal::Shape("it is not of version 2.0")),
    }
}

/// Made just now, as far as clocks agree.
fn issued(element: &Element, expected: &Expected<'_>) -> Result<(), Refusal> {
    let at = moment(element, "IssueInstant")?;
    let at = at.ok_or(Refusal::Time("it does not say when it was made"))?;
    if at > expected.now_ms + expected.skew_ms {
        return Err(Refusal::Time("it was made in the future"));
    }
    if at < expected.now_ms - expected.skew_ms - OLDEST_MS {
        return Err(Refusal::Time("it was made too long ago"));
    }
    Ok(())
}

fn is_issuer(issuer: &Element, expected: &Expected<'_>) -> Result<(), Refusal> {
    let found = issuer.text().unwrap_or_default();
    if found == expected.issuer && !found.is_empty() {
        return Ok(());
    }
    Err(Refusal::Issuer {
        found: shown(&found),
        wanted: expected.issuer.to_owned(),
    })
}

/// What of a document may stand in an error: short, and one line.
pub(crate) fn shown(text: &str) -> String {
    let plain = text.trim().chars().filter(|it| !it.is_control());
    plain.take(200).collect()
}

fn answers(in_response_to: Option<&str>, pending: Pending<'_>) -> Result<(), Refusal> {
    match (in_response_to, pending) {
        (Some(found), Pending::Asked(id)) if found == id => Ok(()),
        (None, Pending::Unsolicited) => Ok(()),
        _ => Err(Refusal::NotAsked),
    }
}

/// Subject and its format. It is a key: what could be read as another's is refused, not mended.
fn subject(assertion: &Element) -> Result<(String, String), Refusal> {
    let subject = assertion.only(ASSERTION, "Subject");
    let name = subject.and_then(|it| it.only(ASSERTION, "NameID"));
    let name = name.ok_or(Refusal::Subject("there is none"))?;
    let text = name
        .text()
        .ok_or(Refusal::Subject("it is not plain text"))?;
    let format = name.attribute("Format").unwrap_or_default();
    if format == TRANSIENT {
        return Err(Refusal::Subject(
            "it is a new one at every sign-in; a persistent one is needed",
        ));
    }
    if text.is_empty() || text.len() > SUBJECT_MAX {
        return Err(Refusal::Subject("it is empty or too long"));
    }
    if text.trim() != text || text.chars().any(char::is_control) {
        return Err(Refusal::Subject(
            "there is white space around it, or a control character in it",
        ));
    }
    Ok((text, format.to_owned()))
}

/// Until when a bearer may bring it. Every way of confirming that it names must be this one.
fn confirmed_until(assertion: &Element, expected: &Expected<'_>) -> Result<i64, Refusal> {
    let subject = assertion.only(ASSERTION, "Subject");
    let all: Vec<&Element> = subject
        .into_iter()
        .flat_map(|it| it.all(ASSERTION, "SubjectConfirmation"))
        .collect();
    let mut until = None::<i64>;
    for confirmation in all {
        if confirmation.attribute("Method") != Some(BEARER) {
            return Err(Refusal::Shape(
                "its subject is confirmed in a way that is not for browsers",
            ));
        }
        let data = confirmation.only(ASSERTION, "SubjectConfirmationData");
        let data = data.ok_or(Refusal::Shape("its subject is not confirmed"))?;
        let recipient = data.attribute("Recipient").unwrap_or_default();
        if recipient != expected.acs {
            return Err(Refusal::Address {
                what: "recipient",
                found: shown(recipient),
                wanted: expected.acs.to_owned(),
            });
        }
        if data.attribute("NotBefore").is_some() {
            return Err(Refusal::Shape("its subject is confirmed for later"));
        }
        answers(data.attribute("InResponseTo"), expected.pending)?;
        let end = moment(data, "NotOnOrAfter")?;
        let end = end.ok_or(Refusal::Time("it does not say until when it is good"))?;
        if end <= expected.now_ms - expected.skew_ms {
            return Err(Refusal::Time("it is no longer good"));
        }
        until = Some(until.map_or(end, |it| it.min(end)));
    }
    until.ok_or(Refusal::Shape("its subject is not confirmed"))
}

/// Until when its conditions hold, where all of them do.
fn conditions_until(assertion: &Element, expected: &Expected<'_>) -> Result<i64, Refusal> {
    let conditions = assertion.only(ASSERTION, "Conditions");
    let conditions = conditions.ok_or(Refusal::Shape("it has no conditions"))?;
    if let Some(begin) = moment(conditions, "NotBefore")?
        && begin > expected.now_ms + expected.skew_ms
    {
        return Err(Refusal::Time("it is not good yet"));
    }
    let end = moment(conditions, "NotOnOrAfter")?;
    let end = end.ok_or(Refusal::Time("it does not say until when it is good"))?;
    if end <= expected.now_ms - expected.skew_ms {
        return Err(Refusal::Time("it is no longer good"));
    }
    let mut audiences = 0;
    for condition in conditions.elements() {
        match condition.name.as_str() {
            "AudienceRestriction" if condition.namespace == ASSERTION => {
                audiences += 1;
                let all: Vec<String> = condition
                    .all(ASSERTION, "Audience")
                    .filter_map(Element::text)
                    .collect();
                if !all.iter().any(|it| it == expected.audience) {
                    return Err(wrong_audience(&all, expected));
                }
            }
            // It is used once, always; and it is passed on to nobody.
            "OneTimeUse" | "ProxyRestriction" if condition.namespace == ASSERTION => {}
            _ => return Err(Refusal::Shape("it has a condition that is not known")),
        }
    }
    if audiences == 0 {
        return Err(wrong_audience(&[], expected));
    }
    Ok(end)
}

fn wrong_audience(found: &[String], expected: &Expected<'_>) -> Refusal {
    Refusal::Audience {
        found: shown(&found.join(", ")),
        wanted: expected.audience.to_owned(),
    }
}

/// A moment with its zone (saml-core, 1.3.3), milliseconds since 1970-01-01 UTC.
pub(crate) fn moment(element: &Element, name: &str) -> Result<Option<i64>, Refusal> {
    let Some(text) = element.attribute(name) else {
        return Ok(None);
    };
    let at: Option<jiff::Timestamp> = text.parse().ok();
    let at = at.ok_or(Refusal::Time("a moment in it cannot be read"))?;
    Ok(Some(at.as_millisecond()))
}

fn attributes(assertion: &Element) -> Vec<Attribute> {
    let statements = assertion.all(ASSERTION, "AttributeStatement");
    statements
        .flat_map(|it| it.all(ASSERTION, "Attribute"))
        .map(|attribute| Attribute {
            name: attribute.attribute("Name").unwrap_or_default().to_owned(),
            values: attribute
                .all(ASSERTION, "AttributeValue")
                .filter_map(Element::text)
                .collect(),
        })
        .collect()
}
