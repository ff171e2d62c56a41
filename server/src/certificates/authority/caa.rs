//! Whether a domain's CAA records allow the authority (RFC 8659, RFC 8657). Looked at before an order: a
//! refusal costs nothing then, and can be told in words.
//!
//! Refuses to take silence for a no, or for a yes.

use super::AuthorityError;
use super::trouble::Trouble;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, RecordType};
use std::net::SocketAddr;
use std::time::Duration;
use store::platform::certificates::TroubleClass;
use tokio::time::timeout;

/// The longest wait for all answers about one host.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// Ways of being convinced that are used here, as RFC 8657 names them.
const METHODS: [&str; 2] = ["http-01", "tls-alpn-01"];

/// Looks for CAA records.
pub(super) struct CaaRecords(TokioResolver);

/// One property of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Property {
    critical: bool,
    tag: String,
    value: String,
}

impl CaaRecords {
    /// Asks `servers`; the system's where there are none.
    pub(super) fn open(servers: &[SocketAddr]) -> Result<Self, AuthorityError> {
        let told = |error: &dyn std::fmt::Display| AuthorityError::Resolvers(error.to_string());
        let mut builder = if servers.is_empty() {
            TokioResolver::builder_tokio().map_err(|error| told(&error))?
        } else {
            let servers = servers.iter().map(name_server).collect();
            let config = ResolverConfig::from_parts(None, Vec::new(), servers);
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        };
        let options = builder.options_mut();
        // Nothing is remembered: whoever mends a record does not want to wait.
        options.cache_size = 0;
        let resolver = builder.build().map_err(|error| told(&error))?;
        Ok(Self(resolver))
    }

    /// Whether one of `names` may issue for `host`, to the account at `account`.
    pub(super) async fn allow(
        &self,
        host: &str,
        names: &[String],
        account: &str,
    ) -> Result<(), Trouble> {
        let found = timeout(ANSWER_WITHIN, self.closest(host)).await;
        let found = found.map_err(|_| silent(host))??;
        match found {
            None => Ok(()),
            Some((domain, properties)) => judge(&domain, &properties, names, account),
        }
    }

    /// The records of the host, or of the closest domain above it that has any.
    async fn closest(&self, host: &str) -> Result<Option<(String, Vec<Property>)>, Trouble> {
        let mut domain = host;
        loop {
            // With the dot at its end: no search domains of this machine.
            let asked = self.0.lookup(format!("{domain}."), RecordType::CAA).await;
            let properties = match asked {
                Ok(lookup) => properties(lookup.answers().iter().map(|record| &record.data)),
                Err(error) if error.is_no_records_found() => Vec::new(),
                Err(_) => return Err(silent(domain)),
            };
            if !properties.is_empty() {
                return Ok(Some((domain.to_owned(), properties)));
            }
            match domain.split_once('.') {
                Some((_, above)) => domain = above,
                None => return Ok(None),
            }
        }
    }
}

fn name_server(address: &SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = address.port();
        connection
    });
    NameServerConfig::new(address.ip(), true, connections.to_vec())
}

fn properties<'a>(records: impl Iterator<Item = &'a RData>) -> Vec<Property> {
    records
        .filter_map(|data| match data {
            RData::CAA(caa) => Some(Property {
                critical: caa.issuer_critical,
                tag: caa.tag.to_ascii_lowercase(),
                value: String::from_utf8_lossy(&caa.value).into_owned(),
            }),
            _ => None,
        })
        .collect()
}

fn silent(domain: &str) -> Trouble {
    Trouble::new(
        TroubleClass::Dns,
        format!(
            "The name servers of {domain} did not say whether it has CAA records. Nothing is ordered until \
             they do."
        ),
    )
}

