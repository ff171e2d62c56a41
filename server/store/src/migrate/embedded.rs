//! The migration texts, compiled into the program. A text never changes once it has landed.

use std::sync::Arc;

/// One step of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its number, counted from 1 without gaps.
    pub version: i32,
    /// Its name, for reports.
    pub name: &'static str,
    /// Its statements, run as one batch in one transaction.
    pub sql: &'static str,
}

const PLATFORM: &[Migration] = &[
    Migration {
        version: 1,
        name: "foundation",
        sql: include_str!("../../../../migrations/platform/0001_foundation.sql"),
    },
    Migration {
        version: 2,
        name: "audit_anchors",
        sql: include_str!("../../../../migrations/platform/0002_audit_anchors.sql"),
    },
    Migration {
        version: 3,
        name: "workspace_keys",
        sql: include_str!("../../../../migrations/platform/0003_workspace_keys.sql"),
    },
    Migration {
        version: 4,
        name: "member_keys",
        sql: include_str!("../../../../migrations/platform/0004_member_keys.sql"),
    },
    Migration {
        version: 5,
        name: "cache_prices",
        sql: include_str!("../../../../migrations/platform/0005_cache_prices.sql"),
    },
    Migration {
        version: 6,
        name: "spend_slices",
        sql: include_str!("../../../../migrations/platform/0006_spend_slices.sql"),
    },
    Migration {
        version: 7,
        name: "cache",
        sql: include_str!("../../../../migrations/platform/0007_cache.sql"),
    },
    Migration {
        version: 8,
        name: "mail",
        sql: include_str!("../../../../migrations/platform/0008_mail.sql"),
    },
    Migration {
        version: 9,
        name: "agency_brand",
        sql: include_str!("../../../../migrations/platform/0009_agency_brand.sql"),
    },
    Migration {
        version: 10,
        name: "domains",
        sql: include_str!("../../../../migrations/platform/0010_domains.sql"),
    },
    Migration {
        version: 11,
        name: "certificates",
        sql: include_str!("../../../../migrations/platform/0011_certificates.sql"),
    },
    Migration {
        version: 12,
        name: "staff",
        sql: include_str!("../../../../migrations/platform/0012_staff.sql"),
    },
    Migration {
        version: 13,
        name: "mail_domains",
        sql: include_str!("../../../../migrations/platform/0013_mail_domains.sql"),
    },
];

const TENANT: &[Migration] = &[
    Migration {
        version: 1,
        name: "foundation",
        sql: include_str!("../../../../migrations/tenant/0001_foundation.sql"),
    },
    Migration {
        version: 2,
        name: "provider_keys",
        sql: include_str!("../../../../migrations/tenant/0002_provider_keys.sql"),
    },
    Migration {
        version: 3,
        name: "audit_chain",
        sql: include_str!("../../../../migrations/tenant/0003_audit_chain.sql"),
    },
    Migration {
        version: 4,
        name: "teams",
        sql: include_str!("../../../../migrations/tenant/0004_teams.sql"),
    },
    Migration {
        version: 5,
        name: "cache_prices",
        sql: include_str!("../../../../migrations/tenant/0005_cache_prices.sql"),
    },
    Migration {
        version: 6,
        name: "limits",
        sql: include_str!("../../../../migrations/tenant/0006_limits.sql"),
    },
    Migration {
        version: 7,
        name: "savings",
        sql: include_str!("../../../../migrations/tenant/0007_savings.sql"),
    },
    Migration {
        version: 8,
        name: "route_options",
        sql: include_str!("../../../../migrations/tenant/0008_route_options.sql"),
    },
    Migration {
        version: 9,
        name: "audit_witness",
        sql: include_str!("../../../../migrations/tenant/0009_audit_witness.sql"),
    },
    Migration {
        version: 10,
        name: "similar",
        sql: include_str!("../../../../migrations/tenant/0010_similar.sql"),
    },
    Migration {
        version: 11,
        name: "virtual_keys",
        sql: include_str!("../../../../migrations/tenant/0011_virtual_keys.sql"),
    },
    Migration {
        version: 12,
        name: "programs",
        sql: include_str!("../../../../migrations/tenant/0012_programs.sql"),
    },
    Migration {
        version: 13,
        name: "learned",
        sql: include_str!("../../../../migrations/tenant/0013_learned.sql"),
    },
    Migration {
        version: 14,
        name: "stored_responses",
        sql: include_str!("../../../../migrations/tenant/0014_stored_responses.sql"),
    },
    Migration {
        version: 15,
        name: "prompts",
        sql: include_str!("../../../../migrations/tenant/0015_prompts.sql"),
    },
    Migration {
        version: 16,
        name: "brand",
        sql: include_str!("../../../../migrations/tenant/0016_brand.sql"),
    },
    Migration {
        version: 17,
        name: "guests",
        sql: include_str!("../../../../migrations/tenant/0017_guests.sql"),
    },
    Migration {
        version: 18,
        name: "sign_on",
        sql: include_str!("../../../../migrations/tenant/0018_sign_on.sql"),
    },
];

/// What [`crate::Store::migrate`] applies, in order.
#[derive(Clone, Debug)]
pub struct Migrations {
    pub(crate) platform: Arc<[Migration]>,
    pub(crate) tenant: Arc<[Migration]>,
}

impl Migrations {
    /// The ones this program was built with.
    #[must_use]
    pub fn embedded() -> Self {
        Self {
            platform: PLATFORM.into(),
            tenant: TENANT.into(),
        }
    }

    /// The same with more steps for workspaces behind them, numbered on. For rehearsals: what
    /// would this step do to the workspaces of this copy?
    #[must_use]
    pub fn with_tenant_steps(&self, steps: &[(&'static str, &'static str)]) -> Self {
        let mut tenant = self.tenant.to_vec();
        for (name, sql) in steps {
            let version = tenant.last().map_or(0, |last| last.version) + 1;
            tenant.push(Migration { version, name, sql });
        }
        Self {
            platform: Arc::clone(&self.platform),
            tenant: tenant.into(),
        }
    }

    /// The version a fully migrated workspace has.
    #[must_use]
    pub fn tenant_version(&self) -> i32 {
        self.tenant.last().map_or(0, |last| last.version)
    }

    /// How many steps the platform's schema has.
    #[must_use]
    pub fn platform_steps(&self) -> usize {
        self.platform.len()
    }
}

#[cfg(test)]
mod tests {
    use super::{PLATFORM, TENANT};

    #[test]
    fn versions_count_from_one_without_gaps() {
        for set in [PLATFORM, TENANT] {
            for (index, migration) in set.iter().enumerate() {
                assert_eq!(usize::try_from(migration.version), Ok(index + 1));
            }
        }
    }
}
