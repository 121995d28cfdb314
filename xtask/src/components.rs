//! Builds the sample components from `components/`, one folder each, into `target/components/<namespace>/<name>.wasm`:
//! the layout that `wac compose --deps-dir` and `patchbay fuse --deps-dir` look packages up in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command;
use crate::fingerprint::Inputs;
use crate::layout;
use crate::metadata::Metadata;
use crate::setup;

/// The namespace of the sample components: `http-hello` is the package `patchbay:http-hello`.
const SAMPLES: &str = "patchbay";

/// The namespace of the components that only the tests use.
const FIXTURES: &str = "fixtures";

/// Builds the Rust samples; with `all` also those in other languages, with `fixtures` also what only the tests use.
pub fn build(all: bool, fixtures: bool) -> Result<()> {
    rust(fixtures)?;
    if all {
        javascript("calculator-operations-js")?;
        python(
            "calculator-evaluator-py",
            "evaluator",
            "calculator-evaluator",
        )?;
    }
    Ok(())
}

/// Cargo for the workspace of the components.
pub fn cargo() -> Command {
    let mut cargo = command::cargo();
    cargo
        .current_dir(layout::at("components"))
        .env("CARGO_TARGET_DIR", guests());
    cargo
}

/// Cargo's target folder for the components.
fn guests() -> PathBuf {
    layout::at("target/guests")
}

fn rust(fixtures: bool) -> Result<()> {
    setup::for_rust_components()?;
    println!("Building the Rust components");
    command::run(
        cargo().args([
            "build",
            "--locked",
            "--release",
            "--workspace",
            "--target",
            "wasm32-wasip2",
        ]),
        "Look at the compiler's messages above.",
    )?;
    install_all(&layout::at("components"), SAMPLES)?;
    if fixtures {
        install_all(&layout::at("end2end/fixtures/guests"), FIXTURES)?;
    }
    Ok(())
}

/// Installs the component of every cargo package in `folder` that is one.
fn install_all(folder: &Path, namespace: &str) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))?;
    for entry in entries {
        let package = entry?.path();
        let manifest = package.join("Cargo.toml");
        let Some(name) = package
            .file_name()
            .and_then(|name| name.to_str())
            .filter(|_| manifest.exists())
        else {
            continue;
        };
        // A program keeps the hyphens of its name; a `cdylib` does not. Other packages are libraries for those.
        let built = guests().join("wasm32-wasip2/release");
        let candidates = [
            format!("{name}.wasm"),
            format!("{}.wasm", name.replace('-', "_")),
        ];
        if let Some(artifact) = candidates
            .iter()
            .map(|file| built.join(file))
            .find(|file| file.exists())
        {
            install(&artifact, &Metadata::of_cargo(&manifest)?, namespace, name)?;
        }
    }
    Ok(())
}

fn javascript(name: &str) -> Result<()> {
    let folder = layout::at("components").join(name);
    let manifest = folder.join("package.json");
    let inputs = Inputs::default()
        .path(&folder.join("operations.js"))?
        .path(&folder.join("build.js"))?
        .path(&folder.join("package-lock.json"))?
        .path(&manifest)?;
    unless_current(name, inputs, |artifact| {
        setup::for_javascript_components()?;
        println!("Building {name} with componentize-js: this takes about 20 seconds");
        command::run(
            command::program("node")
                .arg("build.js")
                .arg(artifact)
                .current_dir(&folder),
            "Look at the message above; deleting node_modules there may help.",
        )?;
        install(artifact, &Metadata::of_npm(&manifest)?, SAMPLES, name)
    })
}

fn python(name: &str, module: &str, world: &str) -> Result<()> {
    let folder = layout::at("components").join(name);
    let source = folder.join(format!("{module}.py"));
    let manifest = folder.join("pyproject.toml");
    let inputs = Inputs::default()
        .path(&source)?
        .path(&folder.join("requirements.txt"))?
        .path(&manifest)?;
    unless_current(name, inputs, |artifact| {
        setup::for_python_components()?;
        println!("Building {name} with componentize-py: this takes about 15 seconds");
        command::run(
            command::program(layout::venv().join("bin/componentize-py"))
                .arg("--wit-path")
                .arg(layout::at("components/wit"))
                .args([
                    "--world",
                    world,
                    "componentize",
                    "--stub-wasi",
                    module,
                    "--output",
                ])
                .arg(artifact)
                .current_dir(&folder),
            "Look at the message above; deleting target/venv may help.",
        )?;
        install(artifact, &Metadata::of_python(&manifest)?, SAMPLES, name)
    })
}

/// Builds a component that is not cargo's, unless its inputs are the same as the last time. `build` is told where to
/// put what the tool makes.
fn unless_current(
    name: &str,
    inputs: Inputs,
    build: impl FnOnce(&Path) -> Result<()>,
) -> Result<()> {
    fs::create_dir_all(guests())?;
    let fingerprint = inputs
        .path(&layout::at("components/wit"))?
        .stamped(guests().join(format!("{name}.fingerprint")));
    if fingerprint.is_current() && installed(SAMPLES, name).exists() {
        return Ok(());
    }
    build(&guests().join(format!("{name}.wasm")))?;
    fingerprint.save()
}

/// Where a component ends up.
fn installed(namespace: &str, name: &str) -> PathBuf {
    layout::components()
        .join(namespace)
        .join(format!("{name}.wasm"))
}

/// Puts a component, with its description inside, where it belongs. One that is there already is not touched.
fn install(artifact: &Path, metadata: &Metadata, namespace: &str, name: &str) -> Result<()> {
    let bytes =
        fs::read(artifact).with_context(|| format!("{} cannot be read", artifact.display()))?;
    let bytes = metadata
        .added_to(&bytes)
        .with_context(|| format!("{name} is no component"))?;
    let destination = installed(namespace, name);
    if fs::read(&destination).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    if let Some(folder) = destination.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&destination, &bytes)
        .with_context(|| format!("{} cannot be written", destination.display()))?;
    println!("  {namespace}:{name} ({} KB)", bytes.len().div_ceil(1000));
    Ok(())
}
