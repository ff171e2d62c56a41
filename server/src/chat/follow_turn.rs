//! Following an answer: live where it is written here, from storage otherwise.

use super::Chat;
use super::live_turns::Follower;
use super::receipt::stored_end;
use crate::fault;
use contract::{AppError, AppResult, Caller, MessageId, StreamFrame};
use std::time::Duration;
use store::{MessageRow, MessageState, StoreError};

/// How often an answer that another process writes is looked up.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A stream of frames of one answer.
pub struct Following(Kind);

enum Kind {
    /// Written by this process.
    Live(Follower),
    /// Written elsewhere, or ended: read from storage until it has ended.
    Stored {
        chat: Box<Chat>,
        caller: Caller,
        answer: MessageId,
        seen: Option<usize>,
        ended: bool,
    },
}

impl Chat {
    /// Follows an answer of the caller from its beginning.
    pub async fn follow(&self, caller: &Caller, answer: MessageId) -> AppResult<Following> {
        if let Some(follower) = self.live.follow(caller, answer) {
            return Ok(Following(Kind::Live(follower)));
        }
        let row = self.answer_row(caller, answer).await?;
        if row.state == MessageState::Asked {
            return Err(AppError::not_found());
        }
        // The answer may have begun between the two looks.
        if let Some(follower) = self.live.follow(caller, answer) {
            return Ok(Following(Kind::Live(follower)));
        }
        let chat = Box::new(self.clone());
        Ok(Following(Kind::Stored {
            chat,
            caller: caller.clone(),
            answer,
            seen: None,
            ended: false,
        }))
    }

    /// Stops an answer of the caller and the upstream call behind it.
    pub(super) async fn stop(&self, caller: &Caller, answer: MessageId) -> AppResult<()> {
        if self.live.stop(caller, answer) {
            return Ok(());
        }
        // Ended already, or not theirs: the row tells which.
        self.answer_row(caller, answer).await.map(|_| ())
    }

    async fn answer_row(&self, caller: &Caller, answer: MessageId) -> AppResult<MessageRow> {
        let found = async {
            let mut tx = self.store.tenant(caller).await?;
            let found = store::messages::get(&mut tx, caller.member(), answer).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(found)
        };
        found
            .await
            .map_err(|error| fault::internal("reading an answer", error))?
            .ok_or_else(AppError::not_found)
    }

    /// Frames of a stored answer: everything that is kept, and the end where there is one.
    async fn stored_frames(&self, caller: &Caller, row: MessageRow) -> AppResult<Vec<StreamFrame>> {
        let sealed = row.sealed_body.unwrap_or_default();
        let text = if sealed.is_empty() {
            String::new()
        } else {
            self.sealed_text(caller)
                .await?
                .open_body(row.id, &sealed)
                .map_err(|error| fault::internal("opening an answer", error))?
        };
        let blocks = crate::render::markdown(&text);
        let mut frames = vec![StreamFrame::Blocks {
            from: 0,
            blocks,
            open: String::new(),
        }];
        let end = stored_end(row.state, row.receipt, row.failure);
        frames.extend(end.map(|end| StreamFrame::End { end, text }));
        Ok(frames)
    }
}

impl Following {
    /// The next frames; `None` after the end.
    pub async fn next(&mut self) -> Option<Vec<StreamFrame>> {
        match &mut self.0 {
            Kind::Live(follower) => follower.next().await,
            Kind::Stored {
                chat,
                caller,
                answer,
                seen,
                ended,
            } => {
                if *ended {
                    return None;
                }
                loop {
                    if seen.is_some() {
                        tokio::time::sleep(LOOK_EVERY).await;
                    }
                    // The stream ends without an end frame when storage fails: the page then
                    // reconnects by itself.
                    let row = chat.answer_row(caller, *answer).await.ok()?;
                    let kept = row.sealed_body.as_ref().map_or(0, Vec::len);
                    let over = row.state != MessageState::Answering;
                    if *seen == Some(kept) && !over {
                        continue;
                    }
                    *seen = Some(kept);
                    *ended = over;
                    return chat.stored_frames(caller, row).await.ok();
                }
            }
        }
    }
}
