//! The engine: what all turns of a process share, and the door through which a turn enters.

use crate::admission::{Admission, Target};
use crate::cache::{AnswerStore, Answers, CacheCount, CachePolicy, Counts, Flights, KeptAnswer};
use crate::egress::{Egress, EgressRefused};
use crate::fault::Fault;
use crate::keys::KeySource;
use crate::limits::{Limiter, MemoryLimiter};
use crate::plan::{Breakers, CircuitIds, Loads, RetryBudget};
use crate::prompt::Ask;
use crate::reserve::{Meters, Treasury};
use crate::semantic::{Embedder, Lessons, Similar, SimilarCounts};
use crate::settings::EngineSettings;
use crate::settle::Ledger;
use crate::stream::{TurnStream, channel};
use crate::tally::{Counted, Tally};
use crate::turn::run_turn;
use crate::vectors::{Embedded, NotEmbedded, embed};
use contract::TenantId;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wire::embeddings::EmbedRequest;

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
    pub(crate) limiter: Arc<dyn Limiter>,
    pub(crate) answers: Answers,
    pub(crate) similar: Similar<Arc<KeptAnswer>>,
    pub(crate) flights: Arc<Flights>,
    pub(crate) counts: Counts,
    pub(crate) breakers: Arc<Breakers>,
    pub(crate) retries: RetryBudget,
    pub(crate) loads: Arc<Loads>,
    pub(crate) egress: Egress,
    pub(crate) tasks: TaskTracker,
    pub(crate) tally: Tally,
}

impl Engine {
    /// An engine that records in `ledger` and opens keys from `keys`, and is the only one: it keeps
    /// all limits and budgets by itself.
    pub fn new(
        settings: EngineSettings,
        ledger: Arc<dyn Ledger>,
        keys: Arc<dyn KeySource>,
    ) -> Result<Self, EngineError> {
        let limiter = Arc::new(MemoryLimiter::default());
        Self::beside_others(settings, ledger, keys, limiter, None)
    }

    /// An engine among others, which counts with `limiter` and spends what `treasury` gives it.
    pub fn beside_others(
        settings: EngineSettings,
        ledger: Arc<dyn Ledger>,
        keys: Arc<dyn KeySource>,
        limiter: Arc<dyn Limiter>,
        treasury: Option<Arc<dyn Treasury>>,
    ) -> Result<Self, EngineError> {
        let egress = Egress::new(&settings.allow_private, settings.limits.connect)?;
        let answers = Answers::new(
            settings.cache_bytes,
            settings.cache_bytes_each,
            settings.cache_ttl,
        );
        let similar = Similar::new(settings.similar);
        Ok(Self {
            shared: Arc::new(Shared {
                settings,
                ledger,
                keys,
                meters: Arc::new(Meters::over(treasury)),
                limiter,
                answers,
                similar,
                flights: Arc::default(),
                counts: Counts::default(),
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

    /// Makes vectors of texts, on a task of its own: the limits, the money, the plan, the circuits and the
    /// ledger are those of a turn. All vectors are of one model, that of the route's first target, and only
    /// targets of the same model take over. Dropping the future ends the upstream call; what was used is
    /// settled either way. Must be called inside a Tokio runtime.
    ///
    /// # Errors
    /// Why there are no vectors, and when another try makes sense.
    pub async fn embed(
        &self,
        admission: Admission,
        request: EmbedRequest,
    ) -> Result<Embedded, NotEmbedded> {
        let stop = CancellationToken::new();
        let _stops = stop.clone().drop_guard();
        let shared = Arc::clone(&self.shared);
        let working = self
            .shared
            .tasks
            .spawn(async move { embed(&shared, &admission, &request, &stop).await });
        // A task that was lost has logged why; its attempt is settled and its money given back.
        working
            .await
            .unwrap_or_else(|_| Err(NotEmbedded::of(Fault::Internal)))
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

    /// From now on answers are found and kept in `store` as well, which other processes share.
    pub fn share_answers(&self, store: Arc<dyn AnswerStore>) {
        self.shared.answers.share(store);
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

    /// From now on similar questions are found, where a route asks for it, by vectors from `embedder`.
    pub fn embed_with(&self, embedder: Arc<dyn Embedder>) {
        self.shared.similar.embed_with(embedder);
    }

    /// What came of similar questions in a workspace, in this process.
    #[must_use]
    pub fn similar_counts(&self, tenant: TenantId) -> SimilarCounts {
        self.shared.similar.counts(tenant)
    }

    /// Whether there is an encoder in this process.
    #[must_use]
    pub fn has_encoder(&self) -> bool {
        self.shared.similar.embedder().is_some()
    }

    /// From now on what is learned of similar questions is kept in `lessons`, which other processes share.
    pub fn learn_in(&self, lessons: Arc<dyn Lessons>) {
        self.shared.similar.learned().keep_in(lessons);
    }

    /// Keeps what was learned since the last time; called now and then, and before the process ends.
    pub async fn keep_lessons(&self) {
        self.shared.similar.learned().keep().await;
    }

    /// Takes away what was counted of similar questions since the last time.
    #[must_use]
    pub fn take_similar_counts(&self) -> Vec<(TenantId, SimilarCounts)> {
        self.shared.similar.take_counts()
    }

    /// Counts again what was taken away and could not be stored.
    pub fn give_back_similar_counts(&self, tenant: TenantId, counts: SimilarCounts) {
        self.shared.similar.give_back_counts(tenant, counts);
    }

    /// Forgets the kept answers of a workspace that was deleted, suspended or sealed.
    pub fn forget_answers(&self, tenant: TenantId) {
        self.shared.answers.forget(tenant);
        self.shared.similar.forget(tenant);
    }

    /// Gives up the memory of answers that a workspace does not want any more. They were given to
    /// nobody anyway: each question is admitted with what its workspace wants.
    pub fn heed_cache(&self, tenant: TenantId, policy: &CachePolicy) {
        self.shared.answers.heed(tenant, policy);
        let (usual, now) = (self.shared.settings.cache_ttl, SystemTime::now());
        let stays = |answer: &Arc<KeptAnswer>| policy.admits(answer, usual, now);
        self.shared.similar.retain(tenant, stays);
    }

    /// Gives up the memory of answers that are too old; called now and then.
    pub fn sweep_answers(&self) {
        self.shared.answers.sweep();
    }

    /// Takes away what was counted since the last time.
    #[must_use]
    pub fn take_cache_counts(&self) -> Vec<CacheCount> {
        self.shared.counts.take()
    }

    /// Counts again what was taken away and could not be stored.
    pub fn give_back_cache_counts(&self, counts: Vec<CacheCount>) {
        for count in counts {
            self.shared.counts.merge(count);
        }
    }

    /// Waits until every turn has ended and is settled. Stop the turns first; none is stopped here.
    pub async fn drain(&self) {
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
        self.shared.tasks.reopen();
    }
}
