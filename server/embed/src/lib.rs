//! Vectors of short texts, computed in process from weights that an operator provides.
//!
//! Owns reading a folder of MiniLM class weights ([`MiniLm::load`]: `config.json`,
//! `model.safetensors`, `tokenizer.json`) and embedding with them. Refuses the network, refuses to
//! know what the vectors are for, and refuses weights whose parts do not fit together.

mod load;
mod run;

pub use load::{LoadError, MiniLm};
pub use run::EmbedError;
