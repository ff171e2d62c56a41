//! How a program asks, in examples that work when they are copied.

use crate::request::Workspace;
use contract::{Caller, Ports};
use leptos::prelude::*;

/// Where a token stands in the examples: in the environment, never in the text of a program.
const TOKEN: &str = "WORKSPACE_KEY";

/// Examples for this workspace's own address.
#[component]
pub(super) fn Guide(place: Workspace, caller: Caller) -> impl IntoView {
    let base_url = format!("{}/v1", place.address);
    let examples = Suspend::new(async move {
        let model = first_model(&caller).await;
        let model = model.unwrap_or_else(|| "MODEL".to_owned());
        examples(&base_url, &model)
            .map(|(name, text)| view! { <Example name text/> })
            .collect_view()
    });
    let base_url = format!("{}/v1", place.address);
    view! {
        <section class="guide" aria-labelledby="guide">
            <h2 id="guide">"How a program asks"</h2>
            <p>
                "Programs written for OpenAI's or Anthropic's interface work as they are: give them the address "
                <code>{base_url.clone()}</code>
                " (Anthropic's library wants it without " <code>"/v1"</code> ") and a key of this workspace. Put "
                "the key into the environment as " <code>{TOKEN}</code> "; the names of the models are at "
                <code>"GET /v1/models"</code> ", everything else is described at "
                <a href="/v1/openapi.json">"/v1/openapi.json"</a> "."
            </p>
            <Suspense>{examples}</Suspense>
            <p class="hint">
                "Answers say in their headers which model gave them (" <code>"x-served-model"</code> "), what they "
                "cost (" <code>"x-cost-usd"</code> ") and whether they were kept from before ("
                <code>"x-cache"</code> "); " <code>"Cache-Control: no-cache"</code> " asks for a fresh one."
            </p>
        </section>
    }
}

/// One example, folded away until it is wanted.
#[component]
fn Example(name: &'static str, text: String) -> impl IntoView {
    view! {
        <details class="panel fold">
            <summary>{name}</summary>
            <div class="fold-inner prose">
                <figure class="code"><pre tabindex="0"><code>{text}</code></pre></figure>
            </div>
        </details>
    }
}

async fn first_model(caller: &Caller) -> Option<String> {
    let ports = use_context::<Ports>()?;
    let sidebar = ports.chat.sidebar(caller).await.ok()?;
    sidebar.models.into_iter().next().map(|model| model.alias)
}

/// What is copied, by language.
fn examples(base_url: &str, model: &str) -> impl Iterator<Item = (&'static str, String)> {
    let root = base_url.trim_end_matches("/v1");
    [
        (
            "curl",
            format!(
                "curl {base_url}/chat/completions \\\n  -H \"Authorization: Bearer ${TOKEN}\" \\\n  \
                 -H \"Content-Type: application/json\" \\\n  -d '{{\"model\": \"{model}\", \"messages\": \
                 [{{\"role\": \"user\", \"content\": \"Hello\"}}]}}'"
            ),
        ),
        (
            "Python, the openai library",
            format!(
                "import os\nfrom openai import OpenAI\n\nclient = OpenAI(base_url=\"{base_url}\", \
                 api_key=os.environ[\"{TOKEN}\"])\nstream = client.chat.completions.create(\n    \
                 model=\"{model}\",\n    messages=[{{\"role\": \"user\", \"content\": \"Hello\"}}],\n    \
                 stream=True,\n)\nfor chunk in stream:\n    if chunk.choices:\n        \
                 print(chunk.choices[0].delta.content or \"\", end=\"\")"
            ),
        ),
        (
            "Python, the anthropic library",
            format!(
                "import os\nfrom anthropic import Anthropic\n\nclient = Anthropic(base_url=\"{root}\", \
                 api_key=os.environ[\"{TOKEN}\"])\nmessage = client.messages.create(\n    \
                 model=\"{model}\",\n    max_tokens=1000,\n    messages=[{{\"role\": \"user\", \"content\": \
                 \"Hello\"}}],\n)\nprint(message.content[0].text)"
            ),
        ),
        (
            "TypeScript, the openai library",
            format!(
                "import OpenAI from \"openai\";\n\nconst client = new OpenAI({{\n  baseURL: \"{base_url}\",\n  \
                 apiKey: process.env.{TOKEN},\n}});\nconst answer = await \
                 client.chat.completions.create({{\n  model: \"{model}\",\n  messages: [{{ role: \"user\", \
                 content: \"Hello\" }}],\n}});\nconsole.log(answer.choices[0].message.content);"
            ),
        ),
    ]
    .into_iter()
}

#[cfg(test)]
mod tests {
    use super::examples;

    #[test]
    fn every_example_names_this_workspace_and_a_model_and_no_key() {
        for (name, text) in examples("https://ai.example.com/v1", "fast") {
            assert!(text.contains("https://ai.example.com"), "{name}");
            assert!(text.contains("\"fast\""), "{name}");
            assert!(
                text.contains("WORKSPACE_KEY") && !text.contains("lv_"),
                "{name}"
            );
        }
    }
}
