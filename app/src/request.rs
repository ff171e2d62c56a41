//! What the HTTP edge tells the pages about one request: whose place it is, who is asking, and
//! what a form that was just posted has to say.
//!
//! Refuses to decide anything itself: the edge has resolved host, session and role already.

use contract::branding::{BrandFields, BrandTrouble};
use contract::keys::{KeyEnvironment, KeyPlace, TypedSecret};
use contract::models_form::RouteFields;
use contract::sealing::ServiceFields;
use contract::sign_on::{AdmissionFields, OidcFields, TestedView};
use contract::staff::StayView;
use contract::{AppError, BrandView, Caller, Language, Said, Staff, TenantId};
use std::sync::Arc;

/// One request, as pages see it. Provided as context for page renders and server functions.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The host's owner.
    pub place: Place,
    /// Light, dark or as the system says, from the cookie [`THEME_COOKIE`].
    pub theme: Theme,
    /// What the page is written in: the person's choice, otherwise what their browser asks for.
    pub language: Language,
    /// The languages that are offered here.
    pub languages: &'static [Language],
    /// What the posted form has to say when a page is rendered again; `None` for a plain visit.
    pub notice: Option<PageNotice>,
    /// The page of all pieces is asked for, where there is one.
    pub kit: Option<KitView>,
}

/// The colour under which the page of all pieces is shown, in development and demo mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KitView {
    /// `#rrggbb`.
    pub colour: String,
    /// Custom properties made of it. Contains no `<`.
    pub css: String,
    /// Why the colour asked for is not the one shown.
    pub refused: Option<String>,
}

/// Addresses of the small scripts that plain pages may bring, by name. Provided as context for page
/// renders; a page asks for one with `ui::SmallScript` and works without it.
#[derive(Clone, Debug, Default)]
pub struct SmallScripts(Arc<[(String, String)]>);

impl SmallScripts {
    /// Names and where they are, on every host alike.
    #[must_use]
    pub fn new(addresses: Vec<(String, String)>) -> Self {
        Self(addresses.into())
    }

    /// Where the script with this name is; `None`: there is none.
    #[must_use]
    pub fn address_of(&self, name: &str) -> Option<&str> {
        let mut all = self.0.iter();
        let (_, address) = all.find(|(known, _)| known == name)?;
        Some(address)
    }
}

/// Name of the cookie that keeps the chosen theme: `light`, `dark` or `system`. Written by the
/// browser, `Path=/`, `SameSite=Lax`, one year.
pub const THEME_COOKIE: &str = "theme";

/// Whose host it is.
#[derive(Clone, Debug)]
pub enum Place {
    /// A client's workspace.
    Workspace(Workspace),
    /// The platform's own host.
    Platform(Platform),
}

/// The platform's own host, and who of its people is there.
#[derive(Clone, Debug, Default)]
pub struct Platform {
    /// What it calls itself.
    pub name: String,
    /// The person signed in.
    pub staff: Option<Staff>,
    /// What its first page lists in development and demo mode.
    pub landing: Arc<LandingView>,
}

