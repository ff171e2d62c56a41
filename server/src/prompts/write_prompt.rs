//! Putting a version in force: a new text, or an older one again. Recorded by number in the transaction
//! that does it; every process is told by the notice that goes with it.

use super::read_prompt::opened;
use super::{Prompts, stored_version, version_of};
use crate::fault;
use contract::prompt::{PROMPT_MAX_BYTES, PromptDraft};
use contract::{AppError, AppResult, Caller, ErrorCode, Said, said};
use store::StoreError;
use store::prompts::NewPromptRow;
use uuid::Uuid;

/// How a new text is recorded.
const SET: &str = "prompt.set";
/// How going back is recorded.
const RESTORED: &str = "prompt.restored";

/// A text that is to be in force.
struct Written {
    text: String,
    /// After this version.
    seen: u32,
    /// It says again what this one says.
    restores: Option<u32>,
}

impl Prompts {
    pub(super) async fn save(&self, caller: &Caller, draft: PromptDraft) -> AppResult<u32> {
        // Browsers send the ends of lines as two characters; what is stored has one.
        let text = draft.text.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.trim_end().to_owned();
        if text.trim().is_empty() {
            return Err(invalid(said!("Write what every model is to be told.")));
        }
        if text.len() > PROMPT_MAX_BYTES {
            let most = PROMPT_MAX_BYTES / 1024;
            return Err(invalid(said!(
                "This is longer than {most} KB. Every question carries it; shorten it.",
                most = most
            )));
        }
        let active = self.text_of(caller, None).await?;
        if active.is_some_and(|(_, active)| active == text) {
            return Err(invalid(said!(
                "This is what is in force already. Nothing was changed."
            )));
        }
        let written = Written {
            text,
            seen: draft.seen,
            restores: None,
        };
        self.put(caller, written).await
    }

    pub(super) async fn restore(&self, caller: &Caller, version: u32) -> AppResult<u32> {
        let wanted = self.text_of(caller, Some(version)).await?;
        let (_, text) = wanted.ok_or_else(AppError::not_found)?;
        let active = self.text_of(caller, None).await?;
        let (seen, in_force) = active.ok_or_else(AppError::not_found)?;
        if in_force == text {
            return Err(invalid(said!(
                "This is what is in force already. Nothing was changed."
            )));
        }
        let written = Written {
            text,
            seen,
            restores: Some(version),
        };
        self.put(caller, written).await
    }

    /// A version and what it says; the one in force where none is named.
    async fn text_of(
        &self,
        caller: &Caller,
        version: Option<u32>,
    ) -> AppResult<Option<(u32, String)>> {
        let sealed_text = self.sealed_text(caller).await?;
        let read = async {
            let mut tx = self.store.tenant(caller).await?;
            let version = match version {
                Some(version) => Some(stored_version(version)),
                None => store::prompts::active(&mut tx).await?.map(|it| it.version),
            };
            let found = match version {
                Some(version) => store::prompts::get(&mut tx, version).await?,
                None => None,
            };
            tx.commit().await?;
            Ok::<_, StoreError>(found)
        };
        let found = read
            .await
            .map_err(|error| fault::internal("reading the instructions", error))?;
        let Some(found) = found else { return Ok(None) };
        let told = opened(&sealed_text, found)?;
        Ok(Some((told.version.version, told.text)))
    }

    async fn put(&self, caller: &Caller, written: Written) -> AppResult<u32> {
        let id = Uuid::now_v7();
        let sealed_text = self.sealed_text(caller).await?;
        let sealed_body = sealed_text
            .seal_prompt(id, &written.text)
            .map_err(|error| fault::internal("sealing the instructions", error))?;
        let row = NewPromptRow {
            id,
            sealed_body,
            author: caller.author(),
            author_name: caller.name().to_owned(),
            restores: written.restores.map(stored_version),
        };
        let stored = async {
            let mut tx = self.store.tenant(caller).await?;
            let seen = stored_version(written.seen);
            let Some(version) = store::prompts::insert_after(&mut tx, &row, seen).await? else {
                return Ok(None);
            };
            let who = (Some(caller.member()), caller.name());
            let (action, object) = match written.restores {
                None => (SET, format!("version {version}")),
                Some(older) => (RESTORED, format!("version {version}, as version {older}")),
            };
            store::audit::append(&mut tx, who, action, &object).await?;
            store::platform::changes::announce_with(&mut tx).await?;
            tx.commit().await?;
            Ok(Some(version))
        };
        match stored.await {
            Ok(Some(version)) => {
                // The page that follows shows it; other processes hear of it by the notice.
                self.snapshots.forget(caller.tenant()).await;
                Ok(version_of(version))
            }
            Ok(None) | Err(StoreError::Taken(_)) => Err(AppError::new(
                ErrorCode::Conflict,
                "Somebody wrote a version while you were writing. Yours is not in force; your text is \
                 kept below. Compare it with what is in force now, then save again.",
            )),
            Err(error) => Err(fault::internal("writing the instructions", error)),
        }
    }
}

fn invalid(words: impl Into<Said>) -> AppError {
    AppError::new(ErrorCode::Invalid, words)
}
