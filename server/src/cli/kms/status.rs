//! `livery kms status` and `check`.

use super::super::{Common, Refused, open, output};
use super::tell_step;
use crate::vault::VaultError;
use serde_json::json;
use store::platform::sealing::{SealingPhase, SealingRow};

pub(super) async fn status(common: &Common, slug: &str) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let tenant = opened.workspace(slug).await?.id;
        let sealing = opened.store.sealing(tenant).await?;
        let key = opened.vault.unlock(tenant).await.map(drop);
        let under = sealing
            .as_ref()
            .map_or_else(|| "the installation's keyring".to_owned(), label_of);
        let phase = sealing.as_ref().map(|sealing| sealing.phase);
        if common.json {
            return output::document(&json!({
                "sealed_under": under,
                "own_key": sealing.as_ref().is_some_and(|sealing| sealing.under.is_some()),
                "phase": phase_name(phase),
                "unreadable": sealing.as_ref().map_or(0, |sealing| sealing.unreadable),
                "key": key_state(&key),
            }));
        }
        output::line(format_args!("Sealed under: {under}"))?;
        let words = match phase {
            None | Some(SealingPhase::Settled) => "no other key opens it",
            Some(SealingPhase::Spreading) => "on the way: every process learns the new key",
            Some(SealingPhase::Moving) => "on the way: everything is sealed anew",
        };
        output::line(format_args!("Move:         {words}"))?;
        match key {
            Ok(()) => output::line("Key:          can be used"),
            Err(error) => output::line(format_args!("Key:          {error}")),
        }
    })
    .await
}

pub(super) async fn check(common: &Common, slug: &str) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let tenant = opened.workspace(slug).await?.id;
        let tell = |step| tell_step(common, step);
        let key = opened.custody.check_attached(tenant, tell).await?;
        if common.json {
            return output::document(&json!({ "key": key.pinned, "label": key.label }));
        }
        output::line(format_args!("{} works.", key.label))
    })
    .await
}

fn label_of(sealing: &SealingRow) -> String {
    let service = sealing
        .under
        .and_then(|(id, _)| sealing.services.iter().find(|service| service.id == id));
    match (service, sealing.under) {
        (Some(service), Some((_, version))) => format!("{}, version {version}", service.label),
        _ => "the installation's keyring".to_owned(),
    }
}

fn phase_name(phase: Option<SealingPhase>) -> &'static str {
    match phase {
        None | Some(SealingPhase::Settled) => "settled",
        Some(SealingPhase::Spreading) => "spreading",
        Some(SealingPhase::Moving) => "moving",
    }
}

fn key_state(key: &Result<(), VaultError>) -> String {
    match key {
        Ok(()) => "usable".to_owned(),
        Err(error) => error.to_string(),
    }
}
