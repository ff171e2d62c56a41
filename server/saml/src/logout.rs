//! Single logout in both directions, over the redirect binding (saml-profiles, 4.4). A request that nobody
//! signed ends nobody's session.

use crate::protocol::moment;
use crate::redirect::{Kind, address, signed_message};
use crate::request::{id_of, written};
use crate::tree::{self, Comments, Element, escape};
use crate::{ASSERTION, PROTOCOL, Refusal, SigningKey};

const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
/// A message that was made longer ago than this is a copy.
const OLDEST_MS: i64 = 5 * 60 * 1_000;

/// The identity provider ends somebody's sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutRequest {
    /// Its id; the answer names it.
    pub id: String,
    /// Whose.
    pub subject: String,
    /// Which of theirs; empty: all.
    pub sessions: Vec<String>,
}

/// The identity provider answers that it ended a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutAnswer {
    /// The request of ours that it answers.
    pub in_response_to: String,
    /// It did.
    pub done: bool,
}

/// What a message from the identity provider has to fit.
pub(crate) struct From<'a> {
    issuer: &'a str,
    to: &'a str,
    now_ms: i64,
    skew_ms: i64,
}

/// Reads the query of a request to end sessions.
///
/// # Errors
/// The first thing that is wrong.
pub fn read_logout_request(
    query: &str,
    certificates: &[Vec<u8>],
    (issuer, to): (&str, &str),
    (now_ms, skew_ms): (i64, i64),
) -> Result<LogoutRequest, Refusal> {
    let from = From {
        issuer,
        to,
        now_ms,
        skew_ms,
    };
    let root = message(query, Kind::Request, certificates, &from)?;
    if !root.is(PROTOCOL, "LogoutRequest") {
        return Err(Refusal::Shape("it is not a request to sign out"));
    }
    if let Some(until) = moment(&root, "NotOnOrAfter")?
        && until <= now_ms - skew_ms
    {
        return Err(Refusal::Time("it is no longer good"));
    }
    if root
        .each()
        .iter()
        .any(|it| it.name.starts_with("Encrypted"))
    {
        return Err(Refusal::Encrypted);
    }
    let subject = root.only(ASSERTION, "NameID").and_then(Element::text);
    let subject = subject.filter(|it| !it.is_empty());
    Ok(LogoutRequest {
        id: root.attribute("ID").unwrap_or_default().to_owned(),
        subject: subject.ok_or(Refusal::Subject("there is none"))?,
        sessions: root
            .all(PROTOCOL, "SessionIndex")
            .filter_map(Element::text)
            .collect(),
    })
}

/// Reads the query of an answer to a request of ours.
///
/// # Errors
/// The first thing that is wrong.
pub fn read_logout_answer(
    query: &str,
    certificates: &[Vec<u8>],
    (issuer, to): (&str, &str),
    (now_ms, skew_ms): (i64, i64),
) -> Result<LogoutAnswer, Refusal> {
    let from = From {
        issuer,
        to,
        now_ms,
        skew_ms,
    };
    let root = message(query, Kind::Response, certificates, &from)?;
    if !root.is(PROTOCOL, "LogoutResponse") {
        return Err(Refusal::Shape(
            "it is not an answer to a request to sign out",
        ));
    }
    let in_response_to = root.attribute("InResponseTo").ok_or(Refusal::NotAsked)?;
    let status = root
        .only(PROTOCOL, "Status")
        .and_then(|it| it.only(PROTOCOL, "StatusCode"))
        .and_then(|it| it.attribute("Value"));
    Ok(LogoutAnswer {
        in_response_to: in_response_to.to_owned(),
        done: status == Some(SUCCESS),
    })
}

/// The root of a signed message for us, made just now.
fn message(
    query: &str,
    kind: Kind,
    certificates: &[Vec<u8>],
    from: &From<'_>,
) -> Result<Element, Refusal> {
    let xml = signed_message(query, kind, certificates)?;
    let root = tree::read(&xml, Comments::Refused)?;
    if root.attribute("Version") != Some("2.0") {
        return Err(Refusal::Shape("it is not of version 2.0"));
    }
    let issuer = root.only(ASSERTION, "Issuer").and_then(Element::text);
    let issuer = issuer.unwrap_or_default();
    if issuer.is_empty() || issuer != from.issuer {
        return Err(Refusal::Issuer {
            found: issuer.chars().take(200).collect(),
            wanted: from.issuer.to_owned(),
        });
    }
    let found = root.attribute("Destination").unwrap_or_default();
    if found != from.to {
        return Err(Refusal::Address {
            what: "destination",
            found: found.chars().take(200).collect(),
            wanted: from.to.to_owned(),
        });
    }
    let made = moment(&root, "IssueInstant")?;
    let made = made.ok_or(Refusal::Time("it does not say when it was made"))?;
    if made > from.now_ms + from.skew_ms {
        return Err(Refusal::Time("it was made in the future"));
    }
    if made < from.now_ms - from.skew_ms - OLDEST_MS {
        return Err(Refusal::Time("it was made too long ago"));
    }
    Ok(root)
}

/// Ends a session at the identity provider: id of the request, and the address to send the browser to.
/// `None`: `to` is no address, or the key does not sign.
#[must_use]
pub fn write_logout_request(
    random: [u8; 16],
    now_ms: i64,
    (to, issuer): (&str, &str),
    (subject, format, session): (&str, &str, Option<&str>),
    key: &SigningKey,
) -> Option<(String, String)> {
    let id = id_of(&random);
    let format = match format {
        "" => String::new(),
        format => format!(" Format=\"{}\"", escape(format)),
    };
    let session = session.map_or_else(String::new, |it| {
        format!("<samlp:SessionIndex>{}</samlp:SessionIndex>", escape(it))
    });
    let xml = format!(
        "<samlp:LogoutRequest xmlns:samlp=\"{PROTOCOL}\" xmlns:saml=\"{ASSERTION}\" ID=\"{id}\" Version=\"2.0\" \
         IssueInstant=\"{}\" Destination=\"{}\"><saml:Issuer>{}</saml:Issuer><saml:NameID{format}>{}</saml:NameID>\
         {session}</samlp:LogoutRequest>",
        written(now_ms),
        escape(to),
        escape(issuer),
        escape(subject),
    );
    let address = address(to, Kind::Request, &xml, None, Some(key))?;
    Some((id, address))
}

/// Answers a request that was carried out. `None`: `to` is no address, or the key does not sign.
#[must_use]
pub fn write_logout_answer(
    random: [u8; 16],
    now_ms: i64,
    (to, issuer): (&str, &str),
    request: &LogoutRequest,
    relay_state: Option<&str>,
    key: &SigningKey,
) -> Option<String> {
    let xml = format!(
        "<samlp:LogoutResponse xmlns:samlp=\"{PROTOCOL}\" xmlns:saml=\"{ASSERTION}\" ID=\"{}\" Version=\"2.0\" \
         IssueInstant=\"{}\" Destination=\"{}\" InResponseTo=\"{}\"><saml:Issuer>{}</saml:Issuer><samlp:Status>\
         <samlp:StatusCode Value=\"{SUCCESS}\"/></samlp:Status></samlp:LogoutResponse>",
        id_of(&random),
        written(now_ms),
        escape(to),
        escape(&request.id),
        escape(issuer),
    );
    address(to, Kind::Response, &xml, relay_state, Some(key))
}
