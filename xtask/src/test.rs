//! `cargo xtask test`: every check and every test, in the order in which they are cheap to fail.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::browser;
use crate::budget;
use crate::command;
use crate::components;
use crate::frontend;
use crate::fuzz;
use crate::layout;
use crate::lock;
use crate::setup;

/// A part of the tests: how it is called, and what it does.
type Step = (&'static str, fn() -> Result<()>);

const STEPS: [Step; 12] = [
    ("formatting", formatting),
    ("locked versions", lock::check),
    ("set-up", set_up),
    ("components", all_components),
    ("front end", frontend::build),
    ("budget", budget::check),
    ("clippy", clippy),
    ("composer in a page", composer_in_a_page),
    ("build, with clippy", build),
    ("Rust tests", rust_tests),
    ("fuzzing", fuzzing),
    ("browser tests", browser::test),
];

/// Runs all steps, up to the first that fails.
pub fn run() -> Result<()> {
    let start = Instant::now();
    for (index, (name, step)) in STEPS.iter().enumerate() {
        println!("\n== {}/{}: {name}", index + 1, STEPS.len());
        let started = Instant::now();
        step().with_context(|| format!("`cargo xtask test` stopped at its step \"{name}\""))?;
        println!(
            "== {name}: done in {:.1} s",
            started.elapsed().as_secs_f32()
        );
    }
    println!("\nAll well, in {:.0} s.", start.elapsed().as_secs_f32());
    Ok(())
}

fn formatting() -> Result<()> {
    setup::for_checks()?;
    let others = ["components", "fuzz"].map(layout::at);
    for folder in std::iter::once(layout::root().to_owned()).chain(others) {
        command::run(
            command::cargo()
                .args(["fmt", "--all", "--check"])
                .current_dir(folder),
            "Run `cargo fmt --all` there.",
        )?;
    }
    Ok(())
}

fn set_up() -> Result<()> {
    setup::for_all()?;
    setup::for_browser_tests()?;
    setup::servers()?;
    println!("The browser is {}", setup::chromium()?.display());
    Ok(())
}

fn all_components() -> Result<()> {
    components::build(true, true)
}

/// Of everything that [`build`] does not build.
fn clippy() -> Result<()> {
    let advice = "Mend what clippy says above.";
    command::run(
        command::cargo().args([
            "clippy",
            "--package",
            "xtask",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ]),
        advice,
    )?;
    command::run(
        command::cargo()
            .args([
                "clippy",
                "--package",
                "patchbay-app",
                "--lib",
                "--target",
                "wasm32-unknown-unknown",
            ])
            .args([
                "--no-default-features",
                "--features",
                "hydrate",
                "--",
                "--deny",
                "warnings",
            ]),
        advice,
    )?;
    command::run(
        components::cargo()
            .args([
                "clippy",
                "--release",
                "--workspace",
                "--target",
                "wasm32-wasip2",
            ])
            .args(["--", "--deny", "warnings"]),
        advice,
    )
}

/// The composer is to run in browsers too, one day: nothing in it may ask for more than they have.
fn composer_in_a_page() -> Result<()> {
    command::run(
        command::cargo().args([
            "check",
            "--package",
            "patchbay-composer",
            "--target",
            "wasm32-unknown-unknown",
        ]),
        "Let the composer do without what wasm32 does not have: files, clocks, threads.",
    )
}

/// Builds the server together with the tests, so that both share what they are made of.
fn build() -> Result<()> {
    command::run(
        server_and_its_tests("build").arg("--all-targets"),
        "Look at the messages of the compiler and of clippy above.",
    )
}

/// cargo, for the packages that the server and its tests are made of. xtask stands apart: its dependencies turn on
/// features that would have wasmtime compiled a second time.
///
/// Clippy's own compiler compiles these packages, and a warning stops it. `cargo clippy` would do the same without making
/// code, and so have all dependencies compiled once for it and once for the tests: some minutes more. The variables are
/// what it sets itself (`src/main.rs` of Clippy).
fn server_and_its_tests(subcommand: &str) -> Command {
    let mut command = command::cargo();
    command
        .args([subcommand, "--workspace", "--exclude", "xtask"])
        .env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver")
        .env(
            "CLIPPY_ARGS",
            "--deny__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__",
        );
    command
}

/// For a few seconds each: enough to see that nothing breaks at once, and that the targets are built.
fn fuzzing() -> Result<()> {
    fuzz::run(6)
}

fn rust_tests() -> Result<()> {
    let advice = "Look at the failed tests above.";
    command::run(&mut server_and_its_tests("test"), advice)?;
    command::run(
        command::cargo().args(["test", "--package", "xtask"]),
        advice,
    )
}
