//! Answers that are kept, so that a program can go on from one by naming it.
//!
//! Owns what is kept of a conversation: its items as they were sent and given, sealed, for thirty
//! days, for the one virtual key that asked. Nothing of it lies at a provider: what a request goes on
//! from is put in front of it before anybody is asked.

use super::Programs;
use super::trouble::sealed;
use crate::chat::sealed_text::SealedText;
use crate::fault;
use crate::tenancy::TenantSnapshot;
use crate::virtual_keys::Program;
use axum::body::Bytes;
use contract::{AppResult, MessageId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::time::Duration;
use uuid::Uuid;
use wire::door::{Trouble, TroubleKind};

/// How long an answer is kept.
const KEEP: Duration = Duration::from_hours(720);
/// How ids of answers begin.
const PREFIX: &str = "resp_";

/// What is kept of an answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    /// Everything said before it and in it, as items of a request.
    items: Vec<Value>,
    /// The answer as it was given.
    response: Value,
}

/// A request, with what it goes on from in front of it.
pub(super) struct Continued {
    /// The request as it is to be read.
    pub(super) body: Bytes,
    /// It goes on from an answer: it is not what was written.
    pub(super) joined: bool,
    /// What was said, as items; `None`: the answer is not to be kept.
    pub(super) keep: Option<Vec<Value>>,
}

impl Programs {
    /// `body` with everything in front of it that it names. A body that cannot be read is left to its
    /// reader.
    pub(super) async fn continued(
        &self,
        snapshot: &TenantSnapshot,
        program: &Program,
        body: Bytes,
    ) -> Result<Continued, Trouble> {
        let as_it_is = |body, keep| Continued {
            body,
            joined: false,
            keep,
        };
        let Ok(Value::Object(mut fields)) = serde_json::from_slice::<Value>(&body) else {
            return Ok(as_it_is(body, None));
        };
        let keeps = fields.get("store") != Some(&Value::Bool(false));
        let said = items_of(fields.get("input"));
        let Some(Value::String(previous)) = fields.get("previous_response_id") else {
            return Ok(as_it_is(body, said.filter(|_| keeps)));
        };
        let before = self.kept(snapshot, program, previous).await?;
        let Some(before) = before else {
            return Err(Trouble {
                message:
                    "There is no such answer to go on from: it is older than thirty days, was \
                          deleted, was not to be stored, or belongs to another key."
                        .to_owned(),
                field: Some("previous_response_id".to_owned()),
                ..Trouble::new(TroubleKind::BadRequest)
            });
        };
        let Some(said) = said else {
            return Ok(as_it_is(body, None));
        };
        let items: Vec<Value> = before.items.into_iter().chain(said).collect();
        fields.insert("input".to_owned(), Value::Array(items.clone()));
        Ok(Continued {
            body: Value::Object(fields).to_string().into_bytes().into(),
            joined: true,
            keep: keeps.then_some(items),
        })
    }

    async fn kept(
        &self,
        snapshot: &TenantSnapshot,
        program: &Program,
        id: &str,
    ) -> Result<Option<Kept>, Trouble> {
        let Some(id) = id_of(id) else {
            return Ok(None);
        };
        self.read_kept(snapshot, program, id)
            .await
            .map_err(|error| sealed(&error))
    }

    async fn read_kept(
        &self,
        snapshot: &TenantSnapshot,
        program: &Program,
        id: MessageId,
    ) -> AppResult<Option<Kept>> {
        let failed = |error| fault::internal("reading a stored answer", error);
        let text = self.sealed_text(snapshot).await?;
        let mut tx = self.store.enter(snapshot.id).await.map_err(failed)?;
        let found = store::stored_responses::find(&mut tx, id, program.id)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        let Some(found) = found else {
            return Ok(None);
        };
        let opened = text
            .open_response(id, &found)
            .map_err(|error| fault::internal("opening a stored answer", error))?;
        serde_json::from_str(&opened)
            .map(Some)
            .map_err(|error| fault::internal("reading a stored answer", error))
    }

