//! What a workspace looks like to the people in it.

use serde::{Deserialize, Serialize};

/// Everything a page needs to carry the client's name and colours and nobody else's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandView {
    /// The client's name, used as page title and heading.
    pub name: String,
    /// One or two letters for the square mark where there is no logo.
    pub mark: String,
    /// Address of the logo for light pages, on the workspace's own host.
    pub logo_light: Option<String>,
    /// Address of the logo for dark pages; the light one is used where this is missing.
    pub logo_dark: Option<String>,
    /// CSS custom properties for light and dark, proven for contrast. Contains no `<`.
    pub css: String,
    /// Page colour as `#rrggbb` for the browser's chrome, light.
    pub theme_light: String,
    /// The same, dark.
    pub theme_dark: String,
    /// Heading above the sign-in form, e.g. "Welcome back".
    pub sign_in_title: String,
    /// The line below it, e.g. "Sign in with your Nordwind account."
    pub sign_in_text: String,
    /// One sentence on the coloured half of the sign-in page.
    pub tagline: String,
    /// One or two more sentences below it.
    pub tagline_detail: String,
    /// Heading of an empty chat.
    pub greeting: String,
    /// Questions offered in an empty chat; at most four.
    pub starters: Vec<String>,
    /// The client's privacy notice (https).
    pub privacy_url: Option<String>,
    /// The client's terms (https).
    pub terms_url: Option<String>,
    /// Where members get help: an e-mail address.
    pub support_email: Option<String>,
    /// Short name of the account that pays, as in "Answered on Nordwind's own key".
    pub payer: String,
    /// `true` for demo data: pages say so.
    pub demo: bool,
}
