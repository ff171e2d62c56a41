//! An installation that ends TLS itself, beside an authority; and what the checks ask of it.

use crate::authority::{Authority, Looks};
use crate::client::{Client, Refusal};
use crate::rig::ports::free_address;
use crate::rig::server::Server;
use rustls::AlertDescription;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longest wait for a certificate.
const ISSUED_WITHIN: Duration = Duration::from_mins(1);

/// A program that serves TLS at a port, and plain HTTP at another.
pub(crate) struct Door {
    pub(crate) server: Server,
    pub(crate) tls: u16,
}

/// An installation with one process, an authority, and a client that trusts it.
pub(crate) struct House {
    pub(crate) door: Door,
    pub(crate) authority: Authority,
    pub(crate) client: Client,
}

impl House {
    /// Nothing of the program runs yet. The authority looks at `elsewhere`, where that is given.
    pub(crate) async fn prepare(
        name: &str,
        elsewhere: impl FnOnce(Looks) -> Looks,
        rejecting: u8,
    ) -> Arc<Self> {
        let server = Server::new(name, &[]);
        let tls = free_address();
        let usual = Looks {
            http: server.port(),
            tls: tls.port(),
        };
        let authority = Authority::start(&format!("{name}-ca"), elsewhere(usual), rejecting).await;
        let mut server = server
            .with("LIVERY_TLS__LISTEN", &tls.to_string())
            .with("LIVERY_SERVER__PUBLIC_SCHEME", "https")
            .with("LIVERY_SERVER__PLATFORM_HOST", "platform.localhost")
            .with("LIVERY_VAULT__KEY_SECONDS", "1");
        for (key, value) in authority.settings() {
            server = server.with(key, &value);
        }
        let client = Client::trusting(&authority.root().await);
        let door = Door {
            server,
            tls: tls.port(),
        };
        Arc::new(Self {
            door,
            authority,
            client,
        })
    }

    /// Makes a workspace with these hosts.
    pub(crate) async fn bind(&self, slug: &str, hosts: &[&str]) {
        let hosts: Vec<_> = hosts.iter().map(|host| json!({ "host": host })).collect();
        let document = json!({
            "livery": 1, "workspace": slug, "name": format!("The client {slug}"), "hosts": hosts,
        });
        let apply = ["apply", "-", "--create"];
        self.door
            .server
            .desk(&apply, Some(&document.to_string()))
            .await;
    }

    /// What is known of a host's certificate.
    pub(crate) async fn known(&self, host: &str) -> Value {
        let show = ["certificate", "show", "--host", host];
        self.door.server.desk(&show, None).await
    }

    /// Waits until a host is shown a certificate that the client trusts; its serial number.
    pub(crate) async fn shown(&self, door: &Door, host: &str) -> String {
        self.shown_other_than(door, host, "").await
    }

    /// Waits until a host is shown another certificate than the one with this serial number.
    pub(crate) async fn shown_other_than(&self, door: &Door, host: &str, serial: &str) -> String {
        let deadline = Instant::now() + ISSUED_WITHIN;
        loop {
            let shown = self.client.serial(door.tls, host).await;
            match shown {
                Ok(shown) if shown != serial => return shown,
                _ if Instant::now() < deadline => {}
                last => panic!("{host}: {last:?}; {}", self.known(host).await),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until the last attempt for a host came to this state.
    pub(crate) async fn comes_to(&self, host: &str, state: &str) -> Value {
        let deadline = Instant::now() + ISSUED_WITHIN;
        loop {
            let output = self.door.server.desk(&["certificate", "list"], None).await;
            let rows = output["certificates"].as_array().unwrap();
            let row = rows.iter().find(|row| row["host"] == host);
            match row {
                Some(row) if row["state"] == state => return row.clone(),
                _ if Instant::now() < deadline => {}
                row => panic!("{host}: {row:?}"),
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }
}

/// The program says that it has no such name, and shows nothing.
pub(crate) fn assert_unrecognised<T: std::fmt::Debug>(shaken: Result<T, Refusal>, what: &str) {
    let unrecognised = Refusal::Alert(AlertDescription::UnrecognisedName);
    assert_eq!(shaken.map(|_| ()).unwrap_err(), unrecognised, "{what}");
}
