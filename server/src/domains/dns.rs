//! Asking name servers, each by itself, so that what they say can be compared.
//!
//! Bounded: one question takes a few seconds at most, and few are asked at once however many names wait.
//! Refuses to turn silence into an answer: what nobody answered is not known.

use crate::cli::Refused;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ProtocolConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{RData, Record, RecordType};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The longest wait for a name server.
const PATIENCE: Duration = Duration::from_secs(3);
/// An answer is not asked for again within this time.
const KEPT: Duration = Duration::from_secs(5);
/// Answers that are kept.
const MOST_KEPT: u64 = 512;
/// Questions on their way at once.
const MOST_ASKED: usize = 32;
/// Name servers that are asked.
const MOST_SERVERS: usize = 4;
/// Records of one kind that are looked at.
const MOST_RECORDS: usize = 64;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
    /// Another name.
    Cname,
    /// Text.
    Txt,
}

/// What one name server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// These records; none, where there are none.
    Records(BTreeSet<String>),
    /// Nothing that can be used, and why.
    Failed(&'static str),
}

/// What all of them said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replies(pub Vec<Reply>);

impl Replies {
    /// What those said that answered.
    pub fn answers(&self) -> impl Iterator<Item = &BTreeSet<String>> {
        self.0.iter().filter_map(|reply| match reply {
            Reply::Records(records) => Some(records),
            Reply::Failed(_) => None,
        })
    }

    /// Everything that anybody said.
    #[must_use]
    pub fn all(&self) -> BTreeSet<String> {
        self.answers().flatten().cloned().collect()
    }

    /// Nobody answered.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.answers().next().is_none()
    }

    /// Those that answered do not say the same.
    #[must_use]
    pub fn differ(&self) -> bool {
        let mut answers = self.answers();
        let first = answers.next();
        answers.any(|answer| Some(answer) != first)
    }

    /// Why nobody answered.
    #[must_use]
    pub fn failure(&self) -> &'static str {
        let failed = self.0.iter().find_map(|reply| match reply {
            Reply::Failed(why) => Some(*why),
            Reply::Records(_) => None,
        });
        failed.unwrap_or("no name server is configured")
    }
}

/// The name servers. Cheap to clone.
#[derive(Clone)]
pub struct Dns {
    servers: Arc<[TokioResolver]>,
    turns: Arc<Semaphore>,
}

impl Dns {
    /// Asks these servers; none: those of the system.
    ///
    /// # Errors
    /// The system's cannot be read.
    pub fn new(servers: &[SocketAddr]) -> Result<Self, Refused> {
        let configs = if servers.is_empty() {
            of_the_system()
        } else {
            servers.iter().copied().map(server_at).collect()
        };
        let resolvers = configs.into_iter().take(MOST_SERVERS).map(asker);
        Ok(Self {
            servers: resolvers.collect::<Result<Vec<_>, _>>()?.into(),
            turns: Arc::new(Semaphore::new(MOST_ASKED)),
        })
    }

    /// What every server says about a name.
    pub async fn ask(&self, name: &str, kind: Kind) -> Replies {
        let asked = self
            .servers
            .iter()
            .map(|server| self.ask_one(server, name, kind));
        Replies(futures_util::future::join_all(asked).await)
    }

    async fn ask_one(&self, server: &TokioResolver, name: &str, kind: Kind) -> Reply {
        let Ok(_turn) = self.turns.acquire().await else {
            return Reply::Failed("the server is stopping");
        };
        // With a dot at the end: the name itself, and not one below a domain of this machine.
        let asked = server.lookup(format!("{name}."), record_type(kind));
        match tokio::time::timeout(PATIENCE, asked).await {
            Err(_) => Reply::Failed("no answer came in time"),
            Ok(Ok(found)) => Reply::Records(texts_of(found.answers(), kind)),
            Ok(Err(error)) => reply_of(&error),
        }
    }
}