/// What the records of `domain` mean for an authority with these names.
fn judge(
    domain: &str,
    properties: &[Property],
    names: &[String],
    account: &str,
) -> Result<(), Trouble> {
    let known = [
        "issue",
        "issuewild",
        "iodef",
        "issuemail",
        "contactemail",
        "contactphone",
    ];
    let unknown = properties
        .iter()
        .any(|it| it.critical && !known.contains(&it.tag.as_str()));
    let mut issuers = properties.iter().filter(|it| it.tag == "issue").peekable();
    if !unknown && issuers.peek().is_none() {
        // Records about something else forbid nothing.
        return Ok(());
    }
    if !unknown && issuers.any(|it| names.iter().any(|name| allows(&it.value, name, account))) {
        return Ok(());
    }
    let name = names.join(" or ");
    Err(Trouble::new(
        TroubleClass::Caa,
        format!(
            "The CAA records of {domain} do not allow the certificate authority. Add a CAA record for {domain} \
             with the tag issue and the value \"{}\".",
            if name.is_empty() { "…" } else { &name }
        ),
    ))
}

/// Whether a value such as `ca.example; validationmethods=http-01` allows `name`.
fn allows(value: &str, name: &str, account: &str) -> bool {
    let mut parts = value.split(';').map(str::trim);
    let issuer = parts.next().unwrap_or_default();
    let is_ours = issuer.trim_end_matches('.').eq_ignore_ascii_case(name);
    is_ours
        && parts.filter(|part| !part.is_empty()).all(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            match key.trim().to_ascii_lowercase().as_str() {
                "accounturi" => value.trim() == account,
                "validationmethods" => value
                    .split(',')
                    .any(|method| METHODS.contains(&method.trim())),
                // What the authority makes of others is its business.
                _ => true,
            }
        })
}

#[cfg(test)]
mod tests {
    use super::{Property, judge};
    use store::platform::certificates::TroubleClass;

    fn allowed(properties: &[(bool, &str, &str)]) -> bool {
        let properties: Vec<_> = properties
            .iter()
            .map(|(critical, tag, value)| Property {
                critical: *critical,
                tag: (*tag).to_owned(),
                value: (*value).to_owned(),
            })
            .collect();
        let names = ["ca.example".to_owned()];
        match judge(
            "client.test",
            &properties,
            &names,
            "https://ca.example/acct/1",
        ) {
            Ok(()) => true,
            Err(trouble) => {
                assert_eq!(trouble.class, TroubleClass::Caa);
                assert!(trouble.words.contains("client.test"));
                assert!(trouble.words.contains("ca.example"));
                false
            }
        }
    }

    #[test]
    fn records_are_read_as_the_authority_reads_them() {
        for (properties, wanted) in [
            (&[(false, "issue", "ca.example")][..], true),
            (&[(false, "issue", "CA.Example.")], true),
            (&[(false, "issue", "other.example")], false),
            (
                &[
                    (false, "issue", "other.example"),
                    (false, "issue", "ca.example"),
                ],
                true,
            ),
            (&[(false, "issue", ";")], false),
            (&[(false, "issue", "")], false),
            (&[(false, "issue", "not-ca.example")], false),
            (&[(false, "iodef", "mailto:a@client.test")], true),
            (&[(false, "issuewild", "other.example")], true),
            (
                &[(false, "issue", "ca.example; validationmethods=dns-01")],
                false,
            ),
            (
                &[(
                    false,
                    "issue",
                    "ca.example; validationmethods=dns-01,http-01",
                )],
                true,
            ),
            (
                &[(
                    false,
                    "issue",
                    "ca.example; accounturi=https://ca.example/acct/1",
                )],
                true,
            ),
            (
                &[(
                    false,
                    "issue",
                    "ca.example; accounturi=https://ca.example/acct/2",
                )],
                false,
            ),
            (&[(false, "issue", "ca.example; policy=ev")], true),
            (
                &[(false, "issue", "ca.example"), (true, "tbs", "unknown")],
                false,
            ),
            (&[(false, "tbs", "unknown")], true),
        ] {
            assert_eq!(allowed(properties), wanted, "{properties:?}");
        }
    }
}