    /// Keeps an answer. One that cannot be kept was given all the same, and is told to the log.
    pub async fn keep(
        &self,
        snapshot: &TenantSnapshot,
        program: &Program,
        (id, items): (MessageId, Vec<Value>),
        response: Value,
    ) {
        let given = response.get("output").and_then(Value::as_array).cloned();
        let given = given.unwrap_or_default().into_iter();
        let kept = Kept {
            items: items.into_iter().chain(given).collect(),
            response,
        };
        let keeping = async {
            let text = self.sealed_text(snapshot).await?;
            let failed = |error| fault::internal("keeping an answer", error);
            let written = json!(kept).to_string();
            let sealed_body = text
                .seal_response(id, &written)
                .map_err(|error| fault::internal("sealing an answer", error))?;
            let mut tx = self.store.enter(snapshot.id).await.map_err(failed)?;
            store::stored_responses::insert(&mut tx, (id, program.id), &sealed_body, KEEP)
                .await
                .map_err(failed)?;
            tx.commit().await.map_err(failed)
        };
        // Told to the log where it happened.
        let _: AppResult<()> = keeping.await;
    }

    /// A stored answer, as it was given.
    ///
    /// # Errors
    /// There is none for this program.
    pub async fn stored(
        &self,
        snapshot: &TenantSnapshot,
        program: &Program,
        id: &str,
    ) -> Result<Value, Trouble> {
        let kept = self.kept(snapshot, program, id).await?;
        kept.map(|kept| kept.response).ok_or_else(no_such_answer)
    }

    /// Deletes a stored answer.
    ///
    /// # Errors
    /// There is none for this program.
    pub async fn forget(
        &self,
        snapshot: &TenantSnapshot,
        program: &Program,
        id: &str,
    ) -> Result<(), Trouble> {
        let id = id_of(id).ok_or_else(no_such_answer)?;
        let deleting = async {
            let mut tx = self.store.enter(snapshot.id).await?;
            let deleted = store::stored_responses::delete(&mut tx, id, program.id).await?;
            tx.commit().await?;
            Ok::<_, store::StoreError>(deleted)
        };
        let deleted = deleting
            .await
            .map_err(|error| sealed(&fault::internal("deleting a stored answer", error)))?;
        if deleted {
            Ok(())
        } else {
            Err(no_such_answer())
        }
    }

    async fn sealed_text(&self, snapshot: &TenantSnapshot) -> AppResult<SealedText> {
        let unlocked = self.vault.unlock(snapshot.id).await;
        unlocked
            .map(SealedText::new)
            .map_err(|error| fault::vault("unlocking a workspace", error))
    }
}

/// What is said, as items; `None`: it is neither a text nor a list.
fn items_of(input: Option<&Value>) -> Option<Vec<Value>> {
    match input? {
        Value::String(text) => {
            let mut item = Map::new();
            item.insert("role".to_owned(), "user".into());
            item.insert("content".to_owned(), text.as_str().into());
            Some(vec![Value::Object(item)])
        }
        Value::Array(items) => Some(items.clone()),
        _ => None,
    }
}

fn id_of(id: &str) -> Option<MessageId> {
    let id = Uuid::try_parse(id.strip_prefix(PREFIX)?).ok()?;
    Some(MessageId::from_uuid(id))
}

fn no_such_answer() -> Trouble {
    Trouble {
        message: "There is no such stored answer for this key.".to_owned(),
        ..Trouble::new(TroubleKind::ModelNotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::{id_of, items_of};
    use serde_json::json;

    #[test]
    fn a_text_is_one_line_of_the_person() {
        let text = json!("Hello");
        let line = json!({"role": "user", "content": "Hello"});
        assert_eq!(items_of(Some(&text)), Some(vec![line.clone()]));
        assert_eq!(items_of(Some(&json!([line]))), Some(vec![line]));
        assert_eq!(items_of(Some(&json!(7))), None);
        assert_eq!(items_of(None), None);
    }

    #[test]
    fn only_our_own_ids_name_an_answer() {
        assert!(id_of("resp_01a212d113aa7493bf05935b51ca0bda").is_some());
        for id in ["01a212d113aa7493bf05935b51ca0bda", "resp_", "resp_abc", ""] {
            assert!(id_of(id).is_none(), "{id}");
        }
    }
}
