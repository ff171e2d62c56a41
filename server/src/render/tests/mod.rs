//! The renderer from outside.
