//! The HTTP clients, and the check of a base address.
//!
//! Owns two clients that differ in reach: one for https, one for plain http inside named networks.

use crate::egress::EgressRefused;
use crate::egress::resolve::{GuardedResolver, Reach};
use ipnet::IpNet;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use std::collections::HashMap;
use std::error::Error;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use url::Host;

/// Idle connections are kept this long, well below what load balancers keep them.
const POOL_IDLE: Duration = Duration::from_secs(50);

/// Most different times for a connection at once.
const MOST_OTHERS: usize = 64;

/// Ports of services that do not speak HTTP and may take a request for a command: remote shells,
/// mail, names, directories, files, databases, caches. Most are on the Fetch standard's list too.
const NOT_HTTP: [u16; 38] = [
    21, 22, 23, 25, 53, 69, 79, 110, 111, 119, 123, 135, 137, 139, 143, 161, 389, 445, 465, 514,
    548, 587, 636, 873, 993, 995, 1433, 1521, 2049, 3306, 3389, 5060, 5432, 5900, 6000, 6379,
    11211, 27017,
];

/// The way out.
#[derive(Clone, Debug)]
pub struct Egress {
    secure: Client,
    plain: Client,
    allow_private: Arc<[IpNet]>,
    /// The same with other times for a connection, in milliseconds; made when first asked for.
    others: Arc<Mutex<HashMap<u64, Egress>>>,
}

impl Egress {
    /// Builds the clients. `connect` bounds the time to a connection.
    ///
    /// # Errors
    /// TLS cannot be set up on this machine.
    pub fn new(allow_private: &[IpNet], connect: Duration) -> Result<Self, reqwest::Error> {
        let allow_private: Arc<[IpNet]> = allow_private.into();
        Ok(Self {
            secure: client(Reach::PublicOrNamed, &allow_private, connect)?,
            plain: client(Reach::NamedOnly, &allow_private, connect)?,
            allow_private,
            others: Arc::default(),
        })
    }

    /// The same way out with another time for a connection. Few are kept: times are whole seconds of
    /// a small range. Where TLS cannot be set up anew, or more are asked for than anybody needs, it
    /// is this one.
    #[must_use]
    pub fn within(&self, connect: Duration) -> Self {
        let millis = u64::try_from(connect.as_millis()).unwrap_or(u64::MAX);
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = others.get(&millis) {
            return known.clone();
        }
        match Self::new(&self.allow_private, connect) {
            Ok(made) if others.len() < MOST_OTHERS => {
                others.insert(millis, made.clone());
                made
            }
            _ => self.clone(),
        }
    }

    /// Checks a base address as an administrator typed it and gives the address of
    /// `path` below it with the client that may go there. Names are judged again, by the
    /// addresses they have, when the connection is made.
    ///
    /// # Errors
    /// What is wrong with the address; nothing has been sent.
    pub fn address(&self, base: &str, path: &str) -> Result<(&Client, Url), EgressRefused> {
        let base = base.trim();
        // The parser drops tabs and line breaks; what was judged and what was typed would differ.
        if base.contains(|letter: char| letter.is_control() || letter.is_whitespace()) {
            return Err(EgressRefused::Malformed);
        }
        let mut url = Url::parse(base).map_err(|_| EgressRefused::Malformed)?;
        let is_plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        let (client, reach) = match url.scheme() {
            "https" => (&self.secure, Reach::PublicOrNamed),
            "http" => (&self.plain, Reach::NamedOnly),
            _ => return Err(EgressRefused::Malformed),
        };
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err(EgressRefused::Malformed),
        };
        if !is_plain {
            return Err(EgressRefused::Malformed);
        }
        if url.port().is_some_and(|port| NOT_HTTP.contains(&port)) {
            return Err(EgressRefused::Port);
        }
        if reach == Reach::NamedOnly && self.allow_private.is_empty() {
            return Err(EgressRefused::Plain);
        }
        // Literals never pass the resolver, so they are judged here.
        if literal.is_some_and(|address| !reach.allows(address, &self.allow_private)) {
            return Err(match reach {
                Reach::NamedOnly => EgressRefused::Plain,
                Reach::PublicOrNamed => EgressRefused::Private,
            });
        }
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(path, query)| (path, Some(query)));
        let joined = format!("{}/{path}", url.path().trim_end_matches('/'));
        url.set_path(&joined);
        url.set_query(query);
        Ok((client, url))
    }
}

