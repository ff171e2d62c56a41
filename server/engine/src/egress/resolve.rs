//! Name resolution that hands out allowed addresses only.
//!
//! Owns the last word before a connection: the addresses given here are the ones connected to, so
//! a name that changes its mind between check and use gains nothing.

use crate::egress::EgressRefused;
use crate::egress::address::{is_named, is_public};
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// What a name may resolve to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// For https: public addresses, and the networks the operator names.
    PublicOrNamed,
    /// For plain http: the networks the operator names, nothing else.
    NamedOnly,
}

impl Reach {
    pub(super) fn allows(self, address: IpAddr, allow_private: &[IpNet]) -> bool {
        is_named(address, allow_private) || (self == Self::PublicOrNamed && is_public(address))
    }
}

/// Where names are looked up.
#[derive(Clone)]
enum Lookup {
    /// As the machine does it.
    System,
    /// A name server that a test plays.
    #[cfg(test)]
    Played(Arc<NameServer>),
}

/// What a name server that a test plays answers.
#[cfg(test)]
type NameServer = dyn Fn(&str) -> Vec<SocketAddr> + Send + Sync;

impl Lookup {
    async fn addresses(&self, name: &str) -> std::io::Result<Vec<SocketAddr>> {
        match self {
            // Port 0 stands for the port of the address asked for.
            Self::System => Ok(tokio::net::lookup_host((name, 0)).await?.collect()),
            #[cfg(test)]
            Self::Played(answer) => Ok(answer(name)),
        }
    }
}

impl std::fmt::Debug for Lookup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lookup")
    }
}

/// The resolver of one client.
#[derive(Clone, Debug)]
pub(super) struct GuardedResolver {
    reach: Reach,
    allow_private: Arc<[IpNet]>,
    lookup: Lookup,
}

impl GuardedResolver {
    pub(super) const fn new(reach: Reach, allow_private: Arc<[IpNet]>) -> Self {
        Self {
            reach,
            allow_private,
            lookup: Lookup::System,
        }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let Self {
            reach,
            allow_private,
            lookup,
        } = self.clone();
        Box::pin(async move {
            let found = lookup.addresses(name.as_str()).await?;
            let allowed = allowed(found.into_iter(), reach, &allow_private);
            if allowed.is_empty() {
                return Err(EgressRefused::Private.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// The addresses that may be connected to. A name that stands for a public address and for a private
/// one nobody named is up to something: then none.
fn allowed(
    found: impl Iterator<Item = SocketAddr>,
    reach: Reach,
    allow_private: &[IpNet],
) -> Vec<SocketAddr> {
    let (allowed, refused): (Vec<_>, Vec<_>) =
        found.partition(|address| reach.allows(address.ip(), allow_private));
    let public = allowed.iter().any(|address| is_public(address.ip()));
    if public && !refused.is_empty() {
        return Vec::new();
    }
    allowed
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod flips;

#[cfg(test)]
mod tests {
    use super::{GuardedResolver, Reach, allowed};
    use crate::egress::EgressRefused;
    use reqwest::dns::Resolve;
    use std::sync::Arc;

    async fn resolve(reach: Reach, allow: &[&str]) -> Result<usize, Option<EgressRefused>> {
        let allow = allow.iter().map(|network| network.parse().unwrap());
        let resolver = GuardedResolver::new(reach, allow.collect::<Arc<[_]>>());
        match resolver.resolve("localhost".parse().unwrap()).await {
            Ok(addresses) => Ok(addresses.count()),
            Err(error) => Err(error.downcast_ref().copied()),
        }
    }

    #[test]
    fn a_name_for_a_public_and_a_private_address_is_refused() {
        let check = |found: &[&str], allow: &[&str]| {
            let found = found
                .iter()
                .map(|text| format!("{text}:0").parse().unwrap());
            let allow: Vec<_> = allow.iter().map(|text| text.parse().unwrap()).collect();
            allowed(found, Reach::PublicOrNamed, &allow).len()
        };
        assert_eq!(check(&["1.1.1.1", "8.8.8.8"], &[]), 2);
        assert_eq!(check(&["1.1.1.1", "10.0.0.1"], &[]), 0);
        assert_eq!(check(&["10.0.0.1", "1.1.1.1", "8.8.8.8"], &[]), 0);
        assert_eq!(check(&["1.1.1.1", "[::1]"], &[]), 0);
        assert_eq!(check(&["1.1.1.1", "10.0.0.1"], &["10.0.0.0/8"]), 2);
        // Nothing public is among them: the named ones serve.
        assert_eq!(check(&["127.0.0.1", "[::1]"], &["127.0.0.0/8"]), 1);
        assert_eq!(check(&["1.1.1.1", "169.254.169.254"], &["0.0.0.0/0"]), 0);
    }

    #[tokio::test]
    async fn a_name_for_a_private_address_is_refused_unless_named() {
        let refused = Err(Some(EgressRefused::Private));
        assert_eq!(resolve(Reach::PublicOrNamed, &[]).await, refused);
        assert_eq!(resolve(Reach::NamedOnly, &["10.0.0.0/8"]).await, refused);
        let loopback = ["127.0.0.0/8", "::1/128"];
        assert!(resolve(Reach::NamedOnly, &loopback).await.is_ok());
        assert!(resolve(Reach::PublicOrNamed, &loopback).await.is_ok());
    }
}
