//! One colour in, two complete sets of colours out, every pair proven for contrast.
//!
//! Hue and chroma come from the client; lightness is decided by contrast. Refuses to colour
//! states (ok, warn, bad) with the client's hue.

use super::colour::{NotAColour, Oklch, Rgb};

/// Least contrast of text.
pub(super) const TEXT_RATIO: f64 = 4.5;
/// Least contrast of a control's edge or a focus ring.
pub(super) const EDGE_RATIO: f64 = 3.0;

/// The colours of one workspace, for light and dark pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette {
    asked: Rgb,
    light: Theme,
    dark: Theme,
}

/// The colours of one mode. Field names are the names of the CSS properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Background of the main area.
    pub page: Rgb,
    /// Background of the sidebar.
    pub side: Rgb,
    /// Background of panels, fields, dialogs.
    pub card: Rgb,
    /// Hairlines; never the only cue.
    pub line: Rgb,
    /// Stronger hairlines; never the only cue.
    pub line_strong: Rgb,
    /// Edge of a control that nothing else marks: 3:1 on page, side and card.
    pub control: Rgb,
    /// Text.
    pub text: Rgb,
    /// Secondary text.
    pub muted: Rgb,
    /// The faintest text.
    pub faint: Rgb,
    /// The client's colour: primary buttons, links, the mark.
    pub brand: Rgb,
    /// Text on `brand` and `brand_hover`.
    pub on_brand: Rgb,
    /// `brand` under the pointer.
    pub brand_hover: Rgb,
    /// Own question, active place.
    pub tint: Rgb,
    /// The same, stronger.
    pub tint_strong: Rgb,
    /// Focus ring.
    pub focus: Rgb,
    /// Text of a good state.
    pub ok: Rgb,
    /// Text of a warning.
    pub warn: Rgb,
    /// Text of a failure.
    pub bad: Rgb,
    /// Background behind `ok`.
    pub ok_bg: Rgb,
    /// Background behind `warn`.
    pub warn_bg: Rgb,
    /// Background behind `bad`.
    pub bad_bg: Rgb,
    /// The large coloured surface: half of the sign-in page, the head of a mail.
    pub stage: Rgb,
    /// Text on `stage`.
    pub on_stage: Rgb,
}

/// The client's colour could not be used as it is in one mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// `true` for dark pages.
    pub dark: bool,
    /// What the client gave.
    pub asked: Rgb,
    /// What buttons and links use.
    pub used: Rgb,
}

impl Palette {
    /// Derives everything from `#rrggbb` (or `#rgb`).
    pub fn from_colour(hex: &str) -> Result<Self, NotAColour> {
        hex.parse().map(Self::from_rgb)
    }

    /// Derives everything from a colour; there is no colour this fails for.
    #[must_use]
    pub fn from_rgb(asked: Rgb) -> Self {
        Self::with_second(asked, None)
    }

    /// The same with a second colour for the large coloured surface.
    #[must_use]
    pub fn with_second(asked: Rgb, second: Option<Rgb>) -> Self {
        let client = Oklch::from(asked);
        let theme = |recipe| Theme::derive(recipe, asked, client).staged(recipe, second);
        Self {
            asked,
            light: theme(&LIGHT),
            dark: theme(&DARK),
        }
    }

    /// What the client gave.
    #[must_use]
    pub const fn asked(&self) -> Rgb {
        self.asked
    }

    /// Colours of light pages.
    #[must_use]
    pub const fn light(&self) -> &Theme {
        &self.light
    }

    /// Colours of dark pages.
    #[must_use]
    pub const fn dark(&self) -> &Theme {
        &self.dark
    }

    /// Page colour for the browser's chrome, light, `#rrggbb`.
    #[must_use]
    pub fn theme_light(&self) -> String {
        self.light.page.to_string()
    }

    /// Page colour for the browser's chrome, dark, `#rrggbb`.
    #[must_use]
    pub fn theme_dark(&self) -> String {
        self.dark.page.to_string()
    }

    /// Where the client's colour had to give way, for the admin to see old beside new.
    #[must_use]
    pub fn shifts(&self) -> Vec<Shift> {
        [(false, self.light.brand), (true, self.dark.brand)]
            .into_iter()
            .filter(|&(_, used)| used != self.asked)
            .map(|(dark, used)| Shift {
                dark,
                asked: self.asked,
                used,
            })
            .collect()
    }
}

