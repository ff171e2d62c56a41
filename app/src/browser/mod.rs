//! The few things asked of the browser itself. Every function is safe to call anywhere and does
//! nothing where there is no browser answer; none is called while rendering on the server.

pub(crate) mod clipboard;
pub(crate) mod clock;
pub(crate) mod device;
pub(crate) mod focus;
pub(crate) mod storage;
pub(crate) mod theme;