fn client(
    reach: Reach,
    allow_private: &Arc<[IpNet]>,
    connect: Duration,
) -> Result<Client, reqwest::Error> {
    Client::builder()
        .dns_resolver(GuardedResolver::new(reach, Arc::clone(allow_private)))
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .https_only(reach == Reach::PublicOrNamed)
        .tcp_nodelay(true)
        .connect_timeout(connect)
        .pool_idle_timeout(POOL_IDLE)
        .build()
}

/// The refusal inside a failed connection, if that is what failed it.
pub fn refused_in(error: &reqwest::Error) -> Option<EgressRefused> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(refused) = error.downcast_ref::<EgressRefused>() {
            return Some(*refused);
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Egress, refused_in};
    use crate::egress::EgressRefused::{self, Malformed, Plain, Port, Private};
    use std::time::Duration;

    fn egress(allow: &[&str]) -> Egress {
        let allow: Vec<_> = allow
            .iter()
            .map(|network| network.parse().unwrap())
            .collect();
        Egress::new(&allow, Duration::from_secs(1)).unwrap()
    }

    fn url(allow: &[&str], base: &str) -> Result<String, EgressRefused> {
        egress(allow)
            .address(base, "chat/completions")
            .map(|(_, url)| url.to_string())
    }

    #[test]
    fn the_path_is_joined_with_and_without_a_slash() {
        let expected = Ok("https://provider.example/v1/chat/completions".to_owned());
        assert_eq!(url(&[], "https://provider.example/v1"), expected);
        assert_eq!(url(&[], " https://provider.example/v1// "), expected);
        let bare = Ok("https://provider.example/chat/completions".to_owned());
        assert_eq!(url(&[], "https://provider.example"), bare);
    }

    #[test]
    fn addresses_are_judged_in_every_notation() {
        for base in [
            "https://127.0.0.1/v1",
            "https://2130706433/v1",
            "https://0x7f.1/v1",
            "https://0177.0.0.1/v1",
            "https://[::1]/v1",
            "https://[::ffff:10.0.0.1]/v1",
            "https://169.254.169.254/latest",
        ] {
            assert_eq!(url(&[], base), Err(Private), "{base}");
        }
        assert!(url(&["127.0.0.0/8"], "https://127.0.0.1/v1").is_ok());
    }

    #[test]
    fn plain_http_only_inside_named_networks() {
        assert_eq!(url(&[], "http://provider.example/v1"), Err(Plain));
        assert_eq!(url(&["127.0.0.0/8"], "http://8.8.8.8/v1"), Err(Plain));
        assert!(url(&["127.0.0.0/8"], "http://127.0.0.1:9/v1").is_ok());
    }

    #[test]
    fn ports_of_other_services_are_refused() {
        for port in [22, 25, 5432, 6379, 11211] {
            let base = format!("https://provider.example:{port}/v1");
            assert_eq!(url(&[], &base), Err(Port), "{port}");
            let base = format!("http://127.0.0.1:{port}/v1");
            assert_eq!(url(&["127.0.0.0/8"], &base), Err(Port), "{port}");
        }
        for port in [80, 443, 1234, 8000, 8080, 8200, 8443, 11434] {
            assert!(url(&[], &format!("https://provider.example:{port}/v1")).is_ok());
        }
    }

    #[test]
    fn anything_but_a_plain_address_is_malformed() {
        for base in [
            "",
            "provider.example",
            "ftp://provider.example",
            "file:///etc/passwd",
            "https://user@provider.example",
            "https://:pw@provider.example",
            "https://provider.example/?key=1",
            "https://provider.example/#x",
            "https://provider\t.example",
            "https://provider.example/\nv1",
            "https://provider.example /v1",
            "gopher://provider.example",
            "unix:/run/provider.sock",
        ] {
            assert_eq!(url(&[], base), Err(Malformed), "{base}");
        }
    }

    #[tokio::test]
    async fn a_name_that_resolves_inside_is_refused_at_connection() {
        let egress = egress(&[]);
        let (client, url) = egress.address("https://localhost:9/v1", "models").unwrap();
        let error = client.get(url).send().await.unwrap_err();
        assert_eq!(refused_in(&error), Some(Private));
    }
}
