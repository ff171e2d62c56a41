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
    /// Address of the icon, on the workspace's own host; `None`: the letters on the colour.
    pub icon: Option<String>,
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
    /// Mail is sent in this name.
    pub sender_name: String,
    /// `true` for demo data: pages say so.
    pub demo: bool,
    /// Changes whenever anything of the above does.
    pub version: String,
}

/// What a page that is already open needs to follow a change of dress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandNow {
    /// As in [`BrandView`].
    pub version: String,
    /// As in [`BrandView`].
    pub css: String,
    /// As in [`BrandView`].
    pub name: String,
    /// As in [`BrandView`].
    pub mark: String,
    /// Heading of an empty chat.
    pub greeting: String,
    /// Address of the logo for light pages; empty: none.
    pub logo_light: String,
    /// Address of the logo for dark pages; empty: none.
    pub logo_dark: String,
    /// Page colours for the browser's chrome, light and dark.
    pub theme: [String; 2],
}

impl From<&BrandView> for BrandNow {
    fn from(brand: &BrandView) -> Self {
        let logo_light = brand.logo_light.clone().unwrap_or_default();
        Self {
            version: brand.version.clone(),
            css: brand.css.clone(),
            name: brand.name.clone(),
            mark: brand.mark.clone(),
            greeting: brand.greeting.clone(),
            logo_dark: brand
                .logo_dark
                .clone()
                .unwrap_or_else(|| logo_light.clone()),
            logo_light,
            theme: [brand.theme_light.clone(), brand.theme_dark.clone()],
        }
    }
}
