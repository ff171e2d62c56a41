//! The rounds: a few questions at once, and an end without warning while they are answered.

use crate::rig::House;
use crate::rig::browser::Browser;
use crate::rig::chat::question;
use crate::rig::checks::say;
use crate::rig::frames::{Frames, Shown};
use crate::{PERSON, WORKSPACE};
use contract::chat::TurnOpened;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Questions asked at once.
const AT_ONCE: u32 = 5;
/// The latest moment of a kill, in milliseconds after the first turn was opened.
const LATEST_KILL: u64 = 450;
/// One kill in so many comes while the questions are being sent.
const EARLY_KILLS: u32 = 4;
/// Every so many rounds PostgreSQL is cut off as well.
const DATABASE_CRASH_EVERY: u32 = 10;

/// What a browser knows of a turn it opened.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    /// The words by which the provider knows the question.
    pub(crate) question: String,
    pub(crate) opened: TurnOpened,
    /// At least one byte of the answer reached the browser.
    pub(crate) released: bool,
    /// What the browser saw.
    pub(crate) shown: Shown,
}

/// Plays all rounds. The server runs afterwards.
pub(crate) async fn play(house: &House, rounds: u32, seed: u64) -> Vec<Turn> {
    let mut random = StdRng::seed_from_u64(seed);
    let anna = Browser::enter(&house.server, WORKSPACE, PERSON).await;
    let mut turns = Vec::new();
    for round in 1..=rounds {
        let mut asking = JoinSet::new();
        let opened = Arc::new(Notify::new());
        for number in 0..AT_ONCE {
            let text = format!("stutter round {round} number {number} of the proof");
            asking.spawn(ask(anna.clone(), text, number == 0, Arc::clone(&opened)));
        }
        if random.random_range(0..EARLY_KILLS) > 0 {
            let _ = timeout(Duration::from_secs(10), opened.notified()).await;
        }
        sleep(Duration::from_millis(random.random_range(0..LATEST_KILL))).await;
        house.server.kill().await;
        if round % DATABASE_CRASH_EVERY == 0 {
            crash_database(house).await;
        }
        while let Some(turn) = asking.join_next().await {
            turns.extend(turn.unwrap());
        }
        house.server.start().await;
        if round % 10 == 0 {
            let released = turns.iter().filter(|turn| turn.released).count();
            say(&format!(
                "round {round}: {} turns opened, {released} with text",
                turns.len()
            ));
        }
    }
    turns
}

/// Asks and follows until the answer or the server ends. `None`: the server was gone before it
/// told that a turn was opened. `stops`: presses Stop at the first word. `first` is told that a
/// turn was opened.
async fn ask(browser: Browser, text: String, stops: bool, first: Arc<Notify>) -> Option<Turn> {
    let message = json!({ "message": question(&text) });
    let page = browser.try_call("send_message", &message).await.ok()?;
    let opened: TurnOpened = page.json();
    first.notify_one();
    let mut turn = Turn {
        question: text,
        released: false,
        shown: Shown::default(),
        opened,
    };
    if let Ok(Ok(mut frames)) = Frames::try_open(&browser, turn.opened.answer.id).await {
        while frames.step().await {
            turn.released |= frames.shown.has_text();
            if stops && turn.released {
                let stop = json!({ "answer_id": turn.opened.answer.id });
                let _ = browser.try_call("stop_turn", &stop).await;
            }
        }
        turn.shown = frames.shown.clone();
    }
    Some(turn)
}

/// Ends PostgreSQL as a power cut would: it recovers from its journal at the next start.
async fn crash_database(house: &House) {
    let file = house.server.data_dir().join("postgres/data/postmaster.pid");
    let text = std::fs::read_to_string(file).expect("the database is running");
    let id = text.lines().next().unwrap().trim().parse().unwrap();
    kill(Pid::from_raw(id), Signal::SIGQUIT).unwrap();
    while !house.server.database_processes().is_empty() {
        sleep(Duration::from_millis(10)).await;
    }
}
