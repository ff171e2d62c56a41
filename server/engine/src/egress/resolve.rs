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

/// The resolver of one client.
#[derive(Clone, Debug)]
pub(super) struct GuardedResolver {
    reach: Reach,
    allow_private: Arc<[IpNet]>,
}

impl GuardedResolver {
    pub(super) const fn new(reach: Reach, allow_private: Arc<[IpNet]>) -> Self {
        Self {
            reach,
            allow_private,
        }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let Self {
            reach,
            allow_private,
        } = self.clone();
        Box::pin(async move {
            // Port 0 stands for the port of the address asked for.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found
                .filter(|address| reach.allows(address.ip(), &allow_private))
                .collect();
            if allowed.is_empty() {
                return Err(EgressRefused::Private.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{GuardedResolver, Reach};
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
