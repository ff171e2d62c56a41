//! How the installation fares: what the private listener knows, and counts of the database.

use super::Clients;
use crate::guests::now_ms;
use contract::staff::{HealthPart, HealthState, HealthView};
use std::time::{Duration, Instant};
use store::StoreError;
use store::platform::health::Census;
use store::platform::letters::Waiting;

/// The longest the database may take to answer all of it.
const PATIENCE: Duration = Duration::from_secs(3);
/// Ledger entries that wait longer than this are looked at, in milliseconds.
const LEDGER_LATE_MS: i64 = 60_000;

impl Clients {
    pub(super) async fn read_health(&self) -> HealthView {
        let asked = Instant::now();
        let counted = tokio::time::timeout(PATIENCE, self.count()).await;
        let mut parts = match counted {
            Ok(Ok((census, letters))) => {
                let took = asked.elapsed().as_millis();
                self.parts(&census, &letters, took)
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "the state of the installation could not be read");
                vec![no_database()]
            }
            Err(_) => vec![no_database()],
        };
        parts.push(self.redis_part());
        HealthView {
            parts,
            at_ms: now_ms(),
        }
    }

    async fn count(&self) -> Result<(Census, Waiting), StoreError> {
        let census = self.store.census().await?;
        let letters = self.store.waiting_letters().await?;
        Ok((census, letters))
    }

    fn parts(&self, census: &Census, letters: &Waiting, took: u128) -> Vec<HealthPart> {
        let late = census
            .ledger_oldest_ms
            .is_some_and(|oldest| census.now_ms - oldest > LEDGER_LATE_MS);
        vec![
            part("Database", true, format!("Answered in {took} ms.")),
            part(
                "Processes",
                census.lost == 0,
                match census.lost {
                    0 => format!("{} running.", census.living),
                    lost => format!("{} running, {lost} gone and being closed.", census.living),
                },
            ),
            workspaces(census),
            part(
                "Schemas",
                census.migration_trouble == 0 && census.behind == 0,
                match (census.migration_trouble, census.behind) {
                    (0, 0) => format!("All at version {}.", self.store.tenant_version()),
                    (trouble, behind) => format!(
                        "{behind} behind version {}, {trouble} could not be migrated.",
                        self.store.tenant_version()
                    ),
                },
            ),
            part(
                "Ledger",
                !late,
                match census.ledger_waiting {
                    0 => "Nothing is on its way into workspaces.".to_owned(),
                    waiting => format!("{waiting} entries on their way into workspaces."),
                },
            ),
            self.mail(letters),
            keys(census),
        ]
    }

    fn mail(&self, letters: &Waiting) -> HealthPart {
        if self.mailer.is_none() {
            return HealthPart {
                name: "Mail",
                state: HealthState::Absent,
                words: "No mail server is set. Links are shown instead of sent.".to_owned(),
            };
        }
        let words = match (letters.letters, letters.tried) {
            (0, _) => "No letter waits.".to_owned(),
            (waiting, 0) => format!("{waiting} letters wait."),
            (waiting, tried) => {
                format!("{waiting} letters wait; {tried} were tried and not taken.")
            }
        };
        part("Mail", letters.tried == 0, words)
    }

    fn redis_part(&self) -> HealthPart {
        let (state, words) = match &self.redis {
            None => (
                HealthState::Absent,
                "Not set: right for one process, too little for several.",
            ),
            Some(redis) if redis.is_up() => (HealthState::Well, "Answers."),
            Some(_) => (
                HealthState::Down,
                "Does not answer. Limits and caches are kept by each process alone until it does.",
            ),
        };
        HealthPart {
            name: "Redis",
            state,
            words: words.to_owned(),
        }
    }
}

fn workspaces(census: &Census) -> HealthPart {
    let more = some_of(&[
        (census.suspended, "suspended"),
        (census.deleting, "being deleted"),
    ]);
    let words = format!("{} in all{more}.", census.workspaces);
    part("Workspaces", census.deleting == 0, words)
}

/// `, 2 suspended`, for each of which there are any.
fn some_of(counts: &[(i64, &str)]) -> String {
    let any = counts.iter().filter(|(count, _)| *count > 0);
    any.map(|(count, what)| format!(", {count} {what}"))
        .collect()
}

fn keys(census: &Census) -> HealthPart {
    let own = match census.own_keys {
        0 => "No workspace is sealed under a key service of its own".to_owned(),
        1 => "1 workspace is sealed under a key service of its own".to_owned(),
        keys => format!("{keys} workspaces are sealed under key services of their own"),
    };
    let more = some_of(&[
        (census.moving, "on their way to another key"),
        (census.sealed, "cannot be opened"),
    ]);
    let refused = match census.refused_keys {
        0 => String::new(),
        1 => " 1 provider key is refused.".to_owned(),
        keys => format!(" {keys} provider keys are refused."),
    };
    let words = format!("{own}{more}.{refused}");
    part(
        "Keys",
        census.sealed == 0 && census.refused_keys == 0,
        words,
    )
}

fn part(name: &'static str, well: bool, words: String) -> HealthPart {
    let state = if well {
        HealthState::Well
    } else {
        HealthState::Watch
    };
    HealthPart { name, state, words }
}

fn no_database() -> HealthPart {
    HealthPart {
        name: "Database",
        state: HealthState::Down,
        words: "It did not answer in time. Nothing else is known until it does.".to_owned(),
    }
}
