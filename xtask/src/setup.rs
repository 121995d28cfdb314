//! Adds what a fresh machine is missing. Every part looks first and does nothing when there is nothing to do.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::command::{self, program};
use crate::fingerprint::{self, Inputs};
use crate::layout;

/// Everything but what only the tests need.
pub fn for_all() -> Result<()> {
    for_frontend()?;
    for_rust_components()?;
    for_javascript_components()?;
    for_python_components()?;
    println!("Everything that is needed is there.");
    Ok(())
}

/// What the front end is built with.
pub fn for_frontend() -> Result<()> {
    rust_target("wasm32-unknown-unknown")?;
    npm_packages(&layout::at("xtask"))
}

/// What the Rust components are built with.
pub fn for_rust_components() -> Result<()> {
    rust_target("wasm32-wasip2")
}

/// What the JavaScript components are built with.
pub fn for_javascript_components() -> Result<()> {
    npm_packages(&layout::at("components/calculator-operations-js"))
}

/// What the Python components are built with.
pub fn for_python_components() -> Result<()> {
    python_packages(&layout::at(
        "components/calculator-evaluator-py/requirements.txt",
    ))
}

/// What formats and judges the Rust code.
pub fn for_checks() -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if !command::succeeds(command::cargo().args([subcommand, "--version"]))? {
            println!("Adding {component} to the Rust toolchain");
            command::run(
                program("rustup").args(["component", "add", component]),
                "Install it as your Rust toolchain was installed, then try again.",
            )?;
        }
    }
    Ok(())
}

/// What the browser tests run with: Playwright and the reference runtime. The browser is apart: see [`chromium`].
pub fn for_browser_tests() -> Result<()> {
    npm_packages(&layout::at("end2end"))?;
    reference_runtime()
}

fn reference_runtime() -> Result<()> {
    python_packages(&layout::at("xtask/requirements.txt"))?;
    // The wheel carries the runtime without the permission to run it.
    let runtime = wasmtime()?;
    fs::set_permissions(&runtime, fs::Permissions::from_mode(0o755))
        .with_context(|| format!("{} cannot be made executable", runtime.display()))
}

/// What previews are measured with: the reference runtime, and what sends the requests.
pub fn for_preview_bench() -> Result<()> {
    reference_runtime()?;
    debian_program("wrk")
}

/// What the canvas is measured with: Playwright, and the page that it is measured beside.
pub fn for_editor_bench() -> Result<()> {
    npm_packages(&layout::at("end2end"))?;
    npm_packages(&layout::at("end2end/bench"))
}

/// The reference runtime that [`for_browser_tests`] and [`for_preview_bench`] have installed.
pub fn wasmtime() -> Result<PathBuf> {
    let packages = layout::venv().join("lib");
    fingerprint::files(&packages)?
        .into_iter()
        .find(|file| file.ends_with("wasmtime_cli/wasmtime"))
        .with_context(|| {
            format!(
                "there is no wasmtime in {}: delete target/venv and try again",
                packages.display()
            )
        })
}

/// The browser for the tests, installed with apt when there is none.
pub fn chromium() -> Result<PathBuf> {
    if let Some(found) = installed_chromium()? {
        return Ok(found);
    }
    let advice = "Install Chromium yourself, or set CHROMIUM to the path of one, then try again.";
    install("Chromium", &["chromium", "fonts-liberation"], advice)?;
    match installed_chromium()? {
        Some(found) => Ok(found),
        None => bail!("apt-get installed no Chromium that starts. {advice}"),
    }
}

/// The servers that stores and brokers are tested with, installed with apt when they are not there.
pub fn servers() -> Result<()> {
    for server in ["redis-server", "nats-server"] {
        debian_program(server)?;
    }
    Ok(())
}

/// A program whose package has its name.
fn debian_program(name: &str) -> Result<()> {
    // Some of them say their version and end in an error.
    if command::output(program("which").arg(name), "").is_ok() {
        return Ok(());
    }
    let advice = format!("Install {name} yourself, then try again.");
    install(name, &[name], &advice)
}

fn install(what: &str, packages: &[&str], advice: &str) -> Result<()> {
    println!("There is no {what}: installing it with apt-get");
    command::run(apt_get()?.arg("update"), advice)?;
    command::run(
        apt_get()?
            .args(["install", "--yes", "--no-install-recommends"])
            .args(packages),
        advice,
    )
}

/// The Chromium that `CHROMIUM` names, or else the one in its usual place, if it starts.
fn installed_chromium() -> Result<Option<PathBuf>> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    for candidate in named
        .into_iter()
        .chain([PathBuf::from("/usr/bin/chromium")])
    {
        // Ubuntu's package of this name is a script that wants a snap, so being there is not enough.
        if command::succeeds(program(&candidate).arg("--version"))? {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// apt-get as root.
fn apt_get() -> Result<std::process::Command> {
    let user = command::output(program("id").arg("-u"), "Is this a Unix system?")?;
    let mut command = if user.trim() == "0" {
        program("env")
    } else {
        program("sudo")
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    Ok(command)
}

/// Adds a target to the Rust toolchain.
fn rust_target(target: &str) -> Result<()> {
    let libraries = command::output(
        program("rustc").args(["--print", "target-libdir", "--target", target]),
        "Install Rust with rustup, then try again.",
    )?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    println!("Adding the Rust target {target}");
    command::run(
        program("rustup").args(["target", "add", target]),
        "When rustup cannot be used here, install this target as your Rust toolchain was installed (on Debian: \
         `libstd-rust-dev-wasm32`), then try again.",
    )
}

/// Installs the npm packages that the lock file in `folder` names.
fn npm_packages(folder: &Path) -> Result<()> {
    let inputs = Inputs::default().path(&folder.join("package-lock.json"))?;
    // npm removes the folder of the stamp before it installs.
    let fingerprint = inputs.stamped(folder.join("node_modules/.patchbay-fingerprint"));
    if fingerprint.is_current() {
        return Ok(());
    }
    if !command::succeeds(program("npm").arg("--version"))? {
        bail!("npm does not start. Install Node.js 20 or newer with npm, then try again.");
    }
    println!("Installing npm packages in {}", relative(folder));
    command::run(
        program("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(folder)
            // The tests use the system's Chromium.
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
        "Look whether npm reaches its registry, then try again.",
    )?;
    fingerprint.save()
}

/// Installs the Python packages that a requirements file names into the virtual environment.
fn python_packages(requirements: &Path) -> Result<()> {
    let venv = layout::venv();
    let stamp = relative(requirements).replace('/', "-");
    let fingerprint = Inputs::default()
        .path(requirements)?
        .stamped(venv.join(stamp));
    if fingerprint.is_current() {
        return Ok(());
    }
    println!("Installing Python packages of {}", relative(requirements));
    let advice = "Install Python 3.10 or newer with pip (on Debian: `apt-get install python3-pip`), look whether \
                  pip reaches its registry, then try again.";
    if !venv.join("bin/python").exists() {
        // Debian has the module `venv`, but not what it needs to put pip inside: the system's pip does its work.
        command::run(
            program("python3")
                .args(["-m", "venv", "--without-pip"])
                .arg(&venv),
            advice,
        )?;
    }
    command::run(
        program("python3")
            .args(["-m", "pip", "--disable-pip-version-check", "--python"])
            .arg(venv.join("bin/python"))
            .args(["install", "--quiet", "--requirement"])
            .arg(requirements),
        advice,
    )?;
    fingerprint.save()
}

fn relative(path: &Path) -> String {
    path.strip_prefix(layout::root())
        .unwrap_or(path)
        .display()
        .to_string()
}
