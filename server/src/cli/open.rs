//! What every command needs: settings, the database, the keyring.

use super::{Common, Refused};
use crate::config::{self, Config};
use crate::database::EmbeddedPostgres;
use crate::domains::Domains;
use crate::domains::dns::Dns;
use crate::domains::probe::Prober;
use crate::domains::rules::Rules;
use crate::kms::{Custody, Moves};
use crate::mail::Notices;
use crate::redis::Redis;
use crate::sign_on::SignOn;
use crate::vault::{Keyring, Passphrase, Vault};
use contract::TenantId;
use engine::{Egress, IpNet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::platform::agencies::AgencyRow;
use store::platform::workspaces::WorkspaceRow;
use store::{DatabaseUrl, DatabaseUrls, Store, StoreOptions};
use zeroize::Zeroizing;

/// Name of the keyring file in the data folder.
const KEYRING: &str = "keyring";

/// Storage and keys, opened. [`Opened::close`] ends them in order.
pub struct Opened {
    /// Settings.
    pub config: Config,
    /// Storage, migrated and checked.
    pub store: Store,
    /// Sealing.
    pub vault: Vault,
    /// Where the keys of workspaces are.
    pub custody: Custody,
    /// The one way out.
    pub egress: Egress,
    /// What sealing and signing rest on.
    pub keyring: Arc<Keyring>,
    /// What several processes share, where there is one.
    pub redis: Option<Redis>,
    /// Where troubles begin and end.
    pub notices: Notices,
    database: Option<EmbeddedPostgres>,
}

/// The settings, with what was given on the command line on top.
pub fn settings(common: &Common) -> Result<Config, Refused> {
    let mut config = config::load(common.config.as_deref(), std::env::vars())?;
    if let Some(data_dir) = &common.data_dir {
        config.server.data_dir.clone_from(data_dir);
    }
    Ok(config)
}

/// Opens database and keyring and brings the schema to this program's version.
pub async fn open(config: Config) -> Result<Opened, Refused> {
    let data_dir = &config.server.data_dir;
    create_private(data_dir)?;
    let (database, urls) = if config.database.url.is_empty() {
        let (database, urls) = EmbeddedPostgres::start(data_dir).await?;
        (Some(database), urls)
    } else {
        (None, configured_urls(&config)?)
    };
    match open_on(&config, urls).await {
        Ok((store, keyring, egress, redis)) => {
            let custody = Custody::new(store.clone(), Arc::clone(&keyring), egress.clone());
            let held = Duration::from_secs(config.vault.key_seconds);
            let vault = Vault::new(Arc::new(custody.clone()), held);
            let mail = !config.mail.host.is_empty();
            Ok(Opened {
                notices: Notices::new(store.clone(), vault.clone(), mail),
                config,
                store,
                vault,
                custody,
                egress,
                keyring,
                redis,
                database,
            })
        }
        Err(error) => {
            if let Some(database) = database {
                database.stop().await;
            }
            Err(error)
        }
    }
}

async fn open_on(
    config: &Config,
    urls: DatabaseUrls,
) -> Result<(Store, Arc<Keyring>, Egress, Option<Redis>), Refused> {
    let connections = usize::try_from(config.database.max_connections)?;
    let store = Store::connect(
        urls,
        StoreOptions {
            connections,
            ..StoreOptions::default()
        },
    )
    .await?;
    if store.has_owner() {
        let report = store.migrate().await?;
        for failure in &report.failed {
            tracing::error!(workspace = %failure.tenant, reason = %failure.error,
                "a workspace could not be migrated and stays closed; all others go on");
        }
    }
    store.check_privileges().await?;
    let passphrase = passphrase(&config.vault.passphrase_file)?;
    let keyring = Keyring::open_with(config.server.data_dir.join(KEYRING), passphrase)?;
    let connect = Duration::from_secs(config.engine.connect_seconds);
    let egress = Egress::new(&allowed_networks(config)?, connect)?;
    let redis = Redis::new(&config.redis.url, keyring.installation())?;
    Ok((store, Arc::new(keyring), egress, redis))
}

/// What locks the keyring; `None` where no file is named.
fn passphrase(file: &Path) -> Result<Option<Passphrase>, Refused> {
    if file.as_os_str().is_empty() {
        return Ok(None);
    }
    let told = |error| format!("vault.passphrase_file, {}: {error}", file.display());
    let text = std::fs::read_to_string(file).map_err(told)?;
    Ok(Some(Passphrase::new(&Zeroizing::new(text))?))
}

/// The private networks that may be reached.
pub(super) fn allowed_networks(config: &Config) -> Result<Vec<IpNet>, Refused> {
    let networks = config.egress.allow_private.iter();
    let parsed = networks
        .map(|network| format!("{}/{}", network.base(), network.prefix()).parse())
        .collect::<Result<_, _>>()?;
    Ok(parsed)
}

fn configured_urls(config: &Config) -> Result<DatabaseUrls, Refused> {
    let owner = &config.database.owner_url;
    let owner = (!owner.is_empty())
        .then(|| DatabaseUrl::parse(owner))
        .transpose()?;
    Ok(DatabaseUrls {
        app: DatabaseUrl::parse(&config.database.url)?,
        owner,
    })
}

/// The folder holds keys and data: nobody else on the machine reads it.
fn create_private(folder: &Path) -> Result<(), Refused> {
    if folder.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(folder).map_err(|error| {
        format!(
            "the data folder {} cannot be made: {error}",
            folder.display()
        )
    })?;
    Ok(())
}

impl Opened {
    /// The workspace with this slug.
    pub async fn workspace(&self, slug: &str) -> Result<WorkspaceRow, Refused> {
        let row = self.store.workspace_by_slug(slug).await?;
        row.ok_or_else(|| format!("there is no workspace `{slug}`").into())
    }

    /// The agency with this short name.
    pub async fn agency(&self, slug: &str) -> Result<AgencyRow, Refused> {
        let agencies = self.store.agencies().await?;
        let found = agencies.into_iter().find(|row| row.slug == slug);
        found.ok_or_else(|| format!("there is no agency `{slug}`").into())
    }

    /// Records what the operator did, outside the transaction that did it.
    pub async fn record(&self, tenant: TenantId, action: &str, of: &str) -> Result<(), Refused> {
        let mut tx = self.store.enter(tenant).await?;
        store::audit::append(&mut tx, (None, "operator"), action, of).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Carries workspaces from one key to another.
    #[must_use]
    pub fn moves(&self) -> Moves {
        Moves::new(self.custody.clone(), self.vault.clone())
    }

    /// Names of clients.
    ///
    /// # Errors
    /// No name server can be asked.
    pub fn domains(&self) -> Result<Domains, Refused> {
        let servers: Vec<_> = self
            .config
            .domains
            .resolvers
            .iter()
            .map(|it| it.0)
            .collect();
        Ok(Domains::new(
            self.store.clone(),
            Rules::of(&self.config),
            (Dns::new(&servers)?, Prober::new(Arc::clone(&self.keyring))),
            self.notices.clone(),
        ))
    }

    /// Identity providers of workspaces.
    pub fn sign_on(&self, people: &crate::identity::People) -> Result<SignOn, Refused> {
        let servers: Vec<_> = self
            .config
            .domains
            .resolvers
            .iter()
            .map(|it| it.0)
            .collect();
        Ok(SignOn::new(
            (self.store.clone(), self.vault.clone()),
            people.clone(),
            self.egress.clone(),
            (Rules::of(&self.config), Dns::new(&servers)?),
        ))
    }

    /// Closes connections and stops the embedded database, if this command started it.
    pub async fn close(self) {
        self.store.close();
        if let Some(database) = self.database {
            database.stop().await;
        }
    }
}

/// Opens, runs `work`, closes whatever the outcome is.
pub async fn with_open<T>(
    common: &Common,
    work: impl AsyncFnOnce(&Opened) -> Result<T, Refused>,
) -> Result<T, Refused> {
    let opened = open(settings(common)?).await?;
    let outcome = work(&opened).await;
    opened.close().await;
    outcome
}
