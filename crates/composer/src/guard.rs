//! Calls into the tools below that may panic.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A tool panicked; what it said.
#[derive(Debug, thiserror::Error)]
#[error("the composition library gave up: {0}")]
pub(crate) struct Panicked(String);

/// Runs `work`, turning a panic into an error.
///
/// wac-graph 0.12 and wac-types 0.12 assert and `todo!` on inputs that validate (`EntityType::FuncExact`, repeated
/// arguments, …). What `work` was building is dropped, so a broken invariant is never seen again. On targets where a
/// panic aborts (wasm32), this cannot help.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| Panicked(text(payload.as_ref())))
}

fn text(payload: &(dyn Any + Send)) -> String {
    let text = if let Some(text) = payload.downcast_ref::<&str>() {
        text
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.as_str()
    } else {
        "for an unknown reason"
    };
    text.chars().take(300).collect()
}
