//! Holds the front end to its budget: what a browser has to download before the page comes alive.

use std::fs;

use anyhow::{Context as _, Result, bail};

use crate::frontend;

/// The most bytes that the compressed WebAssembly may have: 250 KB. When something new does not fit, look for what it
/// brought along; `xtask/src/shrink.rs` and `app/src/late.rs` say what has helped before.
const BUDGET: u64 = 250_000;

/// Fails when the front end, as last built, is over its budget.
pub fn check() -> Result<()> {
    let file = frontend::compressed_wasm();
    let size = fs::metadata(&file)
        .with_context(|| {
            format!(
                "{} cannot be read: build the front end first",
                file.display()
            )
        })?
        .len();
    println!("The front end is {size} bytes of brotli wasm; the budget is {BUDGET}");
    if size > BUDGET {
        bail!(
            "the front end is {} bytes over its budget. Look for what came in with the last change.",
            size - BUDGET
        );
    }
    Ok(())
}
