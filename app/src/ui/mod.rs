//! The pieces every page is made of. No page invents its own.

#[cfg(feature = "ssr")]
mod environments;
#[cfg(feature = "ssr")]
mod field;
mod icon;
mod initials;
#[cfg(feature = "ssr")]
mod language_choice;
mod problem;
mod sheet;
#[cfg(feature = "ssr")]
mod small_script;

#[cfg(feature = "ssr")]
pub(crate) use environments::Environments;
#[cfg(feature = "ssr")]
pub(crate) use field::Field;
pub(crate) use icon::{Icon, Shape};
pub(crate) use initials::initials;
#[cfg(feature = "ssr")]
pub(crate) use language_choice::LanguageChoice;
pub(crate) use problem::Problem;
pub(crate) use sheet::{Sheet, close_beside, show_while};
#[cfg(feature = "ssr")]
pub(crate) use small_script::SmallScript;
