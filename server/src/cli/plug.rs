//! `patchbay plug`

use super::output::Output;
use super::{Failure, report, subject};
use patchbay_composer::fuse::{FuseOptions, fuse_with};
use patchbay_composer::plug;
use std::path::PathBuf;

/// Plugs fill the socket's imports and each other's, by name or by a version that may stand in. All that the socket
/// exports is exported. Two plugs for one import, types that do not fit, and a socket that takes nothing end with exit
/// code 1.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The component whose imports are filled
    socket: PathBuf,
    /// A component to fill them with; may be repeated
    #[arg(long = "plug", value_name = "FILE", required = true)]
    plugs: Vec<PathBuf>,
    #[command(flatten)]
    output: Output,
    /// Do not validate the result
    #[arg(long)]
    no_validate: bool,
    /// Leave the graph out of the result, which `open` then draws anew
    #[arg(long)]
    no_graph: bool,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    arguments.output.check()?;
    let socket = subject::component(&arguments.socket)?;
    let plugs = arguments
        .plugs
        .iter()
        .map(|path| subject::component(path))
        .collect::<Result<Vec<_>, _>>()?;
    let plugged = plug(&socket, &plugs).map_err(|problem| report::refused(&[problem], None))?;
    for name in plugged.idle() {
        eprintln!("warning: nothing takes what `{name}` exports");
    }
    let obstacles = plugged.obstacles();
    if !obstacles.is_empty() {
        return Err(Failure::Problem(obstacles.join("\n")));
    }
    let options = FuseOptions {
        skip_validation: arguments.no_validate,
        keep_graph: !arguments.no_graph,
        ..FuseOptions::default()
    };
    let bytes = fuse_with(&plugged.graph, &plugged.parts, options)
        .map_err(|problems| report::refused(&problems, Some(&plugged.graph)))?;
    arguments.output.write(&bytes)
}
