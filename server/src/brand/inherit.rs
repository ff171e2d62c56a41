//! What a workspace wears: its own look, and its agency's where it says nothing.
//!
//! Refuses to pass on names, marks and pictures: they say whose place it is.

use super::Brand;
use serde_json::Value;

impl Brand {
    /// This look, with `agency`'s wherever a field is empty.
    #[must_use]
    pub fn over(&self, agency: &Self) -> Self {
        let text = |own: &String, theirs: &String| {
            let kept = if own.trim().is_empty() { theirs } else { own };
            kept.clone()
        };
        let or =
            |own: &Option<String>, theirs: &Option<String>| own.clone().or_else(|| theirs.clone());
        Self {
            colour: text(&self.colour, &agency.colour),
            second_colour: self.second_over(agency),
            corners: text(&self.corners, &agency.corners),
            sign_in_title: text(&self.sign_in_title, &agency.sign_in_title),
            sign_in_text: text(&self.sign_in_text, &agency.sign_in_text),
            tagline: text(&self.tagline, &agency.tagline),
            tagline_detail: text(&self.tagline_detail, &agency.tagline_detail),
            greeting: text(&self.greeting, &agency.greeting),
            starters: if self.starters.is_empty() {
                agency.starters.clone()
            } else {
                self.starters.clone()
            },
            privacy_url: or(&self.privacy_url, &agency.privacy_url),
            terms_url: or(&self.terms_url, &agency.terms_url),
            support_email: or(&self.support_email, &agency.support_email),
            sender_name: text(&self.sender_name, &agency.sender_name),
            ..self.clone()
        }
    }

    /// A workspace with a colour of its own does not wear the agency's second one beside it: the two were
    /// never chosen together.
    fn second_over(&self, agency: &Self) -> String {
        if self.second_colour.is_empty() && self.colour.is_empty() {
            return agency.second_colour.clone();
        }
        self.second_colour.clone()
    }
}

/// The look of a workspace, from what is stored of it and of its agency. What cannot be read any more
/// falls back to neutral dress instead of no workspace.
#[must_use]
pub fn worn(own: &Value, agency: Option<&Value>) -> Brand {
    let read =
        |stored: &Value| -> Brand { serde_json::from_value(stored.clone()).unwrap_or_default() };
    match agency {
        Some(agency) => read(own).over(&read(agency)),
        None => read(own),
    }
}

#[cfg(test)]
mod tests {
    use super::worn;
    use serde_json::json;

    #[test]
    fn what_is_set_stays_and_the_rest_is_the_agencys() {
        let agency = json!({
            "colour": "#112233", "second_colour": "#445566", "tagline": "Theirs", "name": "Agency",
            "mark": "A", "logo_light": "00", "starters": ["One"], "support_email": "help@agency.example",
        });
        let own = json!({ "tagline": "Ours", "starters": [], "greeting": "  " });
        let brand = worn(&own, Some(&agency));
        assert_eq!(brand.tagline, "Ours");
        assert_eq!(
            (brand.colour.as_str(), brand.second_colour.as_str()),
            ("#112233", "#445566")
        );
        assert_eq!(brand.starters, ["One"]);
        assert_eq!(brand.support_email.as_deref(), Some("help@agency.example"));
        assert_eq!(
            (brand.name.as_str(), brand.mark.as_str(), brand.logo_light),
            ("", "", None)
        );
        let coloured = worn(&json!({ "colour": "#ff0000" }), Some(&agency));
        assert_eq!(coloured.second_colour, "", "no mix of two houses' colours");
        assert_eq!(
            worn(&json!(7), Some(&json!("nonsense"))),
            super::Brand::default()
        );
    }
}
