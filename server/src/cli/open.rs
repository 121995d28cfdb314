//! `patchbay open`

use super::{Failure, deps, read, report};
use patchbay_composer::Component;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A component that is composed of others, as .wasm or .wat
    file: PathBuf,
    /// Write the graph here instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write the components inside here, as <DIR>/<namespace>/<name>.wasm, where `check` and `fuse` find them
    #[arg(long, value_name = "DIR")]
    deps_dir: Option<PathBuf>,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let bytes = read(&arguments.file)?;
    let name = arguments
        .file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let opened = patchbay_composer::open(&name, &bytes)
        .map_err(|e| Failure::Problem(format!("{}: {e}", arguments.file.display())))?;
    if let Some(directory) = &arguments.deps_dir {
        for component in &opened.components {
            keep(directory, component)?;
        }
    }
    for note in &opened.notes {
        eprintln!("note: {}", note.message);
    }
    let document = opened.graph.to_json() + "\n";
    match &arguments.output {
        Some(path) => write(path, document.as_bytes()),
        None => report::print(&document),
    }
}

/// Writes a component where its package is looked for. Another one that is there stays: graphs find components by their
/// bytes too, so this one goes beside it.
fn keep(directory: &Path, component: &Component) -> Result<(), Failure> {
    let mut path = directory.join(deps::file_of(&component.info.package));
    if path.exists() {
        if read(&path)? == *component.bytes {
            return Ok(());
        }
        let digest = &component.info.digest.as_str()[..12];
        path.set_extension(format!("{digest}.wasm"));
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)
            .map_err(|e| Failure::Usage(format!("cannot make {}: {e}", parent.display())))?;
    }
    write(&path, &component.bytes)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes)
        .map_err(|e| Failure::Usage(format!("cannot write {}: {e}", path.display())))
}