/// The starting point of one mode: pairs of lightness and chroma, before contrast has its say.
struct Recipe {
    page: (f64, f64),
    side: (f64, f64),
    card: (f64, f64),
    line: (f64, f64),
    line_strong: (f64, f64),
    control: (f64, f64),
    text: (f64, f64),
    muted: (f64, f64),
    faint: (f64, f64),
    tint: (f64, f64),
    tint_strong: (f64, f64),
    on_brand: (f64, f64),
    /// Least lightness of the brand, and what its chroma is multiplied by.
    brand: (f64, f64),
    /// How the brand's lightness changes under the pointer, and how where there is no room.
    hover: (f64, f64),
    /// Lightness of a state's text and of its background.
    state: (f64, f64),
    /// Lightness towards which contrast grows: 0 on light grounds, 1 on dark ones.
    end: f64,
}

const LIGHT: Recipe = Recipe {
    page: (0.992, 0.003),
    side: (0.972, 0.006),
    card: (1.0, 0.0),
    line: (0.915, 0.008),
    line_strong: (0.86, 0.01),
    control: (0.66, 0.012),
    text: (0.22, 0.015),
    muted: (0.47, 0.015),
    faint: (0.52, 0.015),
    tint: (0.955, 0.022),
    tint_strong: (0.91, 0.04),
    on_brand: (0.99, 0.004),
    brand: (0.0, 1.0),
    hover: (-0.055, 0.07),
    state: (0.46, 0.96),
    end: 0.0,
};

const DARK: Recipe = Recipe {
    page: (0.175, 0.008),
    side: (0.15, 0.008),
    card: (0.205, 0.009),
    line: (0.27, 0.01),
    line_strong: (0.34, 0.012),
    control: (0.5, 0.014),
    text: (0.93, 0.008),
    muted: (0.72, 0.012),
    faint: (0.66, 0.012),
    tint: (0.245, 0.02),
    tint_strong: (0.31, 0.035),
    on_brand: (0.17, 0.02),
    brand: (0.74, 1.15),
    hover: (0.05, -0.06),
    state: (0.78, 0.27),
    end: 1.0,
};

/// Makes colours of the client's hue; a grey client gets grey neutrals.
#[derive(Clone, Copy)]
struct Dye {
    hue: f64,
    strength: f64,
}

impl Dye {
    fn new(client: Oklch) -> Self {
        Self {
            hue: client.hue,
            strength: (client.chroma / 0.06).min(1.0),
        }
    }

    fn tone(self, (lightness, chroma): (f64, f64)) -> Oklch {
        Oklch {
            lightness,
            chroma: chroma * self.strength,
            hue: self.hue,
        }
    }

    fn rgb(self, pair: (f64, f64)) -> Rgb {
        self.tone(pair).to_rgb()
    }
}

impl Theme {
    fn derive(recipe: &Recipe, asked: Rgb, client: Oklch) -> Self {
        let dye = Dye::new(client);
        let [page, side, card] = [recipe.page, recipe.side, recipe.card].map(|pair| dye.rgb(pair));
        let [tint, tint_strong] = [recipe.tint, recipe.tint_strong].map(|pair| dye.rgb(pair));
        let on_brand = dye.rgb(recipe.on_brand);
        let grounds = [page, side, card, tint];
        let strongest = [page, side, card, tint, tint_strong];
        let end = recipe.end;
        let mark = |pair, grounds: &[Rgb], ratio| contrasting(dye.tone(pair), end, grounds, ratio);
        let wanted = Oklch {
            lightness: client.lightness.max(recipe.brand.0),
            chroma: client.chroma * recipe.brand.1,
            ..client
        };
        let brand = kept_or(asked, wanted, end, &grounds, on_brand);
        let [ok, warn, bad] = states(recipe, &grounds);
        Self {
            page,
            side,
            card,
            line: dye.rgb(recipe.line),
            line_strong: dye.rgb(recipe.line_strong),
            control: mark(recipe.control, &grounds, EDGE_RATIO),
            text: mark(recipe.text, &strongest, TEXT_RATIO),
            muted: mark(recipe.muted, &strongest, TEXT_RATIO),
            faint: mark(recipe.faint, &grounds, TEXT_RATIO),
            brand,
            on_brand,
            brand_hover: hover(brand, recipe.hover, on_brand),
            tint,
            tint_strong,
            focus: brand,
            ok: ok.0,
            warn: warn.0,
            bad: bad.0,
            ok_bg: ok.1,
            warn_bg: warn.1,
            bad_bg: bad.1,
            stage: brand,
            on_stage: on_brand,
        }
    }

