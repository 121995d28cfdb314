//! Where things are. Everything that is made lies under `target/`, whatever `CARGO_TARGET_DIR` says, so that the paths
//! in the documentation are true.

use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// A file or folder of the repository.
pub fn at(path: &str) -> PathBuf {
    root().join(path)
}

/// Cargo's target folder for the workspace.
pub fn target() -> PathBuf {
    at("target")
}

/// What the server sends to browsers: scripts, styles, the files of `public/`.
pub fn site() -> PathBuf {
    at("target/site")
}

/// The sample components, as `<namespace>/<name>.wasm`.
pub fn components() -> PathBuf {
    at("target/components")
}

/// What fuzzes, what it begins with and what it found.
pub fn fuzz() -> PathBuf {
    at("target/fuzz")
}

/// The virtual environment for the Python packages.
pub fn venv() -> PathBuf {
    at("target/venv")
}

/// The `patchbay` binary of the dev profile.
pub fn server_binary() -> PathBuf {
    at("target/debug/patchbay")
}
