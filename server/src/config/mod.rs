//! Settings: one commented default file, one override file, the environment.
//!
//! The only place that reads the environment. Refuses unknown keys and wrong types, and tells
//! every mistake at once, so that a first start needs one correction and not five.

mod document;
mod load;

pub use document::configuration_page;
pub use load::{ConfigErrors, load};

use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// The commented defaults, also the list of every key there is.
pub const DEFAULTS: &str = include_str!("livery.toml");

/// All settings, checked.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    /// Addresses, folders and the platform's name.
    pub server: ServerSection,
    /// Where TLS ends, and where certificates come from.
    pub tls: TlsSection,
    /// Where data lives.
    pub database: DatabaseSection,
    /// What several processes share.
    pub redis: RedisSection,
    /// Sign-in rules.
    pub session: SessionSection,
    /// Where providers may live.
    pub egress: EgressSection,
    /// Provider keys.
    pub keys: KeysSection,
    /// How long keys of workspaces stay in memory.
    pub vault: VaultSection,
    /// Names of clients.
    pub domains: DomainsSection,
    /// How notices leave by mail.
    pub mail: MailSection,
    /// Limits in time and memory of the engine.
    pub engine: EngineSection,
    /// Questions that ask the same in other words.
    pub semantic: SemanticSection,
    /// What is logged and how.
    pub log: LogSection,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
pub struct ServerSection {
    /// Address of the workspaces.
    pub listen: SocketAddr,
    /// Address of health and metrics.
    pub admin_listen: SocketAddr,
    /// State folder.
    pub data_dir: PathBuf,
    /// Folder of the browser half; empty = beside the program.
    pub site_dir: PathBuf,
    /// Platform domain, lower case.
    pub platform_host: String,
    /// What the platform host calls itself.
    pub platform_name: String,
    /// Scheme people use.
    pub public_scheme: Scheme,
    /// Proxies whose forwarding headers are believed.
    pub trusted_proxies: Vec<Network>,
    /// Whether the one-click sign-in page exists.
    pub demo: bool,
    /// Seconds for running answers when stopping.
    pub drain_seconds: u64,
}

impl ServerSection {
    /// Scheme, host and port under which people reach a workspace's host.
    #[must_use]
    pub fn address_of(&self, host: &str) -> String {
        match self.public_scheme {
            Scheme::Http => format!("http://{host}:{}", self.listen.port()),
            Scheme::Https => format!("https://{host}"),
        }
    }
}

/// `[tls]`
#[derive(Clone, Debug, Deserialize)]
pub struct TlsSection {
    /// Address on which this program ends TLS; `None`: it does not.
    #[serde(deserialize_with = "address_or_none")]
    pub listen: Option<SocketAddr>,
    /// Directory of the authority, unless `staging`.
    pub directory: String,
    /// Let's Encrypt's staging authority instead.
    pub staging: bool,
    /// Address that the authority may write to; empty = none.
    pub contact: String,
    /// The authority's own root; empty = the system's.
    pub root_file: PathBuf,
    /// What CAA records call the authority; empty = what it says itself.
    pub caa: String,
    /// Name servers; empty = the system's.
    pub resolvers: Vec<SocketAddr>,
}

impl TlsSection {
    /// Directory of the authority that is asked.
    #[must_use]
    pub fn directory(&self) -> &str {
        if self.staging {
            "https://acme-staging-v02.api.letsencrypt.org/directory"
        } else {
            &self.directory
        }
    }
}

fn address_or_none<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(from)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        serde::de::Error::custom(format!("`{text}` is not an address such as 0.0.0.0:443"))
    })
}

/// `[database]`
#[derive(Clone, Deserialize)]
pub struct DatabaseSection {
    /// Application login, empty = embedded.
    pub url: String,
    /// Owner login.
    pub owner_url: String,
    /// Pool size.
    pub max_connections: u32,
}

impl std::fmt::Debug for DatabaseSection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Connection strings carry passwords.
        f.debug_struct("DatabaseSection")
            .field("url", &"***")
            .field("owner_url", &"***")
            .field("max_connections", &self.max_connections)
            .finish()
    }
}

/// `[redis]`
#[derive(Clone, Deserialize)]
pub struct RedisSection {
    /// Address, empty = none.
    pub url: String,
}

impl std::fmt::Debug for RedisSection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Addresses may carry passwords.
        f.debug_struct("RedisSection").field("url", &"***").finish()
    }
}

/// `[session]`
#[derive(Clone, Debug, Deserialize)]
pub struct SessionSection {
    /// Longest life of a sign-in, in days.
    pub max_days: u32,
    /// Failures per account and fifteen minutes.
    pub failures_per_account: u32,
    /// Failures per address and fifteen minutes.
    pub failures_per_address: u32,
}

/// `[egress]`
#[derive(Clone, Debug, Deserialize)]
pub struct EgressSection {
    /// Private networks providers may live in.
    pub allow_private: Vec<Network>,
}

/// `[keys]`
#[derive(Clone, Debug, Deserialize)]
pub struct KeysSection {
    /// The operator's terms; empty = built in.
    pub terms_file: PathBuf,
}

/// `[vault]`
#[derive(Clone, Debug, Deserialize)]
pub struct VaultSection {
    /// Seconds.
    pub key_seconds: u64,
    /// File with what locks the keyring; empty = not locked.
    pub passphrase_file: PathBuf,
}

