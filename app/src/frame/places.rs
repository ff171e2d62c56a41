//! Every place of the frame, once: the navigation, the palette and their order are made from this list.

use super::Tab;
use crate::request::Workspace;
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
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Workspace => "Workspace",
            Self::Models => "Models",
            Self::Control => "Control",
            Self::You => "You",
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
        (role.may_see_overview(), Group::Workspace, Tab::Overview, "Overview", "/admin", "Spend, answers, what needs you"),
        (role.may_manage_brand(), Group::Workspace, Tab::Branding, "Branding", "/admin/branding", "Name, colour, logos, words, preview"),
        (role.may_manage_domains(), Group::Workspace, Tab::Domains, "Domains", "/admin/domains", "Addresses of your own, records, primary"),
        (role.may_manage_members(), Group::Workspace, Tab::Members, "Members", "/admin/members", "People, invitations, teams"),
        (role.may_manage_sign_on(), Group::Workspace, Tab::SignOn, "Sign-on", "/admin/sign-on", "Identity providers, OpenID Connect, e-mail domains"),
        (role.may_see_keys(), Group::Models, Tab::Keys, "Provider keys", "/admin/keys", "Vault, health, the key that seals"),
        (role.may_manage_models(), Group::Models, Tab::Models, "Models", "/admin/models", "Aliases, routes, targets"),
        (role.may_see_prompt(), Group::Models, Tab::Prompt, "Instructions", "/admin/prompt", "The prompt every model is given, versions"),
        (role.may_see_keys(), Group::Models, Tab::Programs, "Programs", "/admin/virtual-keys", "Virtual keys, tokens for programs"),
        (role.may_see_savings(), Group::Control, Tab::Savings, "Savings", "/admin/savings", "Cache, purge, what was not spent"),
        (role.may_read_records(), Group::Control, Tab::Audit, "Audit", "/admin/audit", "Who did what, export"),
        (role.may_end_sessions(), Group::Control, Tab::Sessions, "Sessions", "/admin/sessions", "Who is signed in, security"),
        (role.may_delete_workspace(), Group::Control, Tab::Workspace, "Workspace", "/admin/workspace", "What there is in it, delete"),
        (true, Group::You, Tab::Account, "Account", "/account", "Your name, your signed-in browsers"),
        (own_keys, Group::You, Tab::OwnKeys, "Personal keys", "/account/keys", "Provider keys of your own"),
        (role.may_chat(), Group::You, Tab::OwnToken, "Own token", "/account/tokens", "A token of an hour for your programs"),
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
