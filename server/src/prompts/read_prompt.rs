//! Reading the versions, and the texts that are asked for.

use super::{Prompts, stored_version, version_of};
use crate::chat::sealed_text::SealedText;
use crate::fault;
use contract::prompt::{PROMPT_LISTED, PromptText, PromptVersion, PromptView};
use contract::{AppError, AppResult, Caller};
use store::prompts::{PromptRow, PromptVersionRow};
use store::{StoreError, TenantTx};

type Stored = (PromptVersionRow, PromptRow);

/// What one transaction reads, sealed as it is.
struct Read {
    listed: Vec<PromptVersionRow>,
    count: i64,
    active: Option<Stored>,
    compared: Option<[Option<Stored>; 2]>,
}

impl Prompts {
    pub(super) async fn read(
        &self,
        caller: &Caller,
        compare: Option<(u32, u32)>,
    ) -> AppResult<PromptView> {
        let sealed_text = self.sealed_text(caller).await?;
        let read = self
            .read_all(caller, compare)
            .await
            .map_err(|error| fault::internal("reading the instructions", error))?;
        let compared = match read.compared {
            None => None,
            Some([Some(older), Some(newer)]) => {
                Some((opened(&sealed_text, older)?, opened(&sealed_text, newer)?))
            }
            Some(_) => return Err(AppError::not_found()),
        };
        let active = read.active.map(|active| opened(&sealed_text, active));
        let listed: Vec<_> = read.listed.into_iter().map(version_view).collect();
        let count = u32::try_from(read.count).unwrap_or(u32::MAX);
        Ok(PromptView {
            active: active.transpose()?,
            older: count - u32::try_from(listed.len()).unwrap_or(count).min(count),
            versions: listed,
            compared,
            may_change: caller.role().may_manage_prompt(),
            programs_too: self.programs_too(caller).await?,
        })
    }

    async fn read_all(
        &self,
        caller: &Caller,
        compare: Option<(u32, u32)>,
    ) -> Result<Read, StoreError> {
        let mut tx = self.store.tenant(caller).await?;
        let (listed, count) = store::prompts::list(&mut tx, PROMPT_LISTED).await?;
        let active = match listed.first() {
            Some(newest) => store::prompts::get(&mut tx, newest.version).await?,
            None => None,
        };
        let compared = match compare {
            None => None,
            Some((one, other)) => {
                let older = get(&mut tx, one.min(other)).await?;
                Some([older, get(&mut tx, one.max(other)).await?])
            }
        };
        tx.commit().await?;
        Ok(Read {
            listed,
            count,
            active,
            compared,
        })
    }

    /// Labels of the aliases whose programs get the instructions too, in any environment.
    async fn programs_too(&self, caller: &Caller) -> AppResult<Vec<String>> {
        let snapshot = self.snapshots.of_id(caller.tenant()).await;
        let snapshot = snapshot
            .map_err(|error| fault::internal("loading a workspace", error))?
            .ok_or_else(AppError::not_found)?;
        let there = snapshot.elsewhere.values().flat_map(|it| &it.aliases);
        let mut labels: Vec<String> = there
            .chain(&snapshot.aliases)
            .filter(|entry| entry.route.options.instructs_programs)
            .map(|entry| entry.model.label.clone())
            .collect();
        labels.sort_unstable();
        labels.dedup();
        Ok(labels)
    }
}

async fn get(tx: &mut TenantTx, version: u32) -> Result<Option<Stored>, StoreError> {
    store::prompts::get(tx, stored_version(version)).await
}

pub(super) fn opened(sealed_text: &SealedText, (version, row): Stored) -> AppResult<PromptText> {
    let text = sealed_text
        .open_prompt(row.id, &row.sealed_body)
        .map_err(|error| fault::internal("opening the instructions", error))?;
    Ok(PromptText {
        version: version_view(version),
        text,
    })
}

fn version_view(row: PromptVersionRow) -> PromptVersion {
    PromptVersion {
        version: version_of(row.version),
        author: (!row.author_name.is_empty()).then_some(row.author_name),
        at_ms: row.created_ms,
        restores: row.restores.map(version_of),
    }
}
