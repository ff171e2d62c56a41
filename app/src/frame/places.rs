//! Every place of the frame, once: the navigation, the palette and their order are made from this list.

use super::Tab;
use crate::request::Workspace;
use crate::words::t;
use contract::Caller;

/// Places that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    Workspace,
    Models,
    Control,
    You,
}

impl Group {
    /// Every group, in the order they are listed.
    pub(super) const ALL: [Self; 4] = [Self::Workspace, Self::Models, Self::Control, Self::You];

    /// The words above the group.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Workspace => t!("Workspace"),
            Self::Models => t!("Models"),
            Self::Control => t!("Control"),
            Self::You => t!("You"),
        }
    }

    /// The id of those words.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Workspace => "places-workspace",
            Self::Models => "places-models",
            Self::Control => "places-control",
            Self::You => "places-you",
        }
    }
}

/// A place the caller may open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) group: Group,
    pub(super) tab: Tab,
    pub(super) label: &'static str,
    pub(super) href: &'static str,
    /// What is there, in the palette; also found by these words.
    pub(super) about: &'static str,
}

/// What `caller` may open, group by group.
pub(super) fn places(place: &Workspace, caller: &Caller) -> Vec<Entry> {
    let role = caller.role();
    let own_keys = place.member_keys && role.may_chat();
    #[rustfmt::skip]
    let all = [
        (role.may_see_overview(), Group::Workspace, Tab::Overview, t!("Overview"), "/admin", t!("Spend, answers, what needs you")),
        (role.may_manage_brand(), Group::Workspace, Tab::Branding, t!("Branding"), "/admin/branding", t!("Name, colour, logos, words, preview")),
        (role.may_manage_domains(), Group::Workspace, Tab::Domains, t!("Domains"), "/admin/domains", t!("Addresses of your own, records, primary")),
        (role.may_manage_members(), Group::Workspace, Tab::Members, t!("Members"), "/admin/members", t!("People, invitations, teams")),
        (role.may_manage_sign_on(), Group::Workspace, Tab::SignOn, t!("Sign-on"), "/admin/sign-on", t!("Identity providers, OpenID Connect, e-mail domains")),
        (role.may_see_keys(), Group::Models, Tab::Keys, t!("Provider keys"), "/admin/keys", t!("Vault, health, the key that seals")),
        (role.may_manage_models(), Group::Models, Tab::Models, t!("Models"), "/admin/models", t!("Aliases, routes, targets")),
        (role.may_see_prompt(), Group::Models, Tab::Prompt, t!("Instructions"), "/admin/prompt", t!("The prompt every model is given, versions")),
        (role.may_see_keys(), Group::Models, Tab::Programs, t!("Programs"), "/admin/virtual-keys", t!("Virtual keys, tokens for programs")),
        (role.may_see_savings(), Group::Control, Tab::Savings, t!("Savings"), "/admin/savings", t!("Cache, purge, what was not spent")),
        (role.may_read_records(), Group::Control, Tab::Audit, t!("Audit"), "/admin/audit", t!("Who did what, export")),
        (role.may_end_sessions(), Group::Control, Tab::Sessions, t!("Sessions"), "/admin/sessions", t!("Who is signed in, security")),
        (role.may_delete_workspace(), Group::Control, Tab::Workspace, t!("Workspace"), "/admin/workspace", t!("What there is in it, delete")),
        (true, Group::You, Tab::Account, t!("Account"), "/account", t!("Your name, your signed-in browsers")),
        (own_keys, Group::You, Tab::OwnKeys, t!("Personal keys"), "/account/keys", t!("Provider keys of your own")),
        (role.may_chat(), Group::You, Tab::OwnToken, t!("Own token"), "/account/tokens", t!("A token of an hour for your programs")),
    ];
    all.into_iter()
        .filter(|(may, ..)| *may)
        .map(|(_, group, tab, label, href, about)| Entry {
            group,
            tab,
            label,
            href,
            about,
        })
        .collect()
}
