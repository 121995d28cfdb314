//! `patchbay wac`

use super::deps::Deps;
use super::graph_file::GraphFile;
use super::output::Output;
use super::{Failure, report};
use patchbay_composer::{PackageName, write_wac};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A saved graph (.json), a configuration of wasm-tools compose (.yml), or a .wac source to write in order
    graph: PathBuf,
    #[command(flatten)]
    deps: Deps,
    #[command(flatten)]
    output: Output,
    /// Also write the packages that the source speaks of, as <DIR>/<namespace>/<name>.wasm
    #[arg(long, value_name = "DIR")]
    write_deps: Option<PathBuf>,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let file = GraphFile::open(&arguments.graph, &arguments.deps)?;
    let (graph, parts, lost) = file
        .into_graph()
        .map_err(|problems| report::refused(&problems, None))?;
    for what in lost {
        eprintln!("patchbay: a graph cannot hold {what}");
    }
    let written =
        write_wac(&graph, &parts).map_err(|problems| report::refused(&problems, Some(&graph)))?;
    if let Some(directory) = &arguments.write_deps {
        for (package, bytes) in &written.packages {
            save(&place(directory, package), bytes)?;
        }
    }
    arguments.output.write(written.text.as_bytes())
}

/// Where `wac compose` looks for a package.
fn place(directory: &Path, package: &PackageName) -> PathBuf {
    let mut path = directory.to_path_buf();
    path.extend(package.name.split(':'));
    path.extend(package.version.as_ref().map(ToString::to_string));
    let mut file = path.into_os_string();
    file.push(".wasm");
    file.into()
}

fn save(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = path
        .parent()
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| std::fs::write(path, bytes));
    written.map_err(|e| Failure::Usage(format!("cannot write {}: {e}", path.display())))
}
