//! The part of `livery serve` that ends TLS: its listener, and the work on certificates.

use super::Refused;
use super::serve::bind;
use crate::certificates::Authority;
use crate::config::Config;
use crate::http::let_in_or_send_on;
use crate::http::tls_door::TlsDoor;
use crate::installation::Installation;
use crate::jobs::Jobs;
use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// What ending TLS needs, before anything runs.
pub(super) struct Secure {
    listener: TcpListener,
    authority: Authority,
}

impl Secure {
    /// `None`: the settings leave TLS to somebody else.
    ///
    /// # Errors
    /// The address is taken, or the settings lead to no authority.
    pub(super) async fn open(config: &Config) -> Result<Option<Self>, Refused> {
        let Some(listen) = config.tls.listen else {
            return Ok(None);
        };
        Ok(Some(Self {
            authority: Authority::open(&config.tls)?,
            listener: bind(listen).await?,
        }))
    }

    /// Begins to serve `routes` over TLS, and to look after certificates. Returns what runs, and what is
    /// left for the plain listener.
    pub(super) fn begin(
        self,
        installation: &Installation,
        routes: Router,
        node: Uuid,
        (jobs, stop): (&mut Jobs, &CancellationToken),
        drained: &CancellationToken,
    ) -> (JoinHandle<()>, Router) {
        let certificates = installation.certificates().clone();
        jobs.add(
            certificates
                .clone()
                .look_after(self.authority, node, stop.clone()),
        );
        let door = TlsDoor {
            certificates,
            routes: routes.clone(),
            trusted: installation
                .config()
                .server
                .trusted_proxies
                .as_slice()
                .into(),
        };
        let plain = routes.layer(from_fn_with_state(installation.clone(), let_in_or_send_on));
        let running = tokio::spawn(door.run(self.listener, drained.clone()));
        (running, plain)
    }
}
