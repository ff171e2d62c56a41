//! What a request needs, and which targets cannot give it.
//!
//! Owns the filters in front of every strategy. What is not known of a target keeps nobody from
//! trying it; only its region must be known where a route names regions.

use crate::admission::{Provider, RouteOptions, Target};
use crate::prompt::Prompt;
use wire::Dialect;
use wire::chat::{AnswerForm, ChatRequest, Effort, Part};
use wire::door::Door;

/// What a target must be able to do for one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, with yes or no for an answer"
)]
pub struct Needs {
    /// Tokens to be read, as far as we can estimate.
    pub input: u64,
    /// There are images.
    pub images: bool,
    /// There are tools.
    pub tools: bool,
    /// The answer must have a form.
    pub structured: bool,
    /// Reasoning was asked for.
    pub reasoning: bool,
    /// Only a target that speaks this language can read it.
    pub language: Option<Door>,
    /// The context must be larger than this; one of this size was too small.
    pub longer_than: Option<u64>,
}

/// Why a target is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It does not run where the route says; `None`: where it runs is not known.
    Region(Option<String>),
    /// It reads no images.
    Images,
    /// It calls no tools.
    Tools,
    /// It keeps to no form.
    Structured,
    /// It does not reason.
    Reasoning,
    /// It does not speak the language of what was asked, which cannot be put into another.
    Language,
    /// It reads this many tokens, which is too few.
    Context(u64),
    /// A longer context is needed, and its own is not known.
    ContextUnknown,
    /// The route takes only targets with a price.
    Unpriced,
}

impl Needs {
    /// What `prompt` needs.
    pub(crate) fn of(prompt: &Prompt) -> Self {
        let only = prompt.written().filter(|written| written.only);
        Self {
            language: only.map(|written| written.door),
            ..Self::of_request(prompt.request(), prompt.estimated_input())
        }
    }

    fn of_request(request: &ChatRequest, input: u64) -> Self {
        let mut parts = request.messages.iter().flat_map(|line| &line.parts);
        Self {
            input,
            images: parts.any(|part| matches!(part, Part::Image(_))),
            tools: !request.tools.is_empty(),
            structured: request.form != AnswerForm::Text,
            reasoning: request.reasoning.is_some_and(|it| it != Effort::None),
            language: None,
            longer_than: None,
        }
    }

    /// Why `target` cannot, or may not, be asked; `None`: it can.
    #[must_use]
    pub fn unfit(&self, target: &Target, options: &RouteOptions) -> Option<Unfit> {
        let facts = &target.facts;
        let lacks = |needed: bool, has: Option<bool>| needed && has == Some(false);
        if !options.regions.is_empty() {
            let here = facts.region.as_ref();
            if !here.is_some_and(|here| options.regions.contains(here)) {
                return Some(Unfit::Region(here.cloned()));
            }
        }
        if self.language.is_some_and(|door| !speaks(door, target)) {
            return Some(Unfit::Language);
        }
        if lacks(self.images, facts.images) {
            return Some(Unfit::Images);
        }
        if lacks(self.tools, facts.tools) {
            return Some(Unfit::Tools);
        }
        if lacks(self.structured, facts.structured) {
            return Some(Unfit::Structured);
        }
        if lacks(self.reasoning, facts.reasoning) {
            return Some(Unfit::Reasoning);
        }
        let unpriced = options.priced_only && target.price.is_none();
        self.too_short(facts.context)
            .or_else(|| unpriced.then_some(Unfit::Unpriced))
    }

    fn too_short(&self, context: Option<u64>) -> Option<Unfit> {
        match (context, self.longer_than) {
            (Some(has), _) if has < self.input => Some(Unfit::Context(has)),
            (Some(has), Some(short)) if has <= short => Some(Unfit::Context(has)),
            (None, Some(_)) => Some(Unfit::ContextUnknown),
            _ => None,
        }
    }
}

