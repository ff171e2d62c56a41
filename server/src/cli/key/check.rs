//! `livery key check`: the live check of a sealed key, a line per step.

use super::super::{Common, Refused, open, output, serve};
use super::{NamedKey, find};
use contract::keys::{CheckEvent, CheckReport, StepState};

pub(super) async fn check(common: &Common, key: &NamedKey) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let (tenant, row) = find(opened, key).await?;
        let keys = serve::keys(opened)?;
        let mut follower = keys.check_now(tenant, row).await?;
        let mut report = None;
        while let Some(events) = follower.next().await {
            for event in events {
                match event {
                    CheckEvent::Done(done) => report = Some(done),
                    step @ CheckEvent::Step { .. } => told(common, &step)?,
                }
            }
        }
        let report = report.ok_or("the check ended without a result")?;
        finish(common, &report)
    })
    .await
}

fn told(common: &Common, event: &CheckEvent) -> Result<(), Refused> {
    let CheckEvent::Step {
        step,
        state,
        ms,
        note,
    } = event
    else {
        return Ok(());
    };
    let mark = match state {
        StepState::Running => return Ok(()),
        StepState::Passed => "ok",
        StepState::Warned => "note",
        StepState::Failed => "failed",
        StepState::Skipped => "skipped",
    };
    if common.json {
        return Ok(());
    }
    let time = ms.map_or_else(String::new, |ms| format!("{ms} ms"));
    output::line(format_args!(
        "{:<20} {mark:<8} {time:>8}  {note}",
        step.label()
    ))
}

fn finish(common: &Common, report: &CheckReport) -> Result<(), Refused> {
    if common.json {
        output::document(report)?;
    } else {
        output::line(format_args!(
            "{}: {} {}",
            report.outcome.label(),
            report.reason,
            report.next
        ))?;
    }
    if report.outcome.may_be_sealed() {
        Ok(())
    } else {
        Err(format!("the key is not healthy: {}", report.outcome.as_str()).into())
    }
}
