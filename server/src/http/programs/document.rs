//! `GET /v1/openapi.json`: the door for programs as an `OpenAPI` 3.1 document.
//!
//! It holds nothing of a workspace, so whoever knows the host may read it. The schemas are kept beside
//! the readers and writers they describe; here are addresses, statuses and headers.

use super::json;
use axum::response::Response;
use serde_json::{Map, Value, json as object};
use std::sync::LazyLock;
use wire::door::{describe_chat, describe_embeddings, describe_messages, describe_responses};

/// The document, written once.
static DOCUMENT: LazyLock<Vec<u8>> = LazyLock::new(|| document().to_string().into_bytes());

/// Hands it out.
pub(super) async fn hand_out() -> Response {
    json(DOCUMENT.clone())
}

/// Refusals of one company's languages, by status.
const OPENAI: [u16; 12] = [400, 401, 403, 404, 405, 413, 429, 500, 502, 503, 504, 421];
/// The same of the other's.
const ANTHROPIC: [u16; 12] = [400, 401, 402, 403, 404, 405, 413, 429, 500, 504, 529, 421];

fn document() -> Value {
    object!({
        "openapi": "3.1.0",
        "info": {
            "title": "Models of this workspace",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Programs with a key of the workspace ask its models here, in the languages \
                            their libraries speak. Fields that are not described are handed to a \
                            provider of the same language as they are; for others they are left out \
                            and named in `x-left-out`.",
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"key": []}],
        "paths": paths(),
        "components": {
            "schemas": schemas(),
            "headers": headers(),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
            },
        },
    })
}

fn schemas() -> Value {
    let (embed, vectors) = describe_embeddings();
    let mut all = Map::new();
    for (name, described) in [
        ("Chat", describe_chat()),
        ("Response", describe_responses()),
        ("Message", describe_messages()),
    ] {
        all.insert(format!("{name}Request"), described.request);
        all.insert(format!("{name}Answer"), described.answer);
        all.insert(format!("{name}Event"), described.event);
        if name != "Response" {
            let whose = if name == "Chat" {
                "OpenAi"
            } else {
                "Anthropic"
            };
            all.insert(format!("{whose}Refusal"), described.refusal);
        }
    }
    let mut count = all["MessageRequest"].clone();
    count["required"] = object!(["model", "messages"]);
    let model = object!({
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}},
    });
    for (name, schema) in [
        ("EmbeddingRequest", embed),
        ("EmbeddingAnswer", vectors),
        ("CountRequest", count),
        (
            "CountAnswer",
            object!({
                "type": "object",
                "required": ["input_tokens"],
                "properties": {"input_tokens": {"type": "integer", "minimum": 1}},
            }),
        ),
        (
            "ModelList",
            object!({
                "type": "object",
                "required": ["data"],
                "properties": {"data": {"type": "array", "items": model}},
            }),
        ),
        ("Model", model),
        (
            "Deleted",
            object!({
                "type": "object",
                "required": ["id", "deleted"],
                "properties": {"id": {"type": "string"}, "deleted": {"type": "boolean", "const": true}},
            }),
        ),
    ] {
        all.insert(name.to_owned(), schema);
    }
    all.into()
}

fn paths() -> Value {
    let id =
        object!([{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}]);
    let own = object!({"type": "object"});
    let nothing = object!({});
    object!({
        "/v1/chat/completions": {"post": asking("createChatCompletion", "Chat", "OpenAi", true)},
        "/v1/responses": {"post": asking("createResponse", "Response", "OpenAi", true)},
        "/v1/responses/{id}": {
            "get": reading("retrieveResponse", &schema("ResponseAnswer"), &id),
            "delete": reading("deleteResponse", &schema("Deleted"), &id),
        },
        "/v1/messages": {"post": asking("createMessage", "Message", "Anthropic", true)},
        "/v1/messages/count_tokens": {
            "post": asking("countTokens", "Count", "Anthropic", false),
        },
        "/v1/embeddings": {"post": asking("createEmbedding", "Embedding", "OpenAi", false)},
        "/v1/models": {"get": reading("listModels", &schema("ModelList"), &nothing)},
        "/v1/models/{id}": {"get": reading("retrieveModel", &schema("Model"), &id)},
        "/v1/openapi.json": {"get": {
            "operationId": "readDocument",
            "security": [],
            "responses": {"200": {"description": "This.", "content": content(&own)}},
        }},
    })
}

fn schema(name: &str) -> Value {
    object!({"$ref": format!("#/components/schemas/{name}")})
}

fn content(schema: &Value) -> Value {
    object!({"application/json": {"schema": schema}})
}

