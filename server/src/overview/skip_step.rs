//! Leaving a step of the start out. The record of it is what is stored.

use super::{Overviews, SKIPPED, TAKEN_UP};
use crate::fault;
use contract::overview::GuideStep;
use contract::{AppResult, Caller};

impl Overviews {
    pub(super) async fn skip(&self, caller: &Caller, step: GuideStep, skip: bool) -> AppResult<()> {
        let noted = async {
            let mut tx = self.store.tenant(caller).await?;
            let standing = store::overview::standing(&mut tx, SKIPPED, TAKEN_UP).await?;
            let is_skipped = standing.iter().any(|name| name == step.as_str());
            // Pressed twice, it is recorded once.
            if is_skipped != skip {
                let who = (Some(caller.member()), caller.name());
                let action = if skip { SKIPPED } else { TAKEN_UP };
                store::audit::append(&mut tx, who, action, step.as_str()).await?;
            }
            tx.commit().await
        };
        noted
            .await
            .map_err(|error| fault::internal("leaving out a step of the start", error))
    }
}
