//! Circuits: after faults a key, a key with a model, or a target cools down.
//!
//! Owns the states closed, open and half-open with a single probe. Each fault counts against its
//! culprit only; see [`crate::fault::Blame`]. A circuit exists only while something is wrong, so
//! memory grows with trouble, not with workspaces.

use crate::admission::Target;
use crate::fault::{Blame, Fault};
use contract::TenantId;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Faults of a target in a row before its circuit opens.
const TARGET_FAULTS: u32 = 3;
/// First cooldown of a target or of a rate limit; it doubles up to [`LONGEST_OWN`].
const FIRST: Duration = Duration::from_secs(5);
/// Cooldown of a rejected or empty key: a person has to act.
const KEY_COOLDOWN: Duration = Duration::from_secs(30);
/// Longest cooldown of our own choice.
const LONGEST_OWN: Duration = Duration::from_mins(1);
/// Longest cooldown at a provider's word.
const LONGEST_TOLD: Duration = Duration::from_hours(1);
/// Circuits kept before old ones are swept.
const SWEEP_ABOVE: usize = 10_000;

/// The three circuits a target runs through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CircuitIds {
    key: CircuitId,
    key_and_model: CircuitId,
    target: CircuitId,
}

pub(crate) type CircuitId = [u8; 16];

impl CircuitIds {
    /// The circuits of `target` for `tenant`; nothing is shared between workspaces.
    pub(crate) fn of(tenant: TenantId, target: &Target) -> Self {
        let key = target.key.secret.into_bytes();
        let base = target.key.base_url.as_deref().unwrap_or_default();
        let id = |scope: &str, parts: [&[u8]; 2]| circuit_id(tenant, scope, parts);
        Self {
            key: id("key", [&key, b""]),
            key_and_model: id("key and model", [&key, target.model.as_bytes()]),
            target: id("target", [base.as_bytes(), target.model.as_bytes()]),
        }
    }

    /// The circuit of the key with this model.
    pub(crate) const fn key_and_model(&self) -> CircuitId {
        self.key_and_model
    }

    /// The circuit of the address and model, whatever the key.
    pub(crate) const fn target(&self) -> CircuitId {
        self.target
    }

    const fn all(&self) -> [CircuitId; 3] {
        [self.key, self.key_and_model, self.target]
    }

    const fn blamed(&self, blame: Blame) -> Option<CircuitId> {
        match blame {
            Blame::Key => Some(self.key),
            Blame::KeyAndModel => Some(self.key_and_model),
            Blame::Target => Some(self.target),
            Blame::Nobody => None,
        }
    }
}

fn circuit_id(tenant: TenantId, scope: &str, parts: [&[u8]; 2]) -> CircuitId {
    let mut hash = Sha256::new();
    for part in [
        tenant.uuid().as_bytes(),
        scope.as_bytes(),
        parts[0],
        parts[1],
    ] {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    let digest: [u8; 32] = hash.finalize().into();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    id
}

#[derive(Clone, Copy, Debug)]
struct Circuit {
    faults: u32,
    cooldown: Duration,
    until: Option<Instant>,
    /// The provider's own word; nobody asks before.
    told_until: Option<Instant>,
    probing: bool,
    last: Fault,
}

/// Circuits of this process.
#[derive(Debug, Default)]
pub(crate) struct Breakers {
    circuits: Mutex<HashMap<CircuitId, Circuit>>,
}

/// A circuit in the way is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cooling {
    /// Time until the next try.
    pub(crate) retry_in: Duration,
    /// What opened it.
    pub(crate) fault: Fault,
}

/// Leave to try a target once. Dropping it without a word returns a probe unused.
#[derive(Debug)]
pub(crate) struct Permit {
    breakers: Arc<Breakers>,
    ids: CircuitIds,
    probes: Vec<CircuitId>,
}

impl Breakers {
    /// Asks whether a target may be tried now. Of everybody who asks after a cooldown one gets
    /// the probe; the others wait for what it finds.
    pub(crate) fn permit(self: &Arc<Self>, ids: CircuitIds) -> Result<Permit, Cooling> {
        let now = Instant::now();
        let mut circuits = self.lock();
        let mut probes = Vec::new();
        for id in ids.all() {
            let Some(circuit) = circuits.get(&id) else {
                continue;
            };
            if let Some(cooling) = circuit.cooling(now) {
                return Err(cooling);
            }
            if circuit.until.is_some() {
                probes.push(id);
            }
        }
        Ok(self.give(&mut circuits, ids, probes))
    }

