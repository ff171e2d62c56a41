//! A document in the making: keys by what makes them the same, aliases that can be aliases.

use crate::documents::{Document, KeyPart, LimitPart, ModelPart, PricePart, SecretPart};
use contract::keys::KeyProvider;

/// A document in the making.
pub(super) struct Draft {
    slug: String,
    name: Option<String>,
    keys: Vec<KeyPart>,
    pub(super) models: Vec<ModelPart>,
    pub(super) prices: Vec<PricePart>,
    pub(super) limits: Vec<LimitPart>,
    pub(super) cache: Option<String>,
    pub(super) prompt: Option<String>,
    pub(super) brand: Option<crate::documents::BrandPart>,
    pub(super) hosts: Vec<crate::documents::HostPart>,
}

impl Draft {
    pub(super) fn new(slug: &str, name: Option<String>) -> Self {
        Self {
            slug: slug.to_owned(),
            name,
            keys: Vec::new(),
            models: Vec::new(),
            prices: Vec::new(),
            limits: Vec::new(),
            cache: None,
            prompt: None,
            brand: None,
            hosts: Vec::new(),
        }
    }

    pub(super) fn slug(&self) -> &str {
        &self.slug
    }

    pub(super) fn has_no_keys(&self) -> bool {
        self.keys.is_empty()
    }

    /// The name of the key with this provider, place and secret; a new one where there is none.
    pub(super) fn key(&mut self, mut key: KeyPart) -> String {
        let same = |one: &&KeyPart| {
            KeyPart {
                name: String::new(),
                ..(*one).clone()
            } == key
        };
        if let Some(known) = self.keys.iter().find(same) {
            return known.name.clone();
        }
        let base = key.provider.clone();
        let taken = |name: &str| self.keys.iter().any(|one| one.name == name);
        let mut name = base.clone();
        let mut number = 2;
        while taken(&name) {
            name = format!("{base}-{number}");
            number += 1;
        }
        key.name.clone_from(&name);
        self.keys.push(key);
        name
    }

    /// A limit of the workspace as a whole, put together with what is limited already.
    pub(super) fn limit_all(&mut self, change: impl FnOnce(&mut LimitPart)) {
        let whole = |limit: &&mut LimitPart| {
            let whose = limit.team.is_none() && limit.member.is_none();
            whose && limit.virtual_key.is_none() && limit.model.is_none()
        };
        if let Some(limit) = self.limits.iter_mut().find(whole) {
            change(limit);
            return;
        }
        let mut limit = LimitPart::default();
        change(&mut limit);
        self.limits.push(limit);
    }

    pub(super) fn document(self) -> Document {
        Document {
            workspace: Some(self.slug),
            name: self.name,
            brand: self.brand,
            hosts: some(self.hosts),
            cache: self.cache,
            prompt: self.prompt,
            keys: some(self.keys),
            models: some(self.models),
            prices: some(self.prices),
            limits: some(self.limits),
            ..Document::default()
        }
    }
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// A key of this provider with its secret in this variable.
pub(super) fn key_of(provider: KeyProvider, variable: &str) -> KeyPart {
    KeyPart {
        name: String::new(),
        environment: "production".to_owned(),
        provider: provider.as_str().to_owned(),
        base_url: None,
        deployment: None,
        api_version: None,
        region: None,
        access_key_id: None,
        organisation: None,
        project: None,
        probe_model: None,
        team: None,
        disabled: false,
        secret: Some(SecretPart {
            env: Some(variable.to_owned()),
            file: None,
        }),
    }
}

/// A model of this alias that leads nowhere yet.
pub(super) fn model_of(alias: &str) -> ModelPart {
    ModelPart {
        alias: alias.to_owned(),
        label: None,
        environment: "production".to_owned(),
        strategy: "priority".to_owned(),
        position: None,
        targets: Vec::new(),
        regions: Vec::new(),
        allows: crate::documents::AllowsPart::default(),
        semantic: None,
    }
}

/// The alias nearest to a name that may have any letters.
pub(super) fn alias_of(name: &str) -> String {
    let plain = |c: char| match c.to_ascii_lowercase() {
        c if c.is_ascii_alphanumeric() || "-_.".contains(c) => c,
        _ => '-',
    };
    let alias: String = name.trim().chars().map(plain).collect();
    let alias = alias.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    alias
        .chars()
        .take(contract::models::ALIAS_MAX_CHARS)
        .collect()
}

/// The short name nearest to a name that may have any letters.
pub(super) fn slug_of(name: &str) -> String {
    let plain = |c: char| match c.to_ascii_lowercase() {
        c if c.is_ascii_alphanumeric() => c,
        _ => '-',
    };
    let slug: String = name.trim().chars().map(plain).take(60).collect();
    slug.trim_matches('-').to_owned()
}

/// The name of a variable for a secret that was written in the clear.
pub(super) fn variable_for(slug: &str, provider: KeyProvider, number: usize) -> String {
    let upper = |text: &str| text.to_ascii_uppercase().replace('-', "_");
    let base = format!("{}_{}_KEY", upper(slug), upper(provider.as_str()));
    // A variable cannot begin with a digit.
    let base = if base.starts_with(|c: char| c.is_ascii_digit()) {
        format!("W_{base}")
    } else {
        base
    };
    if number == 1 {
        base
    } else {
        format!("{base}_{number}")
    }
}
