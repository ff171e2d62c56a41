//! An invitation as it would look, for whoever dresses the workspace. Nobody is invited by it.

use super::dress::{self, Dress, Light};
use super::write_letter::{self, Invited};
use crate::brand::Brand;

/// The document, by day or by night; its style text carries `nonce`.
#[must_use]
pub fn sample_invitation(
    brand: &Brand,
    name: &str,
    origin: &str,
    dark: bool,
    nonce: &str,
) -> String {
    let words = write_letter::invitation(
        name,
        Invited {
            by: "Anna Muster",
            role: "as a member",
            link: format!("{origin}/invite/…"),
            until: "in seven days",
        },
    );
    let look = Dress {
        brand,
        name,
        origin: Some(origin),
    };
    dress::html(&words, look, Light::Fixed { dark }, nonce)
}

#[cfg(test)]
mod tests {
    use super::sample_invitation;
    use crate::brand::Brand;

    #[test]
    fn what_people_wrote_stays_text_and_nothing_comes_from_elsewhere() {
        let brand = Brand {
            mark: "<b>".to_owned(),
            logo_light: Some("../../evil".to_owned()),
            privacy_url: Some("https://a.example/\"><script>".to_owned()),
            support_email: Some("a@b.example".to_owned()),
            ..Brand::default()
        };
        let name = "Eve</style><script>alert(1)</script>";
        let html = sample_invitation(&brand, name, "https://ai.a.example", false, "n");
        let lower = html.to_lowercase();
        assert!(
            !lower.contains("<script") && !lower.contains("<img"),
            "{html}"
        );
        assert_eq!(lower.matches("</style>").count(), 1, "{html}");
        assert!(
            !html.contains(" style="),
            "the preview's policy allows none"
        );
        assert!(html.contains("<style nonce=\"n\">"));
        assert!(html.contains("https://ai.a.example/invite/"));
    }

    #[test]
    fn a_logo_is_the_workspaces_own() {
        let sha = "ab".repeat(32);
        let brand = Brand {
            logo_light: Some(sha.clone()),
            ..Brand::default()
        };
        let html = sample_invitation(&brand, "Nordwind", "https://ai.a.example", true, "");
        let address = format!("src=\"https://ai.a.example/brand/{sha}.png\"");
        assert_eq!(html.matches(&address).count(), 2, "{html}");
        assert_eq!(html.matches("src=").count(), 2);
    }
}
