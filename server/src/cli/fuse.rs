//! `patchbay fuse`

use super::deps::Deps;
use super::graph_file::GraphFile;
use super::{Failure, report};
use std::io::IsTerminal;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A saved graph (.json) or a .wac source
    graph: PathBuf,
    #[command(flatten)]
    deps: Deps,
    /// Write the component here instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    if arguments.output.is_none() && std::io::stdout().is_terminal() {
        return Err(Failure::Usage(
            "a component is not for a terminal to show: name a file with -o, or redirect stdout"
                .to_owned(),
        ));
    }
    let file = GraphFile::open(&arguments.graph, &arguments.deps)?;
    let bytes = file.fuse().map_err(|problems| {
        report::problems(&problems, file.graph());
        Failure::Reported
    })?;
    match arguments.output {
        Some(path) => std::fs::write(&path, bytes)
            .map_err(|e| Failure::Usage(format!("cannot write {}: {e}", path.display()))),
        None => report::write(&bytes),
    }
}
