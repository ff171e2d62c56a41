//! Uploaded logos: decoded under hard limits and written anew, so that nothing of the original
//! file but its pixels is ever served.
//!
//! Refuses SVG (it can carry script), animations, and files that are larger in bytes or pixels
//! than a logo needs to be.

use std::fmt::Write;
use std::io::Cursor;

use contract::{Said, said};
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, Limits};
use sha2::{Digest, Sha256};

/// Largest upload, in bytes.
pub const LOGO_MAX_BYTES: usize = 1024 * 1024;
/// Largest width and height of an upload, in pixels.
pub const LOGO_MAX_SIDE: u32 = 4096;
/// Most pixels of an upload.
pub const LOGO_MAX_PIXELS: u64 = 8_000_000;
/// Width and height the stored logo fits into, in pixels: sharp at the largest place it is shown.
const STORED_SIDE: u32 = 1024;
/// Most memory a decoder may take, in bytes.
const DECODER_MAX_BYTES: u64 = 96 * 1024 * 1024;

/// A logo that may be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// Always `image/png`.
    pub content_type: &'static str,
    /// The PNG, without metadata.
    pub bytes: Vec<u8>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// SHA-256 of `bytes`, lower-case hex; names the logo in its address.
    pub sha256: String,
}

/// Why a file cannot be a logo, in words for the person who uploaded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoProblem {
    /// More than [`LOGO_MAX_BYTES`].
    TooManyBytes,
    /// More than [`LOGO_MAX_SIDE`] or [`LOGO_MAX_PIXELS`].
    TooManyPixels,
    /// SVG or another text document.
    Svg,
    /// Neither PNG nor JPEG nor WebP.
    UnknownFormat,
    /// APNG or animated WebP.
    Animated,
    /// Cut short or broken.
    Damaged,
}

impl LogoProblem {
    /// The same for people, in their language.
    #[must_use]
    pub const fn said(self) -> Said {
        match self {
            Self::TooManyBytes => {
                said!("The file is larger than 1 MB. Export the logo smaller and try again.")
            }
            Self::TooManyPixels => {
                said!("The picture has too many pixels. 1024 pixels on the longer side are enough.")
            }
            Self::Svg => {
                said!("SVG files can carry script and are not accepted. Export the logo as PNG.")
            }
            Self::UnknownFormat => said!("This is not a PNG, JPEG or WebP picture."),
            Self::Animated => said!("The picture is animated. Export a single frame as PNG."),
            Self::Damaged => said!("The picture is damaged. Export it again."),
        }
    }
}

impl std::error::Error for LogoProblem {}

impl std::fmt::Display for LogoProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.said().fmt(f)
    }
}

/// Checks and rewrites an uploaded logo.
///
/// Takes up to some hundred milliseconds of computing: call it on a blocking thread.
pub fn accept_logo(bytes: &[u8]) -> Result<Logo, LogoProblem> {
    if bytes.len() > LOGO_MAX_BYTES {
        return Err(LogoProblem::TooManyBytes);
    }
    let picture = decode(bytes)?;
    let picture = if picture.width() > STORED_SIDE || picture.height() > STORED_SIDE {
        picture.resize(STORED_SIDE, STORED_SIDE, FilterType::Triangle)
    } else {
        picture
    };
    encode(&picture)
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, LogoProblem> {
    let source = Cursor::new(bytes);
    match sniff(bytes)? {
        ImageFormat::Png => {
            let decoder = PngDecoder::with_limits(source, limits()).map_err(problem)?;
            if decoder.is_apng().map_err(problem)? {
                return Err(LogoProblem::Animated);
            }
            read(decoder)
        }
        ImageFormat::WebP => {
            let decoder = WebPDecoder::new(source).map_err(problem)?;
            if decoder.has_animation() {
                return Err(LogoProblem::Animated);
            }
            read(decoder)
        }
        _ => read(JpegDecoder::new(source).map_err(problem)?),
    }
}

/// The format by its first bytes; names and content types of uploads are not believed.
fn sniff(bytes: &[u8]) -> Result<ImageFormat, LogoProblem> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Ok(ImageFormat::Png),
        [0xff, 0xd8, 0xff, ..] => Ok(ImageFormat::Jpeg),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Ok(ImageFormat::WebP),
        _ if looks_like_markup(bytes) => Err(LogoProblem::Svg),
        _ => Err(LogoProblem::UnknownFormat),
    }
}

fn looks_like_markup(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // UTF-16 has a zero byte beside every ASCII character, gzip (svgz) its own first bytes.
    bytes.starts_with(&[0x1f, 0x8b])
        || bytes
            .iter()
            .find(|byte| !byte.is_ascii_whitespace() && !matches!(byte, 0 | 0xfe | 0xff))
            .is_some_and(|&byte| byte == b'<')
}

fn read(mut decoder: impl ImageDecoder) -> Result<DynamicImage, LogoProblem> {
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if width > LOGO_MAX_SIDE || height > LOGO_MAX_SIDE || pixels > LOGO_MAX_PIXELS {
        return Err(LogoProblem::TooManyPixels);
    }
    decoder.set_limits(limits()).map_err(problem)?;
    // Metadata is dropped below, so the turn it asks for has to be made now. A broken entry is no
    // reason to refuse the pixels.
    let turn = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(problem)?;
    if let Some(turn) = turn {
        picture.apply_orientation(turn);
    }
    Ok(picture)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(LOGO_MAX_SIDE);
    limits.max_image_height = Some(LOGO_MAX_SIDE);
    limits.max_alloc = Some(DECODER_MAX_BYTES);
    limits
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature map_err asks for"
)]
fn problem(error: ImageError) -> LogoProblem {
    match error {
        ImageError::Limits(_) => LogoProblem::TooManyPixels,
        _ => LogoProblem::Damaged,
    }
}

fn encode(picture: &DynamicImage) -> Result<Logo, LogoProblem> {
    let plain = if picture.color().has_alpha() {
        DynamicImage::ImageRgba8(picture.to_rgba8())
    } else {
        DynamicImage::ImageRgb8(picture.to_rgb8())
    };
    let mut bytes = Vec::new();
    plain
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
        .map_err(problem)?;
    let sha256 = Sha256::digest(&bytes)
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
    Ok(Logo {
        content_type: "image/png",
        width: plain.width(),
        height: plain.height(),
        bytes,
        sha256,
    })
}
