//! Builds what browsers load into `target/site`: `pkg/patchbay.js`, `pkg/patchbay_bg.wasm` and `pkg/patchbay.css`, each
//! with a `.br` beside it, and the files of `public/`.
//!
//! These are the names that leptos puts into the page when the server is built without cargo-leptos.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use brotli::enc::BrotliEncoderParams;
use wasm_bindgen_cli_support::Bindgen;

use crate::command;
use crate::fingerprint::{self, Inputs};
use crate::layout;
use crate::setup;
use crate::shrink;
use crate::stylesheet;

/// `output-name` in the leptos metadata of the workspace.
const OUTPUT_NAME: &str = "patchbay";

/// What wasm-opt does. What counts is the size after brotli, and `-Oz` makes that larger by a seventh: it inlines until
/// code that was alike no longer is. So only passes that take something away.
/// The features are those that rustc turns on for wasm32-unknown-unknown.
const OPTIMIZATION: [&str; 16] = [
    "--duplicate-function-elimination",
    "--remove-unused-brs",
    "--precompute",
    "--optimize-instructions",
    "--vacuum",
    "--dae-optimizing",
    "--duplicate-function-elimination",
    "--remove-unused-module-elements",
    "--reorder-functions-by-name",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--strip-debug",
];

/// Builds the whole site.
pub fn build() -> Result<()> {
    setup::for_frontend()?;
    println!("Building the front end");
    let module = compile()?;
    bind_and_optimize(&module)?;
    style()?;
    copy_folder(&layout::at("public"), &layout::site())
}

/// The folder of the site that the page loads its scripts and styles from.
fn package() -> PathBuf {
    layout::site().join("pkg")
}

/// The WebAssembly that the browser downloads, compressed.
pub fn compressed_wasm() -> PathBuf {
    compressed(&package().join(format!("{OUTPUT_NAME}_bg.wasm")))
}

/// Compiles the app for the browser.
fn compile() -> Result<PathBuf> {
    command::run(
        command::cargo()
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
                same_paths(),
            )
            .args([
                "build",
                "--package",
                "patchbay-app",
                "--lib",
                "--profile",
                "front",
            ])
            .args([
                "--target",
                "wasm32-unknown-unknown",
                "--no-default-features",
                "--features",
                "hydrate",
            ]),
        "Look at the compiler's messages above.",
    )?;
    Ok(layout::target().join("wasm32-unknown-unknown/front/patchbay_app.wasm"))
}

/// Flags that keep the paths of this machine out of the messages in the module, so that every machine builds the same.
fn same_paths() -> String {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let crates = home.unwrap_or_default().join("registry/src");
    format!("--remap-path-prefix={}=crates", crates.display())
}

/// Makes the module loadable, small, and compressed, unless that was done with the same module before.
fn bind_and_optimize(module: &Path) -> Result<()> {
    let work = layout::at("target/bindgen");
    let fingerprint = Inputs::default()
        .path(module)?
        .path(&layout::at("xtask/package-lock.json"))?
        .path(&layout::at("xtask/src/shrink.rs"))?
        .text(&OPTIMIZATION.join(" "))
        .stamped(work.join("fingerprint"));
    if fingerprint.is_current() && compressed_wasm().exists() {
        return Ok(());
    }

    let bound = work.join("bound");
    remove_folder(&bound)?;
    remove_folder(&package())?;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(module)
        .out_name(OUTPUT_NAME)
        .typescript(false);
    bindgen
        .web(true)
        .and_then(|bindgen| bindgen.generate(&bound))
        .map_err(|error| anyhow!("wasm-bindgen failed: {error:#}"))?;

    println!("Making the front end small with wasm-opt: this takes about 10 seconds");
    let (wasm, script) = (
        format!("{OUTPUT_NAME}_bg.wasm"),
        format!("{OUTPUT_NAME}.js"),
    );
    let module = fs::read(bound.join(&wasm)).context("the bound module cannot be read")?;
    let glue = fs::read_to_string(bound.join(&script)).context("its script cannot be read")?;
    let (module, glue) = shrink::prepare(&module, &glue)?;
    write(&bound.join(&wasm), &module)?;
    write(&package().join(&script), glue.as_bytes())?;
    command::run(
        command::program("node")
            .arg("xtask/node_modules/binaryen/bin/wasm-opt")
            .args(OPTIMIZATION)
            .arg(bound.join(&wasm))
            .arg("--output")
            .arg(package().join(&wasm)),
        "Look at the message above; deleting xtask/node_modules may help.",
    )?;
    for file in fingerprint::files(&package())? {
        compress(&file)?;
    }
    fingerprint.save()
}

/// Joins the style sheets into one.
fn style() -> Result<()> {
    let bundle = stylesheet::bundled(&layout::at("style/main.css"))?;
    // cargo-leptos takes the sheet as it is, imports and all, so it is given the bundle: `style-file` in Cargo.toml.
    write(&layout::target().join("style.css"), bundle.as_bytes())?;
    let file = package().join(format!("{OUTPUT_NAME}.css"));
    if fs::read_to_string(&file).is_ok_and(|present| present == bundle)
        && compressed(&file).exists()
    {
        return Ok(());
    }
    write(&file, bundle.as_bytes())?;
    compress(&file)
}

/// Where the compressed form of a file is: the server sends it in place of the file itself.
fn compressed(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    PathBuf::from(name)
}

/// Writes the compressed form of a file beside it.
fn compress(file: &Path) -> Result<()> {
    let content = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let parameters = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut content.as_slice(), &mut small, &parameters)
        .with_context(|| format!("{} cannot be compressed", file.display()))?;
    write(&compressed(file), &small)
}

/// Copies what is in a folder and not yet the same in the other one.
fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for file in fingerprint::files(from)? {
        let content =
            fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        let copy = to.join(file.strip_prefix(from).unwrap_or(&file));
        if fs::read(&copy).ok().as_ref() != Some(&content) {
            write(&copy, &content)?;
        }
    }
    Ok(())
}

fn write(file: &Path, content: &[u8]) -> Result<()> {
    file.parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(file, content))
        .with_context(|| format!("{} cannot be written", file.display()))
}

fn remove_folder(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(folder).with_context(|| format!("{} cannot be removed", folder.display()))
}
