//! Between a brand and the fields of a form.

use super::Brand;
use contract::branding::BrandFields;

/// What stands in the fields of `brand`.
#[must_use]
pub fn fields_of(brand: &Brand) -> BrandFields {
    let mut fields = BrandFields::default();
    for (name, text) in [
        ("name", &brand.name),
        ("mark", &brand.mark),
        ("colour", &brand.colour),
        ("second_colour", &brand.second_colour),
        ("corners", &brand.corners),
        ("sign_in_title", &brand.sign_in_title),
        ("sign_in_text", &brand.sign_in_text),
        ("tagline", &brand.tagline),
        ("tagline_detail", &brand.tagline_detail),
        ("greeting", &brand.greeting),
        ("payer", &brand.payer),
        ("sender_name", &brand.sender_name),
    ] {
        fields.set(name, text.clone());
    }
    fields.set("starters", brand.starters.join("\n"));
    for (name, text) in [
        ("privacy_url", &brand.privacy_url),
        ("terms_url", &brand.terms_url),
        ("support_email", &brand.support_email),
        ("logo_light", &brand.logo_light),
        ("logo_dark", &brand.logo_dark),
        ("icon", &brand.icon),
    ] {
        fields.set(name, text.clone().unwrap_or_default());
    }
    fields
}

/// The brand that the fields describe. It may have problems: [`Brand::problems`].
#[must_use]
pub fn brand_of(fields: &BrandFields) -> Brand {
    let text = |name| fields.get(name).trim().to_owned();
    let some = |name| Some(text(name)).filter(|text| !text.is_empty());
    let lines = fields.get("starters").lines().map(str::trim);
    Brand {
        name: text("name"),
        colour: text("colour").to_ascii_lowercase(),
        second_colour: text("second_colour").to_ascii_lowercase(),
        corners: text("corners"),
        mark: text("mark"),
        sign_in_title: text("sign_in_title"),
        sign_in_text: text("sign_in_text"),
        tagline: text("tagline"),
        tagline_detail: text("tagline_detail"),
        greeting: text("greeting"),
        starters: lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect(),
        privacy_url: some("privacy_url"),
        terms_url: some("terms_url"),
        support_email: some("support_email"),
        payer: text("payer"),
        sender_name: text("sender_name"),
        logo_light: some("logo_light"),
        logo_dark: some("logo_dark"),
        icon: some("icon"),
    }
}

#[cfg(test)]
mod tests {
    use super::{brand_of, fields_of};
    use contract::branding::{BRAND_FIELDS, BrandFields};

    #[test]
    fn every_field_comes_back() {
        let mut typed = BrandFields::default();
        for field in BRAND_FIELDS {
            typed.set(field.name, format!("what is in {}", field.name));
        }
        typed.set("starters", "One\nTwo");
        assert_eq!(fields_of(&brand_of(&typed)), typed);
        let sparse = BrandFields::default();
        assert_eq!(brand_of(&sparse), super::Brand::default());
    }
}
