//! Hostile pictures.

use std::io::Cursor;
use std::time::Instant;

use image::{DynamicImage, ImageFormat, RgbImage, RgbaImage};

use super::{LogoProblem, accept_logo};

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture
        .write_to(&mut Cursor::new(&mut bytes), format)
        .unwrap();
    bytes
}

fn sample(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([x.to_le_bytes()[0], y.to_le_bytes()[0], 90])
    }))
}

#[test]
fn pictures_are_rewritten_as_png() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let logo = accept_logo(&encoded(&sample(64, 32), format)).unwrap();
        assert_eq!((logo.width, logo.height), (64, 32), "{format:?}");
        assert_eq!(logo.content_type, "image/png");
        assert!(logo.bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert_eq!(logo.sha256.len(), 64);
    }
}

#[test]
fn transparency_survives_and_large_logos_shrink() {
    let clear =
        DynamicImage::ImageRgba8(RgbaImage::from_pixel(2000, 500, image::Rgba([9, 9, 9, 0])));
    let logo = accept_logo(&encoded(&clear, ImageFormat::Png)).unwrap();
    assert_eq!((logo.width, logo.height), (1024, 256));
    let again = image::load_from_memory(&logo.bytes).unwrap();
    assert_eq!(again.to_rgba8().get_pixel(5, 5).0[3], 0);
}

#[test]
fn metadata_and_what_follows_the_picture_are_gone() {
    let mut bytes = encoded(&sample(20, 20), ImageFormat::Png);
    let text = b"\x00\x00\x00\x18tEXtComment\x00<script>alert(1)";
    let mut with_text = bytes[..33].to_vec();
    with_text.extend_from_slice(text);
    with_text.extend_from_slice(&crc32(&text[4..]).to_be_bytes());
    with_text.extend_from_slice(&bytes[33..]);
    with_text.extend_from_slice(b"<html><script>alert(2)</script>PK\x03\x04");
    let logo = accept_logo(&with_text).unwrap();
    assert!(!contains(&logo.bytes, b"script") && !contains(&logo.bytes, b"PK\x03\x04"));
    bytes.extend_from_slice(b"GIF89a");
    assert!(!contains(&accept_logo(&bytes).unwrap().bytes, b"GIF89a"));
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

/// A PNG whose header claims `width` x `height`.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encoded(&sample(4, 4), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

#[test]
fn bombs_are_refused_before_they_are_unpacked() {
    for (width, height) in [
        (4097, 1),
        (1, 60_000),
        (4096, 4096),
        (u32::MAX >> 1, u32::MAX >> 1),
    ] {
        let begun = Instant::now();
        let refused = accept_logo(&claiming(width, height)).unwrap_err();
        assert!(
            matches!(refused, LogoProblem::TooManyPixels | LogoProblem::Damaged),
            "{width}x{height}: {refused:?}"
        );
        assert!(begun.elapsed().as_secs() < 2);
    }
    assert_eq!(
        accept_logo(&claiming(4000, 2001)).unwrap_err(),
        LogoProblem::TooManyPixels
    );
    assert_eq!(
        accept_logo(&vec![0; 1024 * 1024 + 1]).unwrap_err(),
        LogoProblem::TooManyBytes
    );
}

#[test]
fn cut_and_spoiled_files_are_refused_without_a_panic() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let whole = encoded(&sample(24, 24), format);
        for length in 0..whole.len() / 2 {
            assert!(
                accept_logo(&whole[..length]).is_err(),
                "{format:?} {length}"
            );
        }
        for at in 12..whole.len() {
            let mut spoiled = whole.clone();
            spoiled[at] ^= 0x55;
            // Whether a damaged picture is still readable is the format's business; the answer
            // has to be a picture or a refusal.
            if let Ok(logo) = accept_logo(&spoiled) {
                assert!(logo.width <= 1024 && logo.height <= 1024);
            }
        }
    }
}

#[test]
fn svg_and_strangers_are_named() {
    let svg: [&[u8]; 5] = [
        b"<svg onload=alert(1)>",
        b"  <?xml version=\"1.0\"?><svg><script>x</script></svg>",
        b"\xef\xbb\xbf<svg/>",
        b"\xff\xfe<\0s\0v\0g\0",
        b"\x1f\x8b\x08\0\0",
    ];
    for bytes in svg {
        assert_eq!(accept_logo(bytes).unwrap_err(), LogoProblem::Svg);
    }
    assert!(LogoProblem::Svg.to_string().contains("PNG"));
    for bytes in [
        &b"GIF89a\x01\0\x01\0"[..],
        b"",
        b"%PDF-1.7",
        b"BM",
        b"MZ\x90",
    ] {
        assert_eq!(accept_logo(bytes).unwrap_err(), LogoProblem::UnknownFormat);
    }
    let mut wrong = encoded(&sample(8, 8), ImageFormat::Jpeg);
    wrong[..3].copy_from_slice(b"\x89PN");
    assert_eq!(accept_logo(&wrong).unwrap_err(), LogoProblem::UnknownFormat);
}
