//! The form for a route as it was typed, line by line, so that nothing is lost when something of it
//! is wrong.
//!
//! Owns the names of its fields, its buttons that only rearrange it, and reading it. Refuses to look
//! anything up.

use crate::error::{AppError, ErrorCode};
use crate::keys::KeyEnvironment;
use crate::models::{
    ModelFacts, NotSaved, RouteDraft, RouteOptions, RouteSharing, TARGETS_MAX, TargetDraft,
    TimeLimits, WRONG_USUAL,
};
use crate::models_shape::{
    facts_in_words, limits_in_words, parse_region, parse_share, set_of_target, share_in_words,
};
use crate::said;
use crate::words::Said;

/// The value of the key field that stands for the built-in demo model.
pub const DEMO: &str = "demo";

/// A route as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteFields {
    /// The alias that is changed; empty: it is a new one.
    pub changes: String,
    /// See [`RouteDraft::alias`].
    pub alias: String,
    /// See [`RouteDraft::label`].
    pub label: String,
    /// Stored name of the environment.
    pub environment: String,
    /// Stored name of the strategy.
    pub strategy: String,
    /// Regions, with commas between them.
    pub regions: String,
    /// Stored names of the options that are on.
    pub options: Vec<String>,
    /// Stored names of what is on of sharing among similar questions: `on`, `verify`.
    pub sharing: Vec<String>,
    /// Share of wrong answers that is accepted, with or without a percent sign.
    pub wrong: String,
    /// Alias of the embedding model; empty: the installation's encoder.
    pub embeddings: String,
    /// See [`RouteDraft::seen`].
    pub seen: String,
    /// Targets, those with nothing in them included.
    pub targets: Vec<TargetFields>,
}

/// A target as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetFields {
    /// Id of the key, [`DEMO`], or empty.
    pub key: String,
    /// The provider's name of the model.
    pub model: String,
    /// Its weight.
    pub weight: String,
    /// Times and facts as [`crate::models_shape::set_of_target`] reads them, by name.
    pub more: Vec<(String, String)>,
}

/// What a button of the form asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormAct {
    /// Check and store it.
    Save,
    /// Show it again, rearranged; nothing is stored.
    Rearranged,
}

/// Names of everything that can stand behind a target, in the order of the form.
pub const MORE: [&str; 12] = [
    "first",
    "head",
    "stall",
    "total",
    "connect",
    "context",
    "images",
    "tools",
    "structured",
    "reasoning",
    "region",
    "prefill",
];

impl TargetFields {
    /// What was typed for `name`.
    #[must_use]
    pub fn more(&self, name: &str) -> &str {
        let mut more = self.more.iter();
        more.find(|(one, _)| one == name)
            .map_or("", |(_, value)| value)
    }

    fn is_empty(&self) -> bool {
        self.key.is_empty() && self.model.trim().is_empty()
    }

    fn draft(&self) -> Result<TargetDraft, Said> {
        let key = match self.key.as_str() {
            DEMO => None,
            "" => return Err(said!("Choose the key that pays.")),
            id => Some(id.parse().map_err(|_| said!("Choose the key that pays."))?),
        };
        let weight = self.weight.trim();
        let weight = if weight.is_empty() { "1" } else { weight };
        let weight = weight
            .parse()
            .map_err(|_| said!("A weight is a whole number, 0 or more."))?;
        let (mut limits, mut facts) = (TimeLimits::default(), ModelFacts::default());
        for (name, value) in &self.more {
            if !value.trim().is_empty() {
                set_of_target((name, value), &mut limits, &mut facts).map_err(sentence)?;
            }
        }
        Ok(TargetDraft {
            key,
            model: if key.is_none() {
                DEMO.to_owned()
            } else {
                self.model.trim().to_owned()
            },
            weight,
            limits,
            facts,
        })
    }
}

/// What is wrong with a value, as a sentence.
fn sentence(why: Said) -> Said {
    said!("{why}.", why = why)
}

impl RouteFields {
    /// The form of a route that is stored, or of an empty one.
    #[must_use]
    pub fn of(draft: &RouteDraft) -> Self {
        let options = &draft.options;
        let on = [
            ("declined", options.declined_elsewhere),
            ("longer", options.longer_elsewhere),
            ("priced", options.priced_only),
            ("goes-on", options.goes_on),
            ("instructs-programs", options.instructs_programs),
        ];
        let on = on.into_iter().filter(|(_, on)| *on);
        let targets = draft.targets.iter();
        Self {
            changes: draft.changes.clone().unwrap_or_default(),
            alias: draft.alias.clone(),
            label: draft.label.clone(),
            environment: draft.environment.as_str().to_owned(),
            strategy: draft.strategy.clone(),
            regions: options.regions.join(", "),
            options: on.map(|(name, _)| name.to_owned()).collect(),
            sharing: sharing_ticks(draft.sharing.as_ref()),
            wrong: share_in_words(
                draft
                    .sharing
                    .as_ref()
                    .map_or(WRONG_USUAL, |sharing| sharing.wrong_at_most),
            ),
            embeddings: draft
                .sharing
                .as_ref()
                .and_then(|sharing| sharing.embeddings.clone())
                .unwrap_or_default(),
            seen: draft.seen.clone(),
            targets: targets.map(target_fields).collect(),
        }
    }

