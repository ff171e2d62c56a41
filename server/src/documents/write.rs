//! From documents to a file.

use super::shape::Document;

/// What stands above a document with instructions in it.
const CONFIDENTIAL: &str = "\
# Confidential: `prompt` is what this workspace tells its models. Secrets are never in here.
";

/// YAML, one document after the other.
///
/// # Errors
/// None in practice: it is plain text and numbers.
pub fn to_yaml(documents: &[Document]) -> Result<String, serde_saphyr::ser::Error> {
    let mut text = String::new();
    for (index, document) in documents.iter().enumerate() {
        if index > 0 {
            text.push_str("---\n");
        }
        if document.prompt.is_some() {
            text.push_str(CONFIDENTIAL);
        }
        let options =
            serde_saphyr::ser_options! { prefer_block_scalars: true, min_fold_chars: usize::MAX };
        text.push_str(&serde_saphyr::to_string_with_options(document, options)?);
    }
    Ok(text)
}