/// A client's workspace, and who is in it.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The client's dress.
    pub brand: Arc<BrandView>,
    /// The workspace the host belongs to.
    pub tenant: TenantId,
    /// The person signed in on this host.
    pub caller: Option<Caller>,
    /// Nobody works here now: every page says so, with the client's brand.
    pub suspended: bool,
    /// Members may bring provider keys of their own.
    pub member_keys: bool,
    /// The environment members chat in.
    pub environment: KeyEnvironment,
    /// Where people reach it, like `https://ai.example.com`.
    pub address: String,
    /// The latest stay of a guest that no owner has read about.
    pub guest: Option<StayView>,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// Reads the cookie's value; anything unknown is `System`.
    #[must_use]
    pub fn parse(value: &str) -> Self {
        match value {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The cookie's value and the `data-theme` attribute.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// What a page says after a form was posted and it is rendered again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageNotice {
    /// `POST /sign-in` was refused.
    SignInFailed {
        /// What was typed, to be kept in the field.
        email: String,
        /// Where the person wanted to go; a path on this host.
        next: Option<String>,
        /// Why, in words that do not tell whether the account exists.
        message: Said,
    },
    /// `POST /invite/<token>` was refused.
    InvitationFailed {
        /// The name as typed.
        name: String,
        /// Why.
        message: Said,
    },
    /// A change on the members page was refused.
    MembersNotice {
        /// Why.
        message: Said,
    },
    /// A change to a provider key was refused.
    KeyRefused {
        /// Why.
        message: Said,
    },
    /// A key that was to be checked was refused; what was typed beside it stays in the form.
    KeyDraftRefused {
        /// Everything but the key.
        draft: Box<KeyFields>,
        /// Why.
        message: Said,
    },
    /// A key service that was to be attached was refused; what was typed beside its access stays.
    ServiceRefused {
        /// Everything but access and password.
        fields: Box<ServiceFields>,
        /// Why.
        message: Said,
    },
    /// A step of the start was not left out.
    OverviewRefused {
        /// Why.
        message: Said,
    },
    /// Instructions were not saved; what was typed stays in the form.
    PromptNotSaved {
        /// As it was typed.
        text: String,
        /// Somebody else wrote a version meanwhile: both are shown side by side.
        overtaken: bool,
        /// Why.
        message: Said,
    },
    /// Instructions came from somebody who may not, or no longer, write them: given back to be kept.
    PromptKept {
        /// As it was typed.
        text: String,
    },
    /// It was not gone back to older instructions.
    PromptRefused {
        /// Why.
        message: Said,
    },
    /// Somebody was not signed out.
    SessionsRefused {
        /// Why.
        message: Said,
    },
    /// A change on the savings page was refused.
    SavingsRefused {
        /// Why.
        message: Said,
    },
    /// A change to a program's key was refused, or a token was.
    ProgramRefused {
        /// Why.
        message: Said,
    },
    /// A program's key was not made; what was typed stays in the form.
    ProgramNotMade {
        /// Everything as it was typed.
        fields: Box<ProgramFields>,
        /// Why.
        message: Said,
    },
    /// A token for a program was made; it is shown this once.
    TokenIssued(Box<ShownToken>),
    /// The workspace was not deleted.
    WorkspaceRefused {
        /// Why.
        message: Said,
    },
    /// A change on the domains pages was refused, or a name was.
    DomainRefused {
        /// The name as it was typed; empty: none was.
        typed: String,
        /// Why.
        message: Said,
    },
    /// A change on the models page was refused.
    ModelsNotice {
        /// Why.
        message: Said,
    },
    /// The form for a route again: rearranged, or with what is wrong.
    RouteNotSaved {
        /// Everything as it was typed.
        fields: Box<RouteFields>,
        /// The line that is wrong; `None`: the whole form.
        line: Option<usize>,
        /// What is wrong; `None`: nothing, it was rearranged.
        message: Option<Said>,
    },
    /// Nothing of the page can be shown; this is said instead, with the client's brand.
    Refused(AppError),
    /// A form of the platform host was refused.
    StaffRefused {
        /// Why.
        message: Said,
    },
    /// A client was not made; what was typed stays in the form.
    ClientNotMade {
        /// Everything as it was typed.
        fields: Box<ClientFields>,
        /// Why.
        message: Said,
    },
    /// Somebody was invited on the platform host.
    Invited(Box<ShownLink>),
    /// A client's own host waits for somebody who may open it.
    Opening {
        /// Where to go, good for a minute.
        url: String,
        /// The client's name.
        name: String,
    },
    /// An invitation was made; its link is shown this once.
    InvitationLink {
        /// The whole address.
        url: String,
        /// For whom.
        email: String,
        /// It goes by mail as well.
        mailed: bool,
    },
    /// A change on the sign-on pages was refused.
    SignOnRefused {
        /// Why.
        message: Said,
    },
    /// A connection was not saved; what was typed stays in the form.
    OidcNotSaved {
        /// Everything but the secret.
        fields: Box<OidcFields>,
        /// Why.
        message: Said,
    },
    /// Who is taken in was not saved; what was typed stays in the form.
    AdmissionNotSaved {
        /// Everything as it was typed.
        fields: Box<AdmissionFields>,
        /// Why.
        message: Said,
    },
    /// What a test sign-in showed.
    SignOnTested(Box<TestedView>),
    /// An account at an identity provider was not linked, or not unlinked.
    LinkRefused {
        /// Why.
        message: Said,
    },
    /// A look was not kept; everything comes back as it was typed.
    BrandNotKept {
        /// As they were typed; none of them: the form shows what is kept.
        fields: Box<BrandFields>,
        /// What is wrong.
        troubles: Vec<BrandTrouble>,
    },
}

/// The fields of the form for a key, as they were typed; the key itself is never given back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyFields {
    /// Stored name of the provider; empty: to be recognised.
    pub provider: String,
    /// Stored name of the environment.
    pub environment: String,
    /// The workspace's name for the key.
    pub name: String,
    /// Id of the team it is for; empty: everybody.
    pub team: String,
    /// What the provider needs.
    pub place: KeyPlace,
}

