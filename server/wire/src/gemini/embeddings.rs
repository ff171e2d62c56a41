//! Vectors in Gemini's dialect, `batchEmbedContents`.

use super::refusal::read_error_value;
use super::request::place;
use crate::chat::{Dropped, Encoded, To};
use crate::embeddings::{EmbedRequest, Embeddings, Purpose};
use crate::event::WireError;
use serde::Deserialize;
use serde_json::{Value, json};

/// Where vectors are asked for.
pub(crate) fn path(model: &str) -> String {
    format!("v1beta/{}:batchEmbedContents", place(model))
}

/// The body of a request: one request for each text.
pub(crate) fn encode(request: &EmbedRequest, to: To<'_>) -> Result<Encoded, Dropped> {
    let texts = request.texts().ok_or(Dropped("tokens"))?;
    let name = match to.model.split_once('/') {
        Some(_) => to.model.to_owned(),
        None => format!("models/{}", to.model),
    };
    let task = match request.purpose {
        Purpose::Unsaid => None,
        Purpose::Document => Some("RETRIEVAL_DOCUMENT"),
        Purpose::Query => Some("RETRIEVAL_QUERY"),
        Purpose::Likeness => Some("SEMANTIC_SIMILARITY"),
    };
    let one = |text: &str| {
        let mut one = json!({"model": name, "content": {"parts": [{"text": text}]}});
        if let Some(task) = task {
            one["taskType"] = task.into();
        }
        if let Some(dimensions) = request.dimensions {
            one["outputDimensionality"] = dimensions.into();
        }
        one
    };
    let requests: Vec<Value> = texts.into_iter().map(one).collect();
    Ok(Encoded::new(&json!({"requests": requests}), Vec::new()))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    embeddings: Vec<Vector>,
    #[serde(default)]
    usage_metadata: Option<Counts>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Vector {
    #[serde(default)]
    values: Vec<f32>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    #[serde(default)]
    prompt_token_count: Option<u64>,
}

/// Reads an answer to `asked` texts. Older models do not count.
pub(crate) fn read(body: &[u8], asked: usize) -> Result<Embeddings, WireError> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| WireError::Cut)?;
    if let Some(error) = &answer.error {
        return Err(WireError::Refused(read_error_value(error, None)));
    }
    let vectors = answer.embeddings.into_iter();
    let vectors = vectors.map(|vector| vector.values).collect();
    let counts = answer.usage_metadata;
    let tokens = counts.and_then(|counts| counts.prompt_token_count);
    Embeddings::check(vectors, asked, tokens)
}
