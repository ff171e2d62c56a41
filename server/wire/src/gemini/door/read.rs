//! A `generateContent` request.

use super::parts::{Lines, system};
use super::settings;
use crate::chat::{ChatRequest, To};
use crate::door::{Asked, Fields, LeftOut, RawFields, Read, WrongInput, parse, smaller_limit};
use serde_json::json;

/// Reads a body. The model, and whether pieces are wanted, are in the path: it ends in
/// `models/NAME:generateContent` or `models/NAME:streamGenerateContent`.
pub(crate) fn read(path: &str, body: &[u8]) -> Read<Asked> {
    let (alias, stream) = asked_for(path).ok_or_else(|| {
        WrongInput::body(
            "the address must end in `models/NAME:generateContent` or \
             `models/NAME:streamGenerateContent`",
        )
    })?;
    let body = parse(body)?;
    let mut fields = Fields::new(String::new(), &body)?;
    let mut left_out = LeftOut::default();
    let mut request = ChatRequest {
        system: system(&mut fields, &mut left_out)?,
        ..ChatRequest::default()
    };
    let mut lines = Lines::default();
    let contents = fields.list("contents")?;
    let contents = contents.ok_or_else(|| fields.wrong("contents", "is required"))?;
    for content in &contents {
        lines.read(content, &mut left_out)?;
    }
    if lines.messages.is_empty() {
        return Err(fields.wrong("contents", "must not be empty"));
    }
    request.messages = lines.messages;
    settings::read(&mut fields, &mut request, &mut left_out)?;
    if fields.either("cachedContent", "cached_content").is_some() {
        let why = "cannot be carried: the lines in it are not known here";
        return Err(fields.wrong("cachedContent", why));
    }
    // Some libraries repeat it.
    fields.get("model");
    fields.rest(&mut left_out);
    Ok(Asked {
        alias,
        stream,
        include_usage: true,
        request,
        left_out,
        ..Asked::default()
    })
}

fn asked_for(path: &str) -> Option<(String, bool)> {
    let path = path.split('?').next()?;
    let (_, last) = path.rsplit_once("models/")?;
    let (alias, method) = last.rsplit_once(':')?;
    let stream = match method {
        "generateContent" => false,
        "streamGenerateContent" => true,
        _ => return None,
    };
    (!alias.is_empty() && !alias.contains('/')).then(|| (alias.to_owned(), stream))
}

/// The request as it came: only the output limit changes, because the model and the stream are in
/// the path.
pub(crate) fn pass(body: &[u8], to: To<'_>) -> Read<Vec<u8>> {
    let mut fields = RawFields::read(body)?;
    fields.refuse_alike(&["generationConfig", "generation_config", "tools"])?;
    let name = spelling(&fields, "generationConfig", "generation_config")?;
    let mut config = fields.object(name)?;
    config.refuse_alike(&["maxOutputTokens", "max_output_tokens"])?;
    let limit = spelling(&config, "maxOutputTokens", "max_output_tokens")?;
    let asked = config.number(limit);
    let least = smaller_limit(asked, to.max_output);
    if least != asked {
        config.set(limit, &json!(least));
        fields.set_object(name, &config);
    }
    Ok(fields.write())
}

/// The spelling that was used, or the first.
fn spelling(fields: &RawFields, one: &'static str, other: &'static str) -> Read<&'static str> {
    match (fields.get(one).is_some(), fields.get(other).is_some()) {
        (true, true) => Err(WrongInput::at(one, "is given in two spellings")),
        (false, true) => Ok(other),
        (_, false) => Ok(one),
    }
}

#[cfg(test)]
mod tests {
    use super::asked_for;

    #[test]
    fn the_path_names_the_model_and_the_method() {
        let asked = |alias: &str, stream| Some((alias.to_owned(), stream));
        let table = [
            ("/v1beta/models/fast:generateContent", asked("fast", false)),
            (
                "v1/models/a.b:c:streamGenerateContent?alt=sse",
                asked("a.b:c", true),
            ),
            ("/v1beta/models/:generateContent", None),
            ("/v1beta/models/fast:countTokens", None),
            ("/v1beta/models/fast", None),
            ("", None),
        ];
        for (path, expected) in table {
            assert_eq!(asked_for(path), expected, "{path}");
        }
    }
}
