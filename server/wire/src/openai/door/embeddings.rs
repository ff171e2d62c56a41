//! `/v1/embeddings` as we serve it.

use crate::door::{Fields, Item, LeftOut, RawFields, Read, parse};
use crate::embeddings::{EmbedRequest, Embeddings, Input, Purpose, write_base64};
use serde::Serialize;
use serde_json::{Value, json};

/// Most texts taken at once.
const MOST_INPUTS: usize = 2_048;

/// A request for vectors, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EmbedAsked {
    /// The model's name as the workspace knows it.
    pub alias: String,
    /// The texts.
    pub request: EmbedRequest,
    /// Vectors are wanted as base64; else as numbers.
    pub base64: bool,
    /// What could not be carried.
    pub left_out: LeftOut,
}

/// Reads a request.
pub fn read_embeddings(body: &[u8]) -> Read<EmbedAsked> {
    let body = parse(body)?;
    let mut fields = Fields::new(String::new(), &body)?;
    let mut left_out = LeftOut::default();
    let alias = fields.need_text("model")?.to_owned();
    let inputs = inputs(&mut fields)?;
    let dimensions = fields.count("dimensions")?;
    let base64 = match fields.text("encoding_format")? {
        None | Some("float") => false,
        Some("base64") => true,
        Some(_) => return Err(fields.wrong("encoding_format", "must be `float` or `base64`")),
    };
    fields.rest(&mut left_out);
    Ok(EmbedAsked {
        alias,
        request: EmbedRequest {
            inputs,
            dimensions,
            purpose: Purpose::Unsaid,
        },
        base64,
        left_out,
    })
}

/// One text, a list of texts, one text as tokens, or a list of those.
fn inputs(fields: &mut Fields<'_>) -> Read<Vec<Input>> {
    let must = "must be a text, a list of texts, or the same as tokens";
    let inputs = match fields.get("input") {
        None => return Err(fields.wrong("input", "is required")),
        Some(Value::String(text)) => vec![Input::Text(text.clone())],
        Some(Value::Array(list)) if list.first().is_some_and(Value::is_number) => {
            let tokens = tokens(list).ok_or_else(|| fields.wrong("input", must))?;
            vec![Input::Tokens(tokens)]
        }
        Some(Value::Array(_)) => {
            let items = fields.list("input")?.unwrap_or_default();
            items.iter().map(one).collect::<Read<_>>()?
        }
        Some(_) => return Err(fields.wrong("input", must)),
    };
    if inputs.is_empty() || inputs.len() > MOST_INPUTS {
        let must = format!("must hold 1 to {MOST_INPUTS} texts");
        return Err(fields.wrong("input", must));
    }
    Ok(inputs)
}

fn one(item: &Item<'_>) -> Read<Input> {
    let empty = || item.wrong("must not be empty");
    match item.value {
        Value::String(text) if text.is_empty() => Err(empty()),
        Value::String(text) => Ok(Input::Text(text.clone())),
        Value::Array(list) if list.is_empty() => Err(empty()),
        Value::Array(list) => {
            let tokens = tokens(list).ok_or_else(|| item.wrong("must be a list of tokens"))?;
            Ok(Input::Tokens(tokens))
        }
        _ => Err(item.wrong("must be a text or a list of tokens")),
    }
}

fn tokens(list: &[Value]) -> Option<Vec<u32>> {
    let token = |value: &Value| u32::try_from(value.as_u64()?).ok();
    list.iter().map(token).collect()
}

#[derive(Serialize)]
struct Body<'a> {
    object: &'static str,
    data: Vec<Datum<'a>>,
    model: &'a str,
    usage: Value,
}

#[derive(Serialize)]
struct Datum<'a> {
    object: &'static str,
    index: usize,
    embedding: Vector<'a>,
}

/// Numbers are written as short as they are exact.
#[derive(Serialize)]
#[serde(untagged)]
enum Vector<'a> {
    Numbers(&'a [f32]),
    Base64(String),
}

/// Writes an answer. Where no counts were told, zeros: the schema demands numbers.
#[must_use]
pub fn write_embeddings(model: &str, embeddings: &Embeddings, base64: bool) -> Vec<u8> {
    let vectors = embeddings.vectors.iter().map(Vec::as_slice);
    let datum = |(index, vector): (usize, _)| Datum {
        object: "embedding",
        index,
        embedding: if base64 {
            Vector::Base64(write_base64(vector))
        } else {
            Vector::Numbers(vector)
        },
    };
    let data = vectors.enumerate().map(datum).collect();
    let tokens = embeddings.input_tokens.unwrap_or(0);
    let body = Body {
        object: "list",
        data,
        model,
        usage: json!({"prompt_tokens": tokens, "total_tokens": tokens}),
    };
    // It is made of nothing that cannot be written.
    serde_json::to_vec(&body).unwrap_or_default()
}

/// The request as it came, for a target that speaks the same dialect: only the model changes.
pub fn pass_embeddings(body: &[u8], model: &str) -> Read<Vec<u8>> {
    let mut fields = RawFields::read(body)?;
    fields.refuse_alike(&["model"])?;
    fields.set("model", &json!(model));
    Ok(fields.write())
}
