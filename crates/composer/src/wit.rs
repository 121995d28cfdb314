//! Types as text: how WIT says what components have.

pub(crate) mod docs;
pub(crate) mod import;
pub(crate) mod printer;
pub(crate) mod text;
pub(crate) mod type_text;
pub(crate) mod wasi;
pub(crate) mod world;
