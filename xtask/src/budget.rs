//! Holds the front end to its budget: what a browser has to download before the page comes alive.

use std::fs;

use anyhow::{Context as _, Result, bail};

use crate::frontend;

/// What the compressed WebAssembly is meant to have at most: 250 KB.
const GOAL: u64 = 250_000;

/// The most bytes it may have until it has come down to [`GOAL`]: what it was when last measured, and a little. Lower it
/// with every step; never raise it.
const BUDGET: u64 = 308_000;

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
    println!(
        "The front end is {size} bytes of brotli wasm; the budget is {BUDGET}, the goal {GOAL}"
    );
    if size > BUDGET {
        bail!(
            "the front end is {} bytes over its budget. Look for what came in with the last change.",
            size - BUDGET
        );
    }
    Ok(())
}
