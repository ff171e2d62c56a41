//! Open pages that follow the look of their workspace.
//!
//! Owns who is listening on this process, and for how long. A page that listens costs nothing until its
//! workspace changes; then all of them share the one reading that the next request would make anyway.
//! Refuses more listeners than a process, a session or an address may have.

use contract::{SessionId, TenantId};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Listeners of one process.
const MOST_OPEN: usize = 4_000;
/// Listeners of one session. Tabs of one browser share one.
const MOST_OF_SESSION: usize = 6;
/// Listeners without a session, by address: a sign-in page left open in an office.
const MOST_OF_ADDRESS: usize = 64;

/// Where a page that listens comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A signed-in person's browser.
    Session(SessionId),
    /// Somebody who is not signed in.
    Address(IpAddr),
}

impl Place {
    const fn most(self) -> usize {
        match self {
            Self::Session(_) => MOST_OF_SESSION,
            Self::Address(_) => MOST_OF_ADDRESS,
        }
    }
}

/// Everybody who listens on this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct LiveBrands(Arc<Parts>);

#[derive(Default)]
struct Parts {
    held: Mutex<Held>,
    closing: CancellationToken,
}

#[derive(Default)]
struct Held {
    open: usize,
    workspaces: HashMap<TenantId, (watch::Sender<()>, usize)>,
    places: HashMap<Place, (CancellationToken, usize)>,
}

/// A page that listens. Dropping it makes room for another.
pub struct Listener {
    all: LiveBrands,
    tenant: TenantId,
    place: Place,
    changed: watch::Receiver<()>,
    ended: CancellationToken,
}

impl LiveBrands {
    /// Lets a page listen. `None`: there are too many already, or the process is about to end.
    #[must_use]
    pub fn listen(&self, tenant: TenantId, place: Place) -> Option<Listener> {
        if self.0.closing.is_cancelled() {
            return None;
        }
        let mut held = self.held();
        let of_place = held.places.get(&place).map_or(0, |(_, count)| *count);
        if held.open >= MOST_OPEN || of_place >= place.most() {
            return None;
        }
        held.open += 1;
        let fresh = || (watch::Sender::new(()), 0);
        let (sender, count) = held.workspaces.entry(tenant).or_insert_with(fresh);
        *count += 1;
        let changed = sender.subscribe();
        let fresh = || (self.0.closing.child_token(), 0);
        let (ended, count) = held.places.entry(place).or_insert_with(fresh);
        *count += 1;
        let ended = ended.clone();
        drop(held);
        Some(Listener {
            all: self.clone(),
            tenant,
            place,
            changed,
            ended,
        })
    }

    /// The workspace may look different from now on; `None`: any workspace may.
    pub fn changed(&self, tenant: Option<TenantId>) {
        let held = self.held();
        match tenant {
            Some(tenant) => {
                if let Some((sender, _)) = held.workspaces.get(&tenant) {
                    sender.send_replace(());
                }
            }
            None => {
                for (sender, _) in held.workspaces.values() {
                    sender.send_replace(());
                }
            }
        }
    }

    /// The session has ended: so do its listeners.
    pub fn end(&self, session: SessionId) {
        if let Some((ended, _)) = self.held().places.get(&Place::Session(session)) {
            ended.cancel();
        }
    }

    /// Ends all of them, and lets nobody listen any more.
    pub fn close(&self) {
        self.0.closing.cancel();
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener {
    /// The workspace it listens to.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Returns when the workspace may look different. `false`: it is over.
    pub async fn next(&mut self) -> bool {
        tokio::select! {
            () = self.ended.cancelled() => false,
            changed = self.changed.changed() => changed.is_ok(),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut held = self.all.held();
        held.open = held.open.saturating_sub(1);
        leave(held.workspaces.entry(self.tenant));
        leave(held.places.entry(self.place));
    }
}

/// Counts one down; the last one takes the entry along.
fn leave<K, V>(entry: Entry<'_, K, (V, usize)>) {
    if let Entry::Occupied(mut entry) = entry {
        let count = &mut entry.get_mut().1;
        *count = count.saturating_sub(1);
        if *count == 0 {
            entry.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LiveBrands, MOST_OF_SESSION, Place};
    use contract::{SessionId, TenantId};
    use std::net::{IpAddr, Ipv4Addr};
    use uuid::Uuid;

    fn tenant(number: u128) -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(number))
    }

    fn session(number: u128) -> Place {
        Place::Session(SessionId::from_uuid(Uuid::from_u128(number)))
    }

    #[tokio::test]
    async fn only_the_workspace_that_changed_is_told() {
        let all = LiveBrands::default();
        let mut one = all.listen(tenant(1), session(1)).unwrap();
        let mut two = all.listen(tenant(2), session(2)).unwrap();
        all.changed(Some(tenant(1)));
        assert!(one.next().await);
        assert!(!two.changed.has_changed().unwrap());
        all.changed(None);
        assert!(one.next().await && two.next().await);
    }

    #[tokio::test]
    async fn a_session_has_few_and_its_end_ends_them() {
        let all = LiveBrands::default();
        let listen = || all.listen(tenant(1), session(7));
        let mut held: Vec<_> = std::iter::repeat_with(listen)
            .take(MOST_OF_SESSION)
            .collect();
        assert!(held.iter().all(Option::is_some));
        assert!(listen().is_none(), "one more than a session may have");
        let other = all.listen(tenant(1), Place::Address(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        held.pop();
        let again = listen();
        assert!(again.is_some(), "whoever goes makes room");
        all.end(SessionId::from_uuid(Uuid::from_u128(7)));
        assert!(!again.unwrap().next().await);
        let mut other = other.unwrap();
        all.changed(Some(tenant(1)));
        assert!(other.next().await, "another's goes on");
        all.close();
        assert!(!other.next().await);
        assert!(listen().is_none());
        drop((held, other));
        let left = all.held();
        assert_eq!(
            (left.open, left.workspaces.len(), left.places.len()),
            (0, 0, 0)
        );
    }
}
