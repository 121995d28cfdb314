//! `patchbay fuse`

use super::deps::Deps;
use super::graph_file::GraphFile;
use super::{Failure, report};
use patchbay_composer::FuseOptions;
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
    /// Import the components by their package names instead of embedding them
    #[arg(short, long)]
    import_dependencies: bool,
    /// Do not validate the result
    #[arg(long)]
    no_validate: bool,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    if arguments.output.is_none() && std::io::stdout().is_terminal() {
        return Err(Failure::Usage(
            "a component is not for a terminal to show: name a file with -o, or redirect stdout"
                .to_owned(),
        ));
    }
    let file = GraphFile::open(&arguments.graph, &arguments.deps)?;
    let options = FuseOptions {
        import_dependencies: arguments.import_dependencies,
        skip_validation: arguments.no_validate,
    };
    let bytes = file.fuse(options).map_err(|problems| {
        report::problems(&problems, file.graph());
        Failure::Reported
    })?;
    match arguments.output {
        Some(path) => std::fs::write(&path, bytes)
            .map_err(|e| Failure::Usage(format!("cannot write {}: {e}", path.display()))),
        None => report::write(&bytes),
    }
}
