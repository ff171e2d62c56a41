//! The published schema is the one that the program has, and what is written is read back.

use proptest::prelude::*;
use server::documents::{BrandPart, Document, read_documents, schema, to_yaml};

#[test]
fn the_published_schema_is_the_programs() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/workspace.schema.json");
    let published: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(
        published,
        schema(),
        "write it anew: livery config schema > docs/workspace.schema.json"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Text of any kind: what looks like a number, a truth, a comment, a list.
    #[test]
    fn any_text_is_written_and_read_back(
        prompt in "[ -~\\n\\täöü“”…]{0,160}",
        tagline in prop_oneof![
            Just("no".to_owned()), Just("1e3".to_owned()), Just("~".to_owned()),
            Just("- a".to_owned()), Just("a: b".to_owned()), Just("# c".to_owned()),
            Just("0x10".to_owned()), Just("'".to_owned()), "[ -~]{1,100}",
        ],
    ) {
        let prompt = Some(prompt).filter(|text| !text.trim().is_empty());
        let tagline = Some(tagline.trim().to_owned()).filter(|text| !text.is_empty());
        let document = Document {
            prompt,
            brand: Some(BrandPart { tagline, ..BrandPart::default() }),
            ..Document::default()
        };
        let yaml = to_yaml(&[document.clone(), document.clone()]).unwrap();
        let read = read_documents(&yaml);
        prop_assert!(read.is_ok(), "{:?} in {yaml}", read.err());
        for written in read.unwrap() {
            prop_assert_eq!(&written.document, &document, "{}", yaml);
        }
        let json = serde_json::to_string_pretty(&document).unwrap().replace("  ", "\t");
        // Two blanks of a text have become a tab as well, which no tagline may hold.
        let texts = [document.prompt.as_deref(), document.brand.as_ref().and_then(|it| it.tagline.as_deref())];
        let blanks = texts.into_iter().flatten().any(|it| it.contains("  "));
        if !json.contains("\\t") && !blanks {
            let read = read_documents(&json);
            prop_assert!(read.is_ok(), "{:?} in {json}", read.err());
        }
    }

    /// Nobody can make it fail but by being told.
    #[test]
    fn any_file_is_read_or_refused(text in "[ -~\\n]{0,200}") {
        if let Err(problems) = read_documents(&text) {
            prop_assert!(!problems.0.is_empty());
        }
    }
}
