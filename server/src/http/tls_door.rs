//! The listener that ends TLS: from a socket to the same routes as the plain one.
//!
//! A name that nobody here has is shown no certificate of anybody, and the handshake ends there; so does
//! one without a name. What is asked inside has to be for the name that the certificate is for.
//!
//! Bounded: connections in all and per address, the time of a handshake, the time of a request's head,
//! requests at once on a connection of HTTP/2.
//!
//! `axum::serve` takes a connection only once it is ready; handshakes would stand in its way one after the
//! other, and it knows no limits in time. So the loop is our own, over hyper.

use super::host::host_name;
use super::places::Places;
use super::{headers, plain};
use crate::certificates::{ACME_TLS, Certificates};
use crate::config::Network;
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::header::HOST;
use axum::http::{HeaderMap, HeaderValue, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use rustls::server::Acceptor;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

/// The longest a handshake takes.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// The longest a request's head takes.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// Requests at once on a connection of HTTP/2.
const MOST_STREAMS: u32 = 128;
/// A connection of HTTP/2 on which nothing is said is asked whether it is there.
const QUIET: Duration = Duration::from_secs(30);
/// After a connection could not be taken.
const BREATH: Duration = Duration::from_millis(50);

/// Alerts in the clear, before anything is encrypted (RFC 8446, section 6): record, version, length, fatal.
const UNRECOGNISED_NAME: [u8; 7] = [21, 3, 3, 0, 2, 2, 112];
const INTERNAL_ERROR: [u8; 7] = [21, 3, 3, 0, 2, 2, 80];

/// What every connection needs. Cloning is cheap.
#[derive(Clone)]
pub struct TlsDoor {
    /// What is shown.
    pub certificates: Certificates,
    /// What is behind the door.
    pub routes: Router,
    /// Proxies that name another host than the certificate's.
    pub trusted: Arc<[Network]>,
}

impl TlsDoor {
    /// Runs until `stop`, then waits until the connections have ended.
    pub async fn run(self, listener: TcpListener, stop: CancellationToken) {
        let (ending, places) = (GracefulShutdown::new(), Places::default());
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            let Ok((socket, peer)) = accepted else {
                // Out of file descriptors, say: others have to end first.
                tokio::time::sleep(BREATH).await;
                continue;
            };
            let Some(place) = places.take(peer.ip()) else {
                continue;
            };
            let (door, watcher) = (self.clone(), ending.watcher());
            tokio::spawn(async move {
                door.attend(socket, peer, watcher).await;
                drop(place);
            });
        }
        drop(listener);
        ending.shutdown().await;
    }

    async fn attend(self, socket: TcpStream, peer: SocketAddr, watcher: Watcher) {
        // Small writes leave at once: a stream of words must not wait for its own acknowledgements.
        let _ = socket.set_nodelay(true);
        let shaken = timeout(HANDSHAKE_WITHIN, self.shake_hands(socket)).await;
        let Ok(Some((stream, host))) = shaken else {
            return;
        };
        self.certificates.note_served(&host);
        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        let routes = TowerToHyperService::new(self.routes);
        let trusts = self
            .trusted
            .iter()
            .any(|network| network.contains(peer.ip()));
        let service = service_fn(move |mut request: Request<Incoming>| {
            name_host(&mut request);
            request.extensions_mut().insert(ConnectInfo(peer));
            let elsewhere = !trusts && !is_for(request.headers(), &host);
            let answer = (!elsewhere).then(|| routes.call(request));
            async move {
                match answer {
                    Some(answer) => answer.await,
                    None => Ok::<Response, Infallible>(misdirected()),
                }
            }
        });
        let io = TokioIo::new(stream);
        // How a connection ends is the other side's business.
        let _ = if is_http2 {
            let connection = http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                .max_concurrent_streams(MOST_STREAMS)
                .keep_alive_interval(QUIET)
                .keep_alive_timeout(QUIET)
                .serve_connection(io, service);
            watcher.watch(connection).await
        } else {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_WITHIN)
                .serve_connection(io, service);
            watcher.watch(connection).await
        };
    }

    /// `None`: the handshake ended; whoever began it was told why, where there was something to tell.
    async fn shake_hands(&self, socket: TcpStream) -> Option<(TlsStream<TcpStream>, String)> {
        let begun = LazyConfigAcceptor::new(Acceptor::default(), socket)
            .await
            .ok()?;
        let hello = begun.client_hello();
        let host = hello.server_name().and_then(host_name);
        let only_asks = hello
            .alpn()
            .is_some_and(|mut protocols| protocols.any(|name| name == ACME_TLS));
        let Some(host) = host else {
            return refuse(begun.io, &UNRECOGNISED_NAME).await;
        };
        let found = if only_asks {
            let found = self.certificates.answer_handshake(&host).await;
            found.map_err(|error| error.to_string())
        } else {
            let found = self.certificates.shown_for(&host).await;
            found.map_err(|error| error.to_string())
        };
        let config = match found {
            Ok(Some(config)) => config,
            Ok(None) => return refuse(begun.io, &UNRECOGNISED_NAME).await,
            Err(error) => {
                tracing::warn!(host, error, "a certificate could not be shown");
                return refuse(begun.io, &INTERNAL_ERROR).await;
            }
        };
        let mut stream = begun.into_stream(config).await.ok()?;
        if only_asks {
            let _ = stream.shutdown().await;
            return None;
        }
        Some((stream, host))
    }
}

async fn refuse<T>(mut socket: TcpStream, alert: &[u8; 7]) -> Option<T> {
    let _ = socket.write_all(alert).await;
    let _ = socket.shutdown().await;
    None
}

/// What is asked on this connection is for another name.
fn misdirected() -> Response {
    let mut response = plain::misdirected();
    headers::complete(response.headers_mut());
    response
}

/// HTTP/2 names the host beside the headers; a request that names two is refused by whoever reads them.
fn name_host<B>(request: &mut Request<B>) {
    let Some(authority) = request.uri().authority() else {
        return;
    };
    let Ok(authority) = HeaderValue::from_str(authority.as_str()) else {
        return;
    };
    let headers = request.headers_mut();
    if headers.get(HOST) != Some(&authority) {
        headers.append(HOST, authority);
    }
}

/// Whether a request is for the host that the certificate was shown for.
fn is_for(headers: &HeaderMap, host: &str) -> bool {
    let mut named = headers.get_all(HOST).iter();
    let first = named.next().and_then(|value| value.to_str().ok());
    named.next().is_none() && first.and_then(host_name).as_deref() == Some(host)
}

#[cfg(test)]
mod tests {
    use super::{is_for, name_host};
    use axum::http::Request;

    fn asked(target: &str, hosts: &[&str]) -> bool {
        let mut request = Request::builder().uri(target);
        for host in hosts {
            request = request.header("host", *host);
        }
        let mut request = request.body(()).unwrap();
        name_host(&mut request);
        is_for(request.headers(), "ai.client.test")
    }

    #[test]
    fn only_the_name_of_the_certificate_is_answered() {
        for (target, hosts, wanted) in [
            ("/", &["ai.client.test"][..], true),
            ("/", &["AI.Client.test:443"], true),
            ("https://ai.client.test/", &[], true),
            ("https://ai.client.test/", &["ai.client.test"], true),
            ("/", &["other.test"], false),
            ("/", &[], false),
            ("/", &["ai.client.test", "other.test"], false),
            ("https://other.test/", &["ai.client.test"], false),
            ("https://ai.client.test/", &["other.test"], false),
        ] {
            assert_eq!(asked(target, hosts), wanted, "{target} {hosts:?}");
        }
    }
}
