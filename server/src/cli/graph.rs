//! `patchbay graph`

use super::deps::Deps;
use super::graph_file::GraphFile;
use super::output::Output;
use super::{Failure, report};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A .wac source, a configuration of wasm-tools compose (.yml), or a saved graph (.json) to write in order
    graph: PathBuf,
    #[command(flatten)]
    deps: Deps,
    #[command(flatten)]
    output: Output,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let file = GraphFile::open(&arguments.graph, &arguments.deps)?;
    let (graph, _, lost) = file
        .into_graph()
        .map_err(|problems| report::refused(&problems, None))?;
    for what in lost {
        eprintln!("patchbay: a graph cannot hold {what}");
    }
    let text = graph.to_json() + "\n";
    arguments.output.write(text.as_bytes())
}
