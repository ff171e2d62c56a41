//! Runs checks one after the other and reports each by name, whatever became of the one before.

use std::future::Future;
use std::io::Write as _;
use std::time::{Duration, Instant};

/// No check takes longer than this unless something hangs.
const LONGEST: Duration = Duration::from_mins(4);

/// Outcomes so far.
#[derive(Default)]
pub(crate) struct Checks {
    passed: usize,
    failed: Vec<&'static str>,
    /// Only checks whose name contains one of these parts, between commas, are run.
    only: Option<String>,
}

impl Checks {
    /// All checks, or those the environment's `ONLY` names.
    pub(crate) fn new() -> Self {
        Self {
            only: std::env::var("ONLY").ok(),
            ..Self::default()
        }
    }

    /// Whether any check whose name begins like this is to be run.
    pub(crate) fn wants(&self, beginning: &str) -> bool {
        self.only
            .as_deref()
            .is_none_or(|only| only.split(',').any(|part| part.trim().contains(beginning)))
    }

    /// Whether a check of this name is to be run.
    pub(crate) fn includes(&self, name: &str) -> bool {
        let wanted = |only: &str| only.split(',').any(|part| name.contains(part.trim()));
        self.only.as_deref().is_none_or(wanted)
    }

    /// Runs one check on a task of its own, so that its panic is its own.
    pub(crate) async fn run(
        &mut self,
        name: &'static str,
        check: impl Future<Output = ()> + Send + 'static,
    ) {
        if !self.includes(name) {
            return;
        }
        let begun = Instant::now();
        let task = tokio::spawn(check);
        let abort = task.abort_handle();
        let verdict = match tokio::time::timeout(LONGEST, task).await {
            Ok(Ok(())) => "ok",
            Ok(Err(_)) => "FAILED",
            Err(_) => "FAILED (hangs)",
        };
        abort.abort();
        if verdict == "ok" {
            self.passed += 1;
        } else {
            self.failed.push(name);
        }
        say(&format!(
            "{verdict:<7} {name} ({} ms)",
            begun.elapsed().as_millis()
        ));
    }

    /// Fails when any check failed, naming all of them; and when none was run.
    pub(crate) fn finish(self) {
        say(&format!(
            "{} passed, {} failed",
            self.passed,
            self.failed.len()
        ));
        assert!(self.failed.is_empty(), "failed: {:#?}", self.failed);
        assert!(self.passed > 0, "no check has a name like that");
    }
}

/// Writes a line past the test harness, which would keep it back until something fails.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "    {line}");
    let _ = out.flush();
}
