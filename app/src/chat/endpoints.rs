//! The chat's server functions: caller, port, map. Nothing else happens here.

use crate::api_error::ApiError;
use contract::chat::{ConversationView, SearchHit, SendMessage, Sidebar, TurnOpened};
use contract::{ConversationId, MessageId};
use leptos::prelude::server;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::ssr::{answer, caller, ports};
#[cfg(feature = "ssr")]
use crate::words::language;

/// The caller's conversations, models and meter.
#[server(endpoint = "load_sidebar", input = Json)]
pub async fn load_sidebar() -> Result<Sidebar, ApiError> {
    let caller = caller()?;
    answer(ports()?.chat.sidebar(&caller).await).map(|it| it.settled(language()))
}

/// One conversation along its chosen branch.
#[server(endpoint = "load_conversation", input = Json)]
pub async fn load_conversation(id: ConversationId) -> Result<ConversationView, ApiError> {
    let caller = caller()?;
    answer(ports()?.chat.conversation(&caller, id).await).map(|it| it.settled(language()))
}

/// Stores a question and begins its answer; answers before the first word is written.
#[server(name = OpenTurn, endpoint = "send_message", input = Json)]
pub async fn send_message(message: SendMessage) -> Result<TurnOpened, ApiError> {
    let caller = caller()?;
    answer(ports()?.chat.open_turn(&caller, message).await).map(|it| it.settled(language()))
}

/// Stops an answer and the call behind it.
#[server(endpoint = "stop_turn", input = Json)]
pub async fn stop_turn(answer_id: MessageId) -> Result<(), ApiError> {
    let caller = caller()?;
    answer(ports()?.chat.stop_turn(&caller, answer_id).await)
}

/// Makes the branch through `message` the chosen one.
#[server(endpoint = "choose_branch", input = Json)]
pub async fn choose_branch(
    conversation: ConversationId,
    message: MessageId,
) -> Result<ConversationView, ApiError> {
    let caller = caller()?;
    let chat = ports()?.chat;
    answer(chat.choose_branch(&caller, conversation, message).await)
        .map(|it| it.settled(language()))
}

/// Gives a new title.
#[server(endpoint = "rename_conversation", input = Json)]
pub async fn rename_conversation(id: ConversationId, title: String) -> Result<(), ApiError> {
    let caller = caller()?;
    answer(ports()?.chat.rename(&caller, id, title).await)
}

/// Keeps at the top, or lets go.
#[server(endpoint = "pin_conversation", input = Json)]
pub async fn pin_conversation(id: ConversationId, pinned: bool) -> Result<(), ApiError> {
    let caller = caller()?;
    answer(ports()?.chat.pin(&caller, id, pinned).await)
}

/// Takes out of the list.
#[server(endpoint = "delete_conversation", input = Json)]
pub async fn delete_conversation(id: ConversationId) -> Result<(), ApiError> {
    let caller = caller()?;
    answer(ports()?.chat.delete(&caller, id).await)
}

/// Undoes a deletion.
#[server(endpoint = "restore_conversation", input = Json)]
pub async fn restore_conversation(id: ConversationId) -> Result<(), ApiError> {
    let caller = caller()?;
    answer(ports()?.chat.restore(&caller, id).await)
}

/// Finds words in the caller's own conversations.
#[server(endpoint = "search_conversations", input = Json)]
pub async fn search_conversations(query: String) -> Result<Vec<SearchHit>, ApiError> {
    let caller = caller()?;
    answer(ports()?.chat.search(&caller, query).await)
}
