//! The same engine against a real inference server, where one is running.
//!
//! `LLAMA_BASE_URL` and `LLAMA_API_KEY` say where. In continuous integration their absence is a
//! failure, not a reason to skip.

use crate::harness::{Recorder, ask, collect, facts, settings, target};
use async_trait::async_trait;
use contract::{KeyId, TenantId};
use engine::{
    CancellationToken, Ended, Engine, EngineEvent, Fault, How, KeyError, KeySource, SecretString,
    Usage,
};
use futures_util::StreamExt;
use std::env;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

struct OneKey(String);

#[async_trait]
impl KeySource for OneKey {
    async fn refused(&self, _tenant: TenantId, _key: KeyId) {}

    async fn open(&self, _tenant: TenantId, _key: KeyId) -> Result<SecretString, KeyError> {
        Ok(self.0.clone().into())
    }
}

struct Server {
    base_url: String,
    key: String,
}

/// The running server. `None` only outside continuous integration.
fn server() -> Option<Server> {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let server = set("LLAMA_BASE_URL").zip(set("LLAMA_API_KEY"));
    assert!(
        server.is_some() || set("CI").is_none(),
        "LLAMA_BASE_URL and LLAMA_API_KEY must name a running server"
    );
    if server.is_none() {
        println!("no real inference server was named: nothing was tested");
    }
    server.map(|(base_url, key)| Server { base_url, key })
}

fn engine(key: &str) -> (Engine, Arc<Recorder>) {
    let ledger = Arc::new(Recorder::default());
    let keys = Arc::new(OneKey(key.to_owned()));
    (
        Engine::new(settings(), ledger.clone(), keys).unwrap(),
        ledger,
    )
}

fn short(server: &Server, max_output: u32) -> engine::AdmissionFacts {
    let mut target = target(&server.base_url, 1);
    target.max_output = Some(max_output);
    facts(vec![target])
}

async fn tell(
    engine: &Engine,
    facts: engine::AdmissionFacts,
    question: &str,
) -> crate::harness::Told {
    let admission = engine::admit(facts).unwrap();
    let told = collect(engine.run(admission, ask(question), CancellationToken::new())).await;
    timeout(Duration::from_secs(30), engine.drain())
        .await
        .unwrap();
    told
}

#[tokio::test]
async fn a_real_server_answers_counts_and_is_settled() {
    let Some(server) = server() else { return };
    let (engine, ledger) = engine(&server.key);
    let told = tell(&engine, short(&server, 24), "Hello there").await;
    assert!(
        matches!(told.ended.how, How::Complete | How::Length),
        "{:?}",
        told.ended
    );
    let settlements = ledger.settlements.lock().unwrap();
    assert_eq!(settlements.len(), 1);
    assert_eq!(
        (settlements[0].how, settlements[0].cost),
        (told.ended.how, told.ended.cost)
    );
    // Not every version counts tokens of a stream; without counts the estimate is marked.
    let usage = told
        .ended
        .usage
        .expect("an answer has usage, counted or estimated");
    assert_eq!(settlements[0].estimated, told.ended.estimated);
    assert!(
        usage.input_total() > 0 && usage.output_total() <= 24,
        "{usage:?}"
    );
}

#[tokio::test]
async fn a_wrong_key_is_told_as_one() {
    let Some(server) = server() else { return };
    let (engine, ledger) = engine("sk-surely-wrong");
    let told = tell(&engine, short(&server, 8), "Hello").await;
    assert_eq!(told.ended.how, How::Failed(Fault::KeyRejected));
    assert_eq!(ledger.settlements.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_conversation_beyond_the_context_is_never_an_answer() {
    let Some(server) = server() else { return };
    let (engine, _) = engine(&server.key);
    let told = tell(&engine, short(&server, 8), &"many words ".repeat(4_000)).await;
    // Some versions of the server find out only after the head of the stream and break it off.
    let faults = [Fault::ContextTooLong, Fault::Cut].map(How::Failed);
    assert!(faults.contains(&told.ended.how), "{:?}", told.ended);
    assert!(told.text.is_empty() && told.started.is_none());
}

#[tokio::test]
async fn a_real_answer_can_be_stopped_and_the_next_one_asked() {
    let Some(server) = server() else { return };
    let (engine, ledger) = engine(&server.key);
    let mut ended = stop_at_first_text(&engine, &server).await;
    // A quick server may have said everything before anybody could stop it.
    for _ in 0..5 {
        if ended.how == How::Stopped {
            break;
        }
        ended = stop_at_first_text(&engine, &server).await;
    }
    assert_eq!(ended.how, How::Stopped);
    assert!(ended.estimated && ended.usage.map(Usage::input_total) > Some(0));
    let told = tell(&engine, short(&server, 8), "Hello").await;
    assert!(
        matches!(told.ended.how, How::Complete | How::Length),
        "{:?}",
        told.ended
    );
    let intents = ledger.intents.lock().unwrap().len();
    assert_eq!(ledger.settlements.lock().unwrap().len(), intents);
}

async fn stop_at_first_text(engine: &Engine, server: &Server) -> Ended {
    let stop = CancellationToken::new();
    let admission = engine::admit(short(server, 200)).unwrap();
    let mut turn = engine.run(admission, ask("Tell me a long story"), stop.clone());
    loop {
        match turn.next().await.expect("every turn ends") {
            EngineEvent::Text(_) => stop.cancel(),
            EngineEvent::Ended(ended) => return ended,
            EngineEvent::Started(_) | EngineEvent::Continued(_) | EngineEvent::Piece(_) => {}
        }
    }
}
