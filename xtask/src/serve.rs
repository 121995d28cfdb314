//! Builds everything a person needs to use the app, and starts it.

use std::os::unix::process::CommandExt as _;

use anyhow::{Context as _, Result};

use crate::command;
use crate::components;
use crate::frontend;
use crate::layout;

/// Builds the front end, the Rust components and the server, then becomes the server.
pub fn serve(addr: &str) -> Result<()> {
    frontend::build()?;
    components::build(false, false)?;
    println!("Building the server: the first time this takes several minutes");
    command::run(
        command::cargo().args(["build", "--package", "patchbay"]),
        "Look at the compiler's messages above.",
    )?;
    println!("`cargo xtask components --all` adds the components in JavaScript and Python.");
    let error = command::program(layout::server_binary())
        .args(["serve", "--addr", addr])
        .args([
            "--data-dir",
            "data",
            "--site-root",
            "target/site",
            "--samples-dir",
            "target/components",
        ])
        .exec();
    Err(error).context("the server could not be started")
}
