//! The books after the last round: read once, and held against what browsers saw and what the
//! provider counted.

use crate::rig::House;
use crate::rig::browser::Browser;
use crate::rig::chat::{answer_of, question_of};
use crate::rig::checks::say;
use crate::rig::upstream::{CACHED, Served};
use crate::rounds::Turn;
use crate::{PERSON, WORKSPACE};
use contract::AnswerEnd;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;
use uuid::Uuid;

/// Tries a turn has with one target: the first, and two more where a fault passes.
const TRIES: usize = 3;

/// A row of the ledger as the command line exports it.
#[derive(Clone, Debug, Deserialize)]
struct Row {
    attempt: Uuid,
    turn: Uuid,
    state: String,
    estimated: bool,
    recovered: bool,
    fresh_input_tokens: Option<u64>,
    cached_input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cost: Option<i64>,
}

/// Everything the ledger says.
pub(crate) struct Books(Vec<Row>);

/// Waits until nothing is open any more and reads the ledger.
pub(crate) async fn close(house: &House) -> Books {
    for _ in 0..150 {
        let args = ["ledger", "export", "--workspace", WORKSPACE];
        let document = house.server.desk(&args, None).await;
        let rows: Vec<Row> = serde_json::from_value(document["rows"].clone()).unwrap();
        if rows.iter().all(|row| row.state != "open") {
            return Books(rows);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("rows stay open after half a minute");
}

impl Books {
    /// Every released answer has exactly one row, no turn has two, and what is marked as settled
    /// agrees with the provider to the token.
    pub(crate) fn prove(&self, turns: &[Turn], served: &[Served]) {
        self.prove_one_row_each(turns);
        self.prove_counts(turns, served);
        let mut states: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &self.0 {
            *states.entry(&row.state).or_default() += 1;
        }
        say(&format!("{} rows: {states:?}", self.0.len()));
        // A proof over nothing would prove nothing.
        for state in ["settled", "stopped", "interrupted"] {
            assert!(
                states.contains_key(state),
                "no row is {state}: the kills came too early or late"
            );
        }
    }

    fn prove_one_row_each(&self, turns: &[Turn]) {
        let attempts: BTreeSet<Uuid> = self.0.iter().map(|row| row.attempt).collect();
        assert_eq!(attempts.len(), self.0.len(), "an attempt has two rows");
        let mut rows_of: HashMap<Uuid, Vec<&Row>> = HashMap::new();
        for row in &self.0 {
            rows_of.entry(row.turn).or_default().push(row);
        }
        // A turn whose answer broke off begins anew; each try has its row, and one of them at most
        // is the answer.
        let answers = |rows: &[&Row]| {
            let ends = ["settled", "estimated", "stopped"];
            rows.iter()
                .filter(|row| ends.contains(&row.state.as_str()))
                .count()
        };
        let twice: Vec<_> = rows_of
            .values()
            .filter(|rows| rows.len() > TRIES || answers(rows) > 1)
            .collect();
        assert!(twice.is_empty(), "turns answered twice: {twice:#?}");
        let released = turns.iter().filter(|turn| turn.released);
        let lost: Vec<_> = released
            .filter(|turn| !rows_of.contains_key(&turn.opened.answer.id.uuid()))
            .collect();
        assert!(lost.is_empty(), "released and not in the ledger: {lost:#?}");
        let known = ["settled", "estimated", "stopped", "failed", "interrupted"];
        for row in &self.0 {
            assert!(known.contains(&row.state.as_str()), "{row:?}");
            let marked = row.estimated || row.state != "interrupted" || !row.recovered;
            assert!(
                marked && !(row.estimated && row.state == "settled"),
                "{row:?}"
            );
        }
    }

    fn prove_counts(&self, turns: &[Turn], served: &[Served]) {
        let by_prompt: HashMap<u64, &Served> =
            served.iter().map(|one| (one.prompt_tokens, one)).collect();
        assert_eq!(
            by_prompt.len(),
            served.len(),
            "the provider's numbers are its requests' own"
        );
        let questions: HashMap<Uuid, &str> = turns
            .iter()
            .map(|turn| (turn.opened.answer.id.uuid(), turn.question.as_str()))
            .collect();
        let (mut ledger_sum, mut provider_sum) = (0, 0);
        let mut settled_requests = BTreeSet::new();
        for row in self.0.iter().filter(|row| row.state == "settled") {
            let input = row.fresh_input_tokens.unwrap() + row.cached_input_tokens.unwrap();
            let one = by_prompt
                .get(&input)
                .unwrap_or_else(|| panic!("nobody counted {row:?}"));
            assert!(
                one.told_counts && settled_requests.insert(input),
                "{row:?} against {one:?}"
            );
            assert_eq!(row.cached_input_tokens, Some(CACHED));
            assert_eq!(row.output_tokens, Some(one.pieces), "{row:?}");
            assert!(row.cost.is_some_and(|cost| cost > 0), "{row:?}");
            if let Some(question) = questions.get(&row.turn) {
                assert_eq!(*question, one.question(), "{row:?} is another question's");
            }
            ledger_sum += input + row.output_tokens.unwrap();
            provider_sum += one.prompt_tokens + one.pieces;
        }
        assert_eq!(ledger_sum, provider_sum);
        say(&format!(
            "{} requests at the provider, {} settled with {ledger_sum} tokens",
            served.len(),
            settled_requests.len()
        ));
    }
}

/// No conversation waits for an answer that nobody writes, and what a browser saw as the end of an
/// answer is what is stored.
pub(crate) async fn prove_conversations(house: &House, turns: &[Turn]) {
    let anna = Browser::enter(&house.server, WORKSPACE, PERSON).await;
    let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
    for turn in turns {
        let view = anna.conversation(turn.opened.conversation).await;
        assert_eq!(question_of(&view.messages[0]), turn.question);
        let (_, blocks, end) = answer_of(&view.messages[1]);
        let end = end.unwrap_or_else(|| panic!("{turn:#?} waits for ever"));
        if let Some(seen) = &turn.shown.end {
            assert_eq!(
                (seen, turn.shown.blocks.as_slice()),
                (end, blocks),
                "{turn:#?}"
            );
        }
        let name = match end {
            AnswerEnd::Done { .. } => "done",
            AnswerEnd::Stopped { .. } => "stopped",
            AnswerEnd::Interrupted => "interrupted",
            AnswerEnd::Failed { .. } => "failed",
        };
        *ends.entry(name).or_default() += 1;
    }
    say(&format!("{} answers: {ends:?}", turns.len()));
}
