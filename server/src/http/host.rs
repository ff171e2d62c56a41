//! The name a request was sent to, and the address it came from.
//!
//! Forwarding headers are believed only from configured proxies. Anything unclear (no Host, two
//! Hosts, an address instead of a name, a target that names another host) names nobody and is refused
//! before anything is looked up.

use crate::config::{Network, Scheme};
use axum::http::header::HOST;
use axum::http::{HeaderMap, HeaderName, Uri};
use std::net::IpAddr;

const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Longest host name there is, in octets (RFC 1035, section 2.3.4).
const LONGEST_NAME: usize = 253;

/// How a request reached us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Host name, lower case, without port and trailing dot.
    pub host: String,
    /// Host as the browser wrote it, with port: what `Origin` is compared with.
    pub authority: String,
    /// Whether the person's connection is encrypted.
    pub scheme: Scheme,
    /// The person's address, as far as it can be known.
    pub address: IpAddr,
}

/// Reads name, scheme and address of a request. `None`: the request names nobody.
#[must_use]
pub(super) fn read_arrival(
    target: &Uri,
    headers: &HeaderMap,
    peer: IpAddr,
    trusted: &[Network],
    public_scheme: Scheme,
) -> Option<Arrival> {
    if !names_one_host(target, headers) {
        return None;
    }
    let behind_proxy = trusted.iter().any(|network| network.contains(peer));
    let authority = if behind_proxy && headers.contains_key(FORWARDED_HOST) {
        only(headers, &FORWARDED_HOST)?
    } else {
        only(headers, &HOST)?
    };
    let scheme = match only(headers, &FORWARDED_PROTO) {
        Some("https") if behind_proxy => Scheme::Https,
        Some("http") if behind_proxy => Scheme::Http,
        _ => public_scheme,
    };
    let address = if behind_proxy {
        forwarded_for(headers, trusted).unwrap_or(peer)
    } else {
        peer
    };
    Some(Arrival {
        host: host_name(authority)?,
        authority: authority.to_ascii_lowercase(),
        scheme,
        address: address.to_canonical(),
    })
}

/// A target in absolute form (RFC 9112, section 3.2.2) must name the host that the header names.
fn names_one_host(target: &Uri, headers: &HeaderMap) -> bool {
    let Some(authority) = target.authority() else {
        return true;
    };
    let host = only(headers, &HOST).and_then(host_name);
    host.is_some() && host == host_name(authority.as_str())
}

/// The one value of a header; `None` when missing, repeated or not plain text.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// The rightmost address that is not one of our own proxies: everything left of it is hearsay.
fn forwarded_for(headers: &HeaderMap, trusted: &[Network]) -> Option<IpAddr> {
    let chain: Vec<IpAddr> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map_while(|part| part.trim().parse().ok())
        .collect();
    chain
        .into_iter()
        .rev()
        .find(|address| !trusted.iter().any(|network| network.contains(*address)))
}

/// Host name of an authority: lower case, no port, no trailing dot, never an address.
#[must_use]
pub fn host_name(authority: &str) -> Option<String> {
    let name = match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) => return None,
        None => authority,
    };
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    let labels_are_sound = name.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    });
    let is_address = name.parse::<IpAddr>().is_ok()
        || name
            .rsplit('.')
            .next()
            .is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    (labels_are_sound && !is_address && name.len() <= LONGEST_NAME).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{Arrival, host_name, read_arrival};
    use crate::config::{Network, Scheme};
    use axum::http::{HeaderMap, Uri};

    fn arrive(pairs: &[(&'static str, &str)], peer: &str, trusted: &[&str]) -> Option<Arrival> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        let trusted: Vec<Network> = trusted
            .iter()
            .map(|text| Network::try_from((*text).to_owned()).unwrap())
            .collect();
        let target = Uri::from_static("/sign-in");
        read_arrival(
            &target,
            &headers,
            peer.parse().unwrap(),
            &trusted,
            Scheme::Http,
        )
    }

    #[test]
    fn a_target_that_names_another_host_names_nobody() {
        let arrive = |target: &str, host: &str| {
            let mut headers = HeaderMap::new();
            headers.append("host", host.parse().unwrap());
            let (target, peer) = (target.parse().unwrap(), "9.9.9.9".parse().unwrap());
            read_arrival(&target, &headers, peer, &[], Scheme::Http)
        };
        assert!(arrive("http://A.example:80/x", "a.example").is_some());
        assert_eq!(arrive("http://b.example/x", "a.example"), None);
        assert_eq!(arrive("http://1.2.3.4/x", "1.2.3.4"), None);
    }

    #[test]
    fn names_are_made_comparable() {
        for written in [
            "acme.example",
            "ACME.Example",
            "acme.example:8443",
            "acme.example.",
            "Acme.Example.:1",
        ] {
            assert_eq!(
                host_name(written).as_deref(),
                Some("acme.example"),
                "{written}"
            );
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let long = "a.".repeat(200);
        for written in [
            "",
            ".",
            "127.0.0.1",
            "127.0.0.1:3000",
            "[::1]:3000",
            "::1",
            "a..b",
            "a b",
            "a/b",
            "-a.b",
            "a.b:port",
            "a@b",
            "0x7f.1",
            "münchen.example",
            long.as_str(),
        ] {
            assert_eq!(host_name(written), None, "{written}");
        }
    }

    #[test]
    fn missing_or_repeated_hosts_name_nobody() {
        assert_eq!(arrive(&[], "9.9.9.9", &[]), None);
        assert_eq!(
            arrive(
                &[("host", "a.example"), ("host", "b.example")],
                "9.9.9.9",
                &[]
            ),
            None
        );
    }

    #[test]
    fn forwarding_headers_count_only_from_trusted_proxies() {
        let headers = [
            ("host", "inner"),
            ("x-forwarded-host", "a.example"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-for", "1.1.1.1, 2.2.2.2, 10.0.0.9"),
        ];
        let stranger = arrive(&headers, "9.9.9.9", &["10.0.0.0/8"]).unwrap();
        assert_eq!(
            (stranger.host.as_str(), stranger.scheme),
            ("inner", Scheme::Http)
        );
        assert_eq!(stranger.address.to_string(), "9.9.9.9");
        let proxied = arrive(&headers, "10.0.0.1", &["10.0.0.0/8"]).unwrap();
        assert_eq!(
            (proxied.host.as_str(), proxied.scheme),
            ("a.example", Scheme::Https)
        );
        assert_eq!(proxied.address.to_string(), "2.2.2.2");
    }
}