/// What an error says about the name.
fn reply_of(error: &NetError) -> Reply {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NoError | ResponseCode::NXDomain => Reply::Records(BTreeSet::new()),
            ResponseCode::ServFail => Reply::Failed(SERVER_FAILED),
            _ => Reply::Failed(REFUSED),
        },
        NetError::Dns(DnsError::ResponseCode(ResponseCode::NXDomain)) => {
            Reply::Records(BTreeSet::new())
        }
        NetError::Dns(DnsError::ResponseCode(ResponseCode::ServFail)) => {
            Reply::Failed(SERVER_FAILED)
        }
        NetError::Dns(_) => Reply::Failed(REFUSED),
        NetError::Timeout => Reply::Failed("no answer came in time"),
        _ => Reply::Failed("the name server could not be reached"),
    }
}

const SERVER_FAILED: &str = "the zone’s own name servers gave no usable answer (SERVFAIL)";
const REFUSED: &str = "the name server refused to answer";

fn texts_of(records: &[Record], kind: Kind) -> BTreeSet<String> {
    let texts = records
        .iter()
        .filter_map(|record| text_of(&record.data, kind));
    texts.take(MOST_RECORDS).collect()
}

/// A record's value; `None`: of another kind.
fn text_of(data: &RData, kind: Kind) -> Option<String> {
    match (kind, data) {
        (Kind::A, RData::A(address)) => Some(address.0.to_string()),
        (Kind::Aaaa, RData::AAAA(address)) => Some(address.0.to_string()),
        (Kind::Cname, RData::CNAME(name)) => {
            let name = name.0.to_ascii().to_ascii_lowercase();
            Some(name.trim_end_matches('.').to_owned())
        }
        // A long text comes in pieces that belong together (RFC 1035, section 3.3.14).
        (Kind::Txt, RData::TXT(text)) => {
            let bytes = text.txt_data.iter().flat_map(|piece| piece.iter().copied());
            Some(String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned())
        }
        _ => None,
    }
}

const fn record_type(kind: Kind) -> RecordType {
    match kind {
        Kind::A => RecordType::A,
        Kind::Aaaa => RecordType::AAAA,
        Kind::Cname => RecordType::CNAME,
        Kind::Txt => RecordType::TXT,
    }
}

fn server_at(address: SocketAddr) -> NameServerConfig {
    let connection = |protocol| {
        let mut connection = ConnectionConfig::new(protocol);
        connection.port = address.port();
        connection
    };
    let both = vec![
        connection(ProtocolConfig::Udp),
        connection(ProtocolConfig::Tcp),
    ];
    NameServerConfig::new(address.ip(), true, both)
}

fn of_the_system() -> Vec<NameServerConfig> {
    match hickory_resolver::system_conf::read_system_conf() {
        Ok((config, _)) => config.name_servers().to_vec(),
        Err(error) => {
            tracing::warn!(%error, "the system names no name server: domains cannot be checked");
            Vec::new()
        }
    }
}

fn asker(server: NameServerConfig) -> Result<TokioResolver, Refused> {
    let mut options = ResolverOpts::default();
    options.timeout = PATIENCE / 2;
    options.attempts = 1;
    options.cache_size = MOST_KEPT;
    options.positive_max_ttl = Some(KEPT);
    options.negative_max_ttl = Some(KEPT);
    options.use_hosts_file = ResolveHosts::Never;
    let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
    let provider = TokioRuntimeProvider::default();
    let resolver = TokioResolver::builder_with_config(config, provider).with_options(options);
    Ok(resolver.build()?)
}

#[cfg(test)]
mod tests {
    use super::{Replies, Reply};

    fn said(records: &[&str]) -> Reply {
        Reply::Records(records.iter().map(|it| (*it).to_owned()).collect())
    }

    #[test]
    fn silence_is_no_answer() {
        let silent = Replies(vec![Reply::Failed("a"), Reply::Failed("b")]);
        assert!(silent.is_silent() && !silent.differ());
        assert_eq!(silent.failure(), "a");
        let one = Replies(vec![Reply::Failed("a"), said(&[])]);
        assert!(!one.is_silent() && one.all().is_empty());
        assert!(Replies::default().is_silent());
    }

    #[test]
    fn those_that_answered_are_compared() {
        assert!(!Replies(vec![said(&["x"]), Reply::Failed("a"), said(&["x"])]).differ());
        assert!(Replies(vec![said(&["x"]), said(&[])]).differ());
    }
}
