//! Components that nobody wrote: stubs that stand in for what is not there yet, adapters between ports that differ in
//! shape alone, and interposers that tell of every call of a link.
//!
//! What is generated is an ordinary component, the same bytes for the same request; a custom section says what it is
//! (see [`mark`]), so that people can tell it from one that somebody wrote.

pub mod adapter;
mod error;
pub(crate) mod interposer;
pub(crate) mod mark;
mod placed;
pub mod refuse;
pub mod stub;
mod ties;
mod types;

pub use error::GenerateError;
pub use placed::{Placed, adapt, fill};

use crate::guard::guarded;
use crate::inspect::{Component, inspect};
use patchbay_model::component::Generated;

/// Runs a generator, marks its bytes, and inspects them like any other component: what the tools below got wrong shows
/// here and not in the middle of a composition.
fn finish(
    kind: Generated,
    name: &str,
    work: impl FnOnce() -> Result<Vec<u8>, GenerateError>,
) -> Result<Component, GenerateError> {
    let bytes = guarded(work).map_err(|panicked| GenerateError::Failed(panicked.to_string()))??;
    let package = format!("patchbay:{}-{name}", kind.word());
    inspect(&package, &mark::marked(bytes, kind))
        .map_err(|refusal| GenerateError::Failed(refusal.to_string()))
}
