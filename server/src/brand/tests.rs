//! Contrast over random colours, hostile words.

use std::time::Instant;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::palette::{EDGE_RATIO, TEXT_RATIO};
use super::{Brand, Palette, Rgb, Theme, favicon, manifest};

/// Every promise about contrast, as (name, foreground, background, least ratio).
fn promises(theme: &Theme) -> Vec<(&'static str, Rgb, Rgb, f64)> {
    let mut list = Vec::new();
    let grounds = [theme.page, theme.side, theme.card, theme.tint];
    for ground in grounds {
        list.push(("text", theme.text, ground, TEXT_RATIO));
        list.push(("muted", theme.muted, ground, TEXT_RATIO));
        list.push(("faint", theme.faint, ground, TEXT_RATIO));
        list.push(("brand as text", theme.brand, ground, TEXT_RATIO));
        list.push(("ok", theme.ok, ground, TEXT_RATIO));
        list.push(("warn", theme.warn, ground, TEXT_RATIO));
        list.push(("bad", theme.bad, ground, TEXT_RATIO));
        list.push(("focus", theme.focus, ground, EDGE_RATIO));
        list.push(("control", theme.control, ground, EDGE_RATIO));
    }
    list.push(("text", theme.text, theme.tint_strong, TEXT_RATIO));
    list.push(("muted", theme.muted, theme.tint_strong, TEXT_RATIO));
    list.push(("on brand", theme.on_brand, theme.brand, TEXT_RATIO));
    list.push(("on hover", theme.on_brand, theme.brand_hover, TEXT_RATIO));
    list.push(("ok on its own", theme.ok, theme.ok_bg, TEXT_RATIO));
    list.push(("warn on its own", theme.warn, theme.warn_bg, TEXT_RATIO));
    list.push(("bad on its own", theme.bad, theme.bad_bg, TEXT_RATIO));
    list
}

fn assert_promises(colour: Rgb) {
    let palette = Palette::from_rgb(colour);
    for (mode, theme) in [("light", palette.light()), ("dark", palette.dark())] {
        for (name, front, back, least) in promises(theme) {
            let ratio = front.contrast(back);
            assert!(
                ratio >= least,
                "{colour} {mode}: {name} {front} on {back} is {ratio:.3}, needs {least}"
            );
        }
    }
}

#[test]
fn contrast_matches_published_figures() {
    let [white, black, grey] = ["#ffffff", "#000", "#767676"].map(|it| it.parse::<Rgb>().unwrap());
    assert!((white.contrast(black) - 21.0).abs() < 1e-9);
    assert!((white.contrast(grey) - 4.54).abs() < 0.005);
    assert!((grey.contrast(grey) - 1.0).abs() < 1e-9);
}

#[test]
fn every_colour_gives_readable_pages() {
    let begun = Instant::now();
    let mut random = StdRng::seed_from_u64(7);
    for _ in 0..10_000 {
        let [red, green, blue] = random.random();
        assert_promises(Rgb { red, green, blue });
    }
    for grey in 0..=255 {
        assert_promises(Rgb {
            red: grey,
            green: grey,
            blue: grey,
        });
    }
    let corners = [0, 1, 127, 254, 255];
    for red in corners {
        for green in corners {
            for blue in corners {
                assert_promises(Rgb { red, green, blue });
            }
        }
    }
    println!("palettes proven in {:?}", begun.elapsed());
}

#[test]
fn a_colour_that_works_is_kept_and_one_that_does_not_is_reported() {
    let green = Palette::from_colour("#0e6b5c").unwrap();
    assert_eq!(green.light().brand.to_string(), "#0e6b5c");
    assert!(green.shifts().iter().all(|shift| shift.dark));

    let yellow = Palette::from_colour("#ffdd00").unwrap();
    assert_eq!(yellow.dark().brand.to_string(), "#ffdd00");
    let shifts = yellow.shifts();
    assert_eq!(shifts.len(), 1);
    assert!(!shifts[0].dark);
    assert_ne!(shifts[0].used, shifts[0].asked);
}

#[test]
fn states_do_not_take_the_clients_hue() {
    let red = Palette::from_colour("#d0021b").unwrap();
    let blue = Palette::from_colour("#0021d0").unwrap();
    assert_eq!(red.light().bad_bg, blue.light().bad_bg);
    assert_eq!(red.light().ok_bg, blue.light().ok_bg);
    let Rgb {
        red: r,
        green: g,
        blue: b,
    } = red.light().ok;
    assert!(g > r && g > b, "ok is green for a red client");
}

