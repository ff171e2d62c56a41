//! The proof of contrast in words and figures: for every place where a client's colour is used, what was
//! asked for, what is used, and by how much either stands out.

use super::Brand;
use super::colour::Rgb;
use super::palette::{TEXT_RATIO, Theme};
use contract::branding::ContrastLine;

/// Every promise that depends on the client's colours, kept.
#[must_use]
pub fn contrast_report(brand: &Brand) -> Vec<ContrastLine> {
    let palette = brand.palette();
    let asked = palette.asked();
    let second = brand.second_colour.parse().unwrap_or(asked);
    let mut lines = Vec::with_capacity(6);
    for (mode, theme) in [("light", palette.light()), ("dark", palette.dark())] {
        let ground = hardest(theme, asked);
        lines.push(line(
            format!("Links and marks, {mode}"),
            asked,
            theme.brand,
            ground,
        ));
        lines.push(line(
            format!("Text on buttons, {mode}"),
            asked,
            theme.brand,
            theme.on_brand,
        ));
        let stage = format!("Text on the coloured half of sign-in, {mode}");
        lines.push(line(stage, second, theme.stage, theme.on_stage));
    }
    lines
}

/// The ground that `colour` stands out from least.
fn hardest(theme: &Theme, colour: Rgb) -> Rgb {
    let grounds = [theme.side, theme.card, theme.tint];
    grounds.into_iter().fold(theme.page, |hardest, ground| {
        if colour.contrast(ground) < colour.contrast(hardest) {
            ground
        } else {
            hardest
        }
    })
}

fn line(place: String, asked: Rgb, used: Rgb, against: Rgb) -> ContrastLine {
    // Cut, not rounded: 4.499 is not 4.5.
    let figure = |ratio: f64| format!("{:.2}", (ratio * 100.0).floor() / 100.0);
    ContrastLine {
        place,
        asked: asked.to_string(),
        used: used.to_string(),
        against: against.to_string(),
        ratio_asked: figure(asked.contrast(against)),
        ratio_used: figure(used.contrast(against)),
        least: TEXT_RATIO.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::contrast_report;
    use crate::brand::Brand;

    #[test]
    fn what_is_used_can_be_read_and_a_shift_is_told() {
        for colour in ["#f2b705", "#0b0b0d", "#ffffff", "#006652", "#ff00ff", ""] {
            for second_colour in ["", "#f2b705", "#0b0b0d", "#777777"] {
                let brand = Brand {
                    colour: colour.to_owned(),
                    second_colour: second_colour.to_owned(),
                    ..Brand::default()
                };
                let lines = contrast_report(&brand);
                for line in &lines {
                    let used: f64 = line.ratio_used.parse().unwrap();
                    assert!(used >= 4.5, "{colour} {second_colour} {line:?}");
                }
            }
        }
        let yellow = Brand {
            colour: "#f2b705".to_owned(),
            ..Brand::default()
        };
        let lines = contrast_report(&yellow);
        let links = &lines[0];
        assert!(links.is_shifted(), "{links:?}");
        assert!(links.ratio_asked.parse::<f64>().unwrap() < 4.5, "{links:?}");
        let green = Brand {
            colour: "#006652".to_owned(),
            ..Brand::default()
        };
        assert!(!contrast_report(&green)[0].is_shifted());
    }
}