/// An operation that is asked with a body.
fn asking(id: &str, what: &str, whose: &str, streams: bool) -> Value {
    let mut answer = content(&schema(&format!("{what}Answer")));
    if streams {
        answer["text/event-stream"] = object!({
            "schema": {
                "type": "string",
                "description": format!("Server-sent events; the data of each is a `{what}Event`."),
            },
        });
    }
    let mut responses = refusals(whose);
    responses["200"] =
        object!({"description": "An answer.", "headers": receipt(), "content": answer});
    object!({
        "operationId": id,
        "parameters": [
            {"name": "cache-control", "in": "header", "schema": {"type": "string", "enum": ["no-cache"]},
             "description": "A fresh answer is wanted, whatever was kept."},
            {"name": "x-usage-details", "in": "header", "schema": {"type": "string", "enum": ["include"]},
             "description": "What the headers say stands in `usage.details` as well."},
        ],
        "requestBody": {"required": true, "content": content(&schema(&format!("{what}Request")))},
        "responses": responses,
    })
}

/// An operation that only reads. It is answered in the language of whoever names a version.
fn reading(id: &str, answer: &Value, parameters: &Value) -> Value {
    let mut responses = refusals("OpenAi");
    responses["200"] = object!({"description": "What there is.", "content": content(answer)});
    let mut operation = object!({"operationId": id, "responses": responses});
    if parameters.is_array() {
        operation["parameters"] = parameters.clone();
    }
    operation
}

fn refusals(whose: &str) -> Value {
    let statuses = if whose == "Anthropic" {
        ANTHROPIC
    } else {
        OPENAI
    };
    let refusal = schema(&format!("{whose}Refusal"));
    let named = ["x-should-retry", "retry-after", "retry-after-ms"];
    let one = |status: u16| {
        let told = object!({
            "description": about(status),
            "headers": references(&named),
            "content": content(&refusal),
        });
        (status.to_string(), told)
    };
    Value::Object(statuses.into_iter().map(one).collect())
}

fn receipt() -> Value {
    references(&[
        "x-request-id",
        "x-served-provider",
        "x-served-model",
        "x-paid-by-key",
        "x-attempts",
        "x-cache",
        "x-added-ms",
        "x-cost-usd",
        "x-instructions-version",
        "x-left-out",
    ])
}

fn references(names: &[&str]) -> Value {
    let one = |name: &&str| {
        let reference = object!({"$ref": format!("#/components/headers/{name}")});
        ((*name).to_owned(), reference)
    };
    Value::Object(names.iter().map(one).collect())
}

fn headers() -> Value {
    let one = |(name, about): (&str, &str)| {
        let header = object!({"description": about, "schema": {"type": "string"}});
        (name.to_owned(), header)
    };
    let all = [
        (
            "x-request-id",
            "Names the request, in the workspace's ledger as well.",
        ),
        ("x-served-provider", "The provider that answered."),
        (
            "x-served-model",
            "The model that answered, by the provider's name.",
        ),
        (
            "x-paid-by-key",
            "The workspace's name of the provider key that pays.",
        ),
        (
            "x-attempts",
            "Providers that were asked; 0: the answer was there already.",
        ),
        (
            "x-cache",
            "Whether the answer was kept: `miss`, `exact` and so on.",
        ),
        (
            "x-added-ms",
            "Milliseconds that were added to the provider's own.",
        ),
        (
            "x-cost-usd",
            "US dollars; of an answer that is not streamed.",
        ),
        (
            "x-instructions-version",
            "Version of the workspace's instructions that apply.",
        ),
        ("x-left-out", "Fields of the request that were not carried."),
        (
            "x-should-retry",
            "Whether another try may go well although nobody did anything.",
        ),
        ("retry-after", "Seconds until another try makes sense."),
        ("retry-after-ms", "The same in milliseconds."),
    ];
    Value::Object(all.into_iter().map(one).collect())
}

const fn about(status: u16) -> &'static str {
    match status {
        400 => "The request is wrong.",
        401 => "The key is missing, wrong, expired or revoked.",
        402 => "A budget is used up.",
        403 => "The key may not do this, or not from there.",
        404 => "There is no such model for this key.",
        405 => "This address is not asked like that.",
        413 => "The request is too large.",
        421 => "The host is not the one that is asked.",
        429 => "A limit is reached, or a budget used up.",
        500 => "Something went wrong.",
        502 => "The provider failed or refused the workspace's key.",
        503 | 529 => "Nobody can answer just now.",
        _ => "It took too long.",
    }
}
