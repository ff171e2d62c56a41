//! The storage key: everything an answer depends on, hashed, the workspace first.
//!
//! Whoever adds a field to a target, a key's place or a request is made to decide here whether an
//! answer depends on it: each is taken apart by name.

use crate::admission::{Admission, Environment, Strategy, Target, TargetKey};
use crate::plan::Needs;
use crate::prompt::Prompt;
use crate::settings::EngineSettings;
use contract::TenantId;
use contract::keys::KeyPlace;
use sha2::{Digest, Sha256};
use wire::chat::{ChatRequest, Part, Speaker};

/// SHA-256 over every part with its length in front, so that no two lists of parts collide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CacheKey([u8; 32]);

impl CacheKey {
    /// The hash. It tells nothing of what was asked to whoever does not know it already.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A question, ready to be looked for.
pub(crate) struct Asked<'a> {
    /// The keys under which an answer would be as good as a fresh one, with their targets.
    pub(crate) places: Vec<(CacheKey, &'a Target)>,
    /// Questions with the same one may share an answer while it is being written: same workspace,
    /// same targets in the same order by the same rules, same keys that pay, nothing purged in between.
    pub(crate) flight: CacheKey,
}

impl<'a> Asked<'a> {
    /// What `admission` asks with `prompt`. Targets that could not be asked now, or must not be, do not
    /// count: an answer of theirs is not given either. With ordered targets only the first one's answer
    /// counts as fresh; where the strategy chooses among them, any of theirs does.
    pub(crate) fn new(
        admission: &'a Admission,
        prompt: &Prompt,
        settings: &EngineSettings,
    ) -> Self {
        let request = digest(prompt);
        let (needs, options) = (Needs::of(prompt), &admission.route().options);
        let targets = admission.route().targets.iter();
        let keys: Vec<(CacheKey, &Target)> = targets
            .filter(|target| needs.unfit(target, options).is_none())
            .map(|target| (key_of(admission, target, &request, settings), target))
            .collect();
        let mut parts = Parts::new(b"flight, layout 2");
        parts.add(&admission.cache().epoch.to_be_bytes());
        parts.add(format!("{options:?}").as_bytes());
        for (key, _) in &keys {
            parts.add(&key.0);
        }
        Self {
            flight: parts.done(),
            places: keys
                .into_iter()
                .enumerate()
                .filter(|(index, (_, target))| counts_as_fresh(admission, *index, target))
                .map(|(_, place)| place)
                .collect(),
        }
    }

    /// The key of what `target` answers.
    pub(crate) fn key(
        admission: &Admission,
        target: &Target,
        prompt: &Prompt,
        settings: &EngineSettings,
    ) -> CacheKey {
        key_of(admission, target, &digest(prompt), settings)
    }

    /// The key of what `target` answers to a part of `prompt`: what similar questions have in common.
    pub(crate) fn key_of_part(
        admission: &Admission,
        target: &Target,
        (version, part): (Option<u32>, &ChatRequest),
        settings: &EngineSettings,
    ) -> CacheKey {
        key_of(admission, target, &digest_of(version, part), settings)
    }
}

/// Whether an answer of the target at `index` is one that a fresh turn could have given without
/// falling back.
fn counts_as_fresh(admission: &Admission, index: usize, target: &Target) -> bool {
    match admission.route().strategy {
        Strategy::Priority => index == 0,
        // A weight of zero is for falling back only.
        Strategy::Weighted => target.weight > 0,
        Strategy::LeastCost | Strategy::LowestLatency | Strategy::LeastUsed => true,
    }
}

/// Most tokens that `target` is asked for. Without a budget the provider's own limit holds, unless
/// the target names one.
pub(crate) fn effective_max_output(
    admission: &Admission,
    target: &Target,
    settings: &EngineSettings,
) -> Option<u32> {
    let under_budget = admission.is_capped().then_some(settings.max_output_tokens);
    target.max_output.or(under_budget)
}

fn key_of(
    admission: &Admission,
    target: &Target,
    request: &CacheKey,
    settings: &EngineSettings,
) -> CacheKey {
    let most = effective_max_output(admission, target, settings);
    key_in(
        admission.tenant(),
        admission.environment(),
        target,
        most,
        request,
    )
}

fn key_in(
    tenant: TenantId,
    environment: Environment,
    target: &Target,
    max_output: Option<u32>,
    request: &CacheKey,
) -> CacheKey {
    let Target {
        key,
        model,
        // What it costs, how often it is chosen, how long it may take and what is known of it change
        // no answer; the limit is `max_output`.
        price: _,
        max_output: _,
        weight: _,
        limits: _,
        facts: _,
    } = target;
    let mut parts = Parts::new(b"exact answer, layout 3");
    parts.add(tenant.uuid().as_bytes());
    parts.add(environment.as_str().as_bytes());
    parts.add_key(key);
    parts.add(model.as_bytes());
    parts.add_optional(max_output.map(u32::to_be_bytes));
    parts.add(&request.0);
    parts.done()
}

/// Everything that is sent, whoever it is sent to.
fn digest(prompt: &Prompt) -> CacheKey {
    let request = digest_of(prompt.version(), prompt.request());
    let Some(written) = prompt.written().filter(|written| !written.all_read) else {
        return request;
    };
    // What was not read is handed on all the same, and the answer depends on it.
    let mut parts = Parts::new(b"request as written, layout 1");
    parts.add(&request.0);
    parts.add(format!("{:?}", written.door).as_bytes());
    parts.add(&written.body);
    parts.done()
}

fn digest_of(version: Option<u32>, request: &ChatRequest) -> CacheKey {
    let mut parts = Parts::new(b"request, layout 1");
    parts.add_optional(version.map(u32::to_be_bytes));
    parts.add_request(request);
    parts.done()
}

struct Parts(Sha256);

impl Parts {
    fn new(layout: &[u8]) -> Self {
        let mut parts = Self(Sha256::new());
        parts.add(layout);
        parts
    }

    fn done(self) -> CacheKey {
        CacheKey(self.0.finalize().into())
    }

    fn add(&mut self, part: &[u8]) {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        self.0.update(length.to_be_bytes());
        self.0.update(part);
    }

    /// The key that pays, and where it is used. People whose own keys pay share nothing.
    fn add_key(&mut self, key: &TargetKey) {
        let TargetKey {
            id,
            provider,
            base_url,
            place,
            // The same key with a new secret or name, or for other people, answers the same.
            secret: _,
            name: _,
            scope: _,
        } = key;
        let KeyPlace {
            api_version,
            region,
            organisation,
            project,
            // The address is `base_url`; the rest is for signing and for checking the key.
            base_url: _,
            deployment: _,
            access_key_id: _,
            probe_model: _,
        } = place;
        self.add(provider.as_str().as_bytes());
        self.add_optional(id.map(|id| id.uuid().into_bytes()));
        for part in [base_url, api_version, region, organisation, project] {
            self.add_optional(part.as_ref());
        }
    }

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
                    Part::Text(text) => {
                        self.add(b"text");
                        self.add(text.as_bytes());
                    }
                    // What is not plain text differs in its written form, which names its kind.
                    other => {
                        self.add(b"other");
                        self.add(format!("{other:?}").as_bytes());
                    }
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
#[path = "key_tests.rs"]
mod tests;
