//! Pictures of the brand that are drawn here: icons for home screens and the picture of a shared link.
//!
//! Letters come from two small cuts of the interface's own type (SIL Open Font License, as in
//! `public/fonts/OFL.txt`). A letter that neither has is left out; the colour stays.

use super::colour::Rgb;
use super::palette::Palette;
use ab_glyph::{Font as _, FontRef, GlyphId, PxScale, ScaleFont as _, point};
use image::imageops::{FilterType, overlay};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use std::io::Cursor;

static LATIN: &[u8] = include_bytes!("mark.ttf");
static MORE: &[u8] = include_bytes!("mark-ext.ttf");

/// Sides of the icons that browsers ask for, in pixels.
pub const ICON_SIDES: [u32; 3] = [180, 192, 512];
/// The picture of a shared link, in pixels.
const SOCIAL: (u32, u32) = (1_200, 630);

/// An icon of `side` pixels: the picture on white, or the letters on the client's colour. It fills the
/// square, so that every system may cut its own corners.
#[must_use]
pub fn icon_png(mark: &str, palette: &Palette, picture: Option<&[u8]>, side: u32) -> Vec<u8> {
    let theme = palette.light();
    if let Some(picture) = picture.and_then(read) {
        let mut canvas = filled(side, side, theme.card);
        // The outer tenth may be cut off.
        place(&mut canvas, &picture, (side * 4 / 5, side * 4 / 5));
        return png(canvas);
    }
    let mut canvas = filled(side, side, theme.brand);
    let room = length(side) * 0.62;
    write(&mut canvas, mark, theme.on_brand, (room, room * 0.92));
    png(canvas)
}

/// What others show of a link: the name, or the logo, on the large coloured surface.
#[must_use]
pub fn social_png(name: &str, palette: &Palette, logo: Option<&[u8]>) -> Vec<u8> {
    let theme = palette.light();
    let (width, height) = SOCIAL;
    let Some(logo) = logo.and_then(read) else {
        let mut canvas = filled(width, height, theme.stage);
        write(
            &mut canvas,
            name,
            theme.on_stage,
            (length(width) * 0.8, 120.0),
        );
        return png(canvas);
    };
    let mut canvas = filled(width, height, theme.card);
    place(&mut canvas, &logo, (width * 7 / 10, height / 2));
    for x in 0..width {
        for y in height - 24..height {
            canvas.put_pixel(x, y, rgba(theme.stage));
        }
    }
    png(canvas)
}

/// Pictures come from our own storage, where they were written by us.
fn read(bytes: &[u8]) -> Option<DynamicImage> {
    image::load_from_memory_with_format(bytes, ImageFormat::Png).ok()
}

fn filled(width: u32, height: u32, colour: Rgb) -> RgbaImage {
    RgbaImage::from_pixel(width, height, rgba(colour))
}

const fn rgba(colour: Rgb) -> Rgba<u8> {
    Rgba([colour.red, colour.green, colour.blue, 255])
}

/// Puts `picture` in the middle, as large as fits.
fn place(canvas: &mut RgbaImage, picture: &DynamicImage, (width, height): (u32, u32)) {
    let fitting = picture.resize(width, height, FilterType::CatmullRom);
    let x = (canvas.width().saturating_sub(fitting.width())) / 2;
    let y = (canvas.height().saturating_sub(fitting.height())) / 2;
    overlay(canvas, &fitting.to_rgba8(), i64::from(x), i64::from(y));
}

