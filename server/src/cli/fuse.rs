//! `patchbay fuse`

use super::deps::Deps;
use super::graph_file::GraphFile;
use super::output::Output;
use super::{Failure, report};
use patchbay_composer::FuseOptions;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A saved graph (.json), a .wac source, or a configuration of wasm-tools compose (.yml)
    graph: PathBuf,
    #[command(flatten)]
    deps: Deps,
    #[command(flatten)]
    output: Output,
    /// Import the components by their package names instead of embedding them
    #[arg(short, long)]
    import_dependencies: bool,
    /// Do not validate the result
    #[arg(long)]
    no_validate: bool,
    /// Leave a saved graph out of the result, which `open` then draws anew
    #[arg(long)]
    no_graph: bool,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    arguments.output.check()?;
    let file = GraphFile::open(&arguments.graph, &arguments.deps)?;
    let options = FuseOptions {
        import_dependencies: arguments.import_dependencies,
        skip_validation: arguments.no_validate,
        keep_graph: !arguments.no_graph,
    };
    let bytes = file
        .fuse(options)
        .map_err(|problems| report::refused(&problems, file.graph()))?;
    arguments.output.write(&bytes)
}
