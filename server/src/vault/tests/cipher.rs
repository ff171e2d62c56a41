//! The cipher against published figures, and a ciphertext that fits two keys.

use uuid::Uuid;
use zeroize::Zeroizing;

use super::{bench, is_tampered};
use crate::vault::cipher::{self, Derived, NONCE_LEN, TAG_LEN};
use crate::vault::envelope::{self, Envelope};
use crate::vault::keys::{DataKey, KeyRef, WrappedKey};
use crate::vault::unlocked::open_with;

fn key_of(byte: u8) -> DataKey {
    DataKey::from_zeroizing(Zeroizing::new([byte; 32]))
}

/// Multiplication in the field of GCM (NIST SP 800-38D, 6.3).
fn multiply(x: u128, y: u128) -> u128 {
    let (mut sum, mut factor) = (0, y);
    for bit in (0..128).rev() {
        if x >> bit & 1 == 1 {
            sum ^= factor;
        }
        factor = if factor & 1 == 1 {
            factor >> 1 ^ 0xe1 << 120
        } else {
            factor >> 1
        };
    }
    sum
}

fn invert(x: u128) -> u128 {
    // x^(2^128 - 2)
    let (mut result, mut power) = (1 << 127, x);
    for _ in 1..128 {
        power = multiply(power, power);
        result = multiply(result, power);
    }
    result
}

/// The tag of one block of ciphertext as GHASH computes it: `block · factor ⊕ constant`.
struct OneBlockTag {
    factor: u128,
    constant: u128,
}

impl OneBlockTag {
    fn of(key: &Derived, nonce: &[u8; NONCE_LEN], aad: &[u8]) -> Self {
        let mut keystream = [0; 16];
        key.encrypt(nonce, aad, &mut keystream).unwrap();
        let tag_of = |ciphertext: u128| {
            let mut buffer = (ciphertext ^ u128::from_be_bytes(keystream)).to_be_bytes();
            let tag = key.encrypt(nonce, aad, &mut buffer).unwrap();
            assert_eq!(u128::from_be_bytes(buffer), ciphertext);
            u128::from_be_bytes(tag)
        };
        let constant = tag_of(0);
        // The first bit of a block stands for the field's one.
        Self {
            factor: tag_of(1 << 127) ^ constant,
            constant,
        }
    }
}

#[test]
fn a_ciphertext_made_for_two_keys_is_refused() {
    let bench = bench();
    let (first, second) = (cipher::derive(&key_of(1)), cipher::derive(&key_of(2)));
    let nonce = [5; NONCE_LEN];
    let wrapped = WrappedKey {
        key: KeyRef {
            id: Uuid::nil(),
            version: 1,
        },
        bytes: vec![1; 60],
    };
    let mut sealed = envelope::write_header(&wrapped, &nonce, first.commitment(), 16).unwrap();
    let aad = bench.context.bind(&sealed);
    // Solve for the one block whose tag is the same under both keys.
    let (one, two) = (
        OneBlockTag::of(&first, &nonce, &aad),
        OneBlockTag::of(&second, &nonce, &aad),
    );
    let block = multiply(one.constant ^ two.constant, invert(one.factor ^ two.factor));
    let tag = (multiply(block, one.factor) ^ one.constant).to_be_bytes();
    for key in [&first, &second] {
        let mut buffer = block.to_be_bytes();
        key.decrypt(&nonce, &aad, &mut buffer, &tag)
            .expect("the collision is real");
    }
    sealed.extend_from_slice(&block.to_be_bytes());
    sealed.extend_from_slice(&tag);
    let envelope = Envelope::parse(&sealed).unwrap();
    let open = |byte| open_with(&key_of(byte), &envelope, &bench.context);
    assert!(open(1).is_ok(), "the key that was committed to");
    assert!(
        is_tampered(&open(2)),
        "the other key, whose tag fits as well"
    );
}

#[test]
fn the_cipher_is_aes_256_gcm() {
    // Figures of "The Galois/Counter Mode of Operation" (McGrew, Viega), test cases 13 to 16.
    let key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
    let nonce = "cafebabefacedbaddecaf888";
    let text = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
    let aad = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
    let cipher_text = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662";
    let zero = "00".repeat(32);
    let cases = [
        (
            zero.as_str(),
            "000000000000000000000000",
            "",
            "",
            "",
            "530f8afbc74536b9a963b4f1c4cb738b",
        ),
        (
            &zero,
            "000000000000000000000000",
            "00000000000000000000000000000000",
            "",
            "cea7403d4d606b6e074ec5d3baf39d18",
            "d0d1c8a799996bf0265b98b5d48ab919",
        ),
        (
            key,
            nonce,
            text,
            aad,
            cipher_text,
            "76fc6ece0f4e1768cddf8853bb2d551b",
        ),
    ];
    for (key, nonce, text, aad, expected, tag) in cases {
        let key: [u8; 32] = unhex(key).try_into().unwrap();
        let nonce: [u8; NONCE_LEN] = unhex(nonce).try_into().unwrap();
        let mut buffer = unhex(text);
        let made = cipher::encrypt(&key, &nonce, &unhex(aad), &mut buffer).unwrap();
        assert_eq!(
            (buffer.clone(), made.to_vec()),
            (unhex(expected), unhex(tag))
        );
        cipher::decrypt(&key, &nonce, &unhex(aad), &mut buffer, &made).unwrap();
        assert_eq!(buffer, unhex(text));
        let mut wrong = made;
        wrong[TAG_LEN - 1] ^= 1;
        assert!(cipher::decrypt(&key, &nonce, &unhex(aad), &mut buffer, &wrong).is_err());
    }
}

#[test]
fn the_derivation_of_keys_does_not_change() {
    // The derivation must never change, or nothing opens any more.
    let derived = cipher::derive(&key_of(7));
    assert_eq!(hex(derived.commitment()), COMMITMENT_OF_SEVENS);
}

/// HKDF-SHA-256, no salt, key of 32 bytes 0x07, info "sealed-row-v1 key commitment", 32 bytes;
/// computed with another implementation.
const COMMITMENT_OF_SEVENS: &str =
    "c32c6ad293ab27a54a7dce0c7d20104565944ed57b66bf4c29187207003586f9";

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|it| char::from_digit(it.into(), 16).unwrap())
        .collect()
}
