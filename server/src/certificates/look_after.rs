//! The round over hosts whose turn it is: new certificates, renewals, and what the authority says of those
//! that are there. Every process goes it; a host is with one of them at a time.

use super::authority::{Authority, Outcome};
use super::renewal::{back_stop, plan, wait_after};
use super::{Certificates, authority};
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use store::platform::certificates::{DueRow, Failure, IssuedRow};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Orders of this process at once.
const AT_ONCE: usize = 4;
/// Hosts are looked for this often when nothing says that there is one.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// What is bound is compared with what has a row this often, and with every notice of a change.
const LIST_EVERY: Duration = Duration::from_mins(1);
/// Old orders are forgotten this often.
const FORGET_EVERY: Duration = Duration::from_hours(6);

impl Certificates {
    /// Runs until the server stops. An order that is on its way then is given up and taken up by another
    /// process, or at the next start.
    pub async fn look_after(self, authority: Authority, node: Uuid, stop: CancellationToken) {
        let authority = Arc::new(authority);
        let mut working: JoinSet<()> = JoinSet::new();
        let (mut listed, mut forgot) = (None::<Instant>, None::<Instant>);
        loop {
            if is_over(listed, LIST_EVERY) {
                self.list().await;
                listed = Some(Instant::now());
            }
            if is_over(forgot, FORGET_EVERY) {
                self.forget_orders().await;
                forgot = Some(Instant::now());
            }
            while working.try_join_next().is_some() {}
            while working.len() < AT_ONCE {
                let Some(due) = self.claim(node).await else {
                    break;
                };
                let (certificates, authority) = (self.clone(), Arc::clone(&authority));
                let stop = stop.clone();
                working.spawn(async move {
                    certificates.attend(&authority, due, node, stop).await;
                });
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.woken().notified() => listed = None,
                Some(_) = working.join_next() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
        while working.join_next().await.is_some() {}
    }

    async fn list(&self) {
        let own = self.known().own();
        match self.store().list_hosts_to_certify(own).await {
            Ok(0) => {}
            Ok(new) => tracing::info!(new, "hosts are to get certificates"),
            Err(error) => tracing::warn!(%error, "hosts could not be listed for certificates"),
        }
    }

    async fn forget_orders(&self) {
        if let Err(error) = self.store().forget_old_orders().await {
            tracing::warn!(%error, "old orders of certificates could not be forgotten");
        }
    }

    async fn claim(&self, node: Uuid) -> Option<DueRow> {
        match self.store().claim_due_host(node).await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(%error, "hosts that are to get certificates could not be read");
                None
            }
        }
    }

    async fn attend(
        &self,
        authority: &Authority,
        due: DueRow,
        node: Uuid,
        stop: CancellationToken,
    ) {
        let done = tokio::select! {
            () = stop.cancelled() => self.store().release_host(&due.host, node).await,
            done = self.go_on(authority, &due, node) => done,
        };
        if let Err(error) = done {
            tracing::warn!(%error, host = %due.host, "a certificate waits for the database");
        }
    }

    async fn go_on(
        &self,
        authority: &Authority,
        due: &DueRow,
        node: Uuid,
    ) -> Result<(), StoreError> {
        let renewing = due.renew_ms.is_none_or(|at| at <= due.now_ms);
        if due.valid && !renewing {
            return self.ask_for_window(authority, due, node).await;
        }
        match authority.certify(self, due, node).await? {
            Outcome::Issued(issued) => self.keep(due, node, *issued).await,
            Outcome::Waits { why, at_ms } => {
                tracing::info!(host = %due.host, why, "a certificate waits");
                self.store()
                    .put_host_off(&due.host, node, &why, at_ms)
                    .await
            }
            Outcome::Failed(trouble) => {
                tracing::warn!(host = %due.host, class = trouble.class.as_str(),
                    kind = trouble.kind.as_deref().unwrap_or(""),
                    failures = due.failures + 1, "a certificate could not be had");
                let failure = Failure {
                    class: trouble.class,
                    words: trouble.words,
                    due_ms: due.now_ms + wait_after(due.failures + 1).max(trouble.wait_ms),
                };
                self.store().note_failed(&due.host, node, &failure).await
            }
        }
    }

    async fn keep(
        &self,
        due: &DueRow,
        node: Uuid,
        issued: authority::Issued,
    ) -> Result<(), StoreError> {
        let row = IssuedRow {
            renew_ms: back_stop(issued.leaf.time_ms),
            sealed: issued.sealed,
            issuer: issued.leaf.issuer,
            ari_id: issued.leaf.ari_id,
            time_ms: issued.leaf.time_ms,
            method: issued.method,
        };
        let kept = self.store().keep_certificate(&due.host, node, &row).await?;
        tracing::info!(host = %due.host, method = row.method.as_str(), kept, "a certificate was issued");
        Ok(())
    }

    /// Asks the authority when this certificate is to be renewed. That it does not say so is no failure.
    async fn ask_for_window(
        &self,
        authority: &Authority,
        due: &DueRow,
        node: Uuid,
    ) -> Result<(), StoreError> {
        let Some(time_ms) = due.time_ms else {
            return self.store().release_host(&due.host, node).await;
        };
        let window = match &due.ari_id {
            Some(id) => authority.window_of(self, id).await,
            None => None,
        };
        let renewal = plan(due.now_ms, time_ms, window, (due.window_ms, due.renew_ms));
        self.store().plan_renewal(&due.host, node, &renewal).await
    }
}

fn is_over(last: Option<Instant>, every: Duration) -> bool {
    last.is_none_or(|last| last.elapsed() >= every)
}
