//! Runs other programs, and says in a sentence what went wrong with them.

use std::env;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::iter;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::layout;

/// A program that starts in the root of the repository.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(layout::root());
    command
}

/// The cargo that runs this very program.
pub fn cargo() -> Command {
    let mut command = program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.env("CARGO_TARGET_DIR", layout::target());
    if env::var_os("CI").is_some() {
        // Nobody edits and builds again there, so incremental files cost time and space for nothing.
        command.env("CARGO_INCREMENTAL", "0");
    }
    command
}

/// Runs a program that writes to our own output. `advice` is what a person can do when it fails.
pub fn run(command: &mut Command, advice: &str) -> Result<()> {
    let status = status(command)?;
    if !status.success() {
        bail!("`{}` failed ({status}). {advice}", line(command));
    }
    Ok(())
}

/// Runs a program that writes to our own output and returns how it ended.
pub fn status(command: &mut Command) -> Result<ExitStatus> {
    command.status().with_context(|| not_started(command))
}

/// Runs a program and returns what it wrote to its standard output.
pub fn output(command: &mut Command, advice: &str) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| not_started(command))?;
    if !output.status.success() {
        bail!("`{}` failed ({}). {advice}", line(command), output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` wrote no UTF-8", line(command)))
}

/// Whether a program can be started and ends well; its output is dropped.
pub fn succeeds(command: &mut Command) -> Result<bool> {
    match command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
    {
        Ok(status) => Ok(status.success()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| not_started(command)),
    }
}

fn not_started(command: &Command) -> String {
    format!("`{}` could not be started", line(command))
}

/// The command as a person would type it: no paths that are only true on this machine.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    let root = format!("{}/", layout::root().display());
    let words: Vec<_> = iter::once(program)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().replace(&root, ""))
        .collect();
    words.join(" ")
}