    /// Reads the pairs of a posted form. What it does not know is left out.
    #[must_use]
    pub fn read(pairs: &[(String, String)]) -> Self {
        let mut fields = Self::default();
        for (name, value) in pairs {
            let value = value.clone();
            match name.as_str() {
                "changes" => fields.changes = value,
                "alias" => fields.alias = value,
                "label" => fields.label = value,
                "environment" => fields.environment = value,
                "strategy" => fields.strategy = value,
                "regions" => fields.regions = value,
                "option" => fields.options.push(value),
                "sharing" => fields.sharing.push(value),
                "wrong" => fields.wrong = value,
                "embeddings" => fields.embeddings = value,
                "seen" => fields.seen = value,
                _ => fields.read_target(name, value),
            }
        }
        fields
    }

    fn read_target(&mut self, name: &str, value: String) {
        let Some((name, index)) = name.rsplit_once('.') else {
            return;
        };
        let index: Option<usize> = index.parse().ok().filter(|index| *index < TARGETS_MAX);
        let Some(index) = index else { return };
        if self.targets.len() <= index {
            self.targets.resize_with(index + 1, TargetFields::default);
        }
        let target = &mut self.targets[index];
        match name {
            "key" => target.key = value,
            "model" => target.model = value,
            "weight" => target.weight = value,
            _ if MORE.contains(&name) => target.more.push((name.to_owned(), value)),
            _ => {}
        }
    }

    /// Does what a button asks for: `save`, `more`, `up.2`, `down.2`, `drop.2`.
    pub fn act(&mut self, button: &str) -> FormAct {
        let (verb, index) = button.split_once('.').unwrap_or((button, ""));
        let index: Option<usize> = index.parse().ok();
        let index = index.filter(|index| *index < self.targets.len());
        match (verb, index) {
            ("more", _) => self.targets.push(TargetFields::default()),
            ("up", Some(index)) if index > 0 => self.targets.swap(index, index - 1),
            ("down", Some(index)) if index + 1 < self.targets.len() => {
                self.targets.swap(index, index + 1);
            }
            ("drop", Some(index)) => drop(self.targets.remove(index)),
            ("up" | "down" | "drop", _) => {}
            _ => return FormAct::Save,
        }
        self.targets.truncate(TARGETS_MAX);
        FormAct::Rearranged
    }

    /// The route that was typed. Lines with nothing in them are left out.
    ///
    /// # Errors
    /// What cannot be read, and of which line.
    pub fn draft(&self) -> Result<RouteDraft, NotSaved> {
        let wrong = |target, why: Said| NotSaved {
            target,
            error: AppError::new(ErrorCode::Invalid, why),
        };
        let environment = KeyEnvironment::parse(&self.environment)
            .ok_or_else(|| wrong(None, said!("Choose an environment.")))?;
        let mut targets = Vec::new();
        for (index, target) in self.targets.iter().enumerate() {
            if !target.is_empty() {
                let draft = target.draft().map_err(|why| wrong(Some(index), why))?;
                targets.push(draft);
            }
        }
        let regions = self.regions.split(',').map(str::trim);
        let regions = regions.filter(|region| !region.is_empty());
        let regions = regions.map(parse_region).collect::<Result<Vec<_>, _>>();
        let regions = regions.map_err(|why| wrong(None, sentence(why)))?;
        let on = |name: &str| self.options.iter().any(|option| option == name);
        let sharing = self.sharing().map_err(|why| wrong(None, why))?;
        Ok(RouteDraft {
            changes: (!self.changes.is_empty()).then(|| self.changes.clone()),
            alias: self.alias.trim().to_owned(),
            label: self.label.trim().to_owned(),
            environment,
            strategy: self.strategy.clone(),
            targets,
            options: RouteOptions {
                regions,
                declined_elsewhere: on("declined"),
                longer_elsewhere: on("longer"),
                priced_only: on("priced"),
                goes_on: on("goes-on"),
                instructs_programs: on("instructs-programs"),
            },
            sharing,
            seen: self.seen.clone(),
        })
    }

    /// Whether something of sharing among similar questions is ticked.
    #[must_use]
    pub fn shares(&self, name: &str) -> bool {
        self.sharing.iter().any(|one| one == name)
    }

    fn sharing(&self) -> Result<Option<RouteSharing>, Said> {
        if !self.shares("on") {
            return Ok(None);
        }
        let wrong = self.wrong.trim().trim_end_matches('%').trim();
        let wrong = if wrong.is_empty() {
            Ok(WRONG_USUAL)
        } else {
            parse_share(&format!("{wrong}%"))
        };
        let embeddings = self.embeddings.trim();
        Ok(Some(RouteSharing {
            wrong_at_most: wrong.map_err(|_| {
                said!("The share of wrong answers is between 0.01% and 10%, for example 1%.")
            })?,
            verify: self.shares("verify"),
            embeddings: (!embeddings.is_empty()).then(|| embeddings.to_owned()),
        }))
    }