/// `[domains]`
#[derive(Clone, Debug, Deserialize)]
pub struct DomainsSection {
    /// What CNAME records of clients point below; empty = nothing does.
    pub target_name: String,
    /// What A and AAAA records of clients hold.
    pub target_addresses: Vec<IpAddr>,
    /// Name servers that are asked; empty = the system's.
    pub resolvers: Vec<NameServer>,
    /// Days that a proven name serves on after its record went.
    pub grace_days: u32,
    /// Days that a removed name is kept from others while it leads here.
    pub quarantine_days: u32,
    /// Whether names for tests are names.
    pub test_names: bool,
}

/// A name server, `192.0.2.53` or `192.0.2.53:5353`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct NameServer(pub SocketAddr);

impl TryFrom<String> for NameServer {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let address = text.parse().map(|ip: IpAddr| SocketAddr::new(ip, 53));
        let address = address.or_else(|_| text.parse());
        let wrong = |_| format!("`{text}` is not an address of a name server such as 192.0.2.53");
        address.map(Self).map_err(wrong)
    }
}

/// `[mail]`
#[derive(Clone, Debug, Deserialize)]
pub struct MailSection {
    /// SMTP server; empty = no mail.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the line to it is encrypted.
    pub tls: MailTls,
    /// Certificate trusted besides the system's; empty = none.
    pub ca_file: PathBuf,
    /// Name to sign in with; empty = without.
    pub user: String,
    /// File with its password.
    pub password_file: PathBuf,
    /// The sender's address.
    pub from: String,
}

/// How the line to the mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// Before anything is said, or nothing is said.
    StartTls,
    /// From the first byte.
    Tls,
    /// Not at all.
    None,
}

/// `[engine]`
#[derive(Clone, Debug, Deserialize)]
pub struct EngineSection {
    /// Seconds to connect.
    pub connect_seconds: u64,
    /// Seconds to the response head.
    pub head_seconds: u64,
    /// Seconds to the first text.
    pub first_text_seconds: u64,
    /// Seconds to the response head, while another target can take over.
    pub head_with_next_seconds: u64,
    /// Seconds to the first text, while another target can take over.
    pub first_text_with_next_seconds: u64,
    /// Seconds of silence.
    pub stall_seconds: u64,
    /// Seconds in all.
    pub total_seconds: u64,
    /// Megabytes of answers in memory.
    pub cache_megabytes: u64,
    /// Megabytes of them for one workspace.
    pub cache_workspace_megabytes: u64,
    /// Minutes for which an answer is good.
    pub cache_minutes: u64,
    /// Megabytes of answers in Redis for one workspace.
    pub cache_shared_megabytes: u64,
    /// Milliseconds in which a page is given an answer that is there.
    pub replay_milliseconds: u64,
}

/// `[semantic]`
#[derive(Clone, Debug, Deserialize)]
pub struct SemanticSection {
    /// Folder of the encoder's weights; empty = similar questions are not found.
    pub model_dir: PathBuf,
    /// Memory of all workspaces.
    pub megabytes: usize,
    /// Memory of one workspace.
    pub megabytes_each: usize,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
pub struct LogSection {
    /// Shape of a line.
    pub format: LogFormat,
    /// Tracing filter.
    pub filter: String,
}

/// Scheme of the public addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// Plain; sign-in only on localhost.
    Http,
    /// TLS, ended here or by a trusted proxy.
    Https,
}

impl Scheme {
    /// `http` or `https`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// Shape of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

/// An address range, `10.0.0.0/8` or a single address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network {
    base: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether `address` lies in the range. IPv4 addresses mapped into IPv6 count as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let shift = 32 - u32::from(self.prefix);
                u32::from(base).checked_shr(shift) == u32::from(address).checked_shr(shift)
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let shift = 128 - u32::from(self.prefix);
                u128::from(base).checked_shr(shift) == u128::from(address).checked_shr(shift)
            }
            _ => false,
        }
    }

    /// The range's first address.
    #[must_use]
    pub const fn base(&self) -> IpAddr {
        self.base
    }

    /// Length of the common prefix, in bits.
    #[must_use]
    pub const fn prefix(&self) -> u8 {
        self.prefix
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = || format!("`{text}` is not an address or a network such as 10.0.0.0/8");
        let (base, prefix) = match text.split_once('/') {
            Some((base, prefix)) => (base, Some(prefix.parse::<u8>().map_err(|_| wrong())?)),
            None => (text.as_str(), None),
        };
        let base: IpAddr = base.parse().map_err(|_| wrong())?;
        let longest = if base.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(longest);
        if prefix > longest {
            return Err(wrong());
        }
        Ok(Self { base, prefix })
    }
}

#[cfg(test)]
mod tests {
    use super::Network;

    #[test]
    fn networks_contain_what_they_should() {
        let network = |text: &str| Network::try_from(text.to_owned()).unwrap();
        assert!(network("127.0.0.0/8").contains("127.9.9.9".parse().unwrap()));
        assert!(network("127.0.0.0/8").contains("::ffff:127.0.0.1".parse().unwrap()));
        assert!(!network("127.0.0.0/8").contains("128.0.0.1".parse().unwrap()));
        assert!(network("0.0.0.0/0").contains("9.9.9.9".parse().unwrap()));
        assert!(network("::1").contains("::1".parse().unwrap()));
        assert!(!network("10.0.0.1").contains("10.0.0.2".parse().unwrap()));
        assert!(Network::try_from("10.0.0.0/33".to_owned()).is_err());
    }
}
