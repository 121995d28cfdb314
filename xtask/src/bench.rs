//! `cargo xtask bench`: how fast the composer, the previews and the canvas are, by themselves and beside their peers.

use std::path::PathBuf;

use anyhow::Result;
use clap::ValueEnum;

use crate::browser;
use crate::command;
use crate::components;
use crate::layout;
use crate::setup;

/// What is measured.
#[derive(Clone, Copy, ValueEnum)]
pub enum Subject {
    /// The pieces: a check, a fuse
    Pieces,
    /// `wac compose` and `wasm-tools compose` beside Patchbay, in one run
    Compose,
    /// Previews beside `wasmtime serve`, on the same components
    Preview,
    /// The canvas beside React Flow's: 50, 200 and 1,000 nodes in one Chromium
    Editor,
}

/// The peers: the command, the package that it is in, its version, and the features that it takes.
const PEERS: [(&str, &str, &str, &[&str]); 2] = [
    ("wac", "wac-cli", "0.12.0", &["--no-default-features"]),
    (
        "wasm-tools",
        "wasm-tools",
        "~1.254",
        &["--no-default-features", "--features", "compose"],
    ),
];

/// Measures, and prints what came out.
pub fn run(subject: Subject) -> Result<()> {
    match subject {
        Subject::Pieces => cargo_bench("patchbay-composer", "pieces", &[]),
        Subject::Compose => {
            peers()?;
            let peers = ("PATCHBAY_PEERS", folder().join("bin"));
            cargo_bench("patchbay-composer", "compose", &[peers])
        }
        Subject::Preview => {
            setup::for_preview_bench()?;
            components::build(true, false)?;
            let wasmtime = ("WASMTIME", setup::wasmtime()?);
            cargo_bench("patchbay", "preview", &[wasmtime])
        }
        Subject::Editor => browser::bench(),
    }
}

fn cargo_bench(package: &str, name: &str, variables: &[(&str, PathBuf)]) -> Result<()> {
    command::run(
        command::cargo()
            .args(["bench", "--package", package, "--bench", name])
            .envs(variables.iter().cloned()),
        "Look at the messages above.",
    )
}

/// Where the peers are installed.
fn folder() -> PathBuf {
    layout::at("target/peers")
}

/// Installs the peers that are not there.
fn peers() -> Result<()> {
    for (command, package, version, features) in PEERS {
        if folder().join("bin").join(command).exists() {
            continue;
        }
        println!("Installing {package} {version}, which takes some minutes");
        command::run(
            command::cargo()
                .args(["install", "--locked", "--version", version, package])
                .args(features)
                .arg("--root")
                .arg(folder()),
            "Look whether cargo reaches its registry, then try again.",
        )?;
    }
    Ok(())
}
