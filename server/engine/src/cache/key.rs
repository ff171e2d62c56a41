//! The storage key: everything an answer depends on, hashed, the workspace first.

use crate::admission::{Environment, Target};
use crate::prompt::Prompt;
use contract::TenantId;
use sha2::{Digest, Sha256};
use wire::chat::{ChatRequest, Part, Speaker};

/// SHA-256 over every part with its length in front, so that no two lists of parts collide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CacheKey([u8; 32]);

/// The key of what `target` would answer `tenant`.
pub(crate) fn cache_key(
    tenant: TenantId,
    environment: Environment,
    target: &Target,
    prompt: &Prompt,
) -> CacheKey {
    let mut parts = Parts(Sha256::new());
    parts.add(b"exact answer, layout 2");
    parts.add(tenant.uuid().as_bytes());
    parts.add(environment.as_str().as_bytes());
    parts.add(target.key.provider.as_str().as_bytes());
    parts.add_optional(target.key.id.map(|id| id.uuid().into_bytes()));
    parts.add_optional(target.key.base_url.as_ref());
    parts.add(target.model.as_bytes());
    parts.add_optional(target.max_output.map(u32::to_be_bytes));
    parts.add_optional(prompt.version().map(u32::to_be_bytes));
    parts.add_request(prompt.request());
    CacheKey(parts.0.finalize().into())
}

struct Parts(Sha256);

impl Parts {
    fn add(&mut self, part: &[u8]) {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        self.0.update(length.to_be_bytes());
        self.0.update(part);
    }

    /// Every field is named, so that a new one cannot be forgotten.
    fn add_request(&mut self, request: &ChatRequest) {
        let ChatRequest {
            system,
            messages,
            tools,
            tool_choice,
            parallel_tools,
            form,
            max_output,
            temperature,
            top_p,
            stop,
            seed,
            reasoning,
        } = request;
        for text in system {
            self.add(b"s");
            self.add(text.as_bytes());
        }
        for message in messages {
            self.add(match message.speaker {
                Speaker::User => b"u",
                Speaker::Assistant => b"a",
            });
            for part in &message.parts {
                match part {
                    Part::Text(text) => self.add(text.as_bytes()),
                    // What is not plain text differs in its written form, which names its kind.
                    other => self.add(format!("{other:?}").as_bytes()),
                }
            }
        }
        let shape = (tools, tool_choice, parallel_tools, form);
        let draw = (max_output, temperature, top_p, stop, seed, reasoning);
        self.add(format!("{shape:?} {draw:?}").as_bytes());
    }

    /// Absent is not the same as empty.
    fn add_optional(&mut self, part: Option<impl AsRef<[u8]>>) {
        match part {
            Some(part) => {
                self.add(b"some");
                self.add(part.as_ref());
            }
            None => self.add(b"none"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CacheKey, cache_key};
    use crate::admission::{Environment, Target};
    use crate::prompt::{Ask, AskMessage, Asker, Broken, Prompt, SystemPrompt, compose};
    use contract::TenantId;
    use std::collections::HashSet;
    use uuid::Uuid;

    fn prompt(version: Option<u32>, texts: &[&str]) -> Prompt {
        compose(Ask {
            system: version.map(|version| SystemPrompt {
                version,
                text: "s".into(),
            }),
            messages: texts
                .iter()
                .map(|&text| AskMessage {
                    role: Asker::User,
                    text: text.into(),
                })
                .collect(),
            bypass_cache: false,
            broken: Broken::Abort,
        })
        .unwrap()
    }

    fn key(tenant: u128, environment: Environment, model: &str, prompt: &Prompt) -> CacheKey {
        let target = Target {
            model: model.into(),
            ..Target::demo()
        };
        cache_key(
            TenantId::from_uuid(Uuid::from_u128(tenant)),
            environment,
            &target,
            prompt,
        )
    }

    #[test]
    fn every_part_separates() {
        let (production, staging) = (Environment::Production, Environment::Staging);
        let keys = [
            key(1, production, "m", &prompt(Some(1), &["ab", "c"])),
            key(2, production, "m", &prompt(Some(1), &["ab", "c"])),
            key(1, staging, "m", &prompt(Some(1), &["ab", "c"])),
            key(1, production, "n", &prompt(Some(1), &["ab", "c"])),
            key(1, production, "m", &prompt(Some(2), &["ab", "c"])),
            key(1, production, "m", &prompt(None, &["ab", "c"])),
            key(1, production, "m", &prompt(Some(1), &["a", "bc"])),
            key(1, production, "m", &prompt(Some(1), &["abc"])),
        ];
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len());
        assert_eq!(
            keys[0],
            key(1, production, "m", &prompt(Some(1), &["ab", "c"]))
        );
    }
}
