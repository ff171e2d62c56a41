//! A workspace's look as the people who dress it see it: fields, draft, versions, proof of contrast.

use crate::brand::BrandView;
use crate::words::Said;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a field is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line of text.
    Line,
    /// Several lines of one item each.
    Lines,
    /// `#rrggbb`.
    Colour,
    /// One of [`CORNERS`].
    Corners,
    /// An address that begins with https.
    Url,
    /// An e-mail address.
    Email,
    /// SHA-256 (hex) of a picture that was uploaded.
    Picture,
}

/// A field of the look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrandField {
    /// Name in forms and in storage.
    pub name: &'static str,
    /// How it is filled in.
    pub kind: FieldKind,
    /// Most characters; for [`FieldKind::Lines`] of one line.
    pub longest: usize,
    /// A workspace that leaves it empty takes its agency's.
    pub inherits: bool,
}

const fn field(name: &'static str, kind: FieldKind, longest: usize, inherits: bool) -> BrandField {
    BrandField {
        name,
        kind,
        longest,
        inherits,
    }
}

/// Every field. Names, marks and pictures say whose place it is, so nobody inherits them.
pub const BRAND_FIELDS: [BrandField; 19] = [
    field("name", FieldKind::Line, 60, false),
    field("mark", FieldKind::Line, 8, false),
    field("colour", FieldKind::Colour, 7, true),
    field("second_colour", FieldKind::Colour, 7, true),
    field("corners", FieldKind::Corners, 8, true),
    field("sign_in_title", FieldKind::Line, 80, true),
    field("sign_in_text", FieldKind::Line, 200, true),
    field("tagline", FieldKind::Line, 120, true),
    field("tagline_detail", FieldKind::Line, 300, true),
    field("greeting", FieldKind::Line, 120, true),
    field("starters", FieldKind::Lines, 160, true),
    field("privacy_url", FieldKind::Url, 500, true),
    field("terms_url", FieldKind::Url, 500, true),
    field("support_email", FieldKind::Email, 254, true),
    field("payer", FieldKind::Line, 60, false),
    field("sender_name", FieldKind::Line, 60, true),
    field("logo_light", FieldKind::Picture, 64, false),
    field("logo_dark", FieldKind::Picture, 64, false),
    field("icon", FieldKind::Picture, 64, false),
];

/// Shapes of corners as they are stored, and what people read. The first is the usual one.
pub const CORNERS: [(&str, &str); 3] = [("soft", "Soft"), ("round", "Round"), ("square", "Square")];

/// What stands in the fields, by name, as it was typed; nothing where a field is left to others.
/// Only names of [`BRAND_FIELDS`] are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandFields(BTreeMap<String, String>);

impl BrandFields {
    /// What stands in a field; empty: nothing.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Fills a field in. A name that no field has is left out.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        if BRAND_FIELDS.iter().any(|field| field.name == name) {
            self.0.insert(name.to_owned(), value.into());
        }
    }
}

/// One thing to correct, beside its field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandTrouble {
    /// Name of the field; empty: the form as a whole.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: Said,
}

/// Who changed something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandChange {
    /// The name they had then; empty: nobody knows any more.
    pub by: String,
    /// Milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

/// A look that was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandVersion {
    /// Counted from 1.
    pub version: u32,
    /// By whom and when.
    pub change: BrandChange,
    /// The older version that it brought back.
    pub restored_from: Option<u32>,
    /// Its colour, for the swatch, `#rrggbb`.
    pub colour: String,
}

/// One promise about contrast, kept: what was asked for, what is used, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContrastLine {
    /// Where the colour is used, e.g. "Links and buttons on light pages".
    pub place: String,
    /// The colour asked for, `#rrggbb`.
    pub asked: String,
    /// The colour used, `#rrggbb`.
    pub used: String,
    /// What it has to stand out from, `#rrggbb`.
    pub against: String,
    /// Contrast as asked, e.g. `1.62`.
    pub ratio_asked: String,
    /// Contrast as used.
    pub ratio_used: String,
    /// Least contrast, e.g. `4.5`.
    pub least: String,
}

impl ContrastLine {
    /// The colour could not be used as it was asked for.
    #[must_use]
    pub fn is_shifted(&self) -> bool {
        self.asked != self.used
    }
}

/// The branding page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandingView {
    /// What stands in the fields: the draft's, or what is published.
    pub fields: BrandFields,
    /// What the agency gives where a field is left empty.
    pub agency: BrandFields,
    /// There is an agency that gives something.
    pub has_agency: bool,
    /// The workspace's own name, used where none is given.
    pub workspace_name: String,
    /// Names what the form was made from, so that nobody overwrites what they have not seen.
    pub seen: String,
    /// Who left the draft, where there is one.
    pub draft: Option<BrandChange>,
    /// What was published, newest first; the first one is in force.
    pub versions: Vec<BrandVersion>,
    /// How the fields look.
    pub look: BrandView,
    /// Proof of contrast of the fields' colours.
    pub contrast: Vec<ContrastLine>,
    /// The address mail is sent from; `None`: the installation sends none.
    pub mail_from: Option<String>,
}

/// Why a look was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BrandRefusal {
    /// These have to be corrected.
    Troubles(Vec<BrandTrouble>),
    /// Anything else.
    Error(crate::AppError),
}

impl From<crate::AppError> for BrandRefusal {
    fn from(error: crate::AppError) -> Self {
        Self::Error(error)
    }
}
