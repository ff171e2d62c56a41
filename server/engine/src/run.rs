//! The engine: what all turns of a process share, and the door through which a turn enters.

use crate::admission::Admission;
use crate::admission::Target;
use crate::cache::Answers;
use crate::egress::{Egress, EgressRefused};
use crate::fault::Fault;
use crate::keys::KeySource;
use crate::plan::{Breakers, CircuitIds, Loads, RetryBudget};
use crate::prompt::Ask;
use crate::reserve::Meters;
use crate::settings::EngineSettings;
use crate::settle::Ledger;
use crate::stream::{TurnStream, channel};
use crate::tally::{Counted, Tally};
use crate::turn::run_turn;
use contract::TenantId;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Answers conversations. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

/// The engine could not be built.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The HTTP client could not be built, usually for want of trusted root certificates.
    #[error("the HTTP client could not be built")]
    Client(#[from] reqwest::Error),
}

/// What all turns share.
pub(crate) struct Shared {
    pub(crate) settings: EngineSettings,
    pub(crate) ledger: Arc<dyn Ledger>,
    pub(crate) keys: Arc<dyn KeySource>,
    pub(crate) meters: Arc<Meters>,
    pub(crate) answers: Answers,
    pub(crate) breakers: Arc<Breakers>,
    pub(crate) retries: RetryBudget,
    pub(crate) loads: Arc<Loads>,
    pub(crate) egress: Egress,
    pub(crate) tasks: TaskTracker,
    pub(crate) tally: Tally,
}

impl Engine {
    /// An engine that records in `ledger` and opens keys from `keys`.
    pub fn new(
        settings: EngineSettings,
        ledger: Arc<dyn Ledger>,
        keys: Arc<dyn KeySource>,
    ) -> Result<Self, EngineError> {
        let egress = Egress::new(&settings.allow_private, settings.limits.connect)?;
        let answers = Answers::new(settings.cache_bytes, settings.cache_ttl);
        Ok(Self {
            shared: Arc::new(Shared {
                settings,
                ledger,
                keys,
                meters: Arc::default(),
                answers,
                breakers: Arc::default(),
                retries: RetryBudget::default(),
                loads: Arc::default(),
                egress,
                tasks: TaskTracker::new(),
                tally: Tally::default(),
            }),
        })
    }

    /// Runs an admitted turn on a task of its own: reserve, compose, exact cache, plan, attempt with
    /// fallback, settle. Cancelling `stop` or dropping the stream ends the upstream call; what was
    /// used is settled either way. Must be called inside a Tokio runtime.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a token handed over reads as: this turn is stopped by it"
    )]
    pub fn run(&self, admission: Admission, ask: Ask, stop: CancellationToken) -> TurnStream {
        let (outlet, stream) = channel(&stop);
        let shared = Arc::clone(&self.shared);
        self.shared
            .tasks
            .spawn(async move { run_turn(&shared, &admission, ask, outlet).await });
        stream
    }

    /// The budgets in memory.
    #[must_use]
    pub fn meters(&self) -> &Meters {
        &self.shared.meters
    }

    /// Whether a provider may live at `base_url`, as far as that can be said without resolving its
    /// name; for telling an administrator while the address is being saved.
    pub fn check_base_url(&self, base_url: &str) -> Result<(), EgressRefused> {
        self.shared.egress.address(base_url, "models").map(|_| ())
    }

    /// What keeps a workspace's target from being asked on this process at the moment: for how long,
    /// and what it last did.
    #[must_use]
    pub fn cooling(&self, tenant: TenantId, target: &Target) -> Option<(Duration, Fault)> {
        let ids = CircuitIds::of(tenant, target);
        let cooling = self.shared.breakers.cooling(ids)?;
        Some((cooling.retry_in, cooling.fault))
    }

    /// What this process has counted.
    #[must_use]
    pub fn counted(&self) -> Counted {
        self.shared.tally.read()
    }

    /// Forgets the cached answers of a workspace that was deleted, suspended or sealed.
    pub fn forget_answers(&self, tenant: TenantId) {
        self.shared.answers.forget(tenant);
    }

    /// Waits until every turn has ended and is settled. Stop the turns first; none is stopped here.
    pub async fn drain(&self) {
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
        self.shared.tasks.reopen();
    }
}
