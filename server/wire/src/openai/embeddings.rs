//! Vectors in `OpenAI`'s dialect, and in Mistral's, which differs in names.

use crate::chat::{Dropped, Encoded, To};
use crate::embeddings::{EmbedRequest, Embeddings, Input, Purpose, read_base64};
use crate::event::WireError;
use crate::openai::{Peer, read_error_value};
use crate::segment::segment;
use contract::keys::KeyPlace;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Where vectors are asked for.
pub(crate) fn path(peer: Peer, place: &KeyPlace, model: &str) -> String {
    match (peer, &place.api_version) {
        (Peer::Azure, Some(version)) => {
            let deployment = segment(model);
            format!("openai/deployments/{deployment}/embeddings?api-version={version}")
        }
        (Peer::Azure, None) => "openai/v1/embeddings".to_owned(),
        (Peer::OpenAi | Peer::Mistral | Peer::Compatible, _) => "embeddings".to_owned(),
    }
}

/// The body of a request. Numbers come as base64 where that is sure to be known: a quarter of the
/// bytes, and none of them lost.
pub(crate) fn encode(request: &EmbedRequest, to: To<'_>, peer: Peer) -> Encoded {
    let mut dropped = Vec::new();
    let inputs = request.inputs.iter().map(|input| match input {
        Input::Text(text) => json!(text),
        Input::Tokens(tokens) => json!(tokens),
    });
    let mut body = Map::new();
    body.insert("model".into(), to.model.into());
    body.insert("input".into(), inputs.collect());
    if let Some(dimensions) = request.dimensions {
        body.insert("dimensions".into(), dimensions.into());
    }
    if matches!(peer, Peer::OpenAi | Peer::Azure) {
        body.insert("encoding_format".into(), "base64".into());
    }
    if request.purpose != Purpose::Unsaid {
        dropped.push(Dropped("purpose"));
    }
    Encoded::new(&body.into(), dropped)
}

/// The body of a request to Mistral.
pub(crate) fn encode_mistral(request: &EmbedRequest, to: To<'_>) -> Result<Encoded, Dropped> {
    let mut dropped = Vec::new();
    let texts = request.texts().ok_or(Dropped("tokens"))?;
    let mut body = json!({"model": to.model, "input": texts});
    if let Some(dimensions) = request.dimensions {
        body["output_dimension"] = dimensions.into();
    }
    if request.purpose != Purpose::Unsaid {
        dropped.push(Dropped("purpose"));
    }
    Ok(Encoded::new(&body, dropped))
}

#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(default)]
    data: Vec<Datum>,
    #[serde(default)]
    usage: Option<Counts>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Datum {
    #[serde(default)]
    index: Option<usize>,
    embedding: Vector,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Vector {
    Numbers(Vec<f32>),
    Base64(String),
}

#[derive(Debug, Deserialize)]
struct Counts {
    #[serde(default)]
    prompt_tokens: Option<u64>,
    #[serde(default)]
    total_tokens: Option<u64>,
}

/// Reads an answer to `asked` texts, whatever order it came in.
pub(crate) fn read(body: &[u8], asked: usize) -> Result<Embeddings, WireError> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| WireError::Cut)?;
    if let Some(error) = &answer.error {
        return Err(WireError::Refused(read_error_value(error, None)));
    }
    let mut vectors = vec![Vec::new(); asked];
    for (place, datum) in answer.data.into_iter().enumerate() {
        let place = vectors.get_mut(datum.index.unwrap_or(place));
        let place = place
            .filter(|place| place.is_empty())
            .ok_or(WireError::Cut)?;
        *place = match datum.embedding {
            Vector::Numbers(numbers) => numbers,
            Vector::Base64(text) => read_base64(&text).ok_or(WireError::Cut)?,
        };
    }
    let tokens = answer.usage;
    let tokens = tokens.and_then(|counts| counts.prompt_tokens.or(counts.total_tokens));
    Embeddings::check(vectors, asked, tokens)
}