/// The fields of the form for a new client, as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientFields {
    /// Id of the agency.
    pub agency: String,
    /// The client's name.
    pub name: String,
    /// Short name in the address.
    pub slug: String,
    /// `#rrggbb`.
    pub colour: String,
    /// Who will own the workspace.
    pub owner_email: String,
}

/// How somebody who was invited gets in, on the page that answers the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownLink {
    /// For whom.
    pub email: String,
    /// The link, where it has to be sent by hand.
    pub url: Option<String>,
    /// It was mailed.
    pub mailed: bool,
    /// There is mail, and it was not taken.
    pub mail_failed: bool,
}

/// A token for a program on the page that answers the form which made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownToken {
    /// What the workspace calls the program.
    pub name: String,
    /// The only environment it reaches.
    pub environment: KeyEnvironment,
    /// The token.
    pub token: TypedSecret,
    /// Where programs send their requests.
    pub base_url: String,
    /// The token before it is good until then, milliseconds since 1970-01-01 UTC.
    pub previous_until_ms: Option<i64>,
    /// It ends then, where that is soon.
    pub expires_ms: Option<i64>,
}

/// The fields of the form for a program's key, as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramFields {
    /// The workspace's name for the program.
    pub name: String,
    /// Stored name of the environment.
    pub environment: String,
    /// Id of the member it is for; empty: none.
    pub member: String,
    /// Id of the team it is for; empty: none.
    pub team: String,
    /// Aliases, with commas between; empty: all.
    pub models: String,
    /// Networks, with commas between; empty: anywhere.
    pub networks: String,
    /// Its last day, as a date field gives it; empty: none.
    pub expires: String,
    /// US dollars a month; empty: no cap of its own.
    pub usd: String,
    /// Questions a minute; empty: no limit of its own.
    pub requests: String,
}

impl ProgramFields {
    /// Whether anything beside name and environment was typed.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        let all = [
            &self.member,
            &self.team,
            &self.models,
            &self.networks,
            &self.expires,
            &self.usd,
            &self.requests,
        ];
        all.into_iter().any(|field| !field.is_empty())
    }
}

/// The platform host's first page, in development and demo mode.
#[derive(Clone, Debug, Default)]
pub struct LandingView {
    /// The product's or the operator's name; this page is the operator's own.
    pub title: String,
    /// Demo workspaces.
    pub workspaces: Vec<LandingWorkspace>,
}

/// A demo workspace to look at.
#[derive(Clone, Debug)]
pub struct LandingWorkspace {
    /// Its name.
    pub name: String,
    /// Its address, with scheme.
    pub url: String,
    /// One or two letters.
    pub mark: String,
    /// Its colour, `#rrggbb`.
    pub colour: String,
    /// Its colour for text on `colour`, `#rrggbb`.
    pub on_colour: String,
    /// People to sign in as.
    pub people: Vec<LandingPerson>,
}

/// Somebody to sign in as with one press.
#[derive(Clone, Debug)]
pub struct LandingPerson {
    /// Display name.
    pub name: String,
    /// Role in words.
    pub role: String,
    /// Sign-in address.
    pub email: String,
    /// Where the one-press form posts to; carries all it needs.
    pub action: String,
}

impl Visit {
    /// The workspace, where this is one.
    #[must_use]
    pub const fn workspace(&self) -> Option<&Workspace> {
        match &self.place {
            Place::Workspace(workspace) => Some(workspace),
            Place::Platform(_) => None,
        }
    }

    /// The person signed in.
    #[must_use]
    pub fn caller(&self) -> Option<&Caller> {
        self.workspace()?.caller.as_ref()
    }

    /// The platform's own host, where this is it.
    #[must_use]
    pub const fn platform(&self) -> Option<&Platform> {
        match &self.place {
            Place::Workspace(_) => None,
            Place::Platform(platform) => Some(platform),
        }
    }

    /// `true` where the page at `path` is the chat, which needs scripts; all others are plain. Guests
    /// have no chat.
    #[must_use]
    pub fn is_chat(&self, path: &str) -> bool {
        let chat = path == "/" || path.starts_with("/c/");
        let chats = |place: &Workspace| {
            let member = place.caller.as_ref().filter(|it| it.stay().is_none());
            member.is_some() && !place.suspended
        };
        chat && self.workspace().is_some_and(chats)
    }
}