    /// What stands in the way of a target at this moment.
    pub(crate) fn cooling(&self, ids: CircuitIds) -> Option<Cooling> {
        let now = Instant::now();
        let circuits = self.lock();
        let open = ids.all().into_iter().filter_map(|id| circuits.get(&id));
        open.filter_map(|circuit| circuit.cooling(now))
            .max_by_key(|cooling| cooling.retry_in)
    }

    /// Leave to try a cooling target before its time, where every target cools: a cooldown of our own
    /// choice is no reason to answer nobody. One at a time, and neither against a provider's word
    /// nor with a key that it refuses.
    pub(crate) fn early(self: &Arc<Self>, ids: CircuitIds) -> Option<Permit> {
        let now = Instant::now();
        let mut circuits = self.lock();
        let open = |id: &CircuitId| circuits.get(id).is_some_and(|it| it.until.is_some());
        let probes: Vec<CircuitId> = ids.all().into_iter().filter(open).collect();
        let may = |circuit: &Circuit| {
            let told = circuit.told_until.is_some_and(|until| now < until);
            !circuit.probing && !told && circuit.last.blame() != Blame::Key
        };
        let all = probes.iter().all(|id| circuits.get(id).is_some_and(may));
        all.then(|| self.give(&mut circuits, ids, probes))
    }

    fn give(
        self: &Arc<Self>,
        circuits: &mut HashMap<CircuitId, Circuit>,
        ids: CircuitIds,
        probes: Vec<CircuitId>,
    ) -> Permit {
        for id in &probes {
            if let Some(circuit) = circuits.get_mut(id) {
                circuit.probing = true;
            }
        }
        Permit {
            breakers: Arc::clone(self),
            ids,
            probes,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CircuitId, Circuit>> {
        self.circuits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// The target answered: its circuits close.
    pub(crate) fn answered(self) {
        let mut circuits = self.breakers.lock();
        for id in self.ids.all() {
            circuits.remove(&id);
        }
    }

    /// The attempt failed. `told` is the provider's own Retry-After.
    pub(crate) fn failed(self, fault: Fault, told: Option<Duration>) {
        let Some(id) = self.ids.blamed(fault.blame()) else {
            return;
        };
        let now = Instant::now();
        let mut circuits = self.breakers.lock();
        if circuits.len() >= SWEEP_ABOVE {
            circuits.retain(|_, circuit| circuit.until.is_some_and(|until| until > now));
        }
        circuits
            .entry(id)
            .or_insert(Circuit {
                faults: 0,
                cooldown: Duration::ZERO,
                until: None,
                told_until: None,
                probing: false,
                last: fault,
            })
            .fault(now, fault, told);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.probes.is_empty() {
            return;
        }
        let mut circuits = self.breakers.lock();
        for id in &self.probes {
            if let Some(circuit) = circuits.get_mut(id) {
                circuit.probing = false;
            }
        }
    }
}

impl Circuit {
    /// Open, or half-open with its probe out.
    fn cooling(&self, now: Instant) -> Option<Cooling> {
        let until = self.until?;
        (now < until || self.probing).then(|| Cooling {
            retry_in: until
                .saturating_duration_since(now)
                .max(Duration::from_secs(1)),
            fault: self.last,
        })
    }

    fn fault(&mut self, now: Instant, fault: Fault, told: Option<Duration>) {
        self.faults = self.faults.saturating_add(1);
        self.last = fault;
        let opens = fault.blame() != Blame::Target || told.is_some() || self.until.is_some();
        if !opens && self.faults < TARGET_FAULTS {
            return;
        }
        let own = if fault.blame() == Blame::Key {
            KEY_COOLDOWN
        } else {
            (self.cooldown * 2).clamp(FIRST, LONGEST_OWN)
        };
        self.cooldown = own;
        // A provider's word is a floor, so the jitter only ever adds to it.
        let told = told.unwrap_or_default().min(LONGEST_TOLD);
        let told_until = (told > Duration::ZERO).then(|| now + told);
        self.told_until = self.told_until.max(told_until);
        let wait = own.mul_f64(rand::random_range(0.9..=1.1));
        let wait = wait.max(told.mul_f64(rand::random_range(1.0..=1.1)));
        let until = now + wait;
        self.until = Some(self.until.map_or(until, |old| old.max(until)));
    }
}

#[cfg(test)]
#[path = "breaker_tests.rs"]
mod tests;
