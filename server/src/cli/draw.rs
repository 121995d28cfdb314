//! `patchbay draw`

use super::deps::Deps;
use super::graph_file::GraphFile;
use super::output::Output;
use super::{Failure, report};
use crate::picture::{Colours, svg};
use patchbay_model::ComponentInfo;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A saved graph (.json), a .wac source, or a configuration of wasm-tools compose (.yml)
    graph: PathBuf,
    #[command(flatten)]
    deps: Deps,
    #[command(flatten)]
    output: Output,
    /// Light on dark
    #[arg(long)]
    dark: bool,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let file = GraphFile::open(&arguments.graph, &arguments.deps)?;
    let (graph, parts, _) = file
        .into_graph()
        .map_err(|problems| report::refused(&problems, None))?;
    let found = graph
        .references()
        .filter_map(|component| parts.get(component));
    let components: Vec<ComponentInfo> = found.map(|component| component.info.clone()).collect();
    let colours = if arguments.dark {
        Colours::dark()
    } else {
        Colours::light()
    };
    arguments
        .output
        .write(svg(&graph, &components, colours).as_bytes())
}
