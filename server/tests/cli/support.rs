//! Runs the program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A command of the program.
pub fn patchbay(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_patchbay"));
    command
        .args(arguments)
        .env_remove("RUST_LOG")
        .env_remove("LEPTOS_OUTPUT_NAME");
    command
}

/// What came of a command.
pub struct Ran {
    pub code: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Ran {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }
}

/// Runs a command in a directory, and expects an exit code.
pub fn run(directory: &Path, arguments: &[&str], code: i32) -> Ran {
    let output: Output = patchbay(arguments).current_dir(directory).output().unwrap();
    let ran = Ran {
        code: output.status.code().unwrap(),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    assert_eq!(
        ran.code,
        code,
        "{arguments:?}: {} {}",
        String::from_utf8_lossy(&ran.stdout),
        ran.stderr
    );
    ran
}

pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The sample components; a test that needs them says how to get them.
pub fn sample_components() -> PathBuf {
    let directory = std::env::var_os("PATCHBAY_COMPONENTS")
        .map_or_else(|| workspace().join("target/components"), PathBuf::from);
    for name in [
        "http-hello",
        "calculator-evaluator-py",
        "calculator-operations-js",
    ] {
        assert!(
            directory.join(format!("patchbay/{name}.wasm")).is_file(),
            "{name} is not in {}: build the sample components with `cargo xtask components --all`",
            directory.display()
        );
    }
    directory
}

/// Exports a number.
pub const NUMBER: &str = include_str!("../fixtures/number.wat");

/// Wants the number.
pub const NEXT: &str = include_str!("../fixtures/next.wat");
