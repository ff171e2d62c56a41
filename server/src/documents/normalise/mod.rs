//! One form for everything that can be written in several: so that two documents that mean the same
//! are the same, and only what differs is changed. Entries keep their places, so that what is found
//! wrong with them later can be pointed at. Looks nothing up.

mod keys;
mod limits;
mod models;

pub(super) use keys::place_of;
pub(super) use limits::{identity_of, order_of, usd};
pub(super) use models::{sharing_of, targets_of};

use super::problem::Problems;
use super::shape::{BrandPart, Document, HostPart, MemberPart};
use crate::brand::Brand;
use crate::cache::{keep_in_words, parse_keep};
use crate::http::host_name;
use crate::identity::{address_of, team_name};
use std::collections::HashSet;

/// The document in one form, and everything that is wrong with it by itself. A document with problems
/// is not to be used.
#[must_use]
pub fn normalise(mut document: Document) -> (Document, Problems) {
    let mut problems = Problems::default();
    let it = &mut problems;
    if let Some(slug) = &document.workspace {
        check_slug(it, slug);
    }
    if let Some(name) = &mut document.name {
        *name = one_line(it, "name", name);
    }
    if let Some(brand) = &mut document.brand {
        tidy_brand(it, brand);
    }
    if let Some(hosts) = &mut document.hosts {
        tidy_hosts(it, hosts);
    }
    if let Some(cache) = &mut document.cache
        && let Some(keep) = it.keep("cache", parse_keep(cache))
    {
        *cache = keep_in_words(keep);
    }
    if let Some(teams) = &mut document.teams {
        for (index, team) in teams.iter_mut().enumerate() {
            tidy_team(it, &format!("teams[{index}]"), team);
        }
        unique(it, "teams", teams.iter().map(|name| (name.clone(), "")));
    }
    if let Some(members) = &mut document.members {
        tidy_members(it, members);
    }
    if let Some(keys) = &mut document.keys {
        keys::tidy(it, keys);
    }
    if let Some(models) = &mut document.models {
        models::tidy(it, models);
    }
    if let Some(prices) = &mut document.prices {
        limits::tidy_prices(it, prices);
    }
    if let Some(limits) = &mut document.limits {
        limits::tidy(it, limits);
    }
    (document, problems)
}

fn check_slug(problems: &mut Problems, slug: &str) {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let ends = |c: char| c.is_ascii_alphanumeric();
    let sound = slug.chars().all(plain) && slug.starts_with(ends) && slug.ends_with(ends);
    if !sound || slug.len() > 63 {
        let told = "use small letters, digits and hyphens, 63 at most";
        problems.add("workspace", told);
    }
}

/// Without stray spaces; line breaks and the like are told.
fn one_line(problems: &mut Problems, path: &str, text: &str) -> String {
    if text.chars().any(char::is_control) {
        problems.add(path, "must stand on one line");
    }
    text.trim().to_owned()
}

fn tidy_brand(problems: &mut Problems, brand: &mut BrandPart) {
    let texts = [
        &mut brand.name,
        &mut brand.mark,
        &mut brand.second_colour,
        &mut brand.corners,
        &mut brand.sender_name,
        &mut brand.sign_in_title,
        &mut brand.sign_in_text,
        &mut brand.tagline,
        &mut brand.tagline_detail,
        &mut brand.greeting,
        &mut brand.payer,
        &mut brand.privacy_url,
        &mut brand.terms_url,
        &mut brand.support_email,
    ];
    for text in texts {
        // Nothing and an empty text mean the same.
        let kept = text.take().map(|text| text.trim().to_owned());
        *text = kept.filter(|text| !text.is_empty());
    }
    for colour in [&mut brand.colour, &mut brand.second_colour] {
        let kept = colour.take().map(|text| text.trim().to_ascii_lowercase());
        *colour = kept.filter(|text| !text.is_empty());
    }
    let stored = brand.stored(&Brand::default());
    for problem in stored.problems() {
        problems.add(
            format!("brand.{}", problem.field),
            problem.message.to_string(),
        );
    }
}

