//! Colours as screens show them (sRGB, 8 bits) and as eyes order them (OKLCH), and the contrast
//! between two of them.
//!
//! Contrast is always taken from the 8-bit colour that is sent to the browser, never from the
//! value it was computed from.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

/// The 256 values of a channel without their encoding; contrast is asked for thousands of times.
static LINEAR: LazyLock<[f64; 256]> = LazyLock::new(|| {
    let mut table = [0.0; 256];
    for (channel, slot) in (0_u8..=255).zip(table.iter_mut()) {
        let value = f64::from(channel) / 255.0;
        *slot = if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        };
    }
    table
});

/// An opaque sRGB colour. Prints as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rgb {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
}

/// The text is not `#rrggbb` or `#rgb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a colour is written as # and six hexadecimal digits, for example #0e6b5c")]
pub struct NotAColour;

/// Perceived lightness 0..1, chroma from 0, hue in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Oklch {
    pub(super) lightness: f64,
    pub(super) chroma: f64,
    pub(super) hue: f64,
}

impl Rgb {
    /// WCAG 2.2 contrast ratio with `other`, 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Relative luminance as WCAG 2.2 defines it, 0 to 1.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn linear(self) -> [f64; 3] {
        [self.red, self.green, self.blue].map(|channel| LINEAR[usize::from(channel)])
    }
}

impl FromStr for Rgb {
    type Err = NotAColour;

    fn from_str(text: &str) -> Result<Self, NotAColour> {
        let digits = text.trim().strip_prefix('#').ok_or(NotAColour)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NotAColour);
        }
        let value = u32::from_str_radix(digits, 16).map_err(|_| NotAColour)?;
        let [_, red, green, blue] = match digits.len() {
            6 => value.to_be_bytes(),
            3 => {
                let [_, _, high, low] = value.to_be_bytes();
                [0, high * 17, (low >> 4) * 17, (low & 15) * 17]
            }
            _ => return Err(NotAColour),
        };
        Ok(Self { red, green, blue })
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

impl From<Rgb> for Oklch {
    fn from(colour: Rgb) -> Self {
        let [red, green, blue] = colour.linear();
        let long =
            (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
        let medium =
            (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
        let short =
            (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
        let lightness = 0.210_454_255_3 * long + 0.793_617_785 * medium - 0.004_072_046_8 * short;
        let a = 1.977_998_495_1 * long - 2.428_592_205 * medium + 0.450_593_709_9 * short;
        let b = 0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766 * short;
        Self {
            lightness,
            chroma: a.hypot(b),
            hue: b.atan2(a).to_degrees().rem_euclid(360.0),
        }
    }
}

impl Oklch {
    /// The nearest colour a screen can show: lightness and hue stay, chroma gives way.
    pub(super) fn to_rgb(self) -> Rgb {
        let lightness = self.lightness.clamp(0.0, 1.0);
        let linear = Self { lightness, ..self }.linear();
        if in_gamut(linear) {
            return quantise(linear);
        }
        let (mut low, mut high) = (0.0, self.chroma);
        for _ in 0..16 {
            let chroma = f64::midpoint(low, high);
            let within = in_gamut(
                Self {
                    lightness,
                    chroma,
                    ..self
                }
                .linear(),
            );
            if within {
                low = chroma;
            } else {
                high = chroma;
            }
        }
        quantise(
            Self {
                lightness,
                chroma: low,
                ..self
            }
            .linear(),
        )
    }

    fn linear(self) -> [f64; 3] {
        let (sin, cos) = self.hue.to_radians().sin_cos();
        let (a, b) = (self.chroma * cos, self.chroma * sin);
        let long = (self.lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let medium = (self.lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let short = (self.lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
        [
            4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
            -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
            -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701 * short,
        ]
    }
}

fn in_gamut(linear: [f64; 3]) -> bool {
    linear
        .iter()
        .all(|channel| (-0.000_5..=1.000_5).contains(channel))
}

fn quantise(linear: [f64; 3]) -> Rgb {
    let [red, green, blue] = linear.map(|channel| {
        let value = channel.clamp(0.0, 1.0);
        let encoded = if value <= 0.003_130_8 {
            value * 12.92
        } else {
            1.055 * value.powf(1.0 / 2.4) - 0.055
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the value is clamped to 0..=255 in this line"
        )]
        let byte = (encoded * 255.0).round().clamp(0.0, 255.0) as u8;
        byte
    });
    Rgb { red, green, blue }
}
