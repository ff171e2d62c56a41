//! The official libraries as programs of ours: what they send is read by the doors, what the doors
//! write is read by them.
//!
//! `SDK_PYTHON` names a Python that has them; `end2end/sdk/run.sh` makes one. In continuous
//! integration its absence is a failure, not a reason to skip.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it did not do"
)]

mod scenes;
mod server;

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Longest that one library may take for all it has to do.
const LONGEST: Duration = Duration::from_mins(2);

/// `None` only outside continuous integration.
fn python() -> Option<String> {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let python = set("SDK_PYTHON");
    assert!(
        python.is_some() || set("CI").is_none(),
        "SDK_PYTHON must name a Python with the libraries"
    );
    if python.is_none() {
        println!("no Python with the libraries was named: nothing was tested");
    }
    python
}

fn run(script: &str) {
    let Some(python) = python() else { return };
    let server = server::start();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../end2end/sdk");
    let mut child = Command::new(python)
        .arg(folder.join(script))
        .arg(format!("http://{}", server.address))
        // Nothing of it goes through a proxy, and no real key is ever near.
        .env_clear()
        .env("NO_PROXY", "*")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if began.elapsed() > LONGEST {
            child.kill().unwrap();
            child.wait().unwrap();
            unreachable!("{script} did not end in time");
        }
        thread::sleep(Duration::from_millis(20));
    };
    assert!(status.success(), "{script} was not content: {status}");
}

#[test]
fn openai_reads_chat_completions() {
    run("openai_chat.py");
}

#[test]
fn openai_reads_responses() {
    run("openai_responses.py");
}

#[test]
fn openai_reads_embeddings() {
    run("openai_embeddings.py");
}

#[test]
fn anthropic_reads_messages() {
    run("anthropic_messages.py");
}

#[test]
fn google_reads_contents() {
    run("google_genai.py");
}
