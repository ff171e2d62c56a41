//! Several processes over one treasury: nothing is lost, nothing is created, no cap is passed.

use super::Meters;
use crate::reserve::meters::{HoldError, Purse};
use crate::reserve::month::Month;
use crate::reserve::treasury::{Given, Slice, SliceAsk, Treasury, TreasuryDown};
use async_trait::async_trait;
use contract::{LimitScope, MemberId, NanoUsd, TenantId};
use proptest::prelude::*;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// What a treasury writes down, for processes numbered from zero.
#[derive(Default)]
struct Books {
    /// Spent, with everything that was handed back, by scope.
    spent: HashMap<LimitScope, i64>,
    /// Granted and spent, by scope and process.
    slices: HashMap<(LimitScope, usize), (i64, i64)>,
}

/// A treasury in memory, as one process sees it.
struct Desk {
    books: Arc<Mutex<Books>>,
    process: usize,
    life: AtomicU64,
    /// The others, to be called in.
    meters: Mutex<Vec<Arc<Meters>>>,
}

#[async_trait]
impl Treasury for Desk {
    async fn exchange(
        &self,
        _tenant: TenantId,
        _month: Month,
        asks: Vec<SliceAsk>,
    ) -> Result<Given, TreasuryDown> {
        let life = self.life().ok_or(TreasuryDown)?;
        tokio::task::yield_now().await;
        let slices = asks.iter().map(|ask| self.one(ask)).collect();
        tokio::task::yield_now().await;
        Ok(Given { life, slices })
    }

    fn life(&self) -> Option<u64> {
        Some(self.life.load(Ordering::SeqCst))
    }

    async fn call_in(&self, tenant: TenantId) {
        let others = self.meters.lock().unwrap().clone();
        for meters in others {
            meters.hand_back(Some(tenant)).await;
        }
    }
}

impl Desk {
    fn one(&self, ask: &SliceAsk) -> Slice {
        let books = &mut *self.books.lock().unwrap();
        let place = (ask.scope, self.process);
        let fresh = !books.slices.contains_key(&place);
        let spent = books.spent.entry(ask.scope).or_default();
        if ask.ends {
            *spent += ask.spent.get();
            books.slices.remove(&place);
        }
        let others = books
            .slices
            .iter()
            .filter(|((scope, process), _)| *scope == ask.scope && *process != self.process);
        let (granted, told) = others.fold((0, 0), |sum, (_, it)| (sum.0 + it.0, sum.1 + it.1));
        let (elsewhere, spent_elsewhere) = (*spent + granted, *spent + told);
        let holds = ask.holds.filter(|_| !fresh).unwrap_or(ask.reserved).get();
        let free = ask.cap.map_or(0, |cap| cap.get() - elsewhere - holds);
        let needs = ask.needs.get();
        let more = if needs > 0 && free >= needs {
            needs + (free - needs) / 4
        } else {
            0
        };
        if !ask.ends {
            let told = if fresh { 0 } else { ask.spent.get() };
            books.slices.insert(place, (holds + more, told));
        }
        Slice {
            scope: ask.scope,
            granted: NanoUsd::new(if ask.ends { 0 } else { holds + more }),
            fresh: fresh && !ask.ends,
            elsewhere: NanoUsd::new(elsewhere),
            spent_elsewhere: NanoUsd::new(spent_elsewhere),
        }
    }
}

struct Process {
    meters: Arc<Meters>,
    desk: Arc<Desk>,
}

fn processes(count: usize) -> (Arc<Mutex<Books>>, Vec<Process>) {
    let books = Arc::new(Mutex::new(Books::default()));
    let all: Vec<Process> = (0..count)
        .map(|process| process_over(&books, process))
        .collect();
    for process in &all {
        let others = all.iter().map(|it| Arc::clone(&it.meters));
        *process.desk.meters.lock().unwrap() = others
            .filter(|it| !Arc::ptr_eq(it, &process.meters))
            .collect();
    }
    (books, all)
}

fn process_over(books: &Arc<Mutex<Books>>, process: usize) -> Process {
    let desk = Arc::new(Desk {
        books: Arc::clone(books),
        process,
        life: AtomicU64::new(0),
        meters: Mutex::default(),
    });
    let treasury: Arc<dyn Treasury> = Arc::<Desk>::clone(&desk);
    let meters = Arc::new(Meters::over(Some(treasury)));
    Process { meters, desk }
}

fn tenant() -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(2))
}

fn member() -> LimitScope {
    LimitScope::Member(MemberId::from_uuid(Uuid::from_u128(3)))
}