fn speaks(door: Door, target: &Target) -> bool {
    match target.key.provider {
        Provider::Demo => false,
        Provider::Keyed(provider) => door.speaks(Dialect::of(provider)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Needs, Unfit};
    use crate::admission::{Facts, RouteOptions, Target};
    use serde_json::json;
    use wire::chat::{AnswerForm, ChatRequest, Effort, Image, Message, Part, Speaker, Tool};

    fn target(facts: Facts) -> Target {
        Target {
            facts,
            ..Target::demo()
        }
    }

    fn unfit(needs: Needs, facts: Facts) -> Option<Unfit> {
        needs.unfit(&target(facts), &RouteOptions::default())
    }

    #[test]
    fn a_request_says_what_it_needs() {
        let plain = ChatRequest {
            messages: vec![Message::text(Speaker::User, "a")],
            ..ChatRequest::default()
        };
        let input = 7;
        let nothing = Needs {
            input,
            ..Needs::default()
        };
        assert_eq!(Needs::of_request(&plain, input), nothing);
        let mut all = plain;
        all.messages[0]
            .parts
            .push(Part::Image(Image::Url("https://a.example/b.png".into())));
        all.tools.push(Tool {
            name: "f".into(),
            description: String::new(),
            parameters: json!({}).into(),
            strict: false,
        });
        all.form = AnswerForm::Json;
        all.reasoning = Some(Effort::Low);
        let needs = Needs {
            images: true,
            tools: true,
            structured: true,
            reasoning: true,
            ..nothing
        };
        assert_eq!(Needs::of_request(&all, input), needs);
        all.reasoning = Some(Effort::None);
        assert!(!Needs::of_request(&all, input).reasoning);
    }

    #[test]
    fn only_a_known_lack_leaves_a_target_out() {
        let images = Needs {
            images: true,
            ..Needs::default()
        };
        assert_eq!(unfit(images, Facts::default()), None, "not known");
        let reads = |images| Facts {
            images: Some(images),
            ..Facts::default()
        };
        assert_eq!(unfit(images, reads(true)), None);
        assert_eq!(unfit(images, reads(false)), Some(Unfit::Images));
        assert_eq!(unfit(Needs::default(), reads(false)), None, "not needed");
    }

    #[test]
    fn a_context_is_long_enough_or_not() {
        let of = |context| Facts {
            context: Some(context),
            ..Facts::default()
        };
        let mut needs = Needs {
            input: 1_000,
            ..Needs::default()
        };
        assert_eq!(unfit(needs, of(1_000)), None);
        assert_eq!(unfit(needs, of(999)), Some(Unfit::Context(999)));
        needs.longer_than = Some(8_000);
        assert_eq!(unfit(needs, of(8_000)), Some(Unfit::Context(8_000)));
        assert_eq!(unfit(needs, of(8_001)), None);
        let unknown = unfit(needs, Facts::default());
        assert_eq!(unknown, Some(Unfit::ContextUnknown));
    }

    #[test]
    fn a_region_must_be_known_and_a_price_where_the_route_says_so() {
        let options = RouteOptions {
            regions: vec!["eu".into(), "ch".into()],
            priced_only: true,
            ..RouteOptions::default()
        };
        let of = |region: Option<&str>| {
            target(Facts {
                region: region.map(Into::into),
                ..Facts::default()
            })
        };
        let needs = Needs::default();
        assert_eq!(needs.unfit(&of(Some("ch")), &options), None);
        let elsewhere = needs.unfit(&of(Some("us")), &options);
        assert_eq!(elsewhere, Some(Unfit::Region(Some("us".into()))));
        let unknown = needs.unfit(&of(None), &options);
        assert_eq!(unknown, Some(Unfit::Region(None)));
        let free = Target {
            price: None,
            ..of(Some("eu"))
        };
        assert_eq!(needs.unfit(&free, &options), Some(Unfit::Unpriced));
    }
}
