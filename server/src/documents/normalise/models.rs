//! Models and their targets in one form.

use super::super::problem::Problems;
use super::super::shape::{ModelPart, SemanticPart, TargetPart};
use super::unique;
use crate::models::check_model;
use crate::tenancy::capitalised;
use contract::models::{LABEL_MAX_CHARS, ModelFacts, RouteSharing, TimeLimits};
use contract::models_shape::{
    check_alias, facts_in_words, limits_in_words, parse_region, parse_share, set_of_target,
    share_in_words,
};

pub(super) fn tidy(problems: &mut Problems, models: &mut [ModelPart]) {
    for (index, model) in models.iter_mut().enumerate() {
        let path = format!("models[{index}]");
        problems.keep(&format!("{path}.alias"), check_alias(&model.alias));
        tidy_label(problems, &path, model);
        for (place, region) in model.regions.iter_mut().enumerate() {
            let path = format!("{path}.regions[{place}]");
            if let Some(plain) = problems.keep(&path, parse_region(region)) {
                *region = plain;
            }
        }
        for (place, target) in model.targets.iter_mut().enumerate() {
            tidy_target(problems, &format!("{path}.targets[{place}]"), target);
        }
        check_targets(problems, &path, model);
        if let Some(semantic) = &mut model.semantic {
            tidy_semantic(problems, &path, semantic);
        }
    }
    let named = models.iter().map(|model| {
        (
            format!("{} in {}", model.alias, model.environment),
            ".alias",
        )
    });
    unique(problems, "models", named);
}

fn tidy_label(problems: &mut Problems, path: &str, model: &mut ModelPart) {
    let label = model.label.take().map(|label| label.trim().to_owned());
    let label = label.filter(|label| !label.is_empty() && *label != capitalised(&model.alias));
    if let Some(label) = &label
        && (label.chars().count() > LABEL_MAX_CHARS || label.chars().any(char::is_control))
    {
        let told = format!("may have {LABEL_MAX_CHARS} characters, on one line");
        problems.add(format!("{path}.label"), told);
    }
    model.label = label;
}

fn check_targets(problems: &mut Problems, path: &str, model: &ModelPart) {
    for (place, target) in model.targets.iter().enumerate() {
        let before = &model.targets[..place];
        let same = |it: &TargetPart| it.key == target.key && it.model == target.model;
        if before.iter().any(same) {
            let told = "this key and model are named above already";
            problems.add(format!("{path}.targets[{place}]"), told);
        }
    }
    let weights = || model.targets.iter().map(|target| target.weight);
    if model.strategy == "weighted" && weights().all(|weight| weight == Some(0)) {
        let told = "give at least one target a weight above 0; those with 0 are for falling back";
        problems.add(format!("{path}.targets"), told);
    }
}

fn tidy_target(problems: &mut Problems, path: &str, target: &mut TargetPart) {
    target.key = target.key.split_whitespace().collect::<Vec<_>>().join(" ");
    target.model = target.model.trim().to_owned();
    problems.keep(&format!("{path}.model"), check_model(&target.model));
    if target.weight == Some(1) {
        target.weight = None;
    }
    let (mut limits, mut facts) = (TimeLimits::default(), ModelFacts::default());
    for (name, value) in pairs_of(target) {
        let set = set_of_target((name, &value), &mut limits, &mut facts);
        problems.keep(&format!("{path}.{name}"), set);
    }
    if target.is_demo() && (limits, facts.clone()) != (TimeLimits::default(), ModelFacts::default())
    {
        problems.add(path, "the demo model has no limits and facts of its own");
    }
    write_target(target, &limits, &facts);
}

impl TargetPart {
    /// The built-in demo model.
    pub(in super::super) fn is_demo(&self) -> bool {
        self.key == "demo" && self.model == "demo"
    }

    /// A target of a key, with what is its own.
    pub(in super::super) fn new(
        key: &str,
        model: &str,
        weight: u32,
        limits: &TimeLimits,
        facts: &ModelFacts,
    ) -> Self {
        let mut target = Self {
            key: key.to_owned(),
            model: model.to_owned(),
            weight: (weight != 1).then_some(weight),
            ..Self::default()
        };
        write_target(&mut target, limits, facts);
        target
    }
}

/// What stands behind a target, by the names that [`set_of_target`] knows.
fn pairs_of(target: &TargetPart) -> Vec<(&'static str, String)> {
    let yes_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    [
        ("connect", target.connect.clone()),
        ("head", target.head.clone()),
        ("first", target.first.clone()),
        ("stall", target.stall.clone()),
        ("total", target.total.clone()),
        ("context", target.context.clone()),
        ("images", target.images.map(yes_no)),
        ("tools", target.tools.map(yes_no)),
        ("structured", target.structured.map(yes_no)),
        ("reasoning", target.reasoning.map(yes_no)),
        ("region", target.region.clone()),
        ("prefill", target.prefill.clone()),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}

fn write_target(target: &mut TargetPart, limits: &TimeLimits, facts: &ModelFacts) {
    let words = [limits_in_words(limits), facts_in_words(facts)].concat();
    let said = |name: &str| {
        let mut pairs = words.iter().filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(one, _)| *one == name)
            .map(|(_, value)| value.to_owned())
    };
    target.connect = said("connect");
    target.head = said("head");
    target.first = said("first");
    target.stall = said("stall");
    target.total = said("total");
    target.context = said("context");
    target.images = facts.images;
    target.tools = facts.tools;
    target.structured = facts.structured;
    target.reasoning = facts.reasoning;
    target.region = said("region");
    target.prefill = said("prefill");
}

/// Limits in time and facts of a target in the form of [`super::normalise`].
pub(in super::super) fn targets_of(target: &TargetPart) -> (TimeLimits, ModelFacts) {
    let (mut limits, mut facts) = (TimeLimits::default(), ModelFacts::default());
    for (name, value) in pairs_of(target) {
        // It was read once already, when the document was.
        let _ = set_of_target((name, &value), &mut limits, &mut facts);
    }
    (limits, facts)
}

fn tidy_semantic(problems: &mut Problems, path: &str, semantic: &mut SemanticPart) {
    let Some(share) = &semantic.wrong_at_most else {
        return;
    };
    let path = format!("{path}.semantic.wrong_at_most");
    if let Some(share) = problems.keep(&path, parse_share(share)) {
        let usual = share == RouteSharing::default().wrong_at_most;
        semantic.wrong_at_most = (!usual).then(|| share_in_words(share));
    }
}

/// How answers are shared, as it is stored.
pub(in super::super) fn sharing_of(semantic: &SemanticPart) -> RouteSharing {
    let usual = RouteSharing::default();
    let share = semantic.wrong_at_most.as_deref().map(parse_share);
    RouteSharing {
        wrong_at_most: share.and_then(Result::ok).unwrap_or(usual.wrong_at_most),
        verify: semantic.verify,
        embeddings: semantic.embeddings.clone(),
    }
}
