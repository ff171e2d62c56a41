//! Whether a name leads to this installation, and what leads it elsewhere.

use super::{Verdict, conflict};
use crate::domains::dns::Replies;
use crate::domains::name::is_at_or_below;
use crate::domains::rules::Rules;
use contract::domains::FactState;
use std::collections::BTreeSet;
use std::net::IpAddr;
use store::platform::claims::ClaimRow;

/// Networks of a content network in front of many zones, which hides where a name leads (its published
/// list of addresses, cloudflare.com/ips).
const PROXIES: [(&str, u8); 22] = [
    ("173.245.48.0", 20),
    ("103.21.244.0", 22),
    ("103.22.200.0", 22),
    ("103.31.4.0", 22),
    ("141.101.64.0", 18),
    ("108.162.192.0", 18),
    ("190.93.240.0", 20),
    ("188.114.96.0", 20),
    ("197.234.240.0", 22),
    ("198.41.128.0", 17),
    ("162.158.0.0", 15),
    ("104.16.0.0", 13),
    ("104.24.0.0", 14),
    ("172.64.0.0", 13),
    ("131.0.72.0", 22),
    ("2400:cb00::", 32),
    ("2606:4700::", 32),
    ("2803:f800::", 32),
    ("2405:b500::", 32),
    ("2405:8100::", 32),
    ("2a06:98c0::", 29),
    ("2c0f:f248::", 32),
];

/// What was asked about a name's way.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// CNAME of the name.
    pub cname: Replies,
    /// A of the name, at the end of its chain.
    pub a: Replies,
    /// AAAA of the name, likewise.
    pub aaaa: Replies,
    /// A and AAAA of what the claim's name is to point at, where no addresses are configured.
    pub target: Vec<Replies>,
}

impl Routes {
    fn addresses(&self) -> BTreeSet<IpAddr> {
        let found = [self.a.all(), self.aaaa.all()];
        found
            .iter()
            .flatten()
            .filter_map(|it| it.parse().ok())
            .collect()
    }

    fn is_silent(&self) -> bool {
        self.cname.is_silent() && self.a.is_silent() && self.aaaa.is_silent()
    }

    /// Addresses that are this installation's.
    #[must_use]
    pub fn ours(&self, rules: &Rules) -> BTreeSet<IpAddr> {
        let configured = rules.target_addresses.iter().copied();
        let behind = self.target.iter().flat_map(Replies::all);
        configured
            .chain(behind.filter_map(|it| it.parse().ok()))
            .collect()
    }
}

/// Judges the way of a claim's name.
#[must_use]
pub fn routing(claim: &ClaimRow, rules: &Rules, routes: &Routes) -> Verdict {
    if !rules.targets().any() {
        return Verdict::new(
            FactState::Unknown,
            "The operator of this installation has not said what names point at, so it cannot be checked.",
        );
    }
    if routes.is_silent() || (routes.a.is_silent() && routes.cname.all().is_empty()) {
        return Verdict::new(
            FactState::Unknown,
            format!(
                "Nobody could be asked where the name leads: {}.",
                routes.a.failure()
            ),
        );
    }
    let ours = routes.ours(rules);
    let wanted = rules.target_of(&claim.label);
    if let Some(verdict) = by_alias(claim, rules, routes, wanted.as_deref(), &ours) {
        return verdict;
    }
    by_address(claim, routes, &ours)
}

/// Where the name is another name for something.
fn by_alias(
    claim: &ClaimRow,
    rules: &Rules,
    routes: &Routes,
    wanted: Option<&str>,
    ours: &BTreeSet<IpAddr>,
) -> Option<Verdict> {
    let host = claim.host.as_str();
    let aliases = routes.cname.all();
    let alias = aliases.first()?;
    if Some(alias.as_str()) == wanted {
        if routes.cname.differ() {
            return Some(Verdict::new(
                FactState::Waiting,
                "Some name servers show the new CNAME record and some do not yet.",
            ));
        }
        return Some(Verdict::new(
            FactState::Confirmed,
            format!("{host} is a CNAME of {alias}."),
        ));
    }
    let below_target = !rules.target_name.is_empty() && is_at_or_below(alias, &rules.target_name);
    if below_target {
        let mut verdict = Verdict::new(
            FactState::Wrong,
            "The name points at the target of another claim. Each claim has one of its own.",
        );
        let advice = wanted.map_or_else(
            || "Replace it by the records of this page.".to_owned(),
            |wanted| format!("Change its value to {wanted}."),
        );
        verdict
            .conflicts
            .push(conflict((host, "CNAME", alias), advice));
        return Some(verdict);
    }
    let addresses = routes.addresses();
    if !addresses.is_empty() && addresses.is_subset(ours) {
        return Some(Verdict::new(
            FactState::Confirmed,
            format!("{host} is a CNAME of {alias}, which leads here."),
        ));
    }
    let mut verdict = Verdict::new(
        FactState::Wrong,
        format!("{host} is a CNAME of {alias}, which leads elsewhere."),
    );
    let advice = "Remove this first: beside a CNAME record no other record of the name counts.";
    verdict
        .conflicts
        .push(conflict((host, "CNAME", alias), advice));
    if behind_proxy(&addresses) {
        verdict.evidence += PROXIED;
    }
    Some(verdict)
}

