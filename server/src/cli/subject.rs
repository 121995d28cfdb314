//! What a command looks at that takes graphs and components alike.

use super::deps::Deps;
use super::graph_file::GraphFile;
use super::{Failure, read, report};
use patchbay_composer::{Component, FuseOptions, Parts};
use patchbay_model::Graph;
use std::path::Path;

/// A saved graph with its components, or a component.
pub enum Subject {
    /// A saved document.
    Graph(Graph, Parts),
    /// A component, or what a `.wac` source fuses to.
    Component(Component),
}

impl Subject {
    /// Reads a graph (`.json`), a `.wac` source, or a component.
    ///
    /// # Errors
    /// Files that cannot be read, documents and components that are not one, and sources that cannot be fused.
    pub fn open(path: &Path, deps: &Deps) -> Result<Self, Failure> {
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        if extension == "wasm" || extension == "wat" {
            return component(path).map(Self::Component);
        }
        match GraphFile::open(path, deps)? {
            GraphFile::Document { graph, parts, .. } => Ok(Self::Graph(graph, parts)),
            source @ GraphFile::Source { .. } => {
                let bytes = source
                    .fuse(FuseOptions::default())
                    .map_err(|problems| report::refused(&problems, None))?;
                inspected(path, bytes).map(Self::Component)
            }
        }
    }
}

/// Reads a saved graph.
///
/// # Errors
/// As [`Subject::open`]; a `.wac` source and a component are no saved graph.
pub fn graph(path: &Path, deps: &Deps) -> Result<(Graph, Parts), Failure> {
    match Subject::open(path, deps)? {
        Subject::Graph(graph, parts) => Ok((graph, parts)),
        Subject::Component(_) => Err(Failure::Usage(format!(
            "{} is not a saved graph (.json)",
            path.display()
        ))),
    }
}

/// Reads a component, as `.wasm` or `.wat`.
///
/// # Errors
/// Files that cannot be read, or are no component.
pub fn component(path: &Path) -> Result<Component, Failure> {
    inspected(path, read(path)?)
}

fn inspected(path: &Path, bytes: Vec<u8>) -> Result<Component, Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let component = patchbay_composer::inspect_upload(&name, bytes);
    component.map_err(|e| Failure::Problem(format!("{}: {e}", path.display())))
}

/// Writes a graph to a file, or to stdout.
///
/// # Errors
/// A file that cannot be written.
pub fn save(graph: &Graph, output: Option<&Path>) -> Result<(), Failure> {
    let text = graph.to_json() + "\n";
    match output {
        Some(path) => std::fs::write(path, text)
            .map_err(|e| Failure::Usage(format!("cannot write {}: {e}", path.display()))),
        None => report::print(&text),
    }
}