/// Writes `text` in the middle, as large as fits, at most `room` wide and high.
fn write(canvas: &mut RgbaImage, text: &str, colour: Rgb, (width, height): (f32, f32)) {
    let fonts: Vec<FontRef<'_>> = [LATIN, MORE]
        .into_iter()
        .filter_map(|font| FontRef::try_from_slice(font).ok())
        .collect();
    let known = |letter: char| {
        let glyphs = fonts.iter().map(|font| (font, font.glyph_id(letter)));
        let mut found = glyphs.filter(|(_, id)| *id != GlyphId(0));
        found.next()
    };
    let letters: Vec<_> = text.chars().filter_map(known).collect();
    let wide = |scale: PxScale| -> f32 {
        let advance = |(font, id): &(&FontRef<'_>, GlyphId)| font.as_scaled(scale).h_advance(*id);
        letters.iter().map(advance).sum()
    };
    let full = wide(PxScale::from(height));
    if full <= 0.0 {
        return;
    }
    let scale = PxScale::from(height * (width / full).min(1.0));
    let mut x = (length(canvas.width()) - wide(scale)) / 2.0;
    for (font, id) in &letters {
        let scaled = font.as_scaled(scale);
        // Capitals stand in the middle: they are about 0.73 of what the type measures from line to line.
        let capital = scale.y * 0.73 * font.units_per_em().unwrap_or(1.0) / font.height_unscaled();
        let baseline = f32::midpoint(length(canvas.height()), capital);
        let glyph = id.with_scale_and_position(scale, point(x, baseline));
        if let Some(outline) = font.outline_glyph(glyph) {
            let corner = outline.px_bounds().min;
            outline.draw(|dx, dy, cover| {
                mix(
                    canvas,
                    (corner.x + length(dx), corner.y + length(dy)),
                    colour,
                    cover,
                );
            });
        }
        x += scaled.h_advance(*id);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places outside the picture are left out before, and a mix of two bytes is one"
)]
fn mix(canvas: &mut RgbaImage, (x, y): (f32, f32), colour: Rgb, cover: f32) {
    if x < 0.0 || y < 0.0 || x >= length(canvas.width()) || y >= length(canvas.height()) {
        return;
    }
    let pixel = canvas.get_pixel_mut(x as u32, y as u32);
    let cover = cover.clamp(0.0, 1.0);
    for (under, over) in pixel
        .0
        .iter_mut()
        .zip([colour.red, colour.green, colour.blue])
    {
        let mixed = f32::from(*under) * (1.0 - cover) + f32::from(over) * cover;
        *under = mixed.round().clamp(0.0, 255.0) as u8;
    }
}

/// Pictures have far fewer pixels than an `f32` counts exactly.
#[expect(clippy::cast_precision_loss, reason = "at most some thousands")]
const fn length(pixels: u32) -> f32 {
    pixels as f32
}

/// Without metadata. Writing to memory cannot fail; were it to, nothing would be sent.
fn png(canvas: RgbaImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let flat = DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(canvas).to_rgb8());
    if flat
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
        .is_err()
    {
        bytes.clear();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{icon_png, social_png};
    use crate::brand::Palette;

    fn decoded(bytes: &[u8]) -> image::RgbImage {
        image::load_from_memory(bytes).unwrap().to_rgb8()
    }

    /// The share of pixels that are not the ground, and the box around them.
    fn ink(picture: &image::RgbImage) -> (f64, [u32; 4]) {
        let ground = *picture.get_pixel(0, 0);
        let (mut count, mut around) = (0, [u32::MAX, u32::MAX, 0, 0]);
        for (x, y, pixel) in picture.enumerate_pixels() {
            if *pixel != ground {
                count += 1;
                around = [
                    around[0].min(x),
                    around[1].min(y),
                    around[2].max(x),
                    around[3].max(y),
                ];
            }
        }
        let all = f64::from(picture.width() * picture.height());
        (f64::from(count) / all, around)
    }

    #[test]
    fn letters_stand_in_the_middle_and_fit() {
        let palette = Palette::from_colour("#006652").unwrap();
        for mark in ["N", "NL", "W", "Ł", "ÄÖ"] {
            let picture = decoded(&icon_png(mark, &palette, None, 180));
            assert_eq!(picture.dimensions(), (180, 180));
            let (share, [left, top, right, bottom]) = ink(&picture);
            assert!((0.03..0.5).contains(&share), "{mark}: {share}");
            assert!(
                left > 18 && right < 162 && top > 18 && bottom < 162,
                "{mark}"
            );
            assert!(left.abs_diff(180 - right) <= 14, "{mark}: {left} {right}");
            assert!(top.abs_diff(180 - bottom) <= 34, "{mark}: {top} {bottom}");
        }
        let (share, _) = ink(&decoded(&icon_png("漢", &palette, None, 192)));
        assert!(share < f64::EPSILON, "a letter that is not there");
    }

    #[test]
    fn a_picture_fills_the_icon_and_the_name_the_shared_one() {
        let palette = Palette::from_colour("#f2b705").unwrap();
        let mut logo = std::io::Cursor::new(Vec::new());
        let red = image::RgbaImage::from_pixel(40, 20, image::Rgba([255, 0, 0, 255]));
        red.write_to(&mut logo, image::ImageFormat::Png).unwrap();
        let icon = decoded(&icon_png("N", &palette, Some(logo.get_ref()), 180));
        assert_eq!(icon.get_pixel(90, 90).0, [255, 0, 0]);
        assert_eq!(icon.get_pixel(1, 1).0, [255, 255, 255]);
        for name in [
            "Nordwind",
            "A very long name of a client that goes on and on",
        ] {
            let shared = decoded(&social_png(name, &palette, None));
            assert_eq!(shared.dimensions(), (1200, 630));
            let (share, [left, _, right, _]) = ink(&shared);
            assert!(
                share > 0.005 && left >= 110 && right <= 1090,
                "{name}: {share}"
            );
        }
        let shown = decoded(&social_png("Nordwind", &palette, Some(logo.get_ref())));
        assert_eq!(shown.get_pixel(600, 315).0, [255, 0, 0]);
        let broken = icon_png("N", &palette, Some(b"no picture"), 180);
        assert_eq!(broken, icon_png("N", &palette, None, 180));
    }
}
