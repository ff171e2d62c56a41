//! Vectors from models on Bedrock, which are asked for with `invoke`: each maker's models have a
//! shape of their own.

use super::refusal::read_body;
use crate::chat::{Dropped, Encoded, To};
use crate::embeddings::{EmbedRequest, Embeddings, Purpose};
use crate::event::WireError;
use crate::segment::segment;
use serde::Deserialize;
use serde_json::{Value, json};

/// Where vectors are asked for.
pub(crate) fn path(model: &str) -> String {
    format!("model/{}/invoke", segment(model))
}

/// The body of a request to a Titan model, which takes one text. The first generation knows no
/// settings.
pub(crate) fn encode_titan(request: &EmbedRequest, to: To<'_>) -> Result<Encoded, Dropped> {
    let mut dropped = Vec::new();
    let texts = request.texts().ok_or(Dropped("tokens"))?;
    let [text] = texts[..] else {
        return Err(Dropped("all texts but one"));
    };
    let mut body = json!({"inputText": text});
    match request.dimensions {
        Some(dimensions) if to.model.contains("embed-text-v2") => {
            body["dimensions"] = dimensions.into();
        }
        Some(_) => dropped.push(Dropped("dimensions")),
        None => {}
    }
    if request.purpose != Purpose::Unsaid {
        dropped.push(Dropped("purpose"));
    }
    Ok(Encoded::new(&body, dropped))
}

/// The body of a request to a Cohere model, which must be told what the vectors are for. Texts that
/// are too long are refused, not cut.
pub(crate) fn encode_cohere(request: &EmbedRequest, to: To<'_>) -> Result<Encoded, Dropped> {
    let mut dropped = Vec::new();
    let texts = request.texts().ok_or(Dropped("tokens"))?;
    let purpose = match request.purpose {
        Purpose::Unsaid | Purpose::Document => "search_document",
        Purpose::Query => "search_query",
        Purpose::Likeness => "clustering",
    };
    let mut body = json!({
        "texts": texts,
        "input_type": purpose,
        "truncate": "NONE",
        "embedding_types": ["float"],
    });
    match request.dimensions {
        // Vectors of earlier generations have one length.
        Some(_) if to.model.contains("-v3") => dropped.push(Dropped("dimensions")),
        Some(dimensions) => body["output_dimension"] = dimensions.into(),
        None => {}
    }
    Ok(Encoded::new(&body, dropped))
}

/// Reads the body, or the error in it.
fn parse<T: for<'a> Deserialize<'a>>(body: &[u8]) -> Result<T, WireError> {
    serde_json::from_slice(body).map_err(|_| {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        read_body(&body, None).map_or(WireError::Cut, WireError::Refused)
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TitanAnswer {
    embedding: Vec<f32>,
    #[serde(default)]
    input_text_token_count: Option<u64>,
}

/// Reads a Titan model's answer.
pub(crate) fn read_titan(body: &[u8], asked: usize) -> Result<Embeddings, WireError> {
    let answer: TitanAnswer = parse(body)?;
    Embeddings::check(vec![answer.embedding], asked, answer.input_text_token_count)
}

#[derive(Debug, Deserialize)]
struct CohereAnswer {
    embeddings: CohereVectors,
}

/// By their type where types were asked for; older models do not heed that.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum CohereVectors {
    Typed { float: Vec<Vec<f32>> },
    Bare(Vec<Vec<f32>>),
}

/// Reads a Cohere model's answer, which counts nothing.
pub(crate) fn read_cohere(body: &[u8], asked: usize) -> Result<Embeddings, WireError> {
    let answer: CohereAnswer = parse(body)?;
    let (CohereVectors::Typed { float: vectors } | CohereVectors::Bare(vectors)) =
        answer.embeddings;
    Embeddings::check(vectors, asked, None)
}