impl BrandPart {
    /// As it is stored, with the pictures of `before`: files are no part of a document.
    #[must_use]
    pub fn stored(&self, before: &Brand) -> Brand {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Brand {
            name: text(&self.name),
            colour: text(&self.colour),
            second_colour: text(&self.second_colour),
            corners: text(&self.corners),
            sender_name: text(&self.sender_name),
            mark: text(&self.mark),
            sign_in_title: text(&self.sign_in_title),
            sign_in_text: text(&self.sign_in_text),
            tagline: text(&self.tagline),
            tagline_detail: text(&self.tagline_detail),
            greeting: text(&self.greeting),
            starters: self.starters.clone(),
            privacy_url: self.privacy_url.clone(),
            terms_url: self.terms_url.clone(),
            support_email: self.support_email.clone(),
            payer: text(&self.payer),
            logo_light: before.logo_light.clone(),
            logo_dark: before.logo_dark.clone(),
            icon: before.icon.clone(),
        }
    }

    /// From what is stored, in the form of [`normalise`].
    #[must_use]
    pub fn of(brand: Brand) -> Self {
        let mut part = Self {
            name: Some(brand.name),
            colour: Some(brand.colour),
            second_colour: Some(brand.second_colour),
            corners: Some(brand.corners),
            sender_name: Some(brand.sender_name),
            mark: Some(brand.mark),
            sign_in_title: Some(brand.sign_in_title),
            sign_in_text: Some(brand.sign_in_text),
            tagline: Some(brand.tagline),
            tagline_detail: Some(brand.tagline_detail),
            greeting: Some(brand.greeting),
            starters: brand.starters,
            privacy_url: brand.privacy_url,
            terms_url: brand.terms_url,
            support_email: brand.support_email,
            payer: Some(brand.payer),
        };
        // What is stored was checked when it was stored.
        tidy_brand(&mut Problems::default(), &mut part);
        part
    }
}

fn tidy_hosts(problems: &mut Problems, hosts: &mut [HostPart]) {
    for (index, host) in hosts.iter_mut().enumerate() {
        let name = host_name(&host.host);
        if let Some(name) = name.filter(|name| name.contains('.') && !host.host.contains(':')) {
            host.host = name;
        } else {
            let told = format!("`{}` is not a host name", host.host);
            problems.add(format!("hosts[{index}].host"), told);
        }
    }
    let first = hosts.iter().filter(|host| host.primary).count();
    if first > 1 {
        problems.add("hosts", "one host is the primary one, not several");
    }
    let named = hosts.iter().map(|host| (host.host.clone(), ".host"));
    unique(problems, "hosts", named);
}

fn tidy_team(problems: &mut Problems, path: &str, team: &mut String) {
    if let Some(name) = problems.keep(
        path,
        team_name(team).map_err(|error| error.message.to_string()),
    ) {
        *team = name;
    }
}

fn tidy_members(problems: &mut Problems, members: &mut [MemberPart]) {
    for (index, member) in members.iter_mut().enumerate() {
        let path = format!("members[{index}].email");
        let address = address_of(&member.email).map_err(|error| error.message.to_string());
        if let Some(address) = problems.keep(&path, address) {
            member.email = address;
        }
        for (place, team) in member.teams.iter_mut().enumerate() {
            tidy_team(problems, &format!("members[{index}].teams[{place}]"), team);
        }
        member
            .teams
            .sort_by_key(|name| (name.to_lowercase(), name.clone()));
        member.teams.dedup();
    }
    let named = members
        .iter()
        .map(|member| (member.email.clone(), ".email"));
    unique(problems, "members", named);
}

/// Tells what is listed twice; `field` is what names an entry.
fn unique(
    problems: &mut Problems,
    section: &str,
    named: impl Iterator<Item = (String, &'static str)>,
) {
    let mut seen = HashSet::new();
    for (index, (name, field)) in named.enumerate() {
        if !seen.insert(name.clone()) {
            let path = format!("{section}[{index}]{field}");
            problems.add(path, format!("`{name}` is listed twice"));
        }
    }
}