    /// Sets the large coloured surface. A bright one would glare at night: on dark pages it steps back
    /// to a deep tone of its hue.
    fn staged(mut self, recipe: &Recipe, second: Option<Rgb>) -> Self {
        let night = recipe.end > 0.5;
        match second {
            None if !night => {}
            None => (self.stage, self.on_stage) = (self.tint_strong, self.text),
            Some(second) => {
                let tone = Oklch::from(second);
                self.stage = if night {
                    Oklch {
                        lightness: recipe.tint_strong.0,
                        chroma: tone.chroma.min(0.06),
                        ..tone
                    }
                    .to_rgb()
                } else {
                    second
                };
                self.on_stage = readable_on(self.stage, [self.on_brand, self.text]);
            }
        }
        self
    }
}

/// The first of `tones` that can be read on `ground`; else white or black, one of which always can.
fn readable_on(ground: Rgb, tones: [Rgb; 2]) -> Rgb {
    let [white, black] = [255, 0].map(|it| Rgb {
        red: it,
        green: it,
        blue: it,
    });
    let mut tones = tones.into_iter().chain([white, black]);
    tones
        .find(|tone| tone.contrast(ground) >= TEXT_RATIO)
        .unwrap_or(white)
}

/// Good, warning, failure, each as text and background. Never the client's hue.
fn states(recipe: &Recipe, grounds: &[Rgb; 4]) -> [(Rgb, Rgb); 3] {
    let [page, side, card, tint] = *grounds;
    let (text, back) = recipe.state;
    [(150.0, 0.115), (75.0, 0.105), (27.0, 0.165)].map(|(hue, chroma)| {
        let background = Oklch {
            lightness: back,
            chroma: chroma * 0.28,
            hue,
        }
        .to_rgb();
        let tone = Oklch {
            lightness: text,
            chroma,
            hue,
        };
        let grounds = [page, side, card, tint, background];
        let colour = contrasting(tone, recipe.end, &grounds, TEXT_RATIO);
        (colour, background)
    })
}

/// The client's own colour where it passes as it is, else the nearest lightness that does.
fn kept_or(asked: Rgb, tone: Oklch, end: f64, grounds: &[Rgb; 4], on_brand: Rgb) -> Rgb {
    let [page, side, card, tint] = *grounds;
    let grounds = [page, side, card, tint, on_brand];
    let fits = grounds
        .iter()
        .all(|ground| asked.contrast(*ground) >= TEXT_RATIO);
    if fits {
        return asked;
    }
    // On dark pages `on_brand` is dark like the grounds, on light pages light like them, so going
    // towards `end` helps with all of them at once.
    contrasting(tone, end, &grounds, TEXT_RATIO)
}

/// `brand` a little further along; where there is no room, a little back.
fn hover(brand: Rgb, (along, back): (f64, f64), on_brand: Rgb) -> Rgb {
    let tone = Oklch::from(brand);
    let moved = |by: f64| {
        Oklch {
            lightness: tone.lightness + by,
            ..tone
        }
        .to_rgb()
    };
    let room = (0.12..=0.97).contains(&(tone.lightness + along));
    let candidate = if room { moved(along) } else { moved(back) };
    if candidate.contrast(on_brand) >= TEXT_RATIO {
        candidate
    } else {
        brand
    }
}

/// `tone`, moved towards lightness `end` (0 or 1) as little as gives `ratio` on every ground.
fn contrasting(tone: Oklch, end: f64, grounds: &[Rgb], ratio: f64) -> Rgb {
    let at = |lightness| Oklch { lightness, ..tone }.to_rgb();
    let fits = |colour: Rgb| {
        grounds
            .iter()
            .all(|ground| colour.contrast(*ground) >= ratio)
    };
    let start = at(tone.lightness);
    if fits(start) {
        return start;
    }
    let (mut near, mut far) = (tone.lightness, end);
    let mut best = at(end);
    for _ in 0..12 {
        let middle = f64::midpoint(near, far);
        let colour = at(middle);
        if fits(colour) {
            (best, far) = (colour, middle);
        } else {
            near = middle;
        }
    }
    best
}