    /// The line of the form that the target at `index` of the draft was typed in.
    #[must_use]
    pub fn line_of(&self, index: usize) -> Option<usize> {
        let lines = self.targets.iter().enumerate();
        let mut filled = lines.filter(|(_, target)| !target.is_empty());
        filled.nth(index).map(|(line, _)| line)
    }
}

fn sharing_ticks(sharing: Option<&RouteSharing>) -> Vec<String> {
    let on = sharing.map(|_| "on".to_owned());
    let verify = sharing.filter(|it| it.verify).map(|_| "verify".to_owned());
    on.into_iter().chain(verify).collect()
}

fn target_fields(target: &TargetDraft) -> TargetFields {
    let pairs = [
        limits_in_words(&target.limits),
        facts_in_words(&target.facts),
    ]
    .concat();
    let pairs = pairs.iter().filter_map(|pair| pair.split_once('='));
    TargetFields {
        key: target
            .key
            .map_or_else(|| DEMO.to_owned(), |id| id.to_string()),
        model: target.model.clone(),
        weight: target.weight.to_string(),
        more: pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{FormAct, RouteFields};

    fn pairs(text: &str) -> Vec<(String, String)> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    const TYPED: &str = "
        changes=careful
        alias=careful
        label=Careful
        environment=production
        strategy=priority
        regions=eu, CH
        option=longer
        option=goes-on
        sharing=on
        sharing=verify
        wrong=0.5
        embeddings=vectors
        seen=abc
        key.0=00000000000000000000000000000007
        model.0= gpt-4.1
        weight.0=2
        first.0=20s
        images.0=no
        key.1=
        model.1=
        key.2=demo
        model.2=
        weight.2=
    ";

    #[test]
    fn what_was_typed_is_read_and_shown_again_the_same() {
        let fields = RouteFields::read(&pairs(TYPED));
        let draft = fields.draft().unwrap();
        assert_eq!(draft.targets.len(), 2, "a line with nothing in it is none");
        assert_eq!(draft.targets[0].model, "gpt-4.1");
        assert_eq!(draft.targets[0].limits.first_text_ms, Some(20_000));
        assert_eq!(draft.targets[0].facts.images, Some(false));
        assert_eq!((draft.targets[1].key, draft.targets[1].weight), (None, 1));
        assert_eq!(draft.options.regions, ["eu", "ch"]);
        assert!(draft.options.longer_elsewhere && draft.options.goes_on);
        assert!(!draft.options.declined_elsewhere && !draft.options.priced_only);
        let sharing = draft.sharing.as_ref().unwrap();
        assert_eq!((sharing.wrong_at_most, sharing.verify), (5_000, true));
        assert_eq!(sharing.embeddings.as_deref(), Some("vectors"));
        let shown = RouteFields::of(&draft);
        assert_eq!(shown.draft().unwrap(), draft);
        assert_eq!(fields.line_of(1), Some(2));
    }

    #[test]
    fn buttons_rearrange_and_lose_nothing() {
        let mut fields = RouteFields::read(&pairs(TYPED));
        assert_eq!(fields.act("down.0"), FormAct::Rearranged);
        assert_eq!(fields.targets[1].model, " gpt-4.1");
        fields.act("up.1");
        fields.act("drop.1");
        assert_eq!(fields.targets.len(), 2);
        fields.act("more");
        assert_eq!(fields.targets.len(), 3);
        for odd in ["up.0", "down.9", "drop.99", "up."] {
            assert_eq!(fields.act(odd), FormAct::Rearranged, "{odd}");
            assert_eq!(fields.targets.len(), 3);
        }
        assert_eq!(fields.act("save"), FormAct::Save);
        for _ in 0..99 {
            fields.act("more");
        }
        assert_eq!(fields.targets.len(), super::TARGETS_MAX);
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_line() {
        for (more, line) in [
            ("first.2=soon", Some(2)),
            ("weight.2=-1", Some(2)),
            ("key.1=not-a-key", Some(1)),
            ("model.1=m", Some(1)),
            ("regions=<b>", None),
            ("environment=mars", None),
            ("wrong=half", None),
            ("wrong=20", None),
        ] {
            let fields = RouteFields::read(&pairs(&format!("{TYPED}\n{more}")));
            let refused = fields.draft().unwrap_err();
            assert_eq!(refused.target, line, "{more}");
            assert!(
                refused.error.message.to_string().ends_with('.'),
                "{refused:?}"
            );
        }
        let far = RouteFields::read(&pairs("key.99999999=demo\nmodel.-1=m\nx=y"));
        assert!(far.targets.is_empty());
    }
}