const PROXIED: &str = " The name is proxied by a content network, which hides where it really leads. Set \
                       it to “DNS only” there.";

/// Where the name has addresses, or nothing.
fn by_address(claim: &ClaimRow, routes: &Routes, ours: &BTreeSet<IpAddr>) -> Verdict {
    let host = claim.host.as_str();
    let addresses = routes.addresses();
    if addresses.is_empty() {
        return Verdict::new(
            FactState::Waiting,
            format!("{host} has no A, AAAA or CNAME record yet."),
        );
    }
    let (here, elsewhere): (Vec<IpAddr>, Vec<IpAddr>) =
        addresses.iter().partition(|address| ours.contains(address));
    if elsewhere.is_empty() {
        if routes.a.differ() || routes.aaaa.differ() {
            return Verdict::new(
                FactState::Waiting,
                "Some name servers show the new records and some do not yet.",
            );
        }
        return Verdict::new(FactState::Confirmed, found_here(host, &here, ours));
    }
    let mut verdict = Verdict::new(FactState::Wrong, leads_away(host, &here));
    if behind_proxy(&addresses) {
        verdict.evidence += PROXIED;
    }
    for address in elsewhere {
        let (kind, advice) = match address {
            IpAddr::V6(_) if here.iter().any(IpAddr::is_ipv4) => (
                "AAAA",
                "Forgotten: readers with IPv6 are led there. Remove it or change it to ours.",
            ),
            IpAddr::V6(_) => (
                "AAAA",
                "Leads elsewhere. Remove it, then set the records of this page.",
            ),
            IpAddr::V4(_) => (
                "A",
                "Leads elsewhere. Remove it, then set the records of this page.",
            ),
        };
        let value = address.to_string();
        verdict
            .conflicts
            .push(conflict((host, kind, &value), advice));
    }
    verdict
}

fn leads_away(host: &str, here: &[IpAddr]) -> String {
    if here.is_empty() {
        format!("{host} leads elsewhere.")
    } else {
        format!("{host} leads here and elsewhere: some readers arrive and some do not.")
    }
}

fn found_here(host: &str, here: &[IpAddr], ours: &BTreeSet<IpAddr>) -> String {
    let listed: Vec<String> = here.iter().map(ToString::to_string).collect();
    let mut words = format!("{host} leads here: {}.", listed.join(", "));
    if ours.iter().any(IpAddr::is_ipv6) && !here.iter().any(IpAddr::is_ipv6) {
        words += " An AAAA record is missing; readers with IPv6 alone do not arrive.";
    }
    words
}

fn behind_proxy(addresses: &BTreeSet<IpAddr>) -> bool {
    let network = |(base, prefix): &(&str, u8)| {
        crate::config::Network::try_from(format!("{base}/{prefix}")).ok()
    };
    let proxies: Vec<_> = PROXIES.iter().filter_map(network).collect();
    let covered = |address: &IpAddr| proxies.iter().any(|network| network.contains(*address));
    !addresses.is_empty() && addresses.iter().all(covered)
}

/// Whether a name that was removed still leads here, as far as can be told; `None`: nobody answered.
#[must_use]
pub fn leads_here(rules: &Rules, routes: &Routes) -> Option<bool> {
    if routes.a.is_silent() || routes.aaaa.is_silent() || routes.cname.is_silent() {
        return None;
    }
    let named =
        |alias: &String| !rules.target_name.is_empty() && is_at_or_below(alias, &rules.target_name);
    let ours = routes.ours(rules);
    let addresses = routes.addresses();
    Some(routes.cname.all().iter().any(named) || addresses.iter().any(|it| ours.contains(it)))
}

#[cfg(test)]
#[path = "routing_tests.rs"]
mod tests;
