//! Work that nobody waits for: draining the ledger, closing what dead processes left open,
//! handing back what is set aside of limits and not used, noting when programs' keys were used, summing
//! up what keys were used for, forgetting workspaces that changed or were sealed, counting what answers
//! given again save, carrying workspaces from one key to another, looking at names of clients, going on with
//! deletions that were begun, seeing guests out whose time is over, removing what was deleted long ago.
//!
//! Every job is bounded, repeats by itself and stops when the server does.

mod clean_up;
mod count_together;
mod drain_ledger;
mod follow_changes;
mod forget_sealed;
mod look_after_answers;
mod record_uses;
mod recover_nodes;
mod see_guests_out;

use crate::cli::Refused;
use crate::installation::Installation;
use engine::Engine;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use store::NodeLease;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Running jobs.
pub struct Jobs(JoinSet<()>);

/// Closes what dead processes left open, then starts every job.
///
/// # Errors
/// When the database cannot be asked: a server that cannot recover must not serve.
pub async fn start(
    installation: &Installation,
    engine: &Engine,
    lease: &NodeLease,
    stop: &CancellationToken,
) -> Result<Jobs, Refused> {
    let store = installation.store().clone();
    store.drain_ledger().await?;
    recover_nodes::recover_nodes(&store, lease.node()).await?;
    let changes = store.changes().await?;
    let mut jobs = JoinSet::new();
    jobs.spawn(follow_changes::follow_changes(
        changes,
        installation.clone(),
        engine.clone(),
        stop.clone(),
    ));
    let drain = store.clone();
    jobs.spawn(every(Duration::from_millis(500), stop.clone(), move || {
        drain_ledger::drain_ledger(drain.clone())
    }));
    let (recover, node) = (store.clone(), lease.node());
    jobs.spawn(every(Duration::from_secs(10), stop.clone(), move || {
        let store = recover.clone();
        async move {
            if let Err(error) = recover_nodes::recover_nodes(&store, node).await {
                tracing::warn!(%error, "looking for dead processes failed");
            }
        }
    }));
    let answers = (store.clone(), engine.clone());
    jobs.spawn(every(Duration::from_secs(5), stop.clone(), move || {
        let (store, engine) = answers.clone();
        look_after_answers::look_after_answers(store, engine)
    }));
    let keys = installation.keys().clone();
    jobs.spawn(every(Duration::from_mins(5), stop.clone(), move || {
        let keys = keys.clone();
        async move { keys.look_after().await }
    }));
    let certificates = installation.certificates().clone();
    jobs.spawn(every(Duration::from_secs(20), stop.clone(), move || {
        let certificates = certificates.clone();
        async move { certificates.write_served().await }
    }));
    let programs = installation.virtual_keys().clone();
    jobs.spawn(every(Duration::from_secs(20), stop.clone(), move || {
        let programs = programs.clone();
        async move { programs.write_uses().await }
    }));
    let anchors = installation.anchors().clone();
    jobs.spawn(every(Duration::from_mins(10), stop.clone(), move || {
        let anchors = anchors.clone();
        async move { anchors.place_all().await }
    }));
    let workspaces = installation.workspaces().clone();
    jobs.spawn(every(Duration::from_mins(1), stop.clone(), move || {
        let workspaces = workspaces.clone();
        async move { workspaces.finish_deletions().await }
    }));
    let domains = installation.domains().clone();
    jobs.spawn(every(Duration::from_secs(2), stop.clone(), move || {
        let domains = domains.clone();
        async move { domains.look_at_due().await }
    }));
    let sign_on = installation.sign_on().clone();
    jobs.spawn(every(Duration::from_mins(10), stop.clone(), move || {
        let sign_on = sign_on.clone();
        async move { sign_on.look_at_due_mail_domains().await }
    }));
    let guests = store.clone();
    jobs.spawn(every(Duration::from_secs(20), stop.clone(), move || {
        see_guests_out::see_guests_out(guests.clone())
    }));
    let (uses, seen) = (store.clone(), Arc::new(record_uses::Seen::default()));
    jobs.spawn(every(Duration::from_mins(20), stop.clone(), move || {
        let (store, seen) = (uses.clone(), Arc::clone(&seen));
        async move { record_uses::record_uses(&store, &seen).await }
    }));
    let moves = installation.moves().clone();
    let often = moves.patience() / 20;
    jobs.spawn(every(often, stop.clone(), move || {
        let moves = moves.clone();
        async move { moves.carry_on().await }
    }));
    jobs.spawn(forget_sealed::forget_sealed(
        installation.clone(),
        engine.clone(),
        stop.clone(),
    ));
    let (counting, count) = (installation.counting().clone(), store.clone());
    jobs.spawn(every(Duration::from_secs(15), stop.clone(), move || {
        count_together::count_together(counting.clone(), count.clone())
    }));
    let holding = engine.clone();
    jobs.spawn(every(Duration::from_secs(15), stop.clone(), move || {
        let engine = holding.clone();
        async move { engine.meters().hand_back(None).await }
    }));
    jobs.spawn(every(Duration::from_hours(1), stop.clone(), move || {
        clean_up::clean_up(store.clone())
    }));
    Ok(Jobs(jobs))
}

impl Jobs {
    /// One more, which stops when the server does.
    pub fn add(&mut self, job: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(job);
    }

    /// Waits until every job has noticed the stop.
    pub async fn finish(mut self) {
        while self.0.join_next().await.is_some() {}
    }
}

async fn every<F: Future<Output = ()> + Send>(
    period: Duration,
    stop: CancellationToken,
    mut work: impl FnMut() -> F + Send,
) {
    let mut tick = interval(period);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => work().await,
        }
    }
}
