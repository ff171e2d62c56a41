//! From a file to documents: read, held against the schema, brought into one form.

use super::judge::judge;
use super::normalise::normalise;
use super::problem::{Problem, Problems};
use super::schema::schema;
use super::shape::Document;
use super::tree::{Tree, read_trees};

/// A document and where its parts stand in its file.
#[derive(Debug)]
pub struct Written {
    /// What it says, in the form that [`normalise`] gives.
    pub document: Document,
    tree: Tree,
}

impl Written {
    /// Gives problems that were found later their places.
    #[must_use]
    pub fn place(&self, problems: Problems) -> Problems {
        self.tree.place(problems)
    }
}

/// Every document of a file.
///
/// # Errors
/// Everything that is wrong with any of them, each with its place.
pub fn read_documents(text: &str) -> Result<Vec<Written>, Problems> {
    let trees = read_trees(text)?;
    if trees.is_empty() {
        return Err(Problems(vec![Problem::at(
            "",
            "there is no document in it",
        )]));
    }
    let schema = schema();
    let (mut read, mut problems) = (Vec::new(), Problems::default());
    for tree in trees {
        let mut found = judge(&schema, &tree.value);
        if found.0.is_empty() {
            match serde_json::from_value::<Document>(tree.value.clone()) {
                Ok(document) => {
                    let (document, wrong) = normalise(document);
                    if wrong.0.is_empty() {
                        read.push(Written { document, tree });
                        continue;
                    }
                    found = wrong;
                }
                Err(error) => found.add("", error.to_string()),
            }
        }
        problems.0.extend(tree.place(found).0);
    }
    if problems.0.is_empty() {
        return Ok(read);
    }
    Err(problems)
}
