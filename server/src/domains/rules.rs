//! What this installation asks of names, and where they are to lead.

use super::name::is_at_or_below;
use crate::config::{Config, Scheme};
use contract::domains::DomainTargets;
use std::net::IpAddr;
use std::time::Duration;

/// The rules, as the settings give them.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The platform's own domain.
    pub platform_host: String,
    /// What CNAME records point at lies below it; empty: nothing does.
    pub target_name: String,
    /// What A and AAAA records hold.
    pub target_addresses: Vec<IpAddr>,
    /// Names for tests are names here.
    pub test_names: bool,
    /// How long a proven name serves on after its record went.
    pub grace: Duration,
    /// How long a removed name is kept from others while it still points here.
    pub quarantine: Duration,
    /// How people reach names.
    pub scheme: Scheme,
    /// Where this process answers, over plain HTTP.
    pub port: u16,
}

impl Rules {
    /// As the settings say.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let domains = &config.domains;
        let days = |days: u32| Duration::from_secs(u64::from(days) * 24 * 60 * 60);
        Self {
            platform_host: config.server.platform_host.clone(),
            target_name: domains.target_name.clone(),
            target_addresses: domains.target_addresses.clone(),
            test_names: domains.test_names,
            grace: days(domains.grace_days),
            quarantine: days(domains.quarantine_days),
            scheme: config.server.public_scheme,
            port: config.server.listen.port(),
        }
    }

    /// Scheme, host and port under which people reach a host.
    #[must_use]
    pub fn address_of(&self, host: &str) -> String {
        match self.scheme {
            Scheme::Http => format!("http://{host}:{}", self.port),
            Scheme::Https => format!("https://{host}"),
        }
    }

    /// What names can point at.
    #[must_use]
    pub fn targets(&self) -> DomainTargets {
        DomainTargets {
            has_name: !self.target_name.is_empty(),
            has_addresses: !self.target_addresses.is_empty(),
        }
    }

    /// What the CNAME record of a claim holds; `None`: there is no name to point at.
    #[must_use]
    pub fn target_of(&self, label: &str) -> Option<String> {
        (!self.target_name.is_empty()).then(|| format!("{label}.{}", self.target_name))
    }

    /// Whether a name is the installation's own, or lies below or above one of its own.
    #[must_use]
    pub fn is_own(&self, host: &str) -> bool {
        let own = [self.platform_host.as_str(), self.target_name.as_str()];
        let mut own = own.into_iter().filter(|name| !name.is_empty());
        own.any(|name| is_at_or_below(host, name) || is_at_or_below(name, host))
    }

    /// How long a removed name is kept from others, in milliseconds.
    #[must_use]
    pub fn quarantine_ms(&self) -> i64 {
        i64::try_from(self.quarantine.as_millis()).unwrap_or(i64::MAX)
    }

    /// How long a proven name serves on, in milliseconds.
    #[must_use]
    pub fn grace_ms(&self) -> i64 {
        i64::try_from(self.grace.as_millis()).unwrap_or(i64::MAX)
    }
}
