//! What the owner of a name sets, and the text that tells somebody else to.

use super::name::zone_of;
use super::rules::Rules;
use contract::domains::{DnsRecord, Fact};
use std::net::IpAddr;
use store::platform::claims::ClaimRow;

/// First label of the name that holds a claim's proof. Names nobody.
pub const PROOF_LABEL: &str = "_workspace-verify";
/// Seconds that records are good for while names are being set up.
const TTL_S: u32 = 300;

/// The name that holds the proof of a host.
#[must_use]
pub fn proof_name(host: &str) -> String {
    format!("{PROOF_LABEL}.{host}")
}

/// Whether a host is its zone itself: no CNAME can stand there (RFC 1034, section 3.6.2).
#[must_use]
pub fn is_apex(host: &str) -> bool {
    zone_of(host) == host
}

/// What to set for a claim: the proof, and where the name leads.
#[must_use]
pub fn records_of(claim: &ClaimRow, rules: &Rules) -> Vec<DnsRecord> {
    let host = &claim.host;
    let mut records = vec![record(
        ("TXT", &proof_name(host)),
        claim.token.clone(),
        "Proves that the name is yours",
        Fact::Ownership,
    )];
    let purpose = "Leads readers here";
    match rules.target_of(&claim.label) {
        Some(target) if !is_apex(host) => {
            records.push(record(("CNAME", host), target, purpose, Fact::Routing));
        }
        _ => {
            records.extend(by_address(host, rules));
        }
    }
    records
}

/// What to set where the zone cannot hold what [`records_of`] says, and when that is.
#[must_use]
pub fn records_instead(claim: &ClaimRow, rules: &Rules) -> Option<(String, Vec<DnsRecord>)> {
    let target = rules.target_of(&claim.label)?;
    let host = claim.host.as_str();
    let purpose = "Leads readers here";
    if is_apex(host) {
        let when = "If your DNS offers ALIAS, ANAME or flattened CNAME records for the zone itself, this one \
                    follows by itself when our addresses change:";
        let record = record(("ALIAS", host), target, purpose, Fact::Routing);
        return Some((when.to_owned(), vec![record]));
    }
    let records: Vec<_> = by_address(host, rules).collect();
    let when = "If the name cannot have a CNAME record, because other records of it have to stay:";
    (!records.is_empty()).then(|| (when.to_owned(), records))
}

fn by_address(host: &str, rules: &Rules) -> impl Iterator<Item = DnsRecord> {
    rules.target_addresses.iter().map(move |address| {
        let kind = match address {
            IpAddr::V4(_) => "A",
            IpAddr::V6(_) => "AAAA",
        };
        record(
            (kind, host),
            address.to_string(),
            "Leads readers here",
            Fact::Routing,
        )
    })
}

fn record((kind, full_name): (&str, &str), value: String, purpose: &str, fact: Fact) -> DnsRecord {
    DnsRecord {
        kind: kind.to_owned(),
        name: relative(full_name),
        full_name: full_name.to_owned(),
        value,
        ttl_s: TTL_S,
        purpose: purpose.to_owned(),
        fact,
    }
}

/// `ai` of `ai.client.com`; `@` is the zone itself.
fn relative(full_name: &str) -> String {
    let zone = zone_of(full_name);
    match full_name.strip_suffix(zone) {
        Some("") | None => "@".to_owned(),
        Some(rest) => rest.trim_end_matches('.').to_owned(),
    }
}

/// A text for whoever looks after the zone: nothing in it names the installation but its target.
#[must_use]
pub fn instructions(host: &str, records: &[DnsRecord]) -> String {
    let zone = zone_of(host);
    let mut text = format!(
        "Please set these records in the zone {zone}, so that {host} can be used as the address of our \
         workspace.\n"
    );
    for record in records {
        let DnsRecord {
            kind,
            name,
            full_name,
            value,
            ttl_s,
            ..
        } = record;
        text += &format!(
            "\nType:  {kind}\nName:  {name}   (whole name: {full_name})\nValue: {value}\nTTL:   {ttl_s}\n"
        );
    }
    text += &format!(
        "\nIf {host} has other A, AAAA or CNAME records, please remove them. Keep the TXT record: it is looked \
         at again every day. If the zone is behind a proxy or a content network, please set the name to \
         “DNS only”.\n"
    );
    text
}

#[cfg(test)]
mod tests {
    use super::{instructions, is_apex, records_of, relative};
    use crate::domains::test_pieces::{claim, rules};

    #[test]
    fn a_subdomain_gets_a_name_of_its_own_and_an_apex_the_addresses() {
        let records = records_of(&claim("ai.client.co.uk"), &rules());
        let short: Vec<_> = records
            .iter()
            .map(|it| (it.kind.as_str(), it.name.as_str(), it.value.as_str()))
            .collect();
        assert_eq!(
            short,
            [
                ("TXT", "_workspace-verify.ai", "token-of-ai.client.co.uk"),
                ("CNAME", "ai", "label0123456789a.target.test")
            ]
        );
        let records = records_of(&claim("client.co.uk"), &rules());
        let kinds: Vec<_> = records
            .iter()
            .map(|it| (it.kind.as_str(), it.name.as_str()))
            .collect();
        assert_eq!(
            kinds,
            [("TXT", "_workspace-verify"), ("A", "@"), ("AAAA", "@")]
        );
        assert!(is_apex("client.co.uk") && !is_apex("ai.client.co.uk"));
        assert_eq!(relative("client.com"), "@");
    }

    #[test]
    fn the_text_for_others_holds_every_value_and_no_name_of_ours() {
        let records = records_of(&claim("ai.client.com"), &rules());
        let text = instructions("ai.client.com", &records);
        for record in &records {
            assert!(text.contains(&record.value) && text.contains(&record.full_name));
        }
        assert!(!text.to_lowercase().contains("livery"));
    }
}
