//! What could not be done, and why: the messages of errors.

pub(super) const TEXTS: super::Catalogue = &[];