fn purses(workspace: i64, member_cap: i64) -> [Purse; 2] {
    [
        (LimitScope::Workspace, Some(NanoUsd::new(workspace))),
        (member(), Some(NanoUsd::new(member_cap))),
    ]
}

async fn hold(process: &Process, purses: &[Purse], nano: i64) -> Result<Month, HoldError> {
    let amount = NanoUsd::new(nano);
    let holding = process
        .meters
        .hold_or_draw(tenant(), Month::now(), purses, amount);
    holding.await
}

fn book(process: &Process, month: Month, purses: &[Purse], held: i64, cost: i64) {
    let (held, cost) = (NanoUsd::new(held), NanoUsd::new(cost));
    process.meters.book(tenant(), month, purses, held, cost);
}

#[tokio::test(start_paused = true)]
async fn what_one_process_does_not_need_is_called_in_for_another() {
    let (_, all) = processes(2);
    let purses = purses(1_000, 1_000);
    let month = hold(&all[0], &purses, 100).await.unwrap();
    book(&all[0], month, &purses, 100, 10);
    // A quarter of the rest is set aside for the first; the second needs nearly everything.
    let month = hold(&all[1], &purses, 990).await.unwrap();
    assert_eq!(
        hold(&all[0], &purses, 1).await,
        Err(HoldError::OverBudget(LimitScope::Workspace))
    );
    book(&all[1], month, &purses, 990, 0);
    assert!(hold(&all[0], &purses, 990).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_lowered_cap_holds_at_once_and_a_raised_one_gives_more() {
    let (_, all) = processes(1);
    let month = hold(&all[0], &purses(1_000, 1_000), 100).await.unwrap();
    book(&all[0], month, &purses(1_000, 1_000), 100, 100);
    let over = Err(HoldError::OverBudget(member()));
    assert_eq!(hold(&all[0], &purses(1_000, 150), 51).await, over);
    assert!(hold(&all[0], &purses(1_000, 150), 50).await.is_ok());
    assert_eq!(hold(&all[0], &purses(1_000, 150), 1).await, over);
    assert!(hold(&all[0], &purses(1_000, 151), 1).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_process_that_was_given_up_holds_anew_before_it_spends() {
    let (books, all) = processes(2);
    let purses = purses(1_000, 1_000);
    let month = hold(&all[0], &purses, 100).await.unwrap();
    book(&all[0], month, &purses, 100, 40);
    // The others count what it spent from the ledger and share out the rest.
    {
        let mut books = books.lock().unwrap();
        books.slices.clear();
        for scope in [LimitScope::Workspace, member()] {
            books.spent.insert(scope, 40);
        }
    }
    all[0].desk.life.store(1, Ordering::SeqCst);
    assert!(hold(&all[1], &purses, 960).await.is_ok());
    assert_eq!(
        hold(&all[0], &purses, 1).await,
        Err(HoldError::OverBudget(LimitScope::Workspace))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn processes_never_pass_a_cap_together_and_every_nano_is_accounted_for(
        caps in (50_i64..2_000, 50_i64..2_000),
        wishes in prop::collection::vec((0_usize..3, 1_i64..80, 0_i64..5), 20..160),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        let purses = purses(caps.0, caps.1);
        let (books, spent) = runtime.block_on(async {
            let (books, all) = processes(3);
            let all = Arc::new(all);
            let mut turns = tokio::task::JoinSet::new();
            for (at, nano, quarters) in wishes {
                let all = Arc::clone(&all);
                turns.spawn(async move {
                    let process = &all[at];
                    if nano % 17 == 0 {
                        process.meters.hand_back(Some(tenant())).await;
                    }
                    let Ok(month) = hold(process, &purses, nano).await else { return 0 };
                    tokio::task::yield_now().await;
                    let cost = nano * quarters.min(4) / 4;
                    book(process, month, &purses, nano, cost);
                    cost
                });
            }
            let mut spent = 0;
            while let Some(cost) = turns.join_next().await {
                spent += cost.unwrap();
            }
            for process in all.iter() {
                process.meters.close().await;
            }
            (books, spent)
        });
        prop_assert!(spent <= caps.0.min(caps.1), "{} of {:?}", spent, caps);
        let books = books.lock().unwrap();
        prop_assert!(books.slices.is_empty());
        for scope in [LimitScope::Workspace, member()] {
            prop_assert_eq!(books.spent.get(&scope).copied().unwrap_or_default(), spent);
        }
    }
}