#[test]
fn grey_clients_get_grey_pages() {
    let tint = Palette::from_colour("#888888").unwrap().light().tint;
    assert!(tint.red.abs_diff(tint.blue) <= 2, "{tint}");
}

#[test]
fn css_names_every_property_for_both_modes_and_cannot_leave_its_element() {
    let css = Palette::from_colour("#7a2cc9").unwrap().css();
    for name in [
        "page",
        "side",
        "card",
        "line",
        "line-strong",
        "control",
        "text",
        "muted",
        "faint",
        "brand",
        "on-brand",
        "brand-hover",
        "tint",
        "tint-strong",
        "focus",
        "ok",
        "warn",
        "bad",
        "ok-bg",
        "warn-bg",
        "bad-bg",
    ] {
        assert_eq!(css.matches(&format!("--{name}:#")).count(), 3, "{name}");
    }
    assert!(!css.contains('<') && !css.contains("url("));
    assert_eq!(css.matches('{').count(), css.matches('}').count());
}

#[test]
fn colours_are_read_strictly() {
    for text in [
        "", "#", "#12", "#1234", "#12345g", "red", "#+12345", "#1234567", "123456",
    ] {
        assert!(Palette::from_colour(text).is_err(), "{text:?}");
    }
    assert_eq!("#0aF".parse::<Rgb>().unwrap().to_string(), "#00aaff");
}

#[test]
fn the_icon_escapes_its_mark() {
    let palette = Palette::from_colour("#0e6b5c").unwrap();
    let svg = favicon("<\"&\u{7}", &palette);
    assert!(svg.contains(">&lt;&quot;&amp;</text>"));
    assert_eq!(svg.matches('<').count(), 5);
    let value = manifest("Nordwind \"North\"", &palette, "v1");
    assert_eq!(value["name"], "Nordwind \"North\"");
    assert_eq!(value["icons"][0]["src"], "/favicon.svg?v1");
    assert_eq!(value["icons"][3]["src"], "/icon-512.png?v1");
}

#[test]
fn all_problems_of_a_brand_are_told_at_once() {
    assert_eq!(Brand::default().problems(), []);
    let bad = Brand {
        colour: "red;}".into(),
        mark: "ABC".into(),
        sign_in_title: "a".repeat(81),
        tagline: "two\nlines".into(),
        greeting: "back\u{202e}wards".into(),
        starters: vec![
            String::new(),
            "a".into(),
            "b".into(),
            "c".into(),
            "d".into(),
        ],
        privacy_url: Some("javascript:alert(1)".into()),
        terms_url: Some("http://plain.example".into()),
        support_email: Some("nobody".into()),
        logo_light: Some("../../etc".into()),
        ..Brand::default()
    };
    let fields: Vec<_> = bad.problems().iter().map(|it| it.field).collect();
    for field in [
        "colour",
        "mark",
        "sign_in_title",
        "tagline",
        "greeting",
        "starters",
        "privacy_url",
        "terms_url",
        "support_email",
        "logo_light",
    ] {
        assert!(fields.contains(&field), "{field} in {fields:?}");
    }
    assert!(!fields.contains(&"payer"));
    for url in [
        "https://a b.example",
        "https://user@a.example",
        "https://",
        "//a.example",
    ] {
        let brand = Brand {
            privacy_url: Some(url.into()),
            ..Brand::default()
        };
        assert_eq!(brand.problems().len(), 1, "{url}");
    }
}

#[test]
fn the_view_is_complete_and_a_spoiled_document_still_gives_a_page() {
    let brand: Brand = serde_json::from_str(r##"{"colour":"#0e6b5c","mark":"N"}"##).unwrap();
    let view = brand.view("Nordwind", true);
    assert_eq!((view.mark.as_str(), view.payer.as_str()), ("N", "Nordwind"));
    assert!(view.css.contains("--brand:#0e6b5c") && view.demo);
    assert_eq!(view.theme_light.len(), 7);

    let spoiled = Brand {
        colour: "</style>".into(),
        logo_light: Some("x".into()),
        ..brand
    };
    let view = spoiled.view("élan", false);
    assert!(!view.css.contains('<'));
    assert_eq!(view.logo_light, None);
    let unmarked = Brand {
        mark: String::new(),
        ..spoiled
    };
    assert_eq!(unmarked.view("élan", false).mark, "É");
}
